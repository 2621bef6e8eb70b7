"""Lints about names: SC2xx."""

from __future__ import annotations

from dsl.diagnostics import Lint, Severity, Words
from dsl.frozen import Node


class UndefinedName(Node, frozen=True):
    """The data of UNDEFINED.

    sort: a `Sort`, "slot-type" or "slot-flag".
    in_library: the standard library declares the name, and the project does not use the library.
    """

    name: str
    sort: str
    in_library: bool = False


class BaseCycle(Node, frozen=True):
    """The data of BASE_CYCLE: the scenarios of the circle."""

    names: frozenset[str]


UNDEFINED = Lint(
    "SC201",
    "undefined-name",
    Severity.ERROR,
    Words("没有叫“{name}”的{sort}", "there is no {sort} called “{name}”"),
    Words("{hint}", "{hint}"),
    Words(
        "脚本指向一个不存在的东西：通话走到这里，坐席不知道往哪走、说什么。",
        "The script points at something that is not there: on a call the agent would not know where to go or what to say.",
    ),
    bad='结局 完成\n场景 A\n步骤 接听\n  说 "您好。"\n  转 核实信息 # SC201\n步骤 信息核实\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 接听\n  说 "您好。"\n  转 信息核实\n步骤 信息核实\n  说 "请讲。"\n  结束 完成\n',
)
TWICE = Lint(
    "SC202",
    "declared-twice",
    Severity.ERROR,
    Words("已经有叫“{name}”的{sort}", "the {sort} “{name}” is there already"),
    Words("给其中一个换个名称，或删去多余的一个", "rename one of the two, or delete the one too many"),
    Words(
        "同名的两个东西，别处提到它时不知道指哪一个。",
        "With two of one name nobody knows which one the other lines mean.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  结束 完成\n步骤 甲 # SC202\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  说 "请讲。"\n  结束 完成\n',
)
UNUSED = Lint(
    "SC203",
    "unused-name",
    Severity.WARNING,
    Words("{sort}“{name}”没有地方用到", "the {sort} “{name}” is used nowhere"),
    Words("用上它，或删去这一行", "use it, or delete the line"),
    Words(
        "没人用的话术和信息会过时，还让人以为它在起作用。",
        "Unused phrases and slots grow old, and people believe they have an effect.",
    ),
    bad='结局 完成\n话术 欢迎语 "您好。" # SC203\n场景 A\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n话术 欢迎语 "您好。"\n场景 A\n步骤 甲\n  说 欢迎语\n  结束 完成\n',
)
BASE_CYCLE = Lint(
    "SC204",
    "inheritance-cycle",
    Severity.ERROR,
    Words("场景互相“基于”，绕成了一圈：{cycle}", "scenarios extend one another in a circle: {cycle}"),
    Words("去掉其中一个“基于”", "drop one of the “extends”"),
    Words("绕成一圈，就没有一个场景是完整写出来的。", "In a circle no scenario is ever written out."),
    bad="场景 A 基于 B # SC204\n场景 B 基于 A\n",
    good='结局 完成\n场景 A 基于 B\n场景 B\n步骤 甲\n  说 "您好。"\n  结束 完成\n',
)
CALL_CYCLE = Lint(
    "SC205",
    "call-cycle",
    Severity.ERROR,
    Words("子对话调用绕回了自己：{cycle}", "sub-dialogues call one another in a circle: {cycle}"),
    Words("用“返回 事件”把事件交还给上一层，不要再调用", "hand the event back with “return” instead of calling again"),
    Words(
        "客户会被困在一层又一层的子对话里，出不来。",
        "The customer would sink deeper and deeper into sub-dialogues without a way out.",
    ),
    bad="结局 完成\n场景 A\n步骤 甲\n  调用 B # SC205\n  结束 完成\n场景 B\n步骤 乙\n  调用 A\n  返回\n",
    good='结局 完成\n场景 A\n步骤 甲\n  调用 B\n  结束 完成\n场景 B\n步骤 乙\n  说 "请讲。"\n  返回\n',
)
WRONG_DIMENSION = Lint(
    "SC206",
    "wrong-dimension",
    Severity.ERROR,
    Words("“{got}”是{is_a}，这里要的是{wanted}", "“{got}” is {is_a}, but this wants {wanted}"),
    Words("换一个单位：{units}", "use another unit: {units}"),
    Words(
        "声、次、秒、字不能互相换算，写错了时限就没有意义。",
        "Rings, times, seconds and characters cannot be converted into one another.",
    ),
    bad="结局 完成\n场景 A\n步骤 甲\n  等待 3声 # SC206\n  结束 完成\n",
    good="结局 完成\n场景 A\n步骤 甲\n  等待 3秒\n  结束 完成\n",
)
NOT_AN_OPTION = Lint(
    "SC207",
    "not-an-option",
    Severity.ERROR,
    Words("“{slot}”没有“{value}”这个选项", "“{slot}” has no option “{value}”"),
    Words("{hint}", "{hint}"),
    Words(
        "条件永远不成立，这一行在通话里不会发生。", "The condition never holds, so this line never happens on a call."
    ),
    bad='结局 完成\n场景 A\n  信息 问题 选项 简单 / 复杂\n步骤 甲\n  问 问题 "请问是什么情况？"\n  若 问题 是 困难 结束 完成 # SC207\n  结束 完成\n',
    good='结局 完成\n场景 A\n  信息 问题 选项 简单 / 复杂\n步骤 甲\n  问 问题 "请问是什么情况？"\n  若 问题 是 复杂 结束 完成\n  结束 完成\n',
)
TWO_CALLS = Lint(
    "SC208",
    "two-calls",
    Severity.ERROR,
    Words("一行里只能调用一个场景", "one line can call only one scenario"),
    Words("写成一个步骤，两次调用各占一行，这里转到那一步", "write a step with a line for each call, and go to it"),
    Words("卡片上“如果客户……→”后面只印得下一处去向。", "On the card a reaction leads to one place."),
    bad="结局 完成\n事件 生气\n场景 B\n步骤 乙\n  返回\n场景 A\n步骤 甲\n  当 生气: 调用 B, 调用 B # SC208\n  转 丙\n步骤 丙\n  结束 完成\n",
    good="结局 完成\n事件 生气\n场景 B\n步骤 乙\n  返回\n场景 A\n步骤 甲\n  当 生气: 调用 B, 转 丙\n  转 丙\n步骤 丙\n  结束 完成\n",
)
GATE_WITHOUT_ELSE = Lint(
    "SC209",
    "limit-without-else",
    Severity.ERROR,
    Words("没有写超过次数之后去哪里", "nothing says where to go once the limit is reached"),
    Words("写成：至多 {times}次, 否则 转 …", "write: at most {times} times, else go …"),
    Words(
        "到了次数上限，坐席不知道下一步，客户还在线上等。",
        "At the limit the agent would not know what to do next, with the customer still on the line.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  至多 2次 # SC209\n  结束 完成\n',
    good='结局 完成\n结局 已结束\n场景 A\n步骤 甲\n  说 "您好。"\n  至多 2次, 否则 结束 已结束\n  结束 完成\n',
)
NOT_A_CHOICE = Lint(
    "SC210",
    "not-a-choice",
    Severity.ERROR,
    Words("“{slot}”不是选项，不能用“是”来判断", "“{slot}” is no choice, so it cannot be compared with a value"),
    Words("声明成：信息 {slot} 选项 … / …；或用“已有 {slot}”", "declare it as “one of … / …”, or test “known {slot}”"),
    Words("随口说的文字没法判断走哪条路。", "Free words cannot decide which way a call goes."),
    bad='结局 完成\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "您贵姓？"\n  若 姓氏 是 王 结束 完成 # SC210\n  结束 完成\n',
    good='结局 完成\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  问 姓氏 "您贵姓？"\n  转 乙\n步骤 乙\n  若 已有 姓氏: 说 "{姓氏}女士，请讲。"\n  结束 完成\n',
)
WAIVER_WITHOUT_REASON = Lint(
    "SC211",
    "waiver-without-reason",
    Severity.ERROR,
    Words("豁免“{name}”没有写原因", "the waiver of “{name}” gives no reason"),
    Words('写成：豁免 {name} 原因 "…"', 'write: waive {name} because "…"'),
    Words(
        "没有原因的豁免，审核的人无法判断该不该放行。",
        "Without its reason nobody can judge whether a waiver should pass.",
    ),
    bad='结局 完成\n规则集 基本 适用 全部\n  规则 要问好\n    要求 说 "您好。"\n场景 A\n  豁免 要问好 # SC211\n步骤 甲\n  说 "您好。"\n  结束 完成\n',
    good='结局 完成\n规则集 基本 适用 全部\n  规则 要问好\n    要求 说 "您好。"\n场景 A\n  豁免 要问好 原因 "外呼已问好"\n步骤 甲\n  说 "请讲。"\n  结束 完成\n',
)
NO_STEPS = Lint(
    "SC212",
    "no-steps",
    Severity.ERROR,
    Words("场景“{name}”一个步骤也没有", "the scenario “{name}” has no step"),
    Words("在下面写：步骤 接听问候", "write below it: step greeting"),
    Words("没有步骤的场景，卡片是空白的。", "A scenario without steps is an empty card."),
    bad='场景 A # SC212\n  标题 "空"\n',
    good='结局 完成\n场景 A\n  标题 "问候"\n步骤 甲\n  说 "您好。"\n  结束 完成\n',
)

NEVER_WAITS = Lint(
    "SC213",
    "never-waits",
    Severity.ERROR,
    Words(
        "“{step}”说完就走，不会停下来等，这一行轮不到",
        "“{step}” goes on at once and never waits, so this line is never taken",
    ),
    Words("把“结束／返回”移到下一步，这里写“转 下一步”", "move end or return to a next step, and go there from here"),
    Words(
        "写了“当…”却没有等客户的机会，客户的反应不会有人理会。",
        "A reaction without a moment to wait for it: what the customer does is passed over.",
    ),
    bad='事件 生气\n结局 完成\n场景 A\n步骤 甲\n  说 "再见。"\n  当 生气: 说 "抱歉。" # SC213\n  结束 完成\n',
    good='事件 生气\n结局 完成\n场景 A\n步骤 甲\n  说 "还有什么可以帮您？"\n  当 生气: 说 "抱歉。"\n  转 乙\n步骤 乙\n  结束 完成\n',
)

SAME_TITLE = Lint(
    "SC214",
    "same-title",
    Severity.WARNING,
    Words("这个场景已经有一个对话叫“{title}”", "this scenario has a dialogue called “{title}” already"),
    Words("换个标题，写明这通电话有什么不同", "give it another title that says what is different about this call"),
    Words(
        "两个同名的对话，报告里说哪一个没有通过，谁也分不清。",
        "With two dialogues of one title nobody can tell which of them a report says has failed.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  结束 完成\n'
    '对话 "顺利" 测试 A\n  配合\n  期望 结束 完成\n对话 "顺利" 测试 A # SC214\n  配合\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  结束 完成\n'
    '对话 "顺利" 测试 A\n  配合\n  期望 结束 完成\n对话 "先问好" 测试 A\n  期望 说 "您好"\n  配合\n',
)

TOO_DEEP = Lint(
    "SC215",
    "calls-too-deep",
    Severity.ERROR,
    Words("子对话一层套一层，超过 {most} 层", "sub-dialogues call one another more than {most} levels deep"),
    Words(
        "让外层的场景直接调用里层的，少套几层", "let outer scenarios call the inner ones themselves, with fewer levels"
    ),
    Words(
        "坐席要一层一层退回来，中间断一层就不知道自己在哪一步。",
        "The agent has to come back level by level, and is lost as soon as one of them breaks off.",
    ),
    bad="",
    good="",
)

SAME_FILE = Lint(
    "SC216",
    "names-of-one-file",
    Severity.ERROR,
    Words("场景“{name}”和“{other}”只差大小写", "the scenarios “{name}” and “{other}” differ only in case"),
    Words("给其中一个换个名称", "rename one of the two"),
    Words(
        "在 Windows 和苹果电脑上它们是同一个文件：一张卡片会把另一张盖掉，没有人发现。",
        "On Windows and macOS they are one file: one card silently takes the place of the other.",
    ),
    bad='结局 完成\n场景 Refund\n步骤 甲\n  说 "您好。"\n  结束 完成\n场景 refund # SC216\n步骤 乙\n  说 "请讲。"\n  结束 完成\n',
    good='结局 完成\n场景 Refund\n步骤 甲\n  说 "您好。"\n  结束 完成\n场景 refund-2\n步骤 乙\n  说 "请讲。"\n  结束 完成\n',
)

LINTS: tuple[Lint, ...] = (
    UNDEFINED, TWICE, UNUSED, BASE_CYCLE, CALL_CYCLE, WRONG_DIMENSION, NOT_AN_OPTION, TWO_CALLS, GATE_WITHOUT_ELSE,
    NOT_A_CHOICE, WAIVER_WITHOUT_REASON, NO_STEPS, NEVER_WAITS, SAME_TITLE, TOO_DEEP,
    SAME_FILE,
)  # fmt: skip
