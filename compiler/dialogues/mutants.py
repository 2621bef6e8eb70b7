"""Scripts broken one line at a time: every way in which a line of a scenario could be wrong and still be read.

A mutant is made on the syntax tree, so it is always well written; whether anybody notices it is `mutation`'s question.
Left alone is what changes no call: goals, tips, sources, and 时限, which is for the agent's eyes and the checks' alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from dsl import nodes, syntax
from dsl.diagnostics import Words
from dsl.formatter import Writer
from dsl.frozen import Node, replace
from dsl.source import Span

MutationKind = Literal["drop-act", "drop-handler", "drop-limit", "drop-way", "swap-target", "raise-limit", "drop-guard"]

KINDS: dict[MutationKind, Words] = {
    "drop-act": Words("删去一句话或一个动作", "a sentence or an act dropped"),
    "drop-handler": Words("删去一个“当”", "a reaction dropped"),
    "drop-limit": Words("删去一个“至多”“超过”“每”", "a limit or a timer dropped"),
    "drop-way": Words("删去一条有条件的去路", "a guarded way on dropped"),
    "swap-target": Words("转到别的步骤、别的结局", "another step or outcome"),
    "raise-limit": Words("放宽一个限制", "a limit raised"),
    "drop-guard": Words("去掉一个条件", "a condition dropped"),
}

_LEAVING = (nodes.Go, nodes.End, nodes.Return)
_SPOKEN = (nodes.Say, nodes.Ask, nodes.Do, nodes.Promise)


class Mutant(Node, frozen=True):
    """One way to break a scenario. `scenario` is the broken one; `span` is the line, `lines` what stands there instead."""

    kind: MutationKind
    span: Span
    lines: tuple[Any, ...]
    scenario: syntax.Scenario

    @property
    def written(self) -> str:
        """What stands in the place of the line, as `fmt` writes it; empty when the line is gone."""
        writer = Writer(None)
        return " / ".join(" ".join(writer.statement(line, "").split()) for line in self.lines)


def mutants(scenario: syntax.Scenario) -> Iterator[Mutant]:
    """Every mutant of `scenario`, in the order of its lines; no two are alike."""
    steps = [step.names[0].text for step in scenario.steps if step.names]
    outcomes = sorted({act.outcome.text for act in _acts(scenario) if isinstance(act, nodes.End)})
    maker = _Maker(steps, outcomes)
    for at, line in enumerate(scenario.lines):
        if isinstance(line, nodes.Handler):
            for kind, now in maker.line(line):
                lines = (*scenario.lines[:at], *now, *scenario.lines[at + 1 :])
                yield Mutant(kind, line.span, now, replace(scenario, lines=lines))
    for number, step in enumerate(scenario.steps):
        for at, each in enumerate(step.lines):
            end = at + 1
            if isinstance(each, nodes.Say):  # its alternatives go with it
                if each.alternative:
                    continue
                while end < len(step.lines) and _is_alternative(step.lines[end]):
                    end += 1
            for kind, now in maker.line(each):
                broken = replace(step, lines=(*step.lines[:at], *now, *step.lines[end:]))
                steps_now = (*scenario.steps[:number], broken, *scenario.steps[number + 1 :])
                yield Mutant(kind, each.span, now, replace(scenario, steps=steps_now))


def _is_alternative(line: Any) -> bool:
    return isinstance(line, nodes.Say) and line.alternative


def _acts(scenario: syntax.Scenario) -> Iterator[Any]:
    for line in (*scenario.lines, *(line for step in scenario.steps for line in step.lines)):
        yield line
        yield from getattr(line, "acts", ())


class _Maker:
    """Breaks single lines; a broken line is a tuple of lines, which may be empty."""

    def __init__(self, steps: list[str], outcomes: list[str]) -> None:
        self.steps = steps
        self.outcomes = outcomes

    def line(self, line: Any) -> Iterator[tuple[MutationKind, tuple[Any, ...]]]:
        match line:
            case nodes.Say() | nodes.Ask() | nodes.Do() | nodes.Call():
                yield "drop-act", ()
            case nodes.Promise():
                yield "drop-act", ()
                yield "raise-limit", (replace(line, deadline=_more(line.deadline, 10)),)
            case nodes.Wait():
                yield "raise-limit", (replace(line, time=_more(line.time, 2)),)
            case nodes.Go() | nodes.End():
                yield from self.swapped(line)
            case nodes.AtMost():
                yield "drop-limit", ()
                yield "raise-limit", (replace(line, times=_plus_one(line.times)),)
                yield from self.acts(line)
            case nodes.Timer():
                yield "drop-limit", ()
                yield "raise-limit", (replace(line, time=_more(line.time, 2)),)
                yield from self.acts(line)
            case nodes.If():
                if isinstance(line.acts[-1], _LEAVING):
                    yield "drop-way", ()
                yield "drop-guard", tuple(line.acts)
                yield from self.acts(line)
            case nodes.Handler():
                yield "drop-handler", ()
                if line.delay is not None:
                    yield "raise-limit", (replace(line, delay=_more(line.delay, 2)),)
                if line.guard is not None:
                    yield "drop-guard", (replace(line, guard=None),)
                yield from self.acts(line)

    def acts(self, line: Any) -> Iterator[tuple[MutationKind, tuple[Any, ...]]]:
        """The acts of a line that has some: each dropped or turned elsewhere. The last one cannot be dropped."""
        for at, act in enumerate(line.acts):
            if isinstance(act, _SPOKEN) and len(line.acts) > 1 and not _is_alternative(act):
                end = at + 1
                while end < len(line.acts) and _is_alternative(line.acts[end]):
                    end += 1
                rest = (*line.acts[:at], *line.acts[end:])
                if rest:
                    yield "drop-act", (replace(line, acts=rest),)
            for kind, now in self.swapped(act) if isinstance(act, nodes.Go | nodes.End) else ():
                yield kind, (replace(line, acts=(*line.acts[:at], *now, *line.acts[at + 1 :])),)

    def swapped(self, act: Any) -> Iterator[tuple[MutationKind, tuple[Any, ...]]]:
        """The same act with the next step, or the next outcome, of the scenario."""
        if isinstance(act, nodes.Go):
            other = _next(self.steps, act.step.text)
            if other is not None:
                yield "swap-target", (replace(act, step=nodes.Name(act.step.span, other)),)
        else:
            other = _next(self.outcomes, act.outcome.text)
            if other is not None:
                yield "swap-target", (replace(act, outcome=nodes.Name(act.outcome.span, other)),)


def _next(names: list[str], name: str) -> str | None:
    """The name behind `name`, round the end; None when there is no other."""
    if name not in names or len(names) < 2:
        return None
    return names[(names.index(name) + 1) % len(names)]


def _more(amount: nodes.Quantity, times: int) -> nodes.Quantity:
    return replace(amount, number=f"{float(amount.number) * times:g}")


def _plus_one(amount: nodes.Quantity) -> nodes.Quantity:
    return replace(amount, number=f"{float(amount.number) + 1:g}")
