"""The process that speaks Chinese for many tests says what a command of its own would have said."""

import os
from pathlib import Path

import pytest

from tests.cli.offices import Offices, apart, spoken
from tests.cli.speaker import text_of, written_to


@pytest.mark.parametrize("asked", [("status",), ("push", "--period", "2013-Q7"), ("no-such-command",)], ids=" ".join)
def test_a_command_is_answered_as_a_process_of_its_own_answers_it(
    offices: Offices, asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERSYNC_DIR", str(offices.district))
    assert spoken(*asked, lang="zh") == apart(*asked, lang="zh")


def test_a_command_leaves_neither_its_folder_nor_its_environment_to_the_next(
    offices: Offices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as there:
        there.chdir(offices.district)
        assert spoken("status", lang="zh").code == 0
    with monkeypatch.context() as there:
        there.setenv("TIERSYNC_DIR", str(offices.district))
        assert spoken("status", lang="zh").code == 0
    monkeypatch.chdir(tmp_path)
    assert "中没有节点" in spoken("status", lang="zh").err


def test_what_a_library_of_another_language_writes_is_heard_too(tmp_path: Path) -> None:
    with (tmp_path / "before").open("w") as stream, (tmp_path / "heard").open("w+b") as heard:
        print("before", file=stream)
        with written_to(heard, stream):
            os.write(stream.fileno(), b"panicked, ")
            print("said", file=stream)
        print("after", file=stream)
        assert text_of(heard) == "panicked, said\n"
    assert (tmp_path / "before").read_text() == "before\nafter\n"
