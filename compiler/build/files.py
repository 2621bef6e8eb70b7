"""Machines -> the files of a build, name by name: JSON, the site, PDF cards. Writes nothing; `compiler.build.output` does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from compiler.cards.printing import Singles
from compiler.exports.registry import EXPORTS
from compiler.pipeline import Compilation
from compiler.project.file_names import file_stem
from compiler.project.settings import EXPORT_FORMS, USUAL_FORMS
from compiler.site.pages import site_files
from dsl.diagnostics import Diagnostic, Severity


class Unprintable(Exception):
    """A card cannot be printed as it is; what is wrong with it is among the findings."""


def built_files(
    compiled: Compilation,
    *,
    pdfs: Singles | None = None,
    step: Callable[[], None] = lambda: None,
    forms: Collection[str] = USUAL_FORMS,
    findings: Sequence[Diagnostic] = (),
    coverage: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of everything `scriptc build` writes in `forms`; `step` is called once a scenario.

    File names are those of `compiler.project.file_names`.
    pdfs: the cards on paper, being printed meanwhile; what is found on them is added to the findings of `compiled`.
    findings: those shown on the site. coverage: scenario -> how much of it dialogues cover, as the site shows it.

    Raises:
        Unprintable: a finding on a card weighs as an error.
    """
    if "html" in forms:
        # Processors that are printing are not free for pages.
        workers = 1 if pdfs else None
        yield from site_files(compiled, findings=findings, coverage=coverage, step=step, workers=workers)
    if "json" in forms:
        for machine in compiled.machines:
            yield f"{file_stem(machine.name)}.json", compiled.writer.text(machine).encode("utf-8")
    yield from _exported(compiled, forms)
    broken = False
    for name, content, found in pdfs or ():
        compiled.findings.extend(found)
        broken = broken or any(one.severity is Severity.ERROR for one in found)
        yield f"{file_stem(name)}.pdf", content
    if broken:
        raise Unprintable


def _exported(compiled: Compilation, forms: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The machines for other tools, in those of `forms` that are for them."""
    wanted = [form for form in EXPORT_FORMS if form in forms]
    if not wanted:
        return
    for machine in compiled.machines:
        for form in wanted:
            for name, text in EXPORTS[form](machine, compiled.project.settings.card_lang):
                yield name, text.encode("utf-8")
