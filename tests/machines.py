"""Machines built by hand: what the compiler makes of a script, for tests of outputs that need no compiler.

`complaint()` is a whole call: a gate, timers, guards, a pause, alternatives, sub-dialogues, handlers that always hold.
`small(text)` is the least machine there is, with `text` everywhere an author may write one.
"""

from __future__ import annotations

from compiler.machine.model import (
    Act,
    Amount,
    Ask,
    Do,
    Filled,
    Flow,
    Guard,
    Machine,
    NeverDo,
    NeverSay,
    Phrase,
    Promise,
    Say,
    Slot,
    SlotRef,
    State,
    StateKind,
    Step,
    Term,
    Transition,
    Trigger,
    ValueIn,
)
from dsl.frozen import replace
from dsl.source import Source, Span
from tests.outlines import outlined

SCRIPT = """\
场景 服务态度投诉 / attitude-complaint 属于 投诉
  标题 "服务态度投诉"
  渠道 电话
  生效 2026-12-01
  出处 "F4 S27"
  目标 "让客户先被听见，再谈方案"
  提示 "语速放慢一成；不评价同事"
  信息 客户姓氏 文本
  信息 客户类型 选项 会员 / 非会员 已知
  信息 问题类型 选项 简单 / 复杂
  信息 回访电话 电话号码 敏感
  信息 事发时间 时间
  信息 工单号 文本
  禁说 "这又不是我的错" / "刚才的电话不是我接的" 原因 "推卸责任" 改说 "给您添麻烦了，我马上为您核实"
  禁说 "您别激动" 原因 "否定客户的感受" 改说 "我理解您的心情，您慢慢说"
  禁做 直接挂机、抢话 原因 "客户会觉得被打发"
  全程 当 客户沉默 5秒 调用 无声电话
  全程 当 客户辱骂: 说 安抚语, 转 升级主管
  全程 当 客户听不清: 说 "抱歉，我大声一点，您现在能听清吗？"
  全程 当 客户要求等待: 调用 请客户等待
  全程 当 客户挂断: 结束 客户先挂断

步骤 接听问候 [问候]
  目标 "三声内接听，报出身份"
  时限 3声
  说 "您好，{公司名称}客服{工号}为您服务，请问有什么可以帮您？"
  或说 "您好，这里是{公司名称}，{工号}号为您服务，请讲。"
  若 客户类型 是 会员: 说 "很高兴再次为您服务。"
  禁说 "喂，说话呀" 改说 "您好，请问您能听到我说话吗？"
  当 客户激动 转 安抚情绪
  转 信息核实
步骤 安抚情绪 [共情]
  说 "您先别着急，您慢慢说，我一直在听。换作是我，遇到这样的事也会不舒服。"
  至多 2次, 否则 转 升级主管
  当 客户仍然激动 转 升级主管
  转 信息核实
步骤 信息核实 [核实]
  目标 "听清时间、经过、诉求"
  提示 "只复述号码后四位"
  问 客户姓氏 "请问怎么称呼您？"
  问 事发时间、问题类型 "{客户姓氏}先生/女士，您方便说说是什么时候、遇到了什么情况吗？"
  问 回访电话 "方便留一个回访电话吗？尾号{回访电话}对吗？"
  做 登记投诉、标记优先, 得到 工单号
  当 客户拒绝 转 处理方案
  转 处理方案
步骤 处理方案 [致歉, 方案]
  目标 "先致歉，再给方案和时限"
  说 "非常抱歉给您带来不好的感受。"
  若 问题类型 是 复杂: 调用 请客户等待
  承诺 答复 2工作日
  说 "{客户姓氏}先生/女士，工单{工单号}已经转交专人，{答复}内给您处理结果，您看可以吗？"
  等待 3秒
  若 已有 回访电话 且 问题类型 不是 简单: 说 "届时会打这个尾号{回访电话}的电话联系您。"
  超过 10分钟: 转 升级主管
  每 30分钟: 说 "正在为您核实，预计还需要一点时间。"
  当 客户不接受: 说 "我明白您的顾虑。", 转 升级主管
  若 问题类型 是 简单: 转 结束语
  转 结束语
步骤 升级主管 [升级]
  说 "您的情况我请主管直接跟您沟通，请您稍等。"
  做 转接主管
  结束 转主管
步骤 结束语 [致谢]
  时限 10秒
  说 "感谢您的来电和宝贵意见，祝您生活愉快，再见。"
  做 等客户先挂断
  结束 已受理
场景 无声电话 属于 情况
  标题 "无声电话"
步骤 确认
  说 "您好，请问您能听到我说话吗？"
  当 客户出声 返回 客户听不清
  等待 5秒
  转 致意挂断
步骤 致意挂断
  说 "您好，您的电话没有声音，请您换一部电话再拨，感谢来电，再见。"
  禁做 直接挂机
  结束 无声挂断
场景 请客户等待 属于 情况
  标题 "请客户等待"
步骤 征求同意
  说 "我需要查询一下，请您稍等一分钟，可以吗？"
  当 客户不接受: 说 "好的，那我先为您记录下来。", 返回
  转 静音查询
步骤 静音查询
  做 静音
  超过 1分钟: 说 "感谢您的等待，还在为您查询。"
  转 回到通话
步骤 回到通话
  做 取消静音
  说 "感谢您的耐心等待。"
  返回
"""

