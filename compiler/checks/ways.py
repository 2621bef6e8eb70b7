"""Exits and reactions of a step: existence, and feasibility of every exit. Rules SC303 to SC306."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from compiler.checks.context import CheckContext
from compiler.machine.analysis import graph
from compiler.machine.analysis.dataflow import Filling
from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import EMPTY as UNKNOWN
from compiler.machine.exploration.configuration import Configuration
from compiler.machine.exploration.invisible import Invisible
from compiler.machine.exploration.narrate import narrate
from compiler.machine.exploration.refine import Refinement
from compiler.machine.exploration.search import Call, shortest_call
from compiler.machine.guards import EMPTY, SOMETHING, Values, holds, left_open, never_taken
from compiler.machine.model import Ask, Filled, Flow, Guard, Machine, Slot, State, Transition
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words
from dsl.frozen import replace

NO_WAY_ON = Lint(
    "SC303",
    "no-way-on",
    Severity.ERROR,
    Words("“{step}”没有写接下来去哪里", "nothing says where to go after “{step}”"),
    Words("在这一步末尾写“转 …”“结束 …”或“返回”", "end the step with go, end or return"),
    Words(
        "客户配合了，坐席却不知道下一步做什么，电话里一片安静。",
        "The customer went along, and the agent does not know what comes next: silence on the line.",
    ),
    bad='场景 A\n步骤 甲 # SC303\n  说 "您好。"\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  调用 B\n场景 B\n步骤 丙\n  说 "再见。"\n  结束 完成\n',
)
NEVER_TAKEN = Lint(
    "SC304",
    "never-taken",
    Severity.ERROR,
    Words("这一行永远轮不到{why}", "this line is never taken{why}"),
    Words("把更具体的条件写在前面，或删去这一行", "put the more particular condition first, or delete the line"),
    Words(
        "写了却不会发生的去向，会让人以为这种情况有人管。",
        "A way that is never taken makes people believe that the case is taken care of.",
    ),
    bad='结局 完成\n场景 A\n  信息 类型 选项 简单 / 复杂 已知\n步骤 甲\n  说 "您好。"\n  转 乙\n'
    "  若 类型 是 简单 转 丙 # SC304\n步骤 乙\n  结束 完成\n步骤 丙\n  结束 完成\n",
    good='结局 完成\n场景 A\n  信息 类型 选项 简单 / 复杂 已知\n步骤 甲\n  说 "您好。"\n'
    "  若 类型 是 简单 转 丙\n  转 乙\n步骤 乙\n  结束 完成\n步骤 丙\n  结束 完成\n",
)
LEFT_OPEN = Lint(
    "SC305",
    "values-left-open",
    Severity.ERROR,
    Words("{values}时，没有写去哪里", "nothing says where to go when {values}"),
    Words("补上这种情况，或在最后写一行不带条件的“转 …”", "add that case, or end with a “go” without a condition"),
    Words(
        "遇到这种客户，坐席手里的卡片没有下一步。",
        "With such a customer the card in the agent's hand has no next step.",
    ),
    bad='结局 完成\n场景 A\n  信息 类型 选项 简单 / 复杂 已知\n步骤 甲\n  说 "您好。"\n  若 类型 是 简单 转 乙 # SC305\n'
    "步骤 乙\n  结束 完成\n",
    good='结局 完成\n场景 A\n  信息 类型 选项 简单 / 复杂 已知\n步骤 甲\n  说 "您好。"\n  若 类型 是 简单 转 乙\n  转 甲一\n'
    "步骤 甲一\n  结束 完成\n步骤 乙\n  结束 完成\n",
)
TWO_HANDLERS = Lint(
    "SC306",
    "two-handlers",
    Severity.ERROR,
    Words("“{event}”已经有一行在管，这一行轮不到", "“{event}” is handled already, so this line is never taken"),
    Words("合成一行，或用“且”写明各管哪种情况", "merge the two, or tell the cases apart with “and”"),
    Words(
        "同一种情况写了两种反应，坐席不知道听哪一个。",
        "With two reactions to one event agents do not know which to follow.",
    ),
    bad='事件 生气\n结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  当 生气: 说 "抱歉。"\n  当 生气 转 乙 # SC306\n'
    "  转 乙\n步骤 乙\n  结束 完成\n",
    good='事件 生气\n结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  当 生气: 说 "抱歉。", 结束 完成\n  转 乙\n步骤 乙\n  结束 完成\n',
)
LINTS: tuple[Lint, ...] = (NO_WAY_ON, NEVER_TAKEN, LEFT_OPEN, TWO_HANDLERS)


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Report findings about exits and reactions, for every flow of the project."""
    summaries = graph.FlowSummaries(context.flows)
    fillings: dict[str, Filling] = {}
    for name in context.own:
        flow = context.flows[name]
        slots = {slot.name: _as_called(slot, flow, context.machines) for slot in flow.slots}
        sure = _Sure(flow, context.machines, fillings)
        cut_off: set[int] | None = None
        for state in flow.states:
            found = tuple(_ways(flow, state, slots, sure, context.machines))
            if found and cut_off is None:
                cut_off = graph.cut_off(flow, graph.edges_of(flow, summaries))
            if cut_off is None or state.id not in cut_off:  # else a call before it never comes back
                yield from found
            yield from _handlers(state.transitions, slots)
        yield from _handlers(flow.anytime, slots)


