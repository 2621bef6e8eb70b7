"""Mistakes of writing: every lint SC1xx by its own examples, and what is said about lines people really type."""

from __future__ import annotations

import pytest

from dsl.diagnostics import Diagnostic, Lint
from dsl.mistakes import LINTS
from dsl.mistakes.expected import SAMPLES
from dsl.mistakes.synonyms import SYNONYMS
from dsl.parser import MAX_FINDINGS, parse
from dsl.source import Source
from tests.lint_examples import check_examples

STEP = "场景 甲\n步骤 乙\n"
RULEBOOK = "规则集 甲\n规则 乙\n"


def find(text: str) -> list[Diagnostic]:
    return parse(Source("a.script", text))[1]


def fixed(text: str) -> str:
    """`text` with the fix of its one finding put in."""
    (finding,) = find(text)
    assert finding.fix is not None, finding.help("zh")
    _, start, end = finding.fix.span
    return text[:start] + finding.fix.text + text[end:]


@pytest.mark.parametrize("lint", LINTS, ids=lambda lint: lint.code)
def test_the_examples_of_a_lint(lint: Lint) -> None:
    check_examples(lint, find)


def test_every_lint_is_listed_once_in_order() -> None:
    codes = [lint.code for lint in LINTS]
    assert codes == sorted(set(codes))
    assert len({lint.name for lint in LINTS}) == len(LINTS)


ACCEPTED = [
    '说："您好"。',
    "说　“您好”",
    "说“您好”",
    "说 ”您好“",
    "说 “您好“",
    '或 "您好"',
    "当 客户沉默 五秒 转 乙",
    "当 客户沉默 5秒钟，转 乙",
    "若 客户类型 是 会员、老客户：说 欢迎语",
    "若 客户类型 是 会员，且 已有 电话，说 欢迎语",
    "至多 两次，否则：转 乙",
    "时限 三声。",
    "承诺 答复 两个工作日",
    "等待 半小时",
    "等待：５ 秒",
    "1. 转 乙",
    "2、转 乙",
    "（3）转 乙",
    "④ 转 乙",
    "一、转 乙",
    "- 转 乙",
    "• 转 乙",
    "\uf0b7\t转 乙",
    "转\u00a0乙",
    "\u200b转\u200b 乙\u00ad",
    '禁说 "这又不是我的错"，原因 "推卸责任"，改说 "给您添麻烦了"',
    '禁说 "甲"、"乙"',
    '说 "尾号{电话末4位}"',
    "说 “他说“好”了”",
    "ｇｏ 乙",
]


@pytest.mark.parametrize("line", ACCEPTED)
def test_what_can_only_mean_one_thing_is_taken_for_it(line: str) -> None:
    before = "  说 甲\n" if line.startswith("或") else ""
    assert find(f"{STEP}{before}  {line}\n") == []


@pytest.mark.parametrize(
    "head",
    [
        "场景：甲",
        "场景 甲：",
        "场景 甲，属于 乙",
        "场景 甲\n步骤：乙",
        "场景 甲\n步骤 乙 [丙]：",
        "场景 甲\n标题：“乙”",
    ],
)
def test_heads_may_be_typed_like_headings(head: str) -> None:
    assert find(head + "\n") == []


