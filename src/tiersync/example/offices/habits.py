"""The habits of an office: what files it keeps, and how it heads a column, spells a date and words a code in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from tiersync.example.offices.words import HEADERS, TITLES, Headers, Words
from tiersync.example.people.ages import LAST_DAY
from tiersync.model.records.kinds import Day
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import REGISTERS


def _iso(day: pl.Expr) -> pl.Expr:
    return day


def _chinese(day: pl.Expr) -> pl.Expr:
    return pl.format("{}年{}月{}日", *_numbers(day))


def _dotted(day: pl.Expr) -> pl.Expr:
    return pl.format("{}.{}.{}", *_numbers(day))


def _packed(day: pl.Expr) -> pl.Expr:
    return day.str.replace_all("-", "")


def _numbers(day: pl.Expr) -> list[pl.Expr]:
    """Year, month and day without leading zeros, of texts as 2013-09-01."""
    return [day.str.slice(start, length).cast(pl.Int16) for start, length in ((0, 4), (5, 2), (8, 2))]


@dataclass(frozen=True)
class Habits:
    """How one office keeps its files. `headers` and `words` are where it differs from the others.

    A workbook whose days are spelled by the calendar (`spell_day` none) holds real spreadsheet dates.
    """

    kind: Literal["csv", "excel"] = "csv"
    encoding: str = "utf-8"
    spell_day: Callable[[pl.Expr], pl.Expr] | None = _iso
    headers: Headers = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)

    def file_of(self, record: str) -> str:
        """The name of the file that holds `record`; a register is of the year at whose end it was made."""
        year = LAST_DAY.year if record in REGISTERS else ""
        return f"{TITLES[record]}{year}.{'xlsx' if self.kind == 'excel' else 'csv'}"

    def headers_of(self, record: str) -> Headers:
        """Field name and column header, in order."""
        return {name: self.headers.get(header, header) for name, header in HEADERS[record].items()}

    def words_of(self, words: Mapping[str, Words]) -> dict[str, Words]:
        """For each coded field of a record, the word that stands for each code, where all offices have `words`."""
        return {name: {**usual, **self.words.get(name, {})} for name, usual in words.items()}

    def dress(self, record: str, rows: pl.DataFrame, words: Mapping[str, Words]) -> pl.DataFrame:
        """Rows under the headers and in the words that all offices have, as this office writes them."""
        if self == USUAL:
            return rows
        return rows.select(self._columns(record, rows, words))

    def _columns(self, record: str, rows: pl.DataFrame, words: Mapping[str, Words]) -> Iterator[pl.Expr]:
        kinds = RECORDS[record].kinds()
        for name, header in HEADERS[record].items():
            column = pl.col(header)
            if isinstance(kinds.get(name), Day) and self.spell_day is not None:
                column = self.spell_day(column.cast(pl.String))
            elif name in self.words and name in words:
                others = {words[name][code]: word for code, word in self.words[name].items()}
                column = column.cast(pl.String).replace(others)
            yield column.alias(self.headers.get(header, header))


OTHER_HEADERS: Headers = {
    "身份证号": "公民身份号码",
    "出生日期": "出生年月日",
    "常住地代码": "现居住地代码",
    "联系电话": "电话",
}
OTHER_WORDS: Mapping[str, Words] = {
    "sex": {"1": "男", "2": "女"},
    "life_status": {"1": "健在", "2": "已故", "3": "已迁出", "5": "失去联系"},
}

USUAL = Habits()
VARIOUS = (
    USUAL,
    Habits("csv", "gb18030", _chinese, OTHER_HEADERS),
    Habits("excel", "", _dotted),
    Habits("csv", "utf-8-sig", _packed, {}, OTHER_WORDS),
    Habits("excel", "", None, OTHER_HEADERS, OTHER_WORDS),
    Habits("csv", "gb18030", _dotted),
    Habits("csv", "utf-8", _chinese, OTHER_HEADERS),
    Habits("excel", "", _chinese),
)


def in_turn(offices: Sequence[str]) -> dict[str, Habits]:
    """Habits that differ from office to office; the first office has the usual ones."""
    return {code: VARIOUS[place % len(VARIOUS)] for place, code in enumerate(offices)}