def _ways(
    flow: Flow, state: State, slots: dict[str, Slot], sure: _Sure, machines: Sequence[Machine]
) -> Iterator[Diagnostic]:
    """Report on the exits of a state: missing exits, infeasible exits, uncovered values."""
    kinds = ("proceed",) if state.kind == "wait" else ("always",) if state.kind == "act" else ("after",)
    ways = [one for one in state.transitions if one.trigger.kind in kinds and not (state.kind == "act" and one.call)]
    if graph.is_stuck(flow, state):
        step = flow.step_of(state)
        yield NO_WAY_ON.at(state.span, step=step.name if step else "")
        return
    if state.kind not in ("wait", "act", "pause") or not ways:
        return
    asked, entangled = _asked(flow, state, ways[0].fills)
    guards = [one.guard for one in ways]
    # Exits are tried in order, so an exit whose every case is taken by previous exits is dead:
    #     若 会员 是 金 转 甲
    #     若 会员 是 金 转 乙        # never taken
    for index in never_taken(guards, slots, asked):
        # What lowering added for values that no exit is for is nobody's line.
        written = ways[index].target is None or not graph.is_fallback(flow, flow.states[ways[index].target or 0])
        if written and (guards[index] or index):
            yield NEVER_TAKEN.at(ways[index].span, why=_why(index, guards))
    real = [one for one in ways if one.target is None or not graph.is_fallback(flow, flow.states[one.target])]
    if real and all(one.guard for one in real):
        # An unguarded way behind the guarded ones may stand all the same.
        guards = [one.guard for one in real]
        values = left_open(guards, slots, entangled, asked)
        if values is not None:  # does some call come here with them?
            values = left_open(guards, slots, entangled | sure.after(state), asked)
        if values is not None:
            fallback = next((one.target for one in ways if one not in real), None)
            yield from _left_open(machines, flow, state, fallback, real, values)


def _left_open(
    machines: Sequence[Machine],
    flow: Flow,
    state: State,
    fallback: int | None,
    ways: Sequence[Transition],
    suspected: Values,
) -> Iterator[Diagnostic]:
    """Report values covered by no exit in `ways`, with an example call; without a call where the search gives up.

    Callers may fill slots the scenario leaves empty, so calls of callers are explored as well, the smallest caller first.
    """
    unsure = False
    for machine in _holding(flow, machines):
        try:
            found = _played(machine, flow, state, fallback, ways, suspected)
        except LookupError:
            unsure = True
            continue
        if found is not None:
            call, values = found
            said = _spoken(values)
            last = Words(f"← {said.zh}：没有写去哪里", f"← {said.en}: nothing says where to go")
            yield LEFT_OPEN.at(ways[-1].span, values=said, call=(*narrate(machine, call), last))
            return
    if unsure:
        yield LEFT_OPEN.at(ways[-1].span, values=_spoken(suspected))


MACHINES = 8
"""Scenarios whose calls are looked at: the one that is checked, and some that call it."""


def _played(
    machine: Machine,
    flow: Flow,
    state: State,
    fallback: int | None,
    ways: Sequence[Transition],
    suspected: Values,
) -> tuple[Call, Values] | None:
    """Return a call to `state`, or from `state` to `fallback`, with values covered by no exit in `ways`.

    A suspicion of the analysis may be infeasible: facts known before the call decide the path of the call.

        信息 会员 选项 会员 / 散客 已知
        步骤 一
          若 会员 是 会员 转 查等级        # fills 等级
          转 二
        步骤 二                          # so 等级 is empty only where 会员 is 散客
          若 会员 是 散客 转 送别
          若 等级 是 金 转 专席
          若 等级 是 银 转 送别
    """
    number = next(index for index, one in enumerate(machine.flows) if one.scenario == flow.scenario)
    guards = [one.guard for one in ways]
    tested = sorted({test.slot for guard in guards for test in guard})
    slots = {slot.name: (number, slot.options) for number, slot in enumerate(machine.slots)}
    refinement = Refinement(machine, *tested)
    invisible = Invisible.of(refinement.exact)

    def named(known: tuple[int, ...]) -> Values:
        values = {name: known[slots[name][0]] for name in tested}
        options = {name: slots[name][1] for name in tested}
        return {
            name: options[name][value] if value >= 0 else EMPTY if value == UNKNOWN else SOMETHING
            for name, value in values.items()
        }

    def open_at(config: Configuration) -> list[Values]:
        if not config.frames or config.frames[-1].flow != number or config.outcome is not None:
            return []
        here = config.frames[-1].state
        known = refinement.exact.answered(config) if here == state.id else (config.slots,) if here == fallback else ()
        return [values for values in map(named, known) if not any(holds(guard, values) for guard in guards)]

    def stutters(called: Flow) -> bool:
        below = invisible.called(called)  # a call that rests in `flow` is what is looked for
        return not any(each.scenario == flow.scenario or one.event is not None for each in below for one in each.states)

    def shortest(wanted: Callable[[Values], bool]) -> tuple[Call, Values] | None:
        def stranded(config: Configuration) -> bool:
            return any(map(wanted, open_at(config)))

        def find(kept: frozenset[str], gates: frozenset[int]) -> Call | None:
            without = invisible.transitions(kept, gates, lambda _: True, stutters)
            behaviour = Behaviour(machine, kept, gates, without)
            return shortest_call(behaviour, lambda _, config: stranded(config), SEARCH)

        call = refinement.shortest(find, frozenset(tested), stranded)
        return None if call is None else (call, next(filter(wanted, open_at(call.rests[-1]))))

    # Values of which few are empty first: those are what an author did not think of.
    return shortest(lambda values: values == suspected) or shortest(lambda _: True)


