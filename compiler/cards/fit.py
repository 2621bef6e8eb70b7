"""What fits on a line and on a page of print, estimated from how wide signs are.

Measuring in Typst lays things out twice. A rough estimate spares that where there is no doubt; where there is, the
template measures. Also where lines may break that have no place for it, and where they had better not. Knows nothing of
what a card says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from compiler.cards.deck_view import PrintOptions, han_widths
from compiler.cards.typesetting import Job, Printed
from compiler.cards.view import View
from compiler.cards.words import wordbook

_PAGE = {"a4": 50.0, "a5": 40.0, "a6": 26.0}
"""Lines of body text that fit on a page."""
_WIDTH = {"a4": 34.0, "a5": 38.0, "a6": 27.0}
"""Han characters in a line of body text of the main column."""
_RAIL = {"a4": 17.5, "a5": 34.0, "a6": 23.0}
"""The same, of the column in which the ways out of a step stand."""
_ACROSS = {"a4": 53.0, "a5": 38.0, "a6": 27.0}
"""The same, of a line across the page."""
_ARROW = 5.0
"""Room for an arrow, a step's number and air, in Han characters."""
_NAME, _FINE = 1.3, 0.85
"""How much larger and smaller than body text names of steps and small type are."""
_STEP = {"a4": 1.0, "a5": 1.45, "a6": 1.25}
"""How much of what is estimated of them steps take: of those of the library and the examples that nearly fill a page, in
plain and in large print, none took more."""
_ANYTIME = {"a4": 0.55, "a5": 0.78, "a6": 0.78}
"""The same, of all that holds at any time."""
_NEVER = {"a4": 0.75, "a5": 1.0, "a6": 1.1}
"""The same, of all that is never said."""
_BOTTOM = {"a4": 279.5, "a5": 192.0, "a6": 131.5}
"""Millimetres from the top of the paper to where the footer's room begins."""
_AIR = {"a4": 2.8, "a5": 2.75, "a6": 2.65}
"""Millimetres of air below a step, in plain print: so far above the bottom its end stands when it fills the page."""


def estimate(view: View, options: PrintOptions) -> None:
    """Marks in a card's `view` what surely `fits` a page, and what stands `beside` something on one line."""
    page, width = _PAGE[options.format] / options.scale, _WIDTH[options.format] / options.scale
    rail, across = _RAIL[options.format] / options.scale, _ACROSS[options.format] / options.scale
    part = view["main"]
    table = across * 0.7 if options.format == "a4" else across
    part["anytime_fits"] = _lines(part["anytime"], table) * _ANYTIME[options.format] < page
    part["never_fits"] = _lines(part["never"], table) * _NEVER[options.format] < page
    _beside(part["anytime"], width)
    for reaction in part["anytime"]:
        reaction["fits"] = _lines(reaction, width / 2) < page / 2
    for step in (*part["road"], *part["aside"]):
        ways = [*step["onward"], *step["reactions"], *([step["at_most"]] if step["at_most"] else [])]
        _beside(ways, rail)
        for reaction in ways:
            reaction["fits"] = _lines(reaction, rail / 2) < page / 2
        step["beside"] = _title(step, options) <= across
        said = _lines([step["goal"], step["tips"], step["lines"], step["never"]], width)
        step["fits"] = (_lines(ways, width / 2) + said) * _STEP[options.format] < page


def measured(job: Job, printed: Printed) -> Job | None:
    """`job` with nothing estimated, if something that was estimated to fit may not have; else None.

    To Typst what is longer than its page ends at the bottom of the page, though it runs on.
    """
    bottom = _BOTTOM[job["format"]]
    filled = {"anytime": bottom, "never": bottom}  # tables have no air
    last = bottom - _AIR[job["format"]] * job["scale"]
    if all(mark["y"] < filled.get(mark["step"], last) for mark in printed.marks if mark["edge"] == "bottom"):
        return None
    return job | {"cards": [card | {"main": _doubted(card["main"])} for card in job["cards"]]}


def _doubted(part: View) -> View:
    """`part` with no step, and no table, that surely fits."""
    steps = {key: [step | {"fits": False} for step in part[key]] for key in ("road", "aside")}
    return part | steps | {"anytime_fits": False, "never_fits": False}


def _beside(reactions: Iterable[View], width: float) -> None:
    """Marks the `reactions` whose way stands on the line that says when, because both fit `width` Han characters."""
    for item in reactions:
        item["beside"] = han_widths(item["when"] + item["guard"] + item["way"]["text"]) + _ARROW <= width


def _title(step: View, options: PrintOptions) -> float:
    """About how wide the line over a step is, in Han characters of body text: name, tags, how long it may take."""
    words = wordbook(options.lang)
    tags = [] if options.format == "a6" else step["tags"]
    speech = "" if options.format == "a6" else words["speech"]
    times = ((words["opening"], step["opening"]), (words["within"], step["within"]), (speech, step["seconds"]))
    small = sum(2.2 + han_widths(tag) for tag in tags)
    small += sum(1.4 + han_widths(label + time) for label, time in times if time)
    return 2 + _NAME * han_widths(step["name"]) + _FINE * small


def _lines(value: Any, width: float) -> float:
    """About how many lines of body text `value` takes in a column that holds `width` Han characters a line."""
    if isinstance(value, str):
        return han_widths(value) / width
    if isinstance(value, dict):
        inner = sum(_lines(item, width) for item in value.values())
        # Something to say is set half as large again, with air above and below.
        return inner * 2.2 + 1.5 if "wordings" in value else inner + (0.7 if len(value) > 2 else 0)
    if isinstance(value, list):
        # A text in a list of texts begins a line of its own.
        return sum(_lines(item, width) + isinstance(item, str) for item in value)
    return 0.0


_TIED = 300
"""Characters of a question that may be kept together with where its answer goes: more might not fit on a page."""


def keep_together(value: Any) -> None:
    """Marks the last characters of every Chinese wording in `value`: one alone on a line reads like a slip.

    And questions that are not to be parted from where their answers go.
    """
    if isinstance(value, dict):
        if "wordings" in value:
            said = sum(len(run.get("text", "")) for wording in value["wordings"] for run in wording)
            value["tied"] = bool(value["blanks"]) and said < _TIED
        for wording in value.get("wordings", ()):
            run = wording[-1] if wording else {}
            found = _END.search(run.get("text", ""))
            if found is not None and found.start() > 0:
                run["text"], run["last"] = run["text"][: found.start()], found[0]
        for item in value.values():
            keep_together(item)
    elif isinstance(value, list):
        for item in value:
            keep_together(item)


_END = re.compile(r"[\u3400-\u9fff]\S{2,3}$")
_UNBROKEN = re.compile(r"[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{25,}")


def breakable(value: Any) -> Any:
    """`value` with room for a line break in runs of signs that have none, every 12 characters."""
    if isinstance(value, str):
        return _UNBROKEN.sub(lambda run: _cut(run[0]), value) if len(value) > 24 else value
    if isinstance(value, dict):
        return {key: item if key in _UNSEEN else breakable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [breakable(item) for item in value]
    return value


_UNSEEN = frozenset({"qr", "file"})
"""What is no text on the paper."""


def _cut(run: str) -> str:
    return "\u200b".join(run[at : at + 12] for at in range(0, len(run), 12))
