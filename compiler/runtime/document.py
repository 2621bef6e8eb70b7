"""The machine's JSON, once: what `compiler.machine.to_json` writes, `reading` reads, and the published schema describes.

A field that holds its default is left out of the JSON. Only shapes are looked at: types, keys, ranges, which keys go
together. Whether the parts fit one another (every name declared, every index within its list) is seen by `reading`. The
room is the simulator's, because the simulator runs without the compiler; the compiler may know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, field

from dsl.frozen import Node

FORMAT: Final = "scriptc-machine"
VERSION: Final = 1


def _said(description: str, **more: Any) -> Meta:
    """What the schema says of a field, beside what its type says."""
    return Meta(description=description, extra_json_schema=more or None)


Index = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Name = Annotated[str, _said("A name as the author wrote it.")]
Names = tuple[str, ...]
Some = Annotated[tuple[str, ...], Meta(min_length=1)]
Filled = Annotated[tuple[str, ...], Meta(extra_json_schema={"minItems": 1})]
"""Names of which there is at least one where the key is there at all."""


class Doc(Node, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A JSON object; one with an unknown key is refused."""


class SpanDoc(Doc, frozen=True):
    """Where in a script this is written.

    Ends are exclusive. Lines and columns count from 1; a column is a character as people see it.
    """

    file: Annotated[str, _said("Path relative to the project, with / between its parts.")]
    line: Positive
    column: Positive
    end_line: Positive
    end_column: Positive


class TermDoc(Doc, frozen=True):
    """A declared event, action or outcome."""

    name: Name
    note: Annotated[str, _said("What it means, for people.")] = ""
    tags: Names = ()


SlotType = Literal["text", "number", "phone", "date", "money", "time", "choice", "deadline"]


class SlotDoc(Doc, frozen=True):
    """Something a call may come to know."""

    name: Name
    type: SlotType
    span: SpanDoc
    options: Annotated[Filled, _said("The values a choice may have.")] = ()
    sensitive: Annotated[bool, _said("Never read out whole.")] = False
    known: Annotated[bool, _said("Filled before the call begins, and fixed for it.")] = False


class AmountDoc(Doc, frozen=True):
    """A quantity."""

    number: Annotated[str, _said("As typed.")]
    unit: Annotated[
        str,
        _said(
            "Milliseconds, seconds, minutes, hours, days; working days; rings; times; characters; phrases; turns.",
            enum=["ms", "s", "min", "h", "d", "workday", "ring", "time", "char", "phrase", "turn"],
        ),
    ]
    base: Annotated[
        Index, _said("In the base unit of its dimension: milliseconds for time, working days, rings, and so on.")
    ]


class TestDoc(Doc, frozen=True):
    """One test of a guard: one of `is`, `is_not` and `filled`."""

    __test__ = False  # pytest takes it for one of its own

    slot: Name
    values: Annotated[Some | None, _said("The slot holds one of these values; an empty slot holds none.")] = field(
        name="is", default=None
    )
    others: Annotated[Some | None, _said("The slot holds none of these values; this is so of an empty slot.")] = field(
        name="is_not", default=None
    )
    filled: Annotated[bool | None, _said("The slot is filled (true) or empty (false).")] = None


GuardDoc = Annotated[tuple[TestDoc, ...], _said("Tests that must all hold.", minItems=1)]


class SlotPartDoc(Doc, frozen=True):
    """A slot, or a fact, spoken in a phrase."""

    slot: Annotated[str, _said("A slot, or a fact.")]
    tail: Annotated[
        Positive | None, _said("How many last characters are read out. Without it, the whole value is.")
    ] = None


class PhraseDoc(Doc, frozen=True):
    """Something an agent says."""

    parts: Annotated[tuple[str | SlotPartDoc, ...], _said("Text, and the slots and facts spoken in it.")]
    bank: Annotated[str | None, _said("Its name in the phrase bank, if it has one.")] = None
    tags: Annotated[Names, _said("Tags of the phrase bank's entry.")] = ()
    span: Annotated[SpanDoc | None, _said("Left out where it is the act's own.")] = None


