"""What is provisional: numbers that stand, but less firmly, by blank cells, rows that wait and oddly short lists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from tiersync.model.indicator import Condition
from tiersync.model.period import Period
from tiersync.rules.counting.conditions import age_day, counts, holds
from tiersync.rules.counting.counted import CountedNumber, counted_for
from tiersync.rules.counting.intervals import WHO, lacking
from tiersync.rules.counting.sheet import Sheet
from tiersync.rules.counting.standing import UNIT, numbered, own_unit, stand_anyway
from tiersync.rules.sources.short import rows_by_unit
from tiersync.rules.sources.sources import Sources

PERCENT = 100
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


def perhaps_blank(frame: pl.DataFrame, counted: Iterable[CountedNumber]) -> frozenset[str]:
    """The columns in which some cell is blank; what only the persons' own records tell may be."""
    asked = {_column(condition) for one in counted for condition in one.count.where}
    asked |= {MADE_OF.get(one.field, one.field) for one in counted if one.field}
    return frozenset(name for name in asked if name not in frame.columns or frame[name].null_count())


def _column(condition: Condition) -> str:
    return "birth_date" if condition.field == "age" else condition.field


def blanks(
    counted: CountedNumber, rows: pl.LazyFrame, period: Period, perhaps: frozenset[str]
) -> Iterator[pl.LazyFrame]:
    """The units in which at least one in a hundred of the rows that could count has a blank where the number asks."""
    where, day = counted.count.where, age_day(counted.aged_on, period)
    for condition in where:
        if _column(condition) in perhaps and _is_asked(condition):
            others = [holds(one, period, day) for one in where if not _hangs_on(one, condition, counted.aged_on)]
            yield _units_with(counted, rows.filter(pl.all_horizontal(pl.lit(True), *others)), _column(condition))
    measured = MADE_OF.get(counted.field, counted.field)
    if measured in perhaps and (counted.measure == "sum" or measured == "person_key"):
        yield _units_with(counted, rows.filter(counts(counted.count, period)), measured)


def blanks_of_unit(
    counted: Sequence[CountedNumber], frame: pl.DataFrame, sheet: Sheet, seniors: pl.DataFrame | None
) -> Iterator[pl.LazyFrame]:
    """The units in which at least one in a hundred of the rows that count does not say for which unit it counts."""
    attributed_by, own = counted[0].attributed_by, own_unit(counted[0].record)
    is_said = attributed_by in frame.columns and not frame[attributed_by].null_count()
    if attributed_by == own or own not in frame.columns or is_said:
        return
    rows = stand_anyway(frame, counted, sheet, seniors)
    for one in counted:
        yield _units_with(one, rows.filter(counts(one.count, sheet.period)), attributed_by)


def blanks_of_kept(counted: CountedNumber, frames: Mapping[str, pl.DataFrame], sheet: Sheet) -> Iterator[pl.LazyFrame]:
    """The units in which at least one in a hundred of the rows of what was done does not say for whom or when."""
    kept = counted.count.kept
    if kept is None or kept.record not in frames or own_unit(kept.record) not in frames[kept.record].columns:
        return
    rows = frames[kept.record].lazy().with_columns(lacking(kept, frames[kept.record]))
    passing = (holds(one, sheet.period, sheet.period.last_day) for one in kept.where)
    rows = rows.filter(pl.all_horizontal(pl.lit(True), *passing)).with_columns(numbered(own_unit(kept.record), sheet))
    for name in (WHO, kept.on):
        yield _units_with(counted, rows, name)


def _hangs_on(one: Condition, asked: Condition, aged_on: str) -> bool:
    """Whether a condition is the one that is asked about, or of an age that nobody knows without its field."""
    return one is asked or (one.field == "age" and aged_on == asked.field)


def _is_asked(condition: Condition) -> bool:
    """Whether a blank leaves open if the condition holds."""
    if condition.or_unknown:
        return False
    limits = condition.at_least is not None or condition.at_most is not None or condition.bands
    return bool(condition.equals or condition.differs or limits) or (condition.during and condition.field in HAPPENED)


def _units_with(counted: CountedNumber, rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    named = rows.filter(pl.col(UNIT).is_not_null())
    shares = named.group_by(UNIT).agg(pl.len().alias("rows"), pl.col(name).null_count().alias("blank"))
    found = shares.filter((pl.col("blank") > 0) & (pl.col("blank") * PERCENT >= pl.col("rows")))
    return found.select(
        pl.col(UNIT).cast(pl.UInt32), pl.lit(counted.code).alias("code"), pl.lit(counted.cell).alias("cell")
    )


def doubts(sheet: Sheet, frames: Mapping[str, pl.DataFrame], sources: Sources) -> Iterator[pl.DataFrame]:
    """The numbers of units of which at least one row in a hundred waits in quarantine, or whose list is oddly short."""
    counting = [one for indicator in sheet.indicators for one in counted_for(indicator)]
    for record in sorted(frozenset().union(*(one.records for one in counting)) & frames.keys()):
        rows = rows_by_unit(frames[record], record) if sources.has_waiting(record) else {}
        units = [
            number
            for number, unit in enumerate(sheet.units)
            if (record, unit) in sources.short or _is_waited_for(sources.may_wait(record, unit), rows.get(unit, 0))
        ]
        if units:
            codes = sorted({(one.code, one.cell) for one in counting if record in one.records})
            told = pl.DataFrame(codes, {"code": pl.String, "cell": pl.String}, orient="row")
            yield pl.DataFrame({UNIT: units}, {UNIT: pl.UInt32}).join(told, how="cross")


def _is_waited_for(waits: int, rows: int) -> bool:
    return waits > 0 and waits * PERCENT >= rows + waits
