"""Sensitive counts leave the reporting chain to the nearest 5, and money of few persons does not leave it."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.outside_reader import (
    ABLE,
    GROUPS,
    LEVELS,
    REPORTS,
    SEXES,
    World,
    is_at_the_edge,
    persons,
    shown,
    worked_out,
    worked_out_alone,
)
from tests.rules.small_catalogue import cell, count, ratio, small_catalogue
from tiersync.config.packaged import packaged_catalogue
from tiersync.model.catalogue import Catalogue, ListedCode
from tiersync.model.cell import Cell
from tiersync.model.indicator import Breakdown, Condition, Dimension, Indicator
from tiersync.rules.disclosure.rounding import Disclosed, disclose, to_nearest

CODES = {"ability_level": ("1", "2", "3"), "age_band": ("80-84", "85-89"), "hukou_kind": ("1", "2"), "sex": ("1", "2")}
FIELDS = {"age_band": "age"}
ALIVE = Condition(field="life_status", equals=("1",))
RURAL = Condition(field="hukou_kind", equals=("1",))
UNABLE = Condition(field="ability_level", equals=("1", "2", "3"))


def of_catalogue(*indicators: Indicator) -> Catalogue:
    dimensions = tuple(
        Dimension(code=code, zh=code, en=code, field=FIELDS.get(code, code), codes=code.upper()) for code in CODES
    )
    codes = {
        dim.upper(): tuple(
            ListedCode(code=code, zh=code) for code in (ABLE, *known) if code != ABLE or dim == "ability_level"
        )
        for dim, known in CODES.items()
    }
    return small_catalogue().model_copy(update={"indicators": indicators, "dimensions": dimensions, "codes": codes})


def split(*dims: str, kind: str = "partition") -> Breakdown:
    return Breakdown.model_validate({"dims": dims, "kind": kind})


def cells_of(code: str, values: dict[str, int | None], **told: object) -> list[Cell]:
    return [cell(code, value, breakdown, **told) for breakdown, value in values.items()]


def told(catalogue: Catalogue, cells: Iterable[Cell], code: str = "N01") -> dict[str, int | None]:
    """What is shown of one indicator, by breakdown."""
    shown = (one.cell for one in disclose(catalogue, list(cells)) if one.cell.indicator == code)
    return {one.breakdown: one.value for one in shown}


def blank(catalogue: Catalogue, cells: Iterable[Cell], code: str) -> set[str]:
    return {place for place, value in told(catalogue, cells, code).items() if value is None}


def by_ability(*values: int) -> dict[str, int | None]:
    """A total and its cells by ability, codes 0 and up."""
    return {"": sum(values)} | {f"ability_level={code}": value for code, value in enumerate(values)}


BY_ABILITY = of_catalogue(count("N01", breakdowns=(split("ability_level"), split("sex"))))


@pytest.mark.parametrize(
    ("value", "nearest"),
    [(0, 0), (1, 0), (2, 0), (3, 5), (5, 5), (7, 5), (8, 10), (12, 10), (890_003, 890_005), (-2, 0), (-3, -5)],
)
def test_a_count_is_shown_to_the_nearest_5(value: int, nearest: int) -> None:
    assert to_nearest(value) == nearest


def test_of_an_indicator_that_something_sensitive_splits_every_count_is_rounded() -> None:
    cells = cells_of("N01", {**by_ability(90, 12, 7, 4), "sex=1": 54, "sex=2": 59})
    assert list(told(BY_ABILITY, cells).values()) == [115, 90, 10, 5, 5, 55, 60]
    assert {one.is_rounded for one in disclose(BY_ABILITY, cells)} == {True}


def test_the_same_count_is_shown_alike_whatever_stands_beside_it() -> None:
    alone = told(BY_ABILITY, cells_of("N01", {"ability_level=1": 7}))
    assert alone["ability_level=1"] == told(BY_ABILITY, cells_of("N01", by_ability(1, 7, 2)))["ability_level=1"] == 5


def test_what_is_not_sensitive_is_told_however_small() -> None:
    by_sex = of_catalogue(count("N01", breakdowns=(split("sex"),)))
    cells = cells_of("N01", {"": 3, "sex=1": 1, "sex=2": 2})
    assert disclose(by_sex, cells) == [Disclosed(one, False) for one in cells]


def test_a_rounded_figure_that_is_a_bound_is_only_said_to_be_approximate() -> None:
    cells = [*cells_of("N01", {"": 12}, bounds="10..14"), *cells_of("N01", {"sex=1": 3}, status="partial")]
    assert [(one.cell.value, one.cell.bounds) for one in disclose(BY_ABILITY, cells)] == [(10, ".."), (5, "..")]


def test_what_has_no_value_stays_as_it_is() -> None:
    cells = cells_of("N01", {"": 3, "ability_level=2": None})
    assert disclose(BY_ABILITY, cells)[1] == Disclosed(cells[1], False)


def test_which_dimensions_are_sensitive_is_what_the_records_say() -> None:
    catalogue = packaged_catalogue()
    dims = {
        dim
        for dim in catalogue.by_dimension
        if told(catalogue, cells_of("A03", {f"{dim}=1": 3}), "A03") != {f"{dim}=1": 3}
    }
    assert dims == {"ability_level", "case_kind", "claim_kind", "hardship_kind", "target_group"}


def test_of_records_that_only_a_package_elsewhere_knows_every_count_may_be_sensitive() -> None:
    rides = of_catalogue(count("N01", record="bus_ride", breakdowns=(split("sex"),)))
    assert told(rides, cells_of("N01", {"": 12, "sex=1": 3, "sex=2": 9})) == {"": 10, "sex=1": 5, "sex=2": 10}


def test_an_indicator_that_picks_by_something_sensitive_is_rounded_in_every_breakdown() -> None:
    cells = cells_of("P10", {"": 43, "age_band=80-84": 41, "age_band=85-89": 2})
    assert told(packaged_catalogue(), cells, "P10") == {"": 45, "age_band=80-84": 40, "age_band=85-89": 0}


def test_a_declared_indicator_that_picks_by_something_sensitive_is_rounded_too() -> None:
    declared = of_catalogue(count("N01", record="figure", measure="declared", where=(UNABLE,), breakdowns=()))
    assert told(declared, cells_of("N01", {"": 7}, basis="declared")) == {"": 5}


def test_a_part_of_what_something_sensitive_splits_is_rounded_with_it() -> None:
    catalogue = of_catalogue(
        count("N01", where=(ALIVE,), breakdowns=(split("ability_level"),)),
        count("N02", where=(ALIVE, RURAL), breakdowns=(split("sex"),)),
    )
    assert told(catalogue, [*cells_of("N01", {"": 7}), *cells_of("N02", {"": 7})], "N02") == {"": 5}


SENIORS = of_catalogue(
    count("N01", where=(ALIVE,), breakdowns=(split("sex"),)),
    count("N02", where=(ALIVE, UNABLE), breakdowns=(split("ability_level"), split("sex"))),
    ratio("R01", "N02", "N01"),
)


@pytest.mark.parametrize(
    ("whole", "part", "shown"),
    [(8, 8, None), (8, 3, None), (8, 2, 0), (40, 37, 35), (40, 38, None), (4, 0, None), (0, 0, 0)],
)
def test_what_may_be_all_of_an_exact_count_is_blank(whole: int, part: int, shown: int | None) -> None:
    cells = [*cells_of("N01", {"": 90, "sex=1": whole}), *cells_of("N02", {"sex=1": part})]
    assert told(SENIORS, cells, "N02") == {"sex=1": shown}
    beside = [*cells_of("N01", {"": whole}), *cells_of("N02", {"ability_level=2": part})]
    assert told(SENIORS, beside, "N02") == {"ability_level=2": shown}


def test_of_a_split_of_one_exact_count_all_parts_are_blank_if_one_may_be_all_of_it() -> None:
    exact = cells_of("N01", {"": 6})
    for values in ((3, 3), (4, 1)):
        parts = {f"ability_level={code}": value for code, value in zip("12", values, strict=True)}
        assert blank(SENIORS, [*exact, *cells_of("N02", {"": sum(values), **parts})], "N02") == {"", *parts}


def of_ratio(above: int, below: int) -> list[tuple[int | None, bool]]:
    pair = (("denominator", below), ("numerator", above))
    cells = [cell("R01", value, "sex=1", measure=which) for which, value in pair]
    return [(one.cell.value, one.is_rounded) for one in disclose(SENIORS, cells)]


def test_a_ratio_shows_the_counts_that_are_shown_elsewhere_and_none_of_few_persons() -> None:
    assert of_ratio(12, 41) == [(41, False), (10, True)]
    assert of_ratio(2, 41) == [(41, False), (0, True)]
    assert of_ratio(2, 4) == of_ratio(40, 41) == [(None, False)] * 2


def paid(money: dict[str, int | None], heads: dict[str, int | None]) -> list[Cell]:
    average = [
        *(cell("I05", value, group, measure="denominator") for group, value in heads.items()),
        *(cell("I05", value, group, measure="numerator", scale=2) for group, value in money.items()),
    ]
    return sorted([*cells_of("I03", heads), *cells_of("I04", money, scale=2), *average])


def test_sensitive_money_is_blank_in_a_breakdown_of_which_any_part_may_be_of_few() -> None:
    kinds = ("", "claim_kind=death", "claim_kind=medical")
    cells = paid(dict(zip(kinds, (900, 400, 500), strict=True)), dict(zip(kinds, (19, 7, 12), strict=True)))
    catalogue = packaged_catalogue()
    assert told(catalogue, cells, "I04") == {"": 900, kinds[1]: None, kinds[2]: None}
    assert told(catalogue, cells, "I03") == {"": 20, kinds[1]: 5, kinds[2]: 10}
    assert [one.cell.value for one in disclose(catalogue, cells) if one.cell.indicator == "I05"][:2] == [20, 900]
    assert blank(catalogue, cells, "I05") == {kinds[1], kinds[2]}


def test_sensitive_money_of_nobody_knows_how_many_is_blank() -> None:
    cells = cells_of("I04", {"claim_kind=death": 40_000, "claim_kind=medical": 70_000}, scale=2)
    assert blank(packaged_catalogue(), cells, "I04") == {"claim_kind=death", "claim_kind=medical"}


def test_any_money_of_one_to_four_persons_is_blank_and_what_it_could_be_worked_out_by() -> None:
    heads = cells_of("B01", {"": 40, "scheme=a": 4, "scheme=b": 36, "scheme=c": 0})
    sums = {"": 9_000, "scheme=a": 1_000, "scheme=b": 8_000, "scheme=c": 0}
    cells = [*heads, *cells_of("B03", sums, scale=2), *cells_of("B09", sums, scale=2)]
    for code in ("B03", "B09"):
        assert blank(packaged_catalogue(), cells, code) == {"scheme=a", "scheme=b", "scheme=c"}
    assert told(packaged_catalogue(), cells, "B01")["scheme=a"] == 4
    many = [one._replace(value=5) if one.value == 4 else one for one in cells]
    assert blank(packaged_catalogue(), many, "B03") == set()


def test_a_masked_cell_has_a_status_and_no_value() -> None:
    cells = cells_of("I04", {"claim_kind=death": 40_000}, scale=2, bounds="..50000")
    [one] = disclose(packaged_catalogue(), cells)
    assert (one.cell.value, one.cell.status, one.cell.bounds, one.is_rounded) == (None, "masked", "", False)


KINDS = [(place, sex, level) for place in ("first", "again", "other") for sex in SEXES for level in (ABLE, *LEVELS)]
WORLDS = st.tuples(*(st.integers(0, 9 if level == ABLE else 4) for _, _, level in KINDS)).map(
    lambda held: dict(zip(KINDS, held, strict=True))
)


def exported(world: World) -> dict[tuple[str, str], int | None]:
    """What tiersync shows of those with reduced ability, in every report."""
    found: dict[tuple[str, str], int | None] = {}
    for report, places in REPORTS.items():
        every = cells_of("N01", {group: persons(world, places, group, reduced=False) for group in GROUPS[:3]})
        reduced = cells_of("N02", {group: persons(world, places, group, reduced=True) for group in GROUPS})
        found |= {(report, group): value for group, value in told(SENIORS, [*every, *reduced], "N02").items()}
    return found


@settings(max_examples=300, deadline=None)
@given(WORLDS)
def test_nothing_sensitive_can_be_worked_out_by_the_sums_of_one_report(world: World) -> None:
    found = exported(world)
    for report, places in REPORTS.items():
        told = {group: found[report, group] for group in GROUPS}
        assert worked_out_alone(world, places, told) == set()


# The same worlds at every run: the reader gives up after some tries, and sums by sex and by level may meet anywhere.
@settings(max_examples=100, deadline=None, derandomize=True)
@given(WORLDS)
def test_a_reader_of_several_reports_tiers_and_revisions_is_left_with_two_possible_values(world: World) -> None:
    """Unless sums over several reports leave no choice; of a street's total, where its sums by sex and by level meet,
    that is not asked. The reader is even told what is blank for sums alone."""
    assert all(value in (None, shown(world, REPORTS)[spot]) for spot, value in exported(world).items())
    totals = {("total 1", ""), ("total 2", "")}
    assert is_at_the_edge(world, REPORTS) or worked_out(world, REPORTS) <= totals


def test_what_rounding_cannot_hide_is_a_sum_over_several_reports_whose_parts_all_lie_at_the_edge() -> None:
    world = {(place, sex, level): 30 if level == ABLE else 1 for place, sex, level in KINDS}
    assert exported(world) == shown(world, REPORTS)
    assert [shown(world, REPORTS)[spot] for spot in (("first", "sex=1"), ("first", ""), ("total 1", ""))] == [0, 5, 10]
    assert is_at_the_edge(world, REPORTS)
    assert ("first", "sex=1") in worked_out(world, REPORTS)


FOUR = [f"ability_level={code}" for code in range(4)]


@pytest.mark.parametrize("values", [(2, 2, 2, 2), (3, 3, 3, 3)])
def test_a_split_whose_parts_its_total_gives_away_is_blank_at_either_edge_alike(values: tuple[int, ...]) -> None:
    cells = cells_of("N01", {**by_ability(*values), "sex=1": sum(values) // 2, "sex=2": sum(values) // 2})
    shown = told(BY_ABILITY, cells)
    assert (shown[""], shown["sex=1"], [shown[one] for one in FOUR]) == (10, 5, [None] * 4)
    assert {one.cell.status for one in disclose(BY_ABILITY, cells) if one.cell.value is None} == {"masked"}


def test_a_split_that_nothing_gives_away_is_shown() -> None:
    for values in ((2, 2, 2, 3), (2, 2, 3, 3), (1, 2, 7, 2), (3, 3, 3, 0)):
        assert None not in told(BY_ABILITY, cells_of("N01", by_ability(*values))).values()


def test_where_a_blank_split_would_tell_which_edge_the_whole_number_is_blank() -> None:
    cells = cells_of("N01", {**by_ability(3, 3, 3, 3, 0), "sex=1": 4, "sex=2": 8})
    assert set(told(BY_ABILITY, cells).values()) == {None}


def test_a_blank_split_is_blank_in_the_ratio_of_its_counts_too() -> None:
    catalogue = of_catalogue(
        count("N01", where=(UNABLE,), breakdowns=(split("age_band"),)),
        count("N02", breakdowns=(split("age_band"),)),
        ratio("R01", "N01", "N02"),
    )
    bands = [f"age_band={code}" for code in "abcd"]
    able = cells_of("N01", {"": 8} | dict.fromkeys(bands, 2))
    every = cells_of("N02", {"": 80} | dict.fromkeys(bands, 20))
    above = [one._replace(indicator="R01", measure="numerator") for one in able]
    below = [one._replace(indicator="R01", measure="denominator") for one in every]
    cells = sorted([*able, *every, *above, *below])
    assert blank(catalogue, cells, "N01") == blank(catalogue, cells, "R01") == set(bands)
    assert blank(catalogue, cells, "N02") == set()
