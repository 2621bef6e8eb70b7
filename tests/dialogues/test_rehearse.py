"""Rehearsing a scenario over a pipe: the card, the choices, going back, made-up customers, the score, what is saved."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from compiler.cli.app import cli
from compiler.report.terminal import columns
from tests.projects import WORDS

SCRIPT = """\
禁说 "不归我管" 原因 "推开了客户" 改说 "我来为您处理"
场景 投诉处理 / complaint
  信息 等级 选项 普通 / 会员 已知
  信息 姓 文本
  信息 结果 选项 查到 / 没查到
  禁说 "您别激动" 改说 "您慢慢说"
  全程 当 沉默 5秒: 说 "您好，请问您还在吗？"
步骤 问候
  目标 "报出工号"
  时限 30秒
  若 等级 是 会员: 说 "欢迎您回来。"
  说 "您好，请问怎么称呼？"
  问 姓 "您贵姓？"
  当 生气: 说 "您慢慢说。"
  转 查找
步骤 查找
  说 "{姓}女士，我来查。"
  转 告知
步骤 告知
  做 登记, 得到 结果
  若 结果 是 查到: 说 "查到了。"
  说 "请问还有别的事吗？"
  转 道别
步骤 道别
  说 "再见。"
  结束 已解决
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "a.script").write_text(WORDS + SCRIPT, "utf-8")
    (tmp_path / "scriptc.yaml").write_text("name: x\n", "utf-8")
    return tmp_path


def rehearse(project, typed: str, *more: str, lang: str = "zh", scenario: str = "投诉处理") -> str:
    arguments = ["rehearse", scenario, str(project), "--lang", lang, *more]
    ran = CliRunner().invoke(cli, arguments, input=typed, standalone_mode=False)
    assert ran.exception is None, ran.exception
    assert ran.return_value == 0
    return ran.output


WHOLE = "会员\n1 我姓王\n王\n1\n2\n1\n"
"""A member; goes along as 王; goes along, not found; goes along."""


def test_a_call_played_through(project):
    shown = rehearse(project, "会员\n1 我姓王\n王\n1\n2\n1\n")
    for line in ("坐席：“欢迎您回来。”", "坐席：“王女士，我来查。”", "做：登记", "通话结束：已解决"):
        assert line in shown
    assert "查到了" not in shown
    assert "演练：3 轮，已解决，100 分" in shown


def test_the_saved_call_is_a_dialogue_that_passes(project):
    rehearse(project, WHOLE, "-o", str(project / "b.script"))
    saved = (project / "b.script").read_text("utf-8")
    assert saved.startswith(
        '对话 "演练：已解决" 测试 投诉处理\n  已知 等级 是 会员\n  到 问候\n  填 姓 "王"\n  配合 "我姓王"\n'
    )
    assert "  填 结果 没查到\n" in saved
    assert saved.endswith("  期望 结束 已解决\n")
    ran = CliRunner().invoke(cli, ["test", str(project)], standalone_mode=False)
    assert ran.return_value == 0, ran.output
    rehearse(project, WHOLE, "-o", str(project / "b.script"))
    assert (project / "b.script").read_text("utf-8") == saved + "\n" + saved


def test_the_end_of_the_input_ends_the_rehearsal(project):
    arguments = ["rehearse", "投诉处理", str(project), "--lang", "zh"]
    for typed in ("", "1\n", "1\n1\n", "1\n1\n王\n1\n"):
        ran = CliRunner().invoke(cli, arguments, input=typed, standalone_mode=False)
        assert ran.exception is None
        assert ran.return_value in (0, 1)
    assert "没有走完" in rehearse(project, "1\n1\n王\n1\n")


def test_forbidden_words_are_told_at_once_with_the_better_ones_and_cost_points(project):
    shown = rehearse(project, "1\n您 别 激动 嘛！\n这不归我管\n1\n王\nq\n")
    assert "禁说：“别 激动”" in shown or "禁说：“您 别 激动" in shown
    assert "改说：您慢慢说" in shown
    assert "推开了客户；改说：我来为您处理" in shown
    assert "没有走到：告知、道别" in shown
    assert "1 轮，没有走完，70 分" in shown


def test_a_rule_forbids_words_as_long_as_it_holds(project):
    path = project / "a.script"
    rule = '规则集 规范 适用 全部\n  规则 不说喂\n    生效 2020-01-01 至 2020-03-31\n    禁说 "喂"\n'
    path.write_text(path.read_text("utf-8") + rule, "utf-8")
    assert "禁说：“喂”" in rehearse(project, "1\n喂\nq\n", "--today", "2020-03-31")
    assert "禁说：“喂”" not in rehearse(project, "1\n喂\nq\n", "--today", "2020-04-01")


