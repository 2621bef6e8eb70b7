"""The machines of everything we ship, the library and the examples, made without checking or proving anything."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from compiler.machine.lowering.assemble import assemble, error_free, lower_all
from compiler.machine.model import Machine
from compiler.names.program import bind
from compiler.project.loader import Disk, load
from dsl.diagnostics import Collector
from dsl.parser import parse

ROOT = Path(__file__).parents[1]
PROJECTS = (ROOT / "scripts_library", *sorted(path.parent for path in ROOT.glob("examples/*/scriptc.yaml")))


@cache
def shipped() -> tuple[Machine, ...]:
    return tuple(machine for path in PROJECTS for machine in _machines(path))


def _machines(path: Path) -> tuple[Machine, ...]:
    project = load(Disk(path))
    mine, library = (tuple(parse(source)[0] for source in some) for some in (project.sources, project.library))
    program = bind(project.settings, mine, library, Collector())
    return assemble(program, error_free(program, lower_all(program)))
