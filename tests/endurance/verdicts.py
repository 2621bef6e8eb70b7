"""Verdicts on rules against an explorer that shares no code with what proves them: `tests.explorer`.

An example is a script made from its number (a scenario and two sub-dialogues with gates, guards, timers, handed-back events
and interruptions) with fourteen rules, four of them limits. Unsound is a rule that is said to hold and that a call breaks;
false is one that is said to be broken and that every call keeps.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from compiler.machine.to_json import machine_document
from tests.explorer import Calls, Rule, TooMany
from tests.projects import compile_text

MOST = 1_500
"""Places of a machine that are looked at; with more, an example is left aside."""

UNSETTLED = "proven, though it never happens"
"""Told where looking at all calls would take longer than the proof; no fault."""

VOCABULARY = """\
渠道 电话
标签 共情
标签 致歉
标签 不满
标签 记录
标签 升级
事件 沉默
事件 出声
事件 生气 [不满]
事件 杂音
动作 登记 [记录]
动作 静音
结局 已解决
结局 无声 [升级]
话术 抱歉 [致歉] "抱歉"
话术 理解 [共情] "理解"
话术 都说 [共情, 致歉] "理解对不起"
"""
EVENTS = ("沉默", "出声", "生气", "杂音")
SAID = ("说 抱歉", "说 理解", "说 都说", '说 "请稍等"', '说 "您好{姓}"')
DONE = ("做 登记", "做 静音", "做 登记, 得到 姓", "做 静音, 得到 类型", "承诺 答复 2小时")
ASKED = ('问 姓 "您贵姓"', '问 类型 "哪种"', '问 姓、类型 "请问"', '问 电话 "电话是"')
GUARDS = ("已有 姓", "没有 姓", "类型 是 甲", "类型 不是 甲", "已有 类型 且 类型 是 乙", "没有 类型", "已有 答复")
ATOMS = (
    "[致歉]", "[共情]", "[不满]", "[记录]", "[升级]", "步骤 A步0", "步骤 A步1", "步骤 B步0", "步骤 C步0", "步骤 [致歉]", "事件 沉默",
    "事件 生气", "做 登记", "做 静音", "结束", "结束 无声", "结束 [升级]", "问 姓", "问 敏感", "得到 姓", "得到 类型", "得到 答复",
    "调用 B", "调用 C", "说 抱歉", "承诺", "承诺 答复", "提到 姓",
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
    "step-never": "禁止 {p} 含 {q}",
}


class Script:
    """A random script."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def maybe(self, share: float = 0.5) -> bool:
        return self.chance.random() < share

    def one(self, *of: str) -> str:
        return self.chance.choice(of)

    def text(self) -> str:
        known = self.one("", "", " 已知")
        parts = (("A", ("B", "C"), True), ("B", ("C",), False), ("C", (), False))
        return "\n".join(self.scenario(name, callees, known, ends=ends) for name, callees, ends in parts)

    def scenario(self, name: str, callees: tuple[str, ...], known: str, *, ends: bool) -> str:
        steps = [f"{name}步{number}" for number in range(self.chance.randint(1, 2))]
        lines = [f"场景 {name}", "  信息 姓 文本", f"  信息 类型 选项 甲 / 乙{known}", "  信息 电话 文本 敏感"]
        for event in self.chance.sample(EVENTS, self.chance.randint(0, 2)):
            lines.append(f"  全程 当 {event}{self.reaction(steps, callees, ends=ends)}")
        for step in steps:
            lines.append(f"步骤 {step}{self.one('', '', ' [致歉]', ' [共情]', ' [共情, 致歉]')}")
            lines += self.body(steps, callees, ends=ends, last=step == steps[-1])
        text = "\n".join(lines) + "\n"
        return text if "承诺 答复" in text else text.replace("已有 答复", "已有 姓")  # a promise declares its slot

    def leave(self, steps: Sequence[str], *, ends: bool) -> str:
        out = ("结束 已解决",) if ends else ("返回", "返回 生气", "返回 沉默", "结束 无声")
        return self.one(*(f"转 {step}" for step in steps), *out)

    def acts(self, callees: tuple[str, ...]) -> list[str]:
        act = self.one(*SAID, *DONE)
        if not callees or self.maybe():
            return [act]
        call = f"调用 {self.one(*callees)}"
        return self.chance.choice([[call], [act, call], [call, act]])

    def reaction(self, steps: Sequence[str], callees: tuple[str, ...], *, ends: bool) -> str:
        delay = self.one("", "", " 5秒")
        guard = f" 且 {self.one(*GUARDS)}" if self.maybe(0.25) else ""
        acts = self.acts(callees) + ([self.leave(steps, ends=ends)] if self.maybe() else [])
        return f"{delay}{guard}: {', '.join(acts)}"

    def body(self, steps: Sequence[str], callees: tuple[str, ...], *, ends: bool, last: bool) -> list[str]:
        lines: list[str] = []
        for _ in range(self.chance.randint(0, 3)):
            kind = self.one("say", "or", "ask", "do", "if", "wait", *(("call", "if call") if callees else ()))
            guard = self.one(*GUARDS)
            match kind:
                case "say":
                    lines.append(f"  {self.one(*SAID)}")
                case "or":
                    lines += [f"  {self.one(*SAID)}", f"  或{self.one(*SAID)}"]
                case "ask":
                    lines.append(f"  {self.one(*ASKED)}")
                case "do":
                    lines.append(f"  {self.one(*DONE)}")
                case "if":
                    lines.append(f"  若 {guard}: {self.one(*SAID, *DONE, *ASKED)}")
                case "wait":
                    lines.append("  等待 3秒")
                case "call":
                    lines.append(f"  调用 {self.one(*callees)}")
                case _:
                    lines.append(f"  若 {guard}: 调用 {self.one(*callees)}")
        if self.maybe(0.4):
            away = self.leave(steps[-1:] if not last else [], ends=ends)
            lines.append(f"  至多 {self.chance.randint(1, 2)}次, 否则 {away}")
        exits = [f"  若 {self.one(*GUARDS)}: {self.leave(steps, ends=ends)}" for _ in range(self.chance.randint(0, 2))]
        if not exits or self.maybe(0.7):
            exits.append(f"  {('结束 已解决' if ends else '返回') if last else self.leave(steps, ends=ends)}")
        if any(word in line for line in lines for word in ("等待", "调用", "问 ")) or any(
            "转 " in one for one in exits
        ):
            for event in self.chance.sample(EVENTS, self.chance.randint(0, 2)):
                lines.append(f"  当 {event}{self.reaction(steps, callees, ends=ends)}")
            if self.maybe(0.3):
                acts = self.acts(callees) + ([self.leave(steps, ends=ends)] if self.maybe() else [])
                lines.append(f"  {self.one('超过', '每')} 10秒: {', '.join(acts)}")
        return lines + exits

    def rules(self) -> list[tuple[str, Rule]]:
        """Ten rules about what happens, as scripts and the explorer write them."""
        return [self.rule(self.one(*FORMS)) for _ in range(10)]

    def rule(self, form: str) -> tuple[str, Rule]:
        def some(atoms: Sequence[str]) -> list[str]:
            return self.chance.sample(atoms, self.chance.randint(1, 2))

        p, q, after = some(STEPS if form.startswith("step") else ATOMS), some(ATOMS), some(ATOMS)
        text = FORMS[form].format(p=" 或 ".join(p), q=" 或 ".join(q), after=" 或 ".join(after))
        return text, Rule(form, frozenset(p), frozenset(q), frozenset(after))


