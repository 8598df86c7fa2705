"""What tiersync's own exporters write can be opened, read back to the last digit, and runs nothing."""

import csv
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest

from tiersync.plugins.exporters import csv_exporter, excel_exporter, json_exporter
from tiersync.plugins.exporters.exported import Exported, ExportedFigure, Fact
from tiersync.plugins.hooks import own_doors

FORMULA = '=HYPERLINK("http://example.org","x")'
WORDS = (
    ("P02", "Population, aged 60+", "", "890000", "persons", "ok", "2 of 2"),
    ("P10", "With \"reduced\" ability", FORMULA, "masked", "persons", "masked", "2 of 2"),
    ("B03", "Paid\nout", "", "-5.10", "yuan", "ok", "2 of 2"),
    ("P01", "-2+3", " @SUM(A1)", "≥ 41", "＝1", "partial", "1 of 2"),
)  # fmt: skip
NUMBERS: tuple[dict[str, str | None], ...] = (
    {"value": "890000"}, {"value": None}, {"value": "-5.10"}, {"value": "41"},
)  # fmt: skip
REPORT = Exported(
    facts=(
        Fact(name="unit", value="371402000000", label="unit", text=FORMULA),
        Fact(name="period", value="2013", label="period", text="2013"),
    ),
    headings=("code", "indicator", "group", "value", "in", "status", "reports"),
    lines=tuple(
        ExportedFigure(
            indicator=words[0], breakdown="", numbers=numbers, status=words[5], present=2, expected=2, words=words
        )
        for words, numbers in zip(WORDS, NUMBERS, strict=True)
    ),
)


def written(write: Callable[[Exported, Path], None], folder: Path) -> Path:
    write(REPORT, folder / "report")
    return folder / "report"


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_our_own_exporters_come_through_the_door() -> None:
    offers = [offer.value for offer in own_doors().offers["tiersync_exporters"]]
    assert [(one.name, one.suffix) for one in offers] == [("csv", ".csv"), ("xlsx", ".xlsx"), ("json", ".json")]


def test_csv_has_the_mark_by_which_excel_knows_its_encoding(tmp_path: Path) -> None:
    assert written(csv_exporter.write, tmp_path).read_bytes().startswith(b"\xef\xbb\xbfunit,")


def test_csv_says_everything_and_begins_no_formula(tmp_path: Path) -> None:
    rows = read_csv(written(csv_exporter.write, tmp_path))
    assert rows[:4] == [["unit", f"'{FORMULA}"], ["period", "2013"], [], list(REPORT.headings)]
    assert rows[4:6] == [list(WORDS[0]), [*WORDS[1][:2], f"'{FORMULA}", *WORDS[1][3:]]]
    assert rows[6] == list(WORDS[2])  # A number below 0 is no formula.
    assert rows[7] == ["P01", "'-2+3", "' @SUM(A1)", "≥ 41", "'＝1", "partial", "1 of 2"]


def test_a_workbook_has_numbers_and_words_and_no_formula(tmp_path: Path) -> None:
    path = written(excel_exporter.write, tmp_path)
    rows = pl.read_excel(BytesIO(path.read_bytes()), has_header=False, drop_empty_rows=False).rows()
    assert rows[0][:2] == ("unit", FORMULA)
    assert rows[3] == REPORT.headings
    assert [str(row[3]) for row in rows[4:]] == ["890000", "masked", "-5.1", "≥ 41"]
    sheet = ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<v>890000</v>" in sheet
    assert b"0.00" in ZipFile(path).read("xl/styles.xml")


def test_json_has_null_and_a_status_where_something_is_masked(tmp_path: Path) -> None:
    told = json.loads(written(json_exporter.write, tmp_path).read_text(encoding="utf-8"))
    assert told["report"] == {"unit": "371402000000", "period": "2013"}
    assert [(one["value"], one["status"]) for one in told["figures"]] == [
        ("890000", "ok"), (None, "masked"), ("-5.10", "ok"), ("41", "partial"),
    ]  # fmt: skip
    assert told["figures"][0]["words"]["indicator"] == "Population, aged 60+"


@pytest.mark.parametrize("text", ["=1", "+1x", "@A", "-1-1", "\t=1", "\r=1", "＋1", "－1", "＠A"])
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert csv_exporter.harmless([text]) == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "-5.00", "12", "≥ 41", "—", "aged 60-64", "'=1", "100+"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert csv_exporter.harmless([text]) == [text]
