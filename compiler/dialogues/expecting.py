"""Whether what a turn brought about is what a dialogue expects: its predicates, made ready once for all dialogues.

Word groups and wordings are looked for by the project's one matcher, so that a dialogue forgives what a check forgives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from compiler.dialogues.names import Names
from compiler.dialogues.watching import Fact, Said, Seen
from compiler.matching.folding import hide_slots
from compiler.matching.matcher import compile_patterns
from compiler.matching.patterns import Pattern
from compiler.names.symbols import Sort
from dsl import syntax
from dsl.keywords import SLOT_FLAGS

_SORTS: dict[str, Sort] = {
    "tag": "tag",
    "step-tag": "tag",
    "end-tag": "tag",
    "event": "event",
    "do": "action",
    "end": "outcome",
    "call": "scenario",
    "say": "phrase",
}


class Expectations:
    """Predicates that turns can be asked about."""

    def __init__(self, names: Names, predicates: Iterable[syntax.Predicate]) -> None:
        self._names = names
        self._groups = names.word_groups()
        patterns: dict[str, str] = {}
        for predicate in predicates:
            patterns.update((text, text) for atom in predicate.atoms for text in self._patterns(atom))
        self._matcher = compile_patterns((Pattern(text, text) for text in patterns), self._groups).matcher
        self._heard: dict[str, frozenset[str]] = {}

    @staticmethod
    def of(names: Names, dialogues: Iterable[syntax.Dialogue]) -> Expectations:
        """All that `dialogues` expect."""
        lines = (line for dialogue in dialogues for line in dialogue.lines if isinstance(line, syntax.Expect))
        return Expectations(names, (line.predicate for line in lines))

    def met(self, predicate: syntax.Predicate, seen: Seen) -> bool:
        """Whether one of the predicate's atoms is true of what was seen."""
        return any(self._atom(atom, seen) for atom in predicate.atoms)

    def _atom(self, atom: syntax.Atom, seen: Seen) -> bool:
        if atom.sort == "words" or atom.text is not None:
            wanted = set(self._patterns(atom))
            exact = atom.text.plain if atom.text is not None else None
            return any(
                said.plain == exact or said.spoken == exact or not wanted.isdisjoint(self._hits(said))
                for said in seen.said
            )
        return any(fact in seen.facts for fact in self._facts(atom))

    def _facts(self, atom: syntax.Atom) -> Iterator[Fact]:
        """The facts of which one makes the atom true."""
        if not atom.names:
            yield atom.sort, ""
        for name in atom.names:
            sort = _SORTS.get(atom.sort)
            if sort is not None:
                yield atom.sort, self._names.of(sort, name)
            elif atom.sort == "step":
                yield atom.sort, self._names.any_step(name)
            elif atom.sort == "ask" and SLOT_FLAGS.get(name.text.casefold()) == "sensitive":
                yield atom.sort, ""
            else:
                yield atom.sort, self._names.slot(name)

    def _patterns(self, atom: syntax.Atom) -> Iterator[str]:
        if atom.sort == "words":
            yield from ("{" + name.text + "}" for name in atom.names)
        elif atom.text is not None:
            # A slot in an expected wording stands for whatever is said there; a word group for its words.
            yield re.sub(r"{([^{}]*)}", lambda found: found[0] if found[1] in self._groups else "*", atom.text.plain)

    def _hits(self, said: Said) -> frozenset[str]:
        return self._found(hide_slots(said.plain)) | self._found(said.spoken)

    def _found(self, text: str) -> frozenset[str]:
        found = self._heard.get(text)
        if found is None:
            found = self._heard[text] = frozenset(hit.id for hit in self._matcher.find(text) if not hit.accidental)
        return found
