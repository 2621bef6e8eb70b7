"""The library's bans: none of them hits a harmless sentence, and each still hits what it is there for.

A ban is looked for inside sentences, so a short one (喂) is part of many that nobody would mind (给宝宝喂奶). What is
meant innocently stands in `INNOCENT` and is held against every ban of the library, whatever scenario it is of; what
must be found stands in `GUILTY`, with the ban that finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.matching.folding import fold
from compiler.matching.matcher import Matcher, compile_patterns
from compiler.matching.patterns import Pattern
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Disk, load
from dsl import nodes

pytestmark = pytest.mark.slow

LIBRARY = Path(__file__).parents[2] / "scripts_library"
SHORT = 3
"""A ban of so many letters or fewer is part of other words so easily that a harmless sentence with it has to be listed."""

ALWAYS_GUILTY = {
    "你等会儿",
    "大妹子",
    "帅哥",
    "我没空",
    "你有病吧",
    "你骂谁呢",
    "你等着吧",
    "不可能吧",
    "可能吧",
    "等通知吧",
    "喂，什么",
    "喂，说话呀",
}
"""Short bans that no harmless sentence of an agent holds."""

INNOCENT = (
    "请先不要给孩子喂水喂药，等医生来。",
    "新鲜牛奶可以直接喂给宝宝。",
    "母婴室在二楼，您可以在那里喂奶。",
    "寄养期间，我们每天喂食两次。",
    "可以用小勺喂他喝一点温水。",
    "动物园里请不要投喂动物。",
    "嗯，不客气。",
    "嗯，您客气了。",
    "现场没人受伤就好，我们马上派人。",
    "家里没人的时候，快递可以放到驿站。",
    "要是没人接，我们晚上再打给您。",
    "不知道我讲清楚了没有？",
    "不知道您明天上午方便吗？",
    "您要是不知道怎么操作，我一步一步带您做。",
    "老人不在床位，本人不在家也可以代办。",
    "家人不在身边也没关系，我陪您办。",
    "账单上的名字打错了一个字，我给您更正。",
    "明天上午九点到店，您看行不行？",
    "这个时间要是不行，我们再改一天。",
    "这一款不行的话，可以换同价的。",
    "您要是没办法过来，我们可以上门。",
    "您没办法到柜台也可以在手机上办。",
    "网上办不了的，柜台都能办。",
    "父亲亲自来也可以，带上身份证就行。",
    "请问您父亲在吗？",
    "您母亲亲自签字就可以。",
    "有位老大爷在大厅晕倒了，请先别挪动他。",
    "祝您和亲爱的家人新年快乐。",
    "我大声一点，您现在听得清吗？",
    "不管对方让您说什么，您都不要转账。",
    "您这是糖尿病引起的周围神经病变，可以挂内分泌科。",
    "您挂神经病学专科就可以。",
    "您手机里可能有流氓软件，卸载就好了。",
    "您来的时候请带上以前的病历，您有病历本吗？",
    "我们下次注意，给您添麻烦了。",
    "让家里人知道就好，不用再打来。",
    "您的意思，不知道我讲明白了没有？",
    "您看着办理进度就行，有变化我打给您。",
    "您同意的话，就这么办，我现在提交。",
    "好的，就这么办，我现在给您登记。",
    "很抱歉，是我们给您搞错了，我马上更正。",
    "刚才金额告诉您错了，是我看串了行。",
    "不是您理解错了，是我没有讲清楚。",
    "不是您没听清，是我说得太快。",
    "不是您搞错了，是我们的页面写得不清楚。",
    "可能需要一到两天，到了我给您打电话。",
    "我们尽可能安排在上午。",
    "您没事了就好，好好休息。",
    "您重启一下就没事了。",
    "您挂电话以后，会收到一条评价短信。",
    "您挂电话前，我再跟您核对一遍时间。",
    "那就这样安排，明天上午九点，您看可以吗？",
    "办理业务麻烦按1，人工服务麻烦按10。",
    "这个电话大约要打十分钟，您现在方便吗？",
    "我帮您换个电话号码登记。",
    "您家的设备坏了，我们上门给您修。",
    "如果设备坏了，我们免费换一台。",
    "第二针请您过两天再打针，具体时间以医嘱为准。",
    "文件请您过两天再打印。",
    "专员两小时内尽快联系您，最晚不超过中午十二点。",
    "今天下班前尽快给您答复。",
    "两小时内，我们尽快给您修好。",
    "您对这次的服务还有什么不满意的地方吗？",
    "您家里人太多了住不下的话，可以加一间。",
    "请您等通知书到了再来报到。",
    "我在电话这边等着，您慢慢找。",
    "后面还有客户等着，我先服务到这里，好吗？",
    "出门左转，走过去就一分钟的路。",
    "您一定要小心，这是诈骗电话。",
    "密码您一定要保管好。",
    "不是您必须来，家里人也可以代办。",
    "等您的事办好了，我们再回访一次。",
    "如果是系统的问题，费用退给您。",
    "这不是系统的问题，是我没有填对。",
    "这个我做不了主，我请主管来定，您看可以吗？",
    "我们没有这种收费，请您不要转账。",
    "家具不能随便退，所以请您先量好尺寸。",
    "凡是让您报一下验证码的，都是骗子。",
    "请不要把验证码发给我们，也不要发给任何人。",
    "您不用告诉我验证码。",
    "别人问您密码是多少，您都不要说。",
    "客房的无线网密码是多少，房卡上都写着。",
    "如果您不是本人，请带上委托书。",
    "您不是本人的话，我不能查账户里的情况。",
    "我没有权限看到您的密码，请您放心。",
    "我理解您特别生气，换成是我也一样。",
    "如果线路忙，您留个电话，我们打给您。",
    "我们不会让您再等等看了，现在就办。",
    "我们有做不到的地方，请您多提意见。",
    "这不是您不会用，是说明书写得不清楚。",
    "这不是您操作不对，是零件老化了。",
    "不管是不是您自己弄坏的，我们都先来看看。",
    "不管是不是您自己泄露的，账户我们先保住。",
    "不是您家设备的问题，是我们的线路坏了。",
    "让您多心了，真对不起。",
    "如果这个号码打不通，我给您打别的电话。",
    "我们一定给您一个满意的答复。",
    "我们不会打扰您，只说两句。",
    "我们不会把您的信息告诉别人。",
    "不可能让您白跑一趟，我先帮您查好。",
    "我查看公告以后告诉您。",
    "工作人员半小时内到，您的家人都出来了吗？",
    "请大家都这样做，用湿毛巾捂住口鼻。",
    "您不用先登记，人先出来。",
    "应该没事先通知您，是我们不对。",
    "老铁路小区今天停水，晚上八点恢复。",
    "您和家人们都安全就好。",
    "嗯，应该的，您别客气。",
    "不管对方跟你说什么，您都先挂断。",
    "切割接头的时候会停水半天。",
    "包裹从航空口岸进来，要清关两天。",
    "不管是不是同事办错的，我都给您改过来。",
    "不管是同事办错的，还是系统出错，我都给您改过来。",
    "收到陌生短信，问密码是多少的，都不要回。",
    "请别把灯打开看，人先出来。",
    "这个不是我猜的，是核实过的。",
    "我大点声，您听听看。",
    "骗子要是问你是谁，您不用回答。",
    "《美女与野兽》的票还有两张。",
    "请找这方面的年鉴权威出版社。",
    "您没空腹的话，抽血改到明天早上。",
    "喷水器在老铁门旁边。",
    "情况有变化，请您马上再打来。",
    "工作人员会跟您联系，来几位客人？",
    "请问您家里一共几个人？",
    "会加收费用吗？不会。",
    "请您稍等，您前面还有两位客人等着。",
    "这张券今天用不了，明天可以用。",
)
"""What agents of a hotel, a hospital, a bank, a shop or a utility may well say."""

GUILTY = (
    ("喂", "喂，哪位？"),
    ("喂", "喂喂，听得到吗？"),
    ("嗯", "嗯。"),
    ("没人", "主管现在没人。"),
    ("没人", "这会儿没人，您晚点打吧。"),
    ("不知道", "不知道，您问别人吧。"),
    ("我不知道", "这个我不知道。"),
    ("人不在", "他人不在。"),
    ("打错了", "你打错了吧？"),
    ("您打错了", "您打错了，这里不是饭店。"),
    ("不行", "不行，规定如此。"),
    ("不行", "这样不行。"),
    ("没办法", "这个没办法。"),
    ("我也没办法", "系统这样，我也没办法呀。"),
    ("办不了", "这个办不了。"),
    ("亲亲", "好的亲亲"),
    ("亲，在吗", "亲，在吗？"),
    ("亲爱的", "亲爱的，稍等哦。"),
    ("美女", "美女，您贵姓？"),
    ("老铁", "老铁，这事好办。"),
    ("老大爷", "老大爷，您听我说。"),
    ("割接", "今晚割接，用不了。"),
    ("鉴权", "您的账号鉴权失败。"),
    ("空口", "空口质量不好。"),
    ("大声一点", "您大声一点儿！"),
    ("大点声", "大点声，听不见。"),
    ("你说什么", "什么？你说什么？"),
    ("神经病", "神经病。"),
    ("流氓", "流氓！"),
    ("知道就好", "知道就好。"),
    ("下次注意", "那您下次注意。"),
    ("明白了没有", "您明白了没有？"),
    ("听懂了吗", "您听懂了吗？"),
    ("您看着办", "那您看着办吧。"),
    ("就这么办吧", "那就这么办吧。"),
    ("您错了", "您错了。"),
    ("您理解错了", "您理解错了，不是这样的。"),
    ("您搞错了", "是您搞错了。"),
    ("是您没听清", "是您没听清，我说过了。"),
    ("可能吧", "可能吧。"),
    ("没事了吧", "没事了吧？"),
    ("您挂电话吧", "您挂电话吧。"),
    ("那就这样", "那就这样，再见。"),
    ("麻烦按1", "等会儿麻烦按1。"),
    ("打十分", "麻烦您打十分。"),
    ("您换个电话", "您换个电话打吧。"),
    ("您换部电话吧", "您换部电话吧。"),
    ("设备坏了", "我们设备坏了，办不了。"),
    ("过两天再打", "您过两天再打。"),
    ("尽快联系您", "我们会尽快联系您。"),
    ("尽快给您答复", "我们会尽快给您答复的。"),
    ("还有什么不满意的", "您还有什么不满意的？"),
    ("我是新手", "不好意思，我是新手。"),
    ("人太多了", "打进来的人太多了。"),
    ("就一分钟", "就一分钟，您听我说完。"),
    ("您必须", "您必须现在决定。"),
    ("您一定要", "您一定要回答完。"),
    ("是系统的问题", "这是系统的问题。"),
    ("是同事办错的", "那是同事办错的。"),
    ("我们没有这种", "我们没有这种。"),
    ("随便退", "您放心，随便退。"),
    ("密码是多少", "您的登录密码是多少？"),
    ("报一下验证码", "请您报一下验证码。"),
    ("告诉我*验证码", "请告诉我您收到的验证码。"),
    ("验证码发给我", "把验证码发给我就行。"),
    ("您不是本人吧", "您不是本人吧？"),
    ("我没有权限", "我没有权限，帮不了您。"),
    ("别生气", "您别生气。"),
    ("线路忙", "线路忙嘛。"),
    ("您再等等吧", "您再等等吧。"),
    ("做不到的", "这个做不到的。"),
    ("是您不会用", "那是您不会用。"),
    ("是您操作不对", "是您操作不对。"),
    ("您自己弄坏的吧", "您自己弄坏的吧？"),
    ("您自己泄露的吧", "您自己泄露的吧？"),
    ("您多心了", "您多心了。"),
    ("看公告", "您自己去看公告。"),
    ("大家都这样", "大家都这样，等着。"),
    ("应该没事", "应该没事的。"),
    ("人去哪了", "人去哪了？"),
    ("不会有这种事", "不会有这种事。"),
    ("您就等着", "您就等着。"),
    ("尽快就是了", "我们尽快就是了。"),
    ("您*再打来", "请您过两个小时再打来。"),
    ("换一部电话打", "请您换一部电话打过来。"),
)
"""(ban, sentence): what agents must not say, and the ban that says so."""


@pytest.fixture(scope="module")
def library() -> Compilation:
    return compile_project(load(Disk(LIBRARY)))


def bans(library: Compilation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(phrase, contexts that excuse it) for every ban, of scenarios, steps, rules and the whole library."""
    for machine in library.machines:
        for flow in machine.flows:
            for never in (*flow.never_say, *(one for step in flow.steps for one in step.never_say)):
                yield from ((text, never.unless) for text in never.texts)
    for lines in (
        library.program.never_say,
        *(rule.lines for book in library.program.rulebooks for rule in book.rules),
    ):
        for line in lines:
            if isinstance(line, nodes.NeverSay):
                yield from ((text.plain, tuple(one.plain for one in line.unless)) for text in line.texts)


def matcher(library: Compilation, *, excusing: bool) -> Matcher[str]:
    patterns = [Pattern(text, text, unless if excusing else ()) for text, unless in dict.fromkeys(bans(library))]
    return compile_patterns(patterns, library.program.word_groups).matcher


@pytest.fixture(scope="module")
def forbidden(library: Compilation) -> Matcher[str]:
    return matcher(library, excusing=True)


def test_no_ban_hits_a_harmless_sentence(forbidden):
    assert {text: [hit.id for hit in forbidden.find(text)] for text in INNOCENT if forbidden.find(text)} == {}


@pytest.mark.parametrize(("ban", "sentence"), GUILTY)
def test_a_ban_hits_what_it_is_there_for(ban, sentence, forbidden):
    assert ban in {hit.id for hit in forbidden.find(sentence)}


def test_whoever_writes_a_short_ban_has_thought_of_what_it_is_part_of(library):
    bare = matcher(library, excusing=False)
    tried = {hit.id for text in INNOCENT for hit in bare.find(text)}
    short = {text for text, _ in bans(library) if len(fold(text)) <= SHORT}
    assert short - tried - ALWAYS_GUILTY == set()
    assert short >= ALWAYS_GUILTY
