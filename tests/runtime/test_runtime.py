"""The simulator: the sentences of docs/language.md and docs/embedding.md about calls, and all moves held against `Behaviour`.

`Behaviour` enumerates every move of the compiler's own machine; the simulator reads nothing but the JSON.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from compiler.machine.exploration import configuration as b
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.search import shortest_call
from compiler.machine.model import Ask, Do, Machine, Promise, Say, Transition
from compiler.machine.to_json import machine_document
from compiler.runtime import configuration as c
from compiler.runtime.model import Act, Model, Slots
from compiler.runtime.moves import begin, step
from compiler.runtime.possible import possible
from compiler.runtime.reading import load
from compiler.runtime.running import Run
from compiler.runtime.session import Session
from compiler.runtime.timers import next_due
from compiler.runtime.transcript import Turn, transcript_lines
from tests.projects import compile_text, lowered
from tests.random_scripts import scripts, timed_scripts

MOST = 150
"""Configurations looked at in one random machine."""


def session(text: str, name: str = "A", **known: str) -> Session:
    machine = next(one for one in lowered(text).machines if one.name == name)
    return Session(load(machine_document(machine)), known)


def made(turn: Turn | c.Refused) -> Turn:
    assert isinstance(turn, Turn), turn
    return turn


def refused(turn: Turn | c.Refused) -> c.Refused:
    assert isinstance(turn, c.Refused), turn
    return turn


def said(turn: Turn | c.Refused) -> list[str]:
    return [line.text for line in made(turn).lines if line.kind in ("say", "ask")]


# --- time ------------------------------------------------------------------------------------------------------------

WAITING = """\
场景 A
  全程 当 沉默 5秒: 说 "在吗？"
步骤 甲
  说 "请稍等。"
  超过 12秒 转 乙
  每 4秒: 说 "正在查。"
  当 出声: 说 "好的。"
  当 杂音 3秒 且 没有 姓: 做 登记, 得到 姓
  转 乙
步骤 乙
  说 "查好了。"
  转 甲
