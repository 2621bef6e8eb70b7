"""The matcher: all patterns of a project in one automaton, and what they hit in a text.

`compile_patterns` takes every pattern there is, whatever scenario or rule it belongs to; a hit says which pattern it
is of, and whether it counts there is the caller's business. That is why ten thousand phrases cost little more than a
hundred.

A text is folded and scanned; mostly nothing is found and that is all. Where letters are found, `pieces` decides
whether they are the phrase, and `linking` puts together what has a `*` or a `{group}`. The work grows with the text
and with what is found in it, not with their product. The library of the automaton (ahocorasick_rs) is known here
alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, Generic

from ahocorasick_rs import AhoCorasick

from compiler.matching.folding import BREAK, IGNORED, Ignored, dropped_differences, fold
from compiler.matching.letterless import Verbatim
from compiler.matching.linking import Link, links, outside, shortest
from compiler.matching.patterns import Fault, Id, Pattern, Problem, Reader
from compiler.matching.pieces import Reading
from compiler.matching.plans import Plan, Plans, useless
from dsl.frozen import Node

_BLOCK: Final = 1 << 16
"""Characters that are scanned at a time when there are many texts."""
_FEW: Final = 3
"""Letters, or words of an alphabet, that meet by accident on both sides of a comma."""
_SHORT: Final = 1 << 12
"""In so many letters a piece is quickest looked for by itself."""

_Found = tuple[int, int, int]
"""(number, start, end): the number of a key, and where it stands among the letters."""
_Scan = Callable[[str], list[_Found]]


class Hit(Node, Generic[Id], frozen=True):
    """The pattern `id` stands at `text[start:end]`; `ignored` says what was looked past, in the order of `IGNORED`.

    accidental: so few letters with a comma between them that they hardly belong together, as 您错了 in 不怪您，错了的是我们.
    """

    id: Id
    start: int
    end: int
    ignored: tuple[Ignored, ...]
    accidental: bool = False


class Compiled(Node, Generic[Id], frozen=True):
    """A matcher for every pattern that could be read, and all that is wrong with the others."""

    matcher: Matcher[Id]
    problems: tuple[Problem[Id], ...]


def compile_patterns(
    patterns: Iterable[Pattern[Id]], word_groups: Mapping[str, Sequence[str]] | None = None
) -> Compiled[Id]:
    """Make a matcher for `patterns`. word_groups: for each name that a pattern may say in braces, its words.

    Never fails: a text that cannot be looked for is left out and reported, and a context that makes no difference is
    reported. Words of a group are looked at only if some pattern names the group.
    """
    reader = Reader(word_groups or {})
    plans = Plans()
    ids: list[Id] = []
    problems: list[Problem[Id]] = []
    unless: dict[int, tuple[Plan, ...]] = {}
    verbatim: list[Verbatim] = []
    for pattern in patterns:
        chains = reader.read(pattern.text)
        if bare := reader.letterless(pattern.text):
            verbatim.append(Verbatim(len(ids), bare, pattern.unless))
            chains = () if isinstance(chains, Fault) else chains
        if isinstance(chains, Fault):
            problems.append(Problem(pattern.id, pattern.text, chains.kind, chains.group))
            continue
        number = len(ids)
        ids.append(pattern.id)
        for chain in chains:
            plans.add(number, chain)
        contexts: list[Plan] = []
        for text in pattern.unless if chains else ():
            excusing = reader.read(text)
            if isinstance(excusing, Fault):
                problems.append(Problem(pattern.id, text, excusing.kind, excusing.group))
                continue
            contexts += (plans.aside(number, chain) for chain in excusing)
            if kind := useless(chains, excusing):
                problems.append(Problem(pattern.id, text, kind))
        if contexts:
            unless[number] = tuple(contexts)
    problems += (Problem(None, word, fault.kind, group) for group, word, fault in reader.problems)
    return Compiled(Matcher(ids, plans, unless, verbatim), tuple(problems))


def _scanner(keys: Mapping[str, int]) -> _Scan:
    """A function that finds all of `keys`, also overlapping ones, in a row of letters, and gives back their numbers."""
    if not keys:
        return lambda letters: []
    find = AhoCorasick(keys).find_matches_as_indexes
    numbers = list(keys.values())
    return lambda letters: [(numbers[at], start, end) for at, start, end in find(letters, overlapping=True)]


class Matcher(Generic[Id]):
    """Finds patterns in texts; made by `compile_patterns`, and never changed afterwards.

    Hits of one pattern in a text do not overlap: what holds no shorter hit counts, from the left.
    """

    def __init__(
        self, ids: Sequence[Id], plans: Plans, unless: Mapping[int, Sequence[Plan]], verbatim: Sequence[Verbatim] = ()
    ) -> None:
        self._ids = ids
        self._verbatim = verbatim
        self._plans = plans.all
        self._anchored = plans.anchored
        self._unless = unless
        self._scan = _scanner(plans.keys(anchors=True))
        self._scan_others = _scanner(plans.keys(anchors=False))

    def find(self, text: str) -> list[Hit[Id]]:
        """All hits in `text`, by place, then by the order of the patterns."""
        key = fold(text)
        found = self._scan(key)
        hits = self._hits(text, key, found) if found else []
        return self._with_letterless(text, hits)

    def find_each(self, texts: Sequence[str]) -> dict[int, list[Hit[Id]]]:
        """`find` for many texts, quicker: the hits by the index of the text, without those that have none."""
        hits: dict[int, list[Hit[Id]]] = {}
        for first, last in _blocks(texts):
            block = texts[first:last]
            letters = fold(BREAK.join(block))
            found = self._scan(letters)
            if not found:
                continue
            keys = letters.split(BREAK)
            if len(keys) != len(block):  # a text holds the mark that should part the texts
                hits.update((at, its) for at, text in enumerate(block, first) if (its := self.find(text)))
                continue
            starts = [0, *accumulate(len(key) + 1 for key in keys)]
            by_text: dict[int, list[_Found]] = {}
            for number, start, end in found:
                at = bisect_right(starts, start) - 1
                by_text.setdefault(at, []).append((number, start - starts[at], end - starts[at]))
            for at, its_found in sorted(by_text.items()):
                if its := self._hits(block[at], keys[at], its_found):
                    hits[first + at] = its
        if self._verbatim:
            for at, text in enumerate(texts):
                if its := self._with_letterless(text, hits.get(at, [])):
                    hits[at] = its
            hits = dict(sorted(hits.items()))
        return hits

    def _with_letterless(self, text: str, hits: list[Hit[Id]]) -> list[Hit[Id]]:
        """`hits`, and those of patterns that have no letters."""
        more = [Hit(self._ids[one.number], start, end, ()) for one in self._verbatim for start, end in one.find(text)]
        return sorted((*hits, *more), key=lambda hit: (hit.start, hit.end)) if more else hits

    def _hits(self, text: str, key: str, found: list[_Found]) -> list[Hit[Id]]:
        candidates = {at for number, _, _ in found for at in self._anchored[number]}
        plans = [self._plans[at] for at in sorted(candidates)]
        if len(key) <= _SHORT:
            plans = [plan for plan in plans if not plan.others or plan.may_be(key)]
        if not plans:
            return []
        if any(plan.others or plan.pattern in self._unless for plan in plans):
            found = found + self._scan_others(key)
        starts: dict[int, list[int]] = {}
        for number, start, _ in found:
            starts.setdefault(number, []).append(start)
        reading = Reading(text, key)
        by_pattern: dict[int, list[Link]] = {}
        for plan in plans:
            by_pattern.setdefault(plan.pattern, []).extend(links(plan, reading, starts, nearest=True))
        hits: list[tuple[int, int, int, Hit[Id]]] = []
        for pattern, candidate_links in by_pattern.items():
            if not candidate_links:
                continue
            contexts = self._unless.get(pattern, ())
            around = [link for plan in contexts for link in links(plan, reading, starts, nearest=False)]
            free = 0
            for link in shortest(outside(candidate_links, around) if around else candidate_links):
                if link.start >= free:
                    free = link.end
                    hit = self._hit(pattern, reading, link)
                    hits.append((hit.start, hit.end, pattern, hit))
        hits.sort(key=lambda row: row[:3])
        return [hit for *_, hit in hits]

    def _hit(self, pattern: int, reading: Reading, last: Link) -> Hit[Id]:
        ignored: set[Ignored] = set()
        size = 0
        link = last
        while True:
            ignored |= reading.ignored(link.piece, link.k)
            size += link.piece.size
            if link.before is None:
                break
            if not link.gap:
                written = link.before.piece.gaps[-1] + link.piece.gaps[0]
                ignored |= dropped_differences(written, reading.dropped(link.k))
            link = link.before
        start, before = reading.before(link.piece, link.k)
        end, after = reading.after(last.piece, last.k)
        ignored |= before | after
        accidental = "clause" in ignored and size <= _FEW
        return Hit(self._ids[pattern], start, end, tuple(kind for kind in IGNORED if kind in ignored), accidental)


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Ranges of `texts` that are scanned in one go."""
    first = size = 0
    for at, text in enumerate(texts):
        size += len(text) + 1
        if size >= _BLOCK:
            yield first, at + 1
            first, size = at + 1, 0
    if first < len(texts):
        yield first, len(texts)
