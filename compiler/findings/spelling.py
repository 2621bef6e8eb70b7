"""Whether an edit only spells: the oracle that parts fixes, which may be applied unasked, from suggestions.

    转到 结束语                       转 结束语                        spells: another word for a keyword
    说 您好，请讲。                     说 "您好，请讲。"                  spells: quotes round a whole text
    若 等级 是 高 说 "马上办" 转 二        若 … 说 "马上办" ⏎ 转 二            does not: 转 二 loses its condition
    转 结束与                        转 结束语                        does not: another name

The new tokens are read off the old characters, one after the other. Each has to stand there already: a name and what is
inside quotes letter by letter, a keyword, an amount or a mark in any of its spellings; and in the end nothing may be left
over. Where the old characters can be read in two ways (a text whose end is not marked, a word one key away from two
keywords), neither is a spelling of them. Nothing is known here of where an edit comes from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from dsl.keywords import KEYWORDS, UNIT_WORDS, read_amount
from dsl.lexing import Mark, tokenise
from dsl.mistakes.guess_word import ANDS, ENGLISH_NUMBERS, FILLERS, ORS
from dsl.mistakes.refusal import is_keyword
from dsl.mistakes.synonyms import terminals_of
from dsl.nodes import Date, Name, Quantity, Text
from dsl.parser import parse
from dsl.source import Source
from dsl.suggest import nearest, same_sound

_SPELLINGS: dict[str, tuple[str, ...]] = {}
for _row in KEYWORDS:
    _SPELLINGS[_row.terminal] = (*_SPELLINGS.get(_row.terminal, ()), *_row.zh, *_row.en)
_TERMINALS = {word.casefold(): row.terminal for row in KEYWORDS for word in (*row.zh, *row.en)}

_QUOTES = "\"“”「」＂'‘’`´『』«»《》〈〉„‚"
_BLANK = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*")
_MARKS = re.compile(
    rf"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff,，、﹐﹑､:：∶/／∕。；;|｜{_QUOTES}]*"
)
"""What stands between words: it may go or come, as far as `_mark` has no objection."""
_COMMAS = re.compile("[,，、﹐﹑､;；]")
_BRACKETS = {
    "_LBRACKET": re.compile("[\\[【［(（]"),
    "_RBRACKET": re.compile("[\\]】］)）]"),
    "_DOT": re.compile("[.．。]"),
}
_EQUALS = {"IS": re.compile("[=＝]{1,2}"), "IS_NOT": re.compile("[!！][=＝]{1,2}|≠|<>")}
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 24
"""Letters of what may have been typed for a keyword or an amount."""
_RUN = re.compile(rf"[\w\-·]{{0,{_LONGEST + 1}}}")
_NUMBER = re.compile(r"(\d+(?:[.．]\d+)?)\s*([^\W\d_]*)")
_NEEDLESS = re.compile("以内|之内|内|钟")
"""What is said behind an amount and says nothing."""
_BRANCHES = frozenset({"IF", "WHEN", "ANYTIME", "LASTS", "EVERY", "AT_MOST"})
"""Lines whose first part governs all that follows on them."""
_ACTS = frozenset({"SAY", "OR_SAY", "ASK", "DO", "PROMISE", "WAIT", "GOAL", "TIP", "WITHIN", "OPENING"})
"""Lines that another may follow whatever they say."""
_SEVERAL_TEXTS = frozenset({"WORDS", "PHRASE", "NEVER_SAY", "INSTEAD", "UNLESS", "WRONG", "RIGHT"})
"""Keywords that several texts may follow, with a mark between them."""
_NAME_OR_TEXT = frozenset({"SAY", "OR_SAY", "OR", "ASK", "FILL", "IS"})
"""Keywords that a name or a text may follow."""
_GO_ON = frozenset(
    {
        "SAY", "OR_SAY", "ASK", "DO", "PROMISE", "WAIT", "GO", "CALL", "RETURN", "END", "GETTING", "ELSE", "WHEN",
        "BECAUSE", "INSTEAD", "UNLESS", "TESTS",
    }
)  # fmt: skip
"""Keywords that may stand behind a text; inside of one, its end is in doubt."""
_UNREADABLE = frozenset({"SC101", "SC102", "SC105", "SC107", "SC109", "SC110", "SC112", "SC113", "SC115"})


def same_words(before: str, after: str, above: str = "", below: str = "") -> bool:
    """Whether `after` is `before` in the language's spelling; both are whole lines, between `above` and `below`."""
    old, new = _tokens(before), _tokens(after)
    was, now = _keys(old, before), _keys(new, after)
    here = _alike(was, now)
    there = _alike(was[here:][::-1], now[here:][::-1])
    if here == len(old) == len(new):
        return True
    changed = old[here : len(old) - there]
    begin = _place(old[here - 1])[1] if here else 0
    end = _place(changed[-1])[1] if changed else begin
    return _Reading(before, old, after, new, above, below).spells(begin, end, range(here, len(new) - there))


