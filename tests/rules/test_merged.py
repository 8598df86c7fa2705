"""Where a cursor stands, and what takes whose place; every value by hand."""

from datetime import date

import polars as pl
import pytest

from tiersync.rules.merged import asked_from, furthest, merge, unusable

TODAY = date(2014, 1, 6)


@pytest.mark.parametrize(
    ("value", "lag", "asked"),
    [
        ("100", 0, "100"), ("100", 30, "70"), ("-5", 1, "-6"), ("2013-12-02", 0, "2013-12-02"),
        ("2013-12-02", 1, "2013-12-01"), ("2013-12-02", 86_400, "2013-12-01"), ("2013-12-02", 86_401, "2013-11-30"),
        ("2013-12-02 08:30:15.000002", 0, "2013-12-02 08:30"), ("2013-12-02T08:30", 60, "2013-12-02 08:29"),
        ("2013-12-02 00:00:59", 0, "2013-12-02"), ("2013-12-02 00:30:00", 1800, "2013-12-02"), ("", 60, ""),
    ],
)  # fmt: skip
def test_a_source_is_asked_from_where_it_was_read_less_the_lag(value: str, lag: int, asked: str) -> None:
    assert asked_from(value, lag) == asked


@pytest.mark.parametrize(
    ("values", "bad"),
    [
        (["1", "20131202"], 0), (["2013-12-02", "2013-12-02 08:00", "2013-12-02T08:00:00.5"], 0),
        (["2013-12-01 9:30:00"], 1), (["2024-02-30", "2013-12-01"], 1), (["0000-00-00"], 1), (["24:00:00"], 1),
        (["2013-12-01 24:00:00"], 1), (["379901193102030018"], 1), (["379901310203001"], 1), (["1", "2013-12-02"], 2),
    ],
)  # fmt: skip
def test_what_cannot_be_a_cursor_is_counted(values: list[str], bad: int) -> None:
    assert unusable(values) == bad


@pytest.mark.parametrize(
    ("values", "far"),
    [
        (["99", "100", "9"], "100"), (["2013-12-02 09:00:00", "2013-12-02T08:00:00"], "2013-12-02 09:00:00"),
        (["2013-12-02", "2013-12-01 23:59"], "2013-12-02"), (["2999-01-01", "2013-12-02"], "2013-12-02"),
        (["2014-01-07 23:59"], "2014-01-07 23:59"), (["2014-01-08"], ""), ([], ""),
    ],
)  # fmt: skip
def test_the_furthest_is_the_latest_and_none_from_after_tomorrow(values: list[str], far: str) -> None:
    assert furthest(values, TODAY) == far


def records(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def test_of_equal_keys_the_last_counts_and_takes_the_place_of_what_was_held() -> None:
    held = records(assoc_id=["a", "b"], members=[1, 2], place_row=[2, 3])
    fresh = records(assoc_id=["b", "c", "b"], members=[3, 4, 5], place_row=[2, 3, 4])
    merged = merge(held, fresh, ["assoc_id"])
    assert (merged.records.select("assoc_id", "members").rows(), merged.changed) == (
        [("a", 1), ("c", 4), ("b", 5)],
        True,
    )
    assert merge(None, fresh, ["assoc_id"]).records["members"].to_list() == [4, 5]


def test_what_says_the_same_elsewhere_in_the_source_changes_nothing() -> None:
    held = records(assoc_id=["a", "b"], members=[1, 2], place_row=[2, 3])
    merged = merge(held, records(assoc_id=["b", "a"], members=[2, 1], place_row=[7, 8]), ["assoc_id"])
    assert (merged.records.equals(held), merged.changed) == (True, False)


def test_records_whose_code_list_has_grown_meanwhile_come_together() -> None:
    held = records(assoc_id=["a"], form=["1"]).with_columns(pl.col("form").cast(pl.Enum(["1"])))
    fresh = records(assoc_id=["b"], form=["2"]).with_columns(pl.col("form").cast(pl.Enum(["1", "2"])))
    assert merge(held, fresh, ["assoc_id"]).records["form"].to_list() == ["1", "2"]
