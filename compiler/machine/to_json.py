"""A machine as JSON, for other programs: the document, its text, and the hash of what it means.

The form is published in `machine.schema.json` ("scriptc-machine", version 1) and written out here by hand, so that
a change of the model never changes the format unnoticed. The text is stable: sorted keys, no dates, file names relative
to the project. Knows nothing of where documents are written, or how a machine looks on paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

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
    Phrase,
    Promise,
    Say,
    Slot,
    State,
    Step,
    Term,
    Transition,
)
from dsl.source import Source, Span

FORMAT = "scriptc-machine"
VERSION = 1
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
        # By id, because comparing by value is dear; `_kept` keeps every id in use.
        self._kept: dict[int, Flow | Machine] = {}
        self._machines: dict[int, str] = {}
        self._objects: dict[int, Object] = {}
        self._texts: dict[int, str] = {}
        self._hashes: dict[int, str] = {}
        self._plain: dict[int, str] = {}
        self._placed = _Form(_Places().place)
        self._bare = _Form(None)

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
            head = self._bare.head(machine)
            head["flows"] = [self._hash(flow) for flow in machine.flows]
            known = self._machines[id(machine)] = _digest(_canonical(head))[:HASH_LENGTH]
            self._kept[id(machine)] = machine
        return known

    def compact(self, machine: Machine) -> str:
        """The document on one line and without places, for programs that only run it."""
        head = _canonical({"content_hash": self.hash(machine), **self._bare.head(machine)})
        return f'{head[:-1]},"flows":[{",".join(map(self._bare_text, machine.flows))}]}}'

    def _head(self, machine: Machine) -> Object:
        """Everything but the flows."""
        return {"content_hash": self.hash(machine), **self._placed.head(machine)}

    def _object(self, flow: Flow) -> Object:
        """`flow` as it stands in documents, which share it."""
        known = self._objects.get(id(flow))
        if known is None:
            self._kept[id(flow)] = flow
            known = self._objects[id(flow)] = self._placed.flow(flow)
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


def _canonical(document: Object) -> str:
    """`document` on one line, keys sorted, no blanks."""
    try:
        return _encode(document).decode()
    except UnicodeEncodeError:  # half a character, which JSON can say and UTF-8 can't
        return _CANONICAL(document)


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
    """Lines and columns of spans. Counting columns is dear, and most spans end where others end."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Source, int, int]] = {}

    def place(self, span: Span) -> Object:
        line, column = self._position(span.source, span.start)
        end_line, end_column = self._position(span.source, span.end)
        return {
            "file": span.source.name,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
        }

    def _position(self, source: Source, offset: int) -> tuple[int, int]:
        known = self._known.get((id(source), offset))
        if known is None:
            known = self._known[id(source), offset] = (source, *source.position(offset))
        return known[1], known[2]


def _strings(values: Iterable[str]) -> list[Json]:
    return list(values)


