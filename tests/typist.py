"""Random scripts, typed as people type them.

Every construct of the language, with keywords in either language or both, the marks of a Chinese or an English
keyboard, comments, empty lines, bullets and lines that run on. What comes out always parses whole; it need not make
sense.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import strategies as st

from dsl.keywords import BY_ID, LEVELS, MEASURES, SLOT_FLAGS, SLOT_TYPES, UNITS

Typed = Callable[[], str]

NAMES = (
    *("甲", "客户姓氏", "投诉", "信息核实", "结束语", "标题", "目标", "提示", "说明", "转人工", "是否会员", "每日"),
    *("a", "Silence", "sub-dialogue", "of", "to", "by", "most", "rule", "x_1", "ÄÖ", "vip2"),
    *("Ａ座", "客户２号", "①号", "买买提·艾力", "Ⅳ级", "软\u00ad连\u200b字"),
    *("{end}", "{ 转 }", "{Is}", "｛或说｝", "{before}", "{not}", "{one}"),
)
"""The last ones would be keywords, or half of one, without their braces."""
PIECES = (
    *("您好，请讲。", "好", " ", "\u3000", "3 rings", "“好”的", "…", "说", "(A)", "#1", "/", "、", "it's", "\u200b"),
    *("{甲}", "{ 客户姓氏 }", "｛a｝", "{回访电话 末4位}", "{回访电话末4位}", "{phone last 4}", "{a 末 2 位}"),
    *(r"\{", r"\}", r"\\", r"\n", "\U00020bb7"),
)
"""What texts are made of; all of it may stand in any sort of quotes."""
AMOUNTS = ("1", "2", "30", "1.5", "０．５", "２４")
WRITTEN_AMOUNTS = ("两次", "三声", "半小时", "一个半小时", "二十四小时", "五秒")
COMMENTS = ("# 备注", "#", "＃ 全角 ", "# 忽略 SC203 原因 “试用”", "#\t转 甲  ")


class Typist:
    """Writes one script after the other with the choices of `random`."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lang = "zh"

    # --- how things are typed ---------------------------------------------------------------------------------------

    def maybe(self, part: Typed, chance: float = 0.4) -> str:
        return part() if self.random.random() < chance else ""

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def any(self, *parts: Typed) -> str:
        return self.random.choice(parts)()

    def several(self, part: Typed, between: Typed, most: int = 3) -> str:
        text = part()
        for _ in range(self.random.randrange(most)):
            text += between() + part()
        return text

    def blank(self) -> str:
        return self.one(" ", " ", " ", "  ", "\t", "\u3000", "\u00a0", " \u200b")

    def keyword(self, id: str, *, colon: bool = True) -> str:
        row = BY_ID[id]
        chinese = self.lang == "zh" if self.random.random() < 0.8 else self.random.random() < 0.5
        word = self.random.choice(row.zh if chinese else row.en)
        if not chinese:
            word = self.one(" ", "  ", "\u3000").join(self.one(word, word.upper(), word.capitalize()).split(" "))
        return word + self.maybe(lambda: self.one(":", "："), 0.1 if colon else 0) + self.blank()

    def comma(self) -> str:
        return self.one(",", "，", "、") + self.maybe(self.run_on, 0.1) + self.blank()

    def colon(self) -> str:
        return self.one(": ", "：", ":", "：" + self.maybe(self.run_on, 0.3))

    def slash(self) -> str:
        return self.one(" / ", "/", "／", " /")

    def run_on(self) -> str:
        return self.maybe(lambda: " " + self.comment() + "\n", 0.3) + self.one("\n", "\n\n", "\u2028")

    def comment(self) -> str:
        return self.random.choice(COMMENTS)

    def line_end(self) -> str:
        end = self.maybe(lambda: self.one("。", "；", "  "), 0.1) + self.maybe(lambda: "  " + self.comment(), 0.15)
        end += self.one("\n", "\n", "\n", "\n", "\n\n", "\n\n\n", "\n \t\n")
        while self.random.random() < 0.1:
            end += self.one("", "  ", "    ") + self.comment() + self.one("\n", "\n\n")
        return end + self.one("", "  ", "  ", "    ") + self.maybe(lambda: self.one("- ", "1. ", "（2）", "• "), 0.05)

    # --- leaves -----------------------------------------------------------------------------------------------------

    def name(self) -> str:
        return self.random.choice(NAMES) + self.blank()

    def names(self) -> str:
        return self.several(lambda: self.name().rstrip(), self.comma) + " "

    def aliased(self) -> str:
        return self.several(self.name, self.slash)

    def words(self) -> str:
        return "".join(self.random.choice(PIECES) for _ in range(self.random.randrange(1, 5)))

    def text(self) -> str:
        words = self.words()
        if self.random.random() < 0.15:
            between = self.one("\n", "\n    ", "\n\n  ", '\n"', '"\n')
            return f'"""{self.one("", " ", chr(10))}{words}{between}{self.words()}{self.one("", chr(10))}""" '
        opener, closer = self.random.choice(('""', '""', "“”", "「」", "”“"))
        if opener == "”":  # quotes the wrong way round hold none of their own
            words = words.replace("“好”的", "")
        return opener + words + closer + " "

    def texts(self) -> str:
        return self.several(self.text, lambda: self.one(" / ", "/", "、", "，"))

    def named_text(self) -> str:
        """A text behind a name, with a colon between the two now and then."""
        return self.maybe(self.colon, 0.15) + self.text()

    def phrase(self) -> str:
        return self.any(self.text, self.name)

    def amount(self) -> str:
        return self.one(*WRITTEN_AMOUNTS) + " " if self.random.random() < 0.1 else self.plain_amount()

    def plain_amount(self) -> str:
        unit = self.random.choice(UNITS)
        return self.one(*AMOUNTS) + self.one("", " ") + self.one(*unit.zh, *unit.en) + " "

    def date(self) -> str:
        return self.one("2027-03-31", "2027/3/1", "2027年3月1日", "2027.12.1") + " "

    def tags(self) -> str:
        return self.one("[", "【", "［") + self.names() + self.one("]", "】", "］") + " "

    # --- parts of lines ---------------------------------------------------------------------------------------------

    def part(self, id: str, what: Typed) -> Typed:
        return lambda: self.keyword(id) + what()

    def optional(self, id: str, what: Typed) -> Typed:
        return lambda: self.maybe(self.part(id, what))

    def comma_and(self, id: str, what: Typed) -> Typed:
        return lambda: self.maybe(self.comma) + self.keyword(id) + what()

    def statement(self, id: str, *parts: Typed) -> str:
        return self.keyword(id) + "".join(part() for part in parts) + self.line_end()

    def guard(self) -> str:
        return self.several(self.test, lambda: self.maybe(self.comma, 0.2) + self.keyword("AND", colon=False), 2)

    def test(self) -> str:
        if self.random.random() < 0.5:
            return self.keyword(self.one("KNOWN", "NO"), colon=False) + self.name()
        values = self.several(lambda: self.name().rstrip(), lambda: self.one(" / ", "/", "、")) + " "
        return self.name() + self.keyword(self.one("IS", "IS_NOT"), colon=False) + values

    def act(self) -> str:
        sort = self.one("SAY", "SAY", "OR_SAY", "ASK", "DO", "PROMISE", "WAIT", "GO", "CALL", "RETURN", "END")
        what: dict[str, Typed] = {
            "SAY": self.phrase,
            "OR_SAY": self.phrase,
            "ASK": lambda: self.names() + self.any(self.named_text, self.name),
            "DO": lambda: self.names() + self.maybe(self.comma_and("GETTING", self.names)),
            "PROMISE": lambda: self.name() + self.amount(),
            "WAIT": self.amount,
            "RETURN": lambda: self.maybe(self.name),
        }
        return self.keyword(sort, colon=False) + what.get(sort, self.name)()

    def acts(self) -> str:
        return self.several(self.act, self.comma)

    def after(self) -> str:
        """A colon, a comma or nothing, and then acts."""
        return self.one(self.colon(), "，", "") + self.acts()

    def handler(self) -> str:
        events = self.several(lambda: self.name().rstrip(), self.comma, 2) + " "
        guard = self.optional("AND", self.guard)
        return self.keyword("WHEN", colon=False) + events + self.maybe(self.plain_amount) + guard() + self.after()

    # --- lines of scenarios -----------------------------------------------------------------------------------------

    def step_line(self) -> str:
        return self.any(
            *(lambda: self.act() + self.line_end(),) * 4,
            lambda: self.statement(self.one("GOAL", "TIP", "SOURCE"), self.text),
            lambda: self.statement(self.one("WITHIN", "OPENING"), self.amount),
            lambda: self.keyword("IF", colon=False) + self.guard() + self.after() + self.line_end(),
            lambda: self.statement(self.one("LASTS", "EVERY"), self.amount, self.after),
            lambda: self.statement("AT_MOST", self.amount, lambda: self.maybe(self.comma_and("ELSE", self.acts))),
            self.never_say,
            self.never_do,
            lambda: self.handler() + self.line_end(),
            lambda: self.handler() + self.line_end(),
        )

    def never_say(self) -> str:
        clauses = self.random.sample(("BECAUSE", "INSTEAD", "UNLESS"), self.random.randrange(4))
        text = self.keyword("NEVER_SAY") + self.texts()
        for clause in clauses:
            text += self.maybe(self.comma, 0.2) + self.keyword(clause)
            text += self.text() if clause == "BECAUSE" else self.texts()
        return text + self.line_end()

    def never_do(self) -> str:
        return self.statement("NEVER_DO", self.names, self.optional("BECAUSE", self.text))

    def slot(self) -> str:
        flags = "".join(self.one(*SLOT_FLAGS) + " " for _ in range(self.random.randrange(3)))
        kind = self.any(self.part("CHOICE", self.aliased), lambda: self.one(*SLOT_TYPES, "自定义") + " ")
        return self.keyword("SLOT") + self.aliased() + kind + flags + self.maybe(self.text) + self.line_end()

    def channel(self) -> str:
        return self.statement("CHANNEL", lambda: self.any(self.names, lambda: self.aliased() + self.maybe(self.text)))

    def declaration(self) -> str:
        sort = self.one("KIND", "EVENT", "ACTION", "OUTCOME", "TAG", "WORDS", "PHRASE")
        if sort == "WORDS":
            return self.statement(sort, self.aliased, lambda: self.maybe(self.colon, 0.15), self.texts)
        if sort == "PHRASE":
            return self.statement(sort, self.aliased, lambda: self.maybe(self.tags), self.texts)
        text = self.keyword(sort) + self.aliased() + self.maybe(self.tags) + self.optional("BELONGS", self.name)()
        text += self.maybe(self.text) + (self.optional("HANDLES", self.names)() if sort == "KIND" else "")
        return text + self.line_end()

    def header_line(self) -> str:
        because, until = self.optional("BECAUSE", self.text), self.optional("UNTIL", self.date)
        return self.any(
            lambda: self.statement(self.one("TITLE", "SOURCE", "GOAL", "TIP"), self.text),
            lambda: self.statement("FOLLOWS", self.names),
            lambda: self.statement("EFFECTIVE", self.date, until),
            lambda: self.statement("WAIVE", self.name, because, until),
            lambda: self.keyword("ANYTIME", colon=False) + self.handler() + self.line_end(),
            self.slot,
            self.channel,
            self.never_say,
            self.never_do,
            self.declaration,
        )

    # --- lines of rules and dialogues -------------------------------------------------------------------------------

    def atom(self) -> str:
        named = self.one("RULE_EVENT", "DO", "RULE_WORDS", "ASK", "CALL", "MENTIONS", "GETTING")
        return self.any(
            self.tags,
            lambda: self.keyword("RULE_STEP", colon=False) + self.any(self.name, self.tags),
            lambda: self.keyword("END", colon=False) + self.any(self.name, self.tags, str),
            lambda: self.keyword("SAY", colon=False) + self.phrase(),
            lambda: self.keyword("PROMISE", colon=False) + self.maybe(self.name),
            lambda: self.keyword(named, colon=False) + self.one(self.name(), "敏感 ", "sensitive "),
        )

    def predicate(self) -> str:
        return self.several(self.atom, lambda: self.keyword("OR", colon=False))

    def require(self) -> str:
        more = self.maybe(lambda: self.keyword(self.one("BEFORE", "FOLLOWED", "HAS"), colon=False) + self.predicate())
        return self.keyword("REQUIRE") + self.predicate() + more + self.line_end()

    def limit(self) -> str:
        bound = self.part(self.one("AT_MOST", "AT_LEAST"), self.amount)
        return self.statement("LIMIT", lambda: self.one(*MEASURES) + " ", bound, self.optional("IN", self.predicate))

    def rule_line(self) -> str:
        return self.any(
            self.require,
            self.require,
            self.limit,
            lambda: self.statement("REQUIRE", self.part("REACHABLE", self.predicate)),
            lambda: self.statement("REQUIRE", self.part("EVERY_STEP", self.part("HANDLES", self.names))),
            lambda: self.statement(
                "FORBID", self.predicate, self.optional(self.one("FOLLOWED", "HAS"), self.predicate)
            ),
            lambda: self.statement(
                "REQUIRE", self.predicate, self.part("THEN", self.predicate), self.part("BEFORE", self.predicate)
            ),
            lambda: self.statement("LEVEL", lambda: self.one(*LEVELS) + " "),
            lambda: self.statement(self.one("WRONG", "RIGHT"), self.texts),
            lambda: self.statement("BECAUSE", self.text),
            lambda: self.statement("APPLIES", self.names),
            self.never_say,
            self.channel,
        )

    def dialogue_line(self) -> str:
        scenario = self.maybe(lambda: self.name().rstrip() + self.one(".", "．"))
        no = self.maybe(lambda: self.keyword("NO", colon=False))
        return self.any(
            lambda: self.statement("GIVEN", self.name, lambda: self.keyword("IS", colon=False), self.phrase),
            lambda: self.keyword("REACH") + scenario + self.name() + self.line_end(),
            lambda: self.statement("PASS", self.amount),
            lambda: self.statement("CUSTOMER", self.name, lambda: self.maybe(self.named_text)),
            lambda: self.statement("CONTINUE", lambda: self.maybe(self.text)),
            lambda: self.statement("FILL", self.name, lambda: self.any(self.named_text, self.name)),
            lambda: self.keyword("EXPECT") + no + self.predicate() + self.line_end(),
        )

    # --- blocks -----------------------------------------------------------------------------------------------------

    def lines(self, most: int, *line: Typed) -> str:
        return "".join(self.any(*line) for _ in range(self.random.randrange(most)))

    def heading(self) -> str:
        return self.maybe(lambda: self.one(":", "："), 0.2) + self.line_end()

    def step(self) -> str:
        head = self.keyword("STEP") + self.aliased() + self.maybe(self.tags) + self.heading()
        return head + self.lines(7, self.step_line) + self.maybe(self.declaration, 0.05)

    def scenario(self) -> str:
        kind, base = self.optional("BELONGS", self.name), self.optional("EXTENDS", self.name)
        head = self.keyword("SCENARIO") + self.aliased() + kind() + base() + self.heading()
        return head + self.lines(5, self.header_line) + self.lines(4, self.step)

    def rule(self) -> str:
        head = self.keyword("RULE") + self.aliased() + self.maybe(self.text) + self.heading()
        return head + self.lines(5, self.rule_line)

    def rulebook(self) -> str:
        head = self.keyword("RULEBOOK") + self.aliased() + self.optional("APPLIES", self.names)() + self.heading()
        return head + self.lines(3, self.rulebook_text, self.channel) + self.lines(4, self.rule)

    def rulebook_text(self) -> str:
        return self.statement(self.one("TITLE", "BECAUSE"), self.text)

    def dialogue(self) -> str:
        head = self.keyword("DIALOGUE") + self.text() + self.keyword("TESTS") + self.name() + self.heading()
        return head + self.lines(6, self.dialogue_line)

    def script(self) -> str:
        self.lang = self.one("zh", "en")
        text = self.maybe(lambda: self.comment() + self.one("\n", "\n\n"), 0.3)
        text += self.lines(4, self.declaration, self.slot, self.channel, self.never_say)
        return text + self.lines(3, self.scenario, self.scenario, self.rulebook, self.dialogue)


def scripts() -> st.SearchStrategy[str]:
    """Texts of whole scripts."""
    return st.randoms(use_true_random=False).map(lambda random: Typist(random).script())
