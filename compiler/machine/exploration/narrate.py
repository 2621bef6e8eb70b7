"""A call that was found by searching, as a transcript: who says and does what, turn by turn, with clock and places."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.machine.exploration.configuration import Happening, Move
from compiler.machine.exploration.search import Call
from compiler.machine.model import Ask, Do, Machine, Phrase, Promise, Say
from compiler.runtime.model import Place
from compiler.runtime.transcript import Cause, Line, cause_words, line_words
from dsl.diagnostics import Words
from dsl.keywords import UNIT_BY_ID
from dsl.source import Span

Mark = tuple[int, int, Words]
"""The move, and its happening, that is pointed at (-1: what set the move off), and what to say there."""


def narrate(
    machine: Machine,
    call: Call,
    choices: Mapping[tuple[int, int], int] | None = None,
    mark: Mark | None = None,
) -> tuple[Words, ...]:
    """The turns of `call`, each a line: the customer's first, then what the agent does about it.

    choices: (move, happening) -> the wording chosen where it is not the first. mark: what to point at.
    """
    lines: list[Words] = []
    heard = dict(machine.facts)  # and, from when it was promised, each deadline
    elapsed = 0
    for number, move in enumerate(call.moves):
        before = elapsed
        elapsed += move.wait
        pointed = mark[1:] if mark is not None and mark[0] == number else (None, Words("", ""))
        told: list[tuple[int, Words | None]] = []
        told.append((-1, cause_words(_cause(machine, move), elapsed if elapsed != before else None)))
        for at, one in enumerate(move.happenings):
            line = _line(machine, one, (choices or {}).get((number, at), 0), heard)
            if isinstance(one.act, Promise) and line is not None:
                heard[one.act.slot] = line.text
            told.append((at, None if line is None else line_words(line, machine.name)))
        for at, words in told:
            if at == pointed[0]:
                lines.append(_pointed(words or Words("", ""), pointed[1]))
            elif words is not None:
                lines.append(words)
    return tuple(lines)


def _pointed(line: Words, words: Words) -> Words:
    return Words(f"{line.zh}　← {words.zh}".lstrip("　"), f"{line.en}  ← {words.en}".lstrip())


def _line(machine: Machine, one: Happening, choice: int, heard: Mapping[str, str]) -> Line | None:
    """A happening as a line; None for those that go without saying. heard: the texts of facts and deadlines, by name."""
    flow = machine.flows[one.flow]
    if one.kind == "enter" and one.step is not None:
        return Line("enter", flow.scenario, flow.steps[one.step].name, 0)
    if one.kind == "end":
        return Line("end", flow.scenario, "", 0, one.outcome or "")
    act = one.act
    if isinstance(act, Say | Ask) and act.phrases:
        phrase = act.phrases[choice]
        place = _place(act.span if phrase.bank else phrase.span)
        return Line("say", flow.scenario, "", 0, _spoken(machine, phrase, one, heard), place=place)
    if isinstance(act, Do):
        return Line("do", flow.scenario, "", 0, act.action, place=_place(act.span))
    if isinstance(act, Promise):
        time = UNIT_BY_ID[act.deadline.unit].amount(act.deadline.number)
        return Line(
            "promise",
            flow.scenario,
            "",
            0,
            time.zh if _is_chinese(machine) else time.en,
            slots=(act.slot,),
            place=_place(act.span),
        )
    return None


def _is_chinese(machine: Machine) -> bool:
    names = [name for flow in machine.flows for name in (flow.title, *(step.name for step in flow.steps))]
    return any("\u4e00" <= letter <= "\u9fff" for name in names for letter in name)


def _spoken(machine: Machine, phrase: Phrase, one: Happening, heard: Mapping[str, str]) -> str:
    """The phrase as it is heard then: with the options that slots hold, too."""
    numbers = {slot.name: number for number, slot in enumerate(machine.slots)}
    out: list[str] = []
    for part in phrase.parts:
        if isinstance(part, str):
            out.append(part)
            continue
        text = heard.get(part.slot)
        number = numbers.get(part.slot)
        if number is not None and one.slots[number] >= 0:
            text = machine.slots[number].options[one.slots[number]]
        if text is None:
            out.append("{" + part.slot + "}")
        else:
            out.append(text[-part.tail :] if part.tail else text)
    return "".join(out)


def _cause(machine: Machine, move: Move) -> Cause:
    values = tuple((slot, _value(machine, slot, value)) for slot, value in move.values)
    if move.transition is None:
        return Cause("known", values=values)
    trigger, place = move.transition.trigger, _place(move.transition.span)
    if trigger.kind == "event":
        return Cause("lasting" if trigger.delay else "event", trigger.event or "", trigger.delay, place=place)
    if trigger.kind == "proceed":
        return Cause("proceed", values=values)
    return Cause("time", delay=trigger.delay, place=place)


def _value(machine: Machine, slot: str, value: int) -> str:
    options = next((one.options for one in machine.slots if one.name == slot), ())
    return options[value] if 0 <= value < len(options) else "…"


def _place(span: Span) -> Place:
    return Place(span.source.name, span.line, span.line)
