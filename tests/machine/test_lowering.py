"""What each construct of the language becomes: docs/language.md, "What a script means", sentence by sentence."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from compiler.machine.model import Say
from tests.dump import flow_lines
from tests.outlines import read_back
from tests.projects import codes, compile_text, flow, lowered
from tests.rich_scripts import VOCABULARY, rich_scripts


def lines(text: str, name: str = "A") -> list[str]:
    return flow_lines(flow(text, name))


def test_a_step_acts_then_waits_and_goes_on_when_the_customer_goes_along():
    assert lines('场景 A\n步骤 甲\n  说 "您好。"\n  做 登记\n  转 乙\n步骤 乙\n  说 "再见。"\n  结束 已解决\n') == [
        "甲 act: say 您好。; do 登记",
        "  always: -> 甲.等候",
        "乙 act: say 再见。",
        "  always: -> 乙.结束.已解决",
        "甲.等候 wait",
        "  proceed: -> 乙",
        "乙.结束.已解决 end 已解决",
    ]


def test_alternatives_join_the_phrase_before_them():
    text = '场景 A\n步骤 甲\n  说 "一。"\n  或说 "二。"\n  说 "三。"\n  结束 已解决\n'
    assert lines(text)[0] == "甲 act: say 一。 | 二。; say 三。"


def test_answers_fill_when_the_customer_goes_along_and_not_when_an_event_leaves():
    text = '场景 A\n  信息 姓 文本\n步骤 甲\n  问 姓 "您贵姓？"\n  当 生气 转 乙\n  转 乙\n步骤 乙\n  结束 已解决\n'
    waiting = lines(text)[lines(text).index("甲.等候 wait") :]
    assert waiting[1:3] == ["  生气: -> 乙", "  proceed: fill 姓 -> 乙"]


def test_a_step_that_asks_waits_even_when_it_ends_the_call():
    text = '场景 A\n  信息 姓 文本\n步骤 甲\n  问 姓 "您贵姓？"\n  结束 已解决\n'
    assert "  proceed: fill 姓 -> 甲.结束.已解决" in lines(text)


def test_a_step_that_says_nothing_waits_for_nobody():
    text = """\
场景 A
  信息 结果 选项 有 / 无
步骤 甲
  做 登记, 得到 结果
  若 结果 是 有 转 乙
  转 丙
步骤 乙
  结束 已解决
步骤 丙
  结束 无声
"""
    assert lines(text)[:3] == ["甲 act: do 登记 -> 结果", "  always: [结果=有] -> 乙", "  always: -> 丙"]


def test_a_scenario_without_steps_is_a_frame_for_others():
    text = '场景 框架 属于 投诉\n  全程 当 沉默: 说 "一。"\n场景 A 基于 框架\n步骤 甲\n  说 "您好。"\n  结束 已解决\n'
    compiled = lowered(text)
    assert [machine.name for machine in compiled.machines] == ["A"]
    assert flow_lines(compiled.flows["A"])[-1] == "  沉默: (say 一。) -> stay"


def test_guarded_acts_keep_their_guard_and_guarded_ways_are_tried_in_order():
    text = """\
场景 A
  信息 类型 选项 简单 / 复杂 已知
步骤 甲
  若 类型 是 简单: 说 "一。", 做 登记
  若 类型 不是 复杂: 说 "二。", 转 乙
  转 甲
步骤 乙
  结束 已解决
"""
    got = lines(text)
    assert got[0] == "甲 act: [类型=简单] say 一。; [类型=简单] do 登记"
    at = got.index("甲.等候 wait")
    assert got[at + 1 : at + 3] == ["  proceed: [!类型=复杂] (say 二。) -> 乙", "  proceed: -> 甲"]


def test_known_and_unknown_slots_can_guard():
    text = """\
场景 A
  信息 姓 文本
步骤 甲
  若 没有 姓: 问 姓 "您贵姓？"
  若 已有 姓: 说 "{姓}先生，您好。"
  转 甲
