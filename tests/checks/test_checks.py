"""What checks find, and leave alone, beyond the two examples every rule carries."""

from __future__ import annotations

import pytest

from compiler.findings.verdicts import verdicts
from compiler.findings.weighing import weigh
from compiler.pipeline import compile_project
from compiler.project.loader import Memory, load
from compiler.report.rule_table import lines
from dsl.diagnostics import listed
from tests.projects import codes, compile_text

ENDS = '场景 B\n步骤 丙\n  说 "再见。"\n  结束 已解决\n'
"""A sub-dialogue that never returns."""


def found(text: str) -> list[tuple[int, str]]:
    """(line, code) of all that is found."""
    return [(one.span.line, one.code) for one in compile_text(text).findings]


# --- calls that never come back --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ("  调用 B\n", []),
        ('  说 "一。"\n  当 生气: 调用 B\n  至多 2次, 否则 调用 B, 结束 无声\n  结束 无声\n', [(4, "SC213")]),
        ('  说 "一。"\n  调用 B\n  说 "二。"\n  转 乙\n', [(4, "SC309")]),
        ("  调用 B\n  转 乙\n", [(3, "SC309")]),  # and nothing is said of 乙, which no other line leads to
        ("  调用 B\n  当 生气 转 乙\n", [(3, "SC309")]),
        ("  等待 3秒\n  调用 B\n  当 生气 转 乙\n", []),  # holds during the pause
        ('  说 "一。"\n  当 生气: 调用 B, 说 "二。"\n  转 乙\n', [(4, "SC309")]),
        ('  说 "一。"\n  若 已有 姓: 调用 B\n  转 乙\n', []),
        ('  说 "一。"\n  若 已有 姓: 调用 B\n', [(2, "SC303")]),
        ("  调用 B\n  调用 B\n", [(3, "SC309")]),
    ],
)
def test_a_call_that_never_comes_back_needs_no_way_on_and_nothing_behind_it(step, wrong):
    text = f'场景 A\n步骤 甲\n{step}步骤 乙\n  说 "好。"\n  结束 已解决\n{ENDS}'
    if "姓" in step:
        text = text.replace("场景 A\n", "场景 A\n  信息 姓 文本 已知\n", 1)
        wrong = [(line + 1, code) for line, code in wrong]
    others = {"SC301", "SC203"} if "转 乙" not in step else set()
    assert [(line, code) for line, code in found(text) if code not in others] == wrong


def test_a_whole_call_line_with_something_behind_such_a_call():
    text = '场景 A\n  全程 当 杂音: 调用 B, 说 "好。"\n  全程 当 沉默: 调用 B\n步骤 甲\n  说 "一。"\n  转 乙\n步骤 乙\n  结束 已解决\n'
    assert found(text + ENDS) == [(2, "SC309")]


# --- one fault, one finding -------------------------------------------------------------------------------------------

STEPS = '步骤 甲\n  说 "一。"\n  转 乙\n步骤 乙\n  说 "二。"\n  转 丙\n步骤 丙\n  说 "三。"\n  结束 已解决\n'


@pytest.mark.parametrize(
    ("typed", "meant", "wrong"),
    [
        ("  结束 已解决\n", "", [(8, "SC303")]),  # nothing ends: the step that lacks it is told, not all before it
        ("  转 乙\n", "", [(2, "SC303")]),  # nor those behind
        ("  转 丙\n", "  转 甲\n", [(2, "SC302")]),  # a trap is told where calls get into it, and not what is beyond
        ("  转 乙\n", "  转 丙\n", [(5, "SC301")]),
        ("  转 乙\n", "  结束 无声\n", [(5, "SC301")]),  # 乙 and 丙 behind it: the first of them is told
    ],
)
def test_a_slip_in_the_flow_is_one_finding(typed, meant, wrong):
    assert found("场景 A\n" + STEPS.replace(typed, meant)) == wrong


LOOK_UP = (
    "场景 A\n  信息 结果 选项 查到 / 未查到\n步骤 甲\n{}  做 登记, 得到 结果\n  若 结果 是 查到: 转 乙\n  若 结果 是 未查到: 转 丙\n"
    '步骤 乙\n  说 "一。"\n  结束 已解决\n步骤 丙\n  说 "二。"\n  结束 已解决\n'
)


