"""Characters to tokens: keyboards, invisible characters, quotes, amounts, and texts made to be slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.keywords import KEYWORDS, UNITS, read_amount
from dsl.lexing import Mark, Tokens, tokenise
from dsl.nodes import Date, Name, Quantity, SlotUse, Text
from dsl.source import Source


def lex(text: str) -> Tokens:
    return tokenise(Source("a.script", text))


def types(text: str) -> list[str]:
    """The types of the tokens of `text`, without the line end behind the last."""
    return [item.type for item in lex(text).items[:-1]]


def names(text: str) -> list[str]:
    return [item.text for item in lex(text).items if isinstance(item, Name)]


def only_text(text: str) -> Text:
    (found,) = (item for item in lex(text).items if isinstance(item, Text))
    return found


# --- keywords and names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", KEYWORDS, ids=lambda row: row.id)
def test_every_spelling_of_a_keyword_is_one(row) -> None:
    before = {"rule": "要求 ", "any": "说 ", "line": ""}[row.where]
    for word in (
        *row.zh,
        *row.en,
        *(word.upper() for word in row.en),
        *(word.replace(" ", " \u3000") for word in row.en),
    ):
        assert types(before + word)[-1] == row.terminal, word


def test_spellings_are_told_apart() -> None:
    """No word is two keywords in one place."""
    for where in ("line", "rule", "any"):
        seen: dict[str, str] = {}
        for row in KEYWORDS:
            for word in (*row.zh, *row.en) if row.where == where else ():
                assert seen.setdefault(word, row.terminal) == row.terminal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("转 目标", ["GO", "NAME"]),
        ("目标 目标", ["GOAL", "NAME"]),
        ("说 before", ["SAY", "NAME"]),
        ("要求 before", ["REQUIRE", "BEFORE"]),
        ("类别 a 处理 b", ["KIND", "NAME", "HANDLES", "NAME"]),
        ("事件 a 处理 b", ["EVENT", "NAME", "NAME", "NAME"]),
        ("全程 当 a", ["ANYTIME", "WHEN", "NAME"]),
        ("转 never say", ["GO", "NAME", "SAY"]),
        ("转 every step", ["GO", "NAME", "NAME"]),
        ("every step", ["EVERY", "NAME"]),
        ("转 or says", ["GO", "OR", "NAME"]),
        ("转 {结束}", ["GO", "NAME"]),
        ("做 a，{结束}", ["DO", "NAME", "_SEP", "NAME"]),
        ("做 a, 说 b, c", ["DO", "NAME", "_COMMA", "SAY", "NAME", "_SEP", "NAME"]),
    ],
)
def test_where_a_word_is_a_keyword(text: str, expected: list[str]) -> None:
    assert types(text) == expected


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ＡＢ１２", "AB12"),
        ("客户２号", "客户2号"),
        ("a－b＿c", "a-b_c"),
        ("软\u00ad连\u200b字\ufeff", "软连字"),
        ("e\u0301te\u0301", "été"),
        ("①号", "①号"),
        ("买买提·艾力", "买买提·艾力"),
        ("{ 转 }", "转"),
        ("｛x｝", "x"),
    ],
)
def test_names_are_half_width_and_hold_nothing_unseen(typed: str, name: str) -> None:
    assert names(f"转 {typed}") == [name]
    assert names(f"转 {name if typed[0] not in '{｛' else typed}") == [name]


@given(st.text(min_size=1))
def test_a_name_that_was_read_reads_as_itself(text: str) -> None:
    for name in names("标签 " + text):
        assert names(f"标签 {{{name}}}") == [name]


# --- marks and blanks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [*"\t\u3000\u00a0\u2003\u200b\u00ad\ufeff\u202f\u2060\u200e", "  "])
def test_blanks(blank: str) -> None:
    """A blank that nobody sees parts no words, but next to one that is seen it does no harm."""
    assert types(f"{blank}转{blank} {blank}a{blank}[{blank}b{blank}]{blank}") == types("转 a[b]")


@pytest.mark.parametrize(
    "end", ["\n", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", " \n \n\t", "\n1. ", "\n • ", "\n（一）"]
)
def test_line_ends(end: str) -> None:
    assert types(f"转 a{end}转 b") == ["GO", "NAME", "_NL", "GO", "NAME"]


@pytest.mark.parametrize(
    ("marks", "terminal"),
    [(":：∶", "_COLON"), (",，、﹐﹑､", "_COMMA"), ("/／∕", "_SLASH"), ("[【［", "_LBRACKET"), ("]】］", "_RBRACKET")],
)
def test_marks_of_both_keyboards(marks: str, terminal: str) -> None:
    assert {types(f"当 a{mark}")[2] for mark in marks} == {terminal}


def test_a_line_runs_on_after_a_comma_or_colon() -> None:
    assert types("当 a：\n\n 说 b，# 备注\n说 c\n转 d").count("_NL") == 1
    assert types("转 a\n\n\n转 b").count("_NL") == 1
    assert types("返回：\n转 b").count("_NL") == 1
    assert types("步骤 a：\n转 b").count("_NL") == 1
    assert types("说：\n“b”").count("_NL") == 0


@pytest.mark.parametrize(
    "text", ["转 a::", "[[a", "转 a//b", "！", "转 (a)", "=", "|", "转 a。b", "\x00", "\ud800", "_a"]
)
def test_what_is_no_token_is_one_that_no_rule_takes(text: str) -> None:
    assert "BAD" in types(text)


def test_comments_are_kept_apart() -> None:
    tokens = lex("# 一\n转 a # 二\n说 “#三” ＃四")
    assert [comment.span.text for comment in tokens.comments] == ["# 一", "# 二", "＃四"]


# --- texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ('"a"', "a"),
        ('""', ""),
        ("“a”", "a"),
        ("「a」", "a"),
        ("”a“", "a"),
        ("“a“", "a"),
        ("＂a＂", "a"),
        ('"a”', "a"),
        ("“a“b”c”", "a“b”c"),
        ("「a「b」c」", "a「b」c"),
        ('“a"b”', 'a"b'),
        (r'"a\"b"', 'a"b'),
        (r'"\\"', "\\"),
        (r'"a\b"', r"a\b"),
        (r'"\{a\}"', "{a}"),
        ('"""a"b"""', 'a"b'),
        ('""""a""""', '"a"'),
        ('"""\n  a\n\n\t b \n"""', "a\n\nb"),
        (r'"""a\"""b"""', 'a"""b'),
        ('""""""', ""),
    ],
)
def test_quotes(typed: str, plain: str) -> None:
    assert only_text(f"说 {typed} ").plain == plain
    assert only_text(f"说 {typed} ").span.text == typed


