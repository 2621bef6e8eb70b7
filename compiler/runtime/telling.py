"""What happened, as people tell it: turns, the lines in them, and both as text in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from compiler.runtime.configuration import Fill, GoAlong, Happening, Happens, Heard, Input
from compiler.runtime.model import Model, Place
from dsl.diagnostics import CALL_COLUMNS, Words, shortened
from dsl.frozen import Node


class Line(Node, frozen=True):
    """One thing that happens on a call.

    enter: a step begins. say, ask: the agent says `text` (`wordings` are all the ways the script offers, it is the
    first); `slots` are asked for. do: the action `text`. promise: `text` is the deadline of `slots`. end: the call ends
    with the outcome `text`. scenario, step: where the call is then. clock: ms since the call began.
    """

    kind: Literal["enter", "say", "ask", "do", "promise", "end"]
    scenario: str
    step: str
    clock: int
    text: str = ""
    wordings: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    place: Place | None = None


class Turn(Node, frozen=True):
    """One input and all that it brought about. given: None for the beginning of the call. words: the customer's own."""

    given: Input | None
    words: str
    clock: int
    lines: tuple[Line, ...]


def line_of(model: Model, one: Happening) -> Line:
    """A happening with its names and texts."""
    flow = model.flows[one.flow]
    step = flow.steps[one.step].name if one.step >= 0 else ""
    act = one.act
    if act is None:
        return Line("end" if one.kind == "end" else "enter", flow.scenario, step, one.clock, one.outcome)
    slots = tuple(model.slots[slot].name for slot in act.slots)
    wordings = tuple(wording.spoken(one.slots) for wording in act.wordings)
    text = wordings[0] if wordings else act.action or act.value
    return Line(act.kind, flow.scenario, step, one.clock, text, wordings, slots, act.place)


def tell(turns: tuple[Turn, ...], scenario: str, *, places: bool = True) -> Iterator[Words]:
    """The turns as lines of text: the customer's first, then what the agent does about it. Long words are shortened.

    scenario: the one whose steps are named without it. places: with the file and line of what the agent says and does.
    """
    for turn in turns:
        yield from told_input(turn.given, turn.words)
        for line in turn.lines:
            where = f"  {line.place.file}:{line.place.line}" if places and line.place is not None else ""
            yield from _told(line, scenario, where)


def told_input(given: Input | None, words: str = "") -> Iterator[Words]:
    """What was put to the call, in one line; nothing for its beginning and for answers given ahead."""
    said = shortened(words, CALL_COLUMNS)
    zh, en = (f"：“{said}”", f": “{said}”") if said else ("", "")
    match given:
        case Happens():
            yield Words(f"客户〈{given.event}〉{zh}", f"customer <{given.event}>{en}")
        case GoAlong():
            yield Words(f"客户〈配合〉{zh}", f"customer <goes along>{en}")
        case Heard():
            yield Words("听到声音", "something is heard")
        case None | Fill():
            return
        case _:
            yield Words(f"过了{duration(given.milliseconds).zh}", f"{duration(given.milliseconds).en} pass")


def _told(line: Line, scenario: str, where: str) -> Iterator[Words]:
    name = line.step if line.scenario == scenario else f"{line.scenario}.{line.step}"
    text = shortened(line.text, CALL_COLUMNS)
    match line.kind:
        case "enter":
            yield Words(f"〔{name}〕", f"[{name}]")
        case "say" | "ask":
            if text:
                yield Words(f"坐席：“{text}”{where}", f"agent: “{text}”{where}")
        case "do":
            yield Words(f"坐席做：{text}{where}", f"agent does: {text}{where}")
        case "promise":
            yield Words(
                f"坐席承诺：{line.slots[0]}（{text}）{where}", f"agent promises: {line.slots[0]} ({text}){where}"
            )
        case "end":
            yield Words(f"通话结束：{text}", f"the call ends: {text}")


def duration(milliseconds: int) -> Words:
    """A time as people say it, in the largest unit that measures it whole."""
    for size, zh, en in ((3_600_000, "小时", "h"), (60_000, "分钟", "min"), (1_000, "秒", "s")):
        if milliseconds >= size and milliseconds % size == 0:
            return Words(f" {milliseconds // size} {zh}", f"{milliseconds // size} {en}")
    return Words(f" {milliseconds / 1000:g} 秒", f"{milliseconds / 1000:g} s")
