"""What time sets off: the next line that is due when nobody is heard, and all that may still be due.

Order of what is due at one moment, so that a call never depends on chance: what has run longest first; of those alike the
waiting state's own lines as they stand, then the lines of the whole call, innermost scenario first, as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from compiler.runtime.configuration import Configuration, Moment
from compiler.runtime.model import Model, State, Transition
from compiler.runtime.running import answering, holds


class Due(NamedTuple):
    """`line` goes off at the moment `when`; it belongs to `level`."""

    when: Moment
    line: Transition
    level: int

    @property
    def at(self) -> int:
        """When, in ms since the call began."""
        return self.when[0]


def next_due(model: Model, config: Configuration, *, heard: bool = False) -> Due | None:
    """What goes off first when time passes and nothing is heard; None when nothing ever does.

    With `heard`, the customer is heard all the time: what must last does not happen.
    """
    first: Due | None = None
    for one in all_due(model, config):
        if heard and one.line.kind == "event":
            continue
        if first is None or one.when < first.when:
            first = one
    return first


def all_due(model: Model, config: Configuration) -> Iterator[Due]:
    """All that time would set off at `config`, each with the first moment at which it would, in no order."""
    frames = config.frames
    if config.outcome is not None:
        return
    state = model.states[frames[-1].state]
    top = len(frames) - 1
    if state.timed:
        yield from _timers(state, config, top)
    events = state.delayed
    for frame in reversed(frames):
        delayed = model.flows[model.states[frame.state].flow].delayed
        if delayed:
            events = tuple(dict.fromkeys((*events, *delayed)))
    for event in events:
        found = answering(model, frames, config.slots, event)
        if found is not None and found[0].delay:
            line, level = found
            near = top - level + 1 if line.anytime else 0
            when = (config.quiet + line.delay, -line.delay, near, line.order)
            if when > config.last:  # or else its time was over when its test did not hold yet
                yield Due(when, line, level)


def _timers(state: State, config: Configuration, top: int) -> Iterator[Due]:
    """The lines that count from when this waiting began; of two alike, the first whose test holds."""
    last = config.last
    seen: set[tuple[str, int]] = set()
    for line in state.timed:
        if (line.kind, line.delay) in seen or not holds(line.guard, config.slots):
            continue
        seen.add((line.kind, line.delay))
        at = config.since + line.delay
        if line.kind == "every" and last[0] > at:
            at += (last[0] - at) // line.delay * line.delay
        if (at, -line.delay, 0, line.order) <= last:
            if line.kind == "after":
                continue
            at += line.delay
        yield Due((at, -line.delay, 0, line.order), line, top)
