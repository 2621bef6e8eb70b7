"""A machine -> what its flow charts show: nodes and the edges between them, numbered as the steps of its card.

One chart for the scenario, one for each sub-dialogue. What is drawn and written is decided here, for the drawn figure,
DOT and Mermaid alike. Knows nothing of sizes, of places, of how any of it is written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.cards.content import card
from compiler.cards.parts import Calling, CardStep, Exit, Line, Part, Reaction, Waiting
from compiler.cards.view import clean
from compiler.cards.words import Lang, Wordbook, headed, wordbook
from compiler.figures.parts import BoxKind, EdgeKind
from compiler.machine.model import Machine
from dsl.diagnostics import Words
from dsl.frozen import Node

ESCALATED = ("升级", "escalated")
"""Tags of outcomes that hand the call on to somebody higher, as the standard library names them."""

_GATE = Words("至多 {n} 次", "at most {n}×")
_OVER = Words("满 {n} 次", "after {n}×")
_AGAIN = Words("重做这一步：", "this step again: ")


class Row(Node, frozen=True):
    """A line in a step's box; `call` is the letter of the sub-dialogue it runs, empty for plain text."""

    text: str
    call: str = ""


class FigureNode(Node, frozen=True):
    """A box. number: a step's; empty for all others. above: what stands over the name."""

    kind: BoxKind
    number: str = ""
    name: str = ""
    above: str = ""
    rows: tuple[Row, ...] = ()


class FigureEdge(Node, frozen=True):
    """An edge from node to node, by their positions. texts: when it is taken, a line each."""

    source: int
    target: int
    kind: EdgeKind
    texts: tuple[str, ...]


class Flowchart(Node, frozen=True):
    """The chart of one scenario. label: the letter of a sub-dialogue. always: its heading, then what holds in every step."""

    name: str
    title: str
    label: str
    nodes: tuple[FigureNode, ...]
    edges: tuple[FigureEdge, ...]
    always: tuple[str, ...]


def flowcharts(machine: Machine, *, lang: Lang, escalated: Iterable[str] = ESCALATED) -> tuple[Flowchart, ...]:
    """The charts of `machine`: the scenario's own, then one for each sub-dialogue, in the order of its card.

    escalated: the tags of outcomes that are drawn as escalations.
    """
    made = card(machine, version="")
    return tuple(
        flowchart(part, flow.scenario, machine, lang=lang, escalated=escalated)
        for flow, part in zip(machine.flows, (made.main, *made.dialogues), strict=True)
    )


def flowchart(
    part: Part, name: str, machine: Machine, *, lang: Lang, escalated: Iterable[str] = ESCALATED
) -> Flowchart:
    """The chart of `part`, scenario `name` on the card of `machine`."""
    tags = frozenset(escalated)
    outcomes = frozenset(outcome.name for outcome in machine.outcomes if tags & set(outcome.tags))
    return _Charting(part, wordbook(lang), outcomes).chart(name)


