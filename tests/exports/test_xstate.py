"""XState: configurations that are plain JSON, whole, and the same for the same machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from compiler.exports.xstate import xstate
from compiler.machine.model import Machine
from tests.machines import complaint, small
from tests.shipped import shipped


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("states", {}).values():
        yield from nodes(child)


@pytest.mark.slow
def test_every_configuration_is_whole():
    for machine in (*shipped(), complaint()):
        check_configuration(machine)


def check_configuration(machine: Machine) -> None:
    config = json.loads(xstate(machine))
    every = list(nodes(config))
    ids = [node["id"] for node in every]
    assert len(ids) == len(set(ids))
    for node in every:
        if "states" in node and node.get("type") != "parallel":
            assert node["initial"] in node["states"]
        jumps = [jump for some in (*node.get("on", {}).values(), *node.get("after", {}).values()) for jump in some]
        for jump in jumps:
            assert jump.get("target", "#_machine")[1:] in ids
            assert {id for clause in jump.get("guard", {}).get("params", {}).get("all", ()) for id in clause} <= set(
                ids
            )
        assert all(
            action["type"] in ("say", "ask", "do", "promise", "end", "raise")
            for jump in jumps
            for action in jump.get("actions", ())
        )
        sent = [action["params"]["id"] for action in node.get("entry", ()) if "delay" in action["params"]]
        assert sent == [action["params"]["id"] for action in node.get("exit", ())]


@pytest.mark.parametrize("text", ["<b>&\"'", "\x00\ud800\u2028", "__proto__", "${x}"])
def test_whatever_authors_write_is_text(text: str):
    config = json.loads(xstate(small(text)))
    said = [
        action["params"]["text"]
        for node in nodes(config)
        for some in node.get("on", {}).values()
        for jump in some
        for action in jump.get("actions", ())
        if action["type"] == "say"
    ]
    assert text + "{事项}" in said


def test_the_same_machine_is_the_same_bytes():
    assert xstate(complaint()) == xstate(complaint())
