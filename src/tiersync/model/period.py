"""Periods: a year, half-year, quarter, month or ISO week, written 2013, 2013-H1, 2013-Q2, 2013-06, 2013-W23."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import total_ordering
from typing import Any, NamedTuple

from pydantic_core import core_schema

from tiersync.errors import BadPeriod

SHAPE = re.compile(r"^(?P<year>\d{4})(-(?P<kind>[HQW]?)(?P<number>\d{1,2}))?$")
LENGTH = {"H": 6, "Q": 3, "M": 1}  # months
LARGEST = {"H": 2, "Q": 4, "M": 12}


class Span(NamedTuple):
    first: date
    last: date


@total_ordering
class Period:
    """A stretch of days that figures are asked for. Equal and ordered by its text's first day, then by length."""

    __slots__ = ("kind", "number", "year")

    def __init__(self, text: str) -> None:
        found = SHAPE.match(text)
        if not found or not 1900 <= int(found["year"]) <= 2999:
            raise BadPeriod(text=text)
        self.year = int(found["year"])
        self.kind = "Y" if found["number"] is None else (found["kind"] or "M")
        self.number = int(found["number"] or 0)
        largest = date(self.year, 12, 28).isocalendar().week if self.kind == "W" else LARGEST.get(self.kind, 0)
        if (self.kind != "Y" and not 1 <= self.number <= largest) or text != str(self):
            raise BadPeriod(text=text)

    def __str__(self) -> str:
        match self.kind:
            case "Y":
                return f"{self.year}"
            case "M" | "W":
                return f"{self.year}-{'W' if self.kind == 'W' else ''}{self.number:02}"
            case _:
                return f"{self.year}-{self.kind}{self.number}"

    def __repr__(self) -> str:
        return f"Period({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Period) and str(self) == str(other)

    def __lt__(self, other: "Period") -> bool:
        return (self.first_day, self.last_day) < (other.first_day, other.last_day)

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def span(self) -> Span:
        if self.kind == "Y":
            return Span(date(self.year, 1, 1), date(self.year, 12, 31))
        if self.kind == "W":
            return Span(
                date.fromisocalendar(self.year, self.number, 1), date.fromisocalendar(self.year, self.number, 7)
            )
        last = self.number * LENGTH[self.kind]
        first = last - LENGTH[self.kind] + 1
        return Span(date(self.year, first, 1), date(self.year, last, calendar.monthrange(self.year, last)[1]))

    @property
    def first_day(self) -> date:
        return self.span.first

    @property
    def last_day(self) -> date:
        return self.span.last

    @classmethod
    def of(cls, kind: str, day: date) -> "Period":
        """The period of `kind` (Y, H, Q, M, W) in which `day` lies."""
        if kind == "Y":
            return cls(f"{day.year}")
        if kind == "W":
            week = day.isocalendar()
            return cls(f"{week.year}-W{week.week:02}")
        number = (day.month - 1) // LENGTH[kind] + 1
        return cls(f"{day.year}-{number:02}" if kind == "M" else f"{day.year}-{kind}{number}")

    def following(self) -> "Period":
        """The period of the same length that begins when this one ends."""
        return Period.of(self.kind, self.last_day + timedelta(days=1))

    def preceding(self) -> "Period":
        """The period of the same length that ends when this one begins."""
        return Period.of(self.kind, self.first_day - timedelta(days=1))

    def year_before(self) -> "Period":
        """The same period of the year before; of weeks the one of the same weekdays 52 weeks ago."""
        if self.kind == "W":
            return Period.of("W", self.first_day - timedelta(weeks=52))
        return Period(str(self).replace(str(self.year), str(self.year - 1), 1))

    def within(self, kind: str) -> "Iterator[Period]":
        """The shorter periods of `kind` that begin and end within this one, in order."""
        part = Period.of(kind, self.first_day)
        while part.last_day <= self.last_day:
            yield part
            part = part.following()

    @classmethod
    def last_ended(cls, kind: str, today: date) -> "Period":
        """The latest period of `kind` whose last day is before `today`."""
        return cls.of(kind, cls.of(kind, today).first_day - timedelta(days=1))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        def parse(value: Any) -> "Period":
            try:
                return value if isinstance(value, Period) else cls(str(value))
            except BadPeriod as error:
                raise ValueError(str(error)) from error

        return core_schema.no_info_plain_validator_function(
            parse,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
            json_schema_input_schema=core_schema.str_schema(
                pattern=SHAPE.pattern.replace("?P<year>", "").replace("?P<kind>", "").replace("?P<number>", "")
            ),
        )