# A line, the code, the place of the finding, the Chinese and the English help, and the line after the fix
# (None: no fix; the empty text: a fix that ends the line there and begins another).
TYPED = [
    ("转到 乙", "SC102", "转到", "把“转到”改成“转”", "write “转” for “转到”", "转 乙"),
    ("跳转 乙", "SC102", "跳转", "把“跳转”改成“转”", "write “转” for “跳转”", "转 乙"),
    ("转到乙", "SC102", "转到乙", "关键词后面要空一格：转 乙", "put a blank after the keyword: 转 乙", "转 乙"),
    ("转乙", "SC102", "转乙", "关键词后面要空一格：转 乙", "put a blank after the keyword: 转 乙", "转 乙"),
    ("如果 甲 是 乙：转 丙", "SC102", "如果", "把“如果”改成“若”", "write “若” for “如果”", "若 甲 是 乙：转 丙"),
    (
        *("若客户类型是会员：转 乙", "SC102", "若客户类型是会员", "关键词后面要空一格：若 客户类型 是 会员"),
        *("put a blank after the keyword: 若 客户类型 是 会员", "若 客户类型 是 会员：转 乙"),
    ),
    (
        *("若 客户类型是会员：转 乙", "SC101", "：", "关键词前后要空一格：客户类型 是 会员"),
        *("put blanks around the keyword: 客户类型 是 会员", "若 客户类型 是 会员：转 乙"),
    ),
    (
        *("转 丙 若 甲 是 乙", "SC101", "若", "条件写在前面：若 …: 转 丙", "the condition comes first: 若 …: 转 丙"),
        "若 甲 是 乙: 转 丙",
    ),
    (
        *("说 “好” 如果 已有 甲", "SC101", "如果", "条件写在前面：若 …: 说 “好”"),
        *("the condition comes first: 若 …: 说 “好”", "若 已有 甲: 说 “好”"),
    ),
    (
        *("当 客户激动 转 丙 若 已有 甲", "SC101", "若"),
        "条件跟在事件后面，用“且”连起来：当 客户激动 且 已有 工单号: 转 …",
        "the condition comes behind the event, joined by “and”: when upset and known ticket: go …",
        None,
    ),
    (
        *("当 客户激动: 说 “好” 结束 完成", "SC101", "结束", "接着做的事，前面加逗号：, 结束"),
        *("put a comma before what follows: , 结束", "当 客户激动: 说 “好”, 结束 完成"),
    ),
    (
        *("禁说 词组 威胁话 原因 “不许”", "SC101", "词组", '词组写在引号里的大括号中："{威胁话}"'),
        *('a word group stands in braces inside quotes: "{威胁话}"', '禁说 "{威胁话}" 原因 “不许”'),
    ),
    ("若 甲 = 乙：转 丙", "SC110", "=", "写“是”", "write “是”", "若 甲 是 乙：转 丙"),
    ("若 甲 != 乙：转 丙", "SC110", "!=", "写“不是”", "write “不是”", "若 甲 不是 乙：转 丙"),
    ("若 甲 是 乙 则 转 丙", "SC101", "则", "把“则”改成冒号", "write a colon for “则”", "若 甲 是 乙: 转 丙"),
    ("若 甲 是 乙 并且 已有 丙：转 丁", "SC101", "并且", "把“并且”改成“且”", "write “且” for “并且”", None),
    (
        *("若 甲 是 乙 或 丁 是 丙：转 丁", "SC101", "是"),
        "“或”只用在一项信息的几个值之间，如“是 会员 或 老客户”；不同的条件分两行写",
        "“or” stands only between values of one slot, as in “is member or guest”; write two lines for two guards",
        None,
    ),
    (
        *("若 甲 是 乙：转 丙 否则 转 丁", "SC101", "否则"),
        "“若”没有“否则”：另起一行写相反的条件“若 … 不是 …”，或直接写“转 …”",
        "“if” has no “else”: write the opposite, “if … is not …”, on the next line, or just “go …”",
        None,
    ),
    (
        *("当 客户激动 安抚情绪", "SC101", "安抚情绪", "去别的步骤，前面写“转”"),
        *("to go to another step, write “转” in front", "当 客户激动 转 安抚情绪"),
    ),
    (
        *("当 客户激动 或 客户辱骂: 转 乙", "SC101", "或", "几个事件之间用“、”隔开：客户激动、客户辱骂"),
        *("put commas between several events: 客户激动、客户辱骂", "当 客户激动、客户辱骂: 转 乙"),
    ),
    (
        *("当 甲 或者 乙 或 丙 5秒 转 丁", "SC101", "或者", "几个事件之间用“、”隔开：甲、乙、丙"),
        *("put commas between several events: 甲、乙、丙", "当 甲、乙、丙 5秒 转 丁"),
    ),
    ("当 客户激动 时 转 乙", "SC101", "时", "把“时”改成冒号", "write a colon for “时”", "当 客户激动: 转 乙"),
    ("当 客户沉默 超过 5秒 转 乙", "SC101", "超过", "去掉“超过”", "drop “超过”", "当 客户沉默 5秒 转 乙"),
    (
        *("当 客户激动: “您慢慢说”", "SC101", "“您慢慢说”", "引号前面写“说”"),
        *("write “说” in front of the quote", "当 客户激动: 说 “您慢慢说”"),
    ),
    ("当 甲、乙 五秒 转 丙", "SC101", "五秒", "写成数字：5秒", "write it in digits: 5秒", "当 甲、乙 5秒 转 丙"),
    (
        "当 甲 5秒转 乙",
        "SC107",
        "5秒转",
        "数量后面要空一格：5秒 转",
        "put a blank after the amount: 5秒 转",
        "当 甲 5秒 转 乙",
    ),
    ("至多 2次，转 乙", "SC101", "，", "“转”前面要写“否则”", "write “否则” in front of “转”", "至多 2次, 否则 转 乙"),
    ("最多 2次", "SC102", "最多", "把“最多”改成“至多”", "write “至多” for “最多”", "至多 2次"),
    ("至多 2", "SC107", "2", "写上单位，例如 2次", "add the unit, for instance 2 times", None),
    ("时限 3声内", "SC107", "3声内", "只写“3声”", "write just “3声”", "时限 3声"),
    ("等待 3-5秒", "SC107", "3-5秒", "只写一个数，如 5秒", "write one number, such as 5秒", "等待 5秒"),
    ("等待 5苗", "SC107", "5苗", "是不是想写“5秒”？", "did you mean “5秒”?", None),
    (
        *("等待 2小时半", "SC107", "2小时半", "写成一个数和一个单位：2.5小时"),
        *("write one number and one unit: 2.5小时", "等待 2.5小时"),
    ),
    (
        *("承诺 答复 2小时 30分钟", "SC101", "30分钟", "写成一个数和一个单位：150分钟"),
        *("write one number and one unit: 150分钟", "承诺 答复 150分钟"),
    ),
    ("等待 2周", "SC107", "2周", "写成一个数和一个单位：14天", "write one number and one unit: 14天", "等待 14天"),
    ("等 5秒", "SC102", "等", "把“等”改成“等待”", "write “等待” for “等”", "等待 5秒"),
    (
        *("说 您好，请讲！", "SC101", "，", '放进引号里："您好，请讲！"'),
        *('put it in quotes: "您好，请讲！"', '说 "您好，请讲！"'),
    ),
    (
        *("说您好，请讲！", "SC102", "说您好", '“说”后面的话放进引号里：说 "…"'),
        *('put the words after “说” in quotes: 说 "…"', '说 "您好，请讲！"'),
    ),
    (
        *("您好，请讲！", "SC102", "您好", '如果是要说的话，写成：说 "…"'),
        *('if agents should say it, write: say "…"', '说 "您好，请讲！"'),
    ),
    (
        *("查询订单", "SC102", "查询订单", '要说的话写成：说 "…"；要做的事写成：做 查询订单'),
        *('write words to speak as: say "…"; something to do as: do 查询订单', None),
    ),
    ("“您好”", "SC101", "“您好”", '引号前面写“说”：说 "…"', 'write “say” in front of the quote: say "…"', "说 “您好”"),
    ("客服：“您好”", "SC102", "客服", "把“客服”改成“说”", "write “说” for “客服”", "说：“您好”"),
    ("说 ‘您好’", "SC110", "‘", '换成双引号 " "', 'use double quotes " "', '说 "您好"'),
    ('说 "他说"好"了"', "SC101", "好", "引号里面的引号用 “ ” 或 「 」", "for quotes inside quotes use “ ”", None),
    ('说 "您好', "SC105", '"', '在“您好”后面补上 "', 'put " after “您好”', '说 "您好"'),
    ("说 “您好 # 备注", "SC105", "“", "在“您好”后面补上 ”", "put ” after “您好”", "说 “您好” # 备注"),
    (
        *('说 "甲" / "乙"', "SC101", "/", '另一种说法另起一行：或说 "…"'),
        *('put another wording on a line of its own: 或说 "…"', '说 "甲"\n  或说 "乙"'),
    ),
    (
        *('说 "甲"，转 乙', "SC101", "，", "一行只写一件事：从“转”起另起一行"),
        *("one thing a line: begin a new line at “转”", '说 "甲"\n  转 乙'),
    ),
    ("问 姓氏 您贵姓？", "SC110", "？", '放进引号里："您贵姓？"', 'put it in quotes: "您贵姓？"', '问 姓氏 "您贵姓？"'),
    (
        *('问 "您贵姓？"', "SC101", '"您贵姓？"', '先写要问的信息名：问 客户姓氏 "…"；不用记下回答的，写“说”'),
        'name the slot first: ask surname "…"; when the answer need not be noted, write “say”',
        '说 "您贵姓？"',
    ),
    ("提问 姓氏 “您贵姓？”", "SC102", "提问", "把“提问”改成“问”", "write “问” for “提问”", "问 姓氏 “您贵姓？”"),
    ('转 "乙"', "SC101", '"乙"', "名称不加引号：乙", "names have no quotes: 乙", "转 乙"),
    ("转 步骤 乙", "SC101", "乙", "去掉“步骤”", "drop “步骤”", "转 乙"),
    (
        *(
            "转 信息 核实",
            "SC101",
            "核实",
            "“转”后面只写一个名称，名称里没有空格。“核实”是另一件事的，单独写一行，写明做什么",
        ),
        "one name stands behind “转”, and a name has no blanks; if “核实” is another thing, give it a line of its own that "
        "says what to do",
        "转 信息核实",
    ),
    ("做 甲 和 乙", "SC101", "和", "几个名称之间用“、”隔开", "put commas between several names", "做 甲、乙"),
    ("做 甲 并且 乙", "SC101", "并且", "几个名称之间用“、”隔开", "put commas between several names", "做 甲、乙"),
    ("做 甲，得出 乙", "SC101", "乙", "把“得出”改成“得到”", "write “得到” for “得出”", "做 甲，得到 乙"),
    ("禁止说 “甲”", "SC102", "禁止说", "把“禁止说”改成“禁说”", "write “禁说” for “禁止说”", "禁说 “甲”"),
    (
        *('禁止 "甲"', "SC101", '"甲"', '不许说的话写成：禁说 "…"'),
        *('words that must not be said: never say "…"', '禁说 "甲"'),
    ),
    ('禁说 "甲" 或 "乙"', "SC101", "或", "几句话之间用 / 隔开", "put / between several texts", '禁说 "甲" / "乙"'),
    (
        *('禁说 "甲" 原因 推卸 改说 "乙"', "SC101", "推卸", '放进引号里："推卸"'),
        *('put it in quotes: "推卸"', '禁说 "甲" 原因 "推卸" 改说 "乙"'),
    ),
    ("转", "SC115", "", "照这样写：转 结束语", "write it like this: go closing", None),
    (
        "承诺 2工作日",
        "SC101",
        "2工作日",
        "照这样写：承诺 答复 2工作日",
        "write it like this: promise reply 2 workdays",
        None,
    ),
    ("// 备注", "SC101", "//", "注释用 # 开头", "a comment begins with #", "# 备注"),
    (
        *("转 \u2f94语", "SC110", "\u2f94", "它是从 PDF 里复制来的部首，不是汉字：重新输入“言”"),
        *("it is a radical copied from a PDF that looks like a character: type “言” anew", "转 言语"),
    ),
    ("sya hello", "SC102", "sya", "是不是想写“say”？", "did you mean “say”?", "say hello"),
    ("goto b", "SC102", "goto", "把“goto”改成“go”", "write “go” for “goto”", "go b"),
    ("when a then go b", "SC101", "then", "把“then”改成冒号", "write a colon for “then”", "when a: go b"),
    ("within three rings", "SC101", "three", "写成数字：3", "write it in digits: 3", "within 3 rings"),
    ("說 “您好”", "SC102", "說", "是不是想写“说”？", "did you mean “说”?", "说 “您好”"),
]


