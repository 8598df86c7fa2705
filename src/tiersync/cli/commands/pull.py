"""The command `pull`: what has come down is taken."""

from pathlib import Path

import click

from tiersync.cli.terminal.opening import open_node, writing
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json
from tiersync.cli.terminal.words import say
from tiersync.errors import NoParent
from tiersync.host.opening import asker, now, settings_of


@click.command(
    help=say("接收下达的通知、审核结论和目录。", "Take what has come down: notices, verdicts, catalogues."),
    epilog=examples("tiersync pull --dir decheng"),
)
@folder
@as_json
def pull(folder: Path, as_json: bool) -> None:
    from tiersync.flow import down
    from tiersync.flow.reading.ingest import raise_together
    from tiersync.host.alarms import announce

    ask = asker(settings_of(folder))
    if ask is None:
        raise NoParent()
    node = open_node(folder)
    with writing(folder):
        done = down.pull(node, ask, now())
        failed = [*done.failed, *announce(folder, node, done)]
    if done.lacking:
        note(say(
            f"有 {done.lacking} 个附件上级暂不能提供；下次 pull 时再取。",
            f"The unit above does not give {done.lacking} attachments yet; the next pull asks again.",
        ))  # fmt: skip
    if as_json:
        print_json({**done.sent._asdict(), "attachments": done.fetched, "receipts": done.receipts})
        raise_together(failed)
        return
    click.echo(say(
        f"收到下达 {done.sent.received} 件，附件 {done.fetched} 个，已发回执 {done.receipts} 份。",
        f"{done.sent.received} came down, {done.fetched} attachments fetched, {done.receipts} receipts said.",
    ))  # fmt: skip
    raise_together(failed)
