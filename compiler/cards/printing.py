"""Cards -> paper: single cards and decks with the findings on them. Writes nothing; reads no file and no clock.

scenarios ──deck──▶ numbered cards ──Typst──▶ pages ──looked at──▶ findings
                                                └──joined, put several on a sheet──▶ one file
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from compiler.cards.bookmarks import bookmarked
from compiler.cards.checks import Ban, check_pages, check_references, check_scripts
from compiler.cards.deck import Deck, deck, unnumbered
from compiler.cards.deck_view import PrintOptions, contents_view
from compiler.cards.ledger import Current, Issue, Ledger
from compiler.cards.pdf import batches, contents, singles
from compiler.cards.sheets import UP, arranged, imposed, joined, ordered, padded, page_count, seen
from compiler.cards.typesetting import Printed, PrintUnavailable, lacking
from compiler.cards.view import clean
from compiler.cards.words import wordbook
from compiler.machine.part import scenarios
from compiler.pipeline import Assembled
from compiler.project.settings import Settings
from dsl import nodes
from dsl.diagnostics import Diagnostic
from dsl.frozen import Node

__all__ = [
    "PrintOptions",
    "PrintUnavailable",
    "PrintedDeck",
    "Singles",
    "current_cards",
    "print_deck",
    "print_options",
    "script_findings",
]


class PrintedDeck(Node, frozen=True):
    """A printed deck: the file, what it holds, how many pages it has, and what is wrong with it."""

    pdf: bytes
    deck: Deck
    pages: int
    findings: tuple[Diagnostic, ...]

    def entered(self, ledger: Ledger, day: str) -> Ledger:
        """`ledger` with what is handed out with it on `day` (an ISO date), and the numbers that stand on it."""
        issues = (
            Issue(entry.number, entry.code, entry.card.version, day, entry.card.name) for entry in self.deck.entries
        )
        return ledger.with_issues(issues, dict(self.deck.numbers))


def print_options(settings: Settings) -> PrintOptions:
    """How a project wants its cards printed."""
    return PrintOptions(
        format=settings.card_format,
        lang=settings.card_lang,
        type=settings.card_type,
        approver=settings.approver,
    )


class Singles:
    """The card of each scenario of a project, and of each of a library's that they call, being printed.

    Typst begins at once, beside what else is done; iterating yields (scenario, PDF, findings). Findings on the scripts
    themselves come with the first.
    """

    def __init__(self, compiled: Assembled, options: PrintOptions) -> None:
        """Raises PrintUnavailable."""
        self._options = options
        self._own = _own(compiled)
        self._cards = tuple(unnumbered(scenarios(compiled.machines), hash=compiled.writer.hash))
        self._typesetter = singles(self._cards, options)
        self._found = tuple(script_findings(compiled, options))

    def __iter__(self) -> Iterator[tuple[str, bytes, tuple[Diagnostic, ...]]]:
        found = self._found
        for entry, printed in zip(self._cards, self._typesetter, strict=True):
            if entry.card.name in self._own:
                found += tuple(check_pages(entry, printed.marks, seen(printed.pdf), self._options))
            yield entry.card.name, printed.pdf, found
            found = ()

    def close(self) -> None:
        """Print nothing more."""
        self._typesetter.close()


def print_deck(
    compiled: Assembled,
    options: PrintOptions,
    ledger: Ledger,
    *,
    wanted: Sequence[str] | None = None,
    alone: bool = False,
    with_contents: bool = False,
    impose: bool = False,
    step: Callable[[], None] = lambda: None,
) -> PrintedDeck:
    """The deck of `wanted` (None: every card) as one file; `step` is called once a card. Raises PrintUnavailable."""
    machines = scenarios(compiled.machines)
    made = deck(machines, numbering=ledger.numbers, hash=compiled.writer.hash, wanted=wanted, alone=alone)
    own = _own(compiled)
    findings = [*script_findings(compiled, options), *check_references(made, own)]
    parts: list[Printed] = []
    runs: list[int] = []
    at = 0
    for printed in batches(made.entries, options):
        parts.append(printed)
        looked = list(seen(printed.pdf))
        for marks in _by_card(printed.marks):
            entry = made.entries[at]
            first, last = marks[0]["page"], marks[-1]["page"]
            if entry.card.name in own:
                findings += check_pages(entry, marks, looked[first - 1 : last], options)
            runs.append(last - first + 1)
            at += 1
            step()
    pdf = _bound(parts, runs, made, options, with_contents, impose)
    return PrintedDeck(pdf, made, page_count(pdf), tuple(findings))


def current_cards(compiled: Assembled) -> dict[str, Current]:
    """Every card of the project as the scripts say now, by scenario."""
    machines = scenarios(compiled.machines)
    made = deck(machines, numbering=Ledger().numbers, hash=compiled.writer.hash)
    return {
        entry.card.name: Current(entry.code, entry.card.version, entry.card.effective or "", entry.card.until or "")
        for entry in made.entries
    }


def _own(compiled: Assembled) -> frozenset[str]:
    return frozenset(name for name, scenario in compiled.program.scenarios.items() if scenario.own)


def script_findings(compiled: Assembled, options: PrintOptions) -> Iterator[Diagnostic]:
    """What is wrong with what is to be printed, whatever page it comes to stand on. Raises PrintUnavailable."""
    training = compiled.project.settings.card_training
    bans = tuple(_bans(compiled))
    return check_scripts(compiled.machines, _own(compiled), options, training=training, bans=bans, lacking=lacking)


def _bans(compiled: Assembled) -> Iterator[Ban]:
    """What the project's own scripts forbid outside of scenarios: for all of them, or in a rule."""
    program = compiled.program
    lines = [line for book in program.rulebooks for rule in book.rules for line in rule.lines]
    for node in (*program.never_say, *lines):
        if isinstance(node, nodes.NeverSay) and program.is_own(node.span):
            yield Ban(tuple(one.plain for one in node.texts), tuple(one.plain for one in node.instead), node.span)


