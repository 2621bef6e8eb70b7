"""One call, kept: what an agent desktop or a test holds on to. The pure functions are in `moves`; this remembers.

`docs/embedding.md` shows it at work.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.runtime.configuration import (
    Configuration,
    Fill,
    GoAlong,
    Happens,
    Heard,
    Input,
    Outcome,
    Pass,
    Possible,
    Refused,
)
from compiler.runtime.model import Model
from compiler.runtime.moves import begin, step, wait
from compiler.runtime.possible import possible
from compiler.runtime.transcript import Line, Turn, line_of
from dsl.frozen import Node, replace


class CallRefused(ValueError):
    """Error for a call that cannot begin; `refused` holds the reason."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.words.en)
        self.refused = refused


class Position(Node, frozen=True):
    """The step a call is in, and the scenario that step belongs to."""

    scenario: str
    step: str


class Session:
    """A call on one machine, from its beginning to its end. Not for several threads at once."""

    def __init__(
        self, model: Model, known: Mapping[str, str] | None = None, ahead: Mapping[str, str] | None = None
    ) -> None:
        """Begin a call. known: slots that are known before it, by name; ahead: answers given ahead, see `fill`.

        Where a system has to say which way the call goes before anybody has said a word, it begins with that answer: see
        `needs`.

        Raises:
            CallRefused: one of these is no such slot, or a value it cannot have; or the call cannot begin at all.
        """
        self.model = model
        self._known, self._ahead = dict(known or {}), dict(ahead or {})
        self._history: list[Configuration] = []
        self._turns: list[Turn] = []
        self._outcomes: list[Outcome] = []
        self._configuration = Configuration((), (0,) * model.gates, (None,) * len(model.slots), ())
        self._needs: Refused | None = None
        made = self._begin()
        if isinstance(made, Refused) and made.kind != "answer-missing":
            raise CallRefused(made)

    def _begin(self) -> Turn | Refused:
        """Begin with what is given so far."""
        made = begin(self.model, self._known, self._ahead)
        if isinstance(made, Outcome):
            self._needs = None
            return self._keep(None, "", made)
        missing = Possible("answer", asks=((made.slot, made.options),))
        self._needs = replace(made, possible=(missing,)) if made.kind == "answer-missing" else None
        return made

    # --- what may be put to it --------------------------------------------------------------------------------------

    def send(self, event: str, words: str = "") -> Turn | Refused:
        """The event happens; `words` are what the customer says with it, for the transcript alone."""
        return self.put(Happens(event), words)

    def go_along(self, answers: Mapping[str, str] | None = None, words: str = "") -> Turn | Refused:
        """The customer goes along; `answers` by slot. A text that is asked for and not given counts as filled."""
        return self.put(GoAlong(tuple((answers or {}).items())), words)

    def advance(self, milliseconds: int, *, heard: bool = False) -> Turn | Refused:
        """Let `milliseconds` pass in silence; `heard`: the customer is heard meanwhile, so no event lasts."""
        return self.put(Pass(milliseconds, heard))

    def wait(self, milliseconds: int) -> Turn | Refused:
        """So much time passes, as a dialogue's `经过` means it.

        While the agent waits for a time that is over within it (超过, 每, 等待), the customer is heard; otherwise nobody is.
        """
        if self._needs is not None:
            return self._needs
        made = wait(self.model, self._configuration, milliseconds)
        return made if isinstance(made, Refused) else self._keep(Pass(milliseconds), "", made)

    def fill(self, slot: str, value: str) -> Turn | Refused:
        """Give ahead what the answer will be when `slot` is asked for, or what a system will fill it with."""
        return self.put(Fill(slot, value))

    def heard(self) -> Turn | Refused:
        """Something is heard that is no event here; silence and the like begin anew."""
        return self.put(Heard())

    def put(self, given: Input, words: str = "") -> Turn | Refused:
        """Any input. A refusal changes nothing.

        Before the call has begun, it begins with the answer it needs: what is given back is then its beginning.
        """
        if self._needs is not None:
            return self._answered(given)
        made = step(self.model, self._configuration, given)
        return made if isinstance(made, Refused) else self._keep(given, words, made)

    def _answered(self, given: Input) -> Turn | Refused:
        """An answer without which the call has not begun."""
        needed, ahead = self._needs, self._ahead
        assert needed is not None
        if not isinstance(given, Fill):
            return needed
        self._ahead = {**ahead, given.slot: given.value}
        made = self._begin()
        if isinstance(made, Turn):
            return made
        if made.kind == "answer-missing":  # another one
            return Turn(given, "", 0, ())
        self._needs, self._ahead = needed, ahead  # no such slot, or not such a value
        return replace(made, possible=needed.possible)

    def back(self) -> bool:
        """Undo the last input; False at the beginning of the call."""
        if len(self._history) < 2:
            return False
        for kept in (self._history, self._turns, self._outcomes):
            kept.pop()
        self._configuration = self._history[-1]
        return True

    def _keep(self, given: Input | None, words: str, made: Outcome) -> Turn:
        self._configuration = made.configuration
        lines = tuple(line_of(self.model, one) for one in made.happenings)
        turn = Turn(given, words, made.configuration.clock, lines)
        self._history.append(made.configuration)
        self._turns.append(turn)
        self._outcomes.append(made)
        return turn

    # --- what there is to see ---------------------------------------------------------------------------------------

    @property
    def needs(self) -> Refused | None:
        """The answer that the call has not begun without (`slot`, one of `options`), to be put with `fill`; or None."""
        return self._needs

    @property
    def configuration(self) -> Configuration:
        """Current configuration, an immutable value."""
        return self._configuration

    @property
    def position(self) -> Position | None:
        """The step the call is in; None once it is over."""
        if not self._configuration.frames or self.ended:
            return None
        state = self.model.states[self._configuration.frames[-1].state]
        flow = self.model.flows[state.flow]
        return Position(flow.scenario, flow.steps[state.step].name)

    @property
    def now(self) -> tuple[Line, ...]:
        """What to say and do now: the lines of the last turn; nothing before the call has begun."""
        return self._turns[-1].lines if self._turns else ()

    def possible(self) -> tuple[Possible, ...]:
        """What may happen next."""
        if self._needs is not None:
            return self._needs.possible
        return possible(self.model, self._configuration)

    @property
    def clock(self) -> int:
        """Milliseconds since the beginning of the call."""
        return self._configuration.clock

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self._configuration.outcome is not None

    @property
    def outcome(self) -> str | None:
        """How it ended: the declared outcome, "" when the scenario simply returned, None while it goes on."""
        return self._configuration.outcome

    @property
    def slots(self) -> dict[str, str]:
        """What is known: the value of every filled slot, by name."""
        values = self._configuration.slots
        return {slot.name: value for slot, value in zip(self.model.slots, values, strict=True) if value is not None}

    @property
    def transcript(self) -> tuple[Turn, ...]:
        """All turns so far."""
        return tuple(self._turns)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The same as the pure functions gave it: every act performed and every transition taken."""
        return tuple(self._outcomes)