class SayDoc(Doc, frozen=True, tag_field="act", tag="say"):
    """Speak one of the phrases."""

    phrases: Annotated[
        tuple[PhraseDoc, ...], _said("Wordings to choose from; the first is the preferred one."), Meta(min_length=1)
    ]
    span: SpanDoc
    guard: GuardDoc = field(name="if", default=())


class AskDoc(Doc, frozen=True, tag_field="act", tag="ask"):
    """Ask for slots. They are filled by the transition on `proceed` that names them in `fills`."""

    slots: Some
    phrases: tuple[PhraseDoc, ...]
    span: SpanDoc
    guard: GuardDoc = field(name="if", default=())


class DoDoc(Doc, frozen=True, tag_field="act", tag="do"):
    """Do something; a system fills the slots in `fills` at once."""

    action: Name
    span: SpanDoc
    fills: Filled = ()
    guard: GuardDoc = field(name="if", default=())


class PromiseDoc(Doc, frozen=True, tag_field="act", tag="promise"):
    """Promise something by a deadline; fills `slot` with the deadline at once."""

    slot: Name
    deadline: AmountDoc
    span: SpanDoc
    guard: GuardDoc = field(name="if", default=())


ActDoc = Annotated[
    SayDoc | AskDoc | DoDoc | PromiseDoc, _said("Something the agent does; only when `if` holds at that moment.")
]
Acts = tuple[ActDoc, ...]


class TriggerDoc(Doc, frozen=True):
    """What sets a transition off."""

    kind: Annotated[
        Literal["always", "proceed", "event", "after", "every"],
        _said(
            "always: at once, when the state's acts are done. proceed: the customer goes along. event: `event` happens; "
            "with `delay_ms`, when it has lasted so long without anything else happening. after: `delay_ms` of waiting in "
            "this state. every: each `delay_ms` of waiting in this state."
        ),
    ]
    event: Name | None = None
    delay_ms: Annotated[Index, _said("How long; see `kind`.", minimum=1)] = 0


class TransitionDoc(Doc, frozen=True):
    """A move.

    Fill the slots in `fills`, then, when `if` holds, perform `acts`, run `call`, perform `then`, and go to `to`.
    """

    on: TriggerDoc
    to: Annotated[Index | None, _said("A state of this flow; null: go on waiting where it happened.")]
    span: SpanDoc
    guard: GuardDoc = field(name="if", default=())
    fills: Annotated[Filled, _said("Slots the customer's answer fills; only on `proceed`.")] = ()
    acts: Acts = ()
    call: Annotated[str | None, _said("The scenario to run as a sub-dialogue before going on.")] = None
    then: Annotated[Acts, _said("Acts after the call.")] = ()


class StateDoc(Doc, frozen=True):
    """A state of a flow."""

    id: Annotated[Index, _said("Its place in the flow's `states`.")]
    name: Annotated[str, _said("Unique in the flow, and stable under edits elsewhere.")]
    step: Annotated[
        Index | None,
        _said(
            "The step it belongs to: a place in the flow's `steps`; null when it is where `anytime` ends the call or "
            "returns."
        ),
    ]
    kind: Annotated[
        Literal["act", "wait", "pause", "gate", "end", "return"],
        _said(
            "act: perform the acts and go on; its transitions on events are taken only when a sub-dialogue it called hands "
            "one back. wait: rest until a trigger fires. pause: a wait that also ends by itself, after the time of its "
            "`after` transition. gate: counts arrivals. end: the call ends. return: back to the caller."
        ),
    ]
    span: SpanDoc
    acts: Acts = ()
    transitions: tuple[TransitionDoc, ...] = ()
    limit: Annotated[Positive | None, _said("Of a gate: how many arrivals go in.")] = None
    outcome: Annotated[str | None, _said("Of an end: how the call ended.")] = None
    event: Annotated[str | None, _said("Of a return: the event handed to the caller.")] = None


