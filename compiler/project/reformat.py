"""A script's bytes -> its text in the one canonical form, or what keeps it from being read. Touches no disk."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal

from compiler.project.loader import Memory, load
from compiler.project.settings import CONFIG_NAME
from dsl.diagnostics import Diagnostic, Severity
from dsl.formatter import format_script
from dsl.frozen import Node
from dsl.parser import parse
from dsl.source import Source, normalise


class WrongEncoding(Exception):
    """The bytes are not in the encoding that was named; carries its name."""


class Reformatted(Node, frozen=True):
    """A script before and after; `changed` when its bytes, `data`, would be others. With `findings` there is no text."""

    before: str = ""
    after: str = ""
    changed: bool = False
    findings: tuple[Diagnostic, ...] = ()
    data: bytes = b""


def reformat(name: str, data: bytes, codec: str | None, keywords: Literal["zh", "en"] | None) -> Reformatted:
    """The script in `data`, called `name`, rewritten. Settings are put in UTF-8 and otherwise left alone.

    Line ends stay those of the file: version stores check files out with Windows' own there.

    codec: its encoding, when it is not UTF-8. keywords: the language to put keywords in; None leaves them.

    Raises:
        WrongEncoding: `data` is not encoded as `codec`.
    """
    try:
        raw = data.decode(codec or "utf-8")
    except (UnicodeError, LookupError):  # some codecs that are none for texts raise the former's parent
        if codec is None:  # the loader knows what to say
            return Reformatted(findings=load(Memory({name: data}), name).findings)
        raise WrongEncoding(codec) from None
    text = normalise(raw)
    ends = "\r\n" if "\r\n" in raw else "\n"
    if PurePosixPath(name).name == CONFIG_NAME:
        return _rewritten(text, text, ends, data)
    script, found = parse(Source(name, text))
    if not script.whole or any(one.severity is Severity.ERROR for one in found):
        return Reformatted(findings=tuple(found))
    return _rewritten(text, format_script(script, keywords), ends, data)


def _rewritten(before: str, after: str, ends: str, data: bytes) -> Reformatted:
    made = after.replace("\n", ends).encode()
    return Reformatted(before, after, made != data, data=made)
