"""What is wrong with a scriptc.yaml that is no YAML: the line people got wrong, and what to type there instead.

The YAML reader says where it gave up and why, in its own terms; the slip is often a line before. So the lines up to there
are looked at for what people do: a full-width colon, no blank behind a colon, a tab. Knows no setting.
"""

from __future__ import annotations

import re

from compiler.project import lints
from dsl.diagnostics import Diagnostic, Words
from dsl.source import Source, Span

_PLAIN = Words(
    "写成“键: 值”，冒号后面空一格，下一层缩进两格", "write “key: value”, and indent what belongs to it by two blanks"
)
_SLIPS: tuple[tuple[re.Pattern[str], Words, Words], ...] = (
    (
        re.compile(r"^ *(\t)"),
        Words("行首用了 Tab 键", "the line begins with a tab"),
        Words("把 Tab 换成两个空格", "put two blanks in place of the tab"),
    ),
    (
        re.compile(r"^ *[\w.-]+ *(：)"),
        Words("冒号是全角的", "the colon is a full-width one"),
        Words("换成英文冒号，后面空一格：键: 值", "write an ordinary colon with a blank behind it: key: value"),
    ),
    (
        re.compile(r"^ *[\w.-]+(:)(?=[^\s:/\\])"),
        Words("冒号后面没有空格", "no blank stands behind the colon"),
        Words("冒号后面空一格：键: 值", "put a blank behind the colon: key: value"),
    ),
    (
        re.compile(r"^ *[\w.-]+: *(?=([“”「]))"),
        Words("引号是全角的", "the quotes are full-width ones"),
        Words("去掉引号，或换成英文引号", "leave the quotes out, or use straight ones"),
    ),
)


def slip(source: Source, start: int, end: int) -> tuple[Span, Words, Words] | None:
    """The first slip in the lines that hold the offsets from `start` to `end`: its place, what it is, what to type."""
    start = source.text.rfind("\n", 0, start) + 1
    for line in source.text[start : source.text.find("\n", end) + 1 or len(source.text)].split("\n"):
        for pattern, why, hint in _SLIPS:
            if found := pattern.search(line):
                return Span(source, start + found.start(1), start + found.end(1)), why, hint
        start += len(line) + 1
    return None


def bad_yaml(source: Source, at: int, problem: str) -> Diagnostic:
    """The finding for a text that the YAML reader gave up at offset `at`, for the reason it gives."""
    at = min(at, len(source.text))
    if found := slip(source, 0, at):
        span, why, hint = found
        return lints.BAD_YAML.at(span, why=why, hint=hint)
    why = Words("这里应当是“键: 值”", "“key: value” should stand here")
    if "found" in problem or "expected" in problem or "could not" in problem:
        why = Words("括号、引号或缩进不对", problem.splitlines()[0])
    return lints.BAD_YAML.at(Span(source, at, at), why=why, hint=_PLAIN)
