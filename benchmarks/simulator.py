"""`python -m benchmarks.simulator`: simulated turns a second on one core, over generated calls.

A turn is one `step`: an event, the customer going along, or time passing. The inputs of many random calls are drawn
first, from what is possible at each moment; then only the steps are timed, in processor time, the best of several rounds.
"""

from __future__ import annotations

import gc
import random
import time

from benchmarks.generate import project
from compiler.machine.to_json import Writer
from compiler.pipeline import compile_project
from compiler.project.loader import Memory
from compiler.project.loader import load as load_project
from compiler.runtime import reading
from compiler.runtime.configuration import Configuration, Fill, GoAlong, Happens, Input, Outcome, Pass, Refused
from compiler.runtime.model import Model
from compiler.runtime.moves import begin, step
from compiler.runtime.possible import possible

SCENARIOS = 100
CALLS = 20
"""Random calls on each scenario."""
LONGEST = 40
ROUNDS = 7

Call = tuple[Model, Configuration, list[Input]]


def main() -> None:
    """Print how long a machine takes to read, and how many turns are made in a second."""
    compiled = compile_project(load_project(Memory(project(SCENARIOS))))
    writer = Writer()
    documents = [writer.document(machine) for machine in compiled.machines]
    start = time.process_time()
    models = [reading.load(document) for document in documents]
    print(f"read: {(time.process_time() - start) / len(models) * 1000:.2f} ms a machine")
    draw = random.Random(7)
    calls = [made for model in models for _ in range(CALLS) if (made := _random_call(model, draw)) is not None]
    turns = sum(len(inputs) for _, _, inputs in calls)
    best = min(_seconds(calls) for _ in range(ROUNDS))
    print(f"{len(calls)} calls, {turns} turns: {turns / best:,.0f} turns/s, {best / turns * 1e6:.2f} µs a turn")


def _random_call(model: Model, draw: random.Random) -> Call | None:
    """A beginning, and inputs that lead through a call; what choices need is filled ahead."""
    made = begin(model)
    if isinstance(made, Refused):
        return None
    first = config = _answered(model, made.configuration, draw)
    inputs: list[Input] = []
    while config.outcome is None and len(inputs) < LONGEST:
        one = draw.choice(possible(model, config))
        given: Input = GoAlong()
        if one.kind == "event":
            given = Happens(one.event)
        elif one.kind == "time":
            given = Pass(max(0, one.at - config.clock))
        after = step(model, config, given)
        if isinstance(after, Refused):
            break
        inputs.append(given)
        config = after.configuration
    return (model, first, inputs) if inputs else None


def _answered(model: Model, config: Configuration, draw: random.Random) -> Configuration:
    for slot in model.slots:
        if slot.options and not slot.known:
            filled = step(model, config, Fill(slot.name, draw.choice(slot.options)))
            config = filled.configuration if isinstance(filled, Outcome) else config
    return config


def _seconds(calls: list[Call]) -> float:
    gc.collect()
    start = time.process_time()
    for model, config, inputs in calls:
        at = config
        for given in inputs:
            made = step(model, at, given)
            if isinstance(made, Outcome):
                at = made.configuration
    return time.process_time() - start


if __name__ == "__main__":
    main()
