"""The command `figures sheet`: a form as offices print it, a row for each unit."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tiersync.cli.terminal.files import spare, whole_or_not
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import AS_OF, PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json
from tiersync.cli.terminal.words import LANG, say
from tiersync.views.table import Reader

if TYPE_CHECKING:
    from tiersync.model.period import Period
    from tiersync.views.figures.sheet import FormSheet

KINDS = (".xlsx", ".html")


@click.command(
    help=say(
        "一张报表一期的汇总表，按办公室通行格式印制：各下级单位一行，末行为合计，每项指标一列；"
        "表头有表号、制定机关、批准文号、有效期，表尾供签字。写成 .xlsx（A3 横向）或 .html。",
        "A form's sheet for a period as offices print it: a row for each unit below and one for their total, a column"
        " for each indicator, with the form's number and approval above and room to sign below. As .xlsx (A3 landscape)"
        " or .html.",
    ),
    epilog=examples(
        "tiersync figures sheet aging-year --period 2013 --out 2013.xlsx",
        "tiersync figures sheet aging-quarter --period 2013-Q4 --unit 371402000000 --out 2013-Q4.html",
        "tiersync figures sheet aging-year --period 2013 --tier community --out communities.xlsx",
    ),
)
@click.argument("form")
@folder
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013", "The period, such as 2013"))
@click.option("--unit", help=say("该单位的下级；默认为本节点的单位", "Units below this one; by default this node's"))
@click.option(
    "--tier", help=say("其下该层级的各单位，而非直接下级", "The units of this tier instead of those directly below")
)
@click.option("--as-of", type=AS_OF, help=say("截至该日的数，如 2014-03-31", "As it stood on this day"))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("写入该文件：.xlsx 或 .html", "Into this file: .xlsx or .html"),
)
@click.option("--force", is_flag=True, help=say("覆盖已有文件", "Write over a file that is there"))
@as_json
def sheet(
    form: str, folder: Path, period: "Period", unit: str | None, tier: str | None, as_of: date | None,
    out: Path | None, force: bool, as_json: bool,
) -> None:  # fmt: skip
    from tiersync.views.figures.sheet import SheetWanted, form_sheet

    if as_json == (out is not None):
        raise click.UsageError(say("须用 --out 指定文件，或用 --json。", "Give --out FILE, or --json."))
    if out and out.suffix.lower() not in KINDS:
        raise click.UsageError(say(f"{out}：扩展名应为 .xlsx 或 .html", f"{out}: name it .xlsx or .html"))
    node = open_node(folder)
    made = form_sheet(node, SheetWanted(form, period, unit, tier, as_of))
    if out is None:
        print_json(made.as_object())
        return
    spare([out], force)
    with whole_or_not(out) as path:
        _write(made, Reader(LANG, ZoneInfo(node.time_zone)), out.suffix.lower(), path)
    note(say(f"已写入 {out}：{len(made.rows)} 行。", f"{out} is written: {len(made.rows)} rows."))


def _write(made: "FormSheet", reader: Reader, kind: str, path: Path) -> None:
    from tiersync.views.render import sheet_html, sheet_xlsx

    if kind == ".xlsx":
        sheet_xlsx.write(made, reader, path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet_html.write(made, reader, file)