SOURCE = Source("scripts/投诉/服务态度投诉.script", SCRIPT)


def at(snippet: str, after: str = "") -> Span:
    """The place of `snippet` in the script, searched from where `after` stands."""
    start = SCRIPT.index(snippet, SCRIPT.index(after) if after else 0)
    return Span(SOURCE, start, start + len(snippet))


def phrase(text: str, span: Span, tails: dict[str, int] | None = None) -> Phrase:
    """`text` with `{slot}` read as slots."""
    parts: list[str | SlotRef] = []
    for index, piece in enumerate(text.replace("}", "{").split("{")):
        if index % 2:
            parts.append(SlotRef(piece, (tails or {}).get(piece)))
        elif piece:
            parts.append(piece)
    return Phrase(tuple(parts), span)


_TAILS = {"回访电话": 4}


def _say(span: Span, *texts: str, guard: Guard = ()) -> Say:
    return Say(span, guard, tuple(phrase(text, span, _TAILS) for text in texts))


def _ask(span: Span, slots: tuple[str, ...], text: str) -> Ask:
    return Ask(span, (), slots, (phrase(text, span, _TAILS),))


def _always(span: Span, target: int, *, guard: Guard = (), call: str | None = None) -> Transition:
    return Transition(span, Trigger("always"), guard, call=call, target=target)


def _proceed(span: Span, target: int, *, guard: Guard = (), fills: tuple[str, ...] = ()) -> Transition:
    return Transition(span, Trigger("proceed"), guard, fills, target=target)


def _event(
    span: Span, event: str, target: int | None, *, delay: int = 0, acts: tuple[Act, ...] = (), call: str | None = None
) -> Transition:
    return Transition(span, Trigger("event", event, delay), acts=acts, call=call, target=target)


