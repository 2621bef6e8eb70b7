"""How else a number in a pattern may be written: 24 is also 二十四, 十 also 10.

A text is folded a character at a time, which makes 三 a 3 but can make no 24 of 二十四. So the other way round: the
pattern, which is short and read once, is looked for in every proper writing of its numbers. Texts cost nothing more
for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from compiler.matching.folding import NUMERALS, fold

MAX_WRITINGS: Final = 16
"""A pattern whose numbers combine in more ways is looked for all in digits, all in characters, and as it stands."""

_WRITTEN: Final = "[0-9０-９零〇一二两三四五六七八九十百]+"
_RUN: Final = "[0-9十百千万亿]+"
_TOO_BIG: Final = 10**8
_SMALL: Final = ((1000, "千"), (100, "百"), (10, "十"))
_VALUE: Final = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def other_writings(text: str) -> tuple[str, ...]:
    """`text` with its numbers written in the other ways, without `text` itself; mostly there are none.

    100% is also 百分之百. The results are patterns' texts like `text`, only with their numbers in keys' letters (`2十4`).
    Numbers from ten up, as digits or in proper Chinese; a comma or point in a number is left to stand as it is.
    """
    own = fold(text)
    found: dict[str, str] = {}
    for way in (text, *_percentages(text)):
        for other in (way, *_numbers_rewritten(way)):
            found.setdefault(fold(other), other)
    return tuple(other for key, other in found.items() if key != own)


def _percentages(text: str) -> Iterator[str]:
    """`text` with 50% for 百分之五十, or the other way round."""
    if "%" in text or "％" in text:
        yield re.sub("([0-9０-９]+)[%％]", r"百分之\1", text)
        if re.search("(?<![0-9０-９.．])(?:100|１００)[%％]", text):
            yield re.sub("(?:100|１００)[%％]", "百分之百", text)
    elif "百分之" in text:
        yield re.sub(f"百分之({_WRITTEN})", lambda part: f"{_value(fold(part[1])) or fold(part[1])}%", text)


def _numbers_rewritten(text: str) -> Iterable[str]:
    letters = [fold(character) for character in text]
    marks = "".join(letter if letter in NUMERALS else " " for letter in letters)
    runs = [(found.start(), found.end(), writings(found[0])) for found in re.finditer(_RUN, marks)]
    runs = [run for run in runs if len(run[2]) > 1]
    if not runs:
        return ()
    count = 1
    for _, _, ways in runs:
        count *= len(ways)
    choices = product(*(ways for _, _, ways in runs)) if count <= MAX_WRITINGS else zip(*_alike(runs), strict=True)
    return (_rewrite(text, runs, choice) for choice in choices)


def _alike(runs: list[tuple[int, int, tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """For every number its first and its second way."""
    return [ways[:2] for _, _, ways in runs]


def _rewrite(text: str, runs: list[tuple[int, int, tuple[str, ...]]], choice: tuple[str, ...]) -> str:
    parts: list[str] = []
    at = 0
    for (start, end, _), way in zip(runs, choice, strict=True):
        parts += (text[at:start], way)
        at = end
    return "".join((*parts, text[at:]))


def writings(run: str) -> tuple[str, ...]:
    """The ways to write the number `run` in a key's letters, digits first; just `run` when it is no proper number."""
    value = _value(run)
    if value is None:
        return (run,)
    chinese = _chinese(value)
    ways = (str(value), chinese, "1" + chinese) if 10 <= value < 20 else (str(value), chinese)
    return ways if run in ways else (run,)


def _value(run: str) -> int | None:
    if run.isdigit():
        return int(run) if len(run) <= 8 and run[0] != "0" and len(run) > 1 else None
    total = section = digit = 0
    for character in run:
        if character in _VALUE:
            unit = _VALUE[character]
            if unit == 10_000:
                total, section, digit = (section + digit) * unit, 0, 0
            else:
                section, digit = section + (digit or 1) * unit, 0
        elif character.isdigit():
            digit = int(character)
        else:
            return None
    value = total + section + digit
    return value if 10 <= value < _TOO_BIG else None


def _chinese(value: int) -> str:
    """The proper writing of `value` (10 up to `_TOO_BIG`), with digits for its digits: 1050 is 1千05十."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        zero = "0" if 0 < low < 1000 else ""
        return _section(high) + "万" + (zero + _section(low, inner=True) if low else "")
    return _section(value)


def _section(value: int, *, inner: bool = False) -> str:
    """`value`, below 10,000; a leading 一十 is 十 unless something stands before it."""
    if not inner and 10 <= value < 20:
        return "十" + (str(value % 10) if value % 10 else "")
    parts: list[str] = []
    skipped = False
    for unit, name in _SMALL:
        digit, value = divmod(value, unit)
        if digit:
            parts.append(("0" if skipped and parts else "") + str(digit) + name)
            skipped = False
        elif parts:
            skipped = True
    if value:
        parts.append(("0" if skipped and parts else "") + str(value))
    return "".join(parts)
