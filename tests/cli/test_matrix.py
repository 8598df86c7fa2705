"""`report matrix`: one indicator of many units over several periods is what each report says of it."""

from pathlib import Path

import pytest

from tests.cli.offices import COMMUNITY, DISTRICT, STREET, Offices, found_alone, here, spoken
from tests.stories.office import UNIT
from tiersync.host.opening import open_node
from tiersync.model.period import Period
from tiersync.views.reports.matrix import MatrixWanted, asked_of

YEARS = ("2012", "2013")


def shown(folder: object, unit: str, period: str) -> int | None:
    """The figure as the unit's own report shows it."""
    said = here("report", "show", unit, "--form", "aging-year", "--period", period, "--json", "--dir", folder)
    cells = said.json["cells"] if said.code == 0 else []
    return next((one["value"] for one in cells if (one["indicator"], one["breakdown"]) == ("P02", "")), None)


@pytest.mark.parametrize(("tier", "unit"), [("district", DISTRICT), ("street", STREET), ("community", COMMUNITY)])
def test_a_figure_of_many_units_is_the_one_that_each_report_shows(offices: Offices, tier: str, unit: str) -> None:
    folder = offices.district
    asked = ("report", "matrix", "P02", "--period", YEARS[0], "--to", YEARS[1], "--tier", tier, "--dir", folder)
    told = {(one["period"], one["unit"]): one["value"] for one in here(*asked, "--json").json if not one["breakdown"]}
    assert told == {(year, unit): value for year in YEARS if (value := shown(folder, unit, year)) is not None}
    assert told


def test_the_tier_below_is_shown_with_a_column_for_each_period(offices: Offices) -> None:
    asked = ("report", "matrix", "P02", "--period", "2013", "--to", "2014", "--dir", offices.district)
    said = spoken(*asked, lang="zh")
    head, row = said.out.splitlines()
    assert head.split() == ["单位", "名称", "2013", "2014"]
    assert row.split() == [STREET, "新湖街道", str(shown(offices.district, STREET, "2013")), "—"]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (("P99", "--period", "2013"), "没有名为“P99”的指标"),
        (("P02", "--period", "2013", "--tier", "town"), "没有名为“town”的层级"),
        (("P02", "--period", "2013-W20"), "没有报表要求 2013-W20 P02 的数据"),
        (("P02", "--period", "2013-Q4", "--to", "2013-Q1"), "不是有效的统计期"),
        (("P02", "--period", "1900-Q4", "--to", "2013-Q1"), "不是有效的统计期"),
        (("P02", "--period", "2013", "--unit", "371499000000"), "单位树中没有 371499000000"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(offices: Offices, asked: tuple[str, ...], word: str) -> None:
    said = spoken("report", "matrix", *asked, "--dir", offices.district, lang="zh")
    assert said.code != 0
    assert word in said.err
    assert "Traceback" not in said.err


def test_a_figure_is_asked_for_by_the_catalogue_of_its_period(tmp_path: Path) -> None:
    folder, draft = found_alone(tmp_path / "node", UNIT), tmp_path / "draft"
    assert here("catalogue", "draft", draft, "--dir", folder).code == 0
    forms = draft / "catalogue" / "forms.toml"
    forms.write_text(forms.read_text(encoding="utf-8").replace('"aging-year"', '"aging-annual"'), encoding="utf-8")
    published = here("catalogue", "publish", draft, "--from", "2099", "--dir", folder, "--yes")
    assert published.code == 0, published.err
    node = open_node(folder)
    with node.store.read() as db:
        asked = [
            asked_of(db, node, MatrixWanted("P02", Period(year), Period(year)), (Period(year),)).form
            for year in ("2013", "2099")
        ]
    assert asked == ["aging-year", "aging-annual"]
