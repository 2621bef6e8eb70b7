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
"""Steps of one flow, by their numbers."""


class Circles:
    """The circles of one machine. waiting: the steps of each in which somebody is waited for. silent: of each other one."""

    def __init__(self, machine: Machine, scenario: str) -> None:
        """The circles of the flow of `scenario`, which may be a sub-dialogue.

        Raises LookupError when there are too many places to look at.
        """
        tested = frozenset(test.slot for flow in machine.flows for test in tests_of(flow))
        behaviour = Behaviour(machine, slots=tested)
        number = behaviour.flow_index[scenario]
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
                    steps.setdefault((at, after), set()).update(_entered(move, number))
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        self.waiting: list[Steps] = []
        for group in components(onward):
            inside = set(group)
            found = {inside_step for at in group if (inside_step := _step(machine, at, number)) is not None}
            for at in group:
                for after in onward[at]:
                    found |= steps[at, after] if after in inside else set()
            self.waiting.append(frozenset(found))
        self.silent: list[Steps] = [
            frozenset(step for flow, step in one if flow == number and step is not None) for one in behaviour.silent
        ]


def _leads_on(move: Move) -> bool:
    line = move.transition
    return line is not None and not line.trigger.delay and (line.call is not None or line.target is not None)


def _entered(move: Move, flow: int) -> set[int]:
    """The steps of `flow` that begin."""
    return {one.step for one in move.happenings if one.kind == "enter" and one.flow == flow and one.step is not None}


def _step(machine: Machine, at: Configuration, flow: int) -> int | None:
    """The step of `flow` in which a call rests; None where it rests elsewhere."""
    top = at.frames[-1]
    return machine.flows[flow].states[top.state].step if top.flow == flow else None
