"""A statechart, ready to be written down for other engines: nested states, jumps between them, what is said on the way.

It has no data: what must be remembered (slots, how often a step was entered) stands in regions beside the talk, and a
guard asks only which states are active. Knows nothing of XML, of JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from compiler.machine.model import Act, Flow, Step
from dsl.frozen import Node

Clause: TypeAlias = tuple[str, ...]
"""One of these states is active."""
Guard: TypeAlias = tuple[Clause, ...]
"""All of these clauses hold."""


class Said(Node, frozen=True):
    """An act of the agent, for whoever listens to the engine."""

    act: Act


class Ended(Node, frozen=True):
    """The call is over."""

    outcome: str


class Raised(Node, frozen=True):
    """An event for the chart itself, dealt with before any other."""

    event: str


Action: TypeAlias = Said | Ended | Raised


class Jump(Node, frozen=True):
    """On `event`, if `guard` holds: do `actions`, then leave for `target`; an empty one means stay, leaving nothing."""

    event: str
    guard: Guard = ()
    actions: tuple[Action, ...] = ()
    target: str = ""


class Sent(Node, frozen=True):
    """`event` comes `delay` ms after the state was entered, unless the state was left before."""

    event: str
    delay: int


class After(Node, frozen=True):
    """`delay` ms after the state was entered: the first of `jumps` whose guard holds (their `event` is empty)."""

    delay: int
    jumps: tuple[Jump, ...]


StateKind: TypeAlias = Literal["atomic", "compound", "parallel", "history", "final"]


@dataclass
class State:
    """A state of the chart. Grows while the chart is made, and is not touched afterwards.

    initial: the child a compound state begins in, or where a history without a memory leads. raised: events it raises
    when it is entered. sent, after: what time sets off. flow, step: where it comes from; `name` is the machine's state.
    waits: the call rests here, until the customer, the line or time does something.
    """

    id: str
    kind: StateKind = "atomic"
    initial: str = ""
    children: list[State] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    after: list[After] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    flow: Flow | None = None
    step: Step | None = None
    name: str = ""
    begins: bool = False
    waits: bool = False


class Chart(Node, frozen=True):
    """The chart of one scenario: its top state, and the ends beside it.

    events: a scenario's event -> what it is called here. fills: (slot, option) -> the event that gives that answer;
    known: the same for slots that are known before the call.
    """

    name: str
    title: str
    top: State
    ends: tuple[State, ...]
    events: tuple[tuple[str, str], ...]
    fills: tuple[tuple[str, str, str], ...]
    known: tuple[tuple[str, str, str], ...]
