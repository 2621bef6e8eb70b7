"""Runs the examples every rule carries: what `bad` marks is found, exactly that and no more; `good` is clean.

For the rules of the language and of the compiler alike; they differ in the `find` that is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from dsl.diagnostics import Diagnostic, Rule

Find = Callable[[str], Iterable[Diagnostic]]
"""A script's text -> all that is found in it."""

_MARK = re.compile(r"#\s*(SC\d{3}(?:\s+SC\d{3})*)\s*$")


def marks(text: str) -> list[tuple[int, str]]:
    """(line, code) for every code in a comment such as `# SC101` or `# SC101 SC103` at a line's end."""
    return sorted(
        (number, code)
        for number, line in enumerate(text.split("\n"), 1)
        if (found := _MARK.search(line))
        for code in found[1].split()
    )


def found(text: str, find: Find) -> list[tuple[int, str]]:
    """(line, code) of everything `find` finds in `text`; the line is the one where the place begins."""
    return sorted((finding.span.line, finding.code) for finding in find(text))


def check_examples(rule: Rule, find: Find) -> None:
    """Fail unless the examples of `rule` show what they are to show, and the rule is told in both languages."""
    assert rule.code in {code for _, code in marks(rule.bad)}, f"the bad example of {rule.code} does not mark it"
    assert found(rule.bad, find) == marks(rule.bad), f"bad example of {rule.code}"
    assert found(rule.good, find) == [], f"good example of {rule.code}"
    for finding in find(rule.bad):
        for lang in ("zh", "en"):
            said = f"{finding.message(lang)}\n{finding.help(lang)}"
            assert "{}" not in said, said
            assert finding.message(lang), rule.code
        assert not re.search("[\u4e00-\u9fff]", rule.message.en + rule.help.en + rule.why.en), rule.code
