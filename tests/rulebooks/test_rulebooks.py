"""Rules proven over every call: each form held against brute force on random scripts, and the calls that break them."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from compiler.rulebooks import search
from dsl.diagnostics import Severity
from tests.naive_rules import State, shortest_breach
from tests.projects import WORDS, codes, compile_text
from tests.random_scripts import scripts, timed_scripts

MOST = 1_500

ATOMS = (
    "[致歉]", "[共情]", "步骤 A步0", "步骤 A步1", "步骤 B步0", "步骤 C步0", "步骤 [致歉]", "事件 沉默", "事件 生气",
    "做 登记", "做 静音", "结束", "结束 无声", "结束 已解决", "问 姓", "问 类型", "得到 姓", "得到 类型", "调用 B", "调用 C",
    "说 抱歉",
)  # fmt: skip
STEPS = ("步骤 [致歉]", "步骤 [共情]", "步骤 A步0", "步骤 B步0", "步骤 C步0")
FORMS = {
    "exists": "要求 {p}",
    "precedes": "要求 {p} 先于 {q}",
    "responds": "要求 {p} 之后有 {q}",
    "precedes-after": "要求 {after} 之后 {p} 先于 {q}",
    "reachable": "要求 可达 {p}",
    "step-has": "要求 {p} 含 {q}",
    "never": "禁止 {p}",
    "never-after": "禁止 {p} 之后有 {q}",
}


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, State]:
    """A line of a rule, and the same for the naive check."""
    form = draw(st.sampled_from(sorted(FORMS)))
    predicate = st.lists(st.sampled_from(ATOMS), min_size=1, max_size=2, unique=True)
    p = draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=2, unique=True) if form == "step-has" else predicate)
    q, after = draw(predicate), draw(predicate)
    text = FORMS[form].format(p=" 或 ".join(p), q=" 或 ".join(q), after=" 或 ".join(after))
    return text, State(form, frozenset(p), frozenset(q), frozenset(after))


def rulebook(lines: list[str]) -> str:
    return "规则集 规范 适用 全部\n" + "".join(
        f"  规则 规则{number}\n    {line}\n" for number, line in enumerate(lines)
    )


@pytest.fixture(autouse=True, scope="module")
def little_patience():
    """Searches give up early, so that no random script takes minutes; what is undecided is not compared."""
    before, search.MOST = search.MOST, 4_000
    yield
    search.MOST = before


def assert_as_brute_force_says(compiled: Compilation, drawn: list[tuple[str, State]], most: int) -> None:
    """Each verdict on scenario A is what looking at every call says, and its call a shortest one.

    drawn: the lines of the rules, in order, with their naive monitors. most: configurations that brute force looks at.
    """
    machine = next(one for one in compiled.machines if one.name == "A")
    proofs = [proof for proof in compiled.proofs if proof.machine.name == "A"]
    for (line, state), proof in zip(drawn, proofs, strict=True):
        (result,) = proof.results
        length = shortest_breach(machine, state, most)
        if length is None or result.status == "undecided":
            continue
        if state.form == "reachable":
            assert (result.status == "proven") == (length > 0), line
        elif length == 0:
            assert result.status in ("proven", "idle"), line
        else:
            assert result.status == "broken", line
            assert result.found is not None
            assert len(result.found.call.moves) == length, line


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(scripts() | timed_scripts(), st.lists(rules(), min_size=4, max_size=8))
def test_a_verdict_is_what_brute_force_says_and_its_call_a_shortest_one(text, drawn):
    compiled = compile_text(rulebook([line for line, _ in drawn]) + text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    assert_as_brute_force_says(compiled, drawn, MOST)


def verdicts(line: str, text: str) -> tuple[str, ...]:
    """What becomes of one rule line for scenario A."""
    compiled = compile_text(rulebook([line]) + text)
    return tuple(result.status for proof in compiled.proofs if proof.machine.name == "A" for result in proof.results)


CALLS_AND_ENDS = """\
场景 A
  全程 当 沉默: 说 理解
步骤 甲
  说 抱歉
  调用 B
  结束 已解决
场景 B
步骤 乙
  说 "在吗？"
  当 出声 返回
  转 丙
步骤 丙
  返回
