"""A card as one HTML page that needs nothing else: no network, no fonts of its own, no scripts.

For screens of any size, light or dark, and for paper: it is printed on A4 or A6, whichever the reader chooses. Knows
nothing of machines; decides nothing on content.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from compiler.emit.card_parts import Card
from compiler.emit.card_view import card_view
from compiler.emit.card_words import Lang

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    auto_reload=False,
)


def card_html(card: Card, *, lang: Lang) -> str:
    """The page of `card` with its fixed texts in `lang`. Authors' text is shown as text, whatever it holds."""
    return _PAGES.get_template("card.html").render(card_view(card, lang))
