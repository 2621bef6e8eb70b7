"""What dialogues cover, and the dialogues that are written where they cover too little: each plays to its stated end."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings

from compiler.cli.app import cli
from compiler.dialogues.coverage import SORTS, Coverage, Inventories, coverage, reached_by
from compiler.dialogues.missing import Missings
from compiler.dialogues.suite import Models, run
from compiler.dialogues.writing import dialogue_of, dialogue_text
from compiler.pipeline import Compilation
from tests.projects import WORDS, compile_text
from tests.random_scripts import scripts

SCRIPT = """\
话术 安抚 "您别着急。"
场景 A / alpha
  信息 等级 选项 普通 / 会员 已知
  信息 类型 选项 简单 / 复杂
  全程 当 沉默 5秒 调用 B
  全程 当 生气: 说 安抚
步骤 问候
  若 等级 是 会员: 说 "欢迎您回来。"
  说 "您好。"
  至多 2次, 否则 转 道别
  当 出声 转 问候
  转 查
步骤 查
  做 登记, 得到 类型
  超过 10分钟 转 道别
  若 类型 是 复杂 转 道别
  结束 已解决
步骤 道别
  说 "再见。"
  结束 无声
场景 B
步骤 询
  至多 2次, 否则 结束 无声
  说 "在吗？"
  当 出声 返回
  转 询
"""
ENGLISH = """\
event quiet
outcome done
scenario alpha
step greet
  say "Good day. \\"Alpha\\", {step} speaking."
  when quiet: say "Are you there?"
  go close
step close
  say "Goodbye."
  end done
