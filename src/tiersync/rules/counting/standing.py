"""Where each record stands: the unit it counts for, and its code in each dimension, as small numbers."""

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from tiersync.model.indicator import Also, Condition, Dimension
from tiersync.model.records.kinds import Codes
from tiersync.model.records.record import RECORDS
from tiersync.rules.counting.conditions import Day, age_day, born_within, bounds
from tiersync.rules.counting.counted import CountedNumber
from tiersync.rules.counting.sheet import Sheet, codes_in
from tiersync.rules.rows.doubled import COUNTS

UNIT = "unit_no"


def stand(
    frame: pl.DataFrame, counted: Sequence[CountedNumber], sheet: Sheet, seniors: pl.DataFrame | None
) -> pl.LazyFrame:
    """The rows of `frame` that count for a unit of `sheet`, with UNIT and one column `dim_column(dim)` per dimension.

    All of `counted` are of one record, `attributed_by`, `aged_on`, `once_per` and `also`. Where events are counted,
    every row of a person is there, those for other units too, which `once` leaves out. What a record lacks about its
    person is taken from `seniors`. A dimension of several codes in one field keeps the codes' text.
    """
    record, attributed_by, every = counted[0].record, counted[0].attributed_by, bool(counted[0].once_per)
    rows = with_what_is_known(frame, counted, sheet, seniors)
    rows = rows.with_columns(numbered(attributed_by, sheet)).filter(pl.lit(every) | pl.col(UNIT).is_not_null())
    day = age_day(counted[0].aged_on, sheet.period)
    return rows.with_columns(placed(sheet.catalogue.by_dimension[dim], record, sheet, day) for dim in dims_of(counted))


def stand_anyway(
    frame: pl.DataFrame, counted: Sequence[CountedNumber], sheet: Sheet, seniors: pl.DataFrame | None
) -> pl.LazyFrame:
    """The same rows, and those for which nobody knows which unit they count for at the unit that they are of; without
    dimensions."""
    attributed_by, own = counted[0].attributed_by, own_unit(counted[0].record)
    rows = with_what_is_known(frame, counted, sheet, seniors)
    at_own = pl.when(pl.col(attributed_by).is_null()).then(numbered(own, sheet))
    return rows.with_columns(at_own.otherwise(numbered(attributed_by, sheet)).alias(UNIT))


def with_what_is_known(
    frame: pl.DataFrame, counted: Sequence[CountedNumber], sheet: Sheet, seniors: pl.DataFrame | None
) -> pl.LazyFrame:
    """The rows with every column that is asked for, and what the register knows about their persons."""
    record, attributed_by = counted[0].record, counted[0].attributed_by
    dims = [sheet.catalogue.by_dimension[dim] for dim in dims_of(counted)]
    kept = frame if counted[0].once_per else counting_rows(frame)
    rows = with_columns_of(kept.lazy(), frame.columns, counted, dims)
    if (also := counted[0].also) and also.on in frame.columns:
        rows = noted_again(rows, also)
    if record == "senior" or seniors is None or "person_key" not in frame.columns:
        return rows
    asked = {attributed_by, *(dim.field for dim in dims), *(name for one in counted for name, _ in read_by(one))}
    return with_person(rows, counting_rows(seniors), asked)


def noted_again(rows: pl.LazyFrame, also: Also) -> pl.LazyFrame:
    """`rows`, and after them those that note a second event, each as that event."""
    told = rows.with_columns(pl.col(also.field).cast(pl.String))
    again = told.filter(pl.col(also.on).is_not_null())
    second = again.with_columns(pl.lit(also.code).alias(also.field), pl.col(also.on).alias(also.dated))
    return pl.concat([told, second])


def numbered(name: str, sheet: Sheet) -> pl.Expr:
    """UNIT by a column of units: the place of each in `sheet`, none of what the sheet does not have."""
    return pl.col(name).cast(pl.Enum(sheet.units), strict=False).to_physical().alias(UNIT)


def own_unit(record: str) -> str:
    """The field in which a record says of which unit it is."""
    return "residence_unit" if record == "senior" else "unit"


