"""Circles that calls really go round for ever: those of `compiler.machine.analysis.graph` that no answer ends.

A graph of states takes every guard as passable, so it holds circles that a call leaves once it knows more:

    步骤 查
      若 没有 电话 转 问电话      # 问电话 fills 电话 and goes back: nobody can walk this circle twice
      转 完

Places of a call (`Configuration`) hold what it knows. A call goes on for ever where moves lead from a place back to the same
place, none of them waits for a time to be over, and each leads somewhere.
"""

from __future__ import annotations

from collections import deque

from compiler.machine.analysis.components import components
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.model import Machine
from compiler.machine.walk import tests_of

MOST = 20_000
"""Moves that are looked at."""

Steps = frozenset[int]
"""Steps of a machine's main flow, by their numbers."""


class Circles:
    """The circles of one machine. waiting: the steps of each in which somebody is waited for. silent: of each other one."""

    def __init__(self, machine: Machine) -> None:
        """Raises LookupError when there are too many places to look at."""
        tested = frozenset(test.slot for flow in machine.flows for test in tests_of(flow))
        behaviour = Behaviour(machine, slots=tested)
        onward: dict[Configuration, list[Configuration]] = {}
        steps: dict[tuple[Configuration, Configuration], set[int]] = {}
        queue: deque[Configuration] = deque(dict.fromkeys(after for _, after in behaviour.beginnings()))
        seen = set(queue)
        looked_at = 0
        while queue:
            at = queue.popleft()
            onward[at] = []
            for move, after in behaviour.moves(at):
                looked_at += 1
                if looked_at > MOST:
                    raise LookupError(f"more than {MOST} moves")
                if _leads_on(move):
                    onward[at].append(after)
                    steps.setdefault((at, after), set()).update(_entered(move))
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        self.waiting: list[Steps] = []
        for group in components(onward):
            inside = set(group)
            found = {number for at in group if (number := _step(machine, at)) is not None}
            for at in group:
                for after in onward[at]:
                    found |= steps[at, after] if after in inside else set()
            self.waiting.append(frozenset(found))
        self.silent: list[Steps] = [
            frozenset(step for flow, step in one if flow == 0 and step is not None) for one in behaviour.silent
        ]


def _leads_on(move: Move) -> bool:
    line = move.transition
    return line is not None and not line.trigger.delay and (line.call is not None or line.target is not None)


def _entered(move: Move) -> set[int]:
    """The steps of the main flow that begin."""
    return {one.step for one in move.happenings if one.kind == "enter" and one.flow == 0 and one.step is not None}


def _step(machine: Machine, at: Configuration) -> int | None:
    """The step of the main flow in which a call rests; None inside a sub-dialogue."""
    return machine.main.states[at.frames[0].state].step if len(at.frames) == 1 else None
