"""Findings weighed by a project's severities, less the suppressed ones and those outside `--select`.

No error is lost: settings cannot lower an error, a comment cannot suppress one, and hidden errors are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from compiler.cards import lints as print_lints
from compiler.findings import lints
from compiler.findings.deduplicate import deduplicated
from compiler.findings.fixing import vetted
from compiler.findings.registry import BY_CODE, suggestion
from compiler.findings.suppressions import Suppression, read_suppressions, without
from compiler.pipeline import Compilation
from compiler.project.settings import Settings
from dsl.diagnostics import Collector, Diagnostic, Edit, Severity
from dsl.frozen import Node, replace
from dsl.mistakes import BAD_DATE
from dsl.source import Span


class Weighed(Node, frozen=True):
    """Findings to be shown, in order.

    ignored: findings suppressed by comments, each with the reason.
    hidden_errors: the number of errors outside `--select`.
    """

    findings: tuple[Diagnostic, ...]
    ignored: tuple[tuple[Diagnostic, str], ...] = ()
    hidden_errors: int = 0


def weigh(
    compiled: Compilation,
    today: Callable[[], str],
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    *,
    printed: bool = False,
) -> Weighed:
    """Weigh and suppress the findings of `compiled`.

    today: the current ISO date; called only when a request has a last day.
    select, ignore: codes or beginnings of codes; an empty `select` means all.
    printed: cards were printed, so requests about SC7xx that suppressed nothing are of no use.
    """
    settings = compiled.project.settings
    kept = Collector()
    kept.extend(_settings_findings(settings))
    levels = {code: level for code, level in settings.severity if _may_set(code, level)}
    every = deduplicated(compiled.findings, settings)
    found = [one if one.code not in levels else _at_level(one, levels[one.code]) for one in every]
    ignored: list[tuple[Diagnostic, str]] = []
    requests = _Requests(compiled, today, levels, printed)
    for raw, finding in zip(every, found, strict=True):
        reason = requests.answer(raw, finding)
        if finding is None:
            continue
        if reason:
            ignored.append((finding, reason))
        else:
            kept.add(finding)
    broken = kept.has_errors
    kept.extend(_at_levels(requests.findings(broken), levels))
    shown = [one for one in kept if _wanted(one.code, select, ignore)]
    errors = sum(one.severity is Severity.ERROR for one in kept)
    hidden = errors - sum(one.severity is Severity.ERROR for one in shown)
    return Weighed(vetted(compiled, shown), tuple(ignored), hidden)


def _wanted(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    """Whether `code` is to be shown; of two prefixes that fit, the longer one decides."""
    chosen = max((len(one) for one in select if code.startswith(one)), default=0 if select else 1)
    left_out = max((len(one) for one in ignore if code.startswith(one)), default=0)
    return chosen > 0 and (chosen > left_out if select else not left_out)


def _may_set(code: str, level: Severity | None) -> bool:
    return code in BY_CODE and (BY_CODE[code].severity is not Severity.ERROR or level is Severity.ERROR)


def _settings_findings(settings: Settings) -> Iterable[Diagnostic]:
    for code, level in settings.severity:
        span = settings.places["severity", code]
        if code not in BY_CODE:
            yield lints.UNKNOWN_CODE.at(span, code=code, hint=suggestion(code))
        elif not _may_set(code, level):
            yield lints.ERROR_LOWERED.at(span, code=code)


def _at_level(finding: Diagnostic, level: Severity | None) -> Diagnostic | None:
    """`finding` at `level`, or None to drop the finding. An error stays an error."""
    if finding.severity is Severity.ERROR:
        return finding
    return None if level is None else replace(finding, level=level)


def _at_levels(findings: Iterable[Diagnostic], levels: dict[str, Severity | None]) -> Iterable[Diagnostic]:
    for one in findings:
        weighed = _at_level(one, levels[one.code]) if one.code in levels else one
        if weighed is not None:
            yield weighed


class _Requests:
    """The requests of all comments to suppress findings, and their effects."""

    def __init__(
        self, compiled: Compilation, today: Callable[[], str], levels: dict[str, Severity | None], printed: bool
    ) -> None:
        self._levels = levels
        self._printed = printed
        self._is_own = compiled.program.is_own
        self._by_place: dict[tuple[str, int, str], list[Suppression]] = {}
        self._all: list[Suppression] = []
        for script in compiled.program.scripts:
            for one in read_suppressions(script):
                self._all.append(one)
                self._by_place.setdefault((one.at.source.name, one.line, one.code), []).append(one)
        # Clocks are asked at the last moment: most projects have nothing that ends.
        now = today() if any(one.until for one in self._all) else ""
        self._expired = {one for one in self._all if one.until and one.until < now}
        self._used: set[Suppression] = set()
        self._refused: set[Suppression] = set()

    def answer(self, raw: Diagnostic, finding: Diagnostic | None) -> str:
        """The reason to suppress a finding; empty when it is shown. raw: the finding before weighing; finding: after."""
        if not self._by_place:
            return ""
        source = raw.span.source
        for line in dict.fromkeys((raw.span.line, source.line_number(max(raw.span.start, raw.span.end - 1)))):
            for one in self._by_place.get((source.name, line, raw.code), ()):
                self._used.add(one)
                if finding is not None and finding.severity is Severity.ERROR:
                    self._refused.add(one)
                elif one.reason and one.until is not None and one not in self._expired:
                    return one.reason
        return ""

    def findings(self, broken: bool) -> Iterable[Diagnostic]:
        """What is wrong with the project's own requests.

        While a project is `broken`, not every check has run, so a request without effect may still be of use.
        """
        for one in self._all:
            if self._is_own(one.at):
                yield from self._about(one, broken)

    def _about(self, one: Suppression, broken: bool) -> Iterable[Diagnostic]:
        lint = BY_CODE.get(one.code)
        if lint is None:
            yield lints.UNKNOWN_CODE.at(one.at, code=one.code, hint=suggestion(one.code))
            return
        if one.until is None and one.until_at is not None:
            yield BAD_DATE.at(one.until_at, got=one.until_at.text)
        level = self._levels.get(one.code) or lint.severity
        if one in self._refused or (one not in self._used and level is Severity.ERROR):
            yield lints.ERROR_IGNORED.at(one.at, code=one.code)
        elif not one.reason:
            yield lints.WITHOUT_REASON.at(one.comment, code=one.code)
        elif one not in self._used:
            if not broken and (self._printed or lint not in print_lints.LINTS):
                fix = Edit(without(one.comment), "") if one.alone else None
                yield lints.NOTHING_IGNORED.at(_code_or_all(one), code=one.code, fix=fix)
        elif one in self._expired:
            yield lints.EXPIRED.at(one.until_at or one.at, code=one.code, date=one.until or "")


def _code_or_all(one: Suppression) -> Span:
    return one.comment if one.alone else one.at
