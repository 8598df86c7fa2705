"""What push, status and report show say of what lacks, of what waits and of what would change, by the real command."""

from pathlib import Path

import pytest

from tests.cli.offices import here, spoken
from tests.stories.test_persons import DISTRICT, HONGQI, PAID, PEOPLE, XINHUA, District, number
from tests.stories.test_totals import PLUGIN
from tiersync.plugins.folder.trust import enable_all

FIGURES = ["指标", "单位", "统计期", "分组", "数值"]
YEAR = ("--form", "aging-year", "--period", "2013")
WRONG = "379902193306019990"  # Its check character does not fit.


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def person(place: int, unit: str, born: str = "19330601", paper: str = "") -> list[str]:
    sex = "男" if place % 2 else "女"
    return [f"测{place}", paper or number(born, place), sex, f"{born[:4]}-{born[4:6]}-{born[6:]}", unit]


def of_seniors(district: District, *options: str, lang: str = "en") -> str:
    """What the district's total says of its seniors, on one line."""
    asked = ("report", "show", DISTRICT, *YEAR, "--part", "total", "--indicator", "P02", *options)
    return " ".join(spoken(*asked, "--dir", district.folder, lang=lang).out.split())


@pytest.mark.parametrize(("units", "known"), [((HONGQI,), 1), ((HONGQI, XINHUA), 2)])
def test_a_list_of_one_community_makes_a_lower_bound_of_its_district_and_says_of_whom_nothing_is_known(
    district: District, units: tuple[str, ...], known: int
) -> None:
    rows = [person(place, unit) for place, unit in enumerate(units * 3, 1)]
    district.files("ledger", senior=[PEOPLE, *rows])
    said = here("push", "--period", "2013", "--dir", district.folder)
    communities, own = communities_of(district), own_parts(district)
    silent = own - known - 1  # The district has issued no notice, and says so.
    assert f"aging-year 2013: nothing is known of {silent} of {own} units" in said.err
    assert f"≥ {len(rows)}" in of_seniors(district)
    assert f"{known} of {communities}" in of_seniors(district)
    zh = spoken("push", "--period", "2013", "--dir", district.folder, lang="zh").err
    assert f"应报 {own} 个单位，其中 {silent} 个没有数据" in zh
    assert f"实报 {known + 1} 份" in of_seniors(district, lang="zh")
    [of_year] = here("status", "--dir", district.folder, "--json").json["totals"]
    assert (of_year["arrived"], of_year["expected"], "P02" in of_year["lacking"]) == (known + 1, own, True)


def communities_of(district: District) -> int:
    shown = here("report", "show", DISTRICT, *YEAR, "--part", "total", "--json", "--dir", district.folder).json
    return next(c["expected"] for c in shown["cells"] if (c["indicator"], c["breakdown"]) == ("P02", ""))


def own_parts(district: District) -> int:
    shown = here("report", "show", DISTRICT, *YEAR, "--part", "total", "--json", "--dir", district.folder).json
    return int(shown["reports_expected"])


def test_rows_that_wait_are_said_in_every_report_above_them_until_they_are_right(district: District) -> None:
    people = [person(place, HONGQI) for place in range(1, 6)]
    paid = [[str(n), number("19330601", n), "payment", "allow_80", HONGQI, "300", "2013-09-30", "paid"] for n in (1, 2)]
    wrong = [person(9, HONGQI, paper=WRONG), person(10, XINHUA, paper=WRONG)]
    owing = [["3", WRONG, "payment", "allow_80", HONGQI, "300", "2013-09-30", "paid"]]
    district.files("ledger", senior=[PEOPLE, *people, *wrong], benefit=[PAID, *paid, *owing])
    said = here("push", "--period", "2013", "--dir", district.folder).err
    assert "ledger/senior: 2 of 7 rows were refused" in said
    assert "ledger/benefit: 1 of 3 rows were refused" in said
    assert "3 rows wait, and are in no figure" in of_seniors(district)
    assert "3 行待核，未计入任何数" in of_seniors(district, lang="zh")
    shown = here("report", "show", HONGQI, *YEAR, "--json", "--dir", district.folder).json
    assert shown["waiting"] == {"senior": 1, "benefit": 1}


PEOPLE_OF_HONGQI = [person(place, HONGQI) for place in (1, 2)]


@pytest.mark.parametrize(
    ("unit", "people", "before", "after"),
    [
        (HONGQI, [*PEOPLE_OF_HONGQI, person(7, HONGQI)], "2 estimated", "3 estimated"),
        (HONGQI, PEOPLE_OF_HONGQI[:1], "2 estimated", "1 estimated"),
        (XINHUA, [*PEOPLE_OF_HONGQI, person(7, XINHUA)], "—", "1 estimated"),
    ],
    ids=["one more", "one less", "a first"],
)
def test_a_dry_run_shows_each_figure_before_and_after_and_changes_none(
    district: District, unit: str, people: list[list[str]], before: str, after: str
) -> None:
    district.files("ledger", senior=[PEOPLE, *PEOPLE_OF_HONGQI])
    district.push()
    district.files("ledger", senior=[PEOPLE, *people])
    dry = ("push", "--period", "2013", "--dry-run", "--dir", district.folder)
    said = [" ".join(line.split()) for line in here(*dry).out.splitlines()]
    assert [line for line in said if " P02 " in line] == [f"{unit} 2013 P02 value {before} {after}"]
    assert district.figures(HONGQI, "P02")["P02"] == 2


@pytest.mark.parametrize(
    ("indicator", "unit", "parts", "whole", "rest", "named"),
    [
        ("M01", DISTRICT, {"outlet_level=city": 200, "outlet_level=county": 79}, 331, 52, "level of outlet"),
        ("M01", DISTRICT, {"outlet_kind=paper": 12}, 13, 1, "kind of outlet"),
        ("P01", HONGQI, {"sex=1": 2400, "sex=2": 2400}, 5000, 200, "sex"),
    ],
)
def test_what_nobody_allocated_is_a_row_of_the_report_and_a_finding(
    district: District, indicator: str, unit: str, parts: dict[str, int], whole: int, rest: int, named: str
) -> None:
    folder = district.folder / "plugins" / "figures"
    folder.mkdir(parents=True)
    (folder / "plugin.toml").write_text(PLUGIN.format(unit=DISTRICT), encoding="utf-8")
    rows = [FIGURES, *([indicator, unit, "2013", part, str(n)] for part, n in ({"": whole} | parts).items())]
    (folder / "figures.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    enable_all(district.folder / "plugins")
    district.push()
    asked = ("report", "show", unit, *YEAR, "--part", "own", "--indicator", indicator, "--dir", district.folder)
    [row] = here(*asked, "--json").json["unallocated"]
    assert row["value"] == rest
    shown = " ".join(here(*asked).out.split())
    assert f"{named}: unallocated {rest}" in shown
    [finding] = here("finding", "list", "--dir", district.folder, "--json").json
    assert (finding["reason"], finding["sent"], finding["held"]) == ("unallocated", str(whole), str(whole - rest))
