"""Rows that are refused: from how many on a run is not believed, and what is in doubt while some of them wait."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.stories.known import HEADINGS, PAYROLL, SENIOR, STREET, A, B, District, payment, senior
from tests.stories.lists_of_all_kinds import BEDS, EVENTS, Listing, keep
from tiersync.errors import TooDirty
from tiersync.flow.up import Pushed

YEAR = "2025"
WRONG = {"senior": ("3799", "3798"), "benefit": ("100.00", "一百元")}  # What a wrong row says instead.


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def read(
    district: District,
    record: str,
    sound: Sequence[tuple[int, str]],
    wrong: Sequence[tuple[int, str]],
    limits: str = "",
) -> Pushed:
    """A push of a register or a payroll of which some rows are wrong; each row is a person of a unit."""
    of_row = senior if record == "senior" else lambda person, unit: payment(person, unit, "2025-10-05")
    rows = [of_row(person, unit) for person, unit in sound]
    rows += [of_row(person, unit).replace(*WRONG[record], 1) for person, unit in wrong]
    district.plugin("list", record, SENIOR if record == "senior" else PAYROLL, source=limits)
    district.drop("list", "2025年.csv", rows, HEADINGS[record])
    return district.push(YEAR)


def people(count: int, first: int = 1, unit: str = A) -> list[tuple[int, str]]:
    return [(first + at, unit) for at in range(count)]


@pytest.mark.parametrize(
    ("record", "sound", "wrong", "is_believed"),
    [
        ("senior", 7, 17, False), ("senior", 12, 12, True), ("senior", 11, 13, False), ("senior", 1, 3, False),
        ("senior", 1, 2, True), ("senior", 0, 1, False), ("benefit", 7, 17, False), ("benefit", 2, 2, True),
        ("senior", 175, 25, False), ("benefit", 0, 3, False),
    ],
)  # fmt: skip
def test_a_run_is_believed_unless_more_than_half_of_at_least_four_rows_are_refused(
    district: District, record: str, sound: int, wrong: int, is_believed: bool
) -> None:
    done = read(district, record, people(sound), people(wrong, 500))
    assert [type(error) for error in done.failed] == [TooDirty] * (not is_believed)
    told = district.cell(A, "P02" if record == "senior" else "B01", YEAR)
    assert told == ((sound, "provisional") if is_believed else (None, "no report"))


@pytest.mark.parametrize(
    ("limits", "sound", "wrong", "is_believed"),
    [
        ("refused_rows = 22\nrefused_share = 0.5", 100, 22, True),
        ("refused_rows = 22\nrefused_share = 0.5", 100, 23, False),
        ("refused_share = 0.2", 80, 20, True), ("refused_share = 0.2", 79, 21, False),
        ("refused_share = 0.9", 30, 31, False), ("refused_rows = 1\nrefused_share = 0.0", 30, 19, True),
    ],
)  # fmt: skip
def test_a_run_is_not_believed_beyond_the_limits_of_its_stream_either(
    district: District, limits: str, sound: int, wrong: int, is_believed: bool
) -> None:
    done = read(district, "senior", people(sound), people(wrong, 500), f"[stream.limits]\n{limits}")
    assert [type(error) for error in done.failed] == [TooDirty] * (not is_believed)
    assert district.cell(A, "P02", YEAR)[0] == (sound if is_believed else None)


@pytest.mark.parametrize(
    ("record", "indicators"), [("senior", {"P02": 1, "P05": 1}), ("benefit", {"B01": 1, "B03": 10000})]
)
@pytest.mark.parametrize(("sound", "status"), [(99, "provisional"), (100, "ok")])
def test_one_row_in_a_hundred_that_waits_is_a_doubt_and_says_how_many_wait(
    district: District, record: str, indicators: dict[str, int], sound: int, status: str
) -> None:
    read(district, record, [*people(sound), *people(20, 300, B)], people(1, 500))
    for indicator, each in indicators.items():
        assert district.cell(A, indicator, YEAR) == (sound * each, status)
        assert district.cell(B, indicator, YEAR)[1] == "ok"
    for unit, part in ((A, "own"), (STREET, "total")):
        assert district.report(unit, YEAR, part).waiting == {record: 1}
    read(district, record, [*people(sound), *people(20, 300, B), *people(1, 500)], [])
    assert {district.cell(A, indicator, YEAR)[1] for indicator in indicators} == {"ok"}
    assert district.report(STREET, YEAR, "total").waiting == {}


@pytest.mark.parametrize(
    ("kind", "sound", "wrong", "indicator"),
    [(BEDS, ("30",), ("三十来",), "F01"), (EVENTS, ("2025-10-05",), ("不详",), "A01")],
)
def test_rows_of_any_list_that_wait_leave_its_counts_in_doubt(
    district: District, kind: Listing, sound: tuple[str, ...], wrong: tuple[str, ...], indicator: str
) -> None:
    keep(district, kind, "2025年.csv", [(A, *sound), (A, *sound), (A, *wrong), (B, *sound)])
    assert not district.push(YEAR).failed
    assert (district.cell(A, indicator, YEAR), district.cell(B, indicator, YEAR)) == ((2, "provisional"), (1, "ok"))
    assert district.report(STREET, YEAR, "total").waiting == {kind.record: 1}
    keep(district, kind, "2025年.csv", [(A, *sound)] * 2 + [(A, *wrong)] * 3)
    assert [type(error) for error in district.push(YEAR).failed] == [TooDirty]
    assert district.cell(A, indicator, YEAR) == (2, "provisional")
