"""Measures of limits (SC903): every value worked out by hand, at most and at least, with `于`, and where there is no bound.

A character takes 60 s / 200 = 0.3 s to say; a comma or full node counts as one (a breath).
"""

from __future__ import annotations

import pytest

from tests.projects import WORDS, compile_text

TALK = """\
场景 A
  信息 姓 文本
  信息 类型 选项 简单 / 复杂
步骤 接听 [问候]
  时限 3声
  开口 2秒
  说 "您好，请讲。"
  或说 "您好，请问有什么可以帮您？"
  问 类型 "是哪一类问题？"
  当 沉默 5秒 转 确认
  转 处理
步骤 确认
  说 "请问您能听到我说话吗？"
  等待 5秒
  至多 2次, 否则 结束 无声
  转 接听
步骤 处理 [方案]
  时限 10分钟
  承诺 答复 2工作日
  若 类型 是 复杂: 说 "请您记一下。"
  若 类型 是 复杂: 说 "一共三步。"
  若 类型 是 简单: 说 "很快就好。"
  超过 30秒: 说 "还在处理。"
  转 道别
步骤 道别
  承诺 回访 24小时
  说 "{答复}内答复您，再见。"
  结束 已解决
"""


def beyond(limit: str, talk: str = TALK, config: str = "") -> list[tuple[str, str]]:
    """(the line's text, what is said of it) for each place that goes beyond a limit; the rulebook takes three lines."""
    head = f"规则集 规范 适用 A\n  规则 度量\n    限制 {limit}\n"
    lines = (head + talk).split("\n")
    settings = config and f"libraries: [词汇]\n{config}"
    found = compile_text(head + talk, config=settings, vocabulary=WORDS + "标签 问候\n标签 方案\n").findings
    assert "SC904" not in {one.code for one in found}, limit
    assert "SC901" not in {one.code for one in found}, limit  # undecided
    return [(lines[one.span.line - 1].strip(), one.message("zh")) for one in found if one.code == "SC903"]


def values(limit: str, talk: str = TALK, config: str = "") -> list[str]:
    """What is measured at each place that goes beyond a limit."""
    said = [message.split("，规定")[0] for _, message in beyond(limit, talk, config)]
    return [one.split("是 ")[1] if "是 " in one else one[one.rindex("没有") :] for one in said]


def places(limit: str, talk: str = TALK) -> list[str]:
    return [line for line, _ in beyond(limit, talk)]


# --- phrases --------------------------------------------------------------------------------------------------------


def test_characters_of_a_phrase():
    # 您好(2)，(1)请问有什么可以帮您(9)？(1) = 13
    assert beyond("语句字数 至多 12字") == [
        ('或说 "您好，请问有什么可以帮您？"', '违反规则“度量”：“接听：您好，请问有什么可以帮您？”的语句字数是 13字，规定至多 12字'),
    ]  # fmt: skip
    assert places("语句字数 至多 13字") == []
    # the shortest: 一共三步(4)。(1) = 5, 很快就好。= 5, 还在处理。= 5
    assert len(places("语句字数 至少 6字")) == 3
    assert places("语句字数 至少 5字") == []


def test_characters_of_the_phrases_of_some_steps_or_words():
    # 请问您能听到我说话吗(10)？(1) = 11
    assert places("语句字数 至多 10字 于 步骤 确认") == ['说 "请问您能听到我说话吗？"']
    # {答复}: 2 and 个工作日 (4 in all); 4 + 内答复您(4)，(1)再见(2)。(1) = 12
    assert values("语句字数 至多 11字 于 步骤 道别") == ["12字"]
    assert places("语句字数 至多 12字 于 步骤 道别") == []
    assert places("语句字数 至多 1字 于 [方案]") == [
        '若 类型 是 复杂: 说 "请您记一下。"',
        '若 类型 是 复杂: 说 "一共三步。"',
        '若 类型 是 简单: 说 "很快就好。"',
        '超过 30秒: 说 "还在处理。"',
    ]
    assert places('语句字数 至多 1字 于 说 "再见"') == ['说 "{答复}内答复您，再见。"']


def test_phrases_of_a_step():
    # 处理: two when it is 复杂, one when it is 简单, none while the type is unknown; 还在处理 belongs to the waiting
    assert beyond("步骤句数 至多 1句 于 [方案]") == [
        ("步骤 处理 [方案]", "违反规则“度量”：“处理”的步骤句数是 2句，规定至多 1句")
    ]
    assert values("步骤句数 至少 1句 于 [方案]") == ["0句"]
    # 接听: one of two wordings, then the question
    assert values("步骤句数 至多 1次 于 [问候]") == ["2次"]
    assert places("步骤句数 至少 2句 于 [问候]") == []


