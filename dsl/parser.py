"""Parser: text -> `Script` and findings. Never fails; returns the readable part of a broken file.

A statement refused by Lark's LALR parser is reported and skipped, and parsing resumes at the next statement. The LALR
tables are cached in the user's cache folder, because building the tables takes longer than parsing a hundred scripts
of a page.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import lark
from lark import Lark, UnexpectedToken

from dsl import mistakes, nodes, syntax
from dsl.blocks import fold
from dsl.builder import Builder
from dsl.diagnostics import Diagnostic
from dsl.lexing import TokenLexer, Tokens, tokenise
from dsl.source import Source, Span

MAX_FINDINGS = 200
"""Limit of findings per file, for each sort of finding made by `parse`.

A file with more unreadable lines is not a script, so parsing stops at the limit.
"""


def parse(source: Source) -> tuple[syntax.Script, list[Diagnostic]]:
    """Parse `source`; return the script, and a finding for every unreadable line. Accepts arbitrary text."""
    tokens = tokenise(source)
    parser, builder = _parser()
    builder.begin(tokens)
    findings: list[Diagnostic] = []
    lost: set[str] = set()
    while True:
        try:
            parser.parse(tokens)
            break
        except UnexpectedToken as error:
            first = tokens.line_start()
            # A statement is passed to the builder on the token after the line end. When that token is the refused
            # token, as below, the statement is still on the parser's stack and would be lost in the restart.
            #     说 "您好。"
            #     ！转 甲
            if first == tokens.at:
                builder.start(list(error.state.value_stack[:-1]))
            last = tokens.at + 1
            while last < len(tokens.items) and tokens.items[last - 1].type != "_NL":
                last += 1
            line = tokens.items[first:last]
            findings.append(mistakes.unreadable(source, line, tokens.items[tokens.at], error.accepts))
            lost.update(item.text for item in line if isinstance(item, nodes.Name))
            builder.stand_in(mistakes.intended_head(line), line[0])
            if not tokens.skip_line():
                break
            if len(findings) >= MAX_FINDINGS:
                end = findings[-1].span.end
                findings[-1] = mistakes.not_read(findings[-1], Span(source, end, end))
                lost.update(item.text for item in tokens.items[tokens.at :] if isinstance(item, nodes.Name))
                break
    findings += (mistakes.written_twice(second.span, first.span) for second, first in builder.twice)
    whole = not findings
    items, misplaced, all_placed = fold(builder.statements)
    findings += misplaced[:MAX_FINDINGS]
    findings += (mistakes.BRACES.at(span, got=span.text) for span in tokens.bad_slots[:MAX_FINDINGS])
    findings += islice(_leaf_findings(tokens), MAX_FINDINGS)
    return syntax.Script(source, items, tokens.comments, whole and all_placed, frozenset(lost)), findings


def _leaf_findings(tokens: Tokens) -> Iterator[Diagnostic]:
    for item in tokens.items:
        if item.type == "DATE" and isinstance(item, nodes.Date) and not item.valid:
            yield mistakes.BAD_DATE.at(item.span, got=item.span.text)
        elif item.type == "STRING" and isinstance(item, nodes.Text) and item.parts in (("",), ()):
            yield mistakes.EMPTY_TEXT.at(item.span)


def grammar_text() -> str:
    """Return the grammar, with `%declare` for the terminals made by `dsl.lexing`."""
    rules = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    terminals = sorted(set(re.findall(r"\b_?[A-Z][A-Z_]+\b", re.sub(r"//.*", "", rules))))
    return f"{rules}\n%declare {' '.join(terminals)}\n"


@lru_cache(maxsize=1)
def _parser() -> tuple[Lark, Builder]:
    builder = Builder()
    grammar = grammar_text()
    options: dict[str, Any] = {
        "parser": "lalr",
        "lexer": TokenLexer,
        "transformer": builder,
        "maybe_placeholders": True,
    }
    path = cache_file(grammar)
    if path is None:
        return Lark(grammar, **options), builder
    if path.exists():  # Lark rebuilds damaged tables
        return Lark(grammar, cache=_TableFile(path), **options), builder
    # Concurrent runs must not read a half-written file: write a file per process, then rename (atomic).
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        parser = Lark(grammar, cache=_TableFile(mine), **options)
        os.replace(mine, path)
    except OSError:
        parser = Lark(grammar, **options)
    return parser, builder


class _TableFile(str):
    """Path of a table file with a constant text form.

    Lark hashes the options as text to detect outdated tables, and the cache path is an option. With a plain path,
    renamed tables would count as outdated and be rebuilt.
    """

    def __str__(self) -> str:
        return "tables"

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, ("tables",)


def cache_file(grammar: str) -> Path | None:
    """Return the path of the cached tables for `grammar`; None without a usable cache folder.

    The file name contains a hash of grammar, Lark version and Python version, so stale tables are never read.
    """
    home = os.environ.get("SCRIPTC_CACHE") or os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = Path(home) if home else Path(os.path.expanduser("~")) / ".cache"
    if not folder.is_absolute():
        return None
    key = hashlib.sha256(f"{grammar}{lark.__version__}{sys.version_info[:2]}".encode()).hexdigest()[:16]
    try:
        folder = folder / "scriptc"
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder / f"grammar-{key}.tables"
