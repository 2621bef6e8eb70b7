"""What a moment of a call does to the rules: every rule is a monitor of one bit, and all of them move at once.

The bit of a rule says that it is in danger: that P has not come yet (`P 先于 Q`), that Q waits for its P (`Q 之后有 P`),
that Q has been (`禁止 Q 之后有 P`), that P is owed before S (`Q 之后 P 先于 S`), that the step lacks its P (`步骤 X 含 P`).
A moment keeps the bit, clears or sets it, and is a violation, always or when the bit is set. So what a row of moments does is
four sets of rules, and doing one row after another is a handful of operations on integers, whatever the number of rules
(gen/kill functions of a bit-vector analysis: Kildall 1973; Reps, Horwitz, Sagiv 1995).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from compiler.rulebooks.atoms import END, Bits, Key
from compiler.rulebooks.rule_set import CompiledRule


class Effect(NamedTuple):
    """keep: rules whose bit survives if set. gain: whose bit is set. bad_if: broken if set before. bad: broken anyway.

    atoms: everything that may be true on the way.
    """

    keep: Bits
    gain: Bits
    bad_if: Bits
    bad: Bits
    atoms: Bits

    def then(self, other: Effect) -> Effect:
        """This, and behind it `other`."""
        return Effect(
            self.keep & other.keep,
            (self.gain & other.keep) | other.gain,
            self.bad_if | (self.keep & other.bad_if),
            self.bad | other.bad | (self.gain & other.bad_if),
            self.atoms | other.atoms,
        )

    def double(self, width: int) -> Effect:
        """The effect on two values in one integer, `width` bits apart."""
        keep, gain, bad_if, bad = (bits | bits << width for bits in self[:4])
        return Effect(keep, gain, bad_if, bad, self.atoms)

    def either(self, other: Effect) -> Effect:
        """This, or `other`."""
        return Effect(*(one | two for one, two in zip(self, other, strict=True)))


class Effects:
    """The effects of moments on `lines`.

    Rule number i has bit i. A rule about what a step contains (`step-has`) has a second one, i + n, in a sub-dialogue that
    the step calls: there it stands for the caller's step, while bit i stands for the sub-dialogue's own.
    """

    def __init__(self, lines: Sequence[CompiledRule], named: Mapping[Key, Bits]) -> None:
        """named: the atoms that the lines name."""
        self.lines = lines
        self.count = len(lines)
        self._end = named[END]
        self.everything = (1 << 2 * self.count) - 1
        self.nothing = Effect(self.everything, 0, 0, 0, 0)
        self.local = sum(1 << line.index for line in lines if line.form == "step-has")
        self.outer = self.local << self.count
        self.start = sum(1 << line.index for line in lines if line.form in ("exists", "precedes"))
        self.leave = Effect(self.everything & ~self.local, 0, 0, 0, 0)
        self.over = Effect(self.everything & ~self.local, 0, self.local, 0, 0)
        self._in_steps = 0
        for line in lines:
            if line.form in ("step-has", "step-never"):
                self._in_steps |= line.left
        self.armed: dict[Bits, Bits] = {}
        for line in lines:
            if line.form == "responds":
                self.armed[line.left] = self.armed.get(line.left, 0) | 1 << line.index
        self._known: dict[tuple[Bits, Bits], Effect] = {}
        self._enters: dict[Bits, Effect] = {}

    def moment(self, choices: Iterable[Bits], step: Bits = 0, *, optional: bool = False, certain: Bits = 0) -> Effect:
        """A moment at which one of the sets of atoms `choices` is true, in a step of which the atoms `step` are true.

        optional: it may not come to pass; but it does for the rules `certain` when their bits are set.
        """
        effect: Effect | None = None
        for atoms in choices:
            one = self.of(atoms, step)
            effect = one if effect is None else effect.either(one)
        if effect is None:
            return self.nothing
        if not optional:
            return effect
        perhaps = effect.either(self.nothing)
        return perhaps._replace(keep=perhaps.keep & (effect.keep | ~certain))

    def of(self, atoms: Bits, step: Bits = 0) -> Effect:
        """A moment at which `atoms` are true."""
        if not atoms:
            return self.nothing
        key = (atoms, step & self._in_steps)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._make(*key)
        return found

    def certain(self, filled: Iterable[Bits]) -> Bits:
        """The rules whose bit being set means that slots are filled, given the atoms of their being filled.

        `得到 X 之后有 P` waits for P only once X is filled, and slots are never emptied.
        """
        rules = self.everything
        for atoms in filled:
            rules &= self.armed.get(atoms, 0) if atoms else 0
        return rules

    def enter(self, step: Bits) -> Effect:
        """A step begins of which the atoms `step` are true: the one before must have had what it owes."""
        key = step & self._in_steps
        found = self._enters.get(key)
        if found is None:
            owes = sum(1 << line.index for line in self.lines if line.form == "step-has" and line.left & key)
            found = self._enters[key] = Effect(self.over.keep, owes, self.over.bad_if, 0, 0)
        return found.then(self.of(step, step))

    def _make(self, atoms: Bits, step: Bits) -> Effect:
        keep, gain, bad_if, bad = self.everything, 0, 0, 0
        for line in self.lines:
            bit = 1 << line.index
            left, right = atoms & line.left, atoms & line.right
            match line.form:
                case "exists" | "precedes":
                    if left:
                        keep &= ~bit
                    elif right:
                        bad_if |= bit
                case "precedes-after":
                    if left:
                        keep &= ~bit
                    elif right:
                        bad_if |= bit
                        bad |= bit if atoms & line.after else 0
                    elif atoms & line.after:
                        gain |= bit
                case "responds":
                    if right:
                        keep &= ~bit
                    elif left:
                        gain |= bit
                    if atoms & self._end:
                        bad_if |= bit & keep
                        bad |= bit & gain
                case "never-after":
                    if right:
                        bad_if |= bit
                    if left:
                        gain |= bit
                case "never" | "reachable":
                    bad |= bit if left else 0
                case "step-never":
                    bad |= bit if right and step & line.left else 0
                case "step-has":
                    if right:
                        keep &= ~(bit | bit << self.count)
        return Effect(keep, gain, bad_if, bad, atoms)
