"""Calls that reach what no dialogue reaches: breadth first over what a dialogue can write, on the simulator.

A move here is what a turn of a dialogue is: answers filled ahead, then an event, the customer going along, or time. The
clock is left out when calls are compared, and so is what nothing tests, which keeps the places few.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import product
from typing import NamedTuple

from compiler.dialogues.inventory import Inventory, Item
from compiler.runtime.configuration import Configuration, GoAlong, Happens, Outcome, Pass, Refused
from compiler.runtime.model import Model, Slots, Test
from compiler.runtime.moves import begin, step, wait
from compiler.runtime.possible import possible
from compiler.runtime.running import answering, with_value

MOST = 4_000
"""So many places are looked at for one thing to reach, with whatever may happen on the way."""

STRAIGHT = 3
"""How many times as many are looked at when lines of the whole call are left out, which multiply the places and seldom lead
anywhere."""

Answers = tuple[tuple[str, str], ...]


class Move(NamedTuple):
    """What a dialogue writes for one turn: what is filled first, and the turn; None for the beginning of a call."""

    answers: Answers
    given: Happens | GoAlong | Pass | None


class Reached(NamedTuple):
    """A move and what it comes to."""

    move: Move
    outcome: Outcome


Path = tuple[Reached, ...]
"""A call, from its beginning."""


class Search:
    """Calls of one model. Everything is tried in a fixed order, so the same scripts give the same calls."""

    def __init__(self, model: Model, inventory: Inventory, most: int = MOST) -> None:
        """most: places looked at for one thing to reach."""
        self.model = model
        self.most = most
        self.inventory = inventory
        tests: list[Test] = [test for line in model.transitions for test in line.guard]
        tests += [test for act in model.acts for test in act.guard]
        self._values = frozenset(test.slot for test in tests if test.values is not None)
        self._filled = frozenset(test.slot for test in tests) - self._values  # of these, only whether there is a value
        self._empty: Slots = (None,) * len(model.slots)
        self._fronts: dict[bool, _Front] = {}

    # --- moves ------------------------------------------------------------------------------------------------------

    def beginnings(self) -> Iterator[Reached]:
        """Every way a call can begin that makes a difference."""
        known = [slot for number, slot in enumerate(self.model.slots) if slot.known and slot.options]
        choices = [
            slot.options if self.model.slot_index[slot.name] in self._values else slot.options[:1] for slot in known
        ]
        for values in product(*choices):
            given = {slot.name: value for slot, value in zip(known, values, strict=True)}
            yield from self._answered(tuple(given.items()), partial(begin, self.model, given), None)

    def moves(self, config: Configuration, *, straight: bool = False) -> Iterator[Reached]:
        """Every turn that may come next; `straight`: without those that lines of the whole call answer."""
        for one in possible(self.model, config):
            if straight and one.kind == "event":
                found = answering(self.model, config.frames, config.slots, one.event)
                if found is not None and found[0].anytime:
                    continue
            if one.kind == "go-along":
                yield from self._turn(config, GoAlong(), one.asks)
            elif one.kind == "time":
                yield from self._turn(config, Pass(max(1, one.at - config.clock)))
            else:
                happens = Happens(one.event)
                if one.delay and one.at >= 0 and self._same(config, happens, Pass(max(1, one.at - config.clock))):
                    yield from self._turn(config, Pass(max(1, one.at - config.clock)))
                else:
                    yield from self._turn(config, happens)

    def _same(self, config: Configuration, one: Happens, other: Pass) -> bool:
        """Whether waiting takes the same way as the event; then a dialogue waits."""
        first, second = step(self.model, config, one), wait(self.model, config, other.milliseconds)
        if isinstance(first, Refused) or isinstance(second, Refused):
            return type(first) is type(second)
        return first.taken == second.taken

    def _turn(
        self, config: Configuration, given: Happens | GoAlong | Pass, asks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ) -> Iterator[Reached]:
        choices = [
            [(name, option) for option in (options if self.model.slot_index[name] in self._values else options[:1])]
            for name, options in asks
            if options
        ]
        for answers in product(*choices):
            yield from self._answered(tuple(answers), lambda ahead: self._put(config, given, ahead), given)

    def _put(self, config: Configuration, given: Happens | GoAlong | Pass, ahead: dict[str, str]) -> Outcome | Refused:
        ready = self._empty
        for name, value in ahead.items():
            ready = with_value(ready, self.model.slot_index[name], value)
        config = config._replace(ready=ready)
        return (
            wait(self.model, config, given.milliseconds) if isinstance(given, Pass) else step(self.model, config, given)
        )

    def _answered(
        self,
        answers: Answers,
        put: Callable[[dict[str, str]], Outcome | Refused],
        given: Happens | GoAlong | Pass | None,
    ) -> Iterator[Reached]:
        """The turn with `answers`, and with whatever else a system is asked on the way."""
        todo = [answers]
        while todo:
            now = todo.pop()
            made = put({name: value for name, value in now if given is not None or not self._is_known(name)})
            if isinstance(made, Outcome):
                yield Reached(Move(now, given), made)
            elif made.kind == "answer-missing":
                used = made.options if self.model.slot_index[made.slot] in self._values else made.options[:1]
                todo += [(*now, (made.slot, option)) for option in reversed(used)]

    def _is_known(self, name: str) -> bool:
        return self.model.slots[self.model.slot_index[name]].known

    # --- searching --------------------------------------------------------------------------------------------------

    def items(self, outcome: Outcome) -> set[Item]:
        """What an outcome reaches."""
        inventory = self.inventory
        found = {inventory.transitions[number] for number in outcome.taken if number in inventory.transitions}
        for one in outcome.happenings:
            if one.act is not None and one.act.id in inventory.acts:
                found.add(inventory.acts[one.act.id])
            elif one.kind == "enter":
                found.add(inventory.steps[one.flow, one.step])
        return found

    def place(self, config: Configuration) -> tuple[object, ...]:
        """What counts of a configuration: where it is, the gates, and what some guard tests."""
        slots = config.slots
        values = [slots[number] for number in self._values]
        filled = [slots[number] is not None for number in self._filled]
        return config.frames, config.gates, (*values, *filled), config.outcome

    def explore(
        self, start: Configuration | None, most: int, *, straight: bool = False
    ) -> Iterator[tuple[Reached, int, Callable[[], Path]]]:
        """Every move from `start` (None: from the beginning of a call) outward, the nearest first, and the way to it.

        With each goes how many places were gone on from so far; only the nearest `most` are. straight: see `moves`.
        """
        before: dict[tuple[object, ...], tuple[tuple[object, ...] | None, Reached | None]] = {}
        queue: deque[tuple[tuple[object, ...], Configuration]] = deque()

        def way(at: tuple[object, ...] | None, last: Reached) -> Path:
            steps = [last]
            while at is not None:
                at, reached = before[at]
                if reached is not None:
                    steps.append(reached)
            return tuple(reversed(steps))

        def keep(at: tuple[object, ...] | None, reached: Reached) -> None:
            after = reached.outcome.configuration
            key = self.place(after)
            if key not in before and len(before) < most:
                before[key] = (at, reached)
                queue.append((key, after))

        if start is None:
            for reached in self.beginnings():
                yield reached, 0, partial(way, None, reached)
                keep(None, reached)
        else:
            key = self.place(start)
            before[key] = (None, None)
            queue.append((key, start))
        count = 0
        while queue:
            at, config = queue.popleft()
            count += 1
            for reached in self.moves(config, straight=straight):
                yield reached, count, partial(way, at, reached)
                keep(at, reached)

    def nearest(self, start: Configuration, wanted: Callable[[Outcome], bool], most: int) -> Path | None:
        """The shortest path from `start` whose last turn is `wanted`; None when `explore` comes to none."""
        for reached, _, way in self.explore(start, most):
            if wanted(reached.outcome):
                return way()
        return None

    def from_beginning(self, wanted: Collection[Item], most: int, *, straight: bool = False) -> Path | None:
        """The shortest call that reaches one of `wanted`; None when `explore` comes to none."""
        if straight not in self._fronts:
            limit = self.most * STRAIGHT if straight else self.most
            self._fronts[straight] = _Front(self, self.explore(None, limit, straight=straight))
        return self._fronts[straight].nearest(wanted, most)


class _Front:
    """How far one search from the beginning of a call has come: it goes on from where it was when more is asked of it."""

    def __init__(self, search: Search, moves: Iterator[tuple[Reached, int, Callable[[], Path]]]) -> None:
        self._search = search
        self._moves = moves
        self._count = 0
        self._found: dict[Item, tuple[int, Callable[[], Path]]] = {}  # by when each was first reached

    def nearest(self, wanted: Collection[Item], most: int) -> Path | None:
        """The way to the first of `wanted` that is reached, going on from no more than `most` places."""
        for item, (count, way) in self._found.items():
            if item in wanted:
                return way() if count <= most else None
        while self._count <= most:
            move = next(self._moves, None)
            if move is None:
                return None
            reached, self._count, way = move
            new = [item for item in self._search.items(reached.outcome) if item not in self._found]
            self._found.update((item, (self._count, way)) for item in new)
            if self._count <= most and any(item in wanted for item in new):
                return way()
        return None
