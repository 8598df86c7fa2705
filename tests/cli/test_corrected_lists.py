"""A list of events that comes a second time, corrected or grown, by the real commands."""

from pathlib import Path

import pytest

from tests.cli.offices import here
from tests.cli.test_cases import say
from tests.cli.test_registers import figures, office, records
from tests.cli.test_sheets import write

__all__ = ["office"]

HEADS = ("活动名称", "主办社区", "活动类型", "时间", "参与人数")
ONE_ROW_DIFFERS = "大多相同（92%），又各有不同的行：可能是更正后的清单，也可能两份都要计入"


def held(month: int, people: int = 30) -> tuple[str, ...]:
    return (f"{month}月敬老活动", "尉署社区", "比赛", f"2025-{month:02}-05", str(people))


YEAR = [held(month) for month in range(1, 13)]
CORRECTED = [*YEAR[:-1], held(12, 45)]


def drop(office: Path, name: str, rows: list[tuple[str, ...]]) -> None:
    write(office / "plugins" / "p" / "inbox" / name, {"清单": [HEADS, *rows]})


def first(office: Path, tmp_path: Path, name: str, rows: list[tuple[str, ...]]) -> None:
    sample = write(tmp_path / name, {"清单": [HEADS, *rows]})
    assert here("plugin", "new", "p", "--from", sample, "--record", "activity", "--dir", office).code == 0
    assert here("plugin", "enable", "p", "--dir", office).code == 0
    assert figures(office, "A01") == {"A01": len(rows)}


def answer(office: Path, word: str) -> None:
    manifest = office / "plugins" / "p" / "plugin.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('path = "inbox/*"', f'path = "inbox/*"\nfiles = "{word}"'), encoding="utf-8")
    assert here("plugin", "enable", "p", "--dir", office).code == 0


def people_in(office: Path, day: str) -> list[int]:
    """How many came to each activity of a day."""
    return sorted(int(str(people)) for when, people in records(office, "start_at", "participants_total") if when == day)


@pytest.mark.parametrize(("name", "word", "in_december"), [
    ("活动清单（更正）.xlsx", "newest", [45]), ("活动清单(更正).xlsx", "newest", [45]),
    ("活动清单2.xlsx", "parts", [30, 45]),
])  # fmt: skip
def test_a_corrected_list_beside_the_first_waits_for_an_answer(
    office: Path, tmp_path: Path, name: str, word: str, in_december: list[int]
) -> None:
    first(office, tmp_path, "活动清单.xlsx", YEAR)
    drop(office, name, CORRECTED)
    pushed = here("push", "--period", "2025", "--dir", office)
    assert pushed.code == 6
    assert "list mostly the same (92%), and each has other rows besides" in pushed.err
    assert 'files = "newest" (they are one list at different times) or files = "parts"' in pushed.err
    answer(office, word)
    assert figures(office, "A01") == {"A01": 11 + len(in_december)}
    assert people_in(office, "2025-12-05") == in_december


def test_the_question_is_asked_in_chinese_and_the_old_figures_stand(office: Path, tmp_path: Path) -> None:
    first(office, tmp_path, "活动清单.xlsx", YEAR)
    drop(office, "活动清单（更正）.xlsx", [*CORRECTED, held(11, 9)])
    asked = say("push", "--period", "2025", "--dir", office)
    assert (asked.code, ONE_ROW_DIFFERS in asked.err, "本次读取不计，沿用此前的数据" in asked.err) == (6, True, True)
    (office / "plugins" / "p" / "inbox" / "活动清单（更正）.xlsx").unlink()
    assert figures(office, "A01") == {"A01": 12}
    assert people_in(office, "2025-12-05") == [30]


def test_a_list_that_grows_by_the_month_is_asked_about_only_where_it_changes_what_it_said(
    office: Path, tmp_path: Path
) -> None:
    first(office, tmp_path, "2025年1-10月.xlsx", YEAR[:10])
    drop(office, "2025年1-11月.xlsx", YEAR[:11])
    assert figures(office, "A01") == {"A01": 11}
    drop(office, "2025年1-12月.xlsx", [held(1, 99), *YEAR[1:]])
    assert here("push", "--period", "2025", "--dir", office).code == 6
    answer(office, "newest")
    assert figures(office, "A01") == {"A01": 12}
    assert people_in(office, "2025-01-05") == [99]


def test_lists_of_one_month_each_are_parts_though_a_few_rows_are_alike(office: Path, tmp_path: Path) -> None:
    first(office, tmp_path, "上半年.xlsx", YEAR[:6])
    drop(office, "下半年.xlsx", YEAR[3:])
    assert figures(office, "A01") == {"A01": 12}
