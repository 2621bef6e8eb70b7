"""Rules held against a machine the slow way: every configuration, every wording, each form straight from its definition.

Written from docs/rules.md and from nothing of `compiler.rulebooks`, which is held against it.
"""

from __future__ import annotations

from collections import deque
from itertools import product

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.model import Act, Ask, Do, Flow, Machine, Promise, SlotRef

Moment = tuple[str, int, frozenset[str]]
"""(what it is: moment, enter, leave, return or end; the frame; what is true, as rules write it)."""


WORDS = {"道歉词": ("抱歉", "对不起")}
"""Word groups that rules of the tests name; their phrases are written so that plain search finds what they hold."""
TEXTS = ("请稍等", "您好")
"""Wordings that rules of the tests name."""


class Naming:
    """What the things of one machine are called in rules."""

    def __init__(self, machine: Machine) -> None:
        terms = (("事件", machine.events), ("做", machine.actions), ("结束", machine.outcomes))
        self.tags = {f"{sort} {term.name}": term.tags for sort, some in terms for term in some}
        self.sensitive = {slot.name for slot in machine.slots if slot.sensitive}
        self.homes: dict[int, frozenset[str]] = {}
        for flow in machine.flows:
            for state in flow.states:
                home = self.home(flow, state.step)
                for line in state.transitions:
                    self.homes.update(dict.fromkeys(map(id, (line, *line.acts, *line.then)), home))
                self.homes.update(dict.fromkeys(map(id, state.acts), home))

    def home(self, flow: Flow, step: int | None) -> frozenset[str]:
        """That a moment belongs to a step, as `State` of the form "step-never" asks for it: `在 步骤 X`, `在 步骤 [t]`."""
        if step is None:
            return frozenset()
        names = (flow.steps[step].name, *(f"[{tag}]" for tag in flow.steps[step].tags))
        return frozenset(f"在 步骤 {name}" for name in names)

    def term(self, name: str) -> frozenset[str]:
        """An event, an action or an outcome, and its tags."""
        return frozenset({name, *(f"[{tag}]" for tag in self.tags[name])})


def traces(machine: Machine, move: Move, naming: Naming | None = None) -> list[list[Moment]]:
    """Each row of moments a move can be, one for every choice of wordings."""
    naming = naming or Naming(machine)
    rows: list[list[list[Moment]]] = []
    if move.transition is not None and move.transition.trigger.event is not None:
        home = naming.homes.get(id(move.transition), frozenset())
        rows.append([[("moment", move.flow, naming.term(f"事件 {move.transition.trigger.event}") | home)]])
    for one in move.happenings:
        flow = machine.flows[one.flow]
        home = naming.home(flow, one.step)
        if one.kind == "enter" and one.step is not None:
            step = flow.steps[one.step]
            row: list[Moment] = [
                ("enter", one.depth, home | {f"步骤 {step.name}", *(f"步骤 [{tag}]" for tag in step.tags)})
            ]
            row += [("moment", one.flow, home | {f"[{tag}]"}) for tag in step.tags]
            rows.append([row])
        elif one.kind == "act":
            assert one.act is not None
            home = naming.homes.get(id(one.act), frozenset())
            rows.append([[("moment", one.flow, true | home)] for true in wordings(one.act, naming)])
        elif one.kind == "fill":
            rows.append([[("moment", one.flow, home | {f"得到 {name}" for name in one.names})]])
        elif one.kind == "call":
            rows.append([[("moment", one.flow, home | {f"调用 {one.names[0]}"})]])
        elif one.kind == "leave":
            rows.append([[("leave", one.depth, frozenset())]])
        elif one.kind == "return":
            rows.append([[("return", one.depth, frozenset())]])
        else:
            end = naming.term(f"结束 {one.outcome}") | {f"结束 [{tag}]" for tag in naming.tags[f"结束 {one.outcome}"]}
            rows.append([[("end", one.depth, home | end | {"结束"})]])
    return [[moment for part in choice for moment in part] for choice in product(*rows)]


