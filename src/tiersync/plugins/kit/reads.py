"""Checks that read the fixtures, as they are and changed: a plugin must bear what offices do to their files."""

from collections.abc import Iterator, Sequence

import polars as pl

from tiersync.model.records import kinds
from tiersync.model.records.field import FieldKind
from tiersync.model.records.record import RECORDS
from tiersync.model.text import Text
from tiersync.plugins.drafting.found_table import is_footer
from tiersync.plugins.folder.stream import MappedField, Stream
from tiersync.plugins.kit.bench import PLACE, Bench, Edit, Read
from tiersync.plugins.kit.check import Check, Problem
from tiersync.plugins.kit.sound import with_expected
from tiersync.plugins.rows.headers import read_header
from tiersync.rules.rows.check import check

STRANGE = "第三方列"
MOST_TOLD = 5


def fixtures_become_what_is_expected(bench: Bench) -> Iterator[Problem]:
    for stream, expected in with_expected(bench):
        if lacking := ", ".join(sorted(set(stream.fields) - set(expected.columns))):
            yield Problem(f"{stream.name}：预期结果缺少 {lacking}", f"{stream.name}: the expected rows lack {lacking}")
        yield from differences(stream, bench.first_read(stream), expected, with_places=True)


def two_reads_are_equal(bench: Bench) -> Iterator[Problem]:
    for stream, _ in with_expected(bench):
        first, second = bench.first_read(stream), bench.read_apart(stream)
        if not first.rows.equals(second.rows):
            yield Problem(f"{stream.name}：同一文件两次读取结果不同",
                          f"{stream.name}: the same file read twice is two things")  # fmt: skip


def bears(edit: Edit, what: Text, bench: Bench, encoding: str = "") -> Iterator[Problem]:
    """Whether the fixture so changed becomes the same rows as when it is only written again."""
    for stream, _ in with_expected(bench):
        read, same = bench.read(stream, bench.edited(stream, edit, encoding)), as_written(bench, stream)
        if any(differences(stream, read, same.rows, with_places=False)):
            yield Problem(f"{stream.name}：{what.zh}结果不同", f"{stream.name}: other rows {what.en}")


def as_written(bench: Bench, stream: Stream) -> Read:
    """The fixture read after it was written again with nothing changed: what a cell was beside its text is gone."""
    return bench.read(stream, bench.edited(stream, lambda rows: rows))


def another_order_is_the_same(bench: Bench) -> Iterator[Problem]:
    """Sums and signatures stay where they are: whoever moves a column does not move them."""

    def edit(rows: list[list[str]]) -> list[list[str]]:
        return [row if is_footer(row) else row[::-1] for row in rows]

    yield from bears(edit, Text("列序改变后", "with the columns in another order"), bench)


def a_strange_column_is_told(bench: Bench) -> Iterator[Problem]:
    def edit(rows: list[list[str]]) -> list[list[str]]:
        return [[*row, STRANGE if at == 0 else "甲"] for at, row in enumerate(rows)]

    yield from bears(edit, Text("多出一列后", "with a column more"), bench)
    for stream, _ in with_expected(bench):
        read = bench.read(stream, bench.edited(stream, edit))
        if read.refused is None and STRANGE not in read.end.unknown:
            yield Problem(f"{stream.name}：多余的列没有提示",
                          f"{stream.name}: a column that nobody takes is not told")  # fmt: skip


def a_missing_column_is_told(bench: Bench) -> Iterator[Problem]:
    for stream, _ in with_expected(bench):
        headers = [cell or "" for cell in bench.table(stream).headers]
        for name, field in stream.map.items():
            if not field.columns:
                continue
            at = place_of(headers, field.one_of)
            read = bench.read(stream, bench.edited(stream, _lacking(at)))
            if read.refused is None:
                yield Problem(f"{stream.name}.{name}：缺列时没有提示",
                              f"{stream.name}.{name}: its column may be missing and nobody is told")  # fmt: skip


def encodings_are_the_same(bench: Bench) -> Iterator[Problem]:
    for stream, _ in with_expected(bench):
        if (bench.fixture(stream) or bench.scratch).suffix.startswith(".xls"):
            continue
        same = as_written(bench, stream)
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            read = bench.read(stream, bench.edited(stream, lambda rows: rows, encoding))
            if any(differences(stream, read, same.rows, with_places=False)):
                yield Problem(f"{stream.name}：{encoding} 编码下结果不同", f"{stream.name}: other rows in {encoding}")


