"""Review by columns finds what a slow judge finds that looks at one report after the other, in plain fractions."""

from fractions import Fraction
from statistics import median

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.review.made_review import at_places, catalogue, cells, declared, form, review, rows_form, rule
from tiersync.rules.review.columns import Figures

ROWS = {"1": "甲", "2": "乙", "3": "丙", "4": "丁"}
UNITS = [f"379901001{number:03}" for number in range(1, 6)]
RELATIONS = {
    "1=2+3": lambda a, b, c, d: a - b - c == 0,
    "1<=2": lambda a, b, c, d: a <= b,
    "1<2": lambda a, b, c, d: a < b,
    "1>=2-3": lambda a, b, c, d: a >= b - c,
    "1>2*3": lambda a, b, c, d: a > b * c,
    "1*0.5+2<=3*25%": lambda a, b, c, d: a / 2 + b <= c / 4,
    "1-(2-3)=4": lambda a, b, c, d: a - (b - c) == d,
    "-1<=2/4": lambda a, b, c, d: d == 0 or -a <= b / d,
    "1=2=3": None,
}
NEEDS = {"1=2+3": "123", "1<=2": "12", "1<2": "12", "1>=2-3": "123", "1>2*3": "123", "1*0.5+2<=3*25%": "123"}
VALUES = st.one_of(
    st.none(),
    st.tuples(st.integers(-6, 12), st.sampled_from([0, 1, 2, 8])),
    st.tuples(st.integers(-(2**63) + 1, 2**63 - 1), st.just(2)),
)
REPORTS = st.dictionaries(st.sampled_from(UNITS), st.tuples(*[VALUES] * 4), min_size=1)


def fraction(value: tuple[int, int] | None) -> Fraction | None:
    return None if value is None else Fraction(value[0], 10 ** value[1])


def naive(relation: str, report: tuple[tuple[int, int] | None, ...]) -> int:
    """How many links of a relation one report breaks."""
    values = [fraction(value) for value in report]
    if relation == "1=2=3":
        return sum(None not in pair and pair[0] != pair[1] for pair in (values[:2], values[1:3]))
    needed = [values[int(place) - 1] for place in NEEDS.get(relation, "124" if "/" in relation else "1234")]
    filled = [Fraction(0) if value is None else value for value in values]
    return int(None not in needed and not RELATIONS[relation](*filled))


@settings(max_examples=150, deadline=None)
@given(reports=REPORTS)
def test_every_relation_is_judged_as_it_is_one_report_at_a_time(reports: dict) -> None:
    asked, indicators = rows_form(ROWS, **{f"row{row}": {"decimals": 4} for row in ROWS})
    rules = [rule(relation, code=f"V{number:02}") for number, relation in enumerate(RELATIONS)]
    frame = pl.concat(
        [at_places(asked, dict(zip(ROWS, report, strict=True)), unit) for unit, report in reports.items()]
    )
    told = catalogue(indicators, rules, [asked], len(UNITS))
    found = review(told, asked, frame).findings.group_by("rule", "unit").len()
    expected = {
        (f"V{number:02}", unit): times
        for number, relation in enumerate(RELATIONS)
        for unit, report in reports.items()
        if (times := naive(relation, report))
    }
    assert {(code, unit): times for code, unit, times in found.rows()} == expected


COUNTS = st.one_of(st.none(), st.integers(0, 30), st.sampled_from([100, 1000, 1010, 10_000, 12_000, 1_200_000]))
HISTORY = st.dictionaries(st.sampled_from(UNITS), st.tuples(COUNTS, COUNTS, COUNTS), min_size=1)
SHARE, FLOOR, NEAR, SLIP_FLOOR = Fraction("0.2"), 20, Fraction("0.02"), 1000


def naive_history(kind: str, basis: str, now: int | None, before: int | None, year_ago: int | None) -> set[str]:
    """Which of change and slip one figure is asked about."""
    if now is None:
        return set()
    bases = [base for base in (before, year_ago) if base]
    both = [(max(now, base), min(now, base)) for base in bases if now]
    slips = any(
        large >= SLIP_FLOOR and abs(large - small * times) <= NEAR * small * times
        for large, small in both for times in (10, 100, 10_000)
    )  # fmt: skip
    if slips and basis == "declared":
        return {"V08-slip"}
    base = before if kind == "stock" else year_ago if year_ago is not None else before
    if not base or (kind != "stock" and basis != "declared"):
        return set()
    return {"V08"} if abs(now - base) > SHARE * base and abs(now - base) >= FLOOR else set()


@settings(max_examples=150, deadline=None)
@given(history=HISTORY, kind=st.sampled_from(["stock", "flow"]), basis=st.sampled_from(["declared", "records"]))
def test_changes_and_slips_are_those_of_one_figure_at_a_time(history: dict, kind: str, basis: str) -> None:
    indicator = declared("S01", kind=kind)
    asked = form("asked", [indicator])
    rules = [
        rule(code="V08", template="change", indicators=("S01",), share="0.2", floor="20"),
        rule(code="V08-slip", template="unit_slip", indicators=("S01",), share="0.02", floor="1000"),
    ]
    frames = [cells({(unit, "S01"): told[place] for unit, told in history.items()}, basis=basis) for place in range(3)]
    found = review(catalogue([indicator], rules, [asked], 5), asked, Figures(*frames)).findings
    expected = {(unit, code) for unit, told in history.items() for code in naive_history(kind, basis, *told)}
    assert set(found.select("unit", "rule").rows()) == expected


@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.one_of(st.integers(0, 40), st.sampled_from([200, 1200])), min_size=5, max_size=15))
def test_outliers_are_those_of_median_and_mad(values: list[int]) -> None:
    indicator = declared("S01", kind="flow")
    asked = form("asked", [indicator])
    rules = [rule(code="V08-far", template="outlier", indicators=("S01",), floor="5", share="3", least=8)]
    units = [f"379901001{number:03}" for number in range(1, len(values) + 1)]
    frame = cells({(unit, "S01"): value for unit, value in zip(units, values, strict=True)})
    found = review(catalogue([indicator], rules, [asked], len(values)), asked, frame).findings
    middle = Fraction(median([Fraction(value) for value in values]))
    mad = median([abs(value - middle) for value in values])
    expected = [
        unit for unit, value in zip(units, values, strict=True)
        if len(values) >= 8 and value > 0 and abs(value - middle) > 5 and abs(value - middle) > Fraction("5.2") * mad
        and max(value, middle) >= 3 * min(value, middle)
    ]  # fmt: skip
    assert found["unit"].to_list() == expected
