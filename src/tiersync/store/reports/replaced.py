"""Revisions that were replaced since: kept for tracing and for the totals that were made of them, never counted."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, literal_column, select

from tiersync.store.query import Query
from tiersync.store.reports.reports import DAMAGED, HELD
from tiersync.store.tables import reports

OLD = select(reports).where(~reports.c.is_current).order_by(reports.c.id)
REPLACED = Query(OLD.where(reports.c.form == bindparam("form"), reports.c.period == bindparam("period")))
UNSOUND = Query(OLD.where(reports.c.state != literal_column(f"'{HELD}'"), reports.c.state == DAMAGED))


def replaced_reports(db: Connection, form: str, period: str) -> list[Row[Any]]:
    """The replaced revisions of a form and period."""
    return REPLACED.rows(db, form=form, period=period)


def damaged_replaced(db: Connection) -> list[Row[Any]]:
    """The replaced revisions whose bytes are not what was sealed, and no good copy came yet. What was lost to everybody
    while it counted was filed again."""
    return UNSOUND.rows(db)
