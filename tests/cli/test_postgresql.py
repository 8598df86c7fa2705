"""Two nodes whose databases are PostgreSQL, made and used by the commands themselves, in Chinese."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.offices import CITY, DISTRICT, SENIORS, Done, here, serve, spoken, write_plugin, write_units
from tests.plugins.folders import senior
from tests.stores import server


@pytest.fixture
def databases() -> dict[str, str]:
    """An empty database for each of the two, of a server whose collation sorts Chinese."""
    return {unit: server("icu").empty() for unit in (CITY, DISTRICT)}


@pytest.fixture
def city(tmp_path: Path, databases: dict[str, str]) -> Iterator[Path]:
    """A city that serves; the address of its database is a secret."""
    folder = tmp_path / "city"
    keep_secret(folder, "city.store", databases[CITY])
    made = zh(
        "init", CITY, "--dir", folder, "--url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0",
        "--units", write_units(tmp_path), "--store", "secret:city.store",
    )  # fmt: skip
    assert made.code == 0, made.err
    serving = serve(folder)
    yield folder
    serving.terminate()
    serving.communicate()


def keep_secret(folder: Path, name: str, value: str) -> None:
    """What somebody who sets up a node writes into its folder beforehand."""
    secrets = folder / "keys" / "secrets"
    secrets.mkdir(parents=True, mode=0o700)
    (secrets / name).write_text(value, encoding="utf-8")
    (secrets / name).chmod(0o600)


def zh(*arguments: object) -> Done:
    return spoken(*arguments, lang="zh")


def test_two_offices_keep_everything_in_postgresql(city: Path, databases: dict[str, str], tmp_path: Path) -> None:
    district = tmp_path / "district"
    token = zh("invite", DISTRICT, "--dir", city).out.strip()
    joined = zh("join", token, "--dir", district, "--store", databases[DISTRICT])
    assert (joined.code, "已加入" in joined.out) == (0, True), joined.err
    write_plugin(district, [senior(serial) for serial in range(1, SENIORS + 1)])
    pushed = zh("push", "--period", "2013", "--dir", district)
    assert pushed.code == 0, pushed.err
    for folder in (city, district):
        listed = zh("report", "list", "--dir", folder, "--json")
        assert (listed.code, len(listed.json) > 0) == (0, True)
        assert not list(folder.glob("node.db*"))
    shown = zh("report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--dir", city, "--json")
    assert f'"value": "{SENIORS}"' in shown.out or f'"value": {SENIORS}' in shown.out
    status = zh("status", "--dir", district)
    assert (status.code, "德城区" in status.out) == (0, True), status.err
    reconciled = zh("reconcile", "--dir", city)
    assert (reconciled.code, reconciled.err) == (0, "")
    assert "geheim" not in (city / "tiersync.toml").read_text(encoding="utf-8")


def test_a_database_that_is_away_or_holds_another_node_is_told_in_chinese(
    city: Path, databases: dict[str, str], tmp_path: Path
) -> None:
    again = zh(
        "init", DISTRICT, "--dir", tmp_path / "other", "--url", "http://127.0.0.1:1", "--store", databases[CITY]
    )  # fmt: skip
    assert (again.code, f"已有单位 {CITY} 的节点" in again.err) == (3, True), again.err
    twice = zh(
        "init", CITY, "--dir", tmp_path / "twice", "--url", "http://127.0.0.1:1", "--units", write_units(tmp_path),
        "--store", databases[CITY],
    )  # fmt: skip
    assert (twice.code, f"已有单位 {CITY} 的节点" in twice.err) == (3, True), twice.err
    open_one = here(
        "init", CITY, "--dir", tmp_path / "third", "--url", "http://127.0.0.1:1", "--store", "postgresql://a:geheim@b/c"
    )
    assert (open_one.code, "it holds a password" in open_one.err, "geheim" in open_one.err) == (2, True, False)
    (city / "keys" / "secrets" / "city.store").write_text("postgresql://a:geheim@127.0.0.1:1/city", encoding="utf-8")
    away = zh("status", "--dir", city)
    assert (away.code, "无法连接" in away.err, "geheim" in away.err) == (3, True, False)


def test_an_office_that_moves_to_an_empty_database_by_mistake_is_told_so(city: Path, databases: dict[str, str]) -> None:
    (city / "keys" / "secrets" / "city.store").write_text(server("icu").migrated(), encoding="utf-8")
    done = zh("status", "--dir", city)
    assert (done.code, "[store] url" in done.err) == (3, True)
    with psycopg.connect(databases[CITY]) as connection:
        [kept] = connection.execute("SELECT value FROM meta WHERE key = 'home'").fetchone() or ("",)
    assert kept == CITY
