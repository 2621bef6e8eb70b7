"""What was wrong with a command line, in the user's language, and what to type instead.

The commands word what they refuse themselves; what the library that reads the command line refuses comes in English
alone, and is worded here. Loaded only when a command line is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import click

from compiler.report.wording import language
from dsl.diagnostics import Words, listed
from dsl.suggest import closest


def usage_error(error: click.ClickException, commands: Iterable[str]) -> str:
    """Two lines: what is wrong, and how to see what there is. commands: the names of all there are."""
    if type(error).__name__ == "NoArgsIsHelpError":  # not there in all versions; its message is the whole help
        return error.format_message()
    lang = _language()
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = ctx.command_path if ctx is not None else "scriptc"
    said = _worded(error, tuple(commands))
    message = said.in_(lang) if said is not None else error.format_message()
    return Words(f"错误：{message}\n怎么用：{path} --help", f"error: {message}\nusage: {path} --help").in_(lang)


def _language() -> str:
    """What `--lang` asks for, if it stands on the line; it was never read."""
    words = sys.argv[1:]
    asked = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    asked += [after for word, after in pairwise(words) if word == "--lang"]
    return language(asked[0] if asked and asked[0] in ("zh", "en") else None)


def _worded(error: click.ClickException, commands: tuple[str, ...]) -> Words | None:
    """What the library refused; None for what a command refused."""
    if isinstance(error, click.NoSuchOption):
        if error.option_name == "--lang" and error.ctx is not None and error.ctx.parent is None:
            return Words(
                "--lang 写在命令后面：scriptc check --lang zh",
                "--lang goes behind the command: scriptc check --lang en",
            )
        alike = listed(error.possibilities or (), "or")
        zh, en = f"没有 {error.option_name} 这个选项", f"there is no option {error.option_name}"
        return (
            Words(zh + f"；是不是想写 {alike.zh}？", en + f"; did you mean {alike.en}?") if alike.en else Words(zh, en)
        )
    if isinstance(error, click.BadOptionUsage):
        if "does not take a value" in error.message:
            return Words(f"{error.option_name} 后面不写值", f"{error.option_name} takes no value")
        return Words(f"{error.option_name} 后面要写一个值", f"{error.option_name} takes a value")
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param is not None and error.ctx is not None else ""
        what = _PLACES.get(name.rstrip(".…"), Words(name, name))
        return Words(f"后面要写{what.zh}", f"{what.en} has to follow")
    if isinstance(error, click.BadParameter) and error.param is not None:
        name, wanted = error.param.opts[0], _wanted(error.param.type)
        if isinstance(error.param.type, click.Path) and error.message.count("'") == 2:
            at = error.message.split("'")[1]
            return Words(f"没有这个文件或文件夹：{at}", f"no such file or folder: {at}")
        return (
            Words(f"{name} 的值不对；{wanted.zh}", f"{name} cannot be that; {wanted.en}")
            if wanted is not None
            else None
        )
    if error.message.startswith("Got unexpected extra argument"):
        return Words(f"多写了 {error.message.partition('(')[2].rstrip(')')}", error.message.lower())
    word = _unknown_command(error)
    if word:
        near = closest(word, commands)
        every = listed(commands, "or")
        zh, en = f"没有“{word}”这个命令；", f"there is no command “{word}”; "
        if near:
            return Words(f"{zh}是不是想写 scriptc {near}？", f"{en}did you mean scriptc {near}?")
        return Words(f"{zh}可以写：{every.zh}", f"{en}write {every.en}")
    return None


_PLACES = {
    "SCENARIO": Words("场景名", "the name of a scenario"),
    "CODE": Words("编号", "a code"),
    "PATHS": Words("文件或文件夹（当前文件夹写 .）", "files or folders (. for this one)"),
}


def _wanted(type: click.ParamType[Any]) -> Words | None:
    if isinstance(type, click.Choice):
        choices = listed((str(one) for one in type.choices), "or")
        return Words(f"可以写：{choices.zh}", f"write {choices.en}")
    if isinstance(type, click.FloatRange):
        zh, en = ("或更大", "or more") if type.max is None else (f"到 {type.max:g}", f"to {type.max:g}")
        return Words(f"要写一个数，{type.min:g} {zh}", f"it takes a number, {type.min:g} {en}")
    if isinstance(type, click.types.IntParamType):
        return Words("要写一个整数，如 0", "it takes a whole number, such as 0")
    if isinstance(type, click.DateTime):
        return Words("日期写成 2027-03-31", "a date is written 2027-03-31")
    return None


def _unknown_command(error: click.ClickException) -> str:
    """The word that stands where a command should; empty when that is not the trouble."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx is None or ctx.parent is not None or not error.message.startswith("No such command"):
        return ""
    return error.message.removeprefix("No such command ").rstrip(".")[1:-1]  # in quotes of either kind
