"""Numbered cards on paper: who leads where, sheets to cut, what is measured on them, codes and the ledger."""

from __future__ import annotations

import ctypes
import re
import sys
from functools import cache
from urllib.parse import unquote

import pypdfium2
import pypdfium2.raw as raw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.cards import fit as card_fit
from compiler.cards.bookmarks import bookmarked
from compiler.cards.codes import SIGNS, read_code, short_code
from compiler.cards.deck import deck
from compiler.cards.deck_view import FORMATS, PrintOptions
from compiler.cards.ledger import BadLedger, Current, Issue, Ledger, ledger_text, read_ledger, standing
from compiler.cards.pdf import batches, singles
from compiler.cards.printing import Singles, print_deck, print_options
from compiler.cards.sheets import A4, arranged, padded, page_count, seen
from compiler.cards.typesetting import lacking
from compiler.machine.part import part_of, scenarios
from compiler.machine.to_json import content_hash
from compiler.pipeline import Compilation
from dsl.frozen import replace
from tests.cards.test_card import TEMPLATES, boxes, entries, luminance, pdf_text, squeezed
from tests.machines import complaint
from tests.projects import compile_text

SCRIPT = """\
场景 报修 属于 投诉
  标题 "宽带报修"
  信息 姓名 文本
  信息 电话 电话号码
  全程 当 沉默 5秒 调用 等待出声
步骤 问候
  目标 "报出身份"
  说 "您好，请问哪里出了问题？"
  问 姓名、电话 "怎么称呼您？"
  当 生气 转 安抚
  转 处理
步骤 处理
  目标 "登记"
  调用 换电话
  说 "已经为您登记。"
  结束 已解决
步骤 安抚
  目标 "先听完"
  说 "我理解您的心情。"
  转 处理

场景 换电话 属于 状况
  标题 "请换一部电话"
步骤 说明
  目标 "说清楚"
  说 "请您换一部电话。"
  返回

场景 等待出声 属于 状况
  标题 "没有声音"
步骤 确认
  目标 "确认"
  说 "您好，听得到吗？"
  当 出声 返回
  等待 5秒
  结束 无声
"""


@cache
def project(config: str = "") -> Compilation:
    compiled = compile_text(SCRIPT, config="libraries: [词汇]\napprover: 质检部\neffective: 2026-12-01\n" + config)
    assert not compiled.findings.has_errors
    return compiled


REPAIR, PHONE, SILENT = (Ledger().numbers([name])[name] for name in ("报修", "换电话", "等待出声"))
"""What these scenarios' cards draw."""


def pages(pdf: bytes) -> list[str]:
    return [squeezed(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdf)]


def links(pdf: bytes) -> set[str]:
    """Where the links of `pdf` lead."""
    found: set[str] = set()
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        at, link, room = ctypes.c_int(), raw.FPDF_LINK(), ctypes.create_string_buffer(200)
        while raw.FPDFLink_Enumerate(page, ctypes.byref(at), ctypes.byref(link)):
            raw.FPDFAction_GetURIPath(document, raw.FPDFLink_GetAction(link), room, 200)
            found.add(unquote(room.value.decode()))
    return found


def codes_of(text: str, **settings: str) -> list[str]:
    """The codes found when the cards of `text` are printed."""
    card = "".join(f"  {key}: {value}\n" for key, value in settings.items())
    compiled = compile_text(text, config=f"libraries: [词汇]\ncard:\n{card}" if card else "")
    assert not compiled.findings.has_errors, [one.message("en") for one in compiled.findings]
    options = print_options(compiled.project.settings)
    in_singles = {one.code for _, _, found in Singles(compiled, options) for one in found}
    in_deck = {one.code for one in print_deck(compiled, options, Ledger()).findings}
    assert in_singles == in_deck
    return sorted(in_deck)


