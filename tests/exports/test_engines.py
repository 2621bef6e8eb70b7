"""Machines run alike elsewhere: as SCXML in python-statemachine and SCION, in XState and on the site, against our simulator.

Every turn of every call must say and do the same in the same order and come to rest in the same place, timers included.
`make endurance PART=engines` plays as many calls as you like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import engines
from tests.conftest import missing
from tests.engines import Played, calls_on, random_machines
from tests.projects import compile_text
from tests.shipped import shipped

CALLS = 2_000
"""So many random calls on random machines, at least."""
EACH = 70
"""Random calls on each random machine."""

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


NESTED = """\
场景 A
  全程 当 生气 调用 B
步骤 甲
  至多 3次, 否则 结束 转主管
  说 "您好。"
  当 沉默 调用 B
  调用 B
  当 出声: 说 "在的。"
  转 乙
步骤 乙
  调用 C
  调用 B
  当 出声: 说 "好的。"
  转 甲
场景 B
  全程 当 杂音 调用 C
步骤 查
  说 "我帮您看一下。"
  当 沉默 返回 出声
  转 再问
步骤 再问
  调用 C
  调用 C
  返回
场景 C
步骤 丙
  说 "还有吗？"
  当 沉默 返回 出声
  转 丁
步骤 丁
  返回
"""
"""One sub-dialogue from many places, two in a row, inside and outside interruptions: every one comes back to its own line."""


@pytest.fixture(scope="module")
def drawn() -> Played:
    """Random machines with random calls, `CALLS` at least."""
    played: Played = []
    for start in range(20):
        for number, machine in enumerate(random_machines(20270331 + start)):
            calls = [call for call in calls_on(machine, number, EACH) if len(call) > 2]
            played += [(machine, calls)] if calls else []
        if sum(len(calls) for _, calls in played) >= CALLS:
            return played
    raise AssertionError("too few of the random scripts become machines")


@pytest.fixture(scope="module")
def fixed() -> Played:
    """Clocks, names and calls that are easily mixed up."""
    machines = [
        next(one for one in compile_text(text).machines if one.name == "A") for text in (LASTING, ALIKE, NESTED)
    ]
    return [(machine, calls_on(machine, 1, 200)) for machine in machines]


@pytest.fixture(scope="module")
def library() -> Played:
    return [(machine, calls_on(machine, 1, 4)) for machine in shipped()]


Run = Callable[[Played], Iterator[str]]


def runs(package: str, run: Run) -> Run:
    def asked(played: Played) -> Iterator[str]:
        if lacking := engines.lacking(package):
            missing(lacking)
        return run(played)

    return asked


ENGINES = pytest.mark.parametrize(
    "run",
    [
        pytest.param(runs("@scion-scxml/scxml", engines.in_scion), id="scion"),
        pytest.param(runs("xstate", engines.in_xstate), id="xstate"),
        pytest.param(runs("", engines.on_the_site), id="site"),
    ],
)


@ENGINES
def test_random_machines(run: Run, drawn: Played):
    assert not list(run(drawn))


@ENGINES
def test_clocks_names_and_calls_that_are_easily_mixed_up(run: Run, fixed: Played):
    assert not list(run(fixed))


@ENGINES
def test_the_library(run: Run, library: Played):
    assert not list(run(library))


def test_a_clock_that_cannot_be_taken_back_any_more_finds_nobody_in_the_next_step(library: Played):
    """Random machines would fail: a step that is left and entered again at one moment hears the clock of the first time."""
    assert not list(runs("@scion-scxml/scxml", engines.in_scion_with_late_timers)(library))


# python-statemachine takes 25 ms a call, so it gets few of them.


def test_random_machines_in_python_statemachine(drawn: Played):
    assert not list(engines.in_python_statemachine([(machine, calls[:12]) for machine, calls in drawn]))


def test_what_is_easily_mixed_up_in_python_statemachine(fixed: Played):
    assert not list(engines.in_python_statemachine([(machine, calls[:50]) for machine, calls in fixed]))


def test_the_library_in_python_statemachine(library: Played):
    assert not list(engines.in_python_statemachine([(machine, calls[:1]) for machine, calls in library]))
