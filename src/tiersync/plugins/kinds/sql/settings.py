"""What a stream says of the database that it reads: the settings of `kind = "sql"`, checked when a folder is loaded."""

import re
from collections.abc import Iterator
from pathlib import PureWindowsPath
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator

from tiersync.model.canonical import Value
from tiersync.plugins.folder.settings import WrongSetting, wrong_settings
from tiersync.plugins.folder.stream import Stream, wrong

QUERY = "query"  # How places call the rows of a query, which has no name.
ADDRESSES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
WITH_PASSWORD = re.compile(r"://[^@]*:[^@]*@|[?&](password|sslpassword|passwd|pwd)=", re.IGNORECASE)
READS = re.compile(r"(\s|--[^\n]*\n|/\*.*?\*/)*(select|with)\b", re.IGNORECASE | re.DOTALL)
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
WRITES = re.compile(r"\b((insert|merge)\s+into|delete\s+from|update\s+\S+(\s+(as\s+)?\w+)?\s+set)\b", re.IGNORECASE)
LONGEST_QUERY = 20_000

Name = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00]*$")]


class TableName(NamedTuple):
    """A table, and the schema that it stands in, '' for the usual one."""

    schema: str
    table: str


class SqlSettings(Value):
    """The settings of a database source. The time limits end a server that does not answer, before the node would."""

    dsn: str = Field(repr=False)
    table: Name | None = None
    query: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY)] | None = None
    order_by: tuple[Name, ...] | None = None
    connect_seconds: int = Field(default=10, ge=1, le=300)
    statement_seconds: int = Field(default=50, ge=1, le=3600)
    time_zone: Annotated[str, Field(pattern=r"^([A-Za-z0-9_+/-]{1,64})?$")] = ""  # that of the node

    @field_validator("order_by", mode="before")
    @classmethod
    def _read_one(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name or "UTC")
        except (OSError, ValueError, KeyError):
            raise wrong("time_zone") from None
        return name

    @property
    def place(self) -> str:
        """What places call the source of the rows."""
        return self.table or QUERY

    @property
    def named_table(self) -> TableName | None:
        """The table that is read, None where a query is."""
        if self.table is None:
            return None
        schema, _, table = self.table.rpartition(".")
        return TableName(schema, table)


OPTIONS = frozenset(SqlSettings.model_fields)


def check(stream: Stream) -> Iterator[WrongSetting]:
    """What is wrong with a stream's settings as plugin.toml has them, where the dsn may be the name of a secret."""
    given = stream.source.options
    dsn = given.get("dsn")
    if isinstance(dsn, str):
        yield from _check_dsn(dsn)
    elif not (isinstance(dsn, dict) and dsn.keys() == {"secret"} and isinstance(dsn["secret"], str)):
        yield WrongSetting('sql 需要写明 dsn = { secret = "名称" }', 'sql needs dsn = { secret = "a name" }', ("dsn",))
    try:
        settings = SqlSettings.model_validate({**given, "dsn": ""})
    except ValidationError as error:
        yield from wrong_settings(error)
        return
    if (settings.table is None) == (settings.query is None):
        yield WrongSetting("sql 需要 table 或 query，二者取一", "sql needs either table or query")
    if settings.table is not None:
        yield from _check_table(settings.table)
    if settings.query is not None:
        yield from _check_query(settings.query)


def _check_dsn(dsn: str) -> Iterator[WrongSetting]:
    """An address in the file is read by everybody who may read the file."""
    if WITH_PASSWORD.search(dsn):
        yield WrongSetting(
            'dsn 含有密码；请改存为密钥，写成 dsn = { secret = "名称" }',
            'the dsn holds a password; keep it as a secret and write dsn = { secret = "a name" }',
            ("dsn",),
        )
    elif not dsn.startswith(ADDRESSES):
        yield WrongSetting(
            "dsn 不是 PostgreSQL 或 SQLite 的地址", "the dsn is no address of PostgreSQL or SQLite", ("dsn",)
        )
    elif dsn.startswith("sqlite:") and ".." in PureWindowsPath(dsn).parts:
        yield WrongSetting("“..”指向插件目录之外", "'..' leads out of the plugin's folder", ("dsn",))


def _check_table(table: str) -> Iterator[WrongSetting]:
    if not all(table.split(".")) or table.count(".") > 1:
        yield WrongSetting("table 应写成 表名 或 模式名.表名", "table is written as table or schema.table", ("table",))


def _check_query(query: str) -> Iterator[WrongSetting]:
    """A semicolon is refused wherever it stands: who reads what is quoted differently cannot be led past it."""
    body = query.rstrip().removesuffix(";")
    if ";" in body:
        yield WrongSetting(
            "query 只能是一条语句，其中不能有分号", "query is one statement and holds no semicolon", ("query",)
        )
    if not READS.match(body) or WRITES.search(QUOTED.sub('""', body)):
        yield WrongSetting(
            "query 只能读取：以 SELECT 或 WITH 开头", "query may only read: it begins with SELECT or WITH", ("query",)
        )
