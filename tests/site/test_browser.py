"""The site in a real browser, opened from disk: searched, played by keys, printed, looked at by axe; hostile texts in it."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from benchmarks.generate import project
from compiler.cards.content import card
from compiler.cards.view import clean
from compiler.figures.figure import figures
from compiler.figures.svg import svg
from compiler.machine.model import Machine
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from compiler.runtime import Refused, Session
from compiler.site.pages import INDEX, site_files
from dsl.frozen import replace
from tests.calls import Turn, model_of, random_call
from tests.cards.test_card import HOSTILE, pdf_text, squeezed, wordings
from tests.conftest import missing
from tests.machines import renamed, small
from tests.projects import compile_text

CALLS = 20
SCENE = "套餐变更0"
"""One of the scenarios: greet, ask, propose, close; calm down and escalate off the road; 无声电话 when it is silent."""


@cache
def compiled() -> Compilation:
    """Five scenarios with gates, guards, timers, promises and sub-dialogues."""
    return compile_project(load(Memory(project(3))))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site")
    for name, content in site_files(compiled(), findings=tuple(compiled().findings)):
        (path / name).write_bytes(content)
    return path


@pytest.fixture
def quiet(browser: Browser) -> Iterator[Page]:
    """A page without network on which nothing may be said on the console, no dialog opened, nothing go wrong."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
    yield page
    context.close()
    assert said == []


def address(folder: Path, name: str, view: str = "") -> str:
    return (folder / name).as_uri() + view


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_marks_what_is_not_in_force_on_the_readers_day(quiet: Page, tmp_path: Path) -> None:
    made = compile_text("结局 完成\n场景 春节\n  生效 2026-02-01 至 2026-02-20\n步骤 甲\n  结束 完成\n")
    for name, content in site_files(made, findings=()):
        (tmp_path / name).write_bytes(content)
    for day, shown in (("2026-01-31", "2026-02-01 起才用"), ("2026-02-20", ""), ("2026-02-21", "已到期")):
        quiet.clock.set_fixed_time(f"{day}T12:00:00")
        quiet.goto(address(tmp_path, INDEX))
        head = quiet.locator("tbody th").inner_text()
        assert "2026-02-01 至 2026-02-20" in head
        assert head.endswith(shown or "2026-02-20")


def test_the_list_is_searched_in_chinese_by_sound_and_by_initials(quiet: Page, folder: Path) -> None:
    quiet.goto(address(folder, INDEX))
    everything = quiet.locator("tbody tr:visible").count()
    assert everything == len(compiled().machines)
    quiet.keyboard.press("/")
    for asked in ("无声", "WSDH", "wusheng", "无声 状况"):
        quiet.locator("#q").fill(asked)
        assert quiet.locator("tbody tr:visible th").all_inner_texts() == ["无声电话"]
        assert "1" in quiet.locator("#found").inner_text()
    quiet.keyboard.press("Escape")
    assert quiet.locator("tbody tr:visible").count() == everything
    quiet.locator("#k").select_option("投诉")
    assert 0 < quiet.locator("tbody tr:visible").count() < everything
    quiet.locator("#k").select_option("")
    quiet.locator("#q").fill("wsdh")
    quiet.keyboard.press("Enter")
    assert quiet.locator(".card h1").inner_text() == "无声电话"


def test_a_page_shows_one_view_at_a_time_and_a_link_to_a_step_opens_the_card(quiet: Page, folder: Path) -> None:
    quiet.goto(address(folder, f"{SCENE}.html"))
    for view, name in (
        ("chart", "流程图"),
        ("grid", "事件表"),
        ("report", "检查"),
        ("guide", "带练"),
        ("card", "卡片"),
    ):
        quiet.get_by_role("link", name=name).first.click()
        quiet.locator(f"#{view}.shown").wait_for()  # a new fragment on the same page is told to it a moment later
        assert quiet.locator("[data-view]:visible").evaluate_all("all => all.map(one => one.id)") == [view]
        assert quiet.locator(".views [aria-current]").inner_text().startswith(name)
    quiet.get_by_role("link", name="流程图").click()
    quiet.locator("#chart svg a[href='#4']").first.click()
    quiet.locator("#card.shown").wait_for()
    assert quiet.locator("[id='4']").is_visible()


# --- the guided call --------------------------------------------------------------------------------------------------


def calls() -> Iterator[tuple[str, list[Turn]]]:
    """Random calls with an end, on all machines in turn."""
    machines = [machine for machine in compiled().machines if len(machine.flows) > 1]
    found = 0
    for seed in range(1000):
        machine = machines[seed % len(machines)]
        turns = random_call(model_of(machine), seed, most=25)
        if turns and not turns[-1].rest:
            yield machine.name, turns
            found += 1
            if found == CALLS:
                return


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""A clock that stands still: on a busy machine seconds go by between two keys, and the customer would count as silent."""

KEY = """name => [...document.querySelectorAll('.guide button')].find(one => one.querySelector('span').textContent === name)
  .querySelector('kbd').textContent.toLowerCase()"""


def test_twenty_random_calls_come_to_the_same_end(quiet: Page, folder: Path) -> None:
    """The page's own simulator, input by input, and where it rests after each."""
    played = 0
    for name, turns in calls():
        quiet.goto(address(folder, f"{name}.html"))
        got = quiet.evaluate(REPLAY, [list(turn.given) for turn in turns])
        assert got == [list(turn.rest) for turn in turns if turn.given[0] != "known"], (name, turns)
        played += 1
    assert played == CALLS


