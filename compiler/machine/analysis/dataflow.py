"""Which slots are surely filled, wherever a call is: a must-analysis over the flows of one machine.

A slot is surely filled at a place when every way a call can get there fills it. Slots are never emptied, so what a
sub-dialogue surely fills before it comes back (its summary) does not depend on who calls it; what is filled when it begins
is what all its callers have in common. Guards count: behind `已有 X` or `X 是 …` slot X is filled, and so it is where
`没有 X` failed. Hence `若 没有 X: 做 A, 得到 X` fills X on both ways.
Monotone framework over sets of slots with intersection as meet (Kildall, "A unified approach to global program
optimization", 1973); sets are bits of an int. An under-estimate: what is not surely filled here may still always be filled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from compiler.machine.callgraph import callees_first
from compiler.machine.calls import Walk, anytime_lines, arrivals, own_lines
from compiler.machine.model import Act, Ask, Do, Filled, Flow, Guard, Machine, Promise, State, Transition, Trigger

Bits = int


class Filling:
    """The analysis of one machine; `before[flow][state]` are the slots surely filled when that state is entered.

    None stands for a state that no call reaches.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.bit = {slot.name: 1 << index for index, slot in enumerate(machine.slots)}
        self.everything = (1 << len(machine.slots)) - 1
        self._flows = {flow.scenario: flow for flow in machine.flows}
        self._gain: dict[str, dict[str | None, Bits]] = {}
        self._known = sum(self.bit[slot.name] for slot in machine.slots if slot.known)
        self.before: dict[str, list[Bits | None]] = {}
        self._entry: dict[str, Bits] = {machine.main.scenario: self._known}
        for name in reversed(callees_first(machine.flows)):
            if name in self._entry:
                self.before[name] = self._solve(self._flows[name], self._entry[name], note_calls=True)[0]

    # --- what acts and guards fill ----------------------------------------------------------------------------------

    def known_by(self, guard: Guard) -> Bits:
        """The slots that are filled where `guard` holds."""
        bits = 0
        for test in guard:
            if not test.negated:
                bits |= self.bit.get(test.slot, 0)
        return bits

    def known_without(self, guard: Guard, filled: Bits) -> Bits:
        """The slots that are filled where `guard` fails, when `filled` are so before."""
        bits = self.everything
        for test in guard:
            if isinstance(test, Filled) and not test.negated and filled & self.bit.get(test.slot, 0):
                continue  # it holds, so another one failed
            bits &= self.bit.get(test.slot, 0) if test.negated else 0
        return bits | filled

    def after_acts(self, acts: Iterable[Act], filled: Bits) -> Bits:
        """What is surely filled after `acts`; a guarded act may not have happened."""
        for act in acts:
            gained = 0
            if isinstance(act, Do):
                gained = sum(self.bit[name] for name in act.fills)
            elif isinstance(act, Promise):
                gained = self.bit[act.slot]
            filled = (filled | gained | self.known_by(act.guard)) & self.known_without(act.guard, filled)
        return filled

    def _asked(self, flow: Flow, state: State) -> Bits:
        """The slots whose questions were surely put, or needed none, when the customer goes along at `state`."""
        bits = 0
        for other in flow.states_beside(state):
            for act in other.acts:
                if isinstance(act, Ask):
                    asked = sum(self.bit[name] for name in act.slots)
                    # What is filled by now need not have been so when the guard was tested.
                    bits |= asked & self.known_without(act.guard, self._known)
        return bits

    # --- the fixpoint -----------------------------------------------------------------------------------------------

    def _solve(self, flow: Flow, start: Bits, *, note_calls: bool) -> tuple[list[Bits | None], dict[str | None, Bits]]:
        """What is filled before each state when `start` is at the beginning, and at each kind of return."""
        before: list[Bits | None] = [None] * len(flow.states)
        returns: dict[str | None, Bits] = {}
        if not flow.states:
            return before, returns
        before[flow.entry] = start
        walk = _Filled(self, flow, note_calls=note_calls)
        queue = deque([flow.entry])
        while queue:
            id = queue.popleft()
            filled = before[id]
            assert filled is not None
            state = flow.states[id]
            for target, bits in self._out(walk, state, filled):
                old = before[target]
                new = bits if old is None else old & bits
                if new != old:
                    before[target] = new
                    queue.append(target)
        for state in flow.states:
            at = before[state.id]
            if state.kind == "return" and at is not None:
                returns[state.event] = returns.get(state.event, self.everything) & at
        return before, returns

    def _out(self, walk: _Filled, state: State, filled: Bits) -> Iterator[tuple[int, Bits]]:
        """The states that lines taken at `state` lead to, each with what is surely filled on arrival."""
        filled = self.after_acts(state.acts, filled)
        passed: dict[Trigger, Bits] = {}  # what is filled once the lines before this one have failed
        for one in own_lines(state):
            bits = passed.get(one.trigger, filled)
            if one.fills:
                fills = sum(self.bit[name] for name in one.fills)
                bits |= self._asked(walk.flow, state) & fills
            if state.kind != "gate" and not (state.kind == "wait" and one.trigger.kind in ("after", "every")):
                passed[one.trigger] = self.known_without(one.guard, bits)
            yield from walk.targets(state, one, bits | self.known_by(one.guard))
        for one in anytime_lines(walk.flow, state):
            yield from walk.targets(state, one, filled | self.known_by(one.guard))

    def note_call(self, scenario: str, filled: Bits) -> None:
        """A call begins `scenario` with `filled`."""
        if scenario in self._flows:
            self._entry[scenario] = self._entry.get(scenario, self.everything) & filled

    def gains(self, scenario: str) -> dict[str | None, Bits]:
        """What a sub-dialogue has surely filled when it comes back, by the event it hands back."""
        found = self._gain.get(scenario)
        if found is None:
            flow = self._flows.get(scenario)
            self._gain[scenario] = {}
            found = self._solve(flow, 0, note_calls=False)[1] if flow is not None else {}
            self._gain[scenario] = found
        return found


class _Filled(Walk[Bits]):
    """What is surely filled along the lines of `flow`. note_calls: whether to note what sub-dialogues begin with."""

    def __init__(self, filling: Filling, flow: Flow, *, note_calls: bool) -> None:
        super().__init__(flow)
        self._filling = filling
        self._note_calls = note_calls

    def targets(self, at: State, line: Transition, filled: Bits) -> Iterator[tuple[int, Bits]]:
        """The states that `line` may lead to from `at`, with what is filled there."""
        return ((one.target, one.value) for one in arrivals(self, at, line, filled) if one.target is not None)

    def before(self, line: Transition, value: Bits, *, handed_back: bool) -> Bits:
        """What the acts before the call fill as well."""
        return self._filling.after_acts(line.acts, value)

    def returns(self, line: Transition, value: Bits) -> Iterable[tuple[str | None, Bits]]:
        """What the sub-dialogue has filled, too, when it comes back."""
        call = line.call or ""
        if self._note_calls:
            self._filling.note_call(call, value)
        return [(event, value | gained) for event, gained in self._filling.gains(call).items()]

    def behind(self, line: Transition, value: Bits) -> Bits:
        """What the acts behind the call fill as well."""
        return self._filling.after_acts(line.then, value)
