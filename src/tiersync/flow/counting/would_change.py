"""What a push would change: the figures of own reports as they were filed, and as they would be."""

from collections.abc import Iterator
from typing import NamedTuple

from tiersync.model.cell import Cell
from tiersync.model.report import Report
from tiersync.store.database import Connection
from tiersync.store.reports.reports import current_report
from tiersync.store.reports.sealed import sealed_reports

MOST = 200  # figures that a plan tells one by one


class Change(NamedTuple):
    """A figure without breakdown: what the filed report says, none where there is no report, and what it would say."""

    form: str
    unit: str
    period: str
    before: Cell | None
    after: Cell | None

    @property
    def cell(self) -> Cell:
        cell = self.after or self.before
        assert cell is not None
        return cell


def changes_of(db: Connection, report: Report) -> Iterator[Change]:
    """The figures that a report would change. One that is missing before and after is no change."""
    row = current_report(db, report.key)
    filed = next((sealed for _, sealed in sealed_reports(db, [row])), None) if row is not None else None
    before = {cell.key: cell for cell in filed.cells.rows() if not cell.breakdown} if filed else {}
    after = {cell.key: cell for cell in report.cells.rows() if not cell.breakdown}
    for key in sorted(before.keys() | after.keys()):
        was, will = before.get(key), after.get(key)
        if _said(was) != _said(will):
            yield Change(report.form, report.unit, str(report.period), was, will)


def _said(cell: Cell | None) -> tuple[int | None, str, str]:
    return (cell.value, cell.status, cell.bounds) if cell else (None, "missing", "")