"""


@pytest.mark.parametrize(
    ("held", "status"),
    [
        ("说 抱歉", "broken"),
        ("调用 B", "broken"),
        ("结束", "broken"),
        ("结束 已解决", "broken"),
        ("说 理解", "proven"),  # a `全程` line is not the step's own
        ('说 "在吗"', "proven"),  # nor is what the sub-dialogue says
        ("结束 无声", "proven"),
    ],
)
def test_a_step_must_not_hold_what_its_own_lines_do(held, status):
    assert verdicts(f"禁止 步骤 甲 含 {held}", CALLS_AND_ENDS) == (status,)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ('要求 步骤 甲 含 说 "在吗"', "proven"),  # what it calls counts
        ("要求 步骤 甲 含 说 理解", "broken"),
        ("要求 可达 说 理解", "proven"),
        ("要求 可达 结束 无声", "broken"),
        ("要求 说 抱歉 先于 调用 B", "proven"),
        ("要求 调用 B 先于 说 抱歉", "broken"),
        ("要求 事件 生气 之后有 [共情]", "idle"),
        ("要求 事件 沉默 之后有 [共情]", "proven"),
        ("禁止 说 抱歉 之后有 [共情]", "broken"),
    ],
)
def test_each_form(line, status):
    assert verdicts(line, CALLS_AND_ENDS) == (status,)


REMINDED = """\
场景 A
  全程 当 杂音: 说 理解
步骤 甲
  说 "请讲。"
  超过 60秒 结束 无声
  超过 20秒: 做 静音
  每 30秒: 说 抱歉
  当 出声: 说 "嗯。"
  当 生气 调用 B
  转 乙
步骤 乙
  说 "再见。"
  结束 已解决
场景 B
步骤 询
  说 "在吗？"
  当 出声 返回
"""


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("要求 做 静音 先于 结束 无声", "proven"),  # 20 s before 60 s, wherever they stand
        ("要求 做 静音 先于 说 抱歉", "proven"),
        ("要求 说 抱歉 先于 结束 无声", "proven"),
        ("要求 事件 生气 之后有 结束", "proven"),
        ("禁止 做 静音 之后有 做 静音", "broken"),  # 生气 and back: the waiting begins anew
        ("禁止 说 抱歉 之后有 说 抱歉", "broken"),  # the same; in one waiting 60 s goes before the second 30 s
        ("要求 做 静音", "broken"),  # the customer may go along before
    ],
)
def test_timers_of_one_waiting_go_off_in_their_order(line, status):
    assert verdicts(line, REMINDED) == (status,)


@pytest.mark.parametrize("twice", ["做 静音", "说 抱歉"])
def test_in_one_waiting_a_time_that_is_over_is_over(twice):
    once = REMINDED.replace("  当 生气 调用 B\n", "")
    assert verdicts(f"禁止 {twice} 之后有 {twice}", once) == ("proven",)


def test_behind_the_last_timer_that_ends_something_others_go_on():
    assert verdicts("禁止 说 抱歉 之后有 说 抱歉", REMINDED.replace("60秒 结束 无声", "60秒: 说 理解")) == ("broken",)


def test_a_call_is_shown_with_its_timers_at_the_moments_at_which_they_go_off():
    compiled = compile_text(rulebook(["禁止 结束 无声"]) + REMINDED)
    (finding,) = (one for one in compiled.findings if one.code == "SC901")
    shown = "\n".join(words.zh for words in finding.call)
    assert [time in shown for time in ("（00:20）", "（00:30）", "（01:00）", "（01:50）")] == [True, True, True, False]


CALLING_B = '步骤 甲\n  说 "好。"\n  调用 B\n  结束 已解决\n'
WAITING_B = '场景 B\n步骤 乙\n  说 "在吗？"\n  当 生气: 做 登记\n  转 丁\n步骤 丁\n  返回\n'
C_HANDS_BACK = "场景 C\n步骤 丙\n  说 理解\n  返回 生气\n"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        # C interrupts B and hands the event to B's own line: it has not happened
        ("要求 事件 生气 先于 做 登记", f"场景 A\n  全程 当 沉默 调用 C\n{CALLING_B}{WAITING_B}{C_HANDS_BACK}"),
        # two levels down, A's line answers what C hands back to B
        (
            "要求 事件 生气 先于 说 抱歉",
            f"场景 A\n  全程 当 生气: 说 抱歉\n{CALLING_B}场景 B\n步骤 乙\n  调用 C\n  返回\n{C_HANDS_BACK}",
        ),
        # B's line, and then what stands behind the call of the interruption
        (
            "要求 做 登记 之后 [共情] 先于 [致歉]",
            f"场景 A\n  全程 当 沉默: 调用 C, 说 抱歉\n{CALLING_B}{WAITING_B}{C_HANDS_BACK}",
        ),
        # the same, though A has a line on the event too
        (
            "要求 做 登记 之后 [共情] 先于 [致歉]",
            f"场景 A\n  全程 当 沉默: 调用 C, 说 抱歉\n  全程 当 生气 转 甲\n{CALLING_B}{WAITING_B}{C_HANDS_BACK}",
        ),
        # A's line, and then what stands behind the call in B
        (
            "要求 做 登记 之后 [共情] 先于 [致歉]",
            f"场景 A\n  全程 当 生气: 做 登记\n{CALLING_B}场景 B\n  信息 姓 文本\n步骤 乙\n  若 没有 姓: 调用 C, 说 抱歉\n"
            f"  返回\n{C_HANDS_BACK}",
        ),
    ],
)
def test_an_event_that_is_handed_back_is_answered_on_the_way(line, text):
    assert verdicts(line, text) == ("broken",)


def test_a_line_that_called_does_not_keep_others_from_answering():
    """B's line on the event calls C, which hands it back: then the `全程` line answers it, without end (SC308)."""
    text = (
        '场景 A\n步骤 甲\n  说 "好。"\n  调用 B\n  结束 已解决\n'
        "场景 B\n  全程 当 生气: 说 抱歉, 转 乙\n步骤 乙\n  调用 C\n  当 生气: 调用 C\n  返回\n"
        "场景 C\n步骤 丙\n  返回 生气\n"
    )
    assert "SC308" in codes(compile_text(text))


