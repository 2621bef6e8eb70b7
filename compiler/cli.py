"""The command line: read, call one function, print, exit. Thin on purpose; all else can be tested without it.

Exit status: 0 clean, 1 findings at error level (or more warnings than allowed), 2 wrong use, 3 a bug in the compiler,
130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, Literal

import click

from compiler.loader import SUFFIX, Disk, Project, find_root, load
from compiler.machine.grid import required_events
from compiler.pipeline import Compilation, compile_project
from compiler.report.formats import FORMATS, TEXT, renderer
from compiler.report.report import Report
from compiler.report.wording import language, summary
from compiler.review import Reviewed, review
from compiler.rule_list import ALL_RULES, find_rule, is_prefix, suggestion
from compiler.settings import CONFIG_NAME
from dsl.diagnostics import Collector, Severity, Words

OK, FINDINGS, WRONG_USE, BUG, INTERRUPTED = 0, 1, 2, 3, 130

_COLOURS: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "note": {"fg": "blue", "bold": True},
    "place": {"fg": "cyan"},
    "good": {"fg": "green"},
    "quiet": {"dim": True},
    "bold": {"bold": True},
}

lang_option = click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of messages. 消息的语言。")
today_option = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    envvar="SCRIPTC_TODAY",
    help="Day that counts as today where something is ignored until a day. 把哪一天当作今天。",
)
path_argument = click.argument("path", type=click.Path(path_type=Path), default=".")


def main() -> None:
    """Entry point of `scriptc`. Never shows a traceback: what goes wrong inside is written to a report file."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Chinese message must not fail on a console that is not UTF-8
            stream.reconfigure(errors="replace")
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo(_words("已中断；上一次的结果没有改动。", "Interrupted; the last output is untouched."), err=True)
        status = INTERRUPTED
    except click.ClickException as error:
        error.show()
        status = WRONG_USE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = OK
    except Exception:  # noqa: BLE001 - the one place that turns a bug into a report
        status = _report_bug()
    sys.exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="scriptc")
def cli() -> None:
    """客服场景话术：检查、测试、打印。 Scenario scripts of call centres: checked, tested, printed."""


@cli.command()
@path_argument
@click.option("--format", "form", type=click.Choice(FORMATS), default=TEXT, help="Form of the report. 报告的格式。")
@click.option("--select", multiple=True, metavar="CODE", help="Show only these, as SC203 or SC3. 只看这些。")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave these out; errors still count. 不看这些。")
@click.option("--max-warnings", type=click.IntRange(min=0), help="Exit 1 when there are more. 警告多于几个就算不通过。")
@click.option("--fix", "mend", is_flag=True, help="Mend what can be mended safely. 自动改好能改的地方。")
@click.option("--diff", "show_diff", is_flag=True, help="With --fix: show the changes, write nothing. 只看改动。")
@click.option("--grid", "show_grid", is_flag=True, help="Also show who handles which event. 附上事件表。")
@today_option
@lang_option
def check(
    path: Path,
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    max_warnings: int | None,
    mend: bool,
    show_diff: bool,
    show_grid: bool,
    today: datetime | None,
    lang: str | None,
) -> int:
    """检查脚本；不加 --fix 就不改任何文件。 Check scripts; nothing is written without --fix."""
    lang = language(lang)
    if show_diff and not mend:
        raise click.UsageError(_words("--diff 要和 --fix 一起用", "--diff goes with --fix", lang))
    chosen, left_out = _codes(select, lang), _codes(ignore, lang)

    def look(compiled: Compilation) -> Reviewed:
        return review(compiled, _day(today), chosen, left_out)

    compiled = _compile(path, lang)
    if mend:
        compiled, changed = _mend(path, compiled, look, show_diff, lang)
        if changed and show_diff:
            return FINDINGS
    seen = look(compiled)
    if show_grid:
        _show_grids(compiled, lang)
    status = _report(seen, compiled.project, path, lang, form)
    warnings = sum(one.severity is Severity.WARNING for one in seen.findings)
    if max_warnings is not None and warnings > max_warnings:
        message = f"有 {warnings} 个警告，最多允许 {max_warnings} 个", f"{warnings} warnings, {max_warnings} allowed"
        click.echo(_words(*message, lang), err=True)
        return FINDINGS
    return status


def _show_grids(compiled: Compilation, lang: str) -> None:
    """A table of steps and events for each scenario, on standard output before the findings."""
    from compiler.report.event_grid import table

    for machine in compiled.machines:
        click.echo("\n".join(table(machine, required_events(compiled.program, machine), lang)) + "\n")