@pytest.mark.parametrize(("line", "code", "place", "zh", "en", "after"), TYPED, ids=[row[0] for row in TYPED])
def test_what_is_said_of_a_line(line: str, code: str, place: str, zh: str, en: str, after: str | None) -> None:
    text = f"{STEP}  {line}\n"
    (finding,) = find(text)
    assert (finding.code, finding.span.text, finding.span.line) == (code, place, 3)
    assert (finding.help("zh"), finding.help("en")) == (zh, en)
    if after is not None:
        assert fixed(text) == f"{STEP}  {after}\n"
        assert find(fixed(text)) == []


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("say It is free of charge.", 'say "It is free of charge."'),
        ("say Hello and welcome", 'say "Hello and welcome"'),
        ("say Please wait", 'say "Please wait"'),
        ("ask name What is your name?", 'ask name "What is your name?"'),
        ("当 沉默 5秒说 好", "当 沉默 5秒 说 好"),
        ("when customer silent go closing", "when customer-silent go closing"),
        ("当 客户 激动 转 丙", "当 客户激动 转 丙"),
    ],
)
def test_a_fix_does_no_harm(line: str, after: str) -> None:
    made = fixed(f"{STEP}  {line}\n")
    assert made == f"{STEP}  {after}\n"
    assert find(made) == []


