"""`scriptc test`: play the dialogues of a project on its machines; say what they leave out, and write what is missing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from compiler.cli.common import (
    FINDINGS,
    OK,
    base_of,
    compile_path,
    day,
    echo,
    emit,
    lang_option,
    mend_file,
    paint,
    path_argument,
    print_blocks,
    print_findings,
    progress,
    today_option,
    words,
)
from compiler.cli.mutation import score_of, show_score
from compiler.dialogues.coverage import Coverage, Inventories, coverage
from compiler.dialogues.exercised import exercises
from compiler.dialogues.missing import Missings
from compiler.dialogues.mutation import MutationScore
from compiler.dialogues.suite import Models, own_dialogues, run, slips
from compiler.findings.weighing import Weighed
from compiler.pipeline import Compilation
from compiler.project.loader import find_root
from compiler.report.coverage_report import as_data, missing, table, untested
from compiler.report.dialogue_report import as_json, as_junit, heading, remarkable, summary
from compiler.report.report import Report
from compiler.report.wording import language

TEXT, JSON, JUNIT = "text", "json", "junit"


@click.command()
@path_argument
@click.option(
    "-k", "wanted", default="", metavar="NAME", help="Only these: part of a title, a scenario or a file. 只要这些。"
)
@click.option(
    "--format", "form", type=click.Choice((TEXT, JSON, JUNIT)), default=TEXT, help="Form of the report. 格式。"
)
@click.option(
    "--coverage", "show_coverage", is_flag=True, help="Also show what no dialogue reaches. 附上没走到的地方。"
)
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Least share of transitions of each scenario. 每个场景去向的最低覆盖率。",
)
@click.option("--write-missing", is_flag=True, help="Add the missing dialogues to the scripts. 把缺的对话写进脚本。")
@click.option(
    "--mutate", is_flag=True, help="Break the scripts line by line; what does nobody notice? 弄坏脚本，看谁发现。"
)
@click.option("--budget", type=click.FloatRange(min=0), metavar="SECONDS", help="Time for --mutate. 最多用多少秒。")
@click.option(
    "--min-mutation",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Least share of mutants noticed. 至少发现的比例。",
)
@today_option
@lang_option
def test(
    path: Path,
    wanted: str,
    form: str,
    show_coverage: bool,
    min_coverage: float | None,
    write_missing: bool,
    mutate: bool,
    budget: float | None,
    min_mutation: float | None,
    today: datetime | None,
    lang: str | None,
) -> int:
    """运行脚本里写的对话。 Play the dialogues that stand in the scripts."""
    lang = language(lang)
    compiled = compile_path(path, lang, today)
    broken = show_errors(compiled, path, lang)
    _must_fit(compiled, wanted, lang)
    models = Models(compiled)
    with progress(words("运行对话", "dialogues", lang), len(own_dialogues(compiled, wanted))) as step:
        results = run(compiled, models, wanted, step)
    base = base_of(path)
    report = Report((), (), lang, base)
    passed = all(one.passed for one in results)
    inventories = Inventories(models)
    counted: tuple[Coverage, ...] = ()
    if show_coverage or write_missing or min_coverage is not None:
        scenarios = [one.name for one in compiled.machines if wanted in one.name or wanted in one.main.span.source.name]
        counted = coverage(scenarios, results, inventories, exercises(compiled, results))
    missings = Missings(compiled, models, inventories)
    mutation = None
    if mutate or min_mutation is not None:
        mutation = score_of(compiled.project, wanted, budget, lang, day(today)())
    if form == JSON:
        more = _coverage_data(counted, missings, base, lang) | _mutation_data(mutation, base)
        emit(as_json(results, report, more))
    elif form == JUNIT:
        emit(as_junit(results, report))
    else:
        for one in remarkable(results):
            echo(paint(heading(one, base, lang), "bold"))
            print_blocks(one.findings, lang, base)
        if show_coverage:
            _show_missing(compiled, counted, missings, base, lang)
        if counted:
            echo("\n".join(table(counted, lang)))
        if mutation is not None:
            show_score(mutation, base, lang)
    echo(summary(results, lang), err=form != TEXT)
    enough = _gate(counted, min_coverage, lang)
    if mutation is not None and min_mutation is not None:
        if (tried := len(mutation.verdicts)) < mutation.all:
            zh = f"只试了 {tried} 处，共 {mutation.all} 处，不能算数：放宽 --budget"
            en = f"only {tried} of {mutation.all} mutants were tried, which proves nothing: give it more with --budget"
            echo(words(zh, en, lang), err=True)
            enough = False
        elif mutation.percent is None:
            echo(words("没有能弄坏的地方，不能算数", "there is nothing to break, which proves nothing", lang), err=True)
            enough = False
        elif mutation.percent < min_mutation:
            echo(words(f"要发现 {min_mutation:g} %", f"{min_mutation:g} % are to be noticed", lang), err=True)
            enough = False
    if write_missing:
        _write(path, missings, counted, lang)
    return OK if passed and enough and not broken else FINDINGS


def _must_fit(compiled: Compilation, wanted: str, lang: str) -> None:
    """Nothing in the project has `wanted` in its name: a usage error, or a slip of the pen would pass for success."""
    machines = ((one.name, one.main.span.source.name) for one in compiled.machines)
    if wanted and not own_dialogues(compiled, wanted) and not any(wanted in name for pair in machines for name in pair):
        zh = f"没有一个对话、场景或文件的名称里有“{wanted}”"
        raise click.UsageError(words(zh, f"no dialogue, scenario or file has “{wanted}” in its name", lang))


def show_errors(compiled: Compilation, path: Path, lang: str) -> bool:
    """Print the errors in what is written, on standard error; whether there are any. A lost line may be a dialogue's."""
    errors = slips(compiled)
    if errors:
        print_findings(Weighed(errors), len(compiled.project.sources), lang, base_of(path), err=True)
    return bool(errors)