def blank_rows_and_footers_are_no_rows(bench: Bench) -> Iterator[Problem]:
    def edit(rows: list[list[str]]) -> list[list[str]]:
        blank = [""] * len(rows[0])
        return [
            rows[0],
            blank,
            *rows[1:],
            blank,
            ["合计", f"{len(rows) - 1}人", *blank[2:]],
            ["填表人：某", *blank[1:]],
        ]

    yield from bears(edit, Text("加入空行和表尾后", "with blank rows and a footer"), bench)


def a_number_typed_identity_is_refused(bench: Bench) -> Iterator[Problem]:
    for stream, _ in with_expected(bench):
        for name in stream.identities:
            headers = stream.map[name].headers
            if (bench.fixture(stream) or bench.scratch).suffix.startswith(".xls"):
                file = bench.edited(stream, lambda rows: rows, numbers=headers)
            else:
                file = bench.edited(stream, _typed(headers))
            reasons = reasons_of(bench, stream, bench.read(stream, file))
            if "precision_lost" not in reasons:
                yield Problem(
                    f"{stream.name}.{name}：被存成数字的身份证号没有按“精度丢失”拒收",
                    f"{stream.name}.{name}: a number without its last digits is not refused as such",
                )


def bad_values_are_refused_for_their_reason(bench: Bench) -> Iterator[Problem]:
    for stream, _ in with_expected(bench):
        usual = reasons_of(bench, stream, as_written(bench, stream))  # Fixtures may hold rows that are to be refused.
        for name, kind in RECORDS[stream.record].kinds().items():
            if name not in stream.map or not stream.map[name].columns or stream.map[name].parse == "remark":
                continue
            if not bench.context.needs(stream.record, name):
                continue  # What cannot be read of it is left unknown.
            for bad, reason in bad_values(kind, stream, name):
                edit = _everywhere(stream.map[name].one_of, bad)
                reasons = reasons_of(bench, stream, bench.read(stream, bench.edited(stream, edit)))
                if reason not in reasons or {*reasons} - {reason, *usual}:
                    got = ", ".join(reasons) or "nothing"
                    yield Problem(f"{stream.name}.{name}：错误值得到 {got}，应为 {reason}",
                                  f"{stream.name}.{name}: a bad value gives {got}, not {reason}")  # fmt: skip


def bad_values(kind: FieldKind, stream: Stream, name: str) -> Iterator[tuple[str, str]]:
    """Made-up texts that this field must refuse, each with its reason."""
    match kind:
        case kinds.Identity():
            yield "379999193102031000", "precision_lost"
            yield "379999310203100", "fifteen_digits"
        case kinds.Day():
            yield "1931-02-30", "impossible_date"
        case kinds.Code() | kinds.Codes():
            yield "绝无此码", "unknown_code"
        case kinds.Count() | kinds.Number():
            yield "许多", "not_a_number"
        case kinds.UnitRef():
            yield "绝无此地", "no_such_unit"
    if kind.need == "R":
        yield "", "missing"


def reasons_of(bench: Bench, stream: Stream, read: Read) -> list[str]:
    """Why rows that were read are refused; a source that cannot be read is none of these."""
    if read.refused is not None or read.rows.is_empty():
        return []
    return sorted(set(check(stream.record, read.rows, bench.context).refused["reason"]))


def differences(stream: Stream, read: Read, expected: pl.DataFrame, *, with_places: bool) -> Iterator[Problem]:
    """Where rows are not as expected, by field; no value is told."""
    if read.refused is not None:
        yield Problem(f"{stream.name}：{read.refused.say('zh')}", f"{stream.name}: {read.refused.say('en')}")
        return
    columns = [name for name in expected.columns if with_places or name != PLACE]
    if lacking := [name for name in columns if name not in read.rows.columns]:
        yield Problem(
            f"{stream.name}：{'、'.join(lacking)} 没有映射", f"{stream.name}: {', '.join(lacking)} is not mapped"
        )
        return
    if read.rows.height != expected.height:
        yield Problem(f"{stream.name}：得到 {read.rows.height} 行，应为 {expected.height} 行",
                      f"{stream.name}: {read.rows.height} rows instead of {expected.height}")  # fmt: skip
        return
    for name in columns:
        got, wanted = read.rows[name].cast(pl.String), expected[name].cast(pl.String)
        rows = (got.ne_missing(wanted)).arg_true().to_list()
        if rows:
            told = "、".join(str(row + 1) for row in rows[:MOST_TOLD])
            yield Problem(f"{stream.name}.{name}：第 {told} 行与预期不符",
                          f"{stream.name}.{name}: not as expected in row {told}")  # fmt: skip


