"""Transitions that a search need not follow: they lead a call back to where it was, knowing no more than before.

Whether taking one is independent to what is searched for, the searcher says; here is what it does to the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from compiler.machine.callgraph import below
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.model import Flow, Machine, State, Transition
from compiler.machine.walk import acts_of, fills_of, transitions_of


class Invisible:
    """The invisible transitions of one machine."""

    def __init__(self, machine: Machine, gate_index: dict[tuple[int, int], int]) -> None:
        """gate_index: the number of the gate at (flow, state), as in `Behaviour`."""
        self._flows = {flow.scenario: flow for flow in machine.flows}
        self._resting = [one for flow in machine.flows for state in _resting(flow) for one in state.transitions]
        self._timers = [
            [one for one in state.transitions if one.trigger.kind in ("after", "every")]
            for flow in machine.flows
            for state in _resting(flow)
        ]
        self._anytime = [one for flow in machine.flows for one in flow.anytime]
        self._interrupting = {id(one) for one in self._anytime}
        self._filled: dict[str, frozenset[str]] = {}
        self._gates: dict[str, frozenset[int]] = {flow.scenario: frozenset() for flow in machine.flows}
        for (number, _), index in gate_index.items():
            self._gates[machine.flows[number].scenario] |= {index}

    @staticmethod
    def of(behaviour: Behaviour) -> Invisible:
        """Those of the machine that `behaviour` is of."""
        return Invisible(behaviour.machine, behaviour.gate_index)

    def transitions(
        self,
        slots: frozenset[str],
        gates: frozenset[int],
        independent: Callable[[Transition], bool],
        stutters: Callable[[Flow], bool],
    ) -> frozenset[int]:
        """The `id`s of the invisible transitions where these slots and gates are kept abstract_flow of.

        independent: whether what a transition does itself, apart from its call, is. stutters: whether a flow is, with all
        that it calls; it must not hand back an event.
        """
        # An interruption breaks off the one before it, and keeps what that has changed.
        breaks_off = any(one.call is not None and not self._passes(one.call, slots, gates) for one in self._anytime)
        found = {
            id(one): one.call
            for one in (*self._resting, *self._anytime)
            if one.target is None
            and one.trigger.kind in ("event", "every", "after")
            and not any(slot in slots for act in (*one.acts, *one.then) for slot in fills_of(act))
            and independent(one)
            and (one.call is None or (self._passes(one.call, slots, gates) and stutters(self._flows[one.call])))
        }
        # Timers of one waiting go off in one order: a reminder after 20 s matters to what ends the call after 60 s.
        for timers in self._timers:
            if any(id(one) not in found for one in timers):
                for one in timers:
                    if one.call is None:
                        found.pop(id(one), None)
        if breaks_off:
            found = {key: call for key, call in found.items() if call is None or key not in self._interrupting}
        # A `全程` line that matters, and that some step answers itself, matters again inside the sub-dialogues.
        answered = {one.trigger.event for one in self._resting}
        if any(id(one) not in found and one.trigger.event in answered for one in self._anytime):
            return frozenset(key for key, call in found.items() if call is None)
        return frozenset(found)

    def _passes(self, scenario: str, slots: frozenset[str], gates: frozenset[int]) -> bool:
        """Whether running a sub-dialogue changes nothing that is kept abstract_flow of."""
        return not self._fills_of(scenario) & slots and not any(
            self._gates[one] & gates for one in below(scenario, self._flows)
        )

    def called(self, flow: Flow) -> list[Flow]:
        """`flow` and all that it may call."""
        return [self._flows[name] for name in below(flow.scenario, self._flows)]

    def _fills_of(self, scenario: str) -> frozenset[str]:
        """The slots that running a sub-dialogue may fill."""
        found = self._filled.get(scenario)
        if found is None:
            flows = self.called(self._flows[scenario])
            acts = (slot for flow in flows for act in acts_of(flow) for slot in fills_of(act))
            answers = (slot for flow in flows for one in transitions_of(flow) for slot in one.fills)
            found = self._filled[scenario] = frozenset((*acts, *answers))
        return found


def _resting(flow: Flow) -> Iterator[State]:
    return (state for state in flow.states if state.kind in ("wait", "pause"))
