"""Relations in the notation of offices, judged: operators as written, tables, ranges, chains and times."""

import pytest

from tests.rules.review.made_review import UNIT, at_places, catalogue, review, rows_form, rule, said
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.text import Text
from tiersync.rules.review.columns import Figures

ROWS = {"1": "户数", "2": "有老年人的户数", "3": "其中独居户数", "4": "合计", "5": "男", "6": "女"}
RANGES = {f"{column}{row}": f"{column}{row}" for column in "CD" for row in range(3, 9)}


@pytest.fixture
def first() -> tuple[Form, list[Indicator]]:
    return rows_form(ROWS, table=1)


@pytest.mark.parametrize(
    ("relation", "values", "found"),
    [
        ("表一:3<2", {"2": 8, "3": 8}, [("V02", "8", "<", "8", "0")]),
        ("表一:3<=2", {"2": 8, "3": 8}, []),
        ("3<2", {"2": 0, "3": 0}, [("V02", "0", "<", "0", "0")]),
        ("2>3", {"2": 41, "3": 40}, []),
        ("2＞3", {"2": 40, "3": 41}, [("V02", "40", ">", "41", "1")]),
        ("３≤２", {"2": 7, "3": 9}, [("V02", "9", "<=", "7", "2")]),
        ("4=5+6", {"4": 10, "5": 4, "6": 5}, [("V02", "10", "=", "9", "1")]),
        ("4＝5＋6", {"4": 10, "5": 4, "6": 6}, []),
        ("4-5=6", {"4": 3, "5": 4, "6": 5}, [("V02", "-1", "=", "5", "6")]),
        ("4=2×3", {"4": 12, "2": 3, "3": 4}, []),
        ("4=2÷3", {"4": 12, "2": 37, "3": 3}, [("V02", "12", "=", "12.333333", "0.333333")]),
        ("4=2*50.0*3.0", {"4": 1_200_000, "2": 8_000}, []),
        ("3=30%*2", {"3": 3, "2": 10}, []),
        ("2=3+(4-(5+6))*2.0", {"2": 9, "3": 3, "4": 10, "5": 4, "6": 3}, []),
        ("-3<=2", {"3": 5, "2": -5}, []),
    ],
)
def test_a_relation_is_judged_as_it_was_written(
    first: tuple[Form, list[Indicator]], relation: str, values: dict[str, int], found: list[tuple[str, ...]]
) -> None:
    form, indicators = first
    held = review(catalogue(indicators, [rule(relation)], [form]), form, at_places(form, values))
    assert said(held) == found


def test_a_chain_is_judged_link_by_link(first: tuple[Form, list[Indicator]]) -> None:
    form, indicators = first
    held = review(
        catalogue(indicators, [rule("4=5+6=2/1")], [form]), form,
        at_places(form, {"1": 2, "2": 22, "4": 10, "5": 4, "6": 6}),
    )  # fmt: skip
    assert said(held) == [("V02", "10", "=", "11", "1")]


@pytest.mark.parametrize("chain", ["3<=2<=1", "1>=2>=3"])
def test_each_link_of_a_chain_that_breaks_is_a_finding(first: tuple[Form, list[Indicator]], chain: str) -> None:
    form, indicators = first
    held = review(catalogue(indicators, [rule(chain)], [form]), form, at_places(form, {"1": 1, "2": 2, "3": 3}))
    assert sorted(held.findings["difference"]) == ["1", "1"]


@pytest.mark.parametrize(
    ("left", "right", "relation", "found"),
    [
        ([10, 20, 30, 40, 50, 60], [10, 20, 31, 5, 5, 5], "[C3:C8]>=[D3:D8]", [("V02", "30", ">=", "31", "1")]),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 7], "[C3:C8]=[D3:D8]", [("V02", "6", "=", "7", "1")]),
        ([9, 9, 9, 9, 9, 9], [8, 8, 8, 8, 8, 8], "[C3:C8]>[D3:D8]", []),
    ],
)
def test_ranges_are_compared_cell_by_cell(
    left: list[int], right: list[int], relation: str, found: list[tuple[str, ...]]
) -> None:
    form, indicators = rows_form(RANGES)
    held = review(
        catalogue(indicators, [rule(relation)], [form]), form,
        at_places(form, dict(zip(RANGES, [*left, *right], strict=True))),
    )  # fmt: skip
    assert said(held) == found


