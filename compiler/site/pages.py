"""The site: a page for each scenario and a list of them all. Writes nothing; `compiler.build.output` does.

    Machine ──card──▶ Card ──view──▶ words ──▶ HTML          what many cards share is made once
       ├── flow charts, event table, speech
       └── findings, verdicts, coverage of that scenario      ──▶ page, and a row of the list

Pages do not depend on one another, so on systems that can fork they are made on all processors at a time.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from compiler.cards.codes import short_code
from compiler.cards.content import card
from compiler.cards.deck_view import sheet_view
from compiler.cards.parts import Card, Part
from compiler.cards.printing import print_options
from compiler.cards.view import View, card_view, clean, part_view
from compiler.cards.words import Lang, named, wordbook
from compiler.figures.figure import figure
from compiler.figures.flowchart import flowchart
from compiler.figures.svg import svg
from compiler.findings.verdicts import SIGNS, Verdict, verdicts
from compiler.machine.analysis.speech_range import SpeechRanges
from compiler.machine.grid import event_table, required_events
from compiler.machine.model import Flow, Machine
from compiler.pipeline import Compilation
from compiler.project.file_names import file_stem
from compiler.site.html import card_body, dialogue_html, index_html, page_html
from compiler.site.words import page_words
from dsl import syntax
from dsl.diagnostics import Diagnostic, Severity
from dsl.frozen import Node, replace
from dsl.suggest import pinyin

INDEX = "index.html"
_FORKED_FROM = 60
"""Scenarios from which on it pays to make pages on several processors."""

T = TypeVar("T")


class Told(Node, frozen=True):
    """What is known of a scenario beside its machine.

    findings: in the order of their places. coverage: as it is shown, `18/20`; empty where no dialogue was run.
    """

    findings: tuple[Diagnostic, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    coverage: str = ""


class _Dialogue(Node, frozen=True):
    """A sub-dialogue on a page: its part of the card, and its flow chart's title and drawing."""

    card: str
    chart: tuple[str, str]


class _Page(Node, frozen=True):
    """A finished page and its row of the list."""

    html: bytes
    row: dict[str, str]


def site_files(
    compiled: Compilation,
    *,
    findings: Sequence[Diagnostic],
    coverage: Mapping[str, str] | None = None,
    step: Callable[[], None] = lambda: None,
    workers: int | None = None,
) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of each page, and of the list; `step` is called once a page.

    findings: those that are shown, as `weigh` left them. coverage: scenario -> its share, as it is shown.
    """
    pinyin("")  # its dictionaries are loaded once, not in every process
    told = _told(compiled, findings, coverage or {})
    maker = _PageBuilder(compiled, told)
    rows: list[dict[str, str]] = []
    pages = _each(maker.page, len(compiled.machines), workers)
    for machine, page in zip(compiled.machines, pages, strict=True):
        rows.append(page.row)
        yield page_name(machine.name), page.html
        step()
    yield INDEX, _index(compiled, rows, maker.ui).encode("utf-8")


class _PageBuilder:
    """Makes pages. What scenarios share (sub-dialogues, their charts) is made once and kept."""

    def __init__(self, compiled: Compilation, told: Mapping[str, Told]) -> None:
        settings = compiled.project.settings
        self.compiled = compiled
        self.told = told
        self.options = print_options(settings)
        self.lang: Lang = settings.card_lang
        self.words = wordbook(self.lang)
        self.ui = page_words(self.lang)
        self.writer = compiled.writer
        self.ranges = SpeechRanges()
        self._dialogues: dict[str, list[tuple[Part, _Dialogue]]] = {}

    def page(self, number: int) -> _Page:
        machine = self.compiled.machines[number]
        made = card(machine, version=self.writer.hash(machine))
        code = short_code(machine.name, made.version)
        view = sheet_view(card_view(replace(made, dialogues=()), self.lang), code, self.options)
        flows = machine.flows[1:]
        dialogues = [self._dialogue(part, flow, machine) for part, flow in zip(made.dialogues, flows, strict=True)]
        told = self.told.get(machine.name, Told())
        times = self._times(machine, made)
        html = page_html(
            view,
            card_body(view, [one.card for one in dialogues], self.lang),
            lang=self.lang,
            charts=[self._drawn(made.main, machine.main, machine), *(one.chart for one in dialogues)],
            events=event_table(machine, required_events(self.compiled.program, machine)),
            told=self._report(told, times),
            machine=self.writer.compact(machine),
            home=True,
        )
        return _Page(html.encode("utf-8", "replace"), self._row(machine, view, told, times))

    def _dialogue(self, part: Part, flow: Flow, machine: Machine) -> _Dialogue:
        """A sub-dialogue, made once for all scenarios on whose cards it says the same."""
        known = self._dialogues.setdefault(f"{part.label} {flow.scenario}", [])
        for before, made in known:
            if before == part:
                return made
        made = _Dialogue(dialogue_html(part_view(part, self.lang), self.lang), self._drawn(part, flow, machine))
        known.append((part, made))
        return made

    def _drawn(self, part: Part, flow: Flow, machine: Machine) -> tuple[str, str]:
        chart = flowchart(part, flow.scenario, machine, lang=self.lang)
        return clean(chart.title), svg(figure(chart), link=lambda label: f"#{label}", inline=True)

    def _times(self, machine: Machine, made: Card) -> tuple[str, str, str]:
        short, long = self.ranges.seconds(machine)
        usual = made.main.seconds
        return _clock(min(short, usual)), _clock(usual), _clock(max(long, usual))

    def _report(self, told: Told, times: tuple[str, str, str]) -> dict[str, Any]:
        return {
            "speech": " / ".join(times),
            "coverage": told.coverage,
            "findings": [self._finding(one) for one in told.findings],
            "verdicts": [
                {
                    "rulebook": clean(named(one.rulebook)),
                    "name": clean(named(one.rule)),
                    "sources": clean(" ".join(one.sources)),
                    "standing": one.standing,
                    "sign": SIGNS[one.standing][0],
                    "word": SIGNS[one.standing][1].in_(self.lang),
                    "note": clean(one.reason),
                }
                for one in told.verdicts
            ],
        }

    def _finding(self, one: Diagnostic) -> dict[str, str]:
        level = one.severity.name.lower()
        return {
            "level": level,
            "level_word": self.ui[level],
            "code": one.code,
            "message": clean(one.message(self.lang)),
            "help": clean(one.help(self.lang)),
            "place": f"{one.span.source.name}:{one.span.line}",
        }

    def _row(self, machine: Machine, view: View, told: Told, times: tuple[str, str, str]) -> dict[str, str]:
        title = view["main"]["title"]
        kind = clean(named(machine.kinds[0])) if machine.kinds else ""
        channel = clean(("、" if self.lang == "zh" else ", ").join(map(named, machine.channels)))
        names = " ".join(dict.fromkeys((title, machine.name, *machine.aliases, *machine.kinds))).casefold()
        spelled = " ".join(dict.fromkeys(one for name in (title, kind) for one in pinyin(name[:60]) if one))
        counts = [
            f"{self.ui[level.name.lower()]} {count}"
            for level in reversed(Severity)
            if (count := sum(one.severity is level for one in told.findings))
        ]
        return {
            "file": page_name(machine.name),
            "title": title,
            "days": view["effective"] if machine.until else "",
            "since": machine.effective or "",
            "until": machine.until or "",
            "kind": kind,
            "channel": channel,
            "shortest": times[0],
            "usual": times[1],
            "longest": times[2],
            "coverage": told.coverage,
            "verdicts": self._verdicts(told),
            "findings": "、".join(counts) if self.lang == "zh" else ", ".join(counts),
            "key": clean(f"{names} {spelled} {channel.casefold()}"),
        }

    def _verdicts(self, told: Told) -> str:
        held = [one.standing for one in told.verdicts if one.standing not in ("not-applicable", "waived")]
        if not held:
            return ""
        broken = held.count("broken")
        if broken:
            return self.ui["broken"].replace("{n}", str(broken))
        proven = str(held.count("proven"))
        return self.ui["of_proven"].replace("{proven}", proven).replace("{all}", str(len(held)))


def page_name(scenario: str) -> str:
    """The file of a scenario's page. One that is called like the list gets a sign that no name has."""
    return f"{file_stem(scenario)}.html"


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def _index(compiled: Compilation, rows: Sequence[Mapping[str, str]], ui: Mapping[str, str]) -> str:
    settings = compiled.project.settings
    kinds = sorted({row["kind"] for row in rows} - {""})
    summary = [f"{settings.approver}" if settings.approver else "", settings.effective or ""]
    title = clean(settings.name) or ui["scenario"]
    return index_html(title, [clean(one) for one in summary if one], rows, kinds, lang=settings.card_lang)


