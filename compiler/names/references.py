"""Names where lowering does not look: in declarations, rulebooks and dialogues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.names import lints
from compiler.names.program import Program
from compiler.names.symbols import ALL_KINDS, Sort, Symbols
from dsl import nodes, syntax
from dsl.diagnostics import Label, Words

_ATOM_SORTS: dict[str, Sort] = {
    "tag": "tag",
    "step-tag": "tag",
    "end-tag": "tag",
    "event": "event",
    "do": "action",
    "words": "words",
    "end": "outcome",
    "call": "scenario",
    "say": "phrase",
}


def check_references(program: Program) -> None:
    """Look up every name in declarations, rulebooks and dialogues; report the undefined ones."""
    symbols = program.symbols
    for script in program.scripts:
        for item in script.items:
            if isinstance(item, syntax.Declaration):
                _all(symbols, "tag", item.tags)
                _all(symbols, "event", item.handles)
                if item.parent is not None:
                    symbols.find("kind", item.parent)
            elif isinstance(item, syntax.PhraseEntry):
                _all(symbols, "tag", item.tags)
    for rulebook in program.rulebooks:
        _scope(symbols, rulebook.applies, rulebook.lines)
        for rule in rulebook.rules:
            _rule(symbols, rule)
    titled: dict[tuple[str, str], syntax.Dialogue] = {}
    for dialogue in program.dialogues:
        _dialogue(program, dialogue)
        if not dialogue.scenario.text or not dialogue.title.plain:  # a line that cannot be read, told as such
            continue
        first = titled.setdefault((dialogue.scenario.text, dialogue.title.plain), dialogue)
        if first is not dialogue:
            labels = (Label(first.title.span, Words("第一个", "the first one")),)
            symbols.findings.add(lints.SAME_TITLE.at(dialogue.title.span, labels=labels, title=dialogue.title.plain))
    _groups_in_braces(program)


def _groups_in_braces(program: Program) -> None:
    """Mark word groups as used that a ban, rule, dialogue or other group names in braces."""
    symbols = program.symbols
    table = symbols.tables["words"]
    if all(not one.own or ("words", one.name) in symbols.used for one in table.values()):
        return
    for script in program.scripts:
        for item in script.items:
            for text in _patterns(item):
                symbols.used.update(
                    ("words", table[one.name.text].name) for one in text.slots if one.name.text in table
                )


def _patterns(item: syntax.Item) -> Iterator[nodes.Text]:
    """The texts of `item` in which braces hold word groups."""
    lines: Iterable[object] = ()
    match item:
        case syntax.WordGroup():
            yield from item.words
        case nodes.NeverSay():
            lines = (item,)
        case syntax.Scenario():
            lines = (*item.lines, *(line for step in item.steps for line in step.lines))
        case syntax.Rulebook():
            lines = (line for rule in item.rules for line in rule.lines)
        case syntax.Dialogue():
            lines = item.lines
    for line in lines:
        predicates: tuple[syntax.Predicate | None, ...] = ()
        match line:
            case nodes.NeverSay():
                yield from (*line.texts, *line.unless)
            case syntax.PathRule():
                predicates = (line.left, line.right, line.after)
            case syntax.Limit():
                predicates = (line.within,)
            case syntax.Expect():
                predicates = (line.predicate,)
        for one in predicates:
            yield from (atom.text for atom in (one.atoms if one else ()) if atom.text is not None)


def _all(symbols: Symbols, sort: Sort, names: Iterable[nodes.Name]) -> None:
    for name in names:
        symbols.find(sort, name)


def _scope(symbols: Symbols, applies: Iterable[nodes.Name], lines: Iterable[object]) -> None:
    """What a rulebook or rule applies to: kinds, scenarios, or all."""
    for line in lines:
        if isinstance(line, nodes.NamesLine):
            applies = (*applies, *line.names)
        elif isinstance(line, nodes.ChannelLine):
            _all(symbols, "channel", line.names)
    for name in applies:
        if name.text not in ALL_KINDS and name.text not in symbols.tables["scenario"]:
            symbols.find("kind", name)


def _rule(symbols: Symbols, rule: syntax.RuleDef) -> None:
    _scope(symbols, (), rule.lines)
    for line in rule.lines:
        if isinstance(line, syntax.PathRule):
            _all(symbols, "event", line.events)
            for predicate in (line.left, line.right, line.after):
                _predicate(symbols, predicate)
        elif isinstance(line, syntax.Limit):
            _predicate(symbols, line.within)


def _predicate(symbols: Symbols, predicate: syntax.Predicate | None) -> None:
    """Look up the names of a predicate, but for steps, slots and promises, which belong to scenarios."""
    for atom in predicate.atoms if predicate else ():
        sort = _ATOM_SORTS.get(atom.sort)
        if sort is not None:
            _all(symbols, sort, atom.names)


def all_declared(symbols: Symbols, line: syntax.PathRule | syntax.Limit) -> bool:
    """Whether every name in a line of a rule is declared; a line with an undefined name cannot be judged."""
    predicates = (line.within,) if isinstance(line, syntax.Limit) else (line.left, line.right, line.after)
    events = line.events if isinstance(line, syntax.PathRule) else ()
    return all(name.text in symbols.tables["event"] for name in events) and all(
        name.text in symbols.tables[sort]
        for predicate in predicates
        for atom in (predicate.atoms if predicate is not None else ())
        if (sort := _ATOM_SORTS.get(atom.sort)) is not None
        for name in atom.names
    )


def _dialogue(program: Program, dialogue: syntax.Dialogue) -> None:
    symbols = program.symbols
    found = symbols.find("scenario", dialogue.scenario)
    for line in dialogue.lines:
        if isinstance(line, syntax.Customer) and line.event is not None:
            symbols.find("event", line.event)
        elif isinstance(line, syntax.Expect):
            _predicate(symbols, line.predicate)
        elif isinstance(line, syntax.Reach):
            where = symbols.find("scenario", line.scenario) if line.scenario is not None else found
            if where is not None and where.name in program.scenarios:
                steps = [name.text for step in program.scenarios[where.name].steps for name in step.names]
                if line.step.text not in steps:
                    symbols.undefined("step", line.step, steps)
