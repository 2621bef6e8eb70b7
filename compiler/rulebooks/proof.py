"""Verdict of every rule on every scenario: proven, broken (with a shortest counterexample), waived, or not applicable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Literal

from compiler.machine.grid import Cell, grid
from compiler.machine.model import Flow, Machine
from compiler.names.program import Program
from compiler.rulebooks.abstract_flow import AbstractFlows
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.effects import Effects
from compiler.rulebooks.measures import LimitChecker, LimitViolation
from compiler.rulebooks.monitor import Monitor
from compiler.rulebooks.must_analysis import MustAnalysis
from compiler.rulebooks.rule_set import AppliedRule, CompiledRule, RuleSet, Today, applied_rules, compile_rules
from compiler.rulebooks.search import Allowance, Found, Search
from compiler.rulebooks.summaries import RuleSummaries, RuleSummary
from dsl import syntax
from dsl.frozen import Node
from dsl.source import Span

Status = Literal["proven", "broken", "undecided", "idle"]
"""idle: nothing the rule is about ever happens, so it holds of itself."""


class Result(Node, frozen=True):
    """Verdict of a rule line on a machine.

    found: a shortest call that breaks the line, if found (a `可达` rule is broken by the absence of a call).
    steps: for `每个步骤 处理`, the steps with unhandled events. beyond: for `限制`, the places that exceed the limit.
    played: for "idle", whether only guards and gates prevent the subject of the rule, as an exhaustive exploration has shown.
    """

    line: syntax.PathRule | syntax.Limit
    status: Status
    found: Found | None = None
    steps: tuple[tuple[Span, str, tuple[str, ...]], ...] = ()
    beyond: tuple[LimitViolation, ...] = ()
    played: bool = False


class Proof(Node, frozen=True):
    """Verdict of a rule on a scenario; `results` is empty for a waived rule and for a rule without path rules."""

    machine: Machine
    holding: AppliedRule
    results: tuple[Result, ...]


class Prover:
    """Proves the rules of a program on the machines of the program."""

    def __init__(
        self,
        program: Program,
        flows: Mapping[str, Flow],
        machines: tuple[Machine, ...],
        known: Callable[[Machine, CompiledRule, Atoms], bool] = lambda *_: False,
    ) -> None:
        """Compile the rules; `known` tells whether a line that needs a search is already known to hold."""
        self.program = program
        self._known = known
        self.book: RuleSet = compile_rules(program)
        self.atoms = Atoms(program, self.book.named, machines, flows.values())
        self.effects = Effects(self.book.lines, self.book.named)
        self.abstract_flows = AbstractFlows(self.effects, self.atoms, flows.values())
        self._allowance = Allowance()
        self.summaries = RuleSummaries(flows, self.abstract_flows)
        self.surely = MustAnalysis(flows, self.atoms)
        first, last = program.settings.working_hours
        self._working_day = (last - first) * 60_000

    def prove(self, machine: Machine, held: tuple[AppliedRule, ...]) -> Iterator[Proof]:
        """Yield the proofs of the rules `held` on `machine`, in order."""
        summary: RuleSummary | None = None
        search = cache(lambda: Search(machine, self.summaries, self._allowance))  # most machines need none
        checker: LimitChecker | None = None
        for holding in held:
            results: list[Result] = []
            for index in self.book.of_rule[id(holding.rule)] if holding.waiver is None else ():
                summary = summary or self.summaries.of_machine(machine)
                results.append(self._judged(machine, self.book.lines[index], summary, search))
            if holding.waiver is None:
                for part in holding.rule.lines:
                    if id(part) in self.book.unread:
                        continue
                    if isinstance(part, syntax.PathRule) and part.form == "steps-handle":
                        results.append(self._handled(machine, part))
                    elif isinstance(part, syntax.Limit) and id(part) in self.book.within:
                        checker = checker or LimitChecker(machine, self.atoms, self._working_day)
                        results.append(self._measured(part, checker))
            yield Proof(machine, holding, tuple(results))

    def _judged(
        self, machine: Machine, line: CompiledRule, summary: RuleSummary, search: Callable[[], Search]
    ) -> Result:
        """Return the verdict of a line: from the summary where sufficient, else by a search."""
        broken = summary.broken & self._effective(1 << line.index)
        surely = self.surely.atoms(machine.name)
        if line.form == "reachable":
            # `summary` over-approximates and `surely` under-approximates: absent from the first means unreachable,
            # present in the second means reachable; only the gap between needs a search.
            if not broken or surely & line.left:
                return Result(line.line, "proven" if broken else "broken")
            return self._exactly(machine, line, search())
        wanted = _about(line)
        if not all(summary.atoms & bits for bits in wanted) and not broken:
            return Result(line.line, "idle")
        result = self._exactly(machine, line, search()) if broken else Result(line.line, "proven")
        if result.status != "proven" or all(surely & bits for bits in wanted):
            return result
        idle = search().occurrences.never(*wanted)
        return Result(line.line, "idle" if idle else "proven", played=idle)

    def _effective(self, bit: Bits) -> Bits:
        """Return the half of a double value that applies at the beginning of a call."""
        return bit << self.summaries.width if self.effects.start & bit else bit

    def _exactly(self, machine: Machine, line: CompiledRule, search: Search) -> Result:
        if self._known(machine, line, self.atoms):
            return Result(line.line, "proven")
        try:
            found = search.violation(Monitor(machine, line, self.abstract_flows), shortest=line.form != "reachable")
        except LookupError:
            return Result(line.line, "undecided")
        if line.form == "reachable":
            return Result(line.line, "proven" if found is not None else "broken")
        return Result(line.line, "broken" if found is not None else "proven", found)

    def _measured(self, line: syntax.Limit, checker: LimitChecker) -> Result:
        """Return the verdict of `限制`, with every place that exceeds the limit."""
        try:
            beyond = checker.beyond(line, self.book.within[id(line)])
        except LookupError:
            return Result(line, "undecided")
        if beyond is None:
            return Result(line, "idle")
        return Result(line, "broken" if beyond else "proven", beyond=beyond)

    def _handled(self, machine: Machine, line: syntax.PathRule) -> Result:
        """Return the verdict of `每个步骤 处理 E`, read off the event grid."""
        table = self.program.symbols.tables["event"]
        asked = [table[name.text].name for name in line.events if name.text in table]
        made = grid(machine, asked)
        steps: list[tuple[Span, str, tuple[str, ...]]] = []
        for row in made.rows:
            missing = tuple(event for index, event in enumerate(asked) if row.cells[index] is Cell.OPEN)
            if row.flow == 0 and missing:
                step = machine.main.steps[row.step]
                steps.append((step.span, step.name, missing))
        return Result(line, "broken" if steps else "proven", None, tuple(steps))


def _about(line: CompiledRule) -> tuple[Bits, ...]:
    """Return the atom sets that must occur for a rule not to be vacuous, an atom of every set."""
    match line.form:
        case "precedes":
            return (line.right,)
        case "responds" | "never-after" | "step-has" | "step-never":
            return (line.left,)
        case "precedes-after":
            return line.after, line.right
        case _:
            return ()


def prove_all(
    program: Program, flows: Mapping[str, Flow], machines: tuple[Machine, ...], today: Callable[[], str] | None
) -> tuple[Proof, ...]:
    """Prove every rule on every scenario in the scope of the rule, scenario by scenario."""
    if not any(rulebook.rules for rulebook in program.rulebooks):
        return ()
    day = Today(today)
    prover = Prover(program, flows, machines)
    return tuple(
        proof for machine in machines for proof in prover.prove(machine, tuple(applied_rules(program, machine, day)))
    )
