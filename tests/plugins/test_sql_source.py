"""A database is read exactly, in a stable order, without writing; what is wrong with it is said, and no secret."""

import re
import sqlite3
from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import psutil
import psycopg
import pytest

from tests.databases import PASSWORD, Database, PostgreSQL, SQLite, quoted
from tests.plugins.folders import HEADERS, MAP, UNITS, identity, read_here, senior, write_plugin
from tiersync.errors import BadPlugin, BadSource
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.secret import with_secrets
from tiersync.plugins.kinds.sql.database import open_database
from tiersync.plugins.kinds.sql.settings import SqlSettings
from tiersync.plugins.kinds.sql.source import ROWS_AT_ONCE, read
from tiersync.plugins.kinds.sql.values import frame_of
from tiersync.plugins.worker.reading import open_worker

TABLE = "老年人"
SOURCE = 'kind = "sql"\ndsn = { secret = "decheng.dsn" }\n'
KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")
    return SQLite(tmp_path / "civil.db")


def keep_seniors(database: Database, count: int, table: str = TABLE) -> None:
    columns = ", ".join(f"{quoted(header)} TEXT" for header in HEADERS)
    database.run(f"CREATE TABLE {quoted(table)} ({columns})")
    database.fill(quoted(table), HEADERS, (person(number) for number in range(1, count + 1)))


