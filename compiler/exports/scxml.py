"""A machine as SCXML 1.0 (W3C), for voice platforms and statechart engines. docs/exports.md says how it is to be run.

Only what engines agree on is used: external transitions, `<send>` with a delay and `<cancel>` on leaving, `In()` as the only
condition, no data model to speak of. Authors' text is data: escaped twice, as a string and as XML.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from compiler.exports.annotations import Attributes, described, facts, origin, slots
from compiler.exports.parts import Action, ChartState, ChartTransition, Condition, RaisedEvent
from compiler.exports.statechart import chart
from compiler.machine.model import Machine

NAMESPACE = "urn:scriptc:machine:1"
"""Of the attributes that are this compiler's own."""


def scxml(machine: Machine) -> str:
    """The document of `machine`, which must have no silent circle (SC308)."""
    made = chart(machine)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:sc="{NAMESPACE}" version="1.0" datamodel="ecmascript"'
        f" initial={_quoted(made.top.id)} sc:scenario={_quoted(made.name)} sc:title={_quoted(made.title)}>",
    ]
    for event, name in made.events:
        lines.append(f"  <sc:event name={_quoted(event)} event={_quoted(name)}/>")
    for tag, table in (("answer", made.fills), ("known", made.known)):
        for slot, option, event in table:
            lines.append(f"  <sc:{tag} slot={_quoted(slot)} value={_quoted(option)} event={_quoted(event)}/>")
    lines += (f"  <sc:slot{_own(slot)}/>" for slot in slots(machine))
    lines += (f"  <sc:fact{_own(fact)}/>" for fact in facts(machine))
    lines += (f"  {line}" for line in _state(made.top))
    for end in made.ends:
        lines.append(f"  <final id={_quoted(end.id)} sc:outcome={_quoted(end.name)}/>")
    return "\n".join((*lines, "</scxml>")) + "\n"


def _state(state: ChartState) -> Iterator[str]:
    if state.kind == "history":
        yield f'<history id={_quoted(state.id)} type="deep">'
        yield f"  <transition target={_quoted(state.initial)}/>"
        yield "</history>"
        return
    tag = "parallel" if state.kind == "parallel" else "state"
    initial = f" initial={_quoted(state.initial)}" if state.initial else ""
    yield f"<{tag} id={_quoted(state.id)}{initial}{_foreign(origin(state))}>"
    yield from (f"  {line}" for line in _content(state))
    yield f"</{tag}>"


def _content(state: ChartState) -> Iterator[str]:
    clocks = [(f"{state.id}_t{number}", one.event, one.delay) for number, one in enumerate(state.delayed)]
    after = [
        (f"{state.id}_a{number}", f"_after.{state.id}_a{number}", one.delay)
        for number, one in enumerate(state.timeouts)
    ]
    clocks += after
    if state.raised or clocks:
        yield "<onentry>"
        yield from (f"  <raise event={_quoted(event)}/>" for event in state.raised)
        yield from (
            f'  <send event={_quoted(event)} id={_quoted(id)} delay="{delay}ms"/>' for id, event, delay in clocks
        )
        yield "</onentry>"
    if clocks:
        yield "<onexit>"
        yield from (f"  <cancel sendid={_quoted(id)}/>" for id, _, _ in clocks)
        yield "</onexit>"
    for transition in state.transitions:
        yield from _transition(transition, transition.event)
    for (_, event, _), one in zip(after, state.timeouts, strict=True):
        for transition in one.transitions:
            yield from _transition(transition, event)
    for child in state.children:
        yield from _state(child)


def _transition(transition: ChartTransition, event: str) -> Iterator[str]:
    cond = f" cond={_quoted(_condition(transition.guard))}" if transition.guard else ""
    target = f" target={_quoted(transition.target)}" if transition.target else ""
    start = f"<transition event={_quoted(event)}{cond}{target}"
    if not transition.actions:
        yield f"{start}/>"
        return
    yield f"{start}>"
    yield from (f"  {_action(action)}" for action in transition.actions)
    yield "</transition>"


def _action(action: Action) -> str:
    if isinstance(action, RaisedEvent):
        return f"<raise event={_quoted(action.event)}/>"
    label, text, more = described(action)
    return f'<log label="{label}" expr={_quoted(_string(text))}{_foreign(more)}/>'


def _condition(guard: Condition) -> str:
    """A condition that ECMAScript and its like read in the same way; ids are letters, digits and `_`."""
    clauses = (" || ".join(f"In('{id}')" for id in clause) for clause in guard)
    return " && ".join(f"({one})" if " || " in one and len(guard) > 1 else one for one in clauses)


def _foreign(more: Attributes) -> str:
    """Attributes in the name space of our own, for elements of SCXML."""
    return _own(more, prefix="sc:")


def _own(more: Attributes, prefix: str = "") -> str:
    """`more` as attributes; what is no text stands as JSON."""
    texts = {key: one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for key, one in more.items()}
    return "".join(f" {prefix}{key.replace('_', '-')}={_quoted(text)}" for key, text in texts.items())


def _string(text: str) -> str:
    """A string as ECMAScript and Python both read it."""
    return "'" + "".join(char if _plain(char) else f"\\u{ord(char):04x}" for char in text) + "'"


def _plain(char: str) -> bool:
    return (char.isprintable() and ord(char) <= 0xFFFF and char not in "'\\\u2028\u2029") or ord(char) > 0xFFFF


def _quoted(text: str) -> str:
    known = "".join(char if char.isprintable() or char in "\t\n\r" else "\ufffd" for char in text)
    return quoteattr(known, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
