"""The time that a file's name, its sheet's or its title states: 2025年11月, 三季度, 上半年, 2025-11-30."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from tiersync.model.period import Span

LONGEST = 400  # characters that are searched
YEAR = r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})"
MONTH = r"(?:1[0-2]|0?[1-9])"
DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
PATTERNS = tuple(
    re.compile(pattern, re.VERBOSE)
    for pattern in (
        rf"{YEAR}年(?P<month>{MONTH})月(?P<day>{DAY})日",
        rf"{YEAR}[./_-](?P<month>{MONTH})[./_-](?P<day>{DAY})(?![0-9])",
        rf"{YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])(?![0-9])",
        rf"(?:{YEAR}年?[度_.-]?)?(?<![0-9])(?P<month>{MONTH})月?[至到~—-](?P<until>{MONTH})月",
        rf"{YEAR}年(?P<month>{MONTH})[至到~—-](?P<until>{MONTH})(?![0-9日号季])",
        rf"(?:{YEAR}年?度?[_-]?)?(?:第?(?P<first>[1-4])[至到~—-](?P<last>[1-4])季度?|前(?P<upto>[2-4])(?:个?季度))",
        rf"{YEAR}[年./_-]?(?P<month>{MONTH})月份?",
        rf"{YEAR}[./_-](?P<month>{MONTH})(?![0-9季]|[./][0-9])",
        rf"{YEAR}(?P<month>0[1-9]|1[0-2])(?![0-9])",
        rf"(?:{YEAR}年?度?[_-]?)?(?:第?(?P<quarter>[1-4])季度?|[Qq](?P<q>[1-4])(?![0-9])|(?P<roman>IV|I{{1,3}})季度?)",
        rf"(?:{YEAR}年?度?[_-]?)?(?P<half>[上下])半年|{YEAR.replace('year', 'of')}[_-]?[Hh](?P<h>[12])(?![0-9])",
        rf"{YEAR}(?!年?度?[初末底]|[人户元室号]|[年度\s_-]*第?[0-9]+[期批次号]|\s+[0-9])(?:年度?|(?![0-9]))",
        rf"(?<![0-9年])(?P<month>{MONTH})月份?",
    )
)
NUMERALS = {"十二": "12", "十一": "11", "十": "10"} | {digit: str(n) for n, digit in enumerate("〇一二三四五六七八九")}
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
SPELLED = re.compile(r"(十[一二]?|[一二三四五六七八九])(?=月|个?季度|季)")
SPELLED_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}(?=年)")


class Stated(NamedTuple):
    """Months of a year (0: it is not said) that a text states, or a single day of one (0: none)."""

    year: int
    month: int
    until: int
    day: int = 0

    def span(self, year: int) -> Span:
        """The days meant, in `year` where none is said."""
        year = self.year or year
        if self.day:
            day = date(year, self.month, min(self.day, monthrange(year, self.month)[1]))
            return Span(day, day)
        return Span(date(year, self.month, 1), date(year, self.until, monthrange(year, self.until)[1]))


def stated_in(text: str) -> list[Stated]:
    """Every time that a text states, once each; what is found is not searched again for something shorter."""
    left, found = _plain(text), list[Stated]()
    for pattern in PATTERNS:
        for match in pattern.finditer(left):
            found += _read(match)
        left = pattern.sub(" ", left)
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Without wide characters, Chinese numerals of months and years as digits."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).replace("零", "〇")
    plain = SPELLED_YEAR.sub(lambda found: "".join(NUMERALS[digit] for digit in found[0]), plain)
    return SPELLED.sub(lambda found: NUMERALS[found[0]], plain)


def _read(found: re.Match[str]) -> Iterator[Stated]:
    said = {name: value for name, value in found.groupdict().items() if value}
    year = int(said.get("year") or said.get("of") or 0)
    if "upto" in said or "first" in said:
        yield Stated(year, int(said.get("first", 1)) * 3 - 2, int(said.get("last") or said["upto"]) * 3)
    elif roman := said.get("roman"):
        yield Stated(year, ROMAN[roman] * 3 - 2, ROMAN[roman] * 3)
    elif h := said.get("h"):
        yield Stated(year, 1 if h == "1" else 7, 6 if h == "1" else 12)
    elif quarter := said.get("quarter") or said.get("q"):
        yield Stated(year, int(quarter) * 3 - 2, int(quarter) * 3)
    elif half := said.get("half"):
        yield Stated(year, 1 if half == "上" else 7, 6 if half == "上" else 12)
    elif "month" in said:
        month, until = int(said["month"]), int(said.get("until", said["month"]))
        if month <= until:
            yield Stated(year, month, until, int(said.get("day", 0)))
    else:
        yield Stated(year, 1, 12)


def year_of(stated: Iterable[Stated]) -> int:
    """The one year that all of `stated` name, 0 where none or several are."""
    years = {one.year for one in stated if one.year}
    return years.pop() if len(years) == 1 else 0


def until_of(stated: Iterable[Stated]) -> date | None:
    """The last day of a list that is of one day or one month of a year; none where it states more, or less."""
    told = list(stated)
    year = year_of(told)
    days = [one for one in told if one.day]
    narrow = {one.span(year) for one in days or told if one[1:] != (1, 12, 0)} if year else set()
    span = narrow.pop() if len(narrow) == 1 else None
    return span.last if span and span.first.month == span.last.month else None


def span_of(stated: Iterable[Stated], read_on: date) -> Span | None:
    """The days that all of `stated` mean, none where nothing is stated or they contradict each other.

    A time without a year is of the one year that is stated, else it is the latest that had begun when it was read. A
    single day says when a list was made, and not of what days it tells.
    """
    spans = _spans([one for one in stated if not one.day], read_on)
    return _common(spans) if spans else None


def contradicts(stated: Iterable[Stated], read_on: date) -> bool:
    """Whether what is stated has nothing in common."""
    spans = _spans([one for one in stated if not one.day], read_on)
    return bool(spans) and _common(spans) is None


def day_of(stated: Iterable[Stated], read_on: date) -> date:
    """The day that a list speaks for: the day stated, else the last of the time stated, never after it was read."""
    return min(read_on, stated_day(stated, read_on) or read_on)


def stated_day(stated: Iterable[Stated], read_on: date) -> date | None:
    """The day stated, else the last of the time stated; none where nothing is stated or it contradicts itself."""
    told = list(stated)
    days = [one.span(read_on.year).last for one in told if one.day and one.year]
    span = span_of(told, read_on)
    return days[-1] if days else span.last if span else None


def _spans(stated: list[Stated], read_on: date) -> list[Span]:
    years = {one.year for one in stated if one.year}
    known = years.pop() if len(years) == 1 else 0
    return [one.span(known or _latest(one, read_on)) for one in stated]


def _latest(stated: Stated, read_on: date) -> int:
    return read_on.year if date(read_on.year, stated.month, 1) <= read_on else read_on.year - 1


def _common(spans: list[Span]) -> Span | None:
    whole = Span(max(span.first for span in spans), min(span.last for span in spans))
    return whole if whole.first <= whole.last else None
