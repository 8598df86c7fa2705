"""Checks that play a plugin in a node of its own: limits, a second run, and what is said of people."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tiersync.model.text import Text
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.sql.settings import SqlSettings
from tiersync.plugins.kit.bench import Bench, PluginPlay, Ran
from tiersync.plugins.kit.check import Check, Problem
from tiersync.plugins.kit.sound import with_expected

DIRTY = 60  # rows of nonsense: more than any sound share
PRIVATE = ("id_number", "name", "phone", "address")
SHORTEST = 6  # characters: a shorter value may stand anywhere by accident


def a_second_run_brings_nothing_new(bench: Bench) -> Iterator[Problem]:
    for stream, expected in with_expected(bench):
        first, second = bench.played_twice(stream)
        if first.outcome != "published" or first.valid + sum(first.refused.values()) != expected.height:
            yield Problem(f"{stream.name}：{first.outcome}，{expected.height} 行中 {first.valid} 行有效",
                          f"{stream.name}: {first.outcome}, {first.valid} rows count of {expected.height}")  # fmt: skip
        elif second.outcome != "unchanged" and (second.valid, second.refused) != (first.valid, first.refused):
            yield Problem(f"{stream.name}：第二次运行结果不同", f"{stream.name}: a second run brings other rows")


def a_cursor_loses_and_doubles_nothing(bench: Bench) -> Iterator[Problem]:
    """Of a table whose rows come in the order of the fixture, half is there at first; then the other half, whose first
    row has the same value as the furthest that was seen."""
    for stream, expected in with_expected(bench):
        table, field = table_of(stream), stream.cursor.field
        if not table or stream.cursor.kind != "value":
            continue
        placed = bench.real(stream)
        one = placed.model_copy(update={"streams": (placed.stream(stream.name),)})
        _, second, third = bench.run(one, PluginPlay(3, TableInTwo(bench.database, table, field).before))
        sound = expected.height - sum(second.refused.values())
        if second.held != sound:
            yield Problem(f"{stream.name}：按游标 {field} 得 {second.held} 条，应为 {sound} 条",
                          f"{stream.name}: {second.held} records of {sound}, by the cursor {field}")  # fmt: skip
        elif third.outcome != "unchanged" and not second.refused:
            yield Problem(f"{stream.name}：第三次运行仍有变化", f"{stream.name}: a third run brings something")


def table_of(stream: Stream) -> str:
    """The table that a database's stream reads, '' for a query and for other sources."""
    if stream.source.kind != "sql":
        return ""
    named = SqlSettings.model_validate(stream.source.options | {"dsn": ""}).named_table
    return named.table if named else ""


class TableInTwo(NamedTuple):
    """A table of the fixture's database, of which the second half comes later."""

    file: Path
    table: str
    field: str

    def before(self, time: int) -> None:
        """What happens to the table before a run."""
        steps = {0: self._take_away, 1: self._bring_back}
        if time in steps:
            with closing(sqlite3.connect(self.file)) as database:
                database.executescript(steps[time]())

    def _take_away(self) -> str:
        table, field = quoted(self.table), quoted(self.field)
        rest = f"rowid > (SELECT max(rowid) FROM {table}) / 2"
        first = "rowid = (SELECT min(rowid) FROM kit_rest)"
        return (
            f"DROP TABLE IF EXISTS kit_rest; CREATE TABLE kit_rest AS SELECT * FROM {table} WHERE {rest};"
            f"DELETE FROM {table} WHERE {rest};"
            f"UPDATE kit_rest SET {field} = (SELECT max({field}) FROM {table}) WHERE {first};"
        )

    def _bring_back(self) -> str:
        return f"INSERT INTO {quoted(self.table)} SELECT * FROM kit_rest;"


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def a_dirty_file_is_not_believed(bench: Bench) -> Iterator[Problem]:
    for stream, _ in with_expected(bench):

        def edit(rows: list[list[str]]) -> list[list[str]]:
            nonsense, sound = [f"乱{at}" for at in range(len(rows[0]))], rows[1:]
            outnumbering = (
                sound * (DIRTY // len(sound) + 1) if sound else []
            )  # More nonsense than rows is never let in.
            return [*rows, *outnumbering, *([nonsense] * DIRTY)]

        placed = bench.placed(bench.plugin, stream, bench.edited(stream, edit))
        (ran,) = bench.run(placed.model_copy(update={"streams": (placed.stream(stream.name),)}), PluginPlay())
        if ran.published:
            yield Problem(f"{stream.name}：{DIRTY} 行乱码未触发限度，其余行被计入",
                          f"{stream.name}: {DIRTY} rows of nonsense are let pass, the others count")  # fmt: skip


def nobody_is_named(bench: Bench) -> Iterator[Problem]:
    for stream, expected in with_expected(bench):
        ran = bench.played_twice(stream)
        for name in PRIVATE:
            if name not in expected.columns:
                continue
            values = [value for value in expected[name].drop_nulls() if len(value) >= SHORTEST]
            if place := found_in(values, ran):
                yield Problem(
                    f"{stream.name}.{name}：{place} 中出现原值", f"{stream.name}.{name}: a value stands in {place}"
                )


def found_in(values: list[str], ran: list[Ran]) -> str:
    """Where one of the values stands: in what was said in some run, or in a file that the node wrote."""
    needles = [value.encode() for value in values]
    if any(needle in one.said.encode() for one in ran for needle in needles):
        return "the messages"
    for path in sorted(ran[-1].written.rglob("*")):
        if path.is_file() and "plugins" not in path.parts and any(needle in path.read_bytes() for needle in needles):
            return path.name
    return ""


CHECKS = (
    Check(
        "second_run",
        Text("没有变化就不应重复计数", "what did not change must not be counted again"),
        Text("先看 fixtures_as_expected", "see fixtures_as_expected first"),
        a_second_run_brings_nothing_new,
    ),
    Check(
        "cursor_exact",
        Text("后到的行不能漏，也不能重复", "a row that came later must be seen, and none twice"),
        Text(
            "游标应取每次写入都会增大的列；样例中的行按此顺序排列",
            "name the column that grows whenever a row is written; the fixture's rows stand in that order",
        ),
        a_cursor_loses_and_doubles_nothing,
    ),
    Check(
        "limits",
        Text("满是乱码的文件应整体作废", "a file full of nonsense must stop the run, not half of it"),
        Text("[stream.limits] 应接近默认值", "leave [stream.limits] near its defaults"),
        a_dirty_file_is_not_believed,
    ),
    Check(
        "nobody_named",
        Text("姓名、号码、电话、地址不得离开待更正的行", "no name, number, phone or address may leave the quarantine"),
        Text(
            "这类值只能映射到各自的字段，不可用作编号或代码",
            "map such values to their own fields, never to a code or an id",
        ),
        nobody_is_named,
    ),
)
