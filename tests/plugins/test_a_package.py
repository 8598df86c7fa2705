"""A plugin package of somebody else, built and installed into a fresh environment: it works; broken, it harms nobody.

The fresh environment sees the libraries of this one, so that nothing is fetched; tiersync and the package are its own.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from tests.cli.offices import CITY, DISTRICT, PLUGIN, Done, ended, write_units
from tests.commands import begun, started
from tests.plugins.folders import identity
from tiersync.plugins.hooks import TOLD
from tiersync.plugins.hookspecs import PREFIX

PACKAGE = Path(__file__).parent / "a_package"
SOURCE = Path(__file__).parents[2] / "src"
CARDS = f"""姓名/身份证号/性别/出生日期/社区
测一/{identity(1)}/女/1931-02-03/康乐社区
测二/{identity(2, "19450203")}/女/1945-02-03/康乐社区
测三/{identity(3, "18990203")}/女/1899-02-03/康乐社区
"""


class Installed(NamedTuple):
    """An environment with the package, a node in it, and the board on which the package pins what it hears."""

    python: Path
    node: Path
    board: Path

    def tiersync(self, *arguments: object, lang: str = "en") -> Done:
        begins = begun if lang == "en" else started
        said = [*map(str, arguments), "--dir", str(self.node)]
        environment = {**os.environ, "PINBOARD": str(self.board), "TIERSYNC_LANG": lang, "PYTHONUTF8": "1"}
        return ended(begins(said, environment, python=str(self.python)))

    def pinned(self) -> list[str]:
        return self.board.read_text(encoding="utf-8").splitlines() if self.board.exists() else []

    def add(self, id_: str, kind: str, text: str) -> None:
        """Enable a plugin folder whose source holds this text."""
        folder = self.node / "plugins" / id_
        (folder / "inbox").mkdir(parents=True)
        written = PLUGIN.replace('kind = "csv"', f'kind = "{kind}"').replace("*.csv", "*.txt")
        (folder / "plugin.toml").write_text(written.replace('id = "decheng"', f'id = "{id_}"'), encoding="utf-8")
        (folder / "inbox" / "cards.txt").write_text(text, encoding="utf-8")
        enabled = self.tiersync("plugin", "enable", id_)
        assert enabled.code == 0, enabled.err


def environment(folder: Path, package: Path) -> Path:
    """A new environment with `package` built and installed; the path of its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    here = Path(found.stdout.strip())
    (here / "libraries.pth").write_text(f"{SOURCE}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "-qq", "--disable-pip-version-check", "install", "--no-index",
         "--no-deps", "--no-build-isolation", package], check=True,
    )  # fmt: skip
    return python


def broken_copy(folder: Path) -> Path:
    """The package, broken in each of its parts: what is called fails, what is imported is not there."""
    shutil.copytree(PACKAGE, folder)
    offers = folder / "src" / "punch_cards" / "offers.py"
    text = offers.read_text(encoding="utf-8")
    for before, after in {
        'return records["birth_date"].dt.year() < 1900': 'raise ValueError(f"{records[0]}")',
        "punch_cards.commands:cards": "punch_cards.nowhere:cards",
        'code="Z01"': 'code="P02"',
        "with Path(os.environ": "raise RuntimeError(line)\n    with Path(os.environ",
        '{"drawer.key": "lies in the drawer"}.get': "[].pop",
    }.items():
        assert before in text
        text = text.replace(before, after)
    offers.write_text(text, encoding="utf-8")
    exports = folder / "src" / "punch_cards" / "exports.py"
    exports.write_text(exports.read_text(encoding="utf-8") + "        raise OSError(path)\n", encoding="utf-8")
    return folder


