"""`cards.lock`: which card has which number, and which versions of it were handed out, when.

Lines are only ever added, one a version, so two branches that both print cards merge: both sides of a conflict are right.
A new card draws its number from its scenario's name, so two desks hardly ever give one number to two cards. Where they
did, the card that was handed out first keeps the number, and the other draws a new one. No number is given twice: a
scenario that is gone keeps its number, and so does a card that others refer to before it is ever printed. Reads and
writes no file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal

from compiler.cards import lints
from dsl.diagnostics import Diagnostic, Words
from dsl.frozen import Node
from dsl.source import Source, Span, normalise

LEDGER = "cards.lock"

_HEAD = (
    "# 卡号，和发给坐席的每一版：卡号、核对码、版本、日期、场景。由 scriptc cards 写，请和脚本一起保存。\n"
    "# Card numbers and every version handed out: number, code, version, day, scenario. Kept by scriptc cards.\n"
)
_LINE = re.compile(
    r"([0-9]{1,9}) (?:([0-9A-Z]{5}-[0-9A-Z]{5}) ([0-9a-f]{12}) ([0-9]{4}-[0-9]{2}-[0-9]{2})|- - -) (\S+)"
)
_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
"""What a version control system puts between the sides of a conflict; here all sides are right."""
_LOWEST = 100
"""The lowest number that is drawn: three digits, so that a few hundred cards keep apart."""


class Issue(Node, frozen=True):
    """A version of a card that was handed out on `day`."""

    number: int
    code: str
    version: str
    day: str
    name: str


class Clash(Node, frozen=True):
    """A number that two desks gave to two cards: `keeper` has it, `name` draws `new`."""

    number: int
    keeper: str
    name: str
    new: int


class Ledger(Node, frozen=True, dict=True):
    """All that was handed out, by number, each in the order of days.

    referred: (number, scenario) of each number that stands on another card, or was drawn anew, and not on a card of its own.
    """

    issues: tuple[Issue, ...] = ()
    referred: tuple[tuple[int, str], ...] = ()

    @cached_property
    def _keepers(self) -> dict[int, str]:
        """The scenario each number belongs to: the first handed out with it, then the first by name."""
        days: dict[tuple[int, str], str] = dict.fromkeys(self.referred, _NEVER)
        for one in self.issues:
            days[one.number, one.name] = min(one.day, days.get((one.number, one.name), _NEVER))
        claims: dict[int, tuple[str, str]] = {}
        for (number, name), day in days.items():
            claims[number] = min((day, name), claims.get(number, (day, name)))
        return {number: name for number, (_, name) in sorted(claims.items(), key=lambda claim: (claim[1][0], claim[0]))}

    @cached_property
    def _own(self) -> dict[str, int]:
        """The number of each scenario that has one; of several the first handed out."""
        own: dict[str, int] = {}
        for number, name in self._keepers.items():
            own.setdefault(name, number)
        return own

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The numbers that stand on two cards, one of which has no other."""
        given = {(one.number, one.name) for one in self.issues} | set(self.referred)
        lost = sorted((number, name) for number, name in given if name not in self._own)
        new = self.numbers(name for _, name in lost)
        return tuple(Clash(number, self._keepers[number], name, new[name]) for number, name in lost)

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """The number of every card of `names`: its own, or a new one drawn from the name."""
        names = dict.fromkeys(names)
        taken = {one.number for one in self.issues} | {number for number, _ in self.referred}
        drawn: dict[str, int] = {}
        for name in sorted(name for name in names if name not in self._own):
            drawn[name] = _draw(name, taken)
            taken.add(drawn[name])
        return {name: self._own.get(name) or drawn[name] for name in names}

    def of(self, name: str) -> tuple[Issue, ...]:
        """What was handed out of scenario `name`, the oldest first."""
        return tuple(sorted((issue for issue in self.issues if issue.name == name), key=lambda one: one.day))

    def with_issues(self, issues: Iterable[Issue], numbers: Mapping[str, int]) -> Ledger:
        """This and `issues`; a card with the code and number that were last handed out is not written twice.

        numbers: all that stand on them, by scenario. Whatever clashes is settled.
        """
        last: dict[str, Issue] = {issue.name: issue for issue in sorted(self.issues, key=lambda one: one.day)}
        new = [
            one
            for one in issues
            if one.name not in last or (last[one.name].code, last[one.name].number) != (one.code, one.number)
        ]
        together = sorted((*self.issues, *new), key=lambda one: one.number)  # stable: days stay in order
        out = {(issue.number, issue.name) for issue in together}
        referred = {(number, name) for name, number in numbers.items()} | set(self.referred)
        referred |= {(clash.new, clash.name) for clash in self.clashes}
        return Ledger(tuple(together), tuple(sorted(one for one in referred if one not in out)))


_NEVER = "9999-12-31"


def _draw(name: str, taken: Collection[int]) -> int:
    """A number for scenario `name` that is not `taken`: a hash of the name, then the next that is free."""
    lowest = _LOWEST
    while 2 * len(taken) > 9 * lowest:  # half of all numbers of so many digits
        lowest *= 10
    number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    while lowest + number % (9 * lowest) in taken:
        number += 1
    return lowest + number % (9 * lowest)


