"""Machines run alike elsewhere: in python-statemachine (SCXML), in XState and on the site, against our simulator.

Every turn of every call must say and do the same in the same order and come to rest in the same place, timers included.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from compiler.exports.scxml import scxml
from compiler.exports.xstate import xstate
from compiler.machine.model import Machine
from compiler.machine.to_json import Writer
from compiler.site.words import guide_words
from tests.calls import Input, Turn, model_of, random_call
from tests.conftest import missing
from tests.projects import compile_text
from tests.random_scripts import scripts
from tests.scxml_engine import Engine
from tests.shipped import shipped

pytestmark = pytest.mark.slow

NODE = Path(__file__).parents[1] / "node"
SITE = Path(__file__).parents[2] / "compiler" / "site" / "templates" / "sim.js"
CALLS = 2_000
"""So many random calls on random machines, at least."""
EACH = 70
"""Random calls on each random machine."""
SLOW = 12
"""python-statemachine takes 25 ms a call, so it gets this many of them on each machine."""

OFTEN = (
    ("7秒", '说 "还在查。"'),
    ("4秒", '说 "请稍等。"'),
    ("6秒", "做 登记, 得到 姓"),
    ("2秒", "做 登记, 得到 类型"),
)
"""Every so long: clocks that run out together with one another, and fill what the test of a lasting line asks for."""

Played = list[tuple[Machine, list[list[Turn]]]]


def calls_on(machine: Machine, first: int, count: int) -> list[list[Turn]]:
    model = model_of(machine)
    return [random_call(model, number) for number in range(first, first + count)]


def timed(text: str, chance: random.Random) -> str:
    """`text` with lines that time sets off, which the shared random scripts lack, in steps that ask and therefore wait."""
    words, *parts = text.split("场景 ")
    scenarios = []
    for scenario in parts:
        head, *steps = scenario.split("步骤 ")
        names = [step.split()[0] for step in steps]
        for number, step in enumerate(steps):
            if "\n  问 " in step:
                often = ("", *(f"  每 {time}: {acts}\n" for time, acts in OFTEN))
                once = ("", "", *(f"  超过 {time}秒: 转 {chance.choice(names)}\n" for time in (11, 12, 15)))
                step = f"{step.rstrip()}\n{chance.choice(often)}{chance.choice(once)}\n"
                if chance.random() < 0.5:
                    step = step.replace(" 5秒:", f" 5秒 且 {chance.choice(('已有 姓', '没有 姓', '类型 是 甲'))}:")
                steps[number] = step
        scenarios.append("步骤 ".join((head, *steps)))
    return "场景 ".join((words, *scenarios))


@pytest.fixture(scope="module")
def random_machines() -> Played:
    """Random machines with random calls, `CALLS` at least."""
    played: Played = []

    @settings(
        max_examples=50,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @drawn(scripts(), st.integers(0, 10**6))
    def draw(text: str, number: int) -> None:
        compiled = compile_text(timed(text, random.Random(number)))
        circles = any(one.code == "SC308" for one in compiled.findings)  # silent circles are errors, and not exported
        machine = next((one for one in compiled.machines if one.name == "A"), None)
        if machine is not None and not circles:
            calls = [call for call in calls_on(machine, number, EACH) if len(call) > 2]
            if calls:
                played.append((machine, calls))

    for start in range(20):
        seed(20270331 + start)(draw)()
        if sum(len(calls) for _, calls in played) >= CALLS:
            return played
    raise AssertionError("too few of the random scripts become machines")


LASTING = """\
场景 A
  信息 姓 文本
步骤 甲
  问 姓 "贵姓？"
  当 沉默 5秒 且 已有 姓: 说 "在吗？"
  每 6秒: 做 登记, 得到 姓
  超过 18秒 转 乙
  转 乙
步骤 乙
  说 "谢谢您，{姓}。"
  结束 已解决
"""
"""What lasts has a test that holds only after its time; and three clocks run out together at 18 s."""


ALIKE = """\
事件 断-线 "没有声音"
事件 断_线 "通话断了"
场景 A
  信息 号-码 选项 甲 / 乙
  信息 号_码 选项 甲 / 乙
  信息 类型 选项 甲 / 乙
步骤 一
  至多 3次, 否则 结束 已解决
  问 类型 "哪一种？"
  转 二
