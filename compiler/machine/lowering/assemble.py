"""Flows -> machines: each scenario of the project with the flows it may call, ready to run; calls never form a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from compiler.machine import model as m
from compiler.machine.analysis.components import components
from compiler.machine.callgraph import below, levels
from compiler.machine.lowering.lower import lower
from compiler.machine.lowering.scope import Bank
from compiler.machine.part import terms_of
from compiler.machine.walk import calls_of
from compiler.names import lints
from compiler.names.program import Program, ScenarioDef
from compiler.names.symbols import Sort
from dsl import nodes, syntax
from dsl.diagnostics import Label, Severity, Words
from dsl.source import Span

DEEPEST = 40
"""Levels of sub-dialogues. No agent keeps more than a few apart; and what walks down calls may do so by recursion."""


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
            wanted.extend(callee for callee, _ in calls_of(flows[name]) if callee in program.scenarios)
    _report_circles(program, flows)
    deep = levels(flows)
    for level, call in deep.values():
        if level == DEEPEST + 1 and call is not None:
            program.symbols.findings.add(lints.TOO_DEEP.at(call.span, most=DEEPEST))
    return {name: flow for name, flow in flows.items() if name not in deep or deep[name][0] <= DEEPEST + 1}


def assemble(program: Program, flows: Mapping[str, m.Flow]) -> tuple[m.Machine, ...]:
    """A machine for each scenario of the project itself, in the order of its files, as far as all its flows are there.

    The calls among `flows` must not form a circle.
    """
    made = (machine(program, scenario, flows) for scenario in program.scenarios.values() if scenario.own)
    return tuple(one for one in made if one is not None)


def error_free(program: Program, flows: Mapping[str, m.Flow]) -> dict[str, m.Flow]:
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


def machine(program: Program, scenario: ScenarioDef, flows: Mapping[str, m.Flow]) -> m.Machine | None:
    """The machine of one scenario; None when its flow, or one that it may call, is not among `flows`."""
    names = below(scenario.name, flows)
    if not all(name in flows for name in names):
        return None
    parts = tuple(flows[name] for name in names)
    used = {one for flow in parts for one in terms_of(flow)}
    settings = program.settings
    slots = {slot.name: slot for flow in reversed(parts) for slot in flow.slots}
    days = scenario.days
    return m.Machine(
        name=scenario.name,
        aliases=tuple(name.text for name in scenario.node.names[1:]),
        kinds=_kinds(program, parts[0].kind),
        channels=_channels(program, scenario),
        effective=days.since.iso if days is not None else settings.effective,
        until=days.until.iso if days is not None and days.until is not None else None,
        flows=parts,
        facts=settings.facts,
        slots=tuple(slots[name] for name in sorted(slots)),
        events=_declared(program, "event", used),
        actions=_declared(program, "action", used),
        outcomes=_declared(program, "outcome", used),
        speech_rate=settings.speech_rate,
    )


def _report_circles(program: Program, flows: Mapping[str, m.Flow]) -> None:
    """Each circle of calls, once: at a call of its first scenario by name, with the other calls of the shortest way round."""
    calls: dict[str, list[tuple[str, Span]]] = {
        name: [(callee, one.span) for callee, one in calls_of(flow)] for name, flow in flows.items()
    }
    names = {name: [callee for callee, _ in called if callee in calls] for name, called in calls.items()}
    looping = {name for component in components(names) for name in component}
    told: set[frozenset[str]] = set()
    for name in sorted(looping):
        for callee, span in calls[name]:
            way = _way(callee, name, calls) if callee in looping else None
            if way is None or frozenset(way) in told:
                continue
            told.add(frozenset(way))
            others = (next(at for after, at in calls[one] if after == other) for one, other in pairwise(way))
            labels = [Label(at, Words("再从这里绕回来", "and round again from here")) for at in others]
            program.symbols.findings.add(lints.CALL_CYCLE.at(span, labels=labels, cycle=" → ".join((name, *way))))


def _way(start: str, goal: str, calls: Mapping[str, list[tuple[str, Span]]]) -> tuple[str, ...] | None:
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
        for callee, _ in calls.get(name, ()):
            if callee not in before:
                before[callee] = name
                queue.append(callee)
    return None


def _declared(program: Program, sort: Sort, used: Iterable[tuple[str, str]]) -> tuple[m.Term, ...]:
    """Those of the terms `used` (sort, name) that are of `sort`, by name, as they are declared."""
    table = program.symbols.tables[sort]
    out: list[m.Term] = []
    for name in sorted(name for its, name in used if its == sort):
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
    """The channels that a scenario's `渠道` lines name, each once, in order."""
    names = [name for line in scenario.lines if isinstance(line, nodes.ChannelLine) for name in line.names]
    found = (program.symbols.find("channel", name) for name in names)
    return tuple(dict.fromkeys(symbol.name for symbol in found if symbol is not None))
