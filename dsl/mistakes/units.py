"""Guesses about numbers with a missing or unknown unit."""

from __future__ import annotations

import re
import unicodedata

from dsl.diagnostics import Edit, Words
from dsl.keywords import AT_LINE_START, MEASURES, NUMERALS, UNIT_BY_ID, UNIT_WORDS, read_amount
from dsl.mistakes.refusal import Guess, Refusal, guess
from dsl.nodes import Name, Quantity
from dsl.source import Span
from dsl.suggest import closest, split_prefix

_RANGE = re.compile(r"\d+[^\W\d_]*\s*[-–—~～到至]\s*(\d+)\s*([^\W\d_]*)")
_VAGUE = re.compile("[多来几]")
_ABOUT = frozenset({"内", "以内", "之内", "左右", "以上", "以下", "多", "钟", "后", "之后", "以后"})
"""Words often added to an amount, superfluous in a script."""
_LENGTHS: dict[str, int] = {word: unit.per for word, unit in UNIT_WORDS.items() if unit.dimension == "time"}
for _words, _days in (
    ("自然日 个自然日", 1),
    ("周 星期 个星期 礼拜 个礼拜 week weeks", 7),
    ("月 个月 month months", 30),
    ("年 year years", 365),
):
    _LENGTHS |= dict.fromkeys(_words.split(), _days * UNIT_BY_ID["d"].per)
_LENGTHS["刻钟"] = 900_000
"""Words for durations -> milliseconds, including words that are not units of the language."""
_PART = re.compile(
    rf"(\d+(?:\.\d+)?|[{NUMERALS}百零]+?)\s*(个半)?({'|'.join(sorted(_LENGTHS, key=len, reverse=True))})(半)?\s*"
)
_USUAL = {
    "AT_MOST": ("次", " times"),
    "AT_LEAST": ("次", " times"),
    "WITHIN": ("声", " rings"),
    "OPENING": ("秒", "s"),
    "PROMISE": ("小时", "h"),
    "LASTS": ("分钟", "min"),
    "EVERY": ("分钟", "min"),
}
"""Keyword -> most frequent unit; the default is seconds."""
_MEASURED_IN = {
    "phrase-characters": ("字", " chars"),
    "step-speech": ("秒", "s"),
    "call-speech": ("分钟", "min"),
    "waiting": ("秒", "s"),
    "turns": ("轮", " turns"),
    "retries": ("次", " times"),
    "step-phrases": ("句", " phrases"),
    "step-limit": ("秒", "s"),
    "opening": ("秒", "s"),
}
"""Measure of a limit -> most frequent unit; the default is hours."""


def one_length(text: str) -> str | None:
    """Convert a duration to a number and a unit: 2小时30分钟 to 150分钟, 两周 to 14天; None if not a duration."""
    total, at, word = 0.0, 0, ""
    while found := _PART.match(text, at):
        number = read_amount(f"{found[1]}天") if found[1][0] in NUMERALS else (found[1], None)
        if number is None:
            return None
        total += (float(number[0]) + 0.5 * bool(found[2]) + 0.5 * bool(found[4])) * _LENGTHS[found[3]]
        at, word = found.end(), "" if at else found[3]
    if not at or at < len(text):
        return None
    if word in UNIT_WORDS:
        return f"{total / _LENGTHS[word]:g}{word}"
    for id in ("d", "h", "min", "s"):
        unit = UNIT_BY_ID[id]
        if total % unit.per == 0:
            return f"{total / unit.per:.0f} {unit.en[0]}" if text.isascii() else f"{total / unit.per:.0f}{unit.zh[0]}"
    return None


def unit_guess(refusal: Refusal) -> Guess:
    """Guess the intended amount for a refused number."""
    span = refusal.span(refusal.bad)
    found = _RANGE.match(span.source.text, span.start)
    if found and found[2] in UNIT_WORDS:
        amount = found[1] + found[2]
        fix = None if refusal.context == "AT_LEAST" else Edit(Span(span.source, span.start, found.end()), amount)
        return guess("只写一个数，如 {amount}", "write one number, such as {amount}", fix, amount=amount)
    text = unicodedata.normalize("NFKC", span.text)
    if (amount := one_length(text)) is not None:
        return _as_one(span, amount)
    number = re.match(r"[\d.]*", text)[0]  # type: ignore[index]
    unit = _VAGUE.sub("", text[len(number) :].strip(), count=1)
    known = unit if unit in UNIT_WORDS else split_prefix(unit, UNIT_WORDS)
    if known:
        rest = unit[len(known) :]
        if not rest or rest in _ABOUT:
            amount = number + known
            return guess("只写“{amount}”", "write just “{amount}”", refusal.put(refusal.bad, amount), amount=amount)
        if not split_prefix(rest + " ", AT_LINE_START) and (near := closest(unit, UNIT_WORDS)):
            return _meant(number, near)
        apart = f"{number}{known} {rest}"
        zh, en = "数量后面要空一格：{apart}", "put a blank after the amount: {apart}"
        return guess(zh, en, refusal.put(refusal.bad, apart), apart=apart)
    near = closest(unit, UNIT_WORDS) if unit and len(unit) <= 16 else None
    if near:
        return _meant(number, near)
    chinese, english = _USUAL.get(refusal.context, ("秒", "s"))
    if refusal.head == "LIMIT" and isinstance(refusal.line[1], Name):
        chinese, english = _MEASURED_IN.get(MEASURES.get(refusal.line[1].text.casefold(), ""), ("小时", "h"))
    return Guess(Words(f"写上单位，例如 {number}{chinese}", f"add the unit, for instance {number}{english}"))


def second_amount(refusal: Refusal) -> Guess | None:
    """`承诺 答复 2小时 30分钟`."""
    if refusal.bad.type != "QUANTITY" or not isinstance(refusal.before, Quantity):
        return None
    span = Span(refusal.source, refusal.before.span.start, refusal.bad.span.end)
    amount = one_length(unicodedata.normalize("NFKC", span.text))
    return _as_one(span, amount) if amount else None


def _as_one(span: Span, amount: str) -> Guess:
    zh, en = "写成一个数和一个单位：{amount}", "write one number and one unit: {amount}"
    return guess(zh, en, Edit(span, amount), amount=amount)


def _meant(number: str, unit: str) -> Guess:
    """Ask for the intended unit, without an edit: an amount must not be guessed."""
    amount = f"{number} {unit}" if unit.isascii() and len(unit) > 2 else number + unit
    return guess("是不是想写“{a}”？", "did you mean “{a}”?", a=amount)
