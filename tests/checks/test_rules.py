"""Every rule of the compiler: its bad example is found, its good one is clean, and all of it is worded."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType

import pytest

import compiler
import dsl
from compiler import checks
from compiler.findings.registry import ALL_RULES, BY_CODE, find_rule, is_prefix, suggestion
from compiler.report.explain import example_findings
from dsl.diagnostics import Rule
from tests.rule_examples import check_examples

WITHOUT_EXAMPLES = {rule for rule in ALL_RULES if not rule.bad}
"""What is wrong with a file or a setting cannot be shown in one script; `test_bad_input` and others show it."""


def named(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}"


def modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    return [importlib.import_module(one.name) for one in found]


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule not in WITHOUT_EXAMPLES], ids=named)
def test_the_examples_of_a_rule(rule):
    check_examples(rule, lambda text: example_findings(rule, text))


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule not in WITHOUT_EXAMPLES], ids=named)
def test_english_is_written_with_english_marks(rule):
    """Lists, colons and stops of the other language slip in where names or wordings are joined."""
    authors = sorted(filter(None, re.split(r"[“\"「”」\s]", rule.bad)), key=len, reverse=True)
    for finding in example_findings(rule, rule.bad):
        said = [finding.message("en"), finding.help("en"), *(label.words.en for label in finding.labels)]
        for text in (*said, *(line.en for line in finding.call)):
            for wording in authors:
                text = text.replace(wording, "")
            assert not re.search("[、，。；：？！（）《》【】「」〔〕]", text), text


def test_only_rules_about_files_settings_and_sizes_have_no_example():
    assert {rule.code for rule in WITHOUT_EXAMPLES} == {
        *(f"SC00{number}" for number in range(1, 10)),
        "SC011",
        "SC017",
        "SC215",
        *(f"SC70{number}" for number in (1, 2, 5, 7, 8)),  # what only other paper or another setting brings about
    }


def test_codes_are_unique_sorted_and_well_formed():
    codes = [rule.code for rule in ALL_RULES]
    assert codes == sorted(codes)
    assert len(set(codes)) == len(codes) == len(BY_CODE)
    assert all(re.fullmatch(r"SC\d{3}", code) for code in codes)
    assert len({rule.name for rule in ALL_RULES}) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name) for rule in ALL_RULES)


def test_every_rule_anywhere_is_on_the_list():
    declared = {
        value
        for module in (*modules(compiler), *modules(dsl))
        for value in vars(module).values()
        if isinstance(value, Rule)
    }
    assert {rule.code for rule in declared} == set(BY_CODE)
    assert declared == set(ALL_RULES)


def test_every_check_module_is_used():
    used = {code for module in modules(checks) for code in (rule.code for rule in getattr(module, "RULES", ()))}
    assert used <= set(BY_CODE)


@pytest.mark.parametrize("rule", ALL_RULES, ids=named)
def test_a_rule_is_worded_in_both_languages(rule):
    for words in (rule.message, rule.why):
        assert words.zh
        assert words.en
    assert bool(rule.help.zh) == bool(rule.help.en)
    for words in (rule.message, rule.help, rule.why):
        assert not re.search("[\u4e00-\u9fff]", words.en), words.en
        fields = re.compile(r"(?<!{){(\w+)}(?!})")
        assert words is rule.help or set(fields.findall(words.zh)) == set(fields.findall(words.en))
    assert not re.search("[,;!?] ?[\u4e00-\u9fff]", rule.message.zh), "a half-width mark in a Chinese sentence"
    assert not rule.message.zh.endswith("。")
    assert not rule.message.en.endswith(".")


def test_a_rule_is_found_by_code_or_name_however_it_is_typed():
    assert find_rule("sc201") is find_rule(" SC201 ") is find_rule("undefined-name") is BY_CODE["SC201"]
    assert find_rule("SC2") is None
    assert is_prefix("SC2")
    assert is_prefix("SC201")
    assert not is_prefix("SC2015")


def test_an_unknown_code_gets_a_suggestion():
    assert "SC203" in suggestion("SC230").zh
    assert "undefined-name" in suggestion("undefined-nmae").en
    assert "--all" in suggestion("E501").zh