HEADS = [
    ("场景A", "场景 A"),
    ("场景 “A”", "场景 A"),
    ("场景 A 属 投诉", "场景 A 属于 投诉"),
    ("場景 A", "场景 A"),
    ("场景 A\n步骤1 接听", "场景 A\n步骤 接听"),
    ("场景 A\n第一步：接听", "场景 A\n步骤：接听"),
    ("场景 A\n环节 接听", "场景 A\n步骤 接听"),
    ("场景 A\n步骤 接听（问候）", "场景 A\n步骤 接听[问候]"),
    ("场景 A\n步骤 结束语 [追问，致谢 告别]", "场景 A\n步骤 结束语 [追问，致谢、告别]"),
    ("场景 A\n标题 服务态度投诉", '场景 A\n标题 "服务态度投诉"'),
    ("场景 A\n标题服务态度投诉", '场景 A\n标题 "服务态度投诉"'),
    ("场景 A\n信息 类型：选项 甲/乙", "场景 A\n信息 类型 选项 甲/乙"),
    ("场景 A\n全程当 沉默 转 甲", "场景 A\n全程 当 沉默 转 甲"),
]


@pytest.mark.parametrize(("typed", "after"), HEADS)
def test_heads_are_fixed(typed: str, after: str) -> None:
    assert fixed(typed + "\n") == after + "\n"
    assert find(after + "\n") == []


