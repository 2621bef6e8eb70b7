"""The machine: every call one scenario allows, as a finite, deterministic state machine. All outputs read this and no other.

A `Machine` is a main `Flow` and the flows of the sub-dialogues it can call, one flow a scenario. A flow is a graph of
states; a call to a sub-dialogue stands on a transition, so a configuration is a stack of (flow, state) of bounded depth.
The meaning of every part, with the rules a simulator follows, is in docs/language.md, "What a script means".

Everything is frozen, in a fixed order, and carries the span of the line it came from. Times are whole milliseconds.
Knows nothing of projects, files, or how outputs look.
"""

from __future__ import annotations

from typing import Literal

from dsl.frozen import Node
from dsl.source import Span

# --- what is said and done ------------------------------------------------------------------------------------------


class SlotRef(Node, frozen=True):
    """A slot spoken inside a phrase; `tail` is how many last characters are read out (None: all)."""

    slot: str
    tail: int | None


class Phrase(Node, frozen=True):
    """Something an agent says. `bank` is its name in the phrase bank, if it has one; tags are the bank entry's."""

    parts: tuple[str | SlotRef, ...]
    span: Span
    bank: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The wording, with slots as `{name}`."""
        return "".join(part if isinstance(part, str) else "{" + part.slot + "}" for part in self.parts)


class Amount(Node, frozen=True):
    """A quantity: `number` as typed, `unit` an id of `dsl.keywords.UNITS`, `base` in the dimension's base unit."""

    number: str
    unit: str
    base: int


class ValueIn(Node, frozen=True):
    """The option slot holds one of `values`; an empty slot holds none. `negated`: it does not."""

    slot: str
    values: tuple[str, ...]
    negated: bool


class Filled(Node, frozen=True):
    """The slot is filled; `negated`: it is empty."""

    slot: str
    negated: bool


Test = ValueIn | Filled
Guard = tuple[Test, ...]
"""Tests that must all hold; the empty guard always holds."""


class Say(Node, frozen=True):
    """Speak one of `phrases` (the first is the preferred wording, the rest are alternatives)."""

    span: Span
    guard: Guard
    phrases: tuple[Phrase, ...]


class Ask(Node, frozen=True):
    """Ask for `slots`; they are filled when the step's waiting ends with the customer going along."""

    span: Span
    guard: Guard
    slots: tuple[str, ...]
    phrases: tuple[Phrase, ...]


class Do(Node, frozen=True):
    """An act of the agent; `fills` are slots a system fills at once."""

    span: Span
    guard: Guard
    action: str
    fills: tuple[str, ...]


class Promise(Node, frozen=True):
    """Promise something by a deadline; fills the slot `slot` with the deadline at once."""

    span: Span
    guard: Guard
    slot: str
    deadline: Amount


Act = Say | Ask | Do | Promise

# --- states and transitions -----------------------------------------------------------------------------------------

TriggerKind = Literal["always", "proceed", "event", "after", "every"]


class Trigger(Node, frozen=True):
    """What sets a transition off.

    always: at once, when the state's acts are done. proceed: the customer goes along.
    event: `event` happens; with `delay` > 0, when it has lasted `delay` ms without anything else happening.
    after: `delay` ms of waiting in this state. every: each `delay` ms of waiting in this state.
    """

    kind: TriggerKind
    event: str | None = None
    delay: int = 0


class Transition(Node, frozen=True):
    """A move: perform `acts`, run the scenario `call` if there is one and then perform `then`, go to state `target`.

    `target` None means: go on waiting where it happened, without repeating that state's acts.
    `fills` are the slots the customer's answer fills (only on "proceed").
    """

    span: Span
    trigger: Trigger
    guard: Guard = ()
    fills: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    call: str | None = None
    then: tuple[Act, ...] = ()
    target: int | None = None


StateKind = Literal["act", "wait", "pause", "gate", "end", "return"]


class State(Node, frozen=True):
    """A state of a flow.

    act: perform `acts`, then take the first transition whose guard holds; its transitions on events are taken only when
    a sub-dialogue it called hands one back. wait: rest until a transition's trigger fires. pause: a wait that also ends by
    itself, after the time of its "after" transition. gate: the first `limit` arrivals in a call take transition 0, later
    ones transition 1. end: the call ends with `outcome`. return: back to the caller, handing it `event` if there is one.

    step: the index of the step the state belongs to; None where a `全程` line ends the call or returns. begins: whether
    the step begins here. name: unique in the flow, and stable under edits elsewhere.
    """

    id: int
    name: str
    step: int | None
    kind: StateKind
    span: Span
    acts: tuple[Act, ...] = ()
    transitions: tuple[Transition, ...] = ()
    limit: int = 0
    outcome: str | None = None
    event: str | None = None
    begins: bool = False


