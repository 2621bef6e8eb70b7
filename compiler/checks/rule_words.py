"""Forbidden required wordings, useless waivers, failing examples of rules. SC916 to SC919."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.checks.context import CheckContext
from compiler.machine.lowering.assemble import is_frame
from compiler.machine.model import Machine
from compiler.machine.walk import acts_of, phrases_of
from compiler.matching.folding import hide_slots
from compiler.matching.matcher import compile_patterns
from compiler.matching.patterns import Pattern
from compiler.names.references import all_declared
from compiler.rulebooks.held import holders
from compiler.rulebooks.phrases import failed_examples, forbidden_requirements
from compiler.rulebooks.proof import Proof, Prover
from compiler.rulebooks.rule_set import AppliedRule, Today, applied_rules
from dsl import nodes, syntax
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words, shortened
from dsl.frozen import replace

_HEAD = "标签 致歉\n标签 方案\n结局 完成\n规则集 规范 适用 全部\n"
_SCENARIO = '步骤 甲 [致歉]\n  说 "抱歉，请讲。"\n  转 乙\n步骤 乙 [方案]\n  说 "这样办。"\n  结束 完成\n'

REQUIRED_FORBIDDEN = Lint(
    "SC916",
    "required-phrase-forbidden",
    Severity.ERROR,
    Words("规则要求说的话里有禁说的“{said}”", "what the rule asks for holds “{said}”, which is forbidden"),
    Words("换一句要求说的话，或改禁说那一行", "ask for another phrase, or change the line that forbids it"),
    Words(
        "说了违反一条，不说违反另一条，坐席怎么说都要扣分。",
        "Saying it breaks one rule and leaving it out the other: agents lose marks either way.",
    ),
    bad='结局 完成\n禁说 "不好意思"\n规则集 规范 适用 全部\n  规则 要致歉\n    要求 说 "不好意思，让您久等" # SC916\n场景 A\n步骤 甲\n'
    '  说 "不好意思，让您久等了。" # SC601\n  结束 完成\n',
    good='结局 完成\n禁说 "不好意思"\n规则集 规范 适用 全部\n  规则 要致歉\n    要求 说 "非常抱歉，让您久等"\n场景 A\n步骤 甲\n'
    '  说 "非常抱歉，让您久等了。"\n  结束 完成\n',
)
WAIVER_EXPIRED = Lint(
    "SC917",
    "waiver-expired",
    Severity.WARNING,
    Words(
        "豁免“{rule}”到 {date} 为止，已经过期，规则照常算数",
        "the waiver of “{rule}” ended on {date}: the rule counts again",
    ),
    Words("改好脚本并删去这一行，或写上新的日期", "mend the script and delete the line, or give it another date"),
    Words(
        "临时放行变成永久放行，当初的理由没有人再看。",
        "A waiver for a while becomes one for ever, and nobody looks at its reason again.",
    ),
    bad=_HEAD
    + '  规则 先致歉\n    要求 [致歉] 先于 [方案]\n场景 A\n  豁免 先致歉 原因 "试用期" 至 2026-06-30 # SC917\n'
    + _SCENARIO,
    good=_HEAD + "  规则 先致歉\n    要求 [致歉] 先于 [方案]\n场景 A\n" + _SCENARIO,
)
WAIVER_UNUSED = Lint(
    "SC918",
    "waiver-unused",
    Severity.WARNING,
    Words("豁免“{rule}”用不着：{why}", "the waiver of “{rule}” is of no use: {why}"),
    Words("删去这一行", "delete the line"),
    Words(
        "多余的豁免留着，以后真的违反规则也没有人知道。",
        "Left standing it hides the day on which the rule is really broken.",
    ),
    bad=_HEAD + '  规则 先致歉\n    要求 [致歉] 先于 [方案]\n场景 A\n  豁免 先致歉 原因 "试用期" # SC918\n' + _SCENARIO,
    good=_HEAD + '  规则 先致歉\n    要求 [致歉] 先于 [方案]\n场景 A\n  豁免 先致歉 原因 "试用期"\n'
    '步骤 甲 [方案]\n  说 "这样办。"\n  转 乙\n步骤 乙 [致歉]\n  说 "抱歉。"\n  结束 完成\n',
)
EXAMPLE_FAILS = Lint(
    "SC919",
    "rule-example-fails",
    Severity.ERROR,
    Words("{what}", "{what}"),
    Words("{hint}", "{hint}"),
    Words(
        "例句和规则对不上，照例句培训出来的坐席就会被规则扣分。",
        "Agents are trained on the examples and judged by the rule: the two have to agree.",
    ),
    bad='结局 完成\n规则集 规范 适用 全部\n  规则 不否定情绪\n    禁说 "您别激动" 改说 "我理解您的心情"\n    反例 "先生您别激动嘛" / "您不要激动" # SC919\n'
    '    正例 "您别着急，慢慢说"\n场景 A\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n规则集 规范 适用 全部\n  规则 不否定情绪\n    禁说 "您别激动" / "不要激动" 改说 "我理解您的心情"\n    反例 "先生您别激动嘛" / "您不要激动"\n'
    '    正例 "您别着急，慢慢说"\n场景 A\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
    about=Words("例句和规则对不上", "an example does not fit its rule"),
)

LINTS: tuple[Lint, ...] = (REQUIRED_FORBIDDEN, WAIVER_EXPIRED, WAIVER_UNUSED, EXAMPLE_FAILS)


def check(context: CheckContext, proofs: Sequence[Proof]) -> Iterator[Diagnostic]:
    """Report findings about words in the rules of the project, and about the waivers of the project."""
    if not any(rulebook.rules for rulebook in context.program.rulebooks):
        return
    yield from _required(context, proofs)
    yield from _examples(context)
    yield from _waivers(context)


def _required(context: CheckContext, proofs: Sequence[Proof]) -> Iterator[Diagnostic]:
    """Report requirements satisfiable only by words forbidden for a scenario in the scope of both rules."""
    program = context.program
    held = holders(proofs)
    mine = program.is_own
    where: dict[int, int] = {}
    lines: list[syntax.PathRule] = []
    bans: list[nodes.NeverSay] = list(program.never_say)
    for rulebook in program.rulebooks:
        for rule in rulebook.rules:
            for line in rule.lines:
                if isinstance(line, syntax.PathRule | nodes.NeverSay):
                    where[id(line)] = held.get(id(rule), 0)
                    if isinstance(line, syntax.PathRule):
                        lines.append(line)
                    else:
                        bans.append(line)

    def together(line: syntax.PathRule, ban: nodes.NeverSay) -> bool:
        ours = mine(line.span) or mine(ban.span)
        return ours and bool(where[id(line)] & where.get(id(ban), -1))

    for one in forbidden_requirements(program, lines, bans, together):
        at, other = (one.line.span, one.ban.span) if mine(one.line.span) else (one.ban.span, one.line.span)
        words = (
            Words("禁说写在这里", "forbidden here") if at is one.line.span else Words("要求写在这里", "required here")
        )
        yield REQUIRED_FORBIDDEN.at(at, labels=(Label(other, words),), said=one.said)


def _examples(context: CheckContext) -> Iterator[Diagnostic]:
    """Report examples of the rules of the project with the wrong result."""
    mine = context.program.is_own
    symbols = context.program.symbols
    rules = (
        rule
        for rulebook in context.program.rulebooks
        for rule in (rulebook.rules if mine(rulebook.span) else ())
        if all(all_declared(symbols, line) for line in rule.lines if isinstance(line, syntax.PathRule | syntax.Limit))
    )
    for one in failed_examples(context.program, rules):
        if not one.testable:
            what = Words(
                "这条规则没有讲该说什么、不该说什么，例句没有办法检验",
                "the rule says nothing about words, so its examples cannot be run",
            )
            hint = Words(
                "删去例句，或写上“禁说”“说”“词组”",
                "delete the examples, or name words, phrases or word groups in the rule",
            )
            yield EXAMPLE_FAILS.at(one.example.span, what=what, hint=hint)
        elif one.example.right:
            said = shortened(one.text.plain)
            what = Words(f"正例“{said}”不合这条规则", f"the right example “{said}” breaks its rule")
            yield EXAMPLE_FAILS.at(one.text.span, what=what, hint=_MEND)
        else:
            said = shortened(one.text.plain)
            what = Words(f"反例“{said}”没有违反这条规则", f"the wrong example “{said}” does not break its rule")
            yield EXAMPLE_FAILS.at(one.text.span, what=what, hint=_MEND)


_MEND = Words("改例句，或改规则里的说法", "change the example, or what the rule looks for")


# --- waivers --------------------------------------------------------------------------------------------------------


def _waivers(context: CheckContext) -> Iterator[Diagnostic]:
    """Report expired and needless waivers; a waiver without a reason is reported at lowering."""
    program = context.program
    today = Today(context.today)
    machines = {machine.name: machine for machine in context.machines}
    prover: Prover | None = None
    for scenario in program.scenarios.values():
        for line in scenario.node.lines if scenario.own else ():
            if not isinstance(line, nodes.Waiver) or line.because is None:
                continue
            if line.rule.text not in program.symbols.tables["rule"]:
                continue
            if line.until is not None and today.after(line.until):
                yield WAIVER_EXPIRED.at(line.span, rule=line.rule.text, date=line.until.iso)
                continue
            heirs = [
                name
                for name, one in program.scenarios.items()
                if one.own and scenario.name in (name, *one.bases) and not is_frame(program, one)
            ]
            if not heirs or not all(name in machines for name in heirs):
                continue
            prover = prover or Prover(program, context.flows, context.machines)
            reasons = [_needless(context, prover, machines[name], line, today) for name in heirs]
            if reasons[0] is not None and all(reasons):
                yield WAIVER_UNUSED.at(line.span, rule=line.rule.text, why=reasons[0])


def _needless(
    context: CheckContext, prover: Prover, machine: Machine, waiver: nodes.Waiver, today: Today
) -> Words | None:
    """Return the reason why a waiver is needless; None when the waiver is needed."""
    holding = next((one for one in applied_rules(context.program, machine, today) if one.waiver is waiver), None)
    if holding is not None and any(id(part) in prover.book.unread for part in holding.rule.lines):
        return None  # nobody knows what it says
    if holding is None:
        return Words(f"“{machine.name}”本来就不归这条规则管", f"“{machine.name}” is not held to the rule")
    (proof,) = prover.prove(machine, (replace(holding, waiver=None),))
    if all(result.status in ("proven", "idle") for result in proof.results) and not _says(context, machine, holding):
        return Words(f"“{machine.name}”本来就守得住", f"“{machine.name}” keeps the rule without it")
    return None


def _says(context: CheckContext, machine: Machine, holding: AppliedRule) -> bool:
    """Whether a scenario says what a rule forbids."""
    patterns = [
        Pattern(0, text.plain, tuple(one.plain for one in line.unless))
        for line in holding.rule.lines
        if isinstance(line, nodes.NeverSay)
        for text in line.texts
    ]
    if not patterns:
        return False
    matcher = compile_patterns(patterns, context.program.word_groups).matcher
    spoken = [phrase.text for act in acts_of(machine.main) for phrase in phrases_of(act)]
    return bool(matcher.find_each([hide_slots(text) for text in spoken]))
