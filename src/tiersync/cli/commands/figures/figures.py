"""The command `figures`: any indicators, units and periods side by side, and what stands beside each figure."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tiersync.cli.commands.figures.sheet import sheet
from tiersync.cli.commands.figures.trace import trace
from tiersync.cli.terminal.files import spare, whole_or_not
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import AS_OF, PERIOD, examples, folder
from tiersync.cli.terminal.output import note, print_json
from tiersync.cli.terminal.shown import AsFile, show_or_write, wanted_file
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.model.period import Period
    from tiersync.views.figures.compared import ComparedFigures

SHOW = ("this", "last", "year", "growth", "share", "rank", "cumulated")
KINDS = ("table", "json", "csv", "xlsx", "html")
DEFAULT = "show"
HELP = ("-h", "--help")


class FiguresGroup(click.Group):
    """A group of which `show` may be left out: an indicator's code is no command's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in HELP:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=FiguresGroup,
    help=say(
        "并列比较数据：任意指标、单位、统计期和分组，附上期、上年同期、增长、占上级比重、位次和本年累计。"
        "tiersync figures P02 … 即 tiersync figures show P02 …。",
        "Figures side by side: any indicators, units, periods and breakdowns, with the last period, the same of last"
        " year, growth, share, rank and what the year comes to. tiersync figures P02 … is tiersync figures show P02 ….",
    ),
    epilog=examples(
        "tiersync figures P02 P03 --period 2013-Q1 --to 2013-Q4",
        "tiersync figures P02 --period 2013-Q4 --show this,year,growth,rank --out p02.xlsx",
        "tiersync figures trace P02 --unit 371402000000 --period 2013-Q4",
        "tiersync figures sheet aging-year --period 2013 --out 2013.xlsx",
    ),
)
def figures() -> None:
    """Figures that are held at this node."""


figures.add_command(trace)
figures.add_command(sheet)


