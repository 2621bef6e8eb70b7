"""Random calls on a machine, played by our own simulator: what other engines must do alike, step by step.

A call is a list of inputs, each with what the agent says and does because of it and where the call then rests.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from compiler.machine.model import Machine
from compiler.machine.to_json import machine_document
from compiler.runtime import Fill, GoAlong, Happens, Heard, Model, Pass, Refused, load
from compiler.runtime.configuration import Configuration, Outcome
from compiler.runtime.model import Wording
from compiler.runtime.moves import begin, step
from compiler.runtime.timers import all_due

Input = tuple[str, ...]
"""("begin",), ("known", slot, value), ("fill", slot, value), ("event", name), ("proceed",), ("heard",), ("pass", ms)."""


class Turn(NamedTuple):
    """An input; what is then said and done, (label, text) each; where the call rests: (scenario, state), () when ended."""

    given: Input
    lines: tuple[tuple[str, str], ...]
    rest: tuple[str, ...]


def model_of(machine: Machine) -> Model:
    return load(machine_document(machine))


def random_call(model: Model, seed: int, most: int = 14) -> list[Turn]:
    """A call of at most `most` inputs that bring something about, and what is heard and filled between them."""
    chance = random.Random(seed)
    return list(_turns(model, chance, most))


def _turns(model: Model, chance: random.Random, most: int) -> Iterator[Turn]:
    known = {}
    for slot in model.slots:
        if slot.known and slot.options:
            known[slot.name] = chance.choice(slot.options)
            yield Turn(("known", slot.name, known[slot.name]), (), ("idle",))
    made = begin(model, known)
    config = Configuration((), (0,) * model.gates, (), ())
    if isinstance(made, Refused):  # a system would have to answer before anybody could have been asked
        return
    yield _turn(model, ("begin",), made)
    config = made.configuration
    for _ in range(most):
        if config.outcome is not None:
            return
        given = _choose(model, config, chance)
        made = step(model, config, given)
        while isinstance(made, Refused) and made.kind == "answer-missing":
            value = chance.choice(made.options)
            filled = step(model, config, Fill(made.slot, value))
            if isinstance(filled, Refused):  # known before the call, and asked for all the same
                return
            config = filled.configuration
            yield _turn(model, ("fill", made.slot, value), filled)
            made = step(model, config, given)
        if isinstance(made, Refused):
            continue
        yield _turn(model, _input(given), made)
        config = made.configuration


def _choose(model: Model, config: Configuration, chance: random.Random) -> Happens | GoAlong | Heard | Pass | Fill:
    """What happens next: mostly something that is answered here, sometimes time that just runs out or just does not."""
    dice = chance.random()
    if dice < 0.08:
        return Heard()
    if dice < 0.16:
        options = [slot for slot in model.slots if slot.options and not slot.known]
        if options:
            slot = chance.choice(options)
            return Fill(slot.name, chance.choice(slot.options))
    if dice < 0.5:
        due = sorted(one.at - config.clock for one in all_due(model, config) if one.at >= config.clock)
        if due:
            return Pass(max(0, chance.choice(due) + chance.choice((-1, 0, 0, 1, 1237))))
        return Pass(chance.choice((1, 1237, 7001)))
    if dice < 0.72:
        return GoAlong()
    state = model.states[config.frames[-1].state]
    events = [line.event for line in state.transitions if line.event]
    for frame in config.frames:
        events += [line.event for line in model.flows[model.states[frame.state].flow].lines]
    return Happens(chance.choice(events)) if events else GoAlong()


def _input(given: object) -> Input:
    match given:
        case Happens():
            return ("event", given.event)
        case GoAlong():
            return ("proceed",)
        case Pass():
            return ("pass", str(given.milliseconds))
        case Fill():
            return ("fill", given.slot, given.value)
        case _:
            return ("heard",)


def worded(wording: Wording) -> str:
    """The wording as exports write it: slots as `{name}`, or `{name 末4位}` where the last four characters alone are said."""
    tails = ("" if isinstance(part, str) or not part.tail else f" 末{part.tail}位" for part in wording.parts)
    return "".join(
        part if isinstance(part, str) else f"{{{part.name}{tail}}}"
        for part, tail in zip(wording.parts, tails, strict=True)
    )


def _turn(model: Model, given: Input, made: Outcome) -> Turn:
    lines = []
    for one in made.happenings:
        act = one.act
        if one.kind == "end":
            lines.append(("end", one.outcome))
        elif act is not None:
            texts = {"do": act.action, "promise": model.slots[act.slots[0]].name if act.slots else ""}
            lines.append((act.kind, texts.get(act.kind) or (worded(act.wordings[0]) if act.wordings else "")))
    config = made.configuration
    if config.outcome == "":
        lines.append(("end", ""))
    if config.outcome is not None:
        return Turn(given, tuple(lines), ())
    state = model.states[config.frames[-1].state]
    return Turn(given, tuple(lines), (model.flows[state.flow].scenario, state.name))