class NeverSayDoc(Doc, frozen=True):
    """Words agents must not say."""

    texts: Some
    because: Annotated[str, _said("Why; empty when no reason is given.")]
    instead: Annotated[Names, _said("The better wording.")]
    unless: Annotated[Names, _said("Contexts that excuse a hit.")]
    span: SpanDoc
    groups: Annotated[
        dict[str, Some], _said("The word groups that `texts` and `unless` name in braces, each with its words.")
    ] = field(default_factory=dict)


class NeverDoDoc(Doc, frozen=True):
    """Acts agents must not do."""

    actions: Filled
    because: Annotated[str, _said("Why; empty when no reason is given.")]
    span: SpanDoc


class StepDoc(Doc, frozen=True):
    """What is written about a step beside its states."""

    name: Name
    entry: Annotated[Index, _said("The state where the step begins.")]
    states: Annotated[tuple[Index, ...], _said("The states it consists of.")]
    span: SpanDoc
    goal: Annotated[str, _said("What the step is for.")] = ""
    tags: Names = ()
    tips: Names = ()
    sources: Annotated[Names, _said("What it is taken from.")] = ()
    within: Annotated[AmountDoc | None, _said("The time the agent has for it.")] = None
    opening: Annotated[AmountDoc | None, _said("How soon the agent begins to speak.")] = None
    at_most: Annotated[Positive | None, _said("How often it may be entered in one call.")] = None
    never_say: tuple[NeverSayDoc, ...] = ()
    never_do: tuple[NeverDoDoc, ...] = ()


class FlowDoc(Doc, frozen=True):
    """One scenario as a graph."""

    scenario: Name
    title: str
    kind: str | None
    entry: Annotated[Index, _said("The first state.")]
    steps: Annotated[tuple[StepDoc, ...], _said("In the author's order.")]
    states: Annotated[tuple[StateDoc, ...], _said("By `id`.")]
    span: SpanDoc
    anytime: Annotated[
        tuple[TransitionDoc, ...],
        _said(
            "Transitions of every waiting state of this flow, and of the flows it calls, that does not handle their event "
            "itself. Their `to` is a state of this flow."
        ),
    ] = ()
    slots: Annotated[Names, _said("Names of the slots it declares.")] = ()
    goals: Names = ()
    tips: Names = ()
    sources: Names = ()
    never_say: tuple[NeverSayDoc, ...] = ()
    never_do: tuple[NeverDoDoc, ...] = ()


