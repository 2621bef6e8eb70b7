"""Text to tree: any text is read or reported, a bad line costs that line, and the tables behind it."""

from __future__ import annotations

import logging
from pathlib import Path
from random import Random

import lark
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dsl import nodes, parser, syntax
from dsl.diagnostics import Diagnostic
from dsl.formatter import format_script
from dsl.keywords import KEYWORDS
from dsl.lexing import TokenLexer
from dsl.parser import MAX_FINDINGS, parse
from dsl.source import Source
from tests.syntax_text import shape
from tests.typist import AMOUNTS, NAMES, PIECES, Typist, scripts

patient = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read(text: str) -> tuple[syntax.Script, list[Diagnostic]]:
    return parse(Source("a.script", text))


def lines(findings: list[Diagnostic]) -> list[tuple[int, str]]:
    return sorted((finding.span.line, finding.code) for finding in findings)


def steps(script: syntax.Script) -> list[syntax.Step]:
    return [step for item in script.items if isinstance(item, syntax.Scenario) for step in item.steps]


# --- any text -------------------------------------------------------------------------------------------------------

SOUP = st.lists(
    st.one_of(
        st.sampled_from([word for row in KEYWORDS for word in (*row.zh, *row.en)]),
        st.sampled_from(
            [*NAMES, *PIECES, *AMOUNTS, "5秒", "3-5秒", "两次", "2027-02-30", "1.", "5秒转", "如果", "转到"]
        ),
        st.sampled_from(
            [*"，,、:：/[]【】.。#\"“”「」'{}()（）=!？\\|<-…", '"""', "\n", "\n", "\u2028", "\x00", "\ud800"]
        ),
        st.text(max_size=3),
    ),
    max_size=40,
).map(lambda words: " ".join(words).replace(" \n ", "\n"))


def check_any(text: str) -> None:
    script, findings = read(text)
    assert script.whole or findings
    for finding in findings:
        assert finding.message("zh")
        assert finding.message("en")
        places = [finding.span, *(label.span for label in finding.labels), *([finding.fix.span] if finding.fix else [])]
        assert all(0 <= span.start <= span.end <= len(text) for span in places)
    again, findings_again = read(format_script(script))
    assert again.whole == script.whole
    assert shape(again) == shape(script)
    assert sorted(one.code for one in findings_again) == sorted(one.code for one in findings)


@given(st.text())
@example("")
@example("\n")
@example("# 只有注释")
@example("\x00")
@example("\ud800")
@example("转")
@example("步骤 说\n说 步骤\n转 转\n")
@example("[" * 10_000)
@example("说 " + "“" * 10_000)
@example("{" * 10_000)
@example("好" * 100_000)
@example("说 " + "好，" * 30_000)
@example('场景 a\n步骤 b\n说 "' + "好" * 100_000 + '"\n')
def test_any_text_is_read_or_reported(text: str) -> None:
    check_any(text)


@settings(max_examples=200)
@given(SOUP)
def test_any_words_are_read_or_reported(text: str) -> None:
    check_any(text)


