"""The library's own dialogues: what each situation of the manuals does and never does, coverage, and broken scripts noticed.

That the dialogues pass is `test_examples.py`'s; here is looked at what they ask for, and what they would let through.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.dialogues.coverage import Inventories, coverage
from compiler.dialogues.mutation import Jury, all_keys, scored
from compiler.dialogues.suite import Models, run
from compiler.machine.model import Act, Flow, GuardedAct
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Disk, Memory, load
from dsl import syntax
from dsl.diagnostics import Severity

pytestmark = pytest.mark.slow

LIBRARY = Path(__file__).parents[2] / "scripts_library"
LEAST_COVERAGE = 95.0
SAMPLE, LEAST_NOTICED = 100, 85.0
"""So many broken scripts of the fixed order are judged, and so many percent of them have to be noticed."""

SHOWN: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "S01": ("opening/standard-opening", ("说 标准问候",), ('说 "喂"',)),
    "S02": ("opening/customer-knows-agent", ("[应答]", "提到 客户称呼"), ("做 不理会客户",)),
    "S03": ("opening/standard-opening", ("提到 客户称呼",), ("做 不理会客户",)),
    "S04": (
        "line/silent-call",
        ("说 \"您好，请问您能听到我说话吗？\"", '说 "请您换一部电话再打过来"', "[告别]"),
        ('说 "喂"', '说 "再不说话我就挂了"', "做 直接挂机"),
    ),
    "S05": ("line/hands-free", ('说 "请您拿起听筒说，好吗？"',), ('说 "你说什么"', "做 直接挂机")),
    "S06": (
        "line/low-voice",
        ('说 "您的声音有点小，麻烦您离话筒近一些，好吗？"', "[告别]"),
        ('说 "大声一点"', "做 直接挂机"),
    ),
    "S07": ("line/noisy-line", ('说 "电话里有杂音"', "说 换电话再来"), ("做 直接挂机",)),
    "S08": (
        "language/dialect-not-understood",
        ('说 "请您说慢一点，或者用普通话再说一遍，好吗？"', '说 "您身边有会说普通话的家人或朋友吗"'),
        ("做 直接挂机", "做 责怪客户"),
    ),
    "S09": ("language/dialect-understood", ("说 用普通话解答",), ("做 说方言",)),
    "S10": ("line/agent-not-heard", ("[致歉]", "做 提高音量"), ('说 "您换部电话吧"', "做 直接挂机")),
    "S11": ("line/missed-words", ("[致歉]", "说 请再说一遍"), ('说 "喂，什么"',)),
    "S12": ("reaching/colleague-on-duty", ('说 "请您等同事下班以后再联系，好吗？"',), ('说 "不知道"',)),
    "S13": (
        "reaching/another-department",
        ("做 转接部门", "提到 部门电话", "做 派发工单"),
        ('说 "我不知道"', '说 "您打错了"', "做 推给别人"),
    ),
    "S14": ("reaching/wrong-number", ('说 "麻烦您核对一下号码再拨"',), ('说 "打错了"', '说 "看清楚再打"')),
    "S15": (
        "upset/harassment",
        ('说 "与业务无关的话我不便回答"', "做 转自动语音", "做 通知主管"),
        ("做 顶撞客户",),
    ),
    "S16": ("courtesy/invitation", ("[致谢]", "[应答]"), ("做 不理会客户",)),
    "S17": ("courtesy/thanks-and-praise", ("说 回应致谢", "说 回应表扬"), ("做 不理会客户",)),
    "S18": ("courtesy/customer-apologises", ("说 回应致歉",), ("做 不理会客户",)),
    "S19": ("complaint/suggestion", ("[致谢]", "做 登记建议", "做 转达建议"), ("做 不留记录",)),
    "S20": (
        "answering/refusal",
        ("[致歉]", "提到 不能办的原因", "提到 替代办法"),
        ('说 "不行"', '说 "没办法"', '说 "公司就是这么规定的"'),
    ),
    "S21": (
        "answering/cannot-answer-now",
        ("[致歉]", "说 坦诚待核实", "承诺 答复时间"),
        ("做 随口回答",),
    ),
    "S22": (
        "complaint/not-settled-now",
        ("[致歉]", "做 转交投诉", "承诺 答复时间"),
        ("做 不留记录", '说 "等通知吧"'),
    ),
    "S23": (
        "answering/long-explanation",
        ("[预告]", "提到 要点一", "提到 要点二", "提到 要点三", "[复述]"),
        ("做 赶着念完",),
    ),
    "S24": ("answering/check-understanding", ("说 确认讲清楚", "提到 白话说明"), ('说 "听懂了吗"',)),
    "S25": ("complaint/hard-to-reach", ("[致歉]",), ('说 "线路忙"',)),
    "S26": (
        "upset/calm-down",
        ("[共情]", "做 登记来电", "说 提出请主管", "结束 主管回电"),
        ('说 "嘴巴干净一点"', '说 "这又不是我的错"', "做 顶撞客户"),
    ),
    "S27": (
        "complaint/attitude",
        ("[致歉]", "提到 事情经过", "做 通知主管"),
        ('说 "不是我接的"', "做 推给别人"),
    ),
    "S28": ("complaint/slow-agent", ("[致歉]", '说 "我一边办一边跟您说"'), ('说 "我是新手"',)),
    "S29": ("complaint/mistake", ("[致歉]", "做 登记投诉", "结束 转主管"), ("做 推给别人",)),
    "S30": ("handover/supervisor", ("承诺 主管回电时间", "提到 主管回电时间"), ('说 "没人"',)),
    "S31": (
        "waiting/hold",
        ("说 请客户等候", "做 静音", "做 取消静音", "说 感谢等候"),
        ("做 不问就静音",),
    ),
    "S32": ("line/equipment-failure", ("[致歉]", "承诺 故障回电时间", "结束 客户再来电"), ('说 "过两天再打"',)),
    "S33": ("upset/will-not-hang-up", ("[告别]", "结束 转自动语音", "做 通知主管"), ("做 直接挂机",)),
    "S34": ("complaint/record", ("[复述]", "提到 投诉内容", "做 转交投诉"), ("做 不留记录",)),
    "S35": ("complaint/follow-up", ("说 回问满意",), ("做 不留记录",)),
    "S36": (
        "closing/closing",
        ("说 询问其他需要", "[致谢]", "[告别]", "做 等客户先挂断"),
        ('说 "没事了吧"', '说 "您挂电话吧"', "做 直接挂机"),
    ),
    "S37": ("outbound/call-back", ("说 确认本人", "提到 来电事由", "提到 进度说明"), ("提到 来电事由", "做 跳过核身")),
    "S38": ("outbound/return-visit", ("说 询问方便", "提到 使用感受", "[致谢]"), ("做 强行继续",)),
    "S39": ("answering/cannot-answer-now", ("说 坦诚待核实",), ("做 随口答应",)),
    "S40": ("verifying/identity-check", ("提到 注册电话", "提到 订单号"), ("做 跳过核身", "做 念出全号")),
    "S41": ("verifying/privacy", ("说 隐私说明",), ("做 索要密码", "问 敏感")),
    "S42": (
        "handover/beyond-authority",
        ("承诺 派单时间", "提到 跟进人", "承诺 首次反馈"),
        ('说 "这不归我管"', "做 推给别人"),
    ),
    "S43": ("waiting/long-work", ("[进度]", "做 查询进度", "提到 进度说明"), ("做 不理会客户",)),
    "S44": (
        "answering/agree-on-solution",
        ("提到 处理步骤", "提到 预计结果", "承诺 办理时限", "说 征询意见"),
        ("做 随口答应",),
    ),
    "S45": ("../scenarios/emergency/safety-risk", ("做 启动应急流程", "做 上报应急小组"), ("做 按普通次序排队",)),
    "S46": ("closing/rating", ("[评价]", "做 发送评价"), ("做 引导评分",)),
    "S47": ("chat/first-answer", ("说 在线问候",), ("做 大段刷屏",)),
    "S48": ("line/noise-at-the-desk", ("做 换安静位置", "说 感谢等候"), ("做 盖过噪音",)),
    "S49": ("opening/standard-opening", ("说 会员问候", "说 老客户问候"), ("做 不理会客户",)),
    "S50": ("answering/misunderstanding", ("[致歉]", "提到 重新说明"), ('说 "您错了"',)),
}  # fmt: skip
"""Row -> the file that is about it, what its dialogues expect ("the agent does") and expect not to be ("never")."""


@pytest.fixture(scope="module")
def library() -> Compilation:
    return compile_project(load(Disk(LIBRARY)))


def expectations(library: Compilation, file: str, *, negated: bool) -> set[str]:
    """What the dialogues in a file expect, as it is written there."""
    name = (Path("situations") / file).as_posix().replace("situations/../", "") + ".script"
    return {
        re.sub(r"^期望 (没有 )?", "", line.span.text.strip())
        for dialogue in library.program.dialogues
        if dialogue.span.source.name == name
        for line in dialogue.lines
        if isinstance(line, syntax.Expect) and line.negated is negated
    }


def test_every_situation_is_in_the_table():
    assert set(SHOWN) == {f"S{number:02}" for number in range(1, 51)}


@pytest.mark.parametrize("row", sorted(SHOWN))
def test_dialogues_show_what_the_agent_does_and_never_does(row, library):
    file, does, never = SHOWN[row]
    assert set(does) <= expectations(library, file, negated=False)
    assert set(never) <= expectations(library, file, negated=True)


def test_dialogues_take_every_call_nearly_everywhere(library, capsys):
    models = Models(library)
    found = coverage([one.name for one in library.machines], run(library, models), Inventories(models))
    taken, every = (sum(one.count("transition")[at] for one in found) for at in (0, 1))
    with capsys.disabled():
        sys.stdout.write(
            f"\nlibrary, transitions covered: {taken} of {every}, least {min(one.percent for one in found):.1f} %\n"
        )
    assert {one.scenario: one.percent for one in found if one.percent < LEAST_COVERAGE} == {}


def test_every_line_of_every_card_is_played_by_a_dialogue(library):
    models = Models(library)
    played: set[tuple[str, int]] = set()
    for one in run(library, models):
        model = models.get(one.scenario)
        assert model is not None
        played |= {(model.acts[act].place.file, model.acts[act].place.line) for act in one.acts}
    printed = {
        (act.span.source.name, act.span.line)
        for machine in library.machines
        for flow in machine.flows
        for act in _printed(flow)
    }
    assert len(printed) > 1_000
    assert sorted(printed - played) == []


def _printed(flow: Flow) -> Iterator[Act]:
    """What the agent does on the card of a flow: the lines of steps, and those of reactions and exits."""
    exits = list(flow.anytime)
    for step in flow.steps:
        outline = step.outline
        yield from (line.act for line in outline.lines if isinstance(line, GuardedAct))
        exits += (*outline.exits, *outline.reactions, *outline.timers)
        exits += () if outline.otherwise is None else (outline.otherwise,)
    for one in exits:
        yield from (*one.acts, *one.then)


@pytest.mark.slow
def test_a_broken_script_is_noticed(capsys):
    project = load(Disk(LIBRARY))
    jury = Jury(project)
    score = scored((jury.judge(key) for key in all_keys(project)[:SAMPLE]), SAMPLE)
    assert score.percent is not None
    unnoticed = [f"{one.key[0]}:{one.line} {one.kind}" for one in score.verdicts if one.by == "nobody"]
    with capsys.disabled():
        sys.stdout.write(f"\nlibrary, broken scripts noticed: {score.percent:.1f} % of {SAMPLE}\n")
    assert score.percent >= LEAST_NOTICED, unnoticed


def test_nothing_is_found_and_nothing_waived(library):
    assert [(one.code, str(one.span.source.name), one.span.line) for one in library.findings] == []
    assert {result.status for proof in library.proofs for result in proof.results} <= {"proven", "idle"}
    assert not [proof.holding.rule.names[0].text for proof in library.proofs if proof.holding.waiver is not None]


def _whole_call_lines() -> list[str]:
    table = (LIBRARY / "situations" / "README.md").read_text("utf-8")
    return re.findall(r"`(全程 当 [^`]+)`", table)


@pytest.mark.parametrize("line", _whole_call_lines())
def test_a_line_of_the_table_can_be_written_as_it_stands(line):
    script = f"场景 试 属于 通话环节\n  {line}\n步骤 甲\n  说 标准问候\n  转 乙\n步骤 乙\n  说 感谢来电\n  做 等客户先挂断\n  结束 咨询已解答\n"
    facts = "facts: {公司名称: 星海, 部门: 客服, 工号: '1'}\n"
    project = load(Memory({"scriptc.yaml": "name: x\nlibraries: [scriptc]\n" + facts, "a.script": script}))
    found = [one for one in compile_project(project).findings if one.code < "SC9" and one.severity > Severity.NOTE]
    assert not found, [(one.code, one.message("en")) for one in found]


def test_no_two_dialogues_of_a_scenario_have_one_title(library):
    titles = [(one.scenario.text, one.title.plain) for one in library.program.dialogues]
    assert len(titles) == len(set(titles))
