"""The simulator: a compiled machine's JSON, run. Calls one at a time, on a clock that only moves when it is told to.

Read it in this order: `document` (the JSON as types), `model` (the same with every name looked up), `reading` (one into
the other), `configuration` (where a call is, and what may be put to it), `running` and `timers` (what a move does),
`moves` (the pure functions `begin` and `step`), `session` (a call that remembers). It knows nothing of scripts, of the
compiler's own machine, or of files: what an agent desktop embeds is this package and a JSON file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.runtime.configuration import Fill, GoAlong, Happens, Heard, Pass, Possible, Refused
    from compiler.runtime.model import UNKNOWN, Model
    from compiler.runtime.reading import MachineRefused, load
    from compiler.runtime.session import CallRefused, Position, Session
    from compiler.runtime.transcript import Line, Turn, transcript_lines

__all__ = [
    "UNKNOWN",
    "CallRefused",
    "Fill",
    "GoAlong",
    "Happens",
    "Heard",
    "Line",
    "MachineRefused",
    "Model",
    "Pass",
    "Position",
    "Possible",
    "Refused",
    "Session",
    "Turn",
    "load",
    "transcript_lines",
]

# A check reads transcripts and nothing else of this; what is asked for is imported then (PEP 562).
_MODULES = {
    "configuration": ("Fill", "GoAlong", "Happens", "Heard", "Pass", "Possible", "Refused"),
    "model": ("UNKNOWN", "Model"),
    "reading": ("MachineRefused", "load"),
    "session": ("CallRefused", "Position", "Session"),
    "transcript": ("Line", "Turn", "transcript_lines"),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
