"""Wording: forbidden phrases in any disguise, recommended wordings that are forbidden, copies. SC6xx.

One matcher (`compiler.matching`) holds the forbidden phrases of every scope and reads every phrase of the project. The scope
(project, kinds of a rulebook, scenario, step) decides afterwards which hits count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from compiler.checks.context import CheckContext
from compiler.machine.model import Act, NeverSay, Phrase
from compiler.machine.speech import spoken_characters
from compiler.machine.walk import phrases_of
from compiler.matching.folding import Ignored, fold, hide_slots
from compiler.matching.matcher import Hit, Matcher, compile_patterns
from compiler.matching.patterns import Pattern, Problem, ProblemKind
from compiler.rulebooks.rule_set import Today, applied_rules
from dsl import nodes
from dsl.diagnostics import Diagnostic, Edit, Label, Lint, Severity, Words, listed, shortened
from dsl.frozen import Node
from dsl.source import Span


class Forbidden(Node, frozen=True):
    """The data of FORBIDDEN. ban: the line that forbids."""

    ban: Span


FORBIDDEN = Lint(
    "SC601",
    "forbidden-phrase",
    Severity.ERROR,
    Words("“{said}”是禁说的话{ignored}{because}", "“{said}” must not be said{ignored}{because}"),
    Words("{hint}", "{hint}"),
    Words(
        "这句话一出口，客户就觉得被推开、被责怪；质检听到也要扣分。",
        "Once it is spoken the customer feels pushed away or blamed, and quality control takes marks off.",
    ),
    bad='结局 完成\n场景 A\n  禁说 "您别激动" 改说 "我理解您的心情。"\n步骤 甲\n  说 "先生您别 激動嘛，请讲。" # SC601\n  结束 完成\n',
    good='结局 完成\n场景 A\n  禁说 "您别激动" 改说 "我理解您的心情。"\n步骤 甲\n  说 "我理解您的心情，请讲。"\n  结束 完成\n',
)
BAD_ADVICE = Lint(
    "SC602",
    "forbidden-advice",
    Severity.ERROR,
    Words("推荐的说法里有禁说的“{said}”", "the wording that is recommended holds “{said}”, which is forbidden"),
    Words("换一句不含它的说法", "recommend something else"),
    Words(
        "卡片一边说“不要说”，一边让坐席照着说。",
        "The card forbids a phrase and in the same breath tells agents to say it.",
    ),
    bad='结局 完成\n场景 A\n  禁说 "没办法" 改说 "我也没办法啊。" # SC602\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n  禁说 "没办法" 改说 "我看看还能怎么帮您。"\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
)
BAD_PATTERN = Lint(
    "SC603",
    "forbids-nothing",
    Severity.ERROR,
    Words("{what}起不了作用：{why}", "{what} has no effect: {why}"),
    Words("{hint}", "{hint}"),
    Words("写了等于没写，大家却以为有人把关。", "It guards nothing, while everybody believes that it does."),
    bad='结局 完成\n场景 A\n  禁说 "？！" # SC603\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n  禁说 "喂？" / "没办法" 除非 "喂饱" / "不是没办法"\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
    about=Words("禁说的这句话起不了作用", "a forbidden phrase has no effect"),
)
COPIED = Lint(
    "SC604",
    "copied-phrase",
    Severity.NOTE,
    Words("这句话写了 {count} 遍", "this phrase is written {count} times"),
    Words(
        '放进话术库：话术 名称 "…"，各处写“说 名称”',
        'put it in the phrase bank: phrase NAME "…", and say NAME everywhere',
    ),
    Words(
        "以后改一处漏一处，不同的坐席就会说出不同的话。",
        "The next change will miss one of them, and agents will say different things.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "非常抱歉给您带来不便。" # SC604\n  转 乙\n步骤 乙\n  说 "非常抱歉，给您带来不便！"\n  结束 完成\n',
    good='结局 完成\n话术 致歉 "非常抱歉给您带来不便。"\n场景 A\n步骤 甲\n  说 致歉\n  转 乙\n步骤 乙\n  说 致歉\n  结束 完成\n',
)
TOO_LONG = Lint(
    "SC605",
    "too-long-to-say",
    Severity.WARNING,
    Words("这句话要说 {seconds} 秒，客户记不住", "this takes {seconds} s to say; nobody can remember it all"),
    Words("分成几行“说”，每行一件事", "split it into several “say” lines, one thing each"),
    Words(
        "一口气说半分钟，客户听了后面忘了前面，只好再问一遍。",
        "After half a minute in one go the customer has forgotten the beginning and has to ask again.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "' + "请您先打开手机再点开设置" * 10 + '。" # SC605\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "请您先打开手机。"\n  说 "再点开设置。"\n  结束 完成\n',
)

LINTS: tuple[Lint, ...] = (FORBIDDEN, BAD_ADVICE, BAD_PATTERN, COPIED, TOO_LONG)

LONGEST_SECONDS = 30
COPY_LENGTH = 8
"""Letters from which on a phrase written twice is worth an entry of the bank."""

_IGNORED: Mapping[Ignored, Words] = {
    "width": Words("全角半角", "width"),
    "accent": Words("声调和附加符号", "accents"),
    "case": Words("大小写", "case"),
    "traditional": Words("繁体字", "traditional characters"),
    "digits": Words("数字写法", "the writing of numbers"),
    "particle": Words("语气词", "modal particles"),
    "space": Words("空格", "blanks"),
    "punctuation": Words("标点", "punctuation"),
    "sentence-end": Words("断句", "the end of a sentence"),
}


class _Ban(Node, frozen=True):
    """A line that forbids phrases. level: the severity of a hit."""

    span: Span
    texts: tuple[str, ...]
    because: str
    instead: tuple[str, ...]
    unless: tuple[str, ...]
    level: Severity | None = None


class _Spoken(Node, frozen=True):
    """A phrase in a flow: the place, and the step (-1: the whole call)."""

    flow: str
    step: int | None
    phrase: Phrase
    span: Span


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Findings about what is said, for the project's own scenarios and phrase bank."""
    bans: list[_Ban] = []
    holds: dict[tuple[str, int | None], frozenset[int]] = {}
    by_node: dict[int, int] = {}

    def ban(node: nodes.NeverSay, level: Severity | None = None) -> int:
        """The number of a forbidding line of the syntax tree; each line is entered once."""
        if id(node) not in by_node:
            by_node[id(node)] = len(bans)
            bans.append(_from_node(node, level))
        return by_node[id(node)]

    project = frozenset(ban(node) for node in context.program.never_say)
    machines = {machine.name: machine for machine in context.machines}
    today = Today(context.today)
    for name in context.own:
        flow = context.flows[name]
        machine = machines.get(name)
        wide: list[int] = []
        if machine is not None:
            for held in applied_rules(context.program, machine, today):
                lines = held.rule.lines if held.waiver is None else ()
                wide += [ban(line, held.level) for line in lines if isinstance(line, nodes.NeverSay)]
        wide += [_enter(bans, never) for never in flow.never_say]
        for step in (None, *range(len(flow.steps))):
            own = [_enter(bans, never) for never in flow.steps[step].never_say] if step is not None else []
            holds[name, step] = frozenset(wide + own)
    if bans:
        yield from _forbidden(context, bans, holds, project)
    yield from _copies(context)
    yield from _long(context)


