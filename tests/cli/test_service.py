"""A node is kept running by systemd: real systemd reads the units, and a stand-in for systemctl hears the orders, since
no test may change what its machine runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.offices import here, init_city, spoken
from tests.deploy.tools import DEPLOY, program, said
from tiersync.cli.commands.service.service import check_open
from tiersync.cli.commands.service.unit import OF_AN_ACCOUNT, SystemService, key_of, unit_text
from tiersync.errors import OddFolder, ProgramHidden

NOBODY, OFFICE = 65534, 12345
SYSTEMD = "/lib/systemd/systemd"
SYSTEMCTL = """#!/bin/sh
echo "$*" >> "{heard}"
case "$*" in *"{fails}"*) echo "Failed: no such thing"; exit 1;; esac
case "$*" in *ActiveState*) echo active;; esac
"""


def give_away(folder: Path) -> None:
    """The node's folder belongs to an account of its own, as it should."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, OFFICE, -1)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    init_city(tmp_path / "city")
    give_away(tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an account's units lie."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "systemd" / "user"


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, fails: str = "never") -> Path:
    """A systemctl that writes down what it is asked, and fails at some word."""
    (folder / "bin").mkdir()
    heard = folder / "heard"
    (folder / "bin" / "systemctl").write_text(SYSTEMCTL.format(heard=heard, fails=fails), encoding="utf-8")
    (folder / "bin" / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=os.pathsep)
    return heard


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that other accounts can look into, since systemd does not read units for root in a test."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)


def as_systemd_reads(unit: Path) -> str:
    """What systemd itself has understood of a unit."""
    run = unit.parent / "run"
    run.mkdir(mode=0o700)
    account = {}
    if os.geteuid() == 0:
        os.chown(run, NOBODY, -1)
        account = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    done = subprocess.run(
        [SYSTEMD, "--test", "--user", f"--unit={unit.name}"], capture_output=True, text=True, timeout=60, **account,
        env={
            "HOME": str(run), "XDG_RUNTIME_DIR": str(run), "SYSTEMD_UNIT_PATH": f"{unit.parent}:",
            "SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET": "console",
        },
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize("own", [(), ("--user",)], ids=["machine", "account"])
def test_what_would_be_installed_is_printed_and_systemd_has_nothing_to_say_of_it(
    node: Path, tmp_path: Path, own: tuple[str, ...]
) -> None:
    done = here("service", "install", "--dry-run", *own, node)
    assert done.code == 0, done.err
    assert re.search(rf'^ExecStart=":\S+" .*"run" "{node}"$', done.out, flags=re.M)
    assert ("User=" in done.out) == (not own)
    unit = tmp_path / "tiersync-city.service"
    unit.write_text(done.out, encoding="utf-8")
    verify = (program("systemd-analyze", "systemd"), *own, "verify", "--man=no", unit)
    assert said(*verify, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}) == ""


def test_the_unit_of_a_folder_is_as_closed_as_that_of_deploy(tmp_path: Path) -> None:
    unit = tmp_path / "tiersync-city.service"
    unit.write_text(unit_text(SystemService(Path("/srv/city"), (shutil.which("true") or "",), account="city")), "utf-8")
    said(program("systemd-analyze", "systemd"), "security", "--offline=true", "--threshold=20", unit)


def test_what_an_account_may_ask_stands_in_the_unit_of_deploy() -> None:
    text = (DEPLOY / "systemd" / "tiersync@.service").read_text("utf-8")
    assert {key_of(line) for line in text.splitlines()} >= OF_AN_ACCOUNT


@pytest.mark.parametrize("name", ["two words", "100%h %n", "$HOME ${HOME}", "a;b", "市  级", "#city", "-c", "a:b,c=d"])
def test_systemd_reads_a_hostile_name_as_it_is(open_place: Path, name: str) -> None:
    folder = open_place / name
    (folder / "bin").mkdir(parents=True)
    shutil.copy(shutil.which("true") or "", folder / "bin" / "tiersync")
    service = SystemService(folder, (str(folder / "bin" / "tiersync"),), account="tiersync")
    (open_place / service.name).write_text(unit_text(service), encoding="utf-8")
    (open_place / service.name).chmod(0o644)
    dump = as_systemd_reads(open_place / service.name)
    assert f"Description: tiersync run {folder}\n" in dump
    assert f"ConditionPathExists: {folder}/tiersync.toml " in dump
    assert f"ReadWritePaths: {folder}\n" in dump
    lines = [line.replace("\\$", "$") for line in dump.splitlines() if "Command Line:" in line]
    commands = [line for line in lines if f"{folder}/bin" in line]
    assert commands
    for command in commands:
        assert shlex.split(command)[2:] == [f"{folder}/bin/tiersync", "run", str(folder)]


