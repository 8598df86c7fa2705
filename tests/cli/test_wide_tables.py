"""Tables with one indicator a column, as offices send them, by the real commands in Chinese."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from tests.cli.offices import Done, found_alone, here, spoken
from tests.cli.test_cases import CASES, say
from tests.cli.test_sheets import HEADS, person
from tests.cli.tried import failed
from tests.stories.test_corrected import exported, give_back

YUSHU, NANLONG, KANGLE = "371402001001", "371402001002", "371402001004"
NEW = ("plugin", "new", "p", "--from")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A district's node that is its own top, with the packaged tree of units."""
    return found_alone(tmp_path / "node", "371402000000")


def book(path: Path, rows: list[tuple[Any, ...]], merged: tuple[tuple[int, int, int, int], ...] = ()) -> Path:
    """A workbook with one sheet; `merged` are first and last row and column of cells that are merged, from 0."""
    with Workbook(path) as made:
        sheet = made.add_worksheet("表1")
        for top, left, bottom, right in merged:
            sheet.merge_range(top, left, bottom, right, rows[top][left])
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)
    return path


def text(path: Path, rows: str) -> Path:
    path.write_text(rows, encoding="utf-8")
    return path


def make(office: Path, file: Path, *more: str, lang: str = "zh") -> Done:
    """A plugin that is enabled."""
    made = spoken(*NEW, file, *more, "--dir", office, lang=lang)
    assert made.code == 0, made.err
    assert here("plugin", "enable", "p", "--dir", office).code == 0
    return made


def filed(office: Path, unit: str, period: str = "2025", form: str = "aging-year") -> dict[tuple[str, str], Decimal]:
    """What a unit's own report says by declared figures, by indicator and breakdown."""
    shown = here("report", "show", unit, "--form", form, "--period", period, "--part", "own", "--json", "--dir", office)
    assert shown.code == 0, shown.err
    return {
        (cell["indicator"], cell["breakdown"]): Decimal(cell["value"]).scaleb(-cell["scale"])
        for cell in shown.json["cells"]
        if cell["basis"] == "declared" and cell["measure"] == "value" and cell["value"] is not None
    }


def push(office: Path, period: str = "2025") -> Done:
    pushed = say("push", "--period", period, "--dir", office)
    assert pushed.code == 0, pushed.err
    return pushed


def test_a_summary_of_a_street_becomes_the_figures_of_its_communities(office: Path) -> None:
    made = make(office, CASES / "a2_wide_summary.xlsx")
    tested = here("plugin", "test", "p", "--json", "--dir", office)
    assert (tested.code, {one["check"]: one["problems"] for one in tested.json if not one["passed"]}) == (0, {})
    assert "未使用的列：序号" in made.out
    assert "“高龄津贴人数”按补贴(救助)发放人数（B01）的全部待遇项目采用" in made.out
    push(office)
    assert "没有待更正的行" in say("quarantine", "list", "--dir", office).out
    expected = {
        YUSHU: ("812", "143", "1", "140", "168000.00"),
        NANLONG: ("655", "98", "0", "97", "116400.00"),
        KANGLE: ("1023", "201", "2", "199", "238800.00"),
    }
    for unit, values in expected.items():
        told = filed(office, unit)
        found = [told[indicator, ""] for indicator in ("P02", "P05", "P07", "B01", "B03")]
        assert found == [Decimal(value) for value in values]


def test_two_rows_of_headers_split_a_group_and_name_the_part_of_another(office: Path, tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        ("2025年老年人口情况表",),
        ("单位", "60岁以上老年人口", None, "高龄津贴", None, "80岁以上占比"),
        (None, "总数", "其中：80岁以上", "人数", "金额（元）", None),
        ("尉署社区", 812, 143, 140, 168000.5, "17.6%"),
        ("合计", 812, 143, 141, 168000.5, None),
    ]
    file = book(tmp_path / "a.xlsx", rows, ((1, 1, 1, 2), (1, 3, 1, 4)))
    made = make(office, file)
    assert "未使用的列：80岁以上占比" in made.out
    pushed = push(office)
    assert "第 5 行：合计 141，“高龄津贴 > 人数”逐行相加为 140，请核对" in pushed.err
    assert "第 5 行：合计 168000.50，“金额（元）”逐行相加为 168000.50，一致" in pushed.err
    told = filed(office, YUSHU)
    assert [told[one, ""] for one in ("P02", "P05", "B01", "B03")] == [812, 143, 140, Decimal("168000.50")]


