"""Checks that need no reading: codes, headers, keys, fixtures, and the lock."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tiersync.model.lexicon import plain
from tiersync.model.records import kinds
from tiersync.model.records.record import RECORDS
from tiersync.model.text import Text
from tiersync.plugins.drafting.samples.sample import read_sample
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kit.bench import FIXTURES, PLACE, Bench
from tiersync.plugins.kit.check import Check, Problem

FEWEST_ROWS = 3
UNASSIGNED = "3799"  # No region's identity numbers begin like this.
NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
REGULAR_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
LOCK = "mapping.lock"


def codes_are_legal(bench: Bench) -> Iterator[Problem]:
    for number, stream in enumerate(bench.plugin.streams):
        for name, kind in RECORDS[stream.record].kinds().items():
            if name not in stream.map or not isinstance(kind, kinds.Code | kinds.Codes):
                continue
            field, legal = stream.map[name], bench.context.list_of(kind.codes)
            given = (
                set(field.values.values()) | set(field.ticks.values()) | ({field.constant} if field.constant else set())
            )
            for code in sorted(given - legal):
                yield Problem(f"{stream.name}.{name}：代码表 {kind.codes} 中没有 {code}",
                              f"{stream.name}.{name}: {kind.codes} has no code {code}",
                              ("stream", number, "map", name, code))  # fmt: skip


def one_header_is_one_field(bench: Bench) -> Iterator[Problem]:
    for number, stream in enumerate(bench.plugin.streams):
        claims = Counter(
            (header, {"number": "number", "qualifier": "qualifier", "remark": name}.get(field.parse or "", ""))
            for name, field in stream.map.items()
            for header in {plain(header) for header in field.columns}
        )
        for (header, _), count in claims.items():
            if count > 1:
                yield Problem(f"{stream.name}：有 {count} 个字段取“{header}”列",
                              f"{stream.name}: {count} fields take the column {header}",
                              ("stream", number, "map", last_taking(stream, header)))  # fmt: skip


def last_taking(stream: Stream, header: str) -> str:
    """The last field that takes a column."""
    return [name for name, field in stream.map.items() if header in map(plain, field.headers)][-1]


def key_is_mapped_and_tells_rows_apart(bench: Bench) -> Iterator[Problem]:
    for stream, expected in with_expected(bench):
        key = [name for name in stream.key if name in expected.columns]
        if len(key) < len(stream.key):
            yield Problem(f"{stream.name}：预期结果中缺少主键", f"{stream.name}: the expected rows lack the key")
            continue
        blank = pl.all_horizontal if stream.cursor.kind == "snapshot" else pl.any_horizontal
        if key and expected.select(blank(pl.col(key).is_null())).to_series().any():
            yield Problem(f"{stream.name}：有的行没有主键", f"{stream.name}: a row has no key")
        yield from rows_of_one_key(stream, expected.drop(PLACE, strict=False))


def rows_of_one_key(stream: Stream, rows: pl.DataFrame) -> Iterator[Problem]:
    """Rows that differ and have one key are wrong, for one of them counts; rows that are equal are one record. Somebody
    may have moved: a register names them in two units, and the later row counts."""
    each = rows.unique()
    if rows.height > each.height:
        count = rows.height - each.height
        yield Problem(
            f"{stream.name}：有 {count} 行与另一行相同，只计一次",
            f"{stream.name}: {count} rows say what another row says, and are counted once",
            only_said=True,
        )
    of_persons = stream.record == "senior" and stream.identities.issuperset(stream.key)
    apart = [*stream.key, *(["residence_unit"] if of_persons else [])]
    if stream.key and each.select(apart).is_duplicated().any():
        yield Problem(f"{stream.name}：内容不同的行主键相同", f"{stream.name}: rows that differ have the same key")


def fixtures_are_there(bench: Bench) -> Iterator[Problem]:
    for stream in bench.plugin.streams:
        expected = bench.expected(stream)
        if bench.made_up(stream) is None or expected is None:
            yield Problem(
                f"{stream.name}：需要 fixtures/{stream.name}.* 和 {stream.name}.expected.csv",
                f"{stream.name}: fixtures/{stream.name}.* and {stream.name}.expected.csv are needed",
            )
        elif expected.height < FEWEST_ROWS:
            yield Problem(f"{stream.name}：少于 {FEWEST_ROWS} 行，不足以说明问题",
                          f"{stream.name}: fewer than {FEWEST_ROWS} rows show little")  # fmt: skip


def fixtures_hold_nobody(bench: Bench) -> Iterator[Problem]:
    """Of a workbook the cells are looked at, of anything else the bytes."""
    for path in sorted((bench.plugin.folder / FIXTURES).rglob("*")):
        text = text_of(bench, path) if path.is_file() else ""
        numbers = [number for number in NUMBER.findall(text) if not number.startswith(UNASSIGNED)]
        if numbers or REGULAR_PHONE.search(NUMBER.sub("", text)):
            yield Problem(f"{path.name} 中有可能属于真实人员的号码",
                          f"{path.name} holds a number that somebody may have")  # fmt: skip


def text_of(bench: Bench, path: Path) -> str:
    if path.suffix.startswith(".xls"):
        tables = read_sample(path).tables
        return "\n".join(" ".join(cell or "" for cell in row) for table in tables for row in table.rows)
    return path.read_bytes().decode("utf-8", errors="replace")


def lock_says_what_the_mapping_says(bench: Bench) -> Iterator[Problem]:
    lock = bench.plugin.folder / LOCK
    if not lock.is_file():
        return
    try:
        columns = tomllib.loads(lock.read_text(encoding="utf-8"))["column"]
        locked = {(str(column["field"]), plain(str(column["header"]))) for column in columns}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError):
        yield Problem("mapping.lock 无法读取", "mapping.lock cannot be read")
        return
    mapped = {
        (name, plain(header)) for stream in bench.plugin.streams for name, field in stream.map.items()
        for header in field.headers
    }  # fmt: skip
    for field, header in sorted(locked - mapped):
        yield Problem(f"mapping.lock 中 {field} = {header}，与 plugin.toml 不一致",
                      f"mapping.lock has {field} = {header}, plugin.toml does not")  # fmt: skip


def with_expected(bench: Bench) -> Iterator[tuple[Stream, pl.DataFrame]]:
    """The streams whose expected rows are there."""
    for stream in bench.plugin.streams:
        expected = bench.expected(stream)
        if expected is not None and bench.made_up(stream) is not None:
            yield stream, expected


CHECKS = (
    Check(
        "codes_legal",
        Text("译成未知代码的值会逐行被拒", "a word that becomes a code nobody knows is refused in every row"),
        Text("请核对 schemas/codes 中的代码", "look the codes up in schemas/codes"),
        codes_are_legal,
    ),
    Check(
        "one_header_one_field",
        Text("一列取作两个字段，必有一个不对", "a column that is two things is wrong in one of them"),
        Text("每个表头只用于一个字段", "take each header in one field only"),
        one_header_is_one_field,
    ),
    Check(
        "fixtures_there",
        Text("没有样例就无法测试", "what is not shown cannot be tried"),
        Text("plugin new 可由样本生成样例", "plugin new writes fixtures from a sample"),
        fixtures_are_there,
    ),
    Check(
        "fixtures_made_up",
        Text("插件目录会被复制，不得含有任何人的号码", "a plugin folder is copied about; nobody's number may be in it"),
        Text("身份证号用 3799 开头，电话用 100 开头", "use numbers of the region 3799, phones that begin with 100"),
        fixtures_hold_nobody,
    ),
    Check(
        "key_unique",
        Text("主键相同的行会被当作同一条", "rows that share a key are taken for one"),
        Text(
            "key 应取每行都不同的字段；没有这样的字段就不写 key，以整行为主键",
            "name fields in key that differ in every row, or none: then the whole row is the key",
        ),
        key_is_mapped_and_tells_rows_apart,
    ),
    Check(
        "lock_agrees",
        Text("锁定文件记录各列由谁确认", "the lock says who confirmed which column"),
        Text("删除 mapping.lock，或随 plugin.toml 一并修改", "delete mapping.lock, or change it as plugin.toml was"),
        lock_says_what_the_mapping_says,
    ),
)
