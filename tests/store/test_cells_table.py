"""The table of cells says what the sealed reports say, digest by digest."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tiersync.link.pack import pack, unpack
from tiersync.link.seal import seal_head
from tiersync.model.canonical import digest
from tiersync.model.cell import Cell, Cells
from tiersync.model.envelope import Envelope, Head
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.store.database import Store, open_store
from tiersync.store.envelopes import Stored, keep
from tiersync.store.reports import Arrived, current_reports, held_digests, keep_reports, reindex

NOW = datetime(2014, 1, 5, tzinfo=UTC)
UNIT = "371402001001"
KEY = bytes(range(32))
OLD = Cell("P02", "", "value", 21, 0, "ok", "records", 1, 1)
WITHOUT_VALUE = Cell("B01", "", "value", None, 0, "missing", "none", 1, 0)
BEYOND_JSON = Cell("B03", "", "value", 2**53 + 1, 2, "ok", "records", 1, 1)
APPROXIMATE = Cell("P01", "", "value", 1200, 0, "ok", "declared", 1, 1, "1150..1250")
BELOW_ZERO = Cell("P10", "sex=1", "value", -7, 0, "partial", "summed", 9, 2)


def a_report(rows: list[Cell], revision: int) -> Arrived:
    report = Report(
        form="aging-quarter", unit=UNIT, period=Period("2013-Q4"), part="own",
        tenure=1, revision=revision, catalogue=1, cells=Cells.of(rows),
    )  # fmt: skip
    body = pack(report)
    head = Head(
        id=f"01900000-0000-7000-8000-{revision:012}", kind="report", origin=UNIT, epoch=1, number=revision,
        written_at=NOW, catalogue=1, digest=digest(body), size=len(body),
    )  # fmt: skip
    return Arrived(head, report)


def store_report(db: Connection, arrived: Arrived) -> None:
    keep(db, [Stored(arrived.head, Envelope(seal_head(arrived.head, KEY), pack(arrived.report)), UNIT)], NOW)
    keep_reports(db, [arrived], NOW)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def digests(db: Connection) -> tuple[list[str], list[str]]:
    """Of the current reports: the digests as they were sealed, and as SQL spells the table now."""
    rows = current_reports(db)
    held = held_digests(db, [row.id for row in rows])
    return [row.cells_digest for row in rows], [held[row.id] for row in rows]


def test_the_table_spells_every_kind_of_cell_as_the_report_does(store: Store) -> None:
    arrived = a_report([OLD, WITHOUT_VALUE, BEYOND_JSON, BELOW_ZERO, APPROXIMATE], 1)
    with store.write() as db:
        store_report(db, arrived)
        assert digests(db) == ([arrived.report.cells.digest], [arrived.report.cells.digest])


def test_an_altered_table_has_another_digest_until_it_is_rebuilt_from_the_sealed_bytes(store: Store) -> None:
    arrived = a_report([OLD, WITHOUT_VALUE], 1)
    with store.write() as db:
        store_report(db, arrived)
        db.execute(text("UPDATE cells SET value = value + 1 WHERE indicator = 'P02'"))
        sealed, held = digests(db)
        assert sealed != held
        assert reindex(db) == 2
        assert digests(db) == ([arrived.report.cells.digest], [arrived.report.cells.digest])


def test_bounds_make_another_digest_and_exact_cells_keep_theirs() -> None:
    exact = APPROXIMATE._replace(bounds="")
    spelled = "P01||value|1200|0|ok|declared|1|1"
    assert Cells.of([exact]).digest == digest(spelled.encode())
    assert Cells.of([APPROXIMATE]).digest == digest(f"{spelled}|1150..1250".encode())


def test_a_report_keeps_its_bounds_over_the_wire() -> None:
    assert over_the_wire(a_report([OLD, APPROXIMATE], 1)).cells.bounds == ("1150..1250", "")
    assert over_the_wire(a_report([OLD], 1)).cells.bounds == ()


def over_the_wire(arrived: Arrived) -> Report:
    body = unpack(pack(arrived.report), arrived.head)
    assert isinstance(body, Report)
    return body


@pytest.mark.parametrize("bounds", ["1150", "1250..1150", "1..2..3", "01..2", "1.5..2", f"..{2**63}", "a..b"])
def test_bounds_that_are_none_are_refused(bounds: str) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Cells.of([APPROXIMATE._replace(bounds=bounds)])


def test_only_the_newest_revision_is_in_the_table_whatever_order_they_come_in(store: Store) -> None:
    newer, older = a_report([OLD._replace(value=22)], 2), a_report([OLD], 1)
    with store.write() as db:
        store_report(db, newer)
        store_report(db, older)
        assert digests(db) == ([newer.report.cells.digest], [newer.report.cells.digest])
        assert db.execute(text("SELECT count(*) FROM cells")).scalar() == 1


@given(st.lists(st.tuples(st.integers(-(2**60), 2**60), st.integers(0, 4)), min_size=1, max_size=20), st.randoms())
def test_equal_cells_have_equal_digests_in_whatever_order_they_were_made(
    values: list[tuple[int, int]], chance: Random
) -> None:
    rows = [OLD._replace(indicator=f"P{n:02}", value=value, scale=scale) for n, (value, scale) in enumerate(values)]
    shuffled = chance.sample(rows, len(rows))
    assert Cells.of(shuffled).digest == Cells.of(rows).digest
    changed = [rows[0]._replace(value=values[0][0] + 1), *rows[1:]]
    assert Cells.of(changed).digest != Cells.of(rows).digest
