"""The fixed words of the command line, in Chinese and English, and which of the two a user gets."""

from __future__ import annotations

import os
from collections.abc import Iterable

from dsl.diagnostics import Diagnostic, Severity, Words

SEVERITY: dict[Severity, Words] = {
    Severity.ERROR: Words("错误", "error"),
    Severity.WARNING: Words("警告", "warning"),
    Severity.NOTE: Words("提示", "note"),
}
HELP = Words("怎么改：", "help: ")
FIXED = Words("改成：", "fixed: ")
SUGGESTED = Words("可能要写成：", "perhaps: ")
LINE_GOES = Words("（删去这一行）", "(this line goes)")
CALL = Words("这样一通电话会碰到它：", "a call that runs into it:")
SAME_CALL = Words(
    "同一通电话也会碰到它：见上面 {place} 的 {code}", "the same call runs into it: see {code} at {place} above"
)


def language(asked: str | None) -> str:
    """`asked`, or the language of the locale: "zh" or "en". A locale without a language gets Chinese."""
    if asked:
        return asked
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value:
            return "zh" if value.startswith(("zh", "c.", "posix")) or value == "c" else "en"
    return "zh"


def summary(
    findings: Iterable[Diagnostic],
    files: int,
    lang: str,
    *,
    ignored: int = 0,
    hidden_errors: int = 0,
) -> str:
    """The last lines of a check: how much was found in how many files, and what to type next."""
    findings = tuple(findings)
    counts = [(level, sum(one.severity is level for one in findings)) for level in reversed(Severity)]
    edits = {one.fix for one in findings if one.fix is not None}
    fixable = sum(edit.safe for edit in edits)
    suggested = len(edits) - fixable
    lines = [_counted([pair for pair in counts if pair[1]], files, lang)]
    if ignored:
        lines[0] += f"，另有 {ignored} 处按注释忽略" if lang == "zh" else f"; {ignored} more ignored by comments"
    if hidden_errors:
        lines.append(
            f"另有 {hidden_errors} 个错误没有显示。"
            if lang == "zh"
            else f"{_many(hidden_errors, 'more error')} {'is' if hidden_errors == 1 else 'are'} not shown."
        )
    if fixable:
        lines.append(
            f"其中 {fixable} 处可以自动改好：scriptc check --fix（先看改动：--fix --diff）"
            if lang == "zh"
            else f"{fixable} of them can be fixed for you: scriptc check --fix (to see how: --fix --diff)"
        )
    if suggested:
        lines.append(
            f"{'另有' if fixable else '其中'} {suggested} 处有猜测的改法，请逐处确认：scriptc check --fix --ask"
            if lang == "zh"
            else f"{suggested} {'more ' * bool(fixable)}of them may mean what is suggested; say so one by one: "
            "scriptc check --fix --ask"
        )
    if findings:
        worst = max(findings, key=lambda one: one.severity).code
        lines.append(
            f"想知道为什么要紧、怎么改：scriptc explain {worst}"
            if lang == "zh"
            else f"Why it matters and what to do: scriptc explain {worst}"
        )
    return "\n".join(lines)


def _counted(counts: list[tuple[Severity, int]], files: int, lang: str) -> str:
    if lang == "zh":
        if not counts:
            return f"检查了 {files} 个文件，没有发现问题"
        return f"检查了 {files} 个文件：" + "、".join(f"{count} 个{SEVERITY[level].zh}" for level, count in counts)
    if not counts:
        return f"{_many(files, 'file')} checked, nothing found"
    return f"{_many(files, 'file')} checked: " + ", ".join(_many(count, SEVERITY[level].en) for level, count in counts)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
