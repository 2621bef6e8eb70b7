"""How wide a text is, and where it breaks, whatever fonts a machine has: one table for all.

Widths are of the widest common sans-serif (Noto Sans CJK, Liberation Sans; medium weight), so that a text set in any of
them fits where it was measured to fit. Knows nothing of what is written or where it is put.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_ASCII = (
    # From the space to the tilde, in thousandths of the type size.
    *(278, 350, 530, 584, 584, 950, 720, 310, 360, 360, 490, 584, 310, 360, 310, 390),
    *(580, 580, 580, 580, 580, 580, 580, 580, 580, 580, 310, 310, 584, 584, 584, 560),
    *(1015, 670, 680, 722, 722, 667, 611, 778, 745, 320, 560, 670, 570, 850, 740, 778),
    *(670, 778, 722, 667, 615, 740, 667, 944, 667, 667, 611, 360, 390, 360, 584, 565),
    *(600, 580, 630, 520, 632, 570, 350, 580, 625, 290, 290, 580, 300, 945, 625, 606),
    *(632, 632, 415, 500, 400, 622, 550, 850, 540, 545, 500, 380, 300, 380, 584),
)
_OTHER = 700
"""A letter of another script: one wide one of Latin, Greek or Cyrillic."""

_FAIR = 200
"""Characters of the longest text whose lines are made equally long."""

_CHUNK = re.compile(r"\s+|[^\s、，；：。]*[、，；：。]+[”’）》」』]*|[^\s、，；：。]+")
_WORD = re.compile(r"[!-~\u00a1-\u024f]+|\s+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：！？）》」』】’”%,.;:!?)]}>·…")
_NOT_LAST = frozenset("（《「『【‘“([{<")


@lru_cache(maxsize=65_536)
def width(text: str, size: float) -> float:
    """The width of `text` at type size `size`, in the unit of `size`; never less than what is drawn."""
    return sum(map(_thousandths, text)) * size / 1000


@lru_cache(maxsize=16_384)
def wrap(text: str, most: float, size: float) -> tuple[str, ...]:
    """`text` in lines of at most `most`, broken at blanks and after Chinese commas and stops.

    What is too long for a line is broken between Chinese characters, so that no line begins with a closing sign or
    ends with an opening one, as far as it can be; a word that is too long is cut. Lines are about equally long: one
    character alone on the last reads like a slip.
    """
    lines = _filled(text, most, size)
    if len(lines) < 2 or len(text) > _FAIR:
        return lines
    whole = max(width(chunk, size) for chunk in _CHUNK.findall(text))
    low, high = max(most / len(lines), whole if whole <= most else size), most
    while high - low > size / 4:  # the narrowest column that takes no more lines
        middle = (low + high) / 2
        if len(_filled(text, middle, size)) > len(lines):
            low = middle
        else:
            high = middle
    return _filled(text, high, size)


def _filled(text: str, most: float, size: float) -> tuple[str, ...]:
    """`text` in lines as full as can be."""
    lines: list[str] = []
    line = ""
    chunks = _CHUNK.findall(text)
    for piece in (piece for chunk in chunks for piece in _pieces(chunk, most, size)):
        if width((line + piece).rstrip(), size) <= most or not line.strip():
            line += piece
            continue
        kept, moved = _fair(line.rstrip(), piece)
        lines.append(kept)
        line = moved.lstrip()
    return (*lines, line.rstrip()) if line.strip() or not lines else tuple(lines)


def _thousandths(char: str) -> int:
    code = ord(char)
    if 32 <= code < 127:
        return _ASCII[code - 32]
    if code < 0x1100 and char not in "·×":
        return 0 if 0x300 <= code < 0x370 else _OTHER  # marks stand over the letter before them
    return 1000  # Chinese fonts set dashes, quotes, arrows and dots as wide as a Chinese character


def _pieces(text: str, most: float, size: float) -> Iterator[str]:
    """`text`, or its words (a Chinese character is one) where it is wider than `most`; none wider than `most`."""
    if width(text, size) <= most:
        yield text
        return
    for found in _WORD.finditer(text):
        word = found[0]
        while (end := _fitting(word, most, size)) < len(word):
            yield word[:end]
            word = word[end:]
        yield word


def _fitting(word: str, most: float, size: float) -> int:
    """How many of the first characters of `word` are no wider than `most`; at least one. Linear in what fits."""
    room = most * 1000 / size
    for end, char in enumerate(word):
        room -= _thousandths(char)
        if room < 0:
            return max(end, 1)
    return len(word)


def _fair(line: str, piece: str) -> tuple[str, str]:
    """Where to break between `line` and `piece`: one character earlier when a sign would stand alone."""
    if len(line) > 2 and (piece[:1] in _NOT_FIRST or line[-1] in _NOT_LAST) and line[-2] not in _NOT_LAST:
        return line[:-1].rstrip(), line[-1] + piece
    return line, piece