class _Form:
    """The parts of a document. `place` writes a span; without one, spans are left out.

    What is empty (no guard, no acts, no tags) is left out too; the schema says so for each key.
    """

    def __init__(self, place: Callable[[Span], Object] | None) -> None:
        self._place = place

    def head(self, machine: Machine) -> Object:
        return {
            "format": FORMAT,
            "version": VERSION,
            "name": machine.name,
            "aliases": _strings(machine.aliases),
            "kinds": _strings(machine.kinds),
            "channels": _strings(machine.channels),
            "effective": machine.effective,
            "speech_rate": machine.speech_rate,
            "facts": dict(machine.facts),
            "slots": [self._slot(slot) for slot in machine.slots],
            "events": [_term(term) for term in machine.events],
            "actions": [_term(term) for term in machine.actions],
            "outcomes": [_term(term) for term in machine.outcomes],
        }

    def flow(self, flow: Flow) -> Object:
        form: Object = {
            "scenario": flow.scenario,
            "title": flow.title,
            "kind": flow.kind,
            "entry": flow.entry,
            "steps": [self._step(step) for step in flow.steps],
            "states": [self._state(state) for state in flow.states],
        }
        if flow.anytime:
            form["anytime"] = [self._transition(transition) for transition in flow.anytime]
        if flow.slots:
            form["slots"] = [slot.name for slot in flow.slots]
        for key, texts in (("goals", flow.goals), ("tips", flow.tips), ("sources", flow.sources)):
            if texts:
                form[key] = _strings(texts)
        return self._prohibitions(form, flow.never_say, flow.never_do, flow.span)

    def _prohibitions(
        self, form: Object, never_say: tuple[NeverSay, ...], never_do: tuple[NeverDo, ...], span: Span
    ) -> Object:
        if never_say:
            form["never_say"] = [
                self._placed(
                    {
                        "texts": _strings(never.texts),
                        "because": never.because,
                        "instead": _strings(never.instead),
                        "unless": _strings(never.unless),
                    },
                    never.span,
                )
                for never in never_say
            ]
        if never_do:
            form["never_do"] = [
                self._placed({"actions": _strings(never.actions), "because": never.because}, never.span)
                for never in never_do
            ]
        return self._placed(form, span)

    def _step(self, step: Step) -> Object:
        form: Object = {"name": step.name, "entry": step.entry, "states": list(step.states)}
        if step.goal:
            form["goal"] = step.goal
        for key, texts in (("tags", step.tags), ("tips", step.tips), ("sources", step.sources)):
            if texts:
                form[key] = _strings(texts)
        if step.within is not None:
            form["within"] = _amount(step.within)
        if step.opening is not None:
            form["opening"] = _amount(step.opening)
        if step.at_most is not None:
            form["at_most"] = step.at_most
        return self._prohibitions(form, step.never_say, step.never_do, step.span)

    def _slot(self, slot: Slot) -> Object:
        form: Object = {"name": slot.name, "type": slot.type}
        if slot.options:
            form["options"] = _strings(slot.options)
        if slot.sensitive:
            form["sensitive"] = True
        if slot.known:
            form["known"] = True
        return self._placed(form, slot.span)

    def _state(self, state: State) -> Object:
        step = state.step if state.step >= 0 else None
        form: Object = {"id": state.id, "name": state.name, "step": step, "kind": state.kind}
        if state.acts:
            form["acts"] = [self._act(act) for act in state.acts]
        if state.transitions:
            form["transitions"] = [self._transition(transition) for transition in state.transitions]
        if state.kind == "gate":
            form["limit"] = state.limit
        if state.outcome is not None:
            form["outcome"] = state.outcome
        if state.event is not None:
            form["event"] = state.event
        return self._placed(form, state.span)

    def _transition(self, transition: Transition) -> Object:
        trigger = transition.trigger
        on: Object = {"kind": trigger.kind}
        if trigger.event is not None:
            on["event"] = trigger.event
        if trigger.delay:
            on["delay_ms"] = trigger.delay
        form: Object = {"on": on, "to": transition.target}
        if transition.guard:
            form["if"] = _guard(transition.guard)
        if transition.fills:
            form["fills"] = _strings(transition.fills)
        if transition.acts:
            form["acts"] = [self._act(act) for act in transition.acts]
        if transition.call is not None:
            form["call"] = transition.call
        if transition.then:
            form["then"] = [self._act(act) for act in transition.then]
        return self._placed(form, transition.span)

    def _act(self, act: Act) -> Object:
        form: Object
        match act:
            case Say():
                form = {"act": "say", "phrases": [self._phrase(phrase, act.span) for phrase in act.phrases]}
            case Ask():
                phrases: list[Json] = [self._phrase(phrase, act.span) for phrase in act.phrases]
                form = {"act": "ask", "slots": _strings(act.slots), "phrases": phrases}
            case Do():
                form = {"act": "do", "action": act.action}
                if act.fills:
                    form["fills"] = _strings(act.fills)
            case Promise():
                form = {"act": "promise", "slot": act.slot, "deadline": _amount(act.deadline)}
        if act.guard:
            form["if"] = _guard(act.guard)
        return self._placed(form, act.span)

    def _phrase(self, phrase: Phrase, act: Span) -> Object:
        parts: list[Json] = []
        for part in phrase.parts:
            if isinstance(part, str):
                parts.append(part)
            elif part.tail is None:
                parts.append({"slot": part.slot})
            else:
                parts.append({"slot": part.slot, "tail": part.tail})
        form: Object = {"parts": parts}
        if phrase.bank is not None:
            form["bank"] = phrase.bank
        if phrase.tags:
            form["tags"] = _strings(phrase.tags)
        return form if phrase.span == act else self._placed(form, phrase.span)

    def _placed(self, form: Object, span: Span) -> Object:
        if self._place is not None:
            form["span"] = self._place(span)
        return form


def _term(term: Term) -> Object:
    form: Object = {"name": term.name}
    if term.note:
        form["note"] = term.note
    if term.tags:
        form["tags"] = _strings(term.tags)
    return form


def _amount(amount: Amount) -> Object:
    return {"number": amount.number, "unit": amount.unit, "base": amount.base}


def _guard(guard: Guard) -> list[Json]:
    return [
        {"slot": test.slot, "filled": not test.negated}
        if isinstance(test, Filled)
        else {"slot": test.slot, "is_not" if test.negated else "is": _strings(test.values)}
        for test in guard
    ]
