"""Where the boxes of a flow chart stand and how its lines run. The one file that knows the layout library.

Layered, top to bottom, lines at right angles; heavier lines are kept short and straight. The same graph always gets the
same layout. Knows nothing of what boxes hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from dsl.frozen import Node

Point = tuple[float, float]

_OPTIONS: dict[str, Any] = {
    "direction": "topbottom",
    "spacing": {
        "layer_gap": 12.0,
        "node_gap": 20.0,
        "dummy_gap": 14.0,
        "port_gap": 12.0,
        "port_stroke_clear": 8.0,
        "stub": 6.0,
        "bundle_lane_gap": 6.0,
        "isolated_gap": 22.0,
    },
    "routing": {"lane_gap": 6.0},
}


class Sized(Node, frozen=True):
    """A box to be placed."""

    width: float
    height: float
    round: bool = False


class Link(Node, frozen=True):
    """A line to be drawn between two boxes, by their positions in the list; `up`: the target is to stand above."""

    source: int
    target: int
    weight: float = 1.0
    up: bool = False


class Layout(Node, frozen=True):
    """The top left corner of each box, the points of each line from border to border, and the size of it all."""

    corners: tuple[Point, ...]
    lines: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def layout(boxes: Sequence[Sized], lines: Sequence[Link]) -> Layout:
    """Place `boxes` and draw `lines`, in the boxes' unit; the drawing's top left corner is (0, 0)."""
    return _layout(_request(boxes, lines))


@lru_cache(maxsize=1024)
def _layout(request: str) -> Layout:
    """Kept, because scenarios are often made by copying one: the words differ, the boxes do not."""
    # The library's own door reads the whole answer into dictionaries, most of which nobody asks for: a third of the time.
    from graphlay import _native  # noqa: PLC0415 - 80 ms, and an outline needs no layout

    placed = _read(_native.layout(request))
    corners = [(node.center.x - node.size.width / 2, node.center.y - node.size.height / 2) for node in placed.nodes]
    paths = [_square([(point.x, point.y) for point in edge.points]) for edge in placed.edges]
    points = [point for path in paths for point in path]
    points += corners
    points += [(x + node.size.width, y + node.size.height) for (x, y), node in zip(corners, placed.nodes, strict=True)]
    left, top = min((x for x, _ in points), default=0.0), min((y for _, y in points), default=0.0)
    right, bottom = max((x for x, _ in points), default=0.0), max((y for _, y in points), default=0.0)
    return Layout(
        tuple((_tidy(x - left), _tidy(y - top)) for x, y in corners),
        tuple(tuple((_tidy(x - left), _tidy(y - top)) for x, y in path) for path in paths),
        _tidy(right - left),
        _tidy(bottom - top),
    )


class _Spot(Node, frozen=True):
    x: float
    y: float


class _Size(Node, frozen=True):
    width: float
    height: float


class _Placed(Node, frozen=True):
    center: _Spot
    size: _Size


class _Drawn(Node, frozen=True):
    points: tuple[_Spot, ...]


class _Answer(Node, frozen=True):
    """What is read of the library's answer."""

    nodes: tuple[_Placed, ...]
    edges: tuple[_Drawn, ...]


_read = msgspec.json.Decoder(_Answer).decode


def _request(boxes: Sequence[Sized], lines: Sequence[Link]) -> str:
    nodes = [
        {
            "size": {"width": box.width, "height": box.height},
            "shape": "ellipse" if box.round else "box",
            "key": str(number),
        }
        for number, box in enumerate(boxes)
    ]
    edges = [
        {"source": line.source, "target": line.target, "weight": line.weight, "reverse_for_ranking": line.up}
        for line in lines
    ]
    request = {"graph": {"nodes": nodes, "edges": edges}, "preset": "process_map", "options": _OPTIONS}
    return msgspec.json.encode(request).decode()


def _square(path: list[Point]) -> list[Point]:
    """`path` with every piece level or upright: the library lets a line lean a point or two to reach its port."""
    out = path[:1]
    for x, y in path[1:]:
        before = out[-1]
        out.append((before[0], y) if abs(x - before[0]) < abs(y - before[1]) else (x, before[1]))
    return out


def _tidy(number: float) -> float:
    """Hundredths of a point; what is finer differs from machine to machine and is not seen."""
    return round(number, 2) + 0.0
