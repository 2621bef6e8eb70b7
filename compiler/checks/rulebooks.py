"""Rules broken by some call, with a shortest counterexample. SC90x."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from compiler.checks.context import CheckContext
from compiler.machine.exploration.configuration import Happening
from compiler.machine.exploration.narrate import narrate
from compiler.machine.model import Machine
from compiler.names.program import Owner
from compiler.rulebooks.measures import NO_LIMIT
from compiler.rulebooks.proof import Proof, Result
from compiler.rulebooks.rule_set import reason_of, wrong_limit
from compiler.rulebooks.search import Found
from compiler.rulebooks.wording import addable_words, predicate_words
from dsl import syntax
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words, listed, shortened
from dsl.keywords import BY_ID, MEASURES
from dsl.source import Span

BROKEN = Lint(
    "SC901",
    "rule-broken",
    Severity.ERROR,
    Words(
        "“{scenario}”{breaks}规则“{rule}”：{what}{because}",
        "“{scenario}” {breaks} the rule “{rule}”: {what}{because}",
    ),
    Words("{hint}", "{hint}"),
    Words(
        "照着脚本走，下面这通电话就会出现；质检听录音才发现，客户已经受了委屈。",
        "Followed to the letter the script allows the call below; by the time a recording shows it, a customer has had it.",
    ),
    bad="标签 方案\n标签 致歉\n结局 完成\n规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [方案]\n场景 A\n"
    '步骤 甲\n  说 "请讲。"\n  转 乙\n步骤 乙 [方案] # SC901\n  说 "这样办。"\n  结束 完成\n场景 B\n步骤 丙 [致歉, 方案]\n'
    '  说 "抱歉，这样办。"\n  结束 完成\n',
    good="标签 方案\n标签 致歉\n结局 完成\n规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [方案]\n场景 A\n"
    '步骤 甲 [致歉]\n  说 "抱歉，请讲。"\n  转 乙\n步骤 乙 [方案]\n  说 "这样办。"\n  结束 完成\n',
    about=Words("有通话会违反规则", "a call can break a rule"),
)
BEYOND = Lint(
    "SC903",
    "limit-exceeded",
    Severity.ERROR,
    Words(
        "违反规则“{rule}”：{measure}{value}，规定{bound} {limit}{because}",
        "breaks the rule “{rule}”: {measure} {value}, the rule says {bound} {limit}{because}",
    ),
    Words("{hint}", "{hint}"),
    Words(
        "说好两小时，脚本里写一天：客户等到的不是规定的时间。",
        "The manual says two hours, the script a day: the customer does not get what the rules promise.",
    ),
    bad="结局 完成\n规则集 规范 适用 全部\n  规则 时限\n    限制 承诺时限 至多 2小时\n场景 A\n步骤 甲\n  承诺 答复 24小时 # SC903\n"
    '  说 "{答复}内答复您。"\n  结束 完成\n',
    good="结局 完成\n规则集 规范 适用 全部\n  规则 时限\n    限制 承诺时限 至多 2小时\n场景 A\n步骤 甲\n  承诺 答复 2小时\n"
    '  说 "{答复}内答复您。"\n  结束 完成\n',
    about=Words("超出了规则的限制", "a rule’s limit is exceeded"),
)
SENSELESS = Lint(
    "SC904",
    "senseless-limit",
    Severity.ERROR,
    Words("这条规则没法执行：{why}", "this rule cannot be applied: {why}"),
    Words("{hint}", "{hint}"),
    Words("写了等于没写，大家却以为有人把关。", "It guards nothing, while everybody believes that it does."),
    bad='结局 完成\n规则集 规范 适用 全部\n  规则 时限\n    限制 承诺时限 至多 2次 # SC904\n场景 A\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n规则集 规范 适用 全部\n  规则 时限\n    限制 承诺时限 至多 2小时\n场景 A\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
)

LINTS: tuple[Lint, ...] = (BROKEN, BEYOND, SENSELESS)


def check(context: CheckContext, proofs: Iterable[Proof]) -> Iterator[Diagnostic]:
    """Report every rule broken by a scenario, and every meaningless limit."""
    groups = context.program.symbols.tables["words"]
    for rulebook in context.program.rulebooks:
        for rule in rulebook.rules:
            for line in rule.lines:
                if isinstance(line, syntax.Limit) and (wrong := wrong_limit(line)) is not None:
                    why, hint = wrong
                    yield SENSELESS.at(line.span, why=why, hint=hint)
                elif isinstance(line, syntax.PathRule):
                    yield from _with_slots(line, groups)
    for proof in proofs:
        for result in proof.results:
            if isinstance(result.line, syntax.Limit):
                yield from _beyond(context, proof, result.line, result)
            elif result.status == "broken":
                yield from _broken(context, proof, result.line, result)
            elif result.status == "undecided":
                yield BROKEN.at(
                    proof.machine.main.span,
                    level=min(proof.holding.level, Severity.WARNING),
                    **_UNDECIDED,
                    **_fields(proof),
                )


def _with_slots(line: syntax.PathRule, groups: Container[str]) -> Iterator[Diagnostic]:
    """Report wordings in a rule that contain a slot, and so are never said literally."""
    for predicate in (line.left, line.right, line.after):
        for atom in predicate.atoms if predicate is not None else ():
            if atom.text is not None and any(one.name.text not in groups for one in atom.text.slots):
                why = Words("“说”后面要写不带 {…} 的原话", "“say” takes words without any {…}")
                hint = Words(
                    "去掉 {…}，只写一定会说的那几个字", "leave the {…} out: write only the words that are always said"
                )
                yield SENSELESS.at(atom.text.span, why=why, hint=hint)


def _name(proof: Proof) -> str:
    names = proof.holding.rule.names
    return names[0].text if names else ""


_UNDECIDED: Mapping[str, Any] = {
    "breaks": Words("没能证明守得住", "is not proven to keep"),
    "what": Words(
        "可能的通话太多，查不完，也没有找到违反它的一通", "there are too many calls, and none was found that breaks it"
    ),
    "hint": Words("把场景拆成几个子对话，或少用“至多”和条件", "split the scenario, or use fewer limits and conditions"),
}


def _fields(proof: Proof) -> dict[str, Any]:
    because = shortened(reason_of(proof.holding.rule, proof.holding.rulebook))
    return {
        "scenario": proof.machine.name,
        "rule": _name(proof),
        "because": Words(f"（{because}）", f" ({because})") if because else Words("", ""),
    }


def _beyond(context: CheckContext, proof: Proof, limit: syntax.Limit, result: Result) -> Iterator[Diagnostic]:
    """Report every violation of a limit."""
    because = shortened(reason_of(proof.holding.rule, proof.holding.rulebook))
    unit = limit.amount.unit
    for one in result.beyond:
        labels = [Label(limit.span, Words("限制写在这里", "the limit"))]
        span = one.span
        if proof.machine.flows[one.flow].scenario not in context.own:
            labels.insert(0, Label(span, Words("出在被调用的场景里", "in the scenario that is called")))
            span = proof.machine.main.span
        inside = one.step if one.what != one.step else ""
        said = shortened(one.what)
        what = Words(f"“{inside}：{said}”", f"“{said}” in “{inside}”")
        what = what if inside else Words(f"“{said}”", f"“{said}”")
        value = Words(f"是 {one.value.zh}", f"is {one.value.en}")
        if one.value == NO_LIMIT:
            value = Words("没有写", "is not given") if _line(limit) else Words("没有上限", "has no limit")
        yield BEYOND.at(
            span,
            labels=labels,
            level=proof.holding.level,
            rule=_name(proof),
            hint=_mending(limit, _name(proof), context.program.owner(limit.span), missing=one.value == NO_LIMIT),
            measure=Words(f"{what.zh}的{_measure(limit, 'zh')}", f"the {_measure(limit, 'en')} of {what.en}"),
            value=value,
            bound=Words("至多" if limit.at_most else "至少", "at most" if limit.at_most else "at least"),
            limit=Words(f"{limit.amount.number}{unit.zh[0]}", f"{limit.amount.number} {unit.en[0]}"),
            because=Words(f"（{because}）", f" ({because})") if because else Words("", ""),
        )


def _mending(limit: syntax.Limit, rule: str, owner: Owner, *, missing: bool) -> Words:
    """Return advice for a violation of `limit`; `missing`: the measured line is absent."""
    amount, line = limit.amount, _line(limit)
    if missing and line is not None:
        zh, en = f"{amount.number}{amount.unit.zh[0]}", f"{amount.number} {amount.unit.en[0]}"
        return Words(f"在这一步里写一行：{line.zh} {zh}", f"write a line in this step: {line.en} {en}")
    what = Words("改短，或拆开", "shorten it, or split it")
    if not limit.at_most:
        what = Words("加够", "make it more")
    if owner is Owner.STANDARD:
        return Words(
            f'{what.zh}；确有理由不守，在场景里写：豁免 {rule} 原因 "…"',
            f'{what.en}; with good reason write in the scenario: waive {rule} because "…"',
        )
    return Words(f"{what.zh}；规定不合适，就改规则", f"{what.en}; or change the rule")


def _line(limit: syntax.Limit) -> Words | None:
    """Return the keyword of the step line that sets the measure of `limit`, if defined."""
    id = {"step-limit": "WITHIN", "opening": "OPENING"}.get(MEASURES[limit.measure.text.casefold()])
    return Words(BY_ID[id].zh[0], BY_ID[id].en[0]) if id else None


def _measure(limit: syntax.Limit, lang: str) -> str:
    id = MEASURES[limit.measure.text.casefold()]
    return next(word for word, one in MEASURES.items() if one == id and word.isascii() == (lang == "en"))


def _broken(context: CheckContext, proof: Proof, line: syntax.PathRule, result: Result) -> Iterator[Diagnostic]:
    machine = proof.machine
    fields: dict[str, Any] = {"breaks": Words("违反", "breaks"), **_fields(proof)}
    label = Label(line.span, Words("规则写在这里", "the rule"))
    level = proof.holding.level
    if result.found is None:
        for span, step, events in result.steps:
            names = listed(events, "or", quoted=True)
            what = Words(
                f"“{step}”里遇到{names.zh}没有写怎么办", f"nothing says what to do about {names.en} in “{step}”"
            )
            hint = Words(
                f"加上“当 {events[0]} …”，或“全程 当 {events[0]} …”", f"add “when {events[0]} …” or “anytime when …”"
            )
            yield BROKEN.at(span, labels=(label,), level=level, what=what, hint=hint, **fields)
        if not result.steps:
            what, hint = _words(context, line, "")
            yield BROKEN.at(machine.main.span, labels=(label,), level=level, what=what, hint=hint, **fields)
        return
    found = result.found
    at = _where(line, found)
    what, hint = _words(context, line, _step_of(machine, found, at))
    span, flow = _place(machine, found, at)
    labels = [label]
    if machine.flows[flow].scenario not in context.own:
        labels.insert(0, Label(span, Words("出在被调用的场景里", "in the scenario that is called")))
        span = machine.main.span
    call = narrate(machine, found.call, found.choices, (*at, _mark(line)))
    yield BROKEN.at(span, labels=labels, call=call, level=level, what=what, hint=hint, **fields)


At = tuple[int, int]
"""A move of a call, and a happening of it (-1: what set the move off)."""


def _where(line: syntax.PathRule, found: Found) -> At:
    """Return the place to report: the violation or, for a step that lacks an atom, the beginning of the step."""
    moves, one = found.call.moves, found.violation.where
    last = (len(moves) - 1, found.violation.happening)
    if line.form != "step-has" or one is None:
        return last
    begun = (
        (number, at)
        for number in range(last[0], -1, -1)
        for at in range(len(moves[number].happenings) - 1, -1, -1)
        if (number, at) < last
    )
    return next((at for at in begun if (each := _at(found, at)).kind == "enter" and each.depth == one.depth), last)


def _at(found: Found, at: At) -> Happening:
    return found.call.moves[at[0]].happenings[at[1]]


def _place(machine: Machine, found: Found, at: At) -> tuple[Span, int]:
    """Return the span to report and the number of the flow."""
    if at[1] < 0:
        transition = found.call.moves[at[0]].transition
        assert transition is not None
        return transition.span, 0
    one = _at(found, at)
    flow = machine.flows[one.flow]
    if one.act is not None:
        return one.act.span, one.flow
    if one.kind == "end":
        ends = (state for state in flow.states if state.kind == "end" and state.outcome == one.outcome)
        return next((state.span for state in ends if state.step == one.step), flow.span), one.flow
    return (flow.steps[one.step].span if one.step is not None else flow.span), one.flow


def _step_of(machine: Machine, found: Found, at: At) -> str:
    """Return the name of the step at the violation."""
    if at[1] >= 0 and (one := _at(found, at)).step is not None:
        return machine.flows[one.flow].steps[one.step].name
    for one in reversed(found.call.moves[at[0]].happenings):
        if one.kind == "enter" and one.step is not None:
            return machine.flows[one.flow].steps[one.step].name
    return ""


def _words(context: CheckContext, line: syntax.PathRule, step: str) -> tuple[Words, Words]:
    """Return the texts of the finding and of the advice."""
    said = {
        name: predicate_words(getattr(line, field)) for name, field in (("p", "left"), ("q", "right"), ("a", "after"))
    }
    lacking = line.right if line.form in ("responds", "step-has") else line.left
    said["x"] = addable_words(lacking, context.program.word_groups)
    return tuple(  # type: ignore[return-value]
        Words(
            one.zh.format(step=step, **{name: words.zh for name, words in said.items()}),
            one.en.format(step=step, **{name: words.en for name, words in said.items()}),
        )
        for one in _WORDS[line.form]
    )


_WORDS: Mapping[str, tuple[Words, Words]] = {
    "exists": (
        Words("有的通话到结束也没有 {p}", "a call can end without {p}"),
        Words("在上面这通电话里加上 {x}", "put {x} into the call above"),
    ),
    "precedes": (
        Words("还没有 {p}，就已经 {q}", "{q} comes before any {p}"),
        Words("在这之前加上 {x}", "put {x} in front of it"),
    ),
    "precedes-after": (
        Words("{a} 之后还没有 {p}，就已经 {q}", "after {a}, {q} comes before any {p}"),
        Words("在 {a} 和这里之间加上 {x}", "put {x} between {a} and this"),
    ),
    "responds": (
        Words("{p} 之后一直到结束都没有 {q}", "{p} is never followed by {q}"),
        Words("在 {p} 后面加上 {x}", "put {x} behind {p}"),
    ),
    "reachable": (
        Words("没有一通电话能到 {p}", "no call comes to {p}"),
        Words("写一条通到 {x} 的路", "write a way that leads to {x}"),
    ),
    "step-has": (
        Words("“{step}”里不一定有 {q}", "“{step}” may be over without {q}"),
        Words("在 {p} 里加上 {x}，不要只写在条件里", "put {x} into {p}, and not under a condition"),
    ),
    "step-never": (
        Words("“{step}”里有 {q}", "there is {q} in “{step}”"),
        Words("换一种说法，或移到别的步骤", "say it another way, or in another step"),
    ),
    "never-after": (
        Words("{p} 之后出现了 {q}", "{q} comes after {p}"),
        Words("删去它，或让这条路绕开它", "drop it, or lead this way around it"),
    ),
    "never": (Words("出现了 {p}", "there is {p}"), Words("删去它", "drop it")),
}


def _mark(line: syntax.PathRule) -> Words:
    p, q = predicate_words(line.left), predicate_words(line.right)
    match line.form:
        case "exists":
            return Words(f"没有过 {p.zh}", f"no {p.en} so far")
        case "precedes" | "precedes-after":
            return Words(f"还没有 {p.zh}", f"no {p.en} yet")
        case "responds":
            return Words(f"没有等到 {q.zh}", f"no {q.en} has come")
        case "step-has":
            return Words(f"这一步没有 {q.zh}", f"the step has had no {q.en}")
        case _:
            return Words("不该有", "must not be")
