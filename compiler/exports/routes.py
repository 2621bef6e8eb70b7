"""Routes of a call through a chart: from a state to the next one in which the call rests, over acts and calls.

A route says nothing of what sets it off; `statechart` puts it behind events and times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from compiler.exports.copies import RESUME, CallSite, Copies, Copy
from compiler.exports.parts import Action, ChartState, ChartTransition, Condition, Ended, Performed, RaisedEvent
from compiler.machine.calls import Chain, fitting, joined
from compiler.machine.model import Act, Ask, Do, Guard, Promise, Transition


class Route(NamedTuple):
    """What is performed on the way, and the state of the chart it leads to (empty: none, the call stays)."""

    actions: tuple[Action, ...]
    target: str

    def behind(self, *actions: Action) -> Route:
        """This route after `actions`."""
        return Route((*actions, *self.actions), self.target)


class Exit(NamedTuple):
    """A route that is taken if `guard` holds and so does `also`; found only when that can be."""

    guard: Guard
    also: Condition
    route: Callable[[], Route]


class Routes:
    """Finds routes between the states of `copies`, which grow with every route that leads somewhere new.

    ends: by outcome. returns: the states of copies at which calls return. handed_back: the events that interruptions hand
    back to what they interrupted, each with the interruption and the script's name of the event. resting: the states,
    outside any interruption, in which a call can be interrupted.
    """

    def __init__(self, copies: Copies, scope: ChartState, history: str) -> None:
        self.copies = copies
        self.memory = copies.memory
        self.scope = scope
        """The state around the talk and all interruptions of it."""
        self.history = history
        self.ends: dict[str, ChartState] = {}
        self.handed_back: dict[str, tuple[CallSite, str]] = {}
        self.resting: dict[tuple[Copy, int], None] = {}
        self._resuming: dict[str, str] = {}
        self._raised: set[CallSite] = set()

    # --- forwards ---------------------------------------------------------------------------------------------------

    def to(self, copy: Copy, at: int, *, here: Copy | None = None) -> Route:
        """To the state `at` of `copy`; through an end without stopping. here: the copy the call is in, if that is known."""
        state = copy.flow.states[at]
        if state.kind == "end" or (state.kind == "return" and copy is self.copies.main):
            return self._to_end(state.outcome or "")
        raised = [] if here is copy else list(self.copies.unwound(copy))
        raised += (one.reset for (step, _), one in copy.switches.items() if state.begins and step == state.step)
        return Route(tuple(map(RaisedEvent, raised)), self.copies.state(copy, at).id)

    def into(self, site: CallSite) -> Route:
        """To where the call of `site` begins."""
        callee = site.callee
        calls = (*((RESUME,) if site.caller is None else ()), f"_call.{site.id}")
        return self.to(callee, callee.flow.entry, here=callee).behind(*map(RaisedEvent, calls))

    def along(self, copy: Copy, at: int, chain: Chain, line: Transition, owner: Copy | None) -> Route:
        """Along `line` from the state `at` of `copy`, without waiting for anybody."""

        def end() -> Route:
            if line.call is not None:
                return self.into(self.copies.site(copy, at, chain, line, owner))
            return self._arrive(copy, at, line, owner)

        return self.performing(copy, copy.flow.states[at].step, line.acts, end)

    def performing(self, copy: Copy, step: int | None, acts: Sequence[Act], onward: Callable[[], Route]) -> Route:
        """Over `acts`, then `onward`; through a state of its own where a guard is to be looked at or a system answers."""
        route = onward()
        for act in reversed(acts):
            guard = self.memory.guard(act.guard)
            if guard is None:
                continue
            done = self._over(copy, step, act, route)
            if guard:
                either = [ChartTransition("", guard, *done), ChartTransition("", (), *route)]
                done = Route((), self.copies.passing(copy, step, either).id)
            route = done
        return route

    def first(self, copy: Copy, step: int | None, exits: Iterable[Exit]) -> Route:
        """The first of `exits` whose guard holds."""
        transitions: list[ChartTransition] = []
        for asked, also, route in exits:
            guard = self.memory.guard(asked)
            if guard is None:
                continue
            found = route()
            if not guard and not also and not transitions:
                return found
            transitions.append(ChartTransition("", (*also, *guard), *found))
            if not guard and not also:
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
        return self.to(owner, line.target, here=here)

    # --- back -------------------------------------------------------------------------------------------------------

    def back(self, site: CallSite, event: str | None) -> Route:
        """Out of the call of `site`, handing back `event` if there is one."""
        caller = site.caller
        if caller is None:
            return self._resume(site, event)
        step = caller.flow.states[site.at].step
        answers = () if event is None else self._answers(site, caller, event)
        route = self.first(caller, step, [*answers, Exit((), (), lambda: self._plainly(site, caller))])
        return route.behind(RaisedEvent(f"_return.{site.callee.region.id}"))

    def _plainly(self, site: CallSite, caller: Copy) -> Route:
        """On behind the call, as if no event had been handed back."""
        step = caller.flow.states[site.at].step
        pending = site.pending
        return self.performing(caller, step, pending.then, lambda: self._arrive(caller, site.at, pending, site.owner))

    def _answers(self, site: CallSite, caller: Copy, event: str) -> Iterator[Exit]:
        """What the state that called may do about `event`, in the order in which lines are tried."""
        at = site.at
        for line in fitting(caller.flow.states[at].transitions, event, site.chain):
            yield Exit(line.guard, (), partial(self._answer, site, caller, line, caller))
        for line, flow, over, on_stack in self.copies.lines(caller):
            if not fitting((line,), event, site.chain):
                continue
            if caller.over and line.call is not None:
                inside = self.copies.interruptions(line)
                yield Exit(line.guard, (*on_stack, inside), lambda: self._plainly(site, caller))
            of = self.copies.copy(flow, over=over)
            if line.call is not None:
                yield Exit(line.guard, on_stack, partial(self._interrupt, site, caller, line, of))
            else:
                yield Exit(line.guard, on_stack, partial(self._answer, site, caller, line, of))

    def _answer(self, site: CallSite, caller: Copy, line: Transition, of: Copy) -> Route:
        """`line` of `of` answers what `site` hands back to `caller`."""
        owner = site.owner if line.target is None else of
        return self.along(caller, site.at, (*site.chain, line), joined(line, site.pending), owner)

    def _interrupt(self, site: CallSite, caller: Copy, line: Transition, of: Copy) -> Route:
        """`line` of `of` answers with an interruption, over the state of `caller` to which the call has just returned."""
        answer, at = joined(line, site.pending), site.at
        owner = site.owner if line.target is None else of
        over = self.copies.site(None, -1, (*site.chain, line), answer, owner)
        if caller.over:  # it takes the place of the interruption that `caller` is part of
            return self.performing(caller, caller.flow.states[at].step, answer.acts, lambda: self.into(over))
        event = f"_over.{over.id}"
        if over not in self._raised:
            self._raised.add(over)
            route = self.into(over).behind(*self.performed(answer.acts))
            self.scope.transitions.append(ChartTransition(event, (), *route))
        self.resting.setdefault((caller, at))
        return Route((RaisedEvent(event),), self.copies.state(caller, at).id)

    def _resume(self, site: CallSite, event: str | None) -> Route:
        """Out of an interruption, back to where it came; what answers `event` is for that place to say."""
        if event is not None:
            name = f"_back.{site.id}.{self.copies.events[event]}"
            self.handed_back[name] = (site, event)
            return Route((RaisedEvent(RESUME),), self._resuming_state(name))
        said = self.performed(site.pending.then)
        if site.pending.target is None or site.owner is None:
            return Route((*said, RaisedEvent(RESUME)), self._resuming_state())
        return self.to(site.owner, site.pending.target).behind(*said)

    def _resuming_state(self, raised: str = "") -> str:
        """A state that leads back to where the talk was interrupted, and raises `raised` there.

        A state of its own, because not every engine takes a transition that does something and leads to a history.
        """
        if raised not in self._resuming:
            made = ChartState(self.copies.names.new("resume"))
            made.raised = [f"_next.{made.id}", *([raised] if raised else [])]
            made.transitions = [ChartTransition(made.raised[0], (), (), self.history)]
            self.scope.children.append(made)
            self._resuming[raised] = made.id
        return self._resuming[raised]
