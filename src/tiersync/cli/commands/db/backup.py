"""The command `db backup`: everything that the node needs to go on, in one file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.db.passphrase import passphrase
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import end_progress, note, print_json
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.host.care.backup import BackedUp


@click.command(
    help=say(
        "把节点备份为一个文件：数据库、快照、附件、插件和设置。节点运行时也可备份；备份完成前会完整读回核对。"
        "密钥和数据源文件（inbox、corrected）含敏感内容，只有加 --keys 才放入，并以口令加密；"
        "口令取自环境变量 TIERSYNC_BACKUP_PASSPHRASE，或当场输入。",
        "Back the node up into one file: database, snapshots, attachments, plugins and settings. It may run meanwhile, "
        "and the file is read again and compared before it is called a backup. Keys, and the files of sources (inbox, "
        "corrected), which name persons, are only in it with --keys, encrypted with a passphrase: that of the "
        "environment variable TIERSYNC_BACKUP_PASSPHRASE, or one that is asked for.",
    ),
    epilog=examples(
        "tiersync db backup --dir city --keys", "tiersync db backup --dir city --to /mnt/disc/city.tar.zst --json"
    ),
)
@folder
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path),
    help=say(
        "文件；默认为节点目录中的 backups/单位-时间.tar.zst",
        "The file; default: backups/UNIT-TIME.tar.zst in the node's folder",
    ),
)  # fmt: skip
@click.option(
    "--keys", is_flag=True, help=say("放入密钥和数据源文件，以口令加密", "With keys and files of sources, encrypted")
)
@click.option(
    "--keep", type=click.IntRange(1), default=8, show_default=True,
    help=say("在 backups 中保留最新的几份", "How many of the newest stay in backups"),
)  # fmt: skip
@as_json
def backup(folder: Path, to: Path | None, keys: bool, keep: int, as_json: bool) -> None:
    from tiersync.host.care.backup import BackupWanted, back_up

    wanted = BackupWanted(to, passphrase(is_new=True) if keys else "", keep)
    try:
        done = back_up(open_node(folder), folder, wanted, now())
    finally:
        end_progress()
    for place in done.lacking:
        note(say(
            f"{place} 不在节点目录中，因此不在备份中；请运行 tiersync db check。",
            f"{place} is not in the node's folder, and so not in the backup; see tiersync db check.",
        ))  # fmt: skip
    if as_json:
        print_json(done._asdict())
    else:
        say_done(done)


def say_done(done: "BackedUp") -> None:
    click.echo(say(
        f"{done.file}：已备份并核对，{done.rows:,} 行数据、{done.files} 个文件，{done.size / 2**20:.1f} MB。",
        f"{done.file}: backed up and verified, {done.rows:,} rows and {done.files} files, {done.size / 2**20:.1f} MB.",
    ))  # fmt: skip
    if not done.has_keys:
        click.echo(say(
            "其中不含密钥和数据源文件：请另行保存 keys 目录，或加 --keys。",
            "It holds no keys and no files of sources: keep a copy of the folder keys elsewhere, or say --keys.",
        ))  # fmt: skip
    for name in done.dropped:
        click.echo(say(f"已删除较旧的备份 {name}。", f"The older backup {name} was deleted."))
