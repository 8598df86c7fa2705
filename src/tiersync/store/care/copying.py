"""Every row of one database into another, wholly or not at all, counted and compared on both sides."""

from sqlalchemy import Connection, Table

from tiersync.errors import CopyUnlike, StoreNotEmpty
from tiersync.store.care.image import drop_index
from tiersync.store.care.numbers import give_above, last_numbers
from tiersync.store.care.rows import Progress, count_rows, put_rows, rows_of, spell_row, sum_lines, tables_in
from tiersync.store.database import Store
from tiersync.store.facts import forget, recall, remember

UNUSED = "copied_and_unused"  # the fact: this is a copy that no tiersync.toml names yet; whoever tries again empties it


def copy_rows(source: Connection, target: Store, progress: Progress) -> int:
    """Copy every table into an empty store with the same tables; returns how many rows.

    Raises StoreNotEmpty, and CopyUnlike where the copy does not come to what the source does; then the target is as
    it was. A copy that was made before and never used gives way."""
    tables, copied = tables_in(source), 0
    with target.write() as db:
        clear_unused(db)
        for done, table in enumerate(tables):
            progress(table.name, done, len(tables))
            copied += _copy(source, db, table)
        give_above(db, last_numbers(source))
        drop_index(db)
        remember(db, UNUSED, "1")
    return copied


def _copy(source: Connection, target: Connection, table: Table) -> int:
    """Copy one table, and read both sides once more."""
    put_rows(target, table.name, [column.name for column in table.columns], rows_of(source, table))
    sent, came = (sum_lines(map(spell_row, rows_of(db, table))) for db in (source, target))
    if came != sent:
        raise CopyUnlike(table=table.name, sent=sent.rows, came=came.rows)
    return came.rows


def clear_unused(db: Connection) -> None:
    """Empty what was copied before and never used; raises StoreNotEmpty for anything else that holds rows."""
    tables = tables_in(db)
    filled = [table.name for table in tables if count_rows(db, table)]
    if not filled:
        return
    if "meta" not in filled or recall(db, UNUSED) is None:
        raise StoreNotEmpty(what=min(filled))
    for name in filled:
        db.exec_driver_sql(f'DELETE FROM "{name}"')


def refuse_taken(store: Store) -> None:
    """Raise StoreNotEmpty for a database that a copy may not go into."""
    with store.read() as db:
        filled = [table.name for table in tables_in(db) if count_rows(db, table)]
        if filled and ("meta" not in filled or recall(db, UNUSED) is None):
            raise StoreNotEmpty(what=min(filled))


def begin_use(store: Store) -> None:
    """The copy is the node's database from now on."""
    with store.write() as db:
        forget(db, UNUSED)
