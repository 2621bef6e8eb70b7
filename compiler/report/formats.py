"""The forms of a report, by name. A form is imported on use only."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from compiler.report.report import Report

_MODULES = {
    "json": "compiler.report.as_json",
    "sarif": "compiler.report.as_sarif",
    "github": "compiler.report.as_github",
    "gitlab": "compiler.report.as_gitlab",
    "junit": "compiler.report.as_junit",
}
TEXT = "text"
"""The form for people; it is printed by `compiler.report.terminal`, which also paints."""
FORMATS = (TEXT, *_MODULES)


def renderer(form: str) -> Callable[[Report], str]:
    """The function that writes a report in `form`, one of `FORMATS` but `TEXT`."""
    return cast(Callable[[Report], str], import_module(_MODULES[form]).render)
