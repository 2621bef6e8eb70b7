"""Findings as values: a `Lint` is what can be wrong, a `Diagnostic` is one place where it is.

A lint carries all that is ever said about it, in Chinese and English, so that the terminal, `scriptc explain`, the
manual and the tests print one and the same value. Knows nothing of how findings are shown.
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
    """`text`, or its beginning and end with “…” between them where it takes more than so many columns of a terminal."""
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
    """Names in a row, as either language writes them: `甲、乙、丙`, `a, b and c`; `last` stands before the last one."""
    parts = [f"“{shortened(name)}”" if quoted else shortened(name) for name in names]
    english = parts if len(parts) < 2 else [f"{', '.join(parts[:-1])} {last} {parts[-1]}"]
    return Words("、".join(parts), "".join(english))


class Edit(Node, frozen=True):
    """A fix: put `text` in place of what `span` covers."""

    span: Span
    text: str


class Label(Node, frozen=True):
    """A second place that belongs to a finding, with what to say about it."""

    span: Span
    words: Words


class Lint(Node, frozen=True):
    """One thing that can be wrong with a script.

    code: stable for ever, `SC` and three digits; a retired lint stays declared.
    message, help: templates; `{field}` names are filled from the finding. `help` is the next keystroke.
    why: what goes wrong on a call (or in the work) when it stays.
    bad, good: scripts; in `bad` a line that is to be found ends in the comment `# CODE` (several: `# SC201 SC203`).
    about: what all its findings have in common, where the message without its fields says too little.
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
        """The names of the fields that the message has."""
        return _names_in(self.message.en)

    def title(self, lang: str) -> str:
        """What it is about: the message with “…” where a finding has its own words, or `about`."""
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

    fields: fill the templates of the lint. They are for readers alone; what code has to know is in `data`.
    call: a counterexample, the shortest call that shows the finding, a line a turn.
    level: the severity where that is not the lint's own.
    data: what the finding is about, as a type that stands beside its lint; never printed.
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
        """How much this finding weighs: its own level, or its lint's."""
        return self.lint.severity if self.level is None else self.level

    @property
    def topic(self) -> tuple[str, tuple[object, ...]]:
        """The code and the fields that the message names: the same for a finding again after an edit moved its place."""
        named = self.lint.fields
        return self.lint.code, tuple(value for key, value in self.fields if key in named)

    def message(self, lang: str) -> str:
        """What is wrong, in one sentence."""
        return _fill(self.lint.message.in_(lang), self.fields, lang)

    def help(self, lang: str) -> str:
        """What to type next; empty when the message says it all."""
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
    """A part of a message that may quote authors' texts, none of them at length."""
    if len(words) <= MESSAGE_COLUMNS // 2:
        return words
    return shortened(_QUOTED.sub(lambda found: f"“{shortened(found[1])}”", words), _WHOLE_COLUMNS)


@dataclass(slots=True)
class Collector:
    """Gathers findings; the one mutable thing every pass shares. Sorted and without doubles when read."""

    _found: dict[tuple[object, ...], Diagnostic] = field(default_factory=dict)

    def add(self, finding: Diagnostic) -> None:
        """Keep `finding` unless the same one is there already."""
        self._found.setdefault((finding.span.order(), finding.code, finding.fields), finding)

    def extend(self, findings: Iterable[Diagnostic]) -> None:
        """Keep every one of `findings`."""
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
