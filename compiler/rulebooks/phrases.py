"""What rules say of words, tried on words: a rule's own examples, and phrases that one rule asks for and another forbids.

Knows nothing of machines or calls: here are only texts and patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from compiler.machine.model import Phrase, SlotRef
from compiler.machine.speech import spoken_length
from compiler.matching.folding import hide_slots
from compiler.matching.matcher import compile_patterns
from compiler.matching.patterns import Pattern
from compiler.names.program import Program
from dsl import nodes, syntax
from dsl.frozen import Node
from dsl.keywords import MEASURES


class Failed(Node, frozen=True):
    """A failing example; `testable` is false where the rule does not constrain words."""

    example: syntax.Example
    text: nodes.Text
    testable: bool


class Forbidden(Node, frozen=True):
    """A requirement satisfiable only by saying `said`, forbidden by `ban`."""

    line: syntax.PathRule
    ban: nodes.NeverSay
    said: str


class _Test(NamedTuple):
    """What is looked for in an example. wanted: whether a right one has it; else a wrong one may.

    patterns: their numbers. slots: those spoken. limit: on the phrase's length, or None.
    """

    wanted: bool
    patterns: frozenset[int] = frozenset()
    slots: frozenset[str] = frozenset()
    limit: syntax.Limit | None = None


# --- examples -------------------------------------------------------------------------------------------------------


def failed_examples(program: Program, rules: Iterable[syntax.RuleDef]) -> Iterator[Failed]:
    """The examples of `rules` that do not do what they should.

    A right one (`正例`) keeps every line of its rule that is about words, a wrong one (`反例`) breaks one of them.
    """
    patterns: list[Pattern[int]] = []
    cases: list[tuple[syntax.Example, nodes.Text, tuple[_Test, ...]]] = []
    for rule in rules:
        examples = [line for line in rule.lines if isinstance(line, syntax.Example)]
        if examples:
            tests = tuple(_tests(program, rule, patterns))
            cases += [(example, text, tests) for example in examples for text in example.texts]
    if not cases:
        return
    matcher = compile_patterns(patterns, program.word_groups).matcher
    hits = matcher.find_each([hide_slots(text.plain) for _, text, _ in cases])
    for number, (example, text, tests) in enumerate(cases):
        found = {hit.id for hit in hits.get(number, ()) if not hit.accidental}
        if not tests or all(_keeps(test, text, found) for test in tests) != example.right:
            yield Failed(example, text, bool(tests))


def _tests(program: Program, rule: syntax.RuleDef, patterns: list[Pattern[int]]) -> Iterator[_Test]:
    """Return the word tests of the lines of `rule`; required patterns are appended to `patterns`."""
    for line in rule.lines:
        before = len(patterns)
        slots: set[str] = set()
        if isinstance(line, nodes.NeverSay):
            unless = tuple(text.plain for text in line.unless)
            patterns += [Pattern(before + at, text.plain, unless) for at, text in enumerate(line.texts)]
            yield _Test(False, frozenset(range(before, len(patterns))))
        elif isinstance(line, syntax.PathRule):
            predicate, wanted = asked(line)
            for atom in predicate.atoms if predicate is not None else ():
                for text in _looked_for(program, atom):
                    patterns.append(Pattern(len(patterns), text))
                if atom.sort == "mention":
                    slots.update(name.text for name in atom.names)
            if len(patterns) > before or slots:
                yield _Test(wanted, frozenset(range(before, len(patterns))), frozenset(slots))
        elif isinstance(line, syntax.Limit) and MEASURES.get(line.measure.text.casefold()) == "phrase-characters":
            yield _Test(True, limit=line)


def _keeps(test: _Test, text: nodes.Text, found: set[int]) -> bool:
    """Whether a text with the pattern matches `found` passes the test."""
    if test.limit is not None:
        parts = tuple(one if isinstance(one, str) else SlotRef(one.name.text, one.tail) for one in text.parts)
        length = spoken_length(Phrase(parts, text.span), {})
        return length <= test.limit.amount.base if test.limit.at_most else length >= test.limit.amount.base
    spoken = {slot.name.text for slot in text.slots}
    return bool(test.patterns & found or test.slots & spoken) == test.wanted


def asked(line: syntax.PathRule) -> tuple[syntax.Predicate | None, bool]:
    """Return the predicate required, or (false) forbidden, by a rule; None for a rule about handled events."""
    match line.form:
        case "exists" | "precedes" | "precedes-after" | "reachable":
            return line.left, True
        case "responds" | "step-has":
            return line.right, True
        case "never":
            return line.left, False
        case "never-after" | "step-never":
            return line.right, False
        case "steps-handle":
            return None, True


def _looked_for(program: Program, atom: syntax.Atom) -> Iterator[str]:
    """Return the patterns matching an atom about words."""
    if atom.sort == "words":
        yield from ("{" + name.text + "}" for name in atom.names)
    else:
        yield from (hide_slots(text) if atom.text is None else text for text in wordings(program, atom))


def wordings(program: Program, atom: syntax.Atom) -> Sequence[str]:
    """Return the wordings of `说 "…"`, `说 PHRASE` and `词组 GROUP`; empty for other atoms."""
    if atom.sort == "say" and atom.text is not None:
        return (atom.text.plain,)
    tables = program.symbols.tables
    if atom.sort == "say":
        entries = [tables["phrase"][name.text].node for name in atom.names if name.text in tables["phrase"]]
        return tuple(text.plain for entry in entries for text in entry.texts)
    if atom.sort == "words":
        groups = [tables["words"][name.text].node for name in atom.names if name.text in tables["words"]]
        return tuple(text.plain for group in groups for text in group.words)
    return ()


# --- required and forbidden -----------------------------------------------------------------------------------------


def forbidden_requirements(
    program: Program,
    lines: Iterable[syntax.PathRule],
    bans: Sequence[nodes.NeverSay],
    together: Callable[[syntax.PathRule, nodes.NeverSay], bool],
) -> Iterator[Forbidden]:
    """The requirements of which every wording holds something forbidden. together: whether both hold for a scenario."""
    wanted: list[tuple[syntax.PathRule, Sequence[str]]] = []
    for line in lines:
        predicate, required = asked(line)
        if predicate is not None and required:
            said = [wordings(program, atom) for atom in predicate.atoms]
            if said and all(said):
                wanted.append((line, tuple(text for some in said for text in some)))
    if not wanted or not bans:
        return
    patterns = (
        Pattern(number, text.plain, tuple(one.plain for one in ban.unless))
        for number, ban in enumerate(bans)
        for text in ban.texts
    )
    matcher = compile_patterns(patterns, program.word_groups).matcher
    every = list(dict.fromkeys(text for _, texts in wanted for text in texts))
    hits = {every[at]: found for at, found in matcher.find_each([hide_slots(text) for text in every]).items()}
    for line, texts in wanted:
        held = [next((hit for hit in hits.get(text, ()) if together(line, bans[hit.id])), None) for text in texts]
        first = held[0]
        if first is not None and all(hit is not None for hit in held):
            yield Forbidden(line, bans[first.id], texts[0][first.start : first.end])
