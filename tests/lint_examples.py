"""Runs the examples every lint carries: what `bad` marks is found, exactly that and no more; `good` is clean.

For the lints of the language and of the compiler alike; they differ in the `find` that is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from dsl.diagnostics import Diagnostic, Lint

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


def check_examples(lint: Lint, find: Find) -> None:
    """Fail unless the examples of `lint` show what they are to show, and the lint is told in both languages."""
    assert lint.code in {code for _, code in marks(lint.bad)}, f"the bad example of {lint.code} does not mark it"
    assert found(lint.bad, find) == marks(lint.bad), f"bad example of {lint.code}"
    assert found(lint.good, find) == [], f"good example of {lint.code}"
    for finding in find(lint.bad):
        for lang in ("zh", "en"):
            said = f"{finding.message(lang)}\n{finding.help(lang)}"
            assert "{}" not in said, said
            assert finding.message(lang), lint.code
        assert not re.search("[\u4e00-\u9fff]", lint.message.en + lint.help.en + lint.why.en), lint.code
