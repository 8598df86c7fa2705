"""What rules look for beside their relations: ranges, stated ratios, changes, slips, copies, outliers, years."""

from collections.abc import Iterable
from datetime import date

import polars as pl
import pytest

from tests.rules.review.made_review import (
    CITY,
    OTHER,
    UNIT,
    at_places,
    catalogue,
    cells,
    declared,
    form,
    review,
    rows_form,
    rule,
    said,
)
from tiersync.model.form import Rule
from tiersync.model.indicator import Indicator
from tiersync.rules.review.columns import NO_CELLS, Figures
from tiersync.rules.review.judge import Exemption, Reviewed

PERSONS, MONEY = declared("P02"), declared("B03", measured_in="元", decimals=2, kind="flow")
VISITS = declared("S01", kind="flow", measured_in="人次")
RATE = declared("I02", measure="ratio", kind="ratio", factor=100, decimals=2, measured_in="%")
SHARE = declared("P03", measure="ratio", kind="ratio", factor=100, decimals=2, numerator="P02", denominator="P01")
PEOPLE = declared("P01")
RANGE = rule(code="V03", template="range", indicators=("P02", "B03", "S01"))
MOST = rule(
    code="V03-most", template="most", severity="soft", indicators=("P02",),
    most={"人": {"community": "100000", "city": "30000000"}},
)  # fmt: skip
CHANGE = rule(code="V08", template="change", severity="soft", indicators=("P02", "S01"), share="0.2", floor="20")
SLIP = rule(
    code="V08-slip", template="unit_slip", severity="soft", indicators=("P02", "B03", "S01"), share="0.02",
    floor="1000", floors={"元": "10000"},
)  # fmt: skip
COPY = rule(code="V08-copy", template="copy", severity="soft", indicators=("S01", "B03", "P02"), least=2)
FAR = rule(code="V08-far", template="outlier", severity="soft", indicators=("S01",), floor="5", share="3", least=8)


def judged(
    rules: Iterable[Rule], figures: pl.DataFrame | Figures, indicators: Iterable[Indicator] = (PERSONS, MONEY, VISITS),
    communities: int = 2, period: str = "2013-Q2", exemptions: tuple[Exemption, ...] = (),
    today: date = date(2013, 7, 5),
) -> Reviewed:  # fmt: skip
    asked = form("asked", indicators)
    return review(catalogue(indicators, rules, [asked], communities), asked, figures, period, exemptions, today)


@pytest.mark.parametrize(
    ("code", "value", "found"),
    [
        ("P02", -5, [("V03", "-5", ">=", "0", "5")]),
        ("P02", 0, []),
        ("S01", -1, [("V03", "-1", ">=", "0", "1")]),
        ("B03", (-100, 2), [("V03", "-1.00", ">=", "0", "1.00")]),
        ("B03", (12345, 3), [("V03", "12.345", "", "", "")]),
        ("B03", (12340, 3), []),
        ("P02", (15, 1), [("V03", "1.5", "", "", "")]),
        ("P02", (150, 1), []),
    ],
)
def test_counts_are_whole_and_nothing_but_a_recovery_is_negative(
    code: str, value: object, found: list[tuple[str, ...]]
) -> None:
    assert said(judged([RANGE], cells({(UNIT, code): value}))) == found


def test_a_recovery_may_be_negative_and_so_may_an_approximate_nothing() -> None:
    recovery = RANGE.model_copy(update={"negative": ("B03",)})
    assert said(judged([recovery], cells({(UNIT, "B03"): (-5, 2)}))) == []
    assert said(judged([RANGE], cells({(UNIT, "P02"): -1}, bounds="-2..1"))) == []


@pytest.mark.parametrize(
    ("unit", "value", "found"),
    [
        (UNIT, 3_000_000, [("V03-most", "3000000", "<=", "100000", "2900000")]),
        (UNIT, 100_000, []),
        (UNIT, 100_001, [("V03-most", "100001", "<=", "100000", "1")]),
        (CITY, 3_000_000, []),
    ],
)
def test_more_than_any_such_unit_has_is_noticed(unit: str, value: int, found: list[tuple[str, ...]]) -> None:
    assert said(judged([MOST], cells({(unit, "P02"): value}))) == found


