"""Approximate words are kept as bounds, and sums of bounded values are bounded (rule V10); every number by hand."""

from decimal import Decimal

import pytest

from tests.rules.made_snapshots import CATALOGUE, COMMUNITY, STREET, VILLAGE, YEAR, count, rows, seniors
from tiersync.model.cell import Cell, Cells
from tiersync.rules.totals.roll_up import PartCells, roll_up


def stated(value: str | None, qualifier: str | None, unit: str = COMMUNITY, **more: object) -> dict[str, object]:
    number = None if value is None else Decimal(value)
    return {"indicator": "P01", "value": number, "qualifier": qualifier, "unit": unit, **more}


def cell_of(unit: str, *figures: dict[str, object]) -> Cell:
    return count({"figure": rows("figure", *figures)})[unit, "P01", "", "value"]


@pytest.mark.parametrize(
    ("value", "qualifier", "bounds"),
    [
        ("1200", None, ""), ("1200", "exact", ""), ("1200", "over", "1200.."), ("1200", "at_least", "1200.."),
        ("5000", "nearly", "0..5000"), ("5000", "at_most", "0..5000"), ("1200", "about", "1150..1250"),
        ("12000", "about", "11500..12500"), ("1234", "about", "1233..1235"), ("0", "about", "-1..1"),
    ],
)  # fmt: skip
def test_an_approximate_word_becomes_bounds(value: str, qualifier: str | None, bounds: str) -> None:
    cell = cell_of(COMMUNITY, stated(value, qualifier))
    assert (cell.value, cell.bounds, cell.status) == (int(value), bounds, "ok")


def test_bounds_that_somebody_gives_go_before_the_word() -> None:
    cell = cell_of(COMMUNITY, stated("1000", "about", value_low=Decimal("980"), value_high=Decimal("1010")))
    assert cell.bounds == "980..1010"


def test_one_bound_alone_leaves_the_other_side_open() -> None:
    assert cell_of(COMMUNITY, stated("1000", None, value_low=Decimal("980"))).bounds == "980.."


def test_bounds_of_money_stand_in_its_smallest_unit() -> None:
    figure = {"indicator": "B03", "value": Decimal("2100600.5"), "qualifier": "over"}
    cell = count({"figure": rows("figure", figure)})[COMMUNITY, "B03", "", "value"]
    assert (cell.value, cell.scale, cell.bounds) == (210060050, 2, "210060050..")


def test_both_numbers_of_a_ratio_keep_the_bounds_of_what_they_are_made_of() -> None:
    sheet = count({"senior": seniors({}), "figure": rows("figure", stated("1200", "over"))})
    assert sheet[COMMUNITY, "P03", "", "denominator"].bounds == "1200.."
    assert sheet[COMMUNITY, "P03", "", "numerator"].bounds == ""


def total_of(*figures: dict[str, object]) -> Cell:
    """P01 of the street, from its two communities."""
    form = CATALOGUE.form("aging-year")
    sheet = count({"figure": rows("figure", *figures)})
    parts = [
        PartCells(unit, "own", Cells.of([cell for (of, *_), cell in sheet.items() if of == unit]))
        for unit in (COMMUNITY, VILLAGE)
    ]
    total = roll_up(CATALOGUE, form, STREET, CATALOGUE.tree.on(YEAR.last_day), parts)
    return next(cell for cell in total.rows() if cell.indicator == "P01" and cell.breakdown == "")


@pytest.mark.parametrize(
    ("one", "other", "bounds"),
    [
        (("1200", "over"), ("800", None), "2000.."),  # at least 1200, and 800
        (("5000", "nearly"), ("800", None), "800..5800"),  # nobody is fewer than none
        (("1200", "about"), ("800", None), "1950..2050"),  # 1150 to 1250, and 800
        (("1200", "about"), ("5000", "about"), "5650..6750"),  # 1150 to 1250, and 4500 to 5500
        (("1200", "over"), ("5000", "about"), "5700.."),  # 1200 and 4500 at least; nobody knows how many at most
        (("1200", "over"), ("5000", "nearly"), "1200.."),
        (("200000", "at_least"), ("5000", "about"), "204500.."),  # 200,000+ and 4,500 to 5,500
        (("200000", "at_least"), ("5000", "nearly"), "200000.."),
        (("3000", "at_most"), ("500", "nearly"), "0..3500"),
        (("300", "at_most"), ("40", "over"), "40.."),
        (("1200", None), ("800", "exact"), ""),
    ],
)
def test_sums_of_bounded_values_are_bounded(
    one: tuple[str, str | None], other: tuple[str, str | None], bounds: str
) -> None:
    cell = total_of(stated(*one), stated(*other, unit=VILLAGE))
    assert (cell.value, cell.bounds, cell.status) == (int(one[0]) + int(other[0]), bounds, "ok")


def test_a_bounded_part_beside_a_missing_one_is_partial_and_keeps_its_bounds() -> None:
    cell = total_of(stated("1200", "about"))
    assert (cell.value, cell.bounds, cell.status) == (1200, "1150..1250", "partial")


def test_money_that_is_nearly_so_much_is_not_less_than_none_either() -> None:
    figure = {"indicator": "B03", "value": Decimal("5000"), "qualifier": "nearly"}
    assert count({"figure": rows("figure", figure)})[COMMUNITY, "B03", "", "value"].bounds == "0..500000"
    owed = figure | {"value": Decimal("-5000")}
    assert count({"figure": rows("figure", owed)})[COMMUNITY, "B03", "", "value"].bounds == "..-500000"


def test_a_greatest_value_alone_keeps_the_lower_bound_of_what_is_counted() -> None:
    one = stated("1000", None, value_high=Decimal("1200"))
    assert cell_of(COMMUNITY, one).bounds == "0..1200"
    assert total_of(one, stated("200000", "over", unit=VILLAGE)).bounds == "200000.."


def test_bounds_of_the_largest_figures_are_exact() -> None:
    figure = {"indicator": "B03", "value": Decimal("90071992547409.93"), "qualifier": "over"}
    assert count({"figure": rows("figure", figure)})[COMMUNITY, "B03", "", "value"].bounds == "9007199254740993.."


def test_what_is_masked_has_no_value_and_no_bounds() -> None:
    cell = cell_of(COMMUNITY, stated(None, "masked", null_reason="masked"))
    assert (cell.value, cell.bounds, cell.status) == (None, "", "masked")
