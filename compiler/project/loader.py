"""scriptc.yaml and script files -> `Project`: which files, from where, decoded. The only module that reads.

All reading goes through a `World`: the disk, a dictionary in tests, an editor's unsaved texts. What cannot be read is a
finding (SC0xx), never an exception. Knows nothing of what scripts say.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import scripts_library
from compiler.project import lints
from compiler.project.settings import CONFIG_NAME, Settings, read_settings
from dsl.diagnostics import Diagnostic, Words
from dsl.frozen import Node
from dsl.source import Source, Span, normalise
from dsl.suggest import closest

SUFFIX = ".script"
STANDARD = "scriptc"
"""The library that is installed with the compiler."""
MAX_BYTES = 8 * 1024 * 1024
"""A script file larger than this is a mistake: the whole standard library is a hundredth of it."""

_SKIPPED = frozenset({".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", "__MACOSX"})


_NOTHING = re.compile(r"\s*+(?:[#＃][^\n]*+\s*+)*")
"""A text without a single statement."""
_LIBRARIES = Words(
    "标准库写 scriptc；自己的库写文件夹路径，里面要有 .script 文件",
    "the standard library is called scriptc; your own is a folder with .script files in it",
)


_MISNAMED = re.compile(r"\.?scriptc\.ya?ml(?:\.txt)?", re.IGNORECASE)
"""Names people give the settings."""


class World(Protocol):
    """Where files come from. Paths are `/`-joined and relative to the world's root."""

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises OSError."""

    def walk(self, closed: Closed = ...) -> Iterable[str]:
        """Every file of the world, sorted; `closed` is told of each folder that cannot be listed."""


Closed = Callable[[str, OSError], None]
"""Told of a folder that cannot be listed, and why."""


def _passed_over(_path: str, _why: OSError) -> None:
    """What is not listed counts as not there."""


class NoFile(OSError):
    """What stands under a name is a device, a pipe or a socket: read it, and there may be no end."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "not a regular file", str(path))


def read_regular(path: Path, most: int) -> bytes:
    """Up to `most` + 1 bytes of the file at `path`.

    Raises OSError; NoFile where opening or reading might wait for ever.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) if path.is_dir() else NoFile(path)
    with open(path, "rb") as stream:
        return stream.read(most + 1)


class Disk(Node, frozen=True):
    """The files under a folder."""

    root: Path

    def read(self, path: str) -> bytes:
        """See `World`."""
        return read_regular(self.root / path, MAX_BYTES)

    def walk(self, closed: Closed = _passed_over) -> Iterable[str]:
        """See `World`. Hidden folders and those of tools are left out."""
        found: list[str] = []

        def failed(error: OSError) -> None:
            closed(Path(error.filename).relative_to(self.root).as_posix(), error)

        for folder, below, names in os.walk(self.root, onerror=failed):
            below[:] = sorted(one for one in below if one not in _SKIPPED and not one.startswith("."))
            base = Path(folder).relative_to(self.root).as_posix()
            found.extend(name if base == "." else f"{base}/{name}" for name in names)
        return sorted(found)


class Memory(Node, frozen=True):
    """Files in a dictionary of path -> bytes or text."""

    files: Mapping[str, str | bytes]

    def read(self, path: str) -> bytes:
        """See `World`."""
        if path not in self.files:
            raise FileNotFoundError(path)
        content = self.files[path]
        return content if isinstance(content, bytes) else content.encode("utf-8")

    def walk(self, closed: Closed = _passed_over) -> Iterable[str]:
        """See `World`."""
        return sorted(self.files)


class Project(Node, frozen=True):
    """What is to be compiled. `sources` are the project's own texts, `library` those of the libraries it names."""

    settings: Settings
    sources: tuple[Source, ...]
    library: tuple[Source, ...]
    findings: tuple[Diagnostic, ...] = ()


