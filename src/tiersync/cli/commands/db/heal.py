"""The command `db heal`: every sealed report is read again, and good copies are fetched."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node, writing
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import say
from tiersync.errors import ReportsDamaged
from tiersync.host.opening import asker, now

if TYPE_CHECKING:
    from tiersync.flow.healing.heal import Healed


@click.command(
    help=say(
        "重新核对全部签名报告：损坏的向上级取回原件，并重建索引。上报时会自动核对当期报告，其余轮流核对。",
        "Read every sealed report again; fetch good copies of what is damaged from the node above, and make the index "
        "over them anew. A push does the same for what is open, and for the rest in turn.",
    ),
    epilog=examples("tiersync db heal --dir street", "tiersync db heal --json"),
)
@folder
@as_json
def heal(folder: Path, as_json: bool) -> None:
    from tiersync.config.settings import read_settings
    from tiersync.flow.healing.heal import heal_all

    node, ask = open_node(folder), asker(read_settings(folder))
    with writing(folder):
        healed = heal_all(node, ask, now())
    if as_json:
        said = [finding.model_dump(mode="json") for finding in healed.left]
        print_json({"reports": healed.reports, "damaged": len(healed.seen), "left": said})
    else:
        say_healed(healed)
    if healed.unsent:
        raise healed.unsent
    if healed.left:
        raise ReportsDamaged(count=len(healed.left))


def say_healed(healed: "Healed") -> None:
    mended = len(healed.seen) - len(healed.left)
    click.echo(say(
        f"已核对签名报告 {healed.reports:,} 份，其中损坏 {len(healed.seen)} 份，已恢复 {mended} 份。",
        f"{healed.reports:,} sealed reports were read; {len(healed.seen)} were damaged, {mended} of them are mended.",
    ))  # fmt: skip
