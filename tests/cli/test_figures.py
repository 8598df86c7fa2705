"""`figures`: side by side, as they stand or stood on a day; who changed one; a form's sheet as it is printed."""

import csv
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import fastexcel
import pytest

from tests.cli.filed import file_report, pair, value
from tests.cli.offices import DISTRICT, Done, found_alone, here, spoken
from tiersync.flow.figures.segments import make_segment
from tiersync.host.opening import open_node

CITY = "371400000000"
STREETS = ("371402001000", "371402002000", "371402003000")
SEPTEMBER = datetime(2013, 9, 12, 2, tzinfo=UTC)
FLASH = """
[[form]]
code = "aging-flash"
zh = "老龄工作年快报"
en = "Aging work, flash"
period = "Y"
flash_of = "aging-year"
due_days = { open = 1, due = 5, late_until = 10, closed = 90 }

[form.entries]
F02 = ["district", "street", "community"]
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city that holds what each test files."""
    return found_alone(tmp_path / "node", CITY)


def figures(folder: Path, *asked: object) -> list[dict[str, Any]]:
    said = here("figures", *asked, "--json", "--dir", folder)
    assert said.code == 0, said.err
    lines: list[dict[str, Any]] = said.json
    return lines


def test_growth_is_on_the_corrected_base_and_says_so(city: Path) -> None:
    """F35: published as 1,000, corrected to 1,040 in September; a year later 1,092."""
    file_report(city, DISTRICT, "2012-Q2", [value("P02", 1000)])
    file_report(city, DISTRICT, "2013-Q2", [value("P02", 1092)])
    file_report(city, DISTRICT, "2012-Q2", [value("P02", 1040)], at=SEPTEMBER)
    asked = ("P02", "--unit", DISTRICT, "--period", "2013-Q2", "--show", "this,year,growth")
    [line] = figures(city, *asked)
    assert (line["value"], line["year"]["value"], line["year"]["growth"]) == ("1092", "1040", "5.00")
    assert line["year"]["corrected"] == {"was": "1000", "on": "2013-09-12"}
    assert "原为 1000" in line["remarks"]["zh"]
    [before] = figures(city, *asked, "--as-of", "2013-09-11")
    assert (before["year"]["value"], before["year"]["growth"], before["year"]["corrected"]) == ("1000", "9.20", None)
    [on] = figures(city, *asked, "--as-of", "2013-09-12")
    assert on["year"]["growth"] == "5.00"
    shown = spoken("figures", *asked, "--dir", city, lang="zh").out
    assert "+5.00 %" in shown
    assert "上年同期数已更正：原为 1000，2013-09-12 更正" in shown


@pytest.mark.parametrize(
    ("first", "then", "now", "growth"),
    [("2013-Q1", (200, 250), 275, "10.00"), ("2013-Q1", (8000, 6000), 6001, "0.02")],
)
def test_so_is_that_against_the_last_period(
    city: Path, first: str, then: tuple[int, int], now: int, growth: str
) -> None:
    for number in then:
        file_report(city, DISTRICT, first, [value("P04", number)])
    file_report(city, DISTRICT, "2013-Q2", [value("P04", now)])
    [line] = figures(city, "P04", "--unit", DISTRICT, "--period", "2013-Q2", "--show", "growth")
    assert (line["last"]["growth"], line["last"]["corrected"]["was"]) == (growth, str(then[0]))


