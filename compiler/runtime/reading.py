"""Machine JSON -> `Model`. What is not a machine of this version, whole and consistent, is refused with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from compiler.runtime import document as d
from compiler.runtime import model as m
from dsl.diagnostics import Words, listed
from dsl.keywords import UNITS

_UNIT = {unit.id: (unit.zh[0], unit.en[0]) for unit in UNITS} | {"workday": ("个工作日", "workdays")}
_TIME = {unit.id for unit in UNITS if unit.dimension == "time"}


class MachineRefused(ValueError):
    """This is no machine that can be run. `words` says why, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


def load(machine: str | bytes | Mapping[str, Any]) -> m.Model:
    """The model of a machine document: its JSON text, the same as bytes in UTF-8, or what was made of them.

    Raises:
        MachineRefused: not JSON, cut short, of another version, or its parts do not fit together.
    """
    return _Reader(_document(machine)).model()


def _document(machine: str | bytes | Mapping[str, Any]) -> d.MachineDoc:
    if isinstance(machine, str | bytes):
        try:
            machine = msgspec.json.decode(machine)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise MachineRefused(
                f"这不是完整的 JSON，文件可能没有传完（{error}）",
                f"this is not whole JSON; it may be cut short ({error})",
            ) from None
        except RecursionError:
            raise _too_deep() from None
    form = machine.get("format") if isinstance(machine, Mapping) else None
    if not isinstance(machine, Mapping) or form != d.FORMAT:
        raise MachineRefused(
            "这不是 scriptc 的状态机（scriptc build 生成的 场景名.json）",
            "this is no scriptc machine (the SCENARIO.json that scriptc build writes)",
        )
    version = machine.get("version")
    if version != d.VERSION or isinstance(version, bool):
        raise MachineRefused(
            f"状态机是第 {version!r} 版，这里能运行的是第 {d.VERSION} 版；用同一版的 scriptc 重新生成",
            f"the machine is of version {version!r}, this runs version {d.VERSION}; build it again with this scriptc",
        )
    try:
        return msgspec.convert(machine, d.MachineDoc)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `")
        where = where.rstrip("`") or "$"
        raise MachineRefused(
            f"状态机的 {where} 处不合规定：{what}", f"the machine is not valid at {where}: {what}"
        ) from None
    except RecursionError:
        raise _too_deep() from None


