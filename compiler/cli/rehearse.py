"""`scriptc rehearse`: play a scenario through at a terminal, or over a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from compiler.build.output import rewrite, write_file
from compiler.cli.common import (
    FINDINGS,
    OK,
    PATH,
    cannot_write,
    compile_path,
    echo,
    lang_option,
    paint,
    scenario_named,
    today_option,
    words,
)
from compiler.dialogues.missing import keywords_of
from compiler.dialogues.names import Names
from compiler.dialogues.rehearsal import Customer, MadeUp, Rehearsal, Score, answers_for
from compiler.dialogues.suite import Models
from compiler.dialogues.writing import dialogue_text
from compiler.machine.model import Machine
from compiler.pipeline import Compilation
from compiler.project.loader import MAX_BYTES, read_regular
from compiler.report.terminal import columns, visible
from compiler.report.wording import language
from compiler.rulebooks.rule_set import Today, applied_rules
from compiler.runtime.configuration import Configuration, Possible, Refused
from compiler.runtime.model import Prohibition
from compiler.runtime.session import CallRefused
from compiler.runtime.transcript import duration
from dsl.nodes import NeverSay
from dsl.source import normalise

WIDTH = 60
_BACK, _QUIT, _HELP = ("b", "back", "返回"), ("q", "quit", "结束"), ("?", "？", "help", "帮助")


@click.command()
@click.argument("scenario")
@click.argument("path", type=PATH, default=".")
@click.option(
    "--customer", type=click.Choice(("manual", "random", "hard")), help="Who plays the customer. 谁来演客户。"
)
@click.option("--seed", type=int, help="A made-up customer, the same for the same number. 按这个数编出客户。")
@click.option("-o", "--output", type=PATH, help="Add the call to this script. 把通话写进这个脚本。")
@today_option
@lang_option
def rehearse(
    scenario: str,
    path: Path,
    customer: Customer | None,
    seed: int | None,
    output: Path | None,
    today: datetime | None,
    lang: str | None,
) -> int:
    """演练一个场景：看卡片、选客户的反应。 Rehearse a scenario: see the card, choose what the customer does."""
    lang = language(lang)
    compiled = compile_path(path, lang, today)
    play = _rehearsal(compiled, scenario, lang)
    made_up = None
    if (customer or ("manual" if seed is None else "random")) != "manual":
        made_up = MadeUp(customer or "random", seed or 0)
    desk = _Desk(play, made_up, lang)
    if not desk.begin():
        return FINDINGS
    desk.play()
    desk.show_score(play.score())
    title = words(f"演练：{play.call.outcome or '没有走完'}", f"rehearsal: {play.call.outcome or 'unfinished'}", lang)
    text = dialogue_text(play.dialogue(title), keywords_of(compiled.program.scenarios[play.model.name].node))
    if output is None:
        echo(words("\n这通电话写成对话：", "\nThe call as a dialogue:", lang))
        echo(text, nl=False)
    else:
        _save(output, text, lang)
    return OK


def _rehearsal(compiled: Compilation, asked: str, lang: str) -> Rehearsal:
    """The rehearsal of the scenario that `asked` names, by any of its names."""
    machine = scenario_named(compiled, asked, lang)
    model = Models(compiled).get(machine.name)
    if model is None:
        zh, en = f"“{asked}”有错误，先改好：scriptc check", f"“{asked}” has errors; mend them first: scriptc check"
        raise click.UsageError(words(zh, en, lang))
    return Rehearsal(machine, model, Names(compiled.program).word_groups(), _wide_bans(compiled, machine))


def _wide_bans(compiled: Compilation, machine: Machine) -> Iterator[Prohibition]:
    """What no agent of the project may say in this scenario, whatever the step: the project's lines and its rules'."""
    lines = list(compiled.program.never_say)
    for held in applied_rules(compiled.program, machine, Today(compiled.today)):
        if held.waiver is None:
            lines += (line for line in held.rule.lines if isinstance(line, NeverSay))
    for line in lines:
        because = line.because.plain if line.because is not None else ""
        instead, unless = (tuple(one.plain for one in several) for several in (line.instead, line.unless))
        yield Prohibition(tuple(one.plain for one in line.texts), because, instead, unless)


def _save(path: Path, text: str, lang: str) -> None:
    """Add the dialogue at the end of a script, a new one if need be."""
    try:
        if path.exists():
            before = normalise(read_regular(path, MAX_BYTES).decode("utf-8"))
            rewrite(path, before, before.rstrip("\n") + "\n\n" + text if before.strip() else text)
        else:
            write_file(path, text.encode("utf-8"))
    except OSError as error:
        raise cannot_write(path, error, lang) from None
    except UnicodeDecodeError:
        zh, en = f"{path} 不是 UTF-8 文本，没有改动它", f"{path} is no text in UTF-8; it is left alone"
        raise click.UsageError(words(zh, en, lang)) from None
    echo(words(f"已写进 {path}，请审阅", f"written to {path}, for you to review", lang))


class _Desk:
    """What is shown and read. Every line is read from standard input, so a pipe does as well as a keyboard."""

    def __init__(self, play: Rehearsal, made_up: MadeUp | None, lang: str) -> None:
        self.rehearsal = play
        self.made_up = made_up
        self.lang = lang
        self.over = False
        self._shown: Configuration | None = None

    # --- the call ---------------------------------------------------------------------------------------------------

    def begin(self) -> bool:
        """Ask what is known before the call, and begin it. False when nobody answers."""
        model = self.rehearsal.model
        answers: dict[str, str] = {}
        for slot in model.slots:
            if slot.known:
                value = self.ask(slot.name, slot.options)
                if value:
                    answers[slot.name] = value
        while not self.over:
            try:
                needed = self.rehearsal.begin(answers)
            except CallRefused as error:
                echo(error.refused.words.in_(self.lang), err=True)
                return False
            if needed is None:
                echo(self._w(_HELP_ZH, _HELP_EN))
                return True
            value = self.ask(needed.slot, needed.options)
            if not value:
                echo(needed.words.in_(self.lang), err=True)
                return False
            answers[needed.slot] = value
        return False

    def play(self) -> None:
        """Turn by turn, until the call, the input or the trainee's patience ends."""
        while not self.over and not self.rehearsal.call.ended:
            self.show_card()
            if self.made_up is None:
                self.turn_by_hand()
            else:
                self.turn_made_up(self.made_up)
        if self.rehearsal.call.ended:
            self.show_lines()

    def turn_by_hand(self) -> None:
        """One line of input: a reaction's number, with the customer's words behind it; or what the agent says."""
        reactions = self.rehearsal.reactions()
        start = time.monotonic()
        line = self.read("> ")
        self.rehearsal.took(time.monotonic() - start)
        if line is None or self.command(line):
            return
        number, _, said = line.partition(" ")
        if number.isdecimal():
            chosen = _numbered(number, reactions)
            if chosen is not None:
                self.react(chosen, said.strip())
            else:
                echo(self._w(f"没有第 {number} 个，只有 1 到 {len(reactions)}", f"1 to {len(reactions)} only"))
        elif line:
            self.check(line)

    def turn_made_up(self, customer: MadeUp) -> None:
        """What the agent says, then what the made-up customer does about it."""
        reactions = self.rehearsal.reactions()
        start = time.monotonic()
        line = self.read(self._w("坐席（回车：照卡片说）> ", "agent (return: as on the card)> "))
        self.rehearsal.took(time.monotonic() - start)
        if line is None or self.command(line):
            return
        if line:
            self.check(line)
        if reactions:
            chosen = customer.choose(reactions)
            echo(paint(f"→ {self.name(chosen)}", "note"))
            self.react(chosen, "")
        else:
            self.over = True

    def react(self, one: Possible, said: str) -> None:
        """The reaction happens; whatever it needs to know is asked first."""
        answers = answers_for(one.asks, self.ask)
        while answers is not None:
            made = self.rehearsal.react(one, answers, said)
            if not isinstance(made, Refused):
                return
            if made.kind != "answer-missing":
                echo(made.words.in_(self.lang), err=True)
                return
            value = self.ask(made.slot, made.options)
            answers = None if not value else {**answers, made.slot: value}

    def check(self, line: str) -> None:
        """The trainee's own words: what is forbidden in them."""
        for slip in self.rehearsal.say(line):
            better = " / ".join(slip.rule.instead)
            zh = f"禁说：“{slip.said}”" + (f"，{slip.rule.because}" if slip.rule.because else "")
            en = f"never say “{slip.said}”" + (f": {slip.rule.because}" if slip.rule.because else "")
            zh, en = zh + (f"；改说：{better}" if better else ""), en + (f"; instead: {better}" if better else "")
            echo(paint(self._w(zh, en), "error"))

    # --- reading ----------------------------------------------------------------------------------------------------

    def read(self, prompt: str) -> str | None:
        """A line of input; None at its end, which ends the rehearsal."""
        echo(prompt, nl=False)
        line = sys.stdin.readline()
        if not line:
            echo()
            self.over = True
            return None
        if not sys.stdin.isatty():
            echo()
        return line.strip()

    def ask(self, slot: str, options: tuple[str, ...]) -> str | None:
        """The value of a slot: an option by number or name, anything else as typed.

        None at the end of the input, or when the trainee would rather quit or take the reaction back.
        """
        if self.made_up is not None:
            return self.made_up.answer(options) if options else ""
        listed = "  ".join(f"{number} {option}" for number, option in enumerate(options, 1))
        while True:
            line = self.read(f"  {slot}{self._w('：', ': ')}{listed + ' > ' if options else ''}")
            if line is None:
                return None
            word = line.casefold()
            if word in _HELP:
                echo(self._w(_HELP_ZH, _HELP_EN))
                continue
            if word in _QUIT or word in _BACK:
                self.over = word in _QUIT
                self._shown = None
                return None
            if not options:
                return line
            option = line if line in options else _numbered(line, options)
            if option is not None:
                return option

    def command(self, line: str) -> bool:
        """Whether the line was a command, which is then carried out."""
        word = line.casefold()
        if word in _QUIT:
            self.over = True
        elif word in _BACK:
            if not self.rehearsal.back():
                echo(self._w("已经在开头了", "this is the beginning"))
        elif word in _HELP:
            echo(self._w(_HELP_ZH, _HELP_EN))
            self._shown = None
        else:
            return False
        return True

    # --- showing ----------------------------------------------------------------------------------------------------

    def show_card(self) -> None:
        """The step, what to say and do, and what may come."""
        step, call = self.rehearsal.step, self.rehearsal.call
        position = call.position
        if step is None or position is None or self._shown is call.configuration:
            return
        self._shown = call.configuration
        name = step.name if position.scenario == self.rehearsal.model.name else f"{position.scenario}.{step.name}"
        clock = f"{call.clock // 60_000:02}:{call.clock // 1000 % 60:02}"
        head = f"── {visible(name)} "
        echo("\n" + paint(head + "─" * max(2, WIDTH - columns(head) - 6) + f" {clock}", "bold"))
        notes = [step.goal, *step.tips]
        if step.within:
            limit = duration(step.within)
            notes.append(self._w(f"时限{limit.zh}", f"within {limit.en}"))
        for note in notes:
            if note:
                echo(paint(f"  {visible(note)}", "quiet"))
        self.show_lines()
        if self.made_up is None:
            rows = [(self.name(one), self.when(one)) for one in self.rehearsal.reactions()]
            width = max((columns(name) for name, _ in rows), default=0)
            for number, (name, when) in enumerate(rows, 1):
                echo(f"  {number:>2}  {name}{' ' * (width - columns(name))}  {when}".rstrip())

    def show_lines(self) -> None:
        """What the agent says and does now, and the end of the call."""
        for line in self.rehearsal.lines:
            text = visible(line.text)
            if line.kind in ("say", "ask") and text:
                echo(self._w(f"  坐席：“{text}”", f"  agent: “{text}”"))
            elif line.kind == "do":
                echo(self._w(f"  做：{text}", f"  do: {text}"))
            elif line.kind == "promise":
                echo(self._w(f"  承诺：{line.slots[0]} {text}", f"  promise: {line.slots[0]} {text}"))
            elif line.kind == "end":
                echo(paint(self._w(f"  通话结束：{text}", f"  the call ends: {text}"), "bold"))

    def show_score(self, score: Score) -> None:
        """How it went."""
        for line in self.score_lines(score):
            echo(line)

    def score_lines(self, score: Score) -> Iterator[str]:
        outcome = score.outcome or self._w("没有走完", "not finished")
        yield ""
        yield paint(
            self._w(
                f"演练：{score.turns} 轮，{outcome}，{score.points} 分",
                f"{score.turns} turns, {outcome}: {score.points} points",
            ),
            "bold",
        )
        for late in score.late:
            yield self._w(
                f"  超时：{late.step} 用了 {late.seconds:.0f} 秒，限 {late.limit:g} 秒",
                f"  too long: {late.step} took {late.seconds:.0f} s of {late.limit:g} s",
            )
        for slip in score.slips:
            yield self._w(f"  禁说：{slip.step} 说了“{slip.said}”", f"  forbidden: “{slip.said}” in {slip.step}")
        if score.skipped:
            names = ("、" if self.lang == "zh" else ", ").join(score.skipped)
            yield self._w(f"  没有走到：{names}", f"  left out: {names}")
        if score.points == 100:
            yield self._w(
                "  时限都没有超，没有说禁说的话，主线走全了",
                "  in time, no forbidden words, every step of the main road",
            )

    def name(self, one: Possible) -> str:
        """A reaction, as it is listed."""
        if one.kind == "go-along":
            return self._w("配合", "goes along")
        if one.kind == "event":
            return visible(one.event)
        time_ = duration(one.delay)
        return self._w(f"过了{time_.zh}", f"{time_.en} pass")

    def when(self, one: Possible) -> str:
        """How long the event has to last."""
        if one.kind != "event" or not one.delay:
            return ""
        return duration(one.delay).in_(self.lang).strip()

    def _w(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en


T = TypeVar("T")


def _numbered(typed: str, listed: Sequence[T]) -> T | None:
    """The one of `listed` whose number was typed, counting from 1; None when it has no such number."""
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    return listed[number - 1] if 1 <= number <= len(listed) else None


_HELP_ZH = "输入数字选客户的反应（后面可以写客户的原话）；输入别的字，就是坐席说的话。b 返回一步，q 结束，? 帮助。"
_HELP_EN = (
    "A number: what the customer does (their words may follow); all else is said by the agent. b back, q quit, ? help."
)
