"""What may happen next to a call at rest."""

from __future__ import annotations

from itertools import product

from compiler.runtime.configuration import Configuration, Frame, Possible
from compiler.runtime.model import UNKNOWN, Model, State, Transition
from compiler.runtime.running import answering, holds
from compiler.runtime.timers import all_due

MOST = 4096
"""So many combinations of answers are tried to see whether the customer can go along; with more, that is assumed."""


def possible(model: Model, config: Configuration) -> tuple[Possible, ...]:
    """All that may happen at `config`: as the lines stand in the waiting step, then those of the whole call."""
    if config.outcome is not None:
        return ()
    top = config.frames[-1]
    state = model.states[top.state]
    due = {one.line.id: one.at for one in all_due(model, config)}
    found: list[Possible] = []
    for line in state.transitions:
        if line.kind == "event":
            found += _event(model, config, line, due)
        elif line.kind != "proceed":
            found += [Possible("time", delay=line.delay, at=due[line.id])] if line.id in due else []
        elif can_go_along(model, config):
            found.append(Possible("go-along", asks=_asks(model, state, top)))
    for frame in reversed(config.frames):
        for line in model.flows[model.states[frame.state].flow].lines:
            found += _event(model, config, line, due)
    return tuple(dict.fromkeys(found))


def _event(model: Model, config: Configuration, line: Transition, due: dict[int, int]) -> list[Possible]:
    answer = answering(model, config.frames, config.slots, line.event)
    return [Possible("event", line.event, answer[0].delay, due.get(answer[0].id, -1))] if answer is not None else []


def _asks(model: Model, state: State, top: Frame) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (model.slots[slot].name, model.slots[slot].options) for slot in state.proceed[0].fills if slot in top.asked
    )


def can_go_along(model: Model, config: Configuration) -> bool:
    """Whether the customer can go along at `config`: with some answers, some way on is open."""
    top = config.frames[-1]
    ways = model.states[top.state].proceed
    tested = {test.slot for way in ways for test in way.guard}
    slots = list(config.slots)
    choices: list[tuple[int, tuple[str, ...]]] = []
    count = 1
    for slot in ways[0].fills if ways else ():
        if slot not in top.asked:
            continue
        options = model.slots[slot].options
        if slot in tested and options:
            choices.append((slot, options))
            count *= len(options)
        else:
            slots[slot] = UNKNOWN
    if count > MOST:
        return True
    for values in product(*(options for _, options in choices)):
        for (slot, _), value in zip(choices, values, strict=True):
            slots[slot] = value
        if any(holds(way.guard, tuple(slots)) for way in ways):
            return True
    return False
