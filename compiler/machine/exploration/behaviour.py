"""Every call a machine allows, step by step: configurations, and the moves from each.

The rules are those of docs/language.md, "What a script means". A configuration is where a call rests (a stack of frames),
how often each gate was passed, what is known of the slots, and which timer of the waiting went off last. Choices that are
not the agent's (what the customer does, and when; what an answer or a system says) are moves. The state space is finite:
calls nest as deep as the call graph, gates stop at their limit, slots are empty, filled, or one of their options, and timers
go off in one order (`Behaviour.due`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from operator import itemgetter

from compiler.machine.exploration.configuration import (
    EMPTY,
    FILLED,
    GONE,
    Configuration,
    Frame,
    Happening,
    Moment,
    Move,
    Run,
)
from compiler.machine.model import Act, Ask, Do, Filled, Guard, Machine, Promise, State, Transition, Trigger
from dsl.frozen import replace

EXACT = 20
"""So often a `每` goes off in its exact order with the other timers of a waiting; later times are taken to be free.

`每 1秒` beside `超过 1小时` would else be 3,600 places to be in.
"""

Steps = Iterator["Run | Steps"]
"""What happens on the way of a move: calls that rest or have ended, and what happens to others next."""

SILENT = 4_000
"""States gone through, and sub-dialogues returned from, without anybody waiting, before a move is given up."""


def _finished(steps: Steps) -> Iterator[Run]:
    """The calls that `steps` come to, in order. With a stack of its own: scripts may go on for long without waiting.

    Raises LookupError when one goes on for longer than `SILENT`.
    """
    open = [steps]
    while open:
        made = next(open[-1], None)
        if made is None:
            open.pop()
        elif isinstance(made, Run):
            yield made
        elif len(open) > 3 * SILENT:
            raise LookupError(f"more than {SILENT} steps without waiting")
        else:
            open.append(made)


class Behaviour:
    """The moves of one machine without silent circles (steps that lead to one another without ever waiting).

    slots, gates: those that are kept track of, by name and by index; None means all. What is not kept track of is left
    out of configurations, which keeps them few, and a test of it goes both ways: there is then a move for every call the
    machine allows, and perhaps more (`Move.assumed`). Exact when every slot that a guard tests is kept, and every gate.
    without: transitions, by `id`, that are left out. Where a timer of the waiting has gone off, those that call are not:
    coming back begins the waiting anew, and the timers with it.
    """

    def __init__(
        self,
        machine: Machine,
        slots: frozenset[str] | None = None,
        gates: frozenset[int] | None = None,
        without: frozenset[int] = frozenset(),
    ) -> None:
        self.machine = machine
        self.flows = machine.flows
        self.flow_index = {flow.scenario: index for index, flow in enumerate(machine.flows)}
        self.slots = machine.slots
        self.slot_index = {slot.name: index for index, slot in enumerate(machine.slots)}
        self.gate_index = {
            (number, state.id): index
            for index, (number, state) in enumerate(
                (number, state)
                for number, flow in enumerate(machine.flows)
                for state in flow.states
                if state.kind == "gate"
            )
        }
        self._kept = frozenset(self.slot_index) if slots is None else slots
        self._counted = frozenset(self.gate_index.values()) if gates is None else gates
        self._without = without
        self._loose = slots is not None or gates is not None
        self._anytime: dict[int, Transition] = {id(line): line for flow in machine.flows for line in flow.anytime}
        self.silent: dict[frozenset[tuple[int, int | None]], None] = {}
        """The (flow, step) of each circle that was gone round without waiting for anybody."""
        self._joined: dict[tuple[int, int], Transition] = {}
        self._chains: dict[int, tuple[Transition, ...]] = {}

    # --- beginnings -------------------------------------------------------------------------------------------------

    def beginnings(self) -> Iterator[tuple[Move, Configuration]]:
        """Each way a call can begin: one for every combination of the slots known beforehand."""
        known = [slot for slot in self.slots if slot.known and slot.name in self._kept]
        choices = [range(len(slot.options)) if slot.type == "choice" else (FILLED,) for slot in known]
        for values in product(*choices):
            slots = [EMPTY] * len(self.slots)
            for slot, value in zip(known, values, strict=True):
                slots[self.slot_index[slot.name]] = value
            start = Configuration((), (0,) * len(self.gate_index), tuple(slots))
            given = tuple((slot.name, value) for slot, value in zip(known, values, strict=True))
            for run in _finished(self._push(Run(start, ()), 0)):
                yield Move(None, 0, given, run.happenings, run.assumed), run.config

    # --- moves ------------------------------------------------------------------------------------------------------

    def moves(self, config: Configuration) -> Iterator[tuple[Move, Configuration]]:
        """All that can happen next to a call resting at `config`, in a fixed order; nothing when it has ended."""
        if config.outcome is not None:
            return
        state = self._state(config.frames[-1])
        seen: set[object] = set()
        for transition in state.transitions:
            trigger = transition.trigger
            key = trigger.event or (trigger.kind, trigger.delay)
            if key in seen:
                continue
            seen.add(key)
            if trigger.event is not None:
                yield from self._event(config, trigger.event)
            elif trigger.kind == "proceed":
                yield from self._proceed(config, state)
            else:
                yield from self._timer(config, state, trigger)
        for frame in reversed(config.frames):
            for transition in self.flows[frame.flow].anytime:
                event = transition.trigger.event
                if event is not None and event not in seen:
                    seen.add(event)
                    yield from self._event(config, event)

    def answered(self, config: Configuration) -> Iterator[tuple[int, ...]]:
        """What may be known of the slots once the customer has gone along at `config`: one for each set of answers."""
        top = config.frames[-1]
        fills = next((one.fills for one in self._state(top).transitions if one.trigger.kind == "proceed"), ())
        for _, slots in self._answers((name for name in fills if name in top.asked), config.slots):
            yield slots

    def handlers(
        self, config: Configuration, event: str, chain: tuple[Transition, ...] | None = None
    ) -> Iterator[tuple[tuple[Transition, int] | None, frozenset[str | int]]]:
        """The line that answers `event` at `config` and the index of the frame it belongs to; None when none does.

        One only, unless it takes assumptions, which come with it. chain: the lines that led to `event` being handed back
        (None: it happens by itself); none of them answers it.
        """
        frames = config.frames
        active = [frame.pending for frame in frames if frame.pending is not None]
        own = [(one, len(frames) - 1) for one in self._state(frames[-1]).transitions]
        for index in range(len(frames) - 1, -1, -1):
            own += [(one, index) for one in self.flows[frames[index].flow].anytime]
        owners = {id(one): index for one, index in reversed(own)}
        taken = {id(one) for one in chain or ()}
        fitting = [one for one, _ in own if one.trigger.event == event and id(one) not in taken]
        assumed: frozenset[str | int] = frozenset()
        for line, assumed in self._first(fitting, config, handed_back=chain is not None):
            if id(line) in self._anytime and any(self._anytime.get(id(one)) is line for one in active):
                yield None, assumed  # inside the sub-dialogue that this very line called
            else:
                yield (line, owners[id(line)]), assumed
            if self.truth(line.guard, config.slots):
                return
        yield None, assumed

    def truth(self, guard: Guard, slots: tuple[int, ...]) -> bool | None:
        """Whether every test of `guard` holds with what is known of the slots; None when that is not kept track of."""
        known = True
        for test in guard:
            if test.slot not in self._kept:
                known = False
                continue
            value = slots[self.slot_index[test.slot]]
            if isinstance(test, Filled):
                true = value != EMPTY
            else:
                options = self.slots[self.slot_index[test.slot]].options
                true = value >= 0 and options[value] in test.values
            if true == test.negated:
                return False
        return True if known else None

    # --- inside a move ----------------------------------------------------------------------------------------------

    def _state(self, frame: Frame) -> State:
        return self.flows[frame.flow].states[frame.state]

    def _first(
        self, lines: Iterable[Transition], config: Configuration, *, handed_back: bool = False
    ) -> Iterator[tuple[Transition, frozenset[str | int]]]:
        """The first of `lines` whose guard holds; with slots that are not kept track of, each that may be the first."""
        assumed: frozenset[str | int] = frozenset()
        for line in lines:
            true = self.truth(line.guard, config.slots)
            if true is None:
                assumed |= self._unknown(line.guard)
            left_out = id(line) in self._without and not (config.waited and line.call is not None)
            if true is not False and (handed_back or not left_out):
                yield line, assumed
            if true:
                return

    def _unknown(self, guard: Guard) -> frozenset[str | int]:
        return frozenset(test.slot for test in guard if test.slot not in self._kept)

    def _event(self, config: Configuration, event: str) -> Iterator[tuple[Move, Configuration]]:
        for found, assumed in self.handlers(config, event):
            if found is not None:
                run = Run(config, (), assumed)
                yield from self._fire(run, found[0], found[1], (), found[0].trigger.delay)

    def _timer(self, config: Configuration, state: State, trigger: Trigger) -> Iterator[tuple[Move, Configuration]]:
        """A timer goes off, when no other has to before."""
        for at, which, waited in self.due(state, config.waited):
            if which == trigger:
                run = Run(config._replace(waited=waited), ())
                wait = at - config.waited[0] if config.waited else at
                alike = (one for one in state.transitions if one.trigger == trigger)
                for line, assumed in self._first(alike, config):
                    yield from self._fire(run._replace(assumed=assumed), line, len(config.frames) - 1, (), wait)

    def due(self, state: State, waited: Moment | tuple[()]) -> Iterator[tuple[int, Trigger, Moment | tuple[()]]]:
        """The timers that may go off next in a waiting in which `waited` was the last that did.

        Each comes with when it does, in ms since the waiting began, and with what `waited` is then. That is one timer,

            超过 20秒: 说 "您还在吗？"      # the first, and once
            每 30秒: 说 "我还在等您。"      # the next, and once: at 60 s what has run longest goes first
            超过 60秒: 结束 无声

        beside each `每` that has gone off `EXACT` times.
        """
        timers = self.coming(state, waited)
        for moment, trigger in timers:
            again = len(timers) == 1 and (not waited or waited[2] == moment[2])
            free = trigger.kind == "every" and (again or moment[0] > EXACT * trigger.delay)
            yield moment[0], trigger, waited if free else moment
            if not free:
                return

    def coming(self, state: State, waited: Moment | tuple[()]) -> list[tuple[Moment, Trigger]]:
        """All timers that are still to go off, with when each does next, the first one first."""
        timers: dict[Trigger, Moment] = {}
        for place, one in enumerate(state.transitions):
            trigger, delay = one.trigger, one.trigger.delay
            if trigger.kind not in ("after", "every") or trigger in timers:
                continue
            at = max(delay, waited[0] // delay * delay) if trigger.kind == "every" and waited else delay
            if (at, -delay, place) <= waited:
                if trigger.kind == "after":
                    continue
                at += delay
            timers[trigger] = (at, -delay, place)
        return sorted(((moment, trigger) for trigger, moment in timers.items()), key=itemgetter(0))

    def _proceed(self, config: Configuration, state: State) -> Iterator[tuple[Move, Configuration]]:
        """The customer goes along: one move for each combination of answers to what was asked here."""
        top = config.frames[-1]
        ways = [transition for transition in state.transitions if transition.trigger.kind == "proceed"]
        asked = tuple(name for name in ways[0].fills if name in top.asked)
        answered = (Happening("fill", top.flow, state.step, names=asked),) if asked else ()
        for values, slots in self._answers(asked, config.slots):
            after = config._replace(slots=slots)
            for way, assumed in self._first(ways, after):
                run = Run(after, answered, assumed)
                yield from self._fire(run, way, len(config.frames) - 1, values)

    def _answers(
        self, names: Iterable[str], slots: tuple[int, ...]
    ) -> Iterator[tuple[tuple[tuple[str, int], ...], tuple[int, ...]]]:
        """Every way to fill the slots `names`: one for each combination of options."""
        names = [name for name in names if name in self._kept]
        choices = []
        for name in names:
            slot = self.slots[self.slot_index[name]]
            choices.append(range(len(slot.options)) if slot.type == "choice" else (FILLED,))
        for values in product(*choices):
            filled = list(slots)
            for name, value in zip(names, values, strict=True):
                filled[self.slot_index[name]] = value
            yield tuple(zip(names, values, strict=True)), tuple(filled)

    def _fire(
        self, run: Run, transition: Transition, owner: int, values: tuple[tuple[str, int], ...], wait: int = 0
    ) -> Iterator[tuple[Move, Configuration]]:
        flow = run.config.frames[owner].flow
        for after in _finished(self._take(run, transition, owner)):
            yield Move(transition, flow, values, after.happenings, after.assumed, wait), after.config

    def _take(self, run: Run, transition: Transition, owner: int) -> Steps:
        """Perform a transition of frame `owner`: its acts, its call, and if it calls nothing, its end."""
        frames = run.config.frames
        if transition.call is not None and id(transition) in self._anytime:
            # There is never more than one interruption: a second one takes the place of the first.
            for index, frame in enumerate(frames):
                if frame.pending is not None and id(frame.pending) in self._anytime:
                    run = self._broken_off(run, index + 1)
                    frames = (*frames[:index], frame._replace(pending=None))
                    break
            if owner >= len(frames):  # the line belongs to what it takes the place of: its way on is gone with it
                owner = GONE
            run = run._replace(config=run.config._replace(frames=frames))
        for each in self._perform(run, transition.acts):
            if transition.call is None:
                yield self._arrive(each, transition, owner)
                continue
            top = each.config.frames[-1]._replace(pending=transition, owner=owner)
            waiting = each.config._replace(frames=(*each.config.frames[:-1], top))
            step = None if id(transition) in self._anytime else self._state(top).step
            begun = Happening("call", top.flow, step, names=(transition.call,))
            called = each._replace(config=waiting, happenings=(*each.happenings, begun))
            yield self._push(called, self.flow_index[transition.call])

    def _arrive(self, run: Run, transition: Transition, owner: int) -> Steps:
        """The end of a transition of frame `owner`: stay where the call is, or go to the target and on from there."""
        frames = run.config.frames
        if transition.target is None or owner == GONE:
            if self._state(frames[-1]).kind in ("wait", "pause"):
                yield run
            else:
                yield self._settle(run)
            return
        frame = frames[owner]
        target = self.flows[frame.flow].states[transition.target]
        here = self.flows[frame.flow].states[frame.state]
        inside = target.step == here.step and not target.begins
        asked = frame.asked if inside else ()
        kind = transition.trigger.kind
        early = kind in ("event", "every") or (kind == "after" and here.kind == "wait")
        if early and not (inside and target.kind not in ("end", "return")):
            run = self._broken_off(run, owner)
        moved = Frame(frame.flow, transition.target, asked)
        yield self._settle(run._replace(config=run.config._replace(frames=(*frames[:owner], moved))))

    def _push(self, run: Run, flow: int) -> Steps:
        """Begin a flow on top of the stack."""
        frame = Frame(flow, self.flows[flow].entry)
        yield self._settle(run._replace(config=run.config._replace(frames=(*run.config.frames, frame))))

    def _settle(self, run: Run) -> Steps:
        """Go on from the state on top until the call rests or ends; a waiting that comes of it begins anew."""
        if run.config.waited:
            run = run._replace(config=run.config._replace(waited=()))
        config = run.config
        frame = config.frames[-1]
        state = self._state(frame)
        if state.begins and state.kind != "gate":  # where a step begins
            run = self._enter(run, frame.flow, state.step)
        top = len(config.frames) - 1
        if self._loose and state.kind in ("act", "gate"):
            # Gates that are not counted let a silent circle turn for ever; going round once shows all it can do.
            turns = run.trail.count(config)
            if turns == 2:
                return
            if turns:
                self._note_circle(run.trail[run.trail.index(config) :])
            run = run._replace(trail=(*run.trail, config))
        if state.kind in ("wait", "pause"):
            yield run
        elif state.kind == "end":
            end = Happening("end", frame.flow, state.step, outcome=state.outcome, depth=top)
            yield run._replace(config=config._replace(outcome=state.outcome), happenings=(*run.happenings, end))
        elif state.kind == "gate":
            for inside, each in self._gate(run, frame.flow, state):
                passed = self._enter(each, frame.flow, state.step) if inside else each
                yield self._take(passed, state.transitions[0 if inside else 1], top)
        elif state.kind == "return":
            yield self._return(run, state)
        else:
            for each in self._perform(run, state.acts):
                ways = [way for way in state.transitions if way.trigger.kind == "always"]
                for way, assumed in self._first(ways, each.config):
                    yield self._take(each._replace(assumed=each.assumed | assumed), way, top)

    def _note_circle(self, trail: tuple[Configuration, ...]) -> None:
        tops = (config.frames[-1] for config in trail)
        self.silent[frozenset((top.flow, self._state(top).step) for top in tops)] = None

    def _enter(self, run: Run, flow: int, step: int | None) -> Run:
        return run._replace(
            happenings=(*run.happenings, Happening("enter", flow, step, depth=len(run.config.frames) - 1))
        )

    def _gate(self, run: Run, flow: int, state: State) -> Iterator[tuple[bool, Run]]:
        """Whether a gate lets this arrival in, and the call after that; both ways when it is not kept track of."""
        index = self.gate_index[flow, state.id]
        if index not in self._counted:
            assuming = run._replace(assumed=run.assumed | {index})
            yield True, assuming
            yield False, assuming
            return
        config = run.config
        passed = config.gates[index]
        gates = (*config.gates[:index], min(passed + 1, state.limit), *config.gates[index + 1 :])
        yield passed < state.limit, run._replace(config=config._replace(gates=gates))

    def _broken_off(self, run: Run, first: int) -> Run:
        """The steps of the frames from `first` on are not gone through to their end."""
        return run._replace(happenings=(*run.happenings, Happening("leave", -1, None, depth=first)))

    def _return(self, run: Run, state: State) -> Steps:
        """Leave the flow on top; hand its event back, or go on behind the call."""
        top = len(run.config.frames) - 1
        done = Happening("return", run.config.frames[-1].flow, state.step, depth=top)
        run = run._replace(happenings=(*run.happenings, done))
        frames = run.config.frames[:-1]
        if not frames:  # the main flow has nobody to return to: the call simply ends here
            yield run._replace(config=run.config._replace(outcome=""))
            return
        frame = frames[-1]
        pending, owner = frame.pending, frame.owner
        below = run.config._replace(frames=(*frames[:-1], frame._replace(pending=None, owner=0)))
        if state.event is not None:
            chain = () if pending is None else self._chains.get(id(pending), (pending,))
            for found, assumed in self.handlers(below, state.event, chain):
                back = run._replace(config=below, assumed=run.assumed | assumed)
                if found is None:
                    yield self._behind(back, pending, owner)
                    continue
                line, at = found
                if pending is not None:
                    line = self._before(line, pending, chain)
                    at = owner if found[0].target is None else at
                yield self._take(back, line, at)
            return
        yield self._behind(run._replace(config=below), pending, owner)

    def _behind(self, run: Run, pending: Transition | None, owner: int) -> Steps:
        """Go on behind the call that `pending` made."""
        if pending is not None:
            for each in self._perform(run, pending.then):
                yield self._arrive(each, pending, owner)

    def _before(self, line: Transition, pending: Transition, chain: tuple[Transition, ...]) -> Transition:
        """`line` as the answer to an event that `pending`'s sub-dialogue handed back.

        When it leads nowhere of its own, it goes on as `pending` would have after its call.
        """
        key = (id(line), id(pending))
        if key not in self._joined:
            joined = replace(line)
            if line.target is None:
                rest = pending.then
                acts, then = (line.acts, (*line.then, *rest)) if line.call else ((*line.acts, *rest), ())
                joined = replace(line, acts=acts, then=then, target=pending.target)
            self._joined[key] = joined
            self._chains[id(joined)] = (*chain, line)
            if id(line) in self._anytime:
                self._anytime[id(joined)] = line
        return self._joined[key]

    def _perform(self, run: Run, acts: Iterable[Act]) -> Iterator[Run]:
        """Perform acts in order; an answer of a system makes one run for each of its options.

        One after the other, so that a search can give up before the answers of many systems are combined.
        """
        acts = tuple(acts)
        open = [iter((run,))]  # behind the n-th act: the runs still to be followed
        while open:
            each = next(open[-1], None)
            if each is None:
                open.pop()
            elif len(open) > len(acts):
                yield each
            else:
                open.append(self._act(each, acts[len(open) - 1]))

    def _act(self, run: Run, act: Act) -> Iterator[Run]:
        config = run.config
        true = self.truth(act.guard, config.slots)
        if true is None:
            run = run._replace(assumed=run.assumed | self._unknown(act.guard))
        if not true:
            yield run
        if true is False:
            return
        frame = config.frames[-1]
        done = Happening("act", frame.flow, self._state(frame).step, act, None, config.slots)
        run = run._replace(happenings=(*run.happenings, done))
        if isinstance(act, Ask):
            asking = frame._replace(asked=tuple(dict.fromkeys((*frame.asked, *act.slots))))
            yield run._replace(config=config._replace(frames=(*config.frames[:-1], asking)))
        elif isinstance(act, Do) and act.fills:
            for _, slots in self._answers(act.fills, config.slots):
                yield run._replace(config=config._replace(slots=slots))
        elif isinstance(act, Promise) and act.slot in self._kept:
            index = self.slot_index[act.slot]
            slots = (*config.slots[:index], FILLED, *config.slots[index + 1 :])
            yield run._replace(config=config._replace(slots=slots))
        else:
            yield run
