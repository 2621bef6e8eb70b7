"""Findings as JSON, for other programs. `version` goes up when a key changes its meaning or goes away."""

from __future__ import annotations

import json
from typing import Any

from compiler.report.report import Report, call, fingerprints, region
from dsl.diagnostics import Diagnostic, Severity
from dsl.source import Span


def render(report: Report) -> str:
    """One object: `findings` in order, the `files` checked, and a `summary` of counts."""
    document = {
        "format": "scriptc-findings",
        "version": 1,
        "lang": report.lang,
        "files": [report.path_of(name) for name in report.files],
        "findings": [
            _finding(one, mark, report) for one, mark in zip(report.findings, fingerprints(report), strict=True)
        ],
        "summary": {severity.name.lower() + "s": report.count(severity) for severity in reversed(Severity)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _finding(one: Diagnostic, fingerprint: str, report: Report) -> dict[str, Any]:
    lang = report.lang
    return {
        "code": one.code,
        "name": one.lint.name,
        "severity": one.severity.name.lower(),
        "message": one.message(lang),
        "help": one.help(lang),
        "why": one.lint.why.in_(lang),
        "place": _place(one.span, report),
        "labels": [{"message": label.words.in_(lang), "place": _place(label.span, report)} for label in one.labels],
        "fix": _edit(one, report, safe=True),
        "suggestion": _edit(one, report, safe=False),
        "call": call(one, lang),
        "fingerprint": fingerprint,
    }


def _edit(one: Diagnostic, report: Report, *, safe: bool) -> dict[str, Any] | None:
    """The edit of a finding if it is `safe`, or if it is not."""
    if one.fix is None or one.fix.safe is not safe:
        return None
    return {"place": _place(one.fix.span, report), "text": one.fix.text}


def _place(span: Span, report: Report) -> dict[str, Any]:
    """A place; columns count Unicode characters from 1, and the end is the character after the last."""
    at = region(span)
    return {
        "file": report.path(span),
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }
