"""The command `db`: looking after the node's database."""

import click

from tiersync.cli.commands.db.backup import backup
from tiersync.cli.commands.db.check import check
from tiersync.cli.commands.db.heal import heal
from tiersync.cli.commands.db.move import move
from tiersync.cli.commands.db.restore import restore
from tiersync.cli.commands.db.upgrade import upgrade
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say


@click.group(
    help=say("维护节点数据库。", "Look after the node's database."),
    epilog=examples(
        "tiersync db check --dir city",
        "tiersync db backup --dir city",
        "tiersync db move --dir city --to secret:city.store",
    ),
)
def db() -> None:
    """The node's database."""


for command in (check, upgrade, backup, restore, move, heal):
    db.add_command(command)
