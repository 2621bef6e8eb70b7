"""The smaller nodes of the syntax tree: names, texts, amounts, guards, acts and single lines.

`dsl.syntax` has the blocks. A leaf doubles as a Lark token, with the terminal as `type`. A `Text` is a quoted string;
`{slot}` inside a text is a `SlotUse` with a separate span.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from dsl.frozen import Node
from dsl.keywords import Unit
from dsl.source import Span

# --- leaves ---------------------------------------------------------------------------------------------------------


class Name(Node, frozen=True):
    """A name as typed, but half-width (see `dsl.lexing`)."""

    type: ClassVar[str] = "NAME"
    span: Span
    text: str


class SlotUse(Node, frozen=True):
    """`{slot}` inside a text; `tail` is the number of last characters to read out (`{phone last 4}`), else None."""

    span: Span
    name: Name
    tail: int | None = None


class Text(Node, frozen=True):
    """A quoted text: unescaped strings and slots, in order. `span` includes the quotes."""

    type: ClassVar[str] = "STRING"
    span: Span
    parts: tuple[str | SlotUse, ...]

    @property
    def slots(self) -> tuple[SlotUse, ...]:
        """The slots used in the text, in order."""
        return tuple(part for part in self.parts if isinstance(part, SlotUse))

    @property
    def plain(self) -> str:
        """The text, with slots as `{name}`."""
        return "".join(part if isinstance(part, str) else "{" + part.name.text + "}" for part in self.parts)


MOST = 2**53 - 1
"""The largest amount: up to here whole numbers are exact in every program that reads a machine (JSON has doubles)."""


class Quantity(Node, frozen=True):
    """A number with a unit; `number` as typed, with half-width digits."""

    type: ClassVar[str] = "QUANTITY"
    span: Span
    number: str
    unit: Unit

    @property
    def base(self) -> int:
        """The amount in base units of the dimension (milliseconds for time), rounded to an integer; at most `MOST`."""
        return round(min(float(self.number) * self.unit.per, MOST))


class Date(Node, frozen=True):
    """A calendar date; `iso` is `YYYY-MM-DD`. `valid` is False for an impossible date."""

    type: ClassVar[str] = "DATE"
    span: Span
    iso: str
    valid: bool


class Comment(Node, frozen=True):
    """`# …` up to the end of the line."""

    span: Span


# --- acts and what may guard them -----------------------------------------------------------------------------------


class SlotIs(Node, frozen=True):
    """`SLOT 是 A / B`: the slot holds a value of `values`; `negated` for `不是`."""

    span: Span
    slot: Name
    values: tuple[Name, ...]
    negated: bool


class SlotKnown(Node, frozen=True):
    """`已有 SLOT`: the slot is filled; `negated` for `没有`."""

    span: Span
    slot: Name
    negated: bool


Test = SlotIs | SlotKnown


class Guard(Node, frozen=True):
    """Tests joined by 且 / and."""

    span: Span
    tests: tuple[Test, ...]


class Say(Node, frozen=True):
    """`说` with a text or a phrase of the phrase bank; `alternative` for `或说`, a variant of the preceding `说`."""

    span: Span
    phrase: Text | Name
    alternative: bool


class Ask(Node, frozen=True):
    """`问 SLOTS "question"`."""

    span: Span
    slots: tuple[Name, ...]
    phrase: Text | Name


class Do(Node, frozen=True):
    """`做 ACTIONS, 得到 SLOTS`: acts of the agent; the slots are filled by a system."""

    span: Span
    actions: tuple[Name, ...]
    slots: tuple[Name, ...]


class Promise(Node, frozen=True):
    """`承诺 SLOT 2工作日`: declares both slot and deadline."""

    span: Span
    slot: Name
    deadline: Quantity


class Wait(Node, frozen=True):
    """`等待 5秒` inside a step."""

    span: Span
    time: Quantity


class Go(Node, frozen=True):
    """`转 STEP`."""

    span: Span
    step: Name


class Call(Node, frozen=True):
    """`调用 SCENARIO`: run a scenario, then resume after the line."""

    span: Span
    scenario: Name


class Return(Node, frozen=True):
    """`返回 [EVENT]`: end a sub-dialogue and return the event to the calling step."""

    span: Span
    event: Name | None


class End(Node, frozen=True):
    """`结束 OUTCOME`: the whole call ends."""

    span: Span
    outcome: Name


Act = Say | Ask | Do | Promise | Wait | Go | Call | Return | End


# --- lines of scenarios and steps -----------------------------------------------------------------------------------


class TextLine(Node, frozen=True):
    """A keyword and a text: title, source, goal or tip."""

    span: Span
    sort: Literal["title", "source", "goal", "tip"]
    text: Text


class NamesLine(Node, frozen=True):
    """A keyword and a list of names: rulebooks followed, or subjects of a rule."""

    span: Span
    sort: Literal["follows", "applies"]
    names: tuple[Name, ...]


class ChannelLine(Node, frozen=True):
    """`渠道 电话、在线` in a scenario or rulebook, or the declaration `渠道 电话 / phone "note"` before the first block.

    names: channels listed, or the channel declared. aliases: further names of the declared channel.
    """

    span: Span
    names: tuple[Name, ...]
    aliases: tuple[Name, ...]
    note: Text | None


class Effective(Node, frozen=True):
    """`生效 DATE [至 DATE]`."""

    span: Span
    since: Date
    until: Date | None


class SlotLine(Node, frozen=True):
    """`信息 NAME TYPE FLAGS "note"`. For a choice `type` is None and `options` has the values."""

    span: Span
    names: tuple[Name, ...]
    type: Name | None
    options: tuple[Name, ...]
    flags: tuple[Name, ...]
    note: Text | None


class NeverSay(Node, frozen=True):
    """`禁说 "…" / "…" 原因 "…" 改说 "…" 除非 "…"`."""

    span: Span
    texts: tuple[Text, ...]
    because: Text | None
    instead: tuple[Text, ...]
    unless: tuple[Text, ...]


class NeverDo(Node, frozen=True):
    """`禁做 ACTIONS 原因 "…"`."""

    span: Span
    actions: tuple[Name, ...]
    because: Text | None


class Waiver(Node, frozen=True):
    """`豁免 RULE 原因 "…" [至 DATE]`."""

    span: Span
    rule: Name
    because: Text | None
    until: Date | None


class Handler(Node, frozen=True):
    """`当 EVENTS [5秒] [且 GUARD]: ACTS`; `anytime` for `全程 当`."""

    span: Span
    anytime: bool
    events: tuple[Name, ...]
    delay: Quantity | None
    guard: Guard | None
    acts: tuple[Act, ...]


class If(Node, frozen=True):
    """`若 GUARD: ACTS`."""

    span: Span
    guard: Guard
    acts: tuple[Act, ...]


class Timer(Node, frozen=True):
    """`超过 10分钟: ACTS`, or `每 30分钟: ACTS` when `repeats`."""

    span: Span
    repeats: bool
    time: Quantity
    acts: tuple[Act, ...]


class Within(Node, frozen=True):
    """`时限 3声`."""

    span: Span
    limit: Quantity


class Opening(Node, frozen=True):
    """`开口 3秒`: time limit for the agent to begin to speak."""

    span: Span
    limit: Quantity


class AtMost(Node, frozen=True):
    """`至多 2次, 否则 ACTS`."""

    span: Span
    times: Quantity
    acts: tuple[Act, ...]
