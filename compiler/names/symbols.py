"""The symbol table: every name declared in a project and its libraries, one table a sort, and the names used.

A name declared twice is a finding with both places. A lookup marks the name as used; a lookup of an undefined name is a
finding with the nearest defined one. Machines are unknown here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from compiler.names import lints
from compiler.project.file_names import same_file
from compiler.project.loader import in_standard_library, standard_library
from dsl import nodes, syntax
from dsl.diagnostics import Collector, Edit, Label, Words, listed, shortened
from dsl.frozen import Node
from dsl.keywords import BY_ID
from dsl.suggest import alike, nearest, opposed, split_prefix

Sort = Literal[
    "kind", "event", "action", "outcome", "tag", "channel", "words", "phrase", "slot", "scenario", "rulebook", "rule",
    "step",
]  # fmt: skip

SORT_WORDS: dict[Sort, Words] = {
    "kind": Words("类别", "kind"),
    "event": Words("事件", "event"),
    "action": Words("动作", "action"),
    "outcome": Words("结局", "outcome"),
    "tag": Words("标签", "tag"),
    "channel": Words("渠道", "channel"),
    "words": Words("词组", "word group"),
    "phrase": Words("话术", "phrase"),
    "slot": Words("信息", "slot"),
    "scenario": Words("场景", "scenario"),
    "rulebook": Words("规则集", "rulebook"),
    "rule": Words("规则", "rule"),
    "step": Words("步骤", "step"),
}

ALL_KINDS = frozenset({"全部", "all"})
"""What a rulebook applies to when it applies to every scenario."""


class Symbol(Node, frozen=True):
    """A declared name. name: the canonical one, the first of the declaration. own: whether declared in the project."""

    sort: Sort
    name: str
    node: Any
    at: nodes.Name
    own: bool


@dataclass
class Symbols:
    """All declared names.

    lost: names from lines that could not be read; no finding is made about them.
    without_library: the project does not use the standard library, so a name declared there is worth a hint.
    """

    findings: Collector
    lost: frozenset[str] = frozenset()
    without_library: bool = False
    tables: dict[Sort, dict[str, Symbol]] = field(default_factory=lambda: {sort: {} for sort in SORT_WORDS})
    used: set[tuple[Sort, str]] = field(default_factory=set)

    def declare(self, sort: Sort, names: Iterable[nodes.Name], node: Any, own: bool) -> None:
        """Enter `names` (the first is the canonical one) for `node`."""
        first: Symbol | None = None
        table = self.tables[sort]
        for name in names:
            symbol = Symbol(sort, first.name if first else name.text, node, name, own)
            first = first or symbol
            before = table.get(name.text)
            if before is None:
                table[name.text] = symbol
                continue
            if sort == "phrase" and own and not before.own:
                table[name.text] = symbol  # a project words a library's phrase anew
                continue
            self.twice(sort, name, before.at)

    def twice(self, sort: Sort, name: nodes.Name, before: nodes.Name) -> None:
        """Report that `name` is declared where `before` was already."""
        label = Label(before.span, Words("第一次在这里", "first declared here"))
        self.findings.add(lints.TWICE.at(name.span, name=name.text, sort=SORT_WORDS[sort], labels=(label,)))

    def same_files(self) -> None:
        """Report scenarios whose outputs would be one file on some disk."""
        first: dict[str, Symbol] = {}
        for symbol in self.tables["scenario"].values():
            if symbol.at is not symbol.node.names[0]:
                continue
            other = first.setdefault(same_file(symbol.name), symbol)
            if other is not symbol:
                label = Label(other.at.span, Words("另一个在这里", "the other one"))
                self.findings.add(
                    lints.SAME_FILE.at(symbol.at.span, name=symbol.name, other=other.name, labels=(label,))
                )

    def find(self, sort: Sort, name: nodes.Name) -> Symbol | None:
        """The symbol for `name`, marked as used; None, with a finding, when undefined."""
        symbol = self.tables[sort].get(name.text)
        if symbol is None:
            self.undefined(sort, name, self.tables[sort])
            return None
        self.used.add((sort, symbol.name))
        return symbol

    def canonical(self, sort: Sort, name: nodes.Name) -> str:
        """The canonical name of the symbol called `name`, or `name` itself where there is none. Marks no use."""
        symbol = self.tables[sort].get(name.text)
        return symbol.name if symbol is not None else name.text

    def undefined(self, sort: Sort, name: nodes.Name, known: Iterable[str]) -> None:
        """Report that no `sort` is called `name`. known: the defined names."""
        if name.text in self.lost or not name.text:
            return
        known = list(known)
        fix = None
        in_library = False
        hint: Words
        if sort == "slot" and in_standard_library(name.span.source.name):  # its texts are as they should be
            hint = _FACT
        elif near := nearest(name.text, known):
            asked = listed(near[:_LIKE], "or", quoted=True)
            hint = Words(f"是不是想写{asked.zh}？", f"did you mean {asked.en}?")
            if len(near) == 1 and not opposed(name.text, near[0]):  # of several only the author knows which
                fix = Edit(name.span, near[0])
        elif (head := split_prefix(name.text, known)) and not name.text[len(head)].isalpha():
            rest = name.text[len(head) :]
            hint = Words(f"“{head}”后面少了空格：{head} {rest}", f"a blank is missing after “{head}”: {head} {rest}")
            fix = Edit(name.span, f"{head} {rest}")
        elif sort in _MARKED and (other := next((one for one in _MARKED if name.text in self.tables[one]), None)):
            here, there = SORT_WORDS[sort], SORT_WORDS[other]
            hint = Words(f"“{{name}}”是{there.zh}，不是{here.zh}", f"“{{name}}” is not of this sort: {there.en}")
            if sort == "tag":
                zh, en = _MARKED[other]
                hint = Words(f"{hint.zh}：写成 {zh}", f"{hint.en}; write {en}")
        elif self.without_library and name.text in _standard_names():
            hint, in_library = _IN_LIBRARY, True
        else:
            hint = _DECLARE.get(sort, Words("检查名称有没有写错", "check the spelling"))
            if similar := alike(name.text, known):
                there = listed(similar, "and", quoted=True)
                hint = Words(f"可以用{there.zh}；或{hint.zh}", f"there is {there.en}; or {hint.en}")
            elif sort == "step" and known:  # those of the scenario it is based on may stand in the library
                own = [one for one in known if one.isascii() == name.text.isascii()] or known
                more = Words(" 等", " and others") if len(own) > _STEPS else Words("", "")
                there = listed(own[:_STEPS], "and")
                hint = Words(f"{hint.zh}：{there.zh}{more.zh}", f"{hint.en}: {there.en}{more.en}")
        shown = shortened(name.text)
        hint = Words(hint.zh.replace("{name}", shown), hint.en.replace("{name}", shown))
        data = lints.UndefinedName(name.text, sort, in_library)
        finding = lints.UNDEFINED.at(name.span, name=name.text, sort=SORT_WORDS[sort], hint=hint, fix=fix, data=data)
        self.findings.add(finding)

    def unused(self) -> None:
        """Report the project's unused declarations. Scenarios, kinds and rules need no use."""
        for sort in ("event", "action", "outcome", "tag", "words", "phrase", "slot"):
            for key, symbol in self.tables[sort].items():
                if symbol.own and key == symbol.name and (sort, symbol.name) not in self.used:
                    self.findings.add(lints.UNUSED.at(symbol.at.span, name=symbol.name, sort=SORT_WORDS[sort]))


