"""The most (or least) that going through one step says, over all wordings and all that its guards may find.

A step is gone through from top to bottom, as `compiler.machine.lowering.lower` has laid it out: acts, pauses, calls and
what stands behind them, and the way on that is taken. Reactions, timers and what sub-dialogues say are not the step's own.
Slots are filled on the way by the step's acts; in a pause, a sub-dialogue or the waiting at the end anybody may have filled
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product

from compiler.machine.guards import EMPTY, MOST, SOMETHING, holds
from compiler.machine.model import Act, Ask, Do, Flow, Guard, Phrase, Promise, Say, Slot, State, Step, Transition

Values = tuple[str, ...]


class StepSpeech:
    """What the steps of one flow say. weight: how much one wording counts."""

    def __init__(self, flow: Flow, slots: Mapping[str, Slot], weight: Callable[[Phrase], float], *, most: bool) -> None:
        self._flow = flow
        self._slots = slots
        self._weight = weight
        self._best: Callable[[Iterable[float]], float] = max if most else min
        self._names: tuple[str, ...] = ()
        self._asked: set[str] = set()
        self._known: dict[tuple[int, Values], float] = {}

    def of(self, step: Step) -> float:
        """How much `step` says. With too many values to try, every guarded sentence counts (for the least: none)."""
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
        return self._best(self._from(self._flow.states[step.entry], values) for values in product(*domains))

    def _domain(self, name: str) -> tuple[str, ...]:
        slot = self._slots.get(name)
        return slot.options if slot is not None and slot.options else (SOMETHING,)

    def _fixed(self, name: str) -> bool:
        slot = self._slots.get(name)
        return slot is not None and slot.known

    def _from(self, state: State, values: Values) -> float:
        """How much is said from `state` on."""
        key = (state.id, values)
        if key not in self._known:
            ways = tuple(_onward(state))
            if state.kind in ("wait", "pause"):
                answered = tuple(name for way in ways for name in way.fills if name in self._asked)
                every = (
                    after
                    for later in self._later(values, self._names)
                    for after in self._later(later, answered, surely=True)
                )
                self._known[key] = self._best(self._ways(state, ways, after) for after in dict.fromkeys(every))
            else:
                self._known[key] = self._acts(state.acts, values, lambda after: self._ways(state, ways, after))
        return self._known[key]

    def _ways(self, state: State, ways: tuple[Transition, ...], values: Values) -> float:
        """How much is said along the first of `ways` whose guard holds, and behind it."""
        found: list[float] = []
        for way in ways:
            holds_here = self._holds(way.guard, values)
            if holds_here is not False:
                found.append(self._along(state, way, values))
            if holds_here:
                break
        return self._best(found) if found else 0.0

    def _along(self, state: State, way: Transition, values: Values) -> float:
        def behind(after: Values) -> float:
            if way.call is None:
                return self._acts(way.then, after, onward)
            return self._best(self._acts(way.then, later, onward) for later in self._later(after, self._names))

        def onward(after: Values) -> float:
            target = None if way.target is None else self._flow.states[way.target]
            inside = target is not None and target.step == state.step and target.kind not in ("end", "return")
            goes_on = inside and target is not None and not target.begins
            return self._from(target, after) if goes_on and target is not None else 0.0

        return self._acts(way.acts, values, behind)

    def _acts(self, acts: tuple[Act, ...], values: Values, behind: Callable[[Values], float]) -> float:
        """How much is said by `acts` one after the other, and `behind` them."""
        if not acts:
            return behind(values)
        act, rest = acts[0], acts[1:]
        true = self._holds(act.guard, values)
        found: list[float] = []
        if true is not False:
            said = 0.0
            if isinstance(act, Say | Ask) and act.phrases:
                said = self._best(self._weight(phrase) for phrase in act.phrases)
            filled = act.fills if isinstance(act, Do) else (act.slot,) if isinstance(act, Promise) else ()
            found += [said + self._acts(rest, after, behind) for after in self._later(values, filled, surely=True)]
        if not true:
            found.append(self._acts(rest, values, behind))
        return self._best(found)

    def _later(self, values: Values, names: Iterable[str], *, surely: bool = False) -> Iterator[Values]:
        """The values when slots `names` may have been filled by then; surely: when they have been."""
        may = set(names)
        domains: list[tuple[str, ...]] = []
        for name, value in zip(self._names, values, strict=True):
            if name not in may or (self._fixed(name) and not surely):
                domains.append((value,))
            else:
                domains.append(tuple(dict.fromkeys((*(() if surely else (value,)), *self._domain(name)))))
        yield from product(*domains)

    def _holds(self, guard: Guard, values: Values) -> bool | None:
        """Whether `guard` holds; None when that is not looked at."""
        if not guard:
            return True
        return holds(guard, dict(zip(self._names, values, strict=True))) if self._names else None


def _guards(state: State) -> Iterator[Guard]:
    """The guards of what a state does itself and of its ways on."""
    for act in state.acts:
        yield act.guard
    for way in _onward(state):
        yield way.guard
        for act in (*way.acts, *way.then):
            yield act.guard


def _onward(state: State) -> Iterator[Transition]:
    """The ways on of a state: what a gate lets in; no reactions and no timers."""
    if state.kind == "gate":
        yield state.transitions[0]
        return
    kinds = {"act": "always", "wait": "proceed", "pause": "after"}
    for one in state.transitions:
        if one.trigger.kind == kinds.get(state.kind):
            yield one
