"""What a check looks at: the program, the flows that lowered without errors, the machines made of them, the proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from compiler.machine.model import Flow, Machine
from compiler.names.program import Program
from compiler.rulebooks.proof import Proof
from dsl.diagnostics import Diagnostic
from dsl.frozen import Node

Day = Callable[[], str] | None
"""Tells which day counts as today, as an ISO date; None when no day is known."""


class Subject(Node, frozen=True):
    """What there is to check.

    flows: every sound flow by scenario name, libraries' too as far as they are called; a flow is sound when its script has
    no error. own: the names of those that stand in the project, in the order of its files; findings are about these.
    machines: the machines all of whose flows are sound, in the same order. proofs: every rule against every scenario that
    is held to it. today: for what holds until a day.
    """

    program: Program
    flows: Mapping[str, Flow]
    own: tuple[str, ...]
    machines: tuple[Machine, ...]
    proofs: tuple[Proof, ...] = ()
    today: Day = None


Check = Callable[[Subject], Iterator[Diagnostic]]
"""A check: finds what is wrong, in any order; never changes anything."""
