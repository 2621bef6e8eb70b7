"""Cards: what stands on them, and that page and print show it, whatever authors wrote."""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pypdfium2
import pytest
from playwright.sync_api import Page

import compiler.cards
import compiler.site
from compiler.cards.content import card
from compiler.cards.deck import DeckEntry, unnumbered
from compiler.cards.deck_view import FORMATS, Format, PrintOptions, sheet_view
from compiler.cards.parts import Asking, Card, Saying
from compiler.cards.pdf import singles
from compiler.cards.sheets import joined
from compiler.cards.typesetting import PrintUnavailable
from compiler.cards.view import card_view, part_view
from compiler.machine.model import Amount, Machine, SlotRef, Transition, Trigger
from compiler.machine.part import scenarios
from compiler.site.html import card_body, dialogue_html, page_html
from dsl.frozen import replace
from tests.machines import complaint, small
from tests.outlines import outlined
from tests.projects import compile_text

TEMPLATES = Path(compiler.cards.__file__).parent / "templates"
MILLIMETRES = {"a4": (210, 297), "a5": (148, 210), "a6": (105, 148)}
HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}} {% raw %} ${7*7}",
    "#{1+1} #let x = 1 $x^2$ *b* _i_ `c` @ref <label> \\ // /*",
    "&amp; &lt; \" ' ]]> --> \x00\x07\x1b",
    "ab\u202edc\u2066ef\u200fgh\u2028ij",
    "超级长" * 400,
    "W" * 10_000,
    "。" * 500,
    "=/-" * 700,
]


def made(machine: Machine | None = None) -> Card:
    return card(machine or complaint(), version="0123456789ab")


def entries(*machines: Machine) -> tuple[DeckEntry, ...]:
    """The cards of `machines` and of the sub-dialogues they call, without numbers."""
    return tuple(unnumbered(scenarios(machines), hash=lambda _machine: "0123456789ab"))


def pdf_of(machine: Machine | None = None, format: Format = "a4", lang: Literal["zh", "en"] = "zh") -> bytes:
    """The cards of a machine on paper, and of its sub-dialogues, in one file."""
    return joined(one.pdf for one in singles(entries(machine or complaint()), PrintOptions(format=format, lang=lang)))


def card_html(card: Card, *, lang: Literal["zh", "en"]) -> str:
    """A page with nothing but the card on it."""
    view = sheet_view(card_view(card, lang), "K3M9P-X2F4G", PrintOptions(lang=lang))
    dialogues = [dialogue_html(part_view(part, lang), lang) for part in card.dialogues]
    return page_html(view, card_body(view, dialogues, lang), lang=lang)


def squeezed(text: str) -> str:
    """`text` without blanks, line breaks and signs that are not seen: what lines of print may differ in."""
    return re.sub(r"[\s\u00ad\u200b\ufffe\x00-\x1f\u200f\u202e\u2066]", "", text)


def pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return squeezed("".join(page.get_textpage().get_text_range() for page in document))


class _Shown(HTMLParser):
    """What a page shows: its text, its tags, its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.text += data


def html_text(page: str) -> str:
    return squeezed(_Shown(page).text)


def wordings(card: Card) -> Iterator[str]:
    """Every piece of text to be said or asked in a step of `card`."""
    for part in (card.main, *card.dialogues):
        for step in part.steps:
            for line in step.lines:
                if isinstance(line, Saying | Asking):
                    for wording in line.wordings:
                        yield from (piece for piece in wording if isinstance(piece, str))


# --- what stands on a card --------------------------------------------------------------------------------------------


def test_the_main_road_comes_first_and_is_numbered() -> None:
    main = made().main
    assert [(step.label, step.name) for step in main.steps] == [
        ("1", "接听问候"),
        ("2", "信息核实"),
        ("3", "处理方案"),
        ("4", "结束语"),
        ("5", "安抚情绪"),
        ("6", "升级主管"),
    ]
    assert [step.on_main_path for step in main.steps] == [True] * 4 + [False] * 2
    assert main.ending is not None
    assert (main.ending.kind, main.ending.name) == ("end", "已受理")


def only(text: str) -> Machine:
    compiled = compile_text(text)
    assert not compiled.findings.has_errors
    return compiled.machines[0]


def test_in_english_names_are_read_apart_and_events_are_called_by_what_they_mean() -> None:
    text = """\
