"""What lies on a disk and is no plain file or folder of ours is never replaced, waited for or lost; a kill leaves no litter."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.build import output
from compiler.build.output import MANIFEST, NotOurs, write_all, write_file
from compiler.cli.common import FINDINGS, OK, WRONG_USE
from compiler.project.loader import Disk, NoFile, find_root, load
from tests.cli.test_cli import GOOD, project, run

FILES = [("a.json", b"1"), ("b.json", b"2")]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- devices, pipes, links in a circle --------------------------------------------------------------------------------


@pytest.fixture(params=["pipe", "socket", "loop"])
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Something under a name that is no file."""
    path = tmp_path / "odd"
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "socket":
        import socket

        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))
    else:
        path.symlink_to(path)
    return path


def test_what_is_no_file_is_not_replaced(odd: Path) -> None:
    before = os.lstat(odd).st_mode
    with pytest.raises(OSError, match=r"not a regular file|symbolic links"):
        write_file(odd, b"words")
    assert os.lstat(odd).st_mode == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_still_one_afterwards(tmp_path: Path) -> None:
    null = tmp_path / "null"
    os.mknod(null, 0o20666, os.makedev(1, 3))
    with pytest.raises(NoFile):
        write_file(null, b"words")
    assert null.is_char_device()
    assert run("cards", "--all", "--draft", "--pdf", null, "--in", project(tmp_path, a=GOOD))[0] == WRONG_USE
    assert null.is_char_device()


def test_a_card_is_not_printed_into_what_is_no_file(odd: Path, tmp_path: Path) -> None:
    status, said = run("cards", "--all", "--draft", "--pdf", odd, "--in", project(tmp_path, a=GOOD))
    assert (status, str(odd) in said) == (WRONG_USE, True)


def test_what_is_no_file_is_not_read(odd: Path, tmp_path: Path) -> None:
    at = project(tmp_path / "project", a=GOOD)
    odd.rename(at / "b.script") if not odd.is_symlink() else (at / "b.script").symlink_to("b.script")
    status, said = run("check", at)
    assert (status, "SC001" in said) == (FINDINGS, True)
    assert run("fmt", at / "b.script")[0] == WRONG_USE


@pytest.mark.parametrize("name", ["scriptc.yaml", "cards.lock", "dist/manifest.json"])
def test_a_pipe_in_the_place_of_a_file_of_ours_is_not_waited_for(tmp_path: Path, name: str) -> None:
    at = project(tmp_path, a=GOOD)
    (at / name).parent.mkdir(exist_ok=True)
    os.mkfifo(at / name)
    words = ("cards", "--all", "--pdf", at / "c.pdf", "--in", at) if name == "cards.lock" else ("build", at, "--no-pdf")
    assert run(*words)[0] in (FINDINGS, WRONG_USE)


def test_an_output_folder_that_is_a_link_to_itself_is_said(tmp_path: Path) -> None:
    at = project(tmp_path, a=GOOD)
    (at / "dist").symlink_to("dist")
    status, said = run("build", at, "--emit", "json")
    assert (status, "dist" in said) == (WRONG_USE, True)
    assert (at / "dist").is_symlink()


# --- the list of files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"format": "scriptc-build", "files": 3}',
        '{"format": "scriptc-build", "files": [3]}',
        "[" * 100_000,
        "{",
        '{"format": 1}',
    ],
)
def test_a_folder_whose_list_is_damaged_is_not_ours(tmp_path: Path, text: str) -> None:
    at = project(tmp_path, a=GOOD)
    (at / "dist").mkdir()
    (at / "dist" / MANIFEST).write_text(text)
    status, said = run("build", at, "--emit", "json")
    assert (status, "没有改动它" in said) == (WRONG_USE, True)
    assert (at / "dist" / MANIFEST).read_text() == text


