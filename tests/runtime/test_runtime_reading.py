"""What the simulator is given: machines are read as they were written, anything else is refused with the reason."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.machine.to_json import dumps, machine_document
from compiler.runtime import MachineRefused, Refused, Session, load
from compiler.runtime.session import CallRefused
from tests.projects import lowered

SCRIPT = """\
场景 A
  信息 姓 文本 已知
  信息 类型 选项 甲 / 乙
  全程 当 沉默 5秒 调用 B
步骤 甲
  至多 2次, 否则 结束 无声
  说 "您好，{姓}，{公司}。"
  问 类型 "哪一种？"
  承诺 答复 2工作日
  做 登记, 得到 类型
  每 30秒: 说 "请稍等。"
  若 类型 是 甲: 转 甲
  转 乙
步骤 乙
  结束 已解决
场景 B
步骤 询
  说 "在吗？"
  当 出声 返回 生气
"""
CONFIG = "libraries: [词汇]\nfacts:\n  公司: 阳光\n"


def document() -> Any:
    compiled = lowered(SCRIPT, config=CONFIG)
    return machine_document(next(one for one in compiled.machines if one.name == "A"))


def changed(path: tuple[str | int, ...], value: object) -> Any:
    made = copy.deepcopy(document())
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return made


def reason(machine: Any) -> MachineRefused:
    with pytest.raises(MachineRefused) as caught:
        load(machine)
    return caught.value


def test_text_bytes_and_document_are_the_same_machine():
    made = document()
    models = [load(made), load(dumps(made)), load(dumps(made).encode())]
    assert {one.name for one in models} == {"A"}
    assert {len(one.states) for one in models} == {sum(len(flow["states"]) for flow in made["flows"])}


def test_slots_facts_and_deadlines_are_spoken():
    call = Session(load(document()), {"姓": "王"}, {"类型": "甲"})
    assert [line.text for line in call.now if line.kind == "promise"] == ["2个工作日"]
    assert next(line.text for line in call.now if line.kind == "say") == "您好，王，阳光。"


@pytest.mark.parametrize("length", [0, 1, 100, -3])
def test_a_machine_cut_short_is_refused(length):
    text = dumps(document())
    assert "JSON" in reason(text[:length]).words.zh


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"format": "scxml"}', "7", b"\xff\xfe", "[" * 100_000])
def test_what_is_no_machine_is_refused(text):
    assert reason(text).words.en


@pytest.mark.parametrize("version", [0, 2, "1", None, True, 1.5])
def test_another_version_is_refused_by_name(version):
    words = reason(changed(("version",), version)).words
    assert repr(version) in words.zh
    assert "version" in words.en


STATE = ("flows", 0, "states")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("facts",), {}, "公司"),
        (("slots", 2, "name"), "类", "类型"),
        (("slots", 1, "name"), "姓", "姓"),
        (("events",), [], "沉默"),
        (("actions",), [], "登记"),
        (("outcomes",), [], "无声"),
        (("flows", 1, "scenario"), "C", "B"),
        (("flows", 1, "scenario"), "A", "A"),
        (("name",), "Z", "Z"),
        (("flows",), [], "flows"),
        (("flows", 0, "entry"), 99, "99"),
        (("flows", 0, "entry"), -1, "entry"),
        (("flows", 0, "steps", 0, "entry"), 99, "99"),
        (("flows", 0, "steps", 0, "states"), [99], "99"),
        (("flows", 0, "anytime", 0, "on"), {"kind": "proceed"}, "anytime[0].on"),
        ((*STATE, 0, "id"), 3, "states[0].id"),
        ((*STATE, 0, "limit"), 0, "limit"),
        ((*STATE, 0, "transitions", 0, "to"), 99, "99"),
        ((*STATE, 0, "kind"), "wait", "states[0]"),
        ((*STATE, 1, "step"), 9, "9"),
        ((*STATE, 0, "step"), None, "states[0].step"),
        ((*STATE, 1, "kind"), "end", "states[1]"),
        ((*STATE, 1, "outcome"), "已解决", "states[1]"),
        ((*STATE, 1, "event"), "沉默", "states[1]"),
        ((*STATE, 0, "fill"), [], "fill"),
        ((*STATE, 0, "name"), 7, "states[0].name"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_nonsense_is_refused_and_named(path, value, says):
    words = reason(changed(path, value)).words
    assert says in words.zh
    assert says in words.en


@pytest.mark.parametrize(
    ("on", "says"),
    [
        ({"kind": "every", "delay_ms": -5}, "delay_ms"),
        ({"kind": "every"}, "delay_ms"),
        ({"kind": "event"}, "on"),
        ({"kind": "proceed", "delay_ms": 5}, "delay_ms"),
        ({"kind": "after", "event": "沉默", "delay_ms": 5}, "on"),
        ({"kind": "sometimes"}, "kind"),
    ],
)
def test_a_time_that_cannot_be_is_refused(on, says):
    made = document()
    state = next(one for one in made["flows"][0]["states"] if one["kind"] == "wait")
    state["transitions"][0]["on"] = on
    assert says in reason(made).words.zh


def test_sub_dialogues_in_a_circle_are_refused():
    made = document()
    back = {"on": {"kind": "event", "event": "沉默"}, "to": None, "call": "B", "span": made["flows"][0]["span"]}
    made["flows"][1]["anytime"] = [back]
    assert "B" in reason(made).words.zh


def test_a_machine_that_never_waits_ends_in_a_refusal_and_not_in_a_hang():
    made = document()
    first = next(one for one in made["flows"][0]["states"] if one["name"] == "甲")
    first["transitions"] = [{"on": {"kind": "always"}, "to": first["id"], "span": first["span"]}]
    first["acts"] = []
    with pytest.raises(CallRefused) as caught:
        Session(load(made), {}, {"类型": "甲"})
    assert caught.value.refused.kind == "endless"


def test_a_system_that_is_asked_before_anybody_speaks_is_answered_ahead():
    assert Session(load(document()), ahead={"类型": "乙"}).slots["类型"] == "乙"


def test_without_that_answer_the_call_has_not_begun_and_says_what_it_waits_for():
    call = Session(load(document()))
    assert call.needs is not None
    assert (call.needs.kind, call.needs.slot, call.needs.options) == ("answer-missing", "类型", ("甲", "乙"))
    (one,) = call.possible()
    assert (one.kind, one.asks) == ("answer", (("类型", ("甲", "乙")),))
    assert (call.now, call.position, call.ended, call.transcript, call.back()) == ((), None, False, (), False)
    for made in (
        call.send("沉默"),
        call.go_along(),
        call.advance(5),
        call.wait(5),
        call.heard(),
        call.fill("类型", "丙"),
    ):
        assert isinstance(made, Refused)
        assert made.possible == (one,)
    assert not isinstance(call.fill("类型", "乙"), Refused)
    ahead = Session(load(document()), ahead={"类型": "乙"})
    assert (call.configuration, call.transcript) == (ahead.configuration, ahead.transcript)


def test_what_is_known_before_a_call_must_be_such_a_slot():
    with pytest.raises(CallRefused):
        Session(load(document()), {"姓名": "王"})


PLACES = [("version",), ("slots",), ("flows", 0, "states"), ("flows", 0, "states", 1, "acts"), ("flows", 1, "steps")]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "kind", "on", "x"]), inner),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.sampled_from(PLACES), ANYTHING)
def test_whatever_stands_in_a_machine_it_is_read_or_refused(path, value):
    try:
        name = load(json.dumps(changed(path, value))).name
    except MachineRefused as refused:
        name = "A" if refused.words.zh and refused.words.en else "refused without a word"
    assert name == "A"
