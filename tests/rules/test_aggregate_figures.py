"""Declared figures count where nothing was soundly counted for their indicator, unit and period, and nowhere else."""

from decimal import Decimal

import polars as pl
import pytest

from tests.rules.made_snapshots import (
    CATALOGUE,
    COMMUNITY,
    VILLAGE,
    YEAR,
    Sheet,
    count,
    pair,
    rows,
    seniors,
    speaking,
    values,
)
from tiersync.model.cell import Cell
from tiersync.rules.counting.aggregate import finish, lay_over
from tiersync.rules.counting.declared import declare
from tiersync.rules.counting.footing import lay_footing
from tiersync.rules.counting.sheet import BASIS, STATUS, lay_out


def figure(indicator: str, value: str | None, dims: str | None = None, **more: object) -> dict[str, object]:
    return {"indicator": indicator, "value": None if value is None else Decimal(value), "dims": dims, **more}


def test_a_population_is_what_was_declared() -> None:
    sheet = count({"figure": rows("figure", figure("P01", "5000"))})
    assert sheet[COMMUNITY, "P01", "", "value"] == Cell("P01", "", "value", 5000, 0, "ok", "declared", 1, 1)


def test_a_population_that_nobody_declared_is_missing_even_beside_other_figures() -> None:
    sheet = count({"figure": rows("figure", figure("P01", "5000"))})
    assert sheet[VILLAGE, "P01", "", "value"] == Cell("P01", "", "value", None, 0, "missing", "none", 1, 0)


def laid_over(status: str, declared: pl.DataFrame) -> Sheet:
    """What figures make of a sheet of which every cell was counted as 2, with this status."""
    sheet = lay_out(CATALOGUE, CATALOGUE.form("aging-year"), YEAR, [COMMUNITY])
    counted = lay_footing(sheet, speaking({}), received=False).drop("unsaid").with_columns(
        value=pl.lit(2 if status not in ("missing", "not_applicable") else None, pl.Int64),
        status=pl.lit(status, STATUS), basis=pl.lit("records", BASIS),
    )  # fmt: skip
    cells = finish(lay_over(counted, declare(sheet, declared, counted)))
    return {(unit, *row[:3]): Cell(*row) for unit, *row in cells.iter_rows()}


@pytest.mark.parametrize("status", ["estimated", "imputed", "missing"])
def test_a_figure_counts_for_what_was_not_soundly_counted_and_leaves_no_breakdown_beside_it(status: str) -> None:
    sheet = laid_over(status, rows("figure", figure("P02", "890"), figure("P02", "500", "sex=1")))
    assert sheet[COMMUNITY, "P02", "", "value"] == Cell("P02", "", "value", 890, 0, "ok", "declared", 1, 1)
    assert sheet[COMMUNITY, "P02", "sex=1", "value"].value == 500
    assert sheet[COMMUNITY, "P02", "age_band=60-64", "value"].status == "missing"
    assert sheet[COMMUNITY, "P04", "", "value"].status == status


@pytest.mark.parametrize("status", ["ok", "provisional", "partial", "not_applicable"])
def test_a_figure_stands_beside_what_was_counted_and_its_breakdowns(status: str) -> None:
    sheet = laid_over(status, rows("figure", figure("P02", "890"), figure("P02", "500", "sex=1")))
    assert {cell.status for cell in sheet.values()} == {status}
    assert {cell.basis for cell in sheet.values()} == {"records"}


def test_the_cells_of_a_declared_breakdown_that_adds_up_fill_the_missing_ones_and_the_others_are_zero() -> None:
    declared = rows("figure", figure("P02", "10"), figure("P02", "6", "sex=1"), figure("P02", "4", "sex=2"))
    sheet = count({"figure": declared})
    assert values(sheet, "P02", "sex") == {"sex=1": 6, "sex=2": 4}
    assert sheet[COMMUNITY, "P02", "sex=9", "value"] == Cell("P02", "sex=9", "value", 0, 0, "ok", "declared", 1, 1)


@pytest.mark.parametrize(
    "parts",
    [
        {"sex=1": "6", "sex=2": "3"},  # One person is left, of whom nobody says anything.
        {"sex=1": "6", "sex=2": None},
        {"sex=1": "10", "sex=2": "0", "age_band=60-64": "9"},  # Only by sex do they add up.
    ],
)
def test_of_a_declared_breakdown_that_falls_short_the_other_cells_are_missing(parts: dict[str, str | None]) -> None:
    declared = [figure("P02", "10"), *(figure("P02", value, dims) for dims, value in parts.items())]
    sheet = count({"figure": rows("figure", *declared)})
    cell = sheet[COMMUNITY, "P02", "age_band=65-69" if "age_band=60-64" in parts else "sex=9", "value"]
    assert (cell.value, cell.status, cell.basis) == (None, "missing", "none")
    assert sheet[COMMUNITY, "P02", "age_band=unknown", "value"].status == "missing"


