"""The site as files: what stands in the list and on the pages, and that nothing in them is anybody's code but ours."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.generate import project
from compiler.machine.analysis.speech_range import SpeechRanges
from compiler.machine.to_json import Writer, machine_document
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from compiler.site.html import index_html, inert
from compiler.site.pages import INDEX, site_files
from dsl.suggest import pinyin
from tests.cards.test_card import HOSTILE, _Shown
from tests.machines import complaint, small
from tests.projects import compile_text


@cache
def compiled() -> Compilation:
    return compile_project(load(Memory(project(4))))


@cache
def site() -> dict[str, str]:
    return {name: content.decode() for name, content in site_files(compiled(), findings=tuple(compiled().findings))}


def page() -> str:
    return next(text for name, text in sorted(site().items()) if name not in (INDEX, "无声电话.html", "线路不清.html"))


def test_there_is_a_page_for_each_scenario_and_a_row_that_leads_to_it():
    assert set(site()) == {INDEX, *(f"{machine.name}.html" for machine in compiled().machines)}
    links = re.findall(r'<th scope="row"><a href="([^"]+)">', site()[INDEX])
    assert sorted(links) == sorted(set(site()) - {INDEX})


@pytest.mark.parametrize("name", ["index", "page"])
def test_a_file_needs_nothing_else_and_runs_only_our_script(name):
    text = site()[INDEX] if name == "index" else page()
    assert not re.search(
        r"""(?:src|href)=["'](?!#|[^"':]+\.html)|https?:(?!//www\.w3\.org/)|@import|url\(|\son\w+=|\sstyle=""", text
    )
    policy = re.search(r"script-src '(sha256-[^']+)'", text)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert policy
    assert len(scripts) == 1
    assert policy[1] == "sha256-" + base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert "default-src 'none'" in text


def test_headings_follow_one_another_and_links_lead_somewhere():
    shown = _Shown(page())
    ids = {value for name, value in shown.attributes if name == "id"}
    links = {value for name, value in shown.attributes if name == "href" and value and value.startswith("#")}
    assert {link[1:] for link in links if link} <= ids
    levels = [int(tag[1]) for tag in shown.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert '<html lang="zh-CN">' in page()


def test_the_machine_on_the_page_is_the_one_that_is_exported():
    machine = compiled().machines[0]
    found = re.search(r'id="machine">(.*?)</script>', site()[f"{machine.name}.html"], re.DOTALL)
    assert found
    embedded = json.loads(found[1])["machine"]

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(item) for key, item in value.items() if key != "span"}
        return [bare(item) for item in value] if isinstance(value, list) else value

    assert embedded == bare(machine_document(machine))
    assert json.loads(Writer().compact(machine)) == embedded


def test_a_row_is_found_by_name_sound_and_initials():
    keys = re.findall(r'<tr data-k="([^"]*)"', site()[INDEX])
    silent = next(key for key in keys if key.startswith("无声电话"))
    assert "wushengdianhua" in silent
    assert "wsdh" in silent
    assert "tonghuazhuangkuang" in silent
    assert pinyin("VIP投诉2") == ("viptousu2", "vts2")


def test_findings_stand_on_the_page_of_their_scenario():
    made = compile_text(
        '结局 完成\n场景 甲\n步骤 一\n  说 "您好。"\n  结束 完成\n步骤 没人来\n  说 "?"\n  结束 完成\n场景 乙\n步骤 一\n  说 "您好。"\n  结束 完成\n'
    )
    pages = {name: content.decode() for name, content in site_files(made, findings=tuple(made.findings))}
    code = next(finding.code for finding in made.findings if "没人来" in finding.message("zh"))
    assert code in pages["甲.html"]
    assert code not in pages["乙.html"]


def test_a_scenario_that_is_called_like_the_list_takes_nobody_s_place():
    made = compile_text('结局 完成\n场景 Index\n步骤 一\n  说 "您好。"\n  结束 完成\n')
    pages = {name: content.decode() for name, content in site_files(made, findings=())}
    assert sorted(pages) == ["Index~.html", INDEX]
    assert 'href="Index~.html"' in pages[INDEX]


