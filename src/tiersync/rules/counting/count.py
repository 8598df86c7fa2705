"""Counting: the cells of one indicator out of the records that count for it, as rows of the sheet and values."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import prod

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Breakdown
from tiersync.rules.counting.conditions import counts
from tiersync.rules.counting.counted import CountedNumber, counted_for
from tiersync.rules.counting.intervals import INTERVALS, counts_intervals, was_active, with_intervals
from tiersync.rules.counting.sheet import Sheet, codes_in, codes_of, texts_of
from tiersync.rules.counting.standing import UNIT, dim_column, dims_of, happens_on, once, several, stand, too_early
from tiersync.rules.sources.provisional import NO_DOUBT, blanks, blanks_of_kept, blanks_of_unit, perhaps_blank
from tiersync.rules.sources.sources import Sources

AT, VALUE, WHO, PACKED, START = "at", "value", "who", "packed", "start"


def count_records(
    sheet: Sheet, frames: Mapping[str, pl.DataFrame], sources: Sources
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the records of `frames` make of the sheet: AT (a row of the sheet) and VALUE (scaled), zeros left out; and
    the doubts that blank cells leave."""
    frames = {**frames, "unit": pl.DataFrame({"unit": sheet.units}, schema={"unit": pl.String})}
    counting = [one for indicator in sheet.indicators for one in counted_for(indicator) if one.record in frames]
    plans, blank = [], []
    for (record, *_), group in groupby(sorted(counting, key=source_of), key=source_of):
        counted = list(group)
        rows = stand(frames[record], counted, sheet, frames.get("senior"))
        perhaps = perhaps_blank(frames[record], counted) - sources.ticks(record)
        plans += [count(one, with_intervals(one, rows, sheet.period, frames), sheet) for one in counted]
        blank += [plan for one in counted for plan in blanks(one, rows, sheet.period, perhaps)]
        blank += blanks_of_unit(counted, frames[record], sheet, frames.get("senior"))
        blank += [plan for one in counted for plan in blanks_of_kept(one, frames, sheet)]
    found = pl.collect_all([*plans, *blank])
    nothing = pl.DataFrame(schema={AT: pl.Int64, VALUE: pl.Int64})
    return pl.concat([nothing, *found[: len(plans)]]), pl.concat([NO_DOUBT, *found[len(plans) :]])


def source_of(counted: CountedNumber) -> tuple[str, str, str, tuple[str, ...], str]:
    """The record that an indicator counts, the field that says for which unit, the day of ages, what is one event, and
    what a record may note beside its own."""
    return counted.record, counted.attributed_by, counted.aged_on, counted.once_per, str(counted.also)


def count(counted: CountedNumber, rows: pl.LazyFrame, sheet: Sheet) -> pl.LazyFrame:
    """The cells of one indicator, each with its value."""
    return add_up(counted, entering(counted, rows, sheet))


def entering(counted: CountedNumber, rows: pl.LazyFrame, sheet: Sheet) -> pl.LazyFrame:
    """What enters the cells of one indicator: every combination of its dimensions, then each breakdown of those."""
    passing = (
        was_active(counted.count, sheet.period) if counts_intervals(counted) else counts(counted.count, sheet.period)
    )
    rows = once(counted, rows.filter(passing))
    if (when := happens_on(counted)) and sheet.has_young:
        rows = rows.filter(~too_early(sheet, when).fill_null(False))
    groups = combine(counted, rows, sheet.catalogue)
    start = pl.lit(sheet.starts[counted.code]).gather(pl.col(UNIT))
    groups = groups.with_columns(start.alias(START)).filter(pl.col(START).is_not_null())
    total = pl.col(START) + sheet.offsets[counted.code]["", counted.cell]
    cells = [groups.select(total.alias(AT), VALUE, *who(counted))]
    for breakdown in counted.breakdowns:
        cells += split(counted, breakdown, groups, sheet)
    return pl.concat(cells)


def who(counted: CountedNumber) -> list[str]:
    """The column of persons that a distinct count over several rows a person must keep."""
    return [WHO] if by_person(counted) else []


def by_person(counted: CountedNumber) -> bool:
    """Whether persons must be told apart; of seniors only one row of each counts anyway."""
    return counted.measure == "distinct" and counted.record != "senior"