class _Flow:
    """Collects the states and steps of a flow, numbering both."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.steps: list[Step] = []

    def state(
        self,
        kind: StateKind,
        span: Span,
        acts: tuple[Act, ...] = (),
        to: tuple[Transition, ...] = (),
        limit: int = 0,
        outcome: str | None = None,
        event: str | None = None,
    ) -> None:
        step = len(self.steps)
        name = f"s{step}.{kind}{len(self.states)}"
        self.states.append(State(len(self.states), name, step, kind, span, acts, to, limit, outcome, event))

    def step(
        self,
        name: str,
        tags: tuple[str, ...] = (),
        goal: str = "",
        tips: tuple[str, ...] = (),
        within: Amount | None = None,
        at_most: int | None = None,
        never_say: tuple[NeverSay, ...] = (),
        never_do: tuple[NeverDo, ...] = (),
    ) -> None:
        """Close the step whose states were added last."""
        states = tuple(state.id for state in self.states if state.step == len(self.steps))
        span = at(f"步骤 {name}")
        self.steps.append(
            Step(
                len(self.steps),
                name,
                span,
                tags,
                goal,
                tips,
                (),
                within,
                at_most,
                never_say,
                never_do,
                states[0],
                states,
            )
        )


def _main(slots: tuple[Slot, ...]) -> Flow:
    flow = _Flow()
    greet, calm, verify, solve, escalate, close = 0, 2, 5, 7, 13, 15
    member: Guard = (ValueIn("客户类型", ("会员",), negated=False),)
    simple: Guard = (ValueIn("问题类型", ("简单",), negated=False),)
    complex_: Guard = (ValueIn("问题类型", ("复杂",), negated=False),)
    reachable: Guard = (Filled("回访电话", negated=False), ValueIn("问题类型", ("简单",), negated=True))

    greeting = at('说 "您好，{公司名称}客服')
    flow.state(
        "act",
        greeting,
        (
            _say(
                greeting,
                "您好，{公司名称}客服{工号}为您服务，请问有什么可以帮您？",
                "您好，这里是{公司名称}，{工号}号为您服务，请讲。",
            ),
            _say(at("若 客户类型 是 会员"), "很高兴再次为您服务。", guard=member),
        ),
        (_always(at("转 信息核实"), 1),),
    )
    flow.state(
        "wait",
        greeting,
        to=(_event(at("当 客户激动 转 安抚情绪"), "客户激动", calm), _proceed(at("转 信息核实"), verify)),
    )
    flow.step(
        "接听问候",
        ("问候",),
        "三声内接听，报出身份",
        within=Amount("3", "ring", 3),
        never_say=(NeverSay(at('禁说 "喂，说话呀"'), ("喂，说话呀",), "", ("您好，请问您能听到我说话吗？",), ()),),
    )

    gate = at("至多 2次")
    flow.state("gate", gate, to=(_always(gate, 3), _always(gate, escalate)), limit=2)
    calming = at('说 "您先别着急')
    words = "您先别着急，您慢慢说，我一直在听。换作是我，遇到这样的事也会不舒服。"
    flow.state("act", calming, (_say(calming, words),), (_always(calming, 4),))
    again = at("当 客户仍然激动")
    flow.state(
        "wait",
        calming,
        to=(_event(again, "客户仍然激动", escalate), _proceed(at("转 信息核实", "步骤 安抚情绪"), verify)),
    )
    flow.step("安抚情绪", ("共情",), at_most=2)

    surname = at("问 客户姓氏")
    flow.state(
        "act",
        surname,
        (
            _ask(surname, ("客户姓氏",), "请问怎么称呼您？"),
            _ask(
                at("问 事发时间"),
                ("事发时间", "问题类型"),
                "{客户姓氏}先生/女士，您方便说说是什么时候、遇到了什么情况吗？",
            ),
            _ask(at("问 回访电话"), ("回访电话",), "方便留一个回访电话吗？尾号{回访电话}对吗？"),
            Do(at("做 登记投诉"), (), "登记投诉", ()),
            Do(at("做 登记投诉"), (), "标记优先", ("工单号",)),
        ),
        (_always(surname, 6),),
    )
    flow.state(
        "wait",
        surname,
        to=(
            _event(at("当 客户拒绝"), "客户拒绝", solve),
            _proceed(
                at("转 处理方案", "当 客户拒绝 转 处理方案\n"),
                solve,
                fills=("客户姓氏", "事发时间", "问题类型", "回访电话"),
            ),
        ),
    )
    flow.step("信息核实", ("核实",), "听清时间、经过、诉求", ("只复述号码后四位",))

    sorry, hold = at('说 "非常抱歉给您带来'), at("若 问题类型 是 复杂: 调用")
    refused = _event(
        at("当 客户不接受: 说"), "客户不接受", escalate, acts=(_say(at('说 "我明白您的顾虑'), "我明白您的顾虑。"),)
    )
    flow.state(
        "act",
        sorry,
        (_say(sorry, "非常抱歉给您带来不好的感受。"),),
        (_always(hold, 8, guard=complex_, call="请客户等待"), _always(hold, 8), refused),
    )
    promise, told = at("承诺 答复"), at('说 "{客户姓氏}先生/女士，工单')
    flow.state(
        "act",
        promise,
        (
            Promise(promise, (), "答复", Amount("2", "workday", 2)),
            _say(told, "{客户姓氏}先生/女士，工单{工单号}已经转交专人，{答复}内给您处理结果，您看可以吗？"),
        ),
        (_always(at("等待 3秒"), 9),),
    )
    flow.state(
        "pause", at("等待 3秒"), to=(Transition(at("等待 3秒"), Trigger("after", None, 3_000), target=10), refused)
    )
    late = at("若 已有 回访电话")
    flow.state(
        "act",
        late,
        (_say(late, "届时会打这个尾号{回访电话}的电话联系您。", guard=reachable),),
        (_always(late, 11),),
    )
    news = at("每 30分钟")
    flow.state(
        "wait",
        late,
        to=(
            refused,
            Transition(at("超过 10分钟"), Trigger("after", None, 600_000), target=escalate),
            Transition(
                news,
                Trigger("every", None, 1_800_000),
                acts=(_say(news, "正在为您核实，预计还需要一点时间。"),),
                target=None,
            ),
            _proceed(at("若 问题类型 是 简单: 转"), close, guard=simple),
            _proceed(at("转 结束语", "若 问题类型 是 简单: 转 结束语\n"), close),
        ),
    )
    # A state no way leads to, as after a line that can never be reached.
    flow.state("act", late)
    flow.step("处理方案", ("致歉", "方案"), "先致歉，再给方案和时限")

    handing = at('说 "您的情况我请主管')
    flow.state(
        "act",
        handing,
        (_say(handing, "您的情况我请主管直接跟您沟通，请您稍等。"), Do(at("做 转接主管"), (), "转接主管", ())),
        (_always(at("结束 转主管"), 14),),
    )
    flow.state("end", at("结束 转主管"), outcome="转主管")
    flow.step("升级主管", ("升级",))

    thanks = at('说 "感谢您的来电和')
    flow.state(
        "act",
        thanks,
        (_say(thanks, "感谢您的来电和宝贵意见，祝您生活愉快，再见。"), Do(at("做 等客户"), (), "等客户先挂断", ())),
        (_always(at("结束 已受理"), 16),),
    )
    flow.state("end", at("结束 已受理"), outcome="已受理")
    flow.step("结束语", ("致谢",), within=Amount("10", "s", 10_000))

    # What ends a call at any time belongs to no step.
    hung_up = at("结束 客户先挂断")
    flow.states.append(State(17, "全程.结束", None, "end", hung_up, outcome="客户先挂断"))

    abuse = at("全程 当 客户辱骂")
    anytime = (
        _event(at("全程 当 客户沉默"), "客户沉默", None, delay=5_000, call="无声电话"),
        _event(abuse, "客户辱骂", escalate, acts=(_say(abuse, "我理解您的心情，我们一起把问题解决好。"),)),
        _event(
            at("全程 当 客户听不清"),
            "客户听不清",
            None,
            acts=(_say(at("全程 当 客户听不清"), "抱歉，我大声一点，您现在能听清吗？"),),
        ),
        _event(at("全程 当 客户要求等待"), "客户要求等待", None, call="请客户等待"),
        _event(at("全程 当 客户挂断"), "客户挂断", 17),
    )
    return outlined(
        Flow(
            "服务态度投诉",
            "服务态度投诉",
            "投诉",
            at("场景 服务态度投诉"),
            tuple(flow.steps),
            tuple(flow.states),
            anytime,
            greet,
            slots,
            ("让客户先被听见，再谈方案",),
            ("语速放慢一成；不评价同事",),
            ("F4 S27",),
            (
                NeverSay(
                    at('禁说 "这又不是'),
                    ("这又不是我的错", "刚才的电话不是我接的"),
                    "推卸责任",
                    ("给您添麻烦了，我马上为您核实",),
                    (),
                ),
                NeverSay(at('禁说 "您别'), ("您别激动",), "否定客户的感受", ("我理解您的心情，您慢慢说",), ()),
            ),
            (NeverDo(at("禁做 直接"), ("直接挂机", "抢话"), "客户会觉得被打发"),),
        )
    )


def _dialogue(name: str, flow: _Flow) -> Flow:
    return outlined(
        Flow(
            name, name, "情况", at(f"场景 {name}"), tuple(flow.steps), tuple(flow.states), (), 0, (), (), (), (), (), ()
        )
    )


def _silent() -> Flow:
    flow = _Flow()
    hello, wait, heard = at('说 "您好，请问您能', "步骤 确认"), at("等待 5秒"), at("当 客户出声")
    flow.state("act", hello, (_say(hello, "您好，请问您能听到我说话吗？"),), (_always(wait, 1),))
    flow.state(
        "pause",
        wait,
        to=(Transition(wait, Trigger("after", None, 5_000), target=3), _event(heard, "客户出声", 2)),
    )
    flow.state("return", heard, event="客户听不清")
    flow.step("确认")
    bye = at('说 "您好，您的电话没有声音')
    words = "您好，您的电话没有声音，请您换一部电话再拨，感谢来电，再见。"
    flow.state("act", bye, (_say(bye, words),), (_always(at("结束 无声挂断"), 4),))
    flow.state("end", at("结束 无声挂断"), outcome="无声挂断")
    flow.step("致意挂断", never_do=(NeverDo(at("禁做 直接挂机", "步骤 致意挂断"), ("直接挂机",), ""),))
    return _dialogue("无声电话", flow)


def _hold() -> Flow:
    flow = _Flow()
    ask = at('说 "我需要查询一下')
    flow.state("act", ask, (_say(ask, "我需要查询一下，请您稍等一分钟，可以吗？"),), (_always(ask, 1),))
    no = at("当 客户不接受: 说", "步骤 征求同意")
    flow.state(
        "wait",
        ask,
        to=(
            _event(no, "客户不接受", 2, acts=(_say(no, "好的，那我先为您记录下来。"),)),
            _proceed(at("转 静音查询"), 3),
        ),
    )
    flow.state("return", no)
    flow.step("征求同意")
    mute = at("做 静音")
    flow.state("act", mute, (Do(mute, (), "静音", ()),), (_always(mute, 4),))
    long = at("超过 1分钟")
    flow.state(
        "wait",
        mute,
        to=(
            Transition(
                long, Trigger("after", None, 60_000), acts=(_say(long, "感谢您的等待，还在为您查询。"),), target=None
            ),
            _proceed(at("转 回到通话"), 5),
        ),
    )
    flow.step("静音查询")
    back = at("做 取消静音")
    thanks = at('说 "感谢您的耐心')
    leave = at("返回", '说 "感谢您的耐心')
    flow.state("act", back, (Do(back, (), "取消静音", ()), _say(thanks, "感谢您的耐心等待。")), (_always(leave, 6),))
    flow.state("return", leave)
    flow.step("回到通话")
    return _dialogue("请客户等待", flow)


def complaint() -> Machine:
    """A complaint about a colleague's manner, with two sub-dialogues."""
    slots = (
        Slot("客户姓氏", "text", (), False, False, at("信息 客户姓氏")),
        Slot("客户类型", "choice", ("会员", "非会员"), False, True, at("信息 客户类型")),
        Slot("问题类型", "choice", ("简单", "复杂"), False, False, at("信息 问题类型")),
        Slot("回访电话", "phone", (), True, False, at("信息 回访电话")),
        Slot("事发时间", "time", (), False, False, at("信息 事发时间")),
        Slot("工单号", "text", (), False, False, at("信息 工单号")),
        Slot("答复", "deadline", (), False, False, at("承诺 答复")),
    )
    return Machine(
        name="服务态度投诉",
        aliases=("attitude-complaint",),
        kinds=("投诉", "来电"),
        channels=("电话",),
        effective="2026-12-01",
        flows=(_main(slots), _silent(), _hold()),
        facts=(("公司名称", "明快通信"), ("工号", "1024")),
        slots=slots,
        events=tuple(
            Term(name, "", ())
            for name in sorted(
                (
                    "客户沉默",
                    "客户辱骂",
                    "客户激动",
                    "客户仍然激动",
                    "客户拒绝",
                    "客户不接受",
                    "客户听不清",
                    "客户出声",
                    "客户要求等待",
                    "客户挂断",
                )
            )
        ),
        actions=(
            Term("取消静音", "", ()),
            Term("抢话", "", ()),
            Term("标记优先", "", ()),
            Term("登记投诉", "在工单系统新建投诉单", ("记录",)),
            Term("直接挂机", "", ()),
            Term("等客户先挂断", "", ()),
            Term("转接主管", "按 9 转值班主管", ("升级",)),
            Term("静音", "按静音键", ()),
        ),
        outcomes=(
            Term("客户先挂断", "客户没说完就挂了", ()),
            Term("已受理", "投诉已登记", ()),
            Term("无声挂断", "线路无声", ()),
            Term("转主管", "由主管接手", ("升级",)),
        ),
        speech_rate=200,
    )


