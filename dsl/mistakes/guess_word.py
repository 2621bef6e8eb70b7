"""Guesses about words: synonyms of keywords, missing blanks, missing keywords, several statements on a line."""

from __future__ import annotations

import re

from dsl.diagnostics import Edit
from dsl.keywords import AT_LINE_START, BY_ID, KEYWORDS, read_amount
from dsl.lexing import tokenise
from dsl.mistakes.expected import ACTS
from dsl.mistakes.refusal import Guess, Refusal, guess, is_keyword, quoted, spread
from dsl.mistakes.synonyms import SYNONYMS, did_you_mean, likely, meant
from dsl.mistakes.units import one_length
from dsl.nodes import Name
from dsl.source import Source, Span
from dsl.suggest import split_prefix

FILLERS = frozenset({"则", "那么", "就", "时", "的时候", "时候", "后", "以后", "之后", "then"})
"""Words often typed in place of a colon."""
ANDS = frozenset({"和", "与", "并", "及", "以及", "跟", "还有", "并且", "同时"})
_LISTS = frozenset({"DO", "WHEN", "ASK", "GETTING", "FOLLOWS", "NEVER_DO", "HANDLES", "APPLIES", "CHANNEL"})
ORS = frozenset({"或", "或者", "或是", "or"})
_ABOUT = frozenset({"大约", "约", "大概", "about"})
"""Words often put before an amount, superfluous in a script."""
_NEEDLESS = frozenset({"超过", "达到", "达", "满", "不少于", "for", "over"})
"""Words often put before a time to elapse, superfluous there; elsewhere such a word states a bound."""
_LASTING = frozenset({"WHEN", "ANYTIME", "LASTS", "EVERY", "WAIT", "PASS"})
ENGLISH_NUMBERS = {
    word: str(number)
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}
_IN_NAMES = (
    "IS_NOT", "IS", "BELONGS", "EXTENDS", "GO", "CALL", "RETURN", "END", "ELSE", "BEFORE", "FOLLOWED", "THEN", "APPLIES",
    "BECAUSE", "INSTEAD", "UNLESS", "AT_MOST", "AT_LEAST", "GETTING", "HAS", "HANDLES", "TESTS",
)  # fmt: skip
"""Keywords that rarely occur inside a name."""
_NAMED = frozenset({"GO", "CALL", "END", "STEP", "SCENARIO", "DO", "EXTENDS", "TESTS", "REACH"})
_SEVERAL_ACTS = frozenset({"WHEN", "ANYTIME", "LASTS", "EVERY", "IF", "AT_MOST"})
"""Keywords of lines that govern a sequence of acts."""
_SORTS = {"CALL": "SCENARIO", "EXTENDS": "SCENARIO", "TESTS": "SCENARIO", "END": "OUTCOME", "DO": "ACTION"}
"""Keyword -> sort of thing named next; the default for `_NAMED` is a step."""