def combine(counted: CountedNumber, rows: pl.LazyFrame, catalogue: Catalogue) -> pl.LazyFrame:
    """One row for every unit, combination of dimensions and, where they must be told apart, person."""
    dims = [catalogue.by_dimension[dim] for dim in dims_of([counted])]
    if by_person(counted):
        columns = [UNIT, *(dim_column(dim.code) for dim in dims), pl.col(counted.field).alias(WHO)]
        persons = rows.select(columns).filter(pl.col(WHO).is_not_null()).unique()
        return persons.with_columns(pl.lit(1, dtype=pl.Int64).alias(VALUE))
    texts = [dim_column(dim.code) for dim in dims if several(counted.record, dim)]
    sizes = {dim_column(dim.code): len(catalogue.codes[dim.codes]) + 1 for dim in dims}
    packed = {column: size for column, size in sizes.items() if column not in texts}
    return rows.group_by(pack(packed), *texts).agg(*amounts(counted)).with_columns(unpack(packed))


def pack(sizes: Mapping[str, int]) -> pl.Expr:
    """The unit and the codes of a row as one number; grouping by one column takes half the time of grouping by five."""
    number = pl.col(UNIT).cast(pl.UInt64)
    for column, size in sizes.items():
        number = number * size + pl.col(column)
    return number.alias(PACKED)


def unpack(sizes: Mapping[str, int]) -> Iterable[pl.Expr]:
    """The columns of which `pack` made a number."""
    number = pl.col(PACKED)
    for column, size in reversed(list(sizes.items())):
        yield (number % size).alias(column)
        number = number // size
    yield number.alias(UNIT)


def amounts(counted: CountedNumber) -> Iterable[pl.Expr]:
    """What is counted or summed, and the columns that stand for single codes."""
    if counts_intervals(counted):
        yield pl.col(INTERVALS).sum().alias(VALUE)
        return
    if counted.measure != "sum":
        yield pl.len().cast(pl.Int64).alias(VALUE)
        return
    yield scaled(counted.field, counted.decimals).alias(VALUE)
    for breakdown in counted.breakdowns:
        yield from (scaled(field, counted.decimals) for field in breakdown.fields.values())


def scaled(field: str, decimals: int) -> pl.Expr:
    """The sum of a column in whole units of 10**-decimals."""
    return (pl.col(field) * 10**decimals).cast(pl.Int64).sum()


def split(counted: CountedNumber, breakdown: Breakdown, groups: pl.LazyFrame, sheet: Sheet) -> list[pl.LazyFrame]:
    """The rows of `groups` placed in the cells of one breakdown."""
    offsets = [sheet.offsets[counted.code][text, counted.cell] for text in texts_of(sheet.catalogue, breakdown)]
    if breakdown.fields:
        columns = zip(offsets, breakdown.fields.values(), strict=True)
        return [groups.select((pl.col(START) + at).alias(AT), pl.col(field).alias(VALUE)) for at, field in columns]
    dims = sorted(breakdown.dims)
    for dim in dims:
        if several(counted.record, sheet.catalogue.by_dimension[dim]):
            groups = one_code_each(groups, dim, codes_in(sheet.catalogue, dim))
    sizes = [len(codes_of(sheet.catalogue, dim, breakdown)) for dim in dims]
    at = pl.col(START) + pl.lit(pl.Series(offsets, dtype=pl.Int64)).gather(combination(dims, sizes))
    return [groups.select(at.alias(AT), VALUE, *who(counted))]


def one_code_each(groups: pl.LazyFrame, dim: str, codes: Sequence[str]) -> pl.LazyFrame:
    """A row for every code of those that stand in one field, joined by commas."""
    column = dim_column(dim)
    each = groups.with_columns(pl.col(column).str.split(",").list.unique()).explode(column)
    return each.with_columns(pl.col(column).cast(pl.Enum(codes), strict=False).to_physical().fill_null(len(codes)))


def combination(dims: Sequence[str], sizes: Sequence[int]) -> pl.Expr:
    """The number of a combination of codes, the last dimension running fastest."""
    strides = [prod(sizes[place + 1 :]) for place in range(len(sizes))]
    parts = (pl.col(dim_column(dim)).cast(pl.UInt32) * stride for dim, stride in zip(dims, strides, strict=True))
    return pl.sum_horizontal(*parts)


def add_up(counted: CountedNumber, cells: pl.LazyFrame) -> pl.LazyFrame:
    """One value for each row of the sheet."""
    if by_person(counted):
        cells = cells.unique([AT, WHO])
    return cells.group_by(AT).agg(pl.col(VALUE).sum())
