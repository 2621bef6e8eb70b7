"""The formatter: its laws over any script, and what the one form looks like, construct by construct."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dsl.formatter import format_script
from dsl.parser import parse
from dsl.source import Source
from dsl.syntax import Script
from tests.syntax_text import one_language, shape
from tests.typist import scripts

Keywords = Literal["zh", "en"] | None
KEYWORDS: tuple[Keywords, ...] = (None, "zh", "en")
IN_STEP = "场景 a\n\n步骤 b\n  {}\n"
IN_RULE = "规则集 a\n  规则 b\n    {}\n"

patient = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read(text: str) -> Script:
    script, findings = parse(Source("a.script", text))
    assert script.whole, [finding.message("en") for finding in findings]
    return script


def formatted(text: str, keywords: Keywords = None) -> str:
    return format_script(read(text), keywords)


# --- laws -----------------------------------------------------------------------------------------------------------


@patient
@given(text=scripts(), keywords=st.sampled_from(KEYWORDS))
@example("场景 a\n步骤 {end} / {或说}\n  转 {end}\n", "en")
@example('场景 a\n步骤 b\n  说 """\n{ 客户姓氏 }\n"""\n', None)
def test_parsing_what_was_formatted_gives_the_same_tree(text: str, keywords: Keywords) -> None:
    before, found_before = parse(Source("a.script", text))
    after, found_after = parse(Source("a.script", format_script(before, keywords)))
    assert after.whole
    if keywords is None:
        assert shape(after) == shape(before)
    assert one_language(shape(after)) == one_language(shape(before))
    assert sorted(one.code for one in found_after) == sorted(one.code for one in found_before)


@patient
@given(text=scripts(), keywords=st.sampled_from(KEYWORDS))
def test_formatting_twice_is_formatting_once(text: str, keywords: Keywords) -> None:
    once = formatted(text, keywords)
    assert formatted(once, keywords) == once


@patient
@given(text=scripts(), keywords=st.sampled_from(KEYWORDS))
def test_no_comment_is_lost_and_none_leaves_its_statement(text: str, keywords: Keywords) -> None:
    def comments(script: Script) -> list[str]:
        return sorted(one.span.text[1:].rstrip() for one in script.comments)

    before = read(text)
    assert comments(read(format_script(before, keywords))) == comments(before)


@patient
@given(text=scripts())
def test_keywords_of_one_language_stay_when_asked_for_it(text: str) -> None:
    chinese = formatted(text, "zh")
    assert formatted(chinese) == chinese
    english = formatted(chinese, "en")
    assert formatted(english) == english
    assert formatted(english, "zh") == chinese


# --- words and marks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("说“您好”", '说 "您好"'),
        ("说：「您好」。", '说 "您好"'),
        ("或“您好”", '或说 "您好"'),
        ("say phrase-1", "say phrase-1"),
        ("问 a，b,c “谁？”", '问 a、b、c "谁？"'),
        ('ask a、b "who?"', 'ask a, b "who?"'),
        ("做 a、b 得到 c，d", "做 a、b, 得到 c、d"),
        ("do a, b getting c", "do a, b, getting c"),
        ("承诺 答复 两个工作日", "承诺 答复 2工作日"),
        ("promise reply 2 个工作日", "promise reply 2 workdays"),
        ("promise reply 1 workdays", "promise reply 1 workday"),
        ("等待　５ 秒钟", "等待 5秒"),
        ("wait 5 seconds", "wait 5s"),
        ("时限：三声", "时限 3声"),
        ("within 1 rings", "within 1 ring"),
        ("当 激动：转 乙", "当 激动 转 乙"),
        ("当 激动，转 乙", "当 激动 转 乙"),
        ("当 激动 说 好", "当 激动: 说 好"),
        ("当 激动 说 好，转 乙", "当 激动: 说 好, 转 乙"),
        ("当 激动 且 a 是 b 转 乙", "当 激动 且 a 是 b: 转 乙"),
        ("when upset: go calm", "when upset go calm"),
        ("when upset, silence 5s say hello", "when upset, silence 5s: say hello"),
        ("若 a 是 b／c、d 转 乙", "若 a 是 b / c / d: 转 乙"),
        ("若 a 不是 b，且 已有 c 转 乙", "若 a 不是 b 且 已有 c: 转 乙"),
        ("if a is not b and no c go d", "if a is not b and no c: go d"),
        ("超过 十分钟 转 乙", "超过 10分钟: 转 乙"),
        ("every 30 minutes，说 好", "every 30min: say 好"),
        ("至多 2次 否则：转 乙", "至多 2次, 否则 转 乙"),
        ("at most 2 times else go b", "at most 2 times, else go b"),
        ("结束 o", "结束 o"),
        ("返回：", "返回"),
        ("return e", "return e"),
        ("禁说 “a”、“b”，改说 “c” 原因 “d”", '禁说 "a" / "b" 原因 "d" 改说 "c"'),
        ('never  DO a because "b"', 'never do a because "b"'),
        ("做 {客户}、ＡＢ", "做 客户、AB"),
    ],
)
def test_a_line_of_a_step(typed: str, written: str) -> None:
    assert formatted(IN_STEP.format(typed)) == IN_STEP.format(written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("要求 [a、b] 先于 步骤 c", "要求 [a, b] 先于 步骤 c"),
        ("require [a] followed by do b or say c", "require [a] followed by do b or say c"),
        ("要求 每个步骤 处理 a，b", "要求 每个步骤 处理 a、b"),
        ("require every step handles a、b", "require every step handles a, b"),
        ("禁止 提到 {工号}", "禁止 提到 工号"),
        ("限制 承诺时限 至多 ２４小时 于 结束 [a]", "限制 承诺时限 至多 24小时 于 结束 [a]"),
        ("级别：错误", "级别 错误"),
        ("反例 “a”、“b”", '反例 "a" / "b"'),
    ],
)
def test_a_line_of_a_rule(typed: str, written: str) -> None:
    assert formatted(IN_RULE.format(typed)) == IN_RULE.format(written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("类别 a／b is c “d” 处理 e,f", '类别 a / b 属于 c "d" 处理 e、f'),
        ("kind a 属于 b", "kind a is b"),
        ("结局 a【b，c】", "结局 a [b, c]"),
        ("信息 a 选项 b、c 敏感", "信息 a 选项 b / c 敏感"),
        ('slot a 文本 已知 "b"', 'slot a 文本 已知 "b"'),
        ("渠道 a，b", "渠道 a、b"),
        ("渠道 a/b “c”", '渠道 a / b "c"'),
        ("词组 a “b”、“c”", '词组 a "b" / "c"'),
    ],
)
def test_a_declaration(typed: str, written: str) -> None:
    assert formatted(typed + "\n") == written + "\n"


def test_a_rewritten_file_has_keywords_units_and_words_of_one_language() -> None:
    chinese = (
        "信息 电话 / phone 电话号码 敏感 已知\n\n场景 甲 属于 投诉 基于 乙\n  生效 2027-01-01 至 2027-12-31\n\n"
        '步骤 丙 [a]\n  说 "尾号{电话 末4位}"\n  至多 1次, 否则 结束 丁\n\n规则集 戊 适用 投诉\n  规则 己\n    级别 警告\n'
        "    限制 语句字数 至少 5字\n    要求 问 敏感\n"
    )
    english = (
        "slot 电话 / phone phone sensitive known\n\nscenario 甲 is 投诉 extends 乙\n"
        '  effective 2027-01-01 until 2027-12-31\n\nstep 丙 [a]\n  say "尾号{电话 last 4}"\n'
        "  at most 1 time, else end 丁\n\nrulebook 戊 applies to 投诉\n  rule 己\n    level warning\n"
        "    limit phrase-characters at least 5 chars\n    require ask sensitive\n"
    )
    assert formatted(chinese, "en") == english
    assert formatted(english, "zh") == chinese
    assert formatted(chinese) == chinese
    assert formatted(english) == english


def test_a_statement_speaks_the_language_of_its_first_keyword() -> None:
    assert formatted("场景 a is b\nstep 丙\n  当 d 5s go e\n") == "场景 a 属于 b\n\nstep 丙\n  当 d 5秒 转 e\n"


@pytest.mark.parametrize(
    ("typed", "written", "keywords"),
    [
        ("转 {end}", "go {end}", "en"),
        ("转 {结束}", "go {结束}", "en"),
        ("go {结束}", "go {结束}", None),
        ("若 a 是 {not}: 转 b", "if a is {not}: go b", "en"),
        ("若 a 是 not: 转 b", "if a is {not}: go b", "en"),
        ("if a is {not}: go b", "若 a 是 not: 转 b", "zh"),
        ("问 {one} of", "ask {one} {of}", "en"),
        ("转 goal", "go goal", "en"),
        ("说 说明", "say 说明", "en"),
        ("转 step", "go step", "en"),
    ],
)
def test_a_name_stays_a_name(typed: str, written: str, keywords: Keywords) -> None:
    """Both languages reserve the keywords of both, so such names have braces already, or get them."""
    text = IN_STEP.format(typed)
    assert format_script(read(text), keywords).splitlines()[-1].strip() == written
    assert shape(read(format_script(read(text), keywords))) == shape(read(text))


def test_rules_reserve_more_words() -> None:
    text = "规则集 a\n  规则 b\n    要求 步骤 {step} 先于 步骤 {含}\n"
    assert formatted(text) == text
    assert formatted("场景 a\n\n步骤 {step} / 含\n") == "场景 a\n\n步骤 step / 含\n"


# --- texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ('"a"', '"a"'),
        ("“a“b”c”", '"a“b”c"'),
        ('“说"好"”', r'"说\"好\""'),
        (r'"a\"b\\c\{d\}"', r'"a\"b\\c\{d\}"'),
        (r'"C:\目录"', r'"C:\\目录"'),
        (r"“a\”", r'"a\\"'),
        ("“{ 客户姓氏 }｛b｝”", '"{客户姓氏}{b}"'),
        ("“{ｐhone  LAST ４}”", '"{phone last 4}"'),
        ("“{电话末4位}{电话 末 4}”", '"{电话 末4位}{电话 末4位}"'),
        (r"“\｛a\｝”", r'"\｛a\｝"'),
        ("“  两边的空格留着　”", '"  两边的空格留着　"'),
        ('"""一行"""', '"一行"'),
        ('""" 一"行\n"""', r'"一\"行"'),
    ],
)
def test_a_text_is_spoken_as_it_was(typed: str, written: str) -> None:
    text = IN_STEP.format("说 " + typed)
    assert formatted(text) == IN_STEP.format("说 " + written)
    assert shape(read(formatted(text))) == shape(read(text))


