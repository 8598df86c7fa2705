"""Numbers that a database gives out itself: whoever takes its place goes on above them, for people speak of some."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

SERIAL = text("SELECT pg_get_serial_sequence(:named, :column)")
NUMBERED_HERE = text("SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence'")
GIVEN = text("SELECT name, seq FROM sqlite_sequence ORDER BY name")
KEEPS_NUMBERS = text("SELECT name FROM sqlite_master WHERE type = 'table' AND upper(sql) LIKE '%AUTOINCREMENT%'")
COLUMNS = text(
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND column_default LIKE 'nextval%' ORDER BY table_name"
)


def last_numbers(db: Connection) -> dict[str, int]:
    """The last number that each table gave, also to a row that is gone."""
    if db.dialect.name == "sqlite":
        if not db.execute(NUMBERED_HERE).first():
            return {}
        return {row.name: row.seq for row in db.execute(GIVEN)}
    given = {}
    for table, sequence in _sequences(db).items():
        last, was_given = db.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence[1]}").one()
        if was_given:
            given[table] = last
    return given


def give_above(db: Connection, numbers: Mapping[str, int]) -> None:
    """From now on every table gives numbers above these, and above those of its rows."""
    if db.dialect.name == "sqlite":
        kept = set(db.execute(KEEPS_NUMBERS).scalars())
        for table in sorted(kept & numbers.keys()):
            db.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table})
            db.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"),
                {"name": table, "seq": numbers[table]},
            )
        return
    for table, (column, sequence) in _sequences(db).items():
        highest = db.exec_driver_sql(f'SELECT max("{column}") FROM "{table}"').scalar() or 0
        if last := max(highest, numbers.get(table, 0)):
            db.execute(text("SELECT setval(CAST(:sequence AS regclass), :last)"), {"sequence": sequence, "last": last})


def _sequences(db: Connection) -> dict[str, tuple[str, str]]:
    """The numbered column of each table of PostgreSQL, and what numbers it."""
    columns = db.execute(COLUMNS).all()
    return {
        table: (column, db.execute(SERIAL, {"named": f'"{table}"', "column": column}).scalar_one())
        for table, column in columns
    }
