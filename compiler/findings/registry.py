"""The registry of lints: gathered from the modules that declare them, in the order of codes.

The module of every function in `pipeline.CHECKS` and `pipeline.PROOF_CHECKS` has a tuple `LINTS`, and so has every module
called `lints`. Nothing is registered by being imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from compiler.cards import lints as print_lints
from compiler.dialogues import lints as dialogue_lints
from compiler.findings import lints as request_lints
from compiler.names import lints as names_lints
from compiler.pipeline import CHECKS, PROOF_CHECKS
from compiler.project import lints as project_lints
from dsl import mistakes
from dsl.diagnostics import Lint, Words
from dsl.suggest import closest


def _of_checks() -> Iterator[Lint]:
    for module in dict.fromkeys(check.__module__ for check in (*CHECKS, *PROOF_CHECKS)):
        yield from sys.modules[module].LINTS


ALL_LINTS: tuple[Lint, ...] = tuple(
    sorted(
        {
            *project_lints.LINTS,
            *request_lints.LINTS,
            *print_lints.LINTS,
            *dialogue_lints.LINTS,
            *mistakes.LINTS,
            *names_lints.LINTS,
            *_of_checks(),
        },
        key=lambda lint: (lint.code, lint.name),
    )
)
BY_CODE: dict[str, Lint] = {lint.code: lint for lint in ALL_LINTS}


def find_lint(asked: str) -> Lint | None:
    """The lint with the code or name `asked`, however capitalised."""
    asked = asked.strip()
    return BY_CODE.get(asked.upper()) or next((lint for lint in ALL_LINTS if lint.name == asked.lower()), None)


def is_prefix(asked: str) -> bool:
    """Whether `asked` is a code, or the beginning of some (`SC3`)."""
    return any(code.startswith(asked) for code in BY_CODE)


def suggestion(asked: str) -> Words:
    """The hint for an unknown code: the nearest known one, or the command that lists all codes."""
    near = closest(asked.upper(), BY_CODE) or closest(asked.lower(), (lint.name for lint in ALL_LINTS))
    if near:
        return Words(f"是不是想写“{near}”？", f"did you mean “{near}”?")
    return Words("所有编号：scriptc explain --all", "for all codes: scriptc explain --all")
