"""SC311 and SC312: what a card says and no call does, or does before the answer; held against every move of every call."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import HealthCheck, assume, given, settings

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration
from compiler.machine.model import Machine
from compiler.pipeline import Compilation
from dsl.source import Span
from tests.projects import clean, codes, compile_text
from tests.rich_scripts import VOCABULARY, rich_scripts

MOST = 800
"""Configurations of a machine that are looked at; with more, a script is left aside."""

REFUND = """场景 A
  信息 金额档 选项 小额 / 大额
步骤 甲
  问 金额档 "请问退多少钱？"
  若 金额档 是 大额: 说 "这个金额要主管审批。"
  若 金额档 是 小额: 做 登记
  当 生气 转 乙
  转 乙
步骤 乙
  说 "再见。"
  结束 已解决
"""
LOOK_UP = """场景 A
  信息 单号 文本
  信息 状态 选项 查到 / 查不到
步骤 甲
  说 "您好。"
  问 单号 "请报一下单号。"
  # 在系统里查
  做 登记, 得到 状态
  说 "{单号}已经查到了。"

  当 生气: 转 乙
  转 乙
步骤 乙
  若 状态 是 查到: 说 "查到了。"
  结束 已解决
"""


def edited(text: str, compiled: Compilation, code: str) -> str:
    """`text` with the first edit that a finding of `code` offers."""
    edit = next(one.fix for one in compiled.findings if one.code == code and one.fix is not None)
    return text[: edit.span.start] + edit.text + text[edit.span.end :]


def test_an_act_under_the_answer_to_a_question_of_the_same_step_is_never_played():
    compiled = compile_text(REFUND)
    found = [(one.code, one.span.line, one.message("zh")) for one in compiled.findings]
    why = "这一行在哪一通电话里都轮不到：上面刚问“金额档”，客户还没有回答"
    assert found == [("SC311", 5, why), ("SC311", 6, why)]


def test_following_the_advice_of_sc311_makes_the_lines_playable():
    text = edited(REFUND, compile_text(REFUND), "SC311")
    assert text.splitlines()[4:9] == [
        "  当 生气 转 乙",
        "  转 甲之后",
        "步骤 甲之后",
        '  若 金额档 是 大额: 说 "这个金额要主管审批。"',
        "  若 金额档 是 小额: 做 登记",
    ]
    clean(text)


def test_what_stands_below_a_question_comes_before_the_answer_and_the_advice_moves_it():
    compiled = compile_text(LOOK_UP)
    assert [(one.code, one.span.line) for one in compiled.findings if one.code == "SC312"] == [("SC312", 8)]
    text = edited(LOOK_UP, compiled, "SC312")
    # The reaction stays with the question, a remark goes with the line it stands above.
    assert text.splitlines()[6:13] == [
        "  # 在系统里查",
        "  当 生气: 转 乙",
        "  转 甲之后",
        "步骤 甲之后",
        "  做 登记, 得到 状态",
        '  说 "{单号}已经查到了。"',
        "",
    ]
    assert codes(compile_text(text)) == []


@pytest.mark.parametrize("guard", ["已有 金额档", "金额档 是 大额", "金额档 不是 小额 且 已有 金额档"])
def test_a_line_for_an_answer_of_an_earlier_visit_is_neither(guard):
    clean(f"""场景 A
  信息 金额档 选项 小额 / 大额
步骤 甲
  至多 2次, 否则 转 乙
  问 金额档 "请问退多少钱？"
  若 {guard}: 说 "刚才说的是大额，对吗？"
  当 生气: 转 甲
  若 金额档 是 大额 转 甲
  转 乙
步骤 乙
  说 "再见。"
  结束 已解决
""")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("若 没有 类型: 说 “请问是哪一类？”", "走到这里，“类型”一定已经有了"),
        ("若 类型 是 复杂: 说 “请稍等。”", "走到这里，“类型”只会是“简单”"),
        ("若 已有 备注: 说 “还有备注。”", "走到这里，“备注”一定还是空的"),
        ("若 类型 是 复杂: 调用 B", "走到这里，“类型”只会是“简单”"),
    ],
)
def test_a_condition_that_no_call_fulfils_is_named(line, why):
    line = line.replace("“", '"').replace("”", '"')
    compiled = compile_text(f"""场景 A
  信息 类型 选项 简单 / 复杂 已知
  信息 备注 文本
步骤 甲
  若 类型 是 简单 转 乙
  转 丙
步骤 乙
  {line}
  转 丙
步骤 丙
  问 备注 "还有什么要补充的吗？"
  转 丁
步骤 丁
  说 "好，{{备注}}。"
  结束 已解决
场景 B
步骤 一
  说 "请稍等。"
  返回
""")
    assert [(one.line, said) for one, said in told(compiled).items()] == [(8, f"这一行在哪一通电话里都轮不到：{why}")]


def test_an_answer_that_sends_the_call_elsewhere_is_not_there_on_a_second_visit():
    text = """场景 A
  信息 金额档 选项 小额 / 大额
步骤 甲
  至多 2次, 否则 转 乙
  问 金额档 "请问退多少钱？"
  若 金额档 是 小额: 说 "刚才说的是小额，对吗？"
  若 金额档 是 大额 转 甲
  转 乙
步骤 乙
  说 "再见。"
  结束 已解决
"""
    assert list(told(compile_text(text)).values()) == ["这一行在哪一通电话里都轮不到：走到这里，“金额档”只会是“大额”"]


def test_a_line_of_a_sub_dialogue_is_played_if_one_of_its_callers_plays_it():
    callee = '场景 B\n  信息 状态 选项 好 / 坏\n步骤 一\n  若 状态 是 好: 说 "都好。"\n  若 没有 状态: 说 "还不知道。"\n  返回\n'
    caller = "场景 A\n  信息 状态 选项 好 / 坏\n步骤 甲\n  做 登记, 得到 状态\n  调用 B\n  结束 已解决\n"
    assert "SC311" in codes(compile_text(callee))
    assert "SC311" not in codes(compile_text(callee + caller))


def told(compiled: Compilation) -> dict[Span, str]:
    return {one.span: one.message("zh") for one in compiled.findings if one.code == "SC311"}


def played(machine: Machine) -> set[Span]:
    """Where everything stands that some call of `machine` does, and the sub-dialogues it calls."""
    behaviour = Behaviour(machine)
    found: set[Span] = set()
    seen: set[Configuration] = set()
    queue: deque[Configuration | None] = deque([None])
    while queue:
        at = queue.popleft()
        for move, after in behaviour.beginnings() if at is None else behaviour.moves(at):
            found.update(one.act.span for one in move.happenings if one.act is not None)
            if after not in seen:
                seen.add(after)
                queue.append(after)
        assume(len(seen) <= MOST)
    return found


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(rich_scripts())
def test_what_is_said_to_be_played_on_no_call_is_played_on_none(text):
    compiled = compile_text(text, vocabulary=VOCABULARY)
    assume(not any(one.code in ("SC201", "SC213", "SC308") for one in compiled.findings))
    every = set().union(*(played(machine) for machine in compiled.machines))
    assert not every & set(told(compiled))
