"""From a machine to what stands on its card.

Every decision on content is taken here, so that the page and the print show the same: which steps are the main path,
what they are numbered, which text is filled in already, how long it takes to say. Knows nothing of fixed texts, of
pages, of HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from compiler.cards.parts import (
    Action,
    Asking,
    Blank,
    Calling,
    Card,
    CardStep,
    Doing,
    Exit,
    Line,
    Part,
    Piece,
    Promising,
    Reaction,
    Saying,
    Waiting,
    Wording,
)
from compiler.machine import model
from compiler.machine.model import (
    Act,
    Amount,
    Ask,
    Do,
    Flow,
    Guard,
    GuardedAct,
    GuardedCall,
    Machine,
    Outline,
    Pause,
    Phrase,
    Promise,
    Say,
    SlotRef,
    Term,
    Transition,
)
from compiler.machine.speech import slot_lengths, spoken_seconds
from compiler.machine.walk import acts_of, happy_path, leads_to
from dsl.frozen import replace

_ROOM = {"text": 9, "number": 5, "phone": 8, "date": 7, "money": 6, "time": 5, "deadline": 7}
"""Han characters of room to write a slot of each type by hand: eleven digits take as much as eight characters."""


def card(machine: Machine, *, version: str, numbers: Mapping[str, int] | None = None) -> Card:
    """The card of `machine`. `version` is what is printed as its version: the machine's content hash.

    With `numbers`, the card holds the scenario alone, and its sub-dialogues are cards of their own with these numbers.
    """
    maker = _CardBuilder(machine, numbers)
    main, *dialogues = (maker.part(flow) for flow in (machine.flows if numbers is None else machine.flows[:1]))
    return Card(
        name=machine.name,
        kind=machine.kinds[0] if machine.kinds else "",
        channels=machine.channels,
        version=version,
        effective=machine.effective,
        until=machine.until,
        sources=machine.main.sources,
        speech_rate=machine.speech_rate,
        main=main,
        dialogues=tuple(dialogues),
    )


def _letters(number: int) -> str:
    """A, B, … Z, AA, AB, … for 1, 2, …; empty for 0."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _notes(terms: Iterable[Term]) -> dict[str, str]:
    return {term.name: term.note for term in terms}


class _CardBuilder:
    """Makes the parts of one machine's card: what all of them look up."""

    def __init__(self, machine: Machine, numbers: Mapping[str, int] | None) -> None:
        self.facts = dict(machine.facts)
        self.rate = machine.speech_rate
        self.lengths = slot_lengths(machine)
        self.slots = {slot.name: slot for slot in machine.slots}
        self.events = _notes(machine.events)
        self.actions = _notes(machine.actions)
        self.outcomes = _notes(machine.outcomes)
        self.labels = {flow.scenario: _letters(number) for number, flow in enumerate(machine.flows)}
        if numbers is not None:
            self.labels = {flow.scenario: str(numbers.get(flow.scenario, "")) for flow in machine.flows}
            self.labels[machine.name] = ""
        self.titles = {flow.scenario: flow.title or flow.scenario for flow in machine.flows}
        self.deadlines = _fixed_deadlines(machine)

    def part(self, flow: Flow) -> Part:
        return _PartBuilder(self, flow).part()

    def wording(self, phrase: Phrase) -> Wording:
        """`phrase` with its facts and fixed deadlines filled in."""
        pieces: list[Piece] = []
        for part in phrase.parts:
            piece: Piece = part
            if isinstance(part, SlotRef):
                fact = self.facts.get(part.slot)
                if fact is not None:
                    piece = fact[-part.tail :] if part.tail else fact
                else:
                    piece = self.deadlines.get(part.slot) or part
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
            else:
                pieces.append(piece)
        return tuple(pieces)

    def blanks(self, names: Iterable[str]) -> tuple[Blank, ...]:
        slots = [(name, self.slots.get(name)) for name in names]
        return tuple(
            Blank(
                name,
                slot.options if slot else (),
                bool(slot and slot.sensitive),
                _ROOM.get(slot.type if slot else "text", 8),
            )
            for name, slot in slots
        )

    def line(self, guard: Guard, act: Act) -> Line:
        match act:
            case Say():
                return Saying(guard, tuple(map(self.wording, act.phrases)))
            case Ask():
                return Asking(guard, tuple(map(self.wording, act.phrases)), self.blanks(act.slots))
            case Do():
                return Doing(guard, (Action(act.action, self.actions.get(act.action, ""), self.blanks(act.fills)),))
            case Promise():
                return Promising(guard, act.slot, act.deadline)

    def call(self, guard: Guard, scenario: str) -> Calling:
        return Calling(guard, self.labels.get(scenario, ""), self.titles.get(scenario, scenario), scenario)

    def seconds(self, outlined: Outline) -> int:
        total = 0.0
        for line in outlined.lines:
            if isinstance(line, GuardedAct) and not line.guard and isinstance(line.act, Say | Ask) and line.act.phrases:
                total += spoken_seconds(line.act.phrases[0], self.rate, self.lengths)
        return round(total)