def test_a_total_that_grew_while_its_parts_came_was_not_corrected(city: Path) -> None:
    file_report(city, DISTRICT, "2013-Q1", [value("P02", 7, status="partial", present=1, expected=2)])
    file_report(city, DISTRICT, "2013-Q1", [value("P02", 9, present=2, expected=2)])
    file_report(city, DISTRICT, "2013-Q2", [value("P02", 10, present=2, expected=2)])
    [line] = figures(city, "P02", "--unit", DISTRICT, "--period", "2013-Q2", "--show", "growth")
    assert (line["last"]["growth"], line["last"]["corrected"]) == ("11.11", None)


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ((37, 40), (57, 60), "+2.50 percentage points"),  # F37: 92.50 % and 95.00 %
        ((3, 4), (1, 2), "-25.00 percentage points"),
        ((1, 3), (1, 3), "0.00 percentage points"),
    ],
)
def test_a_ratio_grows_by_percentage_points(city: Path, then: tuple[int, int], now: tuple[int, int], said: str) -> None:
    for period, numbers in (("2013-Q1", then), ("2013-Q2", now)):
        file_report(city, DISTRICT, period, pair("L06", *numbers))
    asked = ("L06", "--unit", DISTRICT, "--period", "2013-Q2", "--show", "this,last,growth")
    [line] = figures(city, *asked)
    assert line["last"]["growth_said"]["en"] == said
    assert said in here("figures", *asked, "--dir", city).out


@pytest.mark.parametrize(("flash", "final", "difference"), [(512, 527, "15"), (300, 290, "-10"), (41, 41, "0")])
def test_the_final_figure_stands_and_the_flash_beside_it(
    city: Path, tmp_path: Path, flash: int, final: int, difference: str
) -> None:
    """F38: the flash return says 512 beds, the final one 527; neither overwrites the other."""
    publish_flash(city, tmp_path / "draft")
    file_report(city, DISTRICT, "2099", [value("F02", flash)], form="aging-flash")
    asked = ("F02", "--unit", DISTRICT, "--period", "2099")
    [line] = figures(city, *asked)
    assert (line["value"], line["status"], line["flash"]) == (str(flash), "provisional", None)
    assert "快报数" in line["remarks"]["zh"]
    file_report(city, DISTRICT, "2099", [value("F02", final)], form="aging-year")
    [line] = figures(city, *asked)
    assert (line["value"], line["status"]) == (str(final), "ok")
    assert line["flash"] == {
        "form": "aging-flash", "value": str(flash), "status": "provisional", "difference": difference,
    }  # fmt: skip
    assert figures(city, *asked, "--form", "aging-flash")[0]["value"] == str(flash)
    assert here("finding", "list", "--all", "--json", "--dir", city).json == []


def publish_flash(folder: Path, draft: Path) -> None:
    """The next catalogue has a flash return."""
    assert here("catalogue", "draft", draft, "--dir", folder).code == 0
    forms = draft / "catalogue" / "forms.toml"
    forms.write_text(forms.read_text(encoding="utf-8") + FLASH, encoding="utf-8")
    published = here("catalogue", "publish", draft, "--from", "2099", "--dir", folder, "--yes")
    assert published.code == 0, published.err


def test_a_ratio_of_a_total_says_how_many_of_its_parts_are_in_it(city: Path) -> None:
    """9 of 10 and 10 of 100 is 17.3 %; with one of the two missing it says 1 of 2."""
    file_report(city, DISTRICT, "2013-Q1", pair("L06", 19, 110, present=2, expected=2))
    file_report(city, DISTRICT, "2013-Q2", pair("L06", 9, 10, present=1, expected=2, status="partial"))
    both = figures(city, "L06", "--unit", DISTRICT, "--period", "2013-Q1", "--to", "2013-Q2")
    assert [(line["value"], line["present"], line["expected"]) for line in both] == [("17.27", 2, 2), ("90.00", 1, 2)]
    said = here("figures", "L06", "--unit", DISTRICT, "--period", "2013-Q1", "--to", "2013-Q2", "--dir", city).out
    assert "90.00 (1 of 2)" in said


def test_what_is_missing_is_blank_and_what_is_hidden_is_marked(city: Path, tmp_path: Path) -> None:
    file_report(city, STREETS[0], "2013-Q1", [value("P02", None)])
    file_report(city, STREETS[1], "2013-Q1", [value("P02", None, status="masked")])
    file_report(city, STREETS[2], "2013-Q1", [value("P02", 5, status="partial", present=1, expected=3)])
    asked = ("figures", "P02", "--period", "2013-Q1", *(part for one in STREETS for part in ("--unit", one)))
    rows = list(csv.DictReader(StringIO(here(*asked, "--as", "csv", "--dir", city).out)))
    assert [row["2013-Q1"] for row in rows] == ["", "…", "≥ 5"]
    out = tmp_path / "p02.xlsx"
    assert here(*asked, "--out", out, "--dir", city).code == 0
    assert fastexcel.read_excel(out).load_sheet(0, dtypes="string").to_polars()["2013-Q1"].to_list() == [
        "",
        "…",
        "≥ 5",
    ]
    told = here(*asked, "--as", "json", "--dir", city).json
    assert [(line["value"], line["status"]) for line in told] == [(None, "missing"), (None, "masked"), ("5", "partial")]


