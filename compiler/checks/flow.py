"""Where a call can go: steps nobody reaches, steps without a way on, loops without a bound. The rules SC3xx.

Looks at each flow of the project as a graph (`compiler.machine.graph`). Sub-dialogues count with what they can come back
with; the caller's `全程` lines do not make a step reachable, nor are they a way out that a step may rely on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.machine import graph
from compiler.machine.guards import EMPTY, left_open, never_taken
from compiler.machine.model import Flow, Guard, Slot, State, Transition
from compiler.subject import Subject
from dsl.diagnostics import Diagnostic, Label, Rule, Severity, Words

UNREACHABLE = Rule(
    "SC301",
    "unreachable-step",
    Severity.WARNING,
    Words("没有哪一步会走到“{step}”", "no step ever leads to “{step}”"),
    Words(
        "在应当走到它的步骤里写“转 {step}”，或删去这一步", "write “go {step}” where it should be reached, or delete it"
    ),
    Words(
        "坐席永远用不到这一步；多半是前面哪一步转错了地方。",
        "Agents never get there; most likely an earlier step goes to the wrong place.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  结束 完成\n步骤 乙 # SC301\n  说 "再见。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  说 "再见。"\n  结束 完成\n',
)
NO_END = Rule(
    "SC302",
    "no-end",
    Severity.ERROR,
    Words("从“{step}”出发，这通电话永远结束不了", "from “{step}” on, the call can never end"),
    Words("让其中一步“转”到能结束的步骤，或写“结束 …”", "let one of the steps go to one that ends, or write “end …”"),
    Words(
        "坐席会在几步之间打转，没有告别，客户只能自己挂断。",
        "The agent would go round and round without a goodbye until the customer hangs up.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲 # SC302\n  说 "请稍等。"\n  超过 30秒 转 乙\n步骤 乙 # SC302\n  说 "还在查。"\n'
    "  超过 30秒 转 甲\n步骤 丙 # SC301\n  结束 完成\n",
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  说 "请讲。"\n  结束 完成\n',
)
NO_WAY_ON = Rule(
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
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  结束 完成\n',
)
NEVER_TAKEN = Rule(
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
LEFT_OPEN = Rule(
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
TWO_HANDLERS = Rule(
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
ENDLESS = Rule(
    "SC307",
    "endless-loop",
    Severity.ERROR,
    Words("这里可以没完没了地绕：{circle}", "this can go round without end: {circle}"),
    Words(
        "在圈里的一步写“至多 2次, 否则 转 …”，次数用完就交给人",
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
SILENT_LOOP = Rule(
    "SC308",
    "silent-loop",
    Severity.ERROR,
    Words("这几步互相转来转去，一句话也不说：{circle}", "these steps lead to one another without a word: {circle}"),
    Words("让其中一步说话、等客户，或转到别处", "let one of them speak, wait for the customer, or go elsewhere"),
    Words("通话会停在这里，客户只听到沉默。", "The call would hang here, and the customer hear nothing."),
    bad="场景 A\n步骤 甲 # SC302\n  转 乙 # SC308\n步骤 乙 # SC302\n  转 甲\n",
    good='结局 完成\n场景 A\n步骤 甲\n  转 乙\n步骤 乙\n  说 "您好。"\n  结束 完成\n',
)
NEVER_RETURNS = Rule(
    "SC309",
    "never-returns",
    Severity.WARNING,
    Words("“{callee}”不会返回，后面的事轮不到", "“{callee}” never comes back, so what follows is never reached"),
    Words("在“{callee}”里写“返回”，或这里改成不接后文", "write “return” in “{callee}”, or let nothing follow here"),
    Words(
        "坐席以为处理完还会回来接着说，其实电话已经结束。",
        "Agents expect to go on afterwards, but the call is over by then.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  调用 B # SC309\n  说 "我们继续。"\n  结束 完成\n'
    '场景 B\n步骤 乙\n  说 "再见。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  调用 B\n  说 "我们继续。"\n  结束 完成\n场景 B\n步骤 乙\n  说 "请稍等。"\n  返回\n',
)
UNHANDLED_RETURN = Rule(
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

RULES: tuple[Rule, ...] = (
    UNREACHABLE, NO_END, NO_WAY_ON, NEVER_TAKEN, LEFT_OPEN, TWO_HANDLERS, ENDLESS, SILENT_LOOP, NEVER_RETURNS,
    UNHANDLED_RETURN,
)  # fmt: skip


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Findings about where calls go, for each flow of the project."""
    summaries = graph.Summaries(subject.flows)
    for name in subject.own:
        flow = subject.flows[name]
        if not flow.states:
            continue
        edges = graph.edges_of(flow, summaries)
        yield from _reach(flow, edges, summaries)
        yield from _loops(flow, edges)
        slots = {slot.name: slot for slot in flow.slots}
        for state in flow.states:
            yield from _ways(flow, state, slots)
            yield from _handlers(state.transitions, slots)
            yield from _calls(flow, state, summaries)
        yield from _handlers(flow.anytime, slots)


def _reach(flow: Flow, edges: list[graph.Edge], summaries: graph.Summaries) -> Iterator[Diagnostic]:
    reached = graph.reachable(flow, edges)
    goals = [state.id for state in flow.states if state.kind in ("end", "return")]
    calls = {
        edge.source for edge in edges if edge.transition.call is not None and summaries.of(edge.transition.call).ends
    } | _ending_calls(flow, summaries)
    finishing = graph.reaching(graph.edges_of(flow, summaries, anytime=False), [*goals, *calls])
    for step in flow.steps:
        if not any(state in reached for state in step.states):
            yield UNREACHABLE.at(step.span, step=step.name)
        elif step.entry not in finishing and _has_way_on(flow, step.states):
            yield NO_END.at(step.span, step=step.name)