@pytest.mark.parametrize("before", ["", '  说 "请稍等。"\n', '  说 "请稍等。"\n  等待 5秒\n'])
def test_what_a_system_has_filled_is_not_left_empty(before):
    text = LOOK_UP.format(before)
    assert found(text) == []
    assert found(text.replace("做 登记,", "若 没有 结果: 做 登记,")) == []
    assert (before.count("\n") + 5, "SC305") in found(
        text.replace("  若 结果 是 未查到: 转 丙\n", "  若 结果 是 未查到: 做 静音\n")
    )


@pytest.mark.parametrize(
    ("use", "unused"),
    [
        ('场景 A\n  禁说 "{威胁话}"\n步骤 甲\n  说 "一。"\n  结束 已解决\n', False),
        ('词组 更多 "{威胁话}"\n禁说 "{更多}"\n场景 A\n步骤 甲\n  说 "一。"\n  结束 已解决\n', False),
        ('规则集 B 适用 全部\n  规则 C\n    禁止 说 "{威胁话}"\n场景 A\n步骤 甲\n  说 "一。"\n  结束 已解决\n', False),
        ('场景 A\n步骤 甲\n  说 "一。"\n  结束 已解决\n', True),
    ],
)
def test_a_word_group_named_in_braces_is_used_and_heard(use, unused):
    text = '词组 威胁话 "起诉" / "上门"\n' + use
    assert found(text) == ([(1, "SC203")] if unused else [])
    heard = [code for _, code in found(text.replace("一。", "我们会起诉您。")) if code != "SC203"]
    assert heard == ([] if unused else ["SC601" if "禁说" in use else "SC901"])


def said(text: str, code: str) -> list[str]:
    return [one.help("zh") for one in compile_text(text).findings if one.code == code]


def test_a_name_of_another_sort_is_told_what_it_is():
    scenario = '场景 A\n步骤 甲\n  说 "一。"\n  当 生气: 说 "抱歉。"\n  转 乙\n步骤 乙\n{}  结束 已解决\n'
    rule = "规则集 B 适用 全部\n  规则 C\n    要求 [生气] 之后有 [共情]\n"
    assert said(rule + scenario.format(""), "SC201") == ["“生气”是事件，不是标签：写成 事件 生气"]
    assert said(scenario.format("  做 生气\n"), "SC201") == ["“生气”是事件，不是动作"]


def test_of_names_that_are_equally_like_it_none_is_typed_for_the_author():
    head = '标签 致谢\n标签 致意\n场景 A\n步骤 甲 [{}, 致谢, 致意]\n  说 "一。"\n  结束 已解决\n'
    (asked,) = (one for one in compile_text(head.format("致礼")).findings if one.code == "SC201")
    assert (asked.fix, asked.help("zh")) == (None, "是不是想写“致意”、“致歉”、“致谢”？")
    (heard,) = (one for one in compile_text(head.format("致谦")).findings if one.code == "SC201")
    assert heard.fix is not None
    assert heard.fix.text == "致歉"


def test_a_hint_fits_the_place():
    asked = '场景 A\n  信息 单号 文本\n步骤 甲\n  问 单号 "单号？"\n  说 "{单号}。"\n  结束 已解决\n'
    assert "移到下一步" in said(asked, "SC401")[0]
    assert "先问 单号" in said(asked.replace('  问 单号 "单号？"\n', ""), "SC401")[0]
    unused = '场景 A\n  信息 单号 文本 敏感\n步骤 甲\n  问 单号 "单号？"\n  转 乙\n步骤 乙\n  结束 已解决\n'
    assert "末4位" in said(unused, "SC402")[0]
    assert "末4位" not in said(unused.replace(" 敏感", ""), "SC402")[0]
    limit = (
        '规则集 B 适用 全部\n  规则 C\n    限制 {} 至多 3秒 于 步骤 甲\n场景 A\n步骤 甲\n  说 "一。"\n  结束 已解决\n'
    )
    assert said(limit.format("开口时间"), "SC903") == ["在这一步里写一行：开口 3秒"]
    assert said(limit.format("步骤时限"), "SC903") == ["在这一步里写一行：时限 3秒"]


