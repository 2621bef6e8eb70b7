"""Whether a card on paper is complete and legible: the findings SC7xx, from the machine and from the pages as they came out.

What fits is read off the laid-out page (where each step begins and ends, how small the type is, what sticks out), never
estimated. Findings are about scenarios that stand in the project; those of libraries are others' to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from compiler.cards import lints
from compiler.cards.deck import Deck, DeckEntry
from compiler.cards.deck_view import LARGE, PrintOptions
from compiler.cards.sheets import PageSeen
from compiler.machine.model import Ask, Flow, Machine, NeverSay, Phrase, Say
from compiler.machine.speech import spoken_characters
from compiler.machine.walk import acts_of, calls_of
from dsl.diagnostics import Diagnostic, listed
from dsl.frozen import Node
from dsl.source import Span

SMALLEST = 8.0
"""Points below which type is too small for a card."""
LONGEST = {"a4": 110, "a5": 90, "a6": 70}
"""Characters of one phrase that the eye takes in at once, by format; counted as they are spoken."""


class Ban(Node, frozen=True):
    """A forbidden wording of a rulebook or of the whole project."""

    texts: tuple[str, ...]
    instead: tuple[str, ...]
    span: Span


def check_scripts(
    machines: Iterable[Machine],
    own: Iterable[str],
    options: PrintOptions,
    *,
    training: bool,
    bans: Iterable[Ban],
    lacking: Callable[[Iterable[str]], frozenset[str]],
) -> Iterator[Diagnostic]:
    """Findings on what is to be printed, for each flow once.

    bans: what the project forbids outside its scenarios. lacking: those of some signs that the fonts do not have.
    """
    mine = frozenset(own)
    flows: dict[str, tuple[Flow, Machine]] = {}
    for machine in machines:
        for flow in machine.flows:
            if flow.scenario in mine:
                flows.setdefault(flow.scenario, (flow, machine))
    most = round(LONGEST[options.format] / (LARGE if options.large else 1))
    texts: dict[str, list[tuple[str, Span]]] = {}
    for name, (flow, machine) in flows.items():
        texts[name] = list(_texts(flow))
        yield from _phrases(flow, dict(machine.facts), most, options.format)
        yield from _prohibitions(_never_say(flow))
        if training:
            yield from (lints.NO_GOAL.at(step.span, step=step.name) for step in flow.steps if not step.goal)
    yield from _prohibitions(bans)
    missing = lacking({sign for some in texts.values() for text, _ in some for sign in text})
    if missing:
        for some in texts.values():
            for text, span in some:
                for sign in dict.fromkeys(one for one in text if one in missing):
                    yield lints.NO_GLYPH.at(span, sign=sign, code=f"U+{ord(sign):04X}")


def check_references(deck: Deck, own: Iterable[str]) -> Iterator[Diagnostic]:
    """References to cards that are not among those printed: one finding a card."""
    printed = {entry.card.name for entry in deck.entries}
    numbers, mine = dict(deck.numbers), frozenset(own)
    for entry in deck.entries:
        if entry.card.name not in mine:
            continue
        lacking = {called: transition for called, transition in calls_of(entry.machine.main) if called not in printed}
        if lacking:
            first = min(lacking.values(), key=lambda one: one.span.order())
            cards = listed(f"{numbers.get(called, '?')} {called}" for called in lacking)
            yield lints.NOT_PRINTED.at(first.span, cards=cards)


def check_pages(
    entry: DeckEntry,
    marks: Iterable[Mapping[str, Any]],
    pages: Iterable[PageSeen],
    options: PrintOptions,
) -> Iterator[Diagnostic]:
    """Findings on one card as it was laid out. marks: those of its steps; pages: its own."""
    flow = entry.machine.main
    names = {step.label: step.name for step in entry.card.main.steps}
    spans = {step.name: step.span for step in flow.steps}
    tops: dict[str, int] = {}
    for mark in marks:
        label = mark["step"]
        if label not in names:
            continue
        if mark["edge"] == "top":
            tops[label] = mark["page"]
        elif mark["page"] > tops[label]:
            cards, name = mark["page"] - tops[label] + 1, names[label]
            yield lints.OVERFLOW.at(spans[name], step=name, format=options.format.upper(), cards=cards)
    smallest = 0.0
    for number, page in enumerate(pages, 1):
        smallest = min(smallest or page.smallest, page.smallest or smallest)
        if page.beyond:
            yield lints.OFF_PAPER.at(flow.span, scenario=entry.card.name, page=number)
    if smallest and smallest < SMALLEST - 0.05:
        yield lints.SMALL_TYPE.at(flow.span, points=f"{smallest:.1f}".removesuffix(".0"))


def _phrases(flow: Flow, facts: Mapping[str, str], most: int, format: str) -> Iterator[Diagnostic]:
    for act in acts_of(flow):
        if not isinstance(act, Say | Ask):
            continue
        for phrase in act.phrases:
            count = spoken_characters(_printed(phrase, facts))
            if count > most:
                span = act.span if phrase.bank else phrase.span
                yield lints.LONG_PHRASE.at(span, count=count, most=most, format=format.upper())


def _prohibitions(bans: Iterable[NeverSay | Ban]) -> Iterator[Diagnostic]:
    for ban in bans:
        if not ban.instead:
            yield lints.NO_BETTER.at(ban.span, text=ban.texts[0] if ban.texts else "")


def _never_say(flow: Flow) -> Iterator[NeverSay]:
    yield from flow.never_say
    yield from (never for step in flow.steps for never in step.never_say)


def _printed(phrase: Phrase, facts: Mapping[str, str]) -> str:
    """The wording as it stands on the card: facts filled in, slots by name."""
    return "".join(part if isinstance(part, str) else facts.get(part.slot, part.slot) for part in phrase.parts)


def _texts(flow: Flow) -> Iterator[tuple[str, Span]]:
    """Every text of the author's that is printed, with its place."""
    yield flow.title, flow.span
    yield from ((text, flow.span) for text in (*flow.goals, *flow.tips))
    for act in acts_of(flow):
        if isinstance(act, Say | Ask):
            yield from ((phrase.text, act.span if phrase.bank else phrase.span) for phrase in act.phrases)
    for step in flow.steps:
        yield from ((text, step.span) for text in (step.name, step.goal, *step.tips))
    for never in _never_say(flow):
        yield from ((text, never.span) for text in (*never.texts, never.because, *never.instead))
    for banned in (*flow.never_do, *(one for step in flow.steps for one in step.never_do)):
        yield banned.because, banned.span
