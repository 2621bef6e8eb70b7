"""Where lines go: their order, indentation, comments and the empty lines between them.

Made from the tree; the text itself is asked only for comments, empty lines, the language a statement was typed in and
what stands between quotes. Parsing what comes out gives the same tree, and formatting it again changes nothing. Knows
nothing of files and reports nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dsl import nodes, syntax
from dsl.formatter.writer import INDENT, Language, Writer
from dsl.lexing import LINE_END

_OUTER = (syntax.Scenario, syntax.Rulebook, syntax.Dialogue)
_HEADS = (*_OUTER, syntax.Step, syntax.RuleDef)
_PARTED = (*_OUTER, syntax.Step)
"""Blocks with an empty line in front of them."""


def format_script(script: syntax.Script, keywords: Language | None = None) -> str:
    """`script` in its one form; ends in a line end unless it is empty.

    keywords: the language that keywords, units and words of the language are put in. None leaves those of a statement
    in the language of its first one. Names stay as they are, and so does all that is spoken.
    A script with lines that could not be read (`whole` is false) comes back as it was typed: its tree lacks them.
    """
    if not script.whole:
        return script.source.text
    writer = Writer(keywords)
    lines: list[str] = []
    for entry in _laid_out(script):
        if entry.blank and lines:
            lines.append("")
        margin = INDENT * entry.level
        lines += (margin + _comment(one) for one in entry.comments)
        if entry.node is not None:
            after = f"  {_comment(entry.after)}" if entry.after else ""
            lines.append(margin + writer.statement(entry.node, margin) + after)
    return "".join(f"{line}\n" for line in lines)


@dataclass(slots=True, eq=False)
class _Entry:
    """A statement with what stands on its lines, or a comment on a line of its own (then `node` is None).

    column: characters in front of it on its line. inner: level of lines in the block that is open here.
    leads: the statement a comment belongs to. comments: on lines in front of the statement, or the one comment.
    """

    start: int
    end: int
    column: int
    node: Any
    comments: list[nodes.Comment]
    after: nodes.Comment | None = None
    level: int = 0
    inner: int = 0
    blank: bool = False
    leads: _Entry | None = None


def _laid_out(script: syntax.Script) -> list[_Entry]:
    """All lines to write, in order, with their levels and the empty lines in front of them."""
    text = script.source.text
    entries = _entries(script)
    inner = 0
    before: _Entry | None = None
    for entry in entries:
        entry.blank = before is not None and len(LINE_END.findall(text, before.end, entry.start)) > 1
        entry.level = inner
        if isinstance(entry.node, _HEADS):
            entry.level = 1 if isinstance(entry.node, syntax.RuleDef) else 0
            inner = entry.level + 1
        entry.inner = inner
        before = entry
    behind: _Entry | None = None
    for entry in reversed(entries):
        if entry.node is None and behind and not behind.blank:
            target = behind if behind.node is not None else behind.leads
            # A comment further in than the head after it speaks of the block before, if lines of that stand further in.
            before_it = target and entry.column > target.column and entry.inner > target.level
            if target and not (before_it and isinstance(target.node, _HEADS)):
                entry.leads = target
        behind = entry
    before = None
    for entry in entries:
        if entry.node is None:
            entry.level = entry.leads.level if entry.leads else entry.inner if entry.column else 0
        opened = entry.leads or entry
        if isinstance(opened.node, _PARTED) and (before is None or before.leads is not opened):
            entry.blank = True
        before = entry
    return entries


def _entries(script: syntax.Script) -> list[_Entry]:
    """Statements, and comments that stand alone, in order."""
    text = script.source.text
    entries: list[_Entry] = []
    for one in sorted([*_statements(script), *script.comments], key=lambda one: one.span.start):
        _, start, end = one.span
        column = start - text.rfind("\n", 0, start) - 1
        last = entries[-1] if entries else None
        if not isinstance(one, nodes.Comment):
            entries.append(_Entry(start, end, column, one, []))
        elif last is None or last.node is None or (start > last.end and LINE_END.search(text, last.end, start)):
            entries.append(_Entry(start, end, column, None, [one]))
        elif start < last.end:
            last.comments.append(one)
        else:
            last.after, last.end = one, end
    for entry in entries:  # the one comment inside a statement may go to its end, unless that is lines away
        if entry.node is not None and entry.after is None and len(entry.comments) == 1:
            begin = entry.comments[0].span.start
            if text[text.rfind("\n", 0, begin) + 1 : begin].strip() and '"""' not in entry.node.span.text:
                entry.after = entry.comments.pop()
    return entries


def _statements(script: syntax.Script) -> Iterator[Any]:
    for item in script.items:
        yield item
        if isinstance(item, _OUTER):
            yield from item.lines
        if isinstance(item, syntax.Scenario | syntax.Rulebook):
            for part in item.steps if isinstance(item, syntax.Scenario) else item.rules:
                yield part
                yield from part.lines


def _comment(comment: nodes.Comment) -> str:
    return "#" + comment.span.text[1:].rstrip()
