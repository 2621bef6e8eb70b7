"""What the dialogues of a project cover, scenario by scenario, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler.dialogues.exercised import Exercise
from compiler.dialogues.inventory import Inventory, Item, Sort
from compiler.dialogues.playing import Result
from compiler.dialogues.suite import Models
from dsl.frozen import Node

SORTS: tuple[Sort, ...] = ("step", "transition", "phrase")


class Coverage(Node, frozen=True):
    """One scenario: all its items, and those that no dialogue reaches, in the order of its lines; and its rules."""

    scenario: str
    items: tuple[Item, ...]
    missing: tuple[Item, ...]
    rules: Exercise = Exercise()

    def count(self, sort: Sort) -> tuple[int, int]:
        """How many items of a sort are covered, and how many there are."""
        total = sum(item.sort == sort for item in self.items)
        return total - sum(item.sort == sort for item in self.missing), total

    @property
    def percent(self) -> float:
        """The share of its transitions that is covered; 100 when it has none."""
        covered, total = self.count("transition")
        return 100 * covered / total if total else 100.0


class Inventories:
    """The inventory of each model, made once."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._made: dict[str, Inventory] = {}

    def of(self, scenario: str) -> Inventory | None:
        """The inventory of a scenario's model; None when it has none."""
        if scenario not in self._made:
            model = self._models.get(scenario)
            if model is None:
                return None
            self._made[scenario] = Inventory(model)
        return self._made[scenario]


def coverage(
    scenarios: Iterable[str],
    results: Iterable[Result],
    inventories: Inventories,
    rules: Mapping[str, Exercise] | None = None,
) -> tuple[Coverage, ...]:
    """The coverage of `scenarios` by `results`; a scenario's lines count wherever a dialogue runs them.

    rules: what `results` make of the rules, by scenario.
    """
    reached = covered(results, inventories)
    found: list[Coverage] = []
    for scenario in scenarios:
        inventory = inventories.of(scenario)
        if inventory is not None:
            items = inventory.of(scenario)
            done = reached.get(scenario, frozenset())
            missing = tuple(item for item in items if item not in done)
            found.append(Coverage(scenario, items, missing, (rules or {}).get(scenario, Exercise())))
    return tuple(found)


def covered(results: Iterable[Result], inventories: Inventories) -> Mapping[str, frozenset[Item]]:
    """The items that dialogues reach, by scenario. A dialogue that fails reaches what it reached before it did."""
    found: dict[str, set[Item]] = {}
    for result in results:
        inventory = inventories.of(result.scenario)
        if inventory is None:
            continue
        for item in reached_by(inventory, result):
            found.setdefault(item.scenario, set()).add(item)
    return {scenario: frozenset(items) for scenario, items in found.items()}


def reached_by(inventory: Inventory, result: Result) -> Iterable[Item]:
    """The items one dialogue reaches."""
    yield from (inventory.transitions[number] for number in result.taken if number in inventory.transitions)
    yield from (inventory.acts[number] for number in result.acts if number in inventory.acts)
    yield from (inventory.steps[where] for where in result.steps)