def _mend(
    path: Path, compiled: Compilation, look: Callable[[Compilation], Reviewed], show_diff: bool, lang: str
) -> tuple[Compilation, bool]:
    """Mend the scripts, or show how; what they compile to now, and whether anything was to be mended."""
    from compiler.fixing import fix
    from compiler.output import Changed, rewrite

    fixed = fix(compiled, lambda now: look(now).findings)
    before = {source.name: source.text for source in compiled.project.sources}
    for name, text in fixed.texts.items():
        if show_diff:
            _show_diff(name, before[name], text)
            continue
        try:
            rewrite(find_root(path) / name, before[name], text)
        except (Changed, OSError) as error:
            why = getattr(error, "strerror", None) or _words("文件刚被别的程序改过", "it has just been changed", lang)
            raise click.UsageError(_words(f"没有改动 {name}：{why}", f"{name} is left alone: {why}", lang)) from None
        count = fixed.counts[name]
        click.echo(_words(f"改好 {count} 处：{name}", f"mended {count} in {name}", lang), err=True)
    return (compiled if show_diff else fixed.compiled), bool(fixed.texts)


def _show_diff(name: str, before: str, after: str) -> None:
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    roles = {"+": "good", "-": "error", "@": "place"}
    for line in lines:
        text = _paint(line.rstrip("\n"), roles[line[0]]) if line[0] in roles else line.rstrip("\n")
        click.echo(text)


@cli.command()
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option("--all", "everything", is_flag=True, help="Every check, as Markdown. 所有检查，Markdown 格式。")
@lang_option
def explain(codes: tuple[str, ...], everything: bool, lang: str | None) -> int:
    """说明一条检查为什么要紧、怎么改。 Say why a finding matters on a call and how to mend it."""
    from compiler.report.explain import markdown, plain

    lang = language(lang)
    if everything:
        _emit(markdown(ALL_RULES, lang))
        return OK
    if not codes:
        raise click.UsageError(
            _words("写上编号，例如：scriptc explain SC201", "give a code, for instance: scriptc explain SC201", lang)
        )
    for number, code in enumerate(codes):
        rule = find_rule(code)
        if rule is None:
            raise _no_code(code, lang)
        _emit("\n" * bool(number) + plain(rule, lang))
    return OK


@cli.command()
@path_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write to. 输出文件夹。")
@click.option("--no-pdf", is_flag=True, help="Leave out the PDF cards. 不生成 PDF。")
@today_option
@lang_option
def build(path: Path, output: Path | None, no_pdf: bool, today: datetime | None, lang: str | None) -> int:
    """检查脚本，生成状态机和提示卡。 Check scripts, then write machines and cue cards."""
    from compiler.build import PrintMissing, built_files
    from compiler.output import NotOurs, write_all

    lang = language(lang)
    compiled = _compile(path, lang)
    status = _report(review(compiled, _day(today)), compiled.project, path, lang)
    if status != OK:
        return status
    folder = output or find_root(path) / compiled.project.settings.output
    pdf = not no_pdf
    try:
        with _progress(_words("生成卡片", "cards", lang), len(compiled.machines)) as step:
            count = write_all(folder, built_files(compiled, pdf=pdf, step=step))
    except PrintMissing:
        click.echo(
            _words(
                "没有安装打印组件，这次不生成 PDF。要打印：pip install 'scriptc[print]'",
                "PDF cards left out, because printing is not installed: pip install 'scriptc[print]'",
                lang,
            ),
            err=True,
        )
        count = write_all(folder, built_files(compiled, pdf=False, step=lambda: None))
    except NotOurs:
        message = _words(
            f"{folder} 里有不是 scriptc 生成的文件，没有改动它。换一个文件夹：-o 文件夹名",
            f"{folder} holds files that scriptc did not write; it is left alone. Choose another folder with -o",
            lang,
        )
        raise click.UsageError(message) from None
    except OSError as error:
        why = error.strerror or str(error)
        message = _words(
            f"写不进 {folder}（{why}）；上一次的结果没有改动。检查权限和磁盘空间，或用 -o 换一个文件夹",
            f"cannot write {folder} ({why}); the last output is untouched. Check permissions and space, or choose -o",
            lang,
        )
        raise click.UsageError(message) from None
    click.echo(_words(f"写好 {count} 个文件：{folder}", f"{count} files written to {folder}", lang))
    return OK