步骤 二
  若 类型 是 甲: 问 号-码 "第一个？"
  若 类型 是 乙: 问 号_码 "第二个？"
  当 断-线 调用 B
  当 断_线: 说 "断了。"
  若 号-码 是 甲 转 三
  若 号_码 是 乙 结束 已解决
  转 一
步骤 三
  说 "好的。"
  当 断-线: 说 "在吗？"
  若 号_码 是 甲 转 一
  结束 已解决
场景 B
步骤 试音
  说 "听得到吗？"
  当 断_线: 返回 断_线
  转 好了
步骤 好了
  说 "好的。"
  返回
"""
"""Names that are one and the same where only letters, digits and `_` are allowed."""


@pytest.fixture(scope="module")
def fixed() -> Played:
    machines = [compile_text(text).machines[0] for text in (LASTING, ALIKE)]
    return [(machine, calls_on(machine, 1, 200)) for machine in machines]


@pytest.fixture(scope="module")
def library() -> Played:
    return [(machine, calls_on(machine, 1, 4)) for machine in shipped()]


# --- SCXML -------------------------------------------------------------------------------------------------------------


def run_scxml(played: Played) -> None:
    for machine, calls in played:
        engine = Engine(scxml(machine))
        for call in calls:
            engine.begin()
            for number, turn in enumerate(call):
                got = engine.put(turn.given)
                assert got == (turn.lines, turn.rest), (machine.name, [one.given for one in call[: number + 1]])


def test_random_machines_in_scxml(random_machines: Played):
    run_scxml([(machine, calls[:SLOW]) for machine, calls in random_machines])


def test_clocks_and_names_that_are_easily_mixed_up_in_scxml(fixed: Played):
    run_scxml([(machine, calls[:50]) for machine, calls in fixed])


def test_the_library_in_scxml(library: Played):
    run_scxml([(machine, calls[:1]) for machine, calls in library])


# --- XState ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def xstate_home() -> Path:
    """The folder in which XState 5 is installed."""
    if shutil.which("node") is None:
        missing("Node")
    if not (NODE / "node_modules" / "xstate").is_dir():
        missing("XState 5")
    return NODE


def run_xstate(home: Path, played: Played) -> None:
    asked = [{"config": xstate(machine), "calls": given(calls)} for machine, calls in played]
    run_in_node(["xstate.mjs", str(home)], asked, played)


def given(calls: list[list[Turn]]) -> list[list[Input]]:
    return [[turn.given for turn in call] for call in calls]


def run_in_node(script: list[str], asked: list[dict[str, Any]], played: Played) -> None:
    """Play in one of the scripts of `NODE`, which takes a machine and its calls a line and answers a line."""
    done = subprocess.run(
        ["node", str(NODE / script[0]), *script[1:]],
        input="".join(json.dumps(one) + "\n" for one in asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    assert len(answers) == len(played)
    for (machine, calls), answer in zip(played, answers, strict=True):
        for call, turns in zip(calls, json.loads(answer), strict=True):
            same(machine, call, turns)


def same(machine: Machine, call: list[Turn], turns: Iterable[tuple[list[list[str]], list[str]]]) -> None:
    for number, (turn, (lines, rest)) in enumerate(zip(call, turns, strict=True)):
        got = (tuple((kind, text) for kind, text in lines), tuple(rest))
        assert got == (turn.lines, turn.rest), (machine.name, [one.given for one in call[: number + 1]])


def test_random_machines_in_xstate(xstate_home: Path, random_machines: Played):
    run_xstate(xstate_home, random_machines)


def test_clocks_and_names_that_are_easily_mixed_up_in_xstate(xstate_home: Path, fixed: Played):
    run_xstate(xstate_home, fixed)


def test_the_library_in_xstate(xstate_home: Path, library: Played):
    run_xstate(xstate_home, library)


# --- the site's own simulator ------------------------------------------------------------------------------------------


def run_site(played: Played) -> None:
    if shutil.which("node") is None:
        missing("Node")
    units, writer = guide_words("zh")["units"], Writer()
    asked = [
        {"machine": json.loads(writer.compact(machine)), "units": units, "calls": given(calls)}
        for machine, calls in played
    ]
    run_in_node(["site.mjs", str(SITE)], asked, played)


def test_random_machines_on_the_site(random_machines: Played):
    run_site(random_machines)


def test_clocks_and_names_that_are_easily_mixed_up_on_the_site(fixed: Played):
    run_site(fixed)


def test_the_library_on_the_site(library: Played):
    run_site(library)
