"""What is proven of everything we ship, held against random calls that the simulator plays from JSON: no call breaks a proof."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from compiler.machine.model import Machine
from compiler.machine.to_json import machine_document
from compiler.matching.folding import hide_slots
from compiler.matching.matcher import compile_patterns
from compiler.matching.patterns import Pattern
from compiler.names.program import Program
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Disk, load
from compiler.rulebooks.proof import Proof
from compiler.runtime import load as load_machine
from compiler.runtime.model import Act
from dsl import syntax
from tests.naive_rules import State
from tests.played import Heardout, Listener, moment, moves, overhear, play
from tests.shipped import PROJECTS

CALLS = 5
"""Calls a machine; a longer hunt sets it to thousands."""
MOVES = 25

TABLES = {"tag": "tag", "event": "event", "do": "action", "words": "words", "end": "outcome", "call": "scenario"}
SAID_AS = {
    "tag": "[{}]", "step": "步骤 {}", "step-tag": "步骤 [{}]", "event": "事件 {}", "do": "做 {}", "end": "结束 {}",
    "end-tag": "结束 [{}]", "ask": "问 {}", "get": "得到 {}", "promise": "承诺 {}", "mention": "提到 {}", "call": "调用 {}",
    "words": "词组 {}",
}  # fmt: skip


class Namer:
    """What rules of one program name, as `tests.naive_rules` writes it, and which phrases hold the words they name."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.texts: set[str] = set()
        self.known: dict[str, frozenset[str]] = {}
        self.groups = {
            name: tuple(text.plain for text in symbol.node.words)
            for name, symbol in program.symbols.tables["words"].items()
        }
        self.aliases: dict[tuple[str, str], str] = {}
        for scenario in program.scenarios.values():
            for sort, named in (("step", scenario.steps), ("slot", scenario.lines)):
                for one in named:
                    names = [name.text for name in getattr(one, "names", ()) if hasattr(name, "text")]
                    for name in names if sort == "step" or type(one).__name__ == "SlotLine" else ():
                        self.aliases.setdefault((sort, name), names[0])

    def names(self, predicate: syntax.Predicate | None) -> frozenset[str]:
        return frozenset(name for atom in (predicate.atoms if predicate else ()) for name in self._atom(atom))

    def _atom(self, atom: syntax.Atom) -> Iterable[str]:
        if atom.text is not None:
            self.texts.add(atom.text.plain)
            yield f'说 "{atom.text.plain}"'
            return
        if not atom.names:
            yield {"end": "结束", "promise": "承诺"}[atom.sort]
        for name in atom.names:
            sort, text = atom.sort, name.text
            if sort == "ask" and text.casefold() in ("敏感", "sensitive"):
                yield "问 敏感"
            elif sort == "say":
                found = self.program.symbols.tables["phrase"].get(text)
                yield f"说 {found.name if found else text}"
            else:
                table = TABLES.get(sort.removesuffix("-tag") if sort != "step-tag" else "tag")
                table = "tag" if sort.endswith("tag") else table
                found = self.program.symbols.tables[table].get(text) if table else None  # type: ignore[index]
                text = found.name if found else self.aliases.get(("step" if sort == "step" else "slot", text), text)
                yield SAID_AS[sort].format(text)

    def listen(self, proofs: Iterable[Proof]) -> None:
        """Learn the words that the rules of `proofs` name; before any phrase is looked at."""
        for proof in proofs:
            for result in proof.results:
                if isinstance(result.line, syntax.PathRule):
                    for one in (result.line.left, result.line.right, result.line.after):
                        self.names(one)
        self.keys = [*(f"词组 {name}" for name in self.groups), *(f'说 "{one}"' for one in sorted(self.texts))]
        patterns = [
            Pattern(number, "{" + key[3:] + "}" if key.startswith("词组") else key[3:-1])
            for number, key in enumerate(self.keys)
        ]
        self.matcher = compile_patterns(patterns, self.groups).matcher

    def heard(self, text: str) -> frozenset[str]:
        """The words that rules name in a phrase."""
        if text not in self.known:
            found = self.matcher.find_each([hide_slots(text)])
            self.known[text] = frozenset(self.keys[hit.id] for hits in found.values() for hit in hits)
        return self.known[text]


