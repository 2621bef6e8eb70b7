"""Cards on paper: those of many scenarios, each sub-dialogue once on a card of its own, and who sends whom where.

Decides which cards there are, what they are numbered, what leads to each. Knows nothing of wording, formats, pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from compiler.cards.codes import short_code
from compiler.cards.content import card
from compiler.cards.parts import Calling, Card, CardStep, Line, Reaction
from compiler.machine.model import Machine
from dsl.frozen import Node, replace

ANYTIME = ""
"""In place of a step's label: a line of the whole call leads there."""

Numbering = Callable[[Iterable[str]], Mapping[str, int]]
Hash = Callable[[Machine], str]


class Caller(Node, frozen=True):
    """The card `number` leads here, from the steps with these labels (`ANYTIME`: from anywhere in it)."""

    number: int
    steps: tuple[str, ...]


class DeckEntry(Node, frozen=True):
    """One card, with the machine it was made from; in a deck with its number (else 0) and the cards that lead to it."""

    number: int
    code: str
    card: Card
    machine: Machine
    callers: tuple[Caller, ...] = ()
    calls: tuple[tuple[str, str], ...] = ()
    """(step's label, scenario) of each sub-dialogue it leads to."""


class Deck(Node, frozen=True):
    """The cards that are printed, by number; `numbers` are those of all cards that are printed or referred to."""

    entries: tuple[DeckEntry, ...]
    numbers: tuple[tuple[str, int], ...]


def deck(
    machines: Mapping[str, Machine],
    *,
    numbering: Numbering,
    hash: Hash,
    wanted: Sequence[str] | None = None,
    alone: bool = False,
) -> Deck:
    """The deck of `wanted` (None: of all), made from `scenarios`.

    Sub-dialogues come along unless `alone`. `numbering` gives names their numbers, `hash` a machine its version.
    """
    names = dict.fromkeys(machines if wanted is None else wanted)
    every = names | dict.fromkeys(flow.scenario for name in names for flow in machines[name].flows)
    numbers = numbering(every)
    if not alone:
        names = every
    entries: list[DeckEntry] = []
    for name in sorted(names, key=lambda one: numbers[one]):
        machine = machines[name]
        version = hash(machine)
        made = card(machine, version=version, numbers=numbers)
        entries.append(
            DeckEntry(numbers[name], short_code(name, version), made, machine, calls=tuple(_calls(made, numbers)))
        )
    callers: dict[str, list[Caller]] = {}
    for entry in entries:
        steps: dict[str, dict[str, None]] = {}
        for label, called in entry.calls:
            steps.setdefault(called, {})[label] = None
        for called, labels in steps.items():
            callers.setdefault(called, []).append(Caller(entry.number, tuple(labels)))
    return Deck(
        tuple(replace(one, callers=tuple(callers.get(one.card.name, ()))) for one in entries),
        tuple(sorted(numbers.items(), key=lambda pair: pair[1])),
    )


def unnumbered(machines: Mapping[str, Machine], *, hash: Hash) -> Iterator[DeckEntry]:
    """The card of each of `machines`, made from `scenarios`, as it is where cards have no numbers."""
    for name, machine in machines.items():
        version = hash(machine)
        yield DeckEntry(0, short_code(name, version), card(machine, version=version, numbers={}), machine)


def _calls(made: Card, numbers: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    names = {str(number): name for name, number in numbers.items()}
    for reaction in made.main.anytime:
        yield from ((ANYTIME, names[label]) for label in _labels(reaction.lines))
    for step in made.main.steps:
        for label in _labels(step.lines):
            yield step.label, names[label]
        for reaction in _reactions(step):
            yield from ((step.label, names[label]) for label in _labels(reaction.lines))


def _reactions(step: CardStep) -> Iterable[Reaction]:
    return (*step.onward, *step.reactions, *((step.at_most[1],) if step.at_most else ()))


def _labels(lines: Iterable[Line]) -> Iterable[str]:
    return (line.label for line in lines if isinstance(line, Calling) and line.label)
