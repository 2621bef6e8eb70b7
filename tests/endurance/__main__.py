"""`make endurance PART=…`: runs one of the parts in this folder, which look for longer than a test may.

A part is a module with `main(seed, count)`: it tries the examples `seed` to `seed + count - 1`, each made from its own
number alone, prints what it finds and returns how many of them failed. So a part that was stopped goes on where it
stopped, two machines can share one, and an example that failed is run again by itself: `SEED=17 COUNT=1`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

PARTS = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
ROUNDS = 20
"""Parts of a run after each of which it says how far it is."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make endurance", description="Looks for what a test has no time for.")
    parser.add_argument("part", choices=PARTS, metavar=f"PART={'|'.join(PARTS)}")
    parser.add_argument("--seed", type=int, default=0, help="the first example")
    parser.add_argument("--count", type=int, default=1000, help="how many examples")
    options = parser.parse_args()
    part = importlib.import_module(f"tests.endurance.{options.part}")
    failed, began, end = 0, time.monotonic(), options.seed + options.count
    for first in range(options.seed, end, step := -(-options.count // ROUNDS)):
        failed += part.main(first, min(step, end - first)) or 0
        print(f"{min(first + step, end) - options.seed} of {options.count} examples, {failed} failed,", end=" ")
        print(f"{time.monotonic() - began:.0f} s; the next is SEED={min(first + step, end)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
