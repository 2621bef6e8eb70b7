"""A flow chart as an outline to be read in a terminal: every step, what it runs, where it leads and when.

Knows nothing of colours, of the width of a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.figures.flowchart import FigureEdge, FigureNode, Flowchart

_MARKS = {"road": "●", "aside": "○"}
_ENDS = {"end": "■", "escalation": "▲", "return": "↩"}


def outline_text(charts: Iterable[Flowchart]) -> str:
    """The outline of `charts`. ● a step of the main path, ○ another; ■ an end, ▲ an escalation, ↩ back to the caller."""
    return "\n".join("\n".join((*_chart(chart), "")) for chart in charts)


def _chart(chart: Flowchart) -> Iterator[str]:
    yield f"[{chart.label}] {chart.title}" if chart.label else chart.title
    if chart.always:
        yield f"  {chart.always[0]}"
        yield from (f"      {row}" for row in chart.always[1:])
    for number, node in enumerate(chart.nodes):
        if not node.number:
            continue
        yield f"  {_MARKS[node.kind]} {node.number} {node.name}"
        yield from (f"      ⇒ [{row.call}] {row.text}" if row.call else f"      {row.text}" for row in node.rows)
        yield from (f"      {_edge(chart, edge)}" for edge in chart.edges if edge.source == number)


def _edge(chart: Flowchart, edge: FigureEdge) -> str:
    when = " / ".join(edge.texts)
    return f"{when} → {_target(chart.nodes[edge.target])}".lstrip()


def _target(node: FigureNode) -> str:
    if node.number:
        return f"{node.number} {node.name}"
    return f"{_ENDS[node.kind]} {node.above} {node.name}".replace("  ", " ")
