"""A machine -> a statechart of the same behaviour: docs/exports.md tells the construction and its reasons.

Every sub-dialogue stands in it once, and a region says from where it was called; interruptions stand beside the talk they
come over, and lead back by history. Knows nothing of XML or JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain as chained
from itertools import combinations
from typing import Any, TypeAlias

from compiler.exports.copies import CallSite, Copies, Copy
from compiler.exports.memory import BEGIN, HEARD, PROCEED
from compiler.exports.parts import (
    Action,
    Chart,
    ChartState,
    ChartTransition,
    Clause,
    Condition,
    DelayedEvent,
    RaisedEvent,
    Timeout,
)
from compiler.exports.routes import Exit, Route, Routes
from compiler.machine.calls import Chain, fitting, joined
from compiler.machine.model import Do, Flow, Guard, Machine, State, Transition

Lasting: TypeAlias = tuple[str, int]
"""An event that must last, and for how many ms."""


OUTERMOST = (True, 1 << 30)
"""The rank of what is tried last."""


def chart(machine: Machine) -> Chart:
    """The chart of `machine`, which must have no silent circle (SC308)."""
    return _Builder(machine).chart()


class _Builder:
    """Fills the states of all copies, until there is none left that something leads to."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.copies = copies = Copies(machine)
        self.memory = copies.memory
        self.names = copies.names
        self.events = copies.events
        self.talk = ChartState(self.names.new("talk"), "compound")
        self.scope = ChartState(self.names.new("call"), "compound", self.talk.id, [self.talk])
        self.routes = Routes(copies, self.scope, self.names.new("back"))
        everywhere = [line for flow in machine.flows for line in flow.anytime]
        self.lasts = any(one.trigger.event and one.trigger.delay for flow in machine.flows for one in _lines_of(flow))
        self.delays = {
            event: sorted({one.trigger.delay for one in everywhere if one.trigger.event == event} - {0})
            for event in {one.trigger.event for one in everywhere}
        }
        self.gates: dict[tuple[str, int], tuple[str, Condition]] = {}
        self.returns: list[tuple[Copy, int]] = []
        """The states of copies at which calls return."""
        self.anytime: list[tuple[tuple[bool, int], ChartTransition]] = []
        """What `全程` lines do, with the rank of the copy they belong to: innermost first, when all are known."""

    def chart(self) -> Chart:
        """The whole."""
        machine = self.machine
        idle = ChartState(self.memory.idle)
        main = self.copies.main
        idle.transitions.append(ChartTransition(BEGIN, (), *self.routes.to(main, main.flow.entry, here=main)))
        done: set[tuple[object, ...]] = set()
        while todo := [task for task in self._tasks() if task not in done]:
            done.update(todo)
            for task, *given in todo:
                task(*given)
        self.talk.initial = main.region.id
        self.talk.children = [one.region for one in self.copies.all if not one.over]
        self.talk.children.append(ChartState(self.routes.history, "history", main.region.id))
        self.scope.children += [one.region for one in self.copies.all if one.over]
        self.scope.transitions += [one for _, one in sorted(self.anytime, key=lambda ranked: ranked[0])]
        whole = ChartState(self.names.new("main"), "compound", idle.id, [idle, self.scope])
        top = ChartState(self.names.new("chart"), "parallel", children=[whole])
        top.children += [*self.copies.regions(), *self.memory.regions]
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

    def _tasks(self) -> Iterator[tuple[Any, ...]]:
        """All there is to do, as functions and what to give them, each to be done once; what is done brings forth more."""
        routes, copies = self.routes, self.copies.all
        yield from ((self._fill, copy, at) for copy in copies for at in copy.states)
        yield from ((self._anytime, copy) for copy in copies)
        yield from ((self._return, copy, at, site) for copy, at in self.returns for site in copy.sites)
        for name in routes.handed_back:
            yield self._unanswered, name
            yield from ((self._answer_anytime, name, copy) for copy in copies if not copy.over)
            yield from ((self._answer, name, copy, at) for copy, at in routes.resting)

    def _fill(self, copy: Copy, at: int) -> None:
        """What the state `at` of `copy` does."""
        state, made = copy.flow.states[at], copy.states[at]
        if made.waits:
            self._wait(copy, at, state, made)
            return
        made.raised = [f"_next.{made.id}"]
        if state.kind == "return":
            self.returns.append((copy, at))
            return
        if state.kind == "gate":
            event, full = self._gate(copy.flow, state)
            within, beyond = state.transitions
            over = self.routes.along(copy, at, (beyond,), beyond, copy)
            under = self.routes.along(copy, at, (within,), within, copy).behind(RaisedEvent(event))
            made.transitions.append(ChartTransition(made.raised[0], full, *over))
            made.transitions.append(ChartTransition(made.raised[0], (), *under))
            return

        def onward() -> Route:
            exits = (one for one in state.transitions if one.trigger.kind == "always")
            ways = (Exit(one.guard, (), partial(self.routes.along, copy, at, (one,), one, copy)) for one in exits)
            return self.routes.first(copy, state.step, ways)

        route = self.routes.performing(copy, state.step, state.acts, onward)
        made.transitions.insert(0, ChartTransition(made.raised[0], (), *route))

    def _return(self, copy: Copy, at: int, site: CallSite) -> None:
        """What the return at the state `at` of `copy` leads to where `site` called."""
        made = copy.states[at]
        route = self.routes.back(site, copy.flow.states[at].event)
        made.transitions.append(ChartTransition(made.raised[0], ((site.id,),), *route))

    def _gate(self, flow: Flow, state: State) -> tuple[str, Condition]:
        """How the gate counts, and when it is full: once for all copies, because it counts for the whole call."""
        mark = (flow.scenario, state.id)
        if mark not in self.gates:
            self.gates[mark] = self.memory.counter(f"{flow.scenario}_{state.name}", state.limit)
        return self.gates[mark]

    # --- lines that something sets off ------------------------------------------------------------------------------

    def _react(
        self,
        event: str,
        line: Transition,
        here: tuple[Copy, int] | None,
        chain: Chain,
        owner: Copy | None,
        *,
        guard: Guard | None = None,
        also: Condition = (),
    ) -> Iterator[ChartTransition]:
        """`event` sets `line` off.

        here: the copy and the state the call rests in; None: anywhere, and what the line calls is an interruption. chain:
        the lines that led to it, ending with itself. owner: the copy in which the target of the line lies. guard: instead
        of its own; also: what must hold besides.
        """
        asked = self.memory.guard(line.guard if guard is None else guard)
        if asked is None:
            return
        asked = (*also, *asked)
        # An answer that is not there yet: nothing happens, as if nothing had been heard.
        given = self.memory.given(slot for act in line.acts if isinstance(act, Do) for slot in act.fills)
        copy, at = here or (None, -1)
        if line.call is not None:
            route = self.routes.into(self.copies.site(copy, at, chain, line, owner))
        elif line.target is None or owner is None:
            heard = line.trigger.kind == "event" and self.lasts
            route = Route((RaisedEvent(HEARD),) if heard else (), "")
        else:
            route = self.routes.to(owner, line.target, here=copy)
        yield ChartTransition(event, asked + given, *route.behind(*self.routes.performed(line.acts)))
        if given:
            yield ChartTransition(event, asked)

    def _anytime(self, copy: Copy) -> None:
        """The `全程` lines of `copy`, which hold wherever the call rests while `copy` is on the stack."""
        on_stack = self.copies.on_stack(*copy.mark)
        for line in copy.flow.anytime:
            event = line.trigger.event or ""
            for name, delay in (
                (self.events[event], None),
                *((self._lasted(event, one), one) for one in self.delays[event]),
            ):
                made = self._anytime_line(name, delay, line, copy, on_stack)
                self.anytime += ((self.copies.rank(copy), one) for one in made)

    def _anytime_line(
        self, name: str, delay: int | None, line: Transition, copy: Copy, on_stack: Condition
    ) -> Iterator[ChartTransition]:
        """One `全程` line; with `delay`, after its event has lasted so long."""
        asked = self.memory.guard(line.guard)
        if asked is None:
            return
        asked = (*on_stack, *asked)
        if delay is not None and line.trigger.delay != delay:
            yield ChartTransition(name, asked)  # it answers, but not now
            return
        if line.call is not None:
            yield ChartTransition(name, (*asked, self.copies.interruptions(line)))  # it does not hold inside itself
        yield from self._react(name, line, None, (line,), copy, also=on_stack)

    def _lasted(self, event: str, delay: int) -> str:
        return f"_lasted.{self.events[event]}.{delay}"

    # --- events handed back by interruptions ------------------------------------------------------------------------

    def _answer(self, name: str, here: Copy, at: int) -> None:
        """What the state `at` of `here` does about the event `name`."""
        site, event = self.routes.handed_back[name]
        for line in fitting(here.flow.states[at].transitions, event, site.chain):
            here.states[at].transitions += self._answered(name, site, line, here, (here, at))

    def _answer_anytime(self, name: str, copy: Copy) -> None:
        """What the `全程` lines of `copy` do about the event `name`."""
        site, event = self.routes.handed_back[name]
        for line in fitting(copy.flow.anytime, event, site.chain):
            made = self._answered(name, site, line, copy, None)
            self.anytime += ((self.copies.rank(copy), one) for one in made)

    def _answered(
        self, name: str, site: CallSite, line: Transition, of: Copy, here: tuple[Copy, int] | None
    ) -> Iterator[ChartTransition]:
        owner = site.owner if line.target is None else of
        also = () if here else self.copies.on_stack(*of.mark)
        answer = joined(line, site.pending)
        return self._react(name, answer, here, (*site.chain, line), owner, guard=line.guard, also=also)

    def _unanswered(self, name: str) -> None:
        """What comes of the event `name` when no line answers: the call goes on behind the interruption."""
        site, _ = self.routes.handed_back[name]
        pending = site.pending
        route = Route((), "")
        if pending.target is not None and site.owner is not None:
            route = self.routes.to(site.owner, pending.target)
        made = ChartTransition(name, (), *route.behind(*self.routes.performed(pending.then)))
        self.anytime.append((OUTERMOST, made))

    # --- waiting ----------------------------------------------------------------------------------------------------

    def _wait(self, copy: Copy, at: int, state: State, made: ChartState) -> None:
        """A state in which the call waits: reactions, what time sets off, the exits when the customer proceeds."""
        if not copy.over:
            self.routes.resting.setdefault((copy, at))
        own = [line for line in state.transitions if line.trigger.event]
        lasting = self._lasting(copy, own)
        for line in own:
            event = line.trigger.event or ""
            made.transitions += self._react(self.events[event], line, (copy, at), (line,), copy)
            for delay in (delay for name, delay in lasting if name == event):
                name = self._lasted(event, delay)
                if line.trigger.delay == delay:
                    made.transitions += self._react(name, line, (copy, at), (line,), copy)
                elif (asked := self.memory.guard(line.guard)) is not None:
                    made.transitions.append(ChartTransition(name, asked))
        made.transitions += self._proceed(copy, at, state)
        mine = [one for one in lasting if one[0] in {line.trigger.event for line in own}]
        others = [one for one in lasting if one not in mine]
        self._clocks(copy, at, state, made, mine, others)

    def _lasting(self, copy: Copy, own: list[Transition]) -> list[Lasting]:
        """All that may happen by lasting, in the order in which it happens when due at one moment.

        全程 当 沉默 5秒 调用 无声电话    # timed in every step that waits
        步骤 甲
          当 沉默: 说 "您好？"          # answers at once and whatever is known: here nothing waits for the 5 seconds
        """
        found: list[Lasting] = []
        closed: set[str] = set()
        for line, sure in (
            *((line, True) for line in own),
            *((one.line, not one.on_stack) for one in self.copies.lines(copy)),
        ):
            event, delay = line.trigger.event or "", line.trigger.delay
            guard = self.memory.guard(line.guard)
            if event in closed or guard is None:
                continue
            if delay and (event, delay) not in found:
                found.append((event, delay))
            if not guard and sure:
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
                for one in self._react(PROCEED, line, (copy, at), (line,), copy, guard=()):
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
        """`lasting` is timed in `state`, anew whenever something is heard.

        The event of a clock names its state. Of two clocks that run out at one moment, an engine may have queued both before
        the first takes the call elsewhere: what comes late must find nobody there.
        """
        for number, (event, delay) in enumerate(lasting):
            due = f"_due.{state.id}.{number}"
            state.delayed.append(DelayedEvent(due, delay))
            state.transitions.append(ChartTransition(due, (), (RaisedEvent(self._lasted(event, delay)),)))
        if state.delayed:
            state.transitions.append(ChartTransition(HEARD, (), (), state.id))

    def _due(self, copy: Copy, at: int, lines: Iterable[Transition], again: str) -> tuple[ChartTransition, ...]:
        """What happens when the clock of `lines` runs out; `again`: where to go when the call stays."""
        due = (one for line in lines for one in self._react("", line, (copy, at), (line,), copy))
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
