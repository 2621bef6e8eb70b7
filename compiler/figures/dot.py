"""Flow charts as text in Graphviz's DOT language, for those who have its tools: one cluster a scenario.

Authors' text is data: it stands in quoted strings, where the quote, the backslash and, as in HTML, the ampersand mean
something and are written otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.figures.flowchart import FigureNode, Flowchart

_LOOKS = {
    "start": 'shape=circle, label="", width=0.2, style=filled, fillcolor=black',
    "road": 'shape=box, style="rounded,filled,bold", fillcolor="#fdf2e1", penwidth=2',
    "aside": "shape=box, style=rounded",
    "end": 'shape=box, style="rounded,filled", color="#17633a", fillcolor="#e6f3ea", peripheries=2',
    "escalation": 'shape=hexagon, style=filled, color="#98171b", fillcolor="#fbe9e7", penwidth=2',
    "return": 'shape=box, style="rounded,dashed"',
}
_LINES = {"road": ("penwidth=2", "weight=8"), "escalation": ('color="#98171b"', "style=dashed"), "other": ()}


def dot(charts: Iterable[Flowchart]) -> str:
    """The text of one directed graph with all of `charts`."""
    charts = list(charts)
    lines = [f"digraph {_quoted(charts[0].title if charts else '')} {{"]
    lines += ["  node [fontname=sans-serif, fontsize=11]; edge [fontname=sans-serif, fontsize=9];"]
    letters = {chart.label: index for index, chart in enumerate(charts)}
    for index, chart in enumerate(charts):
        lines.append(f"  subgraph cluster_{index} {{")
        title = f"{chart.label} {chart.title}".strip()
        lines.append(f"    label={_quoted(title)}; style=dotted;")
        lines += [f"    {line}" for line in _chart(chart, index)]
        lines.append("  }")
    for index, chart in enumerate(charts):
        for number, node in enumerate(chart.nodes):
            called = dict.fromkeys(row.call for row in node.rows if row.call in letters and row.call)
            lines += [f"  n{index}_{number} -> n{letters[call]}_0 [style=dotted, arrowhead=open];" for call in called]
    return "\n".join((*lines, "}")) + "\n"


def _chart(chart: Flowchart, index: int) -> Iterator[str]:
    for number, node in enumerate(chart.nodes):
        text = "" if node.kind == "start" else f"label={_quoted(*_texts(node))}, "
        yield f"n{index}_{number} [{text}{_LOOKS[node.kind]}];"
    if chart.always:
        texts = "".join(_escaped(text) + "\\l" for text in chart.always)
        yield f'n{index}_always [label="{texts}", shape=note];'
    for edge in chart.edges:
        label = (f"label={_quoted(*edge.texts)}",) if edge.texts else ()
        yield f"n{index}_{edge.source} -> n{index}_{edge.target} [{', '.join((*label, *_LINES[edge.kind]))}];"


def _texts(node: FigureNode) -> tuple[str, ...]:
    first = f"{node.number} {node.name}".strip()
    rows = (f"→ [{row.call}] {row.text}" if row.call else row.text for row in node.rows)
    return tuple(text for text in (node.above, first, *rows) if text)


def _quoted(*lines: str) -> str:
    return '"' + "\\n".join(map(_escaped, lines)) + '"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
