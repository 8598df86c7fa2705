"""What `make bundle` writes installs tiersync where there is no network, or says why not and installs nothing."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.at_once import once
from tests.deploy.tools import DEPLOY, ROOT, program, said
from tiersync import __version__
from tools.bundle import LOCK, NAME, PLATFORMS, SUMS, here, requirements_of

LINES = """alembic==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
colorama==0.4 ; sys_platform == 'win32' \\
    --hash=sha256:cc
uvloop==0.1 ; platform_machine == 'aarch64' and python_full_version < '3.12' \\
    --hash=sha256:dd
"""


def offline() -> dict[str, str]:
    """An environment from which nothing can be reached, and no index is known."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    quickly = {"PIP_NO_COMPILE": "1"}  # What Python compiles by itself later takes most of the time of an installation.
    return (
        kept | quickly | {"PIP_NO_INDEX": "1", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    )


def without_network(*words: object) -> list[object]:
    """The same command without any line to the outside, where this machine lets a test cut it."""
    cut = ["unshare", "--net"]
    if shutil.which("unshare") and subprocess.run([*cut, "true"], capture_output=True).returncode == 0:
        return [*cut, *words]
    return list(words)


def make_and_unpack(folder: Path) -> str:
    made = said(sys.executable, "-m", "tools.bundle", "--platform", "here", "--into", folder, cwd=ROOT).split()[-1]
    assert "OK" in said(program("sha256sum", "coreutils"), "--check", f"{made}.sha256", cwd=folder)
    with tarfile.open(made) as archive:
        archive.extractall(folder, filter="data")
    Path(made).unlink()
    return str(folder / NAME)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for this machine, as an office has unpacked it."""
    return Path(once(tmp_path_factory, "bundle", lambda: make_and_unpack(tmp_path_factory.mktemp("bundle"))))


def test_it_installs_into_an_empty_folder_without_a_network(unpacked: Path, tmp_path: Path) -> None:
    install = without_network("sh", unpacked / "install.sh", tmp_path / "here it is")
    script = said(*install, env=offline(), cwd=tmp_path)
    assert script.splitlines()[-1] == f"tiersync, version {__version__}"
    program = tmp_path / "here it is" / "bin" / "tiersync"
    assert said(program, "--version", env=offline()) == f"tiersync, version {__version__}\n"
    made = (program, "init", "371400000000", "--dir", tmp_path / "city", "--url", "http://127.0.0.1:1", "--lang", "en")
    assert "is set up in" in said(*without_network(*made), env=offline(), cwd=tmp_path)
    assert "tiersync@" not in said(program, "service", "install", "--user", "--dry-run", "--dir", tmp_path / "city")


def test_a_damaged_file_is_named_and_nothing_is_installed(unpacked: Path, tmp_path: Path) -> None:
    damaged = tmp_path / NAME
    shutil.copytree(unpacked, damaged, copy_function=os.link)
    [wheel] = damaged.glob("wheels/tiersync-*.whl")
    whole = wheel.read_bytes()
    wheel.unlink()
    wheel.write_bytes(whole[:-1] + b"?")
    heard = said("sh", damaged / "install.sh", tmp_path / "there", env=offline(), code=1)
    assert wheel.name in heard
    assert "Nothing was installed." in heard
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize(("python", "why"), [("false", "Python 3.11 is needed"), ("no-such-python", "Python 3.11")])
def test_another_python_is_refused_in_both_languages(unpacked: Path, tmp_path: Path, python: str, why: str) -> None:
    heard = said("sh", unpacked / "install.sh", tmp_path / "x", env=offline() | {"PYTHON": python}, code=1)
    assert "需要 Python 3.11" in heard
    assert why in heard
    assert not (tmp_path / "x").exists()


def test_every_file_of_it_has_its_sum_and_what_an_office_needs_goes_along(unpacked: Path) -> None:
    summed = {line.partition("  ")[2] for line in (unpacked / SUMS).read_text("utf-8").splitlines()}
    held = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert held == summed | {SUMS}
    assert {"README.md", "install.sh", "install.ps1", "LICENSE", "docs/tiersync.1"} <= held
    assert {"deploy/systemd/tiersync@.service", f"requirements/{here()}.txt"} <= held


@pytest.mark.parametrize(
    ("platform", "names"),
    [
        ("linux-x86_64", ["alembic"]), ("linux-aarch64", ["alembic", "uvloop"]),
        ("windows-amd64", ["alembic", "colorama"]),
    ],
)  # fmt: skip
def test_a_platform_gets_what_the_lock_says_of_it(platform: str, names: list[str]) -> None:
    lines = requirements_of(LINES, PLATFORMS[platform]).splitlines()
    assert [line.partition("==")[0] for line in lines] == names
    assert lines[0] == "alembic==1.0 --hash=sha256:aa --hash=sha256:bb"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_line_of_a_platform_has_its_hashes(platform: str) -> None:
    lines = requirements_of(LOCK.read_text("utf-8"), PLATFORMS[platform]).splitlines()
    assert len(lines) > 40
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==\S+( --hash=sha256:[0-9a-f]{64})+", line)] == []


def test_the_read_me_speaks_chinese_before_english() -> None:
    chinese, _, english = (DEPLOY / "offline" / "README.md").read_text("utf-8").partition("\n---\n")
    assert len(re.findall("[\u4e00-\u9fff]", chinese)) > 100
    assert not re.search("[\u4e00-\u9fff]", english)
