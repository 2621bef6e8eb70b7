"""Control-flow checks: unreachable steps, traps, unbounded loops, callees that never return. SC30x.

Every flow of the project is a graph (`compiler.machine.analysis.graph`); a sub-dialogue contributes an edge per exit. The
`全程` lines of a caller make no step reachable, and no step may rely on a caller for an exit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from compiler.checks.context import CheckContext
from compiler.machine.analysis import graph
from compiler.machine.calls import answers
from compiler.machine.exploration.circles import Circles
from compiler.machine.model import Flow, GuardedAct, GuardedCall, Machine, Outline, State, Transition
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words, listed
from dsl.source import Span

UNREACHABLE = Lint(
    "SC301",
    "unreachable-step",
    Severity.WARNING,
    Words("没有哪一步会走到“{step}”", "no step ever leads to “{step}”"),
    Words(
        "在应当走到它的步骤里写“转 {step}”，或删去这一步{base}",
        "write “go {step}” where it should be reached, or delete it{base}",
    ),
    Words(
        "坐席永远用不到这一步；多半是前面哪一步转错了地方。",
        "Agents never get there; most likely an earlier step goes to the wrong place.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  结束 完成\n步骤 乙 # SC301\n  说 "再见。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  说 "再见。"\n  结束 完成\n',
)
NO_END = Lint(
    "SC302",
    "no-end",
    Severity.ERROR,
    Words("从“{step}”出发，这通电话永远结束不了", "from “{step}” on, the call can never end"),
    Words("让其中一步“转”到能结束的步骤，或写“结束 …”", "let one of the steps go to one that ends, or write “end …”"),
    Words(
        "坐席会在几步之间打转，没有告别，客户只能自己挂断。",
        "The agent would go round and round without a goodbye until the customer hangs up.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲 # SC302\n  说 "请稍等。"\n  超过 30秒 转 乙\n步骤 乙\n  说 "还在查。"\n'
    "  超过 30秒 转 甲\n步骤 丙\n  结束 完成\n",
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  说 "请讲。"\n  结束 完成\n',
)
ENDLESS = Lint(
    "SC307",
    "endless-loop",
    Severity.ERROR,
    Words("这里可以没完没了地绕：{circle}", "this can go round without end: {circle}"),
    Words(
        "在圈里的一步写“至多 2次, 否则 转 …”，满了次数就走别的路，如请主管接听",
        "give one of its steps “at most 2 times, else go …”, so that a person takes over",
    ),
    Words(
        "客户被同样的话来回问，没有人接手，只会越来越生气。",
        "The customer hears the same questions again and again, nobody takes over, and tempers rise.",
    ),
    bad='结局 完成\n事件 不懂\n场景 A\n步骤 甲\n  说 "您好。"\n  当 不懂 转 乙\n  转 丙\n步骤 乙\n  说 "我再说一遍。"\n  转 甲 # SC307\n'
    "步骤 丙\n  结束 完成\n",
    good='结局 完成\n事件 不懂\n场景 A\n步骤 甲\n  说 "您好。"\n  当 不懂 转 乙\n  转 丙\n步骤 乙\n  说 "我再说一遍。"\n'
    "  至多 2次, 否则 转 丙\n  转 甲\n步骤 丙\n  结束 完成\n",
)
SILENT_LOOP = Lint(
    "SC308",
    "silent-loop",
    Severity.ERROR,
    Words("这几步互相转来转去，一句话也不说：{circle}", "these steps lead to one another without a word: {circle}"),
    Words("让其中一步说话、等客户，或转到别处", "let one of them speak, wait for the customer, or go elsewhere"),
    Words("通话会停在这里，客户只听到沉默。", "The call would hang here, and the customer hear nothing."),
    bad="场景 A\n步骤 甲\n  转 乙 # SC308\n步骤 乙\n  转 甲\n",
    good='结局 完成\n场景 A\n步骤 甲\n  转 乙\n步骤 乙\n  说 "您好。"\n  结束 完成\n',
)
NEVER_RETURNS = Lint(
    "SC309",
    "never-returns",
    Severity.WARNING,
    Words("“{callee}”不会返回，后面的事轮不到", "“{callee}” never comes back, so what follows is never reached"),
    Words("删去后面的内容，或在“{callee}”里写“返回”", "delete what follows, or write “return” in “{callee}”"),
    Words(
        "坐席以为处理完还会回来接着说，其实电话已经结束。",
        "Agents expect to go on afterwards, but the call is over by then.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  调用 B # SC309\n  说 "我们继续。"\n  结束 完成\n'
    '场景 B\n步骤 乙\n  说 "再见。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  调用 B\n  说 "我们继续。"\n  结束 完成\n场景 B\n步骤 乙\n  说 "请稍等。"\n  返回\n',
)
UNHANDLED_RETURN = Lint(
    "SC310",
    "unhandled-return",
    Severity.WARNING,
    Words("“{callee}”会交还“{event}”，这里没有写怎么办", "“{callee}” hands back “{event}”, which nothing here handles"),
    Words("写一行“当 {event} …”", "write a line “when {event} …”"),
    Words(
        "子对话里出现的情况交回来没人管，坐席只当什么都没发生。",
        "What came up in the sub-dialogue is handed back and ignored, as if nothing had happened.",
    ),
    bad='事件 生气\n结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  调用 B # SC310\n  结束 完成\n场景 B\n步骤 乙\n  说 "请稍等。"\n'
    "  当 生气 返回 生气\n  转 丙\n步骤 丙\n  返回\n",
    good='事件 生气\n结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  调用 B\n  当 生气: 说 "抱歉。"\n  转 丁\n步骤 丁\n  结束 完成\n'
    '场景 B\n步骤 乙\n  说 "请稍等。"\n  当 生气 返回 生气\n  转 丙\n步骤 丙\n  返回\n',
)

LINTS: tuple[Lint, ...] = (UNREACHABLE, NO_END, ENDLESS, SILENT_LOOP, NEVER_RETURNS, UNHANDLED_RETURN)


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """Report control-flow findings for every flow of the project."""
    summaries = graph.FlowSummaries(context.flows)
    for name in context.own:
        flow = context.flows[name]
        if not flow.states:
            continue
        edges = graph.edges_of(flow, summaries)
        lost = _lost(flow, summaries)
        cut_off = graph.cut_off(flow, edges) if lost else set()
        silent = tuple(graph.circles(edge for edge in edges if edge.silent))
        trapped = _trapped(flow, edges, summaries)
        if trapped:
            yield from _no_end(flow, edges, trapped, {edge.source for circle in silent for edge in circle})
        else:
            yield from _unreachable(flow, edges, lost, _base_steps(context, name))
        yield from _loops(flow, context.machines, edges, silent, trapped)
        for state in flow.states:
            yield from _returns(flow, state, summaries)
        for call_at, call in lost:
            if call_at is None or call_at.id not in cut_off:
                yield from _behind(flow, call_at, call, cut_off)


def _trapped(flow: Flow, edges: list[graph.Edge], summaries: graph.FlowSummaries) -> set[int]:
    """Return the reachable states from which no call can end.

    A state without an exit may be an unfinished end and is reported separately (SC303); so are uncovered values (SC305).
    """
    goals = {
        state.id
        for state in flow.states
        if state.kind in ("end", "return") or graph.is_stuck(flow, state) or graph.is_fallback(flow, state)
    }
    goals |= {
        edge.source for edge in edges if edge.transition.call is not None and summaries.of(edge.transition.call).ends
    }
    goals |= {
        state.id
        for state in flow.states
        for one in state.transitions
        if one.call is not None and summaries.of(one.call).ends
    }
    ending = graph.reaching(graph.edges_of(flow, summaries, anytime=False), goals)
    return graph.reachable(flow, edges) - ending


def _no_end(flow: Flow, edges: list[graph.Edge], trapped: set[int], silent: set[int]) -> Iterator[Diagnostic]:
    """Report every entrance to a trap, except silent loops, which are reported separately."""
    doors = {edge.target for edge in edges if edge.target in trapped and edge.source not in trapped}
    if flow.entry in trapped:
        doors.add(flow.entry)
    for step in flow.steps:
        inside = doors.intersection(step.states)
        if inside and not graph.reachable(flow, edges, inside) & silent:
            yield NO_END.at(step.span, step=step.name)


def _base_steps(context: CheckContext, name: str) -> Words:
    """Advice for a step possibly meant to replace a step of the base scenario."""
    scenario = context.program.scenarios[name]
    own = {one.names[0].text for one in scenario.node.steps if one.names}
    base = [one.names[0].text for one in scenario.steps if one.names and one.names[0].text not in own]
    if not scenario.bases or not base:
        return Words("", "")
    names = listed(base, "or")
    zh, en = scenario.bases[0], f"; to replace a step of “{scenario.bases[0]}” give it the same name: {names.en}"
    return Words(f"；要换掉“{zh}”的一步，名称要一样：{names.zh}", en)


def _unreachable(flow: Flow, edges: list[graph.Edge], lost: Lost, base: Words) -> Iterator[Diagnostic]:
    """Report unreachable steps, except successors of an unreachable step."""
    # A step reachable only through a call that never returns is reported at the call (SC309).
    behind = (call.target for _, call in lost if call.target is not None)
    reached = graph.reachable(flow, edges, [flow.entry, *behind])
    if any(id in reached and graph.is_stuck(flow, flow.states[id]) for id in range(len(flow.states))):
        return  # the step without an exit (SC303) may be meant to lead to the unreachable step
    apart = [step for step in flow.steps if reached.isdisjoint(step.states)]
    below = {step.index: graph.reachable(flow, edges, [step.entry]) for step in apart}
    for step in apart:
        above = [one for one in apart if one is not step and step.entry in below[one.index]]
        # Of a cycle of unreachable steps only the first is reported.
        if all(one.index > step.index and one.entry in below[step.index] for one in above):
            yield UNREACHABLE.at(step.span, step=step.name, base=base)


def _loops(
    flow: Flow, machines: Sequence[Machine], edges: list[graph.Edge], silent: Sequence[Circle], trapped: set[int]
) -> Iterator[Diagnostic]:
    """Report cycles: suspected on a flow with passable guards, confirmed where a real call stays in the cycle."""
    free = [
        edge
        for edge in edges
        if not edge.spends
        and not (edge.transition.call is None and edge.transition.target is None)
        and not (edge.ignored and edge.source == edge.target)
    ]
    suspects = [
        circle
        for circle in graph.circles(free)
        if not all(edge.silent for edge in circle) and not all(edge.source in trapped for edge in circle)
    ]
    if not silent and not suspects:
        return
    found = _played(machines, flow)
    if found is not None:
        silent = _inside(flow, (one for each in found for one in each.silent), [edge for edge in edges if edge.silent])
        suspects = [
            circle
            for circle in _inside(flow, (one for each in found for one in each.waiting), free)
            if not all(edge.silent for edge in circle) and not all(edge.source in trapped for edge in circle)
        ]
    told: set[tuple[str, int, int]] = set()
    for circles, lint, at in ((silent, SILENT_LOOP, 0), (suspects, ENDLESS, -1)):
        for circle in circles:
            line = circle[at].transition
            if line.span.order() not in told:  # one line may close the same cycle from every waiting state
                told.add(line.span.order())
                yield lint.at(line.span, circle=_names(flow, circle))


Circle = tuple[graph.Edge, ...]


MACHINES = 8
"""Scenarios whose calls are looked at: the one that is checked, and some that call it, the smallest first."""


def _played(machines: Sequence[Machine], flow: Flow) -> tuple[Circles, ...] | None:
    """Return the cycles of `flow` taken by real calls, machine by machine; None where undecided.

    Callers may know the value that keeps a sub-dialogue in the cycle.
    """
    holding = [machine for machine in machines if any(one.scenario == flow.scenario for one in machine.flows)]
    nearest = sorted(holding, key=lambda one: (one.name != flow.scenario, len(one.flows)))[:MACHINES]
    try:
        return tuple(Circles(machine, flow.scenario) for machine in nearest)
    except LookupError:
        return None


def _inside(flow: Flow, groups: Iterable[frozenset[int]], edges: Sequence[graph.Edge]) -> list[Circle]:
    """Return the cycles of `edges` within a group of steps from `groups`."""
    found: dict[tuple[int, ...], Circle] = {}
    for group in dict.fromkeys(groups):
        states = {state.id for state in flow.states if state.step in group}
        for circle in graph.circles(edge for edge in edges if edge.source in states and edge.target in states):
            found.setdefault(tuple(sorted(edge.source for edge in circle)), circle)
    return list(found.values())


def _names(flow: Flow, circle: tuple[graph.Edge, ...]) -> str:
    """Return the steps (and sub-dialogues) of a cycle, with the first repeated at the end."""
    names: list[str] = []
    for edge in circle:
        step = flow.step_of(flow.states[edge.source])
        if step is not None and (not names or names[-1] != step.name):
            names.append(step.name)
        if edge.transition.call is not None:
            names.append(edge.transition.call)
    return " → ".join((*names, names[0]))


def _returns(flow: Flow, state: State, summaries: graph.FlowSummaries) -> Iterator[Diagnostic]:
    """Report events returned by sub-dialogues to a state without a handler."""
    for one in state.transitions:
        if one.call is not None:
            for event in sorted(event for event in summaries.of(one.call).returns if event is not None):
                if not answers(flow, state, event):
                    yield UNHANDLED_RETURN.at(one.span, callee=one.call, event=event)


# --- calls that never return ----------------------------------------------------------------------------------------

Lost = Sequence[tuple[State | None, Transition]]
"""Calls that never come back, each with the state it stands at; None for a `全程` line."""


def _lost(flow: Flow, summaries: graph.FlowSummaries) -> Lost:
    every: list[tuple[State | None, Transition]] = [(state, one) for state in flow.states for one in state.transitions]
    every += ((None, one) for one in flow.anytime)
    return [(state, one) for state, one in every if one.call is not None and not summaries.of(one.call).returns]


def _behind(flow: Flow, state: State | None, call: Transition, cut_off: set[int]) -> Iterator[Diagnostic]:
    """Report statements after a call that never returns."""
    labels: tuple[Label, ...] = ()
    if not call.then:
        if call.target is None or (state is not None and state.kind == "gate"):
            return  # a gate must name a target, even after a call that never returns
        target = flow.states[call.target]
        step = None if state is None else flow.step_of(state)
        if step is not None and target.step == step.index and target.kind in ("act", "wait", "pause"):
            first = _first_behind(step.outline, call) if target.id in cut_off else None
            if first is None and not target.begins:
                return
            labels = (Label(first, Words("轮不到", "never reached")),) if first else ()
    yield NEVER_RETURNS.at(call.span, labels=labels, callee=call.call or "")


def _first_behind(step: Outline, call: Transition) -> Span | None:
    """Return the first line of a step made unreachable by `call`."""
    at = next(
        number for number, line in enumerate(step.lines) if isinstance(line, GuardedCall) and line.span == call.span
    )
    dead = [line.act.span if isinstance(line, GuardedAct) else line.span for line in step.lines[at + 1 :]]
    dead += (way.span for way in (*step.exits, *step.timers))
    if all(isinstance(line, GuardedAct) for line in step.lines[:at]):  # otherwise the step has waited before
        dead += (reaction.span for reaction in step.reactions)
    return min(dead, key=lambda span: (span.order() < call.span.order(), span.order()), default=None)
