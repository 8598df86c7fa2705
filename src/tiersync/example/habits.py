"""The habits of an office: what files it keeps, and how it spells a date, a code and an empty cell in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tiersync.example.line import Cell, Line
from tiersync.example.network import lowest
from tiersync.example.words import COUNTS, DATES, HEADERS, TITLES, WORDS, Headers, Words
from tiersync.model.unit import Unit

Written = str | float | date


def _iso(day: str) -> str:
    return day


def _chinese(day: str) -> str:
    year, month, dom = map(int, day.split("-"))
    return f"{year}年{month}月{dom}日"


def _dotted(day: str) -> str:
    return ".".join(str(int(part)) for part in day.split("-"))


def _packed(day: str) -> str:
    return day.replace("-", "")


def _in_the_calendar(day: str) -> Written:
    """A real spreadsheet date; a day that no calendar has can only be typed as text."""
    try:
        return date.fromisoformat(day)
    except ValueError:
        return day


@dataclass(frozen=True)
class Habits:
    """How one office keeps its files. `headers` and `words` are where it differs from the others."""

    kind: Literal["csv", "excel"]
    encoding: str
    spell_day: Callable[[str], Written]
    headers: Headers = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)

    def file_of(self, record: str) -> str:
        """The name of the file that holds `record`."""
        return f"{TITLES[record]}.{'xlsx' if self.kind == 'excel' else 'csv'}"

    def headers_of(self, record: str) -> Headers:
        """Field name and column header, in order."""
        return {name: self.headers.get(header, header) for name, header in HEADERS[record].items()}

    def words_of(self, record: str) -> Mapping[str, Words]:
        """For each coded field, the word that stands for each code."""
        return {name: self.words.get(name, words) for name, words in WORDS[record].items()}

    def write(self, record: str, line: Line) -> list[Written]:
        """The cells of a row, in the order of the columns."""
        words = self.words_of(record)
        return [self._cell(name, line.values.get(name, ""), words.get(name, {})) for name in HEADERS[record]]

    def _cell(self, name: str, value: Cell, words: Words) -> Written:
        if isinstance(value, float):
            return value if self.kind == "excel" else f"{value:.5E}"  # As a spreadsheet saves it to text.
        if not value:
            return ""
        if name in DATES:
            return self.spell_day(value)
        if name in COUNTS and self.kind == "excel":
            return float(value)
        return in_words(value, words)


def in_words(codes: str, words: Words) -> str:
    """The word for a code, or those for several; what has no word is written as it is."""
    return "、".join(words.get(code, code) for code in codes.split(",")) if words else codes


OTHER_HEADERS: Headers = {
    "身份证号": "公民身份号码",
    "出生日期": "出生年月日",
    "常住地代码": "现居住地代码",
    "联系电话": "电话",
}
OTHER_WORDS: Mapping[str, Words] = {
    "sex": {"1": "男性", "2": "女性"},
    "life_status": {"1": "正常", "2": "已故", "3": "已迁出", "5": "失去联系"},
}

HABITS = (
    Habits("csv", "utf-8", _iso),
    Habits("csv", "gb18030", _chinese, OTHER_HEADERS),
    Habits("excel", "", _dotted),
    Habits("csv", "utf-8-sig", _packed, {}, OTHER_WORDS),
    Habits("excel", "", _in_the_calendar, OTHER_HEADERS, OTHER_WORDS),
    Habits("csv", "gb18030", _dotted),
    Habits("csv", "utf-8", _chinese, OTHER_HEADERS),
    Habits("excel", "", _chinese),
)


def habits_by_unit(units: Sequence[Unit]) -> dict[str, Habits]:
    """Habits differ from office to office; the communities come first, so that each way of keeping files is theirs."""
    communities = [unit.code for unit in lowest(units)]
    others = [unit.code for unit in units if unit.code not in communities]
    return {code: HABITS[place % len(HABITS)] for place, code in enumerate([*communities, *others])}
