"""What to look for: the chains of all patterns as keys of two automata.

A `Plan` is a chain whose texts have become keys, each also in the other writings of its numbers. One place of a plan
is its anchor, the one least to be expected by chance. Only anchors are in the automaton that sees every text; the
other places, and the contexts that excuse, are in a second one that sees few. Knows nothing of texts.
"""

from __future__ import annotations

from typing import Final

from compiler.matching.folding import NUMERALS, fold
from compiler.matching.numbers import other_writings
from compiler.matching.patterns import Chain, ProblemKind
from compiler.matching.pieces import piece
from dsl.frozen import Node

_COMMON: Final = frozenset("您我你们请的了是不1在有这那个为好么什说给可以就没会要到吗")


class Choice(Node, frozen=True):
    """One text of a place. key: its letters, number: the key's; respelled: not with the author's own digits."""

    number: int
    key: str
    text: str
    respelled: bool


class Place(Node, frozen=True):
    """One of `choices` stands here; `gap`: a few other characters may stand before it."""

    choices: tuple[Choice, ...]
    gap: bool


class Plan(Node, frozen=True):
    """One chain of the pattern numbered `pattern`; `others` are, for each place but the anchor, its choices' keys."""

    pattern: int
    places: tuple[Place, ...]
    others: tuple[tuple[str, ...], ...]

    def may_be(self, key: str) -> bool:
        """Whether something of every place stands in `key`, if something of the anchor does."""
        for choices in self.others:
            for choice in choices:
                if choice in key:
                    break
            else:
                return False
        return True


class Plans:
    """Collects plans. all: those to look at, in order; anchored: for each key's number, those whose anchor it is of."""

    def __init__(self) -> None:
        self.all: list[Plan] = []
        self.anchored: list[list[int]] = []
        self._numbers: dict[str, int] = {}

    def add(self, pattern: int, chain: Chain) -> None:
        """Have `chain` looked for."""
        places = self._places(chain)
        anchor = places[0]
        others: tuple[tuple[str, ...], ...] = ()
        if len(places) > 1:
            anchor = max(places, key=lambda place: min(_rarity(choice.key) for choice in place.choices))
            others = tuple(tuple(choice.key for choice in place.choices) for place in places if place is not anchor)
        for number in {choice.number for choice in anchor.choices}:
            self.anchored[number].append(len(self.all))
        self.all.append(Plan(pattern, places, others))

    def aside(self, pattern: int, chain: Chain) -> Plan:
        """A plan for a context: to be looked at only when its pattern was found."""
        return Plan(pattern, self._places(chain), ())

    def keys(self, *, anchors: bool) -> dict[str, int]:
        """The keys of anchors with their numbers, or those that are of no anchor."""
        return {key: number for key, number in self._numbers.items() if bool(self.anchored[number]) is anchors}

    def _places(self, chain: Chain) -> tuple[Place, ...]:
        return tuple([Place(self._choices(slot.texts), slot.gap) for slot in chain])

    def _choices(self, texts: tuple[str, ...]) -> tuple[Choice, ...]:
        choices: list[Choice] = []
        for text in texts:
            key = fold(text)
            choices.append(Choice(self._number(key), key, text, respelled=False))
            if not NUMERALS.isdisjoint(key):
                for other in other_writings(text):
                    key = fold(other)
                    choices.append(Choice(self._number(key), key, other, respelled=True))
        return tuple(choices)

    def _number(self, key: str) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers)
            self.anchored.append([])
        return number


def _rarity(key: str) -> int:
    """How little to expect `key` in what agents say."""
    return sum(1 if letter in _COMMON else 3 for letter in key)


def useless(phrase: tuple[Chain, ...], context: tuple[Chain, ...]) -> ProblemKind | None:
    """Why `context` makes no difference to `phrase`, as far as can be told: with a `*` in one of them it cannot."""
    if any(len(chain) > 1 for chain in phrase + context):
        return None
    inner = [text for chain in phrase for text in chain[0].texts]
    outer = [text for chain in context for text in chain[0].texts]
    around = {fold(way) for text in outer for way in (text, *other_writings(text))}
    if not any(fold(text) in key for text in inner for key in around):
        return "unless-never"
    contexts = map(piece, outer)
    same = {one.key for one in contexts if not one.need and not one.ends_clause}
    return "unless-always" if all(fold(text) in same for text in inner) else None
