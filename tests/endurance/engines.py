"""Random calls on random machines and on the library, in engines others wrote, against our simulator.

Example n is the call n of the machine n // 50; every other one of those is the library's or an example's. Engines that this
machine lacks are left out, and said to be.
"""

from __future__ import annotations

from functools import cache

from compiler.machine.model import Machine
from tests import engines
from tests.engines import Played, calls_on, random_machines
from tests.shipped import shipped

EACH = 50
"""Calls on each machine."""
RUNS = (("@scion-scxml/scxml", engines.in_scion), ("xstate", engines.in_xstate), ("", engines.on_the_site))


@cache
def _machine(number: int) -> Machine:
    if number % 2:
        return shipped()[number // 2 % len(shipped())]
    return random_machines(number, 20)[-1]


def main(seed: int, count: int) -> int:
    played: Played = []
    for block in range(seed // EACH, (seed + count - 1) // EACH + 1):
        first, last = max(seed, block * EACH), min(seed + count, (block + 1) * EACH)
        played.append((_machine(block), calls_on(_machine(block), first, last - first)))
    failed = 0
    for package, run in RUNS:
        if lacking := engines.lacking(package):
            print(f"{run.__doc__} Left out: {lacking}.")
            continue
        for difference in run(played):
            failed += 1
            print(f"{run.__doc__} {difference}")
    return failed