def test_rows_of_two_streets_with_sub_totals_in_a_text_file_without_a_period_are_asked_about(
    office: Path, tmp_path: Path
) -> None:
    rows = (
        "街道,社区,60周岁及以上,80—89岁,女性60岁以上,80岁以上人数（户籍）\n"
        "新湖街道,尉署社区,812,120,420,130\n,康乐社区,1023,180,530,190\n新湖街道小计,,1835,300,950,320\n"
        "新华街道,华宇社区,10,2,6,2\n新华街道小计,,10,2,6,2\n总计,,1845,302,956,322\n"
    )
    file = text(tmp_path / "summary.csv", rows)
    asked = say(*NEW, file, "--record", "figure", "--dir", office)
    assert asked.code == 2
    assert "统计期（period）：没有对应的列" in asked.err
    assert "--set period=2025-Q4" in asked.err
    assert "80岁及以上高龄老年人口数（P05）：不确定是否为 80岁以上人数（户籍）（100%）" in asked.err
    assert "80—89岁" not in asked.err
    make(office, file, "--set", "period=2025-Q4", "--map", "P05=")
    pushed = push(office, "2025-Q4")
    assert "合计" not in pushed.err or "一致" in pushed.err
    told = filed(office, KANGLE, "2025-Q4", "aging-quarter")
    assert (told["P02", ""], told["P02", "sex=2"]) == (1023, 530)
    assert ("P05", "") not in told


HEADED, COMMUNITIES = "街道,社区,60周岁及以上\n", "新湖街道,尉署社区,812\n,康乐社区,1023\n"


def sums_said(office: Path, file: Path, rows: str) -> list[str]:
    """What a run says last of each row of sums."""
    made = say(*NEW, text(file, rows), "--record", "figure", "--set", "period=2025-Q4", "--dir", office)
    assert made.code == 0, made.err
    assert here("plugin", "enable", "p", "--dir", office).code == 0
    run = say("ingest", "--dir", office)
    return [line[-2:] for line in (run.out + run.err).splitlines() if "逐行" in line]


def test_a_sum_of_a_street_that_contradicts_its_rows_is_said(office: Path, tmp_path: Path) -> None:
    rows = f"{HEADED}{COMMUNITIES}新湖街道小计,,1853\n新华街道,华宇社区,10\n新华街道小计,,10\n总计,,1845\n"
    assert sums_said(office, tmp_path / "a.csv", rows) == ["核对", "一致", "一致"]


def test_sums_above_what_they_sum_up_are_not_held_against_it(office: Path, tmp_path: Path) -> None:
    rows = f"{HEADED}新湖街道小计,,1835\n{COMMUNITIES}新华街道小计,,10\n新华街道,华宇社区,10\n"
    assert sums_said(office, tmp_path / "a.csv", rows) == []


def test_english_names_are_taken_and_a_named_scheme_is_its_part(office: Path, tmp_path: Path) -> None:
    rows = "unit,Population aged 60+,Aged 80+,Centenarians,90-99岁高龄津贴人数\n371402001004,1023,,2,80\n"
    file = text(tmp_path / "figures 2025.csv", rows)
    made = make(office, file, "--record", "figure", lang="en")
    assert "Population aged 60+ (P02)" in made.out
    push(office)
    told = filed(office, KANGLE)
    assert (told["P02", ""], told["P07", ""], told["B01", "scheme=allow_90"]) == (1023, 2, 80)
    assert ("P05", "") not in told


def test_a_figure_that_is_refused_goes_back_alone_and_comes_back_alone(office: Path, tmp_path: Path) -> None:
    rows = (
        "社区,60岁以上,80岁以上\n康乐社区,1023,二百\n尉署社区,812,143\n新湖街道,1835,344\n南龙社区,1,1\n北园社区,2,2\n"
    )
    make(office, text(tmp_path / "汇总2025年.csv", rows))
    push(office)
    listed = here("quarantine", "list", "--json", "--dir", office).json
    assert [(row["field"], row["row"]) for row in listed] == [("value", 2), ("unit", 4), ("unit", 4)]
    assert "报表不要求这一层级的单位填报该指标" in say("quarantine", "list", "--dir", office).out
    sheets = exported(office, tmp_path / "back.xlsx")
    rows_back, *_ = sheets.values()  # and the names of units that may be chosen
    assert [row[:3] for row in rows_back if row[0] in ("康乐社区", "新湖街道")] == [
        ["康乐社区", "", "二百"], ["新湖街道", "1835", ""], ["新湖街道", "", "344"],
    ]  # fmt: skip
    give_back(office, sheets, "二百", "200", to="p")
    push(office)
    assert [row["row"] for row in here("quarantine", "list", "--json", "--dir", office).json if row["row"] == 2] == []
    told = filed(office, KANGLE)
    assert (told["P02", ""], told["P05", ""]) == (1023, 200)


