"""The verdicts of rules, rule by scenario: as a table for terminals, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.findings.verdicts import SIGNS, Verdict, table
from compiler.report.terminal import columns, visible


def lines(made: Iterable[Verdict], lang: str) -> Iterator[str]:
    """The table for a terminal: rules down, scenarios across as numbered columns under their names."""
    shown = table(made)
    if not shown.rows:
        yield "没有适用于这些场景的规则。" if lang == "zh" else "No rule applies to these scenarios."
        return
    for number, scenario in enumerate(shown.scenarios, 1):
        yield f"  {number:>3} {visible(scenario)}"
    names = [f"{visible(rule)} {' '.join(sources)}".rstrip() for _, rule, sources, _ in shown.rows]
    width = max(columns(name) for name in names)
    yield " " * (width + 4) + "".join(f"{number:>4}" for number in range(1, len(shown.scenarios) + 1))
    before = ""
    for name, (rulebook, _, _, cells) in zip(names, shown.rows, strict=True):
        if rulebook != before:
            yield f"  {visible(rulebook)}"
            before = rulebook
        signs = "".join(f"   {SIGNS[cell][0] if cell is not None else ' '}" for cell in cells)
        yield f"    {name}{' ' * (width - columns(name))}{signs}".rstrip()
    legend = [f"{sign} {words.in_(lang)}" for sign, words in SIGNS.values()]
    if any(cell is None for *_, cells in shown.rows for cell in cells):
        legend.append("空着：不归这条规则管" if lang == "zh" else "blank: the rule does not apply")
    yield "  " + "   ".join(legend)


def document(made: Iterable[Verdict]) -> str:
    """The same as JSON: a list of verdicts. `version` goes up when a key changes its meaning or goes away."""
    import json  # noqa: PLC0415 - 2 ms, for programs alone

    return (
        json.dumps(
            {
                "format": "scriptc-verdicts",
                "version": 1,
                "verdicts": [
                    {
                        "scenario": one.scenario,
                        "rulebook": one.rulebook,
                        "rule": one.rule,
                        "sources": list(one.sources),
                        "verdict": one.standing,
                    }
                    for one in made
                ],
            },
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
    )
