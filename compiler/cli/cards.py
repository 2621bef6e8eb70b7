"""`scriptc cards`: numbered cards as one PDF for the printer, checked as they lie on the paper."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from compiler.build.output import write_file
from compiler.cards.ledger import LEDGER, BadLedger, Ledger, in_force, ledger_text, read_ledger
from compiler.cards.printing import PrintOptions, PrintUnavailable, print_deck, print_options
from compiler.cli.common import (
    FINDINGS,
    OK,
    PATH,
    cannot_write,
    compile_path,
    day,
    echo,
    lang_option,
    ledger_findings,
    progress,
    report,
    scenario_named,
    today_option,
    words,
)
from compiler.findings.weighing import weigh
from compiler.pipeline import Compilation
from compiler.project.loader import Disk, NoFile, find_root, read_regular
from compiler.report.wording import language
from dsl.frozen import replace


@click.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--all", "everything", is_flag=True, help="Every card, with a contents page. 全部卡片，带目录。")
@click.option("--pdf", type=PATH, default="cards.pdf", show_default=True, help="File. 写到哪里。")
@click.option("--format", "form", type=click.Choice(["a4", "a5", "a6"]), help="Size of a card. 卡片大小。")
@click.option("--impose", type=click.Choice(["a4"]), help="Several on A4, with cut marks. 拼到 A4 上，带裁切线。")
@click.option("--duplex", is_flag=True, help="For printing on both sides. 双面印的顺序。")
@click.option("--large", is_flag=True, help="Large print. 大字版。")
@click.option("--alone", is_flag=True, help="Without the sub-dialogues' cards. 不带子对话的卡。")
@click.option("--draft", is_flag=True, help="Marked as a draft, not written to cards.lock. 草稿，不登记发放。")
@click.option("--in", "path", type=PATH, default=".", help="The project. 项目文件夹。")
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
    asked = [scenario_named(compiled, name, lang) for name in scenarios] or list(compiled.machines)
    standing = {one.name: in_force(one.effective or "", one.until or "", day(today)) for one in asked}
    ended = [one for one in asked if standing[one.name] == "ended"]
    if ended:
        zh = "、".join(f"“{one.name}”（到 {one.until}）" for one in ended)
        en = ", ".join(f"“{one.name}” (until {one.until})" for one in ended)
        echo(words(f"已经到期，没有印：{zh}", f"not printed, for they have ended: {en}", lang), err=True)
    wanted = [one.name for one in asked if one not in ended] if ended or not everything else None
    if wanted == []:
        return FINDINGS
    if "ahead" in standing.values():
        options = replace(options, today=day(today)())
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
    compiled.findings.extend(ledger_findings(root))
    status = report(weigh(compiled, day(today), printed=True), compiled.project, path, lang)
    if status != OK:
        return status
    # First the ledger: a card in somebody's hand that no ledger knows could never be verified.
    if not draft:
        _issue(root, paper.entered(ledger, day(today)()), pdf, lang)
    try:
        write_file(pdf, paper.pdf)
    except OSError as error:
        if not draft and ledger != Ledger():
            _issue(root, ledger, pdf, lang)  # nothing was handed out
        elif not draft:
            (root / LEDGER).unlink(missing_ok=True)
        raise cannot_write(pdf, error, lang) from None
    count = len(paper.deck.entries)
    zh, en = f"{count} 张卡，{paper.pages} 页：{pdf}", f"{count} cards on {paper.pages} pages: {pdf}"
    echo(words(zh, en, lang))
    for one in asked:
        if standing[one.name] == "ahead":
            zh = f"“{one.name}”{one.effective} 起才用：这是提前印的，到那天再换下原来的卡"
            en = f"“{one.name}” is not in force before {one.effective}: this card is ahead of its day, change on that day"
            echo(words(zh, en, lang))
    return OK


def _is_anothers(pdf: Path) -> bool:
    """Whether there is something under that name already that is no PDF, such as a script."""
    try:
        head = read_regular(pdf, 1024)
    except NoFile:
        return True
    except FileNotFoundError:
        return False
    except OSError:
        return os.path.isdir(pdf)  # what else is wrong is told when it is written
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
        zh, en = f"{LEDGER} 第 {bad.line} 行读不懂", f"line {bad.line} of {LEDGER} makes no sense"
        if not bad.line:
            zh, en = (
                f"{LEDGER} 里一张卡也没有了，发过的卡号都丢了",
                f"{LEDGER} holds no card any more: all numbers are lost",
            )
        zh += "。从版本库取回原来的文件；不要删掉它，不然发出去的卡就查不到了"
        en += ". Take the file back from version control; do not delete it, or cards that are out cannot be looked up"
        raise click.UsageError(words(zh, en, lang)) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise click.UsageError(words(f"打不开 {LEDGER}（{why}）", f"cannot read {LEDGER} ({why})", lang)) from None


def _issue(root: Path, ledger: Ledger, pdf: Path, lang: str) -> None:
    """Write down what is handed out with `pdf`."""
    try:
        write_file(root / LEDGER, ledger_text(ledger).encode("utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
        zh = f"写不进 {root / LEDGER}（{why}），卡没有登记，所以没有印 {pdf}。能写了以后再印一次"
        en = f"cannot write {root / LEDGER} ({why}); cards that are not registered are not printed, so {pdf} is not written. "
        raise click.UsageError(words(zh, en + "Print again once it can be written", lang)) from None
