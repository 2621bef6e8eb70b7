"""What guards say about the values of slots: which can hold, which are covered by others, which values are left over.

Decided by trying every combination of values of the slots involved (each empty or one of its options, or merely filled);
guards of scripts name two or three slots, so that is a handful.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from compiler.machine.model import Filled, Guard, Slot

EMPTY = ""
SOMETHING = "*"
"""What stands for the value of a filled slot that has no options."""

MOST = 4096
"""Combinations that are tried; guards over more are left alone."""

Values = dict[str, str]
Asked = Mapping[str, Sequence[Guard]]
"""Slots that questions have just filled, each with the guards of its questions: it is not empty where one of them holds."""

_NONE: Asked = {}


def holds(guard: Guard, values: Mapping[str, str]) -> bool:
    """Whether `guard` holds when slots have `values` (`EMPTY` for an empty one)."""
    for test in guard:
        value = values[test.slot]
        true = value != EMPTY if isinstance(test, Filled) else value in test.values
        if true == test.negated:
            return False
    return True


def combinations(
    guards: Iterable[Guard], slots: Mapping[str, Slot], filled: Iterable[str] = (), asked: Asked = _NONE
) -> Iterator[Values]:
    """Every combination of values of the slots that `guards` test; those in `filled` are not empty.

    Yields nothing when there are more than `MOST`.
    """
    tested = {test.slot for guard in guards for test in guard}
    asked = {slot: conditions for slot, conditions in asked.items() if slot in tested}
    names = sorted(tested | {test.slot for conditions in asked.values() for guard in conditions for test in guard})
    known = set(filled)
    domains: list[tuple[str, ...]] = []
    count = 1
    for name in names:
        slot = slots.get(name)
        options = slot.options if slot is not None and slot.options else (SOMETHING,)
        domain = options if name in known or (slot is not None and slot.known) else (*options, EMPTY)
        domains.append(domain)
        count *= len(domain)
    if count > MOST:
        return
    for chosen in product(*domains):
        values = dict(zip(names, chosen, strict=True))
        answered = (slot for slot, conditions in asked.items() if any(holds(guard, values) for guard in conditions))
        if not any(values[slot] == EMPTY for slot in answered):
            yield values


def never_taken(guards: Sequence[Guard], slots: Mapping[str, Slot], asked: Asked = _NONE) -> list[int]:
    """The positions of guards that no values let through, when the first that holds is taken."""
    taken: set[int] = set()
    any_values = False
    for values in combinations(guards, slots, asked=asked):
        any_values = True
        for index, guard in enumerate(guards):
            if holds(guard, values):
                taken.add(index)
                break
    return [index for index in range(len(guards)) if index not in taken] if any_values else []


def left_open(
    guards: Sequence[Guard], slots: Mapping[str, Slot], filled: Iterable[str] = (), asked: Asked = _NONE
) -> Values | None:
    """Values that none of `guards` lets through; with as few empty slots as can be. None when all are covered."""
    every = combinations(guards, slots, filled, asked)
    found = [values for values in every if not any(holds(guard, values) for guard in guards)]
    return min(found, key=lambda values: sum(value == EMPTY for value in values.values()), default=None)
