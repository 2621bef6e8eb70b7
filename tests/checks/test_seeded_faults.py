"""Break every script of the library in thirty ways and count what a check finds: at least 95 %, told per kind.

A fault is seeded in the text, as an author's slip would be; it counts as found when a check says an error or a warning that
it did not say before. Kinds of faults are ways real scripts break: something dropped, swapped, misspelt, loosened.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.project.loader import Disk, Project, load
from dsl.diagnostics import Severity
from dsl.parser import parse
from dsl.source import Source

LIBRARY = Path(__file__).parents[2] / "scripts_library"
MOST_SITES = 3
"""Places per kind and file: the first, and others spread over the file."""

Fault = Callable[[str], Iterator[str]]
KINDS: dict[str, Fault] = {}


def lines_matching(text: str, pattern: str) -> list[re.Match[str]]:
    body = text.split("\n对话 ", maxsplit=1)[0]  # dialogues are tests of the script, not the script
    found = list(re.finditer(pattern, body, re.MULTILINE))
    step = max(1, len(found) // MOST_SITES)
    return found[::step][:MOST_SITES]


def kind(name: str, pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> None:
    """A kind of fault: `pattern` (over lines) becomes `replacement`, one place at a time."""

    def seed(text: str) -> Iterator[str]:
        for match in lines_matching(text, pattern):
            new = replacement(match) if callable(replacement) else match.expand(replacement)
            yield text[: match.start()] + new + text[match.end() :]

    KINDS[name] = seed


kind("drop a way on", r"^  转 [^\n]+\n(?=\n|步骤|\Z)", "")
kind("misspell a target", r"^(  转 \S)\S([^\n]*)$", r"\1误\2")
kind("misspell a target in a reaction", r"^(  当 [^\n]*转 \S)\S", r"\1误")
kind("loop to itself", r"^步骤 (\S+)(?P<body>(?:(?!^步骤|^对话)[^\n]*\n)*?)  转 \S+\n(?=\n)",
     lambda m: "步骤 " + m[1] + re.sub("  至多[^\n]*\n", "", m["body"]) + f"  转 {m[1]}\n")  # fmt: skip
kind("drop a question", r"^  问 [^\n]+\n", "")
kind("drop a promise", r"^  承诺 [^\n]+\n", "")
kind("drop the look-up that fills a slot", r"^(  做 [^,\n]+), 得到 [^\n]+\n", r"\1\n")
kind("drop a gate", r"^  至多 [^\n]+\n", "")
kind("drop what comes after a gate", r"^(  至多 \S+次), 否则 [^\n]+\n", r"\1\n")
kind("handle an event twice", r"^  (当 (?!.* 且 )(?!.*\d秒)[^\n]+)\n", r"  \1\n  \1\n")
kind("rename a step", r"^步骤 (\S+)", r"步骤 \1新")
kind("drop a step's head", r"^步骤 [^\n]+\n", "")
kind("test for a value there is not", r"^(  若 \S+ 是 )\S+?(?=[:： ])", r"\1从来没有")
kind("read a number out whole", r"\{(\S+?) 末\d位\}", r"{\1}")
kind("drop the guard of a slot", r"^  若 已有 (\S+): (说 [^\n]*\{\1[^\n]*)$", r"  \2")
kind("leave a quote open", r'^(  说 "[^"\n]+)"$', r"\1")
kind("leave a brace open", r"\{(\S+?)\}", r"{\1")
kind("cut a time limit", r"^  时限 \d+秒", "  时限 1秒")
kind("speak another time", r"\{(?:答复时间|首次反馈|主管回电时间)\}内", "47小时内")
kind("mix up units", r"^  等待 (\d+)秒", r"  等待 \1声")
kind("wait past the silence", r"^(  时限 \d+秒\n)(?=  说 )", r"\1  等待 50秒\n")
kind("drop a whole-call reaction", r"^  全程 当 (?:客户沉默|杂音干扰|客户挂断)[^\n]+\n", "")
kind("misspell a keyword", r"^  说 ", "  说活 ")
kind("leave out a blank", r"^  转 (\S+)$", r"  转\1")
kind("react to an unknown event", r"^  当 \S\S", "  当 未知")
kind("recommend the forbidden", r'^(  禁说 )("[^"]+")([^\n]*改说 )"[^"]+"', r"\1\2\3\2")
kind("forbid nothing", r'^(  禁说 )"[^"]+"', r'\1"？！"')
kind("drop a return", r"^  返回\n", "")


def _forbidden(disguise: Callable[[str], str]) -> Fault:
    def seed(text: str) -> Iterator[str]:
        banned = re.findall(r'^  禁说 "([^"]{4,})"', text.split("\n步骤 ", maxsplit=1)[0], re.MULTILINE)
        for phrase, match in zip(banned, lines_matching(text, r'^  说 "([^"\n]+)"$'), strict=False):
            said = disguise(phrase)
            yield f'{text[: match.start()]}  说 "{match[1]}{said}。"{text[match.end() :]}'

    return seed


KINDS["say the forbidden"] = _forbidden(lambda phrase: phrase)
KINDS["say it with blanks"] = _forbidden(lambda phrase: " ".join(phrase))
KINDS["say it in full width, with marks"] = _forbidden(lambda phrase: "，".join((phrase[:2], phrase[2:])))
KINDS["say it with a particle"] = _forbidden(lambda phrase: phrase + "呀")
_TRADITIONAL = str.maketrans("别动说这错没办规气无线费户还话电", "別動說這錯沒辦規氣無線費戶還話電")
KINDS["say it in traditional characters"] = _forbidden(lambda phrase: phrase.translate(_TRADITIONAL))


SCRIPTS = (
    "scenarios/complaint/service-attitude", "scenarios/emergency/account-security", "scenarios/information/product-function",
    "scenarios/frames/incoming-call", "situations/line/silent-call", "situations/line/noisy-line",
    "situations/handover/supervisor",
)  # fmt: skip
"""The scripts faults are put into; the rest of the library is their library."""
EACH = 6
"""So many places of one kind in one file: proofs apart, every one costs a check of the project."""


@pytest.fixture
def cached_parse(monkeypatch):
    monkeypatch.setattr(pipeline, "parse", lru_cache(maxsize=None)(parse))
    monkeypatch.setattr(pipeline, "prove_all", lambda *_: ())


def seeded_project() -> Project:
    """The three scenarios as a project of their own on the rest of the library."""
    whole = load(Disk(LIBRARY))
    own = tuple(one for one in whole.sources if one.name.removesuffix(".script") in SCRIPTS)
    assert len(own) == len(SCRIPTS)
    rest = tuple(
        one
        for one in whole.sources
        if one not in own and not re.search("-limits|/line-|/moods|/courtesies|/switchboard", one.name)
    )
    return Project(whole.settings, own, rest)


def serious(project: Project) -> set[tuple[str, str]]:
    """(code, file) of every error and warning; lines move with a fault, so they do not count."""
    return {
        (one.code, one.span.source.name)
        for one in pipeline.compile_project(project).findings
        if one.severity >= Severity.WARNING
    }


@pytest.mark.slow
def test_a_check_finds_seeded_faults(cached_parse, capsys):
    project = seeded_project()
    clean = serious(project)
    assert not [code for code, _ in clean if code != "SC203"]
    seeded: dict[str, int] = dict.fromkeys(KINDS, 0)
    missed: dict[str, list[str]] = {}
    for index, source in enumerate(project.sources):
        for name, seed in KINDS.items():
            for text in islice(seed(source.text), EACH):
                broken = Source(source.name, text)
                sources = (*project.sources[:index], broken, *project.sources[index + 1 :])
                seeded[name] += 1
                if serious(Project(project.settings, sources, project.library)) <= clean:
                    missed.setdefault(name, []).append(source.name)
    total = sum(seeded.values())
    found = total - sum(map(len, missed.values()))
    report = [f"{found} of {total} seeded faults found ({100 * found / total:.1f} %), {len(KINDS)} kinds"]
    for name, count in seeded.items():
        lost = missed.get(name, [])
        report.append(
            f"  {count - len(lost):>3} of {count:>3}  {name}" + (f"; missed in {', '.join(lost)}" if lost else "")
        )
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(report) + "\n")
    assert all(seeded.values()), [name for name, count in seeded.items() if not count]
    assert found >= 0.95 * total
