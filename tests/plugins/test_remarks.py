"""What a clerk writes about somebody in the last column."""

from datetime import date

import pytest

from tiersync.plugins.values.remarks import Remarks, day_of

WORDS = {
    "去世": "2",
    "已故": "2",
    "死亡": "2",
    "病故": "2",
    "迁出": "3",
    "户口迁出": "3",
    "迁往": "3",
    "迁至": "3",
    "迁移": "3",
}
REMARKS = Remarks(WORDS, "1")


@pytest.mark.parametrize(("text", "code"), [
    ("去世", "2"), ("2025年3月去世", "2"), ("已于2024.11.5去世", "2"), ("因病死亡", "2"), ("已故", "2"),
    ("去 世。", "2"),
    ("2025-03-01死亡，户籍注销", "2"), ("病故（", None), ("迁出", "3"), ("户口已迁出", "3"),
    ("2025年1月户口迁出至济南市", "3"),
    ("迁出到外省", "3"), ("死亡20250301", "2"), ("本人已去世", "2"),
    ("老伴已去世", None), ("其子去世", None), ("拟迁出", None), ("未迁出", None), ("去世后又恢复", None),
    ("迁出后迁回", None),
    ("疑似去世", None), ("重复", None), ("随子女去济南", None), ("去世？", None),
    ("户口迁出，人仍住本社区", None), ("去世" * 40, None),
    ("迁出，2025年6月又迁入", None), ("低保户", None), ("迁往济南市历下区", "3"), ("迁往外地", "3"),
    ("迁至本社区", None), ("迁往", None), ("迁至", None),
    ("去世(2025-03-02)", "2"), ("2013年去世", "2"), ("在外地去世", "2"), ("迁往北京", "3"), ("无", "1"), ("迁移", None),
])  # fmt: skip
def test_only_a_remark_that_says_nothing_else_is_understood(text: str, code: str | None) -> None:
    assert REMARKS.code_of(text) == (code or "=doubtful:1")


@pytest.mark.parametrize(("text", "day"), [
    ("2025年3月去世", "2025-03"), ("2025年3月5日去世", "2025-03-05"), ("已于2024.11.5去世", "2024-11-05"),
    ("死亡20250301", "2025-03-01"), ("2025/3死亡", "2025-03"), ("3月去世", None), ("2025年13月去世", "=doubtful:"),
    ("已故", None),
    ("2025年2月30日去世", "=doubtful:"), ("2024年1月迁入，2025年3月去世", None),
])  # fmt: skip
def test_the_date_in_a_remark(text: str, day: str | None) -> None:
    assert day_of(text) == day


def test_a_day_that_is_still_to_come_is_in_doubt() -> None:
    assert day_of("2025年3月6日去世", date(2025, 3, 5)) == "=doubtful:"
    assert day_of("2025年3月去世", date(2025, 3, 5)) == "2025-03"


def test_who_moved_to_one_of_our_units_has_not_left() -> None:
    remarks = Remarks(WORDS, "1", lambda place: place.endswith("德城区"))
    assert remarks.code_of("户口迁出至德州市德城区") == "=doubtful:1"
    assert remarks.code_of("户口迁出至济南市历下区") == "3"
