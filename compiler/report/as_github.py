"""Findings as workflow commands of GitHub Actions, shown at the lines of a pull request.

Source of the form: GitHub's page "Workflow commands", `::error file=…,line=…::message`.
"""

from __future__ import annotations

from compiler.report.report import Report, region, told
from compiler.report.terminal import visible
from dsl.diagnostics import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report) -> str:
    """A line a finding."""
    return "".join(_command(one, report) + "\n" for one in report.findings)


def _command(one: Diagnostic, report: Report) -> str:
    at = region(one.span)
    properties: dict[str, str | int] = {"file": report.path(one.span), "line": at.line}
    if at.end_line == at.line:  # columns are only taken for what lies on one line
        properties |= {"endLine": at.end_line, "col": at.column, "endColumn": at.end_column}
    else:
        properties |= {"endLine": at.end_line}
    properties["title"] = f"{one.code} {one.lint.name}"
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_COMMANDS[one.severity]} {listed}::{_data(told(one, report.lang))}"


def _data(text: str) -> str:
    return "%0A".join(visible(line) for line in text.replace("%", "%25").split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
