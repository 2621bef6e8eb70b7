"""Where a line of a flow takes a call, and what is done on the way: the answer for all who look without playing.

A line that calls a sub-dialogue has not led anywhere yet. The sub-dialogue may come back plainly, and the call goes on behind
the line; or hand back an event, and then another line answers:

    步骤 核实
      调用 查身份, 说 "查好了。"     # the pending line; 查身份 comes back plainly or hands back 生气
      当 生气: 说 "抱歉。"           # answers, stays: then 查好了, and on to 道别
      当 沉默: 转 重来               # answers, leads elsewhere: 查好了 is never said
      转 道别

An answer may call a sub-dialogue itself, which may hand back the next event; lines that have answered in such a chain do not
answer again in it. `arrivals` goes along all of that once for every analysis: an analysis says what acts and sub-dialogues do
to whatever it keeps (`Walk`). Lines are told apart by identity, because a script may hold two that read alike.

What a line does on a real call is written in `compiler.machine.exploration.behaviour` and, for machines read from JSON, in
`compiler.runtime`; those two interpreters share no code, so that each is a test of the other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from compiler.machine.model import Flow, State, Transition
from dsl.frozen import replace

V = TypeVar("V")

Chain = tuple[Transition, ...]
"""Lines taken one after the other: the first, then each that answered what the sub-dialogue of the one before handed back."""


def rests(state: State) -> bool:
    """Whether a call waits at `state` for something to happen."""
    return state.kind in ("wait", "pause")


def own_lines(state: State) -> Iterator[Transition]:
    """The lines of `state` that can set a call in motion there.

    Those on events only where the call rests: elsewhere they stand for what a sub-dialogue called there may hand back.
    """
    waits = rests(state)
    return (one for one in state.transitions if waits or one.trigger.kind != "event")


def anytime_lines(flow: Flow, state: State) -> tuple[Transition, ...]:
    """The `全程` lines of `flow` that hold at `state`: where the call rests, or inside a sub-dialogue called from there."""
    return flow.anytime if rests(state) or any(one.call is not None for one in state.transitions) else ()


def fitting(lines: Iterable[Transition], event: str, chain: Chain = ()) -> Chain:
    """Those of `lines` that may answer `event`; none of `chain`, the lines that led to it."""
    return tuple(one for one in lines if one.trigger.event == event and not among(one, chain))


def answers(flow: Flow, state: State, event: str, chain: Chain = ()) -> Chain:
    """The lines that may answer `event` at `state`: its own; the `全程` lines of `flow` unless one of them always does."""
    own = fitting(state.transitions, event, chain)
    return own if surely_answered(own) else (*own, *fitting(flow.anytime, event, chain))


def surely_answered(lines: Iterable[Transition]) -> bool:
    """Whether one of `lines` answers whatever is known: it has no guard."""
    return any(not one.guard for one in lines)


def among(line: Transition, lines: Chain) -> bool:
    """Whether `line` is one of `lines`: that very line of the script, not one that reads alike."""
    return any(line is one for one in lines)


def joined(answer: Transition, pending: Transition) -> Transition:
    """`answer` as it is taken for an event that the sub-dialogue of `pending` handed back.

    When it leads nowhere of its own, it goes on as `pending` would have after its call.
    """
    if answer.target is not None:
        return answer
    if answer.call is not None:
        return replace(answer, then=(*answer.then, *pending.then), target=pending.target)
    return replace(answer, acts=(*answer.acts, *pending.then), target=pending.target)


# --- all that may come of a line ------------------------------------------------------------------------------------


class Walk(ABC, Generic[V]):
    """What an analysis of `flow` keeps along the lines of a call, and how lines change it. Values must be hashable."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def before(self, line: Transition, value: V, *, handed_back: bool) -> V:
        """`value` behind what `line` does up to its call. handed_back: the event of the line was handed back."""
        return value

    @abstractmethod
    def returns(self, line: Transition, value: V) -> Iterable[tuple[str | None, V]]:
        """Each way the sub-dialogue of `line` may come back: the event handed back (None: plainly), `value` behind it."""

    def behind(self, line: Transition, value: V) -> V:
        """`value` behind what `line` does after its call."""
        return value

    def unanswered(self, at: State | None, event: str, value: V) -> V:
        """`value` where no line of the flow answers `event`, so that one of a calling flow may."""
        return value

    def answers(self, at: State | None, event: str, chain: Chain) -> Sequence[tuple[State | None, Transition]]:
        """The lines that may answer `event` at `at`, each with where the call is then. Without `at`, see `arrivals`."""
        return () if at is None else [(at, one) for one in answers(self.flow, at, event, chain)]


class Arrival(NamedTuple, Generic[V]):
    """The end of a line that began at `at`.

    line: the last that was taken. target: the state the call goes to, by its own target or by that of a pending line
    behind which it goes on; None: the call stays where it is. value: what the analysis keeps on arrival.
    """

    at: State | None
    line: Transition
    target: int | None
    value: V


class _Taken(NamedTuple, Generic[V]):
    """A line that is being taken. pending: lines that it goes on behind if it stays, innermost first."""

    at: State | None
    line: Transition
    value: V
    chain: Chain
    onward: int | None
    pending: Chain


def arrivals(walk: Walk[V], at: State | None, line: Transition, value: V) -> Iterator[Arrival[V]]:
    """Every end that `line` may come to when a call with `value` takes it at `at`.

    at: None when it is taken from wherever the call rests; `walk.answers` then says which lines may answer.
    """
    if line.call is None:
        yield Arrival(at, line, line.target, walk.before(line, value, handed_back=False))
        return
    # The order in a chain makes no difference to what comes of it, and n lines that answer what the others' sub-dialogues
    # hand back can be taken in n! orders.
    seen: set[tuple[object, ...]] = set()
    open = [_take(walk, _Taken(at, line, value, (), None, ()), seen)]
    while open:
        made = next(open[-1], None)
        if made is None:
            open.pop()
        elif isinstance(made, Arrival):
            yield made
        else:
            open.append(_take(walk, made, seen))


def _take(walk: Walk[V], taken: _Taken[V], seen: set[tuple[object, ...]]) -> Iterator[Arrival[V] | _Taken[V]]:
    """The ends of one line, and the lines that may be taken next."""
    at, line, value, chain, onward, pending = taken
    value = walk.before(line, value, handed_back=bool(chain))
    if line.call is None:
        yield _end(walk, taken, value)
        return
    chain = (*chain, line)
    later = pending if not line.then else (line, *pending)
    for event, back in walk.returns(line, value):
        lines = () if event is None else walk.answers(at, event, chain)
        if at is None or not surely_answered(one for _, one in lines):
            plain = back if event is None else walk.unanswered(at, event, back)
            yield _end(walk, taken, walk.behind(line, plain))
        for where, answer in lines:
            stays = answer.target is None
            target = (onward if line.target is None else line.target) if stays else None
            then = later if stays else ()
            key = (id(answer), id(where), frozenset(map(id, chain)), back, target, tuple(map(id, then)))
            if key not in seen:
                seen.add(key)
                yield _Taken(where, answer, back, chain, target, then)


def _end(walk: Walk[V], taken: _Taken[V], value: V) -> Arrival[V]:
    target = taken.line.target
    if target is None:
        target = taken.onward
        for line in taken.pending:
            value = walk.behind(line, value)
    return Arrival(taken.at, taken.line, target, value)
