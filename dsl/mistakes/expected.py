"""Wording of expected terminals in the terms of authors, and a sample of every line."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from dsl.diagnostics import Words
from dsl.keywords import BY_ID, KEYWORDS

_IN_CONTEXT: dict[tuple[str, str], Words] = {
    ("SCENARIO", "NAME"): Words("场景名", "the scenario's name"),
    ("STEP", "NAME"): Words("步骤名", "the step's name"),
    ("RULEBOOK", "NAME"): Words("规则集名", "the rulebook's name"),
    ("RULE", "NAME"): Words("规则名", "the rule's name"),
    ("GO", "NAME"): Words("步骤名", "a step's name"),
    ("REACH", "NAME"): Words("步骤名", "a step's name"),
    ("CALL", "NAME"): Words("场景名", "a scenario's name"),
    ("TESTS", "NAME"): Words("场景名", "a scenario's name"),
    ("EXTENDS", "NAME"): Words("场景名", "a scenario's name"),
    ("WHEN", "NAME"): Words("事件名", "an event's name"),
    ("CUSTOMER", "NAME"): Words("事件名", "an event's name"),
    ("HANDLES", "NAME"): Words("事件名", "an event's name"),
    ("DO", "NAME"): Words("动作名", "an action's name"),
    ("NEVER_DO", "NAME"): Words("动作名", "an action's name"),
    ("END", "NAME"): Words("结局名", "an outcome's name"),
    ("ASK", "NAME"): Words("要问的信息名", "the slot that is asked for"),
    ("GETTING", "NAME"): Words("信息名", "a slot's name"),
    ("PROMISE", "NAME"): Words("信息名", "a slot's name"),
    ("IF", "NAME"): Words("信息名", "a slot's name"),
    ("AND", "NAME"): Words("信息名", "a slot's name"),
    ("KNOWN", "NAME"): Words("信息名", "a slot's name"),
    ("NO", "NAME"): Words("信息名", "a slot's name"),
    ("GIVEN", "NAME"): Words("信息名", "a slot's name"),
    ("FILL", "NAME"): Words("信息名", "a slot's name"),
    ("MENTIONS", "NAME"): Words("信息名", "a slot's name"),
    ("IS", "NAME"): Words("选项或类别名", "a value or a kind"),
    ("IS_NOT", "NAME"): Words("选项名", "a value"),
    ("CHOICE", "NAME"): Words("几个选项，用 / 隔开", "the values, with / between them"),
    ("APPLIES", "NAME"): Words("类别名", "a kind's name"),
    ("FOLLOWS", "NAME"): Words("规则集名", "a rulebook's name"),
    ("WAIVE", "NAME"): Words("规则名", "a rule's name"),
    ("LEVEL", "NAME"): Words("级别（错误、警告、提示）", "a level (error, warning, note)"),
    ("LIMIT", "NAME"): Words("限制什么，如 语句字数、承诺时限", "what is limited, such as phrase-characters"),
    ("SLOT", "NAME"): Words(
        "信息名和类型（文本、数字、电话号码、日期、金额、时间、选项）",
        "a name and a type (text, number, phone, date, money, time, one of)",
    ),
    ("SAY", "STRING"): Words("引号里的话，或话术名", "words in quotes, or a phrase's name"),
    ("OR_SAY", "STRING"): Words("引号里的话，或话术名", "words in quotes, or a phrase's name"),
    ("ASK", "STRING"): Words("引号里的问句，或话术名", "the question in quotes, or a phrase's name"),
    ("FILL", "STRING"): Words("要填的选项名，或引号里的文字", "a value, or text in quotes"),
    ("GIVEN", "STRING"): Words("选项名，或引号里的文字", "a value, or text in quotes"),
    ("IS", "STRING"): Words("选项名，或引号里的文字", "a value, or text in quotes"),
    ("AT_MOST", "QUANTITY"): Words("次数，如 2次", "a number of times, such as 2 times"),
    ("WITHIN", "QUANTITY"): Words("时限，如 3声 或 10秒", "a limit, such as 3 rings or 10s"),
    ("OPENING", "QUANTITY"): Words("时间，如 3秒", "a time, such as 3s"),
    ("PROMISE", "QUANTITY"): Words("期限，如 24小时 或 2工作日", "a deadline, such as 24h or 2 workdays"),
}
"""(last keyword, expected terminal) -> wording."""

_TERMINALS: dict[str, Words] = {
    "NAME": Words("名称", "a name"),
    "STRING": Words("引号里的文字", "text in quotes"),
    "QUANTITY": Words("数量和单位，如 5秒、2次", "a number with its unit, such as 5s or 2 times"),
    "DATE": Words("日期，如 2027-03-31", "a date such as 2027-03-31"),
    "_NL": Words("行尾", "the end of the line"),
    "_COLON": Words("冒号", "a colon"),
    "_SLASH": Words("“/”", "“/”"),
    "_SEP": Words("“、”", "a comma"),
    "_COMMA": Words("逗号", "a comma"),
    "_LBRACKET": Words("“[”", "“[”"),
    "_RBRACKET": Words("“]”", "“]”"),
    "_DOT": Words("“.”", "“.”"),
}
ACTS = frozenset({"SAY", "DO", "PROMISE", "GO", "CALL", "RETURN", "END"})
_ANY_ACT = Words("要做的事（说、做、承诺、转、调用、返回、结束）", "an act (say, do, promise, go, call, return, end)")
_BESIDES_ACTS = frozenset({"OR_SAY", "OR", "ASK", "WAIT", "_COLON", "_COMMA"})
ATOMS = frozenset({"MENTIONS", "WORDS", "EVENT"})
_ANY_ATOM = Words(
    "规则的对象（[标签]、步骤、事件、做、词组、结束、承诺、问、得到、提到、调用、说）",
    "what the rule is about ([tag], step, event, do, words, end, promise, ask, getting, mentions, call, say)",
)

_PLACES = {
    "file": Words("文件开头", "at the head of a file"),
    "scenario": Words("场景开头（第一个步骤之前）", "at the head of a scenario, before its first step"),
    "step": Words("步骤里", "in a step"),
    "rulebook": Words("规则集里", "in a rulebook"),
    "rule": Words("规则里", "in a rule"),
    "dialogue": Words("对话里", "in a dialogue"),
}

SAMPLES: dict[str, Words] = {
    "KIND": Words('类别 投诉 "客户表达不满"', 'kind complaint "the customer is dissatisfied"'),
    "EVENT": Words('事件 客户沉默 "客户没有声音"', 'event silence "nothing is heard"'),
    "ACTION": Words('动作 静音 "按静音键"', 'action mute "press mute"'),
    "OUTCOME": Words('结局 已受理 "投诉已登记"', 'outcome accepted "the complaint is on record"'),
    "TAG": Words('标签 致歉 "向客户道歉"', 'tag apology "the agent apologises"'),
    "CHANNEL": Words("渠道 电话", "channel phone"),
    "WORDS": Words('词组 致歉词 "抱歉" / "对不起"', 'words apologies "sorry" / "apologise"'),
    "PHRASE": Words('话术 致歉语 [致歉] "非常抱歉。"', 'phrase sorry [apology] "I am sorry."'),
    "SLOT": Words('信息 客户姓氏 文本 "客户贵姓"', 'slot surname text "how to address the customer"'),
    "SCENARIO": Words("场景 服务态度投诉 属于 投诉", "scenario attitude-complaint is complaint"),
    "TITLE": Words('标题 "服务态度投诉"', 'title "A complaint about manner"'),
    "FOLLOWS": Words("遵守 通用礼仪", "follows courtesy"),
    "SOURCE": Words('出处 "手册第 3 章"', 'source "manual, chapter 3"'),
    "EFFECTIVE": Words("生效 2027-01-01 至 2027-12-31", "effective 2027-01-01 until 2027-12-31"),
    "NEVER_SAY": Words('禁说 "您别激动" 改说 "我理解您的心情"', 'never say "calm down" instead "I understand"'),
    "NEVER_DO": Words('禁做 直接挂机 原因 "没有道别"', 'never do hang-up because "no goodbye was said"'),
    "ANYTIME": Words("全程 当 客户沉默 5秒 调用 无声电话", "anytime when silence 5s call silent-call"),
    "WAIVE": Words('豁免 必有时限 原因 "由主管答复"', 'waive has-deadline because "the supervisor answers"'),
    "STEP": Words("步骤 接听问候 [问候]", "step greet [greeting]"),
    "GOAL": Words('目标 "三声内接听"', 'goal "answer within three rings"'),
    "TIP": Words('提示 "语速放慢"', 'tip "speak slowly"'),
    "WITHIN": Words("时限 3声", "within 3 rings"),
    "OPENING": Words("开口 3秒", "speak within 3s"),
    "SAY": Words('说 "您好，请讲。"', 'say "Hello."'),
    "OR_SAY": Words('或说 "您好。"', 'or say "Good morning."'),
    "ASK": Words('问 客户姓氏 "请问怎么称呼您？"', 'ask surname "May I have your name?"'),
    "DO": Words("做 登记投诉", "do log-complaint"),
    "PROMISE": Words("承诺 答复 2工作日", "promise reply 2 workdays"),
    "WAIT": Words("等待 5秒", "wait 5s"),
    "IF": Words('若 客户类型 是 会员: 说 "很高兴再次为您服务。"', 'if customer is member: say "Welcome back."'),
    "WHEN": Words("当 客户激动 转 安抚情绪", "when upset go calm-down"),
    "LASTS": Words("超过 10分钟: 转 进度同步", "after 10min: go progress"),
    "EVERY": Words('每 30分钟: 说 "正在为您核实。"', 'every 30min: say "Still checking."'),
    "AT_MOST": Words("至多 2次, 否则 转 升级主管", "at most 2 times, else go supervisor"),
    "GO": Words("转 结束语", "go closing"),
    "CALL": Words("调用 无声电话", "call silent-call"),
    "RETURN": Words("返回", "return"),
    "END": Words("结束 已受理", "end accepted"),
    "RULEBOOK": Words("规则集 投诉规范 适用 投诉", "rulebook complaint-rules applies to complaint"),
    "RULE": Words('规则 先致歉再给方案 "R03"', 'rule apology-first "R03"'),
    "REQUIRE": Words("要求 [致歉] 先于 [方案]", "require [apology] before [solution]"),
    "FORBID": Words("禁止 事件 客户激动 之后有 [推销]", "forbid event upset followed by [offer]"),
    "LIMIT": Words("限制 承诺时限 至多 24小时", "limit promised-time at most 24h"),
    "LEVEL": Words("级别 警告", "level warning"),
    "BECAUSE": Words('原因 "客户听不进去"', 'because "customers would not listen"'),
    "WRONG": Words('反例 "先生您别激动"', 'wrong "calm down, sir"'),
    "RIGHT": Words('正例 "我理解您的心情"', 'right "I understand"'),
    "APPLIES": Words("适用 投诉", "applies to complaint"),
    "DIALOGUE": Words('对话 "沉默两次" 测试 服务态度投诉', 'dialogue "silent twice" tests attitude-complaint'),
    "GIVEN": Words("已知 客户类型 是 会员", "given customer is member"),
    "REACH": Words("到 接听问候", "reach greet"),
    "PASS": Words("经过 5秒", "pass 5s"),
    "CUSTOMER": Words('客户 客户激动 "你们怎么回事"', 'customer upset "what is this"'),
    "CONTINUE": Words('配合 "好的"', 'cooperates "all right"'),
    "FILL": Words('填 客户姓氏 "王"', 'fill surname "Wang"'),
    "EXPECT": Words("期望 结束 已受理", "expect end accepted"),
}
"""Keyword -> sample line, as a hint of last resort."""


def expectation(head: str, context: str, accepts: AbstractSet[str]) -> Words:
    """Word the expectation at a place where the terminals `accepts` are acceptable.

    head: keyword that opens the line. context: last keyword before the place.
    """
    # Name the category instead of the terminals: at `当 客户激动: …` every act is acceptable, and a list of keywords
    # would hide the fact that an act is missing.
    if accepts >= ATOMS:
        return _ANY_ATOM
    found: list[Words] = []
    if accepts >= ACTS:
        found.append(_ANY_ACT)
        accepts = accepts - ACTS - _BESIDES_ACTS
    for terminal in ("NAME", "STRING", "QUANTITY", "DATE"):
        if terminal == "NAME" and "STRING" in accepts and (context, "STRING") in _IN_CONTEXT:
            continue  # the wording for STRING covers NAME
        if terminal in accepts:
            found.append(_IN_CONTEXT.get((context, terminal), _TERMINALS[terminal]))
    if not found:
        found = [_keyword(head, one) for one in sorted(accepts) if one not in _TERMINALS and one != "$END"][:4]
        found += [_TERMINALS[one] for one in ("_COLON", "_SLASH", "_RBRACKET", "_NL") if one in accepts]
    return _joined(found) if found else _TERMINALS["_NL"]


def place(places: tuple[str, ...]) -> Words:
    """Word the places valid for a line."""
    return _joined([_PLACES[one] for one in places])


_HEADS = frozenset({"SCENARIO", "KIND", "EVENT", "ACTION", "OUTCOME", "TAG"})


def _keyword(head: str, terminal: str) -> Words:
    id = "BELONGS" if terminal == "IS" and head in _HEADS else terminal
    row = BY_ID.get(id) or next(row for row in KEYWORDS if row.terminal == terminal)
    return Words(f"“{row.zh[0]}”", f"“{row.en[0]}”")


def _joined(several: list[Words]) -> Words:
    return Words("或".join(one.zh for one in several), " or ".join(one.en for one in several))
