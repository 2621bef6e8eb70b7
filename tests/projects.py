"""Small projects in memory, for tests of the compiler."""

from __future__ import annotations

from compiler.machine.model import Flow
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load

WORDS = """\
渠道 电话
标签 共情
标签 致歉
类别 投诉
类别 状况
事件 沉默
事件 出声
事件 生气
事件 杂音
动作 登记
动作 静音
结局 已解决
结局 无声
结局 转主管
话术 抱歉 [致歉] "抱歉。"
话术 理解 [共情] "理解。"
"""
"""A vocabulary that tests may use without declaring it."""


def compile_text(text: str, *, config: str = "", vocabulary: str = WORDS, **files: str | bytes) -> Compilation:
    """What comes of a project of one script (and a vocabulary as its library, so nothing in it counts as unused)."""
    settings = config or "libraries: [词汇]\n"
    world = {"scriptc.yaml": settings, "词汇/词汇.script": vocabulary, "a.script": text, **files}
    return compile_project(load(Memory(world)))


def codes(compiled: Compilation) -> list[str]:
    """The codes found, in the order of their places."""
    return [finding.code for finding in compiled.findings]


def clean(text: str, **more: str) -> Compilation:
    """`compile_text`, which must find nothing."""
    compiled = compile_text(text, **more)
    assert not list(compiled.findings), [(one.code, one.message("en"), one.span.text) for one in compiled.findings]
    return compiled


def flow(text: str, name: str = "A") -> Flow:
    """The flow of scenario `name`; the checks (SC3xx and up) may find what they like."""
    compiled = lowered(text)
    return compiled.flows[name]


def lowered(text: str, **more: str) -> Compilation:
    """`compile_text`, which must find nothing about the writing and the names."""
    compiled = compile_text(text, **more)
    wrong = [(one.code, one.message("en"), one.span.text) for one in compiled.findings if one.code < "SC300"]
    assert not wrong, wrong
    return compiled
