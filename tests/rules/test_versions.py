"""Versions and parts, worked out again with plain sets."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiersync.rules.lists.versions import File, choose_rows, newer, shares_of, sort_files

SCHEMA = {"place_file": pl.String, "person_key": pl.String, "unit": pl.String}
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("123456") | st.none(), st.sampled_from("XYZ") | st.none()),
    max_size=24,
)


def framed(rows: list[tuple[str, str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, SCHEMA, orient="row")


@given(ROWS)
@settings(max_examples=100)
def test_two_files_share_so_many_of_the_people_of_the_smaller(rows: list[tuple[str, str | None, str | None]]) -> None:
    people = {file: {person for name, person, _ in rows if name == file and person} for file in "abc"}
    wanted = {
        (one, other): len(people[one] & people[other]) / min(len(people[one]), len(people[other]))
        for one, other in ("ab", "ac", "bc")
        if people[one] & people[other]
    }
    assert shares_of(framed(rows), ["person_key"]) == wanted


@given(ROWS, st.permutations("abc"))
@settings(max_examples=100)
def test_the_newest_counts_and_of_older_ones_what_no_newer_names(
    rows: list[tuple[str, str | None, str | None]], order: list[str]
) -> None:
    chosen = choose_rows(framed(rows), ["person_key"], "unit", [order])
    stays: set[int] = set()
    for place, file in enumerate(order):
        newer_rows = [rows[at] for at in stays]
        units, people = {unit for _, _, unit in newer_rows}, {person for _, person, _ in newer_rows}
        mine = [at for at, row in enumerate(rows) if row[0] == file]
        stays |= {
            at for at in mine if place == 0 or (rows[at][2] and rows[at][2] not in units and rows[at][1] not in people)
        }
    assert set(chosen.stays.arg_true()) == stays
    assert set(chosen.carried.arg_true()) == {at for at in stays if rows[at][0] != order[0]}


def file(name: str, day: date | None = None, turn: int = 1, digest: str = "", is_guessed: bool = False) -> File:
    return File(name, day, turn, digest or f"{name}{day}{turn}", is_guessed)


@pytest.mark.parametrize(
    ("older", "later"),
    [
        (file("b", date(2025, 11, 30)), file("a", date(2025, 12, 31))),
        (file("名册2"), file("名册10")),
        (file("b", turn=1), file("a", turn=2)),
        (file("清单"), file("清单（更正）")),
        (file("清单.xlsx"), file("清单(修订).xlsx")),
        (file("名册9", date(2025, 12, 31)), file("名册10", date(2026, 1, 31), turn=1)),
        (file("b"), file("a", date(2025, 12, 31), turn=2)),
        (file("b", date(2025, 12, 31)), file("九月", date(2026, 9, 30), turn=2, is_guessed=True)),
        (file("十一月", date(2025, 11, 30), is_guessed=True), file("十二月", date(2025, 12, 31), is_guessed=True)),
    ],
)
def test_what_tells_which_is_newer(older: File, later: File) -> None:
    assert newer(older, later) == newer(later, older) == later


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (file("名册"), file("名单")),
        (file("1-2"), file("2-1")),
        (file("a", date(2025, 12, 31)), file("b", date(2025, 12, 31))),
        (file("a", date(2025, 12, 31)), file("b")),
        (file("九月", date(2026, 9, 30), is_guessed=True), file("b", date(2025, 10, 31), turn=2)),
        (file("九月", date(2026, 9, 30), is_guessed=True), file("b", date(2025, 10, 31))),
    ],
)
def test_nothing_tells_which_is_newer(one: File, other: File) -> None:
    assert newer(one, other) is None


def test_versions_of_many_years_are_one_list_though_the_first_and_the_last_share_few() -> None:
    rows = [(str(year), str(n), "X") for year in range(4) for n in range(6 * year, 6 * year + 20)]
    files = {str(year): file(str(year), date(2020 + year, 12, 31)) for year in range(4)}
    assert sort_files(framed(rows), ["person_key"], files, "").lists == (("3", "2", "1", "0"),)


def test_between_parts_and_versions_nothing_is_sorted() -> None:
    for shared, doubt, lists in ((1, "", 0), (2, "share", 0), (9, "share", 0), (10, "", 1)):
        rows = [("a", str(n), "X") for n in range(20)] + [("b", str(n), "X") for n in range(20 - shared, 40 - shared)]
        files = {"a": file("a", turn=1), "b": file("b", turn=2)}
        sorting = sort_files(framed(rows), ["person_key"], files, "")
        assert (sorting.doubt, len(sorting.lists)) == (doubt, lists)
