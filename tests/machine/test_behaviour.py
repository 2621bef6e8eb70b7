"""The moves of a machine: the sentences of docs/language.md about calls, and the analyses held against all moves."""

from __future__ import annotations

from collections import deque
from itertools import islice

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings

from compiler.machine.analysis import graph
from compiler.machine.analysis.dataflow import Filling
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import EMPTY, Configuration, Move
from compiler.machine.exploration.search import shortest_call
from compiler.machine.model import Say, Trigger
from tests.projects import compile_text, lowered
from tests.random_scripts import scripts

MOST = 400


def behaviour(text: str) -> Behaviour:
    machine = next(one for one in lowered(text).machines if one.name == "A")
    return Behaviour(machine)


def trigger(move: Move) -> Trigger:
    assert move.transition is not None
    return move.transition.trigger


def said(move: Move) -> list[str]:
    return [one.act.phrases[0].text for one in move.happenings if isinstance(one.act, Say)]


def play(text: str, *events: str | None) -> tuple[list[list[str]], Configuration]:
    """What is said at the beginning and after each event (None: the customer goes along), and where the call is."""
    made = behaviour(text)
    move, at = next(iter(made.beginnings()))
    heard = [said(move)]
    for event in events:
        for one, after in made.moves(at):
            happens = trigger(one)
            if (happens.kind if happens.event is None else happens.event) == (event or "proceed"):
                heard.append(said(one))
                at = after
                break
        else:
            raise AssertionError(f"{event} cannot happen here")
    return heard, at


def test_a_sub_dialogue_returns_to_the_place_it_interrupted_and_nothing_is_said_twice():
    text = """\
场景 A
  全程 当 沉默 5秒 调用 B
步骤 甲
  说 "一。"
  转 乙
步骤 乙
  说 "二。"
  结束 已解决
场景 B
步骤 询
  说 "在吗？"
  当 出声 返回
"""
    heard, at = play(text, "沉默", "出声", None)
    assert heard == [["一。"], ["在吗？"], [], ["二。"]]
    assert at.outcome == "已解决"


def test_a_returned_event_is_answered_by_the_step_that_called():
    text = """\
场景 A
步骤 甲
  说 "一。"
  当 沉默 调用 B
  当 生气: 说 "抱歉。", 转 乙
  转 乙
步骤 乙
  说 "二。"
  结束 已解决
场景 B
步骤 询
  说 "在吗？"
  当 生气 返回 生气
  转 回
步骤 回
  返回
"""
    assert play(text, "沉默", "生气")[0] == [["一。"], ["在吗？"], ["抱歉。", "二。"]]


def test_a_second_interruption_takes_the_place_of_the_first():
    text = """\
场景 A
  全程 当 沉默 调用 B
  全程 当 杂音 调用 C
步骤 甲
  说 "一。"
  转 乙
步骤 乙
  结束 已解决
场景 B
步骤 询
  说 "在吗？"
  转 回
步骤 回
  返回
场景 C
步骤 换
  说 "有杂音。"
  转 好
步骤 好
  返回
"""
    heard, at = play(text, "沉默", "杂音", None, None)
    assert heard == [["一。"], ["在吗？"], ["有杂音。"], [], []]
    assert at.outcome == "已解决"


def test_a_whole_call_line_does_not_hold_inside_what_it_called():
    text = '场景 A\n  全程 当 沉默 调用 B\n步骤 甲\n  说 "一。"\n  转 甲\n场景 B\n步骤 询\n  说 "在吗？"\n  转 询\n'
    made = behaviour(text)
    _, at = next(iter(made.beginnings()))
    _, inside = next(pair for pair in made.moves(at) if trigger(pair[0]).event == "沉默")
    assert [trigger(move).kind for move, _ in made.moves(inside)] == ["proceed"]


def test_a_gate_counts_over_several_runs_of_a_sub_dialogue():
    text = """\
场景 A
  全程 当 沉默 调用 B
步骤 甲
  说 "一。"
  转 乙
步骤 乙
  结束 已解决
场景 B
步骤 询
  至多 2次, 否则 结束 无声
  说 "在吗？"
  当 出声 返回
"""
    heard, at = play(text, "沉默", "出声", "沉默", "出声", "沉默")
    assert heard[1:] == [["在吗？"], [], ["在吗？"], [], []]
    assert at.outcome == "无声"


def test_the_shortest_call_to_a_place_is_found():
    text = '场景 A\n步骤 甲\n  说 "一。"\n  当 生气 转 丙\n  转 乙\n步骤 乙\n  说 "二。"\n  转 丙\n步骤 丙\n  结束 已解决\n'
    call = shortest_call(behaviour(text), lambda _, at: at.outcome is not None)
    assert call is not None
    assert len(call.moves) == 2


