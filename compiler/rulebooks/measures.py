"""Limits `限制 MEASURE 至多|至少 AMOUNT [于 P]`: the subject of every measure and the places that exceed a limit.

The measured value is the worst case over every call: the longest selectable wording and every combination of values
allowed by the guards; for `至少` the shortest. An unbounded value (a step without `时限`) breaks a `至多` when the limit
names the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from compiler.machine.exploration.configuration import Move
from compiler.machine.model import Act, Amount, Ask, Flow, Machine, Phrase, Promise, Say, State, Step
from compiler.machine.speech import slot_lengths, spoken_length
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.path_lengths import UNBOUNDED, call_length
from compiler.rulebooks.spoken import StepSpeech
from dsl import syntax
from dsl.diagnostics import Words
from dsl.frozen import Node
from dsl.keywords import MEASURES, UNIT_BY_ID
from dsl.source import Span

DAY = 86_400_000


NO_LIMIT = Words("没有上限", "no limit")
"""The value of what nothing bounds, and of a line that is not there."""


class LimitViolation(Node, frozen=True):
    """A place that exceeds a limit: step, measured element and measured value."""

    span: Span
    flow: int
    step: str
    what: str
    value: Words


class LimitChecker:
    """Limit checker for one machine; `working_day` is the length of a working day in milliseconds."""

    def __init__(self, machine: Machine, atoms: Atoms, working_day: int) -> None:
        self.machine = machine
        self.atoms = atoms
        self.working_day = working_day
        self._lengths = slot_lengths(machine)
        self._slots = {slot.name: slot for slot in machine.slots}
        self._rate = machine.speech_rate

    def beyond(self, limit: syntax.Limit, within: Bits) -> tuple[LimitViolation, ...] | None:
        """Return the places of the machine that break `limit`, or None when nothing can be measured.

        Args:
            limit: a limit with a known measure and an amount of the dimension of the measure.
            within: the atoms named by `于`; 0 for the whole machine.
        """
        measure = MEASURES[limit.measure.text.casefold()]
        wanted = Amount(limit.amount.number, limit.amount.unit.id, limit.amount.base)
        # An empty `measured` yields None, an empty violation tuple means the limit is kept: a limit on promises
        # for a script without promises has nothing to check, which is different from being satisfied.
        measured = tuple(_SOURCES[measure](self, limit.at_most, within))
        return (
            tuple(
                LimitViolation(span, flow, step, what, _said(value, limit.amount.unit.id))
                for span, flow, step, what, value in measured
                if self._breaks(value, wanted, limit.at_most)
            )
            if measured
            else None
        )

    def _breaks(self, value: Amount | float, wanted: Amount, at_most: bool) -> bool:
        if not isinstance(value, Amount):
            return value > wanted.base if at_most else value < wanted.base
        dimensions = {UNIT_BY_ID[value.unit].dimension, UNIT_BY_ID[wanted.unit].dimension}
        if not dimensions <= {"time", "worktime"} and len(dimensions) == 2:
            return False  # rings are not compared with seconds
        if len(dimensions) == 1:
            return value.base > wanted.base if at_most else value.base < wanted.base
        return (
            self._longest(value) > self._shortest(wanted) if at_most else self._shortest(value) < self._longest(wanted)
        )

    def _longest(self, amount: Amount) -> int:
        """Return the longest duration in ms: n working days end at most n days later, days off not counted."""
        return amount.base * DAY if amount.unit == "workday" else amount.base

    def _shortest(self, amount: Amount) -> int:
        """Return the shortest duration in ms: n working days from opening time end when day n closes."""
        return (amount.base - 1) * DAY + self.working_day if amount.unit == "workday" else amount.base

    # --- what there is to measure -----------------------------------------------------------------------------------

    def _steps(self, within: Bits) -> Iterator[tuple[int, Flow, Step]]:
        for number, flow in enumerate(self.machine.flows):
            for step in flow.steps:
                if not within or self._is(flow, step, within):
                    yield number, flow, step

    def _is(self, flow: Flow, step: Step, within: Bits) -> bool:
        bits = self.atoms.step(flow, step.index)
        for tag in self.atoms.tags(flow, step.index):
            bits |= tag
        return bool(bits & within)

    def _acts(self, within: Bits) -> Iterator[tuple[int, str, Act, Bits]]:
        """Yield every action with flow, step and true atoms."""
        for number, flow in enumerate(self.machine.flows):
            for state in flow.states:
                step = flow.step_of(state)
                inside = step is not None and bool(within) and self._is(flow, step, within)
                name = step.name if step is not None else ""
                for act in (*state.acts, *(act for one in state.transitions for act in (*one.acts, *one.then))):
                    true = within if inside else 0
                    for choice in self.atoms.act(act, flow):
                        true |= choice
                    yield number, name, act, true
            for one in flow.anytime:
                for act in (*one.acts, *one.then):
                    true = 0
                    for choice in self.atoms.act(act, flow):
                        true |= choice
                    yield number, "", act, true

    def phrase_characters(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the number of spoken characters per phrase."""
        for flow, step, act, true in self._acts(within):
            if isinstance(act, Say | Ask) and (not within or true & within):
                for phrase in act.phrases:
                    place = act.span if phrase.bank else phrase.span
                    yield place, flow, step, phrase.text, float(spoken_length(phrase, self._lengths))

    def promised_time(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the deadline per promise."""
        for flow, step, act, true in self._acts(within):
            if isinstance(act, Promise) and (not within or true & within):
                yield act.span, flow, step, act.slot, act.deadline

    def step_speech(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the speaking time per step."""
        for number, flow, step in self._steps(within):
            yield step.span, number, step.name, step.name, self._most(flow, step, at_most, self._milliseconds)

    def step_phrases(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the number of phrases per step."""
        for number, flow, step in self._steps(within):
            yield step.span, number, step.name, step.name, self._most(flow, step, at_most, lambda _: 1.0)

    def waiting(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the silent waiting time: a pause, or the delay until the first `超过` or `每`."""
        for number, flow, step in self._steps(within):
            for id in step.states:
                state = flow.states[id]
                if state.kind == "pause" or (state.kind == "wait" and (within or _timers(state))):
                    first = min(_timers(state), default=UNBOUNDED)
                    yield state.span if state.kind == "pause" else step.span, number, step.name, step.name, first

    def retries(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the maximum number of entries per step, where declared."""
        for number, _, step in self._steps(within):
            if step.at_most is not None:
                yield step.span, number, step.name, step.name, float(step.at_most)

    def step_limit(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the `时限` per step."""
        for number, _, step in self._steps(within):
            if step.within is not None or within:
                yield step.span, number, step.name, step.name, step.within or UNBOUNDED

    def opening(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the `开口` per step."""
        for number, _, step in self._steps(within):
            if step.opening is not None or within:
                yield step.span, number, step.name, step.name, step.opening or UNBOUNDED

    def call_speech(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the speaking time of the agent per call."""
        yield self._call(at_most, lambda move: sum(self._spoken(one.act, at_most) for one in move.happenings))

    def turns(self, at_most: bool, within: Bits) -> Iterator[_Measured]:
        """Yield the number of transitions per call."""
        yield self._call(at_most, lambda move: float(move.transition is not None))

    def _call(self, at_most: bool, weight: Callable[[Move], float]) -> _Measured:
        value = call_length(self.machine, weight, longest=at_most)
        return self.machine.main.span, 0, "", self.machine.name, value

    # --- how long ---------------------------------------------------------------------------------------------------

    def _milliseconds(self, phrase: Phrase) -> float:
        return spoken_length(phrase, self._lengths) * 60_000 / self._rate

    def _spoken(self, act: Act | None, at_most: bool) -> float:
        if not isinstance(act, Say | Ask) or not act.phrases:
            return 0.0
        times = map(self._milliseconds, act.phrases)
        return max(times) if at_most else min(times)

    def _most(self, flow: Flow, step: Step, at_most: bool, weight: Callable[[Phrase], float]) -> float:
        """Return the maximum (or minimum) a step says, over the slot values tested by guards and over the wordings."""
        return StepSpeech(flow, self._slots, weight, most=at_most).of(step)


_Measured = tuple[Span, int, str, str, Amount | float]
"""(place, flow, step, what is measured, how much): times in ms, or an amount as written."""

_SOURCES: Mapping[str, Callable[[LimitChecker, bool, Bits], Iterator[_Measured]]] = {
    "phrase-characters": LimitChecker.phrase_characters,
    "step-speech": LimitChecker.step_speech,
    "call-speech": LimitChecker.call_speech,
    "waiting": LimitChecker.waiting,
    "promised-time": LimitChecker.promised_time,
    "turns": LimitChecker.turns,
    "retries": LimitChecker.retries,
    "step-phrases": LimitChecker.step_phrases,
    "step-limit": LimitChecker.step_limit,
    "opening": LimitChecker.opening,
}


def _timers(state: State) -> list[float]:
    return [float(one.trigger.delay) for one in state.transitions if one.trigger.kind in ("after", "every")]


def _said(value: Amount | float, unit: str) -> Words:
    """Format a measured value, in the unit of the limit where the value has no unit."""
    if value == UNBOUNDED:
        return NO_LIMIT
    if isinstance(value, Amount):
        row, number = UNIT_BY_ID[value.unit], value.number
    else:
        row = UNIT_BY_ID[unit]
        number = f"{value / row.per:.1f}".rstrip("0").rstrip(".")
    return row.amount(number)