def _coverage_data(counted: tuple[Coverage, ...], missings: Missings, base: str, lang: str) -> dict[str, object]:
    if not counted:
        return {}
    return {"coverage": as_data(counted, missings.paths, base, lang)}


def _mutation_data(score: MutationScore | None, base: str) -> dict[str, object]:
    if score is None:
        return {}
    verdicts = [
        {
            "kind": one.kind,
            "scenario": one.scenario,
            "file": base + one.key[0],
            "line": one.line,
            "text": one.text,
            "written": one.written,
            "by": one.by,
            "what": one.what,
        }
        for one in score.verdicts
    ]
    percent = None if score.percent is None else round(score.percent, 1)
    return {"mutation": {"percent": percent, "all": score.all, "mutants": verdicts}}


def _show_missing(
    compiled: Compilation, counted: tuple[Coverage, ...], missings: Missings, base: str, lang: str
) -> None:
    """Every line that is not reached, with the shortest call to it; every line of a rule that no dialogue tests."""
    sources = {script.source.name: script.source for script in compiled.program.scripts}
    with progress(words("找通话", "calls", lang), len(counted)) as step:
        for one in counted:
            if one.missing:
                echo(words(f"{one.scenario} 没有走到的地方：", f"{one.scenario}, never reached:", lang))
                for line in missing(one, missings.paths(one), sources, base, lang):
                    echo(line)
            if one.rules.missing:
                zh, en = " 没有对话用到的规则：", ", rules no dialogue puts to the test:"
                echo(one.scenario + words(zh, en, lang))
                for line in untested(one, base, lang):
                    echo(line)
            step()


def _gate(counted: tuple[Coverage, ...], least: float | None, lang: str) -> bool:
    """Whether every scenario is covered enough; those that are not are named."""
    short = [one for one in counted if least is not None and one.percent < least]
    if short and least is not None:
        names = ("、" if lang == "zh" else ", ").join(f"{one.scenario} {one.percent:.1f} %" for one in short)
        echo(
            words(
                f"去向的覆盖率要到 {least:g} %，这些场景没有到：{names}（补写对话：scriptc test --write-missing）",
                f"{least:g} % of transitions are to be covered; these have less: {names} (scriptc test --write-missing)",
                lang,
            ),
            err=True,
        )
    return not short


def _write(path: Path, missings: Missings, counted: tuple[Coverage, ...], lang: str) -> None:
    """Add the missing dialogues to the files of their scenarios."""
    with progress(words("补写对话", "dialogues", lang), len(counted)) as step:
        made = missings.write(counted, step)
    for one in made.files:
        mend_file(find_root(path) / one.name, one.name, one.before, one.after, lang)
        echo(
            words(
                f"补写 {one.count} 个对话，请审阅：{one.name}", f"{one.count} dialogues to review in {one.name}", lang
            )
        )
    if made.unreached:
        count = len(made.unreached)
        echo(words(f"还有 {count} 处没有找到走得到的通话", f"for {count} lines no call was found", lang))
