"""Whether a database is sound by its own account."""

from tiersync.errors import StoreBroken
from tiersync.store.database import Store

MOST_NAMED = 10  # faults that anybody reads


def unsound(store: Store) -> list[str]:
    """What SQLite finds wrong with its file; of PostgreSQL, which keeps its own house, nothing."""
    if store.is_shared:
        return []
    try:
        with store.read() as db:
            said = [row[0] for row in db.exec_driver_sql(f"PRAGMA quick_check({MOST_NAMED})")]
            said += [f"{row[0]} names nothing" for row in db.exec_driver_sql("PRAGMA foreign_key_check")][:MOST_NAMED]
    except StoreBroken as error:
        return [str(error.fields.get("why", "?"))]
    return [text for text in said if text != "ok"]
