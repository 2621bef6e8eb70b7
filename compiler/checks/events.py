"""Steps without a handler for an event that the kind of scenario requires: SC32x, over the event grid."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.context import CheckContext
from compiler.machine.grid import Cell, grid, required_events
from dsl.diagnostics import Diagnostic, Label, Lint, Severity, Words, listed

OPEN_CELL = Lint(
    "SC320",
    "event-not-handled",
    Severity.WARNING,
    Words("“{step}”里遇到{events}，没有写怎么办", "nothing says what to do about {events} in “{step}”"),
    Words(
        "整通电话都一样的，在场景开头写“全程 当 …”；只在这一步的，写“当 …”",
        "for the whole call write “anytime when …” at the scenario's head; for this step alone write “when …”",
    ),
    Words(
        "客户沉默、骂人、听不清随时会发生；没写怎么办，坐席只能各凭本事。",
        "Silence, abuse, a bad line can happen at any time; without a line for it every agent improvises.",
    ),
    bad='事件 沉默\n类别 来电 "客户打进来" 处理 沉默\n结局 完成\n场景 A 属于 来电\n步骤 甲 # SC320\n  说 "您好。"\n  转 乙\n'
    '步骤 乙\n  说 "再见。"\n  结束 完成\n',
    good='事件 沉默\n类别 来电 "客户打进来" 处理 沉默\n结局 完成\n场景 A 属于 来电\n  全程 当 沉默 5秒: 说 "您好，请问您还在吗？"\n'
    '步骤 甲\n  说 "您好。"\n  转 乙\n步骤 乙\n  说 "再见。"\n  结束 完成\n',
)

LINTS: tuple[Lint, ...] = (OPEN_CELL,)


def check(context: CheckContext) -> Iterator[Diagnostic]:
    """A finding for each waiting step without a handler for a required event.

    An event that no step of a scenario handles is reported once, at the scenario. The steps of a sub-dialogue are checked
    where the sub-dialogue itself is.
    """
    for machine in context.machines:
        asked = list(required_events(context.program, machine))
        if not asked:
            continue
        made = grid(machine, asked)
        rows = [row for row in made.rows if row.flow == 0]
        missing = [{made.events[index] for index in range(made.asked) if row.cells[index] is Cell.OPEN} for row in rows]
        everywhere = set.intersection(*missing) if len(missing) > 1 else set()
        places = [(machine.main.span, machine.name, everywhere)]
        for row, events in zip(rows, missing, strict=True):
            step = machine.main.steps[row.step]
            places.append((step.span, step.name, events - everywhere))
        kind = context.program.symbols.tables["kind"][machine.kinds[0]].node
        label = Label(kind.span, Words("这一类场景要处理这些情况", "scenarios of this kind must handle these"))
        for span, name, events in places:
            if events:
                names = listed((event for event in asked if event in events), "or", quoted=True)
                yield OPEN_CELL.at(span, step=name, events=names, labels=(label,))
