"""What happened on a call, as people read it: turns, the lines in them, and both as text in Chinese or English.

`scriptc test` and `scriptc rehearse` write down what the simulator did, `scriptc check` the calls that proofs find: in the
same words, because one call must not read like two.
"""

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


class Cause(Node, frozen=True):
    """What set the call in motion.

    known: what is known before it begins, `values`. event: `event` happens; lasting: after it has lasted `delay` ms. proceed:
    the customer answers, with `values`. time: `delay` ms pass. heard: a sound. words: the customer's own.
    """

    kind: Literal["known", "event", "lasting", "proceed", "time", "heard"]
    event: str = ""
    delay: int = 0
    values: tuple[tuple[str, str], ...] = ()
    words: str = ""
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


def transcript_lines(turns: tuple[Turn, ...], scenario: str, *, places: bool = True) -> Iterator[Words]:
    """The turns as lines of text: the customer's first, then what the agent does about it. Long words are shortened.

    scenario: the one whose steps are named without it. places: with the file and line of what the agent says and does.
    """
    before = 0
    for turn in turns:
        cause = _cause(turn)
        said = None if cause is None else cause_words(cause, turn.clock if turn.clock != before else None)
        if said is not None:
            yield said
        before = turn.clock
        for line in turn.lines:
            if (words := line_words(line, scenario, places=places)) is not None:
                yield words


def _cause(turn: Turn) -> Cause | None:
    """What the input of `turn` is; None for the beginning, and for answers given ahead."""
    match turn.given:
        case Happens():
            return Cause("event", turn.given.event, words=turn.words)
        case GoAlong():
            return Cause("proceed", values=turn.given.answers, words=turn.words)
        case Heard():
            return Cause("heard")
        case None | Fill():
            return None
        case _:
            return Cause("time", delay=turn.given.milliseconds)


def cause_words(cause: Cause, clock: int | None = None) -> Words | None:
    """`cause` on one line, and the clock behind it where that is given (ms); None when there is nothing to say."""
    said = _cause_words(cause)
    if said is None:
        return None
    place = "" if cause.place is None else _at(cause.place)
    when = Words("", "") if clock is None else Words(f"　（{clock_time(clock)}）", f"  ({clock_time(clock)})")
    return Words(f"{said.zh}{place}{when.zh}", f"{said.en}{place}{when.en}")


def _cause_words(cause: Cause) -> Words | None:
    event, time = shortened(cause.event), duration(cause.delay)
    values = ", ".join(f"{slot}={shortened(value)}" for slot, value in cause.values)
    quoted = shortened(cause.words, CALL_COLUMNS)
    zh, en = (f"“{quoted}”", f" “{quoted}”") if quoted else ("", "")
    match cause.kind:
        case "known":
            return Words(f"已知：{values}", f"given: {values}") if values else None
        case "event":
            return Words(f"客户：{event}{'，' * bool(zh)}{zh}", f"customer: {event}{',' * bool(en)}{en}")
        case "lasting":
            return Words(f"{time.zh.strip()}：{event}", f"{time.en}: {event}")
        case "proceed":
            known = (f"（{values}）", f" ({values})") if values else ("", "")
            return Words(
                f"客户配合{known[0]}{'：' * bool(zh)}{zh}", f"the customer goes along{known[1]}{':' * bool(en)}{en}"
            )
        case "heard":
            return Words("听到声音", "something is heard")
        case "time":
            return Words(f"过了{time.zh}", f"{time.en} pass")


def line_words(line: Line, scenario: str, *, places: bool = True) -> Words | None:
    """`line` as text; None for a question that is asked without a word. Arguments as for `transcript`."""
    name = shortened(line.step if line.scenario == scenario else f"{line.scenario}.{line.step}")
    where = _at(line.place) if places and line.place is not None else ""
    text = shortened(line.text, CALL_COLUMNS)
    match line.kind:
        case "enter":
            return Words(f"〔{name}〕", f"[{name}]")
        case "say" | "ask":
            return Words(f"坐席：“{text}”{where}", f"agent: “{text}”{where}") if text else None
        case "do":
            return Words(f"坐席做：{text}{where}", f"agent does: {text}{where}")
        case "promise":
            slot = shortened(line.slots[0])
            return Words(f"坐席承诺：{slot} {text}{where}", f"agent promises: {slot} {text}{where}")
        case "end":
            return Words(f"通话结束：{text}", f"the call ends: {text}")


def _at(place: Place) -> str:
    return f"  {place.file}:{place.line}"


def clock_time(milliseconds: int) -> str:
    """A moment of a call: 01:05, or 1:01:05 from an hour up."""
    seconds = milliseconds // 1000
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{seconds // 60:02}:{seconds % 60:02}"


def duration(milliseconds: int) -> Words:
    """A time as people say it, in the largest unit that measures it whole."""
    for size, zh, en in ((3_600_000, "小时", "h"), (60_000, "分钟", "min"), (1_000, "秒", "s")):
        if milliseconds >= size and milliseconds % size == 0:
            return Words(f" {milliseconds // size} {zh}", f"{milliseconds // size} {en}")
    return Words(f" {milliseconds / 1000:g} 秒", f"{milliseconds / 1000:g} s")
