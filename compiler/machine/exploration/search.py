"""The shortest call that comes to something: breadth first over the configurations of a machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from dsl.frozen import Node

Goal = Callable[[Move, Configuration], bool]


class Call(Node, frozen=True):
    """A call as its moves from the beginning, and where it rests after each of them."""

    moves: tuple[Move, ...]
    rests: tuple[Configuration, ...]


def shortest_call(
    behaviour: Behaviour,
    goal: Goal,
    most: int = 200_000,
    hopeless: Callable[[Configuration], bool] = lambda _config: False,
) -> Call | None:
    """The call with the fewest moves whose last move meets `goal`; None when no call does.

    Breadth first over configurations, leaving out the `hopeless`: those from which no call meets `goal`.
    Raises LookupError when `most` configurations were seen without an answer.
    """
    before: dict[Configuration, tuple[Configuration | None, Move]] = {}
    queue: deque[Configuration] = deque()
    for move, config in behaviour.beginnings():
        if goal(move, config):
            return Call((move,), (config,))
        if config not in before and not hopeless(config):
            before[config] = (None, move)
            queue.append(config)
    while queue:
        config = queue.popleft()
        for move, after in behaviour.moves(config):
            if goal(move, after):
                moves, rests = _back(config, before)
                return Call((*moves, move), (*rests, after))
            if after not in before and not hopeless(after):
                before[after] = (config, move)
                queue.append(after)
                if len(before) > most:
                    raise LookupError(f"more than {most} configurations")
    return None


def _back(
    config: Configuration, before: dict[Configuration, tuple[Configuration | None, Move]]
) -> tuple[tuple[Move, ...], tuple[Configuration, ...]]:
    moves: list[Move] = []
    rests: list[Configuration] = []
    at: Configuration | None = config
    while at is not None:
        rests.append(at)
        at, move = before[at]
        moves.append(move)
    return tuple(reversed(moves)), tuple(reversed(rests))
