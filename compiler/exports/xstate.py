"""A machine as configuration for XState 5, in JSON. docs/exports.md holds the few lines that bring it to life.

JSON holds no functions, so guards stand as `{"type": "in", "params": {"all": [[ids], …]}}` (one state of each list is
active) and the chart's own events as actions `raise` and `cancel`; what the agent does are actions `say`, `ask`, `do`,
`promise` and `end`.
"""

from __future__ import annotations

import json
from typing import Any

from compiler.exports.annotations import place, told
from compiler.exports.parts import Action, Jump, Raised, State
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
            "answers": [{"slot": slot, "value": value, "event": event} for slot, value, event in made.fills],
            "known": [{"slot": slot, "value": value, "event": event} for slot, value, event in made.known],
        },
        "states": {
            made.top.id: _state(made.top),
            **{end.id: {"id": end.id, "type": "final", "meta": {"outcome": end.name}} for end in made.ends},
        },
    }
    return json.dumps(config, ensure_ascii=True, indent=1) + "\n"


def _state(state: State) -> Object:
    if state.kind == "history":
        return {"id": state.id, "type": "history", "history": "deep", "target": f"#{state.initial}"}
    out: Object = {"id": state.id}
    if state.kind == "parallel":
        out["type"] = "parallel"
    if meta := place(state):
        out["meta"] = meta
    if state.initial:
        out["initial"] = state.initial
    sent = [(f"{state.id}_t{number}", one) for number, one in enumerate(state.sent)]
    entry = [_raise(event) for event in state.raised]
    entry += [{"type": "raise", "params": {"event": one.event, "delay": one.delay, "id": id}} for id, one in sent]
    if entry:
        out["entry"] = entry
    if sent:
        out["exit"] = [{"type": "cancel", "params": {"id": id}} for id, _ in sent]
    if state.after:
        out["after"] = {str(one.delay): [_jump(jump) for jump in one.jumps] for one in state.after}
    if state.jumps:
        on: dict[str, list[Object]] = {}
        for jump in state.jumps:
            on.setdefault(jump.event, []).append(_jump(jump))
        out["on"] = on
    if state.children:
        out["states"] = {child.id: _state(child) for child in state.children}
    return out


def _jump(jump: Jump) -> Object:
    out: Object = {}
    if jump.target:
        out |= {"target": f"#{jump.target}", "reenter": True}
    if jump.guard:
        out["guard"] = {"type": "in", "params": {"all": [list(clause) for clause in jump.guard]}}
    if jump.actions:
        out["actions"] = [_action(action) for action in jump.actions]
    return out


def _action(action: Action) -> Object:
    if isinstance(action, Raised):
        return _raise(action.event)
    kind, text, more = told(action)
    return {"type": kind, "params": {"text": text, **more}}


def _raise(event: str) -> Object:
    return {"type": "raise", "params": {"event": event}}
