"""The copies of flows a chart is made of: one for each place a sub-dialogue is called from, with what follows its return.

A copy knows the copies it stands on, as a call's stack does; that is what makes every return, and every line that holds
in the whole call, a matter of looking it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from compiler.exports.parts import State
from compiler.machine.model import Flow, Transition
from dsl.frozen import replace


@dataclass(eq=False)
class Copy:
    """One copy of `flow`.

    below: the copy it was called from, or that its interruption came over; None for the scenario itself. at: the state
    there; -1 where that is not known, because the interruption may come over any state. key: the lines that led to the
    call, `line` what they amount to, `owner` the copy whose state its target is (None: the target is gone). box: where
    its states stand; hall: for a copy that can be interrupted, the state around `box` and all its interruptions, and
    memory the history that leads back.
    """

    flow: Flow
    below: Copy | None = None
    at: int = -1
    key: tuple[Transition, ...] = ()
    line: Transition | None = None
    owner: Copy | None = None
    box: State = field(default_factory=lambda: State(""))
    hall: State | None = None
    memory: str = ""
    places: dict[int, State] = field(default_factory=dict)
    switches: dict[tuple[int, str], tuple[str, str, str]] = field(default_factory=dict)

    @property
    def stack(self) -> Iterator[Copy]:
        """This copy and those below it, innermost first."""
        one: Copy | None = self
        while one is not None:
            yield one
            one = one.below

    @property
    def root(self) -> Copy | None:
        """The interruption this copy is part of; None outside any."""
        return next((one for one in self.stack if one.interrupts), None)

    @property
    def interrupts(self) -> bool:
        """Whether it is an interruption itself."""
        return self.below is not None and self.at < 0

    @property
    def anchor(self) -> Copy:
        """The nearest copy below, or this, whose hall holds the interruptions that can come over it."""
        return next(one for one in self.stack if one.hall is not None)

    @property
    def lines(self) -> Iterator[tuple[Transition, Copy]]:
        """The lines that hold in the whole call, innermost first, with the copy each belongs to."""
        for one in self.stack:
            for line in one.flow.anytime:
                yield line, one


def among(line: Transition, lines: tuple[Transition, ...]) -> bool:
    """Whether `line` is one of `lines`: that very line of the script, not one that reads alike."""
    return any(line is one for one in lines)


def joined(line: Transition, pending: Transition) -> Transition:
    """`line` as the answer to an event that the sub-dialogue of `pending` handed back.

    When it leads nowhere of its own, it goes on as `pending` would have after its call.
    """
    if line.target is not None:
        return line
    if line.call:
        return replace(line, then=(*line.then, *pending.then), target=pending.target)
    return replace(line, acts=(*line.acts, *pending.then), target=pending.target)
