"""What a database says when it cannot be read, told to an administrator: no address, no password, no row's value.

Nothing of a driver's own message is passed on but a name that stands in plugin.toml as well: it may hold all of them.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from tiersync.errors import BadSource
from tiersync.plugins.kinds.sql.settings import SqlSettings
from tiersync.plugins.kinds.sql.values import Unspellable


class Said(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


class DatabaseFault(NamedTuple):
    """What happened, and whose turn it is."""

    why: Said
    turn: Said


PLUGIN = Said("请更正 plugin.toml ", "Correct plugin.toml")
SECRET = Said("请更正 dsn 所指的密钥", "Correct the secret that dsn names")
KEEPER = Said("请联系数据库管理员处理", "Ask whoever keeps the database")
GRANT = Said(
    "请数据库管理员授予该账号查询权限（GRANT SELECT）",
    "Ask whoever keeps the database to let the account read it (GRANT SELECT)",
)
BROKEN = DatabaseFault(Said("读取过程中连接中断", "the connection broke off while reading"), KEEPER)
NO_TABLE = DatabaseFault(Said("没有这张表{name}", "there is no such table{name}"), PLUGIN)
NO_COLUMN = DatabaseFault(Said("没有这一列{name}", "there is no such column{name}"), PLUGIN)
CROOKED = DatabaseFault(Said("数据库无法理解 query 中的语句", "the database does not understand the query"), PLUGIN)
MAY_NOT = DatabaseFault(Said("该账号没有读取权限", "the account may not read it"), GRANT)
WRITES = DatabaseFault(Said("query 试图写入，而这里只允许读取", "the query wants to write, and may only read"), PLUGIN)
TOO_SLOW = DatabaseFault(
    Said("{seconds} 秒内没有返回结果", "it did not answer within {seconds} seconds"),
    Said(
        "请数据库管理员建立索引，或在 plugin.toml 中调大 statement_seconds ",
        "Ask whoever keeps the database for an index, or set statement_seconds in plugin.toml",
    ),
)
BUSY = DatabaseFault(
    Said("数据库被其他程序锁定", "another program keeps it locked"),
    Said("请等它结束", "Wait until it is done"),
)
DAMAGED = DatabaseFault(Said("文件不是 SQLite 数据库，或已损坏", "the file is no SQLite database, or damaged"), KEEPER)
UNREADABLE = DatabaseFault(
    Said("有的值无法按文本、数字或日期读取", "a value cannot be read as text, number or date"),
    Said("请用 query 转换该列", "Cast it in a query"),
)
FULL = DatabaseFault(
    Said("数据库资源不足（连接数、磁盘或内存）", "it has no room for another connection or sort"), KEEPER
)

UNOPENED = DatabaseFault(Said("文件无法打开", "the file cannot be opened"), KEEPER)
GAVE_UP = DatabaseFault(Said("数据库放弃了该操作（{code}）", "the database gave up on it ({code})"), KEEPER)

BY_CODE: Mapping[str, DatabaseFault] = {
    "42P01": NO_TABLE, "3F000": NO_TABLE, "42703": NO_COLUMN, "42501": MAY_NOT, "25006": WRITES, "57014": TOO_SLOW,
    "57P": BROKEN, "0A000": CROOKED, "08": BROKEN, "22": UNREADABLE, "42": CROOKED, "53": FULL,
    "SQLITE_READONLY": WRITES, "SQLITE_BUSY": BUSY, "SQLITE_LOCKED": BUSY, "SQLITE_INTERRUPT": TOO_SLOW,
    "SQLITE_NOTADB": DAMAGED, "SQLITE_CORRUPT": DAMAGED, "SQLITE_CANTOPEN": UNOPENED, "SQLITE_AUTH": MAY_NOT,
    "SQLITE_PERM": MAY_NOT, "SQLITE_FULL": FULL, "SQLITE_IOERR": BROKEN,
}  # fmt: skip
"""By the beginning of an SQLSTATE, or of the name that SQLite gives an error."""

Words = Mapping[str, DatabaseFault]
INSIDE: Words = {
    r"no such table": NO_TABLE,
    r"no such column": NO_COLUMN,
    r"UTF-8": UNREADABLE,
}
AT_THE_DOOR: Words = {
    r"(FATAL|致命).*pg_hba": DatabaseFault(
        Said("服务器不允许本机连接", "the server lets nobody in from this machine"), KEEPER
    ),
    r"(FATAL|致命).*(password|role|密码|口令|角色)|no password": DatabaseFault(
        Said("用户名或密码不正确", "user or password are not right"), SECRET
    ),
    r"(FATAL|致命).*(database|数据库)": DatabaseFault(
        Said("服务器上没有这个数据库", "there is no such database"), SECRET
    ),
    r"FATAL|致命": DatabaseFault(Said("服务器拒绝了连接", "the server turned us away"), KEEPER),
    r"invalid ": DatabaseFault(
        Said("驱动程序不认识 dsn 中的地址", "the dsn is no address that the driver knows"), SECRET
    ),
    r"": DatabaseFault(Said("无法连接数据库", "the database cannot be reached"), KEEPER),
}
"""By words of a message, English or Chinese as the server speaks, where there is no code: at the door there is none."""

NAME = re.compile(r'"([^"\n]{1,128})"|: ([^\n]{1,128})$', re.MULTILINE)


@contextmanager
def saying_whose_turn(settings: SqlSettings, words: Words = INSIDE) -> Iterator[None]:
    """Turn what drivers raise into BadSource; `words` explain those of their errors that have no code."""
    try:
        yield
    except DBAPIError as error:
        code, said = _code_of(error), str(error.orig)
        raise _bad(settings, _fault_of(code, said, words), _named(said, settings), code) from None
    except UnicodeDecodeError:
        raise _bad(settings, UNREADABLE) from None
    except Unspellable as error:
        raise _unspellable(settings, error) from None
    except BadSource as error:
        raise BadSource(**{**error.fields, "turn_en": PLUGIN.en, "turn_zh": PLUGIN.zh}) from None


def bad_address(settings: SqlSettings) -> BadSource:
    why = Said("dsn 不是 PostgreSQL 或 SQLite 的地址", "the dsn is no address of PostgreSQL or SQLite")
    return _bad(settings, DatabaseFault(why, SECRET))


def no_such_file(settings: SqlSettings, file: str) -> BadSource:
    """`file` is told where it stands below the plugin's folder, and may be ''."""
    why = Said(f"没有数据库文件 {file}".rstrip(), f"there is no database file {file}".rstrip())
    return _bad(settings, DatabaseFault(why, Said("请放入文件，或更正 dsn ", "Put it there, or correct the dsn")))


