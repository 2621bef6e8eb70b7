"""Every folder of examples/ and the library itself check clean and build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from compiler.build import built_files
from compiler.loader import Disk, load
from compiler.pipeline import compile_project
from dsl.diagnostics import Severity

ROOT = Path(__file__).parent.parent
PROJECTS = [path.parent for path in sorted(ROOT.glob("examples/*/scriptc.yaml"))] + [ROOT / "scripts_library"]


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "compiler/emit/machine.schema.json").read_text("utf-8")))


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda path: path.name)
def test_a_project_is_clean_and_builds(folder, schema):
    compiled = compile_project(load(Disk(folder)))
    # Declarations of the library are there for others, so they may be unused in it.
    found = [one for one in compiled.findings if one.severity > Severity.NOTE and one.code != "SC203"]
    assert not found, [(one.code, one.span.source.name, one.span.line) for one in found]
    files = dict(built_files(compiled, pdf=False, step=lambda: None))
    assert compiled.machines
    for machine in compiled.machines:
        schema.validate(json.loads(files[f"{machine.name}.json"]))
        assert machine.main.title in files[f"{machine.name}.html"].decode()


def test_the_examples_cover_what_the_readme_promises():
    assert {path.name for path in PROJECTS} >= {"telecom", "english", "scripts_library"}
