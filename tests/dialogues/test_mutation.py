"""Scripts broken one line at a time: every kind of break is made, each is well written, and who notices is told."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.cli.app import cli
from compiler.dialogues.mutants import KINDS, mutants
from compiler.dialogues.mutation import Jury, all_keys, scored
from compiler.dialogues.parallel import judge_all
from compiler.pipeline import compile_scripts
from compiler.project.loader import Memory, Project, load
from dsl import syntax
from dsl.diagnostics import Severity
from dsl.formatter import format_script
from dsl.frozen import replace
from dsl.parser import parse
from dsl.source import Source
from dsl.syntax import Script
from tests.projects import WORDS
from tests.random_scripts import scripts
from tests.rulebooks.test_rulebooks import rulebook, rules

SCRIPT = """\
话术 致歉语 [致歉] "非常抱歉。" / "对不起。"
场景 A 属于 投诉
  信息 类型 选项 简单 / 复杂
  全程 当 沉默 5秒 调用 B
步骤 接听
  说 致歉语
  或说 "抱歉。"
  问 类型 "哪一类？"
  时限 30秒
  当 生气 且 类型 是 复杂: 说 "别急。", 转 升级
  至多 2次, 否则 转 升级
  若 类型 是 复杂: 转 升级
  转 受理
步骤 受理
  做 登记
  承诺 答复 2小时
  说 "{答复}内答复您。"
  超过 10分钟 转 升级
  转 道别
步骤 升级
  说 "请主管来。"
  结束 转主管
步骤 道别
  等待 3秒
  说 "再见。"
  结束 已解决
场景 B 属于 状况
步骤 询
  说 "在吗？"
  当 出声 返回
  转 询二
步骤 询二
  返回
"""
DIALOGUE = """\
对话 "简单" 测试 A
  到 接听
  期望 说 致歉语
  填 类型 简单
  配合
  到 受理
  期望 承诺 答复
"""
RULES = """\
规则集 规范 适用 投诉
  规则 要登记
    要求 可达 做 登记
"""


def project(text: str):
    return load(Memory({"scriptc.yaml": "libraries: [词汇]\n", "词汇/w.script": WORDS, "a.script": text}))


def first_scenario(text: str) -> syntax.Scenario:
    return next(item for item in parse(Source("a.script", text))[0].items if isinstance(item, syntax.Scenario))


def broken(text: str) -> list[tuple[str, str]]:
    """(kind, the line as it stood) of every mutant of the first scenario."""
    return [(one.kind, " ".join(one.span.text.split())) for one in mutants(first_scenario(text))]


def test_every_kind_of_break_is_made():
    made = broken(SCRIPT)
    assert {kind for kind, _ in made} == set(KINDS)
    assert made.count(("drop-act", "说 致歉语")) == 1
    assert ("drop-act", '或说 "抱歉。"') not in made  # it goes with the sentence it belongs to
    assert ("drop-act", "做 登记") in made
    assert ("raise-limit", "承诺 答复 2小时") in made
    assert {kind for kind, line in made if line.startswith("至多")} == {"drop-limit", "raise-limit", "swap-target"}
    assert {kind for kind, line in made if line.startswith("若")} == {"drop-way", "drop-guard", "swap-target"}
    assert {kind for kind, line in made if line.startswith("当 生气")} == {
        "drop-handler", "drop-guard", "drop-act", "swap-target",
    }  # fmt: skip
    assert {kind for kind, line in made if line.startswith("全程")} == {"drop-handler", "raise-limit"}
    assert not any(line.startswith("时限") for _, line in made)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(scripts())
def test_every_mutant_is_another_script_that_can_be_read(text):
    script = parse(Source("a.script", text))[0]
    at = next(index for index, item in enumerate(script.items) if isinstance(item, syntax.Scenario))
    scenario = script.items[at]
    assert isinstance(scenario, syntax.Scenario)
    seen = {format_script(script)}
    for one in mutants(scenario):
        typed = format_script(replace(script, items=(*script.items[:at], one.scenario, *script.items[at + 1 :])))
        assert typed not in seen
        seen.add(typed)
        again, found = parse(Source("a.script", typed))
        assert again.whole
        assert not [one for one in found if one.severity is Severity.ERROR]


def judged(text: str, day: str | None = None) -> dict[tuple[str, str], tuple[str, str]]:
    """(kind, line) -> (who noticed, what) for every mutant."""
    loaded = project(text)
    jury = Jury(loaded, day)
    verdicts = [jury.judge(key) for key in all_keys(loaded)]
    return {(one.kind, one.text): (one.by, one.what) for one in verdicts if one.scenario == "A"}


def test_a_dialogue_notices_what_it_expects():
    seen = judged(SCRIPT + DIALOGUE)
    assert seen["drop-act", "说 致歉语"] == ("dialogue", "简单")
    assert seen["swap-target", "转 受理"] == ("dialogue", "简单")
    assert seen["drop-act", '说 "请主管来。"'][0] == "nobody"
    assert seen["drop-act", '问 类型 "哪一类？"'][0] == "dialogue"  # what it fills is asked for by nobody


def test_a_rule_or_a_check_notices_without_a_dialogue():
    assert judged(SCRIPT)["drop-act", "做 登记"][0] == "nobody"
    assert judged(SCRIPT + RULES)["drop-act", "做 登记"][0] == "check"


def test_a_rule_that_is_over_notices_nothing():
    rules = RULES.replace("适用 投诉\n", "适用 投诉\n  生效 2026-01-01 至 2026-06-30\n")
    assert judged(SCRIPT + rules, "2026-06-30")["drop-act", "做 登记"][0] == "check"
    assert judged(SCRIPT + rules, "2026-07-01")["drop-act", "做 登记"][0] == "nobody"


def test_a_dialogue_of_a_caller_counts():
    caller = '对话 "沉默" 测试 A\n  经过 5秒\n  到 B.询\n  期望 说 "在吗？"\n'
    loaded = project(SCRIPT + caller)
    jury = Jury(loaded)
    verdicts = [jury.judge(key) for key in all_keys(loaded)]
    one = next(each for each in verdicts if each.text == '说 "在吗？"')
    assert (one.scenario, one.by, one.what) == ("B", "dialogue", "沉默")


TRANSFER = """\
场景 转接
  信息 姓 文本
