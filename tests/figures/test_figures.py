"""Flow charts: nothing lies over anything else, every text is inside its box, in all of them; and the SVG is sound."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Literal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from compiler.figures.dot import dot
from compiler.figures.figure import figures
from compiler.figures.flowchart import flowcharts
from compiler.figures.mermaid import mermaid
from compiler.figures.outline_text import outline_text
from compiler.figures.parts import Box, Edge, Figure, Label, Text
from compiler.figures.svg import styles, svg
from compiler.figures.text_width import width, wrap
from tests.machines import complaint, small
from tests.projects import compile_text
from tests.random_scripts import EVENTS, scripts
from tests.shipped import shipped

Area = tuple[float, float, float, float]


def area(one: Box | Label) -> Area:
    return (one.x, one.y, one.x + one.width, one.y + one.height)


def drawn(text: Text) -> Area:
    """What a line of type covers, by the table of widths."""
    wide = width(text.text, text.size)
    left = text.x - wide / 2 if text.middle else text.x
    return (left, text.y - 0.9 * text.size, left + wide, text.y + 0.25 * text.size)


def apart(one: Area, other: Area, by: float = 0.0) -> bool:
    return one[2] + by <= other[0] or other[2] + by <= one[0] or one[3] + by <= other[1] or other[3] + by <= one[1]


def inside(inner: Area, outer: Area, slack: float = 0.02) -> bool:
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def nested(box: Box) -> Iterator[Box]:
    yield box
    for one in box.inner:
        yield from nested(one)


def pieces(edge: Edge) -> Iterator[Area]:
    for (x, y), (u, v) in zip(edge.points, edge.points[1:], strict=False):
        yield (min(x, u), min(y, v), max(x, u), max(y, v))


def check_figure(figure: Figure) -> None:
    """Hold the geometry of `figure`: the law of this file."""
    standing = [*map(area, figure.boxes), *map(area, figure.labels)]
    page = (0.0, 0.0, figure.width, figure.height)
    for here, there in combinations(standing, 2):
        assert apart(here, there), (here, there)
    for place in standing:
        assert inside(place, page)
    for label in figure.labels:
        for text in label.texts:
            assert inside(drawn(text), area(label))
    for box in figure.boxes:
        for one in nested(box):
            for text in one.texts:
                assert inside(drawn(text), area(one)), text
            for inner in one.inner:
                assert inside(area(inner), area(one))
                assert all(apart(area(inner), drawn(text)) for text in one.texts), inner
    for edge in figure.edges:
        assert len(edge.points) > 1
        for piece in pieces(edge):
            assert piece[0] == piece[2] or piece[1] == piece[3], "a line leans"
            assert inside(piece, page)
            # A line touches the boxes at its ends and crosses none.
            for place in standing:
                assert apart(piece, (place[0] + 0.5, place[1] + 0.5, place[2] - 0.5, place[3] - 0.5)), (piece, place)


def test_nothing_lies_over_anything_else_in_what_we_ship():
    for machine in shipped():
        for figure in figures(machine, lang="zh"):
            check_figure(figure)
            # Printed on A4 the small type is never smaller than 5 points.
            assert 7.5 * min(1, 510 / figure.width, 740 / figure.height) >= 5, (
                machine.name,
                figure.width,
                figure.height,
            )


@pytest.mark.slow
@given(scripts())
@settings(max_examples=60)
def test_nothing_lies_over_anything_else_in_random_machines(text: str):
    for machine in compile_text(text).machines:
        for figure in figures(machine, lang="en"):
            check_figure(figure)


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_nothing_lies_over_anything_else_in_long_flows(number: int):
    chance = random.Random(number)
    count = chance.randint(4, 24)
    lines = ["场景 A", '  全程 当 沉默: 说 "好。"']
    for index in range(count):
        lines += [f"步骤 步骤名字{index}", '  说 "您好。"']
        if chance.random() < 0.4:
            lines.append(f"  至多 2次, 否则 转 步骤名字{chance.randrange(count)}")
        for event in chance.sample(EVENTS, chance.randint(0, 3)):
            way = chance.choice((f"转 步骤名字{chance.randrange(count)}", "结束 已解决", "结束 转主管"))
            lines.append(f"  当 {event}: {way}")
        lines.append(f"  转 步骤名字{index + 1}" if index + 1 < count else "  结束 已解决")
    for machine in compile_text("\n".join(lines) + "\n").machines:
        for figure in figures(machine, lang="zh"):
            check_figure(figure)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whatever_authors_write_stays_in_its_box_and_is_text(lang: Literal["zh", "en"]):
    for text in (
        "<script>alert(1)</script>",
        "&amp; \" ' ]]>",
        "\x00\x07\ud800\ufffe",
        "超级长" * 60,
        "W" * 300,
        "。" * 90,
    ):
        for figure in figures(small(text), lang=lang):
            check_figure(figure)
            tree = ElementTree.fromstring(svg(figure))
            assert {element.tag.split("}")[1] for element in tree.iter()} <= {
                *("svg", "title", "style", "a", "rect", "circle", "polygon", "polyline", "path", "text")
            }


def test_the_main_road_runs_straight_down():
    for figure in figures(complaint(), lang="zh"):
        middles = [box.x + box.width / 2 for box in figure.boxes if box.kind == "road"]
        assert max(middles) - min(middles) < 0.1
        tops = [box.y for box in figure.boxes if box.kind == "road"]
        assert tops == sorted(tops)


def test_every_way_is_drawn_and_ends_have_shapes_of_their_own():
    main, silent, hold = figures(complaint(), lang="zh")
    kinds = {box.kind: " ".join(text.text for text in box.texts) for box in main.boxes}
    assert {"road", "aside", "end", "escalation", "start", "anytime"} <= set(kinds)
    assert "转主管" in kinds["escalation"]
    assert any(edge.kind == "escalation" for edge in main.edges)
    said = [text.text for label in main.labels for text in label.texts]
    assert {"客户激动", "客户不接受"} <= set(said)
    assert silent.label == "A"
    assert hold.label == "B"
    always = next(box for box in main.boxes if box.kind == "anytime")
    assert any("客户沉默满 5 秒" in text.text and "[A]" in text.text for text in always.texts)


def test_same_figure_same_bytes_and_links_lead_to_the_card():
    first, again = (figures(complaint(), lang="zh")[0] for _ in range(2))
    assert svg(first) == svg(again)
    assert 'href="#2"' in svg(first, link="#{}".format)
    assert "<a " not in svg(first, link=lambda label: "")
    assert "<style>" not in svg(first, inline=True)
    assert "prefers-color-scheme:dark" in styles()


@pytest.mark.slow
def test_real_fonts_draw_texts_as_wide_as_the_table_says_or_less(page: Page):
    for machine in shipped()[:6]:
        for figure in figures(machine, lang="zh"):
            page.set_content(svg(figure))
            texts = page.evaluate(
                "[...document.querySelectorAll('text')].map(t =>"
                " [t.textContent, Number(t.getAttribute('font-size')), t.getBBox().width])"
            )
            assert texts
            for text, size, wide in texts:
                assert wide <= width(text, size) + 2, text


def test_lines_are_about_equally_long_and_a_comma_is_a_good_place_to_break():
    assert wrap("回到原处，按“客户不愿等待”处理", 116, 7.5) == ("回到原处，", "按“客户不愿等待”处理")
    lines = wrap("客户不知道的一件很长的事情要处理", 116, 7.5)
    assert [len(line) for line in lines] == [8, 8]


def test_what_leads_to_the_same_place_at_any_time_is_one_line():
    text = (
        "事件 甲\n事件 乙\n事件 丙\n结局 完成\n场景 A\n"
        '  全程 当 甲: 说 "一。"\n  全程 当 丙 转 收尾\n  全程 当 乙: 说 "二。"\n'
        '步骤 开头\n  说 "您好。"\n  转 收尾\n步骤 收尾\n  说 "再见。"\n  结束 完成\n'
    )
    (chart,) = flowcharts(compile_text(text).machines[0], lang="zh")
    assert chart.always == ("随时", "甲、乙 → 留在这一步", "丙 → [2] 收尾")


def test_long_texts_break_at_blanks_and_between_characters():
    assert wrap("客户辱骂 或 客户不接受", 60, 7.5) == ("客户辱骂 或", "客户不接受")
    assert wrap("一二三四五六七八，九", 60, 7.5) == ("一二三四五", "六七八，九")
    assert all(width(line, 9) <= 50 for line in wrap("Donaudampfschifffahrtsgesellschaft", 50, 9))
    assert wrap("", 50, 9) == ("",)


# --- text for other tools ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['a"b\\c', "x]y}z|w", "<b>&amp;#35;</b>", "end", "1. a", "- b", "%% c", "`d`"])
def test_dot_and_mermaid_take_authors_text_as_text(text: str):
    charts = flowcharts(small(text), lang="en")
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', dot(charts))
    assert any(text in re.sub(r"\\(.)", r"\1", one).replace("&amp;", "&") for one in strings)
    assert not re.search("&(?!amp;)", "".join(strings))
    assert dot(charts).count("{") - sum(one.count("{") for one in strings) == 2
    drawn = mermaid(charts)
    for line in drawn.splitlines():
        for label in re.findall(r'"([^"]*)"', line):
            plain = re.sub(r"<br>|#\d+;", " ", label)
            assert not set(plain) & set("<>&\"'`[]{}()|#%;."), line
    codes = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), drawn)
    assert text in codes


def test_the_outline_names_every_step_and_where_it_leads():
    said = outline_text(flowcharts(complaint(), lang="zh"))
    assert "● 1 接听问候" in said
    assert "▲ 结束 转主管" in said
    assert "[A] 无声电话" in said
    for flow in complaint().flows:
        for step in flow.steps:
            assert step.name in said