class _Reading:
    """New tokens read off old characters, from front to back."""

    def __init__(self, before: str, old: Sequence[Any], after: str, new: Sequence[Any], above: str, below: str) -> None:
        self.before = before
        self.after = after
        self.new = new
        self.above = above
        self.below = below
        self.old = {_place(token)[0]: token for token in old}
        self.open = next((_place(token)[0] for token in old if token.type == "OPEN"), len(before))
        self.texts = {_inside(token, before) for token in old if isinstance(token, Text)}
        self.at = 0
        self.heads: list[str] = []
        """For each new token the keyword that opens its statement, empty when there is none; and the last keyword before."""
        self.contexts: list[str] = []
        head = context = ""
        fresh = True
        for token in new:
            if fresh:
                head = token.type if is_keyword(token) else ""
            self.heads.append(head)
            self.contexts.append(context)
            fresh = token.type == "_NL"
            context = token.type if is_keyword(token) else context

    def spells(self, begin: int, end: int, indices: range) -> bool:
        """Whether the new tokens with these `indices` are what stands from `begin` to `end`."""
        todo = [(0, begin)]
        tried: set[tuple[int, int]] = set()
        while todo:
            done, self.at = todo.pop()
            if (done, self.at) in tried:
                continue
            tried.add((done, self.at))
            if done < len(indices):
                todo += ((done + 1, at) for at in self._read(indices[done]))
                continue
            self._skip()
            if self.at >= end:
                return True
        return False

    def _read(self, index: int) -> list[int]:
        """Where one may be when token `index` is read; in several places where a word may be two."""
        token = self.new[index]
        if isinstance(token, Text):
            return [self.at] if self._text(token, index) else []
        if isinstance(token, Mark) and not is_keyword(token):
            return [self.at] if self._mark(token.type, index) else []
        self._skip()
        if is_keyword(token):
            return self._keyword(token, index)
        if isinstance(token, Name):
            return [self.at] if self._name(token) else []
        return (
            [self.at] if isinstance(token, Quantity) and self._amount(token) else []
        )  # a date is read in any spelling

    def _skip(self) -> None:
        self.at = _MARKS.match(self.before, self.at).end()  # type: ignore[union-attr]

    def _take(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.before, self.at)
        if found:
            self.at = found.end()
        return bool(found)

    def _word(self, words: frozenset[str]) -> bool:
        found = _WORD.match(self.before, self.at)
        if found is None or found[0].casefold() not in words:
            return False
        self.at = found.end()
        return True

    def _mark(self, kind: str, index: int) -> bool:
        """A mark between words. A new one has to be sure: a comma or a line's end decides what a condition governs."""
        gap = self.before[self.at : _MARKS.match(self.before, self.at).end()]  # type: ignore[union-attr]
        if kind in _BRACKETS:
            self._skip()
            return self._take(_BRACKETS[kind])
        if kind == "_NL":
            return "\n" in gap or (self.heads[index] in _ACTS and _reads(self.above))  # it may go on from there
        if kind == "_COMMA":
            return bool(_COMMAS.search(gap))
        if kind == "_COLON":
            self._skip()
            self._word(FILLERS)
        elif kind in ("_SEP", "_SLASH"):
            self._skip()
            self._word(ORS if self.contexts[index] == "WHEN" else ANDS | ORS)
        return kind in ("_COLON", "_SEP", "_SLASH")

    def _name(self, name: Name) -> bool:
        raw = name.span.text
        there = self.before[self.at : self.at + len(raw)]
        if there != raw and unicodedata.normalize("NFKC", there) != name.text:
            return False
        self.at += len(raw)
        return True

    def _amount(self, amount: Quantity) -> bool:
        there = self.old.get(self.at)
        if isinstance(there, Quantity):
            self.at = there.span.end
            return (there.number, there.unit.id) == (amount.number, amount.unit.id)
        if found := _NUMBER.match(self.before, self.at):
            number, unit = unicodedata.normalize("NFKC", found[1]), found[2]
        else:
            run = _RUN.match(self.before, self.at)[0]  # type: ignore[index]
            read = next(((read, end) for end in range(len(run), 1, -1) if (read := read_amount(run[:end]))), None)
            if read is not None:
                self.at += read[1]
                self._take(_NEEDLESS)
                return (read[0][0], read[0][1].id) == (amount.number, amount.unit.id)
            if not (found := _WORD.match(self.before, self.at)):
                return False
            number, unit = ENGLISH_NUMBERS.get(found[0].casefold(), ""), ""
            unit = (_WORD.match(self.before, _BLANK.match(self.before, found.end()).end()) or [""])[0]  # type: ignore[union-attr]
            self.at = self.before.find(unit, found.end())
            return self._unit(number, unit, amount)
        self.at = found.start(2)
        return self._unit(number, unit, amount)

    def _unit(self, number: str, unit: str, amount: Quantity) -> bool:
        spelt = max((one for one in UNIT_WORDS if unit.casefold().startswith(one)), key=len, default="")
        if not spelt or UNIT_WORDS[spelt].id != amount.unit.id:
            return False
        self.at += len(spelt)
        if self.before.startswith("半", self.at) and "." not in number:
            self.at += 1
            number += ".5"
        else:
            self._take(_NEEDLESS)
        return number == amount.number

    def _keyword(self, keyword: Any, index: int) -> list[int]:
        there = self.old.get(self.at)
        if isinstance(there, Mark) and is_keyword(there):
            return [there.end] if there.type == keyword.type else []
        if keyword.type in _EQUALS and self._take(_EQUALS[keyword.type]):
            return [self.at]
        run = unicodedata.normalize("NFKC", _RUN.match(self.before, self.at)[0])  # type: ignore[index]
        out = [self.at + len(run)] if self._spelt(run, keyword, index) else []
        heads = [one for one in _TERMINALS if run.casefold().startswith(one) and len(one) < len(run)]
        glued = max(heads, key=len, default="")
        if glued and not _slip(glued, run) and glued in map(str.casefold, _SPELLINGS[keyword.type]):
            out.append(self.at + len(glued))
        return out

    def _spelt(self, word: str, keyword: Any, index: int) -> bool:
        """Whether `word` stands for `keyword`, and for no other that could stand in its place.

        A letter too many or too few at its end may be the next name's: `stept hank-you`, `ste pname`.
        """
        if not 0 < len(word) <= _LONGEST or word.casefold() in _TERMINALS:
            return bool(word) and word.casefold() in map(str.casefold, _SPELLINGS[keyword.type])
        others = terminals_of(word)
        if keyword.type not in others:
            near = nearest(word, _SPELLINGS[keyword.type])
            behind = self.new[index + 1] if index + 1 < len(self.new) else None
            first = behind.text[:1].casefold() if isinstance(behind, Name) else ""
            typed = word.casefold()
            if not near or (first and any(typed[:-1] == one or typed + first == one for one in near)):
                return False
        rivals = [one for one, terminal in _TERMINALS.items() if terminal != keyword.type and _slip(one, word)]
        rivals += [_SPELLINGS[terminal][0] for terminal in others - {keyword.type}]
        rivals += [f"{word[:end]} {word[end:]}" for end in range(1, len(word)) if word[:end].casefold() in _TERMINALS]
        return not any(_reads(self.after[: keyword.start] + one + self.after[keyword.end :]) for one in set(rivals))

    def _text(self, text: Text, index: int) -> bool:
        """A text: the same characters, and quotes round them already, or no doubt where they end."""
        _, start, end = _inside(text, self.after)
        words = self.after[start:end]
        at = self.before.find(words, self.at)
        if at < 0 or _MARKS.fullmatch(self.before, self.at, at) is None:
            return False
        self.at = at + len(words)
        if (words, at, self.at) in self.texts:
            return True
        closed = self.before[self.at : self.at + 1] in tuple(_QUOTES)
        if at and self.before[at - 1] in _QUOTES and closed and not any(one in words for one in _QUOTES):
            return True
        if self.open < self.at and not _reads(self.below):  # the text may go on there
            return False
        line = self.before[self.at :].partition("\n")[0]
        behind = line.partition("#")[0].partition("＃")[0] if self.open >= self.at else line
        if behind.strip(f"{_QUOTES} \t\u3000") or any(one in words for one in '"“”＂「」#＃'):
            return False
        if words[-1:] in tuple(_QUOTES) or words[:1] in tuple(_QUOTES):
            return False
        if self.contexts[index] in _SEVERAL_TEXTS and re.search("[,，、/／;；]", words):
            return False
        tokens = _tokens(f"说 {words}")[1:]
        # A name may stand there as well: 说 问候语, and on a longer line 说 问候语, 转 乙.
        if self.contexts[index] in _NAME_OR_TEXT and self.before[at - 1] not in _QUOTES:
            sentence = words[-1:] in tuple("。？！.?!…") or (len(tokens) > 1 and tokens[1].type in ("_COMMA", "_SEP"))
            if not sentence or (self.heads[index] in _BRANCHES and _COMMAS.search(words)):
                return False
        return not any(is_keyword(one) and one.type in _GO_ON for one in tokens)


