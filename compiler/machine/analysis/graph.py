"""A flow as a graph: where each state can lead, through sub-dialogues too; what is reachable; the circles in it.

What a sub-dialogue can come back with is summed up once (`FlowSummaries`), so a flow is looked at by itself. Guards and gates
are taken as passable both ways here; exact answers come from `compiler.machine.exploration.behaviour`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from compiler.machine.analysis.components import components
from compiler.machine.calls import Walk, answers, anytime_lines, arrivals, fitting, own_lines, rests, surely_answered
from compiler.machine.model import Flow, State, Transition
from dsl.frozen import Node

T = TypeVar("T", bound=Hashable)


class Edge(Node, frozen=True):
    """A way from state to state by `transition`.

    spends: it uses up a retry or takes time, so it bounds a circle. ignored: its sub-dialogue does so, or comes straight back
    once its first gate is used up: a reaction is passed over from then on. silent: it is taken without waiting for anybody,
    also inside the sub-dialogue it calls, and as often as one likes (so not past a gate).
    """

    source: int
    target: int
    transition: Transition
    spends: bool
    ignored: bool
    silent: bool


class FlowSummary(Node, frozen=True):
    """What calling a flow can come to.

    returns: the events it can hand back, None for a plain return. free: those it can come back with without any retry
    being used up or time passing inside. heeded: those of them that do not only come of a first gate that is used up.
    instant: those it can come back with without waiting for anybody. lifted: events that a flow below hands back, also
    without waiting, and that nobody down to here answers: a `全程` line of a caller may. ends: whether it can end the call.
    """

    returns: frozenset[str | None]
    free: frozenset[str | None]
    heeded: frozenset[str | None]
    instant: frozenset[str | None]
    lifted: frozenset[str]
    ends: bool


NOTHING = FlowSummary(frozenset({None}), frozenset(), frozenset(), frozenset(), frozenset(), True)
"""What is assumed of a flow that is not known: it may come back, and may not."""


class FlowSummaries:
    """The summary of each of `flows`, made when first asked for; the calls among them form no circle."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self._flows = flows
        self._made: dict[str, FlowSummary] = {}

    def of(self, scenario: str) -> FlowSummary:
        """The summary of a scenario's flow."""
        if scenario not in self._made:
            flow = self._flows.get(scenario)
            if flow is None:
                return NOTHING
            self._made[scenario] = NOTHING  # cuts a circle of calls, which is reported elsewhere
            self._made[scenario] = self._summarise(flow)
        return self._made[scenario]

    def _summarise(self, flow: Flow) -> FlowSummary:
        edges = edges_of(flow, self)
        reached = reachable(flow, edges)
        free = reachable(flow, [edge for edge in edges if not edge.spends])
        heeded = reachable(flow, [edge for edge in edges if not edge.spends and not edge.ignored])
        instant = reachable(flow, [edge for edge in edges if edge.silent])
        back = [state for state in flow.states if state.kind == "return" and state.id in reached]
        return FlowSummary(
            frozenset(state.event for state in back),
            frozenset(state.event for state in back if state.id in free),
            frozenset(state.event for state in back if state.id in heeded),
            frozenset(state.event for state in back if state.id in instant),
            frozenset(
                event
                for state in flow.states
                if state.id in instant and state.kind not in ("wait", "pause")
                for one in state.transitions
                for event in self._lifted(flow, state, one)
                if not surely_answered(fitting(flow.anytime, event))
            ),
            any(state.kind == "end" and state.id in reached for state in flow.states),
        )

    def _lifted(self, flow: Flow, state: State, one: Transition) -> Iterator[str]:
        """The events that the sub-dialogue `one` calls lifts to here."""
        if one.call is None or one.trigger.kind == "event":
            return
        below = self.of(one.call)
        yield from sorted(below.lifted)
        for event in below.instant:
            if event is not None and not surely_answered(answers(flow, state, event)):
                yield event

    def lifted(self, flow: Flow, state: State) -> set[str]:
        """The events of sub-dialogues called at `state` that a `全程` line of `flow` may answer at once."""
        return {event for one in state.transitions for event in self._lifted(flow, state, one)}


def edges_of(flow: Flow, summaries: FlowSummaries, *, anytime: bool = True) -> list[Edge]:
    """Every way from state to state of `flow`; without its `全程` lines unless `anytime`."""
    bounds = _Bounds(flow, summaries)
    edges: list[Edge] = []
    for state in flow.states:
        waits = rests(state)
        for one in own_lines(state):
            inside = state.kind == "gate" and one is state.transitions[0]
            spends = _takes_time(one) or inside
            ignored = state.kind == "gate" and not inside and _ignores(flow, state, one)
            edges += bounds.edges(state, one, (spends, ignored, not waits and not inside))
        for one in anytime_lines(flow, state) if anytime else ():
            if not waits and one.target is None:
                continue  # the call stays inside the sub-dialogue
            at_once = not waits and one.trigger.event in summaries.lifted(flow, state)
            edges += bounds.edges(state, one, (_takes_time(one) and not at_once, False, at_once))
    return edges


def _takes_time(transition: Transition) -> bool:
    return transition.trigger.delay > 0


