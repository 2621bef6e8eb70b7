"""What a phrase sounds like: its facts, its options' texts and the sentence that the next line goes on with put in.

The words that are forbidden or asked for are looked for in what a customer hears, not in what stands in the script:

    信息 进展 选项 没办 / 办好了
    说 "这件事{进展}法。"        # heard: 这件事没办法。

What only the call knows (a name, a number) stays `{name}`; of a fact read out by its end the end is heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod

from compiler.machine.model import Guard, Phrase, Slot, SlotRef, ValueIn
from dsl.frozen import Node

MOST = 64
"""Utterances of one phrase with options put in for slots that stand side by side; beyond, one slot at a time."""


class Utterance(Node, frozen=True):
    """One way a phrase is heard. given: (slot, option) of each option put in. without: slots left out of it."""

    text: str
    given: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()


class Hearing:
    """What phrases of one program sound like."""

    def __init__(self, facts: Mapping[str, str], slots: Iterable[Slot] = ()) -> None:
        """slots: those whose options are put in; facts: name -> text."""
        # A brace of an author's would look like a slot.
        self._facts = {name: text.replace("{", "(").replace("}", ")") for name, text in facts.items()}
        self._options = {slot.name: slot.options for slot in slots if slot.type == "choice"}

    def plain(self, phrase: Phrase, given: Mapping[str, str] | None = None, without: bool = False) -> str:
        """The phrase with its facts and `given` options; `without`: and without what only the call knows."""
        out: list[str] = []
        for part in phrase.parts:
            if isinstance(part, str):
                out.append(part)
                continue
            text = (given or {}).get(part.slot, self._facts.get(part.slot))
            if text is not None:
                out.append(text[-part.tail :] if part.tail else text)
            elif not without or part.slot in self._options:
                out.append("{" + part.slot + "}")
        return "".join(out)

    def readings(self, phrase: Phrase) -> list[tuple[tuple[tuple[str, str], ...], str]]:
        """(slot and option of each slot with options, how the phrase is heard then), for all of them together.

        Nothing where no option is spoken, or more than `MOST` readings come about.
        """
        slots = list(dict.fromkeys(part.slot for part in phrase.parts if isinstance(part, SlotRef)))
        slots = [slot for slot in slots if slot in self._options]
        if not slots or prod(len(self._options[slot]) for slot in slots) > MOST:
            return []
        combined = (tuple(zip(slots, some, strict=True)) for some in product(*(self._options[slot] for slot in slots)))
        return [(given, self.plain(phrase, dict(given))) for given in combined]

    def longest(self, phrase: Phrase) -> str:
        """The phrase with its longest options, for measuring."""
        return self.plain(phrase, {slot: max(options, key=len) for slot, options in self._options.items() if options})

    def utterances(self, phrase: Phrase, guard: Guard = ()) -> Iterator[Utterance]:
        """`phrase` as it is heard: plain first, then with the options that `guard` leaves, then without free slots."""
        yield Utterance(self.plain(phrase))
        if all(isinstance(part, str) for part in phrase.parts):
            return
        for slots in self._neighbours(phrase):
            values = [self._left(slot, guard) for slot in slots]
            for some in product(*values):
                given = tuple(zip(slots, some, strict=True))
                yield Utterance(self.plain(phrase, dict(given)), given)
        free = tuple(dict.fromkeys(self._free(phrase)))
        if free:
            yield Utterance(self.plain(phrase, without=True), without=free)

    def _free(self, phrase: Phrase) -> Iterator[str]:
        for part in phrase.parts:
            if isinstance(part, SlotRef) and part.slot not in self._facts and part.slot not in self._options:
                yield part.slot

    def _neighbours(self, phrase: Phrase) -> Iterator[tuple[str, ...]]:
        """Slots with options that stand side by side, as far as their options can all be tried together."""
        run: list[str] = []
        for part in (*phrase.parts, "。"):
            if isinstance(part, SlotRef) and part.slot in self._options:
                if part.slot not in run:
                    run.append(part.slot)
                continue
            if isinstance(part, str) and not any(one.isalnum() for one in part) and len(part) < 3 and part != "。":
                continue
            count = 1
            for slot in run:
                count *= len(self._options[slot])
            yield from [tuple(run)] if run and count <= MOST else [(slot,) for slot in run]
            run = []

    def _left(self, slot: str, guard: Guard) -> tuple[str, ...]:
        """The options of `slot` with which `guard` can hold."""
        options = self._options[slot]
        for test in guard:
            if test.slot == slot and isinstance(test, ValueIn):
                options = tuple(one for one in options if (one in test.values) != test.negated)
        return options