@pytest.mark.parametrize(
    ("typed", "zh"),
    [
        ("要求 致歉 先于 [方案]", "标签写在方括号里：[致歉]；不是标签的，前面写它是什么：步骤、事件、做、词组、结束"),
        ("限制 承诺时限 不超过 24小时", "把“不超过”改成“至多”"),
        ("要求 [致歉] 早于 [方案]", "把“早于”改成“先于”"),
        ("必须 [致歉]", "把“必须”改成“要求”"),
        ("要求 每一步 处理 客户沉默", "把“每一步”改成“每个步骤”"),
        ('禁止 说 "没办法"、"不归我管"', '几句话用“或”连起来：或 说 "…"'),
    ],
)
def test_rules_are_fixed(typed: str, zh: str) -> None:
    (finding,) = find(f"{RULEBOOK}{typed}\n")
    assert finding.help("zh") == zh
    assert find(fixed(f"{RULEBOOK}{typed}\n")) == []


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ("要求 [方案] 后于 [致歉]", "要求 [致歉] 先于 [方案]"),
        ("要求 [方案] 晚于 [致歉] 或 [共情]  # 注", "要求 [致歉] 或 [共情] 先于 [方案]  # 注"),
        ("要求 [方案] 之前有 [致歉]", "要求 [致歉] 先于 [方案]"),
        ("要求 事件 生气 之后 [方案] 后于 [致歉]", "要求 事件 生气 之后 [致歉] 先于 [方案]"),
        ("require [solution] after [apology]", "require [apology] before [solution]"),
        ("require [solution] follows [apology]", "require [apology] before [solution]"),
        ("禁止 [推销] 后于 [致歉]", "禁止 [致歉] 之后有 [推销]"),
        ("要求 不 [推销]", "禁止 [推销]"),
        ("要求 没有 [推销]", "禁止 [推销]"),
        ("要求 步骤 [方案] 不含 [推销]", "禁止 步骤 [方案] 含 [推销]"),
        ("要求 [致歉] 之后没有 [推销]", "禁止 [致歉] 之后有 [推销]"),
        ("要求 [致歉] 之后 没有 [推销]", "禁止 [致歉] 之后有 [推销]"),
    ],
)
def test_a_rule_typed_the_other_way_round_keeps_its_meaning(typed: str, after: str) -> None:
    made = fixed(f"{RULEBOOK}{typed}\n")
    assert made == f"{RULEBOOK}{after}\n"
    assert find(made) == []