REPLAY = """turns => {
  const data = JSON.parse(document.getElementById('machine').textContent);
  const model = scriptc.load(data.machine, data.units), rests = [];
  let known = {}, config = null;
  for (const [kind, first, second] of turns) {
    if (kind === 'known') { known[first] = second; continue; }
    const made = kind === 'begin' ? scriptc.begin(model, known) : kind === 'event' ? scriptc.happens(model, config, first)
      : kind === 'proceed' ? scriptc.goAlong(model, config) : kind === 'pass' ? scriptc.pass(model, config, +first)
      : kind === 'fill' ? scriptc.fill(model, config, first, second) : { config: { ...config, quiet: config.clock } };
    config = made.config;
    const top = config.frames.length ? model.states[config.frames[config.frames.length - 1].state] : null;
    rests.push(config.outcome !== null ? [] : [model.flows[top.flow].scenario, data.machine.flows[top.flow].states.find((_, i) =>
      model.states.findIndex(one => one.flow === top.flow) + i === top.id).name]);
  }
  return rests;
}"""


def test_calls_played_by_keys_come_to_the_same_end(quiet: Page, folder: Path) -> None:
    """Guided mode itself: only what somebody without a mouse can do, and what is then shown, against our simulator."""
    machines = [machine for machine in compiled().machines if len(machine.flows) > 1]
    for seed in range(CALLS):
        machine, chance = machines[seed % len(machines)], random.Random(seed)
        session = Session(model_of(machine))
        quiet.clock.set_fixed_time(NOON)
        quiet.goto(address(folder, f"{machine.name}.html", "#guide"))
        quiet.reload()  # a new address with another part of a page alone is no new page
        quiet.keyboard.press("Enter")
        quiet.keyboard.press("p")
        while not session.ended:
            play_one(quiet, session, chance)
            place, heading = session.position, quiet.locator(".guide h1").inner_text()
            assert heading == (place.step if place else "通话结束"), (machine.name, seed)
        assert session.outcome
        assert session.outcome in quiet.locator(".outcome").inner_text()


def play_one(page: Page, session: Session, chance: random.Random) -> None:
    """One thing that may happen, on the page and in the simulator."""
    possible = session.possible()
    along = [one for one in possible if one.kind == "go-along"]
    others = [one for one in possible if one.kind == "event"]
    due = [one.at for one in possible if one.at >= 0]
    dice = chance.random()
    if along and (dice < 0.6 or not others):
        answers = {slot: chance.choice(options) for slot, options in along[0].asks if options}
        for slot, value in answers.items():
            page.locator(f".asked [data-slot='{slot}'][value='{value}']").check()
        page.locator(".guide h1").focus()
        page.keyboard.press("Enter")
        made = session.go_along(answers)
    elif due and (dice < 0.8 or not others):
        page.keyboard.press(".")
        made = session.advance(min(due) - session.clock)
    else:
        event = chance.choice(others).event
        page.keyboard.press(page.evaluate(KEY, event))
        made = session.send(event)
    assert not isinstance(made, Refused)


def test_time_counts_runs_out_stands_still_and_goes_back(quiet: Page, folder: Path) -> None:
    quiet.clock.install(time=datetime(2026, 1, 1, 9, tzinfo=UTC))
    quiet.goto(address(folder, f"{SCENE}.html", "#guide"))
    quiet.clock.pause_at(datetime(2026, 1, 1, 10, tzinfo=UTC))
    quiet.keyboard.press("Enter")
    heading = quiet.locator(".guide h1")
    assert heading.inner_text() == "接听问候"
    assert quiet.locator(".guide .count").first.inner_text() == "0:05"
    quiet.clock.run_for(2000)
    assert quiet.locator(".guide .count").first.inner_text() == "0:03"
    quiet.keyboard.press("p")
    quiet.clock.run_for(60_000)
    assert heading.inner_text() == "接听问候"
    quiet.keyboard.press("p")
    quiet.clock.run_for(3500)
    assert "无声电话" in quiet.locator(".place").inner_text()
    quiet.keyboard.press(".")
    assert "时间到" in quiet.locator(".walked").inner_text()
    for _ in range(2):
        quiet.keyboard.press("Backspace")
    assert heading.inner_text() == "接听问候"
    quiet.keyboard.press("r")
    assert quiet.get_by_role("button", name="开始").is_visible()


