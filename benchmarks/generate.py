"""Realistic projects of any size: Chinese scenarios of about 80 lines, all different, the same for the same numbers.

Every scenario has the five stages, gates, guards, promises, forbidden phrases with better wordings, a calm-down loop and an
escalation, and calls one of a few shared sub-dialogues. Names and phrases are drawn from small stocks and numbered.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

_TOPICS = (
    "宽带故障",
    "账单争议",
    "套餐变更",
    "物流延误",
    "退货退款",
    "会员积分",
    "安装预约",
    "发票补开",
    "账户冻结",
    "漏发赠品",
)
_OPENINGS = (
    "您好，{公司名称}客服{工号}为您服务，请问有什么可以帮您？",
    "您好，这里是{公司名称}，我是{工号}号客服，请讲。",
)
_EMPATHY = (
    "我非常理解您的心情，您慢慢说，我都记下来。",
    "遇到这样的事换成谁都会着急，您放心，我来跟进。",
    "您说的情况我听明白了，确实给您添麻烦了。",
)
_APOLOGIES = (
    "非常抱歉给您带来不便，这件事由我来负责到底。",
    "实在对不起，让您久等了，我马上为您核实。",
    "很抱歉没有让您满意，我们会认真改进。",
)
_CLOSINGS = ("感谢您的来电，祝您生活愉快，再见。", "谢谢您对我们工作的支持，祝您一切顺利，再见。")
_NEVER = (
    ("这又不是我的错", "推卸责任", "给您添麻烦了，我马上为您核实。"),
    ("公司就是这么规定的", "把路堵死", "我把您的要求如实反映，给您一个答复。"),
    ("您别激动", "否定客户的感受", "我理解您的心情，您慢慢说。"),
    ("我也没办法", "没有出路", "我来看看还有什么办法可以帮到您。"),
)
_VOCABULARY = """\
标签 问候
标签 核实
标签 共情
标签 致歉
标签 方案
标签 致谢
标签 升级
类别 投诉 "客户表达不满并要求处理"
类别 通话状况 "通话中途的状况"
渠道 电话 "打电话"
"""
_TERMS = """\
事件 客户沉默 "听不到客户的声音"
事件 客户出声 "客户又说话了"
事件 线路杂音 "线路里有杂音"
事件 客户激动 "客户着急、生气"
事件 客户辱骂 "客户说脏话"
事件 客户不接受 "客户不同意刚才的方案"
动作 登记投诉 "登记内容，生成单号"
动作 通知主管 "把情况报给主管"
动作 等客户先挂断 "说完再见后等客户先挂断"
动作 直接挂机 "没有道别就挂断"
结局 已受理 "登记完毕，等候答复"
结局 转主管 [升级] "由主管接手"
结局 无声挂断 "一直没有声音，礼貌结束"
话术 致歉语 [致歉] "非常抱歉给您带来不便。" / "实在对不起，给您添麻烦了。"
话术 安抚语 [共情] "我理解您的心情，您慢慢说。"
话术 请稍候 "正在为您核实，预计还需要一点时间，请您稍候。" / "系统还在查询，感谢您的耐心等待。"
话术 确认在线 "您好，请问您能听到我说话吗？"
话术 听不到 "很抱歉，电话里没有声音，请您换一部电话再打来。"
话术 道别语 "感谢您的来电，再见。"
"""
_SITUATION = """\
场景 {name} 属于 通话状况
  标题 "{name}"

步骤 确认 [问候]
  目标 "确认客户是否听得到"
  时限 10秒
  说 确认在线
  当 客户出声 返回
  至多 3次, 否则 转 道别
  等待 5秒
  转 告知

步骤 告知
  说 听不到
  当 客户出声 返回
  等待 5秒
  转 道别

步骤 道别 [致谢]
  说 道别语
  结束 无声挂断