class _Reader:
    """Puts the parts of one document together, looking up every name."""

    def __init__(self, document: d.MachineDoc) -> None:
        self.document = document
        names = [name for flow in document.flows for name in (flow.title, *(step.name for step in flow.steps))]
        self.zh = any("\u4e00" <= letter <= "\u9fff" for name in names for letter in name)
        self.slots = _numbered((slot.name for slot in document.slots), "slots", "信息", "slot")
        self.flows = _numbered((flow.scenario for flow in document.flows), "flows", "场景", "scenario")
        self.events = {term.name: term.tags for term in document.events}
        self.actions = {term.name: term.tags for term in document.actions}
        self.outcomes = {term.name: term.tags for term in document.outcomes}
        self.first = [0]  # the number of each flow's first state
        for flow in document.flows:
            self.first.append(self.first[-1] + len(flow.states))
        self.transitions: list[m.Transition] = []
        self.acts: list[m.Act] = []
        self.gates = 0

    def model(self) -> m.Model:
        document = self.document
        if document.flows[0].scenario != document.name:
            raise _wrong("$.flows[0].scenario", f"应是“{document.name}”", f"should be “{document.name}”")
        for number, slot in enumerate(document.slots):
            if (slot.type == "choice") != bool(slot.options):
                where = f"$.slots[{number}].options"
                raise _wrong(where, "选项类的信息要有选项，别的不要", "a choice has options, and nothing else has")
        states: list[m.State] = []
        flows = tuple(self.flow(number, flow, states) for number, flow in enumerate(document.flows))
        self.no_circle(flows)
        return m.Model(
            document.name,
            flows,
            tuple(states),
            tuple(self.transitions),
            tuple(self.acts),
            tuple(m.Slot(one.name, one.type, one.options, one.sensitive, one.known) for one in document.slots),
            self.gates,
            self.events,
            self.actions,
            self.outcomes,
        )

    def no_circle(self, flows: tuple[m.Flow, ...]) -> None:
        """Refuse sub-dialogues that may call themselves: a call could sink without end."""
        calls: list[set[int]] = [set() for _ in flows]
        for transition in self.transitions:
            if transition.call >= 0:
                calls[transition.flow].add(transition.call)
        free: set[int] = set()
        while len(free) < len(flows):
            more = {number for number, called in enumerate(calls) if called <= free} - free
            if not more:
                names = listed(flow.scenario for flow in flows if flow.index not in free)
                raise _wrong("$.flows", f"子对话互相调用，绕成了一圈：{names.zh}", f"calls go in a circle: {names.en}")
            free |= more

    # --- flows and states -------------------------------------------------------------------------------------------

    def flow(self, number: int, flow: d.FlowDoc, states: list[m.State]) -> m.Flow:
        at = f"$.flows[{number}]"
        count = len(flow.states)
        self.within(f"{at}.entry", flow.entry, count)
        for index, step in enumerate(flow.steps):
            self.within(f"{at}.steps[{index}].entry", step.entry, count)
            for state in step.states:
                self.within(f"{at}.steps[{index}].states", state, count)
        entries = {step.entry for step in flow.steps}
        for index, each in enumerate(flow.states):
            states.append(self.state(f"{at}.states[{index}]", number, index, each, entries))
        lines = tuple(
            self.transition(f"{at}.anytime[{index}]", number, index, line, anytime=True)
            for index, line in enumerate(flow.anytime)
        )
        for index, line in enumerate(lines):
            if line.kind != "event":
                raise _wrong(f"{at}.anytime[{index}].on", "“全程”只能等事件", "an anytime line waits for an event")
        return m.Flow(
            number,
            flow.scenario,
            flow.title,
            self.first[number] + flow.entry,
            tuple(_step(number, index, step) for index, step in enumerate(flow.steps)),
            _by_event(lines),
            lines,
            tuple(dict.fromkeys(line.event for line in lines if line.delay)),
            _words(flow.never_say),
            _acts(flow.never_do),
        )

    def state(self, at: str, flow: int, index: int, state: d.StateDoc, entries: set[int]) -> m.State:
        steps = len(self.document.flows[flow].steps)
        if state.id != index:
            raise _wrong(f"{at}.id", f"应是 {index}", f"should be {index}")
        if state.step is not None:
            self.within(f"{at}.step", state.step, steps)
        elif state.kind not in ("end", "return"):
            raise _wrong(f"{at}.step", "要属于一个步骤", "it has to belong to a step")
        gate = state.kind == "gate"
        if gate != (state.limit is not None) or (gate and len(state.transitions) != 2):
            raise _wrong(
                at, "限次入口要有次数和两条去路，别的没有", "a gate has a limit and two transitions, and only a gate"
            )
        if (state.kind == "end") != (state.outcome is not None):
            raise _wrong(f"{at}.outcome", "“结束”要有结局，别的没有", "an end has an outcome, and only an end")
        if state.event is not None and state.kind != "return":
            raise _wrong(f"{at}.event", "只有“返回”带事件", "only a return has an event")
        if state.outcome is not None:
            self.declared(f"{at}.outcome", state.outcome, self.outcomes, "结局", "outcome")
        if state.event is not None:
            self.declared(f"{at}.event", state.event, self.events, "事件", "event")
        acts = self.all_acts(f"{at}.acts", state.acts)
        transitions = tuple(
            self.transition(f"{at}.transitions[{number}]", flow, number, one)
            for number, one in enumerate(state.transitions)
        )
        if state.kind == "act" and not any(one.kind == "always" for one in transitions):
            raise _wrong(f"{at}.transitions", "做完以后没有去路", "nothing is taken when its acts are done")
        number = self.gates
        self.gates += gate
        return m.State(
            id=self.first[flow] + index,
            name=state.name,
            flow=flow,
            step=-1 if state.step is None else state.step,
            kind=state.kind,
            rests=state.kind in ("wait", "pause"),
            entry=index in entries,
            acts=acts,
            transitions=transitions,
            on=_by_event(transitions),
            always=tuple(one for one in transitions if one.kind == "always"),
            proceed=tuple(one for one in transitions if one.kind == "proceed"),
            timed=tuple(one for one in transitions if one.kind in ("after", "every")),
            delayed=tuple(dict.fromkeys(one.event for one in transitions if one.delay and one.kind == "event")),
            limit=state.limit or 0,
            gate=number if gate else -1,
            outcome=state.outcome or "",
            event=state.event or "",
            place=_place(state.span),
        )

    def transition(
        self, at: str, flow: int, order: int, one: d.TransitionDoc, *, anytime: bool = False
    ) -> m.Transition:
        on = one.on
        if (on.kind == "event") != (on.event is not None):
            raise _wrong(f"{at}.on", "只有 event 要写事件", "an event is given for `event`, and for nothing else")
        if on.event is not None:
            self.declared(f"{at}.on.event", on.event, self.events, "事件", "event")
        if (on.kind in ("after", "every") and on.delay_ms == 0) or (on.kind in ("always", "proceed") and on.delay_ms):
            raise _wrong(
                f"{at}.on.delay_ms", "after 和 every 要有时间，always 和 proceed 没有", "after and every take time"
            )
        if one.to is not None:
            self.within(f"{at}.to", one.to, self.first[flow + 1] - self.first[flow])
        if one.call is not None and one.call not in self.flows:
            raise _wrong(f"{at}.call", f"没有场景“{one.call}”", f"there is no scenario “{one.call}”")
        made = m.Transition(
            id=len(self.transitions),
            kind=on.kind,
            event=on.event or "",
            delay=on.delay_ms,
            guard=self.guard(f"{at}.if", one.guard),
            fills=self.names(f"{at}.fills", one.fills),
            acts=self.all_acts(f"{at}.acts", one.acts),
            call=-1 if one.call is None else self.flows[one.call],
            then=self.all_acts(f"{at}.then", one.then),
            target=-1 if one.to is None else self.first[flow] + one.to,
            anytime=anytime,
            flow=flow,
            order=order,
            place=_place(one.span),
        )
        self.transitions.append(made)
        return made

    # --- acts -------------------------------------------------------------------------------------------------------

    def all_acts(self, at: str, acts: tuple[d.ActDoc, ...]) -> tuple[m.Act, ...]:
        return tuple(self.act(f"{at}[{number}]", act) for number, act in enumerate(acts))

    def act(self, at: str, act: d.ActDoc) -> m.Act:
        guard, place, number = self.guard(f"{at}.if", act.guard), _place(act.span), len(self.acts)
        match act:
            case d.SayDoc():
                made = m.Act(number, "say", guard, place, self.wordings(at, act.phrases, place))
            case d.AskDoc():
                asked = self.names(f"{at}.slots", act.slots)
                made = m.Act(number, "ask", guard, place, self.wordings(at, act.phrases, place), asked)
            case d.DoDoc():
                self.declared(f"{at}.action", act.action, self.actions, "动作", "action")
                made = m.Act(number, "do", guard, place, (), self.names(f"{at}.fills", act.fills), act.action)
            case _:
                value = self.amount(f"{at}.deadline", act.deadline)
                made = m.Act(number, "promise", guard, place, (), self.names(f"{at}.slot", (act.slot,)), "", value)
        self.acts.append(made)
        return made

    def wordings(self, at: str, phrases: tuple[d.PhraseDoc, ...], place: m.Place) -> tuple[m.Wording, ...]:
        return tuple(
            m.Wording(
                tuple(
                    part if isinstance(part, str) else self.spoken(f"{at}.phrases[{number}]", part)
                    for part in one.parts
                ),
                one.bank,
                one.tags,
                place if one.span is None else _place(one.span),
            )
            for number, one in enumerate(phrases)
        )

    def spoken(self, at: str, part: d.SlotPartDoc) -> m.Spoken:
        slot = self.slots.get(part.slot, -1)
        if slot < 0 and part.slot not in self.document.facts:
            raise _wrong(at, f"没有信息“{part.slot}”", f"there is no slot “{part.slot}”")
        return m.Spoken(part.slot, slot, self.document.facts.get(part.slot, "") if slot < 0 else "", part.tail or 0)

    def amount(self, at: str, amount: d.AmountDoc) -> str:
        if amount.unit not in _UNIT:
            raise _wrong(f"{at}.unit", f"没有单位“{amount.unit}”", f"there is no unit “{amount.unit}”")
        zh, en = _UNIT[amount.unit]
        return f"{amount.number}{zh}" if self.zh else f"{amount.number} {en}"

    def guard(self, at: str, guard: d.GuardDoc) -> m.Guard:
        return tuple(self.test(f"{at}[{number}]", test) for number, test in enumerate(guard))

    def test(self, at: str, test: d.TestDoc) -> m.Test:
        (slot,) = self.names(f"{at}.slot", (test.slot,))
        given = [one for one in (test.values, test.others, test.filled) if one is not None]
        if len(given) != 1:
            raise _wrong(at, "is、is_not、filled 要写一个，也只写一个", "one of is, is_not and filled, and only one")
        if test.filled is not None:
            return m.Test(slot, None, not test.filled)
        values = test.values or test.others or ()
        for value in values:
            if value not in self.document.slots[slot].options:
                raise _wrong(at, f"“{test.slot}”没有选项“{value}”", f"“{test.slot}” has no option “{value}”")
        return m.Test(slot, frozenset(values), test.values is None)

    # --- small refusals ---------------------------------------------------------------------------------------------

    def names(self, at: str, names: tuple[str, ...]) -> tuple[int, ...]:
        for name in names:
            if name not in self.slots:
                raise _wrong(at, f"没有信息“{name}”", f"there is no slot “{name}”")
        return tuple(self.slots[name] for name in names)

    def within(self, at: str, index: int, count: int) -> None:
        if index >= count:
            raise _wrong(at, f"指向 {index}，一共只有 {count} 个", f"points to {index}, and there are {count}")

    def declared(self, at: str, name: str, known: Mapping[str, object], zh: str, en: str) -> None:
        if name not in known:
            raise _wrong(at, f"没有声明{zh}“{name}”", f"the {en} “{name}” is not declared")


