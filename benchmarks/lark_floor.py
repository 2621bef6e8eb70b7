"""The floor the parser is measured against: Lark alone, on the same grammar, with its own contextual lexer.

The grammar is `dsl/grammar.lark`; only its terminals are spelled out here as patterns, from the same keyword table, because
Lark's lexer needs them. The result is Lark's plain tree, without positions on rules, recovery or nodes of ours.
"""

from __future__ import annotations

import re

from lark import Lark

from dsl.keywords import KEYWORDS
from dsl.parser import grammar_text

_BLANK = r"[ \t\u3000]"
_PATTERNS = {
    "NAME": r"[^\W\d_][\w\-·]*",
    "STRING": r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|\"(?!\"\")(?:[^\"\\\n]|\\.)*\"|“[^”\n]*”",
    "QUANTITY": rf"\d+(?:\.\d+)?{_BLANK}*[^\W\d_]+",
    "DATE": r"\d{4}-\d{1,2}-\d{1,2}",
    "_COLON": "[:：]",
    "_SLASH": r"[\/／]",
    "_LBRACKET": "[【［\\[]",
    "_RBRACKET": "[】］\\]]",
    "_DOT": "[.．]",
    "_SEP": rf"[,，、](?={_BLANK}*\w)",
    "_COMMA": "[,，]",
    "_NL": rf"(?:(?:{_BLANK}*(?:#[^\n]*)?\n)+)",
}
_DROPS_COMMA = ("GETTING", "ELSE")


def floor() -> Lark:
    """A parser for scripts as `scriptc fmt` writes them, to a plain Lark tree."""
    rules = re.sub(r"%declare.*", "", grammar_text())
    spellings: dict[str, set[str]] = {}
    for row in KEYWORDS:
        spellings.setdefault(row.terminal, set()).update((*row.zh, *row.en))
    lines = [rules, rf"%ignore /{_BLANK}+/"]
    for terminal, words in sorted(spellings.items()):
        choice = "|".join(re.escape(word).replace(r"\ ", _BLANK + "+") for word in sorted(words, key=len, reverse=True))
        comma = rf"(?:[,，]{_BLANK}*)?" if terminal in _DROPS_COMMA else ""
        lines.append(rf"{terminal}.3: /{comma}(?:{choice})(?![\w\-])/")
    priority = {"_SEP": ".1", "DATE": ".2", "_NL": ".2"}
    for terminal, pattern in _PATTERNS.items():
        lines.append(f"{terminal}{priority.get(terminal, '')}: /{pattern}/".replace('\n"', '"'))
    return Lark("\n".join(lines), parser="lalr", lexer="contextual", maybe_placeholders=False)
