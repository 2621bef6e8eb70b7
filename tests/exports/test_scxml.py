"""SCXML: documents that every engine can read, whatever authors wrote, and that stay small."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from compiler.exports.parts import ChartState
from compiler.exports.scxml import NAMESPACE, scxml
from compiler.exports.statechart import chart
from compiler.exports.xstate import xstate
from compiler.machine.to_json import Writer
from tests.machines import complaint, small
from tests.projects import compile_text, lowered
from tests.shipped import shipped

SCXML = "{http://www.w3.org/2005/07/scxml}"
OWN = f"{{{NAMESPACE}}}"

# What the W3C's schema of SCXML 1.0 allows of the elements that are written here: attributes, and elements inside.
EXECUTABLE = {"raise", "send", "cancel", "log"}
CONTENT = {"onentry", "onexit", "transition", "state", "parallel", "history"}
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "scxml": ({"initial", "version", "datamodel"}, {"state", "parallel", "final"}),
    "state": ({"id", "initial"}, CONTENT),
    "parallel": ({"id"}, CONTENT),
    "history": ({"id", "type"}, {"transition"}),
    "final": ({"id"}, set()),
    "onentry": (set(), EXECUTABLE),
    "onexit": (set(), EXECUTABLE),
    "transition": ({"event", "cond", "target"}, EXECUTABLE),
    "raise": ({"event"}, set()),
    "send": ({"event", "id", "delay"}, set()),
    "cancel": ({"sendid"}, set()),
    "log": ({"label", "expr"}, set()),
}
EVENT = re.compile(r"[\w-]+(\.[\w-]+)*|\*")
ID = re.compile(r"[^\W\d][\w]*")
CONDITION = re.compile(r"\(?In\('(\w+)'\)\)?")


def check_document(text: str) -> None:
    """Hold `text` to what the schema asks, and to what engines are known to run alike."""
    root = ElementTree.fromstring(text)
    parents = {child: parent for parent in root.iter() for child in parent}
    standard = [element for element in root.iter() if element.tag.startswith(SCXML)]
    ids = [id for element in standard if (id := element.get("id")) is not None]
    assert len(ids) == len(set(ids))
    assert all(ID.fullmatch(id) for id in ids)
    places = {
        element.get("id", "")
        for element in standard
        if element.tag[len(SCXML) :] in ("state", "parallel", "final", "history")
    }
    for element in root.iter():
        if not element.tag.startswith(SCXML):
            assert element.tag.startswith(OWN)
            continue
        tag = element.tag[len(SCXML) :]
        attributes, inside = ALLOWED[tag]
        assert {name for name in set(element.attrib) if not name.startswith(OWN)} <= attributes, tag
        assert {child.tag[len(SCXML) :] for child in element if child.tag.startswith(SCXML)} <= inside, tag
        for name in ("target", "initial"):
            if (place := element.get(name)) is not None:
                assert place in places, (tag, place)
        for event in filter(None, (element.get("event"),)):
            assert EVENT.fullmatch(event), event
        if (cond := element.get("cond")) is not None:
            assert set(CONDITION.findall(cond)) <= places
            assert (
                CONDITION.sub("", cond).replace("||", "").replace("&&", "").replace("(", "").replace(")", "").strip()
                == ""
            )
        if tag == "state" and any(child.tag[len(SCXML) :] in ("state", "parallel") for child in element):
            assert element.get("initial")
        if tag == "transition" and parents[element].tag != f"{SCXML}history":
            assert element.get("event"), "a transition without an event"
        if tag == "send":
            assert re.fullmatch(r"[1-9]\d*ms", element.get("delay", ""))
            leaving = parents[parents[element]].findall(f"{SCXML}onexit/{SCXML}cancel")
            assert element.get("id") in {one.get("sendid") for one in leaving}
        if tag == "history":
            assert not list(parents[element].iter(f"{SCXML}final"))
            targets = [one for one in root.iter(f"{SCXML}transition") if one.get("target") == element.get("id")]
            assert all(len(one) == 0 for one in targets), "engines differ on a history with something to do on the way"


@pytest.mark.slow
def test_every_document_is_sound():
    for machine in (*shipped(), complaint()):
        check_document(scxml(machine))


@pytest.mark.parametrize(
    "text", ["<b>&\"'", "]]>", "\x00\x07\ud800\ufffe\u2028", "{{ x }} ${y} ' + alert(1) + '", "\\ a v b ! ^"]
)
def test_whatever_authors_write_is_text(text: str):
    document = scxml(small(text))
    check_document(document)
    said = [one.get("expr", "") for one in ElementTree.fromstring(document).iter(f"{SCXML}log")]
    spoken = [eval(one) for one in said]  # a string of Python's is one of ECMAScript's, as it is written here
    assert text + "{事项}" in spoken


def test_the_same_machine_is_the_same_bytes():
    assert scxml(complaint()) == scxml(complaint())


def test_phrases_slots_and_what_must_not_be_said_travel_along():
    document = scxml(complaint())
    root = ElementTree.fromstring(document)
    logs = {(one.get("label"), one.get("expr")) for one in root.iter(f"{SCXML}log")}
    assert ("do", "'登记投诉'") in logs
    assert ("promise", "'答复'") in logs
    assert ("end", "'转主管'") in logs
    assert "您别激动" in document
    assert all(one.get(f"{OWN}at") for one in root.iter(f"{SCXML}log") if one.get("label") == "say")
    answers = {(one.get("slot"), one.get("value")) for one in root.iter(f"{OWN}answer")}
    assert ("问题类型", "简单") in answers
    assert {one.get("slot") for one in root.iter(f"{OWN}known")} == {"客户类型"}


KNOWING = """\
词组 保证 "绝对没事" / "包在{谁}身上"
词组 谁 "我"
场景 A
  信息 手机 电话号码 敏感
  禁说 "{保证}" / "不可能" 原因 "没人能保证" 改说 "我马上去查。" 除非 "没有{保证}的道理"
