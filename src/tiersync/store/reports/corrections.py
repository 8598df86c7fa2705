"""Corrections: what this office adds to its own totals, or takes off, because of revisions below."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from tiersync.model.report import Correction
from tiersync.store.links.envelopes import spell_time
from tiersync.store.query import Query
from tiersync.store.tables import corrections

OF = Query(
    select(corrections)
    .where(corrections.c.form == bindparam("form"), corrections.c.period == bindparam("period"))
    .order_by(corrections.c.id)
)


class KeptCorrection(NamedTuple):
    """A correction of a total, under its number."""

    id: int
    total: str
    correction: Correction


def kept_corrections(db: Connection, form: str, period: str) -> list[KeptCorrection]:
    """Those of a form and period, the oldest first."""
    names = list(Correction.model_fields)
    return [
        KeptCorrection(row.id, row.total, Correction(**{name: getattr(row, name) for name in names}))
        for row in OF.rows(db, form=form, period=period)
    ]


def keep_correction(db: Connection, form: str, period: str, total: str, correction: Correction, now: datetime) -> None:
    """From now on this total is corrected so."""
    said = correction.model_dump(mode="json")
    db.execute(insert(corrections).values(form=form, period=period, total=total, at=spell_time(now), **said))


def drop_corrections(db: Connection, ids: Iterable[int]) -> None:
    """These are taken back, or have lapsed."""
    for one in ids:
        db.execute(delete(corrections).where(corrections.c.id == one))
