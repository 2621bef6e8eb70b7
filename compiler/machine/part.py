"""A sub-dialogue as a machine of its own: what a card, or a version, of that scenario alone is made from.

Everything about it comes from the machine that calls it, but nothing that belongs to the caller alone, so it is the same
whichever machine it was taken from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.machine.callgraph import below
from compiler.machine.model import Do, Flow, Machine
from compiler.machine.walk import acts_of, transitions_of
from dsl.frozen import replace


def scenarios(machines: Iterable[Machine]) -> dict[str, Machine]:
    """Every scenario of `machines`, by name: the machines in their order, then their sub-dialogues by first use."""
    machines = tuple(machines)
    found = {machine.name: machine for machine in machines}
    for machine in machines:
        for flow in machine.flows[1:]:
            if flow.scenario not in found:
                found[flow.scenario] = part_of(machine, flow.scenario)
    return found


def part_of(machine: Machine, scenario: str) -> Machine:
    """The machine of `scenario`, one of `machine`'s flows. Raises KeyError when it is none of them."""
    by_name = {flow.scenario: flow for flow in machine.flows}
    flows = tuple(by_name[name] for name in below(scenario, by_name))
    slots = {slot.name: slot for flow in reversed(flows) for slot in flow.slots}
    used = {one for flow in flows for one in terms_of(flow)}
    return replace(
        machine,
        name=scenario,
        aliases=(),
        kinds=tuple(kind for kind in (flows[0].kind,) if kind),
        channels=(),
        effective=None,
        until=None,
        flows=flows,
        slots=tuple(slots[name] for name in sorted(slots)),
        events=tuple(term for term in machine.events if ("event", term.name) in used),
        actions=tuple(term for term in machine.actions if ("action", term.name) in used),
        outcomes=tuple(term for term in machine.outcomes if ("outcome", term.name) in used),
    )


def terms_of(flow: Flow) -> Iterator[tuple[str, str]]:
    """(sort, name) of every event, action and outcome that `flow` speaks of."""
    for act in acts_of(flow):
        if isinstance(act, Do):
            yield "action", act.action
    for never in (*flow.never_do, *(one for step in flow.steps for one in step.never_do)):
        yield from (("action", action) for action in never.actions)
    for state in flow.states:
        if state.outcome is not None:
            yield "outcome", state.outcome
        if state.event is not None:
            yield "event", state.event
    for one in transitions_of(flow):
        if one.trigger.event is not None:
            yield "event", one.trigger.event
