"""A long wait that only repeats itself is passed over in whole rounds, and comes to where playing it all would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.runtime import moves
from compiler.runtime.configuration import Outcome, Pass, Refused
from compiler.runtime.session import Session
from tests.runtime.test_runtime import session

SECONDS = st.integers(1, 12)


@st.composite
def waiting(draw: st.DrawFn) -> str:
    lines = [f'  每 {draw(SECONDS)}秒 说 "还在查。"']
    for line in (
        '  超过 {}秒 说 "快好了。"',
        "  每 {}秒 转 二",
        '  当 沉默 {}秒 说 "您还在吗？"',
        "  当 沉默 {}秒 转 二",
        "  当 沉默 {}秒 调用 子",
    ):
        if draw(st.booleans()):
            lines.append(line.format(draw(SECONDS)))
    anytime = f'  全程 当 沉默 {draw(SECONDS)}秒 说 "喂？"\n' if draw(st.booleans()) else ""
    return (
        f'结局 完成\n场景 A\n{anytime}步骤 一\n  说 "请稍等。"\n' + "\n".join(lines) + "\n  转 终\n"
        f'步骤 二\n  说 "再等等。"\n  等待 {draw(SECONDS)}秒\n  转 一\n步骤 终\n  结束 完成\n'
        '场景 子\n步骤 听\n  说 "听得到吗？"\n  等待 3秒\n  返回\n'
    )


@given(waiting(), st.integers(1, 2_000), st.booleans())
def test_passing_over_rounds_comes_to_where_playing_them_comes(text, seconds, heard):
    call = session(text)
    played = [
        moves.wait(call.model, call.configuration, seconds * 1_000),
        moves.step(call.model, call.configuration, Pass(seconds * 1_000, heard=heard)),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moves, "MOST", 40)
        passed = [
            moves.wait(call.model, call.configuration, seconds * 1_000),
            moves.step(call.model, call.configuration, Pass(seconds * 1_000, heard=heard)),
        ]
    for one, other in zip(played, passed, strict=True):
        assert isinstance(one, Outcome)
        assert isinstance(other, Outcome)
        assert one.configuration == other.configuration
        assert set(one.taken) == set(other.taken)


def test_three_weeks_of_waiting_are_no_endless_machine():
    text = '结局 完成\n场景 A\n步骤 一\n  说 "请稍等。"\n  每 1秒 说 "还在查。"\n  转 二\n步骤 二\n  结束 完成\n'
    call: Session = session(text)
    assert not isinstance(call.wait(21 * 86_400_000), Refused)
    assert call.clock == 21 * 86_400_000
    assert not call.ended
