"""The lints SC1xx: syntax errors."""

# Codes are permanent (see `Lint`): suppressions in scripts refer to lints by code.

from __future__ import annotations

from dsl.diagnostics import Lint, Severity, Words

UNEXPECTED = Lint(
    "SC101",
    "unexpected",
    Severity.ERROR,
    Words("“{got}”不能写在这里：这里应当是{expected}", "“{got}” cannot stand here: this should be {expected}"),
    Words("{hint}", "{hint}"),
    Words(
        "看不懂的一行不会进入卡片：坐席拿到的脚本会少一句话或少一条出路。",
        "A line that cannot be read does not reach the card: agents would miss a phrase or a way on.",
    ),
    bad='场景 A\n步骤 甲\n  说 "您好。" "请讲。" # SC101\n  转 甲\n',
    good='场景 A\n步骤 甲\n  说 "您好。"\n  或说 "您好，请讲。"\n  转 甲\n',
)
UNKNOWN_LINE = Lint(
    "SC102",
    "unknown-line",
    Severity.ERROR,
    Words("这一行开头的“{word}”不是关键词", "“{word}” at the start of this line is no keyword"),
    Words("{hint}", "{hint}"),
    Words(
        "每一行都以关键词开头（说、问、做、当、转……），否则不知道这一行是要说的话还是要做的事。",
        "Every line opens with a keyword (say, ask, do, when, go …); without one nobody knows what the line is for.",
    ),
    bad='场景 A\n步骤 甲\n  说活 "您好。" # SC102\n  转 甲\n',
    good='场景 A\n步骤 甲\n  说 "您好。"\n  转 甲\n',
)
MISPLACED = Lint(
    "SC103",
    "misplaced-line",
    Severity.ERROR,
    Words("“{word}”这一行不能写在这里，要写在{place}", "a line with “{word}” cannot stand here; it belongs {place}"),
    Words("{hint}", "{hint}"),
    Words(
        "写错位置的一行不知道管哪一步、哪个场景，所以不会生效。",
        "A line in the wrong place governs no step and no scenario, so it would have no effect.",
    ),
    bad='场景 A\n  说 "您好。" # SC103\n步骤 甲\n  转 甲\n',
    good='场景 A\n步骤 甲\n  说 "您好。"\n  转 甲\n',
)
ALTERNATIVE_ALONE = Lint(
    "SC104",
    "alternative-alone",
    Severity.ERROR,
    Words("“或说”前面没有“说”", "“or say” without a “say” before it"),
    Words("先写一行“说 …”，再写“或说 …”，两行要挨着", "write a “say” line first and this line right after it"),
    Words(
        "“或说”是前一句的另一种说法；没有前一句，坐席不知道它替换哪句话。",
        "An alternative replaces the phrase before it; without one agents cannot know what it replaces.",
    ),
    bad='场景 A\n步骤 甲\n  或说 "您好。" # SC104\n  转 甲\n',
    good='场景 A\n步骤 甲\n  说 "您好，请讲。"\n  或说 "您好。"\n  转 甲\n',
)
UNCLOSED = Lint(
    "SC105",
    "unclosed-quote",
    Severity.ERROR,
    Words("引号没有收尾", "this quote is never closed"),
    Words("{where}补上 {close}", "put {close} {where}"),
    Words(
        "没有收尾的引号会把后面的字都当成要说的话。",
        "Without its closing quote everything after it would be taken for words to speak.",
    ),
    bad='场景 A\n步骤 甲\n  说 "您好。 # SC105\n  转 甲\n',
    good='场景 A\n步骤 甲\n  说 "您好。"\n  转 甲\n',
)
BRACES = Lint(
    "SC106",
    "braces",
    Severity.ERROR,
    Words("大括号“{got}”不成对，或里面不是信息名", "the brace “{got}” has no partner, or holds no slot name"),
    Words(
        "信息写成 {{客户姓氏}}；要说出大括号本身，写 \\{{",
        "write a slot as {{surname}}; to speak a brace itself, write \\{{",
    ),
    Words(
        "写坏的大括号会被原样念给客户听，或印在卡片上。",
        "A broken brace would be read out to the customer as it stands, or printed on the card.",
    ),
    bad='场景 A\n步骤 甲\n  说 "您好{公司名称。" # SC106\n  转 甲\n',
    good='场景 A\n  信息 姓氏 文本 已知\n步骤 甲\n  说 "您好，{姓氏}女士。"\n  转 甲\n',
)
BAD_NUMBER = Lint(
    "SC107",
    "number-without-unit",
    Severity.ERROR,
    Words("“{got}”不是带单位的数量", "“{got}” is not a number with a unit"),
    Words("{hint}", "{hint}"),
    Words("没有单位就不知道是 5 秒还是 5 分钟。", "Without its unit nobody knows whether 5 means seconds or minutes."),
    bad="场景 A\n步骤 甲\n  等待 5 # SC107\n  转 甲\n",
    good="场景 A\n步骤 甲\n  等待 5秒\n  转 甲\n",
)
BAD_DATE = Lint(
    "SC108",
    "impossible-date",
    Severity.ERROR,
    Words("日历上没有“{got}”这一天", "no calendar has the day “{got}”"),
    Words("日期写成 2027-03-31", "write a date as 2027-03-31"),
    Words(
        "卡片按日期生效、失效；日期不存在，就不知道卡片从哪天起算数。",
        "Cards take effect by date; a day that does not exist leaves open when this one counts.",
    ),
    bad="场景 A\n  生效 2027-02-30 # SC108\n步骤 甲\n  转 甲\n",
    good="场景 A\n  生效 2027-02-28\n步骤 甲\n  转 甲\n",
)
RESERVED = Lint(
    "SC109",
    "reserved-word",
    Severity.ERROR,
    Words("“{word}”是关键词，不能作{expected}", "“{word}” is a keyword and cannot be {expected}"),
    Words("名称里加一两个字，例如“{word}环节”", "add something to the name, for instance “{word}-1”"),
    Words(
        "关键词决定一行的意思；用作名称，读的人和机器都会看错。",
        "Keywords give a line its meaning; as a name one would mislead readers and machines alike.",
    ),
    bad='场景 A\n步骤 结束 # SC109\n步骤 乙\n  说 "您好。"\n  转 乙\n',
    good='场景 A\n步骤 结束语\n  说 "您好。"\n  转 结束语\n',
)
BAD_CHARACTER = Lint(
    "SC110",
    "unreadable-character",
    Severity.ERROR,
    Words("这里的“{got}”不属于脚本语言", "“{got}” is not part of the language"),
    Words("{hint}", "{hint}"),
    Words("多余的符号会让整行读不懂。", "A stray mark makes the whole line unreadable."),
    bad="场景 A\n步骤 甲\n  转 甲 ! # SC110\n",
    good="场景 A\n步骤 甲\n  转 甲\n",
)
WRITTEN_TWICE = Lint(
    "SC111",
    "written-twice",
    Severity.ERROR,
    Words("“{word}”已经写过一次", "“{word}” has been written already"),
    Words("留下要用的那一行，删去另一行", "keep the line you mean and delete the other"),
    Words("两行互相矛盾时，不知道卡片该印哪一行。", "With two of them nobody knows which one the card should print."),
    bad='场景 A\n  标题 "一"\n  标题 "二" # SC111\n步骤 甲\n  转 甲\n',
    good='场景 A\n  标题 "一"\n步骤 甲\n  转 甲\n',
)
NOT_IN_HANDLER = Lint(
    "SC112",
    "needs-a-step",
    Severity.ERROR,
    Words("“{word}”不能写在这样的一行里", "“{word}” cannot stand in such a line"),
    Words("另写一个步骤来{word}，这里写“转 那个步骤”", "write a step that does it, and here “go” to that step"),
    Words(
        "提问和等待都要等客户反应，那是一个步骤的事。",
        "To ask or to wait means waiting for the customer, and that is what a step is for.",
    ),
    bad='事件 生气\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  当 生气: 问 姓氏 "您贵姓？" # SC112\n  转 甲\n',
    good="事件 生气\n场景 A\n  信息 姓氏 文本\n步骤 甲\n  当 生气 转 乙\n  转 乙\n"
    '步骤 乙\n  问 姓氏 "您贵姓？"\n  转 甲\n',
)
AFTER_LEAVING = Lint(
    "SC113",
    "after-leaving",
    Severity.ERROR,
    Words("这件事写在离开之后，永远轮不到", "this stands after the step has been left; it is never reached"),
    Words("把它移到“转／结束／返回”前面", "move it in front of go, end or return"),
    Words("离开一步之后，这一行剩下的事不会发生。", "Once a step is left, the rest of the line does not happen."),
    bad='事件 生气\n场景 A\n步骤 甲\n  当 生气: 转 甲, 说 "抱歉。" # SC113\n  转 甲\n',
    good='事件 生气\n场景 A\n步骤 甲\n  当 生气: 说 "抱歉。", 转 甲\n  转 甲\n',
)
EMPTY_TEXT = Lint(
    "SC114",
    "empty-text",
    Severity.ERROR,
    Words("引号里是空的", "there is nothing between the quotes"),
    Words("写上要说的话，或删去这一行", "write the words, or delete the line"),
    Words("空的一句话印在卡片上，坐席无话可说。", "An empty phrase on the card leaves agents with nothing to say."),
    bad='场景 A\n步骤 甲\n  说 "" # SC114\n  转 甲\n',
    good='场景 A\n步骤 甲\n  说 "您好。"\n  转 甲\n',
)

