"""The parts of an agent's card: typed, in no language, ready to be laid out.

What the page and the print are both made from. Knows nothing of machines' states, of wording, of pages, of HTML.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from compiler.machine.model import Amount, Guard, NeverDo, NeverSay, SlotRef, TriggerKind
from dsl.frozen import Node

Piece: TypeAlias = str | SlotRef | Amount
"""A part of a wording: text (facts are text already), a slot the agent fills in, a deadline that the script fixes."""

Wording: TypeAlias = tuple[Piece, ...]


class Saying(Node, frozen=True):
    """Say one of `wordings`; the first is the preferred one."""

    guard: Guard
    wordings: tuple[Wording, ...]


class Blank(Node, frozen=True):
    """Room for an answer, `room` Han characters wide. A sensitive one is never written on paper; a choice is ticked."""

    slot: str
    options: tuple[str, ...]
    sensitive: bool
    room: int


class Asking(Node, frozen=True):
    """Ask, in one of `wordings`, for what `blanks` hold."""

    guard: Guard
    wordings: tuple[Wording, ...]
    blanks: tuple[Blank, ...]


class Action(Node, frozen=True):
    """Something to do: its name, what that means, and the blanks a system fills by it."""

    name: str
    note: str
    blanks: tuple[Blank, ...]


class Doing(Node, frozen=True):
    """Do `actions`, in order."""

    guard: Guard
    actions: tuple[Action, ...]


class Promising(Node, frozen=True):
    """Promise `slot` by `deadline`."""

    guard: Guard
    slot: str
    deadline: Amount


class Waiting(Node, frozen=True):
    """Wait `delay` ms."""

    delay: int


class Calling(Node, frozen=True):
    """Run the sub-dialogue `scenario`, printed under `label` and called `title`."""

    guard: Guard
    label: str
    title: str
    scenario: str


Line: TypeAlias = Saying | Asking | Doing | Promising | Waiting | Calling


class Exit(Node, frozen=True):
    """Where a line leads.

    step: to the step printed under `label` (`on_main_path`: one of the main path). stay: on in the same place. end: the call
    ends as `name`, which means `note`. return: back to where the sub-dialogue was called, handing back the event `name`
    if it is not empty.
    """

    kind: Literal["step", "stay", "end", "return"]
    label: str = ""
    name: str = ""
    note: str = ""
    on_main_path: bool = False


class Reaction(Node, frozen=True):
    """When it happens and `guard` holds: do `lines`, then leave by `exit`.

    kind, delay: as of a `Trigger` of the machine. events: any one of these; empty when it is no event. notes: what each
    of them means, empty where that is not said.
    """

    kind: TriggerKind
    events: tuple[str, ...]
    notes: tuple[str, ...]
    delay: int
    guard: Guard
    lines: tuple[Line, ...]
    exit: Exit


class CardStep(Node, frozen=True):
    """One step as printed.

    label: its number, in printed order; inside a sub-dialogue after that one's letter. within: how long it may take.
    opening: how soon the agent must speak. seconds: whole seconds it takes
    to say the preferred wordings that no guard holds back. at_most: how often a call may enter it, and what happens
    when it comes once more.
    """

    label: str
    name: str
    on_main_path: bool
    tags: tuple[str, ...]
    goal: str
    tips: tuple[str, ...]
    within: Amount | None
    opening: Amount | None
    seconds: int
    at_most: tuple[int, Reaction] | None
    lines: tuple[Line, ...]
    never_say: tuple[NeverSay, ...]
    never_do: tuple[NeverDo, ...]
    onward: tuple[Reaction, ...]
    reactions: tuple[Reaction, ...]


class Part(Node, frozen=True):
    """A scenario on a card: the card's own, or a sub-dialogue with its letter as `label`.

    steps: the main path first, in its order, then the others in the author's order. ending: how the main path ends.
    """

    label: str
    title: str
    goals: tuple[str, ...]
    tips: tuple[str, ...]
    steps: tuple[CardStep, ...]
    ending: Exit | None
    anytime: tuple[Reaction, ...]
    never_say: tuple[NeverSay, ...]
    never_do: tuple[NeverDo, ...]

    @property
    def main_path(self) -> tuple[CardStep, ...]:
        """The steps of the main path."""
        return tuple(step for step in self.steps if step.on_main_path)

    @property
    def seconds(self) -> int:
        """Whole seconds of speech on the main path, without the sub-dialogues called."""
        return sum(step.seconds for step in self.main_path)


class Card(Node, frozen=True):
    """A card: the scenario itself, every sub-dialogue it may reach, and what says which version this is.

    dialogues is empty where sub-dialogues have cards of their own; a `Calling` then has such a card's number as label.
    """

    name: str
    kind: str
    channels: tuple[str, ...]
    version: str
    effective: str | None
    until: str | None
    sources: tuple[str, ...]
    speech_rate: int
    main: Part
    dialogues: tuple[Part, ...]
