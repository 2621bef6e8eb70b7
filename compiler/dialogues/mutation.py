"""Who notices a broken script: its dialogues, the checks, a rule, or nobody.

Each mutant is compiled with the scenario it stands in, and those based on it, as the project and all else as its library,
so that one costs a fraction of a build. Noticed is: a dialogue that passed fails, or a check finds what it did not find
before. Played is every dialogue whose call comes through a broken scenario, on whatever scenario it is: no other call can
be another one now.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Literal

from compiler.dialogues.expecting import Expectations
from compiler.dialogues.mutants import Mutant, MutationKind, mutants
from compiler.dialogues.names import Names
from compiler.dialogues.noticing import Noticing
from compiler.dialogues.playing import play
from compiler.dialogues.suite import own_dialogues
from compiler.machine.lowering.assemble import machine
from compiler.machine.lowering.lower import lower
from compiler.machine.lowering.scope import Bank
from compiler.machine.model import Flow, Machine
from compiler.machine.to_json import Object, Writer
from compiler.names.program import bind
from compiler.pipeline import compile_scripts
from compiler.project.loader import Project
from compiler.runtime.model import Model
from compiler.runtime.reading import MachineRefused, load
from dsl import syntax
from dsl.diagnostics import Collector
from dsl.frozen import Node, replace
from dsl.parser import parse
from dsl.syntax import Script

Key = tuple[str, int, int]
"""A mutant: its file, the place of its scenario among the file's items, and its number there."""
Witness = Literal["dialogue", "check", "nobody"]


class Verdict(Node, frozen=True):
    """What became of a mutant. text: the line as it stood; written: what stands there instead, empty when it is gone.

    by: who noticed; what: the dialogue's title or the check's code.
    """

    key: Key
    kind: MutationKind
    scenario: str
    line: int
    text: str
    written: str
    by: Witness
    what: str


def all_keys(project: Project, wanted: str = "") -> tuple[Key, ...]:
    """Every mutant of a project's own scenarios, in an order that is fixed but mixed, so that any part is a fair sample.

    wanted: only of scenarios with it in their name, or in their file's.
    """
    keys = [
        (source.name, index, number)
        for source in project.sources
        for index, item in enumerate(parse(source)[0].items)
        if isinstance(item, syntax.Scenario) and item.names
        if wanted in source.name or wanted in item.names[0].text
        for number, _ in enumerate(mutants(item))
    ]
    Random(0).shuffle(keys)
    return tuple(keys)


class _Played(Node, frozen=True):
    """A dialogue that passes. warnings: their codes; through: the scenarios its call comes through."""

    dialogue: syntax.Dialogue
    warnings: frozenset[str]
    through: frozenset[str]


