"""Intended keyword of a word: by synonym, or by similarity.

A similar word may be the opposite (后于 resembles 先于, 不含 resembles 含), so similarity alone never yields an edit for a
keyword of relation or bound: the author is asked, and types the keyword.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any

from dsl.keywords import BY_ID, KEYWORDS
from dsl.mistakes.refusal import Guess, Refusal, guess
from dsl.suggest import nearest

_MEANT: dict[str, str] = {
    # declarations
    "KIND": "类型 种类 分类 type category",
    "EVENT": "情况 情形",
    "ACTION": "操作 行为 operation",
    "OUTCOME": "结果 结论 result",
    "CHANNEL": "途径 通道",
    "WORDS": "词表 词库 关键词 wordlist",
    "PHRASE": "短语 常用语 标准话术 话术名",
    "SLOT": "变量 字段 参数 槽位 资料 客户信息 variable field",
    # scenarios
    "SCENARIO": "情景 情境 脚本 剧本 scene script",
    "BELONGS": "归属 归属于 属 归于 类别 类型 分类 kind",
    "EXTENDS": "继承 继承自 基于的 inherits",
    "TITLE": "名称 题目 标题名 脚本名称 name",
    "FOLLOWS": "遵循 遵从 依照 按照",
    "SOURCE": "来源 依据 引用 参考 reference",
    "EFFECTIVE": "生效日期 生效时间 有效期 启用",
    "CHOICE": "单选 枚举 可选 选择 下拉 enum choice",
    "NEVER_SAY": "禁止说 不许说 不能说 不要说 不可说 不得说 严禁说 别说 忌说 不说 莫说 勿说 禁语 禁用语 服务禁语 禁忌语",
    "NEVER_DO": "禁止做 不许做 不能做 不要做 不得做 严禁做 别做 不做 莫做 勿做",
    "BECAUSE": "理由 因为 由于 reason",
    "INSTEAD": "改为 换成 改成 替换 替换为 应说 可说 应改说 建议说",
    "UNLESS": "例外 除了 排除 except",
    "ANYTIME": "随时 一直 始终 全局 任何时候 任意时候 整个过程 always global",
    "WAIVE": "免除 豁免规则 忽略 ignore",
    "UNTIL": "截至 截止 直到 到 止于 till to",
    # steps
    "STEP": "环节 阶段 节点 第一步 第二步 第三步 第四步 第五步 stage phase node",
    "GOAL": "目的 aim objective",
    "TIP": "注意 注意事项 说明 备注 提醒 要点 温馨提示 note hint remark",
    "WITHIN": "限时 时长 期限 时间要求 deadline",
    "SAY": "说话 说道 说出 讲 讲述 告知 播报 回答 回复 应答 客服 坐席 座席 坐席说 座席说 客服说 speak tell reply agent",
    "OR_SAY": "或者说 或者 或是 也可以说 也可说 备选 备用话术 alternatively",
    "ASK": "提问 询问 追问 请问 问询 发问 问题 question",
    "DO": "执行 操作 办理 完成 perform",
    "GETTING": "得出 获得 取得 获取 拿到 gets obtaining",
    "PROMISE": "许诺 保证 答应 promises",
    "WAIT": "等 等候 稍等 停顿 暂停 pause sleep",
    "IF": "如果 假如 若是 要是 如 倘若 假设 判断",
    "WHEN": "如遇 遇到 一旦 每当 当遇到 若遇到 whenever upon",
    "LASTS": "超时 超过了 过了 逾时 timeout",
    "EVERY": "每隔 每过 each",
    "AT_MOST": "最多 不超过 不多于 上限 至多为 max maximum",
    "AT_LEAST": "最少 不少于 下限 minimum",
    "ELSE": "不然 要不 要不然 否则的话 其他 其它 otherwise",
    "GO": "转到 转至 转去 转向 转入 跳转 跳转到 跳转至 跳到 跳至 前往 进入 去 去到 回到 下一步 goto jump next",
    "CALL": "调用到 运行 引用 run",
    "RETURN": "返回到 返回至 返回上一步 back",
    "END": "结束通话 挂机 挂断 终止 结束于 结束对话 hangup finish stop exit",
    "AND": "并且 而且 同时 以及 和 与 并 plus",
    "OR": "或者 或是 或者是",
    "IS": "等于 为 即 equals",
    "IS_NOT": "不等于 不为 非 并非",
    "KNOWN": "已知 有 已填 已填写 已经有 已获得 filled",
    "NO": "不 不要 不会 不出现 无 未知 未填 没填 没 缺少 缺 without missing",
    # rules
    "RULEBOOK": "规则库 规范 规则组",
    "RULE": "规定 条款",
    "APPLIES": "适用于 适用范围 用于",
    "REQUIRE": "必须 需要 应当 应该 务必 须 must should",
    "FORBID": "严禁 不得 不准 不允许",
    "LIMIT": "限定 约束 限制为",
    "LEVEL": "等级 严重程度 严重性 severity",
    "WRONG": "错例 错误示例 错误 bad",
    "RIGHT": "对例 正确示例 正确 good",
    "BEFORE": "早于 前于",
    "FOLLOWED": "后有 然后有 随后有 后面有",
    "REACHABLE": "可到达 能到达 能到 可以到",
    "HAS": "包含 含有 包括 有 contains",
    "EVERY_STEP": "每一步 每步 每一个步骤 所有步骤 各步骤 全部步骤",
    "HANDLES": "应对 处置 handle",
    "MENTIONS": "提及 说到 谈到 mention",
    "IN": "在",
    # dialogues
    "DIALOGUE": "测试用例 用例 会话 conversation",
    "TESTS": "验证 针对 检验",
    "GIVEN": "假设 前提 设",
    "REACH": "到达 来到 进入 走到",
    "PASS": "过 过了",
    "CUSTOMER": "顾客 用户 来电人 caller user",
    "CONTINUE": "继续 同意 顺从 接受 continues",
    "FILL": "填写 填入 录入 enter",
    "EXPECT": "预期 应有 断言 期待 assert",
}
SPELT_OUT = {
    "必说": "要求 说",
    "必须说": "要求 说",
    "必须做": "要求 做",
    "必做": "要求 做",
}
"""Words for two consecutive keywords at the start of a rule."""

_IDS: dict[str, list[str]] = {}
for _id, _words in _MEANT.items():
    for _word in _words.split():
        _IDS.setdefault(_word, []).append(_id)

SYNONYMS = frozenset(_IDS)
"""Words typed in place of keywords."""


def terminals_of(word: str) -> frozenset[str]:
    """Return the terminals of the keywords with synonym `word`."""
    return frozenset(BY_ID[id].terminal for id in _IDS.get(word.casefold(), ()))


def meant(word: str, terminals: Container[str]) -> str | None:
    """Return the keyword with synonym `word` and a terminal in `terminals`, in the language of `word`, or None."""
    # A synonym is ambiguous without the place: 类型 is 类别 at the start of a line and 属于 in the head of a scenario.
    #     类型 投诉
    #     场景 A 类型 投诉
    for id in _IDS.get(word.casefold(), ()):
        row = BY_ID[id]
        if row.terminal in terminals:
            return row.en[0] if word.isascii() else row.zh[0]
    return None


RELATIONS = frozenset(
    {
        "BEFORE", "FOLLOWED", "THEN", "HAS", "REACHABLE", "EVERY_STEP", "HANDLES", "IN", "AT_MOST", "AT_LEAST", "ELSE",
        "UNTIL", "UNLESS", "IS", "IS_NOT", "KNOWN", "NO", "AND", "OR",
    }
)  # fmt: skip
"""Terminals of relations, bounds and connectives."""
_TERMINALS = {word.casefold(): row.terminal for row in KEYWORDS for word in (*row.zh, *row.en)}
_DENIES = re.compile("[不没未非无别勿莫禁忌]|^(?:un|non|not|never|no-)", re.IGNORECASE)


def likely(word: str, keywords: Iterable[str]) -> tuple[str, ...]:
    """Return the likeliest `keywords` for the typo `word`, a single spelling per terminal.

    For a word with a negation, only keywords with a negation qualify.
    """
    if len(word) > 16:
        return ()
    near = nearest(word, (one for one in keywords if _DENIES.search(one) or not _DENIES.search(word)))
    return tuple({_TERMINALS[one.casefold()]: one for one in reversed(near)}.values())[::-1]


def did_you_mean(refusal: Refusal, token: Any, near: tuple[str, ...]) -> Guess:
    """Ask whether a keyword of `near` was meant by `token`, with an edit if safe to propose."""
    sure = len(near) == 1 and _TERMINALS[near[0].casefold()] not in RELATIONS
    sure = sure and (bool(_DENIES.search(refusal.span(token).text)) or not _DENIES.search(near[0]))
    fix = refusal.put(token, near[0]) if sure else None
    chinese, english = "”还是“".join(near), "” or “".join(near)
    return guess(
        "是不是想写“{chinese}”？" if len(near) == 1 else "想写“{chinese}”？",
        "did you mean “{english}”?",
        fix,
        chinese=chinese,
        english=english,
    )