"""
    assert lines(text)[0] == "甲 act: [!姓?] ask 姓; [姓?] say {姓}先生，您好。"


def test_a_pause_holds_the_steps_reactions_and_then_goes_on():
    text = '场景 A\n步骤 甲\n  说 "一。"\n  等待 5秒\n  说 "二。"\n  当 出声 转 甲\n  转 甲\n'
    assert lines(text) == [
        "甲 act: say 一。",
        "  always: -> 甲.等待",
        "甲.等待 pause",
        "  出声: -> 甲",
        "  after 5000ms: -> 甲.2",
        "甲.2 act: say 二。",
        "  always: -> 甲.等候",
        "甲.等候 wait",
        "  出声: -> 甲",
        "  proceed: -> 甲",
    ]


def test_after_a_last_pause_the_way_on_is_taken_without_the_customer():
    text = '场景 A\n步骤 甲\n  说 "一。"\n  等待 5秒\n  转 乙\n步骤 乙\n  结束 无声\n'
    got = lines(text)
    at = got.index("甲.等待 pause")
    assert got[at + 1] == "  after 5000ms: -> 乙"
    assert "甲.等候 wait" not in got


def test_a_call_returns_to_just_after_it():
    text = '场景 A\n步骤 甲\n  说 "一。"\n  调用 B\n  说 "二。"\n  转 甲\n场景 B\n步骤 乙\n  返回\n'
    assert lines(text)[:4] == [
        "甲 act: say 一。",
        "  always: call B -> 甲.2",
        "甲.2 act: say 二。",
        "  always: -> 甲.等候",
    ]


def test_a_guarded_call_is_passed_by_when_its_guard_fails():
    text = """\
场景 A
  信息 类型 选项 甲 / 乙 已知
步骤 甲
  若 类型 是 甲: 说 "一。", 调用 B, 说 "二。"
  转 甲
场景 B
步骤 乙
  返回
"""
    assert lines(text)[:4] == [
        "甲 act",
        "  always: [类型=甲] (say 一。) call B (say 二。) -> 甲.2",
        "  always: -> 甲.2",
        "甲.2 act",
    ]


def test_a_reaction_that_does_not_leave_stays_in_place():
    text = '场景 A\n步骤 甲\n  当 生气: 说 "抱歉。"\n  转 甲\n'
    assert "  生气: (say 抱歉。) -> stay" in lines(text)


def test_an_event_may_have_to_last():
    assert "  沉默 5000ms: -> 甲" in lines("场景 A\n步骤 甲\n  当 沉默 5秒 转 甲\n  转 甲\n")


def test_one_line_may_react_to_several_events():
    got = lines('场景 A\n步骤 甲\n  当 沉默、杂音: 说 "喂？", 结束 无声\n  转 甲\n')
    assert [line for line in got if "say 喂？" in line] == [
        "  沉默: (say 喂？) -> 甲.结束.无声",
        "  杂音: (say 喂？) -> 甲.结束.无声",
    ]


def test_timers_count_while_the_agent_waits():
    text = '场景 A\n步骤 甲\n  超过 10分钟 转 甲\n  每 30秒: 说 "请稍等。"\n  转 甲\n'
    got = lines(text)
    at = got.index("甲.等候 wait")
    assert got[at + 1 : at + 3] == ["  after 600000ms: -> 甲", "  every 30000ms: (say 请稍等。) -> stay"]


def test_a_gate_stands_in_front_of_the_step():
    text = '场景 A\n步骤 甲\n  说 "一。"\n  至多 2次, 否则 说 "再见。", 结束 无声\n  转 甲\n'
    assert lines(text)[:4] == [
        "甲.入口 gate 2",
        "  always: -> 甲",
        "  always: (say 再见。) -> 甲.结束.无声",
        "甲 act: say 一。",
    ]


def test_anytime_lines_belong_to_the_whole_scenario():
    text = '场景 A\n  全程 当 沉默 5秒 调用 B\n  全程 当 生气: 说 "抱歉。", 转 甲\n步骤 甲\n  转 甲\n场景 B\n步骤 乙\n  返回 杂音\n'
    assert lines(text)[-3:] == ["anytime", "  沉默 5000ms: call B -> stay", "  生气: (say 抱歉。) -> 甲"]
    assert "乙.返回.杂音 return 杂音" in lines(text, "B")


def test_a_promise_declares_its_slot():
    text = '场景 A\n步骤 甲\n  承诺 答复 2工作日\n  说 "{答复}内答复您。"\n  结束 已解决\n'
    assert lines(text)[0] == "甲 act: promise 答复 2workday; say {答复}内答复您。"


def test_a_phrase_of_the_bank_brings_all_its_wordings():
    text = '话术 歉 [致歉] "抱歉。" / "对不起。"\n场景 A\n步骤 甲\n  说 歉\n  结束 已解决\n'
    act = flow(text).states[0].acts[0]
    assert isinstance(act, Say)
    assert [(phrase.text, phrase.bank, phrase.tags) for phrase in act.phrases] == [
        ("抱歉。", "歉", ("致歉",)),
        ("对不起。", "歉", ("致歉",)),
    ]


def test_facts_are_spoken_without_being_declared():
    config = "libraries: [词汇]\nfacts:\n  公司: 星海\n"
    compiled = lowered('场景 A\n步骤 甲\n  说 "{公司}，您好。"\n  结束 已解决\n', config=config)
    assert compiled.machines[0].facts == (("公司", "星海"),)


def test_a_title_is_not_inherited():
    frame = '场景 框架\n  标题 "总框架"\n  目标 "问清来意"\n'
    steps = '步骤 甲\n  说 "您好。"\n  结束 已解决\n'
    untitled = flow(frame + "场景 A 基于 框架\n" + steps)
    assert (untitled.title, untitled.goals) == ("A", ("问清来意",))
    assert flow(frame + '场景 A 基于 框架\n  标题 "挂失"\n' + steps).title == "挂失"
    middle = "场景 乙 基于 框架\n" + steps + "场景 A 基于 乙\n"
    assert flow(frame + middle).title == "A"


def test_inheritance_replaces_steps_in_place_and_adds_the_rest():
    text = """\