def other_word(refusal: Refusal) -> Guess | None:
    """Guess the keyword for a synonym, a typo, or a keyword joined to the next word."""
    bad = refusal.bad
    if not isinstance(bad, Name) or not refusal.index:
        return None
    word = bad.span.text
    if keyword := meant(word, refusal.accepts):
        zh, en = "把“{word}”改成“{keyword}”", "write “{keyword}” for “{word}”"
        return guess(zh, en, refusal.put(bad, keyword), word=word, keyword=keyword)
    if word in ANDS and refusal.context in _LISTS and isinstance(refusal.before, Name):
        fix = Edit(Span(refusal.source, refusal.span(refusal.before).end, refusal.span(refusal.behind).start), "、")
        return guess("几个名称之间用“、”隔开", "put commas between several names", fix)
    needless = word in _ABOUT or (word in _NEEDLESS and refusal.head in _LASTING)
    if needless and refusal.behind.type == "QUANTITY":
        fix = Edit(Span(refusal.source, bad.span.start, refusal.behind.span.start), "")
        return guess("去掉“{word}”", "drop “{word}”", fix, word=word)
    if refusal.head in _LASTING and "QUANTITY" in refusal.accepts and (glued := split_prefix(word, _NEEDLESS)):
        amount = word[len(glued) :]
        # Lexed as a name, because names may contain digits after the first letter: 等待 超过5秒
        if tokenise(Source("", amount)).items[0].type == "QUANTITY":
            return guess("只写时间：{amount}", "write just the time: {amount}", refusal.put(bad, amount), amount=amount)
    if word in FILLERS and "_COLON" in refusal.accepts:
        fix = Edit(Span(refusal.source, refusal.span(refusal.before).end, bad.span.end), ":")
        return guess("把“{word}”改成冒号", "write a colon for “{word}”", fix, word=word)
    words = {one for row in KEYWORDS if row.terminal in refusal.accepts for one in (*row.zh, *row.en)}
    if near := likely(word, words):
        return did_you_mean(refusal, bad, near)
    glued = split_prefix(word, (one for one in (*words, *SYNONYMS) if not one.isascii()))
    begun = glued and (meant(glued, refusal.accepts) or (glued if glued in words else None))
    if glued and begun:
        rest = word[len(glued) :]
        zh, en = "关键词后面要空一格：{keyword} {rest}", "put a blank after the keyword: {keyword} {rest}"
        return guess(zh, en, refusal.put(bad, f"{begun} {rest}"), keyword=begun, rest=rest)
    return None


def other_word_before(refusal: Refusal) -> Guess | None:
    """Guess the keyword for a synonym that was parsed as a further name: `做 登记, 得出 单号`."""
    before = refusal.before
    if not isinstance(before, Name) or refusal.bad.type == "_NL":
        return None
    keyword = meant(before.span.text, refusal.accepts)
    if not keyword:
        return None
    zh, en = "把“{word}”改成“{keyword}”", "write “{keyword}” for “{word}”"
    return guess(zh, en, refusal.put(before, keyword), word=before.span.text, keyword=keyword)


def glued_before(refusal: Refusal) -> Guess | None:
    """Split a keyword inside the preceding name: `若 客户类型是会员:`."""
    before = refusal.before
    if not isinstance(before, Name) or isinstance(refusal.bad, Name):
        return None
    words = [BY_ID[id].zh[0] for id in _IN_NAMES if BY_ID[id].terminal in refusal.accepts]
    apart = spread(before.span.text, words) if words else ""
    if len(apart.split()) < 3:
        return None
    zh, en = "关键词前后要空一格：{apart}", "put blanks around the keyword: {apart}"
    return guess(zh, en, refusal.put(before, apart), apart=apart)


def amount_in_words(refusal: Refusal) -> Guess | None:
    """Convert a number in words to digits."""
    bad = refusal.bad
    if not isinstance(bad, Name) or "QUANTITY" not in refusal.accepts:
        return None
    read = read_amount(re.sub("(?:以|之)?内$", "", bad.text))
    number = read[0] + read[1].zh[0] if read else ENGLISH_NUMBERS.get(bad.text.casefold()) or one_length(bad.text)
    return guess("写成数字：{n}", "write it in digits: {n}", refusal.put(bad, number), n=number) if number else None


def equals_sign(refusal: Refusal) -> Guess | None:
    """Replace `=` by 是."""
    mark = refusal.text.replace("＝", "=").replace("！", "!")
    id = "IS" if mark in ("=", "==") else "IS_NOT" if mark in ("!=", "≠", "<>") else ""
    if refusal.bad.type != "BAD" or id not in refusal.accepts:
        return None
    keyword = refusal.keyword(id)
    start, end = refusal.span(refusal.before).end, refusal.span(refusal.behind).start
    fix = Edit(Span(refusal.source, start, end), f" {keyword} ")
    return guess("写“{keyword}”", "write “{keyword}”", fix, keyword=keyword)


