"""Charters as rows, so that the keyring is read in one query."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from tiersync.link.keyring import Chartered, Keyring, Stamp
from tiersync.model.canonical import spell
from tiersync.model.charter import Charter
from tiersync.model.envelope import Envelope, Head
from tiersync.store.links.envelopes import load, spell_time
from tiersync.store.locks import hold_node, holds_node
from tiersync.store.query import Query
from tiersync.store.tables import charters, envelopes

EVERY = Query(select(charters))
COUNT = Query(select(func.count()).select_from(charters))
OF_UNIT = Query(select(charters).where(charters.c.unit == bindparam("unit")))
UNDER = Query(select(charters.c.envelope).where(charters.c.envelope == bindparam("envelope")))
BEFORE = Query(
    select(charters)
    .join(envelopes, envelopes.c.id == charters.c.envelope)
    .where(envelopes.c.stored_at < bindparam("moment"))
)


def keep_charter(db: Connection, head: Head, charter: Charter, now: datetime) -> None:
    """A charter that was taken; holding it twice changes nothing."""
    hold_node(db)
    if UNDER.first(db, envelope=head.id) is None:
        db.execute(
            insert(charters).values(
                envelope=head.id, unit=charter.unit, body=spell(charter).decode(), issuer=head.origin,
                issuer_epoch=head.epoch, issuer_number=head.number,
            )
        )  # fmt: skip


def load_keyring(db: Connection) -> Keyring:
    """Every charter held."""
    return _keyring(EVERY.rows(db))


class KeptKeyring:
    """The keyring as it was read last. In one database charters are only ever added, so it is whole as long as there
    are as many: a node with a thousand children hears each of them without reading the charters of all others again."""

    def __init__(self) -> None:
        self._read: tuple[object, int, Keyring] = (None, 0, Keyring())

    def load(self, db: Connection) -> Keyring:
        """Every charter held, in a keyring of the caller's own."""
        database, count = db.engine.pool, COUNT.value(db)
        of, held, keyring = self._read
        if of is not database or held != count:
            keyring = load_keyring(db)
            if not holds_node(db):  # What this very transaction added may still be undone.
                self._read = (database, count, keyring)
        return keyring.copy()


def keyring_of(db: Connection, unit: str) -> Keyring:
    """The charters of one unit."""
    return _keyring(OF_UNIT.rows(db, unit=unit))


def keyring_before(db: Connection, moment: datetime) -> Keyring:
    """The charters that were held before `moment`."""
    return _keyring(BEFORE.rows(db, moment=spell_time(moment)))


def _keyring(rows: Iterable[Row[Any]]) -> Keyring:
    return Keyring(Chartered(_read(row.body), row.issuer, Stamp(row.issuer_epoch, row.issuer_number)) for row in rows)


@lru_cache(maxsize=8192)
def _read(body: str) -> Charter:
    """A charter as its row has it; a node reads the same few again and again."""
    return Charter.model_validate_json(body)


def charter_envelopes(db: Connection, unit: str) -> list[Envelope]:
    """The sealed charters about `unit`, oldest first."""
    rows = [(_read(row.body), row.envelope) for row in OF_UNIT.rows(db, unit=unit)]
    ids = [id_ for _, id_ in sorted(rows, key=lambda row: (row[0].tenure, row[0].epoch))]
    loaded = load(db, ids)
    return [loaded[id_] for id_ in ids]
