"""The library's situations: every situation of the service manuals is there, with content and with dialogues that show it.

A situation is a row of the catalogue (S01 to S50); a script names its rows by `出处`. What a dialogue expects is run by
the dialogues' own test; here is looked at that the dialogues are there, and that the figures of the manuals hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.machine.model import Do, Machine, Promise, Transition
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Disk, load
from dsl import syntax

pytestmark = pytest.mark.slow

LIBRARY = Path(__file__).parents[2] / "scripts_library"

FILES = {
    "S01": "opening/standard-opening",
    "S02": "opening/customer-knows-agent",
    "S03": "opening/standard-opening",
    "S04": "line/silent-call",
    "S05": "line/hands-free",
    "S06": "line/low-voice",
    "S07": "line/noisy-line",
    "S08": "language/dialect-not-understood",
    "S09": "language/dialect-understood",
    "S10": "line/agent-not-heard",
    "S11": "line/missed-words",
    "S12": "reaching/colleague-on-duty",
    "S13": "reaching/another-department",
    "S14": "reaching/wrong-number",
    "S15": "upset/harassment",
    "S16": "courtesy/invitation",
    "S17": "courtesy/thanks-and-praise",
    "S18": "courtesy/customer-apologises",
    "S19": "complaint/suggestion",
    "S20": "answering/refusal",
    "S21": "answering/cannot-answer-now",
    "S22": "complaint/not-settled-now",
    "S23": "answering/long-explanation",
    "S24": "answering/check-understanding",
    "S25": "complaint/hard-to-reach",
    "S26": "upset/calm-down",
    "S27": "complaint/attitude",
    "S28": "complaint/slow-agent",
    "S29": "complaint/mistake",
    "S30": "handover/supervisor",
    "S31": "waiting/hold",
    "S32": "line/equipment-failure",
    "S33": "upset/will-not-hang-up",
    "S34": "complaint/record",
    "S35": "complaint/follow-up",
    "S36": "closing/closing",
    "S37": "outbound/call-back",
    "S38": "outbound/return-visit",
    "S39": "answering/cannot-answer-now",
    "S40": "verifying/identity-check",
    "S41": "verifying/privacy",
    "S42": "handover/beyond-authority",
    "S43": "waiting/long-work",
    "S44": "answering/agree-on-solution",
    "S46": "closing/rating",
    "S47": "chat/first-answer",
    "S48": "line/noise-at-the-desk",
    "S49": "opening/standard-opening",
    "S50": "answering/misunderstanding",
}
"""Row -> the situation that is about it. An emergency (S45) is a whole call, not a situation."""

PROMISES = {
    "暂不能解决": {"答复时间": {"2h", "24h"}},  # S22, L9
    "投诉态度": {"答复时间": {"2workday"}},  # L10
    "暂时答不上": {"答复时间": {"24h"}},  # S21
    "超出权限": {"派单时间": {"2min"}, "首次反馈": {"30min"}},  # S42, L5, L6
    "办理时间长": {"进度间隔": {"30min"}},  # S43, L7
}
"""Situation -> what it promises, by when (amount and unit as written)."""

FIVE_SECONDS, THIRTY_MINUTES = 5_000, 1_800_000


@pytest.fixture(scope="module")
def library() -> Compilation:
    return compile_project(load(Disk(LIBRARY)))


@pytest.fixture(scope="module")
def machines(library: Compilation) -> dict[str, Machine]:
    return {machine.name: machine for machine in library.machines}


def rows(machine: Machine) -> set[str]:
    """The rows that a scenario itself names."""
    return {row for source in machine.main.sources for row in source.split()}


def dialogues(library: Compilation, name: str) -> list[syntax.Dialogue]:
    return [dialogue for dialogue in library.program.dialogues if dialogue.scenario.text == name]


def is_situation(machine: Machine) -> bool:
    return "situations/" in machine.main.span.source.name


def promises(machine: Machine) -> Iterator[Promise]:
    for state in machine.main.states:
        for act in state.acts:
            if isinstance(act, Promise):
                yield act


def transitions(machine: Machine) -> Iterator[Transition]:
    for state in machine.main.states:
        yield from state.transitions


def test_every_row_is_named_by_a_script(machines):
    named = {row for machine in machines.values() for row in rows(machine)}
    assert {f"S{number:02}" for number in range(1, 51)} <= named


@pytest.mark.parametrize("row", sorted(FILES))
def test_a_row_is_named_and_shown_in_the_file_that_is_about_it(row, library, machines):
    here = [
        machine
        for machine in machines.values()
        if machine.main.span.source.name.endswith(f"situations/{FILES[row]}.script") and row in rows(machine)
    ]
    assert here, f"no scenario of {FILES[row]} names {row}"
    shown = [dialogue for machine in here for dialogue in dialogues(library, machine.name)]
    expected = [line for dialogue in shown for line in dialogue.lines if isinstance(line, syntax.Expect)]
    assert any(not line.negated for line in expected), f"no dialogue says what the agent does in {row}"
    assert any(line.negated for line in expected), f"no dialogue says what the agent never does in {row}"


def test_every_situation_says_what_is_never_said_or_done_and_why(machines):
    for machine in filter(is_situation, machines.values()):
        never = (*machine.main.never_say, *machine.main.never_do)
        assert never, machine.name
        assert all(one.because for one in never), machine.name
        assert all(one.instead for one in machine.main.never_say), machine.name


def test_no_situation_does_what_it_forbids(machines):
    for machine in filter(is_situation, machines.values()):
        forbidden = {action for one in machine.main.never_do for action in one.actions}
        done = {
            act.action for flow in machine.flows for state in flow.states for act in state.acts if isinstance(act, Do)
        }
        assert not forbidden & done, machine.name


def test_every_situation_is_in_the_table_people_look_it_up_in(machines):
    table = (LIBRARY / "situations" / "README.md").read_text("utf-8")
    for machine in filter(is_situation, machines.values()):
        assert f"调用 {machine.name}`" in table, machine.name


@pytest.mark.parametrize("name", sorted(PROMISES))
def test_promises_are_those_of_the_manuals(name, machines):
    found: dict[str, set[str]] = {}
    for act in promises(machines[name]):
        found.setdefault(act.slot, set()).add(act.deadline.number + act.deadline.unit)
    assert {slot: found.get(slot) for slot in PROMISES[name]} == PROMISES[name]


@pytest.mark.parametrize(("name", "times"), [("无声电话", 2), ("线路杂音", 1), ("请客户换电话", 1)])
def test_an_unclear_line_is_given_five_seconds(name, times, machines):
    pauses = [
        line.trigger.delay
        for state in machines[name].main.states
        if state.kind == "pause"
        for line in state.transitions
        if line.trigger.kind == "after"
    ]
    assert pauses == [FIVE_SECONDS] * times


def test_progress_is_told_every_thirty_minutes(machines):
    every = [line.trigger.delay for line in transitions(machines["办理时间长"]) if line.trigger.kind == "every"]
    assert every == [THIRTY_MINUTES]


def test_the_first_answer_online_has_ten_seconds(machines):
    first = machines["在线首次应答"].main.steps[0]
    assert first.within is not None
    assert first.within.base == 2 * FIVE_SECONDS
