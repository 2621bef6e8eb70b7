"""Cards as PDF for print, set by Typst from one fixed template that reads a card as data.

The fonts are those that are installed with the extra `print`, never the system's, and the time stamp is fixed, so the
same card is the same bytes everywhere. Knows nothing of machines; decides nothing on content.
"""

from __future__ import annotations

import json
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.emit.card_parts import Card
from compiler.emit.card_view import View, card_view
from compiler.emit.card_words import Lang

if TYPE_CHECKING:
    import typst

Format: TypeAlias = Literal["a4", "a6"]

_TEMPLATE = Path(__file__).parent / "templates" / "card.typ"


class PrintUnavailable(RuntimeError):
    """What PDF needs is not installed: the extra `print` (Typst and the fonts)."""


def card_pdfs(cards: Iterable[Card], *, format: Format, lang: Lang) -> Iterator[bytes]:
    """The PDF of each of `cards`, in order, on paper of `format` with fixed texts in `lang`.

    All of them share one set of fonts. Typst lets go of the interpreter while it works, so several cards are set at a
    time, a few ahead of what is asked for. Raises PrintUnavailable before the first when the extra `print` is missing.
    """
    workers = min(os.cpu_count() or 1, 8)
    fonts = _fonts()
    presses: SimpleQueue[typst.Compiler] = SimpleQueue()
    for _ in range(workers):
        presses.put(_press(fonts))

    def set_(card: Card) -> bytes:
        data = json.dumps(print_view(card, format, lang), ensure_ascii=False)
        press = presses.get()
        try:
            pdf = press.compile(format="pdf", sys_inputs={"card": data, "format": format}, timestamp=0, pdf_tags=False)
        finally:
            presses.put(press)
        if not isinstance(pdf, bytes):
            raise TypeError(f"Typst gave {type(pdf).__name__} for a PDF")
        return pdf

    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Future[bytes]] = deque()
        for card in cards:
            ahead.append(pool.submit(set_, card))
            if len(ahead) > 2 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _fonts() -> typst.Fonts:
    """The fonts of the extra `print`, and those Typst brings for signs that they lack. The one door to it."""
    try:
        import manimgx_fonts_cjk  # type: ignore[import-untyped]
        import typst
    except ImportError as error:
        raise PrintUnavailable("PDF needs the extra `print`: pip install 'scriptc[print]'") from error
    folder = Path(str(manimgx_fonts_cjk.__file__)).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def _press(fonts: typst.Fonts) -> typst.Compiler:
    import typst

    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, font_paths=fonts, ignore_system_fonts=True)


# --- what the template is told beside the words: what to keep on one page ---------------------------------------------
# Measuring in Typst would lay everything out twice. A rough reckoning in lines does, because nothing breaks when it is
# wrong: what is reckoned too long for a page is allowed to run over onto the next.

_PAGE = {"a4": 50, "a6": 40}
"""Lines of body text that surely fit on a page."""
_FOOTER = {"a4": 62, "a6": 34}
"""Han characters in a line of the footer, beside the page's number."""
_WIDTH = {"a4": 30, "a6": 29}
"""Han characters in a line of body text: of the main column, and (two thirds) of a column of sub-dialogues."""


def print_view(card: Card, format: Format, lang: Lang) -> View:
    """`card` in words, with what the template for `format` is told besides: `keep` for what stays on one page."""
    view: View = _breakable(card_view(card, lang))
    page, width = _PAGE[format], float(_WIDTH[format])
    view["footer"] = _clipped(" · ".join((view["version"], view["main"]["title"], *view["foot"])), _FOOTER[format])
    for part in (view["main"], *view["dialogues"]):
        for box in ("anytime", "never"):
            part[f"keep_{box}"] = _lines(part[box], width) < page
        for step in (*part["road"], *part["aside"]):
            beside = _lines([step["onward"], step["reactions"], step["at_most"]], width / 2)
            across = _lines([step["goal"], step["tips"], step["lines"], step["never"]], width)
            stacked = format == "a6" or part is not view["main"]
            step["keep"] = (beside + across if stacked else max(beside, across)) < page
        width = _WIDTH[format] * (1 if format == "a6" else 2 / 3)
    return view


def _lines(value: Any, width: float) -> float:
    """About how many lines of body text `value` takes in a column that holds `width` Han characters a line."""
    if isinstance(value, str):
        # A Han character is three bytes, a Latin letter one, and half as wide.
        return (len(value) + len(value.encode())) / (4 * width)
    if isinstance(value, dict):
        inner = sum(_lines(item, width) for item in value.values())
        # Something to say is set half as large again, with air above and below.
        return inner * 2.2 + 1.5 if "wordings" in value else inner + (0.7 if len(value) > 2 else 0)
    if isinstance(value, list):
        return sum(_lines(item, width) for item in value)
    return 0.0


def _clipped(text: str, width: int) -> str:
    """As much of `text` as stands on one line; the least of it is what comes last."""
    text = " ".join(text.split())
    while _lines(text, width) > 1:
        text = text[: min(len(text) - 2, 2 * width)] + "…"
    return text


_UNBROKEN = re.compile(r"[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{25,}")


def _breakable(value: Any) -> Any:
    """`value` with room for a line break in runs of signs that have none, every 12 characters."""
    if isinstance(value, str):
        return _UNBROKEN.sub(lambda run: _cut(run[0]), value) if len(value) > 24 else value
    if isinstance(value, dict):
        return {key: _breakable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_breakable(item) for item in value]
    return value


def _cut(run: str) -> str:
    return "\u200b".join(run[at : at + 12] for at in range(0, len(run), 12))
