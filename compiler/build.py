"""Machines -> the files of a build, name by name: JSON, HTML card, PDF card. Writes nothing; `compiler.output` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from compiler.emit.card import card
from compiler.emit.card_html import card_html
from compiler.emit.machine_json import Writer
from compiler.machine.grid import event_table, required_events
from compiler.pipeline import Compilation


class PrintMissing(Exception):
    """The extra `print` is not installed."""


def built_files(compiled: Compilation, *, pdf: bool, step: Callable[[], None]) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of everything `scriptc build` writes; `step` is called once a scenario.

    Names are scenarios' names, which hold letters, digits, `-`, `_` and `·` only, so they are safe as file names.

    Raises:
        PrintMissing: `pdf` is asked for and cannot be made here.
    """
    settings = compiled.project.settings
    writer = Writer()
    cards = []
    for machine in compiled.machines:
        made = card(machine, version=writer.hash(machine))
        cards.append(made)
        yield f"{machine.name}.json", writer.text(machine).encode("utf-8")
        events = event_table(machine, required_events(compiled.program, machine))
        yield f"{machine.name}.html", card_html(made, lang=settings.card_lang, events=events).encode("utf-8")
        step()
    if pdf:
        from compiler.emit.card_pdf import PrintUnavailable, card_pdfs

        try:
            for machine, content in zip(
                compiled.machines, card_pdfs(cards, format=settings.card_format, lang=settings.card_lang), strict=True
            ):
                yield f"{machine.name}.pdf", content
        except PrintUnavailable:
            raise PrintMissing from None
