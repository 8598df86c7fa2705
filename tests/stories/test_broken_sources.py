"""A source that is wrong is said clearly and harms nothing; the corrected one goes through as if nothing had been."""

import io
import os
from pathlib import Path

import pytest
import xlsxwriter

from tests.stories.office import HEADS, Office, found, identity, register, row, tiersync

GOOD = 30


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("office") / "node").folder


@pytest.fixture
def office(node: Path) -> Office:
    """An office whose register was good and has been pushed."""
    office = Office(node)
    office.source(register(GOOD))
    assert office.push().code == 0
    assert office.seniors() == GOOD
    return office


def in_utf_16() -> bytes:
    return register(GOOD).decode().encode("utf-16")


UNUSABLE = {
    "an empty file": b"",
    "a workbook under the name of a text": b"PK\x03\x04" + bytes(range(256)) * 40,
    "an unknown encoding": bytes([0xFF, 0x81, 0xFE, 0xFD]) * 400,
    "a missing column": register(GOOD).replace("身份证号".encode(), "编号".encode(), 1),
    "a doubled column": register(GOOD).replace("性别".encode(), "身份证号".encode(), 1),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_file_that_cannot_be_used_is_named_and_what_was_there_stands(office: Office, what: str) -> None:
    office.source(UNUSABLE[what])
    for lang in ("en", "zh"):
        said = office.push(lang)
        assert said.code != 0
        assert "register.csv" in said.err
    assert office.seniors() == GOOD
    office.source(register(GOOD + 1))
    assert office.push().code == 0
    assert office.seniors() == GOOD + 1


def test_a_file_with_a_name_out_of_an_old_archive_counts_and_is_named(office: Office) -> None:
    office.source(register(GOOD + 2), file="*.csv")
    inbox = office.folder / "plugins" / "register" / "inbox"
    (inbox / "register.csv").unlink()
    named = (inbox / "*.csv").rename(inbox / os.fsdecode("名册.csv".encode("gb18030")))
    assert office.push().code == 0
    assert office.seniors() == GOOD + 2
    named.write_bytes(b"%PDF-1.7")
    said = office.push("zh")
    assert said.code != 0
    assert "inbox/名册.csv：这是" in said.err
    named.unlink()


def test_a_workbook_that_is_none_is_named(office: Office) -> None:
    office.source(b"PK\x03\x04" + register(GOOD), file="register.xlsx", kind="excel")
    said = office.push()
    assert said.code != 0
    assert "register.xlsx" in said.err
    assert office.seniors() == GOOD


def test_a_file_of_which_no_row_is_valid_publishes_nothing(office: Office) -> None:
    office.source("\n".join([HEADS, *(row(n, id="37990219400101000") for n in range(1, GOOD))]).encode())
    said = office.push()
    assert said.code != 0
    assert "refused" in said.err
    assert office.seniors() == GOOD


def test_an_unknown_column_is_no_reason_to_refuse(office: Office) -> None:
    lines = [f"{line},x" for line in register(GOOD + 2).decode().splitlines()]
    office.source("\n".join(lines).encode())
    assert office.push().code == 0
    assert office.seniors() == GOOD + 2


REFUSED = {
    "bad_checksum": {"id": identity(911)[:-1] + ("0" if identity(911)[-1] != "0" else "1")},
    "fifteen_digits": {"id": "379902400101911"},
    "impossible_date": {"born": "1940-02-31"},
    "missing": {"unit": ""},
    "unknown_code": {"sex": "不明白"},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_row_that_is_wrong_is_refused_with_its_place_and_reason_and_the_others_count(
    office: Office, reason: str
) -> None:
    office.source(register(GOOD, row(911, **REFUSED[reason])))
    assert office.push().code == 0
    assert office.seniors() == GOOD
    listed = tiersync("quarantine", "list", "--dir", office.folder, "--json").out
    assert f'"{reason}"' in listed
    assert f"{GOOD + 2}" in listed
    office.source(register(GOOD))
    assert office.push().code == 0
    assert f'"{reason}"' not in tiersync("quarantine", "list", "--dir", office.folder, "--json").out


def test_a_number_that_a_workbook_keeps_as_a_number_is_refused_as_precision_lost(office: Office) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(register(GOOD).decode().splitlines()):
            sheet.write_row(place, 0, line.split(","))
        sheet.write_number(1, 1, float(identity(1)[:17] + "0"))
    office.source(data.getvalue(), file="register.xlsx", kind="excel")
    assert office.push().code == 0
    assert office.seniors() == GOOD - 1
    assert '"precision_lost"' in tiersync("quarantine", "list", "--dir", office.folder, "--json").out


def test_raw_values_of_refused_rows_are_in_no_file_in_plain(office: Office) -> None:
    office.source(register(GOOD, row(901, name="欧阳某某", born="1940-02-31")))
    assert office.push().code == 0
    kept = [path for path in office.folder.iterdir() if path.name.startswith("node.db")]
    assert kept
    assert all("欧阳某某".encode() not in path.read_bytes() for path in kept)
    assert all(identity(901).encode() not in path.read_bytes() for path in kept)
