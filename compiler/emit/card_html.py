"""A card as one HTML page that needs nothing else: no network, no fonts of its own, no scripts.

For screens of any size, light or dark, and for paper: it is printed on A4 or A6, whichever the reader chooses. Decides
nothing on content.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from compiler.emit.card_parts import Card
from compiler.emit.card_view import card_view
from compiler.emit.card_words import Lang
from compiler.machine.grid import Cell, EventTable

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    auto_reload=False,
)


def card_html(card: Card, *, lang: Lang, events: EventTable | None = None) -> str:
    """The page of `card` with its fixed texts in `lang`; with `events`, who handles what is shown below, on screen only.

    Authors' text is shown as text, whatever it holds.
    """
    return _PAGES.get_template("card.html").render(card_view(card, lang), events=events, signs=_SIGNS[lang])


_SIGNS: dict[Lang, dict[str, tuple[str, str]]] = {
    "zh": {
        Cell.HERE.value: ("●", "本步骤的“当”"),
        Cell.ANYTIME.value: ("○", "“全程”"),
        Cell.ITSELF.value: ("·", "正在处理这件事"),
        Cell.OPEN.value: ("—", "没有写"),
        "title": ("", "事件表"),
        "step": ("", "步骤"),
    },
    "en": {
        Cell.HERE.value: ("●", "the step's own “when”"),
        Cell.ANYTIME.value: ("○", "an “anytime” line"),
        Cell.ITSELF.value: ("·", "being taken care of"),
        Cell.OPEN.value: ("—", "nobody"),
        "title": ("", "Who handles which event"),
        "step": ("", "Step"),
    },
}
"""What stands for a cell of the event grid, and what it means; `title` and `step` are the table's own words."""
