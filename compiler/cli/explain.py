"""`scriptc explain`: why a finding matters and how to mend it; what a word of the language means."""

from __future__ import annotations

import click

from compiler.cli.common import OK, emit, lang_option, no_code, words
from compiler.findings.registry import ALL_LINTS, find_lint
from compiler.report.explain import markdown, plain
from compiler.report.glossary import called, lines, listing, meanings, nearest
from compiler.report.wording import language
from dsl.suggest import closest


@click.command()
@click.argument("asked", nargs=-1, metavar="CODE|WORD...")
@click.option("--all", "everything", is_flag=True, help="Every check, as Markdown. 所有检查，Markdown 格式。")
@click.option("--words", "every_word", is_flag=True, help="Every word of the language. 所有关键词、单位等，一行一个。")
@lang_option
def explain(asked: tuple[str, ...], everything: bool, every_word: bool, lang: str | None) -> int:
    """说明一条检查为什么要紧、怎么改，或一个关键词怎么用。 Say why a finding matters, or what a keyword means."""
    lang = language(lang)
    if everything:
        emit(markdown(ALL_LINTS, lang))
        return OK
    if every_word:
        emit("\n".join(listing(lang)) + "\n")
        return OK
    if not asked:
        zh = "写上编号或关键词，例如：scriptc explain SC201，scriptc explain 全程"
        en = "give a code or a word, for instance: scriptc explain SC201, scriptc explain anytime"
        raise click.UsageError(words(zh, en, lang))
    at = 0
    while at < len(asked):
        page, length = _page(asked[at:], lang)
        emit("\n" * bool(at) + page)
        at += length
    return OK


def _page(asked: tuple[str, ...], lang: str) -> tuple[str, int]:
    """What there is to say about the first of `asked`, and how many of them that took: some keywords are two words.

    Raises:
        click.UsageError: it is neither a code nor a word of the language.
    """
    lint = find_lint(asked[0])
    if lint is not None:
        return plain(lint, lang), 1
    if asked[0].strip().upper().startswith("SC"):
        raise no_code(asked[0], lang)
    for length in (2, 1):
        typed = " ".join(asked[:length])
        name = typed if meanings(typed) else called(typed)
        if name:
            told = [line for entry in meanings(name) for line in lines(entry, lang)]
            if name != typed:
                told.insert(0, words(f"“{typed}”在这里叫“{name}”：", f"“{typed}” is called “{name}” here:", lang))
            return "\n".join(told) + "\n", length
    raise _no_word(asked[0], lang)


def _no_word(asked: str, lang: str) -> click.UsageError:
    """Usage error: no such word in the language, with the nearest there is."""
    near = nearest(asked) or closest(asked.lower(), (lint.name for lint in ALL_LINTS))
    said = words(f"“{asked}”不是关键词，也不是编号", f"“{asked}” is neither a keyword nor a code", lang)
    if near:
        return click.UsageError(said + words(f"，是不是想写“{near}”？", f"; did you mean “{near}”?", lang))
    zh = "。所有关键词：scriptc explain --words；所有编号：scriptc explain --all"
    en = ". For all keywords: scriptc explain --words; for all codes: scriptc explain --all"
    return click.UsageError(said + words(zh, en, lang))