class BadLedger(ValueError):
    """A ledger that is damaged. line: the line that cannot be read, from 1; 0 where no line with a number is left."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read_ledger(data: bytes) -> Ledger:
    """The ledger in `data`, UTF-8.

    Raises:
        BadLedger: a number may be lost, and would be given to another card.
    """
    try:
        text = data.decode("utf-8-sig")  # editors on Windows put a mark in front
    except UnicodeDecodeError as error:
        raise BadLedger(1 + data.count(b"\n", 0, error.start)) from None
    issues: dict[Issue, None] = {}  # the same line may stand on both sides of a merge
    referred: list[tuple[int, str]] = []
    for count, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(("#", *_MARKS)):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise BadLedger(count)
        if found[2]:
            issues[Issue(int(found[1]), found[2], found[3], found[4], found[5])] = None
        else:
            referred.append((int(found[1]), found[5]))
    if not issues and not referred:  # nobody writes a ledger without a card
        raise BadLedger(0)
    issued = {(one.number, one.name) for one in issues}
    return Ledger(
        tuple(sorted(issues, key=lambda one: (one.number, one.day))),
        tuple(sorted({one for one in referred if one not in issued})),
    )


def check_ledger(data: bytes) -> Iterator[Diagnostic]:
    """Findings on the ledger in `data`: damage, and numbers that stand on two cards."""
    source = Source(LEDGER, normalise(data.decode("utf-8", "replace")))

    def line(number: int) -> Span:
        start = source.line_starts[number - 1]
        return Span(source, start, start + len(source.line_text(number)))

    try:
        ledger = read_ledger(data)
    except BadLedger as bad:
        what = Words("里面一张卡也没有了", "it holds no card any more")
        if bad.line:
            what = Words(f"第 {bad.line} 行读不懂", f"line {bad.line} makes no sense")
        yield lints.BAD_LEDGER.at(line(max(1, bad.line)), what=what)
        return
    for clash in ledger.clashes:
        parts = [source.line_text(at).split() for at in range(1, len(source.line_starts) + 1)]
        at = next(at for at, one in enumerate(parts, 1) if one and (one[0], one[-1]) == (str(clash.number), clash.name))
        yield lints.NUMBER_TWICE.at(line(at), number=clash.number, keeper=clash.keeper, name=clash.name, new=clash.new)


def ledger_text(ledger: Ledger) -> str:
    """`ledger` as it is written: sorted by number, then by day."""
    lines = [(one.number, f"{one.number} {one.code} {one.version} {one.day} {one.name}\n") for one in ledger.issues]
    lines += [(number, f"{number} - - - {name}\n") for number, name in ledger.referred]
    return _HEAD + "".join(line for _, line in sorted(lines, key=lambda one: one[0]))


StandingKind = Literal["current", "ahead", "ended", "replaced", "gone", "unknown"]


InForce = Literal["current", "ahead", "ended"]


def in_force(since: str, until: str, today: Callable[[], str]) -> InForce:
    """Whether what holds from `since` to `until` (ISO dates, or empty) does so on the day of `today`.

    The day is asked for only where there is a first or last one.
    """
    if not since and not until:
        return "current"
    day = today()
    return "ended" if until and until < day else "ahead" if day < since else "current"


class Current(Node, frozen=True):
    """A card as the scripts say now. since, until: its first and last day as ISO dates, empty where there is none."""

    code: str
    version: str
    since: str = ""
    until: str = ""


class Standing(Node, frozen=True):
    """What a code turns out to be.

    current: the scripts say exactly this, and it counts today. ahead, ended: the scripts say it, and it does not count yet
    or any more; `day` is its first or last day. replaced: handed out, but the scripts say something else now; `day` is when
    the present version was handed out, empty while it was not. gone: its scenario is no more. unknown: never seen.
    issue: what was handed out under the code, when the ledger has it.
    """

    kind: StandingKind
    name: str = ""
    number: int = 0
    version: str = ""
    day: str = ""
    issue: Issue | None = None


def standing(code: str, current: Mapping[str, Current], ledger: Ledger, today: Callable[[], str]) -> Standing:
    """What `code` is on the day of `today` (ISO), by the cards as the scripts say now and by what was handed out."""
    issue = next((one for one in reversed(ledger.issues) if one.code == code), None)

    def number_of(name: str) -> int:
        return ledger.numbers([name])[name] if ledger.of(name) else 0

    for name, now in current.items():
        if now.code == code:
            kind = in_force(now.since, now.until, today)
            day = {"current": "", "ahead": now.since, "ended": now.until}[kind]
            return Standing(kind, name, number_of(name), now.version, day, issue)
    if issue is None:
        return Standing("unknown")
    if issue.name not in current:
        return Standing("gone", issue.name, issue.number, issue.version, "", issue)
    now = current[issue.name]
    day = next((one.day for one in reversed(ledger.of(issue.name)) if one.code == now.code), "")
    return Standing("replaced", issue.name, number_of(issue.name), now.version, day, issue)
