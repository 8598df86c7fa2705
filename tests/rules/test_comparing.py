"""Figures side by side: growth, share, rank and what a year comes to, by exact whole numbers."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.made_figures import CATALOGUE, PARENT, UNIT, cell, lines, pair, values
from tiersync.model.cell import Cell
from tiersync.model.period import Period
from tiersync.rules.agreement.published import ratio_of
from tiersync.rules.comparing.beside import against_flash, without_flash
from tiersync.rules.comparing.cumulated import cumulated
from tiersync.rules.comparing.periods import before, year_before, year_so_far
from tiersync.rules.comparing.side_by_side import LinesAsked, side_by_side

FLOW, STOCK, DISTINCT = "B03", "P02", "B01"
UNITS = ("371402001001", "371402001002", "371402001003", "371402001004")


@pytest.mark.parametrize(
    ("period", "last", "year"),
    [
        ("2013-Q1", "2012-Q4", "2012-Q1"),
        ("2013", "2012", "2012"),
        ("2013-01", "2012-12", "2012-01"),
        ("2013-H2", "2013-H1", "2012-H2"),
        ("2020-W53", "2020-W52", None),
    ],
)
def test_a_period_is_compared_with_the_one_before_and_that_of_last_year(period: str, last: str, year: str) -> None:
    assert str(before(Period(period))) == last
    assert year_before(Period(period)) == (year and Period(year))


def test_the_year_so_far_ends_with_the_period_itself() -> None:
    assert [str(one) for one in year_so_far(Period("2013-03"))] == ["2013-01", "2013-02", "2013-03"]
    assert [str(one) for one in year_so_far(Period("2013"))] == ["2013"]


@pytest.mark.parametrize(
    ("now", "then", "growth"),
    [
        ((57, 60), (37, 40), 250),  # F37: 92.50 % and 95.00 %
        ((19, 110), (1, 10), 727),  # 17.27 % and 10.00 %
        ((1, 3), (2, 3), -3334),  # 33.33 % and 66.67 %
    ],
)
def test_a_ratio_grows_by_percentage_points(now: tuple[int, int], then: tuple[int, int], growth: int) -> None:
    assert CATALOGUE.by_code["C03"].measured_in == "%"
    [line] = lines([*pair("C03", "2013-Q2", *now), *pair("C03", "2013-Q1", *then)], "2013-Q2", "growth")
    assert (line["in_points"], line["last_growth"], line["growth_places"]) == (True, growth, 2)


@pytest.mark.parametrize(
    ("now", "then", "growth"),
    [(1092, 1040, 500), (1092, 1000, 920), (2, 3, -3333), (1, 3, -6667), (8001, 8000, 1), (0, 7, -10000)],
)
def test_a_count_grows_in_percent_with_two_places(now: int, then: int, growth: int) -> None:
    [line] = lines([cell(STOCK, "2013-Q2", now), cell(STOCK, "2012-Q2", then)], "2013-Q2", "growth")
    assert (line["year_growth"], line["year_why"]) == (growth, "")
    assert (line["last_growth"], line["last_why"]) == (None, "missing")


@pytest.mark.parametrize(
    ("now", "then", "why"),
    [
        (cell(STOCK, "2013-Q2", 5), cell(STOCK, "2013-Q1", 0), "not_positive"),
        (cell(STOCK, "2013-Q2", 5), cell(STOCK, "2013-Q1", None), "missing"),
        (cell(STOCK, "2013-Q2", 5), cell(STOCK, "2013-Q1", 4, status="partial", expected=2), "incomplete"),
        (cell(STOCK, "2013-Q2", 5, status="partial", expected=2), cell(STOCK, "2013-Q1", 4), "incomplete"),
    ],
)
def test_what_cannot_be_compared_is_not_and_says_why(now: tuple[object], then: tuple[object], why: str) -> None:
    [line] = lines([now, then], "2013-Q2", "growth")
    assert (line["last_growth"], line["last_why"]) == (None, why)


def test_nine_of_ten_and_ten_of_a_hundred_are_19_of_110() -> None:
    [line] = values(pair("C03", "2013", 9 + 10, 10 + 100, present=2, expected=2)).to_dicts()
    assert (line["value"], line["places"], line["present"], line["expected"]) == (1727, 2, 2, 2)


def test_of_a_ratio_the_smaller_present_and_the_larger_expected_are_said() -> None:
    above = cell("C03", "2013", 9, "numerator", present=1, expected=2, status="partial")
    [line] = values([above, cell("C03", "2013", 10, "denominator", present=2, expected=2)]).to_dicts()
    assert (line["status"], line["present"], line["expected"]) == ("partial", 1, 2)


def test_of_nothing_there_is_no_ratio() -> None:
    [line] = values(pair("C03", "2013", 0, 0)).to_dicts()
    assert (line["value"], line["status"]) == (None, "not_applicable")


@given(st.integers(-(2**62), 2**62), st.integers(-(10**12), 10**12), st.integers(0, 4), st.integers(0, 4))
def test_a_ratio_is_the_one_that_every_report_shows(above: int, below: int, of: int, under: int) -> None:
    sides = (("numerator", above, of), ("denominator", below, under))
    cells = [cell("C03", "2013", value, measure, scale=scale) for measure, value, scale in sides]
    held = {measure: Cell("C03", "", measure, value, scale, "ok", "records", 1, 1) for measure, value, scale in sides}
    [line] = values(cells).to_dicts()
    known = ratio_of(CATALOGUE.by_code["C03"], held)
    assert line["value"] == (None if known is None else int(known.scaleb(2)))


def test_units_that_tie_share_a_rank_and_the_next_is_skipped() -> None:
    made = [cell(STOCK, "2013", value, unit=unit) for unit, value in zip(UNITS, (7, 9, 9, 4), strict=True)]
    ranks = {line["unit"]: line["rank"] for line in lines(made, "2013", "rank", units=UNITS)}
    assert ranks == dict(zip(UNITS, (3, 1, 1, 4), strict=True))


def test_places_are_compared_before_ranking() -> None:
    made = [
        cell(STOCK, "2013", 15, unit=UNITS[0], scale=1),
        cell(STOCK, "2013", 150, unit=UNITS[1], scale=2),
        cell(STOCK, "2013", 2, unit=UNITS[2]),
    ]
    found = lines(made, "2013", "rank", units=UNITS)
    assert [(line["value"], line["places"], line["rank"], line["ranked"]) for line in found[:3]] == [
        (150, 2, 2, 3), (150, 2, 2, 3), (200, 2, 1, 3),
    ]  # fmt: skip
    assert found[3]["rank"] is None


def test_what_is_incomplete_has_no_rank_and_no_share() -> None:
    made = [
        cell(STOCK, "2013", 3, unit=UNITS[0]),
        cell(STOCK, "2013", 9, unit=UNITS[1], status="partial", expected=2),
        cell(STOCK, "2013", 12, unit=PARENT),
    ]
    found = lines(made, "2013", "rank", "share", units=UNITS[:2])
    assert [(line["rank"], line["share"]) for line in found] == [(1, 2500), (None, None)]


@pytest.mark.parametrize(("part", "whole", "share"), [(1, 3, 3333), (2, 3, 6667), (5, 5, 10000), (0, 9, 0)])
def test_a_share_is_of_the_figure_of_the_parent(part: int, whole: int, share: int) -> None:
    [line] = lines([cell(STOCK, "2013", part), cell(STOCK, "2013", whole, unit=PARENT)], "2013", "share")
    assert line["share"] == share


MONTHS = ["2013-01", "2013-02", "2013-03"]


def over(indicator: str, way: tuple[str, str], *each: int | None) -> tuple[object, object]:
    """What the months of a quarter come to."""
    made = values(cell(indicator, month, value) for month, value in zip(MONTHS, each, strict=True) if value != -1)
    [line] = cumulated(made, MONTHS, {indicator: way}).to_dicts()
    return line["value"], line["status"]


@pytest.mark.parametrize("march", [None, -1])  # said to be missing; no report at all
def test_a_stock_that_is_missing_at_the_end_is_missing(march: int | None) -> None:
    assert over(STOCK, ("last", ""), 100, 110, march) == (None, "missing")


def test_of_a_stock_the_last_one_stands_and_flows_are_summed() -> None:
    assert over(STOCK, ("last", ""), 100, None, 120) == (120, "ok")
    assert over(FLOW, ("summed", ""), 100, 110, 120) == (33000, "ok")
    assert over(FLOW, ("summed", ""), 100, None, 120) == (22000, "partial")
    assert over(DISTINCT, ("not_addable", ""), 100, 110, 120) == (None, "not_addable")


def test_the_kind_of_an_indicator_says_how_its_year_is_made() -> None:
    made = [cell(code, period, 10) for code in (FLOW, STOCK, DISTINCT) for period in ("2013-Q1", "2013-Q2")]
    found = {line["indicator"]: (line["sum_value"], line["sum_status"]) for line in lines(made, "2013-Q2", "cumulated")}
    assert found == {FLOW: (2000, "ok"), STOCK: (10, "ok"), DISTINCT: (None, "not_addable")}


def test_a_ratio_over_the_year_is_made_from_its_summed_pairs() -> None:
    made = values([*pair("C03", "2013-Q1", 9, 10), *pair("C03", "2013-Q2", 10, 100)])
    [line] = cumulated(made, ["2013-Q1", "2013-Q2"], {"C03": ("summed", "summed")}).to_dicts()
    assert (line["value"], line["status"]) == (1727, "ok")


@pytest.mark.parametrize(
    ("final", "flash", "shown"),
    [
        (527, 512, (527, "ok", 512, 15, False)),  # F38
        (500, 512, (500, "ok", 512, -12, False)),
        (None, 512, (512, "provisional", None, None, True)),
        (527, None, (527, "ok", None, None, False)),
    ],
)
def test_a_final_figure_stands_before_the_flash(
    final: int | None, flash: int | None, shown: tuple[object, ...]
) -> None:
    both = [values([cell("F02", "2013", value)] if value else []) for value in (final, flash)]
    [line] = against_flash(*both).to_dicts()
    assert tuple(line[name] for name in ("value", "status", "flash_value", "difference", "is_flash")) == shown


def test_values_are_exact_however_large() -> None:
    largest = 2**63 - 1
    [line] = values([cell(FLOW, "2013", largest)]).to_dicts()
    assert Decimal(line["value"]).scaleb(-line["places"]) == largest
    assert isinstance(values([cell(FLOW, "2013", 1)]).schema["value"], pl.Int128)
    assert line["unit"] == UNIT


def test_money_per_person_is_a_ratio_that_grows_in_percent() -> None:
    assert CATALOGUE.by_code["B04"].measured_in == "元/人"
    made = [*pair("B04", "2013-Q2", 33000, 3, scale=2), *pair("B04", "2013-Q1", 30000, 3, scale=2)]
    [line] = lines(made, "2013-Q2", "growth")
    assert (line["in_points"], line["last_growth"]) == (False, 1000)


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_growth_in_percent_is_what_a_decimal_comes_to(now: int, then: int) -> None:
    [line] = lines([cell(STOCK, "2013-Q2", now), cell(STOCK, "2013-Q1", then)], "2013-Q2", "growth")
    with localcontext(prec=60):
        known = (Decimal(now - then) * 100 / then).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert line["last_growth"] == int(known.scaleb(2))


def test_what_is_defined_otherwise_is_not_compared() -> None:
    made = without_flash(values([cell(STOCK, "2013-Q2", 3), cell(STOCK, "2013-Q1", 2)]))
    asked = LinesAsked((STOCK,), frozenset(), ("",), {Period("2013-Q2"): {UNIT: ""}}, frozenset({"growth"}))
    digests = pl.DataFrame(
        [(STOCK, "2013-Q2", "new"), (STOCK, "2013-Q1", "old")], schema=["indicator", "period", "digest"], orient="row"
    )
    [line] = side_by_side(asked, made, digests, {}).to_dicts()
    assert (line["last_growth"], line["last_why"]) == (None, "defined_otherwise")
