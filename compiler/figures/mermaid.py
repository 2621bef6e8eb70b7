"""A flow chart as Mermaid text, which many wikis and forges draw: the scenario, and each sub-dialogue as a subgraph.

Authors' text is data: it stands in quoted strings with every sign that Mermaid or HTML could take for its own written
as a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from compiler.figures.flowchart import FigureNode, Flowchart

_SHAPES = {
    "road": ("[", "]"),
    "aside": ("[", "]"),
    "end": ("([", "])"),
    "escalation": ("{{", "}}"),
    "return": ("(", ")"),
}
_CLASSES = (
    "classDef road fill:#fdf2e1,stroke:#1d1a17,stroke-width:2px,color:#1d1a17",
    "classDef aside fill:#ffffff,stroke:#5a534b,color:#1d1a17",
    "classDef end_ fill:#e6f3ea,stroke:#17633a,color:#1d1a17",
    "classDef escalation fill:#fbe9e7,stroke:#98171b,stroke-width:3px,color:#1d1a17",
    "classDef return fill:#f4f1ec,stroke:#5a534b,stroke-dasharray:3 2,color:#1d1a17",
    "classDef always fill:#f4f1ec,stroke:#5a534b,stroke-dasharray:1 2,color:#1d1a17",
)
_ARROWS = {"road": "==>", "escalation": "-.->", "other": "-->"}
_SIGN = re.compile(
    r"(?<!\w)-|-(?!\w)|[^-\w \u00b7\u00d7\u2014\u2018-\u201d\u2026\u2190-\u2193\u25cf\u3000-\u303f\uff00-\uffef]"
)


def mermaid(charts: Iterable[Flowchart]) -> str:
    """The text of one flow chart with all of `charts`."""
    lines = ["flowchart TD"]
    called: list[str] = []
    charts = list(charts)
    letters = {chart.label: index for index, chart in enumerate(charts)}
    for index, chart in enumerate(charts):
        title = f"{chart.label} {chart.title}".strip()
        lines.append(f"  subgraph g{index}[{_quoted(title)}]")
        lines += [f"    {line}" for line in _chart(chart, index)]
        lines.append("  end")
        for number, node in enumerate(chart.nodes):
            calls = dict.fromkeys(row.call for row in node.rows if row.call and row.call in letters)
            called += [f"  n{index}_{number} -.-> n{letters[call]}_0" for call in calls]
    return "\n".join((*lines, *called, *(f"  {one}" for one in _CLASSES))) + "\n"


def _chart(chart: Flowchart, index: int) -> Iterator[str]:
    for number, node in enumerate(chart.nodes):
        name = f"n{index}_{number}"
        if node.kind == "start":
            yield f'{name}(("●"))'
            continue
        opening, closing = _SHAPES[node.kind]
        kind = "end_" if node.kind == "end" else node.kind
        yield f"{name}{opening}{_quoted(*_texts(node))}{closing}:::{kind}"
    if chart.always:
        yield f"n{index}_always[{_quoted(*chart.always)}]:::always"
    for edge in chart.edges:
        text = f"|{_quoted(*edge.texts)}|" if edge.texts else ""
        yield f"n{index}_{edge.source} {_ARROWS[edge.kind]}{text} n{index}_{edge.target}"


def _texts(node: FigureNode) -> tuple[str, ...]:
    first = f"{node.number} {node.name}".strip()
    rows = (f"→ 〔{row.call}〕{row.text}" if row.call else row.text for row in node.rows)
    return tuple(text for text in (node.above, first, *rows) if text)


def _quoted(*lines: str) -> str:
    return '"' + "<br>".join(_SIGN.sub(lambda sign: f"#{ord(sign[0])};", line) for line in lines) + '"'
