"""Slot checks: slots possibly empty when spoken, unused answers, repeated questions, secrets read out whole. SC4xx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from compiler.checks.context import CheckContext
from compiler.machine.analysis.dataflow import Bits, Filling
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import EMPTY, Configuration, Move
from compiler.machine.exploration.invisible import Invisible
from compiler.machine.exploration.narrate import narrate
from compiler.machine.exploration.refine import Refinement
from compiler.machine.exploration.search import Call, shortest_call
from compiler.machine.model import Act, Ask, Flow, Machine, Phrase, SlotRef, Transition
from compiler.machine.walk import acts_of, phrases_of, tests_of
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words
from dsl.source import Span

MAY_BE_EMPTY = Lint(
    "SC401",
    "slot-may-be-empty",
    Severity.ERROR,
    Words("说到这里时，“{slot}”可能还是空的", "“{slot}” may still be empty when this is spoken"),
    Words("{hint}", "{hint}"),
    Words(
        "坐席会念出一个空档：“您好，　先生”，客户一听就知道对方没在听。",
        "The agent would read out a gap, and the customer hears at once that nobody was listening.",
    ),
    bad='事件 生气\n结局 完成\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "请问您贵姓？"\n  当 生气 转 乙\n  转 乙\n'
    '步骤 乙\n  说 "{姓氏}先生，请讲。" # SC401\n  结束 完成\n',
    good='事件 生气\n结局 完成\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "请问您贵姓？"\n  当 生气 转 乙\n  转 乙\n'
    '步骤 乙\n  若 已有 姓氏: 说 "{姓氏}先生，请讲。"\n  若 没有 姓氏: 说 "您请讲。"\n  结束 完成\n',
)
NEVER_USED = Lint(
    "SC402",
    "answer-never-used",
    Severity.NOTE,
    Words("问了“{slot}”，却没有一句话或条件用到它", "“{slot}” is asked for, but no phrase or condition uses it"),
    Words("{hint}", "{hint}"),
    Words(
        "客户白白多答一个问题，通话也变长了。",
        "The customer answers a question for nothing, and the call grows longer.",
    ),
    bad='结局 完成\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "请问您贵姓？" # SC402\n  转 乙\n步骤 乙\n  结束 完成\n',
    good='结局 完成\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "请问您贵姓？"\n  转 乙\n步骤 乙\n  说 "{姓氏}女士，再见。"\n  结束 完成\n',
)
ASKED_AGAIN = Lint(
    "SC403",
    "asked-again",
    Severity.WARNING,
    Words("问到这里时，“{slot}”早已问过", "“{slot}” has been answered already when it is asked here"),
    Words("删去这一问", "drop the question"),
    Words(
        "同一件事问两遍，客户会说“我刚才不是说了吗”。",
        "Asked the same thing twice, customers say: I have just told you.",
    ),
    bad='结局 完成\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "请问您贵姓？"\n  转 乙\n步骤 乙\n'
    '  问 姓氏 "怎么称呼您？" # SC403\n  转 丙\n步骤 丙\n  说 "{姓氏}女士，再见。"\n  结束 完成\n',
    good='结局 完成\n事件 生气\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "请问您贵姓？"\n  当 生气 转 乙\n  转 乙\n步骤 乙\n'
    '  若 没有 姓氏: 问 姓氏 "怎么称呼您？"\n  转 丙\n步骤 丙\n  若 已有 姓氏: 说 "{姓氏}女士，再见。"\n  结束 完成\n',
)
READ_OUT_WHOLE = Lint(
    "SC404",
    "sensitive-read-out",
    Severity.ERROR,
    Words("“{slot}”是敏感信息，不能整个念出来", "“{slot}” is sensitive and must not be read out whole"),
    Words("写成 {{{slot} 末4位}}", "write {{{slot} last 4}}"),
    Words(
        "旁边的人、录音里都会听到完整的号码。",
        "People nearby, and the recording, would hear the whole number.",
    ),
    bad='结局 完成\n场景 A\n  信息 电话 电话号码 敏感\n步骤 甲\n  问 电话 "请问您的电话？"\n  转 乙\n步骤 乙\n'
    '  说 "我们会拨打{电话}。" # SC404\n  结束 完成\n',
    good='结局 完成\n场景 A\n  信息 电话 电话号码 敏感\n步骤 甲\n  问 电话 "请问您的电话？"\n  转 乙\n步骤 乙\n'
    '  说 "我们会拨打尾号{电话 末4位}的电话。"\n  结束 完成\n',
)

LINTS: tuple[Lint, ...] = (MAY_BE_EMPTY, NEVER_USED, ASKED_AGAIN, READ_OUT_WHOLE)

SEARCH = 20_000
"""Configurations that the search for the shortest call looks at before it gives up and reports without a call."""


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Report findings about slots, for every machine of the project."""
    used: set[str] = set()
    asked: dict[str, tuple[Ask, bool]] = {}
    for machine in context.machines:
        filling = Filling(machine)
        sensitive = {slot.name for slot in machine.slots if slot.sensitive}
        for flow in machine.flows:
            if flow.scenario not in filling.before:
                continue
            for act, filled in _acts(flow, filling):
                yield from _spoken(machine, act, filled, filling, sensitive)
                if isinstance(act, Ask):
                    yield from _asked_again(act, filled, filling)
    for flow in context.flows.values():
        used |= _uses(flow)
    for name in context.own:
        for act in acts_of(context.flows[name]):
            if isinstance(act, Ask):
                for slot in act.slots:
                    secret = any(one.name == slot and one.sensitive for one in context.flows[name].slots)
                    asked.setdefault(slot, (act, secret))
    for slot, (act, secret) in asked.items():
        if slot not in used:
            yield NEVER_USED.at(act.span, slot=slot, hint=_use(slot, secret))


