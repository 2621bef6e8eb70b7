"""Predicates as text: `[致歉] 或 结束 无声`, `[致歉] or end 无声`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl import syntax
from dsl.diagnostics import Words, shortened
from dsl.keywords import BY_ID, SLOT_FLAGS

_KEYWORDS = {
    "step": "STEP",
    "step-tag": "STEP",
    "event": "EVENT",
    "do": "DO",
    "words": "WORDS",
    "end": "END",
    "end-tag": "END",
    "promise": "PROMISE",
    "ask": "ASK",
    "mention": "MENTIONS",
    "call": "CALL",
    "say": "SAY",
    "get": "GETTING",
}


_WORDINGS = 4
"""Maximum number of wordings of a word group named in advice."""
_WORDING = 40
"""Columns of each of them."""


def predicate_words(predicate: syntax.Predicate | None) -> Words:
    """Return a predicate with the keywords of both languages; empty for None."""
    atoms = [_atom(atom) for atom in predicate.atoms] if predicate is not None else []
    return Words(" 或 ".join(one.zh for one in atoms), " or ".join(one.en for one in atoms))


def addable_words(predicate: syntax.Predicate | None, groups: Mapping[str, Sequence[str]]) -> Words:
    """What an author can add of a predicate: no events, where there is anything else; some wordings of a word group.

    groups: the wordings of every word group, by each of its names.
    """
    every = predicate.atoms if predicate is not None else ()
    atoms = [atom for atom in every if atom.sort != "event"] or every
    said = [_with_wordings(atom, groups) for atom in atoms]
    return Words(" 或 ".join(one.zh for one in said), " or ".join(one.en for one in said))


def _with_wordings(atom: syntax.Atom, groups: Mapping[str, Sequence[str]]) -> Words:
    said = _atom(atom)
    if atom.sort != "words":
        return said
    wordings = [shortened(one, _WORDING) for one in groups.get(atom.names[0].text, ()) if not set("{}*") & set(one)]
    if not wordings:
        return said
    shown = "”“".join(wordings[:_WORDINGS]), "”, “".join(wordings[:_WORDINGS])
    return Words(f"{said.zh}（如“{shown[0]}”）", f"{said.en} (such as “{shown[1]}”)")


def _atom(atom: syntax.Atom) -> Words:
    if atom.text is not None:
        said = shortened(atom.text.plain)
        what = Words(f"“{said}”", f"“{said}”")
    elif atom.sort == "ask" and SLOT_FLAGS.get(atom.names[0].text.casefold()) == "sensitive":
        what = Words("敏感信息", "sensitive slots")
    else:
        names = [shortened(name.text) for name in atom.names]
        what = Words("、".join(names), ", ".join(names))
    if atom.sort in ("tag", "step-tag", "end-tag"):
        what = Words(f"[{what.zh}]", f"[{what.en}]")
    keyword = _KEYWORDS.get(atom.sort)
    if keyword is None:
        return what
    row = BY_ID[keyword]
    return Words(f"{row.zh[0]} {what.zh}".strip(), f"{row.en[0]} {what.en}".strip())
