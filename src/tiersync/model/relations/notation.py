"""Relations in the notation that officials know, parsed link by link; nothing of a text is ever run.

`P07<=P05<=P04`      figures by the code of their indicator; a chain is judged link by link
`P05[sex=1]`         a figure of a breakdown; `P05[*]<=P04[*]` stands for each breakdown that all of them have;
                     `L06[measure=denominator]` for a number of a ratio, whose bare code is the ratio itself
`4=5+6`, `3<2`       rows of the form's table, wherever no code stands; else whole numbers are constants
`C3`, `[C3:C8]`      places of it; ranges are compared place by place
`T2.16`, `表二:16`   a place of another table; bare rows after it are of that table too
`@-1C3`              the period before, `@-Y` the same one of last year, `@-S` the one before within the same year
                     (nothing, in its first: what was cumulated so far)
`95.5`, `30%`        constants: with decimals or a percent sign always
`+ - * / ( )`        as usual; `=`, `<`, `<=`, `>`, `>=` are kept as written
"""

from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from tiersync.errors import BadRelation
from tiersync.model.relations.spelling import Word, table_number, words_of

DEEPEST = 20  # parentheses and signs within each other
Time = Literal["", "@-1", "@-Y", "@-S"]
SIGNS = {"+": 1, "-": 1, "*": 2, "/": 2}  # how strongly they bind


class Constant(NamedTuple):
    """A number as it was written."""

    number: Fraction
    written: str


class PlaceWritten(NamedTuple):
    """A figure by what somebody wrote: a code, a row or a place, of which table ('' is the form's own) and when."""

    name: str
    split: str = ""
    table: str = ""
    time: Time = ""


class RangeWritten(NamedTuple):
    """Places from one corner to another."""

    first: str
    last: str
    table: str = ""
    time: Time = ""


class CellMeant(NamedTuple):
    """A cell of a report: of which form ('' is the one judged), and of which time."""

    indicator: str
    breakdown: str = ""
    measure: str = "value"
    form: str = ""
    time: Time = ""


class PlaceMeant(NamedTuple):
    """A place as it was written, and the cell that it means."""

    written: PlaceWritten
    cell: CellMeant


class Negated(NamedTuple):
    """The opposite of something."""

    of: "Expression"


class Combined(NamedTuple):
    """Two sides of one of + - * /."""

    left: "Expression"
    sign: str
    right: "Expression"


Expression = Constant | PlaceWritten | RangeWritten | PlaceMeant | Negated | Combined


class LinkWritten(NamedTuple):
    """One comparison of a relation, with its operator as written."""

    left: Expression
    op: str
    right: Expression


class Relation(NamedTuple):
    """A relation as somebody wrote it, and its links from left to right."""

    text: str
    links: tuple[LinkWritten, ...]


@lru_cache(maxsize=2048)
def read_relation(text: str) -> Relation:
    """The relation that `text` writes. Raises BadRelation."""
    return _Reading(text).relation()


class _Reading:
    """A text as it is read from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.words, self.at, self.depth, self.table = text, words_of(text), 0, 0, ""
        self.has_codes = any(word.kind in ("name", "range") for word in self.words)

    def relation(self) -> Relation:
        sides, ops = [self.sum()], list[str]()
        while self.next_is("op"):
            ops.append(self.take().text)
            sides.append(self.sum())
        if self.at < len(self.words):
            what = self.words[self.at].text
            raise self.refused(f"“{what}” 不应出现在此处", f"“{what}” is out of place")
        if not ops:
            raise self.refused("没有比较符号", "it compares nothing")
        return Relation(self.text, tuple(map(LinkWritten, sides, ops, sides[1:])))

    def sum(self, least: int = 1) -> Expression:
        """What is combined by signs that bind at least so strongly."""
        left = self.one()
        while self.next_is("sign") and SIGNS.get(self.words[self.at].text, 0) >= least:
            sign = self.take().text
            left = Combined(left, sign, self.sum(SIGNS[sign] + 1))
        return left

    def one(self) -> Expression:
        if self.next_is("sign", "(-+"):
            return self.within()
        if self.next_is("decimal") or (self.has_codes and self.next_is("whole")) or self.is_percent():
            return self.constant()
        return self.place()

    def within(self) -> Expression:
        """What stands in parentheses or behind a sign."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refused(f"嵌套超过 {DEEPEST} 层", f"nested more than {DEEPEST} deep")
        sign = self.take().text
        inside = self.sum() if sign == "(" else self.one()
        if sign == "(" and not self.next_is("sign", ")"):
            raise self.refused("括号没有闭合", "a parenthesis is not closed")
        if sign == "(":
            self.take()
        self.depth -= 1
        return Negated(inside) if sign == "-" else inside

    def is_percent(self) -> bool:
        following = self.words[self.at + 1 : self.at + 2]
        return self.next_is("whole") and following != [] and following[0].text == "%"

    def constant(self) -> Constant:
        written = self.take().text
        if self.next_is("sign", "%"):
            self.take()
            return Constant(Fraction(written) / 100, f"{written}%")
        return Constant(Fraction(written), written)

    def place(self) -> PlaceWritten | RangeWritten:
        time: Time = self.take().text if self.next_is("time") else ""  # type: ignore[assignment]  # One of the three.
        if self.next_is("table"):
            self.table = str(table_number(self.take().text))
        if self.next_is("range"):
            first, last = self.take().text.strip("[]").upper().replace(" ", "").split(":")
            return RangeWritten(first, last, self.table, time)
        if not (self.next_is("name") or self.next_is("whole") or self.next_is("row")):
            raise self.refused("此处应为指标、行号或单元格", "a figure is missing")
        word = self.take()
        if word.kind == "name" and self.next_is("split"):
            split = ";".join(sorted(self.take().text.strip("[] ").replace(" ", "").split(";")))
            return PlaceWritten(word.text.upper(), split, "", time)
        return PlaceWritten(word.text.upper().strip("第行"), "", self.table, time)

    def next_is(self, kind: str, texts: str = "") -> bool:
        following = self.words[self.at : self.at + 1]
        return following != [] and following[0].kind == kind and (not texts or following[0].text in texts)

    def take(self) -> Word:
        self.at += 1
        return self.words[self.at - 1]

    def refused(self, zh: str, en: str) -> BadRelation:
        return BadRelation(relation=self.text, why_zh=zh, why_en=en)
