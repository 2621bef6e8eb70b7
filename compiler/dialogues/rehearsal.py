"""A rehearsal: a call played by a trainee, with a trainer or a made-up customer on the other side, and how well it went.

Pure but for what it is told: how long a turn took is handed in, and a made-up customer draws from the seed it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Literal

from compiler.dialogues.searching import Move, Path, Reached
from compiler.dialogues.writing import dialogue_of
from compiler.machine.model import Machine
from compiler.machine.walk import happy_path
from compiler.matching.matcher import Matcher, compile_patterns
from compiler.matching.patterns import Pattern
from compiler.runtime.configuration import Fill, GoAlong, Happens, Pass, Possible, Refused
from compiler.runtime.model import Model, Prohibition, Step
from compiler.runtime.session import Session
from compiler.runtime.transcript import Line, Turn
from dsl import syntax
from dsl.frozen import Node

Customer = Literal["manual", "random", "hard"]
PATIENCE = 40
"""Turns after which a made-up customer goes along wherever that is possible."""
_COSTS = {"forbidden": 10, "late": 5, "skipped": 5}
"""What comes off a hundred for each forbidden phrase, each step that took too long, each step left out."""

Banned = tuple[int, int, int]
"""(flow, step, number): where a prohibition holds (-1: in every one), and which one it is there."""


class Slip(Node, frozen=True):
    """Forbidden words the trainee used: the words, the step, and the prohibition."""

    said: str
    step: str
    rule: Prohibition


class Late(Node, frozen=True):
    """A step that took `seconds` where it may take `limit`."""

    step: str
    seconds: float
    limit: float


class Score(Node, frozen=True):
    """How a rehearsal went. skipped: steps of the call as it should go that were never begun."""

    turns: int
    outcome: str | None
    slips: tuple[Slip, ...]
    late: tuple[Late, ...]
    skipped: tuple[str, ...]

    @property
    def points(self) -> int:
        """Out of a hundred."""
        lost = _COSTS["forbidden"] * len(self.slips) + _COSTS["late"] * len(self.late)
        return max(0, 100 - lost - _COSTS["skipped"] * len(self.skipped))


class _Kept(Node, frozen=True):
    """A turn: what it was made of, and the customer's words."""

    reached: Reached
    words: str