def judge(seed: int) -> tuple[Counter[str], list[str]]:
    """What became of the verdicts on one example, counted, and those that are wrong, told."""
    script = Script(seed)
    text, rules = script.text(), script.rules()
    limits = [
        (f"限制 {measure} {bound} {amount}{unit}", measure, bound == "至多", amount * each)
        for measure, unit, each, high in (("轮次", "轮", 1, 8), ("通话话时", "秒", 1000, 12))
        for bound in ("至多", "至少")
        for amount in [script.chance.randint(1, high)]
    ]
    every = [line for line, _ in rules] + [line for line, *_ in limits]
    book = "规则集 规范 适用 全部\n" + "".join(
        f"  规则 规则{number}\n    {line}\n" for number, line in enumerate(every)
    )
    made = compile_text(book + text, vocabulary=VOCABULARY)
    counts: Counter[str] = Counter()
    machine = next((one for one in made.machines if one.name == "A"), None)
    if machine is None or any(one.code == "SC308" for one in made.findings):
        return Counter({"left aside": 1}), []
    try:
        calls = Calls(machine_document(machine), MOST)
    except TooMany:
        return Counter({"left aside": 1}), []
    except RecursionError:
        return Counter({"silent circle": 1}), [f"SEED={seed} a circle without waiting that SC308 does not tell"]
    statuses = [proof.results[0].status for proof in made.proofs if proof.machine.name == "A"]
    wrong: list[str] = []

    def compare(line: str, status: str, *, broken: bool, idle: bool) -> None:
        counts["undecided" if status == "undecided" else "verdicts"] += 1
        kind = {
            status in ("proven", "idle") and broken: "unsound",
            status == "broken" and not broken: "false",
            status == "idle" and not idle: "idle, though it happens",
            status == "proven" and not broken and idle: UNSETTLED,
        }.get(True)
        if kind is not None:
            counts[kind] += 1
            if kind != UNSETTLED:
                wrong.append(f"SEED={seed} {kind}: {line}")

    for (line, rule), status in zip(rules, statuses, strict=False):
        breaks = calls.breaks(rule)
        idle = any(not about & calls.atoms for about in rule.about())
        compare(line, status, broken=not breaks if rule.form == "reachable" else breaks, idle=idle)
    speech = 60_000 // machine.speech_rate
    for (line, measure, longest, limit), status in zip(limits, statuses[len(rules) :], strict=True):
        value = calls.extreme(
            (lambda step: int(step.line is not None))
            if measure == "轮次"
            else lambda step, best=max if longest else min: speech * sum(best(one.speech) for one in step.moments),  # type: ignore[misc]
            longest=longest,
        )
        compare(line, status, broken=value > limit if longest else value < limit, idle=False)
    return counts, wrong


def main(seed: int, count: int) -> int:
    """Judge the verdicts on so many examples; how many are wrong."""
    total: Counter[str] = Counter()
    found = 0
    for number in range(seed, seed + count):
        counts, wrong = judge(number)
        total += counts
        found += len(wrong)
        for one in wrong:
            print(one)
    print(", ".join(f"{value} {name}" for name, value in sorted(total.items())))
    return found
