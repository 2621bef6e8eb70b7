"""`Refusal`, a statement refused by the grammar, and helpers for guesses at the author's intention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dsl import diagnostics
from dsl.diagnostics import Edit, Words
from dsl.keywords import BY_ID
from dsl.lexing import Mark
from dsl.source import Source, Span

_CLAUSES = frozenset({"BECAUSE", "INSTEAD", "UNLESS", "UNTIL", "TESTS", "HANDLES", "APPLIES"})
_SLOT = re.compile(r"[{｛]\w+[}｝]")
_LONE_QUOTES = "“”「」＂"
_HAN = re.compile("[\u3400-\u9fff]")
_PIECE_COLUMNS = 48
"""Maximum width of a piece of a line quoted in a hint, in terminal columns."""


class Guess(NamedTuple):
    """A hint for the author, and the matching edit where certain."""

    words: Words
    fix: Edit | None = None


def guess(zh: str, en: str, fix: Edit | None = None, **fields: str) -> Guess:
    """Create a guess from templates in two languages, with shared fields, shortened to fit a message."""
    cut = {key: shortened(value) for key, value in fields.items()}
    return Guess(Words(zh.format_map(cut), en.format_map(cut)), fix)


def shortened(text: str) -> str:
    """Shorten `text` for a hint."""
    return diagnostics.shortened(text, _PIECE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The tokens of a statement, the index of the refused token, and the terminals acceptable at the index."""

    source: Source
    line: Sequence[Any]
    index: int
    accepts: frozenset[str]

    @property
    def bad(self) -> Any:
        """The refused token."""
        return self.line[self.index]

    @property
    def before(self) -> Any:
        """The token before the refused token, or None."""
        return self.line[self.index - 1] if self.index else None

    @property
    def behind(self) -> Any:
        """The token after the refused token, or None."""
        return self.line[self.index + 1] if self.index + 1 < len(self.line) else None

    @property
    def head(self) -> str:
        """Terminal of the keyword that opens the line, or empty."""
        return self.line[0].type if is_keyword(self.line[0]) else ""

    @property
    def context(self) -> str:
        """Terminal of the last keyword before the refused token, or empty."""
        return next((one.type for one in reversed(self.line[: self.index]) if is_keyword(one)), "")

    @property
    def text(self) -> str:
        """The refused characters."""
        return self.span(self.bad).text

    def span(self, token: Any) -> Span:
        """Return the span of `token`; the span of a line end is empty."""
        if isinstance(token, Mark):
            return Span(self.source, token.start, token.start if token.type == "_NL" else token.end)
        if hasattr(token, "span"):
            return token.span  # type: ignore[no-any-return]
        return Span(self.source, token.start_pos, token.start_pos)

    def keyword(self, id: str) -> str:
        """Return the spelling of a keyword in the language of the line: by the opening keyword, else by Han characters."""
        row = BY_ID[id]
        line = self.source.line_text(self.span(self.line[0]).line)
        head = self.span(self.line[0]).text
        chinese = not head.isascii() if is_keyword(self.line[0]) else _HAN.search(line) or _HAN.search(self.source.text)
        return row.zh[0] if chinese else row.en[0]

    def put(self, token: Any, text: str) -> Edit:
        """Return the edit that replaces `token` with `text`."""
        return Edit(self.span(token), text)

    def put_before(self, token: Any, text: str) -> Edit:
        """Return the edit that replaces the gap between `token` and the preceding token with `text`."""
        index = next(index for index, one in enumerate(self.line) if one is token)
        start = self.span(self.line[index - 1]).end if index else self.span(token).start
        return Edit(Span(self.source, start, self.span(token).start), text)

    def words_from(self, index: int) -> Span:
        """Return the span from token `index` to the next clause, the comment or the end of the line."""
        start = self.span(self.line[index]).start
        start -= self.source.text[start - 1 : start] in ("{", "｛")
        end = self.source.text.find("\n", start)
        end = len(self.source.text) if end < 0 else end
        for one in self.line[index:]:
            if is_keyword(one) and one.type in _CLAUSES and one.start > start:
                end = min(end, one.start)
        return Span(self.source, start, start + len(re.split("[#＃]", self.source.text[start:end])[0].rstrip()))


def is_keyword(token: Any) -> bool:
    """Tell whether `token` is a keyword."""
    return isinstance(token, Mark) and token.type[0] != "_" and token.type not in ("BAD", "OPEN", "NUMBER")


def quoted(words: Span, before: str = "", between: str = "") -> Edit | None:
    """Return the edit that quotes `words`, or None for words with quotes inside; an unpaired quote is replaced.

    before: text to insert before the quotes. between: characters that separate several texts.
    """
    text = words.text.strip(_LONE_QUOTES) if sum(words.text.count(one) for one in _LONE_QUOTES) == 1 else words.text
    if not text or re.search(r'["\\{}｛｝]', _SLOT.sub("", text)):
        return None
    texts = re.split(f"[{between}]", text) if between else [text]
    return Edit(words, before + " / ".join(f'"{one.strip()}"' for one in texts if one.strip()))


def spread(word: str, keywords: Iterable[str]) -> str:
    """Put blanks around the `keywords` inside `word`."""
    return " ".join(re.sub(f"({'|'.join(keywords)})", r" \1 ", word).split())
