"""Every lint of the compiler: its bad example is found, its good one is clean, and all of it is worded."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType

import pytest

import compiler
import dsl
from compiler import checks
from compiler.findings.registry import ALL_LINTS, BY_CODE, find_lint, is_prefix, suggestion
from compiler.report.explain import example_findings
from dsl.diagnostics import Lint
from tests.lint_examples import check_examples

WITHOUT_EXAMPLES = {lint for lint in ALL_LINTS if not lint.bad}
"""What is wrong with a file or a setting cannot be shown in one script; `test_bad_input` and others show it."""


def named(lint: Lint) -> str:
    return f"{lint.code}-{lint.name}"


def modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    return [importlib.import_module(one.name) for one in found]


@pytest.mark.parametrize("lint", [lint for lint in ALL_LINTS if lint not in WITHOUT_EXAMPLES], ids=named)
def test_the_examples_of_a_lint(lint):
    check_examples(lint, lambda text: example_findings(lint, text))


@pytest.mark.parametrize("lint", [lint for lint in ALL_LINTS if lint not in WITHOUT_EXAMPLES], ids=named)
def test_english_is_written_with_english_marks(lint):
    """Lists, colons and stops of the other language slip in where names or wordings are joined."""
    authors = sorted(filter(None, re.split(r"[“\"「”」\s]", lint.bad)), key=len, reverse=True)
    for finding in example_findings(lint, lint.bad):
        said = [finding.message("en"), finding.help("en"), *(label.words.en for label in finding.labels)]
        for text in (*said, *(line.en for line in finding.call)):
            for wording in authors:
                text = text.replace(wording, "")
            assert not re.search("[、，。；：？！（）《》【】「」〔〕]", text), text


def test_only_lints_about_files_settings_and_sizes_have_no_example():
    assert {lint.code for lint in WITHOUT_EXAMPLES} == {
        *(f"SC00{number}" for number in range(1, 10)),
        "SC011",
        "SC017",
        "SC215",
        "SC710",
        *(f"SC70{number}" for number in (1, 2, 5, 7, 8, 9)),  # what only other paper or another setting brings about
    }


def test_codes_are_unique_sorted_and_well_formed():
    codes = [lint.code for lint in ALL_LINTS]
    assert codes == sorted(codes)
    assert len(set(codes)) == len(codes) == len(BY_CODE)
    assert all(re.fullmatch(r"SC\d{3}", code) for code in codes)
    assert len({lint.name for lint in ALL_LINTS}) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", lint.name) for lint in ALL_LINTS)


def test_every_lint_anywhere_is_on_the_list():
    declared = {
        value
        for module in (*modules(compiler), *modules(dsl))
        for value in vars(module).values()
        if isinstance(value, Lint)
    }
    assert {lint.code for lint in declared} == set(BY_CODE)
    assert declared == set(ALL_LINTS)


def test_every_check_module_is_used():
    used = {code for module in modules(checks) for code in (lint.code for lint in getattr(module, "LINTS", ()))}
    assert used <= set(BY_CODE)


@pytest.mark.parametrize("lint", ALL_LINTS, ids=named)
def test_a_lint_is_worded_in_both_languages(lint):
    for words in (lint.message, lint.why):
        assert words.zh
        assert words.en
    assert bool(lint.help.zh) == bool(lint.help.en)
    for words in (lint.message, lint.help, lint.why):
        assert not re.search("[\u4e00-\u9fff]", words.en), words.en
        fields = re.compile(r"(?<!{){(\w+)}(?!})")
        assert words is lint.help or set(fields.findall(words.zh)) == set(fields.findall(words.en))
    assert not re.search("[,;!?] ?[\u4e00-\u9fff]", lint.message.zh), "a half-width mark in a Chinese sentence"
    assert not lint.message.zh.endswith("。")
    assert not lint.message.en.endswith(".")


def test_a_lint_is_found_by_code_or_name_however_it_is_typed():
    assert find_lint("sc201") is find_lint(" SC201 ") is find_lint("undefined-name") is BY_CODE["SC201"]
    assert find_lint("SC2") is None
    assert is_prefix("SC2")
    assert is_prefix("SC201")
    assert not is_prefix("SC2015")


def test_an_unknown_code_gets_a_suggestion():
    assert "SC203" in suggestion("SC230").zh
    assert "undefined-name" in suggestion("undefined-nmae").en
    assert "--all" in suggestion("E501").zh
