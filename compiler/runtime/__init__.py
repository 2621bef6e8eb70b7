"""The simulator: a compiled machine's JSON, run. Calls one at a time, on a clock that only moves when it is told to.

Read it in this order: `document` (the JSON as types), `model` (the same with every name looked up), `reading` (one into
the other), `configuration` (where a call is, and what may be put to it), `running` and `timers` (what a move does),
`moves` (the pure functions `begin` and `step`), `session` (a call that remembers). It knows nothing of scripts, of the
compiler's own machine, or of files: what an agent desktop embeds is this package and a JSON file.
"""

from compiler.runtime.configuration import Fill, GoAlong, Happens, Heard, Pass, Possible, Refused
from compiler.runtime.model import UNKNOWN, Model
from compiler.runtime.reading import MachineRefused, load
from compiler.runtime.session import CallRefused, Position, Session
from compiler.runtime.transcript import Line, Turn, transcript

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
    "transcript",
]
