"""The habits of the code: style, types, the direction of imports, files that say what they are for."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ("dsl", "compiler")
PYTHON = [name for name in (*SOURCE, "scripts_library", "benchmarks", "tests") if any((ROOT / name).rglob("*.py"))]
LONG = 600
"""Lines of a file that need a reason."""
CROWDED = 20
"""Files in a folder, at most."""
MADE = {"__pycache__", "build", "node_modules", ".hypothesis", ".pytest_cache"}
"""Folders that hold what was made from other files."""

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main(['--no-logo'])"
DOORS = (
    "ahocorasick_rs",
    "click",
    "jinja2",
    "manimgx_fonts_cjk",
    "pypdfium2",
    "pypinyin",
    "segno",
    "typst",
    "wcwidth",
    "yaml",
)
"""Libraries that come in through one file each. Lark has three, named in pyproject.toml."""


def modules(*folders: str) -> Iterator[tuple[str, str]]:
    """(path, text) of every Python file in `folders`."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def shipped() -> Iterator[tuple[str, str]]:
    """(path, text) of every text file somebody who has the repository would read."""
    folders = (".ci", "benchmarks", "compiler", "docs", "dsl", "examples", "scripts_library", "tests")
    paths = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]  # a file in a linked worktree
    paths += [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(paths):
        relative = path.relative_to(ROOT)
        if MADE.isdisjoint(relative.parts):
            try:
                yield relative.as_posix(), path.read_text("utf-8")
            except UnicodeDecodeError:  # a picture, or an example of a file that is not UTF-8
                continue


@cache
def importers() -> dict[str, set[str]]:
    """The top-level names of everything that is imported, wherever in a module -> the modules that do."""
    found: dict[str, set[str]] = {}
    for path, text in modules(*SOURCE):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found.setdefault(alias.name.partition(".")[0], set()).add(path)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.setdefault(node.module.partition(".")[0], set()).add(path)
    return found


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["-m", "ruff", "check", "--quiet", "."], id="ruff-check"),
        pytest.param(["-m", "ruff", "format", "--check", "--quiet", "."], id="ruff-format"),
        pytest.param(["-m", "mypy", *PYTHON], id="mypy"),
        pytest.param(["-c", LINT_IMPORTS], id="import-linter"),
    ],
)
def test_tool_is_content(command: list[str]) -> None:
    run = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.fail(run.stdout + run.stderr, pytrace=False)


def test_a_long_file_says_why_it_is_long() -> None:
    """In its docstring, with the word "long": a reader who must scroll that far is told what holds it together."""
    long = {path: ast.get_docstring(ast.parse(text)) for path, text in modules(*SOURCE) if text.count("\n") > LONG}
    assert [path for path, docstring in long.items() if " long" not in (docstring or "")] == []


@pytest.mark.parametrize("package", SOURCE)
def test_a_folder_can_be_taken_in_at_a_glance(package: str) -> None:
    files = [path.parent.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")]
    assert {folder: count for folder, count in Counter(files).items() if count > CROWDED} == {}


def test_the_map_stands_alone_at_the_top_of_the_compiler() -> None:
    assert {path.name for path in (ROOT / "compiler").glob("*.py")} == {"__init__.py", "pipeline.py"}


def test_a_module_says_what_it_is_for() -> None:
    silent = [path for path, text in modules(*PYTHON) if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert silent == []


@pytest.mark.parametrize("package", SOURCE)
def test_importing_a_package_runs_nothing(package: str) -> None:
    code = ast.parse((ROOT / package / "__init__.py").read_text("utf-8")).body
    assert [ast.unparse(node) for node in code if not isinstance(node, ast.Expr)] == []


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library: str) -> None:
    doors = importers().get(library, set())
    if library == "click":  # the command line is one door of many leaves
        doors = {Path(path).parent.as_posix() for path in doors}
    assert len(doors) <= 1, doors


def test_no_path_of_somebody_s_machine() -> None:
    path = re.compile(r"(?<![\w.}>*-])/(?:work|tmp|root|home)\b(?!-)")
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in shipped()
        for number, line in enumerate(text.splitlines(), 1)
        if path.search(line)
    ]
    assert found == []


def test_the_readme_of_the_tests_names_every_test_file() -> None:
    readme = (ROOT / "tests" / "README.md").read_text("utf-8")
    files = [path.relative_to(ROOT / "tests").as_posix() for path in sorted((ROOT / "tests").rglob("test_*.py"))]
    assert [name for name in files if f"`{name}`" not in readme] == []
