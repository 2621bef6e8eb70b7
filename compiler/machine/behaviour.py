"""Every call a machine allows, step by step: configurations, and the moves from each.

The rules are those of docs/language.md, "What a script means". A configuration is where a call rests (a stack of frames),
how often each gate was passed, and what is known of the slots. Choices that are not the agent's (what the customer does,
what an answer or a system says) are moves. The state space is finite: calls nest as deep as the call graph, gates stop at
their limit, and slots are empty, filled, or one of their options.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Literal, NamedTuple

from compiler.machine.model import (
    Act,
    Ask,
    Do,
    Filled,
    Guard,
    Machine,
    Promise,
    State,
    Transition,
)
from dsl.frozen import replace

EMPTY, FILLED = -1, -2
"""What is known of a slot: nothing, or something; an option slot holds the index of its option instead."""


class Frame(NamedTuple):
    """One level of a call's stack: where a flow is, and the transition whose sub-dialogue runs above it.

    `owner` is the index of the frame that `pending` belongs to (for `全程` lines it may be one further down).
    """

    flow: int
    state: int
    asked: tuple[str, ...] = ()
    pending: Transition | None = None
    owner: int = 0


class Configuration(NamedTuple):
    """Where a call rests. `outcome` is set once it has ended."""

    frames: tuple[Frame, ...]
    gates: tuple[int, ...]
    slots: tuple[int, ...]
    outcome: str | None = None


class Happening(NamedTuple):
    """Something on the way of a move, in order: an act performed, a step entered, the call's end."""

    kind: Literal["act", "enter", "end"]
    flow: int
    step: int
    act: Act | None = None
    outcome: str | None = None
    slots: tuple[int, ...] = ()


class Move(NamedTuple):
    """What sets a call in motion from rest, and all that happens until it rests again.

    trigger: the transition taken (None for the beginning of a call). values: answers given, slot by slot.
    """

    transition: Transition | None
    flow: int
    values: tuple[tuple[str, int], ...]
    happenings: tuple[Happening, ...]


class _Run(NamedTuple):
    """A call between two rests: what it is becoming, and what has happened so far."""

    config: Configuration
    happenings: tuple[Happening, ...]


