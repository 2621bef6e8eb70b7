"""Rules proven over every call: each form held against brute force on random scripts, and the calls that break them."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.rulebooks.book import Today, holdings
from compiler.rulebooks.proof import Prover
from tests.naive_rules import State, shortest_breach
from tests.projects import compile_text
from tests.random_scripts import scripts

MOST = 1_500

ATOMS = (
    "[致歉]", "[共情]", "步骤 A步0", "步骤 A步1", "步骤 B步0", "步骤 C步0", "步骤 [致歉]", "事件 沉默", "事件 生气",
    "做 登记", "做 静音", "结束", "结束 无声", "结束 已解决", "问 姓", "问 类型", "得到 姓", "得到 类型", "调用 B", "调用 C",
    "说 抱歉",
)  # fmt: skip
STEPS = ("步骤 [致歉]", "步骤 [共情]", "步骤 A步0", "步骤 B步0", "步骤 C步0")
FORMS = {
    "exists": "要求 {p}",
    "precedes": "要求 {p} 先于 {q}",
    "responds": "要求 {p} 之后有 {q}",
    "precedes-after": "要求 {after} 之后 {p} 先于 {q}",
    "reachable": "要求 可达 {p}",
    "step-has": "要求 {p} 含 {q}",
    "never": "禁止 {p}",
    "never-after": "禁止 {p} 之后有 {q}",
}


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, State]:
    """A line of a rule, and the same for the naive check."""
    form = draw(st.sampled_from(sorted(FORMS)))
    predicate = st.lists(st.sampled_from(ATOMS), min_size=1, max_size=2, unique=True)
    p = draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=2, unique=True) if form == "step-has" else predicate)
    q, after = draw(predicate), draw(predicate)
    text = FORMS[form].format(p=" 或 ".join(p), q=" 或 ".join(q), after=" 或 ".join(after))
    return text, State(form, frozenset(p), frozenset(q), frozenset(after))


def rulebook(lines: list[str]) -> str:
    return "规则集 规范 适用 全部\n" + "".join(
        f"  规则 规则{number}\n    {line}\n" for number, line in enumerate(lines)
    )


@settings(max_examples=120, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(scripts(), st.lists(rules(), min_size=4, max_size=8))
def test_a_verdict_is_what_brute_force_says_and_its_call_a_shortest_one(text, drawn):
    compiled = compile_text(rulebook([line for line, _ in drawn]) + text)
    assume(not any(one.code in ("SC308", "SC205", "SC206", "SC213") for one in compiled.findings))
    machine = next(one for one in compiled.machines if one.name == "A")
    prover = Prover(compiled.program, compiled.flows, compiled.machines)
    proofs = list(prover.prove(machine, tuple(holdings(compiled.program, machine, Today(None)))))
    for (line, state), proof in zip(drawn, proofs, strict=True):
        (result,) = proof.results
        length = shortest_breach(machine, state, MOST)
        if length is None or result.status == "undecided":
            continue
        if state.form == "reachable":
            assert (result.status == "proven") == (length > 0), line
        elif length == 0:
            assert result.status in ("proven", "idle"), line
        else:
            assert result.status == "broken", line
            assert result.found is not None
            assert len(result.found.call.moves) == length, line
