"""A report is written for readers outside: sensitive counts to the nearest 5, everything else as the report has it."""

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, PLUGIN, UNITS, Offices, begin, here, spoken
from tests.plugins.folders import HEADERS, senior
from tests.rules.small_catalogue import cell
from tiersync.config.packaged import packaged_catalogue
from tiersync.plugins.folder.trust import enable_all
from tiersync.rules.disclosure.rounding import disclose
from tiersync.views.reports.exported import lines_of

ABILITY = 'ability_level = "能力等级"\nhardship_kind = "困难类别"\n'
LEVELS = "1" * 9 + "2" * 6 + "3" * 5 + "4" * 1 + "0" * 9
NAME = "=1+1&街道"
LOST_KIN = 3  # of the seniors are without kin


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city that answers for everybody below it, one street of which has a name that a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("export") / "city"
    units = folder.parent / "units.csv"
    units.write_text(UNITS.replace("新湖街道", NAME), encoding="utf-8")
    made = here(
        "init", CITY, "--dir", folder, "--url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--units", units
    )
    assert made.code == 0, made.err
    place = folder / "plugins" / "decheng"
    (place / "inbox").mkdir(parents=True)
    (place / "plugin.toml").write_text(PLUGIN + ABILITY, encoding="utf-8")
    rows = [
        (*senior(serial), level, "4" if serial <= LOST_KIN else "0") for serial, level in enumerate(LEVELS, start=1)
    ]
    text = "".join(",".join(row) + "\n" for row in ((*HEADERS, "能力等级", "困难类别"), *rows))
    (place / "inbox" / "seniors.csv").write_text(text, encoding="utf-8")
    enable_all(folder / "plugins")
    pushed = here("push", "--period", "2013", "--dir", folder)
    assert pushed.code == 0, pushed.err
    return folder


def asked(folder: Path, *more: object, unit: str = COMMUNITY) -> list[object]:
    return ["report", "export", unit, "--form", "aging-year", "--period", "2013", "--dir", folder, *more]


def as_csv(folder: Path, out: Path, unit: str = COMMUNITY, lang: str = "en") -> list[list[str]]:
    done = spoken(*asked(folder, "--out", out, unit=unit), lang=lang)
    assert done.code == 0, done.err
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def of_indicator(rows: Sequence[Sequence[str]], code: str) -> dict[str, str]:
    """The values of one indicator by group, as they are written."""
    return {row[2]: row[3] for row in rows if row and row[0] == code}


def test_sensitive_counts_are_to_the_nearest_5_and_the_rest_is_exact(city: Path, tmp_path: Path) -> None:
    rows = as_csv(city, tmp_path / "report.csv")
    able = of_indicator(rows, "P10")
    levels = [able[name] for name in ("mild loss", "moderate loss", "severe loss", "total loss")]
    assert (able[""], levels) == ("20", ["10", "5", "5", "0"])
    assert of_indicator(rows, "P11")[""] == "5"
    assert of_indicator(rows, "P02")[""] == "30"


def test_inside_the_office_the_same_report_is_exact(city: Path) -> None:
    shown = here("report", "show", COMMUNITY, "--form", "aging-year", "--period", "2013", "--dir", city, "--json").json
    held = {(cell["indicator"], cell["breakdown"]): cell["value"] for cell in shown["cells"]}
    assert (held["P10", "ability_level=4"], held["P11", ""]) == (1, LOST_KIN)


def test_the_head_says_what_it_is_and_what_is_rounded_or_blank(city: Path, tmp_path: Path) -> None:
    head = dict(row for row in as_csv(city, tmp_path / "report.csv") if len(row) == 2)
    assert head["form"] == "Aging work, yearly (aging-year)"
    assert head["unit"] == f"康乐社区居委会 ({COMMUNITY})"
    assert (head["period"], head["part"], head["revision"]) == ("2013", "own", "1.1.1")
    assert head["reports"] == "1 of 1 reports"
    assert "B01, B02, " in head["lacks"]
    assert head["made"]
    assert "rounded to the nearest 5" in head["note"]
    assert "fewer than 5 persons are left blank" in head["note"]


def test_what_is_rounded_says_so_in_the_language_of_whoever_exports(city: Path, tmp_path: Path) -> None:
    for lang, rounded, said in (
        ("zh", "估计，约到5", "约到 5 的倍数"),
        ("en", "estimated, to the nearest 5", "to the nearest 5"),
    ):
        rows = as_csv(city, tmp_path / f"{lang}.csv", lang=lang)
        [level] = [row for row in rows if row and row[0] == "P10" and row[2] in ("重度失能", "severe loss")]
        assert (level[3], level[5]) == ("5", rounded)
        assert any(said in row[1] for row in rows if len(row) == 2)


