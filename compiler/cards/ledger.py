"""`cards.lock`: which card has which number, and which versions of it were handed out, when.

One line a version, so that two people's changes merge and a reviewer can read them. Numbers are never given twice: a
scenario that is gone keeps its number, and so does a card that others refer to before it is ever printed, so no two papers
on a desk mean different cards by the same one. Reads and writes no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from dsl.frozen import Node

LEDGER = "cards.lock"

_HEAD = (
    "# 卡号，和发给坐席的每一版：卡号、核对码、版本、日期、场景。由 scriptc cards 写，请和脚本一起保存。\n"
    "# Card numbers and every version handed out: number, code, version, day, scenario. Kept by scriptc cards.\n"
)
_LINE = re.compile(
    r"([0-9]{1,9}) (?:([0-9A-Z]{5}-[0-9A-Z]{5}) ([0-9a-f]{12}) ([0-9]{4}-[0-9]{2}-[0-9]{2})|- - -) (\S+)"
)


class Issue(Node, frozen=True):
    """A version of a card that was handed out on `day`."""

    number: int
    code: str
    version: str
    day: str
    name: str


class Ledger(Node, frozen=True):
    """All that was handed out, by number, each in the order of its days.

    referred: (number, scenario) of each card that was never handed out, and whose number stands on one that was.
    """

    issues: tuple[Issue, ...] = ()
    referred: tuple[tuple[int, str], ...] = ()

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """The number of every card of `names`: its own if it has one, else the next that was never given."""
        given = {issue.name: issue.number for issue in self.issues} | {name: number for number, name in self.referred}
        free = max(given.values(), default=0) + 1
        out: dict[str, int] = {}
        for name in names:
            if name not in given and name not in out:
                out[name] = free
                free += 1
            elif name in given:
                out[name] = given[name]
        return out

    def of(self, name: str) -> tuple[Issue, ...]:
        """What was handed out of scenario `name`, the oldest first."""
        return tuple(issue for issue in self.issues if issue.name == name)

    def with_issues(self, issues: Iterable[Issue], numbers: Mapping[str, int]) -> Ledger:
        """This and `issues`; a version that is the last one handed out of its card is not written twice.

        numbers: all that stand on them, by scenario.
        """
        last: dict[str, Issue] = {issue.name: issue for issue in self.issues}
        new = [one for one in issues if one.name not in last or last[one.name].code != one.code]
        together = sorted((*self.issues, *new), key=lambda one: one.number)  # stable: days stay in order
        out = {issue.name for issue in together}
        referred = {(number, name) for name, number in numbers.items()} | set(self.referred)
        return Ledger(tuple(together), tuple(sorted(one for one in referred if one[1] not in out)))


class BadLedger(ValueError):
    """A line of `cards.lock` that is none; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read_ledger(data: bytes) -> Ledger:
    """The ledger in `data`, UTF-8. Raises BadLedger: a number that is lost would be given to another card."""
    try:
        text = data.decode("utf-8-sig")  # editors on Windows put a mark in front
    except UnicodeDecodeError as error:
        raise BadLedger(1 + data.count(b"\n", 0, error.start)) from None
    issues: list[Issue] = []
    referred: list[tuple[int, str]] = []
    numbers: dict[str, int] = {}
    for count, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or numbers.setdefault(found[5], int(found[1])) != int(found[1]):
            raise BadLedger(count)
        if found[2]:
            issues.append(Issue(int(found[1]), found[2], found[3], found[4], found[5]))
        else:
            referred.append((int(found[1]), found[5]))
    if len(set(numbers.values())) != len(numbers):
        raise BadLedger(max(1, len(text.splitlines())))
    return Ledger(tuple(sorted(issues, key=lambda one: one.number))).with_issues(
        (), {name: number for number, name in referred}
    )


def ledger_text(ledger: Ledger) -> str:
    """`ledger` as it is written: sorted by number, then by day."""
    lines = [(one.number, f"{one.number} {one.code} {one.version} {one.day} {one.name}\n") for one in ledger.issues]
    lines += [(number, f"{number} - - - {name}\n") for number, name in ledger.referred]
    return _HEAD + "".join(line for _, line in sorted(lines, key=lambda one: one[0]))


StandingKind = Literal["current", "replaced", "gone", "unknown"]


class Standing(Node, frozen=True):
    """What a code turns out to be.

    current: the scripts say exactly this. replaced: handed out, but the scripts say something else now; `day` is when
    the present version was handed out, empty while it was not. gone: its scenario is no more. unknown: never seen.
    issue: what was handed out under the code, when the ledger has it.
    """

    kind: StandingKind
    name: str = ""
    number: int = 0
    version: str = ""
    day: str = ""
    issue: Issue | None = None


def standing(code: str, current: Mapping[str, tuple[str, str]], ledger: Ledger) -> Standing:
    """What `code` is, by what the scripts say now (scenario -> code and version) and what was handed out."""
    issue = next((one for one in reversed(ledger.issues) if one.code == code), None)
    numbers = {one.name: one.number for one in ledger.issues}
    for name, (now, version) in current.items():
        if now == code:
            return Standing("current", name, numbers.get(name, 0), version, "", issue)
    if issue is None:
        return Standing("unknown")
    if issue.name not in current:
        return Standing("gone", issue.name, issue.number, issue.version, "", issue)
    now, version = current[issue.name]
    day = next((one.day for one in reversed(ledger.of(issue.name)) if one.code == now), "")
    return Standing("replaced", issue.name, issue.number, version, day, issue)