@pytest.mark.parametrize(
    ("limit", "zh", "en"),
    [
        ("语句字数 至多 45秒", "限制 语句字数 至多 60字", "limit phrase-characters at most 60 chars"),
        ("重试次数 至少 2小时", "限制 重试次数 至少 2次", "limit retries at least 2 times"),
        ("步骤时限 至多 3次", "限制 步骤时限 至多 30秒", "limit step-limit at most 30s"),
    ],
)
def test_a_limit_in_the_wrong_unit_is_shown_the_same_one_in_the_right_unit(limit, zh, en):
    rule = f'规则集 B 适用 全部\n  规则 C\n    限制 {limit}\n场景 A\n步骤 甲\n  说 "一。"\n  结束 已解决\n'
    (finding,) = (one for one in compile_text(rule).findings if one.code == "SC904")
    assert (finding.help("zh"), finding.help("en")) == (f"换一个单位，例如：{zh}", f"write another unit, as in: {en}")
    mended = rule.replace(f"限制 {limit}", zh)
    assert "SC904" not in [one.code for one in compile_text(mended).findings]


def shown(**files: str | bytes) -> list[tuple[str, str]]:
    """(file, code) of what a project's author is shown."""
    made = compile_project(load(Memory({name.replace("_", "."): text for name, text in files.items()})))
    return [(one.span.source.name, one.code) for one in weigh(made, lambda: "2027-01-01").findings]


USES = "场景 A\n步骤 甲 [问候, 追问, 致谢, 告别]\n  说 标准问候\n  说 询问其他需要\n  说 感谢来电\n  做 等客户先挂断\n  结束 咨询已解答\n"
CONFIG = "libraries: [scriptc]\nfacts:\n  公司名称: 甲\n  部门: 乙\n  工号: '1'\n"


@pytest.mark.parametrize(
    ("config", "code"),
    [
        (CONFIG, None),
        (CONFIG.replace("scriptc", "scritpc"), "SC008"),
        (CONFIG.replace("libraries", "library"), "SC006"),
        (CONFIG.replace(" [", "["), "SC005"),
        (CONFIG.replace("libraries:", "libraries："), "SC005"),
        (CONFIG.replace("  公司", "\t公司"), "SC005"),
        (CONFIG.replace("facts", "fact"), "SC006"),
        (CONFIG.replace("facts", "常量"), "SC006"),
        (CONFIG[: CONFIG.index("facts")] + "facts:\n  公司名称：甲\n  部门：乙\n  工号：'1'\n", "SC007"),
        (CONFIG.replace("[scriptc]", "{scriptc: yes}"), "SC007"),
        (CONFIG.encode("gb18030"), "SC002"),
    ],
)
def test_settings_that_cannot_be_read_are_not_told_as_missing_names(config, code):
    assert shown(scriptc_yaml=config, a_script=USES) == ([("scriptc.yaml", code)] if code else [])


def test_a_full_width_colon_between_a_fact_and_its_text_is_told_where_it_stands():
    made = load(Memory({"scriptc.yaml": "name: 甲\nfacts:\n  公司名称：乙\n", "a.script": USES}))
    (finding,) = made.findings
    assert finding.span.text == "："
    assert finding.help("zh") == "冒号是全角的，换成英文冒号，后面空一格：键: 值"
    assert finding.help("en").startswith("the colon is a full-width one: write an ordinary colon")


def test_a_project_without_the_library_is_told_once():
    made = compile_project(load(Memory({"a.script": USES})))
    (finding,) = weigh(made, lambda: "2027-01-01").findings
    assert finding.help("zh") == "标准库里有它（还有另外 8 个名称）：新建 scriptc.yaml，写 libraries: [scriptc]"
    assert finding.help("en").endswith("write libraries: [scriptc] in a new file scriptc.yaml")


def test_a_fact_that_phrases_of_the_library_speak_is_asked_for_whatever_else_sounds_like_it():
    config = "name: 甲\nlibraries: [scriptc]\nfacts:\n  公司名称: 甲\n  部门: 乙\n"
    script = "场景 A\n  信息 工单号 文本\n步骤 甲\n  问 工单号 “单号是？”\n  调用 标准接听\n  说 “{工单号}，好的。”\n  结束 问题已解决\n"
    made = compile_project(load(Memory({"scriptc.yaml": config, "a.script": script})))
    hints = {(one.help("zh"), one.fix) for one in made.findings if one.code == "SC201"}
    assert hints == {("标准库的话术里要念它，请写进 scriptc.yaml：facts 下面加一行 工号: …", None)}


def test_a_file_in_another_encoding_does_not_make_the_others_wrong():
    phrases = '话术 开场 "您好。"\n结局 完成\n'.encode("gb18030")
    assert shown(a_script="场景 A\n步骤 甲\n  说 开场\n  结束 完成\n", b_script=phrases) == [("b.script", "SC002")]


