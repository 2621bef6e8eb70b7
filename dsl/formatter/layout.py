"""Layout: order and indentation of lines, comments, and empty lines.

Based on the tree; the source text supplies only comments, empty lines, the language of a statement and the content of
quotes. Invariants: parsing the output yields the same tree, and formatting is idempotent. No file access, no findings.
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
"""Blocks preceded by an empty line."""


def format_script(script: syntax.Script, keywords: Language | None = None) -> str:
    """Format `script`; the result ends in a line end unless empty.

    keywords: target language of keywords, units and predefined words; None means the language of the first keyword of
    every statement. Names and spoken texts are never translated.
    A script with unreadable lines (`whole` is False) is returned as typed, because the tree lacks the unreadable lines.
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
    """A statement with comments, or a standalone comment (`node` is None).

    column: characters before the entry on the source line.
    comments: comments to write on the lines before the statement, or the standalone comment.
    after: comment at the end of the line.
    level, inner: indentation level of the entry, and of lines in the open block.
    leads: statement described by a standalone comment.
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
    """Return the entries in order, with indentation levels and preceding empty lines."""
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
            # A comment indented deeper than the following head belongs to the block before:
            #     步骤 甲
            #       转 乙
            #       # about 甲
            #     步骤 乙
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
    """Return statements and standalone comments, in order."""
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
    for entry in entries:  # a single comment inside a statement moves to the end of the line, but not past a long text
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
