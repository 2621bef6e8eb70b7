"""One scenario -> one `Flow`: each construct becomes states and transitions as docs/language.md defines it.

The entry state of step n is state n; all further states follow. Lowering never stops at a mistake: what cannot be
resolved is reported by the scope and left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.machine import model as m
from compiler.machine.lowering.body import (
    ENDING,
    LEAVING,
    Body,
    OutlineBuilder,
    calls,
    certain,
    is_silent,
    last,
    to,
    words,
)
from compiler.machine.lowering.scope import Bank, Scope
from compiler.matching.patterns import groups_in
from compiler.names import lints
from compiler.names.program import Program, ScenarioDef
from dsl import nodes, syntax
from dsl.frozen import replace
from dsl.source import Span


def lower(program: Program, scenario: ScenarioDef, bank: Bank) -> m.Flow:
    """The flow of `scenario`. Its calls are names of other scenarios; `assemble` puts the flows together."""
    return _Lowering(program, scenario, bank).flow()


class _Lowering:
    def __init__(self, program: Program, scenario: ScenarioDef, bank: Bank) -> None:
        self.scope = Scope(program, scenario, bank)
        self.scenario = scenario
        self.findings = program.symbols.findings
        self.states: list[m.State | None] = [None] * len(scenario.steps)
        self.names: dict[str, int] = {}
        self.step: int | None = None
        self.outline = OutlineBuilder()

    # --- the whole --------------------------------------------------------------------------------------------------

    def flow(self) -> m.Flow:
        scenario, scope = self.scenario, self.scope
        head = scenario.node
        if not scenario.steps:
            self.findings.add(lints.NO_STEPS.at(head.span, name=scenario.name))
        texts: dict[str, list[str]] = {"title": [], "goal": [], "tip": [], "source": []}
        never_say: list[m.NeverSay] = []
        never_do: list[m.NeverDo] = []
        anytime: list[m.Transition] = []
        for line in scenario.lines:
            if isinstance(line, nodes.TextLine):
                texts[line.sort].append(line.text.plain)
            elif isinstance(line, nodes.NeverSay):
                never_say.append(self.never_say(line))
            elif isinstance(line, nodes.NeverDo):
                never_do.append(self.never_do(line))
            elif isinstance(line, nodes.Handler):
                anytime += self.handler(line)
            elif isinstance(line, nodes.NamesLine):
                scope.names("rulebook", line.names)
            elif isinstance(line, nodes.Waiver):
                scope.name("rule", line.rule)
                if line.because is None:
                    self.findings.add(lints.WAIVER_WITHOUT_REASON.at(line.span, name=line.rule.text))
        steps = tuple(self.lower_step(index, step) for index, step in enumerate(scenario.steps))
        states = tuple(state for state in self.states if state is not None)
        of_step: list[list[int]] = [[] for _ in steps]
        for state in states:
            if state.step is not None:
                of_step[state.step].append(state.id)
        kind = scope.name("kind", scenario.kind) if scenario.kind else None
        return m.Flow(
            scenario=scenario.name,
            title=texts["title"][-1] if texts["title"] else scenario.name,
            kind=kind,
            span=head.span,
            steps=tuple(replace(step, states=tuple(ids)) for step, ids in zip(steps, of_step, strict=True)),
            states=states,
            anytime=tuple(anytime),
            entry=0,
            slots=tuple(sorted(set(scope.slots.values()), key=lambda slot: slot.name)),
            goals=tuple(texts["goal"]),
            tips=tuple(texts["tip"]),
            sources=words(texts["source"]),
            never_say=tuple(never_say),
            never_do=tuple(never_do),
        )

    # --- states -----------------------------------------------------------------------------------------------------

    def new(self) -> int:
        """The id of a state yet to be filled in."""
        self.states.append(None)
        return len(self.states) - 1

    def put(self, id: int, name: str, kind: m.StateKind, span: Span, **more: Any) -> int:
        """Fill in state `id`; its name is made unique by a number, which no part of a name begins with."""
        count = self.names[name] = self.names.get(name, 0) + 1
        unique = name if count == 1 else f"{name}.{count}"
        begins = id < len(self.scenario.steps)
        self.states[id] = m.State(id, unique, self.step, kind, span, begins=begins, **more)
        return id

    def label(self) -> str:
        """The name of the step being lowered."""
        if self.step is None:
            return "全程"
        names = self.scenario.steps[self.step].names
        return names[0].text if names else f"步骤{self.step + 1}"

    # --- steps ------------------------------------------------------------------------------------------------------

    def lower_step(self, index: int, step: syntax.Step) -> m.Step:
        self.step = index
        self.outline = OutlineBuilder()
        body = self.sort_lines(step)
        entry = index
        if body.gate is not None:
            entry = self.new()
            self.gate(index, body.gate, entry)
        self.body(entry, step, body)
        return m.Step(
            index=index,
            name=self.label(),
            span=step.span,
            tags=self.scope.names("tag", step.tags),
            goal=" ".join(body.texts["goal"]),
            tips=tuple(body.texts["tip"]),
            sources=words(body.texts["source"]),
            within=body.within,
            opening=body.opening,
            at_most=body.gate.times.base if body.gate else None,
            never_say=tuple(body.never_say),
            never_do=tuple(body.never_do),
            entry=index,
            states=(),
            outline=self.outline.made(),
        )

    def sort_lines(self, step: syntax.Step) -> Body:
        body = Body()
        for line in step.lines:
            if isinstance(line, nodes.TextLine):
                body.texts[line.sort].append(line.text.plain)
            elif isinstance(line, nodes.Within):
                body.within = self.scope.amount(line.limit, "time", "rings")
            elif isinstance(line, nodes.Opening):
                body.opening = self.scope.amount(line.limit, "time")
            elif isinstance(line, nodes.AtMost):
                body.gate = line
            elif isinstance(line, nodes.NeverSay):
                body.never_say.append(self.never_say(line))
            elif isinstance(line, nodes.NeverDo):
                body.never_do.append(self.never_do(line))
            elif isinstance(line, nodes.Handler):
                body.handlers.append(line)
            elif isinstance(line, nodes.Timer):
                body.timers.append(line)
            elif isinstance(line, LEAVING) or (isinstance(line, nodes.If) and isinstance(line.acts[-1], LEAVING)):
                body.ways.append(line)
            else:
                body.acts.append(line)
        return body

    def gate(self, id: int, line: nodes.AtMost, inside: int) -> None:
        """State `id` lets the first N entries go on to `inside` and sends the others away."""
        times = line.times.base if self.scope.dimension(line.times, "times") else 1
        if not line.acts or not isinstance(line.acts[-1], LEAVING):
            self.findings.add(lints.GATE_WITHOUT_ELSE.at(line.span, times=line.times.number))
        always = m.Trigger("always")
        away = self.outline.otherwise = self.move(line.span, always, (), line.acts)
        self.put(
            id,
            f"{self.label()}.入口",
            "gate",
            line.span,
            limit=times,
            transitions=(m.Transition(line.span, always, target=inside), away),
        )

    def body(self, first: int, step: syntax.Step, body: Body) -> None:
        """The step's acts from state `first` on, its pauses and calls, and its waiting at the end."""
        always = m.Trigger("always")
        handlers = tuple(transition for line in body.handlers for transition in self.handler(line))
        now, span = first, step.span
        acts: list[m.Act] = []
        asked: list[str] = []
        paused: tuple[int, nodes.Wait, str] | None = None
        for line in body.acts:
            if paused is not None:
                now, acts, span = self.resume(paused, handlers, line.span), [], line.span
                paused = None
            if isinstance(line, nodes.Wait):
                pause = self.new()
                self.outline.acts(acts)
                self.put(now, self.label(), "act", span, acts=tuple(acts), transitions=(to(line.span, pause),))
                paused = (pause, line, f"{self.label()}.等待")
                continue
            if calls(line):
                guard = self.scope.guard(line.guard) if isinstance(line, nodes.If) else ()
                moves = [self.move(line.span, always, guard, getattr(line, "acts", (line,)))]
                after = self.new()
                moves = [replace(moves[0], target=after)]
                self.outline.acts(acts)
                self.outline.call(moves[0])
                self.outline.reactions = handlers
                if guard:
                    moves.append(to(line.span, after))
                self.put(now, self.label(), "act", span, acts=tuple(acts), transitions=(*moves, *handlers))
                now, acts, span = after, [], line.span
                continue
            for act in self.acts_of(line, acts):
                acts.append(act)
                if isinstance(act, m.Ask):
                    asked += act.slots
        self.outline.acts(acts if paused is None else ())
        if paused is not None:
            self.last_pause(paused, handlers, body, now)
            return
        ends = not asked and all(isinstance(last(way), ENDING) for way in body.ways)
        leaves = bool(body.ways) and (ends or is_silent(body))
        out: tuple[m.Transition, ...] = tuple(self.way(way, always, ()) for way in body.ways) if leaves else ()
        self.outline.exits = out
        if not (leaves and certain(body.ways)):
            rest = self.new()
            out = (*out, to(span, rest))
            self.rest(rest, handlers, Body(timers=body.timers) if leaves else body, tuple(dict.fromkeys(asked)))
        elif not any(isinstance(line, nodes.Wait) or calls(line) for line in body.acts):
            for span_of in [line.span for line in body.handlers] + [line.span for line in body.timers]:
                self.findings.add(lints.NEVER_WAITS.at(span_of, step=self.label()))
        self.put(now, self.label(), "act", span, acts=tuple(acts), transitions=out)

    def resume(self, paused: tuple[int, nodes.Wait, str], handlers: tuple[m.Transition, ...], span: Span) -> int:
        """Close the pause `paused` with a way to the state after it, which is returned."""
        after = self.new()
        pause, line, name = paused
        timer = m.Trigger("after", delay=self.scope.milliseconds(line.time))
        self.outline.pause(line.span, timer.delay, handlers)
        self.put(pause, name, "pause", line.span, transitions=(*handlers, m.Transition(span, timer, target=after)))
        return after

    def last_pause(
        self, paused: tuple[int, nodes.Wait, str], handlers: tuple[m.Transition, ...], body: Body, now: int
    ) -> None:
        """A step that ends with a pause: its ways on are taken when the time is over."""
        pause, line, name = paused
        timer = m.Trigger("after", delay=self.scope.milliseconds(line.time))
        ways = self.outline.exits = tuple(self.way(way, timer, ()) for way in body.ways)
        self.outline.pause(line.span, timer.delay, handlers)
        if not certain(body.ways):
            rest = self.new()
            ways = (*ways, m.Transition(line.span, timer, target=rest))
            self.rest(rest, handlers, Body(timers=body.timers), ())
        self.put(pause, name, "pause", line.span, transitions=(*handlers, *ways))

    def rest(self, id: int, handlers: tuple[m.Transition, ...], body: Body, fills: tuple[str, ...]) -> None:
        """The waiting at a step's end: reactions, timers, and the ways on when the customer goes along."""
        timers = tuple(self.timer(line) for line in body.timers)
        proceed = m.Trigger("proceed")
        ways = tuple(self.way(way, proceed, fills) for way in body.ways)
        self.outline.reactions, self.outline.timers = handlers, timers
        self.outline.exits = self.outline.exits or ways
        span = self.scenario.steps[self.step or 0].span
        self.put(id, f"{self.label()}.等候", "wait", span, transitions=(*handlers, *timers, *ways))

    # --- moves ------------------------------------------------------------------------------------------------------

    def way(self, line: Any, trigger: m.Trigger, fills: tuple[str, ...]) -> m.Transition:
        """A way on, taken on `trigger`; the answers to `fills` are in before its guard is tested."""
        if isinstance(line, nodes.If):
            return self.move(line.span, trigger, self.scope.guard(line.guard), line.acts, fills)
        return self.move(line.span, trigger, (), (line,), fills)

    def timer(self, line: nodes.Timer) -> m.Transition:
        kind: m.TriggerKind = "every" if line.repeats else "after"
        return self.move(line.span, m.Trigger(kind, delay=self.scope.milliseconds(line.time)), (), line.acts)

    def handler(self, line: nodes.Handler) -> list[m.Transition]:
        """A transition for each event the line names."""
        delay = self.scope.milliseconds(line.delay) if line.delay else 0
        guard = self.scope.guard(line.guard)
        events = self.scope.names("event", line.events)
        # Also where no event is known: what the acts get wrong is to be found all the same.
        one = self.move(line.span, m.Trigger("event", events[0] if events else None, delay), guard, line.acts)
        if not events:
            return []
        return [one, *(replace(one, trigger=m.Trigger("event", event, delay)) for event in events[1:])]

    def move(
        self, span: Span, trigger: m.Trigger, guard: m.Guard, acts: Iterable[Any], fills: tuple[str, ...] = ()
    ) -> m.Transition:
        """A transition that performs `acts`: those before a call, the call, those after it, and where it leads."""
        before: list[m.Act] = []
        after: list[m.Act] = []
        call: str | None = None
        target: int | None = None
        for act in acts:
            if isinstance(act, nodes.Call):
                if call is not None:
                    self.findings.add(lints.TWO_CALLS.at(act.span))
                    continue
                call = self.scope.name("scenario", act.scenario)
            elif isinstance(act, LEAVING):
                target = self.target(act)
            else:
                now = before if call is None else after
                now.extend(self.acts_of(act, now))
        return m.Transition(span, trigger, guard, fills, tuple(before), call, tuple(after), target)

    def target(self, act: nodes.Go | nodes.End | nodes.Return) -> int | None:
        """The state a leaving act leads to; one of its own for `结束` and `返回`."""
        if isinstance(act, nodes.Go):
            return self.scope.step(act.step)
        if isinstance(act, nodes.End):
            outcome = self.scope.name("outcome", act.outcome)
            name = f"{self.label()}.结束.{act.outcome.text}"
            return self.put(self.new(), name, "end", act.span, outcome=outcome or act.outcome.text)
        event = self.scope.name("event", act.event) if act.event else None
        name = f"{self.label()}.返回" + (f".{event}" if event else "")
        return self.put(self.new(), name, "return", act.span, event=event)

    # --- acts -------------------------------------------------------------------------------------------------------

    def acts_of(self, line: Any, before: list[m.Act]) -> list[m.Act]:
        """The acts a line becomes; `或说` joins the `说` at the end of `before` and becomes none."""
        if not isinstance(line, nodes.If):
            return self.acts_of_one(line, (), before)
        guard = self.scope.guard(line.guard)
        out: list[m.Act] = []
        for act in line.acts:
            out += self.acts_of_one(act, guard, out)
        return out

    def acts_of_one(self, act: Any, guard: m.Guard, before: list[m.Act]) -> list[m.Act]:
        scope = self.scope
        if isinstance(act, nodes.Say):
            phrases = scope.phrases(act.phrase)
            last = before[-1] if before else None
            if act.alternative and isinstance(last, m.Say):
                before[-1] = m.Say(last.span, last.guard, last.phrases + phrases)
                return []
            return [m.Say(act.span, guard, phrases)] if phrases else []
        if isinstance(act, nodes.Ask):
            slots = tuple(slot.name for name in act.slots if (slot := scope.slot(name)) is not None)
            return [m.Ask(act.span, guard, slots, scope.phrases(act.phrase))]
        if isinstance(act, nodes.Do):
            fills = tuple(slot.name for name in act.slots if (slot := scope.slot(name)) is not None)
            actions = scope.names("action", act.actions)
            return [
                m.Do(act.span, guard, action, fills if index == len(actions) - 1 else ())
                for index, action in enumerate(actions)
            ]
        if isinstance(act, nodes.Promise):
            slot = scope.slot(act.slot)
            deadline = scope.amount(act.deadline, "time", "worktime")
            return [m.Promise(act.span, guard, slot.name if slot else act.slot.text, deadline)]
        return []

    def never_say(self, line: nodes.NeverSay) -> m.NeverSay:
        texts, unless = (tuple(text.plain for text in some) for some in (line.texts, line.unless))
        return m.NeverSay(
            line.span,
            texts,
            line.because.plain if line.because else "",
            tuple(text.plain for text in line.instead),
            unless,
            tuple(sorted(groups_in((*texts, *unless), self.scope.word_groups).items())),
        )

    def never_do(self, line: nodes.NeverDo) -> m.NeverDo:
        return m.NeverDo(
            line.span, self.scope.names("action", line.actions), line.because.plain if line.because else ""
        )
