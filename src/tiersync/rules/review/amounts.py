"""Amounts in a text, in Chinese and western numbers: 240人, 二百四十人, 1.2万元; days, months and years are none."""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"亿": 100_000_000, "万": 10_000}  # the largest first
PERSONS = ("人", "名", "位", "老人", "老年人")
UNITS = ("人次", *reversed(PERSONS), "户", "元", "张", "件", "个", "场次", "场", "次", "份", "项", "篇", "期")
CHINESE = "零〇一二两三四五六七八九十百千万亿"
WRITTEN = re.compile(
    r"(?P<number>(?<![0-9.])[0-9]{1,15}(?:,[0-9]{3})*(?:\.[0-9]{1,6})?(?P<large>[百千]?[万亿]|[百千])?"
    rf"|(?P<chinese>[{CHINESE}]{{1,15}}))(?:余|多|来)?(?P<unit>{'|'.join(UNITS)})?(?P<next>[年月日号岁时点季周%]|个月)?"
)
LESS = ("减少", "下降", "死亡", "去世", "迁出", "注销", "核减", "退出", "撤销", "停发", "减", "病故", "转出")
MORE = ("增加", "新增", "迁入", "上升", "入住", "增", "补发", "补录", "转入", "新建", "扩大")
WAYS = ((LESS, -1), (MORE, 1))
CLAUSE = re.compile(r"[,，。；;、！!？?\n]")


class Amount(NamedTuple):
    """A number of something; `way` is 1 for what came, -1 for what went, 0 where nobody says."""

    number: Fraction
    unit: str
    way: int

    def is_of(self, measured_in: str) -> bool:
        """Whether it can be an amount of what is measured so."""
        if self.unit in ("", measured_in):
            return True
        return measured_in in PERSONS and self.unit in PERSONS


def amounts_in(text: str) -> list[Amount]:
    """The amounts that a text names, in order."""
    plain = unicodedata.normalize("NFKC", text)
    return [amount for clause in _clauses(plain) for amount in _amounts(clause)]


def _clauses(text: str) -> list[str]:
    """Its clauses; commas within numbers divide nothing."""
    return CLAUSE.split(re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text))


def _amounts(clause: str) -> Iterator[Amount]:
    for found in WRITTEN.finditer(clause):
        if found["next"] or (found["chinese"] and not found["unit"]):
            continue
        number = _chinese(found["chinese"]) if found["chinese"] else _western(found["number"], found["large"] or "")
        if number is not None:
            yield Amount(number, found["unit"] or "", _way(clause[: found.start()], clause[found.end() :]))


def _western(written: str, large: str) -> Fraction:
    number = Fraction(written.removesuffix(large).replace(",", ""))
    for word in large:
        number *= (SMALL | LARGE)[word]
    return number


def _chinese(written: str) -> Fraction | None:
    """三千五百万; None of what is no number, such as 万 alone."""
    if not any(digit in DIGITS or digit == "十" for digit in written):
        return None
    for word, times in LARGE.items():
        above, large, below = written.rpartition(word)
        if large:
            return Fraction((_chinese(above) or 0) * times + (_chinese(below) or 0))
    part = digit = 0
    for word in written:
        if word in DIGITS:
            digit = DIGITS[word]
        else:
            part, digit = part + (digit or 1) * SMALL[word], 0
    return Fraction(part + digit)


def _way(before: str, after: str) -> int:
    """Whether what is named came or went, by the nearest word before it in its clause, else by one after it that is not
    about the next number."""
    said = [(before.rfind(word), len(word), way) for words, way in WAYS for word in words if word in before]
    if said:
        return max(said)[2]
    about = "" if re.search("[0-9]", after) else after
    return next((way for words, way in WAYS for word in words if word in about), 0)