def act_missing(refusal: Refusal) -> Guess | None:
    """Insert a missing 转 before a step: `当 客户激动 安抚情绪`."""
    if not refusal.accepts >= ACTS or not isinstance(refusal.bad, Name) or not refusal.index:
        return None
    if isinstance(refusal.before, Name) and refusal.behind.type not in ("_NL", "_COMMA"):
        return None  # an act follows, so the name is in two pieces
    keyword = refusal.keyword("GO")
    fix = refusal.put_before(refusal.bad, f" {keyword} ")
    return guess(
        "去别的步骤，前面写“{keyword}”", "to go to another step, write “{keyword}” in front", fix, keyword=keyword
    )


def else_missing(refusal: Refusal) -> Guess | None:
    """Insert a missing 否则: `至多 2次, 转 …`; explain that 若 has no 否则."""
    bad = refusal.bad
    act = refusal.behind if bad.type in ("_COMMA", "_COLON") else bad
    if "ELSE" in refusal.accepts and is_keyword(act) and act.type in ACTS:
        keyword = refusal.keyword("ELSE")
        fix = Edit(Span(refusal.source, refusal.span(refusal.before).end, refusal.span(act).start), f", {keyword} ")
        zh, en = "“{act}”前面要写“{keyword}”", "write “{keyword}” in front of “{act}”"
        return guess(zh, en, fix, keyword=keyword, act=refusal.span(act).text)
    if bad.type == "ELSE" and refusal.head == "IF":
        return guess(
            "“若”没有“否则”：另起一行写相反的条件“若 … 不是 …”，或直接写“转 …”",
            "“if” has no “else”: write the opposite, “if … is not …”, on the next line, or just “go …”",
        )
    return None


def or_in_guard(refusal: Refusal) -> Guess | None:
    """Explain that a guard has no 或 between tests."""
    if refusal.head not in ("IF", "WHEN", "ANYTIME"):
        return None
    types = [one.type for one in refusal.line[: refusal.index + 1]]
    if "OR" not in types or "_COLON" in types[: types.index("OR")] or types[types.index("OR") - 1] != "NAME":
        return None
    return guess(
        "“或”只用在一项信息的几个值之间，如“是 会员 或 老客户”；不同的条件分两行写",
        "“or” stands only between values of one slot, as in “is member or guest”; write two lines for two guards",
    )


def or_between_events(refusal: Refusal) -> Guess | None:
    """Replace 或 between events by a comma: `当 客户激动 或 客户辱骂: …`."""
    line, first = refusal.line, refusal.index
    if refusal.context != "WHEN" or refusal.text.casefold() not in ORS or not isinstance(refusal.before, Name):
        return None
    last = first - 1
    while last + 2 < len(line) and isinstance(line[last + 2], Name) and _is_or(refusal.span(line[last + 1]).text):
        last += 2
    if last < first:
        return None
    comma = ", " if refusal.before.text.isascii() else "、"
    names = comma.join(line[index].span.text for index in range(first - 1, last + 1, 2))
    fix = Edit(Span(refusal.source, refusal.before.span.start, line[last].span.end), names)
    return guess("几个事件之间用“、”隔开：{names}", "put commas between several events: {names}", fix, names=names)


def _is_or(text: str) -> bool:
    return text.casefold() in ORS or text in ("、", ",", "，")


def two_things(refusal: Refusal) -> Guess | None:
    """Move a second statement to a new line."""
    bad = refusal.bad
    start = refusal.behind if bad.type in ("_COMMA", "_SEP") else bad
    if not refusal.index or not is_keyword(start) or "_NL" not in refusal.accepts:
        return None
    word = refusal.span(start).text
    if word.casefold() not in AT_LINE_START:
        return None
    end = refusal.span(refusal.before).end
    if refusal.head in _SEVERAL_ACTS and start.type in ACTS and "_COMMA" in refusal.accepts:
        zh, en = "接着做的事，前面加逗号：, {word}", "put a comma before what follows: , {word}"
        return guess(zh, en, Edit(Span(refusal.source, end, start.start), ", "), word=word)
    fix = Edit(Span(refusal.source, end, start.start), "\n  ")
    zh, en = "一行只写一件事：从“{word}”起另起一行", "one thing a line: begin a new line at “{word}”"
    return guess(zh, en, fix, word=word)


