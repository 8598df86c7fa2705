"""The one period that a text states: 2025-Q4 of 2025年四季度. What could be two periods, or is none, is not guessed."""

import re

from tiersync.errors import BadPeriod
from tiersync.model.period import Period
from tiersync.rules.calendar.stated import span_of, stated_in, year_of

FILED_ON = re.compile(r"(填报|填表|制表|报送|上报|打印|导出)(日期|时间)?\s*[:：]\s*\S+")  # says when, not of what time

CELL = re.compile(r"[0-9]{4}年?度?-?(第?[一二三四1-4]季度?|[QqHh][1-4]|[上下]半年|[一二十0-9]{1,3}月份?)?")


def period_stated(text: str) -> str | None:
    """The period that a file's name, its sheet's and its title state together, None where they state no single one."""
    told = [one for one in stated_in(FILED_ON.sub(" ", text)) if not one.day]
    year = year_of(told)
    span = span_of(told, told[0].span(year).last) if year else None
    if span is None or span.first.year != year:
        return None
    months, first = span.last.month - span.first.month + 1, span.first.month
    number = (first - 1) // months + 1
    name = {1: f"{year}-{first:02}", 3: f"{year}-Q{number}", 6: f"{year}-H{number}", 12: f"{year}"}.get(months, "")
    return name if name and Period(name).span == span else None


def period_in(text: str) -> str:
    """A cell that is a period in any usual spelling, as periods are written; any other text as it is."""
    whole = re.sub(r"\s|\.0+$", "", text)
    try:
        return str(Period(whole))
    except BadPeriod:
        return (period_stated(whole) if CELL.fullmatch(whole) else None) or text