def person(number: int) -> tuple[str, ...]:
    """A made-up person; a thousand of them are born on each day."""
    born = date(1931, 2, 3) + timedelta(days=number // 1000)
    name, _, sex, _, unit = senior(number % 1000)
    return (name, identity(number % 1000, f"{born:%Y%m%d}"), sex, f"{born}", unit)


def plugin_of(folder: Path, settings: str = f'table = "{TABLE}"', **more: Any) -> Plugin:
    folder.mkdir(exist_ok=True)
    return write_plugin(folder / "decheng", source=SOURCE + settings, **more)


def rows_of(plugin: Plugin, dsn: str) -> pl.DataFrame:
    """All mapped rows, read in this process."""
    return read_here(with_secrets(plugin, {"decheng.dsn": dsn}))[0]


def raw_of(plugin: Plugin, dsn: str) -> list[pl.DataFrame]:
    """The pieces as the reader yields them."""
    told = with_secrets(plugin, {"decheng.dsn": dsn})
    return [table.frame for table in read(told, told.streams[0])]


def fault(plugin: Plugin, dsn: str) -> BadSource:
    """What is wrong, said by the worker process itself; never the password, in neither language."""
    with (
        pytest.raises(BadSource) as caught,
        open_worker(plugin, UNITS, secrets=lambda name: dsn) as worker,
    ):
        list(worker.read(plugin.streams[0]))
    for lang in ("en", "zh"):
        assert PASSWORD not in caught.value.say(lang)
        assert "host=" not in caught.value.say(lang)
    assert re.search(r"[\u4e00-\u9fff].*后重试。$", caught.value.say("zh"))
    return caught.value


# --- rows ---------------------------------------------------------------------------------------------------------


def test_a_table_with_chinese_names_is_read_through_the_worker(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 3)
    plugin = plugin_of(tmp_path)
    with open_worker(plugin, UNITS, secrets=lambda name: database.dsn) as worker:
        (batch,) = worker.read(plugin.streams[0])
    assert batch.rows["id_number"].to_list() == sorted(identity(number) for number in (1, 2, 3))
    assert batch.rows["residence_unit"].unique().to_list() == ["371402001004"]
    places = batch.rows.select("place_file", "place_sheet", "place_row").rows()
    assert places == [(TABLE, "", 1), (TABLE, "", 2), (TABLE, "", 3)]


def test_a_query_names_its_columns_as_it_likes(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 4)
    query = f"SELECT 身份证号 AS 公民身份号码, 姓名, 性别, 出生日期, 社区 FROM {TABLE} WHERE 性别 = '男' -- 只要男性"
    aliased = MAP.replace('"身份证号"', '{ from = ["身份证号", "公民身份号码"] }')
    plugin = plugin_of(tmp_path, f'query = """{query}"""', mapping=aliased)
    read = rows_of(plugin, database.dsn)
    assert read["name"].to_list() == ["测1", "测3"]


def test_percent_signs_and_colons_in_a_query_mean_themselves(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 12)
    query = f"SELECT * FROM {TABLE} WHERE 姓名 LIKE '测1%' AND '12:30' <> ':a' AND '%s%%' = '%' || 's%%'"
    plugin = plugin_of(tmp_path, f'query = "{query}"')
    assert rows_of(plugin, database.dsn)["name"].to_list() == ["测1", "测10", "测11", "测12"]


@pytest.mark.parametrize("table", ['老年人"; DROP TABLE 正本; --', "100%s%", "a'b:c", "select"])
def test_a_table_is_found_by_whatever_name_and_nothing_else_happens(
    tmp_path: Path, database: Database, table: str
) -> None:
    keep_seniors(database, 1, "正本")
    keep_seniors(database, 2, table)
    assert rows_of(plugin_of(tmp_path, f"table = '''{table}'''"), database.dsn).height == 2
    assert rows_of(plugin_of(tmp_path, 'table = "正本"'), database.dsn).height == 1


def test_a_schema_stands_before_the_table(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 2)
    schema = "main" if isinstance(database, SQLite) else "public"
    assert rows_of(plugin_of(tmp_path, f'table = "{schema}.{TABLE}"'), database.dsn).height == 2


def test_two_reads_are_equal_whatever_order_the_rows_lie_in(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 0)
    database.fill(TABLE, HEADERS, [senior(number) for number in (3, 1, 2)])
    assert rows_of(plugin_of(tmp_path), database.dsn)["name"].to_list() == ["测1", "测2", "测3"]


def test_rows_come_in_the_order_of_named_columns(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 3)
    plugin = plugin_of(tmp_path, f'table = "{TABLE}"\norder_by = ["性别", "身份证号"]')
    assert rows_of(plugin, database.dsn)["sex"].to_list() in (["2", "1", "1"], ["1", "1", "2"])


def test_only_mapped_columns_are_read_and_the_others_are_told(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 2)
    database.run(f"ALTER TABLE {TABLE} ADD COLUMN 照片 {'BLOB' if isinstance(database, SQLite) else 'bytea'}")
    database.run(f"UPDATE {TABLE} SET 照片 = {cast_bytes(database)}")
    plugin = plugin_of(tmp_path)
    (frame,) = raw_of(plugin, database.dsn)
    assert frame.columns == list(HEADERS)
    assert read_here(with_secrets(plugin, {"decheng.dsn": database.dsn}))[1].unknown == ("照片",)


def cast_bytes(database: Database) -> str:
    return "x'00ff'" if isinstance(database, SQLite) else "'\\x00ff'::bytea"


def test_an_empty_table_is_a_table(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 0)
    assert [frame.height for frame in raw_of(plugin_of(tmp_path), database.dsn)] == [0]


def test_rows_are_numbered_through_all_pieces(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, ROWS_AT_ONCE + 2)
    assert [frame.height for frame in raw_of(plugin_of(tmp_path), database.dsn)] == [ROWS_AT_ONCE, 2]
    assert rows_of(plugin_of(tmp_path), database.dsn)["place_row"].to_list() == list(range(1, ROWS_AT_ONCE + 3))


# --- values -------------------------------------------------------------------------------------------------------

VALUES = {
    "text": "text",
    "boolean": True,
    "whole": 371402193102030011,
    "exact": Decimal("1200.50"),
    "wide": Decimal("379901193102030016"),
    "thousands": Decimal("1E+3"),
    "double": 0.1,
    "double_whole": 3.0,
    "day": date(1931, 2, 3),
    "midnight": datetime(1931, 2, 3),
    "moment": datetime(2013, 6, 1, 8, 30),
    "clock": time(8, 30),
    "uuid": UUID("00000000-0000-0000-0000-00000000002a"),
    "nothing": None,
}
SPELLED = {
    "text": "text",
    "boolean": "1",
    "whole": "371402193102030011",
    "exact": "1200.50",
    "wide": "379901193102030016",
    "thousands": "1000",
    "double": "0.1",
    "double_whole": "3",
    "day": "1931-02-03",
    "midnight": "1931-02-03",
    "moment": "2013-06-01 08:30:00",
    "clock": "08:30:00",
    "uuid": "00000000-0000-0000-0000-00000000002a",
    "nothing": None,
}


def test_values_become_text_exactly() -> None:
    frame = frame_of([tuple(VALUES.values()), (None,) * len(VALUES)], tuple(VALUES))
    assert frame.row(0, named=True) == SPELLED
    assert frame.row(1) == (None,) * len(VALUES)
    assert set(frame.dtypes) == {pl.String}


def test_values_of_a_real_server_become_text_exactly(tmp_path: Path, postgresql: PostgreSQL) -> None:
    keep_seniors(postgresql, 1)
    query = f"""SELECT numeric '1200.50' AS 姓名, 身份证号, true AS 性别,
        timestamptz '1931-02-03 00:00+08' AS 出生日期, bigint '371402001004' AS 社区 FROM {TABLE}"""
    (frame,) = raw_of(plugin_of(tmp_path, f'query = """{query}"""'), postgresql.dsn)
    assert frame.row(0) == ("1200.50", identity(1), "1", "1931-02-03", "371402001004")


def test_an_identity_number_kept_as_a_double_has_lost_its_digits(tmp_path: Path, database: Database) -> None:
    double = "REAL" if isinstance(database, SQLite) else "double precision"
    columns = ", ".join(f"{name} {double if name == '身份证号' else 'TEXT'}" for name in HEADERS)
    database.run(f"CREATE TABLE {TABLE} ({columns})")
    database.fill(TABLE, HEADERS, [("测", 379901193102030016.0, "男", "1931-02-03", "康乐社区")])
    number = rows_of(plugin_of(tmp_path), database.dsn)["id_number"][0]
    assert number.startswith("=NUMBER:3799011931020300")


def test_bytes_are_refused_with_their_column(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 1)
    query = f"SELECT {cast_bytes(database)} AS 姓名, 身份证号, 性别, 出生日期, 社区 FROM {TABLE}"
    said = fault(plugin_of(tmp_path, f"query = '''{query}'''"), database.dsn)
    assert "the column 姓名 holds bytes" in said.say("en")


def test_text_that_is_none_is_refused_without_being_told(tmp_path: Path) -> None:
    database = SQLite(tmp_path / "civil.db")
    keep_seniors(database, 1)
    database.run(f"UPDATE {TABLE} SET 姓名 = CAST(x'C0D5D5C5' AS TEXT)")
    said = fault(plugin_of(tmp_path), database.dsn)
    assert "cannot be read as text" in said.say("en")


# --- reading only -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        f"DELETE FROM {TABLE}",
        f"SELECT 1; DELETE FROM {TABLE}",
        f"SELECT 1; DROP TABLE {TABLE}",
        f"WITH gone AS (DELETE FROM {TABLE} RETURNING *) SELECT * FROM gone",
        f"WITH one AS (SELECT 1) UPDATE {TABLE} SET 姓名 = ''",
        f'/* SELECT */ insert into "{TABLE}" VALUES (1)',
        "PRAGMA query_only = OFF",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_a_query_that_does_more_than_read_is_refused_when_the_folder_is_loaded(tmp_path: Path, query: str) -> None:
    with pytest.raises(BadPlugin) as caught:
        plugin_of(tmp_path, f"query = '''{query}'''")
    assert "query" in caught.value.say("en")
    assert "query 只能" in caught.value.say("zh")


def test_a_word_that_writes_may_stand_in_a_text_or_a_name(tmp_path: Path) -> None:
    query = """SELECT '姓' || 'delete from it' AS "update a set" -- insert into b"""
    plugin_of(tmp_path, f"query = '''{query}'''")


def test_a_function_that_writes_is_stopped_by_the_server(tmp_path: Path, postgresql: PostgreSQL) -> None:
    keep_seniors(postgresql, 2)
    postgresql.run(
        f"CREATE FUNCTION strike() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM {TABLE}; SELECT 1'"
    )
    said = fault(plugin_of(tmp_path, f'query = "SELECT * FROM {TABLE} WHERE strike() = 1"'), postgresql.dsn)
    assert "may only read" in said.say("en")
    assert rows_of(plugin_of(tmp_path), postgresql.dsn).height == 2


def test_a_query_cannot_take_the_reading_only_back(tmp_path: Path, postgresql: PostgreSQL) -> None:
    keep_seniors(postgresql, 2)
    postgresql.run(
        f"CREATE FUNCTION strike() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM {TABLE}; SELECT 1'"
    )
    freed = "set_config('transaction_read_only', 'off', false) IS NOT NULL"
    fault(plugin_of(tmp_path, f'query = "SELECT * FROM {TABLE} WHERE {freed} AND strike() = 1"'), postgresql.dsn)
    assert rows_of(plugin_of(tmp_path), postgresql.dsn).height == 2


def test_a_file_is_opened_for_reading_and_left_as_it_was(tmp_path: Path) -> None:
    database = SQLite(tmp_path / "civil.db")
    keep_seniors(database, 2)
    before = (database.file.read_bytes(), sorted(path.name for path in tmp_path.iterdir()))
    plugin = plugin_of(tmp_path / "plugins")
    rows_of(plugin, database.dsn)
    (tmp_path / "plugins").rename(tmp_path.parent / f"{tmp_path.name}-plugins")
    assert (database.file.read_bytes(), sorted(path.name for path in tmp_path.iterdir())) == before


@pytest.mark.parametrize("before", ["SELECT 1", "PRAGMA query_only = OFF"])
def test_nothing_could_be_written_into_a_file_even_so(tmp_path: Path, before: str) -> None:
    database = SQLite(tmp_path / "civil.db")
    keep_seniors(database, 1)
    plugin = with_secrets(plugin_of(tmp_path), {"decheng.dsn": database.dsn})
    settings = SqlSettings.model_validate(plugin.streams[0].source.options)

    def strike() -> None:
        with open_database(settings, plugin) as opened:
            opened.connection.exec_driver_sql(before)
            opened.connection.exec_driver_sql(f"DELETE FROM {TABLE}")

    with pytest.raises(BadSource, match="may only read"):
        strike()


def test_what_another_program_has_committed_is_read_while_it_goes_on_writing(tmp_path: Path) -> None:
    database = SQLite(tmp_path / "civil.db")
    keep_seniors(database, 1)
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        database.fill(TABLE, HEADERS, [person(2)])
        other.execute("BEGIN IMMEDIATE")
        other.execute(f"DELETE FROM {TABLE}")
        assert rows_of(plugin_of(tmp_path), database.dsn).height == 2


# --- settings -----------------------------------------------------------------------------------------------------

WRONG = {
    "neither table nor query": ("", "either table or query"),
    "both table and query": ('table = "a"\nquery = "SELECT 1"', "either table or query"),
    "three names": ('table = "a.b.c"', "schema.table"),
    "no name": ('table = ""', "table: "),
    "a number for a table": ("table = 3", "table: "),
    "no patience": ('table = "a"\nstatement_seconds = 0', "statement_seconds"),
    "a time zone that is none": ('table = "a"\ntime_zone = "Mars/Base"', "time zone"),
    "a time zone with more in it": ('table = "a"\ntime_zone = "UTC\'; --"', "time_zone"),
    "a setting of nobody": ('table = "a"\ntabel = "b"', "no setting tabel"),
}


@pytest.mark.parametrize(("settings", "said"), WRONG.values(), ids=WRONG)
def test_a_setting_is_refused_when_it_is(tmp_path: Path, settings: str, said: str) -> None:
    with pytest.raises(BadPlugin, match=said):
        plugin_of(tmp_path, settings)


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        (f'"postgresql://reader:{PASSWORD}@127.0.0.1/civil"', "holds a password"),
        (f'"postgresql://127.0.0.1/civil?user=reader&password={PASSWORD}"', "holds a password"),
        (f'"mysql://reader:{PASSWORD}@127.0.0.1/civil"', "holds a password"),
        ('"oracle://reader@127.0.0.1/civil"', "no address of PostgreSQL or SQLite"),
        ('"sqlite:///../other/node.db"', "leads out"),
        ("3", "needs dsn"),
        ('{ secret = "a", more = "b" }', "needs dsn"),
    ],
)
def test_an_address_in_the_file_holds_no_password_and_leads_nowhere_else(tmp_path: Path, dsn: str, said: str) -> None:
    with pytest.raises(BadPlugin, match=said) as caught:
        write_plugin(tmp_path / "decheng", source=f'kind = "sql"\ndsn = {dsn}\ntable = "a"')
    assert PASSWORD not in caught.value.say("en") + caught.value.say("zh")


