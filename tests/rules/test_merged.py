"""Where a cursor stands, and what takes whose place; every value by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tiersync.rules.rows.merged import Reached, are_alike, are_new, asked_from, furthest, merge, order_of, read_cursors

NOON = datetime(2014, 1, 6, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("value", "lag", "asked"),
    [
        ("100", 0, "100"), ("100", 30, "70"), ("-5", 1, "-6"), ("2013-12-02", 0, "2013-12-02"),
        ("2013-12-02", 1, "2013-12-01"), ("2013-12-02", 86_400, "2013-12-01"), ("2013-12-02", 86_401, "2013-11-30"),
        ("2013-12-02 08:30:15.000002", 0, "2013-12-02 08:30"), ("2013-12-02T08:30", 60, "2013-12-02 08:29"),
        ("2013-12-02 00:00:59", 0, "2013-12-02"), ("2013-12-02 00:30:00", 1800, "2013-12-02"), ("", 60, ""),
        ("2013-12-02T08:30:15Z", 0, "2013-12-02T08:30:00Z"), ("2013-12-02T08:30+08:00", 60, "2013-12-02T00:29:00Z"),
        ("0001-01-01 00:00:00", 60, ""), ("0001-01-01", 1, ""), ("0001-01-01", 0, "0001-01-01"),
    ],
)  # fmt: skip
def test_a_source_is_asked_from_where_it_was_read_less_the_lag(value: str, lag: int, asked: str) -> None:
    assert asked_from(value, lag) == asked


@pytest.mark.parametrize(
    ("values", "bad"),
    [
        (["1", "20131202", " 7 ", ""], 0), (["2013-12-02", "2013-12-02 08:00", "2013-12-02T08:00:00.5"], 0),
        (["2013-12-02T08:00:00Z", "2013-12-02 08:00:00.123456789+0800"], 0), (["2013-12-01 9:30:00"], 1),
        (["2024-02-30", "2013-12-01"], 1), (["0000-00-00"], 1), (["24:00:00"], 1), (["2013-12-01 24:00:00"], 1),
        (["379901193102030018"], 1), (["379901310203001"], 1), (["13812345678"], 1), (["98.0"], 1),
    ],
)  # fmt: skip
def test_what_cannot_be_a_cursor_is_counted(values: list[str], bad: int) -> None:
    assert sum(one is None for one in read_cursors(values).values()) == bad


@pytest.mark.parametrize(
    ("values", "alike"),
    [
        (["1", "20131202"], True), (["2013-12-02", "2013-12-02 08:00"], True), (["1", "2013-12-02"], False),
        (["2013-12-02T08:00Z", "2013-12-02 08:00+08:00"], True), (["2013-12-02T08:00Z", "2013-12-02 08:00"], False),
        ([], True), (["0", "2013-12-02"], False), (["0", "7"], True),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_seen(values: list[str], alike: bool) -> None:
    assert are_alike(read_cursors(values).values()) == alike


def reached(*values: str) -> dict[str, Reached]:
    return {value: one for value, one in read_cursors(values).items() if one is not None}


@pytest.mark.parametrize(
    ("values", "far"),
    [
        (["99", "100", "9"], "100"), (["2013-12-02 09:00:00", "2013-12-02T08:00:00"], "2013-12-02 09:00:00"),
        (["2013-12-02", "2013-12-01 23:59"], "2013-12-02"), (["2999-01-01", "2013-12-02"], "2013-12-02"),
        (["2014-01-06 12:00"], "2014-01-06 12:00"), (["2014-01-06 12:01"], ""), ([], ""), (["0", "-1"], "0"),
        (["2014-01-06T04:00:00Z", "2014-01-06T04:01:00Z"], "2014-01-06T04:00:00Z"),
        (["20131202", "99991231"], "20131202"), (["20140106", "20140107"], "20140106"),
        (["20140106115959", "20140106120001"], "20140106115959"), (["20139999", "5"], "20139999"),
    ],
)  # fmt: skip
def test_the_furthest_is_the_latest_and_none_that_is_yet_to_come(values: list[str], far: str) -> None:
    assert furthest(reached(*values), NOON) == far


def test_the_order_is_that_of_what_is_meant_and_not_of_the_letters() -> None:
    assert order_of(reached("99")["99"]) < order_of(reached("100")["100"])
    early, late = reached("2013-12-02T08:00", "2013-12-02 09:00").values()
    assert order_of(early) < order_of(late)
    assert order_of(None) is None


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


def test_a_corrected_row_is_new_where_the_source_has_none_with_its_key() -> None:
    own = records(assoc_id=["a", "b"], members=[1, 2])
    returned = records(assoc_id=["b", "c", None], members=[5, 6, 7])
    assert are_new(returned, own, ["assoc_id"]).to_list() == [False, True, True]
    assert are_new(returned, own, ["name"]).to_list() == [True, True, True]
