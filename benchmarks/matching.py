"""`python -m benchmarks.matching`: what it costs to look for many phrases in many texts.

The texts are the quoted phrases of a generated project of 1,000 scenarios. The patterns are made of the same
characters; one in twenty has a `*`, a word group, a number or a context, and the same few of them hit something however
many there are. Few and many patterns take turns, because a machine's speed drifts; each figure is the best of several.

Then the whole check of those scenarios, with few and with many `禁说` lines, in processor time.
"""

from __future__ import annotations

import gc
import random
import re
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from benchmarks.generate import project
from compiler.matching.folding import hide_slots
from compiler.matching.matcher import Matcher, compile_patterns
from compiler.matching.patterns import Pattern
from compiler.pipeline import compile_project
from compiler.project.loader import Memory, load

TEXTS = 50_000
SIZES = (100, 1_000, 10_000)
ROUNDS = 9
CHECKS = 3
STANDING = ("{致歉词}", "我也没办法", "您*激动", "公司就是这么规定的", "3个工作日")
GROUPS = {"致歉词": ("抱歉", "对不起", "不好意思", "向*道歉")}

Result = TypeVar("Result")


def phrases(count: int) -> list[str]:
    """`count` phrases of generated scenarios, over and over when there are too few."""
    found = [text for source in project(1_000).values() for text in re.findall(r'"([^"\n]+)"', source)]
    return [hide_slots(found[at % len(found)]) for at in range(count)]


def patterns(count: int, texts: list[str]) -> list[Pattern[int]]:
    """`count` different patterns of which, however many they are, the same few stand in `texts`."""
    rng = random.Random(count)
    characters = sorted({character for text in texts for character in text if character.isalpha()})
    made: dict[str, tuple[str, ...]] = dict.fromkeys(STANDING, ())
    while len(made) < count:
        text = "".join(rng.choices(characters, k=rng.randint(4, 10)))
        kind = rng.randrange(80)
        if kind == 0:
            text = text[:2] + "*" + text[2:]
        elif kind == 1:
            text = "{致歉词}*" + text
        elif kind == 2:
            text += f"{rng.randint(10, 999)}元"
        made[text] = (text + rng.choice(characters),) if kind == 3 else ()
    return [Pattern(number, text, unless) for number, (text, unless) in enumerate(made.items())]


def main() -> None:
    """Print a row for each number of patterns, then how the largest compares with the smallest."""
    texts = phrases(TEXTS)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} phrases, {megabytes:.1f} MB")
    made = {size: patterns(size, texts) for size in SIZES}
    compiling = dict.fromkeys(SIZES, float("inf"))
    together, each = dict(compiling), dict(compiling)
    matchers: dict[int, Matcher[int]] = {}
    hits: dict[int, int] = {}
    for _ in range(ROUNDS):
        for size in SIZES:
            seconds, matchers[size] = _timed(partial(_compiled, made[size]))
            compiling[size] = min(compiling[size], seconds)
            seconds, found = _timed(partial(matchers[size].find_each, texts))
            together[size] = min(together[size], seconds)
            hits[size] = sum(map(len, found.values()))
            seconds, _hits = _timed(partial(_one_by_one, matchers[size], texts))
            each[size] = min(each[size], seconds)
    print("patterns   compile      all at once           one by one       hits")
    for size in SIZES:
        print(
            f"{size:>8} {compiling[size] * 1e3:>7.1f} ms "
            f"{together[size] * 1e3:>7.1f} ms {megabytes / together[size]:>5.0f} MB/s "
            f"{each[size] * 1e3:>7.1f} ms {megabytes / each[size]:>5.0f} MB/s {hits[size]:>7}"
        )
    few, many = SIZES[0], SIZES[-1]
    print(
        f"{many} against {few}: {together[many] / together[few]:.2f} × all at once, "
        f"{each[many] / each[few]:.2f} × one by one"
    )
    _whole_checks((few, many), texts)


def _whole_checks(sizes: tuple[int, int], texts: list[str]) -> None:
    """What the whole check of a thousand scenarios takes with each number of `禁说` lines."""
    files = project(1_000)
    loaded = {size: load(Memory({**files, "规范/禁语.script": _banned(patterns(size, texts))})) for size in sizes}
    best = dict.fromkeys(sizes, float("inf"))
    parse = dict(best)
    for _ in range(CHECKS):
        for size in sizes:
            gc.collect()
            start = time.process_time()
            compiled = compile_project(loaded[size])
            best[size] = min(best[size], time.process_time() - start)
            parse[size] = min(parse[size], compiled.seconds["parse"])
            assert len(compiled.machines) > 1_000
    few, many = sizes
    for size in sizes:
        print(
            f"whole check of 1000 scenarios, {size:>6} 禁说: {best[size]:.2f} s, of which parsing {parse[size]:.2f} s"
        )
    print(f"{many} against {few}: {best[many] / best[few]:.2f} ×")


def _banned(made: list[Pattern[int]]) -> str:
    """A rulebook that bans all of `made` but what would be found, since a report is not what is measured here."""
    lines = [
        f'  禁说 "{one.text}" 原因 "客户听了不舒服" 改说 "我来帮您看看。"\n' for one in made if one.text not in STANDING
    ]
    return "词组 致歉词: " + " / ".join(GROUPS["致歉词"]) + "\n规则集 禁语 适用 全部\n" + "".join(lines)


def _compiled(made: list[Pattern[int]]) -> Matcher[int]:
    compiled = compile_patterns(made, GROUPS)
    assert not compiled.problems, compiled.problems
    return compiled.matcher


def _one_by_one(matcher: Matcher[int], texts: list[str]) -> int:
    return sum(len(matcher.find(text)) for text in texts)


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        result = work()
        return time.perf_counter() - start, result
    finally:
        gc.enable()


if __name__ == "__main__":
    main()
