"""Queries that are built and spelled once: a push asks hundreds, and to build and spell one anew takes ten times as
long as the database takes to answer it."""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from tiersync.errors import HoldsNul

SQLITE = sqlite.dialect(paramstyle="qmark")
LIST = re.compile(r"__\[POSTCOMPILE_(\w+)\]")  # SQLAlchemy's words for a list whose length is not known yet


def refuse_nul_in(values: Iterable[object]) -> None:
    """Raise HoldsNul for a text with the character NUL: one database refuses it, another cuts or keeps it."""
    for value in values:
        if isinstance(value, str) and "\0" in value:
            raise HoldsNul()


class Query:
    """A query with named parameters. SQLite is asked it in its own words, any other database through SQLAlchemy; either
    way the same comes back."""

    def __init__(self, query: Select[Any]) -> None:
        self.query = query

    def rows(self, db: Connection, **given: Any) -> list[Any]:
        """Every row, in the order of the query."""
        if not self._is_spelled(db, given):
            return list(db.execute(self.query, given))
        own = self._of_sqlite
        return [own.read(row) for row in answer_of(db, *own.question(given))]

    def first(self, db: Connection, **given: Any) -> Any | None:
        """The first row; None where there is none."""
        if not self._is_spelled(db, given):
            return db.execute(self.query, given).first()
        own = self._of_sqlite
        return next((own.read(row) for row in answer_of(db, *own.question(given), most=1)), None)

    def values(self, db: Connection, **given: Any) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.rows(db, **given)]

    def value(self, db: Connection, **given: Any) -> Any:
        """The first column of the first row; None where there is none."""
        row = self.first(db, **given)
        return None if row is None else row[0]

    def _is_spelled(self, db: Connection, given: Mapping[str, Any]) -> bool:
        """An empty list has words of its own, which are SQLAlchemy's matter."""
        lists = self._of_sqlite.lists
        return db.dialect.name == "sqlite" and (not lists or all(given.get(name, True) for name in lists))

    @cached_property
    def _of_sqlite(self) -> "_Spelled":
        return _Spelled(self.query)


class _Place(NamedTuple):
    """Where the words of a query have a parameter: its name, and what it is where nobody says anything else."""

    name: str
    usual: Any
    is_list: bool
    is_needed: bool

    def said(self, given: Mapping[str, Any]) -> Any:
        """What was said for it; raises KeyError where nothing was, and nothing is usual."""
        return given[self.name] if self.is_needed else given.get(self.name, self.usual)


class _Spelled:
    """A query in the words of SQLite, and what makes a row of what it answers."""

    def __init__(self, query: Select[Any]) -> None:
        compiled = query.compile(dialect=SQLITE)
        self.text, self.lists = compiled.string, frozenset(LIST.findall(compiled.string))
        names = compiled.positiontup or ()
        self.places = [
            _Place(name, compiled.params[name], name in self.lists, compiled.binds[name].required) for name in names
        ]
        self.read = _reader(query)
        self._words = lru_cache(maxsize=64)(self._spell)

    def question(self, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The words and the values in their order."""
        if not self.lists:
            return self.text, [place.said(given) for place in self.places]
        said = {place.name: place.said(given) for place in self.places}
        flat = (_flat(said[place.name]) if place.is_list else (said[place.name],) for place in self.places)
        words = self._words(*(_marks_of(said[name]) for name in LIST.findall(self.text)))
        return words, list(chain.from_iterable(flat))

    def _spell(self, *marks: tuple[int, int]) -> str:
        """The words for lists of so many values, each of so many columns (0: a value alone)."""
        each = iter(marks)
        return LIST.sub(lambda _: _marks(*next(each)), self.text)


def _reader(query: Select[Any]) -> Callable[[Sequence[Any]], Any]:
    """What turns the driver's values into a row with names."""
    columns = list(query.exported_columns)
    row: Any = namedtuple("row", [column.name for column in columns], rename=True)  # type: ignore[misc]
    made = [column.type.dialect_impl(SQLITE).result_processor(SQLITE, None) for column in columns]
    if not any(made):
        return row._make
    reads = [read or (lambda value: value) for read in made]
    return lambda values: row._make([read(value) for read, value in zip(reads, values, strict=True)])


def _marks_of(values: Sequence[Any]) -> tuple[int, int]:
    return len(values), len(values[0]) if isinstance(values[0], tuple) else 0


def _marks(count: int, columns: int) -> str:
    if columns == 0:
        return ", ".join("?" * count)
    return "VALUES " + ", ".join([f"({', '.join('?' * columns)})"] * count)


def _flat(values: Sequence[Any]) -> Iterable[Any]:
    return chain.from_iterable(values) if isinstance(values[0], tuple) else values


def answer_of(db: Connection, words: str, values: Sequence[Any] = (), most: int = -1) -> list[Any]:
    """What SQLite answers to its own words, at most so many rows; its errors are SQLAlchemy's, as everywhere else."""
    refuse_nul_in(values)
    connection = cast(sqlite3.Connection, db.connection.dbapi_connection)
    try:
        cursor = connection.execute(words, values)
        rows = cursor.fetchall() if most < 0 else cursor.fetchmany(most)
        cursor.close()
    except sqlite3.Error as error:
        raise DBAPIError.instance(words, None, error, sqlite3.Error, hide_parameters=True, dialect=SQLITE) from error
    return rows