步骤 说明
  说 "我替您转过去，好吗？"
  若 已有 姓: 转 登记
  转 留话
步骤 登记
  说 "已经记下了。"
  返回
步骤 留话
  说 "请您稍后再打来。"
  返回
场景 打招呼
步骤 招呼
  说 "您好。"
  返回
"""
CALLER = '场景 线{n}\n步骤 转{n}\n  说 "请讲。"\n  调用 转接\n  结束 已解决\n对话 "线{n}" 测试 线{n}\n  配合\n  期望 结束 已解决\n'
LARGEST = """\
场景 总机
  信息 姓 文本
步骤 先问
  调用 打招呼
  问 姓 "您贵姓？"
  转 转过去
步骤 转过去
  调用 转接
  结束 已解决
对话 "有姓，就登记" 测试 总机
  配合
  配合
  期望 说 "已经记下了。"
"""


def test_a_dialogue_counts_however_many_other_callers_there_are():
    loaded = project(TRANSFER + "".join(CALLER.format(n=number) for number in range(20)) + LARGEST)
    jury = Jury(loaded)
    verdicts = [jury.judge(key) for key in all_keys(loaded)]
    seen = {(one.kind, one.text): one.what for one in verdicts if one.scenario == "转接"}
    assert seen["drop-way", "若 已有 姓: 转 登记"] == "有姓，就登记"
    assert seen["drop-act", '说 "已经记下了。"'] == "有姓，就登记"
    assert seen["drop-act", '说 "请您稍后再打来。"'] == ""  # said on twenty lines, and expected on none


def test_a_dialogue_counts_however_many_others_are_based_on_the_broken_scenario():
    heirs = "".join(f"场景 甲{number} 基于 架\n步骤 甲{number}步\n  结束 已解决\n" for number in range(4))
    last = '对话 "最后" 测试 甲3\n  期望 说 "您好。"\n'
    loaded = project('场景 架\n步骤 问候\n  说 "您好。"\n  当 生气: 说 "别急。"\n  结束 已解决\n' + heirs + last)
    jury = Jury(loaded)
    verdicts = [jury.judge(key) for key in all_keys(loaded)]
    assert next(one.what for one in verdicts if one.text == '说 "您好。"') == "最后"


def test_a_mutant_is_named_by_what_stands_there_instead():
    jury = Jury(loaded := project(SCRIPT))
    verdicts = [one for one in map(jury.judge, all_keys(loaded)) if one.text.startswith("当 生气 且")]
    assert sorted((one.kind, one.written) for one in verdicts) == [
        ("drop-act", "当 生气 且 类型 是 复杂: 转 升级"),
        ("drop-guard", '当 生气: 说 "别急。", 转 升级'),
        ("drop-handler", ""),
        ("swap-target", '当 生气 且 类型 是 复杂: 说 "别急。", 转 道别'),
    ]


def test_a_dialogue_that_fails_already_notices_nothing():
    failing = DIALOGUE + "  期望 做 静音\n"
    assert all(by != "dialogue" for by, _ in judged(SCRIPT + failing).values())


def test_the_order_is_fixed_and_one_process_or_many_judge_alike():
    loaded = project(SCRIPT + DIALOGUE)
    keys = all_keys(loaded)
    assert keys == all_keys(loaded)
    assert sorted(keys) != list(keys)
    jury = Jury(loaded)
    alone = scored((jury.judge(key) for key in keys), len(keys))
    assert scored(judge_all(loaded, keys, lambda: True), len(keys)) == alone


def test_when_time_is_up_no_more_are_judged():
    loaded = project(SCRIPT + DIALOGUE)
    keys = all_keys(loaded)
    left = iter([True] * 3)
    judged_in_time = list(judge_all(loaded, keys, lambda: next(left, False)))
    assert 0 < len(judged_in_time) < len(keys)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.script").write_text(WORDS + SCRIPT + DIALOGUE, "utf-8")
    return tmp_path


def command(*arguments: object) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, ["test", *map(str, arguments), "--lang", "zh"], standalone_mode=False)
    assert ran.exception is None, ran.exception
    return ran.return_value, ran.stdout


def test_the_command_names_what_nobody_noticed_and_the_score(folder):
    status, shown = command(folder, "--min-mutation", "99")
    assert status == 1
    assert '删去一句话或一个动作  说 "请主管来。"' in shown
    assert "弄坏了" in shown
    assert "时间到" in command(folder, "--mutate", "--budget", "0")[1]


def test_nothing_tried_is_no_score(tmp_path):
    assert scored((), 5).percent is None
    (tmp_path / "a.script").write_text(
        WORDS + '场景 A\n步骤 甲\n  结束 已解决\n对话 "一" 测试 A\n  期望 结束\n', "utf-8"
    )
    status, shown = command(tmp_path, "--min-mutation", "0")
    assert status == 1
    assert "没有能弄坏的地方" in shown
    assert json.loads(command(tmp_path, "--mutate", "--format", "json")[1])["mutation"]["percent"] is None


def test_json_has_every_verdict(folder):
    report = json.loads(command(folder, "--mutate", "--format", "json")[1])["mutation"]
    assert report["all"] == len(report["mutants"])
    assert {one["by"] for one in report["mutants"]} >= {"dialogue", "nobody"}


# --- what checks and rules notice --------------------------------------------------------------------------------------


def plainly(loaded: Project, key: tuple[str, int, int]) -> bool:
    """Whether a whole check finds something in a mutant that it does not find in the script: the slow way."""
    file, index, number = key

    def found(script: Script) -> Counter[tuple[str, str]]:
        library = tuple(parse(source)[0] for source in loaded.library)
        findings = compile_scripts(loaded, (script,), library).findings
        return Counter((one.code, one.message("en")) for one in findings if one.severity > Severity.NOTE)

    script = parse(next(source for source in loaded.sources if source.name == file))[0]
    scenario = script.items[index]
    assert isinstance(scenario, syntax.Scenario)
    mutant = next(islice(mutants(scenario), number, None)).scenario
    broken = replace(script, items=(*script.items[:index], mutant, *script.items[index + 1 :]))
    return bool(found(broken) - found(script))


def agrees(text: str) -> int:
    """How many mutants of `text` a check notices; a jury must say so of the same ones."""
    loaded = project(text)
    jury = Jury(loaded)
    noticed = 0
    for key in all_keys(loaded):
        verdict = jury.judge(key)
        if verdict.by != "dialogue":
            assert (verdict.by == "check") == plainly(loaded, key), verdict
            noticed += verdict.by == "check"
    return noticed


MORE_RULES = """\
    要求 [致歉] 先于 做 登记
    要求 事件 生气 之后有 做 登记 或 结束 转主管 或 结束 无声
    要求 步骤 受理 含 承诺
    禁止 事件 沉默 之后有 说 致歉语
    限制 承诺时限 至多 4小时
"""


@pytest.mark.slow
def test_a_jury_finds_what_a_whole_check_finds():
    assert agrees(SCRIPT + RULES + MORE_RULES) >= 5
    assert agrees(SCRIPT + DIALOGUE + RULES + MORE_RULES) >= 3


@pytest.mark.slow
@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(scripts(), st.lists(rules(), min_size=3, max_size=6))
def test_a_jury_finds_what_a_whole_check_finds_in_any_script(text, drawn):
    agrees(text + rulebook([line for line, _ in drawn]))
