"""Small inputs on which something once went wrong: each folder here is one, and what must come of it stands below.

What does not come of it yet is expected to fail, strictly, with the issue that ends it; none is left when the twelfth is
done.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from compiler.cli import common
from compiler.cli.app import cli

CASES = Path(__file__).parent
TODAY = ("--today", "2026-11-30")


def ends_with(issue: int) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, reason=f"ends with “{issue} of 12”")


class Stuck(BaseException):
    """Something that should be done at once is not."""


@contextmanager
def at_once(seconds: float = 4) -> Iterator[None]:
    """For inputs that took from ten seconds to for ever: an end, in processor time, far above what they should take."""

    def stop(*_: object) -> None:
        raise Stuck

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except Stuck:
        pytest.fail(f"not done after {seconds} s of processor time", pytrace=False)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


class Case:
    """A copy of a case's folder, and commands run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str, status: int | None = None) -> str:
        """What `scriptc …` prints; whatever is thrown at it, it is no bug of ours."""
        result = CliRunner().invoke(cli, [*arguments, "--lang", "zh"], catch_exceptions=False)
        if status is not None:
            assert result.exit_code == status, result.output
        return result.output

    def findings(self, *arguments: str, path: str = ".") -> list[dict[str, Any]]:
        command = ["check", path, "--format", "json", "--lang", "zh", *TODAY, *arguments]
        found: list[dict[str, Any]] = json.loads(CliRunner().invoke(cli, command, catch_exceptions=False).stdout)[
            "findings"
        ]
        return found

    def codes(self, *arguments: str, path: str = ".") -> list[str]:
        return [one["code"] for one in self.findings(*arguments, path=path)]

    def alone(self, script: str) -> list[dict[str, Any]]:
        """The findings of one script of a folder that holds several projects."""
        for path in self.folder.glob("*.script"):
            if path.name != script:
                path.unlink()
        return self.findings()

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def fixed(self, name: str) -> str:
        """A script after `check --fix`."""
        self.run("check", ".", "--fix", *TODAY)
        return self.text(name)


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """The folder that a test is named after: `test_two_units` is `two-units`."""
    name = request.node.name.removeprefix("test_").replace("_", "-")
    shutil.copytree(CASES / name, tmp_path / name)
    monkeypatch.chdir(tmp_path / name)
    return Case(tmp_path / name)


def suggestion(finding: dict[str, Any]) -> str:
    edit = finding["fix"] or finding["suggestion"]
    return edit["text"] if edit else ""


def test_every_case_has_its_test() -> None:
    folders = {path.name for path in CASES.iterdir() if path.is_dir() and path.name != "__pycache__"}
    tests = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert folders - tests == set()


# --- 1 of 12: the house, and the bare machine


def test_values_left_open_that_never_happen(case: Case) -> None:
    assert "SC305" not in case.codes()


def test_debian_python_3_11_2(case: Case) -> None:
    assert case.findings() == []


# --- 2 of 12: nothing false ------------------------------------------------------------------------------------------


def test_fix_customers_line(case: Case) -> None:
    assert case.fixed("对白.script") == (CASES / "fix-customers-line/对白.script").read_text("utf-8")


def test_fix_guarded_way(case: Case) -> None:
    assert not re.search(r"^ *转 二", case.fixed("分路.script"), re.MULTILINE)


def test_fix_joined_names(case: Case) -> None:
    offered = [suggestion(one) + one["help"] for one in case.findings()]
    assert not any("沉默超过5秒" in text or "完登记" in text for text in offered)


def test_fix_keeps_meaning(case: Case) -> None:
    for name in ("盗刷争议.script", "核实.script"):
        before = case.text(name)
        assert case.fixed(name) == before


def test_fix_list_of_forbidden(case: Case) -> None:
    assert '"没办法、不行"' not in case.fixed("禁说.script")


def test_fix_range_of_days(case: Case) -> None:
    assert "3-5个工作日" in case.fixed("期限.script")


def test_fix_role_label(case: Case) -> None:
    fixed = case.fixed("标签.script")
    assert not re.search(r'"[^"\n]*(?:员工|开场白|机器人)：', fixed)


