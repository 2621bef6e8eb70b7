"""Lexer: one compiled pattern over the whole text, and the custom lexer class for Lark.

Names, texts, amounts and dates become leaves of the syntax tree (`dsl.nodes`) at once; keywords and punctuation become
`Mark`s. A leaf doubles as a token, because Lark reads only the `type` of a token. The lexer never raises: unreadable
characters become tokens of type BAD, a terminal absent from the grammar.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from lark import Token
from lark.lexer import Lexer

from dsl.keywords import (
    AT_LINE_START,
    IN_PLAIN_LINE,
    IN_RULE_LINE,
    KEYWORDS,
    NUMERALS,
    RULE_LINES,
    UNIT_WORDS,
    Unit,
    read_amount,
)
from dsl.nodes import Comment, Date, Name, Quantity, SlotUse, Text
from dsl.source import Source, Span


class Mark(NamedTuple):
    """A keyword, a punctuation mark or unreadable characters: terminal name and offsets."""

    type: str
    start: int
    end: int


Leaf = Name | Text | Quantity | Date
AnyToken = Mark | Leaf | Token

_BLANK = "[ \t\u00a0\u00ad\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u2064\u3000\ufeff]"
"""Blanks, and the invisible characters of word processors: soft hyphens, zero-width blanks, marks of direction."""
_EOL = "[\n\x0b\x0c\x85\u2028\u2029]"
_LAID_OUT = f"[{_EOL[1:-1]}{_BLANK[1:-1]}]"
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_NAME = rf"[^\W\d_][\w\-·－＿\u0300-\u036f{_UNSEEN}]*+"
_BULLET = (
    r"(?:[-–—*+>•·●○◆◇■□▪▫▶►➢➤→⇒❖★☆√✓✔\uf000-\uf0ff]"
    r"|[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.．、)）]|[①-⑳])"
    rf"(?={_BLANK}*+(?:[^\W\d_]|[#＃\s]|\Z))"
)
"""Bullets and numbers of pasted lists. Ignored, because the order of statements is the order of the lines."""


def _several_words() -> str:
    """Return a pattern of the English keywords that contain a blank, longest first."""
    several = sorted({word for row in KEYWORDS for word in row.en if " " in word}, key=len, reverse=True)
    initials = "".join(sorted({word[0] for word in several}))
    words = "|".join(word.replace(" ", r"[^\S\n]++") for word in several)
    return f"(?=[{initials}{initials.upper()}])(?i:{words})"  # the lookahead rejects most words at the first letter


# Lexing is linear in the length of the text: a run of characters is possessive (`[…]*+`), so the pattern never
# backtracks into a run, and an unterminated token consumes the whole run or line. Groups are not possessive
# (`(?:…)*+`): Python before 3.11.5, which Debian 12 has, matches them wrongly where they backtrack inside
# (https://github.com/python/cpython/issues/106052). Every iteration of a group begins with a character that can neither
# extend the run before nor end the token, so backtracking costs one step per iteration and finds no other match:
#     "他说\"好\"。"    one iteration for \"好, one for \"。
_TOKEN = rf"""{_BLANK}*+(?:
      (?P<several>{_several_words()}(?![\w-]))
    | (?P<word>{_NAME})
    | (?P<string>"(?!"")[^"\\\n]*+(?:\\.[^"\\\n]*+)*"
                |“[^“”\n]*+(?:“[^“”\n]*+”[^“”\n]*+)*”
                |「[^「」\n]*+(?:「[^「」\n]*+」[^「」\n]*+)*」
                |[“”＂][^“”＂"\n]*+[“”＂"]
                |"[^“”"\n]*+[“”])
    | (?P<newline>{_EOL}{_LAID_OUT}*+(?:{_BULLET})?)
    | (?P<sep>[,，、﹐﹑､]++)
    | (?P<date>\d{{4}}(?:(?P<dash>[-/.．])\d{{1,2}}(?P=dash)\d{{1,2}}|年\d{{1,2}}月\d{{1,2}}日)(?!\w))
    | (?P<number>\d++(?:[.．]\d++)?){_BLANK}*+(?P<unit>[^\W\d_]*+)(?P<rest>[\w\-]*+)
    | (?P<mark>(?P<same>[:：∶/／∕\[\]【】［］.．])(?!(?P=same)))
    | (?P<comment>[#＃][^\n]*+)
    | (?P<slot>[{{｛]{_BLANK}*+(?P<slotname>{_NAME}){_BLANK}*+[}}｝])
    | (?P<stop>[。；;]++(?={_BLANK}*+(?:[#＃\s]|\Z)))
    | (?P<long>"{{3}})
    | (?P<open>[“”"「＂][^\n]*+)
    | (?P<end>\Z)
    | (?P<bad>[。；;]++|[{{}}｛｝]++|[:：∶/／∕\[\]【】［］.．]++
             |[^\w\s"“”「＂,，、﹐﹑､:：∶/／∕\[\]【】［］.．#＃{{}}｛｝。；;]++|[\s\S])
    )"""
_PATTERN = re.compile(_TOKEN, re.VERBOSE)

LINE_END = re.compile(_EOL)
_WHOLE_NAME = re.compile(_NAME)
_DROP_UNSEEN = dict.fromkeys(map(ord, _UNSEEN))

MARKS = {
    **dict.fromkeys(":：∶", "_COLON"),
    **dict.fromkeys("/／∕", "_SLASH"),
    **dict.fromkeys("[【［", "_LBRACKET"),
    **dict.fromkeys("]】］", "_RBRACKET"),
    **dict.fromkeys(".．", "_DOT"),
}
_KEYWORD_TERMINALS = frozenset(row.terminal for row in KEYWORDS)
_BLOCK_HEADS = frozenset({"SCENARIO", "STEP", "RULEBOOK", "RULE", "DIALOGUE"})
"""Keywords of headings; authors often end a heading with a colon, which is dropped."""
STANDS_ALONE = frozenset({"RETURN", "CONTINUE"})
"""Keywords that form a complete statement, so a line may end after keyword and colon."""
_RUN_ON = frozenset({"_COMMA", "_SEP", "_COLON"})
"""Tokens after which a statement continues on the next line."""
_DROP_COMMA = frozenset(
    {"GETTING", "ELSE", "AND", "IS", "EXTENDS", "BECAUSE", "INSTEAD", "UNLESS", "UNTIL", "APPLIES", "TESTS", "HANDLES"}
)
"""Keywords in front of which a comma is dropped; the grammar has no comma there."""
_BEFORE_TEXT = frozenset(
    {"KIND", "EVENT", "ACTION", "OUTCOME", "TAG", "CHANNEL", "SLOT", "WORDS", "PHRASE", "ASK", "CUSTOMER", "FILL"}
)
"""Keywords followed by a name and a text; a colon between name and text is dropped."""
_ENDS_OF_NAMES = _KEYWORD_TERMINALS | {"_NL"}
"""Tokens that delimit a row of names on the left."""
_BEFORE_QUANTITY = frozenset({"AT_MOST", "AT_LEAST", "WAIT", "WITHIN", "OPENING", "LASTS", "EVERY", "PASS"})
"""Keywords never followed by a name, so 两次 after such a keyword is an amount."""
_NAMED_QUANTITY = frozenset({"WHEN", "PROMISE"})
"""Keywords followed by a name and then an amount, as in `承诺 回电 两小时`."""


@dataclass(slots=True)
class Tokens:
    """Token stream of one text; the parser may skip to the next line to recover from an error.

    bad_slots: spans of braces in texts that are unbalanced or enclose no name.
    at: index of the current token.
    """

    # `at` is state of the stream and not of an iterator: after a refused token the parser starts again, with a new
    # iterator, at the line after. `__iter__` sets `at` before the parser sees the token, so that `Builder._span` can
    # find the last token of a statement at `at - 1`.

    source: Source
    items: list[AnyToken]
    comments: tuple[Comment, ...]
    bad_slots: tuple[Span, ...]
    at: int = field(default=0)

    def __iter__(self) -> Iterator[AnyToken]:
        items = self.items
        for index in range(self.at, len(items)):
            self.at = index
            yield items[index]

    def line_start(self) -> int:
        """Return the index of the first token of the current statement."""
        index = self.at
        while index > 0 and self.items[index - 1].type != "_NL":
            index -= 1
        return index

    def skip_line(self) -> bool:
        """Advance to the first token after the current statement; return False at the end."""
        while self.at < len(self.items) and self.items[self.at].type != "_NL":
            self.at += 1
        self.at += 1
        return self.at < len(self.items)


class TokenLexer(Lexer):
    """Custom lexer in Lark's interface: passes on the `Tokens` made by `tokenise`."""

    __future_interface__ = 2

    def __init__(self, lexer_conf: Any) -> None:
        """Ignore Lark's configuration."""

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
        """Iterate over the `Tokens` passed to the parser in place of a text."""
        return iter(lexer_state.text)


def tokenise(source: Source) -> Tokens:
    """Tokenise `source` in time linear in the length; accepts arbitrary text."""
    text = source.text
    out: list[AnyToken] = []
    comments: list[Comment] = []
    leaves = _Leaves(source)
    words = AT_LINE_START  # the keywords that a word may be here
    head = ""  # the keyword the line began with
    last = "_NL"  # the type of the last token, or of a colon that was left out
    at = _after_bullet(text)
    # The lexer tracks the place in a line because keywords are contextual: 目标 opens a line, and names a step elsewhere.
    #     步骤 目标
    #       目标 "安抚客户"
    match = _PATTERN.match
    while found := match(text, at):
        group = found.lastgroup or ""
        start, at = found.span(group)
        if group == "word" or group == "several":
            word = found[group]
            kind = words.get(word)
            if kind is None:
                kind, word, at = _look_up(word, start, words)
            if kind is None:
                leaf: Mark | Leaf = leaves.name_or_amount(word, start, at, out)
                if last == "_COMMA" and leaf.type == "NAME":
                    out[-1] = Mark("_SEP", *out[-1][1:])  # type: ignore[index]
                out.append(leaf)
                last = leaf.type
                if words is AT_LINE_START:
                    words = IN_PLAIN_LINE
                    head = ""
                continue
            # The comma is dropped here because an LALR parser with one token of lookahead cannot tell, at the comma,
            # whether the list of acts continues or a clause begins:
            #     当 客户激动: 做 登记, 得到 单号
            #     当 客户激动: 做 登记, 转 回访
            if last == "_COMMA" and kind in _DROP_COMMA:
                out.pop()
            out.append(Mark(kind, start, at))
            if words is AT_LINE_START and kind != "ANYTIME":
                words = IN_RULE_LINE if kind in RULE_LINES else IN_PLAIN_LINE
                head = kind
            last = kind
        elif group == "newline":
            # A line end after a comma or colon is no token, so a list of acts may continue on the next line:
            #     当 客户激动: 说 "抱歉。",
            #       转 安抚
            if last not in _RUN_ON and last != "_NL":
                out.append(Mark("_NL", start, at))
                last = "_NL"
            if last == "_NL":
                words = AT_LINE_START
        elif group == "mark" or group == "sep":
            kind = MARKS.get(found[group], "_COMMA")
            if kind != "_COLON" or (last not in _KEYWORD_TERMINALS and head not in _BLOCK_HEADS):
                out.append(Mark(kind, start, at))
                last = kind
            elif last in _KEYWORD_TERMINALS and last not in STANDS_ALONE:  # `说: "…"` may continue on the next line
                last = kind
        elif group == "comment":
            comments.append(Comment(Span(source, start, at)))
        elif group == "end":
            break
        elif group == "string" or group == "long":
            _drop_colon_before_text(out)
            leaf, at = leaves.read(group, found)
            out.append(leaf)
            last = leaf.type
        elif group != "stop":  # authors end a line with 。; dropped
            leaf, at = leaves.read(group, found)
            if last == "_COMMA" and leaf.type == "NAME":
                out[-1] = Mark("_SEP", *out[-1][1:])  # type: ignore[index]
            out.append(leaf)
            last = leaf.type
    return Tokens(source, _ended(out, last, len(text)), tuple(comments), tuple(leaves.bad_slots))


def _ended(out: list[AnyToken], last: str, end: int) -> list[AnyToken]:
    """Append one line end, as a Lark token, because Lark derives the end token from the last token."""
    if out:
        if last == "_NL":
            out.pop()
        out.append(Token("_NL", "", end, 0, 0))
    return out


def _after_bullet(text: str) -> int:
    """Return the offset after a bullet at the start of the text; 0 without a bullet, mostly without trying the pattern."""
    first = text[:1]
    if first == "#" or (first.isalpha() and first not in NUMERALS):
        return 0
    bullet = re.match(f"{_BLANK}*+{_BULLET}", text)
    return bullet.end() if bullet else 0


def _look_up(word: str, start: int, words: Mapping[str, str]) -> tuple[str | None, str, int]:
    """Look up a word that does not equal a keyword as typed.

    Args:
        word: as typed; may contain blanks where the parts form a keyword somewhere in the language.
        start: offset of the word.
        words: spelling -> terminal, for the keywords allowed at the offset.

    Returns: The terminal, if the word is a keyword in another case or width; the half-width word; the end offset.
        Parts that form a keyword only in another place are split: of `at most` in `当 at most` only `at` is returned.
    """
    end = start + len(word)
    name = _half_width(word)
    if name is word and not word.isascii():
        return None, name, end
    kind = words.get(" ".join(parts := name.split()).casefold())
    if kind is None and len(parts) > 1:
        return words.get(parts[0].casefold()), parts[0], start + len(parts[0])
    return kind, name, end


def _drop_colon_before_text(out: list[AnyToken]) -> None:
    """Drop a colon between a name and a text: `问 水情：“现在水大不大？”`."""
    if out and out[-1].type == "_COLON":
        keyword = next((one.type for one in reversed(out) if one.type in _ENDS_OF_NAMES), "")
        if keyword in _BEFORE_TEXT:
            out.pop()


def _half_width(word: str) -> str:
    """Remove invisible characters and map full-width letters and digits to ASCII (Unicode NFKC)."""
    if word.isascii() or (word.isalnum() and unicodedata.is_normalized("NFKC", word)):
        return word
    seen = word.translate(_DROP_UNSEEN)
    half = unicodedata.normalize("NFKC", seen)
    return half if _WHOLE_NAME.fullmatch(half) else seen  # ① would become 1, which is no name


_SLOT = re.compile(
    rf"[{{｛]{_BLANK}*+({_NAME})(?:{_BLANK}*+(?:末|(?i:last)){_BLANK}*+(\d{{1,2}})(?:{_BLANK}*+位)?)?{_BLANK}*+[}}｝]"
    r"|\\.|[{}｛｝]"
)
_TAIL = re.compile(r"(.+)末(\d{1,2})位")
_ESCAPE = re.compile(r"\\([\"\\{}｛｝“”「」＂])")
"""Escapes in a text; a backslash in front of another character is literal."""
_LONG_END = re.compile(r'"""(?!")|\\[\s\S]')
'''Closing quotes of a long text, or an escape that may hide closing quotes: """他说"好"""" ends with the last three.'''


class _Leaves:
    """Factory for the leaves of one source.

    bad_slots: spans of braces in texts that are unbalanced or enclose no name.
    """

    __slots__ = ("_closes", "_source", "bad_slots")

    def __init__(self, source: Source) -> None:
        self.bad_slots: list[Span] = []
        self._source = source
        self._closes = True  # whether closing quotes of a long text may still follow

    def name_or_amount(self, word: str, start: int, end: int, before: list[AnyToken]) -> Name | Quantity:
        """Return the leaf for a non-keyword; 两次 is an amount where the tokens `before` admit an amount and no name."""
        span = Span(self._source, start, end)
        if word[0] in NUMERALS and _wants_amount(before):
            amount = read_amount(word)
            if amount is not None:
                return Quantity(span, *amount)
        return Name(span, word)

    def read(self, group: str, found: re.Match[str]) -> tuple[Mark | Leaf, int]:
        """Return the token matched by `group` of the pattern, and the offset to continue from."""
        start, end = found.span(group)
        if group == "string":
            return self.text(start, end, 1), end
        if group == "long":
            return self._long_text(start, end)
        if group == "rest":
            return self._quantity(found), end
        if group == "date":
            return self._date(start, end), end
        if group == "slot":
            return Name(Span(self._source, *found.span("slotname")), _half_width(found["slotname"])), end
        return Mark("OPEN" if group == "open" else "BAD", start, end), end

    def _quantity(self, found: re.Match[str]) -> Quantity | Mark:
        start, end = found.start("number"), found.end("rest")
        unit: Unit | None = UNIT_WORDS.get(found["unit"])
        if unit is None:
            unit = UNIT_WORDS.get(_half_width(found["unit"]).casefold())
        if unit is None or found["rest"]:
            return Mark("NUMBER", start, end)
        number = unicodedata.normalize("NFKC", found["number"])
        return Quantity(Span(self._source, start, end), number, unit)

    def _date(self, start: int, end: int) -> Date:
        year, month, day = (int(part) for part in re.findall(r"\d+", self._source.text[start:end]))
        try:
            iso, valid = date(year, month, day).isoformat(), True
        except ValueError:
            iso, valid = f"{year:04}-{month:02}-{day:02}", False
        return Date(Span(self._source, start, end), iso, valid)

    def _long_text(self, start: int, words: int) -> tuple[Text | Mark, int]:
        """Read a text in three quotes with content from `words`; if never closed, only the first line is unreadable."""
        text = self._source.text
        if self._closes:
            for found in _LONG_END.finditer(text, words):
                if found[0] == '"""':
                    return self.text(start, found.end(), 3), found.end()
            self._closes = False  # holds for later long texts too; searching again would be quadratic
        end = text.find("\n", words)
        end = len(text) if end < 0 else end
        return Mark("OPEN", start, end), end

    def text(self, start: int, end: int, quotes: int) -> Text:
        """Split a text with `quotes` quotation marks on each side into strings and slots."""
        long = quotes == 3
        inner = start + quotes
        raw = self._source.text[inner : end - quotes]
        span = Span(self._source, start, end)
        if "{" not in raw and "\\" not in raw and "}" not in raw and "｛" not in raw and "｝" not in raw:
            return Text(span, (_dedent(raw) if long else raw,))
        parts: list[str | SlotUse] = []
        done = 0
        for found in _SLOT.finditer(raw):
            if found[0][0] == "\\":
                continue
            place = Span(self._source, inner + found.start(), inner + found.end())
            if found[1] is None:
                self.bad_slots.append(place)
                continue
            if found.start() > done:
                parts.append(_ESCAPE.sub(r"\1", raw[done : found.start()]))
            parts.append(self._slot_use(place, inner + found.start(1), found[1], found[2]))
            done = found.end()
        if done < len(raw) or not parts:
            parts.append(_ESCAPE.sub(r"\1", raw[done:]))
        return Text(span, _dedent_parts(parts) if long else tuple(parts))

    def _slot_use(self, place: Span, start: int, name: str, tail: str | None) -> SlotUse:
        if tail is None and name[-1] == "位" and (glued := _TAIL.fullmatch(name)):
            name, tail = glued[1], glued[2]
        named = Name(Span(self._source, start, start + len(name)), _half_width(name))
        return SlotUse(place, named, int(tail) if tail else None)


def _wants_amount(before: list[AnyToken]) -> bool:
    """Tell whether an amount, and no name, may follow the tokens `before`."""
    if not before:
        return False
    return before[-1].type in _BEFORE_QUANTITY or (
        len(before) > 1 and before[-1].type == "NAME" and before[-2].type in _NAMED_QUANTITY
    )


LAYOUT = " \t\u3000"
"""Blanks of layout in a long text, not part of the content."""


def _dedent(raw: str) -> str:
    """Strip every line of a long text, and drop empty first and last lines."""
    return "\n".join(line.strip(LAYOUT) for line in raw.strip("\n" + LAYOUT).split("\n"))


def _dedent_parts(parts: list[str | SlotUse]) -> tuple[str | SlotUse, ...]:
    """Apply `_dedent` to a text in parts: keep blanks next to a slot, drop blanks next to a line end."""
    out: list[str | SlotUse] = []
    for index, part in enumerate(parts):
        if isinstance(part, str):
            first, *rest = part.split("\n")
            if rest:
                part = "\n".join((first.rstrip(LAYOUT), *(line.strip(LAYOUT) for line in rest[:-1])))
                part += "\n" + rest[-1].lstrip(LAYOUT)
            if index == 0:
                part = part.lstrip("\n" + LAYOUT)
            if index == len(parts) - 1:
                part = part.rstrip("\n" + LAYOUT)
            if not part:
                continue
        out.append(part)
    return tuple(out) or ("",)
