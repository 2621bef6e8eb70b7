"""SC401 says that a slot may be empty exactly where some call speaks it empty: held against every move of every call."""

from __future__ import annotations

from collections import deque

from hypothesis import HealthCheck, assume, given, settings

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import EMPTY, Configuration
from compiler.machine.model import Ask, Machine, Say, SlotRef
from tests.projects import compile_text
from tests.random_scripts import scripts

MOST = 600
"""Configurations of a machine that are looked at; with more, a script is left aside."""


def spoken_empty(machine: Machine) -> set[tuple[int, str]]:
    """(where the phrase stands, slot) wherever some call speaks a slot that is empty."""
    behaviour = Behaviour(machine)
    found: set[tuple[int, str]] = set()
    seen: set[Configuration] = set()
    queue: deque[Configuration | None] = deque([None])
    while queue:
        at = queue.popleft()
        for move, after in behaviour.beginnings() if at is None else behaviour.moves(at):
            for one in move.happenings:
                for phrase in one.act.phrases if isinstance(one.act, Say | Ask) else ():
                    slots = (part.slot for part in phrase.parts if isinstance(part, SlotRef))
                    empty = (slot for slot in slots if one.slots[behaviour.slot_index[slot]] == EMPTY)
                    found.update((phrase.span.start, slot) for slot in empty)
            if after not in seen:
                seen.add(after)
                queue.append(after)
        assume(len(seen) <= MOST)
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
def test_a_slot_may_be_empty_exactly_where_some_call_speaks_it_empty(text):
    compiled = compile_text(text.replace('说 "', '说 "{姓}{类型}'))
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    expected = set().union(*(spoken_empty(machine) for machine in compiled.machines))
    told = {(one.span.start, dict(one.fields)["slot"]) for one in compiled.findings if one.code == "SC401"}
    assert told == expected