def _from_node(node: nodes.NeverSay, level: Severity | None) -> _Ban:
    return _Ban(
        node.span,
        tuple(text.plain for text in node.texts),
        node.because.plain if node.because else "",
        tuple(text.plain for text in node.instead),
        tuple(text.plain for text in node.unless),
        level,
    )


def _enter(bans: list[_Ban], never: NeverSay) -> int:
    bans.append(_Ban(never.span, never.texts, never.because, never.instead, never.unless))
    return len(bans) - 1


def _forbidden(
    context: CheckContext,
    bans: list[_Ban],
    holds: Mapping[tuple[str, int | None], frozenset[int]],
    project: frozenset[int],
) -> Iterator[Diagnostic]:
    compiled = compile_patterns(
        (Pattern((number, text), text, ban.unless) for number, ban in enumerate(bans) for text in ban.texts),
        context.program.word_groups,
    )
    yield from _problems(context, bans, compiled.problems)
    spoken = list(_spoken(context))
    hits = compiled.matcher.find_each([hide_slots(one.phrase.text) for one in spoken])
    for index, found in hits.items():
        one = spoken[index]
        active = holds.get((one.flow, one.step), frozenset())
        for hit in found:
            if hit.id[0] in project or hit.id[0] in active:
                yield _report(one, hit, bans[hit.id[0]])
    yield from _advice(bans, compiled.matcher)


