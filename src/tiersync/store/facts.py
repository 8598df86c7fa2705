"""Small facts that a node remembers about itself, one row each."""

from sqlalchemy import Connection, bindparam, delete, insert, select

from tiersync.store.locks import looked_up
from tiersync.store.tables import meta

# Built once: a push asks some hundred times, and building a statement takes five times as long as running it.
VALUE_OF = select(meta.c.value).where(meta.c.key == bindparam("key"))


def recall(db: Connection, key: str) -> str | None:
    """What is remembered under a key, looked up once in a transaction: which catalogue is the newest is asked hundreds
    of times in a push."""
    known = looked_up(db)
    if key not in known:
        known[key] = db.execute(VALUE_OF, {"key": key}).scalar()
    return known[key]


def remember(db: Connection, key: str, value: str) -> None:
    forget(db, key)
    db.execute(insert(meta).values(key=key, value=value))


def forget(db: Connection, key: str) -> None:
    db.execute(delete(meta).where(meta.c.key == key))
    looked_up(db).pop(key, None)
