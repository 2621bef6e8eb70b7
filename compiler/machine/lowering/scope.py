"""The names one scenario may use, resolved to what the machine holds: slots, steps, phrases, events, amounts.

Every look-up reports what it does not find and gives back something harmless, so that lowering always goes on to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from compiler.machine.model import Amount, Filled, Guard, Phrase, Slot, SlotRef, Test, ValueIn
from compiler.names import lints
from compiler.names.program import Program, ScenarioDef
from compiler.names.symbols import Sort
from dsl import nodes, syntax
from dsl.diagnostics import Edit, Words, listed
from dsl.keywords import SLOT_FLAGS, SLOT_TYPES, UNITS
from dsl.suggest import closest, opposed

_DIMENSIONS = {
    "time": Words("时间", "a time"),
    "worktime": Words("工作时间", "working time"),
    "rings": Words("铃声数", "a number of rings"),
    "times": Words("次数", "a number of times"),
    "characters": Words("字数", "a number of characters"),
    "phrases": Words("句数", "a number of phrases"),
    "turns": Words("轮数", "a number of turns"),
}
_TYPES = Words("文本、数字、电话号码、日期、金额、时间、选项", "text, number, phone, date, money, time, one of")


class Scope:
    """The names in sight of one scenario of `program`."""

    def __init__(self, program: Program, scenario: ScenarioDef, bank: Bank) -> None:
        self.program = program
        self.symbols = program.symbols
        self.findings = program.symbols.findings
        self.scenario = scenario
        self.bank = bank
        self.slots: dict[str, Slot] = {}
        self.steps: dict[str, int] = {}
        self._facts = dict(program.settings.facts)
        self._declare_slots()
        self._declare_steps()

    @cached_property
    def word_groups(self) -> dict[str, tuple[str, ...]]:
        """The words of each word group, by name."""
        return self.program.word_groups

    # --- what the scenario declares ---------------------------------------------------------------------------------

    def _declare_slots(self) -> None:
        for line in self.scenario.lines:
            if isinstance(line, nodes.SlotLine):
                self._add_slot(line)
        for line in _all_lines(self.scenario):
            if isinstance(line, nodes.Promise) and line.slot.text not in self.slots:
                self.slots[line.slot.text] = Slot(line.slot.text, "deadline", (), False, False, line.slot.span)

    def _add_slot(self, line: nodes.SlotLine) -> None:
        slot = slot_of(line, self)
        for name in line.names:
            before = self.slots.get(name.text)
            if before is not None:
                self.symbols.twice("slot", name, nodes.Name(before.span, name.text))
                continue
            self.slots[name.text] = slot

    def _declare_steps(self) -> None:
        for index, step in enumerate(self.scenario.steps):
            for name in step.names:
                before = self.steps.get(name.text)
                if before is None:
                    self.steps[name.text] = index
                else:
                    self.symbols.twice("step", name, self.scenario.steps[before].names[0])

    # --- look-ups ---------------------------------------------------------------------------------------------------

    def name(self, sort: Sort, name: nodes.Name) -> str | None:
        """The canonical name of a project-wide `sort`; None when there is none."""
        symbol = self.symbols.find(sort, name)
        return symbol.name if symbol else None

    def names(self, sort: Sort, names: Iterable[nodes.Name]) -> tuple[str, ...]:
        """The canonical names of those of `names` that there are."""
        return tuple(found for name in names if (found := self.name(sort, name)) is not None)

    def step(self, name: nodes.Name) -> int | None:
        """The index of a step of this scenario."""
        index = self.steps.get(name.text)
        if index is None:
            self.symbols.undefined("step", name, self.steps)
        return index

    def slot(self, name: nodes.Name) -> Slot | None:
        """A slot of this scenario, or one that all scenarios share."""
        slot = self.slots.get(name.text)
        if slot is None:
            shared = self.symbols.tables["slot"].get(name.text)
            if shared is None:
                self.symbols.undefined("slot", name, (*self.slots, *self.symbols.tables["slot"], *self._facts))
                return None
            self.symbols.used.add(("slot", shared.name))
            slot = slot_of(shared.node, self)
            for alias in shared.node.names:
                self.slots.setdefault(alias.text, slot)
        return slot

    # --- texts, guards, amounts -------------------------------------------------------------------------------------

    def phrases(self, use: nodes.Text | nodes.Name) -> tuple[Phrase, ...]:
        """What a `说` or `问` speaks: one wording of its own, or all wordings of a phrase of the bank."""
        if isinstance(use, nodes.Text):
            return (self.phrase(use),)
        symbol = self.symbols.find("phrase", use)
        if symbol is None:
            return ()
        return self.bank.phrases(symbol.node, symbol.name, self)

    def phrase(self, text: nodes.Text, bank: str | None = None, tags: tuple[str, ...] = ()) -> Phrase:
        """A text as a phrase; its slots are looked up."""
        parts: tuple[str | nodes.SlotUse, ...] = text.parts
        if len(parts) == 1 and isinstance(parts[0], str):
            return Phrase((parts[0],), text.span, bank, tags)
        out: list[str | SlotRef] = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
                continue
            name = part.name.text
            if name in self._facts and name not in self.slots:
                out.append(SlotRef(name, part.tail))
                continue
            slot = self.slot(part.name)
            out.append(SlotRef(slot.name if slot else name, part.tail))
        return Phrase(tuple(out), text.span, bank, tags)

    def guard(self, guard: nodes.Guard | None) -> Guard:
        """A guard's tests on slots of this scenario; values that are no options are reported."""
        if guard is None:
            return ()
        return tuple(test for one in guard.tests if (test := self._test(one)) is not None)

    def _test(self, test: nodes.Test) -> Test | None:
        slot = self.slot(test.slot)
        if slot is None:
            return None
        if isinstance(test, nodes.SlotKnown):
            return Filled(slot.name, test.negated)
        if slot.type != "choice":
            self.findings.add(lints.NOT_A_CHOICE.at(test.slot.span, slot=slot.name))
            return None
        values: list[str] = []
        for value in test.values:
            if value.text in slot.options:
                values.append(value.text)
                continue
            near = closest(value.text, slot.options)
            options = listed(slot.options, "or")
            there_are = Words(f"可以写：{options.zh}", f"write {options.en}")
            hint = Words(f"是不是想写“{near}”？", f"did you mean “{near}”?") if near else there_are
            fix = Edit(value.span, near) if near and not opposed(value.text, near) else None
            self.findings.add(lints.NOT_AN_OPTION.at(value.span, slot=slot.name, value=value.text, hint=hint, fix=fix))
        return ValueIn(slot.name, tuple(values), test.negated) if values else None

    def milliseconds(self, quantity: nodes.Quantity) -> int:
        """A time on the clock, in milliseconds."""
        return quantity.base if self.dimension(quantity, "time") else 0

    def amount(self, quantity: nodes.Quantity, *wanted: str) -> Amount:
        """A quantity of one of the dimensions `wanted`."""
        self.dimension(quantity, *wanted)
        return Amount(quantity.number, quantity.unit.id, quantity.base)

    def dimension(self, quantity: nodes.Quantity, *wanted: str) -> bool:
        """Whether the quantity has one of the dimensions `wanted`; if not, that is reported."""
        if quantity.unit.dimension in wanted:
            return True
        units = [unit for unit in UNITS if unit.dimension in wanted]
        self.findings.add(
            lints.WRONG_DIMENSION.at(
                quantity.span,
                got=quantity.span.text,
                is_a=_DIMENSIONS[quantity.unit.dimension],
                wanted=Words(
                    "或".join(_DIMENSIONS[one].zh for one in wanted), " or ".join(_DIMENSIONS[one].en for one in wanted)
                ),
                units=Words(listed(unit.zh[0] for unit in units).zh, listed((unit.en[0] for unit in units), "or").en),
            )
        )
        return False


