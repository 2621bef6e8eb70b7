"""Predicates as people say them: `[致歉] 或 结束 无声`, `[致歉] or end 无声`."""

from __future__ import annotations

from dsl import syntax
from dsl.diagnostics import Words
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


def predicate_words(predicate: syntax.Predicate | None) -> Words:
    """A predicate, in keywords of either language; nothing for None."""
    atoms = [_atom(atom) for atom in predicate.atoms] if predicate is not None else []
    return Words(" 或 ".join(one.zh for one in atoms), " or ".join(one.en for one in atoms))


def _atom(atom: syntax.Atom) -> Words:
    if atom.text is not None:
        what = Words(f"“{atom.text.plain}”", f"“{atom.text.plain}”")
    elif atom.sort == "ask" and SLOT_FLAGS.get(atom.names[0].text.casefold()) == "sensitive":
        what = Words("敏感信息", "sensitive slots")
    else:
        names = [name.text for name in atom.names]
        what = Words("、".join(names), ", ".join(names))
    if atom.sort in ("tag", "step-tag", "end-tag"):
        what = Words(f"[{what.zh}]", f"[{what.en}]")
    keyword = _KEYWORDS.get(atom.sort)
    if keyword is None:
        return what
    row = BY_ID[keyword]
    return Words(f"{row.zh[0]} {what.zh}".strip(), f"{row.en[0]} {what.en}".strip())
