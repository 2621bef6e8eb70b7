"""What may be silenced and what may not: comments in scripts, severities of a project, codes asked for."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.cli.common import FINDINGS, OK, WRONG_USE
from compiler.findings.suppressions import Suppression, read_suppressions
from compiler.findings.weighing import Weighed, weigh
from compiler.pipeline import compile_project
from compiler.project.loader import Memory, load
from dsl.diagnostics import Severity
from dsl.parser import parse
from dsl.source import Source
from tests.cli.test_cli import project, run

TODAY = "2027-01-15"
REST = '结局 完成\n场景 A\n步骤 甲\n  说 "请讲。"\n  结束 完成\n'
UNUSED = '话术 欢迎语 "您好。"'
"""A line that SC203, a warning, is about."""


def weighed(text: str, config: str = "", *, today: str = TODAY, **options: Any) -> Weighed:
    files = {"a.script": text} | ({"scriptc.yaml": config} if config else {})
    return weigh(compile_project(load(Memory(files))), lambda: today, **options)


def codes(seen: Weighed) -> list[str]:
    return [one.code for one in seen.findings]


def requests(line: str) -> list[Suppression]:
    return list(read_suppressions(parse(Source("a.script", line + "\n" + REST))[0]))


@pytest.mark.parametrize(
    "comment",
    [
        "# 忽略 SC203 原因 下周上线",
        "#忽略SC203原因：下周上线",
        "＃忽略　ＳＣ２０３　原因：下周上线",
        "# 忽略：sc203，因为 下周上线。",
        '# 忽略 SC203 的警告，原因 "下周上线"',
        "# ignore SC203 because 下周上线",
        "# Ignore: SC203, reason: 下周上线",
        "# 忽略 SC203 至 2027-03-31 原因 下周上线",
        "# 忽略 SC203，截至2027年3月31日，原因：下周上线",
        "# 忽略 SC203 原因 下周上线，到 2027/3/31",
        "# ignore SC203 until 2027-03-31 because 下周上线",
    ],
)
def test_ways_to_write_a_request(comment):
    (one,) = requests(f"{UNUSED} {comment}")
    assert (one.code, one.reason, one.line) == ("SC203", "下周上线", 1)
    assert one.until == ("2027-03-31" if "2027" in comment else "")
    seen = weighed(f"{UNUSED} {comment}\n{REST}")
    assert codes(seen) == []
    assert [(finding.code, reason) for finding, reason in seen.ignored] == [("SC203", "下周上线")]


@pytest.mark.parametrize(
    "comment",
    [
        "# 忽略大小写",
        "# ignore this line for now",
        "# 这里忽略 SC203 的写法见手册",
        "# ignored",
        "# 忽略",
        "# ignore SC",
    ],
)
def test_what_is_only_a_comment(comment):
    assert requests(f"{UNUSED} {comment}") == []


def test_several_codes_in_one_request():
    both = requests(f"{UNUSED} # 忽略 SC203、SC301 原因 下周上线")
    assert [one.code for one in both] == ["SC203", "SC301"]
    assert codes(weighed(f"{UNUSED} # 忽略 SC203、SC301 原因 下周上线\n{REST}")) == ["SC014"]


def test_a_line_of_its_own_speaks_of_the_next_line_that_says_something():
    text = f"# 忽略 SC203 原因 下周上线\n\n# 一句闲话\n{UNUSED}\n{REST}"
    assert codes(weighed(text)) == []
    assert codes(weighed(f"# 忽略 SC203 原因 下周上线\n{REST}{UNUSED}\n")) == ["SC014", "SC203"]


def test_a_request_behind_a_text_of_several_lines_speaks_of_that_text():
    text = f'话术 欢迎语 """\n您好。\n请讲。\n""" # 忽略 SC203 原因 下周上线\n{REST}'
    assert [one.line for one in requests(text)] == [4]
    above = f'# 忽略 SC203 原因 下周上线\n话术 欢迎语 """\n您好。\n请讲。\n"""\n{REST}'
    assert codes(weighed(above)) == []


def test_without_a_reason_nothing_is_ignored():
    seen = weighed(f"{UNUSED} # 忽略 SC203\n{REST}")
    assert codes(seen) == ["SC203", "SC012"]
    assert not seen.ignored
    assert seen.findings[1].severity is Severity.ERROR


def test_a_request_has_a_last_day():
    text = f"{UNUSED} # 忽略 SC203 至 2027-01-31 原因 下周上线\n{REST}"
    assert codes(weighed(text, today="2027-01-31")) == []
    late = weighed(text, today="2027-02-01")
    assert codes(late) == ["SC203", "SC015"]
    assert "2027-01-31" in late.findings[1].message("zh")
    assert not any(one.severity is Severity.ERROR for one in late.findings)


def test_the_clock_is_only_asked_where_something_ends():
    compiled = compile_project(load(Memory({"a.script": f"{UNUSED} # 忽略 SC203 原因 下周上线\n{REST}"})))
    assert codes(weigh(compiled, lambda: pytest.fail("asked for the day"))) == []


def test_a_day_no_calendar_has_is_no_last_day():
    assert codes(weighed(f"{UNUSED} # 忽略 SC203 至 2027-02-30 原因 下周上线\n{REST}")) == ["SC203", "SC108"]


def test_an_error_cannot_be_ignored():
    text = REST.replace("结束 完成", "结束 完了 # 忽略 SC201 原因 还没写")
    seen = weighed(text)
    assert {"SC201", "SC013"} <= set(codes(seen))
    assert not seen.ignored


def test_a_warning_made_an_error_cannot_be_ignored_either():
    seen = weighed(f"{UNUSED} # 忽略 SC203 原因 下周上线\n{REST}", "severity: {SC203: error}\n")
    assert codes(seen) == ["SC203", "SC013"]


def test_a_request_of_no_use_is_reported_and_can_be_mended():
    seen = weighed(REST.replace("步骤 甲", "步骤 甲 # 忽略 SC203 原因 旧的"))
    (finding,) = seen.findings
    assert finding.code == "SC014"
    assert finding.fix is not None
    assert finding.fix.span.text == " # 忽略 SC203 原因 旧的"


def test_while_there_are_errors_nothing_is_said_of_requests_of_no_use():
    text = REST.replace("步骤 甲", "步骤 甲 # 忽略 SC301 原因 旧的").replace("说", "说活")
    assert codes(weighed(text)) == ["SC102"]


def test_a_misspelt_code_in_a_request_gets_a_suggestion():
    seen = weighed(f"{UNUSED} # 忽略 SC230 原因 下周上线\n{REST}")
    assert codes(seen) == ["SC203", "SC010"]
    assert "SC203" in seen.findings[1].help("zh")


@pytest.mark.parametrize(
    ("config", "expected", "severity"),
    [
        ("severity:\n  SC203: note\n", ["SC203"], Severity.NOTE),
        ("severity:\n  SC203: 提示\n", ["SC203"], Severity.NOTE),
        ("severity: {sc203: Error}\n", ["SC203"], Severity.ERROR),
        ("severity: {SC203: off}\n", [], None),
        ("severity: {SC203: 关闭}\n", [], None),
        ("severity: {}\n", ["SC203"], Severity.WARNING),
    ],
)
def test_a_project_weighs_a_rule(config, expected, severity):
    seen = weighed(f"{UNUSED}\n{REST}", config)
    assert codes(seen) == expected
    assert [one.severity for one in seen.findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("config", "code", "said"),
    [
        ("severity: {SC201: warning}\n", "SC011", "不能关闭，也不能降级"),
        ("severity: {SC201: off}\n", "SC011", "SC201"),
        ("severity: {SC230: off}\n", "SC010", "SC230"),
        ("severity: {SC203: loud}\n", "SC007", "error、warning、note 或 off"),
        ("severity: {SC203: [off]}\n", "SC007", "severity.SC203"),
        ("severity: off\n", "SC007", "名称: 值"),
    ],
)
def test_a_severity_that_does_not_fit_is_an_error_at_its_place(config, code, said):
    seen = weighed(REST, config)
    (finding,) = seen.findings
    assert finding.code == code
    assert finding.severity is Severity.ERROR
    assert said in finding.message("zh")
    assert finding.span.source.name == "scriptc.yaml"


def test_an_error_may_be_called_an_error():
    assert codes(weighed(REST, "severity: {SC201: error}\n")) == []


def test_a_rule_switched_off_leaves_its_requests_of_use():
    text = f"{UNUSED} # 忽略 SC203 原因 下周上线\n{REST}"
    assert codes(weighed(text, "severity: {SC203: off}\n")) == []


def test_select_and_ignore_go_by_the_longer_prefix():
    text = f"{UNUSED}\n{REST.replace('结束 完成', '结束 完了')}"
    assert set(codes(weighed(text))) >= {"SC203", "SC201"}
    assert codes(weighed(text, select=("SC203",))) == ["SC203", "SC203"]
    assert codes(weighed(text, select=("SC2",), ignore=("SC203",))) == ["SC201"]
    assert codes(weighed(text, select=("SC203",), ignore=("SC2",))) == ["SC203", "SC203"]
    assert set(codes(weighed(text, ignore=("SC2",)))) == set()


def test_an_error_that_is_not_shown_still_counts(tmp_path):
    path = project(tmp_path, a=REST.replace("结束 完成", "结束 完了"))
    status, said = run("check", path, "--ignore", "SC2")
    assert status == FINDINGS
    assert "另有 1 个错误没有显示" in said


def test_codes_on_the_command_line(tmp_path):
    path = project(tmp_path, a=f"{UNUSED}\n{REST}")
    assert run("check", path, "--select", "SC1,SC3")[0] == OK
    assert "SC203" in run("check", path, "--select", "sc2", "--select", "SC3")[1]
    status, said = run("check", path, "--select", "SC999")
    assert status == WRONG_USE
    assert "没有编号为“SC999”的检查" in said
    assert "是不是想写“SC203”" in run("check", path, "--ignore", "SC230")[1]


@pytest.mark.parametrize(("allowed", "status"), [("0", FINDINGS), ("1", OK)])
def test_there_is_a_limit_to_warnings(tmp_path, allowed, status):
    got, said = run("check", project(tmp_path, a=f"{UNUSED}\n{REST}"), "--max-warnings", allowed)
    assert got == status
    assert ("有 1 个警告，最多允许 0 个" in said) == (status == FINDINGS)


def test_the_day_can_be_given(tmp_path, monkeypatch):
    path = project(tmp_path, a=f"{UNUSED} # 忽略 SC203 至 2027-01-31 原因 下周上线\n{REST}")
    assert "SC015" not in run("check", path, "--today", "2027-01-31")[1]
    assert "SC015" in run("check", path, "--today", "2027-02-01")[1]
    assert "SC015" in run("build", path, "--no-pdf", "--today", "2027-02-01")[1]
    monkeypatch.setenv("SCRIPTC_TODAY", "2027-01-31")
    assert "按注释忽略" in run("check", path)[1]


def test_the_day_leaves_the_output_of_a_build_alone(tmp_path):
    path = project(tmp_path, a=f"{UNUSED} # 忽略 SC203 至 2027-01-31 原因 下周上线\n{REST}")
    for day in ("2027-01-01", "2028-01-01"):
        assert run("build", path, "--no-pdf", "--today", day, "-o", tmp_path / day)[0] == OK
    for one in (tmp_path / "2027-01-01").iterdir():
        assert one.read_bytes() == (tmp_path / "2028-01-01" / one.name).read_bytes()
