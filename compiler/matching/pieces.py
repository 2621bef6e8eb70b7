"""From letters to a phrase: a `Piece` of a pattern, a `Reading` of a text, and whether the one stands in the other.

The automaton finds a piece's key among a text's letters. Whether that is what the author meant depends on what
folding threw away, and is decided here, by looking at the two texts side by side:

- Letters of an alphabet make whole words: `no` is not in `know`. Numbers are whole too: 3天 is neither in 13天 nor in
  十三天, and 35元 is not 3.5元.
- A particle in the text is looked past wherever it stands, unless it is a letter of a word (在网吧 is no 在网).
- A particle in the pattern may be missing or be another one. At the pattern's end it says that the clause ends there,
  and so it must in the text: 没事了吧 is found in 没事了。 and 没事了呀, not in 没事了的话. It must stand as written
  when it is a letter of a word (网吧, 干嘛), or when fewer than three letters would be left (好吧 is not 好).
- 儿 goes the way of particles, but at a pattern's end it must be there: 你等会儿 is not in 你等会议结束.
- Between two sentences nothing is found: 这个没有。办法有两个 holds no 没有办法. Where the pattern has a mark, any will do.
- A sign that is read out must be there: 100% is not in 100元, 3-5天 not in 35天.

Everything here is linear in the piece. Knows nothing of automata, of `*` and of word groups.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Final

from compiler.matching.folding import (
    DIGITS,
    ERHUA,
    NUMERALS,
    UNITS,
    Ignored,
    bears_sense,
    differences,
    dropped_differences,
    ends_sentence,
    fold,
    in_word,
    is_alphabetic,
    is_apostrophe,
    is_mark,
    is_particle,
    is_range_sign,
    origins,
    parts_clauses,
    shape,
    simplified,
    spans_range,
)
from dsl.frozen import Node

BEARING: Final = 3
"""From so many letters up a pattern says enough without its particles."""
_POINTS: Final = frozenset(".．")
_IN_NUMBERS: Final = frozenset(".．,")


class Piece(Node, frozen=True):
    """A stretch of a pattern without `*`, taken apart.

    key: the letters to look for. origin: for each of them the author's character. gaps: what the author wrote before
    each letter and after the last one that folds to nothing. need: particles and signs that must stand there, by gap.
    ends_clause: a clause must end where the piece does. respelled: its numbers are not written as the author did.
    """

    key: str
    origin: str
    gaps: tuple[str, ...]
    need: tuple[tuple[int, str], ...]
    ends_clause: bool
    respelled: bool

    @property
    def size(self) -> int:
        """Its letters, where a word of an alphabet counts as one."""
        kinds = ["a" if is_alphabetic(letter) else "字" for letter in self.origin]
        words = "".join(gap + kind for gap, kind in zip(self.gaps, kinds, strict=False))
        return len(re.findall(r"a+|字", words))


@lru_cache(maxsize=1 << 14)
def piece(text: str, *, respelled: bool = False) -> Piece:
    """Take a stretch of a pattern apart."""
    letters: list[str] = []
    origin: list[str] = []
    gaps = [""]
    particles: list[tuple[int, str, bool]] = []
    signs: list[tuple[int, str]] = []
    for at, character in enumerate(text):
        key = fold(character)
        if key:
            letters.append(key)
            origin += character * len(key)
            gaps += [""] * len(key)
        else:
            gaps[-1] += character
            if is_particle(character):
                particles.append((len(origin), simplified(character), in_word(text, at)))
            elif bears_sense(character) or spans_range(text, at):
                signs.append((len(origin), shape(character)))
    bearing = len(origin) >= BEARING
    end = len(origin)
    need = tuple(
        (gap, particle)
        for gap, particle, word in particles
        if word or not bearing or (particle == ERHUA and gap == end)
    )
    last = any(gap == end and particle != ERHUA for gap, particle, _ in particles)
    free = last and not any(gap == end for gap, _ in need)
    return Piece("".join(letters), "".join(origin), tuple(gaps), (*need, *signs), free, respelled)


class Reading:
    """A text and its key, letter by letter. `at[k]` is where in the text letter k of the key comes from."""

    __slots__ = ("__dict__", "at", "key", "text")

    def __init__(self, text: str, key: str) -> None:
        self.text = text
        self.key = key
        self.at = origins(text)

    def dropped(self, k: int) -> str:
        """What stands before letter k (after the last one, when there is no letter k) that folds to nothing."""
        start = self.at[k - 1] + 1 if k else 0
        return self.text[start : self.at[k] if k < len(self.at) else len(self.text)]

    @cached_property
    def weights(self) -> list[int]:
        """For each letter and the end: what all letters before it weigh in a gap, 1 if of an alphabet, 4 if not."""
        return [0, *accumulate(1 if is_alphabetic(character) else 4 for character in self.key)]

    @cached_property
    def _ends(self) -> list[int]:
        """Where sentences end."""
        text = self.text
        return [
            at
            for at, character in enumerate(text)
            if ends_sentence(character) or (character == "." and (at + 1 == len(text) or text[at + 1].isspace()))
        ]

    def sentence(self, k: int) -> int:
        """The number of the sentence that letter k stands in."""
        return bisect_right(self._ends, self.at[k])

    def parted(self, k: int, written: str) -> bool:
        """Whether a sentence ends before letter k where a pattern has `written`, which parts nothing."""
        return k > 0 and self.sentence(k - 1) != self.sentence(k) and not parts_clauses(written)

    def fits(self, found: Piece, k: int, *, left: bool, right: bool) -> bool:
        """Whether the letters from k on, which are the key of `found`, are `found`.

        left, right: nothing belonging to the pattern stands on that side.
        """
        at, text = self.at, self.text
        end = k + len(found.key)
        start = at[k]
        stop = at[end - 1] + 1
        if (k and at[k - 1] == start) or (end < len(at) and at[end] < stop):
            return False  # half of a ㎡
        if stop - start != end - k or any(found.gaps[1:-1]):
            for i in range(1, end - k):
                if not self._agrees(found, k, i):
                    return False
        if any(sign not in map(shape, self.dropped(k + gap)) for gap, sign in found.need):
            return False
        if left and start and _joined(text, start):
            return False
        stop = self._past_marks(stop)
        if right and stop < len(text):
            if _joined(text, stop):
                return False
            if found.ends_clause and (fold(text[stop]) or (is_particle(text[stop]) and in_word(text, stop))):
                return False
        return True

    def _past_marks(self, at: int) -> int:
        """Where the character ends whose first part ends at `at`: an accent may be a character of its own."""
        while at < len(self.text) and is_mark(self.text[at]):
            at += 1
        return at

    def _agrees(self, found: Piece, k: int, i: int) -> bool:
        """Whether the author and the text may have different things before letter i of the piece."""
        written = found.gaps[i]
        start, stop = self.at[k + i - 1] + 1, self.at[k + i]
        if start >= stop and not written:
            return True
        dropped = self.text[start:stop]
        if written == dropped:
            return True
        if self.parted(k + i, written):
            return False
        if (
            self.key[k + i - 1] in DIGITS
            and self.key[k + i] in DIGITS
            and _POINTS.isdisjoint(written) != _POINTS.isdisjoint(dropped)
        ):
            return False
        if any(spans_range(self.text, at) for at in range(start, stop)) and not any(map(is_range_sign, written)):
            return False
        return not any(
            is_particle(character) and in_word(self.text, at) and simplified(character) not in map(simplified, written)
            for at, character in enumerate(dropped, start)
        )

    def ignored(self, found: Piece, k: int) -> set[Ignored]:
        """What was looked past to find `found` at letter k."""
        kinds: set[Ignored] = {"digits"} if found.respelled else set()
        if self.text.startswith(found.origin, self.at[k]) and not any(found.gaps[1:-1]):
            return kinds  # to the letter
        for i, character in enumerate(found.origin):
            kinds |= differences(character, self.text[self.at[k + i]])
            if i and (found.gaps[i] or self.at[k + i] - self.at[k + i - 1] > 1):
                kinds |= dropped_differences(found.gaps[i], self.dropped(k + i))
        return kinds

    def before(self, found: Piece, k: int) -> tuple[int, frozenset[Ignored]]:
        """Where in the text `found` begins, with its particles if there are any, and what was looked past in them."""
        stop = self.at[k]
        written = found.gaps[0]
        first = next((at for at, character in enumerate(written) if _is_said(character)), None)
        if first is None:
            return stop, frozenset()
        said = self.dropped(k)[::-1]
        length = _extent(said, [particle for gap, particle in found.need if not gap], len(written) - first)
        return stop - length, dropped_differences(written[first:], said[:length])

    def after(self, found: Piece, k: int) -> tuple[int, frozenset[Ignored]]:
        """Where in the text `found` ends, with its particles if there are any, and what was looked past in them."""
        size = len(found.key)
        start = self._past_marks(self.at[k + size - 1] + 1)
        written = found.gaps[-1]
        last = next((at for at in range(len(written), 0, -1) if _is_said(written[at - 1])), None)
        if last is None:
            return start, frozenset()
        said = self.dropped(k + size)[start - self.at[k + size - 1] - 1 :]
        length = _extent(said, [particle for gap, particle in found.need if gap == size], last)
        return start + length, dropped_differences(written[:last], said[:length])


def _is_said(character: str) -> bool:
    return is_particle(character) or bears_sense(character)


def _extent(said: str, need: list[str], most: int) -> int:
    """How much of `said` belongs to a pattern: up to what it needs, or at most `most` particles."""
    if need:
        letters = [*map(shape, said)]
        return 1 + max(map(letters.index, need))
    length = 0
    while length < min(len(said), most) and is_particle(said[length]):
        length += 1
    return length


def _joined(text: str, at: int) -> bool:
    """Whether a word or a number runs on over the place before `text[at]`."""
    before_mark = at - 1
    while before_mark and is_mark(text[before_mark]):
        before_mark -= 1
    one, other = text[before_mark], text[at]
    before = text[before_mark - 1] if before_mark else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if is_alphabetic(other) or is_alphabetic(one):
        return (
            (is_alphabetic(one) and is_alphabetic(other))
            or (is_apostrophe(one) and is_alphabetic(before) and is_alphabetic(other))
            or (is_apostrophe(other) and is_alphabetic(one) and is_alphabetic(after))
        )
    key, next_key = fold(one), fold(other)
    if one in _IN_NUMBERS:
        return _arabic(before) and _arabic(other)
    if other in _IN_NUMBERS:
        return _arabic(one) and _arabic(after)
    if key not in NUMERALS or next_key not in NUMERALS or in_word(text, before_mark) or in_word(text, at):
        return False
    return _arabic(one) == _arabic(other) or key in UNITS or next_key in UNITS


def _arabic(character: str) -> bool:
    return simplified(character) in DIGITS
