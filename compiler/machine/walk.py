"""Going through a flow: all its transitions, acts and tests; where a transition leads; the happy path.

For whoever wants to see everything once, and for outputs that show a scenario to people. Knows nothing of how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.machine.model import Act, Ask, Do, Flow, Phrase, Promise, Say, Test, Transition


def transitions_of(flow: Flow) -> Iterator[Transition]:
    """Every transition of `flow`: those of its states in order, then its `anytime` transitions."""
    for state in flow.states:
        yield from state.transitions
    yield from flow.anytime


def calls_of(flow: Flow) -> Iterator[tuple[str, Transition]]:
    """The scenarios that `flow` calls, each with the transition that does it, in the order of `transitions_of`."""
    for one in transitions_of(flow):
        if one.call is not None:
            yield one.call, one


def acts_of(flow: Flow) -> Iterator[Act]:
    """Every act of `flow`: those of its states, of their transitions and of its `anytime` transitions."""
    for state in flow.states:
        yield from state.acts
        for transition in state.transitions:
            yield from transition.acts
            yield from transition.then
    for transition in flow.anytime:
        yield from transition.acts
        yield from transition.then


def tests_of(flow: Flow) -> Iterator[Test]:
    """Every test of a guard in `flow`."""
    for act in acts_of(flow):
        yield from act.guard
    for one in transitions_of(flow):
        yield from one.guard


def phrases_of(act: Act) -> tuple[Phrase, ...]:
    """The wordings of an act, of which the agent speaks one; none of an act that is not spoken."""
    return act.phrases if isinstance(act, Say | Ask) else ()


def fills_of(act: Act) -> tuple[str, ...]:
    """The slots that an act fills, or the answer to it."""
    match act:
        case Ask():
            return act.slots
        case Do():
            return act.fills
        case Promise():
            return (act.slot,)
        case Say():
            return ()


def leads_to(flow: Flow, transition: Transition) -> int | None:
    """Index of the step that `transition` begins; None when it stays, ends, returns, or goes on within its step."""
    if transition.target is None:
        return None
    state = flow.states[transition.target]
    return state.step if state.begins else None


def happy_path(flow: Flow) -> tuple[tuple[int, ...], Transition | None]:
    """The steps of the call as it should go, and the transition that ends it (None: the path comes to no end).

    From the first step along the first unguarded exit; where a step has none, along its first guarded one; where it has no
    exit at all (it waits for an answer), along the first unguarded, then the first guarded, thing the customer may do. An
    exit back to a step already on the path is not taken.
    """
    path = [0] if flow.steps else []
    seen = set(path)
    while path:
        here = flow.steps[path[-1]].outline
        following = None
        for exit in sorted(here.exits or here.reactions or here.timers, key=lambda one: bool(one.guard)):
            target = leads_to(flow, exit)
            if target is None and exit.target is not None:
                return tuple(path), exit
            if target is not None and target not in seen:
                following = target
                break
        if following is None:
            break
        path.append(following)
        seen.add(following)
    return tuple(path), None