class Jury:
    """Judges the mutants of one project; keeps what the unbroken project comes to."""

    def __init__(self, project: Project, day: str | None = None) -> None:
        """day: the ISO date that counts as today; None when none is known."""
        self._project = project
        scripts = tuple(parse(source)[0] for source in project.sources)
        library = tuple(parse(source)[0] for source in project.library)
        self._scripts = {script.source.name: script for script in scripts}
        self._base = compile_scripts(project, scripts, library, None if day is None else lambda: day)
        self._noticing = Noticing(project, self._base, library)
        self._names = Names(self._base.program)
        self._forms: dict[int, Object] = {}  # of flows that are not broken
        self._dialogues: dict[str, list[syntax.Dialogue]] = {}
        dialogues = own_dialogues(self._base)
        self._expectations = Expectations.of(self._names, dialogues)
        for one in sorted(dialogues, key=lambda one: one.title.plain):
            self._dialogues.setdefault(self._names.of("scenario", one.scenario), []).append(one)
        self._sizes = {one.name: len(one.flows) for one in self._base.machines}
        self._passing = {name: self._passed(name) for name in self._dialogues}

    def judge(self, key: Key) -> Verdict:
        """Whether anybody notices mutant `key`."""
        file, index, number = key
        script = self._scripts[file]
        item = script.items[index]
        assert isinstance(item, syntax.Scenario)
        mutant = next(one for at, one in enumerate(mutants(item)) if at == number)
        by, what = self._noticed(script, index, mutant)
        line = mutant.span.line
        text = " ".join(script.source.line_text(line).split())
        return Verdict(key, mutant.kind, item.names[0].text, line, text, mutant.written, by, what)

    def _noticed(self, script: Script, index: int, mutant: Mutant) -> tuple[Witness, str]:
        broken = replace(script, items=(*script.items[:index], mutant.scenario, *script.items[index + 1 :]))
        name = mutant.scenario.names[0].text
        scenarios = self._base.program.scenarios
        heirs = [one.name for one in scenarios.values() if one.own and name in one.bases]
        changed = frozenset({name, *heirs})
        files = frozenset({script.source.name, *(scenarios[heir].node.span.source.name for heir in heirs)})
        title = self._failing(files, broken, (name, *heirs))
        if title is not None:
            return "dialogue", title
        code = self._noticing.new(files, broken, changed)
        return ("check", code) if code is not None else ("nobody", "")

    # --- dialogues --------------------------------------------------------------------------------------------------

    def _failing(self, files: frozenset[str], broken: Script, changed: tuple[str, ...]) -> str | None:
        """The title of the first dialogue that passed, and fails or has more to say now that `changed` are not as before."""
        played = self._through(changed)
        if not played:
            return None
        program = bind(self._project.settings, *self._noticing.parted(files, broken), Collector())
        bank = Bank()
        flows = dict(self._base.flows)
        for name in changed:
            if name in flows:
                flows[name] = lower(program, program.scenarios[name], bank)
        for scenario, dialogues in played.items():
            model = self._model(scenario, flows)
            for one in dialogues:
                now = None if model is None else self._played(one.dialogue, model)
                if now is None or now.warnings - one.warnings:
                    return one.dialogue.title.plain
        return None

    def _through(self, changed: tuple[str, ...]) -> dict[str, list[_Played]]:
        """The dialogues that pass and whose calls come through one of `changed`, by their scenario.

        First those of the broken scenario itself, then the ones that take least time: on machines of the fewest flows.
        """
        order = sorted(self._passing, key=lambda one: (one != changed[0], self._sizes.get(one, 0), one))
        found = ((name, [one for one in self._passing[name] if not one.through.isdisjoint(changed)]) for name in order)
        return {name: dialogues for name, dialogues in found if dialogues}

    def _passed(self, scenario: str) -> list[_Played]:
        """The dialogues that pass on a scenario that is not broken."""
        model = self._model(scenario, self._base.flows)
        made = [] if model is None else [self._played(one, model) for one in self._dialogues[scenario]]
        return [one for one in made if one is not None]

    def _played(self, dialogue: syntax.Dialogue, model: Model) -> _Played | None:
        """What came of a dialogue; None when it fails."""
        result = play(dialogue, model, self._names, self._expectations)
        if not result.passed:
            return None
        flows = {flow for flow, _ in result.steps} | {model.transitions[number].flow for number in result.taken}
        through = frozenset({model.name, *(model.flows[flow].scenario for flow in flows)})
        return _Played(dialogue, frozenset(one.code for one in result.findings), through)

    def _model(self, scenario: str, flows: dict[str, Flow]) -> Model | None:
        """The machine of a scenario as the simulator reads it; None when it cannot be run."""
        program = self._base.program
        made = machine(program, program.scenarios[scenario], flows)
        if made is None:  # a flow that it needs is broken beyond lowering
            return None
        document = Writer().document(replace(made, flows=()))
        if flows is self._base.flows:
            self._forms.update((id(flow), _form(made, flow)) for flow in made.flows if id(flow) not in self._forms)
        document["flows"] = [self._forms.get(id(flow)) or _form(made, flow) for flow in made.flows]
        try:
            return load(document)
        except MachineRefused:
            return None


def _form(made: Machine, flow: Flow) -> Object:
    """A flow as it stands in the document of a machine."""
    flows = Writer().document(replace(made, flows=(flow,)))["flows"]
    assert isinstance(flows, list)
    assert isinstance(flows[0], dict)
    return flows[0]


class MutationScore(Node, frozen=True):
    """What became of all mutants that were judged. all: how many there are."""

    verdicts: tuple[Verdict, ...]
    all: int

    @property
    def percent(self) -> float | None:
        """The share that somebody noticed; None when none was judged, for then nothing is known."""
        noticed = sum(one.by != "nobody" for one in self.verdicts)
        return 100 * noticed / len(self.verdicts) if self.verdicts else None


def scored(verdicts: Iterable[Verdict], every: int) -> MutationScore:
    """The score of `verdicts`, in the order of files and lines."""
    return MutationScore(tuple(sorted(verdicts, key=lambda one: one.key)), every)
