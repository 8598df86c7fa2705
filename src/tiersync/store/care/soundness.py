"""What is wrong with a node's database and the files that its rows name, each with whose turn it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from tiersync.errors import StoreBroken
from tiersync.model.text import Text, plain
from tiersync.store.address import file_in
from tiersync.store.care.named import NamedFile, files_named
from tiersync.store.care.rows import Progress, count_rows, tables_in
from tiersync.store.database import NEWEST, Store, version_for
from tiersync.store.files.archive import digest_of
from tiersync.store.files.private import open_to_others
from tiersync.store.tables import metadata

MOST_SAID = 20  # of what SQLite finds in a damaged file: one page may spoil thousands of rows
RESTORE = Text("请用最近的备份恢复：tiersync db restore", "Put the newest backup back: tiersync db restore")
UPGRADE = Text("请运行 tiersync db upgrade", "Run tiersync db upgrade")
READ_ANEW = Text("请运行 tiersync push，数据源会重新读取", "Run tiersync push: its source is read anew")
DELETE_IT = Text(
    "请删除该文件后运行 tiersync push，数据源会重新读取", "Delete it and run tiersync push: its source is read anew"
)
FROM_BACKUP = Text(
    "请从备份或上级取回该文件，放回原处", "Take it from a backup, or from the unit above, and put it back there"
)
BY_ITSELF = Text("删除即可，会自动重建", "Delete it if it is there: it is made again by itself")


class Flaw(NamedTuple):
    """Something that is wrong: where, what, and what to do."""

    place: str
    what: Text
    turn: Text


class LookedAt(NamedTuple):
    """What was looked at: the migration that the database stands at, how many rows it holds, how many files they
    name."""

    migration: str
    rows: int
    files: int


def open_as_it_is(folder: Path, url: str) -> Store:
    """The store of a node without bringing its tables to any other state; raises StoreBroken where there is none."""
    if not url and not file_in(folder).exists():
        raise StoreBroken(why=f"{file_in(folder)} is missing; put it back from a backup")
    return Store(url or f"sqlite:///{file_in(folder)}", folder)


def examine(store: Store, unit: str, flaws: list[Flaw], progress: Progress) -> LookedAt:
    """Look at all of it, and add what is wrong to `flaws`."""
    migration, rows, files = "", 0, 0
    flaws.extend(_flaws_of_permissions(store.folder))  # First: what SQLite lays beside a file is as open as the file.
    try:
        migration = version_for(store, unit)
        flaws.extend(_flaws_of_tables(migration))
        with store.read() as db:
            flaws.extend(_damage(db))
            rows = _count(db, progress)
            if migration == NEWEST:
                flaws.extend(_lacking(db))
                named = files_named(db)
                files = len(named)
                flaws.extend(_flaws_of_files(store.folder, named, progress))
    except StoreBroken as error:
        flaws.append(Flaw("database", Text(error.say("zh"), error.say("en")), RESTORE))
    return LookedAt(migration, rows, files)


def _flaws_of_tables(migration: str) -> Iterator[Flaw]:
    if migration > NEWEST:
        yield Flaw(
            "database",
            Text(
                f"数据库版本 {migration} 比程序所知的 {NEWEST} 新",
                f"it is at {migration}, newer than {NEWEST}, the program's",
            ),
            Text("请升级本机的 tiersync", "Upgrade tiersync on this machine"),
        )
    elif migration < NEWEST:
        yield Flaw(
            "database",
            Text(
                f"数据库版本为 {migration or '空'}，程序需要 {NEWEST}",
                f"it is at {migration or 'none'}, and {NEWEST} is the newest",
            ),
            UPGRADE,
        )


def _damage(db: Connection) -> Iterator[Flaw]:
    """What SQLite says against its own file; PostgreSQL looks at its pages whenever it reads them."""
    if db.dialect.name != "sqlite":
        return
    for (said,) in db.exec_driver_sql(f"PRAGMA integrity_check({MOST_SAID})"):
        if said != "ok":
            why = " ".join(str(said).split())
            yield Flaw("node.db", Text(f"已损坏（{why}）", f"it is damaged: {why}"), RESTORE)
    for row in db.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Flaw(
            "node.db", Text(f"表 {row[0]} 缺少所引用的行", f"the table {row[0]} names rows that are gone"), RESTORE
        )


def damaged(store: Store) -> list[Text]:
    """What SQLite finds at a quick look at its file, which leaves its indexes unread."""
    try:
        with store.read() as db:
            if db.dialect.name != "sqlite":
                return []
            said = [str(row[0]) for row in db.exec_driver_sql(f"PRAGMA quick_check({MOST_SAID})")]
    except StoreBroken as error:
        return [Text(error.say("zh"), error.say("en"))]
    return [plain(" ".join(text.split())) for text in said if text != "ok"]


def _count(db: Connection, progress: Progress) -> int:
    """Every row can be read."""
    tables, rows = tables_in(db), 0
    for done, table in enumerate(tables):
        progress(table.name, done, len(tables))
        rows += count_rows(db, table)
    return rows


def _lacking(db: Connection) -> Iterator[Flaw]:
    """Tables and columns that the program knows and the database does not have."""
    there = {table.name: set(table.columns.keys()) for table in tables_in(db)}
    for table in metadata.sorted_tables:
        for column in sorted(set(table.columns.keys()) - there.get(table.name, set())):
            yield Flaw(
                f"{table.name}.{column}", Text("数据库中没有这一列", "the database does not have this column"), RESTORE
            )


def _flaws_of_files(folder: Path, named: list[NamedFile], progress: Progress) -> Iterator[Flaw]:
    for done, one in enumerate(named):
        progress("sha256", done, len(named))
        path = folder / one.place
        if not path.is_file():
            yield Flaw(one.place, Text("文件不存在", "it is gone"), _turn(one, is_gone=True))
        elif digest_of(path) != one.sha256:
            yield Flaw(one.place, Text("内容已改变", "its bytes are not those that were written"), _turn(one))


def _turn(one: NamedFile, is_gone: bool = False) -> Text:
    if one.is_index:
        return BY_ITSELF
    if one.place.startswith("attachments/"):
        return FROM_BACKUP
    return READ_ANEW if is_gone else DELETE_IT


def _flaws_of_permissions(folder: Path) -> Iterator[Flaw]:
    for path in open_to_others(folder):
        how = "chmod -R go-rwx" if path != str(folder) else "chmod g-rw,o-rwx"
        said = Text("本机其他账号可以访问", "other accounts of this machine can get at it")
        yield Flaw(path, said, Text(f"请运行 {how} {path}", f"Run {how} {path}"))
