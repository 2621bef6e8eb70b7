"""Comments that suppress findings: `# 忽略 SC203 原因 …`, at the end of a line or on a line of their own above.

Only reads; the effect is decided in `compiler.findings.weighing`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from dsl.frozen import Node
from dsl.source import Source, Span
from dsl.syntax import Script


class Suppression(Node, frozen=True):
    """One code named in a suppressing comment.

    at: the code, for findings.
    comment: the whole request, up to its end.
    line: the line the comment is about, from 1; 0 when there is none.
    until: the last day as an ISO date, written at `until_at`; None for a day on no calendar.
    alone: whether the comment names no other code.
    """

    code: str
    at: Span
    comment: Span
    line: int
    reason: str
    until: str | None = ""
    until_at: Span | None = None
    alone: bool = True


_CODE = r"(?:SC(?=[\dA-Z]*\d)[\dA-Z]{1,5}|[A-Z]{1,3}\d{2,4})(?![\dA-Z_])"
_DAY = r"(?P<day>\d{4}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|年\d{1,2}月\d{1,2}日))"
_HEAD = re.compile(
    rf"#\s*(?:忽略|ignore\b)[\s:]*(?P<codes>{_CODE}(?:[\s,、;和]*{_CODE})*)(?P<rest>[^#]*)", re.IGNORECASE
)
_ONE = re.compile(_CODE, re.IGNORECASE)
_UNTIL = re.compile(rf"[\s,;(]*(?:截?至|截?止?到|until\b)[\s:]*{_DAY}[\s,;)]*", re.IGNORECASE)
_REASON = re.compile(
    r"[\s,;:]*(?:原因|因为|because\b|reason\b)[\s:]*(?:是(?!\w)\s*)?(?P<why>.*)", re.IGNORECASE | re.DOTALL
)


def read_suppressions(script: Script) -> Iterator[Suppression]:
    """The requests in the comments of `script`, in their order."""
    for comment in script.comments:
        text = comment.span.text
        if "忽略" in text or "ignore" in text.lower():
            yield from _read(comment.span, script)


def _read(span: Span, script: Script) -> Iterator[Suppression]:
    # A Chinese keyboard types full-width letters, digits and colons; each has one half-width twin, so places stay.
    text = "".join(twin if len(twin := unicodedata.normalize("NFKC", one)) == 1 else one for one in span.text)
    found = _HEAD.match(text)
    if found is None:
        return
    source, start = span.source, span.start
    rest = found["rest"]
    until: str | None = ""
    until_at: Span | None = None
    if day := _UNTIL.search(rest):
        until = _iso(day["day"])
        first = start + found.start("rest")
        until_at = Span(source, first + day.start("day"), first + day.end("day"))
        rest = f"{rest[: day.start()]} {rest[day.end() :]}"
    why = _REASON.search(rest)
    reason = why["why"].strip(' \t。."“”') if why else ""
    whole = Span(source, start, start + len(found[0].rstrip()))
    line = _line(whole, script)
    codes = list(_ONE.finditer(text, found.start("codes"), found.end("codes")))
    for code in codes:
        at = Span(source, start + code.start(), start + code.end())
        yield Suppression(code[0].upper(), at, whole, line, reason, until, until_at, len(codes) == 1)


def _iso(day: str) -> str | None:
    year, month, number = (int(part) for part in re.findall(r"\d+", day))
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None


def _line(comment: Span, script: Script) -> int:
    """The line a comment is about: the comment's own or, for a comment alone on a line, the next one with a statement."""
    source = comment.source
    own = comment.line
    if not is_alone(comment):
        return own
    for number in range(own + 1, len(source.line_starts) + 1):
        text = source.line_text(number).strip()
        if text and text[0] not in "#＃":
            return number
    return 0


def is_alone(comment: Span) -> bool:
    """Whether only blanks stand before `comment` on its line."""
    return not _before(comment.source, comment.start).strip()


def without(comment: Span) -> Span:
    """The span to delete for `comment` to go without an empty line or blanks left behind."""
    source = comment.source
    blanks = _before(source, comment.start)
    start = comment.start - len(blanks) + len(blanks.rstrip())
    number = comment.line
    end_of_line = source.line_starts[number - 1] + len(source.line_text(number))
    if source.text[comment.end : end_of_line].strip():  # another comment follows
        return comment
    if blanks.strip():
        return Span(source, start, end_of_line)
    return Span(source, source.line_starts[number - 1], min(end_of_line + 1, len(source.text)))


def _before(source: Source, offset: int) -> str:
    return source.text[source.line_starts[source.line_number(offset) - 1] : offset]
