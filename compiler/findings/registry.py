"""Every rule there is: gathered from the families that declare them, in the order of their codes.

A check brings its rules along: the module of every function in `pipeline.CHECKS` has a tuple `RULES`. Nothing is
registered by being imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from compiler.cards import rules as print_rules
from compiler.dialogues import rules as dialogue_rules
from compiler.findings import rules as review_rules
from compiler.names import rules as names_rules
from compiler.pipeline import CHECKS
from compiler.project import rules as project_rules
from dsl import mistakes
from dsl.diagnostics import Rule, Words
from dsl.suggest import closest


def _of_checks() -> Iterator[Rule]:
    for module in dict.fromkeys(check.__module__ for check in CHECKS):
        yield from sys.modules[module].RULES


ALL_RULES: tuple[Rule, ...] = tuple(
    sorted(
        {
            *project_rules.RULES,
            *review_rules.RULES,
            *print_rules.RULES,
            *dialogue_rules.RULES,
            *mistakes.RULES,
            *names_rules.RULES,
            *_of_checks(),
        },
        key=lambda rule: (rule.code, rule.name),
    )
)
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in ALL_RULES}


def find_rule(asked: str) -> Rule | None:
    """The rule with this code or name, however it is capitalised."""
    asked = asked.strip()
    return BY_CODE.get(asked.upper()) or next((rule for rule in ALL_RULES if rule.name == asked.lower()), None)


def is_prefix(asked: str) -> bool:
    """Whether `asked` is a code, or what some codes begin with (`SC3`)."""
    return any(code.startswith(asked) for code in BY_CODE)


def suggestion(asked: str) -> Words:
    """What to say about a code that is none: the nearest that is one, or where they are all listed."""
    near = closest(asked.upper(), BY_CODE) or closest(asked.lower(), (rule.name for rule in ALL_RULES))
    if near:
        return Words(f"是不是想写“{near}”？", f"did you mean “{near}”?")
    return Words("所有编号：scriptc explain --all", "for all codes: scriptc explain --all")
