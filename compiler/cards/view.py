"""A card in words: plain data that the page's and the print's template lay out as it stands.

Both templates read this one form, so neither decides what is shown. All authors' text passes through `clean` here.
Knows nothing of HTML, of Typst, of sizes and colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from compiler.cards.parts import (
    Action,
    Asking,
    Blank,
    Calling,
    Card,
    CardStep,
    Doing,
    Exit,
    Line,
    Part,
    Promising,
    Reaction,
    Saying,
    Waiting,
    Wording,
)
from compiler.cards.words import Lang, Wordbook, headed, named, wordbook
from compiler.machine.model import NeverDo, NeverSay, SlotRef
from compiler.project.file_names import file_stem

View: TypeAlias = dict[str, Any]
"""Dictionaries, lists, strings and booleans, ready for a template or for JSON."""

_UNSEEN = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0))),  # controls
    **dict.fromkeys(
        (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
    ),  # marks of direction
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # halves of characters
    **dict.fromkeys((0x0A, 0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n"),
    0x09: " ",
}


def clean(text: str) -> str:
    """`text` without what a page can't show and what could turn it round: controls and marks of direction."""
    return text if text.isprintable() else text.translate(_UNSEEN)


def card_view(card: Card, lang: Lang) -> View:
    """`card` in the words of `lang`."""
    return _Viewer(wordbook(lang)).card(card)


def part_view(part: Part, lang: Lang) -> View:
    """One part of a card, as `card_view` has it."""
    return _Viewer(wordbook(lang)).part(part)


