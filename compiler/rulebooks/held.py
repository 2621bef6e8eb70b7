"""Scenarios in the scope of every rule, and the script lines rules refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.machine.model import Flow, State, Transition
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.proof import Proof
from compiler.rulebooks.rule_set import Today
from dsl import nodes, syntax

Machines = int
"""A set of machines: bit n for machine n in the order of the proofs."""


def holders(proofs: Iterable[Proof]) -> dict[int, Machines]:
    """Rule `id` -> the machines in the scope of the rule, without machines that waive the rule."""
    numbers: dict[str, int] = {}
    held: dict[int, Machines] = {}
    for proof in proofs:
        number = numbers.setdefault(proof.machine.name, len(numbers))
        key = id(proof.holding.rule)
        held[key] = held.get(key, 0) | (1 << number if proof.holding.waiver is None else 0)
    return held


def appliers(proofs: Iterable[Proof]) -> dict[int, Machines]:
    """Line `id` -> the machines where the line is not vacuous, numbered as by `holders`."""
    numbers: dict[str, int] = {}
    applied: dict[int, Machines] = {}
    for proof in proofs:
        number = numbers.setdefault(proof.machine.name, len(numbers))
        for result in proof.results:
            if result.status != "idle" or result.played:
                applied[id(result.line)] = applied.get(id(result.line), 0) | 1 << number
    return applied


def over(rulebook: syntax.Rulebook, rule: syntax.RuleDef, today: Today) -> bool:
    """Whether a rule has expired."""
    lines = (line for line in (*rulebook.lines, *rule.lines) if isinstance(line, nodes.Effective))
    return any(line.until is not None and today.after(line.until) for line in lines)


def places(flow: Flow, atoms: Atoms) -> Iterator[tuple[State | None, Bits]]:
    """What is written at each state of a flow, reached or not; None for its `全程` lines.

    What an act-state says of events is left out: those are handed back, they do not happen there.
    """
    for state in flow.states:
        bits = 0
        if state.begins:
            bits |= atoms.step(flow, state.step)
            for tag in atoms.tags(flow, state.step):
                bits |= tag
        for act in state.acts:
            for choice in atoms.act(act, flow):
                bits |= choice
        if state.kind == "end":
            bits |= atoms.end(state.outcome or "")
        for one in state.transitions:
            bits |= _way(flow, one, atoms, rests=state.kind in ("wait", "pause"))
        yield state, bits
    for one in flow.anytime:
        yield None, _way(flow, one, atoms, rests=True)


def _way(flow: Flow, one: Transition, atoms: Atoms, *, rests: bool) -> Bits:
    bits = atoms.filled(one.fills)
    if rests and one.trigger.event is not None:
        bits |= atoms.event(one.trigger.event)
    if one.call is not None:
        bits |= atoms.called(one.call)
    for act in (*one.acts, *one.then):
        for choice in atoms.act(act, flow):
            bits |= choice
    return bits
