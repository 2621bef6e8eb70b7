"""Where a call can be, and what can move it: the values that `compiler.machine.exploration.behaviour` works with."""

from __future__ import annotations

from typing import Literal, NamedTuple

from compiler.machine.model import Act, Transition

EMPTY, FILLED = -1, -2
"""What is known of a slot: nothing, or something; an option slot holds the index of its option instead."""


GONE = -1
"""The owner of a transition whose frame another interruption has taken away."""


class Frame(NamedTuple):
    """One level of a call's stack: where a flow is, and the transition whose sub-dialogue runs above it.

    `owner` is the index of the frame that `pending` belongs to (for `全程` lines it may be one further down), or GONE.
    """

    flow: int
    state: int
    asked: tuple[str, ...] = ()
    pending: Transition | None = None
    owner: int = 0


Moment = tuple[int, int, int]
"""When a timer goes off, and its place among those that do at the same time: ms since this waiting began, less than 0 by as
many ms as it has run, its place in the state."""


class Configuration(NamedTuple):
    """Where a call rests. `outcome` is set once it has ended; `waited` is the last timer of this waiting that went off."""

    frames: tuple[Frame, ...]
    gates: tuple[int, ...]
    slots: tuple[int, ...]
    outcome: str | None = None
    waited: Moment | tuple[()] = ()


class Happening(NamedTuple):
    """Something on the way of a move, in order.

    act: an act performed, and what was known of the slots then. enter: a step begun (not one whose gate sends the call
    away). end: the call's end. call: the sub-dialogue `names` begins (without a step: a `全程` line called it).
    fill: the slots `names` are filled by an answer. leave: the steps of the frames from `depth` on are broken off by
    something that happened. return: `flow` goes back to its caller. depth: of enter, end and return, the frame it happens in.
    """

    kind: Literal["act", "enter", "end", "call", "fill", "leave", "return"]
    flow: int
    step: int | None
    act: Act | None = None
    outcome: str | None = None
    slots: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    depth: int = 0


class Move(NamedTuple):
    """What sets a call in motion from rest, and all that happens until it rests again.

    transition: the one taken (None for the beginning of a call). values: answers given, slot by slot. assumed: the slots
    (by name) and gates (by index) that were taken to be as the move needs them, because they are not kept track of.
    wait: the ms that pass before it; what customers take to answer is not counted.
    """

    transition: Transition | None
    flow: int
    values: tuple[tuple[str, int], ...]
    happenings: tuple[Happening, ...]
    assumed: frozenset[str | int] = frozenset()
    wait: int = 0


class Run(NamedTuple):
    """A call between two rests: what it is becoming, what has happened so far, what that assumes, where it has been."""

    config: Configuration
    happenings: tuple[Happening, ...]
    assumed: frozenset[str | int] = frozenset()
    trail: tuple[Configuration, ...] = ()
