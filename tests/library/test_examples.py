"""Every folder of examples/ and the library itself: clean, proven against all their rulebooks, their dialogues green, built."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from compiler.build.files import built_files
from compiler.dialogues.coverage import Inventories, coverage
from compiler.dialogues.suite import Models, run
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Disk, load
from dsl.diagnostics import Severity

ROOT = Path(__file__).parents[2]
EXAMPLES = [path.parent for path in sorted(ROOT.glob("examples/*/scriptc.yaml"))]
PROJECTS = [*EXAMPLES, ROOT / "scripts_library"]

RULES = {f"R{number:02}" for number in range(1, 25)}
SITUATIONS = {f"S{number:02}" for number in range(1, 51)}
WHOLE_CALLS = ("late-checkout-complaint", "room-upgrade")
"""What examples/english shows in English: every situation of the manuals, every rule of theirs, and these calls."""


@cache
def compiled(folder: Path) -> Compilation:
    return compile_project(load(Disk(folder)))


def named(folder: str) -> Compilation:
    return compiled(ROOT / "examples" / folder)


def sources_of_rules(project: Compilation) -> list[tuple[str, ...]]:
    """The rows named by each rule that stands in the project itself."""
    own = {source.name for source in project.project.sources}
    return [
        tuple(rule.sources.plain.split() if rule.sources is not None else ())
        for rulebook in project.program.rulebooks
        for rule in rulebook.rules
        if rule.span.source.name in own
    ]


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "compiler/runtime/machine.schema.json").read_text("utf-8")))


@pytest.mark.slow
@pytest.mark.parametrize("folder", PROJECTS, ids=lambda path: path.name)
def test_a_project_is_clean_and_builds(folder, schema):
    project = compiled(folder)
    found = [one for one in project.findings if one.severity > Severity.NOTE]
    assert not found, [(one.code, one.span.source.name, one.span.line) for one in found]
    files = dict(built_files(project))
    assert project.machines
    for machine in project.machines:
        schema.validate(json.loads(files[f"{machine.name}.json"]))
        assert machine.main.title in files[f"{machine.name}.html"].decode()


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_an_example_keeps_every_rule_it_is_held_to(folder):
    results = {result.status for proof in compiled(folder).proofs for result in proof.results}
    assert "proven" in results
    assert results <= {"proven", "idle"}


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_an_example_has_dialogues_that_pass_and_leave_out_nothing_of_a_whole_call(folder):
    project = compiled(folder)
    models = Models(project)
    results = run(project, models)
    assert [one.dialogue.title.plain for one in results if not one.passed] == []
    # What a sub-dialogue does on its fourth entry takes a caller; whole calls have to be covered to the last line.
    calls = [one.name for one in project.machines if "situations/" not in one.main.span.source.name]
    left = {
        one.scenario: [str(item.place) for item in one.missing]
        for one in coverage(calls, results, Inventories(models))
        if one.missing
    }
    assert left == {}


@pytest.mark.parametrize("name", ["telecom", "online-shop-chat", "utility-emergency-line"])
def test_an_example_on_the_library_stays_small_and_brings_its_own_rulebook(name):
    project = named(name)
    assert project.project.library
    assert 2 <= len(project.machines) <= 3
    rules = sources_of_rules(project)
    assert 2 <= len(rules) <= 5
    assert all(rules)


def test_telecom_extends_calls_of_the_library_and_replaces_a_phrase():
    program = named("telecom").program
    assert program.scenarios["宽带故障报修"].bases[0] == "故障报修"
    assert program.scenarios["上门服务态度投诉"].bases[0] == "服务态度投诉"
    assert program.symbols.tables["phrase"]["标准问候"].own


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("online-shop-chat", {"十秒内首答", "一屏读得完", "退换讲明三点"}),
        ("utility-emergency-line", {"先救人再问地址", "上报不等人", "电话要打得通"}),
    ],
)
def test_what_an_example_is_about_is_proven_of_it(name, rules):
    proven = {
        proof.holding.rule.names[0].text
        for proof in named(name).proofs
        if any(result.status == "proven" for result in proof.results)
    }
    assert proven >= rules


def test_english_covers_every_situation_and_every_rule():
    project = named("english")
    rows = {row for machine in project.machines for text in machine.main.sources for row in text.split()}
    assert rows >= SITUATIONS
    assert {row for rule in sources_of_rules(project) for row in rule} >= RULES
    assert {machine.name for machine in project.machines} >= set(WHOLE_CALLS)


def test_english_is_english_to_the_last_keyword():
    for source in named("english").project.sources:
        assert not [char for char in source.text if "\u4e00" <= char <= "\u9fff"], source.name
