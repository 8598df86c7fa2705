"""Where the secrets of sources come from, and that nobody is told what they are."""

import os
import sys
from pathlib import Path

import pytest

from tiersync.config.secrets import FOLDER, find_secret, variable_of
from tiersync.errors import NoSecret

NAME = "decheng.dsn"
SECRET = "postgresql://reader:geheim@127.0.0.1/civil"


def keep(folder: Path, text: str, mode: int = 0o600) -> Path:
    (folder / FOLDER).mkdir(parents=True)
    file = folder / FOLDER / NAME
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_a_secret_is_taken_from_a_file_of_its_owner(tmp_path: Path) -> None:
    keep(tmp_path, f"{SECRET}\n")
    assert find_secret(tmp_path, "", (), NAME) == SECRET


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, "another")
    monkeypatch.setenv("TIERSYNC_SECRET_DECHENG_DSN", SECRET)
    assert variable_of(NAME) == "TIERSYNC_SECRET_DECHENG_DSN"
    assert find_secret(tmp_path, "", (), NAME) == SECRET


def test_a_command_is_asked_with_the_name_as_its_last_word(tmp_path: Path) -> None:
    script = tmp_path / "pass.py"
    script.write_text("import sys\nprint('word for ' + sys.argv[-1])\n", encoding="utf-8")
    assert find_secret(tmp_path, f"{sys.executable} {script}", (), NAME) == f"word for {NAME}"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_no_secret(tmp_path: Path, mode: int) -> None:
    keep(tmp_path, SECRET, mode)
    with pytest.raises(NoSecret, match="chmod 600") as caught:
        find_secret(tmp_path, "", (), NAME)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("name", ["../node.key", "", "a/b", "A", ".hidden", "x" * 65])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "node.key").write_bytes(os.urandom(32))
    with pytest.raises(NoSecret):
        find_secret(tmp_path, "", (), name)


@pytest.mark.parametrize("command", ["false", "no-such-program", "true", "'"])
def test_a_command_that_fails_is_said(tmp_path: Path, command: str) -> None:
    with pytest.raises(NoSecret):
        find_secret(tmp_path, command, (), NAME)


def test_a_secret_that_is_nowhere_is_asked_for_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(NoSecret) as caught:
        find_secret(tmp_path, "", (), NAME)
    assert "chmod 600" in caught.value.say("en")
    assert "权限 600" in caught.value.say("zh")
