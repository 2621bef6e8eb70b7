"""Compiled rulebooks: every rule line with atoms, severity, and the scenarios in scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from compiler.machine.model import Machine
from compiler.names.program import Program
from compiler.names.references import all_declared
from compiler.names.scoping import Held, held_to
from compiler.rulebooks.atoms import END, Bits, Key, Naming
from dsl import nodes, syntax
from dsl.diagnostics import Severity, Words
from dsl.frozen import Node
from dsl.keywords import BY_ID, LEVELS, MEASURES, UNITS
from dsl.suggest import closest

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "phrase-characters": ("characters",),
    "step-speech": ("time",),
    "call-speech": ("time",),
    "waiting": ("time",),
    "promised-time": ("time", "worktime"),
    "turns": ("turns", "times"),
    "retries": ("times",),
    "step-phrases": ("phrases", "times"),
    "step-limit": ("time", "rings"),
    "opening": ("time",),
}
"""Admissible unit dimensions per measure."""

_USUAL: Mapping[str, Words] = {
    "phrase-characters": Words("60字", "60 chars"),
    "step-speech": Words("45秒", "45s"),
    "call-speech": Words("5分钟", "5min"),
    "waiting": Words("30秒", "30s"),
    "promised-time": Words("24小时", "24h"),
    "turns": Words("8轮", "8 turns"),
    "retries": Words("2次", "2 times"),
    "step-phrases": Words("3句", "3 phrases"),
    "step-limit": Words("30秒", "30s"),
    "opening": Words("3秒", "3s"),
}
"""What each measure may well be limited to, for examples."""

_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}


class CompiledRule(Node, frozen=True):
    """A path rule with resolved names; `index` is the position among the path rules of the program and the bit of the rule.

    left, right, after: the atoms of the predicates, as in `syntax.PathRule`; `要求 P` is `P 先于 结束`.
    """

    index: int
    line: syntax.PathRule
    rule: syntax.RuleDef
    rulebook: syntax.Rulebook
    left: Bits
    right: Bits
    after: Bits

    @property
    def form(self) -> syntax.RuleForm:
        """The form of the rule."""
        return self.line.form


class RuleSet(Node, frozen=True):
    """Every path rule of a program.

    of_rule: the indices of a rule's lines, by the rule's `id`. within: the atoms a limit is narrowed to, by the limit's
    `id`; limits that make no sense are left out. named: every atom that a rule names, with its bit.
    unread: the `id`s of lines that name what there is not; they are left out of all the others, and never judged.
    """

    lines: tuple[CompiledRule, ...]
    of_rule: dict[int, tuple[int, ...]]
    within: dict[int, Bits]
    named: Mapping[Key, Bits]
    unread: frozenset[int] = frozenset()


def compile_rules(program: Program) -> RuleSet:
    """Compile the path rules of `program`; `限制`, `禁说` and `处理` are handled by other modules."""
    naming = Naming(program)
    lines: list[CompiledRule] = []
    of_rule: dict[int, tuple[int, ...]] = {}
    within: dict[int, Bits] = {}
    unread: set[int] = set()
    for rulebook in program.rulebooks:
        for rule in rulebook.rules:
            first = len(lines)
            for line in rule.lines:
                if isinstance(line, syntax.PathRule | syntax.Limit) and not all_declared(program.symbols, line):
                    unread.add(id(line))
                elif isinstance(line, syntax.PathRule) and line.form != "steps-handle":
                    right = naming.bit(END) if line.form == "exists" else naming.mask(line.right)
                    left, after = naming.mask(line.left), naming.mask(line.after)
                    lines.append(CompiledRule(len(lines), line, rule, rulebook, left, right, after))
                elif isinstance(line, syntax.Limit) and wrong_limit(line) is None:
                    within[id(line)] = naming.mask(line.within)
            of_rule[id(rule)] = tuple(range(first, len(lines)))
    naming.bit(END)
    return RuleSet(tuple(lines), of_rule, within, naming.named, frozenset(unread))


def wrong_limit(line: syntax.Limit) -> tuple[Words, Words] | None:
    """What makes a limit senseless (its measure, its unit, what it is narrowed to), and a hint; None for a good one."""
    name = line.measure.text
    measure = MEASURES.get(name.casefold())
    if measure is None:
        words = [word for word in MEASURES if word.isascii() == name.isascii()]
        near = closest(name, words) or CALLED.get(name)
        known = Words(f"可用的有：{'、'.join(words)}", f"there are {', '.join(words)}")
        hint = Words(f"是不是想写“{near}”？", f"did you mean “{near}”?") if near else known
        return Words(f"没有“{name}”这种度量", f"there is no measure “{name}”"), hint
    wanted = DIMENSIONS[measure]
    if line.amount.unit.dimension not in wanted:
        units = [unit for unit in UNITS if unit.dimension in wanted]
        zh, en = "、".join(unit.zh[0] for unit in units), ", ".join(unit.en[0] for unit in units)
        usual, word = _USUAL[measure], next(word for word, id in MEASURES.items() if id == measure)
        bound = BY_ID["AT_MOST" if line.at_most else "AT_LEAST"]
        return Words(f"“{name}”的单位是：{zh}", f"“{name}” is measured in {en}"), Words(
            f"换一个单位，例如：限制 {word} {bound.zh[0]} {usual.zh}",
            f"write another unit, as in: limit {measure} {bound.en[0]} {usual.en}",
        )
    for atom in line.within.atoms if line.within is not None else ():
        if atom.sort not in _NARROWING[measure]:
            if not _NARROWING[measure]:
                why = Words(f"“{name}”后面不能写“于”", f"“{name}” cannot be narrowed by “in”")
                return why, Words("去掉“于”和它后面的内容", "drop “in” and what stands behind it")
            more = Words("、承诺", ", promises") if "promise" in _NARROWING[measure] else Words("", "")
            why = Words(
                f"“{name}”的“于”后面只能写：步骤、[标签]{more.zh}",
                f"“in” can name steps and [tags]{more.en} for “{name}”",
            )
            return why, Words("去掉“于”后面的内容，或换成能写的", "drop what stands behind “in”, or name what it can")
    return None


CALLED = {
    "字数": "语句字数",
    "话术字数": "语句字数",
    "通话时长": "通话话时",
    "步骤时长": "步骤话时",
    "等待时间": "等待时长",
    "静默时长": "等待时长",
    "承诺时间": "承诺时限",
    "重复次数": "重试次数",
    "应答时间": "开口时间",
    "响应时间": "开口时间",
}
"""Synonyms of measures."""

_STEPS = frozenset({"tag", "step", "step-tag"})
_NARROWING: Mapping[str, frozenset[str]] = {
    "phrase-characters": _STEPS | {"say"},
    "step-speech": _STEPS,
    "call-speech": frozenset(),
    "waiting": _STEPS,
    "promised-time": _STEPS | {"promise"},
    "turns": frozenset(),
    "retries": _STEPS,
    "step-phrases": _STEPS,
    "step-limit": _STEPS,
    "opening": _STEPS,
}
"""Sorts of atoms allowed after the `于` of a limit, by measure."""


class AppliedRule(Node, frozen=True):
    """A rule applied to a scenario; `level` is the severity of a violation, `waiver` the excusing line."""

    rulebook: syntax.Rulebook
    rule: syntax.RuleDef
    level: Severity
    waiver: nodes.Waiver | None


class Today:
    """The current date, requested only when some script depends on the date."""

    def __init__(self, ask: Callable[[], str] | None) -> None:
        self._ask = ask
        self._day: str | None = None

    def before(self, date: nodes.Date) -> bool:
        """Whether today is before `date`; False for an unknown day."""
        return self._ask is not None and self._today() < date.iso

    def after(self, date: nodes.Date) -> bool:
        """Whether today is after `date`; False for an unknown day."""
        return self._ask is not None and self._today() > date.iso

    def _today(self) -> str:
        if self._day is None and self._ask is not None:
            self._day = self._ask()
        return self._day or ""


def applied_rules(program: Program, machine: Machine, today: Today) -> Iterator[AppliedRule]:
    """Yield the rules that apply to the scenario of a machine, in file order.

    A rule not yet in force is reported as a note, an expired rule not at all. An expired waiver excuses nothing.
    """
    for held in held_to(program, machine.name, machine.kinds, machine.channels):
        level = level_of(held.rule)
        over = False
        for line in (*held.rulebook.lines, *held.rule.lines):
            if isinstance(line, nodes.Effective):
                if today.before(line.since):
                    level = Severity.NOTE
                over = over or (line.until is not None and today.after(line.until))
        if over:
            continue
        yield AppliedRule(held.rulebook, held.rule, level, None if expired(held, today) else held.waiver)


def expired(held: Held, today: Today) -> bool:
    """Whether the waiver of a rule has expired."""
    return held.waiver is not None and held.waiver.until is not None and today.after(held.waiver.until)


def level_of(rule: syntax.RuleDef) -> Severity:
    """Return the severity of a violation of `rule`: the declared `级别`, or an error."""
    return next(
        (
            _SEVERITIES[LEVELS[line.level.text.casefold()]]
            for line in rule.lines
            if isinstance(line, syntax.Level) and line.level.text.casefold() in LEVELS
        ),
        Severity.ERROR,
    )


def reason_of(rule: syntax.RuleDef, rulebook: syntax.Rulebook) -> str:
    """Return the `原因` of the rule, or of the rulebook."""
    for lines in (rule.lines, rulebook.lines):
        for line in lines:
            if isinstance(line, syntax.Because):
                return line.text.plain
    return ""


def sources_of(rule: syntax.RuleDef) -> Sequence[str]:
    """Return the catalogue ids of a rule."""
    return tuple(rule.sources.plain.split()) if rule.sources is not None else ()
