"""What a command lists, as a file that somebody names: nothing is written over, and what cannot be is said."""

import csv
from io import StringIO
from pathlib import Path

import fastexcel
import pytest

from tests.cli.offices import Offices, here, spoken


@pytest.mark.parametrize(
    "command", [("link", "list"), ("report", "list"), ("finding", "list", "--all"), ("units", "show"),
                ("indicators", "list")],
)  # fmt: skip
def test_every_list_can_be_had_as_each_kind_of_file(offices: Offices, command: tuple[str, ...], tmp_path: Path) -> None:
    said = here(*command, "--dir", offices.district, "--as", "csv").out
    assert len(said.splitlines()) >= 1
    for kind in ("csv", "xlsx", "html"):
        out = tmp_path / f"list.{kind}"
        assert here(*command, "--dir", offices.district, "--out", out).code == 0
        assert out.stat().st_size
        assert here(*command, "--dir", offices.district, "--out", out).code == 2  # Nothing is written over unasked.
        assert here(*command, "--dir", offices.district, "--out", out, "--force").code == 0
    listed = fastexcel.read_excel(tmp_path / "list.xlsx").load_sheet(0).to_polars()
    assert listed.height == len(list(csv.reader(StringIO(said)))) - 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--as", "xlsx"), "--out"),
        (("--out", "a.pdf"), ".csv、.xlsx"),
        (("--as", "pdf"), "csv"),
        (("--out", "a"), ".csv、.xlsx"),
        (("--as", "csv", "--out", "a.xlsx"), ".csv、.xlsx"),
        (("--force",), "--out"),
        (("--json", "--as", "csv"), "--json 不能"),
        (("--json", "--out", "a.csv"), "--json 不能"),
    ],
)
def test_what_cannot_be_written_is_said_in_chinese(offices: Offices, options: tuple[str, ...], said: str) -> None:
    refused = spoken("link", "list", "--dir", offices.district, *options, lang="zh")
    assert refused.code == 2
    assert said in refused.err
