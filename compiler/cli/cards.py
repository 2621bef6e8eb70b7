"""`scriptc cards`: numbered cards as one PDF for the printer, checked as they lie on the paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from compiler.build.output import write_file
from compiler.cards.ledger import LEDGER, BadLedger, Ledger, ledger_text, read_ledger
from compiler.cards.printing import PrintOptions, PrintUnavailable, print_deck, print_options
from compiler.cli.common import (
    FINDINGS,
    OK,
    cannot_write,
    compile_path,
    day,
    lang_option,
    progress,
    report,
    scenario_named,
    today_option,
    words,
)
from compiler.findings.weighing import weigh
from compiler.pipeline import Compilation
from compiler.project.loader import Disk, find_root
from compiler.report.wording import language
from dsl.frozen import replace


@click.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--all", "everything", is_flag=True, help="Every card, with a contents page. 全部卡片，带目录。")
@click.option("--pdf", type=click.Path(path_type=Path), default="cards.pdf", show_default=True, help="File. 写到哪里。")
@click.option("--format", "form", type=click.Choice(["a4", "a5", "a6"]), help="Size of a card. 卡片大小。")
@click.option("--impose", type=click.Choice(["a4"]), help="Several on A4, with cut marks. 拼到 A4 上，带裁切线。")
@click.option("--duplex", is_flag=True, help="For printing on both sides. 双面印的顺序。")
@click.option("--large", is_flag=True, help="Large print. 大字版。")
@click.option("--alone", is_flag=True, help="Without the sub-dialogues' cards. 不带子对话的卡。")
@click.option("--draft", is_flag=True, help="Marked as a draft, not written to cards.lock. 草稿，不登记发放。")
@click.option("--in", "path", type=click.Path(path_type=Path), default=".", help="The project. 项目文件夹。")
@today_option
@lang_option
def cards(
    scenarios: tuple[str, ...],
    everything: bool,
    pdf: Path,
    form: str | None,
    impose: str | None,
    duplex: bool,
    large: bool,
    alone: bool,
    draft: bool,
    path: Path,
    today: datetime | None,
    lang: str | None,
) -> int:
    """印卡片：编号、互相指引、带核对码。 Print cards: numbered, referring to each other, each with a code to verify."""
    lang = language(lang)
    compiled = compile_path(path, lang, today)
    if everything == bool(scenarios):
        zh, en = "写上场景名，或用 --all 印全部", "name scenarios, or print them all with --all"
        raise click.UsageError(words(zh, en, lang))
    status = report_errors(compiled, path, today, lang)
    if status != OK:
        return status
    settings = compiled.project.settings
    options: PrintOptions = replace(print_options(settings), large=large, draft=draft, duplex=duplex)
    if form:
        options = replace(options, format=form)
    if impose and options.format == "a4":
        zh, en = "A4 的卡片不用再拼到 A4 上：加 --format a6 或 a5", "A4 cards are on A4 already: add --format a6 or a5"
        raise click.UsageError(words(zh, en, lang))
    if _is_anothers(pdf):
        zh = f"{pdf} 已经有了，而且不是 PDF，没有改动它。用 --pdf 换一个文件名"
        en = f"{pdf} is there and is no PDF; it is left alone. Choose another name with --pdf"
        raise click.UsageError(words(zh, en, lang))
    wanted = None if everything else [scenario_named(compiled, name, lang).name for name in scenarios]
    root = find_root(path)
    ledger = ledger_of(root, lang)
    try:
        with progress(words("排版", "setting", lang), len(compiled.machines)) as step:
            paper = print_deck(
                compiled,
                options,
                ledger,
                wanted=wanted,
                alone=alone,
                with_contents=everything,
                impose=bool(impose),
                step=step,
            )
    except PrintUnavailable:
        raise click.UsageError(
            words(
                "没有安装打印组件：pip install 'scriptc[print]'",
                "printing is not installed: pip install 'scriptc[print]'",
                lang,
            )
        ) from None
    compiled.findings.extend(paper.findings)
    status = report(weigh(compiled, day(today), printed=True), compiled.project, path, lang)
    if status != OK:
        return status
    try:
        write_file(pdf, paper.pdf)
    except OSError as error:
        raise cannot_write(pdf, error, lang) from None
    if not draft:
        _issue(root, paper.entered(ledger, day(today)()), pdf, lang)
    count = len(paper.deck.entries)
    zh, en = f"{count} 张卡，{paper.pages} 页：{pdf}", f"{count} cards on {paper.pages} pages: {pdf}"
    click.echo(words(zh, en, lang))
    return OK


def _is_anothers(pdf: Path) -> bool:
    """Whether there is something under that name already that is no PDF, such as a script."""
    try:
        with pdf.open("rb") as stream:
            head = stream.read(1024)
    except FileNotFoundError:
        return False
    except OSError:
        return pdf.is_dir()  # what else is wrong is told when it is written
    return bool(head) and b"%PDF-" not in head


def report_errors(compiled: Compilation, path: Path, today: datetime | None, lang: str) -> int:
    """OK when nothing stands against printing; otherwise what does is printed, and FINDINGS.

    Raises:
        click.UsageError: there is nothing to print.
    """
    if not compiled.findings.has_errors and compiled.machines:
        return OK
    report(weigh(compiled, day(today)), compiled.project, path, lang)
    if not compiled.findings.has_errors:
        zh, en = "这里没有场景，没有卡可以印", "there is no scenario here, so there is no card to print"
        raise click.UsageError(words(zh, en, lang))
    return FINDINGS


def ledger_of(root: Path, lang: str) -> Ledger:
    """What `cards.lock` of the project in `root` holds; nothing when there is none."""
    try:
        return read_ledger(Disk(root).read(LEDGER))
    except FileNotFoundError:
        return Ledger()
    except BadLedger as bad:
        zh = f"{LEDGER} 第 {bad.line} 行读不懂。从版本库取回原来的文件；不要删掉它，不然卡号会重新编"
        en = f"line {bad.line} of {LEDGER} makes no sense. Take the file back from version control; do not delete it, "
        raise click.UsageError(words(zh, en + "or cards get new numbers", lang)) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise click.UsageError(words(f"打不开 {LEDGER}（{why}）", f"cannot read {LEDGER} ({why})", lang)) from None


def _issue(root: Path, ledger: Ledger, pdf: Path, lang: str) -> None:
    """Keep what was handed out; where that fails, the cards in `pdf` must not be."""
    try:
        write_file(root / LEDGER, ledger_text(ledger).encode("utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
        zh = f"写不进 {root / LEDGER}（{why}）：{pdf} 里的卡没有登记，不要发出去。能写了以后再印一次"
        en = f"cannot write {root / LEDGER} ({why}): the cards in {pdf} are not registered, do not hand them out. "
        raise click.UsageError(words(zh, en + "Print them again once it can be written", lang)) from None