def _ignores(flow: Flow, gate: State, away: Transition) -> bool:
    """Whether a sub-dialogue's first gate sends later calls straight back."""
    if gate.id != flow.entry:
        return False
    back = away.target is not None and flow.states[away.target].kind == "return" and not flow.states[away.target].event
    return back and not away.acts and away.call is None


class _Bounds(Walk[tuple[bool, bool, bool]]):
    """(spends, ignored, silent), as in `Edge`, along the lines of `flow`."""

    def __init__(self, flow: Flow, summaries: FlowSummaries) -> None:
        super().__init__(flow)
        self._summaries = summaries

    def edges(self, at: State, line: Transition, bounds: tuple[bool, bool, bool]) -> Iterator[Edge]:
        """The edges of `line` from `at`; a line that stays there is one from `at` to itself."""
        for one in arrivals(self, at, line, bounds):
            yield Edge(at.id, at.id if one.target is None else one.target, one.line, *one.value)

    def returns(
        self, line: Transition, value: tuple[bool, bool, bool]
    ) -> Iterator[tuple[str | None, tuple[bool, bool, bool]]]:
        """What bounds the call behind the sub-dialogue, by the event handed back."""
        spends, ignored, silent = value
        summary = self._summaries.of(line.call or "")
        for event in sorted(summary.returns, key=str):
            yield (
                event,
                (
                    spends or event not in summary.free,
                    ignored or event not in summary.heeded,
                    silent and event in summary.instant,
                ),
            )


def is_stuck(flow: Flow, state: State) -> bool:
    """Whether nothing says where a call goes from a waiting state.

    With two reactions that lead on, the customer's answers are spelled out; with a timer, time leads on.
    """
    if state.kind != "wait" or any(one.trigger.kind == "proceed" for one in state.transitions):
        return False
    leading = [one for one in state.transitions if one.target is not None or one.call is not None]
    answers = {one.trigger.event for one in leading if one.trigger.event}
    timed = any(one.trigger.kind == "after" for one in leading)
    return len(answers) < 2 and not timed and not is_fallback(flow, state)


def is_fallback(flow: Flow, state: State) -> bool:
    """Whether a waiting state is only there because guarded ways on may all fail."""
    if state.kind != "wait" or any(one.trigger.kind == "proceed" for one in state.transitions):
        return False
    return any(
        one.target == state.id and any(way.guard and way.trigger == one.trigger for way in other.transitions)
        for other in flow.states_beside(state)
        if other.kind in ("act", "pause")
        for one in other.transitions
    )


def cut_off(flow: Flow, edges: Iterable[Edge]) -> set[int]:
    """States that the step they belong to never comes to: a call before them never comes back."""
    step_of = [state.step for state in flow.states]
    inside = (edge for edge in edges if step_of[edge.source] == step_of[edge.target])
    entered = reachable(flow, inside, [step.entry for step in flow.steps])
    return {id for step in flow.steps for id in step.states if id not in entered}


def reachable(flow: Flow, edges: Iterable[Edge], start: Iterable[int] | None = None) -> set[int]:
    """The states that can be reached from `start` (the flow's entry) along `edges`."""
    below: dict[int, list[int]] = {}
    for edge in edges:
        below.setdefault(edge.source, []).append(edge.target)
    return closure(below, [flow.entry] if start is None else start)


def reaching(edges: Iterable[Edge], goals: Iterable[int]) -> set[int]:
    """The states from which one of `goals` can be reached along `edges`."""
    above: dict[int, list[int]] = {}
    for edge in edges:
        above.setdefault(edge.target, []).append(edge.source)
    return closure(above, goals)


def closure(below: Mapping[T, Iterable[T]], start: Iterable[T]) -> set[T]:
    """`start`, and all that can be reached from it along `below`."""
    seen = set(start)
    work = list(seen)
    while work:
        for target in below.get(work.pop(), ()):
            if target not in seen:
                seen.add(target)
                work.append(target)
    return seen


def circles(edges: Iterable[Edge]) -> Iterator[tuple[Edge, ...]]:
    """Shortest circles that between them touch every group of states that lead to one another, by smallest state first.

    Circles that share a state with one already found are left out, so an author mends one at a time.
    """
    every = list(edges)
    targets: dict[int, list[int]] = {}
    for edge in every:
        targets.setdefault(edge.source, []).append(edge.target)
    group_of = {state: number for number, group in enumerate(components(targets)) for state in group}
    below: dict[int, list[Edge]] = {}
    for edge in every:
        if edge.source in group_of and group_of[edge.source] == group_of.get(edge.target):
            below.setdefault(edge.source, []).append(edge)
    spent: set[int] = set()
    for start in sorted(below):
        if start in spent:
            continue
        circle = _circle(start, below, spent)
        if circle:
            spent.update(edge.source for edge in circle)
            yield circle


def _circle(start: int, below: Mapping[int, list[Edge]], spent: set[int]) -> tuple[Edge, ...]:
    """The shortest circle from `start` back to it that avoids `spent`; empty when there is none."""
    came: dict[int, Edge] = {}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        for edge in below.get(at, ()):
            if edge.target == start:
                path = [edge]
                while path[-1].source != start:
                    path.append(came[path[-1].source])
                return tuple(reversed(path))
            if edge.target not in came and edge.target not in spent:
                came[edge.target] = edge
                queue.append(edge.target)
    return ()
