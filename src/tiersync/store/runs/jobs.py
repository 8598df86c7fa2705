"""Jobs: one row for each slot of a schedule. Whoever inserts the row has the job; whoever takes one over raises its
fence, and what a process says under an older fence counts no more."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, String, bindparam, delete, func, select, text, update

from tiersync.model.text import Text
from tiersync.store.links.envelopes import chunks, spell_time
from tiersync.store.query import Query
from tiersync.store.runs.retention import AT_ONCE
from tiersync.store.tables import jobs

LEASE = timedelta(minutes=2)  # after which another process may take a job whose process says nothing any more
BY_HAND = "by hand"  # how the name of a process begins that is no host
BROKE_OFF = Text("执行中断；由后一时点补做", "it broke off; a later slot makes it up")
TAKE = text(
    "INSERT INTO jobs (name, what, slot, missed_from, started_at, result, attempts, process, fence, lease_until,"
    " said_zh, said_en) VALUES (:name, :what, :slot, :missed_from, :now, 'running', 1, :process, 1, :lease, '', '')"
    " ON CONFLICT (name, slot) DO NOTHING"
)
AT: Any = bindparam("slot")
OF: Any = bindparam("name")
JOB_AT = Query(select(jobs).where(jobs.c.name == OF, jobs.c.slot == AT))
# What somebody did by hand and went wrong takes nothing from a schedule: neither its slot nor its next try.
COUNTS = jobs.c.process.not_like(f"{BY_HAND}%") | jobs.c.result.in_(("running", "done"))
LAST_BY = Query(select(jobs).where(jobs.c.name == OF, jobs.c.slot <= AT, COUNTS).order_by(jobs.c.slot.desc()).limit(1))
LAST_DONE = Query(
    select(jobs.c.slot).where(jobs.c.name == OF, jobs.c.result.in_(("done", "faulty")))
    .order_by(jobs.c.slot.desc()).limit(1)
)  # fmt: skip
FIRST_AFTER = Query(select(jobs.c.started_at).where(jobs.c.name == OF, jobs.c.slot > AT).order_by(jobs.c.slot).limit(1))
LOOKED_BACK = 200  # slots: of what is done every second, more than a lease
EARLIER = Query(select(jobs).where(jobs.c.name == OF, jobs.c.slot < AT).order_by(jobs.c.slot.desc()).limit(LOOKED_BACK))
NEWEST_JOBS = Query(
    select(jobs).where(jobs.c.started_at >= bindparam("moment"))
    .where((bindparam("name", type_=String) == "") | (jobs.c.name == OF))
    .where((bindparam("any", type_=Integer) == 1) | jobs.c.result.in_(("failed", "faulty")))
    .order_by(jobs.c.started_at.desc(), jobs.c.id.desc()).limit(bindparam("last"))
)  # fmt: skip
STILL_NEEDED = select(func.max(jobs.c.id)).group_by(jobs.c.name)
OLD_JOBS = Query(
    select(jobs.c.id).where(jobs.c.started_at < bindparam("moment"), jobs.c.id.not_in(STILL_NEEDED)).limit(AT_ONCE)
)


class JobTaken(NamedTuple):
    """A job that this process has: the row, the fence under which it has it, and how often it was tried."""

    id: int
    name: str
    fence: int
    attempts: int


def take_job(db: Connection, named: dict[str, str | None], process: str, now: datetime) -> JobTaken | None:
    """Take the job of a slot (`named`: name, what, slot, missed_from); None where another process has it, or ended it
    for good. Who takes a slot ends what broke off at earlier ones: it makes that up."""
    values = named | {"process": process, "now": spell_time(now), "lease": spell_time(clock(db, now) + LEASE)}
    is_new = db.execute(TAKE, values).rowcount == 1
    row: Any = JOB_AT.first(db, name=named["name"], slot=named["slot"])
    if is_new:
        _end_broken_off(db, row, now)
        return JobTaken(row.id, row.name, row.fence, row.attempts)
    if not _may_be_taken(db, row, now):
        return None
    taken = (
        update(jobs)
        .where(jobs.c.id == row.id, jobs.c.fence == row.fence, jobs.c.result == row.result)
        .values(
            result="running", process=process, fence=row.fence + 1, attempts=row.attempts + 1, ended_at=None,
            again_at=None, started_at=values["now"], lease_until=values["lease"],
        )
    )  # fmt: skip
    if db.execute(taken).rowcount != 1:
        return None
    return JobTaken(row.id, row.name, row.fence + 1, row.attempts + 1)


def is_held(db: Connection, row: Any, now: datetime) -> bool:
    """Whether a process is at work on a job, by a lease that is not over."""
    return row.result == "running" and not _may_be_taken(db, row, now)


def _may_be_taken(db: Connection, row: Any, now: datetime) -> bool:
    """A job that failed and waits to be tried again; or one that nobody does any more: a lease says so, by the clock of
    a shared database. In a folder of its own a node has one host, which does one job at a time: what runs there, and is
    not done by hand, broke off."""
    if row.result != "running":
        return bool(row.again_at)
    if _is_shared(db) or row.process.startswith(BY_HAND):
        return bool(row.lease_until < spell_time(clock(db, now)))
    return True


def _end_broken_off(db: Connection, row: Any, now: datetime) -> None:
    """Note of earlier slots of a schedule that nobody does them any more: else they would run for ever."""
    for one in EARLIER.rows(db, name=row.name, slot=row.slot):
        if one.result == "running" and _may_be_taken(db, one, now):
            job = JobTaken(one.id, one.name, one.fence, one.attempts)
            end_job(db, job, "failed", BROKE_OFF, now, again_at=None)


def end_job(db: Connection, job: JobTaken, result: str, said: Text, now: datetime, again_at: datetime | None) -> bool:
    """Note what came of a job, in its last transaction; False where another process took it over meanwhile."""
    ended = (
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.result == "running")
        .values(
            result=result, said_zh=said.zh, said_en=said.en, ended_at=spell_time(now),
            again_at=spell_time(again_at) if again_at else None,
        )
    )  # fmt: skip
    return db.execute(ended).rowcount == 1


def renew_lease(db: Connection, job: JobTaken, now: datetime) -> bool:
    """Say that a job is still being done; False where another process took it over."""
    renewed = update(jobs).where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.result == "running")
    return db.execute(renewed.values(lease_until=spell_time(clock(db, now) + LEASE))).rowcount == 1


def last_job(db: Connection, name: str, now: datetime) -> Any | None:
    """The newest job of a schedule whose slot has come by now: one that a clock which was ahead has begun waits."""
    return LAST_BY.first(db, name=name, slot=spell_time(now))


def newest_jobs(db: Connection, since: datetime, most: int, name: str = "", only_wrong: bool = False) -> list[Any]:
    """The jobs that began since a moment, the newest first: of one schedule where it is named, or of all; those that
    went wrong, or all."""
    return NEWEST_JOBS.rows(db, moment=spell_time(since), last=most, name=name, any=int(not only_wrong))


def failing_since(db: Connection, name: str) -> datetime | None:
    """Since when a schedule's jobs have come to nothing; None where the newest was done, or there is none."""
    started = FIRST_AFTER.value(db, name=name, slot=LAST_DONE.value(db, name=name) or "")
    return datetime.fromisoformat(started) if started else None


def forget_jobs(db: Connection, before: datetime) -> int:
    """Jobs that began before a moment, but for the last of each schedule; returns how many are gone."""
    ids = OLD_JOBS.values(db, moment=spell_time(before))
    for some in chunks(ids):
        db.execute(delete(jobs).where(jobs.c.id.in_(some)))
    return len(ids)


def clock(db: Connection, now: datetime) -> datetime:
    """The time by which leases count: that of a shared database, this machine's where there is but one."""
    return db.exec_driver_sql("SELECT clock_timestamp()").scalar_one() if _is_shared(db) else now


def _is_shared(db: Connection) -> bool:
    return db.dialect.name == "postgresql"
