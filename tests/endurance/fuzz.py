"""Damaged files for everything that reads: an answer is expected, within five seconds, and never a traceback.

The readers: scripts in Chinese and in English (parsed, checked, proven, reported, formatted), dialogues (played),
`scriptc.yaml`, `cards.lock`, the list of a build's files, machines as JSON (read, then played), codes of cards.
"""

from __future__ import annotations

import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from compiler.build.output import NotOurs, write_all
from compiler.cards.codes import has_a_slip, read_code
from compiler.cards.ledger import BadLedger, ledger_text, read_ledger
from compiler.dialogues.suite import Models, run
from compiler.findings.weighing import weigh
from compiler.machine.to_json import dumps, machine_document
from compiler.pipeline import compile_project
from compiler.project.loader import Memory, load
from compiler.project.reformat import reformat
from compiler.report.terminal import render
from compiler.runtime import MachineRefused, Session
from compiler.runtime import load as load_machine
from compiler.runtime.session import CallRefused
from dsl.keywords import KEYWORDS
from tests.projects import WORDS, lowered
from tests.typist import Typist

SLOW = 5
"""Seconds of processor time an answer may take."""
STUCK = 60
"""Seconds after which one is not waited for any longer."""

ROOT = Path(__file__).parents[2]
SIGNS = (
    *"\"“”「」《》{}｛｝[]【】()（）:：,，、。；;/／#＃\\-–—*+=_·.．!?！？%％@&<>|~`^$'",
    *(
        "\n",
        "\n\n",
        "\r",
        "\t",
        " ",
        "\u3000",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\x00",
        "\x1b[31m",
        "\ud800",
        "\U0001f600",
    ),
    *("0", "1", "9" * 30, "-1", "1.5", "1e9", "２", "三", "2026-13-40", "5秒", "3个工作日", "null", "true", "[]", "{}"),
    *(word for row in KEYWORDS for word in (*row.zh, *row.en)),
    *(
        '"""',
        '\\"',
        "<<<<<<< HEAD",
        "=======",
        "&a *a",
        "!!python/object:os.system",
        "场景 ",
        "步骤 ",
        "scenario ",
        "- ",
    ),
)


@cache
def corpus(pattern: str) -> list[str]:
    texts = [path.read_text("utf-8", errors="ignore") for path in sorted(ROOT.glob(pattern))]
    return [text for text in texts if text.strip()]


def pieces(texts: list[str], random: Random, lines: int) -> str:
    """Some lines in a row of one of `texts`."""
    chosen = random.choice(texts).splitlines(keepends=True)
    start = random.randrange(max(1, len(chosen) - lines))
    return "".join(chosen[start : start + random.randint(1, lines)])


def damaged(text: str, random: Random) -> str:
    """`text` after a few accidents: something lost, doubled, moved, or typed between."""
    for _ in range(random.choice((0, 1, 1, 2, 3, 8))):
        at, end = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
        end = min(end, at + random.choice((1, 2, 10, 200)))
        kind = random.randrange(5)
        if kind == 0:
            text = text[:at] + text[end:]
        elif kind == 1:
            text = text[:end] + text[at:end] * random.choice((1, 1, 2, 50)) + text[end:]
        elif kind == 2:
            to = random.randint(0, len(text))
            text = text[:to] + text[at:end] + text[to:]
        elif kind == 3:
            text = text[:at] + random.choice(SIGNS) + text[at:]
        else:
            text = text[:at] + random.choice(SIGNS) + text[end:]
    return text


def encoded(text: str, random: Random) -> bytes:
    data = text.encode(random.choice(("utf-8",) * 8 + ("utf-8-sig", "gb18030", "utf-16")), "replace")
    if random.random() < 0.1:
        at = random.randint(0, len(data))
        data = data[:at] + random.randbytes(random.randint(1, 4)) + data[at:]
    return data


def checked(files: dict[str, str | bytes]) -> None:
    """What `scriptc check` and `scriptc fmt` do with a project."""
    compiled = compile_project(load(Memory(files)))
    findings = weigh(compiled, lambda: "2026-01-01").findings
    for lang in ("zh", "en"):
        for line in render(findings, lang, lambda text, _role: text):
            line.encode("utf-8", "surrogatepass")
    for name, data in files.items():
        if name.endswith(".script"):
            reformat(name, data if isinstance(data, bytes) else data.encode("utf-8", "replace"), None, None)


def scripts(pattern: str, head: str) -> Callable[[Random], None]:
    def read(random: Random) -> None:
        if random.random() < 0.2:
            text = Typist(random).script()
        else:
            text = "".join(pieces(corpus(pattern), random, 25) for _ in range(random.randint(1, 3)))
        files: dict[str, str | bytes] = {"a.script": encoded(damaged(text, random), random), "词汇/词汇.script": WORDS}
        checked(files | {"scriptc.yaml": head})

    return read


