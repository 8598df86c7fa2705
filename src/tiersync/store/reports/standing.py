"""Reports as they stood on a day: old revisions keep their rows and their sealed bodies."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from tiersync.model.report import ReportKey
from tiersync.store.query import Query
from tiersync.store.reports.reports import NAMED, key_of, rank_of
from tiersync.store.tables import reports

UNTIL = Query(select(reports).where(*NAMED, reports.c.received_at < bindparam("until")))
REPLACED = Query(select(reports).where(*NAMED, ~reports.c.is_current))
OF_UNIT = Query(
    select(reports).where(
        reports.c.form.in_(bindparam("forms", expanding=True)), reports.c.unit == bindparam("unit"),
        reports.c.period == bindparam("period"),
    )
)  # fmt: skip


def stood_on(db: Connection, form: str, period: str, until: str) -> list[Row[Any]]:
    """Of each report of a form and period the newest revision that was stored here before a moment."""
    newest: dict[ReportKey, Row[Any]] = {}
    for row in UNTIL.rows(db, form=form, period=period, until=until):
        known = newest.get(key_of(row))
        if known is None or rank_of(row) > rank_of(known):
            newest[key_of(row)] = row
    return list(newest.values())


def replaced_reports(db: Connection, form: str, period: str, units: Iterable[str]) -> list[Row[Any]]:
    """The revisions of these units that another one has replaced since."""
    asked = frozenset(units)
    return [row for row in REPLACED.rows(db, form=form, period=period) if row.unit in asked]


def revisions_of_unit(db: Connection, forms: Iterable[str], unit: str, period: str) -> list[Row[Any]]:
    """Every revision of a unit's reports for a period, the oldest rank of each part first."""
    found = OF_UNIT.rows(db, forms=sorted(forms), unit=unit, period=period)
    return sorted(found, key=lambda row: (key_of(row), rank_of(row)))
