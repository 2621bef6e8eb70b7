"""Which characters count as the same: one table, a character at a time, for patterns and texts alike.

A character folds to the letters that are compared, its *key*, or to nothing. In this order: compatibility forms and
marks (width, ligatures, accents), case, traditional to simplified, digits to `0`-`9`; then everything that is neither
letter nor digit is dropped, and so are modal particles. The table fills itself as characters turn up: start-up pays
for no more.

Folding a character at a time keeps matching linear and lets every letter of a key be traced back to its place in the
text. What a single character cannot tell (is this 吧 a particle, or half of 网吧?) is `pieces`' business, which looks
only where something was found. Knows nothing of patterns.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, get_args

from compiler.matching.han import PAIRS

Ignored = Literal[
    "width", "accent", "case", "traditional", "digits", "particle", "erhua", "space", "punctuation", "clause"
]
"""What was looked past to make a hit.

width: full-width or other compatibility forms. accent: marks on letters. case: capitals. traditional: traditional or
variant characters. digits: how a number is written. particle: a modal particle more, less, or another one. erhua: a
儿 more or less behind a syllable. space: blanks and invisible characters. punctuation: signs that are not letters.
clause: one of those signs parts two clauses, so the words may stand side by side by accident only.
"""
IGNORED: Final[tuple[Ignored, ...]] = get_args(Ignored)
"""Every kind, in the order in which a hit names them."""

SLOT: Final = "\ufffc"
"""Stands for a slot in a text (see `hide_slots`): a letter like no other."""
BREAK: Final = "\uffff"
"""Stands between the texts of a block (no character at all, says Unicode): a letter like no other."""

PARTICLES: Final = frozenset("呀啊吧嘛呢啦哦喔噢哟唷呦哇呐咯喽嘞呗")
"""Modal particles. 吗 and 么 are none, they make a question of a statement; nor is 了, which says that it happened."""
ERHUA: Final = "儿"
"""Colours the syllable before it and says nothing: 这事儿 is 这事."""
DIGITS: Final = frozenset("0123456789")
UNITS: Final = frozenset("十百千万亿")
NUMERALS: Final = DIGITS | UNITS
"""What numbers are made of in a key."""

_SIMPLIFIED: Final = dict(zip(PAIRS[::3], PAIRS[1::3], strict=True))
_SIMPLIFIED.update(zip("覆藉瞭沈畫画祇衹甚妳牠俱甦彷拾佰仟", "复借了沉划划只只什你它具苏仿十百千", strict=True))
"""OpenCC's characters, and those it tells apart word by word (答覆 but 覆盖, 甚麼 but 甚至) or leaves alone (妳)."""
_DIGIT: Final = dict(
    zip("零〇一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖弌弍弎", "0012345678921123456789123", strict=True)
)

_WITH_PARTICLE: Final = (
    "酒吧网吧书吧水吧氧吧话吧茶吧贴吧吧台吧女呢子呢绒呢料毛呢花呢呢喃干嘛喇嘛咿呀呼啦哗啦哇塞呐喊唢呐咯血喽啰"
    "儿子儿女儿童儿科儿媳儿孙儿歌儿戏儿时女儿婴儿幼儿胎儿患儿孤儿少儿男儿健儿宠儿育儿生儿托儿小儿妻儿侄儿孙儿"
)
"""Words in which the character of a particle, or 儿, is a letter like any other."""
_WITH_DIGIT: Final = (
    "一定一般一直一切一些一律一致一旦一向统一唯一逐一同一单一之一专一"
    "幺蛾幺妹幺儿老幺"
    "周一周二周三周四周五周六期一期二期三期四期五期六拜一拜二拜三拜四拜五拜六"
)
"""Words whose digit joins no number beside it: 统一一下 holds 一下, 周一三点 holds 三点, but 十一点 holds no 一点."""
_WORDS: Final = frozenset(
    words[at : at + 2] for words in (_WITH_PARTICLE, _WITH_DIGIT) for at in range(0, len(words), 2)
)

