"""Few calls that reach everything missing: each goes from one missing thing to the next one near, then to its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from compiler.dialogues.inventory import Item
from compiler.dialogues.searching import STRAIGHT, Path, Search
from compiler.runtime.configuration import Outcome
from dsl.frozen import Node

LONGEST = 40
"""Turns after which a call goes to its end: a longer one nobody reads."""
NEAR = 0.1
"""The part of a search's places that is looked at for the next thing on the way; what is farther is for another call."""


class Calls(Node, frozen=True):
    """Calls that reach what was missing, and what no call was found for."""

    paths: tuple[Path, ...]
    unreached: tuple[Item, ...]


def cover(search: Search, missing: Iterable[Item]) -> Calls:
    """Calls that reach all of `missing` that can be reached, in a fixed order."""
    left = dict.fromkeys(missing)
    near = int(search.most * NEAR)

    def reaches(outcome: Outcome) -> bool:
        return not left.keys().isdisjoint(search.items(outcome))

    paths: list[Path] = []
    unreached: list[Item] = []
    while left:
        first = _from_beginning(search, left)
        if first is None:
            unreached += left
            break
        path = first
        _take(search, first, left)
        while left and len(path) < LONGEST and path[-1].outcome.configuration.outcome is None:
            more = search.nearest(path[-1].outcome.configuration, reaches, near)
            if more is None:
                break
            _take(search, more, left)
            path += more
        paths.append(_ended(search, path))
        _take(search, paths[-1], left)
    return Calls(tuple(paths), tuple(unreached))


def shortest(search: Search, missing: Iterable[Item]) -> dict[Item, Path]:
    """The shortest call found to each of `missing`; what is not there was not reached."""
    found = ((item, _from_beginning(search, (item,))) for item in missing)
    return {item: path for item, path in found if path is not None}


def _from_beginning(search: Search, wanted: Collection[Item]) -> Path | None:
    """The shortest call to one of `wanted`: among the near places any, farther away a straight one before any other."""
    return (
        search.from_beginning(wanted, int(search.most * NEAR))
        or search.from_beginning(wanted, search.most * STRAIGHT, straight=True)
        or search.from_beginning(wanted, search.most)
    )


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