def true_of(act: Act, listener: Listener, namer: Namer, chance: random.Random) -> frozenset[str]:
    """What is true when an act is performed, in one of its wordings."""
    model = listener.model
    slots = [model.slots[slot] for slot in act.slots]
    if act.kind == "do":
        tags = model.action_tags[act.action]
        return frozenset({f"做 {act.action}", *(f"[{tag}]" for tag in tags), *(f"得到 {one.name}" for one in slots)})
    if act.kind == "promise":
        return frozenset({"承诺", f"承诺 {slots[0].name}", f"得到 {slots[0].name}"})
    true = {f"问 {one.name}" for one in slots} | {"问 敏感" for one in slots if one.sensitive}
    if act.wordings:
        said = chance.choice(act.wordings)
        true |= {f"[{tag}]" for tag in said.tags} | ({f"说 {said.bank}"} if said.bank else set())
        true |= {f"提到 {part.name}" for part in said.parts if not isinstance(part, str)}
        true |= namer.heard(said.plain)
    return frozenset(true)


def monitors(proofs: Iterable[Proof], namer: Namer) -> list[tuple[str, State]]:
    """A monitor for each line that is proven, and for each that is said to have nothing to apply to."""
    found = []
    for proof in proofs:
        for result in proof.results:
            line = result.line
            if not isinstance(line, syntax.PathRule) or line.form in ("reachable", "steps-handle"):
                continue
            if result.status in ("proven", "idle"):
                p, q, after = (namer.names(one) for one in (line.left, line.right, line.after))
                found.append((line.span.text, State(line.form, p, q, after)))
    return found


def empty_slots(one: Heardout, listener: Listener) -> list[str]:
    """The slots that a wording of an act speaks while they are empty."""
    parts = (part for said in one.act.wordings for part in said.parts) if one.act else ()
    return [
        part.name for part in parts if not isinstance(part, str) and part.slot >= 0 and one.slots[part.slot] is None
    ]


def hunt(
    machine: Machine, proofs: Iterable[Proof], namer: Namer, calls: int, monkeypatch: pytest.MonkeyPatch
) -> Counter[str]:
    """Play calls, and hold every proof against each; how many moments, ends and rules there were."""
    listener = Listener(load_machine(machine_document(machine)))
    monkeypatch.setattr(moves, "Run", overhear(listener))
    watched = monitors(proofs, namer)
    counted = Counter({"rules": len(watched)})
    for number in range(calls):
        chance = random.Random(f"{machine.name} {number}")
        memories = [(False, frozenset[int]()) for _ in watched]
        for _, made, log in play(listener, chance, MOVES):
            trace = []
            for one in log:
                assert not empty_slots(one, listener), (machine.name, number, empty_slots(one, listener))
                true = true_of(one.act, listener, namer, chance) if one.act else frozenset[str]()
                trace.append(moment(listener.model, one, true))
            counted["moments"] += len(trace)
            counted["ends"] += made.configuration.outcome is not None
            for index, (line, state) in enumerate(watched):
                memories[index], broken = state.run(memories[index], trace)
                assert not broken, (machine.name, line, number, trace)
    return counted


@cache
def compiled(path: Path) -> Compilation:
    return compile_project(load(Disk(path)))


@pytest.mark.slow
@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.name)
def test_no_call_breaks_what_is_proven(path, monkeypatch):
    made = compiled(path)
    namer = Namer(made.program)
    namer.listen(made.proofs)
    counted: Counter[str] = Counter()
    for machine in made.machines:
        proofs = [proof for proof in made.proofs if proof.machine.name == machine.name]
        counted += hunt(machine, proofs, namer, CALLS, monkeypatch)
    assert counted["rules"] > 15 * len(made.machines)
    assert counted["ends"] > len(made.machines)