def test_colon_before_a_question(case: Case) -> None:
    assert case.findings() == []


def test_forbidden_over_full_stop(case: Case) -> None:
    lines = {one["place"]["line"] for one in case.findings() if one["code"] == "SC601"}
    assert lines == {6}


def test_ask_then_act(case: Case) -> None:
    (early,) = [one for one in case.findings() if one["code"] == "SC312"]
    assert early["place"]["line"] == 9
    assert "步骤 查之后" in suggestion(early)


def test_guard_on_answer_not_yet_given(case: Case) -> None:
    assert [one["place"]["line"] for one in case.findings() if one["code"] == "SC311"] == [9, 10]


@pytest.mark.slow
def test_truth_never_say_across_sentences(case: Case) -> None:
    errors = {one["place"]["line"] for one in case.findings() if one["severity"] == "error"}
    assert errors <= {6}


def test_truth_never_say_from_parts(case: Case) -> None:
    assert len([code for code in case.codes() if code == "SC601"]) >= 3


def test_truth_longest_call_left_by_a_reaction(case: Case) -> None:
    assert case.codes().count("SC903") == 2


@pytest.mark.slow
def test_perf_recursion_nested_calls(case: Case) -> None:
    assert "SC901" in case.codes()


@pytest.mark.slow
def test_perf_recursion_silent_chain(case: Case) -> None:
    assert "SC901" in case.codes()


@pytest.mark.slow
def test_perf_trivially_broken_rule_unproven(case: Case) -> None:
    with at_once():
        assert ("SC901", "error") in {(one["code"], one["severity"]) for one in case.findings()}


@pytest.mark.slow
def test_perf_many_suspect_rules(case: Case) -> None:
    with at_once():
        case.findings()


@pytest.mark.slow
def test_many_option_slots(case: Case) -> None:
    with at_once():
        case.findings()


def test_truth_timer_once_a_waiting(case: Case) -> None:
    assert "SC901" not in case.codes()


def test_truth_circle_ended_by_an_answer(case: Case) -> None:
    assert "SC307" not in case.codes()


def test_truth_same_time_other_unit(case: Case) -> None:
    assert {one["place"]["file"] for one in case.findings() if one["severity"] == "error"} == {"4.script"}


@pytest.mark.slow
def test_past_its_last_day(case: Case) -> None:
    told = [one for one in case.findings() if one["place"]["file"] == "丁.script"]
    assert any("06" in one["message"] or "6月30日" in one["message"] for one in told)


def test_two_desks_print_at_once(case: Case) -> None:
    scenarios = "".join(f'场景 业务{one}\n步骤 一{one}\n  说 "您好。"\n  结束 完\n' for one in "甲乙丙")
    (case.folder / "a.script").write_text(f"结局 完\n{scenarios}", "utf-8")
    (clash,) = [one for one in case.findings() if one["code"] == "SC709"]
    assert "16" in clash["message"]
    assert "业务乙" in case.run("verify", "9VZ94-821QE")
    assert "业务丙" in case.run("verify", "2XVD1-3SQ0G")


def test_truth_export_drops_the_end(case: Case) -> None:
    case.run("build", ".", "--emit", "scxml,xstate", status=0)
    for path in (case.folder / "dist").iterdir():
        if path.name != "manifest.json":
            text = path.read_text("utf-8")
            if path.suffix == ".json":
                text = json.dumps(json.loads(text), ensure_ascii=False)
            assert "{手机}" not in text
            assert "{手机 末4位}" in text
            assert "安心家政" in text


@pytest.mark.slow
def test_gate_of_many(case: Case) -> None:
    with at_once():
        if not case.codes():
            case.run("build", ".", "--emit", "scxml")


@pytest.mark.slow
def test_perf_export_copies(case: Case) -> None:
    case.run("build", ".", "--emit", "scxml", *TODAY)
    assert sum(path.stat().st_size for path in (case.folder / "dist").glob("*")) < 2_000_000


@pytest.mark.slow
def test_truth_nobody_notices(case: Case) -> None:
    printed = case.run("test", ".", "--mutate")
    assert not re.search(r"a\.script:7\b", printed)


