"""`scriptc explain`: why a finding matters and how to mend it."""

from __future__ import annotations

import click

from compiler.cli.common import OK, emit, lang_option, no_code, words
from compiler.report.wording import language
from compiler.rule_list import ALL_RULES, find_rule


@click.command()
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option("--all", "everything", is_flag=True, help="Every check, as Markdown. 所有检查，Markdown 格式。")
@lang_option
def explain(codes: tuple[str, ...], everything: bool, lang: str | None) -> int:
    """说明一条检查为什么要紧、怎么改。 Say why a finding matters on a call and how to mend it."""
    from compiler.report.explain import markdown, plain

    lang = language(lang)
    if everything:
        emit(markdown(ALL_RULES, lang))
        return OK
    if not codes:
        raise click.UsageError(
            words("写上编号，例如：scriptc explain SC201", "give a code, for instance: scriptc explain SC201", lang)
        )
    for number, code in enumerate(codes):
        rule = find_rule(code)
        if rule is None:
            raise no_code(code, lang)
        emit("\n" * bool(number) + plain(rule, lang))
    return OK