def test_a_database_file_may_lie_in_the_folder(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path, source='kind = "sql"\ndsn = "sqlite:///inbox/民政.db"\ntable = "老年人"')
    (tmp_path / "inbox").mkdir()
    keep_seniors(SQLite(tmp_path / "inbox" / "民政.db"), 2)
    assert read_here(plugin)[0].height == 2


def test_a_link_to_a_database_outside_the_folder_is_not_followed(tmp_path: Path) -> None:
    keep_seniors(SQLite(tmp_path / "other.db"), 2)
    plugin = write_plugin(tmp_path / "decheng", source='kind = "sql"\ndsn = "sqlite:///civil.db"\ntable = "老年人"')
    (plugin.folder / "civil.db").symlink_to(tmp_path / "other.db")
    with pytest.raises(BadSource, match=re.escape("there is no database file civil.db")):
        read_here(plugin)


# --- faults -------------------------------------------------------------------------------------------------------


def test_a_server_that_is_down_is_told(tmp_path: Path) -> None:
    said = fault(plugin_of(tmp_path), f"postgresql://reader:{PASSWORD}@127.0.0.1:1/civil")
    assert said.say("en").startswith(f"{TABLE}: the database cannot be reached. Ask whoever keeps the database")
    assert "无法连接数据库" in said.say("zh")