# --- steps, flows, the machine --------------------------------------------------------------------------------------


class NeverSay(Node, frozen=True):
    """Words agents must not say, why, the better wording, and the contexts that excuse a hit.

    groups: the word groups that `texts` and `unless` name in braces, each with its words.
    """

    span: Span
    texts: tuple[str, ...]
    because: str
    instead: tuple[str, ...]
    unless: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()


class NeverDo(Node, frozen=True):
    """Acts agents must not do, and why."""

    span: Span
    actions: tuple[str, ...]
    because: str


class GuardedAct(Node, frozen=True):
    """An act of a step and everything that must hold for it: its own guard and that of the line it stands in."""

    guard: Guard
    act: Act


class Pause(Node, frozen=True):
    """A wait of `delay` ms in the middle of a step."""

    span: Span
    delay: int


class GuardedCall(Node, frozen=True):
    """A call of the sub-dialogue `scenario`, when `guard` holds."""

    span: Span
    guard: Guard
    scenario: str


class Outline(Node, frozen=True):
    """A step as its author wrote it.

    lines: what the agent does, top to bottom. exits: the ways on, in the order they are tried. reactions: what else the
    customer or the line may do. timers: what happens after, or every, so long a wait. otherwise: where the entries that
    are too many go (None: the step has no gate). All these transitions leave the step, end the call or stay.
    """

    lines: tuple[GuardedAct | Pause | GuardedCall, ...] = ()
    exits: tuple[Transition, ...] = ()
    reactions: tuple[Transition, ...] = ()
    timers: tuple[Transition, ...] = ()
    otherwise: Transition | None = None


class Step(Node, frozen=True):
    """What is written about a step. `entry` is the state where it begins; `states` are its states, `outline` its lines.

    within: how long the step may take, or how often the phone may ring. opening: how soon the agent begins to speak.
    """

    index: int
    name: str
    span: Span
    tags: tuple[str, ...]
    goal: str
    tips: tuple[str, ...]
    sources: tuple[str, ...]
    within: Amount | None
    at_most: int | None
    never_say: tuple[NeverSay, ...]
    never_do: tuple[NeverDo, ...]
    entry: int
    states: tuple[int, ...]
    opening: Amount | None = None
    outline: Outline = Outline()


class Slot(Node, frozen=True):
    """Something a call may come to know. `type` is an id of `dsl.keywords.SLOT_TYPES`, "choice" or "deadline".

    known: filled before the call begins and fixed for it. sensitive: never read out whole.
    """

    name: str
    type: str
    options: tuple[str, ...]
    sensitive: bool
    known: bool
    span: Span


class Flow(Node, frozen=True):
    """One scenario as a graph: states by id (their index), steps in the author's order, `entry` the first state.

    `anytime` transitions belong to every waiting state of the flow, and of the flows it calls, that does not handle their
    event itself.
    """

    scenario: str
    title: str
    kind: str | None
    span: Span
    steps: tuple[Step, ...]
    states: tuple[State, ...]
    anytime: tuple[Transition, ...]
    entry: int
    slots: tuple[Slot, ...]
    goals: tuple[str, ...]
    tips: tuple[str, ...]
    sources: tuple[str, ...]
    never_say: tuple[NeverSay, ...]
    never_do: tuple[NeverDo, ...]

    def step_of(self, state: State) -> Step | None:
        """The step that `state` belongs to; None for what a `全程` line leads to."""
        return None if state.step is None else self.steps[state.step]

    def states_beside(self, state: State) -> tuple[State, ...]:
        """All states of the step that `state` belongs to, itself among them; none where it belongs to no step."""
        step = self.step_of(state)
        return () if step is None else tuple(self.states[id] for id in step.states)


class Term(Node, frozen=True):
    """A declared event, action or outcome: its name, its note (what it means to people) and its tags."""

    name: str
    note: str
    tags: tuple[str, ...]


class Machine(Node, frozen=True):
    """A scenario, ready to run: `flows[0]` is the scenario itself, then each sub-dialogue it may reach, by first use.

    kinds: the scenario's kind and that kind's ancestors, nearest first. facts: name -> text, fixed for every call.
    events, actions, outcomes: what the flows use, sorted by name. speech_rate: characters a minute. effective, until: the
    first and the last day as ISO dates.
    """

    name: str
    aliases: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    effective: str | None
    flows: tuple[Flow, ...]
    facts: tuple[tuple[str, str], ...]
    slots: tuple[Slot, ...]
    events: tuple[Term, ...]
    actions: tuple[Term, ...]
    outcomes: tuple[Term, ...]
    speech_rate: int
    until: str | None = None

    @property
    def main(self) -> Flow:
        """The scenario's own flow."""
        return self.flows[0]
