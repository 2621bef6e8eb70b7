"""Nothing that somebody else wrote reaches a terminal as a control: texts, names of files, words of the command line."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.cli import common
from compiler.cli.common import BUG, paint
from tests.cli.test_cli import run

CONTROLS = "".join(
    chr(code)
    for code in (*range(1, 0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
)
HOSTILE = "甲\x1b[2J\x1b]8;;http://127.0.0.1/\x07\x1b[35m\x9b2J\u202e乙\x7f\u2066"
IN_SCRIPT = HOSTILE + CONTROLS.replace("\n", "").replace("\r", "").replace("\t", "")
IN_NAME = HOSTILE.replace("/", "")
COLOUR = re.compile(r"\x1b\[(?:0|1|2|3[1-46])m")
"""What `paint` writes; 35 is no colour of ours."""
POSIX = pytest.mark.skipif(os.name == "nt", reason="file names of this system hold no controls")

SCRIPT = f"""渠道 电话
类别 投诉
标签 致歉
结局 已解决 "{IN_SCRIPT}"
事件 沉默 "{IN_SCRIPT}"
动作 登记 "{IN_SCRIPT}"
场景 甲 属于 投诉
  目标 "{IN_SCRIPT}"
  标题 "{IN_SCRIPT}"
  信息 类型 选项 好 / 坏
步骤 一
      说 "您{IN_SCRIPT}好。"
  问 类型 "{IN_SCRIPT}"
  禁说 "{IN_SCRIPT}" 因为 "{IN_SCRIPT}" 改说 "{IN_SCRIPT}"
  当 沉默: 说 "{IN_SCRIPT}", 转 二
  转 二
步骤 二
  做 登记
  结束 已解决
规则集 规范 适用 投诉
  规则 一 "{IN_SCRIPT}"
    要求 [致歉] 先于 结束
    级别 警告
    因为 "{IN_SCRIPT}"
对话 "题{IN_SCRIPT}目" 测试 甲
  到 一
  客户 "{IN_SCRIPT}"
  期望 没有 步骤 一
"""
SPOILED = f'场景 {IN_SCRIPT}\n步骤 {IN_SCRIPT}\n  说活 "{IN_SCRIPT}"\n  转 {IN_SCRIPT}\n{IN_SCRIPT}\n'

COMMANDS = [
    *(["check", "--format", form, "."] for form in ("text", "json", "sarif", "github", "gitlab", "junit")),
    ["check", "--rules", "--grid", "."],
    ["check", "--rules", "--format", "json", "."],
    ["check", "--fix", "--diff", "."],
    ["fmt", "--diff", "."],
    ["fmt", "--check", "."],
    ["test", "."],
    *(["test", "--format", form, "."] for form in ("json", "junit")),
    ["test", "--coverage", "."],
    ["test", "--mutate", "."],
    *(["graph", "甲", ".", "--format", form] for form in ("text", "svg", "dot", "mermaid")),
    ["rehearse", "甲", "."],
    ["build", "--emit", "json", "-o", "out", "."],
    ["explain", "SC311"],
]
ASKED = [
    [HOSTILE],
    ["check", HOSTILE],
    ["check", "--" + HOSTILE],
    ["check", "--select", HOSTILE],
    ["check", "--format", HOSTILE],
    ["check", "--rules", "--scenario", HOSTILE, "."],
    ["fmt", HOSTILE],
    ["fmt", "--from", HOSTILE, "."],
    ["graph", HOSTILE, "."],
    ["rehearse", HOSTILE, "."],
    ["build", "--emit", HOSTILE, "."],
    ["build", "-o", IN_NAME, "."],
    ["cards", HOSTILE],
    ["verify", HOSTILE],
    ["explain", HOSTILE],
    ["test", "--mutate", HOSTILE, "."],
]


def controls(text: str) -> set[str]:
    """What a terminal would act on in `text`, other than line ends and the tool's own colours."""
    left = COLOUR.sub("", text).replace("\n", "")
    return {one for one in left if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")}


@pytest.fixture
def terminal(tmp_path, monkeypatch):
    """A terminal in a folder of a project; a function that runs a command there and gives what it shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(common, "at_terminal", lambda: True)

    def shown(*args: str) -> str:
        status, said = run(*args, color=True)
        assert status != BUG
        return said

    return shown


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_lets_a_text_act_on_the_terminal(command, terminal, tmp_path):
    (tmp_path / "a.script").write_text(SCRIPT, "utf-8")
    assert controls(terminal(*command)) == set()


@pytest.mark.parametrize("command", [one for one in COMMANDS if one[0] in ("check", "fmt")], ids=" ".join)
def test_no_line_that_cannot_be_read_acts_on_the_terminal(command, terminal, tmp_path):
    (tmp_path / "a.script").write_text(SPOILED, "utf-8")
    assert controls(terminal(*command)) == set()


@POSIX
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_lets_the_name_of_a_file_act_on_the_terminal(command, terminal, tmp_path):
    (tmp_path / f"{IN_NAME}.script").write_text(SCRIPT, "utf-8")
    (tmp_path / f"{IN_NAME}2.script").write_text("不是脚本\n", "utf-8")
    assert controls(terminal(*command)) == set()


@pytest.mark.parametrize("command", ASKED, ids=range(len(ASKED)))
def test_no_command_line_acts_on_the_terminal(command, terminal, tmp_path):
    (tmp_path / "a.script").write_text(SCRIPT, "utf-8")
    assert controls(terminal(*command)) == set()


@given(st.lists(st.tuples(st.text(), st.sampled_from(["", "error", "place", "good"]))))
def test_of_any_text_only_line_ends_and_our_colours_are_left(parts):
    out: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("NO_COLOR", raising=False)
        patched.setattr(click, "echo", lambda text, **_: out.append(text))
        common.echo("".join(paint(text, role) if role else text for text, role in parts))
    assert controls(out[0]) == set()
    # Nothing is lost of what can be shown.
    shown, wanted = COLOUR.sub("", out[0]), "".join(text for text, _ in parts)
    assert _letters(shown) == _letters(wanted)


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isprintable() and one not in " \N{REPLACEMENT CHARACTER}")


def test_only_one_function_prints():
    """`click.echo` is called where texts are cleaned, and where bytes go into a file or a pipe."""
    folder = Path(common.__file__).parent
    calls = {path.name: path.read_text("utf-8").count("click.echo(") for path in sorted(folder.glob("*.py"))}
    assert {name: count for name, count in calls.items() if count} == {"common.py": 2}
