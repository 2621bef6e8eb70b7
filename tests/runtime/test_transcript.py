"""A call reads the same whether `check` found it or `test` played it."""

from __future__ import annotations

from compiler.machine.exploration.behaviour import Behaviour
from compiler.machine.exploration.configuration import Configuration, Move
from compiler.machine.exploration.narrate import narrate
from compiler.machine.exploration.search import shortest_call
from compiler.machine.to_json import Writer
from compiler.runtime import Refused, Session, load, transcript_lines
from tests.projects import lowered

SCRIPT = """\
场景 A
  信息 类型 选项 简单 / 复杂
  信息 姓 文本
步骤 询
  说 "您好，{公司名称}。"
  问 类型、姓 "哪一种？"
  当 生气: 说 "抱歉。"
  转 答复
步骤 答复
  若 类型 是 复杂: 做 登记
  承诺 回电 2小时
  说 "{类型}的，{姓}先生，{回电}内回您。"
  超过 90秒: 转 完
步骤 完
  说 "再见。"
  结束 已解决
"""


def test_check_and_test_tell_one_call_in_the_same_words() -> None:
    (machine,) = lowered(SCRIPT, config="libraries: [词汇]\nfacts: {公司名称: 星海}\n").machines

    kind = next(number for number, slot in enumerate(machine.slots) if slot.name == "类型")
    hard = machine.slots[kind].options.index("复杂")

    def long_way(_: Move, after: Configuration) -> bool:
        return after.outcome is not None and after.slots[kind] == hard

    call = shortest_call(Behaviour(machine), long_way, 1000)
    assert call is not None
    found = [one.zh for one in narrate(machine, call)]
    session = Session(load(Writer().text(machine)))
    for made in (session.go_along({"类型": "复杂", "姓": "…"}), session.advance(90_000)):
        assert not isinstance(made, Refused), made.words
    played = [one.zh for one in transcript_lines(session.transcript, "A")]
    assert "坐席：“您好，星海。”  a.script:5" in found
    assert "过了 90 秒　（01:30）" in played

    def without_places(lines: list[str]) -> list[str]:
        return [line.partition("  a.script:")[0].partition("　（")[0] for line in lines]

    assert without_places(found) == without_places(played)
