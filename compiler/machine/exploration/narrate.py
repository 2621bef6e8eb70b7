"""A call as people tell it: who says and does what, turn by turn, with the clock and the place of each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.machine.exploration.configuration import Happening, Move
from compiler.machine.exploration.search import Call
from compiler.machine.model import Ask, Do, Machine, Phrase, Promise, Say
from dsl.diagnostics import CALL_COLUMNS, Words, shortened
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
    elapsed = 0
    for number, move in enumerate(call.moves):
        before = elapsed
        elapsed += _time_of(move)
        clock = Words(f"　（{_clock(elapsed)}）", f"  ({_clock(elapsed)})") if elapsed != before else Words("", "")
        pointed = mark[1:] if mark is not None and mark[0] == number else None
        for line in _cause(machine, move):
            words = Words(line.zh + clock.zh, line.en + clock.en)
            lines.append(_pointed(words, pointed[1]) if pointed is not None and pointed[0] == -1 else words)
            clock = Words("", "")
        for at, one in enumerate(move.happenings):
            told = _told(machine, one, (choices or {}).get((number, at), 0))
            if pointed is not None and pointed[0] == at:
                lines.append(_pointed(told or Words("", ""), pointed[1]))
            elif told is not None:
                lines.append(told)
    return tuple(lines)


def _pointed(line: Words, words: Words) -> Words:
    return Words(f"{line.zh}　← {words.zh}".lstrip("　"), f"{line.en}  ← {words.en}".lstrip())


def _told(machine: Machine, one: Happening, choice: int) -> Words | None:
    """What is told of a happening; None for those that go without saying."""
    if one.kind == "enter" and one.step is not None:
        step = machine.flows[one.flow].steps[one.step]
        where = step.name if one.flow == 0 else f"{machine.flows[one.flow].scenario}.{step.name}"
        return Words(f"〔{shortened(where)}〕", f"[{shortened(where)}]")
    if one.kind == "end":
        outcome = shortened(one.outcome or "")
        return Words(f"通话结束：{outcome}", f"the call ends: {outcome}")
    if isinstance(one.act, Say | Ask) and one.act.phrases:
        return _spoken(one.act.phrases[choice], one.act.span)
    if isinstance(one.act, Do):
        action, place = shortened(one.act.action), _at(one.act.span)
        return Words(f"坐席做：{action}{place}", f"agent does: {action}{place}")
    if isinstance(one.act, Promise):
        time, place = UNIT_BY_ID[one.act.deadline.unit].amount(one.act.deadline.number), _at(one.act.span)
        slot = shortened(one.act.slot)
        return Words(f"坐席承诺：{slot} {time.zh}{place}", f"agent promises: {slot} {time.en}{place}")
    return None


def _spoken(phrase: Phrase, act: Span) -> Words:
    place = _at(act if phrase.bank else phrase.span)
    text = shortened(phrase.text, CALL_COLUMNS)
    return Words(f"坐席：“{text}”{place}", f"agent: “{text}”{place}")


def _time_of(move: Move) -> int:
    """Milliseconds that pass before a move; what customers take to answer is not counted."""
    return move.transition.trigger.delay if move.transition is not None else 0


def _clock(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{seconds // 60:02}:{seconds % 60:02}"


def _cause(machine: Machine, move: Move) -> Iterator[Words]:
    values = ", ".join(f"{slot}={shortened(_value(machine, slot, value))}" for slot, value in move.values)
    said = Words(f"（{values}）", f" ({values})") if values else Words("", "")
    if move.transition is None:
        if values:
            yield Words(f"已知：{values}", f"given: {values}")
        return
    trigger = move.transition.trigger
    event = shortened(trigger.event or "")
    seconds = f"{trigger.delay / 1000:g}"
    place = _at(move.transition.span)
    if trigger.kind == "event" and trigger.delay:
        yield Words(f"{seconds} 秒：{event}{place}", f"{seconds} s: {event}{place}")
    elif trigger.kind == "event":
        yield Words(f"客户：{event}{place}", f"customer: {event}{place}")
    elif trigger.kind == "proceed":
        yield Words(f"客户配合{said.zh}", f"the customer goes along{said.en}")
    else:
        yield Words(f"过了 {seconds} 秒{place}", f"{seconds} s pass{place}")


def _value(machine: Machine, slot: str, value: int) -> str:
    options = next((one.options for one in machine.slots if one.name == slot), ())
    return options[value] if 0 <= value < len(options) else "…"


def _at(span: Span) -> str:
    return f"  {span.source.name}:{span.line}"
