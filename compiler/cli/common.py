"""What the commands share: options, reading a project, printing findings, progress. Knows no command."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import click

from compiler.cards.ledger import LEDGER, check_ledger
from compiler.findings.registry import is_prefix, suggestion
from compiler.findings.weighing import Weighed
from compiler.machine.model import Machine
from compiler.machine.part import scenarios
from compiler.pipeline import Assembled, Compilation, assemble_project, check_assembled
from compiler.project.loader import Disk, Project, find_root, is_script, load
from compiler.project.settings import CONFIG_NAME
from compiler.report.formats import TEXT, renderer
from compiler.report.report import Report
from compiler.report.terminal import MAX_COLUMNS, render, visible
from compiler.report.wording import language, summary
from dsl.diagnostics import Diagnostic, Severity, Words, listed
from dsl.suggest import alike, closest

OK, FINDINGS, WRONG_USE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses: clean; errors found (or more warnings than allowed); wrong use; a bug in the compiler; interrupted."""

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
    help="Day that counts as today for whatever has a first or last day. 把哪一天当作今天。",
)
PATH: click.Path = click.Path(path_type=Path, readable=False)
"""A path that is to be read; whoever reads it says why that cannot be done."""
path_argument = click.argument("path", type=PATH, default=".")


def script_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The script files of `paths`, folders searched. Raises OSError for a folder that cannot be listed."""

    def refuse(_path: str, why: OSError) -> None:
        raise why

    for path in paths:
        if path.is_dir():
            yield from (path / name for name in Disk(path).walk(refuse) if is_script(name))
        else:
            yield path


def compile_path(path: Path, lang: str, today: datetime | None = None) -> Compilation:
    """The project `path` is, or lies in, with everything proven and checked; see `assemble_path`."""
    return check_assembled(assemble_path(path, lang, today))


def assemble_path(path: Path, lang: str, today: datetime | None = None) -> Assembled:
    """The machines of the project `path` is, or lies in; of a file, that file's findings alone.

    today: the day that counts as today.

    Raises:
        click.UsageError: there is nothing at `path`, or it cannot be looked at.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise click.UsageError(
            words(f"没有这个文件或文件夹：{path}", f"no such file or folder: {path}", lang)
        ) from None
    except OSError as error:
        raise cannot_read(path, error, lang) from None
    root = find_root(path)
    only = None
    if path.is_file() and path.name != CONFIG_NAME:
        only = Path(os.path.relpath(path.resolve(), root.resolve())).as_posix()
    project = load(Disk(root), only)
    with progress(words("读取脚本", "reading scripts", lang), len(project.sources)) as step:
        return assemble_project(project, lambda _pass, _done, _all: step(), day(today))


def chosen_codes(asked: Iterable[str], lang: str) -> tuple[str, ...]:
    """Codes, or what some codes begin with, out of an option that may be given often and with commas."""
    codes = tuple(code.strip().upper() for one in asked for code in one.replace("，", ",").split(",") if code.strip())
    for code in codes:
        if not is_prefix(code):
            raise no_code(code, lang)
    return codes


def no_code(code: str, lang: str) -> click.UsageError:
    """Usage error: no check has this code, with the nearest that one has."""
    message = Words(f"没有编号为“{code}”的检查。", f"there is no check with the code “{code}”; ")
    return click.UsageError(message.in_(lang) + suggestion(code).in_(lang))


def day(asked: datetime | None) -> Callable[[], str]:
    """Today, as an ISO date: the one place where a clock is read."""
    return lambda: (asked or datetime.now(UTC).astimezone()).date().isoformat()


def report(seen: Weighed, project: Project, path: Path, lang: str, form: str = TEXT) -> int:
    """Print what was found, in the form that was asked for; the exit status it means."""
    base = base_of(path)
    if form == TEXT:
        print_findings(seen, len(project.sources), lang, base)
    else:
        files = tuple(source.name for source in project.sources)
        emit(renderer(form)(Report(seen.findings, files, lang, base)))
        echo(one_line(seen, len(files), lang), err=True)
    errors = any(one.severity is Severity.ERROR for one in seen.findings)
    return FINDINGS if errors or seen.hidden_errors else OK


def print_findings(seen: Weighed, files: int, lang: str, base: str = "", *, err: bool = False) -> None:
    """Print findings for people, and one line that sums them up; with `err`, on standard error."""
    print_blocks(seen.findings, lang, base, err=err)
    echo(one_line(seen, files, lang), err=err)