@pytest.mark.parametrize(
    ("typed", "zh"),
    [
        ("限制 承诺时限 超过 2小时", "“限制”写的是允许的范围：不许超过 2小时，写“至多 2小时”"),
        (
            "限制 承诺时限 少于 2小时",
            "“限制”写的是允许的范围：最多 2小时 写“至多 2小时”，最少 2小时 写“至少 2小时”",
        ),
        ("限制 承诺时限 至小 2小时", "想写“至多”还是“至少”？"),
        ("限制 承诺时限 不至少 2小时", "照这样写：限制 承诺时限 至多 24小时"),
        ("限制 语句字数 至多 45", "写上单位，例如 45字"),
        ("要求 [方案] 先与 [致歉]", "是不是想写“先于”？"),
        ("要求 [方案] 在后 [致歉]", "写“甲 先于 乙”：先发生的甲写在前面"),
        ("要求 每个步骤 不处理 客户沉默", "照这样写：要求 [致歉] 先于 [方案]"),
    ],
)
def test_likeness_settles_no_relation_and_no_amount(typed: str, zh: str) -> None:
    (finding,) = find(f"{RULEBOOK}{typed}\n")
    assert finding.help("zh") == zh
    assert finding.fix is None


@pytest.mark.parametrize("line", ['今说 "没办法"', "不转 乙", "不要求 [致歉]", "时限 不少于 3声"])
def test_nothing_is_turned_into_its_opposite(line: str) -> None:
    (finding,) = find(f"{STEP}  {line}\n")
    assert finding.fix is None, finding.fix


def test_what_follows_tells_like_keywords_apart() -> None:
    assert fixed('场景 甲\n标提 "乙"\n') == '场景 甲\n标题 "乙"\n'


def test_a_value_that_begins_with_a_digit_goes_in_quotes() -> None:
    text = '场景 甲\n步骤 乙\n  说 "好"\n对话 "一" 测试 甲\n  已知 金额 是 3000元\n'
    assert fixed(text) == text.replace("3000元", '"3000元"')


def test_a_reserved_name() -> None:
    (finding,) = find("场景 甲\n步骤 结束\n")
    assert finding.message("zh") == "“结束”是关键词，不能作步骤名"
    assert finding.message("en") == "“结束” is a keyword and cannot be the step's name"