def test_a_brace_that_was_a_mistake_stays_one() -> None:
    script, findings = parse(Source("a", IN_STEP.replace("{}", "说 “好{a，b} ｛”")))
    assert [finding.code for finding in findings] == ["SC106"] * 3
    assert format_script(script) == IN_STEP.replace("{}", '说 "好{a，b} ｛"')


def test_a_long_text_keeps_its_lines() -> None:
    typed = '场景 a\n步骤 b\n说 """\n第一行：“好”，"行" {a}\n\n      第二行 """   # c\n或说 """x\ny"""\n'
    written = (
        '场景 a\n\n步骤 b\n  说 """\n    第一行：“好”，"行" {a}\n\n    第二行\n    """  # c\n'
        '  或说 """\n    x\n    y\n    """\n'
    )
    assert formatted(typed) == written


def test_three_quotes_in_a_long_text_do_not_end_it() -> None:
    text = IN_STEP.format('说 """\n    a\\"\\"\\"b ""\n    c"\n    """')
    assert formatted(text) == text


# --- comments and empty lines -----------------------------------------------------------------------------------------


LAYOUT = [
    pytest.param("", "", id="nothing"),
    pytest.param("\n \n", "", id="only blanks"),
    pytest.param("＃ 只有注释  ", "# 只有注释\n", id="only a comment"),
    pytest.param("动作 a\n\n\n\n动作 b\n动作 c", "动作 a\n\n动作 b\n动作 c\n", id="at most one empty line"),
    pytest.param("动作 a\n场景 b\n步骤 c\n说 d", "动作 a\n\n场景 b\n\n步骤 c\n  说 d\n", id="one before a block"),
    pytest.param("\n\n# 文件\n\n\n场景 b", "# 文件\n\n场景 b\n", id="the file's own comment"),
    pytest.param("# 说的是 b\n场景 b", "# 说的是 b\n场景 b\n", id="a comment right above a head"),
    pytest.param(
        "场景 a\n步骤 b\n  说 c\n# 说的是 d\n步骤 d",
        "场景 a\n\n步骤 b\n  说 c\n\n# 说的是 d\n步骤 d\n",
        id="goes with the head",
    ),
    pytest.param(
        "场景 a\n步骤 b\n  说 c\n  # 转 d\n步骤 d",
        "场景 a\n\n步骤 b\n  说 c\n  # 转 d\n\n步骤 d\n",
        id="goes with the block",
    ),
    pytest.param("场景 a\n步骤 b\n# 一\n说 c\n", "场景 a\n\n步骤 b\n  # 一\n  说 c\n", id="takes its line's margin"),
    pytest.param("场景 a\n步骤 b\n说 c    # 一 \n", "场景 a\n\n步骤 b\n  说 c  # 一\n", id="at the line's end"),
    pytest.param("场景 a\n步骤 b\n说 c。# 一\n", "场景 a\n\n步骤 b\n  说 c  # 一\n", id="behind a full stop"),
    pytest.param(
        "场景 a\n步骤 b\n当 c: # 一\n  说 d,\n  转 e\n",
        "场景 a\n\n步骤 b\n  当 c: 说 d, 转 e  # 一\n",
        id="one inside a statement goes to its end",
    ),
    pytest.param(
        "场景 a\n步骤 b\n当 c: # 一\n  # 二\n  说 d, # 三\n  转 e # 四\n",
        "场景 a\n\n步骤 b\n  # 一\n  # 二\n  # 三\n  当 c: 说 d, 转 e  # 四\n",
        id="several inside a statement go in front of it",
    ),
    pytest.param(
        '场景 a\n步骤 b\n当 c: # 一\n  说 """d\ne"""\n',
        '场景 a\n\n步骤 b\n  # 一\n  当 c: 说 """\n    d\n    e\n    """\n',
        id="in front of a statement that stays on several lines",
    ),
    pytest.param(
        "规则集 a\n规则 b\n要求 [c]\n\n规则 d\n# 一\n规则 e\n    # 二\n规则 f",
        "规则集 a\n  规则 b\n    要求 [c]\n\n  规则 d\n  # 一\n  规则 e\n    # 二\n  规则 f\n",
        id="rules",
    ),
    pytest.param("对话 “a” 测试 b\n到 c.d\n配合\n", '对话 "a" 测试 b\n  到 c.d\n  配合\n', id="dialogues"),
    pytest.param(
        "场景 a\n步骤 b\n动作 c\n说 d\n动作 e\n步骤 f\n",
        "场景 a\n\n步骤 b\n  动作 c\n  说 d\n  动作 e\n\n步骤 f\n",
        id="declarations inside a scenario stay where they are",
    ),
    pytest.param("场景 a\n步骤 b：\n1. 说 c\n- 转 b\n", "场景 a\n\n步骤 b\n  说 c\n  转 b\n", id="no bullets"),
]


@pytest.mark.parametrize(("typed", "written"), LAYOUT)
def test_layout(typed: str, written: str) -> None:
    assert formatted(typed) == written
    assert formatted(written) == written


# --- what is not formatted ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "场景 a\n步骤 b\n   说 “好”\n 转道 c\n",
        "步骤 b\n   说 “好”\n",
        "场景 a\n 说 “好”\n",
        '场景 a\n步骤 b\n禁说 "a" 原因 "b" 原因 "c"\n',
        "场景\n步骤 b\n",
    ],
)
def test_a_script_that_could_not_be_read_stays_as_it_is(text: str) -> None:
    script, findings = parse(Source("a", text))
    assert findings
    assert not script.whole
    assert [format_script(script, keywords) for keywords in KEYWORDS] == [text] * 3


def test_comments_in_front_of_the_first_rule_keep_their_places():
    once = formatted('规则集 甲 # 备注\n# 甲\n  # 乙\n规则 甲 "好"\n')
    assert once == '规则集 甲  # 备注\n  # 甲\n  # 乙\n  规则 甲 "好"\n'
    assert formatted(once) == once
