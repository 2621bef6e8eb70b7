"""The copies of flows a chart is made of, and the calls between them.

Calls form no circle, so a flow is on the stack of a call once at most: one copy of each flow is enough, and a region
beside the talk says from which line it was called. What is on the stack is thus a question of active states, and

    场景 主
    步骤 甲
      调用 核实        # a call site of 核实
      调用 核实        # another one: the same states, another way back

stays as small as the script. An interruption (`全程 当 … 调用 …`) comes over a stack that waits meanwhile, so flows that
may be part of one have a second copy for that; there is never more than one interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from compiler.exports.memory import Memory, Names
from compiler.exports.parts import ChartState, ChartTransition, Clause, Condition
from compiler.machine.callgraph import below, callees_first, callers
from compiler.machine.calls import Chain, rests
from compiler.machine.model import Ask, Flow, Machine, Transition
from dsl.frozen import Node

RESUME = "_resume"
"""The event that ends an interruption, whatever comes next."""


class Switch(Node, frozen=True):
    """Whether a slot was asked for in this run of a step: the two states, and the event that switches off."""

    on: str
    off: str
    reset: str


@dataclass(eq=False)
class Copy:
    """The states of `flow`: in the talk itself, or `over` it, as part of an interruption.

    region: holds the states. states: by id of the flow's state. sites: where this copy is called from. idle, called: the
    states that say whether the copy is on the stack.
    """

    flow: Flow
    over: bool
    region: ChartState
    idle: str
    called: str
    sites: list[CallSite] = field(default_factory=list)
    states: dict[int, ChartState] = field(default_factory=dict)
    switches: dict[tuple[int | None, str], Switch] = field(default_factory=dict)

    @property
    def mark(self) -> tuple[str, bool]:
        """What tells copies of one chart apart."""
        return self.flow.scenario, self.over


@dataclass(eq=False)
class CallSite:
    """A call of `callee`.

    id: the state that is active while the call lasts. caller, at: the copy and the state that called; an interruption has
    none, because it may come over any state of the talk. chain: the lines that led to the call; pending: what they amount
    to (`calls.joined`); owner: the copy in which the target of `pending` lies, None when the target is gone.
    """

    id: str
    callee: Copy
    caller: Copy | None
    at: int
    chain: Chain
    pending: Transition
    owner: Copy | None


class Held(NamedTuple):
    """A `全程` line, of the copy of `flow` (`over` or not), and the condition that this copy is on the stack."""

    line: Transition
    flow: Flow
    over: bool
    on_stack: Condition


class Copies:
    """All copies of a chart and their states, made when something first leads there."""

    def __init__(self, machine: Machine) -> None:
        self.flows = {flow.scenario: flow for flow in machine.flows}
        self.names = Names()
        self.memory = Memory(machine, self.names)
        self.events = {term.name: self.names.new(term.name) for term in machine.events}
        self.sites: list[CallSite] = []
        self.late: dict[str, Callable[[], Clause]] = {}
        self._main = machine.main.scenario
        self._lines: dict[Copy, list[Held]] = {}
        self._on_stack: dict[tuple[str, bool], Condition] = {}
        self._copies: dict[tuple[str, bool], Copy] = {}
        self._sites: dict[tuple[object, ...], CallSite] = {}
        self._unwound: dict[Copy, None] = {}
        self._of_step: dict[tuple[Copy, int | None], list[str]] = {}
        self._unsure = {name: _unsure(flow, self.memory.asked) for name, flow in self.flows.items()}
        self.switched = {slot for steps in self._unsure.values() for slots in steps.values() for slot in slots}
        """Slots whose asking is remembered, because a guard decides about it."""
        self._innermost = {name: rank for rank, name in enumerate(callees_first(machine.flows))}
        self._callers = callers(machine.flows)
        entries = {line.call for flow in machine.flows for line in flow.anytime if line.call in self.flows}
        self._over = {name for entry in entries for name in below(entry or "", self.flows)}

    # --- copies -----------------------------------------------------------------------------------------------------

    @property
    def main(self) -> Copy:
        """The copy of the scenario itself, which nothing calls."""
        return self.copy(self.flows[self._main])

    @property
    def all(self) -> list[Copy]:
        """The copies that a call can come to."""
        return [one for one in self._copies.values() if one.sites or one.mark == (self._main, False)]

    def copy(self, flow: Flow, *, over: bool = False) -> Copy:
        """The copy of `flow`."""
        mark = (flow.scenario, over)
        if mark not in self._copies:
            name = f"over_{flow.scenario}" if over else flow.scenario
            region = ChartState(self.names.new(name), "compound", flow=flow)
            copy = Copy(flow, over, region, self.names.new(f"{name}_idle"), self.names.new(f"{name}_called"))
            self._copies[mark] = copy
            region.initial = self.state(copy, flow.entry).id
            for step, slots in self._unsure[flow.scenario].items():
                for slot in sorted(slots):
                    where = self.later(lambda step=step: tuple(self._of_step.get((copy, step), ())))  # type: ignore[misc]
                    states = self.memory.switch(f"{name}_{slot}", f"_ask.{self.memory.tokens[slot]}", where)
                    copy.switches[step, slot] = Switch(*states)
        return self._copies[mark]

    def rank(self, copy: Copy) -> tuple[bool, int]:
        """Sorts copies that are on one stack, innermost first."""
        return not copy.over, self._innermost[copy.flow.scenario]

    def lines(self, copy: Copy) -> list[Held]:
        """The `全程` lines that may hold in `copy`, innermost first."""
        if copy not in self._lines:
            above = self._callers[copy.flow.scenario]
            marks = [(copy.flow.scenario, copy.over)]
            if copy.over:
                marks += [(name, True) for name in self._innermost if name in above & self._over]
            marks += [(name, False) for name in self._innermost if copy.over or name in above]
            self._lines[copy] = [
                Held(line, self.flows[name], over, () if number == 0 else self.on_stack(name, over))
                for number, (name, over) in enumerate(marks)
                for line in self.flows[name].anytime
            ]
        return self._lines[copy]

    def on_stack(self, scenario: str, over: bool) -> Condition:
        """The copy of `scenario` is on the stack."""
        if scenario == self._main and not over:
            return ()
        mark = (scenario, over)
        if mark not in self._on_stack:
            self._on_stack[mark] = (self.later(lambda: tuple(one.called for one in self.all if one.mark == mark)),)
        return self._on_stack[mark]

    # --- calls ------------------------------------------------------------------------------------------------------

    def site(self, caller: Copy | None, at: int, chain: Chain, line: Transition, owner: Copy | None) -> CallSite:
        """The call by `line` at the state `at` of `caller`, or over the talk."""
        if caller is None and owner is not None and owner.over:
            owner = None  # part of an interruption whose place this one takes
        mark = (caller, at, *map(id, chain), owner)
        if mark not in self._sites:
            flow = self.flows[line.call or ""]
            callee = self.copy(flow, over=caller is None or caller.over)
            where = "" if caller is None else f"_{caller.flow.states[at].name}"
            id_ = self.names.new(f"{callee.called}_from{where}")
            self._sites[mark] = made = CallSite(id_, callee, caller, at, chain, line, owner)
            callee.sites.append(made)
            self.sites.append(made)
        return self._sites[mark]

    def interruptions(self, line: Transition) -> Clause:
        """An interruption called by `line` itself goes on: the line does not hold there."""
        return self.later(lambda: tuple(one.id for one in self.sites if one.caller is None and one.chain[-1] is line))

    def unwound(self, copy: Copy) -> Iterator[str]:
        """The events that take everything off the stack that is above `copy`.

        场景 主
          全程 当 投诉 转 收尾     # heard inside 核实: the call leaves 核实 without a return
        步骤 甲
          调用 核实
        """
        self._unwound[copy] = None
        yield f"_unwind.{copy.region.id}"
        if self._over and not copy.over:
            yield RESUME

    def regions(self) -> Iterator[ChartState]:
        """A region for each copy that is called: by which line."""
        for copy in self.all:
            if not copy.sites:
                continue  # the scenario itself
            idle = ChartState(copy.idle)
            idle.transitions = [ChartTransition(f"_call.{one.id}", (), (), one.id) for one in copy.sites]
            called = ChartState(copy.called, "compound", copy.sites[0].id, [ChartState(one.id) for one in copy.sites])
            ends = [f"_return.{copy.region.id}"]
            ends += [RESUME] if copy.over else []
            ends += [
                f"_unwind.{one.region.id}"
                for one in self._unwound
                if one.over == copy.over and one.flow.scenario in self._callers[copy.flow.scenario]
            ]
            called.transitions = [ChartTransition(end, (), (), copy.idle) for end in ends]
            yield ChartState(self.names.new(f"{copy.region.id}_calls"), "compound", copy.idle, [idle, called])

    # --- states -----------------------------------------------------------------------------------------------------

    def state(self, copy: Copy, at: int) -> ChartState:
        """The chart's state for the state `at` of `copy`."""
        if at not in copy.states:
            state = copy.flow.states[at]
            made = self.new_state(copy, state.step, state.name)
            made.name, made.begins, made.waits = state.name, state.begins, rests(state)
            copy.states[at] = made
        return copy.states[at]

    def passing(self, copy: Copy, step: int | None, transitions: Iterable[ChartTransition]) -> ChartState:
        """A state that takes the first of `transitions` whose guard holds, once all earlier events are handled."""
        made = self.new_state(copy, step, f"{copy.flow.steps[step].name if step is not None else 'all'}_next")
        made.raised = [f"_next.{made.id}"]
        made.transitions = [ChartTransition(made.raised[0], one.guard, one.actions, one.target) for one in transitions]
        return made

    def new_state(self, copy: Copy, step: int | None, name: str) -> ChartState:
        """A new state among those of `copy`."""
        made = ChartState(self.names.new(f"{copy.region.id}_{name}"), flow=copy.flow)
        made.step = copy.flow.steps[step] if step is not None else None
        copy.region.children.append(made)
        self._of_step.setdefault((copy, step), []).append(made.id)
        return made

    def later(self, states: Callable[[], Clause]) -> Clause:
        """A clause whose states are known only when the chart is done."""
        token = f"?{len(self.late)}"
        self.late[token] = states
        return (token,)


def _unsure(flow: Flow, slots: Iterable[str]) -> dict[int, frozenset[str]]:
    """By step: those of `slots` that an answer fills only if they were asked for, which depends on guards.

    步骤 核实
      若 类型 是 单位: 问 税号 "税号是多少？"   # whether 税号 is filled at `转` depends on this guard
      问 姓名 "怎么称呼？"
      转 下一步
    """
    kept = set(slots)
    out: dict[int, frozenset[str]] = {}
    for step in flow.steps:
        states = [flow.states[id] for id in step.states]
        asks = [act for state in states for act in state.acts if isinstance(act, Ask) and not act.guard]
        sure = {slot for act in asks for slot in act.slots}
        filled = {slot for state in states for one in state.transitions for slot in one.fills}
        left = frozenset(filled & kept - sure)
        if left:
            out[step.index] = left
    return out
