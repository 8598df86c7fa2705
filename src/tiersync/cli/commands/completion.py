"""The command `completion`: what a shell needs to complete the words of tiersync."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say

SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
VARIABLE = "_TIERSYNC_COMPLETE"  # by which click knows that a shell asks


@click.command(
    help=say(
        "输出命令补全脚本。bash：写入 /etc/bash_completion.d/tiersync，或在 ~/.bashrc 中执行 "
        "eval \"$(tiersync completion bash)\"；zsh 同理；fish：写入 ~/.config/fish/completions/tiersync.fish。",
        "Print the script by which a shell completes commands. For bash: write it to /etc/bash_completion.d/tiersync, "
        "or put eval \"$(tiersync completion bash)\" into ~/.bashrc; zsh likewise; for fish: write it to "
        "~/.config/fish/completions/tiersync.fish.",
    ),
    epilog=examples("tiersync completion bash", "tiersync completion zsh", "tiersync completion fish"),
)  # fmt: skip
@click.argument("shell", type=click.Choice(list(SHELLS)))
def completion(shell: str) -> None:
    root = click.get_current_context().find_root()
    # Not the source() of bash, which would start bash to ask for its version.
    click.echo(ShellComplete.source(SHELLS[shell](root.command, {}, "tiersync", VARIABLE)))
