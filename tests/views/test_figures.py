"""Figures as people read them: scale, lower bounds, missing ones, ratios from their pairs, breakdowns in words."""

import pytest

from tiersync.config.packaged import packaged_catalogue
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell
from tiersync.views.reports.figures import FigureLine, breakdown_words, figures


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return packaged_catalogue()


def cell(
    indicator: str, value: int | None, measure: str = "value", scale: int = 0, status: str = "ok", present: int = 2
) -> Cell:
    return Cell(indicator, "", measure, value, scale, status, "summed", 2, present)


def shown(catalogue: Catalogue, *cells: Cell) -> FigureLine:
    [figure] = figures(catalogue, cells)
    return figure


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ([cell("P02", 890000)], "890000"),
        ([cell("P02", 0)], "0"),
        ([cell("P02", 41, status="partial", present=1)], "≥ 41"),
        ([cell("P02", None, status="missing", present=0)], "—"),
        ([cell("B03", 210060000, scale=2)], "2100600.00"),
        ([cell("B03", -500, scale=2, status="partial", present=1)], "-5.00"),
        ([cell("P01", 1200)._replace(bounds="1200..")], "1200 (≥ 1200)"),
        ([cell("P01", 5000)._replace(bounds="..5000")], "5000 (≤ 5000)"),
        ([cell("P01", 5000)._replace(bounds="0..5000")], "5000 (≤ 5000)"),
        ([cell("P01", 205000)._replace(bounds="204500..")], "205000 (≥ 204500)"),
        ([cell("P01", 205000, status="partial", present=1)._replace(bounds="200000..205000")], "205000 (≥ 200000)"),
        ([cell("P01", 1200)._replace(bounds="1150..1250")], "1200 (1150–1250)"),
        ([cell("P01", 6200)._replace(bounds="..")], "6200 (~)"),
        ([cell("P01", 1200, status="partial", present=1)._replace(bounds="1150..1250")], "1200 (≥ 1150)"),
        ([cell("B03", 120000, scale=2)._replace(bounds="115000..125000")], "1200.00 (1150.00–1250.00)"),
    ],
)
def test_a_value_is_shown_exactly_and_a_lower_bound_is_marked(
    catalogue: Catalogue, cells: list[Cell], value: str
) -> None:
    assert shown(catalogue, *cells).value == value


@pytest.mark.parametrize(
    ("above", "below", "value"),
    [
        (890000, 5562500, "16.00 (890000 / 5562500)"),
        (19, 110, "17.27 (19 / 110)"),
        (1, 3, "33.33 (1 / 3)"),
        (0, 0, "— (0 / 0)"),
        (None, 10, "— (— / 10)"),
    ],
)
def test_a_ratio_is_computed_from_its_pair_and_shows_it(
    catalogue: Catalogue, above: int | None, below: int, value: str
) -> None:
    pair = shown(catalogue, cell("P03", below, "denominator"), cell("P03", above, "numerator"))
    assert (pair.value, pair.measured_in.en) == (value, "%")


def test_money_per_person_keeps_both_scales(catalogue: Catalogue) -> None:
    pair = shown(catalogue, cell("B04", 7002, "denominator"), cell("B04", 210060000, "numerator", scale=2))
    assert pair.value == "300.00 (2100600.00 / 7002)"


def test_the_least_complete_cell_of_a_pair_is_told(catalogue: Catalogue) -> None:
    pair = shown(catalogue, cell("P03", 10, "denominator"), cell("P03", 2, "numerator", status="partial", present=1))
    assert (pair.status, pair.present, pair.expected) == ("partial", 1, 2)


@pytest.mark.parametrize(
    ("breakdown", "words"),
    [
        ("", ""),
        ("age_band=65-69;sex=2", "aged 65 to 69, female"),
        ("age_band=unknown;sex=1", "age band: unknown, male"),
        ("colour=red", "colour red"),
    ],
)
def test_a_breakdown_is_told_in_words(catalogue: Catalogue, breakdown: str, words: str) -> None:
    assert breakdown_words(catalogue, breakdown).en == words


def test_an_indicator_that_this_catalogue_does_not_know_is_still_shown(catalogue: Catalogue) -> None:
    figure = shown(catalogue, cell("Z99", 3))
    assert (figure.name.en, figure.value) == ("Z99", "3")