def _by_card(marks: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The marks of each card of a document, from its first to its last."""
    some: list[dict[str, Any]] = []
    for mark in marks:
        some.append(mark)
        if mark["edge"] == "last":
            yield some
            some = []


def _bound(
    parts: Sequence[Printed], runs: Sequence[int], made: Deck, options: PrintOptions, with_contents: bool, impose: bool
) -> bytes:
    """The pages in one file: contents in front, blanks where a card must begin on a front, several on a sheet."""
    pdfs = [part.pdf for part in parts]
    words = wordbook(options.lang)
    marks = [
        (f"{words['card_no']} {entry.number} {clean(entry.card.main.title)}", sum(runs[:at]))
        for at, entry in enumerate(made.entries)
    ]
    each = 1
    order = padded(runs) if options.duplex else list(range(sum(runs)))
    if with_contents:
        front = _contents(made, runs, options, cut=impose and options.format in UP)
        count = page_count(front)
        pdfs.insert(0, front)
        blank: list[int | None] = [None] * (count % 2) if options.duplex else []
        order = [*range(count), *blank, *(None if one is None else one + count for one in order)]
        marks = [(words["contents"], 0), *((title, page + count) for title, page in marks)]
    whole = joined(pdfs)
    if impose and options.format in UP:
        across, down = UP[options.format]
        order = arranged(order, across, down, duplex=options.duplex)
        whole = imposed(whole, order, across, down)
        each = across * down
    elif None in order:
        whole = ordered(whole, order)
    places = {page: place // each for place, page in enumerate(order)}
    return bookmarked(whole, [(title, places[page]) for title, page in marks])


def _contents(made: Deck, runs: Sequence[int], options: PrintOptions, *, cut: bool) -> bytes:
    """The contents page, set until its own length no longer changes the numbers on it.

    cut: the pages are cut apart, so it says how many a card has; they are numbered card by card.
    """
    words = wordbook(options.lang)
    if cut:
        lengths = [words["cut_pages"].replace("{n}", str(run)) for run in runs]
        return contents(contents_view(made, lengths, words), options).pdf
    own = 1
    while True:
        before = own + own % 2 * options.duplex
        starts = []
        for run in runs:
            starts.append(before + 1)
            before += run + run % 2 * options.duplex
        places = [words["on_page"].replace("{n}", str(start)) for start in starts]
        pdf = contents(contents_view(made, places, words), options).pdf
        if (count := page_count(pdf)) <= own:
            return pdf
        own = count
