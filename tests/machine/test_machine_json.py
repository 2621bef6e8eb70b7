"""Machines as JSON: the published schema, a stable text, a hash of the meaning and of nothing else."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import compiler.runtime
from compiler.machine.model import Machine, Phrase, Say
from compiler.machine.to_json import Writer, content_hash, dumps, machine_document
from compiler.runtime.document import schema
from dsl.frozen import replace
from dsl.source import Source, Span
from tests.machines import SCRIPT, SOURCE, complaint, renamed, small
from tests.projects import compile_text

PUBLISHED = Path(compiler.runtime.__file__).parent / "machine.schema.json"
SCHEMA = json.loads(PUBLISHED.read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
HOSTILE = '</script>{"flows": []}\u2028\u202e"\\'


def shifted(value: Any, source: Source, by: int) -> Any:
    """`value` with every span moved to `source`, `by` characters on."""
    if isinstance(value, Span):
        return Span(source, value.start + by, value.end + by)
    if isinstance(value, tuple):
        return tuple(shifted(item, source, by) for item in value)
    if hasattr(value, "__struct_fields__"):
        return replace(value, **{name: shifted(getattr(value, name), source, by) for name in value.__struct_fields__})
    return value


def reworded(machine: Machine, flow: int) -> Machine:
    """`machine` with one more word in the first thing said in its flow number `flow`."""
    flows = list(machine.flows)
    states = list(flows[flow].states)
    index, first = next((i, state) for i, state in enumerate(states) if state.acts)
    act = first.acts[0]
    assert isinstance(act, Say)
    phrase: Phrase = replace(act.phrases[0], parts=(*act.phrases[0].parts, "呢"))
    states[index] = replace(first, acts=(replace(act, phrases=(phrase, *act.phrases[1:])), *first.acts[1:]))
    flows[flow] = replace(flows[flow], states=tuple(states))
    return replace(machine, flows=tuple(flows))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_published_schema_is_that_of_the_types(update_golden: bool) -> None:
    text = json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
    if update_golden:
        PUBLISHED.write_text(text, "utf-8", newline="\n")
    assert PUBLISHED.read_text("utf-8") == text


@pytest.mark.parametrize("machine", [complaint(), small("x"), small(HOSTILE)], ids=["complaint", "small", "hostile"])
def test_documents_are_valid(machine: Machine) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(machine_document(machine))] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), {"extra": 1}),
        (("flows", 0), {"extra": 1}),
        (("flows", 0, "states", 0), {"extra": 1}),
        (("flows", 0, "states", 0), {"limit": 2}),
        (("flows", 0, "states", 0), {"kind": "gate"}),
        (("flows", 0, "states", 0), {"kind": "end"}),
        (("flows", 0, "states", 0, "acts", 0), {"act": "sing"}),
        (("flows", 0, "states", 1, "transitions", 0, "on"), {"event": 7}),
        (("flows", 0, "states", 1, "transitions", 0), {"to": -1}),
        (("slots", 0), {"type": "colour"}),
    ],
)
def test_the_schema_is_strict(path: tuple[str | int, ...], value: dict[str, Any]) -> None:
    document: Any = copy.deepcopy(machine_document(complaint()))
    place = document
    for step in path:
        place = place[step]
    place.update(value)
    assert not VALIDATOR.is_valid(document)


NAMED = {f"SpanDoc.{key}" for key in ("line", "column", "end_line", "end_column")} | {
    *(f"{name}Doc.act" for name in ("Say", "Ask", "Do", "Promise")),
    *(f"{name}.{key}" for name in ("FlowDoc", "StepDoc") for key in ("tips", "never_say", "never_do")),
    *(
        "AskDoc.slots",
        "AskDoc.phrases",
        "DoDoc.fills",
        "FlowDoc.goals",
        "FlowDoc.kind",
        "FlowDoc.sources",
        "FlowDoc.title",
    ),
    *(
        "NeverDoDoc.actions",
        "NeverSayDoc.texts",
        "SlotDoc.type",
        "StateDoc.acts",
        "StateDoc.transitions",
        "StepDoc.tags",
    ),
    *("TermDoc.tags", "TransitionDoc.acts", "document.name"),
}
"""What needs no more words than its name."""


def test_every_part_of_the_schema_says_what_it_is() -> None:
    silent = [
        f"{name}.{key}"
        for name, part in (("document", SCHEMA), *SCHEMA["$defs"].items())
        for key, value in part.get("properties", {}).items()
        if "description" not in value and "$ref" not in value
    ]
    assert set(silent) <= NAMED


def test_the_text_is_stable_and_readable() -> None:
    text = dumps(machine_document(complaint()))
    assert text == dumps(machine_document(complaint()))
    assert json.loads(text) == machine_document(complaint())
    assert text.endswith("}\n")
    assert "信息核实" in text
    keys = list(json.loads(text))
    assert keys == sorted(keys)
    assert [state["step"] for state in json.loads(text)["flows"][0]["states"]][-1] is None
    states = sum(len(flow["states"]) for flow in json.loads(text)["flows"])
    assert sum(line.startswith('        {"') and '"step": ' in line for line in text.splitlines()) == states


def test_spans_are_lines_and_columns_of_the_script() -> None:
    document: Any = machine_document(complaint())
    span = document["flows"][0]["steps"][0]["span"]
    assert span["file"] == SOURCE.name
    line = SCRIPT.splitlines()[span["line"] - 1]
    assert line[span["column"] - 1 : span["end_column"] - 1] == "步骤 接听问候"


@pytest.mark.parametrize("machine", [complaint(), small(HOSTILE)], ids=["complaint", "hostile"])
def test_one_writer_for_many_machines_says_the_same(machine: Machine) -> None:
    writer = Writer()
    other = renamed(machine, "另一个")
    assert writer.text(machine) == dumps(machine_document(machine))
    assert writer.text(other) == dumps(machine_document(other))
    assert writer.hash(machine) == content_hash(machine)
    assert writer.text(machine) == dumps(machine_document(machine))


def test_the_hash_is_of_the_meaning() -> None:
    machine = complaint()
    hash = content_hash(machine)
    assert len(hash) == 12
    assert machine_document(machine)["content_hash"] == hash
    moved = shifted(machine, Source("elsewhere.script", "# 说明\n" + SCRIPT), 5)
    assert dumps(machine_document(moved)) != dumps(machine_document(machine))
    assert content_hash(moved) == hash


PLAIN = """\
场景 甲
  信息 姓 文本
