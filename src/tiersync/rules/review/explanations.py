"""Explanations (审核说明): refused where nothing is said; what they name, and what of a difference stays open."""

import unicodedata
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import NamedTuple

from tiersync.model.text import Text
from tiersync.rules.review.amounts import Amount, amounts_in

FEWEST = 6  # characters of an explanation's own
FEWEST_UNLIKE = 3  # characters: 测试测试测试 says nothing either
MOST_FACTORS = 3  # persons x amount x months
MOST_AMOUNTS = 12  # of one text that are multiplied with each other
SAYS_NOTHING = [
    "经核实",
    "已核实",
    "核实",
    "核对",
    "确认",
    "复核",
    "核查",
    "审核",
    "数据真实",
    "真实准确",
    "真实有效",
    "数据准确",
    "真实",
    "准确",
    "无误",
    "情况属实",
    "数据属实",
    "属实",
    "据实填报",
    "如实填报",
    "实际情况",
    "按实际",
    "实际",
    "据实",
    "如实",
    "填报",
    "上报",
    "情况说明",
    "情况",
    "特此说明",
    "说明",
    "数据",
    "没有问题",
    "无问题",
    "没问题",
    "正常变动",
    "正常波动",
    "正常",
    "请予通过",
    "请通过",
    "通过",
    "无异常",
    "同上",
    "对的",
    "正确",
]
"""Phrases that offices fill in where they say nothing; the longest is taken away first"""
LINKS_NOTHING = "均确系已经与和无是了的"  # single characters between such phrases
MONTHLY = ("每月", "每人月", "按月", "月均", "/月")


class Covered(NamedTuple):
    """How much of a difference an explanation names, and how much it leaves open; both not below 0."""

    explained: Fraction
    open: Fraction


class Explained(NamedTuple):
    """What is explained: a figure's value, how much more it is than before (below 0: less), what it is measured in, and
    how many months its period has."""

    value: Fraction
    difference: Fraction
    measured_in: str
    months: int


NOTHING_LEFT = Text(
    "说明除套话外没有内容，请写明原因", "the explanation holds nothing but set phrases; say what the reason is"
)
TOO_SHORT = Text(
    f"说明的实际内容不足 {FEWEST} 个字", f"fewer than {FEWEST} characters of the explanation say something"
)
SAME_AS_BEFORE = Text(
    "说明与上期相同，请写明本期的原因", "the explanation is last period's; say what the reason is now"
)


def refusal(text: str, before: str = "") -> Text | None:
    """Why an explanation is refused, `before` being last period's; None where it is taken."""
    left = own_words(text)
    if not left.strip(LINKS_NOTHING):
        return NOTHING_LEFT
    if _letters(text) == _letters(before):
        return SAME_AS_BEFORE
    if len(left) < FEWEST or len(set(left)) < FEWEST_UNLIKE:
        return TOO_SHORT
    return None


def own_words(text: str) -> str:
    """What is left of a text without punctuation, spaces and phrases that say nothing."""
    left = _letters(text)
    for phrase in sorted(SAYS_NOTHING, key=len, reverse=True):
        left = left.replace(phrase, "")
    return left


def _letters(text: str) -> str:
    """The letters and digits of a text, in one spelling each."""
    spelled = (unicodedata.normalize("NFKC", one) for one in text)
    told = (one for one in spelled if len(one) == 1 and unicodedata.category(one)[0] in "LN")
    return "".join(one for one in told if one not in FILLERS)


FILLERS = "\u115f\u1160\u3164\uffa0"  # letters that nobody sees


def covers(text: str, what: Explained) -> Covered:
    """What of a difference the amounts in `text` come to. All of it where some of them multiplied give the value or the
    difference: 8000人, 每人每月50元 and the three months of a quarter."""
    whole, amounts = abs(what.difference), amounts_in(text)
    if _is_product(text, amounts, what):
        return Covered(whole, Fraction(0))
    named = _named(amounts, what)
    explained = max(Fraction(0), min(named, whole))
    return Covered(explained, abs(whole - named) if named > 0 else whole)


def _is_product(text: str, amounts: list[Amount], what: Explained) -> bool:
    numbers = [one.number for one in amounts if one.number not in (0, 1)][:MOST_AMOUNTS]
    months = [1, what.months] if any(word in text for word in MONTHLY) else [1]
    wanted = {what.value, abs(what.difference)} - {Fraction(0)}
    some = (chosen for many in range(1, MOST_FACTORS + 1) for chosen in combinations(numbers, many))
    return any(len(chosen) * times > 1 and prod(chosen) * times in wanted for chosen, times in product(some, months))


def _named(amounts: list[Amount], what: Explained) -> Fraction:
    """What the amounts of the figure's own kind add up to, in the direction of the difference: what was before, and
    what is now, is no reason."""
    restated = {what.value, what.value - what.difference}
    way = 1 if what.difference >= 0 else -1
    causes = [one for one in amounts if one.is_of(what.measured_in) and one.number not in restated]
    return sum((one.number * (one.way * way or 1) for one in causes), Fraction(0))
