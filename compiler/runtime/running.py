"""Run-to-completion step: perform acts and enter and leave sub-dialogues until the call waits or ends.

Semantics: docs/language.md, "What a script means". A `Run` is the only mutable object of the simulator.
"""

from __future__ import annotations

from compiler.runtime import refusals
from compiler.runtime.configuration import NEVER, Configuration, Frame, Happening, Moment, Outcome, Refused
from compiler.runtime.model import UNKNOWN, Act, Guard, Model, Slots, Transition

MOST = 20_000
"""So many transitions one move may take; more is a machine that never comes to rest."""

GONE = -1
"""The level of a transition whose frame another interruption has taken away."""

_NONE: tuple[Transition, ...] = ()
_made = tuple.__new__
"""Makes a named tuple of its values as they stand: half the time of calling its class, which is a third of a turn."""
_Way = tuple[tuple[int, ...], Transition, int]
"""A transition to be taken: its key (see `Model.joined`), what it amounts to, and the level it belongs to."""


class Stop(Exception):
    """Signal that a move is refused."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


def holds(guard: Guard, slots: Slots) -> bool:
    """Whether every test of `guard` holds."""
    for test in guard:
        value = slots[test.slot]
        if (value is not None if test.values is None else value in test.values) == test.negated:
            return False
    return True


def answering(
    model: Model, frames: tuple[Frame, ...] | list[Frame], slots: Slots, event: str, chain: tuple[int, ...] = ()
) -> tuple[Transition, int] | None:
    """Find the line that answers `event` and the level of that line; None without a match.

    chain: lines that handed the event back; excluded from the search.
    """
    states = model.states
    top = len(frames) - 1
    for line in states[frames[top].state].on.get(event, _NONE):
        if line.id not in chain and holds(line.guard, slots):
            return line, top
    for level in range(top, -1, -1):
        for line in model.flows[states[frames[level].state].flow].anytime.get(event, _NONE):
            if line.id in chain or not holds(line.guard, slots):
                continue
            for frame in frames:
                if frame.pending and frame.pending[-1] == line.id:
                    return None  # inside the sub-dialogue that this very line called
            return line, level
    return None


class Run:
    """Execution of a single move from `config`."""

    __slots__ = (
        "clock",
        "config",
        "frames",
        "gates",
        "happenings",
        "model",
        "outcome",
        "ready",
        "slots",
        "taken",
        "waits",
    )

    def __init__(self, model: Model, config: Configuration) -> None:
        self.model = model
        self.config = config
        self.frames = list(config.frames)
        self.gates = config.gates
        self.slots = config.slots
        self.ready = config.ready
        self.clock = config.clock
        self.outcome: str | None = None
        self.happenings: list[Happening] = []
        self.taken: list[int] = []
        self.waits = False  # whether a waiting of its own has begun

    def finish(self, *, heard: bool, last: Moment | None = None) -> Outcome:
        """Build the outcome. heard: customer or line was heard; last: timer that triggered the move."""
        clock, before = self.clock, self.config
        rest = (before.since, clock if heard else before.quiet, last or before.last)
        if self.waits:
            rest = (clock, clock, NEVER)
        values = (tuple(self.frames), self.gates, self.slots, self.ready, clock, *rest, self.outcome)
        after = _made(Configuration, values)
        return _made(Outcome, (after, tuple(self.happenings), tuple(self.taken)))

    def begin(self, flow: int) -> None:
        """Push `flow` and run until the call rests."""
        self.frames.append(Frame(self.model.flows[flow].entry))
        self._on(self._settle())

    def take(self, line: Transition, level: int) -> None:
        """Take `line` of `level` and run until the call rests."""
        self._on(((line.id,), line, level))

    def answer(self, asked: list[int]) -> None:
        """Fill the asked slots with the answers given ahead."""
        for slot in asked:
            self._fill(slot)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _on(self, way: _Way | None) -> None:
        while way is not None:
            if len(self.taken) >= MOST:
                raise Stop(refusals.endless())
            way = self._take(*way)

    def _take(self, key: tuple[int, ...], line: Transition, level: int) -> _Way | None:
        """Perform a transition and its call; return the next transition, or None when the call rests."""
        self.taken.append(line.id)
        if line.call < 0:
            if line.acts:
                self._perform(line.acts)
            return self._arrive(line, level)
        frames = self.frames
        if line.anytime:
            # There is never more than one interruption: a second one takes the place of the first.
            transitions = self.model.transitions
            for index, frame in enumerate(frames):
                if frame.pending and transitions[frame.pending[-1]].anytime:
                    frames[index:] = [Frame(frame.state, frame.asked)]
                    break
            if level >= len(frames):  # the line belongs to what it takes the place of: its way on is gone with it
                level = GONE
        self._perform(line.acts)
        top = frames[-1]
        frames[-1] = _made(Frame, (top.state, top.asked, key, level))
        frames.append(_made(Frame, (self.model.flows[line.call].entry, (), (), 0)))
        return self._settle()

    def _arrive(self, line: Transition, level: int) -> _Way | None:
        """The end of a transition: stay where the call is, or go to the target and on from there."""
        frames, states = self.frames, self.model.states
        if line.target < 0 or level == GONE:
            return None if states[frames[-1].state].rests else self._settle()
        frame = frames[level]
        target = states[line.target]
        asked = frame.asked if target.step == states[frame.state].step and not target.entry else ()
        frames[level:] = [_made(Frame, (line.target, asked, (), 0))]
        return self._settle()

    def _settle(self) -> _Way | None:
        """What the state on top does; the next transition to be taken, or None when the call rests or has ended."""
        frames = self.frames
        frame = frames[-1]
        state = self.model.states[frame.state]
        self.waits = True
        kind = state.kind
        if state.entry and (
            kind != "gate" or self.gates[state.gate] < state.limit
        ):  # else the gate sends the call away
            self.happenings.append(
                _made(Happening, ("enter", state.flow, state.step, self.clock, None, self.slots, ""))
            )
        if state.rests:
            return None
        if kind == "act":
            if state.acts:
                self._perform(state.acts)
            for way in state.always:
                if holds(way.guard, self.slots):
                    return (way.id,), way, len(frames) - 1
            raise Stop(refusals.no_way_on())
        if kind == "gate":
            passed = self.gates[state.gate]
            way = state.transitions[0 if passed < state.limit else 1]
            self.gates = (*self.gates[: state.gate], min(passed + 1, state.limit), *self.gates[state.gate + 1 :])
            return (way.id,), way, len(frames) - 1
        if kind == "end":
            self.outcome = state.outcome
            self.happenings.append(
                Happening("end", state.flow, state.step, self.clock, None, self.slots, state.outcome)
            )
            return None
        return self._return(state.event)

    def _return(self, event: str) -> _Way | None:
        """Pop the top flow; hand `event` back to the caller or continue after the call."""
        frames = self.frames
        frames.pop()
        if not frames:  # the main flow has nobody to return to: the call simply ends here
            self.outcome = ""
            return None
        frame = frames[-1]
        key, level = frame.pending, frame.owner
        frames[-1] = Frame(frame.state, frame.asked)
        pending = self.model.joined(key)
        if event:
            found = answering(self.model, frames, self.slots, event, key)
            if found is not None:
                line, at = found
                joined = (*key, line.id)
                return joined, self.model.joined(joined), level if line.target < 0 else at
        self._perform(pending.then)
        return self._arrive(pending, level)

    def _perform(self, acts: tuple[Act, ...]) -> None:
        """Perform acts in order, those whose guard holds."""
        frames = self.frames
        for act in acts:
            if act.guard and not holds(act.guard, self.slots):
                continue
            frame = frames[-1]
            state = self.model.states[frame.state]
            self.happenings.append(_made(Happening, ("act", state.flow, state.step, self.clock, act, self.slots, "")))
            kind = act.kind
            if kind == "ask":
                asked = tuple(dict.fromkeys((*frame.asked, *act.slots)))
                frames[-1] = _made(Frame, (frame.state, asked, frame.pending, frame.owner))
            elif kind == "promise":
                self._put(act.slots[0], act.value)
            elif act.slots:
                for slot in act.slots:
                    self._fill(slot)

    def _fill(self, slot: int) -> None:
        """Fill a slot with the answer given ahead; without one, with what it held before.

        A choice needs an answer, unless it was known before the call.
        """
        value = self.ready[slot]
        if value is None:
            declared = self.model.slots[slot]
            if declared.options and not declared.known:
                raise Stop(refusals.answer_missing(declared))
            value = self.slots[slot] or UNKNOWN
        self._put(slot, value)

    def _put(self, slot: int, value: str) -> None:
        if self.slots[slot] != value:
            self.slots = with_value(self.slots, slot, value)


def with_value(slots: Slots, slot: int, value: str | None) -> Slots:
    """`slots` with the value of one changed."""
    return (*slots[:slot], value, *slots[slot + 1 :])
