"""Built files -> a folder, all or nothing: written beside the output folder and swapped in at the end.

A build that is interrupted, killed, fails or runs out of disk leaves the last good output as it was, or the new one, and
what it had begun goes with the next run. A folder that scriptc did not write is never touched, and what somebody put
beside a build's files stays there. The only module that writes outputs; knows nothing of what is in the files.

Where the folder itself cannot be put in another's place (it is a mount point, or the folder around it is closed), its
files are replaced one by one: each of them is the old or the new one at any moment, not all of them together.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from compiler.project.loader import NoFile, read_regular
from dsl.source import normalise

MANIFEST = "manifest.json"
_MARK = "scriptc-build"
_MOST = 64 * 1024 * 1024
"""Bytes of a list of files, or of a script that is rewritten, above which it is none."""
_DAY = 24 * 60 * 60


class NotOurs(Exception):
    """The output folder, or the file in it that a file of the build would replace, is not the work of scriptc."""


class _Manifest(msgspec.Struct):
    format: str
    files: tuple[str, ...]
    version: int = 1


def write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Make `folder` hold `files` (name -> content; names have no folders in them) in place of those of the last build.

    What else lies there stays. Returns how many files there are.

    Raises:
        NotOurs: `folder` exists and is not the output of an earlier build, or holds another's file of such a name.
        OSError: it cannot be written; `folder` is as it was.
    """
    folder = _real(folder)
    if not is_ours(folder):
        raise NotOurs(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    apart = not _in_place(folder)
    with _unfinished(folder, folder.parent if apart else folder) as fresh:
        names: list[str] = []
        for name, content in files:
            (fresh / name).write_bytes(content)
            names.append(name)
        manifest = json.dumps({"files": sorted(names), "format": _MARK, "version": 1}, ensure_ascii=False, indent=1)
        (fresh / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
        if apart:
            _keep_others(folder, fresh)
            os.chmod(fresh, 0o755)
            _swap(fresh, folder)
        else:
            _replace_each(fresh, folder)
    return len(names)


def is_ours(folder: Path) -> bool:
    """Whether `folder` may be replaced: it is not there, empty, or the output of a build."""
    if not os.path.lexists(folder):
        return True
    return folder.is_dir() and (not any(_entries(folder)) or _built(folder) is not None)


def _entries(folder: Path) -> Iterator[Path]:
    """What lies in `folder`, apart from what a killed build left there."""
    return (entry for entry in folder.iterdir() if not entry.name.startswith(_prefix(folder.name)))


def _built(folder: Path) -> frozenset[str] | None:
    """The files in `folder` that a build wrote; None when it is not the output of one."""
    try:
        manifest = msgspec.json.decode(read_regular(folder / MANIFEST, _MOST), type=_Manifest)
    except (OSError, msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return frozenset(manifest.files) | {MANIFEST} if manifest.format == _MARK else None


def _keep_others(folder: Path, fresh: Path) -> None:
    """Put what somebody laid into `folder` into `fresh` as well: linked, or copied where a link is not possible."""
    if not folder.exists():
        return
    built = _built(folder) or frozenset()
    for entry in _entries(folder):
        if entry.name in built:
            continue
        if (fresh / entry.name).exists():
            raise NotOurs(str(entry))
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, fresh / entry.name, symlinks=True, copy_function=_linked)
        else:
            _linked(entry, fresh / entry.name)


def _linked(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        if not (stat.S_ISREG(os.lstat(source).st_mode) or os.path.islink(source)):
            raise NotOurs(str(source)) from None  # a pipe somebody put there: copying one would wait for ever
        shutil.copy2(source, target, follow_symlinks=False)


# --- swapping ---------------------------------------------------------------------------------------------------------


def _swap(fresh: Path, folder: Path) -> None:
    """Put `fresh` in the place of `folder`; what was there lies in `fresh` afterwards, or is gone."""
    if not os.path.lexists(folder):
        os.rename(fresh, folder)
    elif not _exchange(fresh, folder):
        # Without an exchange there is a moment with neither; who is killed then finds the old one put back
        # by the next run (`_clear`).
        old = fresh.with_name(fresh.name + _OLD)
        os.rename(folder, old)
        try:
            os.rename(fresh, folder)
        except BaseException:
            os.rename(old, folder)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places at one moment, where the system can (Linux, renameat2(2); macOS, renamex_np(2))."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(one), os.fsencode(other)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, 2) == 0)
        return bool(library.renameat2(-100, names[0], -100, names[1], 2) == 0)
    except (AttributeError, OSError, TypeError):  # no such call, or no such library
        return False


def _in_place(folder: Path) -> bool:
    """Whether the files of `folder` must be replaced one by one."""
    if not folder.is_dir():
        return False
    return os.path.ismount(folder) or not os.access(folder.parent, os.W_OK | os.X_OK)


def _replace_each(fresh: Path, folder: Path) -> None:
    """Put the files of `fresh` into `folder` one by one, the list of them last, and take away those it no longer names."""
    before = _built(folder) or frozenset()
    names = sorted(os.listdir(fresh), key=lambda name: (name == MANIFEST, name))
    for name in names:
        if name not in before and os.path.lexists(folder / name):
            raise NotOurs(str(folder / name))
    for name in names:
        os.replace(fresh / name, folder / name)
    for name in before.difference(names):
        (folder / name).unlink(missing_ok=True)


# --- what is not finished ---------------------------------------------------------------------------------------------

_OLD = ".old"


def _prefix(name: str) -> str:
    """How the names begin under which `name` is written before it is whole; cut, so that they are no longer than it."""
    return f".{name.encode()[:120].decode('utf-8', 'ignore')}.scriptc-"


@contextmanager
def _unfinished(path: Path, beside: Path) -> Iterator[Path]:
    """A new folder in `beside` for what is to become `path`. What killed runs left of theirs goes first."""
    _clear(path, beside)
    fresh = Path(tempfile.mkdtemp(prefix=f"{_prefix(path.name)}{os.getpid()}-", dir=beside))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _clear(path: Path, beside: Path) -> None:
    """Take away what runs that were killed have left of `path`; put back the old one where neither is there."""
    prefix = _prefix(path.name)
    with suppress(OSError):
        for entry in sorted(beside.iterdir(), key=lambda entry: not entry.name.endswith(_OLD)):
            if not entry.name.startswith(prefix) or _alive(entry, prefix):
                continue
            if entry.name.endswith(_OLD) and not os.path.lexists(path):
                os.rename(entry, path)
            elif entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def _alive(entry: Path, prefix: str) -> bool:
    """Whether the run that writes `entry` may still be at it."""
    number = entry.name.removeprefix(prefix).partition("-")[0]
    if time.time() - entry.lstat().st_mtime > _DAY:
        return False
    if sys.platform == "win32" or not number.isdigit():  # asking after a process ends it there
        return True
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return int(number) != os.getpid()


def write_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`, new or old, whole or not at all.

    Raises OSError; NoFile where `path` is a device, a pipe or a socket, which is left as it is.
    """
    path = _real(path)
    if os.path.lexists(path) and not stat.S_ISREG(os.stat(path).st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) if path.is_dir() else NoFile(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear(path, path.parent)
    handle, name = tempfile.mkstemp(prefix=f"{_prefix(path.name)}{os.getpid()}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        if path.exists():
            shutil.copymode(path, name)
        else:
            os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _real(path: Path) -> Path:
    """`path` behind its links, so that a link stays one. Links that lead in a circle are an OSError when it is used."""
    return Path(os.path.realpath(path))


class Changed(Exception):
    """A file is no longer what was read from it."""


def rewrite(path: Path, before: str, after: str) -> None:
    """Write `after` where `before` was read, with the line ends and the byte order mark the file had.

    Raises:
        Changed: the file holds something else by now; it is left alone.
        OSError: it cannot be written; it is as it was.
    """
    raw = read_regular(path, _MOST).decode("utf-8")
    if normalise(raw) != before:
        raise Changed(str(path))
    text = after.replace("\n", "\r\n") if "\r\n" in raw else after
    write_file(path, ("\ufeff" * raw.startswith("\ufeff") + text).encode("utf-8"))
