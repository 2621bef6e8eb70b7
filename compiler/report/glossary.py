"""Every word of the language: its meaning in a sentence or two, where it may stand, and a line to copy.

Spellings are read off `dsl.keywords`, sample lines off `dsl.mistakes.expected`; a test holds the places against the parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from compiler.rulebooks.rule_set import CALLED
from dsl.diagnostics import Words, listed
from dsl.frozen import Node
from dsl.keywords import BY_ID, KEYWORDS, LEVELS, MEASURES, SLOT_FLAGS, SLOT_TYPES, UNITS
from dsl.mistakes.expected import SAMPLES, place
from dsl.mistakes.synonyms import meant
from dsl.suggest import closest

Row = tuple[str, str, str] | tuple[str, str, str, str, str]
"""Where it may stand, the meaning in both languages; then an example in both, or else the sample of its line.

Where: blocks of a script (`_BLOCKS`, or what `expected.place` knows), and keywords whose lines it stands in (`IF`).
"""


class Entry(Node, frozen=True):
    """A meaning of a word. sort: the sort of word; spellings: in either language, the usual one first."""

    sort: Words
    zh: tuple[str, ...]
    en: tuple[str, ...]
    meaning: Words
    where: Words
    example: Words


_ACTS = "step ANYTIME IF WHEN LASTS EVERY AT_MOST"
_RULES = "REQUIRE FORBID EXPECT"
_WORDS: Mapping[str, Row] = {
    "KIND": ("file", "场景归在哪一类。可以属于更大的类；这一类的每一步都要接得住“处理”后面的事件。",
        "What scenarios are filed under. Steps of its scenarios should handle the events that stand behind “handles”."),
    "EVENT": ("file", "客户或线路可能出的一件事。声明过，“当”和规则里才能写。",
        "Something the customer or the line may do. Once declared, “when” lines and rules can name it."),
    "ACTION": ("file", "坐席做的一件事，步骤里写“做 名称”。", "Something the agent does; steps write “do NAME”."),
    "OUTCOME": ("file", "一通电话怎么收场，步骤里写“结束 名称”。", "How a call ends; steps write “end NAME”."),
    "TAG": ("file", "贴在步骤、话术、事件、动作、结局上的记号，写在方括号里；规则靠它认。",
        "A mark in square brackets on steps, phrases, events, actions and outcomes, by which rules know them."),
    "CHANNEL": ("file scenario rulebook rule", "电话、在线等。文件开头是声明，场景里是用在哪些渠道，规则里是只管哪些。",
        "Such as phone or chat. Declared at a file’s head; a scenario names its own, a rule those it holds for."),
    "WORDS": ("file", "几个词当一个用：规则里写“词组 名称”，“禁说”的引号里写 {名称}。",
        "Words that count as one: write “words NAME” in rules, {NAME} in the quotes of “never say”."),
    "PHRASE": ("file", "到处要用的一句话，几种说法用 / 隔开，步骤里写“说 名称”。项目里的同名话术替换库里的。",
        "A sentence for many places, wordings parted by /; steps write “say NAME”. A project’s own replaces a library’s."),
    "SLOT": ("file scenario", "通话里要知道的一件事，后面写类型。话里写 {名称}，说的时候换成真的内容。",
        "Something a call comes to know, with its type. Texts speak it as {NAME}."),
    "SCENARIO": ("block", "一种电话从头到尾怎么办。下面先写开头的几行，再写步骤。",
        "One sort of call from beginning to end: first its head lines, then its steps."),
    "BELONGS": ("SCENARIO KIND", "前面的场景（类别）归在后面的类别里。", "What stands in front is of the kind behind.", "场景 服务态度投诉 属于 投诉",
        "scenario attitude-complaint is complaint"),
    "EXTENDS": ("SCENARIO", "在另一个场景上改：开头和步骤都拿来，同名的步骤换掉，新的接在后面。",
        "Takes over another scenario. A step of the same name replaces the old one, a new one comes behind.",
        "场景 宽带报修 属于 报修 基于 故障报修", "scenario broadband-fault is repair extends fault-repair"),
    "TITLE": ("scenario rulebook", "印在卡片上的标题。", "The title, as it is printed on the card."),
    "FOLLOWS": ("scenario", "类别管着的规则以外，另外再守这些规则集。", "Rulebooks to keep besides those for its kind."),
    "SOURCE": ("scenario step rulebook rule", "照着手册哪几条写的，编号用空格隔开。", "The entries of your manual it covers."),
    "EFFECTIVE": ("scenario rulebook rule", "从哪天起、到哪天为止。规则没到日子只提示，过了日子不管。",
        "The first day, and the last behind “until”. A rule only gives notes before the first, none after the last."),
    "CHOICE": ("SLOT", "信息的一种类型：只能是列出来的值，用 / 隔开。条件靠它分路。",
        "A slot’s type: one of the values listed, parted by /. Conditions can tell these apart.", "信息 问题类型 选项 简单 / 复杂",
        "slot matter one of simple / complex"),
    "NEVER_SAY": ("file scenario step rule", "不许说的话，* 代表几个字。写在哪里管到哪里，文件开头管整个项目。",
        "Words nobody may say, * for a few characters. It holds where it stands; at a file’s head, for the whole project."),
    "NEVER_DO": ("scenario step", "这个场景或步骤里不许做的动作。", "Actions nobody may do in this scenario or step."),
    "BECAUSE": ("rulebook rule NEVER_SAY NEVER_DO WAIVE", "为什么这样规定，给看消息的人看。豁免一定要写。",
        "Why it is so, for whoever reads a finding. A waiver must have it."),
    "INSTEAD": ("NEVER_SAY", "该改成怎么说，几种说法用 / 隔开。", "What to say in its place; wordings are parted by /.",
        '禁说 "您别激动" 改说 "我理解您的心情"', 'never say "calm down" instead "I understand"'),
    "UNLESS": ("NEVER_SAY", "在这些说法里就不算违反。", "Contexts in which it does not count.", '禁说 "没办法" 除非 "不是没办法"',
        'never say "no way" unless "no way around"'),
    "ANYTIME": ("scenario", "整通电话里随时遇到都这样办；步骤自己写了“当”的，先照步骤的。",
        "Holds throughout the call, in sub-dialogues too; what a step itself writes behind “when” goes first."),
    "WAIVE": ("scenario", "这一条规则，这个场景可以不守。要写原因，可以写到哪一天。",
        "Excuses this scenario from one rule. It needs a reason and may have a last day."),
    "UNTIL": ("EFFECTIVE WAIVE", "最后一天，这一天还算。", "The last day, which still counts.", "生效 2027-01-01 至 2027-12-31",
        "effective 2027-01-01 until 2027-12-31"),
    "STEP": ("steps", "坐席要做的一段事：从上往下做完，再等客户反应。方括号里是标签。",
        "What the agent does from top to bottom, and then waits for the customer. Tags stand in square brackets."),
    "GOAL": ("scenario step", "要办到什么，印在卡片上。", "What is to be achieved, printed on the card."),
    "TIP": ("scenario step", "给坐席的提醒，印在卡片上，不说给客户。", "A reminder for the agent, on the card and never spoken."),
    "WITHIN": ("step", "这一步多久之内办完，或电话响几声之内接起来。", "How long the step may take, or the phone may ring."),
    "OPENING": ("step", "到了这一步，多久之内要开口。", "How soon the agent begins to speak in this step."),
    "SAY": (f"{_ACTS} {_RULES}", "坐席说的话：引号里的原话，或一个话术的名称。", "What the agent says: in quotes, or a phrase’s name."),
    "OR_SAY": ("step IF WHEN ANYTIME", "上一句的另一种说法，说哪一句都行。", "Another wording of the line before; either will do."),
    "ASK": (f"step IF {_RULES}", "坐席问的话。客户配合着答了，前面写的信息才有，下一步里才能用。",
        "A question. Its slots are filled once the customer goes along, so the next step can use them."),
    "DO": (f"{_ACTS} {_RULES}", "坐席做的动作，几个之间用 、 隔开。", "Actions of the agent, with commas between them."),
    "GETTING": (f"DO {_RULES}", "做了这个动作，系统马上给出的信息。", "The slots a system fills as soon as the action is done.",
        "做 核对资料, 得到 核身结果", "do check-details, getting identity"),
    "PROMISE": (f"{_ACTS} {_RULES}", "答应客户的期限。它也是一项信息，话里写 {答复} 就能念出来。",
        "A deadline the customer is promised. It is a slot too, which texts speak as {reply}."),
    "WAIT": ("step", "停这么久，再往下做；停的时候客户出了事照样管。", "Pauses so long, then goes on; events still count."),
    "IF": ("step", "有条件的一行：条件成立，才做冒号后面的事。", "A line with a condition: the rest happens only if it holds."),
    "WHEN": ("step ANYTIME", "出了这件事就这样办；写了时间，是持续这么久才算。没有“转”就留在原处。",
        "What to do when an event happens, or has lasted so long. Without “go” the call stays where it is."),
    "LASTS": ("step", "等了这么久，就这样办。", "What to do once the agent has waited so long."),
    "EVERY": ("step", "每等这么久，就这样办一次。", "What to do each time the agent has waited so long."),
    "AT_MOST": ("step LIMIT", "步骤里：一通电话最多来几次，再来就照“否则”。限制里：不许超过。",
        "In a step: how often a call may enter it, before “else” is done. In a limit: no more than this."),
    "AT_LEAST": ("LIMIT", "不许少于。", "No less than this.", "限制 步骤句数 至少 1句", "limit step-phrases at least 1 phrase"),
    "ELSE": ("AT_MOST", "次数用完了怎么办。", "What to do when the number is used up.", "至多 2次, 否则 转 升级主管",
        "at most 2 times, else go supervisor"),
    "GO": (_ACTS, "去另一个步骤。单独一行，是客户配合了就去。", "On to another step; alone on a line, once the customer goes along."),
    "CALL": (f"{_ACTS} {_RULES}", "走一遍另一个场景，再回来接着做。", "Runs another scenario, comes back and goes on."),
    "RETURN": (_ACTS, "回到调用这个场景的地方；后面写了事件，就把这件事交回去办。",
        "Back to where this scenario was called; an event behind it is handed back to be dealt with there."),
    "END": (f"{_ACTS} {_RULES}", "整通电话到此结束，后面写结局。", "Ends the whole call with this outcome."),
    "AND": ("IF WHEN ANYTIME", "前后两个条件都要成立。", "Both conditions have to hold.", "若 客户类型 是 会员 且 已有 客户姓氏: 转 结束语",
        "if customer is member and known surname: go closing"),
    "OR": (f"{_RULES} LIMIT", "几样里有一样就行。", "One of several is enough.", "要求 [致歉] 或 事件 客户挂断",
        "require [apology] or event hang-up"),
    "IS": ("IF WHEN ANYTIME GIVEN", "这项信息是后面的值，几个值用 / 隔开，是其中一个就行。", "The slot has this value, or one of several parted by /.",
        "若 客户类型 是 会员 / 老客户: 转 结束语", "if customer is member / regular: go closing"),
    "IS_NOT": ("IF WHEN ANYTIME", "这项信息不是后面的值；还没有问到，也算不是。", "It has none of these values, or none yet.",
        "若 客户类型 不是 会员: 转 结束语", "if customer is not member: go closing"),
    "KNOWN": ("IF WHEN ANYTIME", "这项信息已经知道了。", "The slot is filled.", "若 已有 客户姓氏: 转 结束语", "if known surname: go closing"),
    "NO": ("IF WHEN ANYTIME EXPECT", "条件里：这项信息还不知道。期望里：没有出现。",
        "In a condition: the slot is empty. Behind “expect”: this did not come about.", "若 没有 客户姓氏: 转 信息核实",
        "if no surname: go check-details"),
    "RULEBOOK": ("block", "一组规则，“适用”写管哪些场景。", "A set of rules; “applies to” says for which scenarios."),
    "RULE": ("rulebook", "一条规则，引号里是出处。下面写要求、禁止、限制或禁说。",
        "One rule, its sources in quotes; below it what it requires, forbids, limits or never lets anyone say."),
    "APPLIES": ("rulebook rule RULEBOOK", "管哪些场景：类别、场景名，或“全部”。", "For which kinds and scenarios; “all” for every one."),
    "REQUIRE": ("rule", "每一通可能的电话都要做到；做不到，就演一通最短的给您看。",
        "What every possible call must do; if one does not, the shortest is shown."),
    "FORBID": ("rule", "哪一通电话都不许有。", "What no call may do."),
    "LIMIT": ("rule", "一个量不许超过、不许少于多少；用“于”只管一部分步骤。", "How much or little something may be; “in” narrows it."),
    "LEVEL": ("rule", "违反了算多重：错误、警告或提示。不写是错误。", "What a breach is: an error (without this line), warning or note."),
    "WRONG": ("rule", "这样说会违反这条规则，每次检查都验。只有管用词的规则能写。",
        "Words that break the rule; every check tries them. For rules about words alone."),
    "RIGHT": ("rule", "这样说不违反这条规则，每次检查都验。只有管用词的规则能写。",
        "Words that keep the rule; every check tries them. For rules about words alone."),
    "BEFORE": ("REQUIRE", "后面那样出现之前，前面那样必须已经有过；后面那样没有出现，就不要求。",
        "The second never comes without the first before it. Without the second nothing is asked.", "要求 [致歉] 先于 [方案]",
        "require [apology] before [solution]"),
    "FOLLOWED": ("REQUIRE FORBID", "要求：有了前面的，到结束之前一定有后面的。禁止：前面的有了，后面的就不许再有。",
        "With “require”: after the first the second comes before the end. With “forbid”: it never comes any more.",
        "要求 事件 客户激动 之后有 [共情]", "require event upset followed by [empathy]"),
    "THEN": ("REQUIRE", "和“先于”合用：每次有了第一样，第二样要在第三样前面。", "With “before”: after each first, no third without the second.",
        "要求 事件 客户激动 之后 [共情] 先于 [方案]", "require event upset then [empathy] before [solution]"),
    "REACHABLE": ("REQUIRE", "至少有一通电话走得到。", "At least one call comes to this.", "要求 可达 结束 [升级]",
        "require reachable end [escalation]"),
    "HAS": ("REQUIRE FORBID", "这样的步骤里一定有（不许有）。", "Such a step has this in it, or must not have it.", "要求 步骤 [告别] 含 [致谢]",
        "require step [goodbye] has [thanks]"),
    "EVERY_STEP": ("REQUIRE", "坐席要等客户的每一步，后面接“处理”。", "Each step in which the agent waits; “handles” comes next.",
        "要求 每个步骤 处理 客户沉默", "require every step handles silence"),
    "HANDLES": ("REQUIRE KIND", "写了遇到这件事怎么办，自己写“当”或场景写“全程”都算。",
        "Says what to do about the event, by a “when” of its own or an “anytime” of the scenario.", "要求 每个步骤 处理 客户沉默、客户挂断",
        "require every step handles silence, hang-up"),
    "MENTIONS": (_RULES, "话里念到了这项信息。", "What is said speaks this slot.", "要求 提到 月费 先于 [办理]",
        "require mentions fee before [order]"),
    "IN": ("LIMIT", "只管这些步骤、标签、话术或承诺。", "Narrows a limit to these steps, tags, phrases or promises.", "限制 步骤时限 至多 5分钟 于 [方案]",
        "limit step-limit at most 5min in [solution]"),
    "RULE_STEP": (_RULES, "规则里指步骤：一个步骤，或带这个标签的步骤。", "In rules: the step of this name, or steps with this tag.",
        "禁止 步骤 [问候] 含 问 敏感", "forbid step [greeting] has ask sensitive"),
    "RULE_EVENT": (_RULES, "规则里指事件：出了这件事。", "In rules: this event happens.", "要求 事件 客户激动 之后有 [共情]",
        "require event upset followed by [empathy]"),
    "RULE_WORDS": (_RULES, "规则里指词组：话里有其中一个词。", "In rules: what is said holds one of these words.", "禁止 词组 威胁话",
        "forbid words threats"),
    "DIALOGUE": ("block", "写下来的一通电话，scriptc test 每次重演，看脚本是不是还这样走。",
        "A call written down; scriptc test plays it to see whether the script still goes that way."),
    "TESTS": ("DIALOGUE", "这个对话测的是哪个场景。", "Which scenario the dialogue is played on.", '对话 "沉默两次" 测试 服务态度投诉',
        'dialogue "silent twice" tests attitude-complaint'),
    "GIVEN": ("dialogue", "电话开始时就知道的信息。", "What is known when the call begins."),
    "REACH": ("dialogue", "电话应该走到这一步；子对话里的写“场景.步骤”。", "The call is in this step; SCENARIO.STEP in a sub-dialogue."),
    "PASS": ("dialogue", "过了这么久。", "So much time passes."),
    "CUSTOMER": ("dialogue", "客户或线路出了一件事：先写事件名，再写原话（给人看）。", "An event happens; the words behind it are for people."),
    "CONTINUE": ("dialogue", "客户配合，顺着往下走。引号里的话给人看。", "The customer goes along; the words are for people."),
    "FILL": ("dialogue", "从这里起，问到它或系统查到它时的答案。", "From here on the answer, whether a customer or a system gives it."),
    "EXPECT": ("dialogue", "刚才这一轮里应该有什么，或“没有”什么。", "What came about in the last turn, or with “no” did not."),
}  # fmt: skip
_MEASURES: Mapping[str, tuple[str, str, str, str]] = {
    "phrase-characters": ("每一句话念出来有多少字。", "How many characters each phrase has, as spoken.", "45字", "45 chars"),
    "step-speech": ("一步里的话从头说到尾要多久。", "How long it takes to say all that a step says.", "60秒", "60s"),
    "call-speech": ("一通电话里坐席的话一共要说多久，按最长的算。", "How long the agent speaks in the longest call.", "5分钟", "5min"),
    "waiting": ("让客户等多久：“等待”，或第一个“超过”“每”之前。", "A pause, or the time to the first “after” or “every”.", "30秒", "30s"),
    "promised-time": ("“承诺”的期限有多长。", "How long a promise takes.", "24小时", "24h"),
    "turns": ("一通电话有几个来回，按最长的算。", "How many exchanges the longest call has.", "20轮", "20 turns"),
    "retries": ("步骤里“至多 N次”的 N。", "The number behind “at most” in a step.", "3次", "3 times"),
    "step-phrases": ("一步里说几句、问几句。", "How many phrases a step says or asks.", "4句", "4 phrases"),
    "step-limit": ("步骤写的“时限”。", "What a step writes behind “within”.", "5分钟", "5min"),
    "opening": ("步骤写的“开口”时间。", "What a step writes behind “speak within”.", "3秒", "3s"),
}  # fmt: skip
"""Meaning in both languages, and an amount of it."""
_SLOTS: Mapping[str, tuple[str, str, str, str]] = {
    "text": ("一段文字，是什么都行。", "Any words at all.", "客户姓氏 文本", "surname text"),
    "number": ("一个数，例如几件。", "A number, such as how many.", "订单件数 数字", "items number"),
    "phone": ("一个电话号码；只念末几位写 {回访电话 末4位}。", "A phone number; {call-back last 4} speaks its end alone.", "回访电话 电话号码",
        "call-back phone"),
    "date": ("一个日期，例如哪天到期。", "A date, such as when something is due.", "到期日 日期", "due date"),
    "money": ("一笔钱，例如月费。", "An amount of money, such as a fee.", "月费 金额", "fee money"),
    "time": ("几点，或什么时候。", "A time of day, or when.", "方便时间 时间", "good-hour time"),
    "sensitive": ("不能随便问、不能整个念出来的信息。规则里写“问 敏感”。", "Not to be asked lightly or spoken in full; rules write “ask sensitive”.",
        "卡号 文本 敏感", "card text sensitive"),
    "known": ("接电话前就有的信息，不用问。", "Known before the call begins, so nobody asks.", "客户姓氏 文本 已知", "surname text known"),
}  # fmt: skip
"""Types and marks of slots: meaning, and what stands behind `信息` in an example."""
_LEVELS: Mapping[str, tuple[str, str, str, str]] = {
    "error": ("不改好就不能生成卡片。", "Stops a build until it is mended.", "错误", "error"),
    "warning": ("应该改；不拦着生成。", "Should be mended; a build goes on.", "警告", "warning"),
    "note": ("知道一下就行。", "Good to know.", "提示", "note"),
}  # fmt: skip
_UNITS: Mapping[str, tuple[str, str, str, str]] = {
    "ms": ("千分之一秒。", "A thousandth of a second.", "等待 500毫秒", "wait 500ms"),
    "s": ("时间的单位。", "A second.", "等待 5秒", "wait 5s"),
    "min": ("六十秒。", "Sixty seconds.", "时限 10分钟", "within 10min"),
    "h": ("六十分钟。", "Sixty minutes.", "承诺 答复 24小时", "promise reply 24h"),
    "d": ("二十四小时，不管上不上班。", "Twenty-four hours, at work or not.", "承诺 答复 3天", "promise reply 3 days"),
    "workday": ("上班的一天，几点到几点看 scriptc.yaml 的 working_hours。", "A day of work; its hours are working_hours in scriptc.yaml.",
        "承诺 答复 2工作日", "promise reply 2 workdays"),
    "ring": ("电话响几声。", "How often the phone rings.", "时限 3声", "within 3 rings"),
    "time": ("几次，例如一步最多来几次。", "How often, such as a step may be entered.", "至多 2次", "at most 2 times"),
    "char": ("几个字，照念出来的算。", "Characters, as they are spoken.", "限制 语句字数 至多 45字", "limit phrase-characters at most 45 chars"),
    "phrase": ("几句话，说的、问的都算。", "Phrases, said or asked.", "限制 步骤句数 至多 4句", "limit step-phrases at most 4 phrases"),
    "turn": ("一来一回算一轮。", "One exchange: something happens, and the agent answers.", "限制 轮次 至多 20轮",
        "limit turns at most 20 turns"),
}  # fmt: skip
"""Meaning, and an example."""
_OTHERS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("全部", "all", "APPLIES RULEBOOK", "每一个场景。", "Every scenario.", "规则集 通用礼仪 适用 全部", "rulebook courtesy applies to all"),
    ("忽略", "ignore", "comment", "这一行的这条警告不再提醒；要写原因，可以写到哪一天。错误不能忽略。",
        "Silences a warning in its line, for a stated reason, until a day if one is given. Never an error.",
        '话术 拜年 "给您拜年了。" # 忽略 SC203 原因 春节才用', 'phrase new-year "Happy new year." # ignore SC203 because it is for spring'),
)  # fmt: skip
"""Words that are read in their place and nowhere else: spellings, where, meaning, example."""

_BLOCKS = {
    "comment": Words("# 后面的备注里", "in a comment, behind #"),
    "block": Words("文件里，另起一块", "anywhere in a file, where it begins a block of its own"),
    "steps": Words("场景里，开头那几行后面", "in a scenario, below its head"),
}
_KEYWORD = Words("关键词", "keyword")


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every meaning of every word, keywords first."""
    return tuple(_entries())