def _problems(
    context: CheckContext, bans: list[_Ban], problems: tuple[Problem[tuple[int, str]], ...]
) -> Iterator[Diagnostic]:
    """Forbidden texts and `除非` contexts without effect. A context has one when it excuses any phrase of its line."""
    useless = Counter((one.id[0], one.text) for one in problems if one.id is not None and one.kind == "unless-never")
    told: set[tuple[object, ...]] = set()
    for one in problems:
        if one.id is None:
            continue
        number, phrase = one.id
        ban = bans[number]
        if one.kind == "unless-never" and useless[number, one.text] < len(set(ban.texts)):
            continue
        text = phrase if one.kind == "unless-always" else one.text
        quoted = shortened(text)
        what = Words(f"禁说“{quoted}”", f"forbidding “{quoted}”")
        if text not in ban.texts:
            what = Words(f"“除非”后面的“{quoted}”", f"“{quoted}” behind “unless”")
        if (ban.span.order(), text) not in told:
            told.add((ban.span.order(), text))
            why, hint = _PROBLEMS[one.kind]
            if one.kind == "unknown-group" and _names_slot(context, one.group or ""):
                why, hint = _SLOT
            why, hint = (Words(*(each.format(group=one.group) for each in (w.zh, w.en))) for w in (why, hint))
            level = Severity.WARNING if one.kind in ("unless-never", "unless-always") else None
            yield BAD_PATTERN.at(ban.span, what=what, why=why, hint=hint, level=level)


def _names_slot(context: CheckContext, name: str) -> bool:
    """Whether `name` is a slot or a fact somewhere in the project."""
    facts = dict(context.program.settings.facts)
    return name in facts or any(slot.name == name for flow in context.flows.values() for slot in flow.slots)


_OWN_WORDS = Words("写上至少两个字的原话", "write at least two characters of the words themselves")
_SHORTER = Words("只写最要紧的几个字", "write only the words that matter")
_GROUP = Words('写一行：词组 {group} "…" / "…"', 'declare it: words {group} "…" / "…"')
_PROBLEMS: Mapping[ProblemKind, tuple[Words, Words]] = {
    "empty": (
        Words("去掉标点和语气词就什么也不剩了", "without punctuation and particles nothing is left of it"),
        _OWN_WORDS,
    ),
    "too-long": (Words("太长了，不像一句话", "it is too long for a phrase"), _SHORTER),
    "too-many": (Words("词组组合太多", "its word groups combine in too many ways"), _SHORTER),
    "unclosed-group": (
        Words("大括号没有收尾", "a brace is not closed"),
        Words("补上 }}，或删去 {{", "close it with }}, or take {{ out"),
    ),
    "unknown-group": (Words("没有词组“{group}”", "there is no word group “{group}”"), _GROUP),
    "empty-group": (
        Words("词组“{group}”里没有能查找的词", "the word group “{group}” holds nothing to look for"),
        _GROUP,
    ),
    "group-cycle": (
        Words("词组“{group}”绕回了自己", "the word group “{group}” names itself"),
        Words("从词组“{group}”里去掉自己", "take it out of its own words"),
    ),
    "unless-never": (
        Words("里面没有禁说的话，什么也不会放过", "it does not hold what is forbidden, so it excuses nothing"),
        Words(
            '写含有禁说的话的更长的词，如：禁说 "大麻" 除非 "大麻烦"',
            'write longer words that hold it, as in: never say "no" unless "no problem"',
        ),
    ),
    "unless-always": (
        Words("“除非”里写的就是它，全都放过了", "its “unless” is the phrase itself, so it excuses everything"),
        Words("“除非”里写更长的词，或删去它", "write longer words behind “unless”, or drop it"),
    ),
}
_SLOT = (
    Words(
        "“{group}”是信息，不是词组，每通电话都不一样，没法查找",
        "“{group}” is a slot, not a word group; what it holds differs from call to call",
    ),
    Words("去掉大括号和里面的名称，可以用 * 代替", "leave the braces out; a * stands for a few characters"),
)


