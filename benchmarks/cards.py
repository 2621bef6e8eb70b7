"""`python -m benchmarks.cards [SCENARIOS] [--only site|pdf]`: the site against the check, cards to PDF against Typst alone.

Every figure is given in wall time and in processor time, of this process and of those it forks. Scenarios of the generated
project differ in words and not in shape, so layouts of flow charts are found again; the site is also timed without that.

Typst alone is the same template with the same data, set in one thread-pool by nobody but Typst: no making of cards, no
looking at pages, no joining. "Plain" is the least Typst can do: the same words as bare paragraphs.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import TypeVar

from benchmarks.generate import project
from compiler.cards import pdf as card_pdf
from compiler.cards import typesetting as press
from compiler.cards.deck import deck
from compiler.cards.deck_view import PrintOptions, entry_view
from compiler.cards.ledger import Ledger
from compiler.cards.printing import print_deck
from compiler.cards.words import wordbook
from compiler.figures import layout as figure_layout
from compiler.machine.part import scenarios
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from compiler.site.pages import INDEX, site_files

T = TypeVar("T")
ROUNDS = 3


def main(size: int, only: str | None) -> None:
    """Print the figures for a project of `size` scenarios."""
    texts = project(size)
    compiled = compile_project(load(Memory(texts)))
    if only != "pdf":
        _site(size, texts, compiled)
    if only != "site":
        _cards(compiled)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB")


def _timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """What `work` gives, and its wall and processor seconds."""
    gc.collect()
    before, start = os.times(), time.perf_counter()
    made = work()
    wall, after = time.perf_counter() - start, os.times()
    return made, wall, sum(after[:4]) - sum(before[:4])


def _site(size: int, texts: dict[str, str], compiled: Compilation) -> None:
    """The best of some rounds in which check and site take turns, because a machine's speed drifts."""
    kept, bare = figure_layout._layout, figure_layout._layout.__wrapped__
    rows: dict[str, list[tuple[float, float]]] = {}
    made: dict[str, bytes] = {}

    def site() -> dict[str, bytes]:
        return dict(site_files(compiled, findings=tuple(compiled.findings)))

    for _ in range(ROUNDS):
        _, *check = _timed(lambda: compile_project(load(Memory(texts))))
        kept.cache_clear()
        made, *quick = _timed(site)
        figure_layout._layout = bare  # type: ignore[assignment]
        _, *slow = _timed(site)
        figure_layout._layout = kept
        for name, (wall, cpu) in {"check": check, "site": quick, "site, no layout kept": slow}.items():
            rows.setdefault(name, []).append((wall, cpu))
    best = {name: [min(times) for times in zip(*some, strict=True)] for name, some in rows.items()}
    for name, (wall, cpu) in best.items():
        print(f"{name:<22} of {size}: {wall:6.2f} s, {cpu:6.2f} s of processors", end="")
        print(f" = {wall / best['check'][0]:.2f} × and {cpu / best['check'][1]:.2f} × the check")
    print(f"index {len(made[INDEX]) / 1e6:.2f} MB, all {sum(map(len, made.values())) / 1e6:.0f} MB")


def _cards(compiled: Compilation) -> None:
    options = PrintOptions(format="a6")
    paper, ours, ours_cpu = _timed(lambda: print_deck(compiled, options, Ledger(), with_contents=True))
    cards = deck(scenarios(compiled.machines), numbering=Ledger().numbers, hash=compiled.writer.hash).entries
    words = wordbook("zh")
    jobs = [
        card_pdf._job([entry_view(entry, options) for entry in some], options, words)
        for some in card_pdf._batches(cards)
    ]
    # Typst remembers what it has laid out, so alone it works in a process of its own.
    with get_context("spawn").Pool(1) as fresh:
        alone, alone_cpu, parts = fresh.apply(_alone, (jobs,))
    size, least, least_cpu = _timed(lambda: _plain(jobs))
    print(f"{len(cards)} cards, {paper.pages} pages of A6: {ours:.2f} s, {ours_cpu:.2f} s of processors")
    for name, wall, cpu in (("Typst alone", alone, alone_cpu), ("bare paragraphs", least, least_cpu)):
        print(f"  {name:<16} {wall:.2f} s, {cpu:.2f} s of processors: ours {ours / wall:.2f} ×, {ours_cpu / cpu:.2f} ×")
    print(f"  {len(paper.pdf) / 1e6:.1f} MB; parts {parts / 1e6:.1f} MB; plain {size / 1e6:.1f} MB")


def _alone(jobs: list[dict[str, object]]) -> tuple[float, float, int]:
    """Wall and processor seconds, and bytes, of Typst setting `jobs`."""
    size, wall, cpu = _timed(lambda: sum(len(printed.pdf) for printed in press.Typesetter(jobs)))
    return wall, cpu, size


_PLAIN = b"""\
#set page(width: 105mm, height: 148mm, margin: 6mm)
#set text(font: "Noto Sans CJK SC", size: 9pt)
#for line in json(bytes(sys.inputs.lines)) { par(line) }
"""


def _plain(jobs: list[dict[str, object]]) -> int:
    """Bytes of the same words, set as paragraphs, one document after the other."""
    total = 0
    for job in jobs:
        lines = list(_strings(job["cards"]))
        made = press._compiler(_PLAIN).compile(
            format="pdf", sys_inputs={"lines": json.dumps(lines)}, timestamp=0, pdf_tags=False
        )
        total += len(made) if isinstance(made, bytes) else 0
    return total


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if len(value) > 1 else []
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "qr" for text in _strings(item)]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


if __name__ == "__main__":
    reader = argparse.ArgumentParser(prog="python -m benchmarks.cards")
    reader.add_argument("scenarios", type=int, nargs="?", default=1000)
    reader.add_argument("--only", choices=("site", "pdf"))
    asked = reader.parse_args()
    main(asked.scenarios, asked.only)