@pytest.mark.parametrize("name", ["a\nExecStartPre=/bin/true", 'a"b', "a'b", "a\\x20b", "a\u2028b", "ends "])
def test_a_name_that_could_be_read_otherwise_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OddFolder):
        unit_text(SystemService(tmp_path / name, ("/bin/true",)))


def test_a_service_is_installed_looked_at_and_taken_away(
    node: Path, units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = stand_in(tmp_path, monkeypatch)
    assert here("service", "status", "--user", node).code == 3
    done = here("service", "install", "--user", node)
    assert done.code == 0, done.err
    [unit] = units.iterdir()
    assert unit.read_text("utf-8") == here("service", "install", "--user", "--dry-run", node).out
    asked = [line.removeprefix("--user --no-pager ") for line in heard.read_text().splitlines()]
    assert asked[-3:] == ["daemon-reload", f"enable {unit.name}", f"restart {unit.name}"]
    assert here("service", "status", "--user", node, "--json").json["ActiveState"] == "active"
    assert here("service", "uninstall", "--user", "--dry-run", node).out == f"{unit}\n"
    assert here("service", "uninstall", "--user", node).code == 0
    assert list(units.iterdir()) == []
    assert "disable --now" in heard.read_text()
    assert here("service", "uninstall", "--user", node).code == 3


@pytest.mark.parametrize("fails", ["daemon-reload", "enable", "restart"])
def test_what_systemd_refuses_leaves_nothing_half(
    node: Path, units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    stand_in(tmp_path, monkeypatch, fails)
    done = here("service", "install", "--user", node)
    assert done.code == 3
    assert "Failed: no such thing" in done.err
    assert list(units.iterdir()) == []


def test_a_unit_that_was_there_comes_back_when_the_new_one_is_refused(
    node: Path, units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, "restart")
    earlier = units / SystemService(node, ()).name
    units.mkdir(parents=True)
    earlier.write_text("earlier", encoding="utf-8")
    assert here("service", "install", "--user", node).code == 3
    assert earlier.read_text("utf-8") == "earlier"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", ["install", "uninstall", "status"])
def test_without_systemd_one_sentence_says_so(
    node: Path, units: Path, monkeypatch: pytest.MonkeyPatch, words: str, lang: str
) -> None:
    monkeypatch.setenv("PATH", str(node))
    done = spoken("service", words, "--user", node, lang=lang)
    assert (done.code, done.out) == (3, "")
    assert {"zh": "systemd 没有响应", "en": "systemd does not answer"}[lang] in done.err
    assert len(done.err.splitlines()) == 1
    assert not units.exists()


def test_where_systemd_is_not_the_first_process_it_does_not_answer(node: Path, units: Path) -> None:
    if os.path.exists("/run/systemd/system"):
        assert here("service", "install", "--user", "--dry-run", node).code == 0
    else:
        assert here("service", "install", node).code == 3


def test_a_folder_without_a_node_is_no_service(tmp_path: Path) -> None:
    assert here("service", "install", "--dry-run", tmp_path).code == 3


@pytest.mark.skipif(sys.platform == "win32", reason="accounts of POSIX")
def test_a_node_does_not_run_as_root(node: Path) -> None:
    if os.geteuid() == 0:
        os.chown(node, 0, -1)
        done = here("service", "install", "--dry-run", node)
        assert (done.code, "belongs to root" in done.err) == (2, True)


def test_a_program_that_the_account_cannot_go_to_is_not_installed(tmp_path: Path) -> None:
    program = tmp_path / "closed" / "bin" / "python"
    program.parent.mkdir(parents=True)
    for place in program.parents:
        if place.is_relative_to(tmp_path):
            place.chmod(0o755)
    (tmp_path / "closed").chmod(0o700)
    with pytest.raises(ProgramHidden, match="closed is closed to it"):
        check_open(program, OFFICE)
    check_open(Path("/usr/bin/python3"), OFFICE)


def test_what_lies_where_people_live_is_not_hidden_from_the_node() -> None:
    there = Path("/home") / "office" / "city"
    assert "ProtectHome=read-only" in unit_text(SystemService(there, ("/usr/bin/tiersync",), account="city"))