def print_blocks(findings: Iterable[Diagnostic], lang: str, base: str = "", *, err: bool = False) -> None:
    """Print findings for people, a block of lines each."""
    findings = tuple(findings)
    if findings:
        width = get_terminal_size().columns if at_terminal() else MAX_COLUMNS + 10
        for block in render(findings, lang, paint, base, width):
            echo(block, err=err)


def one_line(seen: Weighed, files: int, lang: str) -> str:
    """How many findings of which weight."""
    ignored, hidden = len(seen.ignored), seen.hidden_errors
    return summary(seen.findings, files, lang, ignored=ignored, hidden_errors=hidden)


def ledger_findings(root: Path) -> Iterator[Diagnostic]:
    """Findings on the `cards.lock` of the project in `root`, if there is one."""
    try:
        data = Disk(root).read(LEDGER)
    except OSError:  # none, or one that cannot be opened, which the commands that need it say
        return
    yield from check_ledger(data)


def scenario_named(compiled: Compilation, asked: str, lang: str, *, called: bool = True) -> Machine:
    """The machine of the scenario that `asked` names: by its name, an alias, or its title where only one has it.

    called: a library's scenarios that the project calls may be asked for as well.

    Raises:
        click.UsageError: there is none; says which was meant, which there are, or why this one has no machine.
    """
    own = {machine.name: machine for machine in compiled.machines}
    every = scenarios(compiled.machines)
    found = every if called else own
    symbol = compiled.program.symbols.tables["scenario"].get(asked)
    if symbol is not None and symbol.name in found:
        return found[symbol.name]
    if symbol is not None:
        raise click.UsageError(_no_machine(compiled, asked, symbol.name, symbol.name in every, tuple(own)).in_(lang))
    titled = [machine for machine in found.values() if machine.main.title == asked]
    if len(titled) == 1:
        return titled[0]
    if titled:
        which = listed((machine.name for machine in titled), "or")
        zh = f"标题是“{asked}”的场景不止一个，写场景名：{which.zh}"
        en = f"several scenarios have the title “{asked}”; give a name: {which.en}"
        raise click.UsageError(words(zh, en, lang))
    names = [one for name, machine in found.items() for one in (name, *machine.aliases, machine.main.title)]
    said = Words(f"没有场景“{asked}”", f"there is no scenario “{asked}”").in_(lang)
    said += instead(asked, names, tuple(own)).in_(lang)
    if compiled.findings.has_errors and not said.endswith(("？", "?")):
        zh, en = (
            "。有错误的场景不算在内，先运行 scriptc check",
            ". Those with errors are left out; run scriptc check first",
        )
        said += words(zh, en, lang)
    raise click.UsageError(said)


def _no_machine(compiled: Compilation, asked: str, name: str, called: bool, own: Sequence[str]) -> Words:
    """Why the scenario `name`, which there is, cannot be had. called: by a scenario of the project. own: the project's."""
    scenarios = compiled.program.scenarios
    scenario = scenarios.get(name)
    outside = scenario is not None and not scenario.own
    heirs = listed((one.name for one in scenarios.values() if one.own and name in one.bases), "or")
    if scenario is not None and heirs.en and (outside or not scenario.steps):
        return Words(
            f"“{asked}”在这个项目里只给别的场景打底；写以它为底的：{heirs.zh}",
            f"“{asked}” is used here for others to be based on and no more; name one of these: {heirs.en}",
        )
    if outside and called:
        tail = _there_is(own)
        return Words(
            f"“{asked}”是库里的场景，不是项目自己的{tail.zh}",
            f"“{asked}” is a library’s, not the project’s own{tail.en}",
        )
    if outside:
        return Words(
            f"“{asked}”是库里的场景，这个项目没有用到。要用它，写：调用 {asked}，或“场景 … 基于 {asked}”",
            f"“{asked}” is a library’s scenario that this project does not use. To use it, write: call {asked}, "
            f"or “scenario … extends {asked}”",
        )
    return Words(
        f"“{asked}”有错误（也可能在它调用的场景里），先改好：scriptc check",
        f"“{asked}” has errors, or a scenario that it calls has; mend them first: scriptc check",
    )


def instead(asked: str, names: Iterable[str], shown: Sequence[str]) -> Words:
    """What to add to “there is no …”: which of `names` were meant, or else some of those to be `shown`."""
    names = sorted(set(names))
    near = closest(asked, names)
    holding = [near] if near else [one for one in names if asked.strip() and asked.casefold() in one.casefold()]
    meant = listed((holding or alike(asked, names))[:_SHOWN], "or", quoted=True)
    return Words(f"，是不是{meant.zh}？", f"; did you mean {meant.en}?") if meant.en else _there_is(shown)