# --- a deck -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_cards_refer_to_each_other_both_ways(format):
    paper = print_deck(project(), PrintOptions(format=format), Ledger())
    text = "".join(pages(paper.pdf))
    assert [entry.card.name for entry in paper.deck.entries] == ["报修", "换电话", "等待出声"]
    assert f"卡{PHONE}请换一部电话" in text
    assert f"由卡{REPAIR}第2步转来" in text
    assert f"卡{SILENT}没有声音" in text
    assert f"由卡{REPAIR}随时转来" in text
    assert "由1转来" in text  # the step 安抚, off the main road
    assert not paper.findings


@pytest.mark.parametrize("format", FORMATS)
def test_a_card_of_a_build_holds_its_scenario_and_names_the_cards_it_leads_to(format):
    printed = {name: "".join(pages(pdf)) for name, pdf, _ in Singles(project(), PrintOptions(format=format))}
    assert list(printed) == ["报修", "换电话", "等待出声"]
    assert "卡请换一部电话" in printed["报修"]
    assert "卡没有声音" in printed["报修"]
    linked = {name: links(pdf) for name, pdf, _ in Singles(project(), PrintOptions(format=format))}
    assert linked["报修"] == {"换电话.pdf", "等待出声.pdf"}
    said = "您好，听得到吗？"
    assert [said in text for text in printed.values()] == [False, False, True]


def test_a_librarys_sub_dialogue_that_is_called_is_printed_too():
    own, library = SCRIPT.split("场景 等待出声", 1)
    words = compile_text("").project.library[0].text
    compiled = compile_text(own, vocabulary=f"{words}场景 等待出声{library}")
    assert not compiled.findings.has_errors, [one.message("en") for one in compiled.findings]
    assert [machine.name for machine in compiled.machines] == ["报修", "换电话"]
    assert [name for name, _, _ in Singles(compiled, PrintOptions())] == ["报修", "换电话", "等待出声"]


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_a_step_that_was_estimated_to_fit_and_does_not_runs_over_pages_like_any_long_one(monkeypatch, format):
    lines = "".join(f'  说 "第{number}句，请您稍等。"\n' for number in range(40))
    text = f"场景 A 属于 投诉\n步骤 甲\n  目标 “讲完”\n{lines}  转 乙\n步骤 乙\n  说 抱歉\n  结束 已解决\n"
    compiled = compile_text(text)
    assert not compiled.findings.has_errors

    def printed(worst: float) -> bytes:
        monkeypatch.setattr(card_fit, "_STEP", dict.fromkeys(FORMATS, worst))
        ((_, pdf, _),) = Singles(compiled, PrintOptions(format=format))
        return pdf

    assert printed(0.0) == printed(1_000.0)
    heads = [page for page in pages(printed(0.0)) if "1甲（续）" in page]
    assert len(heads) == sum("句，请您稍等" in page for page in pages(printed(0.0))) - 1
    assert all(f"第{number}句" in "".join(pages(printed(0.0))) for number in range(40))


def test_a_sub_dialogue_means_the_same_whoever_calls_it():
    machines = scenarios(project().machines)
    taken = part_of(machines["报修"], "换电话")
    assert content_hash(taken) == content_hash(part_of(taken, "换电话"))
    assert taken.main == machines["换电话"].main


def test_what_is_asked_for_comes_with_what_it_leads_to_unless_alone():
    with_all = print_deck(project(), PrintOptions(), Ledger(), wanted=["报修"])
    assert len(with_all.deck.entries) == 3
    alone = print_deck(project(), PrintOptions(), Ledger(), wanted=["报修"], alone=True)
    assert len(alone.deck.entries) == 1
    (finding,) = alone.findings
    assert finding.code == "SC705"
    assert f"{PHONE} 换电话" in finding.message("zh")
    assert f"{SILENT} 等待出声" in finding.message("zh")
    assert "换电话" in " ".join(one.message("zh") for one in alone.findings)


def test_a_card_that_is_gone_keeps_its_number():
    ledger = Ledger(
        (
            Issue(1, "00000-00000", "0" * 12, "2026-01-01", "旧的"),
            Issue(4, "00000-00001", "1" * 12, "2026-01-01", "等待出声"),
        )
    )
    paper = print_deck(project(), PrintOptions(), ledger)
    assert {entry.card.name: entry.number for entry in paper.deck.entries} == {
        "等待出声": 4,
        "报修": REPAIR,
        "换电话": PHONE,
    }


