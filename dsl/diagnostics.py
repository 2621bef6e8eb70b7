"""Findings as values: a `Lint` is a sort of mistake, a `Diagnostic` is one place of it.

A lint carries all its texts, in Chinese and English, so that the terminal, `scriptc explain`, the manual and the tests
print the same value. How findings are shown is decided elsewhere.
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
    """How much a finding weighs; errors stop a build."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class Words(Node, frozen=True):
    """One wording in the two languages the product speaks."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The wording for `lang`, which is "zh" or "en"."""
        return self.zh if lang == "zh" else self.en


MESSAGE_COLUMNS = 120
"""As much of an author's text as a message quotes: 60 Han characters."""
CALL_COLUMNS = 240
"""As much of it as a line of a narrated call quotes."""
_WHOLE_COLUMNS = 1200
"""As much as a part of a message may take that quotes several."""
_QUOTED = re.compile(f"“([^“”]{{{MESSAGE_COLUMNS // 2},}})”")


def shortened(text: str, columns: int = MESSAGE_COLUMNS) -> str:
    """`text`, or its beginning and end with “…” between where the text takes more than `columns` of a terminal."""
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
    """Names in a row as written in either language: `甲、乙、丙`, `a, b and c`. last: the word before the last name."""
    parts = [f"“{shortened(name)}”" if quoted else shortened(name) for name in names]
    english = parts if len(parts) < 2 else [f"{', '.join(parts[:-1])} {last} {parts[-1]}"]
    return Words("、".join(parts), "".join(english))


class Edit(Node, frozen=True):
    """A fix: put `text` in place of what `span` covers.

    safe: it only writes in the language's spelling what stands there, so it may be applied unasked. Any other is a
    suggestion. Whoever finds a mistake proposes an edit; `compiler.findings.fixing` alone calls one safe.
    """

    span: Span
    text: str
    safe: bool = False


class Label(Node, frozen=True):
    """A second place of a finding, with a remark."""

    span: Span
    words: Words


class Lint(Node, frozen=True):
    """A sort of mistake in scripts.

    code: stable for ever, `SC` and three digits; a retired lint stays declared.
    message, help: templates; `{field}` names are filled from the finding. `help` is the next keystroke.
    why: the harm on a call (or in the work) if the mistake stays.
    bad, good: scripts; in `bad` a line with a finding ends in the comment `# CODE` (several: `# SC201 SC203`).
    about: a title, where the message without its fields says too little.
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
        """The names of the fields in the message."""
        return _names_in(self.message.en)

    def title(self, lang: str) -> str:
        """The message with “…” for fields, or `about`."""
        if self.about is not None:
            return self.about.in_(lang)
        return re.sub("…+", "…", self.message.in_(lang).format_map(_Blanks()).strip())

    def help_title(self, lang: str) -> str:
        """The same for the help."""
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
        """The finding of this lint at `span`; `fields` fill the templates."""
        return Diagnostic(self, span, tuple(sorted(fields.items())), tuple(labels), fix, call, level, data)


class Diagnostic(Node, frozen=True):
    """One finding.

    fields: fill the templates of the lint, for readers only; code reads `data`.
    call: a counterexample, the shortest call that shows the finding, a line a turn.
    level: the severity where different from the lint's.
    data: the subject of the finding, as a type declared beside the lint; never printed.
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
        """The lint's code."""
        return self.lint.code

    @property
    def severity(self) -> Severity:
        """The finding's own level, or the lint's severity."""
        return self.lint.severity if self.level is None else self.level

    @property
    def topic(self) -> tuple[str, tuple[object, ...]]:
        """The code and the fields named in the message: equal for the same finding after an edit moved its place."""
        named = self.lint.fields
        return self.lint.code, tuple(value for key, value in self.fields if key in named)

    def message(self, lang: str) -> str:
        """The finding in one sentence."""
        return _fill(self.lint.message.in_(lang), self.fields, lang)

    def help(self, lang: str) -> str:
        """The next keystroke; empty when the message says enough."""
        return _fill(self.lint.help.in_(lang), self.fields, lang)


@cache
def _names_in(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


class _Fields(dict[str, str]):
    """Fields of a finding; a missing one is empty, so that a template may have optional parts."""

    def __missing__(self, key: str) -> str:
        return ""


class _Blanks(dict[str, str]):
    """No finding's fields: each is a blank to fill in."""

    def __missing__(self, key: str) -> str:
        return "…"


def _fill(template: str, fields: Iterable[tuple[str, str | int | Words]], lang: str) -> str:
    values: Mapping[str, str] = _Fields(
        (key, _composed(value.in_(lang)) if isinstance(value, Words) else shortened(str(value)))
        for key, value in fields
    )
    return template.format_map(values).strip()


def _composed(words: str) -> str:
    """`words`, with authors' texts in quotes shortened."""
    if len(words) <= MESSAGE_COLUMNS // 2:
        return words
    return shortened(_QUOTED.sub(lambda found: f"“{shortened(found[1])}”", words), _WHOLE_COLUMNS)


@dataclass(slots=True)
class Collector:
    """Gathers findings; the only mutable value shared by passes. Sorted and without duplicates when read."""

    _found: dict[tuple[object, ...], Diagnostic] = field(default_factory=dict)

    def add(self, finding: Diagnostic) -> None:
        """Keep `finding` unless the same is there already."""
        self._found.setdefault((finding.span.order(), finding.code, finding.fields), finding)

    def extend(self, findings: Iterable[Diagnostic]) -> None:
        """Keep all `findings`."""
        for finding in findings:
            self.add(finding)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Findings by file, place and code, whatever order the passes ran in."""
        return iter(sorted(self._found.values(), key=lambda one: (one.span.order(), one.code, str(one.fields))))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(one.severity is Severity.ERROR for one in self._found.values())