SEARCH = 20_000
"""Configurations that the search for a call looks at before it gives up and reports without one."""


def _asked(flow: Flow, state: State, fills: tuple[str, ...]) -> tuple[dict[str, list[Guard]], set[str]]:
    """Return the question guards for every slot of `fills` in the step of `state`, and the slots left undecided.

    A guard on a slot that the same answers may have filled since decides nothing.
    """
    asked: dict[str, list[Guard]] = {}
    for other in flow.states_beside(state):
        for act in other.acts:
            for slot in act.slots if isinstance(act, Ask) else ():
                itself = act.guard == (Filled(slot, True),)  # not asked means that it is known
                asked.setdefault(slot, []).append(() if itself else act.guard)
    entangled = {slot for slot in fills if any(test.slot in fills for guard in asked.get(slot, ()) for test in guard)}
    return {slot: asked.get(slot, [()]) for slot in fills if slot not in entangled}, entangled


def _as_called(slot: Slot, flow: Flow, machines: Sequence[Machine]) -> Slot:
    """Return `slot` of `flow`, marked as known beforehand only when known in every call to `flow`.

    A sub-dialogue that says 已知 may be called by a scenario that has not asked yet.
    """
    if not slot.known:
        return slot
    callers = [one for machine in _holding(flow, machines) for one in machine.slots if one.name == slot.name]
    return slot if all(one.known for one in callers) else replace(slot, known=False)


def _holding(flow: Flow, machines: Sequence[Machine]) -> list[Machine]:
    """Return the machines explored for calls to `flow`: the machine of the scenario, then machines of callers."""
    holding = [machine for machine in machines if any(one.scenario == flow.scenario for one in machine.flows)]
    return sorted(holding, key=lambda one: (one.name != flow.scenario, len(one.flows)))[:MACHINES]


class _Sure:
    """Slots certainly filled on the calls to a scenario, computed on first use."""

    def __init__(self, flow: Flow, machines: Sequence[Machine], fillings: dict[str, Filling]) -> None:
        """Prepare the analysis; `fillings` is a shared cache by machine, extended on use."""
        self._flow = flow
        self._machines = machines
        self._fillings = fillings

    def after(self, state: State) -> set[str]:
        """Return the slots filled whenever a call has executed the acts at `state`, for every caller."""
        common: set[str] | None = None
        for machine in _holding(self._flow, self._machines):
            filling = self._fillings.get(machine.name)
            if filling is None:
                filling = self._fillings[machine.name] = Filling(machine)
            before = filling.before.get(self._flow.scenario)
            if before is None or (here := before[state.id]) is None:
                continue
            bits = filling.after_acts(state.acts, here)
            filled = {slot for slot, bit in filling.bit.items() if bits & bit}
            common = filled if common is None else common & filled
        return {slot.name for slot in self._flow.slots} if common is None else common


def _why(index: int, guards: Sequence[Guard]) -> Words:
    if any(not guard for guard in guards[:index]):
        return Words("：前面已有不带条件的一行", ": a line without a condition stands before it")
    return Words("：它的条件不可能成立，或前面的行已经全包了", ": its condition cannot hold, or earlier lines cover it")


def _spoken(values: dict[str, str]) -> Words:
    zh = "、".join(f"{slot}为空" if value == EMPTY else f"{slot}是{value}" for slot, value in values.items())
    en = " and ".join(f"{slot} is {'empty' if value == EMPTY else value}" for slot, value in values.items())
    return Words(zh, en)


def _handlers(transitions: tuple[Transition, ...], slots: dict[str, Slot]) -> Iterator[Diagnostic]:
    """Report reactions that can never be taken, because a previous reaction takes every case."""
    groups: dict[tuple[str, int], list[Transition]] = {}
    for one in transitions:
        if one.trigger.event is not None:
            groups.setdefault((one.trigger.event, one.trigger.delay), []).append(one)
    for (event, _), group in groups.items():
        guards = [one.guard for one in group]
        for index in never_taken(guards, slots):
            if index and not guards[index]:
                label = Label(group[0].span, Words("这一行先管了", "this line comes first"))
                yield TWO_HANDLERS.at(group[index].span, event=event, labels=(label,))
            else:
                yield NEVER_TAKEN.at(group[index].span, why=_why(index, guards))
