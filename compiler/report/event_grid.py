"""The event grid as a table for terminals: steps down, events across."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.machine.grid import SIGNS, event_table, grid
from compiler.machine.model import Machine
from compiler.report.terminal import columns, visible
from dsl.diagnostics import Words


def table(machine: Machine, asked: Iterable[str], lang: str) -> Iterator[str]:
    """Lines of the grid of `machine`. asked: the events its kinds require in every step.

    Events are numbered columns with a legend, because Chinese names are too wide to stand side by side.
    """
    asked = tuple(asked)
    made = grid(machine, asked)
    name = Words(f"（{machine.name}）", f" ({machine.name})").in_(lang) if machine.main.title != machine.name else ""
    yield visible(machine.main.title + name)
    for number, event in enumerate(made.events, 1):
        wanted = Words("（必须处理）", " (required)").in_(lang) if number <= made.asked else ""
        yield f"  {number:>2} {visible(event)}{wanted}"
    names = [visible(name) for name, _ in event_table(machine, asked).rows]
    width = max(map(columns, names), default=0)
    yield " " * (width + 2) + "".join(f"{number:>3}" for number in range(1, len(made.events) + 1))
    for name, row in zip(names, made.rows, strict=True):
        cells = "".join(f"  {SIGNS[cell][0]}" for cell in row.cells)
        yield f"  {name}{' ' * (width - columns(name))}{cells}"
    yield "  " + "   ".join(f"{sign} {words.in_(lang)}" for sign, words in SIGNS.values())
