"""Where in a flow chart there is room for one more box, so that the whole prints as large as can be on a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.figures.parts import Point

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_PAGE = (510.0, 740.0)
"""What margins leave of A4, in points."""
_GAP = 10.0


def room_for(wide: float, high: float, width: float, height: float, taken: Iterable[Area]) -> Point:
    """The corner for a box of `wide` × `high` in or beside a drawing of `width` × `height`, clear of all that is `taken`.

    Of the places in its corners, beside it and below it: the one with which the drawing stays largest on a page.
    """
    areas = list(taken)
    free = (
        (x, y)
        for x in (0.0, width - wide, width + _GAP)
        for y in (0.0, height - high, height + _GAP)
        if x >= 0 and y >= 0 and not any(_meet((x, y, x + wide, y + high), area) for area in areas)
    )

    def shrinks(corner: Point) -> float:
        x, y = corner
        return max(max(width, x + wide) / _PAGE[0], max(height, y + high) / _PAGE[1], 1.0)

    return min(free, key=shrinks)


def areas_of(path: Iterable[Point]) -> Iterator[Area]:
    """The pieces of a line as areas."""
    before: Point | None = None
    for point in path:
        if before is not None:
            xs, ys = sorted((before[0], point[0])), sorted((before[1], point[1]))
            yield xs[0], ys[0], xs[1], ys[1]
        before = point


def _meet(one: Area, other: Area) -> bool:
    return (
        one[0] < other[2] + _GAP and other[0] < one[2] + _GAP and one[1] < other[3] + _GAP and other[1] < one[3] + _GAP
    )
