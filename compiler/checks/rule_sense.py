"""Rules of the project without an applicable scenario, or about subjects no call reaches. SC910 and SC911.

Pairs of rules are checked in `rule_pairs`, rules about words in `rule_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from compiler.checks.context import CheckContext
from compiler.machine.analysis.graph import FlowSummaries, edges_of, reachable
from compiler.machine.lowering.assemble import is_frame
from compiler.machine.model import Flow, Machine, Promise, Step
from compiler.machine.walk import acts_of
from compiler.names.symbols import ALL_KINDS
from compiler.rulebooks.atoms import Atoms, Bits
from compiler.rulebooks.consistency import PROHIBITIONS, abouts
from compiler.rulebooks.held import over, places
from compiler.rulebooks.proof import Proof
from compiler.rulebooks.rule_set import CompiledRule, RuleSet, Today, compile_rules
from compiler.rulebooks.wording import predicate_words
from dsl import nodes, syntax
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words
from dsl.keywords import SLOT_FLAGS
from dsl.source import Span
from dsl.suggest import closest

_HEAD = "标签 致歉\n标签 方案\n动作 登记\n结局 完成\n"
_SCENARIO = (
    '场景 A\n步骤 甲 [致歉]\n  说 "抱歉，请讲。"\n  做 登记\n  转 乙\n步骤 乙 [方案]\n  说 "这样办。"\n  结束 完成\n'
)

APPLIES_TO_NOTHING = Lint(
    "SC910",
    "rule-applies-to-nothing",
    Severity.WARNING,
    Words("{what}，这条规则{so}", "{what}, so the rule {so}"),
    Words("{hint}", "{hint}"),
    Words(
        "规则在那里，大家以为有人把关，其实哪一通电话也没有查过。",
        "The rule is there, everybody believes it guards them, and no call was ever held against it.",
    ),
    bad="标签 致歉\n类别 投诉\n类别 咨询\n结局 完成\n规则集 规范 适用 投诉\n  规则 先致歉\n    要求 [致歉] 先于 步骤 乙乙 # SC910\n"
    "规则集 咨询规范 适用 咨询 # SC910\n  规则 要致歉\n    要求 [致歉]\n"
    '场景 A 属于 投诉\n步骤 甲 [致歉]\n  说 "抱歉，请讲。"\n  转 乙\n步骤 乙\n  说 "这样办。"\n  结束 完成\n',
    good="标签 致歉\n类别 投诉\n结局 完成\n规则集 规范 适用 投诉\n  规则 先致歉\n    要求 [致歉] 先于 步骤 乙\n"
    '场景 A 属于 投诉\n步骤 甲 [致歉]\n  说 "抱歉，请讲。"\n  转 乙\n步骤 乙\n  说 "这样办。"\n  结束 完成\n',
    about=Words("这条规则管不到任何通话", "the rule applies to nothing"),
)
UNREACHED = Lint(
    "SC911",
    "rule-about-the-unreached",
    Severity.WARNING,
    Words(
        "这条规则在“{scenario}”里没有被违反，只因为它说的那一步走不到",
        "the rule holds for “{scenario}” only because what it is about is never reached there",
    ),
    Words("先让“{step}”走得到，再看规则守不守得住", "let a call come to “{step}”, then see whether the rule holds"),
    Words(
        "哪天有人接通了这一步，违反规则的通话就会跟着出现。",
        "The day somebody links that step, calls that break the rule come with it.",
    ),
    bad="标签 致歉\n标签 方案\n结局 完成\n规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [方案] # SC911\n场景 A\n"
    '步骤 甲\n  说 "请讲。"\n  结束 完成\n步骤 乙 [方案] # SC301\n  说 "这样办。"\n  结束 完成\n步骤 丙 [致歉] # SC301\n  说 "抱歉。"\n  结束 完成\n',
    good=_HEAD + "规则集 规范 适用 全部\n  规则 先致歉\n    要求 [致歉] 先于 [方案]\n" + _SCENARIO,
)
LINTS: tuple[Lint, ...] = (APPLIES_TO_NOTHING, UNREACHED)

SHOWN = 3
"""Places that a finding shows."""


def check(context: CheckContext, proofs: Sequence[Proof]) -> Iterator[Diagnostic]:
    """Report findings about the rules of the project."""
    program = context.program
    if not any(rulebook.rules for rulebook in program.rulebooks):
        return
    mine = program.is_own
    if not any(mine(rulebook.span) for rulebook in program.rulebooks):
        return
    if _whole(context):
        yield from _for_nobody(context, proofs, mine)
        yield from _idle(context, proofs, compile_rules(program), mine)


def _whole(context: CheckContext) -> bool:
    """Whether the project has scenarios, with a machine for every scenario."""
    scenarios = context.program.scenarios
    wanted = {name for name, one in scenarios.items() if one.own and not is_frame(context.program, one)}
    return (
        bool(wanted) and wanted == {machine.name for machine in context.machines} and not context.program.symbols.lost
    )


# --- applies to nothing ---------------------------------------------------------------------------------------------


def _for_nobody(context: CheckContext, proofs: Sequence[Proof], mine: Callable[[Span], bool]) -> Iterator[Diagnostic]:
    """Report rulebooks and rules that apply to no scenario, except expired rules."""
    held = {id(proof.holding.rule) for proof in proofs}
    today = Today(context.today)
    for rulebook in context.program.rulebooks:
        if not mine(rulebook.span) or not rulebook.names:
            continue
        left = [rule for rule in rulebook.rules if rule.names and id(rule) not in held]
        left = [rule for rule in left if _known_scope(context, rulebook, rule) and not over(rulebook, rule, today)]
        if left and len(left) == len(rulebook.rules):
            yield _nobody(rulebook.span, rulebook.names[0].text)
        else:
            for rule in left:
                yield _nobody(rule.span, rule.names[0].text)


def _nobody(span: Span, name: str) -> Diagnostic:
    what = Words(f"没有一个场景归“{name}”管", f"no scenario is held to “{name}”")
    hint = Words(
        "检查“适用”和“渠道”，或在场景里写“遵守 规则集”", "look at its kinds and channels, or let a scenario follow it"
    )
    return APPLIES_TO_NOTHING.at(span, what=what, so=_IDLE, hint=hint)


def _known_scope(context: CheckContext, rulebook: syntax.Rulebook, rule: syntax.RuleDef) -> bool:
    """Whether every name in the scope of a rule is declared; an undefined name has a separate finding."""
    tables = context.program.symbols.tables
    names = [*rulebook.applies]
    for line in (*rulebook.lines, *rule.lines):
        if isinstance(line, nodes.NamesLine):
            names += line.names
        elif isinstance(line, nodes.ChannelLine) and any(name.text not in tables["channel"] for name in line.names):
            return False
    return all(one.text in ALL_KINDS or one.text in tables["kind"] or one.text in tables["scenario"] for one in names)


def _idle(
    context: CheckContext, proofs: Sequence[Proof], book: RuleSet, mine: Callable[[Span], bool]
) -> Iterator[Diagnostic]:
    """Report rule lines about actions that never happen, or happen only where no call arrives."""
    results: dict[int, list[tuple[Machine, str]]] = {}
    for proof in proofs:
        for result in proof.results:
            status = "proven" if result.played else result.status
            results.setdefault(id(result.line), []).append((proof.machine, status))
    names = _Names(context)
    asked = [line for line in book.lines if mine(line.line.span) and results.get(id(line.line))]
    idle_of = {line.index: [one for one, status in results[id(line.line)] if status == "idle"] for line in asked}
    wanted = [(bits, idle_of[line.index]) for line in asked for _, bits in abouts(line)]
    wanted += [(bits, [one for one, _ in results.get(limit, ())]) for limit, bits in book.within.items()]
    written = _Written(context, book, wanted)
    for line in asked:
        idle = idle_of[line.index]
        unreached: dict[object, tuple[Machine, Step]] = {}
        for machine in idle:
            if len(unreached) < SHOWN and (place := written.unreached(line, machine)) is not None:
                unreached.setdefault(place.span.order(), (machine, place))
        if unreached:
            labels = [Label(place.span, Words("这里走不到", "never reached")) for _, place in unreached.values()]
            machine, place = next(iter(unreached.values()))
            yield UNREACHED.at(line.line.span, labels=labels, scenario=machine.name, step=place.name)
        elif len(idle) == len(results[id(line.line)]):
            missing = [predicate for predicate, bits in abouts(line) if not written.anywhere(idle, bits)]
            if missing or len(abouts(line)) == 1:
                yield _about_nothing(line.line.span, (missing or [abouts(line)[0][0]])[0], names)
            else:
                yield _apart(line.line.span, [predicate for predicate, _ in abouts(line)])
        elif (lost := names.lost(line.line)) is not None:
            needed = lost not in [predicate for predicate, _ in abouts(line)]
            yield _about_nothing(line.line.span, lost, names, _UNKEEPABLE if needed else _IDLE)
    for rulebook in context.program.rulebooks:
        for rule in rulebook.rules:
            for limit in rule.lines:
                if isinstance(limit, syntax.Limit) and limit.within is not None and mine(limit.span):
                    machines = [machine for machine, _ in results.get(id(limit), ())]
                    if machines and not written.anywhere(machines, book.within[id(limit)]):
                        yield _about_nothing(limit.span, limit.within, names)


_IDLE = Words("管不到任何通话", "applies to nothing")
_UNKEEPABLE = Words("没有一通电话守得住", "can be kept by no call")


def _about_nothing(span: Span, predicate: syntax.Predicate | None, names: _Names, so: Words = _IDLE) -> Diagnostic:
    said = predicate_words(predicate)
    what = Words(f"{said.zh} 在它管的场景里从来没有", f"{said.en} never comes about in the scenarios held to it")
    at = predicate.span if predicate is not None else span
    return APPLIES_TO_NOTHING.at(at, what=what, so=so, hint=names.hint(predicate))


def _apart(span: Span, predicates: Iterable[syntax.Predicate | None]) -> Diagnostic:
    """Report a rule about two subjects that no scenario has together."""
    said = [predicate_words(one) for one in predicates]
    what = Words(
        f"{' 和 '.join(one.zh for one in said)} 没有在同一个场景里出现过",
        f"no scenario held to it has both {' and '.join(one.en for one in said)}",
    )
    return APPLIES_TO_NOTHING.at(span, what=what, so=_IDLE, hint=_WRONG_NAME)


_WRONG_NAME = Words(
    "写错了名称，还是这些场景用不上它？", "is it the wrong name, or do these scenarios have no use for it?"
)


class _Names:
    """The names of steps and slots in scenarios, collected on first use."""

    def __init__(self, context: CheckContext) -> None:
        self._context = context
        self._steps: set[str] | None = None
        self._slots: set[str] = set()

    def hint(self, predicate: syntax.Predicate | None) -> Words:
        """Advice for a predicate that never happens."""
        for atom in predicate.atoms if predicate is not None else ():
            for name in self._missing(atom):
                if near := closest(name, self._of(atom)):
                    return Words(f"没有“{name}”，是不是想写“{near}”？", f"there is no “{name}”; did you mean “{near}”?")
                return Words(f"哪个场景里都没有“{name}”，检查名称", f"no scenario has “{name}”: check the name")
        return _WRONG_NAME

    def lost(self, line: syntax.PathRule) -> syntax.Predicate | None:
        """A predicate of `line` whose atoms all name steps or slots of no scenario. Prohibitions need no such thing to exist."""
        wanted = (line.left, line.right, line.after) if line.form not in PROHIBITIONS else ()
        for predicate in wanted:
            if predicate is not None and all(self._missing(atom) for atom in predicate.atoms):
                return predicate
        return None

    def _missing(self, atom: syntax.Atom) -> list[str]:
        if atom.sort not in ("step", "ask", "mention", "get", "promise"):
            return []
        known = self._of(atom)
        return [name.text for name in atom.names if name.text not in known and name.text.casefold() not in SLOT_FLAGS]

    def _of(self, atom: syntax.Atom) -> set[str]:
        if self._steps is None:
            self._steps = set()
            program = self._context.program
            self._slots = {name for name, _ in program.settings.facts} | set(program.symbols.tables["slot"])
            for scenario in program.scenarios.values():
                self._steps.update(name.text for step in scenario.steps for name in step.names)
                for line in scenario.lines:
                    if isinstance(line, nodes.SlotLine):
                        self._slots.update(name.text for name in line.names)
            for flow in self._context.flows.values():
                self._slots.update(slot.name for slot in flow.slots)
                self._slots.update(act.slot for act in acts_of(flow) if isinstance(act, Promise))
        return self._steps if atom.sort == "step" else self._slots


class _Written:
    """The atoms written in scripts, reachable or not."""

    def __init__(self, context: CheckContext, book: RuleSet, wanted: Iterable[tuple[Bits, Iterable[Machine]]]) -> None:
        """Prepare the lookup of the atom sets `wanted`, per machine."""
        self._context = context
        self._all: dict[str, Bits] = {}
        # Phrases are gone through only where a rule is about words that are said: it takes as long as checking them.
        spoken = sum(bit for (sort, _), bit in book.named.items() if sort in ("words", "text"))
        flows = {
            flow.scenario: flow for bits, machines in wanted if bits & spoken for one in machines for flow in one.flows
        }
        self._atoms = Atoms(context.program, book.named, context.machines, flows.values())
        self._graph: FlowSummaries | None = None

    def anywhere(self, machines: Iterable[Machine], atoms: Bits) -> bool:
        """Whether an atom of `atoms` is written in one of `machines`."""
        return any(self._of(flow) & atoms for machine in machines for flow in machine.flows)

    def unreached(self, line: CompiledRule, machine: Machine) -> Step | None:
        """The step of `machine` with the subject of `line`, given that no call comes to it; None when no step has it."""
        masks = [bits for _, bits in abouts(line)]
        if not all(self.anywhere((machine,), bits) for bits in masks):
            return None
        self._graph = self._graph or FlowSummaries(self._context.flows)
        first: Step | None = None
        for bits in masks:
            for flow in machine.flows:
                if not self._of(flow) & bits:
                    continue
                reached = reachable(flow, edges_of(flow, self._graph))
                for state, true in places(flow, self._atoms):
                    step = None if state is None else flow.step_of(state)
                    if state is not None and step is not None and true & bits:
                        if state.id not in reached:
                            return step
                        first = first or step
        return first

    def _of(self, flow: Flow) -> Bits:
        found = self._all.get(flow.scenario)
        if found is None:
            found = 0
            for _, true in places(flow, self._atoms):
                found |= true
            self._all[flow.scenario] = found
        return found
