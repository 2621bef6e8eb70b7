"""Writer of statements: node -> words -> line.

`_FORMS` has a template per node type, similar to the grammar rule; node types with variants have a method instead. A
name equal to a keyword, or to a part of a keyword such as `not` after `is`, is written in braces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from dsl import nodes, syntax
from dsl.keywords import BY_ID, IN_PLAIN_LINE, IN_RULE_LINE, KEYWORDS, LEVELS, MEASURES, SLOT_FLAGS, SLOT_TYPES
from dsl.lexing import LAYOUT

Language = Literal["zh", "en"]
Words = Iterator[str]

INDENT = "  "

# Pieces of a template: KEYWORD, field, KEYWORD:field (omitted when the field is empty). The separator of a list follows
# the field name: `/`; `,`; `、` (a comma in English); `[]` for tags in brackets.
#     "NEVER_DO actions、 BECAUSE:because"    禁做 打断客户、挂断 原因 "…"
_FORMS: dict[type, str] = {
    syntax.WordGroup: "WORDS names/ words/",
    syntax.PhraseEntry: "PHRASE names/ tags[] texts/",
    syntax.Scenario: "SCENARIO names/ BELONGS:kind EXTENDS:base",
    nodes.Effective: "EFFECTIVE since UNTIL:until",
    nodes.NeverSay: "NEVER_SAY texts/ BECAUSE:because INSTEAD:instead/ UNLESS:unless/",
    nodes.NeverDo: "NEVER_DO actions、 BECAUSE:because",
    nodes.Waiver: "WAIVE rule BECAUSE:because UNTIL:until",
    syntax.Step: "STEP names/ tags[]",
    nodes.If: "IF guard : acts,",
    nodes.AtMost: "AT_MOST times ,ELSE:acts,",
    nodes.Within: "WITHIN limit",
    nodes.Opening: "OPENING limit",
    nodes.Ask: "ASK slots、 phrase",
    nodes.Do: "DO actions、 ,GETTING:slots、",
    nodes.Promise: "PROMISE slot deadline",
    nodes.Wait: "WAIT time",
    nodes.Go: "GO step",
    nodes.Call: "CALL scenario",
    nodes.Return: "RETURN event",
    nodes.End: "END outcome",
    syntax.Rulebook: "RULEBOOK names/ APPLIES:applies、",
    syntax.RuleDef: "RULE names/ sources",
    syntax.Because: "BECAUSE text",
    syntax.Dialogue: "DIALOGUE title TESTS:scenario",
    syntax.Given: "GIVEN slot IS:value",
    syntax.Pass: "PASS time",
    syntax.Fill: "FILL slot value",
}
_PATH_RULES: dict[str, str] = {
    "exists": "REQUIRE left",
    "precedes": "REQUIRE left BEFORE right",
    "responds": "REQUIRE left FOLLOWED right",
    "precedes-after": "REQUIRE after THEN left BEFORE right",
    "reachable": "REQUIRE REACHABLE left",
    "step-has": "REQUIRE left HAS right",
    "steps-handle": "REQUIRE EVERY_STEP HANDLES events、",
    "never": "FORBID left",
    "never-after": "FORBID left FOLLOWED right",
    "step-never": "FORBID left HAS right",
}
_ATOMS: dict[str, str] = {
    "tag": "names[]",
    "step": "RULE_STEP names、",
    "step-tag": "RULE_STEP names[]",
    "event": "RULE_EVENT names、",
    "do": "DO names、",
    "words": "RULE_WORDS names、",
    "end": "END names、",
    "end-tag": "END names[]",
    "promise": "PROMISE names、",
    "mention": "MENTIONS names、",
    "get": "GETTING names、",
    "call": "CALL names、",
    "say": "SAY names、 text",
}
_RULE_LINES = (syntax.PathRule, syntax.Limit, syntax.Expect, syntax.Rulebook, syntax.Dialogue)
_ON = (nodes.Go, nodes.Call, nodes.Return, nodes.End)
_SENSITIVE = {word: id for word, id in SLOT_FLAGS.items() if id == "sensitive"}
_SYMBOLS = frozenset({"ms", "s", "min", "h"})
"""Units written in English without a blank after the number."""


class _Bare(str):
    """A name in the words of a statement; put in braces where the lexer would read a keyword."""

    __slots__ = ()


class Writer:
    """Writer of statements, with keywords in the language `keywords`, or as typed for None."""

    def __init__(self, keywords: Language | None) -> None:
        self._keywords = keywords
        self._zh = keywords != "en"
        self._margin = ""

    def statement(self, node: Any, margin: str) -> str:
        """Return the line of `node`; `margin` is the indentation for the further lines of a long text."""
        self._margin = margin
        if self._keywords is None:
            self._zh = not unicodedata.normalize("NFKC", node.span.source.text[node.span.start]).isascii()
        rule = isinstance(node, _RULE_LINES) or (isinstance(node, syntax.Declaration) and node.sort == "kind")
        return _joined(list(self._of(node)), IN_RULE_LINE if rule else IN_PLAIN_LINE)

    def _of(self, node: Any) -> Words:
        kind = type(node)
        form = _FORMS.get(kind)
        return self._form(form, node) if form else _METHODS[kind](self, node)

    def _form(self, form: str, node: Any) -> Words:
        for piece in _pieces(form):
            if piece.field:
                value = getattr(node, piece.field)
                if not value and piece.keyword:
                    continue
                if piece.comma:
                    yield ","
                if piece.keyword:
                    yield self._keyword(piece.keyword)
                if piece.mark == "[]":
                    yield from self._tags(value)
                elif isinstance(value, tuple):
                    yield from self._listed(value, piece.mark)
                elif value is not None:
                    yield from self._of(value)
            else:
                yield self._keyword(piece.keyword) if piece.keyword else piece.mark

    def _keyword(self, id: str) -> str:
        row = BY_ID[id]
        return row.zh[0] if self._zh else row.en[0]

    def _listed(self, several: Iterable[Any], mark: str) -> Words:
        for index, one in enumerate(several):
            if index:
                yield "," if mark == "、" and not self._zh else mark
            yield from self._of(one)

    def _tags(self, tags: Sequence[nodes.Name]) -> Words:
        if tags:
            yield "["
            yield from self._listed(tags, ",")
            yield "]"

    def _word(self, name: nodes.Name, table: Mapping[str, str]) -> Words:
        """Write a predefined word, such as a slot type, translated by `table` if known."""
        id = table.get(name.text)
        if self._keywords is not None and id is not None:
            yield next(word for word, one in table.items() if one == id and word.isascii() != self._zh)
        else:
            yield from self._name(name)

    # --- leaves -----------------------------------------------------------------------------------------------------

    def _name(self, node: nodes.Name) -> Words:
        yield _Bare(node.text)

    def _quantity(self, node: nodes.Quantity) -> Words:
        if self._zh:
            yield node.number + node.unit.zh[0]
        elif node.unit.id in _SYMBOLS:
            yield node.number + node.unit.en[0]
        else:
            plural, singular = node.unit.en[:2]
            yield f"{node.number} {singular if node.number == '1' else plural}"

    def _date(self, node: nodes.Date) -> Words:
        yield node.iso

    def _text(self, node: nodes.Text) -> Words:
        # Escape from the source and not from `node.parts`: the parts no longer tell how an invalid brace was typed.
        source, start, end = node.span
        quotes = 3 if end - start >= 6 and source.text.startswith('"""', start) else 1
        done, end = start + quotes, end - quotes
        long = quotes == 3 and "\n" in source.text[done:end].strip("\n" + LAYOUT)
        written = ""
        for slot in node.slots:
            written += _escaped(source.text[done : slot.span.start], long)
            written += "{" + slot.name.text + self._tail(slot) + "}"
            done = slot.span.end
        written += _escaped(source.text[done:end], long)
        if long:
            lines = (line.strip(LAYOUT) for line in written.strip("\n" + LAYOUT).split("\n"))
            margin = self._margin + INDENT
            yield '"""\n' + "".join(margin + line + "\n" if line else "\n" for line in lines) + margin + '"""'
        else:
            stripped = written.strip("\n" + LAYOUT) if quotes == 3 else written
            yield f'"{stripped}"'

    def _tail(self, slot: nodes.SlotUse) -> str:
        if slot.tail is None:
            return ""
        zh = self._zh if self._keywords else "末" in slot.span.text[slot.name.span.end - slot.span.start :]
        return f" 末{slot.tail}位" if zh else f" last {slot.tail}"

    # --- statements that need a decision ------------------------------------------------------------------------------

    def _declaration(self, node: syntax.Declaration) -> Words:
        return self._form(f"{node.sort.upper()} names/ tags[] BELONGS:parent note HANDLES:handles、", node)

    def _text_line(self, node: nodes.TextLine) -> Words:
        return self._form(f"{node.sort.upper()} text", node)

    def _names_line(self, node: nodes.NamesLine) -> Words:
        return self._form(f"{node.sort.upper()} names、", node)

    def _slot_line(self, node: nodes.SlotLine) -> Words:
        yield from self._form("SLOT names/ CHOICE:options/", node)
        if node.type is not None:
            yield from self._word(node.type, SLOT_TYPES)
        for flag in node.flags:
            words = self._word(flag, SLOT_FLAGS)
            yield from map(str, words) if flag.text in SLOT_FLAGS else words  # `known` is no keyword here
        yield from self._form("note", node)

    def _channel_line(self, node: nodes.ChannelLine) -> Words:
        yield from self._form("CHANNEL names、", node)
        for alias in node.aliases:
            yield "/"
            yield from self._name(alias)
        yield from self._form("note", node)

    def _handler(self, node: nodes.Handler) -> Words:
        colon = ":" if node.guard or len(node.acts) > 1 or not isinstance(node.acts[0], _ON) else ""
        anytime = "ANYTIME " if node.anytime else ""
        return self._form(f"{anytime}WHEN events、 delay AND:guard {colon} acts,", node)

    def _timer(self, node: nodes.Timer) -> Words:
        return self._form(f"{'EVERY' if node.repeats else 'LASTS'} time : acts,", node)

    def _guard(self, node: nodes.Guard) -> Words:
        return self._listed(node.tests, self._keyword("AND"))

    def _slot_is(self, node: nodes.SlotIs) -> Words:
        return self._form(f"slot {'IS_NOT' if node.negated else 'IS'} values/", node)

    def _slot_known(self, node: nodes.SlotKnown) -> Words:
        return self._form(f"{'NO' if node.negated else 'KNOWN'} slot", node)

    def _say(self, node: nodes.Say) -> Words:
        return self._form(f"{'OR_SAY' if node.alternative else 'SAY'} phrase", node)

    def _path_rule(self, node: syntax.PathRule) -> Words:
        return self._form(_PATH_RULES[node.form], node)

    def _limit(self, node: syntax.Limit) -> Words:
        yield self._keyword("LIMIT")
        yield from self._word(node.measure, MEASURES)
        yield from self._form(f"{'AT_MOST' if node.at_most else 'AT_LEAST'} amount IN:within", node)

    def _level(self, node: syntax.Level) -> Words:
        yield self._keyword("LEVEL")
        yield from self._word(node.level, LEVELS)

    def _example(self, node: syntax.Example) -> Words:
        return self._form(f"{'RIGHT' if node.right else 'WRONG'} texts/", node)

    def _predicate(self, node: syntax.Predicate) -> Words:
        return self._listed(node.atoms, self._keyword("OR"))

    def _atom(self, node: syntax.Atom) -> Words:
        if node.sort != "ask":
            yield from self._form(_ATOMS[node.sort], node)
        else:
            yield self._keyword("ASK")
            yield from self._word(node.names[0], _SENSITIVE)

    def _reach(self, node: syntax.Reach) -> Words:
        yield self._keyword("REACH")
        yield from self._listed([one for one in (node.scenario, node.step) if one], ".")

    def _customer(self, node: syntax.Customer) -> Words:
        return self._form("CUSTOMER event words" if node.event else "CONTINUE words", node)

    def _expect(self, node: syntax.Expect) -> Words:
        return self._form("EXPECT NO predicate" if node.negated else "EXPECT predicate", node)


