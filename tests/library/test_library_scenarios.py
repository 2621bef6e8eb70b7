"""The library's whole calls: every flow and limit of the service manuals is named by a script, and keeps its figures.

Flows are rows F1 to F11 of the catalogue, limits L1 to L11; a script names its rows by `出处`. What the dialogues expect is
run by the dialogues' own test; here the compiled machines are looked at: what is promised by when, what is told before a
customer signs, how a call ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.machine.model import Act, Ask, Do, Machine, Phrase, Promise, Say, SlotRef, Step
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Disk, Memory, load
from dsl import nodes
from dsl.diagnostics import Severity

pytestmark = pytest.mark.slow

LIBRARY = Path(__file__).parents[2] / "scripts_library"

PROMISES = {
    "当场不能解决的投诉": {"答复时间": {"2h", "24h"}},  # L9
    "一般投诉": {"答复时间": {"24h"}},  # L10
    "服务态度投诉": {"答复时间": {"2workday"}},  # L10, F4
    "核实后回复": {"答复时间": {"2h", "24h"}},  # F7
    "故障报修": {"首次反馈": {"30min"}, "下次进度": {"30min"}},  # L6, L7
    "使用问题反馈": {"首次反馈": {"30min"}},  # L6
    "重大故障紧急": {"首次反馈": {"30min"}, "下次进度": {"30min"}},  # L6, L7
    "安全风险紧急": {"首次反馈": {"30min"}},  # L6
    "账户安全紧急": {"首次反馈": {"30min"}},  # L6, F5
    "回电告知进度": {"下次进度": {"30min"}, "答复时间": {"24h"}},  # L7
    "上门前联系": {"到达时间": {"1h"}},  # L11
}
"""Whole call -> what it promises, by when (amount and unit as written)."""

FOLDERS = {"information", "business", "orders", "complaint", "feedback", "emergency", "online", "outbound"}
ONE_HOUR_AHEAD = "上门前1小时"


@pytest.fixture(scope="module")
def library() -> Compilation:
    return compile_project(load(Disk(LIBRARY)))


@pytest.fixture(scope="module")
def machines(library: Compilation) -> dict[str, Machine]:
    return {machine.name: machine for machine in library.machines}


@pytest.fixture(scope="module")
def calls(machines: dict[str, Machine]) -> list[Machine]:
    """The whole calls: what a customer dials or an agent does; not the parts that they call."""
    return [machine for machine in machines.values() if "scenarios/" in place(machine) and not is_part(machine)]


def place(machine: Machine) -> str:
    return machine.main.span.source.name


def is_part(machine: Machine) -> bool:
    return bool({"通话状况", "升级转接", "通话环节"} & set(machine.kinds))


def acts(machine: Machine) -> Iterator[tuple[Step | None, Act]]:
    """Everything said and done in the scenario itself, with the step it stands in."""
    main = machine.main
    for state in main.states:
        step = main.step_of(state)
        for act in state.acts:
            yield step, act
        for line in state.transitions:
            for act in (*line.acts, *line.then):
                yield step, act
    for line in main.anytime:
        for act in (*line.acts, *line.then):
            yield None, act


def phrases(act: Act) -> tuple[Phrase, ...]:
    return act.phrases if isinstance(act, Say | Ask) else ()


def mentions(act: Act, slot: str) -> bool:
    """Whether every wording of `act` speaks `slot`."""
    return bool(phrases(act)) and all(
        any(isinstance(part, SlotRef) and part.slot == slot for part in phrase.parts) for phrase in phrases(act)
    )


def rows(machine: Machine) -> set[str]:
    return {row for source in machine.main.sources for row in source.split()}


@pytest.mark.parametrize(("letter", "last"), [("F", 11), ("L", 11)])
def test_every_flow_and_limit_is_named_by_a_script(letter, last, machines):
    wanted = {f"{letter}{number}" for number in range(1, last + 1)} - {
        "L8"
    }  # L8, the speech rate, is a setting and a rule
    assert wanted <= {row for machine in machines.values() for row in rows(machine)}


def test_the_speech_rate_is_that_of_the_manuals(library):
    assert 180 <= library.program.settings.speech_rate <= 220  # L8


def test_there_is_a_whole_call_for_each_business(calls):
    assert {place(call).split("/")[-2] for call in calls} == FOLDERS


def test_every_call_stands_on_a_frame_that_says_the_common_lines_once(library, calls):
    frames = {"来电接待", "外呼联系", "在线接待"}
    for call in calls:
        scenario = library.program.scenarios[call.name]
        assert frames & set(scenario.bases), call.name
        own = [line for line in scenario.node.lines if isinstance(line, nodes.Handler)]
        common = [event.text for line in own for event in line.events if event.text == "客户挂断"]
        assert not common, f"{call.name} repeats what its frame says"


def test_every_step_says_what_it_is_for(calls):
    assert not [(call.name, step.name) for call in calls for step in call.main.steps if not step.goal]


def test_every_call_says_what_is_never_said_why_and_what_to_say_instead(calls):
    for call in calls:
        assert call.main.never_say, call.name
        assert all(one.because and one.instead for one in call.main.never_say), call.name
        assert all(one.because for one in call.main.never_do), call.name


@pytest.mark.parametrize("name", sorted(PROMISES))
def test_promises_are_those_of_the_manuals(name, machines):
    found: dict[str, set[str]] = {}
    for _, act in acts(machines[name]):
        if isinstance(act, Promise):
            found.setdefault(act.slot, set()).add(act.deadline.number + act.deadline.unit)
    assert {slot: found.get(slot) for slot in PROMISES[name]} == PROMISES[name]


def test_the_promised_time_is_said_where_a_complaint_cannot_be_settled(machines):
    step = next(step for step in machines["当场不能解决的投诉"].main.steps if step.name == "问题处理")
    said = [act for where, act in acts(machines["当场不能解决的投诉"]) if where is step and mentions(act, "答复时间")]
    assert len(said) == 2  # by phone, or by the complaint's number


def test_a_visit_is_announced_an_hour_ahead(machines):
    for name in ("故障报修", "上门前联系"):
        said = [phrase.text for _, act in acts(machines[name]) for phrase in phrases(act)]
        assert any(ONE_HOUR_AHEAD in text for text in said), name


def test_calls_are_answered_in_three_rings_and_three_seconds(calls):
    incoming = [call for call in calls if "客户来电" in call.kinds]
    assert incoming
    for call in incoming:
        first = call.main.steps[0]
        assert first.within is not None, call.name
        assert (first.within.base, first.within.unit) == (3, "ring"), call.name
        assert first.opening is not None, call.name
        assert first.opening.base == 3_000, call.name


@pytest.mark.parametrize(
    ("name", "action", "told"),
    [
        ("办理确认", "提交办理", ("业务名称", "月费", "生效时间", "提前取消费用")),
        ("购买指引", "提交订单", ("商品价格", "送达日期", "退换规定")),
    ],
)
def test_price_date_and_risk_are_told_in_one_step_and_the_order_comes_in_another(name, action, told, machines):
    spoken: dict[str, set[str]] = {}
    ordered: set[str] = set()
    for step, act in acts(machines[name]):
        if step is None:
            continue
        spoken.setdefault(step.name, set()).update(slot for slot in told if mentions(act, slot))
        if isinstance(act, Do) and act.action == action:
            ordered.add(step.name)
    complete = {step for step, slots in spoken.items() if slots == set(told)}
    assert complete
    assert len(ordered) == 1
    assert not complete & ordered  # the customer answers in between


def test_the_six_steps_of_a_complaint_stand_in_their_order(machines):
    goals = [step.goal for step in machines["一般投诉"].main.steps]
    found = [next(i for i, goal in enumerate(goals) if f"第{count}步" in goal) for count in "一二三四五六"]
    assert found == sorted(found)


def test_emergencies_alert_and_dispatch_in_the_same_step(machines):
    for name, action in (
        ("安全风险紧急", "上报应急小组"),
        ("重大故障紧急", "上报应急小组"),
        ("账户安全紧急", "上报安全专员"),
    ):
        together = {
            step.name
            for step, act in acts(machines[name])
            if step is not None and isinstance(act, Do) and act.action == "启动应急流程"
        }
        alerted = {
            step.name
            for step, act in acts(machines[name])
            if step is not None and isinstance(act, Do) and act.action == action
        }
        assert together
        assert together <= alerted, name


def test_emergencies_stand_on_their_frame_and_end_with_a_person_or_within_minutes(library, calls):
    """What ends elsewhere is forbidden by a rule, and so proven; here is looked at that the rule says what it has to."""
    emergencies = [call for call in calls if "紧急情况" in call.kinds]
    assert len(emergencies) == 3
    outcomes = library.program.symbols.tables["outcome"]
    for call in emergencies:
        assert "紧急接待" in library.program.scenarios[call.name].bases
        ends = {state.outcome for flow in call.flows for state in flow.states if state.kind == "end"}
        assert "马上回拨" in ends
        tags = {tag.text for end in ends for tag in outcomes[end].node.tags}
        assert not tags & {"客户自己再来", "不马上"}, call.name
    away = {"客户再来电", "无声结束", "杂音结束", "听不清结束", "语言不通", "已告知电话", "转自动语音", "下班再联系"}
    hours = {"故障后回电", "主管回电", "已留言", "约定回复"}
    for tag, names in (("客户自己再来", away), ("不马上", hours)):
        assert all(tag in {one.text for one in outcomes[name].node.tags} for name in names)


@pytest.mark.parametrize(
    ("frame", "broken"), [("来电接待", {"紧急不让客户再打", "紧急不等几小时"}), ("紧急接待", set())]
)
def test_an_emergency_of_ones_own_that_sends_the_customer_away_is_found(frame, broken):
    head = f"场景 电梯困人 属于 紧急情况 基于 {frame}\n"
    greeting = "步骤 接听问候 [问候]\n  时限 3声\n  开口 3秒\n  说 标准问候\n  转 接通\n"
    through = "步骤 接通\n  说 转接道别\n  做 上报应急小组、转接应急专员\n  结束 转应急专员\n"
    settings = "name: x\nlibraries: [scriptc]\nfacts: {公司名称: 星海, 部门: 客服, 工号: '1'}\n"
    project = load(Memory({"scriptc.yaml": settings, "a.script": head + greeting + through}))
    found = [one.message("zh") for one in compile_project(project).findings if one.severity is Severity.ERROR]
    rules = {"紧急不让客户再打", "紧急不等几小时", "紧急时故障不停"}
    assert {rule for rule in rules if any(f"“{rule}”" in text for text in found)} >= broken
    assert bool(found) == bool(broken), found


def test_outbound_calls_speak_of_nothing_before_they_know_who_is_there(machines):
    for name, secret in (("续费提醒", "到期业务"), ("续费提醒", "到期日期")):
        main = machines[name].main
        before = {"问候本人", "核对本人", "核对结果", "再核对一次"}
        told = {step.name for step, act in acts(machines[name]) if step is not None and mentions(act, secret)}
        assert told
        assert not told & before
        assert before <= {step.name for step in main.steps}


def test_online_messages_are_short(calls):
    online = [call for call in calls if call.channels == ("在线",)]
    assert online
    for call in online:
        long = [phrase.text for _, act in acts(call) for phrase in phrases(act) if len(phrase.text) > 40]
        assert not long, call.name


def test_every_call_has_dialogues_of_its_own(library, calls):
    tested = [dialogue.scenario.text for dialogue in library.program.dialogues]
    assert not [call.name for call in calls if tested.count(call.name) < 2]


def test_the_table_people_look_in_names_every_call(calls):
    table = (LIBRARY / "README.md").read_text("utf-8")
    for call in calls:
        where = place(call).removesuffix(".script").split("scenarios/")[1]
        assert f"| {call.name} | `{where}` |" in table, call.name