def test_streets_are_ranked_and_share_in_their_district(city: Path) -> None:
    for unit, number in zip((*STREETS, DISTRICT), (30, 50, 50, 130), strict=True):
        file_report(city, unit, "2013-Q1", [value("P02", number)])
    lines = figures(city, "P02", "--below", DISTRICT, "--period", "2013-Q1", "--show", "this,share,rank")
    found = {line["unit"]: (line["rank"], line["share"]) for line in lines if line["value"]}
    assert found == dict(zip(STREETS, ((3, "23.08"), (1, "38.46"), (1, "38.46")), strict=True))
    assert {line["ranked"] for line in lines} == {3}


def test_a_stock_that_was_not_reported_last_is_missing_over_the_year(city: Path) -> None:
    for period, number in (("2013-Q1", 100), ("2013-Q2", 110)):
        file_report(city, DISTRICT, period, [value("P02", number), value("B03", number, scale=2), value("B01", number)])
    asked = ("P02", "B03", "B01", "--unit", DISTRICT, "--period", "2013-Q1", "--to", "2013-Q3", "--show", "cumulated")
    found = {(line["indicator"], line["period"]): line["cumulated"] for line in figures(city, *asked)}
    assert [found["P02", f"2013-Q{at}"]["value"] for at in (1, 2, 3)] == ["100", "110", None]
    assert [found["B03", f"2013-Q{at}"]["value"] for at in (1, 2, 3)] == ["1.00", "2.10", "2.10"]
    assert found["B03", "2013-Q3"]["status"] == "partial"
    assert {found["B01", f"2013-Q{at}"]["status"] for at in (1, 2)} == {"not_addable"}
    assert "not addable" in here("figures", *asked, "--dir", city).out


def test_a_breakdown_is_one_of_its_codes_or_each_of_them(city: Path) -> None:
    cells = [value("P02", number, f"age_band={band};sex={sex}") for number, (band, sex) in enumerate(
        [("60-64", 1), ("60-64", 2), ("65-69", 1), ("65-69", 2)], 1)]  # fmt: skip
    file_report(
        city, DISTRICT, "2013-Q1", [value("P02", 10), value("P02", 4, "sex=1"), value("P02", 6, "sex=2"), *cells]
    )
    asked = ("P02", "--unit", DISTRICT, "--period", "2013-Q1")

    def told(*named: str) -> dict[str, str]:
        lines = figures(city, *asked, *(part for one in named for part in ("--breakdown", one)))
        return {line["breakdown"]: line["value"] for line in lines}

    assert told() == {"": "10"}
    assert told("sex") == {"sex=1": "4", "sex=2": "6"}
    assert told("sex=2", "") == {"sex=2": "6", "": "10"}
    assert told("sex=2;age_band") == {"age_band=60-64;sex=2": "2", "age_band=65-69;sex=2": "4"}
    assert len(told("sex;age_band")) == 4


def test_who_changed_a_figure_is_told_revision_by_revision(city: Path) -> None:
    file_report(city, DISTRICT, "2012-Q2", [value("P02", 1000)])
    file_report(city, DISTRICT, "2012-Q2", [value("P02", 1000), value("P04", 7)])
    file_report(city, DISTRICT, "2012-Q2", [value("P02", 1040), value("P04", 7)], at=SEPTEMBER)
    asked = ("figures", "trace", "P02", "--unit", DISTRICT, "--period", "2012-Q2", "--dir", city)
    told = here(*asked, "--json").json
    assert [(one["value"], one["changed"], one["reason"], one["current"]) for one in told] == [
        ("1000", False, "first", False), ("1000", False, "changed", False), ("1040", True, "changed", True),
    ]  # fmt: skip
    assert {one["filer"] for one in told} == {CITY}
    assert [one["value"] for one in here(*asked, "--as-of", "2013-09-11", "--json").json] == ["1000", "1000"]
    assert "2013-09-12 10:00" in here(*asked).out


