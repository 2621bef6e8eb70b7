"""scriptc.yaml -> `Settings`: every key, its type and default, and a finding with a place for each that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal

from compiler.project import lints
from compiler.project.yaml_mistakes import bad_yaml, slip
from dsl.diagnostics import Diagnostic, Severity, Words
from dsl.frozen import Node
from dsl.source import Source, Span
from dsl.suggest import closest

CONFIG_NAME = "scriptc.yaml"


USUAL_FORMS = ("json", "html", "pdf")
"""What a build writes when nothing is asked for."""
EXPORT_FORMS = ("scxml", "xstate", "dot", "mermaid", "svg")
"""Machines for other tools."""
FORMS = (*USUAL_FORMS, *EXPORT_FORMS)
"""What a build can write."""


class Settings(Node, frozen=True):
    """A project's settings.

    facts: name -> text, spoken in phrases as `{name}`. speech_rate: characters a minute (180 to 220 are asked for).
    card_type: points of the smallest type on a card. card_training: cards are for training, so every step has a goal.
    emit: what a build writes, of `FORMS`. working_hours: (first, last) minute of a working day.
    severity: (code of a check, its weight; None for "off").
    places: (key, value) -> where it stands, for findings.
    """

    name: str = ""
    sources: tuple[str, ...] = (".",)
    libraries: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    speech_rate: int = 200
    card_format: Literal["a4", "a5", "a6"] = "a4"
    card_lang: Literal["zh", "en"] = "zh"
    card_type: float = 8.0
    card_training: bool = False
    output: str = "dist"
    emit: tuple[str, ...] = USUAL_FORMS
    approver: str = ""
    effective: str | None = None
    working_hours: tuple[int, int] = (9 * 60, 18 * 60)
    severity: tuple[tuple[str, Severity | None], ...] = ()
    source: Source | None = None
    places: Mapping[tuple[str, str], Span] = {}


class _Wrong(Exception):
    """A value that does not fit; carries what would."""

    def __init__(self, expected: Words) -> None:
        super().__init__(expected.en)
        self.expected = expected


_TEXT = Words("一段文字", "a text")
_TEXTS = Words("一个列表，每行“- ”开头", "a list, each line beginning with “- ”")
_MAP = Words("若干行“名称: 值”", "lines of “name: value”")
_RATE = Words("每分钟字数，60 到 400 之间的整数", "characters a minute, a whole number from 60 to 400")
_FORMAT = Words("a4、a5 或 a6", "a4, a5 or a6")
_TYPE = Words("最小字号，5 到 24 磅之间的数", "points of the smallest type, from 5 to 24")
_TRAINING = Words("yes 或 no", "yes or no")
_LANG = Words("zh 或 en", "zh or en")
_FOLDER = Words("项目里的一个文件夹", "a folder inside the project")
_FORMS = Words(f"其中几个：{'、'.join(FORMS)}", f"some of {', '.join(FORMS)}")
_DATE = Words("日期，如 2027-03-31", "a date such as 2027-03-31")
_SEVERITY = Words("error、warning、note 或 off（关闭）", "error, warning, note or off")
_HOURS = Words('上下班时间，如 "9:00-18:00"', 'opening hours such as "9:00-18:00"')


def read_settings(source: Source, findings: list[Diagnostic]) -> Settings:
    """The settings in `source`; what is wrong goes to `findings`, and its default is taken."""
    import yaml  # noqa: PLC0415 - 25 ms; a project without settings does without

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(source.text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        findings.append(bad_yaml(source, mark.index if mark else 0, error.problem or error.context or ""))
        return Settings(source=source)
    except (yaml.YAMLError, RecursionError) as error:
        findings.append(bad_yaml(source, 0, str(error)))
        return Settings(source=source)
    values: dict[str, Any] = {}
    places: dict[tuple[str, str], Span] = {}
    if root is None:
        return Settings(source=source)
    if not isinstance(root, yaml.MappingNode):
        findings.append(bad_yaml(source, root.start_mark.index, ""))
        return Settings(source=source)
    written = {str(key_node.value) for key_node, _ in root.value}
    findings += _twice(source, root)
    for key_node, value_node in root.value:
        key = str(key_node.value)
        if key not in _READERS:
            findings.append(_unknown(source, key_node, key, _READERS))
            key = _meant(key, _READERS) or ""
            if not key or key in written:
                continue  # else it is read as what was meant, so that one slip is one finding
        reader = _READERS[key]
        try:
            reader(_Reading(source, key, value_node, places, findings), values)
        except _Wrong as wrong:
            at, hint = _span(source, value_node), Words("", "")
            if wrong.expected is _MAP and (found := slip(source, at.start, at.end)):  # `公司名称：…` is a text to YAML
                at, why, keystroke = found
                hint = Words(f"{why.zh}，{keystroke.zh}", f"{why.en}: {keystroke.en}")
            findings.append(_bad_value(at, key, wrong.expected, hint))
    return Settings(source=source, places=places, **values)


def _bad_value(at: Span, key: str, expected: Words, hint: Words | None = None) -> Diagnostic:
    hint = hint or Words("", "")
    return lints.BAD_VALUE.at(at, key=key, expected=expected, hint=hint, data=lints.BadValue(key))


class _Reading(Node, frozen=True):
    """One value being read."""

    source: Source
    key: str
    node: Any
    places: dict[tuple[str, str], Span]
    findings: list[Diagnostic]

    def text(self, expected: Words = _TEXT) -> str:
        if not isinstance(self.node.value, str):
            raise _Wrong(expected)
        return self.node.value.strip()

    def texts(self) -> tuple[str, ...]:
        if isinstance(self.node.value, str) and self.node.value:
            return (self.node.value,)
        if self.node.id != "sequence":
            raise _Wrong(_TEXTS)
        out: list[str] = []
        for item in self.node.value:
            if not isinstance(item.value, str):
                raise _Wrong(_TEXTS)
            out.append(item.value)
            self.places[self.key, item.value] = _span(self.source, item)
        return tuple(out)

    def items(self) -> list[tuple[str, _Reading]]:
        if self.node.id != "mapping":
            raise _Wrong(_MAP)
        self.findings.extend(_twice(self.source, self.node))
        return [
            (str(key.value), _Reading(self.source, f"{self.key}.{key.value}", value, self.places, self.findings))
            for key, value in self.node.value
        ]


def _facts(at: _Reading, values: dict[str, Any]) -> None:
    facts: dict[str, str] = {}
    for name, value in at.items():
        facts[name] = value.text()
        at.places["facts", name] = _span(at.source, value.node)
    values["facts"] = tuple(sorted(facts.items()))


def _rate(at: _Reading, values: dict[str, Any]) -> None:
    text = at.text(_RATE)
    if not re.fullmatch(r"\d{1,3}", text) or not 60 <= int(text) <= 400:
        raise _Wrong(_RATE)
    values["speech_rate"] = int(text)


def _card(at: _Reading, values: dict[str, Any]) -> None:
    for name, value in at.items():
        if name not in _CARD:
            at.findings.append(_unknown(at.source, value.node, name, _CARD))
            continue
        expected, read = _CARD[name]
        made = read(value.text(expected).lower())
        if made is None:
            at.findings.append(_bad_value(_span(at.source, value.node), f"card.{name}", expected))
            continue
        values["card_" + name] = made


def _type(text: str) -> float | None:
    """Points, as `8`, `8.5` or `8pt`."""
    number = text.removesuffix("pt").removesuffix("磅").strip()
    if not number.replace(".", "", 1).isdecimal() or not number.isascii():
        return None
    points = float(number)
    return points if 5 <= points <= 24 else None


def _one_of(**choices: Any) -> Callable[[str], Any]:
    return choices.get


_CARD: dict[str, tuple[Words, Callable[[str], Any]]] = {
    "format": (_FORMAT, _one_of(a4="a4", a5="a5", a6="a6")),
    "lang": (_LANG, _one_of(zh="zh", en="en")),
    "type": (_TYPE, _type),
    "training": (_TRAINING, _one_of(yes=True, true=True, on=True, no=False, false=False, off=False)),
}


def _output(at: _Reading, values: dict[str, Any]) -> None:
    text = at.text(_FOLDER).replace("\\", "/").strip("/")
    if not text or text in (".", "..") or ".." in text.split("/") or ":" in text:
        raise _Wrong(_FOLDER)
    values["output"] = text


def _emit(at: _Reading, values: dict[str, Any]) -> None:
    chosen: list[str] = []
    for text in at.texts():
        for form in text.replace("，", ",").replace("、", ",").split(","):
            name = form.strip().lower()
            if name not in FORMS:
                near = closest(name, FORMS)
                hint = (
                    Words(f"{_FORMS.zh}。是不是想写“{near}”？", f"{_FORMS.en}; did you mean “{near}”?")
                    if near
                    else _FORMS
                )
                place = at.places.get((at.key, text)) or _span(at.source, at.node)
                at.findings.append(_bad_value(place, "emit", hint))
                continue
            chosen.append(name)
    values["emit"] = tuple(dict.fromkeys(chosen)) or USUAL_FORMS


def _effective(at: _Reading, values: dict[str, Any]) -> None:
    try:
        values["effective"] = date.fromisoformat(at.text(_DATE)).isoformat()
    except ValueError:
        raise _Wrong(_DATE) from None


def _hours(at: _Reading, values: dict[str, Any]) -> None:
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)\s*[-–~至]\s*(\d{1,2}):([0-5]\d)", at.text(_HOURS).replace("：", ":"))
    if not found:
        raise _Wrong(_HOURS)
    first, last = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if not first < last <= 24 * 60:
        raise _Wrong(_HOURS)
    values["working_hours"] = (first, last)


_LEVELS: dict[str, Severity | None] = {
    "error": Severity.ERROR,
    "错误": Severity.ERROR,
    "warning": Severity.WARNING,
    "警告": Severity.WARNING,
    "note": Severity.NOTE,
    "提示": Severity.NOTE,
    "off": None,
    "关闭": None,
}


def _severity(at: _Reading, values: dict[str, Any]) -> None:
    """Which codes there are is not known here; `compiler.findings.weighing` looks them up."""
    levels: dict[str, Severity | None] = {}
    for (name, value), (key_node, _) in zip(at.items(), at.node.value, strict=True):
        level = value.node.value.strip().lower() if isinstance(value.node.value, str) else ""
        if level not in _LEVELS:
            at.findings.append(_bad_value(_span(at.source, value.node), value.key, _SEVERITY))
            continue
        code = name.strip().upper()
        levels[code] = _LEVELS[level]
        at.places["severity", code] = _span(at.source, key_node)
    values["severity"] = tuple(sorted(levels.items(), key=lambda pair: pair[0]))


def _plain(name: str) -> Callable[[_Reading, dict[str, Any]], None]:
    def read(at: _Reading, values: dict[str, Any]) -> None:
        values[name] = at.text()

    return read


def _list(name: str) -> Callable[[_Reading, dict[str, Any]], None]:
    def read(at: _Reading, values: dict[str, Any]) -> None:
        values[name] = at.texts()

    return read


_READERS: dict[str, Callable[[_Reading, dict[str, Any]], None]] = {
    "name": _plain("name"),
    "sources": _list("sources"),
    "libraries": _list("libraries"),
    "facts": _facts,
    "speech_rate": _rate,
    "card": _card,
    "output": _output,
    "emit": _emit,
    "approver": _plain("approver"),
    "effective": _effective,
    "working_hours": _hours,
    "severity": _severity,
}


_CALLED = {
    "名称": "name", "名字": "name", "公司": "name", "lib": "libraries", "libs": "libraries", "library": "libraries",
    "库": "libraries", "脚本库": "libraries", "source": "sources", "script": "sources", "scripts": "sources",
    "脚本": "sources", "fact": "facts", "事实": "facts", "语速": "speech_rate", "speed": "speech_rate", "卡片": "card",
    "cards": "card", "out": "output", "输出": "output", "生效": "effective", "批准人": "approver", "审核": "approver",
    "工作时间": "working_hours", "hours": "working_hours",
}  # fmt: skip
"""What people call settings."""


def _twice(source: Source, node: Any) -> Iterable[Diagnostic]:
    """Keys that stand in a mapping already: YAML's readers keep the last one and say nothing of the others."""
    seen: set[str] = set()
    for key_node, _ in node.value:
        key = str(key_node.value)
        if key in seen:
            why = Words(f"“{key}”写了两次", f"“{key}” is written twice")
            hint = Words("合在一处，或删去一处", "put both in one place, or delete one of them")
            yield lints.BAD_YAML.at(_span(source, key_node), why=why, hint=hint)
        seen.add(key)


def _meant(key: str, known: Mapping[str, Any]) -> str | None:
    """The setting that a misspelt one stands for, as far as can be told."""
    near = closest(key, known) or _CALLED.get(key.strip().lower())
    return near if near in known else None


def _unknown(source: Source, node: Any, key: str, known: Mapping[str, Any]) -> Diagnostic:
    near = _meant(key, known)
    listed = ", ".join(known)
    hint = (
        Words(f"是不是想写“{near}”？", f"did you mean “{near}”?")
        if near
        else Words(f"可以写的有：{listed}", f"there are: {listed}")
    )
    return lints.UNKNOWN_KEY.at(_span(source, node), key=key, hint=hint)


def _span(source: Source, node: Any) -> Span:
    start = min(node.start_mark.index, len(source.text))
    return Span(source, start, max(start, min(node.end_mark.index, len(source.text))))
