"""A flow chart, drawn: every box sized by its texts and placed, every edge a line, every text on a line a place of its own.

What is drawn is `flowchart`'s business, where it stands `figure_layout`'s. Knows nothing of SVG, of pages.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.cards.words import Lang
from compiler.figures.boxes import Stack, centred, label, moved, moved_label, panel
from compiler.figures.flowchart import ESCALATED, FigureNode, Flowchart, flowcharts
from compiler.figures.layout import Link, Sized, layout
from compiler.figures.parts import Box, Edge, Figure, Label, Point
from compiler.figures.room import areas_of, room_for
from compiler.machine.model import Machine

_MARGIN = 8.0
_CLEAR = 3.0
"""Room on both sides of a text on a line: other lines may lean into it."""
_START = 10.0
_ON_MAIN_PATH = 16.0
"""How much more the main path weighs than an edge off it."""


def figures(machine: Machine, *, lang: Lang, escalated: Iterable[str] = ESCALATED) -> tuple[Figure, ...]:
    """The figures of `machine`: the scenario's own, then one for each sub-dialogue, in the order of its card.

    escalated: the tags of outcomes that are drawn as escalations.
    """
    return tuple(map(figure, flowcharts(machine, lang=lang, escalated=escalated)))


def figure(chart: Flowchart) -> Figure:
    """`chart`, drawn. A text on a line is a box to the layout, so nothing can ever lie over it."""
    shapes = _shapes(chart.nodes)
    sized = [Sized(box.width, box.height, round=box.kind == "start") for box in shapes]
    labels: list[Label] = []
    links: list[Link] = []
    ends: list[tuple[int, bool]] = []
    back = _back(chart)
    for index, edge in enumerate(chart.edges):
        weight = _ON_MAIN_PATH if edge.kind == "road" else 1.0
        up = (edge.source, edge.target) in back
        if edge.texts:
            labels.append(label(edge.texts))
            middle = len(sized)
            sized.append(Sized(labels[-1].width + 2 * _CLEAR, labels[-1].height))
            links += [Link(edge.source, middle, weight, up), Link(middle, edge.target, weight, up)]
            ends += [(index, False), (index, True)]
        else:
            links.append(Link(edge.source, edge.target, weight, up))
            ends.append((index, True))
    placed = layout(sized, links)
    width, height = placed.width, placed.height
    corners = [(x + _MARGIN, y + _MARGIN) for x, y in placed.corners]
    boxes = [moved(box, *corner) for box, corner in zip(shapes, corners, strict=False)]
    if chart.always:
        always = panel(chart.always[0], chart.always[1:])
        taken = [(x, y, x + one.width, y + one.height) for (x, y), one in zip(placed.corners, sized, strict=True)]
        taken += [area for line in placed.lines for area in areas_of(line)]
        x, y = room_for(always.width, always.height, width, height, taken)
        boxes.append(moved(always, x + _MARGIN, y + _MARGIN))
        width, height = max(width, x + always.width), max(height, y + always.height)
    return Figure(
        name=chart.name,
        title=chart.title,
        label=chart.label,
        width=round(width + 2 * _MARGIN, 2),
        height=round(height + 2 * _MARGIN, 2),
        boxes=tuple(boxes),
        edges=tuple(
            Edge(chart.edges[index].kind, tuple(map(_inward, points)), arrow)
            for (index, arrow), points in zip(ends, placed.lines, strict=True)
        ),
        labels=tuple(
            moved_label(one, x + _CLEAR, y) for one, (x, y) in zip(labels, corners[len(shapes) :], strict=True)
        ),
    )


def _shapes(nodes: Iterable[FigureNode]) -> list[Box]:
    """The box of each node; steps are all of one width."""
    stacks: dict[int, Stack] = {}
    nodes = list(nodes)
    for index, node in enumerate(nodes):
        if node.number:
            stacks[index] = stack = Stack(node.number, node.name)
            for row in node.rows:
                if row.call:
                    stack.call(row.call, row.text)
                else:
                    stack.text(row.text)
    room = max((stack.room for stack in stacks.values()), default=0.0)
    boxes: list[Box] = []
    for index, node in enumerate(nodes):
        if node.kind == "start":
            boxes.append(Box("start", 0.0, 0.0, _START, _START))
        elif index in stacks:
            boxes.append(stacks[index].box(node.kind, room))
        else:
            boxes.append(centred(node.kind, node.name, node.above))
    return boxes


def _back(chart: Flowchart) -> set[tuple[int, int]]:
    """The edges that lead back up: those that close a circle, walking the main path first."""
    below: dict[int, list[int]] = {}
    for edge in sorted(chart.edges, key=lambda edge: edge.kind != "road"):
        below.setdefault(edge.source, []).append(edge.target)
    back: set[tuple[int, int]] = set()
    above, done = {0}, set()
    path = [(0, iter(below.get(0, ())))]
    while path:
        here, targets = path[-1]
        for target in targets:
            if target in above:
                back.add((here, target))
            elif target not in done:
                above.add(target)
                path.append((target, iter(below.get(target, ()))))
                break
        else:
            above.discard(here)
            done.add(here)
            path.pop()
    return back


def _inward(point: Point) -> Point:
    return round(point[0] + _MARGIN, 2), round(point[1] + _MARGIN, 2)
