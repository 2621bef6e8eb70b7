"""Who notices a broken script: its dialogues, the checks, a rule, or nobody.

Each mutant is compiled with the scenario it stands in as the project and all else as its library, so that one costs a
fraction of a build. Noticed is: a dialogue that passed fails, or a check finds what it did not find before. Dialogues
of the scenarios that call or extend the broken one count as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from random import Random
from typing import Literal

from compiler.dialogues.expecting import Expectations
from compiler.dialogues.mutants import Mutant, MutationKind, mutants
from compiler.dialogues.names import Names
from compiler.dialogues.playing import play
from compiler.dialogues.suite import own_dialogues
from compiler.emit.machine_json import Writer
from compiler.loader import Project
from compiler.machine.assemble import lower_all, machine
from compiler.machine.model import Flow
from compiler.names.program import bind
from compiler.pipeline import Compilation, compile_scripts
from compiler.runtime.reading import MachineRefused, load
from dsl import syntax
from dsl.diagnostics import Collector, Severity
from dsl.frozen import Node, replace
from dsl.parser import parse
from dsl.syntax import Script

CALLERS = 12
"""So many scenarios that call the broken one have their dialogues played; the smallest first."""
HEIRS = 2
"""So many scenarios based on the broken one are compiled with it."""

Key = tuple[str, int, int]
"""A mutant: its file, the place of its scenario among the file's items, and its number there."""
Witness = Literal["dialogue", "check", "nobody"]


class Verdict(Node, frozen=True):
    """What became of a mutant. by: who noticed; what: the dialogue's title or the check's code."""

    key: Key
    kind: MutationKind
    scenario: str
    line: int
    text: str
    by: Witness
    what: str


def all_keys(project: Project) -> tuple[Key, ...]:
    """Every mutant of a project's own scenarios, in an order that is fixed but mixed, so that any part is a fair sample."""
    keys = [
        (source.name, index, number)
        for source in project.sources
        for index, item in enumerate(parse(source)[0].items)
        if isinstance(item, syntax.Scenario) and item.names
        for number, _ in enumerate(mutants(item))
    ]
    Random(0).shuffle(keys)
    return tuple(keys)


class Jury:
    """Judges the mutants of one project; keeps what the unbroken project comes to."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._mine = tuple(parse(source)[0] for source in project.sources)
        self._library = tuple(parse(source)[0] for source in project.library)
        self._by_name = {script.source.name: script for script in self._mine}
        self._base = compile_scripts(project, self._mine, self._library)
        self._names = Names(self._base.program)
        self._dialogues: dict[str, list[syntax.Dialogue]] = {}
        dialogues = own_dialogues(self._base)
        self._expectations = Expectations(self._names, dialogues)
        for one in dialogues:
            self._dialogues.setdefault(self._names.of("scenario", one.scenario), []).append(one)
        self._passing = {name: self._passed(self._base.flows, name) for name in self._dialogues}
        self._before = lru_cache(maxsize=None)(self._findings_before)

    def judge(self, key: Key) -> Verdict:
        """Whether anybody notices mutant `key`."""
        file, index, number = key
        script = self._by_name[file]
        item = script.items[index]
        assert isinstance(item, syntax.Scenario)
        mutant = next(one for at, one in enumerate(mutants(item)) if at == number)
        by, what = self._noticed(script, index, mutant)
        line = mutant.span.line
        text = " ".join(script.source.line_text(line).split())
        return Verdict(key, mutant.kind, item.names[0].text, line, text, by, what)

    def _noticed(self, script: Script, index: int, mutant: Mutant) -> tuple[Witness, str]:
        broken = replace(script, items=(*script.items[:index], mutant.scenario, *script.items[index + 1 :]))
        name = mutant.scenario.names[0].text
        heirs = [one.name for one in self._base.program.scenarios.values() if one.own and name in one.bases][:HEIRS]
        files = frozenset({script.source.name, *(self._file(heir) for heir in heirs)})
        mine, library = self._parted(files, broken)
        flows = self._base.flows | lower_all(bind(self._project.settings, mine, library, Collector()))
        for scenario in (name, *heirs, *self._callers(name)):
            title = self._fails(flows, scenario)
            if title is not None:
                return "dialogue", title
        new = _counted(compile_scripts(self._project, mine, library)) - self._before(files)
        if new:
            return "check", min(new)[0]
        return "nobody", ""

    # --- dialogues --------------------------------------------------------------------------------------------------

    def _fails(self, flows: dict[str, Flow], scenario: str) -> str | None:
        """The title of the first dialogue on `scenario` that passed before and with `flows` fails, or has more to say."""
        before = self._passing.get(scenario)
        if not before or scenario not in flows:
            return None
        now = self._passed(flows, scenario)
        return next((title for title in sorted(before) if title not in now or now[title] - before[title]), None)

    def _passed(self, flows: dict[str, Flow], scenario: str) -> dict[str, frozenset[str]]:
        """The codes of its warnings by title, for each dialogue on `scenario` that passes.

        None does when its machine cannot be run.
        """
        program = self._base.program
        try:
            model = load(Writer().document(machine(program, program.scenarios[scenario], flows, {})))
        except (MachineRefused, KeyError):  # a flow that it needs is broken beyond running
            return {}
        results = [play(one, model, self._names, self._expectations) for one in self._dialogues[scenario]]
        return {
            one.dialogue.title.plain: frozenset(each.code for each in one.findings) for one in results if one.passed
        }

    def _callers(self, name: str) -> Iterator[str]:
        found = [
            (len(one.flows), one.name)
            for one in self._base.machines
            if one.name in self._dialogues and any(flow.scenario == name for flow in one.flows[1:])
        ]
        yield from (caller for _, caller in sorted(found)[:CALLERS])

    # --- checks -----------------------------------------------------------------------------------------------------

    def _file(self, scenario: str) -> str:
        return self._base.program.scenarios[scenario].node.span.source.name

    def _parted(
        self, files: frozenset[str], broken: Script | None = None
    ) -> tuple[tuple[Script, ...], tuple[Script, ...]]:
        """The project as one that has only `files` as its own and everything else as a library; one of them `broken`."""
        mine: list[Script] = []
        others: list[Script] = []
        for script in self._mine:
            used = broken if broken is not None and broken.source.name == script.source.name else script
            (mine if script.source.name in files else others).append(used)
        return tuple(mine), (*others, *self._library)

    def _findings_before(self, files: frozenset[str]) -> Counter[tuple[str, str]]:
        return _counted(compile_scripts(self._project, *self._parted(files)))


def _counted(compiled: Compilation) -> Counter[tuple[str, str]]:
    """What the checks find, as (code, message), without the notes."""
    return Counter((one.code, one.message("en")) for one in compiled.findings if one.severity > Severity.NOTE)


class MutationScore(Node, frozen=True):
    """What became of all mutants that were judged. all: how many there are."""

    verdicts: tuple[Verdict, ...]
    all: int

    @property
    def percent(self) -> float:
        """The share that somebody noticed."""
        noticed = sum(one.by != "nobody" for one in self.verdicts)
        return 100 * noticed / len(self.verdicts) if self.verdicts else 100.0


def scored(verdicts: Iterable[Verdict], every: int) -> MutationScore:
    """The score of `verdicts`, in the order of files and lines."""
    return MutationScore(tuple(sorted(verdicts, key=lambda one: one.key)), every)
