"""Why a move cannot be made, in words: one function a reason. Each names the next thing to do."""

from __future__ import annotations

from compiler.runtime.configuration import Refused
from compiler.runtime.model import Model, Slot
from dsl.diagnostics import Words, listed
from dsl.suggest import closest


def ended(outcome: str) -> Refused:
    """The call is over."""
    return Refused(
        "ended",
        Words(
            f"通话已经结束（{outcome}）" if outcome else "通话已经结束", f"the call is over ({outcome or 'returned'})"
        ),
    )


def unknown_event(event: str) -> Refused:
    """Nothing answers the event here."""
    return Refused("unknown-event", Words(f"这里没有写“{event}”怎么办", f"nothing here says what to do on “{event}”"))


def cannot_go_along() -> Refused:
    """The agent waits for something else."""
    return Refused(
        "cannot-go-along",
        Words(
            "这里不是等客户配合，只等事件或时间",
            "the agent waits for an event or a time, not for an answer",
        ),
    )


def answer_missing(slot: Slot) -> Refused:
    """A choice has to be known to go on."""
    options = listed(slot.options, "or")
    return Refused(
        "answer-missing",
        Words(
            f"要先知道“{slot.name}”是哪一个：{options.zh}",
            f"“{slot.name}” has to be known to go on: {options.en}",
        ),
        slot.name,
        slot.options,
    )


def no_way_on() -> Refused:
    """No guard holds."""
    return Refused(
        "no-way-on", Words("按已知的信息，没有一条去路能走", "with what is known, none of the ways on can be taken")
    )


def endless() -> Refused:
    """The machine does not come to rest."""
    return Refused("endless", Words("状态机一直转，停不下来", "the machine goes round and round without ever waiting"))


def no_slot(model: Model, name: str) -> Refused:
    """There is no such slot."""
    near = closest(name, model.slot_index)
    zh = f"这通电话里没有信息“{name}”" + (f"，是不是“{near}”？" if near else "")
    en = f"this call has no slot “{name}”" + (f"; did you mean “{near}”?" if near else "")
    return Refused("slot", Words(zh, en), name)


def fixed(slot: Slot) -> Refused:
    """It is not the customer's or a system's to fill."""
    words = Words(f"“{slot.name}”由“承诺”填写", f"“{slot.name}” is filled by a promise")
    return Refused("slot", words, slot.name)


def no_option(slot: Slot, value: str) -> Refused:
    """The slot has no such value."""
    options = listed(slot.options, "or")
    return Refused(
        "value",
        Words(
            f"“{slot.name}”没有“{value}”，只有：{options.zh}",
            f"“{slot.name}” is {options.en}, not “{value}”",
        ),
        slot.name,
        slot.options,
    )
