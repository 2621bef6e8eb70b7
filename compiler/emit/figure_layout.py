"""Where the boxes of a flow chart stand and how its lines run. The one file that knows the layout library.

Layered, top to bottom, lines at right angles; heavier lines are kept short and straight. The same graph always gets the
same layout. Knows nothing of what boxes hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dsl.frozen import Node

Point = tuple[float, float]

_OPTIONS: dict[str, Any] = {
    "direction": "topbottom",
    "spacing": {
        "layer_gap": 15.0,
        "node_gap": 20.0,
        "dummy_gap": 14.0,
        "port_gap": 12.0,
        "port_stroke_clear": 8.0,
        "stub": 7.0,
        "bundle_lane_gap": 6.0,
        "isolated_gap": 22.0,
    },
    "routing": {"lane_gap": 7.0},
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
    from graphlay import Graph
    from graphlay import layout as place

    graph = Graph()
    for number, box in enumerate(boxes):
        graph.node(number, width=box.width, height=box.height, shape="ellipse" if box.round else "box")
    for line in lines:
        graph.edge(line.source, line.target, weight=line.weight, reverse_for_ranking=line.up)
    placed = place(graph, preset="process_map", options=_OPTIONS)
    corners = [
        (node["center"]["x"] - box.width / 2, node["center"]["y"] - box.height / 2)
        for node, box in zip(placed.nodes, boxes, strict=True)
    ]
    paths = [_square([(point["x"], point["y"]) for point in edge["points"]]) for edge in placed.edges]
    left = min([x for x, _ in corners] + [x for path in paths for x, _ in path], default=0.0)
    top = min([y for _, y in corners] + [y for path in paths for _, y in path], default=0.0)
    right = max(
        [x + box.width for (x, _), box in zip(corners, boxes, strict=True)] + [x for path in paths for x, _ in path],
        default=0.0,
    )
    bottom = max(
        [y + box.height for (_, y), box in zip(corners, boxes, strict=True)] + [y for path in paths for _, y in path],
        default=0.0,
    )
    return Layout(
        tuple((_tidy(x - left), _tidy(y - top)) for x, y in corners),
        tuple(tuple((_tidy(x - left), _tidy(y - top)) for x, y in path) for path in paths),
        _tidy(right - left),
        _tidy(bottom - top),
    )


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
