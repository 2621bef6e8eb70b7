"""Which lines of the rules dialogues put to the test: each form by what it waits for, in its turn."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from compiler.cli.app import cli
from compiler.dialogues.exercised import exercises
from compiler.dialogues.suite import Models, run
from tests.projects import WORDS, compile_text

SCRIPT = """\
场景 A 属于 投诉
  信息 电话 电话号码 敏感
步骤 问候
  说 "您好。"
  当 生气: 说 理解
  当 沉默 转 道别
  转 查
步骤 查 [致歉]
  说 抱歉
  问 电话 "您的电话？"
  做 登记
  承诺 答复 2小时
  转 道别
步骤 道别
  说 "{答复}内答复您，请留意尾号{电话 末4位}的来电，再见。"
  结束 已解决
"""


def untested(rule: str, dialogue: str, more: str = "") -> bool:
    """Whether `dialogue` leaves `rule` untested."""
    rulebook = f"规则集 规范 适用 全部\n  规则 甲\n    {rule}\n{more}"
    compiled = compile_text(SCRIPT + rulebook + '对话 "一" 测试 A\n' + dialogue)
    made = exercises(compiled, run(compiled, Models(compiled)))["A"]
    assert made.count == (1 - len(made.missing), 1)
    assert [(line.rulebook, line.rule) for line in made.lines] == [("规范", "甲")]
    return bool(made.missing)


BEGINS, ASKS, ENDS = "  到 问候\n", "  配合\n", "  配合\n  配合\n"
UPSET, SILENT = "  客户 生气\n", "  客户 沉默\n"


@pytest.mark.parametrize(
    ("rule", "without", "with_"),
    [
        ("要求 [致歉]", ASKS, ENDS),
        ("要求 [致歉] 先于 做 登记", BEGINS, ASKS),
        ("要求 事件 生气 之后有 [共情]", ENDS, UPSET),
        ("禁止 事件 生气 之后有 [共情]", ENDS, UPSET),
        ("要求 事件 生气 之后 [共情] 先于 做 登记", UPSET, UPSET + ASKS),
        ("要求 步骤 [致歉] 含 [致歉]", BEGINS, ASKS),
        ("禁止 步骤 [致歉] 含 [共情]", BEGINS, ASKS),
        ("要求 可达 说 抱歉", UPSET, ASKS),
        ("要求 可达 说 \"您的电话\"", UPSET, ASKS),
        ("要求 每个步骤 处理 沉默", UPSET, SILENT),
        ("限制 承诺时限 至多 2小时", BEGINS, ASKS),
        ("限制 语句字数 至多 90字 于 步骤 [致歉]", BEGINS, ASKS),
        ("要求 [致歉] 先于 问 敏感", BEGINS, ASKS),
    ],
)  # fmt: skip
def test_a_line_waits_for_what_it_is_about(rule, without, with_):
    assert untested(rule, without)
    assert not untested(rule, with_)


def test_what_comes_too_early_does_not_count():
    rule = "要求 事件 生气 之后 [共情] 先于 步骤 查"
    back = SCRIPT.replace("步骤 道别\n", "步骤 道别\n  当 生气: 说 理解\n")
    rulebook = f"规则集 规范 适用 全部\n  规则 甲\n    {rule}\n"
    late = back.replace("  结束 已解决", "  当 沉默 结束 无声\n  转 完\n步骤 完\n  结束 已解决")
    compiled = compile_text(late + rulebook + '对话 "一" 测试 A\n  配合\n  配合\n  客户 生气\n')
    (result,) = run(compiled, Models(compiled))
    assert result.passed
    assert exercises(compiled, (result,))["A"].missing


def test_any_dialogue_puts_a_ban_to_the_test_and_none_does_not():
    assert not untested("禁止 [共情]", BEGINS)
    compiled = compile_text(SCRIPT + "规则集 规范 适用 全部\n  规则 甲\n    禁止 [共情]\n")
    assert exercises(compiled, ())["A"].count == (0, 1)


def test_what_has_nothing_to_apply_to_and_what_is_waived_is_not_counted():
    idle = "规则集 规范 适用 全部\n  规则 甲\n    要求 事件 杂音 之后有 [共情]\n"
    compiled = compile_text(SCRIPT + idle)
    assert "A" not in exercises(compiled, ())
    waived = SCRIPT.replace("  信息 电话", '  豁免 甲 原因 "试行"\n  信息 电话')
    compiled = compile_text(waived + "规则集 规范 适用 全部\n  规则 甲\n    要求 [致歉]\n")
    assert "A" not in exercises(compiled, ())


@pytest.fixture
def folder(tmp_path):
    rules = "规则集 规范 适用 全部\n  规则 甲\n    要求 事件 生气 之后有 [共情]\n    要求 [致歉] 先于 做 登记\n"
    (tmp_path / "a.script").write_text(WORDS + SCRIPT + rules + '对话 "一" 测试 A\n  配合\n', "utf-8")
    return tmp_path


def command(*arguments: object) -> str:
    ran = CliRunner().invoke(cli, ["test", *map(str, arguments)], standalone_mode=False)
    assert ran.exception is None, ran.exception
    return ran.stdout


def test_the_table_counts_rules_and_each_untested_line_is_named_with_what_is_lacking(folder):
    shown = command(folder, "--coverage", "--lang", "zh").splitlines()
    at = shown.index("A 没有对话用到的规则：")
    assert shown[at + 1].endswith("  甲：没有 事件 生气")
    assert "a.script:" in shown[at + 1]
    assert next(line for line in shown if line.startswith("  A ")).split()[4] == "1/2"


def test_json_has_the_rules(folder):
    (one,) = json.loads(command(folder, "--coverage", "--format", "json", "--lang", "en"))["coverage"]
    assert one["rules"] == {"covered": 1, "all": 2}
    (line,) = one["untested_rules"]
    assert (line["rulebook"], line["rule"], line["lacking"]) == ("规范", "甲", ["event 生气"])


@pytest.mark.slow
def test_rules_of_the_library_keep_their_names_whatever_folder_is_asked_about(tmp_path, monkeypatch):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "scriptc.yaml").write_text(
        "libraries: [scriptc]\nfacts: {公司名称: 星海通信, 部门: 客服部, 工号: '8'}\n", "utf-8"
    )
    script = '场景 我们的投诉 属于 投诉建议 基于 服务态度投诉\n  标题 "我们的投诉"\n'
    (tmp_path / "p" / "a.script").write_text(script, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert "  scriptc:rules/" in command("p", "--coverage", "--lang", "zh")
    (one,) = json.loads(command("p", "--coverage", "--format", "json", "--lang", "zh"))["coverage"]
    assert all(line["file"].startswith("scriptc:") for line in one["untested_rules"])
    assert all(line["file"] == "p/a.script" or line["file"].startswith("scriptc:") for line in one["missing"])
