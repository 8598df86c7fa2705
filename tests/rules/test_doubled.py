"""Which of several rows of one person counts."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tiersync.rules.doubled import mark_doubled

SCHEMA = {
    "person_key": pl.String, "status_date": pl.Date, "file_verified_on": pl.Date,
    "place_file": pl.String, "place_sheet": pl.String, "place_row": pl.UInt32,
}  # fmt: skip
Row = tuple[str, date | None, date | None, str, str, int]
EARLY, LATE = date(2013, 1, 1), date(2013, 6, 1)


def counts(*rows: Row) -> list[bool]:
    return mark_doubled(pl.DataFrame(list(rows), SCHEMA, orient="row"))["counts"].to_list()


def test_a_person_with_one_row_counts() -> None:
    assert counts(("a", None, None, "a.csv", "", 2), ("b", None, None, "a.csv", "", 3)) == [True, True]


def test_the_latest_status_date_counts_before_anything_else() -> None:
    assert counts(("a", LATE, None, "a.csv", "", 2), ("a", EARLY, LATE, "b.csv", "", 9)) == [True, False]


def test_a_row_without_a_status_date_gives_way_to_one_with() -> None:
    assert counts(("a", EARLY, None, "a.csv", "", 2), ("a", None, LATE, "b.csv", "", 9)) == [True, False]


def test_then_the_file_verified_last_counts() -> None:
    assert counts(("a", EARLY, LATE, "a.csv", "", 2), ("a", EARLY, EARLY, "b.csv", "", 9)) == [True, False]


def test_then_the_last_place_counts() -> None:
    assert counts(("a", None, None, "a.csv", "", 10), ("a", None, None, "a.csv", "", 9)) == [True, False]
    assert counts(("a", None, None, "b.csv", "", 2), ("a", None, None, "a.csv", "", 9)) == [True, False]


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_every_person_counts_exactly_once_whatever_the_order_of_rows(data: st.DataObject) -> None:
    days = st.none() | st.sampled_from([EARLY, LATE])
    told = data.draw(st.lists(st.tuples(st.sampled_from("abc"), days, days), max_size=12))
    rows: list[Row] = [(*row, "a.csv", "", place) for place, row in enumerate(told)]
    shuffled = data.draw(st.permutations(rows))
    marked = mark_doubled(pl.DataFrame(shuffled, SCHEMA, orient="row"))
    counting = marked.filter("counts")
    assert marked.drop("counts").rows() == shuffled
    assert sorted(counting["person_key"]) == sorted({row[0] for row in rows})
    assert set(counting["place_row"]) == {
        row[5] for row, counts in zip(rows, counts_in_order(rows), strict=True) if counts
    }


def counts_in_order(rows: list[Row]) -> list[bool]:
    """What counts, worked out a row at a time."""
    first = date.min
    rank = [(row[1] or first, row[2] or first, row[3:]) for row in rows]
    return [all(rank[i] >= rank[j] for j in range(len(rows)) if rows[i][0] == rows[j][0]) for i in range(len(rows))]
