"""The command `example-city`: writes the made-up city's sources, and says what must come out of them."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.options import as_json, examples
from tiersync.cli.terminal.output import end_progress, print_json, print_table, progress
from tiersync.cli.terminal.words import heads, say
from tiersync.errors import FolderNotEmpty

if TYPE_CHECKING:
    from tiersync.example.plan.manifest import Manifest

WAYS = ("street", "county", "city", "community")


@click.command(
    "example-city",
    help=say(
        "在 DIR 下写出德州市全部 5455 个单位的虚构数据源，每个节点一个插件目录；manifest.json 写明应得的结果。"
        "比例为 1 时共 89 万名老年人。",
        "Write the sources of all 5,455 units of Dezhou with made-up people below DIR, a plugin folder for each node, "
        "and manifest.json, which says what must come out. At share 1 that is 890,000 seniors.",
    ),
    epilog=examples(
        "tiersync example-city city --share 0.01",
        "tiersync example-city city --by community --street 371402001000",
        "tiersync example-city county --by county --json",
    ),
)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--share", type=click.FloatRange(0.001, 3), default=1.0,
    help=say("规模：1 为全市，0.01 为百分之一", "How much of the city: 1 is the whole, 0.01 a hundredth"),
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(min=0), default=2013,
    help=say("换一个数就换一批虚构的人", "Another number makes up other people"),
)  # fmt: skip
@click.option(
    "--by", type=click.Choice(WAYS), default="street",
    help=say(
        "哪一级单位各有目录",
        "The lowest units with folders of their own",
    ),
)  # fmt: skip
@click.option("--street", default="",
    help=say(
        "与 --by community 同用：仅该街道的社区各有目录，其余随街道",
        "With --by community: only the communities of this street have folders, the others lie with their streets",
    ),
)  # fmt: skip
@as_json
def example_city(directory: Path, share: float, seed: int, by: str, street: str, as_json: bool) -> None:
    from tiersync.config.packaged import packaged_catalogue
    from tiersync.example.offices.layout import By, Layout
    from tiersync.example.offices.write import write_city
    from tiersync.example.plan.manifest import NAME
    from tiersync.example.plan.plan import Plan

    if street and by != "community":
        raise click.UsageError(say("--street 须与 --by community 同用", "--street goes with --by community"))
    if (directory / NAME).exists():
        raise FolderNotEmpty(dir=directory.resolve())
    catalogue = packaged_catalogue()
    plan = Plan(Fraction(str(share)), seed, sum(unit.tier == catalogue.tiers[-1] for unit in catalogue.units))
    manifest = write_city(directory, catalogue, plan, Layout(By(by), street), progress())
    end_progress()
    show(directory / NAME, manifest, as_json=as_json)


def show(file: Path, manifest: "Manifest", *, as_json: bool) -> None:
    """What was written, and the figures of the table that must come out."""
    table = [figure for figure in manifest.expected if figure.source == "table"]
    if as_json:
        figures = [figure.model_dump(mode="json", exclude_none=True) for figure in table]
        print_json({
            "manifest": str(file), "folders": len(manifest.folders), "rows": manifest.rows, "expected": figures
        })  # fmt: skip
        return
    rows = f"{manifest.rows:,}"
    click.echo(
        say(
            f"{len(manifest.folders)} 个目录，共 {rows} 行；{file} 写明应得的结果。其中全市：",
            f"{rows} rows in {len(manifest.folders)} folders; {file} says what must come out. Of the whole city:",
        )
    )
    print_table(
        heads("指标,统计期,分组,数值", "indicator,period,breakdown,value"),
        [(figure.indicator, figure.period, figure.breakdown, figure.value) for figure in table],
    )
