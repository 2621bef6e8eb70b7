"""What was meant by a number that has no unit, or one that nobody knows."""

from __future__ import annotations

import re
import unicodedata

from dsl.diagnostics import Edit, Words
from dsl.keywords import AT_LINE_START, MEASURES, UNIT_WORDS
from dsl.mistakes.refusal import Guess, Refusal, guess
from dsl.nodes import Name
from dsl.source import Span
from dsl.suggest import closest, split_prefix

_RANGE = re.compile(r"\d+[^\W\d_]*\s*[-–—~～到至]\s*(\d+)\s*([^\W\d_]*)")
_VAGUE = re.compile("[多来几]")
_ABOUT = frozenset({"内", "以内", "之内", "左右", "以上", "以下", "多", "钟", "后", "之后", "以后"})
"""What people add to an amount, and a script does without."""
_USUAL = {
    "AT_MOST": ("次", " times"),
    "AT_LEAST": ("次", " times"),
    "WITHIN": ("声", " rings"),
    "OPENING": ("秒", "s"),
    "PROMISE": ("小时", "h"),
    "LASTS": ("分钟", "min"),
    "EVERY": ("分钟", "min"),
}
"""Keyword -> the unit that most often follows it; otherwise that is seconds."""
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
"""Measure of a limit -> the unit that most often goes with it; otherwise that is hours."""


def unit_guess(refusal: Refusal) -> Guess:
    """How to write the number that was refused."""
    span = refusal.span(refusal.bad)
    found = _RANGE.match(span.source.text, span.start)
    if found and found[2] in UNIT_WORDS:
        amount = found[1] + found[2]
        fix = None if refusal.context == "AT_LEAST" else Edit(Span(span.source, span.start, found.end()), amount)
        return guess("只写一个数，如 {amount}", "write one number, such as {amount}", fix, amount=amount)
    text = unicodedata.normalize("NFKC", span.text)
    number = re.match(r"[\d.]*", text)[0]  # type: ignore[index]
    unit = _VAGUE.sub("", text[len(number) :].strip(), count=1)
    known = unit if unit in UNIT_WORDS else split_prefix(unit, UNIT_WORDS)
    if known:
        rest = unit[len(known) :]
        if not rest or rest in _ABOUT:
            amount = number + known
            return guess("只写“{amount}”", "write just “{amount}”", refusal.put(refusal.bad, amount), amount=amount)
        if rest == "半" and number.isdecimal():
            amount = f"{number}.5{known}"
            return guess("写成“{amount}”", "write “{amount}”", refusal.put(refusal.bad, amount), amount=amount)
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


def _meant(number: str, unit: str) -> Guess:
    """A question and no edit: an amount is nothing to be guessed."""
    amount = f"{number} {unit}" if unit.isascii() and len(unit) > 2 else number + unit
    return guess("是不是想写“{a}”？", "did you mean “{a}”?", a=amount)
