"""What can be wrong with a card on paper: the lints SC7xx, found when cards are made, by `cards/checks`."""

from __future__ import annotations

from dsl.diagnostics import Lint, Severity, Words

OVERFLOW = Lint(
    "SC701",
    "card-overflow",
    Severity.WARNING,
    Words(
        "步骤“{step}”在 {format} 上一张卡放不下，要 {cards} 张",
        "step “{step}” does not fit on one card of {format}; it takes {cards}",
    ),
    Words("拆成两步、删掉用不到的说法，或换大一号的纸", "split the step, drop wordings, or take larger paper"),
    Words(
        "客户等着，坐席要翻面找下半句，话就断了。",
        "The customer waits while the agent turns the card over for the second half of a sentence.",
    ),
    bad="",
    good="",
)
SMALL_TYPE = Lint(
    "SC702",
    "small-type",
    Severity.WARNING,
    Words(
        "卡上最小的字只有 {points} 磅，至少要 8 磅", "the smallest type on the card has {points} points; 8 is the least"
    ),
    Words("把 scriptc.yaml 里的 card.type 调到 8 以上", "set card.type in scriptc.yaml to 8 or more"),
    Words(
        "一天看几百次，字小了眼睛先累，累了就凭印象说。",
        "A card is looked at hundreds of times a day; with small type, tired eyes give up and agents speak from memory.",
    ),
    bad="",
    good="",
)
LONG_PHRASE = Lint(
    "SC703",
    "long-phrase",
    Severity.WARNING,
    Words(
        "这句话有 {count} 个字，{format} 卡上一句最多 {most} 个",
        "this phrase counts {count} characters (three letters are one); on {format} one has at most {most}",
    ),
    Words("分成两句“说”", "make two “say” lines of it"),
    Words(
        "坐席一眼看不完的句子，只会照着念，停在不该停的地方。",
        "What cannot be taken in at a glance is read out word by word, with pauses in the wrong places.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "'
    + "您反映的情况我已经逐条记录下来并且核对过了，" * 6
    + '请您放心。" # SC605 SC703\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "您反映的情况，我已经逐条记录下来，并且核对过了。"\n  结束 完成\n',
)
NO_GLYPH = Lint(
    "SC704",
    "no-glyph",
    Severity.WARNING,
    Words("字体里没有“{sign}”（{code}），卡上会印成方框", "the font lacks “{sign}” ({code}); it prints as a box"),
    Words("换一个字，或删掉它", "write something else, or leave it out"),
    Words("坐席看到方框，只能猜。", "Agents see a box and have to guess."),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "谢谢您的来电🎉，再见。" # SC704\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "谢谢您的来电，再见。"\n  结束 完成\n',
)
NOT_PRINTED = Lint(
    "SC705",
    "card-not-printed",
    Severity.WARNING,
    Words("转到这次没有印的卡：{cards}", "this leads to cards that are not printed: {cards}"),
    Words("去掉 --alone，或一起印", "leave out --alone, or print them too"),
    Words(
        "客户不说话了，卡上写着转到卡 7，抽屉里没有卡 7。",
        "The line goes silent, the card says card 7, and there is no card 7 in the drawer.",
    ),
    bad="",
    good="",
)
NO_BETTER = Lint(
    "SC706",
    "nothing-to-say-instead",
    Severity.WARNING,
    Words("写了不能说“{text}”，没写该怎么说", "“{text}” is forbidden, and nothing says what to say instead"),
    Words("在这一行后面加：改说 “…”", "add to the line: instead “…”"),
    Words(
        "只说不能说什么，坐席到了那一刻只会愣住。",
        "Told only what not to say, an agent falls silent at the very moment words are needed.",
    ),
    bad='结局 完成\n场景 A\n步骤 甲\n  说 "请讲。"\n  禁说 "我也没办法" # SC706\n  结束 完成\n',
    good='结局 完成\n场景 A\n步骤 甲\n  说 "请讲。"\n  禁说 "我也没办法" 改说 "我来看看还有什么办法。"\n  结束 完成\n',
)
NO_GOAL = Lint(
    "SC707",
    "step-without-goal",
    Severity.WARNING,
    Words("培训用的卡上，步骤“{step}”没有写目标", "on a card for training, step “{step}” has no goal"),
    Words("在步骤里加一行：目标 “…”", "add a line to the step: goal “…”"),
    Words(
        "新人照着念得出每一句，却不知道这一步要办成什么，客户一换问法就接不住。",
        "New agents can read every line and still not know what the step is for; the first unexpected question throws them.",
    ),
    bad="",
    good="",
)
OFF_PAPER = Lint(
    "SC708",
    "off-the-paper",
    Severity.ERROR,
    Words("卡“{scenario}”第 {page} 页有字印到了纸外", "on page {page} of card “{scenario}”, text runs off the paper"),
    Words("换大一号的纸，或把字调小", "take larger paper or smaller type"),
    Words("印不出来的字，等于没有写。", "What is not on the paper was not written."),
    bad="",
    good="",
)
NUMBER_TWICE = Lint(
    "SC709",
    "number-on-two-cards",
    Severity.WARNING,
    Words(
        "卡号 {number} 发给了两张卡：“{keeper}”先发，留着；“{name}”改用 {new}",
        "number {number} is on two cards: “{keeper}” came first and keeps it, “{name}” gets {new}",
    ),
    Words(
        "重印“{name}”，和转到它的卡：scriptc cards {name}",
        "print “{name}” again, and the cards that lead to it: scriptc cards {name}",
    ),
    Words(
        "两个人同时各印各的，碰巧用了同一个卡号；坐席照着卡号翻，可能翻到另一张。",
        "Two people printed at the same time and met in a number; an agent sent to it may take the other card.",
    ),
    bad="",
    good="",
)
BAD_LEDGER = Lint(
    "SC710",
    "ledger-damaged",
    Severity.WARNING,
    Words("发卡记录 cards.lock 坏了，{what}", "cards.lock, the record of cards handed out, is damaged: {what}"),
    Words("从版本库取回原来的文件", "take the file back from version control"),
    Words(
        "发出去的卡查不到了，新印的卡也可能用上别的卡的号；修好以前 scriptc cards 和 verify 都不动它。",
        "Cards that are out cannot be looked up, and new ones might bear others' numbers; until it is repaired "
        "neither scriptc cards nor verify will touch it.",
    ),
    bad="",
    good="",
)

LINTS: tuple[Lint, ...] = (
    OVERFLOW,
    SMALL_TYPE,
    LONG_PHRASE,
    NO_GLYPH,
    NOT_PRINTED,
    NO_BETTER,
    NO_GOAL,
    OFF_PAPER,
    NUMBER_TWICE,
    BAD_LEDGER,
)
