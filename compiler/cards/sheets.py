"""Finished pages: looked at (how small is the type, does anything stick out), joined, and put several on a sheet of paper.

The one door to pdfium. Works on files alone: what counts is what is on the paper, not what somebody meant to print. Knows
nothing of cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref, c_float
from io import BytesIO
from typing import TYPE_CHECKING, Any

from compiler.cards.typesetting import PrintUnavailable
from dsl.frozen import Node

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

POINTS = 72 / 25.4
"""Points a millimetre."""
A4 = (210 * POINTS, 297 * POINTS)
UP = {"a5": (2, 1), "a6": (2, 2)}
"""Format -> cards across and down on a sheet of A4 (two of A5 on it lying down)."""
_MARK = 4 * POINTS
"""Length of a cut mark."""


class PageSeen(Node, frozen=True):
    """What a page shows.

    smallest: points of its smallest type (0 when it has none). beyond: text that reaches over the edge of the paper.
    """

    smallest: float
    beyond: bool


def seen(pdf: bytes) -> Iterator[PageSeen]:
    """Every page of `pdf`, looked at. Raises PrintUnavailable."""
    raw = _pdfium().raw
    # Made once: a page has hundreds of texts.
    size, matrix = c_float(), raw.FS_MATRIX()
    left, bottom, right, top = edges = (c_float(), c_float(), c_float(), c_float())
    to_size, to_matrix, to_edges = byref(size), byref(matrix), [byref(edge) for edge in edges]
    with _open(pdf) as document:
        for page in document:
            width, height = page.get_size()
            smallest, beyond = 0.0, False
            for number in range(raw.FPDFPage_CountObjects(page)):
                item = raw.FPDFPage_GetObject(page, number)
                if not raw.FPDFTextObj_GetFontSize(item, to_size):
                    continue  # no text
                raw.FPDFPageObj_GetMatrix(item, to_matrix)
                points = size.value * abs(matrix.d or matrix.b)
                smallest = min(smallest or points, points)
                if raw.FPDFPageObj_GetBounds(item, *to_edges):
                    over = left.value < -1 or bottom.value < -1 or right.value > width + 1 or top.value > height + 1
                    beyond = beyond or over
            page.close()
            yield PageSeen(round(smallest, 2), beyond)


def page_count(pdf: bytes) -> int:
    """How many pages `pdf` has."""
    with _open(pdf) as document:
        return len(document)


def joined(pdfs: Iterable[bytes]) -> bytes:
    """The pages of `pdfs`, one after the other, in one file: the same bytes for the same files."""
    with _new() as whole:
        for pdf in pdfs:
            with _open(pdf) as part:
                whole.import_pages(part)
        return _saved(whole)


def padded(runs: Sequence[int]) -> list[int | None]:
    """Pages (from 0) of cards that have so many pages each, with None for a blank: every card begins on a front."""
    order: list[int | None] = []
    first = 0
    for count in runs:
        order += range(first, first + count)
        order += [None] * (count % 2)
        first += count
    return order


def arranged(pages: Sequence[int | None], across: int, down: int, *, duplex: bool) -> list[int | None]:
    """`pages` in the order in which they are laid on sheets, row by row; None for an empty place.

    With duplex, sheets come in pairs, front and back: what follows a page is printed behind it when the sheet is turned
    over its long edge, so a back is laid from right to left.
    """
    each = across * down
    places: list[int | None] = list(pages)
    if not duplex:
        return places + [None] * (-len(places) % each)
    places += [None] * (-len(places) % (2 * each))
    order: list[int | None] = []
    for first in range(0, len(places), 2 * each):
        sheet = places[first : first + 2 * each]
        fronts, backs = sheet[::2], sheet[1::2]
        order += fronts
        for row in range(down):
            order += reversed(backs[row * across : (row + 1) * across])
    return order


def ordered(pdf: bytes, order: Sequence[int | None]) -> bytes:
    """The pages of `pdf` in `order`; None is a blank page of the same size."""
    with _open(pdf) as document, _new() as fresh:
        _take(document, fresh, order)
        return _saved(fresh)


def imposed(pdf: bytes, order: Sequence[int | None], across: int, down: int) -> bytes:
    """The pages of `pdf` in `order`, `across` × `down` on each sheet of A4, full size, with marks to cut along."""
    raw = _pdfium().raw
    wide, high = A4 if down > 1 else (A4[1], A4[0])
    with _open(pdf) as document, _new() as fresh:
        _take(document, fresh, order)
        handle = raw.FPDF_ImportNPagesToOne(fresh, wide, high, across, down)
        with _pdfium().PdfDocument(handle) as sheets:
            for page in sheets:
                for start, end in _cuts(wide, high, across, down):
                    line = raw.FPDFPageObj_CreateNewPath(*start)
                    raw.FPDFPath_LineTo(line, *end)
                    raw.FPDFPath_SetDrawMode(line, raw.FPDF_FILLMODE_NONE, True)
                    raw.FPDFPageObj_SetStrokeColor(line, 0, 0, 0, 255)
                    raw.FPDFPageObj_SetStrokeWidth(line, 0.4)
                    raw.FPDFPage_InsertObject(page, line)
                raw.FPDFPage_GenerateContent(page)
                page.close()
            return _saved(sheets)


Place = tuple[float, float]


def _cuts(wide: float, high: float, across: int, down: int) -> Iterator[tuple[Place, Place]]:
    """Short lines where a sheet is cut: at its edges, and crosses where cuts meet."""
    columns = [wide * number / across for number in range(1, across)]
    rows = [high * number / down for number in range(1, down)]
    for x in columns:
        yield (x, 0), (x, _MARK)
        yield (x, high - _MARK), (x, high)
        for y in rows:
            yield (x, y - _MARK / 2), (x, y + _MARK / 2)
            yield (x - _MARK / 2, y), (x + _MARK / 2, y)
    for y in rows:
        yield (0, y), (_MARK, y)
        yield (wide - _MARK, y), (wide, y)


def _take(document: PdfDocument, fresh: PdfDocument, order: Sequence[int | None]) -> None:
    width, height = document.get_page_size(0)
    run: list[int] = []
    for number in (*order, None):
        if number is not None:
            run.append(number)
            continue
        if run:
            fresh.import_pages(document, pages=run)
            run = []
        if len(fresh) < len(order):
            fresh.new_page(width, height).close()


_RESTLESS = re.compile(rb"(/ID ?\[ ?)<([0-9A-Fa-f]+)>( ?)<([0-9A-Fa-f]+)>|(/CreationDate ?\(D:)(\d+)")


def _saved(document: PdfDocument) -> bytes:
    """The file, without the chance and the clock that pdfium puts into it."""
    out = BytesIO()
    document.save(out)
    return _RESTLESS.sub(_rest, out.getvalue())


def _rest(found: re.Match[bytes]) -> bytes:
    if found[5]:
        return found[5] + b"20000101000000"[: len(found[6])].ljust(len(found[6]), b"0")
    return found[1] + b"<" + b"0" * len(found[2]) + b">" + found[3] + b"<" + b"0" * len(found[4]) + b">"


def _open(pdf: bytes) -> PdfDocument:
    document: PdfDocument = _pdfium().PdfDocument(pdf)
    return document


def _new() -> PdfDocument:
    document: PdfDocument = _pdfium().PdfDocument.new()
    return document


def _pdfium() -> Any:
    """The library, which has no types of its own. Raises PrintUnavailable."""
    try:
        import pypdfium2  # noqa: PLC0415 - of the extra `print`, 140 ms
    except ImportError as error:
        raise PrintUnavailable from error
    return pypdfium2