def _entries() -> Iterator[Entry]:
    for word in KEYWORDS:
        where, zh, en, *example = _WORDS[word.id]
        sample = Words(*example) if example else SAMPLES[word.id]
        yield Entry(_KEYWORD, word.zh, word.en, Words(zh, en), _where(where.split()), sample)
    for sort, words, rows, head, line in (
        (Words("能限制的量", "measure"), MEASURES, _MEASURES, "LIMIT", Words("限制 {} 至多 ", "limit {} at most ")),
        (Words("信息的类型", "type of slot"), SLOT_TYPES, _SLOTS, "SLOT", Words("信息 ", "slot ")),
        (Words("信息的记号", "mark of a slot"), SLOT_FLAGS, _SLOTS, "SLOT", Words("信息 ", "slot ")),
        (Words("级别", "level"), LEVELS, _LEVELS, "LEVEL", Words("级别 ", "level ")),
    ):
        for id in dict.fromkeys(words.values()):
            spelt = [word for word, its in words.items() if its == id]
            chinese = tuple(word for word in spelt if not word.isascii())
            english = tuple(word for word in spelt if word.isascii())
            zh, en, *rest = rows[id]
            sample = Words(line.zh.format(chinese[0]) + rest[0], line.en.format(english[0]) + rest[1])
            yield Entry(sort, chinese, english, Words(zh, en), _where([head]), sample)
    for unit in UNITS:
        zh, en, *rest = _UNITS[unit.id]
        behind = Words("数的后面", "behind a number")
        yield Entry(Words("单位", "unit"), unit.zh, unit.en, Words(zh, en), behind, Words(*rest))
    for chinese_one, english_one, where, zh, en, *example in _OTHERS:
        sort = Words("别的词", "other word")
        yield Entry(sort, (chinese_one,), (english_one,), Words(zh, en), _where(where.split()), Words(*example))


