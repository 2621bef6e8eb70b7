"""Findings for terminals: the line, a caret that lines up with wide characters, the next step.

Authors' text is shown, never obeyed: characters that would move the cursor or change the direction of writing are
replaced by a visible mark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from compiler.report.report import path_from
from compiler.report.wording import CALL, FIXED, HELP, LINE_GOES, SAME_CALL, SEVERITY, SUGGESTED
from dsl.diagnostics import Diagnostic, Edit, Severity, Words
from dsl.frozen import Node
from dsl.source import Source, Span

Paint = Callable[[str, str], str]
"""(text, role) -> the text in the role's colour; roles are error, warning, note, place, quiet, good and bold."""

MAX_COLUMNS = 100
"""Columns of a source line that are shown even where there is room for more; of a longer one, those around the mark."""


class _Screen(Node, frozen=True):
    """The language, the paint, the prefix of file names, and the columns left for a line."""

    lang: str
    paint: Paint
    base: str
    room: int


class _Mark(Node, frozen=True):
    """A place to underline, with a remark."""

    span: Span
    words: str
    role: str
    sign: str


def render(
    findings: Iterable[Diagnostic], lang: str, paint: Paint, base: str = "", width: int = MAX_COLUMNS + 10
) -> Iterator[str]:
    """A block of lines for each finding; a call already shown by an earlier one is referred to.

    base: goes in front of the names of the project's files.
    width: columns of the terminal; source lines keep within, so that carets stay in place.
    """
    told: dict[tuple[Words, ...], Diagnostic] = {}
    for finding in findings:
        first = told.setdefault(finding.call, finding)
        yield "\n".join(_block(finding, first, lang, paint, base, width)) + "\n"


def _block(finding: Diagnostic, first: Diagnostic, lang: str, paint: Paint, base: str, width: int) -> Iterator[str]:
    """The lines of `finding`. first: the earliest finding with the same call, or `finding` itself."""
    severity = finding.severity
    role = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(severity, "note")
    head = paint(f"{SEVERITY[severity].in_(lang)} {finding.code}", role)
    yield f"{head} {paint(visible(finding.message(lang)), 'bold')}"
    marks = [_Mark(finding.span, "", role, "^")]
    marks += (_Mark(label.span, visible(label.words.in_(lang)), "place", "-") for label in finding.labels)
    gutter = max(len(str(mark.span.line)) for mark in marks)
    screen = _Screen(lang, paint, base, max(20, min(MAX_COLUMNS, width - gutter - 4)))
    for source in dict.fromkeys(mark.span.source for mark in marks):
        yield from _excerpt(source, [mark for mark in marks if mark.span.source is source], gutter, screen)
    pad = " " * gutter
    if finding.call and first is not finding:
        place = f"{_name(first.span.source, base)}:{first.span.line}"
        yield f"{pad} {paint('=', 'quiet')} {paint(SAME_CALL.in_(lang).format(place=place, code=first.code), 'quiet')}"
    elif finding.call:
        yield f"{pad} {paint('=', 'quiet')} {paint(CALL.in_(lang), 'quiet')}"
        yield from (f"{pad}   {visible(turn.in_(lang))}" for turn in finding.call)
    if help_text := finding.help(lang):
        yield f"{pad} {paint('=', 'quiet')} {paint(HELP.in_(lang), 'quiet')}{visible(help_text)}"
    if finding.fix:
        words = (FIXED if finding.fix.safe else SUGGESTED).in_(lang)
        shown = _after(finding.fix, screen.room - columns(words) - 2) or LINE_GOES.in_(lang)
        yield f"{pad} {paint('=', 'quiet')} {paint(words, 'quiet')}{paint(shown, 'good')}"


def _after(edit: Edit, room: int) -> str:
    """The lines of an edit after the edit, as one line with the new part in view; empty when the lines go."""
    source, start, end = edit.span
    first = source.line_starts[source.line_number(start) - 1]
    last = source.line_number(end)
    behind = source.text[end : source.line_starts[last - 1] + len(source.line_text(last))]
    if source.text[start:end].endswith("\n") and start == first and not edit.text:
        return ""
    before, marked, after = (
        visible(part.replace("\n", " ⏎ ")) for part in (source.text[first:start].lstrip(), edit.text, behind.rstrip())
    )
    return "".join(_window(before, marked, after, room=room))


def _excerpt(source: Source, marks: list[_Mark], gutter: int, screen: _Screen) -> Iterator[str]:
    """The lines of a file under `marks`, from top to bottom, each once if the marks fit under it."""
    pad, paint = " " * gutter, screen.paint
    line, column = source.position(marks[0].span.start)
    name = _name(source, screen.base)
    yield f"{pad} {paint('┌─', 'quiet')} {paint(f'{name}:{line}:{column}' if source.text else name, 'place')}"
    if not source.text:
        return
    before = 0
    for mark in sorted(marks, key=lambda mark: (mark.span.line, mark.sign == "-", mark.span.start)):
        number = mark.span.line
        if before and number > before + 1:
            yield f"{pad} {paint('·', 'quiet')}"
        parts = _parts(mark.span, number, screen.room)
        if number != before or parts[0].startswith("…"):
            yield f"{number:>{gutter}} {paint('│', 'quiet')} {''.join(parts)}".rstrip()
        before = number
        tail = f" {mark.words}" if mark.words else ""
        drawn = mark.sign * max(1, columns(parts[1])) + tail
        yield f"{pad} {paint('│', 'quiet')} {' ' * columns(parts[0])}{paint(drawn, mark.role)}"


def _name(source: Source, base: str) -> str:
    """The path of a file from the current folder, or the name of a library's file."""
    return visible(path_from(base, source.name))


def _parts(span: Span, number: int, room: int) -> tuple[str, str, str]:
    """A line in three parts, before, in and behind `span`, cut to the room there is."""
    source = span.source
    text = source.line_text(number)
    start = span.start - source.line_starts[number - 1]
    end = min(len(text), max(start, span.end - source.line_starts[number - 1]))
    return _window(visible(text[:start]), visible(text[start:end]), visible(text[end:]), room=room)


def _window(before: str, marked: str, after: str, /, room: int) -> tuple[str, str, str]:
    """Three parts of a line, cut to `room` columns with the marked part in view."""
    if columns(before) + columns(marked) + columns(after) <= room:
        return before, marked, after
    marked = _head(marked, room // 2)
    left = room - columns(marked)
    if columns(before) > left // 2:
        tail = _head(before[::-1], min(left // 2, left - 1))[::-1]
        before = "…" + tail.removeprefix("…")
    return before, marked, _head(after, max(0, room - columns(before) - columns(marked)))


def _head(text: str, room: int) -> str:
    """The first characters of `text` that fit in `room` columns; "…" stands for the rest."""
    used = 0
    for index, character in enumerate(text):
        used += columns(character)
        if used > room:
            return text[:index] + "…"
    return text


def columns(text: str) -> int:
    """The columns of `text` in a terminal: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from wcwidth import wcwidth  # noqa: PLC0415 - 10 ms; a check that finds nothing measures nothing

    return sum(max(0, wcwidth(character)) for character in text)


def visible(text: str) -> str:
    """`text` on one line, with blanks for tabs and a mark for every character that does not print."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if one in "\t\n" else one if one.isprintable() or _harmless(one) else "\N{REPLACEMENT CHARACTER}"
        for one in text
    )


def _harmless(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Zs")
