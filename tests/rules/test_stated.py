"""The time that a file's name or title states is read as people write it, and nothing is read out of mere digits."""

from datetime import date

import pytest

from tiersync.model.period import Span
from tiersync.rules.calendar.stated import contradicts, day_of, span_of, stated_in

READ = date(2026, 1, 10)


def days(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025年11月高龄津贴发放.xlsx", "2025-11-01", "2025-11-30"),
        ("发放表(2025-11).csv", "2025-11-01", "2025-11-30"),
        ("高龄津贴202511.xls", "2025-11-01", "2025-11-30"),
        ("２０２５年十一月", "2025-11-01", "2025-11-30"),
        ("二〇二五年三季度活动台账", "2025-07-01", "2025-09-30"),
        ("2025年第三季度", "2025-07-01", "2025-09-30"),
        ("2025Q3.csv", "2025-07-01", "2025-09-30"),
        ("2025-Q3.csv", "2025-07-01", "2025-09-30"),
        ("2025年上半年", "2025-01-01", "2025-06-30"),
        ("2025年1-6月发放明细", "2025-01-01", "2025-06-30"),
        ("2025年度活动.csv", "2025-01-01", "2025-12-31"),
        ("老年人信息2013.xlsx", "2013-01-01", "2013-12-31"),
        ("11月.csv", "2025-11-01", "2025-11-30"),
        ("1月份走访.csv", "2026-01-01", "2026-01-31"),
        ("2025/11月.csv", "2025-11-01", "2025-11-30"),
        ("2024年/三季度.csv", "2024-07-01", "2024-09-30"),
        ("2025年10-12.csv", "2025-10-01", "2025-12-31"),
        ("2025H2.csv", "2025-07-01", "2025-12-31"),
        ("2025-H1活动", "2025-01-01", "2025-06-30"),
        ("2025年Ⅳ季度", "2025-10-01", "2025-12-31"),
        ("2025年1-3季度发放", "2025-01-01", "2025-09-30"),
        ("2025年前三季度", "2025-01-01", "2025-09-30"),
    ],
)  # fmt: skip
def test_a_name_states_its_time(text: str, first: str, last: str) -> None:
    assert span_of(stated_in(text), READ) == days(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2025年第11期.csv",
        "2025年第2批发放",
        "高龄津贴（2025人）.csv",
        "2025元标准",
        "2025年初数",
        "2025年末",
        "2025 11 30.csv",
    ],
)
def test_a_batch_a_count_or_the_edge_of_a_year_is_no_year(text: str) -> None:
    assert stated_in(text) == []


@pytest.mark.parametrize("text", ["发放.csv", "371402001004.csv", "表3.xlsx", "13800002025.csv", "v2.1.csv", ""])
def test_mere_digits_state_nothing(text: str) -> None:
    assert stated_in(text) == []


def test_what_contradicts_itself_states_nothing_and_is_said() -> None:
    told = stated_in("2024年12月 2025年发放")
    assert span_of(told, READ) is None
    assert contradicts(told, READ)


def test_a_day_says_when_a_list_was_made_and_not_of_what_it_tells() -> None:
    told = stated_in("发放_20260105.csv")
    assert span_of(told, READ) is None
    assert not contradicts(told, READ)
    assert day_of(told, READ) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("名册2025-11.xlsx", "2025-11-30"),
        ("截至2025年6月15日", "2025-06-15"),
        ("名册", "2026-01-10"),
        ("2026年", "2026-01-10"),
    ],
)
def test_a_register_speaks_for_the_day_that_it_names_and_never_for_one_that_had_not_come(text: str, day: str) -> None:
    assert day_of(stated_in(text), READ) == date.fromisoformat(day)