def test_contents_name_the_pages_where_cards_begin():
    paper = print_deck(project(), PrintOptions(format="a6"), Ledger(), with_contents=True)
    shown = pages(paper.pdf)
    rows = re.findall(r"(\d{3})(宽带报修|请换一部电话|没有声音)\D*?第(\d+)页", shown[0])
    assert len(rows) == 3
    for number, title, page in rows:
        assert f"卡{number}" in shown[int(page) - 1]
        assert title in shown[int(page) - 1]
    assert [re.search(r"第(\d+)页，共(\d+)页", page) is not None for page in shown] == [False] + [True] * (
        len(shown) - 1
    )


@pytest.mark.parametrize(("duplex", "impose"), [(False, False), (True, False), (False, True), (True, True)])
def test_bookmarks_lead_to_the_page_where_a_card_begins(duplex, impose):
    paper = print_deck(project(), PrintOptions(format="a6", duplex=duplex), Ledger(), with_contents=True, impose=impose)
    document = pypdfium2.PdfDocument(paper.pdf)
    marks = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    assert [title for title, _ in marks] == [
        "目录",
        f"卡 {REPAIR} 宽带报修",
        f"卡 {PHONE} 请换一部电话",
        f"卡 {SILENT} 没有声音",
    ]
    shown = pages(paper.pdf)
    assert "目录" in shown[marks[0][1]]
    for number, (_, page) in zip((REPAIR, PHONE, SILENT), marks[1:], strict=True):
        found = [at for at, text in enumerate(shown) if re.search(rf"卡{number}情景卡", text)]
        assert found == [page]


def test_a_file_that_pdfium_did_not_save_gets_no_bookmarks():
    with pytest.raises(ValueError, match="trailer"):
        bookmarked(b"%PDF-1.7 nothing of the kind", [("A", 0)])


@pytest.mark.parametrize("format", FORMATS)
def test_the_first_step_is_in_the_hand_however_much_holds_at_any_time(format):
    events = [f"情况{number}" for number in range(40)]
    text = "".join(f"事件 {event}\n" for event in events) + "结局 完成\n场景 A\n"
    text += "".join(f'  全程 当 {event}: 说 "这是第{number}种回答。"\n' for number, event in enumerate(events))
    text += '步骤 甲\n  目标 "办好"\n  说 "您好，请讲。"\n  转 乙\n步骤 乙\n  目标 "道别"\n  说 "再见。"\n  结束 完成\n'
    compiled = compile_text(text)
    assert not compiled.findings.has_errors
    shown = pages(print_deck(compiled, PrintOptions(format=format), Ledger()).pdf)
    assert "您好，请讲。" in shown[0]
    assert "这是第39种回答。" in shown[-1]
    led = re.search(r"随时40种情况(?:卡\d+.|第)(\d)", shown[0])
    assert led is not None
    assert "这是第0种回答。" in shown[int(led[1]) - 1]


@pytest.mark.parametrize("format", FORMATS)
def test_every_page_says_which_version_it_is(format):
    paper = print_deck(project(), PrintOptions(format=format, approver="质检部"), Ledger())
    entry = paper.deck.entries[0]
    assert entry.code == short_code("报修", entry.card.version)
    for page in pages(paper.pdf):
        found = next(one for one in paper.deck.entries if one.code in page)
        assert f"版本{found.card.version}" in page
        assert "批准质检部" in page
        assert re.search(r"第\d+页，共\d+页", page)
    assert "生效2026-12-01" in pages(paper.pdf)[0]


def test_a_draft_says_so_on_every_page():
    assert all("草稿" in page for page in pages(print_deck(project(), PrintOptions(draft=True), Ledger()).pdf))


