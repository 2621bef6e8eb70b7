"""The command line as its users meet it: exit statuses, messages, and that nothing of theirs is ever lost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.build import output
from compiler.cli import app, common
from compiler.cli.common import BUG, FINDINGS, INTERRUPTED, OK, WRONG_USE

GOOD = '结局 完成\n场景 问候\n步骤 接听\n  说 "您好。"\n  结束 完成\n'
BAD = GOOD.replace("结束 完成", "转 没写的步骤")


def run(*args: str | Path, lang: str = "zh", color: bool = False) -> tuple[int, str]:
    """`scriptc …` in this process: exit status and everything printed; color: as at a terminal that shows colours."""
    runner = CliRunner()
    got: list[int] = []

    def main() -> None:
        try:
            app.main()
        except SystemExit as end:
            got.append(int(end.code or 0))

    with runner.isolation(
        env={"LANG": "zh_CN.UTF-8" if lang == "zh" else "en_GB.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""},
        color=color,
    ) as (
        out,
        err,
        *_,
    ):
        before = sys.argv
        sys.argv = ["scriptc", *map(str, args)]
        try:
            main()
        finally:
            sys.argv = before
        sys.stdout.flush()
        sys.stderr.flush()
        return got[0], out.getvalue().decode() + err.getvalue().decode()


def project(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".script")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_clean_check_exits_with_zero(tmp_path):
    status, said = run("check", project(tmp_path, a=GOOD))
    assert status == OK
    assert "没有发现问题" in said


def test_findings_exit_with_one_and_name_the_place(tmp_path):
    status, said = run("check", project(tmp_path, a=BAD))
    assert status == FINDINGS
    assert "SC201" in said
    assert "a.script:5:5" in said
    assert "没写的步骤" in said


def test_messages_follow_the_locale_and_the_option(tmp_path):
    project(tmp_path, a=BAD)
    assert "there is no step called" in run("check", tmp_path, lang="en")[1]
    assert "没有叫" in run("check", tmp_path, "--lang", "zh", lang="en")[1]


def test_the_caret_stands_under_the_word_also_after_wide_characters(tmp_path):
    _, said = run("check", project(tmp_path, a=BAD))
    lines = said.splitlines()
    at = next(index for index, line in enumerate(lines) if "转 没写的步骤" in line)
    from compiler.report.terminal import columns

    text, caret = lines[at], lines[at + 1]
    assert columns(text[: text.index("没写的步骤")]) == columns(caret[: caret.index("^")])
    assert caret.count("^") == columns("没写的步骤")


def test_a_path_that_is_not_there_is_wrong_use(tmp_path):
    status, said = run("check", tmp_path / "nowhere")
    assert status == WRONG_USE
    assert "没有这个文件" in said


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ("chekc", "没有“chekc”这个命令；是不是想写 scriptc check？", "did you mean scriptc check?"),
        ("check --formt json", "没有 --formt 这个选项；是不是想写 --format？", "did you mean --format?"),
        ("check --format jsn", "--format 的值不对；可以写：text、json、sarif", "write text, json, sarif"),
        ("check --max-warnings", "--max-warnings 后面要写一个值", "--max-warnings takes a value"),
        ("check --max-warnings x", "要写一个整数", "it takes a whole number"),
        ("cards --all=3", "--all 后面不写值", "--all takes no value"),
        ("rehearse A --seed x", "要写一个整数", "it takes a whole number"),
        ("test --min-coverage 300", "要写一个数，0 到 100", "it takes a number, 0 to 100"),
        ("test --budget x", "要写一个数，0 或更大", "it takes a number, 0 or more"),
        ("che'ck", "没有“che'ck”这个命令", "no command “che'ck”"),
        ("check --today x", "日期写成 2027-03-31", "a date is written 2027-03-31"),
        ("check a b", "多写了 b", "got unexpected extra argument (b)"),
        ("graph", "后面要写场景名", "the name of a scenario has to follow"),
        ("fmt nowhere", "没有这个文件或文件夹：nowhere", "no such file or folder: nowhere"),
        ("explain SC999", "没有编号为“SC999”的检查", "no check with the code “SC999”"),
    ],
)
def test_a_wrong_command_line_is_answered_in_the_user_s_language(typed, zh, en):
    for lang, words in (("zh", zh), ("en", en)):
        status, said = run(*typed.split(), lang=lang)
        assert status == WRONG_USE
        assert words in said
        assert said.startswith("错误：" if lang == "zh" else "error: ")
        assert said.count("\n") == 2
        assert f"scriptc {typed.split()[0]} --help" in said or "scriptc --help" in said


def test_the_language_goes_behind_the_command():
    assert "scriptc check --lang zh" in run("--lang", "zh", "check")[1]


FIND = """\
场景 信用卡挂失 / card-lost
  标题 "卡丢了怎么办"
