"""One move of a call: a pure function from a configuration and an input to where the call then rests, and what happened.

What each input means, and what a clock adds to docs/language.md, is in docs/embedding.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.runtime import refusals
from compiler.runtime.configuration import (
    NEVER,
    Configuration,
    Fill,
    GoAlong,
    Happening,
    Happens,
    Input,
    Outcome,
    Pass,
    Refused,
)
from compiler.runtime.model import UNKNOWN, Model, Slots
from compiler.runtime.possible import possible
from compiler.runtime.running import MOST, Run, Stop, answering, holds, with_value
from compiler.runtime.timers import all_due, next_due
from dsl.frozen import replace


def begin(
    model: Model, known: Mapping[str, str] | None = None, ahead: Mapping[str, str] | None = None
) -> Outcome | Refused:
    """The beginning of a call: where it first rests. `known` are slots filled beforehand, `ahead` answers given ahead.

    Any slot but a promise's may be. One declared as known beforehand that is not given is the first of its options; where
    it has none, filled with `UNKNOWN`.
    """
    slots: list[str | None] = [
        (slot.options[0] if slot.options else UNKNOWN) if slot.known else None for slot in model.slots
    ]
    for name, value in (known or {}).items():
        refused = _unfillable(model, name, value)
        if refused is not None:
            return refused
        slots[model.slot_index[name]] = value
    empty: Slots = (None,) * len(slots)
    start = Configuration((), (0,) * model.gates, tuple(slots), empty)
    for name, value in (ahead or {}).items():
        filled = _fill(model, start, Fill(name, value))
        if isinstance(filled, Refused):
            return filled
        start = filled.configuration
    run = Run(model, start)
    try:
        run.begin(0)
    except Stop as stop:
        return stop.refused
    return run.finish(heard=True)


def step(model: Model, config: Configuration, given: Input) -> Outcome | Refused:
    """What comes of `given` at `config`. Changes neither; the same arguments always give the same result.

    A refusal leaves the call where it was, and says what may happen instead.
    """
    made = _step(model, config, given)
    return replace(made, possible=possible(model, config)) if isinstance(made, Refused) else made


def wait(model: Model, config: Configuration, milliseconds: int) -> Outcome | Refused:
    """What comes of so much time, as a dialogue's `经过` means it.

    While the agent waits for a time that is over within it (超过, 每, 等待), the customer is heard; otherwise nobody is.
    """
    if config.outcome is not None:
        return step(model, config, Pass(milliseconds))
    end = config.clock + milliseconds
    happenings: list[Happening] = []
    taken: list[int] = []
    repeats = _Repeats(model)
    while config.clock < end and not _over(config):
        timer, anything = next_due(model, config, heard=True), next_due(model, config)
        if timer is not None and timer.at <= end:
            given = Pass(timer.at - config.clock, heard=True)
        else:
            given = Pass((end if anything is None else min(anything.at, end)) - config.clock)
        made = step(model, config, given)
        if isinstance(made, Refused):
            return made
        happenings += made.happenings
        taken += made.taken
        config = made.configuration
        if len(taken) >= MOST:
            if (later := repeats.skipped(config, end)) is None:
                return refusals.endless()
            config = later
    return Outcome(config, tuple(happenings), tuple(taken))


class _Repeats:
    """Finds out that a long wait only repeats itself, and passes over whole rounds of it.

    `每 20秒 说 "请稍等"` says the same for as long as a dialogue waits, be it a week. What will happen depends on what is due
    and how soon, and on nothing else that time changes; when this comes again, so does all between.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._seen: dict[tuple[object, ...], Configuration] = {}

    def skipped(self, config: Configuration, end: int) -> Configuration | None:
        """`config` moved on by as many rounds as fit before `end`; None where the call goes round without time passing."""
        due = sorted((one.at - config.clock, one.when[1:], one.level) for one in all_due(self._model, config))
        key = (config.frames, config.gates, config.slots, config.ready, tuple(due))
        before = self._seen.get(key)
        if before is None:
            self._seen[key] = config
            return config if len(self._seen) < MOST else None
        round_ = config.clock - before.clock
        if not round_:
            return None
        self._seen.clear()
        ahead = (end - config.clock) // round_ * round_
        return config._replace(
            clock=config.clock + ahead,
            since=config.since + ahead * (config.since != before.since),
            quiet=config.quiet + ahead * (config.quiet != before.quiet),
            last=config.last if config.last == NEVER else (config.last[0] + ahead, *config.last[1:]),
        )


