"""Guesses about lines without a keyword at the start."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from dsl.diagnostics import Edit
from dsl.keywords import AT_LINE_START, BY_ID
from dsl.mistakes.refusal import Guess, Refusal, guess, is_keyword, quoted, spread
from dsl.mistakes.synonyms import SPELT_OUT, SYNONYMS, did_you_mean, likely, meant
from dsl.nodes import Name, Text
from dsl.source import Span
from dsl.suggest import split_prefix

_TEXT_HEADS = frozenset({"SAY", "OR_SAY", "TITLE", "SOURCE", "GOAL", "TIP", "BECAUSE", "WRONG", "RIGHT", "NEVER_SAY"})
_BEFORE_TEXTS = tuple(
    word for word, terminal in AT_LINE_START.items() if terminal in _TEXT_HEADS | {"DIALOGUE", "CONTINUE"}
)
"""Keywords followed directly by a text in quotes."""
_NUMBERING = re.compile("[\\d一二三四五六七八九十]+")
_IN_GUARDS = [BY_ID[id].zh[0] for id in ("IS_NOT", "IS", "KNOWN", "NO", "AND")]
_SPOKEN = re.compile("[，。？！；,.?!;]|[您你请好谢]|\\w's\\b|(?i:\\b(?:you|your|please|thank|sorry|hello|i|we)\\b)")
"""Marks of speech to a customer, rare in names of actions."""
_STARTS = frozenset(AT_LINE_START.values())
_HEADS = tuple(one for one in (*AT_LINE_START, *SYNONYMS) if not one.isascii())


def first_word(refusal: Refusal) -> Guess | None:
    """Guess at a line that begins with a name."""
    name = refusal.bad
    if refusal.index or not isinstance(name, Name):
        return None
    word = name.span.text
    if keyword := meant(word, refusal.accepts) or SPELT_OUT.get(word):
        return guess(
            "把“{word}”改成“{keyword}”",
            "write “{keyword}” for “{word}”",
            refusal.put(name, keyword),
            word=word,
            keyword=keyword,
        )
    before_text = isinstance(refusal.behind, Text)
    near = (before_text and likely(word, _BEFORE_TEXTS)) or likely(word, AT_LINE_START)
    accepts = refusal.accepts
    glued = split_prefix(word, (one for one in _HEADS if AT_LINE_START.get(one) in accepts or meant(one, accepts)))
    if glued and not (near and before_text):
        rest = word[len(glued) :]
        if not near or glued in near or len(rest) > 1 or rest in _HEADS:
            return _glued(refusal, glued)
    if near:
        return did_you_mean(refusal, name, near)
    if refusal.behind.type == "_COLON":  # a role, of agent or customer
        return guess(
            '“{name}”不是关键词。坐席说的话写成：说 "…"；客户的反应写成：当 事件名 …',
            '“{name}” is no keyword. What the agent says is: say "…"; what the customer does is: when event …',
            name=word,
        )
    line = refusal.words_from(0)
    if _SPOKEN.search(line.text):
        fix = quoted(line, refusal.keyword("SAY") + " ")
        return guess('如果是要说的话，写成：说 "…"', 'if agents should say it, write: say "…"', fix)
    # Speech or action: no edit, because a wrong guess would be spoken to customers.
    return guess(
        '要说的话写成：说 "…"；要做的事写成：做 {name}',
        'write words to speak as: say "…"; something to do as: do {name}',
        name="-".join(line.text.split()) if len(line.text) <= 24 else "…",
    )


def intended_head(line: Sequence[Any]) -> str | None:
    """Return the terminal of the first token of `line`, or of the keyword most likely intended."""
    first = line[0]
    if not isinstance(first, Name):
        return first.type if is_keyword(first) else None
    if any(one.type in ("_COMMA", "_SEP", "BAD") for one in line):  # more likely words to speak
        return None
    return _intended(first.span.text)


@lru_cache(maxsize=256)
def _intended(word: str) -> str | None:
    keyword = meant(word, _STARTS) or next(iter(likely(word, AT_LINE_START)), None)
    if keyword is None and (glued := split_prefix(word, _HEADS)):
        keyword = meant(glued, _STARTS) or glued
    return AT_LINE_START.get(keyword) if keyword else None


def _glued(refusal: Refusal, glued: str) -> Guess:
    """Split a keyword or synonym from the word joined to the end."""
    span = refusal.bad.span
    keyword = meant(glued, refusal.accepts) or glued
    terminal = AT_LINE_START.get(keyword, "")
    rest = span.text[len(glued) :].lstrip("-_·")
    if _NUMBERING.fullmatch(rest) and terminal in ("STEP", "RULE", "SCENARIO"):
        zh, en = "不用编号，写“{keyword}”和名称", "leave the number out: write “{keyword}” and a name"
        return guess(zh, en, Edit(span, keyword) if len(refusal.line) > 2 else None, keyword=keyword)
    names_too = terminal in ("SAY", "OR_SAY") and len(refusal.line) == 2
    if terminal in _TEXT_HEADS and not names_too and not isinstance(refusal.behind, Text):
        words = refusal.words_from(0)
        fix = quoted(Span(words.source, words.start + len(glued), words.end))
        return guess(
            '“{keyword}”后面的话放进引号里：{keyword} "…"',
            'put the words after “{keyword}” in quotes: {keyword} "…"',
            Edit(words, f"{keyword} {fix.text}") if fix else None,
            keyword=keyword,
        )
    rest = spread(rest, _IN_GUARDS) if terminal == "IF" else rest
    fix = Edit(span, f"{keyword} {rest}") if re.match(r"[^\W_]", rest) else None
    zh, en = "关键词后面要空一格：{keyword} {rest}", "put a blank after the keyword: {keyword} {rest}"
    return guess(zh, en, fix, keyword=keyword, rest=rest)


def first_text(refusal: Refusal) -> Guess | None:
    """Insert a missing 说 before a text."""
    if refusal.index or not isinstance(refusal.bad, Text):
        return None
    fix = refusal.put_before(refusal.bad, refusal.keyword("SAY") + " ")
    return guess('引号前面写“说”：说 "…"', 'write “say” in front of the quote: say "…"', fix)


def first_mark(refusal: Refusal) -> Guess | None:
    """Guess at a line that begins with a mark, a number or a misplaced keyword."""
    if refusal.index:
        return None
    if refusal.text.startswith("//"):
        return guess("注释用 # 开头", "a comment begins with #", refusal.put(refusal.bad, "#"))
    row = refusal.words_from(0)
    words = " ".join(re.split("[|｜\\s]+", row.text)).strip()
    if refusal.text[0] in "|｜" and words.partition(" ")[0].casefold() in AT_LINE_START:
        return guess(
            "一行一件事，不画表格：{words}", "one thing a line, and no table: {words}", Edit(row, words), words=words
        )
    if is_keyword(refusal.bad):
        return guess(
            "一行用说、问、做、转这样的词开头，“{word}”不能开头",
            "open the line with a word such as say, ask, do or go; “{word}” cannot open one",
            word=refusal.text,
        )
    return guess(
        "删去它，一行用说、问、做、转这样的词开头", "delete it; open the line with a word such as say, ask, do or go"
    )
