"""A flow chart as SVG: shapes, lines and texts where the figure says, in classes for light, dark and paper.

The same bytes for the same figure. Needs no font, no script and no network. Authors' text is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from compiler.figures.parts import Box, Edge, Figure, Label, Point, Text

_FONTS = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Hiragino Sans GB','Microsoft YaHei',"
    "system-ui,sans-serif"
)
# Plain rules with plain colours: Typst's reader of SVG knows classes, and no custom properties and no media.
_LIGHT = {"paper": "#ffffff", "ink": "#1d1a17", "soft": "#5a534b", "road": "#fdf2e1", "tint": "#f4f1ec"}
_DARK = {"paper": "#1a1815", "ink": "#f0ebe3", "soft": "#b9b0a4", "road": "#2d2417", "tint": "#242019"}
_LIGHT_MARKS = {"go": "#174a7f", "yes": "#17633a", "no": "#98171b", "green": "#e6f3ea", "red": "#fbe9e7"}
_DARK_MARKS = {"go": "#a3cbf7", "yes": "#8bd8a6", "no": "#ffa49c", "green": "#16291d", "red": "#331a18"}
_RULES = (
    (".figure text", "fill:{ink}"),
    (".figure .line", "fill:none;stroke:{soft};stroke-width:1"),
    (".figure .line.road", "stroke:{ink};stroke-width:2"),
    (".figure .line.escalation", "stroke:{no};stroke-dasharray:5 2"),
    (".figure .head", "fill:{soft}"),
    (".figure .head.road", "fill:{ink}"),
    (".figure .head.escalation", "fill:{no}"),
    (".figure .on-line", "fill:{paper}"),
    (".figure .start", "fill:{ink}"),
    (".figure .road-step", "fill:{road};stroke:{ink};stroke-width:2"),
    (".figure .aside", "fill:{paper};stroke:{soft};stroke-width:1"),
    (".figure .call", "fill:{paper};stroke:{go};stroke-width:1"),
    (".figure .badge", "fill:{ink}"),
    (".figure text.badge-text", "fill:{paper}"),
    (".figure .end", "fill:{green};stroke:{yes};stroke-width:1.5"),
    (".figure .escalation-end", "fill:{red};stroke:{no};stroke-width:2.5"),
    (".figure .return", "fill:{tint};stroke:{soft};stroke-width:1;stroke-dasharray:3 2"),
    (".figure .anytime", "fill:{tint};stroke:{soft};stroke-width:1;stroke-dasharray:1 2"),
)


def svg(figure: Figure, *, link: Callable[[str], str] = str, inline: bool = False) -> str:
    """The SVG text of `figure`, sized in points.

    link: the address for a step's number or a sub-dialogue's letter; an empty one makes no link. inline: leave out the
    declaration and the styles, for a page that has `styles()` in its own.
    """
    size = f'width="{_n(figure.width)}pt" height="{_n(figure.height)}pt"'
    view = f'viewBox="0 0 {_n(figure.width)} {_n(figure.height)}"'
    role = "group" if inline else "img"  # what is a picture has no links in it
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" class="figure" {size} {view} role="{role}">']
    lines.append(f"<title>{_text(figure.title)}</title>")
    if not inline:
        lines.append(f"<style>{styles()}</style>")
    lines += [line for edge in sorted(figure.edges, key=_order) for line in _edge(edge)]
    lines += [line for label in figure.labels for line in _label(label)]
    lines += [line for box in figure.boxes for line in _box(box, link)]
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def styles() -> str:
    """The rules for every figure on a page: light, and dark where that is asked for."""
    light, dark = {**_LIGHT, **_LIGHT_MARKS}, {**_DARK, **_DARK_MARKS}
    plain = "".join(f"{selector}{{{rule.format(**light)}}}" for selector, rule in _RULES)
    night = "".join(f"{selector}{{{rule.format(**dark)}}}" for selector, rule in _RULES)
    base = (
        f".figure text{{font-family:{_FONTS};font-weight:500}}"
        ".figure text.bold{font-weight:700}.figure text.mid{text-anchor:middle}"
    )
    return f"{base}{plain}@media screen and (prefers-color-scheme:dark){{{night}}}"


def _order(edge: Edge) -> int:
    """The main path is drawn last, over the lines that cross it."""
    return ("other", "escalation", "road").index(edge.kind)


def _edge(edge: Edge) -> Iterator[str]:
    points = list(edge.points)
    kind = "" if edge.kind == "other" else f" {edge.kind}"
    if edge.arrow and len(points) > 1:
        points[-1], head = _head(points[-2], points[-1])
        yield f'<polyline class="line{kind}" points="{_points(points)}"/>'
        yield f'<polygon class="head{kind}" points="{_points(head)}"/>'
    else:
        yield f'<polyline class="line{kind}" points="{_points(points)}"/>'


def _head(before: Point, tip: Point) -> tuple[Point, list[Point]]:
    """Where the line stops and the three points of its head."""
    length = ((tip[0] - before[0]) ** 2 + (tip[1] - before[1]) ** 2) ** 0.5 or 1.0
    x, y = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
    back = (tip[0] - 5 * x, tip[1] - 5 * y)
    return back, [tip, (back[0] - 2.6 * y, back[1] + 2.6 * x), (back[0] + 2.6 * y, back[1] - 2.6 * x)]


def _label(label: Label) -> Iterator[str]:
    yield _rect("on-line", label.x, label.y, label.width, label.height)
    yield from map(_line, label.texts)


def _box(box: Box, link: Callable[[str], str]) -> Iterator[str]:
    address = link(box.link) if box.link else ""
    if address:
        yield f"<a href={quoteattr(_known(address))}>"
    yield from _shape(box)
    for text in box.texts:
        yield _line(text, "badge-text" if box.kind == "badge" else "")
    if address:
        yield "</a>"  # a link inside a link is no HTML
    for inner in box.inner:
        yield from _box(inner, link)


def _shape(box: Box) -> Iterator[str]:
    x, y, wide, high = box.x, box.y, box.width, box.height
    match box.kind:
        case "start":
            yield f'<circle class="start" cx="{_n(x + wide / 2)}" cy="{_n(y + high / 2)}" r="{_n(wide / 2)}"/>'
        case "road":
            yield _rect("road-step", x, y, wide, high, 4)
        case "aside":
            yield _rect("aside", x, y, wide, high, 4)
        case "badge":
            yield _rect("badge", x, y, wide, high, 2)
        case "call":
            # A predefined process, as flow charts have it: a bar at either end.
            yield _rect("call", x, y, wide, high)
            bars = f"M{_n(x + 3)} {_n(y)}V{_n(y + high)}M{_n(x + wide - 3)} {_n(y)}V{_n(y + high)}"
            yield f'<path class="call" d="{bars}"/>'
        case "end":
            yield _rect("end", x, y, wide, high, high / 2 if high < 40 else 20)
        case "escalation":
            cut = 7.5
            corners = [
                (x + cut, y),
                (x + wide - cut, y),
                (x + wide, y + high / 2),
                (x + wide - cut, y + high),
                (x + cut, y + high),
                (x, y + high / 2),
            ]
            yield f'<polygon class="escalation-end" points="{_points(corners)}"/>'
        case "return":
            yield _rect("return", x, y, wide, high, high / 2 if high < 40 else 20)
        case "anytime":
            yield _rect("anytime", x, y, wide, high, 4)


def _rect(kind: str, x: float, y: float, wide: float, high: float, radius: float = 0) -> str:
    corner = f' rx="{_n(radius)}"' if radius else ""
    return f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}"{corner}/>'


def _line(text: Text, kind: str = "") -> str:
    classes = " ".join(name for name in ("bold" * text.bold, "mid" * text.middle, kind) if name)
    named = f' class="{classes}"' if classes else ""
    return f'<text{named} x="{_n(text.x)}" y="{_n(text.y)}" font-size="{_n(text.size)}">{_text(text.text)}</text>'


def _points(points: list[Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


@lru_cache(maxsize=65_536)
def _n(number: float) -> str:
    """A number with at most two places behind the point."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return escape(_known(text))


def _known(text: str) -> str:
    """`text` without characters that XML does not know."""
    return (
        text
        if text.isprintable()
        else "".join(
            char
            for char in text
            if char in "\t\n" or 0x20 <= ord(char) < 0xD800 or 0xDFFF < ord(char) < 0xFFFE or ord(char) > 0xFFFF
        )
    )
