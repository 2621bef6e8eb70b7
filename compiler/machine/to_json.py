"""A machine as JSON, for other programs: the document, its text, and the hash of what it means.

The form is that of `compiler.runtime.document`, which the simulator reads and `machine.schema.json` publishes; filled in here
key by key, so that a change of the model never changes the format unnoticed. The text is stable: sorted keys, no dates,
file names relative to the project. Knows nothing of where documents are written, or how a machine looks on paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import TypeAlias, cast, overload

import msgspec
from msgspec import UNSET

from compiler.machine.model import (
    Act,
    Amount,
    Ask,
    Do,
    Filled,
    Flow,
    Guard,
    Machine,
    NeverDo,
    NeverSay,
    Promise,
    Say,
    Slot,
    State,
    Step,
    Term,
    Test,
    Transition,
)
from compiler.runtime.document import (
    FORMAT,
    VERSION,
    ActDoc,
    AmountDoc,
    AskDoc,
    Doc,
    DoDoc,
    FlowDoc,
    GuardDoc,
    MachineDoc,
    NeverDoDoc,
    NeverSayDoc,
    PhraseDoc,
    PromiseDoc,
    SayDoc,
    SlotDoc,
    SlotPartDoc,
    SlotType,
    SpanDoc,
    StateDoc,
    StepDoc,
    TermDoc,
    TestDoc,
    TransitionDoc,
    TriggerDoc,
)  # fmt: skip
from dsl.source import Source, Span

HASH_LENGTH = 12
"""Hexadecimal characters of a content hash as people see it."""

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
Object: TypeAlias = dict[str, Json]

_ONE_LINE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(", ", ": ")).encode
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_encode = msgspec.json.Encoder(order="sorted").encode
"""As `_CANONICAL`, six times as fast."""


class Writer:
    """Writes the machines of one build. Flows that several machines share (the same value) are worked on once.

    Keeps every machine and flow it has seen alive; drop the writer when the build is over.
    """

    def __init__(self) -> None:
        # By id, because comparing by value is expensive; `_kept` keeps every id in use.
        self._kept: dict[int, Flow | Machine] = {}
        self._machines: dict[int, str] = {}
        self._objects: dict[int, Object] = {}
        self._texts: dict[int, str] = {}
        self._hashes: dict[int, str] = {}
        self._plain: dict[int, str] = {}
        self._placed = _Form(_Places().place)
        self._bare = _Form(_nowhere)

    def document(self, machine: Machine) -> Object:
        """The document of `machine`, valid against the schema."""
        document = self._head(machine)
        document["flows"] = [self._object(flow) for flow in machine.flows]
        return document

    def text(self, machine: Machine) -> str:
        """`dumps(self.document(machine))`, quicker when flows are shared."""
        parts = {key: _pretty(value, 1) for key, value in self._head(machine).items()}
        parts["flows"] = _lines("[]", map(self._text, machine.flows), 1)
        return _lines("{}", (f"{_ONE_LINE(key)}: {parts[key]}" for key in sorted(parts)), 0) + "\n"

    def hash(self, machine: Machine) -> str:
        """The content hash of `machine`: 12 hexadecimal characters."""
        known = self._machines.get(id(machine))
        if known is None:
            head = _object(self._bare.head(machine))
            head["flows"] = [self._hash(flow) for flow in machine.flows]
            known = self._machines[id(machine)] = _digest(_canonical(head))[:HASH_LENGTH]
            self._kept[id(machine)] = machine
        return known

    def compact(self, machine: Machine) -> str:
        """The document on one line and without places, for programs that only run it."""
        head = _canonical(self._bare.head(machine, self.hash(machine)))
        return f'{head[:-1]},"flows":[{",".join(map(self._bare_text, machine.flows))}]}}'

    def _head(self, machine: Machine) -> Object:
        """Everything but the flows."""
        return _object(self._placed.head(machine, self.hash(machine)))

    def _object(self, flow: Flow) -> Object:
        """`flow` as it stands in documents, which share it."""
        known = self._objects.get(id(flow))
        if known is None:
            self._kept[id(flow)] = flow
            known = self._objects[id(flow)] = _object(self._placed.flow(flow))
        return known

    def _text(self, flow: Flow) -> str:
        known = self._texts.get(id(flow))
        if known is None:
            known = self._texts[id(flow)] = _pretty(self._object(flow), 2)
        return known

    def _hash(self, flow: Flow) -> str:
        known = self._hashes.get(id(flow))
        if known is None:
            known = self._hashes[id(flow)] = _digest(self._bare_text(flow))
        return known

    def _bare_text(self, flow: Flow) -> str:
        """`flow` without places, in its canonical form."""
        known = self._plain.get(id(flow))
        if known is None:
            self._kept[id(flow)] = flow
            known = self._plain[id(flow)] = _canonical(self._bare.flow(flow))
        return known


def machine_document(machine: Machine) -> Object:
    """`machine` as a JSON document, valid against `machine.schema.json`. For many machines use one `Writer`."""
    return Writer().document(machine)


def dumps(document: Object) -> str:
    """The text of a document: sorted keys, a line for each state, step and slot, a line end at the end."""
    return _pretty(document, 0) + "\n"


def content_hash(machine: Machine) -> str:
    """12 hexadecimal characters that stay the same exactly while `machine` means the same.

    SHA-256 over the canonical document without spans, each flow replaced by its own SHA-256: moving a line or renaming
    a file changes nothing, changing a word anywhere in the call does.
    """
    return Writer().hash(machine)


def _object(part: Doc) -> Object:
    """A part of a document as plain lists and dictionaries."""
    return cast(Object, msgspec.json.decode(_canonical(part)))


def _canonical(document: Doc | Object) -> str:
    """`document` on one line, keys sorted, no blanks."""
    try:
        return _encode(document).decode()
    except UnicodeEncodeError:  # half a character, which JSON can say and UTF-8 can't
        return _CANONICAL(msgspec.to_builtins(document))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _pretty(value: Json, depth: int) -> str:
    """`value` as JSON: a line for each key of the document and of a flow, and for each object in their lists.

    A state on a line keeps differences readable, and the standard library's quick encoder writes only whole lines.
    """
    if isinstance(value, list) and depth in (1, 3) and value and isinstance(value[0], dict):
        return _lines("[]", (_pretty(item, depth + 1) for item in value), depth)
    if isinstance(value, dict) and (depth == 0 or (depth == 2 and "states" in value)):
        return _lines("{}", (f"{_ONE_LINE(key)}: {_pretty(value[key], depth + 1)}" for key in sorted(value)), depth)
    return _ONE_LINE(value)


def _lines(brackets: str, rows: Iterable[str], depth: int) -> str:
    pad = "  " * depth
    return f"{brackets[0]}\n{pad}  " + f",\n{pad}  ".join(rows) + f"\n{pad}{brackets[1]}"


class _Places:
    """Lines and columns of spans. Counting columns is expensive, and most spans end where others end."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Source, int, int]] = {}

    def place(self, span: Span) -> SpanDoc:
        return SpanDoc(
            span.source.name, *self._position(span.source, span.start), *self._position(span.source, span.end)
        )

    def _position(self, source: Source, offset: int) -> tuple[int, int]:
        known = self._known.get((id(source), offset))
        if known is None:
            known = self._known[id(source), offset] = (source, *source.position(offset))
        return known[1], known[2]


