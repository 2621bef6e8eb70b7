"""What is found about whole calls, held against brute force on scripts that hold every construct (`rich_scripts`).

Few examples each, because these searches are dear; with the profile `new` and more of them they hunt for others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.model import Ask, Machine, Phrase, Say
from compiler.pipeline import Compilation
from compiler.rulebooks.path_lengths import UNBOUNDED, call_length
from compiler.rulebooks.spoken import StepSpeech
from tests.checks.test_slots import spoken_empty
from tests.naive_rules import State
from tests.projects import compile_text
from tests.rich_scripts import VOCABULARY, rich_scripts
from tests.rulebooks.test_rulebooks import FORMS, assert_as_brute_force_says, little_patience, rulebook  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow

MOST = 800
"""Configurations of a machine that are looked at; with more, it is left aside."""

ATOMS = (
    "[致歉]", "[共情]", "[不满]", "[记录]", "[升级]", "步骤 A步0", "步骤 B步0", "步骤 C步0", "步骤 [致歉]", "事件 沉默", "事件 生气",
    "做 登记", "做 静音", "结束", "结束 无声", "结束 [升级]", "问 姓", "问 敏感", "得到 姓", "得到 类型", "得到 答复", "调用 B", "调用 C",
    "说 抱歉", "承诺", "承诺 答复", "提到 姓", "词组 道歉词", '说 "请稍等"',
)  # fmt: skip
STEPS = ("步骤 [致歉]", "步骤 [共情]", "步骤 A步0", "步骤 B步0", "步骤 C步0")
ALL_FORMS = {**FORMS, "step-never": "禁止 {p} 含 {q}"}

lawful = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, State]:
    """A line of a rule, and the same for the naive check."""
    form = draw(st.sampled_from(sorted(ALL_FORMS)))
    predicate = st.lists(st.sampled_from(ATOMS), min_size=1, max_size=2, unique=True)
    steps = st.lists(st.sampled_from(STEPS), min_size=1, max_size=2, unique=True)
    p = draw(steps if form in ("step-has", "step-never") else predicate)
    q, after = draw(predicate), draw(predicate)
    text = ALL_FORMS[form].format(p=" 或 ".join(p), q=" 或 ".join(q), after=" 或 ".join(after))
    return text, State(form, frozenset(p), frozenset(q), frozenset(after))


def compiled(text: str) -> Compilation:
    made = compile_text(text, vocabulary=VOCABULARY)
    assume(not any(one.code in ("SC201", "SC213", "SC308") for one in made.findings))
    return made


def machine_of(made: Compilation) -> Machine:
    return next(one for one in made.machines if one.name == "A")


@settings(lawful, max_examples=12)
@given(rich_scripts(), st.lists(rules(), min_size=6, max_size=10))
def test_a_verdict_is_what_brute_force_says(text, drawn):
    made = compiled(rulebook([line for line, _ in drawn]) + text)
    assert_as_brute_force_says(made, drawn, MOST)


@settings(lawful, max_examples=10)
@given(rich_scripts())
def test_a_slot_may_be_empty_exactly_where_some_call_speaks_it_empty(text):
    made = compiled(text)
    expected = set().union(*(spoken_empty(machine) for machine in made.machines))
    told = {(one.span.start, dict(one.fields)["slot"]) for one in made.findings if one.code == "SC401"}
    assert told == expected


Ways = Mapping[Configuration | None, list[tuple[Move, Configuration]]]


def everything(machine: Machine) -> Ways:
    """Every place a call can rest in, with its moves."""
    behaviour, ways = Behaviour(machine), {}
    queue: deque[Configuration | None] = deque([None])
    while queue:
        at = queue.popleft()
        ways[at] = list(behaviour.beginnings() if at is None else behaviour.moves(at))
        queue.extend(after for after in dict.fromkeys(after for _, after in ways[at]) if after not in ways)
        assume(len(ways) <= MOST)
    return ways


def goes_on_for_ever(ways: Ways) -> bool:
    """Whether a call can go round without time passing, and not only hear again what a reaction says."""

    def onward(at: Configuration) -> Iterator[Configuration]:
        for move, after in ways.get(at, ()):
            line = move.transition
            assert line is not None
            begins = any(one.kind == "enter" for one in move.happenings)
            if begins and not line.trigger.delay and (line.call is not None or line.target is not None):
                yield after

    done: set[Configuration] = set()
    for start in (at for at in ways if at is not None):
        path, todo = {}, [(start, onward(start))] if start not in done else []
        while todo:
            at, rest = todo[-1]
            path[at] = True
            after = next(rest, None)
            if after is None:
                done.add(at)
                del path[at]
                todo.pop()
            elif after in path:
                return True
            elif after not in done:
                todo.append((after, onward(after)))
    return False


@settings(lawful, max_examples=15)
@given(rich_scripts())
def test_what_is_never_reached_is_not_and_what_can_go_round_is_told(text):
    made = compiled(text)
    unreached = {one.span.order() for one in made.findings if one.code == "SC301"}
    told = {one.span.order() for one in made.findings if one.code in ("SC302", "SC307")}
    for machine in made.machines:
        ways = everything(machine)
        entered = {
            machine.flows[one.flow].steps[one.step].span.order()
            for out in ways.values()
            for move, _ in out
            for one in move.happenings
            if one.kind == "enter" and one.step is not None
        }
        assert not entered & unreached
        states = (state for flow in machine.flows for state in flow.states)
        mine = {step.span.order() for flow in machine.flows for step in flow.steps}
        mine |= {line.span.order() for flow in machine.flows for line in flow.anytime}
        mine |= {line.span.order() for state in states for line in state.transitions}
        assert told & mine or not goes_on_for_ever(ways)


def own_acts(machine: Machine) -> dict[int, tuple[int, int | None]]:
    """By the `id` of everything a step says from top to bottom: its flow and step."""
    found: dict[int, tuple[int, int | None]] = {}
    for number, flow in enumerate(machine.flows):
        for state in flow.states:
            acts = list(state.acts)
            for one in state.transitions:
                kind = one.trigger.kind
                if (
                    kind == "proceed"
                    or (kind == "always" and state.kind == "act")
                    or (kind, state.kind) == ("after", "pause")
                ):
                    acts += (*one.acts, *one.then)
            found |= {id(act): (number, state.step) for act in acts if isinstance(act, Say | Ask) and act.phrases}
    return found


def one(_: Phrase) -> float:
    return 1.0


@settings(lawful, max_examples=12)
@given(rich_scripts(), st.randoms(use_true_random=False))
def test_no_call_says_more_in_a_step_or_takes_more_turns_than_is_measured(text, chance):
    machine = machine_of(compiled(text))
    behaviour, own = Behaviour(machine), own_acts(machine)
    slots = {slot.name: slot for slot in machine.slots}
    most = [[StepSpeech(flow, slots, one, most=True).of(step) for step in flow.steps] for flow in machine.flows]
    try:
        turns = [
            call_length(machine, lambda move: float(move.transition is not None), longest=is_so)
            for is_so in (False, True)
        ]
    except LookupError:
        turns = [0.0, UNBOUNDED]
    for _ in range(40):
        move, at = chance.choice(list(behaviour.beginnings()))
        said: dict[tuple[int, int | None], dict[int, int]] = {}  # by frame: a sub-dialogue may interrupt itself
        taken, interrupted, counts = 0, False, True
        for _ in range(30):
            for happening in move.happenings:
                if happening.kind == "enter":
                    said.setdefault((happening.flow, happening.step), {})[happening.depth] = 0
                elif happening.kind in ("leave", "return"):
                    for frames in said.values():
                        for depth in [one for one in frames if one >= happening.depth]:
                            del frames[depth]
                place = own.get(id(happening.act))
                if place is not None and said.get(place):
                    said[place][max(said[place])] += 1
                    assert place[1] is not None
                    step = machine.flows[place[0]].steps[place[1]].name
                    assert said[place][max(said[place])] <= most[place[0]][place[1]], step
            # Left out is what brings a call back to where it was; one interruption may end it.
            options = [
                (later, after, line.target is None)
                for later, after in behaviour.moves(at)
                for line in [later.transition]
                if line is not None and (line.target is not None or (line.call is not None and not interrupted))
            ]
            if not options:
                break
            move, after, stays = chance.choice(options)
            back = len(after.frames) <= len(at.frames) and any(one.kind == "return" for one in move.happenings)
            same = after.frames == at.frames and not any(
                one.kind == "enter" and one.depth == len(at.frames) - 1 for one in move.happenings
            )
            counts = counts and not same and not ((interrupted or stays) and back and after.outcome is None)
            interrupted = interrupted or stays
            taken += 1
            at = after
        if at.outcome is not None and counts:
            assert turns[0] <= taken <= turns[1]
