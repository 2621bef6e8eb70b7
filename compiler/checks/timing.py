"""Timing checks: speech against limits, pauses against reactions, spoken times against promises. SC5xx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from compiler.checks.context import CheckContext
from compiler.machine.guards import combinations, holds
from compiler.machine.model import Flow, Machine, Promise, Slot, Step
from compiler.machine.speech import slot_lengths, spoken_seconds
from compiler.machine.walk import acts_of, phrases_of
from compiler.matching.times import SpokenTime, spoken_times
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words
from dsl.keywords import UNIT_BY_ID

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
    """Report timing findings, for every scenario of the project."""
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
    """Report steps whose shortest wordings exceed the limit in the longest case allowed by the guards."""
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
    """Report pauses always cut short by a reaction to a lasting event."""
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


_CLAUSE = re.compile("[，。；！？、,;!?]+|[.](?!\\d)")
_COMMITS = re.compile(
    "答复|回复|回音|回电|回话|回访|回您|联系|通知|告诉您|处理|办好|解决|上门"
    "|\\b(?:answer|reply|call you|contact|get back|let you know)\\b",
    re.IGNORECASE,
)
"""Words for what companies promise to do in a time."""
_SUPPOSES = re.compile("没|未|如果|要是|万一|\\b(?:if|not|unless)\\b", re.IGNORECASE)
"""Words by which a clause speaks of what may come of a promise: 24小时后还没有解决."""


def _promises(flow: Flow) -> Iterator[Diagnostic]:
    """Report spoken times ("24小时内") that differ from the promises of the scenario.

    The severity follows the certainty that the words refer to the promise:

        承诺 上门时间 2小时
        说 "三小时内上门。"                # the words of the promise: an error
        说 "三小时内给您办好。"            # perhaps a second promise: a warning
        说 "押金七天后退给您。"            # most likely unrelated: a note
        说 "我们三天内的通话都有录音。"    # not a deadline: nothing
    """
    promised = [act for act in acts_of(flow) if isinstance(act, Promise)]
    if not promised:
        return
    for act in acts_of(flow):
        for phrase in phrases_of(act):
            for one in spoken_times(phrase.text):
                clause = _clause(phrase.text, one)
                named = [each for each in promised if _names(clause, each.slot)]
                about = named or promised
                if any(_agree(one, each) for each in about):
                    continue
                sure = 3 if named else 2 if _COMMITS.search(clause) else 1
                if _SUPPOSES.search(clause):
                    sure = 1
                if one.vague:
                    sure -= 1
                if not sure:
                    continue
                near = about[0]
                yield OTHER_TIME.at(
                    act.span if phrase.bank else phrase.span,
                    said=phrase.text[one.start : one.end].strip(),
                    promised=UNIT_BY_ID[near.deadline.unit].amount(near.deadline.number),
                    slot=near.slot,
                    labels=(Label(near.span, Words("承诺写在这里", "promised here")),),
                    level=Severity(sure),
                )


def _agree(said: SpokenTime, promise: Promise) -> bool:
    """Whether the spoken time may be the promised time: 120分钟 and 2小时 are the same."""
    unit = UNIT_BY_ID[promise.deadline.unit]
    if said.vague and said.dimension != unit.dimension:  # 明天 and 1工作日
        return True
    least = said.least if said.vague else said.most  # customers count on the end of 两三个小时
    return said.dimension == unit.dimension and least <= promise.deadline.base <= said.most


def _clause(text: str, said: SpokenTime) -> str:
    """Return the clause around a time, plus the next clause where the time ends the first (三小时内，给您回音)."""
    cuts = [found.start() for found in _CLAUSE.finditer(text)] + [len(text)]
    start = max((at for at in cuts if at < said.start), default=0)
    ends = [at for at in cuts if at >= said.end]
    end = ends[0]
    if len(ends) > 1 and not text[said.end : end].strip():
        end = ends[1]
    return text[start:end]


def _names(clause: str, slot: str) -> bool:
    """Whether a clause mentions the name of a promise, by two Chinese characters or a word of the name."""
    parts = [slot[at : at + 2] for at in range(len(slot) - 1) if not slot[at : at + 2].isascii()]
    parts += re.findall("[A-Za-z]{4,}", slot)
    return any(part.lower() in clause.lower() for part in parts if part not in _TIME_WORDS)


_TIME_WORDS = frozenset({"时间", "时限", "期限", "时效", "时长", "time", "limit", "deadline"})
