"""Dialogue coverage as a table for terminals and as data for programs, with the shortest call to each gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from compiler.dialogues.coverage import SORTS, Coverage
from compiler.dialogues.exercised import RuleLine
from compiler.dialogues.inventory import Item
from compiler.dialogues.searching import Path, Reached
from compiler.report.report import path_from
from compiler.report.terminal import columns, visible
from compiler.rulebooks.wording import predicate_words
from compiler.runtime.configuration import GoAlong, Happens
from compiler.runtime.transcript import duration
from dsl.diagnostics import Words
from dsl.source import Source

SORT_WORDS = {
    "step": Words("步骤", "steps"),
    "transition": Words("去向", "transitions"),
    "phrase": Words("话术", "phrases"),
}
RULES = Words("规则", "rules")
_ONE = {"step": Words("步骤", "step"), "transition": Words("去向", "transition"), "phrase": Words("话术", "phrase")}


def table(coverages: Iterable[Coverage], lang: str) -> Iterator[str]:
    """A line a scenario: steps, transitions, phrases and rules covered, and the share of transitions.

    The column of rules is left out in a project without rules.
    """
    rows = [(visible(one.scenario), one) for one in coverages]
    ruled = any(one.rules.lines for _, one in rows)
    total = Words("合计", "all").in_(lang)
    width = max((columns(name) for name, _ in (*rows, (total, None))), default=0)
    heads = [SORT_WORDS[sort].in_(lang) for sort in SORTS] + ([RULES.in_(lang)] if ruled else [])
    yield " " * (width + 2) + "".join(_right(head, 14) for head in heads)
    for name, one in rows:
        yield _row(name, width, _counts(one, ruled), one.percent)
    if len(rows) > 1:
        columns_of = zip(*(_counts(one, ruled) for _, one in rows), strict=True)
        counts = [(sum(done for done, _ in column), sum(every for _, every in column)) for column in columns_of]
        done, every = counts[SORTS.index("transition")]
        yield _row(total, width, counts, 100 * done / every if every else 100.0)


def _counts(one: Coverage, ruled: bool) -> list[tuple[int, int]]:
    """For each column the number covered and the number of all."""
    counts = [one.count(sort) for sort in SORTS]
    return [*counts, one.rules.count] if ruled else counts


def _row(name: str, width: int, counts: Iterable[tuple[int, int]], percent: float) -> str:
    cells = "".join(_right(f"{done}/{every}", 14) for done, every in counts)
    return f"  {name}{' ' * (width - columns(name))}{cells}{percent:7.1f} %"


def _right(text: str, width: int) -> str:
    return " " * max(1, width - columns(text)) + text


def missing(
    one: Coverage, paths: Mapping[Item, Path], sources: Mapping[str, Source], base: str, lang: str
) -> Iterator[str]:
    """For each line never reached: the place, the line, and the shortest call to it."""
    for item in one.missing:
        source = sources.get(item.place.file)
        line = " ".join(source.line_text(item.place.line).split()) if source is not None else ""
        yield f"  {path_from(base, item.place.file)}:{item.place.line}  {_ONE[item.sort].in_(lang)}  {visible(line)}"
        path = paths.get(item)
        if path is None:
            yield "    " + Words("没有找到走得到的通话", "no call was found that gets there").in_(lang)
        else:
            yield "    " + visible(" → ".join(_moves(path, lang)) or Words("通话一开始", "at the beginning").in_(lang))


def untested(one: Coverage, base: str, lang: str) -> Iterator[str]:
    """For each line of a rule that no dialogue tests: the place, the rule, and the missing part."""
    for line in one.rules.missing:
        said = f"{visible(line.rule)}{'：' if lang == 'zh' else ': '}{visible(_lacking(line).in_(lang))}"
        yield f"  {path_from(base, line.span.source.name)}:{line.span.line}  {said}"


def _lacking(line: RuleLine) -> Words:
    """The part of a rule's line that no dialogue has."""
    said = [predicate_words(one) for one in line.waits_for]
    if not said:
        return Words("还没有对话", "there is no dialogue")
    return Words("没有 " + "，之后 ".join(one.zh for one in said), "no " + ", and then ".join(one.en for one in said))


def _moves(path: Path, lang: str) -> Iterator[str]:
    for reached in path:
        yield from _move(reached, lang)


def _move(reached: Reached, lang: str) -> Iterator[str]:
    zh = lang == "zh"
    answers = ("、" if zh else ", ").join(f"{slot}={value}" for slot, value in reached.move.answers)
    match reached.move.given:
        case None:
            if answers:
                yield f"已知 {answers}" if zh else f"given {answers}"
            return
        case Happens():
            turn = f"客户 {reached.move.given.event}" if zh else f"customer {reached.move.given.event}"
        case GoAlong():
            turn = "配合" if zh else "cooperates"
        case _:
            time = duration(reached.move.given.milliseconds)
            turn = f"经过{time.zh}" if zh else f"pass {time.en}"
    yield turn + (f"（{answers}）" if answers and zh else f" ({answers})" if answers else "")


def as_data(
    coverages: Iterable[Coverage], paths: Callable[[Coverage], Mapping[Item, Path]], base: str, lang: str
) -> list[dict[str, Any]]:
    """The same as JSON values, a scenario each."""
    found: list[dict[str, Any]] = []
    for one in coverages:
        ways = paths(one)
        found.append(
            {
                "scenario": one.scenario,
                "percent": round(one.percent, 1),
                **{f"{sort}s": dict(zip(("covered", "all"), one.count(sort), strict=True)) for sort in SORTS},
                "rules": dict(zip(("covered", "all"), one.rules.count, strict=True)),
                "missing": [
                    {
                        "sort": item.sort,
                        "file": path_from(base, item.place.file),
                        "line": item.place.line,
                        "call": list(_moves(ways[item], lang)) if item in ways else None,
                    }
                    for item in one.missing
                ],
                "untested_rules": [
                    {
                        "rulebook": line.rulebook,
                        "rule": line.rule,
                        "file": path_from(base, line.span.source.name),
                        "line": line.span.line,
                        "lacking": [predicate_words(predicate).in_(lang) for predicate in line.waits_for],
                    }
                    for line in one.rules.missing
                ],
            }
        )
    return found