def wordings(act: Act, naming: Naming) -> list[frozenset[str]]:
    if isinstance(act, Do):
        return [naming.term(f"做 {act.action}") | {f"得到 {name}" for name in act.fills}]
    if isinstance(act, Promise):
        return [frozenset({"承诺", f"承诺 {act.slot}", f"得到 {act.slot}"})]
    asked = {f"问 {name}" for name in act.slots} if isinstance(act, Ask) else set()
    if isinstance(act, Ask) and naming.sensitive & set(act.slots):
        asked.add("问 敏感")
    return [
        frozenset(
            {
                *asked,
                *(f"[{tag}]" for tag in phrase.tags),
                *(f"说 {name}" for name in (phrase.bank,) if name),
                *(f"提到 {part.slot}" for part in phrase.parts if isinstance(part, SlotRef)),
                *(f"词组 {name}" for name, group in WORDS.items() if any(word in phrase.text for word in group)),
                *(f'说 "{text}"' for text in TEXTS if text in phrase.text),
            }
        )
        for phrase in act.phrases
    ]


class State:
    """What a rule remembers of a call, for `form` with the alternatives `p`, `q` and `after` of its predicates."""

    def __init__(self, form: str, p: frozenset[str], q: frozenset[str], after: frozenset[str]) -> None:
        self.form, self.p, self.q, self.after = form, p, q, after

    def run(self, memory: tuple[bool, frozenset[int]], trace: list[Moment]) -> tuple[tuple[bool, frozenset[int]], bool]:
        """The memory behind a row of moments, and whether the rule was broken on the way."""
        flag, owing = memory
        for kind, flow, true in trace:
            p, q, after = true & self.p, true & self.q, true & self.after
            if self.form == "step-has":
                if kind == "leave":
                    owing = frozenset(frame for frame in owing if frame < flow)
                elif kind == "enter" or kind == "return":
                    if flow in owing:
                        return (flag, owing), True
                    if kind == "enter" and p:
                        owing |= {flow}
                if q:
                    owing = frozenset()
                if kind == "end" and flow in owing:
                    return (flag, owing), True
                continue
            if self.form == "exists":  # flag: P has been
                flag = flag or bool(p)
                if kind == "end" and not flag:
                    return (flag, owing), True
            elif self.form == "precedes":
                flag = flag or bool(p)
                if q and not flag:
                    return (flag, owing), True
            elif self.form == "responds":  # p is answered by q; flag: an answer is due
                flag = (flag or bool(p)) and not q
                if kind == "end" and flag:
                    return (flag, owing), True
            elif self.form == "precedes-after":  # flag: p is due before q
                flag = (flag or bool(after)) and not p
                if flag and q:
                    return (flag, owing), True
            elif self.form == "never-after":  # flag: p has been
                if flag and q:
                    return (flag, owing), True
                flag = flag or bool(p)
            elif (self.form in ("never", "reachable") and p) or (
                self.form == "step-never" and q and any(f"在 {step}" in true for step in self.p)
            ):
                return (flag, owing), True
        return (flag, owing), False


def shortest_breach(machine: Machine, state: State, most: int) -> int | None:
    """How many moves the shortest call has that breaks the rule; 0 when none does, None when there are too many calls."""
    behaviour, naming = Behaviour(machine), Naming(machine)
    start = (False, frozenset[int]())
    queue: deque[tuple[Configuration | None, tuple[bool, frozenset[int]], int]] = deque([(None, start, 0)])
    seen = set()
    while queue:
        config, memory, length = queue.popleft()
        for move, after in behaviour.beginnings() if config is None else behaviour.moves(config):
            for trace in traces(machine, move, naming):
                now, broken = state.run(memory, trace)
                if broken:
                    return length + 1
                if (after, now) not in seen:
                    seen.add((after, now))
                    queue.append((after, now, length + 1))
        if len(seen) > most:
            return None
    return 0
