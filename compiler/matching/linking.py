"""From pieces to patterns: which of the pieces found in a text make up a whole plan, and where.

Pieces are put together from left to right, and for each place at which the pieces so far can end only one way there
is kept. A `*` looks back over no more than `MAX_GAP` characters. So the work is the number of pieces found times a
constant, whatever the pattern, and never goes back over a choice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

from compiler.matching.pieces import Piece, Reading, piece
from compiler.matching.plans import Plan
from dsl.frozen import Node

MAX_GAP: Final = 8
"""How many characters a `*` spans at most, all within one sentence. Letters of an alphabet count a quarter each;
blanks, punctuation and particles do not count."""

_CHARACTER: Final = 4
"""What a character weighs in a gap where a letter of an alphabet weighs 1 (see `Reading.weights`)."""


class Link(Node, frozen=True):
    """A piece found at letter `k`, what was found before it, over a gap or not, and the letter where it all begins."""

    start: int
    piece: Piece
    k: int
    gap: bool
    before: Link | None

    @property
    def end(self) -> int:
        """The letter after the last one."""
        return self.k + len(self.piece.key)


def links(plan: Plan, reading: Reading, starts: Mapping[int, Sequence[int]], *, nearest: bool) -> list[Link]:
    """For every letter at which the whole plan can end, the way there from the nearest beginning, or from the farthest.

    starts: for the number of a key, the letters at which it was found. The shortest only, where a `*` makes shorter
    and longer ways to say the same.
    """
    ends: dict[int, Link] = {}
    for number, place in enumerate(plan.places):
        left = not number or place.gap
        right = number + 1 == len(plan.places) or plan.places[number + 1].gap
        fresh: dict[int, Link] = {}
        for choice in place.choices:
            for k in starts.get(choice.number, ()):
                before = _reached(ends, reading, k, place.gap, nearest) if number else None
                if number and before is None:
                    continue
                its = piece(choice.text, respelled=choice.respelled)
                if before and not place.gap and reading.parted(k, before.piece.gaps[-1] + its.gaps[0]):
                    continue
                start = before.start if before else k
                other = fresh.get(k + len(its.key))
                if other is not None and (start <= other.start if nearest else start >= other.start):
                    continue
                if reading.fits(its, k, left=left, right=right):
                    fresh[k + len(its.key)] = Link(start, its, k, place.gap, before)
        ends = fresh
        if not ends:
            break
    found = list(ends.values())
    return shortest(found) if nearest and len(plan.places) > 1 else found


def _reached(ends: Mapping[int, Link], reading: Reading, k: int, gap: bool, nearest: bool) -> Link | None:
    """What a piece at letter `k` goes on from: what is right before it, or over a gap the nearest or farthest begun."""
    if not gap:
        return ends.get(k)
    best: Link | None = None
    weights = reading.weights
    lowest = weights[k] - MAX_GAP * _CHARACTER
    sentence = reading.sentence(k)
    end = k
    while end > 0 and weights[end] >= lowest and reading.sentence(end - 1) == sentence:
        link = ends.get(end)
        if link is not None and (best is None or (link.start > best.start if nearest else link.start < best.start)):
            best = link
        end -= 1
    return best


def shortest(found: list[Link]) -> list[Link]:
    """Those of `found` that no other lies in, from the left."""
    kept: list[Link] = []
    for link in sorted(found, key=lambda link: (link.end, -link.start)):
        if not kept or link.start > kept[-1].start:
            kept.append(link)
    return kept


def outside(found: list[Link], around: list[Link]) -> list[Link]:
    """Those of `found` that lie in none of `around`."""
    around = sorted(around, key=lambda link: link.start)
    starts = [link.start for link in around]
    reach = [0, *accumulate((link.end for link in around), max)]
    return [link for link in found if reach[bisect_right(starts, link.start)] < link.end]