class Rehearsal:
    """One play-through of a machine."""

    def __init__(
        self,
        machine: Machine,
        model: Model,
        word_groups: Mapping[str, tuple[str, ...]],
        everywhere: Iterable[Prohibition] = (),
    ) -> None:
        """everywhere: what must not be said in any step, beside what the machine itself forbids."""
        self.machine = machine
        self.model = model
        self.call: Session
        self.slips: list[Slip] = []
        self._seconds: dict[tuple[str, str], float] = {}
        self._rules: dict[Banned, Prohibition] = dict(_prohibitions(model))
        self._rules |= {(-1, -1, number): rule for number, rule in enumerate(everywhere)}
        patterns = [Pattern((at, text), text, rule.unless) for at, rule in self._rules.items() for text in rule.texts]
        self._matcher: Matcher[tuple[Banned, str]] = compile_patterns(patterns, word_groups).matcher
        self._kept: list[_Kept] = []

    def begin(self, answers: Mapping[str, str]) -> Refused | None:
        """Begin the call; where a look-up at its beginning needs an answer that is not there, say which.

        Raises CallRefused when it cannot begin at all.
        """
        known = {slot.name: answers[slot.name] for slot in self.model.slots if slot.known and slot.name in answers}
        ahead = {name: value for name, value in answers.items() if name not in known}
        self.call = Session(self.model, known, ahead)
        if self.call.needs is not None:
            return self.call.needs
        given = tuple(known.items()) + tuple(ahead.items())
        self._kept = [_Kept(Reached(Move(given, None), self.call.outcomes[0]), "")]
        return None

    # --- what there is to see ---------------------------------------------------------------------------------------

    @property
    def step(self) -> Step | None:
        """The step the call is in."""
        config = self.call.configuration
        if config.outcome is not None or not config.frames:
            return None
        state = self.model.states[config.frames[-1].state]
        return self.model.flows[state.flow].steps[state.step]

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the agent says and does now."""
        return self.call.now

    def reactions(self) -> tuple[Possible, ...]:
        """What may happen next, the customer going along first."""
        found = self.call.possible()
        return tuple(sorted(found, key=lambda one: one.kind != "go-along"))

    # --- what is done -----------------------------------------------------------------------------------------------

    def say(self, text: str) -> tuple[Slip, ...]:
        """The trainee says `text`; the forbidden words in it."""
        step = self.step
        if step is None:
            return ()
        found = [
            Slip(text[hit.start : hit.end], step.name, self._rules[hit.id[0]])
            for hit in self._matcher.find(text)
            if hit.id[0][0] in (-1, step.flow) and hit.id[0][1] in (-1, step.index)
        ]
        self.slips += found
        return tuple(found)

    def took(self, seconds: float) -> None:
        """The trainee took so long in the step the call is in."""
        position = self.call.position
        if position is not None:
            key = (position.scenario, position.step)
            self._seconds[key] = self._seconds.get(key, 0.0) + seconds

    def react(self, one: Possible, answers: Mapping[str, str], words: str = "") -> Turn | Refused:
        """The reaction `one` happens; `answers` to what is asked and looked up."""
        given: GoAlong | Happens | Pass = GoAlong()
        if one.kind == "event":
            given = Happens(one.event)
        elif one.kind == "time":
            given = Pass(max(1, one.at - self.call.clock))
        for slot, value in answers.items():
            made = self.call.fill(slot, value)
            if isinstance(made, Refused):
                return made
        made = self.call.wait(given.milliseconds) if isinstance(given, Pass) else self.call.put(given, words)
        if not isinstance(made, Refused):
            self._kept.append(_Kept(Reached(Move(tuple(answers.items()), given), self.call.outcomes[-1]), words))
        return made

    def back(self) -> bool:
        """Take the last reaction back; False at the beginning."""
        if len(self._kept) < 2:
            return False
        size = len(self._kept)
        while len(self._kept) == size:
            last = self.call.transcript[-1].given
            self.call.back()
            if isinstance(last, GoAlong | Happens | Pass):
                self._kept.pop()
        while isinstance(self.call.transcript[-1].given, Fill):
            self.call.back()
        return True

    # --- what came of it --------------------------------------------------------------------------------------------

    def score(self) -> Score:
        """How it went."""
        flow = self.machine.main
        road, _ = happy_path(flow)
        begun = {
            (one.flow, one.step) for outcome in self.call.outcomes for one in outcome.happenings if one.kind == "enter"
        }
        skipped = tuple(flow.steps[index].name for index in road if (0, index) not in begun)
        limits = {(each.scenario, step.name): step.within for each in self.model.flows for step in each.steps}
        late = tuple(
            Late(step, seconds, limits[scenario, step] / 1000)
            for (scenario, step), seconds in self._seconds.items()
            if limits[scenario, step] and seconds * 1000 > limits[scenario, step]
        )
        return Score(len(self._kept) - 1, self.call.outcome, tuple(self.slips), late, skipped)

    def dialogue(self, title: str) -> syntax.Dialogue:
        """The call as a dialogue test."""
        path: Path = tuple(kept.reached for kept in self._kept)
        return dialogue_of(self.model, path, title, tuple(kept.words for kept in self._kept))


def _prohibitions(model: Model) -> Iterator[tuple[Banned, Prohibition]]:
    for flow in model.flows:
        for number, rule in enumerate(flow.never_say):
            yield (flow.index, -1, number), rule
        for step in flow.steps:
            for number, rule in enumerate(step.never_say):
                yield (flow.index, step.index, number), rule


class MadeUp:
    """A customer who is made up as the call goes: the same seed, the same customer."""

    def __init__(self, kind: Customer, seed: int) -> None:
        self._draw = Random(seed)
        self._willing = 0.6 if kind == "random" else 0.2
        self._turns = 0

    def choose(self, reactions: tuple[Possible, ...]) -> Possible:
        """What this customer does. A hard one seldom goes along, until patience runs out."""
        self._turns += 1
        others = [one for one in reactions if one.kind != "go-along"]
        going = [one for one in reactions if one.kind == "go-along"]
        if going and (not others or self._turns > PATIENCE or self._draw.random() < self._willing):
            return going[0]
        return self._draw.choice(others)

    def answer(self, options: tuple[str, ...]) -> str:
        """What this customer, or a system, says where there is a choice."""
        return self._draw.choice(options)


Ask = Callable[[str, tuple[str, ...]], str | None]
"""(slot, options) -> the answer; None when nobody answers any more."""


def answers_for(asks: Iterable[tuple[str, tuple[str, ...]]], ask: Ask) -> dict[str, str] | None:
    """The answers to what is asked, those that were given; None when nobody answers any more."""
    answers: dict[str, str] = {}
    for slot, options in asks:
        value = ask(slot, options)
        if value is None:
            return None
        if value:
            answers[slot] = value
    return answers
