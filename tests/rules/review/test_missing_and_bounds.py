"""What is missing is not checked and said so; approximate figures and lower bounds fail only where they must."""

import polars as pl
import pytest

from tests.rules.review.made_review import OTHER, UNIT, at_places, catalogue, review, rows_form, rule, said
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Indicator
from tiersync.rules.review.columns import Figures

ROWS = {"1": "合计", "2": "男", "3": "女", "4": "比率"}
LARGE = 9_200_000_000_000_000_000


@pytest.fixture
def first() -> tuple[Form, list[Indicator]]:
    return rows_form(ROWS)


Asked = tuple[Form, list[Indicator]]


def judged(asked: Asked, one: Rule, values: dict[str, object], **more: object) -> object:
    form, indicators = asked
    return review(catalogue(indicators, [one], [form]), form, at_places(form, values, **more))


@pytest.mark.parametrize(
    ("missing", "values", "found", "unchecked"),
    [
        ("skip", {"1": 5, "2": 5, "3": None}, [], [("skipped", "X002")]),
        ("skip", {"1": 5, "2": None, "3": None}, [], [("skipped", "X001 X002")]),
        ("skip", {"1": None, "2": None, "3": None}, [], []),
        ("skip", {"1": 5, "2": 5}, [], []),
        ("zero", {"1": 5, "2": 5, "3": None}, [], [("as_zero", "X002")]),
        ("zero", {"1": 5, "2": 4, "3": None}, [("V02", "5", "=", "4", "1")], [("as_zero", "X002")]),
        ("zero", {"1": 5, "2": 4, "3": 1}, [], []),
    ],
)
def test_a_relation_with_a_missing_value_is_listed(
    first: Asked, missing: str, values: dict[str, object], found: list[object], unchecked: list[object]
) -> None:
    held = judged(first, rule("1=2+3", missing=missing), values)
    assert said(held) == found
    assert held.unchecked.select("why", "missing").rows() == unchecked


def test_what_is_divided_by_nothing_has_no_value(first: Asked) -> None:
    held = judged(first, rule("4=2/3"), {"2": 5, "3": 0, "4": 0})
    assert (said(held), held.unchecked["why"].to_list()) == ([], ["no_value"])


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"1": 0, "2": 3, "3": 1}, 0),
        ({"1": 7, "2": 3, "3": 1}, 1),
        ({"1": None, "2": 3, "3": 1}, 0),
        ({"1": 7, "2": 1, "3": 1}, 0),
    ],
)
def test_a_rule_is_judged_only_where_its_condition_holds(first: Asked, values: dict[str, object], found: int) -> None:
    assert len(said(judged(first, rule("2<=3", when="1>0.0"), values))) == found


@pytest.mark.parametrize(
    ("relation", "bounds", "values", "found"),
    [
        ("2<=1", {"1": "780.."}, {"1": 780, "2": 900}, 0),
        ("2<=1", {"1": "..780"}, {"1": 780, "2": 781}, 1),
        ("2<=1", {"1": "700..800"}, {"1": 750, "2": 800}, 0),
        ("2<=1", {"1": "700..800"}, {"1": 750, "2": 801}, 1),
        ("1=2+3", {"2": "50..", "3": "..10"}, {"1": 40, "2": 50, "3": 10}, 0),
        ("1=2+3", {"2": "50.."}, {"1": 40, "2": 50, "3": 0}, 1),
        ("1-2=3", {"2": "50.."}, {"1": 40, "2": 50, "3": -20}, 0),
        ("1=2*3", {"2": "9..11"}, {"1": 33, "2": 10, "3": 3}, 0),
        ("1=2*3", {"2": "9..11"}, {"1": 34, "2": 10, "3": 3}, 1),
        ("1=2/3", {"3": "2..4"}, {"1": 6, "2": 12, "3": 3}, 0),
        ("1=2/3", {"3": "2..4"}, {"1": 7, "2": 12, "3": 3}, 1),
        ("1<2", {"2": "10.."}, {"1": 500, "2": 10}, 0),
        ("1<2", {"2": "..10"}, {"1": 10, "2": 10}, 1),
    ],
)
def test_an_approximate_figure_fails_only_for_certain(
    first: Asked, relation: str, bounds: dict[str, str], values: dict[str, object], found: int
) -> None:
    form, indicators = first
    frame = at_places(form, values)
    said_of = {form.places[place]: text for place, text in bounds.items()}
    frame = frame.with_columns(bounds=pl.col("indicator").replace_strict(said_of, default="", return_dtype=pl.String))
    assert len(said(review(catalogue(indicators, [rule(relation)], [form]), form, frame))) == found


