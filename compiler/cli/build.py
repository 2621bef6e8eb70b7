"""`scriptc build`: check, then write machines, cue cards and a site."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from compiler.build.output import NotOurs, write_all
from compiler.cards.printing import PrintUnavailable, Singles, print_options
from compiler.cli.common import (
    PATH,
    assemble_path,
    day,
    echo,
    lang_option,
    path_argument,
    progress,
    report,
    today_option,
    words,
)
from compiler.dialogues.coverage import Inventories, coverage
from compiler.dialogues.suite import Models, own_dialogues, run
from compiler.findings.weighing import Weighed, weigh
from compiler.pipeline import Assembled, Compilation, check_assembled
from compiler.project.loader import find_root
from compiler.project.settings import FORMS
from compiler.report.wording import language
from dsl.diagnostics import Severity
from dsl.suggest import closest


@click.command()
@path_argument
@click.option("-o", "--output", type=PATH, help="Folder to write to. 输出文件夹。")
@click.option("--emit", metavar="FORMS", help="json,html,pdf,scxml,xstate,dot,mermaid,svg. 生成哪些格式。")
@click.option("--no-pdf", is_flag=True, help="Leave out the PDF cards. 不生成 PDF。")
@today_option
@lang_option
def build(
    path: Path, output: Path | None, emit: str | None, no_pdf: bool, today: datetime | None, lang: str | None
) -> int:
    """检查脚本，生成状态机、提示卡和网站。 Check scripts, then write machines, cue cards and a site."""
    lang = language(lang)
    chosen = chosen_forms(emit, lang)
    if no_pdf and "pdf" in chosen:
        zh, en = (
            "--emit 要了 pdf，--no-pdf 又不要：去掉一个",
            "--emit asks for pdf and --no-pdf leaves it out: drop one",
        )
        raise click.UsageError(words(zh, en, lang))
    assembled = assemble_path(path, lang, today)
    with closing(_Printing(assembled, chosen, no_pdf)) as printing:  # other processors print while this one proves
        compiled = check_assembled(assembled)
        seen = weigh(compiled, day(today))
        folder = output or find_root(path) / compiled.project.settings.output
        if seen.hidden_errors or any(one.severity is Severity.ERROR for one in seen.findings):
            status = report(seen, compiled.project, path, lang)
            _say_untouched(folder, lang)
            return status
        if printing.missing and "pdf" in chosen:
            zh = "没有安装打印组件，生成不了 PDF：pip install 'scriptc[print]'"
            en = "printing is not installed, so there can be no PDF: pip install 'scriptc[print]'"
            raise click.UsageError(words(zh, en, lang))
        if printing.missing:
            zh = "没有安装打印组件，这次没有 PDF（上次的也去掉）。要打印：pip install 'scriptc[print]'"
            en = (
                "no PDF cards (those of the last build go too): printing is not installed: pip install 'scriptc[print]'"
            )
            echo(words(zh, en, lang), err=True)
        count = _written(compiled, seen, printing, folder, lang)
    printed = printing.pdfs is not None
    status = report(weigh(compiled, day(today), printed=printed), compiled.project, path, lang)
    if count is None:
        _say_untouched(folder, lang)
    else:
        echo(words(f"写好 {count} 个文件：{folder}", f"{count} files written to {folder}", lang))
    return status


def _say_untouched(folder: Path, lang: str) -> None:
    """Nothing was written; what is in `folder` is of an earlier build."""
    zh, en = "什么也没有写", "nothing is written"
    if os.path.exists(folder):
        zh, en = f"{zh}；{folder} 里还是上一次的结果", f"{en}; {folder} still holds what the last build wrote"
    echo(words(zh, en, lang), err=True)


class _Printing:
    """The cards on paper of one build, begun before anything is proven, to be ready with the rest.

    What comes of it where the scripts turn out to be wrong is thrown away. pdfs: None where none are wanted, or the
    scripts cannot be read. missing: they are wanted, and the extra `print` is not installed.
    """

    def __init__(self, assembled: Assembled, chosen: tuple[str, ...], no_pdf: bool) -> None:
        """chosen: the forms asked for; none means those of the project."""
        settings = assembled.project.settings
        self.forms: Collection[str] = chosen or settings.emit
        self.pdfs: Singles | None = None
        self.missing = False
        if "pdf" in self.forms and not no_pdf and not assembled.findings.has_errors:
            try:
                self.pdfs = Singles(assembled, print_options(settings))
            except PrintUnavailable:
                self.missing = True

    def close(self) -> None:
        """Print nothing more."""
        if self.pdfs:
            self.pdfs.close()


def _written(compiled: Compilation, seen: Weighed, printing: _Printing, folder: Path, lang: str) -> int | None:
    """How many files were written to `folder`; None when a card cannot be printed as it is, and nothing is written."""
    from compiler.build.files import Unprintable, built_files  # noqa: PLC0415 - Jinja and urllib behind it, 80 ms

    covered = _covered(compiled, lang) if "html" in printing.forms else {}
    try:
        with progress(words("生成卡片", "cards", lang), len(compiled.machines)) as step:
            files = built_files(
                compiled,
                pdfs=printing.pdfs,
                step=step,
                forms=printing.forms,
                findings=seen.findings,
                coverage=covered,
            )
            return write_all(folder, files)
    except Unprintable:
        return None
    except NotOurs:
        message = words(
            f"{folder} 里有不是 scriptc 生成的文件，没有改动它。换一个文件夹：-o 文件夹名",
            f"{folder} holds files that scriptc did not write; it is left alone. Choose another folder with -o",
            lang,
        )
        raise click.UsageError(message) from None
    except OSError as error:
        why = error.strerror or str(error)
        message = words(
            f"写不进 {folder}（{why}）；上一次的结果没有改动。检查权限和磁盘空间，或用 -o 换一个文件夹",
            f"cannot write {folder} ({why}); the last output is untouched. Check permissions and space, or choose -o",
            lang,
        )
        raise click.UsageError(message) from None


def _covered(compiled: Compilation, lang: str) -> dict[str, str]:
    """Scenario -> how many of its ways dialogues take, `18/20`; nothing in a project without dialogues."""
    dialogues = own_dialogues(compiled)
    if not dialogues:
        return {}
    models = Models(compiled)
    with progress(words("运行对话", "dialogues", lang), len(dialogues)) as step:
        played = run(compiled, models, step=step)
    names = [one.name for one in compiled.machines]
    counts = {one.scenario: one.count("transition") for one in coverage(names, played, Inventories(models))}
    return {scenario: f"{taken}/{every}" for scenario, (taken, every) in counts.items()}


def chosen_forms(asked: str | None, lang: str) -> tuple[str, ...]:
    """The forms named in `asked`, apart by commas; a usage error names one that there is not."""
    names = [one.strip().lower() for one in (asked or "").replace("，", ",").replace("、", ",").split(",")]
    chosen = tuple(dict.fromkeys(name for name in names if name))
    for name in chosen:
        if name not in FORMS:
            near = closest(name, FORMS)
            every = ", ".join(FORMS)
            zh = f"没有“{name}”这种格式，{f'是不是想写“{near}”？' if near else f'可以写的有：{every}'}"
            en = f"there is no form “{name}”; {f'did you mean “{near}”?' if near else f'there are: {every}'}"
            raise click.UsageError(words(zh, en, lang))
    return chosen
