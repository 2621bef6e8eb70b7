"""A large count of slips: `python -m tests.endurance.fixes SEED COUNT` breaks good scripts by one slip each and fixes them.

Good scripts are the library, the examples and random ones. Prints how often the slip was undone, and every third machine,
of which there is to be none. About 40 slips a second.
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from compiler.project.loader import Disk, Memory, load
from tests import random_scripts, rich_scripts
from tests.projects import WORDS
from tests.shipped import PROJECTS
from tests.slips import Good, new_errors, outcome, slip

RANDOM_SCRIPTS = 300


def _random(number: int) -> list[Good]:
    out: list[Good] = []

    @seed(number)
    @settings(
        max_examples=RANDOM_SCRIPTS, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(random_scripts.scripts().map(lambda text: (WORDS, text)),
                     rich_scripts.rich_scripts().map(lambda text: (rich_scripts.VOCABULARY, text))))  # fmt: skip
    def draw(pair: tuple[str, str]) -> None:
        vocabulary, text = pair
        files = {"scriptc.yaml": "libraries: [词汇]\n", "词汇/词汇.script": vocabulary, "a.script": text}
        out.append(Good.of(load(Memory(files))))

    draw()
    return out


def main(number: int, count: int) -> int:
    random = Random(number)
    shipped = [Good.of(load(Disk(path))) for path in PROJECTS]
    pool = _random(number)
    found: Counter[str] = Counter()
    for _ in range(count):
        good = random.choice(shipped if random.random() < 0.1 else pool)
        script = random.choice(good.mine)
        name, text = script.source.name, script.source.text
        broken = slip(random, text)
        what, after = outcome(good, name, broken)
        found[what] += 1
        if what == "third":
            print(f"--- third machine: {name}")
            _differences(text, broken, after)
        if random.random() < 0.05:
            found["edits looked at"] += 1
            for one in new_errors(good, name, broken):
                found["edits that do not read"] += 1
                print(f"--- does not read: {one.code} {one.fix}")
    print(dict(found))
    return int(bool(found["third"] or found["edits that do not read"]))


def _differences(good: str, broken: str, after: str) -> None:
    for line in sorted(set(good.split("\n")) - set(broken.split("\n"))):
        print("good  ", line)
    for line in sorted(set(broken.split("\n")) - set(good.split("\n"))):
        print("broken", line)
    for line in sorted(set(after.split("\n")) - set(broken.split("\n"))):
        print("after ", line)


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:3])))
