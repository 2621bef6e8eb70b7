"""What there is to cover in a scenario: its steps, the ways a call can take between them, the sentences.

Counted are lines as their author wrote them: a reaction that stands on three waiting states is one line, and what only
joins the states of one step is none. A scenario's own lines count for it wherever they are run from.
"""

from __future__ import annotations

from typing import Literal

from compiler.runtime.model import Act, Flow, Model, Place, State, Transition
from dsl.frozen import Node

Sort = Literal["step", "transition", "phrase"]


class Item(Node, frozen=True):
    """One thing to cover. `key` tells it apart from others of its scenario; `place` is its line."""

    scenario: str
    sort: Sort
    key: tuple[object, ...]
    place: Place


class Inventory:
    """The items of every flow of one model, and which numbers of the model stand for them."""

    def __init__(self, model: Model) -> None:
        self.transitions: dict[int, Item] = {}
        self.acts: dict[int, Item] = {}
        self.steps: dict[tuple[int, int], Item] = {}
        self._first = {state.flow: state.id for state in reversed(model.states)}
        self.by_scenario: dict[str, dict[Item, None]] = {flow.scenario: {} for flow in model.flows}
        for flow in model.flows:
            for step in flow.steps:
                self.steps[flow.index, step.index] = self._add(Item(flow.scenario, "step", (step.name,), step.place))
            for line in flow.lines:
                self._line(model, flow, None, line)
        for state in model.states:
            flow = model.flows[state.flow]
            self._acts(flow, state.step, state.acts)
            for line in state.transitions:
                self._line(model, flow, state, line)

    def of(self, scenario: str) -> tuple[Item, ...]:
        """All items of a scenario, in the order of its lines."""
        return tuple(sorted(self.by_scenario[scenario], key=lambda item: (item.place.file, item.place.line, item.sort)))

    def _add(self, item: Item) -> Item:
        self.by_scenario[item.scenario].setdefault(item)
        return item

    def _line(self, model: Model, flow: Flow, state: State | None, line: Transition) -> None:
        step = -1 if state is None else state.step
        self._acts(flow, step, line.acts)
        self._acts(flow, step, line.then)
        if state is None or _counts(model, state, line):
            # A target is a number of the model; counted from its flow's first state it is the same in every model.
            target = line.target - self._first[flow.index] if line.target >= 0 else None
            called = model.flows[line.call].scenario if line.call >= 0 else None
            key = (step, line.place, line.kind, line.event, line.delay, called, target)
            self.transitions[line.id] = self._add(Item(flow.scenario, "transition", key, line.place))

    def _acts(self, flow: Flow, step: int, acts: tuple[Act, ...]) -> None:
        for act in acts:
            if act.wordings:
                key = (step, act.place, act.wordings[0].plain)
                self.acts[act.id] = self._add(Item(flow.scenario, "phrase", key, act.place))


def _counts(model: Model, state: State, line: Transition) -> bool:
    """Whether a transition is a way its author wrote, and does not merely join the states of one step."""
    if line.kind != "always":
        return True
    if state.kind == "gate":
        return line.order == 1
    if line.call >= 0:
        return True
    target = model.states[line.target] if line.target >= 0 else None
    return target is not None and (target.step != state.step or target.entry or target.kind in ("end", "return"))
