"""Runs SCXML documents in python-statemachine on a clock that only moves when told, and hears what they log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch
from xml.etree import ElementTree

from statemachine import event_data
from statemachine.engines import sync
from statemachine.io import actions
from statemachine.io.scxml.processor import SCXMLProcessor

from tests.calls import Input

SC = "{urn:scriptc:machine:1}"
SCXML = "{http://www.w3.org/2005/07/scxml}"


class _Moment(float):
    """A time in seconds that adds up without rounding errors, so that what is due together stays together."""

    def __add__(self, other: float) -> _Moment:
        return _Moment(round(float(self) + other, 6))


class Document:
    """What a document says of itself: places (scenario, state) by the chart's states, events, and what gives answers."""

    def __init__(self, text: str) -> None:
        root = ElementTree.fromstring(text)
        self.places: Mapping[str, tuple[str, str]] = {
            element.get("id", ""): (element.get(f"{SC}scenario", ""), element.get(f"{SC}state", ""))
            for element in root.iter()
            if element.get(f"{SC}state")
        }
        self._events = {element.get("name", ""): element.get("event", "") for element in root.iter(f"{SC}event")}
        self._answers = {
            (element.get("slot", ""), element.get("value", "")): element.get("event", "")
            for tag in ("answer", "known")
            for element in root.iter(f"{SC}{tag}")
        }

    def event(self, given: Input) -> str:
        """The chart's event for an input; empty: no guard asks for that slot."""
        match given:
            case ("event", name):
                return self._events[name]
            case ("fill" | "known", slot, value):
                return self._answers.get((slot, value), "")
            case _:
                return f"_{given[0]}"


class Engine:
    """One document, run by one call after the other."""

    def __init__(self, text: str) -> None:
        self._processor = SCXMLProcessor(trusted=True)
        self._processor.parse_scxml("machine", text)
        self._document = Document(text)

    def begin(self) -> None:
        self.heard: list[tuple[str, str]] = []
        with self._clock(0):
            self._machine = self._processor.start()
        self._now = 0

    def put(self, given: Input) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Give the engine an input: what it logs, and where it then rests."""
        self.heard = []
        if given[0] == "pass":
            self._pass(int(given[1]))
        else:
            event = self._document.event(given)
            if event:
                with self._clock(self._now):
                    self._machine.send(event)
        return tuple(self.heard), self._rest()

    def _rest(self) -> tuple[str, ...]:
        active = {state.id for state in self._machine.configuration}
        if any(state.final for state in self._machine.configuration):
            return ()
        places = [place for id, place in self._document.places.items() if id in active]
        assert len(places) < 2, places
        return places[0] if places else ("idle",)

    def _pass(self, milliseconds: int) -> None:
        end = self._now + milliseconds
        queue = self._machine._engine.external_queue
        while not queue.is_empty() and (due := round(queue.queue.queue[0].execution_time * 1000)) <= end:
            self._now = due
            with self._clock(due):
                self._machine._processing_loop()
        self._now = end

    @contextmanager
    def _clock(self, now: int) -> Iterator[None]:
        """Time stands still at `now`; what is not due yet is left for later instead of waited for."""

        def monotonic() -> _Moment:
            return _Moment(now / 1000)

        take = sync.SyncEngine._take_due_external_event

        def take_due(engine: sync.SyncEngine, first: object) -> object:
            queue = engine.external_queue
            if queue.is_empty() or queue.queue.queue[0].execution_time > monotonic():
                return False, first
            return take(engine, first)

        def log(action: actions.Log, *args: object, **kwargs: object) -> None:
            self.heard.append((action.action.label, str(action._expr(*args, **kwargs))))

        with (
            patch.object(sync, "monotonic", monotonic),
            patch.object(event_data, "monotonic", monotonic),
            patch.object(sync.SyncEngine, "_take_due_external_event", take_due),
            patch.object(actions.Log, "__call__", log),
        ):
            yield