UNFINISHED = Lint(
    "SC115",
    "unfinished-line",
    Severity.ERROR,
    Words("这一行没有写完：后面应当是{expected}", "this line is not finished: {expected} should follow"),
    Words("{hint}", "{hint}"),
    Words(
        "没写完的一行不会进入卡片：坐席不知道该问什么、该转到哪一步。",
        "An unfinished line does not reach the card: agents would not know what to ask or where to go.",
    ),
    bad='场景 A\n步骤 甲\n  说 "您好。"\n  转 # SC115\n',
    good='场景 A\n步骤 甲\n  说 "您好。"\n  转 甲\n',
)

DATES_REVERSED = Lint(
    "SC116",
    "dates-reversed",
    Severity.ERROR,
    Words("{until} 在 {since} 之前，没有一天算数", "{until} is before {since}, so there is no day on which it counts"),
    Words(
        "早的日期写在前面，晚的写在“至”后面：{keyword} {until} 至 {since}；年份写错了就改年份",
        "write the earlier day first: {keyword} {until} until {since}; or put the year right",
    ),
    Words(
        "起止日期写反了，规则一天也不管用，卡片一天也不算数，看上去却样样都在。",
        "With its days the wrong way round a rule guards no call and a card never counts, while all seems to be there.",
    ),
    bad="场景 A\n  生效 2027-05-01 至 2027-01-01 # SC116\n步骤 甲\n  转 甲\n",
    good="场景 A\n  生效 2027-01-01 至 2027-05-01\n步骤 甲\n  转 甲\n",
    about=Words("起止日期写反了", "the dates are the wrong way round"),
)

LINTS: tuple[Lint, ...] = (
    UNEXPECTED, UNKNOWN_LINE, MISPLACED, ALTERNATIVE_ALONE, UNCLOSED, BRACES, BAD_NUMBER, BAD_DATE, RESERVED,
    BAD_CHARACTER, WRITTEN_TWICE, NOT_IN_HANDLER, AFTER_LEAVING, EMPTY_TEXT, UNFINISHED, DATES_REVERSED,
)  # fmt: skip
