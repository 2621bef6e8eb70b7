"""Few calls that reach everything missing: each goes from one missing thing to the next one near, then to its end."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.dialogues.inventory import Item
from compiler.dialogues.searching import Path, Search
from compiler.runtime.configuration import Configuration, Outcome
from dsl.frozen import Node

LONGEST = 40
"""Turns after which a call goes to its end: a longer one nobody reads."""
NEAR = 0.1
"""The part of a search's places that is looked at for the next thing on the way; what is farther is for another call."""
STRAIGHT = 3
"""How many times its places are looked at when lines of the whole call are left out, which multiply the places and
seldom lead anywhere."""


class Calls(Node, frozen=True):
    """Calls that reach what was missing, and what no call was found for."""

    paths: tuple[Path, ...]
    unreached: tuple[Item, ...]


def cover(search: Search, missing: Iterable[Item]) -> Calls:
    """Calls that reach all of `missing` that can be reached, in a fixed order."""
    left = dict.fromkeys(missing)
    paths: list[Path] = []
    unreached: list[Item] = []
    while left:
        first = _nearest(search, None, left)
        if first is None:
            unreached += left
            break
        path = first
        _take(search, first, left)
        while left and len(path) < LONGEST and path[-1].outcome.configuration.outcome is None:
            more = _nearest(search, path[-1].outcome.configuration, left)
            if more is None:
                break
            _take(search, more, left)
            path += more
        paths.append(_ended(search, path))
        _take(search, paths[-1], left)
    return Calls(tuple(paths), tuple(unreached))


def shortest(search: Search, missing: Iterable[Item]) -> dict[Item, Path]:
    """The shortest call found to each of `missing`; what is not there was not reached."""
    left = set(missing)
    found: dict[Item, Path] = {}
    near = int(search.most * NEAR)
    for most, straight in ((near, False), (search.most * STRAIGHT, True), (search.most, False)):
        for reached, way in search.explore(None, most, straight=straight) if left else ():
            for item in left & search.items(reached.outcome):
                left.discard(item)
                found[item] = way()
            if not left:
                break
    return found


def _nearest(search: Search, start: Configuration | None, wanted: dict[Item, None]) -> Path | None:
    """The shortest path to one of `wanted`: among the near places any, farther away a straight one."""

    def reaches(outcome: Outcome) -> bool:
        return not wanted.keys().isdisjoint(search.items(outcome))

    found = search.nearest(start, reaches, int(search.most * NEAR))
    if found is None and start is None:
        found = search.nearest(None, reaches, search.most * STRAIGHT, straight=True)
        found = found or search.nearest(None, reaches, search.most)
    return found


def _take(search: Search, path: Path, left: dict[Item, None]) -> None:
    for reached in path:
        for item in search.items(reached.outcome):
            left.pop(item, None)


def _ended(search: Search, path: Path) -> Path:
    """`path` and the shortest way to the end of its call, when one is near."""
    at = path[-1].outcome.configuration
    if at.outcome is not None:
        return path
    rest = search.nearest(at, lambda outcome: outcome.configuration.outcome is not None, int(search.most * NEAR))
    return path if rest is None else path + rest
