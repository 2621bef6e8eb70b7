"""The shortest call that breaks a rule, or the certainty that there is none.

Breadth first over the calls a machine allows, with the rule's monitor along, on ever more exact machines
(`compiler.machine.refine`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from compiler.machine.behaviour import Behaviour
from compiler.machine.configuration import Configuration, Move
from compiler.machine.model import Act, Do, Flow, Machine, Promise
from compiler.machine.refine import Refinement
from compiler.machine.search import Call
from compiler.machine.walk import acts_of
from compiler.rulebooks.atoms import Bits
from compiler.rulebooks.summaries import Summaries
from compiler.rulebooks.tracks import Track, Way
from compiler.rulebooks.watch import Breach, Danger, Watch

MOST = 100_000
"""Moves a search looks at, over all its refinements, before it gives up: some four seconds."""


class Found(NamedTuple):
    """A call that breaks a rule: its moves, the breach in the last one, and wordings chosen that are not the first.

    choices: (move, happening) -> number of the wording.
    """

    call: Call
    breach: Breach
    choices: dict[tuple[int, int], int]


class _Budget:
    """The moves a search may still look at."""

    def __init__(self) -> None:
        self._left = MOST

    def spend(self) -> None:
        """One move less; raises LookupError when there is none left."""
        self._left -= 1
        if self._left < 0:
            raise LookupError(f"more than {MOST} moves")


class Search:
    """Searches of one machine."""

    def __init__(self, machine: Machine, summaries: Summaries) -> None:
        self.machine = machine
        self.summaries = summaries
        self._fills: dict[str, frozenset[str]] = {}
        self._gates: dict[str, frozenset[int]] = {}
        self._refinement = Refinement(machine)

    def breach(self, watch: Watch) -> Found | None:
        """The shortest call that breaks the watched rule; None when none does.

        Raises LookupError when that would take looking at more than `MOST` moves.
        """
        found: list[Found] = []
        budget = _Budget()

        def find(slots: frozenset[str], gates: frozenset[int]) -> Call | None:
            behaviour = Behaviour(self.machine, slots, gates, self._neutral(watch, slots, gates))
            one = _shortest(behaviour, watch, budget)
            if one is None:
                return None
            found.append(one)
            return one.call

        real = self._refinement.shortest(find)
        return None if real is None else found[-1]._replace(call=real)

    # --- what need not be followed ----------------------------------------------------------------------------------

    def _neutral(self, watch: Watch, slots: frozenset[str], gates: frozenset[int]) -> frozenset[int]:
        """Transitions that leave the agent where they happened and the rule no worse: no shortest call needs them."""
        tracks = self.summaries.tracks
        ways = [way for flow in self.machine.flows for way in _resting(tracks.of(flow))]
        anytime = [way for flow in self.machine.flows for way in tracks.of(flow).anytime]
        neutral = {
            id(way.transition): way.transition.call
            for way in (*ways, *anytime)
            if self._changes_nothing(way, watch, slots, gates)
        }
        # A `全程` line that matters, and that some step answers itself, matters again inside the sub-dialogues.
        answered = {way.transition.trigger.event for way in ways}
        if any(id(way.transition) not in neutral and way.transition.trigger.event in answered for way in anytime):
            return frozenset(key for key, call in neutral.items() if call is None)
        return frozenset(neutral)

    def _changes_nothing(self, way: Way, watch: Watch, slots: frozenset[str], gates: frozenset[int]) -> bool:
        one = way.transition
        if one.target is not None or one.trigger.kind not in ("event", "every", "after"):
            return False
        mask = 1 << watch.line.index
        worse = 0
        for effect in (way.first, way.then):
            worse |= effect.gain | effect.bad_if | effect.bad
        if worse & mask or _fills((*one.acts, *one.then)) & slots:
            return False
        return one.call is None or self._harmless(one.call, mask, slots, gates)

    def _harmless(self, scenario: str, mask: Bits, slots: frozenset[str], gates: frozenset[int]) -> bool:
        """Whether running a sub-dialogue can neither break the rule, nor leave it in danger, nor change what is kept."""
        summary = self.summaries.of(scenario, self.summaries.extra(self.machine))
        both = mask | mask << self.summaries.width
        low = mask
        if summary.broken & both or summary.rest & low or any(event is not None for event in summary.returns):
            return False
        if any(passed & low for passed in summary.returns.values()):
            return False
        return not (self._filled_in(scenario) & slots or self._gates_in(scenario) & gates)

    def _filled_in(self, scenario: str) -> frozenset[str]:
        found = self._fills.get(scenario)
        if found is None:
            flow = next(one for one in self.machine.flows if one.scenario == scenario)
            found = frozenset()
            for act in acts_of(flow):
                found |= _fills((act,))
            for state in flow.states:
                for one in state.transitions:
                    found |= frozenset(one.fills)
            for callee in _callees(flow):
                found |= self._filled_in(callee)
            self._fills[scenario] = found
        return found

    def _gates_in(self, scenario: str) -> frozenset[int]:
        found = self._gates.get(scenario)
        if found is None:
            number = self._refinement.exact.flow_index[scenario]
            flow = self.machine.flows[number]
            found = frozenset(
                self._refinement.exact.gate_index[number, state.id] for state in flow.states if state.kind == "gate"
            )
            for callee in _callees(flow):
                found |= self._gates_in(callee)
            self._gates[scenario] = found
        return found


def _shortest(behaviour: Behaviour, watch: Watch, budget: _Budget) -> Found | None:
    """The shortest call of `behaviour` that breaks the rule."""
    seen: dict[Configuration, list[Danger]] = {}
    before: dict[tuple[Configuration, Danger], tuple[tuple[Configuration, Danger] | None, Move]] = {}
    queue: deque[tuple[Configuration, Danger]] = deque()
    at: tuple[Configuration, Danger] | None = None
    start = watch.start()
    while True:
        options = behaviour.beginnings() if at is None else behaviour.moves(at[0])
        danger = start if at is None else at[1]
        for move, after in options:
            budget.spend()
            watched = watch.move(danger, move)
            if watched.breach is not None:
                moves, rests = [move], [after]
                while at is not None:
                    rests.append(at[0])
                    at, move = before[at]
                    moves.append(move)
                call = Call(tuple(reversed(moves)), tuple(reversed(rests)))
                return Found(call, watched.breach, _choices(watch, call))
            known = seen.setdefault(after, [])
            if any(one.covers(watched.danger) for one in known):
                continue
            known.append(watched.danger)
            node = (after, watched.danger)
            before[node] = (at, move)
            queue.append(node)
        if not queue:
            return None
        at = queue.popleft()


def _choices(watch: Watch, call: Call) -> dict[tuple[int, int], int]:
    """The wordings along a call that are not the preferred ones."""
    out: dict[tuple[int, int], int] = {}
    danger = watch.start()
    for number, move in enumerate(call.moves):
        watched = watch.move(danger, move)
        danger = watched.danger
        out.update({(number, happening): choice for happening, choice in watched.choices})
    return out


def _resting(track: Track) -> Iterable[Way]:
    for stop in track.stops:
        if stop.rests:
            yield from stop.ways


def _fills(acts: Iterable[Act]) -> frozenset[str]:
    filled: set[str] = set()
    for act in acts:
        if isinstance(act, Do):
            filled.update(act.fills)
        elif isinstance(act, Promise):
            filled.add(act.slot)
    return frozenset(filled)


def _callees(flow: Flow) -> set[str]:
    lines = [one for state in flow.states for one in state.transitions]
    return {one.call for one in (*lines, *flow.anytime) if one.call is not None}
