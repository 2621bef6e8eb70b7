"""One dialogue, line by line, on the simulator: what it finds, and the call it made.

The meaning of each line is in docs/language.md, "Dialogues".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from compiler.dialogues import lints
from compiler.dialogues.expecting import Expectations
from compiler.dialogues.names import Names
from compiler.dialogues.watching import Seen, watch
from compiler.runtime.configuration import Configuration, Fill, GoAlong, Happens, Input, Pass, Possible, Refused
from compiler.runtime.model import Model
from compiler.runtime.session import CallRefused, Session
from compiler.runtime.transcript import Turn, duration, transcript_lines
from dsl import nodes, syntax
from dsl.diagnostics import Diagnostic, Lint, Severity, Words, listed
from dsl.frozen import Node
from dsl.source import Span


class Result(Node, frozen=True):
    """Result of playing a dialogue.

    findings: in line order. turns: transcript up to the stop. taken, acts: model numbers of transitions taken and acts
    performed. steps: (flow, step) pairs entered. seen: facts of every turn.
    """

    dialogue: syntax.Dialogue
    scenario: str
    findings: tuple[Diagnostic, ...]
    turns: tuple[Turn, ...] = ()
    taken: frozenset[int] = frozenset()
    acts: frozenset[int] = frozenset()
    steps: frozenset[tuple[int, int]] = frozenset()
    seen: tuple[Seen, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; a warning alone does not fail a dialogue."""
        return not any(one.severity is Severity.ERROR for one in self.findings)


class _Over(Exception):
    """Signal that the rest of the dialogue cannot be played."""


def play(dialogue: syntax.Dialogue, model: Model, names: Names, expectations: Expectations) -> Result:
    """Play `dialogue` on a fresh call; stop after an impossible turn."""
    player = _Player(dialogue, model, names, expectations)
    try:
        for line in dialogue.lines:
            player.line(line)
        player.finish()
    except _Over:
        pass
    return player.result()


