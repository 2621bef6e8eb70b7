"""Lines on a card that no call executes, or that a call executes too early. SC311 and SC312.

A step is executed to the last line before the customer answers. An answer is therefore not yet known on the lines below
the question, although on the card the answer seems to be known:

    步骤 办退款
      问 金额档 "请问退多少钱？"
      若 金额档 是 五千以内: 做 快速退款      # SC311: 金额档 is empty here, unless the step was entered before
      说 "已经给您退好了。"                    # SC312: said before the customer has answered
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from compiler.checks.context import CheckContext
from compiler.machine.analysis.dataflow import Filling
from compiler.machine.analysis.possible import PossibleValues, Values
from compiler.machine.model import Filled, Flow, Guard, GuardedAct, GuardedCall, Machine, Test
from compiler.names.program import ScenarioDef
from dsl import nodes, syntax
from dsl.diagnostics import Diagnostic, Edit, Lint, Severity, Words, listed
from dsl.frozen import Node
from dsl.source import Span

NEVER_PLAYED = Lint(
    "SC311",
    "never-played",
    Severity.ERROR,
    Words("这一行在哪一通电话里都轮不到：{why}", "no call ever comes to this line: {why}"),
    Words("{hint}", "{hint}"),
    Words(
        "卡片上印着这一行，坐席会照做；规则却是按“做不到”证明的。",
        "The card prints the line and agents act on it, while rules are proven as if nobody did.",
    ),
    bad='结局 完成\n动作 快速退款\n场景 A\n  信息 金额档 选项 小额 / 大额\n步骤 甲\n  问 金额档 "请问退多少钱？"\n'
    "  若 金额档 是 小额: 做 快速退款 # SC311\n  转 乙\n步骤 乙\n  结束 完成\n",
    good='结局 完成\n动作 快速退款\n场景 A\n  信息 金额档 选项 小额 / 大额\n步骤 甲\n  问 金额档 "请问退多少钱？"\n'
    "  转 甲之后\n步骤 甲之后\n  若 金额档 是 小额: 做 快速退款\n  转 乙\n步骤 乙\n  结束 完成\n",
)
BEFORE_THE_ANSWER = Lint(
    "SC312",
    "before-the-answer",
    Severity.WARNING,
    Words("这一行在客户回答“{slot}”之前就说了、做了", "this is said or done before the customer has answered “{slot}”"),
    Words("{hint}", "{hint}"),
    Words(
        "一步里的话和动作全部做完，才轮到客户回答；写在问句后面的，等不到答案。",
        "A step is said and done to its end before the customer answers; nothing below the question waits for it.",
    ),
    bad='结局 完成\n动作 查单\n场景 A\n  信息 单号 文本\n步骤 甲\n  问 单号 "请报一下单号。"\n  做 查单 # SC312\n  转 乙\n'
    '步骤 乙\n  说 "单号{单号}，已经查到了。"\n  结束 完成\n',
    good='结局 完成\n动作 查单\n场景 A\n  信息 单号 文本\n步骤 甲\n  问 单号 "请报一下单号。"\n  转 甲之后\n步骤 甲之后\n'
    '  做 查单\n  转 乙\n步骤 乙\n  说 "单号{单号}，已经查到了。"\n  结束 完成\n',
)

LINTS: tuple[Lint, ...] = (NEVER_PLAYED, BEFORE_THE_ANSWER)


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Report lines executed by no call, and lines before an answer the line seems to wait for."""
    own = set(context.own)
    played: set[Span] = set()
    unplayed: dict[Span, tuple[str, _Reason]] = {}
    for machine in context.machines:
        for scenario, span, reason in _guarded(machine, own, played):
            if reason is None:
                played.add(span)
            else:
                unplayed.setdefault(span, (scenario, reason))
    # A line of a sub-dialogue is played if it is in the calls of one of the scenarios that come to it.
    never = {span: found for span, found in unplayed.items() if span not in played and context.program.is_own(span)}
    lines: set[tuple[str, int]] = set()
    for span, (scenario, reason) in sorted(never.items(), key=lambda one: one[0].order()):
        if (span.source.name, span.line) in lines:
            continue  # another act under the same condition
        lines.add((span.source.name, span.line))
        why = reason.words
        place = _below_question(context.program.scenarios[scenario], span, reason.empty)
        hint = Words("改条件，或删去这一行", "change the condition, or delete the line")
        if place is not None:
            why, hint = _not_yet(place.slots), place.hint()
        fix = None if place is None else place.edit()
        yield NEVER_PLAYED.at(span, why=why, hint=hint, fix=fix, level=reason.level)
    for name in context.own:
        for place in _early(context.program.scenarios[name], played):
            span = place.line.span
            if context.program.is_own(span) and not any(_within(one, span) for one in never):
                yield BEFORE_THE_ANSWER.at(span, slot="、".join(place.slots), hint=place.hint(), fix=place.edit())