@pytest.mark.parametrize(("event", "status"), [("沉默", "proven"), ("出声", "proven"), ("生气", "broken")])
def test_every_step_that_waits_handles_an_event(event, status):
    text = "场景 A\n  全程 当 沉默: 说 理解\n步骤 甲\n  说 抱歉\n  当 出声 转 乙\n  转 乙\n步骤 乙\n  结束 已解决\n"
    assert verdicts(f"要求 每个步骤 处理 {event}", text) == (status,)


def test_what_takes_too_long_is_told_and_not_claimed(monkeypatch):
    monkeypatch.setattr(search, "MOST", 1)
    monkeypatch.setattr(search, "_FEW", 1)
    text = '场景 A\n  信息 类型 选项 甲 / 乙\n步骤 甲\n  问 类型 "哪种？"\n  转 乙\n步骤 乙\n  若 类型 是 甲: 说 抱歉\n'
    text += "  若 类型 不是 甲: 说 抱歉\n  结束 已解决\n"
    (finding,) = (one for one in compile_text(rulebook(["要求 [致歉]"]) + text).findings if one.code == "SC901")
    assert finding.severity is Severity.WARNING
    assert "没能证明" in finding.message("zh")


def test_of_several_wordings_each_must_do():
    text = '场景 A\n步骤 甲\n  说 抱歉\n  或说 "好的。"\n  结束 已解决\n'
    assert verdicts("要求 [致歉]", text) == ("broken",)
    assert verdicts("禁止 [致歉]", text) == ("broken",)


def test_the_call_that_is_shown_says_the_wording_that_breaks_the_rule():
    text = '场景 A\n步骤 甲\n  说 抱歉\n  或说 "好的。"\n  结束 已解决\n'
    (finding,) = (one for one in compile_text(rulebook(["要求 [致歉]"]) + text).findings if one.code == "SC901")
    assert any("好的。" in line.zh for line in finding.call)
    assert not any("抱歉" in line.zh for line in finding.call)
    assert "没有过 [致歉]" in finding.call[-1].zh


@pytest.mark.parametrize("last", ['  转 丙\n步骤 丙\n  说 "再见。"\n  结束 已解决\n', "  结束 已解决\n"])
def test_a_step_that_lacks_something_is_the_one_that_is_named(last):
    text = '场景 A\n步骤 甲\n  说 抱歉\n  转 乙\n步骤 乙 [共情]\n  说 "请讲。"\n' + last
    (found,) = (
        one for one in compile_text(rulebook(["要求 步骤 [共情] 含 说 抱歉"]) + text).findings if one.code == "SC901"
    )
    assert "“乙”" in found.message("zh")
    assert found.span.text.startswith("步骤 乙")
    (pointed,) = (turn.zh for turn in found.call if "←" in turn.zh)
    assert pointed.startswith("〔乙〕")