场景 底 属于 投诉
  标题 "底"
  信息 姓 文本
  全程 当 沉默: 说 "一。"
  全程 当 生气: 说 "一。"
步骤 甲
  问 姓 "您贵姓？"
  转 乙
步骤 乙
  说 "旧。"
  结束 已解决
场景 A 基于 底
  标题 "新"
  全程 当 沉默: 说 "二。"
步骤 乙
  说 "新，{姓}。"
  转 丙
步骤 丙
  结束 已解决
"""
    compiled = lowered(text)
    made = compiled.flows["A"]
    assert [step.name for step in made.steps] == ["甲", "乙", "丙"]
    assert (made.title, made.kind) == ("新", "投诉")
    assert flow_lines(made)[2] == "乙 act: say 新，{姓}。"
    assert flow_lines(made)[-3:] == ["anytime", "  生气: (say 一。) -> stay", "  沉默: (say 二。) -> stay"]
    assert "say 旧。" in flow_lines(compiled.flows["底"])[2]


def test_an_inherited_handler_is_replaced_under_any_of_the_events_names():
    text = """\
事件 断线 / line-dead
场景 底
  全程 当 断线、沉默: 说 "一。"
场景 A 基于 底
  全程 当 line-dead: 说 "二。"
步骤 甲
  说 "您好。"
  结束 已解决
"""
    made = lowered(text).flows["A"]
    assert flow_lines(made)[-3:] == ["anytime", "  沉默: (say 一。) -> stay", "  断线: (say 二。) -> stay"]


def test_channels_on_several_lines_add_up():
    text = "渠道 在线\n场景 A\n  渠道 电话\n  渠道 在线\n步骤 甲\n  结束 已解决\n"
    assert lowered(text).machines[0].channels == ("电话", "在线")


def test_a_machine_holds_the_flows_it_can_reach_by_first_use():
    text = """\
场景 A
  全程 当 沉默 调用 C
步骤 甲
  调用 B
  结束 已解决
场景 B
步骤 乙
  调用 D
  返回
场景 C
步骤 丙
  返回
场景 D
步骤 丁
  返回
场景 E
步骤 戊
  结束 已解决
"""
    machine = lowered(text).machines[0]
    assert [one.scenario for one in machine.flows] == ["A", "B", "D", "C"]


def test_every_state_and_transition_points_at_its_line():
    text = '场景 A\n步骤 甲\n  说 "您好。"\n  当 生气 转 甲\n  结束 已解决\n'
    made = compile_text(text).flows["A"]
    for state in made.states:
        assert state.span.source.name == "a.script"
        for transition in state.transitions:
            assert 2 <= transition.span.line <= 5


def test_files_may_come_in_any_order():
    one = "场景 A\n步骤 甲\n  调用 B\n  转 无\n"
    two = "场景 B\n步骤 乙\n  返回 消失\n"
    first = compile_text(one, **{"b.script": two})
    second = compile_text(two, **{"0.script": one})
    assert sorted(codes(first)) == sorted(codes(second)) == ["SC201", "SC201"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rich_scripts())
def test_the_outline_of_a_step_is_what_its_states_say(text):
    """Cards show outlines, calls go through states: a line that only one of them had would be printed in vain, or missed."""
    for made in compile_text(text, vocabulary=VOCABULARY).flows.values():
        assert [step.outline for step in made.steps] == [read_back(made, step) for step in made.steps]
