"""Routes of a call through a chart: from a state to the next one in which the call rests, over acts, calls and returns.

A route says nothing of what sets it off; `statechart` puts it behind events and times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from compiler.exports.copies import Copies, Copy
from compiler.exports.parts import Action, ChartState, ChartTransition, Ended, Performed, RaisedEvent
from compiler.machine.calls import Chain, fitting, joined
from compiler.machine.model import Act, Ask, Do, Guard, Promise, Transition


class Route(NamedTuple):
    """What is performed on the way, and the state of the chart it leads to (empty: none, the call stays)."""

    actions: tuple[Action, ...]
    target: str

    def behind(self, *actions: Action) -> Route:
        """This route after `actions`."""
        return Route((*actions, *self.actions), self.target)


class Routes:
    """Finds routes between the states of `copies`, which grow with every route that leads somewhere new.

    ends: by outcome. returned: the events that interruptions hand back to what they interrupted, each with the
    interruption and the script's name of the event. resting: the states, outside any interruption, in which a call can be
    interrupted.
    """

    def __init__(self, copies: Copies) -> None:
        self.copies = copies
        self.memory = copies.memory
        self.ends: dict[str, ChartState] = {}
        self.returned: dict[str, tuple[Copy, str]] = {}
        self.resting: dict[tuple[Copy, int], None] = {}
        self._return_states: dict[tuple[Copy, str], str] = {}
        self._raised: set[Copy] = set()

    # --- forwards ---------------------------------------------------------------------------------------------------

    def to(self, copy: Copy, at: int) -> Route:
        """To the state `at` of `copy`; through an end or a return without stopping."""
        state = copy.flow.states[at]
        if state.kind == "end":
            return self._to_end(state.outcome or "")
        if state.kind == "return":
            return self._return(copy, state.event)
        reset = (
            RaisedEvent(one.reset) for (step, _), one in copy.switches.items() if state.begins and step == state.step
        )
        return Route(tuple(reset), self.copies.state(copy, at).id)

    def into(self, copy: Copy) -> Route:
        """To where `copy` begins."""
        return self.to(copy, copy.flow.entry)

    def along(self, copy: Copy, at: int, chain: Chain, line: Transition, owner: Copy | None) -> Route:
        """Along `line` from the state `at` of `copy`, without waiting for anybody."""

        def end() -> Route:
            if line.call is not None:
                return self.into(self.copies.called(copy, at, chain, line, owner))
            return self._arrive(copy, at, line, owner)

        return self.performing(copy, copy.flow.states[at].step, line.acts, end)

    def performing(self, copy: Copy, step: int | None, acts: tuple[Act, ...], onward: Callable[[], Route]) -> Route:
        """Over `acts`, then `onward`; through a state of its own where a guard is to be looked at or a system answers."""
        if not acts:
            return onward()
        act, rest = acts[0], acts[1:]
        guard = self.memory.guard(act.guard)
        after = self.performing(copy, step, rest, onward)
        if guard is None:
            return after
        done = self._over(copy, step, act, after)
        if not guard:
            return done
        either = [ChartTransition("", guard, *done), ChartTransition("", (), *after)]
        return Route((), self.copies.passing(copy, step, either).id)

    def first(self, copy: Copy, step: int | None, routes: Iterable[tuple[Guard, Callable[[], Route]]]) -> Route:
        """The first of `routes` whose guard holds."""
        transitions: list[ChartTransition] = []
        for asked, route in routes:
            guard = self.memory.guard(asked)
            if guard is None:
                continue
            found = route()
            if not guard and not transitions:
                return found
            transitions.append(ChartTransition("", guard, *found))
            if not guard:
                break
        return Route((), self.copies.passing(copy, step, transitions).id)

    def performed(self, acts: Iterable[Act]) -> tuple[Action, ...]:
        """`acts`, and what the chart remembers of them."""
        out: list[Action] = []
        for act in acts:
            out += (Performed(act), *self._remembered(act))
        return tuple(out)

    def _over(self, copy: Copy, step: int | None, act: Act, after: Route) -> Route:
        """`act`, then `after`; where a system has to answer, through a state that waits for the answer."""
        given = self.memory.given(act.fills) if isinstance(act, Do) else ()
        if not given:
            return after.behind(*self.performed((act,)))
        waits = self.copies.passing(copy, step, [ChartTransition("", given, *after.behind(*self._remembered(act)))])
        events = self.memory.answers(getattr(act, "fills", ()))
        waits.transitions += [ChartTransition(event, (), (), waits.id) for event in events]
        waits.transitions.append(ChartTransition("*"))  # nothing else is heard meanwhile
        return Route((Performed(act),), waits.id)

    def _remembered(self, act: Act) -> tuple[RaisedEvent, ...]:
        match act:
            case Ask():
                tokens = self.memory.tokens
                return tuple(RaisedEvent(f"_ask.{tokens[slot]}") for slot in act.slots if slot in self.copies.switched)
            case Do():
                return self.memory.filling(act.fills)
            case Promise():
                return self.memory.filling((act.slot,))
            case _:
                return ()

    def _to_end(self, outcome: str) -> Route:
        if outcome not in self.ends:
            self.ends[outcome] = ChartState(self.copies.names.new(f"end_{outcome}"), "final", name=outcome)
        return Route((Ended(outcome),), self.ends[outcome].id)

    def _arrive(self, here: Copy, at: int, line: Transition, owner: Copy | None) -> Route:
        """The end of `line` at the state `at` of `here`; where the target is gone, the call stays there."""
        if line.target is None or owner is None:
            return Route((), self.copies.state(here, at).id)
        return self.to(owner, line.target)

    # --- back -------------------------------------------------------------------------------------------------------

    def _return(self, copy: Copy, event: str | None) -> Route:
        """Out of `copy`, handing back `event` if there is one."""
        caller, pending = copy.below, copy.pending
        if caller is None or pending is None:
            return self._to_end("")
        if copy.interrupts:
            return self._resume(copy, caller, pending, event)
        step = caller.flow.states[copy.at].step
        answers = () if event is None else self._answers(copy, caller, pending, event)
        return self.first(caller, step, [*answers, ((), lambda: self._plainly(copy, caller, pending))])

    def _plainly(self, copy: Copy, caller: Copy, pending: Transition) -> Route:
        """On behind the call, as if no event had been handed back."""
        step = caller.flow.states[copy.at].step
        return self.performing(caller, step, pending.then, lambda: self._arrive(caller, copy.at, pending, copy.owner))

    def _answers(
        self, copy: Copy, caller: Copy, pending: Transition, event: str
    ) -> Iterator[tuple[Guard, Callable[[], Route]]]:
        """What the state that called may do about `event`, in the order in which lines are tried."""
        at = copy.at
        for line in fitting(caller.flow.states[at].transitions, event, copy.chain):
            yield line.guard, self._answer(copy, caller, line, joined(line, pending), caller)
        for line, of in caller.lines:
            if not fitting((line,), event, copy.chain):
                continue
            answer = joined(line, pending)
            if caller.inside(line):
                yield line.guard, lambda: self._plainly(copy, caller, pending)
            elif line.call is not None:
                owner = copy.owner if line.target is None else of
                over = self.copies.interruption(caller.host, (*copy.chain, line), answer, owner)
                yield line.guard, lambda over=over, answer=answer: self._interrupted(caller, at, over, answer)  # type: ignore[misc]
            else:
                yield line.guard, self._answer(copy, caller, line, answer, of)

    def _answer(self, copy: Copy, caller: Copy, line: Transition, answer: Transition, of: Copy) -> Callable[[], Route]:
        """`line` of `of` answers what `copy` hands back to `caller`, taken as `answer`."""
        owner = copy.owner if line.target is None else of
        return lambda: self.along(caller, copy.at, (*copy.chain, line), answer, owner)

    def _interrupted(self, caller: Copy, at: int, over: Copy, line: Transition) -> Route:
        """`over` comes over the state `at` of `caller`, to which the call has just returned."""
        if caller.root is not None:  # it takes the place of the interruption that `caller` is part of
            return self.performing(caller, caller.flow.states[at].step, line.acts, lambda: self.into(over))
        event = f"_over.{over.region.id}"
        if over not in self._raised:
            self._raised.add(over)
            scope = caller.host.scope
            if scope is not None:
                route = self.into(over).behind(*self.performed(line.acts))
                scope.transitions.append(ChartTransition(event, (), *route))
        self.resting.setdefault((caller, at))
        return Route((RaisedEvent(event),), self.copies.state(caller, at).id)

    def _resume(self, copy: Copy, host: Copy, pending: Transition, event: str | None) -> Route:
        """Out of an interruption, back to where it came; what answers `event` is for that place to say."""
        if event is not None:
            name = f"_back.{copy.region.id}.{self.copies.events[event]}"
            self.returned[name] = (copy, event)
            return Route((), self._return_state(host, name))
        said = self.performed(pending.then)
        if pending.target is None or copy.owner is None:
            return Route(said, self._return_state(host))
        return self.to(copy.owner, pending.target).behind(*said)

    def _return_state(self, host: Copy, raised: str = "") -> str:
        """A state that leads back to where `host` was interrupted, and raises `raised` there.

        A state of its own, because not every engine takes a transition that does something and leads to a history.
        """
        mark = (host, raised)
        if mark not in self._return_states:
            scope = host.scope or host.region
            made = ChartState(self.copies.names.new(f"{host.region.id}_home"), flow=host.flow)
            made.raised = [f"_next.{made.id}", *([raised] if raised else [])]
            made.transitions = [ChartTransition(made.raised[0], (), (), host.history)]
            scope.children.append(made)
            self._return_states[mark] = made.id
        return self._return_states[mark]
