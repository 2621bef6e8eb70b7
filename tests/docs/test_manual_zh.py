"""The Chinese pages on rulebooks and cards, `docs/rules.zh.md` and `docs/cards.zh.md`: what they show is so, and all is there.

Their tables are held against the code they tell of: a form of rule, a measure, a code, an option that is new has to be told,
and one that is gone may not be. The examples of the tables are held against the page's own script.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import click
import pytest

from compiler.cards import lints as print_lints
from compiler.cards.checks import LONGEST
from compiler.cards.codes import short_code
from compiler.checks import rule_pairs, rule_sense, rule_words, rulebooks
from compiler.cli.app import COMMANDS, cli
from compiler.cli.cards import cards
from compiler.cli.common import FINDINGS, OK, WRONG_USE
from compiler.findings.registry import BY_CODE
from compiler.findings.verdicts import SIGNS
from compiler.project.settings import Settings, read_settings
from compiler.rulebooks.rule_set import DIMENSIONS, wrong_limit
from compiler.site.words import page_words
from dsl import nodes, syntax
from dsl.diagnostics import Diagnostic
from dsl.keywords import KEYWORDS, LEVELS, MEASURES
from dsl.parser import parse
from dsl.source import Source
from tests.cli.test_cli import GOOD, project
from tests.cli.test_cli import run as scriptc
from tests.docs.test_tutorial import FENCES, Reader

DOCS = Path(__file__).parents[2] / "docs"
RULES = (DOCS / "rules.zh.md").read_text("utf-8")
CARDS = (DOCS / "cards.zh.md").read_text("utf-8")
PAGES = {"rules.zh.md": RULES, "cards.zh.md": CARDS}
DIMENSION_WORDS = {
    "time": "时间", "worktime": "工作日", "characters": "字", "turns": "轮", "times": "次", "phrases": "句", "rings": "声",
}  # fmt: skip
NARROWINGS = {"步骤 甲": "步骤", "[甲]": "标签", "步骤 [甲]": "标签", '说 "甲"': "`说`", "承诺 甲": "`承诺`"}


def table(page: str, head: str) -> list[list[str]]:
    """The rows of the table whose head begins with the cell `head`, as cells."""
    rows: Iterator[str] = iter(page.splitlines())
    next(row for row in rows if row.startswith(f"| {head} |"))
    next(rows)
    found: list[list[str]] = []
    for row in rows:
        if not row.startswith("|"):
            break
        found.append([cell.strip() for cell in row.strip("|").split(" | ")])
    assert found
    return found


def shown(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def section(title: str) -> str:
    """What stands in the page on rules under `title`."""
    return RULES.split(f"\n## {title}\n")[1].split("\n## ")[0]


def forms() -> list[str]:
    return [shown(row[0])[0] for row in table(section("十种写法"), "例子")]


def limits() -> list[list[str]]:
    return table(section("限制：量一量"), "例子")


def moments() -> list[str]:
    return [predicate for row in table(section("规则里能写什么"), "写法") for predicate in shown(row[0])]


def read(*lines: str) -> syntax.Item:
    """What lines are read as together, without a finding."""
    script, findings = parse(Source("a.script", "\n".join(lines) + "\n"))
    assert findings == []
    (item,) = script.items
    return item


def lines_of(*texts: str) -> list[object]:
    """What each line of a rule is read as."""
    rulebook = read("规则集 例 适用 全部", "规则 例", *texts)
    assert isinstance(rulebook, syntax.Rulebook)
    lines = rulebook.rules[0].lines
    assert len(lines) == len(texts)
    return list(lines)


# --- rules --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Somebody who did all that the page on rules says, in the folder this runs in."""
    monkeypatch.chdir(tmp_path)
    reader = Reader(RULES, tmp_path, "zh")
    reader.read()
    return reader


