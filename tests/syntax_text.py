"""Syntax trees for tests: as plain values without places (`shape`), and as text for people (`dump`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dsl import nodes, syntax
from dsl.frozen import Node
from dsl.keywords import LEVELS, MEASURES, SLOT_FLAGS, SLOT_TYPES, Unit
from dsl.source import Span


def shape(node: Any) -> Any:
    """`node` without places and without the source: equal for texts that say the same."""
    if isinstance(node, syntax.Script):
        return [shape(item) for item in node.items]
    if isinstance(node, Unit):
        return node.id
    if isinstance(node, Node):
        fields = {field: getattr(node, field) for field in node.__struct_fields__ if field != "span"}
        return {"": type(node).__name__, **{field: shape(value) for field, value in fields.items()}}
    if isinstance(node, tuple):
        return [shape(one) for one in node]
    return node


def one_language(tree: Any) -> Any:
    """`tree`, made by `shape`, with the words of the language (types, flags, levels, measures) as their ids."""
    if isinstance(tree, list):
        return [one_language(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    tree = {field: one_language(value) for field, value in tree.items()}
    if tree[""] == "SlotLine":
        tree["type"] = _id(tree["type"], SLOT_TYPES)
        tree["flags"] = [_id(flag, SLOT_FLAGS) for flag in tree["flags"]]
    elif tree[""] == "Level":
        tree["level"] = _id(tree["level"], LEVELS)
    elif tree[""] == "Limit":
        tree["measure"] = _id(tree["measure"], MEASURES)
    elif tree[""] == "Atom" and tree["sort"] == "ask":
        tree["names"] = [_id(name, SLOT_FLAGS) for name in tree["names"]]
    return tree


def _id(name: Any, table: Mapping[str, str]) -> Any:
    return name and {**name, "text": table.get(name["text"], name["text"])}


def dump(script: syntax.Script) -> str:
    """`script` as indented text, with the line and column every statement begins at."""
    lines = [line for item in script.items for line in _lines(item)]
    if not script.whole:
        lines.append("not whole" + (f", lost: {' '.join(sorted(script.lost))}" if script.lost else ""))
    return "".join(f"{line}\n" for line in lines)


def _lines(node: Node) -> Iterator[str]:
    span: Span = node.span  # type: ignore[attr-defined]
    line, column = span.source.position(span.start)
    yield f"{type(node).__name__} {line}:{column}"
    for field in node.__struct_fields__:
        value = getattr(node, field)
        if field == "span" or value is None or value == () or value is False:
            continue
        if (leaf := _leaf(value)) is not None:
            yield f"  {field}: {leaf}"
            continue
        yield f"  {field}:"
        for one in value if isinstance(value, tuple) else (value,):
            yield from (f"    {row}" for row in _lines(one))


def _leaf(value: Any) -> str | None:
    if isinstance(value, nodes.Name):
        return value.text
    if isinstance(value, nodes.Quantity):
        return f"{value.number} {value.unit.id}"
    if isinstance(value, nodes.Date):
        return value.iso + ("" if value.valid else " (no such day)")
    if isinstance(value, nodes.Text):
        return " + ".join(_part(part) for part in value.parts)
    if isinstance(value, tuple):
        leaves = [_leaf(one) for one in value]
        return None if None in leaves else ", ".join(map(str, leaves))
    return str(value) if isinstance(value, str | bool) else None


def _part(part: str | nodes.SlotUse) -> str:
    if isinstance(part, str):
        return repr(part)
    return "{" + part.name.text + (f" last {part.tail}" if part.tail is not None else "") + "}"
