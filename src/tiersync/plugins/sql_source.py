"""Reads a database: the rows of one table or one query, in a stable order, some ten thousand at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from sqlalchemy import CursorResult

from tiersync.plugins.headers import Header, read_header
from tiersync.plugins.manifest import Plugin
from tiersync.plugins.rows import Table
from tiersync.plugins.sql_database import Database, open_database
from tiersync.plugins.sql_faults import no_such_order
from tiersync.plugins.sql_settings import SqlSettings
from tiersync.plugins.sql_values import frame_of
from tiersync.plugins.stream import Stream
from tiersync.rules.merged import read_cursor

ROWS_AT_ONCE = 10_000
QUOTE = "'"
NUMBERS = frozenset({20, 21, 23, 700, 701, 1700})  # What PostgreSQL calls its types of numbers; SQLite calls none.


def read(plugin: Plugin, stream: Stream) -> Iterator[Table]:
    """The mapped columns of a stream's table or query; the others are not even asked for."""
    settings = SqlSettings.model_validate(stream.source.options)
    with open_database(settings, plugin) as database:
        described = _described(database, settings)
        columns = list(described)
        header = read_header(columns, stream.map, settings.place)
        wanted = {*header.columns.values(), stream.cursor.field}
        taken = [at for at, name in enumerate(header.names) if name in wanted]
        order = _order(columns, header, settings, stream)
        since = _since(database, stream, described[stream.cursor.field]) if stream.cursor.field in described else ""
        result = _ask(database, _select(database, settings, [columns[at] for at in taken], order, since))
        yield from _tables(database, result, header, [header.names[at] for at in taken], settings.place)


def columns_of(database: Database, settings: SqlSettings) -> list[str]:
    """The columns that are there, in their order, without a row."""
    return list(_described(database, settings))


def _described(database: Database, settings: SqlSettings) -> dict[str, Any]:
    """The columns that are there, in their order, and what the database calls their types."""
    described = _ask(database, f"SELECT * FROM {_rows_of(database, settings)} LIMIT 0").cursor
    return {column[0]: column[1] for column in described.description} if described is not None else {}


def first_rows(database: Database, settings: SqlSettings, columns: Sequence[str], most: int) -> pl.DataFrame:
    """At most so many rows of a table or a query, in whatever order they come, as text."""
    result = _ask(database, _select(database, settings, columns, ()))
    return frame_of(result.fetchmany(most), columns)


def _order(columns: Sequence[str], header: Header, settings: SqlSettings, stream: Stream) -> list[str]:
    """What the rows are sorted by: the columns that the source names, else those of the stream's key."""
    if settings.order_by is None:
        keys = [columns[header.names.index(header.columns[name])] for name in stream.key if name in header.columns]
        return [*keys, *(name for name in columns if name == stream.cursor.field)]  # Of one key the latest comes last.
    for name in settings.order_by:
        if name not in columns:
            raise no_such_order(settings, name)
    return list(settings.order_by)


def _since(database: Database, stream: Stream, kept_as: object) -> str:
    """What rows since the cursor have in common; one whose value is not known is always read again."""
    if not stream.resume.since:
        return ""
    column, value = database.quote(stream.cursor.field), stream.resume.since
    if not isinstance(read_cursor(value), int):
        return f" WHERE {column} >= '{value.replace(QUOTE, QUOTE * 2)}' OR {column} IS NULL"
    if kept_as in NUMBERS:
        return f" WHERE {column} >= {int(value)} OR {column} IS NULL"
    # Perhaps kept as text, where 99 would come after 100.
    return f" WHERE CAST(NULLIF({column}, '') AS NUMERIC) >= {int(value)} OR NULLIF({column}, '') IS NULL"


def _select(
    database: Database, settings: SqlSettings, columns: Sequence[str], order: Sequence[str], since: str = ""
) -> str:
    listed, sorted_by = (", ".join(map(database.quote, names)) for names in (columns, order))
    statement = f"SELECT {listed} FROM {_rows_of(database, settings)}{since}"
    return f"{statement} ORDER BY {sorted_by}" if order else statement


def _rows_of(database: Database, settings: SqlSettings) -> str:
    """What stands after FROM. A query ends its line, as its last one may be a comment."""
    if table := settings.named_table:
        return ".".join(database.quote(name) for name in table if name)
    query = (settings.query or "").rstrip().removesuffix(";")
    return f"(\n{query}\n) AS {database.quote(settings.place)}"


def _ask(database: Database, statement: str) -> CursorResult[Any]:
    """The result of a statement, its rows still at the server."""
    database.begin()
    streaming = database.connection.execution_options(no_parameters=True, stream_results=True, yield_per=ROWS_AT_ONCE)
    return streaming.exec_driver_sql(statement)


def _tables(
    database: Database, result: CursorResult[Any], header: Header, names: Sequence[str], place: str
) -> Iterator[Table]:
    """The rows, a piece at a time; of an empty table one piece without rows."""
    row, more = 1, True
    while more:
        database.begin()
        rows = result.fetchmany(ROWS_AT_ONCE)
        more = len(rows) == ROWS_AT_ONCE
        if rows or row == 1:
            yield Table(frame_of(rows, names), header, place, "", row)
        row += len(rows)