def no_driver(settings: SqlSettings) -> BadSource:
    why = Said("没有安装 PostgreSQL 的驱动程序", "the driver for PostgreSQL is not installed")
    return _bad(settings, DatabaseFault(why, Said("请安装 psycopg[binary] ", "Install psycopg[binary]")))


def no_such_order(settings: SqlSettings, column: str) -> BadSource:
    return _bad(settings, NO_COLUMN, column)


def _code_of(error: DBAPIError) -> str:
    """The SQLSTATE of PostgreSQL, or the name that SQLite gives an error; '' for what broke before there was one."""
    return getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or ""


def _fault_of(code: str, said: str, words: Words) -> DatabaseFault:
    """What lies behind an error: by its code, else by the words of its message."""
    for begins, fault in BY_CODE.items():
        if code.startswith(begins):
            return fault
    for pattern, fault in words.items():
        if re.search(pattern, said, re.DOTALL):
            return fault
    if code == "SQLITE_ERROR":
        return CROOKED
    return GAVE_UP if code else BROKEN


def _named(said: str, settings: SqlSettings) -> str:
    """The table or column that a message names, if plugin.toml names it too: then it is nobody's value."""
    written = f"{settings.table or ''} {settings.query or ''}"
    names = (found[1] or found[2] for found in NAME.finditer(said))
    return next((name for name in names if name in written), "")


def _unspellable(settings: SqlSettings, error: Unspellable) -> BadSource:
    why = Said(
        f"列 {error.column} 的类型是 {error.kind}，不是文本、数字或日期",
        f"the column {error.column} holds {error.kind}, which is no text, number or date",
    )
    return _bad(settings, DatabaseFault(why, UNREADABLE.turn))


def _bad(settings: SqlSettings, fault: DatabaseFault, name: str = "", code: str = "") -> BadSource:
    """The error as it is told; what a fault leaves open is filled in here."""
    known = {"seconds": str(settings.statement_seconds), "code": code}
    return BadSource(
        place=settings.place,
        why_en=_filled(fault.why.en, known | {"name": name and f": {name}"}),
        why_zh=_filled(fault.why.zh, known | {"name": name and f"：{name}"}),
        turn_en=fault.turn.en,
        turn_zh=fault.turn.zh,
    )


def _filled(text: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\{(name|seconds|code)\}", lambda found: known[found[1]], text)
