"""Invitations as the parent remembers them: the digest of a secret, and the key it belongs to since it was used."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tiersync.store.links.envelopes import spell_time
from tiersync.store.tables import invitations


def invite(db: Connection, secret_digest: str, unit: str, expires_at: datetime) -> None:
    """A new invitation; an earlier unused one for the same unit is void."""
    db.execute(delete(invitations).where(invitations.c.unit == unit, invitations.c.key.is_(None)))
    db.execute(insert(invitations).values(secret_digest=secret_digest, unit=unit, expires_at=spell_time(expires_at)))


def invitation(db: Connection, secret_digest: str) -> Row[Any] | None:
    return db.execute(select(invitations).where(invitations.c.secret_digest == secret_digest)).first()


def use_invitation(db: Connection, secret_digest: str, unit: str, key: str) -> None:
    """From now on the invitation belongs to this key; every earlier one of the unit is void, so that an old node's
    token cannot bring it back."""
    db.execute(delete(invitations).where(invitations.c.unit == unit, invitations.c.secret_digest != secret_digest))
    db.execute(update(invitations).where(invitations.c.secret_digest == secret_digest).values(key=key))


def void_invitations(db: Connection, unit: str) -> None:
    """After a revocation no earlier token of the unit opens anything."""
    db.execute(delete(invitations).where(invitations.c.unit == unit))
