"""Small facts that a node remembers about itself, one row each."""

from sqlalchemy import Connection, bindparam, delete, insert, select

from tiersync.store.locks import looked_up
from tiersync.store.query import Query
from tiersync.store.tables import meta

VALUE_OF = Query(select(meta.c.value).where(meta.c.key == bindparam("key")))
REMEMBER = insert(meta)
FORGET = delete(meta).where(meta.c.key == bindparam("forgotten"))


def recall(db: Connection, key: str) -> str | None:
    """What is remembered under a key, looked up once in a transaction: which catalogue is the newest is asked hundreds
    of times in a push."""
    known = looked_up(db)
    if key not in known:
        known[key] = VALUE_OF.value(db, key=key)
    return known[key]


def remember(db: Connection, key: str, value: str) -> None:
    forget(db, key)
    db.execute(REMEMBER, {"key": key, "value": value})


def forget(db: Connection, key: str) -> None:
    db.execute(FORGET, {"forgotten": key})
    looked_up(db).pop(key, None)
