"""`python -m benchmarks.cards [SCENARIOS]`: cards to PDF against Typst alone, and the site against the check.

Typst alone is the same template with the same data, set in one thread-pool by nobody but Typst: no making of cards, no
looking at pages, no joining. "Plain" is the least Typst can do: the same words as bare paragraphs.
"""

from __future__ import annotations

import json
import sys
import time
from multiprocessing import get_context

from benchmarks.generate import project
from compiler.emit import card_pdf, press
from compiler.emit.card_words import wordbook
from compiler.emit.deck import deck, scenarios
from compiler.emit.deck_view import Look, leaf_view
from compiler.emit.machine_json import Writer
from compiler.ledger import Ledger
from compiler.loader import Memory, load
from compiler.pipeline import compile_project
from compiler.printing import print_deck
from compiler.site import INDEX, site_files


def main(size: int) -> None:
    """Print the figures for a project of `size` scenarios."""
    texts = project(size)
    start = time.perf_counter()
    compiled = compile_project(load(Memory(texts)))
    check = time.perf_counter() - start
    start = time.perf_counter()
    site = dict(site_files(compiled, findings=tuple(compiled.findings)))
    made = time.perf_counter() - start
    print(f"check of {size}: {check:.2f} s; site: {made:.2f} s = {made / check:.2f} × the check; ", end="")
    print(f"index {len(site[INDEX]) / 1e6:.2f} MB, all {sum(map(len, site.values())) / 1e6:.0f} MB")

    look = Look(format="a6")
    start = time.perf_counter()
    paper = print_deck(compiled, look, Ledger(), with_contents=True)
    ours = time.perf_counter() - start
    cards = deck(scenarios(compiled.machines), numbering=Ledger().numbers, hash=Writer().hash).leaves
    words = wordbook("zh")
    jobs = [
        card_pdf._job([leaf_view(leaf, look) for leaf in some], look, words, numbered=True)
        for some in card_pdf._batches(cards)
    ]
    # Typst remembers what it has laid out, so alone it works in a process of its own.
    with get_context("spawn").Pool(1) as fresh:
        alone, parts = fresh.apply(_alone, (jobs,))
    start = time.perf_counter()
    plain = _plain(jobs)
    least = time.perf_counter() - start
    print(f"{len(cards)} cards, {paper.pages} pages of A6: {ours:.2f} s; Typst alone {alone:.2f} s ", end="")
    print(f"({ours / alone:.2f} ×), the words as bare paragraphs {least:.2f} s ({ours / least:.2f} ×)")
    print(f"{len(paper.pdf) / 1e6:.1f} MB; parts {parts / 1e6:.1f} MB; plain {plain / 1e6:.1f} MB")


def _alone(jobs: list[dict[str, object]]) -> tuple[float, int]:
    """Seconds and bytes of Typst setting `jobs`."""
    start = time.perf_counter()
    size = sum(len(printed.pdf) for printed in press.press(jobs))
    return time.perf_counter() - start, size


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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
