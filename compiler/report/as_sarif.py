"""Findings as SARIF 2.1.0, for code hosts and editors. SARIF calls a lint a rule."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from compiler.findings.registry import ALL_LINTS
from compiler.project.loader import in_standard_library
from compiler.report.report import Report, call, fingerprints, region, told
from dsl.diagnostics import Diagnostic, Lint, Severity, Words
from dsl.source import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_MEND = Words("改成这样", "Change it to this")
_SUGGEST = Words("可能要写成这样，请看过再改", "Perhaps this is what was meant; look before you change it")


def render(report: Report) -> str:
    """One log with one run; only lints with findings are described."""
    codes = {one.code for one in report.findings}
    rules = [lint for lint in ALL_LINTS if lint.code in codes]
    index = {lint.code: number for number, lint in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "scriptc",
                "semanticVersion": version("scriptc"),
                "rules": [_lint(lint, report.lang) for lint in rules],
            }
        },
        "language": "zh-CN" if report.lang == "zh" else "en-US",
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(one, index[one.code], mark, report)
            for one, mark in zip(report.findings, fingerprints(report), strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _lint(lint: Lint, lang: str) -> dict[str, Any]:
    why = lint.why.in_(lang)
    return {
        "id": lint.code,
        "name": "".join(part.capitalize() for part in lint.name.split("-")),
        "shortDescription": {"text": lint.title(lang)},
        "fullDescription": {"text": why},
        "help": {"text": f"{why}\n\nscriptc explain {lint.code}"},
        "defaultConfiguration": {"level": _LEVELS[lint.severity]},
    }


def _result(one: Diagnostic, index: int, fingerprint: str, report: Report) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": _plain(told(one, report.lang))},
        "locations": [{"physicalLocation": _location(one.span, report)}],
        "partialFingerprints": {"scriptcFinding/v1": fingerprint},
    }
    if one.labels:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": _plain(label.words.in_(report.lang))},
                "physicalLocation": _location(label.span, report),
            }
            for number, label in enumerate(one.labels, 1)
        ]
    if one.fix:
        replacement = {"deletedRegion": _region(one.fix.span), "insertedContent": {"text": one.fix.text}}
        change = {"artifactLocation": _artifact(one.fix.span, report), "replacements": [replacement]}
        text = (_MEND if one.fix.safe else _SUGGEST).in_(report.lang)
        fix = {"description": {"text": text}, "artifactChanges": [change], "properties": {"safe": one.fix.safe}}
        result["fixes"] = [fix]
    if one.call:
        result["properties"] = {"call": call(one, report.lang)}
    return result


def _plain(text: str) -> str:
    """`text` without links, `[…](…)`, which an author's words could otherwise make."""
    return text.replace("](", "] (")


def _location(span: Span, report: Report) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span, report), "region": _region(span)}


def _artifact(span: Span, report: Report) -> dict[str, str]:
    if in_standard_library(span.source.name):
        return {"uri": quote(span.source.name, safe=":/")}
    return {"uri": quote(report.path(span), safe="/", errors="surrogatepass"), "uriBaseId": _ROOT}


def _region(span: Span) -> dict[str, int]:
    at = region(span)
    return {"startLine": at.line, "startColumn": at.column, "endLine": at.end_line, "endColumn": at.end_column}
