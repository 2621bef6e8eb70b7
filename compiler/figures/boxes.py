"""Boxes of a flow chart, from their texts: how large each must be and where in it every line stands.

A box is made with its corner at (0, 0) and moved to its place later. Knows nothing of machines, of layout, of SVG.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.figures.parts import Box, BoxKind, Label, Text
from compiler.figures.text_width import width, wrap
from dsl.frozen import replace

NAME, SMALL = 9.0, 7.5
"""Type sizes in points: names of steps, and everything else."""
WIDEST, NARROWEST = 116.0, 64.0
"""Room for the lines of a step."""
ON_LINE = 78.0
"""Room for what is written on a line."""
PAD = 6.0
"""Between a box's border and its texts."""
_ROWS = 190.0
_CHIP = 3.0
_GAP = 4.0
_LEADING = 1.3
_ASCENT = 0.98
"""How far below the top of a line of type its baseline stands, in type sizes, with `_LEADING`."""


class Stack:
    """The contents of a step's box, piled up from top to bottom."""

    def __init__(self, number: str, name: str) -> None:
        self.number = number
        self.rows: list[tuple[str, tuple[str, ...], str]] = []
        self._badge = width(number, SMALL) + 2 * _CHIP
        self.name = wrap(name, WIDEST - self._badge - _GAP, NAME)

    def text(self, text: str) -> None:
        """A line of text, broken where it is too long."""
        self.rows.append(("text", wrap(text, WIDEST, SMALL), ""))

    def call(self, number: str, title: str) -> None:
        """A sub-dialogue that is run here."""
        self.rows.append(("call", wrap(title, WIDEST - self._indent(number), SMALL), number))

    @property
    def room(self) -> float:
        """The width the contents need."""
        wide = [self._badge + _GAP + width(line, NAME) for line in self.name]
        for kind, lines, number in self.rows:
            wide += [width(line, SMALL) + (self._indent(number) if kind == "call" else 0.0) for line in lines]
        return max([NARROWEST, *wide])

    def box(self, kind: BoxKind, room: float) -> Box:
        """The box, `room` points wide inside."""
        badge = _badge(self.number, PAD, PAD + 0.5, self._badge)
        left = PAD + self._badge + _GAP
        texts = _lines(self.name, left, PAD, NAME, bold=True)
        inner = [badge]
        y = PAD + len(self.name) * NAME * _LEADING
        for sort, lines, number in self.rows:
            y += 2.0
            if sort == "text":
                texts += _lines(lines, PAD, y, SMALL)
                y += len(lines) * SMALL * _LEADING
                continue
            height = len(lines) * SMALL * _LEADING + 2 * _CHIP
            wide = width(number, SMALL) + 2 * _CHIP
            inner.append(
                Box(
                    "call",
                    PAD,
                    y,
                    room,
                    height,
                    tuple(_lines(lines, PAD + self._indent(number) - 2 * _CHIP, y + _CHIP, SMALL)),
                    (_badge(number, PAD + 2 * _CHIP, y + _CHIP - 0.5, wide),),
                    number,
                )
            )
            y += height
        return Box(kind, 0.0, 0.0, room + 2 * PAD, y + PAD, tuple(texts), tuple(inner), self.number)

    def _indent(self, number: str) -> float:
        """Room for a sub-dialogue's letter and for the bars at both ends of its box."""
        return width(number, SMALL) + 2 * _CHIP + _GAP + 4 * _CHIP


def centred(kind: BoxKind, name: str, above: str = "") -> Box:
    """A box with `name` in its middle, and `above` in smaller type over it."""
    lines = wrap(name, WIDEST, SMALL)
    lines = (above, *lines) if above else lines
    ends = 2 * SMALL  # round and pointed ends hold no text
    wide = max(width(line, SMALL) for line in lines) + ends + PAD
    texts = tuple(
        Text(
            line,
            wide / 2,
            PAD / 2 + (number * _LEADING + _ASCENT) * SMALL,
            SMALL,
            bold=number > 0 or not above,
            middle=True,
        )
        for number, line in enumerate(lines)
    )
    return Box(kind, 0.0, 0.0, wide, len(lines) * SMALL * _LEADING + PAD, texts)


def label(texts: Iterable[str]) -> Label:
    """What stands on a line: each of `texts` begins on a line of its own."""
    lines = [line for text in texts for line in wrap(text, ON_LINE, SMALL)]
    wide = max(width(line, SMALL) for line in lines) + PAD
    placed = tuple(
        Text(line, wide / 2, 1 + (number * _LEADING + _ASCENT) * SMALL, SMALL, middle=True)
        for number, line in enumerate(lines)
    )
    return Label(0.0, 0.0, wide, len(lines) * SMALL * _LEADING + 2, placed)


def panel(heading: str, rows: Iterable[str]) -> Box:
    """A box of rows under a heading."""
    listed = [wrap(row, _ROWS, SMALL) for row in rows]
    texts = _lines((heading,), PAD, PAD, SMALL, bold=True)
    y = PAD + SMALL * _LEADING + 2.0
    for lines in listed:
        texts += _lines(lines, PAD, y, SMALL)
        y += len(lines) * SMALL * _LEADING + 1.5
    wide = max(width(text.text, SMALL) for text in texts)
    return Box("anytime", 0.0, 0.0, wide + 2 * PAD, y + PAD, tuple(texts))


def moved(box: Box, x: float, y: float) -> Box:
    """`box` and all in it, `x` further right and `y` further down."""
    return replace(
        box,
        x=_tidy(box.x + x),
        y=_tidy(box.y + y),
        width=_tidy(box.width),
        height=_tidy(box.height),
        texts=_moved(box.texts, x, y),
        inner=tuple(moved(inner, x, y) for inner in box.inner),
    )


def moved_label(label: Label, x: float, y: float) -> Label:
    """`label` with its texts, `x` further right and `y` further down."""
    return Label(
        _tidy(label.x + x), _tidy(label.y + y), _tidy(label.width), _tidy(label.height), _moved(label.texts, x, y)
    )


def _moved(texts: Iterable[Text], x: float, y: float) -> tuple[Text, ...]:
    return tuple(replace(text, x=_tidy(text.x + x), y=_tidy(text.y + y)) for text in texts)


def _badge(number: str, x: float, y: float, wide: float) -> Box:
    high = SMALL * _LEADING + 1.0
    text = Text(number, x + wide / 2, y + 0.5 + _ASCENT * SMALL, SMALL, bold=True, middle=True)
    return Box("badge", x, y, wide, high, (text,))


def _lines(lines: Iterable[str], x: float, y: float, size: float, *, bold: bool = False) -> list[Text]:
    return [Text(line, x, y + (number * _LEADING + _ASCENT) * size, size, bold) for number, line in enumerate(lines)]


def _tidy(number: float) -> float:
    """Hundredths of a point: the same digits on every machine."""
    return round(number, 2) + 0.0
