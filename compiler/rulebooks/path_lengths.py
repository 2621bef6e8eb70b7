"""Longest and shortest call of a machine, for a given weight of moves."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping

from compiler.machine.analysis.components import components
from compiler.machine.analysis.graph import FlowSummaries, closure
from compiler.machine.callgraph import below, callers
from compiler.machine.calls import rests
from compiler.machine.exploration.behaviour import Behaviour, Steps
from compiler.machine.exploration.configuration import GONE, Configuration, Frame, Moment, Move, Run
from compiler.machine.model import Flow, Machine, State, Transition, Trigger
from compiler.machine.walk import tests_of, transitions_of

UNBOUNDED = math.inf

MOST = 20_000
"""Configurations that are looked at to find the longest call."""

_Edges = Mapping[Configuration, list[tuple[float, Configuration]]]


class _Onward(Behaviour):
    """Behaviour restricted to progress: no move back to the same place, no interruption of an interruption."""

    def __init__(self, machine: Machine, slots: frozenset[str]) -> None:
        self._returns = FlowSummaries({flow.scenario: flow for flow in machine.flows})
        super().__init__(machine, slots=slots, without=_only_comes_back(machine, self._returns))

    def _arrive(self, run: Run, transition: Transition, owner: int) -> Steps:
        stays = transition.target is None or owner == GONE
        if not (stays and self._state(run.config.frames[-1]).kind in ("wait", "pause")):
            yield super()._arrive(run, transition, owner)

    def coming(self, state: State, waited: Moment | tuple[()]) -> list[tuple[Moment, Trigger]]:
        """Return the pending timers except reminders, which leave the agent in place and delay nothing."""
        lines = state.transitions
        return [
            (moment, trigger)
            for moment, trigger in super().coming(state, waited)
            if lines[moment[2]].call is not None or lines[moment[2]].target is not None
        ]

    def _take(self, run: Run, transition: Transition, owner: int) -> Steps:
        if transition.call is None or transition.target is not None or id(transition) not in self._anytime:
            yield super()._take(run, transition, owner)
            return
        frames = run.config.frames
        if any(id(frame.pending) in self._anytime for frame in frames):
            return
        if self._returns.of(transition.call).returns <= {None}:
            # It does not come back, so where it began does not matter: as if it were at the flow's first waiting.
            top = frames[-1]
            first = next(state.id for state in self.flows[top.flow].states if state.kind in ("wait", "pause"))
            frames = (*frames[:-1], Frame(top.flow, first))
        yield super()._take(run._replace(config=run.config._replace(frames=frames)), transition, owner)


def call_length(machine: Machine, weight: Callable[[Move], float], *, longest: bool) -> float:
    """Return the greatest (or least) total weight of a complete call.

    Reactions that return the agent to the same place, repeatable by the customer at will, are left out, except where the
    sub-dialogue may end the call, return an event that leads on, or be left by a `全程` line. The result is infinite when a
    call can go on for ever or has no end.

    Raises:
        LookupError: more than `MOST` configurations.
    """
    tested = frozenset(test.slot for flow in machine.flows for test in tests_of(flow))
    behaviour = _Onward(machine, tested)
    edges: dict[Configuration, list[tuple[float, Configuration]]] = {}
    starts = [(weight(move), after) for move, after in behaviour.beginnings()]
    queue = deque(after for _, after in starts)
    seen = set(queue)
    while queue:
        config = queue.popleft()
        out = edges[config] = [(weight(move), after) for move, after in behaviour.moves(config)]
        for _, after in out:
            if after not in seen:
                seen.add(after)
                queue.append(after)
        if len(seen) > MOST:
            raise LookupError(f"more than {MOST} configurations")
    return _greatest(starts, _ending(edges)) if longest else _least(starts, edges)


def _only_comes_back(machine: Machine, summaries: FlowSummaries) -> frozenset[int]:
    """Reactions, by `id`, that lead nowhere of their own and whose sub-dialogues can do nothing but come back.

    A sub-dialogue that returns plainly may be left all the same, by a `全程` line of a flow below it:

        全程 当 客户挂断: 结束 客户先挂断
        步骤 讲
          当 客户听不清: 调用 重讲        # the customer hangs up in the middle of 重讲
    """
    flows = {flow.scenario: flow for flow in machine.flows}
    above = callers(machine.flows)
    waits = {name: any(rests(state) for one in below(name, flows) for state in flows[one].states) for name in flows}

    def comes_back(scenario: str) -> bool:
        summary = summaries.of(scenario)
        return not summary.ends and summary.returns <= {None}

    def leads_out(line: Transition) -> bool:
        return line.target is not None or (line.call is not None and not comes_back(line.call))

    leading = {flow.scenario: [line for line in flow.anytime if leads_out(line)] for flow in machine.flows}

    def may_be_left(flow: Flow, reaction: Transition) -> bool:
        outer = (line for name in (flow.scenario, *above[flow.scenario]) for line in leading[name])
        return waits[reaction.call or ""] and any(line is not reaction for line in outer)

    return frozenset(
        id(one)
        for flow in machine.flows
        for one in transitions_of(flow)
        if one.target is None and one.trigger.kind in ("event", "every", "after")
        if one.call is None or (comes_back(one.call) and not may_be_left(flow, one))
    )


def _ending(edges: _Edges) -> dict[Configuration, list[tuple[float, Configuration]]]:
    """Return the edges from which the call can still end."""
    above: dict[Configuration, list[Configuration]] = {}
    for config, out in edges.items():
        for _, after in out:
            above.setdefault(after, []).append(config)
    ending = closure(above, (config for config in edges if config.outcome is not None))
    return {config: [one for one in out if one[1] in ending] for config, out in edges.items() if config in ending}


def _least(starts: list[tuple[float, Configuration]], edges: _Edges) -> float:
    """Return the least weight of a path to an end (Bellman, Ford; weights are not negative)."""
    best: dict[Configuration, float] = {}
    queue: deque[Configuration] = deque()
    for value, config in starts:
        if value < best.get(config, UNBOUNDED):
            best[config] = value
            queue.append(config)
    while queue:
        config = queue.popleft()
        for value, after in edges.get(config, ()):
            if best[config] + value < best.get(after, UNBOUNDED):
                best[after] = best[config] + value
                queue.append(after)
    return min((value for config, value in best.items() if config.outcome is not None), default=UNBOUNDED)


def _greatest(starts: list[tuple[float, Configuration]], edges: _Edges) -> float:
    """Return the greatest weight of a path to an end, infinite for a cycle with weight; every edge leads to an end."""
    starts = [(value, config) for value, config in starts if config in edges]
    groups = list(components({config: [after for _, after in out] for config, out in edges.items()}))
    group_of = {config: number for number, group in enumerate(groups) for config in group}
    best: dict[object, float] = {}

    def key(config: Configuration) -> object:
        return group_of.get(config, config)

    below: dict[object, list[tuple[float, object]]] = {}
    for config, out in edges.items():
        for value, after in out:
            if key(config) != key(after):
                below.setdefault(key(config), []).append((value, key(after)))
            elif value > 0:
                return UNBOUNDED
    for _, start in starts:
        stack = [(key(start), False)]
        while stack:
            node, done = stack.pop()
            if done:
                best[node] = max((value + best[after] for value, after in below.get(node, ())), default=0.0)
            elif node not in best:
                stack.append((node, True))
                stack.extend((after, False) for _, after in below.get(node, ()) if after not in best)
    return max((value + best[key(config)] for value, config in starts), default=UNBOUNDED)
