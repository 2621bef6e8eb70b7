"""A step read back from the states it became: what lowering says of it must be the same, and machines made by hand get theirs."""

from __future__ import annotations

from compiler.machine.model import (
    Act,
    Flow,
    Guard,
    GuardedAct,
    GuardedCall,
    Outline,
    Pause,
    State,
    Step,
    Transition,
)
from dsl.frozen import replace
from dsl.source import Span


def read_back(flow: Flow, step: Step) -> Outline:
    """The outline of one step of `flow`."""
    return _Reader(flow, step).read()


def outlined(flow: Flow) -> Flow:
    """A flow made by hand, with the outlines of its steps, and the states where they begin marked."""
    entries = {step.entry for step in flow.steps}
    flow = replace(flow, states=tuple(replace(state, begins=state.id in entries) for state in flow.states))
    return replace(flow, steps=tuple(replace(step, outline=read_back(flow, step)) for step in flow.steps))


class _Reader:
    """Walks the states of one step in program order and sorts what it meets."""

    def __init__(self, flow: Flow, step: Step) -> None:
        self.flow = flow
        self.step = step
        self.lines: list[GuardedAct | Pause | GuardedCall] = []
        self.exits: list[Transition] = []
        self.reactions: list[Transition] = []
        self.timers: list[Transition] = []
        self.otherwise: Transition | None = None
        self.met: set[tuple[object, ...]] = set()

    def read(self) -> Outline:
        states, step = self.flow.states, self.step
        # A stack, last pushed first walked, so that a branch is read before what follows it.
        todo = [step.entry]
        seen: set[int] = set()
        while todo:
            state = states[todo.pop()]
            if state.id in seen:
                continue
            seen.add(state.id)
            self._acts((), state.acts)
            following = [inner for t in state.transitions if (inner := self._transition(state, t)) is not None]
            todo.extend(reversed(following))
        return Outline(tuple(self.lines), tuple(self.exits), tuple(self.reactions), tuple(self.timers), self.otherwise)

    def _acts(self, guard: Guard, acts: tuple[Act, ...]) -> None:
        for act in acts:
            # Acts of one line share its span; what they are about keeps them apart.
            if self._new(act.span, type(act), getattr(act, "action", None) or getattr(act, "slot", None)):
                self.lines.append(GuardedAct(guard + act.guard, act))

    def _transition(self, state: State, transition: Transition) -> int | None:
        """Sort `transition`; the state of this step where it goes on, if it is no way out of the step."""
        kind = transition.trigger.kind
        if state.kind == "gate" and transition is not state.transitions[0]:
            self.otherwise = transition
            return None
        own = kind in ("always", "proceed") or (state.kind == "pause" and kind == "after")
        if own and state.kind == "pause" and kind == "after" and self._new(state.span, Pause, None):
            self.lines.append(Pause(state.span, transition.trigger.delay))
        if own and self._inner(transition):
            self._acts(transition.guard, transition.acts)
            if transition.call is not None and self._new(transition.span, GuardedCall, transition.call):
                self.lines.append(GuardedCall(transition.span, transition.guard, transition.call))
            self._acts(transition.guard, transition.then)
            return transition.target
        if self._new(transition.span, Transition, (transition.trigger, transition.guard)):
            (self.exits if own else self.reactions if kind == "event" else self.timers).append(transition)
        return None

    def _inner(self, transition: Transition) -> bool:
        """Whether the step goes on below."""
        if transition.target is None:
            return False
        target = self.flow.states[transition.target]
        return target.step == self.step.index and target.kind not in ("end", "return") and not target.begins

    def _new(self, span: Span, *what: object) -> bool:
        """Whether this is met for the first time: a handler stands on every waiting state of its step."""
        key = (span.source.name, span.start, span.end, *what)
        if key in self.met:
            return False
        self.met.add(key)
        return True
