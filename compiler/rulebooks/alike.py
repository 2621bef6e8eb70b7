"""Whether a rule can tell two versions of a flow apart: what it says of one then goes for the other, and is not proven again.

A version is written down as the rule sees it: the states and the ways between them with their guards, and of the acts only
those that the rule names or that fill a slot. The clock is left out, as proofs leave it out.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.machine.model import Act, Flow, Transition
from compiler.machine.walk import fills_of
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.rule_set import CompiledRule

Shape = tuple[object, ...]


def alike(line: CompiledRule, one: Flow, atoms: Atoms, other: Flow, atoms_of_other: Atoms) -> bool:
    """Whether `line` sees the same in two versions of a flow, each with the atoms of its program."""
    return _shape(line, one, atoms) == _shape(line, other, atoms_of_other)


def _shape(line: CompiledRule, flow: Flow, atoms: Atoms) -> Shape:
    named = line.left | line.right | line.after

    def ways(lines: Iterable[Transition]) -> Shape:
        delays: dict[tuple[str, int], int] = {}  # only which are the same matters
        return tuple(
            (
                one.trigger.kind,
                one.trigger.event or delays.setdefault((one.trigger.kind, one.trigger.delay), len(delays)),
                one.guard,
                one.fills,
                acts(one.acts),
                one.call,
                acts(one.then),
                one.target,
            )
            for one in lines
        )

    def acts(several: Iterable[Act]) -> Shape:
        shapes = ((act.guard, fills_of(act), choices(act)) for act in several)
        return tuple(shape for shape in shapes if shape[1] or any(shape[2]))

    def choices(act: Act) -> tuple[Bits, ...]:
        return tuple(choice & named for choice in atoms.act(act, flow))

    states = tuple(
        (state.kind, state.step, state.limit, state.outcome, state.event, acts(state.acts), ways(state.transitions))
        for state in flow.states
    )
    steps = tuple((step.name, step.tags) for step in flow.steps)
    return flow.entry, steps, states, ways(flow.anytime)
