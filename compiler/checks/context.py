"""The input of checks, and the two types of checks: on machines, and on proofs about machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from compiler.machine.model import Flow, Machine
from compiler.names.program import Program
from compiler.rulebooks.proof import Proof
from dsl.diagnostics import Diagnostic
from dsl.frozen import Node

Day = Callable[[], str] | None
"""Tells which day counts as today, as an ISO date; None when no day is known."""


class CheckContext(Node, frozen=True):
    """The input of every check.

    flows: every error-free flow by scenario name, including library flows the project calls.
    own: names of the project's own flows, in file order; only these are reported on.
    machines: the machines made of error-free flows only, in the same order.
    today: for rules and waivers with a first or last day.
    """

    program: Program
    flows: Mapping[str, Flow]
    own: tuple[str, ...]
    machines: tuple[Machine, ...]
    today: Day = None

    @classmethod
    def of(
        cls, program: Program, flows: Mapping[str, Flow], machines: tuple[Machine, ...], today: Day = None
    ) -> CheckContext:
        """Return the context of the error-free `flows` of a program and the `machines` made from the flows."""
        return cls(program, flows, tuple(name for name in flows if program.scenarios[name].own), machines, today)


Check = Callable[[CheckContext], Iterator[Diagnostic]]
"""A check that needs no proof. Findings come in any order; nothing is changed."""
ProofCheck = Callable[[CheckContext, Sequence[Proof]], Iterator[Diagnostic]]
"""A check of proofs, one for each rule and each scenario held to it. It cannot run before they are there."""
