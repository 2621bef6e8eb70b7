"""Which rulebooks and rules hold for a scenario: by kind, by name, by channel, and by `遵守`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.names.program import Program
from compiler.names.symbols import ALL_KINDS
from dsl import nodes, syntax
from dsl.frozen import Node


class Held(Node, frozen=True):
    """A rule that a scenario is held to. waiver: the scenario's line that waives the rule with a reason, if any."""

    rulebook: syntax.Rulebook
    rule: syntax.RuleDef
    waiver: nodes.Waiver | None


def held_to(program: Program, scenario: str, kinds: Iterable[str], channels: Iterable[str]) -> Iterator[Held]:
    """The rules that hold for `scenario`, in file order; kinds: the scenario's own and their ancestors.

    Dates are not looked at: `compiler.rulebooks.rule_set.applied_rules` knows the rules in force, and the waivers past
    their last day.
    """
    definition = program.scenarios[scenario]
    names = {scenario, *kinds, *ALL_KINDS}
    table = program.symbols.tables
    followed = {
        table["rulebook"][name.text].name
        for line in definition.lines
        if isinstance(line, nodes.NamesLine)
        for name in line.names
        if name.text in table["rulebook"]
    }
    heard = set(channels)
    waived = {
        id(table["rule"][line.rule.text].node): line
        for line in definition.lines
        if isinstance(line, nodes.Waiver) and line.because is not None and line.rule.text in table["rule"]
    }
    for rulebook in program.rulebooks:
        if not rulebook.names:
            continue
        own = (*rulebook.applies, *_applies(rulebook.lines))
        if rulebook.names[0].text not in followed and not _meets(program, own, names):
            continue
        if not _on(program, rulebook.lines, heard):
            continue
        for rule in rulebook.rules:
            narrowed = tuple(_applies(rule.lines))
            if (not narrowed or _meets(program, narrowed, names)) and _on(program, rule.lines, heard):
                yield Held(rulebook, rule, waived.get(id(rule)))


def _applies(lines: Iterable[object]) -> Iterator[nodes.Name]:
    for line in lines:
        if isinstance(line, nodes.NamesLine):
            yield from line.names


def _meets(program: Program, wanted: Iterable[nodes.Name], names: set[str]) -> bool:
    """Whether a name in `wanted` stands for the scenario, one of its kinds, or all."""
    table = program.symbols.tables
    for name in wanted:
        if name.text in ALL_KINDS:
            return True
        for sort in ("kind", "scenario"):
            symbol = table[sort].get(name.text)
            if symbol is not None and symbol.name in names:
                return True
    return False


def _on(program: Program, lines: Iterable[object], channels: set[str]) -> bool:
    """Whether a rule with `lines` holds on one of `channels`; a rule without a channel line holds on all."""
    table = program.symbols.tables["channel"]
    wanted = {
        table[name.text].name
        for line in lines
        if isinstance(line, nodes.ChannelLine)
        for name in line.names
        if name.text in table
    }
    return not wanted or bool(wanted & channels)
