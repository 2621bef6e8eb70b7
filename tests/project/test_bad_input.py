"""Whatever is thrown at a check, it answers with findings that can be read aloud, never with a traceback."""

from __future__ import annotations

import pytest

from compiler.machine.lowering.assemble import DEEPEST
from compiler.pipeline import compile_project
from compiler.project import lints
from compiler.project.loader import Memory, load
from dsl.diagnostics import Severity, shortened
from tests.projects import codes, compile_text


def found(files: dict[str, str | bytes]) -> list[str]:
    return [finding.code for finding in compile_project(load(Memory(files))).findings]


def test_an_empty_folder():
    assert found({}) == ["SC004"]


@pytest.mark.parametrize("name", ["scriptc.yml", "Scriptc.yaml", "scriptc.yaml.txt", ".scriptc.yaml"])
def test_settings_under_another_name_are_pointed_out(name):
    assert "SC017" in found({name: "name: 甲\n", "a.script": "结局 完成\n"})
    assert "SC017" not in found({name: "name: 甲\n", "scriptc.yaml": "name: 乙\n", "a.script": "结局 完成\n"})
    assert "SC017" not in found({"scriptc.yaml": b"\xff\xfe\xff", "a.script": "结局 完成\n"})


@pytest.mark.parametrize("text", ["", "# 只有注释\n\n# 没有别的", "\n\n\n", "　　\t \n"])
def test_a_file_without_statements_is_pointed_out_and_no_error(text):
    assert found({"a.script": text}) == ["SC016"]
    assert lints.EMPTY.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("场景 A".encode("gb18030"), "SC002"),
        ("场景 A\n步骤 甲".encode("utf-16"), "SC002"),
        ("scenario A\nstep B\n".encode("utf-16-le"), "SC003"),
        (b"\x00\x01\x02\x03", "SC003"),
        (b"PK\x03\x04\x00\x00" + bytes(range(256)), "SC003"),
        ("场景 A\0".encode(), "SC003"),
    ],
)
def test_files_that_are_no_utf8_text_are_named_as_such(data, code):
    assert found({"a.script": data}) == [code]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    text = '结局 完成\r\n场景 A\r\n步骤 甲\r\n  说 "您好。"\r\n  结束 完成\r\n'
    assert found({"a.script": b"\xef\xbb\xbf" + text.encode()}) == []


def test_old_mac_line_ends_do_no_harm():
    assert found({"a.script": '结局 完成\r场景 A\r步骤 甲\r  说 "您好。"\r  结束 完成\r'}) == []


def test_a_huge_file_is_refused_with_a_way_out():
    assert found({"a.script": b"#" * (8 * 1024 * 1024 + 1)}) == ["SC009"]


@pytest.mark.slow
def test_a_file_of_five_megabytes_is_read():
    step = '步骤 步{}\n  说 "您好，请问有什么可以帮您？"\n  转 步{}\n'
    count = 5_000_000 // len(step.encode())
    text = "场景 A\n" + "".join(step.format(index, index + 1) for index in range(count))
    compiled = compile_text(f'{text}步骤 步{count}\n  说 "再见。"\n  结束 已解决\n')
    assert codes(compiled) == ["SC604"]  # the same words in every step
    assert len(compiled.flows["A"].steps) == count + 1


def test_a_very_long_line_is_read_and_shown_cut():
    from compiler.report.terminal import columns, render

    compiled = compile_text('场景 A\n步骤 甲\n  说 "' + "很" * 100_000 + '" 多余\n  转 甲\n')
    assert "SC101" in codes(compiled)
    shown = "".join(render(compiled.findings, "zh", lambda text, _role: text))
    assert max(columns(line) for line in shown.splitlines()) < 200


def test_hostile_characters_do_not_reach_the_terminal():
    from compiler.report.terminal import render

    compiled = compile_text("场景 A\n步骤 甲\n  转 乙\x1b[2J\u202e \n")
    shown = "".join(render(compiled.findings, "zh", lambda text, _role: text))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_ten_thousand_brackets():
    assert codes(compile_text("场景 A\n步骤 甲 " + "[" * 10_000 + "\n  转 甲\n")) == ["SC101"]


def test_names_that_are_keywords():
    compiled = compile_text("场景 A\n步骤 结束\n  转 结束\n")
    assert set(codes(compiled)) == {"SC109"}


def test_the_same_scenario_in_two_files_shows_both_places():
    text = '场景 A\n步骤 甲\n  说 "您好。"\n  结束 已解决\n'
    compiled = compile_text(text, **{"b.script": text})
    (finding,) = compiled.findings
    assert finding.code == "SC202"
    assert {finding.span.source.name, finding.labels[0].span.source.name} == {"a.script", "b.script"}


def test_circles_of_inheritance_and_calls_are_shown_as_circles():
    compiled = compile_text("场景 A 基于 B\n场景 B 基于 C\n场景 C 基于 A\n")
    assert codes(compiled).count("SC204") == 3
    text = "场景 A\n步骤 甲\n  调用 B\n  返回\n场景 B\n步骤 乙\n  当 沉默 调用 A\n  转 乙\n"
    calls = [finding for finding in compile_text(text).findings if finding.code == "SC205"]
    assert [finding.message("zh").split("：")[1] for finding in calls] == ["A → B → A"]
    assert [label.span.text for label in calls[0].labels] == ["当 沉默 调用 A"]


