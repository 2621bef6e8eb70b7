"""Scripts -> `Program`: names collected, inheritance folded in. What lowering and the rulebooks start from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Final

from compiler.names import lints
from compiler.names.symbols import Symbols, collect
from compiler.project.loader import in_standard_library
from compiler.project.settings import Settings
from dsl import nodes, syntax
from dsl.diagnostics import Collector
from dsl.frozen import Node, replace
from dsl.source import Span

_TITLE: Final = ("title", "")
"""The key, see `_keys`, of the one line that is not handed on."""


class Owner(Enum):
    """Whose a place in the scripts is: the project's own, a library's of the same house, or the standard library's."""

    PROJECT = "project"
    LIBRARY = "library"
    STANDARD = "standard"


class ScenarioDef(Node, frozen=True):
    """A scenario with inherited lines and steps: the base's, replaced and added to by the scenario's own.

    bases: the base scenarios, nearest first.
    own: whether the scenario stands in the project, not in a library.
    """

    name: str
    node: syntax.Scenario
    own: bool
    kind: nodes.Name | None
    lines: tuple[syntax.HeaderLine, ...]
    steps: tuple[syntax.Step, ...]
    bases: tuple[str, ...]

    @property
    def days(self) -> nodes.Effective | None:
        """The line with the first and the last day of the scenario, its own or inherited."""
        return next((line for line in reversed(self.lines) if isinstance(line, nodes.Effective)), None)


class Program(Node, frozen=True):
    """Everything a project says, with its names known.

    scenarios: by canonical name, sorted by file and place. own_files: the names of the project's own files.
    """

    settings: Settings
    scripts: tuple[syntax.Script, ...]
    symbols: Symbols
    scenarios: dict[str, ScenarioDef]
    rulebooks: tuple[syntax.Rulebook, ...]
    dialogues: tuple[syntax.Dialogue, ...]
    never_say: tuple[nodes.NeverSay, ...]
    own_files: frozenset[str]

    def owner(self, span: Span) -> Owner:
        """The owner of the line at `span`, and so the one to ask for a change."""
        if span.source.name in self.own_files:
            return Owner.PROJECT
        return Owner.STANDARD if in_standard_library(span.source.name) else Owner.LIBRARY

    def is_own(self, span: Span) -> bool:
        """Whether `span` is the project's own."""
        return self.owner(span) is Owner.PROJECT

    @property
    def word_groups(self) -> dict[str, tuple[str, ...]]:
        """The words of each word group, by every name of the group."""
        words = self.symbols.tables["words"]
        return {name: tuple(text.plain for text in symbol.node.words) for name, symbol in words.items()}


def bind(
    settings: Settings, own: Iterable[syntax.Script], library: Iterable[syntax.Script], findings: Collector
) -> Program:
    """The program that `own` scripts and their `library` make."""
    pairs = [(script, True) for script in own] + [(script, False) for script in library]
    pairs.sort(key=lambda pair: pair[0].source.name)
    symbols = collect(pairs, findings, without_library="scriptc" not in settings.libraries)
    items = [(item, mine) for script, mine in pairs for item in script.items]
    return Program(
        settings,
        tuple(script for script, _ in pairs),
        symbols,
        dict(_inherit(items, symbols)),
        tuple(item for item, _ in items if isinstance(item, syntax.Rulebook)),
        tuple(item for item, _ in items if isinstance(item, syntax.Dialogue)),
        tuple(item for item, _ in items if isinstance(item, nodes.NeverSay)),
        frozenset(script.source.name for script, mine in pairs if mine),
    )


def _inherit(items: Iterable[tuple[Any, bool]], symbols: Symbols) -> Iterator[tuple[str, ScenarioDef]]:
    """Each scenario with its base's lines and steps; a circle of bases is reported and cut."""
    done: dict[str, ScenarioDef] = {}
    table = symbols.tables["scenario"]

    def chain(node: syntax.Scenario) -> list[syntax.Scenario]:
        """`node`, its base, the base's base …; cut where a circle closes."""
        out = [node]
        while (base := out[-1].base) is not None:
            found = symbols.find("scenario", base)
            if found is None:
                break
            if any(one is found.node for one in out):
                names = [one.names[0].text for one in out] + [found.name]
                first = names.index(found.name)
                if first == 0:
                    symbols.findings.add(
                        lints.BASE_CYCLE.at(node.span, cycle=" → ".join(names), data=lints.BaseCycle(frozenset(names)))
                    )
                break
            out.append(found.node)
        return out

    for item, own in items:
        if not isinstance(item, syntax.Scenario) or not item.names:
            continue
        name = item.names[0].text
        if name in done or table[name].node is not item:
            continue
        line = chain(item)
        lines: tuple[syntax.HeaderLine, ...] = ()
        steps: tuple[syntax.Step, ...] = ()
        kind: nodes.Name | None = None
        for scenario in reversed(line):
            lines = _merge_lines(lines, scenario.lines, symbols)
            steps = _merge_steps(steps, scenario.steps)
            kind = scenario.kind or kind
        done[name] = ScenarioDef(name, item, own, kind, lines, steps, tuple(one.names[0].text for one in line[1:]))
        yield name, done[name]


def _merge_steps(base: tuple[syntax.Step, ...], own: tuple[syntax.Step, ...]) -> tuple[syntax.Step, ...]:
    if not base:
        return own
    by_name = {step.names[0].text: step for step in own if step.names}
    known = {step.names[0].text for step in base if step.names}
    kept = tuple(by_name.get(step.names[0].text, step) if step.names else step for step in base)
    return kept + tuple(step for step in own if not step.names or step.names[0].text not in known)


def _merge_lines(
    base: tuple[syntax.HeaderLine, ...], own: tuple[syntax.HeaderLine, ...], symbols: Symbols
) -> tuple[syntax.HeaderLine, ...]:
    """`base` without its title and the lines that `own` replaces, then `own`.

    A handler for several events keeps the events without a handler in `own`. A title is not inherited: every scenario based
    on a frame would bear the frame's.
    """
    if not base:
        return own
    taken = {_TITLE, *(key for line in own for key in _keys(line, symbols))}
    kept: list[syntax.HeaderLine] = []
    for line in base:
        if isinstance(line, nodes.Handler):
            events = tuple(name for name in line.events if ("event", symbols.canonical("event", name)) not in taken)
            if events:
                kept.append(line if events == line.events else replace(line, events=events))
        elif taken.isdisjoint(_keys(line, symbols)):
            kept.append(line)
    return (*kept, *own)


def _keys(line: Any, symbols: Symbols) -> Iterator[tuple[str, str]]:
    """The keys of `line` among the lines a scenario's head can have once only."""
    if isinstance(line, nodes.TextLine) and line.sort in ("title", "goal"):
        yield line.sort, ""
    elif isinstance(line, nodes.Effective | nodes.ChannelLine):
        yield type(line).__name__, ""
    elif isinstance(line, nodes.SlotLine):
        yield "slot", line.names[0].text
    elif isinstance(line, nodes.Handler):
        for name in line.events:
            yield "event", symbols.canonical("event", name)
