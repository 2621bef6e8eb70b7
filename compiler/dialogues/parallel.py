"""Mutants judged on all cores. The project is read once; what comes of it does not depend on how many there are."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress

from compiler.dialogues.mutation import Jury, Key, Verdict
from compiler.project.loader import Project

_AT_ONCE = 4
"""So many mutants a process is handed at a time."""
_juries: list[Jury] = []
"""The jury of a process: inherited by forking, or one of its own."""


def judge_all(
    project: Project, keys: tuple[Key, ...], go_on: Callable[[], bool], day: str | None = None
) -> Iterator[Verdict]:
    """The verdicts on `keys`, in any order; no further ones once `go_on` says no. day: see `Jury`."""
    if not keys:
        return
    workers = min(os.cpu_count() or 1, -(-len(keys) // _AT_ONCE))
    forks = "fork" in multiprocessing.get_all_start_methods()
    if workers < 2 or forks:
        _juries[:] = [Jury(project, day)]
    try:
        if workers < 2:
            for key in keys:
                if not go_on():
                    return
                yield _judge(key)
            return
        gc.freeze()  # looking for garbage would touch, and so copy, all that is inherited
        context = multiprocessing.get_context("fork" if forks else "spawn")
        with context.Pool(workers, _begin, (None if forks else project, day)) as pool:
            for verdict in pool.imap_unordered(_judge, keys, _AT_ONCE):
                yield verdict
                if not go_on():
                    return
    finally:
        gc.unfreeze()
        _juries.clear()


def _begin(project: Project | None, day: str | None) -> None:
    """What a process does first: an interrupt is none of its business; a project is there when it has no jury yet."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if project is not None:
        _juries.append(Jury(project, day))


def _judge(key: Key) -> Verdict:
    return _juries[0].judge(key)
