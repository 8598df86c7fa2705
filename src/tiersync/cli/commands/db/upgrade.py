"""The command `db upgrade`: the database is brought to the newest tables."""

from pathlib import Path

import click

from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import say


@click.command(
    help=say(
        "把数据库升级到最新版本，要么全部完成，要么保持原样；任何命令打开节点时也会自动升级。升级前可先备份。",
        "Bring the database to the newest tables, wholly or not at all. Any command that opens the node does the same; "
        "this one says from where to where. Copy the folder first if you want to go back.",
    ),
    epilog=examples("tiersync db upgrade --dir city --dry-run", "tiersync db upgrade --dir city"),
)
@folder
@click.option("--dry-run", is_flag=True, help=say("只说明将做什么", "Only say what it would do"))
@as_json
def upgrade(folder: Path, dry_run: bool, as_json: bool) -> None:
    from tiersync.host.care.upgrade import upgrade as bring_up

    done = bring_up(folder, is_trial=dry_run)
    if as_json:
        print_json(done._asdict() | {"dry_run": dry_run})
    elif done.before == done.after:
        click.echo(
            say(f"数据库已是最新版本 {done.after}。", f"The database is at the newest migration already, {done.after}.")
        )
    elif dry_run:
        click.echo(say(
            f"将从 {done.before or '空'} 升级到 {done.after}。未作任何更改。",
            f"It would go from {done.before or 'none'} to {done.after}. Nothing was changed.",
        ))  # fmt: skip
    else:
        click.echo(say(f"已从 {done.before} 升级到 {done.after}。", f"It went from {done.before} to {done.after}."))
