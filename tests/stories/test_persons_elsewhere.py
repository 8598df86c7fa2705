"""Who moves, and whoever has another paper: in the files of one node and in those of two, everybody counts once."""

from datetime import date
from pathlib import Path

import pytest

from tests.stories.known import (
    DISTRICT,
    HEADINGS,
    NAMES,
    OTHER,
    PAYROLL,
    SENIOR,
    STREET,
    A,
    B,
    C,
    D,
    District,
    number,
)
from tiersync.flow.agreement.doubts import doubtful_rows

Q2, Q3, YEAR = "2025-Q2", "2025-Q3", "2025"
LIFE = SENIOR | {
    "life_status": '{ from = "状态", values = { 健在 = "1", 去世 = "2", 迁出 = "3" } }',
    "status_date": '{ from = "状态日期", parse = "date" }',
    "moved_in_on": '{ from = "迁入日期", parse = "date" }',
}
LIVES = f"{HEADINGS['senior']},状态,状态日期,迁入日期"
SUMMER_CHILD = date(1945, 7, 1)  # Turns 80 between leaving and arriving.


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def life(person: int, unit: str, left: str = "", came: str = "", born: date = SUMMER_CHILD) -> str:
    """A row of a register that notes who left and who came."""
    said = f"{number(person, born)},测试{person},{'男' if person % 2 else '女'},{born},{NAMES[unit]}"
    return f"{said},{'迁出' if left else '健在'},{left},{came}"


def keep(node: District, unit: str, *rows: str, plugin: str = "register") -> None:
    node.plugin(plugin, "senior", LIFE, unit, key='"id_number", "residence_unit"')
    node.drop(plugin, "名册2025-12.csv", rows, LIVES)


def changes(node: District, unit: str, period: str, part: str = "own") -> dict[str, int]:
    """P12 above zero, by what happened and by age."""
    cells = node.report(unit, period, part).cells.rows()
    return {cell.breakdown: cell.value for cell in cells if cell.indicator == "P12" and cell.value}


def test_who_moved_from_one_node_to_another_lives_at_the_second_and_left_the_first(district: District) -> None:
    """Two offices with lists of their own: neither knows of the other's, and the district adds both."""
    rows = {
        A: [life(1, A, left="2025-05-31"), life(2, A)],
        B: [life(1, B, came="2025-07-02"), life(4, B, left="2025-02-01")],
    }
    for unit, lines in rows.items():
        node = District(district.folder.parent / unit, home=unit, above=district)
        keep(node, unit, *lines)
        assert not node.push(YEAR).failed
    assert not district.push(YEAR).failed
    assert [district.cell(unit, "P02", YEAR)[0] for unit in (A, B)] == [1, 1]
    assert district.cell(STREET, "P02", YEAR, part="total")[0] == 2
    assert changes(district, A, YEAR) == {"": 1, "change_kind=3": 1, "age_band=75-79": 1}
    assert changes(district, B, YEAR) == {
        "": 2, "change_kind=3": 1, "change_kind=6": 1, "age_band=75-79": 1, "age_band=80-84": 1,
    }  # fmt: skip
    assert changes(district, DISTRICT, YEAR, "total")[""] == 3


def test_who_moved_twice_within_a_node_left_twice_came_twice_and_lives_at_the_last(district: District) -> None:
    moved = [
        life(1, A, left="2025-02-28"),
        life(1, C, left="2025-07-15", came="2025-03-01"),
        life(1, D, came="2025-07-16"),
    ]
    keep(district, DISTRICT, *moved, life(2, A), life(3, C))
    district.push(YEAR)
    assert [district.cell(unit, "P02", YEAR)[0] for unit in (A, C, D)] == [1, 1, 1]
    assert district.cell(DISTRICT, "P02", YEAR, part="total")[0] == 3
    assert [changes(district, unit, YEAR) for unit in (A, C, D)] == [
        {"": 1, "change_kind=3": 1, "age_band=75-79": 1},
        {"": 2, "change_kind=3": 1, "change_kind=6": 1, "age_band=75-79": 1, "age_band=80-84": 1},
        {"": 1, "change_kind=6": 1, "age_band=80-84": 1},
    ]


def test_a_move_is_of_the_quarter_of_its_day_on_either_side(district: District) -> None:
    keep(district, STREET, life(1, A, left="2025-05-31"), life(2, A), plugin="north")
    keep(district, OTHER, life(1, D, came="2025-07-02"), plugin="south")
    told = {}
    for quarter in (Q2, Q3):
        district.push(quarter)
        told[quarter] = (changes(district, A, quarter), changes(district, D, quarter))
    assert told == {
        Q2: ({"": 1, "change_kind=3": 1, "age_band=75-79": 1}, {}),
        Q3: ({}, {"": 1, "change_kind=6": 1, "age_band=80-84": 1}),
    }


