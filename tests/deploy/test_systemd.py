"""The units of systemd are understood, and leave a node little of the machine that is not its own."""

import re
from pathlib import Path

import pytest

from tests.deploy.tools import DEPLOY, program, said

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
BY_NAME = {path.stem: path for path in UNITS}
MOST_EXPOSED = 20  # of 100; systemd itself calls 20 to 49 "OK"


def analyze(*arguments: object, code: int = 0) -> str:
    return said(program("systemd-analyze", "systemd"), *arguments, code=code)


def startable(unit: Path, folder: Path) -> Path:
    """A copy whose program exists on this machine, as an installation's does."""
    text, count = re.subn(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text("utf-8"), flags=re.M)
    assert count == 1
    copy = folder / unit.name
    copy.write_text(text, encoding="utf-8")
    return copy


def test_there_is_a_unit_for_each_way_to_run_a_node() -> None:
    assert set(BY_NAME) == {"tiersync@", "tiersync-serve@", "tiersync-work@"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_has_nothing_to_say_of_a_unit(unit: Path, tmp_path: Path) -> None:
    assert analyze("verify", "--man=no", startable(unit, tmp_path)) == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_node_is_exposed_to_at_most_a_fifth(unit: Path, tmp_path: Path) -> None:
    analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", startable(unit, tmp_path))


def test_the_three_units_differ_in_what_they_run_only() -> None:
    texts = [path.read_text("utf-8").partition("[Unit]")[2].splitlines() for path in UNITS]
    differing = {line.partition("=")[0] for lines in zip(*texts, strict=True) if len(set(lines)) > 1 for line in lines}
    assert differing == {"Description", "ExecStart"}


def test_the_account_of_the_nodes_is_made_by_systemd(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    said(program("systemd-sysusers", "systemd"), f"--root={tmp_path}", DEPLOY / "systemd" / "tiersync.sysusers.conf")
    assert re.search(r"^tiersync:.*:/var/lib/tiersync:", (tmp_path / "etc" / "passwd").read_text(), flags=re.M)
