"""The rows of reports are an index over the sealed bytes: whatever order they come in, and made again at will."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from tests.stores import new_store
from tiersync.link.pack import pack
from tiersync.link.seal import seal_head
from tiersync.model.canonical import digest
from tiersync.model.cell import Cell, Cells
from tiersync.model.envelope import Envelope, Head
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.store.database import Store
from tiersync.store.links.envelopes import Stored, keep
from tiersync.store.reports import rounds
from tiersync.store.reports.reports import ArrivedReport, current_reports, index_again, keep_reports, without_row
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.tables import reports

NOW = datetime(2014, 1, 5, tzinfo=UTC)
UNIT = "371402001001"
KEY = bytes(range(32))
NAMED = ("aging-quarter", "2013-Q4")


def a_report(seniors: int, revision: int) -> ArrivedReport:
    report = Report(
        form="aging-quarter", unit=UNIT, period=Period("2013-Q4"), part="own", tenure=1, revision=revision, catalogue=1,
        cells=Cells.of([Cell("P02", "", "value", seniors, 0, "ok", "records", 1, 1)]),
    )  # fmt: skip
    body = pack(report)
    head = Head(
        id=f"01900000-0000-7000-8000-{revision:012}", kind="report", origin=UNIT, epoch=1, number=revision,
        written_at=NOW, catalogue=1, digest=digest(body), size=len(body),
    )  # fmt: skip
    return ArrivedReport(head, report)


def store_report(db: Connection, arrived: ArrivedReport) -> None:
    keep(db, [Stored(arrived.head, Envelope(seal_head(arrived.head, KEY), pack(arrived.report)), UNIT)], NOW)
    keep_reports(db, [arrived], NOW)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def said(db: Connection) -> list[int]:
    """The revisions that are current, as their sealed bytes say."""
    return [report.revision for _, report in sealed_reports(db, current_reports(db))]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_only_the_highest_revision_is_current_whatever_order_they_come_in(store: Store, order: tuple[int, int]) -> None:
    with store.write() as db:
        for revision in order:
            store_report(db, a_report(20 + revision, revision))
        assert said(db) == [2]


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"revision": 9}, {"unit": "371402001002"}, {"period": "2012"}]
)
def test_a_row_that_says_something_else_is_made_again_from_the_seal(store: Store, change: dict[str, object]) -> None:
    arrived = a_report(21, 1)
    with store.write() as db:
        store_report(db, arrived)
        db.execute(update(reports).values(**change))
        index_again(db, arrived)
        [row] = current_reports(db)
    assert (row.unit, row.period, row.revision, row.digest) == (UNIT, "2013-Q4", 1, arrived.report.digest)


def test_a_row_that_is_gone_is_missed_by_its_number_until_it_is_made_again(store: Store) -> None:
    older, newer = a_report(21, 1), a_report(22, 2)
    with store.write() as db:
        store_report(db, older)
        store_report(db, newer)
        assert not rounds.is_short(db, NAMED)
        db.execute(delete(reports).where(reports.c.envelope == newer.head.id))
        assert rounds.is_short(db, NAMED)
        assert without_row(db) == [newer.head.id]
        assert said(db) == []
        index_again(db, newer)
        assert said(db) == [2]
        assert not rounds.is_short(db, NAMED)
