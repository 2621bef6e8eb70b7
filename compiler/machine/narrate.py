"""A call as people tell it: who says and does what, turn by turn, with the place of each line."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.machine.configuration import Move
from compiler.machine.model import Ask, Do, Machine, Promise, Say
from compiler.machine.search import Call
from dsl.diagnostics import Words
from dsl.source import Span


def narrate(machine: Machine, call: Call) -> tuple[Words, ...]:
    """The turns of `call`, each a line: the customer's first, then what the agent does about it."""
    return tuple(line for move in call.moves for line in _turn(machine, move))


def _turn(machine: Machine, move: Move) -> Iterator[Words]:
    yield from _cause(machine, move)
    for one in move.happenings:
        if one.kind == "enter":
            step = machine.flows[one.flow].steps[one.step]
            where = step.name if one.flow == 0 else f"{machine.flows[one.flow].scenario}.{step.name}"
            yield Words(f"〔{where}〕", f"[{where}]")
        elif one.kind == "end":
            yield Words(f"通话结束：{one.outcome}", f"the call ends: {one.outcome}")
        elif isinstance(one.act, Say | Ask) and one.act.phrases:
            text = one.act.phrases[0].text
            yield Words(f"坐席：“{text}”{_at(one.act.span)}", f"agent: “{text}”{_at(one.act.span)}")
        elif isinstance(one.act, Do):
            yield Words(
                f"坐席做：{one.act.action}{_at(one.act.span)}", f"agent does: {one.act.action}{_at(one.act.span)}"
            )
        elif isinstance(one.act, Promise):
            yield Words(f"坐席承诺：{one.act.slot}", f"agent promises: {one.act.slot}")


def _cause(machine: Machine, move: Move) -> Iterator[Words]:
    values = ", ".join(f"{slot}={_value(machine, slot, value)}" for slot, value in move.values)
    said = Words(f"（{values}）", f" ({values})") if values else Words("", "")
    if move.transition is None:
        if values:
            yield Words(f"已知：{values}", f"given: {values}")
        return
    trigger = move.transition.trigger
    seconds = f"{trigger.delay / 1000:g}"
    place = _at(move.transition.span)
    if trigger.kind == "event" and trigger.delay:
        yield Words(f"{seconds} 秒：{trigger.event}{place}", f"{seconds} s: {trigger.event}{place}")
    elif trigger.kind == "event":
        yield Words(f"客户：{trigger.event}{place}", f"customer: {trigger.event}{place}")
    elif trigger.kind == "proceed":
        yield Words(f"客户配合{said.zh}", f"the customer goes along{said.en}")
    else:
        yield Words(f"过了 {seconds} 秒", f"{seconds} s pass")


def _value(machine: Machine, slot: str, value: int) -> str:
    options = next((one.options for one in machine.slots if one.name == slot), ())
    return options[value] if 0 <= value < len(options) else "…"


def _at(span: Span) -> str:
    return f"  {span.source.name}:{span.line}"
