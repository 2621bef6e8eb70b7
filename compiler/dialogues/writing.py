"""Calls written down as dialogues, in the language's one form, for an author to review.

Built as syntax and written by the formatter, so that every name and text comes out as its author would have to type it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.dialogues.searching import Path, Reached
from compiler.runtime.configuration import GoAlong, Happens, Pass
from compiler.runtime.model import Model, Spoken, Wording
from dsl import nodes, syntax
from dsl.formatter import Language
from dsl.formatter.writer import INDENT, Writer
from dsl.keywords import UNITS
from dsl.source import Source, Span

_NOWHERE = Span(Source("", ""), 0, 0)
_CLOCK = tuple(unit for unit in reversed(UNITS) if unit.dimension == "time")


def dialogue_text(dialogue: syntax.Dialogue, keywords: Language) -> str:
    """A dialogue in its one form."""
    writer = Writer(keywords)
    lines = [writer.statement(dialogue, "")]
    lines += (INDENT + writer.statement(line, INDENT) for line in dialogue.lines)
    return "\n".join(lines) + "\n"


def dialogue_of(model: Model, path: Path, title: str, words: tuple[str, ...] = ()) -> syntax.Dialogue:
    """The call `path` as a dialogue that reaches every step it reaches and expects how it ends.

    words: what the customer says in each turn, as far as that is known.
    """
    lines: list[syntax.DialogueLine] = []
    filled: dict[str, str] = {}
    for number, reached in enumerate(path):
        lines += _turn(model, reached, filled, words[number] if number < len(words) else "")
    return syntax.Dialogue(_NOWHERE, text(title), name(model.name), tuple(lines))


def _turn(model: Model, reached: Reached, filled: dict[str, str], words: str) -> Iterator[syntax.DialogueLine]:
    said = text(words) if words else None
    given = reached.move.given
    for slot, value in reached.move.answers:
        if given is None and model.slots[model.slot_index[slot]].known:
            yield syntax.Given(_NOWHERE, name(slot), name(value))
        elif filled.get(slot) != value:
            filled[slot] = value
            yield syntax.Fill(_NOWHERE, name(slot), _value(model, slot, value))
    match given:
        case Happens():
            yield syntax.Customer(_NOWHERE, name(given.event), said)
        case GoAlong():
            yield syntax.Customer(_NOWHERE, None, said)
        case Pass():
            yield syntax.Pass(_NOWHERE, time(given.milliseconds))
    yield from expected(model, reached)


def _value(model: Model, slot: str, value: str) -> nodes.Name | nodes.Text:
    """An option is a name; what else somebody says is a text."""
    return name(value) if model.slots[model.slot_index[slot]].options else text(value)


def expected(model: Model, reached: Reached) -> Iterator[syntax.DialogueLine]:
    """What is to hold behind a turn: the step it leads to, or else the first thing said; what is done; the end."""
    config = reached.outcome.configuration
    entered = [one for one in reached.outcome.happenings if one.kind == "enter"]
    here = None
    if config.outcome is None and config.frames:
        state = model.states[config.frames[-1].state]
        here = (state.flow, state.step)
    elif entered:
        here = (entered[-1].flow, entered[-1].step)
    moved = (
        entered or reached.move.given is None or any(model.transitions[one].call >= 0 for one in reached.outcome.taken)
    )
    if here is not None and moved:
        flow = model.flows[here[0]]
        scenario = None if here[0] == 0 else name(flow.scenario)
        yield syntax.Reach(_NOWHERE, scenario, name(flow.steps[here[1]].name))
    acts = [one.act for one in reached.outcome.happenings if one.act is not None]
    if not moved:
        for act in acts:
            if act.wordings:
                wording = act.wordings[0]
                if wording.bank:
                    yield _expect("say", (name(wording.bank),))
                else:
                    yield _expect("say", (), wording_text(wording))
                break
    for act in acts:
        if act.kind == "do":
            yield _expect("do", (name(act.action),))
        elif act.kind == "promise":
            yield _expect("promise", (name(model.slots[act.slots[0]].name),))
    if config.outcome:
        yield _expect("end", (name(config.outcome),))


def _expect(sort: syntax.AtomSort, names: tuple[nodes.Name, ...], text: nodes.Text | None = None) -> syntax.Expect:
    atom = syntax.Atom(_NOWHERE, sort, names, text)
    return syntax.Expect(_NOWHERE, False, syntax.Predicate(_NOWHERE, (atom,)))


# --- leaves ----------------------------------------------------------------------------------------------------------


def name(text: str) -> nodes.Name:
    """A name, to be written as it has to be typed."""
    return nodes.Name(_NOWHERE, text)


def text(plain: str) -> nodes.Text:
    """A text that says exactly `plain`."""
    kept = " ".join(plain.split())
    typed = f'"{_escaped(kept)}"'
    return nodes.Text(Span(Source("", typed), 0, len(typed)), (kept,))


def wording_text(wording: Wording) -> nodes.Text:
    """A wording as a text, with its slots."""
    typed = '"' + "".join(_typed(part) for part in wording.parts) + '"'
    source = Source("", typed)
    parts: list[str | nodes.SlotUse] = []
    start = 1
    for part in wording.parts:
        end = start + len(_typed(part))
        parts.append(part if isinstance(part, str) else nodes.SlotUse(Span(source, start, end), name(part.name)))
        start = end
    return nodes.Text(Span(source, 0, len(typed)), tuple(parts))


def _typed(part: str | Spoken) -> str:
    return _escaped(part) if isinstance(part, str) else "{" + part.name + "}"


def _escaped(plain: str) -> str:
    return "".join("\\" + letter if letter in '"\\{}｛｝“”「」＂' else letter for letter in plain)


def time(milliseconds: int) -> nodes.Quantity:
    """A time in the largest unit that measures it whole."""
    for unit in _CLOCK:
        if milliseconds % unit.per == 0 and milliseconds >= unit.per:
            return nodes.Quantity(_NOWHERE, str(milliseconds // unit.per), unit)
    return nodes.Quantity(_NOWHERE, str(milliseconds), UNITS[0])


def titles(taken: Iterable[str], keywords: Language) -> Iterator[str]:
    """Titles for dialogues nobody has named yet, none of `taken`."""
    used = set(taken)
    number = 0
    while True:
        number += 1
        title = f"待审 {number}" if keywords == "zh" else f"to review {number}"
        if title not in used:
            yield title
