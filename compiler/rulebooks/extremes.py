"""The longest and the shortest call of a machine, by whatever its moves weigh."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping

from compiler.machine.behaviour import Behaviour
from compiler.machine.components import components
from compiler.machine.configuration import Configuration, Move
from compiler.machine.model import Machine

UNBOUNDED = math.inf

MOST = 20_000
"""Configurations that are looked at to find the longest call."""


def extreme_call(machine: Machine, weight: Callable[[Move], float], *, longest: bool) -> float:
    """The most (or least) that the moves of a complete call weigh.

    Counted is the script's own road: a reaction that leaves the agent where they are, however often the customer makes
    it happen, is left out. Infinite when a call can go on for ever. Raises LookupError beyond `MOST` configurations.
    """
    stays = frozenset(
        id(one)
        for flow in machine.flows
        for one in (*flow.anytime, *(one for state in flow.states for one in state.transitions))
        if one.target is None and one.trigger.kind in ("event", "every", "after")
    )
    tested = frozenset(
        test.slot
        for flow in machine.flows
        for one in (*flow.anytime, *(one for state in flow.states for one in state.transitions))
        for guard in (one.guard, *(act.guard for act in (*one.acts, *one.then)))
        for test in guard
    ) | frozenset(
        test.slot for flow in machine.flows for state in flow.states for act in state.acts for test in act.guard
    )
    behaviour = Behaviour(machine, slots=tested, without=stays)
    edges: dict[Configuration, list[tuple[float, Configuration]]] = {}
    starts = [(weight(move), after) for move, after in behaviour.beginnings()]
    queue = deque(after for _, after in starts)
    seen = set(queue)
    while queue:
        config = queue.popleft()
        out = edges[config] = [(weight(move), after) for move, after in behaviour.moves(config)]
        for _, after in out:
            if after not in seen:
                seen.add(after)
                queue.append(after)
        if len(seen) > MOST:
            raise LookupError(f"more than {MOST} configurations")
    if not longest:
        return _least(starts, edges)
    return _greatest(starts, edges)


def _least(
    starts: list[tuple[float, Configuration]], edges: Mapping[Configuration, list[tuple[float, Configuration]]]
) -> float:
    """The lightest way to an end (Bellman, Ford; weights are not negative)."""
    best: dict[Configuration, float] = {}
    queue: deque[Configuration] = deque()
    for value, config in starts:
        if value < best.get(config, UNBOUNDED):
            best[config] = value
            queue.append(config)
    while queue:
        config = queue.popleft()
        for value, after in edges.get(config, ()):
            if best[config] + value < best.get(after, UNBOUNDED):
                best[after] = best[config] + value
                queue.append(after)
    return min((value for config, value in best.items() if config.outcome is not None), default=UNBOUNDED)


def _greatest(
    starts: list[tuple[float, Configuration]], edges: Mapping[Configuration, list[tuple[float, Configuration]]]
) -> float:
    """The heaviest way to an end; infinite when a circle weighs something."""
    groups = list(components({config: [after for _, after in out] for config, out in edges.items()}))
    group_of = {config: number for number, group in enumerate(groups) for config in group}
    best: dict[object, float] = {}

    def key(config: Configuration) -> object:
        return group_of.get(config, config)

    below: dict[object, list[tuple[float, object]]] = {}
    for config, out in edges.items():
        for value, after in out:
            if key(config) != key(after):
                below.setdefault(key(config), []).append((value, key(after)))
            elif value > 0:
                return UNBOUNDED
    for _, start in starts:
        stack = [(key(start), False)]
        while stack:
            node, done = stack.pop()
            if done:
                best[node] = max((value + best[after] for value, after in below.get(node, ())), default=0.0)
            elif node not in best:
                stack.append((node, True))
                stack.extend((after, False) for _, after in below.get(node, ()) if after not in best)
    return max((value + best[key(config)] for value, config in starts), default=0.0)
