"""`scriptc graph`: the flow chart of one scenario, as an outline, a picture, or text for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.cli.common import OK, PATH, compile_path, emit, lang_option, scenario_named, words
from compiler.figures.dot import dot
from compiler.figures.figure import figure
from compiler.figures.flowchart import flowcharts
from compiler.figures.mermaid import mermaid
from compiler.figures.outline_text import outline_text
from compiler.report.wording import language

FORMS = ("text", "svg", "dot", "mermaid")


@click.command()
@click.argument("scenario")
@click.argument("path", type=PATH, default=".")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="What to print. 输出什么。")
@click.option("--part", default="", metavar="LETTER", help="With svg: the sub-dialogue of that letter. 哪个子对话。")
@lang_option
def graph(scenario: str, path: Path, form: str, part: str, lang: str | None) -> int:
    """一个场景的流程图。 The flow chart of one scenario."""
    given, lang = lang, language(lang)
    compiled = compile_path(path, lang)
    machine = scenario_named(compiled, scenario, lang)
    own = compiled.project.settings.card_lang
    charts = flowcharts(machine, lang="zh" if given == "zh" else "en" if given == "en" else own)
    if form == "svg":
        from compiler.figures.svg import svg  # noqa: PLC0415 - urllib behind it, 20 ms

        chart = next((one for one in charts if one.label == part.upper()), None)
        if chart is None:
            letters = ", ".join(one.label for one in charts if one.label)
            raise click.UsageError(
                words(
                    f"这个场景没有子对话“{part}”，有的是：{letters}",
                    f"this scenario has no sub-dialogue “{part}”; there are: {letters}",
                    lang,
                )
            )
        emit(svg(figure(chart), link=lambda label: ""))
    elif form == "dot":
        emit(dot(charts))
    elif form == "mermaid":
        emit(mermaid(charts))
    else:
        emit(outline_text(charts))
    return OK
