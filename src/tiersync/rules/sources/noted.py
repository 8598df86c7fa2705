"""Noted: from when on a list notes who leaves, judged for each unit that it names.

That a list has room for departures says nothing of the time before somebody began to fill it, and one departure that
was noted long ago says nothing of the years after it, nor of another unit.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from tiersync.model.spoken import DEPARTED
from tiersync.rules.counting.standing import own_unit

LONGEST = "2y"  # Somebody leaves even a small village within it, or nobody notes who does.
YOUNGEST = 50  # years: whoever leaves a register of seniors is about as old.
UNIT, ON = "unit", "on"


def noted_since(record: str, rows: pl.DataFrame, days: Mapping[str, date]) -> dict[str, date]:
    """The first day of the year from which on each unit's `rows` note who left it; `days` are the units, each with the
    day of its list.

    Departures vouch back from that day, as long as no more than LONGEST passes from one to the next; a unit without
    them has its list's own year.
    """
    own = pl.DataFrame({UNIT: list(days), ON: list(days.values())}, {UNIT: pl.String, ON: pl.Date})
    told = departures(record, rows).join(own, on=UNIT, suffix=":own").filter(pl.col(ON) <= pl.col(f"{ON}:own"))
    every = pl.concat([own, told.select(own.columns)]).unique().sort(UNIT, ON, descending=[False, True])
    is_far = (pl.col(ON) < pl.col(ON).shift(1).over(UNIT).dt.offset_by(f"-{LONGEST}")).fill_null(False)
    reached = every.filter(is_far.cast(pl.UInt32).cum_sum().over(UNIT) == 0)
    return dict(reached.group_by(UNIT).agg(pl.col(ON).min().dt.truncate("1y")).sort(UNIT).rows())


def departures(record: str, rows: pl.DataFrame) -> pl.DataFrame:
    """UNIT and ON of everybody who left, by the rows of a list; of seniors without slips, whose dates are too early."""
    status, dated, active = DEPARTED[record]
    if not {status, dated} <= {*rows.columns}:
        return pl.DataFrame(schema={UNIT: pl.String, ON: pl.Date})
    gone = rows.lazy().filter(pl.col(status).cast(pl.String) != active)
    if record == "senior":
        gone = gone.filter(pl.col(dated).dt.year() - pl.col("birth_date").dt.year() >= YOUNGEST)
    left = gone.select(pl.col(own_unit(record)).cast(pl.String).alias(UNIT), pl.col(dated).alias(ON))
    return left.drop_nulls().unique().collect()
