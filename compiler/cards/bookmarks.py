"""Bookmarks for a finished PDF: the outline that a reader shows beside the pages.

pdfium joins pages and writes no outline, so one is added as the format foresees changes: new objects at the end, a new
table of where they are, and the old file as it was. Reads files as pdfium saves them, with a plain table and one flat list
of pages. Knows nothing of cards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_TRAILER = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s+(\d+)\s+%%EOF\s*$", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")


def bookmarked(pdf: bytes, marks: Sequence[tuple[str, int]]) -> bytes:
    """`pdf`, as pdfium saved it, with a bookmark for each (title, page from 0).

    Raises ValueError when the file is of another make.
    """
    if not marks:
        return pdf
    found = _TRAILER.search(pdf, max(0, len(pdf) - 4096))
    if found is None:
        raise ValueError("no plain trailer")
    trailer, table = found[1], int(found[2])
    root, size = int(_entry(trailer, b"Root")), int(_entry(trailer, b"Size"))
    catalog = _object(pdf, table, root)
    pages = _REFERENCE.findall(_list(_object(pdf, table, int(_entry(catalog, b"Pages"))), b"Kids"))
    objects = {
        root: catalog.replace(b"<<", b"<</Outlines %d 0 R/PageMode/UseOutlines" % size, 1),
        size: _outline(size, len(marks)),
    }
    for number, (title, page) in enumerate(marks, 1):
        objects[size + number] = _item(size, number, len(marks), title, pages[page])
    out = bytearray(pdf)
    places: dict[int, int] = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content.strip())
    start = len(out)
    out += b"xref\n%d 1\n%b%d %d\n" % (root, _place(places[root]), size, len(objects) - 1)
    out += b"".join(_place(places[number]) for number in sorted(objects) if number != root)
    changed = trailer.replace(b"/Size %d" % size, b"/Size %d/Prev %d" % (size + len(marks) + 1, table))
    return bytes(out + b"trailer\n<<%b>>\nstartxref\n%d\n%%%%EOF\n" % (changed, start))


def _outline(own: int, count: int) -> bytes:
    return b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (own + 1, own + count, count)


def _item(outline: int, number: int, count: int, title: str, page: bytes) -> bytes:
    text = ("\ufeff" + title).encode("utf-16-be", "replace").hex().encode()
    before = b"/Prev %d 0 R" % (outline + number - 1) if number > 1 else b""
    after = b"/Next %d 0 R" % (outline + number + 1) if number < count else b""
    return b"<</Title<%b>/Parent %d 0 R%b%b/Dest[%b 0 R/Fit]>>" % (text, outline, before, after, page)


def _place(offset: int) -> bytes:
    """A line of the table: twenty bytes."""
    return b"%010d 00000 n\r\n" % offset


def _entry(dictionary: bytes, name: bytes) -> bytes:
    """The number, or the number of the object, that stands under `name`."""
    found = re.search(rb"/%b\s+(\d+)" % name, dictionary)
    if found is None:
        raise ValueError(f"no {name.decode()}")
    return found[1]


def _list(dictionary: bytes, name: bytes) -> bytes:
    found = re.search(rb"/%b\s*\[([^\]]*)\]" % name, dictionary)
    if found is None:
        raise ValueError(f"no {name.decode()}")
    return found[1]


def _object(pdf: bytes, table: int, number: int) -> bytes:
    """Object `number`, found by the table."""
    head = re.compile(rb"xref\s+0 (\d+)\s+").match(pdf, table)
    if head is None or number >= int(head[1]):
        raise ValueError(f"no object {number}")
    start = int(pdf[head.end() + 20 * number :][:10])
    found = re.compile(rb"%d 0 obj(.*?)endobj" % number, re.DOTALL).match(pdf, start)
    if found is None:
        raise ValueError(f"no object {number}")
    return found[1]
