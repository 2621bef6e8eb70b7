"""Cards and pages as HTML that needs nothing else: no network, no fonts of its own, no other file. The one door to Jinja.

Authors' text is escaped by the engine, everywhere; the only script a page can run is the one whose hash its own policy
names. Decides nothing on content.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from compiler.cards.view import View
from compiler.cards.words import Lang, wordbook
from compiler.figures.svg import styles
from compiler.machine.grid import SIGNS, EventTable
from compiler.site.words import guide_words, page_words, search_words

_CELLS = {cell.value: Markup('<td class="{}">{}</td>').format(cell.value, sign) for cell, (sign, _) in SIGNS.items()}
_FOLDER = Path(__file__).parent / "templates"


class _Pages(Environment):
    """Looks for `a.b` among the keys of a dictionary first: that is nearly always where it is, and ten times as quick."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """See jinja2."""
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                pass
        return super().getattr(obj, attribute)


_PAGES = _Pages(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    auto_reload=False,
)


@lru_cache(maxsize=2)
def _parts(lang: Lang) -> Any:
    """The macros of a card, with the fixed words of `lang` in them."""
    return _PAGES.get_template("card.html").make_module({"words": wordbook(lang).words})


def dialogue_html(part: View, lang: Lang) -> str:
    """A sub-dialogue as it stands on a card."""
    return str(_parts(lang).dialogue(part))


def card_body(view: View, dialogues: Iterable[str], lang: Lang) -> str:
    """A card without its page; `view` is a sheet's (`deck_view.sheet_view`), `dialogues` of `dialogue_html`."""
    return str(_parts(lang).card(view, [Markup(one) for one in dialogues]))


def page_html(
    view: View,
    card: str,
    *,
    lang: Lang,
    charts: Sequence[tuple[str, str]] = (),
    events: EventTable | None = None,
    told: Mapping[str, Any] | None = None,
    machine: str = "",
    home: bool = False,
) -> str:
    """The page of a scenario.

    card: of `card_body`. charts: (title, SVG). events: who handles what. told: what was found, see `site`. machine: its
    JSON, for the guided call; without it, the page has no script at all. home: there is a list to go back to.
    """
    script = _script("keys.js", "sim.js", "views.js", "guide.js")
    return _PAGES.get_template("page.html").render(
        lang="zh-CN" if lang == "zh" else "en",
        view=view,
        card=Markup(card),
        charts=[(title, Markup(drawing)) for title, drawing in charts],
        events=events.events if events is not None else (),
        rows=[(name, _cells(cells)) for name, cells in events.rows] if events is not None else (),
        told=told,
        machine=Markup(_embedded(machine, lang)) if machine else "",
        home=home,
        ui=_ui(lang),
        signs={cell.value: sign for cell, (sign, _) in SIGNS.items()},
        meanings={cell.value: words.in_(lang) for cell, (_, words) in SIGNS.items()},
        style=_style(),
        script=Markup(script),
        script_hash=_hash(script) if machine else "none",
    )


def index_html(
    title: str, summary: Sequence[str], rows: Sequence[Mapping[str, str]], kinds: Sequence[str], *, lang: Lang
) -> str:
    """The list of all scenarios. rows: title, file, kind, channel, times, findings and the `key` that is searched."""
    script = _script("keys.js", "search.js")
    return _PAGES.get_template("index.html").render(
        lang="zh-CN" if lang == "zh" else "en",
        title=title,
        summary=summary,
        rows=rows,
        kinds=kinds,
        has_coverage=any(row["coverage"] for row in rows),
        has_verdicts=any(row["verdicts"] for row in rows),
        ui=_ui(lang),
        words=Markup(inert(json.dumps(search_words(lang), ensure_ascii=False))),
        style=_style(),
        script=Markup(script),
        script_hash=_hash(script),
    )


def _cells(cells: Iterable[str]) -> Markup:
    """Cells of a table in one piece: a page has hundreds, of four kinds."""
    return Markup("").join(map(_CELLS.__getitem__, cells))


def inert(text: str) -> str:
    """JSON that can stand in a page: no sign in it can end the element it stands in."""
    return text.replace("<", "\\u003c")


def _embedded(machine: str, lang: Lang) -> str:
    return f'{_guide(lang)}"machine":{inert(machine)}}}'


@lru_cache(maxsize=2)
def _guide(lang: Lang) -> str:
    return inert(json.dumps(guide_words(lang), ensure_ascii=False))[:-1] + ","


@lru_cache(maxsize=2)
def _ui(lang: Lang) -> dict[str, str]:
    return page_words(lang)


@lru_cache(maxsize=4)
def _script(*names: str) -> str:
    return "\n" + "".join((_FOLDER / name).read_text("utf-8") for name in names)


@lru_cache(maxsize=4)
def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@lru_cache(maxsize=1)
def _style() -> Markup:
    css = (_FOLDER / "card.css").read_text("utf-8") + (_FOLDER / "site.css").read_text("utf-8") + styles()
    return Markup("\n" + css)
