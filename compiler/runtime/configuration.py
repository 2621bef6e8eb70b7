"""Where a call is, what can be put to it, and what comes back: plain values, equal when they are alike.

A configuration together with its model is all there is to a call; copying one is going back.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from compiler.runtime.model import Act, Slots
from dsl.diagnostics import Words
from dsl.frozen import Node

Moment = tuple[int, int, int, int]
"""When a line goes off, and its place among those that do at the same time: ms since the call began, less than 0 by as many
ms as it has run, how far out its scenario is, its place there."""

NEVER: Moment = (-1, 0, 0, 0)


class Frame(NamedTuple):
    """One level of a call: the state it is in, and the call of a sub-dialogue that runs above it.

    asked: slots asked for in this step. pending: see `Model.joined`; empty when nothing runs above. owner: the level
    the pending transition belongs to, which for lines of the whole call may be further down, or `running.GONE`.
    """

    state: int
    asked: tuple[int, ...] = ()
    pending: tuple[int, ...] = ()
    owner: int = 0


class Configuration(NamedTuple):
    """A call at rest.

    frames: from the scenario up to the innermost sub-dialogue. gates: how often each was passed. slots: what is known.
    ready: what the answers will be when they are asked for. clock: ms since the call began. since: when this waiting
    began. quiet: when something was last heard. last: the last timer that went off in this waiting.
    outcome: set once the call has ended; empty when the main scenario simply returned.
    """

    frames: tuple[Frame, ...]
    gates: tuple[int, ...]
    slots: Slots
    ready: Slots
    clock: int = 0
    since: int = 0
    quiet: int = 0
    last: Moment = NEVER
    outcome: str | None = None


class Happening(NamedTuple):
    """Something that happens while a call moves: a step is entered, an act performed, the call ends.

    slots: what is known at that moment. clock: when it is.
    """

    kind: Literal["enter", "act", "end"]
    flow: int
    step: int
    clock: int
    act: Act | None
    slots: Slots
    outcome: str = ""


class Outcome(NamedTuple):
    """What a move comes to: where the call now rests, all that happened on the way, and the transitions taken, in order."""

    configuration: Configuration
    happenings: tuple[Happening, ...]
    taken: tuple[int, ...] = ()


class Possible(Node, frozen=True):
    """Something that may happen next.

    kind: an event, the customer going along, time alone (after or every so long), or, before a call has begun, the answer
    of a system. event: which. delay: how long, in ms, the event has to last, or the wait. at: the moment on the call's
    clock at which time alone brings it about, -1 where it never does. asks: the slots that going along or the answer
    fills, with their options.
    """

    kind: Literal["event", "go-along", "time", "answer"]
    event: str = ""
    delay: int = 0
    at: int = -1
    asks: tuple[tuple[str, tuple[str, ...]], ...] = ()


RefusedKind = Literal[
    "ended", "unknown-event", "cannot-go-along", "answer-missing", "no-way-on", "value", "slot", "endless"
]


class Refused(Node, frozen=True):
    """Why nothing happened: the call is where it was.

    ended: it is over. unknown-event: nothing answers that event here. cannot-go-along: the agent does not wait for an
    answer. answer-missing: a choice must be known to go on; `slot` says which, `options` what it may be. no-way-on:
    with these answers no way on is open. value, slot: what was filled cannot be. endless: the machine goes round and
    round without ever waiting. possible: what may happen instead.
    """

    kind: RefusedKind
    words: Words
    slot: str = ""
    options: tuple[str, ...] = ()
    possible: tuple[Possible, ...] = ()


# --- what can be put to a call ---------------------------------------------------------------------------------------


class Happens(Node, frozen=True):
    """The event happens, in full: where its line wants it to last, it has. Takes no time."""

    event: str


class GoAlong(Node, frozen=True):
    """The customer goes along; `answers` are filled ahead first."""

    answers: tuple[tuple[str, str], ...] = ()


class Pass(Node, frozen=True):
    """So many milliseconds pass, and nothing is heard; with `heard`, the customer is, so that nothing lasts."""

    milliseconds: int
    heard: bool = False


class Fill(Node, frozen=True):
    """What the answer will be when `slot` is asked for, or when a system fills it."""

    slot: str
    value: str


class Heard(Node, frozen=True):
    """Something is heard that is no event here: what must last begins anew."""


Input = Happens | GoAlong | Pass | Fill | Heard
