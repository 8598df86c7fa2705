"""What the totals of each form and period subtract, as it was found when the form was counted last."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, select

from tiersync.model.adjustment import Adjustment, Adjustments
from tiersync.store.database import insert_many
from tiersync.store.query import Query
from tiersync.store.tables import adjustments

OF = Query(
    select(adjustments).where(adjustments.c.form == bindparam("form"), adjustments.c.period == bindparam("period"))
)


def keep_adjustments(db: Connection, form: str, period: str, of_unit: Mapping[str, Adjustments]) -> None:
    """Keep these adjustments of totals, by unit, and no others of this form and period."""
    db.execute(delete(adjustments).where(adjustments.c.form == form, adjustments.c.period == period))
    rows = [(form, period, unit, *row) for unit, of_total in of_unit.items() for row in of_total.rows()]
    insert_many(db, adjustments, rows)


def kept_adjustments(db: Connection, form: str, period: str) -> dict[str, Adjustments]:
    """The adjustments of every total of a form and period that has any, by unit."""
    rows: dict[str, list[Adjustment]] = {}
    for row in OF.rows(db, form=form, period=period):
        rows.setdefault(row.unit, []).append(Adjustment(*row[3:]))
    return {unit: Adjustments.of(of_total) for unit, of_total in rows.items()}
