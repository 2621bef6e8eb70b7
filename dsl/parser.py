"""Text -> `Script`: the one way into the language. Never fails: it gives what it could read, and its findings.

Lark's LALR tables do the work; a line they refuse is reported and skipped, and parsing goes on behind it. The tables
are kept in the user's cache folder, because making them costs more than reading a hundred scripts of a page.
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
"""Unreadable lines told one by one in one file. A file with more is not a script, and is not read to its end.

Of the other sorts of findings made here there are no more than that either.
"""


def parse(source: Source) -> tuple[syntax.Script, list[Diagnostic]]:
    """The script in `source`, and a finding for each line that could not be read. Any text will do."""
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
            if first == tokens.at:  # the statement before is read but not yet handed over
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
    """The grammar with its terminals declared; they are made by `dsl.lexing`."""
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
    if path.exists():  # Lark makes new tables when what lies there is damaged
        return Lark(grammar, cache=_TableFile(path), **options), builder
    # Several runs may start at once: each writes a file of its own and moves it into place.
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        parser = Lark(grammar, cache=_TableFile(mine), **options)
        os.replace(mine, path)
    except OSError:
        parser = Lark(grammar, **options)
    return parser, builder


class _TableFile(str):
    """The path of a table, as text that does not show it.

    Lark takes tables for outdated when an option was different as text, and the path is one of its options. So tables
    that were moved into place would be made again.
    """

    def __str__(self) -> str:
        return "tables"

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, ("tables",)


def cache_file(grammar: str) -> Path | None:
    """Where the tables for `grammar` are kept; None when there is no folder to keep them in.

    The name holds a hash of all that the tables depend on, so an old file is never read for a new grammar.
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
