"""Findings as JUnit XML for CI servers: a suite a file, a test case a finding.

An error is a failed case; a warning or note is a passed case with output. A file without findings is one passed case, as
proof of having been checked.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from compiler.report.report import Report, region, told
from compiler.report.wording import SEVERITY
from dsl.diagnostics import Diagnostic, Severity

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def render(report: Report) -> str:
    """One document with the element `testsuites`."""
    names = dict.fromkeys((*report.files, *(one.span.source.name for one in report.findings)))
    errors = report.count(Severity.ERROR)
    cases = 0
    root = ET.Element("testsuites", name="scriptc")
    for name in names:
        found = [one for one in report.findings if one.span.source.name == name]
        path = report.path_of(name)
        failed = sum(one.severity is Severity.ERROR for one in found)
        cases += max(1, len(found))
        suite = ET.SubElement(root, "testsuite", name=xml_text(path))
        counts(suite, max(1, len(found)), failed)
        if not found:
            ET.SubElement(suite, "testcase", name="scriptc check", classname=xml_text(path), time="0")
        for one in found:
            _case(suite, one, path, report.lang)
    counts(root, cases, errors)
    return xml_document(root)


def xml_document(root: ET.Element) -> str:
    """`root` as an indented document."""
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def counts(element: ET.Element, tests: int, failures: int) -> None:
    """Set the number of cases and failures of a suite or of all suites; nothing is timed."""
    for key, value in {"tests": tests, "failures": failures, "errors": 0, "skipped": 0, "time": 0}.items():
        element.set(key, str(value))


def _case(suite: ET.Element, one: Diagnostic, path: str, lang: str) -> None:
    at = region(one.span)
    message = one.message(lang)
    case = ET.SubElement(suite, "testcase", name=xml_text(f"{one.code} {message}"), classname=xml_text(path), time="0")
    case.set("file", xml_text(path))
    case.set("line", str(at.line))
    body = f"{path}:{at.line}:{at.column}\n{told(one, lang)}"
    if one.severity is Severity.ERROR:
        failure = ET.SubElement(case, "failure", message=xml_text(message), type=one.code)
        failure.text = xml_text(body)
    else:
        ET.SubElement(case, "system-out").text = xml_text(f"{SEVERITY[one.severity].in_(lang)} {one.code}\n{body}")


def xml_text(text: str) -> str:
    """`text` with a mark for every character XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
