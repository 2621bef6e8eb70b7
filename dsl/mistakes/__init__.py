"""What can be wrong with the writing of a script: the lints SC1xx, and the findings that use them.

`lints` has the lints, `finding` makes findings of them, `expected` has words for what could have stood in a place. What
was meant instead is guessed by the functions that `finding` lists; `synonyms` are the words people type for keywords.

Names are looked up when they are first used, because a script without mistakes does without all of these: 12 ms of a
check's start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsl.mistakes.finding import head_word, misplaced, not_read, unreadable, written_twice
    from dsl.mistakes.guess_start import intended_head
    from dsl.mistakes.lints import (
        AFTER_LEAVING,
        ALTERNATIVE_ALONE,
        BAD_DATE,
        BRACES,
        DATES_REVERSED,
        EMPTY_TEXT,
        LINTS,
        NOT_IN_HANDLER,
    )

__all__ = [
    "AFTER_LEAVING",
    "ALTERNATIVE_ALONE",
    "BAD_DATE",
    "BRACES",
    "DATES_REVERSED",
    "EMPTY_TEXT",
    "LINTS",
    "NOT_IN_HANDLER",
    "head_word",
    "intended_head",
    "misplaced",
    "not_read",
    "unreadable",
    "written_twice",
]

_HOMES = {
    "intended_head": "dsl.mistakes.guess_start",
    **dict.fromkeys(("head_word", "misplaced", "not_read", "unreadable", "written_twice"), "dsl.mistakes.finding"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(_HOMES.get(name, "dsl.mistakes.lints")), name)
