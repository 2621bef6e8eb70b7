"""Satisfiability, vacuity, contradiction and equivalence of path rules, decided without a scenario.

Decisions run on the monitors of the rules (`compiler.rulebooks.effects`) over words of input symbols: one atom per moment
together with the atoms implied by that atom, the beginning of a step, or the end of the call. The product of two monitors
has a few dozen states, so a pair is decided by exhaustive search. The module depends neither on machines nor on the
assignment of rules to scenarios.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from compiler.matching.matcher import compile_patterns
from compiler.matching.patterns import Pattern
from compiler.names.program import Program
from compiler.rulebooks.atoms import END, Bits, Key
from compiler.rulebooks.effects import Effect, Effects
from compiler.rulebooks.rule_set import CompiledRule, RuleSet
from dsl import syntax
from dsl.keywords import MEASURES

_TERMS = {"do": "action", "event": "event", "end": "outcome"}
PROHIBITIONS = frozenset({"never", "never-after", "step-never"})


class InputSymbol(NamedTuple):
    """A possible next input of a call.

    true: atoms true at some moment of the symbol. step: atoms of the step that begins, None without a step. moments: the
    atoms per moment, in order (for a step: the tags of the step). ends: whether the call is over.
    """

    true: Bits
    step: Bits | None
    moments: tuple[Bits, ...]
    ends: bool = False


class Vacuity(NamedTuple):
    """Condition under which a rule is not vacuous: one atom of every set in `bits` becomes true, in order.

    begins: the atom must come from the beginning of a step, not from a step of a sub-dialogue.
    """

    bits: tuple[Bits, ...]
    begins: bool = False


class _Place(NamedTuple):
    """A product state: monitor bits, progress per demand, atoms of the current step, rules broken so far."""

    bits: Bits
    met: tuple[int, ...]
    step: Bits
    broken: Bits


class Consistency:
    """Consistency checks for the path rules of a rule set, by index; `forms` without a monitor are skipped."""

    def __init__(self, program: Program, book: RuleSet) -> None:
        self.lines = book.lines
        self._effects = Effects(book.lines, book.named)
        self._letters = tuple(_letters(program, book.named))
        self._end = book.named[END]
        self._known: dict[tuple[InputSymbol, Bits], Effect] = {}
        self._in_steps = 0
        for line in book.lines:
            if line.form in ("step-has", "step-never"):
                self._in_steps |= line.left
        self._touching = [self._touched(line.left | line.after | line.right) for line in book.lines]
        self._spoken_of = [
            self._touched(line.left | line.after | (line.right if line.form != "exists" else 0)) for line in book.lines
        ]

    # --- one rule ---------------------------------------------------------------------------------------------------

    def never_holds(self, index: int) -> bool:
        """Whether every call, or every call on which the rule is not vacuous, breaks the rule."""
        line = self.lines[index]
        return line.form != "reachable" and not self._possible((index,), _vacuities(line))

    def always_broken(self, index: int) -> bool:
        """Whether every call breaks the rule."""
        return not self._possible((index,), ())

    def says_nothing(self, index: int) -> bool:
        """Whether no call breaks the rule."""
        line = self.lines[index]
        if line.form == "reachable":
            return bool(line.left & self._end)
        mask = self._mask((index,))
        return not any(place.broken & mask for place in self._ends((index,), ()))

    # --- two rules --------------------------------------------------------------------------------------------------

    def related(self, one: int, other: int) -> bool:
        """Whether two rules share a symbol; unrelated rules neither contradict nor repeat one another."""
        return bool(self._spoken_of[one] & self._spoken_of[other])

    def contradict(self, one: int, other: int) -> bool:
        """Whether two separately satisfiable rules are broken together on every call where neither is vacuous.

        A rule that merely forbids the subject of the second rule makes the second rule vacuous, which is no contradiction.
        """
        forms = {self.lines[one].form, self.lines[other].form}
        # A call where nothing forbidden happens keeps every prohibition, so two prohibitions never clash:
        #     禁止 [A]
        #     禁止 [A] 之后有 [B]
        if forms <= PROHIBITIONS or forms == {"reachable"}:
            return False
        if "reachable" in forms:
            wanted, kept = (one, other) if self.lines[one].form == "reachable" else (other, one)
            demand = Vacuity((self.lines[wanted].left,))
            return not self._possible((kept,), (demand,)) and self._possible((kept,), ())
        demands_of_both = (*_vacuities(self.lines[one]), *_vacuities(self.lines[other]))
        return (
            not self._possible((one, other), demands_of_both)
            and self._possible((one,), demands_of_both)
            and self._possible((other,), demands_of_both)
        )

    def same(self, one: int, other: int) -> bool:
        """Whether every call keeps both rules or breaks both; rules naming different things count as different."""
        first, second = self.lines[one], self.lines[other]
        if "reachable" in (first.form, second.form):
            return first.form == second.form and first.left == second.left
        if self._touching[one] != self._touching[other]:
            return False
        masks = (self._mask((one,)), self._mask((other,)))
        return all(
            bool(place.broken & masks[0]) == bool(place.broken & masks[1]) for place in self._ends((one, other), ())
        )

    # --- walking ----------------------------------------------------------------------------------------------------

    def _touched(self, atoms: Bits) -> Bits:
        """Return the set of symbol numbers where one of `atoms` is true; the highest number stands for every end."""
        touched = 0
        for number, letter in enumerate(self._letters):
            if letter.true & atoms:
                touched |= 1 << (len(self._letters) if letter.ends else number)
        return touched

    def _mask(self, rules: Iterable[int]) -> Bits:
        bits = sum(1 << index for index in rules)
        return bits | bits << self._effects.count

    def _possible(self, kept: Sequence[int], demands: tuple[Vacuity, ...]) -> bool:
        """Whether some call keeps every rule in `kept` and meets every demand."""
        mask = self._mask(kept)
        done = tuple(len(demand.bits) for demand in demands)
        return any(
            not place.broken & mask and place.met == done for place in self._ends(kept, demands, stop_at_breach=True)
        )

    def _ends(
        self, rules: Sequence[int], demands: tuple[Vacuity, ...], *, stop_at_breach: bool = False
    ) -> Iterator[_Place]:
        """Yield the product states at the end of a call; every demand is a sequence of atom sets to become true in order."""
        mask = self._mask(rules)
        concerned = 0
        for index in rules:
            line = self.lines[index]
            concerned |= line.left | line.right | line.after
        for demand in demands:
            for bits in demand.bits:
                concerned |= bits
        # The end of the call is always part of the alphabet. Dropping the symbols no rule or demand
        # mentions keeps the product small: such a symbol acts like the neutral step or not at all.
        concerned &= ~self._end
        letters = [*self._letters[:2], *(one for one in self._letters[2:] if one.true & concerned)]
        start = _Place(self._effects.start & mask, (0,) * len(demands), 0, 0)
        seen = {start}
        queue = deque(seen)
        while queue:
            place = queue.popleft()
            for letter in letters:
                after = self._after(place, letter, mask, demands)
                if stop_at_breach and after.broken:
                    continue
                if letter.ends:
                    yield after
                elif after not in seen:
                    seen.add(after)
                    queue.append(after)

    def _after(self, place: _Place, letter: InputSymbol, mask: Bits, demands: tuple[Vacuity, ...]) -> _Place:
        step = place.step if letter.step is None else letter.step & self._in_steps
        effect = self._effect(letter, step)
        broken = place.broken | (mask & (effect.bad | (place.bits & effect.bad_if)))
        # A rule that is broken stays so, and what else it would remember makes no difference.
        bits = ((place.bits & effect.keep) | effect.gain) & mask
        met = place.met
        if letter.true:
            met = tuple(_meets(demand, count, letter) for demand, count in zip(demands, met, strict=True))
        return _Place(bits, met, step, broken)

    def _effect(self, letter: InputSymbol, step: Bits) -> Effect:
        key = (letter, step)
        found = self._known.get(key)
        if found is None:
            found = self._effects.nothing if letter.step is None else self._effects.enter(letter.step)
            for atoms in letter.moments:
                found = found.then(self._effects.of(atoms, step))
            if letter.ends:
                found = found.then(self._effects.over)
            self._known[key] = found
        return found


def _meets(demand: Vacuity, count: int, letter: InputSymbol) -> int:
    """Return the progress of `demand` after `letter`, given the progress `count` before."""
    true = (letter.step or 0) if demand.begins else letter.true
    while count < len(demand.bits) and true & demand.bits[count]:
        count += 1
    return count


def _vacuities(line: CompiledRule) -> tuple[Vacuity, ...]:
    """Return the non-vacuity conditions of a rule; empty for a rule about every call."""
    match line.form:
        case "precedes":
            return (Vacuity((line.right,)),)
        case "responds":
            return (Vacuity((line.left,)),)
        case "step-has":
            return (Vacuity((line.left,), begins=True),)
        case "precedes-after":
            return (Vacuity((line.after, line.right)),)
        case _:
            return ()


def abouts(line: CompiledRule) -> list[tuple[syntax.Predicate | None, Bits]]:
    """Return the predicates, with atoms, without which the rule is vacuous."""
    match line.form:
        case "precedes":
            return [(line.line.right, line.right)]
        case "precedes-after":
            return [(line.line.after, line.after), (line.line.right, line.right)]
        case _:
            return [(line.line.left, line.left)]


def clash(one: syntax.Limit, other: syntax.Limit, within: tuple[Bits, Bits]) -> bool:
    """Whether one limit demands more than the other limit allows, for the same measure at a common place."""
    if one.at_most == other.at_most or not _comparable(one, other):
        return False
    if within[0] and within[1] and not within[0] & within[1]:
        return False
    most, least = (one, other) if one.at_most else (other, one)
    return least.amount.base > most.amount.base


def same_limit(one: syntax.Limit, other: syntax.Limit, within: tuple[Bits, Bits]) -> bool:
    """Whether two limits are equivalent."""
    alike = one.at_most == other.at_most and _comparable(one, other)
    return alike and one.amount.base == other.amount.base and within[0] == within[1]


def _comparable(one: syntax.Limit, other: syntax.Limit) -> bool:
    measures = {MEASURES.get(limit.measure.text.casefold()) for limit in (one, other)}
    return len(measures) == 1 and one.amount.unit.dimension == other.amount.unit.dimension


# --- letters --------------------------------------------------------------------------------------------------------


def _letters(program: Program, named: Mapping[Key, Bits]) -> Iterator[InputSymbol]:
    """Yield the input symbols a call may contain, up to indistinguishability by the rules."""
    alphabet = _Alphabet(program, named)
    # First a step and an end that no rule speaks of: what rules say of others comes on top.
    yield InputSymbol(0, 0, ())
    yield InputSymbol(named[END], None, (named[END],), ends=True)
    seen: set[InputSymbol] = set()
    for key, bit in named.items():
        for letter in alphabet.of(key, bit):
            if letter not in seen:
                seen.add(letter)
                yield letter
    for letter in alphabet.phrases():
        if letter not in seen:
            seen.add(letter)
            yield letter


class _Alphabet:
    """Atoms closed under implication: tags of an action or an outcome, atoms heard in a phrase of the bank."""

    def __init__(self, program: Program, named: Mapping[Key, Bits]) -> None:
        self._tables = program.symbols.tables
        self._named = named
        self._groups = program.word_groups
        self._heard = self._listen()

    def of(self, key: Key, bit: Bits) -> Iterator[InputSymbol]:
        """Yield the input symbols of one atom."""
        sort, name = key
        if sort in ("step", "step-tag"):
            tags = self._bits([("tag", name)]) if sort == "step-tag" else 0
            yield InputSymbol(bit | tags, bit, (tags,))
            yield InputSymbol(
                bit | tags, None, (bit, tags)
            )  # in a sub-dialogue, so the caller's step goes on behind it
        elif key != END:
            true = bit | self._along(key)
            yield InputSymbol(true, None, (true,), ends=sort in ("end", "end-tag"))

    def phrases(self) -> Iterator[InputSymbol]:
        """Yield a symbol per phrase-bank entry with two or more of the tags named by rules."""
        for symbol in dict.fromkeys(self._tables["phrase"].values()):
            bits = self._tags(symbol.node.tags)
            if bits & (bits - 1):
                yield InputSymbol(bits, None, (bits,))

    def _along(self, key: Key) -> Bits:
        """Return the atoms implied by the atom `key`."""
        sort, name = key
        if sort in _TERMS:
            symbol = self._tables[_TERMS[sort]].get(name)  # type: ignore[index]
            tags = symbol.node.tags if symbol is not None else ()
            bits = self._tags(tags)
            if sort == "end":
                bits |= self._named[END] | self._bits(("end-tag", self._tag(one.text)) for one in tags)
            return bits
        if sort == "end-tag":
            return self._named[END] | self._bits([("tag", name)])
        if sort == "promise" and name:
            return self._bits([("promise", ""), ("get", name)])
        if sort == "bank":
            symbol = self._tables["phrase"].get(name)
            tags = symbol.node.tags if symbol is not None else ()
            return self._tags(tags) | self._heard.get(key, 0)
        return self._heard.get(key, 0)

    def _tags(self, names: Iterable[object]) -> Bits:
        return self._bits(("tag", self._tag(one.text)) for one in names)  # type: ignore[attr-defined]

    def _tag(self, name: str) -> str:
        symbol = self._tables["tag"].get(name)
        return symbol.name if symbol is not None else name

    def _bits(self, keys: Iterable[Key]) -> Bits:
        bits = 0
        for key in keys:
            bits |= self._named.get(key, 0)
        return bits

    def _listen(self) -> dict[Key, Bits]:
        """For each wording and each phrase of the bank that rules name, the words and wordings all of it holds."""
        wanted = [(bit, "{" + key[1] + "}" if key[0] == "words" else key[1]) for key, bit in self._named.items()
                  if key[0] in ("words", "text")]  # fmt: skip
        texts: dict[Key, tuple[str, ...]] = {}
        for key in self._named:
            if key[0] == "text":
                texts[key] = (key[1],)
            elif key[0] == "bank" and (symbol := self._tables["phrase"].get(key[1])) is not None:
                texts[key] = tuple(text.plain for text in symbol.node.texts)
        if not wanted or not texts:
            return {}
        matcher = compile_patterns((Pattern(bit, text) for bit, text in wanted), self._groups).matcher
        heard: dict[Key, Bits] = {}
        for key, wordings in texts.items():
            hits = matcher.find_each(wordings)
            in_all = -1
            for number in range(len(wordings)):
                in_all &= sum({hit.id for hit in hits.get(number, ()) if not hit.accidental})
            heard[key] = in_all if wordings else 0
        return heard