"""


def waiting() -> Session:
    return session(WAITING.replace("  全程", "  信息 姓 文本\n  全程", 1))


def test_what_must_last_begins_anew_with_every_event_and_what_counts_the_waiting_does_not():
    call = waiting()
    assert said(call.advance(2_999)) == []
    assert said(call.send("出声")) == ["好的。"]
    assert said(call.advance(1_001)) == ["正在查。"]  # at 4 s, whatever was heard at 3
    assert call.slots == {}
    call.advance(1_999)  # 5.999 s: the noise would have had to last from 2.999 on
    assert call.slots == {"姓": "…"}
    assert [turn.clock for turn in call.transcript] == [0, 2_999, 2_999, 4_000, 5_999]


def test_time_goes_by_in_order_and_a_timer_goes_off_once():
    call = waiting()
    call.send("杂音")  # fills 姓, so that no noise is waited for any more
    spoken = [(line.clock, line.text) for line in made(call.advance(60_000)).lines if line.kind == "say"]
    assert spoken[:6] == [
        (4_000, "正在查。"),
        (5_000, "在吗？"),
        (8_000, "正在查。"),
        (10_000, "在吗？"),
        (12_000, "查好了。"),  # 超过 has run for 12 s, 每 for 4
        (17_000, "在吗？"),
    ]


def test_of_what_is_due_at_one_moment_the_longest_wait_goes_first_wherever_it_stands():
    call = session('场景 A\n步骤 甲\n  说 "请稍等。"\n  每 4秒: 说 "正在查。"\n  超过 8秒 结束 无声\n  转 甲\n')
    assert said(call.advance(4_000)) == ["正在查。"]
    assert said(call.advance(4_000)) == []
    assert call.outcome == "无声"


def test_a_test_is_asked_when_the_time_is_over_and_not_again_when_it_would_hold():
    text = (
        '场景 A\n  信息 姓 文本\n步骤 甲\n  问 姓 "贵姓？"\n'
        '  当 沉默 5秒 且 已有 姓: 说 "在吗？"\n  每 6秒: 做 登记, 得到 姓\n  转 乙\n步骤 乙\n  说 "谢谢您，{姓}。"\n  结束 已解决\n'
    )
    call = session(text)
    call.advance(6_000)
    assert "姓" in call.slots
    assert said(call.advance(10_000)) == []
    call.heard()
    assert said(call.advance(5_000)) == ["在吗？"]


def test_time_passing_in_parts_is_time_passing_at_once():
    whole, parts = waiting(), waiting()
    at_once = made(whole.advance(60_000)).lines
    assert at_once == tuple(line for _ in range(600) for line in made(parts.advance(100)).lines)
    assert whole.configuration == parts.configuration


def test_a_sound_that_is_no_event_ends_a_silence():
    call = waiting()
    call.send("杂音")
    call.advance(4_500)
    call.heard()
    assert said(call.advance(3_000)) == []
    assert said(call.advance(2_000)) == ["正在查。", "在吗？"]


def test_coming_back_from_a_sub_dialogue_the_waiting_begins_anew():
    call = session(
        '场景 A\n步骤 甲\n  说 "一。"\n  超过 10秒: 说 "久等。"\n  当 沉默 调用 B\n  转 甲\n'
        '场景 B\n步骤 询\n  说 "在吗？"\n  当 出声 返回\n'
    )
    call.advance(9_000)
    call.send("沉默")
    call.send("出声")
    assert said(call.advance(9_000)) == []
    assert said(call.advance(1_000)) == ["久等。"]
    assert said(call.advance(100_000)) == []


def test_a_call_that_ends_while_time_passes_stops_the_clock():
    call = session('场景 A\n步骤 甲\n  说 "一。"\n  超过 7秒 结束 无声\n  转 甲\n')
    call.advance(60_000)
    assert (call.outcome, call.clock) == ("无声", 7_000)


# --- answers ---------------------------------------------------------------------------------------------------------

ASKING = """\
场景 A
  信息 姓 文本
  信息 类型 选项 甲 / 乙
步骤 询
  问 姓 "您贵姓？"
  问 类型 "哪一种？"
  转 复
步骤 复
  若 类型 是 甲: 说 "{姓}女士，甲。"
  若 类型 是 乙: 说 "{姓}女士，乙。"
  转 询