def once(one: CountedNumber, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of events that are alike in what they are counted once per, the one in the row that counts, else the first."""
    if not one.once_per:
        return rows
    known = rows.sort(COUNTS, descending=True, nulls_last=True, maintain_order=True)
    return known.unique(one.once_per, keep="first", maintain_order=True).filter(pl.col(UNIT).is_not_null())


def happens_on(one: CountedNumber) -> str:
    """The field that says on which day a row counts, '' where it counts on the period's last."""
    return next((condition.field for condition in one.count.where if condition.during), "")


def too_early(sheet: Sheet, when: str) -> pl.Expr:
    """Whether a row is from before there was its unit."""
    began: list[date] = [sheet.catalogue.tree[unit].valid_from for unit in sheet.units]
    return pl.col(when) < pl.lit(pl.Series(began, dtype=pl.Date)).gather(pl.col(UNIT))


def while_open(sheet: Sheet, when: str) -> pl.Expr:
    """Whether there was a row's unit on the row's day."""
    ended: list[date | None] = [sheet.catalogue.tree[unit].valid_to for unit in sheet.units]
    closed = pl.col(when) > pl.lit(pl.Series(ended, dtype=pl.Date)).gather(pl.col(UNIT))
    return ~too_early(sheet, when) & ~closed.fill_null(False)


def counting_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that count: of a person who stands several times, one."""
    return frame if COUNTS not in frame.columns or frame[COUNTS].all() else frame.filter(COUNTS)


def dims_of(counted: Iterable[CountedNumber]) -> list[str]:
    """The dimensions that a row has a code for, in order."""
    breakdowns = [breakdown for one in counted for breakdown in one.breakdowns if not breakdown.fields]
    return sorted({dim for breakdown in breakdowns for dim in breakdown.dims})


def dim_column(dim: str) -> str:
    """The column that holds a row's code in `dim`."""
    return f"dim:{dim}"


def with_columns_of(
    rows: pl.LazyFrame, columns: Sequence[str], counted: Sequence[CountedNumber], dims: Iterable[Dimension]
) -> pl.LazyFrame:
    """`rows` with every column that `counted` read; what no stream gave is unknown."""
    wanted = {name: kind for one in counted for name, kind in read_by(one)}
    wanted |= {dim.field: pl.String for dim in dims if dim.field not in ("age", "unit_kind")}
    wanted |= {one.attributed_by: pl.String for one in counted}
    if any(dim.field == "age" or dim.ages for dim in dims):
        wanted["birth_date"] = pl.Date
    missing = {name: kind for name, kind in wanted.items() if name not in columns}
    return rows.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in missing.items())


def read_by(one: CountedNumber) -> Iterable[tuple[str, type[pl.DataType]]]:
    """The columns that a count's measure and conditions read."""
    if one.once_per:
        yield COUNTS, pl.Boolean
        yield from ((name, pl.String) for name in one.once_per)
    if one.aged_on:
        yield one.aged_on, pl.Date
    for name in (one.field, *(field for b in one.breakdowns for field in b.fields.values())):
        if name:
            yield name, pl.Int64 if one.measure == "sum" else pl.String
    for condition in one.count.where:
        yield ("birth_date", pl.Date) if condition.field == "age" else (condition.field, kind_of(condition))
        if condition.dated:
            yield condition.dated, pl.Date
        if condition.bands:
            yield "birth_date", pl.Date


def kind_of(condition: Condition) -> type[pl.DataType]:
    """The type of the column that a condition reads."""
    if condition.during or condition.within_months or condition.by_end or condition.after_start or condition.past_end:
        return pl.Date
    named = condition.known or condition.equals or condition.differs or condition.unless or condition.bands
    textual = named or condition.same_year
    return pl.String if textual else pl.Int64


def with_person(rows: pl.LazyFrame, seniors: pl.DataFrame, asked: Iterable[str]) -> pl.LazyFrame:
    """`rows` with what they lack about their persons taken from the senior of the same `person_key`."""
    wanted = {"birth_date" if name == "age" else name for name in asked}
    fields = sorted(wanted & set(seniors.columns) - {"person_key"})
    known = seniors.lazy().select("person_key", *fields)
    joined = rows.join(known, on="person_key", how="left", suffix=":senior")
    return joined.with_columns(pl.coalesce(name, f"{name}:senior") for name in fields)


def placed(dim: Dimension, record: str, sheet: Sheet, day: Day) -> pl.Expr:
    """A row's place in the code list of `dim`, one past its end for unknown; the text itself of several codes. Ages are
    those on `day`."""
    column = dim_column(dim.code)
    codes = codes_in(sheet.catalogue, dim.code)
    if dim.field == "age":
        return in_band(codes, day).alias(column)
    if dim.ages and record == "senior":
        return in_band([dim.ages.get(code, "") for code in codes], day).alias(column)
    if dim.field == "unit_kind":
        kinds = pl.Series([sheet.catalogue.tree[unit].kind for unit in sheet.units], dtype=pl.String)
        return pl.lit(coded(kinds, codes)).gather(pl.col(UNIT)).alias(column)
    if several(record, dim):
        return pl.col(dim.field).alias(column)
    return code_number(pl.col(dim.field), codes).alias(column)


def several(record: str, dim: Dimension) -> bool:
    """Whether one row can stand in several codes of `dim`, joined by commas."""
    model = RECORDS.get(record)
    return model is not None and isinstance(model.kinds().get(dim.field), Codes)


def code_number(text: pl.Expr, codes: Sequence[str]) -> pl.Expr:
    """The place of a code in its list, one past the end for what the list does not have."""
    return text.cast(pl.Enum(codes), strict=False).to_physical().cast(pl.UInt16).fill_null(len(codes))


def coded(texts: pl.Series, codes: Sequence[str]) -> pl.Series:
    """`code_number` of a whole column."""
    return pl.select(code_number(pl.lit(texts), codes)).to_series()


def in_band(codes: Sequence[str], day: Day) -> pl.Expr:
    """The place of the age band (60-64, 100+) that holds the full years on `day`; '' is no band."""
    bands = (
        pl.when(born_within(*bounds(code), day)).then(pl.lit(place, dtype=pl.UInt16))
        for place, code in enumerate(codes)
        if code
    )
    return pl.coalesce(*bands, pl.lit(len(codes), dtype=pl.UInt16))
