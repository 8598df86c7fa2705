"""A district's database becomes figures; whatever it does, what stood before stands, and nobody learns its password."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.offices import Done
from tests.databases import PASSWORD, Database, PostgreSQL, SQLite
from tests.stories.office import HEADS, MANIFEST, UNIT, Office, found, row, tiersync
from tiersync.plugins.folder.trust import enable_all

SECRET = "register.dsn"
TABLE = "老年人台账"
COLUMNS = HEADS.split(",")
GOOD = 30
DATABASE = MANIFEST.replace(
    'kind = "{kind}"\npath = "inbox/{file}"', 'kind = "sql"\ndsn = {{ secret = "{secret}" }}\n{settings}'
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")
    (tmp_path / PASSWORD).mkdir()
    return SQLite(tmp_path / PASSWORD / "civil.db")


@pytest.fixture
def office(tmp_path: Path, database: Database) -> Office:
    """An office whose register was read from its database and pushed."""
    office = found(tmp_path / "node")
    database.run(f"CREATE TABLE {TABLE} ({', '.join(f'{name} TEXT' for name in COLUMNS)}, 照片 TEXT)")
    keep(database, range(1, GOOD + 1))
    tell(office, database.dsn)
    source(office)
    assert push(office).code == 0
    assert office.seniors() == GOOD
    return office


def keep(database: Database, numbers: Iterable[int], **changed: str) -> None:
    database.fill(TABLE, COLUMNS, [row(number, **changed).split(",") for number in numbers])


def tell(office: Office, dsn: str) -> None:
    """Write the secret where the node looks for it."""
    file = office.folder / "keys" / "secrets" / SECRET
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o600)
    file.write_text(dsn, encoding="utf-8")


def source(office: Office, settings: str = f'table = "{TABLE}"') -> None:
    place = office.folder / "plugins" / "register"
    place.mkdir(parents=True, exist_ok=True)
    text = DATABASE.format(unit=UNIT, secret=SECRET, settings=settings)
    (place / "plugin.toml").write_text(text, encoding="utf-8")
    enable_all(office.folder / "plugins")


def push(office: Office, lang: str = "en") -> Done:
    """A push that never says the password."""
    said = office.push(lang)
    assert PASSWORD not in said.out + said.err
    return said


def reports(office: Office) -> list[object]:
    return json.loads(tiersync("report", "list", "--dir", office.folder, "--json").out)


def holding(folder: Path, marker: str) -> list[str]:
    """The files below `folder` that hold the marker."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path.relative_to(folder).as_posix() for path in files if marker.encode() in path.read_bytes()]


def test_new_and_corrected_rows_revise_the_figures(office: Office, database: Database) -> None:
    keep(database, [901])
    assert push(office).code == 0
    assert office.seniors() == GOOD + 1
    database.run(f"DELETE FROM {TABLE} WHERE 姓名 = '测试901'")
    assert push(office).code == 0
    assert office.seniors() == GOOD


def test_what_did_not_change_files_nothing(office: Office, database: Database) -> None:
    before = reports(office)
    database.run(f"UPDATE {TABLE} SET 照片 = 'x' WHERE 姓名 = '测试1'")  # PostgreSQL moves the row, and nobody maps it.
    assert push(office).code == 0
    assert reports(office) == before


def test_a_refused_row_is_told_with_its_table_and_place(office: Office, database: Database) -> None:
    keep(database, [911], born="1940-02-31")
    assert push(office).code == 0
    assert office.seniors() == GOOD
    (refused,) = tiersync("quarantine", "list", "--dir", office.folder, "--json").json
    assert (refused["reason"], refused["file"]) == ("impossible_date", TABLE)
    database.run(f"UPDATE {TABLE} SET 出生日期 = '1940-01-16' WHERE 姓名 = '测试911'")
    assert push(office).code == 0
    assert office.seniors() == GOOD + 1
    assert '"impossible_date"' not in tiersync("quarantine", "list", "--dir", office.folder, "--json").out