@pytest.mark.parametrize("typed", ['"a', "“a", "「a", '"""a', '"a\\"', '"a\n"', '"""a\\"""', "”a"])
def test_a_quote_that_is_not_closed_takes_its_line_and_no_more(typed: str) -> None:
    tokens = types(f"说 {typed}\n转 b")
    assert tokens[1] == "OPEN"
    assert tokens[-2:] == ["GO", "NAME"]


@pytest.mark.parametrize(
    ("typed", "name", "tail"),
    [
        ("{a}", "a", None),
        ("｛ 客户姓氏 ｝", "客户姓氏", None),
        ("{电话 末4位}", "电话", 4),
        ("{电话末4位}", "电话", 4),
        ("{电话 末 ４}", "电话", 4),
        ("{phone last 4}", "phone", 4),
        ("{phone LAST4}", "phone", 4),
        ("{期末}", "期末", None),
        ("{Ａ座}", "A座", None),
        ("{end}", "end", None),
    ],
)
def test_slots_in_texts(typed: str, name: str, tail: int | None) -> None:
    text = only_text(f"说 “好{typed}，”")
    (slot,) = text.slots
    assert (slot.name.text, slot.tail, slot.span.text) == (name, tail, typed)
    assert [part for part in text.parts if not isinstance(part, SlotUse)] == ["好", "，"]


@pytest.mark.parametrize(
    ("typed", "bad"),
    [("{a", "{"), ("a}", "}"), ("{a，b}", "{}"), ("{}", "{}"), ("{{a}}", "{}"), ("{1}", "{}"), (r"\{a}", "}")],
)
def test_braces_that_hold_no_slot(typed: str, bad: str) -> None:
    assert "".join(span.text for span in lex(f"说 “{typed}”").bad_slots) == bad


def test_blanks_beside_slots_are_spoken_and_margins_are_not() -> None:
    assert only_text('说 """\n  甲 {a} 乙  \n   {b} 丙\n"""').plain == "甲 {a} 乙\n{b} 丙"


