"""Lints about requests to ignore findings: SC010 to SC015."""

from __future__ import annotations

from dsl.diagnostics import Lint, Severity, Words

_SCRIPT = '话术 欢迎语 "您好。"{}\n结局 完成\n场景 A\n步骤 甲\n  说 "请讲。"\n  结束 完成\n'
"""An example; the phrase that nothing uses is what SC203 finds."""
_USED = '话术 欢迎语 "您好。"{}\n结局 完成\n场景 A\n步骤 甲\n  说 欢迎语\n  结束 完成\n'
_STEPS = '结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  转 {}\n步骤 丙\n  说 "请讲。"\n  结束 完成\n'
_REASON = " # 忽略 SC203 原因 下周的活动要用"

UNKNOWN_CODE = Lint(
    "SC010",
    "unknown-code",
    Severity.ERROR,
    Words("没有编号为“{code}”的检查", "there is no check with the code “{code}”"),
    Words("{hint}", "{hint}"),
    Words(
        "编号写错了就不起作用：想忽略的问题还会报出来，想调整的检查没有变。",
        "A misspelt code does nothing: what was to be silent still speaks, what was to change has not changed.",
    ),
    bad=_SCRIPT.format(" # 忽略 SC2O3 原因 下周的活动要用 # SC010 SC203"),
    good=_SCRIPT.format(_REASON),
)
ERROR_LOWERED = Lint(
    "SC011",
    "error-lowered",
    Severity.ERROR,
    Words("“{code}”是错误，不能关闭，也不能降级", "“{code}” is an error; it can be neither switched off nor lowered"),
    Words(
        '删去这一行，把脚本改好；确有理由不守规则集里的一条规则，就在场景里写：豁免 规则名 原因 "…"',
        "delete this line and mend the script; to be let off a rule of a rulebook, write in the scenario: "
        'waive RULE because "…"',
    ),
    Words(
        "有错误的脚本，通话会走不通。在设置里悄悄关掉它，写卡片的人和审核的人都看不到。",
        "With an error in its script a call gets stuck. Switched off in the settings, it would be seen by nobody who "
        "approves the card.",
    ),
    bad="",
    good="",
)
WITHOUT_REASON = Lint(
    "SC012",
    "ignored-without-reason",
    Severity.ERROR,
    Words("忽略 {code}，却没有写原因", "{code} is ignored without a reason"),
    Words("在后面补上原因：# 忽略 {code} 原因 …", "add the reason: # ignore {code} because …"),
    Words(
        "没有原因，接手的人不知道这一处为什么可以不改，也不知道什么时候该改。",
        "Without the reason whoever comes next cannot know why this may stay, nor when it should go.",
    ),
    bad=_SCRIPT.format(" # 忽略 SC203 # SC012 SC203"),
    good=_SCRIPT.format(_REASON),
)
ERROR_IGNORED = Lint(
    "SC013",
    "error-ignored",
    Severity.ERROR,
    Words("{code} 是错误，不能忽略", "{code} is an error and cannot be ignored"),
    Words(
        '把这一行改好；确有理由不守规则集里的一条规则，就在场景里写：豁免 规则名 原因 "…"',
        'mend the line; to be let off a rule of a rulebook, write in the scenario: waive RULE because "…"',
    ),
    Words(
        "错误会让通话走不通，写多少理由客户也到不了下一步。",
        "An error gets a call stuck, and no reason in a comment brings the customer any further.",
    ),
    bad=_STEPS.format("乙 # 忽略 SC201 原因 步骤还没写 # SC013 SC201"),
    good=_STEPS.format("丙"),
)
NOTHING_IGNORED = Lint(
    "SC014",
    "nothing-to-ignore",
    Severity.WARNING,
    Words("这里已经没有 {code} 的问题，不用再忽略", "there is no {code} here any more, nothing to ignore"),
    Words("删去这条注释", "delete this comment"),
    Words(
        "留着它，以后这一行再出同样的问题，就没人提醒了。",
        "Left in place, it would hide the next mistake of this kind on this line.",
    ),
    bad=_USED.format(_REASON + " # SC014"),
    good=_USED.format(""),
)
EXPIRED = Lint(
    "SC015",
    "ignored-too-long",
    Severity.WARNING,
    Words("忽略 {code} 到 {date} 为止，已经过期", "{code} was ignored until {date}, which is past"),
    Words("现在把这一行改好；还要再等，就写上新的日期", "mend the line now, or write a new date if it has to wait"),
    Words(
        "说好到期要改的地方，过了期还没改。",
        "Something was to be mended by that day and has not been.",
    ),
    bad=_SCRIPT.format(" # 忽略 SC203 至 2020-01-31 原因 等春节活动 # SC015 SC203"),
    good=_USED.format(""),
)

LINTS: tuple[Lint, ...] = (UNKNOWN_CODE, ERROR_LOWERED, WITHOUT_REASON, ERROR_IGNORED, NOTHING_IGNORED, EXPIRED)
