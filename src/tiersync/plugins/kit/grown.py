"""Fixtures grown: a plugin's source in its own shape, with the made-up rows so many times over."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from tiersync.model.identity import SHAPE, check_character
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.sql.settings import SqlSettings
from tiersync.plugins.kit.bench import FILES, FIXTURES, Bench, with_source
from tiersync.plugins.kit.plays import quoted
from tiersync.plugins.kit.sound import with_expected

SHORTEST_KEY = 6  # characters: a shorter one may stand anywhere in a line by accident
SERIALS = 1000  # people of one region and one day of birth
MOST_BYTES = 200 * 2**20  # of one grown file
SHEET = "xl/worksheets/sheet1.xml"
ROW = re.compile(r'<row r="(\d+)".*?</row>', re.DOTALL)


class Growing(NamedTuple):
    """A plugin in the scratch folder, and what writes its source anew with the made-up rows so many times over."""

    plugin: Plugin
    grow: Callable[[int], None]


def growing(bench: Bench, stream: Stream) -> Growing:
    """A plugin whose source can be grown, in the shape that its fixtures have."""
    if stream.source.kind == "sql":
        return _growing_database(bench, stream)
    placed = bench.real(stream)
    if stream.source.kind == "python":
        return Growing(placed, partial(_write_lines, bench.plugin.folder / FIXTURES / FILES, placed.folder / FILES,
                                       keys_of(bench, stream)))  # fmt: skip
    return _growing_book(bench, stream) if is_book(bench, stream) else _growing_table(bench, stream)


def is_book(bench: Bench, stream: Stream) -> bool:
    """Whether a stream's fixture is a workbook."""
    made_up = bench.made_up(stream)
    return made_up is not None and made_up.suffix.startswith(".xls")


def _growing_table(bench: Bench, stream: Stream) -> Growing:
    """Text: what stands below the headers, again and again."""
    head, whole = (bench.edited(stream, edit).read_bytes() for edit in (_headers_alone, list))
    placed = bench.placed(bench.plugin, stream, bench.edited(stream, list))
    file = placed.folder / placed.stream(stream.name).source.path
    return Growing(placed, lambda times: _write_pieces(file, (head, *[whole[len(head) :]] * times)))


def _headers_alone(rows: list[list[str]]) -> list[list[str]]:
    return rows[:1]


def _write_pieces(file: Path, pieces: Sequence[bytes]) -> None:
    with file.open("wb") as out:
        out.writelines(pieces)


def _growing_book(bench: Bench, stream: Stream) -> Growing:
    """A workbook as it was written small; to write a large one cell by cell would take longer than to read it."""
    small = bench.edited(stream, list)
    placed = bench.placed(bench.plugin, stream, small)
    file = placed.folder / placed.stream(stream.name).source.path
    return Growing(placed, partial(_write_book, small, file, len(bench.table(stream).titles) + 1))


def _write_book(small: Path, large: Path, above: int, times: int) -> None:
    """The workbook with the rows below the headers so many times over."""
    with ZipFile(small) as book, ZipFile(large, "w", ZIP_DEFLATED, compresslevel=1) as out:
        for name in book.namelist():
            content = book.read(name)
            out.writestr(name, _many_rows(content.decode(), above, times) if name == SHEET else content)


def _many_rows(sheet: str, above: int, times: int) -> str:
    rows = list(ROW.finditer(sheet))
    below = [re.sub(r' r="([A-Z]*)\d+"', r' r="\1{0}"', row[0]) for row in rows if int(row[1]) > above]
    last = int(rows[-1][1])
    more = (row.format(last + at) for at, row in enumerate(below * (times - 1), start=1))
    return sheet[: rows[-1].end()] + "".join(more) + sheet[rows[-1].end() :]


def _growing_database(bench: Bench, stream: Stream) -> Growing:
    """A database: each row of the table or the query, once for each row of another table."""
    placed = bench.real(stream)
    options = placed.stream(stream.name).source.options
    settings = SqlSettings.model_validate(options)
    table = ".".join(quoted(name) for name in settings.named_table or () if name)
    query = (settings.query or f"SELECT * FROM {table}").rstrip().removesuffix(";")
    grown = {name: value for name, value in options.items() if name != "table"}
    grown |= {"query": f"SELECT kit_rows.* FROM (\n{query}\n) AS kit_rows, kit_many"}
    return Growing(with_source(placed, stream, {"options": grown}), partial(_fill, bench.database))


def _fill(file: Path, times: int) -> None:
    numbers = "WITH RECURSIVE n(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < {0}) SELECT at FROM n"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(f"DROP TABLE IF EXISTS kit_many; CREATE TABLE kit_many AS {numbers.format(times)};")


def keys_of(bench: Bench, stream: Stream) -> tuple[str, ...]:
    """The values by which the made-up rows are told apart, as they may stand in a file."""
    expected = {one.name: rows for one, rows in with_expected(bench)}[stream.name]
    values = {value for name in stream.key for value in expected[name].drop_nulls() if value.isascii()}
    return tuple(sorted(value for value in values if len(value) >= SHORTEST_KEY))


def _write_lines(fixtures: Path, inbox: Path, keys: Sequence[str], times: int) -> None:
    """Each file with all lines but its first so many times over; each time other people."""
    pattern = re.compile(b"(" + b"|".join(re.escape(key.encode()) for key in keys) + b")" if keys else b"(?!)()")
    for path in sorted(path for path in fixtures.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if b"\0" in content:  # It is not made of lines.
            continue
        first, *rest = content.splitlines(keepends=True) or [b""]
        times = min(times, max(1, MOST_BYTES // max(1, len(content))))
        pieces = pattern.split(b"".join(ended(rest or [first])))
        with (inbox / path.relative_to(fixtures)).open("wb") as out:
            out.write(b"".join(ended([first])) if rest else b"")
            out.writelines(_others(pieces, at) for at in range(times))


def ended(lines: Sequence[bytes]) -> Iterator[bytes]:
    """Lines of which each has an end."""
    return (line if line.endswith((b"\n", b"\r")) else line + b"\n" for line in lines)


def _others(pieces: Sequence[bytes], at: int) -> bytes:
    """Text, every second piece of which is a key, with other keys."""
    return b"".join(another(piece.decode(), at).encode() if odd % 2 else piece for odd, piece in enumerate(pieces))


def another(key: str, at: int) -> str:
    """The key of another made-up row, as long as this one; of the same day of birth, if it is somebody's number."""
    if SHAPE.fullmatch(key):
        region, serial = divmod(int(key[14:17]) + at, SERIALS)
        digits = f"{key[:4]}{(int(key[4:6]) + region) % 100:02}{key[6:14]}{serial:03}"
        return digits + check_character(digits)
    number = re.search(r"\d*$", key)
    width = len(number[0]) if number else 0
    return f"{key[: len(key) - width]}{(int(number[0]) + at) % 10**width:0{width}}" if number and width else key