def test_one_run_reports_every_bad_line():
    text = '场景 A\n步骤 甲\n  说活 "一"\n  等待 5\n  转\n  当 沉没 转 乙\n  转 丙\n'
    assert codes(compile_text(text)) == ["SC102", "SC107", "SC115", "SC201", "SC201", "SC201"]


def test_a_name_of_the_standard_library_is_pointed_out():
    compiled = compile_text('场景 A\n  全程 当 客户沉默 5秒: 说 "您好？"\n步骤 甲\n  说 "您好。"\n  结束 已解决\n')
    (finding,) = compiled.findings
    assert finding.code == "SC201"
    assert "libraries: [scriptc]" in finding.help("zh")


def test_names_lost_with_a_bad_line_cause_no_further_findings():
    assert codes(compile_text('场景 A\n  信息 姓氏 文夲 文本 "x" "y"\n步骤 甲\n  说 "{姓氏}"\n  转 甲\n')) == ["SC101"]


def test_messages_quote_no_text_at_length():
    """Endless phrases, with and without quotes in them, and endless names, in every place that is quoted."""
    long, name = "“好”，请您稍等一下。" * 300, "很" * 1_500
    text = (
        f'规则集 规范 适用 全部\n  原因 "{long}"\n  规则 {name}\n    要求 说 "{long}" 先于 结束\n    要求 [{name}]\n'
        f'    限制 语句字数 至多 5字\n  规则 二\n    要求 [致歉] 先于 [共情]\n    禁说 "请您稍等" 改说 "{long}"\n'
        f'    反例 "{long}不"\n场景 {name}\n  信息 姓氏 选项 {name} / 乙\n步骤 {name}\n  说 "{long}"\n  承诺 {name} 2小时\n'
        f'  问 姓氏 "您贵姓？"\n  若 姓氏 是 {name}: 转 {name}乙\n  转 {name}乙\n步骤 {name}乙 [共情]\n  说 理解\n  结束 已解决\n'
        f'对话 "{long}" 测试 {name}\n  到 {name}丙\n'
    )
    for changed in (text, text.replace(f"    要求 [{name}]\n", ""), text.replace("“", "").replace("”", "")):
        findings = list(compile_text(changed).findings)
        assert {"SC201", "SC901", "SC903"} & {one.code for one in findings}
        for one in findings:
            for lang in ("zh", "en"):
                assert len(one.message(lang)) < 800, one.code
                assert len(one.help(lang)) < 800, one.code
                assert all(len(label.words.in_(lang)) < 400 for label in one.labels)
                assert all(len(turn.in_(lang)) < 500 for turn in one.call), one.code


def test_what_is_long_is_shortened_in_the_middle_and_what_fits_is_not():
    assert shortened("好" * 60) == "好" * 60
    assert shortened("a" * 120) == "a" * 120
    cut = shortened("头" + "好" * 1_000_000 + "尾")
    assert (cut[0], cut[-1], len(cut)) == ("头", "尾", 60)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ("name: [", "SC005"),
        ("- a\n- b\n", "SC005"),
        ("nmae: 星海\n", "SC006"),
        ("speech_rate: fast\n", "SC007"),
        ("output: ../elsewhere\n", "SC007"),
        ("output: /etc\n", None),
        ("libraries: [没有]\n", "SC008"),
        ("card:\n  format: a3\n", "SC007"),
        ("working_hours: 9-5\n", "SC007"),
        ("facts: 3\n", "SC007"),
        ("&a [*a]", "SC005"),
        ("facts:\n  公司: {a: b}\n", "SC007"),
        ("facts:\n  公司: 甲\n  公司: 乙\n", "SC005"),
        ("facts:\n  公司: 甲\nfacts:\n  工号: 乙\n", "SC005"),
        ('working_hours: "9:75-18:00"\n', "SC007"),
        (f"speech_rate: {'9' * 5000}\n", "SC007"),
    ],
)
def test_settings_that_do_not_fit_are_findings(config, code):
    text = '结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  结束 完成\n'
    assert found({"scriptc.yaml": config, "a.script": text}) == ([code] if code else [])


@pytest.mark.parametrize("line", ["等待 {n}秒", "至多 {n}次, 否则 结束 完成", "承诺 答复 {n}小时", '说 "{n}小时内。"'])
def test_an_amount_beyond_all_measure_is_one_all_the_same(line):
    head = '结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  承诺 回电 2小时\n'
    compiled = compile_text(f"{head}  {line.format(n='9' * 5000)}\n  结束 完成\n")
    assert compiled.machines
    assert not any(one.code.startswith("SC1") for one in compiled.findings)


def test_a_misspelt_setting_gets_a_suggestion():
    compiled = compile_project(
        load(Memory({"scriptc.yaml": "fatcs:\n  a: b\n", "a.script": '禁说 "说话呀" 改说 "您好"\n'}))
    )
    (finding,) = compiled.findings
    assert "facts" in finding.help("zh")
    assert finding.severity is Severity.ERROR


def chain(length: int) -> str:
    """Scenarios that call one another in a row, `length` calls deep."""
    step = '场景 S{0}\n步骤 甲\n  说 "好。"\n  转 乙\n步骤 乙\n  {1}返回\n'
    return "".join(step.format(at, f"调用 S{at + 1}\n  " if at < length else "") for at in range(length + 1))


def test_sub_dialogues_may_be_nested_so_deep_and_no_deeper():
    made = compile_text(chain(DEEPEST))
    assert "SC215" not in codes(made)
    assert len(made.machines) == DEEPEST + 1
    made = compile_text(chain(3_000))
    assert codes(made).count("SC215") == 1
    assert len(made.machines) == DEEPEST + 1