def test_truth_two_clocks_due_together(case: Case) -> None:
    """Played by the engines of `exports/test_engines.py`; the scenario is the library's, so there is no file here."""
    assert list(case.folder.iterdir()) == [case.folder / "README.md"]


def test_device_as_pdf(case: Case) -> None:
    os.mkfifo(case.folder / "pipe")
    reader = os.open(case.folder / "pipe", os.O_RDWR)  # or whoever opens the pipe waits for ever
    os.write(reader, b"%PDF-" + bytes(4096))
    try:
        case.run("cards", "--all", "--draft", "--pdf", "pipe", status=2)
    finally:
        os.close(reader)
    assert stat.S_ISFIFO((case.folder / "pipe").stat().st_mode)


def test_name_manifest(case: Case) -> None:
    case.run("build", ".", "--emit", "json")
    machines = [path.read_text("utf-8") for path in (case.folder / "dist").glob("*.json")]
    assert case.codes() or any("scriptc-machine" in text for text in machines)


def test_names_that_differ_in_case(case: Case) -> None:
    assert "SC216" in case.codes()
    case.run("build", ".", "--emit", "json")
    assert not (case.folder / "dist").exists()


def test_device_names(case: Case) -> None:
    case.run("build", ".", "--emit", "json")
    stems = {path.name.split(".")[0].casefold() for path in (case.folder / "dist").iterdir()}
    assert not stems & {"con", "aux", "nul", "prn"}


def test_a_long_name(case: Case) -> None:
    assert case.codes() or "写好" in case.run("build", ".", "--emit", "json", status=0)


def test_terminal_controls(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "at_terminal", lambda *_: True)
    for command in (["check", "--rules"], ["fmt", "--diff", "."], ["test"], ["check", "--format", "github"]):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", case.run(*command)), command


def test_unreadable_folder(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = os.scandir

    def refuse(path: Any = ".") -> Any:
        if Path(os.fsdecode(path)).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert "SC001" in case.codes()


def test_manifest_damaged(case: Case) -> None:
    for text in (None, '{"format": "scriptc-build", "files": 3}', "[" * 100_000):
        if text is not None:
            (case.folder / "dist/manifest.json").write_text(text, "utf-8")
        assert "内部" not in case.run("build", ".", "--emit", "json")


def test_output_loop(case: Case) -> None:
    (case.folder / "dist").symlink_to("dist")
    case.run("build", ".", "--emit", "json", status=2)


def test_rehearse_no_input(case: Case) -> None:
    command = [sys.executable, "-c", "from compiler.cli.app import main; main()", "rehearse", "甲"]
    home = str(CASES.parents[1])
    run = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command],
        env={**os.environ, "PYTHONPATH": home},
        capture_output=True,
        check=False,
    )
    assert run.returncode in (0, 2), run.stderr.decode()


# --- 3 of 12: nothing missed, messages that lead on ------------------------------------------------------------------


def told_at(line: int, *, least: str = "warning", file: str = "") -> Callable[[Case], bool]:
    """Whether something is told at a line, at least as a `least`."""
    levels = {"note": ("note", "warning", "error"), "warning": ("warning", "error"), "error": ("error",)}[least]

    def told(case: Case) -> bool:
        return any(
            one["place"]["line"] == line and one["severity"] in levels and one["place"]["file"].endswith(file)
            for one in case.findings()
        )

    return told


@ends_with(3)
def test_merge_left_open(case: Case) -> None:
    assert [one["place"]["line"] for one in case.findings()] == [4]


@ends_with(3)
@pytest.mark.slow
def test_one_call_many_rules(case: Case) -> None:
    assert len(case.run("check", ".", *TODAY).splitlines()) <= 90


@ends_with(3)
def test_row_of_a_table(case: Case) -> None:
    assert [suggestion(one) for one in case.findings()][:2] == ['说 "您好"', '说 "您好"']


@ends_with(3)
@pytest.mark.slow
def test_saved_as_txt(case: Case) -> None:
    assert "乙.script.txt" in {one["place"]["file"] for one in case.findings()}


def test_files_of_the_system(case: Case) -> None:
    assert case.findings() == []