_METHODS: dict[type, Callable[[Writer, Any], Words]] = {
    nodes.Name: Writer._name,
    nodes.Quantity: Writer._quantity,
    nodes.Date: Writer._date,
    nodes.Text: Writer._text,
    syntax.Declaration: Writer._declaration,
    nodes.TextLine: Writer._text_line,
    nodes.NamesLine: Writer._names_line,
    nodes.SlotLine: Writer._slot_line,
    nodes.ChannelLine: Writer._channel_line,
    nodes.Handler: Writer._handler,
    nodes.Timer: Writer._timer,
    nodes.Guard: Writer._guard,
    nodes.SlotIs: Writer._slot_is,
    nodes.SlotKnown: Writer._slot_known,
    nodes.Say: Writer._say,
    syntax.PathRule: Writer._path_rule,
    syntax.Limit: Writer._limit,
    syntax.Level: Writer._level,
    syntax.Example: Writer._example,
    syntax.Predicate: Writer._predicate,
    syntax.Atom: Writer._atom,
    syntax.Reach: Writer._reach,
    syntax.Customer: Writer._customer,
    syntax.Expect: Writer._expect,
}


# --- forms and words ------------------------------------------------------------------------------------------------


class _Piece(NamedTuple):
    comma: str
    keyword: str
    field: str
    mark: str


