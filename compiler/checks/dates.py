"""Scenarios outside the dates in force: expired, not yet valid, or called by a valid scenario. SC504 to SC506."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.context import CheckContext
from compiler.machine.walk import calls_of
from compiler.names.program import ScenarioDef
from compiler.rulebooks.rule_set import Today
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words
from dsl.source import Span

ENDED = Lint(
    "SC504",
    "scenario-ended",
    Severity.WARNING,
    Words("场景“{scenario}”到 {date} 为止，已经过期", "the scenario “{scenario}” ended on {date}"),
    Words(
        "还要用，就写上新的日期；不用了，就删去这个场景，收回它的卡片",
        "give it another last day, or delete the scenario and take its cards back",
    ),
    Words(
        "过了期的说法还发给坐席，承诺的就是公司已经不给的东西。",
        "With words that are over, agents promise what the company no longer gives.",
    ),
    bad="结局 完成\n场景 春节问候\n  生效 2026-02-01 至 2026-02-20 # SC504\n步骤 甲\n  结束 完成\n",
    good="结局 完成\n场景 春节问候\n  生效 2026-12-01 至 2027-02-20\n步骤 甲\n  结束 完成\n",
)
AHEAD = Lint(
    "SC505",
    "scenario-not-yet-in-force",
    Severity.NOTE,
    Words("场景“{scenario}”从 {date} 起才生效", "the scenario “{scenario}” is not in force before {date}"),
    Words(
        "卡片可以先印，到那天再换；日期写错了就改",
        "its cards can be printed ahead and exchanged on that day; mend the date if it is wrong",
    ),
    Words(
        "提前用了新说法，客户听到的就是还没有开始的事。", "Used too early, it tells customers of what has not begun."
    ),
    bad="结局 完成\n场景 春节问候\n  生效 2027-02-01 # SC505\n步骤 甲\n  结束 完成\n",
    good="结局 完成\n场景 春节问候\n  生效 2026-12-01\n步骤 甲\n  结束 完成\n",
)
CALLED = Lint(
    "SC506",
    "calls-what-is-not-in-force",
    Severity.WARNING,
    Words("调用的场景“{scenario}”{when}", "the scenario “{scenario}” that is called {when}"),
    Words("换一个场景，或改它的日期", "call another scenario, or change its days"),
    Words(
        "调用它的场景还在用，坐席就会照着过期的卡片往下说。",
        "The scenario that calls it is in use, so agents go on by a card that is not in force.",
    ),
    bad="结局 完成\n场景 接听\n步骤 甲\n  调用 春节问候 # SC506\n  结束 完成\n"
    '场景 春节问候\n  生效 2026-02-01 至 2026-02-20 # SC504\n步骤 乙\n  说 "给您拜年了。"\n  返回\n',
    good="结局 完成\n场景 接听\n步骤 甲\n  调用 春节问候\n  结束 完成\n"
    '场景 春节问候\n  生效 2026-02-01 至 2027-02-20\n步骤 乙\n  说 "给您拜年了。"\n  返回\n',
)

LINTS: tuple[Lint, ...] = (ENDED, AHEAD, CALLED)


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Findings about first and last days, for each scenario of the project and what it calls."""
    today = Today(context.today)
    scenarios = context.program.scenarios
    for name in context.own:
        out = _out_of_force(scenarios[name], today)
        if out is not None:
            lint, span, date = out
            yield lint.at(span, scenario=name, date=date)
        if out is not None and out[0] is ENDED:  # an expired scenario is reported itself; its calls do not matter
            continue
        for callee, call in calls_of(context.flows[name]):
            inner = _out_of_force(scenarios[callee], today)
            if inner is None or inner == out:
                continue
            lint, span, date = inner
            when = Words(f"已于 {date} 到期", f"ended on {date}")
            if lint is AHEAD:
                when = Words(f"从 {date} 起才生效", f"is not in force before {date}")
            yield CALLED.at(
                call.span, scenario=callee, when=when, labels=(Label(span, Words("日期写在这里", "its days")),)
            )


def _out_of_force(scenario: ScenarioDef, today: Today) -> tuple[Lint, Span, str] | None:
    """Why `scenario` is not in force, the line that says so, and its day; None when it is."""
    days = scenario.days
    if days is None:
        return None
    if days.until is not None and today.after(days.until):
        return ENDED, days.span, days.until.iso
    return (AHEAD, days.span, days.since.iso) if today.before(days.since) else None