步骤 开头
  问 姓 "您贵姓？"
  转 收尾
步骤 收尾
  说 "好的。"
  结束 已解决
"""


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("# 给新来的同事看的\n" + PLAIN.replace("  转", "  # 问完就走\n  转"), id="comments"),
        pytest.param("\n\n" + PLAIN.replace("\n步骤", "\n\n\n步骤"), id="blank lines"),
        pytest.param(PLAIN.replace('"', "”").replace("   ", "\t"), id="signs"),
        pytest.param('事件 停电 "机房断电，电话还通"\n' + PLAIN, id="a description of what this scenario does not use"),
    ],
)
def test_what_describes_a_script_and_changes_no_call_changes_no_hash(written: str) -> None:
    before, after = (compile_text(text).machines[0] for text in (PLAIN, written))
    assert content_hash(after) == content_hash(before)


@pytest.mark.parametrize("flow", range(3))
def test_a_word_changes_the_hash(flow: int) -> None:
    assert content_hash(reworded(complaint(), flow)) != content_hash(complaint())


@pytest.mark.parametrize(
    "change",
    [{"speech_rate": 210}, {"facts": ()}, {"effective": None}, {"channels": ("在线",)}],
    ids=lambda c: next(iter(c)),
)
def test_the_head_counts_too(change: dict[str, Any]) -> None:
    assert content_hash(replace(complaint(), **change)) != content_hash(complaint())
