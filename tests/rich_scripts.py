"""Random scripts with all that `tests.random_scripts` leaves out: timers, promises, guarded reactions, inheritance, tags of terms.

Their searches are dear, so only few tests draw from here.
"""

from __future__ import annotations

from hypothesis import strategies as st

VOCABULARY = """\
渠道 电话
标签 共情
标签 致歉
标签 不满
标签 记录
标签 升级
事件 沉默
事件 出声
事件 生气 [不满]
事件 杂音
动作 登记 [记录]
动作 静音
结局 已解决
结局 无声 [升级]
词组 道歉词 "抱歉" / "对不起"
话术 抱歉 [致歉] "抱歉。"
话术 理解 [共情] "理解。"
话术 都说 [共情, 致歉] "理解，对不起。"
"""

EVENTS = ("沉默", "出声", "生气", "杂音")
TAGS = ("", "", " [致歉]", " [共情]", " [共情, 致歉]")
SAID = (
    "说 抱歉",
    "说 理解",
    "说 都说",
    '说 "请稍等。"',
    '说 "您好，{姓}。"',
    '说 "{答复}内答复您。"',
    '说 "抱歉，{类型}。"',
)
DONE = (
    "做 登记", "做 静音", "做 登记, 得到 姓", "做 静音, 得到 类型", "做 登记、静音, 得到 姓、类型", "承诺 答复 2小时",
)  # fmt: skip
ASKED = ('问 姓 "您贵姓？"', '问 类型 "哪种？"', '问 姓、类型 "请问？"', '问 电话 "抱歉，电话是？"')
GUARDS = (
    "已有 姓", "没有 姓", "类型 是 甲", "类型 不是 甲", "类型 是 甲 / 乙", "已有 类型 且 类型 是 乙", "已有 答复",
    "没有 答复 且 已有 姓", "没有 类型",
)  # fmt: skip


@st.composite
def rich_scripts(draw: st.DrawFn) -> str:
    """A scenario A that may call B, which may call C; A may be based on a frame with `全程` lines of its own."""
    known = draw(st.sampled_from(("", "", " 已知")))
    return "\n".join(
        (
            _scenario(draw, "A", ("B", "C"), known, ends=True),
            _scenario(draw, "B", ("C",), known, ends=False),
            _scenario(draw, "C", (), known, ends=False),
        )
    )


def _scenario(draw: st.DrawFn, name: str, callees: tuple[str, ...], known: str, *, ends: bool) -> str:
    steps = [f"{name}步{index}" for index in range(draw(st.integers(1, 2 if name == "A" else 3)))]
    slots = ["  信息 姓 文本", f"  信息 类型 选项 甲 / 乙{known}", "  信息 电话 文本 敏感"]
    anytime = [
        f"  全程 当 {event}{_reaction(draw, steps, callees, ends)}"
        for event in draw(st.lists(st.sampled_from(EVENTS), unique=True, max_size=2))
    ]
    lines: list[str] = []
    if name == "A" and anytime and draw(st.booleans()):
        # The frame's line holds, its step is replaced, and a step of its own comes first.
        lines += ["场景 架", *slots, *anytime, f"步骤 {steps[0]}", "  说 抱歉", f"  转 {steps[-1]}", ""]
        lines += [f"场景 {name} 基于 架"]
    else:
        lines += [f"场景 {name}", *slots, *anytime]
    for index, step in enumerate(steps):
        lines += ["", f"步骤 {step}{draw(st.sampled_from(TAGS))}"]
        lines += _body(draw, steps, callees, ends, last=index == len(steps) - 1)
    text = "\n".join(lines) + "\n"
    if "承诺 答复" not in text:  # a promise declares its slot
        text = text.replace("没有 答复 且 ", "").replace("答复", "姓")
    return text


def _leave(draw: st.DrawFn, steps: list[str], ends: bool) -> str:
    ways = [f"转 {step}" for step in steps]
    ways += ["结束 已解决"] if ends else ["返回", "返回 生气", "返回 沉默", "结束 无声"]
    return draw(st.sampled_from(ways))