def test_coverage_is_shown_where_it_is_known():
    name = compiled().machines[0].name
    covered = dict(site_files(compiled(), findings=(), coverage={name: "18/20"}))
    assert "18/20" in covered[f"{name}.html"].decode()
    assert "18/20" in covered[INDEX].decode()
    assert "对话覆盖" not in site()[INDEX]


RULED = """\
结局 完成
标签 致歉
标签 方案
规则集 投诉规范 适用 全部
  规则 先致歉 "R01 S30"
    要求 [致歉] 先于 [方案]
  规则 不推脱 "R24"
    禁说 "没办法" 改说 "我来想办法"
  规则 要道别
    要求 说 "再见"
场景 A
  豁免 要道别 原因 "由系统播放"
步骤 甲 [方案]
  说 "我也没办法。"
  结束 完成
"""


def test_a_page_shows_what_became_of_each_rule_with_its_sources_and_why_it_is_waived():
    made = compile_text(RULED, config="name: 甲\n")
    shown = dict(site_files(made, findings=()))["A.html"].decode()
    table = re.search(r'<table class="rules">.*?</table>', shown, re.DOTALL)
    assert table
    rows = re.findall(r"<tr class=\"([\w-]+)\">(.*?)</tr>", table[0], re.DOTALL)
    texts = {standing: re.sub(r"<[^>]+>", " ", row).split() for standing, row in rows if standing != "broken"}
    broken = [re.sub(r"<[^>]+>", " ", row).split() for standing, row in rows if standing == "broken"]
    assert [row[:4] for row in broken] == [["先致歉", "投诉规范", "R01", "S30"], ["不推脱", "投诉规范", "R24", "✗"]]
    assert texts == {"waived": ["要道别", "投诉规范", "~", "已豁免", "由系统播放"]}


def test_speech_is_shortest_on_the_shortest_way_and_longest_on_all_of_it():
    text = """\
结局 完成
场景 A
步骤 甲
  说 "一二三四五六七八九十"
  或说 "一二三四五"
  若 难度 是 低: 转 丙
  转 乙
步骤 乙
  说 "一二三四五六七八九十一二三四五六七八九十"
  转 丙
步骤 丙
  说 "一二三四五"
  若 难度 是 低: 说 "一二三四五"
  结束 完成
""".replace("场景 A\n", "场景 A\n  信息 难度 选项 低 / 高 已知\n")
    machine = compile_text(text, config="libraries: [词汇]\nspeech_rate: 60\n").machines[0]
    assert SpeechRanges().seconds(machine) == (5 + 5, 10 + 20 + 5 + 5)


def test_speech_of_a_call_with_loops_and_sub_dialogues_is_between_its_bounds():
    short, long = SpeechRanges().seconds(complaint())
    assert 0 < short < long


@pytest.mark.parametrize("text", HOSTILE[:5], ids=lambda text: text[:9].encode("unicode_escape").decode())
def test_no_text_gets_out_of_the_json_it_stands_in(text):
    compact = inert(Writer().compact(small(text + "</script><!--")))
    assert "<" not in compact
    goals = json.loads(compact)["flows"][0]["goals"]
    assert text + "</script><!--" in goals


def test_a_list_of_a_thousand_is_less_than_a_megabyte():
    row = {
        "file": "上门服务态度投诉与赔付申诉0000.html", "title": "上门服务态度投诉与赔付申诉（0000）", "kind": "投诉建议", "channel": "电话、在线",
        "shortest": "0:48", "usual": "1:23", "longest": "14:18", "coverage": "118/120", "verdicts": "23/24 成立", "findings": "错误 1、警告 12",
        "days": "2026-02-01 至 2026-02-20", "since": "2026-02-01", "until": "2026-02-20",
    }  # fmt: skip
    row["key"] = " ".join(
        [row["title"], row["file"], *pinyin(row["title"]), row["kind"], *pinyin(row["kind"]), row["channel"]]
    )
    assert len(index_html("星海通信", [], [row] * 1000, ["投诉建议"], lang="zh").encode()) < 1_000_000
