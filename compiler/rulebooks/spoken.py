"""Maximum (or minimum) amount of speech in a step, over every wording and every outcome of the guards.

A step runs from top to bottom, as laid out by `compiler.machine.lowering.lower`: acts, pauses, calls with the statements
after the call, and the exit taken. Reactions, timers and the speech of sub-dialogues do not count for the step. The acts
of the step fill slots on the way; during a pause, a sub-dialogue or the final waiting, slots may be filled from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import product

from compiler.machine.guards import EMPTY, MOST, SOMETHING, holds
from compiler.machine.model import Act, Ask, Do, Flow, Guard, Phrase, Promise, Say, Slot, State, Step, Transition

Values = tuple[str, ...]
_Work = Generator["_Work", float, float]
"""Yields what has to be worked out first, is sent what comes of it, and returns a sum."""


def _done(work: _Work) -> float:
    """Return the result of `work`, on an explicit stack: a step may have too many lines for recursion."""
    open, value = [work], None
    while open:
        try:
            first = open[-1].send(value)  # type: ignore[arg-type]
        except StopIteration as finished:
            open.pop()
            value = finished.value
        else:
            open.append(first)
            value = None
    return float(value or 0.0)


class StepSpeech:
    """The amount of speech in the steps of a flow; `weight` is the amount of a wording."""

    def __init__(self, flow: Flow, slots: Mapping[str, Slot], weight: Callable[[Phrase], float], *, most: bool) -> None:
        self._flow = flow
        self._slots = slots
        self._weight = weight
        self._best: Callable[[Iterable[float]], float] = max if most else min
        self._names: tuple[str, ...] = ()
        self._asked: set[str] = set()
        self._known: dict[tuple[int, Values], float] = {}

    def of(self, step: Step) -> float:
        """Return the amount for `step`; with too many slot values, every guarded sentence counts (for the minimum: none)."""
        names = {test.slot for id in step.states for guard in _guards(self._flow.states[id]) for test in guard}
        self._names = tuple(sorted(names))
        self._known = {}
        asks = (act for id in step.states for act in self._flow.states[id].acts if isinstance(act, Ask))
        self._asked = {name for act in asks if not act.guard for name in act.slots}
        count = 1
        for name in self._names:
            count *= len(self._domain(name)) + 1
        if count > MOST:
            self._names = ()
        domains = [(*self._domain(name), *(() if self._fixed(name) else (EMPTY,))) for name in self._names]
        entry = self._flow.states[step.entry]
        return self._best(_done(self._from(entry, values)) for values in product(*domains))

    def _domain(self, name: str) -> tuple[str, ...]:
        slot = self._slots.get(name)
        return slot.options if slot is not None and slot.options else (SOMETHING,)

    def _fixed(self, name: str) -> bool:
        slot = self._slots.get(name)
        return slot is not None and slot.known

    def _from(self, state: State, values: Values) -> _Work:
        """Return the amount from `state` onwards."""
        key = (state.id, values)
        if key not in self._known:
            exits = tuple(_onward(state))
            if state.kind in ("wait", "pause"):
                answered = tuple(name for one in exits for name in one.fills if name in self._asked)
                reached = {
                    after: 0.0
                    for later in self._later(values, self._names)
                    for after in self._later(later, answered, surely=True)
                }
            else:
                reached = self._said(state.acts, values)
            found: list[float] = []
            for after, said in reached.items():
                found.append(said + (yield self._exits(state, exits, after)))
            self._known[key] = self._best(found)
        return self._known[key]

    def _exits(self, state: State, exits: tuple[Transition, ...], values: Values) -> _Work:
        """Return the amount along and after the first of `exits` whose guard holds."""
        found: list[float] = []
        for one in exits:
            holds_here = self._holds(one.guard, values)
            if holds_here is not False:
                found.append((yield self._along(state, one, values)))
            if holds_here:
                break
        return self._best(found) if found else 0.0

    def _along(self, state: State, exit: Transition, values: Values) -> _Work:
        """Return the amount along and after `exit`, within the step."""
        target = None if exit.target is None else self._flow.states[exit.target]
        if target is not None and (target.step != state.step or target.begins or target.kind in ("end", "return")):
            target = None
        found: list[float] = []
        for after, before in self._said(exit.acts, values).items():
            for later in (after,) if exit.call is None else self._later(after, self._names):
                for end, behind in self._said(exit.then, later).items():
                    onward = 0.0 if target is None else (yield self._from(target, end))
                    found.append(before + behind + onward)
        return self._best(found)

    def _said(self, acts: tuple[Act, ...], values: Values) -> dict[Values, float]:
        """Return the amount said by `acts` in sequence, by slot values afterwards."""
        sums = {values: 0.0}
        for act in acts:
            said = 0.0
            if isinstance(act, Say | Ask) and act.phrases:
                said = self._best(self._weight(phrase) for phrase in act.phrases)
            filled = act.fills if isinstance(act, Do) else (act.slot,) if isinstance(act, Promise) else ()
            after: dict[Values, float] = {}
            for now, total in sums.items():
                true = self._holds(act.guard, now)
                for later in self._later(now, filled, surely=True) if true is not False else ():
                    after[later] = self._best((total + said, after.get(later, total + said)))
                if not true:
                    after[now] = self._best((total, after.get(now, total)))
            sums = after
        return sums

    def _later(self, values: Values, names: Iterable[str], *, surely: bool = False) -> Iterator[Values]:
        """Yield the slot values when slots `names` may have been filled; `surely`: have been filled."""
        may = set(names)
        domains: list[tuple[str, ...]] = []
        for name, value in zip(self._names, values, strict=True):
            if name not in may or (self._fixed(name) and not surely):
                domains.append((value,))
            else:
                domains.append(tuple(dict.fromkeys((*(() if surely else (value,)), *self._domain(name)))))
        yield from product(*domains)

    def _holds(self, guard: Guard, values: Values) -> bool | None:
        """Whether `guard` holds; None where not evaluated."""
        if not guard:
            return True
        return holds(guard, dict(zip(self._names, values, strict=True))) if self._names else None


def _guards(state: State) -> Iterator[Guard]:
    """Yield the guards of the acts and of the exits of a state."""
    for act in state.acts:
        yield act.guard
    for way in _onward(state):
        yield way.guard
        for act in (*way.acts, *way.then):
            yield act.guard


def _onward(state: State) -> Iterator[Transition]:
    """Yield the exits of a state: the admitting branch of a gate; no reactions, no timers."""
    if state.kind == "gate":
        yield state.transitions[0]
        return
    kinds = {"act": "always", "wait": "proceed", "pause": "after"}
    for one in state.transitions:
        if one.trigger.kind == kinds.get(state.kind):
            yield one
