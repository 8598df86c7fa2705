"""The command `init`: the top node of a network is set up."""

from pathlib import Path

import click

from tiersync.cli.commands.joining.options import due_is_meant, listening, stored_at
from tiersync.cli.terminal.options import examples, folder
from tiersync.cli.terminal.words import say
from tiersync.host.founding import found_top, refuse_existing, served_at, store_named


@click.command(
    help=say("建立最上级节点：UNIT 为单位树的顶端。", "Set up the top node: UNIT is the top of the tree."),
    epilog=examples("tiersync init 371400000000 --dir city --url https://city.example:8471"),
)
@click.argument("unit")
@folder
@click.option("--url", required=True, help=say("下级访问本节点的地址", "Where children reach this node"))
@listening
@click.option(
    "--units", "units_csv", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("单位清单（CSV）；默认为内置的德州市单位", "A list of units (CSV); default: the packaged tree of Dezhou"),
)  # fmt: skip
@click.option(
    "--catalogue", "own", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=say(
        "存放自定义指标、报表（*.toml）和代码表（codes/*.csv）的目录，与内置目录合并使用",
        "A folder with indicators, forms (*.toml) and code lists (codes/*.csv) of your own, beside the packaged ones",
    ),
)  # fmt: skip
@click.option("--insecure", is_flag=True, help=say("允许跨机器使用未加密的 http", "Allow plain http off this machine"))
@due_is_meant
@stored_at
def init(
    unit: str, folder: Path, url: str, listen: str, units_csv: Path | None, own: Path | None, insecure: bool,
    due_is_meant: bool, store: str,
) -> None:  # fmt: skip
    from tiersync.config.packaged import packaged_catalogue
    from tiersync.config.settings import NodeSettings, Settings
    from tiersync.config.units import read_units
    from tiersync.host.keys import OFFLINE_COPY
    from tiersync.rules.calendar.windows import check_dues, late_dues

    refuse_existing(folder)
    serve = served_at(listen, url, insecure)
    catalogue = packaged_catalogue(unit, read_units(units_csv, unit) if units_csv else None, own)
    check_dues(late_dues(catalogue.forms), due_is_meant)
    found_top(folder, catalogue, Settings(node=NodeSettings(unit=unit), serve=serve, store=store_named(store)))
    name = catalogue.tree[unit].name
    click.echo(say(
        f"{name}（{unit}）已建立在 {folder}，共 {len(catalogue.units)} 个单位。"
        f"请将 {OFFLINE_COPY} 移到离线介质妥善保管。下一步：tiersync run --dir {folder}",
        f"{name} ({unit}) is set up in {folder} with {len(catalogue.units)} units. "
        f"Move {OFFLINE_COPY} to a disc in a safe. Next: tiersync run --dir {folder}",
    ))  # fmt: skip
