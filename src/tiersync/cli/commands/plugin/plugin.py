"""The command `plugin`: from a file that somebody sent to a source that is read every day."""

import click

from tiersync.cli.commands.plugin.list import inspect, list_plugins
from tiersync.cli.commands.plugin.new import infer, new
from tiersync.cli.commands.plugin.put import put
from tiersync.cli.commands.plugin.test import lint, preview, test
from tiersync.cli.commands.plugin.trust import diff, disable, enable
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say


@click.group(
    help=say("建立、测试、启用和查看插件。", "Make, test, enable and look at plugins."),
    epilog=examples(
        "tiersync plugin new decheng --from 老年人信息2013.xlsx --record senior --unit 371402000000",
        "tiersync plugin test decheng",
        "tiersync plugin enable decheng",
    ),
)
def plugin() -> None:
    """Plugins of this node."""


for command in (new, infer, put, lint, preview, test, diff, enable, disable, list_plugins, inspect):
    plugin.add_command(command)
