"""Flows -> machines: each scenario of the project with the flows it may call, ready to run; calls never form a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from compiler.machine import model as m
from compiler.machine.components import components
from compiler.machine.lower import lower
from compiler.machine.scope import Bank
from compiler.names import rules
from compiler.names.program import Program, ScenarioDef
from dsl import nodes, syntax
from dsl.diagnostics import Label, Severity, Words
from dsl.source import Span


def lower_all(program: Program) -> dict[str, m.Flow]:
    """The flow of every scenario of the project and of those they call, by name. Calls that close a circle are reported.

    A library's scenario that nobody calls is left alone: it may speak of facts this project does not have.
    """
    bank = Bank()
    flows: dict[str, m.Flow] = {}
    wanted = [name for name, scenario in program.scenarios.items() if scenario.own and not is_frame(program, scenario)]
    for name in wanted:  # grows while it is walked
        if name not in flows:
            flows[name] = lower(program, program.scenarios[name], bank)
            wanted.extend(callee for callee, _ in calls(flows[name]) if callee in program.scenarios)
    _report_circles(program, flows)
    return flows


def assemble(program: Program, flows: Mapping[str, m.Flow]) -> tuple[m.Machine, ...]:
    """A machine for each scenario of the project itself, in the order of its files, as far as all its flows are there.

    The calls among `flows` must not form a circle.
    """
    reach: dict[str, tuple[str, ...]] = {}
    return tuple(
        machine(program, scenario, flows, reach)
        for name, scenario in program.scenarios.items()
        if scenario.own and name in flows and all(one in flows for one in _reached(name, flows, reach))
    )


def sound(program: Program, flows: Mapping[str, m.Flow]) -> dict[str, m.Flow]:
    """The flows whose scripts have no error: none in their lines, nor in those of the scenarios they are based on."""
    broken: dict[str, list[int]] = {}
    for finding in program.symbols.findings:
        if finding.severity is Severity.ERROR:
            broken.setdefault(finding.span.source.name, []).append(finding.span.start)
    if not broken:
        return dict(flows)
    ends: dict[str, tuple[str, int, int]] = {}
    for script in program.scripts:
        for item, following in zip(script.items, (*script.items[1:], None), strict=False):
            if isinstance(item, syntax.Scenario) and item.names:
                end = following.span.start if following else len(script.source.text) + 1
                ends[item.names[0].text] = (script.source.name, item.span.start, end)

    def hurt(name: str) -> bool:
        file, start, end = ends[name]
        return any(start <= at < end for at in broken.get(file, ()))

    return {
        name: flow
        for name, flow in flows.items()
        if not any(hurt(one) for one in (name, *program.scenarios[name].bases))
    }


def is_frame(program: Program, scenario: ScenarioDef) -> bool:
    """Whether a scenario has no steps and is there for others to be based on; it has no card of its own."""
    return not scenario.steps and any(scenario.name in other.bases for other in program.scenarios.values())


def machine(
    program: Program, scenario: ScenarioDef, flows: Mapping[str, m.Flow], reach: dict[str, tuple[str, ...]]
) -> m.Machine:
    """The machine of one scenario; `reach` remembers which flows a flow calls, between calls of this function."""
    parts = tuple(flows[name] for name in _reached(scenario.name, flows, reach))
    events: set[str] = set()
    actions: set[str] = set()
    outcomes: set[str] = set()
    for flow in parts:
        _terms(flow, events, actions, outcomes)
    settings = program.settings
    slots = {slot.name: slot for flow in reversed(parts) for slot in flow.slots}
    effective = next((line.since.iso for line in reversed(scenario.lines) if isinstance(line, nodes.Effective)), None)
    return m.Machine(
        name=scenario.name,
        aliases=tuple(name.text for name in scenario.node.names[1:]),
        kinds=_kinds(program, parts[0].kind),
        channels=_channels(program, scenario),
        effective=effective or settings.effective,
        flows=parts,
        facts=settings.facts,
        slots=tuple(slots[name] for name in sorted(slots)),
        events=_declared(program, "event", events),
        actions=_declared(program, "action", actions),
        outcomes=_declared(program, "outcome", outcomes),
        speech_rate=settings.speech_rate,
    )


def calls(flow: m.Flow) -> Iterator[tuple[str, Span]]:
    """The scenarios a flow calls, with the places of the calls, in order."""
    for transition in _transitions(flow):
        if transition.call is not None:
            yield transition.call, transition.span


def _transitions(flow: m.Flow) -> Iterator[m.Transition]:
    for state in flow.states:
        yield from state.transitions
    yield from flow.anytime


def _reached(name: str, flows: Mapping[str, m.Flow], reach: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """`name` and all it may call, each once, by first use."""
    found = reach.get(name)
    if found is None:
        order: dict[str, None] = {name: None}
        reach[name] = (name,)  # a circle of calls, reported elsewhere, ends here
        for callee, _ in calls(flows[name]) if name in flows else ():
            order.update(dict.fromkeys(_reached(callee, flows, reach)))
        found = reach[name] = tuple(order)
    return found


def _report_circles(program: Program, flows: Mapping[str, m.Flow]) -> None:
    """Each circle of calls, once: at a call of its first scenario by name, with the other calls of the shortest way round."""
    below: dict[str, list[tuple[str, Span]]] = {name: list(calls(flow)) for name, flow in flows.items()}
    names = {name: [callee for callee, _ in called if callee in below] for name, called in below.items()}
    looping = {name for component in components(names) for name in component}
    told: set[frozenset[str]] = set()
    for name in sorted(looping):
        for callee, span in below[name]:
            way = _way(callee, name, below) if callee in looping else None
            if way is None or frozenset(way) in told:
                continue
            told.add(frozenset(way))
            others = (next(at for after, at in below[one] if after == other) for one, other in pairwise(way))
            labels = [Label(at, Words("再从这里绕回来", "and round again from here")) for at in others]
            program.symbols.findings.add(rules.CALL_CYCLE.at(span, labels=labels, cycle=" → ".join((name, *way))))


def _way(start: str, goal: str, below: Mapping[str, list[tuple[str, Span]]]) -> tuple[str, ...] | None:
    """The shortest chain of calls from `start` to `goal`, both included."""
    before: dict[str, str | None] = {start: None}
    queue = [start]
    for name in queue:
        if name == goal:
            chain: list[str] = []
            at: str | None = name
            while at is not None:
                chain.append(at)
                at = before[at]
            return tuple(reversed(chain))
        for callee, _ in below.get(name, ()):
            if callee not in before:
                before[callee] = name
                queue.append(callee)
    return None


def _terms(flow: m.Flow, events: set[str], actions: set[str], outcomes: set[str]) -> None:
    for state in flow.states:
        actions.update(act.action for act in state.acts if isinstance(act, m.Do))
        if state.outcome is not None:
            outcomes.add(state.outcome)
        if state.event is not None:
            events.add(state.event)
    for transition in _transitions(flow):
        if transition.trigger.event is not None:
            events.add(transition.trigger.event)
        for act in (*transition.acts, *transition.then):
            if isinstance(act, m.Do):
                actions.add(act.action)
    for step in flow.steps:
        actions.update(action for never in step.never_do for action in never.actions)
    actions.update(action for never in flow.never_do for action in never.actions)


def _declared(program: Program, sort: Any, names: set[str]) -> tuple[m.Term, ...]:
    table = program.symbols.tables[sort]
    out: list[m.Term] = []
    for name in sorted(names):
        symbol = table.get(name)
        if symbol is None:
            out.append(m.Term(name, "", ()))
            continue
        node = symbol.node
        tags = tuple(found.name for tag in node.tags if (found := program.symbols.find("tag", tag)) is not None)
        out.append(m.Term(name, node.note.plain if node.note else "", tags))
    return tuple(out)


def _kinds(program: Program, kind: str | None) -> tuple[str, ...]:
    """`kind` and its ancestors; a circle of kinds is cut."""
    out: list[str] = []
    table = program.symbols.tables["kind"]
    while kind is not None and kind not in out:
        out.append(kind)
        parent = table[kind].node.parent if kind in table else None
        symbol = program.symbols.find("kind", parent) if parent is not None else None
        kind = symbol.name if symbol else None
    return tuple(out)


def _channels(program: Program, scenario: ScenarioDef) -> tuple[str, ...]:
    for line in reversed(scenario.lines):
        if isinstance(line, nodes.ChannelLine):
            return tuple(
                found.name for name in line.names if (found := program.symbols.find("channel", name)) is not None
            )
    return ()