def test_messages_name_unseen_characters() -> None:
    (finding,) = find(f"{STEP}  转 乙 \x00\n")
    assert finding.message("zh") == "这里的“U+0000”不属于脚本语言"


def test_messages_stay_short() -> None:
    for text in (
        "好" * 10_000,
        f"{STEP}说 {'好，' * 10_000}",
        f"{STEP}当{'好' * 10_000}",
        f'{STEP}转 "{"好" * 10_000}"',
    ):
        for finding in find(text):
            assert max(len(said) for said in (finding.message("zh"), finding.help("zh"), finding.help("en"))) < 200


@pytest.mark.parametrize(
    ("text", "code", "zh"),
    [
        ("步骤 甲\n  说 乙\n", "SC103", "前面先写一行“场景 …”，例如：场景 服务态度投诉"),
        ("规则 甲\n  级别 错误\n", "SC103", "前面先写一行“规则集 …”，例如：规则集 投诉规范"),
        ("场景 甲\n  当 沉默 转 乙\n", "SC103", "整通电话都要管的，写成“全程 当 …”"),
        ("场景 甲\n  说 乙\n", "SC103", "移到一行“步骤 …”下面"),
        (f"{STEP}  客户：我要投诉\n", "SC103", "客户的反应写成“当 事件名 …”"),
        (f"{STEP}  要求 [甲]\n", "SC103", "移到一行“规则 …”下面"),
        (f"{STEP}  遵守 甲\n", "SC103", "移到“场景”下面、第一个“步骤”前面"),
    ],
)
def test_a_line_in_the_wrong_place_is_told_once(text: str, code: str, zh: str) -> None:
    (finding,) = find(text)
    assert (finding.code, finding.help("zh")) == (code, zh)


@pytest.mark.parametrize("place", ["场景 甲\n", "规则集 甲\n", RULEBOOK])
def test_dates_the_wrong_way_round_are_an_error_wherever_they_stand(place: str) -> None:
    (finding,) = find(f"{place}生效 2027/5/1 至 2027年1月1日\n")
    assert (finding.code, finding.span.text) == ("SC116", "2027年1月1日")
    assert finding.message("zh") == "2027-01-01 在 2027-05-01 之前，没有一天算数"
    assert "生效 2027-01-01 至 2027-05-01" in finding.help("zh")
    assert find(f"{place}生效 2027-01-01 至 2027-01-01\n") == []


def test_both_places_of_what_is_written_twice() -> None:
    (finding,) = find(f"{STEP}至多 2次\n说 甲\n至多 3次\n")
    assert (finding.code, finding.span.line) == ("SC111", 5)
    assert [label.span.line for label in finding.labels] == [3]
    (finding,) = find('场景 甲\n禁说 "乙" 原因 "丙" 原因 "丁"\n')
    assert finding.span.text == '"丁"'
    assert [label.span.text for label in finding.labels] == ['"丙"']


def test_a_file_that_is_no_script_is_not_read_to_its_end() -> None:
    findings = find("天地玄黄\n" * (2 * MAX_FINDINGS))
    assert len(findings) == MAX_FINDINGS
    assert [label.words.zh for label in findings[-1].labels] == ["看不懂的行太多，从这里起没有再读"]
    assert not any(finding.labels for finding in findings[:-1])


def test_every_line_has_a_sample_that_parses() -> None:
    """A sample is what a finding shows for want of a better hint, so each must be right in both languages."""
    places = ("", "场景 甲\n", f"{STEP}说 丙\n", RULEBOOK, '对话 "甲" 测试 乙\n')
    for head, sample in SAMPLES.items():
        for line in (sample.zh, sample.en):
            assert any(find(f"{place}{line}\n") == [] for place in places), (head, line)


def test_words_typed_for_keywords_are_none_themselves() -> None:
    """Some open a line elsewhere, and are taken for other keywords further in."""
    assert {word for word in SYNONYMS if find(f"{STEP}{word}\n")[0].code != "SC102"} == {"到", "已知", "类别", "kind"}