class MachineDoc(Doc, frozen=True):
    """Every call one scenario allows, as a finite, deterministic state machine.

    A machine is a main flow (flows[0]) and the flows of the sub-dialogues it can call. A flow is a graph of states; a
    call of a sub-dialogue stands on a transition, so where a call is, is a stack of (flow, state). Slots, the counts of
    gates and facts belong to the whole call.

    To run it: enter the state `entry` of flows[0]. On entering a state perform its `acts` in order, each only when its
    `if` holds. In an `act` state take the first transition on `always` whose `if` holds. In a `wait` or `pause` state
    rest until a transition's trigger fires; the first fitting transition counts: those of the state in order, then
    `anytime` of its flow, then `anytime` of the flow that called it, and so on. A transition performs its `acts`, runs
    `call` if it has one, performs `then`, and goes to the state `to`; `to` null goes on waiting where it happened,
    without repeating that state's acts. A `gate` counts its arrivals in the whole call (coming back from a sub-dialogue
    is none): the first `limit` take transition 0, later ones transition 1. An `end` state ends the call. A `return` state
    goes back to the caller, handing it `event` if there is one: what the calling state, or `anytime` for it, would do on
    that event happens then; when nothing handles it, it is a plain return.

    A transition of `anytime` does not hold inside the sub-dialogue it called itself, and there is at most one such
    interruption: a second one takes the place of the first and returns to where the first one came from.

    A key whose value would be empty is left out, where it is not required; its default is given. Times are whole
    milliseconds. Lists are in the order in which they are tried, spoken or shown, unless said otherwise.
    """

    format: Annotated[Literal["scriptc-machine"], _said("What this document is.")]
    version: Annotated[
        Literal[1],
        _said(
            "Version of this form. It rises when a document could be read wrongly by a program that knows the earlier one."
        ),
    ]
    content_hash: Annotated[
        str,
        _said(
            "Stays the same exactly while the machine means the same, wherever its script is moved; also printed on the "
            "card.",
            pattern="^[0-9a-f]{12}$",
        ),
    ]
    name: Annotated[str, _said("The scenario's name.")]
    aliases: Annotated[Names, _said("Its other names.")]
    kinds: Annotated[Names, _said("The scenario's kind and that kind's ancestors, nearest first.")]
    channels: Annotated[Names, _said("The channels the scenario is written for.")]
    effective: Annotated[
        str | None,
        _said("The day from which it holds, as written by its author (2026-12-01); null when none is given."),
    ]
    speech_rate: Annotated[Positive, _said("Spoken characters a minute that spoken lengths are estimated with.")]
    facts: Annotated[dict[str, str], _said("Slots that are fixed for every call: name to text.")]
    slots: Annotated[tuple[SlotDoc, ...], _said("Every slot of every flow, once.")]
    events: Annotated[
        tuple[TermDoc, ...], _said("What the customer, the line or the clock may do in this call, by name.")
    ]
    actions: Annotated[tuple[TermDoc, ...], _said("What the agent may do besides speaking, by name.")]
    outcomes: Annotated[tuple[TermDoc, ...], _said("How the call may end, by name.")]
    flows: Annotated[
        tuple[FlowDoc, ...],
        _said("The scenario itself, then each sub-dialogue it may reach, by first use."),
        Meta(min_length=1),
    ]
    until: Annotated[str | None, _said("The last day on which it holds (2027-06-30), if one is given.")] = None


def _only(key: str, values: tuple[str, ...], then: Mapping[str, Any], *without: str) -> dict[str, Any]:
    """The keys `without` stand in an object only where `key` is one of `values`; there `then` holds as well."""
    return {
        "if": {"properties": {key: {"enum": list(values)}}},
        "then": then,
        "else": {"properties": dict.fromkeys(without, False)},
    }


_GATE: Mapping[str, Any] = {
    "required": ["limit", "transitions"],
    "properties": {"transitions": {"minItems": 2, "maxItems": 2}},
}
_TOGETHER: Mapping[str, list[dict[str, Any]]] = {
    "SlotDoc": [_only("type", ("choice",), {"required": ["options"]}, "options")],
    "TestDoc": [{"oneOf": [{"required": [key]} for key in ("is", "is_not", "filled")]}],
    "TriggerDoc": [
        _only("kind", ("event",), {"required": ["event"]}, "event"),
        _only("kind", ("event", "after", "every"), {}, "delay_ms"),
    ],
    "StateDoc": [
        _only("kind", ("gate",), _GATE, "limit"),
        _only("kind", ("end",), {"required": ["outcome"]}, "outcome"),
        _only("kind", ("return",), {}, "event"),
    ],
}
"""Which keys go together: what a type of Python cannot say."""


def schema() -> dict[str, Any]:
    """The JSON Schema of a machine's document, as it is published in `machine.schema.json`."""
    _, parts = msgspec.json.schema_components([MachineDoc], ref_template="#/$defs/{name}")
    for name, part in parts.items():
        for key, value in part["properties"].items():
            if key not in part["required"]:
                _never_null(value)
        if name in _TOGETHER:
            part["allOf"] = _TOGETHER[name]
    whole = parts.pop(MachineDoc.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:scriptc:machine:{VERSION}",
        **whole,
        "title": f"scriptc machine, version {VERSION}",
        "$defs": parts,
    }


def _never_null(value: dict[str, Any]) -> None:
    """A key that may be left out is left out: what None stands for in Python is never written."""
    kept = [one for one in value.pop("anyOf", ()) if one != {"type": "null"}]
    if len(kept) == 1:
        value.update(kept[0])
        value.pop("default")
