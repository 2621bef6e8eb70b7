"""Machines -> the files of a build, name by name: JSON, the site, PDF cards. Writes nothing; `compiler.output` does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from compiler.emit.machine_json import Writer
from compiler.pipeline import Compilation
from compiler.settings import EXPORT_FORMS, USUAL_FORMS
from compiler.site import site_files
from dsl.diagnostics import Diagnostic, Severity


class PrintMissing(Exception):
    """The extra `print` is not installed."""


class Unprintable(Exception):
    """A card cannot be printed as it is; what is wrong with it is among the findings."""


def built_files(
    compiled: Compilation,
    *,
    pdf: bool,
    step: Callable[[], None],
    forms: Collection[str] = USUAL_FORMS,
    findings: Sequence[Diagnostic] = (),
    coverage: Mapping[str, str] | None = None,
    printed: Callable[[Sequence[Diagnostic]], None] = lambda _found: None,
) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of everything `scriptc build` writes in `forms`; `step` is called once a scenario.

    Names are scenarios' names, which hold letters, digits, `-`, `_` and `·` only, so they are safe as file names.
    findings: those shown on the site. coverage: scenario -> how much of it dialogues cover, as the site shows it.
    printed: told what was found on the printed cards.

    Raises:
        PrintMissing: `pdf` is asked for and cannot be made here.
        Unprintable: a finding on a card weighs as an error.
    """
    if "html" in forms:
        yield from site_files(compiled, findings=findings, coverage=coverage, step=step)
    writer = Writer()
    if "json" in forms:
        for machine in compiled.machines:
            yield f"{machine.name}.json", writer.text(machine).encode("utf-8")
    yield from _exported(compiled, forms)
    if pdf and "pdf" in forms:
        from compiler.printing import PrintUnavailable, look_of, print_sheets

        broken = False
        try:
            for name, content, found in print_sheets(compiled, look_of(compiled.project.settings)):
                printed(found)
                broken = broken or any(one.severity is Severity.ERROR for one in found)
                yield f"{name}.pdf", content
        except PrintUnavailable:
            raise PrintMissing from None
        if broken:
            raise Unprintable


def _exported(compiled: Compilation, forms: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The machines for other tools, in those of `forms` that are for them."""
    wanted = [form for form in EXPORT_FORMS if form in forms]
    if not wanted:
        return
    from compiler.emit.exports import EXPORTS

    for machine in compiled.machines:
        for form in wanted:
            for name, text in EXPORTS[form](machine, compiled.project.settings.card_lang):
                yield name, text.encode("utf-8")