"""
_SITUATIONS = ("无声电话", "线路不清")


def project(scenarios: int, seed: int = 1) -> dict[str, str]:
    """Path -> text of a project of `scenarios` scenarios, ten to a file."""
    rng = random.Random(seed)
    files = {
        "scriptc.yaml": 'name: 基准\nfacts:\n  公司名称: 星海通信\n  工号: "8021"\n',
        "词汇.script": _VOCABULARY + "\n" + _TERMS,
        "状况.script": "\n".join(_SITUATION.format(name=name) for name in _SITUATIONS),
    }
    texts = [_scenario(index, rng) for index in range(scenarios)]
    for first in range(0, scenarios, 10):
        files[f"场景/{first // 10:04}.script"] = "\n".join(texts[first : first + 10])
    return files


def _scenario(number: int, rng: random.Random) -> str:
    return "\n".join(_lines(number, rng)) + "\n"


def _lines(number: int, rng: random.Random) -> Iterator[str]:
    topic = rng.choice(_TOPICS)
    hours = rng.choice((2, 4, 12, 24))
    yield f"# {topic}，第 {number} 份"
    yield f"场景 {topic}{number} / case-{number} 属于 投诉"
    yield f'  标题 "{topic}（{number}）"'
    yield "  渠道 电话"
    yield f'  出处 "S{number % 50 + 1:02} R{number % 24 + 1:02}"'
    yield "  信息 客户姓氏 文本"
    yield "  信息 问题类型 选项 简单 / 复杂"
    yield "  信息 回访电话 电话号码 敏感"
    for never, because, instead in rng.sample(_NEVER, 2):
        yield f'  禁说 "{never}" 原因 "{because}" 改说 "{instead}"'
    yield "  禁做 直接挂机"
    yield f"  全程 当 客户沉默 5秒 调用 {_SITUATIONS[0]}"
    yield f"  全程 当 线路杂音 调用 {_SITUATIONS[1]}"
    yield "  全程 当 客户辱骂: 说 安抚语, 转 升级主管"
    yield from ("", "步骤 接听问候 [问候]", '  目标 "三声内接听，报出身份"', "  时限 3声")
    yield f'  说 "{_OPENINGS[number % 2]}"'
    yield f'  或说 "{_OPENINGS[1 - number % 2]}"'
    yield '  禁说 "喂，说话呀" 改说 "您好，请问您能听到我说话吗？"'
    yield "  当 客户激动 转 安抚情绪"
    yield "  转 信息核实"
    yield from ("", "步骤 信息核实 [核实]", '  目标 "问清称呼和电话"', '  提示 "先说明信息只用于回访"')
    yield '  说 "您的信息只用于这次回访，我们会严格保密。"'
    yield '  问 客户姓氏 "请问怎么称呼您？"'
    yield '  问 问题类型、回访电话 "方便说说情况、留一个回访电话吗？"'
    yield "  当 客户激动 转 安抚情绪"
    yield "  转 处理方案"
    yield from ("", "步骤 安抚情绪 [共情]", '  目标 "先听完，再处理"')
    yield f'  说 "{rng.choice(_EMPATHY)}"'
    yield f'  说 "关于{topic}，我先把您说的记下来。"'
    yield "  至多 2次, 否则 转 升级主管"
    yield "  转 信息核实"
    yield from ("", "步骤 处理方案 [致歉, 方案]", '  目标 "说清怎么办、多久办好"', "  时限 2分钟")
    yield "  说 致歉语"
    yield f'  说 "{rng.choice(_APOLOGIES)}"'
    yield "  做 登记投诉"
    yield f"  承诺 答复 {hours}小时"
    yield f'  说 "{{客户姓氏}}先生或女士，{topic}的情况我已经登记，{{答复}}内会拨打您尾号{{回访电话 末4位}}的电话告诉您结果，您看可以吗？"'
    yield "  超过 10分钟: 转 进度同步"
    yield "  每 30分钟: 说 请稍候"
    yield "  当 客户不接受 且 问题类型 是 简单 转 再次说明"
    yield "  当 客户不接受 转 升级主管"
    yield "  至多 3次, 否则 转 升级主管"
    yield "  转 确认满意"
    yield from ("", "步骤 再次说明 [方案]")
    yield f'  说 "{{客户姓氏}}先生或女士，我再把{topic}的处理办法跟您说一遍。"'
    yield "  至多 2次, 否则 转 升级主管"
    yield "  当 客户不接受 转 升级主管"
    yield "  转 确认满意"
    yield from ("", "步骤 进度同步", "  说 请稍候", "  至多 2次, 否则 转 升级主管", "  转 处理方案")
    yield from ("", "步骤 确认满意", '  目标 "问是否满意，还有没有别的事"')
    yield '  说 "请问我刚才的说明，您还满意吗？还有什么可以帮您？"'
    yield "  当 客户不接受 转 升级主管"
    yield "  转 结束语"
    yield from ("", "步骤 升级主管 [升级]", '  目标 "请主管接手"')
    yield '  说 "您稍等，我请主管来为您处理。"'
    yield "  做 通知主管"
    yield "  结束 转主管"
    yield from ("", "步骤 结束语 [致谢]")
    yield f'  说 "{_CLOSINGS[number % 2]}"'
    yield "  做 等客户先挂断"
    yield "  结束 已受理"