def test_speech_of_a_step():
    # 接听: 13 and 是哪一类问题？(7) = 20 × 0.3 s
    assert values("步骤话时 至多 5秒 于 [问候]") == ["6秒"]
    assert values("步骤话时 至多 6秒 于 [问候]") == []
    # the shorter wording: 您好，请讲。(6) and 7 = 13 × 0.3 s
    assert values("步骤话时 至少 4秒 于 [问候]") == ["3.9秒"]
    # 处理: 请您记一下。(6) and 一共三步。(5) = 11 × 0.3 s
    assert values("步骤话时 至多 3秒 于 [方案]") == ["3.3秒"]
    # at another rate: 20 × 60 / 180 s
    assert values("步骤话时 至多 6秒 于 [问候]", config="speech_rate: 180\n") == ["6.7秒"]


WAYS = """\
场景 A
  信息 姓 文本
  信息 类型 选项 简单 / 复杂
步骤 甲
  若 没有 姓: 说 "我查一下。"
  做 登记, 得到 姓
  若 已有 姓: 说 "{姓}您好。"
  若 没有 类型: 说 "请稍等。", 调用 B, 说 "谢谢。"
  问 类型 "哪一类？"
  当 生气: 说 "抱歉。"
  若 类型 是 简单: 说 "很快。", 转 乙
  转 乙
步骤 乙
  结束 已解决
场景 B
步骤 丙
  返回
"""


def test_phrases_around_a_call_on_a_way_on_and_once_a_slot_is_filled_on_the_way():
    # 我查一下, 您好, 请稍等, 谢谢, 哪一类, 很快; the reaction is none of the step's own
    assert values("步骤句数 至多 5句 于 步骤 甲", WAYS) == ["6句"]
    # 您好, 哪一类: with a surname and a type, and the type is 复杂
    assert values("步骤句数 至少 3句 于 步骤 甲", WAYS) == ["2句"]
    assert values("步骤句数 至少 2句 于 步骤 甲", WAYS) == []


# --- whole calls ----------------------------------------------------------------------------------------------------


def test_speech_of_the_longest_and_the_shortest_call():
    # longest: 接听 is asked and left three times (确认 lets in two, the third ends the call): 3 × 20 + 2 × 11 = 82;
    # or twice left and then on: 82, without the third being left, and 处理 复杂 11, 道别 12 = 105 × 0.3 s
    assert values("通话话时 至多 31秒") == ["31.5秒"]
    assert values("通话话时 至多 32秒") == []
    # shortest: 接听 13, 处理 简单 5, 道别 12 = 30 × 0.3 s
    assert values("通话话时 至少 10秒") == ["9秒"]
    assert values("通话话时 至少 9秒") == []


def test_turns_of_the_longest_and_the_shortest_call():
    # longest: silence, the wait of 确认 is over, the same again, then 接听 and 处理 are gone through = 6
    assert values("轮次 至多 5轮") == ["6轮"]
    assert values("轮次 至多 6轮") == []
    # shortest: 接听, 处理; 道别 ends at once
    assert values("轮次 至少 3次") == ["2次"]
    assert values("轮次 至少 2次") == []


ENDLESS = '场景 A\n步骤 甲\n  说 "请讲。"\n  当 生气: 转 甲\n  转 乙\n步骤 乙\n  说 "再见。"\n  结束 已解决\n'


def test_a_call_that_can_go_on_for_ever():
    assert beyond("轮次 至多 100轮", ENDLESS) == [("场景 A", "违反规则“度量”：“A”的轮次没有上限，规定至多 100轮")]
    assert values("通话话时 至多 1小时", ENDLESS) == ["没有上限"]
    assert values("轮次 至少 2轮", ENDLESS) == ["1轮"]
    # 请讲。(3) and 再见。(3) = 6 × 0.3 s
    assert values("通话话时 至少 2秒", ENDLESS) == ["1.8秒"]


def test_a_reaction_that_leaves_the_agent_where_they_are_does_not_lengthen_the_call():
    talk = ENDLESS.replace("转 甲\n", '说 "抱歉。"\n')
    assert values("轮次 至多 1轮", talk) == []
    assert values("通话话时 至多 2秒", talk) == []


def test_an_interruption_counts_for_the_call_that_it_ends():
    # 您好。(3), and while 甲 waits 喂？(2) 您在吗。(4): two turns, then 结束; without it 您好。 and one turn
    talk = '场景 A\n  全程 当 沉默: 说 "喂？", 调用 B\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  结束 已解决\n'
    talk += '场景 B\n步骤 丙\n  说 "您在吗。"\n  等待 5秒\n  当 出声 返回\n  结束 无声\n'
    assert values("轮次 至多 1轮", talk) == ["2轮"]
    assert values("轮次 至多 2轮", talk) == []
    assert values("通话话时 至多 2秒", talk) == ["2.7秒"]
    # one that only comes back leaves the agent in the same place
    assert values("轮次 至多 1轮", talk.replace("结束 无声", "返回")) == []


