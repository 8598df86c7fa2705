"""A disk that fills up in the middle of a push is said as such, and with room again it goes on."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.office import UNIT, found, register

TIERSYNC = f"{sys.executable} -m tiersync.cli.main"
PUSH = f"{TIERSYNC} push --period 2013 --dir here --lang $LANGUAGE"
SHOW = f"{TIERSYNC} report show {UNIT} --form aging-year --period 2013 --dir here --json"
# A file system of its own, of so many kilobytes, seen by these commands alone.
SMALL_DISK = f"""
mount -t tmpfs -o size=$((ROOM + $(du -sk node | cut -f1)))k tmpfs here && cp -a node/. here || exit 99
{PUSH}; echo "pushed $?"
mount -o remount,size=64m here || exit 99
{PUSH}; echo "pushed $?"
{SHOW}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an office whose register was not read yet, and a place for a disk."""
    place = tmp_path_factory.mktemp("disk")
    found(place / "node").source(register(900))
    (place / "here").mkdir()
    return place


def push_with(place: Path, room: int, lang: str) -> subprocess.CompletedProcess[str]:
    """A push with `room` kilobytes left, then another with plenty."""
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK], cwd=place, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "ROOM": str(room), "LANGUAGE": lang, "PYTHONUTF8": "1"}, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(("room", "lang"), [(4, "en"), (40, "zh"), (120, "en"), (80, "zh")])
def test_a_full_disk_is_said_and_nothing_is_lost(place: Path, room: int, lang: str) -> None:
    done = push_with(place, room, lang)
    assert re.findall(r"^pushed (\d+)$", done.stdout, re.M) == ["3", "0"], done.stderr
    assert {"en": " is full. Make room", "zh": "磁盘已满"}[lang] in done.stderr
    assert "Traceback" not in done.stderr
    assert '"indicator": "P02"' in done.stdout


def test_with_room_enough_it_would_have_gone_through(place: Path) -> None:
    done = push_with(place, 20_000, "en")
    assert re.findall(r"^pushed (\d+)$", done.stdout, re.M) == ["0", "0"], done.stderr