def test_a_name_nobody_declared_is_told_once_with_its_other_places():
    text = '场景 A\n步骤 甲\n  说 "一。"\n  当 发火 转 乙\n  转 乙\n步骤 乙\n  说 "二。"\n  当 发火 转 丙\n  转 丙\n步骤 丙\n  结束 已解决\n'
    (finding,) = weigh(compile_text(text), lambda: "2027-01-01").findings
    assert [finding.span.line, *(label.span.line for label in finding.labels)] == [4, 8]


@pytest.mark.parametrize(
    ("name", "to"),
    [("问候.txt", "问候.script"), ("问候.script.txt", "问候.script"), ("话/问候.SCRIPT", "话/问候.script")],
)
def test_a_script_with_another_ending_is_told_its_name(name, to):
    (finding,) = load(Memory({"scriptc.yaml": CONFIG, name: USES})).findings
    assert f"把“{name}”改名为“{to}”" in finding.help("zh")


# --- exceptions to what is forbidden ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('禁说 "没办法" / "不行" 除非 "不是没办法" / "行不行"', []),
        ('禁说 "没办法" / "不行" 除非 "不是没办法" / "行吗"', ["“除非”后面的“行吗”起不了作用"]),
        ('禁说 "没办法" / "不行" 除非 "不行"', ["禁说“不行”起不了作用"]),
        (
            '禁说 "没办法" 除非 "不行" / "不是没办法" / "行"',
            ["“除非”后面的“不行”起不了作用", "“除非”后面的“行”起不了作用"],
        ),
        ('禁说 "{谁}错了"', ["禁说“{谁}错了”起不了作用"]),
    ],
)
def test_an_exception_is_of_use_when_it_excuses_one_of_the_phrases(line, said):
    text = f'场景 A\n  {line}\n步骤 甲\n  说 "好。"\n  结束 已解决\n'
    made = compile_text(text)
    assert set(codes(made)) <= {"SC603"}
    assert sorted(one.message("zh").split("：")[0] for one in made.findings) == sorted(said)


# --- rules about what never happens ----------------------------------------------------------------------------------

CALL = '场景 A\n步骤 甲 [致歉]\n  说 "抱歉。"\n  转 乙\n步骤 乙 [共情]\n  说 "好。"\n  结束 已解决\n'


@pytest.mark.parametrize(
    ("rule", "part", "so"),
    [
        ("要求 步骤 丙 之后 [致歉] 先于 [共情]", "步骤 丙", "管不到任何通话"),
        ("要求 [致歉] 之后 [致歉] 先于 步骤 丙", "步骤 丙", "管不到任何通话"),
        ("要求 [致歉] 之后 步骤 丙 先于 [共情]", "步骤 丙", "没有一通电话守得住"),
        ("要求 [共情] 之后有 步骤 丙", "步骤 丙", "没有一通电话守得住"),
        ("要求 [致歉] 先于 结束 转主管", "结束 转主管", "管不到任何通话"),
    ],
)
def test_a_rule_names_the_part_of_it_that_is_nowhere(rule, part, so):
    made = compile_text(f"规则集 规范 适用 全部\n  规则 一\n    {rule}\n{CALL}")
    (finding,) = (one for one in made.findings if one.code == "SC910")
    assert finding.span.text == part
    assert finding.message("zh") == f"{part} 在它管的场景里从来没有，这条规则{so}"


def test_a_rule_about_two_things_that_are_never_in_one_scenario():
    apart = "场景 A\n步骤 甲 [致歉]\n  结束 已解决\n场景 B\n步骤 甲 [共情]\n  结束 已解决\n"
    rule = "要求 [致歉] 之后 提到 姓 或 [致歉] 先于 [共情]"
    made = compile_text(f"规则集 规范 适用 全部\n  规则 一\n    {rule}\n{apart}")
    (finding,) = (one for one in made.findings if one.code == "SC910")
    assert "[致歉] 和 [共情] 没有在同一个场景里出现过" in finding.message("zh")


# --- the table of rules ----------------------------------------------------------------------------------------------


def rows(text: str) -> list[str]:
    made = compile_text(text)
    return [line.strip() for line in lines(verdicts(made.proofs, made.findings), "zh")]