def number_as_name(refusal: Refusal) -> Guess | None:
    """Explain that a name may not begin with a digit."""
    if refusal.bad.type != "NUMBER" or "NAME" not in refusal.accepts:
        return None
    if "STRING" in refusal.accepts:
        words = refusal.words_from(refusal.index)
        return guess('放进引号里："{words}"', 'put it in quotes: "{words}"', quoted(words), words=words.text)
    zh, en = (
        "名称不能用数字开头，在“{got}”前面加一个字",
        "a name cannot begin with a digit: put a letter before “{got}”",
    )
    return guess(zh, en, got=refusal.text)


def guard_behind(refusal: Refusal) -> Guess | None:
    """Move a trailing condition to the front: `转 登记 若 已有 姓名`."""
    word = refusal.text
    if not refusal.index or refusal.behind is None or refusal.behind.type == "_NL":
        return None
    if AT_LINE_START.get(word.casefold()) != "IF" and not meant(word, {"IF"}):
        return None
    if refusal.head in ("WHEN", "ANYTIME"):
        return guess(
            "条件跟在事件后面，用“且”连起来：当 客户激动 且 已有 工单号: 转 …",
            "the condition comes behind the event, joined by “and”: when upset and known ticket: go …",
        )
    if refusal.head not in ACTS:
        return None
    keyword = refusal.keyword("IF")
    act = Span(refusal.source, refusal.span(refusal.line[0]).start, refusal.span(refusal.before).end)
    test = refusal.words_from(refusal.index + 1)
    fix = Edit(Span(refusal.source, act.start, test.end), f"{keyword} {test.text}: {act.text}")
    zh, en = "条件写在前面：{keyword} …: {act}", "the condition comes first: {keyword} …: {act}"
    return guess(zh, en, fix, keyword=keyword, act=act.text)


def blank_in_name(refusal: Refusal) -> Guess | None:
    """Join a name in two pieces: `步骤 接听 问候`."""
    bad, before = refusal.bad, refusal.before
    if not isinstance(bad, Name) or not isinstance(before, Name) or refusal.context not in _NAMED | {"WHEN"}:
        return None
    if AT_LINE_START.get(before.text) == _SORTS.get(refusal.context, "STEP"):
        fix = Edit(Span(refusal.source, before.span.start, bad.span.start), "")
        return guess("去掉“{word}”", "drop “{word}”", fix, word=before.text)
    name = before.text + ("-" if before.text.isascii() and bad.text.isascii() else "") + bad.text
    if refusal.context == "STEP":
        if "_RBRACKET" in refusal.accepts:
            fix = Edit(Span(refusal.source, before.span.end, bad.span.start), "、")
            return guess("几个标签之间用“、”隔开", "put commas between several tags", fix)
        zh = "名称里没有空格：{name}；标签写在方括号里：[{tag}]"
        return guess(zh, "a name has no blanks: {name}; tags stand in brackets: [{tag}]", name=name, tag=bad.text)
    fix = Edit(Span(refusal.source, before.span.start, bad.span.end), name)
    keyword, rest = refusal.keyword(refusal.context), bad.text
    return guess(
        "“{keyword}”后面只写一个名称，名称里没有空格。“{rest}”是另一件事的，单独写一行，写明做什么",
        "one name stands behind “{keyword}”, and a name has no blanks; if “{rest}” is another thing, give it a line of "
        "its own that says what to do",
        fix,
        keyword=keyword,
        rest=rest,
    )


def stray_colon(refusal: Refusal) -> Guess | None:
    """Drop a superfluous colon: `信息 类型: 选项 …`."""
    if refusal.bad.type != "_COLON" or not refusal.index or refusal.behind is None:
        return None
    fix = Edit(Span(refusal.source, refusal.bad.start, refusal.bad.end), " ")
    return guess("去掉冒号", "drop the colon", fix)


def several_names(refusal: Refusal) -> Guess | None:
    """Explain that a line declares a single name, with aliases after `/`."""
    if refusal.bad.type not in ("_SEP", "_COMMA") or "_SLASH" not in refusal.accepts:
        return None
    return guess("一行写一个；同一个的别名用 / 隔开", "one a line; between aliases of the same one stands /")
