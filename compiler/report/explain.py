"""A lint explained: the harm, a bad and a good example, the fix. As plain text and as Markdown.

The findings of an example are not written here: the example is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from compiler.cards import lints as print_lints
from compiler.cards.printing import print_options, script_findings
from compiler.dialogues import lints as dialogue_lints
from compiler.dialogues.suite import Models, run
from compiler.findings.weighing import weigh
from compiler.pipeline import compile_project
from compiler.project.loader import Memory, load
from compiler.report.examples import example
from compiler.report.wording import SEVERITY
from dsl import mistakes
from dsl.diagnostics import Diagnostic, Lint, Words
from dsl.frozen import Node
from dsl.parser import parse
from dsl.source import Source

WHY = Words("为什么要紧", "Why it matters")
BAD = Words("这样写有问题", "Not like this")
GOOD = Words("这样写就好", "Like this")
MEND = Words("怎么改", "What to do")
_FILE = "example.script"
_MARK = re.compile(r"[ \t]*#\s*SC\d{3}(?:\s+SC\d{3})*[ \t]*$", re.MULTILINE)

FAMILIES: tuple[tuple[str, Words], ...] = (
    ("SC0", Words("文件、设置和注释", "Files, settings and comments")),
    ("SC1", Words("一行的写法", "How a line is written")),
    ("SC2", Words("名称", "Names")),
    ("SC3", Words("通话的走向", "Where a call can go")),
    ("SC4", Words("通话里知道的信息", "What a call knows")),
    ("SC5", Words("时间和长度", "Times and lengths")),
    ("SC6", Words("说出口的话", "What is said")),
    ("SC7", Words("印出来的卡片", "Cards on paper")),
    ("SC8", Words("对话测试", "Dialogue tests")),
    ("SC9", Words("规则集", "Rulebooks")),
    ("SC", Words("其他", "Others")),
)
"""What codes begin with, and what such lints are about."""


def example_findings(lint: Lint, text: str) -> list[Diagnostic]:
    """The findings in `text`, an example of `lint`.

    Lints of writing need the parser alone and come before all others; the rest need the whole compiler.
    """
    if lint in mistakes.LINTS:
        return parse(Source(_FILE, text))[1]
    if lint in print_lints.LINTS:
        compiled = compile_project(load(Memory({_FILE: text})))
        compiled.findings.extend(script_findings(compiled, print_options(compiled.project.settings)))
        return list(weigh(compiled, lambda: "2027-01-01", printed=True).findings)
    compiled = compile_project(load(Memory({_FILE: text})), today=lambda: "2027-01-01")
    if lint in dialogue_lints.LINTS:
        compiled.findings.extend(found for result in run(compiled, Models(compiled)) for found in result.findings)
    return list(weigh(compiled, lambda: "2027-01-01").findings)


def unmarked(text: str) -> str:
    """An example without the comments that mark its findings."""
    return _MARK.sub("", text).strip("\n")


def plain(lint: Lint, lang: str) -> str:
    """A page for a terminal."""
    return "\n".join(_plain(lint, lang)) + "\n"


def _plain(lint: Lint, lang: str) -> Iterator[str]:
    level = SEVERITY[lint.severity].in_(lang)
    yield f"{lint.code} {lint.name}（{level}）" if lang == "zh" else f"{lint.code} {lint.name} ({level})"
    yield lint.title(lang)
    yield ""
    yield WHY.in_(lang)
    yield f"  {lint.why.in_(lang)}"
    told = _told(lint, lang)
    if lint.bad:
        yield ""
        yield BAD.in_(lang)
        yield from (f"  │ {line}".rstrip() for line in unmarked(example(lint.bad, lang)).split("\n"))
        yield from (f"  → {line}" for line in told.messages)
    if lint.good:
        yield ""
        yield GOOD.in_(lang)
        yield from (f"  │ {line}".rstrip() for line in unmarked(example(lint.good, lang)).split("\n"))
    if told.helps:
        yield ""
        yield MEND.in_(lang)
        yield from (f"  {line}" for line in told.helps)


def markdown(lints: Iterable[Lint], lang: str) -> str:
    """The manual of `lints`, as one page."""
    return "\n".join(_markdown(tuple(lints), lang)) + "\n"


def _markdown(lints: tuple[Lint, ...], lang: str) -> Iterator[str]:
    if lang == "zh":
        yield "# scriptc 会检查什么\n"
        yield "由 `scriptc explain --all --lang zh` 生成，不要手工修改。单看一条：`scriptc explain SC201`。\n"
        yield "错误会让 `scriptc build` 停下；警告和提示不会。怎么调整、怎么忽略一处，见文末。\n"
    else:
        yield "# What scriptc checks\n"
        yield "Made by `scriptc explain --all --lang en`; do not edit. For one of them: `scriptc explain SC201`.\n"
        yield "Errors stop `scriptc build`, warnings and notes do not. How to weigh or ignore them: at the end.\n"
    for prefix, title in FAMILIES:
        family = [lint for lint in lints if _family(lint) == prefix]
        if family:
            yield f"## {title.in_(lang)}\n"
            for lint in family:
                yield from _section(lint, lang)
    yield _ADJUST.in_(lang)


def _family(lint: Lint) -> str:
    return next(prefix for prefix, _ in FAMILIES if lint.code.startswith(prefix))


def _section(lint: Lint, lang: str) -> Iterator[str]:
    yield f"### {lint.code} {lint.name}\n"
    yield f"**{SEVERITY[lint.severity].in_(lang)}** {'·' if lang == 'zh' else '–'} {lint.title(lang)}\n"
    yield f"{lint.why.in_(lang)}\n"
    told = _told(lint, lang)
    if lint.bad:
        yield f"{BAD.in_(lang)}:\n" if lang == "en" else f"{BAD.in_(lang)}：\n"
        yield f"```\n{unmarked(example(lint.bad, lang))}\n```\n"
        yield from (f"> {line}  " for line in told.messages)
        yield ""
    if told.helps:
        yield f"{MEND.in_(lang)}{'：' if lang == 'zh' else ': '}{(' / ').join(told.helps)}\n"
    if lint.good:
        yield f"{GOOD.in_(lang)}:\n" if lang == "en" else f"{GOOD.in_(lang)}：\n"
        yield f"```\n{unmarked(example(lint.good, lang))}\n```\n"


class _Told(Node, frozen=True):
    """Messages and helps of the findings in a lint's bad example; of the lint itself, without an example."""

    messages: tuple[str, ...]
    helps: tuple[str, ...]


