"""A disk that fills up in the middle of a push is said as such, and with room again it goes on."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.office import UNIT, found, register, row

ALONE = {"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
IN_TURN = f"{sys.executable} -m tests.stories.in_turn"
PUSH = "push --period 2013 --dir here"
# A file system of its own, of so many kilobytes, seen by these commands alone.
SMALL_DISK = f"""
mount -t tmpfs -o size=$((ROOM + $(du -sk node | cut -f1)))k tmpfs here && cp -a node/. here || exit 99
{IN_TURN} <<END
{PUSH}
! mount -o remount,size=64m here
{PUSH}
report show {UNIT} --form aging-year --period 2013 --dir here --json
END
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an office whose register was not read yet, and a place for a disk."""
    place = tmp_path_factory.mktemp("disk")
    found(place / "node").source(register(900))
    (place / "here").mkdir()
    return place


def ends(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """How each command ended."""
    return re.findall(r"^ended (\d+)$", done.stdout, re.M)


def push_with(place: Path, room: int, lang: str) -> subprocess.CompletedProcess[str]:
    """A push with `room` kilobytes left, then another with plenty."""
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK], cwd=place, capture_output=True, text=True,
        env={**ALONE, "ROOM": str(room), "TIERSYNC_LANG": lang}, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(("room", "lang"), [(4, "en"), (40, "zh"), (120, "en"), (80, "zh")])
def test_a_full_disk_is_said_and_nothing_is_lost(place: Path, room: int, lang: str) -> None:
    done = push_with(place, room, lang)
    assert ends(done) == ["3", "0", "0"], done.stderr
    assert {"en": " is full. Make room", "zh": "磁盘已满"}[lang] in done.stderr
    assert "Traceback" not in done.stderr
    assert '"indicator": "P02"' in done.stdout


def test_with_room_enough_it_would_have_gone_through(place: Path) -> None:
    done = push_with(place, 20_000, "en")
    assert ends(done) == ["0", "0", "0"], done.stderr


EACH = f"report export {UNIT} --form aging-year --period 2013 --dir node --as {{0}} --out here/out.{{0}}"
# A disk of its own for what is written beside the node: a list of refused rows, and a report for readers outside.
EXPORT = f"""
mount -t tmpfs -o size=4k tmpfs here || exit 99
{IN_TURN} <<END
quarantine export --dir node --out here/back.xlsx
{EACH.format("csv")}
{EACH.format("xlsx")}
{EACH.format("json")}
! ls -A here | wc -l
END
"""


def test_what_does_not_fit_on_its_disk_is_said_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    office.source(register(900, *(row(number, born="1940-02-31") for number in range(901, 911))))
    (tmp_path / "here").mkdir()
    office.push()
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", EXPORT], cwd=tmp_path, capture_output=True, text=True,
        env={**ALONE, "TIERSYNC_LANG": "en"}, timeout=120,
    )  # fmt: skip
    assert ends(done) == ["3"] * 4, done.stderr
    assert done.stderr.count(" is full. Make room") == 4
    assert done.stdout.splitlines()[-1] == "0"
