"""One key, one record: rows that say the same count once, and rows of one key that differ are told apart."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from tiersync.rules.rows.flags import also_flagged, without_flag
from tiersync.rules.rows.merged import PLACES, kept_key

UNLIKE = "unlike"
FLAGS, AT, PERSON, HOME = "flags", "at", "person_key", "residence_unit"


class Told(NamedTuple):
    """Which of some rows are records, how many say no more than another one does, and where those stand that have one
    key and differ: the places of all rows of such a key, in order. `last` are the last rows of these keys."""

    counts: pl.Series
    repeated: int
    unlike: pl.DataFrame
    last: pl.Series


def distinguish(record: str, rows: pl.DataFrame, key: Sequence[str]) -> Told:
    """Of rows that say the same the last one counts, wherever they stand; of rows of one key that differ the last, too.

    Rows without a key cannot be told apart, and all count. People move: of somebody whom a register names in two units,
    or twice in one, `rules.doubled` says which row counts.
    """
    columns = kept_key(key)
    if rows.is_empty() or not {*columns} <= {*rows.columns}:
        return Told(_all(rows), 0, rows.select(_places(rows)).clear(), pl.Series([], dtype=pl.UInt32))
    some = _in_doubt(rows, columns)
    each = some.unique(_said(rows), keep="last", maintain_order=True)
    of_persons = record == "senior" and columns == [PERSON]
    one = [PERSON, HOME] if of_persons else columns
    differing = each.filter(pl.struct(one).is_duplicated())
    last = differing.unique(one, keep="last", maintain_order=True)
    kept = each if of_persons else each.unique(columns, keep="last", maintain_order=True)
    dropped = some[AT].filter(~some[AT].is_in(kept[AT].implode()))
    places = differing.select(_places(rows))
    return Told(_all(rows).scatter(dropped, False), some.height - each.height, places, last[AT])


def _all(rows: pl.DataFrame) -> pl.Series:
    return pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)


def _in_doubt(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows that have a key which other rows have, too, each with its number."""
    hashes = rows.select(columns).hash_rows() if len(columns) > 1 else rows[columns[0]].hash()
    has_key = pl.any_horizontal(pl.col(columns).is_not_null())
    return rows.with_row_index(AT).filter(perhaps_shared(hashes)).filter(has_key)


def _said(rows: pl.DataFrame) -> list[str]:
    """What a row says, wherever it stands and whatever is odd about it."""
    return [name for name in rows.columns if name not in (*PLACES, FLAGS)]


def _places(rows: pl.DataFrame) -> list[str]:
    return [name for name in PLACES if name in rows.columns]


def one_each(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """The records among some rows, those flagged that others of the same key contradict, and no others."""
    flags = also_flagged(without_flag(rows[FLAGS], UNLIKE), told.last, UNLIKE)
    return rows.with_columns(flags).filter(told.counts)


def perhaps_shared(hashes: pl.Series) -> pl.Series:
    """Whether each of some hashes stands there more than once; of many that differ sorting says so soonest."""
    ordered = hashes.sort()
    shared = ordered.filter(ordered == ordered.shift())
    if shared.is_empty():
        return pl.repeat(False, hashes.len(), dtype=pl.Boolean, eager=True)
    return hashes.is_in(shared.unique().implode())