def small(text: str) -> Machine:
    """One step and one end, with `text` everywhere an author may write one."""
    source = Source("a.script", "场景 a\n步骤 b\n")
    span = Span(source, 0, 4)
    step = Span(source, 5, 9)
    never = NeverSay(step, (text,), text, (text,), (text,))
    words = Phrase((text, SlotRef("事项", None)), step)
    acts: tuple[Act, ...] = (
        Say(step, (ValueIn("选项", (text,), negated=False),), (words, words)),
        Ask(step, (), ("事项", "选项"), (words,)),
        Do(step, (), text, ()),
    )
    states = (
        State(0, "b", 0, "act", step, acts, (_always(step, 1),)),
        State(1, "b.wait", 0, "wait", step, (), (_event(step, text, 2, acts=acts[:1]), _proceed(step, 2))),
        State(2, "b.end", 0, "end", step, outcome=text),
    )
    return Machine(
        text,
        (),
        (text,),
        (text,),
        None,
        (
            outlined(
                Flow(
                    text,
                    text,
                    text,
                    span,
                    (Step(0, text, step, (text,), text, (text,), (text,), None, None, (never,), (), 0, (0, 1, 2)),),
                    states,
                    (_event(span, text, None, acts=acts[:1]),),
                    0,
                    (),
                    (text,),
                    (text,),
                    (text,),
                    (never,),
                    (NeverDo(span, (text,), text),),
                )
            ),
        ),
        (("公司名称", text),),
        (Slot("事项", "text", (), False, False, span), Slot("选项", "choice", (text,), False, False, span)),
        (Term(text, text, ()),),
        (Term(text, text, ()),),
        (Term(text, text, ()),),
        200,
    )


def renamed(machine: Machine, name: str) -> Machine:
    """`machine` under another name: its own flow is new, its sub-dialogues are the same values."""
    return replace(machine, name=name, flows=(replace(machine.main, scenario=name, title=name), *machine.flows[1:]))
