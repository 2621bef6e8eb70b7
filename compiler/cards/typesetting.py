"""The one door to Typst: pages from data, with where everything came to stand on them.

The template is fixed, and reads what it sets as data. The fonts are those that are installed with the extra `print`, never
the system's, and the time stamp is fixed, so the same data is the same bytes everywhere. Knows nothing of cards.
"""

from __future__ import annotations

import json
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeAlias

from dsl.frozen import Node

if TYPE_CHECKING:
    import typst

_FOLDER = Path(__file__).parent / "templates"
_TEMPLATE = _FOLDER / "cards.typ"
FONT = "Noto Sans CJK SC"


class PrintUnavailable(RuntimeError):
    """What PDF needs is not installed: the extra `print` (Typst, the fonts, pdfium, segno)."""

    def __init__(self) -> None:
        super().__init__("PDF needs the extra `print`: pip install 'scriptc[print]'")


class Printed(Node, frozen=True):
    """A document: the file, and what the template left behind about places, in order (page from 1, y in mm)."""

    pdf: bytes
    marks: tuple[dict[str, Any], ...]


AHEAD = 128
"""Documents that are set ahead of those that were taken."""


Job: TypeAlias = dict[str, Any]
"""The template's data for one document."""


class Typesetter:
    """Documents being set, in order, several at a time: Typst lets go of the interpreter while it works.

    It begins at once, so that whoever wants the documents can do something else first. All share one set of fonts.
    """

    def __init__(self, jobs: Iterable[Job], again: Callable[[Job, Printed], Job | None] = lambda *_: None) -> None:
        """again: what to set instead, if a document did not come out well. Raises PrintUnavailable without `print`."""
        workers = min(os.cpu_count() or 1, 8)
        self._presses: SimpleQueue[typst.Compiler] = SimpleQueue()
        for _ in range(workers):
            self._presses.put(_compiler(_TEMPLATE))
        self._jobs = iter(jobs)
        self._again = again
        self._pool = ThreadPoolExecutor(workers)
        self._ahead: deque[Future[Printed]] = deque()
        self._more(AHEAD)

    def __iter__(self) -> Iterator[Printed]:
        try:
            while self._ahead:
                printed = self._ahead.popleft().result()
                self._more(1)
                yield printed
        finally:
            self.close()

    def close(self) -> None:
        """Set nothing more."""
        self._pool.shutdown(cancel_futures=True)

    def _more(self, count: int) -> None:
        self._ahead.extend(self._pool.submit(self._set, job) for job in islice(self._jobs, count))

    def _set(self, job: Job) -> Printed:
        machine = self._presses.get()
        try:
            printed = _printed(machine, job)
            better = self._again(job, printed)
            return printed if better is None else _printed(machine, better)
        finally:
            self._presses.put(machine)


def _printed(machine: typst.Compiler, job: Job) -> Printed:
    data = json.dumps(job, ensure_ascii=False)
    pdf = machine.compile(format="pdf", sys_inputs={"deck": data}, timestamp=0, pdf_tags=False)
    if not isinstance(pdf, bytes):
        raise TypeError(f"Typst gave {type(pdf).__name__} for a PDF")
    (marks,) = json.loads(machine.query("<measure>", field="value"))
    return Printed(pdf, tuple(marks))


_PROBE = f"""\
#set page(width: 60pt, height: 60pt, margin: 5pt)
#set text(font: "{FONT}", size: 20pt)
#for sign in json(bytes(sys.inputs.signs)) {{ page(sign) }}
"""
_LACKING = "\U0010fffd"
"""A sign no font has."""
_OUTLINE = re.compile(rb'<path\b[^>]*? d="([^"]*)"')


def lacking(signs: Iterable[str]) -> frozenset[str]:
    """Those of `signs` (single characters) for which no font of the print has a glyph, and that print as a box.

    Looked at on paper: each is set on a page of its own and held against the box of a sign that no font has. What the
    charset GBK holds need not be looked at: the Chinese font has all of it.
    """
    doubtful = sorted({sign for sign in signs if not _in_gbk(sign)})
    if not doubtful:
        return frozenset()
    machine = _compiler(_PROBE.encode())
    made = machine.compile(format="svg", sys_inputs={"signs": json.dumps([_LACKING, *doubtful])}, timestamp=0)
    pages = made if isinstance(made, list) else [made or b""]
    box, *outlines = (frozenset(_OUTLINE.findall(page)) for page in pages)
    return frozenset(sign for sign, outline in zip(doubtful, outlines, strict=True) if outline == box)


def _in_gbk(sign: str) -> bool:
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _typst() -> Any:
    """The typesetter. Raises PrintUnavailable."""
    try:
        import typst  # noqa: PLC0415 - of the extra `print`, 40 ms
    except ImportError as error:
        raise PrintUnavailable from error
    return typst


def _compiler(template: Path | bytes) -> typst.Compiler:
    source: Any = template  # bytes are a template, a path is where one lies
    made: typst.Compiler = _typst().Compiler(source, root=_FOLDER, font_paths=_fonts(), ignore_system_fonts=True)
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts of the extra `print`, and those Typst brings for signs that they lack."""
    try:
        import manimgx_fonts_cjk  # type: ignore[import-untyped]  # noqa: PLC0415 - of the extra `print`
    except ImportError as error:
        raise PrintUnavailable from error
    folder = Path(str(manimgx_fonts_cjk.__file__)).parent
    fonts: typst.Fonts = _typst().Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    return fonts
