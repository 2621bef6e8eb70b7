"""What an author may write to be looked for, and what is wrong with what was written.

A pattern is a phrase. In it `*` stands for a few characters of the same sentence (see `linking.MAX_GAP`), and
`{name}` for any of the words of a word group, whose words are patterns themselves. `read` turns it into chains: a
chain is a row of slots, and in each slot stands one of some texts. A group of plain words is one slot, however many
they are; only words with a `*` or more of their own multiply the chains, and that has a limit. Knows nothing of how
patterns are found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Generic, Literal, TypeVar

from compiler.matching.folding import BREAK, fold
from compiler.matching.letterless import is_letterless
from dsl.frozen import Node

Id = TypeVar("Id")
"""Whatever the caller tells patterns apart by."""

MAX_LETTERS: Final = 120
"""A stretch without `*` longer than this is no phrase; it bounds how many patterns can end at one place of a text."""
MAX_CHAINS: Final = 64
"""So many chains one pattern may come to."""

ProblemKind = Literal[
    "empty", "too-long", "too-many", "unclosed-group", "unknown-group", "empty-group", "group-cycle", "unless-never",
    "unless-always",
]  # fmt: skip
"""Why a text is not looked for, or does not do what its author hopes.

empty: nothing is left of it but punctuation and `*`, or but particles where other words stand. too-long: more than
MAX_LETTERS letters without a `*`. too-many: it names groups whose words with `*` combine in more than MAX_CHAINS ways.
unclosed-group: a `{` without `}`. unknown-group: there is no such word group. empty-group: none of the group's words can
be looked for. group-cycle: the group names itself. unless-never: the phrase is not part of this context, so it excuses
nothing. unless-always: the context is the phrase itself, so it excuses everything. Patterns and contexts with the last
two work all the same.
"""


class Pattern(Node, Generic[Id], frozen=True):
    """A phrase to look for, and the contexts that excuse it: a hit that lies inside one of them is none."""

    id: Id
    text: str
    unless: tuple[str, ...] = ()


class Problem(Node, Generic[Id], frozen=True):
    """What is wrong with `text`: a pattern, one of its contexts, or a word of the group `group` (then `id` is None)."""

    id: Id | None
    text: str
    kind: ProblemKind
    group: str | None = None


class Fault(Node, frozen=True):
    """Why a text cannot be read, and the group that is to blame, if one is."""

    kind: ProblemKind
    group: str | None = None


def groups_in(texts: Iterable[str], groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Those of `groups` that patterns among `texts` name, and those that their words name in turn, each with its words."""
    found: dict[str, tuple[str, ...]] = {}
    todo = list(texts)
    for text in todo:  # grows while it is walked
        for special in () if _SIGNS.isdisjoint(text) else re.finditer(_SPECIAL, text):
            name = _group_name(special)
            if name in groups and name not in found:
                found[name] = tuple(groups[name])
                todo += groups[name]
    return found


class Slot(Node, frozen=True):
    """One of `texts` stands here; `gap`: a few other characters may stand before it."""

    texts: tuple[str, ...]
    gap: bool


Chain = tuple[Slot, ...]

_SIGNS: Final = frozenset("*＊﹡{｛﹛")
_SPECIAL: Final = r"(?P<gap>[*＊﹡])|[{｛﹛](?P<name>[^{｛﹛}｝﹜*＊﹡]*)(?P<end>[}｝﹜]?)"


def _group_name(special: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", special["name"] or "").strip()


class _Group(Node, frozen=True):
    plain: tuple[str, ...]
    chains: tuple[Chain, ...]
    letterless: tuple[str, ...] = ()


class Reader:
    """Reads patterns over one set of word groups, each of which it reads once.

    problems: (group, word, fault) of words that cannot be looked for.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self.groups = groups
        self.problems: list[tuple[str, str, Fault]] = []
        self._read: dict[str, _Group | Fault] = {}
        self._reading: list[str] = []

    def read(self, text: str) -> tuple[Chain, ...] | Fault:
        """The chains of a pattern, at least one, and none of them empty."""
        text = text.replace(BREAK, "")
        if _SIGNS.isdisjoint(text):
            return _fault(text) or ((Slot((text,), gap=False),),)
        chains: list[Chain] = [()]
        gap = False
        at = 0
        for special in re.finditer(_SPECIAL, text):
            chains, gap, fault = _literal(chains, text[at : special.start()], gap)
            if fault:
                return fault
            at = special.end()
            if special["gap"]:
                gap = True
            elif not special["end"]:
                return Fault("unclosed-group")
            else:
                group = self._group(_group_name(special))
                if isinstance(group, Fault):
                    return group
                chains = _combine(chains, group, gap)
                if len(chains) > MAX_CHAINS:
                    return Fault("too-many")
                gap = False
        chains, _, fault = _literal(chains, text[at:], gap)
        return fault or (tuple(chains) if chains[0] else Fault("empty"))

    def letterless(self, text: str) -> tuple[str, ...]:
        """What `text` says where that is particles and pictures alone, or what words of the one group in it do."""
        if _SIGNS.isdisjoint(text):
            return (text,) if is_letterless(text) else ()
        whole = re.fullmatch(_SPECIAL, text.strip())
        if whole is None or not whole["end"]:
            return ()
        group = self._group(_group_name(whole))
        return () if isinstance(group, Fault) else group.letterless

    def _group(self, name: str) -> _Group | Fault:
        if name in self._reading:
            return Fault("group-cycle", name)
        if name not in self._read:
            self._reading.append(name)
            self._read[name] = self._words(name)
            self._reading.pop()
        return self._read[name]

    def _words(self, name: str) -> _Group | Fault:
        if name not in self.groups:
            return Fault("unknown-group", name)
        plain: dict[str, None] = {}
        chains: list[Chain] = []
        letterless: list[str] = []
        for word in self.groups[name]:
            read = self.read(word)
            if bare := self.letterless(word):
                letterless += bare
                if isinstance(read, Fault):
                    continue
            if isinstance(read, Fault):
                self.problems.append((name, word, read))
                continue
            for chain in read:
                if len(chain) == 1:
                    plain.update(dict.fromkeys(chain[0].texts))
                else:
                    chains.append(chain)
        if not (plain or chains or letterless):
            return Fault("empty-group", name)
        return _Group(tuple(plain), tuple(chains), tuple(letterless))


def _fault(literal: str) -> Fault | None:
    length = len(fold(literal))
    return None if 0 < length <= MAX_LETTERS else Fault("too-long" if length else "empty")


def _literal(chains: list[Chain], text: str, gap: bool) -> tuple[list[Chain], bool, Fault | None]:
    """`chains` with `text` at their end; a text without letters adds nothing, and leaves the gap open."""
    fault = _fault(text)
    if fault is None:
        return [(*chain, Slot((text,), gap and bool(chain))) for chain in chains], False, None
    return chains, gap, None if fault.kind == "empty" else fault


def _combine(chains: list[Chain], group: _Group, gap: bool) -> list[Chain]:
    """`chains` with each way to say `group` at their end."""
    ways = ([(Slot(group.plain, gap=False),)] if group.plain else []) + list(group.chains)
    return [(*chain, Slot(way[0].texts, gap and bool(chain)), *way[1:]) for chain in chains for way in ways]
