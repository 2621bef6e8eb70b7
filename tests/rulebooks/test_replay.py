"""The calls that findings show, played again by the simulator from the machine's JSON alone: the same turns, the same end."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.dialogues.mutants import mutants
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import EMPTY, Configuration
from compiler.machine.exploration.narrate import narrate
from compiler.machine.exploration.search import Call, shortest_call
from compiler.machine.model import Ask, Do, Machine, Promise, Say
from compiler.machine.to_json import Writer
from compiler.pipeline import compile_scripts
from compiler.project.loader import Disk, Project
from compiler.project.loader import load as load_project
from compiler.runtime import Refused, Session, load
from dsl.diagnostics import Words
from dsl.frozen import replace
from dsl.parser import parse
from dsl.syntax import Scenario, Script
from tests.projects import compile_text
from tests.random_scripts import scripts, timed_scripts
from tests.rulebooks.test_rulebooks import little_patience, rulebook, rules  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow

Told = list[tuple[str, str, str]]


def told(machine: Machine, call: Call) -> list[Told]:
    """What happens in each turn: (what, scenario, step or outcome)."""
    kinds = {Say: "say", Ask: "ask", Do: "do", Promise: "promise"}
    turns: list[Told] = []
    for move in call.moves:
        turn: Told = []
        for one in move.happenings:
            if one.kind not in ("enter", "act", "end"):
                continue
            flow = machine.flows[one.flow]
            step = flow.steps[one.step].name if one.step is not None else ""
            kind = kinds[type(one.act)] if one.act is not None else one.kind
            turn.append((kind, flow.scenario, one.outcome or "" if kind == "end" else step))
        turns.append(turn)
    return turns


def values(machine: Machine, call: Call, number: int) -> dict[str, str]:
    """The values that slots have after turn `number`, as an author would write them."""
    made = {}
    for slot, value in zip(machine.slots, call.rests[number].slots, strict=True):
        if value >= 0:
            made[slot.name] = slot.options[value]
        elif value != EMPTY:
            made[slot.name] = "某"
    return made


def replayed(machine: Machine, call: Call) -> tuple[list[Told], str | None]:
    """What the simulator makes of the same call."""
    known = dict(answers(machine, call, 0))
    first = values(machine, call, 0)
    ahead = {name: first[name] for one in call.moves[0].happenings if isinstance(one.act, Do) for name in one.act.fills}
    session = Session(load(Writer().text(machine)), known, ahead)
    for number, move in enumerate(call.moves[1:], 1):
        assert move.transition is not None
        trigger = move.transition.trigger
        after = values(machine, call, number)
        for one in move.happenings:
            for name in one.act.fills if isinstance(one.act, Do) else ():
                session.fill(name, after[name])
        if trigger.kind == "event":
            made = session.send(trigger.event or "")
        elif trigger.kind == "proceed":
            made = session.go_along(dict(answers(machine, call, number)))
        else:
            made = session.wait(move.wait)
        assert not isinstance(made, Refused), made.words
    lines: list[Told] = []
    for turn in session.transcript:
        if turn.given is None or type(turn.given).__name__ != "Fill":
            lines.append([(one.kind, one.scenario, one.text if one.kind == "end" else one.step) for one in turn.lines])
    return lines, session.outcome


def cuts_short(machine: Machine, call: Call) -> bool:
    """Whether an event that has to last happens in a pause, whose end may come first: proofs do not look at the clock."""
    for before, move in zip(call.rests, call.moves[1:], strict=False):
        top = before.frames[-1]
        kind = machine.flows[top.flow].states[top.state].kind
        if (
            kind == "pause"
            and move.transition is not None
            and move.transition.trigger.delay
            and move.transition.trigger.event
        ):
            return True
    return False


def fills_twice(call: Call) -> bool:
    """Whether a system fills one slot twice in a turn: only one value can be given ahead."""
    for move in call.moves:
        filled = [name for one in move.happenings if isinstance(one.act, Do) for name in one.act.fills]
        if len(filled) != len(set(filled)):
            return True
    return False


def answers(machine: Machine, call: Call, number: int):
    slots = {slot.name: slot for slot in machine.slots}
    for name, value in call.moves[number].values:
        yield name, slots[name].options[value] if value >= 0 else "某"


def check(machine: Machine, call: Call) -> None:
    if cuts_short(machine, call) or fills_twice(call):
        return
    turns, outcome = replayed(machine, call)
    assert turns == told(machine, call)
    assert outcome == call.rests[-1].outcome


@settings(max_examples=35, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts() | timed_scripts(), st.lists(rules(), min_size=4, max_size=8))
def test_a_call_that_breaks_a_rule_replays(text, drawn):
    compiled = compile_text(rulebook([line for line, _ in drawn]) + text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    machine = next(one for one in compiled.machines if one.name == "A")
    for proof in (one for one in compiled.proofs if one.machine.name == "A"):
        for result in proof.results:
            if result.found is not None:
                # Slots that no guard tests are not in the call: give the simulator every answer it may want.
                check(machine, whole(machine, result.found.call))


def whole(machine: Machine, call: Call) -> Call:
    """The same call with every slot kept abstract_flow of."""
    behaviour = Behaviour(machine)
    layers: list[dict[Any, Any]] = [{}]
    start: dict[Any, Any] = {None: None}
    for wanted in call.moves:
        layer = {}
        for config in layers[-1] if len(layers) > 1 else start:
            for move, after in behaviour.beginnings() if config is None else behaviour.moves(config):
                same = move.transition is wanted.transition and [
                    (one.kind, one.act, one.outcome) for one in move.happenings
                ] == [(one.kind, one.act, one.outcome) for one in wanted.happenings]
                if same and after not in layer:
                    layer[after] = (config, move)
        layers.append(layer)
    at = next(iter(layers[-1]))
    moves, rests = [], []
    for layer in reversed(layers[1:]):
        rests.append(at)
        at, move = layer[at]
        moves.append(move)
    return Call(tuple(reversed(moves)), tuple(reversed(rests)))


def ended(outcome: str, _: object, at: Configuration) -> bool:
    return at.outcome == outcome


@settings(max_examples=35, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts())
def test_the_shortest_call_to_each_end_replays(text):
    compiled = compile_text(text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    machine = next(one for one in compiled.machines if one.name == "A")
    for outcome in ("已解决", "无声"):
        try:
            call = shortest_call(Behaviour(machine), partial(ended, outcome), 2_000)
        except LookupError:
            continue
        if call is not None:
            check(machine, call)


# --- the library, broken -----------------------------------------------------------------------------------------------

LIBRARY = Path(__file__).parents[2] / "scripts_library"
BROKEN = (
    "scenarios/complaint/service-attitude", "scenarios/emergency/account-security", "scenarios/orders/order-progress",
    "scenarios/outbound/renewal-reminder", "situations/verifying/identity-check",
)  # fmt: skip
"""The library's scenarios that are broken: with sub-dialogues, a frame, gates and answers of systems."""
EACH = 4
"""So many breaks of one kind in one scenario, spread over it."""
SEEDS = ("drop-act", "drop-guard", "drop-way")


