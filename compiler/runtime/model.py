"""A machine ready to run: the document's parts with every name looked up, in tables made for speed.

States and transitions are numbered through all flows, so that where a call is, is a handful of numbers. Everything is
frozen; a model is shared by any number of calls. Knows nothing of JSON, and of the compiler's own machine.
"""

from __future__ import annotations

from typing import Literal

from dsl.frozen import Node

UNKNOWN = "…"
"""The value of a slot that is filled, but nobody said with what."""

Slots = tuple[str | None, ...]
"""The value of each slot; None while it is empty."""


class Place(Node, frozen=True):
    """Where in a script something is written; `line` counts from 1."""

    file: str
    line: int
    end_line: int


class Test(Node, frozen=True):
    """A slot holds one of `values` (None: anything); `negated`: it does not."""

    slot: int
    values: frozenset[str] | None
    negated: bool


Guard = tuple[Test, ...]


class Spoken(Node, frozen=True):
    """A slot or fact inside a phrase: slot number, or the fact's text; `tail`: only so many last characters."""

    name: str
    slot: int
    fact: str
    tail: int


class Wording(Node, frozen=True):
    """One way to say something. `bank` is its name in the phrase bank, `tags` are that entry's."""

    parts: tuple[str | Spoken, ...]
    bank: str | None
    tags: tuple[str, ...]
    place: Place

    @property
    def plain(self) -> str:
        """The wording with its slots as `{name}`."""
        return "".join(part if isinstance(part, str) else "{" + part.name + "}" for part in self.parts)

    def spoken(self, slots: Slots) -> str:
        """The wording with the values of `slots` in it; an empty or unknown one stands as `{name}`."""
        return "".join(part if isinstance(part, str) else _value(part, slots) for part in self.parts)


def _value(part: Spoken, slots: Slots) -> str:
    value = part.fact if part.slot < 0 else slots[part.slot]
    if value is None or value == UNKNOWN:
        return "{" + part.name + "}"
    return value[-part.tail :] if part.tail else value


ActKind = Literal["say", "ask", "do", "promise"]


class Act(Node, frozen=True):
    """Something the agent does.

    id: its number in the model, in the order of the document. wordings: of `say` and `ask`, the preferred one first.
    slots: those asked for, filled by a system, or filled by the promise. action: of `do`. value: of `promise`, the
    deadline as people say it.
    """

    id: int
    kind: ActKind
    guard: Guard
    place: Place
    wordings: tuple[Wording, ...] = ()
    slots: tuple[int, ...] = ()
    action: str = ""
    value: str = ""


TriggerKind = Literal["always", "proceed", "event", "after", "every"]


class Transition(Node, frozen=True):
    """A move; see `machine.schema.json`. `call` is a flow, `target` a state; -1 for none.

    anytime: it is a line of the whole call. id: its number in the model, in the order of the document; order: its place
    among the transitions of its state, or the lines of its flow.
    """

    id: int
    kind: TriggerKind
    event: str
    delay: int
    guard: Guard
    fills: tuple[int, ...]
    acts: tuple[Act, ...]
    call: int
    then: tuple[Act, ...]
    target: int
    anytime: bool
    flow: int
    order: int
    place: Place


StateKind = Literal["act", "wait", "pause", "gate", "end", "return"]


class State(Node, frozen=True):
    """A state. Its transitions are sorted by what sets them off, each list in the order in which it is tried.

    on: by event. always, proceed: at once, when the customer goes along. timed: after or every so long. delayed: events
    of which some line wants them to last. rests: a call waits here.
    entry: a step begins here. gate: its place in a call's counts. step is -1 where the state belongs to none.
    """

    id: int
    name: str
    flow: int
    step: int
    kind: StateKind
    rests: bool
    entry: bool
    acts: tuple[Act, ...]
    transitions: tuple[Transition, ...]
    on: dict[str, tuple[Transition, ...]]
    always: tuple[Transition, ...]
    proceed: tuple[Transition, ...]
    timed: tuple[Transition, ...]
    delayed: tuple[str, ...]
    limit: int
    gate: int
    outcome: str
    event: str
    place: Place


class Prohibition(Node, frozen=True):
    """Words agents must not say, or acts they must not do: why, and for words the better wording and excuses."""

    texts: tuple[str, ...]
    because: str
    instead: tuple[str, ...]
    unless: tuple[str, ...]


class Step(Node, frozen=True):
    """What is written about a step. within: the time for it, in ms, 0 for none (or one that is counted in rings)."""

    flow: int
    index: int
    name: str
    tags: tuple[str, ...]
    goal: str
    tips: tuple[str, ...]
    within: int
    never_say: tuple[Prohibition, ...]
    never_do: tuple[Prohibition, ...]
    place: Place


class Flow(Node, frozen=True):
    """One scenario. anytime: its lines of the whole call, by event; delayed: events of which some line has a delay."""

    index: int
    scenario: str
    title: str
    entry: int
    steps: tuple[Step, ...]
    anytime: dict[str, tuple[Transition, ...]]
    lines: tuple[Transition, ...]
    delayed: tuple[str, ...]
    never_say: tuple[Prohibition, ...]
    never_do: tuple[Prohibition, ...]


class Slot(Node, frozen=True):
    """Something a call may come to know. `options` are there for a choice; `known`: filled before the call begins."""

    name: str
    type: str
    options: tuple[str, ...]
    sensitive: bool
    known: bool


class Model:
    """One machine. `states` and `transitions` by number; names of slots, events, actions and outcomes in `*_tags`.

    The only thing that ever changes is a memory of transitions joined at returns, which gives back what it would make.
    """

    def __init__(
        self,
        name: str,
        flows: tuple[Flow, ...],
        states: tuple[State, ...],
        transitions: tuple[Transition, ...],
        acts: tuple[Act, ...],
        slots: tuple[Slot, ...],
        gates: int,
        event_tags: dict[str, tuple[str, ...]],
        action_tags: dict[str, tuple[str, ...]],
        outcome_tags: dict[str, tuple[str, ...]],
    ) -> None:
        self.name = name
        self.flows = flows
        self.states = states
        self.transitions = transitions
        self.acts = acts
        self.slots = slots
        self.slot_index = {slot.name: number for number, slot in enumerate(slots)}
        self.flow_index = {flow.scenario: flow.index for flow in flows}
        self.gates = gates
        self.event_tags = event_tags
        self.action_tags = action_tags
        self.outcome_tags = outcome_tags
        self._joined: dict[tuple[int, ...], Transition] = {}

    def joined(self, key: tuple[int, ...]) -> Transition:
        """What a pending call amounts to.

        `key` is the transition that called, then each line that answered an event its sub-dialogue handed back. A line
        that leads nowhere of its own goes on as the one before it would have gone on after its call.
        """
        if len(key) == 1:
            return self.transitions[key[0]]
        known = self._joined.get(key)
        if known is None:
            line, before = self.transitions[key[-1]], self.joined(key[:-1])
            if line.target < 0:
                acts, then = line.acts, (*line.then, *before.then)
                if line.call < 0:
                    acts, then = (*line.acts, *before.then), ()
                line = Transition(
                    line.id, line.kind, line.event, line.delay, line.guard, line.fills, acts, line.call, then,
                    before.target, line.anytime, line.flow, line.order, line.place,
                )  # fmt: skip
            known = self._joined[key] = line
        return known