# --- kills ------------------------------------------------------------------------------------------------------------


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    number = dead.stdout.strip()
    folder = tmp_path / "dist"
    write_all(folder, FILES)
    (tmp_path / f".dist.scriptc-{number}-x").mkdir()
    (tmp_path / f".c.pdf.scriptc-{number}-x").write_bytes(b"half")
    write_all(folder, FILES[:1])
    write_file(tmp_path / "c.pdf", b"whole")
    assert names(tmp_path) == ["c.pdf", "dist"]
    assert names(folder) == ["a.json", MANIFEST]


def killed(work: Callable[[], object], after: int) -> bool:
    """Do `work` in a process that dies before its disk is touched for the time `after` + 1; whether it did die."""
    child = os.fork()
    if not child:
        left = after

        def touched(event: str, _arguments: object) -> None:
            nonlocal left
            if event in TOUCHES:
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(touched)
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


TOUCHES = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.truncate"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a copy of this process")
@pytest.mark.parametrize("exchange", [True, False])
def test_a_build_killed_anywhere_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(output, "_exchange", lambda _one, _other: False)
    after, died = 0, True
    while died:
        folder = tmp_path / str(after) / "dist"
        write_all(folder, FILES)
        (folder / "mine.txt").write_text("words")
        old, new = contents(folder), {"a.json": b"3", "c.json": b"4", "mine.txt": b"words"}
        died = killed(lambda at=folder: write_all(at, [("a.json", b"3"), ("c.json", b"4")]), after)  # type: ignore[misc]
        if exchange:
            assert contents(folder) in (old, new)
        write_all(folder, [("a.json", b"3"), ("c.json", b"4")])
        assert (contents(folder), names(folder.parent)) == (new, ["dist"])
        after += 1
    assert after > 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a copy of this process")
def test_a_file_written_by_a_run_killed_anywhere_is_the_old_or_the_new(tmp_path: Path) -> None:
    after, died = 0, True
    while died:
        path = tmp_path / str(after) / "a.script"
        write_file(path, b"old")
        died = killed(lambda at=path: write_file(at, b"new"), after)  # type: ignore[misc]
        assert path.read_bytes() in (b"old", b"new")
        write_file(path, b"new")
        assert contents(path.parent) == {"a.script": b"new"}
        after += 1
    assert after > 2


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST}