def _nowhere(_: Span) -> SpanDoc:
    """The place of what is written without places: a field that is not set is left out."""
    return cast(SpanDoc, UNSET)


class _Form:
    """A machine's parts as those of a document; `place` makes a span of theirs of one of ours."""

    def __init__(self, place: Callable[[Span], SpanDoc]) -> None:
        self._place = place

    def head(self, machine: Machine, content_hash: str | None = None) -> MachineDoc:
        """The document without its flows, and without its hash where that is not known yet."""
        return MachineDoc(
            format=FORMAT,
            version=VERSION,
            content_hash=cast(str, UNSET) if content_hash is None else content_hash,
            name=machine.name,
            aliases=machine.aliases,
            kinds=machine.kinds,
            channels=machine.channels,
            effective=machine.effective,
            until=machine.until,
            speech_rate=machine.speech_rate,
            facts=dict(machine.facts),
            slots=tuple([self._slot(slot) for slot in machine.slots]),
            events=tuple(map(_term, machine.events)),
            actions=tuple(map(_term, machine.actions)),
            outcomes=tuple(map(_term, machine.outcomes)),
            flows=cast("tuple[FlowDoc, ...]", UNSET),
        )

    def flow(self, flow: Flow) -> FlowDoc:
        return FlowDoc(
            scenario=flow.scenario,
            title=flow.title,
            kind=flow.kind,
            entry=flow.entry,
            steps=tuple(map(self._step, flow.steps)),
            states=tuple(map(self._state, flow.states)),
            span=self._place(flow.span),
            anytime=tuple(map(self._transition, flow.anytime)),
            slots=tuple([slot.name for slot in flow.slots]),
            goals=flow.goals,
            tips=flow.tips,
            sources=flow.sources,
            never_say=tuple(map(self._never_say, flow.never_say)),
            never_do=tuple(map(self._never_do, flow.never_do)),
        )

    def _never_say(self, never: NeverSay) -> NeverSayDoc:
        span = self._place(never.span)
        return NeverSayDoc(never.texts, never.because, never.instead, never.unless, span, dict(never.groups))

    def _never_do(self, never: NeverDo) -> NeverDoDoc:
        return NeverDoDoc(never.actions, never.because, self._place(never.span))

    def _step(self, step: Step) -> StepDoc:
        return StepDoc(
            name=step.name,
            entry=step.entry,
            states=step.states,
            span=self._place(step.span),
            goal=step.goal,
            tags=step.tags,
            tips=step.tips,
            sources=step.sources,
            within=_amount(step.within),
            opening=_amount(step.opening),
            at_most=step.at_most,
            never_say=tuple(map(self._never_say, step.never_say)),
            never_do=tuple(map(self._never_do, step.never_do)),
        )

    def _slot(self, slot: Slot) -> SlotDoc:
        return SlotDoc(
            slot.name, cast(SlotType, slot.type), self._place(slot.span), slot.options, slot.sensitive, slot.known
        )

    def _state(self, state: State) -> StateDoc:
        return StateDoc(
            id=state.id,
            name=state.name,
            step=state.step,
            kind=state.kind,
            span=self._place(state.span),
            acts=tuple(map(self._act, state.acts)),
            transitions=tuple(map(self._transition, state.transitions)),
            limit=state.limit if state.kind == "gate" else None,
            outcome=state.outcome,
            event=state.event,
        )

    def _transition(self, transition: Transition) -> TransitionDoc:
        trigger = transition.trigger
        return TransitionDoc(
            on=TriggerDoc(trigger.kind, trigger.event, trigger.delay),
            to=transition.target,
            span=self._place(transition.span),
            guard=_guard(transition.guard),
            fills=transition.fills,
            acts=tuple(map(self._act, transition.acts)),
            call=transition.call,
            then=tuple(map(self._act, transition.then)),
        )

    def _act(self, act: Act) -> ActDoc:
        span, guard = self._place(act.span), _guard(act.guard)
        match act:
            case Say():
                return SayDoc(self._phrases(act), span, guard)
            case Ask():
                return AskDoc(act.slots, self._phrases(act), span, guard)
            case Do():
                return DoDoc(act.action, span, act.fills, guard)
            case Promise():
                return PromiseDoc(act.slot, _amount(act.deadline), span, guard)

    def _phrases(self, act: Say | Ask) -> tuple[PhraseDoc, ...]:
        return tuple(
            [
                PhraseDoc(
                    tuple([part if isinstance(part, str) else SlotPartDoc(part.slot, part.tail) for part in one.parts]),
                    one.bank,
                    one.tags,
                    None if one.span == act.span else self._place(one.span),
                )
                for one in act.phrases
            ]
        )


def _term(term: Term) -> TermDoc:
    return TermDoc(term.name, term.note, term.tags)


@overload
def _amount(amount: Amount) -> AmountDoc: ...
@overload
def _amount(amount: None) -> None: ...
def _amount(amount: Amount | None) -> AmountDoc | None:
    return None if amount is None else AmountDoc(amount.number, amount.unit, amount.base)


def _guard(guard: Guard) -> GuardDoc:
    return tuple([_test(test) for test in guard])


def _test(test: Test) -> TestDoc:
    if isinstance(test, Filled):
        return TestDoc(test.slot, filled=not test.negated)
    return TestDoc(test.slot, others=test.values) if test.negated else TestDoc(test.slot, test.values)
