"""What the agent does, as an exported machine tells it to whoever runs it: one form for SCXML and XState."""

from __future__ import annotations

from typing import Any

from compiler.exports.parts import ChartState, Ended, Performed
from compiler.machine.model import Ask, Do, Flow, Phrase, Promise, Say, Step
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


def _step(step: Step) -> Attributes:
    never = [text for one in step.never_say for text in one.texts]
    return {
        "tags": list(step.tags),
        "goal": step.goal,
        "never_say": never,
        "never_do": [action for one in step.never_do for action in one.actions],
        "at": _at(step.span),
    }


def _scenario(flow: Flow) -> Attributes:
    return {
        "title": flow.title,
        "never_say": [text for one in flow.never_say for text in one.texts],
        "never_do": [action for one in flow.never_do for action in one.actions],
        "at": _at(flow.span),
    }


def _text(phrases: tuple[Phrase, ...]) -> str:
    return phrases[0].text if phrases else ""


def _others(phrases: tuple[Phrase, ...]) -> list[str]:
    return [phrase.text for phrase in phrases[1:]]


def _bank(phrases: tuple[Phrase, ...]) -> Attributes:
    tags = list(dict.fromkeys(tag for phrase in phrases[:1] for tag in phrase.tags))
    return {"phrase": phrases[0].bank if phrases else None, "tags": tags}


def _at(span: Span) -> str:
    return f"{span.source.name}:{span.line}"


def _known(**values: Any) -> Attributes:
    return {key: value for key, value in values.items() if value}