"""


def counted(compiled: Compilation) -> tuple[Coverage, ...]:
    models = Models(compiled)
    names = [one.name for one in compiled.machines]
    return coverage(names, run(compiled, models), Inventories(models))


def completed(script: str, dialogues: str = "", **more: str) -> tuple[Compilation, tuple[str, ...], Compilation]:
    """A project before and after its missing dialogues were written, and what no call was found for."""
    compiled = compile_text(script + dialogues, **more)
    models = Models(compiled)
    missings = Missings(compiled, models, Inventories(models))
    made = missings.write(counted(compiled))
    unreached = tuple(f"{one.sort} {one.place.line}" for one in made.unreached)
    texts = {one.name: one.after for one in made.files}
    return compiled, unreached, compile_text(texts.get("a.script", script + dialogues), **more)


def test_steps_transitions_and_phrases_are_counted_as_their_author_wrote_them():
    compiled = compile_text(SCRIPT + '对话 "一" 测试 A\n  配合\n')
    first, second = counted(compiled)
    # transitions: 3 of 问候 with its limit, 3 of 查, 1 of 道别, 2 of the whole call
    assert [first.count(sort) for sort in SORTS] == [(1, 3), (0, 9), (1, 4)]
    assert [second.count(sort) for sort in SORTS] == [(0, 1), (0, 3), (0, 1)]


def test_a_line_counts_wherever_it_is_run_from():
    compiled = compile_text(SCRIPT + '对话 "一" 测试 A\n  经过 5秒\n  客户 出声\n')
    first, second = counted(compiled)
    assert first.count("transition")[0] == 1
    assert second.count("step") == (1, 1)
    assert second.count("transition")[0] == 1


def test_what_is_missing_is_written_and_then_nothing_is_missing():
    _, unreached, after = completed(SCRIPT)
    assert unreached == ()
    assert [one.percent for one in counted(after)] == [100.0, 100.0]
    assert all(one.passed and not one.findings for one in run(after, Models(after)))


def test_few_calls_do():
    _, _, after = completed(SCRIPT)
    assert len(after.program.dialogues) <= 8


def test_what_is_there_is_not_written_again():
    _, _, after = completed(SCRIPT)
    models = Models(after)
    assert Missings(after, models, Inventories(models)).write(counted(after)).files == ()


def test_what_no_call_reaches_is_said():
    dead = SCRIPT.replace('  说 "再见。"', '  若 等级 是 会员 且 等级 是 普通: 说 "不会。"\n  说 "再见。"')
    line = dead[: dead.index("不会")].count("\n") + 1
    assert completed(dead)[1] == (f"phrase {line}",)


def test_dialogues_speak_the_keywords_of_their_file_and_quote_what_needs_it():
    compiled, unreached, after = completed(ENGLISH.replace("{step}", "7"), vocabulary="channel phone\n")
    assert unreached == ()
    text = after.project.sources[0].text
    assert 'dialogue "to review 1" tests alpha\n  reach greet\n' in text
    assert text.startswith(compiled.project.sources[0].text)


def test_names_that_read_as_keywords_are_written_so_that_they_can_be_read():
    script = '事件 {配合}\n结局 {结束}\n场景 A\n步骤 {说}\n  说 "一。"\n  当 {配合}: 说 "“二”\\\\。"\n  转 乙\n步骤 乙\n  结束 {结束}\n'
    _, unreached, after = completed(script)
    assert unreached == ()
    assert [one.percent for one in counted(after)] == [100.0]


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
def test_every_written_dialogue_and_every_shortest_call_plays_to_its_stated_end(text):
    compiled = sensible(text)
    models, inventories = Models(compiled), Inventories(Models(compiled))
    missings = Missings(compiled, models, inventories, most=60)
    for one in counted(compiled):
        model, inventory = models.get(one.scenario), inventories.of(one.scenario)
        assert model is not None
        assert inventory is not None
        for item, path in missings.paths(one).items():
            result = missings.replay(dialogue_text(dialogue_of(model, path, "一"), "zh"), model)
            assert result is not None
            assert result.findings == ()
            assert item in set(reached_by(inventory, result))
    made = missings.write(counted(compiled))
    for file in made.files:
        after = compile_text(file.after)
        assert all(result.findings == () for result in run(after, Models(after)))
        left = [item for one in counted(after) for item in one.missing]
        assert len(left) == len(made.unreached)


def sensible(text: str) -> Compilation:
    compiled = compile_text(text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    return compiled


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path):
    (tmp_path / "a.script").write_text(WORDS + SCRIPT + '对话 "一" 测试 A\n  客户 生气\n', "utf-8")
    (tmp_path / "scriptc.yaml").write_text("name: x\n", "utf-8")
    return tmp_path


def command(*arguments: object) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, ["test", *map(str, arguments), "--lang", "zh"], standalone_mode=False)
    assert ran.exception is None, ran.exception
    return ran.return_value, ran.output


def test_the_gate_fails_what_is_covered_too_little(project):
    status, shown = command(project, "--min-coverage", "90")
    assert status == 1
    assert "这些场景没有到：A 11.1 %、B 0.0 %" in shown
    assert command(project, "--min-coverage", "0")[0] == 0


def test_each_line_never_reached_is_shown_with_the_shortest_call_to_it(project):
    _, shown = command(project, "--coverage")
    lines = shown.splitlines()
    at = next(number for number, line in enumerate(lines) if "超过 10分钟 转 道别" in line)
    assert lines[at + 1].split(" → ") == ["    已知 等级=普通", "配合（类型=简单）", "经过 10 分钟"]


def test_json_has_the_coverage(project):
    ran = CliRunner().invoke(cli, ["test", str(project), "--coverage", "--format", "json"], standalone_mode=False)
    first = json.loads(ran.stdout)["coverage"][0]
    assert (first["scenario"], first["transitions"]) == ("A", {"covered": 1, "all": 9})
    assert all(one["call"] is not None for one in first["missing"])


def test_missing_dialogues_are_added_at_the_end_of_the_file_and_pass_the_gate(project):
    before = (project / "a.script").read_text("utf-8")
    assert command(project, "--write-missing")[0] == 0
    after = (project / "a.script").read_text("utf-8")
    assert after.startswith(before)
    assert '对话 "待审 1" 测试 A' in after
    assert command(project, "--min-coverage", "100")[0] == 0
