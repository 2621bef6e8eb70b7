"""What a turn brought about, as things a predicate can name: steps begun, sentences said, acts done, the end."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.runtime.configuration import Configuration, GoAlong, Happening, Input, Outcome
from compiler.runtime.model import Act, Model
from dsl.frozen import Node

Fact = tuple[str, str]
"""A sort of atom (`dsl.syntax.AtomSort`) and the name it is about; without a name, that there was any such thing."""


class Said(Node, frozen=True):
    """A wording the agent may have used: with its slots as `{name}`, and with what they held then."""

    plain: str
    spoken: str


class Seen(Node, frozen=True):
    """What one turn brought about."""

    facts: frozenset[Fact]
    said: tuple[Said, ...]


def watch(model: Model, before: Configuration | None, given: Input | None, outcome: Outcome) -> Seen:
    """What `outcome` of `given` at `before` brought about; None, None for the beginning of a call."""
    facts: set[Fact] = set()
    said: list[Said] = []
    for one in outcome.happenings:
        facts.update(_facts(model, one))
        if one.act is not None:
            said += [Said(wording.plain, wording.spoken(one.slots)) for wording in one.act.wordings]
    if before is not None and isinstance(given, GoAlong):
        top = before.frames[-1]
        ways = model.states[top.state].proceed
        facts.update(("get", model.slots[slot].name) for slot in ways[0].fills if slot in top.asked)
    for number in outcome.taken:
        line = model.transitions[number]
        if line.event:
            facts.add(("event", line.event))
            facts.update(("tag", tag) for tag in model.event_tags.get(line.event, ()))
        if line.call >= 0:
            facts.add(("call", model.flows[line.call].scenario))
    return Seen(frozenset(facts), tuple(said))


def _facts(model: Model, one: Happening) -> Iterator[Fact]:
    flow = model.flows[one.flow]
    if one.kind == "enter":
        step = flow.steps[one.step]
        yield "step", step.name
        yield "step", f"{flow.scenario}.{step.name}"
        for tag in step.tags:
            yield "tag", tag
            yield "step-tag", tag
    elif one.kind == "end":
        yield "end", ""
        yield "end", one.outcome
        for tag in model.outcome_tags.get(one.outcome, ()):
            yield "tag", tag
            yield "end-tag", tag
    elif one.act is not None:
        yield from _of_act(model, one.act)


def _of_act(model: Model, act: Act) -> Iterator[Fact]:
    slots = [model.slots[slot] for slot in act.slots]
    if act.kind == "do":
        yield "do", act.action
        for tag in model.action_tags.get(act.action, ()):
            yield "tag", tag
        for slot in slots:
            yield "get", slot.name
    elif act.kind == "promise":
        yield "promise", ""
        yield "promise", slots[0].name
        yield "get", slots[0].name
    elif act.kind == "ask":
        for slot in slots:
            yield "ask", slot.name
            if slot.sensitive:
                yield "ask", ""  # an atom without a name asks for anything sensitive
    for wording in act.wordings:
        for tag in wording.tags:
            yield "tag", tag
        if wording.bank is not None:
            yield "say", wording.bank
        for part in wording.parts:
            if not isinstance(part, str):
                yield "mention", part.name