"""


def test_answers_are_what_was_given_and_a_text_not_given_is_filled_all_the_same():
    call = session(ASKING)
    assert said(call.go_along({"姓": "王", "类型": "乙"})) == ["王女士，乙。"]
    call = session(ASKING)
    assert said(call.go_along({"类型": "甲"})) == ["{姓}女士，甲。"]
    assert call.slots == {"姓": "…", "类型": "甲"}


def test_what_was_given_ahead_is_the_answer_whenever_it_is_asked_for():
    call = session(ASKING)
    call.fill("姓", "王")
    call.fill("类型", "甲")
    assert call.slots == {}
    call.go_along()
    call.go_along()
    assert said(call.go_along({"类型": "乙"})) == ["王女士，乙。"]


def test_a_choice_must_be_known_to_go_on():
    call = session(ASKING)
    before = call.configuration
    answer = refused(call.go_along({"姓": "王"}))
    assert (answer.kind, answer.slot, answer.options) == ("answer-missing", "类型", ("甲", "乙"))
    assert call.configuration == before


def test_what_cannot_be_filled_is_refused_with_the_reason():
    call = session(ASKING)
    assert [refused(call.fill(*pair)).kind for pair in (("性", "王"), ("类型", "丙"))] == ["slot", "value"]
    assert "“姓”" in refused(call.fill("姓名", "王")).words.zh
    known = session(ASKING.replace("文本", "文本 已知"), 姓="李")
    assert said(known.go_along({"类型": "甲"})) == ["李女士，甲。"]


# --- what is possible ------------------------------------------------------------------------------------------------


def test_an_event_nobody_answers_is_answered_with_what_is_possible():
    call = waiting()
    answer = refused(call.send("生气"))
    assert answer.kind == "unknown-event"
    assert "生气" in answer.words.zh
    assert [(one.kind, one.event, one.delay, one.at) for one in answer.possible] == [
        ("event", "出声", 0, -1),
        ("event", "杂音", 3_000, 3_000),
        ("time", "", 12_000, 12_000),
        ("time", "", 4_000, 4_000),
        ("go-along", "", 0, -1),
        ("event", "沉默", 5_000, 5_000),
    ]


def test_nothing_is_possible_after_the_end():
    call = session('场景 A\n步骤 甲\n  说 "一。"\n  结束 已解决\n')
    assert call.ended
    assert call.possible() == ()
    assert {refused(one).kind for one in (call.send("沉默"), call.go_along(), call.advance(1))} == {"ended"}


def test_what_is_told_of_a_call():
    call = session(ASKING)
    call.go_along({"姓": "王", "类型": "甲"}, "我姓王")
    told = [one.zh for one in transcript_lines(call.transcript, "A")]
    assert told[:3] == ["〔询〕", "坐席：“您贵姓？”  a.script:5", "坐席：“哪一种？”  a.script:6"]
    assert told[3:] == ["客户配合（姓=王, 类型=甲）：“我姓王”", "〔复〕", "坐席：“王女士，甲。”  a.script:9"]


def test_going_back_is_as_if_it_had_never_been():
    call = session(ASKING)
    first = call.configuration
    call.go_along({"类型": "甲"})
    assert call.back()
    assert (call.configuration, call.slots, len(call.transcript), len(call.outcomes)) == (first, {}, 1, 1)
    assert not call.back()


# --- the simulator makes every move of the machine, and no other ------------------------------------------------------


class Twin:
    """One machine twice: as the compiler knows it and as its JSON says."""

    def __init__(self, machine: Machine) -> None:
        self.made = Behaviour(machine)
        self.model: Model = load(machine_document(machine))
        self.empty: Slots = (None,) * len(machine.slots)
        lines = [
            line
            for flow in machine.flows
            for line in (*(line for state in flow.states for line in state.transitions), *flow.anytime)
        ]
        self.numbers: dict[int, set[int]] = {}
        for number, line in enumerate(lines):
            self.numbers.setdefault(id(line), set()).add(number)
        first = [0]
        for flow in machine.flows:
            first.append(first[-1] + len(flow.states))
        self.first = first
        self.choices = [slot for slot in machine.slots if slot.type == "choice"]

    def value(self, slot: int, value: int) -> str | None:
        options = self.made.slots[slot].options
        return None if value == b.EMPTY else options[value] if value >= 0 else "…"

    def slots(self, slots: tuple[int, ...]) -> Slots:
        return tuple(self.value(slot, value) for slot, value in enumerate(slots))

    def same(self, one: b.Configuration, other: c.Configuration) -> bool:
        if (one.outcome, one.gates, self.slots(one.slots)) != (other.outcome, other.gates, other.slots):
            return False
        if one.outcome is not None:
            return True
        return len(one.frames) == len(other.frames) and all(map(self.same_frame, one.frames, other.frames))

    def same_frame(self, one: b.Frame, other: c.Frame) -> bool:
        asked = tuple(self.made.slot_index[name] for name in one.asked)
        pending: tuple[Transition, ...] = ()
        if one.pending is not None:
            pending = self.made._chains.get(id(one.pending), (one.pending,))
        return (
            (self.first[one.flow] + one.state, asked, one.owner) == (other.state, other.asked, other.owner)
            and len(pending) == len(other.pending)
            and all(number in self.numbers[id(line)] for line, number in zip(pending, other.pending, strict=True))
        )

    def heard(self, move: b.Move) -> list[object]:
        return [
            (one.kind, one.flow, -1 if one.step is None else one.step, self.act(one.act), self.slots(one.slots))
            for one in move.happenings
            if one.kind in ("act", "end") or (one.kind == "enter" and not self.gated(one.flow, one.step))
        ]

    def gated(self, flow: int, step: int | None) -> bool:
        return step is not None and self.model.states[self.first[flow] + step].kind == "gate"

    def act(self, act: object) -> object:
        match act:
            case Say() | Ask():
                return tuple(phrase.text for phrase in act.phrases), act.span.line
            case Do():
                return act.action, act.fills, act.span.line
            case Promise():
                return act.slot, act.span.line
        return None

    def shown(self, happenings: tuple[c.Happening, ...]) -> list[object]:
        return [
            (one.kind, one.flow, one.step, self.act_shown(one.act), one.slots if one.kind == "act" else ())
            for one in happenings
            if one.kind != "enter" or not self.gated(one.flow, one.step)
        ]

    def act_shown(self, act: Act | None) -> object:
        if act is None:
            return None
        names = tuple(self.model.slots[slot].name for slot in act.slots)
        if act.kind in ("say", "ask"):
            return tuple(one.plain for one in act.wordings), act.place.line
        return (act.action, names, act.place.line) if act.kind == "do" else (names[0], act.place.line)

    def bare(self, config: c.Configuration) -> c.Configuration:
        """`config` as `Behaviour` sees it: at the beginning of the waiting, but for timers that went off; no answers."""
        last = config.last if config.last == c.NEVER else (config.last[0] - config.since, *config.last[1:])
        return c.Configuration(config.frames, config.gates, config.slots, self.empty, last=last, outcome=config.outcome)

    def answered(self, config: c.Configuration) -> Iterator[c.Configuration]:
        """`config` with every combination of answers given ahead."""
        for values in product(*(slot.options for slot in self.choices)):
            ahead = list(config.ready)
            for slot, value in zip(self.choices, values, strict=True):
                ahead[self.made.slot_index[slot.name]] = value
            yield config._replace(ready=tuple(ahead))

    def moves(self, config: c.Configuration) -> Iterator[c.Outcome]:
        """Every move of the simulator: the customer's whatever the clock says, the timers' in their order."""
        inputs = [c.GoAlong()] + [c.Happens(one.event) for one in possible(self.model, config) if one.kind == "event"]
        for ahead in self.answered(config):
            for given_input in inputs:
                made = step(self.model, ahead, given_input)
                if isinstance(made, c.Outcome):
                    yield made
            due = next_due(self.model, ahead, heard=True)
            if due is not None:
                run = Run(self.model, ahead)
                run.take(due.line, due.level)
                yield run.finish(heard=False, last=due.when)

    def fits(self, move: b.Move, after: b.Configuration, made: c.Outcome) -> bool:
        taken = move.transition is None or made.taken[0] in self.numbers[id(move.transition)]
        return taken and self.same(after, made.configuration) and self.heard(move) == self.shown(made.happenings)

    def fills_twice(self, move: b.Move) -> bool:
        """Whether a choice is filled twice in one move; a simulated system gives the same answer twice."""
        filled = [slot for slot, _ in move.values]
        filled += [slot for one in move.happenings if isinstance(one.act, Do) for slot in one.act.fills]
        return any(filled.count(slot.name) > 1 for slot in self.choices)


def twin(text: str) -> Twin:
    compiled = compile_text(text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    return Twin(next(one for one in compiled.machines if one.name == "A"))


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts() | timed_scripts())
def test_the_simulator_makes_exactly_the_moves_of_the_machine(text):
    both = twin(text)
    queue: deque[tuple[b.Configuration, c.Configuration]] = deque()
    begun = list(both.made.beginnings())
    for move, at in begun:
        known = {slot: both.value(both.made.slot_index[slot], value) or "" for slot, value in move.values}
        made = begin(both.model, known)
        if isinstance(made, c.Refused):
            assert made.kind == "answer-missing"  # a system is asked before the call first rests
            continue
        assert any(both.fits(one, after, made) for one, after in begun)
        queue.append((at, both.bare(made.configuration)))
    seen: set[b.Configuration] = set()
    while queue and len(seen) < MOST:
        at, config = queue.popleft()
        if at in seen or not both.same(at, config):
            continue
        seen.add(at)
        moves = list(both.made.moves(at))
        outcomes = list(both.moves(config))
        for made in outcomes:
            fitting = [after for move, after in moves if both.fits(move, after, made)]
            assert fitting, "the simulator made a move the machine does not have"
            queue.append((fitting[0], both.bare(made.configuration)))
        for move, after in moves:
            known_to_both = both.fills_twice(move) or any(both.fits(move, after, made) for made in outcomes)
            assert known_to_both, "the machine has a move the simulator did not make"
        assert len({(one.kind, one.event, one.delay) for one in possible(both.model, config)}) == len(
            possible(both.model, config)
        )


def by_time(both: Twin, at: b.Configuration, config: c.Configuration, heard: list[object]) -> b.Configuration | None:
    """Where moves that time may bring about lead from `at`, when they make `heard` and come to `config`."""
    if not heard and both.same(at, config):
        return at
    for move, after in both.made.moves(at):
        said_then = both.heard(move)
        trigger = move.transition.trigger if move.transition is not None else None
        timed = trigger is not None and (trigger.kind in ("after", "every") or trigger.delay > 0)
        if timed and heard[: len(said_then)] == said_then and (said_then or after != at):
            found = by_time(both, after, config, heard[len(said_then) :])
            if found is not None:
                return found
    return None


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts() | timed_scripts(), st.data())
def test_whatever_happens_and_however_time_passes_the_call_stays_inside_the_machine(text, data):
    both = twin(text)
    move, at = next(iter(both.made.beginnings()))
    made = begin(both.model, {slot: both.value(both.made.slot_index[slot], value) or "" for slot, value in move.values})
    assume(isinstance(made, c.Outcome) and both.fits(move, at, made))
    assert isinstance(made, c.Outcome)
    config = made.configuration
    for _ in range(12):
        if config.outcome is not None:
            break
        config = data.draw(st.sampled_from(list(both.answered(config))))
        inputs: list[c.Input] = [c.Happens(one.event) for one in possible(both.model, config) if one.kind == "event"]
        inputs += [c.GoAlong(), c.Heard(), c.Pass(data.draw(st.integers(0, 31_000)))]
        chosen = data.draw(st.sampled_from(inputs))
        outcome = step(both.model, config, chosen)
        if isinstance(outcome, c.Refused):
            assert outcome.kind in ("cannot-go-along", "no-way-on")
            continue
        made, config = outcome, outcome.configuration
        if isinstance(chosen, c.Pass):
            after = by_time(both, at, config, both.shown(made.happenings))
            assert after is not None, "time brought about what the machine does not have"
            at = after
        elif made.taken:
            at = next(after for one, after in both.made.moves(at) if both.fits(one, after, made))
        assert both.same(at, config)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts() | timed_scripts())
def test_a_shortest_call_of_the_machine_replays_on_the_simulator_to_the_same_end(text):
    both = twin(text)
    try:
        call = shortest_call(both.made, lambda _, at: at.outcome is not None, most=MOST)
    except LookupError:
        reject()
    assume(call is not None and not any(both.fills_twice(move) for move in call.moves))
    assert call is not None
    known = {slot: both.value(both.made.slot_index[slot], value) or "" for slot, value in call.moves[0].values}
    begun = begin(both.model, known)
    assume(isinstance(begun, c.Outcome))
    assert isinstance(begun, c.Outcome)
    config = begun.configuration
    first = (call.moves[0], call.rests[0])
    at = next(after for move, after in both.made.beginnings() if (move, after) == first)
    assume(both.same(at, config))
    for move, rest in zip(call.moves[1:], call.rests[1:], strict=True):
        at = next(after for one, after in both.made.moves(at) if (one, after) == (move, rest))
        config = next(one.configuration for one in both.moves(both.bare(config)) if both.fits(move, at, one))
    assert both.same(call.rests[-1], config)
