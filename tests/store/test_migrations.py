"""A node that an older program made is brought to the newest tables, and what it holds means what it meant."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from tiersync.store import database
from tiersync.store.database import Store, open_store
from tiersync.store.quarantine import held_marks
from tiersync.store.tables import metadata

MIGRATIONS = Path(database.__file__).parent / "migrations"


def store_of(folder: Path, revision: str) -> Store:
    """A store as the program of that time left it."""
    store = Store(f"sqlite:///{folder / 'node.db'}", folder)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
    return store


def test_migrations_make_the_tables_that_the_program_knows(tmp_path: Path) -> None:
    with open_store(tmp_path).read() as db:
        made = {name: {c["name"] for c in inspect(db).get_columns(name)} for name in inspect(db).get_table_names()}
    known = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    assert {name: made.get(name) for name in known} == known


def test_a_row_that_was_settled_under_an_older_program_stays_settled(tmp_path: Path) -> None:
    columns = "stream, run, file, sheet, row, field, reason, opened_at, place, settled_at, note"
    values = "'a/senior', '1', 'a.csv', '', 2, 'sex', 'required', '', 'a.csv｜2｜0123456789ab', '2026-11-01', '已迁出'"
    older = store_of(tmp_path, "0003")
    with older.write() as db:
        db.execute(text(f"INSERT INTO quarantine ({columns}) VALUES ({values})"))
    older.close()
    with open_store(tmp_path).read() as db:
        (row,) = held_marks(db, "a/senior").values()
        assert (row["settled_at"], row["note"]) == ("2026-11-01", "已迁出")
