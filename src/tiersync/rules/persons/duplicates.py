"""Duplicates: persons who stand in several of the parts that a total adds, and what the total subtracts for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import polars as pl

from tiersync.model.adjustment import Adjustment, Adjustments
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import CellKey
from tiersync.model.unit import Tree
from tiersync.rules.counting.count import AT, WHO, by_person, entering, source_of
from tiersync.rules.counting.counted import CountedNumber, counted_for
from tiersync.rules.counting.sheet import Sheet
from tiersync.rules.counting.standing import counting_rows, stand
from tiersync.rules.totals.roll_up import PartCells

PERSON = "person_key"
TOTAL, PART, UNIT, PARTS = "total", "part", "unit", "parts"
KEY = ["indicator", "breakdown", "measure"]
NOTHING = pl.DataFrame()
STANDING = {AT: pl.Int64, WHO: pl.String}


def duplicates(sheet: Sheet, frames: Mapping[str, pl.DataFrame], cells: pl.DataFrame) -> dict[str, Adjustments]:
    """What each total over the units of the sheet subtracts, in every distinct count of persons.

    `cells` are those that were made of the sheet: only what was counted from records is adjusted, for nobody knows who
    stands behind a declared figure. Persons are those whom this node reads, in the units that it answers for; above
    its home unit no two of them meet.
    """
    standing = in_several_units(sheet, frames)
    if standing.is_empty():
        return {}
    counted = cells.filter((pl.col("basis") == "records") & pl.col("value").is_not_null())
    standing = standing.join(counted, on=[UNIT, *KEY], how="semi")
    steps = steps_up(sheet.catalogue.tree.on(sheet.period.last_day), standing[UNIT].unique())
    return by_total(subtracted(standing, steps))


def may_repeat(frames: Mapping[str, pl.DataFrame]) -> bool:
    """Whether some record that is no register of persons names persons; without one nobody stands twice."""
    return any(PERSON in frame.columns for record, frame in frames.items() if record != "senior")


def counts_persons(counted: CountedNumber) -> bool:
    """Whether one person can stand in this count at several units, once at each; a senior lives in one."""
    return by_person(counted) and counted.field == PERSON


def in_several_units(sheet: Sheet, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Who stands in which cell of which unit, of those persons whom one record type names in several units."""
    counting = [
        one
        for indicator in sheet.indicators
        for one in counted_for(indicator)
        if counts_persons(one) and PERSON in frames.get(one.record, NOTHING).columns
    ]
    plans = [
        plan
        for (record, *_), group in groupby(sorted(counting, key=source_of), key=source_of)
        for plan in standing_of(sheet, list(group), frames[record], frames.get("senior"))
    ]
    standing = pl.concat([pl.DataFrame(schema=STANDING), *pl.collect_all(plans)])
    persons = standing[WHO].cast(pl.Categorical).to_physical()  # Small numbers are told apart faster than long keys.
    return sheet.rows[standing[AT]].with_columns(persons)


def standing_of(
    sheet: Sheet, counted: Sequence[CountedNumber], frame: pl.DataFrame, seniors: pl.DataFrame | None
) -> Iterator[pl.LazyFrame]:
    """The same for one record type, read by one field of units; most offices have nobody to look at."""
    seen = of_several_units(counting_rows(frame), counted[0].attributed_by)
    if seen.height:
        rows = stand(seen, counted, sheet, seniors)
        for one in counted:
            yield entering(one, rows, sheet).select(pl.col(name).cast(kind) for name, kind in STANDING.items()).unique()


def of_several_units(frame: pl.DataFrame, attributed_by: str) -> pl.DataFrame:
    """The rows of persons with more than one unit; some of others too, for keys are compared by their hashes."""
    if attributed_by not in frame.columns:  # The register says where they live, which is one unit.
        return frame.clear()
    known = frame[PERSON].is_not_null()
    keys = pl.DataFrame({PERSON: frame[PERSON].hash(), UNIT: frame[attributed_by]})
    each = keys.filter(known).unique()
    several = each.filter(each[PERSON].is_duplicated())[PERSON].unique()
    return frame.filter(known & keys[PERSON].is_in(several.implode()))


def steps_up(tree: Tree, units: Iterable[str]) -> pl.DataFrame:
    """Every total that a unit enters, and in which of its parts: the unit's own, or that of a child."""
    rows = []
    for unit in units:
        rows += [(unit, unit, unit)] if tree.children(unit) else []
        rows += [(unit, upper, lower) for lower, upper in pairwise(tree.path(unit))]
    return pl.DataFrame(rows, schema=dict.fromkeys((UNIT, TOTAL, PART), pl.String), orient="row")


def subtracted(standing: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """For each cell of each total: a person who stands in several of its parts is taken off all but once.

    A part that is a total has taken off its own, so that nobody is taken off twice on the way up.
    """
    cell = [TOTAL, *KEY, "scale"]
    once_a_part = standing.join(steps, on=UNIT).select(*cell, PART, WHO).unique()
    persons = once_a_part.group_by(*cell, WHO).agg(pl.len().cast(pl.Int64).alias(PARTS)).filter(pl.col(PARTS) > 1)
    return persons.group_by(cell).agg((1 - pl.col(PARTS)).sum().alias("value"))


def by_total(taken: pl.DataFrame) -> dict[str, Adjustments]:
    """The adjustments of each total."""
    parts = taken.partition_by(TOTAL, as_dict=True, include_key=False)
    named = Adjustment._fields
    reason = pl.lit("duplicate_person").alias("reason")
    return {
        str(unit): Adjustments.of([Adjustment(*row) for row in rows.with_columns(reason).select(named).iter_rows()])
        for (unit,), rows in parts.items()
    }


def impossible(
    catalogue: Catalogue, parts: Sequence[PartCells], adjustments: Adjustments
) -> Iterator[tuple[Adjustment, int]]:
    """The adjustments of a total that cannot be, each with the most that can be taken off there: only persons are, and
    whoever stands in the largest part stands in the total too."""
    twice = [row for row in adjustments.rows() if row.reason == "duplicate_person"]
    wanted = {row.key for row in twice if key_counts_persons(catalogue, row.key)}
    values: dict[tuple[CellKey, int], list[int]] = {}
    for cells in (part.cells for part in parts if wanted):
        keys = zip(cells.indicator, cells.breakdown, cells.measure, strict=True)
        for key, value, scale in zip(keys, cells.values_exact, cells.scale, strict=True):
            if key in wanted:
                values.setdefault((CellKey(*key), scale), []).append(max(0, value or 0))
    most = {key: sum(each) - max(each) for key, each in values.items()}
    for row in twice:
        if -row.value > most.get((row.key, row.scale), 0):
            yield row, most.get((row.key, row.scale), 0)


def key_counts_persons(catalogue: Catalogue, key: CellKey) -> bool:
    """Whether a cell is a distinct count of persons over several rows of each."""
    indicator = catalogue.by_code.get(key.indicator)
    counted = counted_for(indicator) if indicator else ()
    return any(one.cell == key.measure and counts_persons(one) for one in counted)
