"""The copies of flows a chart is made of: one for each place a sub-dialogue is called from, with what follows its return.

A copy knows the copies it was called from, as frames of a stack do. So a return, and a line that holds in the whole call,
need no data in the chart: what they lead to is looked up while the chart is made.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from compiler.exports.memory import Memory, Names
from compiler.exports.parts import ChartState, ChartTransition, Clause
from compiler.machine.calls import Chain, rests
from compiler.machine.model import Ask, Flow, Machine, Transition
from dsl.frozen import Node


class Switch(Node, frozen=True):
    """Whether a slot was asked for in this run of a step: the two states, and the event that switches off."""

    on: str
    off: str
    reset: str


@dataclass(eq=False)
class Copy:
    """One copy of `flow`.

    below: the copy it was called from, or that it interrupts; None for the scenario itself. at: the state there; -1 for
    an interruption, which may come over any state. chain: the lines that led to the call; pending: what they amount to
    (`calls.joined`); owner: the copy in which the target of `pending` lies, None when the target is gone. region: holds
    the states of the copy. scope: of a copy that can be interrupted, the state around `region` and all interruptions;
    history: leads back from them. states: by id of the flow's state.
    """

    flow: Flow
    below: Copy | None = None
    at: int = -1
    chain: Chain = ()
    pending: Transition | None = None
    owner: Copy | None = None
    region: ChartState = field(default_factory=lambda: ChartState(""))
    scope: ChartState | None = None
    history: str = ""
    states: dict[int, ChartState] = field(default_factory=dict)
    switches: dict[tuple[int | None, str], Switch] = field(default_factory=dict)

    @property
    def stack(self) -> Iterator[Copy]:
        """This copy and those below, innermost first."""
        one: Copy | None = self
        while one is not None:
            yield one
            one = one.below

    @property
    def root(self) -> Copy | None:
        """The interruption that this copy is part of; None outside any."""
        return next((one for one in self.stack if one.interrupts), None)

    @property
    def interrupts(self) -> bool:
        """Whether this copy is an interruption itself."""
        return self.below is not None and self.at < 0

    @property
    def host(self) -> Copy:
        """The nearest copy of the stack whose scope holds the interruptions that can come over this one."""
        return next(one for one in self.stack if one.scope is not None)

    @property
    def lines(self) -> Iterator[tuple[Transition, Copy]]:
        """The `全程` lines that hold here, innermost first, each with the copy it belongs to."""
        for one in self.stack:
            for line in one.flow.anytime:
                yield line, one

    def inside(self, line: Transition) -> bool:
        """Whether this copy is part of an interruption called by `line` itself, where the line does not hold."""
        return self.root is not None and self.root.chain[-1] is line


class Copies:
    """All copies of a chart and their states, made when something first leads there."""

    def __init__(self, machine: Machine) -> None:
        self.flows = {flow.scenario: flow for flow in machine.flows}
        self.names = Names()
        self.memory = Memory(machine, self.names)
        self.events = {term.name: self.names.new(term.name) for term in machine.events}
        self.all: list[Copy] = []
        self.unfilled: deque[tuple[Copy, int]] = deque()
        """States that exist, and do nothing yet."""
        self.late: dict[str, Callable[[], Clause]] = {}
        self._called: dict[tuple[object, ...], Copy] = {}
        self._of_step: dict[tuple[Copy, int | None], list[str]] = {}
        self._unsure = {name: _unsure(flow, self.memory.asked) for name, flow in self.flows.items()}
        self.switched = {slot for steps in self._unsure.values() for slots in steps.values() for slot in slots}
        """Slots whose asking is remembered, because a guard decides about it."""

    def add(self, copy: Copy, parent: ChartState, name: str) -> Copy:
        """Furnish a new `copy` inside `parent`; with a scope where lines of its own can interrupt it."""
        self.all.append(copy)
        flow = copy.flow
        copy.region = ChartState(self.names.new(name), "compound", flow=flow)
        if copy.below is None or (flow.anytime and copy.root is None):
            copy.scope = ChartState(self.names.new(f"{name}_all"), "compound", copy.region.id, [copy.region], flow=flow)
            copy.history = self.names.new(f"{name}_back")
        parent.children.append(copy.scope or copy.region)
        copy.region.initial = self.state(copy, flow.entry).id
        if copy.scope is not None:
            copy.region.children.append(ChartState(copy.history, "history", copy.region.initial))
        for step, slots in self._unsure[flow.scenario].items():
            for slot in sorted(slots):
                where = self.later(lambda step=step: tuple(self._of_step.get((copy, step), ())))  # type: ignore[misc]
                states = self.memory.switch(f"{name}_{slot}", f"_ask.{self.memory.tokens[slot]}", where)
                copy.switches[step, slot] = Switch(*states)
        return copy

    def called(self, caller: Copy, at: int, chain: Chain, line: Transition, owner: Copy | None) -> Copy:
        """The copy that `line` calls at the state `at` of `caller`."""
        mark = (caller, at, *map(id, chain), owner)
        if mark not in self._called:
            flow = self.flows[line.call or ""]
            self._called[mark] = copy = Copy(flow, caller, at, chain, line, owner)
            self.add(copy, caller.region, f"{caller.region.id}_{flow.scenario}")
        return self._called[mark]

    def interruption(self, host: Copy, chain: Chain, line: Transition, owner: Copy | None) -> Copy:
        """The copy that comes over whatever goes on in `host` when `line` calls."""
        if owner is not None and owner.root is not None:
            owner = None  # part of an interruption whose place this one takes
        mark = (host, "over", *map(id, chain), owner)
        if mark not in self._called:
            flow = self.flows[line.call or ""]
            self._called[mark] = copy = Copy(flow, host, -1, chain, line, owner)
            self.add(copy, host.scope or host.region, f"{host.region.id}_over_{flow.scenario}")
        return self._called[mark]

    def state(self, copy: Copy, at: int) -> ChartState:
        """The chart's state for the state `at` of `copy`."""
        if at not in copy.states:
            state = copy.flow.states[at]
            made = self.new_state(copy, state.step, state.name)
            made.name, made.begins, made.waits = state.name, state.begins, rests(state)
            copy.states[at] = made
            self.unfilled.append((copy, at))
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
