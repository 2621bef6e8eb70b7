"""A flow as the rules see it: what each state and each transition does to them, put together once for every machine.

Effects here are double (`compiler.rulebooks.summaries`): their low half is the effect itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from compiler.machine.model import Act, Flow, State, StateKind, Transition
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.effects import Effect, Effects


class Way(NamedTuple):
    """A transition: the event that sets it off, what happens before and behind its call, whether it breaks a step off."""

    transition: Transition
    event: Effect
    before: Effect
    then: Effect
    early: bool


class Stop(NamedTuple):
    """A state: what happens when it is entered, and its ways; events only where the call rests there."""

    kind: StateKind
    effect: Effect
    rests: bool
    ways: tuple[Way, ...]


class Track(NamedTuple):
    """A flow: its stops by the ids of their states, and its `全程` lines."""

    flow: Flow
    stops: tuple[Stop, ...]
    anytime: tuple[Way, ...]


class Tracks:
    """The tracks of flows, made when first asked for."""

    def __init__(self, effects: Effects, atoms: Atoms) -> None:
        self.effects = effects
        self.atoms = atoms
        self._made: dict[str, Track] = {}

    def of(self, flow: Flow) -> Track:
        """The track of `flow`, one of the program's."""
        found = self._made.get(flow.scenario)
        if found is None:
            stops = tuple(self._doubled_stop(self._stop(flow, state)) for state in flow.states)
            anytime = tuple(self._doubled(self.way(flow, one, 0, early=True)) for one in flow.anytime)
            found = self._made[flow.scenario] = Track(flow, stops, anytime)
        return found

    def _double(self, effect: Effect) -> Effect:
        return effect if effect is self.effects.nothing else effect.double(2 * self.effects.count)

    def _doubled(self, way: Way) -> Way:
        before, then = self._double(way.before), self._double(way.then)
        return way._replace(event=self._double(way.event), before=before, then=then)

    def _doubled_stop(self, stop: Stop) -> Stop:
        return stop._replace(effect=self._double(stop.effect), ways=tuple(self._doubled(way) for way in stop.ways))

    def _stop(self, flow: Flow, state: State) -> Stop:
        effects, atoms = self.effects, self.atoms
        step = atoms.step(flow, state.step) if state.step >= 0 else 0
        effect = effects.nothing
        begins = state.id < len(flow.steps)
        if begins and state.kind != "gate":
            effect = self.enter(flow, state.step)
        effect = effect.then(self.acts(flow, state.acts, step))
        if state.kind == "end":
            effect = effect.then(effects.of(atoms.end(state.outcome or ""))).then(effects.over)
        elif state.kind == "return":
            effect = effect.then(effects.over)
        rests = state.kind in ("wait", "pause")
        ways: list[Way] = []
        for number, one in enumerate(state.transitions):
            kind = one.trigger.kind
            early = kind in ("event", "every") or (kind == "after" and state.kind == "wait")
            way = self.way(flow, one, step, early=early)
            if state.kind == "gate" and number == 0 and begins:
                way = way._replace(before=self.enter(flow, state.step).then(way.before))
            ways.append(way)
        return Stop(state.kind, effect, rests, tuple(ways))

    def enter(self, flow: Flow, index: int) -> Effect:
        """A step begins, then its tags come one by one."""
        step = self.atoms.step(flow, index)
        effect = self.effects.enter(step)
        for tag in self.atoms.tags(flow, index):
            effect = effect.then(self.effects.of(tag, step))
        return effect

    def way(self, flow: Flow, one: Transition, step: Bits, *, early: bool) -> Way:
        """A transition of `flow`."""
        effects, atoms = self.effects, self.atoms
        event = before = effects.nothing
        if one.trigger.event is not None:
            event = effects.of(atoms.event(one.trigger.event), step)
        if one.fills and (filled := atoms.filled(one.fills)):
            # Each slot is filled if its question was put.
            before = before.then(effects.moment((filled,), step, optional=True))
        before = before.then(self.acts(flow, one.acts, step))
        if one.call is not None:
            before = before.then(effects.of(atoms.called(one.call), step))
        return Way(one, event, before, self.acts(flow, one.then, step), early)

    def acts(self, flow: Flow, acts: Iterable[Act], step: Bits) -> Effect:
        """What acts do one after the other."""
        effect = self.effects.nothing
        for act in acts:
            choices = self.atoms.act(act, flow)
            if any(choices):
                effect = effect.then(self.effects.moment(choices, step, optional=bool(act.guard)))
        return effect
