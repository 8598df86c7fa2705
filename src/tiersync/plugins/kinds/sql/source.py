"""Reads a database: the rows of one table or one query, in a stable order, some ten thousand at a time."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlalchemy import CursorResult

from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.settings import usable_settings
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.sql.database import Database, open_database
from tiersync.plugins.kinds.sql.faults import no_such_order
from tiersync.plugins.kinds.sql.settings import SqlSettings
from tiersync.plugins.kinds.sql.values import frame_of
from tiersync.plugins.rows.headers import Header, read_header
from tiersync.plugins.rows.rows import SourceTable
from tiersync.rules.rows.merged import read_cursor

ROWS_AT_ONCE = 10_000
DAY = len("2013-12-31")
COMPARED = frozenset({20, 21, 23, 700, 701, 1700, 1082, 1114, 1184})  # PostgreSQL's numbers, dates and moments.
WRITTEN = {
    "sqlite": (
        "{0} GLOB '[0-9-]*' AND {0} NOT GLOB '?*[^0-9]*'",
        "{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'",
        "",
    ),
    "postgresql": ("{0} ~ '^-?[0-9]{{1,18}}$'", "{0} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}'", ' COLLATE "C"'),
}  # By database: what a text of digits is, what begins like a day, and how bytes are compared.


def read(plugin: Plugin, stream: Stream) -> Iterator[SourceTable]:
    """The mapped columns of a stream's table or query; the others are not even asked for."""
    settings = usable_settings(SqlSettings, stream.source.options, stream.name)
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
    """What the rows are sorted by: the columns that the source names, else those of the key, or all that are mapped."""
    if settings.order_by is None:
        keys = [
            columns[header.names.index(header.columns[name])]
            for name in stream.key or stream.map
            if name in header.columns
        ]
        return [*keys, *(name for name in columns if name == stream.cursor.field)]  # Two reads are equal.
    for name in settings.order_by:
        if name not in columns:
            raise no_such_order(settings, name)
    return list(settings.order_by)


def _since(database: Database, stream: Stream, kept_as: object) -> str:
    """What rows since the cursor have in common. One whose value is not known, or cannot be compared, is always read
    again: the node says what is wrong with it."""
    since = stream.resume.since
    if not since:
        return ""
    column, number = database.quote(stream.cursor.field), isinstance(read_cursor(since), int)
    if kept_as in COMPARED:
        return f" WHERE {column} >= {since if number else spell_text(since)} OR {column} IS NULL"
    text = f"TRIM(CAST({column} AS TEXT))"
    is_number, is_moment, as_bytes = WRITTEN[database.connection.dialect.name]
    if number:  # Perhaps kept as text, where 99 would come after 100.
        return f" WHERE CASE WHEN {is_number.format(text)} THEN CAST({text} AS NUMERIC) >= {since} ELSE TRUE END"
    # Of text the day is asked for, before which neither a day nor a moment of it comes, whatever its time zone.
    day = date.fromisoformat(since[:DAY]) - timedelta(days=since.endswith("Z"))
    return f" WHERE CASE WHEN {is_moment.format(text)} THEN {text}{as_bytes} >= '{day}' ELSE TRUE END"


def spell_text(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


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
) -> Iterator[SourceTable]:
    """The rows, a piece at a time; of an empty table one piece without rows."""
    row, more = 1, True
    while more:
        database.begin()
        rows = result.fetchmany(ROWS_AT_ONCE)
        more = len(rows) == ROWS_AT_ONCE
        if rows or row == 1:
            yield SourceTable(frame_of(rows, names), header, place, "", row)
        row += len(rows)
