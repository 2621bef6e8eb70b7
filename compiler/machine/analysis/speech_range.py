"""How long agents speak in a scenario: at least, and at most if no step is gone through twice.

Calls have loops and choices, so there is no one length. The shortest takes the way with the least to say from the first
step to an end, in the shortest wordings, leaving out what only a guard asks for. The longest takes every wording at its
longest and every guarded line, along the costliest way on which no step comes twice; steps that lead to one another count
once each, all together. Lines of the whole call and what is said again and again (`每`) are left out of both. Knows nothing
of how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

from compiler.machine.analysis.components import components
from compiler.machine.callgraph import callees_first
from compiler.machine.model import Act, Ask, Flow, Machine, Say, Transition
from compiler.machine.speech import slot_lengths, spoken_length
from compiler.machine.walk import calls_of

_Range = tuple[int, int]
_NONE: _Range = (0, 0)


class SpeechRanges:
    """The ranges of many machines. Flows that several of them share (the same value) are worked on once.

    So a slot that a shared flow speaks is as long there as in the first machine, also where another one promises more.
    """

    def __init__(self) -> None:
        self._kept: dict[int, Flow] = {}  # else another flow could come to have the `id` of one that is gone
        self._known: dict[int, _Range] = {}

    def seconds(self, machine: Machine) -> tuple[int, int]:
        """(shortest, longest) speech of a call of `machine`, in whole seconds."""
        lengths = slot_lengths(machine)
        flows = {flow.scenario: flow for flow in machine.flows}
        if id(machine.main) not in self._known:
            for name in callees_first(machine.flows):
                self._measure(flows[name], flows, lengths)
        short, long = self._known[id(machine.main)]
        return round(short * 60 / machine.speech_rate), round(long * 60 / machine.speech_rate)

    def _measure(self, flow: Flow, flows: Mapping[str, Flow], lengths: Mapping[str, int]) -> None:
        """Measure `flow`, in spoken characters, unless it is known; what it calls must be."""
        if id(flow) not in self._known:
            self._kept[id(flow)] = flow
            called = {callee: self._known[id(flows[callee])] for callee, _ in calls_of(flow)}
            self._known[id(flow)] = _range(flow, called, lengths)


def _range(flow: Flow, called: Mapping[str, _Range], lengths: Mapping[str, int]) -> _Range:
    def cost(acts: Iterable[Act]) -> _Range:
        low = high = 0
        for act in acts:
            if isinstance(act, Say | Ask) and act.phrases:
                each = [spoken_length(phrase, lengths) for phrase in act.phrases]
                low += 0 if act.guard else min(each)
                high += max(each)
        return low, high

    def move(one: Transition) -> _Range:
        low, high = cost((*one.acts, *one.then))
        more = called.get(one.call, _NONE) if one.call is not None else _NONE
        return low + more[0], high + more[1]

    moves = {
        state.id: [
            (one.target, move(one))
            for one in state.transitions
            if one.target is not None and one.trigger.kind != "every"
        ]
        for state in flow.states
    }
    spoken = {state.id: cost(state.acts) for state in flow.states}
    ends = {state.id for state in flow.states if state.kind in ("end", "return")}
    return _shortest(flow.entry, moves, spoken, ends), _longest(flow.entry, moves, spoken)


_Moves = Mapping[int, list[tuple[int, _Range]]]


def _shortest(entry: int, moves: _Moves, spoken: Mapping[int, _Range], ends: set[int]) -> int:
    """Dijkstra, from the entry to the nearest end; what can be reached when there is none."""
    best = {entry: spoken[entry][0]}
    queue = [(best[entry], entry)]
    while queue:
        length, state = heappop(queue)
        if state in ends:
            return length
        if length > best[state]:
            continue
        for target, (low, _) in moves[state]:
            total = length + low + spoken[target][0]
            if total < best.get(target, total + 1):
                best[target] = total
                heappush(queue, (total, target))
    return best[entry]


def _longest(entry: int, moves: _Moves, spoken: Mapping[int, _Range]) -> int:
    """The costliest way through the graph of circles, each of which counts whole. Without recursion: flows may be long."""
    group: dict[int, int] = {state: -state - 1 for state in moves}
    for number, members in enumerate(components({state: [to for to, _ in ways] for state, ways in moves.items()})):
        group.update(dict.fromkeys(members, number))
    inside: dict[int, int] = {}
    out: dict[int, list[tuple[int, int]]] = {}
    for state, ways in moves.items():
        here = group[state]
        inside[here] = inside.get(here, 0) + spoken[state][1]
        for target, (_, high) in ways:
            if group[target] == here:
                inside[here] += high
            else:
                out.setdefault(here, []).append((group[target], high))
    longest: dict[int, int] = {}
    todo = [group[entry]]
    while todo:
        here = todo[-1]
        below = [target for target, _ in out.get(here, ()) if target not in longest]
        if below:
            todo += below
            continue
        todo.pop()
        longest[here] = inside[here] + max((high + longest[target] for target, high in out.get(here, ())), default=0)
    return longest[group[entry]]
