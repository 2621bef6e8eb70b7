"""How long a whole command takes over the standard library, started cold: `python -m benchmarks.library [ROUNDS]`.

The commands take turns, because machines are noisy; the best round counts.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import scripts_library

COMMANDS = {
    "check": ("check",),
    "test": ("test",),
    "build without PDF": ("build", "--no-pdf", "-o", "{out}"),
    "build": ("build", "-o", "{out}"),
}


def main(rounds: int) -> None:
    """Print the best wall and processor time of each command."""
    best: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name, words in COMMANDS.items():
                taken = _timed([word.format(out=f"{folder}/dist") for word in words])
                best[name] = min(taken, best.get(name, taken))
    for name, (wall, cpu) in best.items():
        print(f"{name:<18} {wall:5.2f} s, {cpu:5.2f} s of processors")


def _timed(words: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of one command."""
    command = [str(Path(sys.executable).with_name("scriptc")), *words, str(Path(scripts_library.__file__).parent)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
