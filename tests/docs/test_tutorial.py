"""The tutorials: every file in them is written, every command run, and what they say it prints is what it prints.

A fenced block has a mark, an HTML comment in the line above it: `file NAME` writes it, `append NAME` adds to a file, `edit NAME`
is a change to one, `run` holds commands behind `$` with their output, `ci NAME` is a pipeline, whose commands are run too,
`install` is left alone. `copy FROM TO` stands without a block. `pytest --update-golden` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from compiler.cli.app import COMMANDS
from dsl.parser import parse
from dsl.source import Source
from tests.cli.test_cli import run as scriptc

ROOT = Path(__file__).parents[2]
TUTORIALS = {"tutorial.md": "en", "tutorial.zh.md": "zh"}
MARKED = re.compile(r"<!-- (\w+)(?: ([^>\n]+))? -->\n(?:```\w+\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
FENCES = re.compile(r"^```\w+$", re.MULTILINE)
VERSION = re.compile(r"\d+\.\d+\.\d+")


class Reader:
    """Somebody who does what a tutorial says, in `folder`; `text` comes to be the tutorial with what was really printed."""

    def __init__(self, text: str, folder: Path, lang: str) -> None:
        self.text = text
        self.blocks = 0
        self.ran: list[str] = []
        self._folder = folder
        self._lang = lang

    def read(self) -> None:
        for mark in list(MARKED.finditer(self.text)):
            word, name, body = mark.groups()
            self.blocks += body is not None
            if word in ("file", "ci"):
                self._write(name, body)
            elif word == "append":
                self._write(name, (self._folder / name).read_text("utf-8") + "\n" + body)
            elif word == "edit":
                self._edit(name, body)
            elif word == "copy":
                origin, target = name.split()
                shutil.copytree(ROOT / origin, self._folder / target)
            elif word == "run":
                self.text = self.text.replace(mark[0], mark[0].replace(body, self._console(body)), 1)
            else:
                assert word == "install", word
            if word == "ci":
                self._pipeline(body)

    def _write(self, name: str, body: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")

    def _edit(self, name: str, body: str) -> None:
        path = self._folder / name
        before = "".join(line[1:] + "\n" for line in body.splitlines() if line[0] in " -")
        after = "".join(line[1:] + "\n" for line in body.splitlines() if line[0] in " +")
        text = path.read_text("utf-8")
        assert text.count(before) == 1, f"{name} does not hold, once:\n{before}"
        path.write_text(text.replace(before, after), "utf-8")

    def _console(self, body: str) -> str:
        told: list[str] = []
        for line in body.splitlines():
            if line.startswith("$ "):
                told += [line, *self._run(line[2:])]
        return "\n".join(told) + "\n"

    def _run(self, command: str) -> list[str]:
        word, *rest = shlex.split(command, comments=True)
        self.ran.append(" ".join([word, *rest[:1]]))
        if word == "mkdir":
            (self._folder / rest[0]).mkdir()
        elif word == "cd":
            self._folder /= rest[0]
            os.chdir(self._folder)
        else:
            assert word == "scriptc", f"a tutorial runs scriptc, mkdir and cd, not {command}"
            return scriptc(*rest, lang=self._lang)[1].splitlines()
        return []

    def _pipeline(self, body: str) -> None:
        """The lines of a pipeline that call scriptc end well on what the tutorial has made."""
        for line in _commands(yaml.safe_load(body)):
            if line.startswith("scriptc"):
                status, said = scriptc(*shlex.split(line.partition(">")[0])[1:], lang=self._lang)
                assert status == 0, f"{line}\n{said}"


def _commands(node: object) -> Iterator[str]:
    """The shell lines in a pipeline of GitHub or GitLab."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if key in ("run", "script"):
            yield from [value] if isinstance(value, str) else value
        else:
            yield from _commands(value)
    for value in node if isinstance(node, list) else ():
        yield from _commands(value)


def plain(text: str) -> str:
    return VERSION.sub("0.0.0", text)


@pytest.mark.slow
@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_does_what_it_says(name, tmp_path, monkeypatch, update_golden):
    path = ROOT / "docs" / name
    written = path.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    reader = Reader(written, tmp_path, TUTORIALS[name])
    reader.read()
    if update_golden:
        path.write_text(reader.text, "utf-8")
    assert plain(reader.text) == plain(written if not update_golden else reader.text)
    assert reader.blocks == len(FENCES.findall(written)), "a block has no mark, so nobody tries it"
    assert {"scriptc check", "scriptc test", "scriptc build", "scriptc explain"} <= set(reader.ran)
    assert (Path.cwd() / ".gitlab-ci.yml").exists()


def test_both_tutorials_take_the_same_road():
    roads = {
        name: [mark[1] for mark in MARKED.finditer((ROOT / "docs" / name).read_text("utf-8")) if mark[1] != "copy"]
        for name in TUTORIALS
    }
    assert roads["tutorial.md"] == roads["tutorial.zh.md"]


def test_five_minutes_with_the_chinese_readme(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Reader((ROOT / "README.zh.md").read_text("utf-8"), tmp_path, "zh").read()
    assert scriptc("check") == (0, "检查了 1 个文件，没有发现问题\n")
    assert scriptc("build", "--no-pdf")[0] == 0
    assert (tmp_path / "dist" / "我们的投诉.html").exists()


def test_the_example_of_the_chinese_manual_runs(tmp_path, monkeypatch):
    written = (ROOT / "docs" / "language.zh.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    reader = Reader(written, tmp_path, "zh")
    reader.read()
    assert reader.ran == ["scriptc check", "scriptc test"]
    assert reader.text == written


def test_every_line_the_chinese_manual_shows_can_be_read():
    rows = [
        row.split("|")[1]
        for row in (ROOT / "docs" / "language.zh.md").read_text("utf-8").splitlines()
        if row[:1] == "|"
    ]
    shown = [line for row in rows for line in re.findall(r"`([^`]+)`", row)]
    assert len(shown) > 60
    misplaced = {"SC103", "SC104"}  # each stands alone here
    assert [line for line in shown if {one.code for one in parse(Source("a.script", line + "\n"))[1]} - misplaced] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_a_readme_tells_of_every_command_there_is_and_of_no_other(name):
    told = set(re.findall(r"`scriptc (\w+)", (ROOT / name).read_text("utf-8")))
    assert told == set(COMMANDS)