class Behaviour:
    """The moves of one machine without silent circles (steps that lead to one another without ever waiting).

    With `relevant`, what is known of all other slots is left out of configurations, which keeps them few; sound when
    `relevant` holds every slot that a guard tests.
    """

    def __init__(self, machine: Machine, relevant: frozenset[str] | None = None) -> None:
        self.machine = machine
        self.flows = machine.flows
        self.flow_index = {flow.scenario: index for index, flow in enumerate(machine.flows)}
        self.slots = machine.slots
        self.slot_index = {slot.name: index for index, slot in enumerate(machine.slots)}
        self.gate_index = {
            (number, state.id): index
            for index, (number, state) in enumerate(
                (number, state)
                for number, flow in enumerate(machine.flows)
                for state in flow.states
                if state.kind == "gate"
            )
        }
        self._kept = frozenset(self.slot_index) if relevant is None else relevant
        self._anytime: dict[int, Transition] = {id(line): line for flow in machine.flows for line in flow.anytime}
        self._joined: dict[tuple[int, int], Transition] = {}
        self._chains: dict[int, tuple[Transition, ...]] = {}

    # --- beginnings -------------------------------------------------------------------------------------------------

    def beginnings(self) -> Iterator[tuple[Move, Configuration]]:
        """Each way a call can begin: one for every combination of the slots known beforehand."""
        known = [slot for slot in self.slots if slot.known and slot.name in self._kept]
        choices = [range(len(slot.options)) if slot.type == "choice" else (FILLED,) for slot in known]
        for values in product(*choices):
            slots = [EMPTY] * len(self.slots)
            for slot, value in zip(known, values, strict=True):
                slots[self.slot_index[slot.name]] = value
            start = Configuration((), (0,) * len(self.gate_index), tuple(slots))
            given = tuple((slot.name, value) for slot, value in zip(known, values, strict=True))
            for run in self._push(_Run(start, ()), 0):
                yield Move(None, 0, given, run.happenings), run.config

    # --- moves ------------------------------------------------------------------------------------------------------

    def moves(self, config: Configuration) -> Iterator[tuple[Move, Configuration]]:
        """All that can happen next to a call resting at `config`, in a fixed order; nothing when it has ended."""
        if config.outcome is not None:
            return
        top = config.frames[-1]
        state = self._state(top)
        seen: set[str] = set()
        for transition in state.transitions:
            kind = transition.trigger.kind
            if kind == "event":
                event = transition.trigger.event
                if event not in seen and event is not None:
                    seen.add(event)
                    yield from self._event(config, event)
            elif kind == "proceed":
                if "proceed" not in seen:
                    seen.add("proceed")
                    yield from self._proceed(config, state)
            elif kind in ("after", "every") and self.holds(transition.guard, config.slots):
                key = f"{kind} {transition.trigger.delay}"
                if key not in seen:
                    seen.add(key)
                    yield from self._fire(config, transition, len(config.frames) - 1, ())
        for frame in reversed(config.frames):
            for transition in self.flows[frame.flow].anytime:
                event = transition.trigger.event
                if event is not None and event not in seen:
                    seen.add(event)
                    yield from self._event(config, event)

    def handler(
        self, config: Configuration, event: str, chain: tuple[Transition, ...] = ()
    ) -> tuple[Transition, int] | None:
        """The line that answers `event` at `config` and the index of the frame it belongs to; None when none does.

        chain: the lines that led to `event` being handed back; none of them answers it.
        """
        frames = config.frames
        active = [frame.pending for frame in frames if frame.pending is not None]
        for transition in self._state(frames[-1]).transitions:
            fits = transition.trigger.event == event and self.holds(transition.guard, config.slots)
            if fits and not any(transition is taken for taken in chain):
                return transition, len(frames) - 1
        for index in range(len(frames) - 1, -1, -1):
            for transition in self.flows[frames[index].flow].anytime:
                if transition.trigger.event == event and self.holds(transition.guard, config.slots):
                    if any(transition is taken for taken in chain):
                        continue
                    if any(self._anytime.get(id(line)) is transition for line in active):
                        return None  # inside the sub-dialogue that this very line called
                    return transition, index
        return None

    def holds(self, guard: Guard, slots: tuple[int, ...]) -> bool:
        """Whether every test of `guard` holds with what is known of the slots."""
        for test in guard:
            value = slots[self.slot_index[test.slot]]
            if isinstance(test, Filled):
                true = value != EMPTY
            else:
                options = self.slots[self.slot_index[test.slot]].options
                true = value >= 0 and options[value] in test.values
            if true == test.negated:
                return False
        return True

    # --- inside a move ----------------------------------------------------------------------------------------------

    def _state(self, frame: Frame) -> State:
        return self.flows[frame.flow].states[frame.state]

    def _event(self, config: Configuration, event: str) -> Iterator[tuple[Move, Configuration]]:
        found = self.handler(config, event)
        if found is not None:
            yield from self._fire(config, found[0], found[1], ())

    def _proceed(self, config: Configuration, state: State) -> Iterator[tuple[Move, Configuration]]:
        """The customer goes along: one move for each combination of answers to what was asked here."""
        top = config.frames[-1]
        ways = [transition for transition in state.transitions if transition.trigger.kind == "proceed"]
        asked = [name for name in ways[0].fills if name in top.asked]
        for values, slots in self._answers(asked, config.slots):
            for way in ways:
                if self.holds(way.guard, slots):
                    yield from self._fire(config._replace(slots=slots), way, len(config.frames) - 1, values)
                    break

    def _answers(
        self, names: Iterable[str], slots: tuple[int, ...]
    ) -> Iterator[tuple[tuple[tuple[str, int], ...], tuple[int, ...]]]:
        """Every way to fill the slots `names`: one for each combination of options."""
        names = [name for name in names if name in self._kept]
        choices = []
        for name in names:
            slot = self.slots[self.slot_index[name]]
            choices.append(range(len(slot.options)) if slot.type == "choice" else (FILLED,))
        for values in product(*choices):
            filled = list(slots)
            for name, value in zip(names, values, strict=True):
                filled[self.slot_index[name]] = value
            yield tuple(zip(names, values, strict=True)), tuple(filled)

    def _fire(
        self, config: Configuration, transition: Transition, owner: int, values: tuple[tuple[str, int], ...]
    ) -> Iterator[tuple[Move, Configuration]]:
        flow = config.frames[owner].flow
        for run in self._take(_Run(config, ()), transition, owner):
            yield Move(transition, flow, values, run.happenings), run.config

    def _take(self, run: _Run, transition: Transition, owner: int) -> Iterator[_Run]:
        """Perform a transition of frame `owner`: its acts, its call, and if it calls nothing, its end."""
        frames = run.config.frames
        if transition.call is not None and id(transition) in self._anytime:
            # There is never more than one interruption: a second one takes the place of the first.
            for index, frame in enumerate(frames):
                if frame.pending is not None and id(frame.pending) in self._anytime:
                    frames = (*frames[:index], frame._replace(pending=None))
                    break
            owner = min(owner, len(frames) - 1)
            run = run._replace(config=run.config._replace(frames=frames))
        for each in self._perform(run, transition.acts):
            if transition.call is None:
                yield from self._arrive(each, transition, owner)
                continue
            top = each.config.frames[-1]._replace(pending=transition, owner=owner)
            waiting = each.config._replace(frames=(*each.config.frames[:-1], top))
            yield from self._push(each._replace(config=waiting), self.flow_index[transition.call])

    def _arrive(self, run: _Run, transition: Transition, owner: int) -> Iterator[_Run]:
        """The end of a transition of frame `owner`: stay where the call is, or go to the target and on from there."""
        frames = run.config.frames
        if transition.target is None:
            if self._state(frames[-1]).kind in ("wait", "pause"):
                yield run
            else:
                yield from self._settle(run)
            return
        frame = frames[owner]
        target = self.flows[frame.flow].states[transition.target]
        here = self.flows[frame.flow].states[frame.state]
        asked = frame.asked if target.step == here.step and target.id >= len(self.flows[frame.flow].steps) else ()
        moved = Frame(frame.flow, transition.target, asked)
        yield from self._settle(run._replace(config=run.config._replace(frames=(*frames[:owner], moved))))

    def _push(self, run: _Run, flow: int) -> Iterator[_Run]:
        """Begin a flow on top of the stack."""
        frame = Frame(flow, self.flows[flow].entry)
        yield from self._settle(run._replace(config=run.config._replace(frames=(*run.config.frames, frame))))

    def _settle(self, run: _Run) -> Iterator[_Run]:
        """Go on from the state on top until the call rests or ends."""
        config = run.config
        frame = config.frames[-1]
        state = self._state(frame)
        if state.id < len(self.flows[frame.flow].steps):  # the entry state of a step
            run = run._replace(happenings=(*run.happenings, Happening("enter", frame.flow, state.step)))
        top = len(config.frames) - 1
        if state.kind in ("wait", "pause"):
            yield run
        elif state.kind == "end":
            end = Happening("end", frame.flow, state.step, outcome=state.outcome)
            yield _Run(config._replace(outcome=state.outcome), (*run.happenings, end))
        elif state.kind == "gate":
            index = self.gate_index[frame.flow, state.id]
            passed = config.gates[index]
            gates = (*config.gates[:index], min(passed + 1, state.limit), *config.gates[index + 1 :])
            way = state.transitions[0 if passed < state.limit else 1]
            yield from self._take(run._replace(config=config._replace(gates=gates)), way, top)
        elif state.kind == "return":
            yield from self._return(run, state)
        else:
            for each in self._perform(run, state.acts):
                for way in state.transitions:
                    if way.trigger.kind == "always" and self.holds(way.guard, each.config.slots):
                        yield from self._take(each, way, top)
                        break

    def _return(self, run: _Run, state: State) -> Iterator[_Run]:
        """Leave the flow on top; hand its event back, or go on behind the call."""
        frames = run.config.frames[:-1]
        if not frames:  # the main flow has nobody to return to: the call simply ends here
            yield run._replace(config=run.config._replace(outcome=""))
            return
        frame = frames[-1]
        pending, owner = frame.pending, frame.owner
        below = run.config._replace(frames=(*frames[:-1], frame._replace(pending=None, owner=0)))
        if state.event is not None:
            chain = () if pending is None else self._chains.get(id(pending), (pending,))
            found = self.handler(below, state.event, chain)
            if found is not None:
                line, at = found
                if pending is not None:
                    line = self._before(line, pending, chain)
                    at = owner if found[0].target is None else at
                yield from self._take(run._replace(config=below), line, at)
                return
        if pending is None:
            return
        for each in self._perform(run._replace(config=below), pending.then):
            yield from self._arrive(each, pending, owner)

    def _before(self, line: Transition, pending: Transition, chain: tuple[Transition, ...]) -> Transition:
        """`line` as the answer to an event that `pending`'s sub-dialogue handed back.

        When it leads nowhere of its own, it goes on as `pending` would have after its call.
        """
        key = (id(line), id(pending))
        if key not in self._joined:
            joined = replace(line)
            if line.target is None:
                rest = pending.then
                acts, then = (line.acts, (*line.then, *rest)) if line.call else ((*line.acts, *rest), ())
                joined = replace(line, acts=acts, then=then, target=pending.target)
            self._joined[key] = joined
            self._chains[id(joined)] = (*chain, line)
            if id(line) in self._anytime:
                self._anytime[id(joined)] = line
        return self._joined[key]

    def _perform(self, run: _Run, acts: Iterable[Act]) -> Iterator[_Run]:
        """Perform acts in order; an answer of a system makes one run for each of its options."""
        runs = [run]
        for act in acts:
            runs = [after for each in runs for after in self._act(each, act)]
        return iter(runs)

    def _act(self, run: _Run, act: Act) -> Iterator[_Run]:
        config = run.config
        if not self.holds(act.guard, config.slots):
            yield run
            return
        frame = config.frames[-1]
        done = Happening("act", frame.flow, self._state(frame).step, act, None, config.slots)
        run = run._replace(happenings=(*run.happenings, done))
        if isinstance(act, Ask):
            asking = frame._replace(asked=tuple(dict.fromkeys((*frame.asked, *act.slots))))
            yield run._replace(config=config._replace(frames=(*config.frames[:-1], asking)))
        elif isinstance(act, Do) and act.fills:
            for _, slots in self._answers(act.fills, config.slots):
                yield run._replace(config=config._replace(slots=slots))
        elif isinstance(act, Promise) and act.slot in self._kept:
            index = self.slot_index[act.slot]
            slots = (*config.slots[:index], FILLED, *config.slots[index + 1 :])
            yield run._replace(config=config._replace(slots=slots))
        else:
            yield run
