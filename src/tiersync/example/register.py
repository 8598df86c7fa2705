"""One big register in one CSV with a plugin folder of its own, made in seconds: what the benches read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import reduce
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tiersync.example.columns import people
from tiersync.example.filing import FIRST_VISIT, SECOND_VISIT
from tiersync.example.folder import FOLDER, INBOX, Source, write_plugin
from tiersync.example.habits import HABITS, Habits
from tiersync.example.people import ACTIVE, LAST_DAY
from tiersync.example.spelling import RECORD, spelled
from tiersync.model.canonical import Value

REFUSED = ("bad_checksum", "fifteen_digits", "precision_lost", "impossible_date")
DIRT: Mapping[str, float] = {  # Shares of all rows, as in the example city.
    "bad_checksum": 0.0015,
    "fifteen_digits": 0.0005,
    "precision_lost": 0.0003,
    "impossible_date": 0.0002,
    "sex_conflict": 0.0010,
    "birth_conflict": 0.0008,
    "doubled": 0.0060,
}
NO_DIRT: Mapping[str, float] = {}
BLOCK = 100_000  # Rows held in memory at once.
STRIDE = 1_000_003  # A prime, so that stepping by it reaches every row once before any row twice.


class RegisterPlan(NamedTuple):
    """What register to write: for the plugin's `unit`, of people who live in `communities`, with so many rows."""

    unit: str
    communities: tuple[str, ...]
    rows: int
    seed: int = 2013
    dirt: Mapping[str, float] = DIRT


class RegisterCount(Value):
    """What was written, and what must become of it."""

    rows: int
    refused: dict[str, int]
    flagged: dict[str, int]
    residents_60_plus: dict[str, int]

    @property
    def residents(self) -> int:
        """The residents aged 60 or over of all communities."""
        return sum(self.residents_60_plus.values())


def write_register(plugins: Path, plan: RegisterPlan) -> RegisterCount:
    """Write a plugin folder below `plugins` with one UTF-8 CSV of seniors, and say what was written."""
    habits = HABITS[0]
    counts: list[RegisterCount] = []
    write_plugin(plugins / FOLDER, plan.unit, "老年人信息", [_source(plan, habits)])
    with (plugins / FOLDER / INBOX / habits.file_of(RECORD)).open("wb") as file:
        for block in _blocks(plan):
            block.select(spelled(habits)).write_csv(file, include_header=not counts)
            counts.append(_count(block))
    return reduce(_add, counts)


def _source(plan: RegisterPlan, habits: Habits) -> Source:
    """The stream, with limits that so many rows of dirt do not pass."""
    return Source(RECORD, habits.file_of(RECORD), habits, {"refused_rows": max(200, plan.rows // 100)})


def _blocks(plan: RegisterPlan) -> Iterator[pl.DataFrame]:
    """All rows piece by piece, as codes and dates.

    `dirt` says what is wrong with a row, `again` that it is a person's second, which follows at the end of a piece.
    """
    count = plan.rows - round(plan.rows * plan.dirt.get("doubled", 0))
    for start in range(0, count, BLOCK):
        serials = range(start, min(start + BLOCK, count))
        drawn = people(serials, plan.communities, plan.seed).with_columns(again=pl.lit(False), verified=FIRST_VISIT)
        first = drawn.with_columns(dirt=_dirt(plan, count)).collect()
        second = first.filter(dirt="doubled").with_columns(again=pl.lit(True), verified=SECOND_VISIT)
        yield pl.concat([first, second])


def _dirt(plan: RegisterPlan, count: int) -> pl.Expr:
    """What is wrong with each person's row: exactly as many of each kind as the plan's shares say."""
    rank = (pl.col("serial") * STRIDE + STRIDE // 2) % count
    ends = accumulate(round(plan.rows * share) for share in plan.dirt.values())
    dirt: pl.Expr = pl.lit("")
    for kind, end in reversed(list(zip(plan.dirt, ends, strict=True))):
        dirt = pl.when(rank < end).then(pl.lit(kind)).otherwise(dirt)
    return dirt


def _count(block: pl.DataFrame) -> RegisterCount:
    """Counts of the rows themselves, not of the file."""
    first = block.filter(~pl.col("again"))
    kinds = _tally(first["dirt"])
    counting = first.filter(~pl.col("dirt").is_in(REFUSED) & _active() & (_turns_60_on() <= LAST_DAY))
    return RegisterCount(
        rows=block.height,
        refused={kind: number for kind, number in kinds.items() if kind in REFUSED},
        flagged={kind: number for kind, number in kinds.items() if kind and kind not in REFUSED},
        residents_60_plus=_tally(counting["residence_unit"]),
    )


def _tally(column: pl.Series) -> dict[str, int]:
    return dict(column.value_counts().sort(column.name).iter_rows())


def _add(one: RegisterCount, other: RegisterCount) -> RegisterCount:
    names = ("refused", "flagged", "residents_60_plus")
    sums = {name: dict(sorted((Counter(getattr(one, name)) + Counter(getattr(other, name))).items())) for name in names}
    return RegisterCount(rows=one.rows + other.rows, **sums)


def _active() -> pl.Expr:
    return (pl.col("life_status") == ACTIVE) | (pl.col("status_date") > LAST_DAY)


def _turns_60_on() -> pl.Expr:
    written = pl.when(dirt="birth_conflict").then(pl.col("birth_date") - timedelta(days=365))
    return written.otherwise(pl.col("birth_date")).dt.offset_by("60y")
