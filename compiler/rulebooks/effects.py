"""Transfer functions of moments on rules: every rule is a one-bit monitor, and every monitor advances at once.

A set bit means danger: P has not occurred yet (`P 先于 Q`), Q waits for P (`Q 之后有 P`), Q has occurred (`禁止 Q 之后有 P`),
P is owed before S (`Q 之后 P 先于 S`), the step lacks P (`步骤 X 含 P`). A moment keeps, clears or sets the bit, and is a
violation, either always or when the bit is set. A sequence of moments is therefore four sets of rules, and composition takes
a handful of integer operations, whatever the number of rules (gen/kill functions of a bit-vector analysis: Kildall 1973;
Reps, Horwitz, Sagiv 1995).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from compiler.rulebooks.atoms import END, Bits, Key
from compiler.rulebooks.rule_set import CompiledRule


class Effect(NamedTuple):
    """A transfer function: four sets of rules, and the atoms possibly true on the way.

    keep: the bit survives if set. gain: the bit is set. bad_if: broken if the bit was set before. bad: always broken.
    """

    keep: Bits
    gain: Bits
    bad_if: Bits
    bad: Bits
    atoms: Bits

    def then(self, other: Effect) -> Effect:
        """Return the sequential composition with `other`."""
        return Effect(
            self.keep & other.keep,
            (self.gain & other.keep) | other.gain,
            self.bad_if | (self.keep & other.bad_if),
            # A bit set by the first moment makes the conditional violation of the second unconditional.
            self.bad | other.bad | (self.gain & other.bad_if),
            self.atoms | other.atoms,
        )

    def double(self, width: int) -> Effect:
        """Return the effect on two values packed into an integer, `width` bits apart."""
        keep, gain, bad_if, bad = (bits | bits << width for bits in self[:4])
        return Effect(keep, gain, bad_if, bad, self.atoms)

    def either(self, other: Effect) -> Effect:
        """Return the join with `other`."""
        return Effect(*(one | two for one, two in zip(self, other, strict=True)))


class Effects:
    """The effects of moments on `lines`.

    Rule number i has bit i. A rule about the contents of a step (`step-has`) has a second bit, i + n, for a sub-dialogue
    called by the step: bit i + n stands for the step of the caller, bit i for the step of the sub-dialogue.
    """

    def __init__(self, lines: Sequence[CompiledRule], named: Mapping[Key, Bits]) -> None:
        """Prepare the effects; `named` holds the atoms named by the lines."""
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
        """Return the effect of a moment with a choice of atom sets.

        Args:
            choices: alternative sets of true atoms.
            step: atoms of the current step.
            optional: whether the moment may be skipped.
            certain: rules for which an optional moment does occur when the bit is set.
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
        """Return the effect of a moment where `atoms` are true."""
        if not atoms:
            return self.nothing
        key = (atoms, step & self._in_steps)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._make(*key)
        return found

    def certain(self, filled: Iterable[Bits]) -> Bits:
        """Return the rules whose set bit implies filled slots, given the atoms of filling the slots.

        `得到 X 之后有 P` waits for P only once X is filled, and slots are never emptied.
        """
        rules = self.everything
        for atoms in filled:
            rules &= self.armed.get(atoms, 0) if atoms else 0
        return rules

    def enter(self, step: Bits) -> Effect:
        """Return the effect of beginning a step with the atoms `step`; the previous step must owe nothing."""
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
                # A moment that is both P and Q satisfies `P 先于 Q`: `left` is tested first.
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
                    # `Q 之后有 P` where Q and the end coincide (an outcome with the tag Q): the bit set at this very
                    # moment is broken at once, hence `bad` next to `bad_if`.
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
