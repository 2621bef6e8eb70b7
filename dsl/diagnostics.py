"""Findings as values: a `Lint` is a sort of mistake, a `Diagnostic` is an occurrence.

A lint carries the complete texts in Chinese and English, so that terminal, `scriptc explain`, manual and tests share
a single source. Display of findings is out of scope.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from string import Formatter

from dsl.frozen import Node
from dsl.source import Span


class Severity(IntEnum):
    """Severity of a finding; errors stop a build."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class Words(Node, frozen=True):
    """A wording in Chinese and English."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """Return the wording for `lang`, "zh" or "en"."""
        return self.zh if lang == "zh" else self.en


MESSAGE_COLUMNS = 120
"""Maximum width of an author's text quoted in a message, in terminal columns: 60 Han characters."""
CALL_COLUMNS = 240
"""Maximum width of an author's text quoted in a line of a call transcript."""
_WHOLE_COLUMNS = 1200
"""Maximum width of a message part that quotes several texts."""
_QUOTED = re.compile(f"“([^“”]{{{MESSAGE_COLUMNS // 2},}})”")


def shortened(text: str, columns: int = MESSAGE_COLUMNS) -> str:
    """Shorten `text` to `columns` terminal columns, with “…” in place of the middle."""
    if len(text) <= columns // 2 or (len(text) <= columns and sum(map(_columns, text)) <= columns):
        return text
    tail = columns // 4
    return f"{_beginning(text, columns - tail - 1)}…{_beginning(reversed(text), tail)[::-1]}"


def _beginning(text: Iterable[str], columns: int) -> str:
    out = []
    for one in text:
        columns -= _columns(one)
        if columns < 0:
            break
        out.append(one)
    return "".join(out)


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def listed(names: Iterable[str], last: str = "and", *, quoted: bool = False) -> Words:
    """Join names: `甲、乙、丙`, `a, b and c`. last: the English word before the last name."""
    parts = [f"“{shortened(name)}”" if quoted else shortened(name) for name in names]
    english = parts if len(parts) < 2 else [f"{', '.join(parts[:-1])} {last} {parts[-1]}"]
    return Words("、".join(parts), "".join(english))


class Edit(Node, frozen=True):
    """A fix: replace the text of `span` with `text`.

    safe: the edit changes only spelling, not meaning, and may be applied without asking; other edits are suggestions.
    Checks propose edits; only `compiler.findings.fixing` marks an edit safe.
    """

    span: Span
    text: str
    safe: bool = False


class Label(Node, frozen=True):
    """A secondary span of a finding, with a remark."""

    span: Span
    words: Words


class Lint(Node, frozen=True):
    """A sort of mistake in scripts.

    code: permanent, `SC` and three digits; a retired lint stays declared.
    message, help: templates; `{field}` is filled from the finding. `help` tells the author the next edit.
    why: harm of the mistake on a call or in the work.
    bad, good: scripts; in `bad` a line with findings ends in a comment of codes (`# SC201 SC203`).
    about: title, for a message too vague without fields.
    """

    code: str
    name: str
    severity: Severity
    message: Words
    help: Words
    why: Words
    bad: str
    good: str
    about: Words | None = None

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields in the message."""
        return _names_in(self.message.en)

    def title(self, lang: str) -> str:
        """Return `about`, or else the message with “…” for fields."""
        if self.about is not None:
            return self.about.in_(lang)
        return re.sub("…+", "…", self.message.in_(lang).format_map(_Blanks()).strip())

    def help_title(self, lang: str) -> str:
        """Return the help with “…” for fields."""
        return self.help.in_(lang).format_map(_Blanks()).strip()

    def at(
        self,
        span: Span,
        *,
        labels: Iterable[Label] = (),
        fix: Edit | None = None,
        call: tuple[Words, ...] = (),
        level: Severity | None = None,
        data: Node | None = None,
        **fields: str | int | Words,
    ) -> Diagnostic:
        """Create a finding at `span`; `fields` fill the templates."""
        return Diagnostic(self, span, tuple(sorted(fields.items())), tuple(labels), fix, call, level, data)


class Diagnostic(Node, frozen=True):
    """A finding: a lint at a place.

    fields: values for the templates of the lint, for display only; code reads `data`.
    call: counterexample, the shortest call that shows the finding, with a line per turn.
    level: severity, if different from the severity of the lint.
    data: subject of the finding, of a type declared beside the lint; never printed.
    """

    lint: Lint
    span: Span
    fields: tuple[tuple[str, str | int | Words], ...] = ()
    labels: tuple[Label, ...] = ()
    fix: Edit | None = None
    call: tuple[Words, ...] = ()
    level: Severity | None = None
    data: Node | None = None

    @property
    def code(self) -> str:
        """Code of the lint."""
        return self.lint.code

    @property
    def severity(self) -> Severity:
        """Level of the finding, or else severity of the lint."""
        return self.lint.severity if self.level is None else self.level

    @property
    def topic(self) -> tuple[str, tuple[object, ...]]:
        """Code and message fields, without the span: unchanged when an edit moves the finding."""
        named = self.lint.fields
        return self.lint.code, tuple(value for key, value in self.fields if key in named)

    def message(self, lang: str) -> str:
        """Render the message as a sentence."""
        return _fill(self.lint.message.in_(lang), self.fields, lang)

    def help(self, lang: str) -> str:
        """Render the help; empty for a self-explanatory message."""
        return _fill(self.lint.help.in_(lang), self.fields, lang)


@cache
def _names_in(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


class _Fields(dict[str, str]):
    """Fields of a finding; a missing field is empty, so that a template may have optional parts."""

    def __missing__(self, key: str) -> str:
        return ""


class _Blanks(dict[str, str]):
    """Placeholder fields: “…” for every name."""

    def __missing__(self, key: str) -> str:
        return "…"


def _fill(template: str, fields: Iterable[tuple[str, str | int | Words]], lang: str) -> str:
    values: Mapping[str, str] = _Fields(
        (key, _composed(value.in_(lang)) if isinstance(value, Words) else shortened(str(value)))
        for key, value in fields
    )
    return template.format_map(values).strip()


def _composed(words: str) -> str:
    """Shorten the quoted author's texts in `words`."""
    if len(words) <= MESSAGE_COLUMNS // 2:
        return words
    return shortened(_QUOTED.sub(lambda found: f"“{shortened(found[1])}”", words), _WHOLE_COLUMNS)


@dataclass(slots=True)
class Collector:
    """Mutable collection of findings, shared by passes; iteration is sorted and without duplicates."""

    # Keyed by place, code and fields: a finding that differs only in labels, fix or call is a duplicate. The first wins.

    _found: dict[tuple[object, ...], Diagnostic] = field(default_factory=dict)

    def add(self, finding: Diagnostic) -> None:
        """Add `finding` unless already present."""
        self._found.setdefault((finding.span.order(), finding.code, finding.fields), finding)

    def extend(self, findings: Iterable[Diagnostic]) -> None:
        """Add `findings`, without duplicates."""
        for finding in findings:
            self.add(finding)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Iterate by file, place and code, independent of the order of passes."""
        return iter(sorted(self._found.values(), key=lambda one: (one.span.order(), one.code, str(one.fields))))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def has_errors(self) -> bool:
        """Tell whether a finding is an error."""
        return any(one.severity is Severity.ERROR for one in self._found.values())
