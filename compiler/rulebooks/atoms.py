"""Atoms: the propositions of rules, a bit per atom, and the atoms true at every moment of a call.

A call is a sequence of moments: a step begins, a sentence is said, an act is done, an event happens, a slot is filled, the
call ends. At every moment some atoms are true (`docs/rules.md`). Only atoms named by a rule get a bit, so the remaining
propositions cost nothing.
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
    """The atoms named by the rules of a program; a bit is assigned on first use."""

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
        """Return the disjunction of the atoms of a predicate; 0 for None."""
        bits = 0
        for atom in predicate.atoms if predicate is not None else ():
            for key in self._keys(atom):
                bits |= self.bit(key)
        return bits

    def bit(self, key: Key) -> Bits:
        """Return the bit of an atom, assigned on first use."""
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
    """The atoms of an act performed with wording number `wording` while slots hold the options `given`."""

    bits: Bits
    wording: int
    given: tuple[tuple[str, str], ...] = ()


class Atoms:
    """The atoms true at the moments of the calls of some machines."""

    def __init__(
        self, program: Program, named: Mapping[Key, Bits], machines: Iterable[Machine], flows: Iterable[Flow]
    ) -> None:
        """Prepare the atoms `named`; phrases of `flows` are searched for word groups and wordings."""
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
        """Return the possible atom sets of performing `act`, per wording and per way of hearing the wording."""
        found = self._acts.get(id(act))
        if found is None:
            found = self._acts[id(act)] = tuple(dict.fromkeys(one.bits for one in self.choices(act, flow)))
        return found

    def choices(self, act: Act, flow: Flow) -> tuple[Choice, ...]:
        """Return the atom sets of `act` with wording and slot options.

        A wording unaffected by options appears once; otherwise first without `given`, for an empty or unknown slot, then once
        per option.
        """
        found = self._choices.get(id(act))
        if found is None:
            found = self._choices[id(act)] = self._of(act, flow)
        return found

    def surely(self, act: Act, flow: Flow) -> Bits:
        """Return the atoms the agent can make true by choice of a wording, whatever the slots hold."""
        by_wording: dict[int, Bits] = {}
        for one in self.choices(act, flow):
            # Intersection over the options of a wording: the agent chooses the wording, not the slot values.
            by_wording[one.wording] = by_wording.get(one.wording, one.bits) & one.bits
        bits = 0
        for one_wording in by_wording.values():
            bits |= one_wording
        return bits

    def spoken_options(self, machine: Machine) -> dict[str, Bits]:
        """Return the slots whose spoken options in `machine` decide about atoms, with the atoms."""
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
        """Return the atoms of the beginning of a step, tags excluded (tags follow one by one); 0 outside steps."""
        if index is None:
            return 0
        step = flow.steps[index]
        bits = self._true("step", step.name)
        for tag in step.tags:
            bits |= self._true("step-tag", tag)
        return bits

    def tags(self, flow: Flow, index: int | None) -> tuple[Bits, ...]:
        """Return the tags of a step in source order, a separate moment per tag after the beginning of the step."""
        if index is None:
            return ()
        bits = tuple(self._true("tag", tag) for tag in flow.steps[index].tags)
        return tuple(one for one in bits if one)

    def event(self, name: str) -> Bits:
        """Return the atoms of an event."""
        return self._true("event", name) | self._tagged("event", name)

    def filled(self, slots: Iterable[str]) -> Bits:
        """Return the atoms of filling slots."""
        bits = 0
        for slot in slots:
            bits |= self._true("get", slot)
        return bits

    def called(self, scenario: str) -> Bits:
        """Return the atoms of the beginning of a sub-dialogue."""
        return self._true("call", scenario)

    def end(self, outcome: str) -> Bits:
        """Return the atoms of the end of a call."""
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
