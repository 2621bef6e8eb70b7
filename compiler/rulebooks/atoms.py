"""Atoms: the things a rule can speak of, each a bit; and which of them are true at each moment of a call.

A call is a row of moments: a step begins, a sentence is said, an act is done, an event happens, a slot is filled, the
call ends. At every moment some atoms are true (`docs/rules.md`). Only atoms that some rule names get a bit, so what no
rule speaks of costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from compiler.machine.model import Act, Ask, Do, Flow, Machine, Phrase, Promise, SlotRef
from compiler.machine.utterance import Hearing
from compiler.machine.walk import acts_of, phrases_of
from compiler.matching.folding import hide_slots
from compiler.matching.matcher import compile_patterns
from compiler.matching.patterns import Pattern
from compiler.names.program import Program
from compiler.names.symbols import Sort
from dsl import nodes, syntax
from dsl.keywords import SLOT_FLAGS

Bits = int
Key = tuple[str, str]

END: Key = ("end", "")
_TABLES: Mapping[str, Sort] = {
    "tag": "tag",
    "step-tag": "tag",
    "end-tag": "tag",
    "event": "event",
    "do": "action",
    "words": "words",
    "end": "outcome",
    "call": "scenario",
}


class Naming:
    """The atoms that the rules of one program name: each gets its bit when it is first named."""

    def __init__(self, program: Program) -> None:
        self.named: dict[Key, Bits] = {}
        self._program = program
        self._alias: dict[Key, str] = {}
        for scenario in program.scenarios.values():
            for step in scenario.steps:
                self._aliases("step", step.names)
            for line in scenario.lines:
                if isinstance(line, nodes.SlotLine):
                    self._aliases("slot", line.names)
        for name, symbol in program.symbols.tables["slot"].items():
            self._alias["slot", name] = symbol.name

    def _aliases(self, sort: str, names: Iterable[nodes.Name]) -> None:
        words = [name.text for name in names]
        for other in words[1:]:
            self._alias.setdefault((sort, other), words[0])

    def mask(self, predicate: syntax.Predicate | None) -> Bits:
        """The atoms of a predicate, of which one is to be true; 0 for None."""
        bits = 0
        for atom in predicate.atoms if predicate is not None else ():
            for key in self._keys(atom):
                bits |= self.bit(key)
        return bits

    def bit(self, key: Key) -> Bits:
        """The bit of an atom, new if it has none yet."""
        return self.named.setdefault(key, 1 << len(self.named))

    def _keys(self, atom: syntax.Atom) -> Iterable[Key]:
        if atom.sort == "say" and atom.text is not None:
            yield "text", atom.text.plain
        elif atom.sort == "ask" and SLOT_FLAGS.get(atom.names[0].text.casefold()) == "sensitive":
            yield "ask-sensitive", ""
        elif not atom.names:
            yield atom.sort, ""
        for name in atom.names:
            if atom.sort == "ask" and SLOT_FLAGS.get(name.text.casefold()) == "sensitive":
                continue
            table = _TABLES.get(atom.sort)
            if atom.sort == "say":
                found = self._program.symbols.tables["phrase"].get(name.text)
                yield "bank", found.name if found else name.text
            elif table is not None:
                symbol = self._program.symbols.tables[table].get(name.text)
                yield atom.sort, symbol.name if symbol else name.text
            elif atom.sort == "step":
                yield "step", self._alias.get(("step", name.text), name.text)
            else:
                yield atom.sort, self._alias.get(("slot", name.text), name.text)


class Choice(NamedTuple):
    """What is true when an act is performed with the wording number `wording`, where slots hold the options `given`."""

    bits: Bits
    wording: int
    given: tuple[tuple[str, str], ...] = ()


class Atoms:
    """Which atoms are true at each moment of the calls of some machines."""

    def __init__(
        self, program: Program, named: Mapping[Key, Bits], machines: Iterable[Machine], flows: Iterable[Flow]
    ) -> None:
        """named: the atoms there are. flows: those whose phrases are listened to for word groups and wordings."""
        self._named = named
        self._acts: dict[int, tuple[Bits, ...]] = {}
        self._choices: dict[int, tuple[Choice, ...]] = {}
        self._tags = {
            (sort, term.name): term.tags
            for machine in machines
            for sort, terms in (("event", machine.events), ("action", machine.actions), ("outcome", machine.outcomes))
            for term in terms
            if term.tags
        }
        self._hearings: dict[str, Hearing] = {}
        self._facts = dict(program.settings.facts)
        self._heard = dict(_heard(program, named, flows, self._hearing))

    def _hearing(self, flow: Flow) -> Hearing:
        found = self._hearings.get(flow.scenario)
        if found is None:
            found = self._hearings[flow.scenario] = Hearing(self._facts, flow.slots)
        return found

    def act(self, act: Act, flow: Flow) -> tuple[Bits, ...]:
        """What may be true when `act` of `flow` is performed: a set of atoms for each wording, and each way it is heard."""
        found = self._acts.get(id(act))
        if found is None:
            found = self._acts[id(act)] = tuple(dict.fromkeys(one.bits for one in self.choices(act, flow)))
        return found

    def choices(self, act: Act, flow: Flow) -> tuple[Choice, ...]:
        """As `act`, with the wording and the options behind each set of atoms.

        A wording in which options make no difference stands once; otherwise once for them all, without `given`, for where a
        slot is empty or unknown, and then once for each.
        """
        found = self._choices.get(id(act))
        if found is None:
            found = self._choices[id(act)] = self._of(act, flow)
        return found

    def surely(self, act: Act, flow: Flow) -> Bits:
        """What the agent can make true by the choice of a wording, whatever the slots hold."""
        by_wording: dict[int, Bits] = {}
        for one in self.choices(act, flow):
            by_wording[one.wording] = by_wording.get(one.wording, one.bits) & one.bits
        bits = 0
        for one_wording in by_wording.values():
            bits |= one_wording
        return bits

    def spoken_options(self, machine: Machine) -> dict[str, Bits]:
        """The slots whose options, when they are spoken in `machine`, decide about atoms; and about which."""
        out: dict[str, Bits] = {}
        for flow in machine.flows:
            for act in acts_of(flow) if self._heard else ():
                choices = self.choices(act, flow)
                plain = {one.wording: one.bits for one in choices if not one.given}
                for one in choices:
                    for slot, _ in one.given:
                        out[slot] = out.get(slot, 0) | (one.bits ^ plain[one.wording])
        return out

    def _of(self, act: Act, flow: Flow) -> tuple[Choice, ...]:
        if isinstance(act, Do):
            bits = self._true("do", act.action) | self._tagged("action", act.action) | self.filled(act.fills)
            return (Choice(bits, 0),)
        if isinstance(act, Promise):
            return (Choice(self._true("promise", "") | self._true("promise", act.slot) | self.filled((act.slot,)), 0),)
        bits = 0
        if isinstance(act, Ask):
            sensitive = {slot.name for slot in flow.slots if slot.sensitive}
            for slot in act.slots:
                bits |= self._true("ask", slot)
                if slot in sensitive:
                    bits |= self._true("ask-sensitive", "")
        out: list[Choice] = []
        for number, phrase in enumerate(act.phrases):
            said = bits | self._said(phrase)
            plain = said | self._heard.get(self._hearing(flow).plain(phrase), 0)
            out.append(Choice(plain, number))
            readings = self._hearing(flow).readings(phrase) if self._heard else []
            put_in = [Choice(said | self._heard.get(text, 0), number, given) for given, text in readings]
            if any(one.bits != plain for one in put_in):
                out += put_in
        return tuple(out) or (Choice(bits, 0),)

    def _said(self, phrase: Phrase) -> Bits:
        bits = 0
        for tag in phrase.tags:
            bits |= self._true("tag", tag)
        if phrase.bank is not None:
            bits |= self._true("bank", phrase.bank)
        for part in phrase.parts:
            if isinstance(part, SlotRef):
                bits |= self._true("mention", part.slot)
        return bits

    def step(self, flow: Flow, index: int | None) -> Bits:
        """What is true when a step begins, apart from its tags, which follow one by one; nothing outside steps."""
        if index is None:
            return 0
        step = flow.steps[index]
        bits = self._true("step", step.name)
        for tag in step.tags:
            bits |= self._true("step-tag", tag)
        return bits

    def tags(self, flow: Flow, index: int | None) -> tuple[Bits, ...]:
        """A step's tags in the author's order, each a moment of its own behind the step's beginning."""
        if index is None:
            return ()
        bits = tuple(self._true("tag", tag) for tag in flow.steps[index].tags)
        return tuple(one for one in bits if one)

    def event(self, name: str) -> Bits:
        """What is true when an event happens."""
        return self._true("event", name) | self._tagged("event", name)

    def filled(self, slots: Iterable[str]) -> Bits:
        """What is true when slots are filled."""
        bits = 0
        for slot in slots:
            bits |= self._true("get", slot)
        return bits

    def called(self, scenario: str) -> Bits:
        """What is true when a sub-dialogue begins."""
        return self._true("call", scenario)

    def end(self, outcome: str) -> Bits:
        """What is true when a call ends."""
        bits = self._true(*END) | self._true("end", outcome) | self._tagged("outcome", outcome)
        for tag in self._tags.get(("outcome", outcome), ()):
            bits |= self._true("end-tag", tag)
        return bits

    def _tagged(self, sort: str, name: str) -> Bits:
        bits = 0
        for tag in self._tags.get((sort, name), ()):
            bits |= self._true("tag", tag)
        return bits

    def _true(self, sort: str, name: str) -> Bits:
        return self._named.get((sort, name), 0)


def _heard(
    program: Program, named: Mapping[Key, Bits], flows: Iterable[Flow], hearing: Callable[[Flow], Hearing]
) -> Iterable[tuple[str, Bits]]:
    """What is heard in `flows` of the word groups and wordings that rules name: the text as it is heard, with which."""
    bits = [(bit, sort, name) for (sort, name), bit in named.items() if sort in ("words", "text")]
    if not bits:
        return
    patterns = [
        Pattern(index, "{" + name + "}" if sort == "words" else name) for index, (_, sort, name) in enumerate(bits)
    ]
    every: dict[str, None] = {}
    for flow in flows:
        here = hearing(flow)
        for act in acts_of(flow):
            for phrase in phrases_of(act):
                every[here.plain(phrase)] = None
                every.update((text, None) for _, text in here.readings(phrase))
    texts = list(every)
    heard = [hide_slots(text) for text in texts]
    for at, found in compile_patterns(patterns, program.word_groups).matcher.find_each(heard).items():
        yield texts[at], sum({bits[hit.id][0] for hit in found if not hit.accidental})
