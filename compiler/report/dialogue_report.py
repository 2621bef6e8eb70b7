"""Results of dialogue tests for people, programs and CI servers: runs, passes, and every call that failed.

Pure functions, like the forms of a check's report. JUnit: a suite a file, a test case a dialogue.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from typing import Any

from compiler.dialogues.lints import Mismatch
from compiler.dialogues.playing import Result
from compiler.report.as_junit import counts, xml_document, xml_text
from compiler.report.report import Report, call, region, told
from compiler.runtime.transcript import transcript_lines
from dsl.diagnostics import Diagnostic, Severity


def summary(results: Iterable[Result], lang: str) -> str:
    """How many ran and how many passed, in one line."""
    results = tuple(results)
    failed = sum(not one.passed for one in results)
    if not results:
        return "没有要运行的对话" if lang == "zh" else "no dialogues to run"
    if lang == "zh":
        return f"运行了 {len(results)} 个对话：" + ("全部通过" if not failed else f"{failed} 个没有通过")
    return f"{len(results)} {'dialogue' if len(results) == 1 else 'dialogues'} run: " + (
        "all passed" if not failed else f"{failed} failed"
    )


def heading(result: Result, base: str, lang: str) -> str:
    """Dialogue, scenario and place, in one line."""
    name, where = result.dialogue.title.plain, f"{base}{result.dialogue.span.source.name}:{result.dialogue.span.line}"
    if lang == "zh":
        return f"{'对话没有通过' if not result.passed else '对话'}：“{name}”（{result.scenario}）  {where}"
    return f"{'dialogue failed' if not result.passed else 'dialogue'}: “{name}” ({result.scenario})  {where}"


def as_json(results: Iterable[Result], report: Report, more: dict[str, Any] | None = None) -> str:
    """One object: `dialogues` in order, each with findings and transcript, and a `summary`."""
    results = tuple(results)
    document = {
        "format": "scriptc-dialogues",
        "version": 1,
        "lang": report.lang,
        "dialogues": [_dialogue(one, report) for one in results],
        "summary": {"dialogues": len(results), "failed": sum(not one.passed for one in results)},
        **(more or {}),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _dialogue(result: Result, report: Report) -> dict[str, Any]:
    return {
        "title": result.dialogue.title.plain,
        "scenario": result.scenario,
        "file": report.path(result.dialogue.span),
        "line": result.dialogue.span.line,
        "passed": result.passed,
        "findings": [_finding(one, report) for one in result.findings],
        "transcript": _transcript(result, report.lang),
    }


def _finding(one: Diagnostic, report: Report) -> dict[str, Any]:
    mismatch = one.data if isinstance(one.data, Mismatch) else None
    return {
        "code": one.code,
        "severity": one.severity.name.lower(),
        "message": one.message(report.lang),
        "help": one.help(report.lang),
        "file": report.path(one.span),
        "line": one.span.line,
        "column": region(one.span).column,
        "expected": mismatch.expected if mismatch else None,
        "actual": mismatch.actual.in_(report.lang) if mismatch else None,
        "call": call(one, report.lang),
    }


def _transcript(result: Result, lang: str) -> list[str]:
    return [line.in_(lang) for line in transcript_lines(result.turns, result.scenario)]


def as_junit(results: Iterable[Result], report: Report) -> str:
    """One document with the element `testsuites`."""
    by_file: dict[str, list[Result]] = {}
    for one in results:
        by_file.setdefault(report.path(one.dialogue.span), []).append(one)
    root = ET.Element("testsuites", name="scriptc test")
    _counts(root, [one for some in by_file.values() for one in some])
    for path, some in by_file.items():
        suite = ET.SubElement(root, "testsuite", name=xml_text(path))
        _counts(suite, some)
        for one in some:
            title = f"{one.scenario}: {one.dialogue.title.plain}"
            case = ET.SubElement(suite, "testcase", name=xml_text(title), classname=xml_text(path), time="0")
            case.set("file", xml_text(path))
            case.set("line", str(one.dialogue.span.line))
            _outcome(case, one, report)
    return xml_document(root)


def _outcome(case: ET.Element, result: Result, report: Report) -> None:
    for one in result.findings:
        body = f"{report.path(one.span)}:{one.span.line}\n{told(one, report.lang)}"
        if one.severity is Severity.ERROR:
            failure = ET.SubElement(case, "failure", message=xml_text(one.message(report.lang)), type=one.code)
            failure.text = xml_text(body)
        else:
            ET.SubElement(case, "system-out").text = xml_text(body)


def _counts(element: ET.Element, results: list[Result]) -> None:
    counts(element, len(results), sum(not one.passed for one in results))


def remarkable(results: Iterable[Result]) -> Iterator[Result]:
    """The results with findings."""
    return (one for one in results if one.findings)
