"""`python -m benchmarks`: Lark's own parse and every pass of ours, in one run, for projects of several sizes.

Each figure is the best of several rounds in which ours and Lark's take turns, because a machine's speed drifts; ratios are
to Lark's own parse of the same text to a plain tree, garbage collection off in both.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.generate import project
from benchmarks.lark_floor import floor
from compiler.build.files import built_files
from compiler.cards.printing import Singles, print_options
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from dsl.parser import parse

SIZES = (10, 100, 1000)
ROUNDS = 5


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print a table for each size, then start-up and memory."""
    lark = floor()
    per_line: dict[int, float] = {}
    for size in sizes:
        per_line[size] = _measure(size, lark.parse)
    if len(per_line) > 1:
        small, large = sizes[-2], sizes[-1]
        print(f"check, time a line: {per_line[large] / per_line[small]:.2f} × from {small} to {large} scenarios\n")
    _start_up()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this run: {peak:.0f} MB")


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


def _measure(size: int, lark_parse: Callable[[str], object]) -> float:
    loaded = load(Memory(project(size)))
    text = "\n".join(source.text for source in loaded.sources)
    lines = text.count("\n")
    rounds = ROUNDS if size > 100 else ROUNDS * 3
    floor_s: list[float] = []
    parse_s: list[float] = []
    check_s: list[float] = []
    passes: dict[str, list[float]] = {}
    compiled: Compilation | None = None
    for _ in range(rounds):
        floor_s.append(_seconds(lambda: lark_parse(text)))
        parse_s.append(_seconds(lambda: [parse(source) for source in loaded.sources]))
        compiled = None
        start = time.perf_counter()
        compiled = compile_project(loaded)
        check_s.append(time.perf_counter() - start)
        for name, seconds in compiled.seconds.items():
            passes.setdefault(name, []).append(seconds)
    assert compiled is not None
    if not compiled.machines:
        raise SystemExit("the generated project does not compile: " + ", ".join(one.code for one in compiled.findings))
    base = min(floor_s)
    states = sum(len(flow.states) for machine in compiled.machines for flow in machine.flows[:1])
    print(f"{size} scenarios, {lines} lines, {len(text.encode()) / 1e6:.1f} MB, {states} states")
    _row("Lark's own parse, plain tree", base, base, lines)
    _row("our parse, tree with spans", min(parse_s), base, lines)
    for name, times in passes.items():
        _row(f"  pass: {name}", min(times), base, lines)
    _row("whole check", min(check_s), base, lines)
    made = compiled
    start = time.perf_counter()
    for _ in built_files(made):
        pass
    _row("build: JSON and HTML", time.perf_counter() - start, base, lines)
    if size <= 100:
        start = time.perf_counter()
        for _ in built_files(made, pdfs=Singles(made, print_options(made.project.settings))):
            pass
        _row("build: JSON, HTML and PDF", time.perf_counter() - start, base, lines)
    print()
    return min(check_s) / lines


def _row(name: str, seconds: float, base: float, lines: int) -> None:
    print(f"  {name:<30} {seconds * 1000:>9.1f} ms {lines / seconds / 1000:>8.1f} klines/s {seconds / base:>6.2f} ×")


def _start_up() -> None:
    """`scriptc check` on one file against the import of its two libraries, as whole processes, taking turns."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in project(1).items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        floor_command = [sys.executable, "-c", "import lark, click"]
        check_command = [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", folder]
        floor_s: list[float] = []
        check_s: list[float] = []
        for _ in range(8):
            floor_s.append(_process(floor_command))
            check_s.append(_process(check_command))
    print(
        f"import lark, click: {min(floor_s) * 1000:.0f} ms; scriptc check on a small project: {min(check_s) * 1000:.0f} ms"
    )
    print(f"  ratio {min(check_s) / min(floor_s):.2f} ×\n")


def _process(command: list[str]) -> float:
    # As installed: with compiled modules on disk, which some environments forbid to write.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