def installed(root: Path, package: Path) -> Installed:
    python = environment(root / "env", package)
    one = Installed(python, root / "node", root / "board")
    units = write_units(root)
    made = one.tiersync("init", CITY, "--url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--units", units)
    assert made.code == 0, made.err
    return one


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    one = installed(tmp_path_factory.mktemp("sound"), PACKAGE)
    one.add("cards", "punch_card", CARDS)
    pushed = one.tiersync("push", "--period", "2013")
    assert pushed.code == 0, pushed.err
    return one


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root = tmp_path_factory.mktemp("broken")
    one = installed(root, broken_copy(root / "package"))
    one.add("cards", "punch_card", CARDS)
    one.add("plain", "csv", CARDS.replace("/", ",").replace(identity(1), identity(4)))
    return one


def test_its_source_kind_is_read_and_its_row_check_refuses(sound: Installed) -> None:
    (run,) = sound.tiersync("ingest", "--json").json
    assert (run["read"], run["valid"], run["refused"]) == (3, 2, {"born_too_early": 1})


def test_the_reason_of_its_check_is_told_in_its_own_words(sound: Installed) -> None:
    assert "born before 1900" in sound.tiersync("quarantine", "list").out
    assert "出生于1900年以前" in sound.tiersync("quarantine", "list", lang="zh").out


def test_its_indicator_is_counted_here_and_stands_in_no_report(sound: Installed) -> None:
    counted = sound.tiersync("indicators", "count", "--period", "2013", "--json").json
    assert {"indicator": "Z01", "breakdown": "", "value": "1"} in counted
    reports = sound.tiersync("report", "list", "--json").json
    assert reports
    assert "Z01" not in json.dumps(reports)


def test_its_record_type_is_made_a_plugin_read_checked_and_counted(sound: Installed, tmp_path: Path) -> None:
    book = tmp_path / "乘车.csv"
    rows = (
        "a1,康乐社区,市区线,2013-05-06,12,测一",
        "a2,康乐社区,城乡线,2013-05-07,30,",
        "a3,康乐社区,地铁,2013-05-07,1,",
    )
    book.write_text("\n".join(["记录编号,上车社区,线路类型,日期,人次,持卡人", *rows]), encoding="utf-8")
    told = ("--record", "bus_ride", "--unit", DISTRICT, "--map", "line=线路类型")
    made = sound.tiersync("plugin", "new", "bus", "--from", book, *told)
    assert made.code == 0, made.err
    tested = sound.tiersync("plugin", "test", "bus")
    assert tested.code == 0, tested.out
    assert sound.tiersync("plugin", "enable", "bus").code == 0
    (run,) = (run for run in sound.tiersync("ingest", "--json").json if run["stream"] == "bus/bus_ride")
    assert (run["valid"], run["refused"]) == (2, {"unknown_code": 1})
    counted = sound.tiersync("indicators", "count", "--period", "2013", "--json").json
    assert {row["breakdown"]: row["value"] for row in counted if row["indicator"] == "Z02"} == {
        "": "42", "bus_line=1": "12", "bus_line=2": "30", "bus_line=unknown": "0",
    }  # fmt: skip
    kept = [pl.read_parquet(file) for file in (sound.node / "snapshots").rglob("*.parquet")]
    assert any("rides" in frame.columns for frame in kept)
    assert not any("card_holder" in frame.columns for frame in kept)


def test_it_hears_of_a_run_before_and_after(sound: Installed) -> None:
    assert sound.pinned()[:2] == ["begins 371400000000", "ended 371400000000 3 1 0"]


def test_its_command_is_listed_and_runs(sound: Installed) -> None:
    done = subprocess.run([sound.python, "-m", "tiersync.cli.main", "cards"], capture_output=True, text=True)
    assert done.stdout.strip() == "52 cards"
    helped = subprocess.run([sound.python, "-m", "tiersync.cli.main", "--help"], capture_output=True, text=True)
    assert "Count the cards" in helped.stdout


