"""What checks look at, and the two sorts of checks: those of the machines, and those of what was proven of them."""

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

    flows: every error-free flow by scenario name, libraries' too as far as they are called.
    own: names of the flows that stand in the project, in the order of its files; findings are about these.
    machines: the machines all of whose flows are error-free, in the same order.
    today: for what holds until a day.
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
        """The context of a program's error-free `flows` and the `machines` made of them."""
        return cls(program, flows, tuple(name for name in flows if program.scenarios[name].own), machines, today)


Check = Callable[[CheckContext], Iterator[Diagnostic]]
"""A check that needs no proof. Findings come in any order; nothing is changed."""
ProofCheck = Callable[[CheckContext, Sequence[Proof]], Iterator[Diagnostic]]
"""A check of proofs, one for each rule and each scenario held to it. It cannot run before they are there."""
