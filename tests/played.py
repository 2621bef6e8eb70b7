"""Moments of calls that the simulator plays from a machine's JSON, for monitors written from docs/rules.md alone.

The simulator tells what is said and done. What else rules speak of (events, answers, sub-dialogues that begin, steps that
are over) is overheard here while it runs. Nothing of `compiler.rulebooks` is used.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from compiler.runtime import Fill, GoAlong, Happens, Heard, Model, Pass, Refused, moves
from compiler.runtime.configuration import Configuration, Outcome
from compiler.runtime.model import Act, Transition
from compiler.runtime.moves import begin, step
from compiler.runtime.running import GONE, Run
from compiler.runtime.timers import all_due
from tests.naive_rules import Moment

REST = 60
"""So many moves without the customer doing anything are a call that turns by itself."""


class Heardout(NamedTuple):
    """One thing overheard: what it is (as `Moment`), the frame, and the step whose line it is (None: none's)."""

    kind: str
    depth: int
    names: tuple[str, ...]
    home: tuple[int, int] | None
    act: Act | None = None
    slots: tuple[str | None, ...] = ()


class Listener:
    """Plays random calls on one model and overhears them."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.log: list[Heardout] = []
        self.homes: dict[int, tuple[int, int]] = {}
        for state in model.states:
            for one in state.transitions if state.step >= 0 else ():
                self.homes.update({act.id: (state.flow, state.step) for act in (*one.acts, *one.then)})
                self.homes[-1 - one.id] = (state.flow, state.step)
            self.homes.update({act.id: (state.flow, state.step) for act in state.acts})

    def hear(self, kind: str, depth: int, *names: str, home: tuple[int, int] | None = None) -> None:
        self.log.append(Heardout(kind, depth, names, home))

    def run(self, model: Model, config: Configuration) -> Run:
        return _Overheard(model, config, self)


class _Overheard(Run):
    """A move that tells a listener what rules may speak of."""

    __slots__ = ("calling", "first", "listener")

    def __init__(self, model: Model, config: Configuration, listener: Listener) -> None:
        super().__init__(model, config)
        self.listener = listener
        self.calling: Transition | None = None
        self.first = True

    def _home(self) -> tuple[int, int] | None:
        state = self.model.states[self.frames[-1].state]
        return (state.flow, state.step) if state.step >= 0 else None

    def answer(self, asked: list[int]) -> None:
        if asked:
            names = tuple(f"得到 {self.model.slots[slot].name}" for slot in asked)
            self.listener.hear("moment", 0, *names, home=self._home())
        super().answer(asked)

    def take(self, line: Transition, level: int) -> None:
        if line.kind == "event":
            tags = self.model.event_tags[line.event]
            home = None if line.anytime else self.listener.homes.get(-1 - line.id)
            self.listener.hear("moment", 0, f"事件 {line.event}", *(f"[{tag}]" for tag in tags), home=home)
        super().take(line, level)

    def _take(self, key: tuple[int, ...], line: Transition, level: int):
        if line.call >= 0:
            self.calling = line
            if line.anytime:
                pending = (index for index, one in enumerate(self.frames) if one.pending)
                anytime = (one for one in pending if self.model.transitions[self.frames[one].pending[-1]].anytime)
                first = next(anytime, None)
                if first is not None:
                    self.listener.hear("leave", first + 1)
        return super()._take(key, line, level)

    def _arrive(self, line: Transition, level: int):
        if line.target >= 0 and level != GONE:
            states = self.model.states
            here, target = states[self.frames[level].state], states[line.target]
            sudden = line.kind in ("event", "every") or (line.kind == "after" and here.kind == "wait")
            goes_on = target.step == here.step and not target.entry and target.kind not in ("end", "return")
            if sudden and not goes_on:
                self.listener.hear("leave", level)
        return super()._arrive(line, level)

    def _settle(self):
        model, frames = self.model, self.frames
        state = model.states[frames[-1].state]
        if self.calling is not None:
            caller = model.states[frames[-2].state]
            home = None if self.calling.anytime or caller.step < 0 else (caller.flow, caller.step)
            self.calling = None
            self.listener.hear("moment", 0, f"调用 {model.flows[state.flow].scenario}", home=home)
        if state.entry and (state.kind != "gate" or self.gates[state.gate] < state.limit):
            of = model.flows[state.flow].steps[state.step]
            home = (state.flow, state.step)
            tags = (f"步骤 [{tag}]" for tag in of.tags)
            self.listener.hear("enter", len(frames) - 1, f"步骤 {of.name}", *tags, home=home)
            for tag in of.tags:
                self.listener.hear("moment", 0, f"[{tag}]", home=home)
        if state.kind == "end":
            of_end = model.outcome_tags[state.outcome]
            names = (
                "结束",
                f"结束 {state.outcome}",
                *(f"[{tag}]" for tag in of_end),
                *(f"结束 [{tag}]" for tag in of_end),
            )
            self.listener.hear("end", len(frames) - 1, *names, home=self._home())
        elif state.kind == "return":
            self.listener.hear("return", len(frames) - 1)
        return super()._settle()

    def _perform(self, acts: tuple[Act, ...]) -> None:
        for act in acts:
            before = len(self.happenings)
            slots = self.slots
            super()._perform((act,))
            if len(self.happenings) > before:
                self.listener.log.append(Heardout("moment", 0, (), self.listener.homes.get(act.id), act, slots))


def play(
    listener: Listener, chance: random.Random, most: int
) -> Iterator[tuple[Configuration | None, Outcome, list[Heardout]]]:
    """A random call: each move with where the call was before, what came of it and what was overheard."""
    model = listener.model
    known = {slot.name: chance.choice(slot.options) for slot in model.slots if slot.known and slot.options}
    ahead = {slot.name: chance.choice(slot.options) for slot in model.slots if slot.options and not slot.known}
    listener.log = []
    made = begin(model, known, ahead)
    assert not isinstance(made, Refused), made.words.zh
    yield None, made, listener.log
    config = made.configuration
    for _ in range(most):
        if config.outcome is not None:
            return
        for name, options in ((slot.name, slot.options) for slot in model.slots if slot.options and not slot.known):
            filled = step(model, config, Fill(name, chance.choice(options)))
            assert isinstance(filled, Outcome)
            config = filled.configuration
        listener.log = []
        made = step(model, config, _next(model, config, chance))
        if isinstance(made, Refused):
            assert made.kind != "endless", made.words.zh
            continue
        assert len(made.taken) <= REST, made.taken
        yield config, made, listener.log
        config = made.configuration


def _next(model: Model, config: Configuration, chance: random.Random) -> Happens | GoAlong | Heard | Pass:
    """What happens next: the customer goes along, an event that somebody answers, or just as much time as something takes."""
    state = model.states[config.frames[-1].state]
    dice = chance.random()
    due = sorted({one.at - config.clock for one in all_due(model, config) if one.at >= config.clock})
    if due and (dice < 0.2 or (state.kind == "pause" and dice < 0.6)):
        return Pass(due[0] if chance.random() < 0.8 else chance.choice(due))
    if state.proceed and dice < 0.6:
        return GoAlong()
    own = [line.event for line in state.transitions if line.event]
    events = own * 2 + [
        line.event for frame in config.frames for line in model.flows[model.states[frame.state].flow].lines
    ]
    return (
        Happens(chance.choice(events))
        if events
        else Heard()
        if dice > 0.98
        else GoAlong()
        if state.proceed
        else Pass(1)
    )


def overhear(listener: Listener):
    """The simulator's moves as `listener` hears them; put in the place of `compiler.runtime.moves.Run`."""
    return lambda model, config: listener.run(model, config)


def moment(model: Model, one: Heardout, true: frozenset[str]) -> Moment:
    """What was overheard as a rule's monitor takes it; `true`: what is true of an act's words."""
    names = true | frozenset(one.names)
    if one.home is not None:
        of = model.flows[one.home[0]].steps[one.home[1]]
        names |= {f"在 步骤 {of.name}", *(f"在 步骤 [{tag}]" for tag in of.tags)}
    return one.kind, one.depth, names


__all__ = ["Heardout", "Listener", "moment", "moves", "overhear", "play"]