def test_a_long_table_may_name_its_indicators_parts_and_periods(office: Path, tmp_path: Path) -> None:
    rows = [
        "单位,指标,分组,统计期,数值",
        "康乐社区,60岁及以上老年人口数,,2025年,1023", "康乐社区,老年人口,其中：女,2025年,530",
        "康乐社区,补贴(救助)发放人数,合计,2025年,199", "康乐社区,Centenarians,,2025年,2",
        "尉署社区,P02,,2025年,812",
    ]  # fmt: skip
    make(office, text(tmp_path / "a.csv", "\n".join(rows)), "--record", "figure")
    assert failed(office, "p") == set()
    push(office)
    told = filed(office, KANGLE)
    found = [told[one] for one in (("P02", ""), ("P02", "sex=2"), ("B01", ""), ("P07", ""))]
    assert (found, filed(office, YUSHU)["P02", ""]) == ([1023, 530, 199, 2], 812)


def test_a_name_that_no_indicator_has_is_refused_with_the_nearest(office: Path, tmp_path: Path) -> None:
    names = ("老年人口", "百岁老人", "独居老人", "空巢老人", "80岁以上", "65岁以上", "困难老年")
    figures = zip(names, (60, 1, 8, 9, 20, 50, 3), strict=True)
    rows = ["单位,指标,统计期,数值", *(f"康乐社区,{name},2025,{value}" for name, value in figures)]
    made = make(office, text(tmp_path / "a.csv", "\n".join(rows)), "--record", "figure")
    assert "困难老年 没有对应代码" in made.out
    push(office)
    assert "找不到指标“困难老年”，是否：困难老年人数（P11）" in say("quarantine", "list", "--dir", office).out


def test_a_sum_that_differs_is_a_finding_until_the_file_is_mended_or_somebody_settles_it(
    office: Path, tmp_path: Path
) -> None:
    rows = "社区,60岁以上,80岁以上\n尉署社区,812,143\n康乐社区,1023,201\n合计,1835,345\n"
    make(office, text(tmp_path / "汇总2025年.csv", rows), lang="en")
    assert "合计 345，“80岁以上”逐行相加为 344，请核对" in push(office).err
    told = say("status", "--dir", office).out
    assert "合计不符" in told
    assert "1 处合计与逐行读到的不符（合计≠读到，文件及行）：345≠344 (汇总2025年.csv 4)" in told
    assert statuses(office, YUSHU) == {"P02": "ok", "P05": "ok"}
    assert settled(office) == "sum_differs"
    assert "合计不符" not in say("status", "--dir", office).out
    inbox = office / "plugins" / "p" / "inbox"
    text(inbox / "汇总2025年.csv", rows.replace("345", "346"))
    push(office)
    assert "346≠344" in say("finding", "list", "--dir", office).out
    text(inbox / "汇总2025年.csv", rows.replace("345", "344"))
    push(office)
    assert here("finding", "list", "--json", "--dir", office).json == []


def test_a_register_of_lines_is_read_again_whole_while_its_number_of_people_differs(
    office: Path, tmp_path: Path
) -> None:
    rows = [",".join(HEADS), *(",".join(person(number, "尉署社区")) for number in (1, 3, 5)), "合计,4,,"]
    make(office, text(tmp_path / "a.csv", "\n".join(rows)), "--record", "senior", lang="en")
    push(office)
    assert "4≠3 (a.csv 5)" in say("finding", "list", "--dir", office).out
    text(office / "plugins" / "p" / "inbox" / "a.csv", "\n".join([*rows[:-1], "合计,3,,"]))
    push(office)
    assert here("finding", "list", "--json", "--dir", office).json == []


def statuses(office: Path, unit: str) -> dict[str, str]:
    """Of the figures of a unit that are stated, whether each is what it seems."""
    asked = ("report", "show", unit, "--form", "aging-year", "--period", "2025", "--part", "own", "--json")
    return {
        cell["indicator"]: cell["status"]
        for cell in here(*asked, "--dir", office).json["cells"]
        if cell["basis"] == "declared" and cell["value"] is not None and not cell["breakdown"]
    }


def settled(office: Path) -> str:
    """The one finding, settled."""
    (told,) = here("finding", "list", "--json", "--dir", office).json
    assert here("finding", "settle", told["number"], "--note", "合计有误", "--dir", office).code == 0
    return str(told["reason"])
