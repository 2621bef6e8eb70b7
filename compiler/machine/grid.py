"""The event grid: for every step of a scenario and every event, who takes care of it.

Rows are the steps in which an agent waits, those of sub-dialogues too; columns the events asked for by the scenario's kinds
(`类别 … 处理 …`), then those the scenario handles anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from compiler.machine.callgraph import callers
from compiler.machine.model import Machine
from compiler.machine.walk import calls_of, transitions_of
from compiler.names.program import Program
from dsl.diagnostics import Words
from dsl.frozen import Node


class Cell(Enum):
    """Who handles an event in a step."""

    HERE = "here"
    """A `当` line of the step itself."""
    ANYTIME = "anytime"
    """A `全程` line of the scenario, or of one that calls it."""
    ITSELF = "itself"
    """The event is what called the sub-dialogue, so it is being taken care of."""
    OPEN = "open"
    """Nobody."""


SIGNS: dict[Cell, tuple[str, Words]] = {
    Cell.HERE: ("●", Words("本步骤的“当”", "the step's own “when”")),
    Cell.ANYTIME: ("○", Words("“全程”", "an “anytime” line")),
    Cell.ITSELF: ("·", Words("正在处理这件事", "being taken care of")),
    Cell.OPEN: ("—", Words("没有写", "nobody")),
}
"""What stands for a cell where a grid is shown, and what it means."""


class Row(Node, frozen=True):
    """A waiting step: the flow and step it is, and a cell for each event of the grid."""

    flow: int
    step: int
    cells: tuple[Cell, ...]


class Grid(Node, frozen=True):
    """The grid of one machine. `asked` is how many of the leading `events` are asked for by the scenario's kinds."""

    events: tuple[str, ...]
    asked: int
    rows: tuple[Row, ...]


class EventTable(Node, frozen=True):
    """A grid to be shown: event names across, and for each row its step's name and the values of its cells."""

    events: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def event_table(machine: Machine, asked: Iterable[str]) -> EventTable:
    """The grid of `machine` in names; a step of a sub-dialogue has the sub-dialogue's name in front."""
    made = grid(machine, asked)
    rows: list[tuple[str, tuple[str, ...]]] = []
    for row in made.rows:
        flow = machine.flows[row.flow]
        name = flow.steps[row.step].name
        rows.append((name if row.flow == 0 else f"{flow.scenario}.{name}", tuple(cell.value for cell in row.cells)))
    return EventTable(made.events, tuple(rows))


def grid(machine: Machine, asked: Iterable[str]) -> Grid:
    """The event grid of `machine`; `asked` are the events its kinds want handled in every step."""
    events = list(dict.fromkeys(asked))
    count = len(events)
    used = {one.trigger.event for one in transitions_of(machine.main)}
    events += sorted(event for event in used if event is not None and event not in events)
    anytime_of = {flow.scenario: {one.trigger.event for one in flow.anytime} for flow in machine.flows}
    above = callers(machine.flows)
    causes = _causes(machine)
    rows: list[Row] = []
    for number, flow in enumerate(machine.flows):
        anytime = set().union(*(anytime_of[name] for name in (flow.scenario, *above[flow.scenario])))
        called_by = causes[flow.scenario]
        for step in flow.steps:
            waits = [flow.states[id] for id in step.states if flow.states[id].kind in ("wait", "pause")]
            if not waits:
                continue
            here = {one.trigger.event for state in waits for one in state.transitions}
            cells = tuple(
                Cell.HERE
                if event in here
                else Cell.ITSELF
                if event in called_by
                else Cell.ANYTIME
                if event in anytime
                else Cell.OPEN
                for event in events
            )
            rows.append(Row(number, step.index, cells))
    return Grid(tuple(events), count, tuple(rows))


def required_events(program: Program, machine: Machine) -> Iterator[str]:
    """The events that the kinds of a machine's scenario want handled in every step, nearest kind first."""
    tables = program.symbols.tables
    for kind in machine.kinds:
        for name in tables["kind"][kind].node.handles:
            found = tables["event"].get(name.text)
            if found is not None:
                yield found.name


def _causes(machine: Machine) -> dict[str, set[str]]:
    """Scenario -> the events whose lines call it."""
    causes: dict[str, set[str]] = {flow.scenario: set() for flow in machine.flows}
    for flow in machine.flows:
        for callee, one in calls_of(flow):
            if one.trigger.event is not None:
                causes[callee].add(one.trigger.event)
    return causes
