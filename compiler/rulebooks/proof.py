"""Every rule against every scenario: proven, broken (with the shortest call that breaks it), waived, or not applicable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from compiler.machine.grid import Cell, grid
from compiler.machine.model import Flow, Machine
from compiler.names.program import Program
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.book import Book, Bound, Holding, Today, bind_rules, holdings
from compiler.rulebooks.effects import Effects
from compiler.rulebooks.measures import Excess, Meter
from compiler.rulebooks.search import Found, Search
from compiler.rulebooks.summaries import Summaries, Summary
from compiler.rulebooks.surely import Surely
from compiler.rulebooks.tracks import Tracks
from compiler.rulebooks.watch import Watch
from dsl import syntax
from dsl.frozen import Node
from dsl.source import Span

Status = Literal["proven", "broken", "undecided", "idle"]
"""idle: nothing the rule is about ever happens, so it holds of itself."""


class Result(Node, frozen=True):
    """What became of one line of a rule for one machine.

    found: the shortest call that breaks it, when there is one (a `可达` rule is broken by there being none).
    steps: of `每个步骤 处理`, the steps and the events that are left open. beyond: of `限制`, the places that go beyond it.
    """

    line: syntax.PathRule | syntax.Limit
    status: Status
    found: Found | None = None
    steps: tuple[tuple[Span, str, tuple[str, ...]], ...] = ()
    beyond: tuple[Excess, ...] = ()


class Proof(Node, frozen=True):
    """What became of one rule for one scenario. `results` is empty for a waived rule, and for one without path rules."""

    machine: Machine
    holding: Holding
    results: tuple[Result, ...]


class Prover:
    """Proves the rules of a program over its machines."""

    def __init__(
        self,
        program: Program,
        flows: Mapping[str, Flow],
        machines: tuple[Machine, ...],
        known: Callable[[Machine, Bound, Atoms], bool] = lambda *_: False,
    ) -> None:
        """known: whether a line that must be looked into is known to hold for a machine."""
        self.program = program
        self._known = known
        self.book: Book = bind_rules(program)
        self.atoms = Atoms(program, self.book.named, machines, flows.values())
        self.effects = Effects(self.book.lines, self.book.named)
        self.tracks = Tracks(self.effects, self.atoms, flows.values())
        self.summaries = Summaries(flows, self.tracks)
        self.surely = Surely(flows, self.atoms)
        first, last = program.settings.working_hours
        self._working_day = (last - first) * 60_000

    def prove(self, machine: Machine, held: tuple[Holding, ...]) -> Iterator[Proof]:
        """The proofs of the rules `held` against `machine`, in their order."""
        summary: Summary | None = None
        search: Search | None = None
        meter: Meter | None = None
        for holding in held:
            results: list[Result] = []
            for index in self.book.of_rule[id(holding.rule)] if holding.waiver is None else ():
                summary = summary or self.summaries.of_machine(machine)
                line = self.book.lines[index]
                status = self._at_a_glance(machine, line, summary)
                if status is not None:
                    results.append(Result(line.line, status))
                    continue
                search = search or Search(machine, self.summaries)
                results.append(self._exactly(machine, line, search))
            if holding.waiver is None:
                for part in holding.rule.lines:
                    if id(part) in self.book.unread:
                        continue
                    if isinstance(part, syntax.PathRule) and part.form == "steps-handle":
                        results.append(self._handled(machine, part))
                    elif isinstance(part, syntax.Limit) and id(part) in self.book.within:
                        meter = meter or Meter(machine, self.atoms, self._working_day)
                        results.append(self._measured(part, meter))
            yield Proof(machine, holding, tuple(results))

    def _at_a_glance(self, machine: Machine, line: Bound, summary: Summary) -> Status | None:
        """What the over-estimate settles: nothing to hold against, or surely not broken. None when it must be looked into."""
        bit = 1 << line.index
        broken = summary.broken & self._effective(bit)
        if line.form == "reachable":
            if broken and self.surely.atoms(machine.name) & line.left:
                return "proven"
            return None if broken else "broken"
        if not broken:
            return "proven" if self._applies(line, summary.atoms) else "idle"
        return None

    def _effective(self, bit: Bits) -> Bits:
        """The half of a double value that counts for a call's beginning."""
        return bit << self.summaries.width if self.effects.start & bit else bit

    def _applies(self, line: Bound, atoms: Bits) -> bool:
        """Whether what the rule is about may happen at all."""
        match line.form:
            case "precedes":
                return bool(atoms & line.right)
            case "responds" | "never-after" | "step-has" | "step-never":
                return bool(atoms & line.left)
            case "precedes-after":
                return bool(atoms & line.after) and bool(atoms & line.right)
            case _:
                return True

    def _exactly(self, machine: Machine, line: Bound, search: Search) -> Result:
        if self._known(machine, line, self.atoms):
            return Result(line.line, "proven")
        try:
            found = search.breach(Watch(machine, line, self.tracks), shortest=line.form != "reachable")
        except LookupError:
            return Result(line.line, "undecided")
        if line.form == "reachable":
            return Result(line.line, "proven" if found is not None else "broken")
        return Result(line.line, "broken" if found is not None else "proven", found)

    def _measured(self, line: syntax.Limit, meter: Meter) -> Result:
        """`限制`: every place that goes beyond it."""
        try:
            beyond = meter.beyond(line, self.book.within[id(line)])
        except LookupError:
            return Result(line, "undecided")
        if beyond is None:
            return Result(line, "idle")
        return Result(line, "broken" if beyond else "proven", beyond=beyond)

    def _handled(self, machine: Machine, line: syntax.PathRule) -> Result:
        """`每个步骤 处理 E`: the event grid tells."""
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


def prove_all(
    program: Program, flows: Mapping[str, Flow], machines: tuple[Machine, ...], today: Callable[[], str] | None
) -> tuple[Proof, ...]:
    """Every rule against every scenario that is held to it, scenario by scenario."""
    if not any(rulebook.rules for rulebook in program.rulebooks):
        return ()
    day = Today(today)
    prover = Prover(program, flows, machines)
    return tuple(
        proof for machine in machines for proof in prover.prove(machine, tuple(holdings(program, machine, day)))
    )
