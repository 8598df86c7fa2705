"""Rows of sums, and whether what they state is what was read."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import polars as pl

from tiersync.model.records.kinds import Day
from tiersync.model.records.record import RECORDS
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.rows.rows import Sorted, SourceTable
from tiersync.plugins.worker.pipe import SumRow

TOTAL = re.compile(r"(合|总|共)\s*计|共\s*[0-9]")
OF_A_PART = re.compile(r"小\s*计")
HEADS = re.compile(r"(?:^|[共计:：])\s*([0-9]+)\s*[人名位]")
WHOLE = re.compile(r"[0-9]{1,9}")
MOST_SUMS = 20  # of one table; a file made to flood is not checked in full
APPROXIMATELY = "^[a-z_]+ "  # of 200余人, which is `over 200` by now

Place = tuple[str, str]


class StatedSum(NamedTuple):
    """What a row of sums states of a column, or of the number of rows where `column` is "", beside what was read up to
    it, and since the sum before it; whether it is the sum of a part alone (小计)."""

    place: Place
    row: int
    column: str
    said: Decimal
    so_far: Decimal
    since: Decimal
    of_a_part: bool = False


@dataclass
class Sums:
    """What was read of each file and sheet, in rows and by column of numbers, and what its rows of sums state of it."""

    read: dict[Place, Counter[str]] = field(default_factory=dict)
    before: dict[Place, Counter[str]] = field(default_factory=dict)
    before_part: dict[Place, Counter[str]] = field(default_factory=dict)
    partly: set[Place] = field(default_factory=set)
    stated: list[StatedSum] = field(default_factory=list)

    def take(self, table: SourceTable, mapped: pl.DataFrame, rows: Sorted, stream: Stream, known: int) -> None:
        """Count a table's records, `known` lines beside them, and note what its rows of sums state."""
        place = (table.file, table.sheet)
        read = self.read.setdefault(place, Counter())
        numbers = _numbers(mapped, table, stream)
        if known:
            self.partly.add(place)
        for at in rows.footer_rows.head(MOST_SUMS):
            row = table.frame.row(at, named=True)
            is_whole, is_part = (
                any(cell and words.search(cell) for cell in row.values()) for words in (TOTAL, OF_A_PART)
            )
            if not is_whole and not is_part:
                continue
            so_far = read + _count(numbers.head(at), rows.records.head(at), _lines_before(table, at))
            since = so_far - (self.before if is_whole else self.before_part).get(place, Counter())
            for name, said in _stated(row, numbers.row(at, named=True), table, stream):
                both = Decimal(so_far[name]), Decimal(since[name])
                self.stated.append(StatedSum(place, table.row_numbers[at], name, said, *both, not is_whole))
            self.before_part[place] = so_far
            if is_whole:
                self.before[place] = so_far
        self.read[place] = read + _count(numbers, rows.records, known)

    def checked(self) -> tuple[SumRow, ...]:
        """What each row of sums states, beside what was read: of several ways to read it the one that agrees. Sums of
        parts may stand above them, or be of something else: they are heard where most of them agree."""
        parts = Counter(one.place for one in self.stated if one.of_a_part)
        agree = Counter(one.place for one in self.stated if one.of_a_part and one.since == one.said)
        unheard = {place for place, count in parts.items() if agree[place] * 2 < count}
        return tuple(
            SumRow(file=one.place[0], sheet=one.place[1], row=one.row, column=one.column, said=f"{one.said:f}",
                   read=f"{self._read(one):f}")
            for one in self.stated[:MOST_SUMS]
            if (not one.column or one.place not in self.partly) and not (one.of_a_part and one.place in unheard)
        )  # fmt: skip

    def _read(self, one: StatedSum) -> Decimal:
        if one.of_a_part:
            return one.since
        whole = Decimal(self.read[one.place][one.column])
        return next((read for read in (one.so_far, one.since, whole) if read == one.said), one.so_far or whole)


def _numbers(mapped: pl.DataFrame, table: SourceTable, stream: Stream) -> pl.DataFrame:
    """The columns of numbers in hundredths, so that they add up without a rest, and one of nothing before them."""
    columns = {column: name for name, column in table.header.columns.items() if name in stream.numbers}
    plain = {column: pl.col(name).cast(pl.String).str.replace(APPROXIMATELY, "") for column, name in columns.items()}
    cells = {column: cell.cast(pl.Float64, strict=False) for column, cell in plain.items()}
    hundredths = {column: (cell * 100).round().cast(pl.Int64, strict=False) for column, cell in cells.items()}
    return mapped.select(pl.repeat(None, pl.len(), dtype=pl.Int64).alias(""), **hundredths)


def _count(numbers: pl.DataFrame, records: pl.Series, known: int) -> Counter[str]:
    """Rows under "", and each column's sum in hundredths."""
    sums = numbers.filter(records).sum().row(0, named=True)
    return Counter({**{name: int(said or 0) for name, said in sums.items()}, "": int(records.sum()) + known})


def _lines_before(table: SourceTable, at: int) -> int:
    """How many lines that were known stand before a row."""
    return 0 if table.which is None else int(table.which[at]) - at


def _stated(
    row: dict[str, str | None], numbers: dict[str, int | None], table: SourceTable, stream: Stream
) -> Iterator[tuple[str, Decimal]]:
    """What one row of sums states, by column; of the number of rows it may state the number of people."""
    yield from ((name, Decimal(said)) for name, said in numbers.items() if said is not None)
    kinds = RECORDS[stream.record].kinds()
    plain = {
        column
        for name, column in table.header.columns.items()
        if name not in stream.numbers and not isinstance(kinds[name], Day)
    }
    heads = (HEADS.search(cell) for cell in row.values() if cell and stream.identities & {*stream.key})
    whole = (WHOLE.fullmatch(cell.strip()) for name, cell in row.items() if cell and name in plain)
    found = [match[match.lastindex or 0] for match in (*heads, *whole) if match]
    try:
        yield from (("", Decimal(said)) for said in found[:1])
    except InvalidOperation:
        return
