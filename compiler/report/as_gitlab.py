"""Findings as a Code Quality report of GitLab, shown in merge requests.

Source of the form: GitLab's page "Code Quality", section "Code Quality report format".
"""

from __future__ import annotations

import json

from compiler.report.report import Report, fingerprints, region, told
from dsl.diagnostics import Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report) -> str:
    """A list with an object a finding. Fingerprints stay when lines move, so GitLab knows old findings from new."""
    issues = [
        {
            "description": told(one, report.lang).replace("\n", " / "),
            "check_name": one.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[one.severity],
            "location": {"path": report.path(one.span), "lines": {"begin": region(one.span).line}},
        }
        for one, fingerprint in zip(report.findings, fingerprints(report), strict=True)
    ]
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"