def test_what_is_said_in_a_sub_dialogue_counts_for_the_call_and_for_its_own_step():
    talk = '场景 A\n步骤 甲\n  说 "请讲。"\n  调用 B\n  结束 已解决\n场景 B\n步骤 乙\n  说 "请您稍等。"\n  转 丙\n步骤 丙\n  返回\n'
    # 请讲。(3) and 请您稍等。(5) = 8 × 0.3 s
    assert values("通话话时 至多 2秒", talk) == ["2.4秒"]
    # 请您稍等。 = 1.5 s in the step of B
    assert beyond("步骤话时 至多 1秒", talk) == [("步骤 乙", "违反规则“度量”：“乙”的步骤话时是 1.5秒，规定至多 1秒")]


# --- times that are written down ------------------------------------------------------------------------------------


def test_how_long_an_agent_waits_without_a_word():
    # 确认 pauses for 5 s; 处理 speaks again after 30 s; 接听 has no timer
    assert values("等待时长 至多 4秒") == ["5秒", "30秒"]
    assert values("等待时长 至多 30秒") == []
    assert values("等待时长 至少 5秒") == []
    assert beyond("等待时长 至少 6秒") == [("等待 5秒", "违反规则“度量”：“确认”的等待时长是 5秒，规定至少 6秒")]
    # named, 接听 has to say how long; its “沉默 5秒” is the customer's
    assert values("等待时长 至多 1分钟 于 [问候]") == ["没有上限"]


def test_promised_time_in_hours_and_in_working_days():
    # 2 working days from 9 to 18 end after 33 h at the soonest and 48 h at the latest (days off not counted)
    assert values("承诺时限 至多 40小时") == ["2工作日"]
    assert values("承诺时限 至多 48小时") == []
    assert values("承诺时限 至少 33小时 于 承诺 答复") == []
    assert values("承诺时限 至少 34小时 于 承诺 答复") == ["2工作日"]
    assert beyond("承诺时限 至多 23小时 于 步骤 道别") == [
        ("承诺 回访 24小时", "违反规则“度量”：“道别：回访”的承诺时限是 24小时，规定至多 23小时")
    ]


def test_a_limit_in_working_days():
    assert values("承诺时限 至多 1工作日 于 承诺 答复") == ["2工作日"]
    assert values("承诺时限 至多 2工作日 于 承诺 答复") == []
    assert values("承诺时限 至少 3工作日 于 承诺 答复") == ["2工作日"]
    # 24 h against 2 working days, which are over after 33 h at the soonest; 1 is over after 9
    assert values("承诺时限 至多 2工作日 于 承诺 回访") == []
    assert values("承诺时限 至多 1工作日 于 承诺 回访") == ["24小时"]
    # at least 1 working day: it may be 24 h long
    assert values("承诺时限 至少 1工作日 于 承诺 回访") == []
    assert values("承诺时限 至少 2工作日 于 承诺 回访") == ["24小时"]


def test_working_days_follow_the_working_hours():
    # from 0:00 to 24:00 two working days are 48 h at the soonest too
    assert values("承诺时限 至少 48小时 于 承诺 答复", config='working_hours: "00:00-24:00"\n') == []


def test_retries():
    assert beyond("重试次数 至多 1次") == [("步骤 确认", "违反规则“度量”：“确认”的重试次数是 2次，规定至多 1次")]
    assert values("重试次数 至多 2次") == []
    assert values("重试次数 至少 3次") == ["2次"]
    assert values("重试次数 至多 1次 于 [方案]") == []


def test_the_time_limit_of_a_step():
    assert values("步骤时限 至多 5分钟 于 [方案]") == ["10分钟"]
    assert values("步骤时限 至少 15分钟 于 [方案]") == ["10分钟"]
    assert values("步骤时限 至多 10分钟 于 [方案]") == []
    assert values("步骤时限 至多 2声 于 [问候]") == ["3声"]
    # a step that is named has to have one
    assert values("步骤时限 至多 1小时 于 步骤 道别") == ["没有写"]
    assert values("步骤时限 至少 1分钟 于 步骤 道别") == []


def test_how_soon_an_agent_speaks():
    assert beyond("开口时间 至多 1秒") == [("步骤 接听 [问候]", "违反规则“度量”：“接听”的开口时间是 2秒，规定至多 1秒")]
    assert values("开口时间 至多 3秒") == []
    assert values("开口时间 至少 3秒 于 [问候]") == ["2秒"]
    assert values("开口时间 至多 3秒 于 [方案]") == ["没有写"]


@pytest.mark.parametrize(
    "limit",
    [
        "承诺时限 至多 2次",
        "轮次 至多 2秒",
        "语句字数 至多 2句",
        "开口时间 至多 2声",
        "语速 至多 2次",
        "轮次 至多 2轮 于 [问候]",
        "等待时长 至多 2秒 于 承诺 答复",
        "承诺时限 至多 2小时 于 事件 沉默",
    ],
)
def test_a_limit_that_makes_no_sense(limit):
    head = f"规则集 规范 适用 A\n  规则 度量\n    限制 {limit}\n"
    found = compile_text(head + TALK, vocabulary=WORDS + "标签 问候\n标签 方案\n").findings
    assert [one.span.line for one in found if one.code == "SC904"] == [3]
    assert "SC903" not in {one.code for one in found}
