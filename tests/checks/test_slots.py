"""What calls know, held against every move of every call: SC401 where a slot is spoken empty, SC305 where values have no exit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, example, given, settings

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import EMPTY, Configuration
from compiler.machine.model import Ask, Machine, Say, SlotRef
from tests.projects import compile_text
from tests.random_scripts import scripts

MOST = 600
"""Configurations of a machine that are looked at; with more, a script is left aside."""


def every_rest(machine: Machine) -> Iterator[Configuration]:
    """Every place a call of `machine` can rest in."""
    behaviour = Behaviour(machine)
    seen: set[Configuration] = set()
    queue: deque[Configuration | None] = deque([None])
    while queue:
        at = queue.popleft()
        for _, after in behaviour.beginnings() if at is None else behaviour.moves(at):
            if after not in seen:
                seen.add(after)
                queue.append(after)
        assume(len(seen) <= MOST)
    yield from seen


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


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
def test_a_slot_may_be_empty_exactly_where_some_call_speaks_it_empty(text):
    compiled = compile_text(text.replace('说 "', '说 "{姓}{类型}'))
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    expected = set().union(*(spoken_empty(machine) for machine in compiled.machines))
    told = {(one.span.start, dict(one.fields)["slot"]) for one in compiled.findings if one.code == "SC401"}
    assert told == expected


KNOWN_TO_ITSELF = """场景 A
  信息 姓 文本
  全程 当 沉默: 调用 B
步骤 A步0
  当 沉默: 调用 B
  转 A步1
步骤 A步1
  结束 已解决
场景 B
  信息 姓 文本 已知
步骤 B步0
  说 "您好。"
  若 已有 姓 转 B步1
步骤 B步1
  返回
"""
"""A sub-dialogue says that 姓 is known, and its caller has not asked; calling it leaves no other mark on a call."""


def stranded(machine: Machine) -> set[int]:
    """Where the last exit of a step stands that leaves some call of `machine` without one."""
    behaviour = Behaviour(machine)
    found: set[int] = set()
    for at in every_rest(machine):
        if not at.frames or at.outcome is not None:
            continue
        flow = machine.flows[at.frames[-1].flow]
        state = flow.states[at.frames[-1].state]
        exits = [one for one in state.transitions if one.trigger.kind == "proceed"]
        known = list(behaviour.answered(at)) if exits else [at.slots]
        if not exits:  # where a step comes to whose guarded exits have all failed
            steps = [other for other in flow.states if other.kind in ("act", "pause") and other.step == state.step]
            lines = [(other, one) for other in steps for one in other.transitions if one.target == state.id]
            exits = [
                one
                for other, into in lines
                for one in other.transitions
                if one.trigger == into.trigger and one.guard and one.call is None
            ]
        if any(all(behaviour.truth(one.guard, slots) is False for one in exits) for slots in known) and exits:
            found.add(exits[-1].span.start)
    return found


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
@example(KNOWN_TO_ITSELF)
def test_values_are_left_open_exactly_where_some_call_has_them(text):
    compiled = compile_text(text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    told = {one.span.start for one in compiled.findings if one.code == "SC305"}
    assert told == set().union(*(stranded(machine) for machine in compiled.machines))