def test_the_page_on_rules_does_what_it_says(reader, update_golden):
    if update_golden:
        (DOCS / "rules.zh.md").write_text(reader.text, "utf-8")
    assert reader.text == RULES or update_golden
    assert reader.blocks == len(FENCES.findall(RULES)), "a block has no mark, so nobody tries it"
    assert reader.ran == ["scriptc check", "scriptc check"]


def test_every_example_of_a_rule_holds_for_the_script_of_the_page(reader):
    lines = [*forms(), *(shown(row[0])[0] for row in limits()), *(f"要求 可达 {one}" for one in moments())]
    named = {f"例{number}": line for number, line in enumerate(lines)}
    rules = "".join(f"规则 {name}\n  {line}\n" for name, line in named.items())
    Path("例.script").write_text(f"规则集 例子 适用 理赔类\n{rules}", "utf-8")
    said = scriptc("check", "--rules")[1]
    verdicts = dict(re.findall(r"^    (例\d+) +(\S)$", said, re.MULTILINE))
    assert {line: verdicts.get(name) for name, line in named.items()} == dict.fromkeys(lines, "✓")


def test_every_form_of_rule_is_shown():
    found = [line.form for line in lines_of(*forms()) if isinstance(line, syntax.PathRule)]
    assert sorted(found) == sorted(get_args(syntax.RuleForm))


def test_everything_a_rule_can_name_is_shown():
    found = lines_of(*(f"要求 {one}" for one in moments()))
    sorts = {atom.sort for line in found if isinstance(line, syntax.PathRule) and line.left for atom in line.left.atoms}
    assert sorts == set(get_args(syntax.AtomSort))


def test_every_measure_is_shown_with_its_units_and_what_narrows_it():
    rows = {MEASURES[shown(row[0])[0].split()[1]]: row for row in limits()}
    assert set(rows) == set(MEASURES.values())
    for measure, (example, _, units, narrowing) in rows.items():
        assert set(units.split("、")) == {DIMENSION_WORDS[one] for one in DIMENSIONS[measure]}
        line = shown(example)[0].partition(" 于 ")[0]
        for written, told in NARROWINGS.items():
            (limit,) = lines_of(f"{line} 于 {written}")
            assert isinstance(limit, syntax.Limit)
            assert (wrong_limit(limit) is None) == (told in narrowing), f"{line} 于 {written}"


def test_every_word_of_rules_is_on_the_page():
    ids = [row.id for row in KEYWORDS]
    words = [row.zh[0] for row in KEYWORDS[ids.index("RULEBOOK") : ids.index("DIALOGUE")]]
    words += [level for level in LEVELS if not level.isascii()]
    assert [word for word in words if not re.search(rf"`[^`\n]*{word}[^`\n]*`|^ +{word}", RULES)] == []


def test_lines_around_rules_can_be_read():
    """Those of a rulebook, of words and of waivers, each where it may stand."""
    rows = [row for title in ("一个规则集", "用词") for row in table(section(title), "写法")]
    lines = [shown(row[0])[0] for row in rows]
    rulebook = read(*lines)
    assert isinstance(rulebook, syntax.Rulebook)
    assert len(rulebook.rules[0].lines) == len(lines) - 2
    (waiver,) = (shown(row[0])[0] for row in table(section("豁免"), "写法"))
    scenario = read("场景 甲", waiver)
    assert isinstance(scenario, syntax.Scenario)
    assert isinstance(scenario.lines[0], nodes.Waiver)


def test_every_verdict_is_told_as_tables_show_it():
    told = [row[:2] for row in table(section("结论怎么看"), "记号")]
    assert sorted(told) == sorted([sign, words.zh] for sign, words in SIGNS.values())


def test_every_check_of_rules_is_told():
    told = [row[0] for row in table(section("规则自己也要查"), "编号")]
    checks = (rulebooks.SENSELESS, *rule_sense.LINTS, *rule_pairs.LINTS, *rule_words.LINTS)
    assert sorted(told) == sorted({rule.code for rule in checks if rule.code.startswith("SC9")})


