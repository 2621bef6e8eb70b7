"""Verdicts against an explorer that shares no code with what proves them, and scripts that once were too much for a search."""

from __future__ import annotations

import pytest

from tests.endurance.verdicts import judge
from tests.projects import clean, codes, compile_text


@pytest.mark.parametrize("seed", [*range(0, 120, 6), 510])
def test_a_verdict_is_what_another_explorer_says(seed):
    """`make endurance PART=verdicts` goes on where this stops."""
    wrong = [line for number in range(seed, seed + 6) for line in judge(number)[1]]
    assert wrong == []


def sub_dialogues(levels: int) -> str:
    """Each says something, calls the next one twice and returns, so a call speaks 2 to the power of `levels` times."""
    texts = [f'场景 层{levels}\n步骤 甲\n  说 "请讲。"\n  返回\n']
    for level in range(levels - 1, -1, -1):
        calls = f"  调用 层{level + 1}\n" * 2
        texts.append(f'场景 层{level}\n步骤 甲\n  说 "请讲。"\n{calls}  返回\n')
    return "场景 A\n步骤 甲\n  说 抱歉\n  调用 层0\n  转 末\n步骤 末\n  说 抱歉\n  结束 已解决\n" + "".join(texts)


def look_ups(steps: int) -> str:
    """A step that leads from one look-up to the next without waiting for anybody."""
    chain = "".join(f"步骤 第{number}步\n  做 登记\n  转 第{number + 1}步\n" for number in range(steps))
    return f"场景 A\n步骤 甲\n  说 抱歉\n  转 第0步\n{chain}步骤 第{steps}步\n  说 抱歉\n  结束 已解决\n"


RULES = "规则集 规范 适用 A\n  规则 共情\n    要求 [共情] 先于 结束 已解决\n  规则 话时\n    限制 通话话时 至多 1小时\n"


@pytest.mark.parametrize("text", [sub_dialogues(8), look_ups(1_500)], ids=["nested calls", "a silent chain"])
def test_a_call_may_go_on_for_long_before_anybody_is_waited_for(text):
    broken = [one for one in compile_text(RULES + text).findings if one.code == "SC901"]
    assert [one.severity.name for one in broken] == ["ERROR"]
    assert broken[0].call


def test_what_is_too_much_for_a_search_is_said_and_nothing_breaks():
    """2 to the power of 14 sub-dialogues between two waits."""
    (told,) = (one for one in compile_text(RULES + sub_dialogues(14)).findings if one.code == "SC901")
    assert told.severity.name == "WARNING"


def everywhere(steps: int) -> str:
    """Steps that all lead to one another, three times each: more calls than a search for the shortest can look at."""
    words = [f"事件 去{number}" for number in range(steps)]
    for number in range(steps):
        others = "".join(f"  当 去{other} 转 步{other}\n" for other in range(steps) if other != number)
        onward = f"转 步{number + 1}" if number + 1 < steps else "结束 已解决"
        others = others if number + 1 < steps else ""
        words.append(f'步骤 步{number}\n  说 "请讲。"\n  至多 3次, 否则 {onward}\n{others}  {onward}')
    head = "\n".join(words[:steps])
    return f"{head}\n场景 A\n" + "\n".join(words[steps:]) + "\n"


def test_a_rule_that_every_call_breaks_is_broken_however_many_calls_there_are():
    (told,) = (one for one in compile_text(RULES + everywhere(12)).findings if one.code == "SC901")
    assert told.severity.name == "ERROR"
    assert told.call


ASKS_ONCE = """\
场景 A
  信息 电话 文本
步骤 一
  说 "您好。"
  转 查
步骤 查
  若 没有 电话 转 问电话
  转 完
步骤 问电话
  问 电话 "请留一个电话。"{reaction}
  转 查
步骤 完
  说 "打{{电话}}。"
  结束 已解决
"""


def test_a_circle_that_an_answer_ends_is_none():
    clean(ASKS_ONCE.format(reaction=""))
    assert codes(compile_text(ASKS_ONCE.format(reaction="\n  当 生气 转 查"))) == ["SC307"]


def test_a_silent_circle_that_a_system_ends_is_none():
    text = (
        "场景 A\n  信息 姓 文本\n步骤 一\n  若 没有 姓 转 二\n  若 已有 姓 转 三\n步骤 二\n  做 登记{filled}\n  转 一\n"
    )
    text += '步骤 三\n  说 "{{姓}}好。"\n  结束 已解决\n'
    assert codes(compile_text(text.format(filled=", 得到 姓"))) == []
    assert "SC308" in codes(compile_text(text.format(filled="")))


LEFT = """\
规则集 规范 适用 A
  规则 轮次
    限制 轮次 至多 {turns}轮
  规则 话时
    限制 通话话时 至多 {seconds}秒
场景 A
  全程 当 沉默: {way}
步骤 讲
  说 "您好"
  {reaction}
  转 道别
步骤 道别
  说 "再见"
  结束 已解决
场景 B
步骤 慢
  等待 5秒
  说 "一二三四五六七八九十"
  转 完
步骤 完
  等待 5秒
  返回
"""


@pytest.mark.parametrize(
    ("reaction", "way", "turns", "seconds"),
    [
        # 生气, 5 s, the customer goes along, 沉默; 2 + 10 characters at 200 a minute
        ("当 生气: 调用 B", "结束 无声", 4, 3.6),
        # the same, and 2 characters more
        ("当 生气: 调用 B", "转 道别", 4, 4.2),
        # it comes back for certain: what the customer may do for ever is left out
        ("当 生气: 调用 B", "说 抱歉", 1, 1.2),
    ],
)
def test_the_longest_call_may_leave_a_reaction_on_the_way(reaction, way, turns, seconds):
    def found(turns: int, seconds: float) -> list[str]:
        text = LEFT.format(reaction=reaction, way=way, turns=turns, seconds=f"{seconds:g}")
        return [one.code for one in compile_text(text).findings if one.code == "SC903"]

    assert found(turns, seconds + 0.1) == []
    assert found(turns - 1, seconds - 0.1) == ["SC903", "SC903"]
