"""Mutants judged on all cores. Each process reads the project once; what comes back does not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import suppress

from compiler.dialogues.mutation import Jury, Key, Verdict
from compiler.loader import Project

_AT_ONCE = 4
"""So many mutants a process is handed at a time."""
_juries: list[Jury] = []
"""In a process of its own: the one jury it has."""


def judge_all(project: Project, keys: tuple[Key, ...], go_on: Callable[[], bool]) -> Iterator[Verdict]:
    """The verdicts on `keys`, in any order; no further ones once `go_on` says no."""
    workers = min(os.cpu_count() or 1, -(-len(keys) // _AT_ONCE))
    if workers < 2:
        jury = Jury(project)
        for key in keys:
            if not go_on():
                return
            yield jury.judge(key)
        return
    # Not forked: a process that was read-only so far may hold threads, and other systems cannot fork.
    pool = multiprocessing.get_context("spawn").Pool(workers, _begin, (project,))
    with pool:
        for verdict in pool.imap_unordered(_judge, keys, _AT_ONCE):
            yield verdict
            if not go_on():
                return


def _begin(project: Project) -> None:
    import signal

    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the first process's business
    _juries.append(Jury(project))


def _judge(key: Key) -> Verdict:
    return _juries[0].judge(key)
