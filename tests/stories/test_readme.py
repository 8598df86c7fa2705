"""Somebody with two terminals types what the README says, line by line, and has figures at the city in the end."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 240  # seconds for all that is typed in one terminal


def blocks(name: str) -> list[str]:
    """What is typed: the blocks of the chapter on setting up an office."""
    chapter = re.search(
        r"^## (?:Set up an office|建立一个单位的节点)\n(.*?)^## ", (ROOT / name).read_text("utf-8"), re.M | re.S
    )
    assert chapter
    return re.findall(r"^```\n(.*?)^```", chapter[1], re.M | re.S)


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def terminal(folder: Path, typed: str) -> subprocess.Popen[str]:
    """A shell in which lines are typed; it ends at the first that fails."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        ["sh", "-e", "-c", typed], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=environment | {"TIERSYNC_LANG": "en", "PYTHONUTF8": "1"}, start_new_session=True,
    )  # fmt: skip


@contextmanager
def kept_open(folder: Path, typed: str) -> Iterator[None]:
    """The first terminal, whose last command serves until it is ended."""
    first = terminal(folder, typed.replace("tiersync run", "exec tiersync run"))
    try:
        assert first.stdout
        for line in first.stdout:
            if " serves at " in line:
                break
        assert first.poll() is None, first.stderr.read() if first.stderr else ""
        yield
    finally:
        first.terminate()
        first.communicate()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which the README's words mean what they mean in a checkout."""
    shutil.copytree(ROOT / "plugins", tmp_path / "plugins")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="the README's lines are those of a POSIX shell")
def test_what_the_readme_says_can_be_typed_line_by_line_in_two_terminals(checkout: Path) -> None:
    port = free_port()
    first, *second = (block.replace("8471", port) for block in blocks("README.md"))
    with kept_open(checkout, first):
        done = terminal(checkout, "".join(second))
        out, err = done.communicate(timeout=LONGEST)
    assert done.returncode == 0, err
    assert "which only this machine itself can reach" in err
    seniors = re.search(r"^P02 .*? {2,}(\d+) +persons", out, re.M)
    assert seniors, out
    assert int(seniors[1]) > 0


def test_both_readmes_say_the_same_lines() -> None:
    assert blocks("README.md") == blocks("README.zh.md")