def test_single_keys_can_be_turned_off_and_stay_off(quiet: Page, folder: Path) -> None:
    quiet.clock.set_fixed_time(NOON)
    quiet.goto(address(folder, f"{SCENE}.html", "#guide"))
    quiet.get_by_label("用单个键操作").uncheck()
    quiet.keyboard.press("Enter")
    heading = quiet.locator(".guide h1")
    assert heading.inner_text() == "接听问候"
    for key in ("p", "1", ".", "r"):
        quiet.keyboard.press(key)
    assert heading.inner_text() == "接听问候"
    assert "暂停" not in quiet.locator(".clock").inner_text()
    assert quiet.locator(".guide [aria-keyshortcuts]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-keyshortcuts'))"
    ) == [
        "Backspace",
        "ENTER",
    ]
    quiet.get_by_role("button", name="暂停计时").click()
    assert "暂停" in quiet.locator(".clock").inner_text()
    quiet.goto(address(folder, INDEX))
    quiet.keyboard.press("/")
    assert quiet.evaluate("document.activeElement.id") != "q"


def test_an_answer_is_typed_and_spoken_again(quiet: Page, folder: Path) -> None:
    quiet.clock.set_fixed_time(NOON)
    quiet.goto(address(folder, f"{SCENE}.html", "#guide"))
    quiet.keyboard.press("Enter")
    quiet.keyboard.press("p")
    quiet.keyboard.press("Enter")
    assert quiet.locator(".guide h1").inner_text() == "信息核实"
    quiet.get_by_label("客户姓氏").fill("王<b>")
    quiet.keyboard.press("Enter")
    assert quiet.locator(".guide h1").inner_text() == "系统里的“问题类型”是哪一个？"
    quiet.keyboard.press("1")
    assert "王<b>先生" in quiet.locator(".guide .lines").inner_text()


# --- paper, and people who do not see it --------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["", "#guide", "#chart"])
def test_a_page_prints_as_its_card_whatever_is_shown(quiet: Page, folder: Path, view: str) -> None:
    quiet.goto(address(folder, f"{SCENE}.html", view))
    pdf = quiet.pdf(format="A4", print_background=True)
    printed = pdf_text(pdf)
    made = card(next(machine for machine in compiled().machines if machine.name == SCENE), version="0" * 12)
    assert all(squeezed(piece) in printed for piece in wordings(made))
    assert "流程图" not in printed
    assert 2 <= len(pypdfium2.PdfDocument(pdf)) <= 6


def axe() -> str:
    try:
        return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        missing("axe-core")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", ["index", "card", "guide", "chart", "grid", "report"])
def test_axe_finds_nothing_serious(page: Page, folder: Path, where: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    name = INDEX if where == "index" else f"{SCENE}.html"
    page.goto(address(folder, name, "" if where == "index" else f"#{where}"))
    if where == "guide":
        page.keyboard.press("Enter")
    page.evaluate(axe())  # as a debugger would: the page's own policy lets no other script in
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    serious = [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("where", ["index", "card", "guide", "report"])
def test_no_page_is_wider_than_its_window(quiet: Page, folder: Path, where: str, width: int) -> None:
    quiet.set_viewport_size({"width": width, "height": 800})
    quiet.goto(address(folder, INDEX if where == "index" else f"{SCENE}.html", f"#{where}"))
    assert quiet.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


# --- hostile texts ------------------------------------------------------------------------------------------------------


def copy_with(project: Compilation, machine: Machine) -> Compilation:
    """`project` with `machine` as its only one."""
    return dataclasses.replace(project, machines=(machine,), proofs=())


ATTACKS = [
    *HOSTILE[:5],
    "<img src=x onerror=alert(1)>\"'><svg onload=alert(2)>",
    "javascript:alert(3)",
    "</script><script>alert(4)</script>",
    "]]></style><style>*{display:none}",
]


@pytest.mark.parametrize("text", [*ATTACKS, "W" * 10_000], ids=lambda text: text[:9].encode("unicode_escape").decode())
def test_hostile_text_is_shown_as_text_in_every_view(quiet: Page, tmp_path: Path, text: str) -> None:
    machine = renamed(replace(small(text), kinds=()), "甲")
    for name, content in site_files(copy_with(compiled(), machine), findings=()):
        (tmp_path / name).write_bytes(content)
    name = f"{machine.name}.html"
    quiet.goto(address(tmp_path, INDEX))
    quiet.goto(address(tmp_path, name))
    wanted = squeezed(clean(text))
    assert wanted in squeezed(quiet.locator("#card").inner_text())
    quiet.goto(address(tmp_path, name, "#chart"))
    quiet.locator("#chart.shown").wait_for()
    assert quiet.locator("#chart svg").count() >= 1
    quiet.goto(address(tmp_path, name, "#guide"))
    quiet.locator("#guide.shown").wait_for()
    quiet.keyboard.press("Enter")
    if quiet.locator(".guide h1").inner_text().startswith("系统里"):
        quiet.keyboard.press("1")
    assert wanted[:400] in squeezed(quiet.locator(".guide").inner_text())
    assert quiet.locator("script").count() == 2
    assert not re.search(
        r"(?i)javascript:",
        "".join(quiet.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href') || '')")),
    )


def test_hostile_text_in_a_drawing_is_text(page: Page) -> None:
    for text in ATTACKS:
        for figure in figures(small(text), lang="zh"):
            page.set_content(f"<body>{svg(figure)}</body>")
            assert page.locator("script").count() == 0
            assert page.locator("img").count() == 0
