"""The shortest call of some sort, found by looking at few configurations.

To begin with no slot and no gate is kept track of, so a call may be found that is none; it is played again exactly, and
what it assumed wrongly is kept track of from then on (counterexample-guided abstraction refinement: Clarke, Grumberg,
Jha, Lu, Veith 2000). A call that plays is a shortest one, because every real call is among those searched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.exploration.search import Call
from compiler.machine.model import Machine
from compiler.machine.walk import tests_of

Find = Callable[[frozenset[str], frozenset[int]], Call | None]
"""Finds the shortest call with these slots and gates kept track of, or None.

Raises LookupError when that takes too long.
"""

REAL = 20_000
"""Moves that are looked at while a call is played again."""


class Refinement:
    """Searches of one machine."""

    def __init__(self, machine: Machine, *slots: str) -> None:
        """slots: those that matter besides what guards test."""
        tested = {test.slot for flow in machine.flows for test in tests_of(flow)}
        self.exact = Behaviour(machine, slots=frozenset({*tested, *slots}))

    def shortest(
        self,
        find: Find,
        slots: frozenset[str] = frozenset(),
        rests: Callable[[Configuration], bool] = lambda _config: True,
    ) -> Call | None:
        """The shortest real call that `find` finds, and None when there is none.

        slots: kept track of throughout. rests: where the call must rest at last, if what is known of these slots matters.
        Raises LookupError as `find` does.
        """
        gates: frozenset[int] = frozenset()
        while True:
            call = find(slots, gates)
            if call is None:
                return None
            real = self._play(call.moves, rests)
            if isinstance(real, Call):
                return real
            assumed = call.moves[real].assumed
            for move in call.moves[:real] if not assumed else ():
                assumed |= move.assumed
            assert assumed - slots - gates, "a call that assumes nothing must play"
            slots |= {one for one in assumed if isinstance(one, str)}
            gates |= {one for one in assumed if isinstance(one, int)}

    def _play(self, moves: Sequence[Move], rests: Callable[[Configuration], bool]) -> Call | int:
        """The moves as the machine really makes them, or the number of the first that it cannot make.

        Depth first, because the first values that are tried mostly do.
        """
        path: list[tuple[Move, Configuration]] = []
        open = [self.exact.beginnings()]
        failed: set[tuple[int, Configuration]] = set()
        furthest = looked_at = 0
        while open:
            number = len(path)
            for move, after in open[-1]:
                looked_at += 1
                if looked_at > REAL:
                    raise LookupError(f"more than {REAL} moves")
                if (number, after) not in failed and _alike(move, moves[number]):
                    failed.add((number, after))  # unless the call is found now
                    path.append((move, after))
                    break
            else:
                furthest = max(furthest, number)
                open.pop()
                if path:
                    path.pop()
                continue
            if len(path) == len(moves):
                if rests(path[-1][1]):
                    return Call(tuple(move for move, _ in path), tuple(config for _, config in path))
                furthest = len(moves) - 1
                path.pop()
            else:
                open.append(self.exact.moves(path[-1][1]))
        return furthest


def _alike(one: Move, other: Move) -> bool:
    """Whether two moves are the same but for what is known of slots."""
    if one.transition is not other.transition or len(one.happenings) != len(other.happenings):
        return False
    return all(
        a.act is b.act and (a.kind, a.flow, a.step, a.outcome, a.names) == (b.kind, b.flow, b.step, b.outcome, b.names)
        for a, b in zip(one.happenings, other.happenings, strict=True)
    )
