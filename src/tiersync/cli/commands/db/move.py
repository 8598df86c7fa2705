"""The command `db move`: the node's database from SQLite to PostgreSQL, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import end_progress, print_json, progress
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.host.care.move import Moved


@click.command(
    help=say(
        "把节点数据库迁移到 PostgreSQL，或迁回目录中的 SQLite 文件。两边逐表核对行数和摘要；原数据库保持不变。"
        "请先结束 tiersync run。地址含密码时，先存为密钥，再写 secret:名称。",
        "Move the node's database to PostgreSQL, or back to an SQLite file in its folder. Rows and digests of each "
        "table are compared on both sides, and what it is moved from stays as it was. End tiersync run first. An "
        "address with a password is kept as a secret and named: secret:NAME.",
    ),
    epilog=examples(
        "tiersync db move --dir city --to postgresql://tiersync@db.example/city --dry-run",
        "tiersync db move --dir city --to secret:city.store",
        "tiersync db move --dir city --to sqlite",
    ),
)
@folder
@click.option(
    "--to", required=True,
    help=say("PostgreSQL 地址、secret:名称，或 sqlite", "An address of PostgreSQL, secret:NAME, or sqlite"),
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help=say("只查看能否迁移", "Only look whether it could be moved"))
@as_json
def move(folder: Path, to: str, dry_run: bool, as_json: bool) -> None:
    from tiersync.host.care.move import move as move_database
    from tiersync.host.founding import store_named

    store = store_named("" if to == "sqlite" else to, "--to")
    try:
        moved = move_database(folder, store, progress(), now(), is_trial=dry_run)
    finally:
        end_progress()
    if as_json:
        print_json(moved._asdict() | {"dry_run": dry_run})
    elif dry_run:
        click.echo(say(
            f"可以迁移：共 {moved.rows:,} 行，目标数据库为空。未作任何更改。",
            f"It could be moved: {moved.rows:,} rows, and the database named is empty. Nothing was changed.",
        ))  # fmt: skip
    else:
        say_moved(moved)


def say_moved(moved: "Moved") -> None:
    where = moved.url or say("本目录中的 SQLite 文件", "an SQLite file in its folder")
    click.echo(say(
        f"已迁移到 {where}：{moved.rows:,} 行，逐表核对一致；tiersync.toml 的 [store] url 已更新。",
        f"Moved to {where}: {moved.rows:,} rows, equal table by table. [store] url in tiersync.toml names it.",
    ))  # fmt: skip
    if moved.left:
        click.echo(say(
            f"原数据库文件保持不变，现名为 {moved.left}；确认无误后可自行删除。",
            f"The file that it was moved from is as it was and is called {moved.left} now; delete it once all is well.",
        ))  # fmt: skip
    else:
        click.echo(say(
            "原 PostgreSQL 数据库保持不变；确认无误后可自行删除。",
            "The database of PostgreSQL that it was moved from is as it was; drop it once all is well.",
        ))  # fmt: skip