# --- amounts and dates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_units(unit) -> None:
    for word in (*unit.zh, *unit.en):
        for typed in (f"5{word}", f"５ {word}", f"5\u3000{word}"):
            _, quantity = lex(f"等待 {typed}").items[:-1]
            assert isinstance(quantity, Quantity)
            assert (quantity.number, quantity.unit.id) == ("5", unit.id)


@pytest.mark.parametrize(
    ("typed", "number", "unit"),
    [
        ("半小时", "0.5", "h"),
        ("半个小时", "0.5", "h"),
        ("一个半小时", "1.5", "h"),
        ("两次", "2", "time"),
        ("十秒", "10", "s"),
        ("十五秒钟", "15", "s"),
        ("二十四小时", "24", "h"),
        ("三十个工作日", "30", "workday"),
        ("一百零五字", "105", "char"),
        ("一百一十字", "110", "char"),
        ("九百九十九字", "999", "char"),
    ],
)
def test_amounts_in_chinese_writing(typed: str, number: str, unit: str) -> None:
    amount = read_amount(typed)
    assert amount is not None
    assert (amount[0], amount[1].id) == (number, unit)
    assert types(f"等待 {typed}") == ["WAIT", "QUANTITY"]
    assert types(f"承诺 a {typed}") == ["PROMISE", "NAME", "QUANTITY"]
    assert types(f"转 {typed}") == ["GO", "NAME"]


@pytest.mark.parametrize("word", ["半", "半天天", "两", "次", "二两次", "一百五字", "十十秒", "一", "三心二意"])
def test_other_words_are_no_amounts(word: str) -> None:
    assert read_amount(word) is None


@pytest.mark.parametrize("typed", ["5", "5苗", "5秒1", "3-5秒", "5秒转"])
def test_numbers_without_a_unit(typed: str) -> None:
    assert types(f"等待 {typed}") == ["WAIT", "NUMBER"]


@pytest.mark.parametrize(
    ("typed", "iso", "valid"),
    [
        ("2027-03-31", "2027-03-31", True),
        ("2027/3/1", "2027-03-01", True),
        ("2027.3.1", "2027-03-01", True),
        ("2027年3月1日", "2027-03-01", True),
        ("２０２７-３-１", "2027-03-01", True),
        ("2027-02-30", "2027-02-30", False),
        ("0000-00-00", "0000-00-00", False),
    ],
)
def test_dates(typed: str, iso: str, valid: bool) -> None:
    _, day = lex(f"生效 {typed}").items[:-1]
    assert isinstance(day, Date)
    assert (day.iso, day.valid) == (iso, valid)


# --- any text -------------------------------------------------------------------------------------------------------


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from('"“”「」\\{}[]:：/，、。；#＃.-1末last位说转或or say\n\u2028 \u3000'), st.characters()
        )
    )
)
def test_tokens_stand_in_order_and_cover_all_that_shows(text: str) -> None:
    end = 0
    for item in lex(text).items[:-1]:
        start, stop = (item.start, item.end) if isinstance(item, Mark) else item.span[1:]  # type: ignore[union-attr]
        assert end <= start < stop <= len(text)
        end = stop


SLOW = {
    "quotes": '"',
    "three quotes": '"""',
    "three quotes, escaped": '\\"""x\n',
    "three quotes and a letter": '""" a',
    "opening quotes": "“",
    "opening quotes and letters": "“好",
    "pairs inside": "“b”",
    "wrong quotes": "”＂",
    "corner brackets": "「",
    "blanks": " ",
    "blanks and a letter": "\u3000\u3000a",
    "parentheses": "(",
    "brackets": "[",
    "braces": "{",
    "braces and names": "{a ",
    "full stops": "。",
    "full stops and blanks": "。 ",
    "commas": ",\n",
    "digits": "1",
    "dates": "2027-1-",
    "backslashes": "\\",
    "or and blanks": "or  ",
    "one word": "说",
    "lines": "转 a\n",
    "bullets": "1. ",
}


@pytest.mark.parametrize("unit", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("frame", ["{}", "{}x", '说 "{}"', '说 "{{a{}', '说 """{}', '说 """{{a}}{}"""', "“{}"])
def test_time_is_linear(unit: str, frame: str) -> None:
    """Trying characters in several ways would take minutes here."""
    text = frame.format(unit * (60_000 // len(unit)))
    begun = time.process_time()
    lex(text)
    assert time.process_time() - begun < 2