class _Charting:
    """Gathers the nodes and edges of one chart."""

    def __init__(self, part: Part, words: Wordbook, escalations: frozenset[str]) -> None:
        self.part = part
        self.words = words
        self.escalations = escalations
        self.nodes: list[FigureNode] = [FigureNode("start")]
        self.steps: dict[str, int] = {}
        self.ends: dict[tuple[str, str], int] = {}
        self.edges: dict[tuple[int, int], list[str]] = {}
        self.main_path: set[tuple[int, int]] = set()

    def chart(self, name: str) -> Flowchart:
        """The chart of the scenario `name`."""
        steps = self.part.steps
        for step in steps:
            self.steps[step.label] = self._add(self._step(step))
        for step in steps[:1]:
            self._edge(0, self.steps[step.label], "", main=True)
        path = [step.label for step in self.part.main_path]
        for step in steps:
            after = path[path.index(step.label) + 1 :] if step.label in path else []
            following = after[0] if after else None
            self._edges(step, following, self.part.ending if path[-1:] == [step.label] else None)
        always = (self.words["anytime"], *self._always()) if self.part.anytime else ()
        edges = tuple(FigureEdge(*ends, self._kind(ends), self._said(texts)) for ends, texts in self.edges.items())
        return Flowchart(name, _line(self.part.title), self.part.label, tuple(self.nodes), edges, always)

    def _add(self, node: FigureNode) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    # --- boxes ------------------------------------------------------------------------------------------------------

    def _step(self, step: CardStep) -> FigureNode:
        """A step's box: how often it is entered, where it waits, what it runs, what begins it again."""
        rows: list[Row] = []
        if step.at_most:
            rows.append(Row(self._in(_GATE).replace("{n}", str(step.at_most[0]))))
        for line in step.lines:
            if isinstance(line, Waiting):
                rows.append(Row(f"{self.words['wait']} {self.words.clock(line.delay)}"))
            elif isinstance(line, Calling):
                if line.guard:
                    rows.append(Row(_line(self.words.guard(line.guard))))
                rows.append(Row(_line(line.title), line.label))
        for reaction in (*step.onward, *step.reactions):
            calls = _calls(reaction.lines)
            if reaction.exit.kind == "step" and reaction.exit.label == step.label:
                rows.append(Row(self._in(_AGAIN) + (self._when(reaction) or self.words["proceed"])))
            elif reaction.exit.kind == "stay" and calls:
                rows.append(Row(self._when(reaction)))
            else:
                continue
            rows += [Row(_line(call.title), call.label) for call in calls]
        return FigureNode(
            "road" if step.on_main_path else "aside", step.label, _line(headed(step.name)), "", tuple(rows)
        )

    def _end(self, exit: Exit) -> int:
        """The box where `exit` ends the call or returns: one for each outcome, one for each event handed back."""
        key = (exit.kind, exit.name)
        if key not in self.ends:
            name = _line(self.words.way(exit))
            if exit.kind == "end":
                kind: BoxKind = "escalation" if exit.name in self.escalations else "end"
                self.ends[key] = self._add(FigureNode(kind, name=name, above=self.words["end"]))
            else:
                self.ends[key] = self._add(FigureNode("return", name=name))
        return self.ends[key]

    # --- edges ------------------------------------------------------------------------------------------------------

    def _edges(self, step: CardStep, following: str | None, ending: Exit | None) -> None:
        """The edges out of `step`; `following` and `ending` are where the main path goes on."""
        here = self.steps[step.label]
        guarded = False
        for reaction in step.onward:
            when = _line(self.words.guard(reaction.guard))
            onto = reaction.exit.label == following or reaction.exit == ending
            if guarded and not reaction.guard and not onto:
                when = self.words["otherwise"]  # the main path needs no word for it
            guarded = guarded or bool(reaction.guard)
            self._reaction(here, reaction, when, following, ending)
        # Where a step has no exit of its own, the main path follows what the customer does.
        onto_path = (None, None) if step.onward else (following, ending)
        for reaction in step.reactions:
            self._reaction(here, reaction, self._when(reaction), *onto_path)
        if step.at_most:
            limit, reaction = step.at_most
            self._reaction(here, reaction, self._in(_OVER).replace("{n}", str(limit)), None, None)

    def _reaction(self, here: int, reaction: Reaction, when: str, following: str | None, ending: Exit | None) -> None:
        exit = reaction.exit
        if exit.kind == "stay" or self.steps.get(exit.label) == here:
            return
        via = " ".join(f"→ {_named(call)}" for call in _calls(reaction.lines))
        text = f"{when} {via}".strip()
        if exit.kind == "step":
            self._edge(here, self.steps[exit.label], text, main=exit.label == following)
        else:
            self._edge(here, self._end(exit), text, main=exit == ending)

    def _edge(self, source: int, target: int, text: str, *, main: bool) -> None:
        self.edges.setdefault((source, target), []).append(text)
        if main:
            self.main_path.add((source, target))

    def _kind(self, edge: tuple[int, int]) -> EdgeKind:
        if edge in self.main_path:
            return "road"
        return "escalation" if self.nodes[edge[1]].kind == "escalation" else "other"

    # --- words ------------------------------------------------------------------------------------------------------

    def _in(self, words: Words) -> str:
        return words.in_(self.words.lang)

    def _when(self, reaction: Reaction) -> str:
        return _line(f"{self.words.when(reaction)} {self.words.guard(reaction.guard)}")

    def _said(self, texts: Iterable[str]) -> tuple[str, ...]:
        """What stands on an edge; one that is also taken when the customer proceeds says so."""
        texts = list(texts)
        return tuple(dict.fromkeys(text or self.words["proceed"] for text in texts)) if any(texts) else ()

    def _always(self) -> Iterator[str]:
        """What holds in every step: when, and where it leads; what leads to the same place is in one line."""
        together: dict[str, list[str]] = {}
        for reaction in self.part.anytime:
            together.setdefault(self._leads(reaction), []).append(self._when(reaction))
        for leads, whens in together.items():
            yield f"{self.words['list'].join(whens)} → {leads}"

    def _leads(self, reaction: Reaction) -> str:
        leads = [_named(call) for call in _calls(reaction.lines)]
        exit = reaction.exit
        if exit.kind == "step":
            leads.append(f"[{exit.label}] {_line(headed(exit.name))}")
        elif exit.kind == "end":
            leads.append(f"{self.words['end']} {_line(headed(exit.name))}")
        elif exit.kind == "return" or not leads:
            leads.append(_line(self.words.way(exit)))
        return " → ".join(leads)


def _calls(lines: Iterable[Line]) -> list[Calling]:
    return [line for line in lines if isinstance(line, Calling)]


def _named(call: Calling) -> str:
    return f"[{call.label}] {_line(call.title)}"


def _line(text: str) -> str:
    """Authors' text as one line, without what can't be shown."""
    return " ".join(clean(text).split())