def test_its_exporter_writes_a_report(sound: Installed, tmp_path: Path) -> None:
    asked = ("report", "export", DISTRICT, "--form", "aging-year", "--period", "2013")
    done = sound.tiersync(*asked, "--as", "punched", "--out", tmp_path / "cards")
    assert done.code == 0, done.err
    first, *cards = (tmp_path / "cards").read_text(encoding="utf-8").splitlines()
    assert first == "code/indicator/group/value/in/status/reports"
    assert any(card.startswith("P02/Population aged 60+//") and "2/persons/" in card for card in cards)
    assert "csv, xlsx, json, punched" in sound.tiersync(*asked, "--as", "papyrus").err


def test_its_notifier_is_told_once_of_what_needs_somebody(sound: Installed) -> None:
    gone = sound.node / "plugins" / "cards" / "inbox" / "cards.txt"
    aside = gone.rename(sound.node / "aside.txt")
    before = len(sound.pinned())
    for _ in range(2):
        assert sound.tiersync("push", "--period", "2013").code == 2
    aside.rename(gone)
    assert sound.pinned()[before:].count("alarm 371400000000 source_failed") == 1
    assert sound.tiersync("push", "--period", "2013").code == 0


def test_its_secrets_are_found_where_tiersync_knows_no_other_place(sound: Installed) -> None:
    asked = (
        f"from pathlib import Path; from tiersync.host.opening import secrets_of; "
        f"print(secrets_of(Path({str(sound.node)!r}))('drawer.key'))"
    )
    done = subprocess.run([sound.python, "-c", asked], capture_output=True, text=True)
    assert done.stdout.strip() == "lies in the drawer"


def test_broken_it_is_named_and_nobody_else_is_harmed(broken: Installed) -> None:
    pushed = broken.tiersync("push", "--period", "2013", "--json")
    assert pushed.code != 0
    assert "punch_cards" in pushed.err
    assert "ValueError" in pushed.err
    assert "RuntimeError" in pushed.err
    assert "Traceback" not in pushed.err
    assert identity(1) not in pushed.err
    assert {run["stream"]: run["valid"] for run in pushed.json["runs"]} == {"cards/senior": 3, "plain/senior": 3}
    assert pushed.json["filed"] > 0


def test_rows_that_a_check_could_not_see_are_read_again_until_it_did(broken: Installed) -> None:
    for _ in range(2):
        again = broken.tiersync("push", "--period", "2013", "--json")
        assert again.code != 0
        assert "ValueError" in again.err
        assert {run["outcome"] for run in again.json["runs"]} == {"published"}


def test_a_broken_command_is_named_and_the_others_run(broken: Installed) -> None:
    done = subprocess.run([broken.python, "-m", "tiersync.cli.main", "cards"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "punch_cards" in done.stderr
    assert "Traceback" not in done.stderr
    assert broken.tiersync("status").code == 0


def test_a_broken_exporter_is_named_and_leaves_nothing_and_the_others_write(broken: Installed, tmp_path: Path) -> None:
    asked = ("report", "export", DISTRICT, "--form", "aging-year", "--period", "2013", "--out", tmp_path / "report")
    failed = broken.tiersync(*asked, "--as", "punched")
    assert failed.code == 2
    assert "punch_cards: the plugin package cannot be used (punched: OSError" in failed.err
    assert list(tmp_path.iterdir()) == []
    assert broken.tiersync(*asked, "--as", "csv").code == 0


def test_an_indicator_that_the_catalogue_defines_otherwise_is_not_counted(broken: Installed) -> None:
    done = broken.tiersync("indicators", "count", "--period", "2013")
    assert done.code == 2
    assert "the catalogue defines it otherwise" in done.err


def test_the_package_has_one_of_everything() -> None:
    from tiersync.plugins import hookspecs

    hooks = {name for name in vars(hookspecs) if name.startswith(PREFIX)}
    text = (PACKAGE / "src" / "punch_cards" / "offers.py").read_text(encoding="utf-8")
    assert hooks == {name for name in hooks if f"def {name}(" in text} >= set(TOLD)
