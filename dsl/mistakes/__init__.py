"""Syntax errors: the lints SC1xx, and the findings of the parser.

`lints` declares the lints, `finding` creates findings, `expected` words the expectation at a place. The functions
listed in `finding` guess the author's intention; `synonyms` maps words commonly typed for keywords.

Names are imported on first use, because a script without mistakes needs no name of the package: saves 12 ms at the
start of a check.
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
