"""Phrases are found however they are written, and only where they are meant."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from types import FrameType

import opencc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import compiler.matching
from compiler.matching import han
from compiler.matching.folding import BREAK, IGNORED, PARTICLES, SLOT, fold, hide_slots
from compiler.matching.matcher import Hit, Matcher, compile_patterns
from compiler.matching.numbers import writings
from compiler.matching.patterns import MAX_LETTERS, Pattern

FOLDER = Path(compiler.matching.__file__).parent


def matcher(*patterns: str, unless: tuple[str, ...] = (), groups: dict[str, tuple[str, ...]] | None = None):
    compiled = compile_patterns([Pattern(text, text, unless) for text in patterns], groups)
    assert compiled.problems == ()
    return compiled.matcher


def found(text: str, hits: list[Hit[str]]) -> list[str]:
    return [text[hit.start : hit.end] for hit in hits]


# --- what is looked past ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "hit", "ignored"),
    [
        ("您别激动", "先生您别激动嘛", "您别激动", ""),
        ("您别激动", "先生，您 別　激動！", "您 別　激動", "traditional space"),
        ("您别激动", "您，别-激…动", "您，别-激…动", "punctuation clause"),
        ("您别激动", "您别\n激动", "您别\n激动", "space clause"),
        ("您别。激动", "您别！激动", "您别！激动", "punctuation"),
        ("您别，激动", "您别；激动", "您别；激动", "punctuation"),
        ("您别激动", "您呢别激动啊", "您呢别激动", "particle"),
        ("您别激动", "您\u200b别\u2060激动", "您\u200b别\u2060激动", "space"),
        ("這不歸我管", "那这不归我管。", "这不归我管", "traditional"),
        ("什么", "您說甚麼？", "甚麼", "traditional"),
        ("回复您", "會儘快回覆您的", "回覆您", "traditional"),
        ("VIP客户", "ｖｉｐ客户", "ｖｉｐ客户", "width case"),
        ("5㎡", "5 m2", "5 m2", "width space"),
        ("café", "Cafe\u0301", "Cafe\u0301", "accent case"),
        ("café", "a CAFE", "CAFE", "accent case"),
        ("calm down", "please CALM   down", "CALM   down", "case"),
        ("calm down", "calm-down", "calm-down", "space punctuation"),
        ("three 3", "three ３", "three ３", "width"),
        # digits
        ("3天", "三天", "三天", "digits"),
        ("三天", "叁天", "叁天", "digits"),
        ("两天", "2天", "2天", "digits"),
        ("24小时", "二十四小时", "二十四小时", "digits"),
        ("二十四小时", "24 小时", "24 小时", "digits space"),
        ("10分钟", "十分钟", "十分钟", "digits"),
        ("十分钟", "10分钟", "10分钟", "digits"),
        ("105元", "一百零五元", "一百零五元", "digits"),
        ("两万元", "20000元", "20000元", "digits"),
        ("10086", "一零零八六", "一零零八六", "digits"),
        ("1,000元", "1000元", "1000元", "punctuation"),
        ("拨打120", "拨打幺二零", "拨打幺二零", "digits"),
        # signs that are read out
        ("100%满意", "百分之百满意", "百分之百满意", "digits"),
        ("百分之五十", "打50%折", "50%", "digits"),
        ("100%", "我们100％负责", "100％", "width"),
        ("3-5天", "3～5天", "3～5天", "punctuation"),
        ("400-800", "400800", "400800", "punctuation"),
        # 儿
        ("这事没办法", "这事儿没办法儿", "这事儿没办法", "erhua"),
        ("这事儿没办法", "这事没办法", "这事没办法", "erhua"),
        ("一会儿", "一会儿就好", "一会儿", ""),
        # particles that the author wrote
        ("您别激动嘛", "您别激动，慢慢说", "您别激动", "particle"),
        ("没事了吧", "没事了吧？", "没事了吧", ""),
        ("没事了吧", "没事了呀", "没事了呀", "particle"),
        ("没事了吧", "那就没事了。", "没事了", "particle"),
        ("喂，说话呀", "喂！說話！", "喂！說話", "traditional particle punctuation"),
        ("您呢别激动", "您别激动", "您别激动", "particle"),
        ("网吧", "那家網吧", "網吧", "traditional"),
        ("你干嘛", "你幹嘛呢", "你幹嘛", "traditional"),
        ("好吧", "好 吧", "好 吧", "space"),
        ("吧台", "酒 吧臺", "吧臺", "traditional"),
        ("啊什么", "啊，什么？", "啊，什么", "punctuation clause"),
        # numbers are whole, words in which 一 is none are not numbers
        ("一定能解决", "百分之百一定能解决", "一定能解决", ""),
        ("一下", "统一一下", "一下", ""),
        ("三点", "周一三点", "三点", ""),
        ("no", "no-one says no1", "no", ""),
    ],
)  # fmt: skip
def test_found(pattern: str, text: str, hit: str, ignored: str) -> None:
    first = matcher(pattern).find(text)[0]
    assert (text[first.start : first.end], " ".join(first.ignored)) == (hit, ignored)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("no", "I know"),
        ("no", "nō-one, another"[6:]),
        ("can", "we can't"),
        ("don", "I don’t"),
        ("ok", "ｂｏｏｋ"),
        ("cafe", "cafe\u0301s"),
        ("3天", "13天"),
        ("3天", "十三天"),
        ("3天", "三十三天"),
        ("5元", "3.5元"),
        ("35元", "3.5元"),
        ("3.5元", "35元"),
        ("000元", "1,000元"),
        ("加一", "加一百"),
        ("4小时", "二十四小时"),
        ("十天", "二十天"),
        ("24小时", "一百二十四小时"),
        ("一点", "十一点"),
        ("网吧", "网络"),
        ("网吧", "上网，吃饭"),
        ("好吧", "您好，"),
        ("干嘛", "擦干"),
        ("没事了吧", "没事了的话"),
        ("您挂电话吧", "您挂电话以后"),
        ("在网上", "在网吧上网"),
        ("听懂了吗", "听懂了"),
        ("没有办法", "现货这个没有。办法有两个"),
        ("空口", "您哪天有空？口头约一下"),
        ("no way", "I said no. Way to go"),
        ("{很}抱歉", "很。抱歉"),
        ("100%", "满100元"),
        ("3-5天", "35天"),
        ("35天", "3-5天"),
        ("¥5", "5"),
        ("一会儿", "一会"),
        ("你等会儿", "你等会议结束"),
        ("她女", "她儿女"),
        ("您先生", "您{客户姓氏}先生"),
        ("公司", "{公司名称}"),
        ("m", "5㎡"),
        ("か", "が"),
        ("公司*规定", "公司。规定"),
        ("公司*规定", "公司有人问？规定"),
        ("公司*规定", "公司一二三四五六七八九规定"),
        ("you*wrong", "you ate. wrong"),
        ("no*way", "know a way"),
        ("no*way", "no highways"),
        ("没事了吧*再见", "没事了的话再见"),
    ],
)
def test_not_found(pattern: str, text: str) -> None:
    assert found(text, matcher(pattern, groups={"很": ("很",)}).find(hide_slots(text))) == []


@pytest.mark.parametrize(
    ("pattern", "text", "accidental"),
    [
        ("您错了", "这不怪您，错了的是我们", True),
        ("没有办法", "我没，有，办，法", False),
        ("您错了", "您 错了", False),
        ("您，错了", "不怪您，错了的是我们", False),
        ("错*了吧", "错，哪儿了吧", False),
        ("no way", "no, way out", True),
        ("calm down please", "stay calm, down here please", False),
    ],
)
def test_few_letters_over_a_comma_may_meet_by_accident(pattern: str, text: str, accidental: bool) -> None:
    assert [hit.accidental for hit in matcher(pattern).find(text)][:1] in ([accidental], [] if not accidental else None)


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("啊", "啊，是吗", ["啊"]),
        ("吧", "去網吧吧", ["吧"]),
        ("啊", "这个呢，好呀", []),
        ("呢吧", "在呢吧", ["呢吧"]),
        ("😊", "好的😊！", ["😊"]),
        ("{语气}", "好呢，嗯。网吧", ["呢", "嗯"]),
    ],
)
def test_what_has_no_letters_is_found_as_it_stands(pattern: str, text: str, hits: list[str]) -> None:
    made = matcher(pattern, groups={"语气": ("呢", "嗯", "吧")})
    assert found(text, made.find(text)) == hits
    assert made.find_each(["好", text]) == ({1: made.find(text)} if hits else {})


def test_a_particle_is_excused_where_it_stands_in_a_context() -> None:
    text = "啊呀，好啊"
    assert [hit.start for hit in matcher("啊", unless=("啊呀",)).find(text)] == [4]


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [
        ("公司*规定", "公司就是这么规定的", "公司就是这么规定"),
        ("公司*规定", "公司规定", "公司规定"),
        ("公司＊规定", "公司，呃，规定", "公司，呃，规定"),
        ("公司*规定", "公司一二三四五六七八规定", "公司一二三四五六七八规定"),
        ("公司*规定", "公司公司的规定", "公司的规定"),
        ("公司*规定", "公司……规定", "公司……规定"),
        ("you*wrong", "You are completely wrong.", "You are completely wrong"),
        ("您*错*了", "您真的错怪我了", "您真的错怪我了"),
        ("*没办法*", "我也没办法呀", "没办法"),
        ("您**错", "您没错", "您没错"),
    ],
)
def test_a_star_spans_a_few_characters_of_a_sentence(pattern: str, text: str, hit: str) -> None:
    assert found(text, matcher(pattern).find(text)) == [hit]


def test_what_a_star_spans_is_not_ignored() -> None:
    (hit,) = matcher("公司*规定").find("公司 就是，這麼规定")
    assert hit.ignored == ()


def test_every_hit_of_a_pattern_and_hits_of_all_patterns() -> None:
    text = "不行就是不行，不 行。没办法"
    hits = matcher("没办法", "不行", "就是").find(text)
    assert [(hit.id, hit.start) for hit in hits] == [("不行", 0), ("就是", 2), ("不行", 4), ("不行", 7), ("没办法", 11)]


def test_hits_of_one_pattern_do_not_overlap() -> None:
    assert found("哈哈哈哈哈", matcher("哈哈").find("哈哈哈哈哈")) == ["哈哈", "哈哈"]


def test_patterns_that_look_alike_are_all_told() -> None:
    hits = matcher("没办法", "沒辦法", "没 办法").find("没办法")
    assert [(hit.id, " ".join(hit.ignored)) for hit in hits] == [
        ("没办法", ""), ("沒辦法", "traditional"), ("没 办法", "space"),
    ]  # fmt: skip


# --- contexts --------------------------------------------------------------------------------------------------------


def test_a_context_excuses_what_lies_inside_it() -> None:
    text = "大麻烦，大麻，大 麻煩呀，这是大麻"
    hits = matcher("大麻", unless=("大麻烦",)).find(text)
    assert [hit.start for hit in hits] == [text.index("大麻，"), text.rindex("大麻")]


@pytest.mark.parametrize(
    ("unless", "text", "hits"),
    [
        ("想办法*没办法", "我想了办法，实在没办法", ["没办法"]),
        ("没办法*解决", "没办法马上解决", []),
        ("没办法*解决", "没办法。马上解决", ["没办法"]),
        ("{否定}没办法", "不是没办法，没办法", ["没办法"]),
        ("可没办法的事", "没办法", ["没办法"]),
    ],
)
def test_contexts_are_patterns_too(unless: str, text: str, hits: list[str]) -> None:
    made = matcher("没办法", unless=(unless,), groups={"否定": ("不是", "并非")})
    assert found(text, made.find(text)) == hits


def test_a_context_excuses_its_own_pattern_only() -> None:
    made = compile_patterns([Pattern(1, "大麻", ("大麻烦",)), Pattern(2, "大麻"), Pattern(3, "麻烦", ("大麻烦",))])
    assert [hit.id for hit in made.matcher.find("大麻烦")] == [2]


def test_a_particle_can_be_the_context() -> None:
    made = matcher("不行", unless=("行不行吧台",))
    assert found("行不行吧台", made.find("行不行吧台")) == []
    assert found("行不行", made.find("行不行")) == ["不行"]


# --- word groups -----------------------------------------------------------------------------------------------------

WORDS = {
    "致歉词": ("抱歉", "对不起", "向*道歉"),
    "程度": ("很", "非常", "实在"),
    "都": ("{致歉词}", "{程度}不好意思"),
}


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("{致歉词}", "很抱歉，对 不起", ["抱歉", "对 不起"]),
        ("{致歉词}", "我向您道歉", ["向您道歉"]),
        ("｛ 致歉词 ｝", "抱歉", ["抱歉"]),
        ("{程度}{致歉词}", "非常抱歉，抱歉，实在，对不起", ["非常抱歉", "实在，对不起"]),
        ("{程度}*{致歉词}", "我非常非常地抱歉", ["非常地抱歉"]),
        ("我{致歉词}了", "我向您道歉了，我抱歉", ["我向您道歉了"]),
        ("{都}", "很不好意思，抱歉", ["很不好意思", "抱歉"]),
        ("{程度}", "很好", ["很"]),
    ],
)
def test_a_group_stands_for_each_of_its_words(pattern: str, text: str, hits: list[str]) -> None:
    assert found(text, matcher(pattern, groups=WORDS).find(text)) == hits


def test_what_stands_before_a_group_is_compared() -> None:
    assert matcher("我{致歉词}", groups=WORDS).find("我，抱歉")[0].ignored == ("punctuation", "clause")


def test_many_groups_in_a_row_cost_no_product() -> None:
    groups = {"词": tuple(f"词{chr(0x4E00 + at)}" for at in range(300))}
    text = "词且词世词丐词丑"
    assert found(text, matcher("{词}{词}{词}{词}", groups=groups).find(text)) == [text]


# --- what cannot be looked for ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unless", "problems"),
    [
        ("", (), [("", "empty", None)]),
        ("*", (), [("*", "empty", None)]),
        ("，* 吧！", (), [("，* 吧！", "empty", None)]),
        ("？！", (), [("？！", "empty", None)]),
        ("吧！", (), []),
        ("喂", ("*",), [("*", "empty", None)]),
        ("{没有}", (), [("{没有}", "unknown-group", "没有")]),
        ("{}", (), [("{}", "unknown-group", "")]),
        ("我{词", (), [("我{词", "unclosed-group", None)]),
        ("{空}", (), [("{空}", "empty-group", "空"), ("……", "empty", "空")]),
        ("{圈}", (), [("{圈}", "empty-group", "圈"), ("{圈}啊", "group-cycle", "圈")]),
        ("{多}{多}{多}", (), [("{多}{多}{多}", "too-many", None)]),
        ("长" * (MAX_LETTERS + 1), (), [("长" * (MAX_LETTERS + 1), "too-long", None)]),
        ("不行", ("没办法",), [("没办法", "unless-never", None)]),
        ("不行", ("不 行！",), [("不 行！", "unless-always", None)]),
        ("不行", ("行不行", "不*行"), []),
        ("网", ("网吧",), []),
        ("24小时", ("二十四小时内",), []),
    ],
)
def test_problems(text: str, unless: tuple[str, ...], problems: list[tuple[str, str, str | None]]) -> None:
    groups = {"空": ("……",), "圈": ("{圈}啊",), "多": ("一*二", "三*四", "五*六", "七*八", "九*零")}
    compiled = compile_patterns([Pattern("p", text, unless)], groups)
    assert [(problem.text, problem.kind, problem.group) for problem in compiled.problems] == problems
    assert all(
        (problem.id is None) == (problem.text in groups.get(problem.group or "", ())) for problem in compiled.problems
    )


def test_a_bad_pattern_does_not_spoil_the_others() -> None:
    compiled = compile_patterns([Pattern(1, "*"), Pattern(2, "不行"), Pattern(3, "{空}")], {"空": ("!", "没办法")})
    assert [hit.id for hit in compiled.matcher.find("不行，没办法")] == [2, 3]
    assert [(problem.id, problem.kind) for problem in compiled.problems] == [(1, "empty"), (None, "empty")]


def test_no_patterns_find_nothing() -> None:
    nothing: Matcher[int] = compile_patterns([]).matcher
    assert nothing.find("您好") == []
    assert nothing.find_each(["您好", ""]) == {}


# --- slots, blocks ---------------------------------------------------------------------------------------------------


def test_slots_are_hidden_without_moving_anything() -> None:
    text = "{客户姓氏}先生，您别{x}激动，请｛工号｝"
    hidden = hide_slots(text)
    assert len(hidden) == len(text)
    assert hidden.count(SLOT) == 3
    (hit,) = matcher("您别*激动").find(hidden)
    assert text[hit.start : hit.end] == "您别{x}激动"


def test_many_texts_at_once_give_the_same() -> None:
    patterns = [Pattern(1, "不行", ("行不行",)), Pattern(2, "公司*规定"), Pattern(3, "24小时")]
    made = compile_patterns(patterns).matcher
    some = ["您好", "不行", "", "公司就是这么规定的", "行不行", f"不{BREAK}行", "二十四小时", "不", "行"]
    texts = some * 9_000  # more than one block
    expected = {at: hits for at, text in enumerate(some) if (hits := made.find(text))}
    assert made.find_each(texts) == {
        at: expected[at % len(some)] for at in range(len(texts)) if at % len(some) in expected
    }
    without = [text for text in some if BREAK not in text]
    expected = {at: hits for at, text in enumerate(without) if (hits := made.find(text))}
    assert made.find_each(without) == expected


# --- laws ------------------------------------------------------------------------------------------------------------

LETTERS = "您别激动没办法规定说客户问题这错谁"
TRADITIONAL = {pair[1]: pair[0] for pair in han.PAIRS.split() if pair[1] in LETTERS}
BETWEEN = [" ", "　", "，", "/", "…", "\u200b", "\n", *sorted(PARTICLES)]


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    """A pattern, and one way to say it."""
    units = draw(st.lists(st.sampled_from([*LETTERS, "n", "o", "2", "7"]), min_size=1, max_size=8))
    parts: list[str] = []
    for unit in units:
        other = TRADITIONAL.get(unit, unit)
        if unit.isascii():
            other = {"2": "二", "7": "柒"}.get(unit, unit.upper())
        wide = chr(ord(unit) + 0xFEE0) if unit.isascii() else unit
        parts.append(draw(st.sampled_from([unit, other, wide])))
        parts.append(draw(st.text(st.sampled_from(BETWEEN), max_size=2)))
    return "".join(units), "".join(parts[:-1])


@given(disguised(), st.sampled_from(["", "先生，", "请", "…"]), st.sampled_from(["", "。", "好的", " 请"]))
@example(("您您", "您啦啦您"), "", "")
def test_a_disguised_pattern_is_found(case: tuple[str, str], before: str, after: str) -> None:
    pattern, said = case
    hits = matcher(pattern).find(before + said + after)
    assert [(hit.start, hit.end) for hit in hits] == [(len(before), len(before + said))]
    assert (hits[0].ignored == ()) == (said == pattern)


@given(st.text(st.sampled_from(LETTERS), min_size=2, max_size=8), st.data(), st.sampled_from("。？！?!"))
def test_no_phrase_is_found_over_the_end_of_a_sentence(pattern: str, data: st.DataObject, mark: str) -> None:
    at = data.draw(st.integers(1, len(pattern) - 1))
    assert matcher(pattern).find(pattern[:at] + mark + pattern[at:]) == []


REFERENCE_LETTERS = "甲乙丙"
reference_literals = st.text(st.sampled_from(REFERENCE_LETTERS), min_size=1, max_size=3)
reference_patterns = st.lists(reference_literals, min_size=1, max_size=3).map("*".join)
reference_texts = st.text(st.sampled_from(REFERENCE_LETTERS * 3 + "丁 ，。嘛"), max_size=24)


def ranges(pattern: str, text: str) -> list[tuple[int, int]]:
    """Every stretch of `text` that is `pattern`, by trying them all with a regular expression."""
    literals = ["[ ，嘛]*".join(literal) for literal in pattern.split("*")]
    expression = re.compile("[ ，嘛]*(?:[甲乙丙丁][ ，嘛]*){0,8}".join(literals))
    size = len(text)
    return [(s, e) for s in range(size) for e in range(s + 1, size + 1) if expression.fullmatch(text, s, e)]


def reference(pattern: str, unless: str | None, text: str) -> list[tuple[int, int]]:
    all_of_them = ranges(pattern, text)
    shortest = [
        one for one in all_of_them
        if not any(other != one and one[0] <= other[0] and other[1] <= one[1] for other in all_of_them)
    ]  # fmt: skip
    around = ranges(unless, text) if unless else []
    kept: list[tuple[int, int]] = []
    for start, end in shortest:
        excused = any(a <= start and end <= b for a, b in around)
        if not excused and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


@given(st.lists(st.tuples(reference_patterns, st.none() | reference_patterns), min_size=1, max_size=4), reference_texts)
@example([("甲*乙", "甲丙*乙")], "甲丙乙甲乙乙")
def test_agrees_with_trying_everything(cases: list[tuple[str, str | None]], text: str) -> None:
    patterns = [Pattern(at, pattern, (unless,) if unless else ()) for at, (pattern, unless) in enumerate(cases)]
    hits = compile_patterns(patterns).matcher.find(text)
    for at, (pattern, unless) in enumerate(cases):
        assert [(hit.start, hit.end) for hit in hits if hit.id == at] == reference(pattern, unless, text)


@given(
    st.lists(st.sampled_from(["n", "o", "no", "on", "noon"]), max_size=8), st.sampled_from(["no", "on", "noon", "o"])
)
def test_words_of_an_alphabet_are_whole(words: list[str], pattern: str) -> None:
    whole = [(s, e) for s in range(len(words)) for e in range(s + 1, len(words) + 1) if "".join(words[s:e]) == pattern]
    assert bool(matcher(pattern).find(" ".join(words))) == bool(whole)


def in_chinese(number: int) -> str:
    """A number as people write it; the plain way, with all zeros first."""
    digits = "零一二三四五六七八九"
    units = ["", "十", "百", "千", "万", "十", "百", "千"]
    text = "".join(
        digits[int(digit)] + unit for digit, unit in zip(str(number), units[len(str(number)) - 1 :: -1], strict=True)
    )
    text = re.sub("零[千百十]", "零", text)
    text = re.sub("零+万", "万", text)
    text = re.sub("零+", "零", text)
    return re.sub("^一十", "十", text.rstrip("零")) or "零"


numbers = st.integers(0, 120) | st.integers(0, 99_999_999) | st.sampled_from([1_000, 2_005, 10_000, 10_010, 100_500])


@given(numbers, numbers, st.booleans(), st.booleans())
@example(10, 110, False, True)
@example(500, 100_500, False, True)
def test_numbers_are_whole_and_may_be_written_either_way(wanted: int, said: int, one: bool, other: bool) -> None:
    pattern = f"{in_chinese(wanted) if one else wanted}元"
    for number in (wanted, said):
        text = f"共{in_chinese(number) if other else number}元"
        assert found(text, matcher(pattern).find(text)) == ([text[1:]] if number == wanted else []), (pattern, text)


@given(st.integers(10, 99_999_999))
def test_a_number_s_writings_are_each_other_s(number: int) -> None:
    ways = writings(str(number))
    assert fold(in_chinese(number)) in ways
    assert all(writings(way) == ways for way in ways)


anything = st.text(st.characters() | st.sampled_from("*{}您别no3三 ，。吧{词}"), max_size=20)


@given(
    st.lists(st.tuples(anything, st.lists(anything, max_size=2)), max_size=5), st.lists(anything, max_size=3), anything
)
@example([("*", [])], [], "\ud800")
@example([("吧", ["*"])], ["{词}"], "吧")
def test_anything_can_be_looked_for_in_anything(
    written: list[tuple[str, list[str]]], words: list[str], text: str
) -> None:
    patterns = [Pattern(at, pattern, tuple(unless)) for at, (pattern, unless) in enumerate(written)]
    groups = {"词": words}
    compiled = compile_patterns(patterns, groups)
    hits = compiled.matcher.find(text)
    assert hits == sorted(hits, key=lambda hit: (hit.start, hit.end, hit.id))
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert list(hit.ignored) == [kind for kind in IGNORED if kind in hit.ignored]
    refused = {problem.id for problem in compiled.problems if problem.text == written[problem.id or 0][0]}
    for pattern in patterns:  # alone it is found in the same places
        alone = compile_patterns([pattern], groups)
        assert alone.matcher.find(text) == [hit for hit in hits if hit.id == pattern.id]
        assert pattern.id in refused or not any(
            problem.kind == "empty" and problem.text == pattern.text for problem in alone.problems
        )
    assert compiled.matcher.find_each([text, text]) == ({0: hits, 1: hits} if hits else {})


@pytest.mark.slow
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text) == "".join(map(fold, text))


# --- work ------------------------------------------------------------------------------------------------------------


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of the matcher `work` runs: the same on every machine, whatever else it does."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object):
        nonlocal count
        if not frame.f_code.co_filename.startswith(str(FOLDER)):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@pytest.mark.parametrize(
    ("patterns", "unless", "unit"),
    [
        (["甲*甲*甲*甲*乙", "甲*甲*甲*甲*甲*甲"], [], "甲"),
        (["甲" * size for size in range(1, 30)], [], "甲"),
        (["甲*乙"], ["甲*丙", "丁*乙", "甲甲*乙乙"], "甲乙"),
        (["{词}{词}{词}{词}乙"], [], "甲"),
        (["甲乙"], ["甲*乙*甲"], "甲 啊，。乙"),
        (["a*b", "ab"], [], "a\u0301b'"),
        (["1元", "十元", "11元"], [], "1十"),
        (["啊甲呀"], [], "啊呀甲"),
    ],
)
def test_work_grows_with_the_text_whatever_the_patterns(patterns: list[str], unless: list[str], unit: str) -> None:
    groups = {"词": ["甲" * size for size in range(1, 9)]}
    made = compile_patterns([Pattern(text, text, tuple(unless)) for text in patterns], groups).matcher
    made.find(unit * 50)  # what is made once
    once, fourfold = (lines_run(partial(made.find, unit * size)) for size in (200, 800))
    assert fourfold < 4.4 * once


def test_ten_thousand_patterns_are_no_more_work_than_a_hundred() -> None:
    texts = ["您好，我马上为您核实，请您稍候。", "甲甲甲乙就是甲子", "子甲甲甲", "甲甲甲甲，请讲。"] * 500

    def work(count: int) -> int:
        names = map("".join, product("甲乙丙丁戊己庚辛壬癸", repeat=4))
        patterns = [Pattern(at, f"{name}*甲子") for at, name in zip(range(count), names, strict=False)]
        made = compile_patterns(patterns).matcher
        assert len(made.find_each(texts)) == 500
        return lines_run(partial(made.find_each, texts))

    assert work(10_000) <= 1.2 * work(100)


# --- the table of traditional characters -----------------------------------------------------------------------------


def openccs_pairs() -> Iterator[str]:
    """Every character of the Basic Multilingual Plane that OpenCC makes another of, with what becomes of it."""
    converters = [opencc.OpenCC(name).convert for name in ("t2s", "tw2s", "hk2s")]
    step: dict[str, str] = {}
    for character in map(chr, range(0x2E80, 0xA000)):
        if unicodedata.category(character) == "Lo" and unicodedata.is_normalized("NFKD", character):
            others = (convert(character) for convert in converters)
            other = next((other for other in others if other != character), character)
            if other != character and other <= "\uffff":
                step[character] = other
    for character, other in sorted(step.items()):
        while other in step:
            other = step[other]
        yield character + other


def test_the_table_of_traditional_characters_is_opencc_s(update_golden: bool) -> None:
    pairs = list(openccs_pairs())
    table = "\n".join(" ".join(pairs[at : at + 22]) for at in range(0, len(pairs), 22)) + "\n"
    file = FOLDER / "han.py"
    head = file.read_text("utf-8").partition('PAIRS: Final = """\\\n')
    if update_golden:
        file.write_text("".join(head[:2]) + table + '"""\n', encoding="utf-8", newline="\n")
    else:
        assert table == han.PAIRS
