"""The syntax tree: blocks, declarations and rules, typed and frozen, with a span on every node.

Purely syntactic: names are unresolved and values unchecked. Lists are tuples in source order. The span of a block
covers the head line only. Leaves and single lines are in `dsl.nodes`.
"""

from __future__ import annotations

from typing import Literal

from dsl.frozen import Node
from dsl.nodes import (
    Act,
    AtMost,
    ChannelLine,
    Comment,
    Effective,
    Handler,
    If,
    Name,
    NamesLine,
    NeverDo,
    NeverSay,
    Opening,
    Quantity,
    SlotLine,
    Text,
    TextLine,
    Timer,
    Waiver,
    Within,
)
from dsl.source import Source, Span

StepLine = TextLine | Within | Opening | Act | If | Handler | Timer | AtMost | NeverSay | NeverDo
HeaderLine = TextLine | ChannelLine | NamesLine | Effective | SlotLine | NeverSay | NeverDo | Handler | Waiver


class Step(Node, frozen=True):
    """`步骤 NAME [tags]` and the lines below. `span` covers the head line."""

    span: Span
    names: tuple[Name, ...]
    tags: tuple[Name, ...]
    lines: tuple[StepLine, ...]


class Scenario(Node, frozen=True):
    """`场景 NAME / ALIAS 属于 KIND 基于 BASE`, header lines and steps. `span` covers the head line."""

    span: Span
    names: tuple[Name, ...]
    kind: Name | None
    base: Name | None
    lines: tuple[HeaderLine, ...]
    steps: tuple[Step, ...]


# --- declarations ---------------------------------------------------------------------------------------------------


class Declaration(Node, frozen=True):
    """`类别|事件|动作|结局|标签 NAME / ALIAS [tags] 属于 PARENT "note" 处理 EVENTS`."""

    span: Span
    sort: Literal["kind", "event", "action", "outcome", "tag"]
    names: tuple[Name, ...]
    tags: tuple[Name, ...]
    parent: Name | None
    note: Text | None
    handles: tuple[Name, ...]


class WordGroup(Node, frozen=True):
    """`词组 NAME "…" / "…"`."""

    span: Span
    names: tuple[Name, ...]
    words: tuple[Text, ...]


class PhraseEntry(Node, frozen=True):
    """`话术 NAME [tags] "…" / "…"`: a phrase of the phrase bank, with alternatives."""

    span: Span
    names: tuple[Name, ...]
    tags: tuple[Name, ...]
    texts: tuple[Text, ...]


# --- rulebooks ------------------------------------------------------------------------------------------------------

AtomSort = Literal[
    "tag",
    "step",
    "step-tag",
    "event",
    "do",
    "words",
    "end",
    "end-tag",
    "promise",
    "ask",
    "mention",
    "call",
    "say",
    "get",
]


class Atom(Node, frozen=True):
    """An observable of a call. `names` are the names given, if present; `text` is for `说 "…"`."""

    span: Span
    sort: AtomSort
    names: tuple[Name, ...]
    text: Text | None = None


class Predicate(Node, frozen=True):
    """Atoms joined by 或 / or."""

    span: Span
    atoms: tuple[Atom, ...]


RuleForm = Literal[
    "exists", "precedes", "responds", "precedes-after", "reachable",
    "step-has", "steps-handle", "never", "never-after", "step-never",
]  # fmt: skip


class PathRule(Node, frozen=True):
    """A rule over the calls a script permits. `left` and `right` follow the order of the Chinese sentence.

    exists/reachable/never: `left`; precedes: `left` 先于 `right`; responds, never-after: `left` 之后有 `right`;
    precedes-after: `after` 之后 `left` 先于 `right`; step-has, step-never: steps of `left` (do not) contain `right`;
    steps-handle: `events`.
    """

    span: Span
    form: RuleForm
    left: Predicate | None
    right: Predicate | None
    events: tuple[Name, ...]
    after: Predicate | None = None


class Limit(Node, frozen=True):
    """`限制 MEASURE 至多|至少 QUANTITY [于 P]`."""

    span: Span
    measure: Name
    at_most: bool
    amount: Quantity
    within: Predicate | None


class Level(Node, frozen=True):
    """`级别 错误`."""

    span: Span
    level: Name


class Because(Node, frozen=True):
    """`原因 "…"` on a separate line."""

    span: Span
    text: Text


class Example(Node, frozen=True):
    """`反例 "…"` (wrong) or `正例 "…"` (right)."""

    span: Span
    right: bool
    texts: tuple[Text, ...]


RuleLine = PathRule | Limit | Level | Because | Example | NeverSay | NamesLine | ChannelLine | Effective | TextLine
RulebookLine = NamesLine | ChannelLine | Effective | TextLine | Because


class RuleDef(Node, frozen=True):
    """`规则 NAME "sources"` and the lines below."""

    span: Span
    names: tuple[Name, ...]
    sources: Text | None
    lines: tuple[RuleLine, ...]


class Rulebook(Node, frozen=True):
    """`规则集 NAME 适用 KINDS`, header lines and rules."""

    span: Span
    names: tuple[Name, ...]
    applies: tuple[Name, ...]
    lines: tuple[RulebookLine, ...]
    rules: tuple[RuleDef, ...]


# --- dialogues ------------------------------------------------------------------------------------------------------


class Given(Node, frozen=True):
    """`已知 SLOT 是 VALUE`."""

    span: Span
    slot: Name
    value: Name | Text


class Reach(Node, frozen=True):
    """`到 STEP` or `到 SCENARIO.STEP`."""

    span: Span
    scenario: Name | None
    step: Name


class Pass(Node, frozen=True):
    """`经过 5秒`."""

    span: Span
    time: Quantity


class Customer(Node, frozen=True):
    """`客户 EVENT "words"`; `event` is None for `配合 "words"`, the customer cooperating."""

    span: Span
    event: Name | None
    words: Text | None


class Fill(Node, frozen=True):
    """`填 SLOT VALUE`."""

    span: Span
    slot: Name
    value: Name | Text


class Expect(Node, frozen=True):
    """`期望 P`, or `期望 没有 P` when `negated`."""

    span: Span
    negated: bool
    predicate: Predicate


DialogueLine = Given | Reach | Pass | Customer | Fill | Expect


class Dialogue(Node, frozen=True):
    """`对话 "title" 测试 SCENARIO` and the lines below."""

    span: Span
    title: Text
    scenario: Name
    lines: tuple[DialogueLine, ...]


# --- the whole file -------------------------------------------------------------------------------------------------


Item = Declaration | WordGroup | PhraseEntry | SlotLine | ChannelLine | NeverSay | Scenario | Rulebook | Dialogue


class Script(Node, frozen=True):
    """A parsed file: items in order, and comments.

    whole: False when `items` lacks a statement of the file.
    lost: names in unreadable lines; a name in `lost` may have been a declaration.
    """

    source: Source
    items: tuple[Item, ...]
    comments: tuple[Comment, ...]
    whole: bool
    lost: frozenset[str]
