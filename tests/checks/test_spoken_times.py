"""SC503: the times that are said beside a promise. One case a line: the promise, the words, what is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.matching.times import spoken_times
from dsl.diagnostics import Severity
from tests.projects import compile_text

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE


def found(slot: str, promise: str, said: str) -> list[tuple[Severity, object]]:
    script = (
        f'结局 办好\n场景 子\n步骤 子一\n  承诺 {slot} {promise}\n  说 "{said}"\n  说 "{{{slot}}}给您。"\n  结束 办好\n'
    )
    return [(one.severity, dict(one.fields)["said"]) for one in compile_text(script).findings if one.code == "SC503"]


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        ("2小时", "120分钟内给您回音。"),
        ("2小时", "两个钟头之内给您回音。"),
        ("24小时", "一天内给您回音。"),
        ("24小时", "明天给您回音。"),
        ("90分钟", "一个半小时内给您回音。"),
        ("150分钟", "2小时30分钟内给您回音。"),
        ("14天", "两个星期内给您回音。"),
        ("30天", "一个月内给您回音。"),
        ("1工作日", "明天给您回音。"),
        ("2小时", "我们三天内的通话都有录音。"),
        ("2小时", "24小时热线，随时给您回音。"),
        ("2小时", "24小时后台有人，给您回音。"),
        ("2小时", "第三天后台会给您回音。"),
        ("2小时", "今天给您回音。"),
    ],
)
def test_the_same_time_in_other_words_and_no_time_at_all(promise, said):
    assert found("回音", promise, said) == []


@pytest.mark.parametrize(
    ("said", "severity", "quoted"),
    [
        ("一百八十分钟内给您回音。", E, "一百八十分钟内"),
        ("半小时内给您回音。", E, "半小时内"),
        ("两三个小时内给您回音。", E, "两三个小时内"),
        ("一刻钟内，给您回音。", E, "一刻钟内"),
        ("不超过三个小时就给您回音。", E, "不超过三个小时"),
        ("三小时后给您回音。", E, "三小时后"),
        ("一个工作日内给您回音。", E, "一个工作日内"),
        ("几天内给您回音。", W, "几天内"),
        ("最晚明天给您回音。", W, "最晚明天"),
        ("三天内给您办好。", W, "三天内"),  # perhaps another promise
        ("押金七天后退给您。", N, "七天后"),
        ("24小时后还没有回音，请再打来。", N, "24小时后"),
        ("最近三天内有过停水吗？", N, "三天内"),
    ],
)
def test_another_time_weighs_as_much_as_it_is_sure(said, severity, quoted):
    assert found("回音", "2小时", said) == [(severity, quoted)]


def test_of_two_promises_the_one_that_is_spoken_of_counts():
    script = (
        "结局 办好\n场景 子\n步骤 子一\n  承诺 答复 2小时\n  承诺 上门 24小时\n"
        '  说 "{}小时内上门。"\n  说 "{{答复}}答复，{{上门}}上门。"\n  结束 办好\n'
    )
    assert [one.code for one in compile_text(script.format(24)).findings] == []
    (wrong,) = compile_text(script.format(2)).findings
    assert (wrong.code, wrong.severity, dict(wrong.fields)["slot"]) == ("SC503", E, "上门")


@given(st.integers(1, 999), st.sampled_from(["分钟", "小时", "天"]), st.sampled_from(["内", "之内", "以内", "后"]))
def test_digits_and_chinese_writing_are_the_same_time(number, unit, behind):
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{digits[hundreds]}百" if hundreds else ""
    words += f"{digits[tens]}十" if tens else "零" if hundreds and ones else ""
    words += digits[ones] if ones else ""
    (one,) = spoken_times(f"我们{number}{unit}{behind}答复您")
    (other,) = spoken_times(f"我们{words}{unit}{behind}答复您")
    assert (one.least, one.most, one.dimension) == (other.least, other.most, other.dimension)
