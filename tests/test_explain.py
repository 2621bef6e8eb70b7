"""`scriptc explain` and the manual of checks, which print one and the same values."""

from __future__ import annotations

import re

import pytest

from compiler.cli.common import OK, WRONG_USE
from compiler.report.examples import example
from compiler.report.explain import example_findings, markdown, plain, unmarked
from compiler.rule_list import ALL_RULES, BY_CODE
from tests.rule_examples import found, marks
from tests.test_cli import run
from tests.test_house import ROOT


@pytest.mark.parametrize(("lang", "name"), [("en", "checks.md"), ("zh", "checks.zh.md")])
def test_the_manual_is_in_step(lang, name, update_golden):
    path = ROOT / "docs" / name
    if update_golden:
        path.write_text(markdown(ALL_RULES, lang), "utf-8")
    assert path.read_text("utf-8") == markdown(ALL_RULES, lang), (
        f"write it anew: pytest --update-golden, or scriptc explain --all --lang {lang} > docs/{name}"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_a_page_says_why_shows_both_examples_and_how_to_mend(rule, lang):
    page = plain(rule, lang)
    assert page.startswith(f"{rule.code} {rule.name}")
    assert rule.why.in_(lang) in page
    for text in (rule.bad, rule.good):
        for line in unmarked(example(text, lang)).split("\n"):
            assert line in page
    assert "{" not in rule.title(lang).replace("\\{", "")
    if rule.bad:
        assert ("第 " if lang == "zh" else "line ") in page


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_the_english_examples_show_what_the_chinese_ones_show(rule):
    for text in filter(None, (rule.bad, rule.good)):
        english = example(text, "en")
        left = re.findall("[\u3000-\u9fff\uff00-\uffef]+", english)
        assert not left, "give these an English word in compiler/report/examples.py"
        assert marks(english) == marks(text)
        assert found(english, lambda script: example_findings(rule, script)) == marks(text)


def test_examples_are_shown_without_their_marks():
    assert "# SC203" not in plain(BY_CODE["SC203"], "zh")
    assert "# 忽略 SC203\n" in plain(BY_CODE["SC012"], "zh")


def test_explain_takes_codes_and_names():
    status, said = run("explain", "sc201", "unused-name")
    assert status == OK
    assert "SC201 undefined-name（错误）" in said
    assert "SC203 unused-name（警告）" in said
    assert "为什么要紧" in said
    assert "Why it matters" in run("explain", "SC201", "--lang", "en")[1]


def test_an_unknown_code_gets_a_suggestion():
    status, said = run("explain", "SC230")
    assert status == WRONG_USE
    assert "是不是想写“SC203”" in said


def test_explain_wants_to_know_what():
    status, said = run("explain")
    assert status == WRONG_USE
    assert "scriptc explain SC201" in said


def test_all_of_it_is_markdown():
    status, said = run("explain", "--all", lang="en")
    assert status == OK
    assert said == markdown(ALL_RULES, "en")
    assert said.count("```") % 2 == 0
    assert [line[4:9] for line in said.splitlines() if line.startswith("### ")] == list(BY_CODE)
