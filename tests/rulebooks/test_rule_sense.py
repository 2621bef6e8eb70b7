"""Rules about rules (SC91x): contradictions and repeats against a naive monitor, and what the rules' own examples do not show."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from compiler.rulebooks.consistency import Consistency
from compiler.rulebooks.rule_set import compile_rules
from tests.naive_rules import Moment, State
from tests.projects import WORDS, compile_text

TALK = '步骤 甲 [致歉]\n  说 "抱歉，请讲。"\n  做 登记\n  转 乙\n步骤 乙 [共情]\n  说 "我理解您。"\n  结束 已解决\n'
"""The steps of a plain scenario: apology, record, empathy, end."""


def compiled(text: str, today: str | None = None, library: str = WORDS) -> Compilation:
    world = {"scriptc.yaml": "libraries: [词汇]\n", "词汇/词汇.script": library, "a.script": text}
    return compile_project(load(Memory(world)), today=(lambda: today) if today else None)


def found(text: str, **more: str) -> list[tuple[int, str]]:
    """(line, code) of what is found about rules."""
    return [(one.span.line, one.code) for one in compiled(text, **more).findings if one.code.startswith("SC91")]


def helps(text: str, **more: str) -> list[str]:
    return [one.help("zh") for one in compiled(text, **more).findings if one.code.startswith("SC91")]


def rulebook(*rules: str, head: str = "规则集 规范 适用 全部") -> str:
    """A rulebook whose rules have a line each: rule n is in line 2n + 3 of the script."""
    return head + "\n" + "".join(f"  规则 {head[4:6]}{number}\n    {line}\n" for number, line in enumerate(rules))


@pytest.mark.parametrize(
    "line",
    [
        "要求 [致谦] 先于 [共情]",
        "要求 [致歉] 或 [致谦]",
        "要求 [致谦] 先于 [致谦]",
        "要求 可达 结束 无生",
        "要求 每个步骤 处理 沉没",
        "限制 语句字数 至多 1字 于 [致谦]",
        '要求 词组 致歉磁\n    正例 "好的"',
    ],
)
def test_a_line_with_a_name_that_is_not_there_is_told_once_and_not_judged(line):
    """Judged, it would be broken by every scenario, at odds with another rule, or need no waiver."""
    text = rulebook("要求 [致歉]", line) + f'场景 A\n  豁免 规范1 原因 "试行"\n{TALK}场景 B\n{TALK}'
    assert {one.code for one in compiled(text).findings} == {"SC201"}


# --- pairs, against the naive monitor -------------------------------------------------------------------------------

NAMES = ("[致歉]", "[共情]", "事件 沉默", "步骤 甲", "步骤 乙", "做 登记", "结束 无声", "结束 已解决", "结束")
STEPS = ("步骤 甲", "步骤 乙")
FORMS = {
    "exists": "要求 {p}",
    "precedes": "要求 {p} 先于 {q}",
    "responds": "要求 {p} 之后有 {q}",
    "precedes-after": "要求 {after} 之后 {p} 先于 {q}",
    "step-has": "要求 {p} 含 {q}",
    "never": "禁止 {p}",
    "never-after": "禁止 {p} 之后有 {q}",
}
PROHIBITIONS = {"never", "never-after"}


def letters() -> list[list[Moment]]:
    """What may happen next: one thing that some rule can name, or something none does."""
    plain = [[("moment", 0, frozenset({name}))] for name in NAMES if not name.startswith("结束")]
    begins = [[("enter", 0, frozenset(some))] for some in ((), ("步骤 甲",), ("步骤 乙",))]
    ends = [[("end", 0, frozenset({"结束", *some}))] for some in ((), ("结束 无声",), ("结束 已解决",))]
    return plain + begins + ends


Vacuity = tuple[tuple[frozenset[str], ...], bool]


def demands(state: State) -> list[Vacuity]:
    """What has to happen for a rule to have something to say; true: as a step that begins."""
    match state.form:
        case "precedes":
            return [((state.q,), False)]
        case "responds":
            return [((state.p,), False)]
        case "step-has":
            return [((state.p,), True)]
        case "precedes-after":
            return [((state.after, state.q), False)]
        case _:
            return []


def named(state: State) -> frozenset[str]:
    """What a rule speaks of, whichever end it is."""
    names = state.p | (state.q if state.form not in ("exists", "never") else frozenset())
    names |= state.after if state.form == "precedes-after" else frozenset()
    return frozenset("结束" if name.startswith("结束") else name for name in names) | (
        {"结束"} if state.form == "exists" else frozenset()
    )


def endings(rules: Sequence[State], wanted: Sequence[Vacuity]) -> set[tuple[tuple[bool, ...], bool]]:
    """For every call: which rules it keeps, and whether it meets all of `wanted`."""
    start = (tuple((False, frozenset[int]()) for _ in rules), (False,) * len(rules), (0,) * len(wanted))
    seen, queue, out = {start}, deque([start]), set()
    while queue:
        memories, broken, met = queue.popleft()
        for letter in letters():
            runs = [rule.run(memory, letter) for rule, memory in zip(rules, memories, strict=True)]
            now_broken = tuple(was or one[1] for was, one in zip(broken, runs, strict=True))
            now_met = []
            for (sets, begins), count in zip(wanted, met, strict=True):
                for kind, _, true in letter:
                    while count < len(sets) and true & sets[count] and (kind == "enter" or not begins):
                        count += 1
                now_met.append(count)
            after = (tuple(one[0] for one in runs), now_broken, tuple(now_met))
            if letter[-1][0] == "end":
                done = all(count == len(sets) for count, (sets, _) in zip(now_met, wanted, strict=True))
                out.add((tuple(not one for one in now_broken), done))
            elif after not in seen:
                seen.add(after)
                queue.append(after)
    return out


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, State]:
    form = draw(st.sampled_from(sorted(FORMS)))
    some = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)
    p = draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=2, unique=True) if form == "step-has" else some)
    # A step that another step contains is a sub-dialogue's, of which the naive monitor's calls have none.
    q = draw(some.filter(lambda names: form != "step-has" or not set(names) & set(STEPS)))
    after = draw(some)
    text = FORMS[form].format(p=" 或 ".join(p), q=" 或 ".join(q), after=" 或 ".join(after))
    return text, State(form, frozenset(p), frozenset(q), frozenset(after))


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(rules(), min_size=2, max_size=4))
def test_what_rules_say_of_one_another_is_what_every_call_shows(drawn):
    program = compile_text(rulebook(*(line for line, _ in drawn)) + "场景 A\n" + TALK).program
    sense = Consistency(program, compile_rules(program))
    for number, (line, state) in enumerate(drawn):
        assert sense.never_holds(number) == (((True,), True) not in endings([state], demands(state))), line
        assert sense.says_nothing(number) == ((False,) not in {kept for kept, _ in endings([state], [])}), line
    for one, other in combinations(range(len(drawn)), 2):
        first, second = drawn[one][1], drawn[other][1]
        lines = (drawn[one][0], drawn[other][0])
        calls = endings([first, second], [])
        silent = any(sense.never_holds(rule) or sense.says_nothing(rule) for rule in (one, other))
        same = all(kept[0] == kept[1] for kept, _ in calls)
        assert same or not sense.same(one, other), lines
        # Rules that name different things are taken to differ, even when what they name makes no difference.
        assert sense.same(one, other) or silent or not same or named(first) != named(second), lines
        if not {first.form, second.form} <= PROHIBITIONS:
            both = endings([first, second], demands(first) + demands(second))
            kept = {kept for kept, met in both if met}
            expected = (True, True) not in kept and any(one[0] for one in kept) and any(one[1] for one in kept)
            assert sense.contradict(one, other) == expected, lines
        if sense.contradict(one, other) or (sense.same(one, other) and not sense.says_nothing(one)):
            assert sense.related(one, other) or sense.never_holds(one) or sense.never_holds(other), lines


# --- pairs, and where they meet -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("要求 [致歉]", "禁止 [致歉]", "SC914"),
        ("要求 可达 结束 无声", "禁止 结束 无声", "SC914"),
        ("要求 [致歉] 之后有 [共情]", "要求 [共情] 之后有 [致歉]", "SC914"),
        ("要求 步骤 [致歉] 含 做 登记", "禁止 步骤 [致歉] 含 做 登记", "SC914"),
        ("要求 步骤 [致歉] 含 说 抱歉语", "禁止 词组 抱歉词", "SC914"),  # the phrase holds a word of the group
        ("要求 结束 已解决", "要求 结束 无声", "SC914"),
        ("要求 做 登记", "禁止 [致歉]", None),  # the act has no such tag
        ("要求 做 转接", "禁止 [升级]", "SC914"),  # this one has
        ("禁止 [致歉]", "禁止 [共情]", None),
        ("要求 可达 [致歉] 或 [共情]", "要求 可达 [共情] 或 [致歉]", "SC915"),
        ("限制 轮次 至少 5轮", "限制 轮次 至多 3轮", "SC914"),
        ("限制 轮次 至少 3轮", "限制 轮次 至多 3轮", None),
        ("限制 步骤话时 至少 20秒 于 [致歉]", "限制 步骤话时 至多 10秒 于 [共情]", None),
        ("限制 步骤话时 至少 20秒 于 [致歉]", "限制 步骤话时 至多 10秒", "SC914"),
        ("限制 承诺时限 至多 48小时", "限制 承诺时限 至多 2天", "SC915"),
    ],
)
def test_two_rules_of_one_rulebook(first, second, code):
    words = '标签 升级\n动作 转接 [升级]\n词组 抱歉词 "抱歉" / "不好意思"\n话术 抱歉语 "非常抱歉。"\n'
    talk = "场景 A\n" + TALK.replace("做 登记", "做 登记、转接").replace('说 "抱歉，请讲。"', "说 抱歉语")
    pairs = [
        one for one in found(rulebook(first, second) + talk, library=WORDS + words) if one[1] in ("SC914", "SC915")
    ]
    assert pairs == ([(5, code)] if code else [])


def test_rules_for_different_scenarios_do_not_meet():
    books = rulebook("要求 [致歉]", head="规则集 甲规 适用 A") + rulebook("禁止 [致歉]", head="规则集 乙规 适用 B")
    other = TALK.replace(" [致歉]", "")
    assert found(books + "场景 A\n" + TALK + "场景 B\n" + other) == []
    books = books.replace("适用 B", "适用 A、B")
    assert found(books + "场景 A\n" + TALK + "场景 B\n" + other) == [(6, "SC914")]


def test_forbidding_what_another_rule_needs_matters_only_where_it_is_needed():
    lines = rulebook("要求 [致歉] 先于 [共情]", "禁止 [致歉]")
    quiet = '场景 A\n步骤 甲\n  说 "请讲。"\n  结束 已解决\n'
    assert ("SC914") not in [code for _, code in found(lines + quiet)]
    assert (5, "SC914") in found(lines + "场景 A\n" + TALK)


def test_an_entry_of_the_phrase_bank_with_both_tags_keeps_both_orders():
    lines = rulebook("要求 [致歉] 先于 [共情]", "要求 [共情] 先于 [致歉]")
    talk = '场景 A\n步骤 甲\n  说 安抚语\n  结束 已解决\n话术 安抚语 [致歉, 共情] "抱歉，我理解您。"\n'
    assert found(lines + talk) == []
    assert [code for _, code in found(lines + talk.replace(", 共情]", "]") + "场景 B\n" + TALK)] == ["SC914"]


def test_a_pair_with_a_library_is_reported_at_the_own_rule():
    library = WORDS + rulebook("要求 [致歉] 先于 [共情]", "要求 [共情] 先于 [共情]")
    own = rulebook("要求 [致歉] 之后有 [共情]", "要求 [共情] 先于 [致歉]", head="规则集 本司 适用 全部")
    assert found(own + "场景 A\n" + TALK, library=library) == [(5, "SC914")]


# --- applies to nothing ---------------------------------------------------------------------------------------------


def test_a_misspelt_step_or_slot_is_named_with_the_nearest_one():
    talk = '场景 A\n  信息 客户姓氏 文本\n步骤 信息核实\n  问 客户姓氏 "您贵姓？"\n  转 丙\n步骤 丙\n  说 "{客户姓氏}女士，再见。"\n  结束 已解决\n'
    hints = helps(rulebook("要求 问 客户姓式 先于 步骤 信息核石", "要求 问 客户姓氏 之后有 提到 客户姓式") + talk)
    assert hints == ["没有“信息核石”，是不是想写“信息核实”？", "没有“客户姓式”，是不是想写“客户姓氏”？"]


def test_what_is_forbidden_need_not_be_anywhere():
    assert (
        found(rulebook("禁止 问 密码", "禁止 步骤 甲 含 事件 生气", "要求 [致歉] 先于 [共情]") + "场景 A\n" + TALK)
        == []
    )


def test_a_rule_that_one_scenario_needs_is_not_idle():
    lines = rulebook("要求 [致歉] 先于 [共情]")
    quiet = '场景 B\n步骤 甲\n  说 "请讲。"\n  结束 已解决\n'
    assert found(lines + quiet + "场景 A\n" + TALK) == []
    assert found(lines + quiet) == [(3, "SC910")]


def test_nothing_is_said_of_rules_whose_scenarios_have_errors_or_are_not_there_or_which_are_over():
    lines = rulebook("要求 [致歉] 先于 [共情]")
    assert found(lines + "场景 A\n" + TALK.replace("转 乙", "转 丁")) == []
    assert found(lines) == []
    over = lines.replace("适用 全部\n", "适用 投诉\n  生效 2020-01-01 至 2020-12-31\n")
    assert found(over + "场景 A\n" + TALK, today="2027-01-01") == []
    assert found(over + "场景 A\n" + TALK, today="2020-06-01") == [(1, "SC910")]


def test_a_rule_narrowed_to_a_channel_nobody_uses():
    lines = rulebook("要求 [致歉] 先于 [共情]", "要求 [致歉] 先于 做 登记\n    渠道 在线")
    talk = "场景 A\n  渠道 电话\n" + TALK
    assert found("渠道 在线\n" + lines + talk) == [(5, "SC910")]


def test_a_limit_on_what_is_nowhere():
    assert found(rulebook("限制 步骤话时 至多 20秒 于 步骤 丙") + "场景 A\n" + TALK) == [(3, "SC910")]
    assert found(rulebook("限制 步骤话时 至多 20秒 于 步骤 乙") + "场景 A\n" + TALK) == []


def test_what_stands_in_an_unreachable_part_of_a_sub_dialogue_is_pointed_at():
    talk = '场景 A\n步骤 甲\n  说 "请讲。"\n  调用 B\n  结束 已解决\n场景 B\n步骤 乙\n  返回\n步骤 丙\n  说 "您稍等。"\n  做 登记\n  返回\n'
    (one,) = [one for one in compiled(rulebook("要求 [致歉] 先于 做 登记") + talk).findings if one.code == "SC911"]
    assert [label.span.line for label in one.labels] == [12]
    assert "丙" in one.help("zh")


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("要求 词组 问好词\n    正例 \"您好，请讲\"\n    反例 \"请讲\"", None),
        ("要求 词组 问好词\n    正例 \"请讲\"", "SC919"),
        ("要求 词组 问好词\n    反例 \"你好啊\"", "SC919"),
        ("要求 说 \"很高兴为您服务\" 先于 [致歉]\n    正例 \"您好，很高兴为您服务！\"", None),
        ("要求 说 \"很高兴为您服务\" 先于 [致歉]\n    正例 \"您好\"", "SC919"),
        ("禁止 步骤 [致歉] 含 词组 问好词\n    正例 \"抱歉\"\n    反例 \"您好，抱歉\"", None),
        ("禁止 步骤 [致歉] 含 词组 问好词\n    反例 \"抱歉\"", "SC919"),
        ("要求 步骤 [致歉] 含 提到 姓\n    正例 \"{姓}女士\"\n    反例 \"女士\"", None),
        ("要求 步骤 [致歉] 含 提到 姓\n    正例 \"女士\"", "SC919"),
        ("要求 说 问好语\n    正例 \"{姓}女士您好，请讲\"\n    反例 \"请讲\"", None),
        ("限制 语句字数 至多 8字\n    正例 \"请您稍等\"\n    反例 \"请您先打开手机再点开设置\"", None),
        ("限制 语句字数 至多 8字\n    反例 \"请您稍等\"", "SC919"),
        ("禁说 \"不知道\" 除非 \"不知道您\"\n    正例 \"不知道您方便吗\"\n    反例 \"我也不知道啊\"", None),
        ("禁说 \"不知道\"\n    要求 词组 问好词\n    正例 \"您好，我帮您查\"\n    反例 \"您好，不知道\" / \"我帮您查\"", None),
        ("要求 [致歉]\n    正例 \"抱歉\"", "SC919"),
    ],
)  # fmt: skip
def test_examples_of_rules_are_run(lines, code):
    words = '词组 问好词 "您好" / "你好"\n话术 问好语 "{姓}女士您好"\n信息 姓 文本\n'
    talk = '场景 A\n步骤 甲 [致歉]\n  问 姓 "您贵姓？"\n  转 乙\n步骤 乙\n  说 问好语\n  结束 已解决\n'
    codes = {one for _, one in found(rulebook(lines) + talk, library=WORDS + words)} - {"SC910"}
    assert codes == ({code} if code else set())


@pytest.mark.parametrize(
    ("rule", "ban", "reported"),
    [
        ('要求 说 "不好意思让您久等"', '禁说 "不好意思"', True),
        ('要求 说 "不好意思让您久等" 先于 [共情]', '禁说 "不好意思"', True),
        ('要求 [致歉] 先于 说 "不好意思"', '禁说 "不好意思"', False),  # nobody has to say it
        ("要求 词组 客套词", '禁说 "不好意思"', False),  # there is another word
        ("要求 词组 客套词", '禁说 "不好意思" / "抱歉"', True),
        ("要求 [致歉] 之后有 说 久等语", '禁说 "不好意思"', True),
        ('要求 说 "不好意思" 或 [致歉]', '禁说 "不好意思"', False),
        ('要求 说 "不好意思"', '禁说 "不好意思" 除非 "不好意思"', False),
    ],
)
def test_a_requirement_that_can_only_be_met_by_what_is_forbidden(rule, ban, reported):
    words = '词组 客套词 "抱歉" / "不好意思"\n话术 久等语 "不好意思，让您久等了。"\n'
    text = rulebook(rule) + "场景 A\n" + TALK
    assert ((4, "SC916") in found(ban + "\n" + text, library=WORDS + words)) == reported
    by_a_rule = rulebook(rule, ban) + "场景 A\n" + TALK
    assert ((3, "SC916") in found(by_a_rule, library=WORDS + words)) == reported
    elsewhere = rulebook(rule) + rulebook(ban, head="规则集 投诉 适用 投诉") + "场景 A\n" + TALK
    assert "SC916" not in [code for _, code in found(elsewhere, library=WORDS + words)]


# --- waivers --------------------------------------------------------------------------------------------------------

LATE = TALK.replace("[致歉]", "[x]").replace("[共情]", "[致歉]").replace("[x]", "[共情]")
"""Empathy comes first, apology behind it."""
WAIVER = '  豁免 规范0 原因 "试用期"'


def test_a_waiver_that_is_over_is_reported_and_the_rule_counts_again():
    lines = rulebook("要求 [致歉] 先于 [共情]")
    text = lines + f"场景 A\n{WAIVER} 至 2026-06-30\n" + LATE
    assert [one.code for one in compiled(text, today="2026-06-30").findings] == []
    late = [one.code for one in compiled(text, today="2026-07-01").findings]
    assert late == ["SC917", "SC901"]


def test_a_waiver_nobody_needs():
    lines = rulebook("要求 [致歉] 先于 [共情]")
    assert found(lines + f"场景 A\n{WAIVER}\n" + TALK) == [(5, "SC918")]
    assert found(lines.replace("全部", "投诉") + f"场景 A\n{WAIVER}\n" + TALK + "场景 B 属于 投诉\n" + TALK) == [
        (5, "SC918")
    ]
    assert found(lines + f"场景 A\n{WAIVER}\n" + LATE) == []


def test_a_waiver_is_needed_when_one_heir_needs_it():
    lines = rulebook("要求 [致歉] 先于 [共情]")
    frame = f"场景 框架\n{WAIVER}\n场景 A 基于 框架\n" + TALK
    assert found(lines + frame) == [(5, "SC918")]
    assert found(lines + frame + "场景 B 基于 框架\n" + LATE) == []


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ('禁说 "请讲"', True),
        ('禁说 "没办法"', False),
        ("限制 语句字数 至多 3字", True),
        ("限制 语句字数 至多 30字", False),
        ("要求 每个步骤 处理 沉默", True),
        ("要求 可达 结束 无声", True),
        ("要求 可达 结束 已解决", False),
    ],
)
def test_a_waiver_of_any_kind_of_rule(rule, needed):
    events = "要求 可达 事件 沉默"  # keeps the event in use
    text = rulebook(rule, events) + f'场景 A\n{WAIVER}\n  豁免 规范1 原因 "试用"\n' + TALK
    assert ((7, "SC918") in found(text)) != needed