def _report(one: _Spoken, hit: Hit[tuple[int, str]], ban: _Ban) -> Diagnostic:
    text = one.phrase.text
    said = text[hit.start : hit.end]
    ignored = Words("", "")
    if hit.ignored:
        zh = listed(_IGNORED[kind].zh for kind in hit.ignored).zh
        en = listed(_IGNORED[kind].en for kind in hit.ignored).en
        ignored = Words(f"（不计{zh}）", f" (looking past {en})")
    reason = shortened(ban.because)
    because = Words(f"：{reason}", f": {reason}") if reason else Words("", "")
    labels = [Label(ban.span, Words("禁说写在这里", "forbidden here"))]
    if one.phrase.bank:
        labels.append(Label(one.phrase.span, Words("话术库里的这一句", "this entry of the phrase bank")))
    advice = " / ".join(map(shortened, ban.instead))
    hint = Words(f"改说：{advice}", f"say instead: {advice}") if advice else Words("换一种说法", "say it another way")
    fix = _fix(one, said, ban)
    return FORBIDDEN.at(
        one.span,
        said=said,
        ignored=ignored,
        because=because,
        hint=hint,
        labels=labels,
        fix=fix,
        level=ban.level,
        data=Forbidden(ban.span),
    )


def _fix(one: _Spoken, said: str, ban: _Ban) -> Edit | None:
    """The better wording in place of a phrase that consists of the forbidden words alone."""
    if not ban.instead or one.phrase.bank or fold(said) != fold(one.phrase.text):
        return None
    wording = ban.instead[0].replace("\\", "\\\\").replace('"', '\\"')
    return Edit(one.phrase.span, f'"{wording}"')


def _advice(bans: list[_Ban], matcher: Matcher[tuple[int, str]]) -> Iterator[Diagnostic]:
    """Recommended wordings with words forbidden by the same line."""
    for number, ban in enumerate(bans):
        hits = matcher.find_each(ban.instead) if ban.instead else {}
        for index, found in hits.items():
            for hit in found:
                if hit.id[0] == number:
                    yield BAD_ADVICE.at(ban.span, said=ban.instead[index][hit.start : hit.end])


def _spoken(context: CheckContext) -> Iterator[_Spoken]:
    """Every phrase of the project's own flows, with its place."""
    for name in context.own:
        flow = context.flows[name]
        for state in flow.states:
            yield from _of_acts(name, state.step, state.acts)
            for one in state.transitions:
                yield from _of_acts(name, state.step, (*one.acts, *one.then))
        for one in flow.anytime:
            yield from _of_acts(name, None, (*one.acts, *one.then))
    for symbol in context.program.symbols.tables["phrase"].values():
        if symbol.own and symbol.at is symbol.node.names[0]:
            for text in symbol.node.texts:
                yield _Spoken("", None, Phrase((text.plain,), text.span), text.span)


def _of_acts(flow: str, step: int | None, acts: Iterable[Act]) -> Iterator[_Spoken]:
    for act in acts:
        for phrase in phrases_of(act):
            yield _Spoken(flow, step, phrase, act.span if phrase.bank else phrase.span)


def _copies(context: CheckContext) -> Iterator[Diagnostic]:
    """Phrases written out more than once in the project."""
    places: dict[str, dict[tuple[str, int, int], Span]] = {}
    for one in _spoken(context):
        if one.phrase.bank is None and len(one.phrase.text) >= COPY_LENGTH:
            key = fold(one.phrase.text)
            places.setdefault(key, {})[one.phrase.span.order()] = one.phrase.span
    for spans in places.values():
        if len(spans) > 1:
            first, *rest = (spans[order] for order in sorted(spans))
            labels = [Label(span, Words("这里也有", "here too")) for span in rest[:3]]
            yield COPIED.at(first, count=len(spans), labels=labels)


def _long(context: CheckContext) -> Iterator[Diagnostic]:
    rate = context.program.settings.speech_rate
    most = LONGEST_SECONDS * rate // 60
    for one in _spoken(context):
        text = one.phrase.text
        if len(text) > most and (count := spoken_characters(text)) > most:
            yield TOO_LONG.at(one.span, seconds=round(count * 60 / rate))
