"""One fault, one finding: undefined names that all come of the same slip are told once, and so is a circle of bases.

A settings file or a script that cannot be read takes every name with it that it, or a library it names, declares; a
project without the standard library lacks them all. What is left out here is an error whose cause is shown as an error,
so a check never passes for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.names import lints
from compiler.names.symbols import IN_LIBRARY, SORT_WORDS
from compiler.project import lints as project_lints
from compiler.project.settings import CONFIG_NAME, Settings
from dsl.diagnostics import Diagnostic, Label, Words
from dsl.frozen import replace

_NAMES_LOST = frozenset(
    lint.code
    for lint in (
        project_lints.UNREADABLE,
        project_lints.NOT_UTF8,
        project_lints.NOT_TEXT,
        project_lints.BAD_YAML,
        project_lints.NO_LIBRARY,
        project_lints.TOO_LARGE,
    )
)
"""Lints about what could not be read: nobody knows what is declared there."""

_LIBRARIES, _FACTS = "libraries", "facts"
"""Settings that names come from."""

_SLOT = SORT_WORDS["slot"]
_LOCAL = SORT_WORDS["step"]
"""A sort of names that are declared where they are used, and so cannot be lost elsewhere."""

SHOWN = 3
"""Other places of a name that a finding shows."""


def folded(findings: Iterable[Diagnostic], settings: Settings) -> list[Diagnostic]:
    """`findings`, in their order, without the undefined names whose cause is told already."""
    every = list(findings)
    wrong = {dict(one.fields)["key"] for one in every if one.lint is project_lints.BAD_VALUE}
    lost = _LIBRARIES in wrong or any(one.code in _NAMES_LOST for one in every)
    unknown = any(one.lint is project_lints.UNKNOWN_KEY for one in every)
    no_facts = _FACTS in wrong or (unknown and not settings.facts)  # they may stand under the key nobody knows
    in_library = [one for one in every if _hint(one) == IN_LIBRARY]
    first: dict[tuple[object, ...], int] = {}
    out: list[Diagnostic] = []
    for one in every:
        if one.lint is lints.BASE_CYCLE:
            key: tuple[object, ...] = (frozenset(str(dict(one.fields)["cycle"]).split(" → ")),)
        elif one.lint is not lints.UNDEFINED or one.fix is not None or dict(one.fields)["sort"] == _LOCAL:
            out.append(one)
            continue
        elif lost or (no_facts and dict(one.fields)["sort"] == _SLOT):
            continue
        elif _hint(one) == IN_LIBRARY:
            if one is in_library[0]:
                out.append(_without_library(one, {dict(each.fields)["name"] for each in in_library}, settings))
            continue
        else:
            key = (one.span.source.name, *dict(one.fields).values())
        if key not in first:
            first[key] = len(out)
            out.append(one)
        elif len(out[first[key]].labels) < SHOWN:
            label = Label(one.span, Words("这里也是", "here too"))
            out[first[key]] = replace(out[first[key]], labels=(*out[first[key]].labels, label))
    return out


def _hint(finding: Diagnostic) -> object:
    return dict(finding.fields)["hint"] if finding.lint is lints.UNDEFINED else None


def _without_library(first: Diagnostic, names: set[object], settings: Settings) -> Diagnostic:
    """The finding for all names that the standard library would have, at the first of them."""
    others = len(names) - 1
    zh = f"标准库里有它（还有另外 {others} 个名称）" if others else "标准库里有它"
    en = f"the standard library has it (and {others} more of these names)" if others else "the standard library has it"
    new = settings.source is None
    hint = Words(
        f"{zh}：{'新建' if new else '在'} {CONFIG_NAME}{'，' if new else ' 里'}写 libraries: [scriptc]",
        f"{en}: write libraries: [scriptc] in {'a new file ' if new else ''}{CONFIG_NAME}",
    )
    return replace(first, fields=tuple((key, hint if key == "hint" else value) for key, value in first.fields))
