"""The fixed texts of a card in the languages it is printed in, and how amounts, guards and moves are put into words.

Adding a language is adding a column. Knows nothing of layout.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, TypeAlias

from compiler.cards.parts import Exit, Reaction
from compiler.machine.model import Amount, Filled, Guard, SlotRef, Test
from dsl.diagnostics import Words
from dsl.keywords import UNITS

Lang: TypeAlias = Literal["zh", "en"]

_TABLE = {
    "card": Words("情景卡", "Cue card"),
    "version": Words("版本", "Version"),
    "effective": Words("生效", "Effective"),
    "until": Words("{since} 至 {until}", "{since} to {until}"),
    "valid_until": Words("有效至 {until}", "Valid until {until}"),
    "ahead": Words("{since} 起才用", "Not before {since}"),
    "source": Words("依据", "Sources"),
    "tip": Words("提示", "Tip"),
    "road": Words("主线", "Main road"),
    "speech": Words("话时", "Speech"),
    "rate": Words("每分钟 {n} 字", "{n} characters a minute"),
    "anytime": Words("随时", "Any time"),
    "anytime_note": Words("在任何一步发生，都这样做", "Whatever the step"),
    "never": Words("不可以", "Never"),
    "steps": Words("{n} 步", "({n})"),
    "situations": Words("{n} 种情况", "({n})"),
    "entries": Words("{n} 条", "({n})"),
    "never_note": Words("整通电话都适用", "During the whole call"),
    "here_note": Words("在这段子对话里", "In this sub-dialogue"),
    "never_say": Words("不说", "Don't say"),
    "never_do": Words("不做", "Don't do"),
    "instead": Words("改说", "Say instead"),
    "because": Words("因为", "Because"),
    "aside": Words("离开主线时", "Off the main road"),
    "dialogues": Words("子对话", "Sub-dialogues"),
    "dialogues_note": Words("做完回到原处，除非写明别处", "Then back to where you were, unless it says otherwise"),
    "if_customer": Words("如果", "If"),
    "within": Words("时限", "Within"),
    "opening": Words("开口", "Speak within"),
    "at_most": Words("超过 {n} 次", "More than {n}×"),
    "say": Words("说", "Say"),
    "or_say": Words("或", "or"),
    "ask": Words("问", "Ask"),
    "do": Words("做", "Do"),
    "promise": Words("承诺", "Promise"),
    "wait": Words("等", "Wait"),
    "call": Words("转入", "Run"),
    "sensitive": Words("敏感：只录入系统，不写在卡上", "Sensitive: into the system only, not on this card"),
    "page": Words("第 {n} 页，共 {m} 页", "Page {n} of {m}"),
    "about": Words("约 ", "about "),
    "card_no": Words("卡", "Card"),
    "from_cards": Words("由{cards}转来", "From {cards}"),
    "from_steps": Words("由 {steps} 转来", "From {steps}"),
    "at_step": Words(" 第 {steps} 步", " step {steps}"),
    "at_anytime": Words(" 随时", " any time"),
    "list": Words("、", ", "),
    "list_cards": Words("，", "; "),
    "more_cards": Words(" 等，另 {n} 张", " and {n} more"),
    "continued": Words("（续）", " (continued)"),
    "on_page": Words("第 {n} 页", "p. {n}"),
    "cut_pages": Words("{n} 页", "{n} pp."),
    "approved": Words("批准", "Approved by"),
    "verify": Words("核对", "Verify"),
    "draft": Words("草稿 · 未发放", "Draft · not for use"),
    "contents": Words("目录", "Contents"),
    "contents_note": Words(
        "核对一张卡是不是现行的：scriptc verify 核对码", "Is a card still current? scriptc verify CODE"
    ),
    "count": Words("共 {n} 张卡", "{n} cards"),
    "proceed": Words("客户配合", "Customer goes along"),
    "then": Words("说完做完", "When done"),
    "waited": Words("等完", "After the wait"),
    "otherwise": Words("其余情况", "Otherwise"),
    "lasting": Words("{event}满 {time}", "{event} for {time}"),
    "after": Words("超过 {time}", "After {time}"),
    "every": Words("每 {time}", "Every {time}"),
    "stay": Words("留在这一步", "Stay in this step"),
    "back": Words("回到原处", "Back to where you were"),
    "handing": Words("回到原处，按“{event}”处理", "Back to where you were; treat as “{event}”"),
    "end": Words("结束", "End"),
    "by": Words("{time}内", "within {time}"),
    "tail": Words("后 {n} 位", "last {n}"),
    "if": Words("若 ", "If "),
    "and": Words(" 且 ", " and "),
    "is": Words("{slot} 是 {values}", "{slot} is {values}"),
    "is_not": Words("{slot} 不是 {values}", "{slot} is not {values}"),
    "or": Words(" 或 ", " or "),
    "known": Words("已有 {slot}", "{slot} is known"),
    "unknown": Words("没有 {slot}", "{slot} is not known"),
}

_UNIT = {unit.id: Words(unit.zh[0], unit.en[0]) for unit in UNITS} | {"workday": Words("个工作日", "workdays")}
_CLOCK = tuple((unit.per, unit.id) for unit in reversed(UNITS) if unit.dimension == "time")


def is_identifier(name: str) -> bool:
    """Whether `name` is a word of a vocabulary in Latin letters (`asks-manager`), and not one that is read as it stands."""
    return name.isascii() and name.islower()


def named(name: str) -> str:
    """`name` as people read it: the words of an identifier apart."""
    return name.replace("-", " ").replace("_", " ") if is_identifier(name) else name


def headed(name: str) -> str:
    """`name` as it stands at the head of something: the words of an identifier apart, and a capital in front."""
    return named(name).capitalize() if is_identifier(name) else name


class Wordbook:
    """The words of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.words = {key: words.in_(lang) for key, words in _TABLE.items()}

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def amount(self, amount: Amount) -> str:
        """`2个工作日`, `2 workdays`."""
        return self._quantity(amount.number, amount.unit)

    def clock(self, milliseconds: int) -> str:
        """A time in the largest unit that measures it whole; one day is written as 24 hours."""
        for per, unit in _CLOCK:
            if milliseconds % per == 0 and milliseconds >= (2 * per if unit == "d" else per):
                return self._quantity(str(milliseconds // per), unit)
        return self._quantity(str(milliseconds), "ms")

    def speech(self, seconds: int) -> str:
        """`约 48 秒`, `约 1 分 5 秒`, `about 48 s`; empty when nothing is said."""
        if seconds <= 0:
            return ""
        minutes, rest = divmod(seconds, 60)
        units = ("分", "秒") if self.lang == "zh" else ("min", "s")
        parts = [f"{number} {unit}" for number, unit in zip((minutes, rest), units, strict=True) if number]
        return self["about"] + " ".join(parts)

    def guard(self, guard: Guard) -> str:
        """`若 客户类型 是 会员 且 已有 回访电话`; empty for the empty guard."""
        return self["if"] + self["and"].join(map(self._test, guard)) if guard else ""

    def tail(self, ref: SlotRef) -> str:
        """`后 4 位`; empty when the whole slot is read out."""
        return "" if ref.tail is None else self["tail"].replace("{n}", str(ref.tail))

    def when(self, reaction: Reaction) -> str:
        """What sets `reaction` off, when it is none of the ways on, in as few words as there are."""
        return self._when(reaction, map(named, reaction.events))

    def told(self, reaction: Reaction) -> str:
        """As `when`; an event whose name is an identifier is called by what it means, where that is known."""
        pairs = zip(reaction.events, reaction.notes, strict=True)
        text = self._when(reaction, (note if note and is_identifier(name) else named(name) for name, note in pairs))
        return text[:1].upper() + text[1:] if self.lang == "en" else text

    def _when(self, reaction: Reaction, names: Iterable[str]) -> str:
        events = self["or"].join(names)
        match reaction.kind:
            case "after" | "every":
                return self[reaction.kind].replace("{time}", self.clock(reaction.delay))
            case "event" if reaction.delay:
                return self["lasting"].replace("{time}", self.clock(reaction.delay)).replace("{event}", events)
            case _:
                return events

    def onward(self, reaction: Reaction) -> str:
        """What sets off `reaction`, a way on."""
        kind = reaction.kind
        return self["proceed" if kind == "proceed" else "waited" if kind == "after" else "then"]

    def way(self, way: Exit) -> str:
        """Where `way` leads, without the step's label."""
        match way.kind:
            case "stay":
                return self["stay"]
            case "return":
                return self["handing"].replace("{event}", named(way.name)) if way.name else self["back"]
            case _:
                return headed(way.name)

    def _quantity(self, number: str, unit: str) -> str:
        word = _UNIT[unit].in_(self.lang)
        if self.lang == "zh":
            return number + word if unit == "workday" else f"{number} {word}"
        return f"{number} {word.removesuffix('s') if number == '1' and len(word) > 2 else word}"

    def _test(self, test: Test) -> str:
        if isinstance(test, Filled):
            return self["unknown" if test.negated else "known"].replace("{slot}", named(test.slot))
        words = self["is_not" if test.negated else "is"].split("{slot}")
        return named(test.slot).join(words).replace("{values}", self["or"].join(test.values))


@lru_cache(maxsize=2)
def wordbook(lang: Lang) -> Wordbook:
    """The words of `lang`, put together once."""
    return Wordbook(lang)
