"""Which values each slot may have, wherever a call is: a may-analysis over the flows of one machine.

The counterpart of `dataflow`. A slot may have a value at a place when some path that leads there leaves it with that value.
Guards cut values off: behind `X 是 甲` slot X has no other. A guard that lets no value through at a place holds on no call:

    步骤 一
      问 档次 "哪一档？"
      若 档次 是 甲: 做 登记      # 档次 is empty when the line is reached: the answer comes after the step's last line

Monotone framework over sets of values with union as join (Kildall 1973); all sets of a place are the bits of one int.
An over-estimate: each slot is looked at by itself, so values that never meet may seem to; what a sub-dialogue or a `全程`
line of any flow may fill counts as filled, and as not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from compiler.machine.callgraph import below
from compiler.machine.calls import Walk, anytime_lines, arrivals, own_lines, rests
from compiler.machine.model import Act, Ask, Filled, Flow, Guard, Machine, Slot, State, Test, Transition, Trigger
from compiler.machine.walk import acts_of, fills_of, transitions_of

Values = int
"""A set of values for every slot: for each a bit for “empty” and one for each option, or one for “filled”."""


class PossibleValues:
    """The analysis of one machine; `before[flow][state]` are the values slots may have when that state is entered.

    None stands for a state that no call reaches. A flow that no call reaches is missing.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._slots: dict[str, tuple[Slot, int]] = {}
        start = offset = 0
        for slot in machine.slots:
            self._slots[slot.name] = (slot, offset)
            start |= self._filled(slot.name) if slot.known else 1 << offset
            offset += 1 + max(1, len(slot.options))
        self._flows = {flow.scenario: flow for flow in machine.flows}
        self._inside: dict[str, Values] = {}
        # Wherever a call rests, a `全程` line of any flow that is being run may have been taken, and have come back.
        self._loose = 0
        for flow in machine.flows:
            for line in flow.anytime:
                self._loose |= self._fills((*line.acts, *line.then))
                self._loose |= 0 if line.call is None else self.filled_inside(line.call)
        self.before: dict[str, list[Values | None]] = {}
        self._entry: dict[str, Values] = {machine.main.scenario: start}
        self._queue = deque([machine.main.scenario])
        while self._queue:
            name = self._queue.popleft()
            self._solve(self._flows[name])

    # --- values -----------------------------------------------------------------------------------------------------

    def of(self, slot: str, values: Values) -> tuple[str, ...]:
        """The options `slot` may have, in the author's order; empty for a slot without options."""
        one, offset = self._slots[slot]
        return tuple(option for index, option in enumerate(one.options) if values >> offset + 1 + index & 1)

    def may_be_empty(self, slot: str, values: Values) -> bool:
        """Whether `slot` may be empty."""
        return bool(values >> self._slots[slot][1] & 1)

    def may_be_filled(self, slot: str, values: Values) -> bool:
        """Whether `slot` may be filled."""
        return bool(values & self._filled(slot))

    def through(self, guard: Guard, values: Values) -> Values | None:
        """The values with which `guard` holds; None when it holds with none."""
        for test in guard:
            if test.slot in self._slots:
                every = self._every(test.slot)
                left = values & self._fitting(test) & every
                if not left:
                    return None
                values = values & ~every | left
        return values

    def past(self, guard: Guard, values: Values) -> Values | None:
        """The values with which `guard` fails; None when it fails with none."""
        if not guard:
            return None
        if len(guard) > 1 or guard[0].slot not in self._slots:
            return values  # any of its tests may have failed
        every = self._every(guard[0].slot)
        left = values & every & ~self._fitting(guard[0])
        return values & ~every | left if left else None

    def after_acts(self, acts: Iterable[Act], values: Values) -> Values:
        """The values slots may have after `acts`; a guarded act may not have happened."""
        for act in acts:
            done = self.through(act.guard, values)
            if done is None or isinstance(act, Ask):  # an answer comes when the step waits
                continue
            for slot in fills_of(act):
                done = done & ~self._every(slot) | self._filled(slot)
            values = done | (self.past(act.guard, values) or 0)
        return values

    def filled_inside(self, scenario: str) -> Values:
        """The values that a run of `scenario` may give slots, with all that it calls."""
        found = self._inside.get(scenario)
        if found is None:
            found = 0
            for name in below(scenario, self._flows):
                found |= self._fills(acts_of(self._flows[name]))
                for line in transitions_of(self._flows[name]):
                    for slot in line.fills:
                        found |= self._filled(slot)
            self._inside[scenario] = found
        return found

    def _fills(self, acts: Iterable[Act]) -> Values:
        values = 0
        for act in acts:
            for slot in fills_of(act):
                values |= self._filled(slot)
        return values

    def _every(self, slot: str) -> Values:
        one, offset = self._slots[slot]
        return (1 << 1 + max(1, len(one.options))) - 1 << offset

    def _filled(self, slot: str) -> Values:
        return self._every(slot) & ~(1 << self._slots[slot][1])

    def _fitting(self, test: Test) -> Values:
        """The values with which `test` holds."""
        slot, offset = self._slots[test.slot]
        if isinstance(test, Filled):
            bits = self._filled(test.slot)
        else:
            bits = sum(1 << offset + 1 + index for index, one in enumerate(slot.options) if one in test.values)
        return self._every(test.slot) & ~bits if test.negated else bits

    # --- the fixpoint -----------------------------------------------------------------------------------------------

    def _solve(self, flow: Flow) -> None:
        before: list[Values | None] = [None] * len(flow.states)
        self.before[flow.scenario] = before
        if not flow.states:
            return
        before[flow.entry] = self._entry[flow.scenario]
        walk = _Possible(self, flow)
        queue = deque([flow.entry])
        while queue:
            id = queue.popleft()
            for line, values in self.lines(flow, flow.states[id]):
                for one in arrivals(walk, flow.states[id], line, values):
                    target = id if one.target is None else one.target
                    old = before[target]
                    new = one.value | (old or 0)
                    if new != old:
                        before[target] = new
                        queue.append(target)

    def lines(self, flow: Flow, state: State) -> Iterator[tuple[Transition, Values]]:
        """The lines a call may take at `state`, each with the values slots may have then, its guard let through."""
        values = self.before[flow.scenario][state.id]
        if values is None:
            return
        values = self.after_acts(state.acts, self.resting(state, values))
        failed: dict[Trigger, Values | None] = {}
        for one in own_lines(state):
            now = failed.get(one.trigger, values)
            if one.fills and now is not None and one.trigger not in failed:
                now = self._answered(flow, state, one.fills, now)
            if state.kind != "gate" and not (state.kind == "wait" and one.trigger.kind in ("after", "every")):
                failed[one.trigger] = None if now is None else self.past(one.guard, now)
            through = None if now is None else self.through(one.guard, now)
            if through is not None:
                yield one, through
        for line in state.transitions:
            if line.call is not None:
                values |= self._fills(line.acts) | self.filled_inside(line.call)
        for one in anytime_lines(flow, state):
            through = self.through(one.guard, values)
            if through is not None:
                yield one, through

    def resting(self, state: State, values: Values) -> Values:
        """`values` and those that slots may get while a call rests at `state`."""
        return values | self._loose if rests(state) else values

    def _answered(self, flow: Flow, state: State, slots: Iterable[str], values: Values) -> Values:
        """The values when the customer has answered; a question under a guard may not have been put."""
        asked = {slot for one in flow.states_beside(state) for act in one.acts if isinstance(act, Ask)
                 and not act.guard for slot in act.slots}  # fmt: skip
        for slot in slots:
            values = (values & ~self._every(slot) if slot in asked else values) | self._filled(slot)
        return values

    def begin(self, scenario: str, values: Values) -> None:
        """A call begins `scenario` with `values`."""
        old = self._entry.get(scenario)
        if scenario in self._flows and (old is None or old | values != old):
            self._entry[scenario] = values | (old or 0)
            if scenario not in self._queue:
                self._queue.append(scenario)


class _Possible(Walk[Values]):
    """The values along the lines of `flow`."""

    def __init__(self, possible: PossibleValues, flow: Flow) -> None:
        super().__init__(flow)
        self._possible = possible

    def before(self, line: Transition, value: Values, *, handed_back: bool) -> Values:
        """`value` after the acts before the call."""
        let = self._possible.through(line.guard, value) if handed_back else value
        return self._possible.after_acts(line.acts, value if let is None else let)

    def returns(self, line: Transition, value: Values) -> Iterable[tuple[str | None, Values]]:
        """Every event the sub-dialogue may hand back, with what it may have filled."""
        possible, call = self._possible, line.call or ""
        possible.begin(call, value)
        flow = possible._flows.get(call)
        events = dict.fromkeys(state.event for state in flow.states if state.kind == "return") if flow else ()
        return [(event, value | possible.filled_inside(call) | possible._loose) for event in events]

    def behind(self, line: Transition, value: Values) -> Values:
        """`value` after the acts behind the call."""
        return self._possible.after_acts(line.then, value)
