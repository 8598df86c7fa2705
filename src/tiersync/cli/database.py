"""The command `db`: looking after the node's database."""

from pathlib import Path

import click

from tiersync.cli.opening import now, open_node, writing
from tiersync.cli.options import as_json, examples, folder
from tiersync.cli.output import print_json
from tiersync.cli.words import say


@click.group(
    help=say("Look after the node's database.", "维护节点数据库。"), epilog=examples("tiersync db reindex --dir city")
)
def db() -> None:
    """The node's database."""


@db.command(
    help=say(
        "Drop the table of cells and build it anew from the sealed reports; findings that this mends are closed.",
        "丢弃单元格表，由签名报告重建；由此消除的问题自动关闭。",
    ),
    epilog=examples("tiersync db reindex --dir street"),
)
@folder
@as_json
def reindex(folder: Path, as_json: bool) -> None:
    from tiersync.flow.watch import watch
    from tiersync.store.findings import open_findings
    from tiersync.store.reports import reindex as rebuild

    node = open_node(folder)
    with writing(folder):
        with node.store.write() as db:
            before = len(open_findings(db, node.home))
            cells = rebuild(db)
        watch(node, now())
        with node.store.read() as db:
            closed = before - len(open_findings(db, node.home))
    if as_json:
        print_json({"cells": cells, "closed": closed})
        return
    click.echo(say(
        f"{cells:,} cells were built from the sealed reports; {closed} findings are closed. Next: tiersync push",
        f"已由签名报告重建 {cells:,} 个单元格，关闭问题 {closed} 个。下一步：tiersync push",
    ))  # fmt: skip