KINDS = '身份证 = "111", 护照 = "414", 回乡证 = "511", 台胞证 = "516", 无 = "990"'
PAPERS = PAYROLL | {
    "id_kind": f'{{ from = "证件", values = {{ {KINDS} }} }}',
    "name": '"姓名"',
    "sex": '{ from = "性别", values = { 男 = "1", 女 = "2" } }',
    "birth_date": '{ from = "出生日期", parse = "date" }',
}
PAID = f"{HEADINGS['benefit']},证件,姓名,性别,出生日期"


def paid(at: int, kind: str, paper: str, name: str = "测甲", born: str = "1944-06-01", unit: str = A) -> str:
    return f"{at},{paper},{NAMES[unit]},100.00,2025-08-05,{kind},{name},男,{born}"


@pytest.mark.parametrize(
    ("rows", "persons"),
    [
        ((paid(1, "护照", "g 1234 5678"), paid(2, "护照", "G12345678"), paid(3, "护照", "G12345679")), 2),
        ((paid(1, "台胞证", "00123456(b)"), paid(2, "台胞证", "00123456(B)"), paid(3, "台胞证", "12345678")), 2),
        ((paid(1, "回乡证", "H0123456700"), paid(2, "回乡证", "h01234567 00"), paid(3, "回乡证", "H01234567")), 2),
        ((paid(1, "无", ""), paid(2, "无", "无"), paid(3, "无", "", "测乙"), paid(4, "无", "", born="1944-06-02")), 3),
        ((paid(1, "护照", number(1)), paid(2, "身份证", number(1)), paid(3, "无", "")), 2),
    ],
    ids=["passports", "Taiwan permits", "old and new permits", "none", "a number is a number"],
)
def test_a_payroll_counts_each_paper_once_however_it_is_written(
    district: District, rows: tuple[str, ...], persons: int
) -> None:
    district.plugin("payroll", "benefit", PAPERS)
    district.drop("payroll", "2025年.csv", rows, PAID)
    assert not district.push(YEAR).failed
    assert district.cell(A, "B01", YEAR) == (persons, "ok")
    assert district.cell(A, "B03", YEAR) == (10000 * len(rows), "ok")
    assert sum(paid_by_age(district).values()) == persons


def paid_by_age(district: District) -> dict[str, int]:
    cells = district.report(A, YEAR).cells.rows()
    return {cell.breakdown: cell.value for cell in cells if cell.indicator == "B01" and cell.value
            and cell.breakdown.startswith("age_band")}  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "told"),
    [
        ("I01", {"kind": '{ constant = "policy" }', "scheme": '{ constant = "yinling_ankang" }'}),
        ("B02", {"kind": '{ constant = "entitlement" }', "status": '{ constant = "active" }'}),
        ("B01", {}),
    ],
)
def test_who_stands_in_the_lists_of_two_units_of_a_node_is_two_there_and_one_above(
    district: District, indicator: str, told: dict[str, str]
) -> None:
    district.plugin("payroll", "benefit", PAPERS | told)
    both = [paid(1, "身份证", number(1)), paid(2, "身份证", number(1), unit=B), paid(3, "身份证", number(2), unit=D)]
    other = [paid(4, "护照", "G12345678", unit=B), paid(5, "护照", "g1234 5678", unit=D)]
    district.drop("payroll", "2025年.csv", [*both, *other], PAID)
    assert not district.push(YEAR).failed
    assert [district.cell(unit, indicator, YEAR)[0] for unit in (A, B, D)] == [1, 2, 2]
    totals = {unit: district.report(unit, YEAR, "total") for unit in (STREET, OTHER, DISTRICT)}
    assert [district.cell(unit, indicator, YEAR, part="total")[0] for unit in totals] == [2, 2, 3]
    taken = [[one.value for one in report.adjustments.rows() if (one.indicator, one.breakdown) == (indicator, "")]
             for report in totals.values()]  # fmt: skip
    assert taken == [[-1], [], [-1]]


@pytest.mark.parametrize(
    ("born", "column", "band"),
    [(date(1944, 12, 31), "1950-01-01", "80-84"), (date(1950, 1, 1), "1934-06-01", "75-79"),
     (date(1935, 6, 30), "", "90-94")],
)  # fmt: skip
def test_a_payroll_takes_the_age_from_the_number_and_says_where_its_column_differs(
    district: District, born: date, column: str, band: str
) -> None:
    district.plugin("payroll", "benefit", PAPERS)
    district.drop("payroll", "2025年.csv", [paid(1, "身份证", number(1, born), born=column)], PAID)
    done = district.push(YEAR)
    assert paid_by_age(district) == {f"age_band={band}": 1}
    assert dict(done.read.runs[0].flagged) == ({"birth_conflict": 1} if column else {})
    listed = doubtful_rows(district.node).select("stream", "place_row", "flag").rows()
    assert listed == [("payroll/benefit", 2, "birth_conflict")] * bool(column)
