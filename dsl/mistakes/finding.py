"""Findings of the lints SC1xx: a token refused by the grammar, a misplaced line, a repeated line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dsl.diagnostics import Diagnostic, Edit, Label, Words
from dsl.frozen import replace
from dsl.keywords import KEYWORDS
from dsl.lexing import MARKS, Leaf
from dsl.mistakes import guess_rule, guess_start, guess_text, guess_word, lints, units
from dsl.mistakes.expected import SAMPLES, expectation, place
from dsl.mistakes.refusal import Guess, Refusal, is_keyword, shortened
from dsl.nodes import Handler, Name, Text
from dsl.source import Source, Span
from dsl.syntax import Customer, RuleDef, Step

_HEAD = re.compile(
    "|".join(
        re.escape(word).replace("\\ ", r"\s+")
        for word in sorted({word for row in KEYWORDS for word in (*row.zh, *row.en)}, key=len, reverse=True)
    ),
    re.IGNORECASE,
)


def unreadable(source: Source, line: Sequence[Any], bad: Any, accepts: Iterable[str]) -> Diagnostic:
    """Create the finding for an unreadable statement.

    line: tokens of the statement. bad: the refused token of `line`. accepts: terminals acceptable in place of `bad`.
    """
    index = next(index for index, one in enumerate(line) if one is bad)
    refusal = Refusal(source, line, index, frozenset(accepts))
    span = refusal.span(bad)
    # An unclosed quote swallows the rest of the line, so the tokens are no base for a guess. Check first.
    if bad.type == "OPEN":
        return _unclosed(span)
    if bad.type == "NUMBER" and "QUANTITY" in refusal.accepts:
        words, fix = units.unit_guess(refusal)
        return lints.BAD_NUMBER.at(span, fix=fix, got=_shown(span), hint=words)
    guessed = _first_guess(refusal)
    if bad.type == "BAD" and span.text[0] not in _OURS:
        words, fix = guessed or (_DELETE, None)
        return lints.BAD_CHARACTER.at(span, fix=fix, got=_shown(span), hint=words)
    words, fix = guessed or _sample(refusal)
    if not index and isinstance(bad, Name):
        return lints.UNKNOWN_LINE.at(span, fix=fix, word=_shown(span), hint=words)
    expected = expectation(refusal.head, refusal.context, refusal.accepts) if index else Words("关键词", "a keyword")
    if bad.type == "_NL":
        end = refusal.span(refusal.before).end
        return lints.UNFINISHED.at(Span(source, end, end), fix=fix, expected=expected, hint=words)
    if is_keyword(bad) and "NAME" in refusal.accepts and "STRING" not in refusal.accepts and not _begins(refusal):
        return lints.RESERVED.at(span, word=span.text, expected=expected)
    got = shortened(span.text.strip('"“”「」＂')) if isinstance(bad, Text) else _shown(span)
    return lints.UNEXPECTED.at(span, fix=fix, got=got, expected=expected, hint=words)


_OURS = frozenset({*MARKS, *"{}｛｝"})
"""Characters of the language; refused because of place or number."""
_DELETE = Words("删去它；如果是要说的话，放进引号里", "delete it; if it is to be spoken, put it in quotes")


def _begins(refusal: Refusal) -> bool:
    """Guess whether the refused keyword begins a new statement or clause."""
    behind = refusal.behind
    return isinstance(behind, Leaf) or is_keyword(behind)


def _unclosed(span: Span) -> Diagnostic:
    """Create the finding for an unclosed quote; `span` is the rest of the line."""
    opener = '"""' if span.text.startswith('"""') else span.text[0]
    close = {"“": "”", "「": "」", "”": "”", '"""': opener}.get(opener, '"')
    text = re.split(r"\s[#＃]", span.text)[0].rstrip()
    beside = len(text) > len(opener) + 1 and text[-1] in "'‘’`´"  # a neighbour of the right key
    end = Span(span.source, span.start + len(text) - beside, span.start + len(text))
    tail = text[len(opener) : len(text) - beside][-6:]
    where = Words(f"在“{tail}”后面" if tail else "在后面", f"after “{tail}”" if tail else "behind it")
    return lints.UNCLOSED.at(
        Span(span.source, span.start, span.start + len(opener)), fix=Edit(end, close), close=close, where=where
    )


