"""Which file a scenario's outputs lie in: one rule for pages, cards and exports, so that links between them hold.

A name is used as it is, unless some file system could not hold it beside the others:

    退费.html            # 退费
    index~.html          # index, because index.html is the list of all pages; so with manifest
    con~.json            # con is a device on Windows, with any ending (Microsoft, "Naming Files, Paths, and Namespaces")
    很长很长…~3f9a1c.pdf  # more than 180 bytes; file systems hold 255, and endings and temporary names need some

A `~` is in no scenario's name, so no name is taken twice. Names that differ only in case are reported (SC216).
"""

from __future__ import annotations

import hashlib
import unicodedata

_LONGEST = 180
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
_OURS = frozenset({"index", "manifest"})


def file_stem(name: str) -> str:
    """The name, without ending, of the files of the scenario `name`."""
    if name.casefold() in _DEVICES | _OURS:
        return f"{name}~"
    data = name.encode("utf-8")
    if len(data) <= _LONGEST:
        return name
    digest = hashlib.sha256(data).hexdigest()[:6]
    return f"{data[:_LONGEST].decode('utf-8', 'ignore')}~{digest}"


def same_file(name: str) -> str:
    """Equal for names that some file system takes for one: macOS and Windows see neither case nor how accents are coded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
