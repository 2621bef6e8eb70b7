"""Golden cases: `golden/<case>/` holds a script and one expected file a stage; the file that changed tells the stage.

To add a stage, add it to `STAGES`; to add a case, make a folder with an `input.script` in it and run
`pytest --update-golden`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.pipeline import compile_project
from compiler.project.loader import Memory, load
from dsl.diagnostics import Diagnostic
from dsl.formatter import format_script
from dsl.parser import parse
from dsl.source import Source, normalise
from tests.dump import flow_lines
from tests.syntax_text import dump

GOLDEN = Path(__file__).parent / "golden"
INPUT = "input.script"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def syntax(source: Source) -> str:
    return dump(parse(source)[0])


def findings(source: Source) -> str:
    return "\n".join(finding_text(finding) for finding in sorted(parse(source)[1], key=lambda one: one.span.order()))


def finding_text(finding: Diagnostic) -> str:
    """A finding with all that belongs to it, in both languages."""
    source, start, end = finding.span
    line, column = source.position(start)
    out = [f"{line}:{column} {finding.code} {source.text[start:end]!r}"]
    for lang in ("zh", "en"):
        out += [f"  {finding.message(lang)}", f"    {finding.help(lang)}"]
    out += [f"  see {label.span.line}: {label.words.zh} / {label.words.en}" for label in finding.labels]
    if finding.fix:
        out.append(f"  fix {finding.fix.span.text!r} -> {finding.fix.text!r}")
    return "\n".join(out) + "\n"


def formatted(source: Source) -> str:
    return format_script(parse(source)[0])


def in_chinese(source: Source) -> str | None:
    return unless_the_same(source, format_script(parse(source)[0], "zh"))


def in_english(source: Source) -> str | None:
    return unless_the_same(source, format_script(parse(source)[0], "en"))


def unless_the_same(source: Source, text: str) -> str | None:
    return None if text == formatted(source) else text


def machine(source: Source) -> str | None:
    """The flows of a script that stands on its own; what its checks find belongs to it."""
    compiled = compile_project(load(Memory({source.name: source.text})))
    if not compiled.machines:
        return None
    lines = [f"{finding.code} {finding.span.line} {finding.message('zh')}" for finding in compiled.findings]
    for name, flow in compiled.flows.items():
        lines += ["", f"== {name}", *flow_lines(flow)]
    return "\n".join(lines).strip() + "\n"


STAGES: dict[str, Callable[[Source], str | None]] = {
    "syntax.txt": syntax,
    "findings.txt": findings,
    "machine.txt": machine,
    "formatted.script": formatted,
    "chinese.script": in_chinese,
    "english.script": in_english,
}
"""Expected file -> what should be in it, or None when there should be no such file."""


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, update_golden: bool) -> None:
    folder = GOLDEN / case
    text = (folder / INPUT).read_text("utf-8")
    for name, stage in STAGES.items():
        path = folder / name
        got = stage(Source(f"{case}/{INPUT}", normalise(text)))
        if update_golden:
            write(path, got)
        expected = path.read_text("utf-8") if path.exists() else None
        assert got == expected, f"{case}/{name}: if this is what was meant, pytest --update-golden"


def write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text, "utf-8", newline="\n")


def test_no_expected_file_is_an_orphan() -> None:
    files = {path.relative_to(GOLDEN) for path in GOLDEN.rglob("*") if path.is_file()}
    known = {Path(case, name) for case in CASES for name in (INPUT, *STAGES)}
    assert sorted(map(str, files - known)) == []
    assert [case for case in CASES if not (GOLDEN / case / INPUT).exists()] == []


@pytest.mark.slow
def test_an_update_is_refused_in_ci() -> None:
    command = [sys.executable, "-m", "pytest", "--update-golden", "--collect-only", "-q", __file__]
    env = {**os.environ, "CI": "true"}
    run = subprocess.run(command, cwd=GOLDEN.parents[2], env=env, capture_output=True, text=True, check=False)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--update-golden would make CI agree with anything" in run.stderr
