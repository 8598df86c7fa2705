"""Registers of associations and lists of activities as they really look, by the real commands in Chinese."""

from pathlib import Path

import polars as pl
import pytest

from tests.cli.offices import here
from tests.cli.test_cases import CASES, say
from tests.cli.test_cases import street as office
from tests.cli.test_sheets import ingest, write
from tests.cli.tried import failed

__all__ = ["office"]

YEAR = ("report", "show", "371402001000", "--form", "aging-year", "--period", "2025", "--json")


def new(office: Path, sample: Path, record: str, *more: str) -> str:
    made = say("plugin", "new", "p", "--from", sample, "--record", record, *more, "--dir", office)
    return made.out if made.code == 0 else made.err


def records(office: Path, *fields: str) -> list[tuple[object, ...]]:
    """What the node holds of the one stream, in the order of its rows."""
    (snapshot,) = (office / "snapshots").rglob("*.parquet")
    held = pl.read_parquet(snapshot)
    return held.sort("place_row").select(pl.col(fields).cast(pl.String)).rows()


def figures(office: Path, *indicators: str) -> dict[str, object]:
    """Figures of the year that the street's total has."""
    assert here("push", "--period", "2025", "--dir", office).code == 0
    found = {cell["indicator"]: cell["value"] for cell in here(*YEAR, "--dir", office).json["cells"]
             if not cell["breakdown"] and cell["measure"] == "value"}  # fmt: skip
    return {code: found[code] for code in indicators}


def test_what_is_no_registration_is_asked_and_a_certificate_is_no_number_of_the_association(office: Path) -> None:
    sample = CASES / "a3_associations.xlsx"
    asked = new(office, sample, "association")
    assert "“是否登记”列打勾为“登记为社会团体”，未打勾的是哪一种没有说明" in asked
    made = new(office, sample, "association", "--map", "legal_form=是否登记", "--value", "legal_form:否=3")
    assert failed(office, "p") == set()
    assert "未使用的列：序号、会长姓名、联系电话、活动场所（平方米）、登记证号、备注" in made
    assert ingest(office) == (3, 3)
    assert records(office, "established_on", "members_total", "legal_form") == [
        ("2012-03-01", "86", "1"), ("2015-06-01", "60", "3"), ("2018-09-01", "45", "1"),
    ]  # fmt: skip
    assert figures(office, "O01", "O03") == {"O01": 3, "O03": 191}


def test_only_those_ticked_may_be_known(office: Path) -> None:
    assert "已" in new(office, CASES / "a3_associations.xlsx", "association", "--map", "legal_form=是否登记")
    assert ingest(office) == (3, 3)
    assert records(office, "legal_form") == [("1",), (None,), ("1",)]


def test_activities_have_their_year_from_the_title_and_their_category_by_its_words(office: Path) -> None:
    sample = CASES / "a3_activities.xlsx"
    assert "--set kind=值（每行相同，如 " in new(office, sample, "activity")
    new(office, sample, "activity", "--set", "kind=活动")
    assert failed(office, "p") == set()
    assert ingest(office) == (4, 4)
    assert records(office, "start_at", "participants_total", "category") == [
        ("2025-10-29", "200", "arts"), ("2025-10-09", "45", "sports"), ("2025-05-12", "60", "health"),
        ("2025-09-01", "35", "arts"),
    ]  # fmt: skip
    assert figures(office, "A01") == {"A01": 4}


def test_a_register_that_says_filed_in_words_needs_no_question(office: Path, tmp_path: Path) -> None:
    rows = [
        ["新湖街道老年协会名册"],
        ["编号", "名称", "所属社区", "登记备案情况", "成立日期", "会员总数", "其中女会员"],
        ["1", "尉署社区老年协会", "尉署", "民政登记", "2011.5.1", "120人", "66"],
        ["2", "南龙社区老年协会", "南龙", "街道备案", "2013年6月", "80", "41"],
        ["3", "康乐社区老年协会", "康乐", "未登记未备案", "2014-3", "50余人", ""],
        ["合计", "", "", "", "", "250", "107"],
    ]
    assert "已在" in new(office, write(tmp_path / "a.xlsx", {"名册": rows}), "association")
    assert ingest(office) == (3, 3)
    assert records(office, "legal_form", "members_total", "established_on") == [
        ("1", "120", "2011-05-01"), ("2", "80", "2013-06-01"), ("3", "50", "2014-03-01"),
    ]  # fmt: skip


def test_two_header_rows_and_a_word_that_only_this_office_has(office: Path, tmp_path: Path) -> None:
    rows = [
        ["基本情况", "", "会员", "", "备案"],
        ["协会名称", "社区", "总数", "女", "登记备案类型"],
        ["尉署老年协会", "尉署社区", "90", "40", "社团登记"],
        ["南龙老年协会", "南龙社区", "30", "12", "区老龄办备案"],
        ["康乐老年协会", "康乐社区", "20", "9", "区老龄办备案"],
    ]
    sample = write(tmp_path / "a.xlsx", {"名册": rows})
    more = ("--map", "legal_form=登记备案类型", "--value", "legal_form:区老龄办备案=在街道(乡镇)备案",
            "--map", "members_total=总数", "--map", "members_female=女")  # fmt: skip
    assert "已在" in new(office, sample, "association", *more)
    assert ingest(office) == (3, 3)
    assert records(office, "legal_form", "members_total") == [("1", "90"), ("2", "30"), ("2", "20")]


def test_a_list_of_activities_with_kinds_and_times_of_every_usual_form(office: Path, tmp_path: Path) -> None:
    rows = [
        ["2025年敬老活动台账"],
        ["活动名称", "主办社区", "活动类型", "时间", "参与人数"],
        ["甲", "尉署社区", "比赛", "3月5日", "30"],
        ["乙", "南龙社区", "培训班", "2025/6/1 9:30", "25人"],
        ["丙", "南龙社区", "宣传活动", "9月", "约100人"],
        ["丁", "康乐社区", "文体活动", "10.1-10.7", "60"],
    ]
    assert "已在" in new(office, write(tmp_path / "a.xlsx", {"台账": rows}), "activity")
    assert ingest(office) == (4, 4)
    assert records(office, "kind", "start_at", "participants_total") == [
        ("contest", "2025-03-05", "30"), ("training", "2025-06-01", "25"), ("publicity", "2025-09-01", "100"),
        ("event", "2025-10-01", "60"),
    ]  # fmt: skip


@pytest.mark.parametrize(("wrong", "told"), [
    ("legal_form:否=9", "--value legal_form:否=9：没有这个代码"), ("unit:否=3", "--value unit：没有为它取用含文字的列"),
    ("否=3", "否=3：应写成 字段:文字=代码"),
])  # fmt: skip
def test_a_meaning_that_is_none_is_told(office: Path, wrong: str, told: str) -> None:
    sample = CASES / "a3_associations.xlsx"
    assert told in new(office, sample, "association", "--map", "legal_form=是否登记", "--value", wrong)
