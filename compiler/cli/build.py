"""`scriptc build`: check, then write machines and cue cards."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from compiler.cli.common import OK, compile_path, day, lang_option, path_argument, progress, report, today_option, words
from compiler.loader import find_root
from compiler.report.wording import language
from compiler.review import review


@click.command()
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
    compiled = compile_path(path, lang)
    status = report(review(compiled, day(today)), compiled.project, path, lang)
    if status != OK:
        return status
    folder = output or find_root(path) / compiled.project.settings.output
    pdf = not no_pdf
    try:
        with progress(words("生成卡片", "cards", lang), len(compiled.machines)) as step:
            count = write_all(folder, built_files(compiled, pdf=pdf, step=step))
    except PrintMissing:
        click.echo(
            words(
                "没有安装打印组件，这次不生成 PDF。要打印：pip install 'scriptc[print]'",
                "PDF cards left out, because printing is not installed: pip install 'scriptc[print]'",
                lang,
            ),
            err=True,
        )
        count = write_all(folder, built_files(compiled, pdf=False, step=lambda: None))
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
    click.echo(words(f"写好 {count} 个文件：{folder}", f"{count} files written to {folder}", lang))
    return OK
