"""Hosts of one folder, and machines whose clocks jump: who may run beside whom, and nothing is done twice."""

import platform
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.offices import CITY, DISTRICT, apart, change_setting, found_alone, found_city, here
from tests.faults.daemons import Daemon, free_ports, schedule, until
from tests.faults.evidence import rows
from tests.faults.network import well

DONE = "SELECT count(*) FROM jobs WHERE name = '{}' AND result = 'done'"
PUSHES = "SELECT slot, missed_from, result, attempts FROM jobs WHERE name = 'push' ORDER BY slot"
SHIFTED = ("slot", "started_at", "ended_at", "lease_until")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The folder of a node that nobody runs yet; it pulls every second and pushes every hour."""
    folder = found_alone(tmp_path / "node", DISTRICT)
    change_setting(folder, "serve", "listen", "127.0.0.1:0")
    schedule(folder, push="1h", pull="1s")
    return folder


@contextmanager
def running(folder: Path, *more: object, command: str = "run") -> Iterator[Daemon]:
    daemon = Daemon(folder, *more, command=command)
    try:
        yield daemon
    finally:
        daemon.send(signal.SIGCONT)
        daemon.end()


def done(folder: Path, name: str) -> int:
    """How many jobs of a schedule are done."""
    return int(rows(folder, DONE.format(name))[0][0])


def goes_on(folder: Path, jobs: int = 2) -> None:
    """Wait until a node has done some more."""
    before = done(folder, "pull")
    until(lambda: done(folder, "pull") >= before + jobs, f"{folder} goes on")


def test_a_second_host_of_a_folder_is_refused_in_a_sentence_and_the_first_goes_on(office: Path) -> None:
    with running(office) as first:
        first.wait_until_it_serves()
        goes_on(office)
        for command in ("run", "work", "serve"):
            second = apart(command, "--dir", office)
            assert (second.code, second.out, second.err.count("\n")) == (3, "", 1), second.err
            assert str(office) in second.err
            goes_on(office)
        assert first.is_alive
    with running(office) as again:
        goes_on(office)
        assert again.is_alive


def test_one_that_serves_and_one_that_works_run_beside_each_other_over_one_folder(tmp_path: Path) -> None:
    [port] = free_ports(1)
    city, district = tmp_path / "city", tmp_path / "district"
    found_city(city, f"127.0.0.1:{port}")
    change_setting(city, "serve", "url", f"http://127.0.0.1:{port}")
    schedule(city, push="1s", pull="1s")
    with running(city, command="serve") as serves:
        serves.wait_until_it_serves()
        token = well(here("invite", DISTRICT, "--dir", city, "--json")).json["token"]
        well(here("join", token, "--dir", district))
        well(here("push", "--dir", district))
        assert not rows(city, "SELECT 1 FROM jobs")
        with running(city, command="work") as works:
            goes_on(city)
            until(lambda: total_of_city_adds(city) == 2, "the total of the city adds the district's own")
            for command in ("serve", "work", "run"):
                assert apart(command, "--dir", city).code == 3
            well(here("pull", "--dir", district))
            assert serves.is_alive
            assert works.is_alive
    assert {who for (who,) in rows(city, "SELECT DISTINCT process FROM jobs")} == {process_in(works)}


def total_of_city_adds(city: Path) -> int:
    """How many reports the city's total for the year was made of."""
    listed = well(here("report", "list", "--dir", city, "--json")).json
    asked = (CITY, "total", "aging-year")
    return next((one["reports_arrived"] for one in listed if (one["unit"], one["part"], one["form"]) == asked), 0)


def process_in(daemon: Daemon) -> str:
    """What a process is called among those that work."""
    return f"{platform.node()}:{daemon.process.pid}"


def by_sql(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "node.db", timeout=30)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def later(moment: str, by: timedelta) -> str:
    """A moment as the database spells it, so much later."""
    return (datetime.fromisoformat(moment) + by).isoformat(timespec="microseconds" if "." in moment else "seconds")


def set_back(folder: Path, by: timedelta) -> None:
    """The jobs of a node as they would be if all had been done, and its schedules noted, so much earlier."""
    ended = rows(folder, f"SELECT id, {', '.join(SHIFTED)} FROM jobs WHERE ended_at IS NOT NULL ORDER BY slot")
    for number, *moments in ended:
        put = ", ".join(f"{name} = '{later(at, -by)}'" for name, at in zip(SHIFTED, moments, strict=True))
        by_sql(folder, f"UPDATE jobs SET {put} WHERE id = {number}")
    for key, since in rows(folder, "SELECT key, value FROM meta WHERE key LIKE 'schedule %'"):
        by_sql(folder, f"UPDATE meta SET value = '{later(since, -by)}' WHERE key = '{key}'")


def test_a_machine_that_slept_three_days_makes_up_what_it_missed_once(office: Path) -> None:
    with running(office) as daemon:
        until(lambda: done(office, "push") and done(office, "pull"), "both were done once")
        daemon.send(signal.SIGSTOP)
        set_back(office, timedelta(days=3))
        [(before, _, _, _)] = rows(office, PUSHES)
        daemon.send(signal.SIGCONT)
        until(lambda: done(office, "push") == 2, "what was missed is made up")
        goes_on(office, 3)
    [_, (slot, missed_from, result, attempts)] = rows(office, PUSHES)
    assert (missed_from, result, attempts) == (later(before, timedelta(hours=1)), "done", 1)
    assert datetime.fromisoformat(slot) - datetime.fromisoformat(before) >= timedelta(days=3)


def test_a_clock_that_is_set_back_by_a_day_has_nothing_done_twice(office: Path) -> None:
    """The rows are those of a machine that was a day ahead until now: every hour up to tomorrow was done."""
    with running(office) as daemon:
        until(lambda: done(office, "push") and done(office, "pull"), "both were done once")
        daemon.send(signal.SIGSTOP)
        [(slot, _, _, _)] = rows(office, PUSHES)
        hours = [later(slot, timedelta(hours=hour)) for hour in range(-3, 25) if hour]
        columns = "what, started_at, ended_at, result, attempts, fence, lease_until, said_zh, said_en"
        by_sql(office, *(
            f"INSERT INTO jobs (name, slot, process, {columns}) SELECT name, '{hour}', 'ahead', {columns} FROM jobs"
            f" WHERE name = 'push' AND slot = '{slot}'" for hour in hours
        ))  # fmt: skip
        before = rows(office, "SELECT * FROM jobs WHERE name = 'push' ORDER BY slot")
        daemon.send(signal.SIGCONT)
        goes_on(office, 3)
    assert rows(office, "SELECT * FROM jobs WHERE name = 'push' ORDER BY slot") == before
