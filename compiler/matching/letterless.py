"""Phrases without a letter: 啊, 嗯哼呀, an emoji. Folding drops all of them, so they are looked for as they stand.

They are few, so a text is searched once for each. A particle that is a letter of a word (网吧) is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from compiler.matching.folding import fold, in_word, is_particle, is_picture, shape
from dsl.frozen import Node


def is_letterless(text: str) -> bool:
    """Whether `text` is made of particles and pictures alone, apart from signs and blanks."""
    return not fold(text) and any(is_particle(one) or is_picture(one) for one in text)


def _shaped(text: str) -> str:
    return "".join(map(shape, text))


class Verbatim(Node, frozen=True, dict=True):
    """The pattern numbered `number` is one of `texts`; inside one of `unless` it does not count."""

    number: int
    texts: tuple[str, ...]
    unless: Sequence[str]

    @cached_property
    def _wanted(self) -> tuple[str, ...]:
        kept = ("".join(one for one in text if is_particle(one) or is_picture(one)) for text in self.texts)
        return tuple(dict.fromkeys(map(_shaped, kept)))

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each place in `text`."""
        shaped = _shaped(text)
        reach = [0] * (len(text) + 1)  # where the farthest context ends that has begun by then
        for context in self.unless:
            for start, end in _places(shaped, _shaped(context)):
                reach[start] = max(reach[start], end)
        reach = list(accumulate(reach, max)) if self.unless else reach
        for wanted in self._wanted:
            for start, end in _places(shaped, wanted):
                if any(is_particle(text[at]) and in_word(text, at) for at in range(start, end)):
                    continue
                if reach[start] < end:
                    yield start, end


def _places(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))