def _where(places: list[str]) -> Words:
    """The blocks of a keyword that begins a line, and the lines of any other word, in words."""
    blocks = [_BLOCKS.get(one) or place((one,)) for one in places if one not in BY_ID]
    heads = [BY_ID[one] for one in places if one in BY_ID]
    parts = [Words("、".join(one.zh for one in blocks), "; ".join(one.en for one in blocks))] if blocks else []
    if heads:
        known = listed((head.en[0] for head in heads), "or", quoted=True)
        parts.append(Words("".join(f"“{head.zh[0]}”" for head in heads) + "的行里", f"in lines with {known.en}"))
    return Words("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def meanings(asked: str) -> tuple[Entry, ...]:
    """The meanings of a word in either language, however capitalised; empty for a word that is not in the language."""
    return _index().get(_folded(asked), ())


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries():
        for word in dict.fromkeys(map(_folded, (*entry.zh, *entry.en))):
            found.setdefault(word, []).append(entry)
    return {word: tuple(several) for word, several in found.items()}


def _folded(asked: str) -> str:
    return " ".join(asked.casefold().split())


def called(asked: str) -> str | None:
    """The language's word for the everyday word `asked`; None when no such is known."""
    word = _folded(asked)
    return meant(word, {row.terminal for row in KEYWORDS}) or CALLED.get(word)


def nearest(asked: str) -> str | None:
    """The word of the language that `asked` was most likely typed for."""
    return closest(_folded(asked), _index())


def lines(entry: Entry, lang: str) -> Iterator[str]:
    """One meaning, for a terminal."""
    own, other = (entry.zh, entry.en) if lang == "zh" else (entry.en, entry.zh)
    if lang == "zh":
        also = f"；也写 {'、'.join(own[1:])}" if own[1:] else ""
        yield f"{own[0]}（{entry.sort.zh}{also}；英文 {'、'.join(other)}）"
    else:
        also = f"; also {', '.join(own[1:])}" if own[1:] else ""
        yield f"{own[0]} ({entry.sort.en}{also}; in Chinese {'、'.join(other)})"
    yield f"  {entry.meaning.in_(lang)}"
    yield f"  {Words('写在：', 'Where: ').in_(lang)}{entry.where.in_(lang)}"
    yield f"  {Words('例如：', 'Example: ').in_(lang)}{entry.example.in_(lang)}"


def listing(lang: str) -> Iterator[str]:
    """Every word with its meaning, a line each, grouped by sort."""
    for sort, several in groupby(entries(), lambda entry: entry.sort):
        yield sort.in_(lang)
        for entry in several:
            names = (entry.zh[0], entry.en[0]) if lang == "zh" else (entry.en[0], entry.zh[0])
            yield f"  {' / '.join(names)}{Words('：', ': ').in_(lang)}{entry.meaning.in_(lang)}"
