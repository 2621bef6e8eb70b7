"""Flow summaries: an over-approximation of the effect of a flow on the rules, linear in the size of the flows.

Per rule, for a clear and for a set bit on entry, a summary gives: whether the rule may be broken inside, and the possible bit
when the flow returns or rests. Guards and gates are taken as passable both ways. A rule not broken in the summary is not
broken on a call; possible violations are decided exactly by `compiler.rulebooks.search`.

Both entry values are computed at once: the low half of an integer holds the bits possibly set after entry with clear bits,
the high half after entry with set bits. A summary of a sub-dialogue is shared by the callers (functional approach to
interprocedural analysis: Sharir, Pnueli 1981). `全程` lines of a caller also apply inside a sub-dialogue: a line that leaves
the sub-dialogue is followed from every resting place (`rest`); a line that stays can only set bits, and the bits settable by
staying lines are `extra`, a single value per machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from compiler.machine.calls import Chain, Walk, arrivals, fitting, rests
from compiler.machine.model import Flow, Machine, State, Transition
from compiler.rulebooks.abstract_flow import AbstractFlow, AbstractFlows, FlowEdge
from compiler.rulebooks.atoms import Bits
from compiler.rulebooks.effects import Effect, Effects


class RuleSummary(NamedTuple):
    """The summary of a flow; values are double (see the module).

    returns: bits possibly set, by returned event. rest: bits possibly set where the call rests in or below the flow.
    broken: rules possibly broken. atoms: atoms possibly true on the way. lasting: bits settable by `全程` lines of the flow.
    """

    returns: Mapping[str | None, Bits]
    rest: Bits
    broken: Bits
    atoms: Bits
    lasting: Bits


class RuleSummaries:
    """The summaries of the flows of a program."""

    def __init__(self, flows: Mapping[str, Flow], abstract_flows: AbstractFlows) -> None:
        self.abstract_flows = abstract_flows
        self.effects: Effects = abstract_flows.effects
        self.width = 2 * self.effects.count
        self._flows = flows
        self._made: dict[tuple[str, Bits], RuleSummary] = {}

    def of_machine(self, machine: Machine) -> RuleSummary:
        """Return the summary of the main flow of a machine; `全程` lines apply everywhere below."""
        return self.of(machine.main.scenario, self.extra(machine))

    def extra(self, machine: Machine) -> Bits:
        """Return the bits that staying `全程` lines may set anywhere in `machine`."""
        extra = 0
        while True:
            more = extra
            for flow in machine.flows:
                if flow.anytime:
                    more |= self.of(flow.scenario, extra).lasting
            if more == extra:
                return extra
            extra = more

    def of(self, scenario: str, extra: Bits) -> RuleSummary:
        """Return the summary of the flow of a scenario, where `extra` may be set whenever the call rests."""
        key = (scenario, extra)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = _Run(self, self.abstract_flows.of(self._flows[scenario]), extra).summary()
        return found


class _Run(Walk[Bits]):
    """The fixpoint iteration over a flow."""

    def __init__(self, summaries: RuleSummaries, abstract_flow: AbstractFlow, extra: Bits) -> None:
        super().__init__(abstract_flow.flow)
        effects = summaries.effects
        width = summaries.width
        self.summaries = summaries
        self.abstract_flow = abstract_flow
        self.ways = {id(way.transition): way for one in abstract_flow.nodes for way in one.ways}
        self.ways |= {id(way.transition): way for way in abstract_flow.anytime}
        self.extra = extra
        self.count = effects.count
        self.nothing = effects.nothing
        self.local = effects.local | effects.local << width
        self.outer = effects.outer | effects.outer << width
        self.plain = ~(self.local | self.outer)
        self.start = effects.everything << width
        self.value: list[Bits | None] = [None] * len(abstract_flow.nodes)
        self.stay: list[Bits] = [0] * len(abstract_flow.nodes)
        self.queue: deque[int] = deque()
        self.rest: Bits | None = None
        self.broken = self.atoms = self.lasting = 0
        self.back: dict[str | None, Bits] = {}

    def summary(self) -> RuleSummary:
        if self.abstract_flow.nodes:
            self.arrive(self.abstract_flow.flow.entry, self.start & ~self.local)
        told: tuple[Bits, int] | None = None
        while self.queue or self.resting() != told:
            while self.queue:
                self.leave(self.queue.popleft())
            told = self.resting()
            if told is not None:
                for way in self.abstract_flow.anytime:
                    self.along(None, way, told[0])
        for way in self.abstract_flow.anytime:
            if told is not None:
                self.lasting |= self.sets(way)
        return RuleSummary(self.back, self.rest or 0, self.broken, self.atoms, self.lasting & self.plain)

    def resting(self) -> tuple[Bits, int] | None:
        """Return the bits possibly set where the call rests and the number of states reached so far."""
        return None if self.rest is None else (self.rest, sum(known is not None for known in self.value))

    def arrive(self, at: int, value: Bits) -> None:
        old = self.value[at]
        new = value if old is None else old | value
        if new != old:
            self.value[at] = new
            self.queue.append(at)

    def perform(self, effect: Effect, value: Bits) -> Bits:
        if effect is self.nothing:
            return value
        keep, gain, bad_if, bad, atoms = effect
        self.broken |= bad | (value & bad_if)
        self.atoms |= atoms
        return (value & keep) | gain

    def leave(self, at: int) -> None:
        """Propagate from node `at` along every transition."""
        node = self.abstract_flow.nodes[at]
        value = self.value[at]
        assert value is not None
        value = self.perform(node.effect, value)
        if node.rests:
            value |= self.extra | self.stay[at]
            self.rested(value)
        elif node.kind == "return":
            event = self.abstract_flow.flow.states[at].event
            self.back[event] = self.back.get(event, 0) | value
        for way in node.ways:
            if node.rests or way.transition.trigger.kind != "event":
                self.along(at, way, value)

    def along(self, at: int | None, way: FlowEdge, value: Bits) -> None:
        """Take `way` from node `at` (None: from every resting place)."""
        if way.transition.call is None:
            self.end(at, way, way.transition.target, self.perform(way.first, value))
            return
        state = None if at is None else self.flow.states[at]
        for one in arrivals(self, state, way.transition, value):
            self.end(None if one.at is None else one.at.id, self.ways[id(one.line)], one.target, one.value)

    def before(self, line: Transition, value: Bits, *, handed_back: bool) -> Bits:
        """Apply a transition up to the call; a returned event does not happen again."""
        way = self.ways[id(line)]
        return self.perform(way.before if handed_back else way.first, value)

    def returns(self, line: Transition, value: Bits) -> Iterator[tuple[str | None, Bits]]:
        """Yield the bits possibly set when the sub-dialogue of `line` returns, by returned event."""
        called = self.summaries.of(line.call or "", self.extra)
        kept = self.local | self.outer
        into = (value & ~self.local) | (value & self.local) << self.count
        self.broken |= self.apply(called.broken, into)
        self.atoms |= called.atoms
        self.rested((self.apply(called.rest, into) & ~kept) | (value & kept))
        for event, passed in called.returns.items():
            # The bits of the caller's step (`步骤 X 含 P`) are not replaced by the bits of the sub-dialogue: an
            # obligation survives the call only where the sub-dialogue may return without P.
            survives = self.high(passed) & self.outer
            yield event, (self.apply(passed, into) & ~kept) | (value & (survives | survives >> self.count))

    def behind(self, line: Transition, value: Bits) -> Bits:
        """Apply a transition after the call."""
        return self.perform(self.ways[id(line)].then, value)

    def unanswered(self, at: State | None, event: str, value: Bits) -> Bits:
        """Return the value after an event unanswered here: a `全程` line of a caller or a step below may answer and stay."""
        self.rested(value)
        below = self.rest & ~(self.local | self.outer) if at is None and self.rest is not None else 0
        return value | self.extra | below

    def answers(self, at: State | None, event: str, chain: Chain) -> Sequence[tuple[State | None, Transition]]:
        """Return the transitions that may answer a returned event, with source states."""
        if at is not None:
            return super().answers(at, event, chain)
        resting = (state for state in self.flow.states if rests(state) and self.value[state.id] is not None)
        own = ((state, one) for state in resting for one in fitting(state.transitions, event, chain))
        return (*own, *((None, one) for one in fitting(self.flow.anytime, event, chain)))

    def end(self, at: int | None, way: FlowEdge, target: int | None, value: Bits) -> None:
        """Finish `way`, taken at `at`: arrive at `target`, or stay."""
        if target is not None:
            breaks_off = way.early and way.transition.target is not None
            self.arrive(target, value & ~self.local if breaks_off else value)
        elif at is not None and value | self.stay[at] != self.stay[at] and self.abstract_flow.nodes[at].rests:
            self.stay[at] |= value
            self.queue.append(at)

    def rested(self, value: Bits) -> None:
        """Record that the call may rest with `value`."""
        self.rest = value if self.rest is None else self.rest | value

    def sets(self, way: FlowEdge) -> Bits:
        """Return the bits a `全程` line may leave set, at the line or where the sub-dialogue rests."""
        gain = way.first.gain
        call = way.transition.call
        if call is None:
            return (gain & way.then.keep) | way.then.gain
        called = self.summaries.of(call, self.extra)
        back = 0
        for passed in called.returns.values():
            back |= self.apply(passed, gain)
        return (back & way.then.keep) | way.then.gain | back | self.apply(called.rest, gain)

    def high(self, double: Bits) -> Bits:
        """Return the bits a called flow may leave set after entry with set bits, for both entry values."""
        high = double >> self.summaries.width
        return high | high << self.summaries.width

    def apply(self, called: Bits, value: Bits) -> Bits:
        """Return the bits possibly set (or rules possibly broken) after a called flow entered with `value`."""
        low = called & self.summaries.effects.everything
        return (low | low << self.summaries.width) | (value & self.high(called))
