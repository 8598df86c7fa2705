"""What merged cells and 〃 say in a column of units holds for every row that they cover, and for nothing else."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from tests.plugins.folders import CSV, EXCEL, HEADERS, MAP, read_here, senior, write_plugin
from tiersync.plugins.values.unit_names import names_of
from tiersync.plugins.worker.batches import Batch, LinesOffered, batches
from tiersync.plugins.worker.pipe import StreamEnd

KANGLE, BEIYUAN = "371402001004", "371402001005"
HERE, THERE = "康乐社区", "北园社区"
SUM = ("小计", "", "", "", "")


def people(*units: str) -> list[tuple[str, ...]]:
    return [(*senior(serial)[:4], unit) for serial, unit in enumerate(units, start=1)]


def read(folder: Path, rows: Sequence[Sequence[str]], **more: str) -> tuple[list[str | None], StreamEnd]:
    (folder / "a.csv").write_text("".join(",".join(row) + "\n" for row in (HEADERS, *rows)), encoding="utf-8")
    frame, end = read_here(write_plugin(folder, CSV, **more))
    return frame["residence_unit"].to_list(), end


def test_merged_cells_speak_for_the_rows_below_them(tmp_path: Path) -> None:
    rows = people(HERE, "", "", THERE, "", "")
    units, end = read(tmp_path, [*rows[:3], SUM, *rows[3:], SUM])
    assert units == [KANGLE] * 3 + [BEIYUAN] * 3
    assert (end.filled_down, end.footers) == (4, 2)


def test_a_sub_total_within_a_merged_cell_ends_nothing(tmp_path: Path) -> None:
    rows = people(HERE, "", "", "")
    units, _ = read(tmp_path, [*rows[:2], SUM, ("", "", "", "", ""), *rows[2:]])
    assert units == [KANGLE] * 4


def test_blanks_here_and_there_in_a_full_column_stay_blank(tmp_path: Path) -> None:
    units, end = read(tmp_path, people(HERE, HERE, "", HERE, THERE, "", THERE, HERE))
    assert units == [KANGLE, KANGLE, None, KANGLE, BEIYUAN, None, BEIYUAN, KANGLE]
    assert end.filled_down == 0
    assert read(tmp_path, people("", HERE, "", ""))[0] == [None, KANGLE, None, None]


@pytest.mark.parametrize("mark", ["〃", "″", "同上", " 同上栏 "])
def test_a_ditto_is_the_cell_above_in_any_column_of_units(tmp_path: Path, mark: str) -> None:
    units, end = read(tmp_path, people(HERE, mark, HERE, THERE, mark, mark, HERE))
    assert units == [KANGLE] * 3 + [BEIYUAN] * 3 + [KANGLE]
    assert end.filled_down == 3


def test_a_ditto_below_a_blank_or_below_nothing_is_refused_as_it_stands(tmp_path: Path) -> None:
    units, end = read(tmp_path, people("〃", HERE, HERE, "", "〃", HERE))
    assert units == ["〃", KANGLE, KANGLE, None, "〃", KANGLE]
    assert end.filled_down == 0


def test_a_ditto_of_a_name_or_a_number_says_nothing(tmp_path: Path) -> None:
    rows = [*people(HERE), ("〃", "〃", "〃", "〃", HERE)]
    (tmp_path / "a.csv").write_text("".join(",".join(row) + "\n" for row in (HEADERS, *rows)), encoding="utf-8")
    frame, end = read_here(write_plugin(tmp_path))
    assert (frame["name"][1], frame["id_number"][1], end.filled_down) == ("〃", "〃", 0)


def test_a_workbook_with_merged_units_is_read(tmp_path: Path) -> None:
    with Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        for at, row in enumerate(people("", "", "", ""), start=1):
            sheet.write_row(at, 0, row[:4])
        sheet.merge_range(1, 4, 2, 4, HERE)
        sheet.merge_range(3, 4, 4, 4, THERE)
    frame, end = read_here(write_plugin(tmp_path, EXCEL))
    assert frame["residence_unit"].to_list() == [KANGLE, KANGLE, BEIYUAN, BEIYUAN]
    assert end.filled_down == 2


def test_a_page_whose_units_span_rows_is_read(tmp_path: Path) -> None:
    head = "".join(f"<th>{header}</th>" for header in (HEADERS[4], *HEADERS[:4]))
    rows = ["".join(f"<td>{cell}</td>" for cell in row[:4]) for row in people(*[""] * 6)]
    rows[0], rows[3] = f"<td rowspan=3>{HERE}</td>{rows[0]}", f"<td rowspan=3>{THERE}</td>{rows[3]}"
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    (tmp_path / "a.xls").write_text(f"<table><tr>{head}</tr>{body}</table>", encoding="utf-8")
    frame, _ = read_here(write_plugin(tmp_path, 'kind = "excel"\npath = "*.xls"'))
    assert frame["residence_unit"].to_list() == [KANGLE] * 3 + [BEIYUAN] * 3


def test_a_raw_row_says_the_unit_that_was_meant(tmp_path: Path) -> None:
    """A row that is refused for something else goes back to its office with it."""
    read(tmp_path, people(HERE, "", ""))
    plugin = write_plugin(tmp_path)
    (batch,) = [one for one in batches(plugin, plugin.streams[0], names_of({})) if isinstance(one, Batch)]
    assert batch.raw["社区"].to_list() == [HERE] * 3


def test_units_reach_from_one_block_of_lines_into_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiersync.plugins.kinds.text.BLOCK", 400)
    units, end = read(tmp_path, people(HERE, *[""] * 49, THERE, *[""] * 49))
    assert Counter(units) == {KANGLE: 50, BEIYUAN: 50}
    assert end.filled_down == 98


def test_lines_that_lean_on_others_are_known_by_no_digest(tmp_path: Path) -> None:
    """A line may be what it was while the unit above it is another."""
    read(tmp_path, people(HERE, "", ""))
    plugin = write_plugin(tmp_path)
    for way, leans in (("asked", True), ("told", True)):
        read_so = list(batches(plugin, plugin.streams[0], names_of({}), way))
        assert leans != any(
            isinstance(one, LinesOffered) or (isinstance(one, Batch) and one.digests) for one in read_so
        )
    read(tmp_path, people(HERE, HERE, HERE))
    assert any(isinstance(one, LinesOffered) for one in batches(plugin, plugin.streams[0], names_of({}), "asked"))


def test_two_columns_of_units_are_filled_each_by_itself(tmp_path: Path) -> None:
    headers = (*HEADERS, "户籍地")
    rows = [(*row, hukou) for row, hukou in zip(people(HERE, "", "", THERE), (THERE, "〃", HERE, HERE), strict=True)]
    (tmp_path / "a.csv").write_text("".join(",".join(row) + "\n" for row in (headers, *rows)), encoding="utf-8")
    mapping = MAP + 'hukou_unit = { from = "户籍地", lookup = "units" }\n'
    frame, end = read_here(write_plugin(tmp_path, CSV, mapping))
    assert frame["hukou_unit"].to_list() == [BEIYUAN, BEIYUAN, KANGLE, KANGLE]
    assert frame["residence_unit"].to_list() == [KANGLE, KANGLE, KANGLE, BEIYUAN]
    assert end.filled_down == 3