class Tables(HTMLParser):
    """The rows of a page's tables, and each address that it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "xlink:href")]
        if tag == "tr":
            self.rows.append([])
        self._in_cell = tag in ("td", "th")
        if self._in_cell:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def filed_sheet(city: Path) -> None:
    """Two streets of three have reported."""
    for unit, number in zip((*STREETS[:2], DISTRICT), (1030, 50, 1080), strict=True):
        status = "partial" if unit == DISTRICT else "ok"
        cells = [value("P02", number, status=status), value("B03", number * 100 + 5, scale=2)]
        file_report(city, unit, "2013-Q4", [*cells, value("P04", None, status="masked")])


def test_a_forms_sheet_is_a_workbook_that_prints(city: Path, tmp_path: Path) -> None:
    filed_sheet(city)
    out = tmp_path / "sheet.xlsx"
    asked = ("figures", "sheet", "aging-quarter", "--period", "2013-Q4", "--unit", DISTRICT, "--dir", city)
    done = spoken(*asked, "--out", out, lang="zh")
    assert done.code == 0, done.err
    rows = fastexcel.read_excel(out).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    texts = [cell for row in rows for cell in row if cell]
    assert texts[0] == "老龄工作季报"
    assert all(any(word in text for text in texts) for word in ("表　　号", "制定机关", "批准文号", "有效期至"))
    assert any("填报单位：德城区" in text and "2013年第4季度" in text for text in texts)
    heads = next(row for row in rows if "指标代码" in row)
    at = {code: heads.index(code) for code in ("P02", "B03", "P04")}
    by_unit = {row[0]: row for row in rows}
    assert [by_unit[STREETS[0]][at[code]] for code in at] == ["1030", "1030.05", "…"]
    assert by_unit[STREETS[2]][at["P02"]] is None
    assert by_unit[DISTRICT][1] == "合计"
    assert by_unit[DISTRICT][at["P02"]] == "1080"
    assert any(text.startswith("单位负责人：") and "报出日期" in text for text in texts)
    assert here(*asked, "--out", out).code == 2  # Nothing is written over unasked.


def test_a_forms_sheet_is_a_page_without_foreign_addresses(city: Path, tmp_path: Path) -> None:
    filed_sheet(city)
    out = tmp_path / "sheet.html"
    asked = ("figures", "sheet", "aging-quarter", "--period", "2013-Q4", "--unit", DISTRICT, "--dir", city)
    assert spoken(*asked, "--out", out, lang="zh").code == 0
    page = out.read_text(encoding="utf-8")
    read = Tables(page)
    assert read.addresses == []
    assert "://" not in page
    assert "A3 landscape" in page
    at = read.rows[1].index("P02")
    assert {row[0]: row[at] for row in read.rows[3:] if row[at]} == {
        STREETS[0]: "1030", STREETS[1]: "50", DISTRICT: "≥ 1080",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (("P99", "--period", "2013"), "没有名为“P99”的指标"),
        (("P02", "--period", "2013", "--tier", "town"), "没有名为“town”的层级"),
        (("P02", "--period", "2013", "--unit", "371499000000"), "单位树中没有 371499000000"),
        (("P02", "--period", "2013", "--breakdown", "planet=mars"), "没有名为“planet”的分组"),
        (("P02", "--period", "2013", "--show", "mean"), "mean"),
        (("P02", "--period", "2013", "--as-of", "yesterday"), "不是日期"),
        (("P02", "--period", "2013", "--below", CITY, "--tier", "street"), "--below"),
        (("sheet", "aging-year", "--period", "2013-Q1", "--json"), "没有报表要求"),
        (("sheet", "aging-year", "--period", "2013"), "--out"),
        (("trace", "P99", "--unit", CITY, "--period", "2013"), "没有名为“P99”的指标"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(city: Path, asked: tuple[str, ...], word: str) -> None:
    said = spoken("figures", *asked, "--dir", city, lang="zh")
    assert said.code != 0
    assert word in said.err
    assert "Traceback" not in said.err


def test_json_is_written_into_a_file_too(city: Path, tmp_path: Path) -> None:
    file_report(city, DISTRICT, "2013-Q1", [value("P02", 12)])
    out = tmp_path / "p02.json"
    done: Done = here("figures", "P02", "--unit", DISTRICT, "--period", "2013-Q1", "--out", out, "--dir", city)
    assert done.code == 0, done.err
    assert json.loads(out.read_text(encoding="utf-8"))[0]["value"] == "12"


def test_charts_stand_on_the_page_and_in_the_workbook(city: Path, tmp_path: Path) -> None:
    for unit, number in zip(STREETS, (30, 50, 10), strict=True):
        cells = [value("P02", number + at, f"age_band={band};sex={sex}") for at, (band, sex) in enumerate(
            (band, sex) for band in ("60-64", "65-69") for sex in (1, 2))]  # fmt: skip
        for period in ("2013-Q1", "2013-Q2"):
            file_report(city, unit, period, [value("P02", number), *cells])
    asked = (
        "figures", "P02", "--below", DISTRICT, "--period", "2013-Q1", "--to", "2013-Q2", "--breakdown", "",
        "--breakdown", "sex;age_band", "--dir", city,
    )  # fmt: skip
    page, book = tmp_path / "p02.html", tmp_path / "p02.xlsx"
    assert spoken(*asked, "--out", page, lang="zh").code == 0
    text = page.read_text(encoding="utf-8")
    drawn = re.findall(r"<svg .*?</svg>", text, flags=re.S)
    titles = [ElementTree.fromstring(one).findtext("title") or "" for one in drawn]
    assert titles[:2] == ["60岁及以上老年人口数（2013-Q2）", "60岁及以上老年人口数（2013-Q1 – 2013-Q2）"]
    assert len(titles) == 2 + 2 * 3  # A pyramid for each street and quarter.
    assert "://" not in text
    assert here(*asked, "--out", book).code == 0
    with ZipFile(book) as parts:
        charts = [name for name in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) == len(titles)
    values = fastexcel.read_excel(book).load_sheet("Charts", header_row=None).to_polars()
    assert [row[1] for row in values.rows()[2:5]] == ["30", "50", "10"]


def test_the_same_is_said_from_a_segment_as_from_sealed_bodies(city: Path) -> None:
    for period, first in (("2012-Q2", 1000), ("2013-Q2", 1092)):
        for at, unit in enumerate((*STREETS, DISTRICT)):
            split = [value("P02", first + at - 10, "sex=1"), value("P02", 10, "sex=2")]
            file_report(city, unit, period, [value("P02", first + at), *split, *pair("L06", at, at + 1)])
    file_report(city, DISTRICT, "2012-Q2", [value("P02", 1040)], at=SEPTEMBER)
    asked = (
        "P02", "L06", "--unit", DISTRICT, "--unit", STREETS[1], "--period", "2013-Q2", "--breakdown", "sex",
        "--breakdown", "", "--show", "this,year,growth,rank,share,cumulated",
    )  # fmt: skip
    days = ((), ("--as-of", "2013-09-11"))
    before = [figures(city, *asked, *day) for day in days]
    node = open_node(city)
    for period in ("2012-Q2", "2013-Q2"):
        make_segment(node, ("aging-quarter", period), SEPTEMBER)
    node.store.close()
    assert [figures(city, *asked, *day) for day in days] == before
    assert before[0] != before[1]


def test_what_a_unit_holds_itself_has_a_row_of_its_own(city: Path) -> None:
    filed_sheet(city)
    file_report(city, DISTRICT, "2013-Q4", [value("P02", 7)], part="own")
    asked = ("figures", "sheet", "aging-quarter", "--period", "2013-Q4", "--unit", DISTRICT, "--dir", city, "--json")
    made = here(*asked).json
    at = made["columns"].index("P02")
    *_, second, last = made["rows"]
    assert (second["name"], second["values"][at], second["is_sum"]) == ("本级", "7", False)
    assert (last["name"], last["values"][at], last["marks"][at], last["is_sum"]) == ("合计", "1080", "least", True)


def test_a_sheet_says_under_which_approval_it_is_asked(city: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    assert here("catalogue", "draft", draft, "--dir", city).code == 0
    forms = draft / "catalogue" / "forms.toml"
    said = 'number = "=老龄统1表", made_by = "民政部", approved_as = "国统制〔2098〕1号", valid_until = 2101-06-30'
    head = f"head = {{ {said} }}"
    text = forms.read_text(encoding="utf-8").replace('code = "aging-year"\n', f'code = "aging-year"\n{head}\n', 1)
    text = text.replace('zh = "老龄工作年报"', 'zh = "=老龄工作年报"')
    forms.write_text(text, encoding="utf-8")
    published = here("catalogue", "publish", draft, "--from", "2099", "--dir", city, "--yes")
    assert published.code == 0, published.err
    out = tmp_path / "sheet.xlsx"
    asked = ("figures", "sheet", "aging-year", "--period", "2099", "--unit", DISTRICT, "--dir", city)
    assert spoken(*asked, "--out", out, lang="zh").code == 0
    rows = fastexcel.read_excel(out).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    facts = "".join(cell for row in rows[:4] for cell in row if cell)
    assert all(
        word in facts
        for word in ("=老龄工作年报", "=老龄统1表", "制定机关：民政部", "国统制〔2098〕1号", "有效期至：2101-06-30")
    )
    with ZipFile(out) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert 'paperSize="8"' in page
    assert 'orientation="landscape"' in page
    assert 'fitToHeight="0"' in page


def test_a_name_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    rows = (f"2,{CITY},德州市,,city", f"3,{DISTRICT},=1+1,{CITY},county", f"3,371403000000,<b>陵城区</b>,{CITY},county")
    units.write_text("\n".join(["level,code,name,parent,kind", *rows, ""]), encoding="utf-8")
    folder = tmp_path / "node"
    made = here("init", CITY, "--url", "http://127.0.0.1:1", "--units", units, "--dir", folder)
    assert made.code == 0, made.err
    file_report(folder, DISTRICT, "2013", [value("P02", 3)], form="aging-year", part="own")
    book, page = tmp_path / "a.xlsx", tmp_path / "a.html"
    for out in (book, page):
        assert here("figures", "sheet", "aging-year", "--period", "2013", "--out", out, "--dir", folder).code == 0
    with ZipFile(book) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<b>" not in page.read_text(encoding="utf-8")
    assert any("<b>陵城区</b>" in row for row in Tables(page.read_text(encoding="utf-8")).rows)


def test_units_are_those_of_then_or_of_now(tmp_path: Path) -> None:
    units, heads = tmp_path / "units.csv", "level,code,name,parent,kind,valid_from,valid_to"
    new, old = "371403000000", "371499000000"
    rows = (
        f"2,{CITY},德州市,,city,,", f"3,{DISTRICT},德城区,{CITY},county,,", f"3,{old},旧区,{CITY},county,,2013-12-31",
        f"3,{new},新区,{CITY},county,2014-01-01,",
    )  # fmt: skip
    units.write_text("\n".join([heads, *rows, ""]), encoding="utf-8")
    folder = tmp_path / "node"
    made = here("init", CITY, "--url", "http://127.0.0.1:1", "--units", units, "--dir", folder)
    assert made.code == 0, made.err
    file_report(folder, old, "2013", [value("P02", 3)], form="aging-year", part="own")
    asked = ("P02", "--period", "2013")
    assert {one["unit"]: one["value"] for one in figures(folder, *asked)} == {DISTRICT: None, old: "3"}
    assert {one["unit"] for one in figures(folder, *asked, "--tree", "now")} == {DISTRICT, new}