class _Player:
    def __init__(self, dialogue: syntax.Dialogue, model: Model, names: Names, expectations: Expectations) -> None:
        self.dialogue = dialogue
        self.model = model
        self.names = names
        self.expectations = expectations
        self.findings: list[Diagnostic] = []
        self.call: Session | None = None
        self.known: dict[str, str] = {}
        self.ahead: dict[str, str] = {}
        self.unused: dict[str, tuple[Span, nodes.Name]] = {}
        self.seen: list[Seen] = []
        turns = [line.span.start for line in dialogue.lines if isinstance(line, syntax.Customer | syntax.Pass)]
        self.last_turn = turns[-1] if turns else dialogue.span.start

    def line(self, line: syntax.DialogueLine) -> None:
        match line:
            case syntax.Given():
                self.given(line)
            case syntax.Fill():
                self.fill(line)
            case syntax.Pass():
                self.turn(line.span, Pass(line.time.base))
            case syntax.Customer():
                given = GoAlong() if line.event is None else Happens(self.names.of("event", line.event))
                self.turn(line.span, given, line.words.plain if line.words is not None else "")
            case syntax.Reach():
                self.reach(line)
            case syntax.Expect():
                self.expect(line)

    def finish(self) -> None:
        """The end of the dialogue: it has to have begun, and what was filled has to have been of use."""
        self.begun(self.dialogue.span)
        for span, name in self.unused.values():
            self.findings.append(lints.NEVER_ASKED.at(span, slot=name.text))

    def result(self) -> Result:
        call = self.call
        outcomes = call.outcomes if call is not None else ()
        return Result(
            self.dialogue,
            self.model.name,
            tuple(sorted(self.findings, key=lambda one: one.span.start)),
            call.transcript if call is not None else (),
            frozenset(number for one in outcomes for number in one.taken),
            frozenset(each.act.id for one in outcomes for each in one.happenings if each.act is not None),
            frozenset((each.flow, each.step) for one in outcomes for each in one.happenings if each.kind == "enter"),
            tuple(self.seen),
        )

    # --- before the call, and answers -------------------------------------------------------------------------------

    def given(self, line: syntax.Given) -> None:
        if self.call is not None:
            self.cannot_fill(line.span, _LATE, _LATE_HINT)
        self.known[self.names.slot(line.slot)] = _value(line.value)

    def fill(self, line: syntax.Fill) -> None:
        slot, value = self.names.slot(line.slot), _value(line.value)
        self.unused[slot] = (line.span, line.slot)
        if self.call is None:
            self.ahead[slot] = value
            return
        made = self.call.put(Fill(slot, value))
        if isinstance(made, Refused):
            self.cannot_fill(line.span, made.words, _options(made) if made.options else _OTHER_SLOT)

    def begun(self, span: Span) -> Session:
        """Return the call; begin the call at the first line in need of a session."""
        if self.call is None:
            try:
                call = Session(self.model, self.known, self.ahead)
            except CallRefused as error:
                self.refuse(self._culprit(error.refused, span), error.refused)
            if call.needs is not None:
                self.refuse(span, call.needs)
            self.call = call
            self.watch(call, None, None)
        return self.call

    def _culprit(self, refused: Refused, span: Span) -> Span:
        """The line before the call that is to blame for a call that cannot begin."""
        for line in self.dialogue.lines:
            named = isinstance(line, syntax.Given | syntax.Fill) and self.names.slot(line.slot) == refused.slot
            if named and refused.kind in ("slot", "value"):
                return line.span
        return span

    # --- turns ------------------------------------------------------------------------------------------------------

    def turn(self, span: Span, given: Input, words: str = "") -> None:
        call = self.begun(span)
        before = call.configuration
        made = call.wait(given.milliseconds) if isinstance(given, Pass) else call.put(given, words)
        if isinstance(made, Refused):
            self.refuse(span, made)
        self.watch(call, before, given)

    def watch(self, call: Session, before: Configuration | None, given: Input | None) -> None:
        seen = watch(self.model, before, given, call.outcomes[-1])
        self.seen.append(seen)
        for sort, name in seen.facts:
            if sort == "get":
                self.unused.pop(name, None)

    def refuse(self, span: Span, refused: Refused) -> NoReturn:
        if refused.kind == "answer-missing":
            first = refused.options[0]
            finding = lints.ANSWER_MISSING.at(span, slot=refused.slot, option=first, call=self.told())
        elif refused.kind in ("slot", "value"):
            self.cannot_fill(span, refused.words, _options(refused) if refused.options else _OTHER_SLOT)
        else:
            hint = _possible(refused.possible)
            finding = lints.CANNOT_HAPPEN.at(span, reason=refused.words, hint=hint, call=self.told())
        self.findings.append(finding)
        raise _Over

    def cannot_fill(self, span: Span, reason: Words, hint: Words) -> NoReturn:
        self.findings.append(lints.CANNOT_FILL.at(span, reason=reason, hint=hint, call=self.told()))
        raise _Over

    def told(self) -> tuple[Words, ...]:
        """Render the transcript so far."""
        if self.call is None:
            return ()
        scenario = self.model.flows[0].scenario
        return tuple(transcript_lines(self.call.transcript, scenario))

    # --- what is asserted -------------------------------------------------------------------------------------------

    def reach(self, line: syntax.Reach) -> None:
        call = self.begun(line.span)
        scenario = self.names.of("scenario", line.scenario) if line.scenario else self.model.flows[0].scenario
        step = self.names.step(scenario, line.step)
        here = call.position
        if here is not None and (here.scenario, here.step) == (scenario, step):
            return
        if ("step", f"{scenario}.{step}") in self.seen[-1].facts:
            return
        main = self.model.flows[0].scenario
        expected = step if scenario == main else f"{scenario}.{step}"
        if here is None:
            actual = Words(f"通话已经结束：{call.outcome or '返回'}", f"the call is over: {call.outcome or 'returned'}")
        else:
            where = here.step if here.scenario == main else f"{here.scenario}.{here.step}"
            actual = Words(f"通话在“{where}”", f"the call is in “{where}”")
        self.mismatch(lints.NOT_REACHED, line.span, expected, actual)
        raise _Over

    def expect(self, line: syntax.Expect) -> None:
        self.begun(line.span)
        expected = line.predicate.span.text
        if not line.negated:
            if not self.expectations.met(line.predicate, self.seen[-1]):
                self.mismatch(lints.NOT_MET, line.span, expected, self.actual())
            return
        # Behind the last turn it is about the whole call, before that about the turn it stands behind.
        first = 0 if line.span.start > self.last_turn else len(self.seen) - 1
        for number, seen in enumerate(self.seen[first:], first):
            if self.expectations.met(line.predicate, seen):
                self.mismatch(lints.UNEXPECTED, line.span, expected, self.when(number))
                return

    def mismatch(self, lint: Lint, span: Span, expected: str, actual: Words) -> None:
        """Report that the dialogue asks for something else than there was in the call."""
        data = lints.Mismatch(expected, actual)
        finding = lint.at(span, expected=expected, actual=actual, call=self.told(), data=data)
        self.findings.append(finding)

    def actual(self) -> Words:
        """What the last turn brought about, in one line."""
        assert self.call is not None
        lines = tuple(transcript_lines(self.call.transcript[-1:], self.model.flows[0].scenario, places=False))
        if self.call.transcript[-1].given is not None:
            lines = lines[1:]
        if not lines:
            return Words("这一轮什么也没有发生", "nothing happened in this turn")
        zh = "；".join(line.zh for line in lines[:_SHOWN]) + ("……" if len(lines) > _SHOWN else "")
        en = "; ".join(line.en for line in lines[:_SHOWN]) + (" …" if len(lines) > _SHOWN else "")
        return Words(f"这一轮是 {zh}", f"this turn was {en}")

    def when(self, number: int) -> Words:
        """At which turn it was."""
        return (
            Words("在通话开头", "at the beginning of the call")
            if number == 0
            else Words(f"在第 {number} 轮", f"in turn {number}")
        )


_SHOWN = 6
"""So many lines of a turn are named in a message; the whole call stands below it."""
_LATE = Words("“已知”说的是通话开始以前的事，要写在最前面", "“given” is about the time before the call and comes first")
_LATE_HINT = Words("移到对话的开头；通话里才知道的写“填”", "move it to the head of the dialogue, or write “fill”")


def _value(value: nodes.Name | nodes.Text) -> str:
    return value.text if isinstance(value, nodes.Name) else value.plain


_OTHER_SLOT = Words("删去这一行，或改成这个场景用到的信息", "delete this line, or name a slot that the scenario uses")


def _options(refused: Refused) -> Words:
    options = listed(refused.options, "or")
    return Words(f"可以写：{options.zh}", f"write {options.en}")


def _possible(possible: Iterable[Possible]) -> Words:
    zh: list[str] = []
    en: list[str] = []
    for one in possible:
        if one.kind == "event":
            zh.append(f"客户 {one.event}")
            en.append(f"customer {one.event}")
        elif one.kind == "go-along":
            zh.append("配合")
            en.append("cooperates")
        else:
            zh.append(f"经过{duration(one.delay).zh}".replace(" ", ""))
            en.append(f"pass {duration(one.delay).en}")
    if not zh:
        return Words("通话结束以后不会再有什么；删去这一行", "nothing happens after the end; delete this line")
    return Words(f"这里可以写：{listed(zh).zh}", f"here you may write {listed(en, 'or').en}")