def test_what_is_blank_has_no_value_and_says_that_it_is_masked() -> None:
    money = [cell("I04", 40_000, scale=2), cell("I04", 40_000, "claim_kind=death", scale=2)]
    shown = disclose(packaged_catalogue(), [cell("I03", 30), *money])
    lines = list(lines_of(packaged_catalogue(), shown, "en"))
    assert [(line.words[3], line.words[5]) for line in lines] == [
        ("30", "ok, to the nearest 5"), ("400.00", "ok"), ("", "masked"),
    ]  # fmt: skip
    assert (lines[2].numbers, lines[2].status) == ({"value": None}, "masked")


def test_every_format_says_the_same(city: Path, tmp_path: Path) -> None:
    rows = as_csv(city, tmp_path / "report.csv")
    for kind in ("json", "xlsx"):
        assert here(*asked(city, "--as", kind, "--out", tmp_path / f"report.{kind}")).code == 0
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    [able] = [one for one in told["figures"] if one["breakdown"] == "ability_level=4"]
    assert (able["value"], able["status"], able["rounded"]) == ("0", "estimated", True)
    assert told["report"]["unit"] == COMMUNITY
    sheet = pl.read_excel(tmp_path / "report.xlsx", has_header=False, drop_empty_rows=False).rows()
    assert [row[3] for row in sheet if row[2] == "total loss"] == ["0"]
    assert len(sheet) == len(rows) == len(told["figures"]) + len(told["report"]) + 2


def test_a_name_that_is_a_formula_is_made_harmless(city: Path, tmp_path: Path) -> None:
    rows = as_csv(city, tmp_path / "report.csv", unit="371402001000")
    assert [row[1] for row in rows[:2]][1] == f"'{NAME} (371402001000)"


def test_without_a_part_it_is_the_total_where_there_is_one(city: Path, tmp_path: Path) -> None:
    done = here(*asked(city, "--out", tmp_path / "report.json", "--as", "json", unit=DISTRICT))
    assert done.code == 0
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["report"]["part"] == "total"


def test_the_file_is_called_after_the_report(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = here(*asked(city, "--as", "xlsx", "--json"))
    assert done.json["file"] == f"aging-year-{COMMUNITY}-2013-own.xlsx"
    assert done.json["rounded"] > 0
    assert [path.name for path in tmp_path.iterdir()] == [done.json["file"]]


def test_a_file_that_is_there_is_only_written_over_when_that_is_said(city: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.csv"
    out.write_text("mine", encoding="utf-8")
    refused = here(*asked(city, "--out", out))
    assert (refused.code, out.read_text(encoding="utf-8")) == (2, "mine")
    assert "is there already" in refused.err
    assert here(*asked(city, "--out", out, "--force")).code == 0
    assert out.read_text(encoding="utf-8-sig").startswith("form,")


def test_what_is_no_file_is_not_written_over_and_a_link_is_followed(city: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert here(*asked(city, "--out", tmp_path / "pipe", "--force")).code == 3
    (tmp_path / "real.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert here(*asked(city, "--out", tmp_path / "link.csv", "--force")).code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8-sig").startswith("form,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "pipe", "real.csv"]


def test_two_exports_at_once_do_not_hinder_each_other(city: Path, tmp_path: Path) -> None:
    exports = [begin(*asked(city, "--out", tmp_path / "report.csv", "--force")) for _ in range(4)]
    assert [(export.communicate(timeout=120)[1], export.returncode) for export in exports] == [("", 0)] * 4
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_where_nothing_can_be_written_nothing_is_left(city: Path, tmp_path: Path) -> None:
    done = here(*asked(city, "--out", tmp_path / "nowhere" / "report.csv"))
    assert done.code == 3
    assert list(tmp_path.iterdir()) == []


def test_why_nothing_can_be_written_is_said_in_the_language_of_whoever_exports(city: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for out, zh, en in (
        (tmp_path / "nowhere" / "report.csv", "文件或目录不存在", "No such file or directory"),
        (tmp_path, "是目录", "is a directory"),
    ):
        for lang, said in (("zh", zh), ("en", en)):
            done = spoken(*asked(city, "--out", out), lang=lang)
            assert said in done.err
            assert lang == "en" or "directory" not in done.err


def test_a_format_that_nobody_brings_is_told_with_those_that_there_are(offices: Offices, tmp_path: Path) -> None:
    for lang, said in (
        ("en", "no exporter papyrus here. There are: csv, xlsx, json"),
        ("zh", "没有名为“papyrus”的导出格式。现有"),
    ):
        done = spoken(*asked(offices.district, "--as", "papyrus", "--out", tmp_path / "x"), lang=lang)
        assert done.code == 2
        assert said in done.err