def test_line_ends_of_windows(case: Case) -> None:
    before = (case.folder / "换行.script").read_bytes()
    assert b"\r\n" in before
    case.run("fmt", "--check", ".", status=0)
    case.run("fmt", ".")
    assert (case.folder / "换行.script").read_bytes() == before


@ends_with(3)
def test_blanks_left_open(case: Case) -> None:
    assert told_at(6, least="note")(case)


def test_name_in_book_title_marks(case: Case) -> None:
    assert [suggestion(one) for one in case.findings()] == ["二"]


@ends_with(3)
def test_names_with_vowel_signs(case: Case) -> None:
    assert case.findings() == []


@ends_with(3)
def test_truth_new_option_nobody_answers(case: Case) -> None:
    assert case.codes()


@ends_with(3)
def test_truth_rulebook_out_of_force(case: Case) -> None:
    assert told_at(5)(case)
    assert told_at(9)(case)


@ends_with(3)
def test_truth_scenario_without_rules(case: Case) -> None:
    assert case.codes()


@ends_with(3)
def test_truth_slots_swapped(case: Case) -> None:
    assert told_at(11)(case)


@ends_with(3)
def test_truth_tagged_but_not_said(case: Case) -> None:
    path = case.folder / "a.script"
    path.write_text(case.text("a.script").replace("要求 步骤 [致歉] 含", "要求 说 [致歉] 含"), "utf-8")
    assert "SC901" in case.codes()


def test_truth_time_words_not_seen(case: Case) -> None:
    assert {one["place"]["file"] for one in case.findings()} == {f"{number}.script" for number in range(1, 12)}


@ends_with(3)
def test_truth_whole_number_as_its_end(case: Case) -> None:
    assert case.codes().count("SC404") == 2


@ends_with(3)
def test_unknown_in_a_condition(case: Case) -> None:
    assert any("选项 上午" in one["help"] + suggestion(one) for one in case.findings())


@ends_with(3)
def test_value_from_a_system(case: Case) -> None:
    assert "核对身份（核身等级=不通过）" in case.run("check", ".", *TODAY)


@ends_with(3)
@pytest.mark.slow
def test_word_first_draft(case: Case) -> None:
    offered = [suggestion(one) + one["help"] for one in case.alone("盗刷争议.script") if one["place"]["line"] == 6]
    assert any("步骤 开场白" in text for text in offered)


# --- 4 of 12: answers, amounts, tables, the clock --------------------------------------------------------------------


@ends_with(4)
def test_asked_and_recorded(case: Case) -> None:
    assert "SC402" not in case.codes()


@ends_with(4)
def test_options_of_several_words(case: Case) -> None:
    path = case.folder / "options.script"
    path.write_text(
        case.text("options.script").replace("Not sure /", '"Not sure" /').replace("is Not sure", 'is "Not sure"')
    )
    assert all(one["place"]["line"] != 3 for one in case.findings())


@ends_with(4)
def test_options_with_letters(case: Case) -> None:
    assert "SC304" not in case.codes()


@ends_with(4)
def test_two_conditions_at_once(case: Case) -> None:
    assert case.codes().count("SC901") == 2


@ends_with(4)
def test_two_units(case: Case) -> None:
    assert case.findings() == []


@ends_with(4)
def test_weeks_and_months(case: Case) -> None:
    assert case.findings() == []


@ends_with(4)
def test_yes_no_options(case: Case) -> None:
    assert not [one for one in case.findings() if one["place"]["line"] <= 4]


# --- 7 of 12: nothing twice ------------------------------------------------------------------------------------------


@ends_with(7)
@pytest.mark.slow
def test_perf_did_you_mean_quadratic(case: Case) -> None:
    with at_once(2):
        case.findings()


@ends_with(7)
@pytest.mark.slow
def test_perf_rule_pairs_quadratic(case: Case) -> None:
    with at_once(2):
        case.findings()


@ends_with(7)
@pytest.mark.slow
def test_perf_coverage_slow(case: Case) -> None:
    with at_once(2):
        case.run("test", ".", "--coverage")


# --- 10 of 12: the year after ----------------------------------------------------------------------------------------


@ends_with(10)
@pytest.mark.slow
def test_shared_library_of_brands(case: Case) -> None:
    assert "SC008" not in case.codes(path="a")
