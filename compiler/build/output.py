"""Built files -> a folder, all or nothing: written beside the output folder and swapped in at the end.

A build that is interrupted, fails or runs out of disk leaves the last good output as it was. A folder that scriptc did
not write is never touched, and what somebody put beside a build's files stays there. The only module that writes outputs;
knows nothing of what is in the files.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dsl.source import normalise

MANIFEST = "manifest.json"
_MARK = "scriptc-build"


class NotOurs(Exception):
    """The output folder, or the file in it that a file of the build would replace, is not the work of scriptc."""


def write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Make `folder` hold `files` (name -> content; names have no folders in them) in place of those of the last build.

    What else lies there stays. Returns how many files there are.

    Raises:
        NotOurs: `folder` exists and is not the output of an earlier build, or holds another's file of such a name.
        OSError: it cannot be written; `folder` is as it was.
    """
    folder = folder.resolve()  # behind a link, so that the link stays one
    if not is_ours(folder):
        raise NotOurs(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        names: list[str] = []
        for name, content in files:
            (fresh / name).write_bytes(content)
            names.append(name)
        manifest = json.dumps({"files": sorted(names), "format": _MARK, "version": 1}, ensure_ascii=False, indent=1)
        (fresh / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
        _keep_others(folder, fresh)
        os.chmod(fresh, 0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return len(names)


def is_ours(folder: Path) -> bool:
    """Whether `folder` may be replaced: it is not there, empty, or the output of a build."""
    if not folder.exists():
        return True
    return folder.is_dir() and (not any(folder.iterdir()) or _built(folder) is not None)


def _built(folder: Path) -> frozenset[str] | None:
    """The files in `folder` that a build wrote; None when it is not the output of one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or manifest.get("format") != _MARK:
        return None
    return frozenset(name for name in manifest.get("files", ()) if isinstance(name, str)) | {MANIFEST}


def _keep_others(folder: Path, fresh: Path) -> None:
    """Put what somebody laid into `folder` into `fresh` as well: linked, or copied where a link is not possible."""
    if not folder.exists():
        return
    built = _built(folder) or frozenset()
    for entry in folder.iterdir():
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
        shutil.copy2(source, target, follow_symlinks=False)


def _swap(fresh: Path, folder: Path) -> None:
    """Put `fresh` in the place of `folder`. Two renames: a folder cannot replace one that is not empty."""
    if not folder.exists():
        os.rename(fresh, folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    old = aside / folder.name
    try:
        os.rename(folder, old)
        try:
            os.rename(fresh, folder)
        except BaseException:
            os.rename(old, folder)
            raise
    except BaseException:
        with suppress(OSError):
            aside.rmdir()  # where the old output could not be put back it is kept: only an empty folder goes
        raise
    shutil.rmtree(aside, ignore_errors=True)


def write_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`, new or old, whole or not at all. Raises OSError."""
    path = path.resolve()  # behind a link, so that the link stays one
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
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


class Changed(Exception):
    """A file is no longer what was read from it."""


def rewrite(path: Path, before: str, after: str) -> None:
    """Write `after` where `before` was read, with the line ends and the byte order mark the file had.

    Raises:
        Changed: the file holds something else by now; it is left alone.
        OSError: it cannot be written; it is as it was.
    """
    raw = path.read_bytes().decode("utf-8")
    if normalise(raw) != before:
        raise Changed(str(path))
    text = after.replace("\n", "\r\n") if "\r\n" in raw else after
    write_file(path, ("\ufeff" * raw.startswith("\ufeff") + text).encode("utf-8"))
