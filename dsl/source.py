"""A text and places in it: `Source`, `Span`, and how a place is counted for people.

Everything downstream points at authors' text through `Span`, so that a finding, a state of the machine and a line of a
card can always say where they came from. Knows nothing of the language and reads no files.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True, eq=False)
class Source:
    """One script text under the name people know it by.

    name: path relative to the project, with `/` between its parts (the same on every system).
    text: the decoded text; line ends are `\\n` and there is no byte order mark (see `normalise`).
    """

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines begin; line n (from 1) begins at `line_starts[n - 1]`."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return tuple(starts)

    def line_number(self, offset: int) -> int:
        """The line, from 1, that holds the character at `offset`."""
        return bisect_right(self.line_starts, offset)

    def line_text(self, number: int) -> str:
        """Line `number` (from 1) without its line end; empty when there is no such line."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end]

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column), both from 1; a column is a character as people see it (marks that combine do not count)."""
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
        """The characters the span covers."""
        return self.source.text[self.start : self.end]

    def order(self) -> tuple[str, int, int]:
        """Sort key: by file name, then by place."""
        return (self.source.name, self.start, self.end)


def normalise(text: str) -> str:
    """`text` without byte order mark and with `\\n` as its only line end."""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def visible_length(text: str) -> int:
    """How many characters a reader sees: combining marks, joiners and variation selectors add nothing."""
    if text.isascii():
        return len(text)
    return sum(1 for character in text if not _invisible(character))


def _invisible(character: str) -> bool:
    return unicodedata.combining(character) != 0 or unicodedata.category(character) in ("Mn", "Me", "Cf")
