"""Source texts and positions: `Source`, `Span`, and line and column numbers for display.

Findings, machine states and card lines refer to the authors' text through `Span`. Independent of the language; no file
access.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True, eq=False)
class Source:
    """The text of a script file.

    name: path relative to the project, with `/` as separator on every system.
    text: the decoded text, with `\\n` as line end and no byte order mark (see `normalise`).
    """

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Start offsets of lines; line n (from 1) begins at `line_starts[n - 1]`."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return tuple(starts)

    def line_number(self, offset: int) -> int:
        """Return the line number, from 1, of the character at `offset`."""
        return bisect_right(self.line_starts, offset)

    def line_text(self, number: int) -> str:
        """Return line `number` (from 1) without the line end; empty for a number out of range."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end]

    def position(self, offset: int) -> tuple[int, int]:
        """Return (line, column), both from 1; columns count visible characters, without combining marks."""
        line = self.line_number(offset)
        return line, visible_length(self.text[self.line_starts[line - 1] : offset]) + 1


class Span(NamedTuple):
    """Half-open range `[start, end)` of character offsets in `source`."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.line_number(self.start)

    @property
    def text(self) -> str:
        """The characters covered by the span."""
        return self.source.text[self.start : self.end]

    def order(self) -> tuple[str, int, int]:
        """Return a sort key: file name, then offsets."""
        return (self.source.name, self.start, self.end)


def normalise(text: str) -> str:
    """Remove the byte order mark and convert line ends to `\\n`."""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def visible_length(text: str) -> int:
    """Count visible characters: combining marks, joiners and variation selectors count zero."""
    if text.isascii():
        return len(text)
    return sum(1 for character in text if not _invisible(character))


def _invisible(character: str) -> bool:
    return unicodedata.combining(character) != 0 or unicodedata.category(character) in ("Mn", "Me", "Cf")