def _use(slot: str, sensitive: bool) -> Words:
    """Return advice for an unused answer; sensitive answers are not read out whole (SC404)."""
    if sensitive:
        zh = f"用来核对的，念末四位请客户确认：{{{slot} 末4位}}；用不到，就不要问"
        return Words(zh, f"read the last four back to be confirmed: {{{slot} last 4}}; if nobody needs it, do not ask")
    return Words(f"在后面用上 {{{slot}}}，或不问这一句", f"use {{{slot}}} later on, or do not ask")


def _acts(flow: Flow, filling: Filling) -> Iterator[tuple[Act, Bits]]:
    """Yield every reachable act of a flow, with the slots certainly filled before the act."""
    before = filling.before[flow.scenario]
    resting: Bits | None = None
    for state in flow.states:
        filled = before[state.id]
        if filled is None:
            continue
        now = filled
        for act in state.acts:
            yield act, now | filling.known_by(act.guard)
            now = filling.after_acts((act,), now)
        if state.kind in ("wait", "pause"):
            resting = now if resting is None else resting & now
        for one in state.transitions:
            yield from _along(one, now, filling)
            if one.call is not None:  # the `全程` lines hold in there too
                inside = filling.after_acts(one.acts, now | filling.known_by(one.guard))
                resting = inside if resting is None else resting & inside
    if resting is not None:
        for one in flow.anytime:
            yield from _along(one, resting, filling)


def _along(one: Transition, filled: Bits, filling: Filling) -> Iterator[tuple[Act, Bits]]:
    now = filled | filling.known_by(one.guard)
    for act in one.acts:
        yield act, now | filling.known_by(act.guard)
        now = filling.after_acts((act,), now)
    if one.call is not None:
        gains = filling.gains(one.call).values()
        common = filling.everything
        for gained in gains:
            common &= gained
        now |= common if gains else 0
    for act in one.then:
        yield act, now | filling.known_by(act.guard)
        now = filling.after_acts((act,), now)


