"""The calendar of an office: what is open, due, late and closed, and the days off of a year."""

from datetime import datetime
from typing import NamedTuple

from tiersync.flow.jobs.due_dates import DueWindow, open_windows
from tiersync.flow.node import Node
from tiersync.model.text import EMPTY, Text
from tiersync.rules.calendar.windows import WindowState
from tiersync.views.table import Detail, Shown, Table, table

STATES: dict[WindowState, Text] = {
    "not_open": Text("未开报", "not open yet"), "open": Text("可填报", "open"), "due": Text("今日截止", "due today"),
    "late": Text("迟报", "late"), "past": Text("逾期", "past"), "closed": Text("已封网", "closed"),
}  # fmt: skip
CERTAINTY = {"announced": Text("已公布", "announced"), "estimated": Text("估计", "estimated")}
PROVISIONAL = Text("（暂定）", " (provisional)")


class WindowLine(NamedTuple):
    """When a form may be filed for a period, and how that stands now."""

    of: DueWindow
    state: WindowState

    def row(self) -> tuple[Shown, ...]:
        window, mark = self.of.window, PROVISIONAL if self.of.window.due.is_provisional else EMPTY
        due = f"{window.due.day}" + (f" {window.due.at:%H:%M}" if window.due.at else "")
        return (
            self.of.form.code, str(self.of.period), STATES[self.state], str(window.opens),
            Text(due + mark.zh, due + mark.en), str(window.late_until), str(window.closes),
        )  # fmt: skip

    def as_object(self) -> dict[str, object]:
        """For programs: days, and the state as a word."""
        window = self.of.window
        return {
            "form": self.of.form.code, "period": str(self.of.period), "state": self.state, "opens": str(window.opens),
            "due": str(window.due.day), "at": f"{window.due.at:%H:%M}" if window.due.at else None,
            "provisional": window.due.is_provisional, "late_until": str(window.late_until),
            "closes": str(window.closes),
        }  # fmt: skip


def window_lines(node: Node, now: datetime) -> list[WindowLine]:
    """Every form and period that is not closed, in order of when it is due; raises NoCalendar."""
    local = node.local(now)
    with node.store.read() as db:
        found = [WindowLine(one, one.window.state(local)) for one in open_windows(db, node, now)]
    return sorted(found, key=lambda line: (line.of.window.due.moment, line.of.form.code))


def windows_table(lines: list[WindowLine]) -> Table:
    heads = Text("报表,统计期,状态,开报,截止,迟报至,封网", "form,period,state,opens,due,late until,closes")
    return table(Text("时限", "Due dates"), heads, (line.row() for line in lines))


def year_details(node: Node, year: int) -> list[Detail]:
    """What is known of a year's days off; raises NoCalendar."""
    days = node.working_days_now()
    said, announced = days.certainty(year), days.announced(year)
    found = [Detail(Text("年份", "year"), year), Detail(Text("放假安排", "days off"), CERTAINTY[said])]
    if announced:
        found += [
            Detail(Text("文号", "document"), announced.document),
            Detail(Text("休息", "rest"), ", ".join(f"{day:%m-%d}" for day in announced.rest)),
            Detail(Text("上班的周末", "worked weekends"), ", ".join(f"{day:%m-%d}" for day in announced.work)),
        ]
    return found
