"""One node, one place: however a second one came about, it is seen at both ends and held until somebody decides."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.offices import CITY, DISTRICT, Offices, begin, change_setting, ended, here, spoken, write_plugin
from tests.plugins.folders import senior

MOST = 10  # pushes of both until they are seen to be two


def push(folder: Path, seniors: int) -> None:
    """The list of an office has so many seniors, and is pushed."""
    write_plugin(folder, [senior(serial) for serial in range(1, seniors + 1)])
    here("push", "--period", "2013", "--dir", folder)


def state_of(offices: Offices) -> str:
    [link] = here("link", "list", "--dir", offices.city, "--json").json
    return str(link["state"])


def figure(offices: Offices) -> int:
    shown = here(
        "report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--dir", offices.city, "--json"
    )
    [value] = [one["value"] for one in shown.json["cells"] if (one["indicator"], one["breakdown"]) == ("P02", "")]
    return int(value)


@pytest.fixture
def offices(tmp_path: Path):  # type: ignore[no-untyped-def]  # Offices, ended afterwards.
    made = Offices(tmp_path)
    yield made
    made.end()


def clone_the_disk(offices: Offices, second: Path) -> None:
    """An image of the machine as it is now."""
    shutil.copytree(offices.district, second)


def restore_beside_the_old_one(offices: Offices, second: Path) -> None:
    """A backup is put back elsewhere, and the old machine, which was thought dead, goes on."""
    file = second.parent / "backup.tar.zst"
    assert here("db", "backup", "--to", file, "--dir", offices.district).code == 0
    push(offices.district, 7)
    restored = here("db", "restore", file, "--dir", second, "--keys-from", offices.district)
    assert restored.code == 0, restored.err


def copy_the_folder_of_an_hour_ago(offices: Offices, second: Path) -> None:
    """Somebody copied the folder, and starts the copy later."""
    shutil.copytree(offices.district, second)
    for seniors in (7, 8):
        push(offices.district, seniors)


@pytest.mark.parametrize(
    "how", [clone_the_disk, restore_beside_the_old_one, copy_the_folder_of_an_hour_ago], ids=lambda how: how.__name__
)
def test_a_second_place_is_seen_and_held_until_somebody_says_which_counts(
    offices: Offices, tmp_path: Path, how: Callable[[Offices, Path], None]
) -> None:
    second = tmp_path / "second"
    how(offices, second)
    for times in range(MOST):
        push(offices.district, 10 + times)
        push(second, 30 + times)
        if state_of(offices) == "twofold":
            break
    assert state_of(offices) == "twofold"
    held = figure(offices)
    push(offices.district, 99)
    push(second, 98)
    assert figure(offices) == held, "nothing more is taken from either"
    [above] = [
        one for one in here("finding", "list", "--dir", offices.city, "--json").json if one["reason"] == "two_places"
    ]
    assert above["unit"] == DISTRICT
    assert "两处同用" in spoken("status", "--dir", offices.city, lang="zh").out
    below = here("doctor", "--offline", "--dir", second)
    assert below.code == 3
    resumed = here("link", "resume", DISTRICT, "--yes", "--dir", offices.city)
    assert resumed.code == 0, resumed.err
    for _ in range(3):  # The second is stopped; the first goes on.
        push(offices.district, 100)
    assert (state_of(offices), figure(offices)) == ("open", 100)
    assert here("reconcile", "--dir", offices.city).code == 0


def test_a_folder_that_was_copied_says_so_when_it_runs(offices: Offices, tmp_path: Path) -> None:
    def said_at_start(folder: Path) -> str:
        running = begin("run", "--dir", folder)
        assert running.stdout
        running.stdout.readline()
        running.terminate()
        return ended(running).err

    change_setting(offices.district, "serve", "listen", "127.0.0.1:0")
    assert "ran at another machine" not in said_at_start(offices.district)
    copied = tmp_path / "copied"
    shutil.copytree(offices.district, copied)
    assert "ran at another machine" in said_at_start(copied)
    assert "ran at another machine" not in said_at_start(copied), "it is said once"
    assert CITY not in said_at_start(copied)