步骤 请报
  说 "这里是{公司名称}。"
  问 手机 "请报一下手机号。"
  转 念出
步骤 念出
  说 "尾号是{手机 末4位}，对吗？"
  结束 已解决
"""


def test_an_export_says_all_that_the_machine_knows():
    compiled = compile_text(KNOWING, config="libraries: [词汇]\nfacts: {公司名称: 安心家政}\n")
    machine = compiled.machines[0]
    root = ElementTree.fromstring(scxml(machine))
    assert [one.attrib for one in root.iter(f"{OWN}fact")] == [{"name": "公司名称", "value": "安心家政"}]
    assert [one.attrib for one in root.iter(f"{OWN}slot")] == [{"name": "手机", "type": "phone", "sensitive": "true"}]
    said = [one.get("expr") for one in root.iter(f"{SCXML}log") if one.get("label") == "say"]
    assert "'尾号是{手机 末4位}，对吗？'" in said  # a platform must not find {手机} and read out the whole number
    never = [
        {
            "texts": ["{保证}", "不可能"],
            "because": "没人能保证",
            "instead": ["我马上去查。"],
            "unless": ["没有{保证}的道理"],
            "groups": {"保证": ["绝对没事", "包在{谁}身上"], "谁": ["我"]},
        }
    ]
    assert json.loads(next(filter(None, (one.get(f"{OWN}never-say") for one in root.iter())))) == never

    meta = json.loads(xstate(machine))["meta"]
    assert meta["facts"] == [{"name": "公司名称", "value": "安心家政"}]
    assert meta["slots"] == [{"name": "手机", "type": "phone", "sensitive": True}]
    document = json.loads(Writer().text(machine))
    assert document["flows"][0]["never_say"][0]["groups"] == never[0]["groups"]


def states(state: ChartState) -> int:
    return 1 + sum(map(states, state.children))


def test_a_chart_grows_with_the_script_and_not_with_all_that_can_happen():
    """Sub-dialogues that interrupt one another must not be copied into one another."""
    lines = [
        "场景 A",
        *(f"  全程 当 {event} 调用 B{number}" for number, event in enumerate(("沉默", "出声", "生气", "杂音"))),
    ]
    lines += ["步骤 开始", '  问 姓 "请问？"', "  结束 已解决"]
    lines.insert(1, "  信息 姓 文本")
    for number in range(4):
        lines += [
            f"场景 B{number}",
            "步骤 甲",
            '  说 "一。"',
            "  至多 2次, 否则 返回",
            "  转 乙",
            "步骤 乙",
            '  说 "二。"',
            "  返回 生气",
        ]
    machine = next(one for one in lowered("\n".join(lines) + "\n").machines if one.name == "A")
    written = sum(len(flow.states) for flow in machine.flows)
    assert states(chart(machine).top) < 5 * written


def nested(levels: int, limit: int = 3) -> str:
    """Each of so many levels of sub-dialogues calls the next twice, and is entered `limit` times at most."""
    lines = []
    for level in range(1, levels + 1):
        calls = [f"  调用 层{level + 1}"] * 2 if level < levels else []
        lines += [
            f"场景 层{level}",
            "  信息 姓 文本",
            "步骤 甲",
            f"  至多 {limit}次, 否则 返回",
            '  问 姓 "贵姓？"',
            *calls,
            "  返回",
        ]
    lines += [
        "场景 主",
        "步骤 甲",
        '  说 "您好。"',
        "  调用 层1",
        "  转 末",
        "步骤 末",
        '  说 "再见。"',
        "  结束 已解决",
    ]
    return "\n".join(lines) + "\n"


def written(text: str) -> str:
    return scxml(next(one for one in compile_text(text).machines if one.name == "主"))


def test_a_document_grows_with_the_levels_of_calls_and_does_not_double_with_each():
    six, twelve, twenty_four = (len(written(nested(levels))) for levels in (6, 12, 24))
    assert twelve < 2.2 * six
    assert twenty_four < 2.2 * twelve


def test_a_gate_counts_as_far_as_a_script_can_say():
    few, many = written(nested(2)), written(nested(2, 999_999))
    check_document(many)
    assert len(many) < 6 * len(few)
