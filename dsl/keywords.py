"""The table of keywords, units and predefined words, in Chinese and English.

Shared by lexer, formatter, messages and manual; a further language is a further column. `LINE` keywords are reserved
at the start of a line only, so a step may be called 目标; `RULE` keywords are reserved in the lines of rules and
expectations; `ANY` keywords are reserved everywhere. Every spelling is reserved in both languages, so translating the
keywords of a file never turns a name into a keyword.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from dsl.diagnostics import Words
from dsl.frozen import Node

Where = Literal["line", "rule", "any"]
LINE: Where = "line"
RULE: Where = "rule"
ANY: Where = "any"


class Keyword(Node, frozen=True):
    """A keyword: `terminal` in the grammar, place of reservation, and spellings; `fmt` writes the first spelling."""

    id: str
    terminal: str
    where: Where
    zh: tuple[str, ...]
    en: tuple[str, ...]


def _row(id: str, where: Where, zh: str, en: str, terminal: str = "") -> Keyword:
    return Keyword(id, terminal or id, where, tuple(zh.split("|")), tuple(en.split("|")))


KEYWORDS: tuple[Keyword, ...] = (
    # declarations
    _row("KIND", LINE, "类别", "kind"),
    _row("EVENT", LINE, "事件", "event"),
    _row("ACTION", LINE, "动作", "action"),
    _row("OUTCOME", LINE, "结局", "outcome"),
    _row("TAG", LINE, "标签", "tag"),
    _row("CHANNEL", LINE, "渠道", "channel"),
    _row("WORDS", LINE, "词组", "words"),
    _row("PHRASE", LINE, "话术", "phrase"),
    _row("SLOT", LINE, "信息", "slot"),
    # scenarios
    _row("SCENARIO", LINE, "场景", "scenario"),
    _row("BELONGS", ANY, "属于", "is", "IS"),
    _row("EXTENDS", ANY, "基于", "extends"),
    _row("TITLE", LINE, "标题", "title"),
    _row("FOLLOWS", LINE, "遵守", "follows"),
    _row("SOURCE", LINE, "出处", "source"),
    _row("EFFECTIVE", LINE, "生效", "effective"),
    _row("CHOICE", ANY, "选项", "one of"),
    _row("NEVER_SAY", LINE, "禁说", "never say"),
    _row("NEVER_DO", LINE, "禁做", "never do"),
    _row("BECAUSE", ANY, "原因", "because"),
    _row("INSTEAD", ANY, "改说", "instead"),
    _row("UNLESS", ANY, "除非", "unless"),
    _row("ANYTIME", LINE, "全程", "anytime"),
    _row("WAIVE", LINE, "豁免", "waive"),
    _row("UNTIL", ANY, "至", "until"),
    # steps
    _row("STEP", LINE, "步骤", "step"),
    _row("GOAL", LINE, "目标", "goal"),
    _row("TIP", LINE, "提示", "tip"),
    _row("WITHIN", LINE, "时限", "within"),
    _row("OPENING", LINE, "开口", "speak within"),
    _row("SAY", ANY, "说", "say"),
    _row("OR_SAY", ANY, "或说", "or say"),
    _row("ASK", ANY, "问", "ask"),
    _row("DO", ANY, "做", "do"),
    _row("GETTING", ANY, "得到", "getting"),
    _row("PROMISE", ANY, "承诺", "promise"),
    _row("WAIT", ANY, "等待", "wait"),
    _row("IF", LINE, "若", "if"),
    _row("WHEN", ANY, "当", "when"),
    _row("LASTS", LINE, "超过", "after"),
    _row("EVERY", LINE, "每", "every"),
    _row("AT_MOST", ANY, "至多", "at most"),
    _row("AT_LEAST", ANY, "至少", "at least"),
    _row("ELSE", ANY, "否则", "else"),
    _row("GO", ANY, "转", "go"),
    _row("CALL", ANY, "调用", "call"),
    _row("RETURN", ANY, "返回", "return"),
    _row("END", ANY, "结束", "end"),
    _row("AND", ANY, "且", "and"),
    _row("OR", ANY, "或", "or"),
    _row("IS", ANY, "是", "is"),
    _row("IS_NOT", ANY, "不是", "is not"),
    _row("KNOWN", ANY, "已有", "known"),
    _row("NO", ANY, "没有", "no"),
    # rules
    _row("RULEBOOK", LINE, "规则集", "rulebook"),
    _row("RULE", LINE, "规则", "rule"),
    _row("APPLIES", ANY, "适用", "applies to"),
    _row("REQUIRE", LINE, "要求", "require"),
    _row("FORBID", LINE, "禁止", "forbid"),
    _row("LIMIT", LINE, "限制", "limit"),
    _row("LEVEL", LINE, "级别", "level"),
    _row("WRONG", LINE, "反例", "wrong"),
    _row("RIGHT", LINE, "正例", "right"),
    _row("BEFORE", RULE, "先于", "before"),
    _row("FOLLOWED", RULE, "之后有", "followed by"),
    _row("THEN", RULE, "之后", "then"),
    _row("REACHABLE", RULE, "可达", "reachable"),
    _row("HAS", RULE, "含", "has"),
    _row("EVERY_STEP", RULE, "每个步骤", "every step"),
    _row("HANDLES", RULE, "处理", "handles"),
    _row("MENTIONS", RULE, "提到", "mentions"),
    _row("IN", RULE, "于", "in"),
    _row("RULE_STEP", RULE, "步骤", "step", "STEP"),
    _row("RULE_EVENT", RULE, "事件", "event", "EVENT"),
    _row("RULE_WORDS", RULE, "词组", "words", "WORDS"),
    # dialogues
    _row("DIALOGUE", LINE, "对话", "dialogue"),
    _row("TESTS", RULE, "测试", "tests"),
    _row("GIVEN", LINE, "已知", "given"),
    _row("REACH", LINE, "到", "reach"),
    _row("PASS", LINE, "经过", "pass"),
    _row("CUSTOMER", LINE, "客户", "customer"),
    _row("CONTINUE", LINE, "配合", "cooperates"),
    _row("FILL", LINE, "填", "fill"),
    _row("EXPECT", LINE, "期望", "expect"),
)

BY_ID: dict[str, Keyword] = {row.id: row for row in KEYWORDS}

RULE_LINES = frozenset({"REQUIRE", "FORBID", "LIMIT", "EXPECT", "KIND", "RULEBOOK", "DIALOGUE"})
"""Terminals that open a line in which `RULE` keywords are reserved."""


def _spellings(*wheres: Where) -> dict[str, str]:
    """Return spelling (case-folded) -> terminal, for the keywords reserved in `wheres`."""
    return {word.casefold(): row.terminal for row in KEYWORDS if row.where in wheres for word in (*row.zh, *row.en)}


# `is` is BELONGS in a scenario's head and IS in a guard; both rows share the terminal IS, because the lexer cannot tell:
#     scenario billing is complaint
#     if customer is member: …
AT_LINE_START = _spellings(LINE, ANY)
IN_PLAIN_LINE = _spellings(ANY)
IN_RULE_LINE = _spellings(ANY, RULE)


class Unit(Node, frozen=True):
    """A unit of measure, equal to `per` base units of the dimension; `fmt` writes the first spelling."""

    id: str
    dimension: str
    per: int
    zh: tuple[str, ...]
    en: tuple[str, ...]

    def amount(self, number: str) -> Words:
        """Render an amount for messages: `2工作日`, `2 workdays`."""
        return Words(f"{number}{self.zh[0]}", f"{number} {self.en[0]}")


UNITS: tuple[Unit, ...] = (
    Unit("ms", "time", 1, ("毫秒",), ("ms",)),
    Unit("s", "time", 1_000, ("秒", "秒钟"), ("s", "sec", "second", "seconds")),
    Unit("min", "time", 60_000, ("分钟", "分"), ("min", "mins", "minute", "minutes")),
    Unit("h", "time", 3_600_000, ("小时", "个小时"), ("h", "hour", "hours")),
    Unit("d", "time", 86_400_000, ("天", "日"), ("days", "day", "d")),
    Unit("workday", "worktime", 1, ("工作日", "个工作日"), ("workdays", "workday")),
    Unit("ring", "rings", 1, ("声", "声铃", "响"), ("rings", "ring")),
    Unit("time", "times", 1, ("次", "回"), ("times", "time")),
    Unit("char", "characters", 1, ("字", "个字"), ("chars", "char", "characters", "character")),
    Unit("phrase", "phrases", 1, ("句", "句话"), ("phrases", "phrase")),
    Unit("turn", "turns", 1, ("轮", "轮次"), ("turns", "turn")),
)

UNIT_BY_ID: dict[str, Unit] = {unit.id: unit for unit in UNITS}
UNIT_WORDS: dict[str, Unit] = {word: unit for unit in UNITS for word in (*unit.zh, *unit.en)}

NUMERALS = "半一二两三四五六七八九十"
"""First characters of Chinese numerals."""


def read_amount(word: str) -> tuple[str, Unit] | None:
    """Parse an amount in Chinese numerals, such as 两次, 半小时 or 一个半小时, to (number in ASCII digits, unit)."""
    found = re.fullmatch(rf"([{NUMERALS}百零〇]+)(个半)?(\D+)", word)
    unit = found and UNIT_WORDS.get(found[3])
    if not found or not unit:
        return None
    if found[1] == "半":
        return None if found[2] else ("0.5", unit)
    number = read_number(found[1])
    if number is None:
        return None
    return f"{number}.5" if found[2] else str(number), unit


def read_number(word: str) -> int | None:
    """Parse a Chinese numeral from 1 to 999, such as 一百八十 or 两; return None for other words."""
    return _chinese_numbers().get(word.replace("两", "二").replace("〇", "零"))


@lru_cache(maxsize=1)
def _chinese_numbers() -> dict[str, int]:
    """Return Chinese numeral -> number, for 1 to 999."""
    # A table instead of arithmetic on the characters: malformed numerals such as 十百 are absent, so never accepted.
    digits = "零一二三四五六七八九"
    numbers: dict[str, int] = {}
    for number in range(1, 1000):
        hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
        word = digits[hundreds] + "百" if hundreds else ""
        if tens:
            word += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
        elif hundreds and ones:
            word += "零"
        word += digits[ones] if ones else ""
        numbers[word] = number
        if word[0] == "十":
            numbers[f"一{word}"] = number
    return numbers


SLOT_TYPES: dict[str, str] = {
    word: kind
    for kind, words in {
        "text": ("文本", "text"),
        "number": ("数字", "number"),
        "phone": ("电话号码", "phone"),
        "date": ("日期", "date"),
        "money": ("金额", "money"),
        "time": ("时间", "time"),
    }.items()
    for word in words
}

SLOT_FLAGS: dict[str, str] = {"敏感": "sensitive", "sensitive": "sensitive", "已知": "known", "known": "known"}
LEVELS: dict[str, str] = {
    "错误": "error",
    "error": "error",
    "警告": "warning",
    "warning": "warning",
    "提示": "note",
    "note": "note",
}
MEASURES: dict[str, str] = {
    "语句字数": "phrase-characters",
    "phrase-characters": "phrase-characters",
    "步骤话时": "step-speech",
    "step-speech": "step-speech",
    "通话话时": "call-speech",
    "call-speech": "call-speech",
    "等待时长": "waiting",
    "waiting": "waiting",
    "承诺时限": "promised-time",
    "promised-time": "promised-time",
    "轮次": "turns",
    "turns": "turns",
    "重试次数": "retries",
    "retries": "retries",
    "步骤句数": "step-phrases",
    "step-phrases": "step-phrases",
    "步骤时限": "step-limit",
    "step-limit": "step-limit",
    "开口时间": "opening",
    "opening": "opening",
}
"""Predefined words with a meaning in a fixed place (slot types and flags, rule levels, measures) -> id."""