@pytest.mark.parametrize(
    "options", [PrintOptions(format="a6"), PrintOptions(format="a5", large=True), PrintOptions(lang="en")], ids=str
)
def test_no_type_is_smaller_than_eight_points_and_nothing_is_off_the_paper(options):
    looked = list(seen(print_deck(project(), options, Ledger()).pdf))
    assert min(page.smallest for page in looked) >= 7.99
    assert not any(page.beyond for page in looked)


def test_large_print_is_larger():
    plain, large = (
        sum(page_count(one.pdf) for one in singles(entries(complaint()), PrintOptions(format="a6", large=big)))
        for big in (False, True)
    )
    assert large > plain


def test_room_to_write_is_as_long_as_what_is_written():
    machines = scenarios(project().machines)
    made_deck = deck(machines, numbering=Ledger().numbers, hash=content_hash)
    blanks = {
        blank.slot: blank
        for step in made_deck.entries[0].card.main.steps
        for line in step.lines
        for blank in getattr(line, "blanks", ())
    }
    assert blanks["电话"].room >= 8
    assert blanks["姓名"].room >= 6


def test_the_same_deck_is_the_same_bytes():
    again = [
        print_deck(project(), PrintOptions(format="a6", duplex=True), Ledger(), with_contents=True, impose=True).pdf
        for _ in range(2)
    ]
    assert again[0] == again[1]


def test_a_code_in_letters_is_enough_without_the_library_for_pictures(monkeypatch):
    monkeypatch.setitem(sys.modules, "segno", None)
    assert "核对" in pages(next(iter(singles(entries(complaint()), PrintOptions()))).pdf)[0]


# --- sheets to cut ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 40), st.sampled_from([(2, 1), (2, 2), (3, 2)]))
def test_what_follows_a_page_is_printed_behind_it(count, shape):
    across, down = shape
    each = across * down
    order = arranged(list(range(count)), across, down, duplex=True)
    assert sorted(one for one in order if one is not None) == list(range(count))
    assert len(order) % (2 * each) == 0
    for page in range(0, count - 1, 2):
        front, back = order.index(page), order.index(page + 1)
        sheet, place = divmod(front, each)
        row, column = divmod(place, across)
        assert sheet % 2 == 0
        # Turned over its long edge, the sheet shows its columns the other way round.
        assert back == (sheet + 1) * each + row * across + (across - 1 - column)


@given(st.lists(st.integers(1, 9), max_size=8))
def test_every_card_begins_on_a_front(runs):
    order = padded(runs)
    first = 0
    for run in runs:
        assert order.index(first) % 2 == 0
        first += run
    assert [one for one in order if one is not None] == list(range(sum(runs)))


