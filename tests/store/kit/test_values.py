"""Text is kept as it is and ordered by its bytes, whatever language the database speaks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, delete, insert, select
from sqlalchemy.types import String

from tests.store.kit.place import HOME, NOW, finding
from tiersync.errors import HoldsNul
from tiersync.store.database import Store, insert_many
from tiersync.store.facts import remember
from tiersync.store.findings import finding_rows, keep_finding, settle
from tiersync.store.tables import meta, metadata

ODD_ORDER = ("Z", "a", "B", "_", "2", "10", "é", "e", "张", "安", "阿", "－", "Ａ", " ", "👵🏽", "ß", "-1", "A")
HOSTILE = (
    "", " ", "'", '"', "''; DROP TABLE meta; --", "\\", "\\0", "\\x00", "%s %(a)s %%", ":name ?", "{}", "NULL", "null",
    "\r\n\t\x01\x1f\x7f", "👵🏽🇨🇳", "𠮷野家", "\u202eעברית عربى", "e\u0301 é", "\ufeff", "\uffff", "A" * 70_000,
    "张" * 5_000, "SELECT 1", "<script>", "\u2028",
)  # fmt: skip


def test_text_is_ordered_by_its_bytes(store: Store) -> None:
    with store.write() as db:
        for word in ODD_ORDER:
            remember(db, word, "said")
    with store.read() as db:
        found = list(db.execute(select(meta.c.key).order_by(meta.c.key)).scalars())
        after = db.execute(select(meta.c.key).where(meta.c.key > "a")).scalars()
        assert found == sorted(ODD_ORDER, key=str.encode)
        assert set(after) == {word for word in ODD_ORDER if word.encode() > b"a"}


def test_what_is_not_settled_stands_before_what_is(store: Store) -> None:
    with store.write() as db:
        for unit in ("000000000001", "000000000002", "000000000003"):
            keep_finding(db, finding(unit), NOW)
        settle(db, 1, "asked", NOW)
    with store.read() as db:
        assert [row.number for row in finding_rows(db)] == [2, 3, 1]


def rows_of(table: Table) -> Iterator[dict[str, object]]:
    """A row for each hostile text, which stands in every column that holds text or bytes."""
    for number, text in enumerate(HOSTILE, 1):
        yield {column.name: value_for(column, number, f"{number}{text}") for column in table.columns}


def value_for(column: Column[object], number: int, text: str) -> object:
    if isinstance(column.type, LargeBinary):
        return bytes(range(256)) + text.encode()
    if isinstance(column.type, Boolean):
        return bool(number % 2)
    return number if isinstance(column.type, Integer) else text[:LONGEST_KEY] if is_indexed(column) else text


LONGEST_KEY = 600  # characters of a hostile text in a key: no database indexes longer ones


def is_indexed(column: Column[object]) -> bool:
    named = {one.name for index in column.table.indexes for one in index.columns}
    return bool(column.primary_key or column.unique or column.name in named | UNIQUE)


UNIQUE = {"origin", "came_from", "envelope", "peer", "subject"}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_hostile_values_come_back_from_every_column_as_they_went_in(lasting: Store, table: Table) -> None:
    rows = list(rows_of(table))
    with lasting.write_link(HOME) as db:
        db.execute(delete(table))
        db.execute(insert(table), rows)
    with lasting.read() as db:
        found = [dict(row._mapping) for row in db.execute(select(table))]
    key = next(iter(table.primary_key.columns)).name
    assert sorted(found, key=lambda row: str(row[key])) == sorted(rows, key=lambda row: str(row[key]))


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_the_character_that_no_database_keeps_is_refused_in_every_column(lasting: Store, table: Table) -> None:
    row = next(rows_of(table))
    with lasting.write_link(HOME) as db:
        db.execute(delete(table))
    for column in table.columns:
        if isinstance(column.type, String):
            with pytest.raises(HoldsNul), lasting.write_link(HOME) as db:
                db.execute(insert(table), [{**row, column.name: "a\0b"}])
    with lasting.read() as db:
        assert db.execute(select(table)).all() == []


def test_it_is_refused_in_bulk_and_among_what_is_looked_for_too(store: Store) -> None:
    with pytest.raises(HoldsNul), store.write() as db:
        insert_many(db, meta, [("good", "good"), ("bad", "\0")])
    with pytest.raises(HoldsNul), store.read() as db:
        db.execute(select(meta).where(meta.c.key == f"{HOME}\0"))
