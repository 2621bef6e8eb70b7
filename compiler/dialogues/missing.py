"""The dialogues that are missing: made, written in the file's own keywords, and played before anybody gets to see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from compiler.dialogues.coverage import Coverage, Inventories, reached_by
from compiler.dialogues.covering import cover, shortest
from compiler.dialogues.expecting import Expectations
from compiler.dialogues.inventory import Inventory, Item
from compiler.dialogues.names import Names
from compiler.dialogues.playing import Result, play
from compiler.dialogues.searching import MOST, Path, Search
from compiler.dialogues.suite import Models
from compiler.dialogues.writing import dialogue_of, dialogue_text, titles
from compiler.pipeline import Compilation
from compiler.runtime.model import Model
from dsl import syntax
from dsl.formatter import Language
from dsl.frozen import Node
from dsl.parser import parse
from dsl.source import Source

SEARCHES = 6
"""So many searches are kept for other scenarios."""


class Rewritten(Node, frozen=True):
    """A script file with dialogues added at its end."""

    name: str
    before: str
    after: str
    count: int


class Missing(Node, frozen=True):
    """What was written for whom, and what no call was found for."""

    files: tuple[Rewritten, ...]
    unreached: tuple[Item, ...]


class Missings:
    """Makes the missing dialogues of one compilation."""

    def __init__(self, compiled: Compilation, models: Models, inventories: Inventories, most: int = MOST) -> None:
        """most: places looked at for one thing to reach; see `searching`."""
        self._most = most
        self._compiled = compiled
        self._models = models
        self._inventories = inventories
        self._names = Names(compiled.program)
        self._searches: dict[str, Search] = {}
        self._titles = {one.title.plain for one in compiled.program.dialogues}

    def paths(self, one: Coverage) -> dict[Item, Path]:
        """The shortest call found to each missing item, on the scenario itself."""
        return shortest(self._search(one.scenario), one.missing) if one.missing else {}

    def write(self, coverages: Iterable[Coverage], step: Callable[[], None] = lambda: None) -> Missing:
        """Dialogues for all that `coverages` lack; each has been played to its stated end."""
        added: dict[str, list[str]] = {}
        unreached: list[Item] = []
        for one in coverages:
            left = dict.fromkeys(one.missing)
            for scenario in (one.scenario, *self._callers(one.scenario)):
                if not left:
                    break
                file = self._compiled.program.scenarios[scenario].node.span.source
                for text, reached in self._calls(scenario, tuple(left)):
                    added.setdefault(file.name, []).append(text)
                    for item in reached:
                        left.pop(item, None)
            unreached += left
            step()
        files = [
            self._file(source, added[source.name]) for source in self._compiled.project.sources if source.name in added
        ]
        return Missing(tuple(files), tuple(unreached))

    def _machine(self, scenario: str) -> tuple[Model, Inventory]:
        model, inventory = self._models.get(scenario), self._inventories.of(scenario)
        assert model is not None
        assert inventory is not None
        return model, inventory

    def _search(self, scenario: str) -> Search:
        """The search of a scenario's machine; those used last are kept, for sub-dialogues mostly share their callers."""
        search = self._searches.pop(scenario, None) or Search(*self._machine(scenario), self._most)
        self._searches[scenario] = search
        while len(self._searches) > SEARCHES:
            del self._searches[next(iter(self._searches))]
        return search

    def _callers(self, scenario: str) -> Iterator[str]:
        """The two smallest scenarios of the project that call this one: some lines need a second run of it."""
        found = [
            (len(machine.flows), machine.name)
            for machine in self._compiled.machines
            if any(flow.scenario == scenario for flow in machine.flows[1:])
            and self._models.get(machine.name) is not None
        ]
        yield from (name for _, name in sorted(found)[:2])

    def _calls(self, scenario: str, missing: tuple[Item, ...]) -> Iterator[tuple[str, set[Item]]]:
        """Dialogues on `scenario` as text, with what each reaches when it is played."""
        model, inventory = self._machine(scenario)
        keywords = keywords_of(self._compiled.program.scenarios[scenario].node)
        for path in cover(self._search(scenario), missing).paths:
            title = next(titles(self._titles, keywords))
            text = dialogue_text(dialogue_of(model, path, title), keywords)
            result = self.replay(text, model)
            if result is not None and not result.findings:
                self._titles.add(title)
                yield text, set(reached_by(inventory, result))

    def replay(self, text: str, model: Model) -> Result | None:
        """What comes of a dialogue's text when it is read and played; None when it cannot be read."""
        script, found = parse(Source("", text))
        dialogues = tuple(item for item in script.items if isinstance(item, syntax.Dialogue))
        if found or len(dialogues) != 1:
            return None
        return play(dialogues[0], model, self._names, Expectations.of(self._names, dialogues))

    def _file(self, source: Source, texts: list[str]) -> Rewritten:
        before = source.text
        return Rewritten(source.name, before, before.rstrip("\n") + "\n\n" + "\n".join(texts), len(texts))


def keywords_of(node: syntax.Scenario) -> Language:
    """The language a scenario's keywords are written in."""
    return "en" if node.span.text[:1].isascii() else "zh"
