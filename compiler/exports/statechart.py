"""A machine -> a statechart of the same behaviour: docs/exports.md tells the construction and its reasons.

Every sub-dialogue is copied to where it is called, so that a state of the chart knows the whole stack of the call.
Interruptions stand beside the talk they come over, and lead back by history. Knows nothing of XML or JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain as chained
from itertools import combinations
from typing import TypeAlias

from compiler.exports.copies import Copies, Copy
from compiler.exports.memory import BEGIN, HEARD, PROCEED
from compiler.exports.parts import (
    Action,
    Chart,
    ChartState,
    ChartTransition,
    Clause,
    DelayedEvent,
    RaisedEvent,
    Timeout,
)
from compiler.exports.routes import Route, Routes
from compiler.machine.calls import Chain, fitting, joined
from compiler.machine.model import Do, Flow, Guard, Machine, State, Transition

Lasting: TypeAlias = tuple[str, int]
"""An event that must last, and for how many ms."""


def chart(machine: Machine) -> Chart:
    """The chart of `machine`, which must have no silent circle (SC308)."""
    return _Builder(machine).chart()


class _Builder:
    """Fills the states of all copies, until there is none left that something leads to."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.copies = Copies(machine)
        self.memory = self.copies.memory
        self.names = self.copies.names
        self.events = self.copies.events
        self.routes = Routes(self.copies)
        self.lasts = any(one.trigger.event and one.trigger.delay for flow in machine.flows for one in _lines_of(flow))
        self.gates: dict[tuple[str, int], tuple[str, str]] = {}
        self.visited: set[Copy] = set()
        """Copies whose `全程` lines are written."""
        self.answered: set[tuple[str, Copy, int]] = set()

    def chart(self) -> Chart:
        """The whole."""
        machine = self.machine
        talk = ChartState(self.names.new("talk"), "compound", self.memory.idle, [ChartState(self.memory.idle)])
        top = ChartState(self.names.new("call"), "parallel", children=[talk])
        main = self.copies.add(Copy(machine.main), talk, "main")
        talk.children[0].transitions.append(ChartTransition(BEGIN, (), *self.routes.into(main)))
        while self._more():
            pass
        top.children += self.memory.regions
        self._settle(top)
        return Chart(
            machine.name,
            machine.main.title,
            top,
            tuple(self.routes.ends.values()),
            tuple(self.events.items()),
            tuple(self.memory.fills),
            tuple(self.memory.known),
        )

    def _more(self) -> bool:
        """Do the next thing there is to do, which may bring forth others; False when all is done."""
        if self.copies.unfilled:
            self._fill(*self.copies.unfilled.popleft())
            return True
        for copy in self.copies.all:
            if copy not in self.visited:
                self.visited.add(copy)
                self._anytime(copy)
                return True
        for name, (over, event) in self.routes.returned.items():
            for base, at in ((over.below, -1), *self.routes.resting):
                if base is not None and base.host is over.below and (name, base, at) not in self.answered:
                    self.answered.add((name, base, at))
                    self._answer(name, over, event, base, at)
                    return True
        return False

    def _fill(self, copy: Copy, at: int) -> None:
        """What the state `at` of `copy` does."""
        state, made = copy.flow.states[at], copy.states[at]
        if made.waits:
            self._wait(copy, at, state, made)
            return
        made.raised = [f"_next.{made.id}"]
        if state.kind == "gate":
            event, full = self._gate(copy.flow, state)
            within, beyond = state.transitions
            over = self.routes.along(copy, at, (beyond,), beyond, copy)
            under = self.routes.along(copy, at, (within,), within, copy).behind(RaisedEvent(event))
            made.transitions.append(ChartTransition(made.raised[0], ((full,),), *over))
            made.transitions.append(ChartTransition(made.raised[0], (), *under))
            return

        def onward() -> Route:
            exits = (one for one in state.transitions if one.trigger.kind == "always")
            ways = ((one.guard, lambda one=one: self.routes.along(copy, at, (one,), one, copy)) for one in exits)
            return self.routes.first(copy, state.step, ways)

        route = self.routes.performing(copy, state.step, state.acts, onward)
        made.transitions.insert(0, ChartTransition(made.raised[0], (), *route))

    def _gate(self, flow: Flow, state: State) -> tuple[str, str]:
        """How the gate counts: one region for all copies, because it counts for the whole call."""
        mark = (flow.scenario, state.id)
        if mark not in self.gates:
            self.gates[mark] = self.memory.counter(f"{flow.scenario}_{state.name}", state.limit)
        return self.gates[mark]

    # --- lines that something sets off ------------------------------------------------------------------------------

    def _react(
        self,
        event: str,
        line: Transition,
        here: Copy,
        at: int,
        chain: Chain,
        owner: Copy | None,
        *,
        over: bool = False,
        guard: Guard | None = None,
    ) -> Iterator[ChartTransition]:
        """`event` sets `line` off at the state `at` of `here`; -1: anywhere in `here`.

        chain: the lines that led to it, ending with itself. owner: the copy in which its target lies. over: what it
        calls is an interruption. guard: instead of its own.
        """
        asked = self.memory.guard(line.guard if guard is None else guard)
        if asked is None:
            return
        # An answer that is not there yet: nothing happens, as if nothing had been heard.
        given = self.memory.given(slot for act in line.acts if isinstance(act, Do) for slot in act.fills)
        if line.call is not None and over:
            route = self.routes.into(self.copies.interruption(here.host, chain, line, owner))
        elif line.call is not None:
            route = self.routes.into(self.copies.called(here, at, chain, line, owner))
        elif line.target is None or owner is None:
            heard = line.trigger.kind == "event" and self.lasts
            route = Route((RaisedEvent(HEARD),) if heard else (), "")
        else:
            route = self.routes.to(owner, line.target)
        yield ChartTransition(event, asked + given, *route.behind(*self.routes.performed(line.acts)))
        if given:
            yield ChartTransition(event, asked)

    def _anytime(self, copy: Copy) -> None:
        """The `全程` lines that hold in `copy`: where it has a scope, also those of the copies below."""
        if copy.scope is None and not copy.flow.anytime:
            return
        lines = list(copy.lines) if copy.scope is not None else [(line, copy) for line in copy.flow.anytime]
        state = copy.scope or copy.region
        for event in dict.fromkeys(line.trigger.event for line, _ in lines):
            if event is None:
                continue
            heard = [(line, of) for line, of in lines if line.trigger.event == event]
            delays = sorted({line.trigger.delay for line, _ in heard} - {0})
            for name, delay in ((self.events[event], None), *((self._lasted(event, one), one) for one in delays)):
                for line, of in heard:
                    state.transitions += self._anytime_line(name, delay, line, of, copy)

    def _anytime_line(
        self, name: str, delay: int | None, line: Transition, of: Copy, here: Copy
    ) -> Iterator[ChartTransition]:
        """One `全程` line; with `delay`, after its event has lasted so long."""
        asked = self.memory.guard(line.guard)
        if asked is None:
            return
        if delay is not None and line.trigger.delay != delay:
            yield ChartTransition(name, asked)  # it answers, but not now
            return
        if line.call is not None:
            host = here.host
            yield ChartTransition(name, (*asked, self.copies.later(lambda: self._interruptions(host, line))))
        yield from self._react(name, line, here, -1, (line,), of, over=True)

    def _interruptions(self, host: Copy, line: Transition) -> Clause:
        """The interruptions of `host` that `line` itself called: it does not hold there."""
        return tuple(
            copy.region.id
            for copy in self.copies.all
            if copy.interrupts and copy.below is host and copy.chain[-1] is line
        )

    def _lasted(self, event: str, delay: int) -> str:
        return f"_lasted.{self.events[event]}.{delay}"

    def _answer(self, name: str, over: Copy, event: str, here: Copy, at: int) -> None:
        """What the state `at` of `here` (-1: anywhere in it) does about the event that `over` handed back to it."""
        pending = over.pending
        if pending is None:
            return
        if at >= 0:
            lines = [(line, here) for line in here.flow.states[at].transitions]
            state = here.states[at]
        else:
            lines, state = list(here.lines), here.scope or here.region
        for line, of in lines:
            if fitting((line,), event, over.chain):
                owner = over.owner if line.target is None else of
                answer, chain = joined(line, pending), (*over.chain, line)
                state.transitions += self._react(name, answer, here, at, chain, owner, over=at < 0, guard=line.guard)
        if at < 0:
            route = Route((), "")
            if pending.target is not None and over.owner is not None:
                route = self.routes.to(over.owner, pending.target)
            state.transitions.append(ChartTransition(name, (), *route.behind(*self.routes.performed(pending.then))))

    # --- waiting ----------------------------------------------------------------------------------------------------

    def _wait(self, copy: Copy, at: int, state: State, made: ChartState) -> None:
        """A state in which the call waits: reactions, what time sets off, the exits when the customer proceeds."""
        if copy.root is None:
            self.routes.resting.setdefault((copy, at))
        own = [line for line in state.transitions if line.trigger.event]
        lasting = self._lasting(copy, own)
        for line in own:
            event = line.trigger.event or ""
            made.transitions += self._react(self.events[event], line, copy, at, (line,), copy)
            for delay in (delay for name, delay in lasting if name == event):
                name = self._lasted(event, delay)
                if line.trigger.delay == delay:
                    made.transitions += self._react(name, line, copy, at, (line,), copy)
                elif (asked := self.memory.guard(line.guard)) is not None:
                    made.transitions.append(ChartTransition(name, asked))
        made.transitions += self._proceed(copy, at, state)
        mine = [one for one in lasting if one[0] in {line.trigger.event for line in own}]
        others = [one for one in lasting if one not in mine]
        self._clocks(copy, at, state, made, mine, others)

    def _lasting(self, copy: Copy, own: list[Transition]) -> list[Lasting]:
        """All that may happen by lasting, in the order in which it happens when due at one moment."""
        found: list[Lasting] = []
        closed: set[str] = set()
        for line in (*own, *(line for line, _ in copy.lines)):
            event, delay = line.trigger.event or "", line.trigger.delay
            guard = self.memory.guard(line.guard)
            if event in closed or guard is None:
                continue
            if delay and not copy.inside(line) and (event, delay) not in found:
                found.append((event, delay))
            if not guard:
                closed.add(event)
        return found

    def _proceed(self, copy: Copy, at: int, state: State) -> Iterator[ChartTransition]:
        """The customer proceeds: answers are filled in, then the first exit whose guard holds is taken."""
        exits = [line for line in state.transitions if line.trigger.kind == "proceed"]
        if not exits:
            return
        slots = [slot for slot in exits[0].fills if slot in self.memory.asked]
        unsure = [slot for slot in slots if (state.step, slot) in copy.switches]
        sure = [slot for slot in slots if slot not in unsure]
        for some in chained.from_iterable(combinations(unsure, count) for count in range(len(unsure) + 1)):
            asked = frozenset((*sure, *some))
            switches = tuple(
                (switch.on if slot in some else switch.off,)
                for slot, switch in ((slot, copy.switches[state.step, slot]) for slot in unsure)
            )
            given = self.memory.given(slot for slot in slots if slot in asked)
            filling: tuple[Action, ...] = self.memory.filling(slot for slot in slots if slot in asked)
            for line in exits:
                guard = self.memory.guard(line.guard, asked)
                if guard is None:
                    continue
                for one in self._react(PROCEED, line, copy, at, (line,), copy, guard=()):
                    actions = (*filling, *one.actions) if one.target else one.actions
                    yield ChartTransition(PROCEED, (*switches, *given, *guard, *one.guard), actions, one.target)

    def _clocks(
        self, copy: Copy, at: int, state: State, made: ChartState, mine: list[Lasting], others: list[Lasting]
    ) -> None:
        """What time sets off in `made`. Clocks that start anew at different times stand in regions of their own.

        mine, others: what must last, of lines of `state` and of `全程` lines. Regions are in the order in which clocks that
        run out at one moment go off.
        """
        by_clock: dict[tuple[str, int], list[Transition]] = {}
        for line in state.transitions:
            if line.trigger.kind in ("after", "every"):
                by_clock.setdefault((line.trigger.kind, line.trigger.delay), []).append(line)
        if not by_clock or not (mine or others or any(kind == "every" for kind, _ in by_clock)):
            self._start_anew(made, (*mine, *others))
            for (_, delay), lines in by_clock.items():
                made.timeouts.append(Timeout(delay, self._due(copy, at, lines, "")))
            return
        made.kind = "parallel"
        if mine:
            self._start_anew(self._region(made, "quiet"), mine)
        for (kind, delay), lines in by_clock.items():
            clock = self._region(made, kind)
            clock.timeouts.append(Timeout(delay, self._due(copy, at, lines, clock.id if kind == "every" else "")))
        if others:
            self._start_anew(self._region(made, "quiet"), others)

    def _region(self, made: ChartState, name: str) -> ChartState:
        """A state in a region of its own in `made`."""
        inner = ChartState(self.names.new(f"{made.id}_{name}"))
        made.children.append(ChartState(self.names.new(f"{made.id}_{name}s"), "compound", inner.id, [inner]))
        return inner

    def _start_anew(self, state: ChartState, lasting: Iterable[Lasting]) -> None:
        """`lasting` is timed in `state`, anew whenever something is heard."""
        state.delayed = [DelayedEvent(self._lasted(event, delay), delay) for event, delay in lasting]
        if state.delayed:
            state.transitions.append(ChartTransition(HEARD, (), (), state.id))

    def _due(self, copy: Copy, at: int, lines: Iterable[Transition], again: str) -> tuple[ChartTransition, ...]:
        """What happens when the clock of `lines` runs out; `again`: where to go when the call stays."""
        due = (one for line in lines for one in self._react("", line, copy, at, (line,), copy))
        return tuple(ChartTransition("", one.guard, one.actions, one.target or again) for one in due)

    # --- the end ----------------------------------------------------------------------------------------------------

    def _settle(self, state: ChartState) -> None:
        """Write in the clauses that were not known before, and drop what can never be."""
        state.transitions = [settled for one in state.transitions if (settled := self._settled(one)) is not None]
        for child in state.children:
            self._settle(child)

    def _settled(self, transition: ChartTransition) -> ChartTransition | None:
        guard: list[Clause] = []
        for clause in transition.guard:
            known = self.copies.late[clause[0]]() if clause[0] in self.copies.late else clause
            if not known:
                return None
            guard.append(known)
        return ChartTransition(transition.event, tuple(guard), transition.actions, transition.target)


def _lines_of(flow: Flow) -> Iterator[Transition]:
    for state in flow.states:
        yield from state.transitions
    yield from flow.anytime
