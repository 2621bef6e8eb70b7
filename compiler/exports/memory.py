"""What a chart remembers, as regions beside the talk, and guards as questions about which of their states are active.

Slots, answers given ahead, how often steps were entered, what was asked: only what some guard asks for is kept. Names are
made here too: letters, digits and `_`, none twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.exports.parts import ChartState, ChartTransition, Clause, Condition, RaisedEvent
from compiler.machine.model import Ask, Do, Filled, Guard, Machine, Slot, Test
from compiler.machine.walk import acts_of

BEGIN, PROCEED, HEARD = "_begin", "_proceed", "_heard"
"""The call begins; the customer goes along; something is heard that is no event here (what must last begins anew).

Names of authors begin with a letter, so these are nobody else's.
"""
EMPTY, ANY = "", "*"
"""How a slot's states are told apart: empty, filled with something, or one of its options."""


class Names:
    """Gives out names that fit into any engine, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, wanted: str) -> str:
        """`wanted` with every other sign as `_`, and a number where it is taken."""
        base = plain(wanted)
        name, count = base, 2
        while name in self._taken:
            name, count = f"{base}_{count}", count + 1
        self._taken.add(name)
        return name


def plain(text: str) -> str:
    """`text` with every sign but letters and digits as `_`, beginning with a letter or `_`."""
    # A letter of XML names is not always a letter of Python's; both know these.
    kept = "".join(char if char == "_" or (char.isascii() and char.isalnum()) or _han(char) else "_" for char in text)
    return kept if kept and not kept[0].isdecimal() else f"_{kept}"


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fa5" or "\u3041" <= char <= "\u3094" or "\uac00" <= char <= "\ud7a3"


class Memory:
    """The regions of one machine, and guards in their terms."""

    def __init__(self, machine: Machine, names: Names) -> None:
        self.names = names
        tested = {test.slot for guard in _guards(machine) for test in guard}
        asked = {slot for flow in machine.flows for act in acts_of(flow) for slot in _fills(act)}
        self.slots: dict[str, Slot] = {slot.name: slot for slot in machine.slots if slot.name in tested}
        self.asked = [name for name, slot in self.slots.items() if not slot.known]
        """Those that an answer can change; what is known before the call is fixed for it."""
        self.tokens = {name: names.new(f"slot_{name}") for name in self.slots}
        self.values: dict[str, dict[str, str]] = {}
        self.ready: dict[str, dict[str, str]] = {}
        self.regions: list[ChartState] = []
        self.fills: list[tuple[str, str, str]] = []
        self.known: list[tuple[str, str, str]] = []
        self.idle = names.new("idle")
        for name, slot in self.slots.items():
            self._slot(name, slot, name in asked)

    def _slot(self, name: str, slot: Slot, asked: bool) -> None:
        token = self.tokens[name]
        kinds = slot.options or (ANY,)
        states = {EMPTY: self.names.new(f"{token}_empty")}
        states |= {kind: self.names.new(f"{token}_{'filled' if kind == ANY else kind}") for kind in kinds}
        self.values[name] = states
        region = ChartState(token, "compound", states[kinds[0]] if slot.known else states[EMPTY])
        transitions: list[ChartTransition] = []
        self.regions.append(_region(region, states.values(), transitions))
        if slot.known:
            events = {kind: self.names.new(f"_known_{name}_{kind}") for kind in kinds if kind != ANY}
            transitions += [ChartTransition(event, ((self.idle,),), (), states[kind]) for kind, event in events.items()]
            self.known += [(name, kind, event) for kind, event in events.items()]
        elif not slot.options:
            transitions.append(ChartTransition(self.put(name), (), (), states[ANY]))
        elif asked:
            ready = self.names.new(f"answer_{name}")
            known = {EMPTY: self.names.new(f"{ready}_none")}
            known |= {kind: self.names.new(f"{ready}_{kind}") for kind in kinds}
            self.ready[name] = known
            answers = [ChartTransition(self.names.new(f"_fill_{name}_{kind}"), (), (), known[kind]) for kind in kinds]
            self.fills += [(name, kind, jump.event) for kind, jump in zip(kinds, answers, strict=True)]
            transitions += [ChartTransition(self.put(name), ((known[kind],),), (), states[kind]) for kind in kinds]
            self.regions.append(_region(ChartState(ready, "compound", known[EMPTY]), known.values(), answers))

    def put(self, slot: str) -> str:
        """The event that fills a slot; one with options, with the answer that was given ahead."""
        return f"_put.{self.tokens[slot]}"

    def filling(self, slots: Iterable[str]) -> tuple[RaisedEvent, ...]:
        """What fills those of `slots` that matter."""
        return tuple(RaisedEvent(self.put(slot)) for slot in slots if slot in self.asked)

    def given(self, slots: Iterable[str]) -> Condition:
        """The answers for those of `slots` that have options are there."""
        return tuple(
            tuple(state for kind, state in self.ready[slot].items() if kind != EMPTY)
            for slot in dict.fromkeys(slots)
            if slot in self.ready
        )

    def answers(self, slots: Iterable[str]) -> list[str]:
        """The events that give answers for `slots`."""
        wanted = set(slots)
        return [event for slot, _, event in self.fills if slot in wanted]

    def guard(self, guard: Guard, filled: frozenset[str] = frozenset()) -> Condition | None:
        """`guard` as clauses, None when it can never hold; `filled` slots have been filled with their answers by then."""
        out: list[Clause] = []
        for test in guard:
            clause = self._clause(test, filled)
            if clause == ():
                return None
            if clause is not None:
                out.append(clause)
        return tuple(out)

    def _clause(self, test: Test, filled: frozenset[str]) -> Clause | None:
        """The states in which `test` holds; None when it always does."""
        if test.slot in filled:
            states = {kind: id for kind, id in self.ready.get(test.slot, {ANY: ""}).items() if kind != EMPTY}
        else:
            states = self.values[test.slot]
        wanted = {kind for kind in states if kind != EMPTY} if isinstance(test, Filled) else set(test.values)
        held = [id for kind, id in states.items() if (kind in wanted) != test.negated]
        return None if len(held) == len(states) else tuple(held)

    def counter(self, name: str, limit: int) -> tuple[str, Condition]:
        """Counts to `limit`: the event that counts, and when `limit` is reached.

        A region for each binary digit, so that 999,999 takes 20 of them: a digit turns when all lower ones are 1.
        """
        token = self.names.new(f"count_{name}")
        event = f"_pass.{token}"
        lower: Condition = ()
        full: Condition = ()
        for digit in range(limit.bit_length()):
            name = self.names.new(f"{token}_{1 << digit}s")
            no, yes = self.names.new(f"{name}_0"), self.names.new(f"{name}_1")
            region = ChartState(name, "compound", no)
            region.children = [
                ChartState(no, transitions=[ChartTransition(event, lower, (), yes)]),
                ChartState(yes, transitions=[ChartTransition(event, lower, (), no)]),
            ]
            self.regions.append(region)
            lower = (*lower, (yes,))
            full = (*full, (yes if limit >> digit & 1 else no,))
        return event, full

    def switch(self, name: str, on: str, where: Clause) -> tuple[str, str, str]:
        """A region that the event `on` switches on while one of `where` is active.

        Its states on and off, and the event that switches it off.
        """
        token = self.names.new(f"asked_{name}")
        no, yes = self.names.new(f"{token}_no"), self.names.new(f"{token}_yes")
        off = f"_fresh.{token}"
        transitions = [ChartTransition(off, (), (), no), ChartTransition(on, (where,), (), yes)]
        self.regions.append(_region(ChartState(token, "compound", no), (no, yes), transitions))
        return yes, no, off


def _region(region: ChartState, ids: Iterable[str], transitions: list[ChartTransition]) -> ChartState:
    """`region` with a child for each of `ids`, all of which have the same `transitions`.

    They stand on the children: a jump from a region's own state into it would leave all regions, and enter them anew.
    """
    region.children = [ChartState(id, transitions=transitions) for id in ids]
    return region


def _guards(machine: Machine) -> Iterator[Guard]:
    for flow in machine.flows:
        for act in acts_of(flow):
            yield act.guard
        for state in flow.states:
            for transition in state.transitions:
                yield transition.guard
        for transition in flow.anytime:
            yield transition.guard


def _fills(act: object) -> tuple[str, ...]:
    if isinstance(act, Ask):
        return act.slots
    return act.fills if isinstance(act, Do) else ()