def _spoken(
    machine: Machine, act: Act, filled: Bits, filling: Filling, sensitive: AbstractSet[str]
) -> Iterator[Diagnostic]:
    for phrase in phrases_of(act):
        for part in phrase.parts:
            if not isinstance(part, SlotRef) or part.slot not in filling.bit:
                continue
            if part.slot in sensitive and part.tail is None:
                yield READ_OUT_WHOLE.at(_place(act, phrase), slot=part.slot)
            if not filled & filling.bit[part.slot]:
                yield from _maybe_empty(machine, act, phrase, part.slot)


def _place(act: Act, phrase: Phrase) -> Span:
    """Return the place to report: the phrase or, for a phrase of the bank, the line that speaks the phrase."""
    return act.span if phrase.bank else phrase.span


def _maybe_empty(machine: Machine, act: Act, phrase: Phrase, slot: str) -> Iterator[Diagnostic]:
    index = next(number for number, one in enumerate(machine.slots) if one.name == slot)
    refinement = Refinement(machine, slot)
    invisible = Invisible.of(refinement.exact)

    def spoken_empty(move: Move, _: Configuration) -> bool:
        return any(one.act is act and one.slots[index] == EMPTY for one in move.happenings)

    def filled(config: Configuration) -> bool:
        return config.slots[index] != EMPTY  # and stays so to the end of the call

    def speaks(acts: Iterable[Act]) -> bool:
        return any(one is act for one in acts)

    def stutters(flow: Flow) -> bool:
        called = invisible.called(flow)
        hands_back = any(state.event is not None for one in called for state in one.states)
        return not hands_back and not any(speaks(acts_of(one)) for one in called)

    def find(slots: frozenset[str], gates: frozenset[int]) -> Call | None:
        without = invisible.transitions(slots, gates, lambda one: not speaks((*one.acts, *one.then)), stutters)
        return shortest_call(Behaviour(machine, slots, gates, without), spoken_empty, SEARCH, filled)

    call: Call | None
    try:
        call = refinement.shortest(find, frozenset({slot}))
    except LookupError:
        yield MAY_BE_EMPTY.at(_place(act, phrase), slot=slot, hint=_ask_first(machine, act, slot))
        return
    if call is not None:
        hint = _ask_first(machine, act, slot)
        labels = (Label(phrase.span, Words("这句话术里念到它", "spoken in this phrase")),) if phrase.bank else ()
        yield MAY_BE_EMPTY.at(_place(act, phrase), slot=slot, hint=hint, labels=labels, call=narrate(machine, call))


def _ask_first(machine: Machine, act: Act, slot: str) -> Words:
    """Return advice for a slot possibly empty when spoken by `act`."""
    for flow in machine.flows:
        for state in flow.states:
            before = [one for one in state.acts if one.span.order() < act.span.order()]
            if act in state.acts and any(isinstance(one, Ask) and slot in one.slots for one in before):
                return Words(
                    f"上面刚问 {slot}，客户还没有答：在问的后面写“转 …”，这一句移到下一步",
                    f"{slot} is asked just above and not answered yet: go to another step, and say this there",
                )
    return Words(
        f"先问 {slot}，或写成“若 已有 {slot}: 说 …”", f"ask for {slot} first, or write “if known {slot}: say …”"
    )


def _asked_again(act: Ask, filled: Bits, filling: Filling) -> Iterator[Diagnostic]:
    for slot in act.slots:
        if filled & filling.bit[slot] and not any(test.slot == slot for test in act.guard):
            yield ASKED_AGAIN.at(act.span, slot=slot)


def _uses(flow: Flow) -> set[str]:
    """Return the slots spoken or tested by a flow."""
    used = {test.slot for test in tests_of(flow)}
    for act in acts_of(flow):
        for phrase in phrases_of(act):
            used.update(part.slot for part in phrase.parts if isinstance(part, SlotRef))
    return used
