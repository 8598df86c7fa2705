"""Merging: rows that a source brings since its cursor take the place of those with the same key."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl

WHOLE = re.compile(r"-?([0-9]{1,14}|[0-9]{16})")  # 15 and 18 digits may be somebody's identity number.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:.]{5,15})?")
NUMBER = "id_number"
PLACES = ("place_file", "place_sheet", "place_row")


class Merged(NamedTuple):
    """All records, and whether they are others than those that were held."""

    records: pl.DataFrame
    changed: bool


def kept_key(key: Sequence[str]) -> list[str]:
    """The columns of a snapshot that tell its records apart: of an identity number there is only the person key."""
    return ["person_key" if name == NUMBER else name for name in key]


def merge(held: pl.DataFrame, fresh: pl.DataFrame, key: Sequence[str]) -> Merged:
    """`fresh` records, and of `held` those with other keys. A record without a key replaces none."""
    if held.is_empty() or fresh.is_empty():
        return Merged(fresh if held.is_empty() else held, not fresh.is_empty())
    columns = kept_key(key)
    keys = fresh.select(columns).unique()
    rest = held.join(keys, on=columns, how="anti", maintain_order="left")
    replaced = held.join(keys, on=columns, how="semi", maintain_order="left")
    known = _without_places(replaced).equals(_without_places(fresh).select(_without_places(replaced).columns))
    if known or _sorted(replaced).equals(_sorted(fresh.select(replaced.columns))):
        return Merged(held, False)
    return Merged(pl.concat([rest, fresh.select(rest.columns)], how="vertical_relaxed"), True)


def _without_places(records: pl.DataFrame) -> pl.DataFrame:
    return records.drop(PLACES, strict=False)


def _sorted(records: pl.DataFrame) -> pl.DataFrame:
    """Records in an order that does not depend on where they stood."""
    plain = _without_places(records)
    return plain.sort(plain.columns, nulls_last=True)


def is_usable(value: str) -> bool:
    """Whether a value can be a cursor: a moment, a day, or a whole number."""
    return bool(WHOLE.fullmatch(value) or MOMENT.fullmatch(value))


def furthest(values: Sequence[str]) -> str:
    """The greatest of some usable cursor values, '' of none."""
    if not values:
        return ""
    return max(values, key=int) if all(map(WHOLE.fullmatch, values)) else max(values)


def stepped_back(value: str, lag: int) -> str:
    """A cursor value less a lag: in seconds of a moment, in ones of a number; of a day, at least whole days."""
    if not value or not lag:
        return value
    if WHOLE.fullmatch(value):
        return str(int(value) - lag)
    return (datetime.fromisoformat(value) - timedelta(seconds=lag)).isoformat(" ")
