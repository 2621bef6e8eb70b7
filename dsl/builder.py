"""Grammar rules -> nodes: Lark calls a method of `Builder` for every reduced rule, so no intermediate tree is built.

Every grammar rule has a method of the same name, called with the children in order (None for an absent optional part).
Finished statements collect in `statements`; `dsl.blocks` folds the list into blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from lark import Transformer

from dsl import nodes, syntax
from dsl.lexing import Mark, Tokens
from dsl.source import Span

Children = list[Any]

_TEXT_LINES = {"TITLE": "title", "SOURCE": "source", "GOAL": "goal", "TIP": "tip"}
_DECLARATIONS = {"KIND": "kind", "EVENT": "event", "ACTION": "action", "OUTCOME": "outcome", "TAG": "tag"}
_ATOMS = {
    "STEP": "step",
    "EVENT": "event",
    "DO": "do",
    "WORDS": "words",
    "ASK": "ask",
    "CALL": "call",
    "PROMISE": "promise",
    "END": "end",
    "MENTIONS": "mention",
    "GETTING": "get",
}


_STAND_INS: dict[str, Callable[[Span], Any]] = {
    "SCENARIO": lambda span: syntax.Scenario(span, (), None, None, (), ()),
    "STEP": lambda span: syntax.Step(span, (), (), ()),
    "RULEBOOK": lambda span: syntax.Rulebook(span, (), (), (), ()),
    "RULE": lambda span: syntax.RuleDef(span, (), None, ()),
    "DIALOGUE": lambda span: syntax.Dialogue(span, nodes.Text(span, ("",)), nodes.Name(span, ""), ()),
}


class Builder(Transformer[Any, None]):
    """Transformer that builds the nodes of one text; call `begin` before every parse.

    statements: finished statements, in order.
    twice: dropped duplicate reasons, paired with the first reason of the statement.
    """

    def begin(self, tokens: Tokens) -> None:
        """Reset the builder for `tokens`."""
        self._tokens = tokens
        self._source = tokens.source
        self.statements: list[Any] = []
        self.twice: list[tuple[nodes.Text, nodes.Text]] = []

    def _span(self, first: Any) -> Span:
        """Return the span from the child `first` to the last token of the rule."""
        # An LALR parser reduces on a lookahead token, so the last token of the rule is the token before the current.
        start = first.start if type(first) is Mark else first.span.start
        last = self._tokens.items[self._tokens.at - 1]
        return Span(self._source, start, last.end if type(last) is Mark else cast(Any, last).span.end)

    def start(self, c: Children) -> None:
        """Collect the last child, the statement just reduced."""
        if c:
            self.statements.append(c[-1])

    def stand_in(self, kind: str | None, head: Any) -> None:
        """Add a nameless block for an unreadable head line, so that the lines below keep a valid place.

        kind: terminal of the intended keyword. head: first token of the line.
        """
        # Without the stand-in, every line below a broken head would be reported as misplaced:
        #     场景 A
        #     步聚 接听        one finding, for the typo
        #       说 "您好。"     no finding
        if kind in _STAND_INS:
            span = Span(self._source, head.start, head.end) if type(head) is Mark else head.span
            self.statements.append(_STAND_INS[kind](span))

    # --- shared -----------------------------------------------------------------------------------------------------

    def aliased(self, c: Children) -> tuple[Any, ...]:
        return tuple(c)

    names = tags = strings = acts = aliased

    def values(self, c: Children) -> tuple[nodes.Name, ...]:
        return tuple(one for one in c if isinstance(one, nodes.Name))

    def guard(self, c: Children) -> nodes.Guard:
        tests = tuple(c[::2])
        return nodes.Guard(Span(self._source, tests[0].span.start, tests[-1].span.end), tests)

    def slot_is(self, c: Children) -> nodes.SlotIs:
        name, verb, values = c
        return nodes.SlotIs(self._span(name), name, values, verb.type == "IS_NOT")

    def slot_known(self, c: Children) -> nodes.SlotKnown:
        verb, name = c
        return nodes.SlotKnown(self._span(verb), name, verb.type == "NO")

    # --- declarations -----------------------------------------------------------------------------------------------

    def declaration(self, c: Children) -> syntax.Declaration:
        head, names, tags, _, parent, note, _, handles = c
        sort = cast(Any, _DECLARATIONS[head.type])
        return syntax.Declaration(self._span(head), sort, names, tags or (), parent, note, handles or ())

    def words(self, c: Children) -> syntax.WordGroup:
        return syntax.WordGroup(self._span(c[0]), c[1], c[2])

    def phrase(self, c: Children) -> syntax.PhraseEntry:
        return syntax.PhraseEntry(self._span(c[0]), c[1], c[2] or (), c[3])

    def flags(self, c: Children) -> tuple[nodes.Name, ...]:
        return tuple(self._flag(one) if type(one) is Mark else one for one in c)

    def _flag(self, mark: Mark) -> nodes.Name:
        """`known`, a keyword in English; 已有 in its place can only mean 已知."""
        span = Span(self._source, mark.start, mark.end)
        return nodes.Name(span, "known" if span.text.isascii() else "已知")

    def slot_type(self, c: Children) -> tuple[Any, tuple[Any, ...]]:
        return (None, c[1]) if len(c) == 2 else (c[0], ())

    def slot(self, c: Children) -> nodes.SlotLine:
        head, names, (kind, options), flags, note = c
        return nodes.SlotLine(self._span(head), names, kind, options, flags, note)

    def channel_list(self, c: Children) -> nodes.ChannelLine:
        return nodes.ChannelLine(self._span(c[0]), tuple(c[1:]), (), None)

    def channel(self, c: Children) -> nodes.ChannelLine:
        head, names, note = c
        return nodes.ChannelLine(self._span(head), names[:1], names[1:], note)

    # --- scenarios --------------------------------------------------------------------------------------------------

    def scenario(self, c: Children) -> syntax.Scenario:
        head, names, _, kind, _, base = c
        return syntax.Scenario(self._span(head), names, kind, base, (), ())

    def title(self, c: Children) -> nodes.TextLine:
        return nodes.TextLine(self._span(c[0]), cast(Any, _TEXT_LINES[c[0].type]), c[1])

    def follows(self, c: Children) -> nodes.NamesLine:
        return nodes.NamesLine(self._span(c[0]), "follows", c[1])

    def applies(self, c: Children) -> nodes.NamesLine:
        return nodes.NamesLine(self._span(c[0]), "applies", c[1])

    def effective(self, c: Children) -> nodes.Effective:
        head, since, _, until = c
        return nodes.Effective(self._span(head), since, until)

    def clause(self, c: Children) -> tuple[str, Any]:
        return c[0].type, c[1]

    def never_say(self, c: Children) -> nodes.NeverSay:
        head, texts, *clauses = c
        because = None
        instead: tuple[nodes.Text, ...] = ()
        unless: tuple[nodes.Text, ...] = ()
        for kind, value in clauses:
            if kind == "BECAUSE":
                if because:
                    self.twice.append((value, because))
                because = because or value
            elif kind == "INSTEAD":
                instead += value
            else:
                unless += value
        return nodes.NeverSay(self._span(head), texts, because, instead, unless)

    def never_do(self, c: Children) -> nodes.NeverDo:
        return nodes.NeverDo(self._span(c[0]), c[1], c[3])

    def waiver(self, c: Children) -> nodes.Waiver:
        head, rule, _, because, _, until = c
        return nodes.Waiver(self._span(head), rule, because, until)

    def handler(self, c: Children) -> nodes.Handler:
        head = c[0]
        anytime = head.type == "ANYTIME"
        events, delay, _, guard, acts = c[2:] if anytime else c[1:]
        return nodes.Handler(self._span(head), anytime, events, delay, guard, acts)

    # --- steps ------------------------------------------------------------------------------------------------------

    def step(self, c: Children) -> syntax.Step:
        return syntax.Step(self._span(c[0]), c[1], c[2] or (), ())

    def opening(self, c: Children) -> nodes.Opening:
        return nodes.Opening(self._span(c[0]), c[1])

    def within(self, c: Children) -> nodes.Within:
        return nodes.Within(self._span(c[0]), c[1])

    def say(self, c: Children) -> nodes.Say:
        return nodes.Say(self._span(c[0]), c[1], False)

    def or_say(self, c: Children) -> nodes.Say:
        return nodes.Say(self._span(c[0]), c[1], True)

    other_say = or_say

    def ask(self, c: Children) -> nodes.Ask:
        return nodes.Ask(self._span(c[0]), c[1], c[2])

    def do(self, c: Children) -> nodes.Do:
        return nodes.Do(self._span(c[0]), c[1], c[3] or ())

    def promise(self, c: Children) -> nodes.Promise:
        return nodes.Promise(self._span(c[0]), c[1], c[2])

    def wait(self, c: Children) -> nodes.Wait:
        return nodes.Wait(self._span(c[0]), c[1])

    def guarded(self, c: Children) -> nodes.If:
        return nodes.If(self._span(c[0]), c[1], c[2])

    def timer(self, c: Children) -> nodes.Timer:
        return nodes.Timer(self._span(c[0]), c[0].type == "EVERY", c[1], c[2])

    def at_most(self, c: Children) -> nodes.AtMost:
        return nodes.AtMost(self._span(c[0]), c[1], c[3] or ())

    def go(self, c: Children) -> nodes.Go:
        return nodes.Go(self._span(c[0]), c[1])

    def call(self, c: Children) -> nodes.Call:
        return nodes.Call(self._span(c[0]), c[1])

    def hand_back(self, c: Children) -> nodes.Return:
        return nodes.Return(self._span(c[0]), c[1])

    def end(self, c: Children) -> nodes.End:
        return nodes.End(self._span(c[0]), c[1])

    # --- rulebooks --------------------------------------------------------------------------------------------------

    def rulebook(self, c: Children) -> syntax.Rulebook:
        return syntax.Rulebook(self._span(c[0]), c[1], c[3] or (), (), ())

    def rule(self, c: Children) -> syntax.RuleDef:
        return syntax.RuleDef(self._span(c[0]), c[1], c[2], ())

    def _path_rule(self, form: syntax.RuleForm, c: Children, left: Any = None, right: Any = None) -> syntax.PathRule:
        return syntax.PathRule(self._span(c[0]), form, left, right, ())

    def require_exists(self, c: Children) -> syntax.PathRule:
        return self._path_rule("exists", c, c[1])

    def require_precedes(self, c: Children) -> syntax.PathRule:
        return self._path_rule("precedes", c, c[1], c[3])

    def require_responds(self, c: Children) -> syntax.PathRule:
        return self._path_rule("responds", c, c[1], c[3])

    def require_precedes_after(self, c: Children) -> syntax.PathRule:
        return syntax.PathRule(self._span(c[0]), "precedes-after", c[3], c[5], (), c[1])

    def require_reachable(self, c: Children) -> syntax.PathRule:
        return self._path_rule("reachable", c, c[2])

    def require_step_has(self, c: Children) -> syntax.PathRule:
        return self._path_rule("step-has", c, c[1], c[3])

    def require_steps_handle(self, c: Children) -> syntax.PathRule:
        return syntax.PathRule(self._span(c[0]), "steps-handle", None, None, c[3])

    def forbid_never(self, c: Children) -> syntax.PathRule:
        return self._path_rule("never", c, c[1])

    def forbid_after(self, c: Children) -> syntax.PathRule:
        return self._path_rule("never-after", c, c[1], c[3])

    def forbid_step_has(self, c: Children) -> syntax.PathRule:
        return self._path_rule("step-never", c, c[1], c[3])

    def limit(self, c: Children) -> syntax.Limit:
        head, measure, bound, amount, _, within = c
        return syntax.Limit(self._span(head), measure, bound.type == "AT_MOST", amount, within)

    def level(self, c: Children) -> syntax.Level:
        return syntax.Level(self._span(c[0]), c[1])

    def because(self, c: Children) -> syntax.Because:
        return syntax.Because(self._span(c[0]), c[1])

    def example(self, c: Children) -> syntax.Example:
        return syntax.Example(self._span(c[0]), c[0].type == "RIGHT", c[1])

    def predicate(self, c: Children) -> syntax.Predicate:
        atoms = tuple(one for one in c if isinstance(one, syntax.Atom))
        return syntax.Predicate(Span(self._source, atoms[0].span.start, atoms[-1].span.end), atoms)

    def atom_tags(self, c: Children) -> syntax.Atom:
        names = c[0]
        return syntax.Atom(Span(self._source, names[0].span.start, names[-1].span.end), "tag", names)

    def atom_name(self, c: Children) -> syntax.Atom:
        return syntax.Atom(self._span(c[0]), cast(Any, _ATOMS[c[0].type]), (c[1],))

    def atom_bare(self, c: Children) -> syntax.Atom:
        return syntax.Atom(self._span(c[0]), cast(Any, _ATOMS[c[0].type]), ())

    def atom_step_tags(self, c: Children) -> syntax.Atom:
        return syntax.Atom(self._span(c[0]), "step-tag", c[1])

    def atom_end_tags(self, c: Children) -> syntax.Atom:
        return syntax.Atom(self._span(c[0]), "end-tag", c[1])

    def atom_say(self, c: Children) -> syntax.Atom:
        phrase = c[1]
        if isinstance(phrase, nodes.Text):
            return syntax.Atom(self._span(c[0]), "say", (), phrase)
        return syntax.Atom(self._span(c[0]), "say", (phrase,))

    or_atom = atom_say

    # --- dialogues --------------------------------------------------------------------------------------------------

    def dialogue(self, c: Children) -> syntax.Dialogue:
        return syntax.Dialogue(self._span(c[0]), c[1], c[3], ())

    def given(self, c: Children) -> syntax.Given:
        return syntax.Given(self._span(c[0]), c[1], c[3])

    def reach(self, c: Children) -> syntax.Reach:
        head, first, second = c
        return syntax.Reach(self._span(head), first if second else None, second or first)

    def passes(self, c: Children) -> syntax.Pass:
        return syntax.Pass(self._span(c[0]), c[1])

    def customer(self, c: Children) -> syntax.Customer:
        event = c[1] if c[0].type == "CUSTOMER" else None
        return syntax.Customer(self._span(c[0]), event, c[-1])

    def fill(self, c: Children) -> syntax.Fill:
        return syntax.Fill(self._span(c[0]), c[1], c[2])

    def expect(self, c: Children) -> syntax.Expect:
        return syntax.Expect(self._span(c[0]), False, c[1])

    def expect_no(self, c: Children) -> syntax.Expect:
        return syntax.Expect(self._span(c[0]), True, c[2])
