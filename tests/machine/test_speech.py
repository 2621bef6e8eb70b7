"""Spoken length: what counts how much, slots and facts, seconds."""

from __future__ import annotations

import pytest

from compiler.machine.model import Phrase, SlotRef
from compiler.machine.speech import slot_lengths, spoken_characters, spoken_length, spoken_seconds
from dsl.source import Source, Span
from tests.machines import complaint

HERE = Span(Source("a.script", ""), 0, 0)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("", 0),
        ("您好", 2),
        ("您好。", 3),
        ("您好，请讲。", 6),
        ("稍等……马上", 5),
        ("真的吗？！", 4),
        ("“您好”（请讲）", 4),
        ("按 1 键", 3),
        ("10086", 5),
        ("１００８６", 5),
        ("VIP用户", 5),
        ("办理5G套餐", 6),
        ("hello", 2),
        ("Wi-Fi", 2),
        ("Thank you for calling.", 2 + 1 + 1 + 3 + 1),
        ("优惠50%", 7),
        ("a+b", 3),
        ("𠮷野家", 3),
    ],
)
def test_what_counts_how_much(text: str, characters: int) -> None:
    assert spoken_characters(text) == characters


def test_slots_count_as_what_will_be_said() -> None:
    lengths = slot_lengths(complaint())
    assert lengths["公司名称"] == 4  # the fact 明快通信
    assert lengths["客户类型"] == 3  # its longest option, 非会员
    assert lengths["回访电话"] == 11  # a mobile number
    assert lengths["答复"] == 4  # 2个工作日, promised in the script
    phrase = Phrase(("尾号", SlotRef("回访电话", 4), "，", SlotRef("客户类型", None)), HERE)
    assert spoken_length(phrase, lengths) == 2 + 4 + 1 + 3


def test_seconds_follow_the_rate() -> None:
    phrase = Phrase(("您好，请讲。",), HERE)
    assert spoken_seconds(phrase, 180, {}) == pytest.approx(2.0)
    assert spoken_seconds(phrase, 360, {}) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="positive"):
        spoken_seconds(phrase, 0, {})