def misplaced(statement: Any, places: tuple[str, ...]) -> Diagnostic:
    """Create the finding for a misplaced `statement`; `places` are the valid places."""
    hint = _MOVE[places[0]]
    where = place(places)
    if isinstance(statement, Step | RuleDef):
        hint = _HEAD_FIRST[type(statement)]
        where = Words("场景里", "in a scenario") if isinstance(statement, Step) else Words("规则集里", "in a rulebook")
    elif isinstance(statement, Handler) and not statement.anytime:
        hint = Words("整通电话都要管的，写成“全程 当 …”", "for the whole call, write “anytime when …”")
    elif isinstance(statement, Customer):
        hint = Words("客户的反应写成“当 事件名 …”", "for what the customer may do, write “when …”")
    return lints.MISPLACED.at(statement.span, word=head_word(statement.span), place=where, hint=hint)


_MOVE = {
    "file": Words("移到第一个“场景”前面", "move it in front of the first scenario"),
    "scenario": Words("移到“场景”下面、第一个“步骤”前面", "move it below the scenario’s head, above its first step"),
    "step": Words("移到一行“步骤 …”下面", "move it below a line “step …”"),
    "rulebook": Words("移到“规则集 …”那一行下面", "move it below the line “rulebook …”"),
    "rule": Words("移到一行“规则 …”下面", "move it below a line “rule …”"),
    "dialogue": Words('移到“对话 "…" 测试 …”那一行下面', 'move it below a line “dialogue "…" tests …”'),
}
_HEAD_FIRST: dict[type, Words] = {
    Step: Words("前面先写一行“场景 …”，例如：场景 服务态度投诉", "first write a line “scenario …”"),
    RuleDef: Words("前面先写一行“规则集 …”，例如：规则集 投诉规范", "first write a line “rulebook …”"),
}


def written_twice(second: Span, first: Span) -> Diagnostic:
    """Create the finding for a repetition."""
    label = Label(first, Words("第一次写在这里", "first written here"))
    return lints.WRITTEN_TWICE.at(second, labels=(label,), word=head_word(second))


def not_read(finding: Diagnostic, rest: Span) -> Diagnostic:
    """Add a label to `finding`: parsing stopped, and `rest` was not read."""
    label = Label(
        rest, Words("看不懂的行太多，从这里起没有再读", "too many unreadable lines: nothing was read from here on")
    )
    return replace(finding, labels=(*finding.labels, label))


def head_word(span: Span) -> str:
    """Return the keyword at the start of `span`, or else the first word."""
    found = _HEAD.match(span.text)
    return found[0] if found else shortened(span.text.split()[0])


def _shown(span: Span) -> str:
    text = span.text
    if not text[:1].isprintable():
        return f"U+{ord(text[0]):04X}"
    return shortened("".join(one if one.isprintable() else " " for one in text))


# The first guess wins, so specific guesses precede general guesses. Example of a conflict:
#     说 '您好'        other_quotes: replace the quotes; unquoted would put quotes around the quotes
_GUESSES: tuple[Callable[[Refusal], Guess | None], ...] = (
    guess_text.lookalike,
    guess_start.first_word,
    guess_start.first_text,
    guess_start.first_mark,
    guess_rule.swapped,
    guess_rule.denied,
    guess_rule.bound,
    guess_word.equals_sign,
    guess_word.guard_behind,
    guess_text.braces_outside,
    guess_text.doubled_mark,
    guess_text.quoted_name,
    guess_text.group_for_text,
    guess_word.amount_in_words,
    units.second_amount,
    guess_word.else_missing,
    guess_word.or_between_events,
    guess_word.or_in_guard,
    guess_text.quote_in_quote,
    guess_text.second_wording,
    guess_text.several_texts,
    guess_word.glued_before,
    guess_word.number_as_name,
    guess_text.other_quotes,
    guess_text.comma_before_text,
    guess_text.unquoted,
    guess_word.other_word,
    guess_word.other_word_before,
    guess_word.act_missing,
    guess_rule.after_for_followed,
    guess_rule.bare_tag,
    guess_text.text_without_say,
    guess_word.two_things,
    guess_text.brackets,
    guess_word.blank_in_name,
    guess_word.several_names,
    guess_word.stray_colon,
)
"""Heuristics, in order of priority; None means no guess. To add a heuristic, extend a `guess_` module and the list."""


def _first_guess(refusal: Refusal) -> Guess | None:
    """Return the result of the first heuristic that applies."""
    return next((found for one in _GUESSES if (found := one(refusal))), None)


def _sample(refusal: Refusal) -> Guess:
    """Return a sample line of the sort begun."""
    words = SAMPLES.get(refusal.context) or SAMPLES.get(refusal.head) or SAMPLES["SAY"]
    return Guess(Words(f"照这样写：{words.zh}", f"write it like this: {words.en}"))
