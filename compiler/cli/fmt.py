"""`scriptc fmt`: write scripts in their one canonical form."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from compiler.build.output import write_file
from compiler.cli.common import (
    FINDINGS,
    OK,
    cannot_read,
    cannot_write,
    echo,
    lang_option,
    print_diff,
    print_findings,
    script_files,
    words,
)
from compiler.findings.weighing import Weighed
from compiler.project.loader import MAX_BYTES, read_regular
from compiler.project.reformat import WrongEncoding, reformat
from compiler.report.wording import language
from dsl.diagnostics import Collector


@click.command()
@click.argument("paths", type=click.Path(path_type=Path, exists=True, readable=False), nargs=-1, required=True)
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
    lang = language(lang)
    if codec is not None and not _exists(codec):
        zh = f"没有“{codec}”这种编码：记事本的 ANSI 写 gb18030，Unicode 写 utf-16，繁体写 big5"
        en = f"there is no encoding “{codec}”: for Notepad's ANSI write gb18030, for its Unicode utf-16, or big5"
        raise click.UsageError(words(zh, en, lang))
    findings = Collector()
    changed: list[Path] = []
    try:
        files = tuple(script_files(paths))
    except OSError as error:
        raise cannot_read(Path(error.filename), error, lang) from None
    for path in files:
        try:
            made = reformat(path.as_posix(), _read(path, lang), codec, keywords)
        except WrongEncoding:
            message = words(f"{path} 不是 {codec} 编码", f"{path} is not encoded as {codec}", lang)
            raise click.UsageError(message) from None
        except OSError as error:
            raise cannot_read(path, error, lang) from None
        findings.extend(made.findings)
        if not made.changed:
            continue
        changed.append(path)
        if show_diff:
            print_diff(str(path), made.before, made.after)
        elif not only_check:
            try:
                write_file(path, made.data)
            except OSError as error:
                raise cannot_write(path, error, lang) from None
    if len(findings):
        print_findings(Weighed(tuple(findings)), len(files), lang)
        echo(words("有错误的文件没有改动。", "Files with errors were left as they are.", lang), err=True)
        return FINDINGS
    if only_check and not show_diff:
        for path in changed:
            echo(words(f"格式不统一：{path}", f"would be rewritten: {path}", lang))
    return FINDINGS if changed and (only_check or show_diff) else OK


def _read(path: Path, lang: str) -> bytes:
    """The bytes of a script, all of them. Raises click.UsageError where they are too many for one, or OSError."""
    data = read_regular(path, MAX_BYTES)
    if len(data) > MAX_BYTES:
        megabytes = MAX_BYTES // (1024 * 1024)
        zh, en = (
            f"{path} 超过 {megabytes} MB，不像脚本，没有改动它",
            f"{path} is larger than {megabytes} MB, which is no script",
        )
        raise click.UsageError(words(zh, en, lang))
    return data


def _exists(codec: str) -> bool:
    """Whether `codec` is an encoding of text."""
    try:
        b"  ".decode(codec)  # nothing is looked up for no bytes
    except UnicodeError:
        return True
    except LookupError:
        return False
    return True