@pytest.mark.parametrize(("format", "each"), [("a6", 4), ("a5", 2)])
def test_sheets_hold_every_word_at_full_size_with_marks_to_cut_along(format, each):
    options = PrintOptions(format=format)
    loose, sheet = (print_deck(project(), options, Ledger(), impose=impose) for impose in (False, True))
    assert sheet.pages == -(-loose.pages // each)
    document = pypdfium2.PdfDocument(sheet.pdf)
    width, height = document.get_page_size(0)
    assert sorted((width, height)) == pytest.approx(sorted(A4), abs=1)
    assert sorted(pdf_text(sheet.pdf)) == sorted(pdf_text(loose.pdf))
    picture = document[0].render(scale=2).to_pil().convert("L")
    middle = picture.width // 2
    column = [picture.getpixel((x, 4)) for x in range(middle - 4, middle + 4)]
    assert min(column) < 128 < max(column)
    # Text is as large as on a card of its own: nothing was scaled to fit.
    heights = [max(top - bottom for _, _, (_, bottom, _, top) in boxes(one.pdf)) for one in (loose, sheet)]
    assert heights[0] == pytest.approx(heights[1], rel=0.01)


# --- checked ----------------------------------------------------------------------------------------------------------

STEP = '结局 完成\n场景 A\n步骤 甲\n  目标 "办好"\n{lines}  结束 完成\n'


def say(*texts: str) -> str:
    return STEP.format(lines="".join(f'  说 "{text}"\n' for text in texts))


def test_a_good_card_has_no_findings():
    assert codes_of(say("您好。")) == []


def test_a_step_that_needs_two_cards_is_found_and_printed_whole():
    long = say(*(f"第{number}句，" + "请您慢慢说，我都记下来了，" * 3 for number in range(8)))
    assert codes_of(long, format="a6") == ["SC701"]
    assert codes_of(long, format="a4") == []
    compiled = compile_text(long, config="libraries: [词汇]\n")
    text = pdf_text(print_deck(compiled, PrintOptions(format="a6"), Ledger()).pdf)
    assert all(f"第{number}句" in text for number in range(8))


def test_type_smaller_than_eight_points_is_measured_on_the_page():
    assert codes_of(say("您好。"), type="6") == ["SC702"]
    assert codes_of(say("您好。"), type="9") == []


def test_letters_count_as_they_are_spoken():
    phrase = say(
        "I am sorry to keep you waiting, and I will call you back as soon as I have found out what went wrong."
    )
    assert codes_of(phrase, format="a6") == []


def test_a_phrase_for_a_large_card_may_be_too_long_for_a_small_one():
    phrase = say("请您慢慢说，我都记下来了，" * 6)
    assert codes_of(phrase, format="a4") == []
    assert codes_of(phrase, format="a6") == ["SC703"]


def test_a_sign_no_font_has_is_found():
    assert codes_of(say("谢谢🎉")) == ["SC704"]
    assert codes_of(say("𠮷 ①②③ ☎ ✓ → ￥ café")) == []
    assert lacking("谢😀é\u200d🎉") == {"😀", "🎉"}


def test_a_forbidden_phrase_needs_a_better_one():
    assert codes_of(STEP.format(lines='  说 "请讲。"\n  禁说 "我也没办法"\n')) == ["SC706"]


def test_what_rules_and_the_whole_project_forbid_needs_a_better_wording_too():
    good = say("请讲。")
    assert codes_of('禁说 "我也没办法"\n' + good) == ["SC706"]
    assert codes_of('规则集 用语\n  规则 不推脱\n    禁说 "我也没办法"\n' + good) == ["SC706"]
    assert codes_of('规则集 用语\n  规则 不推脱\n    禁说 "我也没办法" 改说 "我来看看。"\n' + good) == []


def test_a_step_of_a_training_card_needs_a_goal():
    bare = '结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  结束 完成\n'
    assert codes_of(bare) == []
    assert codes_of(bare, training="yes") == ["SC707"]


def test_colours_on_paper_stand_out_in_grey_too():
    """WCAG AA in colour, and the inks for words keep 4.5 : 1 when a printer knows only black."""
    typ = (TEMPLATES / "style.typ").read_text("utf-8")
    colours = dict(re.findall(r'#let (\w+) = rgb\("(#\w+)"\)', typ))
    pairs = [(ink, ground) for ink in ("ink", "soft", "no", "yes", "go") for ground in ("cream", "tint")]
    for ink, ground in [*pairs, ("warm", "cream")]:
        light, dark = luminance(colours[ground]), luminance(colours[ink])
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


# --- codes and the ledger ---------------------------------------------------------------------------------------------


def test_a_code_is_of_the_name_and_of_what_is_meant():
    one = complaint()
    assert short_code(one.name, content_hash(one)) == short_code(one.name, content_hash(complaint()))
    other = replace(one, facts=(("公司名称", "别家"), ("工号", "1")))
    assert short_code(one.name, content_hash(one)) != short_code(one.name, content_hash(other))
    assert short_code("甲", "0" * 12) != short_code("乙", "0" * 12)


@given(st.text(min_size=1, max_size=20), st.text("0123456789abcdef", min_size=12, max_size=12), st.data())
def test_a_code_survives_bad_handwriting_and_shows_a_slip(name, version, data):
    code = short_code(name, version)
    sloppy = (
        code.lower().replace("-", data.draw(st.sampled_from(["", " ", "–", "-"]))).replace("0", "o").replace("1", "l")
    )
    assert read_code(sloppy) == code
    place = data.draw(st.sampled_from([at for at in range(11) if at != 5]))
    wrong = data.draw(st.sampled_from(SIGNS.replace(code[place], "")))
    if {code[place], wrong} != {"0", "Z"}:
        assert read_code(code[:place] + wrong + code[place + 1 :]) is None


names = st.text("甲乙丙丁戊", min_size=1, max_size=4)


@given(st.lists(st.tuples(names, st.integers(0, 3), st.lists(names, max_size=2)), max_size=12))
def test_a_ledger_is_read_as_it_was_written_and_never_gives_a_number_twice(handed):
    ledger = Ledger()
    told: dict[str, int] = {}
    for day, (name, version, referred) in enumerate(handed, 1):
        numbers = ledger.numbers([name, *referred])
        issue = Issue(numbers[name], short_code(name, str(version)), f"{version:012x}", f"2026-01-{day:02}", name)
        ledger = ledger.with_issues([issue], numbers)
        assert all(told.setdefault(one, number) == number for one, number in numbers.items())
    if not handed:
        return
    written = ledger_text(ledger).encode()
    assert read_ledger(written) == ledger
    assert read_ledger(b"\xef\xbb\xbf" + written.replace(b"\n", b"\r\n")) == ledger  # saved by an editor on Windows
    assert len(set(told.values())) == len(told)
    assert ledger.numbers(told) == told
    new = ledger.numbers(["己"])["己"]
    assert new not in told.values()


def test_a_number_that_stands_on_paper_stays_though_its_card_was_not_printed():
    alone = print_deck(project(), PrintOptions(), Ledger(), wanted=["报修"], alone=True)
    ledger = read_ledger(ledger_text(alone.entered(Ledger(), "2026-01-01")).encode())
    said = dict(alone.deck.numbers)
    assert said == {"报修": REPAIR, "换电话": PHONE, "等待出声": SILENT}
    assert f"卡{PHONE}请换一部电话" in "".join(pages(alone.pdf))
    everything = print_deck(project(), PrintOptions(), ledger)
    assert ledger.numbers(["等待出声", "换电话"]) == {"换电话": PHONE, "等待出声": SILENT}
    assert dict(everything.deck.numbers) == said
    assert everything.entered(ledger, "2026-01-02").referred == ()


@given(st.sets(names, min_size=2, max_size=6), st.sets(names, min_size=1, max_size=6), st.integers(0, 9))
def test_two_desks_that_print_from_one_state_merge(mine, theirs, before):
    base = Ledger().with_issues((), {f"旧{number}": number for number in range(1, before + 1)})
    sides = [
        base.with_issues([Issue(numbers[name], "00000-00000", "0" * 12, "2026-01-01", name) for name in some], numbers)
        for some in (mine, theirs)
        for numbers in [base.numbers(some)]
    ]
    lines = dict.fromkeys(line for side in sides for line in ledger_text(side).splitlines())
    merged = read_ledger(("\n".join(["<<<<<<< ours", *lines, ">>>>>>> theirs"]) + "\n").encode())
    moved = {clash.name: clash.new for clash in merged.clashes}  # names that happen to draw one number
    after = merged.numbers(mine | theirs)
    assert len(set(after.values())) == len(after)
    for side, some in zip(sides, (mine, theirs), strict=True):
        assert all(after[name] == moved.get(name, side.numbers([name])[name]) for name in some)


def test_one_number_on_two_cards_is_settled_for_good_and_nothing_is_forgotten():
    first, second = (
        Issue(16, "00000-00000", "0" * 12, "2026-01-02", "乙"),
        Issue(16, "00000-00001", "1" * 12, "2026-01-01", "丙"),
    )
    ledger = read_ledger(ledger_text(Ledger((first, second))).encode())
    (clash,) = ledger.clashes
    assert (clash.number, clash.keeper, clash.name) == (16, "丙", "乙")  # the earlier day
    settled = read_ledger(ledger_text(ledger.with_issues((), {})).encode())
    assert settled.clashes == ()
    assert settled.numbers(["乙", "丙"]) == {"乙": clash.new, "丙": 16}
    assert set(settled.issues) == {first, second}
    now = {"乙": Current("00000-00000", "0" * 12), "丙": Current("00000-00001", "1" * 12)}
    assert [standing(one.code, now, settled, nobody).kind for one in (first, second)] == ["current", "current"]
    again = settled.with_issues([replace(first, number=clash.new, day="2026-01-03")], {"乙": clash.new})
    assert again.of("乙")[-1].number == clash.new  # the same version, on a card with the new number
    same_day = Ledger((replace(first, day="2026-01-01"), second))
    assert [one.keeper for one in same_day.clashes] == ["丙"]  # then the name


@given(st.integers(1, 2_000))
def test_however_many_cards_there_are_each_has_a_number_of_its_own(count):
    numbers = Ledger().numbers(f"场景{number}" for number in range(count))
    assert len(set(numbers.values())) == count


@pytest.mark.parametrize(
    "text",
    ["1 不是码 000000000000 2026-01-01 甲", "", "\n \n", "# 卡号\n", "<<<<<<< HEAD", "1 00000-00000 000000000000", "9" * 5000 + " 00000-00000 000000000000 2026-01-01 甲"],
)  # fmt: skip
def test_a_damaged_ledger_is_refused(text):
    with pytest.raises(BadLedger):
        read_ledger(text.encode())


def test_a_ledger_that_is_no_text_is_refused_at_its_line():
    with pytest.raises(BadLedger, match="line 3"):
        read_ledger(b"# one\n\n\xff\xfe\n")


def test_what_a_code_turns_out_to_be():
    old, new = (
        Issue(7, "AAAAA-AAAAA", "0" * 12, "2026-01-01", "甲"),
        Issue(7, "BBBBB-BBBBB", "1" * 12, "2026-02-02", "甲"),
    )
    ledger = Ledger((old, new, Issue(8, "CCCCC-CCCCC", "2" * 12, "2026-01-01", "乙")))
    now = {"甲": Current("BBBBB-BBBBB", "1" * 12)}
    assert standing("BBBBB-BBBBB", now, ledger, nobody).kind == "current"
    assert standing("AAAAA-AAAAA", now, ledger, nobody) == replace(
        standing("AAAAA-AAAAA", now, ledger, nobody), kind="replaced", day="2026-02-02", number=7
    )
    changed = {"甲": Current("DDDDD-DDDDD", "3" * 12)}
    assert standing("BBBBB-BBBBB", changed, ledger, nobody).day == ""
    assert standing("CCCCC-CCCCC", now, ledger, nobody).kind == "gone"
    assert standing("EEEEE-EEEEE", now, ledger, nobody).kind == "unknown"


@pytest.mark.parametrize(
    ("today", "kind", "day"),
    [
        ("2026-01-31", "ahead", "2026-02-01"),
        ("2026-02-01", "current", ""),
        ("2026-02-20", "current", ""),
        ("2026-02-21", "ended", "2026-02-20"),
    ],
)
def test_a_card_counts_from_its_first_day_to_its_last(today, kind, day):
    now = {"甲": Current("AAAAA-AAAAA", "0" * 12, "2026-02-01", "2026-02-20")}
    found = standing("AAAAA-AAAAA", now, Ledger(), lambda: today)
    assert (found.kind, found.day) == (kind, day)


def nobody() -> str:
    raise AssertionError("asked for the day, and nothing depends on it")


def test_leaves_of_a_long_deck_come_in_order():
    machines = scenarios(project().machines)
    made_deck = deck(machines, numbering=Ledger().numbers, hash=content_hash)
    many = [replace(entry, number=number) for number in range(1, 31) for entry in made_deck.entries[1:2]]
    numbers = [
        int(mark["card"])
        for printed in batches(many, PrintOptions(format="a6"))
        for mark in printed.marks
        if mark["edge"] == "first"
    ]
    assert numbers == list(range(1, 31))
