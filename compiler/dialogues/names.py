"""What the names in dialogues mean: aliases of steps, slots, events and the like, turned into the names machines use."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.names.program import Program
from compiler.names.symbols import Sort
from dsl import nodes


class Names:
    """The names of one program."""

    def __init__(self, program: Program) -> None:
        self._tables = program.symbols.tables
        self._steps: dict[str, dict[str, str]] = {}
        self._slots: dict[str, str] = {name: symbol.name for name, symbol in self._tables["slot"].items()}
        for scenario in program.scenarios.values():
            steps = self._steps.setdefault(scenario.name, {})
            for step in scenario.steps:
                _aliases(steps, step.names)
            for line in scenario.lines:
                if isinstance(line, nodes.SlotLine):
                    _aliases(self._slots, line.names)

    def of(self, sort: Sort, name: nodes.Name) -> str:
        """The canonical name of a project-wide `sort`; the name as typed when there is none."""
        symbol = self._tables[sort].get(name.text)
        return symbol.name if symbol is not None else name.text

    def step(self, scenario: str, name: nodes.Name) -> str:
        """The canonical name of a step of `scenario`."""
        return self._steps.get(scenario, {}).get(name.text, name.text)

    def any_step(self, name: nodes.Name) -> str:
        """The canonical name of a step of whatever scenario has one of that name."""
        return next((steps[name.text] for steps in self._steps.values() if name.text in steps), name.text)

    def slot(self, name: nodes.Name) -> str:
        """The canonical name of a slot."""
        return self._slots.get(name.text, name.text)

    def word_groups(self) -> dict[str, tuple[str, ...]]:
        """The words of every word group, by each of its names."""
        return {name: tuple(text.plain for text in symbol.node.words) for name, symbol in self._tables["words"].items()}


def _aliases(table: dict[str, str], names: Iterable[nodes.Name]) -> None:
    first = next(iter(names), None)
    for name in names:
        if first is not None:
            table.setdefault(name.text, first.text)
