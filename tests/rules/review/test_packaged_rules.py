"""The rules of the packaged catalogue: what they find in a community's quarter and year, and what they leave alone."""

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from tests.rules.made_snapshots import CATALOGUE, COMMUNITY, DISTRICT
from tests.rules.review.made_review import at_places, catalogue, cells, review, rows_form, rule, said
from tiersync.model.period import Period
from tiersync.rules.counting.sheet import lay_out
from tiersync.rules.review.columns import Figures
from tiersync.rules.review.found import Review
from tiersync.rules.review.judge import Reviewed, judge

QUARTER = CATALOGUE.form("aging-quarter")
OF_PERSONS = {"P02": 900, "P04": 600, "P05": 120, "P06": 20, "P07": 2, "P08": 400, "P09": 90, "P10": 80, "P11": 30}


def sealed(values: Mapping[str, object], unit: str = COMMUNITY, **more: object) -> pl.DataFrame:
    return cells({(unit, *key.partition("|")[::2]): value for key, value in values.items()}, **more)


def judged(figures: pl.DataFrame | Figures, form: str = "aging-quarter", period: str = "2013-Q4") -> Reviewed:
    held = figures if isinstance(figures, Figures) else Figures(figures)
    return judge(Review(CATALOGUE, CATALOGUE.form(form), Period(period), date(2014, 1, 8)), held)


def test_a_sound_community_breaks_no_rule() -> None:
    held = judged(sealed(OF_PERSONS, basis="records"))
    assert (said(held), held.unchecked.height) == ([], 0)


def test_a_community_of_zeros_breaks_no_rule_in_any_of_its_cells() -> None:
    zeros = lay_out(CATALOGUE, QUARTER, Period("2013-Q4"), [COMMUNITY]).rows.with_columns(
        value=0, status=pl.lit("ok"), basis=pl.lit("nil"), bounds=pl.lit("")
    )
    assert zeros.height > 700
    assert said(judged(Figures(zeros, zeros, zeros))) == []


@pytest.mark.parametrize(
    ("values", "rule", "severity", "zh"),
    [
        ({"P07": 121}, "V02", "hard", "百岁老年人口数 121 应不大于 80岁及以上高龄老年人口数 120，相差 1"),
        (
            {"P05|sex=1": 70, "P04|sex=1": 69}, "V02", "hard",
            "80岁及以上高龄老年人口数·男性 70 应不大于 65岁及以上老年人口数·男性 69，相差 1",
        ),
        ({"P09": 401}, "V02", "hard", "独居老年人数 401 应不大于 空巢老年人数 400，相差 1"),
        ({"L04": -5}, "V03", "hard", "老年人信访受理件数 -5，不得小于 0"),
        ({"S05": 3_000_000}, "V03-most", "soft", "为老志愿者人数 3000000，超过该级单位可能的最大值 100000，请核对"),
        (
            {"B03": (1000, 2), "B08": (300, 2), "B09": (800, 2)}, "V05", "hard",
            "补贴(救助)实发净额 8 应等于 补贴(救助)发放金额 10 － 补贴(救助)追回金额 3＝7，相差 1",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_found_and_said(values: dict[str, object], rule: str, severity: str, zh: str) -> None:
    found = judged(sealed(OF_PERSONS | values)).findings
    assert found.select("rule", "severity", "zh").rows() == [(rule, severity, zh)]


def test_more_may_be_recovered_than_was_paid() -> None:
    assert said(judged(sealed({"B03": (0, 2), "B08": (300, 2), "B09": (-300, 2)}))) == []


def test_petitions_closed_in_time_are_at_most_those_that_were_due() -> None:
    due = {(DISTRICT, "L05"): 5, (DISTRICT, "L06", "", "numerator"): 5, (DISTRICT, "L06", "", "denominator"): 4}
    assert judged(cells(due)).findings["difference"].to_list() == ["1"]


def test_an_average_that_doubled_since_last_year_is_asked_about_as_the_ratio_that_it_is() -> None:
    def claims(amount: int) -> pl.DataFrame:
        pair = {(DISTRICT, "I05", "", "numerator"): (amount, 2), (DISTRICT, "I05", "", "denominator"): 2}
        return cells(pair, basis="records")

    held = judged(Figures(claims(40_020), year_ago=claims(20_000)), "aging-year", "2013")
    assert held.findings.select("rule", "indicator", "measure", "left", "right").rows() == [
        ("V08", "I05", "value", "200.1", "150")
    ]
    assert said(judged(Figures(claims(30_000), year_ago=claims(20_000)), "aging-year", "2013")) == []


def test_what_is_counted_may_come_and_go_with_the_seasons() -> None:
    quiet = sealed(OF_PERSONS | {"B01": 0, "B03": (0, 2), "S01": 0, "A01": 0}, basis="records")
    busy = sealed(OF_PERSONS | {"B01": 90, "B03": (2_700_000, 2), "S01": 45, "A01": 12}, basis="records")
    assert said(judged(Figures(busy, quiet, quiet))) == []
    assert said(judged(Figures(quiet, busy, busy))) == []


@pytest.mark.parametrize(
    ("paid", "found"),
    [
        (31_800, []),
        (31_900, [("V05", "31900", "=", "31800", "100")]),
        (31_500, [("V05", "31500", "=", "31800", "300")]),
    ],
)
def test_money_is_the_rate_times_person_months_with_what_came_later_and_back(
    paid: int, found: list[tuple[str, ...]]
) -> None:
    places = {"1": "发放人月数", "2": "月标准", "3": "补发", "4": "追回", "5": "退票", "6": "发放金额"}
    asked, indicators = rows_form(places, **{f"row{row}": {"measured_in": "元"} for row in "23456"})
    told = catalogue(indicators, [rule("6=1×2＋3－4－5", code="V05", template="rate_times_persons")], [asked])
    values = {"1": 320, "2": 100, "3": 200, "4": 100, "5": 300, "6": paid}
    assert said(review(told, asked, at_places(asked, values))) == found


@pytest.mark.parametrize(("corrected", "found"), [(-2, []), (0, [("V06", "1000", "=", "1002", "2")])])
def test_a_stock_closes_with_the_row_of_earlier_periods(corrected: int, found: list[tuple[str, ...]]) -> None:
    asked, indicators = rows_form({"1": "期末", "2": "增加", "3": "减少", "4": "以前期更正"})
    balance = rule("1=@-1 1+2-3+4", code="V06", template="balance", scope="period", negative=(indicators[3].code,))
    now = at_places(asked, {"1": 1000, "2": 30, "3": 18, "4": corrected})
    told = catalogue(indicators, [balance], [asked])
    assert said(review(told, asked, Figures(now, at_places(asked, {"1": 990})))) == found
