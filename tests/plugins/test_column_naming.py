"""Which indicator the header of a column of figures names, and which it must never be taken for."""

import pytest

from tiersync.config.indicator_lexicon import with_indicators
from tiersync.config.lexicon import packaged_lexicon
from tiersync.config.packaged import packaged_catalogue
from tiersync.model.indicator_names import name_key
from tiersync.plugins.drafting.inference.column_naming import columns_named, indicator_named, part_named
from tiersync.plugins.drafting.inference.contents import judge_dims
from tiersync.plugins.drafting.inference.naming import Strength

CATALOGUE = packaged_catalogue()
KNOWN = with_indicators(packaged_lexicon(), CATALOGUE).indicators

SURE = {
    "60岁以上": "P02", "60周岁（含）以上老年人口数（人）": "P02", "老年人口": "P02", "P02": "P02",
    "P02 老年人口": "P02",
    "≥80岁": "P05", "80+": "P05", "2、80岁及以上": "P05", "其中：80岁以上": "P05", "高龄老人": "P05", "百岁老人": "P07",
    "100周岁及以上老年人": "P07", "90至99岁老年人口数": "P06", "60—64岁": "P02:age_band=60-64",
    "60岁以上(女)": "P02:sex=2", "女性60岁以上": "P02:sex=2", "农村60岁以上": "P02:hukou_kind=1",
    "60岁以上 > 女": "P02:sex=2", "60岁以上 > 80岁以上 > 女": "P05:sex=2", "老年人口情况 > 60岁以上": "P02",
    "60岁以上老年人口 > 总数": "P02", "高龄津贴人数": "B01", "高龄津贴 > 人数": "B01", "高龄津贴 > 金额（万元）": "B03",
    "90—99岁高龄津贴人数": "B01:scheme=allow_90", "护理补贴 > 人数": "B01:scheme=care_subsidy",
    "发放金额（万元）": "B03", "老年人口变动人数 > 迁入": "P12:change_kind=6",
    "老年人口变动人数 > 去世": "P12:change_kind=2",
    "总人口": "P01", "养老床位数（张）": "F02", "Population aged 60+": "P02", "Seniors 80+": "P05",
    "Centenarians": "P07",
}  # fmt: skip
IN_DOUBT = ("户籍60岁以上", "2024年60岁以上", "2024年 > 60岁以上", "上年60岁以上", "高龄津贴人数 > 其中：80岁以上")
NEVER = (
    "80—89岁", "80岁以上89岁以下", "65岁以上占比", "60岁以上（%）", "Share aged 80+ (%)", "老龄化率", "人均发放金额",
    "女", "人数", "合计", "序号", "社区", "备注", "联系电话", "高龄津贴标准",
)  # fmt: skip


@pytest.mark.parametrize(("header", "column"), SURE.items())
def test_is_surely(header: str, column: str) -> None:
    (found,) = columns_named(header.split(" > "), KNOWN)
    assert (found.field, found.strength >= Strength.NEAR) == (column, True)


@pytest.mark.parametrize("header", IN_DOUBT)
def test_is_no_more_than_a_question(header: str) -> None:
    found = columns_named(header.split(" > "), KNOWN)
    assert found
    assert {one.strength for one in found} == {Strength.WEAK}


@pytest.mark.parametrize("header", NEVER)
def test_is_no_indicator(header: str) -> None:
    assert columns_named([header], KNOWN) == []


def test_every_declared_indicator_is_known_by_its_code_and_names() -> None:
    for one in CATALOGUE.indicators:
        names = () if one.measure == "ratio" else (one.code, one.zh, one.en)
        assert {indicator_named(name, KNOWN) for name in names} <= {one.code}, one.code


def test_every_usual_name_is_of_an_indicator_that_is_declared() -> None:
    ratios = {one.code for one in CATALOGUE.indicators if one.measure == "ratio"}
    assert not ratios & {*KNOWN.names.values()}
    assert {*KNOWN.names.values()} - {""} <= CATALOGUE.by_code.keys()


def test_a_range_of_ages_is_another_name_than_an_open_bound() -> None:
    assert len({name_key(name) for name in ("80岁以上", "80—89岁", "80岁", "80岁以下")}) == 4


@pytest.mark.parametrize(("word", "part"), [("其中：女", "sex=2"), ("合计", ""), ("百岁", None), ("天晓得", None)])
def test_a_word_says_of_a_part(word: str, part: str | None) -> None:
    assert part_named(word, KNOWN) == part


def test_words_for_parts_become_a_table_and_parts_themselves_need_none() -> None:
    assert judge_dims(["女", "合计"], KNOWN).reading == {"values": {"合计": "", "女": "sex=2"}}
    assert judge_dims(["sex=2", "age_band=60-64;sex=1"], KNOWN).reading == {}