# --- guards that cannot hold ----------------------------------------------------------------------------------------


class _Reason(Node, frozen=True):
    """Why a guard cannot hold.

    empty: the slot that is never filled there; "" when that is not the reason. level: how much it weighs. To make sure
    that something is known (`若 没有 姓氏: 问 姓氏`) is a good habit, and where it is known already only too much is printed.
    """

    words: Words
    empty: str = ""
    level: Severity = Severity.ERROR


def _guarded(machine: Machine, own: set[str], played: AbstractSet[Span]) -> Iterator[tuple[str, Span, _Reason | None]]:
    """(scenario, place, reason) of every guarded line of the project that calls of `machine` come to.

    The last is None where the guard may hold. Flows all of whose guarded lines are `played` are left out.
    """
    flows = [flow for flow in machine.flows if flow.scenario in own and not _guards_of(flow) <= played]
    if not flows:
        return
    possible, filling = PossibleValues(machine), Filling(machine)
    for flow in flows:
        for guard, span, values, filled in _places(flow, possible, filling):
            test = _failing(guard, values, filled, possible, filling)
            yield flow.scenario, span, None if test is None else _why(test, values, possible)


def _guards_of(flow: Flow) -> set[Span]:
    """Return the places of the guarded acts and calls of the steps of a flow."""
    lines = [line for step in flow.steps for line in step.outline.lines]
    acts = {line.act.span for line in lines if isinstance(line, GuardedAct) and line.act.guard}
    return acts | {line.span for line in lines if isinstance(line, GuardedCall) and line.guard}


def _places(flow: Flow, possible: PossibleValues, filling: Filling) -> Iterator[tuple[Guard, Span, Values, int]]:
    """Yield guards of acts and of calls in the middle of a step, with the values possible and the slots certainly filled."""
    if flow.scenario not in possible.before or flow.scenario not in filling.before:
        return
    for state in flow.states:
        values, filled = possible.before[flow.scenario][state.id], filling.before[flow.scenario][state.id]
        if values is None or filled is None:
            continue
        for act in state.acts:
            if act.guard:
                yield act.guard, act.span, values, filled
            values, filled = possible.after_acts((act,), values), filling.after_acts((act,), filled)
        for one in state.transitions:
            if state.kind == "act" and one.call is not None and one.guard and one.trigger.kind == "always":
                yield one.guard, one.span, values, filled


def _failing(guard: Guard, values: Values, filled: int, possible: PossibleValues, filling: Filling) -> Test | None:
    """Return the first test of `guard` that cannot hold with `values` after the previous tests; None if satisfiable."""
    for test in guard:
        if isinstance(test, Filled) and test.negated and filled & filling.bit.get(test.slot, 0):
            return test
        left = possible.through((test,), values)
        if left is None:
            return test
        values = left
    return None


def _why(test: Test, values: Values, possible: PossibleValues) -> _Reason:
    slot = test.slot
    if not possible.may_be_filled(slot, values):
        return _Reason(Words(f"走到这里，“{slot}”一定还是空的", f"“{slot}” is always empty here"), slot)
    if isinstance(test, Filled):
        return _Reason(
            Words(f"走到这里，“{slot}”一定已经有了", f"“{slot}” is always known here"), level=Severity.WARNING
        )
    there = listed(possible.of(slot, values), "or", quoted=True)
    return _Reason(Words(f"走到这里，“{slot}”只会是{there.zh}", f"“{slot}” can only be {there.en} here"))


def _not_yet(slots: Sequence[str]) -> Words:
    names = listed(slots, quoted=True)
    return Words(
        f"上面刚问{names.zh}，客户还没有回答", f"{names.en} is asked just above, and the customer has not answered yet"
    )


# --- lines below a question -----------------------------------------------------------------------------------------


