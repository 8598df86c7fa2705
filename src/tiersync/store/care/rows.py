"""A database as rows that any database keeps: each table in the order of its keys, one line of JSON a row."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import Column, Connection, MetaData, Table, func, inspect, select

from tiersync.model.canonical import Value

Progress = Callable[[str, int, int], None]
TOGETHER = 200  # rows that are in memory at once: sealed bodies are among them
BYTES = "base64"
VERSION_TABLE = "alembic_version"


class TableSum(Value):
    """How many rows a table has, and the digest of all of them."""

    rows: int = Field(ge=0)
    digest: str = Field(pattern="^[0-9a-f]{64}$")


def tables_in(db: Connection) -> list[Table]:
    """The tables of a database as it describes them itself, also one that an older program made; with tables and
    columns by name, so that two databases say them in one order."""
    looked = inspect(db)
    names = sorted(name for name in looked.get_table_names() if name != VERSION_TABLE)
    return [_described(looked, name) for name in names]


def _described(looked: Any, name: str) -> Table:
    keys = looked.get_pk_constraint(name)["constrained_columns"]
    columns = sorted(looked.get_columns(name), key=lambda one: str(one["name"]))
    named = (Column(one["name"], one["type"], primary_key=one["name"] in keys) for one in columns)
    return Table(name, MetaData(), *named)


def count_rows(db: Connection, table: Table) -> int:
    return db.execute(select(func.count()).select_from(table)).scalar_one()


def rows_of(db: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """Every row of a table, in the order of its keys, a few at a time."""
    query = select(table).order_by(*table.primary_key)
    yield from db.execute(query, execution_options={"yield_per": TOGETHER})


def spell_row(row: Sequence[Any]) -> bytes:
    """A row as one line."""
    plain = [{BYTES: b64encode(value).decode()} if isinstance(value, bytes) else value for value in row]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_row(line: bytes) -> tuple[Any, ...]:
    """The row that `spell_row` spelled; raises ValueError for what is none."""
    return tuple(b64decode(value[BYTES]) if isinstance(value, dict) else value for value in json.loads(line))


def sum_lines(lines: Iterable[bytes]) -> TableSum:
    """How many lines there are, and their digest."""
    rows, digest = 0, hashlib.sha256()
    for line in lines:
        digest.update(line)
        rows += 1
    return TableSum(rows=rows, digest=digest.hexdigest())


def sum_tables(db: Connection, progress: Progress) -> dict[str, TableSum]:
    """Every table of a database, summed up."""
    tables, sums = tables_in(db), {}
    for done, table in enumerate(tables):
        progress(table.name, done, len(tables))
        sums[table.name] = sum_lines(map(spell_row, rows_of(db, table)))
    return sums


def put_rows(db: Connection, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows into a table, a few at a time and past what guards the links: nobody else may use this database."""
    mark = "?" if db.dialect.paramstyle == "qmark" else "%s"
    named, marks = ", ".join(f'"{column}"' for column in columns), ", ".join([mark] * len(columns))
    statement = f'INSERT INTO "{name}" ({named}) VALUES ({marks})'
    for some in together(rows):
        db.exec_driver_sql(statement, some)


def together(rows: Iterable[Sequence[Any]]) -> Iterator[list[tuple[Any, ...]]]:
    some: list[tuple[Any, ...]] = []
    for row in rows:
        some.append(tuple(row))
        if len(some) == TOGETHER:
            yield some
            some = []
    if some:
        yield some