def place_of(header_row: Sequence[str], headers: Sequence[str]) -> int:
    """Where a field's column stands, found as the readers find it."""
    fields = {"field": MappedField(headers=tuple(headers))}
    return header_row.index(read_header(header_row, fields, "").columns["field"])


def _lacking(at: int) -> Edit:
    """The same table without one column."""
    return lambda rows: [[*row[:at], *row[at + 1 :]] for row in rows]


def _everywhere(headers: Sequence[str], bad: str) -> Edit:
    """The same text in every row of one column."""

    def edit(rows: list[list[str]]) -> list[list[str]]:
        at = place_of(rows[0], headers)
        return [rows[0], *([*row[:at], bad, *row[at + 1 :]] for row in rows[1:] if any(row[:at] + row[at + 1 :]))]

    return edit


def _typed(headers: Sequence[str]) -> Edit:
    """Identity numbers as a spreadsheet saves them to text."""

    def edit(rows: list[list[str]]) -> list[list[str]]:
        at = place_of(rows[0], headers)
        typed = (f"{row[at][0]}.{row[at][1:6]}E+17" if row[at] else "" for row in rows[1:])
        return [rows[0], *([*row[:at], cell, *row[at + 1 :]] for row, cell in zip(rows[1:], typed, strict=True))]

    return edit


CHECKS = (
    Check(
        "fixtures_as_expected",
        Text("映射结果与事先写明的一致", "the mapping does what somebody wrote down beforehand"),
        Text(
            "修改 plugin.toml；若预期结果有误则修改预期", "correct plugin.toml, or the expected rows if they are wrong"
        ),
        fixtures_become_what_is_expected,
    ),
    Check(
        "two_reads_equal",
        Text("两次读取必须一致", "what is read twice must count the same"),
        Text("读取结果不得取决于时间或偶然", "nothing in a source may depend on time or chance"),
        two_reads_are_equal,
    ),
    Check(
        "column_order",
        Text("表格的列序常会变动", "offices move columns about"),
        Text("按表头取列，不要按位置取列", "name columns by their headers, never by their place"),
        another_order_is_the_same,
    ),
    Check(
        "extra_column",
        Text("新增的列应有提示且不影响结果", "a new column is told and harms nothing"),
        Text("不要映射不存在的列", "leave it to the reader; map no column that is not there"),
        a_strange_column_is_told,
    ),
    Check(
        "missing_column",
        Text("缺列不能悄悄变成“不详”", "a column that vanished must not become unknown in silence"),
        Text("每个字段都应有自己的表头", "give each field its own header"),
        a_missing_column_is_told,
    ),
    Check(
        "encodings",
        Text("同一表格可能是 UTF-8 或 GB18030", "the same sheet comes as UTF-8 or GB18030"),
        Text("plugin.toml 中不要写死 encoding", "leave out encoding in plugin.toml"),
        encodings_are_the_same,
    ),
    Check(
        "blank_rows_footers",
        Text("合计和签名不是记录", "sums and signatures are no people"),
        Text("至少映射三列，以便识别表尾", "map at least three columns, so that a footer is seen"),
        blank_rows_and_footers_are_no_rows,
    ),
    Check(
        "number_typed_identity",
        Text("身份证号被存成数字会丢失末几位", "a spreadsheet that made a number of an identity lost its last digits"),
        Text("不要用 clean 修补这类号码", "do not clean such a number into shape"),
        a_number_typed_identity_is_refused,
    ),
    Check(
        "bad_values_refused",
        Text("错误值应按其原因被拒", "a wrong value must be refused for its own reason"),
        Text(
            "clean、parse、values 不得把错误变成正确", "no clean, parse or value may turn a wrong text into a right one"
        ),
        bad_values_are_refused_for_their_reason,
    ),
)
