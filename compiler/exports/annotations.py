"""What the agent does, as an exported machine tells it to whoever runs it: one form for SCXML and XState."""

from __future__ import annotations

from typing import Any

from compiler.exports.parts import ChartState, Ended, Performed
from compiler.machine.model import Ask, Do, Flow, Machine, NeverSay, Phrase, Promise, Say, Slot, Step
from dsl.source import Span

Attributes = dict[str, Any]
"""Texts and lists of texts by name; nothing is there that is empty."""


def described(action: Performed | Ended) -> tuple[str, str, Attributes]:
    """(say | ask | do | promise | end, the text, what else is known of it)."""
    if isinstance(action, Ended):
        return "end", action.outcome, {}
    act = action.act
    match act:
        case Say():
            return (
                "say",
                _text(act.phrases),
                _known(or_say=_others(act.phrases), **_bank(act.phrases), at=_at(act.span)),
            )
        case Ask():
            more = _known(slots=list(act.slots), or_say=_others(act.phrases), **_bank(act.phrases), at=_at(act.span))
            return "ask", _text(act.phrases), more
        case Do():
            return "do", act.action, _known(slots=list(act.fills), at=_at(act.span))
        case Promise():
            within = f"{act.deadline.number} {act.deadline.unit}"
            return "promise", act.slot, _known(within=within, at=_at(act.span))


def origin(state: ChartState) -> Attributes:
    """Where in the scripts a state of the chart comes from; what a step is for, where it begins."""
    if state.flow is None:
        return {}
    if state.step is None:
        return _known(scenario=state.flow.scenario, **(_scenario(state.flow) if state.kind == "compound" else {}))
    more = _step(state.step) if state.begins else {}
    return _known(scenario=state.flow.scenario, step=state.step.name, state=state.name, **more)


def facts(machine: Machine) -> list[Attributes]:
    """What stands for the same words in every call."""
    return [{"name": name, "value": value} for name, value in machine.facts]


def slots(machine: Machine) -> list[Attributes]:
    """What a call comes to know. A sensitive slot is never to be read out whole, nor written where others read it."""
    return [_slot(slot) for slot in machine.slots]


def _slot(slot: Slot) -> Attributes:
    return {
        "name": slot.name,
        "type": slot.type,
        **_known(options=list(slot.options), sensitive=slot.sensitive, known=slot.known),
    }


def _step(step: Step) -> Attributes:
    return {
        "tags": list(step.tags),
        "goal": step.goal,
        "never_say": _never_say(step.never_say),
        "never_do": [action for one in step.never_do for action in one.actions],
        "at": _at(step.span),
    }


def _scenario(flow: Flow) -> Attributes:
    return {
        "title": flow.title,
        "never_say": _never_say(flow.never_say),
        "never_do": [action for one in flow.never_do for action in one.actions],
        "at": _at(flow.span),
    }


def _never_say(bans: tuple[NeverSay, ...]) -> list[Attributes]:
    """Texts may name word groups in braces, whose words are in `groups`; a hit inside a text of `unless` does not count."""
    return [
        _known(
            texts=list(ban.texts),
            because=ban.because,
            instead=list(ban.instead),
            unless=list(ban.unless),
            groups={name: list(words) for name, words in ban.groups},
        )
        for ban in bans
    ]


def _text(phrases: tuple[Phrase, ...]) -> str:
    return _wording(phrases[0]) if phrases else ""


def _others(phrases: tuple[Phrase, ...]) -> list[str]:
    return [_wording(phrase) for phrase in phrases[1:]]


def _wording(phrase: Phrase) -> str:
    """The words of `phrase`, with slots as `{name}`, or as `{name 末4位}` where the last four characters alone are read out.

    An engine that puts values into `{name}` must not find it there: it would read out the whole number.
    """
    return "".join(
        part
        if isinstance(part, str)
        else f"{{{part.slot}}}"
        if part.tail is None
        else f"{{{part.slot} 末{part.tail}位}}"
        for part in phrase.parts
    )


def _bank(phrases: tuple[Phrase, ...]) -> Attributes:
    tags = list(dict.fromkeys(tag for phrase in phrases[:1] for tag in phrase.tags))
    return {"phrase": phrases[0].bank if phrases else None, "tags": tags}


def _at(span: Span) -> str:
    return f"{span.source.name}:{span.line}"


def _known(**values: Any) -> Attributes:
    return {key: value for key, value in values.items() if value}