def tokens_of(line: str) -> list[tuple[str, ...]]:
    """What the tokens of `line` are, in whatever spelling: two lines with the same say the same."""
    return _keys(_tokens(line), line)


def _alike(one: Sequence[object], other: Sequence[object]) -> int:
    """How many of the first of two rows are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (this, that) in pairs if this != that), min(len(one), len(other)))


def _slip(meant: str, typed: str) -> bool:
    """Whether one key, missed, doubled, swapped or beside the right one, makes `typed` of `meant`; or they sound alike."""
    if same_sound(meant, typed):
        return True
    if len(meant) == len(typed) > 1:
        apart = [index for index in range(len(meant)) if meant[index] != typed[index]]
        return len(apart) == 1 or (
            len(apart) == 2 and meant[apart[0]] == typed[apart[1]] and meant[apart[1]] == typed[apart[0]]
        )
    if len(meant) == len(typed) + 1:
        return any(meant[:index] + meant[index + 1 :] == typed for index in range(len(meant)))
    return any(meant[:index] + meant[index - 1 :] == typed for index in range(1, len(meant) + 1))


@lru_cache(maxsize=1024)
def _reads(text: str) -> bool:
    return not any(one.code in _UNREADABLE for one in parse(Source("", text))[1])


def _tokens(text: str) -> list[Any]:
    """The tokens of `text`, without line ends in front and behind."""
    items = list(tokenise(Source("", text)).items)
    while items and items[-1].type == "_NL":
        items.pop()
    while items and items[0].type == "_NL":
        items.pop(0)
    return items


def _keys(tokens: Sequence[Any], text: str) -> list[tuple[str, ...]]:
    """What makes each of `tokens` of `text` another token."""
    out: list[tuple[str, ...]] = []
    for one in tokens:
        if isinstance(one, Text):
            out.append((one.type, _inside(one, text)[0]))
        elif isinstance(one, Name):
            out.append((one.type, one.text))
        elif isinstance(one, Quantity):
            out.append((one.type, one.number, one.unit.id))
        elif isinstance(one, Date):
            out.append((one.type, one.iso))
        elif one.type in ("BAD", "OPEN", "NUMBER"):
            out.append((one.type, text[one.start : one.end]))
        else:
            out.append((one.type,))
    return out


def _place(token: Any) -> tuple[int, int]:
    return token.span[1:] if hasattr(token, "span") else (token.start, token.end)


def _inside(text: Text, source: str) -> tuple[str, int, int]:
    """What stands between the quotes, and where."""
    quote = 3 if source.startswith('"""', text.span.start) and text.span.end - text.span.start > 5 else 1
    start, end = text.span.start + quote, text.span.end - quote
    return source[start:end], start, end