# --- cards --------------------------------------------------------------------------------------------------------------


def test_every_check_of_paper_is_told_with_its_figures():
    rows = {row[0]: row[1] for row in table(CARDS, "编号")}
    assert list(rows) == [rule.code for rule in print_lints.LINTS]
    assert all(f"{name.upper()} 超过 {most} 字" in rows["SC703"] for name, most in LONGEST.items())


def test_every_format_is_told():
    formats = get_args(get_type_hints(Settings)["card_format"])
    told = {shown(row[0])[0]: row[2] for row in table(CARDS, "大小")}
    assert told == {name: f"{LONGEST[name]} 字" for name in formats}


def test_every_option_of_printing_is_told():
    told = [shown(row[0])[0].split()[0] for row in table(CARDS, "`scriptc cards` 的选项")]
    options = {one for param in cards.params if isinstance(param, click.Option) for one in param.opts}
    assert sorted(told) == sorted(options - {"--in", "--lang"})


def test_the_settings_of_cards_are_all_told():
    (block,) = re.findall(r"```yaml\n(.*?)```", CARDS, re.DOTALL)
    findings: list[Diagnostic] = []
    settings = read_settings(Source("scriptc.yaml", block), findings)
    assert findings == []
    assert settings.approver
    written = set(re.findall(r"^  (\w+):", block, re.MULTILINE))
    assert written == {name.removeprefix("card_") for name in get_type_hints(Settings) if name.startswith("card_")}


def test_every_answer_of_verify_is_told(tmp_path):
    """By hand-written ledgers: a card that was replaced, one whose script changed, one that is gone, a slip, and the rest."""
    answers = table(CARDS, "回答")
    dated = GOOD.replace("场景 问候\n", "场景 问候\n  生效 2026-02-01 至 2026-02-20\n")
    assert dated != GOOD
    folder = project(tmp_path, a=dated)
    old, gone = short_code("问候", "0" * 12), short_code("道别", "0" * 12)
    lock = f"1 {old} {'0' * 12} 2026-01-05 问候\n2 {gone} {'0' * 12} 2026-01-05 道别\n"
    (folder / "cards.lock").write_text(lock, "utf-8")
    assert scriptc("cards", "问候", "--in", folder, "--pdf", folder / "a.pdf", "--today", "2026-02-06")[0] == OK
    current = re.findall(r"^1 (\S+) .*", (folder / "cards.lock").read_text("utf-8"), re.MULTILINE)[-1]
    days = ("2026-02-20", "2026-01-31", "2026-02-21")
    got = [scriptc("verify", current, "--in", folder, "--today", day) for day in days]
    got.append(scriptc("verify", old, "--in", folder))
    project(tmp_path, a=dated.replace("您好。", "您好，请讲。"))
    got += [scriptc("verify", code, "--in", folder) for code in (current, gone, "00000-00000", current + "0")]
    assert [status for status, _ in got] == [OK, *[FINDINGS] * 6, WRONG_USE]
    assert len(got) == len(answers)
    for (told, _, status), (exits, said) in zip(answers, got, strict=True):
        assert int(status) == exits
        assert all(part in said for part in told.split("…")), said


def test_the_views_of_the_site_are_called_as_they_are():
    words = page_words("zh")
    assert "、".join(words[view] for view in ("card", "guide", "chart", "grid", "report")) in CARDS


# --- both ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_codes_and_commands_on_the_page_exist(name):
    codes = set(re.findall(r"SC\d{3}", PAGES[name]))
    assert codes
    assert codes <= set(BY_CODE)
    commands = re.findall(r"(?:^\$ |^|`)scriptc (\w[^`#\n]*)", PAGES[name], re.MULTILINE)
    assert len(commands) > 3
    for line in commands:
        word, *rest = shlex.split(line)
        assert word in COMMANDS
        command = cli.get_command(click.Context(cli), word)
        assert command is not None
        if rest:  # a bare name is talked of, not run
            command.make_context(word, rest)