def advice(rule: str, scenario: str) -> tuple[str, str]:
    words = '词组 歉意词 / sorry-words "抱歉" / "{再}三*致歉" / "对不起" / "不好意思" / "给您添麻烦了" / "请原谅"\n词组 再 "再"\n'
    (finding,) = (one for one in compile_text(words + rulebook([rule]) + scenario).findings if one.code == "SC901")
    return finding.help("zh"), finding.help("en")


def test_advice_names_wordings_of_a_word_group_that_nobody_can_know():
    step = '场景 A\n步骤 甲 [致歉]\n  说 "请讲。"\n  结束 已解决\n'
    zh, en = advice("要求 步骤 [致歉] 含 词组 歉意词", step)
    assert "词组 歉意词（如“抱歉”“对不起”“不好意思”“给您添麻烦了”）" in zh
    assert "words 歉意词 (such as “抱歉”, “对不起”, “不好意思”, “给您添麻烦了”)" in en
    assert "（如“抱歉”" in advice("要求 [致歉] 之后有 词组 sorry-words", step)[0]


def test_advice_asks_nobody_to_add_an_event():
    talk = '场景 A\n步骤 甲\n  说 "请讲。"\n  当 生气: 结束 无声\n  转 乙\n步骤 乙\n  说 "再见。"\n  结束 已解决\n'
    zh, en = advice("要求 [致歉] 或 事件 生气 先于 结束", talk)
    assert (zh, en) == ("在这之前加上 [致歉]", "put [致歉] in front of it")
    assert "事件 沉默" in advice("要求 事件 沉默", talk)[0]


def test_a_waiver_frees_a_scenario_until_its_last_day():
    text = '场景 A\n  豁免 规则0 原因 "试行" 至 2027-03-31\n步骤 甲\n  说 "好的。"\n  结束 已解决\n'
    world = {
        "scriptc.yaml": "libraries: [词汇]\n",
        "词汇/词汇.script": WORDS,
        "a.script": rulebook(["要求 [致歉]"]) + text,
    }
    project = load(Memory(world))
    for day, broken in (("2027-03-31", False), ("2027-04-01", True)):
        compiled = compile_project(project, today=partial(str, day))
        assert any(one.code == "SC901" for one in compiled.findings) == broken, day


def test_a_rule_not_yet_in_force_is_only_noted():
    book = rulebook(["要求 [致歉]"]).replace("适用 全部\n", "适用 全部\n  生效 2027-06-01 至 2027-12-31\n")
    text = '场景 A\n步骤 甲\n  说 "好的。"\n  结束 已解决\n'
    world = {"scriptc.yaml": "libraries: [词汇]\n", "词汇/词汇.script": WORDS, "a.script": book + text}
    project = load(Memory(world))
    found = {}
    for day in ("2027-05-31", "2027-06-01", "2028-01-01"):
        compiled = compile_project(project, today=partial(str, day))
        found[day] = [one.severity.name for one in compiled.findings if one.code == "SC901"]
    assert found == {"2027-05-31": ["NOTE"], "2027-06-01": ["ERROR"], "2028-01-01": []}


def test_forbidden_words_of_a_rule_count_from_its_first_day_to_its_last():
    book = rulebook(['禁说 "没办法"']).replace("适用 全部\n", "适用 全部\n  生效 2027-06-01 至 2027-12-31\n")
    text = '场景 A\n步骤 甲\n  说 "没办法。"\n  结束 已解决\n'
    project = load(Memory({"scriptc.yaml": "libraries: [词汇]\n", "词汇/词汇.script": WORDS, "a.script": book + text}))
    found = {}
    for day in ("2027-05-31", "2027-06-01", "2028-01-01"):
        compiled = compile_project(project, today=partial(str, day))
        found[day] = [one.severity.name for one in compiled.findings if one.code == "SC601"]
    assert found == {"2027-05-31": ["NOTE"], "2027-06-01": ["ERROR"], "2028-01-01": []}


def test_a_waiver_past_its_last_day_no_longer_excuses_forbidden_words():
    text = '场景 A\n  豁免 规则0 原因 "试行" 至 2027-03-31\n步骤 甲\n  说 "没办法。"\n  结束 已解决\n'
    book = rulebook(['禁说 "没办法"'])
    project = load(Memory({"scriptc.yaml": "libraries: [词汇]\n", "词汇/词汇.script": WORDS, "a.script": book + text}))
    for day, forbidden in (("2027-03-31", False), ("2027-04-01", True)):
        compiled = compile_project(project, today=partial(str, day))
        assert any(one.code == "SC601" for one in compiled.findings) == forbidden, day