def test_a_wrong_password_is_told_and_the_secret_is_to_be_corrected(tmp_path: Path, postgresql: PostgreSQL) -> None:
    said = fault(plugin_of(tmp_path), postgresql.address(password="wrong-4711"))
    assert "user or password are not right. Correct the secret that dsn names" in said.say("en")
    assert "wrong-4711" not in said.say("en") + said.say("zh")


def test_a_database_that_is_not_there_is_told(tmp_path: Path, postgresql: PostgreSQL) -> None:
    assert "no such database" in fault(plugin_of(tmp_path), postgresql.address(database="nowhere")).say("en")


@pytest.mark.parametrize("dsn", [PASSWORD, f"mysql://reader:{PASSWORD}@h/civil", f"postgresql://r:{PASSWORD}@h:x/c"])
def test_a_secret_that_is_no_address_is_told_without_it(tmp_path: Path, dsn: str) -> None:
    assert "no address of PostgreSQL or SQLite. Correct the secret" in fault(plugin_of(tmp_path), dsn).say("en")


def test_an_address_with_a_word_that_the_driver_does_not_know_is_told(tmp_path: Path, postgresql: PostgreSQL) -> None:
    said = fault(plugin_of(tmp_path), f"{postgresql.dsn}&sslmood={PASSWORD}").say("en")
    assert "no address that the driver knows. Correct the secret" in said