@cli.command()
@click.argument("paths", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a file would change. 只检查。")
@click.option("--diff", "show_diff", is_flag=True, help="Show the changes and write nothing. 显示改动，不写文件。")
@click.option("--keywords", type=click.Choice(["zh", "en"]), help="Rewrite keywords in one language. 统一关键词语言。")
@click.option("--from", "codec", help="Encoding of the files, to rewrite them as UTF-8. 文件原来的编码。")
@lang_option
def fmt(
    paths: tuple[Path, ...],
    only_check: bool,
    show_diff: bool,
    keywords: Literal["zh", "en"] | None,
    codec: str | None,
    lang: str | None,
) -> int:
    """把脚本写成统一的格式。 Write scripts in their one canonical form."""
    from compiler.output import replace_file
    from compiler.reformat import WrongEncoding, reformat

    lang = language(lang)
    findings = Collector()
    changed: list[Path] = []
    for path in _script_files(paths):
        try:
            made = reformat(path.as_posix(), path.read_bytes(), codec, keywords)
        except WrongEncoding:
            message = _words(f"{path} 不是 {codec} 编码", f"{path} is not encoded as {codec}", lang)
            raise click.UsageError(message) from None
        findings.extend(made.findings)
        if not made.changed:
            continue
        changed.append(path)
        if show_diff:
            _show_diff(str(path), made.before, made.after)
        elif not only_check:
            replace_file(path, made.after)
    if len(findings):
        _print_findings(Reviewed(tuple(findings)), len(paths), lang)
        click.echo(_words("有错误的文件没有改动。", "Files with errors were left as they are.", lang), err=True)
        return FINDINGS
    if only_check and not show_diff:
        for path in changed:
            click.echo(_words(f"格式不统一：{path}", f"would be rewritten: {path}", lang))
    return FINDINGS if changed and (only_check or show_diff) else OK


def _script_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (path / name for name in Disk(path).walk() if name.endswith(SUFFIX))
        else:
            yield path


def _compile(path: Path, lang: str) -> Compilation:
    if not path.exists():
        raise click.UsageError(_words(f"没有这个文件或文件夹：{path}", f"no such file or folder: {path}", lang))
    root = find_root(path)
    only = None
    if path.is_file() and path.name != CONFIG_NAME:
        only = Path(os.path.relpath(path.resolve(), root.resolve())).as_posix()
    with _progress(_words("读取脚本", "scripts", lang), None) as step:
        project = load(Disk(root), only)
        return compile_project(project, lambda _pass, _done, _all: step())


def _codes(asked: Iterable[str], lang: str) -> tuple[str, ...]:
    """Codes, or what some codes begin with, out of an option that may be given often and with commas."""
    codes = tuple(code.strip().upper() for one in asked for code in one.replace("，", ",").split(",") if code.strip())
    for code in codes:
        if not is_prefix(code):
            raise _no_code(code, lang)
    return codes


def _no_code(code: str, lang: str) -> click.UsageError:
    message = Words(f"没有编号为“{code}”的检查。", f"there is no check with the code “{code}”; ")
    return click.UsageError(message.in_(lang) + suggestion(code).in_(lang))


def _day(asked: datetime | None) -> Callable[[], str]:
    """Today, as an ISO date: the one place where a clock is read."""
    return lambda: (asked or datetime.now(UTC).astimezone()).date().isoformat()


def _report(seen: Reviewed, project: Project, path: Path, lang: str, form: str = TEXT) -> int:
    """Print what was found, in the form that was asked for. The exit status it means."""
    base = _base(path)
    if form == TEXT:
        _print_findings(seen, len(project.sources), lang, base)
    else:
        files = tuple(source.name for source in project.sources)
        _emit(renderer(form)(Report(seen.findings, files, lang, base)))
        click.echo(_summary(seen, len(files), lang), err=True)
    errors = any(one.severity is Severity.ERROR for one in seen.findings)
    return FINDINGS if errors or seen.hidden_errors else OK


def _print_findings(seen: Reviewed, files: int, lang: str, base: str = "") -> None:
    if seen.findings:
        from compiler.report.terminal import MAX_COLUMNS, render  # the table of character widths is only wanted now

        width = get_terminal_size().columns if sys.stdout.isatty() else MAX_COLUMNS + 10
        for block in render(seen.findings, lang, _paint, base, width):
            click.echo(block)
    click.echo(_summary(seen, files, lang))


def _summary(seen: Reviewed, files: int, lang: str) -> str:
    return summary(seen.findings, files, lang, ignored=len(seen.ignored), hidden_errors=seen.hidden_errors)


def _base(path: Path) -> str:
    """What leads from the current folder to the project's; nothing when that lies elsewhere."""
    root = os.path.relpath(find_root(path).resolve())
    return "" if root == "." or root.startswith("..") or os.path.isabs(root) else Path(root).as_posix() + "/"


def _emit(text: str) -> None:
    """Print what another program may read: at a terminal in its encoding, into a file or pipe always as UTF-8."""
    click.echo(text if sys.stdout.isatty() else text.encode("utf-8"), nl=False)


def _paint(text: str, role: str) -> str:
    """`text` in colour; click takes it out again when the output is no terminal."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **_COLOURS.get(role, {}))


@contextmanager
def _progress(label: str, length: int | None) -> Iterator[Callable[[], None]]:
    """A bar on standard error, for long work at a terminal; otherwise nothing."""
    if length is None or length < 50 or not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _words(zh: str, en: str, lang: str | None = None) -> str:
    return Words(zh, en).in_(language(lang))


def _report_bug() -> int:
    """Keep the traceback in a file the user can send, and say so in one line."""
    from compiler.report.bug import write_bug_report

    where = write_bug_report(" ".join(sys.argv[1:2]))
    click.echo(
        _words(
            f"scriptc 内部错误，不是脚本的问题。请把这个文件发给我们：{where}",
            f"Internal error in scriptc; your scripts are not to blame. Please send us this file: {where}",
        ),
        err=True,
    )
    return BUG
