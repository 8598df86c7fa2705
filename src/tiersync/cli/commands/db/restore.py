"""The command `db restore`: a node put back from a backup, and what its neighbours do then."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.db.passphrase import passphrase
from tiersync.cli.terminal.options import as_json, examples
from tiersync.cli.terminal.output import end_progress, print_json, progress
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now, office_time

if TYPE_CHECKING:
    from tiersync.host.care.restore import Neighbour, Restored


@click.command(
    help=say(
        "用备份恢复节点。写入之前核对全部内容；已有节点的目录只有加 --replace 才会让位，且只改名、不删除。"
        "恢复后首次交换时自动登记这次恢复，邻近单位会补发所缺内容。",
        "Put a node back from a backup. All of it is checked before anything is written; a folder that holds a node "
        "only gives way with --replace, and is renamed, never deleted. At the next exchange the node gets a new epoch "
        "by itself, and its neighbours send again what it lacks.",
    ),
    epilog=examples(
        "tiersync db restore 371402000000-20261130T120000Z.tar.zst --dir district --dry-run",
        "tiersync db restore city.tar.zst --dir city --replace --keys-from disc/keys",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--dir", "folder", required=True, type=click.Path(path_type=Path),
    help=say("恢复到的目录", "The folder that the node gets"),
)  # fmt: skip
@click.option(
    "--keys-from", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=say("原节点目录，或其 keys 目录的副本", "The folder of the old node, or a copy of its folder keys"),
)  # fmt: skip
@click.option(
    "--store",
    help=say(
        "数据库改在此处：地址、secret:名称，或 sqlite", "Where the database goes: an address, secret:NAME, or sqlite"
    ),
)
@click.option("--replace", is_flag=True, help=say("目录中已有的节点改名让位", "Rename the node that the folder holds"))
@click.option("--dry-run", is_flag=True, help=say("只核对，不写入", "Check everything, put nothing there"))
@as_json
def restore(
    file: Path, folder: Path, keys_from: Path | None, store: str | None, replace: bool, dry_run: bool, as_json: bool
) -> None:
    from tiersync.host.care.restore import RestoreWanted, look_at
    from tiersync.host.care.restore import restore as put_back
    from tiersync.host.founding import store_named

    secret = passphrase(is_new=False) if look_at(file).has_keys and not keys_from else ""
    elsewhere = store_named("" if store == "sqlite" else store) if store is not None else None
    wanted = RestoreWanted(folder, secret, keys_from, replace, elsewhere)
    try:
        done = put_back(file, wanted, progress(), now(), is_trial=dry_run)
    finally:
        end_progress()
    if as_json:
        said = done._asdict() | {"neighbours": [one._asdict() for one in done.neighbours], "dry_run": dry_run}
        print_json(said)
    elif dry_run:
        click.echo(say(
            f"备份完好，可以恢复：{done.name}（{done.unit}），{done.made_at:%Y-%m-%d %H:%M} UTC 备份，"
            f"{done.rows:,} 行数据、{done.files} 个文件。未写入任何内容。",
            f"The backup is sound and can be restored: {done.name} ({done.unit}), made "
            f"{done.made_at:%Y-%m-%d %H:%M} UTC, {done.rows:,} rows and {done.files} files. Nothing was written.",
        ))  # fmt: skip
    else:
        say_restored(done)


def say_restored(done: "Restored") -> None:
    made = office_time(done.folder)(done.made_at.isoformat())
    click.echo(say(
        f"{done.folder}：已恢复 {done.name}（{done.unit}）在 {made} 的备份，{done.rows:,} 行数据。",
        f"{done.folder}: {done.name} ({done.unit}) is back as it was at {made}, with {done.rows:,} rows.",
    ))  # fmt: skip
    if done.renamed:
        click.echo(say(f"原目录已改名为 {done.renamed}。", f"What stood there is {done.renamed} now."))
    if not done.neighbours:
        click.echo(say("它还没有与任何单位交换。", "It exchanges with nobody yet."))
        return
    click.echo(say("接下来：", "What comes next:"))
    for neighbour in done.neighbours:
        click.echo("  " + what_comes(neighbour, made))
    if any(neighbour.role == "parent" for neighbour in done.neighbours):
        click.echo(say(
            f"请运行 tiersync push --dir {done.folder}，然后在上级对账。",
            f"Run tiersync push --dir {done.folder}, and reconcile above.",
        ))  # fmt: skip
    else:
        click.echo(say(
            f"请运行 tiersync run --dir {done.folder}，等待下级来交换；本节点以自己的密钥登记这次恢复。",
            f"Run tiersync run --dir {done.folder} and wait for the units below; this node notes with its own key that "
            "it was put back.",
        ))  # fmt: skip


def what_comes(neighbour: "Neighbour", made: str) -> str:
    """What a neighbour does at its next exchange with a node that was put back."""
    if neighbour.role == "parent":
        return say(
            f"上级 {neighbour.name}（{neighbour.unit}）会发现本节点被恢复，为它登记一次恢复，并补发 {made} 以后"
            "下达的内容；本节点此后的报告会重新生成并上报。",
            f"The unit above, {neighbour.name} ({neighbour.unit}), sees that this node was put back, gives it a new "
            f"epoch, and sends again what it sent down after {made}; this node files again what it filed since then.",
        )
    return say(
        f"下级 {neighbour.name}（{neighbour.unit}）会补报 {made} 以后已上报的内容，并补收本节点缺失的内容。",
        f"The unit below, {neighbour.name} ({neighbour.unit}), sends again what it sent up after {made}.",
    )
