"""Whether two versions of scriptc put out the same bytes: `python -m benchmarks.outputs OLD [WHAT...]`.

OLD is another checkout; WHAT narrows it to what begins with such a name (library, english, golden, checks, explain …).

Both read the scripts of this checkout: the library, the examples, the golden cases, the examples of every finding. What
differs is listed, and both sides are kept for a look; exit status 1 when anything does, or a command broke down.
"""

from __future__ import annotations

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

RUN = """
import contextlib, io, json, sys
from compiler.cli.app import main

for folder, out, words in json.load(open(sys.argv[1], encoding="utf-8")):
    class Stream(io.TextIOWrapper):
        def isatty(self): return False
    shown, said = Stream(io.BytesIO(), "utf-8"), Stream(io.BytesIO(), "utf-8")
    with contextlib.chdir(folder), contextlib.redirect_stdout(shown), contextlib.redirect_stderr(said):
        sys.argv = ["scriptc", *words]
        try:
            main()
        except SystemExit as end:
            status = end.code
    for stream in (shown, said):
        stream.flush()
    assert status in (0, 1, 2), (words, said.buffer.getvalue().decode())
    with open(out, "wb") as file:
        file.write(shown.buffer.getvalue() + b"\\n--- stderr\\n" + said.buffer.getvalue() + b"\\n--- exit %d" % status)
"""
"""Runs many commands in one process; what they print goes to files."""

FORMS = "json,html,pdf,scxml,xstate,dot,mermaid,svg"
REPORTS = ("text", "json", "sarif", "github", "gitlab", "junit")


def main(other: Path, only: tuple[str, ...]) -> int:
    """Compare; print what differs."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        projects = _projects(work / "projects")
        if only:
            projects = {name: path for name, path in projects.items() if name.startswith(only)}
        sides = [
            _collect(checkout, work / name, projects, not only or "explain" in only)
            for checkout, name in ((other, "old"), (ROOT, "new"))
        ]
        wrong = list(_differences(*sides))
        count = sum(path.is_file() for path in sides[1].rglob("*"))
        print(f"{count} outputs, {len(wrong)} of them differ")
        if not wrong:
            return 0
        kept = Path(tempfile.mkdtemp(prefix="outputs-"))
        for side in sides:
            shutil.move(side, kept / side.name)
        for name in wrong:
            print(f"diff {kept}/old/{name} {kept}/new/{name}")
        return 1


def _projects(folder: Path) -> dict[str, Path]:
    """Copies of all that is to be compiled, by name."""
    out = {"library": ROOT / "scripts_library"}
    out |= {path.parent.name: path.parent for path in sorted((ROOT / "examples").glob("*/scriptc.yaml"))}
    for name, source in out.items():
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    for path in sorted((ROOT / "tests").rglob("golden/*/input.script")):
        place = folder / f"golden-{path.parent.name}"
        place.mkdir()
        shutil.copy(path, place / "a.script")
    for path in sorted((ROOT / "docs").glob("checks*.md")):
        blocks = re.findall(r"```\w*\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
        for number, block in enumerate(blocks):
            place = folder / f"{path.stem}-{number}"
            place.mkdir()
            (place / "a.script").write_text(block, "utf-8")
    return {path.name: path for path in sorted(folder.iterdir())}


def _collect(checkout: Path, out: Path, projects: dict[str, Path], explain: bool) -> Path:
    """Everything `checkout` puts out, as files below `out`."""
    jobs: list[tuple[str, str, list[str]]] = []

    def job(project: Path, name: str, *words: str) -> None:
        place = out / project.name / name
        place.parent.mkdir(parents=True, exist_ok=True)
        jobs.append((str(project), str(place), [*words, "--today", "2026-07-01"]))

    for project in projects.values():
        whole = (project / "scriptc.yaml").exists()
        for form in REPORTS if whole else ("text", "json"):
            job(project, f"check.{form}", "check", "--format", form, "--lang", "zh")
        job(project, "check.en", "check", "--lang", "en")
        job(project, "fix.diff", "check", "--fix", "--diff", "--lang", "zh")
        if whole:
            job(project, "rules", "check", "--rules", "--lang", "zh")
            job(project, "grid", "check", "--grid", "--lang", "en")
            job(project, "test", "test", "--coverage", "--lang", "zh")
            job(project, "test.json", "test", "--format", "json", "--lang", "zh")
            job(project, "mutate", "test", "--mutate", "-k", "04", "--lang", "zh")
            job(project, "build", "build", "--emit", FORMS, "-o", str(out / project.name / "dist"), "--lang", "zh")
            cards = str(out / project.name / "cards.pdf")
            job(project, "cards", "cards", "--all", "--draft", "--pdf", cards, "--format", "a6", "--impose", "a4")
        else:
            job(project, "test", "test", "--lang", "zh")
    for lang in ("zh", "en") if explain else ():
        explained = out / "explain" / f"all.{lang}"
        explained.parent.mkdir(parents=True, exist_ok=True)
        jobs.append((str(ROOT), str(explained), ["explain", "--all", "--lang", lang]))
        jobs.append((str(ROOT), f"{explained}.words", ["explain", "--words", "--lang", lang]))
        codes = sorted(set(re.findall(r"^### (SC\d+)", (ROOT / "docs/checks.md").read_text("utf-8"), re.MULTILINE)))
        jobs += [(str(ROOT), str(out / "explain" / f"{one}.{lang}"), ["explain", one, "--lang", lang]) for one in codes]
    _run(checkout, jobs, out)
    return out


def _run(checkout: Path, jobs: list[tuple[str, str, list[str]]], out: Path) -> None:
    table = out.with_suffix(".jobs")
    table.write_text(json.dumps(jobs), "utf-8")
    env = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1", "COLUMNS": "100"}
    subprocess.run([sys.executable, "-c", RUN, str(table)], env=env, check=True)
    for path in out.rglob("*"):  # what they say of themselves
        if path.is_file() and path.suffix != ".pdf" and "dist" not in path.parts:
            path.write_bytes(path.read_bytes().replace(str(out).encode(), b"OUT"))


def _differences(old: Path, new: Path) -> list[str]:
    names = {path.relative_to(side).as_posix() for side in (old, new) for path in side.rglob("*") if path.is_file()}
    return [
        name
        for name in sorted(names)
        if not ((old / name).exists() and (new / name).exists() and filecmp.cmp(old / name, new / name, shallow=False))
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), tuple(sys.argv[2:])))
