"""Guesses about quotes, braces and brackets: unquoted texts, quoted names, wrong marks."""

from __future__ import annotations

import re
import unicodedata

from dsl.diagnostics import Edit
from dsl.keywords import BY_ID
from dsl.lexing import MARKS, STANDS_ALONE, Leaf
from dsl.mistakes.expected import ACTS
from dsl.mistakes.refusal import Guess, Refusal, guess, is_keyword, quoted
from dsl.nodes import Name, Text
from dsl.source import Span

_SPEECH = frozenset({"SAY", "OR_SAY"})
_JOINING = frozenset({"IS", "IS_NOT", "AND", "OR", "NO", "KNOWN", "EXTENDS", "APPLIES"})
"""Keywords that never begin a statement and often occur in sentences."""
_SEVERAL = frozenset({"WORDS", "PHRASE", "NEVER_SAY", "INSTEAD", "UNLESS", "WRONG", "RIGHT"})
"""Keywords that accept several texts."""
_GROUP = frozenset({*BY_ID["WORDS"].zh, *BY_ID["WORDS"].en})
_BRACKETED = re.compile(r"[(（]([^()（）\n]*)[)）]")
_RADICALS = re.compile("[\u2e80-\u2fdf]+")
_QUOTED_OTHERWISE = re.compile("['‘’`´『«《〈„‚]([^\n\"'‘’`´『』«»《》〈〉]*)['‘’`´』»》〉]")


def unquoted(refusal: Refusal) -> Guess | None:
    """Put an unquoted text in quotes."""
    # The refused token is seldom the first word of the text, because a phrase name is acceptable after 说. Go back:
    #     说 您好 请讲        您好 is read as a phrase name, 请讲 is refused
    bad = refusal.bad
    if bad.type == "_NL" or (bad.type in ("_COMMA", "_SEP") and is_keyword(refusal.behind)):
        return None
    if is_keyword(bad) and not _in_prose(refusal):
        return None
    first = refusal.index
    while first and not is_keyword(refusal.line[first - 1]):
        first -= 1
    opener = refusal.line[first - 1].type if first else ""
    while opener == "ASK" and first < refusal.index and not _side_by_side(refusal, first):
        first += 1
    if opener == "ASK" and first < refusal.index:
        pass
    elif first == refusal.index:
        if "STRING" not in refusal.accepts or isinstance(bad, Text):
            return None
    elif opener not in _SPEECH or not isinstance(refusal.line[first], Name) or isinstance(bad, Text):
        return None
    words = refusal.words_from(first)
    several = opener in _SEVERAL and re.search("[、/／]", words.text)
    fix = quoted(words, between="、/／" if several else "")
    shown = fix.text if fix else f'"{words.text}"'
    return guess("放进引号里：{shown}", "put it in quotes: {shown}", fix, shown=shown)


def comma_before_text(refusal: Refusal) -> Guess | None:
    """Drop a comma before a text, as in rows of a table: `说,"您好"`."""
    if (
        refusal.bad.type not in ("_COMMA", "_SEP")
        or not isinstance(refusal.behind, Text)
        or not is_keyword(refusal.before)
    ):
        return None
    edit = Edit(Span(refusal.source, refusal.bad.start, refusal.behind.span.start), " ")
    return guess("去掉逗号", "drop the comma", edit)


def _in_prose(refusal: Refusal) -> bool:
    """Tell whether the refused keyword is a word of a sentence: a joining word, or the last word."""
    if refusal.context not in _SPEECH | {"ASK"} or not isinstance(refusal.before, Name):
        return False
    return refusal.bad.type in _JOINING or (refusal.behind.type == "_NL" and refusal.bad.type not in STANDS_ALONE)


def _side_by_side(refusal: Refusal, index: int) -> bool:
    return isinstance(refusal.line[index], Name) and isinstance(refusal.line[index - 1], Name)


def quoted_name(refusal: Refusal) -> Guess | None:
    """Unquote a name, or explain that a name precedes the text."""
    bad, before = refusal.bad, refusal.before
    if not isinstance(bad, Text) or "STRING" in refusal.accepts or not before:
        return None
    if before.type == "FORBID":
        fix = refusal.put(before, refusal.keyword("NEVER_SAY"))
        return guess('不许说的话写成：禁说 "…"', 'words that must not be said: never say "…"', fix)
    if "NAME" not in refusal.accepts:
        return None
    if before.type == "ASK":
        return guess(
            '先写要问的信息名：问 客户姓氏 "…"；不用记下回答的，写“说”',
            'name the slot first: ask surname "…"; when the answer need not be noted, write “say”',
            refusal.put(before, refusal.keyword("SAY")),
        )
    if before.type == "CUSTOMER":
        return guess(
            '先写事件名：客户 客户激动 "…"；客户顺着说的，写：配合 "…"',
            'name the event first: customer upset "…"; when the customer goes along, write: cooperates "…"',
            refusal.put(before, refusal.keyword("CONTINUE")),
        )
    if re.fullmatch(r"[^\W\d_][\w\-·]*", bad.plain):
        return guess(
            "名称不加引号：{name}", "names have no quotes: {name}", refusal.put(bad, bad.plain), name=bad.plain
        )
    return None


def group_for_text(refusal: Refusal) -> Guess | None:
    """Write a word group in quotes and braces: `禁说 词组 威胁话` -> `禁说 "{威胁话}"`."""
    bad, behind = refusal.bad, refusal.behind
    if refusal.text.casefold() not in _GROUP or refusal.context != "NEVER_SAY" or not isinstance(behind, Name):
        return None
    fix = Edit(Span(refusal.source, refusal.span(bad).start, behind.span.end), f'"{{{behind.text}}}"')
    zh, en = '词组写在引号里的大括号中："{{{name}}}"', 'a word group stands in braces inside quotes: "{{{name}}}"'
    return guess(zh, en, fix, name=behind.text)


