"""Times in spoken words: 24小时内, 三个半小时内, 两三天以内, 最晚明天, within 2 days -> how long that is.

Only a time that sets a bound is read (…内, …后, 不超过…, a coming day), so 24小时热线 and 保留三天 are none. A time that
belongs to a noun is none either: 三天内的通话.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dsl.frozen import Node
from dsl.keywords import NUMERALS, UNIT_WORDS, read_number

_HOUR: Final = 3_600_000
_DAY: Final = 24 * _HOUR
_WORDS: Final[dict[str, tuple[int, int]]] = {
    "刻钟": (900_000, 900_000),
    "个钟头": (_HOUR, _HOUR),
    "钟头": (_HOUR, _HOUR),
    "个钟": (_HOUR, _HOUR),
    "个礼拜": (7 * _DAY, 7 * _DAY),
    "礼拜": (7 * _DAY, 7 * _DAY),
    "个星期": (7 * _DAY, 7 * _DAY),
    "星期": (7 * _DAY, 7 * _DAY),
    "周": (7 * _DAY, 7 * _DAY),
    "个月": (28 * _DAY, 31 * _DAY),
    "年": (365 * _DAY, 366 * _DAY),
    "week": (7 * _DAY, 7 * _DAY),
    "weeks": (7 * _DAY, 7 * _DAY),
    "month": (28 * _DAY, 31 * _DAY),
    "months": (28 * _DAY, 31 * _DAY),
}
"""Words that the language has no unit for, as the shortest and longest time they stand for, in ms."""

_COMING: Final[dict[str, tuple[int, int]]] = {
    "今天": (0, _DAY),
    "今晚": (0, _DAY),
    "当天": (0, _DAY),
    "明天": (12 * _HOUR, 2 * _DAY),
    "明日": (12 * _HOUR, 2 * _DAY),
    "明早": (6 * _HOUR, 2 * _DAY),
    "大后天": (2 * _DAY, 4 * _DAY),
    "后天": (_DAY, 3 * _DAY),
    "下周": (2 * _DAY, 14 * _DAY),
    "下星期": (2 * _DAY, 14 * _DAY),
    "下礼拜": (2 * _DAY, 14 * _DAY),
    "下个月": (7 * _DAY, 62 * _DAY),
    "tomorrow": (12 * _HOUR, 2 * _DAY),
    "next week": (2 * _DAY, 14 * _DAY),
}
"""Coming days, as the shortest and longest time that may be meant on a call."""

_COUNTING: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ENGLISH: Final = {"half an": 0.5, "a": 1, "an": 1} | {word: number for number, word in enumerate(_COUNTING, 1)}
_ENGLISH_NUMBER: Final = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_UNIT: Final = "|".join(sorted((one for one in (*UNIT_WORDS, *_WORDS) if not one.isascii()), key=len, reverse=True))
_UNIT_EN: Final = "|".join(
    sorted((one for one in (*UNIT_WORDS, *_WORDS) if one.isascii() and len(one) > 2), key=len, reverse=True)
)
_NUMBER: Final = rf"(?:\d{{1,9}}(?:[.．]\d)?|[{NUMERALS}百零〇几]{{1,9}})"
_LENGTH: Final = rf"{_NUMBER}(?:个半|个)?\s?(?:{_UNIT})半?"
_TIME: Final = re.compile(
    rf"(?P<most>(?:不|不会)超过|最多|至多|顶多|最晚|最迟|用不了|用不到)?\s?"
    rf"(?:(?<![\d.．{NUMERALS}百零〇第])(?P<length>{_LENGTH}(?:零?{_LENGTH})?)"
    rf"(?P<bound>\s?(?:(?:之|以)?内(?![部容外网存涵科地])|(?:之|以)?后(?![台续面方勤期])))?"
    rf"|(?P<day>{'|'.join(one for one in _COMING if not one.isascii())}))"
    rf"|\b(?:within|in|after) (?P<number>\d{{1,9}}|{_ENGLISH_NUMBER})[ -](?P<unit>{_UNIT_EN})\b"
    rf"|\b(?P<coming>tomorrow|next week)\b",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(rf"(?P<number>{_NUMBER})(?P<half>个半)?个?\s?(?P<unit>{_UNIT})(?P<more>半)?")


class SpokenTime(Node, frozen=True):
    """A time that is said: `text[start:end]`.

    least, most: how long that may be, in ms, or in working days where the dimension is "worktime".
    vague: not to be reckoned exactly (明天, 几天内).
    """

    start: int
    end: int
    dimension: str
    least: float
    most: float
    vague: bool


def spoken_times(text: str) -> Iterator[SpokenTime]:
    """The times that `text` sets as a bound, from front to back."""
    for found in _TIME.finditer(text):
        if text[found.end() : found.end() + 2].strip().startswith("的"):  # 三天内的通话: belongs to what comes behind
            continue
        if found["day"] or found["coming"]:
            least, most = _COMING[(found["day"] or found["coming"]).lower()]
            yield SpokenTime(found.start(), found.end(), "time", least, most, vague=True)
        elif found["number"]:
            yield from _one(found, *_english(found["number"].lower(), found["unit"].lower()), vague=False)
        elif found["most"] or found["bound"]:
            yield from _sum(found)


def _sum(found: re.Match[str]) -> Iterator[SpokenTime]:
    """A length in Chinese words: 三个半小时, 2小时30分钟."""
    least = most = 0.0
    dimensions: set[str] = set()
    vague = False
    for part in _PARTS.finditer(found["length"]):
        low, high = _number(part["number"])
        if high is None or low is None:
            return
        more = 0.5 if part["half"] or part["more"] else 0
        dimension, shortest, longest = _unit(part["unit"])
        dimensions.add(dimension)
        least, most = least + (low + more) * shortest, most + (high + more) * longest
        vague = vague or "几" in part["number"] or shortest != longest
    if len(dimensions) == 1:
        yield from _one(found, dimensions.pop(), least, most, vague=vague)


def _one(found: re.Match[str], dimension: str, least: float, most: float, *, vague: bool) -> Iterator[SpokenTime]:
    if dimension in ("time", "worktime"):
        yield SpokenTime(found.start(), found.end(), dimension, least, most, vague)


def _unit(word: str) -> tuple[str, int, int]:
    """Dimension, shortest and longest length of a unit."""
    if word in _WORDS:
        return ("time", *_WORDS[word])
    unit = UNIT_WORDS[word]
    return unit.dimension, unit.per, unit.per


def _number(word: str) -> tuple[float, float] | tuple[None, None]:
    """The number `word`, as the smallest and largest that may be meant: 两三 is 2 to 3, 几 is 2 to 9."""
    if word[0].isdecimal():
        number = float(word.replace("．", "."))
        return number, number
    if word == "半":
        return 0.5, 0.5
    if word == "几":
        return 2, 9
    whole = read_number(word)
    if whole is not None:
        return whole, whole
    low, high = (read_number(each) for each in word) if len(word) == 2 else (None, None)
    return (low, high) if low and high and low < high < 10 else (None, None)


def _english(number: str, word: str) -> tuple[str, float, float]:
    dimension, shortest, longest = _unit(word)
    count = _ENGLISH.get(number) or float(number)
    return dimension, count * shortest, count * longest
