"""Monitor of a rule along a call: the effect of a move on the monitor state, and the moment of the violation."""

from __future__ import annotations

from typing import NamedTuple

from compiler.machine.exploration.configuration import Happening, Move
from compiler.machine.model import Machine
from compiler.rulebooks.abstract_flow import AbstractFlows
from compiler.rulebooks.atoms import Atoms, Bits, Choice
from compiler.rulebooks.rule_set import CompiledRule


class MonitorState(NamedTuple):
    """The state of a rule monitor.

    bit: see `compiler.rulebooks.effects`. obligations: depths of the frames whose step still lacks P.
    """

    bit: bool
    obligations: frozenset[int] = frozenset()

    def covers(self, other: MonitorState) -> bool:
        """Whether every continuation that breaks the rule from `other` breaks the rule from this state too."""
        return self.bit >= other.bit and self.obligations >= other.obligations


class Violation(NamedTuple):
    """The action of a move that breaks a rule (-1: the event that triggers the move)."""

    happening: int
    where: Happening | None


class Observation(NamedTuple):
    """The result of a move: monitor state afterwards, violation, and non-default wordings."""

    state: MonitorState
    violation: Violation | None
    choices: tuple[tuple[int, int], ...]


def atoms_of(atoms: Atoms, machine: Machine, move: Move) -> Bits:
    """Return the atoms true at some moment of a move, for some choice of wordings."""
    line, true = move.transition, 0
    if line is not None and line.trigger.event is not None:
        true |= atoms.event(line.trigger.event)
    for one in move.happenings:
        flow = machine.flows[one.flow]
        match one.kind:
            case "act":
                assert one.act is not None
                for choice in atoms.act(one.act, flow):
                    true |= choice
            case "enter":
                true |= atoms.step(flow, one.step)
                for tag in atoms.tags(flow, one.step):
                    true |= tag
            case "fill":
                true |= atoms.filled(one.names)
            case "call":
                true |= atoms.called(one.names[0])
            case "end":
                true |= atoms.end(one.outcome or "")
    return true


class Monitor:
    """The monitor of a rule over the calls of a machine.

    Among the wordings open to the agent the monitor takes the worst for the rule; the choice is exact, because the
    continuation of the call does not depend on the wording.
    """

    def __init__(self, machine: Machine, line: CompiledRule, abstract_flows: AbstractFlows) -> None:
        self.line = line
        self._atoms = abstract_flows.atoms
        self._effects = abstract_flows.effects
        self._flows = machine.flows
        self._slots = {slot.name: (number, slot.options) for number, slot in enumerate(machine.slots)}
        self._local = line.form == "step-has"
        self._steps: dict[int, int] = {}
        for flow in machine.flows:
            for state in flow.states:
                step = abstract_flows.atoms.step(flow, state.step)
                for one in state.transitions:
                    for thing in (one, *one.acts, *one.then):
                        self._steps[id(thing)] = step
                for act in state.acts:
                    self._steps[id(act)] = step

    def start(self) -> MonitorState:
        """Return the monitor state before a call."""
        return MonitorState(bool(self._effects.start >> self.line.index & 1))

    def move(self, state: MonitorState, move: Move) -> Observation:
        """Follow a move, up to the first violation."""
        chosen: list[tuple[int, int]] = []
        transition = move.transition
        if transition is not None and transition.trigger.event is not None:
            atoms = self._atoms.event(transition.trigger.event)
            state, broken, _ = self._moment(state, (atoms,), self._steps.get(id(transition), 0))
            if broken:
                return Observation(state, Violation(-1, None), ())
        for number, one in enumerate(move.happenings):
            state, broken, choice = self._happen(state, one)
            if choice:
                chosen.append((number, choice))
            if broken:
                return Observation(state, Violation(number, one), tuple(chosen))
        return Observation(state, None, tuple(chosen))

    def _happen(self, state: MonitorState, one: Happening) -> tuple[MonitorState, bool, int]:
        atoms, flow = self._atoms, self._flows[one.flow]
        match one.kind:
            case "act":
                assert one.act is not None
                choices = self._fitting(one, atoms.choices(one.act, flow))
                bits = tuple(choice.bits for choice in choices)
                state, broken, number = self._moment(state, bits, self._steps.get(id(one.act), 0))
                return state, broken, choices[number].wording
            case "enter":
                return self._enter(state, one)
            case "fill":
                return self._moment(state, (atoms.filled(one.names),), self._step(one))
            case "call":
                return self._moment(state, (atoms.called(one.names[0]),), self._step(one))
            case "leave":
                return (
                    MonitorState(state.bit, frozenset(frame for frame in state.obligations if frame < one.depth)),
                    False,
                    0,
                )
            case "return":
                return state, one.depth in state.obligations, 0
            case "end":
                state, broken, _ = self._moment(state, (atoms.end(one.outcome or ""),), self._step(one))
                return state, broken or one.depth in state.obligations, 0

    def _fitting(self, one: Happening, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Return, per wording, the choice heard under the current slot values."""
        if len(choices) < 2 or (not choices[-1].given and not any(choice.given for choice in choices)):
            return choices
        fitting: dict[int, Choice] = {}
        for choice in choices:
            if all(self._holds(one, slot, option) for slot, option in choice.given):
                fitting[choice.wording] = choice  # the plain one comes first
        return tuple(fitting.values())

    def _holds(self, one: Happening, slot: str, option: str) -> bool:
        number, options = self._slots[slot]
        value = one.slots[number]
        return value >= 0 and options[value] == option

    def _step(self, one: Happening) -> int:
        return self._atoms.step(self._flows[one.flow], one.step)

    def _enter(self, state: MonitorState, one: Happening) -> tuple[MonitorState, bool, int]:
        flow = self._flows[one.flow]
        step = self._atoms.step(flow, one.step)
        if self._local:
            if one.depth in state.obligations:
                return state, True, 0
            owes = frozenset({one.depth}) if step & self.line.left else frozenset()
            state = MonitorState(state.bit, state.obligations | owes)
        for atoms in (step, *self._atoms.tags(flow, one.step)):
            state, broken, _ = self._moment(state, (atoms,), step)
            if broken:
                return state, True, 0
        return state, False, 0

    def _moment(self, state: MonitorState, choices: tuple[int, ...], step: int) -> tuple[MonitorState, bool, int]:
        """Return the state after a moment, whether the rule is broken, and the number of the worst choice."""
        if self._local:
            for number, atoms in enumerate(choices):
                # For `步骤 X 含 P` the worst wording is the first without P; the obligation ends only when every
                # wording contains P.
                if not atoms & self.line.right:
                    return state, False, number
            return (MonitorState(state.bit) if choices else state), False, 0
        index = self.line.index
        worst: tuple[bool, bool, int] | None = None
        for number, atoms in enumerate(choices):
            effect = self._effects.of(atoms, step)
            broken = bool(effect.bad >> index & 1 or (state.bit and effect.bad_if >> index & 1))
            bit = bool((state.bit and effect.keep >> index & 1) or effect.gain >> index & 1)
            if worst is None or (broken, bit) > worst[:2]:
                worst = broken, bit, number
        if worst is None:
            return state, False, 0
        return MonitorState(worst[1], state.obligations), worst[0], worst[2]
