"""What a build can write of a machine for other tools, by the name it is asked for: machines to run, figures to look at.

Adding one is writing its file and a line here. Knows nothing of where files are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

from compiler.cards.words import Lang
from compiler.exports.scxml import scxml
from compiler.exports.xstate import xstate
from compiler.figures.dot import dot
from compiler.figures.figure import figures
from compiler.figures.flowchart import flowcharts
from compiler.figures.mermaid import mermaid
from compiler.figures.svg import svg
from compiler.machine.model import Machine
from compiler.project.file_names import file_stem

Export = Callable[[Machine, Lang], Iterator[tuple[str, str]]]
"""(file name, text) of everything one machine becomes."""


def _scxml(machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    yield f"{file_stem(machine.name)}.scxml", scxml(machine)


def _xstate(machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    yield f"{file_stem(machine.name)}.xstate.json", xstate(machine)


def _dot(machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    yield f"{file_stem(machine.name)}.dot", dot(flowcharts(machine, lang=lang))


def _mermaid(machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    yield f"{file_stem(machine.name)}.mmd", mermaid(flowcharts(machine, lang=lang))


def _svg(machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    """One figure a file; a sub-dialogue's letter is a link to its figure."""
    drawn = figures(machine, lang=lang)
    stem = file_stem(machine.name)
    names = {one.label: f"{stem}.{one.label}.svg" if one.label else f"{stem}.svg" for one in drawn}
    for one in drawn:
        yield names[one.label], svg(one, link=lambda label: quote(names.get(label, "")))


EXPORTS: dict[str, Export] = {
    "scxml": _scxml,
    "xstate": _xstate,
    "dot": _dot,
    "mermaid": _mermaid,
    "svg": _svg,
}
