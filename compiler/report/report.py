"""The input of every form of report: the findings, their files, and the path to these.

A form is one module with one pure function `render(report) -> str`. No form reads, prints or knows a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from compiler.project.loader import in_standard_library
from compiler.report.wording import CALL
from dsl.diagnostics import Diagnostic, Severity
from dsl.frozen import Node
from dsl.source import Span


class Report(Node, frozen=True):
    """A finished check.

    findings: in order.
    files: the names of all files checked.
    lang: "zh" or "en".
    base: the path from the current folder to the project, to put before file names ("" or "folder/").
    """

    findings: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    lang: str
    base: str = ""

    def path(self, span: Span) -> str:
        """The path to the file of `span`, for people and other programs to open."""
        return self.path_of(span.source.name)

    def path_of(self, name: str) -> str:
        """The same for a file's name."""
        return path_from(self.base, name)

    def count(self, severity: Severity) -> int:
        """How many findings weigh `severity`."""
        return sum(one.severity is severity for one in self.findings)


def path_from(base: str, name: str) -> str:
    """The path of file `name` of a project in folder `base`; files of the standard library keep their names."""
    return name if in_standard_library(name) else base + name


class Region(Node, frozen=True):
    """A place in lines and columns, from 1; a column is a Unicode character, `end_column` is behind the last."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(span: Span) -> Region:
    """The place of `span`."""
    source = span.source
    line, end_line = span.line, source.line_number(span.end)
    return Region(
        line,
        span.start - source.line_starts[line - 1] + 1,
        end_line,
        span.end - source.line_starts[end_line - 1] + 1,
    )


def told(finding: Diagnostic, lang: str) -> str:
    """A finding in lines: the message, the help, and the call that shows it."""
    turns = call(finding, lang)
    head = [CALL.in_(lang)] if turns else []
    return "\n".join(part for part in (finding.message(lang), finding.help(lang), *head, *turns) if part)


def call(finding: Diagnostic, lang: str) -> list[str]:
    """The counterexample: a line a turn; empty when there is none."""
    return [turn.in_(lang) for turn in finding.call]


def fingerprints(report: Report) -> Iterator[str]:
    """A hash for each finding, unchanged when lines move or messages are reworded, and equal in both languages.

    Made of code, file, the words on the line and the number of equal findings before.
    """
    seen: dict[str, int] = {}
    for one in report.findings:
        source = one.span.source
        words = " ".join(source.line_text(one.span.line).split())
        key = "\0".join((one.code, source.name, words, one.span.text if len(one.span.text) < 200 else ""))
        seen[key] = seen.get(key, 0) + 1
        yield sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
