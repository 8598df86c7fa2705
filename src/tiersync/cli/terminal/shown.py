"""Showing the tables of a view: on the terminal, or as a file in the form that somebody asked for."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, tzinfo
from functools import wraps
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO
from zoneinfo import ZoneInfo

import click

from tiersync.cli.terminal.files import spare, whole_or_not
from tiersync.cli.terminal.output import note, print_pairs, print_section, print_table
from tiersync.cli.terminal.words import LANG, say
from tiersync.views.table import Detail, Reader, Table

if TYPE_CHECKING:
    from tiersync.flow.node import Node
    from tiersync.views.chart import Chart

KINDS = ("csv", "xlsx", "html")


class AsFile(NamedTuple):
    """In which form tables are wanted, and where: `kind` is "" for the terminal, and no path is standard output."""

    kind: str = ""
    out: Path | None = None
    force: bool = False


_as = click.option(
    "--as", "kind", type=click.Choice(KINDS), help=say("改为输出 csv、xlsx 或 html", "As csv, xlsx or html instead"),
)  # fmt: skip
_out = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path),
    help=say("写入该文件，格式按扩展名", "Into this file; its ending says as what"),
)  # fmt: skip
_force = click.option("--force", is_flag=True, help=say("覆盖已有文件", "Write over a file that is there"))


def as_file(command: Callable[..., None]) -> Callable[..., None]:
    """The options --as, --out and --force of a command that shows tables, as its argument `wanted`."""

    @wraps(command)
    def called(*, kind: str | None, out: Path | None, force: bool, **named: object) -> None:
        wanted = wanted_file(kind, out, force)
        if wanted.kind and named.get("as_json"):
            raise click.UsageError(say("--json 不能与 --as、--out 同用。", "--json goes without --as and --out."))
        command(wanted=wanted, **named)

    return _as(_out(_force(called)))


def wanted_file(kind: str | None, out: Path | None, force: bool) -> AsFile:
    """What the options come to; raises UsageError where they leave open what is wanted."""
    ending = out.suffix[1:].lower() if out else kind or ""
    if out and (ending not in KINDS or kind not in (None, ending)):
        raise click.UsageError(say(f"{out}：扩展名应为 .csv、.xlsx 或 .html", f"{out}: name it .csv, .xlsx or .html"))
    if ending == "xlsx" and out is None:
        raise click.UsageError(say("工作簿须用 --out 指定文件。", "A workbook needs --out FILE."))
    if force and out is None:
        raise click.UsageError(say("--force 须与 --out 同用。", "--force goes with --out."))
    return AsFile(ending, out, force)


def show(*tables: Table, zone: tzinfo = UTC) -> None:
    """Print tables, each under its title; one without rows is left out."""
    reader = Reader(LANG, zone)
    for one in tables:
        print_section(one.title.say(LANG), one.heads_for(reader), one.rows_for(reader))


def show_untitled(one: Table, zone: tzinfo = UTC) -> None:
    """Print a table without its title; nothing where it has no rows."""
    reader = Reader(LANG, zone)
    print_table(one.heads_for(reader), one.rows_for(reader))


def show_details(details: Iterable[Detail], zone: tzinfo = UTC) -> None:
    """Print what is known of one thing, a line each."""
    reader = Reader(LANG, zone)
    print_pairs([(name.say(LANG), reader.read(value)) for name, value in details])


def show_one(one: Table, node: "Node", wanted: AsFile) -> None:
    """The only table of an answer: its moments are by the clock of the node's office."""
    show_or_write([one], wanted, ZoneInfo(node.time_zone))


def show_or_write(tables: Sequence[Table], wanted: AsFile, zone: tzinfo = UTC, charts: Sequence["Chart"] = ()) -> None:
    """Print what a command was asked for, a single table without its title; or write it in the form that is wanted, on
    a page and in a workbook with its charts. Raises FileThere and DiskFull."""
    reader = Reader(LANG, zone)
    if wanted.kind:
        _write(tables, reader, wanted, charts)
    elif len(tables) == 1:
        show_untitled(tables[0], zone)
    else:
        show(*tables, zone=zone)


def _write(tables: Sequence[Table], reader: Reader, wanted: AsFile, charts: Sequence["Chart"]) -> None:
    if wanted.out is None:
        whole = StringIO()
        _write_text(tables, reader, wanted.kind, whole, charts)
        sys.stdout.write(whole.getvalue())
        return
    spare([wanted.out], wanted.force)
    with whole_or_not(wanted.out) as path:
        _write_file(tables, reader, wanted.kind, path, charts)
    note(say(f"已写入 {wanted.out}。", f"{wanted.out} is written."))


def _write_file(tables: Sequence[Table], reader: Reader, kind: str, path: Path, charts: Sequence["Chart"]) -> None:
    if kind == "xlsx":
        from tiersync.views.render import as_xlsx

        as_xlsx.write(tables, reader, path, charts)
        return
    marked = "utf-8-sig" if kind == "csv" else "utf-8"  # Excel takes UTF-8 for GBK without its mark.
    with path.open("w", encoding=marked, newline="") as file:
        _write_text(tables, reader, kind, file, charts)


def _write_text(tables: Sequence[Table], reader: Reader, kind: str, file: TextIO, charts: Sequence["Chart"]) -> None:
    from tiersync.views.render import as_csv, as_html

    if kind == "csv":
        as_csv.write(tables, reader, file)
    else:
        as_html.write(tables, reader, file, charts)
