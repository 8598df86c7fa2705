"""Cells of a report over the wire: bounds, and one digest for equal cells."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiersync.link.pack import pack, unpack
from tiersync.model.canonical import digest
from tiersync.model.cell import Cell, Cells
from tiersync.model.envelope import Head
from tiersync.model.period import Period
from tiersync.model.report import Report

NOW = datetime(2014, 1, 5, tzinfo=UTC)
UNIT = "371402001001"
OLD = Cell("P02", "", "value", 21, 0, "ok", "records", 1, 1)
APPROXIMATE = Cell("P01", "", "value", 1200, 0, "ok", "declared", 1, 1, "1150..1250")


def a_report(rows: list[Cell], revision: int) -> tuple[Head, Report]:
    report = Report(
        form="aging-quarter", unit=UNIT, period=Period("2013-Q4"), part="own",
        tenure=1, revision=revision, catalogue=1, cells=Cells.of(rows),
    )  # fmt: skip
    body = pack(report)
    head = Head(
        id=f"01900000-0000-7000-8000-{revision:012}", kind="report", origin=UNIT, epoch=1, number=revision,
        written_at=NOW, catalogue=1, digest=digest(body), size=len(body),
    )  # fmt: skip
    return head, report


def test_bounds_make_another_digest_and_exact_cells_keep_theirs() -> None:
    exact = APPROXIMATE._replace(bounds="")
    spelled = "P01||value|1200|0|ok|declared|1|1"
    assert Cells.of([exact]).digest == digest(spelled.encode())
    assert Cells.of([APPROXIMATE]).digest == digest(f"{spelled}|1150..1250".encode())


def test_a_report_keeps_its_bounds_over_the_wire() -> None:
    assert over_the_wire(a_report([OLD, APPROXIMATE], 1)).cells.bounds == ("1150..1250", "")
    assert over_the_wire(a_report([OLD], 1)).cells.bounds == ()


def over_the_wire(sealed: tuple[Head, Report]) -> Report:
    head, report = sealed
    body = unpack(pack(report), head)
    assert isinstance(body, Report)
    return body


@pytest.mark.parametrize("bounds", ["1150", "1250..1150", "1..2..3", "01..2", "1.5..2", f"..{2**63}", "a..b"])
def test_bounds_that_are_none_are_refused(bounds: str) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Cells.of([APPROXIMATE._replace(bounds=bounds)])


@given(st.lists(st.tuples(st.integers(-(2**60), 2**60), st.integers(0, 4)), min_size=1, max_size=20), st.randoms())
def test_equal_cells_have_equal_digests_in_whatever_order_they_were_made(
    values: list[tuple[int, int]], chance: Random
) -> None:
    rows = [OLD._replace(indicator=f"P{n:02}", value=value, scale=scale) for n, (value, scale) in enumerate(values)]
    shuffled = chance.sample(rows, len(rows))
    assert Cells.of(shuffled).digest == Cells.of(rows).digest
    changed = [rows[0]._replace(value=values[0][0] + 1), *rows[1:]]
    assert Cells.of(changed).digest != Cells.of(rows).digest
