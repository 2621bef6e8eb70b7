"""Edits that findings propose -> those that hold, safe ones told from suggestions; and texts with edits put in.

An edit holds when the project reads without a new error after it: it was put into a copy, which was parsed and bound. Where
a line has a second mistake behind the first, the edits of both become one. All edits of a project are tried at once,
so hundreds of findings cost a few readings. Changes nothing on a disk; the command line does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from compiler.pipeline import Compilation, bind_again, compile_project
from compiler.project.loader import Project
from dsl.diagnostics import Diagnostic, Edit, Severity
from dsl.frozen import Node, replace
from dsl.parser import MAX_FINDINGS, parse
from dsl.source import Source, Span
from dsl.syntax import Script

MAX_COPIES = 30
MAX_ROUNDS = 8
"""Readings after which edits that still leave an error are given up, if there is no end before."""
_LINE_UNREADABLE = frozenset({"SC101", "SC102", "SC105", "SC107", "SC109", "SC110", "SC112", "SC113", "SC115"})


class Fixed(Node, frozen=True):
    """A project after fixing: what it compiles to, its new texts by file name, and how many edits went into each."""

    compiled: Compilation
    texts: dict[str, str]
    counts: dict[str, int]


def fix(compiled: Compilation, edits: Iterable[Edit]) -> Fixed:
    """Apply `edits`, which `vetted` let pass together, and compile again."""
    by_source: dict[Source, list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        by_source.setdefault(edit.span.source, []).append(edit)
    if not by_source:
        return Fixed(compiled, {}, {})
    texts = {source: edited(source, some) for source, some in by_source.items()}
    sources = tuple(Source(one.name, texts[one]) if one in texts else one for one in compiled.project.sources)
    project: Project = replace(compiled.project, sources=sources)
    counts = {source.name: len(some) for source, some in by_source.items()}
    named = {source.name: text for source, text in texts.items()}
    return Fixed(compile_project(project, today=compiled.today), named, counts)


def vetted(compiled: Compilation, findings: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """`findings` with the edits that hold, each marked as safe or not; those that don't, or are a library's, are gone.

    Of edits that touch one another the first stays. All safe ones hold together, and so do all suggestions.
    """
    own = frozenset(compiled.project.sources)
    asked = {one.fix for one in findings if one.fix is not None and one.fix.span.source in own}
    proposals = _apart(_Proposal(edit, *edit.span, edit.text) for edit in asked)
    if not proposals:
        return tuple(one if one.fix is None else replace(one, fix=None) for one in findings)
    held = _holding(compiled, [one for one in proposals if one.edit.safe])
    safe = [one for one in held if one.edit.safe]
    if len(safe) < len(held):  # with a second mistake of the line put right, some are no longer
        safe = _holding(compiled, safe)
    guessed = _holding(compiled, _apart(one for one in (*held, *proposals) if not one.edit.safe))
    made = {one.asked: replace(one.edit, safe=False) for one in guessed} | {one.asked: one.edit for one in safe}
    return tuple(one if one.fix is None else replace(one, fix=made.get(one.fix)) for one in findings)


@dataclass(frozen=True, eq=False)
class _Proposal:
    """An edit as it was `asked` for, and what has become of it: `text` in place of what is from `start` to `end`."""

    asked: Edit
    source: Source
    start: int
    end: int
    text: str

    @cached_property
    def edit(self) -> Edit:
        """The edit, judged by the lines it touches."""
        from compiler.findings.spelling import same_words  # noqa: PLC0415 - 12 ms, for scripts with a mistake in them alone

        first, last = (self.source.line_number(at) for at in (self.start, self.end))
        begin, end = self.source.line_starts[first - 1], self.source.line_starts[last - 1]
        end += len(self.source.line_text(last))
        text = self.source.text
        above, below = self.source.line_text(first - 1), self.source.line_text(last + 1)
        after = text[begin : self.start] + self.text + text[self.end : end]
        return Edit(
            Span(self.source, self.start, self.end),
            self.text,
            same_words(text[begin:end], after, above, below),
        )


def _apart(proposals: Iterable[_Proposal]) -> list[_Proposal]:
    """The proposals by file and place, without those that touch one before."""
    out: list[_Proposal] = []
    for one in sorted(proposals, key=lambda one: (one.source.name, one.start, one.end, one.text)):
        if not out or out[-1].source is not one.source or out[-1].end < one.start:
            out.append(one)
    return out


class _Copy:
    """A source with `proposals`, of which none touches another, put in; and where what is in it came from."""

    def __init__(self, source: Source, proposals: Sequence[_Proposal]) -> None:
        self.proposals = proposals
        self.places: list[tuple[int, int]] = []
        parts: list[str] = []
        at = length = 0
        for one in proposals:
            kept = source.text[at : one.start]
            length += len(kept)
            self.places.append((length, length + len(one.text)))
            length += len(one.text)
            parts += (kept, one.text)
            at = one.end
        self.source = Source(source.name, "".join(parts) + source.text[at:])
        self.script: Script
        self.found: list[Diagnostic]
        self.script, self.found = parse(self.source)

    def origin(self, offset: int) -> int | None:
        """The place in the source that `offset` was; None inside what was put in."""
        moved = 0
        for one, (start, end) in zip(self.proposals, self.places, strict=True):
            if offset < start or (offset == start == end):
                break
            if offset < end:
                return None
            moved = one.end - end
        return offset + moved

    def touching(self, span: Span) -> Iterator[int]:
        """The indices of the proposals that have changed a line which `span` begins on."""
        line = span.line
        for index, (start, end) in enumerate(self.places):
            one = self.proposals[index]
            gone = not one.text and one.asked.span.text.endswith("\n")
            if not gone and self.source.line_number(start) <= line <= self.source.line_number(end):
                yield index

    def joined(self, index: int, edit: Edit) -> _Proposal | None:
        """The proposal and an edit of its copy as one; None where another one is in between."""
        one, (start, end) = self.proposals[index], self.places[index]
        low, high = min(start, edit.span.start), max(end, edit.span.end)
        others = [place for each, place in enumerate(self.places) if each != index]
        if any(begin <= high and low <= stop for begin, stop in others):
            return None
        begun = one.start - (start - low)
        ended = one.end + (high - end)
        text = self.source.text
        made = text[low : edit.span.start] + edit.text + text[edit.span.end : high]
        return _Proposal(one.asked, one.source, begun, ended, made)


def _holding(compiled: Compilation, proposals: Sequence[_Proposal]) -> list[_Proposal]:
    """Those of `proposals`, some of them with another edit of the same line, after which nothing reads worse."""
    before: dict[Source, set[tuple[str, int]]] = {}
    for finding in compiled.findings:
        before.setdefault(finding.span.source, set()).add((finding.code, finding.span.start))
    left = list(proposals)
    for number in range(2 * MAX_ROUNDS):
        copies = {source: _Copy(source, [one for one in left if one.source is source]) for source in _sources(left)}
        left = [one for source, copy in copies.items() for one in _elsewhere(source, copy, before, _Readings())]
        if len(left) < sum(len(copy.proposals) for copy in copies.values()):
            continue
        wrong = {
            source: found for source, copy in copies.items() if (found := _wrong(copy, copy.found, before, source))
        }
        if not wrong and left:
            bound = bind_again(compiled, {source: copy.script for source, copy in copies.items()})
            wrong = {source: found for source, copy in copies.items() if (found := _wrong(copy, bound, before, source))}
        if not wrong:
            return left
        left = [
            then
            for source, copy in copies.items()
            for index, one in enumerate(copy.proposals)
            if (then := _then(copy, index, one, wrong.get(source, {}), join=number < MAX_ROUNDS)) is not None
        ]
    return []


def _then(copy: _Copy, index: int, one: _Proposal, wrong: dict[int, Diagnostic], *, join: bool) -> _Proposal | None:
    """What becomes of a proposal: itself, joined with the edit for what is still wrong, or nothing."""
    finding = wrong.get(index)
    if finding is None:
        return one
    return copy.joined(index, finding.fix) if join and finding.fix is not None else None


def _sources(proposals: Iterable[_Proposal]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(one.source for one in proposals))


def _wrong(
    copy: _Copy, found: Iterable[Diagnostic], before: dict[Source, set[tuple[str, int]]], source: Source
) -> dict[int, Diagnostic]:
    """The first error on a line that was changed, by the proposal that changed it."""
    known = before.get(source, set())
    out: dict[int, Diagnostic] = {}
    for finding in found:
        if finding.severity is not Severity.ERROR:
            continue
        spans = [finding.span, *(label.span for label in finding.labels)]
        for span in (one for one in spans if one.source is copy.source):
            if finding.code in _LINE_UNREADABLE or (finding.code, copy.origin(finding.span.start)) not in known:
                for index in copy.touching(span):
                    out.setdefault(index, finding)
    return out


@dataclass
class _Readings:
    """How many more copies of one file may be read to find the proposals that do harm."""

    left: int = MAX_COPIES


def _elsewhere(
    source: Source, copy: _Copy, before: dict[Source, set[tuple[str, int]]], readings: _Readings
) -> list[_Proposal]:
    """The proposals of a file after which no line that they leave alone reads worse; found by halves.

    Of a file that is wrong all over, those that were not looked at one by one within `MAX_COPIES` readings are given up.
    """
    if not _harm(source, copy, before):
        return list(copy.proposals)
    if len(copy.proposals) == 1 or readings.left <= 0:
        return []
    readings.left -= 3
    half = len(copy.proposals) // 2
    halves = [
        _elsewhere(source, _Copy(source, some), before, readings)
        for some in (copy.proposals[:half], copy.proposals[half:])
    ]
    both = _Copy(source, [*halves[0], *halves[1]])
    return halves[0] if halves[0] and halves[1] and _harm(source, both, before) else [*halves[0], *halves[1]]


def _harm(source: Source, copy: _Copy, before: dict[Source, set[tuple[str, int]]]) -> bool:
    known = before.get(source, set())
    lines = [at for code, at in known if code in _LINE_UNREADABLE]
    read = max(lines) if len(lines) >= MAX_FINDINGS else len(source.text)  # what is behind was never looked at
    for finding in copy.found:
        at = copy.origin(finding.span.start)
        new = at is not None and at <= read and (finding.code, at) not in known
        if new and not list(copy.touching(finding.span)):
            return True
    return False


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """The text of `source` with `edits` put in, of which none touches another."""
    text = source.text
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