def _there_is(shown: Sequence[str]) -> Words:
    some = sorted(shown)[:_SHOWN]
    more = Words(" 等", " and others") if len(shown) > len(some) else Words("", "")
    verb = "is" if len(shown) == 1 else "are"
    return Words("；有：" + "、".join(some) + more.zh, f"; there {verb} " + ", ".join(some) + more.en) if some else more


_SHOWN = 8
"""Names that a usage error lists."""


def base_of(path: Path) -> str:
    """What leads from the current folder to the project's; nothing when that lies elsewhere."""
    root, here = find_root(path).resolve(), Path.cwd()
    return root.relative_to(here).as_posix() + "/" if root != here and root.is_relative_to(here) else ""


def emit(text: str) -> None:
    """Print what another program may read: at a terminal as `echo` does, into a file or pipe as it is, always as UTF-8.

    The name of a file may hold bytes that are no characters; they come out as `?`.
    """
    if at_terminal():
        echo(text, nl=False)
    else:
        click.echo(text.encode("utf-8", "replace"), nl=False)


def at_terminal() -> bool:
    """Whether what is printed is shown by a terminal, and not kept or read by a program."""
    return sys.stdout.isatty()


def cannot_read(path: Path, error: OSError, lang: str | None = None) -> click.UsageError:
    """The complaint that a file or folder cannot be opened, and why."""
    why = error.strerror or str(error)
    zh = f"打不开 {path}（{why}）。看看路径对不对、有没有读它的权限"
    en = f"cannot open {path} ({why}); check the path, and that you may read it"
    return click.UsageError(words(zh, en, lang))


def cannot_write(path: Path, error: OSError, lang: str) -> click.UsageError:
    """Usage error: a file cannot be written, and why."""
    why = error.strerror or str(error)
    return click.UsageError(words(f"写不进 {path}（{why}）", f"cannot write {path} ({why})", lang))


def mend_file(path: Path, name: str, before: str, after: str, lang: str) -> None:
    """Write `after` where `before` was read from `path`, the project's file `name`.

    Raises:
        click.UsageError: it holds something else by now, or cannot be written; it is as it was.
    """
    from compiler.build.output import Changed, rewrite  # noqa: PLC0415 - JSON behind it, 2 ms; a check writes nothing

    try:
        rewrite(path, before, after)
    except (Changed, OSError) as error:
        why = getattr(error, "strerror", None) or words("文件刚被别的程序改过", "it has just been changed", lang)
        raise click.UsageError(words(f"没有改动 {name}：{why}", f"{name} is left alone: {why}", lang)) from None


_PAINT = os.urandom(8).hex()
"""Known to this process alone, so that no text of an author can look like paint."""
_PAINTED = re.compile(f"\0{_PAINT}([a-z]*)\0")


def paint(text: str, role: str) -> str:
    """`text` marked for `echo` to show in colour."""
    return f"\0{_PAINT}{role}\0{text}\0{_PAINT}\0"


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print `text` for people: the only way to a terminal.

    Names and texts of authors, of files and of the command line are shown, never obeyed: of what a terminal would act on
    only the line ends stay, and the colours that `paint` has marked. In a pipe and under NO_COLOR there are none.
    """
    out = []
    for index, part in enumerate(_PAINTED.split(text)):
        if index % 2 == 0:
            out.append("\n".join(map(visible, part.split("\n"))))
        elif not os.environ.get("NO_COLOR"):
            out.append(click.style("", **_COLOURS.get(part, {}), reset=not part))
    click.echo("".join(out), err=err, nl=nl)


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, for long work at a terminal; otherwise nothing."""
    if length < 50 or not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def words(zh: str, en: str, lang: str | None = None) -> str:
    """The wording in `lang`, or in the user's language."""
    return Words(zh, en).in_(language(lang))


def print_diff(name: str, before: str, after: str) -> None:
    """Print the difference of two texts, in colour at a terminal."""
    from difflib import unified_diff  # noqa: PLC0415 - 2 ms, for `--diff` alone

    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    roles = {"+": "good", "-": "error", "@": "place"}
    if not at_terminal():  # a patch
        emit("".join(line if line.endswith("\n") else line + "\n" for line in lines))
        return
    for line in lines:
        text = line.rstrip("\n")
        echo(paint(text, roles[line[0]]) if line[0] in roles else text)