@pytest.mark.parametrize(
    ("line", "filled"),
    [
        ("若 没有 姓: 做 登记, 得到 姓", {"姓"}),
        ("若 没有 姓: 调用 B", {"姓"}),
        ("若 没有 姓 且 没有 类型: 做 登记, 得到 姓、类型", set()),
        ("若 类型 不是 甲: 做 登记, 得到 类型", {"类型"}),
        ("若 类型 是 甲: 做 登记, 得到 姓", set()),
        ("若 已有 姓: 做 登记, 得到 类型", set()),
        ('若 没有 姓: 问 姓 "您贵姓？"', {"姓"}),
        ('若 已有 类型: 问 姓 "您贵姓？"\n  做 登记, 得到 类型', {"类型"}),
        ('说 "好。"\n  若 没有 姓 转 甲', {"姓"}),
    ],
)
def test_what_is_filled_behind_a_guard_is_filled_whether_it_held_or_not(line, filled):
    script = f"""\
场景 A
  信息 姓 文本
  信息 类型 选项 甲 / 乙
步骤 甲
  {line}
  转 乙
步骤 乙
  说 "二。"
  结束 已解决
场景 B
  信息 姓 文本
步骤 查
  做 登记, 得到 姓
  返回
"""
    (machine,) = (one for one in compile_text(script).machines if one.name == "A")
    filling = Filling(machine)
    (step,) = (one for one in machine.main.steps if one.name == "乙")
    sure = filling.before["A"][step.entry]
    assert sure is not None
    assert {slot for slot, bit in filling.bit.items() if sure & bit} == filled


def explored(made: Behaviour) -> dict[Configuration, bool]:
    """Every configuration up to a limit; the value tells whether all were seen."""
    seen: dict[Configuration, bool] = {}
    queue = deque(after for _, after in made.beginnings())
    while queue and len(seen) < MOST:
        at = queue.popleft()
        if at not in seen:
            seen[at] = True
            queue.extend(after for _, after in made.moves(at))
    return seen


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
def test_analyses_hold_for_every_call(text):
    compiled = compile_text(text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    machine = next(one for one in compiled.machines if one.name == "A")
    made = Behaviour(machine)
    filling = Filling(machine)
    summaries = graph.FlowSummaries({flow.scenario: flow for flow in machine.flows})
    reach = [graph.reachable(flow, graph.edges_of(flow, summaries)) for flow in machine.flows]
    for at in explored(made):
        if at.outcome is not None:
            continue
        for frame in at.frames:
            assert frame.state in reach[frame.flow], "a call is where the graph says it cannot be"
        top = at.frames[-1]
        sure = filling.before[machine.flows[top.flow].scenario][top.state]
        assert sure is not None
        for slot, bit in filling.bit.items():
            if sure & bit:
                assert at.slots[made.slot_index[slot]] != EMPTY, f"{slot} was thought to be filled"


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
def test_the_shortest_call_replays_move_by_move_to_the_same_end(text):
    compiled = compile_text(text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    made = Behaviour(next(one for one in compiled.machines if one.name == "A"))
    try:
        call = shortest_call(made, lambda _, at: at.outcome is not None, most=MOST)
    except LookupError:
        reject()
    if call is None:
        reject()
    first = (call.moves[0], call.rests[0])
    at = next(after for move, after in made.beginnings() if (move, after) == first)
    assert at == call.rests[0]
    for played, rest in zip(call.moves[1:], call.rests[1:], strict=True):
        at = next(after for move, after in made.moves(at) if (move, after) == (played, rest))
    assert at == call.rests[-1]


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
def test_any_sensible_script_compiles_without_an_accident(text):
    compiled = compile_text(text)
    assert all(one.code >= "SC213" for one in compiled.findings), [one.code for one in compiled.findings]


def test_answers_of_systems_are_combined_one_at_a_time():
    slots = "".join(f"  信息 栏{number} 选项 一 / 二 / 三 / 四\n" for number in range(8))
    filled = "".join(f"  做 登记, 得到 栏{number}\n" for number in range(8))
    used = " 且 ".join(f"栏{number} 是 一" for number in range(8))
    made = behaviour(f"场景 A\n{slots}步骤 甲\n{filled}  若 {used} 结束 无声\n  转 乙\n步骤 乙\n  结束 已解决\n")
    tested = 0

    class Counting(Behaviour):
        def truth(self, guard, slots):
            nonlocal tested
            tested += 1
            return super().truth(guard, slots)

    beginnings = Counting(made.machine).beginnings()
    assert [config.outcome for _, config in islice(beginnings, 2)] == ["无声", "已解决"]
    assert tested < 100  # of 4**8 combinations


def test_lines_that_answer_what_each_others_sub_dialogues_hand_back_are_not_tried_in_every_order():
    events = [f"情况{number}" for number in range(7)]
    text = (
        "".join(f"事件 {event}\n" for event in events)
        + '场景 A\n步骤 甲\n  说 "请讲。"\n  调用 B\n'
        + "".join(f"  当 {event}: 调用 B\n" for event in events)
        + "  转 乙\n步骤 乙\n  结束 已解决\n"
        + '场景 B\n步骤 丙\n  说 "您好。"\n'
        + "".join(f"  当 {event} 返回 {event}\n" for event in events)
        + "  转 丁\n步骤 丁\n  返回\n"
    )
    flows = compile_text(text).flows
    edges = graph.edges_of(flows["A"], graph.FlowSummaries(flows))
    assert {edge.transition.trigger.event for edge in edges} >= set(events)
    assert len(edges) < 50_000  # 7! orders of seven lines would be some hundred thousand