def test_a_table_that_is_gone_is_named(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 1, "other")
    said = fault(plugin_of(tmp_path), database.dsn)
    assert f"there is no such table: {TABLE}. Correct plugin.toml" in said.say("en")
    assert f"没有这张表：{TABLE}。请更正 plugin.toml" in said.say("zh")


def test_a_column_that_was_renamed_is_named_with_those_that_are_there(tmp_path: Path, database: Database) -> None:
    keep_seniors(database, 1)
    database.run(f"ALTER TABLE {TABLE} RENAME COLUMN 身份证号 TO 证件号")
    said = fault(plugin_of(tmp_path), database.dsn)
    assert "no column is headed 身份证号; there are: 姓名、证件号" in said.say("en")
    assert "请更正 plugin.toml" in said.say("zh")


@pytest.mark.parametrize(
    "settings",
    [f'query = "SELECT 手机 FROM {TABLE}"', f'table = "{TABLE}"\norder_by = "手机"'],
    ids=["query", "order_by"],
)
def test_a_column_of_the_settings_that_is_not_there_is_named(tmp_path: Path, database: Database, settings: str) -> None:
    keep_seniors(database, 1)
    assert "there is no such column: 手机" in fault(plugin_of(tmp_path, settings), database.dsn).say("en")


@pytest.mark.parametrize(
    "query", ["SELECT 姓名 FRO 老年人", "SELECT nonsense(1)", "SELECT (1", "SELECT 1) AS a, (SELECT 2"]
)
def test_a_query_that_is_not_understood_is_told(tmp_path: Path, database: Database, query: str) -> None:
    keep_seniors(database, 1)
    said = fault(plugin_of(tmp_path, f'query = "{query}"'), database.dsn).say("en")
    assert "does not understand the query" in said or "no column is headed" in said


