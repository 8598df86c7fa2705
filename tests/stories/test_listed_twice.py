"""The same event, visit, bed, association or payment twice, in one file or in two, is one in every figure."""

from pathlib import Path

import pytest

from tests.stories.known import NAMES, PAYROLL, A, District, number
from tests.stories.lists_of_all_kinds import ASSOCIATIONS, BEDS, EVENTS, VISITS, Listing, keep

YEAR = "2025"
PAYMENTS = Listing(
    "benefit",
    "benefit_id",
    {name: how for name, how in PAYROLL.items() if name not in ("unit", "benefit_id")},
    "身份证号,金额,发放日期",
)
HELD = EVENTS._replace(mapped=EVENTS.mapped | {"sessions": '"场次"'}, more="日期,场次")
GIVEN = VISITS._replace(mapped=VISITS.mapped | {"amount": '"折款"'}, more="日期,折款")
MEMBERS = ASSOCIATIONS._replace(mapped={"members_total": '"会员"'}, more="会员")
CASES = [  # One row, another, and one that says something else of the first; what it comes to by both, by the last.
    (HELD, "2025-03-05,3", "2025-03-06,2", "2025-03-05,4", "A01", (5, 4)),
    (BEDS, "220", "10", "230", "F02", (230, 230)),
    (PAYMENTS, f"{number(1)},6000.00,2025-03-05", f"{number(2)},10.00,2025-03-05",
     f"{number(1)},6001.00,2025-03-05", "B03", (601000, 600100)),
    (GIVEN, "2025-03-05,200.00", "2025-03-06,10.00", "2025-03-05,300.00", "S02", (21000, 30000)),
    (MEMBERS, "90", "10", "91", "O03", (100, 91)),
]  # fmt: skip


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def put(district: District, kind: Listing, **files: list[str]) -> None:
    """The files that lie in the inbox: a list of the year for each, with these rows of one community."""
    keep(district, kind, "a2025年.csv", [], 'files = "parts"')
    for name, rows in files.items():
        lines = [f"{row.partition(',')[0]},{NAMES[A]},{row.partition(',')[2]}" for row in rows]
        district.drop(kind.plugin or kind.record, f"{name}2025年.csv", lines, kind.headings)


@pytest.mark.parametrize(
    ("kind", "one", "other", "unlike", "indicator", "values"), CASES, ids=[case[4] for case in CASES]
)
def test_what_stands_twice_in_one_file_or_two_counts_once_and_unlike_rows_of_one_key_are_a_finding(
    district: District, kind: Listing, one: str, other: str, unlike: str, indicator: str, values: tuple[int, ...]
) -> None:
    put(district, kind, a=[f"N1,{one}", f"N1,{one}"], b=[f"N2,{other}", f"N1,{one}"])
    assert '"repeated":2' in district.push(YEAR).read.runs[0].detail.replace(" ", "")
    assert (district.cell(A, indicator, YEAR), district.findings()) == ((values[0], "ok"), [])
    put(district, kind, a=[f"N1,{one}"], b=[f"N1,{unlike}"])
    assert "repeated" not in district.push(YEAR).read.runs[0].detail
    assert district.cell(A, indicator, YEAR) == (values[1], "ok")
    assert [finding.reason for finding in district.findings()] == ["unlike_records"]


HOMES = BEDS._replace(mapped=BEDS.mapped | {"name": '"名称"'}, more="床位,名称")
CROWDS = HELD._replace(mapped=HELD.mapped | {"participants_total": '"人次"'}, more="日期,场次,人次")
FUNDED = PAYMENTS._replace(
    mapped=PAYMENTS.mapped | {"funding_level": '{ from = "资金", values = { 市 = "city", 县 = "county" } }'},
    more=f"{PAYMENTS.more},资金",
)


CARED = VISITS._replace(
    mapped=VISITS.mapped | {"id_number": '"证号"', "amount": '"折款"'},
    more="日期,证号,折款",
)


@pytest.mark.parametrize(
    ("kind", "one", "alike", "indicator", "value", "asked"),
    [
        (HOMES, "220,福寿园", "230,福 寿园", "F02", (220, 450), ["listed_twice"]),
        (CROWDS, "2025-03-05,3,90", "2025-03-05,4,90", "A01", (3, 7), ["listed_twice"]),
        (FUNDED, f"{number(1)},6000.00,2025-03-05,市", f"{number(1)},6000.00,2025-03-05,县",
         "B03", (600000, 1200000), ["listed_twice", "paid_twice"]),
        (CARED, f"2025-03-05,{number(1)},", f"2025-03-05,{number(1)},200.00", "S01", (1, 2), ["listed_twice"]),
    ],
    ids=["facility", "event", "payment", "visit"],
)  # fmt: skip
def test_what_two_offices_list_in_the_same_words_counts_once_and_what_is_like_it_is_a_question(
    district: District, kind: Listing, one: str, alike: str, indicator: str, value: tuple[int, int], asked: list[str]
) -> None:
    put(district, kind, a=[f"N1,{one}"])
    for row, counts, told in ((one, value[0], ["listed_twice"]), (alike, value[1], asked)):
        put(district, kind._replace(plugin="street"), a=[f"N1,{row}"])
        assert not district.push(YEAR).failed
        assert district.cell(A, indicator, YEAR)[0] == counts
        assert [finding.reason for finding in district.findings()] == told
