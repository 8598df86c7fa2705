"""Samples from which no plugin can be made, by the real commands."""

from pathlib import Path

import pytest

from tests.cli.offices import here
from tests.cli.test_cases import office, say
from tests.cli.test_sheets import HEADS, new, person, write

__all__ = ["office"]

NAME, SEX, NUMBER, COMMUNITY = person(1, "尉署社区")


@pytest.mark.parametrize("rows", [
    [], [("", "", "", "")], [("", "", "", "尉署社区")], [(NAME, SEX, "", COMMUNITY)], [(NAME, SEX, NUMBER, "")],
])  # fmt: skip
def test_a_sample_whose_rows_all_lack_what_is_needed_makes_no_plugin(
    office: Path, tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    sample = write(tmp_path / "a.xlsx", {"名册": [("序号", *HEADS), *((str(at), *row) for at, row in enumerate(rows))]})
    made = here("plugin", "new", "p", "--from", sample, "--record", "senior", "--dir", office)
    assert (made.code, made.out) == (2, "")
    assert "a.xlsx 名册: the headers stand in row 1, and no row below them is filled in" in made.err
    assert "Take a sample with at least one filled row, then run the command again." in made.err
    assert not (office / "plugins" / "p").exists()


def test_a_blank_table_of_figures_is_told_in_chinese_with_its_headers(office: Path, tmp_path: Path) -> None:
    rows = [("2025年老年人口",), ("社区", "60岁以上", "80岁以上"), ("尉署社区", "", ""), ("合计", "", "")]
    made = say("plugin", "new", "p", "--from", write(tmp_path / "a.xlsx", {"汇总": rows}), "--dir", office)
    assert made.code == 2
    assert "a.xlsx 汇总：第 2 行是表头，下面没有一行填写了社区、60岁以上、80岁以上。" in made.err
    assert "请换用至少填写了一行的样本后重试。" in made.err


def test_one_filled_row_is_sample_enough_and_a_blank_column_is_called_blank(office: Path, tmp_path: Path) -> None:
    rows = [(*HEADS, "出生日期"), ("",) * 5, (NAME, SEX, "", COMMUNITY, "1940-01-02")]
    made = new(office, write(tmp_path / "a.xlsx", {"说明": [HEADS], "名册": rows}), "--sheet", "*=read")
    assert made.code == 0, made.err
    assert "身份证号  列名相符，样本中未填写" in made.out