def _numbered(names: Iterable[str], key: str, zh: str, en: str) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for name in names:
        if name in numbers:
            raise _wrong(f"$.{key}", f"有两个{zh}叫“{name}”", f"two of one {en} name “{name}”")
        numbers[name] = len(numbers)
    return numbers


def _by_event(transitions: Iterable[m.Transition]) -> dict[str, tuple[m.Transition, ...]]:
    found: dict[str, tuple[m.Transition, ...]] = {}
    for one in transitions:
        if one.kind == "event":
            found[one.event] = (*found.get(one.event, ()), one)
    return found


def _step(flow: int, index: int, step: d.StepDoc) -> m.Step:
    within = step.within.base if step.within is not None and step.within.unit in _TIME else 0
    return m.Step(
        flow, index, step.name, step.tags, step.goal, step.tips, within, _words(step.never_say), _acts(step.never_do),
        _place(step.span),
    )  # fmt: skip


def _words(found: tuple[d.NeverSayDoc, ...]) -> tuple[m.Prohibition, ...]:
    return tuple(m.Prohibition(one.texts, one.because, one.instead, one.unless) for one in found)


def _acts(found: tuple[d.NeverDoDoc, ...]) -> tuple[m.Prohibition, ...]:
    return tuple(m.Prohibition(one.actions, one.because, (), ()) for one in found)


def _too_deep() -> MachineRefused:
    return MachineRefused("状态机嵌套得太深", "the machine is nested too deeply")


def _place(span: d.SpanDoc) -> m.Place:
    return m.Place(span.file, span.line, span.end_line)


def _wrong(at: str, zh: str, en: str) -> MachineRefused:
    return MachineRefused(f"状态机的 {at} 处不合规定：{zh}", f"the machine is not valid at {at}: {en}")
