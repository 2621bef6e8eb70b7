"""Abstract flow: a flow labelled with the effect of every state and transition on the rules, built once for every machine.

Effects are double (`compiler.rulebooks.summaries`): the low half is the effect itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from compiler.machine.model import Act, Filled, Flow, Guard, State, StateKind, Transition
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.effects import Effect, Effects


class FlowEdge(NamedTuple):
    """A labelled transition.

    first: effect before the call of the transition, trigger event included; optional where a sub-dialogue may return the
    event. before: the same effect without the event. then: effect after the call. early: whether the step is interrupted.
    """

    transition: Transition
    first: Effect
    before: Effect
    then: Effect
    early: bool


class FlowNode(NamedTuple):
    """A labelled state: effect on entry, and transitions; transitions on events only where the call rests."""

    kind: StateKind
    effect: Effect
    rests: bool
    ways: tuple[FlowEdge, ...]


class AbstractFlow(NamedTuple):
    """A labelled flow: nodes by state id, and `全程` transitions."""

    flow: Flow
    nodes: tuple[FlowNode, ...]
    anytime: tuple[FlowEdge, ...]


class AbstractFlows:
    """Abstract flows, built on first use."""

    def __init__(self, effects: Effects, atoms: Atoms, flows: Iterable[Flow]) -> None:
        """Prepare the cache; `flows` must be complete, to know the events returned by sub-dialogues."""
        self.effects = effects
        self.atoms = atoms
        self._handed_back = {state.event for flow in flows for state in flow.states if state.event is not None}
        self._made: dict[str, AbstractFlow] = {}

    def of(self, flow: Flow) -> AbstractFlow:
        """Return the abstract flow of `flow`, a flow of the program."""
        found = self._made.get(flow.scenario)
        if found is None:
            nodes = tuple(self._doubled_stop(self._stop(flow, state)) for state in flow.states)
            anytime = tuple(self._doubled(self.way(flow, one, 0, early=True)) for one in flow.anytime)
            found = self._made[flow.scenario] = AbstractFlow(flow, nodes, anytime)
        return found

    def _double(self, effect: Effect) -> Effect:
        return effect if effect is self.effects.nothing else effect.double(2 * self.effects.count)

    def _doubled(self, way: FlowEdge) -> FlowEdge:
        before, then = self._double(way.before), self._double(way.then)
        first = before if way.first is way.before else self._double(way.first)
        return way._replace(first=first, before=before, then=then)

    def _doubled_stop(self, node: FlowNode) -> FlowNode:
        return node._replace(effect=self._double(node.effect), ways=tuple(self._doubled(way) for way in node.ways))

    def _stop(self, flow: Flow, state: State) -> FlowNode:
        effects, atoms = self.effects, self.atoms
        step = atoms.step(flow, state.step)
        effect = effects.nothing
        begins = state.begins
        if begins and state.kind != "gate":
            effect = self.enter(flow, state.step)
        effect = effect.then(self.acts(flow, state.acts, step))
        if state.kind == "end":
            effect = effect.then(effects.of(atoms.end(state.outcome or ""), step)).then(effects.over)
        elif state.kind == "return":
            effect = effect.then(effects.over)
        rests = state.kind in ("wait", "pause")
        been = effects.nothing
        ways: list[FlowEdge] = []
        for number, one in enumerate(state.transitions):
            kind = one.trigger.kind
            early = kind in ("event", "every") or (kind == "after" and state.kind == "wait")
            way = self.way(flow, one, step, early=early)
            if state.kind == "gate" and number == 0 and begins:
                inside = self.enter(flow, state.step).then(way.before)
                way = way._replace(before=inside, first=inside)
                if one.target is not None:
                    inside = inside.then(self.acts(flow, flow.states[one.target].acts, step))
                # Sent away is only who has been let in before; what happened then has happened.
                been = effects.nothing._replace(keep=effects.everything & ~(effects.start & ~inside.keep))
            elif state.kind == "gate" and number == 1:
                sent = been.then(way.before)
                way = way._replace(before=sent, first=sent)
            ways.append(way)
        return FlowNode(state.kind, effect, rests, tuple(ways))

    def enter(self, flow: Flow, index: int | None) -> Effect:
        """Return the effect of entering a step: the step begins, then the tags follow one by one."""
        step = self.atoms.step(flow, index)
        effect = self.effects.enter(step)
        for tag in self.atoms.tags(flow, index):
            effect = effect.then(self.effects.of(tag, step))
        return effect

    def way(self, flow: Flow, one: Transition, step: Bits, *, early: bool) -> FlowEdge:
        """Return the labelled edge of a transition of `flow`."""
        effects, atoms = self.effects, self.atoms
        passed = before = effects.nothing
        for test in one.guard:
            if isinstance(test, Filled) and test.negated:  # not the way of a call in which it is filled
                gone = effects.certain((atoms.filled((test.slot,)),))
                passed = passed._replace(keep=passed.keep & ~gone)
        event = passed
        if one.trigger.event is not None:
            event = event.then(effects.of(atoms.event(one.trigger.event), step))
            if one.trigger.event in self._handed_back:
                # A sub-dialogue may return the event without the customer raising the event in this flow,
                # so the edge must cover both cases to stay an over-approximation.
                event = event.either(passed)
        if one.fills and (filled := atoms.filled(one.fills)):
            # Each slot is filled if its question was put.
            before = before.then(effects.moment((filled,), step, optional=True))
        before = before.then(self.acts(flow, one.acts, step))
        if one.call is not None:
            before = before.then(effects.of(atoms.called(one.call), step))
        first = before if event is effects.nothing else event.then(before)
        return FlowEdge(one, first, before, self.acts(flow, one.then, step) if one.then else effects.nothing, early)

    def acts(self, flow: Flow, acts: Iterable[Act], step: Bits) -> Effect:
        """Return the sequential effect of actions."""
        effect = self.effects.nothing
        for act in acts:
            choices = self.atoms.act(act, flow)
            if any(choices):
                certain = self.certain(act.guard)
                effect = effect.then(self.effects.moment(choices, step, optional=bool(act.guard), certain=certain))
        return effect

    def certain(self, guard: Guard) -> Bits:
        """Return the rules whose set bit implies `guard`."""
        if not all(isinstance(test, Filled) and not test.negated for test in guard):
            return 0
        return self.effects.certain(self.atoms.filled((test.slot,)) for test in guard)
