"""The ways of a chart: from a state of the machine to the next one the call rests in, through acts, calls and returns.

Copies of flows are made as they are needed, each state once. Knows nothing of what sets a way off.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeAlias

from compiler.exports.copies import Copy, among, joined
from compiler.exports.memory import Memory, Names
from compiler.exports.parts import Action, Clause, Ended, Jump, Raised, Said, State
from compiler.machine import model as m

Gone: TypeAlias = tuple[tuple[Action, ...], str]
"""What is done on the way to a state of the chart, and that state."""


class Ways:
    """Copies of flows, their states, and the ways between them."""

    def __init__(self, machine: m.Machine) -> None:
        self.flows = {flow.scenario: flow for flow in machine.flows}
        self.names = Names()
        self.memory = Memory(machine, self.names)
        self.events = {term.name: self.names.new(term.name) for term in machine.events}
        self.todo: deque[tuple[Copy, int]] = deque()
        self.copies: list[Copy] = []
        self.ends: dict[str, State] = {}
        self.bases: dict[tuple[Copy, int], None] = {}
        self.backs: dict[str, tuple[Copy, str]] = {}
        self.steps: dict[tuple[Copy, int], list[str]] = {}
        self.late: dict[str, Callable[[], Clause]] = {}
        self._called: dict[tuple[object, ...], Copy] = {}
        self._homes: dict[tuple[object, ...], str] = {}
        self._raised: set[Copy] = set()
        self._unsure = {name: unsure(flow, self.memory.asked) for name, flow in self.flows.items()}
        self._switched = {slot for steps in self._unsure.values() for slots in steps.values() for slot in slots}

    # --- copies and states ------------------------------------------------------------------------------------------

    def copy(self, flow: m.Flow, parent: State, copy: Copy, name: str) -> None:
        """Furnish a new `copy` of `flow` inside `parent`; with a hall where lines of its own can interrupt it."""
        self.copies.append(copy)
        copy.box = State(self.names.new(name), "compound", flow=flow)
        if copy.below is None or (flow.anytime and copy.root is None):
            copy.hall = State(self.names.new(f"{name}_all"), "compound", copy.box.id, [copy.box], flow=flow)
            copy.memory = self.names.new(f"{name}_back")
        parent.children.append(copy.hall or copy.box)
        copy.box.initial = self.place(copy, flow.entry).id
        if copy.hall is not None:
            copy.box.children.append(State(copy.memory, "history", copy.box.initial))
        for step, slots in self._unsure[flow.scenario].items():
            for slot in sorted(slots):
                where = self.later(lambda step=step: tuple(self.steps.get((copy, step), ())))  # type: ignore[misc]
                copy.switches[step, slot] = self.memory.switch(
                    f"{name}_{slot}", f"_ask.{self.memory.tokens[slot]}", where
                )

    def site(
        self, caller: Copy, at: int, key: tuple[m.Transition, ...], line: m.Transition, owner: Copy | None
    ) -> Copy:
        """The copy that `line` calls at the state `at` of `caller`."""
        mark = (caller, at, *map(id, key), owner)
        if mark not in self._called:
            flow = self.flows[line.call or ""]
            self._called[mark] = copy = Copy(flow, caller, at, key, line, owner)
            self.copy(flow, caller.box, copy, f"{caller.box.id}_{flow.scenario}")
        return self._called[mark]

    def interruption(self, anchor: Copy, key: tuple[m.Transition, ...], line: m.Transition, owner: Copy | None) -> Copy:
        """The copy that comes over whatever goes on in `anchor` when `line` calls it."""
        if owner is not None and owner.root is not None:
            owner = None  # part of an interruption whose place this one takes
        mark = (anchor, "over", *map(id, key), owner)
        if mark not in self._called:
            flow = self.flows[line.call or ""]
            self._called[mark] = copy = Copy(flow, anchor, -1, key, line, owner)
            self.copy(flow, anchor.hall or anchor.box, copy, f"{anchor.box.id}_over_{flow.scenario}")
        return self._called[mark]

    def place(self, copy: Copy, at: int) -> State:
        """The chart's state for the state `at` of `copy`."""
        if at not in copy.places:
            state = copy.flow.states[at]
            place = self.state(copy, state.step, state.name)
            place.name, place.begins = state.name, at < len(copy.flow.steps)
            place.waits = state.kind in ("wait", "pause")
            copy.places[at] = place
            self.todo.append((copy, at))
        return copy.places[at]

    def state(self, copy: Copy, step: int, name: str) -> State:
        """A new state among those of `copy`."""
        made = State(self.names.new(f"{copy.box.id}_{name}"), flow=copy.flow)
        made.step = copy.flow.steps[step] if step >= 0 else None
        copy.box.children.append(made)
        self.steps.setdefault((copy, step), []).append(made.id)
        return made

    def passing(self, copy: Copy, step: int, jumps: Iterable[Jump]) -> State:
        """A state that takes the first of `jumps` whose guard holds, once all that was raised before is dealt with."""
        made = self.state(copy, step, f"{copy.flow.steps[step].name if step >= 0 else 'all'}_next")
        made.raised = [f"_next.{made.id}"]
        made.jumps = [Jump(made.raised[0], jump.guard, jump.actions, jump.target) for jump in jumps]
        return made

    def later(self, states: Callable[[], Clause]) -> Clause:
        """A clause whose states are known only when the chart is done."""
        token = f"?{len(self.late)}"
        self.late[token] = states
        return (token,)

    # --- ways -------------------------------------------------------------------------------------------------------

    def go(self, copy: Copy, at: int) -> Gone:
        """To the state `at` of `copy`; an end or a return is gone through at once."""
        state = copy.flow.states[at]
        if state.kind == "end":
            return self._end(state.outcome or "")
        if state.kind == "return":
            return self._return(copy, state.event)
        begins = at < len(copy.flow.steps)
        fresh = (Raised(off) for (step, _), (_, _, off) in copy.switches.items() if begins and step == state.step)
        return tuple(fresh), self.place(copy, at).id

    def run(self, copy: Copy, at: int, key: tuple[m.Transition, ...], line: m.Transition, owner: Copy | None) -> Gone:
        """Perform `line` at the state `at` of `copy`, without waiting for anybody."""

        def end() -> Gone:
            if line.call is not None:
                called = self.site(copy, at, key, line, owner)
                return self.go(called, called.flow.entry)
            return self._arrive(copy, at, line, owner)

        return self.perform(copy, copy.flow.states[at].step, line.acts, end)

    def perform(self, copy: Copy, step: int, acts: tuple[m.Act, ...], then: Callable[[], Gone]) -> Gone:
        """Perform `acts`, then what `then` says; where a guard is to be looked at, or an answer awaited, in a state."""
        if not acts:
            return then()
        act, rest = acts[0], acts[1:]
        guard = self.memory.guard(act.guard)
        after = self.perform(copy, step, rest, then)
        if guard is None:
            return after
        done = self._done(copy, step, act, after)
        if not guard:
            return done
        return (), self.passing(copy, step, [Jump("", guard, *done), Jump("", (), *after)]).id

    def first(self, copy: Copy, step: int, ways: Iterable[tuple[m.Guard, Callable[[], Gone]]]) -> Gone:
        """The first of `ways` whose guard holds."""
        jumps: list[Jump] = []
        for asked, way in ways:
            guard = self.memory.guard(asked)
            if guard is None:
                continue
            gone = way()
            if not guard and not jumps:
                return gone
            jumps.append(Jump("", guard, *gone))
            if not guard:
                break
        return (), self.passing(copy, step, jumps).id

    def said(self, acts: Iterable[m.Act]) -> tuple[Action, ...]:
        """`acts` and what the chart remembers of them."""
        out: list[Action] = []
        for act in acts:
            out += (Said(act), *self._effects(act))
        return tuple(out)

    def _done(self, copy: Copy, step: int, act: m.Act, after: Gone) -> Gone:
        """`act` and what comes after it; where a system has to answer, in a state that waits for that."""
        given = self.memory.given(act.fills) if isinstance(act, m.Do) else ()
        if not given:
            return (*self.said((act,)), *after[0]), after[1]
        waits = self.passing(copy, step, [Jump("", given, (*self._effects(act), *after[0]), after[1])])
        waits.jumps += [Jump(event, (), (), waits.id) for event in self.memory.answers(getattr(act, "fills", ()))]
        waits.jumps.append(Jump("*"))  # nothing else is heard meanwhile
        return (Said(act),), waits.id

    def _effects(self, act: m.Act) -> tuple[Raised, ...]:
        match act:
            case m.Ask():
                return tuple(Raised(f"_ask.{self.memory.tokens[slot]}") for slot in act.slots if slot in self._switched)
            case m.Do():
                return self.memory.filling(act.fills)
            case m.Promise():
                return self.memory.filling((act.slot,))
            case _:
                return ()

    def _end(self, outcome: str) -> Gone:
        if outcome not in self.ends:
            self.ends[outcome] = State(self.names.new(f"end_{outcome}"), "final", name=outcome)
        return (Ended(outcome),), self.ends[outcome].id

    def _arrive(self, here: Copy, at: int, line: m.Transition, owner: Copy | None) -> Gone:
        """The end of `line` at the state `at` of `here`; where its target is gone, the call stays there."""
        if line.target is None or owner is None:
            return (), self.place(here, at).id
        return self.go(owner, line.target)

    # --- returns ----------------------------------------------------------------------------------------------------

    def _return(self, copy: Copy, event: str | None) -> Gone:
        """Leave `copy`, handing `event` back if there is one."""
        caller, pending = copy.below, copy.line
        if caller is None or pending is None:
            return self._end("")
        if copy.interrupts:
            return self._back(copy, caller, pending, event)
        at = copy.at
        step = caller.flow.states[at].step
        ways = [*self._answers(copy, caller, pending, event), ((), lambda: self._plain(copy, caller, pending))]
        return self.first(caller, step, ways)

    def _plain(self, copy: Copy, caller: Copy, pending: m.Transition) -> Gone:
        """Back to just after the call."""
        step = caller.flow.states[copy.at].step
        return self.perform(caller, step, pending.then, lambda: self._arrive(caller, copy.at, pending, copy.owner))

    def _answers(
        self, copy: Copy, caller: Copy, pending: m.Transition, event: str | None
    ) -> Iterable[tuple[m.Guard, Callable[[], Gone]]]:
        """What the state that called may do about `event`, in the order in which it is tried."""
        if event is None:
            return
        own = ((line, caller, False) for line in caller.flow.states[copy.at].transitions)
        root = caller.root
        for line, of, anytime in (*own, *((line, of, True) for line, of in caller.lines)):
            if line.trigger.event != event or among(line, copy.key):
                continue
            key, answer = (*copy.key, line), joined(line, pending)
            owner = copy.owner if line.target is None else of
            if anytime and root is not None and root.key[-1] is line:
                yield line.guard, lambda: self._plain(copy, caller, pending)  # inside what this very line called
            elif anytime and line.call is not None:
                over = self.interruption(caller.anchor, key, answer, owner)
                yield line.guard, lambda over=over, answer=answer: self._over(caller, copy.at, over, answer)  # type: ignore[misc]
            else:
                yield (
                    line.guard,
                    lambda key=key, answer=answer, owner=owner: self.run(caller, copy.at, key, answer, owner),  # type: ignore[misc]
                )

    def _over(self, caller: Copy, at: int, over: Copy, line: m.Transition) -> Gone:
        """`over` comes over the state `at` of `caller`, which has just been returned to."""
        if caller.root is not None:  # it takes the place of the interruption that `caller` is part of
            step = caller.flow.states[at].step
            return self.perform(caller, step, line.acts, lambda: self.go(over, over.flow.entry))
        event = f"_over.{over.box.id}"
        if over not in self._raised:
            self._raised.add(over)
            hall = caller.anchor.hall
            if hall is not None:
                actions, target = self.go(over, over.flow.entry)
                hall.jumps.append(Jump(event, (), (*self.said(line.acts), *actions), target))
        self.bases.setdefault((caller, at))
        return (Raised(event),), self.place(caller, at).id

    def _back(self, copy: Copy, anchor: Copy, pending: m.Transition, event: str | None) -> Gone:
        """Back from an interruption to where it came from; what answers `event` there is for that place to say."""
        if event is not None:
            name = f"_back.{copy.box.id}.{self.events[event]}"
            self.backs[name] = (copy, event)
            return (), self._home(anchor, name)
        said = self.said(pending.then)
        if pending.target is None or copy.owner is None:
            return said, self._home(anchor)
        actions, target = self.go(copy.owner, pending.target)
        return (*said, *actions), target

    def _home(self, anchor: Copy, then: str = "") -> str:
        """A state that leads back to where `anchor` was interrupted, and raises `then` there.

        A state of its own, because not every engine takes a transition that does something and leads to a history.
        """
        mark = (anchor, "home", then)
        if mark not in self._homes:
            hall = anchor.hall or anchor.box
            home = State(self.names.new(f"{anchor.box.id}_home"), flow=anchor.flow)
            home.raised = [f"_next.{home.id}", *([then] if then else [])]
            home.jumps = [Jump(home.raised[0], (), (), anchor.memory)]
            hall.children.append(home)
            self._homes[mark] = home.id
        return self._homes[mark]


def unsure(flow: m.Flow, slots: Iterable[str]) -> dict[int, frozenset[str]]:
    """By step: those of `slots` that an answer fills only if they were asked for, which depends on guards."""
    kept = set(slots)
    out: dict[int, frozenset[str]] = {}
    for step in flow.steps:
        states = [flow.states[id] for id in step.states]
        asks = [act for state in states for act in state.acts if isinstance(act, m.Ask) and not act.guard]
        sure = {slot for act in asks for slot in act.slots}
        filled = {slot for state in states for one in state.transitions for slot in one.fills}
        left = frozenset(filled & kept - sure)
        if left:
            out[step.index] = left
    return out
