"""The command `quarantine`: the rows that were refused, each with its place and reason; raw values only on request."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tiersync.cli.commands.quarantine.doubtful import list_doubtful
from tiersync.cli.commands.quarantine.unit_reasons import UnitReasons
from tiersync.cli.commands.quarantine.work import replay, settle
from tiersync.cli.terminal.files import FOR_THIS_ACCOUNT, spare, whole_or_not
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_pairs, print_section, print_table
from tiersync.cli.terminal.spoken import field_label
from tiersync.cli.terminal.words import heads, say
from tiersync.errors import UnknownName
from tiersync.host.opening import now, office_time
from tiersync.rules.rows.returned import CALLED, CORRECTED, called

if TYPE_CHECKING:
    from tiersync.cli.commands.quarantine.workbook import Returned, ReturnedSheet
    from tiersync.flow.node import Node
    from tiersync.store.database import Row


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
def list_rows(folder: Path, stream: str | None, every: bool, doubtful: bool, as_json: bool) -> None:
    from tiersync.store.quarantine import refused_rows

    if doubtful:
        list_doubtful(open_node(folder), stream, as_json)
        return
    node = open_node(folder)
    with node.store.read() as db:
        rows = refused_rows(db, stream, settled=every)
    reasons = UnitReasons(node, folder)
    if as_json:
        print_json([fields(row, reasons.why(row)) for row in rows])
        return
    if not rows:
        click.echo(say("没有待更正的行。", "The quarantine is empty."))
    print_table(
        heads("编号,数据流,文件,工作表,行,字段,原因,处理说明", "id,stream,file,sheet,row,field,why,settled"),
        [
            (row.id, row.stream, row.file, row.sheet, row.row, label(row), reasons.why(row), row.note or "")
            for row in rows
        ],
    )


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
    from tiersync.store.quarantine import refused_row

    node = open_node(folder)
    with node.store.read() as db:
        row = refused_row(db, number)
    raw, why = raw_values(node, row), UnitReasons(node, folder).why(row)
    if as_json:
        print_json(fields(row, why) | {"raw": raw})
        return
    print_pairs([
        (say("数据流", "stream"), row.stream),
        (say("位置", "place"), place(row)),
        (say("字段", "field"), label(row)),
        (say("原因", "why"), f"{why} ({row.reason})"),
        (say("时间", "since"), office_time(folder)(row.opened_at)),
    ])  # fmt: skip
    lines = [(name, (raw or {})[header]) for header, name in called(raw or ()).items()]
    print_section(say("原值", "Raw values"), heads("列,值", "column,value"), lines)
    if raw is None:
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
    node = open_node(folder)
    sheets = sheets_of(node, folder, stream)
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
    click.echo(AFTER_EXPORT if counts else say("没有待更正的行。", "The quarantine is empty."))


AFTER_EXPORT = say(
    f"其中含个人信息，只交给原报送人。更正后交回的文件放入该插件的 {CORRECTED} 文件夹。",
    "They hold personal data: hand each to whoever filed it and to nobody else. Put what comes back corrected into the "
    f"folder {CORRECTED} of its plugin.",
)


def sheets_of(node: "Node", folder: Path, stream: str | None) -> "dict[str, ReturnedSheet]":
    """The refused rows of each stream, as they go back; raises UnknownName."""
    from tiersync.cli.commands.quarantine.workbook import ReturnedSheet
    from tiersync.store.quarantine import refused_row, refused_rows

    reasons = UnitReasons(node, folder)
    if stream and stream not in reasons.streams:
        raise UnknownName(what="stream", name=stream, hint=f"There are: {', '.join(reasons.streams) or '-'}")
    rows: dict[str, list[Returned]] = {}
    with node.store.read() as db:
        for listed in refused_rows(db, stream):
            rows.setdefault(listed.stream, []).append(returned(node, refused_row(db, listed.id), reasons))
    return {name: ReturnedSheet(of, *reasons.offered(name)) for name, of in rows.items()}


def write_book(path: Path, sheets: "Mapping[str, ReturnedSheet]") -> None:
    """A workbook that only this account may read, whole or not at all."""
    from tiersync.cli.commands.quarantine.workbook import write_returned

    with whole_or_not(path, FOR_THIS_ACCOUNT) as partial:
        write_returned(partial, sheets)


def returned(node: "Node", row: "Row[Any]", reasons: UnitReasons) -> "Returned":
    """One refused row as it goes back."""
    from tiersync.cli.commands.quarantine.workbook import Returned
    from tiersync.model.identity import TYPED_AS_NUMBER
    from tiersync.rules.rows.returned import BEYOND, mark_of, place_text
    from tiersync.store.files.locked import unlock

    plain_bytes = unlock(node.keys.quarantine, row.raw, row.stream) if row.raw is not None else b""
    raw: dict[str, str | None] = json.loads(plain_bytes) if plain_bytes else {}
    wrong = reasons.header(row.stream, row.field, raw)
    mark = mark_of(plain_bytes, node.keys.quarantine) if plain_bytes else ""
    told = {header: value for header, value in raw.items() if value is not None or header not in BEYOND}
    shown = {header: value and value.removeprefix(TYPED_AS_NUMBER) for header, value in told.items()}
    place = place_text(row.file, row.sheet, row.row, mark)
    return Returned(shown, wrong, (CALLED.get(wrong, wrong) or label(row), reasons.why(row), place))


def fields(row: "Row[Any]", why: str) -> dict[str, object]:
    """What is told of a refused row without its raw values."""
    told = ("id", "stream", "run", "file", "sheet", "row", "field", "reason", "opened_at", "settled_at", "note")
    return {name: getattr(row, name) for name in told} | {"why": why}


def raw_values(node: "Node", row: "Row[Any]") -> dict[str, object] | None:
    """The row as its source has it, in the source's own headings; None once its time is over."""
    from tiersync.store.files.locked import unlock

    if row.raw is None:
        return None
    values: dict[str, object] = json.loads(unlock(node.keys.quarantine, row.raw, row.stream))
    return values


def label(row: "Row[Any]") -> str:
    """The field that is wrong; streams are named after their record type unless a plugin names them otherwise."""
    return field_label(row.stream.rpartition("/")[2], row.field)


def place(row: "Row[Any]") -> str:
    sheet = say(f"，工作表 {row.sheet}", f", sheet {row.sheet}") if row.sheet else ""
    return f"{row.file}{sheet}{say(f'，第 {row.row} 行', f', row {row.row}')}"