@pytest.mark.parametrize(
    ("numerator", "denominator", "stated", "scale", "found"),
    [
        (1104, 6000, 1804, 2, [("V04", "18.04", "=", "18.40", "0.36")]),
        (1104, 6000, 1840, 2, []),
        (211, 367, 5749, 2, []),
        (97, 367, 2643, 2, []),
        (33, 367, 899, 2, []),
        (25, 367, 681, 2, []),
        (1, 367, 27, 2, []),
        (2, 3, 667, 1, []),
        (2, 3, 666, 1, [("V04", "66.6", "=", "66.7", "0.1")]),
        (1, 8, 125, 1, []),
        (1, 8, 12, 0, []),
        (1, 8, 13, 0, []),
        (0, 0, 0, 2, [("V04", "0.00", "=", "", "")]),
    ],
)
def test_a_stated_ratio_is_recomputed_within_half_a_unit_of_its_last_place(
    numerator: int, denominator: int, stated: int, scale: int, found: list[tuple[str, ...]]
) -> None:
    held = cells({
        (UNIT, "I02", "", "numerator"): numerator, (UNIT, "I02", "", "denominator"): denominator,
        (UNIT, "I02", "", "value"): (stated, scale),
    })  # fmt: skip
    assert said(judged([rule(code="V04", template="ratio", indicators=("I02",))], held, [RATE])) == found


def test_five_shares_that_add_to_99_99_are_right() -> None:
    kinds = {"1": 211, "2": 97, "3": 33, "4": 25, "5": 1}
    shares = {"11": 5749, "12": 2643, "13": 899, "14": 681, "15": 27}
    asked, indicators = rows_form(
        dict.fromkeys((*kinds, "6", *shares), "件数"), **{f"row{row}": {"decimals": 2} for row in shares}
    )
    rules = [
        rule("6=1+2+3+4+5", code="V01"),
        rule(*(f"1{row}={row}/6*100.0" for row in kinds), code="V04", template="ratio", tolerance="half_unit"),
    ]
    values = kinds | {"6": 367} | {row: (share, 2) for row, share in shares.items()}
    assert said(review(catalogue(indicators, rules, [asked]), asked, at_places(asked, values))) == []
    wrong = values | {"15": (26, 2), "14": (682, 2)}  # 0.27 and 6.81, which are 0.2725 and 6.8120
    found = review(catalogue(indicators, rules, [asked]), asked, at_places(asked, wrong))
    assert found.findings.select("relation", "left").rows() == [
        ("14=4/6*100.0", "6.82"),
        ("15=5/6*100.0", "0.26"),
    ]


@pytest.mark.parametrize(
    ("seniors", "share", "scale", "people", "found"),
    [
        (890_000, 1600, 2, 5_562_500, []),
        (890_000, 16, 0, 5_500_000, []),
        (890_000, 1600, 2, 5_500_000, [("V14", "5500000", "=", "5562500", "62500")]),
        (2_000_000, 300, 1, 6_666_667, []),
        (2_000_000, 30, 0, 7_000_000, [("V14", "7000000", "=", "6666667", "333333")]),
    ],
)
def test_a_share_implies_the_whole(
    seniors: int, share: int, scale: int, people: int, found: list[tuple[str, ...]]
) -> None:
    held = cells({(UNIT, "P01"): people, (UNIT, "P02"): seniors, (UNIT, "P03"): (share, scale)})
    rules = [rule(code="V14", template="implied_denominator", severity="soft", indicators=("P03",))]
    assert said(judged(rules, held, [PEOPLE, PERSONS, SHARE])) == found


