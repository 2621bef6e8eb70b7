"""Whether the checks or the rules notice a broken script: what they find that they did not find before.

Nobody wants to see these findings, so they are looked for from the cheap to the dear, and the first new one is enough; and
what was proven of the machines that do not hold the broken script is not proven again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial

from compiler.checks import rulebooks
from compiler.checks.context import CheckContext
from compiler.machine.lowering.assemble import assemble, error_free, lower_all
from compiler.machine.model import Flow, Machine
from compiler.names.program import Program, bind
from compiler.names.references import check_references
from compiler.pipeline import CHECKS, PROOF_CHECKS, Compilation
from compiler.project.loader import Project
from compiler.rulebooks.alike import alike
from compiler.rulebooks.atoms import Atoms
from compiler.rulebooks.proof import Proof, Prover
from compiler.rulebooks.rule_set import CompiledRule, Today, applied_rules
from dsl.diagnostics import Collector, Severity
from dsl.syntax import Script

Found = Counter[tuple[str, tuple[object, ...]]]
"""Topics of findings, without the notes: how many there are of each."""


class Noticing:
    """The checks and rules of one project, part of which is broken."""

    def __init__(self, project: Project, base: Compilation, library: tuple[Script, ...]) -> None:
        """base: what the whole project comes to when nothing is broken; library: the scripts that are not its own."""
        self._settings = project.settings
        self._base = base
        self._library = library
        self._proofs: dict[str, list[Proof]] = {}
        for proof in base.proofs:
            self._proofs.setdefault(proof.machine.name, []).append(proof)
        self._held = {
            (proof.machine.name, id(result.line))
            for proof in base.proofs
            for result in proof.results
            if result.status == "proven"
        }
        self._prover = Prover(base.program, base.flows, base.machines)
        self._before = lru_cache(maxsize=None)(self._found_before)

    def new(self, files: frozenset[str], broken: Script, changed: frozenset[str]) -> str | None:
        """The code of something that is found only now that one of `files` is `broken`.

        changed: the scenarios whose flows are not what they were. Findings are about `files` alone; all else counts as a
        library, so that one costs a fraction of a check of everything.
        """
        before = self._before(files)
        for findings in self._findings(self.parted(files, broken), changed):
            new = _counted(findings) - before
            if new:
                return min(code for code, _ in new)
        return None

    def parted(
        self, files: frozenset[str], broken: Script | None = None
    ) -> tuple[tuple[Script, ...], tuple[Script, ...]]:
        """The project as one that has only `files` as its own and everything else as a library; one of them `broken`."""
        mine: list[Script] = []
        others: list[Script] = []
        for script in self._base.scripts:
            used = broken if broken is not None and broken.source.name == script.source.name else script
            (mine if script.source.name in files else others).append(used)
        return tuple(mine), (*others, *self._library)

    def _found_before(self, files: frozenset[str]) -> Found:
        *_, findings = self._findings(self.parted(files), frozenset())
        return _counted(findings)

    def _findings(
        self, scripts: tuple[tuple[Script, ...], tuple[Script, ...]], changed: frozenset[str]
    ) -> Iterator[Collector]:
        """What is found, told again after every pass."""
        findings = Collector()
        program = bind(self._settings, *scripts, findings)
        check_references(program)
        flows = lower_all(program)
        program.symbols.unused()
        yield findings
        healthy = error_free(program, flows)
        machines = assemble(program, healthy)
        context = CheckContext.of(program, healthy, machines, self._base.today)
        for check in CHECKS:
            findings.extend(check(context))
        yield findings
        proofs = list(self._known(machines, changed))
        for proof in self._proven(program, healthy, machines, changed):
            proofs.append(proof)
            if any(result.status in ("broken", "undecided") for result in proof.results):
                findings.extend(rulebooks.check(context, (proof,)))
                yield findings
        # In the order of machines, as in a whole check: a finding about several machines names the first.
        order = {machine.name: number for number, machine in enumerate(machines)}
        proofs.sort(key=lambda proof: order[proof.machine.name])
        for proof_check in PROOF_CHECKS:
            findings.extend(proof_check(context, proofs))
        yield findings

    def _known(self, machines: tuple[Machine, ...], changed: frozenset[str]) -> tuple[Proof, ...]:
        """The proofs of machines that are what they were."""
        return tuple(
            proof
            for machine in machines
            if not _touched(machine, changed)
            for proof in self._proofs.get(machine.name, ())
        )

    def _proven(
        self, program: Program, flows: dict[str, Flow], machines: tuple[Machine, ...], changed: frozenset[str]
    ) -> Iterator[Proof]:
        """The proofs of the other machines."""
        touched = [machine for machine in machines if _touched(machine, changed)]
        if touched and any(rulebook.rules for rulebook in program.rulebooks):
            prover = Prover(program, flows, machines, partial(self._holds, changed))
            for machine in touched:
                yield from prover.prove(machine, tuple(applied_rules(program, machine, Today(self._base.today))))

    def _holds(self, changed: frozenset[str], machine: Machine, line: CompiledRule, atoms: Atoms) -> bool:
        """Whether a line is known to hold for a broken machine: it held before, and cannot tell the difference."""
        if (machine.name, id(line.line)) not in self._held:
            return False
        return all(
            flow.scenario in self._base.flows
            and alike(line, self._base.flows[flow.scenario], self._prover.atoms, flow, atoms)
            for flow in machine.flows
            if flow.scenario in changed
        )


def _touched(machine: Machine, changed: frozenset[str]) -> bool:
    return any(flow.scenario in changed for flow in machine.flows)


def _counted(findings: Collector) -> Found:
    return Counter(one.topic for one in findings if one.severity > Severity.NOTE)
