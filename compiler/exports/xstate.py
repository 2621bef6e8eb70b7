"""A machine as configuration for XState 5, in JSON. docs/exports.md holds the few lines that bring it to life.

JSON holds no functions, so guards stand as `{"type": "in", "params": {"all": [[ids], …]}}` (one state of each list is
active) and the chart's own events as actions `raise` and `cancel`; what the agent does are actions `say`, `ask`, `do`,
`promise` and `end`.
"""

from __future__ import annotations

import json
from typing import Any

from compiler.exports.annotations import described, facts, origin, slots
from compiler.exports.parts import Action, ChartState, ChartTransition, RaisedEvent
from compiler.exports.statechart import chart
from compiler.machine.model import Machine

Object = dict[str, Any]


def xstate(machine: Machine) -> str:
    """The text of the configuration of `machine`, which must have no silent circle (SC308)."""
    made = chart(machine)
    config: Object = {
        "id": "_machine",
        "initial": made.top.id,
        "meta": {
            "scenario": made.name,
            "title": made.title,
            "events": dict(made.events),
            "slots": slots(machine),
            "facts": facts(machine),
            "answers": [{"slot": slot, "value": value, "event": event} for slot, value, event in made.fills],
            "known": [{"slot": slot, "value": value, "event": event} for slot, value, event in made.known],
        },
        "states": {
            made.top.id: _state(made.top),
            **{end.id: {"id": end.id, "type": "final", "meta": {"outcome": end.name}} for end in made.ends},
        },
    }
    return json.dumps(config, ensure_ascii=True, indent=1) + "\n"


def _state(state: ChartState) -> Object:
    if state.kind == "history":
        return {"id": state.id, "type": "history", "history": "deep", "target": f"#{state.initial}"}
    out: Object = {"id": state.id}
    if state.kind == "parallel":
        out["type"] = "parallel"
    if meta := origin(state):
        out["meta"] = meta
    if state.initial:
        out["initial"] = state.initial
    delayed = [(f"{state.id}_t{number}", one) for number, one in enumerate(state.delayed)]
    entry = [_raise(event) for event in state.raised]
    entry += [{"type": "raise", "params": {"event": one.event, "delay": one.delay, "id": id}} for id, one in delayed]
    if entry:
        out["entry"] = entry
    if delayed:
        out["exit"] = [{"type": "cancel", "params": {"id": id}} for id, _ in delayed]
    if state.timeouts:
        out["after"] = {
            str(one.delay): [_transition(transition) for transition in one.transitions] for one in state.timeouts
        }
    if state.transitions:
        on: dict[str, list[Object]] = {}
        for transition in state.transitions:
            on.setdefault(transition.event, []).append(_transition(transition))
        out["on"] = on
    if state.children:
        out["states"] = {child.id: _state(child) for child in state.children}
    return out


def _transition(transition: ChartTransition) -> Object:
    out: Object = {}
    if transition.target:
        out |= {"target": f"#{transition.target}", "reenter": True}
    if transition.guard:
        out["guard"] = {"type": "in", "params": {"all": [list(clause) for clause in transition.guard]}}
    if transition.actions:
        out["actions"] = [_action(action) for action in transition.actions]
    return out


def _action(action: Action) -> Object:
    if isinstance(action, RaisedEvent):
        return _raise(action.event)
    kind, text, more = described(action)
    return {"type": kind, "params": {"text": text, **more}}


def _raise(event: str) -> Object:
    return {"type": "raise", "params": {"event": event}}
