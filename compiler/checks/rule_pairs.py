"""Unsatisfiable and vacuous rules, contradicting and repeated pairs of rules. SC912 to SC915.

A pair is reported when the project owns at least one of the rules, at the later rule owned by the project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from compiler.checks.context import CheckContext
from compiler.rulebooks.consistency import PROHIBITIONS, Consistency, abouts, clash, same_limit
from compiler.rulebooks.held import appliers, holders
from compiler.rulebooks.proof import Proof
from compiler.rulebooks.rule_set import CompiledRule, RuleSet, compile_rules
from compiler.rulebooks.wording import predicate_words
from dsl import syntax
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words
from dsl.source import Span

_HEAD = "标签 致歉\n标签 方案\n动作 登记\n结局 完成\n"
_SCENARIO = (
    '场景 A\n步骤 甲 [致歉]\n  说 "抱歉，请讲。"\n  做 登记\n  转 乙\n步骤 乙 [方案]\n  说 "这样办。"\n  结束 完成\n'
)

CANNOT_HOLD = Lint(
    "SC912",
    "rule-cannot-hold",
    Severity.ERROR,
    Words("这条规则谁也守不住：{what}", "nobody can keep this rule: {what}"),
    Words("想一想本来要管的是什么，重写这一行", "say again what it is meant to guard"),
    Words("守不住的规则，最后会被所有人忽略。", "A rule that cannot be kept ends up being ignored by all."),
    bad=_HEAD
    + "规则集 规范 适用 全部\n  规则 不许挂机\n    禁止 结束 # SC912\n"
    + _SCENARIO.replace("\n  结束 完成", "\n  结束 完成 # SC901"),
    good=_HEAD + "规则集 规范 适用 全部\n  规则 先登记\n    要求 做 登记 先于 结束\n" + _SCENARIO,
)
SAYS_NOTHING = Lint(
    "SC913",
    "rule-says-nothing",
    Severity.WARNING,
    Words("这条规则怎么说都成立，等于没写", "no call can break this rule: it says nothing"),
    Words("两边写的是不是同一件事，或者本来就一定成立？", "does it name one thing twice, or what always holds anyway?"),
    Words("报告里一片“已证明”，其实什么也没有查。", "The report shows it as proven, and nothing was looked at."),
    bad=_HEAD
    + "规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [致歉] # SC913\n"
    + _SCENARIO.replace("标签 方案\n", ""),
    good=_HEAD + "规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [方案]\n" + _SCENARIO,
)
CONTRADICTS = Lint(
    "SC914",
    "rules-contradict",
    Severity.ERROR,
    Words(
        "和规则“{other}”矛盾：两条都用得上的通话，没有一通能都守住",
        "contradicts the rule “{other}”: no call to which both apply can keep both",
    ),
    Words("两条留一条，或用“适用”分开它们管的场景", "keep one of them, or let them apply to different scenarios"),
    Words(
        "坐席守了这条就违反那条，怎么做都要扣分。",
        "Whoever keeps one rule breaks the other and loses marks either way.",
    ),
    bad=_HEAD
    + "规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [方案]\n  规则 先方案\n    要求 [方案] 先于 [致歉] # SC914\n"
    + _SCENARIO.replace("步骤 甲 [致歉]", "步骤 甲 [致歉] # SC901"),
    good=_HEAD
    + "规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [方案]\n  规则 先登记\n    要求 做 登记 先于 [方案]\n"
    + _SCENARIO,
)
REPEATS = Lint(
    "SC915",
    "rule-repeated",
    Severity.WARNING,
    Words("和规则“{other}”说的是一回事", "says the same as the rule “{other}”"),
    Words("删去其中一条", "delete one of them"),
    Words("改了一条忘了另一条，两条规则就会打架。", "Change one, forget the other, and the two rules disagree."),
    bad=_HEAD
    + "规则集 规范 适用 全部\n  规则 要致歉\n    要求 [致歉]\n  规则 结束前致歉\n    要求 [致歉] 先于 结束 # SC915\n"
    + _SCENARIO,
    good=_HEAD
    + "规则集 规范 适用 全部\n  规则 要致歉\n    要求 [致歉]\n  规则 先登记\n    要求 做 登记 先于 结束\n"
    + _SCENARIO,
)

LINTS: tuple[Lint, ...] = (CANNOT_HOLD, SAYS_NOTHING, CONTRADICTS, REPEATS)


def check(context: CheckContext, proofs: Sequence[Proof]) -> Iterator[Diagnostic]:
    """Report findings about the rules of the project, alone and in pairs."""
    program = context.program
    if not any(rulebook.rules for rulebook in program.rulebooks):
        return
    mine = program.is_own
    if not any(mine(rulebook.span) for rulebook in program.rulebooks):
        return
    book = compile_rules(program)
    yield from _in_themselves(context, proofs, book, mine)
    yield from _limits(context, proofs, book, mine)


def _in_themselves(
    context: CheckContext, proofs: Sequence[Proof], book: RuleSet, mine: Callable[[Span], bool]
) -> Iterator[Diagnostic]:
    """Report unsatisfiable and vacuous lines, and contradicting or repeated pairs of lines."""
    sense = Consistency(context.program, book)
    held = holders(proofs)
    applied = appliers(proofs)
    good: list[tuple[int, bool, int]] = []
    for line in book.lines:
        ours = mine(line.line.span)
        if sense.never_holds(line.index):
            if ours:
                yield CANNOT_HOLD.at(line.line.span, what=_broken_by(sense, line))
        elif sense.says_nothing(line.index):
            if ours:
                yield SAYS_NOTHING.at(line.line.span)
        else:
            good.append((line.index, ours, held.get(id(line.rule), 0)))
    for at, (second, ours, where) in enumerate(good):
        for first, theirs, there in good[:at]:
            if where & there and (ours or theirs) and sense.related(first, second):
                one, other = (first, second) if ours else (second, first)
                if sense.contradict(first, second):
                    if {book.lines[first].form, book.lines[second].form} & PROHIBITIONS:
                        # What is forbidden here may be what other scenarios need; both have to matter to one of them.
                        lines = (book.lines[first].line, book.lines[second].line)
                        if not applied.get(id(lines[0]), 0) & applied.get(id(lines[1]), 0):
                            continue
                    yield _pair(CONTRADICTS, book.lines[one], book.lines[other])
                elif where == there and sense.same(first, second):
                    yield _pair(REPEATS, book.lines[one], book.lines[other])


def _broken_by(sense: Consistency, line: CompiledRule) -> Words:
    if sense.always_broken(line.index):
        return Words("每一通电话都会违反它", "every call breaks it")
    said = predicate_words(abouts(line)[0][0])
    return Words(f"只要有 {said.zh}，就一定违反它", f"whenever there is {said.en}, it is broken")


def _pair(rule: Lint, first: CompiledRule, second: CompiledRule) -> Diagnostic:
    """Return a finding at the second of two lines, with a reference to the first."""
    return _twice(rule, (first.line.span, first.rule), second.line.span)


def _twice(rule: Lint, first: tuple[Span, syntax.RuleDef], second: Span) -> Diagnostic:
    name = first[1].names[0].text if first[1].names else ""
    return rule.at(second, labels=(Label(first[0], Words("另一条", "the other one")),), other=name)


def _limits(
    context: CheckContext, proofs: Sequence[Proof], book: RuleSet, mine: Callable[[Span], bool]
) -> Iterator[Diagnostic]:
    """Report contradicting and repeated limits."""
    held = holders(proofs)
    limits = [
        (line, rule, held.get(id(rule), 0), book.within[id(line)])
        for rulebook in context.program.rulebooks
        for rule in rulebook.rules
        for line in rule.lines
        if isinstance(line, syntax.Limit) and id(line) in book.within
    ]
    for at, (second, second_rule, where, there) in enumerate(limits):
        for first, first_rule, also, within in limits[:at]:
            if not where & also or not (mine(first.span) or mine(second.span)):
                continue
            ours = mine(second.span)
            one, other = ((first.span, first_rule), second.span) if ours else ((second.span, second_rule), first.span)
            if clash(first, second, (within, there)):
                yield _twice(CONTRADICTS, one, other)
            elif where == also and same_limit(first, second, (within, there)):
                yield _twice(REPEATS, one, other)
