"""What can be wrong with a project's files and settings: the lints SC0xx, with their wording."""

from __future__ import annotations

from dsl.diagnostics import Lint, Severity, Words
from dsl.frozen import Node

_LOST = Words(
    "读不到的文件里的步骤和话术不会进入卡片，坐席手里的脚本就缺了一块。",
    "Steps and phrases of a file that cannot be read do not reach the cards, and agents miss a part of the script.",
)

UNREADABLE = Lint(
    "SC001",
    "unreadable-file",
    Severity.ERROR,
    Words("打不开这个文件：{why}", "this file cannot be opened: {why}"),
    Words("检查文件是否还在、有没有读取权限", "check that it is still there and that you may read it"),
    _LOST,
    bad="",
    good="",
)
NOT_UTF8 = Lint(
    "SC002",
    "not-utf8",
    Severity.ERROR,
    Words("这个文件不是 UTF-8 编码，而是 {encoding}", "this file is not UTF-8 but {encoding}"),
    Words(
        "记事本：另存为 → 编码选 UTF-8；或运行 scriptc fmt --from {codec} {file}",
        "in Notepad: Save as, encoding UTF-8; or run scriptc fmt --from {codec} {file}",
    ),
    Words(
        "编码不对，汉字会变成乱码印在卡片上。",
        "In the wrong encoding Chinese characters would be printed on the cards as garbage.",
    ),
    bad="",
    good="",
)
NOT_TEXT = Lint(
    "SC003",
    "not-text",
    Severity.ERROR,
    Words("这个文件不是文本（含有空字节）", "this file is no text (it holds zero bytes)"),
    Words(
        "如果是 Word 或 Excel 文件，把内容复制到新的 .script 文本文件",
        "if it comes from Word or Excel, copy its words to a new .script text file",
    ),
    _LOST,
    bad="",
    good="",
)
NO_SCRIPTS = Lint(
    "SC004",
    "no-scripts",
    Severity.ERROR,
    Words("这里没有 .script 文件", "there is no .script file here"),
    Words("{hint}", "{hint}"),
    Words("没有脚本就没有卡片。", "Without scripts there are no cards."),
    bad="",
    good="",
)
BAD_YAML = Lint(
    "SC005",
    "bad-settings",
    Severity.ERROR,
    Words("scriptc.yaml 这里读不懂：{why}", "scriptc.yaml cannot be read here: {why}"),
    Words("{hint}", "{hint}"),
    Words(
        "读不懂设置，就不知道公司名称、工号该念什么。",
        "Without its settings a script does not know the company's name.",
    ),
    bad="",
    good="",
)
UNKNOWN_KEY = Lint(
    "SC006",
    "unknown-setting",
    Severity.ERROR,
    Words("scriptc.yaml 没有“{key}”这一项", "scriptc.yaml has no setting “{key}”"),
    Words("{hint}", "{hint}"),
    Words("写错的设置不起作用，而且没人发现。", "A misspelt setting does nothing, and nobody notices."),
    bad="",
    good="",
)


class BadValue(Node, frozen=True):
    """The data of BAD_VALUE: the key of the settings whose value was refused."""

    key: str


BAD_VALUE = Lint(
    "SC007",
    "bad-setting",
    Severity.ERROR,
    Words("“{key}”应当是{expected}", "“{key}” should be {expected}"),
    Words("{hint}", "{hint}"),
    Words("写错的设置会让时长、卡片算错。", "A wrong setting makes times and cards come out wrong."),
    bad="",
    good="",
)
NO_LIBRARY = Lint(
    "SC008",
    "no-library",
    Severity.ERROR,
    Words("找不到脚本库“{name}”", "there is no library “{name}”"),
    Words("{hint}", "{hint}"),
    _LOST,
    bad="",
    good="",
)
TOO_LARGE = Lint(
    "SC009",
    "file-too-large",
    Severity.ERROR,
    Words("这个文件超过 {megabytes} MB", "this file is larger than {megabytes} MB"),
    Words("按场景分成几个文件", "split it into a file a scenario"),
    _LOST,
    bad="",
    good="",
)

EMPTY = Lint(
    "SC016",
    "empty-file",
    Severity.NOTE,
    Words("这个文件里什么也没有写", "there is nothing in this file"),
    Words(
        "写一行“场景 …”；刚写过的，看看存盘了没有",
        "write a line “scenario …”; if you just did, see whether it is saved",
    ),
    Words(
        "空文件不会变成卡片；写好没有存盘，坐席拿到的还是旧的。",
        "An empty file makes no card; what was written and not saved never reaches the agents.",
    ),
    bad="# 以后再写 # SC016\n",
    good='# 以后再写\n结局 完成\n场景 A\n步骤 甲\n  说 "您好。"\n  结束 完成\n',
)

MISNAMED = Lint(
    "SC017",
    "misnamed-settings",
    Severity.WARNING,
    Words("设置文件要叫 {wanted}，这个文件没有读", "settings are read from {wanted}; this file was not read"),
    Words("改名为 {wanted}", "rename it to {wanted}"),
    Words(
        "没有设置，就没有标准库、公司名称和语速，卡片上的时长也不对。",
        "Without settings there is no standard library, no company name, no rate of speech, and times on cards are wrong.",
    ),
    bad="",
    good="",
)

ENCODINGS = {
    "gb18030": Words("GB18030（记事本的 ANSI）", "GB18030 (Notepad's ANSI)"),
    "utf-16": Words("UTF-16（记事本的 Unicode）", "UTF-16 (Notepad's Unicode)"),
}

LINTS: tuple[Lint, ...] = (
    UNREADABLE,
    NOT_UTF8,
    NOT_TEXT,
    NO_SCRIPTS,
    BAD_YAML,
    UNKNOWN_KEY,
    BAD_VALUE,
    NO_LIBRARY,
    TOO_LARGE,
    EMPTY,
    MISNAMED,
)
