"""Whether sources can be reached and read is known before anything depends on it; headers that change are noticed."""

from pathlib import Path

import pytest

from tests.cli.offices import CITY, DISTRICT, here
from tests.cli.test_plugin import HEADERS, office, person, sample, write_book
from tests.databases import PostgreSQL

__all__ = ["office", "sample"]  # Fixtures of that module, used here too.

PEOPLE = 40


@pytest.fixture
def node(office: Path, sample: Path) -> Path:
    made = here("plugin", "new", "decheng", "--from", sample, "--record", "senior", "--unit", DISTRICT, "--dir", office)
    assert made.code == 0, made.err
    here("plugin", "enable", "decheng", "--dir", office)
    return office


def file_again(node: Path, headers: tuple[str, ...], rows: list[list[str]]) -> None:
    write_book(node / "plugins" / "decheng" / "inbox" / "老年人信息2013.xlsx", rows, headers)


def people(*more: str) -> list[list[str]]:
    return [[*person(number), *more] for number in range(1, PEOPLE + 1)]


def test_a_source_that_can_be_read_is_told_with_its_first_rows_and_nothing_is_kept(node: Path) -> None:
    file_again(node, HEADERS, [*people(), [*person(41)[:2], "1", *person(41)[3:]]])
    done = here("source", "check", "--dir", node)
    assert (done.code, done.err) == (0, "")
    assert "decheng/senior (excel): can be read; of the first 41 rows 40 are sound." in done.out
    assert here("quarantine", "list", "--json", "--dir", node).json == []
    assert here("status", "--json", "--dir", node).json["reports"] == 0


def test_a_source_that_is_gone_is_told_and_the_others_are_looked_at(node: Path, sample: Path) -> None:
    here("plugin", "new", "other", "--from", sample, "--record", "senior", "--unit", DISTRICT, "--dir", node)
    here("plugin", "enable", "other", "--dir", node)
    next((node / "plugins" / "decheng" / "inbox").iterdir()).unlink()
    done = here("source", "check", "--json", "--dir", node)
    assert done.code == 1
    gone, there = done.json["sources"]
    assert "no file is called" in gone["wrong"]
    told = here("source", "check", "--dir", node).out.splitlines()
    assert told[0].startswith("decheng/senior (excel): no file is called inbox/")
    assert (there["rows"], there["sound"], there["wrong"]) == (PEOPLE, PEOPLE, "")


def test_a_plugin_that_is_not_enabled_yet_can_be_checked_by_its_id(node: Path) -> None:
    here("plugin", "disable", "decheng", "--dir", node)
    assert here("source", "check", "decheng", "--dir", node).code == 0
    assert "No plugin is enabled" in here("source", "check", "--dir", node).out
    assert here("source", "check", "nobody", "--dir", node).code == 2


def test_a_database_whose_password_is_wrong_is_told_without_it(
    node: Path, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = node / "plugins" / "civil"
    folder.mkdir()
    text = (node / "plugins" / "decheng" / "plugin.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[stream.source]")
    source = '[stream.source]\nkind = "sql"\ndsn = { secret = "civil.dsn" }\ntable = "nobody"\n'
    written = (
        head.replace('id = "decheng"', 'id = "civil"') + source + "[stream.map]" + rest.partition("[stream.map]")[2]
    )
    (folder / "plugin.toml").write_text(written, encoding="utf-8")
    monkeypatch.setenv("TIERSYNC_SECRET_CIVIL_DSN", "postgresql://reader:s3cretword@127.0.0.1:1/civil")
    done = here("source", "check", "civil", "--dir", node)
    assert done.code == 1
    assert "civil/senior (sql)" in done.out
    assert "s3cretword" not in done.out + done.err


def test_a_column_that_came_and_one_that_went_are_a_finding_until_they_are_as_they_were(node: Path) -> None:
    assert here("push", "--period", "2013", "--dir", node).code == 0
    assert here("finding", "list", "--json", "--dir", node).json == []
    file_again(node, (*(h if h != "备注" else "低保证号" for h in HEADERS),), people())
    assert here("push", "--period", "2013", "--dir", node).code == 0
    (finding,) = here("finding", "list", "--json", "--dir", node).json
    assert (finding["reason"], finding["node"], finding["breakdown"]) == ("headers_changed", CITY, "decheng/senior")
    assert (finding["sent"], finding["held"]) == ("备注", "低保证号")
    checked = here("source", "check", "--json", "--dir", node).json["sources"][0]
    assert (checked["new"], checked["gone"]) == (["低保证号"], ["备注"])
    file_again(node, HEADERS[::-1], [row[::-1] for row in people()])
    assert here("push", "--period", "2013", "--dir", node).code == 0
    assert here("finding", "list", "--json", "--dir", node).json == []