def test_a_value_in_a_message_of_the_database_is_not_told(tmp_path: Path, postgresql: PostgreSQL) -> None:
    keep_seniors(postgresql, 1)
    said_with_value = f'column "{identity(1)}" does not exist'
    postgresql.run(
        "CREATE FUNCTION complain() RETURNS boolean LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION USING ERRCODE = '42703', MESSAGE = '{said_with_value}'; END$$"
    )
    said = fault(plugin_of(tmp_path, f'query = "SELECT * FROM {TABLE} WHERE complain()"'), postgresql.dsn)
    assert "there is no such column. Correct plugin.toml" in said.say("en")


def test_an_account_without_the_right_to_read_is_told_whom_to_ask(tmp_path: Path, postgresql: PostgreSQL) -> None:
    keep_seniors(postgresql, 1)
    postgresql.run(f"REVOKE SELECT ON {TABLE} FROM reader")
    said = fault(plugin_of(tmp_path), postgresql.dsn)
    assert "the account may not read it. Ask whoever keeps the database" in said.say("en")
    assert "GRANT SELECT" in said.say("zh")


NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)"


def test_a_query_that_does_not_end_is_ended(tmp_path: Path, database: Database) -> None:
    query = f"SELECT n.姓名, 身份证号, 性别, 出生日期, 社区 FROM {TABLE}, ({NUMBERS} SELECT max(i) AS 姓名 FROM n) AS n"
    keep_seniors(database, 1)
    said = fault(plugin_of(tmp_path, f'query = "{query}"\nstatement_seconds = 1'), database.dsn)
    assert "did not answer within 1 seconds" in said.say("en")


