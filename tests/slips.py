"""Typing slips, and the law of `check --fix`: of a script with one slip it makes the good script, or leaves the line alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from pypinyin import lazy_pinyin

from compiler.findings.fixing import edited, vetted
from compiler.findings.spelling import tokens_of
from compiler.machine.lowering.assemble import lower_all
from compiler.names.program import bind
from compiler.names.references import check_references
from compiler.pipeline import Compilation
from compiler.project.loader import Project
from dsl.diagnostics import Collector, Diagnostic, Severity
from dsl.frozen import replace
from dsl.keywords import KEYWORDS
from dsl.parser import parse
from dsl.source import Source
from dsl.syntax import Script
from tests.syntax_text import shape

# --- slips ------------------------------------------------------------------------------------------------------------

_KEYS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_WIDTHS = dict(zip("，：。；？！（）【】“”、／＃", ',:.;?!()[]"",/#', strict=True))
_OTHER_WIDTH = {**_WIDTHS, **{half: full for full, half in _WIDTHS.items()}}
_QUOTES = '"“”「」'
_NUMBERS = ("1、", "1. ", "（1）", "(1)", "①", "一、", "• ", "- ", "第一步：")


def _dropped(random: Random, text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def _doubled(random: Random, text: str, at: int) -> str:
    return text[:at] + text[at] + text[at:]


def _swapped(random: Random, text: str, at: int) -> str:
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _neighbour(random: Random, text: str, at: int) -> str:
    row = next((row for row in _KEYS if text[at].lower() in row), "")
    if not row:
        return _homophone(random, text, at)
    near = row.index(text[at].lower()) + random.choice((-1, 1))
    return text[:at] + row[near % len(row)] + text[at + 1 :]


def _homophone(random: Random, text: str, at: int) -> str:
    return text[:at] + random.choice(_homophones().get(text[at], [text[at]])) + text[at + 1 :]


@cache
def _homophones() -> dict[str, list[str]]:
    """The common characters that sound alike, which an input method offers in one row."""
    common = [chr(code) for code in range(0x4E00, 0x9FA6) if _in_gb2312(chr(code))]
    by_sound: dict[str, list[str]] = {}
    for character in common:
        by_sound.setdefault(lazy_pinyin(character)[0], []).append(character)
    return {one: [other for other in row if other != one] or [one] for row in by_sound.values() for one in row}


def _in_gb2312(character: str) -> bool:
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _other_width(random: Random, text: str, at: int) -> str:
    one = text[at]
    wide = chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else unicodedata.normalize("NFKC", one)
    return text[:at] + random.choice((_OTHER_WIDTH.get(one, wide), wide)) + text[at + 1 :]


def _quote_lost(random: Random, text: str, at: int) -> str:
    places = [index for index, one in enumerate(text) if one in _QUOTES]
    return _dropped(random, text, random.choice(places)) if places else text


def _quote_turned(random: Random, text: str, at: int) -> str:
    places = [index for index, one in enumerate(text) if one in _QUOTES]
    where = random.choice(places) if places else 0
    return text[:where] + random.choice("“”\"'＂") + text[where + 1 :] if places else text


def _blank_lost(random: Random, text: str, at: int) -> str:
    places = [index for index, one in enumerate(text) if one in " 、，,:：/" and text[:index].strip()]
    return _dropped(random, text, random.choice(places)) if places else text


def _blank_more(random: Random, text: str, at: int) -> str:
    return text[:at] + random.choice(" \t\u00a0\u3000") + text[at:]


def _numbered(random: Random, text: str, at: int) -> str:
    indent = len(text) - len(text.lstrip())
    return text[:indent] + random.choice(_NUMBERS) + text[indent:]


def _by_word(random: Random, text: str, at: int) -> str:
    """Word's own corrections: quotes that curl, dashes, an ellipsis, tabs."""
    turned = text.replace("...", "…").replace("--", "–").replace("  ", "\t")
    for mark in ("“", "”"):
        turned = turned.replace('"', mark, 1)
    return turned


def _keyword(random: Random, text: str, at: int) -> str:
    """A keyword typed for another that is one letter longer or shorter, or sounds alike."""
    found = [word for row in KEYWORDS for word in (*row.zh, *row.en) if word in text]
    word = random.choice(found) if found else ""
    where = text.find(word) + random.randrange(len(word)) if word else at
    return random.choice((_dropped, _neighbour, _doubled, _swapped))(random, text, where)