_IN_LIBRARY = Words(
    "标准库里有它：在 scriptc.yaml 里写 libraries: [scriptc]",
    "the standard library has it: write libraries: [scriptc] in scriptc.yaml",
)
_LIKE = 4
"""Names that look alike which a hint lists."""
_STEPS = 10
"""Names of steps that a hint lists."""
_MARKED: dict[Sort, tuple[str, str]] = {
    "event": ("事件 {name}", "event {name}"),
    "action": ("做 {name}", "do {name}"),
    "outcome": ("结束 {name}", "end {name}"),
    "words": ("词组 {name}", "words {name}"),
    "tag": ("[{name}]", "[{name}]"),
}
"""How a rule names things of each sort."""
_FACT = Words(
    "标准库的话术里要念它，请写进 scriptc.yaml：facts 下面加一行 {name}: …",
    "a phrase of the library speaks it; add it to scriptc.yaml: under facts a line {name}: …",
)
_DECLARE: dict[Sort, Words] = {
    "step": Words("写一个“步骤 {name}”，或改成已有的步骤名", "write “step {name}”, or use the name of a step there is"),
    "scenario": Words("写一个“场景 {name}”，或改成已有的场景名", "write “scenario {name}”, or name one there is"),
    "event": Words('先声明：事件 {name} "什么情况"', 'declare it first: event {name} "what happens"'),
    "action": Words('先声明：动作 {name} "怎么做"', 'declare it first: action {name} "how it is done"'),
    "outcome": Words("先声明：结局 {name}", "declare it first: outcome {name}"),
    "tag": Words("先声明：标签 {name}", "declare it first: tag {name}"),
    "words": Words('先声明：词组 {name} "…" / "…"', 'declare it first: words {name} "…" / "…"'),
    "kind": Words("先声明：类别 {name}", "declare it first: kind {name}"),
    "channel": Words("在文件开头声明：渠道 {name}", "declare it at the head of a file: channel {name}"),
    "phrase": Words(
        '先写：话术 {name} "…"；如果是要说的话，放进引号里', 'declare it: phrase {name} "…"; words to say go in quotes'
    ),
    "slot": Words(
        "在场景开头写：信息 {name} 文本；固定不变的内容写进 scriptc.yaml 的 facts",
        "write at the scenario's head: slot {name} text; what never changes goes to facts in scriptc.yaml",
    ),
}


