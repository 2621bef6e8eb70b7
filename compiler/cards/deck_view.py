"""Cards on paper in words: plain data for the print's one template.

Adds to every card what only paper has: its number, what leads to it, the footer that says which version this is.
Knows nothing of Typst and of points, but for how many signs fit into a footer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from compiler.cards.codes import qr_rows
from compiler.cards.deck import ANYTIME, Caller, Deck, DeckEntry
from compiler.cards.parts import Part
from compiler.cards.view import View, card_view, clean
from compiler.cards.words import Lang, Wordbook, wordbook
from dsl.frozen import Node

Format: TypeAlias = Literal["a4", "a5", "a6"]
FORMATS: tuple[Format, ...] = ("a4", "a5", "a6")
LARGE = 1.35
"""How much larger large print is."""
_MOST_CALLERS = 9
_FOOTER = {"a4": 43.0, "a5": 25.0, "a6": 13.5}
"""Han characters of a line on the left of the footer: what is longer would push the rest off the paper."""


class PrintOptions(Node, frozen=True):
    """How a deck is printed.

    type: points of the smallest type. large: large print. draft: marked as not to be used. duplex: a card begins on a
    front. approver: who stands for what the cards say. today: an ISO date before whose coming a card is marked; it is not
    printed.
    """

    format: Format = "a4"
    lang: Lang = "zh"
    type: float = 8.0
    large: bool = False
    draft: bool = False
    duplex: bool = False
    approver: str = ""
    today: str = ""

    @property
    def scale(self) -> float:
        """How much larger everything is set than the format's own measure, whose smallest type has 8 points."""
        return self.type / 8 * (LARGE if self.large else 1)


def entry_view(entry: DeckEntry, options: PrintOptions) -> View:
    """One card on paper: its sub-dialogues have cards of their own."""
    words = wordbook(options.lang)
    view = card_view(entry.card, options.lang)
    number = str(entry.number) if entry.number else ""
    arrivals = _arrivals(entry.card.main, words)
    for step in (*view["main"]["road"], *view["main"]["aside"]):
        step["from"] = "" if step["road"] else words["from_steps"].replace("{steps}", arrivals.get(step["label"], ""))
        if not arrivals.get(step["label"]):
            step["from"] = ""
    view |= {
        "number": number,
        "from": _callers(entry.callers, words),
        "foot_line": foot_line(view, options, words, number=f"{words['card_no']} {number}-99 " if number else ""),
        "code": entry.code,
        "mark": words["ahead"].replace("{since}", entry.card.effective or "") if _is_ahead(entry, options) else "",
    }
    return view


def _is_ahead(entry: DeckEntry, options: PrintOptions) -> bool:
    """Whether a card is printed before the first day on which it counts."""
    return "" < options.today < (entry.card.effective or "")


def sheet_view(view: View, code: str, options: PrintOptions) -> View:
    """A card on a page of the site."""
    foot = foot_line(view, options, wordbook(options.lang))
    return view | {"number": "", "from": "", "foot_line": foot, "code": code}


def contents_view(deck: Deck, places: Iterable[str], words: Wordbook) -> View:
    """The contents page: every card with its number, where it is and how long it takes to say."""
    rows = [
        {
            "number": str(entry.number),
            "title": clean(entry.card.main.title),
            "kind": clean(entry.card.kind),
            "seconds": words.speech(entry.card.main.seconds),
            "page": place,
            "code": entry.code,
        }
        for entry, place in zip(deck.entries, places, strict=True)
    ]
    return {"rows": rows, "count": words["count"].replace("{n}", str(len(rows)))}


def foot_line(view: View, options: PrintOptions, words: Wordbook, number: str = "") -> list[str]:
    """What the footer says beside numbers and code: name, version, since when, who approved it; empty where unknown.

    number: what stands before the name, at its longest.
    """
    approver = clean(" ".join(options.approver.split()))
    most = _FOOTER[options.format]
    return [
        _clipped(view["main"]["title"], most - han_widths(number)),
        f"{words['version']} {view['version']}",
        _days(view, options, words),
        _clipped(f"{words['approved']} {approver}", most) if approver else "",
    ]


def _days(view: View, options: PrintOptions, words: Wordbook) -> str:
    """First and last day; on the smallest cards, whose footer has no room for both, the last where there is one."""
    if options.format == "a6" and view["until"]:
        return words["valid_until"].replace("{until}", view["until"])
    return f"{words['effective']} {view['effective']}" if view["effective"] else ""


def han_widths(text: str) -> float:
    """About how wide `text` is, in Han characters: those are three bytes, a Latin letter is one byte and half as wide."""
    return (len(text) + len(text.encode("utf-8", "replace"))) / 4


def _clipped(text: str, most: float) -> str:
    if han_widths(text) <= most:
        return text
    end = next(end for end in range(len(text), -1, -1) if han_widths(text[:end]) < most)
    return text[:end].rstrip() + "…"


def qr(code: str) -> list[str]:
    """The QR code, if its library is installed; a card without one has the code in letters all the same."""
    try:
        return list(qr_rows(code))
    except ImportError:
        return []


def _callers(callers: tuple[Caller, ...], words: Wordbook) -> str:
    """`由卡 2 第 3、5 步，卡 7 随时转来`; the many are counted."""
    if not callers:
        return ""
    named = []
    for caller in callers[:_MOST_CALLERS]:
        steps = words["list"].join(label for label in caller.steps if label != ANYTIME)
        where = words["at_step"].replace("{steps}", steps) if steps else ""
        if ANYTIME in caller.steps:
            where = words["at_anytime"]
        named.append(f"{words['card_no']} {caller.number}{where}")
    more = len(callers) - len(named)
    text = words["list_cards"].join(named) + (words["more_cards"].replace("{n}", str(more)) if more else "")
    return words["from_cards"].replace("{cards}", text)


def _arrivals(part: Part, words: Wordbook) -> dict[str, str]:
    """Step -> the labels of the steps that lead to it, in order."""
    found: dict[str, dict[str, None]] = {}
    for reaction in part.anytime:
        if reaction.exit.kind == "step":
            found.setdefault(reaction.exit.label, {})[words["anytime"]] = None
    for step in part.steps:
        gate = (step.at_most[1],) if step.at_most else ()
        for reaction in (*step.onward, *step.reactions, *gate):
            if reaction.exit.kind == "step" and reaction.exit.label != step.label:
                found.setdefault(reaction.exit.label, {})[step.label] = None
    return {label: words["list"].join(steps) for label, steps in found.items()}