@pytest.mark.parametrize(
    ("basis", "code", "now", "before", "year_ago", "found"),
    [
        ("declared", "P02", 1520, 1180, None, [("V08", "1520", "=", "1180", "340")]),
        ("records", "P02", 1520, 1180, None, [("V08", "1520", "=", "1180", "340")]),
        ("records", "P02", 1180, 1000, None, []),
        ("records", "P02", 1200, 1000, None, []),
        ("records", "P02", 1201, 1000, None, [("V08", "1201", "=", "1000", "201")]),
        ("records", "P02", 6, 3, None, []),
        ("records", "P02", 600, 0, None, []),
        ("records", "P02", 0, 600, None, [("V08", "0", "=", "600", "600")]),
        ("declared", "S01", 500, 10, 480, []),
        ("declared", "S01", 500, 480, 100, [("V08", "500", "=", "100", "400")]),
        ("declared", "S01", 500, 100, None, [("V08", "500", "=", "100", "400")]),
        ("records", "S01", 7002, 0, 100, []),
        ("records", "S01", 0, 7002, None, []),
        ("records", "P02", None, 600, None, []),
    ],
)
def test_a_change_above_the_share_asks_for_a_reason(
    basis: str, code: str, now: int | None, before: int | None, year_ago: int | None, found: list[tuple[str, ...]]
) -> None:
    frames = [cells({(UNIT, code): value}, basis=basis) for value in (now, before, year_ago)]
    assert said(judged([CHANGE], Figures(*frames))) == found


@pytest.mark.parametrize(
    ("basis", "code", "now", "before", "year_ago", "times"),
    [
        ("declared", "B03", (120_000_000, 2), (1_200_000, 2), None, "100 倍"),
        ("records", "B03", (120_000_000, 2), (1_200_000, 2), None, "100 倍"),
        ("declared", "B03", (210, 2), (2_100_000, 2), None, "1/10000"),
        ("declared", "S01", 1200, 900, 12, "100 倍"),
        ("records", "S01", 1200, 12, None, None),
        ("declared", "S01", 100, 10, None, None),
        ("declared", "P02", 10_150, 1000, None, "10 倍"),
        ("declared", "P02", 10_300, 1000, None, None),
        ("declared", "P02", 1000, 0, None, None),
    ],
)
def test_a_slip_of_the_unit_is_noticed_above_its_floor(
    basis: str, code: str, now: object, before: object, year_ago: object, times: str | None
) -> None:
    frames = [cells({(UNIT, code): value}, basis=basis) for value in (now, before, year_ago)]
    found = judged([SLIP], Figures(*frames)).findings
    assert [times in zh for zh in found["zh"]] == ([True] if times else [])


def test_a_slip_is_asked_about_once() -> None:
    figures = Figures(
        cells({(UNIT, "P02"): 11_800, (OTHER, "P02"): 900}), cells({(UNIT, "P02"): 1180, (OTHER, "P02"): 600})
    )
    found = judged([CHANGE, SLIP], figures).findings
    assert found.select("rule", "unit").rows() == [("V08", OTHER), ("V08-slip", UNIT)]


@pytest.mark.parametrize(
    ("now", "before", "basis", "found"),
    [
        ({"S01": 30, "B03": (500, 2)}, {"S01": 30, "B03": (500, 2)}, "declared", ["2"]),
        ({"S01": 30, "B03": (500, 2)}, {"S01": 30, "B03": (501, 2)}, "declared", []),
        ({"S01": 30, "B03": (500, 2)}, {"S01": 30, "B03": (500, 2)}, "records", []),
        ({"S01": 0, "B03": (500, 2)}, {"S01": 0, "B03": (500, 2)}, "declared", []),
        ({"S01": 30, "P02": 500}, {"S01": 30, "P02": 500}, "declared", []),
        ({"S01": 30, "B03": (500, 2)}, {"S01": 30}, "declared", []),
    ],
)
def test_a_copy_of_last_period_is_noticed(
    now: dict[str, object], before: dict[str, object], basis: str, found: list[str]
) -> None:
    frames = [cells({(UNIT, code): value for code, value in one.items()}, basis=basis) for one in (now, before)]
    assert judged([COPY], Figures(*frames)).findings["left"].to_list() == found


SISTERS = [f"379901001{number:03}" for number in range(1, 13)]


