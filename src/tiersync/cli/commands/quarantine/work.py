"""What a person does with refused rows: settle one that stays as it is, and have their streams read again."""

from pathlib import Path

import click

from tiersync.cli.terminal.opening import open_node, open_with_plugins, writing
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_table
from tiersync.cli.terminal.spoken import row_reason
from tiersync.cli.terminal.words import heads, say
from tiersync.host.opening import now


@click.command(
    help=say(
        "说明一条被拒的行不再更正及原因。只要该行原样仍在，就不再列出或导出。--undo 可撤销。",
        "Say that a refused row stays as it is, and why. It is not listed or exported any more while it stands there "
        "unchanged. --undo takes that back.",
    ),
    epilog=examples('tiersync quarantine settle 17 --note "left the district, will not be corrected"',
                    "tiersync quarantine settle 17 --undo"),
)  # fmt: skip
@click.argument("number", metavar="ID", type=int)
@folder
@click.option("--note", default="", help=say("为何不再更正", "Why it stays as it is"))
@click.option("--undo", is_flag=True, help=say("重新列为待更正", "Let it wait again"))
def settle(number: int, folder: Path, note: str, undo: bool) -> None:
    from tiersync.flow.agreement.settle import open_row_again, settle_row

    if undo == bool(note.strip()):
        raise click.UsageError(say("请给出 --note 或 --undo 之一", "Give either --note or --undo"))
    node = open_node(folder)
    row = open_row_again(node, number) if undo else settle_row(node, number, note.strip(), now())
    why = row_reason(row.reason)
    click.echo(
        say(f"重新待更正：{row.file} 第 {row.row} 行：{why}", f"It waits again: {row.file}, row {row.row}: {why}")
        if undo
        else say(f"已处理：{row.file} 第 {row.row} 行：{why}", f"Settled: {row.file}, row {row.row}: {why}")
    )


@click.command(
    help=say(
        "从头重新读取有被拒行的数据流，或指定的数据流（即使数据源未变），并说明结果：用于更正映射、代码表或单位树之后。",
        "Read the streams with refused rows again, or the one that is named, from the beginning and even from "
        "unchanged sources, and say what became of the rows: after a mapping, a code list or the tree of units was "
        "corrected.",
    ),
    epilog=examples("tiersync quarantine replay", "tiersync quarantine replay --stream decheng/senior --json"),
)
@folder
@click.option("--stream", help=say("只处理该数据流，如 ledgers/senior", "Only this stream, such as ledgers/senior"))
@as_json
def replay(folder: Path, stream: str | None, as_json: bool) -> None:
    from tiersync.flow.reading.ingest import raise_together
    from tiersync.flow.replay import replay as read_again

    node = open_with_plugins(folder)
    with writing(folder):
        done = read_again(node, stream, now())
    if as_json:
        print_json([one._asdict() for one in done.streams])
    elif done.streams:
        print_table(heads("数据流,原有被拒,仍被拒", "stream,were refused,still are"), done.streams)
    else:
        click.echo(say("没有待更正的行。", "The quarantine is empty."))
    raise_together(done.failed)