def _over(config: Configuration) -> bool:
    return config.outcome is not None


def _step(model: Model, config: Configuration, given: Input) -> Outcome | Refused:
    if config.outcome is not None:
        return refusals.ended(config.outcome)
    try:
        if isinstance(given, Happens):
            found = answering(model, config.frames, config.slots, given.event)
            if found is None:
                return refusals.unknown_event(given.event)
            run = Run(model, config)
            run.take(*found)
            return run.finish(heard=True)
        if isinstance(given, GoAlong):
            return _go_along(model, config, given)
        if isinstance(given, Pass):
            return _pass(model, config, given)
        if isinstance(given, Fill):
            return _fill(model, config, given)
        return Outcome(config._replace(quiet=config.clock), ())
    except Stop as stop:
        return stop.refused


def _go_along(model: Model, config: Configuration, given: GoAlong) -> Outcome | Refused:
    for slot, value in given.answers:
        filled = _fill(model, config, Fill(slot, value))
        if isinstance(filled, Refused):
            return filled
        config = filled.configuration
    top = config.frames[-1]
    ways = model.states[top.state].proceed
    if not ways:
        return refusals.cannot_go_along()
    run = Run(model, config)
    if top.asked:
        run.answer([slot for slot in ways[0].fills if slot in top.asked])
    for way in ways:
        if holds(way.guard, run.slots):
            run.take(way, len(config.frames) - 1)
            return run.finish(heard=True)
    return refusals.no_way_on()


def _fill(model: Model, config: Configuration, given: Fill) -> Outcome | Refused:
    refused = _unfillable(model, given.slot, given.value)
    if refused is not None:
        return refused
    number = model.slot_index[given.slot]
    return Outcome(config._replace(ready=with_value(config.ready, number, given.value)), ())


def _unfillable(model: Model, name: str, value: str) -> Refused | None:
    """Why the slot `name` cannot hold `value`; None when it can."""
    number = model.slot_index.get(name, -1)
    if number < 0:
        return refusals.no_slot(model, name)
    slot = model.slots[number]
    if slot.type == "deadline":
        return refusals.fixed(slot)
    return refusals.no_option(slot, value) if slot.options and value not in slot.options else None


def _pass(model: Model, config: Configuration, given: Pass) -> Outcome | Refused:
    """Let time pass: whatever is due goes off, the earliest first."""
    end = config.clock + max(0, given.milliseconds)
    happened: list[Happening] = []
    taken: list[int] = []
    repeats = _Repeats(model)
    while True:
        if len(taken) >= MOST:
            if (later := repeats.skipped(config, end)) is None:
                return refusals.endless()
            config = later
        due = next_due(model, config, heard=given.heard)
        if due is None or due.at > end:
            config = config._replace(clock=end, quiet=end if given.heard else config.quiet)
            return Outcome(config, tuple(happened), tuple(taken))
        run = Run(model, config._replace(clock=max(config.clock, due.at)))
        run.take(due.line, due.level)
        made = run.finish(heard=given.heard or due.line.kind == "event", last=due.when)
        happened += made.happenings
        taken += made.taken
        config = made.configuration
        if config.outcome is not None:  # the rest of the time passes after the call
            return Outcome(config, tuple(happened), tuple(taken))
