"""`check --fix`: what is only spelt anew is written, everything else is a suggestion, and what is shown reads."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.cli.common import FINDINGS, OK, WRONG_USE
from compiler.findings.fixing import fix, vetted
from compiler.findings.spelling import same_words
from compiler.findings.weighing import weigh
from compiler.pipeline import compile_project
from compiler.project.loader import Memory, load
from dsl.diagnostics import Diagnostic, Edit
from dsl.parser import parse
from dsl.source import Source, Span
from dsl.syntax import Script
from tests.cli.test_cli import GOOD, project, run
from tests.projects import WORDS
from tests.random_scripts import scripts
from tests.rich_scripts import VOCABULARY, rich_scripts
from tests.slips import Good, new_errors, outcome, slip
from tests.typist import scripts as typed_scripts

CROOKED = GOOD.replace("说", "说活").replace("结束 完成", "结束完成")


def found(text: str) -> list[Diagnostic]:
    return list(weigh(compile_project(load(Memory({"a.script": text}))), lambda: "2027-01-01").findings)


def fixes(text: str) -> tuple[list[str], list[str]]:
    """The lines that the safe fixes make, and those that the suggestions make."""
    made: tuple[list[str], list[str]] = ([], [])
    for finding in found(text):
        if finding.fix is not None:
            source, start, end = finding.fix.span
            first = source.line_number(start)
            before = text[source.line_starts[first - 1] : start]
            behind = text[end:].partition("\n")[0]
            made[not finding.fix.safe].append((before + finding.fix.text + behind).strip())
    return made


def fixed(text: str) -> str:
    """`text` after `--fix`."""
    compiled = compile_project(load(Memory({"a.script": text})))
    edits = (one.fix for one in vetted(compiled, list(compiled.findings)) if one.fix is not None and one.fix.safe)
    return fix(compiled, edits).texts.get("a.script", text)


# --- what is safe -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("转到 结束语", "转 结束语"),
        ("转结束语", "转 结束语"),
        ("说活 “您好”", "说 “您好”"),
        ("说 您好，请讲！", '说 "您好，请讲！"'),
        ('说 "您好', '说 "您好"'),
        ("坐席：“您好”", "说：“您好”"),
        ("标题 服务态度投诉", '标题 "服务态度投诉"'),
        ("当 生气 时 转 乙", "当 生气: 转 乙"),
        ("当 生气 或 沉默: 转 乙", "当 生气、沉默: 转 乙"),
        ("当 生气、沉默 五秒 转 乙", "当 生气、沉默 5秒 转 乙"),
        ("若客户类型是会员：转 乙", "若 客户类型 是 会员：转 乙"),
        ("若 甲 != 乙：转 丙", "若 甲 不是 乙：转 丙"),
        ("时限 三声以内", "时限 3声"),
        ("等待 2小时半", "等待 2.5小时"),
        ('做 登记 说 "好"', '做 登记\n  说 "好"'),
        ('禁说 "甲" 或 "乙"', '禁说 "甲" / "乙"'),
        ("步骤 接听（问候）", "步骤 接听[问候]"),
        ("when a then go b", "when a: go b"),
        ("within three rings", "within 3 rings"),
    ],
)
def test_another_spelling_is_safe(before: str, after: str) -> None:
    assert same_words(f"  {before}\n", f"  {after}\n")


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("转 结束与", "转 结束语", "another name"),
        ("若 有 单号: 转 乙", "若 已有 单号: 转 乙", "没有 with a key missed"),
        ("过 10分钟: 转 乙", "超过 10分钟: 转 乙", "经过 with a key missed"),
        ("expectno end", "expect end", "a word is lost"),
        ("stept hank-you", "step hank-you", "the letter is the name's"),
        ("ste pname", "step pname", "the letter is in the name"),
        ("期望 说 回应问好  客户 客户沉默", '期望 说 "回应问好  客户 客户沉默"', "two lines"),
        ("配合合", '配合 "合"', "a key pressed twice"),
        ("说或 都说", '说 "或 都说"', "或说 with its letters swapped"),
        ("第一步：全程 当 沉默: 说 抱歉", "步骤：全程\n  当 沉默: 说 抱歉", "a heading is no act"),
        ("若 甲 是 乙 说 “好” 转 二", "若 甲 是 乙 说 “好”\n  转 二", "loses its condition"),
        ("当 生气: 说 “好” 转 二", "当 生气: 说 “好”, 转 二", "may have been two lines"),
        ("当 生气 和 沉默: 转 乙", "当 生气、沉默: 转 乙", "both, or either"),
        ("当 生气: 说 抱歉, 专 乙", '当 生气: 说 "抱歉, 专 乙"', "转 may be meant"),
        ('当 生气: 说 "好, 转 乙', '当 生气: 说 "好, 转 乙"', "where does the text end"),
        ("禁说 没办法、不行", '禁说 "没办法、不行"', "several texts"),
        ('说 "您好 # 备注', '说 "您好" # 备注', "a remark, or a number sign that is said"),
        ('说 "他说"好"了"', '说 "他说“好”了"', "inside quotes"),
        ('说 "好。', '说 "好"', "inside quotes"),
        ("“您好”", "说 “您好”", "who speaks"),
        ("B：好的", '说 "B：好的"', "who speaks"),
        ("步骤 接听 问候", "步骤 接听问候", "two names, or one"),
        ("要求 致歉 先于 [方案]", "要求 [致歉] 先于 [方案]", "a tag, or a step"),
        ("要求 [方案] 后于 [致歉]", "要求 [致歉] 先于 [方案]", "changes places"),
        ("等待 3-5秒", "等待 5秒", "a number"),
        ("等待 5秒左右", "等待 5秒", "a number"),
        ("当 沉默 超过 5秒 转 乙", "当 沉默 5秒 转 乙", "a word is lost"),
        ("至多 2次, 转 乙", "至多 2次, 否则 转 乙", "a keyword nobody typed"),
    ],
)
def test_anything_else_is_a_suggestion(before: str, after: str, why: str) -> None:
    assert not same_words(f"  {before}\n", f"  {after}\n"), why


def test_a_text_may_go_on_in_the_next_line() -> None:
    assert same_words('  说 "您好', '  说 "您好"', below="  转 乙")
    assert not same_words('  说 "您', '  说 "您"', below='  好。"')


def test_a_line_may_go_on_from_the_one_above() -> None:
    assert same_words("  做 登记, 转 乙", "  做 登记\n  转 乙", above="  说 “好”")
    assert not same_words("  做 登记, 转 乙", "  做 登记\n  转 乙", above="  至多 1次, 否则")


HEAD = "结局 完\n事件 生气\n动作 登记\n信息 等级 选项 高 / 低\n场景 甲\n步骤 一\n  问 等级 “哪一级？”\n"
TAIL = "  转 二\n步骤 二\n  当 生气: 说 “请您慢慢说”\n  做 登记\n  说 “再见”\n  结束 完\n"


@pytest.mark.parametrize(
    ("line", "suggested"),
    [
        ("A：您好，请问有什么可以帮您？", []),
        ("B：你们的宽带怎么又断了", []),
        ("员工：请稍等", []),
        ("开场白：您好，很高兴为您服务", []),
        ("若 等级 是 高 说 “马上为您办” 转 二", ["若 等级 是 高 说 “马上为您办”, 转 二"]),
        ("当 生气 超过5秒: 转 二", ["当 生气 5秒: 转 二"]),
        ("结束 完 登记", []),
        ("承诺 答复 3-5个工作日", ["承诺 答复 5个工作日"]),
        ("承诺 答复 2小时30分钟", ["承诺 答复 150分钟"]),
        ("承诺 答复 两天半", ["承诺 答复 2.5天"]),
        ("承诺 答复 2周", ["承诺 答复 14天"]),
        ("承诺 答复 1个月", ["承诺 答复 30天"]),
        ("承诺 答复 一刻钟", ["承诺 答复 15分钟"]),
        ("禁说 没办法、不行", ['禁说 "没办法" / "不行"']),
    ],
)
def test_what_only_the_author_can_decide_is_never_written(line: str, suggested: list[str]) -> None:
    text = f"{HEAD}  {line}\n{TAIL}"
    assert fixes(text) == ([], suggested)
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("坐席：请稍等，马上好。", '说："请稍等，马上好。"'),
        ('说,"您好"', '说 "您好"'),
        ('| 说 | "您好" |', '说 "您好"'),
        ("说 您好，请讲”", '说 "您好，请讲"'),
        ("说 \"您好，请讲。'", '说 "您好，请讲。"'),
        ("转到二", None),
    ],
)
def test_a_line_that_says_one_thing_is_written(line: str, after: str | None) -> None:
    text = f"{HEAD}  {line}\n{TAIL}"
    assert fixed(text) == (text if after is None else text.replace(line, after))


def test_a_name_is_never_turned_into_its_opposite() -> None:
    text = (
        "结局 咨询已解答\n结局 完成\n事件 身份不符\n事件 客户不愿提供\n场景 甲\n步骤 一\n  当 身份相符 转 一\n"
        "  当 客户愿提供 转 一\n  结束 咨询未解答\n步骤 二\n  结束 未完成\n"
    )
    assert fixes(text) == ([], [])
    assert [one.code for one in found(text) if one.code == "SC201"] == ["SC201"] * 4
    assert fixes(text.replace("身份相符", "身份不付"))[1] == ["当 身份不符 转 一"]


def test_two_mistakes_of_a_line_are_one_fix() -> None:
    assert fixes(GOOD.replace('说 "您好。"', "说话 您好，请讲。")) == (
        ['说 "您好，请讲。"'],
        [],
    )
    assert fixes(GOOD.replace("步骤 接听", "步骤 接听问候").replace("结束 完成", "转接听问侯")) == ([], ["转 接听问候"])


def test_an_edit_after_which_the_line_is_still_wrong_is_not_shown() -> None:
    text = GOOD.replace("结束 完成", "转没写的步骤")
    assert fixes(text) == ([], [])
    assert any("转 没写的步骤" in one.help("zh") for one in found(text))


def test_an_edit_that_breaks_another_line_is_not_kept() -> None:
    compiled = compile_project(load(Memory({"a.script": GOOD.replace("结束 完成", "结束完成")})))
    (finding, *_) = compiled.findings
    source = compiled.project.sources[0]
    at = Span(source, source.text.index("步骤"), source.text.index("步骤") + 2)
    harm = Diagnostic(finding.lint, at, fix=Edit(at, "事件"))
    kept = [one.fix.text for one in vetted(compiled, [finding, harm]) if one.fix is not None]
    assert kept == ["结束 完成"]


def test_hundreds_of_findings_are_a_few_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(source: Source) -> tuple[Script, list[Diagnostic]]:
        read.append(source.name)
        return parse(source)

    monkeypatch.setattr("compiler.findings.fixing.parse", counted)
    lines = "".join(f"  说话 “第{number}句。”\n" for number in range(150))
    text = GOOD.replace("  结束", f"{lines}  事件 不能在这里\n  结束")
    assert len(fixes(text)[0]) == 150
    assert len(read) <= 3


# --- the law ----------------------------------------------------------------------------------------------------------


def good(vocabulary: str, text: str) -> Good:
    files = {"scriptc.yaml": "libraries: [词汇]\n", "词汇/词汇.script": vocabulary, "a.script": text}
    return Good.of(load(Memory(files)))


@settings(max_examples=150)
@given(
    st.one_of(
        scripts().map(lambda text: (WORDS, text)),
        rich_scripts().map(lambda text: (VOCABULARY, text)),
        typed_scripts().map(lambda text: (WORDS, text)),
    ),
    st.integers(0, 2**32),
)
def test_of_a_slip_comes_the_good_script_or_nothing(pair: tuple[str, str], number: int) -> None:
    project_ = good(*pair)
    broken = slip(Random(number), pair[1])
    what, after = outcome(project_, "a.script", broken)
    assert what != "third", f"{broken}\n=>\n{after}"
    assert new_errors(project_, "a.script", broken) == []


# --- the command ------------------------------------------------------------------------------------------------------


def test_fix_shows_and_then_writes_what_it_announced(tmp_path: Path) -> None:
    path = project(tmp_path, a=CROOKED) / "a.script"
    assert "其中 2 处可以自动改好" in run("check", tmp_path)[1]
    status, said = run("check", tmp_path, "--fix", "--diff")
    assert status == FINDINGS
    assert '-  说活 "您好。"\n-  结束完成\n+  说 "您好。"\n+  结束 完成\n' in said
    assert path.read_text("utf-8") == CROOKED
    status, said = run("check", tmp_path, "--fix")
    assert "改好 2 处：a.script" in said
    assert status == OK
    assert path.read_text("utf-8") == GOOD


def test_fix_keeps_line_ends_and_the_byte_order_mark(tmp_path: Path) -> None:
    path = project(tmp_path, a=b"\xef\xbb\xbf" + CROOKED.replace("\n", "\r\n").encode()) / "a.script"
    run("check", tmp_path, "--fix")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") == CROOKED.count("\n")
    assert "说活".encode() not in data


def test_fix_never_touches_a_library(tmp_path: Path) -> None:
    (tmp_path / "scriptc.yaml").write_text("libraries: [库]\n", "utf-8")
    project(tmp_path, a=GOOD, 库__b='场景 B\n步骤 甲\n  说活 "您好。"\n  返回\n')
    before = (tmp_path / "库" / "b.script").read_bytes()
    assert "可以自动改好" not in run("check", tmp_path)[1]
    assert "SC102" in run("check", tmp_path, "--fix")[1]
    assert (tmp_path / "库" / "b.script").read_bytes() == before


def test_fix_mends_only_what_was_asked_for(tmp_path: Path) -> None:
    text = CROOKED.replace("结束完成", "结束 完成  # 忽略 SC203 原因 旧的")
    path = project(tmp_path, a=text) / "a.script"
    run("check", tmp_path, "--fix", "--select", "SC102")
    assert path.read_text("utf-8") == text.replace("说活", "说")


def test_fix_takes_away_a_request_of_no_use(tmp_path: Path) -> None:
    text = GOOD.replace("步骤 接听", "步骤 接听  # 忽略 SC203 原因 旧的")
    text = text.replace("  说", "  # 忽略 SC203 原因 旧的\n  说")
    path = project(tmp_path, a=text) / "a.script"
    assert run("check", tmp_path, "--fix")[0] == OK
    assert path.read_text("utf-8") == GOOD


def test_a_clean_project_has_nothing_to_mend(tmp_path: Path) -> None:
    project(tmp_path, a=GOOD)
    assert run("check", tmp_path, "--fix") == (OK, "检查了 1 个文件，没有发现问题\n")
    assert run("check", tmp_path, "--fix", "--diff")[0] == OK


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--diff"], "--diff 要和 --fix 一起用"),
        (["--ask"], "--ask 要和 --fix 一起用"),
        (["--fix", "--ask", "--diff"], "--ask 和 --diff 只能用一个"),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, options: list[str], said: str) -> None:
    status, printed = run("check", project(tmp_path, a=GOOD), *options)
    assert status == WRONG_USE
    assert said in printed


GUESSED = '结局 完成\n结局 已登记\n场景 问候\n步骤 接听\n  说话 "您好。"\n  转 办里\n步骤 办理\n  说 "好。"\n  结束 完城\n步骤 完\n  结束 已登计\n'


def test_without_a_terminal_nobody_is_asked_and_nothing_changed(tmp_path: Path) -> None:
    path = project(tmp_path, a=GUESSED) / "a.script"
    status, said = run("check", tmp_path, "--fix", "--ask")
    assert status == WRONG_USE
    assert "这里没有终端可问" in said
    assert path.read_text("utf-8") == GUESSED


@pytest.mark.parametrize(
    ("answers", "written"),
    [
        ("ynn", {"转 办里": "转 办理"}),
        ("nyy", {"完城": "完成", "已登计": "已登记"}),
        ("nnn", {}),
        ("yq", {"转 办里": "转 办理"}),
        ("q", {}),
    ],
)
def test_suggestions_are_asked_about_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str, written: dict[str, str]
) -> None:
    path = project(tmp_path, a=GUESSED) / "a.script"
    said = iter(answers)
    monkeypatch.setattr("compiler.cli.check._at_a_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_text, **_options: next(said))
    printed = run("check", tmp_path, "--fix", "--ask")[1]
    after = GUESSED.replace("说话", "说")  # what is safe needs no answer
    for wrong, right in written.items():
        after = after.replace(wrong, right)
    assert path.read_text("utf-8") == after
    assert "可能要写成：转 办理" in printed
    assert [line for line in printed.split("\n") if line.startswith("改好")] == [
        f"改好 {count} 处：a.script" for count in (1, len(written)) if count
    ]
    assert next(said, None) is None


def test_one_who_breaks_off_changes_no_suggestion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, a=GUESSED) / "a.script"

    def broken_off(*_text: object, **_options: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("compiler.cli.check._at_a_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", broken_off)
    run("check", tmp_path, "--fix", "--ask")
    assert path.read_text("utf-8") == GUESSED.replace("说话", "说")


def test_a_file_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    from compiler.build.output import Changed, rewrite

    path = tmp_path / "a.script"
    path.write_text("别人刚写的\n", "utf-8")
    with pytest.raises(Changed):
        rewrite(path, "原来的\n", "改好的\n")
    assert path.read_text("utf-8") == "别人刚写的\n"