@lru_cache(maxsize=1)
def _standard_names() -> frozenset[str]:
    """Every name the standard library declares, read off its head lines; only wanted for a hint."""
    heads = "|".join(word for key in _HEADS for word in (*BY_ID[key].zh, *BY_ID[key].en))
    head = re.compile(rf"^ *(?:{heads}) +([^\s\[\"]+(?: / [^\s\[\"]+)*)", re.MULTILINE)
    return frozenset(
        name for source in standard_library() for found in head.findall(source.text) for name in found.split(" / ")
    )


_HEADS = (
    "KIND",
    "EVENT",
    "ACTION",
    "OUTCOME",
    "TAG",
    "CHANNEL",
    "WORDS",
    "PHRASE",
    "SLOT",
    "SCENARIO",
    "RULEBOOK",
    "RULE",
)


def collect(
    scripts: Iterable[tuple[syntax.Script, bool]], findings: Collector, *, without_library: bool = False
) -> Symbols:
    """The names declared in `scripts`, each paired with whether the script is the project's own."""
    scripts = list(scripts)
    lost: frozenset[str] = frozenset().union(*(script.lost for script, _ in scripts))
    symbols = Symbols(findings, lost, without_library)
    # Libraries first, so that the project's own second declaration is the one that is reported.
    for script, own in sorted(scripts, key=lambda pair: pair[1]):
        for item in script.items:
            if isinstance(item, syntax.Declaration):
                symbols.declare(item.sort, item.names, item, own)
            elif isinstance(item, syntax.WordGroup):
                symbols.declare("words", item.names, item, own)
            elif isinstance(item, syntax.PhraseEntry):
                symbols.declare("phrase", item.names, item, own)
            elif isinstance(item, nodes.SlotLine):
                symbols.declare("slot", item.names, item, own)
            elif isinstance(item, nodes.ChannelLine):
                for name in item.names:
                    symbols.declare("channel", (name, *item.aliases), item, own)
            elif isinstance(item, syntax.Scenario):
                symbols.declare("scenario", item.names, item, own)
            elif isinstance(item, syntax.Rulebook):
                symbols.declare("rulebook", item.names, item, own)
                for rule in item.rules:
                    symbols.declare("rule", rule.names, rule, own)
    symbols.same_files()
    return symbols
