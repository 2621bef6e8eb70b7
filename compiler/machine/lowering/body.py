"""A step's lines, sorted by what they are, and small questions about them that lowering asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from compiler.machine import model as m
from dsl import nodes
from dsl.source import Span

LEAVING = (nodes.Go, nodes.End, nodes.Return)
ENDING = (nodes.End, nodes.Return)


@dataclass
class Body:
    """A step's lines, sorted by what they are."""

    acts: list[Any] = field(default_factory=list)
    ways: list[Any] = field(default_factory=list)
    handlers: list[nodes.Handler] = field(default_factory=list)
    timers: list[nodes.Timer] = field(default_factory=list)
    within: m.Amount | None = None
    opening: m.Amount | None = None
    gate: nodes.AtMost | None = None
    texts: dict[str, list[str]] = field(default_factory=lambda: {"goal": [], "tip": [], "source": [], "title": []})
    never_say: list[m.NeverSay] = field(default_factory=list)
    never_do: list[m.NeverDo] = field(default_factory=list)


@dataclass
class OutlineBuilder:
    """Takes down the lines of a step while its states are made; reactions and timers where the step waits for them."""

    lines: list[m.GuardedAct | m.Pause | m.GuardedCall] = field(default_factory=list)
    exits: tuple[m.Transition, ...] = ()
    reactions: tuple[m.Transition, ...] = ()
    timers: tuple[m.Transition, ...] = ()
    otherwise: m.Transition | None = None

    def acts(self, acts: Iterable[m.Act], guard: m.Guard = ()) -> None:
        """Acts of a state, or of a line under `guard`."""
        self.lines += (m.GuardedAct(guard + act.guard, act) for act in acts)

    def call(self, line: m.Transition) -> None:
        """A line that calls a sub-dialogue in the middle of the step."""
        self.acts(line.acts, line.guard)
        if line.call is not None:
            self.lines.append(m.GuardedCall(line.span, line.guard, line.call))
        self.acts(line.then, line.guard)

    def pause(self, span: Span, delay: int, reactions: tuple[m.Transition, ...]) -> None:
        """A wait, during which the step's reactions hold."""
        self.lines.append(m.Pause(span, delay))
        self.reactions = reactions

    def made(self) -> m.Outline:
        """What has been taken down."""
        return m.Outline(tuple(self.lines), self.exits, self.reactions, self.timers, self.otherwise)


def last(way: Any) -> Any:
    """The act of a way on that leaves the step."""
    return way.acts[-1] if isinstance(way, nodes.If) else way


def calls(line: Any) -> bool:
    """Whether a line of a step calls a sub-dialogue."""
    return any(isinstance(one, nodes.Call) for one in getattr(line, "acts", (line,)))


def is_silent(body: Body) -> bool:
    """Whether a step gives nobody anything to react to: it says nothing, asks nothing and waits for no event."""
    acts = (act for line in body.acts for act in getattr(line, "acts", (line,)))
    return not (body.handlers or body.timers) and not any(isinstance(act, nodes.Say | nodes.Ask) for act in acts)


def certain(ways: Iterable[Any]) -> bool:
    """Whether one of the ways on has no guard, so that there is always one to take."""
    return any(not isinstance(way, nodes.If) for way in ways)


def to(span: Span, target: int) -> m.Transition:
    """A transition taken at once."""
    return m.Transition(span, m.Trigger("always"), target=target)


def words(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of `texts`, each once, in order: `"S04 R01"` names two rows of a catalogue."""
    return tuple(dict.fromkeys(word for text in texts for word in text.replace("、", " ").replace(",", " ").split()))