_PIECE = re.compile(r"(,(?=[A-Z]))?(?:([A-Z_]+):?)?([a-z]*)(.*)")


@cache
def _pieces(form: str) -> tuple[_Piece, ...]:
    """Parse a template of `_FORMS`."""
    return tuple(_Piece(*_PIECE.findall(piece)[0]) for piece in form.split())


_SEVERAL = frozenset(word for row in KEYWORDS for word in row.en if " " in word)
_NONE_BEFORE = frozenset("、,:].")
_NONE_AFTER = frozenset("、[.")


def _joined(words: list[str], reserved: Mapping[str, str]) -> str:
    """Join `words` with blanks; put names in braces where the lexer would read a keyword.

    reserved: spellings of the keywords reserved in the line.
    """
    # The neighbours count too: `if customer is {not}: …` without braces would be read as the keyword `is not`.
    line = ""
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        written = word
        if isinstance(word, _Bare):
            folded = word.casefold() if word.isascii() else word
            if (
                folded in reserved
                or f"{before} {word}".casefold() in _SEVERAL
                or f"{word} {after}".casefold() in _SEVERAL
            ):
                written = "{" + word + "}"
        line += written if not line or word in _NONE_BEFORE or before in _NONE_AFTER else " " + written
    return line


_TO_ESCAPE = re.compile(r"\\([\"\\{}｛｝“”「」＂])|[\"\\]")


def _escaped(raw: str, long: bool) -> str:
    """Rewrite the content of quotes for `"` as quotation mark; a long text escapes only three `"` in a row.

    An unescaped brace stays unescaped: a mistake left for the author to correct.
    """

    def one(found: re.Match[str]) -> str:
        character = found[1] or found[0]
        return "\\" + character if character in "\\{}｛｝" or (character == '"' and not long) else character

    written = _TO_ESCAPE.sub(one, raw)
    return re.sub('"{3,}', lambda found: '\\"' * len(found[0]), written) if long else written