class _PartBuilder:
    """Makes the part of one flow, once its steps have been numbered."""

    def __init__(self, maker: _CardBuilder, flow: Flow) -> None:
        self.card = maker
        self.flow = flow
        self.main_path, self.ending = happy_path(flow)
        rest = [index for index in range(len(flow.steps)) if index not in self.main_path]
        self.order = (*self.main_path, *rest)
        letter = maker.labels[flow.scenario]
        self.labels = {index: f"{letter}{number}" for number, index in enumerate(self.order, 1)}

    def part(self) -> Part:
        flow = self.flow
        return Part(
            label=self.card.labels[flow.scenario],
            title=self.card.titles[flow.scenario],
            goals=flow.goals,
            tips=flow.tips,
            steps=tuple(self._step(flow.steps[index]) for index in self.order),
            ending=self._exit(self.ending) if self.ending is not None else None,
            anytime=self._reactions(flow.anytime),
            never_say=flow.never_say,
            never_do=flow.never_do,
        )

    def _step(self, step: model.Step) -> CardStep:
        outlined = step.outline
        gate = None
        if step.at_most is not None and outlined.otherwise is not None:
            gate = (step.at_most, self._reaction([outlined.otherwise]))
        return CardStep(
            label=self.labels[step.index],
            name=step.name,
            on_main_path=step.index in self.main_path,
            tags=step.tags,
            goal=step.goal,
            tips=step.tips,
            within=step.within,
            opening=step.opening,
            seconds=self.card.seconds(outlined),
            at_most=gate,
            lines=tuple(_joined(self._lines(outlined))),
            never_say=step.never_say,
            never_do=step.never_do,
            onward=self._reactions(outlined.exits),
            reactions=self._reactions((*outlined.reactions, *outlined.timers)),
        )

    def _lines(self, outlined: Outline) -> Iterator[Line]:
        for line in outlined.lines:
            match line:
                case GuardedAct():
                    yield self.card.line(line.guard, line.act)
                case Pause():
                    yield Waiting(line.delay)
                case GuardedCall():
                    yield self.card.call(line.guard, line.scenario)

    def _reactions(self, transitions: Iterable[Transition]) -> tuple[Reaction, ...]:
        """One reaction a line of the script: a line that names several events became a transition for each."""
        return tuple(self._reaction(list(same)) for _, same in groupby(transitions, key=lambda one: one.span.order()))

    def _reaction(self, same: list[Transition]) -> Reaction:
        transition = same[0]
        lines = [self.card.line(act.guard, act) for act in transition.acts]
        if transition.call is not None:
            lines.append(self.card.call((), transition.call))
        lines += [self.card.line(act.guard, act) for act in transition.then]
        events = tuple(one.trigger.event for one in same if one.trigger.event is not None)
        return Reaction(
            kind=transition.trigger.kind,
            events=events,
            notes=tuple(self.card.events.get(event, "") for event in events),
            delay=transition.trigger.delay,
            guard=transition.guard,
            lines=tuple(_joined(lines)),
            exit=self._exit(transition),
        )

    def _exit(self, transition: Transition) -> Exit:
        step = leads_to(self.flow, transition)
        if step is not None:
            return Exit("step", self.labels[step], self.flow.steps[step].name, on_main_path=step in self.main_path)
        target = None if transition.target is None else self.flow.states[transition.target]
        if target is not None and target.kind == "end":
            outcome = target.outcome or ""
            return Exit("end", name=outcome, note=self.card.outcomes.get(outcome, ""))
        if target is not None and target.kind == "return":
            return Exit("return", name=target.event or "")
        return Exit("stay")


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """`lines`, with actions that follow one another under one guard as one line."""
    last: Doing | None = None
    for line in lines:
        if isinstance(line, Doing) and last is not None and line.guard == last.guard:
            last = replace(last, actions=last.actions + line.actions)
            continue
        if last is not None:
            yield last
            last = None
        if isinstance(line, Doing):
            last = line
        else:
            yield line
    if last is not None:
        yield last


def _fixed_deadlines(machine: Machine) -> dict[str, Amount]:
    """The deadline of each promise that the whole machine makes in one way only, by slot."""
    promised: dict[str, set[Amount]] = {}
    for flow in machine.flows:
        for act in acts_of(flow):
            if isinstance(act, Promise):
                promised.setdefault(act.slot, set()).add(act.deadline)
    return {slot: next(iter(amounts)) for slot, amounts in promised.items() if len(amounts) == 1}
