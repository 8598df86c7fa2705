"""Seniors are counted by hand and by the program alike; ages, states and units decide who counts where."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.made_snapshots import (
    CATALOGUE,
    CITY,
    COMMUNITY,
    DISTRICT,
    ELSEWHERE,
    QUARTER,
    STREET,
    VILLAGE,
    YEAR,
    count,
    count_by,
    dims_of,
    seniors,
    speaking,
    total,
    values,
    whole,
)  # fmt: skip
from tiersync.model.cell import Cell, Cells
from tiersync.model.period import Period
from tiersync.model.records.record import RECORDS
from tiersync.rules.counting.aggregate import COLUMNS, aggregate
from tiersync.rules.counting.conditions import born_within
from tiersync.rules.rows.doubled import mark_doubled
from tiersync.rules.sources.sources import Sources


def born(year: int, month: int = 6, day: int = 1, **more: object) -> dict[str, object]:
    return {"birth_date": date(year, month, day), **more}


def test_seniors_are_counted_by_sex_age_registration_and_kind_of_community() -> None:
    sheet = count({
        "senior": seniors(
            born(1950, sex="1", hukou_kind="1"),
            born(1930, sex="2", hukou_kind="2"),
            born(1912, sex="2"),
            born(1945, sex="1", hukou_kind="1", residence_unit=VILLAGE),
        )
    })  # fmt: skip
    assert (total(sheet, "P02"), total(sheet, "P02", VILLAGE)) == (3, 1)
    assert values(sheet, "P02", "sex") == {"sex=1": 1, "sex=2": 2}
    assert values(sheet, "P02", "age_band") == {"age_band=60-64": 1, "age_band=80-84": 1, "age_band=100+": 1}
    assert values(sheet, "P02", "hukou_kind") == {"hukou_kind=1": 1, "hukou_kind=2": 1, "hukou_kind=unknown": 1}
    assert values(sheet, "P02", "community_kind") == {"community_kind=residents_committee": 3}
    assert values(sheet, "P02", "community_kind", VILLAGE) == {"community_kind=village_committee": 1}
    assert values(sheet, "P02", "age_band;sex") == {
        "age_band=60-64;sex=1": 1, "age_band=80-84;sex=2": 1, "age_band=100+;sex=2": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "youngest", "too_young"),
    [
        ("P02", date(1953, 12, 31), date(1954, 1, 1)),
        ("P04", date(1948, 12, 31), date(1949, 1, 1)),
        ("P05", date(1933, 12, 31), date(1934, 1, 1)),
        ("P06", date(1923, 12, 31), date(1924, 1, 1)),
        ("P07", date(1913, 12, 31), date(1914, 1, 1)),
    ],
)
def test_ages_are_full_years_on_the_last_day(indicator: str, youngest: date, too_young: date) -> None:
    sheet = count({"senior": seniors({"birth_date": youngest}, {"birth_date": too_young})})
    assert total(sheet, indicator) == 1


def test_those_of_90_to_99_leave_their_band_at_100() -> None:
    sheet = count({"senior": seniors(born(1914, 1, 1), born(1913, 12, 31))})
    assert (total(sheet, "P06"), total(sheet, "P07")) == (1, 1)


@pytest.mark.parametrize(
    ("period", "birth", "indicator", "counts"),
    [
        ("2012-01", date(1952, 2, 29), "P02", 0),
        ("2012-02", date(1952, 2, 29), "P02", 1),
        ("2013-02", date(1953, 2, 28), "P02", 1),
        ("2017-02", date(1952, 2, 29), "P04", 0),
        ("2017-03", date(1952, 2, 29), "P04", 1),
        ("2012-02", date(1947, 2, 28), "P04", 1),
        ("2012-02", date(1947, 3, 1), "P04", 0),
    ],
)
def test_who_is_born_on_29_february_completes_a_year_on_1_march(
    period: str, birth: date, indicator: str, counts: int
) -> None:
    form = CATALOGUE.form("aging-quarter")
    people = {"senior": seniors({"birth_date": birth})}
    cells = aggregate(CATALOGUE, form, Period(period), [COMMUNITY], people, speaking(people))
    assert cells.filter(indicator=indicator, breakdown="")["value"].to_list() == [counts]


@pytest.mark.parametrize(
    ("status", "day", "counts"),
    [
        ("1", None, 1),
        ("2", date(2013, 12, 31), 0),
        ("2", date(2014, 1, 1), 1),
        ("3", date(2014, 2, 1), 1),
        ("5", date(2013, 6, 1), 0),
        ("2", None, 0),
        (None, None, 0),
    ],
)
def test_active_at_the_end_is_active_now_or_ended_later(status: str | None, day: date | None, counts: int) -> None:
    sheet = count({"senior": seniors({"life_status": status, "status_date": day})})
    assert total(sheet, "P02") == counts


def test_of_a_person_filed_twice_the_row_that_counts_is_counted() -> None:
    sheet = count({"senior": seniors({"person_key": "x"}, {"person_key": "x", "counts": False})})
    assert total(sheet, "P02") == 1


def test_who_lives_outside_is_not_counted() -> None:
    sheet = count({"senior": seniors({"residence_unit": ELSEWHERE}, {"residence_unit": STREET}, {})})
    assert total(sheet, "P02") == 1


def test_living_alone_and_empty_nest() -> None:
    people = seniors(
        {"living_arrangement": "1", "hukou_kind": "1"}, {"living_arrangement": "2"}, {"living_arrangement": "3"},
        {"living_arrangement": None}, {"living_arrangement": "1", "birth_date": date(1960, 1, 1)},
    )  # fmt: skip
    sheet = count({"senior": people})
    assert (total(sheet, "P08"), total(sheet, "P09")) == (2, 1)
    assert values(sheet, "P08", "hukou_kind") == {"hukou_kind=1": 1, "hukou_kind=unknown": 1}
    assert values(sheet, "P09", "age_band") == {"age_band=70-74": 1}


def test_reduced_ability_is_split_by_level() -> None:
    levels = ("0", "1", "3", "3", "9", None)
    sheet = count({"senior": seniors(*({"ability_level": level} for level in levels))})
    assert total(sheet, "P10") == 3
    assert values(sheet, "P10", "ability_level") == {"ability_level=1": 1, "ability_level=3": 2}


def test_several_hardships_of_one_person_are_each_counted_and_the_person_once() -> None:
    kinds = ("1,4", "4", "0", None, "1,1")
    sheet = count({"senior": seniors(*({"hardship_kind": kind, "hukou_kind": "1"} for kind in kinds))})
    assert total(sheet, "P11") == 3
    assert values(sheet, "P11", "hardship_kind") == {"hardship_kind=1": 2, "hardship_kind=4": 2}
    assert values(sheet, "P11", "hukou_kind") == {"hukou_kind=1": 3}


def test_a_code_that_the_list_does_not_have_is_unknown_and_the_parts_still_add_up() -> None:
    sheet = count({"senior": seniors({"hukou_kind": "7"}, {"hukou_kind": "1"})})
    assert values(sheet, "P02", "hukou_kind") == {"hukou_kind=1": 1, "hukou_kind=unknown": 1}


def test_zeros_are_cells_for_every_unit() -> None:
    sheet = count({"senior": seniors({})})
    cell = sheet[VILLAGE, "P02", "age_band=60-64;sex=1", "value"]
    assert cell == Cell("P02", "age_band=60-64;sex=1", "value", 0, 0, "ok", "records", 1, 1)
    assert {key[1:] for key in sheet if key[0] == COMMUNITY} == {key[1:] for key in sheet if key[0] == VILLAGE}


def test_a_stream_without_a_row_counts_zero() -> None:
    assert count({"senior": seniors()})[COMMUNITY, "P02", "", "value"].status == "ok"


def test_records_that_nobody_brings_are_missing_and_not_zero() -> None:
    cell = count({})[COMMUNITY, "P02", "", "value"]
    assert cell == Cell("P02", "", "value", None, 0, "missing", "none", 1, 0)


def test_what_an_office_has_nothing_of_is_zero() -> None:
    cell = count({}, nil=["senior"])[COMMUNITY, "P02", "", "value"]
    assert cell == Cell("P02", "", "value", 0, 0, "ok", "nil", 1, 1)


@pytest.mark.parametrize("period", [YEAR, QUARTER])
def test_each_unit_gets_exactly_what_the_form_asks_of_its_tier(period: Period) -> None:
    units = {COMMUNITY: "community", STREET: "street", DISTRICT: "district", CITY: "city"}
    sheet = count({"senior": seniors({})}, period, units)
    form = CATALOGUE.form({"Y": "aging-year", "Q": "aging-quarter"}[period.kind])
    for unit, tier in units.items():
        asked = set(form.asked_of(tier)) - {"F03"}  # Totals make it: beds are entered where persons are not.
        assert {code for of, code, *_ in sheet if of == unit} == asked


def test_a_ratio_arises_only_where_both_its_numbers_are_entered() -> None:
    tiers = {"P01": ("community",), "P02": ("community",), "P03": ("street", "community")}
    form = CATALOGUE.form("aging-year").model_copy(update={"entries": tiers})
    cells = aggregate(CATALOGUE, form, YEAR, [STREET, COMMUNITY], {}, speaking({}))
    assert cells.filter(indicator="P03")["unit"].unique().to_list() == [COMMUNITY]


MOVED = {"person_key": "one", "life_status": "3", "status_date": date(2013, 5, 1)}


def test_who_moved_within_a_node_counts_where_they_live_and_the_move_counts_where_they_left() -> None:
    came = {"person_key": "one", "residence_unit": VILLAGE}
    sheet = count({"senior": mark_doubled(seniors(MOVED, came).drop("counts"))})
    assert (total(sheet, "P02"), total(sheet, "P02", VILLAGE)) == (0, 1)
    assert (total(sheet, "P12"), total(sheet, "P12", VILLAGE)) == (1, 0)
    assert values(sheet, "P12", "change_kind") == {"change_kind=3": 1}


def test_an_event_counts_once_a_person_kind_and_day_and_for_the_row_that_counts() -> None:
    again = MOVED | {"residence_unit": VILLAGE, "file_verified_on": date(2013, 6, 1)}
    dead = MOVED | {"life_status": "2", "status_date": date(2013, 9, 1)}
    later = MOVED | {"status_date": date(2013, 8, 1)}
    sheet = count({"senior": mark_doubled(seniors(MOVED, again).drop("counts"))})
    assert (total(sheet, "P12"), total(sheet, "P12", VILLAGE)) == (0, 1)
    sheet = count({"senior": mark_doubled(seniors(MOVED, MOVED, dead, later, {"person_key": "two"}).drop("counts"))})
    assert values(sheet, "P12", "change_kind") == {"change_kind=2": 1, "change_kind=3": 2}


def test_an_event_of_somebody_who_counts_in_a_unit_of_others_is_theirs() -> None:
    there = MOVED | {"residence_unit": ELSEWHERE, "file_verified_on": date(2013, 6, 1)}
    assert total(count({"senior": mark_doubled(seniors(MOVED, there).drop("counts"))}), "P12") == 0


CAME = {"person_key": "one", "residence_unit": VILLAGE, "moved_in_on": date(2013, 5, 2)}


def test_who_moved_in_counts_where_that_is_noted_with_the_age_on_its_day() -> None:
    people = seniors(MOVED, CAME | born(1933, 5, 3), {"person_key": "two"}).drop("counts")
    sheet = count({"senior": mark_doubled(people)})
    assert values(sheet, "P12", "change_kind") == {"change_kind=3": 1}
    assert values(sheet, "P12", "change_kind", VILLAGE) == {"change_kind=6": 1}
    assert values(sheet, "P12", "age_band", VILLAGE) == {"age_band=75-79": 1}
    assert (total(sheet, "P12"), total(sheet, "P12", VILLAGE), total(sheet, "P02", VILLAGE)) == (1, 1, 1)


def test_somebody_moves_in_once_a_day_and_may_die_in_the_same_year() -> None:
    listed_again = CAME | {"residence_unit": COMMUNITY, "life_status": "3", "status_date": date(2013, 6, 1)}
    dead = CAME | {"life_status": "2", "status_date": date(2013, 9, 1)}
    sheet = count({"senior": mark_doubled(seniors(listed_again, dead).drop("counts"))})
    assert values(sheet, "P12", "change_kind") == {"change_kind=3": 1}
    assert values(sheet, "P12", "change_kind", VILLAGE) == {"change_kind=2": 1, "change_kind=6": 1}


@pytest.mark.parametrize("other", [
    {"moved_in_on": date(2012, 12, 31)}, {"moved_in_on": None}, {"birth_date": date(1953, 5, 3)},
])  # fmt: skip
def test_who_moved_in_before_or_is_not_sixty_on_that_day_is_no_change(other: dict[str, object]) -> None:
    assert total(count({"senior": seniors(CAME | other)}), "P12", VILLAGE) == 0


FIELDS = frozenset(RECORDS["senior"].model_fields)


@pytest.mark.parametrize(("lists", "total_of", "came"), [
    ([FIELDS], 2, (1, "ok")),
    ([FIELDS - {"moved_in_on"}], 1, (None, "missing")),
    ([FIELDS - {"moved_in_on"}, FIELDS - {"status_date"}], 2, (1, "ok")),
    ([FIELDS - {"life_status"}], None, (None, "missing")),
])  # fmt: skip
def test_of_moving_in_a_number_is_said_only_where_some_list_has_a_column_for_it(
    lists: list[frozenset[str]], total_of: int | None, came: tuple[int | None, str]
) -> None:
    people = seniors(MOVED, {"moved_in_on": date(2013, 7, 1)})
    has_column = any("moved_in_on" in fields for fields in lists)
    spoken = tuple(whole("senior", stream=f"{at}/senior", fields=fields) for at, fields in enumerate(lists))
    sources = Sources(STREET, spoken, within=speaking([]).within)
    sheet = count_by({"senior": people if has_column else people.drop("moved_in_on")}, sources)
    noted = sheet[COMMUNITY, "P12", "change_kind=6", "value"]
    assert (total(sheet, "P12"), (noted.value, noted.status)) == (total_of, came)
    if total_of is not None:
        assert sum(values(sheet, "P12", "change_kind").values()) == total_of
        left = sheet[COMMUNITY, "P12", "change_kind=3", "value"]
        assert (left.value, left.status) == (1, "ok")


def test_a_list_of_the_dead_alone_says_nothing_of_moving_in_and_one_of_the_living_beside_it_does() -> None:
    dead = whole("senior", stream="a/dead", constants={"life_status": "2"}, fields=FIELDS - {"moved_in_on"})
    living = whole("senior", stream="a/living", constants={"life_status": "1"}, fields=FIELDS - {"status_date"})
    people = seniors({"life_status": "2", "status_date": date(2013, 5, 1)}, {"moved_in_on": date(2013, 7, 1)})
    for spoken, said in (((dead,), (None, "missing")), ((dead, living), (1, "ok"))):
        rows = people if len(spoken) > 1 else people.drop("moved_in_on")
        sheet = count_by({"senior": rows}, Sources(STREET, spoken, within=speaking([]).within))
        noted = sheet[COMMUNITY, "P12", "change_kind=6", "value"]
        assert (noted.value, noted.status) == said
        assert values(sheet, "P12", "change_kind") == {"change_kind=2": 1} | ({"change_kind=6": 1} if said[0] else {})
        assert sheet[COMMUNITY, "P12", "change_kind=3", "value"].status == "missing"


@pytest.mark.parametrize(
    ("born_on", "died_on", "band"),
    [
        (date(1933, 6, 1), date(2013, 5, 31), "75-79"),
        (date(1933, 6, 1), date(2013, 6, 1), "80-84"),
        (date(1952, 2, 29), date(2012, 2, 28), ""),
        (date(1952, 2, 29), date(2012, 2, 29), "60-64"),
        (date(1952, 2, 29), date(2013, 2, 28), "60-64"),
        (date(1953, 2, 28), date(2013, 2, 28), "60-64"),
        (date(1953, 6, 1), date(2013, 5, 31), ""),
    ],
)
def test_an_event_counts_with_the_age_on_its_day(born_on: date, died_on: date, band: str) -> None:
    died = seniors({"birth_date": born_on, "life_status": "2", "status_date": died_on})
    sheet = count({"senior": died}, Period(str(died_on.year)))
    assert values(sheet, "P12", "age_band") == ({f"age_band={band}": 1} if band else {})
    assert total(sheet, "P12") == bool(band)


@given(st.dates(date(1850, 1, 1), date(2013, 12, 31)), st.dates(date(1950, 1, 1), date(2013, 12, 31)))
def test_full_years_on_a_day_of_each_record_are_those_on_that_day(birth: date, day: date) -> None:
    frame = pl.DataFrame({"birth_date": [birth], "day": [day]})
    for years in (1, 59, 60, 99):
        each = frame.select(born_within(years, years, pl.col("day"))).item()
        assert each == frame.select(born_within(years, years, day)).item()


def test_the_cells_of_a_unit_are_a_report_as_they_stand() -> None:
    form = CATALOGUE.form("aging-year")
    cells = aggregate(CATALOGUE, form, YEAR, [VILLAGE, COMMUNITY], {"senior": seniors({})}, speaking(["senior"]))
    assert cells.columns == list(COLUMNS)
    assert cells.equals(cells.sort("unit", "indicator", "breakdown", "measure"))
    own = cells.filter(unit=COMMUNITY).drop("unit")
    assert len(Cells.from_columns([tuple(column) for column in own])) == len(own)


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "birth_date": st.dates(date(1905, 1, 1), date(1960, 1, 1)),
            "sex": st.sampled_from("0129"),
            "hukou_kind": st.sampled_from(["1", "2", "3", None]),
            "living_arrangement": st.sampled_from([*"123456789", None]),
            "ability_level": st.sampled_from([*"012349", None]),
            "hardship_kind": st.sampled_from(["0", "1", "2,3", "1,4,5", None]),
            "life_status": st.sampled_from("1123"),
            "status_date": st.sampled_from([None, date(2013, 5, 5), date(2014, 1, 2)]),
            "moved_in_on": st.sampled_from([None, date(2013, 3, 5), date(2012, 1, 2)]),
            "residence_unit": st.sampled_from([COMMUNITY, VILLAGE, ELSEWHERE]),
            "counts": st.sampled_from([True, True, False]),
        }
    ),
    max_size=40,
)


def is_counted(person: dict[str, object], unit: str) -> bool:
    """Whether somebody counts as a senior of `unit` at the end of 2013, one person at a time."""
    birth, ended = person["birth_date"], person["status_date"]
    active = person["life_status"] == "1" or (ended is not None and ended > date(2013, 12, 31))
    return active and birth <= date(1953, 12, 31) and person["residence_unit"] == unit and person["counts"] is True


@settings(max_examples=20)
@given(PEOPLE)
def test_columns_count_as_one_person_at_a_time_does(people: list[dict[str, object]]) -> None:
    sheet = count({"senior": seniors(*people)})
    for unit in (COMMUNITY, VILLAGE):
        counted = [person for person in people if is_counted(person, unit)]
        assert total(sheet, "P02", unit) == len(counted)
        assert total(sheet, "P09", unit) == sum(p["living_arrangement"] == "1" for p in counted)
        assert total(sheet, "P11", unit) == sum(p["hardship_kind"] not in ("0", None) for p in counted)
        assert values(sheet, "P11", "hardship_kind", unit).get("hardship_kind=4", 0) == sum(
            "4" in (p["hardship_kind"] or "") for p in counted
        )


@settings(max_examples=20)
@given(PEOPLE)
def test_a_partition_adds_up_to_its_total(people: list[dict[str, object]]) -> None:
    sheet = count({"senior": seniors(*people)})
    for indicator in CATALOGUE.indicators:
        for breakdown in indicator.breakdowns:
            if (
                indicator.record == "senior"
                and breakdown.kind == "partition"
                and (COMMUNITY, indicator.code, "", "value") in sheet
            ):
                parts = values(sheet, indicator.code, ";".join(breakdown.dims))
                assert sum(parts.values()) == total(sheet, indicator.code)


def test_polars_frames_of_one_row_and_of_many_give_the_same_cells() -> None:
    one = seniors({"sex": "2"})
    many = pl.concat([one, seniors(*({"person_key": f"no {n}", "counts": False} for n in range(200)))])
    assert count({"senior": one}) == count({"senior": many})


def test_the_dimensions_of_a_breakdown_are_read_from_its_text() -> None:
    assert dims_of("age_band=60-64;sex=1") == "age_band;sex"