# --- what is known of each scenario -----------------------------------------------------------------------------------


def _told(compiled: Compilation, findings: Sequence[Diagnostic], coverage: Mapping[str, str]) -> dict[str, Told]:
    """By scenario: findings by the lines they stand on, verdicts by their machine."""
    starts: dict[str, list[tuple[int, str]]] = {}
    for script in compiled.scripts:
        starts[script.source.name] = [
            (item.span.start, item.names[0].text if isinstance(item, syntax.Scenario) and item.names else "")
            for item in script.items
        ]
    found: dict[str, list[Diagnostic]] = {}
    for one in findings:
        items = starts.get(one.span.source.name, [])
        at = bisect_right(items, (one.span.start, "\U0010ffff")) - 1
        if at >= 0 and items[at][1]:
            found.setdefault(items[at][1], []).append(one)
    held: dict[str, list[Verdict]] = {}
    for verdict in verdicts(compiled.proofs, compiled.findings):
        held.setdefault(verdict.scenario, []).append(verdict)
    return {
        name: Told(tuple(found.get(name, ())), tuple(held.get(name, ())), coverage.get(name, ""))
        for name in {*found, *held, *coverage}
    }


# --- on all processors ------------------------------------------------------------------------------------------------

_job: Callable[[int], Any] | None = None


def _begin() -> None:
    """What a process does first. Looking for garbage would touch, and so copy, all that is inherited."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that forked it is told, and ends it


def _run(number: int) -> Any:
    if _job is None:
        raise RuntimeError("no job was set before forking")
    return _job(number)


def _each(make: Callable[[int], T], count: int, workers: int | None) -> Iterator[T]:
    """`make` of 0, 1, …, `count` - 1, in order. What it reads is inherited by forking and never copied."""
    global _job
    workers = workers or min(os.cpu_count() or 1, 8)
    gc.freeze()  # what is there already stays; looking through it for garbage again and again costs a quarter
    try:
        if count < _FORKED_FROM or workers == 1 or "fork" not in multiprocessing.get_all_start_methods():
            yield from map(make, range(count))
            return
        _job = make
        with multiprocessing.get_context("fork").Pool(workers, initializer=_begin) as pool:
            yield from pool.imap(_run, range(count), chunksize=max(1, min(16, count // (4 * workers))))
    finally:
        gc.unfreeze()
        _job = None