_SENTENCE_END: Final = frozenset("。!?")
_CLAUSE_END: Final = frozenset(",、;:\n\r\u2028\u2029")
"""What parts clauses of a sentence. A line without a mark at its end runs on into the next one."""
_BEARING_SIGNS: Final = frozenset("%‰°+±×÷=<>≤≥&@#")
"""Signs that are read out, beside those of currencies: 100% is not 100."""
_WRITTEN_DIGITS: Final = "0123456789０１２３４５６７８９"
_RANGE: Final = frozenset("-‐‑–—~")
_APOSTROPHES: Final = frozenset("'’＇")


class _Table(dict[int, str | None]):
    """For `str.translate`: code point to key, None for nothing; an entry is made when it is first asked for."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        key = character if character in (SLOT, BREAK) else _stages(character)[-1]
        self[code] = entry = key or None
        return entry


def _letters(text: str) -> str:
    """The letters and digits of `text`, decomposed and without marks that only decorate a letter."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if _is_letter(c))


def _is_letter(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LN" or (category[0] == "M" and not _decorates(character))


def _decorates(mark: str) -> bool:
    # Vowel signs of Thai or Hindi are marks too, but leave another word behind; kana's voicing as well.
    return unicodedata.category(mark) == "Me" or mark < "\u0370" or "\u1ab0" <= mark <= "\u20ff" or mark >= "\ufe00"


@lru_cache(maxsize=8192)
def _stages(character: str) -> tuple[str, ...]:
    """What is left of a character after each of: nothing, width, accent, case, traditional, digits and dropping."""
    wide = unicodedata.normalize("NFKC", character)
    bare = _letters(wide)
    cased = _letters(bare.casefold())
    simplified = "".join(_SIMPLIFIED.get(c, c) for c in cased)
    if simplified in PARTICLES or simplified == ERHUA:
        return character, wide, bare, cased, simplified, ""
    key = "".join(
        _DIGIT.get(c, c) if unicodedata.category(c) != "Nd" else str(unicodedata.decimal(c)) for c in simplified
    )
    return character, wide, bare, cased, simplified, key


_table: Final = _Table()


def fold(text: str) -> str:
    """The key of `text`: its letters and digits, each as the one that stands for all its forms."""
    return text.translate(_table)


def origins(text: str) -> list[int]:
    """For every letter of `fold(text)` the offset in `text` of the character it comes from."""
    at: list[int] = []
    for offset, character in enumerate(text):
        letters = _table[ord(character)]
        if letters:
            at.extend((offset,) * len(letters))
    return at


@lru_cache(maxsize=8192)
def simplified(character: str) -> str:
    """`character` after all but the last step, for looking at words: digits and particles still stand."""
    return _stages(character)[-2]


def differences(one: str, other: str) -> frozenset[Ignored]:
    """Why two characters that fold alike do not look alike."""
    return _differences(one, other) if one != other else frozenset()


@lru_cache(maxsize=4096)
def _differences(one: str, other: str) -> frozenset[Ignored]:
    found: set[Ignored] = set()
    kinds: tuple[Ignored, ...] = ("width", "accent", "case", "traditional", "digits")
    steps = list(zip(_stages(one), _stages(other), strict=True))
    for kind, (before, after) in zip(kinds, pairwise(steps), strict=True):
        if before[0] != before[1] and before != after:
            found.add(kind)
    return frozenset(found)


def dropped_differences(one: str, other: str) -> frozenset[Ignored]:
    """Why `other`, which folds to nothing as `one` of a pattern does, does not look like it; how often does not matter."""
    found: set[Ignored] = set()
    if one != other:
        plain, wide = set(one) ^ set(other), set(_wide(one)) ^ set(_wide(other))
        found.update(dropped_kind(character) for character in wide)
        if plain and not wide:
            found.add("width")
        if parts_clauses(other) and not parts_clauses(one):
            found.add("clause")
    return frozenset(found)


def open_end(text: str) -> str:
    """What of `text` runs on into what is said next: all behind its last end of a sentence; nothing where it ends one."""
    end = next((at for at in range(len(text), 0, -1) if ends_sentence(text[at - 1])), 0)
    rest = text[end:]
    return rest if fold(rest) and not rest.rstrip("\"'”’」』）) ").endswith(".") else ""


def parts_clauses(run: str) -> bool:
    """Whether a sign in `run` parts two clauses or sentences."""
    return not (_CLAUSE_END | _SENTENCE_END).isdisjoint(_wide(run))


def _wide(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=4096)
def dropped_kind(character: str) -> Ignored:
    """What sort of thing a character is that folds to nothing."""
    if is_particle(character):
        return "erhua" if simplified(character) == ERHUA else "particle"
    category = unicodedata.category(character)
    if category[0] == "M":
        return "accent"
    return "space" if category[0] in "ZC" else "punctuation"


def is_mark(character: str) -> bool:
    """Whether `character` is an accent or the like that stands on the character before it and folds to nothing."""
    return character > "\u02ff" and unicodedata.category(character)[0] == "M" and not fold(character)


def is_particle(character: str) -> bool:
    """Whether `character` is a modal particle or 儿, in whatever writing."""
    key = simplified(character)
    return key in PARTICLES or key == ERHUA


@lru_cache(maxsize=4096)
def shape(character: str) -> str:
    """`character` in its plainest writing, signs and particles kept: always one character."""
    key = simplified(character) or unicodedata.normalize("NFKC", character)
    return "-" if key in _RANGE else key[:1] or character


@lru_cache(maxsize=4096)
def bears_sense(character: str) -> bool:
    """Whether `character`, which folds to nothing, is a sign that is read out: 100% is not 100."""
    key = unicodedata.normalize("NFKC", character)
    return key in _BEARING_SIGNS or unicodedata.category(character) == "Sc"


@lru_cache(maxsize=4096)
def is_picture(character: str) -> bool:
    """Whether `character` is an emoji or another picture."""
    return unicodedata.category(character) == "So" and not _letters(unicodedata.normalize("NFKC", character))


def is_range_sign(character: str) -> bool:
    """Whether `character` may stand between the ends of a range."""
    return unicodedata.normalize("NFKC", character) in _RANGE


def spans_range(text: str, at: int) -> bool:
    """Whether `text[at]` stands between two short numbers, as in 3-5天; between longer ones it groups digits."""
    if not is_range_sign(text[at]):
        return False
    before, after = text[max(0, at - 3) : at][::-1], text[at + 1 : at + 4]
    return all(0 < len(side) - len(side.lstrip(_WRITTEN_DIGITS)) < 3 for side in (before, after))


@lru_cache(maxsize=4096)
def ends_sentence(character: str) -> bool:
    """Whether `character` ends a sentence by itself; an English full stop does not, there is one in 3.5."""
    return not _SENTENCE_END.isdisjoint(unicodedata.normalize("NFKC", character))


def in_word(text: str, at: int) -> bool:
    """Whether `text[at]`, a particle or digit by its looks, is a letter of a word such as 网吧 or 统一."""
    here = simplified(text[at])
    return (at > 0 and simplified(text[at - 1]) + here in _WORDS) or (
        at + 1 < len(text) and here + simplified(text[at + 1]) in _WORDS
    )


def is_alphabetic(character: str) -> bool:
    """Whether `character` is a letter of a script that puts blanks between words, as Latin does."""
    here = character < "\u0e00" or "\u1e00" <= character < "\u2000" or "\uff21" <= character <= "\uff5a"
    return here and character.isalpha()


def is_apostrophe(character: str) -> bool:
    """Whether `character` holds two parts of a word together between letters, as in don't."""
    return character in _APOSTROPHES


def hide_slots(text: str) -> str:
    """`text` with every `{slot}` made one letter like no other, and as long as before: nobody says a slot's name."""
    if "{" not in text and "｛" not in text:
        return text
    return re.sub("[{｛][^{}｛｝]*[}｝]", lambda found: SLOT + "\u200b" * (len(found[0]) - 1), text)
