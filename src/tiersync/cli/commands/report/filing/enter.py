"""The command `report enter`: figures entered by hand, as a draft of each cell."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.report.meant import FORM, THE_PERIOD
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import say, text
from tiersync.host.opening import now
from tiersync.model.hidden import escaped

if TYPE_CHECKING:
    from tiersync.model.period import Period
    from tiersync.views.reports.entered import EnteredForm

HEADS = {"indicator": ("indicator", "指标", "指标代码"), "breakdown": ("breakdown", "分组"), "value": ("value", "数值")}
LARGEST = 4 * 2**20  # bytes of a file of values: a form has some thousand cells


@click.command(
    help=say(
        "手工填报：为单位 UNIT 填入申报数，作为草稿保存，report submit 后才计入。数值取自 CSV 文件（列："
        "指标、分组、数值）、"
        "--set，或 --ask 逐项询问；可写 1,200、3.5万、近800。什么都不写则列出各项。",
        "Enter figures of UNIT by hand: they stay drafts until report submit. Values come from a CSV file (columns "
        "indicator, breakdown, value), from --set, or one by one with --ask. Without any of these the cells "
        "are listed.",
    ),
    epilog=examples(
        "tiersync report enter 371402001001 --form aging-quarter --period 2013-Q4 --values q4.csv",
        "tiersync report enter 371402001001 --form aging-quarter --period 2013-Q4 --set P02=1180",
        "tiersync report enter 371402001001 --form aging-quarter --period 2013-Q4 --ask",
    ),
)
@click.argument("unit")
@folder
@FORM
@THE_PERIOD
@click.option(
    "--values", type=click.Path(dir_okay=False, exists=True, path_type=Path), help=say("CSV 文件", "A CSV file")
)
@click.option("--set", "sets", multiple=True, help=say("一项，如 P02=1180，可多次", "One cell, such as P02=1180"))
@click.option("--ask", is_flag=True, help=say("逐项询问", "Ask one by one"))
@click.option("--all", "every", is_flag=True, help=say("列出全部分组", "List every breakdown"))
@as_json
@as_file
def enter(
    unit: str, folder: Path, form: str, period: "Period", values: Path | None, sets: tuple[str, ...], ask: bool,
    every: bool, as_json: bool, wanted: AsFile,
) -> None:  # fmt: skip
    from tiersync.flow.counting.entered import enter as write
    from tiersync.views.reports.entered import entered_form

    node = open_node(folder)
    found = entered_form(node, form, unit, period)
    said = dict(_of_file(values)) if values else {}
    said |= dict(_of_set(one) for one in sets)
    said |= dict(_asked(found, every)) if ask else {}
    if said:
        write(node, found.of, found.form, said, now())
        found = entered_form(node, form, unit, period)
    if as_json:
        print_json({"entered": len(said), "drafts": found.drafts, "cells": [cell._asdict() for cell in found.cells]})
        return
    if said and not wanted.kind:
        click.echo(say(
            f"已填入 {len(said)} 项，共有草稿 {found.drafts} 项。审核：tiersync report check；提交："
            f"tiersync report submit。",
            f"{len(said)} cells entered; {found.drafts} drafts wait. Next: tiersync report check, tiersync "
            f"report submit.",
        ))  # fmt: skip
    if not said or wanted.kind:
        show_one(found.table(every), node, wanted)


def _of_file(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """The cells that a CSV file names, with their values."""
    from tiersync.errors import UnreadableFile

    if path.stat().st_size > LARGEST:
        raise UnreadableFile(file=path, why_zh="文件过大", why_en="it is too large")
    lines = list(csv.reader(_decoded(path).splitlines()))
    heads = [head.strip().lower() for head in lines[0]] if lines else []
    at = {name: next((heads.index(one) for one in words if one in heads), None) for name, words in HEADS.items()}
    indicator, breakdown, value = at["indicator"], at["breakdown"], at["value"]
    if indicator is None or value is None:
        raise UnreadableFile(
            file=path, why_zh="第一行应有列名 指标、数值（可有 分组）",
            why_en="its first line has to name the columns indicator and value (and may name breakdown)",
        )  # fmt: skip
    for cells in lines[1:]:
        if len(cells) > max(indicator, value) and any(cells):
            split = cells[breakdown] if breakdown is not None and breakdown < len(cells) else ""
            yield (cells[indicator].strip(), split.strip()), cells[value].strip()


def _decoded(path: Path) -> str:
    """The text of a file in UTF-8 or GB 18030, as Excel writes either."""
    from tiersync.errors import UnreadableFile

    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(file=path, why_zh="编码既不是 UTF-8 也不是 GB18030", why_en="it is neither UTF-8 nor GB 18030")


def _of_set(written: str) -> tuple[tuple[str, str], str]:
    """One cell with its value: P02=1180, or P02[sex=1]=560."""
    cell, _, value = written.rpartition("=")
    indicator, _, split = cell.partition("[")
    if not cell or (split and not split.endswith("]")):
        raise click.BadParameter(say(f"{written}：写作 P02=1180 或 P02[sex=1]=560", f"{written}: write P02=1180"))
    return (indicator.strip(), split.rstrip("]").strip()), value.strip()


def _asked(found: "EnteredForm", every: bool) -> Iterator[tuple[tuple[str, str], str]]:
    """What somebody types for each cell; an empty line leaves it as it is."""
    for cell in found.cells:
        if every or not cell.breakdown:
            held = cell.draft or cell.submitted or cell.filed or ""
            named = f"{cell.indicator} {text(cell.name)}" + (f" [{cell.breakdown}]" if cell.breakdown else "")
            said = click.prompt(escaped(f"{named}（{cell.measured_in}）"), default=held, show_default=bool(held))
            if said != held:
                yield (cell.indicator, cell.breakdown), said
