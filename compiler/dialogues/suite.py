"""All dialogues of a project: which are run, on which machines, and what came of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from compiler.dialogues import lints
from compiler.dialogues.expecting import Expectations
from compiler.dialogues.names import Names
from compiler.dialogues.playing import Result, play
from compiler.machine.lowering.assemble import machine
from compiler.names import lints as names_lints
from compiler.pipeline import Compilation
from compiler.project import lints as project_lints
from compiler.runtime.model import Model
from compiler.runtime.reading import MachineRefused, load
from dsl import mistakes, syntax
from dsl.diagnostics import Diagnostic, Severity, Words
from dsl.source import Span


class Models:
    """The machines of a compilation as the simulator reads them, each made once, when it is asked for."""

    def __init__(self, compiled: Compilation) -> None:
        self._compiled = compiled
        self._machines = {one.name: one for one in compiled.machines}
        self._models: dict[str, Model | None] = {}
        self._writer = compiled.writer

    def get(self, scenario: str) -> Model | None:
        """The model of a scenario of the project, or of a library's that the project calls; None when it has none."""
        if scenario not in self._models:
            self._models[scenario] = self._made(scenario)
        return self._models[scenario]

    def _made(self, scenario: str) -> Model | None:
        made = self._machines.get(scenario)
        program = self._compiled.program
        known = program.scenarios.get(scenario)
        if made is None and known is not None and not known.own and scenario in self._compiled.flows:
            made = machine(program, known, self._compiled.flows)
        if made is None:
            return None
        try:
            return load(self._writer.document(made))
        except MachineRefused:  # a phrase speaks a fact that there is not, which is an error in the phrase alone
            return None


def own_dialogues(compiled: Compilation, wanted: str = "") -> tuple[syntax.Dialogue, ...]:
    """The dialogues that stand in the project itself; with `wanted`, those with it in their title, scenario or file."""
    return tuple(
        one
        for one in compiled.program.dialogues
        if compiled.program.is_own(one.span)
        and (wanted in one.title.plain or wanted in one.scenario.text or wanted in one.span.source.name)
    )


def run(
    compiled: Compilation, models: Models, wanted: str = "", step: Callable[[], None] = lambda: None
) -> tuple[Result, ...]:
    """Run the project's dialogues, in the order of files and lines; `step` is called once a dialogue."""
    return tuple(_run(compiled, models, own_dialogues(compiled, wanted), step))


def _run(
    compiled: Compilation, models: Models, dialogues: tuple[syntax.Dialogue, ...], step: Callable[[], None]
) -> Iterator[Result]:
    names = Names(compiled.program)
    expectations = Expectations.of(names, dialogues)
    is_wrong = _wrong(compiled)
    for dialogue in dialogues:
        scenario = names.of("scenario", dialogue.scenario)
        model = models.get(scenario)
        if is_wrong(dialogue):
            reason = Words("里面有写错的行", "one of its lines is wrong")
            hint = Words("先改好那一行：scriptc check", "mend that line first: scriptc check")
            yield Result(dialogue, scenario, (lints.NOT_RUN.at(dialogue.span, reason=reason, hint=hint),))
        elif model is None:
            yield Result(dialogue, scenario, (_not_run(compiled, dialogue, scenario),))
        else:
            yield play(dialogue, model, names, expectations)
        step()


def slips(compiled: Compilation) -> tuple[Diagnostic, ...]:
    """The errors in what is written: lines that cannot be read, and names that there are not."""
    about_writing = (*project_lints.LINTS, *mistakes.LINTS, *names_lints.LINTS)
    return tuple(one for one in compiled.findings if one.severity is Severity.ERROR and one.lint in about_writing)


def _wrong(compiled: Compilation) -> Callable[[syntax.Dialogue], bool]:
    """Tells of a dialogue whether something is wrong with how its own lines are written: what it would do says nothing."""
    starts = {
        script.source.name: sorted(item.span.start for item in script.items) for script in compiled.program.scripts
    }

    def item(span: Span) -> tuple[str, int]:
        return span.source.name, bisect_right(starts.get(span.source.name, []), span.start)

    wrong = {item(one.span) for one in slips(compiled)}
    return lambda dialogue: item(dialogue.span) in wrong


def _not_run(compiled: Compilation, dialogue: syntax.Dialogue, scenario: str) -> Diagnostic:
    known = compiled.program.scenarios.get(scenario)
    if known is None:
        reason = Words(f"没有场景“{scenario}”", f"there is no scenario “{scenario}”")
        hint = Words("改成有的场景", "name a scenario that there is")
    elif not known.own:
        reason = Words(
            f"“{scenario}”在库里，本项目没有用它", f"“{scenario}” is a library's and not used by this project"
        )
        hint = Words("调用它，或把对话写到库里", "call it, or write the dialogue in the library")
    else:
        reason = Words(f"“{scenario}”或它调用的场景有错误", f"“{scenario}”, or a scenario that it calls, has errors")
        hint = Words("先改好错误：scriptc check", "mend the errors first: scriptc check")
    return lints.NOT_RUN.at(dialogue.span, reason=reason, hint=hint)
