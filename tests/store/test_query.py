"""Queries that SQLite is asked in its own words answer as they do through SQLAlchemy."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from tiersync import store as package
from tiersync.drill.drill import drill
from tiersync.drill.world import DrillScope
from tiersync.errors import HoldsNul, StoreBroken
from tiersync.store.database import Connection, Store, open_store
from tiersync.store.facts import VALUE_OF, remember
from tiersync.store.query import Query
from tiersync.store.reports.reports import current_reports, key_of
from tiersync.store.tables import envelopes, inbox, jobs, meta, notices

BUSY_YEAR = DrillScope((1, 1, 2), 2, ("damage", "restore", "line"))


def queries() -> Iterator[tuple[str, Query]]:
    """Every query that some module of the store asks."""
    for module in pkgutil.walk_packages(package.__path__, "tiersync.store."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, Query):
                yield f"{module.name}.{name}", value


QUERIES = dict(queries())


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    """The stores of a network after half a year with damage."""
    root = tmp_path_factory.mktemp("drilled")
    drill(4, root, BUSY_YEAR)
    opened = [open_store(folder) for folder in sorted((root / "troubled").iterdir()) if folder.name != "copies"]
    yield opened
    for one in opened:
        one.close()


def first_of(db: Connection, column: Any) -> str:
    return str(db.execute(select(column).order_by(column).limit(1)).scalar() or "")


def said(db: Connection) -> dict[str, Any]:
    """What a query may be asked for, by the names of its parameters."""
    rows = current_reports(db)
    sealed = list(db.execute(select(envelopes)))
    peer = first_of(db, inbox.c.peer)
    form, period = rows[-1].form, rows[-1].period
    return {
        "form": form, "of_form": form, "period": period, "of_period": period, "first": "", "last": 10**6,
        "unit": rows[0].unit, "envelope": rows[0].envelope, "moment": sealed[-1].stored_at, "kind": "report",
        "ids": [row.id for row in sealed], "numbers": [(row.origin, row.epoch, row.number) for row in sealed],
        "keys": [tuple(key_of(row)) for row in rows], "origin": rows[0].origin, "node": rows[0].origin, "peer": peer,
        "to": peer, "epoch": 1, "key": "home", "subject": "", "most": 7, "issuer": first_of(db, notices.c.issued_by),
        "notice": first_of(db, notices.c.notice), "state": "received", "after": 0, "at": 1, "begins": "cells/",
        "number": 99, "name": first_of(db, jobs.c.name), "slot": "9999", "any": 1,
        "forms": [form], "until": "9999",
    }  # fmt: skip


def asked(query: Query, values: dict[str, Any]) -> dict[str, Any]:
    """What this query is asked; positions are numbers and periods are text."""
    named = {name: values[name] for name in query.query.compile().params if name in values}
    return named | ({"first": 0} if "last" in named else {})


def test_the_store_asks_many_queries() -> None:
    assert len(QUERIES) > 40


def test_every_query_answers_in_its_own_words_what_it_answers_through_sqlalchemy(stores: list[Store]) -> None:
    answered = set()
    for store in stores:
        with store.read() as db:
            values = said(db)
            for name, query in QUERIES.items():
                given = asked(query, values)
                plainly = [tuple(row) for row in db.execute(query.query, given)]
                rows = query.rows(db, **given)
                assert [tuple(row) for row in rows] == plainly, name
                assert [[type(value) for value in row] for row in rows] == [[*map(type, row)] for row in plainly], name
                assert query.first(db, **given) == next(iter(plainly), None), name
                answered |= {name} if plainly else set()
    assert len(answered) > 30, "most are asked for something that is there"


def test_the_columns_of_a_row_have_their_names(stores: list[Store]) -> None:
    with stores[0].read() as db:
        rows = {name: query.first(db, **asked(query, said(db))) for name, query in QUERIES.items()}
        for name, query in QUERIES.items():
            plain = db.execute(query.query, asked(query, said(db))).first()
            for key in plain._fields if plain else ():
                if not key.endswith("_1"):  # a function that was given no name
                    assert getattr(rows[name], key) == getattr(plain, key), f"{name}: {key}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def test_a_list_is_as_long_as_what_is_asked_for_also_when_it_is_empty(store: Store) -> None:
    among = Query(select(meta.c.value).where(meta.c.key.in_(bindparam("keys", expanding=True))).order_by(meta.c.key))
    beside = Query(select(meta.c.value).where(meta.c.key.not_in(bindparam("keys", expanding=True))))
    with store.write() as db:
        for key in "abc":
            remember(db, key, key.upper())
        assert [among.values(db, keys=list(some)) for some in ("", "a", "ab", "cab")] == [
            [], ["A"], ["A", "B"], ["A", "B", "C"],
        ]  # fmt: skip
        assert len(beside.values(db, keys=[])) == len(beside.values(db, keys=["a"])) + 1


def test_no_query_is_asked_with_the_character_nul(store: Store) -> None:
    with store.read() as db, pytest.raises(HoldsNul):
        VALUE_OF.value(db, key="a\0b")


def test_what_sqlite_cannot_answer_is_said_in_our_words(store: Store) -> None:
    with store.write() as db:
        db.exec_driver_sql("ALTER TABLE meta RENAME TO gone")
    with pytest.raises(StoreBroken, match="no such table"), store.read() as db:
        VALUE_OF.value(db, key="home")
