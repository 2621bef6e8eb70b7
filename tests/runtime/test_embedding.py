"""docs/embedding.md does what it says: its example is run, and prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path

from compiler.machine.to_json import dumps, machine_document
from compiler.pipeline import compile_project
from compiler.project.loader import Memory
from compiler.project.loader import load as load_project

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "embedding.md").read_text("utf-8")


def test_the_example_prints_what_the_page_says(tmp_path, monkeypatch, capsys):
    (script,) = re.findall(r"```script\n(.*?)```", PAGE, re.DOTALL)
    compiled = compile_project(load_project(Memory({"a.script": script})))
    assert not list(compiled.findings), [one.message("en") for one in compiled.findings]
    for machine in compiled.machines:
        (tmp_path / f"{machine.name}.json").write_text(dumps(machine_document(machine)), "utf-8")
    monkeypatch.chdir(tmp_path)
    pairs = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert len(pairs) == PAGE.count("```python")
    names: dict[str, object] = {}
    for code, expected in pairs:
        exec(compile(code, "embedding.md", "exec"), names)
        assert capsys.readouterr().out == expected
