"""Search for the shortest call that breaks a rule, or a proof that no call does.

Breadth-first search over the product of a machine and the monitor of the rule, on successively more exact machines
(`compiler.machine.exploration.refine`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.exploration.invisible import Invisible
from compiler.machine.exploration.refine import Refinement
from compiler.machine.exploration.search import Call
from compiler.machine.model import Machine, Transition
from compiler.rulebooks.abstract_flow import AbstractFlow, FlowEdge
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.monitor import Monitor, MonitorState, Violation, atoms_of
from compiler.rulebooks.summaries import RuleSummaries

MOST = 100_000
"""Moves a search looks at, over all its refinements, before it gives up: some four seconds."""
ALL = 600_000
"""Moves that all searches of a project look at together before each is given no more than `SOON`: some half a minute."""
SOON = 4_000
"""Moves in which a shorter call is looked for where one is known already."""
OCCURS = 200
"""Moves among which something is looked for that a rule which holds is about: more would cost more than the proofs."""
_FEW = 2_000
"""Moves in which a call of any length is looked for on the exact machine before anything is refined."""


class Found(NamedTuple):
    """A counterexample: the moves of the call, the violation in the last move, the non-default wordings.

    choices: (move, index of the action) -> number of the wording.
    """

    call: Call
    violation: Violation
    choices: dict[tuple[int, int], int]


class Allowance:
    """The number of moves left for the searches of a project together."""

    def __init__(self) -> None:
        self._left = ALL

    def most(self) -> int:
        """Return the limit of moves for the next search."""
        return min(MOST, max(self._left, SOON))

    def spend(self, moves: int) -> None:
        """Subtract `moves` from the allowance."""
        self._left -= moves


class _Budget:
    """The number of moves left for a single search."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.spent = 0

    def spend(self) -> None:
        """Count one move.

        Raises:
            LookupError: the budget is exceeded.
        """
        self.spent += 1
        if self.spent > self._most:
            raise LookupError(f"more than {self._most} moves")


class Occurrences:
    """Atoms that occur on calls of one machine, explored lazily up to `OCCURS` moves."""

    def __init__(self, behaviour: Behaviour, atoms: Atoms) -> None:
        self._behaviour = behaviour
        self._atoms = atoms
        self._seen: Bits = 0
        self._complete = False
        self._looking = self._look()

    def never(self, *wanted: Bits) -> bool:
        """Whether, for some set in `wanted`, no call makes an atom of the set true; False where undecided."""
        while not all(self._seen & bits for bits in wanted):
            true = next(self._looking, None)
            if true is None:
                return self._complete
            self._seen |= true
        return False

    def _look(self) -> Iterator[Bits]:
        machine = self._behaviour.machine
        queue: deque[Configuration | None] = deque([None])
        seen: set[Configuration] = set()
        budget = _Budget(OCCURS)
        with suppress(LookupError):
            while queue:
                at = queue.popleft()
                for move, after in self._behaviour.beginnings() if at is None else self._behaviour.moves(at):
                    budget.spend()
                    yield atoms_of(self._atoms, machine, move)
                    if after not in seen:
                        seen.add(after)
                        queue.append(after)
            self._complete = True