event asks-manager "the guest wants to speak to a manager"
event declines
outcome called-back
action log-call "note who called"
scenario A
step find-manager
  speak within 3 seconds
  do log-call
  when asks-manager, declines: say "I see."
  go done
step done
  end called-back
"""
    view = card_view(made(only(text)), "en")
    step, _ = view["main"]["road"]
    assert step["name"] == "Find manager"
    assert [item["when"] for item in step["reactions"]] == ["The guest wants to speak to a manager or declines"]
    assert step["lines"][0]["actions"][0]["name"] == "log call"
    assert view["ending"]["text"] == "Called back"
    assert "Speak within 3 s" in _Shown(card_html(made(only(text)), lang="en")).text


def test_names_in_chinese_and_names_with_capitals_stay_as_they_are() -> None:
    text = '结局 完成\n事件 Wi-Fi断开 "断网"\n场景 A\n步骤 VIP-接待\n  说 "您好。"\n  当 Wi-Fi断开: 说 "好。"\n  转 收尾\n步骤 收尾\n  结束 完成\n'
    step, _ = card_view(made(only(text)), "zh")["main"]["road"]
    assert step["name"] == "VIP-接待"
    assert step["reactions"][0]["when"] == "Wi-Fi断开"


def test_sub_dialogues_have_letters() -> None:
    dialogues = made().dialogues
    assert [(part.label, part.title) for part in dialogues] == [("A", "无声电话"), ("B", "请客户等待")]
    assert [step.label for step in dialogues[1].steps] == ["B1", "B2", "B3"]


def test_facts_and_deadlines_are_filled_in_and_slots_are_not() -> None:
    steps = made().main.steps
    greeting, solution = steps[0].lines[0], steps[2].lines[3]
    assert isinstance(greeting, Saying)
    assert isinstance(solution, Saying)
    assert greeting.wordings[0] == ("您好，明快通信客服1024为您服务，请问有什么可以帮您？",)
    assert SlotRef("工单号", None) in solution.wordings[0]
    assert Amount("2", "workday", 2) in solution.wordings[0]


def test_seconds_are_of_the_preferred_wordings_on_the_main_road() -> None:
    main = made().main
    assert main.steps[0].seconds == round(28 * 60 / 200)
    assert main.seconds == sum(step.seconds for step in main.steps if step.on_main_path)


def test_one_line_of_a_script_is_one_reaction() -> None:
    machine = complaint()
    wait = machine.main.states[1]
    more = replace(wait.transitions[0], trigger=Trigger("event", "客户辱骂"))
    states = list(machine.main.states)
    states[1] = replace(wait, transitions=(wait.transitions[0], more, *wait.transitions[1:]))
    main = outlined(replace(machine.main, states=tuple(states)))
    first = made(replace(machine, flows=(main, *machine.flows[1:]))).main.steps[0]
    assert [reaction.events for reaction in first.reactions] == [("客户激动", "客户辱骂")]


def test_a_road_that_goes_round_comes_to_an_end() -> None:
    machine = complaint()
    states = list(machine.main.states)
    back = Transition(states[6].span, Trigger("proceed"), target=0)
    states[6] = replace(states[6], transitions=(back,))
    flow = outlined(replace(machine.main, states=tuple(states)))
    main = made(replace(machine, flows=(flow, *machine.flows[1:]))).main
    assert [step.name for step in main.main_path] == ["接听问候", "信息核实"]
    assert main.ending is None


def test_words_of_a_card() -> None:
    text = json.dumps(card_view(made(), "zh"), ensure_ascii=False)
    for words in (
        "若 问题类型 是 复杂",
        "若 已有 回访电话 且 问题类型 不是 简单",
        "客户沉默满 5 秒",
        "超过 10 分钟",
        "每 30 分钟",
        "2个工作日内",
        "超过 2 次",
        "回到原处，按“客户听不清”处理",
        "后 4 位",
    ):
        assert words in text, words
    text = json.dumps(card_view(made(), "en"), ensure_ascii=False)
    for words in ("If 问题类型 is 复杂", "客户沉默 for 5 s", "After 10 min", "within 2 workdays", "about 48 s"):
        assert words in text, words


# --- page and print ---------------------------------------------------------------------------------------------------


def test_page_and_print_show_every_word() -> None:
    shown = html_text(card_html(made(), lang="zh"))
    for format in FORMATS:
        printed = pdf_text(pdf_of(format=format))
        for piece in wordings(made()):
            assert squeezed(piece) in shown, piece
            assert squeezed(piece) in printed, piece
        for word in (
            "服务态度投诉",
            "0123456789ab",
            "2026-12-01",
            "喂，说话呀",
            "推卸责任",
            "三声内接听",
            "转接主管",
            "F4S27",
        ):
            assert word in shown, word
            assert word in printed, word


def test_what_holds_all_along_stands_there_once() -> None:
    once = "我理解您的心情，我们一起把问题解决好。"
    assert html_text(card_html(made(), lang="zh")).count(once) == 1
    assert pdf_text(pdf_of()).count(once) == 1


def test_the_same_card_is_the_same_bytes() -> None:
    assert card_html(made(), lang="zh") == card_html(made(), lang="zh")
    among = [one.pdf for one in singles(entries(small("甲"), complaint()), PrintOptions())]
    (whole, *_) = (one.pdf for one in singles(entries(complaint()), PrintOptions()))
    assert among[1] == whole
    assert len(set(among)) == len(among) == 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_needs_nothing_else_and_is_well_built(lang: Literal["zh", "en"]) -> None:
    page = card_html(made(), lang=lang)
    shown = _Shown(page)
    assert not re.search(r"https?:|url\(|@import", page)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(shown.tags)
    assert not [name for name, _ in shown.attributes if name.startswith("on") or name in ("src", "style")]
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in page
    levels = [int(tag[1]) for tag in shown.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    links = {value for name, value in shown.attributes if name == "href" and value}
    assert links <= {f"#{value}" for name, value in shown.attributes if name == "id"}


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].encode("unicode_escape").decode())
def test_authors_text_is_text(text: str) -> None:
    hostile = small(text)
    page = card_html(made(hostile), lang="zh")
    assert squeezed(text) in html_text(page)
    assert "script" not in _Shown(page).tags
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", page)
    for format in ("a4", "a6") if len(text) < 5_000 else ("a4",):
        printed = pdf_text(pdf_of(hostile, format))
        if len(text) < 1_000:
            assert squeezed(text) in printed
        else:  # it runs over pages, and something else may stand between
            assert printed.count(text[0]) >= len(text) / len(set(text))


def test_print_says_when_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(PrintUnavailable, match=r"scriptc\[print\]"):
        pdf_of()


# --- paper ------------------------------------------------------------------------------------------------------------


def missing_glyphs(pdf: bytes) -> int:
    """How many boxes stand for signs the fonts lack: glyph 0 in the strings that are shown."""
    count = 0
    for start in re.finditer(rb"(?<!end)stream\r?\n", pdf):
        try:  # where it ends, the compressed data says itself
            content = zlib.decompressobj().decompress(pdf[start.end() :])
        except zlib.error:
            continue
        if content.startswith(b"q ") and b"\nBT " in content:
            for shown in re.findall(rb"\(((?:\\.|[^\\()])*)\)", content, re.DOTALL):
                codes = re.sub(rb"\\([0-7]{3}|.)", unescaped, shown, flags=re.DOTALL)
                count += sum(codes[at : at + 2] == b"\0\0" for at in range(0, len(codes), 2))
    return count


def unescaped(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 8)]) if len(escape[1]) == 3 else b"?"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_fonts_have_every_sign(lang: Literal["zh", "en"]) -> None:
    assert missing_glyphs(pdf_of(lang=lang)) == 0
    assert missing_glyphs(pdf_of(small("臺灣 𠮷 ①②③ ☎ ✓ ✗ → ￥ “引号”—— …… café"))) == 0
    assert missing_glyphs(pdf_of(small("\U0001f600"))) > 0


def boxes(pdf: bytes) -> Iterator[tuple[float, float, tuple[float, float, float, float]]]:
    """(page width, page height, box of a run of characters), in points from the page's lower left corner."""
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_rects()):
            yield width, height, text.get_rect(index)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "text"),
    [(format, text) for format in FORMATS for text in ("", HOSTILE[5], HOSTILE[8])] + [("a6", HOSTILE[6])],
)
def test_print_stays_on_its_pages(format: Format, text: str) -> None:
    across, down = (length * 72 / 25.4 for length in MILLIMETRES[format])
    margin = 5 * 72 / 25.4
    for width, height, (left, bottom, right, top) in boxes(pdf_of(small(text) if text else None, format)):
        assert [width, height] == pytest.approx([across, down], abs=1)
        assert margin <= left < right <= width - margin
        assert margin / 3 <= bottom < top <= height - margin + 1


