"""Times that do not fit each other: speech against limits, pauses against reactions, spoken times against promises. SC5xx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from compiler.checks.context import CheckContext
from compiler.machine.guards import combinations, holds
from compiler.machine.model import Flow, Machine, Promise, Slot, Step
from compiler.machine.speech import slot_lengths, spoken_seconds
from compiler.machine.walk import acts_of, phrases_of
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words
from dsl.keywords import UNIT_BY_ID, UNIT_WORDS, Unit, read_amount

TOO_LONG = Lint(
    "SC501",
    "longer-than-limit",
    Severity.ERROR,
    Words(
        "“{step}”光说话就要 {seconds} 秒，时限只有 {limit} 秒",
        "“{step}” takes {seconds} s to say; its limit is {limit} s",
    ),
    Words("把话说短，或放宽“时限”", "shorten the words, or give the step more time"),
    Words(
        "坐席只能越说越快，客户听不清，考核还要扣分。",
        "Agents can only speak faster and faster; the customer cannot follow, and they lose marks besides.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲 # SC501\n  时限 3秒\n  说 "您好，这里是星海通信客户服务中心，很高兴为您服务，请问有什么可以帮您？"\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  时限 3秒\n  说 "您好，请讲。"\n  结束 完成\n',
)
WAIT_CUT_SHORT = Lint(
    "SC502",
    "wait-cut-short",
    Severity.WARNING,
    Words(
        "等不到 {wait} 秒：客户沉默 {delay} 秒时“{event}”先发生",
        "this never waits {wait} s: after {delay} s “{event}” happens first",
    ),
    Words(
        "把等待改到 {delay} 秒以内，或把那一行的时间加长", "wait no longer than {delay} s, or give that line more time"
    ),
    Words(
        "卡片上写等十秒，五秒就被打断，坐席不知道听哪个。",
        "The card says ten seconds, yet after five something else begins, and agents do not know what counts.",
    ),
    bad='事件 沉默\n结局 完成\n场景 A\n步骤 甲\n  说 "请问您听得到吗？"\n  当 沉默 5秒 转 乙\n  等待 10秒 # SC502\n  转 乙\n'
    "步骤 乙\n  结束 完成\n",
    good='事件 沉默\n结局 完成\n场景 A\n步骤 甲\n  说 "请问您听得到吗？"\n  当 沉默 5秒 转 乙\n  等待 3秒\n  转 乙\n步骤 乙\n  结束 完成\n',
)
OTHER_TIME = Lint(
    "SC503",
    "other-time-than-promised",
    Severity.ERROR,
    Words("话里说的是“{said}”，承诺写的是{promised}", "the words say “{said}”, but what is promised is {promised}"),
    Words("写成 {{{slot}}}，时间就不会再说错", "write {{{slot}}}, and the two can never differ again"),
    Words(
        "客户记住的是坐席说的时间；与登记的不一致，就是一次新的投诉。",
        "The customer remembers the time that was spoken; when another one was filed, that is the next complaint.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  承诺 答复 2小时\n  说 "我们24小时内答复您。" # SC503\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  承诺 答复 2小时\n  说 "我们{答复}内答复您。"\n  结束 完成\n',
)

LINTS: tuple[Lint, ...] = (TOO_LONG, WAIT_CUT_SHORT, OTHER_TIME)


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Findings about time, for each scenario of the project."""
    for machine in context.machines:
        lengths = slot_lengths(machine)
        slots = {slot.name: slot for slot in machine.slots}
        flow = machine.main
        for step in flow.steps:
            yield from _speech(machine, flow, step, slots, lengths)
        yield from _waits(flow)
        yield from _promises(flow)


def _speech(
    machine: Machine, flow: Flow, step: Step, slots: Mapping[str, Slot], lengths: Mapping[str, int]
) -> Iterator[Diagnostic]:
    """Steps whose shortest wordings do not fit into the limit in the longest case their guards allow."""
    if step.within is None or step.within.unit == "ring":
        return
    acts = [act for id in step.states for act in flow.states[id].acts if phrases_of(act)]
    times = [
        (act, min(spoken_seconds(phrase, machine.speech_rate, lengths) for phrase in phrases_of(act))) for act in acts
    ]
    always = sum(seconds for act, seconds in times if not act.guard)
    guarded = [(act.guard, seconds) for act, seconds in times if act.guard]
    longest = max(
        (
            sum(seconds for guard, seconds in guarded if holds(guard, values))
            for values in combinations([guard for guard, _ in guarded], slots)
        ),
        default=0.0,
    )
    limit = step.within.base / 1000
    if always + longest > limit:
        yield TOO_LONG.at(step.span, step=step.name, seconds=round(always + longest), limit=f"{limit:g}")


def _waits(flow: Flow) -> Iterator[Diagnostic]:
    """Pauses always cut short by a reaction to a lasting event."""
    for state in flow.states:
        if state.kind != "pause":
            continue
        wait = next(one.trigger.delay for one in state.transitions if one.trigger.kind == "after")
        for one in (*state.transitions, *flow.anytime):
            if one.trigger.kind == "event" and 0 < one.trigger.delay < wait and not one.guard:
                yield WAIT_CUT_SHORT.at(
                    state.span,
                    wait=f"{wait / 1000:g}",
                    delay=f"{one.trigger.delay / 1000:g}",
                    event=one.trigger.event or "",
                    labels=(Label(one.span, Words("这一行先发生", "this line happens first")),),
                )
                break


_UNITS = "|".join(sorted((word for word in UNIT_WORDS if not word.isascii()), key=len, reverse=True))
_SPOKEN_TIME = re.compile(
    rf"(?<!\d)(?P<digits>\d{{1,9}})\s*(?P<unit>{_UNITS})\s*(?:之|以)?内"
    rf"|(?P<words>[一二两三四五六七八九十]+)\s*(?P<its>{_UNITS})\s*(?:之|以)?内"
    r"|within (?P<number>\d{1,9}) (?P<units>[a-z]+)"
)


def _promises(flow: Flow) -> Iterator[Diagnostic]:
    """Times in words ("24小时内") that differ from the scenario's promises."""
    promised = [act for act in acts_of(flow) if isinstance(act, Promise)]
    if not promised:
        return
    allowed = {(act.deadline.unit, act.deadline.base) for act in promised}
    for act in acts_of(flow):
        for phrase in phrases_of(act):
            for found in _SPOKEN_TIME.finditer(phrase.text):
                number, unit = _spoken(found)
                if unit is None or unit.dimension not in ("time", "worktime"):
                    continue
                if (unit.id, number * unit.per) not in allowed:
                    span = act.span if phrase.bank else phrase.span
                    near = promised[0]
                    yield OTHER_TIME.at(
                        span,
                        said=found[0],
                        promised=UNIT_BY_ID[near.deadline.unit].amount(near.deadline.number),
                        slot=near.slot,
                        labels=(Label(near.span, Words("承诺写在这里", "promised here")),),
                    )


def _spoken(found: re.Match[str]) -> tuple[int, Unit | None]:
    """The number and the unit of a time in words; None for a word that is no unit."""
    if found["words"]:
        number, unit = read_amount(found["words"] + found["its"]) or ("0", None)
        return int(number), unit
    return int(found["digits"] or found["number"]), UNIT_WORDS.get(found["unit"] or found["units"])