def _told(lint: Lint, lang: str) -> _Told:
    bad = example(lint.bad, lang)
    found = [one for one in example_findings(lint, bad) if one.code == lint.code] if bad else []
    if not found:
        blank = lint.help_title(lang)
        return _Told((), () if blank in ("", "…") else (blank,))
    at = "第 {} 行：{}" if lang == "zh" else "line {}: {}"
    messages = dict.fromkeys(at.format(one.span.line, one.message(lang)) for one in found)
    return _Told(tuple(messages), tuple(dict.fromkeys(line for one in found if (line := one.help(lang)))))


_ADJUST = Words(
    """## 调整和忽略

在 `scriptc.yaml` 里调整一条检查的轻重。可以写 `error`、`warning`、`note`、`off`；错误不能关闭，也不能降级。

```yaml
severity:
  SC203: note
```

只忽略一处：在这一行的末尾，或在它上面单独一行，写一条注释。必须写原因；可以写到哪一天为止，过期会提醒。
错误不能忽略。已经用不着的注释会报出来。

```
话术 春节问候 "给您拜年了。"  # 忽略 SC203 至 2027-02-28 原因 春节活动才用
```

只看一部分：`scriptc check --select SC3`，`scriptc check --ignore SC203`。没有显示的错误仍然算错误。""",
    """## Weighing and ignoring

How much a check weighs is set in `scriptc.yaml`: `error`, `warning`, `note` or `off`. An error can be neither switched
off nor lowered.

```yaml
severity:
  SC203: note
```

To ignore one place, write a comment at the end of the line, or on a line of its own above. It must give a reason; it
may have a last day, after which you are reminded. An error cannot be ignored. Comments of no more use are reported.

```
phrase new-year "Happy new year."  # ignore SC203 until 2027-02-28 because it is for the spring campaign
```

To see a part: `scriptc check --select SC3`, `scriptc check --ignore SC203`. Errors that are not shown still count.""",
)
