"""The examples of lints in English: the same scripts, word by word.

Lints carry their examples in Chinese. Keywords and units are translated by the tables of the language, names and phrases
by the tables below. A test compiles every example in both languages: the same findings on the same lines, and no Chinese
left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from compiler.names.symbols import ALL_KINDS
from dsl import nodes
from dsl.keywords import KEYWORDS, LEVELS, MEASURES, SLOT_FLAGS, SLOT_TYPES
from dsl.lexing import Mark, tokenise
from dsl.source import Source

_SHORT_UNITS = frozenset({"ms", "s", "min", "h"})
"""Units that stand right behind their number."""


def example(text: str, lang: str) -> str:
    """An example of a lint in the keywords and words of `lang`; words missing in the tables stay as they are."""
    return text if lang == "zh" else _in_english(text)


def _in_english(text: str) -> str:
    tokens = tokenise(Source("example.script", text))
    parts = [(one.span.start, one.span.end, _COMMENT.sub(_word, one.span.text)) for one in tokens.comments]
    for token in tokens.items:
        if isinstance(token, Mark):
            written = text[token.start : token.end]
            parts.append((token.start, token.end, _KEYWORDS.get(written) or _PHRASES.get(written, written)))
        elif isinstance(token, nodes.Quantity):
            parts.append((token.span.start, token.span.end, _amount(token)))
        elif isinstance(token, nodes.Name):
            parts.append((token.span.start, token.span.end, _NAMES.get(token.text, token.text)))
        elif isinstance(token, nodes.Text):
            written = token.span.text
            parts.append((token.span.start, token.span.end, f'"{_PHRASES.get(written[1:-1], written[1:-1])}"'))
    out: list[str] = []
    done = 0
    for start, end, words in sorted(parts):
        out += (text[done:start], words)
        done = end
    return "".join((*out, text[done:]))


_COMMENT = re.compile(r"[\u4e00-\u9fff]+")


def _word(found: re.Match[str]) -> str:
    return _KEYWORDS.get(found[0]) or _PHRASES.get(found[0], found[0])


def _amount(amount: nodes.Quantity) -> str:
    plural, *others = amount.unit.en
    if amount.unit.id in _SHORT_UNITS:
        return amount.number + plural
    return f"{amount.number} {others[0] if amount.number == '1' and others else plural}"


def _twins(words: Mapping[str, str]) -> dict[str, str]:
    """Chinese word -> English word of the same meaning, for a table of both."""
    english = {meaning: word for word, meaning in words.items() if word.isascii()}
    return {word: english[meaning] for word, meaning in words.items() if not word.isascii()}


_KEYWORDS: Mapping[str, str] = {word: row.en[0] for row in reversed(KEYWORDS) for word in row.zh} | {"忽略": "ignore"}
_ALL = next(word for word in ALL_KINDS if word.isascii())
_NAMES: Mapping[str, str] = {
    **_twins(SLOT_TYPES), **_twins(SLOT_FLAGS), **_twins(LEVELS), **_twins(MEASURES),
    **dict.fromkeys(ALL_KINDS, _ALL),
    # steps
    "甲": "first", "乙": "second", "丙": "third", "丁": "fourth", "甲一": "between", "乙乙": "seconds",
    "接听": "greet", "处理": "handle-it", "道别": "goodbye", "信息核实": "check-details", "核实信息": "check-detail",
    "结束语": "closing", "欢迎语": "welcome", "甲之后": "first-after",
    # slots and their options
    "姓氏": "surname", "电话": "phone-number", "类型": "matter", "简单": "simple", "复杂": "complex", "答复": "answer",
    "金额档": "amount", "小额": "small", "大额": "large", "单号": "order-number",
    "问题": "trouble", "困难": "hard", "一般": "ordinary", "王": "Porter",
    # events, actions, outcomes, kinds, tags
    "生气": "upset", "沉默": "silence", "不懂": "lost", "登记": "record", "完成": "done", "已结束": "given-up",
    "春节问候": "new-year-greeting",
    "投诉": "complaint", "咨询": "consultation", "来电": "inbound", "致歉": "apology", "方案": "solution",
    # rulebooks and rules
    "规范": "standards", "咨询规范": "consultation-standards", "基本": "basics", "时限": "deadline",
    "先致歉": "apology-first", "先方案": "solution-first", "先登记": "record-first", "要致歉": "apologise",
    "要问好": "say-hello", "结束前致歉": "apologise-before-the-end", "不许挂机": "no-hanging-up",
    "不否定情绪": "no-denial-of-feelings",
    "快速退款": "refund", "查单": "look-up",
    "说活": "sya",
}  # fmt: skip
_PHRASES: Mapping[str, str] = {
    # greetings
    "您好。": "Hello.", '"您好。 # SC105': '"Hello. # SC105', "您好": "Hello", "请讲。": "How can I help?",
    "给您拜年了。": "Happy new year.",
    "您好，请讲。": "Hello, how can I help?", "您请讲。": "How can I help you?", "喂？": "Well?", "喂饱": "well done",
    "？！": "?!",
    "您好，{姓氏}女士。": "Hello, Ms {surname}.", "您好{公司名称。": "Welcome to {company.",
    "您好，这里是星海通信客户服务中心，很高兴为您服务，请问有什么可以帮您？":
        "Hello and welcome to the customer service centre of Seastar Telecom, my name is Porter, and I am very glad to be "
        "of service to you today. What can I do for you?",
    "{姓氏}先生，请讲。": "{surname}, how can I help?", "{姓氏}女士，请讲。": "Ms {surname}, how can I help?",
    "{姓氏}女士，再见。": "Goodbye, Ms {surname}.", "再见。": "Goodbye.", "谢谢来电。": "Thank you for calling.",
    "谢谢您的来电，再见。": "Thank you for calling, goodbye.", "谢谢您的来电🎉，再见。": "Thank you for calling 🎉, goodbye.",
    # questions
    "请问您贵姓？": "What is your name, please?", "您贵姓？": "What is your name?",
    "请问退多少钱？": "How much is to be refunded?", "请报一下单号。": "What is the order number, please?",
    "单号{单号}，已经查到了。": "I have found order {order-number}.",
    "怎么称呼您？": "What may I call you?", "请问您的电话？": "What is your number, please?",
    "是哪一类问题？": "What sort of matter is it?", "请问是什么情况？": "What has happened?",
    "请问您听得到吗？": "Can you hear me?", "请问您还在吗？": "Are you still there?",
    "您好，请问您还在吗？": "Hello, are you still there?", "还有什么可以帮您？": "Is there anything else?",
    # on the way
    "请稍等。": "One moment, please.", "我再说一遍。": "Let me say it again.", "还在查。": "I am still looking.",
    "我们继续。": "Let us go on.", "您慢慢说。": "Take your time.", "这样办。": "This is what we do.",
    "我请专人联系您。": "A specialist will call you.", "我们{答复}内答复您。": "We reply within {answer}.",
    "{答复}内答复您。": "We reply within {answer}.", "我们24小时内答复您。": "We reply within 24 hours.",
    "我们会拨打{电话}。": "We will call {phone-number}.",
    "我们会拨打尾号{电话 末4位}的电话。": "We will call the number that ends in {phone-number last 4}.",
    "请您先打开手机。": "First unlock your phone.", "再点开设置。": "Then open the settings.",
    "请您先打开手机再点开设置" * 10 + "。": "First unlock your phone and then open the settings, " * 10 + "please.",
    "您反映的情况，我已经逐条记录下来，并且核对过了。": "I have written down and checked all that you told me.",
    "您反映的情况我已经逐条记录下来并且核对过了，" * 6 + "请您放心。":
        "I have written down every single thing that you told me and checked it, " * 6 + "so please rest assured.",
    # sorry
    "抱歉。": "I am sorry.", "非常抱歉。": "I am very sorry.", "抱歉，请讲。": "I am sorry, how can I help?",
    "抱歉，这样办。": "I am sorry; this is what we do.", "非常抱歉给您带来不便。": "We are very sorry for the trouble.",
    "非常抱歉，给您带来不便！": "We are very sorry, for the trouble!", "不好意思": "oops",
    "不好意思，让您久等": "oops, sorry to keep you", "不好意思，让您久等了。": "Oops, sorry to keep you.",
    "非常抱歉，让您久等": "very sorry to keep you", "非常抱歉，让您久等了。": "I am very sorry to keep you.",
    # what must not be said, and what to say instead
    "您别激动": "calm down", "先生您别激动嘛": "Sir, do calm down", "您不要激动": "do not get excited",
    "不要激动": "not get excited", "先生您别 激動嘛，请讲。": "Sir, CALM  down! How can I help?",
    "您别着急，慢慢说": "take all the time you need", "我理解您的心情": "I see how upsetting this is",
    "我理解您的心情。": "I see how upsetting this is.", "我理解您的心情，请讲。": "I see how upsetting this is, go ahead.",
    "没办法": "nothing to be done", "不是没办法": "not that there is nothing to be done",
    "我也没办法": "there is nothing I can do", "我也没办法啊。": "Well, there is nothing to be done.",
    "我看看还能怎么帮您。": "Let me see what else I can do.", "我来看看还有什么办法。": "Let me see what can be done.",
    # titles, notes, reasons
    "一": "one", "二": "two", "空": "empty", "问候": "greeting", "沉默": "silence", "生气": "upset", "致歉": "apology",
    "处理": "handling", "不登记": "no record", "顺利": "all well", "先问好": "greeted first", "先不登记": "no record yet",
    "客户打进来": "the customer calls",
    "外呼已问好": "greeted on the first call", "试用期": "a trial", "下周的活动要用": "for next week's campaign",
    "等春节活动": "for the spring campaign", "步骤还没写": "still to be written", "以后再写": "later",
}  # fmt: skip
