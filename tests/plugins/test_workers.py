"""One worker serves plugins of declared kinds one after the other; what is not well, or not declared, has its own."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import psutil
import pytest

from tests.plugins.folders import UNITS, as_csv, identity, one_frame, senior, write_plugin
from tiersync.errors import WorkerFailed
from tiersync.plugins.folder.bounds import USUAL, WorkerLimits
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.worker import workers as kept_workers
from tiersync.plugins.worker.workers import Workers, can_share

pytestmark = pytest.mark.anew


@pytest.fixture
def workers() -> Iterator[Workers]:
    kept = Workers()
    yield kept
    kept.end()


def plugin_of(folder: Path, *rows: int) -> Plugin:
    """A plugin of CSV files with these seniors in its inbox."""
    folder.mkdir()
    (folder / "a.csv").write_text(as_csv(*map(senior, rows)), encoding="utf-8")
    return write_plugin(folder)


def read(workers: Workers, plugin: Plugin, limits: WorkerLimits = USUAL) -> tuple[list[str], int]:
    """The identity numbers that a plugin's worker reads, and which process it was."""
    with workers.open(plugin, UNITS, limits) as worker:
        rows = one_frame(batch.rows for batch in worker.read(plugin.streams[0]))
        return rows["id_number"].to_list(), worker.process.pid


def test_one_process_reads_for_one_plugin_after_the_other(tmp_path: Path, workers: Workers) -> None:
    one, other = plugin_of(tmp_path / "one", 1, 2), plugin_of(tmp_path / "other", 3)
    first, process = read(workers, one)
    assert first == [identity(1), identity(2)]
    assert read(workers, other) == ([identity(3)], process)
    assert read(workers, one) == (first, process)


def test_a_worker_that_failed_serves_nobody_after_it(tmp_path: Path, workers: Workers) -> None:
    plugin = plugin_of(tmp_path / "one", 1)
    _, process = read(workers, plugin)
    with workers.open(plugin, UNITS) as worker:
        assert worker.process.pid == process
        psutil.Process(process).kill()
        with pytest.raises(WorkerFailed):
            list(worker.read(plugin.streams[0]))
    assert not psutil.pid_exists(process)
    assert read(workers, plugin)[0] == [identity(1)]


def test_a_worker_that_was_left_in_the_middle_serves_nobody_after_it(tmp_path: Path, workers: Workers) -> None:
    plugin = plugin_of(tmp_path / "one", 1)
    with workers.open(plugin, UNITS) as worker:
        left = worker.process.pid
        next(iter(worker.read(plugin.streams[0])))
    assert not psutil.pid_exists(left)


def test_a_kept_process_that_somebody_killed_is_no_fault_of_the_next_plugin(tmp_path: Path, workers: Workers) -> None:
    plugin = plugin_of(tmp_path / "one", 1)
    _, process = read(workers, plugin)
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)  # It stays for whoever started it.
    assert read(workers, plugin)[0] == [identity(1)]


def test_a_worker_that_was_told_a_secret_serves_nobody_after_it(tmp_path: Path, workers: Workers) -> None:
    plugin = write_plugin(tmp_path, 'kind = "sql"\ndsn = { secret = "decheng.dsn" }\nquery = "SELECT 1"')
    with workers.open(plugin, UNITS, secrets=lambda name: f"sqlite:///{tmp_path / 'a.db'}") as worker:
        process = worker.process.pid
    assert not psutil.pid_exists(process)


def test_other_limits_are_another_process(tmp_path: Path, workers: Workers) -> None:
    plugin = plugin_of(tmp_path / "one", 1)
    assert read(workers, plugin)[1] != read(workers, plugin, WorkerLimits(memory=3 * 2**30))[1]


def test_a_kept_worker_ends_when_nobody_wanted_it_for_a_while(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_workers, "KEPT_FOR", 0.01)
    _, process = read(workers, plugin_of(tmp_path / "one", 1))
    while psutil.pid_exists(process):
        sleep(0.01)


def test_workers_that_nobody_holds_end(tmp_path: Path) -> None:
    workers = Workers()
    _, process = read(workers, plugin_of(tmp_path / "one", 1))
    assert psutil.pid_exists(process)
    del workers
    assert not psutil.pid_exists(process)


def test_what_runs_code_of_its_own_shares_nothing(tmp_path: Path) -> None:
    assert can_share(plugin_of(tmp_path / "one", 1))
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "source.py").write_text("from tiersync import source\n", encoding="utf-8")
    assert not can_share(write_plugin(tmp_path / "two", 'kind = "python"'))
