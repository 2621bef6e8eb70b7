"""`scriptc test --mutate`: break the scripts one line at a time, and tell what nobody noticed. No command of its own."""

from __future__ import annotations

import time

from compiler.cli.common import echo, paint, progress, words
from compiler.dialogues.mutants import KINDS
from compiler.dialogues.mutation import MutationScore, all_keys, scored
from compiler.dialogues.parallel import judge_all
from compiler.project.loader import Project
from compiler.report.terminal import columns, visible


def score_of(project: Project, wanted: str, budget: float | None, lang: str, day: str) -> MutationScore:
    """Judge every mutant of `project` that is `wanted` (`all_keys`), or as many as `budget` seconds allow.

    day: the ISO date that counts as today.
    """
    keys = all_keys(project, wanted)
    end = None if budget is None else time.monotonic() + budget
    with progress(words("弄坏脚本", "mutants", lang), len(keys)) as step:
        verdicts = []
        for verdict in judge_all(project, keys, lambda: end is None or time.monotonic() < end, day):
            verdicts.append(verdict)
            step()
    return scored(verdicts, len(keys))


def show_score(score: MutationScore, base: str, lang: str) -> None:
    """Every mutant nobody noticed, a line for each kind, and the score."""
    for one in score.verdicts:
        if one.by == "nobody":
            place = paint(f"{base}{one.key[0]}:{one.line}", "place")
            instead = f"  →  {visible(one.written)}" if one.written else ""
            echo(f"{place}  {KINDS[one.kind].in_(lang)}  {visible(one.text)}{instead}")
    names = {kind: KINDS[kind].in_(lang) for kind in KINDS}
    width = max(map(columns, names.values()))
    for kind, name in names.items():
        found = [one for one in score.verdicts if one.kind == kind]
        noticed = sum(one.by != "nobody" for one in found)
        if found:
            echo(f"  {name}{' ' * (width - columns(name))}{noticed:6}/{len(found)}")
    echo(summary(score, lang))


def summary(score: MutationScore, lang: str) -> str:
    """The score in one line, and how many mutants time ran out for."""
    done, noticed = len(score.verdicts), sum(one.by != "nobody" for one in score.verdicts)
    if not score.all:
        return words("没有能弄坏的地方", "there is nothing to break", lang)
    share = "" if score.percent is None else f"{score.percent:.1f} %"
    zh = f"弄坏了 {done} 处，发现 {noticed} 处：{share}" if share else "一处也没有试"
    en = f"{done} mutants, {noticed} noticed: {share}" if share else "no mutant was tried"
    if done < score.all:
        zh, en = f"{zh}（时间到，还有 {score.all - done} 处没有试）", f"{en} (time ran out for {score.all - done} more)"
    return words(zh, en, lang)
