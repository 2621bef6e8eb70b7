"""Wording checks: forbidden phrases in every disguise, forbidden recommendations, duplicated phrases. SC6xx.

A single matcher (`compiler.matching`) holds the forbidden phrases of every scope and reads every phrase of the project. The
scope (project, kinds of a rulebook, scenario, step) decides afterwards whether a hit counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from compiler.checks.context import CheckContext
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.exploration.narrate import narrate
from compiler.machine.exploration.refine import Refinement
from compiler.machine.exploration.search import shortest_call
from compiler.machine.model import Act, Flow, NeverSay, Phrase
from compiler.machine.speech import spoken_characters
from compiler.machine.utterance import Hearing
from compiler.machine.walk import phrases_of
from compiler.matching.folding import Ignored, fold, hide_slots, open_end
from compiler.matching.matcher import Hit, Matcher, compile_patterns
from compiler.matching.patterns import Pattern, Problem, ProblemKind
from compiler.rulebooks.rule_set import Today, applied_rules
from dsl import nodes
from dsl.diagnostics import Diagnostic, Edit, Label, Lint, Severity, Words, listed, shortened
from dsl.frozen import Node
from dsl.source import Span


class Forbidden(Node, frozen=True):
    """The data of FORBIDDEN; `ban` is the forbidding line."""

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
_SEARCH = 20_000
"""Configurations that the search for a call looks at before it gives up."""
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
    "erhua": Words("儿化", "the sound of 儿"),
    "clause": Words("停顿", "a pause"),
}


class _Ban(Node, frozen=True):
    """A line that forbids phrases; `level` is the severity of a hit."""

    span: Span
    texts: tuple[str, ...]
    because: str
    instead: tuple[str, ...]
    unless: tuple[str, ...]
    level: Severity | None = None


class _Spoken(Node, frozen=True):
    """A phrase in a flow: place, enclosing step (None: the whole call), and the act that says the phrase."""

    flow: str
    step: int | None
    phrase: Phrase
    span: Span
    act: Act | None = None


class _Heard(Node, frozen=True):
    """The text heard when `place` is spoken.

    given, without: as in `Utterance`. seam: offset in `text` where the unterminated previous line ends. certain: whether the
    phrase follows whenever the previous line is said.
    """

    place: _Spoken
    text: str
    given: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    seam: int | None = None
    certain: bool = False


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Report findings about phrases, for the scenarios and the phrase bank of the project."""
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
    heard = [*_heard(context), *_seams(context)]
    hits = compiled.matcher.find_each([hide_slots(one.text) for one in heard])
    told: set[tuple[int, tuple[int, str]]] = set()
    for index, found in hits.items():
        one = heard[index]
        active = holds.get((one.place.flow, one.place.step), frozenset())
        for hit in found:
            if hit.id[0] not in project and hit.id[0] not in active:
                continue
            # A line without an end mark runs on into the next line, so a forbidden phrase may span both lines.
            if one.seam is not None and not hit.start < one.seam < hit.end:
                continue  # within one of the two lines, where the hit is reported anyway
            if (id(one.place), hit.id) in told and (one.given or one.without):
                continue  # the same hit occurs whatever the slots hold
            told.add((id(one.place), hit.id))
            yield from _report(context, one, hit, bans[hit.id[0]])
    yield from _advice(bans, compiled.matcher)


def _problems(
    context: CheckContext, bans: list[_Ban], problems: tuple[Problem[tuple[int, str]], ...]
) -> Iterator[Diagnostic]:
    """Report forbidden texts and `除非` contexts without effect; a context has an effect when some phrase is excused."""
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


