"""Which columns of a table of figures are taken for indicators, which are asked about, and which are left."""

from collections.abc import Sequence
from pathlib import Path

from tests.plugins.folders import UNITS
from tests.plugins.test_column_naming import CATALOGUE
from tiersync.config.indicator_lexicon import with_indicators
from tiersync.config.lexicon import packaged_lexicon
from tiersync.plugins.drafting.draft import infer_columns
from tiersync.plugins.drafting.found_table import find_table, most_likely_record
from tiersync.plugins.drafting.inference.infer import Inferred
from tiersync.plugins.drafting.samples.sample import Row, Sample, TableSeen
from tiersync.plugins.values.unit_names import names_of

LEXICON = with_indicators(packaged_lexicon(), CATALOGUE)
KANGLE, NORTH = "康乐社区", "北园社区"


def sample(*rows: Row) -> Sample:
    return Sample(Path("a.csv"), "csv", [TableSeen("", rows)])


def inferred(*rows: Row) -> Inferred:
    found = find_table(sample(*rows), "figure", LEXICON)
    return infer_columns(found, "figure", LEXICON, names_of(UNITS))


def taken(told: Inferred) -> dict[str, str]:
    return {one.field: one.header for one in told.taken}


def asked(told: Inferred) -> dict[str, tuple[str, Sequence[str]]]:
    return {one.field: (one.why, [choice.header for choice in one.choices]) for one in told.questions}


def test_a_column_that_a_name_stands_within_is_asked_about_and_a_share_is_left() -> None:
    told = inferred(
        ("社区", "年度", "60岁以上", "80岁以上（户籍）", "80岁以上占比"),
        (KANGLE, "2025", "9", "2", "22"),
        (NORTH, "2025", "8", "1", "12"),
    )
    assert taken(told) == {"unit": "社区", "period": "年度", "P02": "60岁以上"}
    assert asked(told) == {"P05": ("unsure", ["80岁以上（户籍）"])}
    assert told.left == ("80岁以上（户籍）", "80岁以上占比")


def test_two_columns_of_one_name_are_asked_about() -> None:
    told = inferred(("社区", "年度", "60岁以上", "百岁", "60周岁及以上"), (KANGLE, "2025", "9", "1", "8"))
    assert asked(told) == {"P02": ("several", ["60岁以上", "60周岁及以上"])}


def test_percents_below_the_name_of_a_count_are_asked_about() -> None:
    told = inferred(("社区", "年度", "60岁以上", "80岁以上"), (KANGLE, "2025", "9", "22%"))
    assert asked(told) == {"P05": ("unsure", ["80岁以上"])}


def test_of_which_in_one_row_of_headers_speaks_of_the_column_before() -> None:
    told = inferred(
        ("社区", "年度", "60岁以上", "其中：80岁以上", "高龄津贴人数", "其中：90—99岁"),
        (KANGLE, "2025", "9", "2", "5", "1"),
    )
    assert taken(told)["P05"] == "其中：80岁以上"
    assert taken(told)["B01:scheme=allow_90"] == "其中：90—99岁"


def test_a_sum_full_of_numbers_is_no_unit_of_the_sample() -> None:
    told = inferred(("社区", "年度", "60岁以上", "百岁"), (KANGLE, "2025", "9", "1"), ("合计", None, "9", "1"))
    assert next(one.fits for one in told.taken if one.field == "unit") == 1


def test_a_count_stays_what_it_is_under_a_title_in_ten_thousands() -> None:
    told = inferred(("单位：人、万元",), ("社区", "年度", "60岁以上", "发放金额（万元）"), (KANGLE, "2025", "9", "1.5"))
    assert {one.field: one.reading.get("times") for one in told.taken if one.field in ("P02", "B03")} == {
        "P02": 1, "B03": None,
    }  # fmt: skip


def test_two_indicators_and_a_unit_are_figures_and_persons_are_not() -> None:
    figures = sample(("社区", "60岁以上", "独居老人"), (KANGLE, "9", "1"))
    persons = sample(("姓名", "社区", "独居老人", "空巢老人", "失能老人"), ("测甲", KANGLE, "是", "", ""))
    assert [most_likely_record(one, LEXICON) for one in (figures, persons)] == ["figure", "senior"]