DIALOGUES = """结局 完
事件 生气
动作 登记
场景 甲 / a
  信息 姓 文本
  信息 类 选项 简单 / 复杂
步骤 一
  说 "您好，请问贵姓？"
  问 姓、类 "贵姓？哪一类？"
  当 生气: 说 "抱歉。"
  超过 30秒 转 二
  转 二
步骤 二
  做 登记
  说 "{姓}女士，再见。"
  结束 完
对话 "顺利" 场景 甲
  坐席 "您好，请问贵姓？"
  客户 配合 姓=王, 类=简单
  坐席 做 登记
  结束 完
"""


def dialogues(random: Random) -> None:
    head, tail = DIALOGUES.split("对话", 1)
    lines = pieces(corpus("**/[!.]*/*.script"), random, 12) if random.random() < 0.3 else ""
    text = head + damaged("对话" + tail, random) + damaged(lines, random)
    compiled = compile_project(load(Memory({"a.script": text.encode("utf-8", "replace")})))
    run(compiled, Models(compiled))


YAML = """name: 星海
libraries: [scriptc, 词汇]
facts:
  公司名称: 星海通信
  工号: "8021"
lints: {SC203: error, SC6: ignore}
"""


def settings(random: Random) -> None:
    text = random.choice([YAML, *corpus("examples/*/scriptc.yaml")])
    text = damaged(text, random)
    if random.random() < 0.98:  # reading the library takes longer than all the rest
        text = text.replace("scriptc", "词汇")
    checked({"scriptc.yaml": encoded(text, random), "a.script": "结局 完\n", "词汇/词汇.script": WORDS})


LOCK = """# 卡号
1 K3M9P-X2F4G 0123456789ab 2026-01-05 退款咨询
1 ABCDE-FGHJK ba9876543210 2026-02-06 退款咨询
2 - - - 物流查询
"""


def ledger(random: Random) -> None:
    try:
        read = read_ledger(encoded(damaged(LOCK, random), random))
    except BadLedger:
        return
    assert read_ledger(ledger_text(read).encode()) == read


MANIFEST = '{\n "files": [\n  "甲.json",\n  "index.html"\n ],\n "format": "scriptc-build",\n "version": 1\n}\n'


def manifest(random: Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "dist"
        folder.mkdir()
        (folder / "甲.json").write_bytes(b"{}")
        text = "[" * 100_000 if random.random() < 0.01 else damaged(MANIFEST, random)
        (folder / "manifest.json").write_bytes(encoded(text, random))
        try:
            write_all(folder, [("乙.json", b"{}")])
        except NotOurs:
            assert (folder / "甲.json").exists()


@cache
def machines() -> list[str]:
    from tests.runtime.test_runtime_reading import CONFIG, SCRIPT

    return [dumps(machine_document(machine)) for machine in lowered(SCRIPT, config=CONFIG).machines]


def machine(random: Random) -> None:
    text = damaged(random.choice(machines()), random)
    try:
        model = load_machine(text if random.random() < 0.5 else encoded(text, random))
        call = Session(model, {"姓": "王"}, {"类型": "甲"})
    except (MachineRefused, CallRefused):
        return
    for _ in range(10):
        if call.ended or not call.possible():
            return
        call.wait(random.choice((0, 5_000, 120_000)))
        call.send(random.choice(("沉默", "出声", "没有的事")))
        call.go_along({"类型": "甲"})


def codes(random: Random) -> None:
    typed = damaged("K3M9P-X2F4G", random)
    read_code(typed)
    has_a_slip(typed)


READERS: tuple[tuple[str, Callable[[Random], None]], ...] = (
    ("zh", scripts("scripts_library/**/*.script", "libraries: [词汇]\n")),
    ("en", scripts("examples/english/**/*.script", "libraries: [词汇]\n")),
    ("dialogues", dialogues),
    ("settings", settings),
    ("cards.lock", ledger),
    ("manifest", manifest),
    ("machine", machine),
    ("codes", codes),
)


TURNS = (*READERS, *[one for one in READERS if one[0] in ("cards.lock", "machine", "codes")] * 3)
"""What takes less time is tried more often."""


class Stuck(BaseException):
    """An answer that takes far too long."""


def _stuck(*_: object) -> None:
    raise Stuck


def main(seed: int, count: int) -> int:
    """Example n damages a file for reader n % 17. Returns how many were answered with an accident, or late."""
    failed = 0
    tried: Counter[str] = Counter()
    worst: Counter[str] = Counter()
    signal.signal(signal.SIGVTALRM, _stuck)
    for number in range(seed, seed + count):
        name, read = TURNS[number % len(TURNS)]
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, STUCK)
        try:
            read(Random(number))
        except (Exception, Stuck):  # noqa: BLE001 - any accident is what is looked for
            failed += 1
            print(f"SEED={number} COUNT=1 ({name}):\n{traceback.format_exc(limit=-3)}")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took = time.process_time() - began
        tried[name] += 1
        worst[name] = max(worst[name], round(1000 * took))
        if took > SLOW:
            failed += 1
            print(f"SEED={number} COUNT=1 ({name}): {took:.1f} s")
    print("; ".join(f"{name}: {tried[name]}, the slowest {worst[name]} ms" for name, _ in READERS if tried[name]))
    return failed