@pytest.mark.parametrize(("whole", "part", "found"), [(10, 20, 0), (20, 10, 0)])
def test_a_total_that_lacks_parts_is_the_least_that_it_may_be(first: Asked, whole: int, part: int, found: int) -> None:
    held = judged(first, rule("2<=1"), {"1": whole, "2": part}, status="partial", part="total")
    assert len(said(held)) == found


def test_a_complete_part_above_a_whole_that_lacks_some_is_no_finding_and_the_reverse_is(first: Asked) -> None:
    form, indicators = first
    frame = at_places(form, {"1": 10, "2": 20})
    some = pl.when(pl.col("indicator") == form.places["2"]).then(pl.lit("partial")).otherwise("status")
    held = review(catalogue(indicators, [rule("2<=1")], [form]), form, frame.with_columns(status=some))
    assert said(held) == [("V02", "20", "<=", "10", "10")]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"1": LARGE, "2": LARGE - 1, "3": 1}, 0),
        ({"1": LARGE, "2": LARGE - 1, "3": 2}, 1),
        ({"1": (LARGE, 9), "2": (LARGE - 1, 9), "3": (1, 9)}, 0),
        ({"1": (LARGE, 9), "2": (LARGE - 1, 9), "3": (2, 9)}, 1),
        ({"1": (1050, 2), "2": (105, 1), "3": 0}, 0),
        ({"1": (1_000_000, 9), "2": 1, "3": 0}, 1),
        ({"1": (1_000_000_000, 9), "2": 1, "3": 0}, 0),
        ({"1": (1051, 2), "2": (105, 1), "3": 0}, 1),
    ],
)
def test_sums_are_exact_however_large_or_fine(first: Asked, values: dict[str, object], found: int) -> None:
    assert len(said(judged(first, rule("1=2+3"), values))) == found


@pytest.mark.parametrize(
    ("relation", "tolerance", "values", "found"),
    [
        ("1=2+3", "1", {"1": 10, "2": 5, "3": 6}, 0),
        ("1=2+3", "1", {"1": 10, "2": 5, "3": 7}, 1),
        ("1=2/3", "0.5", {"1": 3, "2": 7, "3": 2}, 0),
        ("1<2", "1", {"1": 6, "2": 5}, 0),
        ("1<2", "1", {"1": 7, "2": 5}, 1),
        ("1<=2*1000000000000.5", "0", {"1": 5, "2": 0}, 1),
    ],
)
def test_sides_may_be_a_tolerance_apart(
    first: Asked, relation: str, tolerance: str, values: dict[str, object], found: int
) -> None:
    assert len(said(judged(first, rule(relation, tolerance=tolerance), values))) == found


def test_small_figures_are_not_odd_under_the_floor(first: Asked) -> None:
    assert len(said(judged(first, rule("2<=1", floor="10"), {"1": 3, "2": 9}))) == 0
    assert len(said(judged(first, rule("2<=1", floor="10"), {"1": 3, "2": 10}))) == 1


def test_units_are_judged_at_once_and_each_by_its_own(first: Asked) -> None:
    form, indicators = first
    both = pl.concat([at_places(form, {"1": 5, "2": 6}), at_places(form, {"1": 5, "2": 4}, OTHER)])
    held = review(catalogue(indicators, [rule("2<=1")], [form]), form, both)
    assert held.findings.select("unit", "part").rows() == [(UNIT, "own")]


def test_a_relation_that_cannot_be_read_is_listed_and_stops_no_other(first: Asked) -> None:
    form, indicators = first
    rules = [rule("2<=77", code="V01"), rule("2<=1"), rule("2<=1", code="V04", when="(1")]
    held = review(catalogue(indicators, rules, [form]), form, at_places(form, {"1": 5, "2": 6}))
    assert held.findings["rule"].to_list() == ["V02"]
    assert held.unchecked.select("rule", "relation", "why").rows() == [
        ("V01", "2<=77", "unreadable"), ("V04", "(1", "unreadable")
    ]  # fmt: skip


def test_a_rule_of_another_form_is_not_asked(first: Asked) -> None:
    form, indicators = first
    other, more = rows_form({"1": "甲"}, table=9, code="other")
    told = catalogue(
        [*indicators, *more], [rule("2<=1", form="other"), rule("2<=1", code="V01", form="rows")], [form, other]
    )
    held = review(told, form, Figures(at_places(form, {"1": 5, "2": 6})))
    assert held.findings["rule"].to_list() == ["V01"]
