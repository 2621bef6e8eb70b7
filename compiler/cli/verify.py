"""`scriptc verify`: whether the card somebody holds is the one in force."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from compiler.cards.codes import has_a_slip, read_code
from compiler.cards.ledger import Standing, standing
from compiler.cards.printing import current_cards
from compiler.cli.cards import ledger_of
from compiler.cli.common import FINDINGS, OK, PATH, compile_path, day, echo, lang_option, today_option, words
from compiler.project.loader import find_root
from compiler.report.wording import language


@click.command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--in", "path", type=PATH, default=".", help="The project. 项目文件夹。")
@today_option
@lang_option
def verify(codes: tuple[str, ...], path: Path, today: datetime | None, lang: str | None) -> int:
    """核对卡片上的码：现行、没到日子、到期、已换新、已撤，还是没见过。 Look up a card's code: is it the one in force?"""
    lang = language(lang)
    read = {typed: read_code(typed) for typed in codes}
    for typed, code in read.items():
        if code is None:
            zh = f"“{typed}”不是核对码：十个字母和数字，如 K3M9P-X2F4G。再看一眼卡片右下角"
            en = f"“{typed}” is no code: ten letters and digits, as K3M9P-X2F4G. Look again at the foot of the card"
            if has_a_slip(typed):
                zh = f"“{typed}”里有一个字母或数字打错了，或前后两个打反了。再看一眼卡片右下角"
                en = (
                    f"one sign of “{typed}” is mistyped, or two have changed places. Look again at the foot of the card"
                )
            raise click.UsageError(words(zh, en, lang))
    compiled = compile_path(path, lang, today)
    current, ledger = current_cards(compiled), ledger_of(find_root(path), lang)
    status = OK
    for code in filter(None, read.values()):
        found = standing(code, current, ledger, day(today))
        if found.kind != "current" and compiled.findings.has_errors:  # what is wrong now may be what was printed
            zh, en = "脚本还有错误，先运行 scriptc check", "the scripts have errors; run scriptc check first"
            raise click.UsageError(words(zh, en, lang))
        said = _said(found, lang)
        echo(f"{code}  {said}" if len(codes) > 1 else said)
        if found.kind != "current":
            status = FINDINGS
    return status


def _said(found: Standing, lang: str) -> str:
    """One sentence on what a card is, and what to do with it."""
    name, number = found.name, f" {found.number}" if found.number else ""
    issued = found.issue.day if found.issue else ""
    match found.kind:
        case "current":
            since_zh = f"，{issued} 发放" if issued else "，还没有登记发放"
            since_en = f", handed out on {issued}" if issued else ", not handed out yet"
            zh = f"现行：卡{number}“{name}”，版本 {found.version}{since_zh}"
            en = f"current: card{number} “{name}”, version {found.version}{since_en}"
        case "ended":
            zh = f"已于 {found.day} 到期：卡{number}“{name}”{f'，{issued} 发的这一张' if issued else '，'}不要再用"
            en = f"ended on {found.day}: card{number} “{name}” is not to be used any more"
        case "ahead":
            zh = f"{found.day} 起才用：卡{number}“{name}”，版本 {found.version}，到那天以前还用原来的"
            en = f"not in force before {found.day}: card{number} “{name}”, version {found.version}"
        case "replaced" if found.day:
            zh = f"已于 {found.day} 换成新版：卡{number}“{name}”，{issued} 发的这一张作废"
            en = f"was replaced on {found.day}: card{number} “{name}”; this one of {issued} is void"
        case "replaced":
            zh = f"脚本已经改了，新卡还没有发：卡{number}“{name}”，这一张是 {issued} 发的"
            en = f"the script has changed since, and no new card is out yet: card{number} “{name}” of {issued}"
        case "gone":
            zh = f"场景已经撤了：卡{number}“{name}”，{issued} 发的这一张作废"
            en = f"its scenario is gone: card{number} “{name}”; this one of {issued} is void"
        case _:
            zh = "没见过这个码：不是这个项目发的卡，或是没有登记的草稿"
            en = "unknown: no card of this project, or a draft that was never handed out"
    if found.issue and found.number and found.issue.number != found.number and found.kind != "gone":
        zh += f"。这一张上印的是 {found.issue.number}，那个号归了另一张卡：换一张"
        en += f". This one says {found.issue.number}, which is another card's number now: print it again"
    return words(zh, en, lang)