def test_a_rulebook_is_one_block_also_when_its_rules_are_for_different_scenarios():
    text = (
        "规则集 甲规范 适用 全部\n  规则 一\n    适用 A\n    要求 [致歉]\n  规则 二\n    适用 B\n    要求 [致歉]\n"
        "规则集 乙规范 适用 全部\n  规则 三\n    要求 [致歉]\n" + CALL + CALL.replace("A", "B", 1)
    )
    shown = rows(text)
    assert [shown.count(name) for name in ("甲规范", "乙规范")] == [1, 1]
    assert shown.index("甲规范") < shown.index("乙规范")


@pytest.mark.parametrize(
    ("limit", "sign"),
    [
        ("语句字数 至多 40字", "✓"),
        ("语句字数 至多 40字 于 [共情]", "✓"),
        ("语句字数 至多 40字 于 步骤 丙", "·"),
        ("步骤时限 至多 5分钟 于 步骤 丙", "·"),
        ("步骤时限 至多 5分钟 于 [共情]", "✗"),  # it asks for a limit where it names the step
        ("步骤时限 至多 5分钟", "·"),
        ("承诺时限 至多 2小时", "·"),
    ],
)
def test_a_limit_with_nothing_to_measure_is_not_applicable(limit, sign):
    shown = rows(f"规则集 规范 适用 全部\n  规则 一\n    限制 {limit}\n{CALL}")
    assert [line for line in shown if line.startswith("一")] == [f"一   {sign}"]


# --- names in a row --------------------------------------------------------------------------------------------------


