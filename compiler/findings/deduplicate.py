"""One fault, one finding: an undefined name is reported once a file, and so is a circle of base scenarios.

Names declared in a settings file or script that cannot be read are lost, and so are those of the libraries it names; a
project without the standard library lacks all of its names. Only errors are left out whose cause is shown as an error,
so no check passes for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.names.lints import BaseCycle, UndefinedName
from compiler.project import lints as project_lints
from compiler.project.settings import CONFIG_NAME, Settings
from dsl.diagnostics import Diagnostic, Label, Words
from dsl.frozen import replace

_NAMES_LOST = (
    project_lints.UNREADABLE,
    project_lints.NOT_UTF8,
    project_lints.NOT_TEXT,
    project_lints.BAD_YAML,
    project_lints.NO_LIBRARY,
    project_lints.TOO_LARGE,
)
"""Lints about what could not be read: nobody knows what is declared there."""

SHOWN = 3
"""Other places of a name that a finding shows."""


def deduplicated(findings: Iterable[Diagnostic], settings: Settings) -> list[Diagnostic]:
    """`findings`, in order, without the undefined names whose cause another finding gives."""
    every = list(findings)
    wrong = {one.data.key for one in every if isinstance(one.data, project_lints.BadValue)}
    lost = "libraries" in wrong or any(one.lint in _NAMES_LOST for one in every)
    unknown = any(one.lint is project_lints.UNKNOWN_KEY for one in every)
    no_facts = "facts" in wrong or (unknown and not settings.facts)  # they may stand under the key nobody knows
    in_library = [one.data for one in every if isinstance(one.data, UndefinedName) and one.data.in_library]
    library_told = False
    first: dict[tuple[object, ...], int] = {}
    out: list[Diagnostic] = []
    for one in every:
        match one.data:
            case BaseCycle(names):  # reported from each of its scenarios
                key: tuple[object, ...] = (names,)
            case UndefinedName() if one.fix is not None:  # each place can be corrected for itself
                out.append(one)
                continue
            case UndefinedName(sort="step"):  # declared in the scenario that uses it, so no other file can have lost it
                out.append(one)
                continue
            case UndefinedName(sort=sort) if lost or (no_facts and sort == "slot"):
                continue
            case UndefinedName(in_library=True):
                if not library_told:
                    out.append(_without_library(one, len({each.name for each in in_library}), settings))
                library_told = True
                continue
            case UndefinedName():
                key = (one.span.source.name, one.fields)
            case _:
                out.append(one)
                continue
        if key not in first:
            first[key] = len(out)
            out.append(one)
        elif len(out[first[key]].labels) < SHOWN:
            label = Label(one.span, Words("这里也是", "here too"))
            out[first[key]] = replace(out[first[key]], labels=(*out[first[key]].labels, label))
    return out


def _without_library(first: Diagnostic, count: int, settings: Settings) -> Diagnostic:
    """One finding for all `count` names that the standard library would declare, at the first place."""
    others = count - 1
    zh = f"标准库里有它（还有另外 {others} 个名称）" if others else "标准库里有它"
    en = f"the standard library has it (and {others} more of these names)" if others else "the standard library has it"
    new = settings.source is None
    hint = Words(
        f"{zh}：{'新建' if new else '在'} {CONFIG_NAME}{'，' if new else ' 里'}写 libraries: [scriptc]",
        f"{en}: write libraries: [scriptc] in {'a new file ' if new else ''}{CONFIG_NAME}",
    )
    return replace(first, fields=tuple((key, hint if key == "hint" else value) for key, value in first.fields))
