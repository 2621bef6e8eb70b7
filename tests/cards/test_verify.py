"""`scriptc cards` and `scriptc verify`: what is handed out is written down, and a code tells what it is worth."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from compiler.cli.common import FINDINGS, OK, WRONG_USE
from tests.cards.test_deck import pages
from tests.cli.test_cli import BAD, GOOD, project, run

TWO = GOOD + '\n场景 道别\n步骤 送客\n  说 "再见。"\n  结束 完成\n'


@pytest.fixture
def folder(tmp_path):
    return project(tmp_path, a=TWO)


def handed_out(folder: Path, day: str = "2026-01-05") -> dict[str, str]:
    status, said = run("cards", "--all", "--in", folder, "--pdf", folder / "cards.pdf", "--today", day)
    assert status == OK, said
    lines = (folder / "cards.lock").read_text("utf-8").splitlines()
    return {line.split()[4]: line.split()[1] for line in lines if not line.startswith("#")}


def verified(folder: Path, code: str) -> tuple[int, str]:
    return run("verify", code, "--in", folder)


def test_a_script_is_not_overwritten_by_cards(folder):
    before = (folder / "a.script").read_bytes()
    status, said = run("cards", "--all", "--in", folder, "--pdf", folder / "a.script")
    assert status == WRONG_USE
    assert "不是 PDF" in said
    assert (folder / "a.script").read_bytes() == before
    assert not (folder / "cards.lock").exists()
    for _ in range(2):
        assert run("cards", "--all", "--in", folder, "--pdf", folder / "卡.pdf")[0] == OK


def test_a_card_is_current_until_its_words_change(folder):
    code = handed_out(folder)["问候"]
    status, said = verified(folder, code.lower().replace("-", " "))
    assert status == OK
    assert "现行" in said
    assert "2026-01-05" in said
    project(folder, a=TWO.replace("您好。", "您好，请讲。"))
    status, said = verified(folder, code)
    assert status == FINDINGS
    assert "新卡还没有发" in said
    new = handed_out(folder, "2026-02-06")["问候"]
    assert new != code
    status, said = verified(folder, code)
    assert status == FINDINGS
    assert "已于 2026-02-06 换成新版" in said
    assert verified(folder, new)[0] == OK


def test_a_code_as_a_chinese_input_method_types_it(folder):
    code = handed_out(folder)["问候"]
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert "－" in wide
    assert verified(folder, wide)[0] == OK


def test_a_code_with_a_slip_is_told_from_what_is_none(folder):
    code = handed_out(folder)["问候"]
    for typed in (code[:-1] + ("0" if code[-1] != "0" else "1"), "U" + code[1:], f"{code[1]}{code[0]}{code[2:]}"):
        if typed == code:
            continue
        status, said = verified(folder, typed)
        assert status == WRONG_USE
        assert "打错了" in said
        assert "不是核对码" not in said
    status, said = verified(folder, code[:-1])
    assert status == WRONG_USE
    assert "十个字母和数字" in said


def test_changing_one_card_leaves_the_others_current(folder):
    code = handed_out(folder)["道别"]
    project(folder, a="# 一行注释\n" + TWO.replace("您好。", "您好，请讲。"))
    assert verified(folder, code)[0] == OK


def test_an_error_elsewhere_does_not_hide_that_a_card_is_current(folder):
    code = handed_out(folder)["道别"]
    project(folder, a=TWO.replace(GOOD, BAD))
    assert verified(folder, code)[0] == OK
    status, said = verified(folder, "00000-00000")
    assert status == WRONG_USE
    assert "scriptc check" in said


def test_a_scenario_that_is_gone_voids_its_card(folder):
    code = handed_out(folder)["道别"]
    project(folder, a=GOOD)
    status, said = verified(folder, code)
    assert status == FINDINGS
    assert "已经撤了" in said


def test_an_unknown_code_and_a_slip_are_not_the_same(folder, tmp_path_factory):
    code = handed_out(folder)["问候"]
    other = project(tmp_path_factory.mktemp("other"), a=GOOD.replace("您好。", "喂。"))
    elsewhere = handed_out(other)["问候"]
    status, said = verified(folder, elsewhere)
    assert status == FINDINGS
    assert "没见过" in said
    slip = code[:-1] + ("2" if code[-1] != "2" else "3")
    status, said = verified(folder, slip)
    assert status == WRONG_USE
    assert "打错了" in said


def test_a_draft_is_not_written_down(folder):
    status, _ = run("cards", "问候", "--in", folder, "--pdf", folder / "draft.pdf", "--draft")
    assert status == OK
    assert (folder / "draft.pdf").read_bytes().startswith(b"%PDF")
    assert not (folder / "cards.lock").exists()


def test_handing_out_again_changes_nothing(folder):
    handed_out(folder)
    before = (folder / "cards.lock").read_bytes()
    handed_out(folder, "2026-03-09")
    assert (folder / "cards.lock").read_bytes() == before


def test_numbers_stay_when_scenarios_come_and_go(folder):
    handed_out(folder)
    before = dict(re.findall(r"^(\d+) .* (\S+)$", (folder / "cards.lock").read_text("utf-8"), re.MULTILINE))
    project(folder, a='结局 完成\n场景 新来的\n步骤 甲\n  说 "新。"\n  结束 完成\n' + TWO.removeprefix("结局 完成\n"))
    handed_out(folder, "2026-04-01")
    lines = (folder / "cards.lock").read_text("utf-8").splitlines()
    after = dict(re.findall(r"^(\d+) .* (\S+)$", "\n".join(lines), re.MULTILINE))
    assert list(after.values()).count("新来的") == 1
    assert before.items() <= after.items()


def test_what_cannot_be_printed_leaves_no_file(folder):
    project(folder, a=TWO.replace("结束 完成", "转 没写的步骤"))
    status, said = run("cards", "--all", "--in", folder, "--pdf", folder / "x.pdf")
    assert status == FINDINGS
    assert "没写的步骤" in said
    assert not (folder / "x.pdf").exists()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (["没有这个"], "没有场景“没有这个”"),
        (["问侯"], "是不是“问候”"),
        ([], "--all"),
        (["问候", "--impose", "a4"], "--format a6"),
    ],
)
def test_wrong_use_says_what_to_type(folder, asked, answer):
    status, said = run("cards", *asked, "--in", folder, "--pdf", folder / "x.pdf")
    assert status == WRONG_USE
    assert answer in said
    assert not (folder / "x.pdf").exists()


def test_cards_that_cannot_be_written_down_are_not_to_be_handed_out(folder, monkeypatch):
    replace = os.replace

    def fail(new, path):
        if Path(path).name == "cards.lock":
            raise PermissionError(13, "Permission denied")
        replace(new, path)

    monkeypatch.setattr(os, "replace", fail)
    status, said = run("cards", "--all", "--in", folder, "--pdf", folder / "cards.pdf")
    assert status == WRONG_USE
    assert "cards.lock（Permission denied）" in said
    assert "没有登记" in said
    assert not (folder / "cards.pdf").exists()


def test_a_card_that_cannot_be_written_is_not_handed_out(folder, monkeypatch):
    handed_out(folder)
    before = (folder / "cards.lock").read_bytes()
    script = folder / "a.script"
    script.write_text(script.read_text("utf-8").replace("。", "！", 1), "utf-8")
    replace = os.replace

    def fail(new, path):
        if Path(path).name == "other.pdf":
            raise PermissionError(13, "Permission denied")
        replace(new, path)

    monkeypatch.setattr(os, "replace", fail)
    assert run("cards", "--all", "--in", folder, "--pdf", folder / "other.pdf")[0] == WRONG_USE
    assert (folder / "cards.lock").read_bytes() == before


def test_a_project_without_scenarios_has_no_cards(tmp_path):
    status, said = run("cards", "--all", "--in", project(tmp_path, a="结局 完成\n"), "--pdf", tmp_path / "x.pdf")
    assert status == WRONG_USE
    assert "没有场景" in said


@pytest.mark.parametrize(("damage", "told"), [("{}这一行坏了\n", "cards.lock 第 5 行"), ("", "一张卡也没有")])
def test_a_damaged_or_emptied_ledger_stops_everything_that_would_number_anew(folder, damage, told):
    code = handed_out(folder)["问候"]
    ledger = folder / "cards.lock"
    ledger.write_text(damage.format(ledger.read_text("utf-8")), "utf-8")
    for command in (["cards", "--all", "--pdf", folder / "x.pdf"], ["verify", code]):
        status, said = run(*command, "--in", folder)
        assert status == WRONG_USE
        assert told in said


def test_check_tells_of_a_number_on_two_cards_and_verify_knows_both(folder):
    codes = handed_out(folder)
    ledger = folder / "cards.lock"
    ledger.write_text(re.sub(r"(?m)^\d+", "16", ledger.read_text("utf-8")), "utf-8")
    status, said = run("check", folder)
    assert status == OK
    assert "SC709 卡号 16 发给了两张卡：“道别”先发，留着" in said
    assert "scriptc cards 问候" in said
    assert verified(folder, codes["道别"])[0] == OK
    status, said = verified(folder, codes["问候"])
    assert status == OK
    assert "印的是 16" in said
    handed_out(folder, "2026-01-06")
    assert "SC709" not in run("check", folder)[1]
    assert verified(folder, codes["问候"])[0] == OK


def test_check_tells_of_a_damaged_ledger(folder):
    (folder / "cards.lock").write_text("", "utf-8")
    assert "SC710" in run("check", folder)[1]


DATED = TWO.replace("场景 道别\n", "场景 道别\n  生效 2026-02-01 至 2026-02-20\n")


def test_what_has_ended_is_not_printed_and_its_card_is_not_current_any_more(tmp_path):
    folder = project(tmp_path, a=DATED)
    code = handed_out(folder, "2026-02-20")["道别"]
    for today, status, answer in (
        ("2026-02-20", OK, "现行"),
        ("2026-02-21", FINDINGS, "已于 2026-02-20 到期"),
        ("2026-01-31", FINDINGS, "2026-02-01 起才用"),
    ):
        got, said = run("verify", code, "--in", folder, "--today", today)
        assert got == status
        assert answer in said
    status, said = run("cards", "道别", "--in", folder, "--pdf", folder / "x.pdf", "--today", "2026-02-21")
    assert status == FINDINGS
    assert "没有印" in said
    assert not (folder / "x.pdf").exists()
    status, said = run("cards", "--all", "--in", folder, "--pdf", folder / "x.pdf", "--today", "2026-02-21")
    assert status == OK
    assert "“道别”（到 2026-02-20）" in said
    assert "1 张卡" in said


def test_a_card_printed_ahead_of_its_day_says_so_and_both_days_stand_on_it(tmp_path):
    folder = project(tmp_path, a=DATED)
    status, said = run("cards", "道别", "--in", folder, "--pdf", folder / "x.pdf", "--today", "2026-01-05")
    assert status == OK
    assert "提前印的" in said
    early = "".join(pages((folder / "x.pdf").read_bytes()))
    assert early.count("2026-02-01起才用") == 1
    assert "生效2026-02-01至2026-02-20" in early
    run("cards", "道别", "--in", folder, "--pdf", folder / "x.pdf", "--today", "2026-02-05")
    assert "起才用" not in "".join(pages((folder / "x.pdf").read_bytes()))
    codes = {line.split()[1] for line in (folder / "cards.lock").read_text("utf-8").splitlines() if "道别" in line}
    assert len(codes) == 1  # the day is not in it
    project(folder, a=DATED.replace("02-20", "02-25"))
    assert handed_out(folder, "2026-02-05")["道别"] not in codes  # the last day is
