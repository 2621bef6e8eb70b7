"""A machine -> a statechart of the same behaviour: docs/exports.md tells the construction and its reasons.

Every sub-dialogue is copied to where it is called, so that a state of the chart knows the whole stack of the call.
Interruptions stand beside the talk they come over, and lead back by history. Knows nothing of XML, of JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain as chained
from itertools import combinations

from compiler.exports.copies import Copy, among, joined
from compiler.exports.memory import BEGIN, HEARD, PROCEED
from compiler.exports.parts import Action, After, Chart, Clause, Jump, Raised, Sent, State
from compiler.exports.paths import Gone, Ways
from compiler.machine import model as m


def chart(machine: m.Machine) -> Chart:
    """The chart of `machine`, which must have no silent circle (SC308)."""
    return _Charting(machine).chart(machine)


class _Charting(Ways):
    """Fills the states of all copies, until there is none left that something leads to."""

    def __init__(self, machine: m.Machine) -> None:
        super().__init__(machine)
        self.lasting = any(one.trigger.event and one.trigger.delay for flow in machine.flows for one in _events(flow))
        self.gates: dict[tuple[str, int], tuple[str, str]] = {}
        self.lined: set[Copy] = set()
        self.answered: set[tuple[str, Copy, int]] = set()

    def chart(self, machine: m.Machine) -> Chart:
        """The whole."""
        talk = State(self.names.new("talk"), "compound", self.memory.idle, [State(self.memory.idle)])
        top = State(self.names.new("call"), "parallel", children=[talk])
        main = Copy(machine.main)
        self.copy(machine.main, talk, main, "main")
        talk.children[0].jumps.append(Jump(BEGIN, (), *self.go(main, main.flow.entry)))
        while self._more():
            pass
        top.children += self.memory.regions
        self._settle(top)
        return Chart(
            machine.name,
            machine.main.title,
            top,
            tuple(self.ends.values()),
            tuple(self.events.items()),
            tuple(self.memory.fills),
            tuple(self.memory.known),
        )

    def _more(self) -> bool:
        """Do the next thing there is to do; False when all is done."""
        if self.todo:
            self._fill(*self.todo.popleft())
            return True
        for copy in self.copies:
            if copy not in self.lined:
                self.lined.add(copy)
                self._lines(copy)
                return True
        for name, (over, event) in self.backs.items():
            for base, at in ((over.below, -1), *self.bases):
                if base is not None and base.anchor is over.below and (name, base, at) not in self.answered:
                    self.answered.add((name, base, at))
                    self._answer(name, over, event, base, at)
                    return True
        return False

    def _fill(self, copy: Copy, at: int) -> None:
        """Say what the state `at` of `copy` does."""
        state, place = copy.flow.states[at], copy.places[at]
        if place.waits:
            self._wait(copy, at, state, place)
            return
        place.raised = [f"_next.{place.id}"]
        if state.kind == "gate":
            event, full = self._gate(copy.flow, state)
            over = self.run(copy, at, (state.transitions[1],), state.transitions[1], copy)
            actions, target = self.run(copy, at, (state.transitions[0],), state.transitions[0], copy)
            place.jumps.append(Jump(place.raised[0], ((full,),), *over))
            place.jumps.append(Jump(place.raised[0], (), (Raised(event), *actions), target))
            return

        def ways() -> Gone:
            return self.first(
                copy,
                state.step,
                [
                    (one.guard, lambda one=one: self.run(copy, at, (one,), one, copy))  # type: ignore[misc]
                    for one in state.transitions
                    if one.trigger.kind == "always"
                ],
            )

        place.jumps.insert(0, Jump(place.raised[0], (), *self.perform(copy, state.step, state.acts, ways)))

    def _gate(self, flow: m.Flow, state: m.State) -> tuple[str, str]:
        """How the gate counts: one region for all copies, because it counts for the whole call."""
        mark = (flow.scenario, state.id)
        if mark not in self.gates:
            self.gates[mark] = self.memory.counter(f"{flow.scenario}_{state.name}", state.limit)
        return self.gates[mark]

    # --- lines that something sets off ------------------------------------------------------------------------------

    def _react(
        self,
        event: str,
        guard: m.Guard,
        line: m.Transition,
        here: Copy,
        at: int,
        key: tuple[m.Transition, ...],
        owner: Copy | None,
        over: bool,
    ) -> Iterator[Jump]:
        """`event` sets `line` off, at the state `at` of `here` or (-1) anywhere in `here`."""
        asked = self.memory.guard(guard)
        if asked is None:
            return
        # An answer that is not there yet: nothing happens, as if nothing had been heard.
        given = self.memory.given(slot for act in line.acts if isinstance(act, m.Do) for slot in act.fills)
        said = self.said(line.acts)
        if line.call is not None:
            anchor = here.anchor
            called = self.interruption(anchor, key, line, owner) if over else self.site(here, at, key, line, owner)
            gone = self.go(called, called.flow.entry)
        elif line.target is None or owner is None:
            heard = line.trigger.kind == "event" and self.lasting
            gone = ((Raised(HEARD),) if heard else ()), ""
        else:
            gone = self.go(owner, line.target)
        yield Jump(event, asked + given, (*said, *gone[0]), gone[1])
        if given:
            yield Jump(event, asked)

    def _lines(self, copy: Copy) -> None:
        """The lines of the whole call that hold in `copy`: where it has a hall, also those of the copies below."""
        if copy.hall is None and not copy.flow.anytime:
            return
        lines = list(copy.lines) if copy.hall is not None else [(line, copy) for line in copy.flow.anytime]
        state = copy.hall or copy.box
        for event in dict.fromkeys(line.trigger.event for line, _ in lines):
            if event is None:
                continue
            fitting = [(line, of) for line, of in lines if line.trigger.event == event]
            delays = sorted({line.trigger.delay for line, _ in fitting} - {0})
            for name, delay in ((self.events[event], None), *((self._lasted(event, one), one) for one in delays)):
                for line, of in fitting:
                    state.jumps += self._line(name, delay, line, of, copy)

    def _line(self, name: str, delay: int | None, line: m.Transition, of: Copy, here: Copy) -> Iterator[Jump]:
        """One line of the whole call; with `delay`, after its event has lasted so long."""
        asked = self.memory.guard(line.guard)
        if asked is None:
            return
        if delay is not None and line.trigger.delay != delay:
            yield Jump(name, asked)  # it answers, but not now
            return
        if line.call is not None:
            anchor = here.anchor
            yield Jump(name, (*asked, self.later(lambda: self._within(anchor, line))))
        yield from self._react(name, line.guard, line, here, -1, (line,), of, over=True)

    def _within(self, anchor: Copy, line: m.Transition) -> Clause:
        """The interruptions of `anchor` that `line` itself called: it does not hold there."""
        return tuple(
            copy.box.id for copy in self.copies if copy.interrupts and copy.below is anchor and copy.key[-1] is line
        )

    def _lasted(self, event: str, delay: int) -> str:
        return f"_lasted.{self.events[event]}.{delay}"

    def _answer(self, name: str, over: Copy, event: str, here: Copy, at: int) -> None:
        """What the state `at` of `here` (-1: anywhere in it) does about the event that `over` handed back to it."""
        if over.line is None:
            return
        if at >= 0:
            lines = [(line, here) for line in here.flow.states[at].transitions]
            state = here.places[at]
        else:
            lines, state = list(here.lines), here.hall or here.box
        for line, of in lines:
            if line.trigger.event == event and not among(line, over.key):
                owner = over.owner if line.target is None else of
                answer, key = joined(line, over.line), (*over.key, line)
                state.jumps += self._react(name, line.guard, answer, here, at, key, owner, over=at < 0)
        if at < 0:
            said = self.said(over.line.then)
            stays = over.line.target is None or over.owner is None
            gone = ((), "") if stays or over.owner is None else self.go(over.owner, over.line.target or 0)
            state.jumps.append(Jump(name, (), (*said, *gone[0]), gone[1]))

    # --- waiting ----------------------------------------------------------------------------------------------------

    def _wait(self, copy: Copy, at: int, state: m.State, place: State) -> None:
        """A state in which the call waits: reactions, what time sets off, the ways on when the customer goes along."""
        if copy.root is None:
            self.bases.setdefault((copy, at))
        own = [line for line in state.transitions if line.trigger.event]
        lasting = self._lasting(copy, own)
        for line in own:
            event = line.trigger.event or ""
            delays = [delay for name, delay in lasting if name == event]
            place.jumps += self._react(self.events[event], line.guard, line, copy, at, (line,), copy, over=False)
            for delay in delays:
                name = self._lasted(event, delay)
                if line.trigger.delay == delay:
                    place.jumps += self._react(name, line.guard, line, copy, at, (line,), copy, over=False)
                elif (asked := self.memory.guard(line.guard)) is not None:
                    place.jumps.append(Jump(name, asked))
        ways = [line for line in state.transitions if line.trigger.kind == "proceed"]
        place.jumps += self._proceed(copy, at, state, ways)
        mine = [one for one in lasting if one[0] in {line.trigger.event for line in own}]
        other = [one for one in lasting if one not in mine]
        timed = [line for line in state.transitions if line.trigger.kind in ("after", "every")]
        self._clocks(copy, at, place, mine, timed, other)

    def _lasting(self, copy: Copy, own: list[m.Transition]) -> list[tuple[str, int]]:
        """(event, delay) of all that may happen by lasting, in the order of what happens first at one moment."""
        root = copy.root
        found: list[tuple[str, int]] = []
        closed: set[str] = set()
        for line in (*own, *(line for line, _ in copy.lines)):
            event, delay = line.trigger.event or "", line.trigger.delay
            guard = self.memory.guard(line.guard)
            if event in closed or guard is None:
                continue
            blocked = root is not None and root.key[-1] is line
            if delay and not blocked and (event, delay) not in found:
                found.append((event, delay))
            if not guard:
                closed.add(event)
        return found

    def _proceed(self, copy: Copy, at: int, state: m.State, ways: list[m.Transition]) -> Iterator[Jump]:
        """The customer goes along: the answers are filled in, then the first way whose guard holds is taken."""
        if not ways:
            return
        slots = [slot for slot in ways[0].fills if slot in self.memory.asked]
        unsure = [slot for slot in slots if (state.step, slot) in copy.switches]
        sure = [slot for slot in slots if slot not in unsure]
        for some in chained.from_iterable(combinations(unsure, count) for count in range(len(unsure) + 1)):
            asked = frozenset((*sure, *some))
            switches = tuple((copy.switches[state.step, slot][0 if slot in some else 1],) for slot in unsure)
            given = self.memory.given(slot for slot in slots if slot in asked)
            filling: tuple[Action, ...] = self.memory.filling(slot for slot in slots if slot in asked)
            for way in ways:
                guard = self.memory.guard(way.guard, asked)
                if guard is None:
                    continue
                for jump in self._react(PROCEED, (), way, copy, at, (way,), copy, over=False):
                    actions = (*filling, *jump.actions) if jump.target else jump.actions
                    yield Jump(PROCEED, (*switches, *given, *guard, *jump.guard), actions, jump.target)

    def _clocks(
        self,
        copy: Copy,
        at: int,
        place: State,
        mine: list[tuple[str, int]],
        timed: list[m.Transition],
        other: list[tuple[str, int]],
    ) -> None:
        """What time sets off at `place`. Clocks that start anew at different times stand in regions of their own."""
        by_clock: dict[tuple[str, int], list[m.Transition]] = {}
        for line in timed:
            by_clock.setdefault((line.trigger.kind, line.trigger.delay), []).append(line)
        together = not timed or not (mine or other or any(kind == "every" for kind, _ in by_clock))
        if together:
            self._quiet(place, (*mine, *other))
            for (_, delay), lines in by_clock.items():
                place.after.append(After(delay, self._due(copy, at, lines, "")))
            return
        place.kind = "parallel"
        if mine:
            self._quiet(self._region(place, "quiet"), mine)
        for (kind, delay), lines in by_clock.items():
            clock = self._region(place, kind)
            clock.after.append(After(delay, self._due(copy, at, lines, clock.id if kind == "every" else "")))
        if other:
            self._quiet(self._region(place, "quiet"), other)

    def _region(self, place: State, name: str) -> State:
        """A state in a region of its own below `place`."""
        inner = State(self.names.new(f"{place.id}_{name}"))
        place.children.append(State(self.names.new(f"{place.id}_{name}s"), "compound", inner.id, [inner]))
        return inner

    def _quiet(self, state: State, lasting: Iterable[tuple[str, int]]) -> None:
        state.sent = [Sent(self._lasted(event, delay), delay) for event, delay in lasting]
        if state.sent:
            state.jumps.append(Jump(HEARD, (), (), state.id))

    def _due(self, copy: Copy, at: int, lines: Iterable[m.Transition], again: str) -> tuple[Jump, ...]:
        jumps = (
            jump for line in lines for jump in self._react("", line.guard, line, copy, at, (line,), copy, over=False)
        )
        return tuple(Jump("", jump.guard, jump.actions, jump.target or again) for jump in jumps)

    # --- the end ----------------------------------------------------------------------------------------------------

    def _settle(self, state: State) -> None:
        """Write the clauses in that were not known before, and drop what can never be."""
        state.jumps = [settled for jump in state.jumps if (settled := self._settled(jump)) is not None]
        for child in state.children:
            self._settle(child)

    def _settled(self, jump: Jump) -> Jump | None:
        guard: list[Clause] = []
        for clause in jump.guard:
            known = self.late[clause[0]]() if clause[0] in self.late else clause
            if not known:
                return None
            guard.append(known)
        return Jump(jump.event, tuple(guard), jump.actions, jump.target)


def _events(flow: m.Flow) -> Iterator[m.Transition]:
    for state in flow.states:
        yield from state.transitions
    yield from flow.anytime
