"""`scriptc check`: find what is wrong; apply fixes when asked to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import click

from compiler.cli.common import (
    FINDINGS,
    OK,
    base_of,
    chosen_codes,
    compile_path,
    day,
    echo,
    emit,
    lang_option,
    ledger_findings,
    mend_file,
    path_argument,
    print_blocks,
    print_diff,
    report,
    scenario_named,
    today_option,
    words,
)
from compiler.findings.fixing import Fixed, fix, vetted
from compiler.findings.verdicts import Verdict, verdicts
from compiler.findings.weighing import Weighed, weigh
from compiler.machine.grid import required_events
from compiler.machine.model import Machine
from compiler.pipeline import Compilation
from compiler.project.loader import find_root
from compiler.report.event_grid import table
from compiler.report.formats import FORMATS, TEXT
from compiler.report.rule_table import document, lines
from compiler.report.wording import language
from dsl.diagnostics import Diagnostic, Edit, Severity


@click.command()
@path_argument
@click.option("--format", "form", type=click.Choice(FORMATS), default=TEXT, help="Form of the report. 报告的格式。")
@click.option("--select", multiple=True, metavar="CODE", help="Show only these, as SC203 or SC3. 只看这些。")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave these out; errors still count. 不看这些。")
@click.option("--max-warnings", type=click.IntRange(min=0), help="Exit 1 when there are more. 警告多于几个就算不通过。")
@click.option("--fix", "fixing", is_flag=True, help="Fix what is only a matter of spelling. 只改写法，不改意思。")
@click.option("--ask", "ask", is_flag=True, help="With --fix: then ask about each suggestion. 猜测的改法逐处问过再改。")
@click.option("--diff", "show_diff", is_flag=True, help="With --fix: show the changes, write nothing. 只看改动。")
@click.option("--grid", "show_grid", is_flag=True, help="Also show who handles which event. 附上事件表。")
@click.option("--rules", "show_rules", is_flag=True, help="Also show rule by scenario what is proven. 附上规则表。")
@click.option(
    "--scenario", "asked", multiple=True, metavar="NAME", help="With --grid, --rules: only this. 只列这个场景。"
)
@today_option
@lang_option
def check(
    path: Path,
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    max_warnings: int | None,
    fixing: bool,
    ask: bool,
    show_diff: bool,
    show_grid: bool,
    show_rules: bool,
    asked: tuple[str, ...],
    today: datetime | None,
    lang: str | None,
) -> int:
    """检查脚本；不加 --fix 就不改任何文件。 Check scripts; nothing is written without --fix."""
    lang = language(lang)
    if show_diff and not fixing:
        raise click.UsageError(words("--diff 要和 --fix 一起用", "--diff goes with --fix", lang))
    if ask and not fixing:
        raise click.UsageError(words("--ask 要和 --fix 一起用", "--ask goes with --fix", lang))
    if ask and show_diff:
        raise click.UsageError(words("--ask 和 --diff 只能用一个", "--ask and --diff do not go together", lang))
    if ask and not _at_a_terminal():
        zh = "--ask 要一处一处问您，这里没有终端可问，什么也没有改。机器要看猜测：--format json"
        en = "--ask asks about one place after another, and here is no terminal to ask at; nothing was changed. "
        raise click.UsageError(words(zh, en + "For machines: --format json", lang))
    if asked and not show_grid and not show_rules:
        zh, en = "--scenario 要和 --grid 或 --rules 一起用", "--scenario goes with --grid or --rules"
        raise click.UsageError(words(zh, en, lang))
    if (show_grid or show_rules) and not path.exists() and path.name == str(path):
        zh = f"没有这个文件或文件夹：{path}。只看一个场景：--scenario {path}"
        en = f"no such file or folder: {path}. For one scenario alone: --scenario {path}"
        raise click.UsageError(words(zh, en, lang))
    chosen, left_out = chosen_codes(select, lang), chosen_codes(ignore, lang)

    def look(compiled: Compilation) -> Weighed:
        return weigh(compiled, day(today), chosen, left_out)

    compiled = compile_path(path, lang, today)
    if path.is_dir():
        compiled.findings.extend(ledger_findings(find_root(path)))
    if fixing:
        compiled, changed = _apply(path, compiled, look, show_diff, lang)
        if changed and show_diff:
            return FINDINGS
        if ask:
            compiled = _ask(path, compiled, look(compiled).findings, lang)
    seen = look(compiled)
    machines = [scenario_named(compiled, one, lang, called=False) for one in asked] or list(compiled.machines)
    if show_grid:
        _show_grids(compiled, machines, lang)
    shown = {one.name for one in machines}
    made = [one for one in verdicts(compiled.proofs, compiled.findings) if one.scenario in shown] if show_rules else []
    if show_rules and form != "json":
        _show_rules(made, lang)
    elif show_rules:  # one document on standard output: the verdicts take the place of the findings
        emit(document(made))
        return FINDINGS if seen.hidden_errors or any(one.severity is Severity.ERROR for one in seen.findings) else OK
    status = report(seen, compiled.project, path, lang, form)
    warnings = sum(one.severity is Severity.WARNING for one in seen.findings)
    if max_warnings is not None and warnings > max_warnings:
        message = f"有 {warnings} 个警告，最多允许 {max_warnings} 个", f"{warnings} warnings, {max_warnings} allowed"
        echo(words(*message, lang), err=True)
        return FINDINGS
    return status


def _show_grids(compiled: Compilation, machines: Iterable[Machine], lang: str) -> None:
    """A table of steps and events for each scenario, on standard output before the findings."""
    for machine in machines:
        echo("\n".join(table(machine, required_events(compiled.program, machine), lang)) + "\n")


def _show_rules(made: Iterable[Verdict], lang: str) -> None:
    """A table of rules and scenarios, on standard output before the findings."""
    echo("\n".join(lines(made, lang)) + "\n")


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _apply(
    path: Path, compiled: Compilation, look: Callable[[Compilation], Weighed], show_diff: bool, lang: str
) -> tuple[Compilation, bool]:
    """Apply every safe fix, or show what it would do; what the scripts compile to now, and whether there was any."""
    fixed = fix(compiled, (one.fix for one in look(compiled).findings if one.fix is not None and one.fix.safe))
    if show_diff:
        before = {source.name: source.text for source in compiled.project.sources}
        for name, text in fixed.texts.items():
            print_diff(name, before[name], text)
        return compiled, bool(fixed.texts)
    return _write(path, compiled, fixed, lang), bool(fixed.texts)


def _ask(path: Path, compiled: Compilation, findings: Iterable[Diagnostic], lang: str) -> Compilation:
    """Ask about each suggestion among `findings`, and apply those that were agreed to, together."""
    wanted: list[Diagnostic] = []
    asked: set[Edit] = set()
    zh, en = (
        "改吗？y 改，n 不改，q 不再问（选了的照改）",
        "change it? y yes, n no, q ask no more (what was chosen is done)",
    )
    for finding in findings:
        if finding.fix is None or finding.fix.safe or finding.fix in asked:
            continue
        asked.add(finding.fix)
        print_blocks([finding], lang, base_of(path))
        choice = click.Choice(["y", "n", "q"], case_sensitive=False)
        answer = click.prompt(words(zh, en, lang), type=choice, default="n")
        if answer == "q":
            break
        if answer == "y":
            wanted.append(finding)
    hold = (one.fix for one in vetted(compiled, wanted) if one.fix is not None)
    return _write(path, compiled, fix(compiled, hold), lang)


def _write(path: Path, compiled: Compilation, fixed: Fixed, lang: str) -> Compilation:
    """Write what was fixed in `compiled`, and say how much it was; what it compiles to now."""
    before = {source.name: source.text for source in compiled.project.sources}
    for name, text in fixed.texts.items():
        mend_file(find_root(path) / name, name, before[name], text, lang)
        count = fixed.counts[name]
        echo(words(f"改好 {count} 处：{name}", f"fixed {count} in {name}", lang), err=True)
    return fixed.compiled