def load(world: World, only: str | None = None) -> Project:
    """The project at the root of `world`; with `only`, a project of that one file (and its settings and libraries).

    Files come in sorted order, so nothing downstream depends on how a disk lists them.
    """
    findings: list[Diagnostic] = []
    settings = _settings(world, findings)
    wanted = [only] if only else list(_own_files(world, settings, findings))
    sources = tuple(source for path in wanted if (source := _source(world, path, findings)) is not None)
    findings += (lints.EMPTY.at(Span(one, 0, 0)) for one in sources if _NOTHING.fullmatch(one.text))
    if settings.source is None:
        findings += (
            lints.MISNAMED.at(_place(path), wanted=CONFIG_NAME)
            for path in world.walk()
            if path != CONFIG_NAME and _MISNAMED.fullmatch(path)
        )
    if not wanted and not any(one.code == lints.UNREADABLE.code for one in findings):
        findings.append(_no_scripts(world, settings))
    library: list[Source] = []
    for name in settings.libraries:
        library.extend(_library(world, name, settings, findings))
    return Project(settings, sources, tuple(library), tuple(findings))


def _no_scripts(world: World, settings: Settings) -> Diagnostic:
    """That there is no script, with what comes nearest to one."""
    hint = Words(
        "新建一个 .script 文件；或检查 scriptc.yaml 里的 sources",
        "write a .script file, or check `sources` in scriptc.yaml",
    )
    for path in world.walk():
        folder, name = path[: path.rfind("/") + 1], path.rpartition("/")[2]
        stem = re.sub(rf"(?:\{SUFFIX})?\.(?:txt|text|script|scripts)$", "", name, flags=re.IGNORECASE)
        if stem != name and not name.endswith(SUFFIX):
            to = f"{folder}{stem}{SUFFIX}"
            hint = Words(
                f"把“{path}”改名为“{to}”（Windows：先在“查看”里勾选“文件扩展名”）",
                f"rename “{path}” to “{to}” (on Windows first tick View, File name extensions)",
            )
            break
    return lints.NO_SCRIPTS.at(_place(settings.source.name if settings.source else CONFIG_NAME), hint=hint)


def find_root(path: Path) -> Path:
    """The folder of the nearest scriptc.yaml at or above `path`; without one, `path` itself or its folder."""
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.resolve().parents):
        try:
            if (folder / CONFIG_NAME).is_file():
                return folder
        except OSError:  # a closed folder may hold settings; reading them says what is wrong
            return folder
    return start


def _settings(world: World, findings: list[Diagnostic]) -> Settings:
    try:
        data = world.read(CONFIG_NAME)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        findings.append(lints.UNREADABLE.at(_place(CONFIG_NAME), why=error.strerror or str(error)))
        return Settings()
    text = _decode(CONFIG_NAME, data, findings)
    return Settings() if text is None else read_settings(Source(CONFIG_NAME, text), findings)


def _own_files(world: World, settings: Settings, findings: list[Diagnostic]) -> Iterator[str]:
    """The script files the settings name, without those of libraries, of the output, and of projects inside this one.

    A folder among them that cannot be listed is a finding: the scripts in it are not known not to be there.
    """
    closed: list[tuple[str, OSError]] = []
    paths = list(world.walk(lambda path, why: closed.append((path, why))))
    apart = [settings.output.strip("/") + "/"]
    apart += [_folder(name) for name in settings.libraries if name != STANDARD]
    apart += [path.removesuffix(CONFIG_NAME) for path in paths if path.endswith("/" + CONFIG_NAME)]
    findings += (_closed(path, why) for path, why in closed if not f"{path}/".startswith(tuple(apart)))
    for path in paths:
        mine = is_script(path) and not path.startswith(tuple(apart))
        if mine and any(_matches(path, pattern) for pattern in settings.sources):
            yield path


def _closed(path: str, why: OSError) -> Diagnostic:
    return lints.UNREADABLE.at(_place(path), why=why.strerror or str(why))


