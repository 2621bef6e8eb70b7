"""Guesses about lines of rules: swapped operands, negations, bounds, names without a sort."""

from __future__ import annotations

from dsl.diagnostics import Edit
from dsl.mistakes.expected import ATOMS
from dsl.mistakes.refusal import Guess, Refusal, guess, is_keyword
from dsl.nodes import Name
from dsl.source import Span

_LATER = frozenset({"后于", "晚于", "迟于", "之前有", "之前要有", "前有", "前要有", "after", "follows"})
"""`甲 后于 乙`: 乙 先于 甲."""
_EARLIER_OR_LATER = frozenset({"之前", "以前", "前", "在前", "在后", "后", "以后"})
"""Words of order, placed after the first operand or before the second; direction unclear."""
_DENIALS = frozenset(
    {
        "不", "不要", "不能", "不得", "不许", "不可", "不应", "不应当", "不该", "不准", "不出现", "不可达", "不能到", "没有",
        "无", "not", "never", "no", "unreachable",
    }
)  # fmt: skip
_HAS_NOT = frozenset(
    {
        "不含", "不包含", "不含有", "不包括", "没含", "没有", "不能含", "不得含", "不许含", "不可含", "不能有", "不得有",
        "不许有", "不可有", "无", "lacks", "without", "no",
    }
)  # fmt: skip
_NOT_FOLLOWED = frozenset(
    {
        "之后没有", "之后无", "之后不能有", "之后不得有", "之后不许有", "之后不可有", "之后不出现", "之后不",
    }
)  # fmt: skip
_RELATIONS = frozenset({"BEFORE", "FOLLOWED", "HAS", "THEN"})
_TOO_MUCH = frozenset(
    {
        "超过", "超出", "大于", "多于", "高于", "长于", "over", "above", "more", "exceeding", "exceeds",
    }
)  # fmt: skip
_TOO_LITTLE = frozenset(
    {
        "小于", "少于", "低于", "短于", "不到", "不足", "under", "below", "less",
    }
)  # fmt: skip


def swapped(refusal: Refusal) -> Guess | None:
    """Swap the operands of an inverse relation: `要求 [方案] 后于 [致歉]`."""
    word = refusal.text.casefold()
    id = {"REQUIRE": "BEFORE", "FORBID": "FOLLOWED"}.get(refusal.head, "")
    if id not in refusal.accepts or word not in _LATER | _EARLIER_OR_LATER or refusal.behind.type == "_NL":
        return None
    keyword = refusal.keyword(id)
    if word in _EARLIER_OR_LATER:
        return guess(
            "写“甲 {keyword} 乙”：先发生的甲写在前面",
            "write “a {keyword} b”: a, which comes first, stands in front",
            keyword=keyword,
        )
    first = refusal.index
    while not is_keyword(refusal.line[first - 1]) or refusal.line[first - 1].type not in ("REQUIRE", "FORBID", "THEN"):
        first -= 1
    late = Span(refusal.source, refusal.span(refusal.line[first]).start, refusal.span(refusal.before).end)
    early = refusal.words_from(refusal.index + 1)
    text = f"{early.text} {keyword} {late.text}"
    fix = Edit(Span(refusal.source, late.start, early.end), text)
    if any(one.type in _RELATIONS or one.type == "BAD" for one in refusal.line[refusal.index + 1 :]):
        return None
    return guess("先发生的写在前面：{text}", "what comes first stands in front: {text}", fix, text=text)


def denied(refusal: Refusal) -> Guess | None:
    """Turn a negated requirement into a ban: `要求 不 [推销]`, `要求 步骤 [方案] 不含 [推销]`."""
    word = refusal.text.casefold()
    if refusal.head != "REQUIRE" or not refusal.behind or refusal.behind.type == "_NL":
        return None
    rest = {one.type for one in refusal.line[refusal.index + 1 :]}
    relation, last = "", refusal.bad
    if refusal.index == 1 and word in _DENIALS:
        if rest & {"BEFORE", "THEN"}:
            return None  # FORBID has no form with BEFORE or THEN
    elif "HAS" in refusal.accepts and word in _HAS_NOT:
        relation = refusal.keyword("HAS")
    elif "FOLLOWED" in refusal.accepts and word in _NOT_FOLLOWED:
        relation = refusal.keyword("FOLLOWED")
    elif refusal.before.type == "THEN" and word in _DENIALS and "BEFORE" not in rest:
        relation, last = refusal.keyword("FOLLOWED"), refusal.before
    else:
        return None
    head = refusal.span(refusal.line[0])
    between = refusal.source.text[head.end : refusal.span(last).start] if relation else ""
    begun = refusal.keyword("FORBID") + between + relation
    fix = Edit(Span(refusal.source, head.start, refusal.span(refusal.bad).end), begun)
    what = refusal.words_from(refusal.index + 1).text
    return guess("不许有的写成：{begun} {what}", "what must not be: {begun} {what}", fix, begun=begun, what=what)


def bound(refusal: Refusal) -> Guess | None:
    """Ask for the direction of a bound: `限制 承诺时限 超过 2小时`."""
    # No edit: 超过 2小时 may describe the violation (write 至多) or the requirement (write 至少).
    word = refusal.text.casefold()
    if refusal.head != "LIMIT" or "AT_MOST" not in refusal.accepts or word not in _TOO_MUCH | _TOO_LITTLE:
        return None
    most, least = refusal.keyword("AT_MOST"), refusal.keyword("AT_LEAST")
    amount = refusal.behind.span.text if refusal.behind.type == "QUANTITY" else "…"
    if word in _TOO_MUCH:
        return guess(
            "“限制”写的是允许的范围：不许超过 {amount}，写“{most} {amount}”",
            "“limit” says what is allowed: for no more than {amount} write “{most} {amount}”",
            amount=amount,
            most=most,
        )
    return guess(
        "“限制”写的是允许的范围：最多 {amount} 写“{most} {amount}”，最少 {amount} 写“{least} {amount}”",
        "“limit” says what is allowed: write “{most} {amount}”, or “{least} {amount}” for no less",
        amount=amount,
        most=most,
        least=least,
    )


def after_for_followed(refusal: Refusal) -> Guess | None:
    """Replace 之后 by 之后有 in a rule without 先于: `要求 Q 之后 P`."""
    after = next((one for one in refusal.line if one.type == "THEN"), None)
    if after is None or refusal.bad.type != "_NL" or "BEFORE" not in refusal.accepts:
        return None
    keyword = refusal.keyword("FOLLOWED")
    zh, en = "把“{word}”改成“{keyword}”", "write “{keyword}” for “{word}”"
    return guess(zh, en, refusal.put(after, keyword), word=refusal.span(after).text, keyword=keyword)


def bare_tag(refusal: Refusal) -> Guess | None:
    """Put a name without a sort in tag brackets: `要求 致歉 先于 方案`."""
    if not isinstance(refusal.bad, Name) or not refusal.accepts >= ATOMS:
        return None
    name = refusal.bad.text
    zh, en = (
        "标签写在方括号里：[{name}]；不是标签的，前面写它是什么：步骤、事件、做、词组、结束",
        "a tag stands in brackets: [{name}]; in front of other names stands what they are: step, event, do, words, end",
    )
    return guess(zh, en, refusal.put(refusal.bad, f"[{name}]"), name=name)