def test_the_cell_of_a_range_that_breaks_is_named() -> None:
    form, indicators = rows_form(RANGES)
    values = dict(zip(RANGES, [10, 20, 30, 40, 50, 60, 10, 20, 31, 5, 5, 5], strict=True))
    held = review(catalogue(indicators, [rule("[C3:C8]>=[D3:D8]")], [form]), form, at_places(form, values))
    words = Text(*held.findings.select("zh", "en").row(0))
    assert words == Text(
        "C5（C5） 30 应不小于 D5（D5） 31，相差 1", "C5 (C5) 30 should be at least D5 (D5) 31; the difference is 1"
    )


@pytest.mark.parametrize("relation", ["表二:16=表三26", "T2.16=T3.26", "表2：16＝表三:第26行"])
def test_tables_in_any_spelling_are_one_cross_form_rule(relation: str) -> None:
    second, of_second = rows_form({"16": "独居老年人"}, table=2, code="second")
    third, of_third = rows_form({"26": "独居老年人"}, table=3, code="third")
    told = catalogue([*of_second, *of_third], [rule(relation, scope="cross_form")], [second, third])
    figures = Figures(at_places(second, {"16": 531}), others={"third": at_places(third, {"26": 513})})
    held = review(told, second, figures)
    assert said(held) == [("V02", "531", "=", "513", "18")]
    assert held.findings["severity"].to_list() == ["hard"]
    assert held.findings["zh"][0] == "表二第16行（独居老年人） 531 应等于 表三第26行（独居老年人） 513，相差 18"


def test_a_cross_form_rule_is_not_checked_while_the_other_form_is_not_there() -> None:
    second, of_second = rows_form({"16": "独居老年人"}, table=2, code="second")
    third, of_third = rows_form({"26": "独居老年人"}, table=3, code="third")
    told = catalogue([*of_second, *of_third], [rule("表二:16=表三26")], [second, third])
    held = review(told, second, at_places(second, {"16": 531}))
    assert said(held) == []
    assert held.unchecked.rows() == [(UNIT, "own", "V02", "表二:16=表三26", "skipped", "third:X300")]


@pytest.mark.parametrize(
    ("relation", "now", "before", "year_ago", "found"),
    [
        ("C3=@-1C3+C4-C5", {"C3": 12, "C4": 3, "C5": 1}, {"C3": 10}, {}, []),
        ("C3=@-1C3+C4-C5", {"C3": 13, "C4": 3, "C5": 1}, {"C3": 10}, {}, [("V06", "13", "=", "12", "1")]),
        ("C3<=@-Y C3*2", {"C3": 21}, {}, {"C3": 10}, [("V06", "21", "<=", "20", "1")]),
    ],
)
def test_the_period_before_and_last_year_are_named_in_a_relation(
    relation: str, now: dict[str, int], before: dict[str, int], year_ago: dict[str, int], found: list[tuple[str, ...]]
) -> None:
    form, indicators = rows_form({"C3": "期末", "C4": "增加", "C5": "减少"})
    told = catalogue(indicators, [rule(relation, code="V06", template="balance", scope="period")], [form])
    held = review(told, form, Figures(*(at_places(form, one) for one in (now, before, year_ago))))
    assert said(held) == found


@pytest.mark.parametrize(
    ("month", "period", "now", "before", "found"),
    [
        ("February with its correction", "2013-02", {"1": 1, "2": -3, "3": 28}, {"3": 30}, []),
        ("February without", "2013-02", {"1": 1, "2": 0, "3": 28}, {"3": 30}, [("V13", "28", "=", "31", "3")]),
        ("January has nothing before", "2013-01", {"1": 30, "2": 0, "3": 30}, {"3": 400}, []),
        ("March", "2013-03", {"1": 5, "2": 0, "3": 33}, {"3": 28}, []),
        ("March that fell", "2013-03", {"1": 5, "2": 0, "3": 27}, {"3": 28}, [("V13", "27", "=", "33", "6")]),
    ],
)
def test_what_is_cumulated_may_fall_only_by_its_correction(
    month: str, period: str, now: dict[str, int], before: dict[str, int], found: list[tuple[str, ...]]
) -> None:
    form, indicators = rows_form({"1": "本月", "2": "以前月份更正", "3": "本年累计"}, period="M")
    told = catalogue(
        indicators,
        [
            rule(
                "3=@-S3+1+2",
                code="V13",
                template="cumulative",
                scope="period",
                severity="hard",
                negative=(indicators[1].code,),
            )
        ],
        [form],
    )
    held = review(told, form, Figures(at_places(form, now), at_places(form, before)), period)
    assert (month, said(held)) == (month, found)
