"""From when on a list notes who leaves, judged for each unit that it names."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stories.plain_known import first_noted
from tiersync.rules.sources.noted import noted_since

LISTED = date(2025, 12, 31)
DEPARTURE = {"residence_unit": pl.String, "life_status": pl.String, "status_date": pl.Date, "birth_date": pl.Date}


def noted(*days: str, listed: date = LISTED, status: str = "2", born: int = 1940) -> int:
    """The year from which on a list of one unit notes who leaves it."""
    rows = [("a", status, date.fromisoformat(day), date(born, 6, 1)) for day in days]
    found = noted_since("senior", pl.DataFrame(rows, DEPARTURE, orient="row"), {"a": listed})["a"]
    assert (found.month, found.day) == (1, 1)
    return found.year


@pytest.mark.parametrize(
    ("days", "year"),
    [
        ([], 2025),  # Nobody left: its own year.
        (["2025-03-01"], 2025),
        (["2023-12-31"], 2023),  # Two years before the list's day, and a day more.
        (["2023-12-30"], 2025),
        (["2009-03-01"], 2025),  # One departure that somebody noted once.
        (["2009-03-01", "2024-06-01"], 2024),
        (["2020-06-30", "2022-06-30", "2024-06-30"], 2020),
        (["2020-06-29", "2022-06-30", "2024-06-30"], 2022),
        (["2026-01-02"], 2025),  # After the list's day.
    ],
)
def test_departures_vouch_back_from_the_lists_own_day_as_far_as_none_is_two_years_off(
    days: list[str], year: int
) -> None:
    assert noted(*days) == year


def test_who_is_there_or_could_not_have_left_vouches_for_nothing() -> None:
    assert noted("2024-03-01", status="1") == 2025
    assert noted("2024-03-01", born=1980) == 2025
    assert noted("2024-02-29", listed=date(2026, 2, 28)) == 2024


def test_a_list_without_such_columns_or_rows_has_its_own_year() -> None:
    assert noted_since("facility", pl.DataFrame({"unit": ["a"]}), {"a": LISTED, "b": date(2024, 5, 1)}) == {
        "a": date(2025, 1, 1), "b": date(2024, 1, 1),
    }  # fmt: skip


DAYS = st.dates(date(2014, 1, 1), date(2026, 6, 30))
UNITS = st.sampled_from("abc")


@given(st.dictionaries(UNITS, DAYS), st.lists(st.tuples(UNITS, st.sampled_from("123"), st.none() | DAYS), max_size=25))
@settings(max_examples=100, deadline=None)
def test_every_unit_is_judged_by_its_own_rows_as_plainly_one_at_a_time(
    listed: dict[str, date], rows: list[tuple[str, str, date | None]]
) -> None:
    frame = pl.DataFrame([(*row, date(1940, 6, 1)) for row in rows], DEPARTURE, orient="row")
    plain = [dict(zip(("unit", "life_status", "status_date"), row, strict=True)) for row in rows]
    fields = ["life_status", "status_date"]
    one: dict[str, Any] = {"record": "senior", "fields": fields, "rows": plain, "units": listed, "as_of": LISTED}
    assert noted_since("senior", frame, listed) == {unit: first_noted(one, unit) for unit in listed}
