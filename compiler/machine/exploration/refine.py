"""The shortest call of some sort, found by looking at few configurations.

To begin with no slot and no gate is kept track of, so a call may be found that is none; it is played again exactly, and
what it assumed wrongly is kept track of from then on (counterexample-guided abstraction refinement: Clarke, Grumberg,
Jha, Lu, Veith 2000). A call that plays is a shortest one, because every real call is among those searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.exploration.search import Call
from compiler.machine.model import Machine
from compiler.machine.walk import tests_of

Find = Callable[[frozenset[str], frozenset[int]], Call | None]
"""Finds the shortest call with these slots and gates kept track of, or None.

Raises LookupError when that takes too long.
"""

REAL = 4_000
"""Configurations that are kept while a call is played again."""


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
        """The moves as the machine really makes them, or the number of the first that it cannot make."""
        layers: list[dict[Configuration, tuple[Configuration | None, Move]]] = []
        for number, wanted in enumerate(moves):
            layer: dict[Configuration, tuple[Configuration | None, Move]] = {}
            before: Iterable[Configuration | None] = layers[-1] if layers else (None,)
            for config in before:
                options = self.exact.beginnings() if config is None else self.exact.moves(config)
                for move, after in options:
                    if after not in layer and _alike(move, wanted):
                        layer[after] = (config, move)
                        if len(layer) > REAL:
                            raise LookupError(f"more than {REAL} configurations")
            if not layer:
                return number
            layers.append(layer)
        at = next((config for config in layers[-1] if rests(config)), None)
        if at is None:
            return len(moves) - 1
        played: list[Move] = []
        rested: list[Configuration] = []
        for layer in reversed(layers):
            assert at is not None
            rested.append(at)
            at, move = layer[at]
            played.append(move)
        return Call(tuple(reversed(played)), tuple(reversed(rested)))


def _alike(one: Move, other: Move) -> bool:
    """Whether two moves are the same but for what is known of slots."""
    if one.transition is not other.transition or len(one.happenings) != len(other.happenings):
        return False
    return all(
        a.act is b.act and (a.kind, a.flow, a.step, a.outcome, a.names) == (b.kind, b.flow, b.step, b.outcome, b.names)
        for a, b in zip(one.happenings, other.happenings, strict=True)
    )
