"""Cards as pages for print: what the template is told, in batches that Typst sets quickly, and where things came to stand.

A sheet is one scenario with its sub-dialogues behind it; a deck is many numbered cards. Knows nothing of machines; decides
nothing on content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from compiler.emit.card_parts import Card
from compiler.emit.card_view import View, card_view
from compiler.emit.card_words import Wordbook
from compiler.emit.codes import short_code
from compiler.emit.deck import Leaf
from compiler.emit.deck_view import Look, leaf_view, qr, sheet_view
from compiler.emit.press import Printed, press

BATCH = 24
"""Cards a document: fewer means every font once more in the file, more means longer waits for Typst's second look."""

_USED = (
    "card", "tip", "road", "speech", "anytime", "never", "never_say", "never_do", "instead", "because", "aside",
    "dialogues", "dialogues_note", "within", "or_say", "sensitive", "page", "end", "card_no", "on_page", "verify",
    "draft", "contents", "contents_note", "effective",
)  # fmt: skip
"""The fixed words the template uses."""


def sheets(cards: Iterable[Card], look: Look) -> Iterator[Printed]:
    """The document of each of `cards`, in order. Raises PrintUnavailable."""
    words = Wordbook(look.lang)
    return press(
        _job([sheet_view(card_view(card, look.lang), short_code(card.name, card.version), look)], look, words)
        for card in cards
    )


def leaves(deck: Sequence[Leaf], look: Look) -> Iterator[Printed]:
    """The documents of a deck's cards: some cards a document, in order. Raises PrintUnavailable."""
    words = Wordbook(look.lang)
    return press(_job([leaf_view(leaf, look) for leaf in some], look, words, numbered=True) for some in _batches(deck))


def contents(view: View, look: Look) -> Printed:
    """The document of the contents page."""
    return next(press([_job([], look, Wordbook(look.lang), numbered=True) | {"contents": view}]))


def _batches(deck: Sequence[Leaf]) -> Iterator[Sequence[Leaf]]:
    size = max(1, min(BATCH, -(-len(deck) // 4)))
    return (deck[at : at + size] for at in range(0, len(deck), size))


def _job(cards: list[View], look: Look, words: Wordbook, *, numbered: bool = False) -> dict[str, Any]:
    for number, view in enumerate(cards):
        view["id"] = view["number"] or str(number)
        view["qr"] = qr(view["code"])
        _reckon(view, look)
    return {
        "cards": [_breakable({key: view[key] for key in _KEYS}) for view in cards],
        "words": {key: words[key] for key in _USED},
        "lang": look.lang,
        "format": look.format,
        "scale": look.scale,
        "draft": look.draft,
        "numbered": numbered,
        "contents": None,
        "title": " · ".join(view["main"]["title"] for view in cards[:3])[:200],
        "keywords": [view["code"] for view in cards],
    }


_KEYS = (
    "id", "number", "about", "effective", "total", "road", "ending", "main", "dialogues", "from", "foot_line", "foot", "code",
    "qr",
)  # fmt: skip

# --- what surely fits -------------------------------------------------------------------------------------------------
# Measuring in Typst lays things out twice. A rough reckoning in lines spares that where there is no doubt; where there
# is, the template measures.

_PAGE = {"a4": 50.0, "a5": 40.0, "a6": 26.0}
"""Lines of body text that fit on a page."""
_WIDTH = {"a4": 34.0, "a5": 38.0, "a6": 27.0}
"""Han characters in a line of body text of the main column."""
_SURE = 0.55
"""So much of a page may be reckoned for what surely fits."""


def _reckon(view: View, look: Look) -> None:
    page, width = _PAGE[look.format] / look.scale * _SURE, _WIDTH[look.format] / look.scale
    for part in (view["main"], *view["dialogues"]):
        part["fits"] = _lines([part["anytime"], part["never"]], width) < page
        for step in (*part["road"], *part["aside"]):
            beside = _lines([step["onward"], step["reactions"], step["at_most"]], width / 2)
            across = _lines([step["goal"], step["tips"], step["lines"], step["never"]], width)
            step["fits"] = beside + across < page
        width = _WIDTH[look.format] / look.scale * (2 / 3 if look.format == "a4" else 1)


def _lines(value: Any, width: float) -> float:
    """About how many lines of body text `value` takes in a column that holds `width` Han characters a line."""
    if isinstance(value, str):
        # A Han character is three bytes, a Latin letter one, and half as wide.
        return (len(value) + len(value.encode())) / (4 * width)
    if isinstance(value, dict):
        inner = sum(_lines(item, width) for item in value.values())
        # Something to say is set half as large again, with air above and below.
        return inner * 2.2 + 1.5 if "wordings" in value else inner + (0.7 if len(value) > 2 else 0)
    if isinstance(value, list):
        return sum(_lines(item, width) for item in value)
    return 0.0


_UNBROKEN = re.compile(r"[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{25,}")


def _breakable(value: Any) -> Any:
    """`value` with room for a line break in runs of signs that have none, every 12 characters."""
    if isinstance(value, str):
        return _UNBROKEN.sub(lambda run: _cut(run[0]), value) if len(value) > 24 else value
    if isinstance(value, dict):
        return {key: item if key == "qr" else _breakable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_breakable(item) for item in value]
    return value


def _cut(run: str) -> str:
    return "\u200b".join(run[at : at + 12] for at in range(0, len(run), 12))