def _report(context: CheckContext, heard: _Heard, hit: Hit[tuple[int, str]], ban: _Ban) -> Iterator[Diagnostic]:
    one = heard.place
    said = heard.text[hit.start : hit.end].replace("\n", "")
    quoted = _quoted(heard.text, hit)
    most = Severity.ERROR
    if hit.accidental:
        if heard.without:
            return
        most = Severity.NOTE
    elif heard.without or quoted or (heard.seam is not None and not heard.certain):
        most = Severity.WARNING
    call = _call(context, heard) if heard.given else ()
    if call is None:
        return
    reason = shortened(ban.because)
    because = Words(f"：{reason}", f": {reason}") if reason else Words("", "")
    labels = [Label(ban.span, Words("禁说写在这里", "forbidden here"))]
    if one.phrase.bank:
        labels.append(Label(one.phrase.span, Words("话术库里的这一句", "this entry of the phrase bank")))
    advice = " / ".join(map(shortened, ban.instead))
    hint = Words(f"改说：{advice}", f"say instead: {advice}") if advice else Words("换一种说法", "say it another way")
    if quoted:
        hint = Words(
            f"{hint.zh.rstrip('。')}。只是复述客户的话，就在这一行末尾写：# 忽略 {FORBIDDEN.code} 原因 复述客户的话",
            f"{hint.en.rstrip('.')}. If this only repeats the customer’s words, write at the end of the line: "
            f"# ignore {FORBIDDEN.code} because it repeats the customer’s words",
        )
    yield FORBIDDEN.at(
        one.span,
        said=said,
        ignored=_circumstances(heard, hit),
        because=because,
        hint=hint,
        labels=labels,
        fix=_fix(heard, said, ban),
        call=call,
        level=min(ban.level or Severity.ERROR, most),
        data=Forbidden(ban.span),
    )


def _circumstances(heard: _Heard, hit: Hit[tuple[int, str]]) -> Words:
    """Return, in brackets, the slot values under which the words are heard and the skipped text."""
    zh = [f"“{slot}”是“{option}”时" for slot, option in heard.given]
    en = [f"when {slot} is {option}" for slot, option in heard.given]
    if heard.without:
        names = listed(heard.without)
        zh.append(f"去掉中间的{names.zh}来听")
        en.append(f"heard without {names.en} in between")
    if heard.seam is not None:
        zh.append("上一句没有句末标点，和这一句连着说")
        en.append("the line above has no end mark and runs on into this one")
    if hit.accidental and heard.seam is None:
        zh.append("中间隔着标点，也许只是碰巧")
        en.append("with a mark in between, so perhaps by accident")
    passed = ("clause", "space", "punctuation") if hit.accidental or heard.seam is not None else ()
    ignored = [kind for kind in hit.ignored if kind not in passed]
    if ignored:
        zh.append("不计" + listed(_IGNORED[kind].zh for kind in ignored).zh)
        en.append("looking past " + listed(_IGNORED[kind].en for kind in ignored).en)
    return Words(f"（{'；'.join(zh)}）", f" ({'; '.join(en)})") if zh else Words("", "")


_QUOTES: Mapping[str, str] = {"“": "”", "「": "」", "『": "』", "‘": "’", '"': '"'}


def _quoted(text: str, hit: Hit[tuple[int, str]]) -> bool:
    """Whether a hit lies inside quotation marks, as a quotation of somebody else."""
    closing = ""
    for character in text[: hit.start]:
        closing = "" if closing and character == closing else closing or _QUOTES.get(character, "")
    return bool(closing) and closing in text[hit.end :] and closing not in text[hit.start : hit.end]


def _call(context: CheckContext, heard: _Heard) -> tuple[Words, ...] | None:
    """Return a call with the slot values of `heard`; empty where the search gives up, None when no call exists."""
    machine = next((one for one in context.machines if one.name == heard.place.flow), None)
    act = heard.place.act
    if machine is None or act is None:
        return ()
    numbers = {slot.name: number for number, slot in enumerate(machine.slots)}
    values = [(numbers[slot], machine.slots[numbers[slot]].options.index(option)) for slot, option in heard.given]

    def says(move: Move, _: Configuration) -> bool:
        return any(
            one.act is act and all(one.slots[slot] == value for slot, value in values) for one in move.happenings
        )

    names = frozenset(slot for slot, _ in heard.given)
    try:
        call = Refinement(machine, *names).shortest(
            lambda slots, gates: shortest_call(Behaviour(machine, slots, gates), says, _SEARCH), names
        )
    except LookupError:
        return ()
    return None if call is None else narrate(machine, call)


