"""Schedules and the jobs that were done by them: what comes when, and what came of it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tiersync.errors import NoCalendar
from tiersync.flow.jobs.states import states
from tiersync.flow.node import Node
from tiersync.model.text import EMPTY, Text, plain
from tiersync.rules.calendar.jobs import FOR_EVER, ScheduleState
from tiersync.rules.calendar.slots import After, Cron, Every, Office, Rule, Schedule, next_slots, upcoming
from tiersync.store.runs.jobs import newest_jobs
from tiersync.views.table import Shown, Table, table

MOST = 1000  # slots of one schedule, or jobs, that anybody reads
UNITS = ((86_400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "m"), (1, "秒", "s"))
PERIODS = {
    "Y": Text("年", "year"), "H": Text("半年", "half-year"), "Q": Text("季", "quarter"), "M": Text("月", "month"),
    "W": Text("周", "week"),
}  # fmt: skip
KINDS = {
    "read": Text("读取", "read"), "push": Text("上报", "push"), "pull": Text("接收", "pull"),
    "reconcile": Text("对账", "reconcile"), "scrub": Text("巡检", "scrub"), "backup": Text("备份", "backup"),
    "tidy": Text("清理", "tidy"), "remind": Text("催报", "remind"),
}  # fmt: skip
RESULTS = {
    "running": Text("进行中", "running"), "done": Text("完成", "done"), "faulty": Text("有问题", "faulty"),
    "failed": Text("失败", "failed"),
}  # fmt: skip


class ScheduleLine(NamedTuple):
    """One schedule: its time in words, when it comes next (or why nobody knows), its newest job, and until when it
    rests."""

    schedule: Schedule
    next_at: datetime | None
    unknown: Text
    state: ScheduleState

    @property
    def paused(self) -> Shown:
        """Until when it rests; None where it does not."""
        until = self.state.paused_until
        return Text("暂停", "paused") if until == FOR_EVER else until

    def row(self) -> tuple[Shown, ...]:
        one, last = self.schedule, self.state.last
        origin = Text("默认", "default") if one.is_default else Text("设置", "written")
        return (
            one.name, KINDS[one.what], rule_words(one.rule), ", ".join(one.streams), self.next_at or self.unknown,
            last.slot if last else None, RESULTS[last.result] if last else None, self.paused, origin,
        )  # fmt: skip

    def as_object(self) -> dict[str, object]:
        """For programs: moments in UTC."""
        last, until = self.state.last, self.state.paused_until
        return {
            "name": self.schedule.name, "what": self.schedule.what, "rule": rule_words(self.schedule.rule).en,
            "streams": list(self.schedule.streams), "default": self.schedule.is_default, "next": _spelled(self.next_at),
            "last": _spelled(last.slot) if last else None, "result": last.result if last else None,
            "paused": bool(until), "paused_until": None if until == FOR_EVER else _spelled(until),
        }  # fmt: skip


def rule_words(rule: Rule) -> Text:
    """A schedule's time in words."""
    match rule:
        case Cron(expression=expression):
            return plain(expression)
        case Every(interval=interval):
            seconds = int(interval.total_seconds())
            size, zh, en = next(one for one in UNITS if seconds % one[0] == 0)
            return Text(f"每 {seconds // size} {zh}", f"every {seconds // size}{en}")
        case After(period=period, days=days, working=working, at=at):
            kind = PERIODS[period]
            days_zh, days_en = ("个工作日", "working days") if working else ("天", "days")
            return Text(f"每{kind.zh}末后第 {days} {days_zh} {at}", f"{days} {days_en} after each {kind.en}, {at}")


def schedule_lines(node: Node, schedules: Sequence[Schedule], office: Office, now: datetime) -> list[ScheduleLine]:
    """How each schedule of a node stands."""
    with node.store.read() as db:
        found = states(db, schedules, now)
    return [_line(one, found[one.name], office, now) for one in schedules]