def is_script(path: str) -> bool:
    """Whether `path` names a script: not what systems and office programs leave beside one (`._甲.script`, `~$甲.script`)."""
    return path.endswith(SUFFIX) and not path.rpartition("/")[2].startswith((".", "~$"))


def _folder(name: str) -> str:
    return name.strip("/").removeprefix("./") + "/"


def _matches(path: str, pattern: str) -> bool:
    pattern = pattern.strip("/").removeprefix("./")
    return pattern in ("", ".") or path == pattern or path.startswith(pattern + "/") or fnmatch(path, pattern)


def _library(world: World, name: str, settings: Settings, findings: list[Diagnostic]) -> Iterator[Source]:
    """The texts of a library: `scriptc` is the standard library, anything else a folder of the project."""
    if name == STANDARD:
        yield from standard_library()
        return
    folder = _folder(name)
    closed: list[tuple[str, OSError]] = []
    listed = world.walk(lambda path, why: closed.append((path, why)))
    paths = [path for path in listed if path.startswith(folder) and is_script(path)]
    # A closed folder in the library, or one in which the library lies: what it holds is not known not to be there.
    hidden = [one for one in closed if f"{one[0]}/".startswith(folder) or folder.startswith(f"{one[0]}/")]
    findings += (_closed(path, why) for path, why in hidden)
    if not paths and not hidden:
        span = settings.places.get(("libraries", name)) or _place(CONFIG_NAME)
        meant = closest(name, (STANDARD,)) is not None
        hint = Words(f"是不是想写“{STANDARD}”？", f"did you mean “{STANDARD}”?") if meant else _LIBRARIES
        findings.append(lints.NO_LIBRARY.at(span, name=name, hint=hint))
        if meant and STANDARD not in settings.libraries:
            yield from standard_library()
    for path in paths:
        source = _source(world, path, findings)
        if source is not None:
            yield source


def in_standard_library(name: str) -> bool:
    """Whether the file called `name` belongs to the standard library: it lies in no folder, `scriptc:` stands for one."""
    return name.startswith(f"{STANDARD}:")


@lru_cache(maxsize=1)
def standard_library() -> tuple[Source, ...]:
    """The texts of `scripts_library`, named `scriptc:folder/file.script`, sorted."""
    root = Path(scripts_library.__file__).parent
    disk = Disk(root)
    return tuple(
        Source(f"{STANDARD}:{path}", normalise(disk.read(path).decode("utf-8")))
        for path in disk.walk()
        if path.endswith(SUFFIX)
    )


def _place(name: str) -> Span:
    return Span(Source(name, ""), 0, 0)


def _source(world: World, path: str, findings: list[Diagnostic]) -> Source | None:
    try:
        data = world.read(path)
    except OSError as error:
        findings.append(lints.UNREADABLE.at(_place(path), why=error.strerror or str(error)))
        return None
    if len(data) > MAX_BYTES:
        findings.append(lints.TOO_LARGE.at(_place(path), megabytes=MAX_BYTES // (1024 * 1024)))
        return None
    text = _decode(path, data, findings)
    return None if text is None else Source(path, text)


def _decode(name: str, data: bytes, findings: list[Diagnostic]) -> str | None:
    """`data` as text, or a finding that names its encoding and the way out."""
    guessed = guess_encoding(data)
    if guessed is not None and guessed != "utf-8":
        label = lints.ENCODINGS.get(guessed, Words(guessed, guessed))
        findings.append(lints.NOT_UTF8.at(_place(name), encoding=label, codec=guessed, file=name))
        return None
    if guessed is None or b"\0" in data:
        findings.append(lints.NOT_TEXT.at(_place(name)))
        return None
    return normalise(data.decode("utf-8"))


def guess_encoding(data: bytes) -> str | None:
    """The encoding of `data`: utf-8, utf-16 or gb18030; None when it is no text at all."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(data) // 2
    if half and data.count(b"\0") > half // 2:  # Latin letters in UTF-16 are every other byte zero
        return None
    for codec in ("utf-8", "gb18030"):
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec
    return None
