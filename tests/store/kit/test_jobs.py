"""Jobs: each slot of a schedule is done once, by whichever process takes it; who slept ends none for another."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from tests.store.kit.place import HOME, NOW, Place, node_with
from tiersync.errors import ParentBusy, ParentDown
from tiersync.flow.jobs.states import note_schedules, pause, resume, states
from tiersync.flow.jobs.work_off import Job, JobOutcome, Working, end, take, take_next, work_off
from tiersync.model.text import Text
from tiersync.rules.calendar.jobs import JobTurn
from tiersync.rules.calendar.slots import Every, Office, Schedule
from tiersync.rules.calendar.working_days import WorkingDays
from tiersync.store.database import Store
from tiersync.store.links.envelopes import spell_time
from tiersync.store.runs.jobs import BY_HAND, clock, failing_since, forget_jobs, last_job, newest_jobs, renew_lease
from tiersync.store.tables import jobs

SCHEDULE = Schedule("push", "push", Every(timedelta(minutes=1)))
OFFICE = Office(HOME, ZoneInfo("Asia/Shanghai"), lambda: WorkingDays(None))


def working_at(now: datetime, process: str = "one", *schedules: Schedule) -> Working:
    return Working(schedules or (SCHEDULE,), OFFICE, process, lambda: now, lambda within: within)


def do_well(job: Job) -> JobOutcome:
    return JobOutcome("done", Text("好", "well"))


def work(store: Store, now: datetime, process: str = "one") -> list[datetime]:
    """What a process does at a moment: the slots of its jobs."""
    return [ended.job.turn.slot for ended in work_off(node_with(store), working_at(now, process), do_well)]


def let_lease_run_out(store: Store) -> None:
    with store.write_job() as db:
        past = spell_time(clock(db, NOW) - timedelta(seconds=1))
        db.execute(update(jobs).values(lease_until=past))


def test_each_slot_is_done_by_one_of_four_processes(place: Place) -> None:
    """Over SQLite there is one: a second host of a folder is refused."""
    four = place.begin("working", 1 if place.is_sqlite else 4, 12)
    assert four.wait(timeout=100) == 0
    done = Counter((place.folder / "done").read_text().split())
    assert len(done) == 12
    assert set(done.values()) == {1}


def test_a_kill_between_the_row_of_a_slot_and_its_work_loses_nothing_and_doubles_nothing(place: Place) -> None:
    one = place.begin("working", 1, 0)
    assert one.stdout
    assert one.stdout.readline() == "taken\n"
    one.kill()
    one.wait()
    store = place.open()
    with store.read() as db:
        [broken] = db.execute(select(jobs)).all()
    assert (broken.result, broken.ended_at) == ("running", None)
    if store.is_shared:
        assert work(store, NOW) == [], "it may be at work still"
        let_lease_run_out(store)
    assert work(store, NOW) == [datetime.fromisoformat(broken.slot)]
    assert work(store, NOW) == []
    with store.read() as db:
        [again] = db.execute(select(jobs)).all()
    assert (again.result, again.attempts, again.fence) == ("done", 2, 2)


def test_what_broke_off_before_a_later_slot_is_not_said_to_run_for_ever(store: Store) -> None:
    broken = take_next(node_with(store), working_at(NOW), set())
    assert broken is not None
    let_lease_run_out(store)
    assert work(store, NOW + timedelta(minutes=5)) > [broken.turn.slot]
    with store.read() as db:
        found = db.execute(select(jobs.c.result, jobs.c.said_en).order_by(jobs.c.slot)).all()
    assert [row.result for row in found] == ["failed", "done"]
    assert "broke off" in found[0].said_en


def test_what_another_process_is_still_at_is_left_to_it_when_a_later_slot_is_taken(store: Store) -> None:
    process = "one" if store.is_shared else f"{BY_HAND} vm:1"  # In a folder of its own a node has one host.
    slow = take_next(node_with(store), working_at(NOW, process), set())
    assert slow is not None
    later = NOW + timedelta(minutes=1)
    assert take(node_with(store), working_at(later, "other"), JobTurn(SCHEDULE, later))
    assert end(node_with(store), working_at(NOW), slow, JobOutcome("done"))


def test_a_process_that_slept_does_not_end_what_another_has_begun_again(store: Store) -> None:
    node = node_with(store)
    slept = take_next(node, working_at(NOW, "slept"), set())
    assert slept is not None
    let_lease_run_out(store)
    other = take_next(node, working_at(NOW, "awake"), set())
    assert other is not None
    assert not end(node, working_at(NOW), slept, JobOutcome("failed"))
    with store.write_job() as db:
        assert not renew_lease(db, slept.taken, NOW)
        assert renew_lease(db, other.taken, NOW)
    assert end(node, working_at(NOW), other, JobOutcome("done"))
    assert not end(node, working_at(NOW), other, JobOutcome("failed")), "it has ended"
    with store.read() as db:
        assert last_job(db, "push", NOW).result == "done"


def test_what_is_done_by_hand_is_taken_over_only_when_its_lease_is_over(store: Store) -> None:
    by_hand = take_next(node_with(store), working_at(NOW, f"{BY_HAND} vm:1"), set())
    assert by_hand is not None
    assert work(store, NOW) == []
    let_lease_run_out(store)
    assert work(store, NOW) == [by_hand.turn.slot]


def test_while_a_job_is_done_elsewhere_the_next_slot_of_its_schedule_waits(store: Store) -> None:
    elsewhere = f"{BY_HAND} vm:1" if not store.is_shared else "another host"
    busy = take_next(node_with(store), working_at(NOW, elsewhere), set())
    assert busy is not None
    later = NOW + timedelta(minutes=1)
    assert work(store, later) == []
    assert end(node_with(store), working_at(later), busy, JobOutcome("done"))
    assert len(work(store, later)) == 1


def test_what_failed_is_tried_again_when_it_is_told_to_be(store: Store) -> None:
    node, seconds = node_with(store), 90

    def do_badly(job: Job) -> JobOutcome:
        raise ParentBusy(seconds=seconds)

    [failed] = work_off(node, working_at(NOW), do_badly)
    assert failed.outcome.result == "failed"
    with store.read() as db:
        held = states(db, [SCHEDULE], NOW)["push"].last
    assert held is not None
    assert held.again_at == NOW + timedelta(seconds=seconds)
    daily = Schedule("push", "push", Every(timedelta(days=300)))
    soon = working_at(NOW + timedelta(seconds=30), "one", daily)
    assert take_next(node, soon, set()) is None
    again = take_next(node, working_at(NOW + timedelta(seconds=seconds), "one", daily), set())
    assert again is not None
    assert (again.turn.slot, again.taken.attempts) == (failed.job.turn.slot, 2)


def test_a_database_that_goes_away_while_a_job_is_done_leaves_it_to_be_done_again(place: Place) -> None:
    store = place.open()

    def lose_the_line(job: Job) -> JobOutcome:
        raise ParentDown(url="http://above", why="nobody answers")

    job = take_next(node_with(store), working_at(NOW), set())
    assert job is not None
    store.close()  # An hour later the same process, or another, finds its row.
    later = place.open()
    let_lease_run_out(later)
    [failed] = work_off(node_with(later), working_at(NOW), lose_the_line)
    assert (failed.job.turn.slot, failed.outcome.is_tried_again) == (job.turn.slot, True)
    assert work(later, NOW + timedelta(hours=1))


def test_a_clock_that_was_ahead_keeps_nothing_from_being_done(store: Store) -> None:
    note_schedules(node_with(store), [SCHEDULE], NOW)
    [ahead] = work(store, NOW + timedelta(days=365))
    [right] = work(store, NOW + timedelta(minutes=5))
    assert right < ahead
    assert work(store, NOW + timedelta(minutes=5)) == []


def test_a_clock_that_is_set_back_has_nothing_done_twice(store: Store) -> None:
    done = [slot for minute in range(6) for slot in work(store, NOW + timedelta(minutes=minute))]
    assert len(set(done)) == 6
    assert [work(store, NOW + timedelta(minutes=minute)) for minute in (2, 3, 5)] == [[], [], []]
    assert len(work(store, NOW + timedelta(minutes=6))) == 1


def test_a_schedule_rests_until_it_is_resumed_and_makes_up_nothing(store: Store) -> None:
    node = node_with(store)
    work(store, NOW)
    pause(node, "push", None, NOW)
    assert work(store, NOW + timedelta(days=1)) == []
    assert resume(node, "push", NOW + timedelta(days=2))
    assert not resume(node, "push", NOW + timedelta(days=2))
    assert len(work(store, NOW + timedelta(days=2, minutes=1))) == 1


def test_old_jobs_are_forgotten_but_for_the_last_of_each_schedule(store: Store) -> None:
    for minute in range(4):
        work(store, NOW + timedelta(minutes=minute))
    with store.write() as db:
        assert forget_jobs(db, NOW + timedelta(days=1)) == 3
    assert work(store, NOW + timedelta(minutes=3)) == []


def test_it_is_known_since_when_nothing_came_of_a_schedule(store: Store) -> None:
    node = node_with(store)

    def fail(job: Job) -> JobOutcome:
        raise ParentDown(url="http://above", why="nobody answers")

    work(store, NOW)
    with store.read() as db:
        assert failing_since(db, "push") is None
    for minutes in (1, 2, 3):
        list(work_off(node, working_at(NOW + timedelta(minutes=minutes)), fail))
    with store.read() as db:
        assert failing_since(db, "push") == NOW + timedelta(minutes=1)
        assert len(newest_jobs(db, NOW, 2, "push", only_wrong=True)) == 2
        assert len(newest_jobs(db, NOW, 9, "push", only_wrong=True)) == 3
        assert newest_jobs(db, NOW, 9, "backup") == []
    work(store, NOW + timedelta(minutes=4))
    with store.read() as db:
        assert failing_since(db, "push") is None