def test_what_a_running_build_writes_is_left_to_it(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        begun = tmp_path / f".dist.scriptc-{other.pid}-x"
        begun.mkdir()
        write_all(tmp_path / "dist", FILES)
        assert begun.is_dir()
        other.kill()


def test_where_folders_cannot_change_places_a_kill_in_between_is_made_good(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "dist"
    write_all(folder, FILES)
    monkeypatch.setattr(output, "_exchange", lambda _one, _other: False)
    program = (
        "import os, signal; from pathlib import Path; from compiler.build import output\n"
        "output._exchange = lambda one, other: False\n"
        "rename = os.rename\n"
        "def once(one, other):\n"
        "    rename(one, other)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.rename = once\n"
        f"output.write_all(Path({str(folder)!r}), [('a.json', b'new')])\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    assert not folder.exists()

    def full() -> Iterator[tuple[str, bytes]]:
        yield "a.json", b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_all(folder, full())
    assert (folder / "a.json").read_bytes() == b"1"
    write_all(folder, FILES[:1])
    assert names(tmp_path) == ["dist"]


# --- a folder that cannot be swapped ----------------------------------------------------------------------------------


def test_a_mount_point_is_filled_in_place(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "dist"
    folder.mkdir()
    monkeypatch.setattr(output, "_in_place", lambda _folder: True)
    write_all(folder, FILES)
    (folder / "mine.txt").write_text("words")
    inode = folder.stat().st_ino
    assert write_all(folder, [("b.json", b"3")]) == 1
    assert (names(folder), folder.stat().st_ino) == (["b.json", MANIFEST, "mine.txt"], inode)
    assert json.loads((folder / MANIFEST).read_text())["files"] == ["b.json"]
    with pytest.raises(NotOurs):
        write_all(folder, [("mine.txt", b"3")])
    assert (folder / "mine.txt").read_text() == "words"
    assert (folder / "b.json").read_bytes() == b"3"


# --- folders that cannot be listed ------------------------------------------------------------------------------------


def refuse_to_list(monkeypatch: pytest.MonkeyPatch, *closed: Path) -> None:
    """As for somebody who may not read these folders; root may read them all."""
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path) in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path, monkeypatch) -> None:
    at = project(tmp_path, a=GOOD)
    for name in ("closed", "dist"):
        (at / name).mkdir()
    refuse_to_list(monkeypatch, at / "closed", at / "dist")
    found = load(Disk(at)).findings
    assert [(one.code, one.span.source.name) for one in found] == [("SC001", "closed")]


@pytest.mark.parametrize("closed", ["lib", "lib/more"])
def test_a_closed_folder_of_a_library_is_not_a_library_without_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    at = project(tmp_path, a=GOOD)
    (at / "scriptc.yaml").write_text("libraries: [lib]\n", "utf-8")
    (at / "lib/more").mkdir(parents=True)
    (at / "lib/b.script").write_text("结局 别的\n", "utf-8")
    refuse_to_list(monkeypatch, at / closed)
    assert [(one.code, one.span.source.name) for one in set(load(Disk(at)).findings)] == [("SC001", closed)]
    status, said = run("fmt", "--check", at)
    assert (status, str(at / closed) in said) == (WRONG_USE, True)


def test_a_closed_project_is_not_one_without_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_to_list(monkeypatch, tmp_path)
    assert {one.code for one in load(Disk(tmp_path)).findings} == {"SC001"}


@pytest.mark.parametrize("command", ["check", "fmt", "build", "cards"])
def test_what_cannot_be_looked_at_is_not_a_bug_of_ours(tmp_path: Path, command: str) -> None:
    long = tmp_path / ("长" * 100)
    words = ("cards", "--all", "--draft", "--in", long) if command == "cards" else (command, long)
    status, said = run(*words)
    assert (status, str(long) in said.replace("\n", "")) == (WRONG_USE, True)


def test_the_folder_around_a_closed_project_is_not_searched_for_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_file = Path.is_file

    def refuse(path: Path) -> bool:
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    assert find_root(tmp_path / "a.script") == tmp_path


# --- names of files ---------------------------------------------------------------------------------------------------

ODD = ("manifest", "Index", "CON", "nul", "com1", "很长" * 60, "很长" * 60 + "的")


def test_every_scenario_has_a_file_of_its_own(tmp_path: Path) -> None:
    steps = "".join(f'场景 {name}\n步骤 甲\n  说 "您好。"\n  结束 完成\n' for name in ODD)
    at = project(tmp_path, a="结局 完成\n" + steps)
    assert run("build", at, "--emit", "json,html,scxml,xstate,dot,mermaid,svg")[0] == OK
    machines = [
        json.loads(path.read_text("utf-8")) for path in (at / "dist").glob("*.json") if "xstate" not in path.name
    ]
    assert {one["name"] for one in machines if "name" in one} == set(ODD)
    assert all(len(name.encode()) < 220 for name in names(at / "dist"))
    assert not {"con.html", "nul.json", "com1.svg"} & {name.casefold() for name in names(at / "dist")}
    index = (at / "dist" / "index.html").read_text("utf-8")
    assert "很长" * 30 in index


def test_scenarios_that_would_share_a_file_are_reported(tmp_path: Path) -> None:
    steps = "".join(f'场景 {name}\n步骤 甲\n  说 "您好。"\n  结束 完成\n' for name in ("Refund", "refund"))
    status, said = run("check", project(tmp_path, a="结局 完成\n" + steps))
    assert (status, said.count("SC216")) == (FINDINGS, 2)  # the finding, and how to have it explained
