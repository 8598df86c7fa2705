"""What is provisional: numbers that stand, but less firmly, by blank cells, rows that wait and oddly short lists."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import polars as pl

from tiersync.model.indicator import Condition
from tiersync.model.period import Period
from tiersync.model.spoken import REGISTERS
from tiersync.model.unit import Tree
from tiersync.rules.conditions import age_day, counts, holds
from tiersync.rules.counted import Counted, counted_for
from tiersync.rules.sheet import Sheet
from tiersync.rules.sources import Sources
from tiersync.rules.standing import UNIT, counting_rows

PERCENT = 100
FEW = 10  # A unit with less than one in so many of the rows that its sisters have is asked about.
HAPPENED = frozenset({"paid_on", "applied_on", "requested_on", "start_at", "status_date"})  # Without it nobody knows
# when; others may be blank because it has not happened yet.
MADE_OF = {"recovered": "amount", "net_amount": "amount"}  # What is blank where what is made of it is.
NO_DOUBT = pl.DataFrame(schema={UNIT: pl.UInt32, "code": pl.String, "cell": pl.String})


def lay_doubts(sheet: Sheet, cells: pl.DataFrame, found: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """`cells`, provisional where a number is in doubt and nothing worse; doubts have UNIT, code and cell."""
    rows = [
        pl.DataFrame({"start": sheet.starts[str(code)].gather(one[UNIT])}).join(
            _offsets(sheet, str(code), str(cell)), how="cross"
        )
        for (code, cell), one in pl.concat([NO_DOUBT, *found]).partition_by("code", "cell", as_dict=True).items()
    ]
    if not rows:
        return cells
    at = pl.concat(rows).drop_nulls().select((pl.col("start") + pl.col("offset")).unique()).to_series()
    status = cells["status"].clone()
    return cells.with_columns(status.scatter(at.filter(status.gather(at) == "ok"), "provisional"))


def _offsets(sheet: Sheet, code: str, cell: str) -> pl.DataFrame:
    """Where the cells of one number of an indicator lie."""
    offsets = [offset for (_, measure), offset in sheet.offsets[code].items() if measure == cell]
    return pl.DataFrame({"offset": offsets}, schema={"offset": pl.Int64})


def perhaps_blank(frame: pl.DataFrame, counted: Iterable[Counted]) -> frozenset[str]:
    """The columns in which some cell is blank; what only the persons' own records tell may be."""
    asked = {_column(condition) for one in counted for condition in one.count.where}
    asked |= {MADE_OF.get(one.field, one.field) for one in counted if one.field}
    return frozenset(name for name in asked if name not in frame.columns or frame[name].null_count())


def _column(condition: Condition) -> str:
    return "birth_date" if condition.field == "age" else condition.field


def blanks(counted: Counted, rows: pl.LazyFrame, period: Period, perhaps: frozenset[str]) -> Iterator[pl.LazyFrame]:
    """The units in which at least one in a hundred of the rows that could count has a blank where the number asks."""
    where, day = counted.count.where, age_day(counted.aged_on, period)
    for condition in where:
        if _column(condition) in perhaps and _is_asked(condition):
            known = [one for one in where if one.field != "age" or condition.field != counted.aged_on]
            others = [holds(one, period, day) for one in known if one is not condition]
            yield _units_with(counted, rows.filter(pl.all_horizontal(pl.lit(True), *others)), _column(condition))
    measured = MADE_OF.get(counted.field, counted.field)
    if measured in perhaps and (counted.measure == "sum" or measured == "person_key"):
        yield _units_with(counted, rows.filter(counts(counted.count, period)), measured)


def _is_asked(condition: Condition) -> bool:
    """Whether a blank leaves open if the condition holds."""
    if condition.or_unknown:
        return False
    limits = condition.at_least is not None or condition.at_most is not None or condition.bands
    return bool(condition.equals or condition.differs or limits) or (condition.during and condition.field in HAPPENED)


def _units_with(counted: Counted, rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    named = rows.filter(pl.col(UNIT).is_not_null())
    shares = named.group_by(UNIT).agg(pl.len().alias("rows"), pl.col(name).null_count().alias("blank"))
    found = shares.filter((pl.col("blank") > 0) & (pl.col("blank") * PERCENT >= pl.col("rows")))
    return found.select(
        pl.col(UNIT).cast(pl.UInt32), pl.lit(counted.code).alias("code"), pl.lit(counted.cell).alias("cell")
    )


class Short(NamedTuple):
    """A unit of which a list has few rows, when the middle one of its sisters has many more."""

    record: str
    unit: str
    rows: int
    middle: int


def doubts(sheet: Sheet, frames: Mapping[str, pl.DataFrame], sources: Sources) -> Iterator[pl.DataFrame]:
    """The numbers of units of which at least one row in a hundred waits in quarantine, or whose list is oddly short."""
    counting = [one for indicator in sheet.indicators for one in counted_for(indicator)]
    short = {(one.record, one.unit) for one in short_lists(sheet.catalogue.tree, frames)} - sources.answered
    for record in sorted({one.record for one in counting} & frames.keys()):
        rows = rows_by_unit(frames[record], record) if sources.has_waiting(record) else {}
        units = [
            number
            for number, unit in enumerate(sheet.units)
            if (record, unit) in short or _is_waited_for(sources.may_wait(record, unit), rows.get(unit, 0))
        ]
        if units:
            codes = sorted({(one.code, one.cell) for one in counting if one.record == record})
            told = pl.DataFrame(codes, {"code": pl.String, "cell": pl.String}, orient="row")
            yield pl.DataFrame({UNIT: units}, {UNIT: pl.UInt32}).join(told, how="cross")


def _is_waited_for(waits: int, rows: int) -> bool:
    return waits > 0 and waits * PERCENT >= rows + waits


def rows_by_unit(frame: pl.DataFrame, record: str) -> dict[str, int]:
    """How many rows that count name each unit."""
    named = counting_rows(frame)["residence_unit" if record == "senior" else "unit"]
    return dict(named.drop_nulls().cast(pl.String).value_counts(name="rows").rows())


def short_lists(tree: Tree, frames: Mapping[str, pl.DataFrame]) -> Iterator[Short]:
    """The units of which a register has rows, but less than a tenth of what it has of the middle one of their
    sisters."""
    for record in sorted(REGISTERS & frames.keys()):
        sisters: dict[str | None, dict[str, int]] = {}
        for unit, rows in rows_by_unit(frames[record], record).items():
            if unit in tree:
                sisters.setdefault(tree[unit].parent, {})[unit] = rows
        for each in sisters.values():
            middle = sorted(each.values())[len(each) // 2]
            for unit, rows in sorted(each.items()):
                if rows * FEW < middle:
                    yield Short(record, unit, rows, middle)
