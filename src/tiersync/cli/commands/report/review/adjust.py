"""The command `report adjust`: an adjustment of this office's own total, in its own name."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tiersync.cli.commands.report.meant import DRY_RUN, FORM, THE_PERIOD
from tiersync.cli.commands.report.review.give_back import CellType
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.model.period import Period


@click.command(
    help=say(
        "以本单位名义调整本级合计：下级的数据不变，调整数单列一行并写明原因；下级报送新版本后自动失效。"
        "--take-back 撤销。",
        "Adjust this office's own total in its own name: the figure below stays, the adjustment is a row of its own "
        "with its reason, and lapses when the unit below sends a new revision. --take-back takes it back.",
    ),
    epilog=examples(
        "tiersync report adjust 371402001001 --form aging-year --period 2013 --cell A01 --by -2 --text 与公安数据核对",
        "tiersync report adjust 371402001001 --form aging-year --period 2013 --take-back",
    ),
)
@click.argument("unit")
@folder
@FORM
@THE_PERIOD
@click.option("--cell", type=CellType(), help=say("单元格，如 P05 或 P05[sex=1]", "A cell, such as P05 or P05[sex=1]"))
@click.option("--by", help=say("调整数，如 -2", "By how much, such as -2"))
@click.option("--text", help=say("原因", "Why"))
@click.option("--take-back", is_flag=True, help=say("撤销对该单位的调整", "Take back what was adjusted because of it"))
@DRY_RUN
@as_json
def adjust(
    unit: str, folder: Path, form: str, period: "Period", cell: Any, by: str | None, text: str | None,
    take_back: bool, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    from tiersync.flow.review import correcting

    node = open_node(folder)
    if take_back:
        count = correcting.take_back(node, form, period, unit)
        click.echo(say(f"已撤销 {count} 项调整。", f"{count} adjustments are taken back."))
        return
    if not (cell and by and text):
        raise click.UsageError(say("须写明 --cell、--by 和 --text。", "Say --cell, --by and --text."))
    what = correcting.Corrects(form, period, unit, cell, number(by), text)
    correction = correcting.correct_total(node, what, now(), dry_run)
    if as_json:
        print_json(correction.model_dump(mode="json") | {"dry_run": dry_run})
    elif dry_run:
        click.echo(say("可以这样调整；未作更改。", "It can be adjusted so; nothing was changed."))
    else:
        click.echo(say(
            "已记录，计入本级下一版合计（tiersync push）。下级的数据不变。",
            "Written; it goes into the next revision of this office's total (tiersync push). The figure below stays.",
        ))  # fmt: skip


def number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 10**15:
        raise click.BadParameter(say(f"{text} 不是数", f"{text} is no number"))
    return found
