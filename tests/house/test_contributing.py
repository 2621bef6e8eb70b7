"""`CONTRIBUTING.md`: its script is followed through every stage, and its lists name every place that knows their example."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from compiler.exports.registry import EXPORTS
from compiler.machine.to_json import machine_document
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from compiler.project.settings import EXPORT_FORMS
from compiler.runtime import Session
from compiler.runtime import load as read_machine
from dsl.formatter import format_script
from dsl.lexing import tokenise
from dsl.parser import parse
from dsl.source import Source
from dsl.syntax import RuleForm
from tests.dump import flow_lines
from tests.rulebooks.test_rulebooks import FORMS
from tests.syntax_text import dump

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
SCRIPT = """\
结局 已解决

场景 问候

步骤 接听
  开口 3秒
  说 "您好。"
  结束 已解决

规则集 规范 适用 全部
  规则 能解决
    要求 可达 结束 已解决
"""


def compiled() -> Compilation:
    return compile_project(load(Memory({"a.script": SCRIPT})))


def tokens() -> str:
    lines: list[list[str]] = [[]]
    for one in tokenise(Source("a.script", SCRIPT)).items:
        lines[-1].append(one.type)
        if one.type == "_NL":
            lines.append([])
    return "\n".join(" ".join(line) for line in lines)


def tree() -> str:
    script = parse(Source("a.script", SCRIPT))[0]
    assert format_script(script) == SCRIPT
    return dump(script)


def machine() -> str:
    return "\n".join(flow_lines(compiled().flows["问候"]))


def proofs() -> str:
    made = compiled()
    assert list(made.findings) == []
    return "\n".join(
        f"{proof.machine.name}: {proof.holding.rule.names[0].text}: {', '.join(one.status for one in proof.results)}"
        for proof in made.proofs
    )


def call() -> str:
    (made,) = compiled().machines
    session = Session(read_machine(machine_document(made)))
    return "\n".join(f"{line.kind} {line.text}" for turn in session.transcript for line in turn.lines)


STAGES: dict[str, Callable[[], str]] = {
    "source": lambda: SCRIPT,
    "tokens": tokens,
    "tree": tree,
    "machine": machine,
    "proofs": proofs,
    "call": call,
}


def block(stage: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- stage {stage} -->\n```\n)(.*?)(```\n)", re.DOTALL)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_makes_what_the_page_says(stage: str, update_golden: bool) -> None:
    page = PAGE.read_text("utf-8")
    made = STAGES[stage]().strip() + "\n"
    if update_golden:
        page = block(stage).sub(lambda found: found[1] + made + found[3], page)
        PAGE.write_text(page, "utf-8")
    found = block(stage).search(page)
    assert found is not None
    assert found[2] == made


LISTS = {
    "Add a lint": (re.compile(r'"SC605"|SC605 '), ("compiler/checks/*.py", "docs/checks*.md")),
    "Add an output": (
        re.compile("mermaid"),
        ("compiler/**/*.py", "pyproject.toml", "docs/exports.md", "benchmarks/*.py"),
    ),
    "Add a keyword": (
        re.compile('OPENING|Opening|"开口"|`开口'),
        ("dsl/**/*.py", "dsl/*.lark", "compiler/machine/**/*.py"),
    ),
    "Add a rule form": (re.compile(r'"reachable"|\bREACHABLE'), ("dsl/**/*.py", "dsl/*.lark", "compiler/**/*.py")),
}
"""Heading -> what the example is recognised by, and where every file that knows it must be in the list."""
ELSEWHERE = {
    "compiler/checks/rulebooks.py": "Add a keyword",
    "dsl/mistakes/units.py": "Add a keyword",
    "dsl/mistakes/guess_rule.py": "Add a rule form",
}
"""Files that know an example for a reason of their own."""


def listed(heading: str) -> set[str]:
    section = PAGE.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"`([\w/]+\.[\w.]+)`", section))


@pytest.mark.parametrize("heading", LISTS)
def test_a_list_of_places_names_those_that_know_its_example(heading: str) -> None:
    sign, patterns = LISTS[heading]
    files = {path.relative_to(ROOT).as_posix(): path for pattern in patterns for path in ROOT.glob(pattern)}
    knowing = {name for name, path in files.items() if sign.search(path.read_text("utf-8"))}
    assert {name for name in knowing if ELSEWHERE.get(name) != heading} - listed(heading) == set()
    assert {name for name in listed(heading) if not (ROOT / name).exists()} == set()


def test_what_can_be_asked_for_can_be_written() -> None:
    assert tuple(EXPORTS) == EXPORT_FORMS


def test_every_form_of_rule_is_held_against_brute_force() -> None:
    assert set(get_args(RuleForm)) - set(FORMS) <= {"step-never", "steps-handle"}  # of steps alone: held by examples