def renamed(database: Database) -> None:
    database.run(f"ALTER TABLE {TABLE} RENAME COLUMN 身份证号 TO 证件号码")


def gone(database: Database) -> None:
    database.run(f"ALTER TABLE {TABLE} RENAME TO 旧表")


BROKEN = {
    "a column renamed": (renamed, "no column is headed 身份证号", "缺少列：身份证号"),
    "the table gone": (gone, f"no such table: {TABLE}", f"没有这张表：{TABLE}"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_stood_before_stands_after(office: Office, database: Database, what: str) -> None:
    break_it, said_en, said_zh = BROKEN[what]
    break_it(database)
    for lang, said in (("en", said_en), ("zh", said_zh)):
        pushed = push(office, lang)
        assert pushed.code == 2
        assert said in pushed.err
        assert f"register/{TABLE}" in pushed.err
    assert office.seniors() == GOOD


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_wrong_password_is_told_and_the_right_one_goes_through(office: Office, database: PostgreSQL) -> None:
    tell(office, database.address(password="wrong-4711"))
    for lang, said in (("en", "Correct the secret"), ("zh", "请更正 dsn 所指的密钥")):
        pushed = push(office, lang)
        assert pushed.code == 2
        assert said in pushed.err
        assert "wrong-4711" not in pushed.out + pushed.err
    assert office.seniors() == GOOD
    tell(office, database.dsn)
    assert push(office).code == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_breaks_in_the_middle_counts_nothing(office: Office, database: PostgreSQL) -> None:
    filler = ", ".join(f"'{value}'" for value in row(1).split(","))
    database.run(f"INSERT INTO {TABLE} SELECT {filler} FROM generate_series(1, 20000)")
    ends_itself = f"SELECT * FROM {TABLE} WHERE ctid < '(150,1)' OR NOT pg_terminate_backend(pg_backend_pid())"
    source(office, f'query = "{ends_itself}"\norder_by = []')
    pushed = push(office)
    assert pushed.code == 2
    assert "register/query: the connection broke off while reading" in pushed.err
    assert office.seniors() == GOOD


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_query_that_writes_writes_nothing_and_counts_nothing(office: Office, database: PostgreSQL) -> None:
    database.run(
        f"CREATE FUNCTION strike() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM {TABLE}; SELECT 1'"
    )
    source(office, f'query = "SELECT * FROM {TABLE} WHERE strike() = 1"')
    assert "may only read" in push(office).err
    source(office, f'query = "DELETE FROM {TABLE}"')
    assert "query may only read: it begins with SELECT or WITH" in push(office).err
    assert office.seniors() == GOOD
    source(office)
    assert push(office).code == 0
    assert office.seniors() == GOOD


def test_a_password_in_the_folder_is_refused(office: Office) -> None:
    source(office)
    file = office.folder / "plugins" / "register" / "plugin.toml"
    written = re.sub(r"dsn = .*", f'dsn = "postgresql://reader:{PASSWORD}@127.0.0.1/civil"', file.read_text("utf-8"))
    file.write_text(written, encoding="utf-8")
    assert "the dsn holds a password" in push(office).err
    assert office.seniors() == GOOD


def test_the_password_stands_in_the_secret_and_nowhere_else(office: Office, database: Database) -> None:
    """The marker is planted and found first: it is in the dsn, for SQLite as the name of a folder."""
    assert holding(office.folder, PASSWORD) == [f"keys/secrets/{SECRET}"]
    gone(database)
    assert push(office).code == 2
    for words in (["status"], ["finding", "list"], ["quarantine", "list"], ["report", "list"]):
        shown = tiersync(*words, "--dir", office.folder, "--json")
        assert PASSWORD not in shown.out + shown.err
    assert holding(office.folder, PASSWORD) == [f"keys/secrets/{SECRET}"]
