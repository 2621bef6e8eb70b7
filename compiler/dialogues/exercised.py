"""Which lines of the rules a scenario is held to its dialogues put to the test.

A rule that is never put to the test holds for every call, as far as it is proven, but no written call shows how. What puts
one to the test is in docs/rules.md, "Rules and dialogues".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler.dialogues.expecting import Expectations
from compiler.dialogues.names import Names
from compiler.dialogues.playing import Result
from compiler.dialogues.watching import Seen
from compiler.pipeline import Compilation
from dsl import nodes, syntax
from dsl.frozen import Node
from dsl.keywords import MEASURES
from dsl.source import Span

Line = syntax.PathRule | syntax.Limit


class RuleLine(Node, frozen=True):
    """One line of a rule, held against one scenario. waits_for: what puts it to the test, one thing after the other."""

    rulebook: str
    rule: str
    line: Line
    waits_for: tuple[syntax.Predicate, ...]

    @property
    def span(self) -> Span:
        """Where the line is written."""
        return self.line.span


class Exercise(Node, frozen=True):
    """The rules of one scenario: every line that applies to it, and those no dialogue on it puts to the test."""

    lines: tuple[RuleLine, ...] = ()
    missing: tuple[RuleLine, ...] = ()

    @property
    def count(self) -> tuple[int, int]:
        """How many lines are put to the test, and how many there are."""
        return len(self.lines) - len(self.missing), len(self.lines)


def exercises(compiled: Compilation, results: Iterable[Result]) -> Mapping[str, Exercise]:
    """By scenario, what `results` make of the rules. Waived rules are left out, and those that have nothing to apply to."""
    held: dict[str, list[RuleLine]] = {}
    for proof in compiled.proofs:
        rule, rulebook = proof.holding.rule, proof.holding.rulebook
        for proven in proof.results:
            if proven.status != "idle" and rule.names and rulebook.names:
                line = RuleLine(rulebook.names[0].text, rule.names[0].text, proven.line, _waits_for(proven.line))
                held.setdefault(proof.machine.name, []).append(line)
    predicates = [one for lines in held.values() for line in lines for one in line.waits_for]
    expectations = Expectations(Names(compiled.program), predicates)
    played: dict[str, list[Result]] = {}
    for result in results:
        if result.turns:
            played.setdefault(result.scenario, []).append(result)
    return {
        scenario: Exercise(
            tuple(lines),
            tuple(
                line
                for line in lines
                if not any(_tested(line, one.seen, expectations) for one in played.get(scenario, ()))
            ),
        )
        for scenario, lines in held.items()
    }


def _tested(line: RuleLine, call: tuple[Seen, ...], expectations: Expectations) -> bool:
    """Whether what the line waits for comes about, each in the turn of the one before it or later."""
    left = list(line.waits_for)
    for seen in call:
        while left and expectations.met(left[0], seen):
            left.pop(0)
    return not left


def _waits_for(line: Line) -> tuple[syntax.Predicate, ...]:
    """What has to happen on a call for the line to have a say."""
    if isinstance(line, syntax.Limit):
        if line.within is not None:
            return (line.within,)
        promised = MEASURES.get(line.measure.text.casefold()) == "promised-time"
        return (_any(line.span, "promise"),) if promised else ()
    match line.form:
        case "exists":
            wanted: tuple[syntax.Predicate | None, ...] = (_any(line.span, "end"),)
        case "precedes":
            wanted = (line.right,)
        case "precedes-after":
            wanted = (line.after, line.right)
        case "steps-handle":
            wanted = (_any(line.span, "event", line.events),)
        case "never":
            wanted = ()
        case _:
            wanted = (line.left,)
    return tuple(one for one in wanted if one is not None)


def _any(span: Span, sort: syntax.AtomSort, names: tuple[nodes.Name, ...] = ()) -> syntax.Predicate:
    return syntax.Predicate(span, (syntax.Atom(span, sort, names),))
