"""Which of several rows of one person counts."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tiersync.rules.rows.doubled import mark_doubled

SCHEMA = {
    "person_key": pl.String, "residence_unit": pl.String, "life_status": pl.String, "status_date": pl.Date,
    "file_verified_on": pl.Date, "place_file": pl.String, "place_sheet": pl.String, "place_row": pl.UInt32,
}  # fmt: skip
LISTS = SCHEMA | {"listed_on": pl.Date}
Row = tuple[str, str, str | None, date | None, date | None, str, str, int]
EARLY, LATE = date(2013, 1, 1), date(2013, 6, 1)
LIVES, DIED, LEFT, MERGED, LOST = "1", "2", "3", "4", "5"
HONGQI, XINHUA = "红旗", "新华"


def said(
    unit: str, life: str | None, on: date | None = None, verified: date | None = None, row: int = 2, file: str = "a.csv"
) -> Row:
    """One row of the one person whom these tests are about."""
    return "a", unit, life, on, verified, file, "", row


def marks(*rows: Row) -> list[tuple[bool, bool]]:
    """Of each row whether it counts, and whether it is a death before a sign of life."""
    return mark_doubled(pl.DataFrame(list(rows), SCHEMA, orient="row")).select("counts", "alive_after_death").rows()


def counts(*rows: Row) -> list[bool]:
    return [counts for counts, _ in marks(*rows)]


def test_a_person_with_one_row_counts() -> None:
    assert counts(
        ("a", XINHUA, LIVES, None, None, "a.csv", "", 2), ("b", XINHUA, LIVES, None, None, "a.csv", "", 3)
    ) == [
        True,
        True,
    ]


def test_the_latest_status_date_counts_before_other_dates() -> None:
    assert counts(said(XINHUA, LIVES, LATE), said(HONGQI, LIVES, EARLY, LATE, 9, "b.csv")) == [True, False]
    assert counts(said(XINHUA, LIVES, EARLY), said(HONGQI, LIVES, None, LATE, 9, "b.csv")) == [True, False]


def test_then_the_file_verified_last_counts() -> None:
    assert counts(said(XINHUA, LIVES, EARLY, LATE), said(HONGQI, LIVES, EARLY, EARLY, 9, "b.csv")) == [True, False]


def test_then_the_last_place_counts() -> None:
    assert counts(said(XINHUA, LIVES, row=10), said(HONGQI, LIVES, row=9)) == [True, False]
    assert counts(said(XINHUA, LIVES, file="b.csv"), said(HONGQI, LIVES, row=9)) == [True, False]


def test_who_moved_counts_where_they_live_whatever_the_dates_are() -> None:
    for ended in (LEFT, MERGED, LOST):
        for left in (None, EARLY, LATE):
            for came in (None, EARLY, LATE):
                old, new = said(HONGQI, ended, left, LATE, 9), said(XINHUA, LIVES, came)
                assert counts(old, new) == [False, True]
                assert counts(new, old) == [True, False]


def test_of_two_rows_of_one_unit_the_later_counts_whatever_it_says() -> None:
    assert counts(said(HONGQI, LIVES, EARLY), said(HONGQI, LEFT, LATE)) == [False, True]
    assert counts(said(HONGQI, LIVES, LATE), said(HONGQI, LEFT, EARLY)) == [True, False]


def test_what_a_unit_said_before_it_noted_the_end_counts_against_nobody() -> None:
    came_and_went = [said(HONGQI, LIVES, EARLY), said(HONGQI, LEFT, LATE)]
    assert counts(*came_and_went, said(XINHUA, LIVES)) == [False, False, True]
    assert counts(*came_and_went, said(XINHUA, MERGED, EARLY)) == [False, True, False]


def of_lists(*rows: tuple[date, Row]) -> list[bool]:
    """Which of these rows of the one person counts, each with the day of its list."""
    frame = pl.DataFrame([(*row, day) for day, row in rows], LISTS, orient="row")
    return list(mark_doubled(frame)["counts"])


def test_of_several_lists_the_later_counts_whatever_day_an_active_row_names() -> None:
    for old, new in ((said(HONGQI, LIVES, EARLY), said(XINHUA, LIVES)), (said(HONGQI, LIVES, EARLY, EARLY),) * 2):
        assert of_lists((EARLY, old), (LATE, new)) == [False, True]
        assert of_lists((LATE, old), (EARLY, new)) == [True, False]
    assert of_lists((EARLY, said(HONGQI, LIVES, EARLY)), (LATE, said(HONGQI, LEFT))) == [False, True]
    assert of_lists((EARLY, said(XINHUA, LIVES, None, EARLY)), (LATE, said(HONGQI, LIVES))) == [False, True]


def test_the_day_on_which_somebody_left_decides_whatever_list_says_it() -> None:
    assert of_lists((EARLY, said(HONGQI, LEFT, EARLY)), (LATE, said(HONGQI, LIVES))) == [True, False]
    assert of_lists((EARLY, said(HONGQI, LEFT, LATE)), (LATE, said(XINHUA, MERGED, EARLY))) == [True, False]
    back = (EARLY, said(HONGQI, LEFT, EARLY)), (EARLY, said(HONGQI, LIVES, LATE, row=3))
    assert of_lists(*back) == [False, True]  # In one list it is the later of two days.
    assert of_lists(*back, (LATE, said(HONGQI, LIVES))) == [False, False, True]


def test_a_status_that_nobody_knows_is_no_active_one() -> None:
    assert counts(said(HONGQI, LEFT, LATE), said(XINHUA, None, EARLY)) == [True, False]
    assert counts(said(HONGQI, LEFT, EARLY), said(XINHUA, LIVES), said("光明", None, LATE)) == [False, True, False]


def test_a_death_counts_before_all_else() -> None:
    assert counts(said(HONGQI, DIED, EARLY), said(XINHUA, LIVES, LATE)) == [True, False]
    assert counts(said(HONGQI, DIED), said(HONGQI, LIVES, LATE), said(XINHUA, LEFT, LATE)) == [True, False, False]
    assert counts(said(HONGQI, DIED, EARLY), said(XINHUA, DIED, LATE)) == [False, True]


def test_who_was_seen_alive_after_their_death_is_a_question_and_still_dead() -> None:
    assert marks(said(HONGQI, DIED, EARLY), said(XINHUA, LIVES, None, LATE)) == [(True, True), (False, False)]
    assert marks(said(HONGQI, DIED, LATE), said(XINHUA, LIVES, None, LATE)) == [(True, False), (False, False)]
    assert marks(said(HONGQI, DIED), said(XINHUA, LIVES, None, LATE)) == [(True, False), (False, False)]
    assert marks(said(HONGQI, DIED, EARLY, LATE)) == [(True, False)]
    assert marks(said(HONGQI, DIED, EARLY), said(XINHUA, DIED, EARLY, LATE)) == [(False, False), (True, False)]


DAYS = st.none() | st.sampled_from([EARLY, LATE])
LIVES_OF = st.sampled_from([LIVES, LIVES, DIED, LEFT, MERGED, LOST, None])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_every_person_counts_exactly_once_whatever_the_order_of_rows(data: st.DataObject) -> None:
    units = st.sampled_from([HONGQI, XINHUA, "光明"])
    told = data.draw(st.lists(st.tuples(st.sampled_from("abc"), units, LIVES_OF, DAYS, DAYS), max_size=12))
    rows: list[Row] = [(*row, "a.csv", "", place) for place, row in enumerate(told)]
    shuffled = data.draw(st.permutations(rows))
    days = dict(zip(rows, data.draw(st.lists(DAYS, min_size=len(rows), max_size=len(rows))), strict=True))
    listed = pl.Series("listed_on", [days[row] for row in shuffled], dtype=pl.Date)
    marked = mark_doubled(pl.DataFrame(shuffled, SCHEMA, orient="row").with_columns(listed)).drop("listed_on")
    counting = marked.filter("counts")
    assert marked.drop("counts", "alive_after_death").rows() == shuffled
    assert sorted(counting["person_key"]) == sorted({row[0] for row in rows})
    assert {row[-1] for row in rows if row in counted_plainly(rows, days)} == set(counting["place_row"])
    assert set(marked.filter("alive_after_death")["place_row"]) == {
        row[-1] for row in rows if asked_plainly(row, rows, days)
    }


def later(row: Row) -> tuple[date, date, tuple[object, ...]]:
    return row[3] or date.min, row[4] or date.min, row[5:]


def counted_plainly(rows: list[Row], days: dict[Row, date | None]) -> list[Row]:
    """What counts, worked out a person at a time."""

    def of_later_list(row: Row) -> tuple[object, ...]:
        left_on = row[3] if row[2] in (DIED, LEFT, MERGED, LOST) else None
        return left_on or date.min, days[row] or date.min, *later(row)

    chosen = []
    for person in {row[0] for row in rows}:
        of_person = [row for row in rows if row[0] == person]
        lists = {(row[1], days[row]) for row in of_person}
        of_lists = [max((row for row in of_person if (row[1], days[row]) == one), key=later) for one in lists]
        latest = [
            max((row for row in of_lists if row[1] == unit), key=of_later_list) for unit in {row[1] for row in of_lists}
        ]
        dead = [row for row in of_person if row[2] == DIED]
        active = [row for row in latest if row[2] == LIVES]
        chosen.append(max(dead or active or latest, key=of_later_list))
    return chosen


def asked_plainly(row: Row, rows: list[Row], days: dict[Row, date | None]) -> bool:
    """Whether a row is a death that counts though the person was seen after it."""
    seen = [other[4] for other in rows if other[0] == row[0] and other[2] != DIED and other[4]]
    return row in counted_plainly(rows, days) and row[2] == DIED and bool(row[3]) and any(day > row[3] for day in seen)