def shown_calls(monkeypatch, project: Project, broken: Script) -> list[tuple[str, Machine, Call]]:
    """(code, machine, call) of every finding with a call, in a project of which one script is broken."""
    shown: list[tuple[Machine, Call]] = []

    def heard(machine: Machine, call: Call, *more: Any) -> tuple[Words, ...]:
        shown.append((machine, call))
        return narrate(machine, call, *more)

    with monkeypatch.context() as patch:
        for check in ("phrases", "rulebooks", "slots", "ways"):
            patch.setattr(f"compiler.checks.{check}.narrate", heard)
        scripts = [broken if one.name == broken.source.name else parsed(one) for one in project.sources]
        mine = tuple(one for one in scripts if one is broken)
        compiled = compile_scripts(project, mine, tuple(one for one in scripts if one is not broken))
    assert len(shown) >= sum(bool(one.call) for one in compiled.findings)
    ruled = [result.found.call for proof in compiled.proofs for result in proof.results if result.found is not None]
    return [("SC901" if any(call is one for one in ruled) else "SC401", machine, call) for machine, call in shown]


parsed = lru_cache(maxsize=None)(lambda source: parse(source)[0])


def test_calls_that_findings_show_on_a_broken_library_replay(monkeypatch):
    project = load_project(Disk(LIBRARY))
    replayed_calls: Counter[str] = Counter()
    for name in BROKEN:
        source = next(one for one in project.sources if one.name == f"{name}.script")
        script = parsed(source)
        index, scenario = next((at, one) for at, one in enumerate(script.items) if isinstance(one, Scenario))
        for kind in SEEDS:
            made = [one.scenario for one in mutants(scenario) if one.kind == kind]
            for one in made[:: max(1, len(made) // EACH)]:
                broken = replace(script, items=(*script.items[:index], one, *script.items[index + 1 :]))
                for code, machine, call in shown_calls(monkeypatch, project, broken):
                    check(machine, whole(machine, call))
                    replayed_calls[code] += 1
    assert replayed_calls["SC901"] >= 5
    assert replayed_calls["SC401"] >= 5