def test_print_is_not_blank_or_crowded() -> None:
    """A page drawn in grey: some ink, mostly paper, and nothing in the margins."""
    document = pypdfium2.PdfDocument(pdf_of())
    for page in document:
        picture = page.render(scale=1).to_pil().convert("L")
        dark = sum(picture.histogram()[:128]) / (picture.width * picture.height)
        assert 0.005 < dark < 0.2
        edge = picture.crop((0, 0, 20, picture.height))
        assert edge.getextrema() == (255, 255)


# --- a real browser ---------------------------------------------------------------------------------------------------

OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  const beyond = box => box.width && (box.right > width + 1 || box.left < -1);
  return [...document.querySelectorAll('main *')].filter(one => beyond(one.getBoundingClientRect()))
    .map(one => one.tagName + '.' + one.className + ': ' + one.textContent.slice(0, 30));
}"""


@pytest.mark.parametrize("text", ["", "W" * 10_000, "超级长" * 400], ids=["complaint", "word", "han"])
@pytest.mark.parametrize(("media", "width"), [("screen", 1280), ("screen", 360), ("print", 700), ("print", 350)])
def test_nothing_is_wider_than_its_page(page: Page, media: Any, width: int, text: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media)
    page.set_content(card_html(made(small(text) if text else None), lang="zh"))
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("format", FORMATS)
def test_the_browser_prints_it_on_paper(page: Page, format: str) -> None:
    page.set_content(card_html(made(), lang="zh"))
    pdf = page.pdf(format=format.upper(), print_background=True)
    for width, height, (left, bottom, right, top) in boxes(pdf):
        assert [width, height] == pytest.approx([length * 72 / 25.4 for length in MILLIMETRES[format]], abs=2)
        assert 8 <= left < right <= width - 8
        assert 8 <= bottom < top <= height - 8
    printed = pdf_text(pdf)
    assert all(squeezed(piece) in printed for piece in wordings(made()))


def test_what_to_say_is_the_largest(page: Page) -> None:
    page.set_content(card_html(made(), lang="zh"))
    sizes = page.evaluate(
        """() => Object.fromEntries(['.step .say .speech', '.goal', '.when', '.never .bad', '.tag', '.step h3']
        .map(one => [one, parseFloat(getComputedStyle(document.querySelector('.steps ' + one) ||
          document.querySelector(one)).fontSize)]))"""
    )
    speech = sizes.pop(".step .say .speech")
    assert speech > max(sizes.values())


def test_hostile_text_runs_nothing(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    for text in HOSTILE[:5]:
        page.set_content(
            card_html(made(small(text + "<img src=x onerror=alert(2)>\"'><svg onload=alert(3)>")), lang="zh")
        )
    assert said == []


# --- colours ----------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of `#rgb` or `#rrggbb`."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_stand_out_from_their_ground() -> None:
    """WCAG 2.2 AA: 4.5 : 1 for text, on screen by day and by night, and on paper."""
    css = (Path(compiler.site.__file__).parent / "templates" / "card.css").read_text("utf-8")
    themes = [dict(re.findall(r"--(\w+): (#\w+);", block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)]
    assert len(themes) == 3
    for theme in themes:
        for ink, ground in [
            *((ink, ground) for ink in ("ink", "soft", "go", "no", "yes") for ground in ("paper", "tint")),
            *((ink, "cream") for ink in ("ink", "soft", "go")),
            ("warm", "paper"),
        ]:
            pair = sorted((luminance(theme[ink]), luminance(theme[ground])))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (ink, ground, theme)
