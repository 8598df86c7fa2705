"""Slots: the moments at which a schedule has something done, each of them once."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from tiersync.model.form import DueDays
from tiersync.model.period import Period
from tiersync.rules.calendar.terms import deadline_of
from tiersync.rules.calendar.working_days import WorkingDays

SPREAD = timedelta(minutes=5)  # over which nodes with the same hour are spread, so that they do not ring at once
RECENT, LONG_AGO = timedelta(days=8), timedelta(days=800)  # how far back what was missed is looked for
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FIELDS_OF_CRON = 5


class Cron(NamedTuple):
    """At the times that a cron expression names, by the office's clock."""

    expression: str


class Every(NamedTuple):
    """Again and again."""

    interval: timedelta


class After(NamedTuple):
    """So many days, or working days, after the end of each period of a kind, at an hour of the office."""

    period: str
    days: int
    working: bool = True
    at: str = "09:00"


Rule = Cron | Every | After


class Schedule(NamedTuple):
    """What is done when. `streams` are those that are read, all of them where it names none; one that nobody wrote is
    a default."""

    name: str
    what: str
    rule: Rule
    streams: tuple[str, ...] = ()
    is_default: bool = False


class Office(NamedTuple):
    """By what slots are found: the unit that has them, its clock, and its working days, which are looked up where they
    decide."""

    unit: str
    zone: ZoneInfo
    days: Callable[[], WorkingDays]


class Slot(NamedTuple):
    """A moment that a schedule names, and when it is done there: a little later, each unit by its own while."""

    at: datetime
    starts: datetime


def why_no_cron(expression: str) -> str:
    """What is wrong with a cron expression, '' where nothing is."""
    if len(expression.split()) != FIELDS_OF_CRON:
        return "five fields"
    try:
        next(CronSim(expression, EPOCH))
    except CronSimError as error:
        return str(error)
    except StopIteration:
        return "never"
    return ""


def spread_of(schedule: Schedule, unit: str, within: timedelta) -> timedelta:
    """A unit's own while within a span, the same at every start."""
    share = crc32(f"{unit} {schedule.name}".encode()) / 2**32
    return timedelta(seconds=int(within.total_seconds() * share))


def next_slots(schedule: Schedule, moment: datetime, office: Office) -> Iterator[Slot]:
    """The slots after a moment, in order. Raises NoCalendar where working days of a year decide that nobody knows."""
    if isinstance(schedule.rule, Every):
        return _every(schedule, schedule.rule.interval, moment, office)
    later = spread_of(schedule, office.unit, SPREAD)
    moments = (
        _cron(schedule.rule, moment, office)
        if isinstance(schedule.rule, Cron)
        else _after(schedule.rule, moment, office)
    )
    return (Slot(at, at + later) for at in moments)


def latest_slot(schedule: Schedule, since: datetime, now: datetime, office: Office) -> Slot | None:
    """The last slot after `since` that has its turn by `now`: of those that were missed only this one is made up."""
    for longest in (RECENT, LONG_AGO):
        latest = None
        for slot in next_slots(schedule, max(since, now - longest), office):
            if slot.starts > now:
                break
            latest = slot
        if latest or since >= now - longest:
            return latest
    return None


def _every(schedule: Schedule, interval: timedelta, moment: datetime, office: Office) -> Iterator[Slot]:
    first = EPOCH + spread_of(schedule, office.unit, interval)
    at = first + ((moment - first) // interval + 1) * interval
    while True:
        yield Slot(at, at)
        at += interval


def _cron(rule: Cron, moment: datetime, office: Office) -> Iterator[datetime]:
    """As cron does it where clocks change: what falls into the hour that is left out comes after it, and what falls
    into the hour that comes twice comes once."""
    for found in CronSim(rule.expression, moment.astimezone(office.zone)):
        at = found.astimezone(UTC)
        if at > moment:
            yield at


def _after(rule: After, moment: datetime, office: Office) -> Iterator[datetime]:
    due = DueDays(due=rule.days, working=rule.working)
    began: date = moment.astimezone(office.zone).date() - timedelta(days=rule.days * 3 + 400)
    period = Period.of(rule.period, began)
    while True:
        day = _day_after(due, period, moment, office)
        if day:
            local = datetime.combine(day, time.fromisoformat(rule.at), office.zone)
            if local.astimezone(UTC) > moment:
                yield local.astimezone(UTC)
        period = period.following()


def _day_after(due: DueDays, period: Period, moment: datetime, office: Office) -> date | None:
    """The day that a rule names for a period; None where it is long past, so that no year is asked of which nothing
    need be known."""
    longest = timedelta(days=due.due * 3 + 30)
    if period.last_day + longest < moment.astimezone(office.zone).date():
        return None
    return deadline_of(due, period.last_day, office.days()).day


def upcoming(schedule: Schedule, now: datetime, until: datetime, office: Office, most: int) -> list[Slot]:
    """The slots from now on until a moment, no more than `most`."""
    found = []
    for slot in islice(next_slots(schedule, now, office), most):
        if slot.starts > until:
            break
        found.append(slot)
    return found
