"""What databases say when they cannot go on, in our own words: no address, no password, no row's value."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import DatabaseError, DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from tiersync.errors import DatabaseAway, DiskFull, NodeBusy, StoreBroken, TiersyncError
from tiersync.store.files.full import has_no_room

OUR_MISTAKES = (IntegrityError, ProgrammingError, DataError)


class Why(NamedTuple):
    """Why a database cannot be used, in both languages."""

    zh: str
    en: str


AWAY = Why(
    "无法连接，请检查地址、网络以及数据库是否在运行",
    "it cannot be reached; see to the address, the line and the server",
)
BROKE_OFF = Why("连接中断", "the connection broke off")
NOT_LET_IN = Why("服务器不允许本机连接（pg_hba.conf）", "the server lets nobody in from this machine (pg_hba.conf)")
WRONG_PASSWORD = Why("用户名或密码不正确", "user or password are not right")
NO_DATABASE = Why(
    "服务器上没有这个数据库，请先创建（CREATE DATABASE）",
    "there is no such database; create it first (CREATE DATABASE)",
)
TURNED_AWAY = Why("服务器拒绝了连接", "the server turned us away")
TOO_MANY = Why("服务器的连接数已满", "the server has no connection left")
MAY_NOT = Why(
    "该账号没有所需权限，请使该账号成为数据库的所有者", "the account may not do that; make it the owner of the database"
)
ONLY_READS = Why("服务器只读（备用服务器）", "the server only reads, as a standby does")
NOT_UNICODE = Why(
    "数据库编码不是 UTF8，请以 ENCODING 'UTF8' 重新创建", "its encoding is not UTF8; create it with ENCODING 'UTF8'"
)

BY_CODE: Mapping[str, Why] = {
    "08": BROKE_OFF, "57P": BROKE_OFF, "28": WRONG_PASSWORD, "3D000": NO_DATABASE, "53300": TOO_MANY,
    "42501": MAY_NOT, "25006": ONLY_READS, "22021": NOT_UNICODE, "22P05": NOT_UNICODE,
}  # fmt: skip
"""By the beginning of an SQLSTATE."""

BUSY = ("40001", "40P01", "55P03")  # overtaken, each waiting for the other, waited long enough

AT_THE_DOOR: Mapping[str, Why] = {
    r"pg_hba": NOT_LET_IN,
    r"(FATAL|致命).*(too many|连接.*过多)": TOO_MANY,
    r"(FATAL|致命).*(password|role|peer|密码|口令|角色)|no password": WRONG_PASSWORD,
    r"(FATAL|致命).*(database|数据库).*(exist|不存在)": NO_DATABASE,
    r"FATAL|致命": TURNED_AWAY,
    r"terminat|closed|broken|lost|中断|关闭": BROKE_OFF,
    r"": AWAY,
}
"""By words of a message, English or Chinese as the server speaks, where there is no code: at the door there is none."""


@contextmanager
def in_our_words(folder: Path) -> Iterator[None]:
    """Turn what a database of the node in `folder` raises into our own errors; a mistake of ours stays what it is."""
    try:
        yield
    except NoConnectionFree as error:
        raise NodeBusy(dir=folder) from error
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.Error) and not isinstance(error, OUR_MISTAKES):
            raise _of_sqlite(error, folder) from error
        told = _of_postgresql(error, folder)
        if told is None:
            raise
        raise told from None  # What it says may hold an address or a value.


def _of_sqlite(error: DatabaseError, folder: Path) -> TiersyncError:
    said = str(error.orig)
    if not isinstance(error, OperationalError):
        return StoreBroken(why=said)
    if "full" in said or ("disk I/O" in said and has_no_room(folder)):
        return DiskFull(dir=folder)
    return NodeBusy(dir=folder) if "locked" in said or "busy" in said else StoreBroken(why=said)


def _of_postgresql(error: DBAPIError, folder: Path) -> TiersyncError | None:
    """What an error means; None for a mistake of ours."""
    code = getattr(error.orig, "sqlstate", None) or ""
    if code.startswith(BUSY):
        return NodeBusy(dir=folder)
    if code == "53100":
        return DiskFull(dir="PostgreSQL")
    known = next((why for begins, why in BY_CODE.items() if code.startswith(begins)), None)
    if known is None and not code and isinstance(error, OperationalError):
        known = at_the_door(str(error.orig))
    if known is not None:
        return away(known)
    return None if isinstance(error, OUR_MISTAKES) else StoreBroken(why=f"{type(error.orig).__name__} {code}".strip())


def at_the_door(said: str) -> Why:
    """Why no connection came about, by what was said."""
    return next(why for words, why in AT_THE_DOOR.items() if re.search(words, said, re.DOTALL | re.IGNORECASE))


def away(why: Why) -> TiersyncError:
    return DatabaseAway(why_zh=why.zh, why_en=why.en)
