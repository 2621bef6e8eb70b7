"""Bug reports: a file for the user to send, with the traceback and nothing of the user's scripts."""

from __future__ import annotations

import sys
import tempfile
import traceback


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 10 ms, for a bug alone

    try:
        return version("scriptc")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "of an unknown version"


def write_bug_report(command: str) -> str:
    """Write the traceback of the current exception to a file and return its name, or the last line where there is no room."""
    trace = traceback.format_exc()
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="scriptc-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as report:
            report.write(f"scriptc {_version()}, Python {sys.version}, {sys.platform}\n{command}\n{trace}")
    except OSError:
        return trace.strip().splitlines()[-1]
    return report.name