class _Below:
    """A line below a question in the same step, and the split of the step at the line."""

    def __init__(self, scenario: ScenarioDef, step: syntax.Step, at: int, slots: tuple[str, ...]) -> None:
        self.step = step
        self.at = at
        self.line = step.lines[at]
        self.slots = slots
        self._taken = {name.text for one in scenario.steps for name in one.names}

    def hint(self) -> Words:
        """What to type."""
        name = self._name()
        zh = f"要等客户回答，在问句后面写“转 {name}”，这一行起移到新的一步“{name}”"
        return Words(
            zh, f"to wait for the answer, write “go {name}” behind the question and move this to a step “{name}”"
        )

    def _name(self) -> str:
        base = self.step.names[0].text if self.step.names else ""
        base += "-after" if base.isascii() else "之后"
        number = next(
            n for n in range(1, len(self._taken) + 2) if (base if n == 1 else f"{base}{n}") not in self._taken
        )
        return base if number == 1 else f"{base}{number}"

    def edit(self) -> Edit | None:
        """The step cut in two: reactions stay with the question, what is done from this line on moves behind the answer.

        None where the lines do not stand together in one file, as those of a step that is based on another.
        """
        source = self.line.span.source
        spans = [one.span for one in self.step.lines]
        if any(one.source is not source for one in (self.step.span, *spans)) or spans != sorted(spans, key=Span.order):
            return None
        first = [source.line_number(one.start) for one in spans]
        last = max(source.line_number(max(one.start, one.end - 1)) for one in spans)
        if len(set(first)) != len(first):
            return None
        stays: list[str] = []
        moves: list[str] = []
        for index in range(self.at, len(spans)):
            end = first[index + 1] if index + 1 < len(spans) else last + 1
            lines = [source.line_text(number) for number in range(first[index], end)]
            (moves if _is_done(self.step.lines[index]) else stays).extend(lines)
        head = source.line_text(source.line_number(self.step.span.start))
        english = head.lstrip()[:1].isascii()
        pad = (moves[0][: len(moves[0]) - len(moves[0].lstrip())]) or "  "
        margin = head[: len(head) - len(head.lstrip())]
        go, word = ("go", "step") if english else ("转", "步骤")
        while moves and not moves[-1].strip():
            moves.pop()
        new = [
            *(one for one in stays if one.strip()),
            f"{pad}{go} {self._name()}",
            f"{margin}{word} {self._name()}",
            *moves,
        ]
        start = source.line_starts[first[self.at] - 1]
        end = source.line_starts[last - 1] + len(source.line_text(last))
        return Edit(Span(source, start, end), "\n".join(new))


def _is_done(line: syntax.StepLine) -> bool:
    """Whether `line` is executed by the agent, or leaves the step; False for reactions and timers."""
    acts = (nodes.Say, nodes.Ask, nodes.Do, nodes.Promise, nodes.Wait, nodes.Call, nodes.Go, nodes.End, nodes.Return)
    return isinstance(line, (*acts, nodes.If))


def _below(scenario: ScenarioDef) -> Iterator[_Below]:
    """Yield every executable line below a question of the same step."""
    for step in scenario.steps:
        asked: tuple[str, ...] = ()
        for at, line in enumerate(step.lines):
            acts = line.acts if isinstance(line, nodes.If) else (line,)
            if isinstance(acts[-1], nodes.Go | nodes.End | nodes.Return):
                continue  # taken when the answer is there
            if asked and any(_waits_not(act) for act in acts):
                yield _Below(scenario, step, at, asked)
            asked += tuple(slot.text for act in acts if isinstance(act, nodes.Ask) for slot in act.slots)


def _waits_not(act: object) -> bool:
    says = isinstance(act, nodes.Say) and not act.alternative
    return says or isinstance(act, nodes.Do | nodes.Promise | nodes.Wait | nodes.Call)


def _below_question(scenario: ScenarioDef, span: Span, slot: str) -> _Below | None:
    """Return the line at `span` if `slot` is asked above the line in the same step."""
    for one in _below(scenario):
        if slot in one.slots and _within(span, one.line.span):
            return _Below(scenario, one.step, one.at, (slot,))
    return None


def _early(scenario: ScenarioDef, played: Iterable[Span]) -> Iterator[_Below]:
    """The first line of each step that comes before an answer; not those for an answer that an earlier visit gave."""
    some = list(played)
    steps: set[int] = set()
    for one in _below(scenario):
        tests = one.line.guard.tests if isinstance(one.line, nodes.If) else ()
        known = any(test.slot.text in one.slots for test in tests) and any(_within(at, one.line.span) for at in some)
        if not known and id(one.step) not in steps:
            steps.add(id(one.step))
            yield one


def _within(inner: Span, outer: Span) -> bool:
    return inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end