def text_without_say(refusal: Refusal) -> Guess | None:
    """Insert a missing 说: `当 客户激动: "…"`."""
    if not refusal.accepts >= ACTS or not isinstance(refusal.bad, Text):
        return None
    start = refusal.bad.span.start
    keyword = refusal.keyword("SAY")
    fix = Edit(Span(refusal.source, start, start), keyword + " ")
    return guess("引号前面写“{keyword}”", "write “{keyword}” in front of the quote", fix, keyword=keyword)


def second_wording(refusal: Refusal) -> Guess | None:
    """Move a second wording to a new line with 或说: `说 "…" / "…"`."""
    bad = refusal.bad
    if refusal.context not in _SPEECH or not isinstance(refusal.before, Text | Name):
        return None
    second = refusal.behind if bad.type in ("_SLASH", "OR", "_COMMA", "_SEP") else bad
    if not isinstance(second, Text):
        return None
    gap = Span(refusal.source, refusal.before.span.end, second.span.start)
    if refusal.head in ("REQUIRE", "FORBID", "EXPECT"):
        words = f"{refusal.keyword('OR')} {refusal.keyword('SAY')}"
        zh, en = '几句话用“或”连起来：{words} "…"', 'join several wordings: {words} "…"'
        return guess(zh, en, Edit(gap, f" {words} "), words=words)
    keyword = refusal.keyword("OR_SAY")
    fix = Edit(gap, f"\n  {keyword} ")
    zh, en = '另一种说法另起一行：{keyword} "…"', 'put another wording on a line of its own: {keyword} "…"'
    return guess(zh, en, fix, keyword=keyword)


def several_texts(refusal: Refusal) -> Guess | None:
    """Put `/` between texts: `禁说 "…" 或 "…"`, `禁说 "…" "…"`."""
    bad, before = refusal.bad, refusal.before
    if "_SLASH" not in refusal.accepts or not isinstance(before, Text):
        return None
    second = refusal.behind if bad.type == "OR" else bad
    if not isinstance(second, Text):
        return None
    fix = Edit(Span(refusal.source, before.span.end, second.span.start), " / ")
    return guess("几句话之间用 / 隔开", "put / between several texts", fix)


def quote_in_quote(refusal: Refusal) -> Guess | None:
    """Explain the quotes for use inside a text: `"他说"好"了"`."""
    before, bad = refusal.before, refusal.bad
    if not isinstance(before, Text) or before.span.end != refusal.span(bad).start:
        return None
    if not isinstance(bad, Leaf) and bad.type not in ("BAD", "NUMBER"):
        return None
    return guess("引号里面的引号用 “ ” 或 「 」", "for quotes inside quotes use “ ”")


def brackets(refusal: Refusal) -> Guess | None:
    """Replace `(` by `[` around tags, or explain that a name has no brackets."""
    if refusal.bad.type != "BAD" or refusal.text[0] not in "(（":
        return None
    if "_LBRACKET" not in refusal.accepts:
        zh, en = "去掉括号；补充说明写在 # 后面", "drop the brackets; remarks go behind a #"
        return guess(zh, en)
    start = refusal.span(refusal.bad).start
    found = _BRACKETED.match(refusal.source.text, start)
    fix = Edit(Span(refusal.source, start, found.end()), f"[{found[1]}]") if found else None
    zh, en = "标签写在方括号里：[问候]；名称里没有括号", "tags stand in square brackets: [greeting]; names have none"
    return guess(zh, en, fix)


def other_quotes(refusal: Refusal) -> Guess | None:
    """Replace single quotes, book title marks and similar marks by double quotes."""
    if refusal.bad.type != "BAD" or refusal.text[0] not in "'‘’`´『』«»《》〈〉„‚":
        return None
    start = refusal.span(refusal.bad).start
    found = _QUOTED_OTHERWISE.match(refusal.source.text, start)
    fix = Edit(Span(refusal.source, start, found.end()), f'"{found[1]}"') if found else None
    return guess('换成双引号 " "', 'use double quotes " "', fix)


def braces_outside(refusal: Refusal) -> Guess | None:
    """Explain that braces are valid only inside quotes."""
    if refusal.bad.type != "BAD" or refusal.text[0] not in "{}｛｝":
        return None
    return guess("大括号只写在引号里的话中", "braces stand only inside quoted words")


def lookalike(refusal: Refusal) -> Guess | None:
    """Replace a radical, as copied from a PDF, by the character of the same shape."""
    found = _RADICALS.match(refusal.text)
    if refusal.bad.type != "BAD" or not found:
        return None
    character = unicodedata.normalize("NFKC", found[0])
    start = refusal.span(refusal.bad).start
    fix = Edit(Span(refusal.source, start, start + len(found[0])), character)
    zh = "它是从 PDF 里复制来的部首，不是汉字：重新输入“{character}”"
    en = "it is a radical copied from a PDF that looks like a character: type “{character}” anew"
    return guess(zh, en, fix, character=character)


def doubled_mark(refusal: Refusal) -> Guess | None:
    """Reduce a doubled mark: `::`, `[[`."""
    if refusal.bad.type != "BAD" or refusal.text[0] not in MARKS:
        return None
    one = refusal.text[0]
    return guess("只写一个“{one}”", "write just one “{one}”", refusal.put(refusal.bad, one), one=one)
