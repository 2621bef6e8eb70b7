"""Dialogues as tests: what each line means, what is said when it fails, and how the results are told."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from junitparser import JUnitXml

from compiler.cli.app import cli
from compiler.dialogues.playing import Result
from compiler.dialogues.suite import Models, own_dialogues, run
from tests.projects import WORDS, compile_text

SCRIPT = """\
词组 致歉词 "抱歉" / "对不起"
话术 道歉语 [致歉] "非常抱歉。" / "对不起。"
场景 A / alpha
  信息 等级 选项 普通 / 会员 已知
  信息 姓 / surname 文本
  信息 电话 电话号码 敏感
  信息 类型 选项 简单 / 复杂
  全程 当 沉默 5秒 调用 B
步骤 问候 / greeting [共情]
  若 等级 是 会员: 说 "欢迎您回来。"
  说 "您好，请问怎么称呼？"
  问 姓、类型 "是哪一类问题？"
  当 生气: 说 道歉语
  转 处理
步骤 处理
  说 "{姓}女士，请稍等。"
  做 登记, 得到 电话
  承诺 答复 2小时
  超过 10分钟 转 道别
  每 4分钟: 说 "还在查。"
  若 类型 是 复杂: 转 道别
  转 处理完
步骤 处理完
  说 "查好了，{答复}内答复您。"
  结束 已解决
步骤 道别
  说 "再见。"
  结束 无声
场景 B
步骤 询
  说 "在吗？"
  当 出声 返回
  转 回
步骤 回
  返回
