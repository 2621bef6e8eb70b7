"""Verdicts: the standing of every rule for every scenario, as tables show it, from proofs and findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from compiler.checks.phrases import Forbidden
from compiler.machine.model import Machine
from compiler.machine.walk import acts_of, phrases_of
from compiler.rulebooks.proof import Proof
from compiler.rulebooks.rule_set import sources_of
from dsl import nodes
from dsl.diagnostics import Diagnostic, Words
from dsl.frozen import Node

Standing = Literal["proven", "broken", "waived", "not-applicable", "undecided"]

SIGNS: Mapping[Standing, tuple[str, Words]] = {
    "proven": ("✓", Words("每一通电话都守得住", "proven for every call")),
    "broken": ("✗", Words("有通话会违反", "broken by a call")),
    "waived": ("~", Words("已豁免", "waived")),
    "not-applicable": ("·", Words("用不上", "not applicable")),
    "undecided": ("?", Words("没能证明", "undecided")),
}
"""What stands for a verdict where they are shown, and what it means."""


class Verdict(Node, frozen=True):
    """The standing of a rule for a scenario. sources: the rule's ids in the catalogue. reason: that of the waiver."""

    scenario: str
    rulebook: str
    rule: str
    sources: tuple[str, ...]
    standing: Standing
    reason: str = ""


class Table(Node, frozen=True):
    """Verdicts by row and column.

    scenarios: the columns.
    rows: for each rule its rulebook, name, sources and a cell a scenario, None where the scenario is not held to the rule.
    """

    scenarios: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...], tuple[Standing | None, ...]], ...]


def verdicts(proofs: Iterable[Proof], findings: Iterable[Diagnostic]) -> tuple[Verdict, ...]:
    """The verdicts of `proofs`; phrases that rules forbid count as broken where `findings` has a hit of theirs."""
    hits: dict[tuple[object, ...], set[tuple[object, ...]]] = {}
    for finding in findings:
        if isinstance(finding.data, Forbidden):
            hits.setdefault(finding.data.ban.order(), set()).add(finding.span.order())
    spoken: dict[str, set[tuple[object, ...]]] = {}
    out: list[Verdict] = []
    for proof in proofs:
        rule, rulebook = proof.holding.rule, proof.holding.rulebook
        if not rule.names or not rulebook.names:
            continue
        places = spoken.get(proof.machine.name)
        if places is None:
            places = spoken[proof.machine.name] = _spoken(proof.machine)
        out.append(
            Verdict(
                proof.machine.name,
                rulebook.names[0].text,
                rule.names[0].text,
                tuple(sources_of(rule)),
                _standing(proof, hits, places),
                _reason(proof),
            )
        )
    return tuple(out)


def _standing(
    proof: Proof, hits: Mapping[tuple[object, ...], set[tuple[object, ...]]], places: set[tuple[object, ...]]
) -> Standing:
    if proof.holding.waiver is not None:
        return "waived"
    bans = [line for line in proof.holding.rule.lines if isinstance(line, nodes.NeverSay)]
    statuses = {result.status for result in proof.results}
    if "broken" in statuses or any(hits.get(ban.span.order(), set()) & places for ban in bans):
        return "broken"
    if "undecided" in statuses:
        return "undecided"
    return "proven" if bans or "proven" in statuses else "not-applicable"


def _reason(proof: Proof) -> str:
    waiver = proof.holding.waiver
    return waiver.because.plain if waiver is not None and waiver.because is not None else ""


def _spoken(machine: Machine) -> set[tuple[object, ...]]:
    """Where a machine's own phrases stand."""
    out: set[tuple[object, ...]] = set()
    for act in acts_of(machine.main):
        phrases = phrases_of(act)
        if phrases:
            out.add(act.span.order())
            out.update(phrase.span.order() for phrase in phrases)
    return out


def table(made: Iterable[Verdict]) -> Table:
    """Verdicts as a table: rules by rulebook in file order, scenarios in file order."""
    made = tuple(made)
    scenarios = tuple(dict.fromkeys(one.scenario for one in made))
    cells = {(one.rulebook, one.rule, one.scenario): one.standing for one in made}
    rulebooks = {name: at for at, name in enumerate(dict.fromkeys(one.rulebook for one in made))}
    by_book = sorted(made, key=lambda one: rulebooks[one.rulebook])
    rules = {(one.rulebook, one.rule): one.sources for one in by_book}
    return Table(
        scenarios,
        tuple(
            (rulebook, rule, sources, tuple(cells.get((rulebook, rule, name)) for name in scenarios))
            for (rulebook, rule), sources in rules.items()
        ),
    )