@patient
@given(scripts(), st.data())
def test_any_damage_is_read_or_reported(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        text = (
            text[:at]
            + data.draw(st.sampled_from(["", "\n", '"', "“", "：", " ", "转", "#", '"""', "["]))
            + text[at + cut :]
        )
    check_any(text)


# --- a bad line costs that line -------------------------------------------------------------------------------------

BAD_LINES = ("说活 “好”", "！", "转", "说 “好", "5", "[[", "“好”", "当", "如果 甲：转 乙", "转 甲 乙", '说 """好', "是")


@pytest.mark.slow
@patient
@given(scripts(), st.data())
def test_a_bad_line_costs_that_line_and_no_other(text: str, data: st.DataObject) -> None:
    good = format_script(read(text.replace('"""', '"'))[0])
    script, before = read(good)
    if not script.whole or '"""' in good:
        return
    rows = good.splitlines()
    at = data.draw(st.integers(0, len(rows)))
    bad = data.draw(st.sampled_from(BAD_LINES))
    damaged, findings = read("\n".join([*rows[:at], bad, *rows[at:], ""]))
    assert shape(damaged) == shape(script)
    assert not damaged.whole
    assert len(findings) == len(before) + 1


def test_every_error_at_once() -> None:
    text = '场景 甲\n  标题 乙\n步骤 丙\n  说 "好"\n  说活 "坏"\n  说 "好。\n  等待 5\n  转 丙\n步骤 丁\n  转\n'
    script, findings = read(text)
    assert lines(findings) == [(2, "SC101"), (5, "SC102"), (6, "SC105"), (7, "SC107"), (10, "SC115")]
    assert [type(line) for line in steps(script)[0].lines] == [nodes.Say, nodes.Go]


def test_lines_under_a_head_that_cannot_be_read_keep_their_place() -> None:
    text = (
        "场景 1\n  渠道 电话\n步骤 2\n  说 甲\n步骤 乙\n  转 乙\n规则集 [\n规则 ：：\n  级别 错误\n对话 丙\n  到 乙\n"
    )
    script, findings = read(text)
    assert lines(findings) == [(line, "SC101") for line in (1, 3, 7, 8, 10)]
    assert [type(item) for item in script.items] == [syntax.Scenario, syntax.Rulebook, syntax.Dialogue]
    assert [len(step.lines) for step in steps(script)] == [1, 1]


def test_what_a_lost_line_named_is_known_to_be_unknown() -> None:
    script, _ = read("场景 甲\n步骤 乙\n  承诺 答复 明天\n  转 乙\n")
    assert script.lost == {"答复", "明天"}
    assert not script.whole
    assert read("场景 甲\n步骤 乙\n  说 丙\n")[0].whole


def test_names_in_the_part_that_was_not_read_are_lost_too() -> None:
    script, findings = read("！\n" * (MAX_FINDINGS + 1) + "事件 沉默\n")
    assert len(findings) == MAX_FINDINGS
    assert script.lost == {"沉默"}


def test_spans_cover_what_was_typed() -> None:
    text = "场景 甲 # 一\n步骤 乙\n  当 丙 5秒: 说 “丁”,\n    转 乙 # 二\n"
    script, _ = read(text)
    (step,) = steps(script)
    (handler,) = step.lines
    assert isinstance(handler, nodes.Handler)
    assert step.span.text == "步骤 乙"
    assert handler.span.text == "当 丙 5秒: 说 “丁”,\n    转 乙"
    assert [act.span.text for act in handler.acts] == ["说 “丁”", "转 乙"]
    assert [comment.span.text for comment in script.comments] == ["# 一", "# 二"]


# --- the tree -------------------------------------------------------------------------------------------------------


def test_random_scripts_hold_every_construct() -> None:
    """What the other tests draw their scripts from leaves nothing out."""
    seen: set[str] = set()

    def visit(tree: object) -> None:
        if isinstance(tree, dict):
            seen.update((tree[""], f"{tree['']} {tree.get('sort', tree.get('form', ''))}"))
            tree = list(tree.values())
        if isinstance(tree, list):
            for one in tree:
                visit(one)

    for seed in range(400):
        visit(shape(read(Typist(Random(seed)).script())[0]))
    kinds = {
        kind.__name__
        for module in (nodes, syntax)
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    }
    assert kinds - seen == {"Script", "Comment"}
    for sort in syntax.AtomSort.__args__:  # type: ignore[attr-defined]
        assert f"Atom {sort}" in seen
    for form in syntax.RuleForm.__args__:  # type: ignore[attr-defined]
        assert f"PathRule {form}" in seen


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("要求 说 甲 或 说 “乙” 或 [丙]", "require say 甲 or say “乙” or [丙]"),
        ("期望 没有 结束", "expect no end"),
        ("信息 甲 文本 已知 敏感", "slot 甲 文本 known 敏感"),
        ("至多 2次, 否则 说 甲, 转 乙", "at most 2 times else say 甲, go 乙"),
        ("若 甲 不是 乙 且 没有 丙: 返回 丁", "if 甲 is not 乙 and no 丙: return 丁"),
    ],
)
def test_both_languages_mean_the_same(chinese: str, english: str) -> None:
    for places in ("", "场景 甲\n步骤 乙\n", "规则集 甲\n规则 乙\n", "对话 “甲” 测试 乙\n"):
        one, found = read(f"{places}{chinese}\n")
        other, found_too = read(f"{places}{english}\n")
        assert str(shape(one)).replace("已知", "known") == str(shape(other))
        assert lines(found) == lines(found_too)
    assert any(
        read(f"{places}{chinese}")[0].whole
        for places in ("", "场景 甲\n步骤 乙\n", "规则集 甲\n规则 乙\n", "对话 “甲” 测试 乙\n")
    )


# --- the tables behind it -------------------------------------------------------------------------------------------


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    lark.logger.addHandler(caplog.handler)
    with caplog.at_level(logging.DEBUG, lark.logger.name):
        lark.Lark(parser.grammar_text(), parser="lalr", lexer=TokenLexer, debug=True, maybe_placeholders=True)
    lark.logger.removeHandler(caplog.handler)
    assert "onflict" not in caplog.text


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A cache folder of its own, and a parser that is not made yet."""
    monkeypatch.setenv("SCRIPTC_CACHE", str(tmp_path))
    parser._parser.cache_clear()
    yield tmp_path
    parser._parser.cache_clear()


def test_tables_are_kept(fresh: Path) -> None:
    assert read("转")[1]
    (table,) = (fresh / "scriptc").iterdir()
    assert table.name.startswith("grammar-")
    written = table.stat().st_mtime_ns
    parser._parser.cache_clear()
    assert lines(read("场景 甲\n步骤 乙\n转\n")[1]) == [(3, "SC115")]
    assert table.stat().st_mtime_ns == written


@pytest.mark.parametrize("damage", [b"", b"no table", None])
def test_damaged_tables_are_made_anew(fresh: Path, damage: bytes | None) -> None:
    read("转")
    (table,) = (fresh / "scriptc").iterdir()
    table.write_bytes(table.read_bytes()[:200] if damage is None else damage)
    parser._parser.cache_clear()
    assert lines(read("场景 甲\n步骤 乙\n转\n")[1]) == [(3, "SC115")]


def test_no_folder_for_tables_is_no_trouble(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (fresh / "scriptc").write_text("a file")
    assert parser.cache_file("") is None
    assert lines(read("场景 甲\n步骤 乙\n转\n")[1]) == [(3, "SC115")]
