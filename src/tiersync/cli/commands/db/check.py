"""The command `db check`: what is wrong with the node's database and its files, and what to do."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import end_progress, print_json, progress
from tiersync.cli.terminal.words import say, text
from tiersync.errors import Flawed

if TYPE_CHECKING:
    from tiersync.host.care.check import NodeChecked


@click.command(
    help=say(
        "检查节点：数据库是否完好、版本是否最新，快照、附件和索引文件是否齐全且未被改动，密钥和权限是否正常。不作任何更改。"
        "签名报告由 tiersync db heal 核对。",
        "Examine the node: whether its database is sound and its tables are the newest, whether every snapshot, "
        "attachment and index file is there as it was written, its keys, and its permissions. Nothing is changed. "
        "Sealed reports are read by tiersync db heal.",
    ),
    epilog=examples("tiersync db check --dir city", "tiersync db check --json"),
)
@folder
@as_json
def check(folder: Path, as_json: bool) -> None:
    from tiersync.host.care.check import check as examine

    try:
        examined = examine(folder, progress())
    finally:
        end_progress()
    if as_json:
        flaws = [
            {"place": flaw.place, "what": text(flaw.what), "what_to_do": text(flaw.turn)} for flaw in examined.flaws
        ]
        print_json(examined._asdict() | {"flaws": flaws})
    else:
        say_examined(examined)
    if examined.flaws:
        raise Flawed(count=len(examined.flaws))


def say_examined(examined: "NodeChecked") -> None:
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[examined.database]
    click.echo(say(
        f"数据库：{kind}，版本 {examined.migration or '无'}，{examined.rows:,} 行；所记文件 {examined.files} 个。",
        f"Database: {kind}, migration {examined.migration or 'none'}, {examined.rows:,} rows; "
        f"they name {examined.files} files.",
    ))  # fmt: skip
    for flaw in examined.flaws:
        click.echo(say(
            f"{flaw.place}：{text(flaw.what)}。{text(flaw.turn)}", f"{flaw.place}: {text(flaw.what)}. {text(flaw.turn)}"
        ))  # fmt: skip
    if not examined.flaws:
        click.echo(say("没有发现问题。", "Nothing is wrong."))
