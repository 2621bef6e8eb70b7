"""Which scenario calls which: the order of calls, what is below and above a scenario, how deep calls nest.

Read off flows by the names of their scenarios; calls of scenarios that are not among the flows are left out, unless it says
otherwise. The calls of a machine form no circle; where they may, as before machines are made, there is `levels`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from compiler.machine.model import Flow, Transition
from compiler.machine.walk import calls_of

Graph = Mapping[str, tuple[str, ...]]
"""Scenario -> the scenarios that it calls itself, each once, by first use."""


def call_graph(flows: Iterable[Flow]) -> Graph:
    """Who calls whom among `flows`."""
    known = {flow.scenario: flow for flow in flows}
    return {
        name: tuple(dict.fromkeys(callee for callee, _ in calls_of(flow) if callee in known))
        for name, flow in known.items()
    }


def below(scenario: str, flows: Mapping[str, Flow]) -> tuple[str, ...]:
    """`scenario` and all that it may call, each once, by first use; also those that are not among `flows`."""
    found: dict[str, None] = {}
    todo = [scenario]
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = None
            calls = [callee for callee, _ in calls_of(flows[name])] if name in flows else ()
            todo.extend(reversed(calls))
    return tuple(found)


def callees_first(flows: Iterable[Flow]) -> tuple[str, ...]:
    """The scenarios of `flows`, each behind all that it calls."""
    return tuple(TopologicalSorter(call_graph(flows)).static_order())


def callers(flows: Iterable[Flow]) -> dict[str, set[str]]:
    """Scenario -> every scenario that calls it, directly or through others."""
    flows = tuple(flows)
    graph = call_graph(flows)
    above: dict[str, set[str]] = {name: set() for name in graph}
    for name in reversed(callees_first(flows)):
        for callee in graph[name]:
            above[callee] |= {name, *above[name]}
    return above


def levels(flows: Mapping[str, Flow]) -> dict[str, tuple[int, Transition | None]]:
    """How many levels of sub-dialogues are below each scenario, and the line that calls down all of them.

    Scenarios that lie on a circle of calls, or call one that does, are left out.
    """
    calls = {name: [(one, line) for one, line in calls_of(flow) if one in flows] for name, flow in flows.items()}
    order = TopologicalSorter({name: [callee for callee, _ in below] for name, below in calls.items()})
    with suppress(CycleError):  # what is on no circle comes all the same
        order.prepare()
    found: dict[str, tuple[int, Transition | None]] = {}
    while ready := order.get_ready():
        for name in ready:
            found[name] = max(((found[one][0] + 1, line) for one, line in calls[name]), key=_level, default=(0, None))
        order.done(*ready)
    return found


def _level(found: tuple[int, Transition | None]) -> int:
    return found[0]
