"""What a user sends us when the compiler itself fails: a file with the traceback, and with nothing of their scripts."""

from __future__ import annotations

import sys
import tempfile
import traceback


def write_bug_report(command: str) -> str:
    """Keep the traceback of the exception being handled: the file's name, or its last line where there is no room."""
    trace = traceback.format_exc()
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="scriptc-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as report:
            report.write(f"scriptc {sys.version}\n{command}\n{trace}")
    except OSError:
        return trace.strip().splitlines()[-1]
    return report.name
