"""Amounts below a title that says 万元, by the real commands: in what a column is counted is asked, never taken."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.cli.offices import here
from tests.cli.test_cases import office, say
from tests.cli.test_registers import records
from tests.cli.test_sheets import person
from tests.cli.test_wide_tables import YUSHU, book, filed, make, push

__all__ = ["office"]

TITLE, MONEY = "2025年高龄津贴发放表", ("编号", "姓名", "身份证号", "社区", "发放金额", "发放日期")
PAID = ("--record", "benefit", "--set", "kind=发放", "--set", "scheme=80至89岁高龄津贴")
UNSAID = "金额（amount）：标题写明以万元为单位，“发放金额”列的表头没有写明单位。"


def payroll(path: Path, said: str, *amounts: Any) -> Path:
    """A list of payments below a title, with what stands in its corner."""
    who = [(one[0], one[2]) for one in map(person, range(len(amounts)))]
    paid = zip(who, amounts, strict=True)
    rows = [(f"B{at}", *names, "尉署社区", amount, "2025-08-15") for at, (names, amount) in enumerate(paid)]
    return book(path, [(TITLE,), (None,) * 5 + (said,), MONEY, *rows])


def asked(office: Path, file: Path, *more: str) -> str:
    made = say("plugin", "new", "p", "--from", file, *PAID, *more, "--dir", office)
    assert made.code == 2
    return made.err


def amounts(office: Path, file: Path, *more: str) -> list[str]:
    """What a new plugin reads of each amount, in yuan."""
    make(office, file, *PAID, *more)
    assert here("ingest", "--dir", office).code == 0
    return [str(amount) for (amount,) in records(office, "amount")]


def test_an_amount_below_a_title_in_ten_thousands_is_asked_about_and_read_as_answered(
    office: Path, tmp_path: Path
) -> None:
    file = payroll(tmp_path / "a.xlsx", "单位：万元", 0.06, 1.2, 0.08)
    assert UNSAID in asked(office, file)
    shown = say("plugin", "infer", "--from", file, "--record", "benefit", "--dir", office)
    assert shown.code == 1
    assert UNSAID in shown.out
    assert amounts(office, file, "--measure", "amount=万元") == ["600.00", "12000.00", "800.00"]


def test_the_answer_may_be_that_they_are_yuan_all_the_same(office: Path, tmp_path: Path) -> None:
    file = payroll(tmp_path / "a.xlsx", "金额单位：万元", 600, 650)
    assert "--measure amount=元" in asked(office, file)
    assert amounts(office, file, "--measure", "amount=元") == ["600.00", "650.00"]


def test_a_header_that_says_it_is_believed(office: Path, tmp_path: Path) -> None:
    rows = [(TITLE,), (*MONEY[:4], "发放金额（万元）", MONEY[5])]
    file = book(tmp_path / "a.xlsx", [*rows, ("B1", *person(1)[::2], "尉署社区", 0.06, "2025-08-15")])
    assert amounts(office, file) == ["600.00"]


def test_what_each_cell_says_itself_is_not_asked(office: Path, tmp_path: Path) -> None:
    file = payroll(tmp_path / "a.xlsx", "单位：万元", "600元", "0.07万元")
    assert amounts(office, file) == ["600.00", "700.00"]


def test_an_answer_that_is_no_measure_or_of_no_column_is_said(office: Path, tmp_path: Path) -> None:
    file = payroll(tmp_path / "a.xlsx", "单位：万元", 0.06)
    assert "--measure amount=斤：请写元或万元" in asked(office, file, "--measure", "amount=斤")
    assert "--measure beds：没有为它取用任何一列" in asked(office, file, "--measure", "beds=元")


def test_the_money_of_a_wide_table_is_asked_about_and_its_persons_are_not(office: Path, tmp_path: Path) -> None:
    rows = [("2025年情况表（单位：人、万元）",), ("社区", "60岁以上", "高龄津贴金额"), ("尉署社区", 812, 16.8)]
    file = book(tmp_path / "a.xlsx", rows)
    made = say("plugin", "new", "p", "--from", file, "--dir", office)
    assert made.code == 2
    assert "--measure B03=万元" in made.err
    assert "P02" not in made.err
    make(office, file, "--measure", "B03=万元")
    push(office)
    told = filed(office, YUSHU)
    assert (told["P02", ""], told["B03", ""]) == (812, Decimal("168000.00"))
