"""Plays calls in engines others wrote, and on the site, on clocks that only move when told.

What `tests.calls` plays in our simulator is put to each engine turn by turn; it must say and do the same in the same order and
come to rest in the same place.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from compiler.exports.scxml import scxml
from compiler.exports.xstate import xstate
from compiler.machine.model import Machine
from compiler.machine.to_json import Writer
from compiler.site.words import guide_words
from tests.calls import Input, Turn, model_of, random_call
from tests.projects import compile_text
from tests.random_scripts import scripts
from tests.scxml_engine import Document, Engine

NODE = Path(__file__).parent / "node"
SITE = Path(__file__).parents[1] / "compiler" / "site" / "templates" / "sim.js"

OFTEN = (
    ("7秒", '说 "还在查。"'),
    ("4秒", '说 "请稍等。"'),
    ("6秒", "做 登记, 得到 姓"),
    ("2秒", "做 登记, 得到 类型"),
)
"""Every so long: clocks that run out together with one another, and fill what the test of a lasting line asks for."""

Played = list[tuple[Machine, list[list[Turn]]]]


def calls_on(machine: Machine, first: int, count: int) -> list[list[Turn]]:
    """The random calls `first` to `first + count - 1` on `machine`."""
    model = model_of(machine)
    return [random_call(model, number) for number in range(first, first + count)]


def random_machines(first: int, most: int = 50) -> list[Machine]:
    """Up to `most` random machines with timers, the same for the same `first`."""
    made: list[Machine] = []

    @seed(first)
    @settings(
        max_examples=most,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @drawn(scripts(), st.integers(0, 10**6))
    def draw(text: str, number: int) -> None:
        compiled = compile_text(_timed(text, random.Random(number)))
        circles = any(one.code == "SC308" for one in compiled.findings)  # silent circles are errors, and not exported
        machine = next((one for one in compiled.machines if one.name == "A"), None)
        if machine is not None and not circles:
            made.append(machine)

    draw()
    return made


def _timed(text: str, chance: random.Random) -> str:
    """`text` with lines that time sets off, which the shared random scripts lack, in steps that ask and therefore wait."""
    words, *parts = text.split("场景 ")
    scenarios = []
    for scenario in parts:
        head, *steps = scenario.split("步骤 ")
        names = [step.split()[0] for step in steps]
        for number, step in enumerate(steps):
            if "\n  问 " in step:
                often = ("", *(f"  每 {time}: {acts}\n" for time, acts in OFTEN))
                once = ("", "", *(f"  超过 {time}秒: 转 {chance.choice(names)}\n" for time in (11, 12, 15)))
                step = f"{step.rstrip()}\n{chance.choice(often)}{chance.choice(once)}\n"
                if chance.random() < 0.5:
                    step = step.replace(" 5秒:", f" 5秒 且 {chance.choice(('已有 姓', '没有 姓', '类型 是 甲'))}:")
                steps[number] = step
        scenarios.append("步骤 ".join((head, *steps)))
    return "场景 ".join((words, *scenarios))


# --- engines: each yields what an engine does otherwise than our simulator -------------------------------------------


def in_python_statemachine(played: Played) -> Iterator[str]:
    """SCXML in python-statemachine."""
    for machine, calls in played:
        engine = Engine(scxml(machine))
        for call in calls:
            engine.begin()
            yield from _difference(machine, call, (engine.put(turn.given) for turn in call))


def in_scion_with_late_timers(played: Played) -> Iterator[str]:
    """SCXML in SCION, with timers that cannot be taken back at the moment they are due, as in engines that queue them."""
    yield from in_scion(played, "queued")


def in_scion(played: Played, clock: str = "") -> Iterator[str]:
    """SCXML in SCION."""
    asked = []
    for machine, calls in played:
        text = scxml(machine)
        document = Document(text)
        inputs = [[_scion_input(document, turn.given) for turn in call] for call in calls]
        asked.append({"document": text, "places": document.places, "calls": inputs})
    yield from _in_node(["scion.mjs", str(NODE), clock], asked, played)


def _scion_input(document: Document, given: Input) -> int | str:
    return int(given[1]) if given[0] == "pass" else document.event(given)


def in_xstate(played: Played) -> Iterator[str]:
    """XState's configuration in XState."""
    asked = [{"config": xstate(machine), "calls": _inputs(calls)} for machine, calls in played]
    yield from _in_node(["xstate.mjs", str(NODE)], asked, played)


def on_the_site(played: Played) -> Iterator[str]:
    """The machine's JSON in the site's own simulator."""
    units, writer = guide_words("zh")["units"], Writer()
    asked = [
        {"machine": json.loads(writer.compact(machine)), "units": units, "calls": _inputs(calls)}
        for machine, calls in played
    ]
    yield from _in_node(["site.mjs", str(SITE)], asked, played)


def lacking(package: str = "") -> str:
    """What this machine lacks to play in Node, with the npm `package`; empty: nothing."""
    if shutil.which("node") is None:
        return "Node"
    return "" if not package or (NODE / "node_modules" / package).is_dir() else f"the npm package {package}"


def _inputs(calls: list[list[Turn]]) -> list[list[Input]]:
    return [[turn.given for turn in call] for call in calls]


def _in_node(script: list[str], asked: list[dict[str, Any]], played: Played) -> Iterator[str]:
    """Play in one of the scripts of `NODE`, which takes a machine and its calls a line and answers a line."""
    done = subprocess.run(
        ["node", str(NODE / script[0]), *script[1:]],
        input="".join(json.dumps(one) + "\n" for one in asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for (machine, calls), answer in zip(played, done.stdout.splitlines(), strict=True):
        for call, turns in zip(calls, json.loads(answer), strict=True):
            got = ((tuple((kind, text) for kind, text in lines), tuple(rest)) for lines, rest in turns)
            yield from _difference(machine, call, got)


def _difference(machine: Machine, call: list[Turn], got: Iterator[tuple[object, object]]) -> Iterator[str]:
    """The first turn of `call` that is not as `got`, with all inputs up to there."""
    for number, (turn, (lines, rest)) in enumerate(zip(call, got, strict=True)):
        if (lines, rest) != (turn.lines, turn.rest):
            inputs = [one.given for one in call[: number + 1]]
            yield f"{machine.name}: after {inputs}\n  {lines} {rest}\n  not {turn.lines} {turn.rest}"
            return
