"""A flow chart, laid out: what stands where, in points, ready to be drawn by anybody.

Knows nothing of machines, of how a layout is found, of SVG.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from dsl.frozen import Node

BoxKind: TypeAlias = Literal["start", "road", "aside", "call", "badge", "end", "escalation", "return", "anytime"]
"""What a box stands for; each has a shape and a colour of its own, so that black and white lose nothing.

start: where the call begins. road: a step of the main path. aside: any other step. call: a sub-dialogue that is run.
badge: the number of a step or the letter of a sub-dialogue. end: an end of the call. escalation: one that hands it on.
return: back to the caller. anytime: what holds in every step.
"""
EdgeKind: TypeAlias = Literal["road", "other", "escalation"]
Point: TypeAlias = tuple[float, float]


class Text(Node, frozen=True):
    """One line of text on its baseline; `x` is its left end, or its middle where `middle` is set."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    middle: bool = False


class Box(Node, frozen=True):
    """A shape of the top left corner (x, y), with its texts and the boxes inside it.

    link: the number or letter it leads to on the card; empty when it leads nowhere.
    """

    kind: BoxKind
    x: float
    y: float
    width: float
    height: float
    texts: tuple[Text, ...] = ()
    inner: tuple[Box, ...] = ()
    link: str = ""


class Label(Node, frozen=True):
    """What stands on an arrow: when it is taken. It interrupts the arrow's line."""

    x: float
    y: float
    width: float
    height: float
    texts: tuple[Text, ...]


class Edge(Node, frozen=True):
    """A line from border to border; `arrow`: it ends in an arrow head. kind: of the main path, to an escalation, other."""

    kind: EdgeKind
    points: tuple[Point, ...]
    arrow: bool


class Figure(Node, frozen=True):
    """The flow chart of one scenario. label: the letter of a sub-dialogue, empty for the scenario itself. Points."""

    name: str
    title: str
    label: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    labels: tuple[Label, ...]
