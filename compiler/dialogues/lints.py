"""What a dialogue test can find: the lints SC8xx, with their wording."""

from __future__ import annotations

from dsl.diagnostics import Lint, Severity, Words
from dsl.frozen import Node

_SCRIPT = (
    "事件 生气\n事件 沉默\n动作 登记\n结局 完成\n标签 致歉\n场景 A\n  信息 类型 选项 简单 / 复杂\n"
    '步骤 接听\n  说 "您好，请讲。"\n'
    '  问 类型 "是哪一类问题？"\n  当 生气: 说 "您慢慢说。"\n  转 处理\n步骤 处理 [致歉]\n  说 "非常抱歉。"\n  做 登记\n'
    '  当 沉默: 说 "请问您还在吗？"\n  若 类型 是 复杂: 说 "我请专人联系您。"\n  转 道别\n步骤 道别\n  说 "谢谢来电。"\n  结束 完成\n'
)
"""An example's scenario; the dialogue comes behind it."""


def _dialogue(title: str, *lines: str) -> str:
    return f'{_SCRIPT}对话 "{title}" 测试 A\n' + "".join(f"  {line}\n" for line in lines)


_REASON = Words("{reason}", "{reason}")
_HINT = Words("{hint}", "{hint}")


class Mismatch(Node, frozen=True):
    """The data of NOT_MET, UNEXPECTED and NOT_REACHED: what a dialogue asked for, and what there was."""

    expected: str
    actual: Words


NOT_MET = Lint(
    "SC801",
    "expectation-not-met",
    Severity.ERROR,
    Words("期望的“{expected}”没有出现；{actual}", "expected “{expected}”; {actual}"),
    Words(
        "看上面的通话：是脚本少了这一步，还是这一行期望写错了",
        "read the call above: does the script lack it, or is this line wrong?",
    ),
    Words(
        "对话写的是大家说好的一通电话；脚本改了，这通电话就不是说好的样子了。",
        "A dialogue is a call people have agreed on; with this script the call goes another way.",
    ),
    bad=_dialogue("致歉", "填 类型 简单", "客户 生气", "期望 [致歉] # SC801", "配合", "期望 [致歉]", "配合"),
    good=_dialogue("致歉", "填 类型 简单", "客户 生气", "配合", "期望 [致歉]", "配合", "期望 结束 完成"),
    about=Words("期望的没有出现", "what was expected did not come about"),
)
UNEXPECTED = Lint(
    "SC802",
    "not-to-happen",
    Severity.ERROR,
    Words("不该有的“{expected}”出现了：{actual}", "“{expected}” was not to happen: {actual}"),
    Words(
        "看上面的通话：是脚本多了这一步，还是这一行期望写错了",
        "read the call above: is it too much in the script, or is this line wrong?",
    ),
    Words(
        "对话写明不许发生的事，在这通电话里发生了。",
        "What the dialogue says must never happen has happened on this call.",
    ),
    bad=_dialogue("不登记", "填 类型 简单", "配合", "期望 没有 做 登记 # SC802"),
    good=_dialogue("先不登记", "填 类型 简单", "期望 没有 做 登记", "配合"),
)
NOT_REACHED = Lint(
    "SC803",
    "step-not-reached",
    Severity.ERROR,
    Words("没有到“{expected}”；{actual}", "“{expected}” is not reached; {actual}"),
    Words(
        "看上面的通话：前面少写了一轮，还是脚本走错了路",
        "read the call above: is a turn missing, or does the script go astray?",
    ),
    Words(
        "通话走到了别的步骤，坐席会照着另一张卡片说话。",
        "The call is in another step: the agent would speak from another card.",
    ),
    bad=_dialogue("处理", "到 接听", "客户 生气", "到 处理 # SC803"),
    good=_dialogue("处理", "到 接听", "客户 生气", "填 类型 复杂", "配合", "到 处理"),
    about=Words("没有走到这一步", "the step is not reached"),
)
CANNOT_HAPPEN = Lint(
    "SC804",
    "cannot-happen",
    Severity.ERROR,
    _REASON,
    _HINT,
    Words(
        "客户会这样做，脚本却没有写怎么办：坐席只能各凭本事。",
        "Customers may do this, and the script says nothing: every agent improvises.",
    ),
    bad=_dialogue("沉默", "到 接听", "客户 沉默 # SC804", "到 接听"),
    good=_dialogue("生气", "到 接听", "客户 生气", "到 接听"),
    about=Words("这时候不会发生这件事", "this cannot happen here"),
)
ANSWER_MISSING = Lint(
    "SC805",
    "answer-missing",
    Severity.ERROR,
    Words("走到这里要先知道“{slot}”是什么", "“{slot}” has to be known for this turn"),
    Words("在这一行上面写：填 {slot} {option}", "write above this line: fill {slot} {option}"),
    Words(
        "选项决定通话往哪走；对话不写清，测的就不知道是哪一通电话。",
        "A choice decides where a call goes; without it nobody knows which call is tested.",
    ),
    bad=_dialogue("处理", "配合 # SC805", "到 处理"),
    good=_dialogue("处理", "填 类型 复杂", "配合", "到 处理"),
)
CANNOT_FILL = Lint(
    "SC806",
    "cannot-fill",
    Severity.ERROR,
    _REASON,
    _HINT,
    Words("填不进去的信息，这通电话就测不下去。", "What cannot be filled leaves the call untested."),
    bad=_dialogue("处理", "填 类型 一般 # SC806", "配合"),
    good=_dialogue("处理", "填 类型 简单", "配合"),
    about=Words("这项信息不能这样填", "the slot cannot be filled so"),
)
NEVER_ASKED = Lint(
    "SC807",
    "filled-for-nothing",
    Severity.WARNING,
    Words("填了“{slot}”，后面却没有人问，也没有系统来填", "“{slot}” is filled, and nobody asks for it afterwards"),
    Words("删去这一行，或把它移到问“{slot}”之前", "delete this line, or move it to where “{slot}” is asked for"),
    Words(
        "填了没用上，多半是脚本不再问它，或这一行写错了地方。",
        "An answer nobody asked for: the script asks no more, or the line stands in the wrong place.",
    ),
    bad=_dialogue("生气", "填 类型 简单 # SC807", "客户 生气", "到 接听"),
    good=_dialogue("生气", "填 类型 简单", "客户 生气", "配合", "到 处理"),
)
NOT_RUN = Lint(
    "SC808",
    "dialogue-not-run",
    Severity.ERROR,
    Words("对话没有运行：{reason}", "the dialogue was not run: {reason}"),
    _HINT,
    Words("没有运行的对话什么也没有证明。", "A dialogue that was not run proves nothing."),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙 # SC201\n步骤 丙\n  结束 完成\n对话 "问候" 测试 A # SC808\n  到 甲\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  结束 完成\n对话 "问候" 测试 A\n  到 甲\n',
)

LINTS: tuple[Lint, ...] = (
    NOT_MET, UNEXPECTED, NOT_REACHED, CANNOT_HAPPEN, ANSWER_MISSING, CANNOT_FILL, NEVER_ASKED, NOT_RUN,
)  # fmt: skip
