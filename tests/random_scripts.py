"""Random scripts that make sense: a scenario and two sub-dialogues over the vocabulary of `tests.projects`, with no undefined name."""

from __future__ import annotations

from hypothesis import strategies as st

SLOTS = ("姓", "类型")
EVENTS = ("沉默", "出声", "生气", "杂音")
TAGS = ("", "", " [致歉]", " [共情]", " [共情, 致歉]")


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A scenario A that may call B, which may call C; slots 姓 (text) and 类型 (甲 / 乙), gates, pauses, reactions."""
    return _scripts(draw, timed=False)


@st.composite
def timed_scripts(draw: st.DrawFn) -> str:
    """`scripts` with `超过` and `每` lines: several in a waiting, and some that are over at the same moment."""
    return _scripts(draw, timed=True)


def _scripts(draw: st.DrawFn, *, timed: bool) -> str:
    texts = [
        _scenario(draw, "A", ("B", "C"), ends=True, timed=timed),
        _scenario(draw, "B", ("C",), ends=False, timed=timed),
        _scenario(draw, "C", (), ends=False, timed=timed),
    ]
    return "\n".join(texts)


def _scenario(draw: st.DrawFn, name: str, callees: tuple[str, ...], *, ends: bool, timed: bool) -> str:
    count = draw(st.integers(1, 3))
    steps = [f"{name}步{index}" for index in range(count)]
    known = draw(st.sampled_from(("", " 已知")))
    lines = [f"场景 {name}", f"  信息 姓 文本{known}", f"  信息 类型 选项 甲 / 乙{known}"]
    for event in draw(st.lists(st.sampled_from(EVENTS), unique=True, max_size=2)):
        lines.append(f"  全程 当 {event}{_reaction(draw, steps, callees, ends)}")
    for index, step in enumerate(steps):
        lines += ["", f"步骤 {step}{draw(st.sampled_from(TAGS))}"]
        lines += _body(draw, steps, callees, ends, last=index == count - 1)
        if timed:
            lines += _timers(draw, steps, callees, ends)
    return "\n".join(lines) + "\n"


def _guard(draw: st.DrawFn) -> str:
    return draw(
        st.sampled_from(
            ("已有 姓", "没有 姓", "类型 是 甲", "类型 不是 甲", "类型 是 甲 / 乙", "已有 类型 且 类型 是 乙")
        )
    )


def _leave(draw: st.DrawFn, steps: list[str], ends: bool) -> str:
    ways = [f"转 {step}" for step in steps]
    ways += ["结束 已解决"] if ends else ["返回", "返回 生气", "结束 无声"]
    return draw(st.sampled_from(ways))


def _reaction(draw: st.DrawFn, steps: list[str], callees: tuple[str, ...], ends: bool) -> str:
    delay = draw(st.sampled_from(("", " 5秒")))
    acts = [draw(st.sampled_from(('说 "好。"', "说 抱歉")))]
    if callees and draw(st.sampled_from((True, False))):
        acts = [f"调用 {draw(st.sampled_from(callees))}"]
    if draw(st.booleans()):
        acts.append(_leave(draw, steps, ends))
    return f"{delay}: {', '.join(acts)}"


def _timers(draw: st.DrawFn, steps: list[str], callees: tuple[str, ...], ends: bool) -> list[str]:
    times = st.tuples(st.sampled_from(("超过", "超过", "每")), st.sampled_from((10, 20, 30)))
    made: list[str] = []
    for word, time in draw(st.lists(times, unique=True, max_size=3)):
        acts = [draw(st.sampled_from(('说 "还在吗。"', "说 抱歉", "做 登记, 得到 姓")))]
        if callees and draw(st.integers(0, 3)) == 0:
            acts = [f"调用 {draw(st.sampled_from(callees))}"]
        if draw(st.integers(0, 2)) == 0:
            acts.append(_leave(draw, steps, ends))
        made.append(f"  {word} {time}秒: {', '.join(acts)}")
    return made


def _body(draw: st.DrawFn, steps: list[str], callees: tuple[str, ...], ends: bool, *, last: bool) -> list[str]:
    lines: list[str] = []
    kinds = ["say", "ask", "do", "guarded", "pause"] + (["call", "guarded call"] if callees else [])
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=4)):
        if kind == "say":
            lines += draw(st.sampled_from((['  说 "您好。"'], ["  说 抱歉"], ["  说 理解", '  或说 "您好。"'])))
        elif kind == "ask":
            lines.append(f'  问 {draw(st.sampled_from(SLOTS))} "请问？"')
        elif kind == "do":
            lines.append(f"  做 登记{draw(st.sampled_from(('', ', 得到 姓', ', 得到 类型')))}")
        elif kind == "guarded":
            act = draw(st.sampled_from(('说 "嗯。"', '问 姓 "您贵姓？"', "做 登记, 得到 姓", "做 静音, 得到 类型")))
            lines.append(f"  若 {_guard(draw)}: {act}")
        elif kind == "pause":
            lines.append("  等待 3秒")
        elif kind == "call":
            lines.append(f"  调用 {draw(st.sampled_from(callees))}")
        else:
            lines.append(f"  若 {_guard(draw)}: 调用 {draw(st.sampled_from(callees))}")
    if draw(st.booleans()):
        lines.append(f"  至多 {draw(st.integers(1, 2))}次, 否则 {_leave(draw, steps, ends)}")
    for event in draw(st.lists(st.sampled_from(EVENTS), unique=True, max_size=2)):
        lines.append(f"  当 {event}{_reaction(draw, steps, callees, ends)}")
    guarded = draw(st.integers(0, 2))
    lines += [f"  若 {_guard(draw)} {_leave(draw, steps, ends)}" for _ in range(guarded)]
    if guarded and draw(st.integers(0, 2)) == 0:
        return lines  # values may be left for which no exit is written
    if last:
        lines.append("  结束 已解决" if ends else "  返回")
    else:
        lines.append(f"  {_leave(draw, steps, ends)}")
    return lines
