"""Which Python runs the project: no pattern asks for what an older one gets wrong, and all of them read alike.

Python before 3.11.5 matches possessive and atomic groups wrongly where they backtrack inside (CPython issue 106052), and
Debian 12 has 3.11.2. Runs of one class of characters (`[^"]*+`) are right everywhere.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("dsl", "compiler")
GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{[\d,]+\})\+|\(\?>")
"""A possessive or an atomic group, as it is written."""

ONE = (["IN"], ["LITERAL"], ["NOT_LITERAL"], ["ANY"])
"""What `re` calls a single character or a class of them."""

READ = """
import json, re, sys
patterns, texts = json.load(sys.stdin)
print(json.dumps([
    [[[found.span(), found.lastgroup, found.groups()] for found in re.compile(*pattern).finditer(text)] for text in texts]
    for pattern in patterns
]))
"""


def patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from patterns_in(item)
    elif isinstance(value, dict):
        yield from patterns_in([*value, *value.values()])


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module of the project holds, by its text."""
    names = [
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        if not module.name.endswith("__main__")
    ]
    found = patterns_in([value for name in names for value in vars(importlib.import_module(name)).values()])
    return {pattern.pattern: pattern for pattern in found}


def parts(parsed: Any) -> Iterator[tuple[str, Any]]:
    """(opcode, operand) of every part of a pattern that `re` has parsed, however deep."""
    if hasattr(parsed, "data"):
        parsed = parsed.data
    if not isinstance(parsed, tuple | list):
        return
    if len(parsed) == 2 and hasattr(parsed[0], "name"):
        yield str(parsed[0]), parsed[1]
    for part in parsed:
        yield from parts(part)


def groups(pattern: str, flags: int) -> list[Any]:
    """The possessive and atomic groups of a pattern; a possessive run of one character's class is none."""
    parsed = importlib.import_module("re._parser").parse(pattern, flags)
    return [
        operand
        for opcode, operand in parts(parsed)
        if opcode == "ATOMIC_GROUP"
        or (opcode == "POSSESSIVE_REPEAT" and [str(code) for code, _ in operand[2].data] not in ONE)
    ]


def test_the_tests_know_a_possessive_group_when_they_see_one() -> None:
    for pattern in ("(?:a|ab)*+", "(a)?+", "x(?:[ab]c){2,}+", "(?>a)"):
        assert groups(pattern, 0), pattern
        assert GROUP.search(pattern), pattern
    for pattern in ("[ab]*+", r"\d++", r"\)*+", "(?:a|ab)*", "a?+"):
        assert not groups(pattern, 0), pattern
        assert not GROUP.search(pattern), pattern


def test_no_pattern_has_a_possessive_group() -> None:
    assert len(patterns()) > 20
    assert [pattern for pattern, made in patterns().items() if groups(pattern, made.flags)] == []


def test_no_text_of_the_code_spells_a_possessive_group() -> None:
    """For patterns that are put together when they are wanted, and for those of the site's pages."""
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(text := node.value, str) and GROUP.search(text)
    ]
    assert found == []


def pythons() -> dict[str, Path]:
    """Every Python of this machine that the project says it runs on, by its version."""
    folders = [*map(Path, os.get_exec_path()), Path("/usr/bin"), *Path.home().glob(".pyenv/versions/*/bin")]
    binaries = [path for folder in folders for path in folder.glob("python3*") if re.fullmatch(r"[\w.]+\d", path.name)]
    found: dict[str, Path] = {}
    for path in [Path(sys.executable), *{path.resolve(): path for path in binaries}.values()]:
        code = "import sys; print(*sys.version_info[:3], sep='.') if sys.version_info >= (3, 11, 2) else sys.exit(1)"
        run = subprocess.run([path, "-I", "-c", code], capture_output=True, text=True, check=False)
        if run.returncode == 0:
            found.setdefault(run.stdout.strip(), path)
    return found


PYTHONS = pythons()


@pytest.mark.parametrize("version", PYTHONS)
def test_every_python_here_reads_texts_of_several_lines_alike(version: str) -> None:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "tests/dsl/golden").rglob("*.script"))]
    texts.append('说 """\n  您好。\n  他说“请“讲”。”\\"""\n  """"\n说 "「半\\"句" 「一「二」」')
    data = json.dumps([[[made.pattern, made.flags] for made in patterns().values()], texts])
    run = subprocess.run(
        [PYTHONS[version], "-I", "-X", "utf8", "-c", READ], input=data, capture_output=True, text=True, check=True
    )
    read = json.loads(run.stdout)
    for pattern, there in zip(patterns().values(), read, strict=True):
        here = [[[found.span(), found.lastgroup, found.groups()] for found in pattern.finditer(t)] for t in texts]
        assert there == json.loads(json.dumps(here)), pattern.pattern
