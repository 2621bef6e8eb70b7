"""A statechart, ready to be written down for other engines: nested states, transitions, what is said and done on them.

The chart has no data: what must be remembered (slots, how often a step was entered) is a parallel region beside the talk,
and a guard only asks which states are active. Knows nothing of XML or JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from compiler.machine.model import Act, Flow, Step
from dsl.frozen import Node

Clause: TypeAlias = tuple[str, ...]
"""One of these states is active."""
Condition: TypeAlias = tuple[Clause, ...]
"""All of these clauses hold."""


class Performed(Node, frozen=True):
    """An act of the agent, for whoever listens to the engine."""

    act: Act


class Ended(Node, frozen=True):
    """The call is over."""

    outcome: str


class RaisedEvent(Node, frozen=True):
    """An internal event: engines handle internal events before anything from outside."""

    event: str


Action: TypeAlias = Performed | Ended | RaisedEvent


class ChartTransition(Node, frozen=True):
    """On `event`, if `guard` holds: perform `actions` and go to `target`. An empty target: stay, leaving no state."""

    event: str
    guard: Condition = ()
    actions: tuple[Action, ...] = ()
    target: str = ""


class DelayedEvent(Node, frozen=True):
    """`event` arrives `delay` ms after the state was entered, unless the state was left before."""

    event: str
    delay: int


class Timeout(Node, frozen=True):
    """`delay` ms after the state was entered: the first of `transitions` whose guard holds; their `event` is empty."""

    delay: int
    transitions: tuple[ChartTransition, ...]


ChartStateKind: TypeAlias = Literal["atomic", "compound", "parallel", "history", "final"]


@dataclass
class ChartState:
    """A state of the chart; grows while the chart is made and stays as it is afterwards.

    initial: the child a compound state begins in, or the default of a history. raised: events raised on entry.
    delayed, timeouts: what time sets off. flow, step, name: the machine's state that this one stands for, if any.
    waits: the call rests here until the customer, the line or time does something.
    """

    id: str
    kind: ChartStateKind = "atomic"
    initial: str = ""
    children: list[ChartState] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    delayed: list[DelayedEvent] = field(default_factory=list)
    timeouts: list[Timeout] = field(default_factory=list)
    transitions: list[ChartTransition] = field(default_factory=list)
    flow: Flow | None = None
    step: Step | None = None
    name: str = ""
    begins: bool = False
    waits: bool = False


class Chart(Node, frozen=True):
    """The chart of one scenario: the top state, and the ends beside it.

    events: an event of the scripts -> its name in the chart. fills: (slot, option) -> the event that gives this answer;
    known: the same for slots known before the call.
    """

    name: str
    title: str
    top: ChartState
    ends: tuple[ChartState, ...]
    events: tuple[tuple[str, str], ...]
    fills: tuple[tuple[str, str, str], ...]
    known: tuple[tuple[str, str, str], ...]