@pytest.mark.parametrize(
    ("values", "basis", "found"),
    [
        ([12] * 11 + [13], "declared", []),
        ([12] * 11 + [1200], "declared", [(SISTERS[11], "1200", "12", "1188")]),
        ([12] * 11 + [1200], "records", []),
        ([12] * 11 + [17], "declared", []),
        ([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120], "declared", []),
        ([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 900], "declared", [(SISTERS[11], "900", "65", "835")]),
        ([60] * 11 + [2], "declared", [(SISTERS[11], "2", "60", "58")]),
        ([60] * 11 + [0], "declared", []),
        ([12] * 6 + [1200], "declared", []),
    ],
)
def test_an_outlier_among_sisters_is_noticed(values: list[int], basis: str, found: list[tuple[str, ...]]) -> None:
    held = cells({(unit, "S01"): value for unit, value in zip(SISTERS, values, strict=False)}, basis=basis)
    seen = judged([FAR], held, communities=12).findings
    assert seen.select("unit", "left", "right", "difference").rows() == found


def test_the_outlier_is_also_a_hundred_times_its_own_last_value() -> None:
    before = cells({(unit, "S01"): 12 for unit in SISTERS})
    now = cells({(unit, "S01"): 1200 if unit == SISTERS[11] else 12 for unit in SISTERS})
    found = judged([FAR, SLIP], Figures(now, before), communities=12).findings
    assert found.select("rule", "unit").rows() == [("V08-far", SISTERS[11]), ("V08-slip", SISTERS[11])]


@pytest.mark.parametrize(
    ("kind", "year", "quarters", "found"),
    [
        ("flow", 10, [1, 2, 3, 4], []),
        ("flow", 11, [1, 2, 3, 4], [("V13", "11", "=", "10", "1")]),
        ("flow", 11, [1, 2, 3], []),
        ("flow", 11, [1, 2, 3, None], []),
        ("distinct", 10, [1, 2, 3, 4], []),
        ("distinct", 4, [1, 2, 3, 4], []),
        ("distinct", 3, [1, 2, 3, 4], [("V13", "3", ">=", "4", "1")]),
        ("distinct", 12, [1, 2, 3, 4], [("V13", "12", "<=", "10", "2")]),
        ("stock", 77, [1, 2, 3, 4], []),
    ],
)
def test_a_declared_year_is_what_its_quarters_come_to(
    kind: str, year: int, quarters: list[int | None], found: list[tuple[str, ...]]
) -> None:
    indicator = declared("S01", kind=kind)
    shorter = [cells({(UNIT, "S01"): value}) for value in quarters] + [NO_CELLS] * (4 - len(quarters))
    figures = Figures(cells({(UNIT, "S01"): year}), shorter=shorter)
    rules = [rule(code="V13", template="cumulative", indicators=("S01",))]
    assert said(judged(rules, figures, [indicator], period="2013")) == found


@pytest.mark.parametrize(
    ("until", "today", "found"),
    [
        (date(2013, 7, 5), date(2013, 7, 5), 1),
        (date(2013, 7, 5), date(2013, 7, 6), 2),
        (date(2013, 7, 9), date(2013, 7, 6), 1),
    ],
)
def test_an_exempt_unit_is_not_asked_until_its_day_is_over(until: date, today: date, found: int) -> None:
    held = cells({(UNIT, "P02"): -1, (OTHER, "P02"): -1})
    exempt = (Exemption(UNIT, "V03", until), Exemption(OTHER, "V04", until))
    assert judged([RANGE], held, exemptions=exempt, today=today).findings.height == found


@pytest.mark.parametrize(
    ("seniors", "share", "found"), [(9496, 10000, 1), (9500, 10000, 0), (94_999_999, 100_000_000, 1), (19, 20, 0)]
)
def test_a_target_is_never_rounded_up_to(seniors: int, share: int, found: int) -> None:
    held = cells({(UNIT, "I02", "", "numerator"): seniors, (UNIT, "I02", "", "denominator"): share})
    target = rule("I02>=95", code="V09", template="target", severity="info")
    assert judged([target], held, [RATE]).findings["severity"].to_list() == ["info"] * found