def test_a_connection_that_is_killed_in_the_middle_ends_the_stream(tmp_path: Path, postgresql: PostgreSQL) -> None:
    keep_seniors(postgresql, ROWS_AT_ONCE * 6)
    plugin = plugin_of(tmp_path)
    with open_worker(plugin, UNITS, secrets=lambda name: postgresql.dsn) as worker:
        batches = worker.read(plugin.streams[0])
        assert next(batches).rows.height == ROWS_AT_ONCE
        postgresql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
        with pytest.raises(BadSource, match="the connection broke off while reading"):
            list(batches)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "civil.db").write_bytes(b"no database at all" * 1000)
    assert "no SQLite database, or damaged" in fault(plugin_of(tmp_path), f"sqlite:///{tmp_path}/civil.db").say("en")


def test_a_database_file_that_is_missing_is_not_made(tmp_path: Path) -> None:
    assert "there is no database file" in fault(plugin_of(tmp_path), f"sqlite:///{tmp_path}/civil.db").say("en")
    assert not (tmp_path / "civil.db").exists()


def test_a_database_that_another_program_locks_is_told(tmp_path: Path) -> None:
    database = SQLite(tmp_path / "civil.db")
    keep_seniors(database, 1)
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = fault(plugin_of(tmp_path, f'table = "{TABLE}"\nconnect_seconds = 1'), database.dsn)
    assert "another program keeps it locked" in said.say("en")


def test_a_driver_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "psycopg.py").write_text("raise ModuleNotFoundError('psycopg')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    said = fault(plugin_of(tmp_path), f"postgresql://reader:{PASSWORD}@127.0.0.1/civil")
    assert "the driver for PostgreSQL is not installed. Install psycopg[binary]" in said.say("en")
    assert "请安装 psycopg[binary]" in said.say("zh")


def test_the_reader_really_may_not_write(postgresql: PostgreSQL) -> None:
    keep_seniors(postgresql, 1)
    with psycopg.connect(postgresql.dsn) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"DELETE FROM {TABLE}".encode())


# --- memory -------------------------------------------------------------------------------------------------------


def peak_of(plugin: Plugin, dsn: str) -> tuple[int, int]:
    """How many rows a worker hands on, and the most memory that it held between two pieces."""
    before, rows, peak = set(psutil.Process().children()), 0, 0
    with open_worker(plugin, UNITS, secrets=lambda name: dsn) as worker:
        (process,) = set(psutil.Process().children()) - before
        for batch in worker.read(plugin.streams[0]):
            rows, peak = rows + batch.rows.height, max(peak, process.memory_info().rss)
    return rows, peak


def test_ten_times_the_rows_take_no_more_memory(tmp_path: Path, database: Database) -> None:
    """Rows of a kilobyte: all 200,000 of them together would take 200 MB."""
    number = "CAST(379901193101010000 + i AS TEXT)"
    filled = f"{'z' * 1000}"
    database.run(f"CREATE TABLE {TABLE} (姓名 TEXT, 身份证号 TEXT PRIMARY KEY, 性别 TEXT, 出生日期 TEXT, 社区 TEXT)")
    database.run(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
        f"INSERT INTO {TABLE} SELECT i || '{filled}', {number}, '男', '1931-01-01', '康乐社区' FROM n"
        if isinstance(database, SQLite)
        else f"INSERT INTO {TABLE} SELECT i || '{filled}', {number}, '男', '1931-01-01', '康乐社区' "
        "FROM generate_series(1::bigint, 200000) AS n(i)"
    )
    first = f"SELECT * FROM {TABLE} WHERE 身份证号 <= '379901193101030000'"
    few = peak_of(plugin_of(tmp_path, f'query = "{first}"'), database.dsn)
    many = peak_of(plugin_of(tmp_path), database.dsn)
    assert (few[0], many[0]) == (20_000, 200_000)
    assert many[1] < few[1] + 50 * 2**20