def _ending_calls(flow: Flow, summaries: graph.Summaries) -> set[int]:
    """States with a call that may end the whole call, and so need no way on of their own."""
    return {
        state.id
        for state in flow.states
        for transition in state.transitions
        if transition.call is not None and summaries.of(transition.call).ends
    }


def _has_way_on(flow: Flow, states: tuple[int, ...]) -> bool:
    """Whether a step that cannot finish at least leads somewhere (else `NO_WAY_ON` says it better)."""
    return all(
        flow.states[id].kind != "wait" or any(_leaves(one) for one in flow.states[id].transitions) for id in states
    )


def _leaves(transition: Transition) -> bool:
    return transition.target is not None or transition.call is not None


def _loops(flow: Flow, edges: list[graph.Edge]) -> Iterator[Diagnostic]:
    silent = [edge for edge in edges if edge.silent]
    for circle in graph.circles(silent):
        yield SILENT_LOOP.at(circle[0].transition.span, circle=_names(flow, circle))
    free = [
        edge
        for edge in edges
        if not edge.spends and not (edge.transition.call is None and edge.transition.target is None)
    ]
    told: set[tuple[str, int, int]] = set()
    for circle in graph.circles(free):
        if all(edge.silent for edge in circle):
            continue
        last = circle[-1].transition
        if last.span.order() not in told:  # one line may close the same circle from every waiting place
            told.add(last.span.order())
            yield ENDLESS.at(last.span, circle=_names(flow, circle))


def _names(flow: Flow, circle: tuple[graph.Edge, ...]) -> str:
    """The steps (and sub-dialogues) of a circle, the first again at the end."""
    names: list[str] = []
    for edge in circle:
        step = flow.steps[flow.states[edge.source].step].name
        if not names or names[-1] != step:
            names.append(step)
        if edge.transition.call is not None:
            names.append(edge.transition.call)
    return " → ".join((*names, names[0]))


def _ways(flow: Flow, state: State, slots: dict[str, Slot]) -> Iterator[Diagnostic]:
    """The ways on of one state: that there are some, that each can be taken, that no values are left open."""
    kinds = ("proceed",) if state.kind == "wait" else ("always",) if state.kind == "act" else ("after",)
    ways = [one for one in state.transitions if one.trigger.kind in kinds and not (state.kind == "act" and one.call)]
    if state.kind == "wait" and not ways:
        answers = {one.trigger.event for one in state.transitions if one.trigger.event and _leaves(one)}
        timed = any(one.trigger.kind == "after" and _leaves(one) for one in state.transitions)
        # With two reactions that lead on, the customer's answers are spelled out; with a timer, time leads on.
        if len(answers) < 2 and not timed and not _is_fallback(flow, state):
            yield NO_WAY_ON.at(state.span, step=flow.steps[state.step].name)
        return
    if state.kind not in ("wait", "act", "pause") or not ways:
        return
    filled = ways[0].fills
    guards = [one.guard for one in ways]
    for index in never_taken(guards, slots, filled):
        if guards[index] or index:
            yield NEVER_TAKEN.at(ways[index].span, why=_why(index, guards))
    real = [one for one in ways if one.target is None or not _is_fallback(flow, flow.states[one.target])]
    if real and all(one.guard for one in real):
        values = left_open([one.guard for one in real], slots, filled)
        if values is not None:
            yield LEFT_OPEN.at(real[-1].span, values=_spoken(values))


def _is_fallback(flow: Flow, state: State) -> bool:
    """Whether a waiting state is only there because guarded ways on may all fail."""
    if state.kind != "wait" or any(one.trigger.kind == "proceed" for one in state.transitions):
        return False
    return any(
        one.target == state.id and any(way.guard and way.trigger == one.trigger for way in other.transitions)
        for other in flow.states
        if other.kind in ("act", "pause") and other.step == state.step
        for one in other.transitions
    )


def _why(index: int, guards: Sequence[Guard]) -> Words:
    if any(not guard for guard in guards[:index]):
        return Words("：前面已有不带条件的一行", ": a line without a condition stands before it")
    return Words("：它的条件不可能成立，或前面的行已经全包了", ": its condition cannot hold, or earlier lines cover it")


def _spoken(values: dict[str, str]) -> Words:
    zh = "、".join(f"{slot}为空" if value == EMPTY else f"{slot}是{value}" for slot, value in values.items())
    en = " and ".join(f"{slot} is {'empty' if value == EMPTY else value}" for slot, value in values.items())
    return Words(zh, en)


def _handlers(transitions: tuple[Transition, ...], slots: dict[str, Slot]) -> Iterator[Diagnostic]:
    """Reactions that can never be taken, because one before them takes all their cases."""
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


def _calls(flow: Flow, state: State, summaries: graph.Summaries) -> Iterator[Diagnostic]:
    """Calls whose sub-dialogue does not come back as the caller expects."""
    for one in state.transitions:
        if one.call is None:
            continue
        summary = summaries.of(one.call)
        follows = bool(one.then) or (one.trigger.kind == "always" and _goes_on(flow, one))
        if not summary.returns and follows:
            yield NEVER_RETURNS.at(one.span, callee=one.call)
        for event in sorted(event for event in summary.returns if event is not None):
            if not graph.handlers(flow, state, event):
                yield UNHANDLED_RETURN.at(one.span, callee=one.call, event=event)


def _goes_on(flow: Flow, call: Transition) -> bool:
    """Whether the step has something to say or do after the call."""
    return call.target is not None and bool(flow.states[call.target].acts)
