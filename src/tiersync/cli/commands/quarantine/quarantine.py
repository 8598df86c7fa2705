"""The command `quarantine`: the rows that were refused, each with its place and reason; raw values only on request."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tiersync.cli.commands.quarantine.work import replay, settle
from tiersync.cli.terminal.files import FOR_THIS_ACCOUNT, spare, whole_or_not
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_details, show_one
from tiersync.cli.terminal.shown import show as show_tables
from tiersync.cli.terminal.words import LANG, say, text
from tiersync.host.opening import now
from tiersync.model.text import Text
from tiersync.rules.rows.returned import CORRECTED

if TYPE_CHECKING:
    from tiersync.flow.node import Node
    from tiersync.views.render.returned import ReturnedSheet


@click.group(
    help=say("列出、查看、退回和处理被拒的行。", "List, show, send back and settle refused rows."),
    epilog=examples("tiersync quarantine list", "tiersync quarantine show 17"),
)
def quarantine() -> None:
    """Rows that were refused."""


quarantine.add_command(settle)
quarantine.add_command(replay)


@quarantine.command(
    name="list",
    help=say(
        "每条被拒的行在哪里、为什么被拒。数据源更正并重新读取后，该行自动移出。--doubtful 列出保留但有疑问的行。",
        "Where each refused row stands and why it was refused. A row leaves the list once the source is corrected and "
        "read again. With --doubtful: the rows that are kept and counted, but odd.",
    ),
    epilog=examples(
        "tiersync quarantine list",
        "tiersync quarantine list --stream ledgers/senior --json",
        "tiersync quarantine list --doubtful",
    ),
)
@folder
@click.option("--stream", help=say("只看该数据流，如 ledgers/senior", "Only this stream, such as ledgers/senior"))
@click.option("--all", "every", is_flag=True, help=say("包括已处理的", "Settled ones too"))
@click.option("--doubtful", is_flag=True, help=say("保留但有疑问的行", "Rows that are kept, but odd"))
@as_json
@as_file
def list_rows(folder: Path, stream: str | None, every: bool, doubtful: bool, as_json: bool, wanted: AsFile) -> None:
    node = open_node(folder)
    if doubtful:
        list_doubtful(node, stream, as_json, wanted)
        return
    from tiersync.views.sources.quarantine import refused_lines, refused_table

    lines = refused_lines(node, folder, stream, every)
    if as_json:
        print_json([line.as_object(LANG) for line in lines])
        return
    if not lines and not wanted.kind:
        click.echo(say("没有待更正的行。", "The quarantine is empty."))
    show_one(refused_table(lines), node, wanted)


def list_doubtful(node: "Node", stream: str | None, as_json: bool, wanted: AsFile) -> None:
    """Where the rows in doubt stand and why, and how many there are for each reason."""
    from tiersync.views.sources.doubtful import doubtful, doubts_table

    found = doubtful(node, stream)
    if as_json:
        print_json(found.as_object(LANG))
        return
    if not found.rows and not wanted.kind:
        click.echo(say("保留的行均无疑问。", "No row that is kept is in doubt."))
    show_one(found.table(), node, wanted)
    if found.left_out:
        note(text(found.left()))
    if found.rows and not wanted.kind:
        show_tables(doubts_table(Text("需核对", "In doubt"), {"": found.counts}))


@quarantine.command(
    help=say(
        "查看一条被拒的行及其原值：含个人信息，仅限本单位查看。",
        "One refused row with its raw values: personal data, for this office's eyes only.",
    ),
    epilog=examples("tiersync quarantine show 17"),
)
@click.argument("number", metavar="ID", type=int)
@folder
@as_json
def show(number: int, folder: Path, as_json: bool) -> None:
    from tiersync.views.sources.quarantine import refused

    node = open_node(folder)
    found = refused(node, folder, number)
    if as_json:
        print_json(found.line.as_object(LANG) | {"raw": found.raw})
        return
    show_details(found.details(), ZoneInfo(node.time_zone))
    show_tables(found.values())
    if found.raw is None:
        click.echo(say("原值已过保留期，已删除。", "Its raw values were deleted when their time was over."))


@quarantine.command(
    help=say(
        "把被拒的行按插件写成工作簿，退回报送人更正：标出错误单元格、原因和位置。更正后交回即自动销号。含个人信息。",
        "Write the refused rows into workbooks for whoever filed them, one for each plugin: wrong cells coloured, with "
        "reason and place. Corrected rows that come back close their entries. They hold personal data.",
    ),
    epilog=examples("tiersync quarantine export", "tiersync quarantine export --stream decheng/senior --out 退回.xlsx"),
)
@folder
@click.option("--stream", help=say("只导出该数据流，如 ledgers/senior", "Only this stream, such as ledgers/senior"))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path),
    help=say(
        "合为一个文件；默认每个插件一个 refused-插件-日期.xlsx",
        "One file for all; default: refused-PLUGIN-DATE.xlsx for each",
    ),
)  # fmt: skip
@click.option("--force", is_flag=True, help=say("覆盖已有文件", "Write over a file that is there"))
@as_json
def export(folder: Path, stream: str | None, out: Path | None, force: bool, as_json: bool) -> None:
    from tiersync.views.sources.quarantine import sheets_to_return

    sheets = sheets_to_return(open_node(folder), folder, stream, LANG)
    books: dict[Path, dict[str, ReturnedSheet]] = {}
    for name, sheet in sheets.items():
        path = out or Path(f"refused-{name.partition('/')[0]}-{now():%Y-%m-%d}.xlsx")
        books.setdefault(path, {})[name] = sheet
    spare([out] if out else books, force)
    for path, book in books.items():
        write_book(path, book)
    counts = {str(path): sum(len(sheet.rows) for sheet in book.values()) for path, book in books.items()}
    if as_json:
        print_json({"files": [{"file": file, "rows": count} for file, count in counts.items()]})
        return
    for file, count in counts.items():
        click.echo(say(f"{count} 行已写入 {file}。", f"{count} rows are in {file}."))
    click.echo(text(AFTER_EXPORT) if counts else say("没有待更正的行。", "The quarantine is empty."))


AFTER_EXPORT = Text(
    f"其中含个人信息，只交给原报送人。更正后交回的文件放入该插件的 {CORRECTED} 文件夹。",
    "They hold personal data: hand each to whoever filed it and to nobody else. Put what comes back corrected into the "
    f"folder {CORRECTED} of its plugin.",
)


def write_book(path: Path, sheets: "Mapping[str, ReturnedSheet]") -> None:
    """A workbook that only this account may read, whole or not at all."""
    from tiersync.views.render.returned import write_returned

    with whole_or_not(path, FOR_THIS_ACCOUNT) as partial:
        write_returned(partial, sheets)
