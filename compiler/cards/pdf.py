"""Cards as pages for print: what the template is told, in batches that Typst sets quickly, and where things came to stand.

Of a build, each card is a document; of a deck, some cards are one. Knows nothing of machines; decides nothing on content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from compiler.cards.deck import DeckEntry
from compiler.cards.deck_view import PrintOptions, entry_view, qr
from compiler.cards.fit import breakable, estimate, keep_together, measured
from compiler.cards.typesetting import Job, Printed, Typesetter
from compiler.cards.view import View
from compiler.cards.words import Wordbook, wordbook

BATCH = 12
"""Cards a document: fewer means every font once more in the file, more means that Typst remembers more at a time."""

_USED = (
    "card", "steps", "situations", "entries", "tip", "road", "speech", "anytime", "never", "never_say", "never_do",
    "instead", "because", "aside", "within", "or_say", "sensitive", "page", "end",
    "card_no", "on_page", "verify", "draft", "contents", "contents_note", "effective", "opening", "continued",
)  # fmt: skip
"""The fixed words the template uses."""


def singles(cards: Iterable[DeckEntry], options: PrintOptions) -> Typesetter:
    """The document of each of `cards`, in order. Raises PrintUnavailable."""
    words = wordbook(options.lang)
    return Typesetter((_job([entry_view(entry, options)], options, words) for entry in cards), measured)


def batches(deck: Sequence[DeckEntry], options: PrintOptions) -> Typesetter:
    """The documents of a deck's cards: some cards a document, in order. Raises PrintUnavailable."""
    words = wordbook(options.lang)
    return Typesetter(
        (_job([entry_view(entry, options) for entry in some], options, words) for some in _batches(deck)), measured
    )


def contents(view: View, options: PrintOptions) -> Printed:
    """The document of the contents page."""
    return next(iter(Typesetter([_job([], options, wordbook(options.lang)) | {"contents": view}])))


def _batches(deck: Sequence[DeckEntry]) -> Iterator[Sequence[DeckEntry]]:
    size = max(1, min(BATCH, -(-len(deck) // 4)))
    return (deck[at : at + size] for at in range(0, len(deck), size))


def _job(cards: list[View], options: PrintOptions, words: Wordbook) -> Job:
    for number, view in enumerate(cards):
        view["id"] = view["number"] or str(number)
        view["qr"] = qr(view["code"])
        estimate(view, options)
        keep_together(view["main"])
    return {
        "cards": [breakable({key: view[key] for key in _KEYS}) for view in cards],
        "words": {key: words[key] for key in _USED},
        "lang": options.lang,
        "format": options.format,
        "scale": options.scale,
        "draft": options.draft,
        "contents": None,
        "title": " · ".join(view["main"]["title"] for view in cards[:3])[:200],
        "keywords": [view["code"] for view in cards],
    }


_KEYS = (
    "id", "number", "about", "effective", "total", "road", "ending", "main", "from", "foot_line", "foot", "code", "qr",
    "mark",
)  # fmt: skip