def _line(schedule: Schedule, state: ScheduleState, office: Office, now: datetime) -> ScheduleLine:
    paused = state.paused_until if state.paused_until and state.paused_until > now else None
    state = state._replace(paused_until=paused)
    if paused == FOR_EVER:
        return ScheduleLine(schedule, None, EMPTY, state)
    try:
        return ScheduleLine(schedule, next(next_slots(schedule, paused or now, office)).starts, EMPTY, state)
    except NoCalendar as error:
        return ScheduleLine(schedule, None, Text(error.say("zh"), error.say("en")), state)


def schedules_table(lines: Iterable[ScheduleLine]) -> Table:
    heads = Text(
        "名称,内容,时间,数据流,下次,上次,结果,暂停至,来源", "name,what,when,streams,next,last,result,paused until,from"
    )
    return table(Text("计划", "Schedules"), heads, (line.row() for line in lines))


class ComingSlot(NamedTuple):
    """A slot that comes, and when its job begins there."""

    at: datetime
    starts: datetime
    schedule: Schedule


def coming_slots(
    node: Node, schedules: Sequence[Schedule], office: Office, now: datetime, until: datetime
) -> list[ComingSlot]:
    """Every slot from now on until a moment, in order of time; those of schedules that rest are left out."""
    found = []
    for line in schedule_lines(node, schedules, office, now):
        rests_until = line.state.paused_until
        if line.next_at and not (rests_until and rests_until >= until):
            since = max(now, rests_until or now)
            slots = upcoming(line.schedule, since, until, office, MOST)
            found += [ComingSlot(slot.at, slot.starts, line.schedule) for slot in slots]
    return sorted(found, key=lambda slot: (slot.starts, slot.schedule.name))


def coming_table(slots: Iterable[ComingSlot]) -> Table:
    rows = ((one.starts, one.schedule.name, KINDS[one.schedule.what]) for one in slots)
    return table(Text("将要执行", "Coming"), Text("时间,计划,内容", "at,schedule,what"), rows)


class JobLine(NamedTuple):
    """One job: what it was, when, what came of it, and which process did it."""

    name: str
    what: str
    slot: datetime
    missed_from: datetime | None
    started_at: datetime
    ended_at: datetime | None
    result: str
    attempts: int
    again_at: datetime | None
    process: str
    said: Text

    @property
    def seconds(self) -> float | None:
        return round((self.ended_at - self.started_at).total_seconds(), 1) if self.ended_at else None

    def row(self) -> tuple[Shown, ...]:
        return (
            self.started_at, self.name, self.slot, RESULTS[self.result],
            "" if self.seconds is None else f"{self.seconds}s", self.attempts, self.again_at, self.said, self.process,
        )  # fmt: skip

    def as_object(self, lang: str) -> dict[str, object]:
        """For programs: moments in UTC, the words in one language."""
        moments = {name for name in self._fields if name.endswith("_at")} | {"slot", "missed_from"}
        told = {name: _spelled(value) if name in moments else value for name, value in self._asdict().items()}
        return told | {"said": self.said.say(lang), "seconds": self.seconds}


def job_lines(node: Node, since: datetime, most: int, name: str = "", only_wrong: bool = False) -> list[JobLine]:
    """The jobs that began since a moment, the newest first; of one schedule, or only those that went wrong."""
    with node.store.read() as db:
        return [_job_line(row) for row in newest_jobs(db, since, most, name, only_wrong)]


def _job_line(row: Any) -> JobLine:
    return JobLine(
        row.name, row.what, datetime.fromisoformat(row.slot), _moment(row.missed_from),
        datetime.fromisoformat(row.started_at), _moment(row.ended_at), row.result, row.attempts, _moment(row.again_at),
        row.process, Text(row.said_zh, row.said_en),
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def jobs_table(lines: Iterable[JobLine]) -> Table:
    heads = Text(
        "开始,计划,时段,结果,用时,次数,再试,说明,进程", "started,schedule,slot,result,took,tries,again,said,process"
    )
    return table(Text("任务", "Jobs"), heads, (line.row() for line in lines))


def _spelled(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