def test_names_stand_in_a_row_as_either_language_writes_them():
    assert [listed(names).zh for names in ("", "甲", "甲乙", "甲乙丙")] == ["", "甲", "甲、乙", "甲、乙、丙"]
    assert [listed(names).en for names in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
    assert listed("ab", "or", quoted=True).en == "“a” or “b”"


def test_several_events_without_a_line_are_told_in_english():
    vocabulary = '事件 沉默\n事件 生气\n事件 杂音\n类别 来电 "客户打进来" 处理 沉默、生气、杂音\n结局 完成\n'
    text = '场景 A 属于 来电\n步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  说 "再见。"\n  转 甲\n'
    messages = [one.message("en") for one in compile_text(vocabulary + text).findings if one.code == "SC320"]
    assert messages == ["nothing says what to do about “沉默”, “生气” or “杂音” in “A”"]


def test_a_gate_in_a_sub_dialogue_does_not_bound_a_circle_that_goes_on_without_it():
    """From its second run on B comes straight back, and the step begins again and again."""
    text = '场景 A\n步骤 甲\n  说 "好。"\n  调用 B\n  当 出声 转 乙\n  转 甲\n步骤 乙\n  结束 已解决\n'
    text += "场景 B\n步骤 丙\n  说 抱歉\n  至多 1次, 否则 返回\n  转 丁\n步骤 丁\n  返回\n"
    assert codes(compile_text(text)) == ["SC307"]
    # a reaction that is passed over from then on leaves the agent in the same place
    stays = text.replace("  调用 B\n  当 出声 转 乙\n  转 甲\n", "  当 出声: 调用 B\n  转 乙\n")
    assert codes(compile_text(stays)) == []


GUARDED_QUESTION = """\
场景 A
  信息 类型 选项 甲 / 乙
  信息 姓 文本
步骤 一
  问 类型 "哪一种？"
  转 二
步骤 二
  说 "好。"
  {question}
  {ways}
步骤 三
  说 "{{姓}}您好。"
  若 类型 是 甲: 说 "请稍等。"
  结束 已解决
"""


@pytest.mark.parametrize(
    ("question", "ways", "wrong"),
    [
        # Who is of the other type is not asked, so the name may be missing.
        ("若 类型 是 甲: 问 姓 “贵姓？”", ("若 已有 姓: 转 三", "若 没有 姓: 结束 已解决"), []),
        ("若 类型 是 甲: 问 姓 “贵姓？”", ("若 已有 姓: 转 三",), ["SC305"]),
        ("若 类型 是 甲: 问 姓 “贵姓？”", ("若 类型 是 乙: 结束 已解决", "若 已有 姓: 转 三"), []),
        # Asked of everybody, or of whom it is not known of: nobody is left without.
        ("问 姓 “贵姓？”", ("若 已有 姓: 转 三", "若 没有 姓: 结束 已解决"), ["SC304"]),
        ("若 没有 姓: 问 姓 “贵姓？”", ("若 已有 姓: 转 三", "若 没有 姓: 结束 已解决"), ["SC304"]),
        ("若 没有 姓: 问 姓 “贵姓？”", ("若 已有 姓: 转 三",), []),
    ],
)
def test_what_a_guarded_question_leaves_open(question, ways, wrong):
    made = compile_text(GUARDED_QUESTION.format(question=question, ways="\n  ".join(ways)))
    assert [one.code for one in made.findings if one.code in ("SC304", "SC305")] == wrong


CHOSEN_BEFOREHAND = """\
场景 A
  信息 身份 选项 会员 / 散客 已知
  信息 等级 选项 金 / 银
步骤 一
  说 "您好。"
  若 身份 是 会员 转 查
  转 二
步骤 查
  做 登记, 得到 等级
  转 二
步骤 二
  说 "请讲。"
  若 身份 是 散客 转 三
  若 等级 是 金 转 三
  {rest}
步骤 三
  说 "再见。"
  结束 已解决
"""


def test_values_are_left_open_only_where_a_call_has_them():
    """Whoever is a member has been looked up by then, so nobody is a member without a level."""
    assert codes(compile_text(CHOSEN_BEFOREHAND.format(rest="若 等级 是 银 转 三"))) == []
    [wrong] = compile_text(CHOSEN_BEFOREHAND.format(rest="当 生气: 说 抱歉")).findings
    assert wrong.code == "SC305"
    assert wrong.message("en") == "nothing says where to go when 等级 is 银 and 身份 is 会员"
    assert [line.zh for line in wrong.call][-2:] == [
        "坐席：“请讲。”  a.script:12",
        "← 等级是银、身份是会员：没有写去哪里",
    ]


def test_values_that_only_a_caller_fills_are_left_open_too():
    text = '场景 A\n  信息 类型 选项 甲 / 乙\n步骤 一\n  问 类型 "哪种？"\n  转 二\n步骤 二\n  调用 B\n  结束 已解决\n'
    text += "场景 B\n  信息 类型 选项 甲 / 乙\n步骤 三\n  说 抱歉\n  若 类型 是 甲 转 四\n  若 没有 类型 转 四\n步骤 四\n  返回\n"
    [wrong] = compile_text(text).findings
    assert (wrong.code, wrong.message("en")) == ("SC305", "nothing says where to go when 类型 is 乙")


def test_what_stands_behind_a_call_comes_after_an_answer_that_stays():
    """B hands 生气 back, which is answered and leads nowhere: the step looks up 姓 and goes on, so 姓 is asked in vain."""
    text = "场景 A\n  信息 姓 文本\n步骤 一\n  说 抱歉\n  当 沉默: 调用 B, 做 登记, 得到 姓, 转 二\n"
    text += '  当 生气: 说 抱歉\n  当 出声 转 三\n步骤 二\n  问 姓 "贵姓？"\n  转 三\n'
    text += '步骤 三\n  若 已有 姓: 说 "{姓}再见。"\n  若 没有 姓: 说 "再见。"\n  结束 已解决\n'
    text += '场景 B\n步骤 丙\n  说 "请稍等。"\n  返回 生气\n'
    assert codes(compile_text(text)) == ["SC403"]


def test_dialogues_whose_first_lines_cannot_be_read_are_not_told_to_be_called_alike():
    text = '结局 完成\n场景 A\n步骤 甲\n  说 "一。"\n  结束 完成\n' + '对话 "{}" 测 A\n  到 甲\n' * 2
    assert {one.code for one in compile_text(text.format("早", "晚")).findings} == {"SC101"}


def dated(today: str) -> list[tuple[str, int]]:
    text = (
        "结局 完成\n场景 接听\n步骤 甲\n  调用 春节\n  结束 完成\n"
        '场景 春节\n  生效 2026-02-01 至 2026-02-20\n步骤 乙\n  说 "给您拜年了。"\n  返回\n'
        "场景 拜年 基于 春节\n"
    )
    made = compile_project(load(Memory({"a.script": text})), today=lambda: today)
    return [(one.code, one.span.line) for one in made.findings]


def test_days_are_told_at_the_scenario_its_heirs_and_its_callers():
    assert dated("2026-01-31") == [("SC506", 4), ("SC505", 7), ("SC505", 7)]
    assert dated("2026-02-01") == dated("2026-02-20") == []
    assert dated("2026-02-21") == [("SC506", 4), ("SC504", 7), ("SC504", 7)]
