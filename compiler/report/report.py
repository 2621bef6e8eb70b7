"""What every form of report is made of: the findings, the files they come from, and where these files lie.

A form is one module with one pure function `render(report) -> str`. Nothing here reads, prints or knows a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.project.loader import in_standard_library
from compiler.report.wording import CALL
from dsl.diagnostics import Diagnostic, Severity
from dsl.frozen import Node
from dsl.source import Span


class Report(Node, frozen=True):
    """A finished check.

    findings: in order. files: the names of all files that were checked. lang: "zh" or "en". base: what to put in front
    of the name of a project's file to get its path from the folder people started in ("" or "folder/").
    """

    findings: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    lang: str
    base: str = ""

    def path(self, span: Span) -> str:
        """Where the file of `span` lies, as people and other programs would open it."""
        return self.path_of(span.source.name)

    def path_of(self, name: str) -> str:
        """The same for a file's name."""
        return path_from(self.base, name)

    def count(self, severity: Severity) -> int:
        """How many findings weigh `severity`."""
        return sum(one.severity is severity for one in self.findings)


def path_from(base: str, name: str) -> str:
    """The path of the file `name` of a project in the folder `base`; the standard library's keep their names."""
    return name if in_standard_library(name) else base + name


class Region(Node, frozen=True):
    """A place in lines and columns, all from 1; a column is a Unicode character, `end_column` is behind the last."""

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
    """Everything a finding says, in lines: the message, what to do, and the call that shows it."""
    turns = call(finding, lang)
    head = [CALL.in_(lang)] if turns else []
    return "\n".join(part for part in (finding.message(lang), finding.help(lang), *head, *turns) if part)


def call(finding: Diagnostic, lang: str) -> list[str]:
    """The counterexample: a line a turn; empty when there is none."""
    return [turn.in_(lang) for turn in finding.call]


def fingerprints(report: Report) -> Iterator[str]:
    """For each finding a hash that stays when lines move, when a message is worded anew, and in either language.

    It is made of the code, the file, the words on the line and how often the same was found before.
    """
    from hashlib import sha256

    seen: dict[str, int] = {}
    for one in report.findings:
        source = one.span.source
        words = " ".join(source.line_text(one.span.line).split())
        key = "\0".join((one.code, source.name, words, one.span.text if len(one.span.text) < 200 else ""))
        seen[key] = seen.get(key, 0) + 1
        yield sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
