"""Explanations are refused where they say nothing, and close only the amounts that they name."""

from fractions import Fraction

import pytest

from tiersync.rules.review.amounts import amounts_in
from tiersync.rules.review.explanations import NOTHING_LEFT, SAME_AS_BEFORE, TOO_SHORT, Explained, covers, refusal

GROWN = Explained(Fraction(1520), Fraction(340), "人", 3)
PAID = Explained(Fraction(1_200_000), Fraction(1_188_000), "元", 3)
FEWER = Explained(Fraction(960), Fraction(-40), "人", 3)
LAST = "新建小区入住，老年人随子女迁入"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("核实无误", NOTHING_LEFT),
        ("经核实,数据属实。", NOTHING_LEFT),
        ("情况属实!!!!!!", NOTHING_LEFT),
        ("　　　　　　", NOTHING_LEFT),
        ("据实填报,数据真实准确无误", NOTHING_LEFT),
        (LAST, SAME_AS_BEFORE),
        ("新建小区入住,老年人随子女迁入。", SAME_AS_BEFORE),
        ("核 实 无 误 ……", NOTHING_LEFT),
        ("无误无误无误无误", NOTHING_LEFT),
        ("数据是真实的，无异常", NOTHING_LEFT),
        ("\u200b\u200b\u3164\u3164\u3164\u3164", NOTHING_LEFT),
        ("", NOTHING_LEFT),
        ("经核实，人多了", TOO_SHORT),
        ("测试测试测试测试", TOO_SHORT),
        ("１１１１１１１", TOO_SHORT),
        ("新建小区入住", None),
        ("经核实，系新建安置小区老年人入住所致", None),
        ("moved here from the old town", None),
    ],
)
def test_an_explanation_that_says_nothing_is_refused(text: str, why: object) -> None:
    assert refusal(text, LAST) == why


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("新建小区入住240人", [(240, "人", 1)]),
        ("二百四十名老人", [(240, "名", 0)]),
        ("1.2万元", [(12_000, "元", 0)]),
        ("三千五百万元", [(35_000_000, "元", 0)]),
        ("一亿二千万零五十元", [(120_000_050, "元", 0)]),
        ("两万五千人次", [(25_000, "人次", 0)]),
        ("１，２００，０００元", [(1_200_000, "元", 0)]),
        ("新增260人，去世20人", [(260, "人", 1), (20, "人", -1)]),
        ("20余人迁出", [(20, "人", -1)]),
        ("2014年4月1日起，80岁以上", []),
        ("一是统一口径，二是万一", []),
        ("占30%", []),
        (
            "自4月1日起由每年100元改为每人每月50元,人数由120人增至8000人",
            [(100, "元", 0), (50, "元", 0), (120, "人", 0), (8000, "人", 1)],
        ),
    ],
)
def test_amounts_are_read_in_both_numbers(text: str, amounts: list[tuple[int, str, int]]) -> None:
    assert [tuple(amount) for amount in amounts_in(text)] == amounts


@pytest.mark.parametrize(
    ("text", "what", "explained", "left"),
    [
        ("新建小区入住，240人", GROWN, 240, 100),
        ("新建小区入住二百四十人，原口径补录100人", GROWN, 340, 0),
        ("由1180人增加到1520人", GROWN, 0, 340),
        ("新增360人，去世20人", GROWN, 340, 0),
        ("新增400人", GROWN, 340, 60),
        ("去世340人", GROWN, 0, 340),
        ("2个安置小区，各170人", GROWN, 340, 0),
        ("系统切换所致，已与派出所核对", GROWN, 0, 340),
        ("病故25人，迁出15人", FEWER, 40, 0),
        ("病故25人", FEWER, 25, 15),
        ("自4月1日起由每年100元改为每人每月50元,人数由120人增至8000人", PAID, 1_188_000, 0),
        ("每人每月50元，八千人", PAID, 1_188_000, 0),
        ("标准50元，8000人", PAID, 50, 1_187_950),
        ("补发上年度欠发资金118.8万元", PAID, 1_188_000, 0),
    ],
)
def test_what_an_explanation_does_not_name_stays_open(text: str, what: Explained, explained: int, left: int) -> None:
    assert covers(text, what) == (explained, left)
