"""Commands that write, killed at a random moment: what was there is there still, or the new; and the next run clears up.

Example n kills one command at one moment: the moments are drawn from how long the command takes here.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from compiler.cli import app

GOOD = """\
结局 完成
事件 生气
场景 问候
步骤 接听
  说 "您好。"
  问 姓名 "怎么称呼您？"
  当 生气: 说 "抱歉。"
  转 完
步骤 完
  说 "{姓名}，再见。"
  结束 完成
"""
CROOKED = GOOD.replace("转 完", "转　 完").replace('说 "您好。"', "说：“您好。”").replace("  问", "     问")
COMMANDS = {
    "build": ("build", ".", "--emit", "json,html,svg"),
    "cards": ("cards", "--all", "--pdf", "cards.pdf"),
    "fmt": ("fmt", "."),
    "fix": ("check", ".", "--fix"),
    "missing": ("test", ".", "--write-missing"),
}


def _project(folder: Path, name: str) -> None:
    text = (CROOKED if name in ("fmt", "fix") else GOOD).replace("场景 问候", "场景 问候\n  信息 姓名 文本")
    (folder / "a.script").write_text(text, "utf-8")
    (folder / "others.txt").write_text("words", "utf-8")
    if name in ("build", "cards"):
        _run(folder, name).join()


def _run(folder: Path, name: str) -> BaseProcess:
    """The command, begun. Forked, so that most of its time is its own work and not Python's start."""
    running = get_context("fork").Process(target=_command, args=(folder, name))
    running.start()
    return running


def _command(folder: Path, name: str) -> None:
    os.chdir(folder)
    os.environ["SCRIPTC_TODAY"] = "2026-07-01"
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    sys.argv = ["scriptc", *COMMANDS[name]]
    app.main()


def _all(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def _strip(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Without what a killed run may leave until the next."""
    return {name: data for name, data in files.items() if ".scriptc-" not in name}


@cache
def _expected(name: str) -> tuple[dict[str, bytes], dict[str, bytes], float]:
    """What lies there before and after a whole run, and how long that takes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _project(folder, name)
        if name in ("build", "cards"):  # the second run writes something else
            _change(folder)
        before, began = _all(folder), time.monotonic()
        _run(folder, name).join()
        return before, _all(folder), time.monotonic() - began


def _change(folder: Path) -> None:
    path = folder / "a.script"
    path.write_text(path.read_text("utf-8").replace("您好", "您早"), "utf-8")


def _pairs(name: str, files: Mapping[str, bytes]) -> list[Mapping[str, bytes]]:
    """Groups of files that are old or new together."""
    if name == "build":
        return [{key: data for key, data in files.items() if key.startswith("dist/")}]
    return [{key: data} for key, data in files.items()]


def main(seed: int, count: int) -> int:
    failed = 0
    for number in range(seed, seed + count):
        for wrong in _kill(number):
            failed += 1
            print(f"example {number}: {wrong}")
    return failed


def _kill(number: int) -> list[str]:
    draw = random.Random(number)
    name = draw.choice(sorted(COMMANDS))
    before, after, long = _expected(name)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _project(folder, name)
        if name in ("build", "cards"):
            _change(folder)
        running = _run(folder, name)
        # Writing comes at the end.
        time.sleep(long * draw.triangular(0.2, 1.1, 0.9))
        running.kill()
        running.join()
        left = _strip(_all(folder))
        for old in _pairs(name, before):
            new = {
                key: data for key, data in after.items() if key in old or (name == "build" and key.startswith("dist/"))
            }
            now = {key: data for key, data in left.items() if key in old or key in new}
            if now not in (old, new):
                wrong.append(f"{name}: {sorted(old)} is neither the old nor the new")
        _run(folder, name).join()
        last = _all(folder)
        if name != "missing" and last != after:
            wrong.append(f"{name}: the next run leaves {sorted(set(last) ^ set(after)) or 'other contents'}")
        if litter := [path for path in folder.rglob("*") if ".scriptc-" in path.name]:
            wrong.append(f"{name}: litter {litter}")
    return wrong
