"""Suggestions for misspelt names and keywords, by edit distance and by sound (pinyin).

The only module to import `pypinyin`, and only on demand: for a script with a mistake, or for a search of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"), ("l", "n"))
"""Sounds confused by regional accents and input methods: (sound, replacement for comparison)."""

_DENIES = re.compile("[不没未非无勿别莫已]|(?<![a-z])(?:un|non|not|never|no|in|dis)(?=-|[a-z]{3})", re.IGNORECASE)
"""Words and prefixes that negate a name, or mark an action as done."""

LONGEST = 100
"""Maximum length of a word to compare; edit distance takes quadratic time."""


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the likeliest candidate for the typo `word`, or None; ties go to the first in the alphabet."""
    return next(iter(nearest(word, candidates)), None)


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return the equally likely candidates for the typo `word`, in alphabetical order.

    Criteria, the first with a match decides: equal except for case or `-` and `_`; least edit distance, at most 1 (2
    from eight letters up), ties broken by sound; same sound. Words longer than `LONGEST` match only by the first.
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
    # Sound last: computing pinyin imports a large package, so a clear winner by distance skips the comparison.
    sound = _sound(word)
    return tuple(one for one in found or pool if len(one) == len(word) and _sound(one) == sound) or found


def same_sound(one: str, other: str) -> bool:
    """Tell whether two different words have the same pinyin syllables, up to `_FUZZY`."""
    return one != other and not one.isascii() and len(one) == len(other) and _sound(one) == _sound(other)


def opposed(one: str, other: str) -> bool:
    """Tell whether negation or completion differs between two names: 身份相符 and 身份不符, 未受理 and 已受理."""
    return sorted(_DENIES.findall(one)) != sorted(_DENIES.findall(other))


def alike(word: str, candidates: Iterable[str]) -> list[str]:
    """Return up to three candidates with many letters of `word` in common, best first."""
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, for scripts with a mistake in them alone

    return get_close_matches(word, sorted(candidates), 3, 0.6) if len(word) <= LONGEST else []


def split_prefix(word: str, candidates: Iterable[str]) -> str | None:
    """Return the longest candidate that is a proper prefix of `word`, to detect a missing blank."""
    begin = word[:40].casefold()
    heads = [one for one in candidates if len(one) < len(word) and begin.startswith(one.casefold())]
    return max(heads, key=len, default=None)


def pinyin(text: str) -> tuple[str, str]:
    """Return the pinyin of `text`, in full and as initials (`tousu`, `ts`). Latin letters stay."""
    parts = [part for part in _syllables(text.casefold()) if part.isalnum()]
    return "".join(parts), "".join(part if part.isdecimal() else part[0] for part in parts)


def _fold(word: str) -> str:
    return word.casefold().replace("_", "-")


def _distance(one: str, other: str, allowed: int) -> int | None:
    """Compute the edit distance with swaps (Damerau-Levenshtein, optimal string alignment).

    Returns: None for a distance above `allowed`, or above half the longer word.
    """
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
        # Row minima never decrease, so most candidates are dropped after a few letters.
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