def test_an_approximate_breakdown_leaves_no_zero_beside_it() -> None:
    parts = [figure("P02", "6", "sex=1", qualifier="about"), figure("P02", "4", "sex=2")]
    sheet = count({"figure": rows("figure", figure("P02", "10"), *parts)})
    assert sheet[COMMUNITY, "P02", "sex=9", "value"].status == "missing"


def test_a_breakdown_is_understood_however_it_is_written() -> None:
    sheet = count({"figure": rows("figure", figure("P02", "3", " sex=2 ; age_band=60-64"))})
    assert values(sheet, "P02", "age_band;sex") == {"age_band=60-64;sex=2": 3}


def test_a_breakdown_declared_alone_says_nothing_of_the_total() -> None:
    sheet = laid_over("missing", rows("figure", figure("P02", "1", "sex=2")))
    assert values(sheet, "P02", "sex") == {"sex=2": 1}
    assert sheet[COMMUNITY, "P02", "", "value"].status == "missing"
    assert values(sheet, "P02", "age_band") == {}


@pytest.mark.parametrize(
    "more",
    [
        {"period": "2012"}, {"period": "2013-Q4"}, {"unit": VILLAGE}, {"value_role": "target"},
        {"value_role": "projection"}, {"dims": "planet=mars"},
    ],
)  # fmt: skip
def test_a_figure_of_something_else_replaces_nothing(more: dict[str, object]) -> None:
    sheet = count({"senior": seniors({}), "figure": rows("figure", figure("P02", "890") | more)})
    assert sheet[COMMUNITY, "P02", "", "value"].basis == "records"


def test_an_estimate_says_so() -> None:
    sheet = count({"figure": rows("figure", figure("P01", "5000", value_role="estimate"))})
    assert sheet[COMMUNITY, "P01", "", "value"].status == "estimated"


def test_money_is_declared_to_the_fen() -> None:
    sheet = count({"figure": rows("figure", figure("B03", "2100600.05"))})
    assert sheet[COMMUNITY, "B03", "", "value"] == Cell("B03", "", "value", 210060005, 2, "ok", "declared", 1, 1)


@pytest.mark.parametrize(
    ("reason", "status", "expected"),
    [
        ("masked", "masked", 1),
        ("not_collected", "missing", 1),
        (None, "missing", 1),
        ("not_applicable", "not_applicable", 0),
    ],
)
def test_a_figure_without_a_value_says_why(reason: str | None, status: str, expected: int) -> None:
    sheet = count({"figure": rows("figure", figure("P01", None, null_reason=reason))})
    cell = sheet[COMMUNITY, "P01", "", "value"]
    assert cell == Cell("P01", "", "value", None, 0, status, "none", expected, 0)


@pytest.mark.parametrize(
    ("one", "other", "value", "status"),
    [
        (figure("P01", "5000"), figure("P01", "5000"), 5000, "ok"),
        (figure("P01", "5000", value_role="estimate"), figure("P01", "5000"), 5000, "ok"),
        (figure("P01", "5000"), figure("P01", "5001"), None, "missing"),
        (figure("P01", "5000"), figure("P01", "5000", qualifier="over"), None, "missing"),
        (figure("P01", "5000"), figure("P01", None, null_reason="masked"), None, "missing"),
        (figure("P01", None, null_reason="masked"), figure("P01", None, null_reason="masked"), None, "masked"),
        (figure("P01", "5000"), figure("P01", "5001", value_role="published"), 5000, "ok"),
    ],
)
def test_two_figures_for_one_cell_count_once_or_not_at_all(
    one: dict[str, object], other: dict[str, object], value: int | None, status: str
) -> None:
    for declared in ((one, other), (other, one)):
        cell = count({"figure": rows("figure", *declared)})[COMMUNITY, "P01", "", "value"]
        assert (cell.value, cell.status) == (value, status)


def test_a_total_that_is_contradicted_leaves_no_breakdown_beside_it() -> None:
    sheet = laid_over("estimated", rows("figure", figure("P02", "890"), figure("P02", "891")))
    assert {cell.status for key, cell in sheet.items() if key[1] == "P02"} == {"missing"}


def test_the_share_of_seniors_is_the_pair_of_counted_seniors_and_declared_population() -> None:
    frames = {"senior": seniors({}, {"residence_unit": VILLAGE}), "figure": rows("figure", figure("P01", "6"))}
    sheet = count(frames)
    assert pair(sheet, "P03") == (1, 6)
    assert sheet[COMMUNITY, "P03", "", "denominator"].basis == "declared"
    assert pair(sheet, "P03", unit=VILLAGE) == (None, None)


def test_an_office_without_figures_says_nil_and_declares_zero() -> None:
    assert count({}, nil=["figure"])[COMMUNITY, "P01", "", "value"].basis == "nil"
