"""Must-analysis: atoms certainly true on some call, an under-approximation that spares most `可达` rules a search.

Only unguarded transitions are followed, and only where no guarded transition with the same trigger comes first. A shortest
path passes every gate of a flow once, so gates are open. A sub-dialogue with gates that is merely passed through is left
out, since an earlier call of the sub-dialogue may have exhausted the gate.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from compiler.machine.model import Act, Flow, State, Transition
from compiler.rulebooks.atoms import Atoms, Bits


class MustAnalysis:
    """The atoms certainly true at some moment of some call, per flow."""

    def __init__(self, flows: Mapping[str, Flow], atoms: Atoms) -> None:
        self._flows = flows
        self._atoms = atoms
        self._made: dict[str, tuple[Bits, bool]] = {}

    def atoms(self, scenario: str) -> Bits:
        """Return the atoms of the flow of a scenario, including called flows."""
        return self._of(scenario)[0]

    def _of(self, scenario: str) -> tuple[Bits, bool]:
        """Return the atoms, and whether the flow certainly returns without an event and without passing a gate."""
        found = self._made.get(scenario)
        if found is None:
            found = self._made[scenario] = self._walk(self._flows[scenario])
        return found

    def _walk(self, flow: Flow) -> tuple[Bits, bool]:
        atoms, bits = self._atoms, 0
        seen = {flow.entry}
        free = {flow.entry}  # reached without passing a gate
        queue = deque([flow.entry])
        back = False
        while queue:
            state = flow.states[queue.popleft()]
            if state.begins:
                bits |= atoms.step(flow, state.step)
                for tag in atoms.tags(flow, state.step):
                    bits |= tag
            bits |= self._acts(flow, state.acts)
            if state.kind == "end":
                bits |= atoms.end(state.outcome or "")
            elif state.kind == "return" and state.event is None and state.id in free:
                back = True
            for one in self._ways(flow, state):
                bits |= self._acts(flow, one.acts)
                if one.trigger.event is not None:
                    bits |= atoms.event(one.trigger.event)
                if one.call is not None:
                    inside, returns = self._of(one.call)
                    bits |= inside | atoms.called(one.call)
                    if not returns:
                        continue
                    bits |= self._acts(flow, one.then)
                target = one.target
                if target is not None:
                    # A state first reached through a gate is visited a second time when a gate-free path turns up,
                    # because the gate-free path may prove a plain return.
                    if state.id in free and state.kind != "gate" and target not in free:
                        free.add(target)
                        seen.discard(target)
                    if target not in seen:
                        seen.add(target)
                        queue.append(target)
        return bits, back

    def _acts(self, flow: Flow, acts: tuple[Act, ...]) -> Bits:
        bits = 0
        for act in acts:
            if not act.guard:
                bits |= self._atoms.surely(act, flow)
        return bits

    def _ways(self, flow: Flow, state: State) -> Iterator[Transition]:
        """Yield the transitions that can certainly be taken at `state`."""
        rests = state.kind in ("wait", "pause")
        if state.kind == "gate":
            yield state.transitions[0]
            return
        met: set[object] = set()
        for one in state.transitions:
            key = one.trigger.event or (one.trigger.kind, one.trigger.delay)
            if key not in met and not one.guard and (rests or one.trigger.event is None):
                yield one
            met.add(key)
        if rests:
            for one in flow.anytime:
                if one.trigger.event not in met and not one.guard:
                    yield one
                met.add(one.trigger.event)
