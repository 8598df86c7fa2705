"""Revisions that were replaced since: kept for tracing and for the totals that were made of them, never counted."""

from typing import Any

from sqlalchemy import Connection, Row, literal_column, select

from tiersync.store.reports import DAMAGED, HELD
from tiersync.store.tables import reports


def replaced_reports(db: Connection, form: str, period: str) -> list[Row[Any]]:
    """The replaced revisions of a form and period."""
    query = select(reports).where(reports.c.form == form, reports.c.period == period, ~reports.c.is_current)
    return list(db.execute(query.order_by(reports.c.id)))


def damaged_replaced(db: Connection) -> list[Row[Any]]:
    """The replaced revisions whose bytes are not what was sealed, and no good copy came yet. What was lost to everybody
    while it counted was filed again."""
    unsound = (reports.c.state != literal_column(f"'{HELD}'")) & (reports.c.state == DAMAGED)
    return list(db.execute(select(reports).where(unsound, ~reports.c.is_current).order_by(reports.c.id)))
