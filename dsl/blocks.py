"""Flat statements -> blocks: header lines and steps into scenarios, rules into rulebooks, lines into dialogues.

A misplaced line is reported and dropped; the place of the following lines is unaffected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from dsl import mistakes, nodes, syntax
from dsl.diagnostics import Diagnostic
from dsl.frozen import replace
from dsl.source import Span

Place = Literal["file", "scenario", "step", "rulebook", "rule", "dialogue"]

_PLACES: dict[type, tuple[Place, ...]] = {
    nodes.ChannelLine: ("file", "scenario", "rulebook", "rule"),
    nodes.SlotLine: ("file", "scenario"),
    nodes.NeverSay: ("file", "scenario", "step", "rule"),
    nodes.NeverDo: ("scenario", "step"),
    nodes.Effective: ("scenario", "rulebook", "rule"),
    nodes.Waiver: ("scenario",),
    **dict.fromkeys(
        (
            nodes.Within, nodes.Opening, nodes.Say, nodes.Ask, nodes.Do, nodes.Promise, nodes.Wait, nodes.If, nodes.Timer,
            nodes.AtMost, nodes.Go, nodes.Call, nodes.Return, nodes.End,
        ),
        ("step",),
    ),
    **dict.fromkeys((syntax.PathRule, syntax.Limit, syntax.Level, syntax.Example), ("rule",)),
    syntax.Because: ("rulebook", "rule"),
    **dict.fromkeys(
        (syntax.Given, syntax.Reach, syntax.Pass, syntax.Customer, syntax.Fill, syntax.Expect), ("dialogue",)
    ),
}  # fmt: skip
_TEXT_PLACES: dict[str, tuple[Place, ...]] = {
    "title": ("scenario", "rulebook"),
    "source": ("scenario", "step", "rulebook", "rule"),
    "goal": ("scenario", "step"),
    "tip": ("scenario", "step"),
    "follows": ("scenario",),
    "applies": ("rulebook", "rule"),
}
_FREE = (syntax.Declaration, syntax.WordGroup, syntax.PhraseEntry)
"""Declarations are allowed in every place, and belong to the project."""
_STAND_INS: dict[type, Callable[[Span], Any]] = {
    syntax.Step: lambda span: syntax.Scenario(span, (), None, None, (), ()),
    syntax.RuleDef: lambda span: syntax.Rulebook(span, (), (), (), ()),
}
"""Nameless blocks for steps and rules outside a block, so that only the first step or rule is reported."""


@dataclass(slots=True)
class _Open:
    """Open blocks: an outer block (scenario, rulebook, dialogue) and an inner block (step, rule).

    parts: closed inner blocks of the outer block.
    once: lines of the innermost block that may not be repeated, by sort.
    """

    outer: Any = None
    outer_lines: list[Any] = field(default_factory=list)
    inner: Any = None
    inner_lines: list[Any] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    once: dict[object, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        if self.inner is not None:
            return "step" if isinstance(self.inner, syntax.Step) else "rule"
        if self.outer is None:
            return "file"
        if isinstance(self.outer, syntax.Scenario):
            return "scenario"
        return "rulebook" if isinstance(self.outer, syntax.Rulebook) else "dialogue"

    def close_inner(self) -> None:
        if self.inner is not None:
            self.parts.append(replace(self.inner, lines=tuple(self.inner_lines)))
        self.inner, self.inner_lines, self.once = None, [], {}

    def close(self) -> Iterator[Any]:
        self.close_inner()
        if isinstance(self.outer, syntax.Scenario):
            yield replace(self.outer, lines=tuple(self.outer_lines), steps=tuple(self.parts))
        elif isinstance(self.outer, syntax.Rulebook):
            yield replace(self.outer, lines=tuple(self.outer_lines), rules=tuple(self.parts))
        elif self.outer is not None:
            yield replace(self.outer, lines=tuple(self.outer_lines))
        self.outer, self.outer_lines, self.parts = None, [], []


def fold(statements: Iterable[Any]) -> tuple[tuple[syntax.Item, ...], list[Diagnostic], bool]:
    """Return the items of a file in order, the findings, and whether every statement was in a valid place."""
    items: list[Any] = []
    findings: list[Diagnostic] = []
    whole = True
    now = _Open()
    for statement in statements:
        kind = type(statement)
        if kind in (syntax.Scenario, syntax.Rulebook, syntax.Dialogue):
            items.extend(now.close())
            now.outer = statement
        elif kind is syntax.Step or kind is syntax.RuleDef:
            if not isinstance(now.outer, syntax.Scenario if kind is syntax.Step else syntax.Rulebook):
                findings.append(mistakes.misplaced(statement, ("scenario",) if kind is syntax.Step else ("rulebook",)))
                whole = False
                items.extend(now.close())
                now.outer = _STAND_INS[kind](statement.span)
            now.close_inner()
            now.inner = statement
        # A declaration closes no block, so lines after a declaration still belong to the block before.
        elif kind in _FREE:
            items.append(statement)
        else:
            places = _places(statement)
            place = now.place
            if place not in places:
                findings.append(mistakes.misplaced(statement, places))
                whole = False
                continue
            lines = now.inner_lines if now.inner is not None else now.outer_lines
            findings.extend(_check(statement, lines[-1] if lines else None, now.once))
            (items if place == "file" else lines).append(statement)
    items.extend(now.close())
    # A block is appended when closed, so a declaration inside a block precedes the block in `items`:
    #     场景 A
    #     事件 客户沉默
    items.sort(key=lambda item: item.span.start)
    return tuple(items), findings, whole


def _places(statement: Any) -> tuple[Place, ...]:
    if isinstance(statement, nodes.TextLine | nodes.NamesLine):
        return _TEXT_PLACES[statement.sort]
    if isinstance(statement, nodes.Handler):
        return ("scenario",) if statement.anytime else ("step",)
    return _PLACES[type(statement)]


_ONCE = (nodes.Within, nodes.Opening, nodes.AtMost, nodes.Effective, syntax.Level, syntax.Because)
_ONCE_TEXTS = ("title", "goal")


def _check(statement: Any, before: Any, once: dict[object, Any]) -> Iterator[Diagnostic]:
    """Check a line against the preceding line and the unrepeatable lines of the block.

    before: preceding line of the block, or None. once: see `_Open`; updated.
    """
    if isinstance(statement, nodes.Say):
        if statement.alternative and not isinstance(before, nodes.Say):
            yield mistakes.ALTERNATIVE_ALONE.at(statement.span)
    elif isinstance(statement, nodes.If | nodes.Handler | nodes.Timer | nodes.AtMost):
        previous: Any = None
        for act in statement.acts:
            if isinstance(act, nodes.Say) and act.alternative and not isinstance(previous, nodes.Say):
                yield mistakes.ALTERNATIVE_ALONE.at(act.span)
            if isinstance(previous, nodes.Go | nodes.End | nodes.Return):
                yield mistakes.AFTER_LEAVING.at(act.span)
            if isinstance(act, nodes.Wait) or (isinstance(act, nodes.Ask) and not isinstance(statement, nodes.If)):
                yield mistakes.NOT_IN_HANDLER.at(act.span, word=mistakes.head_word(act.span))
            previous = act
    elif isinstance(statement, nodes.Effective):
        since, until = statement.since, statement.until
        if until is not None and until.valid and since.valid and until.iso < since.iso:
            keyword = mistakes.head_word(statement.span)
            yield mistakes.DATES_REVERSED.at(until.span, since=since.iso, until=until.iso, keyword=keyword)
    if isinstance(statement, _ONCE) or (isinstance(statement, nodes.TextLine) and statement.sort in _ONCE_TEXTS):
        first = once.setdefault(getattr(statement, "sort", type(statement)), statement)
        if first is not statement:
            yield mistakes.written_twice(statement.span, first.span)