def test_going_back_takes_the_answers_back_too(project):
    shown = rehearse(project, "1\n1\n李\nb\nb\n1\n王\n1\n1\n1\n")
    assert "已经在开头了" in shown
    assert shown.count("王女士") == 1
    assert '填 姓 "王"' in shown
    assert "李" not in shown[shown.index("对话 ") :]


def test_help_back_and_quit_work_where_an_answer_is_asked_for_too(project):
    shown = rehearse(project, "1\n1\n?\nb\n1\n王\n1\nq\n")
    assert shown.count("b 返回一步") == 2
    assert "演练：1 轮，没有走完" in shown
    saved = shown[shown.index("对话 ") :]
    assert '填 姓 "王"' in saved
    assert not {'"b"', '"?"', '"q"'} & set(saved.split())


def test_a_step_that_took_too_long_is_told(project, monkeypatch):
    ticks = iter(range(0, 10_000, 31))
    monkeypatch.setattr("compiler.cli.rehearse.time.monotonic", lambda: next(ticks))
    shown = rehearse(project, WHOLE)
    assert "超时：问候 用了 31 秒，限 30 秒" in shown
    assert "95 分" in shown


def test_a_made_up_customer_is_the_same_for_the_same_seed(project):
    lines = "\n" * 60
    first = rehearse(project, lines, "--seed", "4", "--customer", "hard")
    assert rehearse(project, lines, "--seed", "4", "--customer", "hard") == first
    assert len({rehearse(project, lines, "--seed", str(seed)) for seed in range(8)}) > 1


def test_a_made_up_customer_comes_to_an_end(project):
    for seed in range(5):
        assert "通话结束：已解决" in rehearse(project, "\n" * 100, "--customer", "hard", "--seed", str(seed))


def test_widths_line_up(project):
    shown = rehearse(project, "1\nq\n")
    rules = [line for line in shown.splitlines() if line.startswith("──")]
    assert {columns(line) for line in rules} == {60}
    rows = [line for line in shown.splitlines() if line.endswith("5 秒")]
    assert [columns(line.partition("5 秒")[0]) for line in rows] == [12]


def test_it_speaks_english_too(project):
    shown = rehearse(project, WHOLE, lang="en", scenario="complaint")
    assert "the call ends: 已解决" in shown
    assert "100 points" in shown


def test_a_scenario_that_is_not_there_is_named(project):
    ran = CliRunner().invoke(cli, ["rehearse", "投诉处里", str(project), "--lang", "zh"])
    assert ran.exit_code == 2
    assert "是不是“投诉处理”" in ran.output


def test_it_works_over_a_real_pipe(project):
    script = "from compiler.cli.app import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, "rehearse", "投诉处理", str(project), "--lang", "zh"],
        input=WHOLE.encode(),
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )
    assert ran.returncode == 0
    assert ran.stderr == b""
    assert "100 分" in ran.stdout.decode()


def test_whatever_is_typed_is_an_answer_or_asked_again(project):
    script = "from compiler.cli.app import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, "rehearse", "投诉处理", str(project), "--lang", "zh"],
        input=b"\xff\xfe\n" + b"9" * 5000 + "\n１\n99\n".encode() + b"9" * 5000 + b"\nq\n",
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout.decode()
    assert "── 问候" in ran.stdout.decode()
    assert "没有第 99 个" in ran.stdout.decode()


def test_a_saved_call_keeps_the_line_ends_of_the_script(project):
    path = project / "b.script"
    path.write_bytes("\ufeff# 我们的对话\r\n".encode())
    rehearse(project, WHOLE, "-o", str(path))
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf#")
    assert raw.count(b"\r\n") == raw.count(b"\n") > 5


def test_a_scenario_with_an_error_in_it_is_not_rehearsed(project):
    """A fact that a phrase speaks and that is not there is an error of the phrase; the machine is made all the same."""
    path = project / "a.script"
    path.write_text(path.read_text("utf-8").replace("您好，请问怎么称呼", "您好，{公司}，请问怎么称呼"), "utf-8")
    ran = CliRunner().invoke(cli, ["rehearse", "投诉处理", str(project), "--lang", "zh"])
    assert ran.exit_code == 2
    assert "“投诉处理”有错误" in ran.output