def _acts(draw: st.DrawFn, callees: tuple[str, ...]) -> list[str]:
    """What a line does before it leads anywhere: acts, perhaps with a call among them."""
    acts: list[str] = [draw(st.sampled_from((*SAID, *DONE)))]
    if bool(callees) and draw(st.booleans()):
        call = f"调用 {draw(st.sampled_from(callees))}"
        shapes: list[list[str]] = [[call], [*acts, call], [call, *acts], [*acts, call, *acts]]
        acts = draw(st.sampled_from(shapes))
    return acts


def _reaction(draw: st.DrawFn, steps: list[str], callees: tuple[str, ...], ends: bool) -> str:
    delay = draw(st.sampled_from(("", " 5秒")))
    guard = f" 且 {draw(st.sampled_from(GUARDS))}" if draw(st.integers(0, 3)) == 0 else ""
    acts = _acts(draw, callees)
    if draw(st.booleans()):
        acts.append(_leave(draw, steps, ends))
    return f"{delay}{guard}: {', '.join(acts)}"


def _body(draw: st.DrawFn, steps: list[str], callees: tuple[str, ...], ends: bool, *, last: bool) -> list[str]:
    lines: list[str] = []
    kinds = ["say", "words", "ask", "do", "guarded", "pause"] + (["call", "guarded call"] if callees else [])
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=4)):
        guard = draw(st.sampled_from(GUARDS)) if kind.startswith("guarded") else ""
        if kind == "words":
            lines += [f"  {draw(st.sampled_from(SAID))}", f"  或{draw(st.sampled_from(SAID))}"]
        elif kind == "guarded":
            lines.append(f"  若 {guard}: {draw(st.sampled_from((*SAID, *DONE, *ASKED)))}")
        elif kind == "pause":
            lines.append("  等待 3秒")
        elif kind == "call":
            lines.append(f"  调用 {draw(st.sampled_from(callees))}")
        elif kind == "guarded call":
            call, act = f"调用 {draw(st.sampled_from(callees))}", draw(st.sampled_from((*SAID, *DONE)))
            lines.append(f"  若 {guard}: {draw(st.sampled_from((call, f'{call}, {act}', f'{act}, {call}')))}")
        else:
            lines.append(f"  {draw(st.sampled_from({'say': SAID, 'ask': ASKED, 'do': DONE}[kind]))}")
    if draw(st.integers(0, 2)) == 0:
        before = "".join(f"{act}, " for act in _acts(draw, callees)) if draw(st.booleans()) else ""
        lines.append(
            f"  至多 {draw(st.integers(1, 2))}次, 否则 {before}{_leave(draw, steps[-1:] if not last else [], ends)}"
        )
    ways: list[str] = []
    for _ in range(draw(st.integers(0, 2))):
        before = "".join(f"{act}, " for act in _acts(draw, callees)) if draw(st.booleans()) else ""
        ways.append(f"  若 {draw(st.sampled_from(GUARDS))}: {before}{_leave(draw, steps, ends)}")
    if not ways or draw(st.integers(0, 2)):  # else values may be left for which no exit is written
        ways.append(f"  {('结束 已解决' if ends else '返回') if last else _leave(draw, steps, ends)}")
    waits = any("等待" in line or "调用" in line or "问 " in line for line in lines) or any(
        "转 " in way for way in ways
    )
    if waits:  # a step that never waits may say nothing about events
        for event in draw(st.lists(st.sampled_from((*EVENTS, "出声、杂音")), unique=True, max_size=2)):
            lines.append(f"  当 {event}{_reaction(draw, steps, callees, ends)}")
        if draw(st.integers(0, 2)) == 0:
            after = ", ".join((*_acts(draw, callees), *([_leave(draw, steps, ends)] if draw(st.booleans()) else [])))
            lines.append(f"  {draw(st.sampled_from(('超过', '每')))} 10秒: {after}")
    return [*lines, *ways]
