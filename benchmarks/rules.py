"""`python -m benchmarks.rules`: what proving rules costs, next to the parse of the same text.

Two measures: 24 rules over a thousand scenarios, and 100 rules over one machine of 2,000 states. All rules of the first
hold, as in a project that builds; what a broken rule costs, with its call, is printed apart.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from benchmarks.generate import project
from compiler.pipeline import Compilation, compile_project
from compiler.project.loader import Memory, load
from compiler.rulebooks.proof import prove_all
from dsl.parser import parse

HOLDING = (
    "要求 [致歉] 先于 [方案]",
    "要求 可达 结束 [升级]",
    "要求 可达 结束 已受理",
    "要求 [致歉] 或 结束 无声挂断 或 结束 转主管",
    "要求 事件 客户激动 之后 [共情] 先于 [方案]",
    "禁止 做 直接挂机",
    '禁止 步骤 [核实] 含 说 "是不是*"',
    '要求 步骤 [方案] 含 承诺 或 说 "再把"',
    "要求 做 登记投诉 或 结束 [升级] 或 结束 无声挂断",
    "要求 [核实] 先于 问 敏感",
    "要求 得到 客户姓氏 之后有 提到 客户姓氏 或 结束 无声挂断 或 结束 转主管",
    '要求 说 "再见" 先于 结束 已受理',
    "禁止 结束 转主管 之后有 [方案]",
    "要求 每个步骤 处理 客户沉默",
    "要求 [问候] 先于 [核实]",
    "要求 [问候] 先于 结束",
    "禁止 事件 客户激动 之后有 做 直接挂机",
    "要求 事件 线路杂音 之后有 结束",
    "要求 [核实] 先于 做 登记投诉",
    "要求 事件 客户辱骂 之后有 [共情]",
    "要求 事件 客户辱骂 之后有 结束",
    "要求 承诺 先于 结束 已受理",
    "要求 步骤 升级主管 含 做 通知主管",
    "限制 承诺时限 至多 24小时",
)
BROKEN = "要求 事件 客户激动 之后有 [共情]"


def main() -> None:
    """Print both measures."""
    files = project(1000)
    loaded = load(Memory({**files, "规则.script": _book(HOLDING)}))
    parse_s, prove_s, compiled = _measure(loaded.sources, lambda: compile_project(loaded))
    count = sum(len(proof.results) for proof in compiled.proofs)
    states = {result.status for proof in compiled.proofs for result in proof.results}
    print(f"1000 scenarios × {len(HOLDING)} rules: {count} lines held, all {', '.join(sorted(states))}")
    print(f"  parse {parse_s:.2f} s   prove {prove_s:.2f} s   {prove_s / parse_s:.2f} × the parse")
    small = load(Memory({**project(100), "规则.script": _book((BROKEN,))}))
    broken = compile_project(small)
    print(f"  a broken rule with its shortest call: {broken.seconds['prove'] / 100 * 1000:.1f} ms")

    chain = load(Memory({"a.script": _chain(500)}))
    _, prove_s, compiled = _measure(chain.sources, lambda: compile_project(chain))
    states_ = sum(len(flow.states) for flow in compiled.machines[0].flows)
    count = sum(len(proof.results) for proof in compiled.proofs)
    print(f"one machine of {states_} states × {count} rules: {prove_s:.2f} s")


def _measure(sources: tuple[object, ...], work: Callable[[], Compilation]) -> tuple[float, float, Compilation]:
    """Best parse and best proof of three rounds that take turns, and what was compiled."""
    parses: list[float] = []
    proofs: list[float] = []
    compiled = work()
    for _ in range(3):
        parses.append(_timed(lambda: [parse(source) for source in sources]))  # type: ignore[arg-type]
        proofs.append(_timed(lambda: prove_all(compiled.program, compiled.flows, compiled.machines, None)))
    return min(parses), min(proofs), compiled


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    work()
    gc.enable()
    return time.perf_counter() - start


def _book(lines: tuple[str, ...]) -> str:
    rules = "".join(f"  规则 第{number}条\n    {line}\n" for number, line in enumerate(lines))
    return f"规则集 基准 适用 投诉\n{rules}"


def _chain(steps: int) -> str:
    """One scenario of `steps` steps with reactions, gates and guards, and a hundred rules about it."""
    lines = ["结局 完成", "结局 放弃", "事件 生气", "事件 沉默", "动作 登记"]
    lines += [f"标签 标签{number}" for number in range(50)]
    lines += ["规则集 规范 适用 全部"]
    for number in range(50):
        lines += [f"  规则 先后{number}", f"    要求 [标签{number}] 先于 结束 完成"]
        lines += [f"  规则 有{number}", f"    要求 事件 生气 之后有 [标签{number}] 或 做 登记 或 结束"]
    lines += ["场景 A", "  信息 类型 选项 甲 / 乙", '  全程 当 生气: 说 "我理解。"']
    for number in range(steps):
        lines += [f"步骤 第{number}步 [标签{number % 50}]", '  说 "请讲。"']
        if number % 5 == 0:
            lines += ['  问 类型 "是哪一种？"', "  若 类型 是 甲: 做 登记"]
        if number % 7 == 3:
            lines += [f"  至多 3次, 否则 转 第{number + 1}步" if number + 1 < steps else "  至多 3次, 否则 结束 放弃"]
            lines += [f"  当 沉默 转 第{max(0, number - 2)}步"]
        lines += ["  等待 3秒", '  说 "您继续。"']
        lines += [f"  转 第{number + 1}步" if number + 1 < steps else "  结束 完成"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