def listed(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    """What stands beside the figure, written with commas between."""
    named = tuple(one.strip() for one in value.split(",") if one.strip())
    wrong = next((one for one in named if one not in SHOW), None)
    if wrong is not None or not named:
        raise click.BadParameter(say(f"“{wrong or ''}”应为：{', '.join(SHOW)}", f"{wrong or ''}: {', '.join(SHOW)}"))
    return named


@figures.command(
    name=DEFAULT,
    help=say(
        "并列显示一项或多项指标（INDICATOR 为代码，如 P02）。空白为缺报，… 为已隐去，≥ 为下限。"
        "比率的增减以百分点计，其他以百分比计；上期数更正过的，按更正后的数计算并注明。",
        "One or several indicators (codes such as P02) side by side. A blank is missing, … is masked, ≥ is at least."
        " Ratios grow by percentage points, anything else in percent; a base that was corrected counts as corrected,"
        " and a remark says so.",
    ),
    epilog=examples(
        "tiersync figures show P02 --period 2013 --tier community",
        "tiersync figures show C02 --period 2013-Q2 --unit 371402000000 --show this,last,year,growth",
        "tiersync figures show P02 --period 2013-Q1 --to 2013-Q4 --below 371402000000 --show this,share,rank,cumulated",
        'tiersync figures show P02 --period 2013 --unit 371402000000 --breakdown "age_band;sex" --out p02.html',
        "tiersync figures show P02 --period 2013-Q2 --as-of 2013-08-31 --as json",
    ),
)
@click.argument("indicators", nargs=-1, required=True, metavar=say("INDICATOR…", "INDICATOR…"))
@folder
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013-Q4", "The period, such as 2013-Q4"))
@click.option("--to", "last", type=PERIOD, help=say("有多期时的最后一期", "The last period, where there are several"))
@click.option(
    "--unit",
    "units",
    multiple=True,
    help=say("该单位，可重复；与 --tier 同用时为其下该层级", "This unit, several times; with --tier those below it"),
)
@click.option("--tier", help=say("该层级的各单位", "The units of this tier"))
@click.option(
    "--below", help=say("该单位的直接下级；默认为本节点的", "Units directly below this one; by default this node's")
)
@click.option(
    "--breakdown",
    "breakdowns",
    multiple=True,
    help=say(
        '分组，可重复：sex 为各性别，sex=1，"age_band;sex"', 'A breakdown, several times: sex, sex=1, "age_band;sex"'
    ),
)
@click.option("--form", help=say("有多张报表含该指标时指定报表", "The form, where several have the indicator"))
@click.option(
    "--show",
    "shows",
    default="this",
    show_default=True,
    callback=listed,
    help=say(f"显示哪些：{','.join(SHOW)}", f"What is shown: {','.join(SHOW)}"),
)
@click.option("--as-of", type=AS_OF, help=say("截至该日的数，如 2013-08-31", "As it stood on this day"))
@click.option(
    "--tree",
    type=click.Choice(["then", "now"]),
    default="then",
    show_default=True,
    help=say("按当时的单位树，或按现在的", "The units as they were then, or as they are now"),
)
@click.option("--json", "as_json", is_flag=True, help=say("同 --as json", "The same as --as json"))
@click.option("--as", "kind", type=click.Choice(KINDS), help=say("输出格式", "As what"))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("写入该文件，格式按扩展名", "Into this file; its ending says as what"),
)
@click.option("--force", is_flag=True, help=say("覆盖已有文件", "Write over a file that is there"))
def show(
    indicators: tuple[str, ...], folder: Path, period: "Period", last: "Period | None", units: tuple[str, ...],
    tier: str | None, below: str | None, breakdowns: tuple[str, ...], form: str | None, shows: tuple[str, ...],
    as_of: date | None, tree: Any, as_json: bool, kind: str | None, out: Path | None, force: bool,
) -> None:  # fmt: skip
    from tiersync.views.figures.asked import FiguresWanted
    from tiersync.views.figures.compared import compared

    if below and (units or tier):
        raise click.UsageError(say("--below 不能与 --unit、--tier 同用。", "--below goes without --unit and --tier."))
    node, wants_json = open_node(folder), as_json or kind == "json" or _is_json(kind, out)
    if wants_json and kind not in (None, "json"):
        raise click.UsageError(say("--json 不能与其他格式同用。", "--json goes without another --as."))
    file = AsFile() if wants_json or (kind == "table" and not out) else wanted_file(kind, out, force)
    wanted = FiguresWanted(
        indicators, period, last or period, units, tier, below, breakdowns, form, shows, as_of, tree, node.day_of(now())
    )
    found = compared(node, wanted)
    if wants_json:
        _give_json(found, out, force)
        return
    if found.lines["value"].is_null().all():
        note(say("本节点没有这样的数据。", "No such figure is held here."))
    _show(found, file, ZoneInfo(node.time_zone))


def _is_json(kind: str | None, out: Path | None) -> bool:
    return kind is None and out is not None and out.suffix.lower() == ".json"


def _give_json(found: "ComparedFigures", out: Path | None, force: bool) -> None:
    from tiersync.views.figures.line import as_object

    objects = [as_object(found, line) for line in found.each()]
    if out is None:
        print_json(objects)
        return
    spare([out], force)
    with whole_or_not(out) as path:
        path.write_text(json.dumps(objects, ensure_ascii=False, indent=2), encoding="utf-8")
    note(say(f"已写入 {out}。", f"{out} is written."))


def _show(found: "ComparedFigures", file: AsFile, zone: ZoneInfo) -> None:
    from tiersync.views.figures.charts import charts_of
    from tiersync.views.figures.tables import tables_of

    show_or_write(
        [tables_of(found, in_words=file.kind in ("", "html"))],
        file,
        zone,
        charts_of(found) if file.kind in ("html", "xlsx") else (),
    )
