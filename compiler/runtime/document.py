"""The machine document as it is read: the form `machine.schema.json` publishes, as types that refuse anything else.

Only shapes are looked at here: types, keys, ranges. Whether the parts fit together is seen by `reading`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from dsl.frozen import Node

FORMAT = "scriptc-machine"
VERSION = 1

Index = Annotated[int, Meta(ge=0)]
Milliseconds = Annotated[int, Meta(ge=0)]
Some = Annotated[tuple[str, ...], Meta(min_length=1)]


class Span(Node, frozen=True, forbid_unknown_fields=True):
    """Where in a script something is written."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Term(Node, frozen=True, forbid_unknown_fields=True):
    """A declared event, action or outcome."""

    name: str
    note: str = ""
    tags: tuple[str, ...] = ()


class Slot(Node, frozen=True, forbid_unknown_fields=True):
    """Something a call may come to know."""

    name: str
    type: Literal["text", "number", "phone", "date", "money", "time", "choice", "deadline"]
    span: Span
    options: tuple[str, ...] = ()
    sensitive: bool = False
    known: bool = False


class Amount(Node, frozen=True, forbid_unknown_fields=True):
    """A quantity."""

    number: str
    unit: str
    base: Annotated[int, Meta(ge=0)]


class Test(Node, frozen=True, forbid_unknown_fields=True):
    """One test of a guard: exactly one of `values`, `others` and `filled` is there."""

    slot: str
    values: Some | None = field(name="is", default=None)
    others: Some | None = field(name="is_not", default=None)
    filled: bool | None = None


Guard = tuple[Test, ...]


class SlotPart(Node, frozen=True, forbid_unknown_fields=True):
    """A slot or fact spoken in a phrase."""

    slot: str
    tail: Annotated[int, Meta(ge=1)] | None = None


class Phrase(Node, frozen=True, forbid_unknown_fields=True):
    """Something an agent says."""

    parts: tuple[str | SlotPart, ...]
    bank: str | None = None
    tags: tuple[str, ...] = ()
    span: Span | None = None


class Say(Node, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="say"):
    """Speak one of the phrases."""

    phrases: Annotated[tuple[Phrase, ...], Meta(min_length=1)]
    span: Span
    guard: Guard = field(name="if", default=())


class Ask(Node, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="ask"):
    """Ask for slots."""

    slots: Some
    phrases: tuple[Phrase, ...]
    span: Span
    guard: Guard = field(name="if", default=())


class Do(Node, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="do"):
    """Do something; a system fills slots."""

    action: str
    span: Span
    fills: tuple[str, ...] = ()
    guard: Guard = field(name="if", default=())


class Promise(Node, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="promise"):
    """Promise something by a deadline."""

    slot: str
    deadline: Amount
    span: Span
    guard: Guard = field(name="if", default=())


Act = Say | Ask | Do | Promise


class Trigger(Node, frozen=True, forbid_unknown_fields=True):
    """What sets a transition off."""

    kind: Literal["always", "proceed", "event", "after", "every"]
    event: str | None = None
    delay_ms: Milliseconds = 0


class Transition(Node, frozen=True, forbid_unknown_fields=True):
    """A move."""

    on: Trigger
    to: Index | None
    span: Span
    guard: Guard = field(name="if", default=())
    fills: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    call: str | None = None
    then: tuple[Act, ...] = ()


class State(Node, frozen=True, forbid_unknown_fields=True):
    """A state of a flow."""

    id: Index
    name: str
    step: Index | None
    kind: Literal["act", "wait", "pause", "gate", "end", "return"]
    span: Span
    acts: tuple[Act, ...] = ()
    transitions: tuple[Transition, ...] = ()
    limit: Annotated[int, Meta(ge=1)] | None = None
    outcome: str | None = None
    event: str | None = None


class NeverSay(Node, frozen=True, forbid_unknown_fields=True):
    """Words agents must not say."""

    texts: Some
    because: str
    instead: tuple[str, ...]
    unless: tuple[str, ...]
    span: Span


class NeverDo(Node, frozen=True, forbid_unknown_fields=True):
    """Acts agents must not do."""

    actions: tuple[str, ...]
    because: str
    span: Span


class Step(Node, frozen=True, forbid_unknown_fields=True):
    """What is written about a step beside its states."""

    name: str
    entry: Index
    states: tuple[Index, ...]
    span: Span
    goal: str = ""
    tags: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    within: Amount | None = None
    opening: Amount | None = None
    at_most: Annotated[int, Meta(ge=1)] | None = None
    never_say: tuple[NeverSay, ...] = ()
    never_do: tuple[NeverDo, ...] = ()


class Flow(Node, frozen=True, forbid_unknown_fields=True):
    """One scenario as a graph."""

    scenario: str
    title: str
    kind: str | None
    entry: Index
    steps: tuple[Step, ...]
    states: tuple[State, ...]
    span: Span
    anytime: tuple[Transition, ...] = ()
    slots: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    never_say: tuple[NeverSay, ...] = ()
    never_do: tuple[NeverDo, ...] = ()


class Document(Node, frozen=True, forbid_unknown_fields=True):
    """A whole machine."""

    format: Literal["scriptc-machine"]
    version: Literal[1]
    content_hash: str
    name: str
    aliases: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    effective: str | None
    speech_rate: Annotated[int, Meta(ge=1)]
    facts: dict[str, str]
    slots: tuple[Slot, ...]
    events: tuple[Term, ...]
    actions: tuple[Term, ...]
    outcomes: tuple[Term, ...]
    flows: Annotated[tuple[Flow, ...], Meta(min_length=1)]
