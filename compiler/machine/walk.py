"""Going through a flow: all its transitions, acts and tests; a step as its author wrote it; the main road.

The first are for whoever wants to see everything once. The others are for outputs that show a scenario to people: a step
read back from the states it became, what the agent does from top to bottom, the ways on, what else may happen. Knows
nothing of how any of it is shown, in which language, or on what.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.machine.model import Act, Ask, Do, Flow, Guard, Phrase, Promise, Say, State, Step, Test, Transition
from dsl.frozen import Node
from dsl.source import Span


class Guarded(Node, frozen=True):
    """An act of a step and everything that must hold for it: its own guard and that of the branch it stands in."""

    guard: Guard
    act: Act


class Pause(Node, frozen=True):
    """A wait of `delay` ms in the middle of a step."""

    span: Span
    delay: int


class Call(Node, frozen=True):
    """A call of the sub-dialogue `scenario`, when `guard` holds."""

    span: Span
    guard: Guard
    scenario: str


Line = Guarded | Pause | Call


class Outline(Node, frozen=True):
    """One step, read back.

    lines: what the agent does, top to bottom. onward: the ways on, in the order they are tried. reactions: what else
    the customer or the line may do. timers: what happens after, or every, so long a wait. otherwise: where the entries
    that are too many go (None: the step has no gate). All these transitions leave the step, end the call or stay.
    """

    step: Step
    lines: tuple[Line, ...]
    onward: tuple[Transition, ...]
    reactions: tuple[Transition, ...]
    timers: tuple[Transition, ...]
    otherwise: Transition | None


def transitions_of(flow: Flow) -> Iterator[Transition]:
    """Every transition of `flow`: those of its states in order, then its `anytime` transitions."""
    for state in flow.states:
        yield from state.transitions
    yield from flow.anytime


def calls_of(flow: Flow) -> Iterator[tuple[str, Transition]]:
    """The scenarios that `flow` calls, each with the transition that does it, in the order of `transitions_of`."""
    for one in transitions_of(flow):
        if one.call is not None:
            yield one.call, one


def acts_of(flow: Flow) -> Iterator[Act]:
    """Every act of `flow`: those of its states, of their transitions and of its `anytime` transitions."""
    for state in flow.states:
        yield from state.acts
        for transition in state.transitions:
            yield from transition.acts
            yield from transition.then
    for transition in flow.anytime:
        yield from transition.acts
        yield from transition.then


def tests_of(flow: Flow) -> Iterator[Test]:
    """Every test of a guard in `flow`."""
    for act in acts_of(flow):
        yield from act.guard
    for one in transitions_of(flow):
        yield from one.guard


def phrases_of(act: Act) -> tuple[Phrase, ...]:
    """The wordings of an act, of which the agent speaks one; none of an act that is not spoken."""
    return act.phrases if isinstance(act, Say | Ask) else ()


def fills_of(act: Act) -> tuple[str, ...]:
    """The slots that an act fills, or the answer to it."""
    match act:
        case Ask():
            return act.slots
        case Do():
            return act.fills
        case Promise():
            return (act.slot,)
        case Say():
            return ()


def outline(flow: Flow) -> tuple[Outline, ...]:
    """The steps of `flow`, in the author's order. Linear in the size of the flow."""
    return tuple(_Reader(flow, step).read() for step in flow.steps)


def leads_to(flow: Flow, transition: Transition) -> int | None:
    """Index of the step that `transition` begins; None when it stays, ends, returns, or goes on within its step."""
    if transition.target is None:
        return None
    state = flow.states[transition.target]
    return state.step if state.kind not in ("end", "return") and flow.steps[state.step].entry == state.id else None


def main_road(flow: Flow, outlines: tuple[Outline, ...]) -> tuple[tuple[int, ...], Transition | None]:
    """The steps of the call as it should go, and the transition that ends it (None: the road comes to no end).

    From the first step along the first unguarded way on; where a step has none, along its first guarded way; where it
    has no way on at all (it waits for an answer), along the first unguarded, then the first guarded, thing the customer
    may do. A way back to a step already on the road is not taken.
    """
    road = [flow.states[flow.entry].step] if flow.steps else []
    seen = set(road)
    while road:
        here = outlines[road[-1]]
        ways = here.onward or here.reactions or here.timers
        following = None
        for way in sorted(ways, key=lambda way: bool(way.guard)):
            target = leads_to(flow, way)
            if target is None and way.target is not None:
                return tuple(road), way
            if target is not None and target not in seen:
                following = target
                break
        if following is None:
            break
        road.append(following)
        seen.add(following)
    return tuple(road), None


class _Reader:
    """Walks the states of one step in program order and sorts what it meets."""

    def __init__(self, flow: Flow, step: Step) -> None:
        self.flow = flow
        self.step = step
        self.lines: list[Line] = []
        self.onward: list[Transition] = []
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
        return Outline(
            step, tuple(self.lines), tuple(self.onward), tuple(self.reactions), tuple(self.timers), self.otherwise
        )

    def _acts(self, guard: Guard, acts: tuple[Act, ...]) -> None:
        for act in acts:
            # Acts of one line share its span; what they are about keeps them apart.
            if self._new(act.span, type(act), getattr(act, "action", None) or getattr(act, "slot", None)):
                self.lines.append(Guarded(guard + act.guard, act))

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
            if transition.call is not None and self._new(transition.span, Call, transition.call):
                self.lines.append(Call(transition.span, transition.guard, transition.call))
            self._acts(transition.guard, transition.then)
            return transition.target
        if self._new(transition.span, Transition, (transition.trigger, transition.guard)):
            (self.onward if own else self.reactions if kind == "event" else self.timers).append(transition)
        return None

    def _inner(self, transition: Transition) -> bool:
        """Whether the step goes on below."""
        if transition.target is None:
            return False
        target = self.flow.states[transition.target]
        return target.step == self.step.index and target.kind not in ("end", "return") and target.id != self.step.entry

    def _new(self, span: Span, *what: object) -> bool:
        """Whether this is met for the first time: a handler stands on every waiting state of its step."""
        key = (span.source.name, span.start, span.end, *what)
        if key in self.met:
            return False
        self.met.add(key)
        return True
