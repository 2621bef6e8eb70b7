"""A flow chart as an outline to be read in a terminal: every step, what it runs, where it leads and when.

Knows nothing of colours, of the width of a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.figures.flowchart import Flowchart, Spot, Way

_MARKS = {"road": "●", "aside": "○"}
_ENDS = {"end": "■", "escalation": "▲", "return": "↩"}


def outline_text(charts: Iterable[Flowchart]) -> str:
    """The outline of `charts`. ● a step of the main road, ○ another; ■ an end, ▲ an escalation, ↩ back to the caller."""
    return "\n".join("\n".join((*_chart(chart), "")) for chart in charts)


def _chart(chart: Flowchart) -> Iterator[str]:
    yield f"[{chart.label}] {chart.title}" if chart.label else chart.title
    if chart.always:
        yield f"  {chart.always[0]}"
        yield from (f"      {row}" for row in chart.always[1:])
    for number, spot in enumerate(chart.spots):
        if not spot.number:
            continue
        yield f"  {_MARKS[spot.kind]} {spot.number} {spot.name}"
        yield from (f"      ⇒ [{row.call}] {row.text}" if row.call else f"      {row.text}" for row in spot.rows)
        yield from (f"      {_way(chart, way)}" for way in chart.ways if way.source == number)


def _way(chart: Flowchart, way: Way) -> str:
    when = " / ".join(way.texts)
    return f"{when} → {_target(chart.spots[way.target])}".lstrip()


def _target(spot: Spot) -> str:
    if spot.number:
        return f"{spot.number} {spot.name}"
    return f"{_ENDS[spot.kind]} {spot.above} {spot.name}".replace("  ", " ")
