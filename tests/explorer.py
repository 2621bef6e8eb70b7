"""Every call of a machine, read off its JSON alone, and monitors for rules: what proofs are held against.

Written from docs/language.md and docs/rules.md. It shares no code with `compiler.machine`, `compiler.rulebooks` or
`compiler.runtime`: what they have wrong together, this has not. Slow and plain: every configuration is kept, every
wording is followed, and rules are remembered as sets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

Json = Mapping[str, Any]
Line = tuple[int, int, int]
"""A transition: flow, state (-1: a `全程` line), place among its lines."""
RESTS = ("wait", "pause")
GONE = -1
TYPICAL = 4
"""Characters that a text said from a slot counts."""


class Frame(NamedTuple):
    """A level of a call. chain: the lines whose sub-dialogue runs above, the last answering what the one before handed back.

    owner: the level that the way on of the last of them belongs to.
    """

    flow: int
    state: int
    asked: frozenset[str] = frozenset()
    chain: tuple[Line, ...] = ()
    owner: int = 0


class Place(NamedTuple):
    """Where a call rests, and what it knows. ended: its outcome, "" where the scenario returned."""

    frames: tuple[Frame, ...]
    gates: tuple[tuple[tuple[int, int], int], ...]
    slots: tuple[tuple[str, str], ...]
    ended: str | None = None
    fired: frozenset[int] = frozenset()
    """The `超过` times that have gone off in this waiting; coming back from a sub-dialogue begins it anew."""


class Moment(NamedTuple):
    """Something that happens: the sets of what may be true of it (one for each wording), and where.

    kind: "begin" a step at `level`, "leave" the steps from `level` on, "return" from `level`, "end", or "" for the rest.
    """

    kind: str
    level: int
    choices: tuple[frozenset[str], ...] = (frozenset(),)
    speech: tuple[int, ...] = (0,)


class Step(NamedTuple):
    """A move: what set it off (None: the call begins), all that happens, where it leads.

    back: whether it brings the call back to the place it was in (docs/rules.md, "Limits").
    """

    line: Line | None
    moments: tuple[Moment, ...]
    after: Place
    back: bool = False


class TooMany(Exception):
    """More places than are looked at."""


class _Run(NamedTuple):
    """A call on its way."""

    frames: tuple[Frame, ...]
    gates: dict[tuple[int, int], int]
    slots: dict[str, str]
    moments: tuple[Moment, ...]
    back: bool = False
    ended: str | None = None
    fired: frozenset[int] = frozenset()

    def saying(self, *moments: Moment) -> _Run:
        return self._replace(moments=(*self.moments, *moments))


class Machine:
    """A machine document, and its moves."""

    def __init__(self, document: Json) -> None:
        self.flows: list[Json] = document["flows"]
        self.number = {flow["scenario"]: index for index, flow in enumerate(self.flows)}
        self.slots: dict[str, Json] = {slot["name"]: slot for slot in document["slots"]}
        self.tags = {
            (sort, term["name"]): term.get("tags", ())
            for sort, terms in (("事件", "events"), ("做", "actions"), ("结束", "outcomes"))
            for term in document[terms]
        }

    # --- looking things up ------------------------------------------------------------------------------------------

    def state(self, frame: Frame) -> Json:
        return self.flows[frame.flow]["states"][frame.state]  # type: ignore[no-any-return]

    def at(self, line: Line) -> Json:
        flow = self.flows[line[0]]
        lines = flow.get("anytime", ()) if line[1] < 0 else flow["states"][line[1]].get("transitions", ())
        return lines[line[2]]  # type: ignore[no-any-return]

    def lines(self, frames: tuple[Frame, ...], level: int) -> Iterator[tuple[Line, int]]:
        """The lines that hold at the top of `frames`, in the order they are tried, each with the level it belongs to."""
        top = frames[level]
        for index in range(len(self.state(top).get("transitions", ()))):
            yield (top.flow, top.state, index), level
        for below in range(level, -1, -1):
            for index in range(len(self.flows[frames[below].flow].get("anytime", ()))):
                yield (frames[below].flow, -1, index), below

    def holds(self, guard: Iterable[Json], slots: Mapping[str, str]) -> bool:
        for test in guard:
            value = slots.get(test["slot"], "")
            if "filled" in test and bool(value) != test["filled"]:
                return False
            if "is" in test and value not in test["is"]:
                return False
            if "is_not" in test and value in test["is_not"]:
                return False
        return True

    def answers(self, names: Iterable[str], slots: dict[str, str]) -> Iterator[dict[str, str]]:
        names = list(names)
        for values in product(*(self.slots[name].get("options", ("…",)) for name in names)):
            yield {**slots, **dict(zip(names, values, strict=True))}

    def step_of(self, flow: int, state: int) -> Json | None:
        step = self.flows[flow]["states"][state].get("step") if state >= 0 else None
        return None if step is None else self.flows[flow]["steps"][step]

    def inside(self, line: Line) -> frozenset[str]:
        """That something stands in a step, for `禁止 步骤 X 含 P`."""
        step = self.step_of(line[0], line[1])
        return (
            frozenset()
            if step is None
            else frozenset({f"在 {step['name']}", *(f"在 [{t}]" for t in step.get("tags", ()))})
        )

    def term(self, sort: str, name: str) -> frozenset[str]:
        tags = self.tags.get((sort, name), ())
        more = {f"结束 [{tag}]" for tag in tags} | {"结束"} if sort == "结束" else set()
        return frozenset({f"{sort} {name}", *(f"[{tag}]" for tag in tags), *more})

    # --- moves ------------------------------------------------------------------------------------------------------

    def beginnings(self) -> Iterator[Step]:
        known = [name for name, slot in self.slots.items() if slot.get("known")]
        for slots in self.answers(known, {}):
            for run in self.enter(_Run((), {}, slots, ()), 0):
                yield self.done(None, run)

    def done(self, line: Line | None, run: _Run) -> Step:
        place = Place(
            run.frames, tuple(sorted(run.gates.items())), tuple(sorted(run.slots.items())), run.ended, run.fired
        )
        return Step(line, run.moments, place, run.back)

    def moves(self, place: Place) -> Iterator[Step]:
        if place.ended is not None:
            return
        frames, slots, top = place.frames, dict(place.slots), len(place.frames) - 1
        run = _Run(frames, dict(place.gates), slots, (), fired=place.fired)
        waits = self.state(frames[top])["kind"] == "wait"
        seen: set[tuple[Any, ...]] = set()
        for line, _ in self.lines(frames, top):
            on = self.at(line)["on"]
            kind = (on["kind"], on.get("event"), None if on["kind"] == "event" else on.get("delay_ms", 0))
            if kind in seen:
                continue
            seen.add(kind)
            alike = [
                (other, level)
                for other, level in self.lines(frames, top)
                for its in [self.at(other)["on"]]
                if (its["kind"], its.get("event"), None if its["kind"] == "event" else its.get("delay_ms", 0)) == kind
            ]
            if on["kind"] == "proceed":
                fills = [name for name in self.at(line).get("fills", ()) if name in frames[top].asked]
                for after in self.answers(fills, slots):
                    home = self.inside((frames[top].flow, frames[top].state, 0))
                    got = (Moment("", top, (frozenset(f"得到 {name}" for name in fills) | home,)),) if fills else ()
                    yield from self.first(alike, run._replace(slots=after, moments=got))
            elif on["kind"] == "event":
                yield from self.event(alike, run, on["event"])
            elif on["kind"] == "after" and waits:
                if all(on["delay_ms"] > delay for delay in place.fired):
                    yield from self.first(alike, run._replace(fired=place.fired | {on["delay_ms"]}))
            else:
                yield from self.first(alike, run)

    def first(self, lines: list[tuple[Line, int]], run: _Run) -> Iterator[Step]:
        for line, level in lines:
            if self.holds(self.at(line).get("if", ()), run.slots):
                for after in self.take(run, (line,), level):
                    yield self.done(line, after)
                return

    def event(self, lines: list[tuple[Line, int]], run: _Run, event: str) -> Iterator[Step]:
        found = self.handler(run.frames, run.slots, event, ())
        if found is not None:
            line, level = found
            happened = Moment("", level, (self.term("事件", event) | self.inside(line),))
            for after in self.take(run.saying(happened), (line,), level):
                yield self.done(line, after)

    def handler(
        self, frames: tuple[Frame, ...], slots: dict[str, str], event: str, chain: tuple[Line, ...]
    ) -> tuple[Line, int] | None:
        """The line that answers `event`; a `全程` line does not inside the sub-dialogue that it called itself."""
        for line, level in self.lines(frames, len(frames) - 1):
            if self.at(line)["on"].get("event") != event or line in chain:
                continue
            if self.holds(self.at(line).get("if", ()), slots):
                calling = [frame.chain[-1] for frame in frames if frame.chain]
                return None if line[1] < 0 and line in calling else (line, level)
        return None

    def take(self, run: _Run, chain: tuple[Line, ...], level: int) -> Iterator[_Run]:
        """Take the last line of `chain`, which belongs to `level`."""
        line = chain[-1]
        made = self.at(line)
        before = self.amounts_to(chain)[0]
        frames = run.frames
        if made.get("call") is not None and line[1] < 0:
            for index, frame in enumerate(frames):
                if frame.chain and frame.chain[-1][1] < 0:  # it takes the place of another interruption
                    run = run.saying(Moment("leave", index + 1))._replace(back=self.target(chain) is None)
                    frames = (*frames[:index], frame._replace(chain=(), owner=0))
                    break
            level = level if level < len(frames) else GONE
            run = run._replace(frames=frames)
        for each in self.perform(run, before):
            if made.get("call") is None:
                yield from self.arrive(each, chain, level)
                continue
            top = each.frames[-1]
            called = self.inside((top.flow, top.state, 0)) if line[1] >= 0 else frozenset()
            each = each.saying(Moment("", len(each.frames) - 1, (called | {f"调用 {made['call']}"},)))
            waiting = top._replace(chain=chain, owner=level)
            yield from self.enter(each._replace(frames=(*each.frames[:-1], waiting)), self.number[made["call"]])

    def amounts_to(self, chain: tuple[Line, ...]) -> tuple[list[tuple[Line, Json]], list[tuple[Line, Json]]]:
        """What the last line of `chain` does before and behind its call: one that stays goes on as the one before it."""
        line = chain[-1]
        made = self.at(line)
        before = [(line, act) for act in made.get("acts", ())]
        behind = [(line, act) for act in made.get("then", ())]
        if len(chain) > 1 and made.get("to") is None:
            rest = self.amounts_to(chain[:-1])[1]
            if made.get("call") is None:
                before += rest
            else:
                behind += rest
        return before, behind

    def target(self, chain: tuple[Line, ...]) -> int | None:
        found = self.at(chain[-1]).get("to")
        return self.target(chain[:-1]) if found is None and len(chain) > 1 else found

    def arrive(self, run: _Run, chain: tuple[Line, ...], level: int) -> Iterator[_Run]:
        """The end of a line of `level`."""
        target = self.target(chain)
        if target is None or level == GONE:
            if self.state(run.frames[-1])["kind"] in RESTS:
                yield run._replace(back=True)
            else:
                yield from self.settle(run)
            return
        frame = run.frames[level]
        here, there = self.state(frame), self.flows[frame.flow]["states"][target]
        entries = {step["entry"] for step in self.flows[frame.flow]["steps"]}
        inside = there.get("step") == here.get("step") and target not in entries
        kind = self.at(chain[-1])["on"]["kind"]
        early = kind in ("event", "every") or (kind == "after" and here["kind"] == "wait")
        if early and not (inside and there["kind"] not in ("end", "return")):
            run = run.saying(Moment("leave", level))
        moved = Frame(frame.flow, target, frame.asked if inside else frozenset())
        yield from self.settle(run._replace(frames=(*run.frames[:level], moved)))

    def enter(self, run: _Run, flow: int) -> Iterator[_Run]:
        yield from self.settle(run._replace(frames=(*run.frames, Frame(flow, self.flows[flow]["entry"]))))

    def begin(self, run: _Run) -> _Run:
        """A step begins, then its tags come one by one."""
        top = run.frames[-1]
        step = self.step_of(top.flow, top.state)
        if step is None:
            return run
        home, level, tags = self.inside((top.flow, top.state, 0)), len(run.frames) - 1, step.get("tags", ())
        names = {f"步骤 {step['name']}", *(f"步骤 [{tag}]" for tag in tags)}
        run = run.saying(Moment("begin", level, (home | names,)))
        return run.saying(*(Moment("", level, (home | {f"[{tag}]"},)) for tag in tags))

    def settle(self, run: _Run) -> Iterator[_Run]:
        """Go on until somebody is waited for."""
        top = run.frames[-1]
        state, level = self.state(top), len(run.frames) - 1
        begins = top.state in {step["entry"] for step in self.flows[top.flow]["steps"]}
        kind = state["kind"]
        if kind == "gate":
            key = (top.flow, top.state)
            passed = run.gates.get(key, 0)
            run = run._replace(gates={**run.gates, key: min(passed + 1, state["limit"])})
            inside = passed < state["limit"]
            run = self.begin(run) if begins and inside else run
            yield from self.take(run, ((*key, 0 if inside else 1),), level)
            return
        run = self.begin(run) if begins else run
        if kind in RESTS:
            yield run._replace(fired=frozenset())
        elif kind == "end":
            true = self.term("结束", state["outcome"]) | self.inside((top.flow, top.state, 0))
            yield run.saying(Moment("end", level, (true,)))._replace(ended=state["outcome"])
        elif kind == "return":
            yield from self.returned(run.saying(Moment("return", level)), state.get("event"))
        else:
            line = (top.flow, top.state, 0)
            for each in self.perform(run, [(line, act) for act in state.get("acts", ())]):
                for index, one in enumerate(state.get("transitions", ())):
                    if one["on"]["kind"] == "always" and self.holds(one.get("if", ()), each.slots):
                        yield from self.take(each, ((top.flow, top.state, index),), level)
                        break

    def returned(self, run: _Run, event: str | None) -> Iterator[_Run]:
        frames = run.frames[:-1]
        if not frames:
            yield run._replace(frames=(), ended="")
            return
        chain, owner = frames[-1].chain, frames[-1].owner
        frames = (*frames[:-1], frames[-1]._replace(chain=(), owner=0))
        run = run._replace(frames=frames, fired=frozenset())
        found = None if event is None else self.handler(frames, run.slots, event, chain)
        if found is not None:
            line, level = found
            yield from self.take(run, (*chain, line), owner if self.at(line).get("to") is None else level)
            return
        for each in self.perform(run, self.amounts_to(chain)[1]):
            yield from self.arrive(each, chain, owner)

    def perform(self, run: _Run, acts: list[tuple[Line, Json]]) -> Iterator[_Run]:
        if not acts:
            yield run
            return
        (line, act), rest = acts[0], acts[1:]
        if not self.holds(act.get("if", ()), run.slots):
            yield from self.perform(run, rest)
            return
        run = run.saying(self.moment(act, self.inside(line), len(run.frames) - 1))
        if act["act"] == "ask":
            top = run.frames[-1]
            run = run._replace(frames=(*run.frames[:-1], top._replace(asked=top.asked | set(act["slots"]))))
        filled = act.get("fills", ()) if act["act"] == "do" else (act["slot"],) if act["act"] == "promise" else ()
        for slots in self.answers(filled, run.slots):
            yield from self.perform(run._replace(slots=slots), rest)

    def moment(self, act: Json, home: frozenset[str], level: int) -> Moment:
        match act["act"]:
            case "do":
                true = self.term("做", act["action"]) | {f"得到 {name}" for name in act.get("fills", ())}
                return Moment("", level, (home | true,))
            case "promise":
                return Moment("", level, (home | {"承诺", f"承诺 {act['slot']}", f"得到 {act['slot']}"},))
        asked = {f"问 {name}" for name in act.get("slots", ())}
        if any(self.slots[name].get("sensitive") for name in act.get("slots", ())):
            asked.add("问 敏感")
        choices, speech = [], []
        for phrase in act["phrases"]:
            parts = phrase["parts"]
            said = {f"[{tag}]" for tag in phrase.get("tags", ())}
            said |= {f"提到 {part['slot']}" for part in parts if not isinstance(part, str)}
            if phrase.get("bank"):
                said.add(f"说 {phrase['bank']}")
            choices.append(home | asked | said)
            speech.append(sum(len(part) if isinstance(part, str) else TYPICAL for part in parts))
        return Moment("", level, tuple(choices), tuple(speech))


class Calls:
    """Every place that calls of a machine can rest in, with the moves from each. None is where a call begins."""

    def __init__(self, document: Json, most: int) -> None:
        """Raises TooMany when there are more than `most` places."""
        machine = Machine(document)
        self.moves: dict[Place | None, list[Step]] = {}
        queue: deque[Place | None] = deque([None])
        while queue:
            at = queue.popleft()
            self.moves[at] = list(machine.beginnings() if at is None else machine.moves(at))
            for step in self.moves[at]:
                if step.after not in self.moves:
                    self.moves[step.after] = []
                    queue.append(step.after)
            if len(self.moves) > most:
                raise TooMany
        self.atoms = {
            atom
            for steps in self.moves.values()
            for step in steps
            for moment in step.moments
            for choice in moment.choices
            for atom in choice
        }

    # --- rules ------------------------------------------------------------------------------------------------------

    def breaks(self, rule: Rule) -> bool:
        """Whether some call breaks `rule`."""
        start: tuple[Place | None, Memory] = (None, Memory())
        seen, queue = {start}, deque([start])
        while queue:
            at, memory = queue.popleft()
            for step in self.moves[at]:
                for after in rule.follow(memory, step.moments):
                    if after is None:
                        return True
                    node = (step.after, after)
                    if node not in seen:
                        seen.add(node)
                        queue.append(node)
        return False

    def extreme(self, weight: Callable[[Step], int], *, longest: bool) -> float:
        """The most (least) that a call weighs, leaving out what brings it back to where it was; infinite without a bound."""
        onward = {at: [step for step in steps if not step.back] for at, steps in self.moves.items()}
        ends = {at for at in onward if at is not None and at.ended is not None}
        above: dict[Place | None, set[Place | None]] = {}
        for at, steps in onward.items():
            for step in steps:
                above.setdefault(step.after, set()).add(at)
        work: list[Place | None] = list(ends)
        ending = set(work)
        while work:
            for at in above.get(work.pop(), ()):
                if at not in ending:
                    ending.add(at)
                    work.append(at)
        reached: set[Place | None] = {None}
        work = [None]
        while work:
            for step in onward[work.pop()]:
                if step.after not in reached:
                    reached.add(step.after)
                    work.append(step.after)
        nodes = reached & ending
        if None not in nodes:
            return float("inf")
        best: dict[Place | None, float] = {None: 0}
        for _ in range(len(nodes) + 1):  # Bellman, Ford
            changed = False
            for at in nodes:
                for step in onward[at] if at in best else ():
                    if step.after in nodes:
                        value = best[at] + weight(step)
                        known = best.get(step.after)
                        if known is None or (value > known if longest else value < known):
                            best[step.after] = value
                            changed = True
            if not changed:
                break
        else:
            return float("inf")
        found = [value for at, value in best.items() if at in ends]
        return (max if longest else min)(found)


# --- monitors ---------------------------------------------------------------------------------------------------------


class Memory(NamedTuple):
    """What a rule remembers: whether its P (or Q) has been, and the levels whose step owes something."""

    been: bool = False
    owing: frozenset[int] = frozenset()


class Rule(NamedTuple):
    """A rule of docs/rules.md, by form, with the atoms of its predicates as rules write them."""

    form: str
    p: frozenset[str]
    q: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()

    def about(self) -> tuple[frozenset[str], ...]:
        """What has to happen, one of each, for the rule to have something to say."""
        match self.form:
            case "precedes":
                return (self.q,)
            case "precedes-after":
                return self.after, self.q
            case "responds" | "never-after" | "step-has" | "step-never":
                return (self.p,)
            case _:
                return ()

    def follow(self, memory: Memory, moments: tuple[Moment, ...]) -> set[Memory | None]:
        """What may be remembered behind `moments`, for every choice of wordings; None where the rule is broken."""
        memories: set[Memory | None] = {memory}
        for moment in moments:
            memories = {
                self.step(each, moment, true) for each in memories if each is not None for true in moment.choices
            } | ({None} & memories)
            if None in memories:
                return {None}
        return memories

    def step(self, memory: Memory, moment: Moment, true: frozenset[str]) -> Memory | None:
        p, q, after = bool(true & self.p), bool(true & self.q), bool(true & self.after)
        been, ends = memory.been, moment.kind == "end"
        match self.form:
            case "exists":
                been = been or p
                return None if ends and not been else Memory(been)
            case "precedes":
                been = been or p
                return None if q and not been else Memory(been)
            case "responds":
                been = (been or p) and not q
                return None if ends and been else Memory(been)
            case "precedes-after":
                been = (been or after) and not p
                return None if been and q else Memory(been)
            case "never-after":
                return None if been and q else Memory(been or p)
            case "never" | "reachable":
                return None if p else memory
            case "step-never":
                inside = {name.replace("步骤 ", "在 ") for name in self.p}
                return None if q and true & inside else memory
        owing = memory.owing
        if moment.kind == "leave":
            return Memory(False, frozenset(level for level in owing if level < moment.level))
        if moment.kind in ("begin", "return") and moment.level in owing:
            return None
        if moment.kind == "begin" and p:
            owing |= {moment.level}
        if q:
            owing = frozenset()
        return None if ends and moment.level in owing else Memory(False, owing)