class _Viewer:
    def __init__(self, words: Wordbook) -> None:
        self.words = words
        self.explained: set[str] = set()

    def card(self, card: Card) -> View:
        words, main = self.words, card.main
        foot = [words["rate"].replace("{n}", str(card.speech_rate))]
        if card.sources:
            foot.append(f"{words['source']} {clean(' '.join(card.sources))}")
        return {
            "lang": "zh-CN" if words.lang == "zh" else "en",
            "words": words.words,
            "name": clean(card.name),
            "about": [clean(text) for text in (named(card.kind), *map(named, card.channels)) if text],
            "version": clean(card.version),
            "effective": clean(self._days(card)),
            "until": clean(card.until or ""),
            "road": [
                {"label": step.label, "name": clean(headed(step.name)), "seconds": words.speech(step.seconds)}
                for step in main.main_path
            ],
            "ending": self._exit(main.ending) if main.ending else None,
            "total": words.speech(main.seconds),
            "main": self.part(main),
            "dialogues": [self.part(part) for part in card.dialogues],
            "foot": foot,
        }

    def _days(self, card: Card) -> str:
        if not card.until:
            return card.effective or ""
        return self.words["until"].replace("{since}", card.effective or "").replace("{until}", card.until)

    def part(self, part: Part) -> View:
        """One part, in words."""
        self.explained = set()  # anew in each part: a sub-dialogue looks the same on every card
        return {
            "label": part.label,
            "title": clean(part.title),
            "goals": _clean(part.goals),
            "tips": _clean(part.tips),
            "road": [self._step(step) for step in part.steps if step.on_main_path],
            "aside": [self._step(step) for step in part.steps if not step.on_main_path],
            "anytime": [self._reaction(reaction, self.words.told(reaction)) for reaction in part.anytime],
            "anytime_note": self.words["here_note" if part.label else "anytime_note"],
            "never": self._never(part.never_say, part.never_do),
            "never_note": self.words["here_note" if part.label else "never_note"],
        }

    def _step(self, step: CardStep) -> View:
        words = self.words
        at_most = None
        if step.at_most:
            limit, reaction = step.at_most
            at_most = self._reaction(reaction, words["at_most"].replace("{n}", str(limit)))
        return {
            "label": step.label,
            "name": clean(headed(step.name)),
            "road": step.on_main_path,
            "tags": [_name(tag) for tag in step.tags],
            "goal": clean(step.goal),
            "tips": _clean(step.tips),
            "within": words.amount(step.within) if step.within else "",
            "opening": words.amount(step.opening) if step.opening else "",
            "seconds": words.speech(step.seconds),
            "at_most": at_most,
            "lines": [self._line(line) for line in step.lines],
            "never": self._never(step.never_say, step.never_do),
            "onward": self._onward(step.onward),
            "reactions": [self._reaction(reaction, words.told(reaction)) for reaction in step.reactions],
        }

    def _onward(self, reactions: Sequence[Reaction]) -> list[View]:
        """The ways on; where others with guards come first, the one without is called what it is: the rest."""
        views = []
        guarded = False
        for reaction in reactions:
            when = self.words["otherwise"] if guarded and not reaction.guard else self.words.onward(reaction)
            views.append(self._reaction(reaction, when))
            guarded = guarded or bool(reaction.guard)
        return views

    def _reaction(self, reaction: Reaction, when: str) -> View:
        lines, way = reaction.lines, self._exit(reaction.exit)
        if way["kind"] == "stay" and lines and isinstance(lines[-1], Calling) and not lines[-1].guard:
            # The sub-dialogue is where it leads; that it comes back stands above all sub-dialogues.
            way = {**way, **self._call(lines[-1])}
            lines = lines[:-1]
        return {
            "when": clean(when),
            "guard": clean(self.words.guard(reaction.guard)),
            "lines": [self._line(line) for line in lines],
            "way": way,
        }

    def _exit(self, way: Exit) -> View:
        return {
            "kind": way.kind,
            "label": way.label,
            "road": way.on_main_path,
            "text": clean(self.words.way(way)),
        }

    def _line(self, line: Line) -> View:
        words = self.words
        view: View = {"guard": "" if isinstance(line, Waiting) else clean(words.guard(line.guard))}
        match line:
            case Saying():
                view |= {"kind": "say", "wordings": list(map(self._runs, line.wordings)), "blanks": []}
            case Asking():
                wordings = list(map(self._runs, line.wordings))
                view |= {"kind": "ask", "wordings": wordings, "blanks": _blanks(line.blanks)}
            case Doing():
                view |= {"kind": "do", "actions": list(map(self._action, line.actions))}
            case Promising():
                due = words["by"].replace("{time}", words.amount(line.deadline))
                view |= {"kind": "promise", "slot": _name(line.slot), "due": due}
            case Waiting():
                view |= {"kind": "wait", "time": words.clock(line.delay)}
            case Calling():
                view |= self._call(line)
        view["word"] = words[view["kind"]]
        return view

    def _call(self, line: Calling) -> View:
        return {
            "kind": "call",
            "label": line.label,
            "text": clean(line.title),
            "file": f"{quote(file_stem(line.scenario))}.pdf",
        }

    def _action(self, action: Action) -> View:
        """An action; what it means is told where it comes first."""
        note = "" if action.name in self.explained else action.note
        self.explained.add(action.name)
        return {"name": _name(action.name), "note": clean(note), "blanks": _blanks(action.blanks)}

    def _runs(self, wording: Wording) -> list[View]:
        """Runs of a phrase: `text`, a `slot` the agent fills in (`tail`: which part of it), a deadline `due`."""
        runs: list[View] = []
        for piece in wording:
            if isinstance(piece, str):
                runs.append({"text": clean(piece)})
            elif isinstance(piece, SlotRef):
                runs.append({"slot": _name(piece.slot), "tail": self.words.tail(piece)})
            else:
                runs.append({"due": self.words.amount(piece)})
        return runs

    def _never(self, never_say: Iterable[NeverSay], never_do: Iterable[NeverDo]) -> list[View]:
        said = [
            {
                "kind": "say",
                "texts": _clean(never.texts),
                "because": clean(never.because),
                "instead": _clean(never.instead),
            }
            for never in never_say
        ]
        done = [
            {
                "kind": "do",
                "texts": [_name(action) for action in never.actions],
                "because": clean(never.because),
                "instead": [],
            }
            for never in never_do
        ]
        return [*said, *done]


def _name(name: str) -> str:
    return clean(named(name))


def _clean(texts: Iterable[str]) -> list[str]:
    return [clean(text) for text in texts]


def _blanks(blanks: Iterable[Blank]) -> list[View]:
    return [
        {
            "slot": _name(blank.slot),
            "options": _clean(blank.options),
            "sensitive": blank.sensitive,
            "room": blank.room,
        }
        for blank in blanks
    ]