步骤 甲
  调用 核实
  结束 完成
场景 账单争议
步骤 甲
  说 "您好。"
  结束 完成
"""
ASKING = ["graph {} {}", "rehearse {} {}", "cards {} --in {} --draft --pdf c.pdf", "check --grid --scenario {} {}"]


@pytest.fixture
def finding(tmp_path, monkeypatch):
    """A project with two scenarios and a library of two, of which it calls one."""
    library = '场景 核实\n步骤 甲\n  说 "好。"\n  返回\n场景 核对\n步骤 甲\n  说 "好。"\n  返回\n'
    project(tmp_path / "p", a="结局 完成\n" + FIND, 库__a=library)
    (tmp_path / "p" / "scriptc.yaml").write_text("name: x\nlibraries: [库]\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "p"


@pytest.mark.parametrize("command", ASKING)
def test_every_command_finds_a_scenario_by_each_of_its_names(finding, command):
    said = {run(*command.format(asked, "p").split()) for asked in ("信用卡挂失", "card-lost", "卡丢了怎么办")}
    assert len(said) == 1
    assert said.pop()[0] in (OK, FINDINGS)


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.parametrize(
    ("asked", "zh", "en"),
    [
        ("挂失", "没有场景“挂失”，是不是“信用卡挂失”？", "did you mean “信用卡挂失”?"),
        ("张单争议", "，是不是“账单争议”？", "did you mean “账单争议”?"),
        ("卡", "，是不是“信用卡挂失”、“卡丢了怎么办”？", "did you mean “信用卡挂失” or “卡丢了怎么办”?"),
        ("没有这个", "；有：信用卡挂失、账单争议\n", "; there are 信用卡挂失, 账单争议\n"),
        (
            "核对",
            "“核对”是库里的场景，这个项目没有用到。要用它，写：调用 核对",
            "that this project does not use. To use it, write: call 核对",
        ),
    ],
)
def test_a_scenario_that_is_not_there_is_answered_with_those_that_are(finding, command, asked, zh, en):
    for lang, words in (("zh", zh), ("en", en)):
        status, said = run(*command.format(asked, "p").split(), "--lang", lang)
        assert status == WRONG_USE
        assert words in said


def test_a_sub_dialogue_of_a_library_can_be_asked_for_but_is_checked_with_its_callers(finding):
    for command in ASKING[:3]:
        assert run(*command.format("核实", "p").split())[0] in (OK, FINDINGS), command
    assert (
        "“核实”是库里的场景，不是项目自己的；有：信用卡挂失、账单争议" in run(*ASKING[3].format("核实", "p").split())[1]
    )


def test_a_scenario_that_has_no_machine_says_why(finding):
    path = finding / "a.script"
    base = FIND + '场景 接待\n  提示 "底子"\n场景 总机 基于 接待\n步骤 甲\n  说 "您好。"\n  结束 完成\n'
    path.write_text("结局 完成\n" + base, "utf-8")
    assert "“接待”在这个项目里只给别的场景打底；写以它为底的：总机" in run("graph", "接待", "p")[1]
    path.write_text("结局 完成\n" + FIND.replace('  说 "您好。"', "  转 没有"), "utf-8")
    assert "“账单争议”有错误" in run("graph", "账单争议", "p")[1]
    assert "有错误的场景不算在内，先运行 scriptc check" in run("graph", "没有这个", "p")[1]
    same = FIND.replace("场景 账单争议", '场景 账单争议\n  标题 "卡丢了怎么办"')
    path.write_text("结局 完成\n" + same, "utf-8")
    assert "标题是“卡丢了怎么办”的场景不止一个，写场景名：信用卡挂失、账单争议" in run("graph", "卡丢了怎么办", "p")[1]


RULED = "标签 致歉\n规则集 规范 适用 全部\n  规则 要道歉\n    要求 [致歉]\n"


def test_grid_and_rules_of_one_scenario_alone(tmp_path):
    two = GOOD.replace("接听", "接听 [致歉]") + GOOD.replace("场景 问候", "场景 道别").replace("结局 完成\n", "")
    at = project(tmp_path, a=RULED + two)
    status, said = run("check", at, "--rules", "--grid", "--scenario", "道别")
    assert status == FINDINGS  # what is found is that of the whole project all the same
    assert "问候" not in said.splitlines()
    assert "道别" in said.splitlines()
    assert re.search(r"1 道别\n +1\n", said)
    shown = json.loads(run("check", at, "--rules", "--scenario", "问候", "--format", "json")[1])
    assert [(one["scenario"], one["verdict"]) for one in shown["verdicts"]] == [("问候", "proven")]
    assert "2 道别" in run("check", at, "--rules", "--scenario", "问候", "--scenario", "道别")[1]


def test_a_scenario_in_the_place_of_the_path_is_told_where_it_goes():
    status, said = run("check", "--grid", "退货换货")
    assert status == WRONG_USE
    assert "只看一个场景：--scenario 退货换货" in said
    assert "--scenario 要和 --grid 或 --rules 一起用" in run("check", "--scenario", "甲")[1]


def test_the_language_asked_for_on_a_wrong_line_counts():
    assert run("check", "--lang", "en", "--foo")[1].startswith("error: there is no option --foo")


def test_build_writes_a_machine_and_a_card_for_each_scenario(tmp_path):
    status, _ = run("build", project(tmp_path, a=GOOD), "-o", tmp_path / "out")
    assert status == OK
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["index.html", "manifest.json", "问候.html", "问候.json", "问候.pdf"]
    assert json.loads((tmp_path / "out" / "问候.json").read_text())["name"] == "问候"


def test_the_same_sources_give_the_same_bytes(tmp_path):
    project(tmp_path, a=GOOD)
    run("build", tmp_path, "-o", tmp_path / "one")
    run("build", tmp_path, "-o", tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_site_says_what_dialogues_cover_where_there_are_any(tmp_path):
    run("build", project(tmp_path, a=GOOD), "--no-pdf")
    assert "对话覆盖" not in (tmp_path / "dist" / "index.html").read_text("utf-8")
    played = GOOD + '\n对话 "走一遍" 测试 问候\n  期望 说 "您好。"\n'
    run("build", project(tmp_path, a=played), "--no-pdf")
    page = (tmp_path / "dist" / "index.html").read_text("utf-8")
    assert "对话覆盖" in page
    assert re.search(r'<td class="n">\d+/\d+</td>', page)


def test_a_failed_build_leaves_the_last_good_one(tmp_path):
    project(tmp_path, a=GOOD)
    run("build", tmp_path, "--no-pdf")
    before = (tmp_path / "dist" / "问候.json").read_bytes()
    project(tmp_path, a=BAD)
    status, _ = run("build", tmp_path, "--no-pdf")
    assert status == FINDINGS
    assert (tmp_path / "dist" / "问候.json").read_bytes() == before


def test_a_build_takes_away_what_is_no_longer_there(tmp_path):
    project(tmp_path, a=GOOD)
    run("build", tmp_path, "--no-pdf")
    project(tmp_path, a=GOOD.replace("问候", "道别"))
    run("build", tmp_path, "--no-pdf")
    names = sorted(path.name for path in (tmp_path / "dist").iterdir())
    assert names == ["index.html", "manifest.json", "道别.html", "道别.json"]


def test_what_somebody_put_beside_the_files_of_a_build_stays(tmp_path):
    project(tmp_path, a=GOOD)
    run("build", tmp_path, "--no-pdf")
    dist = tmp_path / "dist"
    (dist / "整套.pdf").write_bytes(b"%PDF-mine")
    (dist / "附件" / "照片").mkdir(parents=True)
    (dist / "附件" / "照片" / "一.jpg").write_bytes(b"jpg")
    (dist / "链接").symlink_to("附件")
    assert run("build", tmp_path, "--no-pdf")[0] == OK
    project(tmp_path, a=GOOD.replace("问候", "道别"))
    assert run("build", tmp_path, "--no-pdf")[0] == OK
    assert (dist / "整套.pdf").read_bytes() == b"%PDF-mine"
    assert (dist / "链接" / "照片" / "一.jpg").read_bytes() == b"jpg"
    assert not (dist / "问候.json").exists()


def test_a_file_of_somebody_is_not_replaced_by_one_of_the_build(tmp_path):
    project(tmp_path, a=GOOD)
    run("build", tmp_path, "--no-pdf")
    (tmp_path / "dist" / "道别.json").write_text("我的")
    project(tmp_path, a=GOOD.replace("问候", "道别"))
    status, said = run("build", tmp_path, "--no-pdf")
    assert status == WRONG_USE
    assert "没有改动" in said
    assert (tmp_path / "dist" / "道别.json").read_text() == "我的"
    assert (tmp_path / "dist" / "问候.json").exists()


def test_pdf_that_is_asked_for_and_cannot_be_made_is_no_success(tmp_path, monkeypatch):
    project(tmp_path, a=GOOD)
    assert "去掉一个" in run("build", tmp_path, "--emit", "pdf", "--no-pdf")[1]
    monkeypatch.setitem(sys.modules, "typst", None)
    status, said = run("build", tmp_path, "--emit", "pdf")
    assert status == WRONG_USE
    assert "scriptc[print]" in said
    assert not (tmp_path / "dist").exists()
    assert run("build", tmp_path)[0] == OK


def test_a_gate_does_not_open_on_nothing(tmp_path):
    talk = '\n对话 "走一遍" 测试 问候\n  期望 说 "您好。"\n'
    project(tmp_path, a=GOOD + talk)
    status, said = run("test", tmp_path, "-k", "打错的名", "--min-coverage", "100")
    assert status == WRONG_USE
    assert "打错的名" in said
    assert run("test", tmp_path, "-k", "问候", "--min-coverage", "100")[0] == OK
    status, said = run("test", tmp_path, "--mutate", "--budget", "0", "--min-mutation", "1")
    assert status == FINDINGS
    assert "不能算数" in said


def test_a_step_without_a_name_is_an_error_and_no_crash(tmp_path):
    text = GOOD + '场景 甲 基于 问候\n话术 自家 "您好"\n步骤 结束\n'
    status, said = run("check", project(tmp_path, a=text))
    assert status == FINDINGS
    assert "SC109" in said


def test_a_folder_of_someone_else_is_never_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("words")
    status, said = run("build", project(tmp_path, a=GOOD), "-o", tmp_path / "mine", "--no-pdf")
    assert status == WRONG_USE
    assert "没有改动" in said
    assert (tmp_path / "mine" / "thesis.docx").read_text() == "words"


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")])
def test_a_full_disk_or_a_locked_folder_is_said_and_loses_nothing(tmp_path, monkeypatch, trouble):
    project(tmp_path, a=GOOD)
    run("build", tmp_path, "--no-pdf")
    before = {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()}

    def fail(*_args):
        raise trouble

    monkeypatch.setattr(Path, "write_bytes", fail)
    status, said = run("build", tmp_path, "--no-pdf")
    assert status == WRONG_USE
    assert trouble.strerror in said
    assert {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.script", "dist"]


def test_the_day_asked_for_counts_for_rules_as_well(tmp_path):
    waived = GOOD.replace("步骤", '  豁免 要道歉 原因 "试行" 至 2020-03-31\n步骤')
    at = project(tmp_path, a=RULED + waived)
    for command in (f"check {at}", f"build {at} --no-pdf", f"cards --all --in {at} --pdf {at / 'c.pdf'}"):
        assert run(*command.split(), "--today", "2020-03-31")[0] == OK, command
        status, said = run(*command.split(), "--today", "2020-04-01")
        assert status == FINDINGS, command
        assert "SC901" in said


def test_the_day_asked_for_counts_for_what_dialogues_cover(tmp_path):
    dated = RULED.replace("    要求", "    生效 2020-01-01 至 2020-03-31\n    要求")
    played = dated + GOOD.replace("接听", "接听 [致歉]") + '对话 "走一遍" 测试 问候\n  期望 说 "您好。"\n'
    at = project(tmp_path, a=played)
    shown = {day: run("test", at, "--coverage", "--today", day)[1] for day in ("2020-03-31", "2020-04-01")}
    assert ["规则" in said for said in shown.values()] == [True, False]


def test_an_output_that_cannot_be_swapped_in_leaves_the_last_good_one(tmp_path, monkeypatch):
    at = project(tmp_path, a=GOOD)
    run("build", at, "--no-pdf")
    before = {path.name: path.read_bytes() for path in (at / "dist").iterdir()}
    rename = os.rename

    def fail(source, target):
        if Path(target).name == "dist" and not str(source).endswith(".old"):
            raise PermissionError(13, "Permission denied")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail)
    monkeypatch.setattr(output, "_exchange", lambda _one, _other: False)  # a system that cannot
    assert run("build", at, "--no-pdf")[0] == WRONG_USE
    assert {path.name: path.read_bytes() for path in (at / "dist").iterdir()} == before
    assert sorted(path.name for path in at.iterdir()) == ["a.script", "dist"]


def test_an_output_folder_behind_a_link_stays_behind_it(tmp_path):
    at = project(tmp_path / "p", a=GOOD)
    (tmp_path / "www").mkdir()
    (at / "dist").symlink_to(tmp_path / "www")
    assert run("build", at, "--no-pdf")[0] == OK
    assert (at / "dist").is_symlink()
    assert (tmp_path / "www" / "问候.html").exists()


def test_control_c_leaves_the_last_good_build_and_no_litter(tmp_path, monkeypatch):
    project(tmp_path, a=GOOD)
    run("build", tmp_path, "--no-pdf")
    before = sorted(path.name for path in tmp_path.iterdir())

    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(output, "_swap", interrupt)
    status, said = run("build", tmp_path, "--no-pdf")
    assert status == INTERRUPTED
    assert "已中断" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_bug_becomes_a_report_and_never_a_traceback(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "assemble_project", lambda *_: 1 // 0)
    status, said = run("check", project(tmp_path, a=GOOD))
    assert status == BUG
    assert "Traceback" not in said
    report = Path(said.strip().splitlines()[-1].split("：")[-1])
    assert "ZeroDivisionError" in report.read_text()
    report.unlink()


def test_fmt_rewrites_check_tells_and_diff_shows(tmp_path):
    crooked = GOOD.replace('  说 "您好。"', "      说   “您好。”")
    path = project(tmp_path, a=crooked) / "a.script"
    status, said = run("fmt", "--check", path)
    assert (status, path.read_text()) == (FINDINGS, crooked)
    assert "a.script" in said
    status, said = run("fmt", "--diff", path)
    assert '+  说 "您好。"' in said
    assert path.read_text() == crooked
    assert run("fmt", path)[0] == OK
    assert '\n  说 "您好。"\n' in path.read_text()
    assert run("fmt", "--check", path)[0] == OK


def test_fmt_says_what_it_cannot_write_and_keeps_a_link(tmp_path, monkeypatch):
    crooked = GOOD.replace('  说 "您好。"', "      说   “您好。”")
    path = project(tmp_path / "p", a=crooked) / "a.script"
    (tmp_path / "link.script").symlink_to(path)
    assert run("fmt", tmp_path / "link.script")[0] == OK
    assert (tmp_path / "link.script").is_symlink()
    assert path.read_text() != crooked
    path.write_text(crooked)

    def fail(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", fail)
    status, said = run("fmt", path)
    assert status == WRONG_USE
    assert "Permission denied" in said
    assert path.read_text() == crooked


def test_fmt_leaves_a_file_with_errors_alone(tmp_path):
    broken = GOOD + "步骤\n   说活\n"
    path = project(tmp_path, a=broken) / "a.script"
    status, said = run("fmt", path)
    assert status == FINDINGS
    assert "没有改动" in said
    assert path.read_text() == broken


def test_fmt_recodes_a_file_from_notepad(tmp_path):
    path = project(tmp_path, a=GOOD.encode("gb18030")) / "a.script"
    status, said = run("check", tmp_path)
    assert status == FINDINGS
    assert "GB18030" in said
    assert "scriptc fmt --from gb18030" in said
    assert run("fmt", "--from", "gb18030", path)[0] == OK
    assert path.read_bytes().decode("utf-8").count("您好") == 1
    assert run("check", tmp_path)[0] == OK


@pytest.mark.parametrize("codec", ["klingon", "base64"])
def test_fmt_knows_which_encodings_there_are(tmp_path, codec):
    path = project(tmp_path, a=GOOD) / "a.script"
    status, said = run("fmt", "--from", codec, path)
    assert status == WRONG_USE
    assert f"没有“{codec}”这种编码" in said
    status, said = run("fmt", "--from", "ascii", path)
    assert status == WRONG_USE
    assert "不是 ascii 编码" in said


def test_colours_and_bars_stay_away_from_pipes(tmp_path):
    project(tmp_path, a=BAD)
    done = subprocess.run(
        [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", str(tmp_path)],
        capture_output=True,
        env={**os.environ, "LANG": "zh_CN.UTF-8"},
        check=False,
    )
    assert done.returncode == FINDINGS
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr == b""


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell closes streams")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "command", ["rehearse 问候 .", "check .", "check --format json .", "check --fix --ask .", "no-such-command"]
)
def test_a_stream_that_is_closed_is_no_bug(tmp_path, command, closed):
    project(tmp_path, a=GOOD)
    scriptc = f'"{sys.executable}" -c "from compiler.cli.app import main; main()" {command} {closed}'
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(scriptc, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in (OK, WRONG_USE), done.stderr
    assert "scriptc-bug" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("form", ["text", "json"])
def test_an_output_that_is_full_is_not_called_a_bug(tmp_path, form):
    project(tmp_path, a=BAD)
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", tmp_path, "--format", form],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "LANG": "zh_CN.UTF-8"},
            check=False,
        )
    assert done.returncode == WRONG_USE
    assert done.stderr.decode().splitlines()[-1].startswith("结果写不出去（")
    assert b"Exception" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_trouble(tmp_path):
    at = project(tmp_path, **{f"s{number}": BAD.replace("问候", f"问候{number}") for number in range(200)})
    with subprocess.Popen(
        [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", at],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == FINDINGS


def test_a_bar_shows_while_many_scripts_are_read(tmp_path):
    at = project(tmp_path, **{f"s{number}": GOOD.replace("A", f"A{number}") for number in range(50)})
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", closefd=True) as terminal:
        subprocess.run(
            [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", str(at)],
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            env={**os.environ, "LANG": "zh_CN.UTF-8", "TERM": "xterm"},
            check=False,
        )
        os.set_blocking(ours, False)
        shown = terminal.read() or b""
        os.close(theirs)
    assert "读取脚本".encode() in shown
    assert b"100%" in shown


def test_build_writes_what_is_asked_for_and_names_what_there_is_not(tmp_path):
    at = project(tmp_path / "p", a=GOOD)
    (at / "scriptc.yaml").write_text("emit: [json, svg]\n", encoding="utf-8")
    assert run("build", at)[0] == OK
    assert {file.name for file in (at / "dist").iterdir()} == {"问候.json", "问候.svg", "manifest.json"}
    assert run("build", at, "--emit", "scxml,xstate，dot、mermaid")[0] == OK
    names = {"问候.scxml", "问候.xstate.json", "问候.dot", "问候.mmd", "manifest.json"}
    assert {file.name for file in (at / "dist").iterdir()} == names
    status, said = run("build", at, "--emit", "scxm")
    assert status == WRONG_USE
    assert "“scxml”" in said
    (at / "scriptc.yaml").write_text("emit: json、svgg\n", encoding="utf-8")
    status, said = run("check", at)
    assert status == FINDINGS
    assert "SC007" in said
    assert "“svg”" in said


def test_graph_shows_a_scenario_in_every_form(tmp_path):
    at = project(tmp_path, a=GOOD)
    assert "● 1 接听" in run("graph", "问候", at)[1]
    for form, begins in (("svg", "<svg"), ("dot", "digraph"), ("mermaid", "flowchart TD")):
        status, said = run("graph", "问候", at, "--format", form)
        assert status == OK
        assert said.startswith(begins)
    status, said = run("graph", "问侯", at)
    assert status == WRONG_USE
    assert "问候" in said
    assert run("graph", "问候", at, "--format", "svg", "--part", "B")[0] == WRONG_USE
