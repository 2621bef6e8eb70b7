"""The map: every pass, top to bottom, on one page.

    files ──load──▶ Source ──parse──▶ Script ──bind──▶ Program ──lower──▶ Flow ──assemble──▶ Machine ──▶ proofs, checks

Each pass is a function from frozen data to frozen data; findings go to the one `Collector`. No pass stops at a mistake, so
one run reports everything; a machine is made of every scenario without errors in its own script and in its callees'.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from compiler.checks import (
    dates,
    events,
    flow,
    phrases,
    rule_pairs,
    rule_sense,
    rule_words,
    rulebooks,
    slots,
    timing,
    unplayed,
    ways,
)
from compiler.checks.context import Check, CheckContext, Day, ProofCheck
from compiler.machine.lowering.assemble import assemble, error_free, lower_all
from compiler.machine.model import Flow, Machine
from compiler.names.program import Program, bind
from compiler.names.references import check_references
from compiler.project.loader import Project
from compiler.rulebooks.proof import Proof, prove_all
from dsl.diagnostics import Collector
from dsl.parser import parse
from dsl.source import Source
from dsl.syntax import Script

if TYPE_CHECKING:
    from compiler.machine.to_json import Writer

CHECKS: tuple[Check, ...] = (
    flow.check,
    ways.check,
    events.check,
    phrases.check,
    slots.check,
    timing.check,
    dates.check,
    unplayed.check,
)
"""The checks of machines; the order does not matter."""
PROOF_CHECKS: tuple[ProofCheck, ...] = (rulebooks.check, rule_sense.check, rule_pairs.check, rule_words.check)
"""The checks of what was proven of them."""

Progress = Callable[[str, int, int], None]
"""Called with (pass, done, all) while a pass runs over many things."""


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """The machines of a project, before proofs and checks: enough to print cards from.

    findings: those so far; later passes add more.
    flows: of every scenario of the project and of its callees; error_free: those whose scripts have no error.
    machines: of every scenario whose flow and callees' flows are error-free.
    seconds: the time of each pass, by name.
    """

    project: Project
    findings: Collector
    scripts: tuple[Script, ...]
    program: Program
    flows: dict[str, Flow]
    error_free: dict[str, Flow]
    machines: tuple[Machine, ...]
    today: Day
    seconds: Mapping[str, float]
    _writers: list[Writer] = field(default_factory=list, repr=False, compare=False)

    @property
    def writer(self) -> Writer:
        """The writer of machines as JSON and of their hashes; shared flows are written once."""
        if not self._writers:
            from compiler.machine.to_json import Writer  # noqa: PLC0415 - its types take 5 ms; a check needs none

            self._writers.append(Writer())
        return self._writers[0]


@dataclass(frozen=True, kw_only=True)
class Compilation(Assembled):
    """The machines of a project with all findings, and a proof of every rule for every scenario held to the rule."""

    proofs: tuple[Proof, ...]


def compile_project(project: Project, progress: Progress | None = None, today: Day = None) -> Compilation:
    """Run every pass over `project`. today: for rules, waivers and what else holds until a day."""
    return check_assembled(assemble_project(project, progress, today))


def assemble_project(project: Project, progress: Progress | None = None, today: Day = None) -> Assembled:
    """Run the passes over `project` up to the machines; `check_assembled` runs the rest."""
    findings = Collector()
    findings.extend(project.findings)
    seconds: dict[str, float] = {}
    with _no_garbage_collection():
        with _timed("parse", seconds):
            mine = _parse_all(project.sources, findings, progress)
            library = _parse_all(project.library, findings, None)
        return _assemble(project, mine, library, findings, seconds, today)


def compile_scripts(
    project: Project, mine: tuple[Script, ...], library: tuple[Script, ...], today: Day = None
) -> Compilation:
    """Run every pass but the first over parsed scripts, which may differ from the sources in `project`."""
    with _no_garbage_collection():
        return check_assembled(_assemble(project, mine, library, Collector(), {}, today))


def bind_again(compiled: Compilation, scripts: Mapping[Source, Script]) -> Collector:
    """What names and lowering find when some of the project's sources read as `scripts` instead."""
    findings = Collector()
    with _no_garbage_collection():
        mine = tuple(scripts.get(script.source, script) for script in compiled.scripts)
        own = set(compiled.project.sources)
        library = (script for script in compiled.program.scripts if script.source not in own)
        program = bind(compiled.project.settings, mine, library, findings)
        check_references(program)
        lower_all(program)
    return findings


def _assemble(
    project: Project,
    mine: tuple[Script, ...],
    library: tuple[Script, ...],
    findings: Collector,
    seconds: dict[str, float],
    today: Day,
) -> Assembled:
    whole = not findings.has_errors
    with _timed("bind", seconds):
        program = bind(project.settings, mine, library, findings)
        check_references(program)
    with _timed("lower", seconds):
        flows = lower_all(program)
        if whole:  # what cannot be read may be what uses it
            program.symbols.unused()
    with _timed("assemble", seconds):
        healthy = error_free(program, flows)
        machines = assemble(program, healthy)
    return Assembled(
        project=project,
        findings=findings,
        scripts=mine,
        program=program,
        flows=flows,
        error_free=healthy,
        machines=machines,
        today=today,
        seconds=seconds,
    )


def check_assembled(assembled: Assembled) -> Compilation:
    """Prove the rules for the machines and run every check; new findings are added to those of `assembled`."""
    program, machines, today = assembled.program, assembled.machines, assembled.today
    findings, seconds = assembled.findings, dict(assembled.seconds)
    with _no_garbage_collection():
        with _timed("prove", seconds):
            proofs = prove_all(program, assembled.error_free, machines, today)
        with _timed("check", seconds):
            context = CheckContext.of(program, assembled.error_free, machines, today)
            for check in CHECKS:
                findings.extend(check(context))
            for proof_check in PROOF_CHECKS:
                findings.extend(proof_check(context, proofs))
    parts = {one.name: getattr(assembled, one.name) for one in fields(assembled)}
    return Compilation(**{**parts, "seconds": seconds}, proofs=proofs)


def _parse_all(sources: tuple[Source, ...], findings: Collector, progress: Progress | None) -> tuple[Script, ...]:
    scripts: list[Script] = []
    for count, source in enumerate(sources, 1):
        script, found = parse(source)
        scripts.append(script)
        findings.extend(found)
        if progress:
            progress("parse", count, len(sources))
    return tuple(scripts)


@contextmanager
def _timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - start


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Switch garbage collection off: trees hold no cycles and stay to the end, so a search costs a quarter and finds none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
