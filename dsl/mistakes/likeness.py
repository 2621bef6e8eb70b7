"""The keyword a misspelt word was most likely typed for, and whether that is sure enough to be typed without asking.

A slip of a key may turn a rule into its opposite (后于 looks like 先于, 不含 like 含), so likeness alone never settles a word
that relates two things or bounds an amount: it is asked about, and the author types it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dsl.keywords import KEYWORDS
from dsl.mistakes.refusal import Guess, Refusal, guess
from dsl.suggest import nearest

RELATIONS = frozenset(
    {
        "BEFORE", "FOLLOWED", "THEN", "HAS", "REACHABLE", "EVERY_STEP", "HANDLES", "IN", "AT_MOST", "AT_LEAST", "ELSE",
        "UNTIL", "UNLESS", "IS", "IS_NOT", "KNOWN", "NO", "AND", "OR",
    }
)  # fmt: skip
"""Terminals that say how two things stand to one another, or how much is meant."""
_TERMINALS = {word.casefold(): row.terminal for row in KEYWORDS for word in (*row.zh, *row.en)}
_DENIES = re.compile("[不没未非无别勿莫禁忌]|^(?:un|non|not|never|no-)", re.IGNORECASE)


def likely(word: str, keywords: Iterable[str]) -> tuple[str, ...]:
    """Those of `keywords` that `word` is most likely a slip of, one for each meaning; none that says the opposite."""
    if len(word) > 16:
        return ()
    near = nearest(word, (one for one in keywords if _DENIES.search(one) or not _DENIES.search(word)))
    return tuple({_TERMINALS[one.casefold()]: one for one in reversed(near)}.values())[::-1]


def did_you_mean(refusal: Refusal, token: Any, near: tuple[str, ...]) -> Guess:
    """The question whether one of `near` was meant by `token`; its edit where it is sure."""
    sure = len(near) == 1 and _TERMINALS[near[0].casefold()] not in RELATIONS
    sure = sure and (bool(_DENIES.search(refusal.span(token).text)) or not _DENIES.search(near[0]))
    fix = refusal.put(token, near[0]) if sure else None
    chinese, english = "”还是“".join(near), "” or “".join(near)
    return guess(
        "是不是想写“{chinese}”？" if len(near) == 1 else "想写“{chinese}”？",
        "did you mean “{english}”?",
        fix,
        chinese=chinese,
        english=english,
    )