"""


def results(dialogue: str, script: str = SCRIPT) -> tuple[Result, ...]:
    compiled = compile_text(script + dialogue)
    return run(compiled, Models(compiled))


def played(*lines: str) -> list[tuple[int, str]]:
    """(number of the line, code) of everything found in a dialogue of these lines."""
    first = SCRIPT.count("\n") + 2
    (result,) = results('对话 "一" 测试 A\n' + "".join(f"  {line}\n" for line in lines))
    return [(one.span.line - first, one.code) for one in result.findings]


def messages(*lines: str) -> list[str]:
    (result,) = results('对话 "一" 测试 A\n' + "".join(f"  {line}\n" for line in lines))
    return [one.message("zh") for one in result.findings]


@pytest.mark.parametrize(
    "lines",
    [
        ("到 问候", "到 greeting", "期望 步骤 问候", "期望 [共情]", "期望 步骤 [共情]"),
        ("已知 等级 是 会员", '期望 说 "欢迎您回来"'),
        ('期望 没有 说 "欢迎您回来"',),
        ("已知 surname 是 王", "填 类型 简单", "配合", '期望 说 "王女士，请稍等"'),
        ("客户 生气", "期望 [致歉]", "期望 说 道歉语", "期望 词组 致歉词", "期望 事件 生气", "到 问候"),
        ("期望 问 姓", "期望 问 姓 或 结束", "填 类型 简单", '配合 "我姓王"', "期望 得到 姓", "期望 得到 电话"),
        ("填 surname 王", "填 类型 简单", "配合", '期望 说 "王女士，请稍等"', '期望 说 "{姓}女士*"', "期望 提到 姓"),
        ("填 类型 简单", "配合", "期望 做 登记", "期望 承诺", "期望 承诺 答复"),
        ("填 类型 简单", "配合", "配合", "到 处理完", "期望 结束", "期望 结束 已解决", "期望 没有 结束 无声"),
        ("经过 5秒", "到 B.询", "期望 调用 B", "期望 事件 沉默", "客户 出声", "到 问候"),
        ("客户 沉默", "到 B.询", "客户 出声"),
        ("填 类型 简单", "配合", "经过 4分钟", '期望 说 "还在查"', "经过 6分钟", "到 道别", "期望 结束 无声"),
        ("填 类型 复杂", "配合", "经过 5秒", "到 B.询"),
        ("填 类型 复杂", "配合", "配合", "期望 结束 无声"),
    ],
)
def test_what_holds(lines):
    assert played(*lines) == []


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("期望 [致歉]", "期望 做 登记", "客户 生气"), [(0, "SC801"), (1, "SC801")]),
        (("客户 生气", "客户 沉默", "期望 [致歉]"), [(2, "SC801")]),  # that was a turn ago
        (("客户 生气", "客户 沉默", "期望 没有 [致歉]"), [(2, "SC802")]),  # behind the last turn: the whole call
        (("客户 生气", "客户 沉默", "期望 没有 [致歉]", "客户 出声"), []),  # before it: that turn
        (("填 类型 简单", "配合", "到 问候"), [(2, "SC803")]),
        (("到 B.询",), [(0, "SC803")]),
        (("客户 杂音", "期望 做 登记"), [(0, "SC804")]),  # what comes behind it is left out
        (("填 类型 简单", "配合", "配合", "配合"), [(3, "SC804")]),
        (("配合",), [(0, "SC805")]),
        (("填 类型 难",), [(0, "SC806")]),
        (("填 类 简单", "配合"), [(0, "SC806")]),
        (("已知 等级 是 金卡", "到 问候"), [(0, "SC806")]),
        (("已知 姓名 是 王", "到 问候"), [(0, "SC806")]),
        (('已知 答复 是 "2小时"', "到 问候"), [(0, "SC806")]),  # a promise fills it
        (("到 问候", "已知 等级 是 会员"), [(1, "SC806")]),
        (("填 姓 王", "客户 生气"), [(0, "SC807")]),
        (("填 类型 简单", "填 姓 王", "配合", "填 姓 李"), [(3, "SC807")]),
    ],
)
def test_what_does_not(lines, found):
    assert played(*lines) == found


def test_a_failure_tells_the_call_so_far_what_was_expected_and_what_was():
    (result,) = results('对话 "一" 测试 A\n  客户 生气 "太慢了"\n  期望 做 登记\n')
    (finding,) = result.findings
    assert finding.message("zh") == "期望的“做 登记”没有出现；这一轮是 坐席：“非常抱歉。”"
    assert [line.zh for line in finding.call][-2:] == ["客户：生气，“太慢了”", "坐席：“非常抱歉。”  a.script:13"]
    assert not result.passed


def test_an_event_nobody_answers_is_told_what_could_be_written():
    (result,) = results('对话 "一" 测试 A\n  客户 杂音\n')
    assert result.findings[0].help("zh") == "这里可以写：客户 生气、配合、客户 沉默"
    assert result.findings[0].help("en") == "here you may write customer 生气, cooperates or customer 沉默"


def test_a_warning_does_not_fail_a_dialogue():
    (result,) = results('对话 "一" 测试 A\n  填 姓 王\n  到 问候\n')
    assert [one.code for one in result.findings] == ["SC807"]
    assert result.passed


def test_a_scenario_that_returns_is_over_without_an_outcome():
    (result,) = results('对话 "一" 测试 B\n  客户 出声\n  期望 没有 结束\n')
    assert result.passed


def test_dialogues_about_a_broken_scenario_are_not_run():
    compiled = compile_text(
        SCRIPT.replace("转 处理完", "转 处里完") + '对话 "一" 测试 A\n  到 问候\n对话 "二" 测试 B\n  到 询\n'
    )
    first, second = run(compiled, Models(compiled))
    assert [one.code for one in first.findings] == ["SC808"]
    assert second.passed


def test_dialogues_of_a_scenario_that_speaks_a_fact_that_is_not_there_are_not_run():
    script = SCRIPT.replace("女士，请稍等", "女士，{公司}请您稍等")
    first, second = results('对话 "一" 测试 A\n  到 问候\n对话 "二" 测试 B\n  到 询\n', script)
    assert [one.code for one in first.findings] == ["SC808"]
    assert second.passed


@pytest.mark.parametrize("line", ["到 问后", "期望 [致谦]", "客户 发火", "填 姓 王 某", "经过 5"])
def test_a_dialogue_with_a_slip_in_it_is_not_run(line):
    """What it would do says nothing; and the dialogue beside it is not to blame."""
    slip, sound = results(f'对话 "一" 测试 A\n  {line}\n对话 "二" 测试 A\n  到 问候\n')
    assert [one.code for one in slip.findings] == ["SC808"]
    assert sound.passed


def test_a_part_of_a_title_or_scenario_chooses_dialogues():
    compiled = compile_text(SCRIPT + '对话 "甲" 测试 A\n  到 问候\n对话 "乙" 测试 B\n  到 询\n')
    chosen = {part: [one.title.plain for one in own_dialogues(compiled, part)] for part in ("", "甲", "B", "没有")}
    assert chosen == {"": ["甲", "乙"], "甲": ["甲"], "B": ["乙"], "没有": []}


# --- the command -----------------------------------------------------------------------------------------------------

FAILING = '对话 "不对" 测试 A\n  期望 做 登记\n对话 "对" 测试 A\n  到 问候\n'


@pytest.fixture
def project(tmp_path):
    (tmp_path / "a.script").write_text(WORDS + SCRIPT + FAILING, "utf-8")
    (tmp_path / "scriptc.yaml").write_text("name: x\n", "utf-8")
    return tmp_path


def command(*arguments: object) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, ["test", *map(str, arguments), "--lang", "zh"], standalone_mode=False)
    assert ran.exception is None, ran.exception
    return ran.return_value, ran.stdout


def test_the_command_shows_what_failed_and_exits_1(project):
    status, shown = command(project)
    assert status == 1
    assert "对话没有通过：“不对”（A）" in shown
    assert "SC801" in shown
    assert shown.endswith("运行了 2 个对话：1 个没有通过\n")
    assert command(project, "-k", "对")[0] == 1
    assert command(project, "-k", "B") == (0, "没有要运行的对话\n")


def test_an_error_in_a_script_fails_the_run_too(project):
    script = project / "a.script"
    script.write_text(
        script.read_text("utf-8").replace('"不对" 测试 A\n  期望 做 登记', '"不对" 测试 A\n  期望做 登记吧'), "utf-8"
    )
    assert command(project)[0] == 1


def test_json_holds_expected_actual_and_place(project):
    status, shown = command(project, "--format", "json")
    report = json.loads(shown)
    assert status == 1
    assert report["summary"] == {"dialogues": 2, "failed": 1}
    finding = report["dialogues"][0]["findings"][0]
    assert (finding["code"], finding["expected"], finding["line"]) == (
        "SC801",
        "做 登记",
        (WORDS + SCRIPT).count("\n") + 2,
    )
    assert "您好" in finding["actual"]
    assert report["dialogues"][1]["transcript"][0] == "〔问候〕"


def test_junit_has_a_case_a_dialogue(project, tmp_path):
    _, shown = command(project, "--format", "junit")
    file = tmp_path / "junit.xml"
    file.write_text(shown, "utf-8")
    suites = JUnitXml.fromfile(str(file))
    assert (suites.tests, suites.failures) == (2, 1)
    cases = [case for suite in suites for case in suite]
    assert [case.name for case in cases] == ["A: 不对", "A: 对"]
    assert [bool(case.result) for case in cases] == [True, False]
    assert ET.fromstring(shown).tag == "testsuites"


def test_a_told_call_quotes_no_text_at_length():
    long = "很长的话，" * 2_000
    text = f'场景 A\n步骤 甲\n  说 "{long}"\n  当 生气: 结束 无声\n  转 乙\n步骤 乙\n  结束 已解决\n'
    (result,) = results(f'对话 "一" 测试 A\n  客户 生气 "{long}"\n  期望 说 "{long}不"\n', text)
    (finding,) = result.findings
    assert len(finding.message("zh")) < 200
    assert sum("很长的话" in turn.zh for turn in finding.call) == 2
    assert max(len(turn.zh) for turn in finding.call) < 160
