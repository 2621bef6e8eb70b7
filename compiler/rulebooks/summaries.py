"""What running a flow can do to the rules, summed up: an over-estimate of every call, linear in the size of the flows.

For every rule the summary of a flow tells, from its bit being clear and from its bit being set: whether it may be broken
inside, and what the bit may be when the flow comes back, or rests. Guards and gates are taken as passable both ways. A rule
that is not broken here is not broken on any call; what may be broken is looked into exactly (`compiler.rulebooks.search`).

Both beginnings are computed at once: a value is an integer whose low half tells what may be set when the flow began with
all bits clear, the high half with all bits set. A sub-dialogue's summary is made once for all its callers (a functional
approach to interprocedural analysis: Sharir, Pnueli 1981). `全程` lines of a caller hold inside it too: those that leave it
are followed from every place where it may rest (`rest`); those that stay can do no more than set bits, and which they
can set is `extra`, one value for a whole machine.
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
    """What a flow can do. Values are double (see above).

    returns: by the event handed back, what may be set. rest: what may be set where the call rests in it or below it.
    broken: the rules that may be broken. atoms: all that may be true on the way. lasting: bits its `全程` lines may set.
    """

    returns: Mapping[str | None, Bits]
    rest: Bits
    broken: Bits
    atoms: Bits
    lasting: Bits


class RuleSummaries:
    """The summaries of the flows of one program."""

    def __init__(self, flows: Mapping[str, Flow], abstract_flows: AbstractFlows) -> None:
        self.abstract_flows = abstract_flows
        self.effects: Effects = abstract_flows.effects
        self.width = 2 * self.effects.count
        self._flows = flows
        self._made: dict[tuple[str, Bits], RuleSummary] = {}

    def of_machine(self, machine: Machine) -> RuleSummary:
        """The summary of a machine's main flow, its `全程` lines working everywhere below."""
        return self.of(machine.main.scenario, self.extra(machine))

    def extra(self, machine: Machine) -> Bits:
        """The bits that `全程` lines which stay may set anywhere in `machine`."""
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
        """The summary of a scenario's flow, where `extra` may be set whenever the call rests."""
        key = (scenario, extra)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = _Run(self, self.abstract_flows.of(self._flows[scenario]), extra).summary()
        return found


class _Run(Walk[Bits]):
    """The fixpoint over one flow."""

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
        """What is known of the places where the call may rest: what may be set there, and how many are found so far."""
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
        """Go on from node `at` along all its ways."""
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
        """Take `way` from node `at` (None: from wherever the call rests)."""
        if way.transition.call is None:
            self.end(at, way, way.transition.target, self.perform(way.first, value))
            return
        state = None if at is None else self.flow.states[at]
        for one in arrivals(self, state, way.transition, value):
            self.end(None if one.at is None else one.at.id, self.ways[id(one.line)], one.target, one.value)

    def before(self, line: Transition, value: Bits, *, handed_back: bool) -> Bits:
        """What a line does up to its call; its event does not happen again when it was handed back."""
        way = self.ways[id(line)]
        return self.perform(way.before if handed_back else way.first, value)

    def returns(self, line: Transition, value: Bits) -> Iterator[tuple[str | None, Bits]]:
        """What may be set when the sub-dialogue of `line` comes back, by the event handed back."""
        called = self.summaries.of(line.call or "", self.extra)
        kept = self.local | self.outer
        into = (value & ~self.local) | (value & self.local) << self.count
        self.broken |= self.apply(called.broken, into)
        self.atoms |= called.atoms
        self.rested((self.apply(called.rest, into) & ~kept) | (value & kept))
        for event, passed in called.returns.items():
            survives = self.high(passed) & self.outer
            yield event, (self.apply(passed, into) & ~kept) | (value & (survives | survives >> self.count))

    def behind(self, line: Transition, value: Bits) -> Bits:
        """What a line does after its call."""
        return self.perform(self.ways[id(line)].then, value)

    def unanswered(self, at: State | None, event: str, value: Bits) -> Bits:
        """A `全程` line of a caller may answer what no line here does, and stay; so may a step of a flow below."""
        self.rested(value)
        below = self.rest & ~(self.local | self.outer) if at is None and self.rest is not None else 0
        return value | self.extra | below

    def answers(self, at: State | None, event: str, chain: Chain) -> Sequence[tuple[State | None, Transition]]:
        """What may answer an event that is handed back, and where it stands."""
        if at is not None:
            return super().answers(at, event, chain)
        resting = (state for state in self.flow.states if rests(state) and self.value[state.id] is not None)
        own = ((state, one) for state in resting for one in fitting(state.transitions, event, chain))
        return (*own, *((None, one) for one in fitting(self.flow.anytime, event, chain)))

    def end(self, at: int | None, way: FlowEdge, target: int | None, value: Bits) -> None:
        """`way`, taken at `at`, leads to `target`, or stays."""
        if target is not None:
            breaks_off = way.early and way.transition.target is not None
            self.arrive(target, value & ~self.local if breaks_off else value)
        elif at is not None and value | self.stay[at] != self.stay[at] and self.abstract_flow.nodes[at].rests:
            self.stay[at] |= value
            self.queue.append(at)

    def rested(self, value: Bits) -> None:
        """The call may rest somewhere with `value`."""
        self.rest = value if self.rest is None else self.rest | value

    def sets(self, way: FlowEdge) -> Bits:
        """The bits that a `全程` line may leave set where it happens, or where its sub-dialogue rests."""
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
        """What a called flow may leave set when it began with it set, for both of our beginnings."""
        high = double >> self.summaries.width
        return high | high << self.summaries.width

    def apply(self, called: Bits, value: Bits) -> Bits:
        """What may be set (or broken) behind a called flow that begins with `value`."""
        low = called & self.summaries.effects.everything
        return (low | low << self.summaries.width) | (value & self.high(called))