class Bank:
    """The phrase bank, looked up once: a phrase without slots is one and the same object wherever it is used."""

    def __init__(self) -> None:
        self._plain: dict[str, tuple[Phrase, ...]] = {}

    def phrases(self, entry: syntax.PhraseEntry, name: str, scope: Scope) -> tuple[Phrase, ...]:
        """All wordings of `entry`, in the scope of the scenario that speaks it."""
        found = self._plain.get(name)
        if found is not None:
            return found
        tags = scope.names("tag", entry.tags)
        phrases = tuple(scope.phrase(text, name, tags) for text in entry.texts)
        if all(not text.slots for text in entry.texts):
            self._plain[name] = phrases
        return phrases


def slot_of(line: nodes.SlotLine, scope: Scope) -> Slot:
    """The slot that `line` declares; an unknown type or flag is reported and read as plain text."""
    kind = "choice"
    if line.type is not None:
        kind = SLOT_TYPES.get(line.type.text.casefold(), "")
        if not kind:
            known = [*SLOT_TYPES, "选项", "one of"]
            near = closest(line.type.text, known)
            hint = (
                Words(f"是不是想写“{near}”？", f"did you mean “{near}”?")
                if near
                else Words(f"可以写的有：{_TYPES.zh}", f"there are: {_TYPES.en}")
            )
            scope.findings.add(
                lints.UNDEFINED.at(
                    line.type.span, name=line.type.text, sort=Words("信息类型", "slot type"), hint=hint,
                    fix=Edit(line.type.span, near) if near else None,
                    data=lints.UndefinedName(line.type.text, "slot-type"),
                )
            )  # fmt: skip
            kind = "text"
    flags: set[str] = set()
    for flag in line.flags:
        meaning = SLOT_FLAGS.get(flag.text.casefold())
        if meaning is None:
            near = closest(flag.text, SLOT_FLAGS)
            scope.findings.add(
                lints.UNDEFINED.at(
                    flag.span,
                    name=flag.text,
                    sort=Words("信息标记", "slot flag"),
                    hint=Words(
                        f"是不是想写“{near}”？" if near else "可以写的有：敏感、已知",
                        f"did you mean “{near}”?" if near else "there are: sensitive, known",
                    ),
                    fix=Edit(flag.span, near) if near else None,
                    data=lints.UndefinedName(flag.text, "slot-flag"),
                )
            )
        else:
            flags.add(meaning)
    options = tuple(dict.fromkeys(option.text for option in line.options))
    return Slot(line.names[0].text, kind, options, "sensitive" in flags, "known" in flags, line.span)


def _all_lines(scenario: ScenarioDef) -> Iterator[Any]:
    """Every act of a scenario, those inside guarded lines and handlers too."""
    for line in scenario.lines:
        if isinstance(line, nodes.Handler):
            yield from line.acts
    for step in scenario.steps:
        for each in step.lines:
            if isinstance(each, nodes.If | nodes.Handler | nodes.Timer | nodes.AtMost):
                yield from each.acts
            else:
                yield each
