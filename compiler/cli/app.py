"""`scriptc`: the group of commands, loaded one at a time, and what happens when something goes wrong.

Exit status: 0 clean, 1 findings at error level (or more warnings than allowed), 2 wrong use, 3 a bug in the compiler,
130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from compiler.cli.common import BUG, INTERRUPTED, WRONG_USE, cannot_read, echo, words
from compiler.report.bug import write_bug_report
from compiler.report.wording import language

COMMANDS = ("check", "fmt", "test", "rehearse", "build", "cards", "verify", "graph", "explain")
"""The commands in the order `scriptc --help` shows them; each is `compiler.cli.NAME` and its function of that name."""


_FULL = (errno.ENOSPC, errno.EIO)
"""What a stream says that can take no more."""


class _Commands(click.Group):
    """A group that imports a command when it is asked for: what `check` does not need does not slow it down."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"compiler.cli.{cmd_name}"), cmd_name)
        return command


def main() -> None:
    """Entry point of `scriptc`. Never shows a traceback: what goes wrong inside is written to a report file."""
    # Trees hold no cycles and stay to the end: looking for garbage among them as often as is usual costs a quarter.
    gc.set_threshold(50_000, 20, 100)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller (`<&-`): an input without a line, an output that nobody reads
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif hasattr(stream, "reconfigure"):
            # Neither a Chinese message nor what is typed may fail on a console that is not UTF-8.
            stream.reconfigure(errors="replace")
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        echo(words("已中断；上一次的结果没有改动。", "Interrupted; the last output is untouched."), err=True)
        status = INTERRUPTED
    except click.ClickException as error:
        from compiler.cli.usage_errors import usage_error  # noqa: PLC0415 - 2 ms, for a wrong command line alone

        echo(usage_error(error, COMMANDS), err=True)
        status = WRONG_USE
    except OSError as error:
        if error.errno in _FULL and error.filename is None:
            status = _unprinted(error)
        elif _is_part_of_us(error.filename):
            status = _damaged(str(error.filename))
        else:
            status = _refused(error) if error.filename is not None else _report_bug()
    except ImportError as error:
        status = _damaged(error.name or str(error))
    except Exception as error:  # noqa: BLE001 - the one place that turns a bug into a report
        status = _damaged(str(error)) if type(error).__name__ == "TemplateNotFound" else _report_bug()
    sys.exit(status)


def _unprinted(error: OSError) -> int:
    """What was printed did not get where it was sent, which is no bug of ours. Closed pipes are click's business."""
    # Otherwise Python tries once more at its end, and complains.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    why = error.strerror or str(error)
    echo(words(f"结果写不出去（{why}）", f"the output cannot be written ({why})"), err=True)
    return WRONG_USE


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="scriptc")
def cli() -> None:
    """客服场景话术：检查、测试、打印。 Scenario scripts of call centres: checked, tested, printed."""


_HOME = Path(__file__).resolve().parents[2]


def _is_part_of_us(name: object) -> bool:
    """Whether `name` is a file that the installation brings: the grammar, a template, the library."""
    if not isinstance(name, str | os.PathLike):
        return False
    path = Path(name).resolve()
    return any(path.is_relative_to(_HOME / part) for part in ("dsl", "compiler", "scripts_library"))


def _damaged(what: str) -> int:
    """Say that the installation lacks something, which is neither the scripts' fault nor a bug of ours."""
    echo(
        words(
            f"scriptc 没有装完整（缺 {what}）。重新安装：pip install --force-reinstall scriptc",
            f"scriptc is not whole: {what} is missing. Install it again: pip install --force-reinstall scriptc",
        ),
        err=True,
    )
    return WRONG_USE


def _refused(error: OSError) -> int:
    """Say which file or folder the system would not have opened: its doing, whatever the command was about to do."""
    name = error.filename
    path = Path(os.fsdecode(name) if isinstance(name, str | bytes) else str(name))
    echo(words("错误：", "error: ") + cannot_read(path, error, language(None)).format_message(), err=True)
    return WRONG_USE


def _report_bug() -> int:
    """Keep the traceback in a file the user can send, and say so in one line."""
    where = write_bug_report(" ".join(sys.argv[1:2]))
    echo(
        words(
            f"scriptc 内部错误，不是脚本的问题。请把这个文件发给我们：{where}",
            f"Internal error in scriptc; your scripts are not to blame. Please send us this file: {where}",
        ),
        err=True,
    )
    return BUG
