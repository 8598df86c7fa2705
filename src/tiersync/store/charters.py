"""Charters as rows, so that the keyring is read in one query."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from tiersync.link.keyring import Chartered, Keyring, Stamp
from tiersync.model.canonical import spell
from tiersync.model.charter import Charter
from tiersync.model.envelope import Envelope, Head
from tiersync.store.envelopes import load, spell_time
from tiersync.store.locks import hold_node
from tiersync.store.tables import charters, envelopes

EVERY = select(charters)  # Built once: every judgement of a seal begins with it.


def keep_charter(db: Connection, head: Head, charter: Charter, now: datetime) -> None:
    """A charter that was taken; holding it twice changes nothing."""
    hold_node(db)
    if db.execute(select(charters.c.envelope).where(charters.c.envelope == head.id)).first() is None:
        db.execute(
            insert(charters).values(
                envelope=head.id, unit=charter.unit, body=spell(charter).decode(), issuer=head.origin,
                issuer_epoch=head.epoch, issuer_number=head.number,
            )
        )  # fmt: skip


def load_keyring(db: Connection) -> Keyring:
    """Every charter held."""
    return _keyring(db, EVERY)


def keyring_of(db: Connection, unit: str) -> Keyring:
    """The charters of one unit."""
    return _keyring(db, select(charters).where(charters.c.unit == unit))


def keyring_before(db: Connection, moment: datetime) -> Keyring:
    """The charters that were held before `moment`."""
    query = select(charters).join(envelopes, envelopes.c.id == charters.c.envelope)
    return _keyring(db, query.where(envelopes.c.stored_at < spell_time(moment)))


def _keyring(db: Connection, query: Select[Any]) -> Keyring:
    return Keyring(
        Chartered(_read(row.body), row.issuer, Stamp(row.issuer_epoch, row.issuer_number)) for row in db.execute(query)
    )


@lru_cache(maxsize=8192)
def _read(body: str) -> Charter:
    """A charter as its row has it; a node reads the same few again and again."""
    return Charter.model_validate_json(body)


def charter_envelopes(db: Connection, unit: str) -> list[Envelope]:
    """The sealed charters about `unit`, oldest first."""
    query = select(charters.c.envelope, charters.c.body).where(charters.c.unit == unit)
    rows = [(Charter.model_validate_json(row.body), row.envelope) for row in db.execute(query)]
    ids = [id_ for _, id_ in sorted(rows, key=lambda row: (row[0].tenure, row[0].epoch))]
    loaded = load(db, ids)
    return [loaded[id_] for id_ in ids]


def charter_id(db: Connection, unit: str) -> str:
    """The envelope id of the last word about `unit`'s node."""
    query = select(charters.c.envelope, charters.c.body).where(charters.c.unit == unit)
    rows = [(Charter.model_validate_json(row.body), row.envelope) for row in db.execute(query)]
    return max(rows, key=lambda row: (row[0].tenure, row[0].epoch))[1]
