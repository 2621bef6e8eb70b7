"""`scriptc explain` and the manual of checks, which print one and the same values."""

from __future__ import annotations

import re

import pytest

from compiler.cli.common import OK, WRONG_USE
from compiler.findings.registry import ALL_LINTS, BY_CODE
from compiler.report.examples import example
from compiler.report.explain import example_findings, markdown, plain, unmarked
from compiler.report.glossary import _WORDS, entries, lines, listing, meanings
from dsl.keywords import KEYWORDS, LEVELS, MEASURES, SLOT_FLAGS, SLOT_TYPES, UNITS
from dsl.mistakes.expected import SAMPLES
from dsl.parser import parse
from dsl.source import Source
from tests.cli.test_cli import run
from tests.house.test_house import ROOT
from tests.lint_examples import found, marks


@pytest.mark.parametrize(("lang", "name"), [("en", "checks.md"), ("zh", "checks.zh.md")])
def test_the_manual_is_in_step(lang, name, update_golden):
    path = ROOT / "docs" / name
    if update_golden:
        path.write_text(markdown(ALL_LINTS, lang), "utf-8")
    assert path.read_text("utf-8") == markdown(ALL_LINTS, lang), (
        f"write it anew: pytest --update-golden, or scriptc explain --all --lang {lang} > docs/{name}"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("lint", ALL_LINTS, ids=lambda lint: lint.code)
def test_a_page_says_why_shows_both_examples_and_how_to_mend(lint, lang):
    page = plain(lint, lang)
    assert page.startswith(f"{lint.code} {lint.name}")
    assert lint.why.in_(lang) in page
    for text in (lint.bad, lint.good):
        for line in unmarked(example(text, lang)).split("\n"):
            assert line in page
    assert "{" not in lint.title(lang).replace("\\{", "")
    if lint.bad:
        assert ("第 " if lang == "zh" else "line ") in page


@pytest.mark.parametrize("lint", ALL_LINTS, ids=lambda lint: lint.code)
def test_the_english_examples_show_what_the_chinese_ones_show(lint):
    for text in filter(None, (lint.bad, lint.good)):
        english = example(text, "en")
        left = re.findall("[\u3000-\u9fff\uff00-\uffef]+", english)
        assert not left, "give these an English word in compiler/report/examples.py"
        assert marks(english) == marks(text)
        assert found(english, lambda script: example_findings(lint, script)) == marks(text)


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
    assert said == markdown(ALL_LINTS, "en")
    assert said.count("```") % 2 == 0
    assert [line[4:9] for line in said.splitlines() if line.startswith("### ")] == list(BY_CODE)


PLACES = {
    "file": "",
    "scenario": "场景 甲\n",
    "step": '场景 甲\n步骤 乙\n  说 "丙"\n',
    "rulebook": "规则集 甲\n",
    "rule": "规则集 甲\n  规则 乙\n",
    "dialogue": '对话 "甲" 测试 乙\n',
}
ANYWHERE = {"KIND", "EVENT", "ACTION", "OUTCOME", "TAG", "WORDS", "PHRASE"}
"""Declarations, which are shown where they are looked for, and read anywhere."""


def codes(place: str, line: str) -> set[str]:
    """What is wrong with the writing of `line` in a block of that sort."""
    return {one.code for one in parse(Source("a.script", f"{PLACES[place]}{line}\n"))[1]}


def test_every_word_of_the_language_is_explained():
    assert {*_WORDS} == {row.id for row in KEYWORDS}
    spelt = {word for row in KEYWORDS for word in (*row.zh, *row.en)}
    units = {word for unit in UNITS for word in (*unit.zh, *unit.en)}
    for word in spelt.union(units, MEASURES, SLOT_TYPES, SLOT_FLAGS, LEVELS):
        assert any(word in (*entry.zh, *entry.en) for entry in meanings(word)), word
        assert meanings(word.upper()) == meanings(word)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry.sort.en}-{entry.example.en}-{entry.zh[0]}")
def test_the_example_of_a_word_has_it_and_can_be_read(entry):
    for lang, spelt in (("zh", entry.zh), ("en", entry.en)):
        line = entry.example.in_(lang)
        assert any(word in line for word in spelt)
        assert any(codes(place, line) == set() for place in PLACES), line
        page = "\n".join(lines(entry, lang))
        assert all(word in page for word in (*entry.zh, *entry.en))
        assert re.search("[。“”：；]", entry.meaning.zh)
        assert not re.search("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", entry.meaning.en)


@pytest.mark.parametrize("row", KEYWORDS, ids=lambda row: row.id)
def test_a_word_stands_where_it_is_said_to_stand(row):
    where = _WORDS[row.id][0].split()
    if row.id in SAMPLES and row.id not in ANYWHERE:
        line = SAMPLES[row.id].zh
        allowed = {place for place in PLACES if "SC103" not in codes(place, line)}
        told = {"steps": {"scenario", "step"}, "block": set(PLACES), "rulebook": {"rulebook", "rule"}}
        said = told.get(" ".join(where), {*where} & {*PLACES})
        assert said == allowed
    example = next(one.example.en for one in entries() if one.en == row.en and one.zh == row.zh)
    heads = {one.en[0] for one in KEYWORDS if one.id in (row.id, *where)}
    assert any(example.startswith(head) for head in heads)


def test_explain_takes_words_in_both_languages_one_or_several():
    status, said = run("explain", "全程", "Never", "say", "sc201", "is not")
    assert status == OK
    assert [line for line in said.splitlines() if re.match("[^ ].*（", line)] == [
        "全程（关键词；英文 anytime）",
        "禁说（关键词；英文 never say）",
        "SC201 undefined-name（错误）",
        "不是（关键词；英文 is not）",
    ]
    assert "例如：全程 当 客户沉默" in said
    assert "s (unit; also sec, second, seconds; in Chinese 秒、秒钟)" in run("explain", "秒", lang="en")[1]


@pytest.mark.parametrize(
    ("typed", "status", "zh", "en"),
    [
        (
            "承诺时间",
            OK,
            "“承诺时间”在这里叫“承诺时限”：\n承诺时限（能限制的量",
            "is called “承诺时限” here:\npromised-time (",
        ),
        ("goto", OK, "“goto”在这里叫“go”：\n转（", "“goto” is called “go” here:\ngo ("),
        ("全城", WRONG_USE, "“全城”不是关键词，也不是编号，是不是想写“全程”？", "did you mean “全程”?"),
        ("anytme", WRONG_USE, "是不是想写“anytime”？", "neither a keyword nor a code; did you mean “anytime”?"),
        ("unusedname", WRONG_USE, "是不是想写“unused-name”？", "did you mean “unused-name”?"),
        ("客户沉默", WRONG_USE, "所有关键词：scriptc explain --words", "For all keywords: scriptc explain --words"),
    ],
)
def test_a_word_that_is_none_is_answered_with_the_one_that_was_meant(typed, status, zh, en):
    for lang, words in (("zh", zh), ("en", en)):
        got, said = run("explain", typed, lang=lang)
        assert got == status
        assert words in said


def test_all_words_are_listed_a_line_each():
    status, said = run("explain", "--words", lang="en")
    assert status == OK
    assert said == "\n".join(listing("en")) + "\n"
    assert said.count("\n  ") == len(entries())
    assert "\n  anytime / 全程: Holds" in said
