"""The command `drill` plays faults on a small city, shows what came of it, and ends with 1 where anything was lost."""

import json
import tempfile
from pathlib import Path

import pytest

from tests.cli.offices import spoken
from tiersync.cli.main import run
from tiersync.drill import drill as played
from tiersync.drill.faults import KINDS
from tiersync.drill.world import DrillScope
from tiersync.flow.exchange import receiving

EMPTY = {"lost": [], "doubled": [], "unexplained": [], "broken": ""}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Four offices and one quarter, and every temporary folder below the test's own."""
    monkeypatch.setattr(played, "SHORT", DrillScope((1, 1, 1), 1, tuple(sorted(KINDS))))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def drill_folders(root: Path) -> list[Path]:
    return [path for path in root.glob("tiersync-drill-*") if (path / "quiet").exists() or (path / "troubled").exists()]


def test_it_says_what_befell_whom_and_that_nothing_was_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["drill", "--seed", "7", "--dir", str(tmp_path / "kept")]) == 0
    said = capsys.readouterr().out
    for words in ("put back to an older copy", "killed in the middle of its work", "lost", "doubled", "unexplained"):
        assert words in said
    assert (tmp_path / "kept" / "troubled" / "371400000000" / "node.db").exists()
    assert run(["drill", "--dir", str(tmp_path / "kept")]) == 3
    assert "not empty" in capsys.readouterr().err


def test_the_same_seed_is_the_same_drill_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert run(["drill", "--seed", "11", "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    first, again = ({name: value for name, value in one.items() if name != "seconds"} for one in told)
    assert first == again
    assert {name: first[name] for name in EMPTY} == EMPTY
    assert first["faults"]["kill"] > 0
    assert first["findings"]["opened"] == first["findings"]["closed"] > 0
    assert drill_folders(tmp_path) == []


def test_what_was_lost_is_listed_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quietly = played.play_quietly

    def then_break(*given: object) -> object:
        end = quietly(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(receiving, "take_in", lambda *given: None)
        return end

    monkeypatch.setattr(played, "play_quietly", then_break)
    assert run(["drill"]) == 1
    assert "lacks report aging-quarter" in capsys.readouterr().out


def test_ctrl_c_ends_it_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(played, "play_against", interrupted)
    assert run(["drill"]) == 130
    assert "Traceback" not in capsys.readouterr().err
    assert drill_folders(tmp_path) == []


def test_a_seed_that_is_no_number_is_said_in_one_language() -> None:
    wrong = spoken("drill", "--seed", "x", lang="zh")
    assert wrong.code == 2
    assert "'x' 不是有效的数字" in wrong.err
