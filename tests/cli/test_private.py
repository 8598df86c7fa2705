"""What a node keeps is open to its own account only; a group is let into an inbox and nowhere else."""

import os
import stat
from pathlib import Path

import pytest

from tests.cli.offices import SENIORS, here, init_city, write_plugin
from tests.plugins.folders import senior

if os.name != "posix":
    pytest.skip("permissions are kept the way of POSIX", allow_module_level=True)

import grp

USUAL_UMASK = 0o022


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city that has read its source, as an account with the usual mask makes it."""
    before = os.umask(USUAL_UMASK)
    try:
        init_city(tmp_path / "city")
        write_plugin(tmp_path / "city", [senior(serial) for serial in range(1, SENIORS + 1)])
        assert here("push", "--period", "2013", "--dir", tmp_path / "city").code == 0
    finally:
        os.umask(before)
    return tmp_path / "city"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def wide(city: Path) -> list[str]:
    return [str(path) for path in here("status", "--dir", city, "--json").json["open_to_others"]]


def test_database_keys_and_snapshots_are_for_the_nodes_own_account(city: Path) -> None:
    files = [*city.glob("node.db*"), *(city / "keys").iterdir(), *(city / "snapshots").iterdir()]
    assert {path.suffix for path in files} >= {".db", ".key", ".parquet", ".lines"}
    assert {mode(path) for path in files} == {0o600}
    assert {mode(path) for path in (city, city / "keys", city / "snapshots")} == {0o700}
    assert wide(city) == []


def test_an_empty_folder_that_was_there_is_closed_and_one_in_use_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    (tmp_path / "used").mkdir(mode=0o755)
    (tmp_path / "used" / "notes.txt").write_text("说明", encoding="utf-8")
    for name in ("empty", "used"):
        init_city(tmp_path / name)
    assert (mode(tmp_path / "empty"), mode(tmp_path / "used")) == (0o700, 0o755)
    assert wide(tmp_path / "empty") == []
    assert wide(tmp_path / "used") == [str(tmp_path / "used")]


@pytest.mark.parametrize(("what", "bits"), [("", 0o750), ("node.db", 0o640), ("keys", 0o711), ("snapshots", 0o755)])
def test_status_tells_what_other_accounts_can_get_at_and_how_to_close_it(city: Path, what: str, bits: int) -> None:
    (city / what).chmod(bits)
    assert wide(city) == [str(city / what)]
    said = here("status", "--dir", city)
    assert (said.code, f"Other accounts of this machine can get at {city / what}: chmod " in said.out) == (0, True)
    assert here("push", "--period", "2013", "--dir", city).code == 0


def test_a_single_key_that_others_can_read_is_told(city: Path) -> None:
    (city / "keys" / "node.key").chmod(0o644)
    assert wide(city) == [str(city / "keys")]


def test_a_group_is_let_into_the_inbox_and_nowhere_else(city: Path) -> None:
    (city / "plugins" / "other" / "inbox").mkdir(parents=True, mode=0o755)
    plugin, group = city / "plugins" / "decheng", grp.getgrgid(os.getgid()).gr_name
    (plugin / "corrected").mkdir(mode=0o755)
    done = here("plugin", "enable", "decheng", "--inbox-group", group, "--dir", city)
    assert done.code == 0, done.err
    assert (plugin / "inbox").stat().st_gid == os.getgid()
    assert mode(plugin / "inbox") == 0o2770
    assert {mode(path) for path in (city, city / "plugins", plugin)} == {0o710}
    closed = [plugin / "corrected", plugin / "plugin.toml", city / "plugins" / "other", city / "plugins" / ".enabled"]
    assert [path.name for path in closed if mode(path) & 0o077] == []
    assert wide(city) == []
    assert here("push", "--period", "2013", "--dir", city).code == 0


def test_a_group_that_does_not_exist_opens_nothing(city: Path) -> None:
    done = here("plugin", "enable", "decheng", "--inbox-group", "no-such-group", "--dir", city)
    assert done.code == 2
    assert "there is no such group on this machine" in done.err
    assert mode(city) == 0o700
