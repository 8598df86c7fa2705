"""A command that is stopped in the middle, wherever that is, is run again as if nothing had happened."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import psutil
import pytest

from tests.cli.offices import (
    CITY,
    DISTRICT,
    Done,
    Offices,
    ended,
    environment,
    here,
    serve,
    write_plugin,
    write_units,
)
from tests.commands import begun
from tests.plugins.folders import senior
from tiersync.store.database import open_store
from tiersync.store.files.snapshots import current_snapshots
from tiersync.store.reports.reports import current_reports

PATIENCE = 60  # seconds until something that should have ended counts as left behind
REGISTERS = [range(1, 41), range(1, 51)]  # What the office's list says before and after: every push has news to tell.

Figures = dict[tuple[str, ...], str]


class Office:
    """A district below a city that serves, and its list, which changes from push to push."""

    def __init__(self, root: Path) -> None:
        self.root, self.offices, self.turn = root, Offices(root), 0
        self.folder = self.offices.district

    def change_register(self) -> None:
        self.turn = 1 - self.turn
        write_plugin(self.folder, [senior(serial) for serial in REGISTERS[self.turn]])

    def stop(self, command: str, sent: str, kind: str, number: int) -> Done:
        """Run a command that stops itself at that moment; its workers are known by the folder that it began in."""
        period = ("--period", "2013") if command == "push" else ()
        with chdir(self.root):
            return stop_at(sent, kind, number, command, "--dir", self.folder, *period)

    def push(self) -> Done:
        return here("push", "--period", "2013", "--dir", self.folder)

    def figures(self) -> Figures:
        return figures_of(self.folder)

    def workers(self) -> list[int]:
        """Processes that a stopped command has left behind, after they had the time to go."""
        until = time.monotonic() + PATIENCE
        while (left := [one.pid for one in psutil.process_iter() if self.started(one)]) and time.monotonic() < until:
            time.sleep(0.05)
        return left

    def started(self, process: psutil.Process) -> bool:
        try:
            return process.cwd() == str(self.root) and process.pid != os.getpid()
        except psutil.Error:
            return False


def stop_at(sent: str, kind: str, number: int, *arguments: object) -> Done:
    """Run a command in a process of its own that sends itself a signal at that moment."""
    return ended(begun((sent, kind, number, *arguments), environment("en"), "tests.stories.stopped"))


def figures_of(folder: Path) -> Figures:
    """Each current report that the district has filed, and the digest of its cells, as this node holds it."""
    store = open_store(folder)
    with store.read() as db:
        rows = current_reports(db, origin=DISTRICT)
        found = {(row.form, row.unit, row.period, row.part): row.cells_digest for row in rows}
    store.close()
    return found


def snapshots_of(folder: Path) -> tuple[set[str], set[str]]:
    """The files that are there, and those that should be."""
    store = open_store(folder)
    with store.read() as db:
        named = {f"{row.digest}{kind}" for row in current_snapshots(db) for kind in (".parquet", ".lines")}
    store.close()
    return set(os.listdir(folder / "snapshots")), named


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("interrupted"))
    yield office
    office.offices.end()


@pytest.fixture(scope="module")
def undisturbed(office: Office) -> dict[int, Figures]:
    """What each register comes to in a push that nobody stops."""
    found = {}
    for _ in REGISTERS:
        office.change_register()
        assert office.push().code == 0
        found[office.turn] = office.figures()
    assert found[0] != found[1]
    return found


MOMENTS = [("os.rename", 1), ("socket.connect", 1), *(("commit", number) for number in range(1, 13))]


@pytest.mark.parametrize(("kind", "number"), MOMENTS)
def test_a_push_that_is_killed_and_run_again_ends_as_one_that_nobody_stopped(
    office: Office, undisturbed: dict[int, Figures], kind: str, number: int
) -> None:
    office.change_register()
    killed = office.stop("push", "SIGKILL", kind, number)
    assert killed == (-signal.SIGKILL, "", "")
    assert office.workers() == []
    again = office.push()
    assert again.code == 0, again.err
    assert office.figures() == undisturbed[office.turn] == figures_of(office.offices.city)
    there, named = snapshots_of(office.folder)
    assert there == named


@pytest.mark.parametrize(
    ("command", "kind", "number"),
    [("push", "subprocess.Popen", 1), ("push", "os.rename", 1), ("push", "commit", 4), ("push", "socket.connect", 1),
     ("ingest", "os.rename", 1), ("ingest", "commit", 2)],
)  # fmt: skip
def test_ctrl_c_ends_in_one_line_and_the_next_push_goes_on(
    office: Office, undisturbed: dict[int, Figures], command: str, kind: str, number: int
) -> None:
    office.change_register()
    stopped = office.stop(command, "SIGINT", kind, number)
    assert (stopped.code, stopped.out) == (130, "")
    assert stopped.err.strip() == "Stopped. What was stored is kept; run the command again to go on."
    assert office.workers() == []
    assert office.push().code == 0
    assert office.figures() == undisturbed[office.turn] == figures_of(office.offices.city)


def test_a_node_whose_making_is_killed_is_made_by_the_same_command(tmp_path: Path) -> None:
    city, district = tmp_path / "city", tmp_path / "district"
    init = ("init", CITY, "--url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--units", write_units(tmp_path))
    for kind, number in (("statement", 20), ("commit", 2), ("os.rename", 2)):
        assert stop_at("SIGKILL", kind, number, *init, "--dir", city).code == -signal.SIGKILL
    assert here(*init, "--dir", city).code == 0
    serving = serve(city)
    try:
        token = here("invite", DISTRICT, "--dir", city, "--json").json["token"]
        for kind, number in (("statement", 20), ("socket.connect", 1), ("commit", 1), ("os.rename", 1)):
            assert stop_at("SIGKILL", kind, number, "join", token, "--dir", district).code == -signal.SIGKILL
        assert here("join", token, "--dir", district).code == 0
        write_plugin(district, [senior(serial) for serial in REGISTERS[0]])
        assert here("push", "--period", "2013", "--dir", district).code == 0
    finally:
        serving.terminate()
        serving.communicate()
    assert figures_of(district) == figures_of(city) != {}
    assert list(district.glob(".*.partial")) == list(district.rglob("*.partial")) == []


def test_at_the_end_nothing_differs_anywhere(office: Office) -> None:
    assert here("reconcile", "--dir", office.offices.city).code == 0
    assert here("status", "--dir", office.folder, "--json").json["links"][0]["waiting"] == 0
