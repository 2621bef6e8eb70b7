"""Did you mean …? The name or keyword an author most likely meant, by typos and by sound.

The only door to `pypinyin`, which is imported when a script has a mistake or names are to be searched, and never before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"), ("l", "n"))
"""Sounds that regional accents and input methods do not keep apart; the first is heard as the second."""

_DENIES = re.compile("[不没未非无勿别莫已]|(?<![a-z])(?:un|non|not|never|no|in|dis)(?=-|[a-z]{3})", re.IGNORECASE)
"""Words and beginnings that turn a name into its opposite, or say that what it names is done."""

LONGEST = 100
"""Letters of a word that is compared with others; the time it takes grows with the square."""


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate `word` is most likely a typo of, or None; of several, the first in the alphabet."""
    return next(iter(nearest(word, candidates)), None)


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates `word` is most likely a typo of, none of them more likely than another.

    In order: the same but for case or `-` `_`; one key off (two for words of eight letters or more), and of several
    those of the same sound; the same sound. Of words longer than `LONGEST` nobody can tell. They come by alphabet, so
    the answer does not depend on the order given.
    """
    pool = sorted({one for one in candidates if one != word})
    folded = _fold(word)
    same = tuple(one for one in pool if _fold(one) == folded)
    if same or len(word) > LONGEST:
        return same
    allowed = 2 if len(word) >= 8 else 1
    near: dict[int, list[str]] = {}
    for one in pool if len(word) >= 2 else ():
        if (distance := _distance(folded, _fold(one), allowed)) is not None:
            near.setdefault(distance, []).append(one)
    found = tuple(near[min(near)]) if near else ()
    if len(found) == 1 or word.isascii():
        return found
    sound = _sound(word)
    return tuple(one for one in found or pool if len(one) == len(word) and _sound(one) == sound) or found


def same_sound(one: str, other: str) -> bool:
    """Whether two words that are not the same are typed by the same syllables."""
    return one != other and not one.isascii() and len(one) == len(other) and _sound(one) == _sound(other)


def opposed(one: str, other: str) -> bool:
    """Whether one of two names denies, or says done, what the other doesn't: 身份相符 and 身份不符, 未受理 and 已受理."""
    return sorted(_DENIES.findall(one)) != sorted(_DENIES.findall(other))


def alike(word: str, candidates: Iterable[str]) -> list[str]:
    """Up to three candidates with many letters of `word` in common, however they came to differ; the best first."""
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, for scripts with a mistake in them alone

    return get_close_matches(word, sorted(candidates), 3, 0.6) if len(word) <= LONGEST else []


def split_prefix(word: str, candidates: Iterable[str]) -> str | None:
    """The longest candidate that `word` begins with, when more follows: a blank was left out after it."""
    begin = word[:40].casefold()
    heads = [one for one in candidates if len(one) < len(word) and begin.startswith(one.casefold())]
    return max(heads, key=len, default=None)


def pinyin(text: str) -> tuple[str, str]:
    """`text` as it is typed by sound: whole syllables in a row, and their initials (`tousu`, `ts`). Letters stay."""
    parts = [part for part in _syllables(text.casefold()) if part.isalnum()]
    return "".join(parts), "".join(part if part.isdecimal() else part[0] for part in parts)


def _fold(word: str) -> str:
    return word.casefold().replace("_", "-")


def _distance(one: str, other: str, allowed: int) -> int | None:
    """Keys to change, add, drop or swap between two words; None for more than `allowed`, or than half the word."""
    if abs(len(one) - len(other)) > allowed:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        now = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > allowed:
            return None
        before, row = row, now
    return row[-1] if row[-1] <= allowed and 2 * row[-1] <= max(len(one), len(other)) else None


@lru_cache(maxsize=4096)
def _sound(word: str) -> tuple[str, ...]:
    return tuple(_blur(syllable) for syllable in _syllables(word))


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 40 ms and 20 MB, for scripts with a mistake in them alone

    return lazy_pinyin(text)


def _blur(syllable: str) -> str:
    for heard, typed in _FUZZY:
        syllable = syllable.replace(heard, typed)
    return syllable
