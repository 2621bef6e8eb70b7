"""How long a phrase takes to say: its length in spoken characters, and from that in seconds.

The rate is characters a minute (catalogue L8: 180-220), where a character is one Chinese syllable. What is not a Han
character is counted by how it is read out:

| written | counts | why |
|---|---|---|
| a Han character, kana or Hangul syllable | 1 | one syllable |
| a digit, half or full width | 1 | numbers are read out digit by digit on the phone |
| up to five capitals in a row (`VIP`, `APP`, `SIM`) | 1 a letter | spelled out |
| any other word in letters (`Wi-Fi`, `hello`) | 1 for every three letters begun | about one syllable |
| a run of punctuation that makes a speaker pause (`，。？！：；、…—`) | 1 | a breath; `……` is one pause |
| `%` | 3 | 百分之 |
| any other visible sign (`+`, `¥`, `@`) | 1 | read as one short word |
| quotes, brackets, blanks | 0 | not heard |

Linear in the text. Knows nothing of limits: whether a phrase is too long is a rule's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from compiler.machine.model import Machine, Phrase, Promise
from compiler.machine.walk import acts_of

# Scripts written one syllable a character, as ranges of code points.
_SYLLABIC = (
    (0x3005, 0x3007), (0x3021, 0x3029), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFF66, 0xFF9D), (0x20000, 0x323AF),
)  # fmt: skip
_SILENT = frozenset("\"'`()[]{}<>_“”‘’「」『』《》〈〉（）【】〔〕［］｛｝＂＇＿\ufeff")
_UNSEEN = ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069))
_PAUSE = frozenset(",.:;?!~、，。．：；？！…—–～·")
_INSIDE_WORDS = frozenset("'’-")

_ONE, _LETTER, _BREATH, _SIGN, _NOTHING = range(5)

_BY_TYPE = {"text": 4, "number": 4, "phone": 11, "date": 6, "money": 6, "time": 4, "deadline": 5}
"""Spoken characters of a slot whose value is only known on the call, by slot type: a typical value, rather long than
short (a mobile number has 11 digits, 十二月二十日 6 characters, 2个工作日 5)."""
_UNKNOWN = 4


class _Classes(dict[str, int]):
    """What each character counts as, looked up once. No regular expression: one over these ranges takes 10 ms to make."""

    def __missing__(self, character: str) -> int:
        self[character] = found = _class_of(character)
        return found


def _class_of(character: str) -> int:
    code = ord(character)
    if character.isdecimal() or any(first <= code <= last for first, last in _SYLLABIC):
        return _ONE
    if character in _PAUSE:
        return _BREATH
    if character.isspace() or character in _SILENT or any(first <= code <= last for first, last in _UNSEEN):
        return _NOTHING
    return _LETTER if character.isalnum() else _SIGN


_classes = _Classes()


@lru_cache(maxsize=65_536)
def spoken_characters(text: str) -> int:
    """Length of `text` as it is heard, in spoken characters (see the table above)."""
    count = 0
    before = _NOTHING
    word = 0  # where the word in letters began that is being read
    classes = _classes
    for at, character in enumerate(text):
        now = classes[character]
        if now == _LETTER:
            if before != _LETTER:
                word = at
            before = now
            continue
        if before == _LETTER:
            if character in _INSIDE_WORDS and text[at + 1 : at + 2].isalpha() and classes[text[at + 1]] == _LETTER:
                continue
            count += _word(text[word:at])
        if now == _ONE:
            count += 1
        elif now == _BREATH:
            count += before != _BREATH
        elif now == _SIGN:
            count += 3 if character in "%％" else 1
        before = now
    return count + (_word(text[word:]) if before == _LETTER else 0)


def _word(letters: str) -> int:
    """Spoken characters of one word in letters."""
    return len(letters) if len(letters) <= 5 and letters.isupper() else (len(letters) + 2) // 3


def slot_lengths(machine: Machine) -> dict[str, int]:
    """Spoken characters of each slot and fact of `machine`, by name, for `spoken_length`.

    A fact counts as its text; a choice as its longest option; a promise as its longest deadline; anything else as a
    typical value of its type.
    """
    lengths = {slot.name: _BY_TYPE.get(slot.type, _UNKNOWN) for slot in machine.slots}
    for slot in machine.slots:
        if slot.options:
            lengths[slot.name] = max(map(spoken_characters, slot.options))
    promised: dict[str, int] = {}
    for flow in machine.flows:
        for act in acts_of(flow):
            if isinstance(act, Promise):
                # The number digit by digit; 3 for a unit such as 个工作日 or 小时内 stands for all of them.
                spoken = spoken_characters(act.deadline.number) + 3
                promised[act.slot] = max(spoken, promised.get(act.slot, 0))
    lengths.update(promised)
    for name, text in machine.facts:
        lengths[name] = spoken_characters(text)
    return lengths


def spoken_length(phrase: Phrase, slots: Mapping[str, int]) -> int:
    """Length of `phrase` in spoken characters, its slots counted by `slots` (name -> spoken characters).

    A slot that `slots` does not name counts 4; of a slot read out by its tail, the tail counts.
    """
    count = 0
    for part in phrase.parts:
        if isinstance(part, str):
            count += spoken_characters(part)
        elif part.tail is not None:
            count += part.tail
        else:
            count += slots.get(part.slot, _UNKNOWN)
    return count


def spoken_seconds(phrase: Phrase, rate: int, slots: Mapping[str, int]) -> float:
    """Seconds it takes to say `phrase` at `rate` characters a minute; `slots` as for `spoken_length`.

    Raises ValueError when `rate` is not positive.
    """
    if rate <= 0:
        raise ValueError(f"speech rate must be positive, not {rate}")
    return spoken_length(phrase, slots) * 60 / rate