class Search:
    """Counterexample searches on one machine."""

    def __init__(self, machine: Machine, summaries: RuleSummaries, allowance: Allowance) -> None:
        """Prepare the searches; `allowance` is shared by the searches of a whole project."""
        self._allowance = allowance
        self.machine = machine
        self.summaries = summaries
        self._spoken = summaries.abstract_flows.atoms.spoken_options(machine)
        self._refinement = Refinement(machine, *self._spoken)
        self._invisible = Invisible.of(self._refinement.exact)
        self.occurrences = Occurrences(self._refinement.exact, summaries.abstract_flows.atoms)
        abstract_flows = [summaries.abstract_flows.of(flow) for flow in machine.flows]
        self._ways = {
            id(way.transition): way
            for abstract_flow in abstract_flows
            for way in (*_resting(abstract_flow), *abstract_flow.anytime)
        }

    def violation(self, monitor: Monitor, *, shortest: bool = True) -> Found | None:
        """Return a call that breaks the monitored rule, preferably the shortest; None when no call does.

        The shortest is searched for among a few moves, then any, depth first on the exact machine: where most calls break the
        rule, a counterexample turns up soon, while the shortest may lie behind more calls than the budget covers.

        Args:
            monitor: the monitor of the rule.
            shortest: whether to look for the shortest counterexample.

        Raises:
            LookupError: undecided within `MOST` moves.
        """
        any_call: Found | None = None
        if shortest:  # most suspected rules hold, and coarse machines soon prove it
            with suppress(LookupError):
                return self._shortest(monitor, _Budget(_FEW), shortest=True)
        with suppress(LookupError):
            any_call = _find(self._refinement.exact, monitor, _Budget(_FEW), shortest=False)
            if any_call is None or not shortest:
                return any_call
        budget = _Budget(self._allowance.most() if any_call is None else SOON)
        try:
            return self._shortest(monitor, budget, shortest)
        except LookupError:
            if any_call is None:
                raise
            return any_call
        finally:
            self._allowance.spend(budget.spent)

    def _shortest(self, monitor: Monitor, budget: _Budget, shortest: bool) -> Found | None:
        """Return the shortest call that breaks the monitored rule, or None. Raises LookupError past the budget."""
        found: list[Found] = []

        def find(slots: frozenset[str], gates: frozenset[int]) -> Call | None:
            behaviour = Behaviour(self.machine, slots, gates, self._invisible_to(monitor, slots, gates))
            one = _find(behaviour, monitor, budget, shortest)
            if one is None:
                return None
            found.append(one)
            return one.call

        line = monitor.line
        decides = line.left | line.right | line.after
        kept = frozenset(slot for slot, bits in self._spoken.items() if bits & decides)
        real = self._refinement.shortest(find, kept)
        return None if real is None else found[-1]._replace(call=real)

    def _invisible_to(self, monitor: Monitor, slots: frozenset[str], gates: frozenset[int]) -> frozenset[int]:
        """Return the transitions that neither move the agent nor harm the rule; no shortest call needs them."""
        mask = 1 << monitor.line.index

        def independent(one: Transition) -> bool:
            way = self._ways[id(one)]
            return not any((effect.gain | effect.bad_if | effect.bad) & mask for effect in (way.first, way.then))

        return self._invisible.transitions(slots, gates, independent, lambda flow: self._stutters(flow.scenario, mask))

    def _stutters(self, scenario: str, mask: Bits) -> bool:
        """Whether a sub-dialogue can neither break the rule, nor leave an obligation, nor return an event."""
        summary = self.summaries.of(scenario, self.summaries.extra(self.machine))
        both = mask | mask << self.summaries.width
        if summary.broken & both or summary.rest & mask or any(event is not None for event in summary.returns):
            return False
        return not any(passed & mask for passed in summary.returns.values())


def _find(behaviour: Behaviour, monitor: Monitor, budget: _Budget, shortest: bool) -> Found | None:
    """Return a call of `behaviour` that breaks the rule: breadth first for the shortest, else depth first."""
    seen: dict[Configuration, list[MonitorState]] = {}
    before: dict[tuple[Configuration, MonitorState], tuple[tuple[Configuration, MonitorState] | None, Move]] = {}
    queue: deque[tuple[Configuration, MonitorState]] = deque()
    at: tuple[Configuration, MonitorState] | None = None
    start = monitor.start()
    while True:
        options = behaviour.beginnings() if at is None else behaviour.moves(at[0])
        state = start if at is None else at[1]
        for move, after in options:
            budget.spend()
            observed = monitor.move(state, move)
            if observed.violation is not None:
                moves, rests = [move], [after]
                while at is not None:
                    rests.append(at[0])
                    at, move = before[at]
                    moves.append(move)
                call = Call(tuple(reversed(moves)), tuple(reversed(rests)))
                return Found(call, observed.violation, _choices(monitor, call))
            known = seen.setdefault(after, [])
            # Subsumption instead of equality: a state that owes less than a known state at the same configuration
            # breaks the rule only where the known state does too, so the search drops the state.
            if any(one.covers(observed.state) for one in known):
                continue
            known.append(observed.state)
            node = (after, observed.state)
            before[node] = (at, move)
            queue.append(node)
        if not queue:
            return None
        at = queue.popleft() if shortest else queue.pop()


def _choices(monitor: Monitor, call: Call) -> dict[tuple[int, int], int]:
    """Return the non-default wordings along a call."""
    out: dict[tuple[int, int], int] = {}
    state = monitor.start()
    for number, move in enumerate(call.moves):
        observed = monitor.move(state, move)
        state = observed.state
        out.update({(number, happening): choice for happening, choice in observed.choices})
    return out


def _resting(abstract_flow: AbstractFlow) -> Iterable[FlowEdge]:
    for node in abstract_flow.nodes:
        if node.rests:
            yield from node.ways
