"""What the site itself says, in the languages it is made in. Knows nothing of pages."""

from __future__ import annotations

from typing import Any

from compiler.cards.words import Lang
from dsl.diagnostics import Words
from dsl.keywords import UNITS

_PAGE = {
    "views": Words("看什么", "Views"),
    "home": Words("← 全部场景", "← All scenarios"),
    "card": Words("卡片", "Card"),
    "guide": Words("带练", "Guided call"),
    "chart": Words("流程图", "Flow chart"),
    "grid": Words("事件表", "Event table"),
    "report": Words("检查", "Findings"),
    "needs_script": Words("带练要在允许脚本的浏览器里打开。", "The guided call needs a browser that runs scripts."),
    "step": Words("步骤", "Step"),
    "speech": Words("话时：最短 / 通常 / 最长", "Speech: shortest / usual / longest"),
    "speech_note": Words(
        "话时只算坐席说的话：最短是最省话的一条路，通常是主线，最长是每步最多走一遍。",
        "Speech counts the agent's words alone: the way with the least to say, the main road, every step once at most.",
    ),
    "coverage": Words("对话覆盖", "Covered"),
    "findings": Words("发现", "Findings"),
    "no_findings": Words("没有发现问题。", "Nothing found."),
    "mend": Words("怎么改：", "What to do: "),
    "rules": Words("规则", "Rules"),
    "rule": Words("规则", "Rule"),
    "verdict": Words("结论", "Verdict"),
    "source": Words("依据", "Sources"),
    "scenarios": Words("共 {n} 个场景", "{n} scenarios"),
    "scenario": Words("场景", "Scenario"),
    "kind": Words("类别", "Kind"),
    "all_kinds": Words("全部", "All"),
    "channel": Words("渠道", "Channel"),
    "shortest": Words("最短", "Shortest"),
    "usual": Words("通常", "Usual"),
    "longest": Words("最长", "Longest"),
    "search": Words("查找", "Search"),
    "search_hint": Words("名称、类别，或拼音首字母，如 tsfw", "a name, a kind, or initials"),
    "of_proven": Words("{proven}/{all} 成立", "{proven} of {all} hold"),
    "broken": Words("{n} 条不成立", "{n} broken"),
    "error": Words("错误", "Error"),
    "warning": Words("警告", "Warning"),
    "note": Words("提示", "Note"),
}
_GUIDE = {
    "about": Words(
        "照着走一遍这通电话：客户怎么做，就按哪个键。时间会走，也可以快进。",
        "Walk through this call: press the key for what the customer does. The clock runs; you can skip ahead.",
    ),
    "known": Words("通话前已经知道：", "Known before the call:"),
    "begin": Words("开始", "Begin"),
    "single": Words("用单个键操作（数字、字母、句点）", "Single keys (digits, letters, full stop)"),
    "back": Words("退一步", "Back"),
    "again": Words("重来", "Start again"),
    "pause": Words("暂停计时", "Stop the clock"),
    "go": Words("继续计时", "Run the clock"),
    "paused": Words("（暂停）", "(stopped)"),
    "skip": Words("快进到下一个时间点", "Skip to the next moment"),
    "along": Words("客户配合", "Customer goes along"),
    "time": Words("时间到", "Time"),
    "system": Words("系统里的“{slot}”是哪一个？", "What does the system say for “{slot}”?"),
    "happened": Words("客户怎么做", "What happens"),
    "walked": Words("走过的路", "The road so far"),
    "over": Words("通话结束", "The call is over"),
    "returned": Words("回到原处", "back to the caller"),
    "end": Words("结束", "End"),
    "wait": Words("继续等客户。", "Keep waiting for the customer."),
    "say": Words("说", "Say"),
    "ask": Words("问", "Ask"),
    "do": Words("做", "Do"),
    "promise": Words("承诺", "Promise"),
    "or": Words("或", "or"),
    "tip": Words("提示", "Tip"),
    "by": Words("{time}内", "within {time}"),
    "tail": Words("后 {n} 位", "last {n}"),
    "after": Words("超过 {time}", "After {time}"),
    "every": Words("每 {time}", "Every {time}"),
    "sensitive": Words("敏感，只录入系统", "sensitive: into the system only"),
    "colon": Words("：", ": "),
    "never": Words("这一步不可以说", "Never say"),
    "no": Words("不说", "Don't say"),
    "instead": Words("改说", "Say instead"),
}
_SEARCH = {
    "found": Words("找到 {n} 个", "{n} found"),
    "ended": Words("已到期", "ended"),
    "ahead": Words("{since} 起才用", "not before {since}"),
}
_KEYS = {"Enter": Words("回车", "Enter"), "Backspace": Words("退格", "⌫")}
_UNITS = {unit.id: [unit.zh[0], unit.en[0]] for unit in UNITS} | {"workday": ["个工作日", "workdays"]}


def page_words(lang: Lang) -> dict[str, str]:
    """The words of pages."""
    return {key: words.in_(lang) for key, words in _PAGE.items()}


def guide_words(lang: Lang) -> dict[str, Any]:
    """What the guided call needs besides the machine: its words, and how units are said."""
    ui: dict[str, Any] = {key: words.in_(lang) for key, words in _GUIDE.items()}
    ui["keys"] = {key: words.in_(lang) for key, words in _KEYS.items()}
    return {"ui": ui, "units": _UNITS}


def search_words(lang: Lang) -> dict[str, str]:
    """What the list says while it is searched."""
    return {key: words.in_(lang) for key, words in _SEARCH.items()}
