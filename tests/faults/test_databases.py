"""Nodes over a real PostgreSQL that goes away in the middle of a job, or that several processes share and die over."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import psycopg
import pytest

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, apart, change_setting, here
from tests.databases import PASSWORD
from tests.faults.daemons import Daemon, free_ports, until
from tests.faults.evidence import compare, rows
from tests.faults.kills import calm_down, faults_said, unexplained
from tests.faults.line import carry_to, line
from tests.faults.network import CHAIN, LISTED, Tree, well
from tests.postgres import StoppedServer, server_of_debian
from tests.stores import server
from tiersync.store.database import NEWEST

TIMES = 2 * int(os.environ.get("TIERSYNC_FAULTS", "6"))
RUNNING = "SELECT count(*) FROM jobs WHERE result = 'running'"


@pytest.fixture
def postgres() -> Iterator[StoppedServer]:
    """A server of this test alone."""
    with server_of_debian() as made:
        yield made


def by_sql(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(statement.encode())


def let_leases_run_out(url: str, of: str = "") -> None:
    """As if the two minutes had gone by that a job is left to a process which says nothing any more."""
    by_sql(url, f"UPDATE jobs SET lease_until = '2000-01-01' WHERE result = 'running'{of}")


def nothing_is_lost_or_doubled(tree: Tree, notices: list[str]) -> None:
    let_leases_run_out(tree.stores[DISTRICT])
    calm_down(tree, notices)
    differs = compare(tree, notices)
    assert (differs.lost, differs.doubled) == ([], [])
    assert [*differs.wrong, *faults_said(tree), *unexplained(tree)] == []


def test_a_server_that_goes_away_in_the_middle_of_a_job_loses_nothing_and_the_job_is_done_again(
    tmp_path: Path, postgres: StoppedServer
) -> None:
    tree = Tree(tmp_path, Random(1), {DISTRICT: postgres.empty()})
    tree.found()
    tree.run()
    folder, url = tree.folders[DISTRICT], tree.stores[DISTRICT]
    try:
        notices = [tree.publish(1)]
        until(lambda: rows(folder, "SELECT 1 FROM jobs WHERE result = 'done'"), "a job is done")
        with suppress(psycopg.OperationalError), psycopg.connect(url) as holding:
            holding.execute(b"LOCK TABLE rounds, reports, outbox IN ACCESS EXCLUSIVE MODE")
            until(lambda: rows(folder, RUNNING) == [(1,)], "a job waits for what another one holds")
            [(slot, process)] = rows(folder, "SELECT slot, process FROM jobs WHERE result = 'running'")
            postgres.stop()
        tree.more_seniors(COMMUNITY)
        notices.append(tree.publish(2))
        asked = tree.ask(DISTRICT, "status")
        assert (asked.code, asked.out, asked.err.count("\n")) == (3, "", 1)
        assert "cannot be reached; see to the address, the line and the server" in asked.err
        below = well(tree.ask(CHAIN[2], "status")).json["links"][0]
        assert below["peer"] == DISTRICT
        postgres.start()
        nothing_is_lost_or_doubled(tree, notices)
        assert well(tree.ask(DISTRICT, "status")).json["links"][0]["waiting"] == 0
        asked_again = f"SELECT count(*) FROM jobs WHERE result = 'done' AND slot >= '{slot}' AND process = '{process}'"
        assert rows(folder, asked_again) != [(0,)]
    finally:
        tree.end()


def test_two_that_serve_and_two_that_work_over_one_database_may_all_be_killed(
    tmp_path: Path, postgres: StoppedServer
) -> None:
    tree = Tree(tmp_path, random := Random(1), {DISTRICT: postgres.empty()})
    tree.found()
    first, second, ports = tree.folders[DISTRICT], tmp_path / "district-2", free_ports(2)
    shutil.copytree(first, second)  # As on a machine of its own: only where it listens is another.
    for folder, port in zip((first, second), ports, strict=True):
        change_setting(folder, "serve", "listen", f"127.0.0.1:{port}")
    with line(tree.ports[DISTRICT], carry_to(*ports)):
        for unit in CHAIN:
            if unit != DISTRICT:
                tree.daemons[unit] = Daemon(tree.folders[unit])
        four = [(command, folder) for command in ("serve", "work") for folder in (first, second)]
        mine = {f"{command} {folder.name}": Daemon(folder, command=command) for command, folder in four}
        tree.daemons |= mine
        try:
            notices = []
            for number in range(TIMES):
                if number % 4 == 0:
                    notices.append(tree.publish(number))
                    tree.more_seniors(random.choice(list(LISTED)))
                done = rows(first, "SELECT count(*) FROM jobs")
                until(lambda done=done: rows(first, "SELECT count(*) FROM jobs") != done, "another job is begun")
                killed = mine[random.choice(list(mine))]
                killed.kill()
                let_leases_run_out(tree.stores[DISTRICT], f" AND process LIKE '%:{killed.process.pid}'")
                well(tree.ask(DISTRICT, "status"))
                killed.start()
            nothing_is_lost_or_doubled(tree, notices)
            workers = rows(first, "SELECT DISTINCT process FROM jobs WHERE result = 'done'")
            assert len(workers) > 1
        finally:
            tree.end()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A city whose database is named by a secret, on a server with an account that may not do much."""
    folder, url = tmp_path_factory.mktemp("city") / "city", server("postgresql").empty()
    keep_address(folder, url)
    well(here("init", CITY, "--dir", folder, "--url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0",
              "--store", "secret:city.store"))  # fmt: skip
    return folder, url


def keep_address(folder: Path, url: str) -> None:
    secrets = folder / "keys" / "secrets"
    secrets.mkdir(parents=True, mode=0o700, exist_ok=True)
    (secrets / "city.store").write_text(url, encoding="utf-8")
    (secrets / "city.store").chmod(0o600)


@pytest.mark.parametrize("command", ["run", "serve", "work"])
@pytest.mark.parametrize(
    ("account", "password", "says"),
    [("reader", "another", "user or password are not right"), ("reader", PASSWORD, "the account may not do that")],
)
def test_a_database_that_does_not_let_a_node_in_is_said_in_a_sentence(
    city: tuple[Path, str], command: str, account: str, password: str, says: str
) -> None:
    folder, url = city
    keep_address(folder, f"postgresql://{account}:{password}@{url.partition('@')[2]}")
    refused = apart(command, "--dir", folder)
    keep_address(folder, url)
    assert (refused.code, refused.out, refused.err.count("\n")) == (3, "", 1), refused.err
    assert says in refused.err
    assert password not in refused.err


@pytest.mark.parametrize("command", ["run", "serve", "work"])
def test_a_database_of_a_newer_program_is_said_in_a_sentence(city: tuple[Path, str], command: str) -> None:
    folder, url = city
    by_sql(url, "UPDATE alembic_version SET version_num = '9999'")
    refused = apart(command, "--dir", folder)
    by_sql(url, f"UPDATE alembic_version SET version_num = '{NEWEST}'")
    assert (refused.code, refused.out, refused.err.count("\n")) == (3, "", 1), refused.err
    assert "newer" in refused.err