_IN_LINE: tuple[Callable[[Random, str, int], str], ...] = (
    _dropped, _doubled, _swapped, _neighbour, _homophone, _other_width, _quote_lost, _quote_turned, _blank_lost,
    _blank_lost, _blank_more, _numbered, _by_word, _keyword, _keyword,
)  # fmt: skip


def slip(random: Random, text: str) -> str:
    """`text` with one slip somewhere."""
    lines = text.split("\n")
    written = [index for index, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    if not written:
        return text
    index = random.choice(written)
    kind = random.randrange(len(_IN_LINE) + 2)
    if kind < len(_IN_LINE):
        line = lines[index]
        first = len(line) - len(line.lstrip())
        lines[index] = _IN_LINE[kind](random, line, random.randrange(first, len(line)))
    elif kind == len(_IN_LINE) and index + 1 < len(lines):
        lines[index : index + 2] = [
            random.choice((lines[index + 1] + "\n" + lines[index], " ".join(lines[index : index + 2])))
        ]
    else:
        at = random.randrange(len(lines[index]) + 1)
        lines[index] = lines[index][:at] + "\n" + lines[index][at:]
    return "\n".join(lines)


# --- the law ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Good:
    """A project whose scripts are right, read once; `put` reads it with another text of one of them."""

    project: Project
    mine: tuple[Script, ...]
    library: tuple[Script, ...]

    @classmethod
    def of(cls, project: Project) -> Good:
        read = [tuple(parse(source)[0] for source in some) for some in (project.sources, project.library)]
        return cls(project, *read)

    def put(self, name: str, text: str) -> Compilation:
        """The project with `text` as the file `name`: parsed, bound and lowered, neither proven nor checked."""
        source = Source(name, text)
        script, found = parse(source)
        sources = tuple(source if one.name == name else one for one in self.project.sources)
        mine = tuple(script if one.source.name == name else one for one in self.mine)
        findings = Collector()
        findings.extend(found)
        program = bind(self.project.settings, mine, self.library, findings)
        check_references(program)
        flows = lower_all(program)
        return Compilation(
            project=replace(self.project, sources=sources),
            findings=findings,
            scripts=mine,
            program=program,
            flows=flows,
            error_free={},
            machines=(),
            today=None,
            seconds={},
            proofs=(),
        )


def outcome(good: Good, name: str, text: str) -> tuple[str, str]:
    """What `--fix` makes of the file `name` with a slip, `text`, and the text it makes.

    "untouched"; "restored", the tree is that of the good script; "part", lines that are those of the good script again
    beside others that stay wrong; "third", anything else, which is never to happen.
    """
    broken = good.put(name, text)
    found = vetted(broken, list(broken.findings))
    safe = {one.fix for one in found if one.fix is not None and one.fix.safe}
    if not safe:
        return "untouched", text
    source = next(one for one in broken.project.sources if one.name == name)
    after = edited(source, safe)
    script = next(one for one in good.mine if one.source.name == name)
    if shape(parse(Source(name, after))[0]) == shape(script):
        return "restored", after
    fixed = good.put(name, after)
    right = set(_lines(script.source.text))
    wrong = any(one.severity is Severity.ERROR for one in fixed.findings)
    touched = set(_lines(after)) - set(_lines(text))
    return "part" if wrong and touched <= right else "third", after


def _lines(text: str) -> Iterator[tuple[Any, ...]]:
    for line in text.split("\n"):
        yield tuple(tokens_of(line))


def new_errors(good: Good, name: str, text: str) -> list[Diagnostic]:
    """Edits offered for `text` after which the line they are shown as is still wrong: never any."""
    broken = good.put(name, text)
    out = []
    for one in vetted(broken, list(broken.findings)):
        if one.fix is None:
            continue
        source = one.fix.span.source
        first = source.line_number(one.fix.span.start)
        last = first + one.fix.text.count("\n")
        after = good.put(name, edited(source, [one.fix]))
        here = [each for each in after.findings if each.span.source.name == name and first <= each.span.line <= last]
        before = {each.code for each in broken.findings if each.span.line == first and each.code > "SC2"}
        if any(each.severity is Severity.ERROR and each.code not in before for each in here):
            out.append(one)
    return out
