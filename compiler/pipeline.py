"""The map: every pass, top to bottom, on one page.

    files ──load──▶ Source ──parse──▶ Script ──bind──▶ Program ──lower──▶ Flow ──assemble──▶ Machine ──▶ proofs, checks

Each pass is a function from frozen data to frozen data; what it finds goes to the one `Collector`. No pass stops at a
mistake, so one run reports everything; a machine is made of every scenario without errors in itself or in those it calls.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from compiler.checks import events, flow, phrases, rule_pairs, rule_sense, rule_words, rulebooks, slots, timing, ways
from compiler.checks.subject import Check, Day, Subject
from compiler.machine.lowering.assemble import assemble, lower_all, sound
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
    flow.check, ways.check, events.check, phrases.check, slots.check, timing.check, rulebooks.check,
    rule_sense.check, rule_pairs.check, rule_words.check,
)  # fmt: skip
"""Every check there is; the order does not matter."""

Progress = Callable[[str, int, int], None]
"""Told (pass, done, all) while a pass runs over many things."""
Assembled = Callable[["Compilation"], None]
"""Told when the machines are there and nothing is proven or checked yet, so that other processors can begin with them."""


@dataclass
class Compilation:
    """What came of a project. `seconds` is the time of each pass, by name.

    A machine is there for each scenario without errors in its own script and in those it calls.
    """

    project: Project
    findings: Collector
    scripts: tuple[Script, ...]
    program: Program
    flows: dict[str, Flow]
    machines: tuple[Machine, ...]
    proofs: tuple[Proof, ...]
    today: Day = None
    seconds: dict[str, float] = field(default_factory=dict)

    @cached_property
    def writer(self) -> Writer:
        """Writes the machines as JSON and knows their hashes; what they share is written once."""
        from compiler.machine.to_json import Writer  # checking needs none

        return Writer()


def compile_project(
    project: Project,
    progress: Progress | None = None,
    today: Day = None,
    assembled: Assembled = lambda _compiled: None,
) -> Compilation:
    """Run every pass over `project`. today: for rules, waivers and what else holds until a day."""
    findings = Collector()
    findings.extend(project.findings)
    seconds: dict[str, float] = {}
    with _no_garbage_collection():
        with _timed("parse", seconds):
            mine = _parse_all(project.sources, findings, progress)
            library = _parse_all(project.library, findings, None)
        return _compile(project, mine, library, findings, seconds, today, assembled)


def compile_scripts(
    project: Project, mine: tuple[Script, ...], library: tuple[Script, ...], today: Day = None
) -> Compilation:
    """Every pass but the first, over scripts that are parsed already and need not be what `project` holds."""
    with _no_garbage_collection():
        return _compile(project, mine, library, Collector(), {}, today)


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


def _compile(
    project: Project,
    mine: tuple[Script, ...],
    library: tuple[Script, ...],
    findings: Collector,
    seconds: dict[str, float],
    today: Day,
    assembled: Assembled = lambda _compiled: None,
) -> Compilation:
    whole = not findings.has_errors
    with _timed("bind", seconds):
        program = bind(project.settings, mine, library, findings)
        check_references(program)
    with _timed("lower", seconds):
        flows = lower_all(program)
        if whole:  # what cannot be read may be what uses it
            program.symbols.unused()
    with _timed("assemble", seconds):
        healthy = sound(program, flows)
        machines = assemble(program, healthy)
    compiled = Compilation(project, findings, mine, program, flows, machines, (), today, seconds)
    assembled(compiled)
    with _timed("prove", seconds):
        compiled.proofs = prove_all(program, healthy, machines, today)
    with _timed("check", seconds):
        own = tuple(name for name in healthy if program.scenarios[name].own)
        subject = Subject(program, healthy, own, machines, compiled.proofs, today)
        for check in CHECKS:
            findings.extend(check(subject))
    return compiled


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
    """Trees hold no cycles and stay until the end, so looking for garbage among them costs a quarter and finds none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
