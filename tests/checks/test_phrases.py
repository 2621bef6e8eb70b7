"""Forbidden words as a customer hears them: put together from slots, facts and lines; quoted; met by accident."""

from __future__ import annotations

import pytest

from compiler.findings.weighing import weigh
from dsl.diagnostics import Diagnostic, Severity
from tests.projects import compile_text

FACTS = "libraries: [词汇]\nfacts: {公司名称: 没办, 热线: '4008001234'}\n"
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def hits(*lines: str, ban: str = '"没办法" / "不归我管" / "您错了" / "没有办法"', slots: str = "") -> list[Diagnostic]:
    """What is found of SC601 in a step that ends behind `lines`."""
    body = "".join(f"  {line}\n" for line in lines)
    text = f"禁说 {ban}\n{slots}场景 A\n步骤 甲\n{body}  结束 已解决\n"
    compiled = compile_text(text, config=FACTS)
    unexpected = [one.code for one in compiled.findings if one.severity is ERROR and one.code != "SC601"]
    assert not unexpected, [one.message("zh") for one in compiled.findings]
    return [one for one in compiled.findings if one.code == "SC601"]


@pytest.mark.parametrize(
    ("lines", "levels"),
    [
        # facts and their ends
        (['说 "我也{公司名称}法。"'], [ERROR]),
        (['说 "我也{公司名称 末1位}法。"'], []),
        # one sentence after the other
        (['说 "现货这个没有。办法有两个。"'], []),
        (['说 "现货没有？办法还是有的。"'], []),
        (['说 "我没，有，办，法。"'], [ERROR]),
        (['说 "不怪您，错了的是我们。"'], [NOTE]),
        # one line after the other
        (['说 "这件事不归"', '说 "我管。"'], [ERROR]),
        (['说 "这件事不归。"', '说 "我管。"'], []),
        (['说 "这件事不归"', "做 登记", '说 "我管。"'], [ERROR]),
        (['说 "好的，您"', '说 "错了号。"'], [NOTE]),
        # somebody else's words
        (['说 "您说师傅讲“这不归我管”，是吗？"'], [WARNING]),
        (['说 "您说师傅讲「这不归我管」，是吗？"'], [WARNING]),
        (['说 "“好的”，这不归我管，“好的”。"'], [ERROR]),
        (['说 "“这不归我管，我管别的。"'], [ERROR]),
    ],
)
def test_words_are_forbidden_as_they_are_heard(lines: list[str], levels: list[Severity]) -> None:
    assert [one.severity for one in hits(*lines)] == levels


SLOTS = "信息 进展 选项 没办 / 办好了\n信息 称呼 文本\n"


def test_an_option_is_put_in_and_the_call_shown() -> None:
    (found,) = hits("做 登记, 得到 进展", '说 "这件事{进展}法。"', slots=SLOTS)
    assert (found.severity, "“进展”是“没办”时" in found.message("zh")) == (ERROR, True)
    assert found.call


def test_an_option_that_no_call_speaks_there_is_no_hit() -> None:
    assert hits("做 登记, 得到 进展", '若 进展 是 办好了: 说 "这件事{进展}法。"', slots=SLOTS) == []
    elsewhere = f"""禁说 "没办法"
{SLOTS}场景 A
步骤 甲
  做 登记, 得到 进展
  若 进展 是 没办: 结束 已解决
  转 乙
步骤 乙
  说 "这件事{{进展}}法。"
  结束 已解决
"""
    assert "SC601" not in [one.code for one in compile_text(elsewhere).findings]
    assert "SC601" in [one.code for one in compile_text(elsewhere.replace("是 没办", "是 办好了")).findings]


def test_each_wording_of_a_line_runs_on() -> None:
    bank = '话术 归谁 "这件事归" / "这件事不归"\n'
    assert [one.severity for one in hits("说 归谁", '说 "我管。"', slots=bank)] == [ERROR]


def test_words_around_a_slot_are_a_warning() -> None:
    (found,) = hits("做 登记, 得到 称呼", '若 已有 称呼: 说 "这件事不归{称呼}我管。"', slots=SLOTS)
    assert (found.severity, "去掉中间的称呼" in found.message("zh")) == (WARNING, True)


def test_whatever_the_options_a_phrase_is_told_once() -> None:
    assert len(hits("做 登记, 得到 进展", '说 "没办法，{进展}。"', slots=SLOTS)) == 1


def test_words_of_the_customer_are_answered_for_in_place() -> None:
    text = '禁说 "不归我管"\n场景 A\n步骤 甲\n  说 "您说师傅讲“不归我管”？" # 忽略 SC601 原因 复述客户的话\n  结束 已解决\n'
    compiled = compile_text(text)
    assert not weigh(compiled, lambda: "2026-07-01").findings


def test_particles_and_pictures_can_be_forbidden() -> None:
    assert [one.severity for one in hits('说 "好啊，请讲。"', '说 "好的😊。"', ban='"啊" / "😊"')] == [ERROR, ERROR]
    assert hits('说 "去网吧，请讲。"', ban='"吧"') == []


@pytest.mark.parametrize(
    ("said", "broken"), [("这件事{公司名称}法。", True), ("这个没。办法有两个。", False), ("没，办法是有的。", False)]
)
def test_rules_hear_words_as_a_customer_does(said: str, broken: bool) -> None:
    text = f"""词组 推诿话 "没办法"
场景 A 属于 投诉
步骤 甲
  说 "{said}"
  结束 已解决
规则集 用词 适用 投诉
  规则 不推诿
    禁止 词组 推诿话
"""
    compiled = compile_text(text, config=FACTS)
    assert ("SC901" in [one.code for one in compiled.findings]) == broken, [
        one.message("zh") for one in compiled.findings
    ]


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("禁止 词组 推诿话", True),
        ("要求 词组 推诿话", True),
        ("要求 可达 词组 推诿话", False),
        ("要求 词组 办好话", True),
    ],
)
def test_rules_hear_the_options_that_slots_hold(line: str, broken: bool) -> None:
    text = f"""词组 推诿话 "没办法"
词组 办好话 "办好了法"
{SLOTS}场景 A 属于 投诉
步骤 甲
  做 登记, 得到 进展
  说 "这件事{{进展}}法。"
  结束 已解决
规则集 用词 适用 投诉
  规则 一条
    {line}
"""
    compiled = compile_text(text)
    assert ("SC901" in [one.code for one in compiled.findings]) == broken, [
        one.message("zh") for one in compiled.findings
    ]
    elsewhere = text.replace("  说 ", "  若 进展 是 办好了: 说 ")
    codes = [one.code for one in compile_text(elsewhere).findings]
    assert ("SC901" in codes) == (line != "禁止 词组 推诿话")
