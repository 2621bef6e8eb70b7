"""Watching one rule along one call: what a move does to the rule's monitor, and the moment that breaks the rule."""

from __future__ import annotations

from typing import NamedTuple

from compiler.machine.exploration.configuration import Happening, Move
from compiler.machine.model import Machine
from compiler.rulebooks.book import Bound
from compiler.rulebooks.tracks import Tracks


class Danger(NamedTuple):
    """Where a rule stands.

    bit: see `compiler.rulebooks.effects`. owing: the frames, from the bottom of the stack, whose step has yet to have its P.
    """

    bit: bool
    owing: frozenset[int] = frozenset()

    def covers(self, other: Danger) -> bool:
        """Whether whatever breaks the rule from `other` breaks it from here as well."""
        return self.bit >= other.bit and self.owing >= other.owing


class Breach(NamedTuple):
    """The happening of a move at which a rule is broken (-1: the event that set the move off)."""

    happening: int
    where: Happening | None


class Watched(NamedTuple):
    """What a move did: where the rule stands after it, its breach, and the wordings chosen that are not the first."""

    danger: Danger
    breach: Breach | None
    choices: tuple[tuple[int, int], ...]


class Watch:
    """The monitor of one rule over the calls of one machine.

    Of several wordings the agent may choose, the one that serves the rule worst is taken; that is exact, because what can
    happen next does not depend on the wording.
    """

    def __init__(self, machine: Machine, line: Bound, tracks: Tracks) -> None:
        self.line = line
        self._atoms = tracks.atoms
        self._effects = tracks.effects
        self._flows = machine.flows
        self._local = line.form == "step-has"
        self._steps: dict[int, int] = {}
        for flow in machine.flows:
            for state in flow.states:
                step = tracks.atoms.step(flow, state.step)
                for one in state.transitions:
                    for thing in (one, *one.acts, *one.then):
                        self._steps[id(thing)] = step
                for act in state.acts:
                    self._steps[id(act)] = step

    def start(self) -> Danger:
        """Where the rule stands before a call."""
        return Danger(bool(self._effects.start >> self.line.index & 1))

    def move(self, danger: Danger, move: Move) -> Watched:
        """Follow one move; stops at a breach."""
        chosen: list[tuple[int, int]] = []
        transition = move.transition
        if transition is not None and transition.trigger.event is not None:
            atoms = self._atoms.event(transition.trigger.event)
            danger, broken, _ = self._moment(danger, (atoms,), self._steps.get(id(transition), 0))
            if broken:
                return Watched(danger, Breach(-1, None), ())
        for number, one in enumerate(move.happenings):
            danger, broken, choice = self._happen(danger, one)
            if choice:
                chosen.append((number, choice))
            if broken:
                return Watched(danger, Breach(number, one), tuple(chosen))
        return Watched(danger, None, tuple(chosen))

    def _happen(self, danger: Danger, one: Happening) -> tuple[Danger, bool, int]:
        atoms, flow = self._atoms, self._flows[one.flow]
        match one.kind:
            case "act":
                assert one.act is not None
                return self._moment(danger, atoms.act(one.act, flow), self._steps.get(id(one.act), 0))
            case "enter":
                return self._enter(danger, one)
            case "fill":
                return self._moment(danger, (atoms.filled(one.names),), self._step(one))
            case "call":
                return self._moment(danger, (atoms.called(one.names[0]),), self._step(one))
            case "leave":
                return Danger(danger.bit, frozenset(frame for frame in danger.owing if frame < one.depth)), False, 0
            case "return":
                return danger, one.depth in danger.owing, 0
            case "end":
                danger, broken, _ = self._moment(danger, (atoms.end(one.outcome or ""),), self._step(one))
                return danger, broken or one.depth in danger.owing, 0

    def _step(self, one: Happening) -> int:
        return self._atoms.step(self._flows[one.flow], one.step)

    def _enter(self, danger: Danger, one: Happening) -> tuple[Danger, bool, int]:
        flow = self._flows[one.flow]
        step = self._atoms.step(flow, one.step)
        if self._local:
            if one.depth in danger.owing:
                return danger, True, 0
            owes = frozenset({one.depth}) if step & self.line.left else frozenset()
            danger = Danger(danger.bit, danger.owing | owes)
        for atoms in (step, *self._atoms.tags(flow, one.step)):
            danger, broken, _ = self._moment(danger, (atoms,), step)
            if broken:
                return danger, True, 0
        return danger, False, 0

    def _moment(self, danger: Danger, choices: tuple[int, ...], step: int) -> tuple[Danger, bool, int]:
        """The danger after a moment, whether the rule is broken by it, and which of the choices is the worst."""
        if self._local:
            for number, atoms in enumerate(choices):
                if not atoms & self.line.right:
                    return danger, False, number
            return (Danger(danger.bit) if choices else danger), False, 0
        index = self.line.index
        worst: tuple[bool, bool, int] | None = None
        for number, atoms in enumerate(choices):
            effect = self._effects.of(atoms, step)
            broken = bool(effect.bad >> index & 1 or (danger.bit and effect.bad_if >> index & 1))
            bit = bool((danger.bit and effect.keep >> index & 1) or effect.gain >> index & 1)
            if worst is None or (broken, bit) > worst[:2]:
                worst = broken, bit, number
        if worst is None:
            return danger, False, 0
        return Danger(worst[1], danger.owing), worst[0], worst[2]
