"""A flow as short text, one state a line, for tests that read what a construct became."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.machine import model as m


def guard_text(guard: m.Guard) -> str:
    parts = []
    for test in guard:
        no = "!" if test.negated else ""
        parts.append(f"{no}{test.slot}" + (f"={'/'.join(test.values)}" if isinstance(test, m.ValueIn) else "?"))
    return f"[{' '.join(parts)}] " if parts else ""


def act_text(act: m.Act) -> str:
    head = guard_text(act.guard)
    if isinstance(act, m.Say):
        return head + "say " + " | ".join(phrase.bank or phrase.text for phrase in act.phrases)
    if isinstance(act, m.Ask):
        return head + f"ask {','.join(act.slots)}"
    if isinstance(act, m.Do):
        return head + f"do {act.action}" + (f" -> {','.join(act.fills)}" if act.fills else "")
    return head + f"promise {act.slot} {act.deadline.number}{act.deadline.unit}"


def acts_text(acts: Iterable[m.Act]) -> str:
    return "; ".join(act_text(act) for act in acts)


def trigger_text(trigger: m.Trigger) -> str:
    text = trigger.event or trigger.kind
    return text + (f" {trigger.delay}ms" if trigger.delay else "")


def transition_text(flow: m.Flow, transition: m.Transition) -> str:
    parts = [trigger_text(transition.trigger) + ":", guard_text(transition.guard).strip()]
    if transition.fills:
        parts.append(f"fill {','.join(transition.fills)}")
    parts += [f"({acts_text(transition.acts)})" if transition.acts else ""]
    parts += [f"call {transition.call}" if transition.call else ""]
    parts += [f"({acts_text(transition.then)})" if transition.then else ""]
    parts.append("-> " + ("stay" if transition.target is None else flow.states[transition.target].name))
    return " ".join(part for part in parts if part)


def flow_lines(flow: m.Flow) -> list[str]:
    """A line for each state, its transitions indented below it; `全程` transitions last."""
    out: list[str] = []
    for state in flow.states:
        more = f" {state.outcome}" if state.outcome else f" {state.event}" if state.event else ""
        more += f" {state.limit}" if state.kind == "gate" else ""
        acts = f": {acts_text(state.acts)}" if state.acts else ""
        out.append(f"{state.name} {state.kind}{more}{acts}")
        out.extend("  " + transition_text(flow, transition) for transition in state.transitions)
    if flow.anytime:
        out.append("anytime")
        out.extend("  " + transition_text(flow, transition) for transition in flow.anytime)
    return out