def _fix(heard: _Heard, said: str, ban: _Ban) -> Edit | None:
    """Return the recommended wording for a phrase that consists of the forbidden words only."""
    one = heard.place
    if heard.given or heard.without or heard.seam is not None or not ban.instead or one.phrase.bank:
        return None
    if fold(said) != fold(one.phrase.text):
        return None
    wording = ban.instead[0].replace("\\", "\\\\").replace('"', '\\"')
    return Edit(one.phrase.span, f'"{wording}"')


def _advice(bans: list[_Ban], matcher: Matcher[tuple[int, str]]) -> Iterator[Diagnostic]:
    """Report recommended wordings with words forbidden by the same line."""
    for number, ban in enumerate(bans):
        hits = matcher.find_each(ban.instead) if ban.instead else {}
        for index, found in hits.items():
            for hit in found:
                if hit.id[0] == number:
                    yield BAD_ADVICE.at(ban.span, said=ban.instead[index][hit.start : hit.end])


def _heard(context: CheckContext) -> Iterator[_Heard]:
    """Yield every way of hearing the phrases of the flows of the project, line by line."""
    hearings = _hearings(context)
    for one in _spoken(context):
        guard = one.act.guard if one.act is not None else ()
        for utterance in hearings[one.flow].utterances(one.phrase, guard):
            yield _Heard(one, utterance.text, utterance.given, utterance.without)


def _hearings(context: CheckContext) -> dict[str, Hearing]:
    facts = dict(context.program.settings.facts)
    return {"": Hearing(facts), **{name: Hearing(facts, context.flows[name].slots) for name in context.own}}


def _seams(context: CheckContext) -> Iterator[_Heard]:
    """Yield lines without an end mark, with the lines that continue the sentence."""
    hearings = _hearings(context)
    for name in context.own:
        hearing = hearings[name]
        for step, acts in _rows(context.flows[name]):
            for at, first in enumerate(acts):
                ends = [open_end(hearing.plain(phrase)) for phrase in phrases_of(first)]
                if any(ends):
                    yield from _runs_on(name, step, list(filter(None, ends)), acts[at + 1 :], hearing)


def _runs_on(flow: str, step: int | None, ends: list[str], acts: Sequence[Act], hearing: Hearing) -> Iterator[_Heard]:
    """Yield every pair of an open line end in `ends` and a line of `acts` that may follow."""
    certain = True
    for act in acts:
        for phrase in phrases_of(act):
            place = _Spoken(flow, step, phrase, act.span if phrase.bank else phrase.span, act)
            for end in ends:
                text = f"{end}\n{hearing.plain(phrase)}"
                yield _Heard(place, text, seam=len(end), certain=certain and not act.guard)
        if phrases_of(act):
            if not act.guard:
                return
            certain = False


def _rows(flow: Flow) -> Iterator[tuple[int | None, tuple[Act, ...]]]:
    """Yield (step, acts) spoken without a turn of the customer in between."""
    for state in flow.states:
        onward = [one for one in state.transitions if one.trigger.kind == "always" and one.call is None]
        for one in onward:
            target = flow.states[one.target].acts if one.target is not None else ()
            yield state.step, (*state.acts, *one.acts, *one.then, *target)
        if not onward:
            yield state.step, state.acts
        for one in state.transitions:
            if one not in onward:
                yield from ((state.step, acts) for acts in (one.acts, one.then))
    for one in flow.anytime:
        yield from ((None, acts) for acts in (one.acts, one.then))


def _spoken(context: CheckContext) -> Iterator[_Spoken]:
    """Yield every phrase of the flows of the project, with the place."""
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
            yield _Spoken(flow, step, phrase, act.span if phrase.bank else phrase.span, act)


def _copies(context: CheckContext) -> Iterator[Diagnostic]:
    """Report phrases written more than once in the project."""
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
    hearings = _hearings(context)
    for one in _spoken(context):
        text = hearings[one.flow].longest(one.phrase)
        if len(text) > most and (count := spoken_characters(text)) > most:
            yield TOO_LONG.at(one.span, seconds=round(count * 60 / rate))
