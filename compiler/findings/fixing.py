"""Findings that bring their own mending -> mended texts. Changes nothing on a disk; the command line does.

Every text that comes of it has been compiled again: an edit after which its file reads worse is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Project
from dsl.diagnostics import Diagnostic, Edit
from dsl.frozen import Node, replace
from dsl.parser import parse
from dsl.source import Source

MAX_ROUNDS = 10
"""One edit may uncover the next mistake; this many times over is enough."""

Findings = Callable[[Compilation], Sequence[Diagnostic]]
"""The findings of a compilation that are to be mended."""


class Fixed(Node, frozen=True):
    """A project after mending: what it compiles to, its new texts by file name, and how many edits went into each."""

    compiled: Compilation
    texts: dict[str, str]
    counts: dict[str, int]


def fix(compiled: Compilation, findings: Findings) -> Fixed:
    """Apply the edits of `findings`, compile again, and go on while there is something to mend.

    Libraries stay as they are.
    """
    counts: dict[str, int] = {}
    before = {source.name: source.text for source in compiled.project.sources}
    seen = {_texts(compiled.project)}
    for _ in range(MAX_ROUNDS):
        sources: list[Source] = []
        found = findings(compiled)
        for source in compiled.project.sources:
            mended, count = _mend(source, [one for one in found if one.fix and one.fix.span.source is source])
            sources.append(mended)
            if count:
                counts[source.name] = counts.get(source.name, 0) + count
        project = replace(compiled.project, sources=tuple(sources))
        if _texts(project) in seen:  # nothing to mend, or two edits that undo each other
            break
        seen.add(_texts(project))
        compiled = compile_project(project, today=compiled.today)
    texts = {one.name: one.text for one in compiled.project.sources if one.text != before[one.name]}
    return Fixed(compiled, texts, {name: counts[name] for name in texts})


def _texts(project: Project) -> tuple[str, ...]:
    return tuple(source.text for source in project.sources)


def _mend(source: Source, findings: Iterable[Diagnostic]) -> tuple[Source, int]:
    """`source` after the edits of `findings` that do it good, and their number."""
    chosen = _apart(findings)
    if not chosen:
        return source, 0
    broken = len(parse(source)[1])
    fresh = _edited(source, [edit for edit, _ in chosen])
    if len(parse(fresh)[1]) + sum(syntax for _, syntax in chosen) <= broken:
        return fresh, len(chosen)
    good: list[Edit] = []
    for edit, syntax in chosen:  # one of them does harm: keep those that do not
        tried = _edited(source, [*good, edit])
        now = len(parse(tried)[1])
        if now + syntax <= broken:
            good.append(edit)
            broken = now
    return _edited(source, good), len(good)


def _apart(findings: Iterable[Diagnostic]) -> list[tuple[Edit, bool]]:
    """The edits from front to back, without those that touch one before.

    With each goes whether it mends the writing of a line (SC1xx).
    """
    out: list[tuple[Edit, bool]] = []
    edits = {one.fix: one.code.startswith("SC1") for one in findings if one.fix is not None}
    for edit, syntax in sorted(edits.items(), key=lambda pair: (pair[0].span.order(), pair[0].text)):
        if out and edit.span.start <= out[-1][0].span.end:
            continue
        out.append((edit, syntax))
    return out


def _edited(source: Source, edits: Iterable[Edit]) -> Source:
    text = source.text
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return Source(source.name, text)
