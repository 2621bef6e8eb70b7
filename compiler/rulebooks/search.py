"""The shortest call that breaks a rule, or the certainty that there is none.

Breadth first over the calls a machine allows, with the rule's monitor along. To begin with no slot and no gate is kept
track of, so there are few configurations and a call may be found that is none; it is played again exactly, and what it
assumed wrongly is kept track of from then on (counterexample-guided abstraction refinement: Clarke, Grumberg, Jha, Lu,
Veith 2000). A call that plays is a shortest one, because every real call is among those searched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from compiler.machine.behaviour import Behaviour
from compiler.machine.configuration import Configuration, Move
from compiler.machine.model import Act, Do, Flow, Machine, Promise, Test
from compiler.machine.search import Call
from compiler.rulebooks.atoms import Bits
from compiler.rulebooks.summaries import Summaries
from compiler.rulebooks.tracks import Track, Way
from compiler.rulebooks.watch import Breach, Danger, Watch

MOST = 20_000
"""Configurations a search looks at before it gives up."""
REAL = 4_000
"""Configurations that are kept while a call is played again."""


class Found(NamedTuple):
    """A call that breaks a rule: its moves, the breach in the last one, and wordings chosen that are not the first.

    choices: (move, happening) -> number of the wording.
    """

    call: Call
    breach: Breach
    choices: dict[tuple[int, int], int]


class Search:
    """Searches of one machine."""

    def __init__(self, machine: Machine, summaries: Summaries) -> None:
        self.machine = machine
        self.summaries = summaries
        self._tested = frozenset(test.slot for flow in machine.flows for test in _tests(flow))
        self._fills: dict[str, frozenset[str]] = {}
        self._gates: dict[str, frozenset[int]] = {}
        self._exact = Behaviour(machine, slots=self._tested)

    def breach(self, watch: Watch) -> Found | None:
        """The shortest call that breaks the watched rule; None when none does.

        Raises LookupError when that would take looking at more than `MOST` configurations.
        """
        slots: frozenset[str] = frozenset()
        gates: frozenset[int] = frozenset()
        while True:
            behaviour = Behaviour(self.machine, slots, gates, self._neutral(watch, slots, gates))
            found = _shortest(behaviour, watch)
            if found is None:
                return None
            real = self._play(found.call.moves)
            if isinstance(real, Call):
                return Found(real, found.breach, found.choices)
            assumed = found.call.moves[real].assumed
            for move in found.call.moves[:real] if not assumed else ():
                assumed |= move.assumed
            assert assumed - slots - gates, "a call that assumes nothing must play"
            slots |= {one for one in assumed if isinstance(one, str)}
            gates |= {one for one in assumed if isinstance(one, int)}

    def _play(self, moves: Sequence[Move]) -> Call | int:
        """The moves as the machine really makes them, or the number of the first that it cannot make."""
        layers: list[dict[Configuration, tuple[Configuration | None, Move]]] = []
        for number, wanted in enumerate(moves):
            layer: dict[Configuration, tuple[Configuration | None, Move]] = {}
            before: Iterable[Configuration | None] = layers[-1] if layers else (None,)
            for config in before:
                options = self._exact.beginnings() if config is None else self._exact.moves(config)
                for move, after in options:
                    if after not in layer and _alike(move, wanted):
                        layer[after] = (config, move)
                if len(layer) > REAL:
                    raise LookupError(f"more than {REAL} configurations")
            if not layer:
                return number
            layers.append(layer)
        end = next(iter(layers[-1]))
        played: list[Move] = []
        at: Configuration | None = end
        for layer in reversed(layers):
            assert at is not None
            at, move = layer[at]
            played.append(move)
        return Call(tuple(reversed(played)), end)

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
            for act in _acts(flow):
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
            number = self._exact.flow_index[scenario]
            flow = self.machine.flows[number]
            found = frozenset(self._exact.gate_index[number, state.id] for state in flow.states if state.kind == "gate")
            for callee in _callees(flow):
                found |= self._gates_in(callee)
            self._gates[scenario] = found
        return found


def _shortest(behaviour: Behaviour, watch: Watch) -> Found | None:
    """The shortest call of `behaviour` that breaks the rule."""
    seen: dict[Configuration, list[Danger]] = {}
    before: dict[tuple[Configuration, Danger], tuple[tuple[Configuration, Danger] | None, Move]] = {}
    queue: deque[tuple[Configuration, Danger]] = deque()
    at: tuple[Configuration, Danger] | None = None
    start = watch.start()
    count = 0
    while True:
        options = behaviour.beginnings() if at is None else behaviour.moves(at[0])
        danger = start if at is None else at[1]
        for move, after in options:
            watched = watch.move(danger, move)
            if watched.breach is not None:
                moves = [move]
                while at is not None:
                    at, move = before[at]
                    moves.append(move)
                call = Call(tuple(reversed(moves)), after)
                return Found(call, watched.breach, _choices(watch, call))
            known = seen.setdefault(after, [])
            if any(one.covers(watched.danger) for one in known):
                continue
            known.append(watched.danger)
            node = (after, watched.danger)
            before[node] = (at, move)
            queue.append(node)
            count += 1
            if count > MOST:
                raise LookupError(f"more than {MOST} configurations")
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


def _alike(one: Move, other: Move) -> bool:
    """Whether two moves are the same but for what is known of slots."""
    if one.transition is not other.transition or len(one.happenings) != len(other.happenings):
        return False
    return all(
        a.act is b.act and (a.kind, a.flow, a.step, a.outcome, a.names) == (b.kind, b.flow, b.step, b.outcome, b.names)
        for a, b in zip(one.happenings, other.happenings, strict=True)
    )


def _fills(acts: Iterable[Act]) -> frozenset[str]:
    filled: set[str] = set()
    for act in acts:
        if isinstance(act, Do):
            filled.update(act.fills)
        elif isinstance(act, Promise):
            filled.add(act.slot)
    return frozenset(filled)


def _acts(flow: Flow) -> Iterable[Act]:
    for state in flow.states:
        yield from state.acts
        for one in state.transitions:
            yield from (*one.acts, *one.then)
    for one in flow.anytime:
        yield from (*one.acts, *one.then)


def _callees(flow: Flow) -> set[str]:
    lines = [one for state in flow.states for one in state.transitions]
    return {one.call for one in (*lines, *flow.anytime) if one.call is not None}


def _tests(flow: Flow) -> Iterable[Test]:
    for act in _acts(flow):
        yield from act.guard
    for state in flow.states:
        for one in state.transitions:
            yield from one.guard
    for one in flow.anytime:
        yield from one.guard
